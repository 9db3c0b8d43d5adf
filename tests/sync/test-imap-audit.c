/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/clock.h"
#include "core/errors.h"
#include "lib/imap-account.h"
#include "lib/scripted-server.h"
#include "store/store-facts.h"
#include "store/store-mailboxes.h"
#include "store/store-messages.h"

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
  server = private_dovecot_start (NULL);
  if (server == NULL)
    return 77;
  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      add (&places[i], "puts-right-what-was-damaged", test_heals);
      add (&places[i], "looks-at-each-mailbox-once-a-day", test_daily);
    }
  status = g_test_run ();
  private_dovecot_stop (server);
  return status;
}
