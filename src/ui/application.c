/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/application.h"

#include <glib/gi18n.h>
#include <handy.h>

#include "model/account-list.h"
#include "model/secrets.h"
#include "model/setup.h"
#include "ui/dialogs.h"
#include "ui/help-window.h"
#include "ui/message-window.h"
#include "ui/notifications.h"
#include "ui/preferences.h"
#include "ui/reader/attachment-save.h"
#include "ui/render.h"
#include "ui/settings.h"
#include "ui/setup/setup-window.h"
#include "ui/window.h"

#define APPLICATION_ID "org.missiva.Missiva"

struct _MailApplication
{
  GtkApplication parent_instance;
  char *render_file;
  char *screenshot;
  gboolean allow_remote;
  char *failure;
  MailHome *home;
  MailAccountList *accounts; /* NULL until the main window is wanted */
  MailNotifications *notifications;
  gboolean loaded;
  char *show_account;        /* a message to open once its account is there */
  gint64 show_message;
};

G_DEFINE_TYPE (MailApplication, mail_application, GTK_TYPE_APPLICATION)

typedef struct
{
  const char *action;
  const char *keys[6];
} Keys;

/* The keys of Thunderbird and of Geary, where they do not clash; gtk/help-overlay.ui lists them for people. */
static const Keys keys[] = {
  { "app.quit", { "<Control>q" } },
  { "app.preferences", { "<Control>comma" } },
  { "app.help", { "F1" } },
  { "app.open-file", { "<Control>o" } },
  { "win.close", { "<Control>w" } },
  { "win.check-mail", { "F5", "<Control>t" } },
  { "win.back", { "<Alt>Left", "Back" } },
  { "win.next", { "j", "n", "f" } },
  { "win.previous", { "k", "p", "b" } },
  { "win.toggle-read", { "m" } },
  { "win.mark-read", { "<Control>i", "<Shift>i" } },
  { "win.mark-unread", { "<Shift>u" } },
  { "win.toggle-star", { "s" } },
  { "win.archive", { "a" } },
  { "win.move-to", { "<Control>m", "v" } },
  { "win.copy-to", { "<Control><Shift>m", "<Shift>v" } },
  { "win.junk", { "<Control>j", "exclam" } },
  { "win.not-junk", { "<Control><Shift>j", "<Shift>j" } },
  { "win.search", { "<Control>f", "slash" } },
  { "win.select-none", { "Escape" } },
  { "win.untag", { "0" } },
  { "win.tag-nth(1)", { "1" } },
  { "win.tag-nth(2)", { "2" } },
  { "win.tag-nth(3)", { "3" } },
  { "win.tag-nth(4)", { "4" } },
  { "win.tag-nth(5)", { "5" } },
  { "win.tag-nth(6)", { "6" } },
  { "win.tag-nth(7)", { "7" } },
  { "win.tag-nth(8)", { "8" } },
  { "win.tag-nth(9)", { "9" } },
  { "win.delete", { "Delete", "BackSpace" } },
  { "win.undo", { "<Control>z" } },
  { "win.open-message", { "<Control>Return" } },
  { "reader.source", { "<Control>u" } },
  { "reader.headers", { "<Control><Shift>h" } },
  { "reader.save-attachments", { "<Control><Shift>s" } },
  { "reader.zoom-in", { "<Control>plus", "<Control>equal", "<Control>KP_Add" } },
  { "reader.zoom-out", { "<Control>minus", "<Control>KP_Subtract" } },
  { "reader.zoom-normal", { "<Control>0", "<Control>KP_0" } },
  { "win.shortcuts", { "<Control>question", "<Control>F1" } },
};

const char *
mail_application_get_failure (MailApplication *self)
{
  return self->failure;
}

static MailWindow *
find_window (MailApplication *self)
{
  for (GList *l = gtk_application_get_windows (GTK_APPLICATION (self)); l != NULL; l = l->next)
    if (MAIL_IS_WINDOW (l->data))
      return l->data;
  return NULL;
}

static void
show_wanted_message (MailApplication *self)
{
  MailWindow *window = find_window (self);

  if (window == NULL || !self->loaded || self->show_account == NULL)
    return;
  mail_window_show_message (window, self->show_account, self->show_message);
  g_clear_pointer (&self->show_account, g_free);
}

static void
add_account (MailApplication *self)
{
  MailWindow *window = find_window (self);

  if (window != NULL)
    gtk_window_present (GTK_WINDOW (mail_setup_window_new (self->accounts, GTK_WINDOW (window))));
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (MailApplication) self = data;
  g_autoptr (GError) error = NULL;
  MailWindow *window = find_window (self);

  if (!mail_account_list_load_finish (MAIL_ACCOUNT_LIST (source), result, &error) && window != NULL)
    mail_dialog_tell_error (GTK_WINDOW (window), _ ("Your accounts could not be opened"), error);
  self->loaded = TRUE;
  if (window != NULL)
    mail_window_set_loaded (window);
  show_wanted_message (self);
}

