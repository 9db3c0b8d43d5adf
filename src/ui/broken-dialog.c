/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/broken-dialog.h"

#include <glib/gi18n.h>

#include "core/errors.h"
#include "ui/dialogs.h"
#include "ui/remove-dialog.h"

#define RESPONSE_REMOVE 1

typedef struct
{
  MailAccountList *accounts;
  MailAccount *account;
} Broken;

static void
broken_free (gpointer data, GClosure *closure)
{
  Broken *broken = data;

  g_object_unref (broken->accounts);
  g_object_unref (broken->account);
  g_free (broken);
}

/* What is still broken is shown again, with what is wrong now. */
static void
reopened_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GtkApplication) application = data;
  g_autoptr (MailAccount) account = mail_account_list_reopen_finish (MAIL_ACCOUNT_LIST (source), result);
  GtkWindow *window = gtk_application_get_active_window (application);

  if (account != NULL && mail_account_is_broken (account) && window != NULL)
    mail_broken_dialog_show (window, MAIL_ACCOUNT_LIST (source), account);
}

static void
response_cb (GtkDialog *dialog, int response, gpointer data)
{
  Broken *broken = data;
  GtkWindow *window = gtk_window_get_transient_for (GTK_WINDOW (dialog));

  if (response == GTK_RESPONSE_ACCEPT)
    mail_account_list_reopen_async (broken->accounts, broken->account, reopened_cb, g_object_ref (g_application_get_default ()));
  else if (response == RESPONSE_REMOVE)
    mail_remove_dialog_show (window, broken->accounts, broken->account);
  gtk_widget_destroy (GTK_WIDGET (dialog));
}

void
mail_broken_dialog_show (GtkWindow *window, MailAccountList *accounts, MailAccount *account)
{
  const MailProblem *problem = mail_account_get_problem (account);
  g_autofree char *words = g_strjoin ("\n\n", problem->advice != NULL ? problem->advice : problem->technical,
                                      problem->advice != NULL ? problem->technical : NULL, NULL);
  GtkWidget *dialog = mail_dialog_ask (window, problem->summary, words, _ ("_Try Again"), FALSE);
  Broken *broken = g_new0 (Broken, 1);

  broken->accounts = g_object_ref (accounts);
  broken->account = g_object_ref (account);
  /* Nothing is taken away from under another process. */
  if (problem->code != MAIL_ERROR_STORE_IN_USE)
    gtk_dialog_add_button (GTK_DIALOG (dialog), _ ("_Remove Account…"), RESPONSE_REMOVE);
  g_signal_connect_data (dialog, "response", G_CALLBACK (response_cb), broken, broken_free, 0);
  gtk_widget_show (dialog);
}
