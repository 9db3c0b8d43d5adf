/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/errors.h"
#include "lib/imap-account.h"
#include "store/store-messages.h"
#include "sync/imap-engine.h"

/* A person files, copies, writes and deletes, mail arrives, and the program that carries it out is killed at random moments.
 * At the end everything is on the server and here as often as it was meant to be.
 *
 * What is done is drawn by lot, from a seed that is told with each kill; MISSIVA_CRASH_SEED=N does the same again, though the
 * moments of the kills are never quite the same. */

#define KILLS 45       /* on each kind of server */
#define LETTERS 150
#define CHILD_MS 150   /* within which a kill comes at first: more while no child lives to its end, less when one does */

typedef struct
{
  GRand *lots;
  PrivateDovecot *server;
  ImapAccount *account;  /* its store is open only between two children */
  GHashTable *meant;     /* subject -> how often it is meant to be in all mailboxes together */
  GHashTable *doomed;    /* row ids (gint64) that another client deleted: what is done to them here is anybody's guess */
  guint written;
  int life_ms;
} World;

/* The child: one whole pass, to its end if it lives so long. */
static int
run_child (char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MailStore) store = mail_store_open (argv[2], &error);
  g_autoptr (MailAccountConfig) config = mail_account_config_new ("Post");
  g_autoptr (MailCredentials) credentials = mail_credentials_new_password (argv[4], PRIVATE_DOVECOT_PASSWORD);
  g_autoptr (MailEngine) engine = NULL;
  g_autofree char *where = g_strconcat ("127.0.0.1:", argv[3], NULL);
  MailSyncResult result = { 0 };
  gboolean more = TRUE;
  gboolean ok;

  g_assert_no_error (error);
  mail_account_config_set (config, "incoming", where, NULL);
  mail_account_config_set (config, "incoming-security", "none", NULL);
  mail_account_config_set (config, "user", argv[4], NULL);
  engine = mail_engine_new (config, store);
  ok = mail_engine_open (engine, credentials, NULL, &error) && mail_engine_replay (engine, &result, NULL, &error)
       && mail_engine_sync (engine, &result, NULL, NULL, NULL, &error);
  while (ok && more)
    ok = mail_engine_fill (engine, &result, &more, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  return 0;
}

static guint
draw (World *world, guint below)
{
  return (guint) g_rand_int_range (world->lots, 0, (gint32) below);
}

static void
mean (World *world, const char *subject, int change)
{
  int before = GPOINTER_TO_INT (g_hash_table_lookup (world->meant, subject));

  g_assert_cmpint (before + change, >=, 0);
  g_hash_table_insert (world->meant, g_strdup (subject), GINT_TO_POINTER (before + change));
}

static char *
write_letter (World *world, gboolean with_id, char **subject)
{
  guint number = ++world->written;
  g_autofree char *id = with_id ? g_strdup_printf ("Message-ID: <%u@example.org>\r\n", number) : g_strdup ("");
  g_autofree char *filling = g_strnfill (500 + number * 3, 'x');

  *subject = g_strdup_printf ("letter %u", number);
  return g_strdup_printf ("From: Anna <anna@example.org>\r\nSubject: letter %u\r\n"
                          "Date: Sat, 21 Nov 2026 %02u:%02u:%02u +0000\r\n%s\r\n%s\r\n",
                          number, number / 3600 % 24, number / 60 % 60, number % 60, id, filling);
}

static void
deliver (World *world)
{
  g_autofree char *subject = NULL;
  g_autofree char *letter = write_letter (world, draw (world, 2) > 0, &subject);

  private_dovecot_deliver (world->server, world->account->config->user, NULL, letter, -1);
  mean (world, subject, 1);
}

static const char *
any_mailbox (World *world)
{
  static const char *const names[] = { "INBOX", "Archive", "Sent", "Trash", "Junk" };

  return names[draw (world, G_N_ELEMENTS (names))];
}

