/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/certificate-dialog.h"

#include <glib/gi18n.h>

typedef struct
{
  MailAccount *account;
  MailCertificate *certificate; /* the very one that was shown: another may have come meanwhile */
  gboolean outgoing;
  GtkWindow *window;
} Deciding;

static void
deciding_free (gpointer data, GClosure *closure)
{
  Deciding *deciding = data;

  g_object_unref (deciding->account);
  g_object_unref (deciding->window);
  mail_certificate_free (deciding->certificate);
  g_free (deciding);
}

static void show (GtkWindow *window, MailAccount *account, const MailCertificate *certificate, gboolean outgoing);

/* "12:34:AB:…" in two lines, as other programs show it. */
static char *
readable_fingerprint (const char *hex)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; hex[i] != '\0'; i++)
    {
      if (i == 32)
        g_string_append_c (text, '\n');
      else if (i > 0 && i % 2 == 0)
        g_string_append_c (text, ':');
      g_string_append_c (text, g_ascii_toupper (hex[i]));
    }
  return g_string_free (text, FALSE);
}

static void
add_row (GtkGrid *grid, int row, const char *title, const char *value)
{
  GtkWidget *label, *text;

  if (value == NULL || *value == '\0')
    return;
  label = g_object_new (GTK_TYPE_LABEL, "label", title, "xalign", 1.0, "yalign", 0.0, NULL);
  text = g_object_new (GTK_TYPE_LABEL, "label", value, "xalign", 0.0, "wrap", TRUE, "wrap-mode", PANGO_WRAP_WORD_CHAR,
                       "max-width-chars", 50, "selectable", TRUE, NULL);
  gtk_style_context_add_class (gtk_widget_get_style_context (label), GTK_STYLE_CLASS_DIM_LABEL);
  gtk_grid_attach (grid, label, 0, row, 1, 1);
  gtk_grid_attach (grid, text, 1, row, 1, 1);
}

static char *
date_text (gint64 date)
{
  g_autoptr (GDateTime) local = g_date_time_new_from_unix_local (date);

  return local != NULL ? g_date_time_format (local, _ ("%-d %B %Y")) : NULL;
}

GtkWidget *
mail_certificate_page_new (const MailCertificate *certificate)
{
  GtkWidget *grid = g_object_new (GTK_TYPE_GRID, "column-spacing", 12, "row-spacing", 6, NULL);
  g_autofree char *problems = mail_certificate_describe_problems (certificate);
  g_autofree char *from = date_text (certificate->valid_from);
  g_autofree char *until = date_text (certificate->valid_until);
  g_autofree char *validity = g_strdup_printf (_ ("%1$s to %2$s"), from != NULL ? from : "?", until != NULL ? until : "?");
  g_autofree char *fingerprint = readable_fingerprint (certificate->fingerprint);
  g_autofree char *pinned = certificate->pinned != NULL ? readable_fingerprint (certificate->pinned) : NULL;
  int row = 0;

  add_row (GTK_GRID (grid), row++, _ ("What is wrong"), problems);
  add_row (GTK_GRID (grid), row++, _ ("Made out to"), certificate->subject);
  add_row (GTK_GRID (grid), row++, _ ("For"), certificate->names);
  add_row (GTK_GRID (grid), row++, _ ("By"), certificate->issuer);
  add_row (GTK_GRID (grid), row++, _ ("Valid"), validity);
  add_row (GTK_GRID (grid), row++, _ ("SHA-256 fingerprint"), fingerprint);
  add_row (GTK_GRID (grid), row++, _ ("You trusted"), pinned);
  gtk_widget_show_all (grid);
  return grid;
}

static void
looked_cb (GObject *account, GAsyncResult *result, gpointer data)
{
  g_autoptr (GtkWindow) window = data;
  g_autoptr (MailCertificate) certificate = mail_account_look_at_outgoing_finish (MAIL_ACCOUNT (account), result);

  if (certificate != NULL && gtk_widget_get_visible (GTK_WIDGET (window)))
    show (window, MAIL_ACCOUNT (account), certificate, TRUE);
}

