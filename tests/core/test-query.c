/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "core/errors.h"
#include "core/query.h"

#define NOW 1790000000
#define DAY 86400

/* (transfer full): "from=anna newer=604800", as the query was understood. */
static char *
describe (const char *words)
{
  static const char *const kinds[] = { "any", "from", "to", "subject", "unread", "starred", "attachment", "older",
                                       "newer", "arrived" };
  g_autoptr (GError) error = NULL;
  g_autoptr (MailQuery) query = mail_query_new (words, &error);
  g_autoptr (MailQuery) copy = NULL;
  GString *text = g_string_new (NULL);

  g_assert_no_error (error);
  copy = mail_query_copy (query);
  for (guint i = 0; i < copy->terms->len; i++)
    {
      const MailTerm *term = g_ptr_array_index (copy->terms, i);

      g_string_append_printf (text, "%s%s", i > 0 ? " " : "", kinds[term->kind]);
      if (term->text != NULL)
        g_string_append_printf (text, "=%s", term->text);
      if (term->seconds > 0)
        g_string_append_printf (text, "=%u", (guint) (term->seconds / 3600));
    }
  return g_string_free (text, FALSE);
}

static void
test_reads_words (void)
{
  static const struct
  {
    const char *words, *understood;
  } cases[] = {
    { "invoice", "any=invoice" },
    { "  two\twords ", "any=two any=words" },
    { "\"the big fair\" x", "any=the big fair any=x" },
    { "from:anna SUBJECT:\"the fair\" To:shop@example.org", "from=anna subject=the fair to=shop@example.org" },
    { "is:unread is:Starred has:attachment", "unread starred attachment" },
    { "older:30d newer:2w arrived:1h", "older=720 newer=336 arrived=1" },
    { "newer:2m older:1y", "newer=1440 older=8760" },
    { "older:soon newer: is:nothing", "any=older:soon any=newer: any=is:nothing" },
    { "newer:0d older:99999999999d older:3dd", "any=newer:0d any=older:99999999999d any=older:3dd" },
    { "\"not closed", "any=not closed" },
    { "from: a \"\"", "any=a" },
    { "a\r\nb\x01" "c", "any=a any=b any=c" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *understood = describe (cases[i].words);

      g_assert_cmpstr (understood, ==, cases[i].understood);
    }
}

static void
test_refuses (void)
{
  g_autofree char *long_one = g_strnfill (3000, 'a');
  GString *many = g_string_new (NULL);
  const char *cases[] = { "", "   ", "\"\"", "from:", "\xff\xfe", long_one, NULL };

  for (guint i = 0; i < 100; i++)
    g_string_append (many, "a ");
  cases[6] = many->str;
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (mail_query_new (cases[i], &error));
      g_assert_error (error, MAIL_ERROR, MAIL_ERROR_BAD_INPUT);
    }
  g_string_free (many, TRUE);
}

static gboolean
finds (const char *words)
{
  static const MailQueryRow row = { .subject = "Perché no? Straße",
                                    .from_name = "Anna Bianchi",
                                    .from_address = "anna@example.org",
                                    .to = "Shop <shop@example.com>",
                                    .cc = "Gardener <gardener@example.net>",
                                    .flags = MAIL_FLAG_FLAGGED,
                                    .has_attachment = TRUE,
                                    .internal_date = NOW - 10 * DAY };
  g_autoptr (MailQuery) query = mail_query_new (words, NULL);

  return mail_query_matches (query, &row, NOW);
}

static void
test_compares (void)
{
  static const char *const found[] = { "PERCHÉ",      "strasse",   "anna subject:straße", "from:BIANCHI",   "from:anna@",
                                       "to:gardener", "to:shop",   "is:unread",           "is:starred",     "has:attachment",
                                       "older:9d",    "newer:2w",  "arrived:2w",          "\"anna bianchi\"", "perche\xcc\x81" };
  static const char *const missed[] = { "subject:anna", "from:shop", "anna nobody", "older:11d", "newer:9d", "arrived:9d",
                                        "to:anna" };

  for (guint i = 0; i < G_N_ELEMENTS (found); i++)
    if (!finds (found[i]))
      g_error ("“%s” does not find what it should", found[i]);
  for (guint i = 0; i < G_N_ELEMENTS (missed); i++)
    if (finds (missed[i]))
      g_error ("“%s” finds what it should not", missed[i]);
}

static void
test_compares_state_alone (void)
{
  const MailQueryRow row = { .flags = MAIL_FLAG_SEEN, .internal_date = NOW - DAY };
  g_autoptr (MailQuery) words = mail_query_new ("nowhere in it newer:2d", NULL);
  g_autoptr (MailQuery) unread = mail_query_new ("nowhere is:unread", NULL);

  g_assert_true (mail_query_matches_state (words, &row, NOW));
  g_assert_false (mail_query_matches (words, &row, NOW));
  g_assert_false (mail_query_matches_state (unread, &row, NOW));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/query/reads-what-a-person-types", test_reads_words);
  g_test_add_func ("/core/query/refuses-what-nobody-types", test_refuses);
  g_test_add_func ("/core/query/compares-without-regard-to-case", test_compares);
  g_test_add_func ("/core/query/compares-flags-and-ages-without-the-text", test_compares_state_alone);
  return g_test_run ();
}
