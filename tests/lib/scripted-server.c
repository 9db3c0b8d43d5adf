/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lib/scripted-server.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

/* Only so that a wrong dialogue ends; no test waits for it. */
#define SAFETY_SECONDS 60
#define VARIABLES 10

typedef enum
{
  PLAY_ON,
  PLAY_NEXT_CONNECTION,
  PLAY_FAILED,
} Play;

struct _ScriptedServer
{
  char *name;
  char **lines;
  GSocketListener *listener;
  guint16 port;
  GThread *thread;
  GCancellable *stop;

  GMutex lock;
  GCond news;
  gboolean done;
  guint told;
  guint gone;
  GCancellable *told_cancellable; /* until it is cancelled */
  guint line; /* number of the line being played, from 1 */
  char *failure;

  /* The thread's own. */
  GSocketConnection *tcp;
  GIOStream *stream;
  GByteArray *in;
  GString *out;
  gboolean drip;
  char *variables[VARIABLES];
};

static Play fail (ScriptedServer *self, const char *format, ...) G_GNUC_PRINTF (2, 3);

static Play
fail (ScriptedServer *self, const char *format, ...)
{
  g_autofree char *what = NULL;
  va_list args;

  va_start (args, format);
  what = g_strdup_vprintf (format, args);
  va_end (args);
  g_mutex_lock (&self->lock);
  if (self->failure == NULL)
    self->failure = g_strdup_printf ("%s:%u: %s", self->name, self->line, what);
  g_mutex_unlock (&self->lock);
  return PLAY_FAILED;
}

/* Reads one escaped character at *@text and moves past it. */
static char
unescape (const char **text)
{
  const char *p = *text;

  *text += *p == '\\' && p[1] != '\0' ? 2 : 1;
  if (*p != '\\' || p[1] == '\0')
    return *p;
  switch (p[1])
    {
    case 'r':
      return '\r';
    case 'n':
      return '\n';
    case 't':
      return '\t';
    case 'x':
      if (!g_ascii_isxdigit (p[2]) || !g_ascii_isxdigit (p[3]))
        return 'x';
      *text += 2;
      return (char) (g_ascii_xdigit_value (p[2]) * 16 + g_ascii_xdigit_value (p[3]));
    default:
      return p[1];
    }
}

static gboolean
is_variable (const char *text)
{
  return text[0] == '$' && g_ascii_isdigit (text[1]);
}

static void
append_text (ScriptedServer *self, const char *text)
{
  while (*text != '\0')
    {
      if (is_variable (text))
        {
          const char *value = self->variables[text[1] - '0'];

          g_string_append (self->out, value != NULL ? value : "");
          text += 2;
        }
      else
        {
          g_string_append_c (self->out, unescape (&text));
        }
    }
}

static gboolean
matches (ScriptedServer *self, const char *pattern, const char *line, const char *end)
{
  while (*pattern != '\0')
    {
      if (*pattern == '*')
        {
          for (const char *rest = end; rest >= line; rest--)
            if (matches (self, pattern + 1, rest, end))
              return TRUE;
          return FALSE;
        }
      if (is_variable (pattern))
        {
          const char *start = line;
          char **variable = &self->variables[pattern[1] - '0'];

          while (line < end && *line != ' ')
            line++;
          g_free (*variable);
          *variable = g_strndup (start, line - start);
          pattern += 2;
          continue;
        }
      if (line == end || unescape (&pattern) != *line++)
        return FALSE;
    }
  return line == end;
}

static Play
flush (ScriptedServer *self)
{
  GOutputStream *output = g_io_stream_get_output_stream (self->stream);
  g_autoptr (GError) error = NULL;
  gsize at_once = self->drip ? 1 : self->out->len;
  gboolean sent = TRUE;

  for (gsize i = 0; sent && i < self->out->len; i += at_once)
    sent = g_output_stream_write_all (output, self->out->str + i, at_once, NULL, self->stop, &error);
  g_string_truncate (self->out, 0);
  return sent ? PLAY_ON : fail (self, "cannot send: %s", error->message);
}

/* Adds what comes to @in: FALSE at the end of the stream, however the client made it. */
static gboolean
receive (ScriptedServer *self, gboolean *timed_out)
{
  guint8 buffer[16384];
  g_autoptr (GError) error = NULL;
  gssize got = g_input_stream_read (g_io_stream_get_input_stream (self->stream), buffer, sizeof buffer,
                                    self->stop, &error);

  *timed_out = g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  if (got <= 0)
    return FALSE;
  g_byte_array_append (self->in, buffer, got);
  return TRUE;
}

