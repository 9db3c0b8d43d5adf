/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/queue-dialog.h"

#include <glib/gi18n.h>

#include "core/clock.h"
#include "core/errors.h"
#include "ui/dates.h"
#include "ui/dialogs.h"
#include "ui/widgets.h"

/* Who has more that waits sees the oldest. */
#define MOST_ROWS 200

typedef struct
{
  GtkWidget *dialog;
  GtkListBox *rows;
  GtkWidget *scroller;
  GtkWidget *nothing; /* in the place of the rows: what a list shows for them, no screen reader hears */
  GtkLabel *more;
  MailAccount *account;
  GCancellable *cancellable;
} Queue;

static void
queue_free (gpointer data)
{
  Queue *queue = data;

  g_cancellable_cancel (queue->cancellable);
  g_object_unref (queue->cancellable);
  g_object_unref (queue->account);
  g_free (queue);
}

static gint64
get_id (GtkWidget *button)
{
  return mail_queue_item_get_id (g_object_get_data (G_OBJECT (button), "item"));
}

static void
retry_cb (GtkWidget *button, Queue *queue)
{
  mail_account_retry_op (queue->account, get_id (button));
}

static void
drop_cb (GtkWidget *button, Queue *queue)
{
  mail_account_drop_op (queue->account, get_id (button));
}

/* @name: with the change, for who hears of the button alone. */
static GtkWidget *
make_button (Queue *queue, MailQueueItem *item, const char *words, const char *name, GCallback clicked)
{
  GtkWidget *button = gtk_button_new_with_mnemonic (words);

  atk_object_set_name (gtk_widget_get_accessible (button), name);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  g_object_set_data_full (G_OBJECT (button), "item", g_object_ref (item), g_object_unref);
  g_signal_connect (button, "clicked", clicked, queue);
  return button;
}

static GtkWidget *
make_label (const char *text, gboolean quiet)
{
  GtkWidget *label = g_object_new (GTK_TYPE_LABEL, "label", text, "xalign", 0.0, "wrap", TRUE, "wrap-mode", PANGO_WRAP_WORD_CHAR,
                                   "max-width-chars", 44, NULL);

  if (quiet)
    gtk_style_context_add_class (gtk_widget_get_style_context (label), GTK_STYLE_CLASS_DIM_LABEL);
  return label;
}

static GtkWidget *
make_row (Queue *queue, MailQueueItem *item)
{
  const MailQueueEntry *entry = mail_queue_item_get_entry (item);
  GtkWidget *row = g_object_new (GTK_TYPE_LIST_BOX_ROW, "activatable", FALSE, "selectable", FALSE, "can-focus", FALSE, NULL);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  g_autofree char *since = mail_date_short (entry->since, mail_clock_now ());
  const char *why = entry->why != NULL ? entry->why : _ ("Its turn comes with the next connection.");
  g_autofree char *line = g_strdup_printf (_ ("%s Since %s."), why, since);
  /* Translators: %s is a change that waits, such as “Move “Lunch” to Trash”. */
  g_autofree char *again = g_strdup_printf (_ ("Try again: %s"), entry->sentence);
  g_autofree char *give_up = g_strdup_printf (_ ("Give up: %s"), entry->sentence);

  gtk_container_add (GTK_CONTAINER (words), make_label (entry->sentence, FALSE));
  gtk_container_add (GTK_CONTAINER (words), make_label (line, TRUE));
  gtk_widget_set_tooltip_text (row, entry->detail);
  gtk_container_set_border_width (GTK_CONTAINER (box), 9);
  gtk_box_pack_start (GTK_BOX (box), words, TRUE, TRUE, 0);
  if (entry->held)
    gtk_container_add (GTK_CONTAINER (box), make_button (queue, item, _ ("_Try Again"), again, G_CALLBACK (retry_cb)));
  gtk_container_add (GTK_CONTAINER (box), make_button (queue, item, _ ("_Give Up"), give_up, G_CALLBACK (drop_cb)));
  gtk_container_add (GTK_CONTAINER (row), box);
  atk_object_set_name (gtk_widget_get_accessible (row), entry->sentence);
  g_object_set_data_full (G_OBJECT (row), "item", g_object_ref (item), g_object_unref);
  gtk_widget_show_all (row);
  return row;
}

static gboolean
says_the_same (MailQueueItem *item, MailQueueItem *other)
{
  const MailQueueEntry *x = mail_queue_item_get_entry (item);
  const MailQueueEntry *y = mail_queue_item_get_entry (other);

  return x->id == y->id && x->held == y->held && g_str_equal (x->sentence, y->sentence) && g_strcmp0 (x->why, y->why) == 0
         && g_strcmp0 (x->detail, y->detail) == 0;
}

