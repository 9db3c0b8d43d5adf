/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/web/web-view.h"

#include <string.h>
#include <webkit2/webkit2.h>

#define MAIL_TYPE_WEB_VIEW (mail_web_view_get_type ())
G_DECLARE_FINAL_TYPE (MailWebView, mail_web_view, MAIL, WEB_VIEW, WebKitWebView)

struct _MailWebView
{
  WebKitWebView parent_instance;
  WebKitUserContentFilterStore *store;
  MailWebSource source;
  char *waiting;       /* HTML that waits for the filter */
  gboolean filtered;
  gboolean loading;    /* our own document is on its way: the one navigation that is allowed */
  gboolean remote;
  char *hovered_uri;   /* of the link under the pointer */
  char *hovered_label; /* its words, "" when it has none */
};

G_DEFINE_TYPE (MailWebView, mail_web_view, WEBKIT_TYPE_WEB_VIEW)

enum
{
  LOADED,
  LINK_ACTIVATED,
  FAILED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

extern const MailWebApi mail_web_api;

/* A port that nobody may listen at without being root: a connection to it is refused on this computer. */
#define NOWHERE "http://127.0.0.1:1"

/* Rules of WebKit's content filters; its expressions know no alternatives. The last rule that fits decides. */
#define ALLOW(start) "{\"trigger\":{\"url-filter\":\"^" start ":\"},\"action\":{\"type\":\"ignore-previous-rules\"}}"
#define ALLOW_IMAGES(start) \
  "{\"trigger\":{\"url-filter\":\"^" start ":\",\"resource-type\":[\"image\"]}," \
  "\"action\":{\"type\":\"ignore-previous-rules\"}}"
#define BLOCK_ALL "{\"trigger\":{\"url-filter\":\".*\"},\"action\":{\"type\":\"block\"}}"
#define MESSAGE_ITSELF BLOCK_ALL "," ALLOW ("about") "," ALLOW ("data") "," ALLOW ("cid")

static const char closed_filter[] = "[" MESSAGE_ITSELF "]";
static const char remote_filter[] = "[" MESSAGE_ITSELF "," ALLOW_IMAGES ("http") "," ALLOW_IMAGES ("https") "]";

static void
load_waiting (MailWebView *self)
{
  g_autofree char *html = NULL;

  if (!self->filtered || self->waiting == NULL)
    return;
  html = g_steal_pointer (&self->waiting);
  self->loading = TRUE;
  webkit_web_view_load_html (WEBKIT_WEB_VIEW (self), html, NULL);
}

/* Without its filter the view stays empty: "failed" lets the text be shown. */
static void
filter_ready_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (MailWebView) self = data;
  g_autoptr (GError) error = NULL;
  WebKitUserContentFilter *filter;

  filter = webkit_user_content_filter_store_save_finish (WEBKIT_USER_CONTENT_FILTER_STORE (source), result, &error);
  if (filter == NULL)
    {
      g_message ("web view: no content filter: %s", error->message);
      g_signal_emit (self, signals[FAILED], 0);
      return;
    }
  webkit_user_content_manager_add_filter (webkit_web_view_get_user_content_manager (WEBKIT_WEB_VIEW (self)), filter);
  webkit_user_content_filter_unref (filter);
  self->filtered = TRUE;
  load_waiting (self);
}

static void
make_filter (MailWebView *self, const char *cache_dir)
{
  g_autofree char *path = g_build_filename (cache_dir, "filters", NULL);
  const char *json = self->remote ? remote_filter : closed_filter;
  g_autoptr (GBytes) bytes = g_bytes_new_static (json, strlen (json));

  self->store = webkit_user_content_filter_store_new (path);
  webkit_user_content_filter_store_save (self->store, self->remote ? "images-only" : "nothing", bytes, NULL, filter_ready_cb,
                                         g_object_ref (self));
}

static void
finish_request (WebKitURISchemeRequest *request, GBytes *bytes, const char *content_type)
{
  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_bytes (bytes);

  webkit_uri_scheme_request_finish (request, stream, (gint64) g_bytes_get_size (bytes), content_type);
}

static void
cid_requested_cb (WebKitURISchemeRequest *request, gpointer data)
{
  WebKitWebView *view = webkit_uri_scheme_request_get_web_view (request);
  const char *path = webkit_uri_scheme_request_get_path (request);
  g_autofree char *id = path != NULL ? g_uri_unescape_string (path, NULL) : NULL;
  g_autofree char *content_type = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;

  if (view != NULL && id != NULL && MAIL_IS_WEB_VIEW (view) && MAIL_WEB_VIEW (view)->source.dup_part != NULL)
    {
      MailWebSource *source = &MAIL_WEB_VIEW (view)->source;

      bytes = source->dup_part (id, &content_type, source->data);
    }
  /* A part of a message is shown as an image or not at all: never as a page. */
  if (bytes != NULL && content_type != NULL && g_str_has_prefix (content_type, "image/"))
    {
      finish_request (request, bytes, content_type);
      return;
    }
  error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "no such part");
  webkit_uri_scheme_request_finish_error (request, error);
}