static Play
await_line (ScriptedServer *self, const char *pattern)
{
  const guint8 *newline;
  gboolean timed_out;
  g_autofree char *line = NULL;
  gsize length;

  while ((newline = self->in->len > 0 ? memchr (self->in->data, '\n', self->in->len) : NULL) == NULL)
    if (!receive (self, &timed_out))
      {
        g_autofree char *rest = g_strndup ((char *) self->in->data, self->in->len);

        return fail (self,
                     timed_out ? "nothing came, “%s” was awaited (%s)"
                               : "the client closed, “%s” was awaited (%s)",
                     pattern, rest);
      }

  length = newline - self->in->data;
  line = g_strndup ((char *) self->in->data, length);
  g_byte_array_remove_range (self->in, 0, length + 1);
  if (length > 0 && line[length - 1] == '\r')
    line[--length] = '\0';
  if (matches (self, pattern, line, line + length))
    return PLAY_ON;
  return fail (self, "“%s” was awaited, “%s” came", pattern, line);
}

static Play
await_bytes (ScriptedServer *self, const char *count)
{
  guint64 wanted = g_ascii_strtoull (count, NULL, 10);
  gboolean timed_out;

  while (self->in->len < wanted)
    if (!receive (self, &timed_out))
      return fail (self, "%" G_GUINT64_FORMAT " octets were awaited, %u came", wanted, self->in->len);
  g_byte_array_remove_range (self->in, 0, wanted);
  return PLAY_ON;
}

static Play
shake_hands (ScriptedServer *self, const char *kind_name)
{
  TestCertificate kind = TEST_CERTIFICATE_VALID;
  g_autoptr (GTlsCertificate) certificate = NULL;
  g_autoptr (GIOStream) tls = NULL;
  g_autoptr (GError) error = NULL;

  if (*kind_name != '\0' && !test_certificate_from_string (kind_name, &kind))
    return fail (self, "no such certificate");
  if (self->in->len > 0)
    return fail (self, "the client sent more in clear text");
  certificate = test_certificates_load (kind);
  tls = g_tls_server_connection_new (G_IO_STREAM (self->tcp), certificate, &error);
  if (tls == NULL || !g_tls_connection_handshake (G_TLS_CONNECTION (tls), self->stop, &error))
    return fail (self, "no TLS: %s", error->message);
  g_set_object (&self->stream, tls);
  return PLAY_ON;
}

static Play
send_block (ScriptedServer *self, const char *count)
{
  guint64 left = g_ascii_strtoull (count, NULL, 10);
  g_autofree char *block = g_strnfill (65536, 'x');
  gboolean sent = TRUE;

  while (sent && left > 0)
    {
      gsize part = MIN (left, 65536);

      sent = g_output_stream_write_all (g_io_stream_get_output_stream (self->stream), block, part, NULL,
                                        self->stop, NULL);
      left -= part;
    }
  return PLAY_ON;
}

static Play
await_close (ScriptedServer *self, gboolean any_bytes)
{
  gboolean timed_out = FALSE;

  do
    {
      if (!any_bytes && self->in->len > 0)
        {
          g_autofree char *rest = g_strndup ((char *) self->in->data, self->in->len);

          return fail (self, "the client was expected to close, but sent “%s”", rest);
        }
      g_byte_array_set_size (self->in, 0);
    }
  while (receive (self, &timed_out));
  return timed_out ? fail (self, "the client was expected to close") : PLAY_NEXT_CONNECTION;
}

static Play
await_go (ScriptedServer *self)
{
  gint64 until = g_get_monotonic_time () + SAFETY_SECONDS * G_USEC_PER_SEC;
  gboolean went = TRUE;

  g_mutex_lock (&self->lock);
  while (went && self->gone == 0 && !g_cancellable_is_cancelled (self->stop))
    went = g_cond_wait_until (&self->news, &self->lock, until);
  if (went)
    self->gone--;
  g_mutex_unlock (&self->lock);
  return went ? PLAY_ON : fail (self, "nobody said go");
}

static void
tell (ScriptedServer *self)
{
  g_autoptr (GCancellable) cancellable = NULL;

  g_mutex_lock (&self->lock);
  self->told++;
  cancellable = g_steal_pointer (&self->told_cancellable);
  g_cond_broadcast (&self->news);
  g_mutex_unlock (&self->lock);
  g_cancellable_cancel (cancellable);
}

