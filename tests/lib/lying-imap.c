/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lib/lying-imap.h"

#include <stdio.h>
#include <string.h>

#define LINE_DECODED 57
#define LINE_ENCODED 78

struct _LyingImap
{
  LyingImapWay way;
  guint64 decoded;
  guint64 encoded;
  char *head; /* of the message, up to the attachment's body */
  char *tail;
  GSocketListener *listener;
  GCancellable *end;
  GThread *thread;
  guint16 port;
  gint asked; /* atomic */
};

static const char header[] = "From: Gardener <gardener@example.org>\r\nSubject: Large\r\nMIME-Version: 1.0\r\n"
                             "Content-Type: multipart/mixed; boundary=\"b\"\r\n\r\n";
static const char text_mime[] = "Content-Type: text/plain\r\n\r\n";
static const char text[] = "The text that is read.";
static const char part_mime[] = "Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n"
                                "Content-Disposition: attachment; filename=one.bin\r\n\r\n";

void
lying_imap_get_decoded (guint64 start, gsize length, guint8 *bytes)
{
  for (gsize i = 0; i < length; i++)
    {
      guint64 at = start + i;

      bytes[i] = (guint8) (at * 31 + (at >> 8) * 7 + (at >> 16) * 13);
    }
}

/* One octet of the attachment's base64, by way of the line that it is in. */
typedef struct
{
  guint64 number; /* of the line that is here; G_MAXUINT64: none */
  char line[LINE_ENCODED + 1];
} Encoder;

static char
get_encoded (const LyingImap *self, Encoder *encoder, guint64 at)
{
  guint64 number = at / LINE_ENCODED;
  guint8 bytes[LINE_DECODED];

  if (encoder->number != number)
    {
      gsize length = (gsize) MIN (self->decoded - number * LINE_DECODED, LINE_DECODED);
      g_autofree char *line = NULL;

      lying_imap_get_decoded (number * LINE_DECODED, length, bytes);
      line = g_base64_encode (bytes, length);
      g_snprintf (encoder->line, sizeof encoder->line, "%s\r\n", line);
      encoder->number = number;
    }
  return encoder->line[at % LINE_ENCODED];
}

typedef enum
{
  WHAT_MESSAGE,
  WHAT_PART,
  WHAT_DECODED,
} What;

static guint64
true_size (const LyingImap *self, What what)
{
  if (what == WHAT_DECODED)
    return self->decoded;
  return what == WHAT_PART ? self->encoded : strlen (self->head) + self->encoded + strlen (self->tail);
}

static void
make_up (const LyingImap *self, What what, guint64 start, gsize length, char *bytes)
{
  Encoder encoder = { .number = G_MAXUINT64 };
  guint64 head = what == WHAT_MESSAGE ? strlen (self->head) : 0;

  if (what == WHAT_DECODED)
    {
      lying_imap_get_decoded (start, length, (guint8 *) bytes);
      return;
    }
  for (gsize i = 0; i < length; i++)
    {
      guint64 at = start + i;

      if (at < head)
        bytes[i] = self->head[at];
      else if (at < head + self->encoded)
        bytes[i] = get_encoded (self, &encoder, at - head);
      else
        bytes[i] = self->tail[at - head - self->encoded];
    }
}

static void
say (GOutputStream *out, const char *words)
{
  g_output_stream_write_all (out, words, strlen (words), NULL, NULL, NULL);
}

/* FALSE: the connection is to end. */
static gboolean
say_piece (LyingImap *self, GOutputStream *out, const char *name, What what, gint64 origin, guint64 start, guint64 length)
{
  g_autofree char *where = origin >= 0 ? g_strdup_printf ("<%" G_GINT64_FORMAT ">", origin) : g_strdup ("");
  g_autofree char *head = g_strdup_printf ("* 1 FETCH (UID 1 %s%s {%" G_GUINT64_FORMAT "}\r\n", name, where, length);
  guint asked = (guint) g_atomic_int_add (&self->asked, 1);
  guint64 most = self->way == LYING_IMAP_CUTS && asked % 2 == 1 ? length / 2 : length;
  g_autofree char *bytes = g_malloc (65536);

  say (out, head);
  for (guint64 at = 0; at < most; at += 65536)
    {
      gsize some = (gsize) MIN (most - at, 65536);

      make_up (self, what, start + at, some, bytes);
      g_output_stream_write_all (out, bytes, some, NULL, NULL, NULL);
    }
  if (most < length)
    return FALSE;
  say (out, ")\r\n");
  return TRUE;
}

