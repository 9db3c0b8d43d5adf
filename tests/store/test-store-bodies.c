/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "core/errors.h"
#include "lib/temporary-store.h"
#include "store/store-bodies.h"
#include "store/store-mailboxes.h"
#include "store/store-messages.h"
#include "store/store-pieces.h"

/* Bodies that come in pieces or from another row, and the figures of what is missing. */

typedef struct
{
  gint64 inbox;
  gint64 other;
} Places;

static TemporaryStore *
new_store (Places *places, MailRole other)
{
  TemporaryStore *store = temporary_store_new ();

  places->inbox = temporary_store_add_mailbox (store, "INBOX", MAIL_ROLE_INBOX, 0);
  places->other = temporary_store_add_mailbox (store, "Other", other, 0);
  return store;
}

static gint64
add (MailDb *db, gint64 mailbox, guint32 uid, gint64 size, const char *email_id)
{
  g_autoptr (MailMessageInfo) info = temporary_store_make_info (mailbox, 1, 0);
  g_autoptr (GError) error = NULL;

  info->uid = uid;
  info->size = size;
  info->email_id = g_strdup (email_id);
  mail_store_messages_insert (db, info, &error);
  g_assert_no_error (error);
  return info->id;
}

static GBytes *
make_body (gsize size)
{
  char *bytes = g_malloc (size);

  memset (bytes, 'x', size);
  return g_bytes_new_take (bytes, size);
}

static void
assert_figures (MailDb *db, gint64 id, guint bodies, guint texts, guint parts, gint64 bytes)
{
  g_autoptr (MailMailboxInfo) mailbox = mail_store_mailboxes_get (db, id, NULL);

  g_assert_cmpuint (mailbox->bodies, ==, bodies);
  g_assert_cmpuint (mailbox->texts, ==, texts);
  g_assert_cmpuint (mailbox->missing_parts, ==, parts);
  g_assert_cmpint (mailbox->missing_bytes, ==, bytes);
}

static gboolean
figures_job (MailDb *db, gpointer data, GError **error)
{
  const Places *places = data;
  gint64 first = add (db, places->inbox, 1, 5000, NULL);
  gint64 second = add (db, places->inbox, 2, 700, NULL);
  g_autoptr (GBytes) skeleton = make_body (300);
  g_autoptr (GBytes) body = make_body (700);
  gint64 copy;

  assert_figures (db, places->inbox, 0, 0, 0, 5700);
  g_assert_true (mail_store_bodies_put_partial (db, first, skeleton, 2, 4600, error));
  assert_figures (db, places->inbox, 0, 1, 2, 5300);
  g_assert_true (mail_store_bodies_put_partial (db, first, skeleton, 1, 1000, error));
  assert_figures (db, places->inbox, 0, 1, 1, 1700);
  g_assert_true (mail_store_messages_copy (db, first, places->other, &copy, error));
  assert_figures (db, places->other, 0, 1, 1, 1000);
  g_assert_true (mail_store_messages_move (db, first, places->other, 9, error));
  assert_figures (db, places->inbox, 0, 0, 0, 700);
  assert_figures (db, places->other, 0, 2, 2, 2000);
  g_assert_true (mail_store_bodies_put (db, second, body, NULL, error));
  assert_figures (db, places->inbox, 1, 1, 0, 0);
  /* A skeleton that comes after the whole is none. */
  g_assert_true (mail_store_bodies_put_partial (db, second, skeleton, 2, 4600, error));
  assert_figures (db, places->inbox, 1, 1, 0, 0);
  g_assert_true (mail_store_bodies_put (db, copy, body, NULL, error));
  assert_figures (db, places->other, 1, 2, 1, 1000);
  g_assert_true (mail_store_messages_remove (db, first, error));
  assert_figures (db, places->other, 1, 1, 0, 0);
  return TRUE;
}

static void
test_figures (void)
{
  Places places;
  g_autoptr (TemporaryStore) store = new_store (&places, MAIL_ROLE_NONE);

  temporary_store_write (store, figures_job, &places);
}

static void
assert_twin (MailDb *db, gint64 id, gint64 expected, gboolean expected_sure)
{
  gboolean sure;
  gint64 twin;

  g_assert_true (mail_store_messages_find_twin (db, id, 1000, &twin, &sure, NULL));
  g_assert_cmpint (twin, ==, expected);
  if (expected != 0)
    g_assert_true (sure == expected_sure);
}

