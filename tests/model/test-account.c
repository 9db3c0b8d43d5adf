/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "core/errors.h"
#include "lib/main-loop.h"
#include "lib/temporary-store.h"
#include "model/account-private.h"
#include "store/store-bodies.h"
#include "store/store-mailboxes.h"
#include "store/store-messages.h"

typedef struct
{
  char *sentence;
  gboolean can_undo;
} Said;

/* An account that never meets a server: all that a person does works on what is here. */
typedef struct
{
  char *folder;
  MailHome *home;
  MailAccountConfig *config;
  MailAccount *account;
  MailMessageList *inbox;
  GQueue said; /* Said, oldest first */
  guint n_unread_notes;
} Fixture;

static const char letter[] = "From: gardener@example.org\r\nSubject: Roses\r\n\r\nThey are red.\r\n";

static gboolean
put_mailbox (MailDb *db, const char *name, MailRole role, gint64 *id, GError **error)
{
  g_autoptr (MailMailboxInfo) info = mail_mailbox_info_new (name, '/', role);

  if (!mail_store_mailboxes_put (db, info, error))
    return FALSE;
  *id = info->id;
  return TRUE;
}

/* Three messages: the newest is wholly here, the next in part, of the oldest only the header. */
static gboolean
fill_job (MailDb *db, gpointer data, GError **error)
{
  static const char skeleton[] = "From: gardener@example.org\r\nSubject: In part\r\n"
                                 "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n"
                                 "--x\r\nContent-Type: text/plain\r\n\r\nThe text is here.\r\n"
                                 "--x\r\nContent-Type: image/png\r\nX-Missiva-Missing: 2 4000\r\n\r\n\r\n--x--\r\n";
  g_autoptr (GBytes) raw = g_bytes_new_static (letter, strlen (letter));
  g_autoptr (GBytes) partial = g_bytes_new_static (skeleton, strlen (skeleton));
  gint64 inbox;
  gint64 other;

  if (!put_mailbox (db, "INBOX", MAIL_ROLE_INBOX, &inbox, error) || !put_mailbox (db, "Bin", MAIL_ROLE_TRASH, &other, error)
      || !put_mailbox (db, "Garden", MAIL_ROLE_NONE, &other, error))
    return FALSE;
  for (guint32 number = 1; number <= 3; number++)
    {
      g_autoptr (MailMessageInfo) info = temporary_store_make_info (inbox, number, 0);

      if (!mail_store_messages_insert (db, info, error)
          || (number == 3 && !mail_store_bodies_put (db, info->id, raw, NULL, error))
          || (number == 2 && !mail_store_bodies_put_partial (db, info->id, partial, 1, 2000, error)))
        return FALSE;
    }
  return TRUE;
}

static void
fill (const Fixture *fixture)
{
  g_autofree char *directory = mail_home_account_store (fixture->home, fixture->config->name);
  g_autoptr (GError) error = NULL;
  g_autoptr (MailStore) store = mail_store_open (directory, &error);

  g_assert_no_error (error);
  g_assert_true (mail_store_write (store, fill_job, NULL, &error));
}

static void
action_done_cb (MailAccount *account, const char *sentence, gboolean can_undo, Fixture *fixture)
{
  Said *said = g_new (Said, 1);

  said->sentence = g_strdup (sentence);
  said->can_undo = can_undo;
  g_queue_push_tail (&fixture->said, said);
}

static void
said_free (gpointer data)
{
  g_free (((Said *) data)->sentence);
  g_free (data);
}

static void
unread_cb (MailAccount *account, GParamSpec *pspec, Fixture *fixture)
{
  fixture->n_unread_notes++;
}

static MailAccount *
open_account (const Fixture *fixture)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  MailAccount *account;

  mail_account_open_async (fixture->config, fixture->home, FALSE, keep_result_cb, &result);
  run_result (&result);
  account = mail_account_open_finish (result, &error);
  g_assert_no_error (error);
  return account;
}

