/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/window-private.h"

#include <glib/gi18n.h>

#include "core/keywords.h"
#include "ui/mailbox-rights.h"
#include "ui/tags-dialog.h"

/* Which tags all selected messages have is told by a tick before the name. */
static void
fill_menu (MailWindow *self, const char *common)
{
  GListModel *tags = mail_account_get_tags (self->account);
  g_autoptr (GMenu) section = g_menu_new ();
  g_autoptr (GMenu) last = g_menu_new ();

  g_menu_remove_all (self->tag_menu);
  for (guint i = 0; i < g_list_model_get_n_items (tags); i++)
    {
      g_autoptr (MailTag) tag = g_list_model_get_item (tags, i);
      g_autoptr (GMenuItem) item = g_menu_item_new (NULL, NULL);
      gboolean has = mail_keywords_contain (common, mail_tag_get_keyword (tag));
      g_autofree char *label = g_strconcat (has ? "✓ " : "", mail_tag_get_name (tag), NULL);

      g_menu_item_set_label (item, label);
      g_menu_item_set_action_and_target (item, "win.tag", "s", mail_tag_get_keyword (tag));
      g_menu_append_item (section, item);
    }
  g_menu_append (last, _ ("_Remove All Tags"), "win.untag");
  g_menu_append (last, _ ("_Manage Tags…"), "win.manage-tags");
  g_menu_append_section (self->tag_menu, NULL, G_MENU_MODEL (section));
  g_menu_append_section (self->tag_menu, NULL, G_MENU_MODEL (last));
}

void
mail_window_update_tags (MailWindow *self)
{
  gboolean some = self->account != NULL && mail_list_pane_get_n_selected (self->list) > 0;
  const char *why = some ? mail_mailbox_why_not (self->mailbox, MAIL_RIGHT_WRITE) : NULL;
  g_autofree char *common = NULL;
  g_autoptr (GPtrArray) tags = NULL;

  mail_reasons_set (self->reasons, "tag", some, why);
  mail_reasons_set (self->reasons, "tag-nth", some, why);
  mail_reasons_set (self->reasons, "untag", some && mail_list_pane_may_have_tags (self->list), why);
  mail_window_enable (self, "manage-tags", self->account != NULL);
  if (self->account == NULL)
    return;
  tags = mail_list_pane_find_tags (self->list, self->reading);
  mail_reader_set_tags (self->reader, tags);
  common = mail_list_pane_dup_selected_keywords (self->list);
  fill_menu (self, common);
}

static void
toggle (MailWindow *self, const char *keyword)
{
  g_autoptr (GArray) ids = mail_list_pane_get_selected (self->list);
  g_autofree char *common = mail_list_pane_dup_selected_keywords (self->list);
  gboolean has = mail_keywords_contain (common, keyword);

  if (ids->len > 0)
    mail_account_set_keywords (self->account, ids, has ? NULL : keyword, has ? keyword : NULL);
}

static void
tag_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  toggle (data, g_variant_get_string (parameter, NULL));
}

static void
tag_nth_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  MailWindow *self = data;
  guint nth = (guint) g_variant_get_int32 (parameter);
  g_autoptr (MailTag) tag = nth > 0 ? g_list_model_get_item (mail_account_get_tags (self->account), nth - 1) : NULL;

  if (tag != NULL)
    toggle (self, mail_tag_get_keyword (tag));
}

static void
untag_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  MailWindow *self = data;
  GListModel *tags = mail_account_get_tags (self->account);
  g_autoptr (GArray) ids = mail_list_pane_get_selected (self->list);
  g_autoptr (GString) all = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (tags); i++)
    {
      g_autoptr (MailTag) tag = g_list_model_get_item (tags, i);

      g_string_append_printf (all, "%s%s", i > 0 ? " " : "", mail_tag_get_keyword (tag));
    }
  if (ids->len > 0 && all->len > 0)
    mail_account_set_keywords (self->account, ids, NULL, all->str);
}

static void
manage_tags_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  MailWindow *self = data;

  mail_tags_dialog_show (GTK_WINDOW (self), self->account);
}

void
mail_window_add_tag_actions (MailWindow *self)
{
  static const GActionEntry entries[] = {
    { "tag", tag_cb, "s" },
    { "tag-nth", tag_nth_cb, "i" },
    { "untag", untag_cb },
    { "manage-tags", manage_tags_cb },
  };

  g_autoptr (GMenu) section = g_menu_new ();

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  /* After what else is done with the message, before how it is shown. */
  g_menu_append_submenu (section, _ ("_Tag"), G_MENU_MODEL (self->tag_menu));
  g_menu_insert_section (self->reader_menu, 1, NULL, G_MENU_MODEL (section));
  mail_list_pane_add_submenu (self->list, _ ("_Tag"), G_MENU_MODEL (self->tag_menu));
}