/* One context for closed views, one for those that may load images: what is cached or connected in one is nothing to the other. */
static WebKitWebContext *
get_context (gboolean remote, gboolean sandbox)
{
  static WebKitWebContext *contexts[2];
  WebKitWebContext *context = contexts[remote];

  if (context != NULL)
    return context;
  context = webkit_web_context_new_ephemeral ();
  webkit_web_context_set_sandbox_enabled (context, sandbox);
  webkit_web_context_set_cache_model (context, WEBKIT_CACHE_MODEL_DOCUMENT_VIEWER);
  webkit_web_context_set_spell_checking_enabled (context, FALSE);
  webkit_web_context_register_uri_scheme (context, "cid", cid_requested_cb, NULL, NULL);
  if (!remote)
    {
      WebKitNetworkProxySettings *nowhere = webkit_network_proxy_settings_new (NOWHERE, NULL);

      webkit_website_data_manager_set_network_proxy_settings (webkit_web_context_get_website_data_manager (context),
                                                              WEBKIT_NETWORK_PROXY_MODE_CUSTOM, nowhere);
      webkit_network_proxy_settings_free (nowhere);
    }
  contexts[remote] = context;
  return context;
}

static WebKitSettings *
make_settings (void)
{
  return webkit_settings_new_with_settings (
    "enable-javascript", FALSE, "enable-javascript-markup", FALSE, "javascript-can-open-windows-automatically", FALSE,
    "enable-html5-local-storage", FALSE, "enable-html5-database", FALSE, "enable-page-cache", FALSE,
    "enable-dns-prefetching", FALSE, "enable-media", FALSE, "enable-webaudio", FALSE,
    "enable-webgl", FALSE, "enable-fullscreen", FALSE, "enable-back-forward-navigation-gestures", FALSE,
    "enable-developer-extras", FALSE, "hardware-acceleration-policy", WEBKIT_HARDWARE_ACCELERATION_POLICY_NEVER,
    "default-charset", "utf-8", NULL);
}

/* (nullable): the words of the link that was clicked; what the keyboard activates may be another than the one under the pointer. */
static const char *
find_label (MailWebView *self, WebKitNavigationAction *action, const char *uri)
{
  gboolean clicked = webkit_navigation_action_get_mouse_button (action) != 0;

  return clicked && g_strcmp0 (uri, self->hovered_uri) == 0 ? self->hovered_label : NULL;
}

static gboolean
navigation_allowed (MailWebView *self, WebKitNavigationPolicyDecision *decision)
{
  WebKitNavigationAction *action = webkit_navigation_policy_decision_get_navigation_action (decision);
  const char *uri = webkit_uri_request_get_uri (webkit_navigation_action_get_request (action));

  if (webkit_navigation_action_get_navigation_type (action) == WEBKIT_NAVIGATION_TYPE_LINK_CLICKED
      && webkit_navigation_action_is_user_gesture (action))
    {
      /* To a place in the message itself. */
      if (g_str_has_prefix (uri, "about:blank#"))
        return TRUE;
      g_signal_emit (self, signals[LINK_ACTIVATED], 0, uri, find_label (self, action, uri));
    }
  else if (self->loading && g_strcmp0 (uri, "about:blank") == 0)
    {
      self->loading = FALSE;
      return TRUE;
    }
  return FALSE;
}

static gboolean
mail_web_view_decide_policy (WebKitWebView *view, WebKitPolicyDecision *decision, WebKitPolicyDecisionType type)
{
  gboolean allowed = TRUE;

  if (type != WEBKIT_POLICY_DECISION_TYPE_RESPONSE)
    allowed = navigation_allowed (MAIL_WEB_VIEW (view), WEBKIT_NAVIGATION_POLICY_DECISION (decision))
              && type == WEBKIT_POLICY_DECISION_TYPE_NAVIGATION_ACTION;
  else if (!webkit_response_policy_decision_is_mime_type_supported (WEBKIT_RESPONSE_POLICY_DECISION (decision)))
    allowed = FALSE; /* otherwise it would become a download */
  if (allowed)
    webkit_policy_decision_use (decision);
  else
    webkit_policy_decision_ignore (decision);
  return TRUE;
}

static void
mail_web_view_load_changed (WebKitWebView *view, WebKitLoadEvent event)
{
  if (event == WEBKIT_LOAD_FINISHED)
    g_signal_emit (view, signals[LOADED], 0);
}

static void
mail_web_view_mouse_target_changed (WebKitWebView *view, WebKitHitTestResult *hit, guint modifiers)
{
  MailWebView *self = MAIL_WEB_VIEW (view);
  gboolean link = webkit_hit_test_result_context_is_link (hit);
  const char *label = link ? webkit_hit_test_result_get_link_label (hit) : NULL;

  g_free (self->hovered_uri);
  g_free (self->hovered_label);
  self->hovered_uri = link ? g_strdup (webkit_hit_test_result_get_link_uri (hit)) : NULL;
  self->hovered_label = g_strdup (label != NULL ? label : "");
  gtk_widget_set_tooltip_text (GTK_WIDGET (view), self->hovered_uri);
}

