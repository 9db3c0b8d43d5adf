/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lib/mail-server.h"

#define USER "anna@example.org"

/* The servers are a part of the tests, so each is proved before anything leans on it. */
static void
assert_state (PlainImap *client, MailServer *server, const char *name, guint count, const char *flags)
{
  g_autofree char *mailbox = mail_server_dup_name (server, name);
  g_autoptr (GPtrArray) rows = plain_imap_rows (client, mailbox);

  g_assert_cmpuint (rows->len, ==, count);
  g_assert_cmpstr (((PlainImapRow *) g_ptr_array_index (rows, 0))->subject, ==, "one");
  g_assert_cmpstr (((PlainImapRow *) g_ptr_array_index (rows, 0))->flags, ==, flags);
}

static void
test_serves (gconstpointer kind)
{
  g_autoptr (MailServer) server = mail_server_start (GPOINTER_TO_INT (kind));
  g_autoptr (PlainImap) client = NULL;
  g_autoptr (GPtrArray) names = NULL;
  g_autofree char *work = NULL;
  guint64 uidvalidity;

  if (server == NULL)
    return;
  client = mail_server_sign_in (server, USER);
  names = plain_imap_list (client);
  g_assert_cmpuint (names->len, ==, 6);
  work = mail_server_dup_name (server, "Work");
  plain_imap_do (client, "CREATE \"%s\"", work);
  mail_server_deliver (server, USER, "INBOX", "Subject: one\r\n\r\nfirst\r\n", -1);
  mail_server_deliver (server, USER, "Work", "Subject: one\r\n\r\nfirst\r\n", -1);
  mail_server_deliver (server, USER, "Work", "Subject: two\r\n\r\nsecond\r\n", -1);
  assert_state (client, server, "INBOX", 1, "");
  plain_imap_do (client, "SELECT \"%s\"", work);
  plain_imap_do (client, "UID STORE 1 +FLAGS.SILENT (\\Seen $Forwarded blue)");
  assert_state (client, server, "Work", 2, "$Forwarded \\Seen blue");

  plain_imap_do (client, "CLOSE");
  uidvalidity = plain_imap_ask_status (client, work, "UIDVALIDITY");
  mail_server_renumber (server, USER, "Work");
  g_assert_cmpuint (plain_imap_ask_status (client, work, "UIDVALIDITY"), !=, uidvalidity);
  assert_state (client, server, "Work", 2, "$Forwarded \\Seen blue");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (int kind = 0; kind < MAIL_SERVER_KINDS; kind++)
    {
      g_autofree char *path = g_strdup_printf ("/lib/mail-server/%s-serves", mail_server_kind_to_string (kind));

      g_test_add_data_func (path, GINT_TO_POINTER (kind), test_serves);
    }
  return g_test_run ();
}
