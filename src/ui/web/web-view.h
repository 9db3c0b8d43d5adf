/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/* The HTML of a message. WebKit costs 150 ms of start and 30 MB even while nothing is shown with it, so all that touches it is a
 * module of its own, which mail_web_loader_get() loads when the first HTML message is opened.
 *
 * Nothing that is shown reaches the network, and each of these alone would do: no scripts, a content filter that refuses every
 * load, a proxy that leads nowhere, a navigation policy that knows one document. A view made with @remote, for a person who
 * allowed it, lets images through and nothing else.
 *
 * Signals of the view: "loaded": all that belongs to the message is there, or was refused; "link-activated" (string uri,
 * string label, NULL where it is not known): clicked or chosen with the keyboard, to be opened outside; "failed": the process
 * that shows it died. */
typedef struct
{
  /* (transfer full) (nullable): the bytes of the part with this Content-ID. */
  GBytes *(*dup_part) (const char *content_id, char **content_type, gpointer data);
  gpointer data;
} MailWebSource;

typedef struct
{
  /* @cache_dir: where the compiled filter is kept. @sandbox FALSE only for tests. */
  GtkWidget *(*create) (const char *cache_dir, gboolean remote, gboolean sandbox);
  /* @html is prepared (mail_message_dup_html()). @source is copied and used until the next call. */
  void (*show) (GtkWidget *view, const char *html, const MailWebSource *source);
  void (*set_zoom) (GtkWidget *view, double zoom);
  /* A picture of what is visible, once it is painted. (transfer full) from the finish function. */
  void (*snapshot_async) (GtkWidget *view, GAsyncReadyCallback callback, gpointer user_data);
  cairo_surface_t *(*snapshot_finish) (GtkWidget *view, GAsyncResult *result, GError **error);
} MailWebApi;

/* The symbol that the module exports. */
#define MAIL_WEB_API_SYMBOL "mail_web_api"