static gboolean
inbox_is_here (gpointer data)
{
  MailMessageList *list = data;

  return mail_message_list_get_count (list) == 3 && mail_message_list_get_row (list, 0) != NULL;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = g_dir_make_tmp ("missiva-home-XXXXXX", NULL);
  fixture->home = mail_home_new (fixture->folder);
  fixture->config = mail_account_config_new ("Garden");
  g_assert_true (mail_account_config_set (fixture->config, "address", "reader@example.com", NULL));
  g_assert_true (mail_account_config_set (fixture->config, "user", "reader", NULL));
  g_assert_true (mail_account_config_set (fixture->config, "incoming", "127.0.0.1:1", NULL));
  if (data != NULL)
    g_assert_true (mail_account_config_set (fixture->config, "mode", data, NULL));
  else
    fill (fixture);
  fixture->account = open_account (fixture);
  g_signal_connect (fixture->account, "action-done", G_CALLBACK (action_done_cb), fixture);
  g_signal_connect (fixture->account, "notify::unread", G_CALLBACK (unread_cb), fixture);
  fixture->inbox = mail_account_list_messages (fixture->account,
                                               mail_account_find_role (fixture->account, MAIL_ROLE_INBOX));
  if (data == NULL)
    run_until (inbox_is_here, fixture->inbox);
}

static gboolean
is_gone (gpointer data)
{
  return *(gpointer *) data == NULL;
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_signal_handlers_disconnect_by_data (fixture->account, fixture);
  mail_account_close (fixture->account);
  g_clear_object (&fixture->inbox);
  g_object_add_weak_pointer (G_OBJECT (fixture->account), (gpointer *) &fixture->account);
  g_object_unref (fixture->account);
  run_until (is_gone, &fixture->account);
  temporary_folder_remove (fixture->folder);
  g_free (fixture->folder);
  mail_home_free (fixture->home);
  mail_account_config_free (fixture->config);
  g_queue_clear_full (&fixture->said, said_free);
}

static GArray *
ids_of (MailMessageList *list, guint count)
{
  GArray *ids = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (guint i = 0; i < count; i++)
    {
      const gint64 id = mail_message_list_get_id (list, i);

      g_array_append_val (ids, id);
    }
  return ids;
}

static gboolean
was_said (gpointer data)
{
  return !g_queue_is_empty (&((Fixture *) data)->said);
}

static void
wait_for_sentence (Fixture *fixture, const char *wanted, gboolean can_undo)
{
  Said *said;

  run_until (was_said, fixture);
  said = g_queue_pop_head (&fixture->said);
  g_assert_cmpstr (said->sentence, ==, wanted);
  g_assert_cmpint (said->can_undo, ==, can_undo);
  said_free (said);
}

static MailFlags
flags_at (MailMessageList *list, guint position)
{
  const MailMessageInfo *row = mail_message_list_get_row (list, position);

  return row != NULL ? row->flags : MAIL_FLAGS_NONE;
}

static void
test_opens_with_mailboxes_and_figures (Fixture *fixture, gconstpointer data)
{
  GListModel *mailboxes = mail_account_get_mailboxes (fixture->account);
  g_autoptr (MailMailbox) first = g_list_model_get_item (mailboxes, 0);
  g_autofree char *mode = NULL;
  g_autofree char *text = NULL;
  g_autofree char *progress_text = NULL;
  double progress;
  guint unread;
  int state;

  g_assert_cmpuint (g_list_model_get_n_items (mailboxes), ==, 3);
  g_assert_cmpstr (mail_mailbox_get_title (first), ==, "Inbox");
  g_assert_true (mail_account_find_mailbox (fixture->account, mail_mailbox_get_id (first)) == first);
  g_object_get (fixture->account, "mode-label", &mode, "state", &state, "state-text", &text, "progress", &progress,
                "progress-text", &progress_text, "unread", &unread, NULL);
  g_assert_cmpstr (mode, ==, "Synchronised · IMAP");
  g_assert_cmpint (state, ==, MAIL_WORKER_STOPPED);
  g_assert_cmpstr (text, ==, "Not checking for mail");
  g_assert_cmpfloat (progress, ==, -1);
  g_assert_null (progress_text);
  g_assert_cmpuint (unread, ==, 3);
  g_assert_null (mail_account_get_problem (fixture->account));
}

