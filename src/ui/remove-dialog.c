/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/remove-dialog.h"

#include <glib/gi18n.h>

#include "ui/dialogs.h"
#include "ui/notifications.h"

typedef struct
{
  MailAccountList *accounts;
  MailAccount *account;
  GtkMessageDialog *dialog;
  GtkToggleButton *with_mail; /* "also delete", or NULL while there is nothing of the person's own */
  gboolean counted;           /* FALSE: the figures are unknown */
  MailHoldings holdings;
  GCancellable *counting;
} Removing;

static void
removing_free (gpointer data, GClosure *closure)
{
  Removing *removing = data;

  g_cancellable_cancel (removing->counting);
  g_object_unref (removing->counting);
  g_object_unref (removing->accounts);
  g_object_unref (removing->account);
  g_free (removing);
}

/* Where the mail stays, as a person finds it in the file manager. */
static char *
describe_folder (const Removing *removing)
{
  g_autofree char *folder = mail_home_account_store (mail_account_list_get_home (removing->accounts),
                                                     mail_account_get_name (removing->account));
  const char *home = g_get_home_dir ();

  if (g_str_has_prefix (folder, home) && folder[strlen (home)] == G_DIR_SEPARATOR)
    return g_strconcat ("~", folder + strlen (home), NULL);
  return g_steal_pointer (&folder);
}

static char *
describe_keeping (const Removing *removing)
{
  g_autofree char *folder = describe_folder (removing);

  return g_strdup_printf (_ ("The mail on this computer stays in the folder %s. Set the mailbox up again in the same way and it is "
                             "back."),
                          folder);
}

static void
add_sentence (GString *words, char *sentence)
{
  if (words->len > 0)
    g_string_append (words, "\n\n");
  g_string_append (words, sentence);
  g_free (sentence);
}

/* An account of IMAP whose mail is all on the server, too. */
static void
describe_copies (const MailHoldings *holdings, GString *words)
{
  add_sentence (words, g_strdup (_ ("All its mail stays on the server. Nothing is deleted there.")));
  if (holdings->whole > 0)
    add_sentence (words, g_strdup_printf (ngettext ("The copy of %'u message that you could read offline is deleted here.",
                                                    "The copies of %'u messages that you could read offline are deleted here.",
                                                    holdings->whole),
                                          holdings->whole));
  if (holdings->waiting > 0)
    add_sentence (words,
                  g_strdup_printf (ngettext ("%'u change that you made has not reached the server yet and will be lost. To send "
                                             "it, choose Cancel and check for mail first.",
                                             "%'u changes that you made have not reached the server yet and will be lost. To "
                                             "send them, choose Cancel and check for mail first.",
                                             holdings->waiting),
                                   holdings->waiting));
}

/* What POP brought, or what the server never got. */
static void
describe_own (const Removing *removing, GString *words)
{
  const MailHoldings *holdings = &removing->holdings;
  guint on_server = holdings->messages - holdings->only_here;

  if (on_server > 0)
    add_sentence (words, g_strdup_printf (ngettext ("%'u message is also on the server. Nothing is deleted there.",
                                                    "%'u messages are also on the server. Nothing is deleted there.", on_server),
                                          on_server));
  if (holdings->only_here > 0)
    add_sentence (words, g_strdup_printf (ngettext ("%'u message is only on this computer.",
                                                    "%'u messages are only on this computer.", holdings->only_here),
                                          holdings->only_here));
  if (!gtk_toggle_button_get_active (removing->with_mail))
    add_sentence (words, describe_keeping (removing));
  else if (holdings->only_here > 0)
    add_sentence (words, g_strdup_printf (ngettext ("%'u message will be lost for ever.", "%'u messages will be lost for ever.",
                                                    holdings->only_here),
                                          holdings->only_here));
  else
    add_sentence (words, g_strdup (_ ("What you filed or marked here will be lost for ever.")));
}

/* What cannot be read: it may be a person's only copy. */
static void
describe_unknown (const Removing *removing, GString *words)
{
  g_autofree char *folder = describe_folder (removing);

  add_sentence (words, g_strdup (_ ("The mail on this computer cannot be read: how many messages there are, and how many of them "
                                    "are nowhere else, is unknown. Nothing is deleted on the server.")));
  if (gtk_toggle_button_get_active (removing->with_mail))
    add_sentence (words, g_strdup (_ ("What is on this computer only will be lost for ever.")));
  else
    add_sentence (words, g_strdup_printf (_ ("All that is here stays as it is in the folder %s."), folder));
}

