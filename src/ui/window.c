/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/window-private.h"

#include <glib/gi18n.h>

#include "core/errors.h"
#include "ui/broken-dialog.h"
#include "ui/dialogs.h"
#include "ui/settings.h"

G_DEFINE_TYPE (MailWindow, mail_window, HDY_TYPE_APPLICATION_WINDOW)

gboolean
mail_window_is_reading_alone (MailWindow *self)
{
  return hdy_leaflet_get_folded (self->inner)
         && g_strcmp0 (hdy_leaflet_get_visible_child_name (self->inner), "reader") == 0;
}

/* Where panes take turns, the keyboard goes along: not to the header bar of the new one, but to what it shows. */
static void
focus_in (MailWindow *self, GtkWidget *content)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));

  if (focus == NULL || !(focus == content || gtk_widget_is_ancestor (focus, content)))
    gtk_widget_child_focus (content, GTK_DIR_TAB_FORWARD);
}

void
mail_window_go_back (MailWindow *self)
{
  if (mail_window_is_reading_alone (self))
    {
      hdy_leaflet_set_visible_child_name (self->inner, "list");
      focus_in (self, GTK_WIDGET (self->list));
    }
  else if (hdy_leaflet_get_folded (self->outer))
    {
      hdy_leaflet_set_visible_child_name (self->outer, "sidebar");
      focus_in (self, GTK_WIDGET (self->sidebar));
    }
}

/* What is going on in the mailbox, beneath its name. */
static void
update_titles (MailWindow *self)
{
  g_autofree char *progress = NULL;
  g_autofree char *words = NULL;
  guint unread, messages;

  if (self->mailbox == NULL)
    {
      hdy_header_bar_set_title (self->list_bar, "Missiva");
      hdy_header_bar_set_subtitle (self->list_bar, NULL);
      return;
    }
  g_object_get (self->account, "progress-text", &progress, NULL);
  unread = mail_mailbox_get_unread (self->mailbox);
  messages = mail_mailbox_get_messages (self->mailbox);
  if (progress != NULL)
    words = g_steal_pointer (&progress);
  else if (unread > 0)
    words = g_strdup_printf (ngettext ("%'u unread", "%'u unread", unread), unread);
  else if (messages > 0)
    words = g_strdup_printf (ngettext ("%'u message", "%'u messages", messages), messages);
  hdy_header_bar_set_title (self->list_bar, mail_mailbox_get_title (self->mailbox));
  hdy_header_bar_set_subtitle (self->list_bar, words);
}

static void
show_nothing (MailWindow *self, guint selected)
{
  g_autofree char *title = NULL;
  guint unread = self->mailbox != NULL ? mail_mailbox_get_unread (self->mailbox) : 0;

  g_cancellable_cancel (self->cancellable);
  self->reading = 0;
  if (selected > 1)
    {
      title = g_strdup_printf (ngettext ("%'u message selected", "%'u messages selected", selected), selected);
      mail_reader_set_nothing (self->reader, "object-select-symbolic", title,
                               _ ("Move, archive, delete, tag or star them together."));
      return;
    }
  if (self->mailbox == NULL)
    title = g_strdup (_ ("No mailbox selected"));
  else if (mail_mailbox_get_messages (self->mailbox) == 0)
    title = g_strdup (_ ("Nothing to read here"));
  else if (unread > 0)
    title = g_strdup_printf (ngettext ("%'u unread message", "%'u unread messages", unread), unread);
  else
    title = g_strdup (_ ("Nothing unread"));
  mail_reader_set_nothing (self->reader, "mail-read-symbolic", title,
                           self->mailbox != NULL && mail_mailbox_get_messages (self->mailbox) > 0
                             ? _ ("Choose a message to read it here. The keys J and K go from one to the next.") : NULL);
}

