/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The web view's own walls, without the one before it: raw HTML, as if nothing had prepared it. */
#include <gmodule.h>
#include <gtk/gtk.h>
#include <string.h>

#include "ui/web/web-view.h"

static const MailWebApi *api;
static char *cache_dir;

typedef struct
{
  GSocketService *service;
  guint16 port;
  GPtrArray *asked; /* first line of each request */
  GtkWidget *window;
  GtkWidget *view;
  GMainLoop *loop;
} Fixture;

static void
request_read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Fixture *fixture = data;
  g_autofree char *line = g_data_input_stream_read_line_finish (G_DATA_INPUT_STREAM (source), result, NULL, NULL);
  GIOStream *connection = g_object_get_data (source, "connection");
  static const char answer[] = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

  g_ptr_array_add (fixture->asked, g_strdup (line != NULL ? line : "(a connection)"));
  g_output_stream_write (g_io_stream_get_output_stream (connection), answer, strlen (answer), NULL, NULL);
  g_io_stream_close (connection, NULL, NULL);
  g_object_unref (source);
}

static gboolean
incoming_cb (GSocketService *service, GSocketConnection *connection, GObject *source, gpointer data)
{
  GDataInputStream *input = g_data_input_stream_new (g_io_stream_get_input_stream (G_IO_STREAM (connection)));

  g_object_set_data_full (G_OBJECT (input), "connection", g_object_ref (connection), g_object_unref);
  g_data_input_stream_read_line_async (input, G_PRIORITY_DEFAULT, NULL, request_read_cb, data);
  return TRUE;
}

static gboolean
sandbox_works (void)
{
  const char *argv[] = { "bwrap", "--unshare-pid", "--unshare-uts", "--unshare-net", "--ro-bind", "/", "/", "--proc", "/proc",
                         "--dev", "/dev", "true", NULL };
  int status = -1;

  return g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, NULL, NULL,
                       &status, NULL) && status == 0;
}

static void
set_up (Fixture *fixture, gconstpointer remote)
{
  fixture->asked = g_ptr_array_new_with_free_func (g_free);
  fixture->service = g_socket_service_new ();
  fixture->port = g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (fixture->service), NULL, NULL);
  g_assert_cmpuint (fixture->port, !=, 0);
  g_signal_connect (fixture->service, "incoming", G_CALLBACK (incoming_cb), fixture);
  fixture->loop = g_main_loop_new (NULL, FALSE);
  fixture->window = gtk_window_new (GTK_WINDOW_TOPLEVEL);
  fixture->view = api->create (cache_dir, GPOINTER_TO_INT (remote), sandbox_works ());
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 600, 400);
  gtk_container_add (GTK_CONTAINER (fixture->window), fixture->view);
  gtk_widget_show_all (fixture->window);
}

static void
tear_down (Fixture *fixture, gconstpointer remote)
{
  gtk_widget_destroy (fixture->window);
  g_socket_service_stop (fixture->service);
  g_socket_listener_close (G_SOCKET_LISTENER (fixture->service));
  g_object_unref (fixture->service);
  g_main_loop_unref (fixture->loop);
  g_ptr_array_unref (fixture->asked);
}

static void
snapshot_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Fixture *fixture = data;
  cairo_surface_t *picture = api->snapshot_finish (GTK_WIDGET (source), result, NULL);

  g_assert_nonnull (picture);
  cairo_surface_destroy (picture);
  g_main_loop_quit (fixture->loop);
}

static void
loaded_cb (GtkWidget *view, Fixture *fixture)
{
  api->snapshot_async (view, snapshot_cb, fixture);
}

static gboolean
too_late_cb (gpointer data)
{
  g_error ("the message was not shown in time");
  return G_SOURCE_REMOVE;
}

/* Shows @body, with PORT in it replaced, and waits until it is painted. */
static void
show (Fixture *fixture, const char *body, const MailWebSource *source)
{
  static const MailWebSource nothing;
  g_autofree char *port = g_strdup_printf ("127.0.0.1:%u", fixture->port);
  g_auto (GStrv) pieces = g_strsplit (body, "HOST", -1);
  g_autofree char *html = g_strjoinv (port, pieces);
  guint deadline = g_timeout_add_seconds (60, too_late_cb, NULL);

  g_signal_connect (fixture->view, "loaded", G_CALLBACK (loaded_cb), fixture);
  api->show (fixture->view, html, source != NULL ? source : &nothing);
  g_main_loop_run (fixture->loop);
  g_source_remove (deadline);
}

