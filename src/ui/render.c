/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/render.h"

#include "ui/message-window.h"
#include "ui/reader/reader.h"
#include "ui/web/web-loader.h"

#define WIDTH 900
#define HEIGHT 900
#define DEADLINE 60 /* seconds, for what a broken machine would never finish */
/* What was asked for while one frame was drawn is on the screen after the next. */
#define FRAMES 3

typedef struct
{
  GtkWidget *window;
  MailReader *reader;
  char *png;
  gboolean allow_remote;
  gboolean has_remote; /* the images were asked for */
  guint frames;
  guint deadline;
  const MailWebApi *web;
  cairo_surface_t *web_picture;
  MailRenderDone done;
  gpointer data;
} Render;

static void
render_finish (Render *render, const char *failure)
{
  g_clear_handle_id (&render->deadline, g_source_remove);
  g_signal_handlers_disconnect_by_data (render->reader, render);
  /* The window stays until the process ends: it may have work of its own under way. */
  render->done (failure, render->data);
  g_clear_pointer (&render->web_picture, cairo_surface_destroy);
  g_free (render->png);
  g_free (render);
}

static gboolean
deadline_cb (gpointer data)
{
  Render *render = data;

  render->deadline = 0;
  render_finish (render, "the message was not drawn in time");
  return G_SOURCE_REMOVE;
}

/* The web view draws in a process of its own; its picture is put where it stands. */
static void
draw_web_picture (Render *render, cairo_t *cr)
{
  GtkWidget *view = mail_reader_get_web_view (render->reader);
  int x = 0, y = 0;

  if (view == NULL || render->web_picture == NULL || !gtk_widget_translate_coordinates (view, render->window, 0, 0, &x, &y))
    return;
  cairo_set_source_surface (cr, render->web_picture, x, y);
  cairo_paint (cr);
}

static void
write_picture (Render *render)
{
  int width = gtk_widget_get_allocated_width (render->window);
  int height = gtk_widget_get_allocated_height (render->window);
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, width, height);
  cairo_t *cr = cairo_create (surface);
  cairo_status_t status;

  gtk_widget_draw (render->window, cr);
  draw_web_picture (render, cr);
  cairo_destroy (cr);
  status = cairo_surface_write_to_png (surface, render->png);
  cairo_surface_destroy (surface);
  render_finish (render, status == CAIRO_STATUS_SUCCESS ? NULL : cairo_status_to_string (status));
}

/* Everything is laid out now, as it would not be in a tick callback or an idle one. */
static void
after_paint_cb (GdkFrameClock *clock, Render *render)
{
  if (++render->frames < FRAMES)
    {
      gtk_widget_queue_draw (render->window);
      return;
    }
  g_signal_handlers_disconnect_by_data (clock, render);
  write_picture (render);
}

static void
wait_for_frames (Render *render)
{
  g_signal_connect (gtk_widget_get_frame_clock (render->window), "after-paint", G_CALLBACK (after_paint_cb), render);
  gtk_widget_queue_draw (render->window);
}

static void
snapshot_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Render *render = data;
  g_autoptr (GError) error = NULL;

  render->web_picture = render->web->snapshot_finish (GTK_WIDGET (source), result, &error);
  if (render->web_picture == NULL)
    render_finish (render, error->message);
  else
    wait_for_frames (render);
}

static void
web_there_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Render *render = data;
  g_autoptr (GError) error = NULL;
  gboolean sandbox;

  render->web = mail_web_loader_get_finish (result, &sandbox, &error);
  if (render->web == NULL)
    render_finish (render, error->message);
  else
    render->web->snapshot_async (mail_reader_get_web_view (render->reader), snapshot_cb, render);
}

static void
ready_cb (MailReader *reader, Render *render)
{
  if (render->allow_remote && !render->has_remote && mail_reader_get_web_view (reader) != NULL)
    {
      render->has_remote = TRUE;
      mail_reader_show_remote (reader);
      return;
    }
  g_signal_handlers_disconnect_by_func (reader, ready_cb, render);
  if (mail_reader_get_web_view (reader) != NULL)
    mail_web_loader_get_async (web_there_cb, render);
  else
    wait_for_frames (render);
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Render *render = data;
  g_autoptr (GError) error = NULL;

  if (!mail_message_window_open_finish (MAIL_MESSAGE_WINDOW (source), result, &error))
    render_finish (render, error->message);
}

void
mail_render_start (GtkApplication *application,
                   GFile *file,
                   const char *png,
                   gboolean allow_remote,
                   MailRenderDone done,
                   gpointer data)
{
  Render *render = g_new0 (Render, 1);

  render->window = mail_message_window_new (application);
  render->reader = mail_message_window_get_reader (MAIL_MESSAGE_WINDOW (render->window));
  render->png = g_strdup (png);
  render->allow_remote = allow_remote;
  render->done = done;
  render->data = data;
  render->deadline = g_timeout_add_seconds (DEADLINE, deadline_cb, render);
  gtk_window_set_default_size (GTK_WINDOW (render->window), WIDTH, HEIGHT);
  g_signal_connect (render->reader, "ready", G_CALLBACK (ready_cb), render);
  gtk_widget_show (render->window);
  mail_message_window_open_async (MAIL_MESSAGE_WINDOW (render->window), file, opened_cb, render);
}
