/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/object-list.h"

typedef struct
{
  GPtrArray *items;
} MailObjectListPrivate;

static void list_model_init (GListModelInterface *iface);

G_DEFINE_ABSTRACT_TYPE_WITH_CODE (MailObjectList, mail_object_list, G_TYPE_OBJECT,
                                  G_ADD_PRIVATE (MailObjectList)
                                      G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static MailObjectListPrivate *
get_private (MailObjectList *self)
{
  return mail_object_list_get_instance_private (self);
}

const GPtrArray *
mail_object_list_get_items (MailObjectList *self)
{
  return get_private (self)->items;
}

gboolean
mail_object_list_find (MailObjectList *self, gconstpointer item, guint *position)
{
  return g_ptr_array_find (get_private (self)->items, item, position);
}

void
mail_object_list_insert (MailObjectList *self, guint position, gpointer item)
{
  g_ptr_array_insert (get_private (self)->items, (int) position, item);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 0, 1);
}

gpointer
mail_object_list_steal (MailObjectList *self, guint position)
{
  gpointer item = g_ptr_array_steal_index (get_private (self)->items, position);

  g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
  return item;
}

void
mail_object_list_replace (MailObjectList *self, GPtrArray *items)
{
  MailObjectListPrivate *priv = get_private (self);
  g_autoptr (GPtrArray) old = priv->items;
  guint head = 0;
  guint tail = 0;

  while (head < old->len && head < items->len && g_ptr_array_index (old, head) == g_ptr_array_index (items, head))
    head++;
  while (tail < old->len - head && tail < items->len - head
         && g_ptr_array_index (old, old->len - 1 - tail) == g_ptr_array_index (items, items->len - 1 - tail))
    tail++;

  priv->items = items;
  if (head + tail < MAX (old->len, items->len))
    g_list_model_items_changed (G_LIST_MODEL (self), head, old->len - head - tail, items->len - head - tail);
}

static GType
get_item_type (GListModel *model)
{
  return MAIL_OBJECT_LIST_GET_CLASS (model)->item_type;
}

static guint
get_n_items (GListModel *model)
{
  return get_private (MAIL_OBJECT_LIST (model))->items->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  const GPtrArray *items = get_private (MAIL_OBJECT_LIST (model))->items;

  return position < items->len ? g_object_ref (g_ptr_array_index (items, position)) : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
mail_object_list_finalize (GObject *object)
{
  g_ptr_array_unref (get_private (MAIL_OBJECT_LIST (object))->items);
  G_OBJECT_CLASS (mail_object_list_parent_class)->finalize (object);
}

static void
mail_object_list_class_init (MailObjectListClass *klass)
{
  klass->item_type = G_TYPE_OBJECT;
  G_OBJECT_CLASS (klass)->finalize = mail_object_list_finalize;
}

static void
mail_object_list_init (MailObjectList *self)
{
  get_private (self)->items = g_ptr_array_new_with_free_func (g_object_unref);
}
