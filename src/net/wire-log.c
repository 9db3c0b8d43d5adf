/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/wire-log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gio/gio.h>

#define TAIL 32

typedef enum
{
  PROTOCOL_UNKNOWN,
  PROTOCOL_IMAP,
  PROTOCOL_POP3,
  PROTOCOL_SMTP,
} Protocol;

/* One direction of a connection: the line that is not whole yet, and what is not to be shown. */
typedef struct
{
  GString *head;       /* the line's first bytes, at most MAIL_WIRE_LOG_WIDTH */
  char tail[TAIL + 1]; /* its last ones, where a literal is announced */
  guint64 length;
  guint64 literal; /* bytes of a literal still to come */
  guint64 hidden;  /* bytes of a message passed over since the last line shown */
} Flow;

typedef struct
{
  Protocol protocol;
  Flow sent;
  Flow received;
  gboolean signing_in;      /* from AUTH to its answer, whatever the client sends is a secret */
  gboolean messages_follow; /* POP3: RETR or TOP was sent */
  gboolean data_asked;      /* SMTP: DATA was sent */
  gboolean data_follows;    /* SMTP: 354 came */
} Trace;

static GMutex lock;
static FILE *file;
static GHashTable *traces; /* connection number -> Trace */
static int is_on;

static void
trace_free (Trace *trace)
{
  g_string_free (trace->sent.head, TRUE);
  g_string_free (trace->received.head, TRUE);
  g_free (trace);
}

/* A file that was there may be readable to others; a terminal or a pipe is left as it is. */
static void
make_private (int fd)
{
  struct stat status;

  if (fstat (fd, &status) == 0 && S_ISREG (status.st_mode))
    fchmod (fd, 0600);
}

gboolean
mail_wire_log_start (const char *path, GError **error)
{
  gboolean to_stderr = strcmp (path, "-") == 0;
  int fd;

  mail_wire_log_stop ();
  fd = to_stderr ? dup (STDERR_FILENO) : open (path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (fd < 0)
    {
      int saved = errno;

      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (saved), "%s: %s", path, g_strerror (saved));
      return FALSE;
    }
  if (!to_stderr)
    make_private (fd);

  g_mutex_lock (&lock);
  file = fdopen (fd, "a");
  traces = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) trace_free);
  g_atomic_int_set (&is_on, TRUE);
  g_mutex_unlock (&lock);
  return TRUE;
}

void
mail_wire_log_stop (void)
{
  g_mutex_lock (&lock);
  g_atomic_int_set (&is_on, FALSE);
  g_clear_pointer (&file, fclose);
  g_clear_pointer (&traces, g_hash_table_unref);
  g_mutex_unlock (&lock);
}

gboolean
mail_wire_log_is_on (void)
{
  return g_atomic_int_get (&is_on);
}

static Trace *
get_trace (guint connection)
{
  Trace *trace = g_hash_table_lookup (traces, GUINT_TO_POINTER (connection));

  if (trace == NULL)
    {
      trace = g_new0 (Trace, 1);
      trace->sent.head = g_string_new (NULL);
      trace->received.head = g_string_new (NULL);
      g_hash_table_insert (traces, GUINT_TO_POINTER (connection), trace);
    }
  return trace;
}

static void
put_line (guint connection, const char *host, char direction, const char *text)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *time = g_date_time_format (now, "%Y-%m-%dT%H:%M:%S");

  fprintf (file, "%s.%03dZ #%u %c: %s %s\n", time, g_date_time_get_microsecond (now) / 1000, connection,
           direction, host, text);
  fflush (file);
}

static void
append_bytes (GString *out, const char *bytes, gsize length)
{
  g_autofree char *valid = g_utf8_make_valid (bytes, length);

  for (const char *p = valid; *p != '\0'; p++)
    {
      if (g_ascii_iscntrl (*p))
        g_string_append_printf (out, "\\x%02x", (guchar) *p);
      else
        g_string_append_c (out, *p);
    }
}

static void
put_count (guint connection, const char *host, char direction, guint64 count)
{
  g_autofree char *text = g_strdup_printf ("[%" G_GUINT64_FORMAT " bytes]", count);

  put_line (connection, host, direction, text);
}

