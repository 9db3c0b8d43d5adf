/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pop3/pop3-parser.h"

#include <string.h>

#include "core/errors.h"

#define MAX_TEXT_SHOWN 200
#define MAX_RESERVED (1024 * 1024)

void
mail_pop3_item_free (MailPop3Item *item)
{
  if (item == NULL)
    return;
  g_free (item->uidl);
  g_free (item);
}

MailPop3Progress
mail_pop3_read_line (const char *data, gsize length, gsize max_line, gsize *line_length, gsize *used, GError **error)
{
  const char *end = memchr (data, '\n', MIN (length, max_line + 2));
  gsize size;

  if (end == NULL && length >= max_line + 2)
    {
      g_set_error (error, MAIL_ERROR, MAIL_ERROR_LIMIT, "a line of more than %" G_GSIZE_FORMAT " bytes", max_line);
      return MAIL_POP3_BAD;
    }
  if (end == NULL)
    return MAIL_POP3_MORE;

  size = (gsize) (end - data);
  if (size > 0 && data[size - 1] == '\r')
    size--;
  if (size > max_line)
    {
      g_set_error (error, MAIL_ERROR, MAIL_ERROR_LIMIT, "a line of more than %" G_GSIZE_FORMAT " bytes", max_line);
      return MAIL_POP3_BAD;
    }
  if (memchr (data, '\0', size) != NULL)
    {
      g_set_error (error, MAIL_ERROR, MAIL_ERROR_PROTOCOL, "a line with a NUL in it");
      return MAIL_POP3_BAD;
    }

  *line_length = size;
  *used = (gsize) (end - data) + 1;
  return MAIL_POP3_DONE;
}

char *
mail_pop3_clean_text (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  GString *clean = g_string_new (NULL);
  guint chars = 0;

  for (const char *p = valid; *p != '\0' && chars < MAX_TEXT_SHOWN; p = g_utf8_next_char (p), chars++)
    {
      gunichar c = g_utf8_get_char (p);

      g_string_append_unichar (clean, g_unichar_isprint (c) ? c : ' ');
    }
  return g_string_free (clean, FALSE);
}

/* Takes "[CODE]" off the text of a status; what is no code stays text. */
static void
take_code (MailPop3Status *status)
{
  const char *end = status->text[0] == '[' ? strchr (status->text, ']') : NULL;
  gsize length = end != NULL ? (gsize) (end - status->text - 1) : 0;

  if (length == 0 || length >= sizeof status->code)
    return;
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isgraph (status->text[i + 1]))
      return;

  for (gsize i = 0; i < length; i++)
    status->code[i] = g_ascii_toupper (status->text[i + 1]);
  status->text = end + 1;
  while (*status->text == ' ')
    status->text++;
}

gboolean
mail_pop3_parse_status (const char *line, MailPop3Status *status, GError **error)
{
  static const struct
  {
    const char *word;
    MailPop3StatusKind kind;
  } words[] = { { "+OK", MAIL_POP3_OK }, { "-ERR", MAIL_POP3_ERR }, { "+", MAIL_POP3_CONTINUE } };

  memset (status, 0, sizeof *status);
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      gsize length = strlen (words[i].word);

      if (g_ascii_strncasecmp (line, words[i].word, length) != 0 || (line[length] != ' ' && line[length] != '\0'))
        continue;
      status->kind = words[i].kind;
      status->text = line + length;
      while (*status->text == ' ')
        status->text++;
      if (status->kind != MAIL_POP3_CONTINUE)
        take_code (status);
      return TRUE;
    }

  g_autofree char *shown = mail_pop3_clean_text (line);

  g_set_error (error, MAIL_ERROR, MAIL_ERROR_PROTOCOL, "not a POP3 answer: “%s”", shown);
  return FALSE;
}

/* Servers without response codes say in words of their own that another session holds the lock. */
static gboolean
says_locked (const char *text)
{
  g_autofree char *lower = g_ascii_strdown (text, -1);

  if (strstr (lower, "maildrop") == NULL && strstr (lower, "mailbox") == NULL && strstr (lower, "mail drop") == NULL)
    return FALSE;
  return strstr (lower, "lock") != NULL || strstr (lower, "in use") != NULL || strstr (lower, "busy") != NULL;
}