static gboolean
has_mailboxes_of_its_own (gpointer data)
{
  return mail_account_find_role (data, MAIL_ROLE_TRASH) != NULL && mail_account_find_role (data, MAIL_ROLE_SENT) != NULL;
}

static void
test_a_pop_account_has_its_mailboxes_at_once (Fixture *fixture, gconstpointer data)
{
  g_autofree char *mode = NULL;

  g_assert_true (has_mailboxes_of_its_own (fixture->account));
  g_object_get (fixture->account, "mode-label", &mode, NULL);
  g_assert_cmpstr (mode, ==, "Downloaded · POP");
}

static void
set_keep (Fixture *fixture, const char *keep)
{
  g_autoptr (MailAccountConfig) config = mail_account_config_copy (mail_account_get_config (fixture->account));

  g_assert_true (mail_account_config_set (config, "pop-keep", keep, NULL));
  mail_account_set_config (fixture->account, config);
}

static void
test_tells_when_a_message_leaves_the_server (Fixture *fixture, gconstpointer data)
{
  MailMessageInfo info = { .where = MAIL_WHERE_BOTH, .fetched = 1700000000 };
  gint64 when;

  set_keep (fixture, "days:14");
  g_assert_true (mail_account_will_leave_server (fixture->account, &info, &when));
  g_assert_cmpint (when, ==, 1700000000 + 14 * 24 * 60 * 60);
  set_keep (fixture, "until-deleted");
  g_assert_false (mail_account_will_leave_server (fixture->account, &info, &when));
  info.deleting = TRUE;
  g_assert_true (mail_account_will_leave_server (fixture->account, &info, &when));
  g_assert_cmpint (when, ==, 0);
  info.fetched = 0; /* it has left */
  g_assert_false (mail_account_will_leave_server (fixture->account, &info, &when));
}

static void
test_archives_only_where_that_does_something (Fixture *fixture, gconstpointer data)
{
  MailMailbox *inbox = mail_account_find_role (fixture->account, MAIL_ROLE_INBOX);
  MailMailbox *archive = mail_account_find_role (fixture->account, MAIL_ROLE_ARCHIVE);

  if (data == NULL)
    g_assert_null (archive);
  else
    g_assert_null (mail_account_find_archive_for (fixture->account, archive));
  g_assert_true (mail_account_find_archive_for (fixture->account, inbox) == archive);
}

static gboolean
first_is_read (gpointer data)
{
  Fixture *fixture = data;

  return (flags_at (fixture->inbox, 0) & MAIL_FLAG_SEEN) != 0 && fixture->n_unread_notes > 0;
}

static gboolean
first_is_unread (gpointer data)
{
  return (flags_at (((Fixture *) data)->inbox, 0) & MAIL_FLAG_SEEN) == 0;
}

static void
test_marking_shows_at_once_and_is_undone (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GArray) ids = ids_of (fixture->inbox, 1);
  guint unread;

  mail_account_set_flags (fixture->account, ids, MAIL_FLAG_SEEN, 0);
  run_until (first_is_read, fixture);
  wait_for_sentence (fixture, "Message marked as read", TRUE);
  g_object_get (fixture->account, "unread", &unread, NULL);
  g_assert_cmpuint (unread, ==, 2);
  g_assert_true (mail_account_can_undo (fixture->account));

  mail_account_undo (fixture->account);
  run_until (first_is_unread, fixture);
  wait_for_sentence (fixture, "Undone", FALSE);
  g_assert_false (mail_account_can_undo (fixture->account));
}

static void
test_a_shown_message_is_read_without_a_word (Fixture *fixture, gconstpointer data)
{
  mail_account_mark_shown (fixture->account, mail_message_list_get_id (fixture->inbox, 0));
  run_until (first_is_read, fixture);
  g_assert_true (g_queue_is_empty (&fixture->said));
  g_assert_false (mail_account_can_undo (fixture->account));
}

typedef struct
{
  MailMessageList *list;
  guint count;
} Count;

static gboolean
has_count (gpointer data)
{
  const Count *count = data;

  return mail_message_list_get_count (count->list) == count->count;
}

