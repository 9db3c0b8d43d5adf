/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "core/errors.h"
#include "lib/temporary-store.h"
#include "store/store-bodies.h"
#include "store/store-mailboxes.h"
#include "store/store-messages.h"
#include "store/store-ops.h"
#include "store/store-uidl.h"
#include "sync/sync-action.h"

/* What a person's changes do to the store, without any server. */
typedef struct
{
  TemporaryStore *store;
  gint64 inbox;
  gint64 archive;
  gint64 trash; /* 0 = none */
} Fixture;

static Fixture *
fixture_new (MailMode mode, gboolean has_trash)
{
  MailMailboxFlags flags = mode == MAIL_MODE_POP ? MAIL_MAILBOX_LOCAL : 0;
  Fixture *fixture = g_new0 (Fixture, 1);

  fixture->store = temporary_store_new ();
  fixture->inbox = temporary_store_add_mailbox (fixture->store, "INBOX", MAIL_ROLE_INBOX, flags);
  fixture->archive = temporary_store_add_mailbox (fixture->store, "Archive", MAIL_ROLE_ARCHIVE, flags);
  if (has_trash)
    fixture->trash = temporary_store_add_mailbox (fixture->store, "Trash", MAIL_ROLE_TRASH, flags);
  return fixture;
}

static void
fixture_free (Fixture *fixture)
{
  temporary_store_free (fixture->store);
  g_free (fixture);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Fixture, fixture_free)

static gint64
add (Fixture *fixture, guint32 number, MailFlags flags)
{
  return temporary_store_add_message (fixture->store, fixture->inbox, number, flags);
}

static GArray *
ids_of (gint64 first, gint64 second)
{
  GArray *ids = g_array_new (FALSE, FALSE, sizeof (gint64));

  g_array_append_val (ids, first);
  if (second != 0)
    g_array_append_val (ids, second);
  return ids;
}

/* Performs and frees; (transfer full) (nullable): its way back. */
static MailAction *
perform (Fixture *fixture, MailAction *action)
{
  MailAction *back;

  temporary_store_write (fixture->store, mail_action_job, action);
  back = mail_action_dup_undo (action);
  mail_action_free (action);
  return back;
}

typedef struct
{
  gint64 id;
  MailMessageInfo *row;
  GPtrArray *ops;
  const char *uidl;
  int state;
} Look;

static gboolean
look_job (MailDb *db, gpointer data, GError **error)
{
  Look *look = data;
  GHashTable *ledger = mail_store_uidl_load (db, error);
  MailUidl *entry = look->uidl != NULL ? g_hash_table_lookup (ledger, look->uidl) : NULL;

  look->state = entry != NULL ? (int) entry->state : -1;
  g_hash_table_unref (ledger);
  look->row = look->id != 0 ? mail_store_messages_get (db, look->id, NULL) : NULL;
  look->ops = mail_store_ops_list (db, 0, error);
  return look->ops != NULL;
}

