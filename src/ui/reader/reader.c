/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/reader/reader.h"

#include <glib/gi18n.h>
#include <handy.h>
#include <string.h>

#include "ui/dialogs.h"
#include "ui/links.h"
#include "ui/reader/attachment-strip.h"
#include "ui/reader/reader-head.h"
#include "ui/reader/source-window.h"
#include "ui/reader/text-body.h"
#include "ui/settings.h"
#include "ui/web/web-loader.h"

#define SPINNER_AFTER 200 /* ms */
#define ZOOM_STEP 0.1

struct _MailReader
{
  GtkBin parent_instance;
  GtkStack *pages;
  HdyStatusPage *nothing;
  HdyStatusPage *failed;
  GtkSpinner *spinner;
  GtkWidget *retry;
  MailReaderHead *head;
  MailAttachmentStrip *attachments;
  GtkWidget *remote_bar;
  GtkWidget *remote_once;
  GtkWidget *remote_always;
  GtkWidget *note_bar;
  GtkLabel *note;
  GtkStack *bodies;
  MailTextBody *text;
  GtkWidget *fetch;

  MailMessage *message;
  MailAccount *account;
  const MailWebApi *web;
  GtkWidget *views[2]; /* closed, remote: made when first needed */
  gboolean sandbox;
  gboolean remote;     /* allowed for this message */
  guint spinner_timeout;
  guint ready_idle;
  GSimpleActionGroup *actions;
};

G_DEFINE_TYPE (MailReader, mail_reader, GTK_TYPE_BIN)

enum
{
  READY,
  RETRY,
  NOTICE,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static void
show_page (MailReader *self, const char *name)
{
  g_clear_handle_id (&self->spinner_timeout, g_source_remove);
  gtk_spinner_stop (self->spinner);
  gtk_stack_set_visible_child_name (self->pages, name);
}

static gboolean
text_ready_cb (gpointer data)
{
  MailReader *self = data;

  if (!mail_text_body_is_complete (self->text))
    return G_SOURCE_CONTINUE;
  self->ready_idle = 0;
  g_signal_emit (self, signals[READY], 0);
  return G_SOURCE_REMOVE;
}

static void
set_note (MailReader *self, const char *sentence)
{
  gtk_label_set_text (self->note, sentence != NULL ? sentence : "");
  gtk_widget_set_visible (self->note_bar, sentence != NULL);
}

static void
show_text (MailReader *self)
{
  const char *text = mail_message_get_text (self->message);

  if (mail_message_is_text_missing (self->message))
    gtk_stack_set_visible_child_name (self->bodies, "missing");
  else if (*text == '\0')
    gtk_stack_set_visible_child_name (self->bodies, "empty");
  else
    {
      mail_text_body_set_text (self->text, text);
      gtk_stack_set_visible_child_name (self->bodies, "text");
    }
  if (self->ready_idle == 0)
    self->ready_idle = g_idle_add_full (G_PRIORITY_LOW, text_ready_cb, self, NULL);
}

static void
show_text_instead (MailReader *self, const char *sentence)
{
  gtk_widget_hide (self->remote_bar);
  set_note (self, sentence);
  show_text (self);
}

static GBytes *
dup_cid_part (const char *content_id, char **content_type, gpointer data)
{
  MailReader *self = data;
  guint index;

  if (self->message == NULL || !mail_message_find_content_id (self->message, content_id, &index))
    return NULL;
  *content_type = g_strdup (mail_message_get_part (self->message, index)->content_type);
  return mail_message_dup_part (self->message, index, NULL);
}

static gboolean
is_showing (MailReader *self, GtkWidget *view)
{
  return self->message != NULL && gtk_stack_get_visible_child (self->bodies) == view;
}

static void
web_loaded_cb (GtkWidget *view, MailReader *self)
{
  if (is_showing (self, view))
    g_signal_emit (self, signals[READY], 0);
}

static void
web_failed_cb (GtkWidget *view, MailReader *self)
{
  gboolean showing = is_showing (self, view);

  for (guint i = 0; i < G_N_ELEMENTS (self->views); i++)
    if (self->views[i] == view)
      self->views[i] = NULL;
  if (showing)
    show_text_instead (self, _ ("The formatted view stopped, so the text is shown."));
  gtk_widget_destroy (view);
}

static void
web_link_cb (GtkWidget *view, const char *uri, const char *label, MailReader *self)
{
  mail_link_open (GTK_WIDGET (self), uri, label);
}

static void
show_html (MailReader *self)
{
  MailWebSource source = { dup_cid_part, self };
  guint blocked = 0;
  g_autofree char *html = mail_message_dup_html (self->message, self->remote, &blocked);
  GtkWidget **view = &self->views[self->remote];

  if (*view == NULL)
    {
      *view = self->web->create (mail_settings_get_cache_dir (), self->remote, self->sandbox);
      self->web->set_zoom (*view, g_settings_get_double (mail_settings_get (), "zoom"));
      atk_object_set_name (gtk_widget_get_accessible (*view), _ ("Text of the message"));
      g_signal_connect_object (*view, "loaded", G_CALLBACK (web_loaded_cb), self, 0);
      g_signal_connect_object (*view, "failed", G_CALLBACK (web_failed_cb), self, 0);
      g_signal_connect_object (*view, "link-activated", G_CALLBACK (web_link_cb), self, 0);
      gtk_widget_show (*view);
      gtk_container_add (GTK_CONTAINER (self->bodies), *view);
    }
  gtk_stack_set_visible_child (self->bodies, *view);
  gtk_widget_set_visible (self->remote_bar, blocked > 0 && !self->remote);
  self->web->show (*view, html, &source);
}

static void
web_there_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (MailReader) self = data;
  g_autoptr (GError) error = NULL;

