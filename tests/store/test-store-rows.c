/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "core/errors.h"
#include "lib/temporary-store.h"
#include "store/store-bodies.h"
#include "store/store-mailboxes.h"
#include "store/store-messages.h"
#include "store/store-ops.h"
#include "store/store-suspects.h"
#include "store/store-uidl.h"

typedef struct
{
  gint64 mailbox;
  gint64 other;
  gint64 id;
} Facts;

static GBytes *
make_raw (const char *word)
{
  g_autofree char *text = g_strdup_printf ("Subject: %s\r\n\r\n%s\r\n", word, word);

  return g_bytes_new (text, strlen (text));
}

static guint
count_rows (GPtrArray *rows)
{
  guint count = rows->len;

  g_ptr_array_unref (rows);
  return count;
}

static gboolean
every_field_job (MailDb *db, gpointer data, GError **error)
{
  Facts *facts = data;
  g_autoptr (MailMessageInfo) info = temporary_store_make_info (facts->mailbox, 7, MAIL_FLAG_FLAGGED);
  g_autoptr (MailMessageInfo) back = NULL;
  g_autoptr (MailMessageInfo) by_uid = NULL;

  info->uidl = g_strdup ("u7");
  info->keywords = g_strdup ("Home Work");
  info->in_reply_to = g_strdup ("<1@example.org>");
  info->references = g_strdup ("<0@example.org> <1@example.org>");
  info->cc = g_strdup ("cc@example.org");
  info->preview = g_strdup ("First words");
  info->has_attachment = TRUE;
  info->structure = g_strdup ("(\"TEXT\" \"PLAIN\")");
  g_assert_true (mail_store_messages_insert (db, info, error));

  back = mail_store_messages_get (db, info->id, error);
  g_assert_cmpint (back->mailbox_id, ==, facts->mailbox);
  g_assert_cmpuint (back->uid, ==, 7);
  g_assert_cmpstr (back->uidl, ==, info->uidl);
  g_assert_cmpint (back->flags, ==, info->flags);
  g_assert_cmpstr (back->keywords, ==, info->keywords);
  g_assert_cmpint (back->date, ==, info->date);
  g_assert_cmpint (back->internal_date, ==, info->internal_date);
  g_assert_cmpint (back->size, ==, info->size);
  g_assert_cmpstr (back->message_id, ==, info->message_id);
  g_assert_cmpstr (back->in_reply_to, ==, info->in_reply_to);
  g_assert_cmpstr (back->references, ==, info->references);
  g_assert_cmpstr (back->subject, ==, info->subject);
  g_assert_cmpstr (back->from_name, ==, info->from_name);
  g_assert_cmpstr (back->from_address, ==, info->from_address);
  g_assert_cmpstr (back->to, ==, info->to);
  g_assert_cmpstr (back->cc, ==, info->cc);
  g_assert_cmpstr (back->preview, ==, info->preview);
  g_assert_cmpstr (back->structure, ==, info->structure);
  g_assert_true (back->has_attachment);
  g_assert_cmpint (back->where, ==, MAIL_WHERE_SERVER);
  g_assert_null (back->sha256);
  by_uid = mail_store_messages_find_uid (db, facts->mailbox, 7, error);
  g_assert_cmpint (by_uid->id, ==, info->id);
  g_assert_null (mail_store_messages_find_uid (db, facts->mailbox, 8, error));
  return TRUE;
}

static void
test_keeps_every_field (void)
{
  g_autoptr (TemporaryStore) store = temporary_store_new ();
  Facts facts = { .mailbox = temporary_store_add_mailbox (store, "INBOX", MAIL_ROLE_INBOX, 0) };

  temporary_store_write (store, every_field_job, &facts);
}