static void
look_clear (Look *look)
{
  mail_message_info_free (look->row);
  g_clear_pointer (&look->ops, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Look, look_clear)

static void
take_look (Fixture *fixture, Look *look)
{
  look_clear (look);
  look->row = NULL;
  temporary_store_read (fixture->store, look_job, look);
}

static const MailOp *
op_at (const Look *look, guint i)
{
  g_assert_cmpuint (i, <, look->ops->len);
  return g_ptr_array_index (look->ops, i);
}

static void
test_flags (void)
{
  g_autoptr (Fixture) fixture = fixture_new (MAIL_MODE_IMAP, TRUE);
  gint64 unread = add (fixture, 1, 0);
  gint64 read = add (fixture, 2, MAIL_FLAG_SEEN);
  g_autoptr (GArray) ids = ids_of (unread, read);
  g_auto (Look) look = { .id = unread };
  MailAction *action = mail_action_new_flags (MAIL_MODE_IMAP, ids, MAIL_FLAG_SEEN, 0);
  MailAction *back;

  temporary_store_write (fixture->store, mail_action_job, action);
  /* Only what really changed. */
  g_assert_cmpuint (mail_action_get_ids (action)->len, ==, 1);
  back = mail_action_dup_undo (action);
  mail_action_free (action);
  take_look (fixture, &look);
  g_assert_cmpint (look.row->flags, ==, MAIL_FLAG_SEEN);
  g_assert_cmpuint (look.ops->len, ==, 1);
  g_assert_cmpint (op_at (&look, 0)->flags_add, ==, MAIL_FLAG_SEEN);
  g_assert_cmpuint (op_at (&look, 0)->uid, ==, 1);

  mail_action_free (perform (fixture, back));
  take_look (fixture, &look);
  g_assert_cmpint (look.row->flags, ==, 0);
  g_assert_cmpuint (look.ops->len, ==, 0);
  look.id = read;
  take_look (fixture, &look);
  g_assert_cmpint (look.row->flags, ==, MAIL_FLAG_SEEN);
}

static void
test_move_on (void)
{
  g_autoptr (Fixture) fixture = fixture_new (MAIL_MODE_IMAP, TRUE);
  gint64 id = add (fixture, 7, 0);
  g_autoptr (GArray) ids = ids_of (id, 0);
  g_auto (Look) look = { .id = id };

  mail_action_free (perform (fixture, mail_action_new_move (MAIL_MODE_IMAP, ids, fixture->archive)));
  mail_action_free (perform (fixture, mail_action_new_delete (MAIL_MODE_IMAP, ids)));
  take_look (fixture, &look);
  g_assert_cmpint (look.row->mailbox_id, ==, fixture->trash);
  g_assert_cmpuint (look.row->uid, ==, 0);
  g_assert_cmpuint (look.ops->len, ==, 1);
  g_assert_cmpint (op_at (&look, 0)->mailbox_id, ==, fixture->inbox);
  g_assert_cmpint (op_at (&look, 0)->target_id, ==, fixture->trash);
  g_assert_cmpuint (op_at (&look, 0)->uid, ==, 7);

  /* Deleted there, it goes from where the server has it. */
  g_assert_null (perform (fixture, mail_action_new_delete (MAIL_MODE_IMAP, ids)));
  take_look (fixture, &look);
  g_assert_null (look.row);
  g_assert_cmpuint (look.ops->len, ==, 1);
  g_assert_cmpint (op_at (&look, 0)->kind, ==, MAIL_OP_EXPUNGE);
  g_assert_cmpint (op_at (&look, 0)->mailbox_id, ==, fixture->inbox);
  g_assert_cmpuint (op_at (&look, 0)->uid, ==, 7);
}

static gboolean
settle_inbox_job (MailDb *db, gpointer data, GError **error)
{
  return mail_store_mailboxes_set_synced (db, ((Fixture *) data)->inbox, 1, 100, 0, 1, error);
}

static void
test_named_twice (void)
{
  g_autoptr (Fixture) fixture = fixture_new (MAIL_MODE_IMAP, TRUE);
  gint64 id = add (fixture, 1, 0);
  g_autoptr (GArray) ids = ids_of (id, id);
  g_auto (Look) look = { .id = id };
  MailAction *back = perform (fixture, mail_action_new_move (MAIL_MODE_IMAP, ids, fixture->archive));

  take_look (fixture, &look);
  g_assert_cmpint (look.row->mailbox_id, ==, fixture->archive);
  g_assert_cmpuint (look.ops->len, ==, 1);
  mail_action_free (perform (fixture, back));
  take_look (fixture, &look);
  g_assert_cmpint (look.row->mailbox_id, ==, fixture->inbox);
  g_assert_cmpuint (look.row->uid, ==, 1);
  g_assert_cmpuint (look.ops->len, ==, 0);
}

#define MANY 4500

typedef struct
{
  const Fixture *fixture;
  GArray *ids;
  GMainLoop *loop; /* ends when each row was told of */
  guint added;
  guint removed;
} Bulk;

static gboolean
insert_many_job (MailDb *db, gpointer data, GError **error)
{
  Bulk *bulk = data;

  for (guint32 number = 1; number <= MANY; number++)
    {
      MailFlags flags = number % 3 == 0 ? MAIL_FLAG_SEEN : 0;
      g_autoptr (MailMessageInfo) info = temporary_store_make_info (bulk->fixture->inbox, number, flags);

      if (!mail_store_messages_insert (db, info, error))
        return FALSE;
      g_array_append_val (bulk->ids, info->id);
    }
  return TRUE;
}

/* They went, and are back where they were. */
static gboolean
compare_many_job (MailDb *db, gpointer data, GError **error)
{
  const Bulk *bulk = data;

  for (guint i = 0; i < bulk->ids->len; i++)
    {
      g_autoptr (MailMessageInfo) row = mail_store_messages_get (db, g_array_index (bulk->ids, gint64, i), error);

      if (row == NULL)
        return FALSE;
      g_assert_cmpint (row->mailbox_id, ==, bulk->fixture->inbox);
      g_assert_cmpuint (row->uid, ==, i + 1);
    }
  return TRUE;
}

static void
count_cb (const MailChange *change, gpointer user_data)
{
  Bulk *bulk = user_data;

  g_assert_cmpuint (change->changed->len, ==, 0);
  bulk->added += change->added->len;
  bulk->removed += change->removed->len;
  if (bulk->added == MANY && bulk->removed == MANY)
    g_main_loop_quit (bulk->loop);
}

/* More than one statement moves. */
static void
test_many (void)
{
  g_autoptr (Fixture) fixture = fixture_new (MAIL_MODE_IMAP, TRUE);
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  Bulk bulk = { .fixture = fixture, .ids = ids, .loop = loop };
  g_auto (Look) look = { 0 };
  MailAction *back;

  temporary_store_write (fixture->store, insert_many_job, &bulk);
  mail_store_set_listener (fixture->store->store, NULL, count_cb, &bulk);
  back = perform (fixture, mail_action_new_move (MAIL_MODE_IMAP, ids, fixture->archive));
  g_main_loop_run (loop);
  mail_store_set_listener (fixture->store->store, NULL, NULL, NULL);
  look.id = g_array_index (ids, gint64, MANY - 1);
  take_look (fixture, &look);
  g_assert_cmpint (look.row->mailbox_id, ==, fixture->archive);
  g_assert_cmpuint (look.row->uid, ==, 0);
  g_assert_cmpuint (look.ops->len, ==, MANY);
  for (guint i = 0; i < MANY; i++)
    {
      g_assert_cmpint (op_at (&look, i)->kind, ==, MAIL_OP_MOVE);
      g_assert_cmpint (op_at (&look, i)->message_id, ==, g_array_index (ids, gint64, i));
      g_assert_cmpint (op_at (&look, i)->mailbox_id, ==, fixture->inbox);
      g_assert_cmpuint (op_at (&look, i)->uid, ==, i + 1);
      g_assert_cmpint (op_at (&look, i)->target_id, ==, fixture->archive);
    }
  temporary_store_check (fixture->store);

  mail_action_free (perform (fixture, back));
  take_look (fixture, &look);
  g_assert_cmpuint (look.ops->len, ==, 0);
  temporary_store_read (fixture->store, compare_many_job, &bulk);
}

static void
test_delete_without_trash (void)
{
  g_autoptr (Fixture) fixture = fixture_new (MAIL_MODE_IMAP, FALSE);
  gint64 id = add (fixture, 3, 0);
  g_autoptr (GArray) ids = ids_of (id, 0);
  g_autoptr (MailAction) early = mail_action_new_delete (MAIL_MODE_IMAP, ids);
  g_autoptr (GError) error = NULL;
  g_auto (Look) look = { .id = id };

  /* The mailboxes have not been listed: there may be a Trash. */
  g_assert_false (mail_store_write (fixture->store->store, mail_action_job, early, &error));
  g_assert_error (error, MAIL_ERROR, MAIL_ERROR_OFFLINE);
  temporary_store_write (fixture->store, settle_inbox_job, fixture);
  g_assert_null (perform (fixture, mail_action_new_delete (MAIL_MODE_IMAP, ids)));
  take_look (fixture, &look);
  g_assert_null (look.row);
  g_assert_cmpint (op_at (&look, 0)->kind, ==, MAIL_OP_EXPUNGE);
}

static gboolean
put_job (MailDb *db, gpointer data, GError **error)
{
  return mail_store_mailboxes_put (db, data, error);
}

/* A first sync may end after it showed the inbox, and before it heard what separates the names of mailboxes. */
static void
test_create_unlisted (void)
{
  g_autoptr (Fixture) fixture = g_new0 (Fixture, 1);
  g_autoptr (MailMailboxInfo) inbox = mail_mailbox_info_new ("INBOX", '\0', MAIL_ROLE_INBOX);
  g_autoptr (MailAction) early = mail_action_new_create_mailbox (MAIL_MODE_IMAP, 0, "Bills", MAIL_ROLE_NONE);
  g_autoptr (MailAction) create = mail_action_new_create_mailbox (MAIL_MODE_IMAP, 0, "Bills", MAIL_ROLE_NONE);
  g_autoptr (GError) error = NULL;
  gint64 bills;

  fixture->store = temporary_store_new ();
  temporary_store_write (fixture->store, put_job, inbox);
  g_assert_false (mail_store_write (fixture->store->store, mail_action_job, early, &error));
  g_assert_error (error, MAIL_ERROR, MAIL_ERROR_OFFLINE);
  inbox->delimiter = '/';
  temporary_store_write (fixture->store, put_job, inbox);
  temporary_store_write (fixture->store, mail_action_job, create);
  bills = g_array_index (mail_action_get_ids (create), gint64, 0);
  mail_action_free (perform (fixture, mail_action_new_create_mailbox (MAIL_MODE_IMAP, bills, "Paid", MAIL_ROLE_NONE)));
}

static void
test_copy_goes_on (void)
{
  g_autoptr (Fixture) fixture = fixture_new (MAIL_MODE_IMAP, TRUE);
  gint64 id = add (fixture, 3, 0);
  g_autoptr (GArray) ids = ids_of (id, 0);
  g_autoptr (GArray) copies = NULL;
  g_auto (Look) look = { 0 };
  MailAction *copy = mail_action_new_copy (MAIL_MODE_IMAP, ids, fixture->archive);

  temporary_store_write (fixture->store, mail_action_job, copy);
  copies = g_array_copy ((GArray *) mail_action_get_ids (copy));
  mail_action_free (copy);
  mail_action_free (perform (fixture, mail_action_new_delete (MAIL_MODE_IMAP, ids)));
  /* The original is on its way out; the copy must still be made before that. */
  mail_action_free (perform (fixture, mail_action_new_move (MAIL_MODE_IMAP, copies, fixture->trash)));
  take_look (fixture, &look);
  g_assert_cmpuint (look.ops->len, ==, 2);
  g_assert_cmpint (op_at (&look, 0)->kind, ==, MAIL_OP_COPY);
  g_assert_cmpint (op_at (&look, 0)->target_id, ==, fixture->trash);
  g_assert_cmpint (op_at (&look, 0)->mailbox_id, ==, fixture->inbox);
  g_assert_cmpint (op_at (&look, 1)->kind, ==, MAIL_OP_MOVE);
}

static void
test_append_and_back (void)
{
  g_autoptr (Fixture) fixture = fixture_new (MAIL_MODE_IMAP, TRUE);
  g_autoptr (GBytes) letter = g_bytes_new_static ("Subject: Note\n\nOne\nTwo\r\n", 24);
  g_auto (Look) look = { 0 };
  MailAction *append = mail_action_new_append (MAIL_MODE_IMAP, fixture->inbox, letter, MAIL_FLAG_SEEN);
  MailAction *back;

  temporary_store_write (fixture->store, mail_action_job, append);
  look.id = g_array_index (mail_action_get_ids (append), gint64, 0);
  back = mail_action_dup_undo (append);
  mail_action_free (append);
  take_look (fixture, &look);
  g_assert_cmpstr (look.row->subject, ==, "Note");
  g_assert_cmpint (look.row->where, ==, MAIL_WHERE_HERE);
  g_assert_cmpint (look.row->size, ==, 27); /* with CRLF everywhere */
  g_assert_cmpint (op_at (&look, 0)->kind, ==, MAIL_OP_APPEND);
  g_assert_null (perform (fixture, back));
  take_look (fixture, &look);
  g_assert_null (look.row);
  g_assert_cmpuint (look.ops->len, ==, 0);
}

static void
test_not_found (void)
{
  g_autoptr (Fixture) fixture = fixture_new (MAIL_MODE_IMAP, TRUE);
  gint64 id = add (fixture, 1, 0);
  g_autoptr (GArray) ids = ids_of (id, 4711);
  g_autoptr (MailAction) action = mail_action_new_flags (MAIL_MODE_IMAP, ids, MAIL_FLAG_SEEN, 0);
  g_autoptr (GError) error = NULL;
  g_auto (Look) look = { .id = id };

  g_assert_false (mail_store_write (fixture->store->store, mail_action_job, action, &error));
  g_assert_error (error, MAIL_ERROR, MAIL_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, "4711"));
  take_look (fixture, &look);
  g_assert_cmpint (look.row->flags, ==, 0);
  g_assert_cmpuint (look.ops->len, ==, 0);
}