/* A row that says the same stays, with the focus that a button of it may have. */
static void
show_items (Queue *queue, GPtrArray *items)
{
  guint count = MIN (items->len, MOST_ROWS);
  GtkListBoxRow *row;

  for (guint i = 0; i < count; i++)
    {
      MailQueueItem *item = g_ptr_array_index (items, i);

      /* What is done leaves at the front, what is new comes at the end. */
      while ((row = gtk_list_box_get_row_at_index (queue->rows, (int) i)) != NULL
             && !says_the_same (item, g_object_get_data (G_OBJECT (row), "item")))
        gtk_widget_destroy (GTK_WIDGET (row));
      if (row == NULL)
        gtk_container_add (GTK_CONTAINER (queue->rows), make_row (queue, item));
    }
  while ((row = gtk_list_box_get_row_at_index (queue->rows, (int) count)) != NULL)
    gtk_widget_destroy (GTK_WIDGET (row));
  gtk_widget_set_visible (queue->scroller, count > 0);
  gtk_widget_set_visible (queue->nothing, count == 0);
}

static void
listed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Queue *queue = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) items = mail_account_list_queue_finish (MAIL_ACCOUNT (source), result, &error);
  g_autofree char *more = NULL;

  /* Cancelled: the dialog is gone. */
  if (mail_error_is_cancelled (error))
    return;
  if (items != NULL)
    show_items (queue, items);
  if (items != NULL && items->len > MOST_ROWS)
    more = g_strdup_printf (ngettext ("and %'u more", "and %'u more", items->len - MOST_ROWS), items->len - MOST_ROWS);
  else if (items == NULL)
    more = mail_account_describe_error (queue->account, error);
  gtk_label_set_text (queue->more, more != NULL ? more : "");
  gtk_widget_set_visible (GTK_WIDGET (queue->more), more != NULL);
}

static void
list (Queue *queue)
{
  mail_account_list_queue_async (queue->account, queue->cancellable, listed_cb, queue);
}

void
mail_queue_dialog_show (GtkWindow *window, MailAccount *account)
{
  g_autofree char *title = g_strdup_printf (_ ("Waiting Changes of %s"), mail_account_get_name (account));
  GtkWidget *dialog = gtk_dialog_new_with_buttons (title, window,
                                                   GTK_DIALOG_MODAL | GTK_DIALOG_DESTROY_WITH_PARENT | GTK_DIALOG_USE_HEADER_BAR,
                                                   NULL, NULL);
  GtkWidget *box = gtk_dialog_get_content_area (GTK_DIALOG (dialog));
  Queue *queue = g_new0 (Queue, 1);

  queue->dialog = dialog;
  queue->account = g_object_ref (account);
  queue->cancellable = g_cancellable_new ();
  queue->rows = GTK_LIST_BOX (g_object_new (GTK_TYPE_LIST_BOX, "selection-mode", GTK_SELECTION_NONE, NULL));
  queue->more = GTK_LABEL (g_object_new (GTK_TYPE_LABEL, "margin", 6, "no-show-all", TRUE, NULL));
  queue->scroller = g_object_new (GTK_TYPE_SCROLLED_WINDOW, "hscrollbar-policy", GTK_POLICY_NEVER, "expand", TRUE, NULL);
  queue->nothing = make_label (_ ("Nothing waits: the server knows of all your changes."), TRUE);
  g_object_set (queue->nothing, "margin", 18, "expand", TRUE, "halign", GTK_ALIGN_CENTER, "justify", GTK_JUSTIFY_CENTER,
                "no-show-all", TRUE, NULL);
  atk_object_set_name (gtk_widget_get_accessible (GTK_WIDGET (queue->rows)), _ ("Waiting changes"));
  gtk_container_add (GTK_CONTAINER (queue->scroller), GTK_WIDGET (queue->rows));
  gtk_container_add (GTK_CONTAINER (box), queue->scroller);
  gtk_container_add (GTK_CONTAINER (box), queue->nothing);
  gtk_container_add (GTK_CONTAINER (box), GTK_WIDGET (queue->more));
  gtk_container_set_border_width (GTK_CONTAINER (box), 0);
  mail_dialog_set_size (GTK_WINDOW (dialog), 520, 420);
  g_object_set_data_full (G_OBJECT (dialog), "queue", queue, queue_free);
  mail_widget_follow (dialog, account, "queue-changed", G_CALLBACK (list), queue);
  g_signal_connect (dialog, "response", G_CALLBACK (gtk_widget_destroy), NULL);
  list (queue);
  gtk_widget_show_all (dialog);
}
