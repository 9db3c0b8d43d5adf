/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

/* Listens on loopback and connects each client that comes to a server there. What passes between the two is the business of its
 * owner, who hears it a piece at a time; each connection has a thread. */
typedef struct _Relay Relay;

/* One connection. */
typedef struct
{
  gpointer owner;
  gpointer data; /* of the owner, for this connection */
  GSocket *client;
  GSocket *server;
} RelayLink;

typedef struct
{
  /* A client has come, and the server does not hear of it before this returns. By one thread for all connections. */
  void (*begin) (RelayLink *link);
  /* One side said something. FALSE: the connection ends. */
  gboolean (*hear) (RelayLink *link, gboolean from_server, const char *bytes, gsize length);
  /* The connection ends. Sides that this leaves open are closed afterwards, the server's first. */
  void (*end) (RelayLink *link);
} RelayFuncs;

/* @funcs, @owner: borrowed for as long as it lives. */
Relay *relay_new (guint16 server_port, const RelayFuncs *funcs, gpointer owner);
/* Ends all connections. */
void relay_free (Relay *relay);

guint16 relay_get_port (const Relay *relay);

/* FALSE when the other side is gone. */
gboolean relay_send (GSocket *socket, const char *bytes, gsize length);
