/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <json-glib/json-glib.h>
#include <string.h>

#include "mime/mime-html.h"
#include "mime/mime-message.h"

/* A folder of real and hostile messages, with what several other parsers agree on, is named by MISSIVA_CORPUS. It is not part
 * of this project. Its expected.json: { "group/file": { "subject": { "v": ..., "n": 3 }, ... }, ... }. */
#define WANTED_PERCENT 99.3

static int facts;
static int failures;

static char *
fold (const char *text)
{
  GString *out = g_string_new (NULL);

  for (const char *p = text != NULL ? text : ""; *p != '\0'; p = g_utf8_next_char (p))
    if (!g_unichar_isspace (g_utf8_get_char (p)))
      g_string_append_unichar (out, g_utf8_get_char (p));
    else if (out->len > 0 && out->str[out->len - 1] != ' ')
      g_string_append_c (out, ' ');
  return g_strchomp (g_string_free (out, FALSE));
}

/* A JSON string or array of strings as one line; null is empty. */
static char *
wanted_line (JsonNode *node)
{
  g_autoptr (GString) out = g_string_new (NULL);

  if (JSON_NODE_HOLDS_ARRAY (node))
    {
      JsonArray *array = json_node_get_array (node);

      for (guint i = 0; i < json_array_get_length (array); i++)
        {
          g_autofree char *one = fold (json_array_get_string_element (array, i));

          g_string_append_printf (out, "%s%s", i > 0 ? " | " : "", one);
        }
      return g_strdup (out->str);
    }
  if (JSON_NODE_HOLDS_NULL (node))
    return g_strdup ("");
  if (json_node_get_value_type (node) == G_TYPE_INT64)
    return g_strdup_printf ("%" G_GINT64_FORMAT, json_node_get_int (node));
  return fold (json_node_get_string (node));
}

static char *
addresses_line (const GPtrArray *addresses)
{
  g_autoptr (GString) out = g_string_new (NULL);

  for (guint i = 0; i < addresses->len; i++)
    {
      const MailAddress *one = g_ptr_array_index (addresses, i);
      g_autofree char *lower = g_utf8_strdown (one->address, -1);

      if (lower[0] != '\0') /* the facts leave out what is only a name */
        g_string_append_printf (out, "%s%s", out->len > 0 ? " | " : "", lower);
    }
  return g_strdup (out->str);
}

static int
compare_strings (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* Names or digests of the parts, sorted. */
static char *
parts_line (const MailMimeMessage *message, gboolean digests)
{
  const GPtrArray *parts = mail_mime_message_get_parts (message);
  g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < parts->len; i++)
    {
      const MailMimePart *part = g_ptr_array_index (parts, i);
      g_autoptr (GBytes) bytes = digests ? mail_mime_message_dup_part (message, i, NULL) : NULL;

      if (digests)
        g_ptr_array_add (words, g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes));
      else if (part->filename != NULL)
        g_ptr_array_add (words, fold (part->filename));
    }
  g_ptr_array_sort (words, compare_strings);
  g_ptr_array_add (words, NULL);
  return g_strjoinv (" | ", (char **) words->pdata);
}

/* What we say where the corpus says @key. */
static char *
our_line (const MailMimeMessage *message, const char *key)
{
  const GPtrArray *from = mail_mime_message_get_from (message);
  GDateTime *date = mail_mime_message_get_date (message);

  if (g_str_equal (key, "subject"))
    return fold (mail_mime_message_get_subject (message));
  if (g_str_equal (key, "from"))
    return addresses_line (from);
  if (g_str_equal (key, "to"))
    return addresses_line (mail_mime_message_get_to (message));
  if (g_str_equal (key, "cc"))
    return addresses_line (mail_mime_message_get_cc (message));
  if (g_str_equal (key, "from_name"))
    return fold (from->len > 0 ? ((MailAddress *) g_ptr_array_index (from, 0))->name : NULL);
  if (g_str_equal (key, "mid"))
    return fold (mail_mime_message_get_message_id (message));
  if (g_str_equal (key, "date"))
    return date != NULL ? g_strdup_printf ("%" G_GINT64_FORMAT, g_date_time_to_unix (date)) : g_strdup ("");
  if (g_str_equal (key, "attachments"))
    return g_strdup_printf ("%u", mail_mime_message_get_parts (message)->len);
  if (g_str_equal (key, "filenames") || g_str_equal (key, "sha256"))
    return parts_line (message, key[0] == 's');
  return fold (mail_mime_message_get_text (message));
}

/* Only those digests are facts on which parsers agree, so that we may have more. Both lists are sorted. */
static gboolean
has_all_words (const char *ours, const char *wanted)
{
  g_auto (GStrv) have = g_strsplit (ours, " | ", -1);
  g_auto (GStrv) need = g_strsplit (wanted, " | ", -1);
  guint found = 0;

  for (guint i = 0; have[i] != NULL && need[found] != NULL; i++)
    found += g_str_equal (have[i], need[found]);
  return need[found] == NULL;
}