/* (transfer full) (nullable): a row of some mailbox, with the mailbox's name. */
static MailMessageInfo *
any_row (World *world, const char **mailbox)
{
  g_autoptr (GPtrArray) rows = NULL;

  *mailbox = any_mailbox (world);
  if (imap_account_find_mailbox (world->account, *mailbox) == 0)
    return NULL;
  rows = imap_account_list (world->account, *mailbox);
  if (rows->len == 0)
    return NULL;
  return mail_message_info_copy (g_ptr_array_index (rows, draw (world, rows->len)));
}

/* FALSE when the action was refused and nothing changed. */
static gboolean
perform (World *world, MailAction *action)
{
  g_autoptr (GError) error = NULL;
  gboolean ok = mail_store_write (world->account->temporary->store, mail_action_job, action, &error);

  mail_action_free (action);
  if (!ok)
    g_test_message ("  %s", error->message);
  g_assert_true (ok || g_error_matches (error, MAIL_ERROR, MAIL_ERROR_OFFLINE));
  return ok;
}

static void
append (World *world)
{
  g_autofree char *subject = NULL;
  g_autofree char *letter = write_letter (world, draw (world, 2) > 0, &subject);
  g_autoptr (GBytes) bytes = g_bytes_new (letter, strlen (letter));
  gint64 drafts = imap_account_find_mailbox (world->account, "Drafts");

  if (drafts == 0)
    return;
  g_assert_true (perform (world, mail_action_new_append (MAIL_MODE_IMAP, drafts, bytes, MAIL_FLAG_SEEN)));
  mean (world, subject, 1);
}

/* Another client deletes the message for ever. */
static void
expunge_elsewhere (World *world, const char *mailbox, const MailMessageInfo *row)
{
  g_autoptr (MailImapSession) beside = imap_account_sign_in_beside (world->account);
  g_autofree char *set = g_strdup_printf ("%u", row->uid);
  g_autoptr (GError) error = NULL;
  MailImapStatus status = { 0 };

  g_test_message ("%s, uid %u of %s: deleted elsewhere", row->subject, row->uid, mailbox);
  g_assert_true (mail_imap_session_select (beside, mailbox, FALSE, &status, NULL, &error));
  g_assert_true (mail_imap_session_store (beside, set, TRUE, "\\Deleted", NULL, &error));
  if (mail_imap_session_get_caps (beside) & MAIL_IMAP_CAP_UIDPLUS)
    g_assert_true (mail_imap_session_expunge (beside, set, NULL, &error));
  mean (world, row->subject, -1);
  g_hash_table_add (world->doomed, g_memdup2 (&row->id, sizeof row->id));
}

/* The copy may be all that is left of the message before the server was told of it. */
static void
copy (World *world, const char *mailbox, const MailMessageInfo *row, const GArray *ids, gint64 target)
{
  gboolean settled = row->uid != 0 && row->sha256 != NULL && imap_account_count_ops (world->account) == 0;

  if (!perform (world, mail_action_new_copy (MAIL_MODE_IMAP, ids, target)))
    return;
  mean (world, row->subject, 1);
  if (settled && draw (world, 2) > 0)
    expunge_elsewhere (world, mailbox, row);
}