static gboolean
order_job (MailDb *db, gpointer data, GError **error)
{
  Facts *facts = data;
  g_autoptr (GArray) ids = mail_store_messages_ids (db, facts->mailbox, error);
  g_autoptr (GArray) keys = mail_store_messages_keys (db, facts->mailbox, error);
  g_autoptr (GArray) some = NULL;
  g_autoptr (GPtrArray) rows = mail_store_messages_list (db, 0, 2, error);
  g_autoptr (GPtrArray) page = NULL;
  const gint64 wanted[] = { g_array_index (ids, gint64, 1), 4711, g_array_index (ids, gint64, 0) };

  g_assert_cmpuint (ids->len, ==, 3);
  for (guint i = 0; i < 3; i++)
    {
      g_assert_cmpint (g_array_index (keys, MailStoreKey, i).id, ==, g_array_index (ids, gint64, i));
      g_assert_cmpint (g_array_index (keys, MailStoreKey, i).date, ==, 1700000000 + 60 * (3 - (gint64) i));
    }
  g_assert_cmpuint (rows->len, ==, 2);
  g_assert_cmpuint (((MailMessageInfo *) g_ptr_array_index (rows, 0))->uid, ==, 3);
  g_assert_cmpuint (((MailMessageInfo *) g_ptr_array_index (rows, 1))->uid, ==, 2);

  page = mail_store_messages_load (db, wanted, 3, error);
  g_assert_cmpuint (((MailMessageInfo *) g_ptr_array_index (page, 0))->uid, ==, 2);
  g_assert_null (g_ptr_array_index (page, 1));
  g_assert_cmpuint (((MailMessageInfo *) g_ptr_array_index (page, 2))->uid, ==, 3);
  some = mail_store_messages_keys_of (db, facts->mailbox, wanted, 3, error);
  g_assert_cmpuint (some->len, ==, 2);
  return TRUE;
}

static void
test_lists_newest_first (void)
{
  g_autoptr (TemporaryStore) store = temporary_store_new ();
  Facts facts = { .mailbox = temporary_store_add_mailbox (store, "INBOX", MAIL_ROLE_INBOX, 0) };

  temporary_store_add_message (store, facts.mailbox, 2, 0);
  temporary_store_add_message (store, facts.mailbox, 3, 0);
  temporary_store_add_message (store, facts.mailbox, 1, 0);
  temporary_store_read (store, order_job, &facts);
}

static gboolean
twice_job (MailDb *db, gpointer data, GError **error)
{
  Facts *facts = data;
  g_autoptr (MailMessageInfo) info = temporary_store_make_info (facts->mailbox, 1, 0);
  g_autoptr (MailMessageInfo) lost = temporary_store_make_info (999, 1, 0);
  g_autoptr (GError) exists = NULL;
  g_autoptr (GError) missing = NULL;

  g_assert_false (mail_store_messages_insert (db, info, &exists));
  g_assert_error (exists, MAIL_ERROR, MAIL_ERROR_EXISTS);
  g_assert_false (mail_store_messages_insert (db, lost, &missing));
  g_assert_error (missing, MAIL_ERROR, MAIL_ERROR_NOT_FOUND);
  return TRUE;
}

static void
test_a_uid_exists_once (void)
{
  g_autoptr (TemporaryStore) store = temporary_store_new ();
  Facts facts = { .mailbox = temporary_store_add_mailbox (store, "INBOX", MAIL_ROLE_INBOX, 0) };

  temporary_store_add_message (store, facts.mailbox, 1, 0);
  temporary_store_add_message (store, facts.mailbox, 0, 0);
  temporary_store_add_message (store, facts.mailbox, 0, 0);
  temporary_store_write (store, twice_job, &facts);
}

static gboolean
bodies_job (MailDb *db, gpointer data, GError **error)
{
  Facts *facts = data;
  g_autoptr (GBytes) raw = make_raw ("shared");
  g_autoptr (GBytes) skeleton = make_raw ("skeleton");
  g_autoptr (GBytes) back = NULL;
  g_autoptr (GBytes) best = NULL;
  g_autoptr (GError) missing = NULL;
  g_autoptr (MailMessageInfo) info = NULL;
  gboolean partial;
  gint64 copy;

  g_assert_null (mail_store_bodies_get (db, facts->id, &missing));
  g_assert_error (missing, MAIL_ERROR, MAIL_ERROR_NOT_FOUND);
  g_assert_true (mail_store_bodies_put_partial (db, facts->id, skeleton, 1, 1000, error));
  best = mail_store_bodies_get_best (db, facts->id, &partial, error);
  g_assert_true (partial && g_bytes_equal (best, skeleton));

  g_assert_true (mail_store_bodies_put (db, facts->id, raw, NULL, error));
  g_bytes_unref (best);
  best = mail_store_bodies_get_best (db, facts->id, &partial, error);
  g_assert_true (!partial && g_bytes_equal (best, raw));
  info = mail_store_messages_get (db, facts->id, error);
  g_assert_cmpint (info->where, ==, MAIL_WHERE_BOTH);
  g_assert_cmpuint (strlen (info->sha256), ==, 64);

  g_assert_true (mail_store_messages_copy (db, facts->id, facts->other, &copy, error));
  g_assert_true (mail_store_messages_remove (db, facts->id, error));
  back = mail_store_bodies_get (db, copy, error);
  g_assert_true (g_bytes_equal (back, raw));
  facts->id = copy;
  return TRUE;
}

