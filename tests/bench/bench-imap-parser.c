/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include <time.h>

#include "imap/imap-parser.h"

/* What the framer and the parser cost by themselves: 100,000 answers with ENVELOPE and BODYSTRUCTURE, and 10,000 bodies. */

static const char envelope_line[] =
    "* %u FETCH (UID %u FLAGS (\\Seen) INTERNALDATE \"17-Jul-2026 02:44:25 +0200\" RFC822.SIZE 28640 ENVELOPE "
    "(\"Fri, 17 Jul 2026 02:23:25 +0200\" \"Minutes of the meeting on the new bridge, number %u\" "
    "((\"Sample Person\" NIL \"sample.person\" \"example.org\"))((\"Sample Person\" NIL \"sample.person\" \"example.org\"))"
    "((\"Sample Person\" NIL \"sample.person\" \"example.org\"))((\"The Committee\" NIL \"committee\" \"example.net\")"
    "(NIL NIL \"archive\" \"example.net\")) NIL NIL \"<20260716.%u@example.org>\" \"<20260717.%u@example.org>\") "
    "BODYSTRUCTURE ((\"text\" \"plain\" (\"charset\" \"utf-8\") NIL NIL \"quoted-printable\" 1204 34 NIL NIL NIL NIL)"
    "(\"application\" \"pdf\" (\"name\" \"minutes.pdf\") NIL NIL \"base64\" 24560 NIL (\"attachment\" "
    "(\"filename\" \"minutes.pdf\")) NIL NIL) \"mixed\" (\"boundary\" \"----=_Part_1234\") NIL NIL NIL))\r\n";

static double
cpu_seconds (void)
{
  return (double) clock () / CLOCKS_PER_SEC;
}

static GString *
make_envelopes (guint count)
{
  GString *stream = g_string_sized_new (count * 900ul);

  for (guint i = 1; i <= count; i++)
    g_string_append_printf (stream, envelope_line, i, i, i, i - 1, i);
  return stream;
}

static GString *
make_bodies (guint count, gsize size)
{
  GString *stream = g_string_sized_new (count * (size + 64));
  g_autofree char *body = g_strnfill (size, 'x');

  for (guint i = 1; i <= count; i++)
    {
      g_string_append_printf (stream, "* %u FETCH (UID %u BODY[] {%" G_GSIZE_FORMAT "}\r\n", i, i, size);
      g_string_append_len (stream, body, (gssize) size);
      g_string_append (stream, ")\r\n");
    }
  return stream;
}

/* Frames and parses @stream, which comes in pieces as a socket gives them. */
static guint
parse_all (const GString *stream, gsize piece)
{
  g_autoptr (MailImapFramer) framer = mail_imap_framer_new (&mail_imap_default_limits);
  MailImapFrame frame;
  guint count = 0;

  for (gsize done = 0; done < stream->len;)
    {
      gsize room;
      guint8 *space = mail_imap_framer_get_space (framer, &room);
      gsize step = MIN (MIN (room, piece), stream->len - done);

      memcpy (space, stream->str + done, step);
      mail_imap_framer_commit (framer, step);
      done += step;
      while (mail_imap_framer_next (framer, &frame, NULL) == MAIL_IMAP_FRAME_READY)
        {
          g_auto (MailImapResponse) response = { 0 };

          mail_imap_parse (&frame, &mail_imap_default_limits, FALSE, &response, NULL);
          count += response.fetch != NULL && response.skipped == 0;
        }
    }
  return count;
}

static void
measure (const char *what, GString *stream, gsize piece)
{
  for (guint i = 0; i < 3; i++)
    {
      double start = cpu_seconds ();
      guint count = parse_all (stream, piece);

      g_print ("%s: %u responses, %.1f MB, %.3f s of CPU\n", what, count, (double) stream->len / 1e6, cpu_seconds () - start);
    }
  g_string_free (stream, TRUE);
}

int
main (void)
{
  measure ("envelopes", make_envelopes (100000), 64 * 1024);
  measure ("bodies", make_bodies (10000, 26600), 64 * 1024);
  measure ("large bodies", make_bodies (27, 10 * 1000 * 1000), 64 * 1024);
  return 0;
}
