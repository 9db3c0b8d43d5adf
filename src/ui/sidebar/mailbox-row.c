/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/sidebar/mailbox-row.h"

#include <glib/gi18n.h>

#define INDENT 18 /* a level of the person's tree */

struct _MailMailboxRow
{
  GtkListBoxRow parent_instance;
  GtkWidget *box;
  GtkImage *icon;
  GtkLabel *title;
  GtkLabel *count;
  MailAccount *account;
  MailMailbox *mailbox;
};

G_DEFINE_TYPE (MailMailboxRow, mail_mailbox_row, GTK_TYPE_LIST_BOX_ROW)

/* What is unread counts; of drafts all of them do, and elsewhere what one sent or threw away is nobody's work. */
static void
update_count (MailMailboxRow *self)
{
  MailRole role = mail_mailbox_get_role (self->mailbox);
  gboolean drafts = role == MAIL_ROLE_DRAFTS;
  gboolean counts = role != MAIL_ROLE_SENT && role != MAIL_ROLE_TRASH;
  guint count = drafts ? mail_mailbox_get_messages (self->mailbox) : mail_mailbox_get_unread (self->mailbox);
  g_autofree char *number = count > 0 && counts ? g_strdup_printf ("%'u", count) : g_strdup ("");
  const char *title = mail_mailbox_get_title (self->mailbox);
  g_autofree char *spoken = NULL;

  if (*number == '\0')
    spoken = g_strdup (title);
  else if (drafts)
    spoken = g_strdup_printf (ngettext ("%1$s, %2$u draft", "%1$s, %2$u drafts", count), title, count);
  else
    spoken = g_strdup_printf (ngettext ("%1$s, %2$u unread", "%1$s, %2$u unread", count), title, count);
  gtk_label_set_text (self->count, number);
  gtk_label_set_attributes (self->title, NULL);
  if (*number != '\0' && !drafts)
    {
      PangoAttrList *bold = pango_attr_list_new ();

      pango_attr_list_insert (bold, pango_attr_weight_new (PANGO_WEIGHT_BOLD));
      gtk_label_set_attributes (self->title, bold);
      pango_attr_list_unref (bold);
    }
  atk_object_set_name (gtk_widget_get_accessible (GTK_WIDGET (self)), spoken);
}

/* The title may be cut; and how much can be read without a network. */
static void
update_tooltip (MailMailboxRow *self)
{
  g_autofree char *completeness = NULL;
  g_autofree char *tooltip = NULL;

  g_object_get (self->mailbox, "completeness", &completeness, NULL);
  tooltip = g_strjoin ("\n", mail_mailbox_get_title (self->mailbox),
                       mail_mailbox_get_messages (self->mailbox) > 0 ? completeness : NULL, NULL);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), tooltip);
}

static void
mailbox_changed_cb (MailMailboxRow *self)
{
  update_count (self);
  update_tooltip (self);
}

MailAccount *
mail_mailbox_row_get_account (MailMailboxRow *self)
{
  return self->account;
}

MailMailbox *
mail_mailbox_row_get_mailbox (MailMailboxRow *self)
{
  return self->mailbox;
}

static void
mail_mailbox_row_dispose (GObject *object)
{
  MailMailboxRow *self = MAIL_MAILBOX_ROW (object);

  g_clear_object (&self->account);
  g_clear_object (&self->mailbox);
  G_OBJECT_CLASS (mail_mailbox_row_parent_class)->dispose (object);
}

static void
mail_mailbox_row_class_init (MailMailboxRowClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = mail_mailbox_row_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/missiva/Missiva/ui/sidebar/mailbox-row.ui");
  gtk_widget_class_bind_template_child (widget_class, MailMailboxRow, box);
  gtk_widget_class_bind_template_child (widget_class, MailMailboxRow, icon);
  gtk_widget_class_bind_template_child (widget_class, MailMailboxRow, title);
  gtk_widget_class_bind_template_child (widget_class, MailMailboxRow, count);
}

static void
mail_mailbox_row_init (MailMailboxRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static gboolean
depth_to_margin (GBinding *binding, const GValue *depth, GValue *margin, gpointer data)
{
  g_value_set_int (margin, 12 + INDENT * (int) MIN (g_value_get_uint (depth), 8));
  return TRUE;
}

GtkWidget *
mail_mailbox_row_new (MailAccount *account, MailMailbox *mailbox)
{
  MailMailboxRow *self = g_object_new (MAIL_TYPE_MAILBOX_ROW, NULL);

  self->account = g_object_ref (account);
  self->mailbox = g_object_ref (mailbox);
  g_object_bind_property (mailbox, "title", self->title, "label", G_BINDING_SYNC_CREATE);
  g_object_bind_property (mailbox, "icon-name", self->icon, "icon-name", G_BINDING_SYNC_CREATE);
  g_object_bind_property (mailbox, "selectable", self, "selectable", G_BINDING_SYNC_CREATE);
  g_object_bind_property_full (mailbox, "depth", self->box, "margin-start", G_BINDING_SYNC_CREATE, depth_to_margin,
                               NULL, NULL, NULL);
  g_signal_connect_object (mailbox, "notify", G_CALLBACK (mailbox_changed_cb), self, G_CONNECT_SWAPPED);
  mailbox_changed_cb (self);
  return GTK_WIDGET (self);
}