static void
wait_for_count (MailMessageList *list, guint wanted)
{
  Count count = { list, wanted };

  run_until (has_count, &count);
}

static void
test_deleting_moves_to_the_trash_and_then_for_ever (Fixture *fixture, gconstpointer data)
{
  MailMailbox *trash = mail_account_find_role (fixture->account, MAIL_ROLE_TRASH);
  g_autoptr (MailMessageList) bin = mail_account_list_messages (fixture->account, trash);
  g_autoptr (GArray) ids = ids_of (fixture->inbox, 2);

  mail_account_delete (fixture->account, ids);
  wait_for_count (fixture->inbox, 1);
  wait_for_count (bin, 2);
  wait_for_sentence (fixture, "2 messages moved to Trash", TRUE);
  mail_account_undo (fixture->account);
  wait_for_count (fixture->inbox, 3);
  wait_for_count (bin, 0);
  wait_for_sentence (fixture, "Undone", FALSE);

  mail_account_delete (fixture->account, ids);
  wait_for_sentence (fixture, "2 messages moved to Trash", TRUE);
  mail_account_delete (fixture->account, ids);
  wait_for_count (bin, 0);
  wait_for_sentence (fixture, "2 messages deleted for ever", FALSE);
}

static void
test_moving_names_the_mailbox (Fixture *fixture, gconstpointer data)
{
  g_autoptr (MailMailbox) garden = g_list_model_get_item (mail_account_get_mailboxes (fixture->account), 2);
  g_autoptr (GArray) ids = ids_of (fixture->inbox, 1);

  mail_account_move (fixture->account, ids, garden);
  wait_for_count (fixture->inbox, 2);
  wait_for_sentence (fixture, "Message moved to Garden", TRUE);
}

static gboolean
first_is_starred (gpointer data)
{
  return (flags_at (((Fixture *) data)->inbox, 0) & MAIL_FLAG_FLAGGED) != 0;
}

static void
test_an_undo_waits_for_what_it_takes_back (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GArray) ids = ids_of (fixture->inbox, 3);

  mail_account_set_flags (fixture->account, ids, MAIL_FLAG_FLAGGED, 0);
  wait_for_sentence (fixture, "3 messages starred", TRUE);
  mail_account_delete (fixture->account, ids);
  mail_account_undo (fixture->account);
  wait_for_sentence (fixture, "3 messages moved to Trash", FALSE);
  wait_for_sentence (fixture, "Undone", FALSE);
  wait_for_count (fixture->inbox, 3);
  run_until (first_is_starred, fixture);
  g_assert_true (mail_account_can_undo (fixture->account));
}

/* The store's writer has something else to do until this is opened. */
typedef struct
{
  GMutex mutex;
  GCond cond;
  gboolean open;
} Gate;

static gboolean
hold_job (MailDb *db, gpointer data, GError **error)
{
  Gate *gate = data;

  g_mutex_lock (&gate->mutex);
  while (!gate->open)
    g_cond_wait (&gate->cond, &gate->mutex);
  g_mutex_unlock (&gate->mutex);
  return TRUE;
}

static MailStoreTicket *
hold (const Fixture *fixture, Gate *gate)
{
  *gate = (Gate){ .open = FALSE };
  g_mutex_init (&gate->mutex);
  g_cond_init (&gate->cond);
  return mail_store_submit (fixture->account->store, hold_job, gate);
}

static void
release (Gate *gate, MailStoreTicket *ticket)
{
  g_mutex_lock (&gate->mutex);
  gate->open = TRUE;
  g_cond_signal (&gate->cond);
  g_mutex_unlock (&gate->mutex);
  g_assert_true (mail_store_wait (ticket, NULL));
  g_mutex_clear (&gate->mutex);
  g_cond_clear (&gate->cond);
}

static void
brings_back_cb (MailAccount *account, const GArray *ids, gint64 mailbox_id, GString *told)
{
  g_string_append_printf (told, "back %" G_GINT64_FORMAT " %" G_GINT64_FORMAT "; ", g_array_index (ids, gint64, 0), mailbox_id);
}

static void
stays_away_cb (MailAccount *account, const GArray *ids, GString *told)
{
  g_string_append_printf (told, "away %" G_GINT64_FORMAT "; ", g_array_index (ids, gint64, 0));
}