static gboolean
last_body_job (MailDb *db, gpointer data, GError **error)
{
  Facts *facts = data;
  g_autoptr (GBytes) raw = make_raw ("shared");
  g_autoptr (MailMessageInfo) info = temporary_store_make_info (facts->mailbox, 50, 0);
  guint8 hash[32];
  gboolean found;

  mail_store_hash (raw, hash);
  g_assert_true (mail_store_messages_insert (db, info, error));
  g_assert_true (mail_store_bodies_link (db, info->id, hash, &found, error));
  g_assert_true (found);
  g_assert_true (mail_store_messages_remove (db, info->id, error));
  g_assert_true (mail_store_messages_remove (db, facts->id, error));
  info->uid = 51;
  g_assert_true (mail_store_messages_insert (db, info, error));
  g_assert_true (mail_store_bodies_link (db, info->id, hash, &found, error));
  g_assert_false (found);
  return TRUE;
}

static void
test_a_body_is_shared_and_goes_with_the_last_row (void)
{
  g_autoptr (TemporaryStore) store = temporary_store_new ();
  Facts facts = { .mailbox = temporary_store_add_mailbox (store, "INBOX", MAIL_ROLE_INBOX, 0),
                  .other = temporary_store_add_mailbox (store, "Other", MAIL_ROLE_NONE, 0) };

  facts.id = temporary_store_add_message (store, facts.mailbox, 1, 0);
  temporary_store_write (store, bodies_job, &facts);
  temporary_store_check (store);
  temporary_store_write (store, last_body_job, &facts);
}

static gboolean
flags_job (MailDb *db, gpointer data, GError **error)
{
  Facts *facts = data;
  g_autoptr (MailOp) op = mail_op_new (MAIL_OP_FLAGS, facts->id, facts->mailbox, 1);
  g_autoptr (MailOp) back = mail_op_new (MAIL_OP_FLAGS, facts->id, facts->mailbox, 1);
  g_autoptr (MailMessageInfo) info = NULL;

  op->flags_add = MAIL_FLAG_SEEN;
  g_assert_true (mail_store_messages_set_flags (db, facts->id, MAIL_FLAG_SEEN, error));
  g_assert_true (mail_store_ops_add (db, op, error));
  g_assert_cmpint (op->id, !=, 0);

  /* Old news from the server does not undo what the person just did. */
  g_assert_true (mail_store_messages_set_server_flags (db, facts->id, MAIL_FLAG_FLAGGED, "Work", error));
  info = mail_store_messages_get (db, facts->id, error);
  g_assert_cmpint (info->flags, ==, MAIL_FLAG_SEEN | MAIL_FLAG_FLAGGED);
  g_assert_cmpstr (info->keywords, ==, "Work");

  /* Taking it back leaves nothing to do. */
  back->flags_remove = MAIL_FLAG_SEEN;
  g_assert_true (mail_store_ops_add (db, back, error));
  g_assert_cmpint (back->id, ==, 0);
  g_assert_cmpuint (count_rows (mail_store_ops_list (db, 0, error)), ==, 0);
  return TRUE;
}

static void
test_waiting_flags_stand_over_old_news (void)
{
  g_autoptr (TemporaryStore) store = temporary_store_new ();
  Facts facts = { .mailbox = temporary_store_add_mailbox (store, "INBOX", MAIL_ROLE_INBOX, 0) };

  facts.id = temporary_store_add_message (store, facts.mailbox, 1, 0);
  temporary_store_write (store, flags_job, &facts);
}

static gboolean
moves_job (MailDb *db, gpointer data, GError **error)
{
  Facts *facts = data;
  g_autoptr (MailOp) first = mail_op_new (MAIL_OP_MOVE, facts->id, facts->mailbox, 1);
  g_autoptr (MailOp) back = mail_op_new (MAIL_OP_MOVE, facts->id, facts->other, 0);
  g_autoptr (MailOp) again = mail_op_new (MAIL_OP_MOVE, facts->id, facts->mailbox, 1);
  g_autoptr (GPtrArray) list = NULL;
  MailOp *stored;

  first->target_id = facts->other;
  back->target_id = facts->mailbox;
  again->target_id = facts->other;
  g_assert_true (mail_store_ops_add (db, first, error));
  g_assert_true (mail_store_ops_add (db, back, error));
  g_assert_cmpint (back->id, ==, 0);

  /* What was handed to the server is not folded any more. */
  g_assert_true (mail_store_ops_add (db, again, error));
  g_assert_true (mail_store_ops_set_state (db, again->id, MAIL_OP_SENT, error));
  g_assert_true (mail_store_ops_add (db, back, error));
  g_assert_true (mail_store_ops_set_error (db, back->id, "busy", error));
  g_assert_true (mail_store_ops_set_uid (db, facts->id, facts->other, 77, error));
  list = mail_store_ops_list (db, facts->id, error);
  g_assert_cmpuint (list->len, ==, 2);
  stored = g_ptr_array_index (list, 1);
  g_assert_cmpint (stored->target_id, ==, facts->mailbox);
  g_assert_cmpuint (stored->uid, ==, 77);
  g_assert_cmpuint (stored->attempts, ==, 1);
  g_assert_cmpstr (stored->last_error, ==, "busy");
  g_assert_cmpint (stored->created, >, 0);
  return TRUE;
}