static void
show_main_window (MailApplication *self)
{
  MailWindow *window = find_window (self);

  if (self->accounts == NULL)
    {
      self->accounts = mail_account_list_new (self->home);
      self->notifications = mail_notifications_new (G_APPLICATION (self), self->accounts);
      mail_account_list_load_async (self->accounts, loaded_cb, g_object_ref (self));
    }
  if (window == NULL)
    {
      window = mail_window_new (GTK_APPLICATION (self), self->accounts);
      if (self->loaded)
        mail_window_set_loaded (window);
    }
  gtk_window_present (GTK_WINDOW (window));
}

static void
rendered_cb (const char *failure, gpointer data)
{
  MailApplication *self = data;

  self->failure = g_strdup (failure);
  g_application_quit (G_APPLICATION (self));
}

static void
mail_application_activate (GApplication *application)
{
  MailApplication *self = MAIL_APPLICATION (application);

  if (self->render_file != NULL)
    {
      g_autoptr (GFile) file = g_file_new_for_commandline_arg (self->render_file);

      mail_render_start (GTK_APPLICATION (self), file, self->screenshot, self->allow_remote, rendered_cb, self);
      return;
    }
  show_main_window (self);
}

/* Writing mail is not there yet: what can be done with an address is to keep it at hand. */
static void
open_mailto (MailApplication *self, GFile *file)
{
  g_autofree char *uri = g_file_get_uri (file);
  g_autofree char *address = g_uri_unescape_string (uri + strlen ("mailto:"), NULL);
  g_autofree char *sentence = NULL;

  show_main_window (self);
  if (address == NULL)
    return;
  address[strcspn (address, "?")] = '\0';
  gtk_clipboard_set_text (gtk_clipboard_get (GDK_SELECTION_CLIPBOARD), address, -1);
  sentence = g_strdup_printf (_ ("This version of Missiva reads mail only. The address %s was copied."), address);
  mail_window_show_notice (find_window (self), sentence, FALSE);
}

static void
open_message_file (MailApplication *self, GFile *file)
{
  GtkWidget *window = mail_message_window_new (GTK_APPLICATION (self));

  mail_message_window_open_async (MAIL_MESSAGE_WINDOW (window), file, NULL, NULL);
  gtk_window_present (GTK_WINDOW (window));
}

static void
mail_application_open (GApplication *application, GFile **files, int n_files, const char *hint)
{
  MailApplication *self = MAIL_APPLICATION (application);

  for (int i = 0; i < n_files; i++)
    if (g_file_has_uri_scheme (files[i], "mailto"))
      open_mailto (self, files[i]);
    else
      open_message_file (self, files[i]);
}

static void
add_account_activated_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  add_account (data);
}

static void
file_chosen_cb (GtkNativeDialog *dialog, int response, MailApplication *self)
{
  g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));

  if (response == GTK_RESPONSE_ACCEPT && file != NULL)
    open_message_file (self, file);
  g_object_unref (dialog);
}

static void
open_file_activated_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  GtkWindow *window = gtk_application_get_active_window (data);
  GtkFileChooserNative *dialog = gtk_file_chooser_native_new (_ ("Open a Message File"), window, GTK_FILE_CHOOSER_ACTION_OPEN,
                                                              _ ("_Open"), _ ("_Cancel"));
  GtkFileFilter *filter = gtk_file_filter_new ();

  gtk_file_filter_set_name (filter, _ ("Messages"));
  gtk_file_filter_add_mime_type (filter, "message/rfc822");
  gtk_file_filter_add_pattern (filter, "*.eml");
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (dialog), filter);
  g_signal_connect_object (dialog, "response", G_CALLBACK (file_chosen_cb), data, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

static void
preferences_activated_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  mail_preferences_show (gtk_application_get_active_window (data));
}

static void
help_activated_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  mail_help_window_show (gtk_application_get_active_window (data));
}

static void
about_activated_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  gtk_show_about_dialog (gtk_application_get_active_window (data), "program-name", "Missiva", "version", MISSIVA_VERSION,
                         "logo-icon-name", APPLICATION_ID, "license-type", GTK_LICENSE_GPL_3_0, "comments",
                         _ ("Read your mail, online and offline"), "copyright", _ ("© The Missiva authors"), NULL);
}

static void
quit_activated_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  GtkApplication *application = data;
  g_autoptr (GList) windows = g_list_copy (gtk_application_get_windows (application));

  for (GList *l = windows; l != NULL; l = l->next)
    gtk_window_close (l->data);
}

/* A notification was clicked. */
static void
show_message_activated_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  MailApplication *self = data;

  g_free (self->show_account);
  g_variant_get (parameter, "(sx)", &self->show_account, &self->show_message);
  show_main_window (self);
  show_wanted_message (self);
}

static void
add_actions (MailApplication *self)
{
  static const GActionEntry entries[] = {
    { "add-account", add_account_activated_cb },
    { "open-file", open_file_activated_cb },
    { "preferences", preferences_activated_cb },
    { "help", help_activated_cb },
    { "about", about_activated_cb },
    { "quit", quit_activated_cb },
    { "show-message", show_message_activated_cb, "(sx)" },
  };

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    gtk_application_set_accels_for_action (GTK_APPLICATION (self), keys[i].action, keys[i].keys);
}

