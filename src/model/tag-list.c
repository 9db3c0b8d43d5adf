/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/tag-list.h"

struct _MailTagList
{
  MailObjectList parent;
};

G_DEFINE_FINAL_TYPE (MailTagList, mail_tag_list, MAIL_TYPE_OBJECT_LIST)

MailTagList *
mail_tag_list_new (void)
{
  return g_object_new (MAIL_TYPE_TAG_LIST, NULL);
}

void
mail_tag_list_update (MailTagList *self, const GPtrArray *infos)
{
  GPtrArray *tags = g_ptr_array_new_with_free_func (g_object_unref);

  g_return_if_fail (MAIL_IS_TAG_LIST (self));

  for (guint i = 0; i < infos->len; i++)
    g_ptr_array_add (tags, mail_tag_new (g_ptr_array_index (infos, i)));
  mail_object_list_replace (MAIL_OBJECT_LIST (self), tags);
}

static void
mail_tag_list_class_init (MailTagListClass *klass)
{
  MAIL_OBJECT_LIST_CLASS (klass)->item_type = MAIL_TYPE_TAG;
}

static void
mail_tag_list_init (MailTagList *self)
{
}