static void
test_operations_fold_while_they_wait (void)
{
  g_autoptr (TemporaryStore) store = temporary_store_new ();
  Facts facts = { .mailbox = temporary_store_add_mailbox (store, "INBOX", MAIL_ROLE_INBOX, 0),
                  .other = temporary_store_add_mailbox (store, "Other", MAIL_ROLE_NONE, 0) };

  facts.id = temporary_store_add_message (store, facts.mailbox, 1, 0);
  temporary_store_write (store, moves_job, &facts);
}

/* A copy whose answer was lost may have been made: whoever uploads it instead has to look first. */
static gboolean
upload_instead_job (MailDb *db, gpointer data, GError **error)
{
  Facts *facts = data;
  g_autoptr (GBytes) raw = make_raw ("kept");
  g_autoptr (MailOp) copy = mail_op_new (MAIL_OP_COPY, facts->id, facts->mailbox, 1);
  g_autoptr (GPtrArray) list = NULL;
  gboolean done;
  MailOp *stored;

  copy->target_id = facts->other;
  g_assert_true (mail_store_ops_add (db, copy, error));
  g_assert_true (mail_store_ops_set_state (db, copy->id, MAIL_OP_SENT, error));
  g_assert_true (mail_store_ops_upload_instead (db, copy->id, &done, error));
  g_assert_false (done);
  g_assert_true (mail_store_bodies_put (db, facts->id, raw, NULL, error));
  g_assert_true (mail_store_ops_upload_instead (db, copy->id, &done, error));
  g_assert_true (done);

  list = mail_store_ops_list (db, facts->id, error);
  g_assert_cmpuint (list->len, ==, 1);
  stored = g_ptr_array_index (list, 0);
  g_assert_cmpint (stored->kind, ==, MAIL_OP_APPEND);
  g_assert_cmpint (stored->state, ==, MAIL_OP_SENT);
  g_assert_cmpint (stored->mailbox_id, ==, facts->other);
  g_assert_cmpint (stored->target_id, ==, 0);
  g_assert_cmpuint (stored->uid, ==, 0);
  return TRUE;
}

static void
test_an_upload_remembers_that_its_copy_was_sent (void)
{
  g_autoptr (TemporaryStore) store = temporary_store_new ();
  Facts facts = { .mailbox = temporary_store_add_mailbox (store, "INBOX", MAIL_ROLE_INBOX, 0),
                  .other = temporary_store_add_mailbox (store, "Other", MAIL_ROLE_NONE, 0) };

  facts.id = temporary_store_add_message (store, facts.other, 0, 0);
  temporary_store_write (store, upload_instead_job, &facts);
}

static gboolean
reset_job (MailDb *db, gpointer data, GError **error)
{
  Facts *facts = data;
  g_autoptr (GBytes) raw = make_raw ("kept");
  g_autoptr (GBytes) back = NULL;
  g_autoptr (MailOp) append = mail_op_new (MAIL_OP_APPEND, facts->id + 1, facts->mailbox, 0);
  g_autoptr (MailMailboxInfo) mailbox = NULL;
  g_autoptr (MailMessageInfo) news = temporary_store_make_info (facts->mailbox, 1, 0);
  gint64 orphan;

  g_assert_true (mail_store_bodies_put (db, facts->id, raw, NULL, error));
  g_assert_true (mail_store_ops_add (db, append, error));
  g_assert_true (mail_store_mailboxes_set_synced (db, facts->mailbox, 5, 9, 11, 3, error));
  g_assert_true (mail_store_mailboxes_reset_uids (db, facts->mailbox, 6, error));

  mailbox = mail_store_mailboxes_get (db, facts->mailbox, error);
  g_assert_cmpuint (mailbox->uidvalidity, ==, 6);
  g_assert_cmpuint (mailbox->uidnext, ==, 0);
  g_assert_cmpuint (mailbox->highestmodseq, ==, 0);
  g_assert_cmpuint (mailbox->bodies, ==, 1);
  g_assert_cmpuint (count_rows (mail_store_ops_list (db, 0, error)), ==, 1);
  back = mail_store_bodies_get (db, facts->id, error);
  g_assert_true (g_bytes_equal (back, raw));

  g_assert_true (mail_store_messages_find_orphan (db, facts->mailbox, news, &orphan, error));
  g_assert_cmpint (orphan, ==, facts->id);
  g_assert_true (mail_store_messages_set_uid (db, orphan, 901, error));
  g_assert_true (mail_store_messages_find_orphan (db, facts->mailbox, news, &orphan, error));
  g_assert_cmpint (orphan, ==, 0);
  return TRUE;
}

