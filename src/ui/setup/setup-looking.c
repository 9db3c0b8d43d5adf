/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/setup/setup-looking.h"

#include <glib/gi18n.h>

#include "core/errors.h"
#include "ui/widgets.h"

struct _MailSetupLooking
{
  GtkBox parent_instance;
  GtkLabel *title;
  GtkWidget *scroller;
  GtkListBox *tries;
  GtkWidget *problem_box;
  GtkLabel *problem;
  GtkLabel *advice;
  GtkWidget *help;
  GtkWidget *certificate;
  GtkLabel *certificate_text;
  GtkEntry *password;
  GtkLabel *technical;
  GtkWidget *servers;
  GtkWidget *skip;
  GtkWidget *retry;
  GtkWidget *trust;

  MailSetup *setup;
};

G_DEFINE_TYPE (MailSetupLooking, mail_setup_looking, GTK_TYPE_BOX)

static const char *
icon_of (MailTryState state)
{
  switch (state)
    {
    case MAIL_TRY_RUNNING:
      return "content-loading-symbolic";
    case MAIL_TRY_GOOD:
      return "emblem-ok-symbolic";
    case MAIL_TRY_BAD:
      return "window-close-symbolic";
    case MAIL_TRY_SKIPPED:
      return "list-remove-symbolic";
    default:
      g_return_val_if_reached ("");
    }
}

/* One line: mark, what was asked, and the answer with the time that it took. */
static GtkWidget *
make_row (const MailSetupTry *try)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *mark = gtk_image_new_from_icon_name (icon_of (try->state), GTK_ICON_SIZE_MENU);
  GtkWidget *what = gtk_label_new (try->what);
  g_autofree char *answer = NULL;
  GtkWidget *result;

  if (try->state == MAIL_TRY_RUNNING)
    answer = g_strdup ("…");
  else if (try->seconds > 0)
    /* Translators: the result of a try and the seconds that it took. */
    answer = g_strdup_printf (_ ("%s (%.1f s)"), try->result, try->seconds);
  else
    answer = g_strdup (try->result);
  result = gtk_label_new (answer);

  gtk_label_set_xalign (GTK_LABEL (what), 0);
  gtk_label_set_ellipsize (GTK_LABEL (what), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_xalign (GTK_LABEL (result), 1);
  gtk_label_set_line_wrap (GTK_LABEL (result), TRUE);
  gtk_widget_set_hexpand (result, TRUE);
  gtk_style_context_add_class (gtk_widget_get_style_context (result), "dim-label");
  gtk_container_add (GTK_CONTAINER (row), mark);
  gtk_container_add (GTK_CONTAINER (row), what);
  gtk_container_add (GTK_CONTAINER (row), result);
  g_object_set (row, "margin", 6, NULL);
  gtk_widget_show_all (row);
  return row;
}

static void
try_changed_cb (MailSetupLooking *self, guint index)
{
  const MailSetupTry *try = mail_setup_get_try (self->setup, index);
  g_autofree char *spoken = try->result != NULL ? g_strdup_printf ("%s: %s", try->what, try->result) : g_strdup (try->what);
  GtkListBoxRow *row = gtk_list_box_get_row_at_index (self->tries, (int) index);
  GtkWidget *content = make_row (try);

  if (row == NULL)
    {
      gtk_list_box_insert (self->tries, content, (int) index);
      row = gtk_list_box_get_row_at_index (self->tries, (int) index);
    }
  else
    {
      gtk_container_remove (GTK_CONTAINER (row), gtk_bin_get_child (GTK_BIN (row)));
      gtk_container_add (GTK_CONTAINER (row), content);
    }
  atk_object_set_name (gtk_widget_get_accessible (GTK_WIDGET (row)), spoken);
}

static void
tries_cleared_cb (MailSetupLooking *self)
{
  mail_container_clear (GTK_CONTAINER (self->tries));
}

static char *
day (gint64 seconds)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (seconds);

  return time != NULL ? g_date_time_format (time, "%x") : g_strdup ("?");
}

static void
show_certificate (MailSetupLooking *self, const MailCertificate *certificate)
{
  g_autofree char *from = NULL;
  g_autofree char *until = NULL;
  g_autofree char *wrong = NULL;
  g_autofree char *text = NULL;

  gtk_widget_set_visible (self->certificate, certificate != NULL);
  gtk_widget_set_visible (self->trust, certificate != NULL);
  if (certificate == NULL)
    return;
  from = day (certificate->valid_from);
  until = day (certificate->valid_until);
  wrong = mail_certificate_describe_problems (certificate);
  text = g_strdup_printf (_ ("%s\n\nMade for: %s\nMade by: %s\nValid from %s until %s\nSHA-256: %s"), wrong,
                          certificate->subject, certificate->issuer, from, until, certificate->fingerprint);
  gtk_label_set_text (self->certificate_text, text);
}

static void
show_help (MailSetupLooking *self)
{
  const MailProvider *provider = mail_setup_get_provider (self->setup);

  gtk_widget_set_visible (self->help, provider != NULL && provider->help != NULL);
  if (provider != NULL && provider->help != NULL)
    gtk_link_button_set_uri (GTK_LINK_BUTTON (self->help), provider->help);
}

