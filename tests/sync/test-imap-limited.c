/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imap/imap-capabilities.h"
#include "lib/imap-account.h"
#include "lib/toy-imap.h"
#include "sync/imap-engine-private.h"

/* What no server of the other tests offers: commands that get no more than so many messages (RFC 9738), messages that are known by
 * their UIDs alone (RFC 9586), names in UTF-8 (RFC 6855), the newest of what was found (RFC 9394). The same account as elsewhere
 * comes of it. */

#define MESSAGES 33

typedef struct
{
  const char *capabilities;
  MailImapCaps used;
  const char *other; /* mailbox */
} Case;

static GArray *
find_letters (ImapAccount *account, guint first, guint last)
{
  GArray *ids = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (guint i = first; i <= last; i++)
    {
      g_autofree char *subject = g_strdup_printf ("Letter %u", i);
      gint64 id = imap_account_find (account, "INBOX", subject);

      g_assert_cmpint (id, !=, 0);
      g_array_append_val (ids, id);
    }
  return ids;
}

static void
pass (ImapAccount *account)
{
  imap_account_pass (account);
  g_assert_cmpuint (imap_account_count_ops (account), ==, 0);
}

static void
assert_messages (ImapAccount *account, ToyImap *toy, const char *name, guint messages)
{
  g_autoptr (MailMailboxInfo) here
      = mail_imap_engine_load_mailbox (MAIL_IMAP_ENGINE (account->engine), imap_account_find_mailbox (account, name), NULL);

  g_assert_cmpuint (toy_imap_count (toy, name), ==, messages);
  g_assert_cmpuint (here->messages, ==, messages);
  g_assert_cmpuint (here->bodies, ==, messages);
}

static void
assert_no_numbers (ToyImap *toy)
{
  static const char *const verbs[] = { "FETCH", "STORE", "SEARCH", "COPY", "MOVE", "EXPUNGE" };
  g_autofree char *log = toy_imap_take_log (toy);

  for (guint i = 0; i < G_N_ELEMENTS (verbs); i++)
    g_assert_cmpuint (toy_imap_count_heard (log, verbs[i]), ==, 0);
}

static void
test_limited (gconstpointer data)
{
  const Case *limited = data;
  g_autoptr (ToyImap) toy = toy_imap_new (limited->capabilities);
  MailAccountConfig *config = toy_imap_config (toy);
  g_autoptr (ImapAccount) account = NULL;
  g_autoptr (GArray) moved = NULL;
  g_autoptr (GArray) deleted = NULL;

  config->offline = MAIL_OFFLINE_ALL;
  account = imap_account_new_for (config, 0);
  toy_imap_put_mailbox (toy, "INBOX", MESSAGES);
  toy_imap_put_mailbox (toy, limited->other, 0);
  pass (account);
  assert_messages (account, toy, "INBOX", MESSAGES);
  toy_imap_deliver (toy, "INBOX");
  pass (account);
  assert_messages (account, toy, "INBOX", MESSAGES + 1);

  moved = find_letters (account, 3, 14);
  mail_action_free (imap_account_do (account, mail_action_new_move (MAIL_MODE_IMAP, moved,
                                                                    imap_account_find_mailbox (account, limited->other))));
  deleted = find_letters (account, 20, 27);
  mail_action_free (imap_account_do (account, mail_action_new_delete (MAIL_MODE_IMAP, deleted)));
  pass (account);
  /* What was moved is found at its new place. */
  pass (account);
  assert_messages (account, toy, "INBOX", MESSAGES + 1 - moved->len - deleted->len);
  assert_messages (account, toy, limited->other, moved->len);
  g_assert_cmpuint (imap_account_audit (account, TRUE).missing, ==, 0);
  g_assert_cmphex (mail_imap_session_get_used (MAIL_IMAP_ENGINE (account->engine)->session) & limited->used, ==, limited->used);
  if (limited->used & MAIL_IMAP_CAP_UIDONLY)
    assert_no_numbers (toy);
}

int
main (int argc, char **argv)
{
  static const Case limit = { "UIDPLUS MOVE MESSAGELIMIT=5", MAIL_IMAP_CAP_MESSAGELIMIT, "Work" };
  static const Case uid_only = { "UIDPLUS MOVE ENABLE CONDSTORE QRESYNC UIDONLY", MAIL_IMAP_CAP_UIDONLY, "Work" };
  static const Case both = { "UIDPLUS MOVE ENABLE CONDSTORE QRESYNC UIDONLY MESSAGELIMIT=5",
                             MAIL_IMAP_CAP_UIDONLY | MAIL_IMAP_CAP_MESSAGELIMIT, "Work" };
  static const Case utf8 = { "UIDPLUS MOVE ENABLE UTF8=ACCEPT", MAIL_IMAP_CAP_UTF8_ACCEPT, "Attività" };
  static const Case partial = { "UIDPLUS MOVE ESEARCH PARTIAL", MAIL_IMAP_CAP_ESEARCH | MAIL_IMAP_CAP_PARTIAL, "Work" };

  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/sync/imap-limited/asks-again-for-what-was-too-much", &limit, test_limited);
  g_test_add_data_func ("/sync/imap-limited/calls-messages-by-their-uids-alone", &uid_only, test_limited);
  g_test_add_data_func ("/sync/imap-limited/does-both", &both, test_limited);
  g_test_add_data_func ("/sync/imap-limited/writes-names-as-they-are", &utf8, test_limited);
  g_test_add_data_func ("/sync/imap-limited/asks-for-the-newest-alone", &partial, test_limited);
  return g_test_run ();
}