/* Shows @shown bytes of the line and the number of the rest. */
static void
put_flow (guint connection, const char *host, char direction, Flow *flow, gsize shown)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (flow->hidden > 0)
    put_count (connection, host, direction, flow->hidden);
  flow->hidden = 0;
  shown = MIN (shown, flow->head->len);
  append_bytes (text, flow->head->str, shown);
  if (flow->length > shown)
    g_string_append_printf (text, "[%" G_GUINT64_FORMAT " bytes]", flow->length - shown);
  put_line (connection, host, direction, text->str);
}

/* The length of the first @count words of @text, with the blank after them; 0 when there are not more words
 * than that. */
static gsize
words_length (const char *text, guint count)
{
  const char *p = text;

  for (guint i = 0; i < count; i++)
    {
      p = strchr (p, ' ');
      if (p == NULL)
        return 0;
      p++;
    }
  return p - text;
}

static gboolean
word_is (const char *text, const char *word)
{
  gsize length = strlen (word);

  return g_ascii_strncasecmp (text, word, length) == 0 && (text[length] == ' ' || text[length] == '\0');
}

/* How much of a client's line may be shown; learns what the lines after it will be. */
static gsize
review_sent (Trace *trace)
{
  const char *line = trace->sent.head->str;
  const char *verb = line + (trace->protocol == PROTOCOL_IMAP ? words_length (line, 1) : 0);

  if (trace->signing_in)
    return 0;
  if (word_is (verb, "AUTH") || word_is (verb, "AUTHENTICATE"))
    {
      gsize shown = words_length (verb, 2);

      trace->signing_in = TRUE;
      return shown > 0 ? verb - line + shown : G_MAXSIZE;
    }
  if (word_is (verb, "LOGIN") || word_is (verb, "PASS") || word_is (verb, "APOP"))
    return verb - line + words_length (verb, 1);
  if (trace->protocol == PROTOCOL_POP3 && (word_is (verb, "RETR") || word_is (verb, "TOP")))
    trace->messages_follow = TRUE;
  if (trace->protocol == PROTOCOL_SMTP && word_is (verb, "DATA"))
    trace->data_asked = TRUE;
  if (trace->protocol == PROTOCOL_SMTP && word_is (verb, "BDAT"))
    trace->sent.literal = g_ascii_strtoull (verb + 4, NULL, 10);
  return G_MAXSIZE;
}

/* The same for a server's line. */
static gsize
review_received (Trace *trace)
{
  const char *line = trace->received.head->str;
  gboolean goes_on = line[0] == '+' && (line[1] == ' ' || line[1] == '\0');

  if (trace->protocol == PROTOCOL_UNKNOWN)
    trace->protocol = g_str_has_prefix (line, "* ")    ? PROTOCOL_IMAP
                      : g_str_has_prefix (line, "+OK") ? PROTOCOL_POP3
                      : g_ascii_isdigit (line[0])      ? PROTOCOL_SMTP
                                                       : PROTOCOL_UNKNOWN;
  if (trace->signing_in && (goes_on || g_str_has_prefix (line, "334")))
    return goes_on ? 2 : 4;
  if (!g_str_has_prefix (line, "* "))
    trace->signing_in = FALSE;
  if (trace->data_asked)
    {
      trace->data_follows = g_str_has_prefix (line, "354");
      trace->data_asked = FALSE;
    }
  return G_MAXSIZE;
}

/* The octets of a literal that the line announces at its end (RFC 9051, section 4.3); 0 for none. */
static guint64
announced_literal (const Flow *flow)
{
  const char *brace = strrchr (flow->tail, '{');
  char *end = NULL;
  guint64 size;

  if (brace == NULL || !g_ascii_isdigit (brace[1]))
    return 0;
  size = g_ascii_strtoull (brace + 1, &end, 10);
  if (*end == '+' || *end == '-')
    end++;
  return strcmp (end, "}") == 0 ? size : 0;
}

