/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/pop3-listing.h"

#include "core/errors.h"

char *
mail_pop3_listing_identify_header (GBytes *header, guint64 size)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree char *prefix = g_strdup_printf ("%" G_GUINT64_FORMAT "\n", size);

  g_checksum_update (checksum, (const guchar *) prefix, -1);
  g_checksum_update (checksum, g_bytes_get_data (header, NULL), (gssize) g_bytes_get_size (header));
  return g_strconcat (MAIL_POP3_CONTENT_PREFIX, g_checksum_get_string (checksum), NULL);
}

char *
mail_pop3_listing_identify_message (const guint8 hash[32])
{
  GString *key = g_string_new (MAIL_POP3_CONTENT_PREFIX);

  for (guint i = 0; i < 32; i++)
    g_string_append_printf (key, "%02x", hash[i]);
  return g_string_free (key, FALSE);
}

static gboolean
has_unique_ids (MailPop3Session *session, const GPtrArray *items)
{
  if ((mail_pop3_session_get_caps (session) & MAIL_POP3_CAP_UIDL) != 0)
    return TRUE;
  for (guint i = 0; i < items->len; i++)
    if (((MailPop3Item *) g_ptr_array_index (items, i))->uidl != NULL)
      return TRUE;
  return FALSE;
}

/* A short UIDL: a message whose id was left out today must not become another one tomorrow. */
static void
drop_nameless (GPtrArray *items)
{
  for (guint i = items->len; i > 0; i--)
    if (((MailPop3Item *) g_ptr_array_index (items, i - 1))->uidl == NULL)
      g_ptr_array_remove_index (items, i - 1);
}

typedef struct
{
  const GPtrArray *items;
  guint next;
} Namer;

static gboolean
name_item_cb (guint number, GBytes *header, const char *why, gpointer user_data, GError **error)
{
  Namer *namer = user_data;
  MailPop3Item *item = g_ptr_array_index (namer->items, namer->next++);

  if (header != NULL)
    item->uidl = mail_pop3_listing_identify_header (header, item->size);
  return TRUE;
}

static gboolean
name_by_header (MailPop3Session *session, const GPtrArray *items, GCancellable *cancellable, GError **error)
{
  const MailPop3Item *first = g_ptr_array_index (items, 0);
  g_autoptr (GError) refused = NULL;
  g_autoptr (GBytes) probe = mail_pop3_session_top (session, first->number, 0, cancellable, &refused);
  Namer namer = { items, 0 };

  if (g_error_matches (refused, MAIL_ERROR, MAIL_ERROR_UNSUPPORTED))
    return TRUE;
  if (refused != NULL && !g_error_matches (refused, MAIL_ERROR, MAIL_ERROR_REFUSED))
    {
      g_propagate_error (error, g_steal_pointer (&refused));
      return FALSE;
    }
  return mail_pop3_session_retrieve_headers (session, items, name_item_cb, &namer, cancellable, error);
}

GPtrArray *
mail_pop3_listing_read (MailPop3Session *session, gboolean *whole, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) items = NULL;
  guint messages;
  guint64 bytes;

  if (!mail_pop3_session_stat (session, &messages, &bytes, cancellable, error))
    return NULL;
  items = mail_pop3_session_list (session, cancellable, error);
  if (items == NULL)
    return NULL;

  if (has_unique_ids (session, items))
    drop_nameless (items);
  else if (items->len > 0 && !name_by_header (session, items, cancellable, error))
    return NULL;
  *whole = items->len == messages;
  return g_steal_pointer (&items);
}
