/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/window-private.h"

#include <glib/gi18n.h>

#include "ui/mailbox-chooser.h"

static MailMailbox *
find_archive (MailWindow *self)
{
  return self->account != NULL ? mail_account_find_archive_for (self->account, self->mailbox) : NULL;
}

void
mail_window_move (MailWindow *self, MailMailbox *target, gboolean copy)
{
  g_autoptr (GArray) ids = mail_list_pane_get_selected (self->list);

  if (ids->len == 0)
    return;
  if (copy)
    {
      mail_account_copy (self->account, ids, target);
      return;
    }
  mail_window_leave_messages (self);
  mail_account_move (self->account, ids, target);
}

static void
archive_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  MailMailbox *archive = find_archive (data);

  if (archive != NULL)
    mail_window_move (data, archive, FALSE);
}

/* A mailbox that the selected messages can be asked into. */
static gboolean
is_target (MailMailbox *mailbox, gpointer data)
{
  MailWindow *self = data;

  return mailbox != NULL && mailbox != self->mailbox && (mail_mailbox_get_info (mailbox)->flags & MAIL_MAILBOX_NO_SELECT) == 0;
}

static void
move_chosen_cb (MailMailboxChooser *chooser, MailMailbox *mailbox, MailWindow *self)
{
  if (is_target (mailbox, self))
    mail_window_move (self, mailbox, FALSE);
}

static void
copy_chosen_cb (MailMailboxChooser *chooser, MailMailbox *mailbox, MailWindow *self)
{
  if (is_target (mailbox, self))
    mail_window_move (self, mailbox, TRUE);
}

/* Below the button, or at the top of what has its turn. */
static void
ask_for_target (MailWindow *self, const char *title, GCallback chosen)
{
  gboolean folded = hdy_leaflet_get_folded (self->inner);
  GtkWidget *pane = mail_window_is_reading_alone (self) ? GTK_WIDGET (self->reader) : GTK_WIDGET (self->list);
  GtkWidget *chooser = mail_mailbox_chooser_new (folded ? pane : self->move_button, self->account, title, is_target, self, NULL);

  if (folded)
    {
      GdkRectangle middle = { gtk_widget_get_allocated_width (pane) / 2, 0, 1, 1 };

      gtk_popover_set_pointing_to (GTK_POPOVER (chooser), &middle);
      gtk_popover_set_position (GTK_POPOVER (chooser), GTK_POS_BOTTOM);
    }
  g_signal_connect_object (chooser, "chosen", chosen, self, 0);
  gtk_popover_popup (GTK_POPOVER (chooser));
}

static void
move_to_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  MailWindow *self = data;
  guint count = mail_list_pane_get_n_selected (self->list);
  g_autofree char *title = g_strdup_printf (ngettext ("Move %'u message to", "Move %'u messages to", count), count);

  ask_for_target (self, title, G_CALLBACK (move_chosen_cb));
}

static void
copy_to_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  MailWindow *self = data;
  guint count = mail_list_pane_get_n_selected (self->list);
  g_autofree char *title = g_strdup_printf (ngettext ("Copy %'u message to", "Copy %'u messages to", count), count);

  ask_for_target (self, title, G_CALLBACK (copy_chosen_cb));
}

static void
select_none_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  mail_list_pane_unselect (((MailWindow *) data)->list);
}

static gboolean
takes_messages (MailAccount *account, MailMailbox *mailbox, gboolean *copy, gpointer data)
{
  MailWindow *self = data;

  return account == self->account && is_target (mailbox, self);
}

static void
messages_dropped (MailAccount *account, MailMailbox *mailbox, gboolean copy, gpointer data)
{
  mail_window_move (data, mailbox, copy);
}

static gboolean
has_target (MailWindow *self)
{
  GListModel *mailboxes = mail_account_get_mailboxes (self->account);

  for (guint i = 0; i < g_list_model_get_n_items (mailboxes); i++)
    {
      g_autoptr (MailMailbox) mailbox = g_list_model_get_item (mailboxes, i);

      if (is_target (mailbox, self))
        return TRUE;
    }
  return FALSE;
}

void
mail_window_update_moving_actions (MailWindow *self)
{
  guint count = mail_list_pane_get_n_selected (self->list);
  gboolean some = count > 0 && has_target (self);

  mail_window_enable (self, "archive", count > 0 && find_archive (self) != NULL);
  mail_window_enable (self, "move-to", some);
  mail_window_enable (self, "copy-to", some);
  mail_window_enable (self, "select-none", mail_list_pane_is_ticking (self->list));
}

void
mail_window_add_moving_actions (MailWindow *self)
{
  static const MailMailboxDragCalls calls = { takes_messages, messages_dropped, NULL, NULL };
  static const GActionEntry entries[] = {
    { "archive", archive_cb },
    { "move-to", move_to_cb },
    { "copy-to", copy_to_cb },
    { "select-none", select_none_cb },
  };

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  mail_sidebar_set_drop (self->sidebar, &calls, self);
}
