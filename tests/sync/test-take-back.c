/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "core/keywords.h"
#include "lib/temporary-store.h"
#include "store/store-mailboxes.h"
#include "store/store-messages.h"
#include "store/store-ops.h"
#include "sync/sync-action.h"
#include "sync/sync-queue.h"

/* What a person did and gives up again, at once or after a restart: what is shown is what the server has. */
typedef struct
{
  TemporaryStore *store;
  gint64 inbox;
  gint64 archive;
  gint64 work; /* with Work/Old beneath it */
  gint64 old;
  gint64 message;
} Place;

static gboolean
settle_job (MailDb *db, gpointer data, GError **error)
{
  g_autoptr (GPtrArray) all = mail_store_mailboxes_list (db, error);

  for (guint i = 0; i < all->len; i++)
    g_assert_true (mail_store_mailboxes_set_synced (db, ((MailMailboxInfo *) g_ptr_array_index (all, i))->id, 7, 9, 0, 1, error));
  return mail_store_messages_set_server_flags (db, *(gint64 *) data, MAIL_FLAG_FLAGGED, "Blue", error);
}

static void
place_init (Place *place)
{
  place->store = temporary_store_new ();
  place->inbox = temporary_store_add_mailbox (place->store, "INBOX", MAIL_ROLE_INBOX, 0);
  place->archive = temporary_store_add_mailbox (place->store, "Archive", MAIL_ROLE_ARCHIVE, 0);
  temporary_store_add_mailbox (place->store, "Trash", MAIL_ROLE_TRASH, 0);
  temporary_store_add_mailbox (place->store, "Junk", MAIL_ROLE_JUNK, 0);
  place->work = temporary_store_add_mailbox (place->store, "Work", MAIL_ROLE_NONE, 0);
  place->old = temporary_store_add_mailbox (place->store, "Work/Old", MAIL_ROLE_NONE, 0);
  place->message = temporary_store_add_message (place->store, place->inbox, 5, MAIL_FLAG_FLAGGED);
  temporary_store_write (place->store, settle_job, &place->message);
}

