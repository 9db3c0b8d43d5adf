/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/problem-bar.h"

#include <glib/gi18n.h>

#include "ui/account-dialog.h"
#include "ui/broken-dialog.h"
#include "ui/certificate-dialog.h"
#include "ui/password-dialog.h"

struct _MailProblemBar
{
  GtkBin parent_instance;
  GtkInfoBar *bar;
  GtkLabel *summary;
  GtkLabel *advice;
  GtkWidget *details;
  GtkLabel *technical;
  GtkButton *action;
  MailAccountList *accounts;
  MailAccount *current; /* the account whose mailbox is shown, or NULL */
  MailAccount *shown;   /* the account that the bar speaks of; NULL: the network */
};

G_DEFINE_TYPE (MailProblemBar, mail_problem_bar, GTK_TYPE_BIN)

static const char *
action_label (MailAccount *account, const MailProblem *problem)
{
  if (mail_account_is_broken (account))
    return _ ("_Look at the Account…");
  switch (problem->action)
    {
    case MAIL_PROBLEM_ACTION_PASSWORD:
      return _ ("_Enter Password…");
    case MAIL_PROBLEM_ACTION_CERTIFICATE:
      return _ ("_Look at the Certificate…");
    case MAIL_PROBLEM_ACTION_SETTINGS:
      return _ ("_Account Settings…");
    case MAIL_PROBLEM_ACTION_RETRY:
      return _ ("_Try Again");
    case MAIL_PROBLEM_ACTION_NONE:
      break;
    }
  return NULL;
}

static void
show_words (MailProblemBar *self, const char *summary, const char *advice, const char *technical, const char *action)
{
  gtk_label_set_text (self->summary, summary);
  gtk_label_set_text (self->advice, advice != NULL ? advice : "");
  gtk_widget_set_visible (GTK_WIDGET (self->advice), advice != NULL);
  gtk_label_set_text (self->technical, technical != NULL ? technical : "");
  gtk_widget_set_visible (self->details, technical != NULL);
  gtk_button_set_label (self->action, action != NULL ? action : "");
  gtk_widget_set_visible (GTK_WIDGET (self->action), action != NULL);
  gtk_widget_show (GTK_WIDGET (self));
}

static gboolean
needs_you (MailAccount *account)
{
  return mail_account_get_problem (account) != NULL && mail_account_get_state (account) == MAIL_WORKER_NEEDS_YOU;
}

/* (transfer full) (nullable) */
static char *
describe_advice (MailAccount *account, const MailProblem *problem)
{
  if (needs_you (account) || problem->radius != MAIL_PROBLEM_RADIUS_ACCOUNT)
    return g_strdup (problem->advice);
  return g_strjoin (" ", _ ("Missiva tries again by itself."), problem->advice, NULL);
}

/* One that needs the person; where all do well, one that could not be opened, of which the sidebar tells, too. */
static MailAccount *
find_account_in_need (MailProblemBar *self, gboolean online)
{
  MailAccount *broken = NULL;

  if (self->current != NULL && needs_you (self->current))
    return self->current;
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->accounts)); i++)
    {
      g_autoptr (MailAccount) account = g_list_model_get_item (G_LIST_MODEL (self->accounts), i); /* the list keeps it */

      if (needs_you (account) && !mail_account_is_broken (account))
        return account;
      if (broken == NULL && mail_account_is_broken (account))
        broken = account;
    }
  /* Without a network every account fails in the same way: that is said once. */
  if (online && self->current != NULL && mail_account_get_problem (self->current) != NULL)
    return self->current;
  return online || self->current == NULL ? broken : NULL;
}