static GString *
follow_returns (const Fixture *fixture)
{
  GString *told = g_string_new (NULL);

  g_signal_connect (fixture->account, "brings-back", G_CALLBACK (brings_back_cb), told);
  g_signal_connect (fixture->account, "stays-away", G_CALLBACK (stays_away_cb), told);
  return told;
}

static void
test_what_has_only_begun_is_undone_once_it_is_through (Fixture *fixture, gconstpointer data)
{
  MailMailbox *inbox = mail_account_find_role (fixture->account, MAIL_ROLE_INBOX);
  g_autoptr (MailMessageList) bin =
      mail_account_list_messages (fixture->account, mail_account_find_role (fixture->account, MAIL_ROLE_TRASH));
  g_autoptr (GArray) ids = ids_of (fixture->inbox, 1);
  g_autoptr (GArray) all = ids_of (fixture->inbox, 3);
  g_autoptr (GString) told = follow_returns (fixture);
  g_autofree char *wanted = NULL;
  MailStoreTicket *ticket;
  Gate gate;

  ticket = hold (fixture, &gate);
  mail_account_set_flags (fixture->account, all, MAIL_FLAG_SEEN, 0);
  mail_account_delete (fixture->account, ids);
  g_assert_true (mail_account_can_undo (fixture->account));
  mail_account_undo (fixture->account);
  g_assert_true (mail_account_can_undo (fixture->account));
  mail_account_undo (fixture->account);
  g_assert_false (mail_account_can_undo (fixture->account));
  /* It was wished before this. */
  mail_account_set_flags (fixture->account, ids, MAIL_FLAG_FLAGGED, 0);
  release (&gate, ticket);

  wait_for_sentence (fixture, "3 messages marked as read", FALSE);
  wait_for_sentence (fixture, "Message moved to Trash", FALSE);
  wait_for_sentence (fixture, "Undone", FALSE);
  wait_for_sentence (fixture, "Undone", FALSE);
  wait_for_sentence (fixture, "Message starred", TRUE);
  wait_for_count (fixture->inbox, 3);
  wait_for_count (bin, 0);
  run_until (first_is_starred, fixture);
  run_until (first_is_unread, fixture);
  wanted = g_strdup_printf ("back %" G_GINT64_FORMAT " 0; back %" G_GINT64_FORMAT " %" G_GINT64_FORMAT "; ",
                            g_array_index (ids, gint64, 0), g_array_index (ids, gint64, 0), mail_mailbox_get_id (inbox));
  g_assert_cmpstr (told->str, ==, wanted);
  g_signal_handlers_disconnect_by_data (fixture->account, told);
}

static void
keep_sentence_cb (MailAccount *account, const char *sentence, char **kept)
{
  *kept = g_strdup (sentence);
}

static gboolean
is_kept (gpointer data)
{
  return *(char **) data != NULL;
}

static void
test_what_cannot_be_done_is_said (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autofree char *sentence = NULL;
  const gint64 nobody = 4711;

  g_array_append_val (ids, nobody);
  g_signal_connect (fixture->account, "operation-refused", G_CALLBACK (keep_sentence_cb), &sentence);
  mail_account_delete (fixture->account, ids);
  run_until (is_kept, &sentence);
  g_assert_nonnull (strstr (sentence, "Garden"));
  g_assert_false (mail_account_can_undo (fixture->account));
  g_signal_handlers_disconnect_by_data (fixture->account, &sentence);
}

