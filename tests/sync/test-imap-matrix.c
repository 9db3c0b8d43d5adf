/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "core/problem.h"
#include "lib/imap-account.h"
#include "lib/imap-proxy.h"
#include "lib/mail-server.h"

/* One story of a person and another client at the same account, told to each server: with all its extensions, with none, and with
 * each alone. It ends alike everywhere, and at every step the store holds exactly what the server has. */

/* What the story is told with alone. Those that need others bring them along. */
static const char *const extensions[] = {
  "IDLE", "UIDPLUS", "MOVE", "SPECIAL-USE", "LIST-EXTENDED", "LIST-EXTENDED LIST-STATUS", "NAMESPACE", "ID", "ENABLE", "LITERAL+",
  "LITERAL-", "SASL-IR", "ENABLE UTF8=ACCEPT", "ENABLE CONDSTORE", "ENABLE CONDSTORE QRESYNC", "ESEARCH", "QUOTA", "STATUS=SIZE",
  "OBJECTID", "UNSELECT", "BINARY", "COMPRESS=DEFLATE", "NOTIFY", "PREVIEW", "SAVEDATE", "APPENDLIMIT", "MULTIAPPEND", "ACL",
  "PARTIAL", "MESSAGELIMIT", "UIDONLY", "CREATE-SPECIAL-USE", "WITHIN", "STATUS=DELETED", "ENABLE IMAP4rev2",
};

static const char *const ending =
    "Archive\n  old ()\n  older ()\n  one (\\Seen)\n  w1 (\\Flagged)\n"
    "Drafts\n  draft (\\Draft \\Seen)\n"
    "INBOX\n  four (\\Flagged \\Seen)\n  seven (green)\n  two (\\Flagged)\n"
    "Junk\n  six ($Junk)\n"
    "Newer\n  n1 ()\n"
    "Own\n"
    "Sent\n  sent (\\Seen)\n"
    "Team/Plans\n  five ()\n  p1 ()\n"
    "Trash\n"
    "Work\n  two (\\Flagged)\n  w3 (\\Seen)\n";

#ifdef __SANITIZE_ADDRESS__
#define STEP 5 /* a sample: the sanitizers make a story several times as long */
#else
#define STEP 1
#endif

typedef struct
{
  MailServer *server;
  ImapProxy *proxy;
  ImapAccount *account;
  PlainImap *other;
  gboolean expunges; /* we may: a message that only waits for it counts as there */
} Story;

static guint last_user;

static void
deliver (Story *story, const char *mailbox, const char *subject)
{
  g_autofree char *text = g_strdup_printf ("From: Anna <anna@example.org>\r\nTo: bruno@example.org\r\nSubject: %s\r\n"
                                           "Date: Sat, 21 Nov 2026 10:00:00 +0100\r\nMessage-ID: <%s@example.net>\r\n\r\n"
                                           "Hi %s.\r\n",
                                           subject, subject, subject);

  mail_server_deliver (story->server, story->account->config->user, mailbox, text, -1);
}

static void
other_selects (Story *story, const char *mailbox)
{
  g_autofree char *name = mail_server_dup_name (story->server, mailbox);

  plain_imap_do (story->other, "SELECT \"%s\"", name);
}

/* The UID of a message in the mailbox that the other client selects for it. */
static guint32
other_finds (Story *story, const char *mailbox, const char *subject)
{
  g_autofree char *name = mail_server_dup_name (story->server, mailbox);
  g_autoptr (GPtrArray) rows = plain_imap_rows (story->other, name);

  other_selects (story, mailbox);
  for (guint i = 0; i < rows->len; i++)
    {
      const PlainImapRow *row = g_ptr_array_index (rows, i);

      if (strcmp (row->subject, subject) == 0)
        return row->uid;
    }
  g_assert_not_reached ();
}

static void
other_stores (Story *story, const char *mailbox, const char *subject, const char *change)
{
  guint32 uid = other_finds (story, mailbox, subject);

  plain_imap_do (story->other, "UID STORE %u %s", uid, change);
}

