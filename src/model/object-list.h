/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

/* A GListModel of objects in an array: what the short lists of this room have in common. Each list is a type of its own, says in
 * its class what it holds, and changes through the functions below, which keep array and signal together. Main thread. */
#define MAIL_TYPE_OBJECT_LIST (mail_object_list_get_type ())
G_DECLARE_DERIVABLE_TYPE (MailObjectList, mail_object_list, MAIL, OBJECT_LIST, GObject)

struct _MailObjectListClass
{
  GObjectClass parent_class;
  GType item_type;
};

/* Borrowed until the list changes. */
const GPtrArray *mail_object_list_get_items (MailObjectList *list);
gboolean mail_object_list_find (MailObjectList *list, gconstpointer item, guint *position);

/* @item (transfer full) */
void mail_object_list_insert (MailObjectList *list, guint position, gpointer item);
/* (transfer full) */
gpointer mail_object_list_steal (MailObjectList *list, guint position);
/* @items (transfer full), which frees its objects. What is the same at both ends is left alone. */
void mail_object_list_replace (MailObjectList *list, GPtrArray *items);
