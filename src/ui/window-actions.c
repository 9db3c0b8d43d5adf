/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/window-private.h"

#include <glib/gi18n.h>
#include <string.h>

#include "ui/account-dialog.h"
#include "ui/broken-dialog.h"
#include "ui/dialogs.h"
#include "ui/help-window.h"
#include "ui/mailbox-rights.h"
#include "ui/message-window.h"
#include "ui/offline-dialog.h"
#include "ui/queue-dialog.h"

static void
close_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  gtk_window_close (data);
}

static void
back_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  mail_window_go_back (data);
}

static void
check_mail_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  MailWindow *self = data;

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->accounts)); i++)
    {
      g_autoptr (MailAccount) account = g_list_model_get_item (G_LIST_MODEL (self->accounts), i);

      mail_account_sync_now (account);
    }
}

static void
search_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  MailWindow *self = data;

  hdy_leaflet_set_visible_child_name (self->inner, "list");
  hdy_leaflet_set_visible_child_name (self->outer, "content");
  mail_list_pane_search (self->list);
  mail_window_update_moving_actions (self);
}

static void
next_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  mail_list_pane_step (((MailWindow *) data)->list, 1);
}

static void
previous_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  mail_list_pane_step (((MailWindow *) data)->list, -1);
}

static void
set_flags (MailWindow *self, MailFlags add, MailFlags remove)
{
  g_autoptr (GArray) ids = mail_list_pane_get_selected (self->list);

  if (ids->len > 0)
    mail_account_set_flags (self->account, ids, add, remove);
}

static void
mark_read_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  set_flags (data, MAIL_FLAG_SEEN, MAIL_FLAGS_NONE);
}

static void
mark_unread_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  set_flags (data, MAIL_FLAGS_NONE, MAIL_FLAG_SEEN);
}

/* Gives @flag to all of them, or takes it from all when all have it. */
static void
toggle_flag (MailWindow *self, MailFlags flag)
{
  MailFlags all, any;

  mail_list_pane_get_selected_flags (self->list, &all, &any);
  if ((all & flag) != 0)
    set_flags (self, MAIL_FLAGS_NONE, flag);
  else
    set_flags (self, flag, MAIL_FLAGS_NONE);
}

static void
toggle_read_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  toggle_flag (data, MAIL_FLAG_SEEN);
}

static void
toggle_star_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  toggle_flag (data, MAIL_FLAG_FLAGGED);
}

/* Reading alone, one goes back to the list; beside the list, on to the next message. */
void
mail_window_leave_messages (MailWindow *self)
{
  if (mail_window_is_reading_alone (self))
    mail_window_go_back (self);
  mail_list_pane_advance (self->list);
}

/* Messages that are about to be deleted for ever, if the person says so. */
typedef struct
{
  MailWindow *window;
  MailAccount *account;
  GArray *ids;
} Deleting;

static void
deleting_free (gpointer data, GClosure *closure)
{
  Deleting *deleting = data;

  g_object_unref (deleting->window);
  g_object_unref (deleting->account);
  g_array_unref (deleting->ids);
  g_free (deleting);
}

static void
delete_answered_cb (GtkDialog *dialog, int response, gpointer data)
{
  Deleting *deleting = data;

  if (response == GTK_RESPONSE_ACCEPT)
    {
      if (deleting->account == deleting->window->account)
        mail_window_leave_messages (deleting->window);
      mail_account_delete (deleting->account, deleting->ids);
    }
  gtk_widget_destroy (GTK_WIDGET (dialog));
}

/* The one thing that cannot be undone is asked about. */
static void
ask_to_delete_for_ever (MailWindow *self, GArray *ids)
{
  g_autofree char *title = g_strdup_printf (ngettext ("Delete %u message for ever?", "Delete %u messages for ever?", ids->len),
                                            ids->len);
  GtkWidget *dialog = mail_dialog_ask (GTK_WINDOW (self), title, _ ("This cannot be undone."),
                                       _ ("_Delete for Ever"), TRUE);
  Deleting *deleting = g_new0 (Deleting, 1);

  deleting->window = g_object_ref (self);
  deleting->account = g_object_ref (self->account);
  deleting->ids = g_array_ref (ids);
  g_signal_connect_data (dialog, "response", G_CALLBACK (delete_answered_cb), deleting, deleting_free, 0);
  gtk_widget_show (dialog);
}

