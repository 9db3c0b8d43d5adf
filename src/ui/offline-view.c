/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/offline-view.h"

#include <glib/gi18n.h>

#include "core/errors.h"
#include "ui/widgets.h"

#define LINE 44

typedef struct
{
  MailAccount *account;
  GtkLabel *completeness;
  GtkLabel *estimate;
  GtkProgressBar *progress;
  GtkWidget *prepare;
  GCancellable *estimating;
} Offline;

static void
offline_free (gpointer data)
{
  Offline *self = data;

  g_cancellable_cancel (self->estimating);
  g_object_unref (self->estimating);
  g_object_unref (self->account);
  g_free (self);
}

/* (transfer full) */
static char *
describe_known (const MailOfflineEstimate *estimate)
{
  g_autofree char *size = g_format_size (estimate->bytes);
  guint minutes = (estimate->seconds + 59) / 60;
  g_autofree char *messages = g_strdup_printf (ngettext ("%'u message", "%'u messages", estimate->messages), estimate->messages);

  if (estimate->seconds == 0)
    /* Translators: “12 messages”, and a size such as “2.1 MB”. */
    return g_strdup_printf (_ ("To be fetched: %s, %s. How long it takes shows once it has begun."), messages, size);
  /* Translators: “12 messages”, a size such as “2.1 MB”, and minutes. */
  return g_strdup_printf (ngettext ("To be fetched: %s, %s, in about %u minute.", "To be fetched: %s, %s, in about %u minutes.",
                                    minutes),
                          messages, size, minutes);
}

/* (transfer full) */
static char *
describe (const MailOfflineEstimate *estimate)
{
  gboolean any = estimate->messages > 0 || estimate->bytes > 0;
  g_autofree char *known = any ? describe_known (estimate) : NULL;

  if (!estimate->more)
    return any ? g_steal_pointer (&known) : g_strdup (_ ("Everything is here: you can go."));
  if (!any)
    return g_strdup (_ ("It is not known yet what there is to be fetched: first the mailboxes have to be looked through."));
  return g_strdup_printf ("%s %s", known, _ ("It may be more: not all mailboxes have been looked through yet."));
}

static void
estimated_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Offline *self = data;
  MailOfflineEstimate estimate;
  g_autoptr (GError) error = NULL;
  g_autofree char *words = NULL;

  if (!mail_account_estimate_offline_finish (MAIL_ACCOUNT (source), result, &estimate, &error))
    {
      /* Cancelled: the view is gone. */
      if (mail_error_is_cancelled (error))
        return;
      words = mail_account_describe_error (self->account, error);
      gtk_label_set_text (self->estimate, words);
      return;
    }
  words = describe (&estimate);
  gtk_label_set_text (self->estimate, words);
}

static void
estimate (Offline *self)
{
  mail_account_estimate_offline_async (self->account, self->estimating, estimated_cb, self);
}

static void
update (Offline *self)
{
  g_autofree char *completeness = NULL;
  g_autofree char *words = NULL;
  gboolean preparing;
  double fraction;

  g_object_get (self->account, "completeness", &completeness, "preparing", &preparing, "progress", &fraction,
                "progress-text", &words, NULL);
  gtk_label_set_text (self->completeness, completeness != NULL ? completeness : "");
  gtk_widget_set_visible (GTK_WIDGET (self->progress), preparing);
  gtk_progress_bar_set_fraction (self->progress, CLAMP (fraction, 0, 1));
  gtk_progress_bar_set_text (self->progress, words != NULL ? words : "");
  gtk_widget_set_sensitive (self->prepare, !preparing && mail_account_get_state (self->account) != MAIL_WORKER_OFFLINE);
}

static void
prepared_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  /* What stands in its way, the account tells itself. */
  if (!mail_account_prepare_offline_finish (MAIL_ACCOUNT (source), result, &error) && !mail_error_is_cancelled (error))
    g_info ("Not all could be prepared for offline: %s", error->message);
}

static void
prepare_cb (Offline *self)
{
  mail_account_prepare_offline_async (self->account, NULL, prepared_cb, NULL);
  update (self);
}

GtkWidget *
mail_offline_view_new (MailAccount *account)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  Offline *self = g_new0 (Offline, 1);

  self->account = g_object_ref (account);
  self->estimating = g_cancellable_new ();
  self->completeness = mail_box_add_text (box, LINE);
  self->estimate = mail_box_add_text (box, LINE);
  self->progress = GTK_PROGRESS_BAR (g_object_new (GTK_TYPE_PROGRESS_BAR, "show-text", TRUE, "no-show-all", TRUE, NULL));
  atk_object_set_name (gtk_widget_get_accessible (GTK_WIDGET (self->progress)), _ ("Progress"));
  gtk_container_add (GTK_CONTAINER (box), GTK_WIDGET (self->progress));
  self->prepare = gtk_button_new_with_mnemonic (_ ("_Prepare for Offline"));
  gtk_widget_set_halign (self->prepare, GTK_ALIGN_END);
  gtk_container_add (GTK_CONTAINER (box), self->prepare);
  g_object_set_data_full (G_OBJECT (box), "offline", self, offline_free);
  g_signal_connect_swapped (self->prepare, "clicked", G_CALLBACK (prepare_cb), self);
  mail_widget_follow (box, account, "notify", G_CALLBACK (update), self);
  mail_widget_follow (box, account, "notify::preparing", G_CALLBACK (estimate), self);
  update (self);
  estimate (self);
  return box;
}
