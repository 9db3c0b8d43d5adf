/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "smtp/smtp-reply.h"

#include <string.h>

#include "core/errors.h"

void
mail_smtp_reply_free (MailSmtpReply *reply)
{
  if (reply == NULL)
    return;
  g_free (reply->enhanced);
  g_strfreev (reply->lines);
  g_free (reply);
}

char *
mail_smtp_reply_dup_text (const MailSmtpReply *reply)
{
  g_autofree char *text = g_strjoinv (" ", reply->lines);

  if (reply->enhanced != NULL)
    return g_strdup_printf ("%u %s %s", reply->code, reply->enhanced, text);
  return g_strdup_printf ("%u %s", reply->code, text);
}

static MailSmtpParse
fail (GError **error, MailErrorCode code, const char *why)
{
  g_set_error (error, MAIL_ERROR, code, "SMTP: %s", why);
  return MAIL_SMTP_PARSE_ERROR;
}

/* The length of "class.subject.detail" (RFC 3463, section 2) that @text begins with, when its class is that
 * of @code; else 0. */
static gsize
enhanced_length (const char *text, guint code)
{
  const char *p = text;

  if ((guint) g_ascii_digit_value (*p) != code / 100 || p[1] != '.')
    return 0;
  p++;
  for (guint part = 0; part < 2; part++)
    {
      gsize digits;

      if (*p++ != '.')
        return 0;
      digits = strspn (p, "0123456789");
      if (digits < 1 || digits > 3)
        return 0;
      p += digits;
    }
  return *p == ' ' || *p == '\0' ? p - text : 0;
}

/* Takes the enhanced code off the front of @line; the first one found is the reply's. */
static const char *
skip_enhanced (MailSmtpReply *reply, const char *line)
{
  gsize length = enhanced_length (line, reply->code);

  if (length == 0)
    return line;
  if (reply->enhanced == NULL)
    reply->enhanced = g_strndup (line, length);
  return line[length] == ' ' ? line + length + 1 : line + length;
}

static char *
make_presentable (const char *text, gsize length)
{
  char *presentable = g_utf8_make_valid (text, length);

  for (char *p = presentable; *p != '\0'; p++)
    if (g_ascii_iscntrl (*p))
      *p = ' ';
  return presentable;
}

/* One line without its end: FALSE when it is none. Sets *@last at the reply's last line. */
static gboolean
parse_line (MailSmtpReply *reply, GPtrArray *lines, const char *line, gsize length, gboolean *last)
{
  g_autofree char *text = NULL;
  guint code;

  if (length > 0 && line[length - 1] == '\r')
    length--;
  if (length < 3 || !g_ascii_isdigit (line[0]) || !g_ascii_isdigit (line[1]) || !g_ascii_isdigit (line[2]))
    return FALSE;
  if (length > 3 && line[3] != ' ' && line[3] != '-')
    return FALSE;

  code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
  if (code < 200 || code > 599 || (lines->len > 0 && code != reply->code))
    return FALSE;
  reply->code = code;
  *last = length == 3 || line[3] == ' ';
  text = length > 4 ? make_presentable (line + 4, length - 4) : g_strdup ("");
  g_ptr_array_add (lines, g_strdup (skip_enhanced (reply, text)));
  return TRUE;
}

MailSmtpParse
mail_smtp_reply_parse (const char *data,
                       gsize length,
                       gsize max_line,
                       gsize max_size,
                       gsize *used,
                       MailSmtpReply **reply,
                       GError **error)
{
  g_autoptr (MailSmtpReply) made = g_new0 (MailSmtpReply, 1);
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  gboolean last = FALSE;
  gsize position = 0;

  while (!last)
    {
      const char *line = data + position;
      const char *newline = position < length ? memchr (line, '\n', length - position) : NULL;
      gsize line_length = newline != NULL ? (gsize) (newline - line) : length - position;

      if (line_length > max_line)
        return fail (error, MAIL_ERROR_LIMIT, "a line of the reply is too long");
      if (position + line_length > max_size)
        return fail (error, MAIL_ERROR_LIMIT, "the reply is too long");
      if (newline == NULL)
        return MAIL_SMTP_PARSE_NEED_MORE;
      if (!parse_line (made, lines, line, line_length, &last))
        return fail (error, MAIL_ERROR_PROTOCOL, "the server’s reply is none");
      position += line_length + 1;
    }

  g_ptr_array_add (lines, NULL);
  made->lines = (GStrv) g_ptr_array_steal (lines, NULL);
  *used = position;
  *reply = g_steal_pointer (&made);
  return MAIL_SMTP_PARSE_DONE;
}
