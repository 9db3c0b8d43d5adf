/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/clock.h"
#include "core/errors.h"
#include "lib/imap-account.h"
#include "lib/imap-scene.h"
#include "store/store-facts.h"
#include "store/store-mailboxes.h"
#include "store/store-messages.h"
#include "sync/imap-audit.h"

/* The store is damaged in every way; an audit finds it and puts it right, and nothing else changes. */
static PrivateDovecot *server;
static guint last_user;

typedef struct
{
  const char *name;
  MailImapCaps mask;
} Place;

static ImapAccount *
new_account (const Place *place, guint messages)
{
  g_autofree char *user = g_strdup_printf ("audit%u@example.org", ++last_user);
  ImapAccount *account;

  private_dovecot_fill (server, user, NULL, messages, 800);
  account = imap_account_new (server, user, place->mask);
  imap_account_pass (account);
  return account;
}

static guint
count_wrong (const MailAuditResult *result)
{
  return result->missing + result->extra + result->flags + result->misnumbered;
}

typedef struct
{
  gint64 inbox;
  gint64 ids[11];
} Damage;

static gboolean
damage_job (MailDb *db, gpointer data, GError **error)
{
  Damage *damage = data;
  g_autoptr (MailMessageInfo) extra = mail_message_info_new ();
  g_autoptr (MailMessageInfo) third = mail_store_messages_get (db, damage->ids[2], error);
  g_autoptr (MailMessageInfo) fourth = mail_store_messages_get (db, damage->ids[10], error);

  extra->mailbox_id = damage->inbox;
  extra->uid = 5000;
  extra->subject = g_strdup ("Never was");
  extra->where = MAIL_WHERE_SERVER;
  return mail_store_messages_insert (db, extra, error) /* a row too many */
         && mail_store_messages_remove (db, damage->ids[0], error) /* one that is missing */
         && mail_store_messages_set_server_flags (db, damage->ids[1], MAIL_FLAG_FLAGGED, "$Label1", error) /* wrong flags */
         && mail_store_messages_set_uid (db, third->id, 0, error)
         && mail_store_messages_set_uid (db, fourth->id, third->uid, error) /* two for each other, of which the size tells */
         && mail_store_messages_set_uid (db, third->id, fourth->uid, error)
         && mail_store_messages_set_uid (db, damage->ids[4], 6000, error); /* a wrong UID */
}

static void
make_damage (ImapAccount *account)
{
  g_autoptr (GPtrArray) rows = imap_account_list (account, "INBOX");
  Damage damage = { .inbox = imap_account_find_mailbox (account, "INBOX") };

  for (guint i = 0; i < G_N_ELEMENTS (damage.ids); i++)
    damage.ids[i] = ((MailMessageInfo *) g_ptr_array_index (rows, i))->id;
  temporary_store_write (account->temporary, damage_job, &damage);
}

static void
test_heals (gconstpointer data)
{
  g_autoptr (ImapAccount) account = new_account (data, 30);
  g_autoptr (GPtrArray) problems = NULL;
  g_autoptr (GPtrArray) none = NULL;
  MailAuditResult result;
  gint64 fifth = imap_account_find (account, "INBOX", "Message 5");

  result = imap_account_audit (account, TRUE);
  g_assert_cmpuint (count_wrong (&result), ==, 0);
  g_assert_cmpuint (result.messages, ==, 30);
  none = mail_engine_take_problems (account->engine);
  g_assert_cmpuint (none->len, ==, 0);

  make_damage (account);
  result = imap_account_audit (account, TRUE);
  g_assert_cmpuint (count_wrong (&result), >=, 4);
  problems = mail_engine_take_problems (account->engine);
  g_assert_cmpuint (problems->len, ==, 1);
  g_assert_cmpint (((MailProblem *) g_ptr_array_index (problems, 0))->code, ==, MAIL_ERROR_HEALED);
  /* The row whose UID was wrong is met again, with its body. */
  g_assert_cmpint (imap_account_find (account, "INBOX", "Message 5"), ==, fifth);
  imap_account_pass (account);
  g_assert_cmpuint (account->result.bodies, ==, 1);
  imap_account_assert_like_server (account);
  result = imap_account_audit (account, TRUE);
  g_assert_cmpuint (count_wrong (&result), ==, 0);
}