/* Empty ones come and go, one within the other. */
static void
act_on_mailboxes (World *world)
{
  gint64 box = imap_account_find_mailbox (world->account, "Box");
  gint64 outer = box != 0 ? box : imap_account_find_mailbox (world->account, "Crate");

  g_test_message ("mailboxes: %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT, box, outer);
  if (outer == 0)
    {
      if (!perform (world, mail_action_new_create_mailbox (MAIL_MODE_IMAP, 0, "Box", MAIL_ROLE_NONE)))
        return;
      box = imap_account_find_mailbox (world->account, "Box");
      perform (world, mail_action_new_create_mailbox (MAIL_MODE_IMAP, box, "In", MAIL_ROLE_NONE));
      return;
    }
  switch (draw (world, 4))
    {
    case 0:
      perform (world, mail_action_new_delete_mailbox (MAIL_MODE_IMAP, outer));
      break;
    case 1:
      perform (world, mail_action_new_subscribe (MAIL_MODE_IMAP, outer, draw (world, 2) == 0));
      break;
    default:
      perform (world, mail_action_new_rename_mailbox (MAIL_MODE_IMAP, outer, box != 0 ? "Crate" : "Box"));
      break;
    }
}

static void
act (World *world)
{
  guint what = draw (world, 11);
  const char *mailbox = NULL;
  g_autoptr (MailMessageInfo) row = any_row (world, &mailbox);
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  gint64 target;

  if (row == NULL || g_hash_table_contains (world->doomed, &row->id))
    return;
  g_array_append_val (ids, row->id);
  target = imap_account_find_mailbox (world->account, any_mailbox (world));
  if (target == 0)
    return;
  g_test_message ("%s, row %" G_GINT64_FORMAT " uid %u of %s: %u, target %" G_GINT64_FORMAT,
                  row->subject, row->id, row->uid, mailbox, what, target);
  switch (what)
    {
    case 0:
      perform (world, mail_action_new_flags (MAIL_MODE_IMAP, ids, MAIL_FLAG_SEEN, MAIL_FLAG_FLAGGED));
      break;
    case 1:
      perform (world, mail_action_new_flags (MAIL_MODE_IMAP, ids, MAIL_FLAG_FLAGGED, MAIL_FLAG_SEEN));
      break;
    case 2:
      copy (world, mailbox, row, ids, target);
      break;
    case 3:
      if (row->flags & MAIL_FLAG_DELETED) /* asked for already */
        break;
      if (perform (world, mail_action_new_delete (MAIL_MODE_IMAP, ids)) && g_str_equal (mailbox, "Trash"))
        mean (world, row->subject, -1);
      break;
    case 4:
      append (world);
      break;
    case 5:
      act_on_mailboxes (world);
      break;
    case 6:
      perform (world, mail_action_new_keywords (MAIL_MODE_IMAP, ids, "Play", draw (world, 2) == 0 ? "Work" : NULL));
      break;
    case 7:
      if (!(row->flags & MAIL_FLAG_DELETED))
        perform (world, mail_action_new_junk (MAIL_MODE_IMAP, ids, draw (world, 2) == 0, target));
      break;
    default:
      if (!(row->flags & MAIL_FLAG_DELETED))
        perform (world, mail_action_new_move (MAIL_MODE_IMAP, ids, target));
      break;
    }
}

/* Starts a child and kills it after @ms, unless it ended; -1: lets it end. */
static void
live_and_die (World *world, int ms)
{
  TemporaryStore *temporary = world->account->temporary;
  g_autofree char *port = g_strdup_printf ("%u", world->account->config->incoming->port);
  const char *argv[] = { "/proc/self/exe", "--child", temporary->directory, port, world->account->config->user, NULL };
  g_autoptr (GError) error = NULL;
  GPollFD ended = { .events = G_IO_IN };
  GPid pid;
  int status = 0;

  mail_store_close (g_steal_pointer (&temporary->store));
  g_spawn_async (NULL, (char **) argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &pid, &error);
  g_assert_no_error (error);
  ended.fd = (int) syscall (SYS_pidfd_open, pid, 0);
  g_assert_cmpint (ended.fd, >=, 0);
  g_poll (&ended, 1, ms);
  if (ended.revents == 0)
    kill (pid, SIGKILL);
  world->life_ms = ended.revents == 0 ? world->life_ms + 25 : MAX (world->life_ms - 50, CHILD_MS);
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  close (ended.fd);
  /* What the child had sent may still be on its way through the server. */
  private_dovecot_await_quiet (world->server);
  g_assert_true (WIFSIGNALED (status) ? WTERMSIG (status) == SIGKILL : WEXITSTATUS (status) == 0);
  temporary->store = mail_store_open (temporary->directory, &error);
  g_assert_no_error (error);
}

/* Each letter is here as often as it was meant to be; that here is like the server is checked beside. */
static void
check_counts (World *world)
{
  static const char *const names[] = { "INBOX", "Archive", "Sent", "Trash", "Junk", "Drafts" };
  g_autoptr (GHashTable) counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GHashTableIter iter;
  gpointer subject;
  gpointer count;
  gboolean good = TRUE;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GPtrArray) rows = imap_account_list (world->account, names[i]);

      for (guint k = 0; k < rows->len; k++)
        {
          const char *name = ((MailMessageInfo *) g_ptr_array_index (rows, k))->subject;
          int seen = GPOINTER_TO_INT (g_hash_table_lookup (counts, name));

          g_hash_table_insert (counts, g_strdup (name), GINT_TO_POINTER (seen + 1));
        }
    }
  g_hash_table_iter_init (&iter, world->meant);
  while (g_hash_table_iter_next (&iter, &subject, &count))
    {
      int seen = GPOINTER_TO_INT (g_hash_table_lookup (counts, subject));

      if (seen != GPOINTER_TO_INT (count))
        {
          g_test_message ("%s: there %d times, meant %d times", (char *) subject, seen, GPOINTER_TO_INT (count));
          good = FALSE;
        }
      g_hash_table_remove (counts, subject);
    }
  g_assert_true (good);
  g_assert_cmpuint (g_hash_table_size (counts), ==, 0);
}

