/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lib/imap-proxy.h"

#include <string.h>

#include "lib/relay.h"

struct _ImapProxy
{
  Relay *relay;

  GMutex mutex; /* of the rest */
  GCond ended;  /* a link less */
  char *offered; /* NULL: all but COMPRESS */
  GRegex *truth; /* NULL: nothing but that */
  char *lie;
  guint lies;
  guint commands;
  ImapProxyCut cut;
  guint cut_at;
  gsize octets;
  guint ending; /* links whose client is gone while the server still works */
};

typedef struct
{
  ImapProxy *proxy;
  const RelayLink *sides;
  GString *said;    /* by the client: a line that is not whole */
  GString *told;    /* by the server: the same */
  char *offered;
  gboolean opaque;  /* compressed from here on */
  gboolean within;  /* a command has begun and not ended */
  guint64 literal;  /* octets of it that are still to come */
  ImapProxyCut cut; /* of this command */
  gsize octets;     /* of the answer that the client is to hear */
  gssize allowance; /* how much it may still hear; -1: all */
  gboolean deaf;    /* to what the client says after this command */
} Link;

/* FALSE when the client is not to hear more. */
static gboolean
tell_client (Link *link, const char *data, gsize length)
{
  gsize allowed = link->allowance < 0 ? length : MIN (length, (gsize) link->allowance);

  if (!relay_send (link->sides->client, data, allowed))
    return FALSE;
  if (link->allowance >= 0)
    link->allowance -= (gssize) allowed;
  return allowed == length;
}

/* @told is @word, or that with a value ("APPENDLIMIT=1000"). */
static gboolean
names (const char *word, const char *told)
{
  gsize length = strlen (word);

  return length > 0 && g_ascii_strncasecmp (word, told, length) == 0 && (told[length] == '\0' || told[length] == '=');
}

static gboolean
is_offered (const Link *link, const char *told)
{
  g_auto (GStrv) offered = NULL;

  if (names ("IMAP4rev1", told) || names ("LOGINDISABLED", told) || names ("AUTH", told))
    return TRUE;
  if (link->offered == NULL)
    return !names ("COMPRESS", told);
  offered = g_strsplit (link->offered, " ", -1);
  for (guint i = 0; offered[i] != NULL; i++)
    if (names (offered[i], told))
      return TRUE;
  return FALSE;
}

/* (transfer full): the line with fewer words after CAPABILITY. */
static char *
filter_line (const Link *link, const char *line)
{
  const char *words = strstr (line, "CAPABILITY ");
  g_autofree char *list = NULL;
  g_auto (GStrv) told = NULL;
  GString *kept;
  gsize length;

  if (words == NULL || (words > line && words[-1] != '[' && !g_str_has_prefix (line, "* CAPABILITY ")))
    return g_strdup (line);
  words += strlen ("CAPABILITY ");
  length = strcspn (words, "]\r\n");
  list = g_strndup (words, length);
  told = g_strsplit (list, " ", -1);
  kept = g_string_new_len (line, words - line - 1);
  for (guint i = 0; told[i] != NULL; i++)
    if (is_offered (link, told[i]))
      g_string_append_printf (kept, " %s", told[i]);
  g_string_append (kept, words + length);
  return g_string_free (kept, FALSE);
}

/* (transfer full): the line as the client is to hear it; takes @line. */
static char *
tell_lie (Link *link, char *line)
{
  ImapProxy *proxy = link->proxy;
  g_autofree char *told = line;

  g_mutex_lock (&proxy->mutex);
  if (proxy->truth != NULL && g_regex_match (proxy->truth, told, 0, NULL))
    {
      char *lie = g_regex_replace (proxy->truth, told, -1, 0, proxy->lie, 0, NULL);

      proxy->lies++;
      g_free (told);
      told = lie;
    }
  g_mutex_unlock (&proxy->mutex);
  return g_steal_pointer (&told);
}

static gboolean
pass_to_client (Link *link, const char *data, gsize length)
{
  const char *newline;

  if (link->opaque)
    {
      gboolean ok = tell_client (link, link->told->str, link->told->len) && tell_client (link, data, length);

      g_string_truncate (link->told, 0);
      return ok;
    }
  g_string_append_len (link->told, data, (gssize) length);
  while ((newline = memchr (link->told->str, '\n', link->told->len)) != NULL)
    {
      gsize size = (gsize) (newline - link->told->str) + 1;
      g_autofree char *line = g_strndup (link->told->str, size);
      g_autofree char *kept = strlen (line) == size ? tell_lie (link, filter_line (link, line)) : NULL;
      gboolean ok = kept != NULL ? tell_client (link, kept, strlen (kept)) : tell_client (link, link->told->str, size);

      g_string_erase (link->told, 0, (gssize) size);
      if (!ok)
        return FALSE;
    }
  return TRUE;
}

