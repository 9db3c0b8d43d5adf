/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "core/errors.h"
#include "lib/lying-imap.h"
#include "lib/temporary-store.h"
#include "mime/mime-message.h"
#include "store/store-bodies.h"
#include "store/store-mailboxes.h"
#include "store/store-messages.h"
#include "store/store-pieces.h"
#include "sync/engine.h"

/* Large things fetched in pieces from servers that do not do as they should: in the end the very bytes are here, or none. */

typedef struct
{
  LyingImap *server;
  TemporaryStore *temporary;
  MailAccountConfig *config;
  MailCredentials *credentials;
  MailEngine *engine;
  gint64 id;
} Scene;

static gboolean
add_message_job (MailDb *db, gpointer data, GError **error)
{
  Scene *scene = data;
  g_autoptr (MailMailboxInfo) inbox = mail_mailbox_info_new ("INBOX", '/', MAIL_ROLE_INBOX);
  g_autoptr (MailMessageInfo) info = mail_message_info_new ();

  g_assert_true (mail_store_mailboxes_put (db, inbox, error));
  g_assert_true (mail_store_mailboxes_set_synced (db, inbox->id, 7, 2, 0, 1, error));
  info->mailbox_id = inbox->id;
  info->uid = 1;
  info->size = (gint64) lying_imap_get_size (scene->server);
  info->structure = lying_imap_dup_structure (scene->server);
  info->where = MAIL_WHERE_SERVER;
  g_assert_true (mail_store_messages_insert (db, info, error));
  scene->id = info->id;
  return TRUE;
}

static Scene *
scene_new (LyingImapWay way, guint64 size)
{
  Scene *scene = g_new0 (Scene, 1);
  g_autofree char *where = NULL;

  scene->server = lying_imap_new (way, size);
  scene->temporary = temporary_store_new ();
  scene->config = mail_account_config_new ("Post");
  where = g_strdup_printf ("127.0.0.1:%u", lying_imap_get_port (scene->server));
  g_assert_true (mail_account_config_set (scene->config, "mode", "imap", NULL));
  g_assert_true (mail_account_config_set (scene->config, "incoming", where, NULL));
  g_assert_true (mail_account_config_set (scene->config, "incoming-security", "none", NULL));
  g_assert_true (mail_account_config_set (scene->config, "user", "anna", NULL));
  scene->credentials = mail_credentials_new_password ("anna", "pencil");
  scene->engine = mail_engine_new (scene->config, scene->temporary->store);
  temporary_store_write (scene->temporary, add_message_job, scene);
  return scene;
}

static void
scene_free (Scene *scene)
{
  g_object_unref (scene->engine);
  lying_imap_free (scene->server);
  mail_credentials_free (scene->credentials);
  mail_account_config_free (scene->config);
  temporary_store_free (scene->temporary);
  g_free (scene);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Scene, scene_free)

/* Over new connections, as long as each brings more. Returns how many were needed. */
static guint
fetch (Scene *scene, const char *section)
{
  guint connections = 0;

  for (;;)
    {
      g_autoptr (GError) error = NULL;

      g_assert_cmpuint (++connections, <, 100);
      mail_engine_open (scene->engine, scene->credentials, NULL, &error);
      g_assert_no_error (error);
      if (mail_engine_fetch (scene->engine, scene->id, section, NULL, &error))
        return connections;
      if (!mail_error_is_transient (error))
        g_assert_no_error (error);
    }
}

typedef struct
{
  gint64 id;
  GBytes *best;
  MailMessageInfo *row;
} Loaded;

static gboolean
load_job (MailDb *db, gpointer data, GError **error)
{
  Loaded *loaded = data;
  gboolean partial;

  loaded->row = mail_store_messages_get (db, loaded->id, error);
  loaded->best = mail_store_bodies_get_best (db, loaded->id, &partial, error);
  return loaded->row != NULL && loaded->best != NULL;
}

static void
assert_attachment (Scene *scene, guint64 size)
{
  Loaded loaded = { .id = scene->id };
  g_autoptr (MailMimeMessage) message = NULL;
  g_autoptr (GBytes) part = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *expected = g_malloc (size);

  temporary_store_read (scene->temporary, load_job, &loaded);
  message = mail_mime_message_parse (loaded.best, &mail_mime_default_limits, NULL, NULL);
  part = mail_mime_message_dup_part (message, 0, &error);
  g_assert_no_error (error);
  lying_imap_get_decoded (0, size, expected);
  g_assert_cmpmem (g_bytes_get_data (part, NULL), g_bytes_get_size (part), expected, size);
  g_bytes_unref (loaded.best);
  mail_message_info_free (loaded.row);
}

