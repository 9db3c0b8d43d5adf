/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/sidebar/sidebar.h"

#include "ui/sidebar/account-row.h"
#include "ui/sidebar/mailbox-menu.h"
#include "ui/sidebar/mailbox-row.h"

struct _MailSidebar
{
  GtkBin parent_instance;
  GtkListBox *rows;
  MailAccountList *accounts;
  GPtrArray *watched; /* GListModel: the mailboxes of the accounts that are shown */
  guint rebuild_idle;
  gboolean rebuilding;
};

G_DEFINE_TYPE (MailSidebar, mail_sidebar, GTK_TYPE_BIN)

enum
{
  MAILBOX_SELECTED,
  MAILBOX_ACTIVATED,
  ACCOUNT_ACTIVATED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static GtkListBoxRow *
find_row (MailSidebar *self, const char *account, gint64 mailbox_id)
{
  g_autoptr (GList) rows = gtk_container_get_children (GTK_CONTAINER (self->rows));

  for (GList *l = rows; l != NULL; l = l->next)
    if (MAIL_IS_MAILBOX_ROW (l->data)
        && mail_mailbox_get_id (mail_mailbox_row_get_mailbox (l->data)) == mailbox_id
        && g_strcmp0 (mail_account_get_name (mail_mailbox_row_get_account (l->data)), account) == 0)
      return l->data;
  return NULL;
}

static void queue_rebuild (MailSidebar *self);

static void
watch (MailSidebar *self, GListModel *mailboxes)
{
  if (g_ptr_array_find (self->watched, mailboxes, NULL))
    return;
  g_ptr_array_add (self->watched, g_object_ref (mailboxes));
  g_signal_connect_object (mailboxes, "items-changed", G_CALLBACK (queue_rebuild), self, G_CONNECT_SWAPPED);
}

/* What a row stands for: a mailbox, or an account. */
static gpointer
get_subject (gpointer row)
{
  return MAIL_IS_MAILBOX_ROW (row) ? (gpointer) mail_mailbox_row_get_mailbox (row) : mail_account_row_get_account (row);
}

/* What is to be shown from @index on: the row of @subject. One that is there stays, with the focus, the selection and the menu that
 * it may have. */
static void
put_row (MailSidebar *self, GHashTable *rows, int index, MailAccount *account, MailMailbox *mailbox)
{
  GtkWidget *row = g_hash_table_lookup (rows, mailbox != NULL ? (gpointer) mailbox : account);

  if (row == NULL)
    row = mailbox != NULL ? mail_mailbox_row_new (account, mailbox) : mail_account_row_new (account);
  else if (gtk_list_box_row_get_index (GTK_LIST_BOX_ROW (row)) == index)
    return;
  g_object_ref_sink (row);
  if (gtk_widget_get_parent (row) != NULL)
    gtk_container_remove (GTK_CONTAINER (self->rows), row);
  gtk_list_box_insert (self->rows, row, index);
  g_object_unref (row);
}

/* Takes away the rows of what is gone; the others are found by what they stand for. (transfer full) */
static GHashTable *
keep_rows (MailSidebar *self)
{
  g_autoptr (GList) children = gtk_container_get_children (GTK_CONTAINER (self->rows));
  g_autoptr (GHashTable) wanted = g_hash_table_new (NULL, NULL);
  GHashTable *rows = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->accounts)); i++)
    {
      g_autoptr (MailAccount) account = g_list_model_get_item (G_LIST_MODEL (self->accounts), i);
      GListModel *mailboxes = mail_account_get_mailboxes (account);

      g_hash_table_add (wanted, account);
      for (guint j = 0; j < g_list_model_get_n_items (mailboxes); j++)
        {
          g_autoptr (MailMailbox) mailbox = g_list_model_get_item (mailboxes, j);

          g_hash_table_add (wanted, mailbox);
        }
    }
  for (GList *l = children; l != NULL; l = l->next)
    if (g_hash_table_contains (wanted, get_subject (l->data)))
      g_hash_table_insert (rows, get_subject (l->data), l->data);
    else
      gtk_widget_destroy (l->data);
  return rows;
}