static Play
reset (ScriptedServer *self)
{
  struct linger now = { 1, 0 };

  setsockopt (g_socket_get_fd (g_socket_connection_get_socket (self->tcp)), SOL_SOCKET, SO_LINGER, &now,
              sizeof now);
  g_socket_close (g_socket_connection_get_socket (self->tcp), NULL);
  return PLAY_NEXT_CONNECTION;
}

static Play
play_directive (ScriptedServer *self, const char *directive)
{
  g_auto (GStrv) words = g_strsplit (directive, " ", 2);
  const char *verb = words[0] != NULL ? words[0] : "";
  const char *value = *verb != '\0' && words[1] != NULL ? words[1] : "";

  if (strcmp (verb, "tls") == 0)
    return shake_hands (self, value);
  if (strcmp (verb, "block") == 0)
    return send_block (self, value);
  if (strcmp (verb, "silent") == 0)
    return await_close (self, TRUE);
  if (strcmp (verb, "connection") == 0)
    return await_close (self, FALSE);
  if (strcmp (verb, "close") == 0)
    return PLAY_NEXT_CONNECTION;
  if (strcmp (verb, "reset") == 0)
    return reset (self);
  if (strcmp (verb, "wait") == 0)
    return await_go (self);

  if (strcmp (verb, "tell") == 0)
    tell (self);
  else if (strcmp (verb, "drip") == 0)
    self->drip = TRUE;
  else if (strcmp (verb, "flush") != 0)
    return fail (self, "no such directive: %s", directive);
  return PLAY_ON;
}

static Play
play_line (ScriptedServer *self, const char *line)
{
  Play play;

  if (*line == '\0' || *line == '#')
    return PLAY_ON;
  if (g_str_has_prefix (line, "S: ") || g_str_has_prefix (line, "S- "))
    {
      append_text (self, line + 3);
      if (line[1] == ':')
        g_string_append (self->out, "\r\n");
      return PLAY_ON;
    }

  play = flush (self);
  if (play != PLAY_ON)
    return play;
  if (g_str_has_prefix (line, "C: "))
    return await_line (self, line + 3);
  if (g_str_has_prefix (line, "C# "))
    return await_bytes (self, line + 3);
  if (g_str_has_prefix (line, "! "))
    return play_directive (self, line + 2);
  return fail (self, "no such line: %s", line);
}

static Play
accept_connection (ScriptedServer *self)
{
  g_autoptr (GError) error = NULL;
  GSocket *socket;

  self->tcp = g_socket_listener_accept (self->listener, NULL, self->stop, &error);
  if (self->tcp == NULL)
    return fail (self, "nobody connected: %s", error->message);
  socket = g_socket_connection_get_socket (self->tcp);
  g_socket_set_timeout (socket, SAFETY_SECONDS);
  g_socket_set_option (socket, IPPROTO_TCP, TCP_NODELAY, 1, NULL);
  self->stream = G_IO_STREAM (g_object_ref (self->tcp));
  self->drip = FALSE;
  return PLAY_ON;
}

static void
drop_connection (ScriptedServer *self)
{
  g_string_truncate (self->out, 0);
  g_byte_array_set_size (self->in, 0);
  if (self->tcp == NULL)
    return;
  g_socket_close (g_socket_connection_get_socket (self->tcp), NULL);
  g_clear_object (&self->stream);
  g_clear_object (&self->tcp);
}

static gboolean
is_spoken (const char *line)
{
  return *line != '\0' && *line != '#';
}

static void
play_all (ScriptedServer *self)
{
  Play play = PLAY_ON;

  for (guint i = 0; play != PLAY_FAILED && self->lines[i] != NULL; i++)
    {
      self->line = i + 1;
      if (!is_spoken (self->lines[i]))
        continue;
      if (self->tcp == NULL)
        play = accept_connection (self);
      if (play != PLAY_FAILED)
        play = play_line (self, self->lines[i]);
      if (play == PLAY_NEXT_CONNECTION)
        drop_connection (self);
    }
  if (play == PLAY_ON && self->tcp != NULL && flush (self) == PLAY_ON)
    await_close (self, FALSE);
  drop_connection (self);
}

static gpointer
run (gpointer user_data)
{
  ScriptedServer *self = user_data;

  play_all (self);
  g_socket_listener_close (self->listener);
  g_mutex_lock (&self->lock);
  self->done = TRUE;
  g_cond_broadcast (&self->news);
  g_mutex_unlock (&self->lock);
  return NULL;
}

