/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/password-dialog.h"

#include <glib/gi18n.h>

typedef struct
{
  MailAccount *account;
  GtkEntry *entry;
  GtkToggleButton *remember;
} Asking;

static void
asking_free (gpointer data, GClosure *closure)
{
  Asking *asking = data;

  g_object_unref (asking->account);
  g_free (asking);
}

static void
response_cb (GtkDialog *dialog, int response, gpointer data)
{
  Asking *asking = data;

  if (response == GTK_RESPONSE_ACCEPT && gtk_entry_get_text_length (asking->entry) > 0)
    mail_account_set_password (asking->account, gtk_entry_get_text (asking->entry),
                               gtk_toggle_button_get_active (asking->remember));
  gtk_widget_destroy (GTK_WIDGET (dialog));
}

static void
typed_cb (GtkEntry *entry, GParamSpec *spec, GtkDialog *dialog)
{
  gtk_dialog_set_response_sensitive (dialog, GTK_RESPONSE_ACCEPT, gtk_entry_get_text_length (entry) > 0);
}

static void
add_fields (GtkWidget *dialog, Asking *asking)
{
  const MailAccountConfig *config = mail_account_get_config (asking->account);
  g_autofree char *words = g_strdup_printf (_ ("Password of %1$s at %2$s"),
                                            config->user != NULL ? config->user : config->address, config->incoming->host);
  GtkWidget *box = gtk_dialog_get_content_area (GTK_DIALOG (dialog));
  GtkWidget *label = g_object_new (GTK_TYPE_LABEL, "label", words, "xalign", 0.0, "wrap", TRUE, "max-width-chars", 40, NULL);
  GtkWidget *entry = gtk_entry_new ();
  GtkWidget *remember = gtk_check_button_new_with_mnemonic (_ ("_Keep it in this computer’s keyring"));

  gtk_box_set_spacing (GTK_BOX (box), 12);
  gtk_container_set_border_width (GTK_CONTAINER (box), 18);
  gtk_entry_set_visibility (GTK_ENTRY (entry), FALSE);
  gtk_entry_set_input_purpose (GTK_ENTRY (entry), GTK_INPUT_PURPOSE_PASSWORD);
  gtk_entry_set_activates_default (GTK_ENTRY (entry), TRUE);
  gtk_label_set_mnemonic_widget (GTK_LABEL (label), entry);
  atk_object_set_name (gtk_widget_get_accessible (entry), _ ("Password"));
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (remember), TRUE);
  gtk_container_add (GTK_CONTAINER (box), label);
  gtk_container_add (GTK_CONTAINER (box), entry);
  gtk_container_add (GTK_CONTAINER (box), remember);
  asking->entry = GTK_ENTRY (entry);
  asking->remember = GTK_TOGGLE_BUTTON (remember);
  g_signal_connect (entry, "notify::text-length", G_CALLBACK (typed_cb), dialog);
}

void
mail_password_dialog_show (GtkWindow *window, MailAccount *account)
{
  GtkWidget *dialog = gtk_dialog_new_with_buttons (_ ("Password"), window,
                                                   GTK_DIALOG_MODAL | GTK_DIALOG_DESTROY_WITH_PARENT | GTK_DIALOG_USE_HEADER_BAR,
                                                   _ ("_Cancel"), GTK_RESPONSE_CANCEL, _ ("_Sign In"), GTK_RESPONSE_ACCEPT, NULL);
  Asking *asking = g_new0 (Asking, 1);

  asking->account = g_object_ref (account);
  add_fields (dialog, asking);
  gtk_dialog_set_default_response (GTK_DIALOG (dialog), GTK_RESPONSE_ACCEPT);
  gtk_dialog_set_response_sensitive (GTK_DIALOG (dialog), GTK_RESPONSE_ACCEPT, FALSE);
  g_signal_connect_data (dialog, "response", G_CALLBACK (response_cb), asking, asking_free, 0);
  gtk_widget_show_all (dialog);
  gtk_widget_grab_focus (GTK_WIDGET (asking->entry));
}
