/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/tags-dialog.h"

#include <glib/gi18n.h>

#include "ui/dialogs.h"
#include "ui/widgets.h"

typedef struct
{
  MailAccount *account;
  GtkListBox *rows;
  GtkEntry *name;
  GtkColorButton *color;
  GtkWidget *add;
  gboolean editing; /* a change comes from a row, which is not to be made anew below the person's hands */
} Tags;

static void
tags_free (gpointer data)
{
  Tags *tags = data;

  g_object_unref (tags->account);
  g_free (tags);
}

/* (transfer full): "#rrggbb" */
static char *
dup_color (GtkColorButton *button)
{
  GdkRGBA rgba;

  gtk_color_chooser_get_rgba (GTK_COLOR_CHOOSER (button), &rgba);
  return g_strdup_printf ("#%02x%02x%02x", (guint) (rgba.red * 255 + 0.5), (guint) (rgba.green * 255 + 0.5),
                          (guint) (rgba.blue * 255 + 0.5));
}

static void
set_color (GtkColorButton *button, const char *color)
{
  GdkRGBA rgba;

  if (gdk_rgba_parse (&rgba, color))
    gtk_color_chooser_set_rgba (GTK_COLOR_CHOOSER (button), &rgba);
}

/* The widgets of a row. */
static void
row_changed_cb (GtkWidget *row)
{
  Tags *tags = g_object_get_data (G_OBJECT (row), "tags");
  const MailTagInfo *before = mail_tag_get_info (g_object_get_data (G_OBJECT (row), "tag"));
  const char *name = gtk_entry_get_text (g_object_get_data (G_OBJECT (row), "name"));
  g_autofree char *color = dup_color (g_object_get_data (G_OBJECT (row), "color"));
  g_autoptr (MailTagInfo) info = NULL;
  g_autoptr (MailTag) tag = NULL;

  if (*name == '\0' || (g_str_equal (name, before->name) && g_ascii_strcasecmp (color, before->color) == 0))
    return;
  info = mail_tag_info_new (before->keyword, name, color, before->position);
  tag = mail_tag_new (info);
  g_object_set_data_full (G_OBJECT (row), "tag", g_object_ref (tag), g_object_unref);
  tags->editing = TRUE;
  mail_account_put_tag (tags->account, tag);
}

static gboolean
focus_out_cb (GtkWidget *entry, GdkEventFocus *event, GtkWidget *row)
{
  row_changed_cb (row);
  return GDK_EVENT_PROPAGATE;
}

static void
remove_cb (GtkWidget *row)
{
  Tags *tags = g_object_get_data (G_OBJECT (row), "tags");

  tags->editing = FALSE;
  mail_account_remove_tag (tags->account, g_object_get_data (G_OBJECT (row), "tag"));
}

/* @spoken (transfer full) */
static void
speak (GtkWidget *widget, char *spoken)
{
  atk_object_set_name (gtk_widget_get_accessible (widget), spoken);
  g_free (spoken);
}

static GtkWidget *
make_row (Tags *tags, MailTag *tag)
{
  GtkWidget *row = g_object_new (GTK_TYPE_LIST_BOX_ROW, "activatable", FALSE, "selectable", FALSE, "can-focus", FALSE, NULL);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *color = gtk_color_button_new ();
  GtkWidget *name = gtk_entry_new ();
  GtkWidget *remove = gtk_button_new_from_icon_name ("user-trash-symbolic", GTK_ICON_SIZE_BUTTON);

  gtk_entry_set_text (GTK_ENTRY (name), mail_tag_get_name (tag));
  set_color (GTK_COLOR_BUTTON (color), mail_tag_get_color (tag));
  gtk_button_set_relief (GTK_BUTTON (remove), GTK_RELIEF_NONE);
  gtk_widget_set_tooltip_text (remove, _ ("Remove this tag; messages keep their mark on the server"));
  speak (color, g_strdup_printf (_ ("Colour of %s"), mail_tag_get_name (tag)));
  speak (name, g_strdup_printf (_ ("Name of %s"), mail_tag_get_name (tag)));
  speak (remove, g_strdup_printf (_ ("Remove %s"), mail_tag_get_name (tag)));
  gtk_container_set_border_width (GTK_CONTAINER (box), 6);
  gtk_container_add (GTK_CONTAINER (box), color);
  gtk_box_pack_start (GTK_BOX (box), name, TRUE, TRUE, 0);
  gtk_container_add (GTK_CONTAINER (box), remove);
  gtk_container_add (GTK_CONTAINER (row), box);
  g_object_set_data (G_OBJECT (row), "tags", tags);
  g_object_set_data (G_OBJECT (row), "name", name);
  g_object_set_data (G_OBJECT (row), "color", color);
  g_object_set_data_full (G_OBJECT (row), "tag", g_object_ref (tag), g_object_unref);
  g_signal_connect_swapped (color, "color-set", G_CALLBACK (row_changed_cb), row);
  g_signal_connect_swapped (name, "activate", G_CALLBACK (row_changed_cb), row);
  g_signal_connect (name, "focus-out-event", G_CALLBACK (focus_out_cb), row);
  g_signal_connect_swapped (remove, "clicked", G_CALLBACK (remove_cb), row);
  gtk_widget_show_all (row);
  return row;
}