static gboolean
twins_job (MailDb *db, gpointer data, GError **error)
{
  const Places *places = data;
  g_autoptr (GBytes) body = make_body (3000);
  gint64 original = add (db, places->inbox, 1, 3000, "M1");
  gint64 same = add (db, places->other, 1, 3000, "M1");
  gint64 another = add (db, places->other, 2, 3000, "M2");
  gint64 larger = add (db, places->other, 3, 3001, "M1");
  gint64 untold = add (db, places->other, 4, 3000, NULL);
  gboolean linked;

  assert_twin (db, same, 0, FALSE);
  g_assert_true (mail_store_bodies_put (db, original, body, NULL, error));
  g_assert_true (mail_store_messages_set_preview (db, original, "First words", error));
  assert_twin (db, same, original, TRUE);
  assert_twin (db, larger, 0, FALSE);
  /* The server says that it is another. */
  assert_twin (db, another, 0, FALSE);
  assert_twin (db, untold, original, FALSE);

  g_assert_true (mail_store_bodies_link_twin (db, larger, original, &linked, error));
  g_assert_false (linked);
  g_assert_true (mail_store_bodies_link_twin (db, same, original, &linked, error));
  g_assert_true (linked);
  assert_figures (db, places->other, 1, 1, 0, 3000 + 3001 + 3000);
  return TRUE;
}

static void
test_twins (void)
{
  Places places;
  g_autoptr (TemporaryStore) store = new_store (&places, MAIL_ROLE_NONE);

  temporary_store_write (store, twins_job, &places);
}

static gboolean
drafts_job (MailDb *db, gpointer data, GError **error)
{
  const Places *places = data;
  g_autoptr (GBytes) body = make_body (3000);
  gint64 sent = add (db, places->inbox, 1, 3000, NULL);
  gint64 draft = add (db, places->other, 1, 3000, NULL);

  g_assert_true (mail_store_bodies_put (db, sent, body, NULL, error));
  assert_twin (db, draft, 0, FALSE);
  return TRUE;
}

static void
test_drafts (void)
{
  Places places;
  g_autoptr (TemporaryStore) store = new_store (&places, MAIL_ROLE_DRAFTS);

  temporary_store_write (store, drafts_job, &places);
}

static gboolean
missing_job (MailDb *db, gpointer data, GError **error)
{
  const Places *places = data;
  g_autoptr (GArray) both = g_array_new (FALSE, FALSE, sizeof (gint64));
  guint messages;
  guint64 bytes;

  g_array_append_val (both, places->inbox);
  g_array_append_val (both, places->other);
  add (db, places->inbox, 1, 3000, "M1");
  add (db, places->other, 1, 3000, "M1");
  add (db, places->other, 2, 500, NULL);
  g_assert_true (mail_store_messages_measure_missing (db, both, &messages, &bytes, error));
  g_assert_cmpuint (messages, ==, 2);
  g_assert_cmpuint (bytes, ==, 3500);
  g_array_set_size (both, 0);
  g_assert_true (mail_store_messages_measure_missing (db, both, &messages, &bytes, error));
  g_assert_cmpuint (messages, ==, 0);
  return TRUE;
}

static void
test_missing (void)
{
  Places places;
  g_autoptr (TemporaryStore) store = new_store (&places, MAIL_ROLE_NONE);

  temporary_store_write (store, missing_job, &places);
}

static void
add_piece (MailDb *db, const MailStorePieces *of, guint64 start, const char *text, guint64 expected)
{
  g_autoptr (GBytes) data = g_bytes_new (text, strlen (text));
  guint64 length;

  g_assert_true (mail_store_pieces_add (db, of, start, data, NULL));
  g_assert_true (mail_store_pieces_measure (db, of, &length, NULL));
  g_assert_cmpuint (length, ==, expected);
}

static gboolean
pieces_job (MailDb *db, gpointer data, GError **error)
{
  const Places *places = data;
  gint64 id = add (db, places->inbox, 1, 11, NULL);
  MailStorePieces of = { .message_id = id, .section = "", .uidvalidity = 5, .uid = 1, .size = 11 };
  g_autoptr (GBytes) beginning = NULL;
  g_autoptr (GBytes) body = NULL;
  g_autoptr (GError) incomplete = NULL;

  add_piece (db, &of, 0, "Hello", 5);
  /* Beyond a gap nothing counts. */
  add_piece (db, &of, 7, "orld", 5);
  g_assert_false (mail_store_pieces_make_body (db, &of, &incomplete));
  g_assert_error (incomplete, MAIL_ERROR, MAIL_ERROR_NOT_FOUND);
  add_piece (db, &of, 5, " w", 7);
  /* The message was numbered anew: what came before is of another. */
  of.uidvalidity = 6;
  add_piece (db, &of, 0, "Howdy ", 6);
  add_piece (db, &of, 6, "world", 11);
  beginning = mail_store_pieces_dup_beginning (db, &of, 8, error);
  g_assert_cmpmem (g_bytes_get_data (beginning, NULL), g_bytes_get_size (beginning), "Howdy wo", 8);
  g_assert_true (mail_store_pieces_make_body (db, &of, error));
  body = mail_store_bodies_get (db, id, error);
  g_assert_cmpmem (g_bytes_get_data (body, NULL), g_bytes_get_size (body), "Howdy world", 11);
  assert_figures (db, places->inbox, 1, 1, 0, 0);
  return TRUE;
}

static void
test_pieces (void)
{
  Places places;
  g_autoptr (TemporaryStore) store = new_store (&places, MAIL_ROLE_NONE);

  temporary_store_write (store, pieces_job, &places);
}