static void
check_fact (const MailMimeMessage *message, const char *file, const char *key, JsonObject *fact)
{
  g_autofree char *wanted = wanted_line (json_object_get_member (fact, "v"));
  g_autofree char *ours = our_line (message, key);
  gboolean holds = g_str_equal (ours, wanted);
  g_autofree char *shown_wanted = NULL;
  g_autofree char *shown_ours = NULL;

  if (g_str_equal (key, "snippet"))
    holds = strstr (ours, wanted) != NULL;
  else if (g_str_equal (key, "sha256"))
    holds = has_all_words (ours, wanted);

  facts++;
  if (holds)
    return;
  failures++;
  /* Each on one line of plain ASCII, whatever the message holds. */
  shown_wanted = g_strescape (wanted, NULL);
  shown_ours = g_strescape (ours, NULL);
  g_test_message ("%s: %s: wanted “%.300s”, got “%.300s”", file, key, shown_wanted, shown_ours);
}

static void
check_file (JsonObject *root, const char *file, JsonNode *node, gpointer folder)
{
  g_autofree char *path = g_build_filename (folder, file, NULL);
  g_autofree char *contents = NULL;
  g_autoptr (MailMimeMessage) message = NULL;
  g_autoptr (GBytes) raw = NULL;
  JsonObject *expected = json_node_get_object (node);
  JsonObjectIter iter;
  const char *key;
  JsonNode *fact;
  gsize length;

  g_assert_true (g_file_get_contents (path, &contents, &length, NULL));
  raw = g_bytes_new (contents, length);
  message = mail_mime_message_parse (raw, &mail_mime_default_limits, NULL, NULL);
  json_object_iter_init (&iter, expected);
  while (json_object_iter_next (&iter, &key, &fact))
    check_fact (message, file, key, json_node_get_object (fact));
}

static void
test_facts (void)
{
  const char *folder = g_getenv ("MISSIVA_CORPUS");
  g_autofree char *path = NULL;
  g_autoptr (JsonParser) parser = json_parser_new ();
  double percent;

  if (folder == NULL || folder[0] == '\0')
    {
      g_test_skip ("MISSIVA_CORPUS names no folder");
      return;
    }
  path = g_build_filename (folder, "expected.json", NULL);
  g_assert_true (json_parser_load_from_file (parser, path, NULL));
  json_object_foreach_member (json_node_get_object (json_parser_get_root (parser)), check_file, (gpointer) folder);
  percent = facts > 0 ? 100.0 * (facts - failures) / facts : 0;
  g_test_message ("%d of %d facts hold: %.2f %%", facts - failures, facts, percent);
  g_assert_cmpfloat (percent, >=, WANTED_PERCENT);
}

/* Asks everything of one message. */
static void
use_whole (const char *path)
{
  g_autofree char *contents = NULL;
  gsize length;
  g_autoptr (GBytes) raw = NULL;
  g_autoptr (MailMimeMessage) message = NULL;
  g_autoptr (MailMessageInfo) info = mail_message_info_new ();
  g_auto (GStrv) headers = NULL;

  g_assert_true (g_file_get_contents (path, &contents, &length, NULL));
  raw = g_bytes_new (contents, length);
  message = mail_mime_message_parse (raw, &mail_mime_default_limits, NULL, NULL);
  mail_mime_message_fill_info (message, info);
  headers = mail_mime_message_dup_headers (message);
  for (guint i = 0; i < mail_mime_message_get_parts (message)->len; i++)
    {
      const MailMimePart *part = g_ptr_array_index (mail_mime_message_get_parts (message), i);
      g_autoptr (GBytes) bytes = mail_mime_message_dup_part (message, i, NULL);
      g_autofree char *safe = mail_mime_safe_filename (part->filename, part->content_type);

      g_assert_true (part->missing || g_bytes_get_size (bytes) == part->size);
      g_assert_null (strchr (safe, '/'));
    }
  for (char **line = headers; *line != NULL; line++)
    g_assert_true (g_utf8_validate (*line, -1, NULL));
}

static int
use_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;
  int files = 0;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        files += use_folder (path);
      else if (g_file_test (path, G_FILE_TEST_IS_REGULAR))
        {
          use_whole (path);
          files++;
        }
    }
  return files;
}

static void
test_whole (void)
{
  const char *folder = g_getenv ("MISSIVA_CORPUS");
  int files;

  if (folder == NULL || folder[0] == '\0')
    {
      g_test_skip ("MISSIVA_CORPUS names no folder");
      return;
    }
  files = use_folder (folder);
  g_test_message ("%d files", files);
  g_assert_cmpint (files, >, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mime/corpus/parses-every-file", test_whole);
  g_test_add_func ("/mime/corpus/agrees-with-other-parsers", test_facts);
  return g_test_run ();
}
