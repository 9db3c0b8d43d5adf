/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/sidebar/mailbox-menu.h"

#include <glib/gi18n.h>

#include "ui/account-dialog.h"
#include "ui/dialogs.h"
#include "ui/mailbox-chooser.h"
#include "ui/mailbox-dialogs.h"
#include "ui/mailbox-properties.h"
#include "ui/mailbox-rights.h"
#include "ui/offline-dialog.h"
#include "ui/queue-dialog.h"
#include "ui/reasons.h"
#include "ui/sidebar/account-row.h"
#include "ui/sidebar/mailbox-row.h"

/* The list's: all accounts. */
#define ACCOUNTS "accounts"

/* A menu that is open, or was just answered. It hangs on the list and not on a row, which news may take away. */
typedef struct
{
  GtkWidget *rows; /* borrowed: it has the actions */
  GdkRectangle place;
  MailAccount *account;
  MailMailbox *mailbox; /* NULL: the account's own */
} Menu;

static void
menu_free (gpointer data)
{
  Menu *menu = data;

  g_object_unref (menu->account);
  g_clear_object (&menu->mailbox);
  g_free (menu);
}

static Menu *
menu_new (GtkWidget *rows, const GdkRectangle *place, MailAccount *account, MailMailbox *mailbox)
{
  Menu *menu = g_new0 (Menu, 1);

  menu->rows = rows;
  menu->place = *place;
  menu->account = g_object_ref (account);
  menu->mailbox = mailbox != NULL ? g_object_ref (mailbox) : NULL;
  return menu;
}

static GtkWindow *
get_window (Menu *menu)
{
  return GTK_WINDOW (gtk_widget_get_toplevel (menu->rows));
}

static void
new_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  Menu *menu = data;

  mail_mailbox_dialog_create (get_window (menu), menu->account, menu->mailbox);
}

static void
rename_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  Menu *menu = data;

  mail_mailbox_dialog_rename (get_window (menu), menu->account, menu->mailbox);
}

static gboolean
can_move_into (MailMailbox *target, gpointer data)
{
  const Menu *menu = data;
  const char *why;

  return mail_mailbox_can_move_into (menu->account, menu->mailbox, target, &why);
}

static void
target_chosen_cb (MailMailboxChooser *chooser, MailMailbox *target, Menu *menu)
{
  mail_account_move_mailbox (menu->account, menu->mailbox, target);
}

static void
move_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  Menu *menu = data;
  g_autofree char *title = g_strdup_printf (_ ("Move “%s” into"), mail_mailbox_get_title (menu->mailbox));
  GtkWidget *chooser = mail_mailbox_chooser_new (menu->rows, menu->account, title, can_move_into, menu, NULL);
  Menu *answer = menu_new (menu->rows, &menu->place, menu->account, menu->mailbox);

  gtk_popover_set_pointing_to (GTK_POPOVER (chooser), &menu->place);
  g_object_set_data_full (G_OBJECT (chooser), "menu", answer, menu_free);
  g_signal_connect (chooser, "chosen", G_CALLBACK (target_chosen_cb), answer);
  mail_popover_show_once (GTK_POPOVER (chooser));
}

static void
mark_all_read_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  Menu *menu = data;

  mail_account_mark_all_read (menu->account, menu->mailbox);
}

static void
empty_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  Menu *menu = data;

  mail_mailbox_dialog_empty (get_window (menu), menu->account, menu->mailbox);
}

static void
delete_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  Menu *menu = data;

  mail_mailbox_dialog_delete (get_window (menu), menu->account, menu->mailbox);
}

static void
properties_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  Menu *menu = data;

  mail_mailbox_properties_show (get_window (menu), menu->account, menu->mailbox);
}

static void
check_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  mail_account_sync_now (((Menu *) data)->account);
}

static void
settings_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  Menu *menu = data;

  mail_account_dialog_show (get_window (menu), g_object_get_data (G_OBJECT (menu->rows), ACCOUNTS), menu->account);
}