static void
test_a_new_uidvalidity_keeps_bodies (void)
{
  g_autoptr (TemporaryStore) store = temporary_store_new ();
  Facts facts = { .mailbox = temporary_store_add_mailbox (store, "INBOX", MAIL_ROLE_INBOX, 0) };

  facts.id = temporary_store_add_message (store, facts.mailbox, 1, 0);
  temporary_store_add_message (store, facts.mailbox, 2, 0);
  temporary_store_write (store, reset_job, &facts);
}

static gboolean
orphan_job (MailDb *db, gpointer data, GError **error)
{
  Facts *facts = data;
  g_autoptr (MailMessageInfo) info = temporary_store_make_info (facts->mailbox, 0, 0);
  gint64 orphan;

  /* Another size, the same Message-ID and date: servers count line ends differently. */
  info->size += 3;
  g_assert_true (mail_store_messages_find_orphan (db, facts->mailbox, info, &orphan, error));
  g_assert_cmpint (orphan, ==, facts->id);
  g_clear_pointer (&info->message_id, g_free);
  g_assert_true (mail_store_messages_find_orphan (db, facts->mailbox, info, &orphan, error));
  g_assert_cmpint (orphan, ==, facts->id);
  info->message_id = g_strdup ("<another@example.org>");
  g_assert_true (mail_store_messages_find_orphan (db, facts->mailbox, info, &orphan, error));
  g_assert_cmpint (orphan, ==, 0);
  return TRUE;
}

/* Reports of a machine: one sender, one second, no Message-ID. */
static gboolean
nameless_orphan_job (MailDb *db, gpointer data, GError **error)
{
  Facts *facts = data;
  g_autoptr (MailMessageInfo) info = temporary_store_make_info (facts->mailbox, 5, 0);
  gint64 orphan;

  info->uid = 0;
  g_clear_pointer (&info->message_id, g_free);
  g_assert_true (mail_store_messages_insert (db, info, error));
  g_assert_true (mail_store_messages_find_orphan (db, facts->mailbox, info, &orphan, error));
  g_assert_cmpint (orphan, ==, info->id);
  info->size++;
  g_assert_true (mail_store_messages_find_orphan (db, facts->mailbox, info, &orphan, error));
  g_assert_cmpint (orphan, ==, 0);
  return TRUE;
}

static void
test_an_orphan_is_found_by_what_it_says (void)
{
  g_autoptr (TemporaryStore) store = temporary_store_new ();
  Facts facts = { .mailbox = temporary_store_add_mailbox (store, "INBOX", MAIL_ROLE_INBOX, 0) };

  facts.id = temporary_store_add_message (store, facts.mailbox, 0, 0);
  temporary_store_read (store, orphan_job, &facts);
  temporary_store_write (store, nameless_orphan_job, &facts);
}

static gboolean
missing_job (MailDb *db, gpointer data, GError **error)
{
  Facts *facts = data;
  g_autoptr (GBytes) raw = make_raw ("three");
  g_autoptr (GArray) all = NULL;
  g_autoptr (GArray) one = NULL;
  g_autoptr (GArray) recent = NULL;
  g_autoptr (GArray) uids = NULL;

  g_assert_true (mail_store_bodies_put (db, facts->id, raw, NULL, error));
  all = mail_store_messages_missing (db, 0, 0, 3, error);
  g_assert_cmpuint (all->len, ==, 3);
  g_assert_cmpuint (g_array_index (all, MailStoreMissing, 0).uid, ==, 6);
  g_assert_cmpuint (g_array_index (all, MailStoreMissing, 1).uid, ==, 5);
  g_assert_cmpuint (g_array_index (all, MailStoreMissing, 2).uid, ==, 4);
  g_assert_cmpint (g_array_index (all, MailStoreMissing, 2).mailbox_id, ==, facts->other);
  one = mail_store_messages_missing (db, facts->mailbox, 0, 10, error);
  g_assert_cmpuint (one->len, ==, 2);
  recent = mail_store_messages_missing (db, 0, 1700000000 + 60 * 5, 10, error);
  g_assert_cmpuint (recent->len, ==, 2);

  uids = mail_store_messages_uids_between (db, facts->mailbox, 0, G_MAXUINT32, 0, error);
  g_assert_cmpuint (uids->len, ==, 3);
  g_assert_cmpuint (g_array_index (uids, MailStoreUid, 1).uid, ==, 3);
  g_assert_false (g_array_index (uids, MailStoreUid, 1).has_keywords);
  g_assert_true (mail_store_messages_set_server_flags (db, g_array_index (uids, MailStoreUid, 1).id, 0, "$Label1", error));
  g_array_unref (uids);
  uids = mail_store_messages_uids_between (db, facts->mailbox, 0, G_MAXUINT32, 0, error);
  g_assert_true (g_array_index (uids, MailStoreUid, 1).has_keywords);
  g_assert_cmpint (g_array_index (uids, MailStoreUid, 0).server_flags, ==, MAIL_FLAG_SEEN);
  return TRUE;
}