static gboolean
is_message_line (const Trace *trace, char direction, const char *line)
{
  if (direction == 'S')
    return trace->messages_follow && !g_str_has_prefix (line, "+OK") && !g_str_has_prefix (line, "-ERR");
  return trace->data_follows;
}

static void
end_line (Trace *trace, guint connection, const char *host, char direction)
{
  Flow *flow = direction == 'C' ? &trace->sent : &trace->received;

  if (g_str_has_suffix (flow->tail, "\r"))
    {
      flow->tail[strlen (flow->tail) - 1] = '\0';
      if (flow->head->len == flow->length)
        g_string_truncate (flow->head, flow->head->len - 1);
      flow->length--;
    }

  if (is_message_line (trace, direction, flow->head->str))
    {
      flow->hidden += flow->length + 2;
      if (direction == 'C' && strcmp (flow->head->str, ".") == 0)
        trace->data_follows = FALSE;
    }
  else
    {
      put_flow (connection, host, direction, flow,
                direction == 'C' ? review_sent (trace) : review_received (trace));
      if (trace->protocol == PROTOCOL_IMAP)
        flow->literal = announced_literal (flow);
    }

  g_string_truncate (flow->head, 0);
  flow->tail[0] = '\0';
  flow->length = 0;
}

static void
add_to_line (Flow *flow, const char *bytes, gsize length)
{
  gsize room = MAIL_WIRE_LOG_WIDTH - flow->head->len;
  gsize kept = strlen (flow->tail);
  gsize fresh = MIN (length, TAIL);

  g_string_append_len (flow->head, bytes, MIN (room, length));
  kept = MIN (kept, TAIL - fresh);
  memmove (flow->tail, flow->tail + strlen (flow->tail) - kept, kept);
  /* It is read as a string, which a NUL would cut. */
  for (gsize i = 0; i < fresh; i++)
    flow->tail[kept + i] = bytes[length - fresh + i] != '\0' ? bytes[length - fresh + i] : ' ';
  flow->tail[kept + fresh] = '\0';
  flow->length += length;
}

void
mail_wire_log_write (guint connection, const char *host, char direction, const void *data, gsize length)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&lock);
  const char *p = data;
  const char *end = p + length;
  Trace *trace;
  Flow *flow;

  if (file == NULL)
    return;
  trace = get_trace (connection);
  flow = direction == 'C' ? &trace->sent : &trace->received;

  while (p < end)
    {
      guint64 skipped = MIN (flow->literal, (guint64) (end - p));
      const char *newline;

      flow->literal -= skipped;
      p += skipped;
      newline = memchr (p, '\n', end - p);
      add_to_line (flow, p, (newline != NULL ? newline : end) - p);
      if (newline == NULL)
        return;
      end_line (trace, connection, host, direction);
      p = newline + 1;
    }
}

void
mail_wire_log_write_secret (guint connection, const char *host, gsize length)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&lock);
  Trace *trace;

  if (file == NULL)
    return;
  trace = get_trace (connection);
  trace->signing_in = TRUE;
  trace->sent.literal -= MIN (trace->sent.literal, length);
  trace->sent.length += length;
  put_flow (connection, host, 'C', &trace->sent, trace->sent.head->len);
  g_string_truncate (trace->sent.head, 0);
  trace->sent.tail[0] = '\0';
  trace->sent.length = 0;
}

void
mail_wire_log_note (guint connection, const char *host, const char *note)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&lock);

  if (file != NULL)
    put_line (connection, host, '-', note);
}

void
mail_wire_log_forget (guint connection, const char *host)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&lock);
  Trace *trace = file != NULL ? g_hash_table_lookup (traces, GUINT_TO_POINTER (connection)) : NULL;

  if (file == NULL)
    return;
  if (trace != NULL && trace->received.hidden + trace->received.length > 0)
    put_count (connection, host, 'S', trace->received.hidden + trace->received.length);
  if (trace != NULL && trace->sent.hidden + trace->sent.length > 0)
    put_count (connection, host, 'C', trace->sent.hidden + trace->sent.length);
  put_line (connection, host, '-', "closed");
  g_hash_table_remove (traces, GUINT_TO_POINTER (connection));
}