static gboolean
get_fact_job (MailDb *db, gpointer data, GError **error)
{
  char **fact = data;

  *fact = mail_store_facts_get (db, "audit-healed", error);
  return TRUE;
}

/* Each mailbox has its day; nothing is told where nothing was wrong. */
static void
test_daily (gconstpointer data)
{
  g_autoptr (ImapAccount) account = new_account (data, 30);
  g_autofree char *fact = NULL;
  MailAuditResult result = imap_account_audit (account, FALSE);

  g_assert_cmpuint (result.mailboxes, ==, 0);
  mail_clock_set_for_test (mail_clock_now () + 25 * 60 * 60);
  result = imap_account_audit (account, FALSE);
  g_assert_cmpuint (result.mailboxes, ==, 1);
  g_assert_cmpuint (count_wrong (&result), ==, 0);
  temporary_store_read (account->temporary, get_fact_job, &fact);
  g_assert_null (fact);

  make_damage (account);
  mail_clock_set_for_test (mail_clock_now () + 25 * 60 * 60);
  result = imap_account_audit (account, FALSE);
  g_assert_cmpuint (count_wrong (&result), >, 0);
  imap_account_pass (account);
  imap_account_assert_like_server (account);
  temporary_store_read (account->temporary, get_fact_job, &fact);
  g_assert_nonnull (fact);
}

static gboolean
swap_job (MailDb *db, gpointer data, GError **error)
{
  const gint64 *ids = data;

  return mail_store_messages_set_server_flags (db, ids[0], MAIL_FLAGS_NONE, NULL, error)
         && mail_store_messages_set_server_flags (db, ids[1], MAIL_FLAG_FLAGGED, NULL, error);
}

/* As many stars as there, but on another message. */
static void
test_which_has_the_flag (gconstpointer data)
{
  g_autoptr (ImapAccount) account = new_account (data, 10);
  gint64 ids[] = { imap_account_find (account, "INBOX", "Message 4"), imap_account_find (account, "INBOX", "Message 7") };
  MailAuditResult result;

  imap_account_mark (account, ids[0], MAIL_FLAG_FLAGGED, MAIL_FLAGS_NONE);
  imap_account_pass (account);
  /* Its days begin. */
  imap_account_audit (account, FALSE);
  temporary_store_write (account->temporary, swap_job, ids);
  mail_clock_set_for_test (mail_clock_now () + 25 * 60 * 60);
  result = imap_account_audit (account, FALSE);
  g_assert_cmpuint (result.flags, ==, 2);
  g_assert_cmpuint (count_wrong (&result), ==, 2);
  imap_account_assert_like_server (account);
}

static gboolean
mix_keywords_job (MailDb *db, gpointer data, GError **error)
{
  const gint64 *ids = data;

  return mail_store_messages_set_server_flags (db, ids[0], MAIL_FLAGS_NONE, NULL, error)
         && mail_store_messages_set_server_flags (db, ids[1], MAIL_FLAGS_NONE, "Work", error)
         && mail_store_messages_set_server_flags (db, ids[2], MAIL_FLAGS_NONE, "Nowhere", error);
}

/* Tags that messages have there and not here, and the other way round. */
static void
test_which_has_the_keyword (gconstpointer data)
{
  g_autoptr (ImapAccount) account = new_account (data, 10);
  gint64 ids[] = { imap_account_find (account, "INBOX", "Message 4"), imap_account_find (account, "INBOX", "Message 7"),
                   imap_account_find (account, "INBOX", "Message 8") };
  g_autoptr (GArray) tagged = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GPtrArray) rows = NULL;

  g_array_append_val (tagged, ids[0]);
  mail_action_free (imap_account_do (account, mail_action_new_keywords (MAIL_MODE_IMAP, tagged, "Work", NULL)));
  imap_account_pass (account);
  /* Its days begin. */
  imap_account_audit (account, FALSE);
  temporary_store_write (account->temporary, mix_keywords_job, ids);
  mail_clock_set_for_test (mail_clock_now () + 25 * 60 * 60);
  imap_account_audit (account, FALSE);
  rows = imap_account_list (account, "INBOX");
  for (guint i = 0; i < rows->len; i++)
    {
      const MailMessageInfo *row = g_ptr_array_index (rows, i);

      g_assert_cmpstr (row->keywords, ==, row->id == ids[0] ? "Work" : NULL);
    }
}