/* Whoever takes a refused change back means that one, and not what was done before it. */
static void
test_an_undo_of_what_is_refused_takes_nothing_else_back (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GArray) ids = ids_of (fixture->inbox, 1);
  g_autoptr (GArray) nobody = g_array_new (FALSE, TRUE, sizeof (gint64));
  g_autoptr (GString) told = follow_returns (fixture);
  g_autofree char *sentence = NULL;
  MailStoreTicket *ticket;
  Gate gate;

  g_array_set_size (nobody, 1);
  g_array_index (nobody, gint64, 0) = 4711;
  mail_account_set_flags (fixture->account, ids, MAIL_FLAG_FLAGGED, 0);
  wait_for_sentence (fixture, "Message starred", TRUE);
  g_signal_connect (fixture->account, "operation-refused", G_CALLBACK (keep_sentence_cb), &sentence);
  ticket = hold (fixture, &gate);
  mail_account_delete (fixture->account, nobody);
  mail_account_undo (fixture->account);
  mail_account_set_flags (fixture->account, ids, MAIL_FLAG_SEEN, 0);
  release (&gate, ticket);
  wait_for_sentence (fixture, "Message marked as read", TRUE);
  g_assert_nonnull (sentence);
  g_assert_cmpstr (told->str, ==, "back 4711 0; away 4711; ");
  run_until (first_is_starred, fixture);
  mail_account_undo (fixture->account);
  wait_for_sentence (fixture, "Undone", FALSE);
  g_assert_true (mail_account_can_undo (fixture->account));
  g_signal_handlers_disconnect_by_data (fixture->account, &sentence);
  g_signal_handlers_disconnect_by_data (fixture->account, told);
}

static void
test_a_mailbox_is_measured_by_its_rows (Fixture *fixture, gconstpointer data)
{
  MailMailbox *inbox = mail_account_find_role (fixture->account, MAIL_ROLE_INBOX);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) second = NULL;
  g_autoptr (GError) error = NULL;

  mail_account_measure_mailbox_async (fixture->account, inbox, NULL, keep_result_cb, &result);
  run_result (&result);
  g_assert_cmpint (mail_account_measure_mailbox_finish (fixture->account, result, &error), ==, 1001 + 1002 + 1003);
  g_assert_no_error (error);

  mail_account_measure_mailbox_async (fixture->account, inbox, cancellable, keep_result_cb, &second);
  g_cancellable_cancel (cancellable);
  run_result (&second);
  g_assert_cmpint (mail_account_measure_mailbox_finish (fixture->account, second, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static MailMessage *
open_message (Fixture *fixture, gint64 id, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  mail_account_open_message_async (fixture->account, id, NULL, keep_result_cb, &result);
  run_result (&result);
  return mail_account_open_message_finish (fixture->account, result, error);
}

static void
test_a_stored_message_is_read_offline (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MailMessage) whole = open_message (fixture, mail_message_list_get_id (fixture->inbox, 0), &error);
  g_autoptr (MailMessage) partial = open_message (fixture, mail_message_list_get_id (fixture->inbox, 1), &error);

  g_assert_no_error (error);
  g_assert_cmpint (mail_message_get_id (whole), ==, mail_message_list_get_id (fixture->inbox, 0));
  g_assert_nonnull (strstr (mail_message_get_text (whole), "They are red."));
  g_assert_false (mail_message_is_text_missing (whole));
  g_assert_nonnull (strstr (mail_message_get_text (partial), "The text is here."));
  g_assert_false (mail_message_is_text_missing (partial));
  g_assert_cmpuint (mail_message_get_n_parts (partial), ==, 1);
  g_assert_true (mail_message_get_part (partial, 0)->missing);
}

static void
test_a_missing_text_says_so (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) gone = NULL;
  g_autoptr (MailMessage) message = open_message (fixture, mail_message_list_get_id (fixture->inbox, 2), &error);

  g_assert_no_error (error);
  g_assert_true (mail_message_is_text_missing (message));
  g_assert_cmpstr (mail_message_get_subject (message), ==, "Message 1");
  g_assert_null (open_message (fixture, 4711, &gone));
  g_assert_error (gone, MAIL_ERROR, MAIL_ERROR_NOT_FOUND);
}

static void
test_a_missing_part_cannot_be_fetched_offline (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  mail_account_fetch_part_async (fixture->account, mail_message_list_get_id (fixture->inbox, 1), "2", NULL, keep_result_cb,
                                 &result);
  run_result (&result);
  g_assert_null (mail_account_fetch_part_finish (fixture->account, result, &error));
  g_assert_error (error, MAIL_ERROR, MAIL_ERROR_OFFLINE);
}