void
mail_window_delete (MailWindow *self, GArray *ids)
{
  g_autoptr (GArray) selected = mail_list_pane_get_selected (self->list);
  gboolean reading = selected->len > 0 && g_array_index (selected, gint64, 0) == g_array_index (ids, gint64, 0);

  if (mail_mailbox_get_role (self->mailbox) == MAIL_ROLE_TRASH || mail_account_find_role (self->account, MAIL_ROLE_TRASH) == NULL)
    {
      ask_to_delete_for_ever (self, ids);
      return;
    }
  if (reading)
    mail_window_leave_messages (self);
  mail_account_delete (self->account, ids);
}

static void
delete_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  MailWindow *self = data;
  g_autoptr (GArray) ids = mail_list_pane_get_selected (self->list);

  if (ids->len > 0)
    mail_window_delete (self, ids);
}

static void
undo_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  MailWindow *self = data;

  mail_toast_hide (self->toast);
  if (self->done_account == NULL || !mail_account_can_undo (self->done_account))
    return;
  mail_account_undo (self->done_account);
}

static void
opened_in_window_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (MailMessageWindow) window = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (MailMessage) message = mail_account_open_message_finish (MAIL_ACCOUNT (source), result, &error);

  if (message != NULL)
    mail_message_window_set_message (window, message, MAIL_ACCOUNT (source));
  else
    {
      g_autofree char *words = mail_account_describe_error (MAIL_ACCOUNT (source), error);

      mail_reader_set_failed (mail_message_window_get_reader (window), words);
    }
}

static void
open_message_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  MailWindow *self = data;
  g_autoptr (GArray) ids = mail_list_pane_get_selected (self->list);
  g_autoptr (GPtrArray) tags = NULL;
  GtkWidget *window;

  if (ids->len != 1)
    return;
  tags = mail_list_pane_find_tags (self->list, g_array_index (ids, gint64, 0));
  window = mail_message_window_new (gtk_window_get_application (GTK_WINDOW (self)));
  mail_reader_set_tags (mail_message_window_get_reader (MAIL_MESSAGE_WINDOW (window)), tags);
  gtk_window_present (GTK_WINDOW (window));
  mail_account_open_message_async (self->account, g_array_index (ids, gint64, 0), NULL, opened_in_window_cb,
                                   g_object_ref (window));
}

static void
shortcuts_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  mail_help_show_shortcuts (data);
}

void
mail_window_enable (MailWindow *self, const char *name, gboolean enabled)
{
  g_simple_action_set_enabled (G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self), name)), enabled);
}

/* What is greyed says why: the buttons, and over all of them the menus. */
static void
explain (MailWindow *self)
{
  const guint needed = 1U << MAIL_RIGHT_SEEN | 1U << MAIL_RIGHT_WRITE | 1U << MAIL_RIGHT_DELETE;
  g_autofree char *missing = self->mailbox != NULL ? mail_mailbox_describe_missing (self->mailbox, needed) : NULL;

  mail_reasons_explain_buttons (self->reasons, GTK_WIDGET (self->reader_bar));
  mail_list_pane_explain (self->list, self->reasons, missing);
  mail_menu_set_heading (self->reader_menu, missing);
}

static void
reader_menu_shown_cb (GtkWidget *popover, MailWindow *self)
{
  mail_reasons_explain_menu (self->reasons, popover, G_MENU_MODEL (self->reader_menu));
}