static void
other_removes (Story *story, const char *mailbox, const char *subject)
{
  other_stores (story, mailbox, subject, "+FLAGS.SILENT (\\Deleted)");
  plain_imap_do (story->other, "EXPUNGE");
}

static gint64
find (Story *story, const char *mailbox, const char *subject)
{
  g_autofree char *name = mail_server_dup_name (story->server, mailbox);
  gint64 id = imap_account_find (story->account, name, subject);

  g_assert_cmpint (id, !=, 0);
  return id;
}

static gint64
find_mailbox (Story *story, const char *mailbox)
{
  g_autofree char *name = mail_server_dup_name (story->server, mailbox);
  gint64 id = imap_account_find_mailbox (story->account, name);

  g_assert_cmpint (id, !=, 0);
  return id;
}

/* Frees @action. */
static void
we_do (Story *story, MailAction *action)
{
  mail_action_free (imap_account_do (story->account, action));
}

static GArray *
one_id (gint64 id)
{
  GArray *ids = g_array_new (FALSE, FALSE, sizeof id);

  return g_array_append_val (ids, id);
}

static void
we_move (Story *story, const char *mailbox, const char *subject, const char *target)
{
  g_autoptr (GArray) ids = one_id (find (story, mailbox, subject));

  we_do (story, mail_action_new_move (MAIL_MODE_IMAP, ids, find_mailbox (story, target)));
}

static void
we_delete (Story *story, const char *mailbox, const char *subject)
{
  g_autoptr (GArray) ids = one_id (find (story, mailbox, subject));

  we_do (story, mail_action_new_delete (MAIL_MODE_IMAP, ids));
}

static void
we_mark (Story *story, const char *mailbox, const char *subject, MailFlags add)
{
  imap_account_mark (story->account, find (story, mailbox, subject), add, 0);
}

/* After one pass nothing waits, and both sides are equal. */
static void
pass (Story *story)
{
  g_autoptr (PlainImap) reader = mail_server_sign_in (story->server, story->account->config->user);
  g_autofree char *theirs = NULL;
  g_autofree char *ours = NULL;

  imap_account_pass (story->account);
  for (guint i = 0; i < story->account->problems->len; i++)
    g_test_message ("%s", ((const MailProblem *) g_ptr_array_index (story->account->problems, i))->technical);
  g_assert_cmpuint (story->account->problems->len, ==, 0);
  g_assert_cmpuint (imap_account_count_ops (story->account), ==, 0);
  theirs = plain_imap_dump (reader, story->expunges);
  ours = imap_account_dump_plain (story->account);
  g_assert_cmpstr (ours, ==, theirs);
}

static void
tell_first_sync (Story *story)
{
  static const char *const inbox[] = { "one", "two", "three", "four", "five", "six" };
  g_autofree char *work = mail_server_dup_name (story->server, "Work");
  g_autofree char *plans = mail_server_dup_name (story->server, "Team/Plans");

  plain_imap_do (story->other, "CREATE \"%s\"", work);
  plain_imap_do (story->other, "CREATE \"%s\"", plans);
  for (guint i = 0; i < G_N_ELEMENTS (inbox); i++)
    deliver (story, "INBOX", inbox[i]);
  deliver (story, "Archive", "old");
  deliver (story, "Archive", "older");
  deliver (story, "Work", "w1");
  deliver (story, "Work", "w2");
  deliver (story, "Team/Plans", "p1");
  other_stores (story, "Archive", "old", "+FLAGS.SILENT (\\Seen blue)");
  pass (story);
  g_assert_cmpuint (story->account->result.fetched, ==, 11);
  g_assert_cmpuint (story->account->result.bodies, ==, 11);
}

static void
tell_news_and_flags (Story *story)
{
  deliver (story, "INBOX", "seven");
  deliver (story, "Work", "w3");
  pass (story);

  we_mark (story, "INBOX", "one", MAIL_FLAG_SEEN);
  we_mark (story, "INBOX", "two", MAIL_FLAG_FLAGGED);
  other_stores (story, "INBOX", "three", "+FLAGS.SILENT (\\Answered red)");
  other_stores (story, "Archive", "old", "-FLAGS.SILENT (\\Seen blue)");
  we_mark (story, "INBOX", "four", MAIL_FLAG_SEEN);
  other_stores (story, "INBOX", "four", "+FLAGS.SILENT (\\Flagged)");
  pass (story);
}

