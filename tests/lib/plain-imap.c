/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lib/plain-imap.h"

#include <string.h>

#define TIMEOUT_SECONDS 120

struct _PlainImap
{
  GSocketConnection *connection;
  GDataInputStream *input;
  GOutputStream *output;
  guint tags;
};

static void
line_free (PlainImapLine *line)
{
  g_free (line->text);
  g_ptr_array_unref (line->literals);
  g_free (line);
}

static void
row_free (PlainImapRow *row)
{
  g_free (row->flags);
  g_free (row->subject);
  g_free (row->sha256);
  g_free (row);
}

static GBytes *
read_octets (PlainImap *self, gsize length)
{
  g_autofree char *data = g_malloc (length + 1);
  g_autoptr (GError) error = NULL;
  gsize got;

  g_input_stream_read_all (G_INPUT_STREAM (self->input), data, length, &got, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (got, ==, length);
  return g_bytes_new_take (g_steal_pointer (&data), length);
}

/* How long the literal is that @text announces at its end; -1 when it announces none. */
static gint64
announced (const char *text)
{
  const char *brace = strrchr (text, '{');
  char *end;
  guint64 length;

  if (brace == NULL || !g_ascii_isdigit (brace[1]))
    return -1;
  length = g_ascii_strtoull (brace + 1, &end, 10);
  return strcmp (end, "}") == 0 ? (gint64) length : -1;
}

static PlainImapLine *
read_line (PlainImap *self)
{
  PlainImapLine *line = g_new0 (PlainImapLine, 1);
  g_autoptr (GString) text = g_string_new (NULL);
  gint64 length;

  line->literals = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  do
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *piece = g_data_input_stream_read_line (self->input, NULL, NULL, &error);

      g_assert_no_error (error);
      g_assert_nonnull (piece);
      length = announced (piece);
      g_string_append (text, piece);
      if (length >= 0)
        g_ptr_array_add (line->literals, read_octets (self, (gsize) length));
    }
  while (length >= 0);
  line->text = g_string_free (g_steal_pointer (&text), FALSE);
  return line;
}

static void
send_text (PlainImap *self, const char *text, gsize length)
{
  g_autoptr (GError) error = NULL;

  g_output_stream_write_all (self->output, text, length, NULL, NULL, &error);
  g_assert_no_error (error);
}

/* The rest of the answer; TRUE for OK. */
static gboolean
await_tagged (PlainImap *self, GPtrArray *lines)
{
  g_autofree char *tag = g_strdup_printf ("p%u ", self->tags);

  while (TRUE)
    {
      PlainImapLine *line = read_line (self);

      g_ptr_array_add (lines, line);
      if (g_str_has_prefix (line->text, tag))
        return g_ascii_strncasecmp (line->text + strlen (tag), "OK", 2) == 0;
    }
}

static gboolean
converse (PlainImap *self, GPtrArray **lines, const char *format, va_list arguments)
{
  g_autofree char *command = g_strdup_vprintf (format, arguments);
  g_autofree char *whole = g_strdup_printf ("p%u %s\r\n", ++self->tags, command);
  g_autoptr (GPtrArray) answer = g_ptr_array_new_with_free_func ((GDestroyNotify) line_free);
  gboolean ok;

  send_text (self, whole, strlen (whole));
  ok = await_tagged (self, answer);
  if (!ok)
    g_test_message ("%s: %s", command, ((PlainImapLine *) g_ptr_array_index (answer, answer->len - 1))->text);
  if (lines != NULL)
    *lines = g_steal_pointer (&answer);
  return ok;
}

gboolean
plain_imap_try (PlainImap *self, GPtrArray **lines, const char *format, ...)
{
  va_list arguments;
  gboolean ok;

  va_start (arguments, format);
  ok = converse (self, lines, format, arguments);
  va_end (arguments);
  return ok;
}

void
plain_imap_do (PlainImap *self, const char *format, ...)
{
  va_list arguments;
  gboolean ok;

  va_start (arguments, format);
  ok = converse (self, NULL, format, arguments);
  va_end (arguments);
  g_assert_true (ok);
}

