/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/store.h"

/* Table `fact`: what was learnt of the server or noted for the account, by name. Inside jobs only. */

/* (transfer full): NULL without @error when there is none. */
char *mail_store_facts_get (MailDb *db, const char *name, GError **error);
/* @value NULL forgets it. */
gboolean mail_store_facts_set (MailDb *db, const char *name, const char *value, GError **error);

/* The same for numbers; *@value 0 when there is none, or it is no number. */
gboolean mail_store_facts_get_int (MailDb *db, const char *name, gint64 *value, GError **error);
gboolean mail_store_facts_set_int (MailDb *db, const char *name, gint64 value, GError **error);