static void
destroy_row_cb (GtkWidget *row, gpointer data)
{
  gtk_widget_destroy (row);
}

static void
fill (Tags *tags)
{
  GListModel *list = mail_account_get_tags (tags->account);

  if (tags->editing)
    {
      tags->editing = FALSE;
      return;
    }
  gtk_container_foreach (GTK_CONTAINER (tags->rows), destroy_row_cb, NULL);
  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr (MailTag) tag = g_list_model_get_item (list, i);

      gtk_container_add (GTK_CONTAINER (tags->rows), make_row (tags, tag));
    }
}

static void
new_name_changed_cb (Tags *tags)
{
  gtk_widget_set_sensitive (tags->add, *gtk_entry_get_text (tags->name) != '\0');
}

static void
add_cb (Tags *tags)
{
  g_autofree char *name = g_strstrip (g_strdup (gtk_entry_get_text (tags->name)));
  g_autofree char *color = dup_color (tags->color);
  g_autoptr (MailTag) tag = NULL;

  if (*name == '\0')
    return;
  tag = mail_tag_new_with_name (name, color);
  tags->editing = FALSE;
  mail_account_put_tag (tags->account, tag);
  gtk_entry_set_text (tags->name, "");
}

static GtkWidget *
make_new (Tags *tags)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  tags->color = GTK_COLOR_BUTTON (gtk_color_button_new ());
  tags->name = GTK_ENTRY (g_object_new (GTK_TYPE_ENTRY, "placeholder-text", _ ("Another tag"), NULL));
  tags->add = gtk_button_new_with_mnemonic (_ ("_Add"));
  set_color (tags->color, "#3584e4");
  gtk_widget_set_sensitive (tags->add, FALSE);
  atk_object_set_name (gtk_widget_get_accessible (GTK_WIDGET (tags->color)), _ ("Colour of the new tag"));
  atk_object_set_name (gtk_widget_get_accessible (GTK_WIDGET (tags->name)), _ ("Name of the new tag"));
  gtk_container_set_border_width (GTK_CONTAINER (box), 6);
  gtk_container_add (GTK_CONTAINER (box), GTK_WIDGET (tags->color));
  gtk_box_pack_start (GTK_BOX (box), GTK_WIDGET (tags->name), TRUE, TRUE, 0);
  gtk_container_add (GTK_CONTAINER (box), tags->add);
  g_signal_connect_swapped (tags->name, "changed", G_CALLBACK (new_name_changed_cb), tags);
  g_signal_connect_swapped (tags->name, "activate", G_CALLBACK (add_cb), tags);
  g_signal_connect_swapped (tags->add, "clicked", G_CALLBACK (add_cb), tags);
  return box;
}

void
mail_tags_dialog_show (GtkWindow *window, MailAccount *account)
{
  g_autofree char *title = g_strdup_printf (_ ("Tags of %s"), mail_account_get_name (account));
  GtkWidget *dialog = gtk_dialog_new_with_buttons (title, window,
                                                   GTK_DIALOG_MODAL | GTK_DIALOG_DESTROY_WITH_PARENT | GTK_DIALOG_USE_HEADER_BAR,
                                                   NULL, NULL);
  GtkWidget *box = gtk_dialog_get_content_area (GTK_DIALOG (dialog));
  GtkWidget *scroller = g_object_new (GTK_TYPE_SCROLLED_WINDOW, "hscrollbar-policy", GTK_POLICY_NEVER, "expand", TRUE, NULL);
  Tags *tags = g_new0 (Tags, 1);

  tags->account = g_object_ref (account);
  tags->rows = GTK_LIST_BOX (g_object_new (GTK_TYPE_LIST_BOX, "selection-mode", GTK_SELECTION_NONE, NULL));
  atk_object_set_name (gtk_widget_get_accessible (GTK_WIDGET (tags->rows)), _ ("Tags"));
  fill (tags);
  gtk_container_add (GTK_CONTAINER (scroller), GTK_WIDGET (tags->rows));
  gtk_container_add (GTK_CONTAINER (box), scroller);
  gtk_container_add (GTK_CONTAINER (box), make_new (tags));
  mail_dialog_set_size (GTK_WINDOW (dialog), 400, 440);
  g_object_set_data_full (G_OBJECT (dialog), "tags", tags, tags_free);
  mail_widget_follow (dialog, mail_account_get_tags (account), "items-changed", G_CALLBACK (fill), tags);
  g_signal_connect (dialog, "response", G_CALLBACK (gtk_widget_destroy), NULL);
  gtk_widget_show_all (dialog);
}