/* A line begins a command: which cut is it to suffer? */
static void
begin_command (Link *link)
{
  ImapProxy *proxy = link->proxy;

  g_mutex_lock (&proxy->mutex);
  proxy->commands++;
  link->cut = IMAP_PROXY_CUT_NONE;
  if (proxy->cut != IMAP_PROXY_CUT_NONE && proxy->commands >= proxy->cut_at)
    {
      link->cut = proxy->cut;
      link->octets = proxy->octets;
      proxy->cut = IMAP_PROXY_CUT_NONE;
    }
  g_mutex_unlock (&proxy->mutex);
  link->within = TRUE;
}

/* Compressed: what the client sends at once counts as a command. FALSE: this is the end. */
static gboolean
pass_opaque (Link *link, const char *data, gsize length)
{
  begin_command (link);
  if (link->cut == IMAP_PROXY_CUT_IN_COMMAND)
    {
      link->allowance = 0;
      relay_send (link->sides->server, data, length / 2);
    }
  if (link->cut == IMAP_PROXY_CUT_BEFORE || link->cut == IMAP_PROXY_CUT_IN_COMMAND
      || !relay_send (link->sides->server, data, length))
    return FALSE;
  link->deaf = link->cut != IMAP_PROXY_CUT_NONE;
  if (link->deaf)
    link->allowance = link->cut == IMAP_PROXY_CUT_AFTER ? 0 : (gssize) link->octets;
  return TRUE;
}

/* The octets that a literal announced at the end of @line has; 0: there is none (or it is empty). */
static guint64
announced (const GString *line)
{
  const char *brace = line->len > 4 && strchr (line->str + line->len - 3, '}') != NULL ? strrchr (line->str, '{') : NULL;

  return brace != NULL ? g_ascii_strtoull (brace + 1, NULL, 10) : 0;
}

/* Half of it reaches the server, and what that says of a half (Cyrus: BAD) nobody. Always FALSE. */
static gboolean
cut_within (Link *link, const char *data, gsize length)
{
  link->allowance = 0;
  relay_send (link->sides->server, data, length / 2);
  return FALSE;
}

/* A whole line; FALSE: this is the end. */
static gboolean
pass_line (Link *link)
{
  GString *line = link->said;
  gboolean ok;

  if (!link->within)
    begin_command (link);
  link->literal = announced (line);
  if (link->cut == IMAP_PROXY_CUT_BEFORE)
    return FALSE;
  if (link->cut == IMAP_PROXY_CUT_IN_COMMAND && link->literal == 0)
    return cut_within (link, line->str, line->len);
  ok = relay_send (link->sides->server, line->str, line->len);
  link->opaque = link->opaque || g_strrstr_len (line->str, (gssize) line->len, " COMPRESS DEFLATE") != NULL;
  g_string_truncate (line, 0);
  link->within = link->literal > 0;
  if (!link->within && link->cut != IMAP_PROXY_CUT_NONE)
    {
      link->allowance = link->cut == IMAP_PROXY_CUT_AFTER ? 0 : (gssize) link->octets;
      link->deaf = TRUE;
    }
  return ok;
}

static gboolean
pass_to_server (Link *link, const char *data, gsize length)
{
  if (link->opaque)
    return pass_opaque (link, data, length);
  while (length > 0 && !link->opaque && !link->deaf)
    {
      const char *newline = memchr (data, '\n', length);
      gsize piece = newline != NULL ? (gsize) (newline - data) + 1 : length;

      if (link->literal > 0)
        {
          piece = (gsize) MIN (link->literal, length);
          if (link->cut == IMAP_PROXY_CUT_IN_COMMAND)
            return cut_within (link, data, piece);
          if (!relay_send (link->sides->server, data, piece))
            return FALSE;
          link->literal -= piece;
        }
      else
        {
          g_string_append_len (link->said, data, (gssize) piece);
          if (newline != NULL && !pass_line (link))
            return FALSE;
        }
      data += piece;
      length -= piece;
    }
  /* Deaf: what the client said in the same breath is never answered. */
  return length == 0 || (!link->deaf && relay_send (link->sides->server, data, length));
}