/* The figures behind "nothing selected" are kept true, too. */
static void
figures_changed_cb (MailWindow *self)
{
  update_titles (self);
  if (self->reading == 0 && mail_reader_get_message (self->reader) == NULL)
    show_nothing (self, mail_list_pane_get_n_selected (self->list));
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (MailWindow) self = data;
  MailAccount *account = MAIL_ACCOUNT (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (MailMessage) message = mail_account_open_message_finish (account, result, &error);

  if (message == NULL && mail_error_is_cancelled (error))
    return;
  if (message == NULL)
    {
      g_autofree char *words = mail_account_describe_error (account, error);

      mail_reader_set_failed (self->reader, words);
      return;
    }
  if (account != self->account || mail_message_get_id (message) != self->reading)
    return;
  mail_reader_set_message (self->reader, message, account);
  if (!mail_message_is_text_missing (message))
    mail_account_mark_shown (account, self->reading);
  mail_window_update_actions (self);
}

static void
open_message (MailWindow *self, gint64 id)
{
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  self->cancellable = g_cancellable_new ();
  self->reading = id;
  mail_reader_set_loading (self->reader);
  mail_account_open_message_async (self->account, id, self->cancellable, opened_cb, g_object_ref (self));
}

void
mail_window_read (MailWindow *self, gint64 id)
{
  gboolean there = id == self->reading && mail_reader_get_message (self->reader) != NULL;

  if (id != self->reading)
    open_message (self, id);
  hdy_leaflet_set_visible_child_name (self->inner, "reader");
  hdy_leaflet_set_visible_child_name (self->outer, "content");
  self->focus_text = hdy_leaflet_get_folded (self->inner) && !there;
  if (mail_window_is_reading_alone (self) && there)
    focus_in (self, mail_reader_get_body (self->reader));
}

static void
reader_ready_cb (MailReader *reader, MailWindow *self)
{
  if (self->focus_text && mail_window_is_reading_alone (self))
    focus_in (self, mail_reader_get_body (reader));
  self->focus_text = FALSE;
}

static void
selection_changed_cb (MailListPane *list, MailWindow *self)
{
  g_autoptr (GArray) selected = mail_list_pane_get_selected (list);
  gboolean hidden = hdy_leaflet_get_folded (self->inner) && !mail_window_is_reading_alone (self);
  gint64 id = selected->len == 1 ? g_array_index (selected, gint64, 0) : 0;

  /* Where list and reader take turns, a row is opened by a click or Enter only. */
  if (id == 0)
    show_nothing (self, selected->len);
  else if (!hidden && id != self->reading)
    open_message (self, id);
  if (id == 0 && mail_window_is_reading_alone (self))
    hdy_leaflet_set_visible_child_name (self->inner, "list");
  mail_toast_lift (self->toast, mail_list_pane_get_bar_height (list));
  mail_window_update_actions (self);
}

static void
row_clicked_cb (MailListPane *list, gint64 id, MailWindow *self)
{
  g_autoptr (GArray) selected = mail_list_pane_get_selected (list);

  if (hdy_leaflet_get_folded (self->inner) && selected->len == 1)
    mail_window_read (self, id);
}

static void
row_activated_cb (MailListPane *list, gint64 id, MailWindow *self)
{
  if (hdy_leaflet_get_folded (self->inner))
    mail_window_read (self, id);
  else
    g_action_group_activate_action (G_ACTION_GROUP (self), "open-message", NULL);
}

static void
delete_wanted_cb (MailListPane *list, gint64 id, MailWindow *self)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));

  g_array_append_val (ids, id);
  mail_window_delete (self, ids);
}

static void
retry_cb (MailReader *reader, MailWindow *self)
{
  if (self->account != NULL && self->reading != 0)
    open_message (self, self->reading);
}