static void
update (MailProblemBar *self)
{
  gboolean online = TRUE, work_offline = FALSE;
  const MailProblem *problem;

  g_object_get (self->accounts, "online", &online, "work-offline", &work_offline, NULL);
  g_set_object (&self->shown, find_account_in_need (self, online));
  problem = self->shown != NULL ? mail_account_get_problem (self->shown) : NULL;
  if (problem != NULL)
    {
      g_autofree char *advice = describe_advice (self->shown, problem);

      gtk_info_bar_set_message_type (self->bar, GTK_MESSAGE_WARNING);
      show_words (self, problem->summary, advice, problem->technical, action_label (self->shown, problem));
    }
  else if (!online && g_list_model_get_n_items (G_LIST_MODEL (self->accounts)) > 0)
    {
      gtk_info_bar_set_message_type (self->bar, GTK_MESSAGE_INFO);
      show_words (self, work_offline ? _ ("You work offline.") : _ ("This computer is offline."),
                  _ ("What is here can be read and changed; the rest happens when you are online again."), NULL,
                  work_offline ? _ ("_Go Online") : NULL);
    }
  else
    gtk_widget_hide (GTK_WIDGET (self));
}

static void
action_clicked_cb (GtkButton *button, MailProblemBar *self)
{
  const MailProblem *problem = self->shown != NULL ? mail_account_get_problem (self->shown) : NULL;
  GtkWindow *window = GTK_WINDOW (gtk_widget_get_toplevel (GTK_WIDGET (self)));

  if (self->shown == NULL)
    g_object_set (self->accounts, "work-offline", FALSE, NULL);
  else if (mail_account_is_broken (self->shown))
    mail_broken_dialog_show (window, self->accounts, self->shown);
  else if (problem != NULL && problem->action == MAIL_PROBLEM_ACTION_PASSWORD)
    mail_password_dialog_show (window, self->shown);
  else if (problem != NULL && problem->action == MAIL_PROBLEM_ACTION_CERTIFICATE)
    mail_certificate_dialog_show (window, self->shown);
  else if (problem != NULL && problem->action == MAIL_PROBLEM_ACTION_SETTINGS)
    mail_account_dialog_show (window, self->accounts, self->shown);
  else
    mail_account_sync_now (self->shown);
}

static void
accounts_changed_cb (GListModel *accounts, guint position, guint removed, guint added, MailProblemBar *self)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (MailAccount) account = g_list_model_get_item (accounts, i);

      g_signal_connect_object (account, "notify::problem", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (account, "notify::state", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
    }
  update (self);
}

void
mail_problem_bar_set_accounts (MailProblemBar *self, MailAccountList *accounts)
{
  g_assert (self->accounts == NULL);
  self->accounts = g_object_ref (accounts);
  g_signal_connect_object (accounts, "items-changed", G_CALLBACK (accounts_changed_cb), self, 0);
  g_signal_connect_object (accounts, "notify::online", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  accounts_changed_cb (G_LIST_MODEL (accounts), 0, 0, g_list_model_get_n_items (G_LIST_MODEL (accounts)), self);
}

void
mail_problem_bar_set_current (MailProblemBar *self, MailAccount *account)
{
  g_set_object (&self->current, account);
  update (self);
}

static void
mail_problem_bar_dispose (GObject *object)
{
  MailProblemBar *self = MAIL_PROBLEM_BAR (object);

  g_clear_object (&self->accounts);
  g_clear_object (&self->current);
  g_clear_object (&self->shown);
  G_OBJECT_CLASS (mail_problem_bar_parent_class)->dispose (object);
}

static void
mail_problem_bar_class_init (MailProblemBarClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = mail_problem_bar_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/missiva/Missiva/ui/problem-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, MailProblemBar, bar);
  gtk_widget_class_bind_template_child (widget_class, MailProblemBar, summary);
  gtk_widget_class_bind_template_child (widget_class, MailProblemBar, advice);
  gtk_widget_class_bind_template_child (widget_class, MailProblemBar, details);
  gtk_widget_class_bind_template_child (widget_class, MailProblemBar, technical);
  gtk_widget_class_bind_template_child (widget_class, MailProblemBar, action);
}

static void
mail_problem_bar_init (MailProblemBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect (self->action, "clicked", G_CALLBACK (action_clicked_cb), self);
}
