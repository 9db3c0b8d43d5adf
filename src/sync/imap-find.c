/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/imap-find.h"

#include <string.h>

#include "store/store-messages.h"
#include "store/store-ops.h"
#include "sync/imap-info.h"

/* TRUE when @message_id can stand between quotes in a command (RFC 9051, section 9, quoted), and is one: HEADER finds every message
 * that has the text anywhere in the field. */
static gboolean
is_searchable (const char *message_id)
{
  gsize length = message_id != NULL ? strlen (message_id) : 0;

  if (length < 4 || message_id[0] != '<' || message_id[length - 1] != '>')
    return FALSE;
  for (const char *p = message_id; *p != '\0'; p++)
    if (!g_ascii_isgraph (*p) || *p == '"' || *p == '\\')
      return FALSE;
  return TRUE;
}

/* Whether operations tell that @uid in the mailbox is not the message of the row @message_id: it is the original of its own copy,
 * or what another row was until that went elsewhere here, while the server was not told yet. */
static gboolean
is_claimed_by_ops (MailDb *db, gint64 mailbox_id, guint32 uid, gint64 message_id, gboolean *claimed, GError **error)
{
  g_autoptr (GPtrArray) ops = mail_store_ops_list_naming (db, mailbox_id, uid, error);

  *claimed = FALSE;
  for (guint i = 0; ops != NULL && i < ops->len; i++)
    {
      const MailOp *op = g_ptr_array_index (ops, i);
      gboolean may_be_it = (op->message_id == message_id) != (op->kind == MAIL_OP_COPY);

      *claimed = *claimed || !may_be_it;
    }
  return ops != NULL;
}

typedef struct
{
  gint64 mailbox_id;
  gint64 message_id;
  GArray *uids;
} Claims;

/* Takes UIDs away that other rows have, or operations name. */
static gboolean
claims_job (MailDb *db, gpointer data, GError **error)
{
  Claims *claims = data;

  for (guint i = claims->uids->len; i > 0; i--)
    {
      guint32 uid = g_array_index (claims->uids, guint32, i - 1);
      g_autoptr (GError) failure = NULL;
      g_autoptr (MailMessageInfo) row = mail_store_messages_find_uid (db, claims->mailbox_id, uid, &failure);
      gboolean claimed;

      if (failure != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&failure));
          return FALSE;
        }
      if (!is_claimed_by_ops (db, claims->mailbox_id, uid, claims->message_id, &claimed, error))
        return FALSE;
      if ((row != NULL && row->id != claims->message_id) || claimed)
        g_array_remove_index (claims->uids, i - 1);
    }
  return TRUE;
}

typedef struct
{
  const MailMessageInfo *row;
  gboolean any_size;
  guint32 same;  /* UID of the newest that is the same in all, */
  guint32 other; /* and of the newest that only has its Message-ID; 0 = none */
} Meeting;

static gboolean
meet_cb (MailImapFetch *fetch, gpointer user_data, GError **error)
{
  Meeting *meeting = user_data;
  g_autoptr (MailMessageInfo) info = NULL;

  if (fetch->envelope == NULL)
    return TRUE;
  info = mail_imap_info_new (fetch, 0);
  if (mail_imap_info_is_same (meeting->row, info))
    meeting->same = MAX (meeting->same, info->uid);
  else if (meeting->any_size && info->message_id != NULL && g_strcmp0 (meeting->row->message_id, info->message_id) == 0)
    meeting->other = MAX (meeting->other, info->uid);
  return TRUE;
}

typedef struct
{
  guint32 from;
  const GPtrArray *rows; /* MailMessageInfo */
  GHashTable *claimed;   /* UIDs that are others'; or NULL */
  GArray *uids;          /* guint32, parallel; 0 = not met yet */
} Match;

static gboolean
match_cb (MailImapFetch *fetch, gpointer user_data, GError **error)
{
  Match *match = user_data;
  g_autoptr (MailMessageInfo) info = NULL;

  /* "n:*" names the last message even when its UID is below n. */
  if (fetch->envelope == NULL || fetch->uid < match->from
      || (match->claimed != NULL && g_hash_table_contains (match->claimed, GUINT_TO_POINTER (fetch->uid))))
    return TRUE;
  info = mail_imap_info_new (fetch, 0);
  for (guint i = 0; i < match->rows->len; i++)
    {
      guint32 *uid = &g_array_index (match->uids, guint32, i);

      if (*uid != 0 || !mail_imap_info_is_same (g_ptr_array_index (match->rows, i), info))
        continue;
      *uid = info->uid;
      break;
    }
  return TRUE;
}

