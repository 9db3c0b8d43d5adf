/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/search.h"

#include "core/clock.h"
#include "core/mailbox-info.h"
#include "store/store-mailboxes.h"
#include "store/store-search.h"

/* Rows that one job looks at. */
#define ROWS 2000

/* What the newest row comes before. */
static const MailStoreKey newest = { G_MAXINT64, G_MAXINT64 };

MailSearch *
mail_search_new (const MailQuery *query, gint64 mailbox_id, GCancellable *give_up)
{
  MailSearch *search = g_new0 (MailSearch, 1);

  search->query = mail_query_copy (query);
  search->mailbox_id = mailbox_id;
  search->give_up = give_up != NULL ? g_object_ref (give_up) : NULL;
  search->keys = g_array_new (FALSE, FALSE, sizeof (MailStoreKey));
  return search;
}

void
mail_search_free (MailSearch *search)
{
  if (search == NULL)
    return;
  mail_query_free (search->query);
  g_clear_object (&search->give_up);
  g_array_unref (search->keys);
  g_clear_pointer (&search->left, g_array_unref);
  g_free (search);
}

void
mail_search_reset (MailSearch *search)
{
  g_array_set_size (search->keys, 0);
  g_clear_pointer (&search->left, g_array_unref);
  search->searched = MAIL_SEARCHED_HERE;
}

void
mail_search_finish (MailSearch *search)
{
  mail_store_keys_sort (search->keys);
  g_array_set_size (search->keys, MIN (search->keys->len, MAIL_SEARCH_MOST));
}

static gboolean
begin (MailDb *db, MailSearch *search, GError **error)
{
  g_autoptr (GPtrArray) mailboxes = mail_store_mailboxes_list (db, error);

  if (mailboxes == NULL)
    return FALSE;
  search->left = g_array_new (FALSE, FALSE, sizeof (gint64));
  for (guint i = 0; i < mailboxes->len; i++)
    {
      const MailMailboxInfo *mailbox = g_ptr_array_index (mailboxes, i);

      if (mailbox->messages > 0 && (search->mailbox_id == 0 || search->mailbox_id == mailbox->id))
        g_array_append_val (search->left, mailbox->id);
    }
  search->from = newest;
  return TRUE;
}

gboolean
mail_search_look_job (MailDb *db, gpointer data, GError **error)
{
  MailSearch *search = data;
  gboolean more;
  gint64 mailbox_id;

  if (search->left == NULL && !begin (db, search, error))
    return FALSE;
  if (mail_search_is_done (search))
    return TRUE;
  mailbox_id = g_array_index (search->left, gint64, search->left->len - 1);
  if (!mail_store_search_rows (db, mailbox_id, search->query, mail_clock_now (), &search->from, ROWS, &more, search->keys, error))
    return FALSE;
  if (more)
    return TRUE;
  g_array_set_size (search->left, search->left->len - 1);
  search->from = newest;
  return TRUE;
}

gboolean
mail_search_is_done (const MailSearch *search)
{
  return search->left != NULL && search->left->len == 0;
}

static gboolean
look (MailStore *store, MailSearch *search, GCancellable *cancellable, GError **error)
{
  while (!mail_search_is_done (search))
    if (g_cancellable_set_error_if_cancelled (cancellable, error)
        || g_cancellable_set_error_if_cancelled (search->give_up, error)
        || !mail_store_read (store, mail_search_look_job, search, error))
      return FALSE;
  return TRUE;
}

gboolean
mail_search_mailbox_here (MailStore *store, MailSearch *search, gint64 mailbox_id, GCancellable *cancellable, GError **error)
{
  if (search->left == NULL)
    search->left = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_array_set_size (search->left, 0);
  g_array_append_val (search->left, mailbox_id);
  search->from = newest;
  return look (store, search, cancellable, error);
}

gboolean
mail_search_here (MailStore *store, MailSearch *search, GCancellable *cancellable, GError **error)
{
  mail_search_reset (search);
  if (!look (store, search, cancellable, error))
    return FALSE;
  mail_search_finish (search);
  return TRUE;
}
