/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/server-view.h"

#include <glib/gi18n.h>

#include "ui/quota-meter.h"
#include "ui/widgets.h"

#define NAME_CHARS 11

typedef struct
{
  MailAccount *account;
  GtkLabel *name;
  GtkLabel *connections;
  GtkLabel *mailboxes;
  GtkBox *groups;
} Server;

/* What matters comes first. */
typedef enum
{
  GROUP_USED,
  GROUP_OFFERED,
  GROUP_LACKING,
  N_GROUPS
} Group;

static void
server_free (gpointer data)
{
  Server *self = data;

  g_object_unref (self->account);
  g_free (self);
}

static Group
group_of (const MailServerExtension *extension)
{
  if (extension->used)
    return GROUP_USED;
  return extension->offered ? GROUP_OFFERED : GROUP_LACKING;
}

/* (transfer full) */
static char *
title_of (Group group, guint n)
{
  switch (group)
    {
    case GROUP_USED:
      return g_strdup_printf (_ ("Put to use (%u)"), n);
    case GROUP_OFFERED:
      return g_strdup_printf (_ ("Offered, not needed so far (%u)"), n);
    case GROUP_LACKING:
    default:
      return g_strdup_printf (_ ("Not offered (%u): Missiva does without"), n);
    }
}

static GtkWidget *
make_label (const char *text, const char *style)
{
  GtkWidget *label = g_object_new (GTK_TYPE_LABEL, "label", text, "xalign", 0.0, "yalign", 0.0, "wrap", TRUE, "wrap-mode",
                                   PANGO_WRAP_WORD_CHAR, NULL);

  if (style != NULL)
    gtk_style_context_add_class (gtk_widget_get_style_context (label), style);
  return label;
}

/* An extension's name is broken after a "=" rather than anywhere, and gets no hyphen, which would be read as a part of it. */
static GtkWidget *
make_name (const char *name)
{
  g_auto (GStrv) parts = g_strsplit (name, "=", -1);
  g_autofree char *text = g_strjoinv ("=\u200b", parts);
  GtkWidget *label = make_label (text, "capability-name");
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();

  pango_attr_list_insert (attributes, pango_attr_insert_hyphens_new (FALSE));
  gtk_label_set_attributes (GTK_LABEL (label), attributes);
  gtk_label_set_width_chars (GTK_LABEL (label), NAME_CHARS);
  gtk_label_set_max_width_chars (GTK_LABEL (label), NAME_CHARS);
  return label;
}

/* (transfer full): its name and where it is described, for those who know such things. */
static char *
name_of (const MailServerExtension *extension)
{
  return extension->rfc != NULL ? g_strdup_printf ("%s\nRFC %s", extension->name, extension->rfc) : g_strdup (extension->name);
}

static GtkWidget *
make_row (const MailServerExtension *extension)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  g_autofree char *saves = extension->saves != NULL ? g_strdup_printf (_ ("Saves %s"), extension->saves) : NULL;
  g_autofree char *name = name_of (extension);
  g_autofree char *spoken = g_strdup_printf ("%s %s", extension->what, saves != NULL ? saves : "");

  gtk_container_set_border_width (GTK_CONTAINER (box), 9);
  gtk_container_add (GTK_CONTAINER (words), make_label (extension->what, NULL));
  if (saves != NULL)
    gtk_container_add (GTK_CONTAINER (words), make_label (saves, "capability-saving"));
  gtk_box_pack_start (GTK_BOX (box), words, TRUE, TRUE, 0);
  gtk_box_pack_start (GTK_BOX (box), make_name (name), FALSE, FALSE, 0);
  gtk_container_add (GTK_CONTAINER (row), box);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  atk_object_set_name (gtk_widget_get_accessible (row), spoken);
  atk_object_set_description (gtk_widget_get_accessible (row), name);
  return row;
}

