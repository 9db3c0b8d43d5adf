/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/setup/setup-window.h"

#include <glib/gi18n.h>

#include "ui/dialogs.h"
#include "ui/help-window.h"
#include "ui/setup/setup-choice.h"
#include "ui/setup/setup-looking.h"
#include "ui/setup/setup-options.h"
#include "ui/setup/setup-servers.h"
#include "ui/setup/setup-who.h"

#define DEFAULT_WIDTH 760
#define DEFAULT_HEIGHT 620
#define NORMAL_RESOLUTION 96.0 /* dots per inch, with letters of the usual size */

struct _MailSetupWindow
{
  HdyWindow parent_instance;
  GtkStack *stack;
  GtkWidget *back;
  GtkInfoBar *alert_bar;
  GtkLabel *alert;

  MailSetup *setup;
  MailAccountList *accounts;
};

enum
{
  ACCOUNT_ADDED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_TYPE (MailSetupWindow, mail_setup_window, HDY_TYPE_WINDOW)

/* Which page draws which step; two steps share the one that shows tries. */
static const char *const page_of_step[] = {
  [MAIL_SETUP_STEP_WHO] = "who",         [MAIL_SETUP_STEP_LOOKING] = "looking", [MAIL_SETUP_STEP_SERVERS] = "servers",
  [MAIL_SETUP_STEP_CHOICE] = "choice",   [MAIL_SETUP_STEP_OPTIONS] = "options", [MAIL_SETUP_STEP_CHECKING] = "looking",
  [MAIL_SETUP_STEP_DONE] = "looking",
};

static void
added_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (MailSetupWindow) self = MAIL_SETUP_WINDOW (data);
  g_autoptr (GError) error = NULL;
  g_autoptr (MailAccount) account = mail_account_list_add_finish (MAIL_ACCOUNT_LIST (source), result, &error);

  /* Closed meanwhile. */
  if (self->setup == NULL)
    return;
  if (account == NULL)
    {
      mail_dialog_tell (GTK_WINDOW (self), _ ("The account could not be saved."), error->message);
      mail_setup_back (self->setup);
      return;
    }
  g_signal_emit (self, signals[ACCOUNT_ADDED], 0, account);
  gtk_widget_destroy (GTK_WIDGET (self));
}

static void
named_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (MailSetupWindow) self = MAIL_SETUP_WINDOW (data);
  g_autoptr (MailAccountConfig) config = mail_setup_dup_result_finish (MAIL_SETUP (source), result);

  mail_account_list_add_async (self->accounts, config, mail_setup_get_password (MAIL_SETUP (source)), added_cb,
                               g_object_ref (self));
}

/* What a server wants to be read stays in sight whatever the page; as text, since its words are no markup. */
static void
alert_cb (MailSetupWindow *self)
{
  g_autofree char *alert = NULL;

  g_object_get (self->setup, "alert", &alert, NULL);
  gtk_label_set_text (self->alert, alert != NULL ? alert : "");
  gtk_widget_set_visible (GTK_WIDGET (self->alert_bar), alert != NULL);
}

static void
step_cb (MailSetupWindow *self)
{
  MailSetupStep step = mail_setup_get_step (self->setup);

  gtk_stack_set_visible_child_name (self->stack, page_of_step[step]);
  gtk_widget_set_visible (self->back, step != MAIL_SETUP_STEP_WHO && step != MAIL_SETUP_STEP_DONE);
  if (step == MAIL_SETUP_STEP_DONE)
    mail_setup_dup_result_async (self->setup, mail_account_list_get_home (self->accounts), named_cb, g_object_ref (self));
}

static void
add_page (MailSetupWindow *self, const char *name, GtkWidget *page)
{
  gtk_stack_add_named (self->stack, page, name);
}