static void
place_clear (Place *place)
{
  g_clear_pointer (&place->store, temporary_store_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Place, place_clear)

static gboolean
describe_job (MailDb *db, gpointer data, GError **error)
{
  g_autoptr (GPtrArray) all = mail_store_mailboxes_list (db, error);
  g_autoptr (GPtrArray) ops = mail_store_ops_list (db, 0, error);
  GString *text = data;

  for (guint i = 0; i < all->len; i++)
    {
      const MailMailboxInfo *info = g_ptr_array_index (all, i);
      g_autoptr (GPtrArray) rows = mail_store_messages_list (db, info->id, 0, error);

      g_string_append_printf (text, "%s = %s, %x\n", info->name, mail_mailbox_info_get_server_name (info), info->flags);
      for (guint k = 0; k < rows->len; k++)
        {
          const MailMessageInfo *row = g_ptr_array_index (rows, k);

          g_string_append_printf (text, "  %u %s %x %s\n", row->uid, row->subject, row->flags, row->keywords);
        }
    }
  g_string_append_printf (text, "%u wait\n", ops->len);
  return TRUE;
}

/* (transfer full): all that a person sees, and how many operations wait. */
static char *
describe (const Place *place)
{
  GString *text = g_string_new (NULL);

  temporary_store_read (place->store, describe_job, text);
  return g_string_free (text, FALSE);
}

static MailAction *
act (const Place *place, MailAction *action)
{
  MailAction *back;

  temporary_store_write (place->store, mail_action_job, action);
  back = mail_action_dup_undo (action);
  mail_action_free (action);
  return back;
}

typedef MailAction *(*Make) (const Place *place, const GArray *ids);

static MailAction *
make_flags (const Place *place, const GArray *ids)
{
  return mail_action_new_flags (MAIL_MODE_IMAP, ids, MAIL_FLAG_SEEN, MAIL_FLAG_FLAGGED);
}

static MailAction *
make_tags (const Place *place, const GArray *ids)
{
  return mail_action_new_keywords (MAIL_MODE_IMAP, ids, "Green", "Blue");
}

static MailAction *
make_move (const Place *place, const GArray *ids)
{
  return mail_action_new_move (MAIL_MODE_IMAP, ids, place->archive);
}

static MailAction *
make_copy (const Place *place, const GArray *ids)
{
  return mail_action_new_copy (MAIL_MODE_IMAP, ids, place->archive);
}

static MailAction *
make_delete (const Place *place, const GArray *ids)
{
  return mail_action_new_delete (MAIL_MODE_IMAP, ids);
}

static MailAction *
make_junk (const Place *place, const GArray *ids)
{
  return mail_action_new_junk (MAIL_MODE_IMAP, ids, TRUE, place->archive);
}

static MailAction *
make_empty (const Place *place, const GArray *ids)
{
  return mail_action_new_empty (MAIL_MODE_IMAP, place->inbox);
}

static MailAction *
make_read_all (const Place *place, const GArray *ids)
{
  return mail_action_new_read_all (MAIL_MODE_IMAP, place->inbox);
}

static MailAction *
make_create (const Place *place, const GArray *ids)
{
  return mail_action_new_create_mailbox (MAIL_MODE_IMAP, place->work, "New", MAIL_ROLE_NONE);
}

static MailAction *
make_rename (const Place *place, const GArray *ids)
{
  return mail_action_new_rename_mailbox (MAIL_MODE_IMAP, place->work, "Toil");
}

static MailAction *
make_nest (const Place *place, const GArray *ids)
{
  return mail_action_new_move_mailbox (MAIL_MODE_IMAP, place->work, place->archive);
}

static MailAction *
make_delete_mailbox (const Place *place, const GArray *ids)
{
  return mail_action_new_delete_mailbox (MAIL_MODE_IMAP, place->work);
}

static MailAction *
make_subscribe (const Place *place, const GArray *ids)
{
  return mail_action_new_subscribe (MAIL_MODE_IMAP, place->work, TRUE);
}

static const struct
{
  const char *name;
  Make make;
} actions[] = {
  { "flags", make_flags },       { "tags", make_tags },     { "copy", make_copy },         { "move", make_move },
  { "delete", make_delete },     { "junk", make_junk },     { "empty", make_empty },       { "read all", make_read_all },
  { "create", make_create },     { "rename", make_rename }, { "nest", make_nest },
  { "delete mailbox", make_delete_mailbox },                { "subscribe", make_subscribe },
};

static gboolean
drop_newest_job (MailDb *db, gpointer data, GError **error)
{
  g_autoptr (GPtrArray) queue = mail_queue_list (db, 0, error);
  guint *left = data;

  *left = queue->len;
  return queue->len == 0 || mail_queue_drop (db, ((MailQueueEntry *) g_ptr_array_index (queue, queue->len - 1))->id, error);
}

static gboolean
send_all_job (MailDb *db, gpointer data, GError **error)
{
  g_autoptr (GPtrArray) ops = mail_store_ops_list (db, 0, error);

  for (guint i = 0; i < ops->len; i++)
    g_assert_true (mail_store_ops_set_state (db, ((MailOp *) g_ptr_array_index (ops, i))->id, MAIL_OP_SENT, error));
  return TRUE;
}

static void
drop_all (const Place *place)
{
  guint left = 1;

  while (left > 0)
    temporary_store_write (place->store, drop_newest_job, &left);
}

static void
test_each_kind (gconstpointer sent)
{
  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    {
      g_auto (Place) place = { 0 };
      g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
      g_autofree char *before = NULL;
      g_autofree char *between = NULL;
      g_autofree char *dropped = NULL;
      g_autofree char *undone = NULL;
      MailAction *back;

      g_test_message ("%s", actions[i].name);
      place_init (&place);
      g_array_append_val (ids, place.message);
      before = describe (&place);
      /* Given up after a restart, whatever the server was told. */
      mail_action_free (act (&place, actions[i].make (&place, ids)));
      between = describe (&place);
      g_assert_cmpstr (between, !=, before);
      if (sent != NULL)
        temporary_store_write (place.store, send_all_job, NULL);
      temporary_store_reopen (place.store);
      drop_all (&place);
      dropped = describe (&place);
      g_assert_cmpstr (dropped, ==, before);
      /* Undone at once: the server never hears of it. */
      back = act (&place, actions[i].make (&place, ids));
      g_assert_nonnull (back);
      mail_action_free (act (&place, back));
      undone = describe (&place);
      g_assert_cmpstr (undone, ==, before);
    }
}

/* All of them, one on top of the other. */
static void
test_all_kinds (void)
{
  g_auto (Place) place = { 0 };
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  place_init (&place);
  g_array_append_val (ids, place.message);
  before = describe (&place);
  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    mail_action_free (act (&place, actions[i].make (&place, ids)));
  temporary_store_write (place.store, send_all_job, NULL);
  drop_all (&place);
  after = describe (&place);
  g_assert_cmpstr (after, ==, before);
}

static gboolean
drop_oldest_job (MailDb *db, gpointer data, GError **error)
{
  g_autoptr (GPtrArray) queue = mail_queue_list (db, 1, error);

  return mail_queue_drop (db, ((MailQueueEntry *) g_ptr_array_index (queue, 0))->id, error);
}

typedef struct
{
  gint64 id;
  MailMailboxInfo *info;
} Lookup;

static gboolean
get_job (MailDb *db, gpointer data, GError **error)
{
  Lookup *lookup = data;

  lookup->info = mail_store_mailboxes_get (db, lookup->id, error);
  return lookup->info != NULL;
}

static void
assert_called (const Place *place, gint64 id, const char *name)
{
  Lookup lookup = { .id = id };

  temporary_store_read (place->store, get_job, &lookup);
  g_assert_cmpstr (lookup.info->name, ==, name);
  g_assert_cmpint (lookup.info->flags & MAIL_MAILBOX_DELETING, ==, 0);
  mail_mailbox_info_free (lookup.info);
}

/* The child was deleted under another parent's name than it comes back to. */
static void
test_a_child_comes_back_to_its_parent (void)
{
  g_auto (Place) place = { 0 };
  MailAction *undelete;
  MailAction *unrename;

  place_init (&place);
  unrename = act (&place, mail_action_new_rename_mailbox (MAIL_MODE_IMAP, place.work, "Toil"));
  undelete = act (&place, mail_action_new_delete_mailbox (MAIL_MODE_IMAP, place.old));
  mail_action_free (act (&place, unrename));
  mail_action_free (act (&place, undelete));
  assert_called (&place, place.old, "Work/Old");

  mail_action_free (act (&place, mail_action_new_delete_mailbox (MAIL_MODE_IMAP, place.old)));
  mail_action_free (act (&place, mail_action_new_rename_mailbox (MAIL_MODE_IMAP, place.work, "Office")));
  temporary_store_reopen (place.store);
  temporary_store_write (place.store, drop_oldest_job, NULL);
  drop_all (&place);
  assert_called (&place, place.old, "Work/Old");
  assert_called (&place, place.work, "Work");
}

static gboolean
mark_gone_job (MailDb *db, gpointer data, GError **error)
{
  return mail_store_mailboxes_set_flags (db, *(gint64 *) data, MAIL_MAILBOX_GONE, 0, error);
}

/* Another one has the name meanwhile: what is only here makes room, what the server has does not. */
static void
test_names_that_are_taken (gconstpointer is_gone)
{
  g_auto (Place) place = { 0 };
  gint64 other;

  place_init (&place);
  mail_action_free (act (&place, mail_action_new_rename_mailbox (MAIL_MODE_IMAP, place.work, "Toil")));
  other = temporary_store_add_mailbox (place.store, "Work", MAIL_ROLE_NONE, 0);
  if (is_gone != NULL)
    temporary_store_write (place.store, mark_gone_job, &other);
  temporary_store_write (place.store, drop_oldest_job, NULL);
  assert_called (&place, other, is_gone != NULL ? "Work (2)" : "Work");
  assert_called (&place, place.work, is_gone != NULL ? "Work" : "Work (2)");
  assert_called (&place, place.old, is_gone != NULL ? "Work/Old" : "Work (2)/Old");
}

/* The new one holds a letter that is nowhere else. */
static void
test_a_deletion_whose_name_is_taken (void)
{
  g_auto (Place) place = { 0 };
  g_autoptr (GBytes) letter = g_bytes_new_static ("Subject: Note\r\n\r\nHi\r\n", 21);
  MailAction *create;
  gint64 other;

  place_init (&place);
  mail_action_free (act (&place, mail_action_new_delete_mailbox (MAIL_MODE_IMAP, place.work)));
  create = mail_action_new_create_mailbox (MAIL_MODE_IMAP, 0, "Work", MAIL_ROLE_NONE);
  temporary_store_write (place.store, mail_action_job, create);
  other = g_array_index (mail_action_get_ids (create), gint64, 0);
  mail_action_free (create);
  mail_action_free (act (&place, mail_action_new_append (MAIL_MODE_IMAP, other, letter, 0)));
  drop_all (&place);
  assert_called (&place, place.work, "Work");
  assert_called (&place, place.old, "Work/Old");
  assert_called (&place, other, "Work (2)");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function) g_test_add_func ("/sync/take-back/" path, function)
  g_test_add_data_func ("/sync/take-back/each-kind-at-once-and-after-a-restart", NULL, test_each_kind);
  g_test_add_data_func ("/sync/take-back/each-kind-that-was-sent", "sent", test_each_kind);
  ADD ("all-kinds-at-once", test_all_kinds);
  ADD ("a-child-comes-back-to-its-parent", test_a_child_comes_back_to_its_parent);
  g_test_add_data_func ("/sync/take-back/a-name-that-the-server-has-given-away", NULL, test_names_that_are_taken);
  g_test_add_data_func ("/sync/take-back/a-name-that-is-taken-here", "gone", test_names_that_are_taken);
  ADD ("a-deletion-whose-name-is-taken", test_a_deletion_whose_name_is_taken);
  return g_test_run ();
}