  self->web = mail_web_loader_get_finish (result, &self->sandbox, &error);
  /* Another message may have been opened meanwhile. */
  if (self->message == NULL || !mail_message_has_html (self->message))
    return;
  if (self->web != NULL)
    show_html (self);
  else
    show_text_instead (self, error->message);
}

static gboolean
sender_is_allowed (MailMessage *message)
{
  const GPtrArray *from = mail_message_get_from (message);

  return from->len == 1 && mail_settings_allows_remote (((MailAddress *) from->pdata[0])->address);
}

static void
show_body (MailReader *self)
{
  gtk_widget_hide (self->remote_bar);
  set_note (self, NULL);
  if (!mail_message_has_html (self->message))
    show_text (self);
  else if (self->web != NULL)
    show_html (self);
  else
    mail_web_loader_get_async (web_there_cb, g_object_ref (self));
}

static void
update_actions (MailReader *self)
{
  static const char *const names[] = { "source", "headers", "save-attachments" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self->actions), names[i]);
      gboolean enabled = self->message != NULL;

      if (g_str_equal (names[i], "save-attachments"))
        enabled = enabled && mail_attachment_strip_get_count (self->attachments) > 0;
      g_simple_action_set_enabled (G_SIMPLE_ACTION (action), enabled);
    }
}

void
mail_reader_set_message (MailReader *self, MailMessage *message, MailAccount *account)
{
  g_return_if_fail (MAIL_IS_MESSAGE (message));

  g_set_object (&self->message, message);
  g_set_object (&self->account, account);
  self->remote = sender_is_allowed (message);
  mail_reader_head_set_message (self->head, message);
  mail_attachment_strip_set_message (self->attachments, message, account);
  update_actions (self);
  show_page (self, "message");
  show_body (self);
}

void
mail_reader_set_tags (MailReader *self, const GPtrArray *tags)
{
  mail_reader_head_set_tags (self->head, tags);
}

MailMessage *
mail_reader_get_message (MailReader *self)
{
  return self->message;
}

static void
drop_message (MailReader *self)
{
  g_clear_object (&self->message);
  g_clear_object (&self->account);
  g_clear_handle_id (&self->ready_idle, g_source_remove);
  mail_attachment_strip_set_message (self->attachments, NULL, NULL);
  update_actions (self);
}