/* @index: of the next row. */
static void
put_account (MailSidebar *self, GHashTable *rows, MailAccount *account, int *index)
{
  GListModel *mailboxes = mail_account_get_mailboxes (account);

  watch (self, mailboxes);
  put_row (self, rows, (*index)++, account, NULL);
  for (guint i = 0; i < g_list_model_get_n_items (mailboxes); i++)
    {
      g_autoptr (MailMailbox) mailbox = g_list_model_get_item (mailboxes, i);

      put_row (self, rows, (*index)++, account, mailbox);
    }
}

/* What is chosen stays so, and what has the focus keeps it. */
static gboolean
rebuild_cb (gpointer data)
{
  MailSidebar *self = data;
  GtkListBoxRow *selected = gtk_list_box_get_selected_row (self->rows);
  gboolean has_focus = gtk_container_get_focus_child (GTK_CONTAINER (self->rows)) != NULL;
  g_autoptr (GHashTable) rows = NULL;
  gpointer subject = selected != NULL ? get_subject (selected) : NULL;
  int index = 0;

  self->rebuild_idle = 0;
  self->rebuilding = TRUE;
  rows = keep_rows (self);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->accounts)); i++)
    {
      g_autoptr (MailAccount) account = g_list_model_get_item (G_LIST_MODEL (self->accounts), i);

      put_account (self, rows, account, &index);
    }
  selected = subject != NULL ? g_hash_table_lookup (rows, subject) : NULL;
  if (selected != NULL)
    gtk_list_box_select_row (self->rows, selected);
  if (selected != NULL && has_focus && gtk_container_get_focus_child (GTK_CONTAINER (self->rows)) == NULL)
    gtk_widget_grab_focus (GTK_WIDGET (selected));
  self->rebuilding = FALSE;
  if (selected == NULL)
    g_signal_emit (self, signals[MAILBOX_SELECTED], 0, NULL, NULL);
  return G_SOURCE_REMOVE;
}

static void
queue_rebuild (MailSidebar *self)
{
  if (self->rebuild_idle == 0)
    self->rebuild_idle = g_idle_add_full (G_PRIORITY_HIGH_IDLE, rebuild_cb, self, NULL);
}

void
mail_sidebar_set_accounts (MailSidebar *self, MailAccountList *accounts)
{
  g_assert (self->accounts == NULL);
  self->accounts = g_object_ref (accounts);
  mail_mailbox_menu_set_accounts (self->rows, accounts);
  g_signal_connect_object (accounts, "items-changed", G_CALLBACK (queue_rebuild), self, G_CONNECT_SWAPPED);
  queue_rebuild (self);
}

void
mail_sidebar_set_drop (MailSidebar *self, const MailMailboxDragCalls *calls, gpointer data)
{
  mail_mailbox_drag_attach (self->rows, calls, data);
}

static void
emit (MailSidebar *self, guint signal, GtkListBoxRow *row)
{
  if (row != NULL && MAIL_IS_MAILBOX_ROW (row) && !self->rebuilding)
    g_signal_emit (self, signals[signal], 0, mail_mailbox_row_get_account (MAIL_MAILBOX_ROW (row)),
                   mail_mailbox_row_get_mailbox (MAIL_MAILBOX_ROW (row)));
}

static void
row_selected_cb (GtkListBox *rows, GtkListBoxRow *row, MailSidebar *self)
{
  emit (self, MAILBOX_SELECTED, row);
}

static void
row_activated_cb (GtkListBox *rows, GtkListBoxRow *row, MailSidebar *self)
{
  if (MAIL_IS_ACCOUNT_ROW (row))
    g_signal_emit (self, signals[ACCOUNT_ACTIVATED], 0, mail_account_row_get_account (MAIL_ACCOUNT_ROW (row)));
  else
    emit (self, MAILBOX_ACTIVATED, row);
}

static void
finish_rebuild (MailSidebar *self)
{
  if (self->rebuild_idle == 0)
    return;
  g_clear_handle_id (&self->rebuild_idle, g_source_remove);
  rebuild_cb (self);
}