static void
assert_whole (Scene *scene)
{
  Loaded loaded = { .id = scene->id };
  g_autofree char *checksum = lying_imap_dup_checksum (scene->server);

  temporary_store_read (scene->temporary, load_job, &loaded);
  g_assert_cmpstr (loaded.row->sha256, ==, checksum);
  g_bytes_unref (loaded.best);
  mail_message_info_free (loaded.row);
}

static void
test_part (gconstpointer way)
{
  const guint64 size = 2 * 1024 * 1024 + 12345;
  g_autoptr (Scene) scene = scene_new ((LyingImapWay) GPOINTER_TO_INT (way), size);

  fetch (scene, NULL);
  fetch (scene, "2");
  assert_attachment (scene, size);
  temporary_store_check (scene->temporary);
}

static void
test_whole (gconstpointer way)
{
  g_autoptr (Scene) scene = scene_new ((LyingImapWay) GPOINTER_TO_INT (way), 2 * 1024 * 1024 + 12345);

  fetch (scene, "*");
  assert_whole (scene);
  temporary_store_check (scene->temporary);
}

/* What came before each cut is not asked for again. */
static void
test_cut (void)
{
  g_autoptr (Scene) scene = scene_new (LYING_IMAP_CUTS, 4 * 1024 * 1024);
  guint connections;

  connections = fetch (scene, "*");
  g_assert_cmpuint (connections, >, 2);
  g_assert_cmpuint (lying_imap_count_asked (scene->server), <=, 2 * connections);
  assert_whole (scene);
}

static gboolean
stop_cb (guint64 done, guint64 total, gpointer user_data)
{
  return done < total / 2;
}

typedef struct
{
  gint64 id;
  guint64 length;
} Measure;

/* What is here counts only as long as nothing about the message is another. */
static gboolean
measure_job (MailDb *db, gpointer data, GError **error)
{
  Measure *measure = data;
  g_autoptr (MailMessageInfo) row = mail_store_messages_get (db, measure->id, error);
  MailStorePieces of = { .message_id = measure->id, .section = "", .uidvalidity = 7, .uid = 1, .size = (guint64) row->size };
  MailStorePieces other = of;
  guint64 length;

  g_assert_true (mail_store_pieces_measure (db, &of, &measure->length, error));
  other.uidvalidity = 8;
  g_assert_true (mail_store_pieces_measure (db, &other, &length, error));
  g_assert_cmpuint (length, ==, 0);
  other = of;
  other.size++;
  g_assert_true (mail_store_pieces_measure (db, &other, &length, error));
  g_assert_cmpuint (length, ==, 0);
  g_assert_false (mail_store_pieces_make_body (db, &of, NULL));
  return TRUE;
}

static void
test_stopped (void)
{
  g_autoptr (Scene) scene = scene_new (LYING_IMAP_HONEST, 4 * 1024 * 1024);
  Measure measure = { 0 };
  g_autoptr (GError) error = NULL;
  guint asked;

  measure.id = scene->id;
  g_assert_true (mail_engine_open (scene->engine, scene->credentials, NULL, NULL));
  mail_engine_watch_fetch (scene->engine, stop_cb, NULL);
  g_assert_false (mail_engine_fetch (scene->engine, scene->id, "*", NULL, &error));
  g_assert_true (mail_error_is_cancelled (error));
  g_assert_true (mail_engine_is_open (scene->engine));
  temporary_store_read (scene->temporary, measure_job, &measure);
  g_assert_cmpuint (measure.length, >=, lying_imap_get_size (scene->server) / 2);
  asked = lying_imap_count_asked (scene->server);
  mail_engine_watch_fetch (scene->engine, NULL, NULL);
  fetch (scene, "*");
  g_assert_cmpuint (lying_imap_count_asked (scene->server), >, asked);
  assert_whole (scene);
}

/* In kB, the most that this process ever had. */
static guint64
peak_memory (void)
{
  g_autofree char *status = NULL;
  const char *line;

  g_assert_true (g_file_get_contents ("/proc/self/status", &status, NULL, NULL));
  line = strstr (status, "VmHWM:");
  return line != NULL ? g_ascii_strtoull (line + strlen ("VmHWM:"), NULL, 10) : 0;
}

typedef struct
{
  gint64 id;
  char *sha256;
} Checksum;

static gboolean
checksum_job (MailDb *db, gpointer data, GError **error)
{
  Checksum *checksum = data;
  g_autoptr (MailMessageInfo) row = mail_store_messages_get (db, checksum->id, error);

  checksum->sha256 = row != NULL ? g_strdup (row->sha256) : NULL;
  return row != NULL;
}

