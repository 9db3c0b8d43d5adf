/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* memmem */
#include "lib/cutting-proxy.h"

#include <string.h>

#include "lib/relay.h"

struct _CuttingProxy
{
  Relay *relay;
  char *word;
  char *instead;
  gint cuts;   /* atomic */
  gint spared; /* atomic */
};

/* How much of the end of @text may be the beginning of @word. */
static gsize
count_doubtful (const GString *text, const char *word)
{
  for (gsize length = MIN (text->len, strlen (word) - 1); length > 0; length--)
    if (memcmp (text->str + text->len - length, word, length) == 0)
      return length;
  return 0;
}

/* @held: what the server said and the client has not heard, for it may be the beginning of the word. */
static gboolean
pass_to_client (CuttingProxy *proxy, GSocket *client, GString *held)
{
  const char *found = g_atomic_int_get (&proxy->spared) ? NULL : memmem (held->str, held->len, proxy->word, strlen (proxy->word));
  gsize length = held->len - count_doubtful (held, proxy->word);

  if (found != NULL)
    {
      g_atomic_int_inc (&proxy->cuts);
      if (relay_send (client, held->str, (gsize) (found - held->str)) && proxy->instead != NULL)
        relay_send (client, proxy->instead, strlen (proxy->instead));
      return FALSE;
    }
  if (!relay_send (client, held->str, length))
    return FALSE;
  g_string_erase (held, 0, (gssize) length);
  return TRUE;
}

static void
begin (RelayLink *link)
{
  link->data = g_string_new (NULL);
}

static gboolean
hear (RelayLink *link, gboolean from_server, const char *bytes, gsize length)
{
  if (!from_server)
    return relay_send (link->server, bytes, length);
  g_string_append_len (link->data, bytes, (gssize) length);
  return pass_to_client (link->owner, link->client, link->data);
}

static void
end (RelayLink *link)
{
  g_string_free (link->data, TRUE);
}

CuttingProxy *
cutting_proxy_new (guint16 server_port, const char *word, const char *instead)
{
  static const RelayFuncs funcs = { begin, hear, end };
  CuttingProxy *self = g_new0 (CuttingProxy, 1);

  self->word = g_strdup (word);
  self->instead = g_strdup (instead);
  self->relay = relay_new (server_port, &funcs, self);
  return self;
}

void
cutting_proxy_free (CuttingProxy *proxy)
{
  relay_free (proxy->relay);
  g_free (proxy->word);
  g_free (proxy->instead);
  g_free (proxy);
}

guint16
cutting_proxy_get_port (const CuttingProxy *proxy)
{
  return relay_get_port (proxy->relay);
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