static void
add_group (Server *self, const GPtrArray *extensions, Group group)
{
  GtkWidget *rows = gtk_list_box_new ();
  GtkWidget *title = make_label (NULL, "capability-title");
  GtkWidget *frame = gtk_frame_new (NULL);
  g_autofree char *words = NULL;
  guint n = 0;

  for (guint i = 0; i < extensions->len; i++)
    {
      const MailServerExtension *extension = g_ptr_array_index (extensions, i);

      if (group_of (extension) != group)
        continue;
      gtk_container_add (GTK_CONTAINER (rows), make_row (extension));
      n++;
    }
  words = title_of (group, n);
  gtk_label_set_text (GTK_LABEL (title), words);
  atk_object_set_name (gtk_widget_get_accessible (rows), words);
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (rows), GTK_SELECTION_NONE);
  gtk_container_add (GTK_CONTAINER (frame), rows);
  gtk_container_add (GTK_CONTAINER (self->groups), title);
  gtk_container_add (GTK_CONTAINER (self->groups), frame);
  gtk_widget_show_all (title);
  gtk_widget_show_all (frame);
  gtk_widget_set_visible (title, n > 0);
  gtk_widget_set_visible (frame, n > 0);
}

static void
update (Server *self)
{
  const MailServerFacts *facts = mail_account_get_server_facts (self->account);
  g_autofree char *connections = NULL;
  g_autofree char *mailboxes = NULL;
  gboolean known = FALSE;

  mail_container_clear (GTK_CONTAINER (self->groups));
  if (facts == NULL)
    return;
  for (guint i = 0; i < facts->extensions->len; i++)
    known = known || ((const MailServerExtension *) g_ptr_array_index (facts->extensions, i))->offered;
  connections = mail_server_facts_describe_connections (facts, mail_account_get_connections (self->account));
  mailboxes = mail_server_facts_describe_mailboxes (facts);
  gtk_label_set_text (self->name, facts->server_name != NULL ? facts->server_name : _ ("It has not told"));
  gtk_label_set_text (self->connections, connections);
  gtk_label_set_text (self->mailboxes, mailboxes);
  if (!known)
    {
      GtkWidget *label = make_label (_ ("Missiva learns what it can do when you are next online."), NULL);

      gtk_container_add (GTK_CONTAINER (self->groups), label);
      gtk_widget_show (label);
      return;
    }
  for (Group group = GROUP_USED; group < N_GROUPS; group++)
    add_group (self, facts->extensions, group);
}

static GtkLabel *
add_fact (GtkGrid *grid, int row, const char *title)
{
  GtkWidget *caption = make_label (title, GTK_STYLE_CLASS_DIM_LABEL);
  GtkWidget *value = make_label (NULL, NULL);

  gtk_label_set_xalign (GTK_LABEL (caption), 1);
  gtk_label_set_line_wrap (GTK_LABEL (caption), FALSE);
  gtk_widget_set_hexpand (value, TRUE);
  gtk_label_set_selectable (GTK_LABEL (value), TRUE);
  gtk_widget_set_can_focus (value, FALSE);
  gtk_grid_attach (grid, caption, 0, row, 1, 1);
  gtk_grid_attach (grid, value, 1, row, 1, 1);
  return GTK_LABEL (value);
}

GtkWidget *
mail_server_view_new (MailAccount *account)
{
  GtkWidget *scroller = gtk_scrolled_window_new (NULL, NULL);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *grid = g_object_new (GTK_TYPE_GRID, "row-spacing", 6, "column-spacing", 12, NULL);
  Server *self = g_new0 (Server, 1);

  self->account = g_object_ref (account);
  self->name = add_fact (GTK_GRID (grid), 0, _ ("Server"));
  self->connections = add_fact (GTK_GRID (grid), 1, _ ("Connections"));
  self->mailboxes = add_fact (GTK_GRID (grid), 2, _ ("Mailboxes"));
  self->groups = GTK_BOX (gtk_box_new (GTK_ORIENTATION_VERTICAL, 6));
  gtk_container_add (GTK_CONTAINER (box), mail_quota_meter_new (account));
  gtk_container_add (GTK_CONTAINER (box), grid);
  gtk_container_add (GTK_CONTAINER (box), GTK_WIDGET (self->groups));
  gtk_container_set_border_width (GTK_CONTAINER (box), 3);
  gtk_container_add (GTK_CONTAINER (scroller), box);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  g_object_set_data_full (G_OBJECT (scroller), "server", self, server_free);
  update (self);
  /* Whatever is read anew of the server, the quota is, too. */
  mail_widget_follow (scroller, account, "notify::quota-percent", G_CALLBACK (update), self);
  return scroller;
}
