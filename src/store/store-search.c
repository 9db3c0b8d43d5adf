/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/store-search.h"

#include "store/store-db.h"

#define COLUMNS                                                                                                    \
  "SELECT m.id, m.date, m.uid, m.flags, m.internal_date, h.has_attachment, h.subject, h.from_name, h.from_address, " \
  "h.recipients, h.cc, h.preview FROM message m JOIN header h ON h.message_id = m.id "

static int
compare_keys (gconstpointer a, gconstpointer b)
{
  const MailStoreKey *x = a;
  const MailStoreKey *y = b;

  if (x->date != y->date)
    return x->date > y->date ? -1 : 1;
  return (x->id < y->id) - (x->id > y->id);
}

void
mail_store_keys_sort (GArray *keys)
{
  g_array_sort (keys, compare_keys);
}

static const char *
text_at (sqlite3_stmt *statement, int column)
{
  return (const char *) sqlite3_column_text (statement, column);
}

static MailStoreKey
read_key (sqlite3_stmt *statement)
{
  const MailStoreKey key = { sqlite3_column_int64 (statement, 0), sqlite3_column_int64 (statement, 1) };

  return key;
}

static void
read_state (sqlite3_stmt *statement, MailQueryRow *row)
{
  row->flags = (MailFlags) sqlite3_column_int (statement, 3);
  row->internal_date = sqlite3_column_int64 (statement, 4);
  row->has_attachment = sqlite3_column_int (statement, 5) != 0;
}

static void
read_texts (sqlite3_stmt *statement, MailQueryRow *row)
{
  row->subject = text_at (statement, 6);
  row->from_name = text_at (statement, 7);
  row->from_address = text_at (statement, 8);
  row->to = text_at (statement, 9);
  row->cc = text_at (statement, 10);
  row->preview = text_at (statement, 11);
}

gboolean
mail_store_search_rows (MailDb *db,
                        gint64 mailbox_id,
                        const MailQuery *query,
                        gint64 now,
                        MailStoreKey *from,
                        guint most,
                        gboolean *more,
                        GArray *keys,
                        GError **error)
{
  g_autoptr (sqlite3_stmt) statement = mail_db_query (db, error,
                                                      COLUMNS "WHERE m.mailbox_id = ?1 AND (m.date, m.id) < (?2, ?3) "
                                                              "ORDER BY m.date DESC, m.id DESC LIMIT ?4",
                                                      mailbox_id, from->date, from->id, (gint64) most);
  guint seen = 0;
  gboolean row;

  if (statement == NULL || !mail_db_step (db, statement, &row, error))
    return FALSE;
  for (; row; seen++)
    {
      MailQueryRow known;

      *from = read_key (statement);
      read_state (statement, &known);
      read_texts (statement, &known);
      if (mail_query_matches (query, &known, now))
        g_array_append_val (keys, *from);
      if (!mail_db_step (db, statement, &row, error))
        return FALSE;
    }
  *more = seen == most;
  return TRUE;
}

gboolean
mail_store_search_uids (MailDb *db,
                        gint64 mailbox_id,
                        const MailQuery *query,
                        gint64 now,
                        guint32 *first,
                        guint32 last,
                        guint most,
                        gboolean *more,
                        GArray *keys,
                        GError **error)
{
  g_autoptr (sqlite3_stmt) statement = mail_db_query (db, error,
                                                      COLUMNS "WHERE m.mailbox_id = ?1 AND m.uid BETWEEN ?2 AND ?3 "
                                                              "ORDER BY m.uid LIMIT ?4",
                                                      mailbox_id, *first, last, (gint64) most);
  guint seen = 0;
  guint32 uid = 0;
  gboolean row;

  if (statement == NULL || !mail_db_step (db, statement, &row, error))
    return FALSE;
  for (; row; seen++)
    {
      const MailStoreKey key = read_key (statement);
      MailQueryRow known = { 0 };

      uid = (guint32) sqlite3_column_int64 (statement, 2);
      read_state (statement, &known);
      if (query == NULL || mail_query_matches_state (query, &known, now))
        g_array_append_val (keys, key);
      if (!mail_db_step (db, statement, &row, error))
        return FALSE;
    }
  *more = seen == most && uid < last;
  *first = *more ? uid + 1 : last;
  return TRUE;
}