static void
tell_our_changes (Story *story)
{
  static const char draft[] = "From: Anna <anna@example.org>\r\nSubject: draft\r\nMessage-ID: <draft@example.net>\r\n\r\nDear\r\n";
  g_autoptr (GBytes) bytes = g_bytes_new_static (draft, sizeof draft - 1);
  g_autoptr (GArray) two = one_id (find (story, "INBOX", "two"));

  we_move (story, "INBOX", "one", "Archive");
  we_do (story, mail_action_new_copy (MAIL_MODE_IMAP, two, find_mailbox (story, "Work")));
  we_delete (story, "INBOX", "three");
  we_do (story, mail_action_new_append (MAIL_MODE_IMAP, find_mailbox (story, "Drafts"), bytes, MAIL_FLAG_SEEN | MAIL_FLAG_DRAFT));
  we_mark (story, "Work", "w1", MAIL_FLAG_FLAGGED);
  we_move (story, "Work", "w1", "INBOX");
  we_move (story, "INBOX", "w1", "Archive");
  pass (story);

  we_delete (story, "Trash", "three");
  pass (story);
}

static void
tell_our_tags (Story *story)
{
  g_autoptr (GArray) seven = one_id (find (story, "INBOX", "seven"));
  g_autoptr (GArray) six = one_id (find (story, "INBOX", "six"));

  we_do (story, mail_action_new_keywords (MAIL_MODE_IMAP, seven, "green red", NULL));
  we_do (story, mail_action_new_junk (MAIL_MODE_IMAP, six, TRUE, find_mailbox (story, "Junk")));
  pass (story);
  we_do (story, mail_action_new_keywords (MAIL_MODE_IMAP, seven, NULL, "red"));
  pass (story);
}

static void
tell_our_mailboxes (Story *story)
{
  we_do (story, mail_action_new_create_mailbox (MAIL_MODE_IMAP, 0, "Ours", MAIL_ROLE_NONE));
  we_do (story, mail_action_new_create_mailbox (MAIL_MODE_IMAP, find_mailbox (story, "Ours"), "Deep", MAIL_ROLE_NONE));
  we_move (story, "INBOX", "seven", "Ours/Deep");
  pass (story);
  we_do (story, mail_action_new_rename_mailbox (MAIL_MODE_IMAP, find_mailbox (story, "Ours"), "Own"));
  we_do (story, mail_action_new_subscribe (MAIL_MODE_IMAP, find_mailbox (story, "Own/Deep"), FALSE));
  we_move (story, "Own/Deep", "seven", "INBOX");
  pass (story);
  we_do (story, mail_action_new_delete_mailbox (MAIL_MODE_IMAP, find_mailbox (story, "Own/Deep")));
  pass (story);
}

static void
tell_changes_elsewhere (Story *story)
{
  g_autofree char *plans = mail_server_dup_name (story->server, "Team/Plans");
  g_autofree char *sent = mail_server_dup_name (story->server, "Sent");
  guint32 five = other_finds (story, "INBOX", "five");

  plain_imap_do (story->other, "UID COPY %u \"%s\"", five, plans);
  other_removes (story, "INBOX", "five");
  other_removes (story, "Work", "w2");
  plain_imap_append (story->other, sent, "\\Seen",
                     "From: anna@example.org\r\nSubject: sent\r\nMessage-ID: <sent@example.net>\r\n\r\nIt.\r\n", -1);
  pass (story);
}