static void
set_mailbox (MailWindow *self, MailAccount *account, MailMailbox *mailbox)
{
  if (self->account != NULL)
    {
      g_signal_handlers_disconnect_by_func (self->account, update_titles, self);
      g_signal_handlers_disconnect_by_func (mail_account_get_mailboxes (self->account), mail_window_update_actions, self);
      g_signal_handlers_disconnect_by_func (mail_account_get_tags (self->account), mail_window_update_tags, self);
    }
  if (self->mailbox != NULL)
    g_signal_handlers_disconnect_by_func (self->mailbox, figures_changed_cb, self);
  g_set_object (&self->account, account);
  g_set_object (&self->mailbox, mailbox);
  mail_list_pane_set_mailbox (self->list, account, mailbox);
  mail_problem_bar_set_current (self->problem_bar, account);
  if (mailbox != NULL)
    {
      g_signal_connect_object (account, "notify::progress-text", G_CALLBACK (update_titles), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (mail_account_get_mailboxes (account), "items-changed", G_CALLBACK (mail_window_update_actions), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (mail_account_get_tags (account), "items-changed", G_CALLBACK (mail_window_update_tags), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (mailbox, "notify", G_CALLBACK (figures_changed_cb), self, G_CONNECT_SWAPPED);
      g_settings_set (mail_settings_get (), "last-mailbox", "(sx)", mail_account_get_name (account), mail_mailbox_get_id (mailbox));
      /* A screen reader begins by naming what has the focus. */
      if (gtk_window_get_focus (GTK_WINDOW (self)) == NULL)
        gtk_widget_child_focus (GTK_WIDGET (self->sidebar), GTK_DIR_TAB_FORWARD);
    }
  show_nothing (self, 0);
  update_titles (self);
  mail_window_update_actions (self);
}

static void
mailbox_selected_cb (MailSidebar *sidebar, MailAccount *account, MailMailbox *mailbox, MailWindow *self)
{
  if (mailbox == NULL && self->loaded && mail_sidebar_select_first (sidebar))
    return;
  set_mailbox (self, account, mailbox);
}

static void
mailbox_activated_cb (MailSidebar *sidebar, MailAccount *account, MailMailbox *mailbox, MailWindow *self)
{
  hdy_leaflet_set_visible_child_name (self->inner, "list");
  hdy_leaflet_set_visible_child_name (self->outer, "content");
  if (hdy_leaflet_get_folded (self->outer))
    focus_in (self, GTK_WIDGET (self->list));
}

void
mail_window_show_notice (MailWindow *self, const char *sentence, gboolean can_undo)
{
  mail_toast_show (self->toast, sentence, can_undo);
}

static void
action_begun_cb (MailAccount *account, MailWindow *self)
{
  g_set_object (&self->done_account, account);
}

static void
action_done_cb (MailAccount *account, const char *sentence, gboolean can_undo, MailWindow *self)
{
  if (sentence != NULL && *sentence != '\0')
    mail_toast_show (self->toast, sentence, can_undo);
  mail_window_update_actions (self);
}

static void
stays_away_cb (MailAccount *account, const GArray *ids, MailWindow *self)
{
  if (account == self->account)
    mail_list_pane_give_up_return (self->list, ids);
}

static void
brings_back_cb (MailAccount *account, const GArray *ids, gint64 mailbox_id, MailWindow *self)
{
  if (account == self->account && self->mailbox != NULL
      && (mailbox_id == 0 || mailbox_id == mail_mailbox_get_id (self->mailbox)))
    mail_list_pane_expect_return (self->list, ids);
  else
    stays_away_cb (account, ids, self);
}

static void
operation_refused_cb (MailAccount *account, const char *sentence, MailWindow *self)
{
  mail_toast_show (self->toast, sentence, FALSE);
}

static void
reader_notice_cb (MailReader *reader, const char *sentence, MailWindow *self)
{
  mail_toast_show (self->toast, sentence, FALSE);
}

static void
list_notice_cb (MailListPane *list, const char *sentence, MailWindow *self)
{
  mail_toast_show (self->toast, sentence, FALSE);
}

static void
account_activated_cb (MailSidebar *sidebar, MailAccount *account, MailWindow *self)
{
  mail_broken_dialog_show (GTK_WINDOW (self), self->accounts, account);
}

/* What was shown when the window was closed, as soon as its account is there. */
static void
select_last (MailWindow *self)
{
  g_autofree char *account = NULL;
  gint64 mailbox_id;

  g_settings_get (mail_settings_get (), "last-mailbox", "(sx)", &account, &mailbox_id);
  if (self->mailbox == NULL && !mail_sidebar_select (self->sidebar, account, mailbox_id) && self->loaded)
    mail_sidebar_select_first (self->sidebar);
}

/* An account whose mailboxes were waited for may have given up. */
static void
account_state_cb (MailWindow *self)
{
  if (self->loaded)
    select_last (self);
}

static void
accounts_changed_cb (GListModel *accounts, guint position, guint removed, guint added, MailWindow *self)
{
  guint count = g_list_model_get_n_items (accounts);

  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (MailAccount) account = g_list_model_get_item (accounts, i);

      g_signal_connect_object (account, "action-done", G_CALLBACK (action_done_cb), self, 0);
      g_signal_connect_object (account, "action-begun", G_CALLBACK (action_begun_cb), self, 0);
      g_signal_connect_object (account, "stays-away", G_CALLBACK (stays_away_cb), self, 0);
      g_signal_connect_object (account, "brings-back", G_CALLBACK (brings_back_cb), self, 0);
      g_signal_connect_object (account, "operation-refused", G_CALLBACK (operation_refused_cb), self, 0);
      g_signal_connect_object (account, "notify::state", G_CALLBACK (account_state_cb), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (account, "notify::can-undo", G_CALLBACK (mail_window_update_actions), self, G_CONNECT_SWAPPED);
    }
  if (self->done_account != NULL
      && mail_account_list_find (self->accounts, mail_account_get_name (self->done_account)) != self->done_account)
    {
      g_clear_object (&self->done_account);
      mail_toast_hide (self->toast);
    }
  if (count > 0)
    {
      gtk_stack_set_visible_child_name (self->top, "mail");
      select_last (self);
    }
  else if (self->loaded)
    gtk_stack_set_visible_child_name (self->top, "welcome");
}

void
mail_window_set_loaded (MailWindow *self)
{
  self->loaded = TRUE;
  accounts_changed_cb (G_LIST_MODEL (self->accounts), 0, 0, 0, self);
}

void
mail_window_show_message (MailWindow *self, const char *account_name, gint64 id)
{
  MailAccount *account = mail_account_list_find (self->accounts, account_name);
  MailMailbox *inbox = account != NULL ? mail_account_find_role (account, MAIL_ROLE_INBOX) : NULL;

  if (inbox == NULL || !mail_sidebar_select (self->sidebar, account_name, mail_mailbox_get_id (inbox)))
    return;
  /* What a search found is all that its list has. */
  mail_list_pane_end_search (self->list);
  mail_list_pane_select (self->list, id);
  mail_window_read (self, id);
}

static void
remember_size (MailWindow *self)
{
  GSettings *settings = mail_settings_get ();
  gboolean maximized = gtk_window_is_maximized (GTK_WINDOW (self));
  int width, height;

  gtk_window_get_size (GTK_WINDOW (self), &width, &height);
  g_settings_set_boolean (settings, "window-maximized", maximized);
  if (!maximized)
    {
      g_settings_set_int (settings, "window-width", MAX (width, 360));
      g_settings_set_int (settings, "window-height", MAX (height, 300));
    }
}

/* What is typed into a field is text, and what is pressed in a menu is the menu's, before any key means an action. */
static gboolean
mail_window_key_press_event (GtkWidget *widget, GdkEventKey *event)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (widget));

  if (focus != NULL && (GTK_IS_EDITABLE (focus) || gtk_widget_get_ancestor (focus, GTK_TYPE_POPOVER) != NULL))
    {
      if (gtk_window_propagate_key_event (GTK_WINDOW (widget), event))
        return GDK_EVENT_STOP;
      if ((event->state & gtk_accelerator_get_default_mod_mask () & ~GDK_SHIFT_MASK) == 0)
        {
          /* Moving the focus, and choosing what has it, are the window's own. */
          gtk_bindings_activate_event (G_OBJECT (widget), event);
          return GDK_EVENT_STOP;
        }
    }
  mail_list_pane_settle (MAIL_WINDOW (widget)->list);
  if (mail_window_explain_key (MAIL_WINDOW (widget), event))
    return GDK_EVENT_STOP;
  return GTK_WIDGET_CLASS (mail_window_parent_class)->key_press_event (widget, event);
}

static gboolean
mail_window_delete_event (GtkWidget *widget, GdkEventAny *event)
{
  remember_size (MAIL_WINDOW (widget));
  return GDK_EVENT_PROPAGATE;
}

static void
mail_window_dispose (GObject *object)
{
  MailWindow *self = MAIL_WINDOW (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_handle_id (&self->bar_idle, g_source_remove);
  g_clear_object (&self->account);
  g_clear_object (&self->mailbox);
  g_clear_object (&self->done_account);
  g_clear_object (&self->accounts);
  g_clear_object (&self->tag_menu);
  if (self->list != NULL)
    mail_list_pane_explain (self->list, NULL, NULL);
  g_clear_pointer (&self->reasons, mail_reasons_free);
  G_OBJECT_CLASS (mail_window_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *class)
{
  gtk_widget_class_bind_template_child (class, MailWindow, top);
  gtk_widget_class_bind_template_child (class, MailWindow, outer);
  gtk_widget_class_bind_template_child (class, MailWindow, inner);
  gtk_widget_class_bind_template_child (class, MailWindow, sidebar_pane);
  gtk_widget_class_bind_template_child (class, MailWindow, content_pane);
  gtk_widget_class_bind_template_child (class, MailWindow, list_pane);
  gtk_widget_class_bind_template_child (class, MailWindow, reader_pane);
  gtk_widget_class_bind_template_child (class, MailWindow, list_bar);
  gtk_widget_class_bind_template_child (class, MailWindow, reader_bar);
  gtk_widget_class_bind_template_child (class, MailWindow, sidebar);
  gtk_widget_class_bind_template_child (class, MailWindow, list);
  gtk_widget_class_bind_template_child (class, MailWindow, reader);
  gtk_widget_class_bind_template_child (class, MailWindow, problem_bar);
  gtk_widget_class_bind_template_child (class, MailWindow, alert_bar);
  gtk_widget_class_bind_template_child (class, MailWindow, role_bar);
  gtk_widget_class_bind_template_child (class, MailWindow, toast);
  gtk_widget_class_bind_template_child (class, MailWindow, star_icon);
  gtk_widget_class_bind_template_child (class, MailWindow, move_button);
  gtk_widget_class_bind_template_child (class, MailWindow, more_button);
  gtk_widget_class_bind_template_child (class, MailWindow, reader_menu);
  gtk_widget_class_bind_template_child_full (class, "to_sidebar", FALSE, 0);
  gtk_widget_class_bind_template_child_full (class, "to_list", FALSE, 0);
  gtk_widget_class_bind_template_child_full (class, "inner_group", FALSE, 0);
  gtk_widget_class_bind_template_child_full (class, "outer_group", FALSE, 0);
}

static void
mail_window_class_init (MailWindowClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = mail_window_dispose;
  widget_class->delete_event = mail_window_delete_event;
  widget_class->key_press_event = mail_window_key_press_event;
  g_type_ensure (MAIL_TYPE_PANE);
  g_type_ensure (MAIL_TYPE_SIDEBAR);
  g_type_ensure (MAIL_TYPE_LIST_PANE);
  g_type_ensure (MAIL_TYPE_READER);
  g_type_ensure (MAIL_TYPE_PROBLEM_BAR);
  g_type_ensure (MAIL_TYPE_ALERT_BAR);
  g_type_ensure (MAIL_TYPE_ROLE_BAR);
  g_type_ensure (MAIL_TYPE_TOAST);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/missiva/Missiva/ui/window.ui");
  bind_children (widget_class);
}

/* Folded panes have no dividers, a way back, and window buttons of their own. */
static void
bind_folding (MailWindow *self)
{
  struct
  {
    HdyLeaflet *leaflet;
    MailPane *pane;
    const char *back, *group;
  } folds[] = { { self->outer, self->sidebar_pane, "to_sidebar", "outer_group" },
                { self->inner, self->list_pane, "to_list", "inner_group" } };

  for (guint i = 0; i < G_N_ELEMENTS (folds); i++)
    {
      GObject *back = gtk_widget_get_template_child (GTK_WIDGET (self), MAIL_TYPE_WINDOW, folds[i].back);
      GObject *group = gtk_widget_get_template_child (GTK_WIDGET (self), MAIL_TYPE_WINDOW, folds[i].group);

      g_object_bind_property (folds[i].leaflet, "folded", folds[i].pane, "divider",
                              G_BINDING_SYNC_CREATE | G_BINDING_INVERT_BOOLEAN);
      g_object_bind_property (folds[i].leaflet, "folded", back, "visible", G_BINDING_SYNC_CREATE);
      g_object_bind_property (folds[i].leaflet, "folded", group, "decorate-all", G_BINDING_SYNC_CREATE);
    }
}

static gboolean
lay_out_bar_cb (gpointer data)
{
  MailWindow *self = data;

  self->bar_idle = 0;
  gtk_widget_queue_resize (GTK_WIDGET (self->list_bar));
  return G_SOURCE_REMOVE;
}

/* The window buttons come and go while the bars are given their sizes, and GTK forgets what is asked for meanwhile: the place
 * of the buttons stayed empty. */
static void
queue_bar_layout (MailWindow *self)
{
  if (self->bar_idle == 0)
    self->bar_idle = g_idle_add (lay_out_bar_cb, self);
}

static void
bind_settings (MailWindow *self)
{
  GSettings *settings = mail_settings_get ();

  mail_dialog_set_size (GTK_WINDOW (self), g_settings_get_int (settings, "window-width"),
                        g_settings_get_int (settings, "window-height"));
  if (g_settings_get_boolean (settings, "window-maximized"))
    gtk_window_maximize (GTK_WINDOW (self));
  g_settings_bind (settings, "sidebar-width", self->sidebar_pane, "pane-width", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "list-width", self->list_pane, "pane-width", G_SETTINGS_BIND_DEFAULT);
}

static void
mail_window_init (MailWindow *self)
{
  self->cancellable = g_cancellable_new ();
  self->tag_menu = g_menu_new ();
  self->reasons = mail_reasons_new (G_ACTION_MAP (self), "win");
  gtk_widget_init_template (GTK_WIDGET (self));
  bind_folding (self);
  g_signal_connect_object (self->list_bar, "notify::decoration-layout", G_CALLBACK (queue_bar_layout), self, G_CONNECT_SWAPPED);
  bind_settings (self);
  mail_window_add_actions (self);
  mail_reader_add_actions (self->reader, GTK_WIDGET (self));
  g_signal_connect (self->sidebar, "mailbox-selected", G_CALLBACK (mailbox_selected_cb), self);
  g_signal_connect (self->sidebar, "mailbox-activated", G_CALLBACK (mailbox_activated_cb), self);
  g_signal_connect (self->sidebar, "account-activated", G_CALLBACK (account_activated_cb), self);
  g_signal_connect (self->list, "selection-changed", G_CALLBACK (selection_changed_cb), self);
  g_signal_connect (self->list, "clicked", G_CALLBACK (row_clicked_cb), self);
  g_signal_connect (self->list, "activated", G_CALLBACK (row_activated_cb), self);
  g_signal_connect (self->list, "delete-wanted", G_CALLBACK (delete_wanted_cb), self);
  g_signal_connect (self->list, "notice", G_CALLBACK (list_notice_cb), self);
  g_signal_connect (self->reader, "ready", G_CALLBACK (reader_ready_cb), self);
  g_signal_connect (self->reader, "retry", G_CALLBACK (retry_cb), self);
  g_signal_connect (self->reader, "notice", G_CALLBACK (reader_notice_cb), self);
  show_nothing (self, 0);
}

MailWindow *
mail_window_new (GtkApplication *application, MailAccountList *accounts)
{
  MailWindow *self = g_object_new (MAIL_TYPE_WINDOW, "application", application, NULL);
  GPropertyAction *offline = g_property_action_new ("work-offline", accounts, "work-offline");

  self->accounts = g_object_ref (accounts);
  g_action_map_add_action (G_ACTION_MAP (self), G_ACTION (offline));
  g_object_unref (offline);
  mail_sidebar_set_accounts (self->sidebar, accounts);
  mail_problem_bar_set_accounts (self->problem_bar, accounts);
  mail_alert_bar_set_accounts (self->alert_bar, accounts);
  mail_role_bar_set_accounts (self->role_bar, accounts);
  g_signal_connect_object (accounts, "items-changed", G_CALLBACK (accounts_changed_cb), self, 0);
  accounts_changed_cb (G_LIST_MODEL (accounts), 0, 0, g_list_model_get_n_items (G_LIST_MODEL (accounts)), self);
  return self;
}