static void
queue_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  Menu *menu = data;

  mail_queue_dialog_show (get_window (menu), menu->account);
}

static void
offline_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  Menu *menu = data;

  mail_offline_dialog_show (get_window (menu), menu->account);
}

/* The menu stays open after what is ticked in it: the mark follows at once, though the store tells of the change later. */
static gboolean
flip (GSimpleAction *action)
{
  g_autoptr (GVariant) before = g_action_get_state (G_ACTION (action));
  gboolean on = !g_variant_get_boolean (before);

  g_simple_action_set_state (action, g_variant_new_boolean (on));
  return on;
}

static void
subscribe_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  Menu *menu = data;

  mail_account_set_subscribed (menu->account, menu->mailbox, flip (action));
}

static void
watch_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  Menu *menu = data;

  mail_account_set_mailbox_watched (menu->account, menu->mailbox, flip (action));
}

static void
role_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  Menu *menu = data;

  g_simple_action_set_state (action, parameter);
  mail_account_set_mailbox_role (menu->account, menu->mailbox, mail_role_from_string (g_variant_get_string (parameter, NULL)));
}

static const GActionEntry entries[] = {
  { "new", new_cb },
  { "rename", rename_cb },
  { "move", move_cb },
  { "mark-all-read", mark_all_read_cb },
  { "empty", empty_cb },
  { "delete", delete_cb },
  { "properties", properties_cb },
  { "check", check_cb },
  { "settings", settings_cb },
  { "queue", queue_cb },
  { "offline", offline_cb },
  { "subscribe", subscribe_cb, NULL, "false" },
  { "watch", watch_cb, NULL, "false" },
  { "role", role_cb, "s", "''" },
};

static GSimpleAction *
lookup (GSimpleActionGroup *group, const char *name)
{
  return G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (group), name));
}

/* Why a setting of @mailbox makes no sense. */
static const char *
why_not_set (const MailMailboxInfo *info, const char *inbox)
{
  if ((info->flags & MAIL_MAILBOX_NO_SELECT) != 0)
    return _ ("It holds no messages, only mailboxes");
  return info->role == MAIL_ROLE_INBOX ? inbox : NULL;
}

static void
update_actions (GSimpleActionGroup *group, MailReasons *reasons, Menu *menu)
{
  const MailMailboxInfo *info = mail_mailbox_get_info (menu->mailbox);
  gboolean imap = mail_account_get_config (menu->account)->mode == MAIL_MODE_IMAP;
  const char *not_changed = mail_mailbox_why_not_changed (menu->account, menu->mailbox);

  mail_reasons_set (reasons, "new", TRUE, mail_mailbox_why_not_parent (menu->mailbox));
  mail_reasons_set (reasons, "rename", TRUE, not_changed);
  mail_reasons_set (reasons, "move", TRUE, not_changed);
  mail_reasons_set (reasons, "delete", TRUE, not_changed);
  mail_reasons_set (reasons, "mark-all-read", TRUE,
                    info->unread == 0 ? _ ("Everything here is read") : mail_mailbox_why_not (menu->mailbox, MAIL_RIGHT_SEEN));
  mail_reasons_set (reasons, "empty", TRUE,
                    info->messages == 0 ? _ ("Nothing is in it") : mail_mailbox_why_not (menu->mailbox, MAIL_RIGHT_DELETE));
  mail_reasons_set (reasons, "subscribe", imap, NULL);
  mail_reasons_set (reasons, "watch", imap, why_not_set (info, _ ("The inbox is always watched")));
  mail_reasons_set (reasons, "role", imap, why_not_set (info, _ ("The inbox stays as it is")));
  g_simple_action_set_state (lookup (group, "subscribe"),
                             g_variant_new_boolean ((info->flags & MAIL_MAILBOX_SUBSCRIBED) != 0));
  g_simple_action_set_state (lookup (group, "watch"), g_variant_new_boolean (info->watched || info->role == MAIL_ROLE_INBOX));
  g_simple_action_set_state (lookup (group, "role"), g_variant_new_string (mail_role_to_string (info->role)));
}