static void
test_a_closed_account_answers_still (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GArray) ids = ids_of (fixture->inbox, 1);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) late = NULL;
  g_autoptr (GError) error = NULL;

  mail_account_open_message_async (fixture->account, mail_message_list_get_id (fixture->inbox, 0), NULL, keep_result_cb,
                                   &result);
  mail_account_delete (fixture->account, ids);
  mail_account_close (fixture->account);
  run_result (&result);
  g_object_unref (mail_account_open_message_finish (fixture->account, result, &error));
  g_assert_no_error (error);
  g_assert_null (open_message (fixture, mail_message_list_get_id (fixture->inbox, 0), &late));
  g_assert_error (late, MAIL_ERROR, MAIL_ERROR_NOT_FOUND);
  mail_account_delete (fixture->account, ids);
  mail_account_set_password (fixture->account, "rose", FALSE);
  mail_account_close (fixture->account);
}

static gboolean
pin_is_saved (gpointer data)
{
  const Fixture *fixture = data;
  g_autoptr (MailAccountConfig) saved = mail_account_config_load (fixture->home, "Garden", NULL);

  return saved != NULL && saved->incoming->pin != NULL && saved->incoming->pin[0] == 'b';
}

static void
test_a_trusted_certificate_is_pinned_and_saved (Fixture *fixture, gconstpointer data)
{
  g_autofree char *first = g_strnfill (64, 'a');
  g_autofree char *second = g_strnfill (64, 'b');
  MailCertificate certificate = { .fingerprint = first };

  mail_account_trust_certificate (fixture->account, &certificate);
  certificate.fingerprint = second;
  mail_account_trust_certificate (fixture->account, &certificate);
  g_assert_cmpstr (mail_account_get_config (fixture->account)->incoming->pin, ==, second);
  run_until (pin_is_saved, fixture);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus", TRUE);
#define ADD_MODE(name, mode, test) g_test_add ("/model/account/" name, Fixture, mode, set_up, test, tear_down)
#define ADD(name, test) ADD_MODE (name, NULL, test)
  ADD ("opens-with-mailboxes-and-figures", test_opens_with_mailboxes_and_figures);
  ADD_MODE ("a-pop-account-has-its-mailboxes-at-once", "pop", test_a_pop_account_has_its_mailboxes_at_once);
  ADD_MODE ("tells-when-a-message-leaves-the-server", "pop", test_tells_when_a_message_leaves_the_server);
  ADD ("archives-nothing-where-there-is-no-archive", test_archives_only_where_that_does_something);
  ADD_MODE ("archives-nothing-that-is-archived", "pop", test_archives_only_where_that_does_something);
  ADD ("marking-shows-at-once-and-is-undone", test_marking_shows_at_once_and_is_undone);
  ADD ("a-shown-message-is-read-without-a-word", test_a_shown_message_is_read_without_a_word);
  ADD ("deleting-moves-to-the-trash-and-then-for-ever", test_deleting_moves_to_the_trash_and_then_for_ever);
  ADD ("moving-names-the-mailbox", test_moving_names_the_mailbox);
  ADD ("an-undo-waits-for-what-it-takes-back", test_an_undo_waits_for_what_it_takes_back);
  ADD ("what-has-only-begun-is-undone-once-it-is-through", test_what_has_only_begun_is_undone_once_it_is_through);
  ADD ("an-undo-of-what-is-refused-takes-nothing-else-back", test_an_undo_of_what_is_refused_takes_nothing_else_back);
  ADD ("what-cannot-be-done-is-said", test_what_cannot_be_done_is_said);
  ADD ("a-mailbox-is-measured-by-its-rows", test_a_mailbox_is_measured_by_its_rows);
  ADD ("a-stored-message-is-read-offline", test_a_stored_message_is_read_offline);
  ADD ("a-missing-text-says-so", test_a_missing_text_says_so);
  ADD ("a-missing-part-cannot-be-fetched-offline", test_a_missing_part_cannot_be_fetched_offline);
  ADD ("a-closed-account-answers-still", test_a_closed_account_answers_still);
  ADD ("a-trusted-certificate-is-pinned-and-saved", test_a_trusted_certificate_is_pinned_and_saved);
#undef ADD
#undef ADD_MODE
  return g_test_run ();
}
