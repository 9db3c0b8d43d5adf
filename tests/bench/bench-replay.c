/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "lib/imap-account.h"
#include "lib/toy-imap.h"
#include "store/store-mailboxes.h"

/* What it costs to mark a whole mailbox as read, and then to empty it: what is done here, and what is sent. The server is made up
 * and part of the process, so its own work is in the figures.
 * usage: bench-replay [COUNT]    messages in the mailbox; 100000 by default */

static double
get_cpu (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return usage.ru_utime.tv_sec + usage.ru_stime.tv_sec + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static void
measure (ImapAccount *account, const char *what, MailAction *action)
{
  double begun = get_cpu ();
  double done;
  g_autoptr (GError) error = NULL;

  mail_action_free (imap_account_do (account, action));
  done = get_cpu ();
  mail_engine_replay (account->engine, &account->result, NULL, &error);
  g_assert_no_error (error);
  printf ("%-8s here %6.2f s, at the server %6.2f s of CPU\n", what, done - begun, get_cpu () - done);
  fflush (stdout);
  g_assert_cmpuint (imap_account_count_ops (account), ==, 0);
}

int
main (int argc, char **argv)
{
  guint count = argc > 1 ? (guint) g_ascii_strtoull (argv[1], NULL, 10) : 100000;
  g_autoptr (ToyImap) server = toy_imap_new ("UIDPLUS MOVE");
  g_autoptr (ImapAccount) account = imap_account_new_for (toy_imap_config (server), 0);
  gint64 trash;

  toy_imap_put_mailbox (server, "Trash", count);
  imap_account_pass (account);
  trash = imap_account_find_role (account, MAIL_ROLE_TRASH);
  measure (account, "read", mail_action_new_read_all (MAIL_MODE_IMAP, trash));
  measure (account, "empty", mail_action_new_empty (MAIL_MODE_IMAP, trash));
  g_assert_cmpuint (toy_imap_count (server, "Trash"), ==, 0);
  return 0;
}