static void
tell_mailboxes (Story *story)
{
  g_autofree char *made = mail_server_dup_name (story->server, "New");
  g_autofree char *renamed = mail_server_dup_name (story->server, "Newer");
  g_autofree char *doomed = mail_server_dup_name (story->server, "Doomed");

  plain_imap_do (story->other, "CREATE \"%s\"", made);
  plain_imap_do (story->other, "CREATE \"%s\"", doomed);
  deliver (story, "New", "n1");
  deliver (story, "Doomed", "d1");
  pass (story);

  /* The first look finds a mailbox missing, the second believes it. */
  other_selects (story, "INBOX");
  plain_imap_do (story->other, "RENAME \"%s\" \"%s\"", made, renamed);
  plain_imap_do (story->other, "DELETE \"%s\"", doomed);
  imap_account_pass (story->account);
  pass (story);
  g_assert_cmpint (imap_account_find_mailbox (story->account, made), ==, 0);
  g_assert_cmpint (imap_account_find_mailbox (story->account, doomed), ==, 0);
}

static void
tell_renumbering (Story *story)
{
  other_selects (story, "INBOX");
  mail_server_renumber (story->server, story->account->config->user, "Work");
  pass (story);
  g_assert_cmpuint (story->account->result.bodies, ==, 0);
  we_mark (story, "Work", "w3", MAIL_FLAG_SEEN);
  pass (story);
}

static void
tell_end (Story *story)
{
  g_autofree char *before = imap_account_dump (story->account);
  g_autofree char *after = NULL;

  imap_account_restart (story->account);
  pass (story);
  after = imap_account_dump (story->account);
  g_assert_cmpstr (after, ==, before);
  g_assert_cmpuint (story->account->result.fetched + story->account->result.bodies + story->account->result.flags
                        + story->account->result.expunged, ==, 0);
}