static void
describe (Removing *removing)
{
  g_autoptr (GString) words = g_string_new (NULL);

  if (!removing->counted)
    describe_unknown (removing, words);
  else if (removing->with_mail != NULL)
    describe_own (removing, words);
  else
    describe_copies (&removing->holdings, words);
  add_sentence (words, g_strdup (_ ("Missiva forgets the settings and the password of the account.")));
  gtk_message_dialog_format_secondary_text (removing->dialog, "%s", words->str);
}

static void
add_check (Removing *removing, const char *words)
{
  GtkWidget *check = gtk_check_button_new_with_mnemonic (words);
  GtkWidget *label = gtk_bin_get_child (GTK_BIN (check));

  gtk_label_set_line_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 45);
  gtk_widget_set_margin_top (check, 6);
  gtk_container_add (GTK_CONTAINER (gtk_message_dialog_get_message_area (removing->dialog)), check);
  gtk_widget_show (check);
  removing->with_mail = GTK_TOGGLE_BUTTON (check);
  g_signal_connect_swapped (check, "toggled", G_CALLBACK (describe), removing);
}

static void
add_choice (Removing *removing)
{
  guint only_here = removing->holdings.only_here;
  guint count = only_here > 0 ? only_here : removing->holdings.messages;
  g_autofree char *words = NULL;

  if (only_here > 0)
    words = g_strdup_printf (ngettext ("Also _delete the %'u message that is only on this computer",
                                       "Also _delete the %'u messages that are only on this computer", count),
                             count);
  else
    words = g_strdup_printf (ngettext ("Also _delete the copy of %'u message on this computer",
                                       "Also _delete the copies of %'u messages on this computer", count),
                             count);
  add_check (removing, words);
}

static void
show_unknown (Removing *removing)
{
  add_check (removing, _ ("Also _delete the mail on this computer"));
  describe (removing);
  gtk_dialog_set_response_sensitive (GTK_DIALOG (removing->dialog), GTK_RESPONSE_ACCEPT, TRUE);
}

static void
counted_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  MailHoldings holdings;
  g_autoptr (GError) error = NULL;
  Removing *removing = data;

  if (!mail_account_count_finish (MAIL_ACCOUNT (source), result, &holdings, &error))
    {
      /* Cancelled: the dialog is gone. */
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        show_unknown (removing);
      return;
    }
  removing->counted = TRUE;
  removing->holdings = holdings;
  if (mail_holdings_are_own (&holdings, mail_account_get_config (removing->account)->mode))
    add_choice (removing);
  describe (removing);
  gtk_dialog_set_response_sensitive (GTK_DIALOG (removing->dialog), GTK_RESPONSE_ACCEPT, TRUE);
}

static void
removed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GtkApplication) application = data;
  g_autoptr (GError) error = NULL;
  GtkWindow *window = gtk_application_get_active_window (application);

  if (!mail_account_list_remove_finish (MAIL_ACCOUNT_LIST (source), result, &error) && window != NULL)
    mail_dialog_tell_error (window, _ ("Not all files of the account could be removed"), error);
  g_application_release (G_APPLICATION (application));
}

static void
response_cb (GtkDialog *dialog, int response, gpointer data)
{
  Removing *removing = data;
  GApplication *application = g_application_get_default ();
  gboolean keep = removing->with_mail != NULL && !gtk_toggle_button_get_active (removing->with_mail);

  if (response == GTK_RESPONSE_ACCEPT)
    {
      /* Whoever closes the last window meanwhile waits for the end of it. */
      g_application_hold (application);
      mail_notifications_withdraw (application, mail_account_get_name (removing->account));
      mail_account_list_remove_async (removing->accounts, removing->account, !keep, removed_cb, g_object_ref (application));
    }
  gtk_widget_destroy (GTK_WIDGET (dialog));
}

void
mail_remove_dialog_show (GtkWindow *window, MailAccountList *accounts, MailAccount *account)
{
  g_autofree char *title = g_strdup_printf (_ ("Remove the account “%s”?"), mail_account_get_name (account));
  GtkWidget *dialog = mail_dialog_ask (window, title, _ ("Counting the messages…"), _ ("_Remove Account"), TRUE);
  Removing *removing = g_new0 (Removing, 1);

  removing->accounts = g_object_ref (accounts);
  removing->account = g_object_ref (account);
  removing->dialog = GTK_MESSAGE_DIALOG (dialog);
  removing->counting = g_cancellable_new ();
  gtk_dialog_set_response_sensitive (GTK_DIALOG (dialog), GTK_RESPONSE_ACCEPT, FALSE);
  g_signal_connect_data (dialog, "response", G_CALLBACK (response_cb), removing, removing_free, 0);
  if (mail_account_is_broken (account))
    show_unknown (removing);
  else
    mail_account_count_async (account, removing->counting, counted_cb, removing);
  gtk_widget_show (dialog);
}
