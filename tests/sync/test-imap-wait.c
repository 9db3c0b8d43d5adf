/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/errors.h"
#include "lib/imap-account.h"
#include "lib/toy-imap.h"
#include "store/store-mailboxes.h"
#include "store/store-messages.h"
#include "sync/imap-engine.h"

/* What waiting for news hears of, against a real server. */

static PrivateDovecot *server;

/* An inbox and a mailbox "Lists", both in step. */
static ImapAccount *
account_new (MailImapCaps mask)
{
  static guint last;
  g_autofree char *user = g_strdup_printf ("waits%u@example.org", ++last);
  ImapAccount *account;

  private_dovecot_fill (server, user, NULL, 2, 500);
  private_dovecot_fill (server, user, "Lists", 2, 500);
  account = imap_account_new (server, user, mask);
  imap_account_pass (account);
  mail_imap_engine_set_pace (MAIL_IMAP_ENGINE (account->engine), 1);
  return account;
}

static gboolean
watch_job (MailDb *db, gpointer data, GError **error)
{
  return mail_store_mailboxes_set_watched (db, *(gint64 *) data, TRUE, error);
}

static void
watch (ImapAccount *account, const char *mailbox)
{
  gint64 id = imap_account_find_mailbox (account, mailbox);

  temporary_store_write (account->temporary, watch_job, &id);
}

static void
deliver (ImapAccount *account, const char *mailbox)
{
  private_dovecot_deliver (server, account->config->user, mailbox, "Subject: Fresh\r\n\r\nHi\r\n", -1);
}

/* Waits at most a minute and synchronises what it was told of. */
static MailEngineWait
wait_and_sync (ImapAccount *account, MailSyncResult *result)
{
  g_autoptr (GError) error = NULL;
  MailEngineWait why = MAIL_ENGINE_WAIT_WORK;

  g_assert_true (mail_engine_wait (account->engine, 60, NULL, &why, NULL, &error));
  g_assert_no_error (error);
  if (why == MAIL_ENGINE_WAIT_NEWS)
    g_assert_true (mail_engine_sync_news (account->engine, result, NULL, NULL, NULL, &error));
  g_assert_no_error (error);
  return why;
}

static void
test_inbox_alone (void)
{
  g_autoptr (ImapAccount) account = account_new (MAIL_IMAP_CAP_NOTIFY);
  MailSyncResult result = { 0 };

  deliver (account, "INBOX");
  deliver (account, "Lists");
  g_assert_cmpint (wait_and_sync (account, &result), ==, MAIL_ENGINE_WAIT_NEWS);
  g_assert_cmpuint (result.fetched, ==, 1);
  g_assert_cmpuint (result.mailboxes, ==, 1);
  g_assert_cmpint (imap_account_find (account, "INBOX", "Fresh"), !=, 0);
  g_assert_cmpint (imap_account_find (account, "Lists", "Fresh"), ==, 0);
}

static void
test_watched (void)
{
  g_autoptr (ImapAccount) account = account_new (MAIL_IMAP_CAP_NOTIFY);
  MailSyncResult result = { 0 };

  watch (account, "Lists");
  deliver (account, "Lists");
  g_assert_cmpint (wait_and_sync (account, &result), ==, MAIL_ENGINE_WAIT_NEWS);
  g_assert_cmpuint (result.fetched, ==, 1);
  g_assert_cmpint (imap_account_find (account, "Lists", "Fresh"), !=, 0);
}

static void
test_open (void)
{
  g_autoptr (ImapAccount) account = account_new (MAIL_IMAP_CAP_NOTIFY);
  g_autoptr (GArray) open = g_array_new (FALSE, FALSE, sizeof (gint64));
  gint64 id = imap_account_find_mailbox (account, "Lists");
  MailSyncResult result = { 0 };

  g_array_append_val (open, id);
  mail_engine_watch (account->engine, open);
  deliver (account, "Lists");
  g_assert_cmpint (wait_and_sync (account, &result), ==, MAIL_ENGINE_WAIT_NEWS);
  g_assert_cmpint (imap_account_find (account, "Lists", "Fresh"), !=, 0);
}

