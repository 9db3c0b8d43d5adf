/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/mailbox-dialogs.h"

#include <glib/gi18n.h>

#include "ui/dialogs.h"

typedef void (*Deed) (MailAccount *account, MailMailbox *mailbox);

typedef struct
{
  MailAccount *account;
  MailMailbox *mailbox; /* or NULL */
  gboolean rename;      /* with a name: of @mailbox itself, not of one in it */
  Deed deed;            /* without */
  GtkEntry *entry;
  GtkLabel *why;
} Asking;

static void
asking_free (gpointer data, GClosure *closure)
{
  Asking *asking = data;

  g_object_unref (asking->account);
  g_clear_object (&asking->mailbox);
  g_free (asking);
}

static Asking *
asking_new (MailAccount *account, MailMailbox *mailbox)
{
  Asking *asking = g_new0 (Asking, 1);

  asking->account = g_object_ref (account);
  asking->mailbox = mailbox != NULL ? g_object_ref (mailbox) : NULL;
  return asking;
}

/* (transfer full): without the blanks around it, which nobody sees. */
static char *
dup_name (Asking *asking)
{
  return g_strstrip (g_strdup (gtk_entry_get_text (asking->entry)));
}

static MailMailbox *
find_parent (Asking *asking)
{
  GListModel *mailboxes = mail_account_get_mailboxes (asking->account);
  const MailMailboxInfo *info = mail_mailbox_get_info (asking->mailbox);
  g_autofree char *above = NULL;
  const char *leaf = mail_mailbox_info_get_leaf (info);

  if (leaf == info->name)
    return NULL;
  above = g_strndup (info->name, (gsize) (leaf - info->name - 1));
  for (guint i = 0; i < g_list_model_get_n_items (mailboxes); i++)
    {
      g_autoptr (MailMailbox) mailbox = g_list_model_get_item (mailboxes, i);

      if (g_str_equal (mail_mailbox_get_name (mailbox), above))
        return mailbox;
    }
  return NULL;
}

/* The name is looked at while it is typed. */
static void
name_changed_cb (GtkDialog *dialog)
{
  Asking *asking = g_object_get_data (G_OBJECT (dialog), "asking");
  g_autofree char *name = dup_name (asking);
  g_autofree char *why = NULL;
  gboolean same = asking->rename && g_str_equal (name, mail_mailbox_info_get_leaf (mail_mailbox_get_info (asking->mailbox)));
  gboolean good = *name != '\0' && !same
                  && mail_account_check_mailbox_name (asking->account,
                                                      asking->rename ? find_parent (asking) : asking->mailbox, name, &why);

  gtk_label_set_text (asking->why, why != NULL ? why : "");
  gtk_dialog_set_response_sensitive (dialog, GTK_RESPONSE_ACCEPT, good);
}

static void
name_response_cb (GtkDialog *dialog, int response, gpointer data)
{
  Asking *asking = data;
  g_autofree char *name = dup_name (asking);

  if (response == GTK_RESPONSE_ACCEPT && asking->rename)
    mail_account_rename_mailbox (asking->account, asking->mailbox, name);
  else if (response == GTK_RESPONSE_ACCEPT)
    mail_account_create_mailbox (asking->account, asking->mailbox, name);
  gtk_widget_destroy (GTK_WIDGET (dialog));
}

static void
ask_for_name (GtkWindow *window, Asking *asking, const char *title, const char *label, const char *yes)
{
  GtkWidget *dialog = gtk_dialog_new_with_buttons (title, window,
                                                   GTK_DIALOG_MODAL | GTK_DIALOG_DESTROY_WITH_PARENT | GTK_DIALOG_USE_HEADER_BAR,
                                                   _ ("_Cancel"), GTK_RESPONSE_CANCEL, yes, GTK_RESPONSE_ACCEPT, NULL);
  GtkWidget *box = gtk_dialog_get_content_area (GTK_DIALOG (dialog));
  GtkWidget *caption = gtk_label_new_with_mnemonic (label);

  asking->entry = GTK_ENTRY (gtk_entry_new ());
  asking->why = GTK_LABEL (g_object_new (GTK_TYPE_LABEL, "wrap", TRUE, "xalign", 0.0, "max-width-chars", 36, NULL));
  if (asking->rename)
    gtk_entry_set_text (asking->entry, mail_mailbox_info_get_leaf (mail_mailbox_get_info (asking->mailbox)));
  gtk_entry_set_activates_default (asking->entry, TRUE);
  gtk_label_set_mnemonic_widget (GTK_LABEL (caption), GTK_WIDGET (asking->entry));
  atk_object_set_name (gtk_widget_get_accessible (GTK_WIDGET (asking->entry)), gtk_label_get_text (GTK_LABEL (caption)));
  gtk_label_set_xalign (GTK_LABEL (caption), 0);
  gtk_box_set_spacing (GTK_BOX (box), 6);
  gtk_container_set_border_width (GTK_CONTAINER (box), 18);
  gtk_container_add (GTK_CONTAINER (box), caption);
  gtk_container_add (GTK_CONTAINER (box), GTK_WIDGET (asking->entry));
  gtk_container_add (GTK_CONTAINER (box), GTK_WIDGET (asking->why));
  gtk_dialog_set_default_response (GTK_DIALOG (dialog), GTK_RESPONSE_ACCEPT);
  g_object_set_data (G_OBJECT (dialog), "asking", asking);
  g_signal_connect_swapped (asking->entry, "changed", G_CALLBACK (name_changed_cb), dialog);
  g_signal_connect_data (dialog, "response", G_CALLBACK (name_response_cb), asking, asking_free, 0);
  name_changed_cb (GTK_DIALOG (dialog));
  gtk_widget_show_all (dialog);
}