static gboolean
part_job (MailDb *db, gpointer data, GError **error)
{
  static const char text[] = "head MARK tail";
  const Places *places = data;
  gint64 id = add (db, places->inbox, 1, 9000, NULL);
  MailStorePieces of = { .message_id = id, .section = "2", .uidvalidity = 5, .uid = 1, .size = 4 };
  const MailStoreGap gap = { .mark = 4, .mark_end = 9, .at = 10, .size = 600 };
  g_autoptr (GBytes) skeleton = g_bytes_new_static (text, strlen (text));
  g_autoptr (GBytes) filled = NULL;
  gboolean partial;
  guint64 length;

  g_assert_true (mail_store_bodies_put_partial (db, id, skeleton, 2, 1600, error));
  add_piece (db, &of, 0, "BO", 2);
  add_piece (db, &of, 2, "DY", 4);
  g_assert_true (mail_store_pieces_fill_partial (db, &of, skeleton, &gap, error));
  filled = mail_store_bodies_get_best (db, id, &partial, error);
  g_assert_true (partial);
  g_assert_cmpmem (g_bytes_get_data (filled, NULL), g_bytes_get_size (filled), "head BODYtail", 13);
  assert_figures (db, places->inbox, 0, 1, 1, 1000);
  g_assert_true (mail_store_pieces_measure (db, &of, &length, error));
  g_assert_cmpuint (length, ==, 0);
  return TRUE;
}

static void
test_part (void)
{
  Places places;
  g_autoptr (TemporaryStore) store = new_store (&places, MAIL_ROLE_NONE);

  temporary_store_write (store, part_job, &places);
}

static gboolean
stalled_job (MailDb *db, gpointer data, GError **error)
{
  const Places *places = data;
  gint64 id = add (db, places->inbox, 1, 100, NULL);
  MailStorePieces left = { .message_id = id, .section = "2", .uidvalidity = 7, .uid = 1, .size = 40 };
  MailStorePieces goes_on = { .message_id = id, .section = "3", .uidvalidity = 7, .uid = 1, .size = 40 };
  g_autoptr (GBytes) piece = make_body (10);
  g_autofree char *lines = NULL;
  g_autofree char *after = NULL;
  guint64 length;

  g_assert_true (mail_store_pieces_add (db, &left, 0, piece, NULL));
  g_assert_true (mail_store_pieces_add (db, &goes_on, 0, piece, NULL));
  lines = mail_store_pieces_describe (db, NULL);
  g_assert_true (mail_store_pieces_add (db, &goes_on, 10, piece, NULL));
  g_assert_true (mail_store_pieces_drop_stalled (db, lines, NULL));
  g_assert_true (mail_store_pieces_measure (db, &left, &length, NULL));
  g_assert_cmpuint (length, ==, 0);
  g_assert_true (mail_store_pieces_measure (db, &goes_on, &length, NULL));
  g_assert_cmpuint (length, ==, 20);
  /* With a message go its pieces. */
  g_assert_true (mail_store_messages_remove (db, id, NULL));
  after = mail_store_pieces_describe (db, NULL);
  g_assert_cmpstr (after, ==, "");
  return TRUE;
}

static void
test_stalled (void)
{
  Places places;
  g_autoptr (TemporaryStore) store = new_store (&places, MAIL_ROLE_NONE);

  temporary_store_write (store, stalled_job, &places);
}

/* No store can hold it: it is said before anything is fetched. */
static gboolean
too_large_job (MailDb *db, gpointer data, GError **error)
{
  const Places *places = data;
  MailStorePieces of = { .section = "", .uidvalidity = 7, .uid = 1, .size = G_GUINT64_CONSTANT (1) << 40 };
  g_autoptr (GError) failure = NULL;
  guint64 length;

  of.message_id = add (db, places->inbox, 1, 100, NULL);
  g_assert_false (mail_store_pieces_measure (db, &of, &length, &failure));
  g_assert_error (failure, MAIL_ERROR, MAIL_ERROR_UNREADABLE);
  return TRUE;
}

static void
test_too_large (void)
{
  Places places;
  g_autoptr (TemporaryStore) store = new_store (&places, MAIL_ROLE_NONE);

  temporary_store_write (store, too_large_job, &places);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/bodies/figures-follow-each-change", test_figures);
  g_test_add_func ("/store/bodies/the-same-message-is-found-in-another-mailbox", test_twins);
  g_test_add_func ("/store/bodies/a-draft-is-never-taken-for-another", test_drafts);
  g_test_add_func ("/store/bodies/what-lies-in-several-mailboxes-is-missing-once", test_missing);
  g_test_add_func ("/store/bodies/a-message-is-made-of-its-own-pieces-only", test_pieces);
  g_test_add_func ("/store/bodies/pieces-that-nobody-adds-to-are-dropped", test_stalled);
  g_test_add_func ("/store/bodies/what-no-store-can-hold-is-not-begun", test_too_large);
  g_test_add_func ("/store/bodies/a-part-goes-into-its-place", test_part);
  return g_test_run ();
}