static gboolean
answer_piece (LyingImap *self, GOutputStream *out, const char *name, What what, gboolean partial, guint64 start, guint64 length)
{
  guint64 size = true_size (self, what);

  if (self->way == LYING_IMAP_BINARY_IS_SHORT && what == WHAT_DECODED)
    size /= 2;
  if (!partial)
    return say_piece (self, out, name, what, -1, 0, size);
  if (self->way == LYING_IMAP_ENDS_EARLY)
    size /= 2;
  start = MIN (start, size);
  length = MIN (length, size - start);
  switch (self->way)
    {
    case LYING_IMAP_GIVES_LITTLE:
      return say_piece (self, out, name, what, (gint64) start, start, length > 5000 ? length - 5000 : length);
    case LYING_IMAP_IGNORES_OFFSETS:
      return say_piece (self, out, name, what, -1, 0, size);
    case LYING_IMAP_OTHER_OFFSET:
      return say_piece (self, out, name, what, (gint64) start + 1, start, length);
    case LYING_IMAP_NIL:
      g_atomic_int_inc (&self->asked);
      say (out, "* 1 FETCH (UID 1 ");
      say (out, name);
      say (out, " NIL)\r\n");
      return TRUE;
    default:
      return say_piece (self, out, name, what, (gint64) start, start, length);
    }
}

static void
say_skeleton (GOutputStream *out)
{
  g_autofree char *words = g_strdup_printf ("* 1 FETCH (UID 1 BODY[HEADER] {%zu}\r\n%s BODY[1.MIME] {%zu}\r\n%s "
                                            "BODY[1] {%zu}\r\n%s "
                                            "BODY[2.MIME] {%zu}\r\n%s)\r\n",
                                            strlen (header), header, strlen (text_mime), text_mime, strlen (text), text,
                                            strlen (part_mime), part_mime);

  say (out, words);
}

/* *@ok FALSE: refused. */
static gboolean
answer_fetch (LyingImap *self, GOutputStream *out, const char *line, const char **ok)
{
  const char *binary = strstr (line, "BINARY");
  unsigned long long start = 0;
  unsigned long long length = 0;
  const char *angle = strstr (line, "]<");
  gboolean partial = angle != NULL && sscanf (angle, "]<%llu.%llu>", &start, &length) == 2;

  if (binary != NULL && self->way == LYING_IMAP_CANNOT_DECODE)
    *ok = "NO [UNKNOWN-CTE] cannot";
  else if (strstr (line, "BINARY.SIZE[2]") != NULL)
    {
      g_autofree char *words = g_strdup_printf ("* 1 FETCH (UID 1 BINARY.SIZE[2] %" G_GUINT64_FORMAT ")\r\n", self->decoded);

      say (out, words);
    }
  else if (binary != NULL)
    return answer_piece (self, out, "BINARY[2]", WHAT_DECODED, partial, start, length);
  else if (strstr (line, "BODY.PEEK[1]") != NULL)
    say_skeleton (out);
  else if (strstr (line, "BODY.PEEK[2]") != NULL)
    return answer_piece (self, out, "BODY[2]", WHAT_PART, partial, start, length);
  else if (strstr (line, "BODY.PEEK[]") != NULL)
    return answer_piece (self, out, "BODY[]", WHAT_MESSAGE, partial, start, length);
  return TRUE;
}

static gboolean
answer (LyingImap *self, GOutputStream *out, const char *line)
{
  g_auto (GStrv) words = g_strsplit (line, " ", 3);
  const char *ok = "OK";
  g_autofree char *end = NULL;

  if (words[0] == NULL || words[1] == NULL)
    return FALSE;
  if (g_str_equal (words[1], "CAPABILITY"))
    say (out, "* CAPABILITY IMAP4rev1 BINARY\r\n");
  else if (g_str_equal (words[1], "SELECT"))
    say (out, "* 1 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 2] x\r\n");
  else if (g_str_equal (words[1], "UID") && !answer_fetch (self, out, line, &ok))
    return FALSE;
  end = g_strdup_printf ("%s %s done\r\n", words[0], ok);
  say (out, end);
  return !g_str_equal (words[1], "LOGOUT");
}

