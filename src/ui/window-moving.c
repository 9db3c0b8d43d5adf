/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/window-private.h"

#include <glib/gi18n.h>

#include "ui/dialogs.h"
#include "ui/mailbox-chooser.h"
#include "ui/mailbox-rights.h"

static const char *
why_not_away (MailWindow *self)
{
  return self->mailbox != NULL ? mail_mailbox_why_not (self->mailbox, MAIL_RIGHT_DELETE) : NULL;
}

/* Why messages cannot go from here to @target, which is NULL when the account has none: then because of @none. */
static const char *
why_not_to (MailWindow *self, MailMailbox *target, const char *none)
{
  const char *why = why_not_away (self);

  if (why != NULL)
    return why;
  return target != NULL ? mail_mailbox_why_not (target, MAIL_RIGHT_INSERT) : none;
}

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

  return mailbox != NULL && mailbox != self->mailbox && (mail_mailbox_get_info (mailbox)->flags & MAIL_MAILBOX_NO_SELECT) == 0
         && mail_mailbox_may (mailbox, MAIL_RIGHT_INSERT);
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
  mail_popover_show_once (GTK_POPOVER (chooser));
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
  MailWindow *self = data;

  /* First what was put together goes, then what was looked for. */
  if (mail_list_pane_is_ticking (self->list) || !mail_list_pane_end_search (self->list))
    mail_list_pane_unselect (self->list);
}

static gboolean
takes_messages (MailAccount *account, MailMailbox *mailbox, gboolean *copy, const char **why, gpointer data)
{
  MailWindow *self = data;

  *why = NULL;
  if (account != self->account)
    *why = _ ("Messages stay within their account");
  else if (mailbox != self->mailbox && (mail_mailbox_get_info (mailbox)->flags & MAIL_MAILBOX_NO_SELECT) != 0)
    *why = _ ("It holds no messages, only mailboxes");
  else if (mailbox != self->mailbox)
    *why = *copy ? mail_mailbox_why_not (mailbox, MAIL_RIGHT_INSERT) : why_not_to (self, mailbox, NULL);
  return *why == NULL && mailbox != self->mailbox;
}

static void
drop_refused (const char *why, gpointer data)
{
  mail_toast_show (((MailWindow *) data)->toast, why, FALSE);
}

static void
messages_dropped (MailAccount *account, MailMailbox *mailbox, gboolean copy, gpointer data)
{
  mail_window_move (data, mailbox, copy);
}

static gboolean
takes_mailbox (MailAccount *account, MailMailbox *mailbox, MailMailbox *target, const char **why, gpointer data)
{
  return mail_mailbox_can_move_into (account, mailbox, target, why);
}

static void
mailbox_dropped (MailAccount *account, MailMailbox *mailbox, MailMailbox *target, gpointer data)
{
  mail_account_move_mailbox (account, mailbox, target);
}

static void
mark_junk (MailWindow *self, gboolean junk)
{
  g_autoptr (GArray) ids = mail_list_pane_get_selected (self->list);

  if (ids->len == 0)
    return;
  mail_window_leave_messages (self);
  mail_account_mark_junk (self->account, ids, junk);
}

static void
junk_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  mark_junk (data, TRUE);
}

static void
not_junk_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  mark_junk (data, FALSE);
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

/* Deleting, and what else needs a mailbox of its own to move to. */
static void
update_role_actions (MailWindow *self, gboolean some)
{
  MailRole role = self->mailbox != NULL ? mail_mailbox_get_role (self->mailbox) : MAIL_ROLE_NONE;
  MailMailbox *trash = some && role != MAIL_ROLE_TRASH ? mail_account_find_role (self->account, MAIL_ROLE_TRASH) : NULL;
  MailMailbox *junk = some ? mail_account_find_role (self->account, MAIL_ROLE_JUNK) : NULL;
  gboolean received = role != MAIL_ROLE_JUNK && role != MAIL_ROLE_SENT && role != MAIL_ROLE_DRAFTS;

  mail_reasons_set (self->reasons, "archive", some,
                    why_not_to (self, find_archive (self), role == MAIL_ROLE_ARCHIVE ? _ ("This is the archive")
                                                                                    : _ ("There is no archive to put it into")));
  mail_reasons_set (self->reasons, "delete", some, why_not_to (self, trash, NULL));
  mail_reasons_offer (self->reasons, "junk", some && received, why_not_to (self, junk, NULL));
  mail_reasons_offer (self->reasons, "not-junk", some && role == MAIL_ROLE_JUNK, why_not_away (self));
}

void
mail_window_update_moving_actions (MailWindow *self)
{
  gboolean some = mail_list_pane_get_n_selected (self->list) > 0;
  const char *nowhere = some && !has_target (self) ? _ ("There is no other mailbox to put it into") : NULL;

  update_role_actions (self, some);
  mail_reasons_set (self->reasons, "move-to", some, nowhere != NULL ? nowhere : why_not_away (self));
  mail_reasons_set (self->reasons, "copy-to", some, nowhere);
  mail_window_enable (self, "select-none", mail_list_pane_is_ticking (self->list) || mail_list_pane_is_searching (self->list));
}

void
mail_window_add_moving_actions (MailWindow *self)
{
  static const MailMailboxDragCalls calls = { takes_messages, messages_dropped, takes_mailbox, mailbox_dropped, drop_refused };
  static const GActionEntry entries[] = {
    { "archive", archive_cb },
    { "move-to", move_to_cb },
    { "copy-to", copy_to_cb },
    { "junk", junk_cb },
    { "not-junk", not_junk_cb },
    { "select-none", select_none_cb },
  };

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  mail_sidebar_set_drop (self->sidebar, &calls, self);
}