/* Who runs one server mostly runs the other, too, and with the same kind of certificate: that is settled now, not when the first
 * letter is to be sent. */
static void
response_cb (GtkDialog *dialog, int response, gpointer data)
{
  Deciding *deciding = data;

  if (response == GTK_RESPONSE_ACCEPT && deciding->outgoing)
    mail_account_trust_outgoing (deciding->account, deciding->certificate);
  else if (response == GTK_RESPONSE_ACCEPT)
    {
      mail_account_trust_certificate (deciding->account, deciding->certificate);
      mail_account_look_at_outgoing_async (deciding->account, NULL, looked_cb, g_object_ref (deciding->window));
    }
  gtk_widget_destroy (GTK_WIDGET (dialog));
}

/* (transfer full) */
static char *
describe (const MailAccountConfig *config, gboolean outgoing)
{
  if (outgoing)
    return g_strdup_printf (_ ("The server for outgoing mail, %s, shows another certificate, and could not prove either that it is "
                               "the right one. Nothing was sent to it. Trust this certificate only if whoever runs the server "
                               "told you that its fingerprint is the one below."), config->outgoing->host);
  return g_strdup_printf (_ ("The server that answers as %s could not prove that it is the right one. "
                             "Your password was not sent. Trust this certificate only if whoever runs the "
                             "server told you that its fingerprint is the one below."), config->incoming->host);
}

static void
add_words (GtkWidget *dialog, const char *words, const MailCertificate *certificate)
{
  GtkWidget *box = gtk_dialog_get_content_area (GTK_DIALOG (dialog));

  gtk_box_set_spacing (GTK_BOX (box), 18);
  gtk_container_set_border_width (GTK_CONTAINER (box), 18);
  gtk_container_add (GTK_CONTAINER (box), g_object_new (GTK_TYPE_LABEL, "label", words, "xalign", 0.0, "wrap", TRUE,
                                                        "max-width-chars", 64, "visible", TRUE, NULL));
  gtk_container_add (GTK_CONTAINER (box), mail_certificate_page_new (certificate));
}

static void
show (GtkWindow *window, MailAccount *account, const MailCertificate *certificate, gboolean outgoing)
{
  g_autofree char *words = describe (mail_account_get_config (account), outgoing);
  GtkWidget *dialog;
  Deciding *deciding;

  dialog = gtk_dialog_new_with_buttons (_ ("Certificate"), window,
                                        GTK_DIALOG_MODAL | GTK_DIALOG_DESTROY_WITH_PARENT | GTK_DIALOG_USE_HEADER_BAR,
                                        _ ("_Cancel"), GTK_RESPONSE_CANCEL,
                                        _ ("_Trust This Certificate"), GTK_RESPONSE_ACCEPT, NULL);
  gtk_style_context_add_class (gtk_widget_get_style_context (gtk_dialog_get_widget_for_response (GTK_DIALOG (dialog),
                                                                                                 GTK_RESPONSE_ACCEPT)),
                               GTK_STYLE_CLASS_DESTRUCTIVE_ACTION);
  gtk_dialog_set_default_response (GTK_DIALOG (dialog), GTK_RESPONSE_CANCEL);
  deciding = g_new0 (Deciding, 1);
  deciding->account = g_object_ref (account);
  deciding->window = g_object_ref (window);
  deciding->outgoing = outgoing;
  deciding->certificate = mail_certificate_copy (certificate);
  add_words (dialog, words, certificate);
  g_signal_connect_data (dialog, "response", G_CALLBACK (response_cb), deciding, deciding_free, 0);
  gtk_widget_show (dialog);
}

void
mail_certificate_dialog_show (GtkWindow *window, MailAccount *account)
{
  const MailCertificate *certificate = mail_account_get_certificate (account);

  if (certificate != NULL)
    show (window, account, certificate, FALSE);
}