void
mail_reader_set_nothing (MailReader *self, const char *icon_name, const char *title, const char *hint)
{
  drop_message (self);
  hdy_status_page_set_icon_name (self->nothing, icon_name);
  hdy_status_page_set_title (self->nothing, title);
  hdy_status_page_set_description (self->nothing, hint);
  show_page (self, "nothing");
}

static gboolean
spinner_due_cb (gpointer data)
{
  MailReader *self = data;

  self->spinner_timeout = 0;
  gtk_spinner_start (self->spinner);
  gtk_stack_set_visible_child_name (self->pages, "loading");
  return G_SOURCE_REMOVE;
}

void
mail_reader_set_loading (MailReader *self)
{
  g_clear_handle_id (&self->spinner_timeout, g_source_remove);
  self->spinner_timeout = g_timeout_add (SPINNER_AFTER, spinner_due_cb, self);
}

void
mail_reader_set_failed (MailReader *self, const char *sentence)
{
  drop_message (self);
  hdy_status_page_set_description (self->failed, sentence);
  show_page (self, "failed");
}

void
mail_reader_show_remote (MailReader *self)
{
  if (self->message == NULL || self->remote)
    return;
  self->remote = TRUE;
  show_body (self);
}

GtkWidget *
mail_reader_get_body (MailReader *self)
{
  return gtk_stack_get_visible_child (self->bodies);
}

GtkWidget *
mail_reader_get_web_view (MailReader *self)
{
  GtkWidget *shown = gtk_stack_get_visible_child (self->bodies);

  return self->message != NULL && (shown == self->views[0] || shown == self->views[1]) ? shown : NULL;
}

static void
remote_always_cb (GtkButton *button, MailReader *self)
{
  const GPtrArray *from = mail_message_get_from (self->message);

  if (from->len == 1)
    mail_settings_allow_remote (((MailAddress *) from->pdata[0])->address);
  mail_reader_show_remote (self);
}

static void
retry_cb (GtkButton *button, MailReader *self)
{
  g_signal_emit (self, signals[RETRY], 0);
}

static void
text_link_cb (MailTextBody *body, const char *uri, MailReader *self)
{
  mail_link_open (GTK_WIDGET (self), uri, uri);
}

static void
message_renewed_cb (MailAttachmentStrip *strip, MailMessage *message, MailReader *self)
{
  g_set_object (&self->message, message);
}

static void
notice_cb (MailAttachmentStrip *strip, const char *sentence, MailReader *self)
{
  g_signal_emit (self, signals[NOTICE], 0, sentence);
}

static void
source_activated_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  MailReader *self = data;

  mail_source_window_show (GTK_WINDOW (gtk_widget_get_toplevel (GTK_WIDGET (self))), self->message, FALSE);
}

static void
headers_activated_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  MailReader *self = data;

  mail_source_window_show (GTK_WINDOW (gtk_widget_get_toplevel (GTK_WIDGET (self))), self->message, TRUE);
}

static void
save_attachments_activated_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  MailReader *self = data;

  mail_attachment_strip_save_all (self->attachments);
}

static void
change_zoom (double step)
{
  double zoom = g_settings_get_double (mail_settings_get (), "zoom");

  g_settings_set_double (mail_settings_get (), "zoom", CLAMP (zoom + step, 0.5, 3.0));
}

static void
zoom_in_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  change_zoom (ZOOM_STEP);
}

static void
zoom_out_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  change_zoom (-ZOOM_STEP);
}

static void
zoom_normal_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  g_settings_reset (mail_settings_get (), "zoom");
}

static void
zoom_changed_cb (GSettings *settings, const char *key, MailReader *self)
{
  double zoom = g_settings_get_double (settings, key);

  mail_text_body_set_zoom (self->text, zoom);
  for (guint i = 0; i < G_N_ELEMENTS (self->views); i++)
    if (self->views[i] != NULL)
      self->web->set_zoom (self->views[i], zoom);
}

