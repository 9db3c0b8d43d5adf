/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/imap-look-private.h"

#include "sync/imap-apply.h"

/* Flags of some messages, where modification sequences do not tell which have changed. */

/* What a window shows, and some more. */
#define NEWEST 200

typedef struct
{
  gint64 mailbox_id;
  GArray *rows; /* out: MailStoreUid, descending */
} Newest;

static gboolean
load_newest_job (MailDb *db, gpointer data, GError **error)
{
  Newest *newest = data;

  newest->rows = mail_store_messages_uids_highest (db, newest->mailbox_id, NEWEST, error);
  return newest->rows != NULL;
}

/* (transfer full): guint32, ascending. */
static GArray *
list_newest (const MailImapLook *look, GError **error)
{
  Newest newest = { .mailbox_id = look->mailbox->id };
  g_autoptr (GArray) uids = g_array_new (FALSE, FALSE, sizeof (guint32));

  if (!mail_store_read (look->pass->engine->store, load_newest_job, &newest, error))
    return NULL;
  for (guint i = newest.rows->len; i > 0; i--)
    g_array_append_vals (uids, &g_array_index (newest.rows, MailStoreUid, i - 1).uid, 1);
  g_array_unref (newest.rows);
  return g_steal_pointer (&uids);
}

/* Writes what look->seen says of rows that are here; what is new or gone is left to a look. */
static gboolean
take_seen (MailImapLook *look, GError **error)
{
  g_autoptr (GArray) rows = NULL;
  g_autoptr (MailImapDiff) diff = mail_imap_look_compare_seen (look, &rows, error);

  return diff != NULL
         && mail_imap_apply_flags (look->pass->engine, look->mailbox->id, diff->changed, NULL, error);
}

gboolean
mail_imap_look_at_newest_flags (const MailImapPass *pass, const MailMailboxInfo *mailbox, GError **error)
{
  g_auto (MailImapLook) look = { 0 };
  g_autoptr (MailMailboxInfo) own = mail_mailbox_info_copy (mailbox);
  g_autoptr (GArray) uids = NULL;
  g_autofree char *set = NULL;

  mail_imap_look_init (&look, pass, own, NULL);
  if (!mail_imap_engine_select (pass->engine, own, &look.status, pass->cancellable, error))
    return FALSE;
  if (look.status.uidvalidity != own->uidvalidity || look.status.highestmodseq != 0 || look.status.messages == 0)
    return TRUE;
  uids = list_newest (&look, error);
  if (uids == NULL || uids->len == 0)
    return uids != NULL;
  set = mail_imap_uid_set (uids, 0, uids->len);
  return mail_imap_session_fetch (pass->engine->session, set, "FLAGS", mail_imap_look_take_seen, look.seen, pass->cancellable,
                                  error)
         && take_seen (&look, error);
}

gboolean
mail_imap_look_take_flags (const MailImapPass *pass, MailMailboxInfo *mailbox, GPtrArray *told, GError **error)
{
  g_auto (MailImapLook) look = { 0 };

  mail_imap_look_init (&look, pass, mailbox, NULL);
  for (guint i = 0; i < told->len; i++)
    if (!mail_imap_look_take_seen (g_ptr_array_index (told, i), look.seen, error))
      return FALSE;
  return look.seen->len == 0 || take_seen (&look, error);
}
