/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include "core/errors.h"
#include "discovery/discovery.h"

static void
test_every_row_names_source_and_date (void)
{
  const GPtrArray *table = mail_provider_list ();

  g_assert_cmpuint (table->len, >=, 30);
  for (guint i = 0; i < table->len; i++)
    {
      const MailProvider *row = g_ptr_array_index (table, i);

      g_test_message ("[%s]", row->id);
      g_assert_nonnull (row->source);
      g_assert_cmpuint (strlen (row->source), >, 4);
      g_assert_true (row->date != NULL && g_regex_match_simple ("^20[0-9]{2}(-[0-9]{2}){0,2}$", row->date, 0, 0));
      g_assert_true (row->domains[0] != NULL || row->hosting[0] != NULL);
      /* A note that the table names must have its sentence. */
      g_assert_true ((row->note != NULL) == (mail_provider_get_note (row) != NULL));
      g_assert_true (row->help == NULL || g_str_has_prefix (row->help, "https://"));
    }
}

static void
test_no_row_offers_clear_text_or_the_wrong_port (void)
{
  static const guint16 ports[MAIL_SERVER_N_KINDS][2] = { { 993, 143 }, { 995, 110 }, { 465, 587 } };
  const GPtrArray *table = mail_provider_list ();

  for (guint i = 0; i < table->len; i++)
    for (guint kind = 0; kind < MAIL_SERVER_N_KINDS; kind++)
      {
        const MailProvider *row = g_ptr_array_index (table, i);

        for (guint j = 0; j < row->servers[kind]->len; j++)
          {
            const MailEndpoint *endpoint = ((MailCandidate *) g_ptr_array_index (row->servers[kind], j))->endpoint;

            g_test_message ("[%s] %s:%u", row->id, endpoint->host, endpoint->port);
            g_assert_cmpint (endpoint->security, !=, MAIL_SECURITY_NONE);
            if (strcmp (endpoint->host, "127.0.0.1") != 0)
              g_assert_cmpuint (endpoint->port, ==, ports[kind][endpoint->security == MAIL_SECURITY_STARTTLS]);
          }
      }
}

static void
test_no_domain_is_in_two_rows (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  const GPtrArray *table = mail_provider_list ();

  for (guint i = 0; i < table->len; i++)
    {
      const MailProvider *row = g_ptr_array_index (table, i);

      for (guint j = 0; row->domains[j] != NULL; j++)
        g_assert_true (g_hash_table_add (seen, row->domains[j]));
    }
}

static void
test_italian_providers_are_known (void)
{
  const MailProvider *libero = mail_provider_find ("LIBERO.it");
  const MailProvider *pec = mail_provider_find ("arubapec.it");
  g_autoptr (GPtrArray) pop = NULL;

  g_assert_nonnull (libero);
  g_assert_cmpstr (libero->name, ==, "Libero");
  g_assert_nonnull (pec);
  /* The public database says 993 here, which is IMAP's port. */
  pop = mail_discovery_get_candidates (pec, "arubapec.it", MAIL_SERVER_POP3);
  g_assert_cmpuint (((MailCandidate *) g_ptr_array_index (pop, 0))->endpoint->port, ==, 995);
  g_assert_null (mail_provider_find ("example.org"));
  g_assert_null (mail_provider_find (""));
}

static void
test_a_provider_without_pop_gets_no_guesses (void)
{
  const MailProvider *icloud = mail_provider_find ("icloud.com");
  g_autoptr (GPtrArray) pop = mail_discovery_get_candidates (icloud, "icloud.com", MAIL_SERVER_POP3);
  g_autofree char *user = mail_discovery_user_name ("name@icloud.com", icloud->user_form);
  g_autofree char *outgoing = mail_discovery_user_name ("name@icloud.com", icloud->outgoing_user_form);

  g_assert_cmpuint (pop->len, ==, 0);
  g_assert_cmpstr (user, ==, "name");
  g_assert_cmpstr (outgoing, ==, "name@icloud.com");
}