void
mail_reader_add_actions (MailReader *self, GtkWidget *window)
{
  gtk_widget_insert_action_group (window, "reader", G_ACTION_GROUP (self->actions));
}

static void
mail_reader_dispose (GObject *object)
{
  MailReader *self = MAIL_READER (object);

  g_clear_handle_id (&self->spinner_timeout, g_source_remove);
  g_clear_handle_id (&self->ready_idle, g_source_remove);
  g_clear_object (&self->message);
  g_clear_object (&self->account);
  g_clear_object (&self->actions);
  self->views[0] = self->views[1] = NULL;
  G_OBJECT_CLASS (mail_reader_parent_class)->dispose (object);
}

static void
mail_reader_class_init (MailReaderClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);
  GType type = G_TYPE_FROM_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = mail_reader_dispose;
  g_type_ensure (MAIL_TYPE_READER_HEAD);
  g_type_ensure (MAIL_TYPE_ATTACHMENT_STRIP);
  g_type_ensure (MAIL_TYPE_TEXT_BODY);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/missiva/Missiva/ui/reader/reader.ui");
  gtk_widget_class_bind_template_child (widget_class, MailReader, pages);
  gtk_widget_class_bind_template_child (widget_class, MailReader, nothing);
  gtk_widget_class_bind_template_child (widget_class, MailReader, failed);
  gtk_widget_class_bind_template_child (widget_class, MailReader, spinner);
  gtk_widget_class_bind_template_child (widget_class, MailReader, retry);
  gtk_widget_class_bind_template_child (widget_class, MailReader, head);
  gtk_widget_class_bind_template_child (widget_class, MailReader, attachments);
  gtk_widget_class_bind_template_child (widget_class, MailReader, remote_bar);
  gtk_widget_class_bind_template_child (widget_class, MailReader, remote_once);
  gtk_widget_class_bind_template_child (widget_class, MailReader, remote_always);
  gtk_widget_class_bind_template_child (widget_class, MailReader, note_bar);
  gtk_widget_class_bind_template_child (widget_class, MailReader, note);
  gtk_widget_class_bind_template_child (widget_class, MailReader, bodies);
  gtk_widget_class_bind_template_child (widget_class, MailReader, text);
  gtk_widget_class_bind_template_child (widget_class, MailReader, fetch);
  signals[READY] = g_signal_new ("ready", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[RETRY] = g_signal_new ("retry", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[NOTICE] = g_signal_new ("notice", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
mail_reader_init (MailReader *self)
{
  static const GActionEntry entries[] = {
    { "source", source_activated_cb },
    { "headers", headers_activated_cb },
    { "save-attachments", save_attachments_activated_cb },
    { "zoom-in", zoom_in_cb },
    { "zoom-out", zoom_out_cb },
    { "zoom-normal", zoom_normal_cb },
  };

  gtk_widget_init_template (GTK_WIDGET (self));
  self->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries), self);
  g_signal_connect_swapped (self->remote_once, "clicked", G_CALLBACK (mail_reader_show_remote), self);
  g_signal_connect (self->remote_always, "clicked", G_CALLBACK (remote_always_cb), self);
  g_signal_connect (self->retry, "clicked", G_CALLBACK (retry_cb), self);
  g_signal_connect (self->fetch, "clicked", G_CALLBACK (retry_cb), self);
  g_signal_connect (self->text, "link-activated", G_CALLBACK (text_link_cb), self);
  g_signal_connect (self->attachments, "message-renewed", G_CALLBACK (message_renewed_cb), self);
  g_signal_connect (self->attachments, "notice", G_CALLBACK (notice_cb), self);
  g_signal_connect_object (mail_settings_get (), "changed::zoom", G_CALLBACK (zoom_changed_cb), self, 0);
  zoom_changed_cb (mail_settings_get (), "zoom", self);
  mail_status_page_speak (self->nothing);
  mail_status_page_speak (self->failed);
  update_actions (self);
}