static void
add_style (void)
{
  g_autoptr (GtkCssProvider) css = gtk_css_provider_new ();

  gtk_css_provider_load_from_resource (css, "/org/missiva/Missiva/style.css");
  gtk_style_context_add_provider_for_screen (gdk_screen_get_default (), GTK_STYLE_PROVIDER (css),
                                             GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
}

static void
mail_application_startup (GApplication *application)
{
  MailApplication *self = MAIL_APPLICATION (application);

  G_APPLICATION_CLASS (mail_application_parent_class)->startup (application);
  hdy_init ();
  hdy_style_manager_set_color_scheme (hdy_style_manager_get_default (), HDY_COLOR_SCHEME_PREFER_LIGHT);
  gtk_window_set_default_icon_name (APPLICATION_ID);
  add_style ();
  add_actions (self);
  if (self->render_file == NULL)
    mail_attachment_clean_cache ();
}

static void
mail_application_shutdown (GApplication *application)
{
  MailApplication *self = MAIL_APPLICATION (application);

  g_clear_object (&self->notifications);
  if (self->accounts != NULL)
    mail_account_list_close (self->accounts);
  g_clear_object (&self->accounts);
  G_APPLICATION_CLASS (mail_application_parent_class)->shutdown (application);
}

/* The administrator's, the demo's or the person's own table of providers comes before the one compiled in. */
static gboolean
prepare_home (MailApplication *self, const char *directory, const char *password_file, GError **error)
{
  g_autofree char *providers = NULL;

  self->home = mail_home_new (directory);
  providers = g_build_filename (self->home->config_dir, "providers.ini", NULL);
  return mail_settings_init (self->home, directory != NULL, error) && mail_setup_add_providers (providers, error)
         && (password_file == NULL || mail_secrets_use_file (password_file, error));
}

static int
mail_application_handle_local_options (GApplication *application, GVariantDict *options)
{
  MailApplication *self = MAIL_APPLICATION (application);
  g_autofree char *directory = NULL;
  g_autofree char *password_file = NULL;
  g_autoptr (GError) error = NULL;

  g_variant_dict_lookup (options, "password-file", "^ay", &password_file);
  g_variant_dict_lookup (options, "home", "^ay", &directory);
  g_variant_dict_lookup (options, "render", "^ay", &self->render_file);
  g_variant_dict_lookup (options, "screenshot", "^ay", &self->screenshot);
  self->allow_remote = g_variant_dict_contains (options, "allow-remote");
  if ((self->render_file != NULL) != (self->screenshot != NULL) || (self->allow_remote && self->render_file == NULL))
    {
      self->failure = g_strdup ("--render FILE and --screenshot PNG go together; --allow-remote needs them");
      return 2;
    }
  /* Another home is another program. */
  if (directory != NULL || self->render_file != NULL)
    g_application_set_flags (application, g_application_get_flags (application) | G_APPLICATION_NON_UNIQUE);
  if (prepare_home (self, directory, password_file, &error))
    return -1;
  self->failure = g_strdup (error->message);
  return 1;
}

static void
mail_application_finalize (GObject *object)
{
  MailApplication *self = MAIL_APPLICATION (object);

  g_free (self->render_file);
  g_free (self->screenshot);
  g_free (self->failure);
  g_free (self->show_account);
  g_clear_pointer (&self->home, mail_home_free);
  G_OBJECT_CLASS (mail_application_parent_class)->finalize (object);
}

static void
mail_application_class_init (MailApplicationClass *class)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (class);

  G_OBJECT_CLASS (class)->finalize = mail_application_finalize;
  application_class->startup = mail_application_startup;
  application_class->shutdown = mail_application_shutdown;
  application_class->activate = mail_application_activate;
  application_class->open = mail_application_open;
  application_class->handle_local_options = mail_application_handle_local_options;
}

static void
mail_application_init (MailApplication *self)
{
  static const GOptionEntry options[] = {
    { "home", 0, 0, G_OPTION_ARG_FILENAME, NULL, N_ ("Keep everything below DIR"), N_ ("DIR") },
    { "password-file", 0, 0, G_OPTION_ARG_FILENAME, NULL, N_ ("Sign in with the first line of FILE; leave the keyring alone"),
      N_ ("FILE") },
    { "render", 0, 0, G_OPTION_ARG_FILENAME, NULL, N_ ("Show a message file, then exit"), N_ ("FILE") },
    { "screenshot", 0, 0, G_OPTION_ARG_FILENAME, NULL, N_ ("Where --render writes its picture"), N_ ("PNG") },
    { "allow-remote", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("Let --render load remote images"), NULL },
    { NULL }
  };

  g_application_add_main_option_entries (G_APPLICATION (self), options);
}

MailApplication *
mail_application_new (void)
{
  return g_object_new (MAIL_TYPE_APPLICATION, "application-id", APPLICATION_ID, "flags", G_APPLICATION_HANDLES_OPEN, NULL);
}
