/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/audit-view.h"

#include <glib/gi18n.h>

#include "core/clock.h"
#include "core/errors.h"
#include "model/account-words.h"
#include "ui/dates.h"
#include "ui/widgets.h"

#define LINE 38

typedef struct
{
  MailAccount *account;
  MailMailbox *mailbox; /* or NULL */
  GtkLabel *when;
  GtkLabel *result;
  GtkProgressBar *progress;
  GtkButton *button;
  GCancellable *running; /* NULL: nothing was asked for here */
} Audit;

static void
audit_free (gpointer data)
{
  Audit *self = data;

  g_object_unref (self->account);
  g_clear_object (&self->mailbox);
  g_free (self);
}

static gint64
get_audited (Audit *self)
{
  return self->mailbox != NULL ? mail_mailbox_get_info (self->mailbox)->audited : mail_account_get_audited (self->account);
}

static void
update (Audit *self)
{
  gint64 audited = get_audited (self);
  g_autofree char *day = audited > 0 ? mail_date_short (audited, mail_clock_now ()) : NULL;
  g_autofree char *words = NULL;
  gboolean auditing;
  double fraction;

  g_object_get (self->account, "auditing", &auditing, "progress", &fraction, "progress-text", &words, NULL);
  gtk_label_set_text (self->when, day != NULL ? day : _ ("Not yet"));
  gtk_widget_set_visible (GTK_WIDGET (self->progress), auditing);
  gtk_progress_bar_set_fraction (self->progress, CLAMP (fraction, 0, 1));
  gtk_progress_bar_set_text (self->progress, words != NULL ? words : _ ("Waiting for its turn…"));
  gtk_button_set_label (self->button, self->running != NULL ? _ ("_Stop") : _ ("_Check Now"));
  gtk_widget_set_sensitive (GTK_WIDGET (self->button),
                            self->running != NULL ? !g_cancellable_is_cancelled (self->running) : !auditing);
}

static void
show_result (Audit *self, const char *sentence)
{
  gtk_label_set_text (self->result, sentence);
  gtk_widget_set_visible (GTK_WIDGET (self->result), *sentence != '\0');
}

static void
audited_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GtkWidget) view = data;
  Audit *self = g_object_get_data (G_OBJECT (view), "audit");
  MailAuditResult found;
  g_autoptr (GError) error = NULL;
  g_autofree char *sentence = NULL;

  if (mail_account_audit_finish (MAIL_ACCOUNT (source), result, &found, &error))
    sentence = mail_words_audit (&found);
  /* The view was destroyed meanwhile. */
  if (self->running == NULL)
    return;
  g_clear_object (&self->running);
  if (sentence == NULL)
    sentence = mail_error_is_cancelled (error) ? g_strdup (_ ("Stopped before everything was compared."))
                                               : mail_account_describe_error (self->account, error);
  show_result (self, sentence);
  update (self);
}

static void
clicked_cb (GtkWidget *view)
{
  Audit *self = g_object_get_data (G_OBJECT (view), "audit");

  if (self->running != NULL)
    g_cancellable_cancel (self->running);
  else
    {
      self->running = g_cancellable_new ();
      show_result (self, "");
      mail_account_audit_async (self->account, self->mailbox, self->running, audited_cb, g_object_ref (view));
    }
  update (self);
}

/* Nobody would see what comes out. */
static void
destroy_cb (Audit *self)
{
  if (self->running != NULL)
    g_cancellable_cancel (self->running);
  g_clear_object (&self->running);
}

GtkWidget *
mail_audit_view_new (MailAccount *account, MailMailbox *mailbox)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GListModel *mailboxes = mail_account_get_mailboxes (account);
  Audit *self = g_new0 (Audit, 1);

  self->account = g_object_ref (account);
  self->mailbox = mailbox != NULL ? g_object_ref (mailbox) : NULL;
  self->when = mail_box_add_text (box, LINE);
  self->result = mail_box_add_text (box, LINE);
  gtk_widget_set_no_show_all (GTK_WIDGET (self->result), TRUE);
  self->progress = GTK_PROGRESS_BAR (g_object_new (GTK_TYPE_PROGRESS_BAR, "show-text", TRUE, "no-show-all", TRUE, NULL));
  atk_object_set_name (gtk_widget_get_accessible (GTK_WIDGET (self->progress)), _ ("Progress"));
  gtk_container_add (GTK_CONTAINER (box), GTK_WIDGET (self->progress));
  self->button = GTK_BUTTON (gtk_button_new_with_mnemonic (_ ("_Check Now")));
  gtk_widget_set_halign (GTK_WIDGET (self->button), GTK_ALIGN_END);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->button),
                               _ ("Compares every message with the server and puts right what differs"));
  gtk_container_add (GTK_CONTAINER (box), GTK_WIDGET (self->button));
  g_object_set_data_full (G_OBJECT (box), "audit", self, audit_free);
  g_signal_connect_swapped (self->button, "clicked", G_CALLBACK (clicked_cb), box);
  g_signal_connect_swapped (box, "destroy", G_CALLBACK (destroy_cb), self);
  mail_widget_follow (box, account, "notify", G_CALLBACK (update), self);
  for (guint i = 0; i < g_list_model_get_n_items (mailboxes); i++)
    {
      g_autoptr (MailMailbox) one = g_list_model_get_item (mailboxes, i);

      if (mailbox == NULL || one == mailbox)
        mail_widget_follow (box, one, "notify::audited", G_CALLBACK (update), self);
    }
  update (self);
  return box;
}