/* In bytes, what this process has of its own, in memory or not. */
static guint64
own_memory (void)
{
  g_autofree char *status = NULL;
  const char *line;

  g_assert_true (g_file_get_contents ("/proc/self/status", &status, NULL, NULL));
  line = strstr (status, "VmData:");
  g_assert_nonnull (line);
  return g_ascii_strtoull (line + strlen ("VmData:"), NULL, 10) * 1024;
}

static gboolean
compare_cb (const void *data, gsize size, gpointer user_data, GError **error)
{
  guint64 *at = user_data;
  g_autofree guint8 *expected = g_malloc (size);

  lying_imap_get_decoded (*at, size, expected);
  g_assert_true (memcmp (data, expected, size) == 0);
  *at += size;
  return TRUE;
}

/* To open what is here, and to write its attachment somewhere, with no more memory than a little: more would be refused. */
static G_GNUC_UNUSED void
assert_opens_in_little_memory (Scene *scene, guint64 size)
{
  Loaded loaded = { .id = scene->id };
  struct rlimit before;
  struct rlimit little;
  guint64 at = 0;

  g_assert_cmpint (getrlimit (RLIMIT_DATA, &before), ==, 0);
  little = before;
  little.rlim_cur = own_memory () + 16 * 1024 * 1024;
  g_assert_cmpint (setrlimit (RLIMIT_DATA, &little), ==, 0);
  temporary_store_read (scene->temporary, load_job, &loaded);
  {
    g_autoptr (MailMimeMessage) message = mail_mime_message_parse (loaded.best, &mail_mime_default_limits, NULL, NULL);

    g_assert_true (mail_mime_message_write_part (message, 0, compare_cb, &at, NULL));
  }
  g_assert_cmpint (setrlimit (RLIMIT_DATA, &before), ==, 0);
  g_assert_cmpuint (at, ==, size);
  g_bytes_unref (loaded.best);
  mail_message_info_free (loaded.row);
}

static void
test_memory (void)
{
  const char *megabytes = g_getenv ("MISSIVA_TEST_MEGABYTES");
  guint64 size = (megabytes != NULL ? g_ascii_strtoull (megabytes, NULL, 10) : 48) * 1024 * 1024;
  g_autoptr (Scene) scene = scene_new (LYING_IMAP_HONEST, size);
  g_autofree char *expected = lying_imap_dup_checksum (scene->server);
  Checksum here = { .id = scene->id };
  guint64 before = peak_memory ();

  fetch (scene, "*");
  g_test_message ("%" G_GUINT64_FORMAT " kB for %" G_GUINT64_FORMAT " kB", peak_memory () - before, size / 1024);
#if !defined(__SANITIZE_ADDRESS__)
  /* A few pieces, and the cache of the database. */
  g_assert_cmpuint (peak_memory () - before, <, 40 * 1024);
#endif
  temporary_store_read (scene->temporary, checksum_job, &here);
  g_assert_cmpstr (here.sha256, ==, expected);
  g_free (here.sha256);
#if !defined(__SANITIZE_ADDRESS__)
  assert_opens_in_little_memory (scene, size);
#endif
}

int
main (int argc, char **argv)
{
  static const char *const ways[] = { "honest",        "gives-little",   "says-less",  "says-more",     "ignores-offsets",
                                      "other-offset",  "nil-for-pieces", "ends-early", "cannot-decode", "binary-is-short",
                                      "hangs-up" };

  G_STATIC_ASSERT (G_N_ELEMENTS (ways) == LYING_IMAP_LAST + 1);
  g_test_init (&argc, &argv, NULL);
  /* First: the most that was ever needed is what is measured. */
  g_test_add_func ("/sync/imap-pieces/needs-no-memory-for-what-is-large", test_memory);
  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      g_autofree char *part = g_strconcat ("/sync/imap-pieces/an-attachment-is-whole-if-the-server-is/", ways[i], NULL);
      g_autofree char *whole = g_strconcat ("/sync/imap-pieces/a-message-is-whole-if-the-server-is/", ways[i], NULL);

      g_test_add_data_func (part, GINT_TO_POINTER (i), test_part);
      if (i != LYING_IMAP_NIL)
        g_test_add_data_func (whole, GINT_TO_POINTER (i), test_whole);
    }
  g_test_add_func ("/sync/imap-pieces/asks-for-nothing-twice-after-a-cut", test_cut);
  g_test_add_func ("/sync/imap-pieces/stops-between-two-pieces-and-goes-on-there", test_stopped);
  return g_test_run ();
}