static void
mail_web_view_web_process_terminated (WebKitWebView *view, WebKitWebProcessTerminationReason reason)
{
  g_signal_emit (view, signals[FAILED], 0);
}

/* Only what makes sense for a letter is left of the browser's menu. */
static gboolean
mail_web_view_context_menu (WebKitWebView *view, WebKitContextMenu *menu, GdkEvent *event, WebKitHitTestResult *hit)
{
  static const WebKitContextMenuAction kept[] = {
    WEBKIT_CONTEXT_MENU_ACTION_COPY, WEBKIT_CONTEXT_MENU_ACTION_COPY_LINK_TO_CLIPBOARD, WEBKIT_CONTEXT_MENU_ACTION_SELECT_ALL,
    WEBKIT_CONTEXT_MENU_ACTION_COPY_IMAGE_TO_CLIPBOARD,
  };
  g_autoptr (GList) items = g_list_copy (webkit_context_menu_get_items (menu));

  for (GList *l = items; l != NULL; l = l->next)
    {
      WebKitContextMenuAction action = webkit_context_menu_item_get_stock_action (l->data);
      gboolean keep = FALSE;

      for (guint i = 0; i < G_N_ELEMENTS (kept); i++)
        keep |= action == kept[i];
      if (!keep)
        webkit_context_menu_remove (menu, l->data);
    }
  return webkit_context_menu_get_n_items (menu) == 0;
}

static gboolean
mail_web_view_permission_request (WebKitWebView *view, WebKitPermissionRequest *request)
{
  webkit_permission_request_deny (request);
  return TRUE;
}

static void
mail_web_view_finalize (GObject *object)
{
  MailWebView *self = MAIL_WEB_VIEW (object);

  g_clear_object (&self->store);
  g_free (self->waiting);
  g_free (self->hovered_uri);
  g_free (self->hovered_label);
  G_OBJECT_CLASS (mail_web_view_parent_class)->finalize (object);
}

static void
mail_web_view_class_init (MailWebViewClass *class)
{
  WebKitWebViewClass *view_class = WEBKIT_WEB_VIEW_CLASS (class);
  GType type = G_TYPE_FROM_CLASS (class);

  G_OBJECT_CLASS (class)->finalize = mail_web_view_finalize;
  view_class->decide_policy = mail_web_view_decide_policy;
  view_class->load_changed = mail_web_view_load_changed;
  view_class->mouse_target_changed = mail_web_view_mouse_target_changed;
  view_class->web_process_terminated = mail_web_view_web_process_terminated;
  view_class->context_menu = mail_web_view_context_menu;
  view_class->permission_request = mail_web_view_permission_request;
  signals[LOADED] = g_signal_new ("loaded", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[LINK_ACTIVATED] = g_signal_new ("link-activated", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                                          G_TYPE_STRING, G_TYPE_STRING);
  signals[FAILED] = g_signal_new ("failed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
mail_web_view_init (MailWebView *self)
{
}

static GtkWidget *
create (const char *cache_dir, gboolean remote, gboolean sandbox)
{
  g_autoptr (WebKitSettings) settings = make_settings ();
  g_autoptr (WebKitUserContentManager) content = webkit_user_content_manager_new ();
  MailWebView *self = g_object_new (MAIL_TYPE_WEB_VIEW, "web-context", get_context (remote, sandbox), "settings", settings,
                                    "user-content-manager", content, NULL);

  self->remote = remote;
  make_filter (self, cache_dir);
  return GTK_WIDGET (self);
}

static void
show (GtkWidget *view, const char *html, const MailWebSource *source)
{
  MailWebView *self = MAIL_WEB_VIEW (view);

  webkit_web_view_stop_loading (WEBKIT_WEB_VIEW (view));
  g_free (self->waiting);
  self->waiting = g_strdup (html);
  self->source = *source;
  load_waiting (self);
}

static void
set_zoom (GtkWidget *view, double zoom)
{
  webkit_web_view_set_zoom_level (WEBKIT_WEB_VIEW (view), zoom);
}

static void
snapshot_async (GtkWidget *view, GAsyncReadyCallback callback, gpointer user_data)
{
  webkit_web_view_get_snapshot (WEBKIT_WEB_VIEW (view), WEBKIT_SNAPSHOT_REGION_VISIBLE, WEBKIT_SNAPSHOT_OPTIONS_NONE, NULL,
                                callback, user_data);
}

static cairo_surface_t *
snapshot_finish (GtkWidget *view, GAsyncResult *result, GError **error)
{
  return webkit_web_view_get_snapshot_finish (WEBKIT_WEB_VIEW (view), result, error);
}

G_MODULE_EXPORT const MailWebApi mail_web_api = { create, show, set_zoom, snapshot_async, snapshot_finish };
