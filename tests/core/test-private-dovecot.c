/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lib/private-dovecot.h"

#include <string.h>

/* The server itself is a part of the tests, so it is proved before anything leans on it. */
static void
test_answers_delivers_and_comes_back (void)
{
  g_autoptr (PrivateDovecot) server = private_dovecot_start (NULL);
  g_autofree char *maildir = NULL;
  g_autofree char *fresh = NULL;
  g_autoptr (GDir) dir = NULL;
  guint files = 0;

  if (server == NULL)
    {
      g_test_skip ("Dovecot is not installed");
      return;
    }
  private_dovecot_fill (server, "anna@example.org", NULL, 3, 500);
  maildir = private_dovecot_dup_maildir (server, "anna@example.org");
  fresh = g_build_filename (maildir, "new", NULL);
  dir = g_dir_open (fresh, 0, NULL);
  while (g_dir_read_name (dir) != NULL)
    files++;
  g_assert_cmpuint (files, ==, 3);

  private_dovecot_pause (server);
  private_dovecot_resume (server);
  g_assert_cmpuint (private_dovecot_get_port (server, "imaps"), >, 1023);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/lib/private-dovecot/answers-delivers-and-comes-back", test_answers_delivers_and_comes_back);
  return g_test_run ();
}
