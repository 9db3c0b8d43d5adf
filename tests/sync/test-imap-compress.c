/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lib/imap-account.h"
#include "lib/private-dovecot.h"
#include "sync/imap-compress.h"
#include "sync/imap-engine.h"

#define MEGA (1000 * 1000)

static gboolean
pays (guint64 headers, guint64 bodies, guint64 rate, guint round_trip)
{
  MailImapLoad load = { headers, bodies };
  MailImapLink link = { FALSE, rate, round_trip };

  return mail_imap_compress_pays (&load, &link);
}

static void
test_when (void)
{
  const MailImapLoad much = { 100 * MEGA, 0 };
  const MailImapLink here = { TRUE, MEGA, 20000 };

  /* A first sync of headers over a line of a home. */
  g_assert_true (pays (10 * MEGA, 0, 10 * MEGA, 20000));
  /* A hundred letters' headers are not worth a command. */
  g_assert_false (pays (30 * 1000, 0, 10 * MEGA, 20000));
  /* Bodies: up to about 150 Mbit/s. */
  g_assert_true (pays (0, 300 * MEGA, 100 * MEGA, 20000));
  g_assert_false (pays (0, 300 * MEGA, 200 * MEGA, 20000));
  /* Headers pay on any line that is not near. */
  g_assert_true (pays (100 * MEGA, 0, 500 * MEGA, 5000));
  /* Not known how fast; near; on this computer. */
  g_assert_false (pays (100 * MEGA, 0, 0, 20000));
  g_assert_false (pays (100 * MEGA, 0, 50 * MEGA, 500));
  g_assert_false (mail_imap_compress_pays (&much, &here));
}

static void
test_loss (void)
{
  const MailImapLink fast = { FALSE, 1000 * MEGA, 5000 };
  const MailImapLoad bodies = { 0, 266 * MEGA };

  g_assert_cmpint (mail_imap_compress_saves (&bodies, &fast), <, -4 * G_USEC_PER_SEC);
}

static const char *const settings[] = { "protocol imap {", "mail_plugins = $mail_plugins imap_zlib", "}", NULL };

/* One account over a link that is taken for @rate: its bytes on the wire, and whether it was compressed. */
static guint64
sync_over (PrivateDovecot *server, guint64 rate, gboolean *compressed)
{
  MailImapLink link = { FALSE, rate, 20000 };
  g_autoptr (ImapAccount) account = imap_account_new (server, "squeezed", 0);

  if (rate != 0)
    mail_imap_engine_assume_link (MAIL_IMAP_ENGINE (account->engine), &link);
  imap_account_pass (account);
  imap_account_assert_like_server (account);
  *compressed = mail_imap_engine_is_compressed (MAIL_IMAP_ENGINE (account->engine));
  return account->result.bytes_in;
}

static void
test_dovecot (void)
{
  PrivateDovecot *server = private_dovecot_start (settings);
  guint64 plain;
  guint64 packed;
  gboolean compressed;

  if (server == NULL)
    {
      g_test_skip ("Dovecot is not installed");
      return;
    }
  private_dovecot_fill (server, "squeezed", NULL, 400, 3000);
  plain = sync_over (server, 0, &compressed);
  g_assert_false (compressed);
  packed = sync_over (server, MEGA, &compressed);
  g_assert_true (compressed);
  g_assert_cmpuint (packed, <, plain / 2);
  private_dovecot_stop (server);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sync/imap-compress/pays-by-what-is-to-come-and-how-fast", test_when);
  g_test_add_func ("/sync/imap-compress/knows-its-loss", test_loss);
  g_test_add_func ("/sync/imap-compress/syncs-the-same-with-less-on-the-wire", test_dovecot);
  return g_test_run ();
}
