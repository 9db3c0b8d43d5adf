/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "ui/reader/text-lines.h"

static const MailTextLine *
line_at (GArray *lines, guint index)
{
  g_assert_cmpuint (index, <, lines->len);
  return &g_array_index (lines, MailTextLine, index);
}

static void
assert_line (GArray *lines, guint index, const char *text, guint level)
{
  const MailTextLine *line = line_at (lines, index);

  g_assert_cmpmem (line->text, line->length, text, strlen (text));
  g_assert_cmpuint (line->level, ==, level);
}

static void
test_levels (void)
{
  g_autoptr (GArray) lines = mail_text_lines_split ("own\r\n> one\n>> two\n> > two again\n>three > four\n");

  g_assert_cmpuint (lines->len, ==, 5);
  assert_line (lines, 0, "own", 0);
  assert_line (lines, 1, "one", 1);
  assert_line (lines, 2, "two", 2);
  assert_line (lines, 3, "two again", 2);
  assert_line (lines, 4, "three > four", 1);
}

static void
test_signature (void)
{
  g_autoptr (GArray) lines = mail_text_lines_split ("hello\n--\nno signature yet\n-- \nAda\n");

  g_assert_false (line_at (lines, 2)->signature);
  g_assert_true (line_at (lines, 3)->signature);
  g_assert_true (line_at (lines, 4)->signature);
}

static void
test_folds (void)
{
  g_autoptr (GArray) lines = mail_text_lines_split ("a\n> 1\n> 2\nb\n> 1\n> 2\n> 3\n> 4\nc\n");

  g_assert_false (line_at (lines, 1)->folds);
  for (guint i = 4; i < 8; i++)
    g_assert_true (line_at (lines, i)->folds);
  g_assert_false (line_at (lines, 8)->folds);
}

static void
test_many_quotations (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GArray) lines = NULL;

  for (guint i = 0; i < 60; i++)
    g_string_append (text, "a\n> 1\n> 2\n> 3\n> 4\n");
  lines = mail_text_lines_split (text->str);
  for (guint i = 0; i < 60; i++)
    g_assert_cmpint (line_at (lines, 5 * i + 1)->folds, ==, i < 50);
}

static void
test_only_quotation (void)
{
  g_autoptr (GArray) lines = mail_text_lines_split ("> 1\n> 2\n> 3\n> 4\n> 5\n\n-- \nAda\n");

  for (guint i = 0; i < lines->len; i++)
    g_assert_false (line_at (lines, i)->folds);
}

static void
test_long_line (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GArray) lines = NULL;
  gsize total = 0;

  for (guint i = 0; i < 20000; i++)
    g_string_append (text, "è");
  lines = mail_text_lines_split (text->str);
  g_assert_cmpuint (lines->len, >, 1);
  for (guint i = 0; i < lines->len; i++)
    {
      const MailTextLine *line = line_at (lines, i);

      g_assert_true (g_utf8_validate (line->text, (gssize) line->length, NULL));
      total += line->length;
    }
  g_assert_cmpuint (total, ==, text->len);
}

static void
assert_links (const char *line, const char *expected)
{
  g_autoptr (GArray) links = mail_text_lines_find_links (line, strlen (line));
  g_autoptr (GString) found = g_string_new (NULL);

  for (guint i = 0; i < links->len; i++)
    g_string_append_printf (found, "%s%s", i > 0 ? " " : "", g_array_index (links, MailTextLink, i).uri);
  g_assert_cmpstr (found->str, ==, expected);
}

static void
test_links (void)
{
  assert_links ("nothing here", "");
  assert_links ("see https://example.org/a?b=c&d.", "https://example.org/a?b=c&d");
  assert_links ("(see http://example.org/a_(b))", "http://example.org/a_(b)");
  assert_links ("<https://example.org/>, www.example.net!", "https://example.org/ https://www.example.net");
  assert_links ("write to ada@example.org or mailto:b@example.net?subject=x.",
                "mailto:ada@example.org mailto:b@example.net?subject=x");
  assert_links ("javascript:alert(1) file:///etc/passwd ftp://example.org/", "");
}