/* Escape leaves the page, and on the first one the wizard. */
static gboolean
key_cb (MailSetupWindow *self, GdkEventKey *event)
{
  gboolean escape = event->keyval == GDK_KEY_Escape;
  gboolean back = escape || (event->keyval == GDK_KEY_Left && (event->state & GDK_MOD1_MASK)) || event->keyval == GDK_KEY_Back;

  if (event->keyval == GDK_KEY_F1)
    mail_help_window_show (GTK_WINDOW (self));
  else if (back && gtk_widget_get_visible (self->back))
    mail_setup_back (self->setup);
  else if (escape && mail_setup_get_step (self->setup) == MAIL_SETUP_STEP_WHO)
    gtk_window_close (GTK_WINDOW (self));
  else
    return GDK_EVENT_PROPAGATE;
  return GDK_EVENT_STOP;
}

static void
mail_setup_window_dispose (GObject *object)
{
  MailSetupWindow *self = MAIL_SETUP_WINDOW (object);

  if (self->setup != NULL)
    g_signal_handlers_disconnect_by_data (self->setup, self);
  g_clear_object (&self->setup);
  G_OBJECT_CLASS (mail_setup_window_parent_class)->dispose (object);
}

static void
mail_setup_window_finalize (GObject *object)
{
  g_object_unref (MAIL_SETUP_WINDOW (object)->accounts);
  G_OBJECT_CLASS (mail_setup_window_parent_class)->finalize (object);
}

static void
mail_setup_window_class_init (MailSetupWindowClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = mail_setup_window_dispose;
  G_OBJECT_CLASS (class)->finalize = mail_setup_window_finalize;
  signals[ACCOUNT_ADDED] = g_signal_new ("account-added", MAIL_TYPE_SETUP_WINDOW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 1, MAIL_TYPE_ACCOUNT);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/missiva/Missiva/setup/setup-window.ui");
  gtk_widget_class_bind_template_child (widget_class, MailSetupWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, MailSetupWindow, back);
  gtk_widget_class_bind_template_child (widget_class, MailSetupWindow, alert_bar);
  gtk_widget_class_bind_template_child (widget_class, MailSetupWindow, alert);
}

static void
mail_setup_window_init (MailSetupWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  mail_info_bar_speak (self->alert_bar);
}

void
mail_setup_window_begin (MailSetupWindow *self, const MailAccountConfig *like, MailMode mode)
{
  mail_setup_prefer (self->setup, mode);
  mail_setup_who_fill (MAIL_SETUP_WHO (gtk_stack_get_child_by_name (self->stack, "who")), like->full_name, like->address);
}

/* Whoever reads larger letters needs more room for as many of them. */
static void
set_size (MailSetupWindow *self)
{
  double scale = MAX (1, gdk_screen_get_resolution (gtk_widget_get_screen (GTK_WIDGET (self))) / NORMAL_RESOLUTION);

  mail_dialog_set_size (GTK_WINDOW (self), (int) (DEFAULT_WIDTH * scale), (int) (DEFAULT_HEIGHT * scale));
}

GtkWidget *
mail_setup_window_new (MailAccountList *accounts, GtkWindow *parent)
{
  MailSetupWindow *self = g_object_new (MAIL_TYPE_SETUP_WINDOW, "transient-for", parent, NULL);

  set_size (self);
  self->accounts = g_object_ref (accounts);
  self->setup = mail_setup_new ();
  add_page (self, "who", mail_setup_who_new (self->setup));
  add_page (self, "looking", mail_setup_looking_new (self->setup));
  add_page (self, "servers", mail_setup_servers_new (self->setup));
  add_page (self, "choice", mail_setup_choice_new (self->setup));
  add_page (self, "options", mail_setup_options_new (self->setup));
  g_signal_connect_object (self->setup, "notify::step", G_CALLBACK (step_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->setup, "notify::alert", G_CALLBACK (alert_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->alert_bar, "response", G_CALLBACK (mail_setup_dismiss_alert), self->setup, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->back, "clicked", G_CALLBACK (mail_setup_back), self->setup, G_CONNECT_SWAPPED);
  g_signal_connect (self, "key-press-event", G_CALLBACK (key_cb), NULL);
  step_cb (self);
  return GTK_WIDGET (self);
}
