/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "core/clock.h"
#include "core/errors.h"
#include "imap/imap-session.h"
#include "lib/imap-account.h"
#include "lib/toy-imap.h"

/* Several mailboxes asked about at a time: what is saved by it, and that nothing comes of it when it was in vain. */

#define CAPABILITIES "IDLE UIDPLUS ENABLE CONDSTORE QRESYNC"
#define MAILBOXES 20
#define OLD 3
#define FRESH 2

static const char *
name_mailbox (guint i)
{
  static char name[16];

  g_snprintf (name, sizeof name, "Box%02u", i);
  return name;
}

/* In step with @server, where then something comes into each mailbox. */
static ImapAccount *
account_with_news (ToyImap *server)
{
  ImapAccount *account = imap_account_new_for (toy_imap_config (server), 0);

  for (guint i = 0; i < MAILBOXES; i++)
    toy_imap_put_mailbox (server, name_mailbox (i), OLD);
  /* The last one stays selected, and STATUS does not tell of it. */
  toy_imap_put_mailbox (server, "Cellar", OLD);
  imap_account_look (account);
  g_assert_cmpuint (account->result.fetched, ==, (MAILBOXES + 1) * OLD);
  for (guint i = 0; i < MAILBOXES * FRESH; i++)
    toy_imap_deliver (server, name_mailbox (i / FRESH));
  g_free (toy_imap_take_log (server));
  return account;
}

static void
assert_rows (ImapAccount *account, const char *mailbox, guint count)
{
  g_autoptr (GPtrArray) rows = imap_account_list (account, mailbox);

  g_assert_cmpuint (rows->len, ==, count);
}

/* All is here, but for @other, which has @others rows. */
static void
assert_all_here (ImapAccount *account, guint other, guint others)
{
  for (guint i = 0; i < MAILBOXES; i++)
    assert_rows (account, name_mailbox (i), i == other ? others : OLD + FRESH);
}

/* Each command of the line, and it ends before the cellar, is followed by another before it is answered. */
static void
in_line_cb (ToyImap *server, const char *command, gpointer data)
{
  guint *heard = data;

  if (!g_str_has_prefix (command, "SELECT") && !g_str_has_prefix (command, "UID FETCH"))
    return;
  *heard += 1;
  if (*heard < MAILBOXES * 2)
    g_assert_true (toy_imap_await_next (server));
}

static void
check_line (gboolean tells_of_closing)
{
  guint heard = 0;
  g_autoptr (ToyImap) server = toy_imap_new (CAPABILITIES);
  g_autoptr (ImapAccount) account = account_with_news (server);
  guint round_trips = account->result.round_trips;
  g_autofree char *log = NULL;

  toy_imap_set_closing (server, tells_of_closing, NULL);
  toy_imap_watch (server, in_line_cb, &heard);
  imap_account_look (account);
  toy_imap_watch (server, NULL, NULL);
  g_assert_cmpuint (heard, ==, MAILBOXES * 2 + 1);
  g_assert_cmpuint (account->result.fetched, ==, MAILBOXES * FRESH);
  assert_all_here (account, MAILBOXES, 0);
  /* What the list of mailboxes takes, one, and the cellar's. */
  g_assert_cmpuint (account->result.round_trips - round_trips, <=, 5);
  log = toy_imap_take_log (server);
  g_assert_cmpuint (toy_imap_count_heard (log, "SELECT"), ==, MAILBOXES + 1);
  g_assert_cmpuint (toy_imap_count_heard (log, "UID FETCH"), ==, MAILBOXES);
}

static void
test_line (void)
{
  check_line (TRUE);
}

static void
test_line_unclosed (void)
{
  check_line (FALSE);
}

