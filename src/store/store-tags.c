/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/store-tags.h"

#include "store/store-db.h"

static gboolean
is_listed (const GPtrArray *tags, const char *keyword)
{
  for (guint i = 0; i < tags->len; i++)
    if (g_ascii_strcasecmp (((const MailTagInfo *) g_ptr_array_index (tags, i))->keyword, keyword) == 0)
      return TRUE;
  return FALSE;
}

static int
compare (gconstpointer left, gconstpointer right)
{
  const MailTagInfo *a = *(const MailTagInfo *const *) left;
  const MailTagInfo *b = *(const MailTagInfo *const *) right;

  return a->position != b->position ? (a->position < b->position ? -1 : 1) : g_utf8_collate (a->name, b->name);
}

/* A row without a name hides a default. */
static gboolean
load (MailDb *db, GPtrArray *tags, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = mail_db_prepare (db, "SELECT keyword, name, color, position FROM tag", error);
  gboolean row;

  if (statement == NULL || !mail_db_step (db, statement, &row, error))
    return FALSE;
  while (row)
    {
      g_ptr_array_add (tags, mail_tag_info_new ((const char *) sqlite3_column_text (statement, 0),
                                                (const char *) sqlite3_column_text (statement, 1),
                                                (const char *) sqlite3_column_text (statement, 2),
                                                (guint) sqlite3_column_int64 (statement, 3)));
      if (!mail_db_step (db, statement, &row, error))
        return FALSE;
    }
  return TRUE;
}

static void
add_defaults (GPtrArray *tags)
{
  g_autoptr (GPtrArray) defaults = mail_tag_info_defaults ();

  for (guint i = 0; i < defaults->len; i++)
    {
      const MailTagInfo *tag = g_ptr_array_index (defaults, i);

      if (!is_listed (tags, tag->keyword))
        g_ptr_array_add (tags, mail_tag_info_copy (tag));
    }
}

GPtrArray *
mail_store_tags_list (MailDb *db, GError **error)
{
  g_autoptr (GPtrArray) tags = g_ptr_array_new_with_free_func ((GDestroyNotify) mail_tag_info_free);

  if (!load (db, tags, error))
    return NULL;
  add_defaults (tags);
  for (guint i = tags->len; i > 0; i--)
    if (((const MailTagInfo *) g_ptr_array_index (tags, i - 1))->name[0] == '\0')
      g_ptr_array_remove_index (tags, i - 1);
  g_ptr_array_sort (tags, compare);
  return g_steal_pointer (&tags);
}

static gboolean
is_called (const MailTagInfo *tag, const char *name)
{
  g_autofree char *wanted = g_utf8_casefold (name, -1);
  g_autofree char *called = g_utf8_casefold (tag->name, -1);

  return g_str_equal (wanted, called) || g_ascii_strcasecmp (tag->keyword, name) == 0;
}

MailTagInfo *
mail_store_tags_find (MailDb *db, const char *name, GError **error)
{
  g_autoptr (GPtrArray) tags = mail_store_tags_list (db, error);

  for (guint i = 0; tags != NULL && i < tags->len; i++)
    if (is_called (g_ptr_array_index (tags, i), name))
      return mail_tag_info_copy (g_ptr_array_index (tags, i));
  return NULL;
}

static gboolean
put (MailDb *db, const char *keyword, const char *name, const char *color, guint position, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = mail_db_prepare (db,
                                                        "INSERT INTO tag (keyword, name, color, position) "
                                                        "VALUES (?1, ?2, ?3, ?4) ON CONFLICT (keyword) DO UPDATE SET "
                                                        "name = excluded.name, color = excluded.color, "
                                                        "position = excluded.position",
                                                        error);

  if (statement == NULL)
    return FALSE;
  mail_db_bind_text (statement, 1, keyword);
  mail_db_bind_text (statement, 2, name);
  mail_db_bind_text (statement, 3, color);
  sqlite3_bind_int64 (statement, 4, position);
  return mail_db_finish (db, statement, error);
}

gboolean
mail_store_tags_put (MailDb *db, const MailTagInfo *tag, GError **error)
{
  return put (db, tag->keyword, tag->name, tag->color, tag->position, error);
}

gboolean
mail_store_tags_remove (MailDb *db, const char *keyword, GError **error)
{
  return put (db, keyword, "", "", 0, error);
}
