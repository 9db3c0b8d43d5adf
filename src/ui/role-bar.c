/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/role-bar.h"

#include <glib/gi18n.h>

#include "ui/dialogs.h"
#include "ui/mailbox-chooser.h"

enum
{
  RESPONSE_CHOOSE = 1,
  RESPONSE_MAKE,
};

struct _MailRoleBar
{
  GtkBin parent_instance;
  GtkInfoBar *bar;
  GtkLabel *words;
  GtkWidget *choose;
  MailAccountList *accounts;
  MailAccount *shown; /* who is asked about; NULL: nobody */
  MailRole role;
};

G_DEFINE_TYPE (MailRoleBar, mail_role_bar, GTK_TYPE_BIN)

/* (transfer full) (nullable) */
static char *
dup_question (MailRole role, const char *account)
{
  switch (role)
    {
    case MAIL_ROLE_DRAFTS:
      return g_strdup_printf (_ ("Which mailbox of %s is for drafts?"), account);
    case MAIL_ROLE_SENT:
      return g_strdup_printf (_ ("Which mailbox of %s is for what you send?"), account);
    case MAIL_ROLE_ARCHIVE:
      return g_strdup_printf (_ ("Which mailbox of %s is the archive?"), account);
    case MAIL_ROLE_JUNK:
      return g_strdup_printf (_ ("Which mailbox of %s is for junk?"), account);
    case MAIL_ROLE_TRASH:
      return g_strdup_printf (_ ("Which mailbox of %s is the Trash?"), account);
    case MAIL_ROLE_NONE:
    case MAIL_ROLE_INBOX:
    case MAIL_ROLE_ALL:
    case MAIL_ROLE_FLAGGED:
    default:
      return NULL;
    }
}

static void
update (MailRoleBar *self)
{
  g_autofree char *question = NULL;

  g_clear_object (&self->shown);
  for (guint i = 0; question == NULL && i < g_list_model_get_n_items (G_LIST_MODEL (self->accounts)); i++)
    {
      g_autoptr (MailAccount) account = g_list_model_get_item (G_LIST_MODEL (self->accounts), i);
      int role;

      g_object_get (account, "role-question", &role, NULL);
      question = dup_question ((MailRole) role, mail_account_get_name (account));
      if (question == NULL)
        continue;
      self->shown = g_object_ref (account);
      self->role = (MailRole) role;
    }
  gtk_label_set_text (self->words, question != NULL ? question : "");
  gtk_widget_set_visible (GTK_WIDGET (self), question != NULL);
}

static gboolean
can_choose (MailMailbox *mailbox, gpointer data)
{
  return mailbox != NULL && mail_mailbox_get_role (mailbox) == MAIL_ROLE_NONE
         && (mail_mailbox_get_info (mailbox)->flags & MAIL_MAILBOX_NO_SELECT) == 0;
}

/* What was asked when the chooser opened: the bar may ask something else by the time of the answer. */
typedef struct
{
  MailAccount *account;
  MailRole role;
} Question;

static void
question_free (gpointer data, GClosure *closure)
{
  Question *question = data;

  g_object_unref (question->account);
  g_free (question);
}

static void
chosen_cb (MailMailboxChooser *chooser, MailMailbox *mailbox, const Question *question)
{
  if (mailbox != NULL)
    mail_account_set_mailbox_role (question->account, mailbox, question->role);
}

static void
choose (MailRoleBar *self)
{
  GtkWidget *chooser = mail_mailbox_chooser_new (self->choose, self->shown, gtk_label_get_text (self->words), can_choose, NULL,
                                                 NULL);
  Question *question = g_new (Question, 1);

  *question = (Question) { g_object_ref (self->shown), self->role };
  g_signal_connect_data (chooser, "chosen", G_CALLBACK (chosen_cb), question, question_free, 0);
  mail_popover_show_once (GTK_POPOVER (chooser));
}

static void
response_cb (GtkInfoBar *bar, int response, MailRoleBar *self)
{
  if (self->shown == NULL)
    return;
  if (response == RESPONSE_CHOOSE)
    choose (self);
  else if (response == RESPONSE_MAKE)
    mail_account_create_role_mailbox (self->shown, self->role);
  else
    mail_account_dismiss_role_question (self->shown);
}

static void
accounts_changed_cb (GListModel *accounts, guint position, guint removed, guint added, MailRoleBar *self)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (MailAccount) account = g_list_model_get_item (accounts, i);

      g_signal_connect_object (account, "notify::role-question", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
    }
  update (self);
}

void
mail_role_bar_set_accounts (MailRoleBar *self, MailAccountList *accounts)
{
  g_assert (self->accounts == NULL);
  self->accounts = g_object_ref (accounts);
  g_signal_connect_object (accounts, "items-changed", G_CALLBACK (accounts_changed_cb), self, 0);
  accounts_changed_cb (G_LIST_MODEL (accounts), 0, 0, g_list_model_get_n_items (G_LIST_MODEL (accounts)), self);
}

static void
mail_role_bar_dispose (GObject *object)
{
  MailRoleBar *self = MAIL_ROLE_BAR (object);

  g_clear_object (&self->accounts);
  g_clear_object (&self->shown);
  G_OBJECT_CLASS (mail_role_bar_parent_class)->dispose (object);
}

static void
mail_role_bar_class_init (MailRoleBarClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = mail_role_bar_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/missiva/Missiva/ui/role-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, MailRoleBar, bar);
  gtk_widget_class_bind_template_child (widget_class, MailRoleBar, words);
}

static void
mail_role_bar_init (MailRoleBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  mail_info_bar_speak (self->bar);
  self->choose = gtk_info_bar_add_button (self->bar, _ ("Ch_oose…"), RESPONSE_CHOOSE);
  gtk_info_bar_add_button (self->bar, _ ("_Make a New One"), RESPONSE_MAKE);
  g_signal_connect (self->bar, "response", G_CALLBACK (response_cb), self);
}