static GMenu *
add_section (GMenu *menu, const char *heading)
{
  GMenu *section = g_menu_new ();

  g_menu_append_section (menu, heading, G_MENU_MODEL (section));
  g_object_unref (section);
  return section;
}

static GMenu *
make_roles (void)
{
  static const struct
  {
    const char *words;
    const char *role;
  } roles[] = {
    { N_ ("_Nothing in Particular"), "mailbox.role::" },
    { N_ ("_Drafts"), "mailbox.role::drafts" },
    { N_ ("_Sent"), "mailbox.role::sent" },
    { N_ ("_Archive"), "mailbox.role::archive" },
    { N_ ("_Junk"), "mailbox.role::junk" },
    { N_ ("_Trash"), "mailbox.role::trash" },
  };
  GMenu *menu = g_menu_new ();

  for (guint i = 0; i < G_N_ELEMENTS (roles); i++)
    g_menu_append (menu, _ (roles[i].words), roles[i].role);
  return menu;
}

static GMenu *
make_menu (MailMailbox *mailbox, gboolean imap)
{
  MailRole role = mail_mailbox_get_role (mailbox);
  gboolean thrown = role == MAIL_ROLE_TRASH || role == MAIL_ROLE_JUNK;
  guint needed = 1U << MAIL_RIGHT_SEEN | 1U << MAIL_RIGHT_CREATE | (thrown ? 1U << MAIL_RIGHT_DELETE : 0)
                 | (role != MAIL_ROLE_INBOX ? 1U << MAIL_RIGHT_REMOVE : 0);
  g_autofree char *missing = mail_mailbox_describe_missing (mailbox, needed);
  GMenu *menu = g_menu_new ();
  g_autofree char *heading = missing != NULL ? mail_menu_fold (missing) : NULL;
  GMenu *section = add_section (menu, heading);
  g_autoptr (GMenu) roles = NULL;

  g_menu_append (section, _ ("Mark _All as Read"), "mailbox.mark-all-read");
  if (thrown)
    g_menu_append (section, _ ("_Empty…"), "mailbox.empty");
  section = add_section (menu, NULL);
  g_menu_append (section, _ ("_New Mailbox Inside…"), "mailbox.new");
  g_menu_append (section, _ ("_Rename…"), "mailbox.rename");
  g_menu_append (section, _ ("_Move Into…"), "mailbox.move");
  g_menu_append (section, _ ("_Delete…"), "mailbox.delete");
  if (imap)
    {
      section = add_section (menu, NULL);
      g_menu_append (section, _ ("_Subscribed"), "mailbox.subscribe");
      g_menu_append (section, _ ("_Watch for New Mail"), "mailbox.watch");
      roles = make_roles ();
      g_menu_append_submenu (section, _ ("_Use as"), G_MENU_MODEL (roles));
    }
  section = add_section (menu, NULL);
  g_menu_append (section, _ ("_Properties"), "mailbox.properties");
  return menu;
}

static GMenu *
make_account_menu (gboolean imap)
{
  GMenu *menu = g_menu_new ();
  GMenu *section = add_section (menu, NULL);

  g_menu_append (section, _ ("_Check Now"), "mailbox.check");
  g_menu_append (section, _ ("_New Mailbox…"), "mailbox.new");
  if (imap)
    {
      section = add_section (menu, NULL);
      g_menu_append (section, _ ("_Waiting Changes…"), "mailbox.queue");
      g_menu_append (section, _ ("_Prepare for Offline…"), "mailbox.offline");
    }
  section = add_section (menu, NULL);
  g_menu_append (section, _ ("_Account Settings…"), "mailbox.settings");
  return menu;
}

