/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/reader/source-window.h"

#include <glib/gi18n.h>
#include <handy.h>
#include <string.h>

/* A text view that holds tens of megabytes stops the window; who wants all of it saves the message. */
#define MOST_SOURCE (2 * 1024 * 1024)
#define LONGEST_LINE 2000

/* Printable UTF-8 of the raw bytes, with very long lines cut in pieces. */
static char *
dup_source (MailMessage *message)
{
  GBytes *bytes = mail_message_get_raw (message);
  gsize size = 0;
  const char *raw = bytes != NULL ? g_bytes_get_data (bytes, &size) : NULL;
  g_autoptr (GString) text = g_string_sized_new (MIN (size, MOST_SOURCE) + 1);
  gsize column = 0;

  for (gsize i = 0; i < MIN (size, MOST_SOURCE); i++)
    {
      if (raw[i] == '\r' && i + 1 < size && raw[i + 1] == '\n')
        continue;
      g_string_append_c (text, raw[i] == '\0' ? ' ' : raw[i]);
      column = raw[i] == '\n' ? 0 : column + 1;
      if (column >= LONGEST_LINE && (raw[i] & 0x80) == 0)
        {
          g_string_append_c (text, '\n');
          column = 0;
        }
    }
  if (raw == NULL)
    return g_strdup (_ ("The message itself is still on the server."));
  if (size > MOST_SOURCE)
    g_string_append_printf (text, "\n\n%s\n", _ ("[The rest is not shown.]"));
  return g_utf8_make_valid (text->str, (gssize) text->len);
}

static void
fill_headers (GtkTextBuffer *buffer, MailMessage *message)
{
  g_auto (GStrv) headers = mail_message_dup_headers (message);
  GtkTextTag *bold = gtk_text_buffer_create_tag (buffer, NULL, "weight", PANGO_WEIGHT_BOLD, NULL);
  GtkTextIter end;

  gtk_text_buffer_get_end_iter (buffer, &end);
  for (guint i = 0; headers[i] != NULL && headers[i + 1] != NULL; i += 2)
    {
      gtk_text_buffer_insert_with_tags (buffer, &end, headers[i], -1, bold, NULL);
      gtk_text_buffer_insert_with_tags (buffer, &end, ": ", -1, bold, NULL);
      gtk_text_buffer_insert (buffer, &end, headers[i + 1], -1);
      gtk_text_buffer_insert (buffer, &end, "\n", 1);
    }
}

static gboolean
key_pressed_cb (GtkWidget *window, GdkEventKey *event, gpointer data)
{
  gboolean control = (event->state & gtk_accelerator_get_default_mod_mask ()) == GDK_CONTROL_MASK;

  if (event->keyval != GDK_KEY_Escape && !(control && event->keyval == GDK_KEY_w))
    return GDK_EVENT_PROPAGATE;
  gtk_window_close (GTK_WINDOW (window));
  return GDK_EVENT_STOP;
}

static GtkWidget *
make_view (MailMessage *message, gboolean headers)
{
  GtkWidget *view = gtk_text_view_new ();
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (view));
  g_autofree char *source = headers ? NULL : dup_source (message);
  GtkTextIter start;

  g_object_set (view, "editable", FALSE, "monospace", TRUE, "wrap-mode", GTK_WRAP_WORD_CHAR, "left-margin", 12, "right-margin", 12,
                "top-margin", 12, "bottom-margin", 12, NULL);
  atk_object_set_name (gtk_widget_get_accessible (view), headers ? _ ("Headers of the message") : _ ("Source of the message"));
  if (headers)
    fill_headers (buffer, message);
  else
    gtk_text_buffer_set_text (buffer, source, -1);
  gtk_text_buffer_get_start_iter (buffer, &start);
  gtk_text_buffer_place_cursor (buffer, &start);
  return view;
}

void
mail_source_window_show (GtkWindow *parent, MailMessage *message, gboolean headers)
{
  GtkWidget *window = g_object_new (HDY_TYPE_WINDOW, "transient-for", parent, "destroy-with-parent", TRUE, "default-width", 760,
                                    "default-height", 620, NULL);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *bar = g_object_new (HDY_TYPE_HEADER_BAR, "show-close-button", TRUE, "title", headers ? _ ("Headers") : _ ("Source"),
                                 "subtitle", mail_message_get_subject (message), NULL);
  GtkWidget *scroller = gtk_scrolled_window_new (NULL, NULL);

  gtk_window_set_title (GTK_WINDOW (window), headers ? _ ("Headers") : _ ("Source"));
  gtk_container_add (GTK_CONTAINER (scroller), make_view (message, headers));
  gtk_container_add (GTK_CONTAINER (box), bar);
  gtk_box_pack_start (GTK_BOX (box), scroller, TRUE, TRUE, 0);
  gtk_container_add (GTK_CONTAINER (window), box);
  g_signal_connect (window, "key-press-event", G_CALLBACK (key_pressed_cb), NULL);
  gtk_widget_show_all (window);
}