/* It is said of the mailbox before, though the next one was asked for long ago. */
static void
check_last_words (const char *words)
{
  g_autoptr (ToyImap) server = toy_imap_new (CAPABILITIES);
  g_autoptr (ImapAccount) account = account_with_news (server);

  toy_imap_set_closing (server, TRUE, words);
  imap_account_look (account);
  g_assert_cmpuint (account->result.fetched, ==, MAILBOXES * FRESH);
  g_assert_cmpuint (account->result.flags, ==, 0);
  g_assert_cmpuint (account->result.expunged, ==, 0);
  g_assert_cmpuint (account->problems->len, ==, 0);
  assert_all_here (account, MAILBOXES, 0);
}

static void
test_last_words (void)
{
  check_last_words ("1 FETCH (UID 1 FLAGS (\\Flagged))");
  check_last_words ("2 EXPUNGE");
  check_last_words ("VANISHED 1:2");
  check_last_words ("VANISHED (EARLIER) 1:2");
  check_last_words ("99 EXISTS");
}

static void
at_once_cb (ToyImap *server, const char *command, gpointer data)
{
  guint *heard = data;

  if (!g_str_has_prefix (command, "SELECT"))
    return;
  *heard += 1;
  g_assert_true (toy_imap_await_next (server));
}

/* New mail takes one way there and back. */
static void
test_news (void)
{
  guint heard = 0;
  g_autoptr (ToyImap) server = toy_imap_new (CAPABILITIES);
  g_autoptr (ImapAccount) account = imap_account_new_for (toy_imap_config (server), 0);
  g_autoptr (GCancellable) wake = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  MailEngineWait why;

  toy_imap_put_mailbox (server, "INBOX", OLD);
  imap_account_look (account);
  toy_imap_deliver (server, "INBOX");
  mail_engine_wait (account->engine, 60, wake, &why, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (why, ==, MAIL_ENGINE_WAIT_NEWS);
  toy_imap_watch (server, at_once_cb, &heard);
  mail_engine_sync_news (account->engine, &account->result, NULL, NULL, NULL, &error);
  toy_imap_watch (server, NULL, NULL);
  g_assert_no_error (error);
  g_assert_cmpuint (heard, ==, 1);
  assert_rows (account, "INBOX", OLD + 1);
}

/* What was sent after it comes to nothing, and is not taken for something else. */
static void
test_refused (void)
{
  g_autoptr (ToyImap) server = toy_imap_new (CAPABILITIES);
  g_autoptr (ImapAccount) account = account_with_news (server);

  toy_imap_refuse (server, "SELECT \"Box05\"", "NO [INUSE] locked");
  imap_account_look (account);
  g_assert_cmpuint (account->result.fetched, ==, (MAILBOXES - 1) * FRESH);
  g_assert_cmpuint (account->problems->len, ==, 1);
  assert_all_here (account, 5, OLD);
  toy_imap_refuse (server, "SELECT \"Box05\"", NULL);
  imap_account_look (account);
  g_assert_cmpuint (account->result.fetched, ==, FRESH);
  g_assert_cmpuint (account->problems->len, ==, 0);
  assert_all_here (account, MAILBOXES, 0);
}

typedef struct
{
  const char *command;
  guint heard;
} Refused;

/* From its second time on it is carried out. */
static void
second_time_cb (ToyImap *server, const char *command, gpointer data)
{
  Refused *refused = data;

  if (g_str_has_prefix (command, refused->command) && refused->heard++ == 1)
    toy_imap_refuse (server, refused->command, NULL);
}

/* It is asked for alone, and so is all else over this connection. */
static void
check_not_understood (const char *command)
{
  Refused refused = { command, 0 };
  g_autoptr (ToyImap) server = toy_imap_new (CAPABILITIES);
  g_autoptr (ImapAccount) account = account_with_news (server);
  g_autofree char *log = NULL;

  toy_imap_refuse (server, command, "BAD one at a time");
  toy_imap_watch (server, second_time_cb, &refused);
  imap_account_look (account);
  toy_imap_watch (server, NULL, NULL);
  g_assert_cmpuint (account->result.fetched, ==, MAILBOXES * FRESH);
  g_assert_cmpuint (account->problems->len, ==, 0);
  assert_all_here (account, MAILBOXES, 0);
  log = toy_imap_take_log (server);
  g_assert_null (strstr (log, "AUTHENTICATE"));
  g_assert_cmpuint (toy_imap_count_heard (log, "UID FETCH 4:103 "), <, MAILBOXES);
}

static void
test_not_understood (void)
{
  check_not_understood ("SELECT \"Box05\"");
  check_not_understood ("UID FETCH 4:103 ");
}

static void
relent_cb (ToyImap *server, const char *command, gpointer data)
{
  if (g_str_has_prefix (command, "ENABLE"))
    toy_imap_refuse (server, data, NULL);
}

/* The rest is asked for one after the other: it may be that the server does not bear it otherwise. */
static void
check_cut (const char *command, const char *end)
{
  g_autoptr (ToyImap) server = toy_imap_new (CAPABILITIES);
  g_autoptr (ImapAccount) account = account_with_news (server);
  g_autofree char *log = NULL;
  const char *later;

  toy_imap_refuse (server, command, end);
  toy_imap_watch (server, relent_cb, (gpointer) command);
  imap_account_look (account);
  toy_imap_watch (server, NULL, NULL);
  g_assert_cmpuint (account->result.fetched, ==, MAILBOXES * FRESH);
  g_assert_cmpuint (account->problems->len, ==, 0);
  assert_all_here (account, MAILBOXES, 0);
  log = toy_imap_take_log (server);
  later = strstr (log, "AUTHENTICATE");
  g_assert_nonnull (later);
  g_assert_nonnull (strstr (log, "UID FETCH 4:103 "));
  g_assert_null (strstr (later, "UID FETCH 4:103 "));
}

static void
test_cut (void)
{
  check_cut ("SELECT \"Box05\"", "!");
  check_cut ("SELECT \"Box05\"", "!BYE enough");
  check_cut ("UID FETCH 4:103 ", "!");
}

/* @uid: of the next message. What was sent ahead asks for what may still come, too. */
static gboolean
goes_ahead (ImapAccount *account, ToyImap *server, guint uid)
{
  g_autofree char *fetch = g_strdup_printf ("UID FETCH %u:", uid);
  g_autofree char *log = NULL;

  toy_imap_deliver (server, name_mailbox (0));
  g_free (toy_imap_take_log (server));
  imap_account_look (account);
  g_assert_cmpuint (account->result.fetched, ==, 1);
  log = toy_imap_take_log (server);
  g_assert_cmpuint (toy_imap_count_heard (log, "UID FETCH "), ==, 1);
  return toy_imap_count_heard (log, fetch) == 1;
}

static void
test_pause (void)
{
  gint64 now = mail_clock_now ();
  g_autoptr (ToyImap) server = toy_imap_new (CAPABILITIES);
  g_autoptr (ImapAccount) account = account_with_news (server);

  mail_clock_set_for_test (now);
  toy_imap_refuse (server, "SELECT \"Box05\"", "!");
  toy_imap_watch (server, relent_cb, (gpointer) "SELECT \"Box05\"");
  imap_account_look (account);
  toy_imap_watch (server, NULL, NULL);
  g_assert_false (goes_ahead (account, server, OLD + FRESH + 1));
  mail_clock_set_for_test (now + 60 * 60);
  g_assert_true (goes_ahead (account, server, OLD + FRESH + 2));
  mail_clock_set_for_test (0);
}

static void
cancel_cb (ToyImap *server, const char *command, gpointer data)
{
  if (g_str_has_prefix (command, "SELECT \"Box05\""))
    g_cancellable_cancel (data);
}

static void
test_cancelled (void)
{
  g_autoptr (ToyImap) server = toy_imap_new (CAPABILITIES);
  g_autoptr (ImapAccount) account = account_with_news (server);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  /* Nothing more can be read then. */
  toy_imap_refuse (server, "SELECT \"Box05\"", "!");
  toy_imap_watch (server, cancel_cb, cancellable);
  g_assert_false (mail_engine_sync (account->engine, &account->result, NULL, NULL, cancellable, &error));
  toy_imap_watch (server, NULL, NULL);
  g_assert_true (mail_error_is_cancelled (error));
  toy_imap_refuse (server, "SELECT \"Box05\"", NULL);
  imap_account_look (account);
  g_assert_cmpuint (account->problems->len, ==, 0);
  assert_all_here (account, MAILBOXES, 0);
}

/* Between STATUS and SELECT. */
static void
renumber_cb (ToyImap *server, const char *command, gpointer data)
{
  gboolean *renumbered = data;

  if (*renumbered || !g_str_has_prefix (command, "SELECT \"Box03\""))
    return;
  *renumbered = TRUE;
  toy_imap_renumber (server);
}

static void
test_renumbered (void)
{
  gboolean renumbered = FALSE;
  g_autoptr (ToyImap) server = toy_imap_new (CAPABILITIES);
  g_autoptr (ImapAccount) account = account_with_news (server);

  toy_imap_watch (server, renumber_cb, &renumbered);
  imap_account_look (account);
  toy_imap_watch (server, NULL, NULL);
  g_assert_true (renumbered);
  g_assert_cmpuint (account->problems->len, ==, 0);
  imap_account_look (account);
  g_assert_cmpuint (account->problems->len, ==, 0);
  assert_all_here (account, MAILBOXES, 0);
}

/* In the middle of the line more comes than was told: who has to ask for it otherwise asks in the right mailbox. */
static void
flood_cb (ToyImap *server, const char *command, gpointer data)
{
  gboolean *flooded = data;

  if (*flooded || !g_str_has_prefix (command, "SELECT \"Box03\""))
    return;
  *flooded = TRUE;
  for (guint i = 0; i < 150; i++)
    toy_imap_deliver (server, "Box03");
}

static void
test_other_than_foreseen (void)
{
  gboolean flooded = FALSE;
  g_autoptr (ToyImap) server = toy_imap_new (CAPABILITIES);
  g_autoptr (ImapAccount) account = account_with_news (server);

  toy_imap_watch (server, flood_cb, &flooded);
  imap_account_look (account);
  toy_imap_watch (server, NULL, NULL);
  g_assert_cmpuint (account->result.fetched, ==, MAILBOXES * FRESH + 150);
  g_assert_cmpuint (account->problems->len, ==, 0);
  assert_all_here (account, 3, OLD + FRESH + 150);
  imap_account_look (account);
  g_assert_cmpuint (account->result.fetched, ==, 0);
}

typedef struct
{
  ImapAccount *account;
  guint breaks;
} Breaks;

/* A person opens a letter of the mailbox that is selected, which is another at the server by then, and one of another. */
static gboolean
break_cb (gpointer data, GError **error)
{
  Breaks *breaks = data;
  g_autofree char *subject = g_strdup_printf ("Letter %u", OLD + FRESH);

  if (++breaks->breaks != 4)
    return TRUE;
  return mail_engine_fetch (breaks->account->engine, imap_account_find (breaks->account, name_mailbox (2), subject), NULL, NULL,
                            error)
         && mail_engine_fetch (breaks->account->engine, imap_account_find (breaks->account, name_mailbox (1), subject), NULL, NULL,
                               error);
}

static void
test_break (void)
{
  g_autoptr (ToyImap) server = toy_imap_new (CAPABILITIES);
  g_autoptr (ImapAccount) account = account_with_news (server);
  Breaks breaks = { account, 0 };

  mail_engine_set_breaks (account->engine, break_cb, &breaks);
  imap_account_look (account);
  mail_engine_set_breaks (account->engine, NULL, NULL);
  g_assert_cmpuint (breaks.breaks, >, 4);
  g_assert_cmpuint (imap_account_count_bodies (account), ==, 2);
  g_assert_cmpuint (account->result.fetched, ==, MAILBOXES * FRESH);
  g_assert_cmpuint (account->problems->len, ==, 0);
  assert_all_here (account, MAILBOXES, 0);
}

static gboolean
count_cb (MailImapFetch *fetch, gpointer data, GError **error)
{
  guint *count = data;

  *count += 1;
  return TRUE;
}

/* How many changes a SELECT behind another told of, of @fresh. */
static guint
count_changes (gboolean tells_of_closing, guint fresh, gboolean *resynced)
{
  g_autoptr (ToyImap) server = toy_imap_new (CAPABILITIES);
  g_autoptr (MailAccountConfig) config = toy_imap_config (server);
  g_autoptr (MailCredentials) credentials = mail_credentials_new_password ("anna", "secret");
  g_autoptr (GError) error = NULL;
  g_autoptr (MailImapSession) session = mail_imap_session_open (config->incoming, credentials, NULL, NULL, &error);
  g_autoptr (GArray) vanished = g_array_new (FALSE, FALSE, sizeof (MailImapRange));
  MailImapStatus status = { 0 };
  guint count = 0;

  g_assert_no_error (error);
  toy_imap_put_mailbox (server, "Much", fresh);
  toy_imap_set_closing (server, tells_of_closing, NULL);
  mail_imap_session_select (session, "INBOX", FALSE, &status, NULL, &error);
  g_assert_no_error (error);
  mail_imap_session_select_qresync (session, "Much", FALSE, status.uidvalidity, 1, &status, vanished, count_cb, &count, NULL,
                                    &error);
  g_assert_no_error (error);
  g_assert_cmpuint (status.messages, ==, fresh);
  *resynced = status.resynced;
  return count;
}

/* Where nobody says which mailbox they are about they are kept until it is clear, but not any number of them. */
static void
test_held (void)
{
  gboolean resynced;

  g_assert_cmpuint (count_changes (TRUE, 5001, &resynced), ==, 5001);
  g_assert_true (resynced);
  g_assert_cmpuint (count_changes (FALSE, 5000, &resynced), ==, 5000);
  g_assert_true (resynced);
  g_assert_cmpuint (count_changes (FALSE, 5001, &resynced), ==, 0);
  g_assert_false (resynced);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sync/imap-ahead/asks-about-many-mailboxes-without-waiting-for-each", test_line);
  g_test_add_func ("/sync/imap-ahead/does-so-where-nobody-tells-that-a-mailbox-is-closed", test_line_unclosed);
  g_test_add_func ("/sync/imap-ahead/takes-what-is-said-of-one-mailbox-for-no-other", test_last_words);
  g_test_add_func ("/sync/imap-ahead/keeps-so-many-changes-until-it-is-clear-whose-they-are", test_held);
  g_test_add_func ("/sync/imap-ahead/brings-new-mail-in-one-turn", test_news);
  g_test_add_func ("/sync/imap-ahead/goes-around-a-mailbox-that-cannot-be-opened", test_refused);
  g_test_add_func ("/sync/imap-ahead/lets-a-person-open-a-letter-in-the-middle", test_break);
  g_test_add_func ("/sync/imap-ahead/asks-alone-for-what-was-not-understood", test_not_understood);
  g_test_add_func ("/sync/imap-ahead/dares-again-after-a-while", test_pause);
  g_test_add_func ("/sync/imap-ahead/is-cancelled-in-the-middle", test_cancelled);
  g_test_add_func ("/sync/imap-ahead/sees-that-uids-were-renumbered-meanwhile", test_renumbered);
  g_test_add_func ("/sync/imap-ahead/loses-nothing-with-the-connection-and-then-asks-one-by-one", test_cut);
  g_test_add_func ("/sync/imap-ahead/returns-to-a-mailbox-where-there-is-more-than-was-told", test_other_than_foreseen);
  return g_test_run ();
}
