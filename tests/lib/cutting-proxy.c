/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* memmem */
#include "lib/cutting-proxy.h"

#include <string.h>

struct _CuttingProxy
{
  GSocketListener *listener;
  guint16 port;
  guint16 server_port;
  char *word;
  char *instead;
  GCancellable *stop;
  GThread *thread;
  gint cuts;   /* atomic */
  gint spared; /* atomic */
};

typedef struct
{
  CuttingProxy *proxy;
  GSocket *client;
  GSocket *server;
  GString *held; /* from the server: may be the beginning of the word */
} Link;

static gboolean
send_all (GSocket *socket, const char *data, gsize length)
{
  while (length > 0)
    {
      gssize sent = g_socket_send (socket, data, length, NULL, NULL);

      if (sent <= 0)
        return FALSE;
      data += sent;
      length -= (gsize) sent;
    }
  return TRUE;
}

/* How much of the end of @text may be the beginning of @word. */
static gsize
count_doubtful (const GString *text, const char *word)
{
  for (gsize length = MIN (text->len, strlen (word) - 1); length > 0; length--)
    if (memcmp (text->str + text->len - length, word, length) == 0)
      return length;
  return 0;
}

static gboolean
pass_to_client (Link *link)
{
  CuttingProxy *proxy = link->proxy;
  const char *found =
      g_atomic_int_get (&proxy->spared) ? NULL : memmem (link->held->str, link->held->len, proxy->word, strlen (proxy->word));
  gsize length = link->held->len - count_doubtful (link->held, proxy->word);

  if (found != NULL)
    {
      g_atomic_int_inc (&proxy->cuts);
      if (send_all (link->client, link->held->str, (gsize) (found - link->held->str)) && proxy->instead != NULL)
        send_all (link->client, proxy->instead, strlen (proxy->instead));
      return FALSE;
    }
  if (!send_all (link->client, link->held->str, length))
    return FALSE;
  g_string_erase (link->held, 0, (gssize) length);
  return TRUE;
}

static gboolean
pump (Link *link, gboolean from_server)
{
  char buffer[16 * 1024];
  gssize got = g_socket_receive (from_server ? link->server : link->client, buffer, sizeof buffer, NULL, NULL);

  if (got <= 0)
    return FALSE;
  if (!from_server)
    return send_all (link->server, buffer, (gsize) got);
  g_string_append_len (link->held, buffer, got);
  return pass_to_client (link);
}

static gpointer
run_link (gpointer data)
{
  Link *link = data;
  GPollFD fds[3] = { { g_socket_get_fd (link->client), G_IO_IN, 0 }, { g_socket_get_fd (link->server), G_IO_IN, 0 } };
  gboolean going = g_cancellable_make_pollfd (link->proxy->stop, &fds[2]);

  while (going && g_poll (fds, 3, -1) > 0 && fds[2].revents == 0)
    {
      going = fds[0].revents == 0 || pump (link, FALSE);
      going = going && (fds[1].revents == 0 || pump (link, TRUE));
    }
  g_cancellable_release_fd (link->proxy->stop);
  g_socket_close (link->client, NULL);
  g_socket_close (link->server, NULL);
  g_object_unref (link->client);
  g_object_unref (link->server);
  g_string_free (link->held, TRUE);
  g_free (link);
  return NULL;
}

static GSocket *
connect_to_server (const CuttingProxy *self)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, self->server_port);
  g_autoptr (GError) error = NULL;
  GSocket *socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, &error);

  g_assert_no_error (error);
  g_socket_connect (socket, address, NULL, &error);
  g_assert_no_error (error);
  return socket;
}

static gpointer
run (gpointer data)
{
  CuttingProxy *self = data;
  g_autoptr (GPtrArray) threads = g_ptr_array_new ();

  while (TRUE)
    {
      GSocket *client = g_socket_listener_accept_socket (self->listener, NULL, self->stop, NULL);
      Link *link;

      if (client == NULL)
        break;
      link = g_new0 (Link, 1);
      link->proxy = self;
      link->client = client;
      link->server = connect_to_server (self);
      link->held = g_string_new (NULL);
      g_socket_set_blocking (client, TRUE);
      g_ptr_array_add (threads, g_thread_new ("cutting-proxy-link", run_link, link));
    }
  for (guint i = 0; i < threads->len; i++)
    g_thread_join (g_ptr_array_index (threads, i));
  return NULL;
}

CuttingProxy *
cutting_proxy_new (guint16 server_port, const char *word, const char *instead)
{
  CuttingProxy *self = g_new0 (CuttingProxy, 1);
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) effective = NULL;
  g_autoptr (GError) error = NULL;

  self->server_port = server_port;
  self->word = g_strdup (word);
  self->instead = g_strdup (instead);
  self->stop = g_cancellable_new ();
  self->listener = g_socket_listener_new ();
  g_socket_listener_add_address (self->listener, address, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL, &effective, &error);
  g_assert_no_error (error);
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (effective));
  self->thread = g_thread_new ("cutting-proxy", run, self);
  return self;
}

void
cutting_proxy_free (CuttingProxy *proxy)
{
  g_cancellable_cancel (proxy->stop);
  g_thread_join (proxy->thread);
  g_socket_listener_close (proxy->listener);
  g_object_unref (proxy->listener);
  g_object_unref (proxy->stop);
  g_free (proxy->word);
  g_free (proxy->instead);
  g_free (proxy);
}

guint16
cutting_proxy_get_port (const CuttingProxy *proxy)
{
  return proxy->port;
}

guint
cutting_proxy_get_cuts (CuttingProxy *proxy)
{
  return (guint) g_atomic_int_get (&proxy->cuts);
}

void
cutting_proxy_spare (CuttingProxy *proxy)
{
  g_atomic_int_set (&proxy->spared, TRUE);
}