static void
serve (LyingImap *self, GSocketConnection *connection)
{
  g_autoptr (GDataInputStream) in = g_data_input_stream_new (g_io_stream_get_input_stream (G_IO_STREAM (connection)));
  GOutputStream *out = g_io_stream_get_output_stream (G_IO_STREAM (connection));
  gboolean go_on = TRUE;

  g_data_input_stream_set_newline_type (in, G_DATA_STREAM_NEWLINE_TYPE_CR_LF);
  say (out, "* OK ready\r\n");
  while (go_on)
    {
      g_autofree char *line = g_data_input_stream_read_line (in, NULL, self->end, NULL);

      go_on = line != NULL && answer (self, out, line);
    }
}

/* One connection after the other. */
static gpointer
run (gpointer data)
{
  LyingImap *self = data;

  while (!g_cancellable_is_cancelled (self->end))
    {
      g_autoptr (GSocketConnection) connection = g_socket_listener_accept (self->listener, NULL, self->end, NULL);

      if (connection != NULL)
        serve (self, connection);
    }
  return NULL;
}

LyingImap *
lying_imap_new (LyingImapWay way, guint64 size)
{
  LyingImap *self = g_new0 (LyingImap, 1);
  guint64 rest = size % LINE_DECODED;

  self->way = way;
  self->decoded = size;
  self->encoded = size / LINE_DECODED * LINE_ENCODED + (rest > 0 ? (rest + 2) / 3 * 4 + 2 : 0);
  self->head = g_strconcat (header, "--b\r\n", text_mime, text, "\r\n--b\r\n", part_mime, NULL);
  self->tail = g_strdup ("--b--\r\n");
  self->listener = g_socket_listener_new ();
  self->port = g_socket_listener_add_any_inet_port (self->listener, NULL, NULL);
  g_assert_cmpuint (self->port, !=, 0);
  self->end = g_cancellable_new ();
  self->thread = g_thread_new ("lying-imap", run, self);
  return self;
}

void
lying_imap_free (LyingImap *server)
{
  g_cancellable_cancel (server->end);
  g_thread_join (server->thread);
  g_object_unref (server->end);
  g_object_unref (server->listener);
  g_free (server->head);
  g_free (server->tail);
  g_free (server);
}

guint16
lying_imap_get_port (const LyingImap *server)
{
  return server->port;
}

/* What it says of a true size. */
static guint64
told (const LyingImap *self, guint64 size)
{
  if (self->way == LYING_IMAP_SAYS_LESS)
    return size - size / 10;
  return self->way == LYING_IMAP_SAYS_MORE ? size + size / 10 : size;
}

guint64
lying_imap_get_size (const LyingImap *server)
{
  return told (server, true_size (server, WHAT_MESSAGE));
}

char *
lying_imap_dup_structure (const LyingImap *server)
{
  return g_strdup_printf ("((\"text\" \"plain\" NIL NIL NIL \"7bit\" %zu 1)(\"application\" \"octet-stream\" NIL NIL NIL "
                          "\"base64\" %" G_GUINT64_FORMAT " NIL (\"attachment\" (\"filename\" \"one.bin\"))) \"mixed\")",
                          strlen (text), told (server, server->encoded));
}

char *
lying_imap_dup_checksum (const LyingImap *server)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  guint64 size = true_size (server, WHAT_MESSAGE);
  g_autofree char *bytes = g_malloc (65536);

  for (guint64 at = 0; at < size; at += 65536)
    {
      gsize some = (gsize) MIN (size - at, 65536);

      make_up (server, WHAT_MESSAGE, at, some, bytes);
      g_checksum_update (checksum, (const guchar *) bytes, (gssize) some);
    }
  return g_strdup (g_checksum_get_string (checksum));
}

guint
lying_imap_count_asked (const LyingImap *server)
{
  return (guint) g_atomic_int_get (&server->asked);
}
