/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* The verbs on a message file, as another program runs them. */
typedef struct
{
  char *folder; /* empty at first, removed at the end */
  char *out;
  char *err;
  int status;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = g_dir_make_tmp ("missiva-cli-XXXXXX", NULL);
  g_assert_nonnull (fixture->folder);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GDir) dir = g_dir_open (fixture->folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (fixture->folder, name, NULL);

      g_assert_cmpint (g_unlink (path), ==, 0);
    }
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
  g_free (fixture->folder);
  g_free (fixture->out);
  g_free (fixture->err);
}

static char *
message_path (const char *name)
{
  return g_test_build_filename (G_TEST_DIST, "messages", name, NULL);
}

/* Arguments up to NULL. */
static void
run (Fixture *fixture, ...)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  const char *word;
  va_list words;

  g_ptr_array_add (argv, g_test_build_filename (G_TEST_BUILT, "..", "src", "missiva-cli", NULL));
  va_start (words, fixture);
  while ((word = va_arg (words, const char *)) != NULL)
    g_ptr_array_add (argv, g_strdup (word));
  va_end (words);
  g_ptr_array_add (argv, NULL);
  g_clear_pointer (&fixture->out, g_free);
  g_clear_pointer (&fixture->err, g_free);
  g_spawn_sync (NULL, (char **) argv->pdata, NULL, G_SPAWN_DEFAULT, NULL, NULL, &fixture->out, &fixture->err, &fixture->status,
                &error);
  g_assert_no_error (error);
  fixture->status = WEXITSTATUS (fixture->status);
}

static void
test_parse (Fixture *fixture, gconstpointer data)
{
  g_autofree char *file = message_path ("related.eml");
  g_autoptr (JsonNode) root = NULL;
  JsonObject *message;
  JsonObject *from;
  JsonObject *dot;

  run (fixture, "parse", file, "--json", NULL);
  g_assert_cmpint (fixture->status, ==, 0);
  g_assert_cmpstr (fixture->err, ==, "");
  root = json_from_string (fixture->out, NULL);
  message = json_node_get_object (root);
  from = json_array_get_object_element (json_object_get_array_member (message, "from"), 0);
  dot = json_array_get_object_element (json_object_get_array_member (message, "attachments"), 0);
  g_assert_cmpuint (json_object_get_size (message), ==, 10);
  g_assert_cmpstr (json_object_get_string_member (message, "subject"), ==, "With a picture");
  g_assert_cmpstr (json_object_get_string_member (from, "name"), ==, "Office");
  g_assert_cmpstr (json_object_get_string_member (from, "address"), ==, "office@example.org");
  g_assert_cmpstr (json_object_get_string_member (message, "date"), ==, "2026-10-01T10:11:12+02:00");
  g_assert_cmpstr (json_object_get_string_member (message, "message_id"), ==, "<related@example.org>");
  g_assert_cmpstr (json_object_get_string_member (message, "text"), ==, "Look at this.");
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (message, "to")), ==, 1);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (message, "cc")), ==, 0);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (message, "reply_to")), ==, 0);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (message, "attachments")), ==, 2);
  g_assert_cmpstr (json_object_get_string_member (dot, "filename"), ==, "dot.png");
  g_assert_cmpstr (json_object_get_string_member (dot, "content_type"), ==, "image/png");
  g_assert_cmpint (json_object_get_int_member (dot, "size"), ==, 69);
  g_assert_true (json_object_get_boolean_member (dot, "inline"));
  g_assert_cmpuint (strlen (json_object_get_string_member (dot, "sha256")), ==, 64);
}

static void
test_parse_empty (Fixture *fixture, gconstpointer data)
{
  g_autofree char *file = message_path ("empty.eml");

  run (fixture, "parse", file, "--json", NULL);
  g_assert_cmpint (fixture->status, ==, 0);
  g_assert_cmpstr (fixture->out, ==,
                   "{\"subject\":null,\"from\":[],\"to\":[],\"cc\":[],\"reply_to\":[],\"date\":null,\"message_id\":null,"
                   "\"text\":\"\",\"html\":null,\"attachments\":[]}\n");
}