static int
compare_text (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* What the other client sees, as each server would say it. */
static char *
describe_mailbox (Story *story, PlainImap *reader, const char *raw)
{
  g_autofree char *name = mail_server_dup_common_name (story->server, raw);
  g_autoptr (GPtrArray) rows = plain_imap_rows (reader, raw);
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *joined = NULL;

  for (guint i = 0; i < rows->len; i++)
    {
      const PlainImapRow *row = g_ptr_array_index (rows, i);

      if (strstr (row->flags, "\\Deleted") == NULL)
        g_ptr_array_add (lines, g_strdup_printf ("  %s (%s)\n", row->subject, row->flags));
    }
  g_ptr_array_sort (lines, compare_text);
  g_ptr_array_add (lines, NULL);
  joined = g_strjoinv ("", (char **) lines->pdata);
  return g_strdup_printf ("%s\n%s", name, joined);
}

static void
assert_ending (Story *story)
{
  g_autoptr (PlainImap) reader = mail_server_sign_in (story->server, story->account->config->user);
  g_autoptr (GPtrArray) names = plain_imap_list (reader);
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *joined = NULL;

  /* Some servers make a mailbox of the parent that nobody asked for. */
  for (guint i = 0; i < names->len; i++)
    if (!g_str_equal (g_ptr_array_index (names, i), "Team"))
      g_ptr_array_add (texts, describe_mailbox (story, reader, g_ptr_array_index (names, i)));
  g_ptr_array_sort (texts, compare_text);
  g_ptr_array_add (texts, NULL);
  joined = g_strjoinv ("", (char **) texts->pdata);
  g_assert_cmpstr (joined, ==, ending);
}

/* @offered: the extensions; NULL: all. */
static void
tell (MailServer *server, const char *offered)
{
  g_autofree char *user = g_strdup_printf ("user%u@example.org", ++last_user);
  Story story = { .server = server };

  g_test_message ("%s, %s, %s", mail_server_kind_to_string (mail_server_get_kind (server)), user,
                  offered != NULL ? offered : "all");
  story.proxy = imap_proxy_new (mail_server_get_port (server));
  imap_proxy_offer (story.proxy, offered);
  story.other = mail_server_sign_in (server, user);
  story.account = imap_account_new_for (mail_server_config (server, user, imap_proxy_get_port (story.proxy)), 0);
  /* On loopback it would not be worth it. */
  if (offered != NULL && strstr (offered, "COMPRESS") != NULL)
    imap_account_squeeze (story.account);
  story.expunges = offered == NULL || strstr (offered, "UIDPLUS") != NULL;
  tell_first_sync (&story);
  tell_news_and_flags (&story);
  tell_our_changes (&story);
  tell_our_tags (&story);
  tell_our_mailboxes (&story);
  tell_changes_elsewhere (&story);
  tell_mailboxes (&story);
  tell_renumbering (&story);
  tell_end (&story);
  assert_ending (&story);
  imap_account_free (story.account);
  plain_imap_free (story.other);
  imap_proxy_free (story.proxy);
}

static void
test_all (gconstpointer kind)
{
  g_autoptr (MailServer) server = mail_server_start (GPOINTER_TO_INT (kind));

  if (server != NULL)
    tell (server, NULL);
}

static void
test_none (gconstpointer kind)
{
  g_autoptr (MailServer) server = mail_server_start (GPOINTER_TO_INT (kind));

  if (server != NULL)
    tell (server, "");
}

/* Whether all words of @extension are in the answer to CAPABILITY, maybe with a value. */
static gboolean
offers (const char *capability, const char *extension)
{
  g_auto (GStrv) words = g_strsplit (extension, " ", -1);

  for (guint i = 0; words[i] != NULL; i++)
    {
      g_autofree char *word = g_strconcat (" ", words[i], NULL);
      const char *found = strstr (capability, word);

      if (found == NULL || strchr (" =", found[strlen (word)]) == NULL)
        return FALSE;
    }
  return TRUE;
}

static void
test_each_alone (gconstpointer kind)
{
  g_autoptr (MailServer) server = mail_server_start (GPOINTER_TO_INT (kind));
  g_autoptr (PlainImap) client = NULL;
  g_autoptr (GPtrArray) lines = NULL;

  if (server == NULL)
    return;
  client = mail_server_sign_in (server, "anna@example.org");
  g_assert_true (plain_imap_try (client, &lines, "CAPABILITY"));
  for (guint i = 0; i < G_N_ELEMENTS (extensions); i += STEP)
    if (offers (((PlainImapLine *) g_ptr_array_index (lines, 0))->text, extensions[i]))
      tell (server, extensions[i]);
    else
      g_test_message ("%s is not offered here", extensions[i]);
}

static const char *
find_rights (const GPtrArray *mailboxes, const char *name)
{
  for (guint i = 0; i < mailboxes->len; i++)
    {
      const MailMailboxInfo *mailbox = g_ptr_array_index (mailboxes, i);

      if (g_str_equal (mailbox->name, name))
        return mailbox->rights;
    }
  g_assert_not_reached ();
}

/* What the owner, whom Cyrus calls by the local part, takes from itself. */
static void
test_rights (void)
{
  g_autoptr (MailServer) server = mail_server_start (MAIL_SERVER_CYRUS);
  g_autoptr (PlainImap) other = NULL;
  g_autoptr (ImapAccount) account = NULL;
  g_autoptr (GPtrArray) mailboxes = NULL;

  if (server == NULL)
    return;
  other = mail_server_sign_in (server, "anna@example.org");
  plain_imap_do (other, "SETACL Archive anna lrcda");
  account = imap_account_new_for (mail_server_config (server, "anna@example.org", 0), 0);
  imap_account_pass (account);
  mailboxes = imap_account_list_mailboxes (account);
  g_assert_nonnull (strchr (find_rights (mailboxes, "INBOX"), 'i'));
  g_assert_nonnull (strchr (find_rights (mailboxes, "Archive"), 'r'));
  g_assert_null (strchr (find_rights (mailboxes, "Archive"), 'i'));
}

static void
add_tests (MailServerKind kind, const char *what, GTestDataFunc func)
{
  g_autofree char *path = g_strdup_printf ("/sync/imap-matrix/%s-with-%s", mail_server_kind_to_string (kind), what);

  g_test_add_data_func (path, GINT_TO_POINTER (kind), func);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (MailServerKind kind = 0; kind < MAIL_SERVER_KINDS; kind++)
    {
      add_tests (kind, "all-extensions", test_all);
      add_tests (kind, "no-extension", test_none);
      if (kind != MAIL_SERVER_COURIER) /* has few, and takes two seconds to rename a mailbox */
        add_tests (kind, "each-extension-alone", test_each_alone);
    }
  g_test_add_func ("/sync/imap-matrix/cyrus-tells-what-it-allows", test_rights);
  return g_test_run ();
}