/* Flags that another client changed, where the server numbers no changes. */
static void
test_flags_without_condstore (void)
{
  g_autoptr (ImapAccount) account = account_new (MAIL_IMAP_CAP_NOTIFY | MAIL_IMAP_CAP_CONDSTORE | MAIL_IMAP_CAP_QRESYNC);
  g_autoptr (MailImapSession) beside = imap_account_sign_in_beside (account);
  g_autoptr (GPtrArray) rows = NULL;
  MailSyncResult result = { 0 };

  watch (account, "Lists");
  g_assert_true (mail_imap_session_select (beside, "Lists", FALSE, NULL, NULL, NULL));
  g_assert_true (mail_imap_session_store (beside, "1", TRUE, "\\Seen", NULL, NULL));
  g_assert_cmpint (wait_and_sync (account, &result), ==, MAIL_ENGINE_WAIT_NEWS);
  g_assert_cmpuint (result.flags, ==, 1);
  rows = imap_account_list (account, "Lists");
  g_assert_true (((MailMessageInfo *) g_ptr_array_index (rows, 0))->flags & MAIL_FLAG_SEEN);
}

static void
test_without_idle (void)
{
  g_autoptr (ImapAccount) account = account_new (MAIL_IMAP_CAP_NOTIFY | MAIL_IMAP_CAP_IDLE);
  MailSyncResult result = { 0 };

  deliver (account, "INBOX");
  g_assert_cmpint (wait_and_sync (account, &result), ==, MAIL_ENGINE_WAIT_NEWS);
  g_assert_cmpint (imap_account_find (account, "INBOX", "Fresh"), !=, 0);
}