static const char hostile[] =
  "<html><head><base href='http://HOST/'><link rel=stylesheet href='http://HOST/style.css'>"
  "<link rel=preload as=image href='http://HOST/preload.png'><link rel=preconnect href='http://HOST/'>"
  "<link rel=dns-prefetch href='http://HOST/'><link rel=prefetch href='http://HOST/prefetch'>"
  "<style>@import url(http://HOST/import.css); body { background: url(http://HOST/back.png) }"
  "@font-face { font-family: x; src: url(http://HOST/font.woff) } p { font-family: x }</style></head>"
  "<body onload=\"fetch('http://HOST/onload')\"><p>Hello</p><img src='http://HOST/pixel.png'>"
  "<iframe src='http://HOST/frame'></iframe><object data='http://HOST/object'></object><embed src='http://HOST/embed'>"
  "<video src='http://HOST/video' poster='http://HOST/poster.png' autoplay></video><audio src='http://HOST/audio' autoplay></audio>"
  "<script>fetch('http://HOST/script')</script></body></html>";

static void
test_closed (Fixture *fixture, gconstpointer remote)
{
  show (fixture, hostile, NULL);
  if (fixture->asked->len > 0)
    g_test_message ("asked for: %s", (char *) fixture->asked->pdata[0]);
  g_assert_cmpuint (fixture->asked->len, ==, 0);
}

static void
test_refresh (Fixture *fixture, gconstpointer remote)
{
  show (fixture, "<html><head><meta http-equiv=refresh content='0; url=http://HOST/refresh'></head><body>Hello", NULL);
  g_assert_cmpuint (fixture->asked->len, ==, 0);
}

static void
test_remote (Fixture *fixture, gconstpointer remote)
{
  gboolean image = FALSE;

  show (fixture, hostile, NULL);
  for (guint i = 0; i < fixture->asked->len; i++)
    {
      const char *line = fixture->asked->pdata[i];

      image |= strstr (line, "/pixel.png") != NULL;
      g_test_message ("asked for: %s", line);
      g_assert_true (strstr (line, ".png") != NULL || g_str_equal (line, "(a connection)"));
    }
  g_assert_true (image);
}

static GBytes *
dup_part (const char *content_id, char **content_type, gpointer data)
{
  GPtrArray *wanted = data;

  g_ptr_array_add (wanted, g_strdup (content_id));
  *content_type = g_strdup (g_str_has_prefix (content_id, "page") ? "text/html" : "image/png");
  return g_bytes_new_static ("x", 1);
}

static void
test_own_parts (Fixture *fixture, gconstpointer remote)
{
  g_autoptr (GPtrArray) wanted = g_ptr_array_new_with_free_func (g_free);
  MailWebSource source = { dup_part, wanted };

  show (fixture, "<img src='cid:picture%40example.org'>", &source);
  g_assert_cmpuint (wanted->len, ==, 1);
  g_assert_cmpstr (wanted->pdata[0], ==, "picture@example.org");
}

int
main (int argc, char **argv)
{
  GModule *module;
  gpointer symbol = NULL;
  int status;

  gtk_test_init (&argc, &argv, NULL);
  cache_dir = g_dir_make_tmp ("missiva-web-XXXXXX", NULL);
  module = g_module_open (MODULE, G_MODULE_BIND_LAZY | G_MODULE_BIND_LOCAL);
  g_assert_true (module != NULL && g_module_symbol (module, MAIL_WEB_API_SYMBOL, &symbol));
  api = symbol;

  g_test_add ("/ui/web-walls/let-nothing-out", Fixture, GINT_TO_POINTER (FALSE), set_up, test_closed, tear_down);
  g_test_add ("/ui/web-walls/do-not-follow-a-refresh", Fixture, GINT_TO_POINTER (FALSE), set_up, test_refresh, tear_down);
  g_test_add ("/ui/web-walls/let-images-out-when-allowed-and-nothing-else", Fixture, GINT_TO_POINTER (TRUE), set_up, test_remote,
              tear_down);
  g_test_add ("/ui/web-walls/show-the-message-s-own-images", Fixture, GINT_TO_POINTER (FALSE), set_up, test_own_parts, tear_down);
  status = g_test_run ();
  {
    const char *remove[] = { "rm", "-rf", cache_dir, NULL };

    g_spawn_sync (NULL, (char **) remove, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
  }
  return status;
}
