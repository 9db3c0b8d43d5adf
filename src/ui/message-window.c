/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/message-window.h"

#include <glib/gi18n.h>

#include "ui/toast.h"

struct _MailMessageWindow
{
  HdyApplicationWindow parent_instance;
  HdyHeaderBar *bar;
  MailReader *reader;
  MailToast *toast;
};

G_DEFINE_TYPE (MailMessageWindow, mail_message_window, HDY_TYPE_APPLICATION_WINDOW)

MailReader *
mail_message_window_get_reader (MailMessageWindow *self)
{
  return self->reader;
}

void
mail_message_window_set_message (MailMessageWindow *self, MailMessage *message, MailAccount *account)
{
  const char *subject = mail_message_get_subject (message);
  const char *title = subject != NULL && *subject != '\0' ? subject : _ ("No subject");

  gtk_window_set_title (GTK_WINDOW (self), title);
  hdy_header_bar_set_title (self->bar, title);
  mail_reader_set_message (self->reader, message, account);
}

static void
parsed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  MailMessageWindow *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (MailMessage) message = mail_message_open_bytes_finish (result, &error);

  if (message == NULL)
    {
      mail_reader_set_failed (self->reader, error->message);
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  mail_message_window_set_message (self, message, NULL);
  g_task_return_boolean (task, TRUE);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  MailMessageWindow *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) raw = g_file_load_bytes_finish (G_FILE (source), result, NULL, &error);

  if (raw == NULL)
    {
      mail_reader_set_failed (self->reader, error->message);
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  mail_message_open_bytes_async (raw, NULL, parsed_cb, g_steal_pointer (&task));
}

void
mail_message_window_open_async (MailMessageWindow *self, GFile *file, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);

  mail_reader_set_loading (self->reader);
  g_file_load_bytes_async (file, NULL, read_cb, g_steal_pointer (&task));
}

gboolean
mail_message_window_open_finish (MailMessageWindow *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
notice_cb (MailReader *reader, const char *sentence, MailMessageWindow *self)
{
  mail_toast_show (self->toast, sentence, FALSE);
}

static void
close_activated_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  gtk_window_close (data);
}

static void
mail_message_window_class_init (MailMessageWindowClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  g_type_ensure (MAIL_TYPE_READER);
  g_type_ensure (MAIL_TYPE_TOAST);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/missiva/Missiva/ui/message-window.ui");
  gtk_widget_class_bind_template_child (widget_class, MailMessageWindow, bar);
  gtk_widget_class_bind_template_child (widget_class, MailMessageWindow, reader);
  gtk_widget_class_bind_template_child (widget_class, MailMessageWindow, toast);
}

static void
mail_message_window_init (MailMessageWindow *self)
{
  static const GActionEntry entries[] = { { "close", close_activated_cb } };

  gtk_widget_init_template (GTK_WIDGET (self));
  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  mail_reader_add_actions (self->reader, GTK_WIDGET (self));
  g_signal_connect (self->reader, "notice", G_CALLBACK (notice_cb), self);
  mail_reader_set_nothing (self->reader, "mail-read-symbolic", _ ("Opening the message"), NULL);
}

GtkWidget *
mail_message_window_new (GtkApplication *application)
{
  return g_object_new (MAIL_TYPE_MESSAGE_WINDOW, "application", application, NULL);
}