static void
test_missing_bodies_come_newest_first (void)
{
  g_autoptr (TemporaryStore) store = temporary_store_new ();
  Facts facts = { .mailbox = temporary_store_add_mailbox (store, "INBOX", MAIL_ROLE_INBOX, 0),
                  .other = temporary_store_add_mailbox (store, "Other", MAIL_ROLE_NONE, 0) };

  temporary_store_add_message (store, facts.mailbox, 1, MAIL_FLAG_SEEN);
  temporary_store_add_message (store, facts.other, 4, 0);
  facts.id = temporary_store_add_message (store, facts.mailbox, 3, 0);
  temporary_store_add_message (store, facts.mailbox, 5, 0);
  temporary_store_add_message (store, facts.other, 6, 0);
  temporary_store_write (store, missing_job, &facts);
}

/* The row tells of the ledger what the list shows. */
static void
assert_ledger_in_row (MailDb *db, gint64 id, gint64 fetched, gboolean deleting)
{
  g_autoptr (GPtrArray) rows = mail_store_messages_load (db, &id, 1, NULL);
  const MailMessageInfo *row = g_ptr_array_index (rows, 0);

  g_assert_cmpuint (rows->len, ==, 1);
  g_assert_cmpint (row->fetched, ==, fetched);
  g_assert_cmpint (row->deleting, ==, deleting);
}

static gboolean
ledger_job (MailDb *db, gpointer data, GError **error)
{
  Facts *facts = data;
  MailUidl seen = { .uidl = (char *) "one", .state = MAIL_UIDL_SEEN, .first_seen = 10, .size = 99 };
  g_autoptr (GHashTable) ledger = NULL;
  const MailUidl *back;

  g_assert_true (mail_store_uidl_put (db, &seen, error));
  seen.state = MAIL_UIDL_HERE;
  seen.message_id = facts->id;
  seen.fetched = 20;
  memset (seen.hash, 7, sizeof seen.hash);
  g_assert_true (mail_store_uidl_put (db, &seen, error));
  g_assert_true (mail_store_uidl_set_state_of_message (db, facts->id, MAIL_UIDL_GONE, MAIL_UIDL_DELETED, error));
  assert_ledger_in_row (db, facts->id, 20, FALSE);

  /* Of two ids of the same message the older one counts, and the row stays one. */
  seen.uidl = (char *) "two";
  seen.fetched = 30;
  g_assert_true (mail_store_uidl_put (db, &seen, error));
  assert_ledger_in_row (db, facts->id, 20, FALSE);
  g_assert_true (mail_store_uidl_set_state (db, "two", MAIL_UIDL_GONE, error));
  g_assert_true (mail_store_uidl_set_state (db, "one", MAIL_UIDL_GONE, error));
  assert_ledger_in_row (db, facts->id, 0, FALSE);
  g_assert_true (mail_store_uidl_set_state (db, "one", MAIL_UIDL_HERE, error));
  g_assert_true (mail_store_uidl_set_state_of_message (db, facts->id, MAIL_UIDL_HERE, MAIL_UIDL_TO_DELETE, error));
  assert_ledger_in_row (db, facts->id, 20, TRUE);
  g_assert_true (mail_store_messages_remove (db, facts->id, error));

  /* The message went; that its unique id was seen is never forgotten. */
  ledger = mail_store_uidl_load (db, error);
  g_assert_cmpuint (g_hash_table_size (ledger), ==, 2);
  back = g_hash_table_lookup (ledger, "one");
  g_assert_cmpint (back->state, ==, MAIL_UIDL_TO_DELETE);
  g_assert_cmpint (back->message_id, ==, 0);
  g_assert_cmpint (back->first_seen, ==, 10);
  g_assert_cmpint (back->fetched, ==, 20);
  g_assert_cmpuint (back->size, ==, 99);
  g_assert_cmpmem (back->hash, 32, seen.hash, 32);
  return mail_store_uidl_set_state (db, "one", MAIL_UIDL_DELETED, error);
}

