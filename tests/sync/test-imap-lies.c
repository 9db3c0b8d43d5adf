/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "core/errors.h"
#include "lib/imap-account.h"
#include "lib/imap-proxy.h"
#include "lib/mail-server.h"

/* A server says what is not true, for a while. No row goes whose message is there, and the way back to the truth is short: at best
 * the next look sees through it, at worst the audit, which tells. */

#define LETTERS 30

#define NO_QRESYNC "UIDPLUS MOVE ENABLE CONDSTORE ESEARCH LIST-STATUS"
#define NO_MODSEQ "UIDPLUS MOVE ENABLE ESEARCH LIST-STATUS"
#define NO_ESEARCH "UIDPLUS MOVE ENABLE CONDSTORE LIST-STATUS"

typedef struct
{
  const char *name;
  const char *offered;  /* extensions; NULL: all */
  const char *truth;
  const char *lie;
  gboolean seen_through; /* the look that hears it believes nothing of it */
  gboolean is_wrong;     /* rows are wrong after it, and no figure tells: only an audit finds that */
} Lie;

static const Lie lies[] = {
  { "vanished-all", NULL, "VANISHED \\(EARLIER\\) .*\r\n", "VANISHED (EARLIER) 1:4294967295\r\n", TRUE, FALSE },
  { "vanished-ranges-of-others", NULL, "VANISHED \\(EARLIER\\) .*\r\n", "VANISHED (EARLIER) 2:4,9,20:25\r\n", TRUE, FALSE },
  { "vanished-is-not-told", NULL, "^\\* VANISHED .*\r\n", "", TRUE, FALSE },
  { "modseq-is-lower", NULL, "HIGHESTMODSEQ [0-9]+", "HIGHESTMODSEQ 1", TRUE, FALSE },
  { "modseq-is-nought", NULL, "HIGHESTMODSEQ [0-9]+", "HIGHESTMODSEQ 0", TRUE, FALSE },
  { "modseq-is-not-kept", NULL, "^\\* OK \\[HIGHESTMODSEQ .*\r\n", "* OK [NOMODSEQ] none\r\n", TRUE, FALSE },
  { "modseq-is-huge", NULL, "HIGHESTMODSEQ [0-9]+", "HIGHESTMODSEQ 9223372036854775807", FALSE, FALSE },
  { "uidnext-is-lower", NULL, "UIDNEXT [0-9]+", "UIDNEXT 2", TRUE, FALSE },
  { "uidnext-is-lower-without-modseq", NO_MODSEQ, "UIDNEXT [0-9]+", "UIDNEXT 2", TRUE, FALSE },
  { "nothing-is-there", NULL, "^\\* [0-9]+ EXISTS", "* 0 EXISTS", FALSE, FALSE },
  { "nothing-is-there-without-modseq", NO_MODSEQ, "^\\* [0-9]+ EXISTS", "* 0 EXISTS", FALSE, FALSE },
  { "too-few-are-there", NULL, "^\\* [0-9]+ EXISTS", "* 3 EXISTS", FALSE, FALSE },
  { "too-many-are-there", NULL, "^\\* [0-9]+ EXISTS", "* 3000 EXISTS", FALSE, FALSE },
  { "fetch-leaves-some-out", NO_MODSEQ, "^\\* [0-9]*[37] FETCH \\(UID [0-9]+ FLAGS [^\r]*\\)\r\n", "", TRUE, FALSE },
  { "search-and-vanished-are-silent", NULL, "^\\* (ESEARCH|VANISHED) .*\r\n", "", FALSE, FALSE },
  { "search-is-silent-without-qresync", NO_QRESYNC, "^\\* ESEARCH .*\r\n", "", FALSE, FALSE },
  { "old-search-is-silent", NO_ESEARCH, "^\\* SEARCH.*\r\n", "", FALSE, FALSE },
  { "search-finds-half", NO_QRESYNC, "(ESEARCH .*) ALL .*\r\n", "\\1 ALL 1:10\r\n", FALSE, FALSE },
  { "all-are-seen", NULL, "FLAGS \\(\\)", "FLAGS (\\\\Seen)", FALSE, TRUE },
  { "all-are-seen-without-modseq", NO_MODSEQ, "FLAGS \\(\\)", "FLAGS (\\\\Seen)", FALSE, FALSE },
};

typedef struct
{
  MailServer *server;
  ImapProxy *proxy;
  ImapAccount *account;
  PlainImap *other;
} World;

static void
append (World *world, guint number)
{
  g_autofree char *letter = g_strdup_printf ("From: Anna <anna@example.org>\r\nSubject: letter %u\r\n"
                                             "Message-ID: <%u@example.net>\r\n\r\nHi, and %u.\r\n", number, number, number);

  plain_imap_append (world->other, "INBOX", "", letter, -1);
}