static void
test_misleading (void)
{
  g_assert_true (mail_text_link_misleads ("www.bank.example", "https://thief.example/"));
  g_assert_true (mail_text_link_misleads ("https://bank.example/login", "https://bank.example.thief.example/"));
  g_assert_false (mail_text_link_misleads ("https://bank.example/login", "https://www.bank.example/other"));
  g_assert_false (mail_text_link_misleads ("Our new prices", "https://shop.example/"));
  g_assert_false (mail_text_link_misleads ("Read more.", "https://shop.example/"));
  g_assert_true (mail_text_link_misleads ("Sign in at https://bank.example/login (safe)", "https://thief.example/"));
  g_assert_false (mail_text_link_misleads ("Sign in at https://bank.example/login (safe)", "https://bank.example/"));
  g_assert_false (mail_text_link_misleads ("write to ada@example.org", "https://shop.example/"));
  g_assert_true (mail_text_link_misleads ("https://bank.example@thief.example/", "https://bank.example@thief.example/"));
  g_assert_true (mail_text_link_misleads ("our prices", "https://bank.example@thief.example/"));
  g_assert_false (mail_text_link_misleads ("www.example.org", "mailto:ada@example.org"));
}

/* In parts of whatever length, the lines are the same: no quotation here is longer than a part may be. */
static void
test_parts (void)
{
  static const char text[] = "own\r\n> one\n> two\n> three\n> four\nagain: a\n>> deep\n\n-- \nAda\n> x\n\n\n";
  g_autoptr (GArray) whole = mail_text_lines_split (text);

  for (gsize length = 1; length < sizeof text; length++)
    {
      MailTextCursor cursor = { .rest = text };
      guint n = 0;

      while (*cursor.rest != '\0')
        {
          g_autoptr (GArray) part = mail_text_lines_split_on (&cursor, length);

          for (guint i = 0; i < part->len && n < whole->len; i++, n++)
            {
              const MailTextLine *line = line_at (part, i), *other = line_at (whole, n);

              g_assert_true (line->text == other->text);
              g_assert_cmpuint (line->length, ==, other->length);
              g_assert_cmpuint (line->level, ==, other->level);
              g_assert_cmpint (line->signature, ==, other->signature);
            }
        }
      g_assert_cmpuint (n, ==, whole->len);
    }
}

/* One line of megabytes does not come in one part. */
static void
test_parts_of_one_line (void)
{
  g_autofree char *text = g_strnfill (1000 * 1000, 'x');
  MailTextCursor cursor = { .rest = text };
  gsize length = 0;
  guint parts = 0;

  while (*cursor.rest != '\0')
    {
      const char *begin = cursor.rest;
      g_autoptr (GArray) part = mail_text_lines_split_on (&cursor, 50 * 1000);

      g_assert_cmpuint ((gsize) (cursor.rest - begin), <=, 110 * 1000);
      for (guint i = 0; i < part->len; i++)
        length += line_at (part, i)->length;
      parts++;
    }
  g_assert_cmpuint (length, ==, 1000 * 1000);
  g_assert_cmpuint (parts, >=, 9);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/text-lines/counts-quote-marks", test_levels);
  g_test_add_func ("/ui/text-lines/finds-the-signature", test_signature);
  g_test_add_func ("/ui/text-lines/folds-long-quotations-only", test_folds);
  g_test_add_func ("/ui/text-lines/folds-only-the-first-of-very-many-quotations", test_many_quotations);
  g_test_add_func ("/ui/text-lines/folds-nothing-when-there-is-nothing-else", test_only_quotation);
  g_test_add_func ("/ui/text-lines/cuts-very-long-lines-between-characters", test_long_line);
  g_test_add_func ("/ui/text-lines/finds-links-and-only-safe-ones", test_links);
  g_test_add_func ("/ui/text-lines/knows-a-link-that-misleads", test_misleading);
  g_test_add_func ("/ui/text-lines/come-in-parts-as-in-one-piece", test_parts);
  g_test_add_func ("/ui/text-lines/cut-one-endless-line-into-parts", test_parts_of_one_line);
  return g_test_run ();
}