static void
test_the_ledger_outlives_its_message (void)
{
  g_autoptr (TemporaryStore) store = temporary_store_new ();
  Facts facts = { .mailbox = temporary_store_add_mailbox (store, "INBOX", MAIL_ROLE_INBOX, MAIL_MAILBOX_LOCAL) };

  facts.id = temporary_store_add_message (store, facts.mailbox, 0, 0);
  temporary_store_write (store, ledger_job, &facts);
}

static guint
count_suspects (MailDb *db)
{
  g_autoptr (GArray) suspects = mail_store_suspects_load (db, NULL);

  return suspects->len;
}

static void
assert_suspect (const MailSuspect *suspect, const MailSuspect *expected)
{
  g_assert_cmpint (suspect->mailbox_id, ==, expected->mailbox_id);
  g_assert_cmpuint (suspect->uid, ==, expected->uid);
  g_assert_cmpint (suspect->part, ==, expected->part);
  g_assert_cmpuint (suspect->deaths, ==, expected->deaths);
  g_assert_cmpint (suspect->until, ==, expected->until);
}

static gboolean
suspects_job (MailDb *db, gpointer data, GError **error)
{
  const Facts *facts = data;
  MailSuspect body = { facts->mailbox, 7, MAIL_SUSPECT_BODY, 2, 1800000000 };
  const MailSuspect header = { facts->mailbox, 4000000000u, MAIL_SUSPECT_HEADER, 1, 0 };
  const MailSuspect elsewhere = { facts->other, 1, MAIL_SUSPECT_HEADER, 3, 1 };
  const MailSuspect rowless = { facts->mailbox, 8, MAIL_SUSPECT_BODY, 1, 0 };
  g_autoptr (GBytes) raw = make_raw ("seven");
  g_autoptr (GArray) loaded = NULL;

  g_assert_true (mail_store_suspects_put (db, &body, error) && mail_store_suspects_put (db, &header, error)
                 && mail_store_suspects_put (db, &elsewhere, error) && mail_store_suspects_put (db, &rowless, error));
  body.deaths = 3;
  g_assert_true (mail_store_suspects_put (db, &body, error));
  loaded = mail_store_suspects_load (db, error);
  g_assert_cmpuint (loaded->len, ==, 3);
  assert_suspect (&g_array_index (loaded, MailSuspect, 0), &body);
  assert_suspect (&g_array_index (loaded, MailSuspect, 1), &header);
  assert_suspect (&g_array_index (loaded, MailSuspect, 2), &elsewhere);

  g_assert_true (mail_store_bodies_put (db, facts->id, raw, NULL, error));
  g_assert_cmpuint (count_suspects (db), ==, 2);
  g_assert_true (mail_store_mailboxes_reset_uids (db, facts->mailbox, 5, error));
  g_assert_cmpuint (count_suspects (db), ==, 1);
  g_assert_true (mail_store_mailboxes_remove (db, facts->other, error));
  g_assert_cmpuint (count_suspects (db), ==, 0);
  return TRUE;
}

static void
test_suspects_go_with_what_they_are_about (void)
{
  g_autoptr (TemporaryStore) store = temporary_store_new ();
  Facts facts = { .mailbox = temporary_store_add_mailbox (store, "INBOX", MAIL_ROLE_INBOX, 0),
                  .other = temporary_store_add_mailbox (store, "Work", MAIL_ROLE_NONE, 0) };

  facts.id = temporary_store_add_message (store, facts.mailbox, 7, 0);
  temporary_store_write (store, suspects_job, &facts);
}