gboolean
mail_sidebar_select (MailSidebar *self, const char *account, gint64 mailbox_id)
{
  GtkListBoxRow *row;

  finish_rebuild (self);
  row = find_row (self, account, mailbox_id);
  if (row != NULL)
    gtk_list_box_select_row (self->rows, row);
  return row != NULL;
}

/* It was never synchronised and is about to be. */
static gboolean
has_mailboxes_coming (MailAccount *account)
{
  MailWorkerState state = mail_account_get_state (account);

  return g_list_model_get_n_items (mail_account_get_mailboxes (account)) == 0 && state != MAIL_WORKER_OFFLINE
         && state != MAIL_WORKER_WAITING && state != MAIL_WORKER_NEEDS_YOU;
}

gboolean
mail_sidebar_select_first (MailSidebar *self)
{
  g_autoptr (GList) rows = NULL;

  finish_rebuild (self);
  rows = gtk_container_get_children (GTK_CONTAINER (self->rows));
  for (GList *l = rows; l != NULL; l = l->next)
    if (MAIL_IS_ACCOUNT_ROW (l->data) && has_mailboxes_coming (mail_account_row_get_account (l->data)))
      return FALSE;
    else if (MAIL_IS_MAILBOX_ROW (l->data) && gtk_list_box_row_get_selectable (l->data))
      {
        gtk_list_box_select_row (self->rows, l->data);
        return TRUE;
      }
  return FALSE;
}

/* Tab comes to the mailbox that is shown and goes on from there; it is the arrows that choose another. */
static gboolean
mail_sidebar_focus (GtkWidget *widget, GtkDirectionType direction)
{
  MailSidebar *self = MAIL_SIDEBAR (widget);
  GtkListBoxRow *selected = gtk_list_box_get_selected_row (self->rows);
  gboolean tab = direction == GTK_DIR_TAB_FORWARD || direction == GTK_DIR_TAB_BACKWARD;

  if (!tab || selected == NULL)
    return GTK_WIDGET_CLASS (mail_sidebar_parent_class)->focus (widget, direction);
  if (gtk_container_get_focus_child (GTK_CONTAINER (self->rows)) != NULL)
    return FALSE;
  gtk_widget_grab_focus (GTK_WIDGET (selected));
  return TRUE;
}

static void
mail_sidebar_dispose (GObject *object)
{
  MailSidebar *self = MAIL_SIDEBAR (object);

  g_clear_handle_id (&self->rebuild_idle, g_source_remove);
  g_clear_object (&self->accounts);
  g_clear_pointer (&self->watched, g_ptr_array_unref);
  G_OBJECT_CLASS (mail_sidebar_parent_class)->dispose (object);
}

static void
mail_sidebar_class_init (MailSidebarClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);
  GType type = G_TYPE_FROM_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = mail_sidebar_dispose;
  widget_class->focus = mail_sidebar_focus;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/missiva/Missiva/ui/sidebar/sidebar.ui");
  gtk_widget_class_bind_template_child (widget_class, MailSidebar, rows);
  signals[MAILBOX_SELECTED] = g_signal_new ("mailbox-selected", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                                            MAIL_TYPE_ACCOUNT, MAIL_TYPE_MAILBOX);
  signals[MAILBOX_ACTIVATED] = g_signal_new ("mailbox-activated", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                                             MAIL_TYPE_ACCOUNT, MAIL_TYPE_MAILBOX);
  signals[ACCOUNT_ACTIVATED] = g_signal_new ("account-activated", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                             MAIL_TYPE_ACCOUNT);
}

static void
mail_sidebar_init (MailSidebar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  mail_mailbox_menu_attach (self->rows);
  self->watched = g_ptr_array_new_with_free_func (g_object_unref);
  g_signal_connect (self->rows, "row-selected", G_CALLBACK (row_selected_cb), self);
  g_signal_connect (self->rows, "row-activated", G_CALLBACK (row_activated_cb), self);
}