static gboolean
hear (RelayLink *sides, gboolean from_server, const char *bytes, gsize length)
{
  Link *link = sides->data;

  if (from_server)
    return pass_to_client (link, bytes, length);
  /* Deaf: the answer was too short to be cut within, and the client goes on: it hears of the end now. */
  return !link->deaf && pass_to_server (link, bytes, length);
}

static void
change_ending (ImapProxy *proxy, int by)
{
  g_mutex_lock (&proxy->mutex);
  proxy->ending += (guint) by;
  g_cond_broadcast (&proxy->ended);
  g_mutex_unlock (&proxy->mutex);
}

/* A connection that the client left is ended, too, before the next one begins. */
static void
begin (RelayLink *sides)
{
  ImapProxy *self = sides->owner;
  Link *link = g_new0 (Link, 1);

  g_mutex_lock (&self->mutex);
  while (self->ending > 0)
    g_cond_wait (&self->ended, &self->mutex);
  link->offered = g_strdup (self->offered);
  g_mutex_unlock (&self->mutex);
  link->proxy = self;
  link->sides = sides;
  link->said = g_string_new (NULL);
  link->told = g_string_new (NULL);
  link->allowance = -1;
  sides->data = link;
}

/* The server does what it was given and closes; only then does the client hear of the end. */
static void
hear_out (Link *link)
{
  gboolean listens = TRUE;
  char buffer[16 * 1024];
  gssize got;

  g_socket_shutdown (link->sides->server, FALSE, TRUE, NULL);
  while ((got = g_socket_receive (link->sides->server, buffer, sizeof buffer, NULL, NULL)) > 0)
    listens = listens && pass_to_client (link, buffer, (gsize) got);
  g_socket_close (link->sides->server, NULL);
  g_socket_close (link->sides->client, NULL);
}

static void
end (RelayLink *sides)
{
  Link *link = sides->data;

  change_ending (link->proxy, 1);
  hear_out (link);
  change_ending (link->proxy, -1);
  g_string_free (link->said, TRUE);
  g_string_free (link->told, TRUE);
  g_free (link->offered);
  g_free (link);
}

ImapProxy *
imap_proxy_new (guint16 server_port)
{
  static const RelayFuncs funcs = { begin, hear, end };
  ImapProxy *self = g_new0 (ImapProxy, 1);

  g_mutex_init (&self->mutex);
  g_cond_init (&self->ended);
  self->relay = relay_new (server_port, &funcs, self);
  return self;
}

void
imap_proxy_free (ImapProxy *proxy)
{
  if (proxy == NULL)
    return;
  relay_free (proxy->relay);
  g_mutex_clear (&proxy->mutex);
  g_cond_clear (&proxy->ended);
  g_free (proxy->offered);
  g_clear_pointer (&proxy->truth, g_regex_unref);
  g_free (proxy->lie);
  g_free (proxy);
}

guint16
imap_proxy_get_port (const ImapProxy *proxy)
{
  return relay_get_port (proxy->relay);
}

void
imap_proxy_offer (ImapProxy *proxy, const char *words)
{
  g_mutex_lock (&proxy->mutex);
  g_free (proxy->offered);
  proxy->offered = g_strdup (words);
  g_mutex_unlock (&proxy->mutex);
}

void
imap_proxy_lie (ImapProxy *proxy, const char *truth, const char *lie)
{
  g_autoptr (GError) error = NULL;
  GRegex *regex = truth != NULL ? g_regex_new (truth, G_REGEX_CASELESS, 0, &error) : NULL;

  g_assert_no_error (error);
  g_mutex_lock (&proxy->mutex);
  g_clear_pointer (&proxy->truth, g_regex_unref);
  g_free (proxy->lie);
  proxy->truth = regex;
  proxy->lie = g_strdup (lie);
  proxy->lies = 0;
  g_mutex_unlock (&proxy->mutex);
}

guint
imap_proxy_count_lies (ImapProxy *proxy)
{
  guint lies;

  g_mutex_lock (&proxy->mutex);
  lies = proxy->lies;
  g_mutex_unlock (&proxy->mutex);
  return lies;
}

void
imap_proxy_cut (ImapProxy *proxy, ImapProxyCut cut, guint number, gsize octets)
{
  g_mutex_lock (&proxy->mutex);
  proxy->cut = cut;
  proxy->cut_at = proxy->commands + number;
  proxy->octets = octets;
  g_mutex_unlock (&proxy->mutex);
}

gboolean
imap_proxy_has_cut (ImapProxy *proxy)
{
  gboolean has;

  g_mutex_lock (&proxy->mutex);
  has = proxy->cut == IMAP_PROXY_CUT_NONE;
  g_mutex_unlock (&proxy->mutex);
  return has;
}