PlainImap *
plain_imap_new (guint16 port, const char *user, const char *password)
{
  PlainImap *self = g_new0 (PlainImap, 1);
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GError) error = NULL;
  PlainImapLine *greeting;

  g_socket_client_set_enable_proxy (client, FALSE);
  g_socket_client_set_timeout (client, TIMEOUT_SECONDS);
  self->connection = g_socket_client_connect_to_host (client, "127.0.0.1", port, NULL, &error);
  g_assert_no_error (error);
  g_socket_set_option (g_socket_connection_get_socket (self->connection), 6 /* TCP */, 1 /* TCP_NODELAY */, 1, NULL);
  self->input = g_data_input_stream_new (g_io_stream_get_input_stream (G_IO_STREAM (self->connection)));
  g_data_input_stream_set_newline_type (self->input, G_DATA_STREAM_NEWLINE_TYPE_CR_LF);
  self->output = g_io_stream_get_output_stream (G_IO_STREAM (self->connection));
  greeting = read_line (self);
  g_assert_true (g_str_has_prefix (greeting->text, "* OK"));
  line_free (greeting);
  plain_imap_do (self, "LOGIN \"%s\" \"%s\"", user, password);
  return self;
}

void
plain_imap_free (PlainImap *self)
{
  if (self == NULL)
    return;
  g_object_unref (self->input);
  g_object_unref (self->connection);
  g_free (self);
}

void
plain_imap_append (PlainImap *self, const char *mailbox, const char *flags, const char *message, gssize length)
{
  gsize size = length < 0 ? strlen (message) : (gsize) length;
  g_autofree char *command =
      g_strdup_printf ("p%u APPEND \"%s\" (%s) {%" G_GSIZE_FORMAT "}\r\n", ++self->tags, mailbox, flags, size);
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func ((GDestroyNotify) line_free);
  PlainImapLine *go_on;

  send_text (self, command, strlen (command));
  go_on = read_line (self);
  g_ptr_array_add (lines, go_on);
  g_assert_cmpint (go_on->text[0], ==, '+');
  send_text (self, message, size);
  send_text (self, "\r\n", 2);
  g_assert_true (await_tagged (self, lines));
}

guint64
plain_imap_ask_status (PlainImap *self, const char *mailbox, const char *item)
{
  g_autofree char *before = g_strdup_printf ("(%s ", item);
  g_autoptr (GPtrArray) lines = NULL;

  g_assert_true (plain_imap_try (self, &lines, "STATUS \"%s\" (%s)", mailbox, item));
  for (guint i = 0; i < lines->len; i++)
    {
      const char *found = strstr (((PlainImapLine *) g_ptr_array_index (lines, i))->text, before);

      if (found != NULL)
        return g_ascii_strtoull (found + strlen (before), NULL, 10);
    }
  g_assert_not_reached ();
}

static int
compare_words (gconstpointer a, gconstpointer b)
{
  return g_ascii_strcasecmp (*(const char *const *) a, *(const char *const *) b);
}

char *
plain_imap_sort_flags (const char *text)
{
  g_auto (GStrv) words = g_strsplit (text, " ", -1);
  g_autoptr (GPtrArray) kept = g_ptr_array_new ();

  for (guint i = 0; words[i] != NULL; i++)
    if (words[i][0] != '\0' && g_ascii_strcasecmp (words[i], "\\Recent") != 0)
      g_ptr_array_add (kept, words[i]);
  g_ptr_array_sort (kept, compare_words);
  g_ptr_array_add (kept, NULL);
  return g_strjoinv (" ", (char **) kept->pdata);
}

/* (nullable) (transfer full): the name at the end of a LIST response, if the mailbox can be selected. */
static char *
parse_listed (const PlainImapLine *line)
{
  const char *text = line->text;
  const char *end = strstr (text, ") \"");
  g_autofree char *attributes = NULL;

  if (!g_str_has_prefix (text, "* LIST (") || end == NULL)
    return NULL;
  attributes = g_ascii_strdown (text, end - text);
  if (strstr (attributes, "\\noselect") != NULL || strstr (attributes, "\\nonexistent") != NULL)
    return NULL;
  if (line->literals->len > 0)
    {
      gsize size;
      const char *data = g_bytes_get_data (g_ptr_array_index (line->literals, 0), &size);

      return g_strndup (data, size);
    }
  text = strchr (end + 3, ' ') + 1;
  if (text[0] != '"')
    return g_strdup (text);
  return g_strndup (text + 1, strlen (text) - 2);
}