static gboolean
insert_job (MailDb *db, gpointer data, GError **error)
{
  return mail_store_messages_insert (db, data, error);
}

static gint64
add_row (ImapScene *scene, guint32 uid)
{
  g_autoptr (MailMessageInfo) info = temporary_store_make_info (scene->inbox, uid, MAIL_FLAGS_NONE);

  info->size = 1000;
  temporary_store_write (scene->temporary, insert_job, info);
  return info->id;
}

/* Two messages of the same size stand for each other: when they came tells. */
static void
test_tells_what_has_the_same_size_apart (void)
{
#define LETTER(uid, n, time)                                                                                              \
  "S: * " uid " FETCH (UID " uid " FLAGS () RFC822.SIZE 1000 INTERNALDATE \"14-Nov-2023 22:" time "5 +0000\" ENVELOPE "    \
  "(\"Tue, 14 Nov 2023 22:" time "0 +0000\" \"Message " n "\" ((\"The Gardener\" NIL \"gardener\" \"example.org\")) NIL NIL " \
  "((\"The Reader\" NIL \"reader\" \"example.com\")) NIL NIL NIL \"<" n "@example.org>\"))\n"
#define LETTERS LETTER ("1", "2", "15:2") LETTER ("2", "1", "14:2") "S: $1 OK\n"
  g_autoptr (ImapScene) scene = imap_scene_new (
      "UIDPLUS", "C: $1 SELECT \"INBOX\"\n" IMAP_SCENE_SELECTED "S: $1 OK\n"
                 "C: $1 UID FETCH 1:\\* (UID FLAGS INTERNALDATE RFC822.SIZE)\n" LETTERS
                 "C: $1 UID FETCH 1:2 (UID INTERNALDATE RFC822.SIZE ENVELOPE)\n" LETTERS
                 "C: $1 UID FETCH 1:2 *\n" LETTERS);
  gint64 first = add_row (scene, 1);
  gint64 second = add_row (scene, 2);
  g_autoptr (MailMessageInfo) one = NULL;
  g_autoptr (MailMessageInfo) other = NULL;
  g_autoptr (GError) error = NULL;
  MailSyncResult synced = { 0 };
  MailAuditResult result = { 0 };
  MailImapPass pass = { .engine = MAIL_IMAP_ENGINE (scene->engine), .result = &synced };

  mail_imap_audit_mailbox (&pass, scene->inbox, NULL, NULL, &result, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (result.misnumbered, ==, 2);
  g_assert_cmpuint (count_wrong (&result), ==, 2);
  one = imap_scene_get (scene, first);
  other = imap_scene_get (scene, second);
  g_assert_cmpuint (one->uid, ==, 2);
  g_assert_cmpuint (other->uid, ==, 1);
#undef LETTERS
#undef LETTER
}

static void
add (const Place *place, const char *what, GTestDataFunc func)
{
  g_autofree char *path = g_strdup_printf ("/sync/imap-audit/%s/%s", place->name, what);

  g_test_add_data_func (path, place, func);
}

int
main (int argc, char **argv)
{
  static const Place places[] = { { "all-extensions", 0 },
                                  { "all-masked", MAIL_IMAP_CAP_ALL },
                                  { "without-qresync", MAIL_IMAP_CAP_QRESYNC },
                                  { "without-modseq", MAIL_IMAP_CAP_QRESYNC | MAIL_IMAP_CAP_CONDSTORE },
                                  { "without-esearch", MAIL_IMAP_CAP_ESEARCH } };
  int status;

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sync/imap-audit/tells-what-has-the-same-size-apart", test_tells_what_has_the_same_size_apart);
  server = private_dovecot_start (NULL);
  if (server == NULL)
    return g_test_run ();
  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      add (&places[i], "puts-right-what-was-damaged", test_heals);
      add (&places[i], "looks-at-each-mailbox-once-a-day", test_daily);
      add (&places[i], "knows-which-message-has-a-flag", test_which_has_the_flag);
      add (&places[i], "finds-which-message-has-the-keyword", test_which_has_the_keyword);
    }
  status = g_test_run ();
  private_dovecot_stop (server);
  return status;
}
