/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/imap-find.h"

#include <string.h>

#include "store/store-bodies.h"
#include "store/store-messages.h"

/* TRUE when @message_id can stand between quotes in a command (RFC 9051, section 9, quoted). */
static gboolean
is_quotable (const char *message_id)
{
  if (message_id == NULL || strlen (message_id) < 4)
    return FALSE;
  for (const char *p = message_id; *p != '\0'; p++)
    if (!g_ascii_isgraph (*p) || *p == '"' || *p == '\\')
      return FALSE;
  return TRUE;
}

typedef struct
{
  gint64 mailbox_id;
  gint64 message_id;
  GArray *uids;
  GBytes *body; /* of the row, for comparison; NULL when it is not here */
} Claims;

/* Takes UIDs away that other rows have. */
static gboolean
claims_job (MailDb *db, gpointer data, GError **error)
{
  Claims *claims = data;

  for (guint i = claims->uids->len; i > 0; i--)
    {
      guint32 uid = g_array_index (claims->uids, guint32, i - 1);
      g_autoptr (MailMessageInfo) row = mail_store_messages_find_uid (db, claims->mailbox_id, uid, error);

      if (row == NULL && error != NULL && *error != NULL)
        return FALSE;
      if (row != NULL && row->id != claims->message_id)
        g_array_remove_index (claims->uids, i - 1);
    }
  claims->body = mail_store_bodies_get (db, claims->message_id, NULL);
  return TRUE;
}

typedef struct
{
  GBytes *wanted;
  guint32 uid;
} Compare;

static gboolean
compare_body (MailImapFetch *fetch, gpointer user_data, GError **error)
{
  Compare *compare = user_data;
  const MailImapSection *section = mail_imap_fetch_get_section (fetch, "");

  if (compare->uid == 0 && section != NULL && section->data != NULL && g_bytes_equal (section->data, compare->wanted))
    compare->uid = fetch->uid;
  return TRUE;
}

static gboolean
find_by_content (MailImapEngine *engine, const Claims *claims, guint32 *uid, GCancellable *cancellable, GError **error)
{
  Compare compare = { .wanted = claims->body };
  g_autofree char *set = NULL;

  if (claims->body == NULL || claims->uids->len == 0)
    return TRUE;
  set = mail_imap_uid_set (claims->uids, 0, claims->uids->len);
  if (!mail_imap_session_fetch (engine->session, set, "BODY.PEEK[]", compare_body, &compare, cancellable, error))
    return FALSE;
  *uid = compare.uid;
  return TRUE;
}

gboolean
mail_imap_find (MailImapEngine *engine,
                const MailMailboxInfo *mailbox,
                const MailMessageInfo *row,
                guint32 *uid,
                GCancellable *cancellable,
                GError **error)
{
  gboolean by_id = is_quotable (row->message_id);
  g_autofree char *criteria =
      by_id ? g_strdup_printf ("HEADER MESSAGE-ID \"%s\"", row->message_id)
            : g_strdup_printf ("LARGER %" G_GINT64_FORMAT " SMALLER %" G_GINT64_FORMAT, MAX (row->size - 1, 0), row->size + 1);
  g_autoptr (GArray) uids = mail_imap_session_search (engine->session, criteria, cancellable, error);
  Claims claims = { .mailbox_id = mailbox->id, .message_id = row->id, .uids = uids };
  gboolean ok;

  *uid = 0;
  if (uids == NULL)
    return FALSE;
  if (uids->len == 0)
    return TRUE;
  if (!mail_store_read (engine->store, claims_job, &claims, error))
    return FALSE;
  ok = TRUE;
  if (!by_id)
    ok = find_by_content (engine, &claims, uid, cancellable, error);
  else if (uids->len > 0)
    *uid = g_array_index (uids, guint32, uids->len - 1);
  g_clear_pointer (&claims.body, g_bytes_unref);
  return ok;
}

typedef struct
{
  guint32 from;
  const GPtrArray *rows;
  GArray *uids;
} FindNew;

static gboolean
match_new (MailImapFetch *fetch, gpointer user_data, GError **error)
{
  FindNew *find = user_data;

  /* "n:*" names the last message even when its UID is below n. */
  if (fetch->envelope == NULL || !(fetch->has & MAIL_IMAP_HAS_SIZE) || fetch->uid < find->from)
    return TRUE;
  for (guint i = 0; i < find->rows->len; i++)
    {
      const MailMessageInfo *row = g_ptr_array_index (find->rows, i);
      guint32 *uid = &g_array_index (find->uids, guint32, i);

      if (*uid == 0 && row->size == (gint64) fetch->size
          && g_strcmp0 (row->message_id, fetch->envelope->message_id) == 0)
        {
          *uid = fetch->uid;
          break;
        }
    }
  return TRUE;
}

gboolean
mail_imap_find_new (MailImapEngine *engine,
                    guint32 from,
                    const GPtrArray *rows,
                    GArray *uids,
                    GCancellable *cancellable,
                    GError **error)
{
  FindNew find = { .from = MAX (from, 1), .rows = rows, .uids = uids };
  g_autofree char *set = g_strdup_printf ("%u:*", find.from);

  g_array_set_size (uids, 0);
  g_array_set_size (uids, rows->len); /* clears */
  memset (uids->data, 0, rows->len * sizeof (guint32));
  return mail_imap_session_fetch (engine->session, set, "RFC822.SIZE ENVELOPE", match_new, &find, cancellable, error);
}
