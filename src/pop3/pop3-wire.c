/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pop3/pop3-wire.h"

#include <string.h>

#include "core/errors.h"

#define BUFFER_SIZE (256 * 1024)
#define MAX_LINE 8192

MailPop3Wire *
mail_pop3_wire_new (MailConnection *connection)
{
  MailPop3Wire *wire = g_new0 (MailPop3Wire, 1);

  wire->connection = connection;
  wire->buffer = g_malloc (BUFFER_SIZE);
  return wire;
}

void
mail_pop3_wire_free (MailPop3Wire *wire)
{
  if (wire == NULL)
    return;
  mail_connection_free (wire->connection);
  g_free (wire->buffer);
  g_free (wire);
}

void
mail_pop3_wire_kill (MailPop3Wire *wire)
{
  wire->dead = TRUE;
}

static gboolean
is_alive (MailPop3Wire *wire, GError **error)
{
  if (wire->dead)
    g_set_error (error, MAIL_ERROR, MAIL_ERROR_CLOSED, "the POP3 session has ended");
  return !wire->dead;
}

static gboolean
send_bytes (MailPop3Wire *wire, const char *text, gboolean secret, GCancellable *cancellable, GError **error)
{
  gsize length = strlen (text);

  if (!is_alive (wire, error))
    return FALSE;
  wire->round_trips++;
  if (secret ? mail_connection_write_secret (wire->connection, text, length, cancellable, error)
             : mail_connection_write (wire->connection, text, length, cancellable, error))
    return TRUE;
  wire->dead = TRUE;
  return FALSE;
}

gboolean
mail_pop3_wire_send (MailPop3Wire *wire, const char *commands, GCancellable *cancellable, GError **error)
{
  return send_bytes (wire, commands, FALSE, cancellable, error);
}

gboolean
mail_pop3_wire_send_secret (MailPop3Wire *wire, const char *line, GCancellable *cancellable, GError **error)
{
  return send_bytes (wire, line, TRUE, cancellable, error);
}

/* Reads more bytes behind those that are in the buffer already. */
static gboolean
fill (MailPop3Wire *wire, GCancellable *cancellable, GError **error)
{
  gssize got;

  if (!is_alive (wire, error))
    return FALSE;
  if (wire->start > 0)
    {
      memmove (wire->buffer, wire->buffer + wire->start, wire->end - wire->start);
      wire->end -= wire->start;
      wire->start = 0;
    }
  g_assert (wire->end < BUFFER_SIZE);

  got = mail_connection_read (wire->connection, wire->buffer + wire->end, BUFFER_SIZE - wire->end, cancellable, error);
  if (got < 0)
    {
      wire->dead = TRUE;
      return FALSE;
    }
  wire->end += (gsize) got;
  return TRUE;
}

const char *
mail_pop3_wire_read_line (MailPop3Wire *wire, GCancellable *cancellable, GError **error)
{
  char *line;
  gsize length;
  gsize used;
  MailPop3Progress progress;

  while ((progress = mail_pop3_read_line (wire->buffer + wire->start, wire->end - wire->start, MAX_LINE, &length,
                                          &used, error))
         == MAIL_POP3_MORE)
    if (!fill (wire, cancellable, error))
      return NULL;
  if (progress == MAIL_POP3_BAD)
    {
      wire->dead = TRUE;
      return NULL;
    }

  line = wire->buffer + wire->start;
  line[length] = '\0'; /* over the line's own end */
  wire->start += used;
  return line;
}

gboolean
mail_pop3_wire_read_status (MailPop3Wire *wire, MailPop3Status *status, GCancellable *cancellable, GError **error)
{
  const char *line = mail_pop3_wire_read_line (wire, cancellable, error);

  if (line == NULL)
    return FALSE;
  if (mail_pop3_parse_status (line, status, error))
    return TRUE;
  wire->dead = TRUE;
  return FALSE;
}

gboolean
mail_pop3_wire_expect_ok (MailPop3Wire *wire,
                          int otherwise,
                          const char *what,
                          GCancellable *cancellable,
                          GError **error)
{
  MailPop3Status status;

  if (!mail_pop3_wire_read_status (wire, &status, cancellable, error))
    return FALSE;
  if (status.kind == MAIL_POP3_OK)
    return TRUE;
  if (status.kind == MAIL_POP3_ERR)
    {
      g_propagate_error (error, mail_pop3_status_to_error (&status, otherwise, what));
      return FALSE;
    }
  g_set_error (error, MAIL_ERROR, MAIL_ERROR_PROTOCOL, "%s: a challenge that nobody asked for", what);
  wire->dead = TRUE;
  return FALSE;
}

gboolean
mail_pop3_wire_read_lines (MailPop3Wire *wire,
                           guint max_lines,
                           MailPop3LineFunc func,
                           gpointer user_data,
                           GCancellable *cancellable,
                           GError **error)
{
  for (guint count = 0; count <= max_lines; count++)
    {
      const char *line = mail_pop3_wire_read_line (wire, cancellable, error);

      if (line == NULL)
        return FALSE;
      if (strcmp (line, ".") == 0)
        return TRUE;
      if (!func (line[0] == '.' ? line + 1 : line, user_data, error))
        {
          wire->dead = TRUE;
          return FALSE;
        }
    }

  g_set_error (error, MAIL_ERROR, MAIL_ERROR_LIMIT, "an answer of more than %u lines", max_lines);
  wire->dead = TRUE;
  return FALSE;
}

GBytes *
mail_pop3_wire_read_body (MailPop3Wire *wire,
                          guint64 expected,
                          gsize max_bytes,
                          GCancellable *cancellable,
                          GError **error)
{
  g_auto (MailPop3Body) body = { NULL };

  mail_pop3_body_init (&body, expected, max_bytes);
  while (TRUE)
    {
      gsize used;
      MailPop3Progress progress
          = mail_pop3_body_feed (&body, wire->buffer + wire->start, wire->end - wire->start, &used, error);

      if (progress == MAIL_POP3_BAD)
        {
          wire->dead = TRUE;
          return NULL;
        }
      wire->start += used;
      if (progress == MAIL_POP3_DONE)
        return mail_pop3_body_steal (&body);
      if (!fill (wire, cancellable, error))
        return NULL;
    }
}
