/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/mailbox-list.h"

#include <string.h>

struct _MailMailboxList
{
  MailObjectList parent;
};

G_DEFINE_FINAL_TYPE (MailMailboxList, mail_mailbox_list, MAIL_TYPE_OBJECT_LIST)

/* A mailbox on its way into the order. */
typedef struct
{
  const MailMailboxInfo *info;
  guint rank;  /* of the role that it lies beneath; OWN_TREE for none */
  GStrv parts; /* names beneath that, as collation keys; empty for the mailbox with the role itself */
  guint depth;
  gboolean has_own_children;
} Entry;

#define OWN_TREE (MAIL_ROLE_FLAGGED + 1)

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_strfreev (entry->parts);
  g_free (entry);
}

static GStrv
collation_keys (const char *name, char delimiter)
{
  const char separator[2] = { delimiter, '\0' };
  GStrv parts = delimiter != '\0' ? g_strsplit (name, separator, -1) : g_strsplit (name, "\n", 1);

  for (guint i = 0; parts[i] != NULL; i++)
    {
      char *key = g_utf8_collate_key (parts[i], -1);

      g_free (parts[i]);
      parts[i] = key;
    }
  return parts;
}

/* Where @info hangs: the nearest mailbox above it that has a role, and the names from there. On many servers everything lies
 * beneath the inbox; that one does not count. */
static void
place_entry (Entry *entry, GHashTable *by_name)
{
  const MailMailboxInfo *info = entry->info;
  const char *rest = info->name;

  entry->rank = info->role != MAIL_ROLE_NONE ? info->role : OWN_TREE;
  if (info->role != MAIL_ROLE_NONE || info->delimiter == '\0')
    rest = info->role != MAIL_ROLE_NONE ? "" : info->name;
  else
    for (const char *p = strchr (info->name, info->delimiter); p != NULL; p = strchr (p + 1, info->delimiter))
      {
        g_autofree char *above = g_strndup (info->name, (gsize) (p - info->name));
        Entry *parent = g_hash_table_lookup (by_name, above);

        if (g_ascii_strcasecmp (above, "INBOX") == 0)
          rest = p + 1;
        else if (parent != NULL)
          {
            parent->has_own_children = TRUE;
            entry->depth++;
            if (parent->info->role != MAIL_ROLE_NONE)
              {
                entry->rank = parent->info->role;
                entry->depth = 1;
                rest = p + 1;
              }
          }
      }
  entry->parts = collation_keys (rest, info->delimiter);
}

static int
compare_entries (gconstpointer a, gconstpointer b)
{
  const Entry *x = *(const Entry *const *) a;
  const Entry *y = *(const Entry *const *) b;
  guint i = 0;

  if (x->rank != y->rank)
    return x->rank < y->rank ? -1 : 1;
  while (x->parts[i] != NULL && y->parts[i] != NULL)
    {
      int order = strcmp (x->parts[i], y->parts[i]);

      if (order != 0)
        return order;
      i++;
    }
  if ((x->parts[i] == NULL) != (y->parts[i] == NULL))
    return x->parts[i] == NULL ? -1 : 1;
  return (x->info->id > y->info->id) - (x->info->id < y->info->id);
}

static GPtrArray *
order_infos (const GPtrArray *infos)
{
  g_autoptr (GHashTable) by_name = g_hash_table_new (g_str_hash, g_str_equal);
  GPtrArray *entries = g_ptr_array_new_with_free_func (entry_free);

  for (guint i = 0; i < infos->len; i++)
    {
      Entry *entry;

      if (((const MailMailboxInfo *) g_ptr_array_index (infos, i))->flags & MAIL_MAILBOX_DELETING)
        continue;
      entry = g_new0 (Entry, 1);
      entry->info = g_ptr_array_index (infos, i);
      g_ptr_array_add (entries, entry);
      g_hash_table_insert (by_name, entry->info->name, entry);
    }
  for (guint i = 0; i < entries->len; i++)
    place_entry (g_ptr_array_index (entries, i), by_name);
  for (guint i = entries->len; i-- > 0;)
    {
      const Entry *entry = g_ptr_array_index (entries, i);

      if ((entry->info->flags & MAIL_MAILBOX_NO_SELECT) && !entry->has_own_children)
        g_ptr_array_remove_index (entries, i);
    }
  g_ptr_array_sort (entries, compare_entries);
  return entries;
}

MailMailboxList *
mail_mailbox_list_new (void)
{
  return g_object_new (MAIL_TYPE_MAILBOX_LIST, NULL);
}

static GPtrArray *
make_mailboxes (MailMailboxList *self, const GPtrArray *entries)
{
  GPtrArray *mailboxes = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < entries->len; i++)
    {
      const Entry *entry = g_ptr_array_index (entries, i);
      MailMailbox *old = mail_mailbox_list_find (self, entry->info->id);
      MailMailbox *mailbox = old != NULL ? g_object_ref (old) : mail_mailbox_new (entry->info);

      mail_mailbox_set_depth (mailbox, entry->depth);
      g_ptr_array_add (mailboxes, mailbox);
    }
  return mailboxes;
}

void
mail_mailbox_list_update (MailMailboxList *self, const GPtrArray *infos)
{
  g_autoptr (GPtrArray) entries = NULL;
  const GPtrArray *mailboxes;

  g_return_if_fail (MAIL_IS_MAILBOX_LIST (self));

  entries = order_infos (infos);
  /* Figures change all the time, the order seldom. */
  mail_object_list_replace (MAIL_OBJECT_LIST (self), make_mailboxes (self, entries));
  mailboxes = mail_object_list_get_items (MAIL_OBJECT_LIST (self));
  for (guint i = 0; i < entries->len; i++)
    {
      const Entry *entry = g_ptr_array_index (entries, i);

      mail_mailbox_update (g_ptr_array_index (mailboxes, i), entry->info);
    }
}

MailMailbox *
mail_mailbox_list_find (MailMailboxList *self, gint64 id)
{
  const GPtrArray *mailboxes = mail_object_list_get_items (MAIL_OBJECT_LIST (self));

  for (guint i = 0; i < mailboxes->len; i++)
    {
      MailMailbox *mailbox = g_ptr_array_index (mailboxes, i);

      if (mail_mailbox_get_id (mailbox) == id)
        return mailbox;
    }
  return NULL;
}

MailMailbox *
mail_mailbox_list_find_role (MailMailboxList *self, MailRole role)
{
  const GPtrArray *mailboxes = mail_object_list_get_items (MAIL_OBJECT_LIST (self));

  for (guint i = 0; i < mailboxes->len; i++)
    {
      MailMailbox *mailbox = g_ptr_array_index (mailboxes, i);

      if (mail_mailbox_get_role (mailbox) == role)
        return mailbox;
    }
  return NULL;
}

static void
mail_mailbox_list_class_init (MailMailboxListClass *klass)
{
  MAIL_OBJECT_LIST_CLASS (klass)->item_type = MAIL_TYPE_MAILBOX;
}

static void
mail_mailbox_list_init (MailMailboxList *self)
{
}
