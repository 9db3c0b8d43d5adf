/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/pop3-returned.h"

#include <string.h>

#include "core/errors.h"
#include "store/store-bodies.h"
#include "store/store-mailboxes.h"
#include "store/store-messages.h"

#define BLANK_LINE "\r\n\r\n"

typedef struct
{
  MailStore *store;
  MailPopKeep keep;
  GPtrArray *entries; /* MailUidl of the items that are asked for, in their order */
  guint next;
  GPtrArray *same; /* MailUidl, those that are proven */
} Comparison;

typedef struct
{
  gint64 message_id;
  GBytes *raw; /* NULL: no copy here */
} Copy;

static gboolean
load_copy_job (MailDb *db, gpointer data, GError **error)
{
  Copy *copy = data;
  GError *failed = NULL;

  copy->raw = mail_store_bodies_get (db, copy->message_id, &failed);
  if (copy->raw != NULL || g_error_matches (failed, MAIL_ERROR, MAIL_ERROR_NOT_FOUND))
    {
      g_clear_error (&failed);
      return TRUE;
    }
  g_propagate_error (error, failed);
  return FALSE;
}

/* @header is what TOP answers, with or without the blank line at its end. */
static gboolean
is_header_of (GBytes *header, GBytes *raw)
{
  gsize header_size, raw_size;
  const char *header_data = g_bytes_get_data (header, &header_size);
  const char *raw_data = g_bytes_get_data (raw, &raw_size);
  const char *end = g_strstr_len (raw_data, (gssize) raw_size, BLANK_LINE);
  gsize least = end != NULL ? (gsize) (end - raw_data) + strlen ("\r\n") : raw_size;

  return header_size > 0 && header_size >= least && header_size <= raw_size && memcmp (header_data, raw_data, header_size) == 0;
}

static gboolean
take_header_cb (guint number, GBytes *header, const char *why, gpointer user_data, GError **error)
{
  Comparison *comparison = user_data;
  MailUidl *entry = g_ptr_array_index (comparison->entries, comparison->next++);
  Copy copy = { .message_id = entry->message_id };

  if (header == NULL)
    return TRUE;
  if (!mail_store_read (comparison->store, load_copy_job, &copy, error))
    return FALSE;
  if (copy.raw != NULL && is_header_of (header, copy.raw))
    g_ptr_array_add (comparison->same, entry);
  g_clear_pointer (&copy.raw, g_bytes_unref);
  return TRUE;
}

static gboolean
take_back_job (MailDb *db, gpointer data, GError **error)
{
  Comparison *comparison = data;

  for (guint i = 0; i < comparison->same->len; i++)
    if (!mail_pop3_returned_take_back (db, comparison->keep, g_ptr_array_index (comparison->same, i), error))
      return FALSE;
  return TRUE;
}

gboolean
mail_pop3_returned_compare (MailPop3Session *session,
                            MailStore *store,
                            MailPopKeep keep,
                            GHashTable *ledger,
                            const GPtrArray *items,
                            GCancellable *cancellable,
                            GError **error)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new ();
  g_autoptr (GPtrArray) asked = g_ptr_array_new ();
  g_autoptr (GPtrArray) same = g_ptr_array_new ();
  Comparison comparison = { .store = store, .keep = keep, .entries = entries, .same = same };

  if ((mail_pop3_session_get_caps (session) & MAIL_POP3_CAP_TOP) == 0)
    return TRUE;
  for (guint i = 0; i < items->len; i++)
    {
      MailPop3Item *item = g_ptr_array_index (items, i);
      MailUidl *entry = g_hash_table_lookup (ledger, item->uidl);

      if (entry->message_id == 0)
        continue;
      g_ptr_array_add (asked, item);
      g_ptr_array_add (entries, entry);
    }
  return (asked->len == 0
          || mail_pop3_session_retrieve_headers (session, asked, take_header_cb, &comparison, cancellable, error))
         && (same->len == 0 || mail_store_write (store, take_back_job, &comparison, error));
}

/* *@has_copy FALSE: the person removed the message here for ever. */
static gboolean
find_copy (MailDb *db, gint64 message_id, gboolean *has_copy, gboolean *in_trash, GError **error)
{
  g_autoptr (GError) failed = NULL;
  g_autoptr (MailMessageInfo) row = message_id != 0 ? mail_store_messages_get (db, message_id, &failed) : NULL;
  g_autoptr (MailMailboxInfo) mailbox = row != NULL ? mail_store_mailboxes_get (db, row->mailbox_id, &failed) : NULL;

  *has_copy = row != NULL;
  *in_trash = mailbox != NULL && mailbox->role == MAIL_ROLE_TRASH;
  if (failed == NULL || (row == NULL && g_error_matches (failed, MAIL_ERROR, MAIL_ERROR_NOT_FOUND)))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failed));
  return FALSE;
}

gboolean
mail_pop3_returned_take_back (MailDb *db, MailPopKeep keep, MailUidl *entry, GError **error)
{
  gboolean has_copy, in_trash;

  if (!find_copy (db, entry->message_id, &has_copy, &in_trash, error))
    return FALSE;
  if (entry->state == MAIL_UIDL_DELETED)
    entry->returned++;
  if (in_trash || (!has_copy && keep == MAIL_POP_KEEP_UNTIL_DELETED))
    entry->state = MAIL_UIDL_TO_DELETE;
  else
    entry->state = MAIL_UIDL_HERE;
  if (!has_copy)
    entry->message_id = 0;
  return mail_store_uidl_put (db, entry, error)
         && (!has_copy || mail_store_messages_set_where (db, entry->message_id, MAIL_WHERE_BOTH, error));
}