gboolean
mail_window_explain_key (MailWindow *self, const GdkEventKey *event)
{
  guint lower = gdk_keyval_to_lower (event->keyval);
  /* Shift belongs to a letter's key; of “!” it is a part already. */
  GdkModifierType part = gdk_keyval_to_unicode (lower) != 0 && lower == gdk_keyval_to_upper (lower) ? GDK_SHIFT_MASK : 0;
  g_autofree char *key = gtk_accelerator_name (lower, event->state & gtk_accelerator_get_default_mod_mask () & ~part);
  g_auto (GStrv) actions = gtk_application_get_actions_for_accel (gtk_window_get_application (GTK_WINDOW (self)), key);

  for (guint i = 0; actions[i] != NULL; i++)
    {
      g_autofree char *name = g_strndup (actions[i], strcspn (actions[i], "("));
      const char *why = mail_reasons_get (self->reasons, name);

      if (why == NULL)
        continue;
      mail_toast_show (self->toast, why, FALSE);
      return TRUE;
    }
  return FALSE;
}

void
mail_window_update_actions (MailWindow *self)
{
  MailFlags all, any;
  guint count = mail_list_pane_get_n_selected (self->list);
  gboolean some = count > 0;
  gboolean imap = self->account != NULL && mail_account_get_config (self->account)->mode == MAIL_MODE_IMAP;
  const char *not_seen = some ? mail_mailbox_why_not (self->mailbox, MAIL_RIGHT_SEEN) : NULL;

  mail_list_pane_get_selected_flags (self->list, &all, &any);
  mail_reasons_set (self->reasons, "toggle-read", some, not_seen);
  mail_reasons_set (self->reasons, "toggle-star", some, some ? mail_mailbox_why_not (self->mailbox, MAIL_RIGHT_WRITE) : NULL);
  mail_window_enable (self, "search", self->mailbox != NULL);
  mail_window_enable (self, "queue", imap);
  mail_window_enable (self, "prepare-offline", imap);
  mail_reasons_offer (self->reasons, "mark-read", some && (all & MAIL_FLAG_SEEN) == 0, not_seen);
  mail_reasons_offer (self->reasons, "mark-unread", some && (any & MAIL_FLAG_SEEN) != 0, not_seen);
  mail_window_enable (self, "open-message", count == 1);
  mail_window_enable (self, "undo", self->done_account != NULL && mail_account_can_undo (self->done_account));
  mail_window_update_moving_actions (self);
  mail_window_update_tags (self);
  explain (self);
  gtk_image_set_from_icon_name (self->star_icon,
                                some && (all & MAIL_FLAG_FLAGGED) != 0 ? "starred-symbolic" : "non-starred-symbolic",
                                GTK_ICON_SIZE_BUTTON);
}

static void
queue_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  MailWindow *self = data;

  mail_queue_dialog_show (GTK_WINDOW (self), self->account);
}

static void
prepare_offline_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  MailWindow *self = data;

  mail_offline_dialog_show (GTK_WINDOW (self), self->account);
}

static void
account_settings_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  MailWindow *self = data;
  g_autoptr (MailAccount) first = g_list_model_get_item (G_LIST_MODEL (self->accounts), 0);

  if (self->account != NULL)
    mail_account_dialog_show (GTK_WINDOW (self), self->accounts, self->account);
  else if (first != NULL && mail_account_is_broken (first))
    mail_broken_dialog_show (GTK_WINDOW (self), self->accounts, first);
}

void
mail_window_add_actions (MailWindow *self)
{
  static const GActionEntry entries[] = {
    { "close", close_cb },
    { "back", back_cb },
    { "check-mail", check_mail_cb },
    { "search", search_cb },
    { "next", next_cb },
    { "previous", previous_cb },
    { "toggle-read", toggle_read_cb },
    { "mark-read", mark_read_cb },
    { "mark-unread", mark_unread_cb },
    { "toggle-star", toggle_star_cb },
    { "delete", delete_cb },
    { "undo", undo_cb },
    { "open-message", open_message_cb },
    { "shortcuts", shortcuts_cb },
    { "queue", queue_cb },
    { "prepare-offline", prepare_offline_cb },
    { "account-settings", account_settings_cb },
  };

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  g_signal_connect (gtk_menu_button_get_popover (self->more_button), "show", G_CALLBACK (reader_menu_shown_cb), self);
  mail_window_add_moving_actions (self);
  mail_window_add_tag_actions (self);
}