static void
test_nothing (void)
{
  g_autoptr (ImapAccount) account = account_new (MAIL_IMAP_CAP_NOTIFY);
  g_autoptr (GError) error = NULL;
  MailEngineWait why = MAIL_ENGINE_WAIT_WORK;

  watch (account, "Lists");
  g_assert_true (mail_engine_wait (account->engine, 2, NULL, &why, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (why, ==, MAIL_ENGINE_WAIT_ELAPSED);
}

static void
test_mailbox_that_went (void)
{
  g_autoptr (ImapAccount) account = account_new (MAIL_IMAP_CAP_NOTIFY);
  g_autofree char *maildir = private_dovecot_dup_maildir (server, account->config->user);
  g_autofree char *folder = g_build_filename (maildir, ".Lists", NULL);
  g_autoptr (GError) error = NULL;
  MailEngineWait why = MAIL_ENGINE_WAIT_WORK;

  watch (account, "Lists");
  temporary_folder_remove (folder);
  /* A later look at everything finds out. */
  g_assert_true (mail_engine_wait (account->engine, 2, NULL, &why, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (why, ==, MAIL_ENGINE_WAIT_ELAPSED);
}

/* Without a round: the server tells of each mailbox by itself, also of what happened before it was asked to. */
static void
test_told (void)
{
  g_autoptr (ImapAccount) account = account_new (0);
  MailSyncResult result = { 0 };

  mail_imap_engine_set_pace (MAIL_IMAP_ENGINE (account->engine), 3600);
  deliver (account, "Lists");
  g_assert_cmpint (wait_and_sync (account, &result), ==, MAIL_ENGINE_WAIT_NEWS);
  g_assert_true (mail_engine_get_can (account->engine) & MAIL_ENGINE_HEARS_ALL);
  g_assert_cmpuint (result.fetched, ==, 1);

  deliver (account, "Lists");
  g_assert_cmpint (wait_and_sync (account, &result), ==, MAIL_ENGINE_WAIT_NEWS);
  g_assert_cmpuint (result.fetched, ==, 2);
  deliver (account, "INBOX");
  g_assert_cmpint (wait_and_sync (account, &result), ==, MAIL_ENGINE_WAIT_NEWS);
  g_assert_cmpuint (result.fetched, ==, 3);
  imap_account_pass (account);
  imap_account_assert_like_server (account);
}

static void
test_told_of_new_mailbox (void)
{
  g_autoptr (ImapAccount) account = account_new (0);
  g_autoptr (MailImapSession) beside = imap_account_sign_in_beside (account);
  g_autoptr (GCancellable) wake = g_cancellable_new ();
  MailEngineWait why = MAIL_ENGINE_WAIT_NEWS;

  /* The server is asked to tell. */
  g_cancellable_cancel (wake);
  g_assert_true (mail_engine_wait (account->engine, 60, wake, &why, NULL, NULL));
  g_assert_cmpint (why, ==, MAIL_ENGINE_WAIT_WORK);
  g_assert_true (mail_imap_session_create (beside, "Plans", MAIL_ROLE_NONE, NULL, NULL));
  g_assert_true (mail_engine_wait (account->engine, 60, NULL, &why, NULL, NULL));
  g_assert_cmpint (why, ==, MAIL_ENGINE_WAIT_LOOK);
  imap_account_pass (account);
  g_assert_cmpint (imap_account_find_mailbox (account, "Plans"), !=, 0);
  /* That look settles it. */
  g_assert_true (mail_engine_wait (account->engine, 1, NULL, &why, NULL, NULL));
  g_assert_cmpint (why, ==, MAIL_ENGINE_WAIT_ELAPSED);
}

/* It says that it has IDLE, and tells nothing: what came is found by the look at everything, whose time comes all the same. */
static void
test_mute (void)
{
  g_autoptr (ToyImap) toy = toy_imap_new ("IDLE UIDPLUS");
  g_autoptr (ImapAccount) account = imap_account_new_for (toy_imap_config (toy), 0);
  g_autoptr (GError) error = NULL;
  MailEngineWait why = MAIL_ENGINE_WAIT_WORK;

  imap_account_pass (account);
  toy_imap_set_mute (toy);
  toy_imap_deliver (toy, "INBOX");
  mail_engine_wait (account->engine, 1, NULL, &why, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (why, ==, MAIL_ENGINE_WAIT_ELAPSED);
  imap_account_pass (account);
  g_assert_cmpint (imap_account_find (account, "INBOX", "Letter 1"), !=, 0);
}

/* It hangs up on who is silent for two seconds, which is learnt once, and known to another run of the program. */
static void
test_learns_patience (void)
{
  g_autoptr (ToyImap) toy = toy_imap_new ("IDLE UIDPLUS");
  g_autoptr (ImapAccount) account = imap_account_new_for (toy_imap_config (toy), 0);
  g_autoptr (GError) closed = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *log = NULL;
  MailEngineWait why = MAIL_ENGINE_WAIT_WORK;

  imap_account_pass (account);
  toy_imap_set_patience (toy, 2);
  mail_imap_engine_set_pace (MAIL_IMAP_ENGINE (account->engine), 1);
  g_assert_false (mail_engine_wait (account->engine, 60, NULL, &why, NULL, &closed));
  g_assert_error (closed, MAIL_ERROR, MAIL_ERROR_CLOSED);
  /* On a busy machine the end is noticed late, and what is learnt is longer than two seconds. */
  toy_imap_set_patience (toy, 0);
  imap_account_restart (account);
  imap_account_pass (account);
  g_free (toy_imap_take_log (toy));
  mail_imap_engine_set_pace (MAIL_IMAP_ENGINE (account->engine), 1);
  mail_engine_wait (account->engine, 4, NULL, &why, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (why, ==, MAIL_ENGINE_WAIT_ELAPSED);
  log = toy_imap_take_log (toy);
  g_assert_true (g_str_has_suffix (log, "IDLE\nDONE\nIDLE\nDONE\n"));
}

/* Its IDLE is only another way of asking: it is asked now and then, as if there were none. */
static void
test_idle_that_ends (void)
{
  g_autoptr (ToyImap) toy = toy_imap_new ("IDLE");
  g_autoptr (ImapAccount) account = imap_account_new_for (toy_imap_config (toy), 0);
  g_autoptr (GError) error = NULL;
  g_autofree char *log = NULL;
  MailEngineWait why;

  toy_imap_set_idle (toy, TOY_IDLE_ENDS);
  imap_account_pass (account);
  mail_engine_wait (account->engine, 1, NULL, &why, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (why, ==, MAIL_ENGINE_WAIT_ELAPSED);
  log = toy_imap_take_log (toy);
  g_assert_cmpuint (toy_imap_count_heard (log, "IDLE"), ==, 3);
  mail_imap_engine_set_pace (MAIL_IMAP_ENGINE (account->engine), 1);
  toy_imap_deliver (toy, "INBOX");
  mail_engine_wait (account->engine, 60, NULL, &why, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (why, ==, MAIL_ENGINE_WAIT_NEWS);
}

static gpointer
cancel_after_silence (gpointer data)
{
  /* The silence is what it is about. */
  g_poll (NULL, 0, 1500);
  g_cancellable_cancel (data);
  return NULL;
}

/* Whoever quits in the middle of a silence has learnt nothing about the server's patience. */
static void
test_learns_nothing_by_leaving (void)
{
  g_autoptr (ToyImap) toy = toy_imap_new ("IDLE UIDPLUS");
  g_autoptr (ImapAccount) account = imap_account_new_for (toy_imap_config (toy), 0);
  g_autoptr (GCancellable) quit = g_cancellable_new ();
  g_autoptr (GError) cancelled = NULL;
  g_autofree char *log = NULL;
  MailEngineWait why = MAIL_ENGINE_WAIT_WORK;
  GThread *thread;

  imap_account_pass (account);
  mail_imap_engine_set_pace (MAIL_IMAP_ENGINE (account->engine), 1);
  thread = g_thread_new ("quit", cancel_after_silence, quit);
  g_assert_false (mail_engine_wait (account->engine, 60, NULL, &why, quit, &cancelled));
  g_thread_join (thread);
  g_assert_error (cancelled, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  imap_account_restart (account);
  imap_account_pass (account);
  g_free (toy_imap_take_log (toy));
  mail_imap_engine_set_pace (MAIL_IMAP_ENGINE (account->engine), 1);
  g_assert_true (mail_engine_wait (account->engine, 3, NULL, &why, NULL, NULL));
  log = toy_imap_take_log (toy);
  g_assert_true (g_str_has_suffix (log, "IDLE\nDONE\n"));
  g_assert_false (g_str_has_suffix (log, "IDLE\nDONE\nIDLE\nDONE\n"));
}

/* An account at a server that numbers no changes, whose inbox was compared just now. */
static ImapAccount *
toy_account_new (ToyImap *toy, guint pace)
{
  ImapAccount *account = imap_account_new_for (toy_imap_config (toy), 0);

  toy_imap_put_mailbox (toy, "INBOX", 5);
  toy_imap_put_mailbox (toy, "Work", 3);
  mail_imap_engine_set_pace (MAIL_IMAP_ENGINE (account->engine), pace);
  imap_account_pass (account);
  imap_account_pass (account);
  g_free (toy_imap_take_log (toy));
  return account;
}

typedef struct
{
  ToyImap *toy;
  const char *text;
  GCancellable *wake; /* or NULL: when the text was heard */
} Word;

static gpointer
say_in_idle (gpointer data)
{
  const Word *word = data;

  toy_imap_await (word->toy, "IDLE");
  toy_imap_say (word->toy, word->text);
  if (word->wake != NULL)
    {
      toy_imap_await (word->toy, "DONE");
      g_cancellable_cancel (word->wake);
    }
  return NULL;
}

/* How often flags of all messages were asked for since the last time. */
static guint
count_comparisons (ToyImap *toy)
{
  g_autofree char *log = toy_imap_take_log (toy);

  return toy_imap_count_heard (log, "UID FETCH 1:*");
}

static void
test_only_new (void)
{
  g_autoptr (ToyImap) toy = toy_imap_new ("UIDPLUS IDLE");
  g_autoptr (ImapAccount) account = toy_account_new (toy, 3600);
  Word word = { toy, "2 FETCH (FLAGS (\\Seen))", NULL };
  g_autoptr (GPtrArray) rows = NULL;
  MailSyncResult result = { 0 };
  GThread *thread;

  toy_imap_deliver (toy, "INBOX");
  g_assert_cmpint (wait_and_sync (account, &result), ==, MAIL_ENGINE_WAIT_NEWS);
  g_assert_cmpuint (result.fetched, ==, 1);
  g_assert_cmpuint (count_comparisons (toy), ==, 0);
  thread = g_thread_new ("word", say_in_idle, &word);
  g_assert_cmpint (wait_and_sync (account, &result), ==, MAIL_ENGINE_WAIT_NEWS);
  g_thread_join (thread);
  g_assert_cmpuint (count_comparisons (toy), ==, 0);
  rows = imap_account_list (account, "INBOX");
  g_assert_cmpuint (rows->len, ==, 6);
}

/* What was put off is done by itself. */
static void
test_comparison_that_is_owed (void)
{
  g_autoptr (ToyImap) toy = toy_imap_new ("UIDPLUS IDLE");
  g_autoptr (ImapAccount) account = toy_account_new (toy, 1);
  MailSyncResult result = { 0 };
  guint comparisons = 0;

  toy_imap_deliver (toy, "INBOX");
  while (comparisons == 0)
    {
      g_assert_cmpint (wait_and_sync (account, &result), ==, MAIL_ENGINE_WAIT_NEWS);
      comparisons = count_comparisons (toy);
    }
  g_assert_cmpuint (comparisons, ==, 1);
}

static void
test_flags_that_name_their_message (void)
{
  g_autoptr (ToyImap) toy = toy_imap_new ("UIDPLUS IDLE");
  g_autoptr (ImapAccount) account = toy_account_new (toy, 3600);
  g_autoptr (GCancellable) wake = g_cancellable_new ();
  Word word = { toy, "2 FETCH (UID 2 FLAGS (\\Flagged Work))", wake };
  GThread *thread = g_thread_new ("word", say_in_idle, &word);
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *log = NULL;
  MailEngineWait why;

  g_assert_true (mail_engine_wait (account->engine, 60, wake, &why, NULL, &error));
  g_thread_join (thread);
  g_assert_cmpint (why, ==, MAIL_ENGINE_WAIT_WORK);
  rows = imap_account_list (account, "INBOX");
  g_assert_cmpint (((MailMessageInfo *) g_ptr_array_index (rows, 1))->flags, ==, MAIL_FLAG_FLAGGED);
  g_assert_cmpstr (((MailMessageInfo *) g_ptr_array_index (rows, 1))->keywords, ==, "Work");
  log = toy_imap_take_log (toy);
  g_assert_cmpuint (toy_imap_count_heard (log, "UID"), ==, 0);
  imap_account_pass (account);
}

/* A server with labels that tells them by itself. */
static void
test_labels_that_are_told (void)
{
  g_autoptr (ToyImap) toy = toy_imap_new ("UIDPLUS IDLE X-GM-EXT-1");
  g_autoptr (ImapAccount) account = toy_account_new (toy, 3600);
  g_autoptr (GCancellable) wake = g_cancellable_new ();
  Word word = { toy, "2 FETCH (UID 2 FLAGS () X-GM-LABELS (Work))", wake };
  GThread *thread = g_thread_new ("word", say_in_idle, &word);
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GError) error = NULL;
  MailEngineWait why;

  g_assert_true (mail_engine_wait (account->engine, 60, wake, &why, NULL, &error));
  g_thread_join (thread);
  g_assert_no_error (error);
  rows = imap_account_list (account, "INBOX");
  g_assert_cmpstr (((MailMessageInfo *) g_ptr_array_index (rows, 1))->labels, ==, "Work");
  g_assert_null (((MailMessageInfo *) g_ptr_array_index (rows, 2))->labels);
}

static gboolean
flag_job (MailDb *db, gpointer data, GError **error)
{
  return mail_store_messages_set_server_flags (db, *(gint64 *) data, MAIL_FLAG_FLAGGED, NULL, error);
}

/* Another client took the star off, which no figure shows. */
static void
test_flags_of_what_is_opened (void)
{
  g_autoptr (ToyImap) toy = toy_imap_new ("UIDPLUS IDLE");
  g_autoptr (ImapAccount) account = toy_account_new (toy, 3600);
  g_autoptr (GArray) open = g_array_new (FALSE, FALSE, sizeof (gint64));
  gint64 work = imap_account_find_mailbox (account, "Work");
  gint64 starred = imap_account_find (account, "Work", "Letter 2");
  g_autoptr (GPtrArray) rows = NULL;
  MailSyncResult result = { 0 };

  temporary_store_write (account->temporary, flag_job, &starred);
  g_array_append_val (open, work);
  mail_engine_watch (account->engine, open);
  g_assert_cmpint (wait_and_sync (account, &result), ==, MAIL_ENGINE_WAIT_NEWS);
  rows = imap_account_list (account, "Work");
  g_assert_cmpint (((MailMessageInfo *) g_ptr_array_index (rows, 1))->flags, ==, MAIL_FLAGS_NONE);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  server = private_dovecot_start (NULL);
  if (server == NULL)
    return 77;
  g_test_add_func ("/sync/imap-wait/synchronises-the-inbox-alone", test_inbox_alone);
  g_test_add_func ("/sync/imap-wait/hears-of-a-mailbox-that-a-person-watches", test_watched);
  g_test_add_func ("/sync/imap-wait/hears-of-a-mailbox-that-is-open-in-a-window", test_open);
  g_test_add_func ("/sync/imap-wait/hears-of-flags-without-modification-sequences", test_flags_without_condstore);
  g_test_add_func ("/sync/imap-wait/asks-where-there-is-no-idle", test_without_idle);
  g_test_add_func ("/sync/imap-wait/stays-calm-when-there-is-nothing", test_nothing);
  g_test_add_func ("/sync/imap-wait/goes-on-when-a-watched-mailbox-went", test_mailbox_that_went);
  g_test_add_func ("/sync/imap-wait/finds-what-a-server-with-idle-does-not-tell", test_mute);
  g_test_add_func ("/sync/imap-wait/asks-for-a-new-letter-alone-without-modification-sequences", test_only_new);
  g_test_add_func ("/sync/imap-wait/compares-later-what-it-did-not-compare", test_comparison_that_is_owed);
  g_test_add_func ("/sync/imap-wait/takes-flags-that-name-their-message", test_flags_that_name_their_message);
  g_test_add_func ("/sync/imap-wait/takes-labels-that-are-told", test_labels_that_are_told);
  g_test_add_func ("/sync/imap-wait/looks-at-the-flags-of-what-is-opened", test_flags_of_what_is_opened);
  g_test_add_func ("/sync/imap-wait/learns-how-long-a-silent-connection-is-kept", test_learns_patience);
  g_test_add_func ("/sync/imap-wait/an-idle-that-ends-at-once-is-none", test_idle_that_ends);
  g_test_add_func ("/sync/imap-wait/learns-nothing-of-who-leaves", test_learns_nothing_by_leaving);
  g_test_add_func ("/sync/imap-wait/hears-of-every-mailbox-where-the-server-tells", test_told);
  g_test_add_func ("/sync/imap-wait/looks-at-everything-when-a-mailbox-came", test_told_of_new_mailbox);
  status = g_test_run ();
  private_dovecot_stop (server);
  return status;
}