GError *
mail_pop3_status_to_error (const MailPop3Status *status, int otherwise, const char *what)
{
  static const struct
  {
    const char *code;
    int error;
  } codes[] = {
    { "IN-USE", MAIL_ERROR_BUSY }, { "LOGIN-DELAY", MAIL_ERROR_BUSY }, { "SYS/TEMP", MAIL_ERROR_BUSY },
    { "SYS/PERM", MAIL_ERROR_REFUSED }, { "AUTH", MAIL_ERROR_SIGN_IN },
  };
  g_autofree char *shown = mail_pop3_clean_text (status->text);
  int code = otherwise;

  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    if (strcmp (status->code, codes[i].code) == 0)
      code = codes[i].error;
  if (status->code[0] == '\0' && says_locked (status->text))
    code = MAIL_ERROR_BUSY;

  if (status->code[0] != '\0')
    return g_error_new (MAIL_ERROR, code, "%s: [%s] %s", what, status->code, shown);
  return g_error_new (MAIL_ERROR, code, "%s: %s", what, shown[0] != '\0' ? shown : "refused");
}

MailPop3Capa *
mail_pop3_capa_new (void)
{
  MailPop3Capa *capa = g_new0 (MailPop3Capa, 1);

  capa->names = g_ptr_array_new_with_free_func (g_free);
  capa->sasl = g_ptr_array_new_with_free_func (g_free);
  return capa;
}

void
mail_pop3_capa_free (MailPop3Capa *capa)
{
  if (capa == NULL)
    return;
  g_ptr_array_unref (capa->names);
  g_ptr_array_unref (capa->sasl);
  g_free (capa);
}

void
mail_pop3_capa_add_line (MailPop3Capa *capa, const char *line)
{
  static const struct
  {
    const char *name;
    MailPop3Caps cap;
  } known[] = {
    { "TOP", MAIL_POP3_CAP_TOP },
    { "UIDL", MAIL_POP3_CAP_UIDL },
    { "PIPELINING", MAIL_POP3_CAP_PIPELINING },
    { "RESP-CODES", MAIL_POP3_CAP_RESP_CODES },
    { "AUTH-RESP-CODE", MAIL_POP3_CAP_AUTH_RESP_CODE },
    { "STLS", MAIL_POP3_CAP_STLS },
    { "USER", MAIL_POP3_CAP_USER },
    { "UTF8", MAIL_POP3_CAP_UTF8 },
    { "SASL", MAIL_POP3_CAP_SASL },
  };
  g_auto (GStrv) words = g_strsplit (line, " ", -1);

  if (words[0] == NULL || words[0][0] == '\0')
    return;
  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    if (g_ascii_strcasecmp (words[0], known[i].name) == 0)
      capa->caps |= known[i].cap;
  if (g_ascii_strcasecmp (words[0], "SASL") == 0)
    for (guint i = 1; words[i] != NULL; i++)
      if (words[i][0] != '\0')
        g_ptr_array_add (capa->sasl, g_strdup (words[i]));
  g_ptr_array_add (capa->names, mail_pop3_clean_text (line));
}

/* Reads decimal digits at *@p, which moves behind them and the blanks that follow. */
static gboolean
take_number (const char **p, guint64 max, guint64 *value)
{
  guint64 number = 0;

  if (!g_ascii_isdigit (**p))
    return FALSE;
  for (; g_ascii_isdigit (**p); (*p)++)
    {
      guint digit = (guint) (**p - '0');

      if (number > (max - digit) / 10)
        return FALSE;
      number = number * 10 + digit;
    }
  if (**p != ' ' && **p != '\t' && **p != '\0')
    return FALSE;
  while (**p == ' ' || **p == '\t')
    (*p)++;
  *value = number;
  return TRUE;
}

static gboolean
set_bad_line (const char *line, GError **error)
{
  g_autofree char *shown = mail_pop3_clean_text (line);

  g_set_error (error, MAIL_ERROR, MAIL_ERROR_PROTOCOL, "not a line of a listing: “%s”", shown);
  return FALSE;
}

gboolean
mail_pop3_parse_numbers (const char *line, guint *number, guint64 *size, GError **error)
{
  const char *p = line;
  guint64 first;

  if (!take_number (&p, G_MAXINT32, &first) || !take_number (&p, G_MAXINT64, size))
    return set_bad_line (line, error);
  *number = (guint) first;
  return TRUE;
}