/* Where deleting is nothing but marking, and nobody tells of marks, a message that another client deleted is there until its
 * mailbox is opened or its day comes; anything else that the audit finds should have been found before. */
static void
check_audit (World *world, gboolean is_bare)
{
  MailAuditResult found = imap_account_audit (world->account, TRUE);

  g_assert_cmpuint (found.missing + found.misnumbered, ==, 0);
  g_assert_cmpuint (found.flags, ==, 0);
  if (!is_bare)
    g_assert_cmpuint (found.extra, ==, 0);
}

static void
test_kills (gconstpointer settings)
{
  const char *given = g_getenv ("MISSIVA_CRASH_SEED");
  guint32 seed = given != NULL ? (guint32) g_ascii_strtoull (given, NULL, 10) : g_random_int ();
  World world = { .server = private_dovecot_start ((const char *const *) settings), .life_ms = CHILD_MS };

  if (world.server == NULL)
    {
      g_test_skip ("Dovecot is not installed");
      return;
    }
  world.lots = g_rand_new_with_seed (seed);
  world.account = imap_account_new (world.server, "anna@example.org", 0);
  world.meant = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  world.doomed = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  for (guint i = 0; i < LETTERS; i++)
    deliver (&world);
  for (guint i = 0; i < KILLS; i++)
    {
      g_test_message ("MISSIVA_CRASH_SEED=%u: child %u", seed, i);
      live_and_die (&world, (int) draw (&world, (guint) world.life_ms));
      imap_account_check (world.account);
      for (guint k = 1 + draw (&world, 4); k > 0; k--)
        act (&world);
      deliver (&world);
    }
  live_and_die (&world, -1);
  imap_account_restart (world.account);
  imap_account_pass (world.account);
  g_assert_cmpuint (world.account->result.bodies, ==, 0);
  g_assert_cmpuint (imap_account_count_ops (world.account), ==, 0);
  check_audit (&world, settings != NULL);
  imap_account_assert_like_server (world.account);
  check_counts (&world);
  g_hash_table_unref (world.meant);
  g_hash_table_unref (world.doomed);
  imap_account_free (world.account);
  private_dovecot_stop (world.server);
  g_rand_free (world.lots);
}

int
main (int argc, char **argv)
{
  static const char *const bare[] = { "imap_capability = IMAP4rev1", NULL };

  if (argc == 5 && g_str_equal (argv[1], "--child"))
    return run_child (argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/sync/imap/nothing-is-lost-or-doubled-when-killed-again-and-again", NULL, test_kills);
  g_test_add_data_func ("/sync/imap/nothing-is-lost-or-doubled-when-killed-on-a-bare-server", bare, test_kills);
  return g_test_run ();
}
