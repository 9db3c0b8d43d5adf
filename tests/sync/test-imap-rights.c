/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "core/clock.h"
#include "lib/imap-account.h"
#include "lib/mail-server.h"
#include "lib/toy-imap.h"
#include "store/store-facts.h"
#include "sync/fact-names.h"

/* What a server allows in each mailbox, and what stands in front of the names of one's own. */

static void
assert_rights (ImapAccount *account, const char *name, const char *rights)
{
  g_autoptr (GPtrArray) mailboxes = imap_account_list_mailboxes (account);

  for (guint i = 0; i < mailboxes->len; i++)
    {
      const MailMailboxInfo *mailbox = g_ptr_array_index (mailboxes, i);

      if (!g_str_equal (mailbox->name, name))
        continue;
      g_assert_cmpstr (mailbox->rights, ==, rights);
      return;
    }
  g_assert_not_reached ();
}

/* Which mailboxes' rights were asked for since the last time, a space between them. */
static char *
take_asked (ToyImap *server)
{
  g_autofree char *log = toy_imap_take_log (server);
  g_auto (GStrv) lines = g_strsplit (log, "\n", -1);
  g_autoptr (GString) asked = g_string_new (NULL);

  for (guint i = 0; lines[i] != NULL; i++)
    if (g_str_has_prefix (lines[i], "MYRIGHTS "))
      g_string_append_printf (asked, "%s%s", asked->len > 0 ? " " : "", lines[i] + strlen ("MYRIGHTS "));
  return g_string_free (g_steal_pointer (&asked), FALSE);
}

static void
assert_asked (ToyImap *server, ImapAccount *account, const char *expected)
{
  g_autofree char *asked = NULL;

  imap_account_pass (account);
  g_assert_cmpuint (account->problems->len, ==, 0);
  asked = take_asked (server);
  g_assert_cmpstr (asked, ==, expected);
}

static void
test_daily (void)
{
  const gint64 day = 24 * 60 * 60;
  gint64 now = 1800000000;
  g_autoptr (ToyImap) server = toy_imap_new ("ACL");
  g_autoptr (ImapAccount) account = imap_account_new_for (toy_imap_config (server), 0);

  mail_clock_set_for_test (now);
  toy_imap_put_mailbox (server, "Work", 0);
  toy_imap_set_rights (server, "INBOX", "lrswipkxtea");
  toy_imap_set_rights (server, "Work", "lr");
  assert_asked (server, account, "\"INBOX\" \"Work\"");
  assert_rights (account, "INBOX", "lrswipkxtea");
  assert_rights (account, "Work", "lr");

  /* A new one at once, and one about which the server says nothing may be tried. */
  toy_imap_set_rights (server, "Work", "lrs");
  toy_imap_put_mailbox (server, "New", 0);
  assert_asked (server, account, "\"New\"");
  assert_rights (account, "New", NULL);
  assert_rights (account, "Work", "lr");

  mail_clock_set_for_test (now += day - 1);
  imap_account_restart (account);
  assert_asked (server, account, "");
  mail_clock_set_for_test (now += 1);
  assert_asked (server, account, "\"INBOX\" \"New\" \"Work\"");
  assert_rights (account, "Work", "lrs");
  /* A clock that was set back does not make a year of the day. */
  mail_clock_set_for_test (now -= 300 * day);
  assert_asked (server, account, "\"INBOX\" \"New\" \"Work\"");
  mail_clock_set_for_test (0);
}

/* Where LIST tells them nobody asks, and they are as new as the list. */
static void
test_listed (void)
{
  g_autoptr (ToyImap) server = toy_imap_new ("ACL LIST-EXTENDED LIST-MYRIGHTS");
  g_autoptr (ImapAccount) account = imap_account_new_for (toy_imap_config (server), 0);

  toy_imap_put_mailbox (server, "Work", 0);
  toy_imap_set_rights (server, "INBOX", "lrswi");
  toy_imap_set_rights (server, "Work", "lr");
  assert_asked (server, account, "");
  assert_rights (account, "INBOX", "lrswi");
  assert_rights (account, "Work", "lr");
  toy_imap_set_rights (server, "Work", "lrs");
  assert_asked (server, account, "");
  assert_rights (account, "Work", "lrs");
}

static gboolean
load_namespace_job (MailDb *db, gpointer data, GError **error)
{
  char **prefix = data;

  *prefix = mail_store_facts_get (db, MAIL_FACT_NAMESPACE, error);
  return TRUE;
}

static void
assert_prefix (MailServerKind kind, const char *expected)
{
  g_autoptr (MailServer) server = mail_server_start (kind);
  g_autoptr (ImapAccount) account = NULL;
  g_autofree char *prefix = NULL;

  if (server == NULL)
    return;
  account = imap_account_new_for (mail_server_config (server, "anna@example.org", 0), 0);
  imap_account_pass (account);
  temporary_store_read (account->temporary, load_namespace_job, &prefix);
  g_assert_cmpstr (prefix, ==, expected);
}

static void
test_prefix_of_courier (void)
{
  assert_prefix (MAIL_SERVER_COURIER, "INBOX.");
}

static void
test_prefix_of_cyrus (void)
{
  assert_prefix (MAIL_SERVER_CYRUS, "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sync/imap-rights/asks-once-a-day-and-of-new-mailboxes-at-once", test_daily);
  g_test_add_func ("/sync/imap-rights/believes-what-the-list-tells", test_listed);
  g_test_add_func ("/sync/imap-rights/knows-where-the-mailboxes-of-courier-begin", test_prefix_of_courier);
  g_test_add_func ("/sync/imap-rights/knows-where-the-mailboxes-of-cyrus-begin", test_prefix_of_cyrus);
  return g_test_run ();
}