static void
pop_up (GtkWidget *rows, const GdkRectangle *place, MailAccount *account, MailMailbox *mailbox)
{
  gboolean imap = mail_account_get_config (account)->mode == MAIL_MODE_IMAP;
  g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();
  g_autoptr (MailReasons) reasons = mail_reasons_new (G_ACTION_MAP (group), "mailbox");
  Menu *menu = menu_new (rows, place, account, mailbox);
  g_autoptr (GMenu) model = mailbox != NULL ? make_menu (mailbox, imap) : make_account_menu (imap);
  GtkWidget *popover;

  g_action_map_add_action_entries (G_ACTION_MAP (group), entries, G_N_ELEMENTS (entries), menu);
  g_object_set_data_full (G_OBJECT (group), "menu", menu, menu_free);
  if (mailbox != NULL)
    update_actions (group, reasons, menu);
  gtk_widget_insert_action_group (rows, "mailbox", G_ACTION_GROUP (group));
  popover = gtk_popover_new_from_model (rows, G_MENU_MODEL (model));
  gtk_popover_set_pointing_to (GTK_POPOVER (popover), place);
  mail_reasons_explain_menu (reasons, popover, G_MENU_MODEL (model));
  /* The row's tooltip would come over the menu, since the pointer rests on the row. */
  g_object_bind_property (popover, "visible", gtk_list_box_get_row_at_y (GTK_LIST_BOX (rows), place->y), "has-tooltip",
                          G_BINDING_INVERT_BOOLEAN);
  mail_popover_show_once (GTK_POPOVER (popover));
}

static gboolean
pop_up_row (GtkWidget *rows, GtkListBoxRow *row)
{
  MailAccount *account;
  GdkRectangle place;

  if (row == NULL)
    return FALSE;
  gtk_widget_get_allocation (GTK_WIDGET (row), &place);
  if (MAIL_IS_MAILBOX_ROW (row))
    {
      pop_up (rows, &place, mail_mailbox_row_get_account (MAIL_MAILBOX_ROW (row)),
              mail_mailbox_row_get_mailbox (MAIL_MAILBOX_ROW (row)));
      return TRUE;
    }
  account = mail_account_row_get_account (MAIL_ACCOUNT_ROW (row));
  if (mail_account_is_broken (account))
    return FALSE;
  pop_up (rows, &place, account, NULL);
  return TRUE;
}

static void
pressed_cb (GtkGestureMultiPress *gesture, int n_press, double x, double y, GtkListBox *rows)
{
  if (pop_up_row (GTK_WIDGET (rows), gtk_list_box_get_row_at_y (rows, (int) y)))
    gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
}

static void
rested_cb (GtkGestureLongPress *gesture, double x, double y, GtkListBox *rows)
{
  if (pop_up_row (GTK_WIDGET (rows), gtk_list_box_get_row_at_y (rows, (int) y)))
    gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
}

static gboolean
popup_menu_cb (GtkWidget *rows, gpointer data)
{
  GtkWidget *row = gtk_container_get_focus_child (GTK_CONTAINER (rows));

  return row != NULL && pop_up_row (rows, GTK_LIST_BOX_ROW (row));
}

void
mail_mailbox_menu_set_accounts (GtkListBox *rows, MailAccountList *accounts)
{
  g_object_set_data_full (G_OBJECT (rows), ACCOUNTS, g_object_ref (accounts), g_object_unref);
}

void
mail_mailbox_menu_attach (GtkListBox *rows)
{
  GtkGesture *press = gtk_gesture_multi_press_new (GTK_WIDGET (rows));
  GtkGesture *rest = gtk_gesture_long_press_new (GTK_WIDGET (rows));

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (press), GDK_BUTTON_SECONDARY);
  gtk_gesture_single_set_touch_only (GTK_GESTURE_SINGLE (rest), TRUE);
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (press), GTK_PHASE_CAPTURE);
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (rest), GTK_PHASE_CAPTURE);
  g_signal_connect (press, "pressed", G_CALLBACK (pressed_cb), rows);
  g_signal_connect (rest, "pressed", G_CALLBACK (rested_cb), rows);
  g_signal_connect (rows, "popup-menu", G_CALLBACK (popup_menu_cb), NULL);
  g_object_set_data_full (G_OBJECT (rows), "menu-press", press, g_object_unref);
  g_object_set_data_full (G_OBJECT (rows), "menu-rest", rest, g_object_unref);
}