void
mail_mailbox_dialog_create (GtkWindow *window, MailAccount *account, MailMailbox *parent)
{
  g_autofree char *label = parent == NULL
                             ? g_strdup (_ ("_Name"))
                             : g_strdup_printf (_ ("_Name of the new mailbox in “%s”"), mail_mailbox_get_title (parent));

  ask_for_name (window, asking_new (account, parent), _ ("New Mailbox"), label, _ ("_Create"));
}

void
mail_mailbox_dialog_rename (GtkWindow *window, MailAccount *account, MailMailbox *mailbox)
{
  Asking *asking = asking_new (account, mailbox);

  asking->rename = TRUE;
  ask_for_name (window, asking, _ ("Rename the Mailbox"), _ ("_Name"), _ ("_Rename"));
}

static void
answered_cb (GtkDialog *dialog, int response, gpointer data)
{
  Asking *asking = data;

  if (response == GTK_RESPONSE_ACCEPT)
    asking->deed (asking->account, asking->mailbox);
  gtk_widget_destroy (GTK_WIDGET (dialog));
}

static void
ask (GtkWindow *window, Asking *asking, const char *title, const char *body, const char *yes)
{
  GtkWidget *dialog = mail_dialog_ask (window, title, body, yes, TRUE);

  g_signal_connect_data (dialog, "response", G_CALLBACK (answered_cb), asking, asking_free, 0);
  gtk_widget_show (dialog);
}

/* What lies in it and beneath it. */
static void
count (MailAccount *account, MailMailbox *mailbox, guint *messages, guint *mailboxes)
{
  GListModel *all = mail_account_get_mailboxes (account);
  const MailMailboxInfo *top = mail_mailbox_get_info (mailbox);

  *messages = *mailboxes = 0;
  for (guint i = 0; i < g_list_model_get_n_items (all); i++)
    {
      g_autoptr (MailMailbox) other = g_list_model_get_item (all, i);
      const MailMailboxInfo *info = mail_mailbox_get_info (other);

      if (!mail_mailbox_name_is_within (info->name, top->name, top->delimiter))
        continue;
      /* The server may have more of them than are here. */
      *messages += MAX (info->messages, info->server_messages);
      *mailboxes += other != mailbox ? 1 : 0;
    }
}

void
mail_mailbox_dialog_delete (GtkWindow *window, MailAccount *account, MailMailbox *mailbox)
{
  g_autofree char *title = g_strdup_printf (_ ("Delete the mailbox “%s”?"), mail_mailbox_get_title (mailbox));
  g_autofree char *letters = NULL;
  g_autofree char *others = NULL;
  g_autofree char *body = NULL;
  Asking *asking = asking_new (account, mailbox);
  guint messages, mailboxes;

  count (account, mailbox, &messages, &mailboxes);
  letters = g_strdup_printf (ngettext ("%'u message", "%'u messages", messages), messages);
  others = g_strdup_printf (ngettext ("%'u mailbox inside it", "%'u mailboxes inside it", mailboxes), mailboxes);
  if (messages == 0 && mailboxes == 0)
    body = g_strdup (_ ("It is empty."));
  else if (mail_account_get_config (account)->mode == MAIL_MODE_POP)
    body = g_strdup (_ ("The messages in it go to Trash."));
  else if (mailboxes == 0)
    body = g_strdup_printf (ngettext ("With it goes %'u message, here and on the server, for ever.",
                                      "With it go %'u messages, here and on the server, for ever.", messages),
                            messages);
  else
    /* Translators: “3 mailboxes inside it”, and “12 messages”. */
    body = g_strdup_printf (_ ("With it go %s and %s, here and on the server, for ever."), others, letters);
  asking->deed = mail_account_delete_mailbox;
  ask (window, asking, title, body, _ ("_Delete"));
}

void
mail_mailbox_dialog_empty (GtkWindow *window, MailAccount *account, MailMailbox *mailbox)
{
  const MailMailboxInfo *info = mail_mailbox_get_info (mailbox);
  guint messages = MAX (info->messages, info->server_messages);
  g_autofree char *title = g_strdup_printf (_ ("Empty “%s”?"), mail_mailbox_get_title (mailbox));
  g_autofree char *body = g_strdup_printf (ngettext ("%'u message is deleted for ever, here and on the server.",
                                                     "%'u messages are deleted for ever, here and on the server.", messages),
                                           messages);
  Asking *asking = asking_new (account, mailbox);

  asking->deed = mail_account_empty_mailbox;
  ask (window, asking, title, body, _ ("_Empty"));
}
