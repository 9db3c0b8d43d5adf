/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/reasons.h"

#define HEADING_CHARS 32

struct _MailReasons
{
  GActionMap *actions; /* borrowed */
  char *prefix;
  GHashTable *why;     /* action with its prefix -> sentence */
  GHashTable *offered; /* name -> GAction: those that are not always in the group */
};

MailReasons *
mail_reasons_new (GActionMap *actions, const char *prefix)
{
  MailReasons *self = g_new0 (MailReasons, 1);

  self->actions = actions;
  self->prefix = g_strdup (prefix);
  self->why = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->offered = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  return self;
}

void
mail_reasons_free (MailReasons *self)
{
  g_hash_table_unref (self->why);
  g_hash_table_unref (self->offered);
  g_free (self->prefix);
  g_free (self);
}

static void
set (MailReasons *self, GAction *action, gboolean possible, const char *why)
{
  g_autofree char *full = g_strconcat (self->prefix, ".", g_action_get_name (action), NULL);

  g_simple_action_set_enabled (G_SIMPLE_ACTION (action), possible && why == NULL);
  if (possible && why != NULL)
    g_hash_table_replace (self->why, g_steal_pointer (&full), (gpointer) why);
  else
    g_hash_table_remove (self->why, full);
}

void
mail_reasons_set (MailReasons *self, const char *name, gboolean possible, const char *why)
{
  set (self, g_action_map_lookup_action (self->actions, name), possible, why);
}

void
mail_reasons_offer (MailReasons *self, const char *name, gboolean offered, const char *why)
{
  GAction *action = g_hash_table_lookup (self->offered, name);

  if (action == NULL)
    {
      action = g_object_ref (g_action_map_lookup_action (self->actions, name));
      g_hash_table_insert (self->offered, g_strdup (name), action);
    }
  set (self, action, offered, why);
  if (offered)
    g_action_map_add_action (self->actions, action);
  else
    g_action_map_remove_action (self->actions, name);
}

const char *
mail_reasons_get (MailReasons *self, const char *action)
{
  return g_hash_table_lookup (self->why, action);
}

static void
explain_button (GtkWidget *widget, gpointer data)
{
  const char *action = GTK_IS_ACTIONABLE (widget) ? gtk_actionable_get_action_name (GTK_ACTIONABLE (widget)) : NULL;
  const char *why = action != NULL ? mail_reasons_get (data, action) : NULL;
  /* "" stands for none: a NULL is no datum. */
  const char *own = g_object_get_data (G_OBJECT (widget), "own-tooltip");

  if (why != NULL && own == NULL)
    {
      g_autofree char *before = gtk_widget_get_tooltip_text (widget);

      g_object_set_data_full (G_OBJECT (widget), "own-tooltip", g_strdup (before != NULL ? before : ""), g_free);
    }
  if (why != NULL)
    gtk_widget_set_tooltip_text (widget, why);
  else if (own != NULL)
    {
      gtk_widget_set_tooltip_text (widget, *own != '\0' ? own : NULL);
      g_object_set_data (G_OBJECT (widget), "own-tooltip", NULL);
    }
  if (GTK_IS_CONTAINER (widget))
    gtk_container_forall (GTK_CONTAINER (widget), explain_button, data);
}

void
mail_reasons_explain_buttons (MailReasons *self, GtkWidget *top)
{
  explain_button (top, self);
}

/* (transfer full): as it is shown, without the mark of its mnemonic. */
static char *
dup_shown (const char *label)
{
  GString *shown = g_string_new (NULL);

  for (const char *p = label; *p != '\0'; p++)
    {
      if (*p == '_' && *++p == '\0')
        break;
      g_string_append_c (shown, *p);
    }
  return g_string_free (shown, FALSE);
}

/* The items of a popover do not tell which action they stand for, only what they say. */
static void
collect_items (MailReasons *self, GMenuModel *menu, GHashTable *by_label)
{
  for (int i = 0; i < g_menu_model_get_n_items (menu); i++)
    {
      g_autoptr (GMenuLinkIter) links = g_menu_model_iterate_item_links (menu, i);
      g_autofree char *label = NULL;
      g_autofree char *action = NULL;
      const char *why = NULL;

      if (g_menu_model_get_item_attribute (menu, i, G_MENU_ATTRIBUTE_LABEL, "s", &label)
          && g_menu_model_get_item_attribute (menu, i, G_MENU_ATTRIBUTE_ACTION, "s", &action))
        why = mail_reasons_get (self, action);
      if (why != NULL)
        g_hash_table_replace (by_label, dup_shown (label), (gpointer) why);
      while (g_menu_link_iter_next (links))
        {
          g_autoptr (GMenuModel) below = g_menu_link_iter_get_value (links);

          collect_items (self, below, by_label);
        }
    }
}

static void
explain_item (GtkWidget *widget, gpointer data)
{
  if (GTK_IS_MODEL_BUTTON (widget))
    {
      g_autofree char *text = NULL;

      g_object_get (widget, "text", &text, NULL);
      gtk_widget_set_tooltip_text (widget, text != NULL ? g_hash_table_lookup (data, text) : NULL);
    }
  else if (GTK_IS_CONTAINER (widget))
    gtk_container_forall (GTK_CONTAINER (widget), explain_item, data);
}

void
mail_reasons_explain_menu (MailReasons *self, GtkWidget *popover, GMenuModel *menu)
{
  g_autoptr (GHashTable) by_label = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  collect_items (self, menu, by_label);
  gtk_container_forall (GTK_CONTAINER (popover), explain_item, by_label);
}

char *
mail_menu_fold (const char *sentence)
{
  g_auto (GStrv) words = g_strsplit (sentence, " ", -1);
  GString *folded = g_string_new (NULL);
  glong used = 0;

  for (guint i = 0; words[i] != NULL; i++)
    {
      glong length = g_utf8_strlen (words[i], -1);
      gboolean fits = used + 1 + length <= HEADING_CHARS;

      if (i > 0)
        g_string_append_c (folded, fits ? ' ' : '\n');
      g_string_append (folded, words[i]);
      used = i > 0 && fits ? used + 1 + length : length;
    }
  return g_string_free (folded, FALSE);
}

void
mail_menu_set_heading (GMenu *menu, const char *heading)
{
  GMenuModel *model = G_MENU_MODEL (menu);
  g_autoptr (GMenuModel) first = g_menu_model_get_item_link (model, 0, G_MENU_LINK_SECTION);
  g_autofree char *before = NULL;
  g_autofree char *folded = heading != NULL ? mail_menu_fold (heading) : NULL;

  g_menu_model_get_item_attribute (model, 0, G_MENU_ATTRIBUTE_LABEL, "s", &before);
  if (g_strcmp0 (before, folded) == 0)
    return;
  g_menu_remove (menu, 0);
  g_menu_insert_section (menu, 0, folded, first);
}