static void
test_guesses_try_tls_first_and_never_clear_text (void)
{
  for (guint kind = 0; kind < MAIL_SERVER_N_KINDS; kind++)
    {
      g_autoptr (GPtrArray) list = mail_discovery_get_candidates (NULL, "example.org", kind);

      g_assert_cmpuint (list->len, >, 3);
      for (guint i = 0; i < list->len; i++)
        {
          const MailCandidate *candidate = g_ptr_array_index (list, i);

          g_assert_true (g_str_has_suffix (candidate->endpoint->host, "example.org"));
          g_assert_cmpint (candidate->endpoint->security, !=, MAIL_SECURITY_NONE);
          g_assert_true (i > 0 || candidate->endpoint->security == MAIL_SECURITY_TLS);
        }
    }
}

static void
test_guesses_behind_a_row_are_other_places_for_the_same_users (void)
{
  const MailProvider *icloud = mail_provider_find ("icloud.com");
  const MailProvider *tiscali = mail_provider_find ("tiscali.it");
  g_autoptr (GPtrArray) pop = mail_discovery_get_guesses (icloud, "icloud.com", MAIL_SERVER_POP3);
  g_autoptr (GPtrArray) imap = mail_discovery_get_guesses (icloud, "icloud.com", MAIL_SERVER_IMAP);
  g_autoptr (GPtrArray) others = mail_discovery_get_guesses (tiscali, "TISCALI.it", MAIL_SERVER_IMAP);
  g_autoptr (GPtrArray) all = mail_discovery_get_candidates (NULL, "tiscali.it", MAIL_SERVER_IMAP);

  g_assert_cmpuint (pop->len, ==, 0); /* the row says that there is none */
  g_assert_cmpuint (imap->len, ==, all->len);
  g_assert_cmpint (((const MailCandidate *) g_ptr_array_index (imap, 0))->user_form, ==, icloud->user_form);
  g_assert_cmpstr (((const MailCandidate *) g_ptr_array_index (imap, 0))->source, ==, "guess");
  g_assert_cmpuint (others->len, ==, all->len - 1); /* the row names imap.tiscali.it:993 itself */
}

static void
test_an_added_file_comes_first_and_names_its_faults (void)
{
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "missiva-providers-XXXXXX", NULL);
  int fd = g_mkstemp (path);
  g_autoptr (GError) error = NULL;
  const char *good = "[own]\nname=Own\ndomains=example.net\nimap=localhost:1993 tls\nuser=local\nsign-in=password\n";
  const char *bad = "[own]\nname=Own\nimap=localhost\nuser=full\nsign-in=password\n";

  g_assert_cmpint (fd, >=, 0);
  g_close (fd, NULL);

  g_assert_true (g_file_set_contents (path, bad, -1, NULL));
  g_assert_false (mail_provider_add_file (path, &error));
  g_assert_error (error, MAIL_ERROR, MAIL_ERROR_BAD_INPUT);
  g_assert_nonnull (strstr (error->message, "[own]"));
  g_clear_error (&error);

  g_assert_true (g_file_set_contents (path, good, -1, NULL));
  g_assert_true (mail_provider_add_file (path, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (mail_provider_find ("example.net")->name, ==, "Own");
  g_assert_true (mail_provider_add_file ("/nonexistent/providers.ini", &error));
  g_assert_cmpint (remove (path), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/discovery/table/every-row-names-source-and-date", test_every_row_names_source_and_date);
  g_test_add_func ("/discovery/table/no-row-offers-clear-text-or-the-wrong-port",
                   test_no_row_offers_clear_text_or_the_wrong_port);
  g_test_add_func ("/discovery/table/no-domain-is-in-two-rows", test_no_domain_is_in_two_rows);
  g_test_add_func ("/discovery/table/italian-providers-are-known", test_italian_providers_are_known);
  g_test_add_func ("/discovery/table/a-provider-without-pop-gets-no-guesses", test_a_provider_without_pop_gets_no_guesses);
  g_test_add_func ("/discovery/table/guesses-try-tls-first-and-never-clear-text",
                   test_guesses_try_tls_first_and_never_clear_text);
  g_test_add_func ("/discovery/guesses-behind-a-row-are-other-places-for-the-same-users",
                   test_guesses_behind_a_row_are_other_places_for_the_same_users);
  g_test_add_func ("/discovery/table/an-added-file-comes-first-and-names-its-faults",
                   test_an_added_file_comes_first_and_names_its_faults);
  return g_test_run ();
}