/* Not after what would fail in the same way every time, nor where trusting is the way on. */
static gboolean
is_worth_another_try (const MailProblem *problem)
{
  return problem != NULL && problem->action != MAIL_PROBLEM_ACTION_CERTIFICATE && problem->action != MAIL_PROBLEM_ACTION_NONE
         && problem->code != MAIL_ERROR_UNSUPPORTED;
}

static void
problem_cb (MailSetupLooking *self)
{
  const MailProblem *problem = mail_setup_get_problem (self->setup);
  gboolean wants_password = problem != NULL && problem->action == MAIL_PROBLEM_ACTION_PASSWORD;
  gboolean can_retry = is_worth_another_try (problem);

  gtk_widget_set_visible (self->problem_box, problem != NULL);
  gtk_widget_set_visible (self->retry, can_retry);
  gtk_widget_set_visible (GTK_WIDGET (self->password), wants_password);
  gtk_widget_set_visible (self->skip, mail_setup_can_skip_outgoing (self->setup));
  show_certificate (self, mail_setup_get_certificate (self->setup));
  show_help (self);
  if (problem == NULL)
    return;
  gtk_label_set_text (self->problem, problem->summary);
  gtk_label_set_text (self->advice, problem->advice != NULL ? problem->advice : "");
  gtk_label_set_text (self->technical, problem->technical);
  gtk_entry_set_text (self->password, "");
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    {
      if (can_retry)
        gtk_widget_grab_default (self->retry);
      gtk_widget_grab_focus (wants_password ? GTK_WIDGET (self->password) : can_retry ? self->retry : self->servers);
    }
}

static void
step_cb (MailSetupLooking *self)
{
  MailSetupStep step = mail_setup_get_step (self->setup);
  gboolean looking = step == MAIL_SETUP_STEP_LOOKING;

  if (looking)
    gtk_label_set_text (self->title, _ ("Looking for your mailbox…"));
  else if (step == MAIL_SETUP_STEP_CHECKING)
    gtk_label_set_text (self->title, _ ("Checking the sign-in for reading and for sending…"));
  else if (step == MAIL_SETUP_STEP_DONE)
    gtk_label_set_text (self->title, _ ("All is well. Your mail is on its way."));
  gtk_widget_set_visible (self->scroller, looking);
  gtk_widget_set_visible (self->servers, looking || step == MAIL_SETUP_STEP_CHECKING);
}

static void
retry_cb (MailSetupLooking *self)
{
  const char *typed = gtk_entry_get_text (self->password);

  mail_setup_retry (self->setup, typed[0] != '\0' ? typed : NULL);
}

static void
mail_setup_looking_class_init (MailSetupLookingClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/missiva/Missiva/setup/setup-looking.ui");
  gtk_widget_class_bind_template_child (widget_class, MailSetupLooking, title);
  gtk_widget_class_bind_template_child (widget_class, MailSetupLooking, scroller);
  gtk_widget_class_bind_template_child (widget_class, MailSetupLooking, tries);
  gtk_widget_class_bind_template_child (widget_class, MailSetupLooking, problem_box);
  gtk_widget_class_bind_template_child (widget_class, MailSetupLooking, problem);
  gtk_widget_class_bind_template_child (widget_class, MailSetupLooking, advice);
  gtk_widget_class_bind_template_child (widget_class, MailSetupLooking, help);
  gtk_widget_class_bind_template_child (widget_class, MailSetupLooking, certificate);
  gtk_widget_class_bind_template_child (widget_class, MailSetupLooking, certificate_text);
  gtk_widget_class_bind_template_child (widget_class, MailSetupLooking, password);
  gtk_widget_class_bind_template_child (widget_class, MailSetupLooking, technical);
  gtk_widget_class_bind_template_child (widget_class, MailSetupLooking, servers);
  gtk_widget_class_bind_template_child (widget_class, MailSetupLooking, skip);
  gtk_widget_class_bind_template_child (widget_class, MailSetupLooking, retry);
  gtk_widget_class_bind_template_child (widget_class, MailSetupLooking, trust);
}

static void
mail_setup_looking_init (MailSetupLooking *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
mail_setup_looking_new (MailSetup *setup)
{
  MailSetupLooking *self = g_object_new (MAIL_TYPE_SETUP_LOOKING, NULL);

  self->setup = setup;
  g_signal_connect_object (setup, "try-changed", G_CALLBACK (try_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (setup, "tries-cleared", G_CALLBACK (tries_cleared_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (setup, "notify::problem", G_CALLBACK (problem_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (setup, "notify::step", G_CALLBACK (step_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->servers, "clicked", G_CALLBACK (mail_setup_edit_servers), setup, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->skip, "clicked", G_CALLBACK (mail_setup_skip_outgoing), setup, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->trust, "clicked", G_CALLBACK (mail_setup_trust_certificate), setup, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->retry, "clicked", G_CALLBACK (retry_cb), self, G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}
