/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

/* What goes to stdout. */

/* A member of the object under way; NULL gives null. */
void mail_cli_add_string (JsonBuilder *builder, const char *name, const char *value);
void mail_cli_add_strings (JsonBuilder *builder, const char *name, const char *const *values);
void mail_cli_add_int (JsonBuilder *builder, const char *name, gint64 value);
void mail_cli_add_boolean (JsonBuilder *builder, const char *name, gboolean value);
/* Unix seconds as RFC 3339 in UTC; 0 gives null. */
void mail_cli_add_time (JsonBuilder *builder, const char *name, gint64 unix_seconds);

/* Prints what @builder made on one line, and flushes. FALSE: nobody reads the output any more. */
gboolean mail_cli_print_json (JsonBuilder *builder);

/* A long array, element by element, so that it is never whole in memory: element @index from 0 up, then its end. */
void mail_cli_print_json_element (JsonBuilder *builder, guint index);
void mail_cli_print_json_end (guint count);

/* Rows of text with aligned columns; control characters become blanks, so that a message cannot steer the terminal. */
typedef struct _MailCliTable MailCliTable;

/* @titles: NULL-terminated. */
MailCliTable *mail_cli_table_new (const char *const *titles);
/* As many cells as titles; (transfer full) each. */
void mail_cli_table_add (MailCliTable *table, ...);
/* Prints @builder's JSON, or @table where it is NULL; frees the table. */
void mail_cli_table_print_or_json (MailCliTable *table, JsonBuilder *builder);

/* (transfer full): @text on one line, without control characters; "" for NULL. */
char *mail_cli_clean (const char *text);
/* (transfer full): local date and time for a table. */
char *mail_cli_format_time (gint64 unix_seconds);