GPtrArray *
plain_imap_list (PlainImap *self)
{
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) lines = NULL;

  g_assert_true (plain_imap_try (self, &lines, "LIST \"\" *"));
  for (guint i = 0; i < lines->len; i++)
    {
      char *name = parse_listed (g_ptr_array_index (lines, i));

      if (name != NULL)
        g_ptr_array_add (names, name);
    }
  g_ptr_array_sort (names, compare_words);
  return names;
}

static char *
find_subject (GBytes *message)
{
  gsize size;
  const char *data = g_bytes_get_data (message, &size);
  g_autofree char *header = g_strndup (data, size);
  const char *line = strstr (header, "Subject: ");

  return line != NULL ? g_strndup (line + 9, strcspn (line + 9, "\r\n")) : g_strdup ("");
}

/* (nullable): a FETCH response with all that was asked for; news of flags alone are passed over. */
static PlainImapRow *
parse_fetched (const PlainImapLine *line)
{
  const char *uid = strstr (line->text, "UID ");
  const char *flags = strstr (line->text, "FLAGS (");
  g_autofree char *words = NULL;
  PlainImapRow *row;
  GBytes *message;

  if (line->text[0] != '*' || uid == NULL || flags == NULL || line->literals->len != 1)
    return NULL;
  row = g_new0 (PlainImapRow, 1);
  message = g_ptr_array_index (line->literals, 0);
  words = g_strndup (flags + 7, strcspn (flags + 7, ")"));
  row->uid = (guint32) g_ascii_strtoull (uid + 4, NULL, 10);
  row->flags = plain_imap_sort_flags (words);
  row->subject = find_subject (message);
  row->sha256 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, message);
  return row;
}

static int
compare_uid (gconstpointer a, gconstpointer b)
{
  const PlainImapRow *left = *(const PlainImapRow *const *) a;
  const PlainImapRow *right = *(const PlainImapRow *const *) b;

  return left->uid < right->uid ? -1 : left->uid > right->uid;
}

GPtrArray *
plain_imap_rows (PlainImap *self, const char *mailbox)
{
  GPtrArray *rows = g_ptr_array_new_with_free_func ((GDestroyNotify) row_free);
  g_autoptr (GPtrArray) lines = NULL;

  plain_imap_do (self, "EXAMINE \"%s\"", mailbox);
  g_assert_true (plain_imap_try (self, &lines, "UID FETCH 1:* (FLAGS BODY.PEEK[])"));
  for (guint i = 0; i < lines->len; i++)
    {
      PlainImapRow *row = parse_fetched (g_ptr_array_index (lines, i));

      if (row != NULL)
        g_ptr_array_add (rows, row);
    }
  g_ptr_array_sort (rows, compare_uid);
  return rows;
}

char *
plain_imap_describe (guint32 uid, const char *flags, const char *subject, const char *sha256)
{
  return g_strdup_printf ("  %u “%s” (%s) %.12s\n", uid, subject, flags, sha256);
}

char *
plain_imap_dump (PlainImap *self, gboolean deleted)
{
  g_autoptr (GPtrArray) names = plain_imap_list (self);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < names->len; i++)
    {
      const char *raw = g_ptr_array_index (names, i);
      g_autofree char *name = g_convert (raw, -1, "UTF-8", "UTF-7-IMAP", NULL, NULL, NULL);
      g_autoptr (GPtrArray) rows = plain_imap_rows (self, raw);

      g_string_append_printf (text, "%s\n", name);
      for (guint k = 0; k < rows->len; k++)
        {
          const PlainImapRow *row = g_ptr_array_index (rows, k);
          g_autofree char *line = plain_imap_describe (row->uid, row->flags, row->subject, row->sha256);

          if (deleted || strstr (row->flags, "\\Deleted") == NULL)
            g_string_append (text, line);
        }
    }
  return g_string_free (text, FALSE);
}