static gboolean
match (MailImapEngine *engine, const char *set, Match *work, GCancellable *cancellable, GError **error)
{
  const guint32 none = 0;

  g_array_set_size (work->uids, 0);
  for (guint i = 0; i < work->rows->len; i++)
    g_array_append_val (work->uids, none);
  return mail_imap_session_fetch (engine->session, set, "INTERNALDATE RFC822.SIZE ENVELOPE", match_cb, work, cancellable, error);
}

gboolean
mail_imap_find (MailImapEngine *engine,
                const MailMailboxInfo *mailbox,
                const MailMessageInfo *row,
                gboolean any_size,
                guint32 *uid,
                GCancellable *cancellable,
                GError **error)
{
  g_autofree char *criteria =
      is_searchable (row->message_id)
          ? g_strdup_printf ("UNDELETED HEADER MESSAGE-ID \"%s\"", row->message_id)
          : g_strdup_printf ("UNDELETED LARGER %" G_GINT64_FORMAT " SMALLER %" G_GINT64_FORMAT, MAX (row->size - 1, 0),
                             row->size + 1);
  g_autoptr (GArray) found = mail_imap_session_search (engine->session, criteria, cancellable, error);
  Claims claims = { .mailbox_id = mailbox->id, .message_id = row->id, .uids = found };
  Meeting meeting = { .row = row, .any_size = any_size };
  g_autofree char *set = NULL;

  *uid = 0;
  if (found == NULL || !mail_store_read (engine->store, claims_job, &claims, error))
    return FALSE;
  if (found->len == 0)
    return TRUE;
  set = mail_imap_uid_set (found, 0, found->len);
  if (!mail_imap_session_fetch (engine->session, set, "INTERNALDATE RFC822.SIZE ENVELOPE", meet_cb, &meeting, cancellable, error))
    return FALSE;
  *uid = meeting.same != 0 ? meeting.same : meeting.other;
  return TRUE;
}

typedef struct
{
  gint64 mailbox_id;
  guint32 from;
  GHashTable *claimed;
} Claimed;

/* What rows have, or were until they went elsewhere here. */
static gboolean
load_claimed_job (MailDb *db, gpointer data, GError **error)
{
  Claimed *claimed = data;
  g_autoptr (GArray) rows = mail_store_messages_uids_between (db, claimed->mailbox_id, claimed->from, G_MAXUINT32, 0, error);
  g_autoptr (GPtrArray) ops = rows != NULL ? mail_store_ops_list (db, 0, error) : NULL;

  for (guint i = 0; rows != NULL && i < rows->len; i++)
    g_hash_table_add (claimed->claimed, GUINT_TO_POINTER (g_array_index (rows, MailStoreUid, i).uid));
  for (guint i = 0; ops != NULL && i < ops->len; i++)
    {
      const MailOp *op = g_ptr_array_index (ops, i);

      if (op->mailbox_id == claimed->mailbox_id && op->uid != 0)
        g_hash_table_add (claimed->claimed, GUINT_TO_POINTER (op->uid));
    }
  return ops != NULL;
}

gboolean
mail_imap_find_new (MailImapEngine *engine,
                    const MailMailboxInfo *mailbox,
                    guint32 from,
                    const GPtrArray *rows,
                    GArray *uids,
                    GCancellable *cancellable,
                    GError **error)
{
  g_autoptr (GHashTable) claimed = g_hash_table_new (NULL, NULL);
  Match work = { .from = MAX (from, 1), .rows = rows, .claimed = claimed, .uids = uids };
  Claimed load = { mailbox->id, work.from, claimed };
  g_autofree char *set = g_strdup_printf ("%u:*", work.from);

  return mail_store_read (engine->store, load_claimed_job, &load, error) && match (engine, set, &work, cancellable, error);
}