typedef struct
{
  Fixture *fixture;
  gint64 id;
} Download;

/* A message as POP leaves it: here, with a line in the ledger. */
static gboolean
download_job (MailDb *db, gpointer data, GError **error)
{
  Download *download = data;
  g_autoptr (GBytes) raw = g_bytes_new_static ("Subject: x\r\n\r\ny\r\n", 17);
  g_autoptr (MailMessageInfo) info = mail_message_info_new ();
  MailUidl entry = { .uidl = (char *) "u1", .state = MAIL_UIDL_HERE };

  info->mailbox_id = download->fixture->inbox;
  info->uidl = g_strdup ("u1");
  info->where = MAIL_WHERE_BOTH;
  info->size = 17;
  if (!mail_store_messages_insert (db, info, error) || !mail_store_bodies_put (db, info->id, raw, NULL, error))
    return FALSE;
  download->id = info->id;
  entry.message_id = info->id;
  return mail_store_uidl_put (db, &entry, error);
}

static void
test_pop (void)
{
  g_autoptr (Fixture) fixture = fixture_new (MAIL_MODE_POP, TRUE);
  Download download = { .fixture = fixture };
  g_autoptr (GArray) ids = NULL;
  g_auto (Look) look = { .uidl = "u1" };
  MailAction *back;

  temporary_store_write (fixture->store, download_job, &download);
  look.id = download.id;
  ids = ids_of (download.id, 0);
  back = perform (fixture, mail_action_new_delete (MAIL_MODE_POP, ids));
  take_look (fixture, &look);
  g_assert_cmpint (look.row->mailbox_id, ==, fixture->trash);
  g_assert_cmpint (look.state, ==, MAIL_UIDL_TO_DELETE);
  g_assert_cmpuint (look.ops->len, ==, 0);

  mail_action_free (perform (fixture, back));
  take_look (fixture, &look);
  g_assert_cmpint (look.row->mailbox_id, ==, fixture->inbox);
  g_assert_cmpint (look.state, ==, MAIL_UIDL_HERE);

  /* Filing is not deleting. */
  mail_action_free (perform (fixture, mail_action_new_move (MAIL_MODE_POP, ids, fixture->archive)));
  mail_action_free (perform (fixture, mail_action_new_flags (MAIL_MODE_POP, ids, MAIL_FLAG_SEEN, 0)));
  take_look (fixture, &look);
  g_assert_cmpint (look.state, ==, MAIL_UIDL_HERE);
  g_assert_cmpint (look.row->flags, ==, MAIL_FLAG_SEEN);
  g_assert_cmpuint (look.ops->len, ==, 0);

  mail_action_free (perform (fixture, mail_action_new_delete (MAIL_MODE_POP, ids)));
  g_assert_null (perform (fixture, mail_action_new_delete (MAIL_MODE_POP, ids)));
  take_look (fixture, &look);
  g_assert_null (look.row);
  g_assert_cmpint (look.state, ==, MAIL_UIDL_TO_DELETE);
}