static void
test_parse_nothing (Fixture *fixture, gconstpointer data)
{
  run (fixture, "parse", "/nonexistent/message.eml", NULL);
  g_assert_cmpint (fixture->status, ==, 1);
  g_assert_cmpstr (fixture->out, ==, "");
  g_assert_nonnull (strstr (fixture->err, "/nonexistent/message.eml"));

  run (fixture, "parse", "/nonexistent/message.eml", "--json", NULL);
  g_assert_cmpint (fixture->status, ==, 1);
  g_assert_true (g_str_has_prefix (fixture->out, "{\"ok\":false,\"error\":\"/nonexistent/message.eml: "));
}

static void
assert_file (Fixture *fixture, const char *name, const char *wanted)
{
  g_autofree char *path = g_build_filename (fixture->folder, name, NULL);
  g_autofree char *contents = NULL;

  g_assert_true (g_file_get_contents (path, &contents, NULL, NULL));
  g_assert_cmpstr (contents, ==, wanted);
}

static void
test_save_safely (Fixture *fixture, gconstpointer data)
{
  g_autofree char *file = message_path ("hostile-names.eml");
  g_autoptr (GDir) dir = NULL;
  int files = 0;

  run (fixture, "save-attachments", file, "--dir", fixture->folder, NULL);
  g_assert_cmpint (fixture->status, ==, 0);
  assert_file (fixture, "passwd.txt", "x");
  assert_file (fixture, "autoexec.bat", "x");
  assert_file (fixture, "bashrc", "x");
  assert_file (fixture, "_CON.png", "x");
  assert_file (fixture, "invoicefdp.exe", "x");
  assert_file (fixture, "attachment.txt", "x");
  dir = g_dir_open (fixture->folder, 0, NULL);
  while (g_dir_read_name (dir) != NULL)
    files++;
  g_assert_cmpint (files, ==, 7);
}

static void
test_save_twice (Fixture *fixture, gconstpointer data)
{
  g_autofree char *file = message_path ("related.eml");
  g_autofree char *mine = g_build_filename (fixture->folder, "Report 1.pdf", NULL);
  g_autofree char *link = g_build_filename (fixture->folder, "dot.png", NULL);
  g_autofree char *target = g_build_filename (fixture->folder, "target", NULL);

  g_assert_true (g_file_set_contents (mine, "mine", -1, NULL));
  g_assert_cmpint (symlink (target, link), ==, 0);
  run (fixture, "save-attachments", file, "--dir", fixture->folder, "--json", NULL);
  g_assert_cmpint (fixture->status, ==, 0);
  assert_file (fixture, "Report 1.pdf", "mine");
  assert_file (fixture, "Report 1 (2).pdf", "%PDF-1.4 not really");
  g_assert_false (g_file_test (target, G_FILE_TEST_EXISTS));
  g_assert_nonnull (strstr (fixture->out, "dot (2).png\",\"size\":69"));
  run (fixture, "save-attachments", file, "--dir", fixture->folder, NULL);
  assert_file (fixture, "Report 1 (3).pdf", "%PDF-1.4 not really");
}

static void
test_save_where_it_cannot (Fixture *fixture, gconstpointer data)
{
  g_autofree char *file = message_path ("related.eml");
  g_autofree char *taken = g_build_filename (fixture->folder, "file", NULL);

  g_assert_true (g_file_set_contents (taken, "mine", -1, NULL));
  run (fixture, "save-attachments", file, "--dir", taken, NULL);
  g_assert_cmpint (fixture->status, ==, 1);
  g_assert_nonnull (strstr (fixture->err, taken));
  run (fixture, "save-attachments", file, NULL);
  g_assert_cmpint (fixture->status, ==, 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/cli/parse/prints-what-the-contract-says", Fixture, NULL, set_up, test_parse, tear_down);
  g_test_add ("/cli/parse/prints-nulls-for-what-is-not-there", Fixture, NULL, set_up, test_parse_empty, tear_down);
  g_test_add ("/cli/parse/fails-without-a-file", Fixture, NULL, set_up, test_parse_nothing, tear_down);
  g_test_add ("/cli/save-attachments/uses-safe-names", Fixture, NULL, set_up, test_save_safely, tear_down);
  g_test_add ("/cli/save-attachments/never-overwrites", Fixture, NULL, set_up, test_save_twice, tear_down);
  g_test_add ("/cli/save-attachments/says-what-it-cannot", Fixture, NULL, set_up, test_save_where_it_cannot, tear_down);
  return g_test_run ();
}