gboolean
mail_pop3_parse_uidl (const char *line, guint *number, const char **uidl, GError **error)
{
  const char *p = line;
  guint64 first;

  if (!take_number (&p, G_MAXINT32, &first))
    return set_bad_line (line, error);
  *number = (guint) first;
  *uidl = *p != '\0' ? p : NULL;
  for (; *p != '\0'; p++)
    if (!g_ascii_isgraph (*p))
      *uidl = NULL;
  return TRUE;
}

char *
mail_pop3_dup_timestamp (const char *greeting)
{
  const char *start = strchr (greeting, '<');
  const char *end = start != NULL ? strchr (start, '>') : NULL;

  if (end == NULL || memchr (start, '@', (gsize) (end - start)) == NULL)
    return NULL;
  for (const char *p = start; p < end; p++)
    if (!g_ascii_isgraph (*p))
      return NULL;
  return g_strndup (start, (gsize) (end - start + 1));
}

void
mail_pop3_body_init (MailPop3Body *body, guint64 expected, gsize max_bytes)
{
  body->bytes = g_byte_array_sized_new ((guint) MIN (expected, MAX_RESERVED));
  body->max_bytes = MIN (max_bytes, G_MAXINT32); /* a GByteArray counts in guint */
  body->state = MAIL_POP3_BODY_LINE_START;
}

void
mail_pop3_body_clear (MailPop3Body *body)
{
  g_clear_pointer (&body->bytes, g_byte_array_unref);
}

static gboolean
append (MailPop3Body *body, const char *data, gsize length, GError **error)
{
  if (length > body->max_bytes - body->bytes->len)
    {
      g_set_error (error, MAIL_ERROR, MAIL_ERROR_LIMIT, "a message of more than %" G_GSIZE_FORMAT " bytes",
                   body->max_bytes);
      return FALSE;
    }
  g_byte_array_append (body->bytes, (const guint8 *) data, (guint) length);
  return TRUE;
}

/* The bytes up to the next CRLF that is followed by a dot, or that ends @data: what can be copied in one piece. */
static gsize
find_run (const MailPop3Body *body, const char *data, gsize length, gboolean *at_line_start)
{
  const char *end = data + length;
  const char *lf = data;
  gboolean after_cr = body->bytes->len > 0 && body->bytes->data[body->bytes->len - 1] == '\r';

  *at_line_start = FALSE;
  while ((lf = memchr (lf, '\n', (gsize) (end - lf))) != NULL)
    {
      gboolean is_crlf = lf > data ? lf[-1] == '\r' : after_cr;

      lf++;
      if (is_crlf && (lf == end || *lf == '.'))
        {
          *at_line_start = TRUE;
          return (gsize) (lf - data);
        }
    }
  return length;
}

MailPop3Progress
mail_pop3_body_feed (MailPop3Body *body, const char *data, gsize length, gsize *used, GError **error)
{
  gsize i = 0;

  while (i < length)
    {
      gboolean at_line_start;
      gsize run;

      switch (body->state)
        {
        case MAIL_POP3_BODY_LINE_START:
          body->state = data[i] == '.' ? MAIL_POP3_BODY_DOT : MAIL_POP3_BODY_IN_LINE;
          i += data[i] == '.';
          break;

        case MAIL_POP3_BODY_DOT:
          body->state = data[i] == '\r' ? MAIL_POP3_BODY_DOT_CR : MAIL_POP3_BODY_IN_LINE;
          i += data[i] == '\r';
          break;

        case MAIL_POP3_BODY_DOT_CR:
          if (data[i] == '\n')
            {
              *used = i + 1;
              return MAIL_POP3_DONE;
            }
          body->state = MAIL_POP3_BODY_IN_LINE;
          if (!append (body, "\r", 1, error))
            return MAIL_POP3_BAD;
          break;

        case MAIL_POP3_BODY_IN_LINE:
        default:
          run = find_run (body, data + i, length - i, &at_line_start);
          if (!append (body, data + i, run, error))
            return MAIL_POP3_BAD;
          if (at_line_start)
            body->state = MAIL_POP3_BODY_LINE_START;
          i += run;
          break;
        }
    }

  *used = length;
  return MAIL_POP3_MORE;
}

GBytes *
mail_pop3_body_steal (MailPop3Body *body)
{
  return g_byte_array_free_to_bytes (g_steal_pointer (&body->bytes));
}
