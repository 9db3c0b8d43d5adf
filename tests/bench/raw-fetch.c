/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The physical limit beside the benchmarks: a client that asks for the same bytes from the same server and throws them away.
 *
 *   raw-fetch imap PORT USER PASSWORD ITEMS     UID FETCH 1:* (ITEMS) of the inbox
 *   raw-fetch pop3 PORT USER PASSWORD           RETR of everything, pipelined
 *
 * Clear text on 127.0.0.1. Prints seconds from connect to the last byte, and the bytes. */
#include <gio/gio.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdio.h>

#define BUFFER_SIZE (256 * 1024)

typedef struct
{
  int fd;
  guint64 bytes;
  char *buffer;
  gsize length; /* of the last bytes kept, to find what is awaited across reads */
} Raw;

static void
say (Raw *raw, const char *text)
{
  gsize length = strlen (text);

  while (length > 0)
    {
      gssize n = send (raw->fd, text, length, MSG_NOSIGNAL);

      if (n <= 0)
        g_error ("send failed");
      text += n;
      length -= n;
    }
}

/* Reads until the last bytes received are @end, which may be split over reads. */
static void
await (Raw *raw, const char *end)
{
  gsize wanted = strlen (end);
  char tail[64] = { 0 };

  g_assert (wanted < sizeof tail);
  for (;;)
    {
      gssize n = recv (raw->fd, raw->buffer, BUFFER_SIZE, 0);
      gsize keep;

      if (n <= 0)
        g_error ("the server hung up while \"%s\" was awaited", end);
      raw->bytes += n;
      if ((gsize) n >= wanted)
        memcpy (tail, raw->buffer + n - wanted, wanted);
      else
        {
          keep = wanted - n;
          memmove (tail, tail + n, keep);
          memcpy (tail + keep, raw->buffer, n);
        }
      if (memcmp (tail, end, wanted) == 0)
        return;
    }
}

static void
dial (Raw *raw, guint16 port)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = g_htons (port) };

  address.sin_addr.s_addr = g_htonl (INADDR_LOOPBACK);
  raw->fd = socket (AF_INET, SOCK_STREAM, 0);
  if (connect (raw->fd, (struct sockaddr *) &address, sizeof address) != 0)
    g_error ("nothing listens on port %u", port);
}

static void
run_imap (Raw *raw, const char *user, const char *password, const char *items)
{
  g_autofree char *login = g_strdup_printf ("a LOGIN \"%s\" \"%s\"\r\n", user, password);
  g_autofree char *fetch = g_strdup_printf ("c UID FETCH 1:* (%s)\r\n", items);

  await (raw, "\r\n");
  say (raw, login);
  await (raw, "Logged in\r\n");
  say (raw, "b EXAMINE INBOX\r\n");
  await (raw, "secs).\r\n");
  say (raw, fetch);
  /* Dovecot ends each command with its times; no message of the benchmark ends a read like that. */
  await (raw, "secs).\r\n");
}

/* All RETRs are written by a second process, since the server stops reading while it is not read from. */
static void
run_pop3 (Raw *raw, const char *user, const char *password)
{
  g_autofree char *login = g_strdup_printf ("USER %s\r\nPASS %s\r\nSTAT\r\n", user, password);
  guint messages = 0;
  pid_t writer;

  await (raw, "\r\n");
  say (raw, login);
  for (guint answers = 0; answers < 3;)
    {
      gssize n = recv (raw->fd, raw->buffer, BUFFER_SIZE - 1, 0);

      g_assert (n > 0);
      raw->buffer[n] = '\0';
      for (char *line = raw->buffer; line != NULL && *line != '\0'; line = strstr (line, "\r\n") + 2)
        {
          answers++;
          sscanf (line, "+OK %u ", &messages);
        }
    }
  writer = fork ();
  if (writer == 0)
    {
      for (guint i = 1; i <= messages; i++)
        {
          char command[32];

          g_snprintf (command, sizeof command, "RETR %u\r\n", i);
          say (raw, command);
        }
      say (raw, "QUIT\r\n");
      _exit (0);
    }
  await (raw, "Logging out.\r\n");
}

int
main (int argc, char **argv)
{
  Raw raw = { .buffer = g_malloc (BUFFER_SIZE) };
  gint64 start = g_get_monotonic_time ();

  if (argc < 5 || (strcmp (argv[1], "imap") == 0) != (argc == 6))
    {
      fprintf (stderr, "usage: raw-fetch imap PORT USER PASSWORD ITEMS | raw-fetch pop3 PORT USER PASSWORD\n");
      return 2;
    }
  dial (&raw, (guint16) g_ascii_strtoull (argv[2], NULL, 10));
  if (argc == 6)
    run_imap (&raw, argv[3], argv[4], argv[5]);
  else
    run_pop3 (&raw, argv[3], argv[4]);
  printf ("%.3f %" G_GUINT64_FORMAT "\n", (double) (g_get_monotonic_time () - start) / G_USEC_PER_SEC, raw.bytes);
  g_free (raw.buffer);
  return 0;
}