typedef struct
{
  gint64 mailbox;
  guint count;
} RowCount;

static gboolean
count_rows_job (MailDb *db, gpointer data, GError **error)
{
  RowCount *query = data;
  g_autoptr (GArray) ids = mail_store_messages_ids (db, query->mailbox, error);

  query->count = ids->len;
  return TRUE;
}

static guint
count_rows (Fixture *fixture, gint64 mailbox)
{
  RowCount query = { mailbox, 0 };

  temporary_store_read (fixture->store, count_rows_job, &query);
  return query.count;
}

/* Trash and Junk are emptied for ever, anything else into Trash. */
static void
test_emptying (gconstpointer data)
{
  MailMode mode = (MailMode) GPOINTER_TO_INT (data);
  g_autoptr (Fixture) fixture = fixture_new (mode, TRUE);
  MailMailboxFlags flags = mode == MAIL_MODE_POP ? MAIL_MAILBOX_LOCAL : 0;
  gint64 junk = temporary_store_add_mailbox (fixture->store, "Junk", MAIL_ROLE_JUNK, flags);
  g_auto (Look) look = { 0 };
  MailAction *back;

  temporary_store_write (fixture->store, settle_inbox_job, fixture);
  temporary_store_add_message (fixture->store, junk, 1, 0);
  temporary_store_add_message (fixture->store, fixture->trash, 2, 0);
  add (fixture, 3, 0);
  g_assert_null (perform (fixture, mail_action_new_empty (mode, junk)));
  g_assert_null (perform (fixture, mail_action_new_empty (mode, fixture->trash)));
  g_assert_cmpuint (count_rows (fixture, junk) + count_rows (fixture, fixture->trash), ==, 0);
  back = perform (fixture, mail_action_new_empty (mode, fixture->inbox));
  g_assert_cmpuint (count_rows (fixture, fixture->inbox), ==, 0);
  g_assert_cmpuint (count_rows (fixture, fixture->trash), ==, 1);
  take_look (fixture, &look);
  g_assert_cmpuint (look.ops->len, ==, mode == MAIL_MODE_POP ? 0 : 3);
  g_assert_nonnull (back);
  mail_action_free (perform (fixture, back));
  g_assert_cmpuint (count_rows (fixture, fixture->inbox), ==, 1);
}

