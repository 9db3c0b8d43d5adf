/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/sidebar/account-row.h"

struct _MailAccountRow
{
  GtkListBoxRow parent_instance;
  GtkLabel *name;
  GtkLabel *state;
  GtkLabel *mode;
  GtkProgressBar *progress;
  MailAccount *account;
};

G_DEFINE_TYPE (MailAccountRow, mail_account_row, GTK_TYPE_LIST_BOX_ROW)

/* A dot: full, hollow, or with a mark when the person is needed; the words are its tooltip and its name. */
static void
update_state (MailAccountRow *self)
{
  static const char *const classes[] = { "working", "up-to-date", "needs-you" };
  GtkStyleContext *style = gtk_widget_get_style_context (GTK_WIDGET (self->state));
  MailWorkerState state = mail_account_get_state (self->account);
  g_autofree char *words = NULL;
  const char *class = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (classes); i++)
    gtk_style_context_remove_class (style, classes[i]);
  if (state == MAIL_WORKER_WORKING)
    class = "working";
  else if (state == MAIL_WORKER_UP_TO_DATE)
    class = "up-to-date";
  else if (state == MAIL_WORKER_NEEDS_YOU || state == MAIL_WORKER_WAITING)
    class = "needs-you";
  if (class != NULL)
    gtk_style_context_add_class (style, class);
  gtk_label_set_text (self->state, g_strcmp0 (class, "needs-you") == 0 ? "!" : "");
  g_object_get (self->account, "state-text", &words, NULL);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->state), words);
  atk_object_set_name (gtk_widget_get_accessible (GTK_WIDGET (self->state)), words != NULL ? words : "");
}

static void
update_progress (MailAccountRow *self)
{
  g_autofree char *words = NULL;
  double progress = -1;

  g_object_get (self->account, "progress", &progress, "progress-text", &words, NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->progress), progress >= 0);
  gtk_progress_bar_set_fraction (self->progress, CLAMP (progress, 0, 1));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->progress), words);
  atk_object_set_name (gtk_widget_get_accessible (GTK_WIDGET (self->progress)), words != NULL ? words : "");
}

static void
mail_account_row_dispose (GObject *object)
{
  g_clear_object (&MAIL_ACCOUNT_ROW (object)->account);
  G_OBJECT_CLASS (mail_account_row_parent_class)->dispose (object);
}

static void
mail_account_row_class_init (MailAccountRowClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = mail_account_row_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/missiva/Missiva/ui/sidebar/account-row.ui");
  gtk_widget_class_bind_template_child (widget_class, MailAccountRow, name);
  gtk_widget_class_bind_template_child (widget_class, MailAccountRow, state);
  gtk_widget_class_bind_template_child (widget_class, MailAccountRow, mode);
  gtk_widget_class_bind_template_child (widget_class, MailAccountRow, progress);
}

static void
mail_account_row_init (MailAccountRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/* There are no mailboxes beneath it: the heading itself can be chosen, and says what is wrong. */
static void
show_broken (MailAccountRow *self)
{
  const MailProblem *problem = mail_account_get_problem (self->account);
  g_autofree char *words = g_strjoin (" ", problem->summary, problem->advice, NULL);

  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (self), TRUE);
  gtk_widget_set_can_focus (GTK_WIDGET (self), TRUE);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), words);
  atk_object_set_name (gtk_widget_get_accessible (GTK_WIDGET (self)), words);
}

MailAccount *
mail_account_row_get_account (MailAccountRow *self)
{
  return self->account;
}

GtkWidget *
mail_account_row_new (MailAccount *account)
{
  MailAccountRow *self = g_object_new (MAIL_TYPE_ACCOUNT_ROW, NULL);

  self->account = g_object_ref (account);
  g_object_bind_property (account, "name", self->name, "label", G_BINDING_SYNC_CREATE);
  g_object_bind_property (account, "address", self, "tooltip-text", G_BINDING_SYNC_CREATE);
  g_object_bind_property (account, mail_account_is_broken (account) ? "state-text" : "mode-label", self->mode, "label",
                          G_BINDING_SYNC_CREATE);
  g_signal_connect_object (account, "notify::state", G_CALLBACK (update_state), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (account, "notify::state-text", G_CALLBACK (update_state), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (account, "notify::progress", G_CALLBACK (update_progress), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (account, "notify::progress-text", G_CALLBACK (update_progress), self, G_CONNECT_SWAPPED);
  update_state (self);
  update_progress (self);
  if (mail_account_is_broken (account))
    show_broken (self);
  return GTK_WIDGET (self);
}