static void
enter (World *world, MailServer *server, const Lie *lie)
{
  g_autofree char *user = g_strdup_printf ("%s@example.org", lie->name);

  world->server = server;
  world->proxy = imap_proxy_new (mail_server_get_port (server));
  imap_proxy_offer (world->proxy, lie->offered);
  world->account = imap_account_new_for (mail_server_config (server, user, imap_proxy_get_port (world->proxy)), 0);
  world->other = mail_server_sign_in (server, user);
  for (guint i = 1; i <= LETTERS; i++)
    append (world, i);
  imap_account_pass (world->account);
}

static void
leave (World *world)
{
  imap_account_free (world->account);
  imap_proxy_free (world->proxy);
  plain_imap_free (world->other);
}

/* Something of each kind, so that there is something to be told. */
static void
change (World *world)
{
  plain_imap_do (world->other, "SELECT INBOX");
  plain_imap_do (world->other, "UID STORE 5,6 +FLAGS.SILENT (\\Flagged)");
  plain_imap_do (world->other, "UID STORE 12 +FLAGS.SILENT (\\Deleted)");
  plain_imap_do (world->other, "UID EXPUNGE 12");
  append (world, LETTERS + 1);
}

/* (transfer full): the rows by UID. */
static GHashTable *
list_ids (World *world)
{
  g_autoptr (GPtrArray) rows = imap_account_list (world->account, "INBOX");
  GHashTable *ids = g_hash_table_new_full (NULL, NULL, NULL, g_free);

  for (guint i = 0; i < rows->len; i++)
    {
      const MailMessageInfo *row = g_ptr_array_index (rows, i);

      g_hash_table_insert (ids, GUINT_TO_POINTER (row->uid), g_memdup2 (&row->id, sizeof row->id));
    }
  return ids;
}

/* Every message that was there before, and still is, has the row that it had. */
static void
assert_kept (World *world, GHashTable *before)
{
  g_autoptr (GHashTable) now = list_ids (world);

  for (guint uid = 1; uid <= LETTERS; uid++)
    {
      const gint64 *had = g_hash_table_lookup (before, GUINT_TO_POINTER (uid));
      const gint64 *has = g_hash_table_lookup (now, GUINT_TO_POINTER (uid));

      if (uid == 12)
        continue;
      g_assert_true (had != NULL && has != NULL);
      g_assert_cmpint (*had, ==, *has);
    }
}

static gboolean
is_alike (World *world)
{
  g_autofree char *theirs = plain_imap_dump (world->other, TRUE);
  g_autofree char *ours = imap_account_dump_plain (world->account);

  return imap_account_is_alike (ours, theirs);
}

static gboolean
told_of_healing (World *world)
{
  g_autoptr (GPtrArray) problems = mail_engine_take_problems (world->account->engine);

  for (guint i = 0; i < problems->len; i++)
    if (((const MailProblem *) g_ptr_array_index (problems, i))->code == MAIL_ERROR_HEALED)
      return TRUE;
  return FALSE;
}

static void
test_lie (MailServer *server, const Lie *lie)
{
  World world = { 0 };
  g_autoptr (GHashTable) before = NULL;
  g_autoptr (GError) error = NULL;
  MailAuditResult ignored = { 0 };

  g_test_message ("%s", lie->name);
  enter (&world, server, lie);
  before = list_ids (&world);
  change (&world);
  imap_account_restart (world.account);
  imap_proxy_lie (world.proxy, lie->truth, lie->lie);
  imap_account_try_pass (world.account, &error);
  g_test_message ("%s", error != NULL ? error->message : "well");
  assert_kept (&world, before);
  if (lie->seen_through)
    g_assert_true (is_alike (&world));

  /* An audit that hears lies deletes nothing either. */
  if (mail_engine_open (world.account->engine, world.account->credentials, NULL, NULL))
    mail_engine_audit (world.account->engine, TRUE, &ignored, NULL, NULL);
  g_assert_cmpuint (imap_proxy_count_lies (world.proxy), >, 0);
  assert_kept (&world, before);
  g_clear_pointer (&world.account->problems, g_ptr_array_unref);
  told_of_healing (&world);

  imap_proxy_lie (world.proxy, NULL, NULL);
  imap_account_restart (world.account);
  imap_account_pass (world.account);
  assert_kept (&world, before);
  imap_account_audit (world.account, TRUE);
  if (lie->is_wrong)
    g_assert_true (told_of_healing (&world));
  imap_account_pass (world.account);
  g_assert_true (is_alike (&world));
  assert_kept (&world, before);
  leave (&world);
}

static void
test_lies (void)
{
  g_autoptr (MailServer) server = mail_server_start (MAIL_SERVER_DOVECOT);

  for (guint i = 0; server != NULL && i < G_N_ELEMENTS (lies); i++)
    test_lie (server, &lies[i]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sync/imap-lies/nothing-goes-for-what-is-not-true", test_lies);
  return g_test_run ();
}
