/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lib/relay.h"

struct _Relay
{
  const RelayFuncs *funcs;
  gpointer owner;
  GSocketListener *listener;
  guint16 port;
  guint16 server_port;
  GCancellable *stop;
  GThread *thread;
};

typedef struct
{
  RelayLink link;
  Relay *relay;
} Pump;

gboolean
relay_send (GSocket *socket, const char *bytes, gsize length)
{
  while (length > 0)
    {
      gssize sent = g_socket_send (socket, bytes, length, NULL, NULL);

      if (sent <= 0)
        return FALSE;
      bytes += sent;
      length -= (gsize) sent;
    }
  return TRUE;
}

static gboolean
pump (Pump *self, gboolean from_server)
{
  char buffer[16 * 1024];
  gssize got = g_socket_receive (from_server ? self->link.server : self->link.client, buffer, sizeof buffer, NULL, NULL);

  return got > 0 && self->relay->funcs->hear (&self->link, from_server, buffer, (gsize) got);
}

static gpointer
run_pump (gpointer data)
{
  g_autofree Pump *self = data;
  RelayLink *link = &self->link;
  GPollFD fds[3] = { { g_socket_get_fd (link->client), G_IO_IN, 0 }, { g_socket_get_fd (link->server), G_IO_IN, 0 } };
  gboolean going = g_cancellable_make_pollfd (self->relay->stop, &fds[2]);

  while (going && g_poll (fds, 3, -1) > 0 && fds[2].revents == 0)
    {
      going = fds[0].revents == 0 || pump (self, FALSE);
      going = going && (fds[1].revents == 0 || pump (self, TRUE));
    }
  g_cancellable_release_fd (self->relay->stop);
  self->relay->funcs->end (link);
  g_socket_close (link->server, NULL);
  g_socket_close (link->client, NULL);
  g_object_unref (link->server);
  g_object_unref (link->client);
  return NULL;
}

static void
send_at_once (GSocket *socket)
{
  g_socket_set_option (socket, 6 /* TCP */, 1 /* TCP_NODELAY */, 1, NULL);
}

static GSocket *
connect_to_server (const Relay *self)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, self->server_port);
  g_autoptr (GError) error = NULL;
  GSocket *socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, &error);

  g_assert_no_error (error);
  g_socket_connect (socket, address, NULL, &error);
  g_assert_no_error (error);
  send_at_once (socket);
  return socket;
}

/* (transfer full): @client is taken. */
static Pump *
new_pump (Relay *self, GSocket *client)
{
  Pump *pump = g_new0 (Pump, 1);

  g_socket_set_blocking (client, TRUE);
  send_at_once (client);
  pump->relay = self;
  pump->link.owner = self->owner;
  pump->link.client = client;
  self->funcs->begin (&pump->link);
  pump->link.server = connect_to_server (self);
  return pump;
}

static gpointer
run (gpointer data)
{
  Relay *self = data;
  g_autoptr (GPtrArray) threads = g_ptr_array_new ();
  GSocket *client;

  while ((client = g_socket_listener_accept_socket (self->listener, NULL, self->stop, NULL)) != NULL)
    g_ptr_array_add (threads, g_thread_new ("relay-link", run_pump, new_pump (self, client)));
  for (guint i = 0; i < threads->len; i++)
    g_thread_join (g_ptr_array_index (threads, i));
  return NULL;
}

Relay *
relay_new (guint16 server_port, const RelayFuncs *funcs, gpointer owner)
{
  Relay *self = g_new0 (Relay, 1);
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) effective = NULL;
  g_autoptr (GError) error = NULL;

  self->server_port = server_port;
  self->funcs = funcs;
  self->owner = owner;
  self->stop = g_cancellable_new ();
  self->listener = g_socket_listener_new ();
  g_socket_listener_add_address (self->listener, address, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL, &effective, &error);
  g_assert_no_error (error);
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (effective));
  self->thread = g_thread_new ("relay", run, self);
  return self;
}

void
relay_free (Relay *relay)
{
  g_cancellable_cancel (relay->stop);
  g_thread_join (relay->thread);
  g_socket_listener_close (relay->listener);
  g_object_unref (relay->listener);
  g_object_unref (relay->stop);
  g_free (relay);
}

guint16
relay_get_port (const Relay *relay)
{
  return relay->port;
}