static gboolean
listen_at (ScriptedServer *self, GSocketFamily family, GError **error)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (family);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, self->port);
  g_autoptr (GSocketAddress) effective = NULL;

  if (!g_socket_listener_add_address (self->listener, address, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP,
                                      NULL, &effective, error))
    return FALSE;
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (effective));
  return TRUE;
}

/* A port that is free for both families, or for IPv4 alone on a machine without IPv6. */
static void
start_listening (ScriptedServer *self)
{
  gboolean both = FALSE;

  for (guint attempt = 0; !both && attempt < 20; attempt++)
    {
      g_autoptr (GError) error = NULL;

      g_clear_object (&self->listener);
      self->listener = g_socket_listener_new ();
      self->port = 0;
      if (!listen_at (self, G_SOCKET_FAMILY_IPV4, &error))
        g_error ("cannot listen: %s", error->message);
      both = listen_at (self, G_SOCKET_FAMILY_IPV6, &error)
             || !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE);
    }
}

static ScriptedServer *
start (const char *name, char **lines)
{
  ScriptedServer *self = g_new0 (ScriptedServer, 1);

  self->name = g_strdup (name);
  self->lines = lines;
  self->stop = g_cancellable_new ();
  self->in = g_byte_array_new ();
  self->out = g_string_new (NULL);
  g_mutex_init (&self->lock);
  g_cond_init (&self->news);
  start_listening (self);
  self->thread = g_thread_new ("scripted-server", run, self);
  return self;
}

ScriptedServer *
scripted_server_new (const char *script)
{
  return start ("script", g_strsplit (script, "\n", -1));
}

ScriptedServer *
scripted_server_new_from_file (const char *name)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "transcripts", name, NULL);
  g_autofree char *script = NULL;
  g_autoptr (GError) error = NULL;

  if (!g_file_get_contents (path, &script, NULL, &error))
    g_error ("%s", error->message);
  return start (name, g_strsplit (script, "\n", -1));
}

void
scripted_server_finish (ScriptedServer *self)
{
  gint64 until = g_get_monotonic_time () + 2 * SAFETY_SECONDS * G_USEC_PER_SEC;
  g_autofree char *failure = NULL;

  g_mutex_lock (&self->lock);
  while (!self->done && g_cond_wait_until (&self->news, &self->lock, until))
    continue;
  if (!self->done && self->failure == NULL)
    self->failure = g_strdup_printf ("%s:%u: the dialogue stopped here", self->name, self->line);
  failure = g_strdup (self->failure);
  g_mutex_unlock (&self->lock);
  scripted_server_free (self);
  g_assert_cmpstr (failure, ==, NULL);
}

void
scripted_server_free (ScriptedServer *self)
{
  g_cancellable_cancel (self->stop);
  scripted_server_go (self);
  g_thread_join (self->thread);
  g_socket_listener_close (self->listener);
  g_object_unref (self->listener);
  g_object_unref (self->stop);
  g_clear_object (&self->told_cancellable);
  g_byte_array_unref (self->in);
  g_string_free (self->out, TRUE);
  g_strfreev (self->lines);
  for (guint i = 0; i < VARIABLES; i++)
    g_free (self->variables[i]);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->news);
  g_free (self->failure);
  g_free (self->name);
  g_free (self);
}

guint16
scripted_server_get_port (const ScriptedServer *self)
{
  return self->port;
}

MailEndpoint *
scripted_server_new_endpoint (const ScriptedServer *self, MailSecurity security)
{
  MailEndpoint *endpoint = mail_endpoint_new ("127.0.0.1", self->port, security);

  endpoint->ca_file = g_strdup (test_certificates_get_ca_file ());
  return endpoint;
}

void
scripted_server_wait_told (ScriptedServer *self)
{
  g_mutex_lock (&self->lock);
  while (self->told == 0 && !self->done)
    g_cond_wait (&self->news, &self->lock);
  if (self->told > 0)
    self->told--;
  g_mutex_unlock (&self->lock);
}

void
scripted_server_go (ScriptedServer *self)
{
  g_mutex_lock (&self->lock);
  self->gone++;
  g_cond_broadcast (&self->news);
  g_mutex_unlock (&self->lock);
}

void
scripted_server_cancel_when_told (ScriptedServer *self, GCancellable *cancellable)
{
  g_mutex_lock (&self->lock);
  g_set_object (&self->told_cancellable, cancellable);
  g_mutex_unlock (&self->lock);
}