/* By POP the mailboxes are here alone: what is done to them is done. */
static void
test_pop_mailboxes (void)
{
  g_autoptr (Fixture) fixture = fixture_new (MAIL_MODE_POP, TRUE);
  g_autoptr (MailAction) create = mail_action_new_create_mailbox (MAIL_MODE_POP, 0, "Bills", MAIL_ROLE_NONE);
  g_autoptr (MailAction) delete_archive = mail_action_new_delete_mailbox (MAIL_MODE_POP, fixture->archive);
  g_autoptr (GArray) ids = ids_of (add (fixture, 3, 0), 0);
  g_auto (Look) look = { 0 };
  gint64 bills;

  temporary_store_write (fixture->store, mail_action_job, create);
  bills = g_array_index (mail_action_get_ids (create), gint64, 0);
  mail_action_free (perform (fixture, mail_action_new_move (MAIL_MODE_POP, ids, bills)));
  mail_action_free (perform (fixture, mail_action_new_rename_mailbox (MAIL_MODE_POP, bills, "Invoices")));
  g_assert_cmpuint (count_rows (fixture, bills), ==, 1);
  g_assert_null (perform (fixture, mail_action_new_delete_mailbox (MAIL_MODE_POP, bills)));
  g_assert_cmpuint (count_rows (fixture, fixture->trash), ==, 1);
  take_look (fixture, &look);
  g_assert_cmpuint (look.ops->len, ==, 0);
  g_assert_false (mail_store_write (fixture->store->store, mail_action_job, delete_archive, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sync/action/flags-change-what-differs-and-go-back", test_flags);
  g_test_add_func ("/sync/action/a-message-that-is-moved-on-is-moved-once", test_move_on);
  g_test_add_func ("/sync/action/a-message-that-is-named-twice-is-moved-once", test_named_twice);
  g_test_add_func ("/sync/action/many-go-together-and-come-back-together", test_many);
  g_test_add_func ("/sync/action/deletes-for-ever-where-there-is-no-trash", test_delete_without_trash);
  g_test_add_func ("/sync/action/makes-no-mailbox-before-the-others-are-known", test_create_unlisted);
  g_test_add_func ("/sync/action/a-copy-that-is-moved-on-is-still-made-before-its-original-goes", test_copy_goes_on);
  g_test_add_func ("/sync/action/a-letter-that-is-taken-back-in-time-was-never-sent-up", test_append_and_back);
  g_test_add_func ("/sync/action/does-nothing-when-one-message-is-not-there", test_not_found);
  g_test_add_data_func ("/sync/action/empties-for-ever-or-into-trash", GINT_TO_POINTER (MAIL_MODE_IMAP), test_emptying);
  g_test_add_data_func ("/sync/action/empties-for-ever-or-into-trash-on-pop", GINT_TO_POINTER (MAIL_MODE_POP), test_emptying);
  g_test_add_func ("/sync/action/on-pop-mailboxes-are-here-alone", test_pop_mailboxes);
  g_test_add_func ("/sync/action/on-pop-trash-and-back-is-told-to-the-ledger", test_pop);
  return g_test_run ();
}
