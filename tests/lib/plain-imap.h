/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

/* Another client of an IMAP server, which speaks IMAP as the test writes it and shares no code with the program: what it reads can
 * judge what the program believes. Loopback, in clear. Calls abort the test when something else than a refusal goes wrong. */
typedef struct _PlainImap PlainImap;

/* Signs in by LOGIN. */
PlainImap *plain_imap_new (guint16 port, const char *user, const char *password);
/* Ends the connection without a word. */
void plain_imap_free (PlainImap *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PlainImap, plain_imap_free)

/* One response line; in its text each literal's octets are missing after its "{n}". */
typedef struct
{
  char *text;
  GPtrArray *literals; /* GBytes */
} PlainImapLine;

/* One command, without its tag. FALSE when the answer is not OK. @lines (transfer full) (out) (nullable): PlainImapLine of what
 * came, the tagged answer included. */
gboolean plain_imap_try (PlainImap *self, GPtrArray **lines, const char *format, ...) G_GNUC_PRINTF (3, 4);
/* The answer must be OK. */
void plain_imap_do (PlainImap *self, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* @flags: "" or "\\Seen $Forwarded". */
void plain_imap_append (PlainImap *self, const char *mailbox, const char *flags, const char *message, gssize length);

/* What STATUS says of @item, such as "UIDVALIDITY" or "MESSAGES". */
guint64 plain_imap_ask_status (PlainImap *self, const char *mailbox, const char *item);

typedef struct
{
  guint32 uid;
  char *flags; /* in order of the alphabet, a space between them, without \Recent */
  char *subject;
  char *sha256;
} PlainImapRow;

/* (transfer full): char *, the mailboxes that can be selected, as the server spells them, in order of the alphabet. */
GPtrArray *plain_imap_list (PlainImap *self);
/* (transfer full): PlainImapRow by UID. It selects the mailbox for that, to read only. */
GPtrArray *plain_imap_rows (PlainImap *self, const char *mailbox);

/* (transfer full): the flags in @text (a space between them) as in PlainImapRow. */
char *plain_imap_sort_flags (const char *text);
/* (transfer full): all that the server has, a line for each mailbox and for each message: what two views of it are compared by.
 * @deleted: whether messages that only wait to be expunged belong to it. */
char *plain_imap_dump (PlainImap *self, gboolean deleted);
/* (transfer full): the line of a message in it. */
char *plain_imap_describe (guint32 uid, const char *flags, const char *subject, const char *sha256);
