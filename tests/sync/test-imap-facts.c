/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/clock.h"
#include "lib/imap-account.h"
#include "model/server-facts.h"

/* What is learnt of a server and kept. */

static PrivateDovecot *server;

typedef struct
{
  const MailAccountConfig *config;
  MailServerFacts *facts;
} Load;

static gboolean
load_job (MailDb *db, gpointer data, GError **error)
{
  Load *load = data;

  load->facts = mail_server_facts_load (db, load->config, error);
  return load->facts != NULL;
}

static MailServerFacts *
load_facts (ImapAccount *account)
{
  Load load = { .config = account->config };

  temporary_store_read (account->temporary, load_job, &load);
  return load.facts;
}

static const MailServerExtension *
find (const MailServerFacts *facts, const char *name)
{
  for (guint i = 0; i < facts->extensions->len; i++)
    {
      const MailServerExtension *extension = g_ptr_array_index (facts->extensions, i);

      if (g_str_equal (extension->name, name))
        return extension;
    }
  g_assert_not_reached ();
}

static void
test_extensions (void)
{
  g_autoptr (ImapAccount) account = NULL;
  g_autoptr (MailServerFacts) before = NULL;
  g_autoptr (MailServerFacts) first = NULL;
  g_autoptr (MailServerFacts) facts = NULL;
  g_autoptr (GCancellable) wake = g_cancellable_new ();
  MailEngineWait why;

  private_dovecot_fill (server, "facts@example.org", NULL, 3, 500);
  account = imap_account_new (server, "facts@example.org", MAIL_IMAP_CAP_LIST_STATUS);
  before = load_facts (account);
  g_assert_false (find (before, "IDLE")->offered);
  g_assert_null (before->server_name);

  imap_account_pass (account);
  first = load_facts (account);
  g_assert_true (find (first, "ESEARCH")->offered);
  g_assert_true (find (first, "CONDSTORE")->used);
  /* Offered, and there was no use for it yet. */
  g_assert_true (find (first, "IDLE")->offered);
  g_assert_false (find (first, "IDLE")->used);
  g_assert_false (find (first, "QRESYNC")->used);
  g_assert_false (find (first, "MOVE")->used);
  g_assert_null (find (first, "QRESYNC")->saves);

  /* Another run of the program remembers what this one used. */
  imap_account_restart (account);
  private_dovecot_deliver (server, account->config->user, NULL, "Subject: More\r\n\r\nHi\r\n", -1);
  imap_account_pass (account);
  g_assert_true (mail_engine_wait (account->engine, 1, wake, &why, NULL, NULL));
  facts = load_facts (account);
  g_assert_cmpstr (facts->server_name, ==, "Dovecot");
  g_assert_true (find (facts, "IDLE")->used);
  g_assert_true (find (facts, "ID")->used);
  g_assert_false (find (facts, "MOVE")->used);
  g_assert_cmpstr (find (facts, "IDLE")->rfc, ==, "2177");
  /* Offered, but switched off here. */
  g_assert_true (find (facts, "LIST-STATUS")->offered);
  g_assert_false (find (facts, "LIST-STATUS")->used);
  g_assert_null (find (facts, "LIST-STATUS")->saves);
  g_assert_false (find (facts, "X-GM-EXT-1")->offered);
  g_assert_nonnull (find (facts, "QRESYNC")->saves);
  g_assert_cmpuint (facts->connections_most, ==, 2);
  g_assert_cmpuint (facts->connections_learnt, ==, 0);
}

/* Delivers @count messages of which a hundred fill the room, and synchronises a while later. */
static guint
fill (ImapAccount *account, guint count)
{
  static gint64 now = 1800000000;

  for (guint i = 0; i < count; i++)
    private_dovecot_deliver (server, account->config->user, NULL, "Subject: One\r\n\r\nHi\r\n", -1);
  mail_clock_set_for_test (now += 100);
  imap_account_pass (account);
  return account->result.quota_warning;
}

static void
expunge (ImapAccount *account, const char *uids)
{
  g_autoptr (MailImapSession) beside = imap_account_sign_in_beside (account);

  g_assert_true (mail_imap_session_select (beside, "INBOX", FALSE, NULL, NULL, NULL));
  g_assert_true (mail_imap_session_store (beside, uids, TRUE, "\\Deleted", NULL, NULL));
  g_assert_true (mail_imap_session_expunge (beside, uids, NULL, NULL));
}

static void
test_quota (void)
{
  g_autoptr (ImapAccount) account = imap_account_new (server, "full@example.org", 0);
  g_autoptr (MailServerFacts) facts = NULL;
  guint round_trips;

  g_assert_cmpuint (fill (account, 70), ==, 0);
  facts = load_facts (account);
  g_assert_cmpuint (facts->quota_messages, ==, 70);
  g_assert_cmpuint (facts->quota_messages_limit, ==, 100);
  g_assert_cmpuint (facts->quota_limit, ==, 10 * 1024 * 1024);
  g_assert_cmpint (mail_server_facts_get_percent (facts), ==, 70);
  /* Each limit is told once, also by another run of the program. */
  g_assert_cmpuint (fill (account, 12), ==, 80);
  g_assert_cmpuint (fill (account, 1), ==, 0);
  imap_account_restart (account);
  g_assert_cmpuint (fill (account, 1), ==, 0);
  g_assert_cmpuint (fill (account, 12), ==, 95);
  /* Where it wavers about the limit, too. */
  expunge (account, "1:3");
  g_assert_cmpuint (fill (account, 0), ==, 0);
  g_assert_cmpuint (fill (account, 3), ==, 0);
  /* And again only after there was room. */
  expunge (account, "1:*");
  g_assert_cmpuint (fill (account, 0), ==, 0);
  g_assert_cmpuint (fill (account, 96), ==, 95);
  /* Nothing came and no hour passed: nothing is asked. */
  round_trips = account->result.round_trips;
  g_assert_cmpuint (fill (account, 0), ==, 0);
  g_assert_cmpuint (account->result.round_trips, <=, round_trips + 2);
  mail_clock_set_for_test (0);
}

int
main (int argc, char **argv)
{
  const char *const settings[] = { "plugin {", "quota_rule = *:storage=10M:messages=100", "}", NULL };
  int status;

  g_test_init (&argc, &argv, NULL);
  server = private_dovecot_start (settings);
  if (server == NULL)
    return 77;
  g_test_add_func ("/sync/imap-facts/knows-what-the-server-offers-and-what-is-used", test_extensions);
  g_test_add_func ("/sync/imap-facts/warns-once-when-the-room-is-nearly-used-up", test_quota);
  status = g_test_run ();
  private_dovecot_stop (server);
  return status;
}