static gboolean
mailboxes_job (MailDb *db, gpointer data, GError **error)
{
  g_autoptr (GPtrArray) list = NULL;
  g_autoptr (MailMailboxInfo) zebra = mail_mailbox_info_new ("Zebra", '\0', MAIL_ROLE_NONE);
  g_autoptr (MailMailboxInfo) ant = mail_mailbox_info_new ("Ameise", '.', MAIL_ROLE_NONE);
  g_autoptr (MailMailboxInfo) trash = NULL;
  static const char *const order[] = { "INBOX", "Drafts", "Sent", "Archive", "Junk", "Trash", "Ameise", "Zebra" };

  g_assert_true (mail_store_mailboxes_put (db, zebra, error));
  g_assert_true (mail_store_mailboxes_put (db, ant, error));
  g_assert_true (mail_store_mailboxes_ensure_local (db, error));
  g_assert_true (mail_store_mailboxes_ensure_local (db, error));
  list = mail_store_mailboxes_list (db, error);
  g_assert_cmpuint (list->len, ==, G_N_ELEMENTS (order));
  for (guint i = 0; i < list->len; i++)
    g_assert_cmpstr (((MailMailboxInfo *) g_ptr_array_index (list, i))->name, ==, order[i]);

  g_assert_null (mail_store_mailboxes_find (db, "Nowhere", error));
  trash = mail_store_mailboxes_find_role (db, MAIL_ROLE_TRASH, error);
  g_assert_cmpstr (trash->name, ==, "Trash");
  g_assert_cmpint (trash->flags, ==, MAIL_MAILBOX_LOCAL);
  g_assert_null (mail_store_mailboxes_find_role (db, MAIL_ROLE_ALL, error));

  trash->role = MAIL_ROLE_NONE;
  g_assert_true (mail_store_mailboxes_put (db, trash, error));
  g_assert_null (mail_store_mailboxes_find_role (db, MAIL_ROLE_TRASH, error));
  return mail_store_mailboxes_remove (db, zebra->id, error);
}

static void
test_mailboxes_come_in_their_order (void)
{
  g_autoptr (TemporaryStore) store = temporary_store_new ();

  temporary_store_write (store, mailboxes_job, NULL);
}

static gboolean
remove_mailbox_job (MailDb *db, gpointer data, GError **error)
{
  Facts *facts = data;
  g_autoptr (MailOp) move = mail_op_new (MAIL_OP_MOVE, facts->id, facts->other, 1);

  move->target_id = facts->mailbox;
  g_assert_true (mail_store_ops_add (db, move, error));
  g_assert_true (mail_store_mailboxes_remove (db, facts->mailbox, error));
  g_assert_cmpuint (count_rows (mail_store_ops_list (db, 0, error)), ==, 0);
  g_assert_cmpuint (count_rows (mail_store_messages_list (db, 0, 0, error)), ==, 1);
  return TRUE;
}

static void
test_a_mailbox_goes_with_its_rows (void)
{
  g_autoptr (TemporaryStore) store = temporary_store_new ();
  Facts facts = { .mailbox = temporary_store_add_mailbox (store, "Old", MAIL_ROLE_NONE, 0),
                  .other = temporary_store_add_mailbox (store, "Other", MAIL_ROLE_NONE, 0) };

  facts.id = temporary_store_add_message (store, facts.mailbox, 1, 0);
  temporary_store_add_message (store, facts.other, 1, 0);
  temporary_store_write (store, remove_mailbox_job, &facts);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/rows/keeps-every-field", test_keeps_every_field);
  g_test_add_func ("/store/rows/lists-newest-first", test_lists_newest_first);
  g_test_add_func ("/store/rows/a-uid-exists-once-in-a-mailbox", test_a_uid_exists_once);
  g_test_add_func ("/store/rows/a-body-is-shared-and-goes-with-the-last-row", test_a_body_is_shared_and_goes_with_the_last_row);
  g_test_add_func ("/store/rows/waiting-flags-stand-over-old-news", test_waiting_flags_stand_over_old_news);
  g_test_add_func ("/store/rows/operations-fold-while-they-wait", test_operations_fold_while_they_wait);
  g_test_add_func ("/store/rows/an-upload-remembers-that-its-copy-was-sent", test_an_upload_remembers_that_its_copy_was_sent);
  g_test_add_func ("/store/rows/a-new-uidvalidity-keeps-bodies", test_a_new_uidvalidity_keeps_bodies);
  g_test_add_func ("/store/rows/an-orphan-is-found-by-what-it-says", test_an_orphan_is_found_by_what_it_says);
  g_test_add_func ("/store/rows/missing-bodies-come-newest-first", test_missing_bodies_come_newest_first);
  g_test_add_func ("/store/rows/the-ledger-outlives-its-message", test_the_ledger_outlives_its_message);
  g_test_add_func ("/store/rows/suspects-go-with-what-they-are-about", test_suspects_go_with_what_they_are_about);
  g_test_add_func ("/store/rows/mailboxes-come-in-their-order", test_mailboxes_come_in_their_order);
  g_test_add_func ("/store/rows/a-mailbox-goes-with-its-rows", test_a_mailbox_goes_with_its_rows);
  return g_test_run ();
}
