/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "core/clock.h"
#include "core/errors.h"
#include "core/keywords.h"
#include "lib/main-loop.h"
#include "lib/temporary-store.h"
#include "lib/toy-imap.h"
#include "model/account-private.h"
#include "store/store-mailboxes.h"

/* What an account asks and tells a person because of what its server is, has, and does with changes. */

typedef struct
{
  ToyImap *server;
  char *folder;
  MailHome *home;
  MailAccount *account;
  MailMessageList *inbox;
  guint mailboxes; /* beside the inbox */
  guint wanted;
  guint queue_changes;
  guint asked; /* "role-question" with a role */
} Fixture;

static gboolean
is_up_to_date (gpointer data)
{
  return mail_account_get_state (data) == MAIL_WORKER_UP_TO_DATE;
}

/* What the server has is read from the store a moment later. */
static gboolean
shows_mailboxes (gpointer data)
{
  const Fixture *fixture = data;

  return is_up_to_date (fixture->account)
         && g_list_model_get_n_items (mail_account_get_mailboxes (fixture->account)) > fixture->mailboxes;
}

static gboolean
is_offline (gpointer data)
{
  return mail_account_get_state (data) == MAIL_WORKER_OFFLINE;
}

static void
queue_changed_cb (MailAccount *account, Fixture *fixture)
{
  fixture->queue_changes++;
}

static MailRole
get_question (Fixture *fixture)
{
  int role;

  g_object_get (fixture->account, "role-question", &role, NULL);
  return (MailRole) role;
}

static void
question_cb (MailAccount *account, GParamSpec *pspec, Fixture *fixture)
{
  fixture->asked += get_question (fixture) != MAIL_ROLE_NONE;
}

static void
open_account (Fixture *fixture)
{
  g_autoptr (MailAccountConfig) config = toy_imap_config (fixture->server);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  mail_account_open_async (config, fixture->home, TRUE, keep_result_cb, &result);
  run_result (&result);
  fixture->account = mail_account_open_finish (result, &error);
  g_assert_no_error (error);
  g_signal_connect (fixture->account, "queue-changed", G_CALLBACK (queue_changed_cb), fixture);
  g_signal_connect (fixture->account, "notify::role-question", G_CALLBACK (question_cb), fixture);
  mail_account_set_password (fixture->account, "secret", FALSE);
  run_until (shows_mailboxes, fixture);
}

static void
close_account (Fixture *fixture)
{
  g_signal_handlers_disconnect_by_data (fixture->account, fixture);
  mail_account_close (fixture->account);
  g_clear_object (&fixture->inbox);
  g_clear_object (&fixture->account);
}

static gboolean
shows_wanted (gpointer data)
{
  const Fixture *fixture = data;

  return mail_message_list_get_count (fixture->inbox) == fixture->wanted
         && (fixture->wanted == 0 || mail_message_list_get_row (fixture->inbox, 0) != NULL);
}

static void
await_rows (Fixture *fixture, guint wanted)
{
  fixture->wanted = wanted;
  run_until (shows_wanted, fixture);
}

/* @mailboxes: names beside the inbox, which has @messages. */
static void
set_up (Fixture *fixture, const char *capabilities, const char *const *mailboxes, guint messages)
{
  fixture->server = toy_imap_new (capabilities);
  toy_imap_put_mailbox (fixture->server, "INBOX", messages);
  for (guint i = 0; mailboxes[i] != NULL; i++)
    toy_imap_put_mailbox (fixture->server, mailboxes[i], 0);
  fixture->mailboxes = g_strv_length ((char **) mailboxes);
  fixture->folder = g_dir_make_tmp ("missiva-home-XXXXXX", NULL);
  fixture->home = mail_home_new (fixture->folder);
  open_account (fixture);
  fixture->inbox = mail_account_list_messages (fixture->account, mail_account_find_role (fixture->account, MAIL_ROLE_INBOX));
  await_rows (fixture, messages);
}

static void
tear_down (Fixture *fixture)
{
  close_account (fixture);
  toy_imap_free (fixture->server);
  temporary_folder_remove (fixture->folder);
  g_free (fixture->folder);
  mail_home_free (fixture->home);
}

static const char *const all_roles[] = { "Drafts", "Sent", "Archive", "Junk", "Trash", NULL };

static void
go_offline (Fixture *fixture)
{
  mail_account_set_online (fixture->account, FALSE);
  run_until (is_offline, fixture->account);
}

static void
go_online (Fixture *fixture)
{
  mail_account_set_online (fixture->account, TRUE);
  run_until (is_up_to_date, fixture->account);
}

/* The row at @position of the inbox. */
static GArray *
one_id (Fixture *fixture, guint position)
{
  GArray *ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  gint64 id = mail_message_list_get_id (fixture->inbox, position);

  g_array_append_val (ids, id);
  return ids;
}

/* The role question */

typedef struct
{
  Fixture *fixture;
  MailRole role;
} Question;

static gboolean
is_asked (gpointer data)
{
  const Question *question = data;

  return get_question (question->fixture) == question->role;
}

static void
await_question (Fixture *fixture, MailRole role)
{
  Question question = { fixture, role };

  run_until (is_asked, &question);
}

/* Borrowed from the account. */
static MailMailbox *
find_named (Fixture *fixture, const char *name)
{
  GListModel *mailboxes = mail_account_get_mailboxes (fixture->account);

  for (guint i = 0; i < g_list_model_get_n_items (mailboxes); i++)
    {
      g_autoptr (MailMailbox) mailbox = g_list_model_get_item (mailboxes, i);

      if (g_str_equal (mail_mailbox_get_name (mailbox), name))
        return mailbox;
    }
  return NULL;
}

typedef struct
{
  Fixture *fixture;
  gboolean watched;
} Reading;

static gboolean
was_read (gpointer data)
{
  const Reading *reading = data;
  MailMailbox *mailbox = find_named (reading->fixture, "Work");

  return mail_mailbox_get_info (mailbox)->watched == reading->watched;
}

/* Until the mailboxes were read anew: whatever there is to ask is asked by then. */
static void
read_mailboxes_anew (Fixture *fixture)
{
  MailMailbox *mailbox = find_named (fixture, "Work");
  Reading reading = { fixture, !mail_mailbox_get_info (mailbox)->watched };

  mail_account_set_mailbox_watched (fixture->account, mailbox, reading.watched);
  run_until (was_read, &reading);
}

static void
test_each_role_is_asked_for_until_it_is_answered_made_or_dismissed (void)
{
  static const char *const mailboxes[] = { "Work", NULL };
  Fixture fixture = { 0 };

  set_up (&fixture, "IDLE", mailboxes, 0);
  await_question (&fixture, MAIL_ROLE_TRASH);
  mail_account_set_mailbox_role (fixture.account, find_named (&fixture, "Work"), MAIL_ROLE_TRASH);
  await_question (&fixture, MAIL_ROLE_SENT);
  g_assert_true (mail_account_find_role (fixture.account, MAIL_ROLE_TRASH) == find_named (&fixture, "Work"));
  mail_account_create_role_mailbox (fixture.account, MAIL_ROLE_SENT);
  await_question (&fixture, MAIL_ROLE_DRAFTS);
  g_assert_nonnull (mail_account_find_role (fixture.account, MAIL_ROLE_SENT));
  mail_account_dismiss_role_question (fixture.account);
  g_assert_cmpint (get_question (&fixture), ==, MAIL_ROLE_NONE);
  read_mailboxes_anew (&fixture);
  g_assert_cmpint (get_question (&fixture), ==, MAIL_ROLE_JUNK);
  mail_account_dismiss_role_question (fixture.account);
  close_account (&fixture);

  /* Begun anew, it asks for what is left alone. */
  open_account (&fixture);
  await_question (&fixture, MAIL_ROLE_ARCHIVE);
  mail_account_dismiss_role_question (fixture.account);
  close_account (&fixture);
  fixture.asked = 0;
  open_account (&fixture);
  read_mailboxes_anew (&fixture);
  g_assert_cmpuint (fixture.asked, ==, 0);
  tear_down (&fixture);
}

typedef struct
{
  GMutex lock;
  GCond go_on;
  gboolean open;
} Gate;

static gboolean
wait_job (MailDb *db, gpointer data, GError **error)
{
  Gate *gate = data;

  g_mutex_lock (&gate->lock);
  while (!gate->open)
    g_cond_wait (&gate->go_on, &gate->lock);
  g_mutex_unlock (&gate->lock);
  return TRUE;
}

static void
open_gate (Gate *gate)
{
  g_mutex_lock (&gate->lock);
  gate->open = TRUE;
  g_cond_signal (&gate->go_on);
  g_mutex_unlock (&gate->lock);
}

/* The mailboxes are read anew before the answer could be written down. */
static void
test_a_dismissed_question_does_not_come_back_while_the_store_is_busy (void)
{
  static const char *const mailboxes[] = { "Work", "Drafts", "Sent", "Archive", "Junk", NULL };
  Fixture fixture = { 0 };
  Reading reading = { &fixture, TRUE };
  Gate gate = { 0 };
  g_autoptr (GAsyncResult) result = NULL;

  set_up (&fixture, "IDLE", mailboxes, 0);
  await_question (&fixture, MAIL_ROLE_TRASH);
  mail_account_set_mailbox_watched (fixture.account, find_named (&fixture, "Work"), TRUE);
  mail_store_write_async (fixture.account->store, wait_job, &gate, NULL, keep_result_cb, &result);
  mail_account_dismiss_role_question (fixture.account);
  fixture.asked = 0;
  run_until (was_read, &reading);
  g_assert_cmpuint (fixture.asked, ==, 0);
  open_gate (&gate);
  run_result (&result);
  tear_down (&fixture);
}

/* What waits */

static GPtrArray *
list_queue (Fixture *fixture)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GPtrArray *items;

  mail_account_list_queue_async (fixture->account, NULL, keep_result_cb, &result);
  run_result (&result);
  items = mail_account_list_queue_finish (fixture->account, result, &error);
  g_assert_no_error (error);
  return items;
}

static gboolean
has_queue_changed (gpointer data)
{
  return ((Fixture *) data)->queue_changes > 0;
}

/* Until the account told that so many changes wait, however often it is asked. */
static void
await_queue (Fixture *fixture, guint wanted)
{
  for (;;)
    {
      g_autoptr (GPtrArray) items = NULL;

      fixture->queue_changes = 0;
      items = list_queue (fixture);
      if (items->len == wanted)
        return;
      run_until (has_queue_changed, fixture);
    }
}

static void
assert_item (GPtrArray *items, guint at, const char *sentence, const char *why, gboolean held)
{
  g_autofree char *got_sentence = NULL;
  g_autofree char *got_why = NULL;
  gboolean got_held;

  g_object_get (g_ptr_array_index (items, at), "sentence", &got_sentence, "why", &got_why, "held", &got_held, NULL);
  g_assert_cmpstr (got_sentence, ==, sentence);
  g_assert_cmpstr (got_why, ==, why);
  g_assert_cmpint (got_held, ==, held);
}

static void
move_first (Fixture *fixture, const char *name)
{
  g_autoptr (GArray) ids = one_id (fixture, 0);

  mail_account_move (fixture->account, ids, find_named (fixture, name));
}

static void
test_waiting_changes_are_told_in_words_and_go_with_the_connection (void)
{
  Fixture fixture = { 0 };
  gint64 begin = mail_clock_now ();
  g_autoptr (GArray) second = NULL;
  g_autoptr (GPtrArray) items = NULL;
  guint attempts;
  gint64 since;
  gint64 id;

  set_up (&fixture, "IDLE UIDPLUS MOVE", all_roles, 3);
  go_offline (&fixture);
  second = one_id (&fixture, 1);
  mail_account_set_flags (fixture.account, second, MAIL_FLAG_FLAGGED, 0);
  mail_account_set_keywords (fixture.account, second, "garden", NULL);
  move_first (&fixture, "Archive");
  await_rows (&fixture, 2);
  await_queue (&fixture, 2);
  items = list_queue (&fixture);
  assert_item (items, 0, "Star “Letter 2”; Tag “Letter 2”: garden", NULL, FALSE);
  assert_item (items, 1, "Move “Letter 3” to Archive", NULL, FALSE);
  g_object_get (g_ptr_array_index (items, 1), "id", &id, "since", &since, "attempts", &attempts, NULL);
  g_assert_cmpint (id, >, mail_queue_item_get_id (g_ptr_array_index (items, 0)));
  g_assert_cmpint (since, >=, begin);
  g_assert_cmpint (since, <=, mail_clock_now ());
  g_assert_cmpuint (attempts, ==, 0);
  go_online (&fixture);
  await_queue (&fixture, 0);
  g_assert_cmpuint (toy_imap_count (fixture.server, "Archive"), ==, 1);
  tear_down (&fixture);
}

/* The server has no room; then a person lets one change go, and gives the other up. */
static void
test_a_held_change_is_tried_again_or_given_up (void)
{
  static const char full[] = "The server has no room for it. It goes on once there is some.";
  Fixture fixture = { 0 };
  g_autoptr (GPtrArray) items = NULL;

  set_up (&fixture, "IDLE UIDPLUS MOVE", all_roles, 3);
  toy_imap_refuse (fixture.server, "UID MOVE", "NO [OVERQUOTA] full");
  go_offline (&fixture);
  move_first (&fixture, "Archive");
  await_rows (&fixture, 2);
  move_first (&fixture, "Junk");
  await_rows (&fixture, 1);
  go_online (&fixture);
  for (gboolean held = FALSE; !held;)
    {
      fixture.queue_changes = 0;
      g_clear_pointer (&items, g_ptr_array_unref);
      items = list_queue (&fixture);
      g_assert_cmpuint (items->len, ==, 2);
      held = mail_queue_item_get_entry (g_ptr_array_index (items, 0))->held
             && mail_queue_item_get_entry (g_ptr_array_index (items, 1))->held;
      if (!held)
        run_until (has_queue_changed, &fixture);
    }
  assert_item (items, 0, "Move “Letter 3” to Archive", full, TRUE);
  assert_item (items, 1, "Move “Letter 2” to Junk", full, TRUE);
  g_assert_nonnull (strstr (mail_queue_item_get_entry (g_ptr_array_index (items, 0))->detail, "full"));

  toy_imap_refuse (fixture.server, "UID MOVE", NULL);
  mail_account_retry_op (fixture.account, mail_queue_item_get_id (g_ptr_array_index (items, 0)));
  await_queue (&fixture, 1);
  g_assert_cmpuint (toy_imap_count (fixture.server, "Archive"), ==, 1);
  mail_account_drop_op (fixture.account, mail_queue_item_get_id (g_ptr_array_index (items, 1)));
  await_queue (&fixture, 0);
  await_rows (&fixture, 2);
  g_assert_cmpuint (toy_imap_count (fixture.server, "Junk"), ==, 0);
  tear_down (&fixture);
}

static void
action_done_cb (MailAccount *account, const char *sentence, gboolean can_undo, char **said)
{
  g_free (*said);
  *said = g_strdup (sentence);
}

static gboolean
is_number_told (gpointer data)
{
  const char *said = *(char **) data;

  return said != NULL && strstr (said, "(2)") != NULL;
}

static gboolean
put_mailbox_job (MailDb *db, gpointer data, GError **error)
{
  return mail_store_mailboxes_put (db, data, error);
}

/* Another mailbox got its name while it was to be called something else. */
static void
test_a_mailbox_that_gets_a_number_as_its_name_comes_back_is_told (void)
{
  static const char *const work[] = { "Work", NULL };
  Fixture fixture = { 0 };
  g_autoptr (GPtrArray) items = NULL;
  g_autoptr (MailMailboxInfo) other = mail_mailbox_info_new ("Work", '/', MAIL_ROLE_NONE);
  g_autofree char *said = NULL;
  g_autoptr (GError) error = NULL;

  set_up (&fixture, "IDLE", work, 0);
  go_offline (&fixture);
  mail_account_rename_mailbox (fixture.account, find_named (&fixture, "Work"), "Old");
  await_queue (&fixture, 1);
  mail_store_write (fixture.account->store, put_mailbox_job, other, &error);
  g_assert_no_error (error);
  items = list_queue (&fixture);
  g_signal_connect (fixture.account, "action-done", G_CALLBACK (action_done_cb), &said);
  mail_account_drop_op (fixture.account, mail_queue_item_get_id (g_ptr_array_index (items, 0)));
  run_until (is_number_told, &said);
  g_assert_cmpstr (said, ==, "There are two mailboxes “Work”: one of them is called “Work (2)” from now on.");
  g_signal_handlers_disconnect_by_data (fixture.account, &said);
  tear_down (&fixture);
}

/* The connection ends over it. */
static void
test_a_change_that_failed_says_so_and_is_tried_again (void)
{
  Fixture fixture = { 0 };
  guint attempts = 0;

  set_up (&fixture, "IDLE UIDPLUS MOVE", all_roles, 1);
  toy_imap_refuse (fixture.server, "UID MOVE", "!");
  move_first (&fixture, "Archive");
  await_rows (&fixture, 0);
  while (attempts == 0)
    {
      g_autoptr (GPtrArray) items = list_queue (&fixture);

      if (items->len > 0)
        g_object_get (g_ptr_array_index (items, 0), "attempts", &attempts, NULL);
      if (attempts > 0)
        assert_item (items, 0, "Move “Letter 1” to Archive", "It did not work yet, and is tried again.", FALSE);
    }
  toy_imap_refuse (fixture.server, "UID MOVE", NULL);
  mail_account_sync_now (fixture.account);
  await_queue (&fixture, 0);
  g_assert_cmpuint (toy_imap_count (fixture.server, "Archive"), ==, 1);
  tear_down (&fixture);
}

/* Tags */

typedef struct
{
  GListModel *tags;
  const char *keyword;
  const char *name; /* NULL: it is gone */
} TagWanted;

static gboolean
has_tag (gpointer data)
{
  const TagWanted *wanted = data;

  for (guint i = 0; i < g_list_model_get_n_items (wanted->tags); i++)
    {
      g_autoptr (MailTag) tag = g_list_model_get_item (wanted->tags, i);

      if (g_str_equal (mail_tag_get_keyword (tag), wanted->keyword))
        return g_strcmp0 (mail_tag_get_name (tag), wanted->name) == 0;
    }
  return wanted->name == NULL;
}

static gboolean
first_is_tagged (gpointer data)
{
  const MailMessageInfo *row = mail_message_list_get_row (((Fixture *) data)->inbox, 0);

  return row != NULL && mail_keywords_contain (row->keywords, "Garden");
}

static void
assert_tags_of_first (Fixture *fixture, guint wanted, const char *name)
{
  g_autoptr (GPtrArray) tags = g_ptr_array_new_with_free_func (g_object_unref);

  mail_account_find_tags (fixture->account, mail_message_list_get_row (fixture->inbox, 0), tags);
  g_assert_cmpuint (tags->len, ==, wanted);
  if (wanted > 0)
    g_assert_cmpstr (mail_tag_get_name (g_ptr_array_index (tags, 0)), ==, name);
}

static void
test_tags_are_made_renamed_and_removed_and_keywords_stay (void)
{
  Fixture fixture = { 0 };
  g_autoptr (MailTag) tag = mail_tag_new_with_name ("Garden", "#338833");
  g_autoptr (MailTagInfo) renamed_info = NULL;
  g_autoptr (MailTag) renamed = NULL;
  g_autoptr (GArray) first = NULL;
  TagWanted wanted = { .keyword = "Garden", .name = "Garden" };
  guint before;

  set_up (&fixture, "IDLE", all_roles, 1);
  go_offline (&fixture);
  wanted.tags = mail_account_get_tags (fixture.account);
  before = g_list_model_get_n_items (wanted.tags);
  g_assert_cmpstr (mail_tag_get_keyword (tag), ==, "Garden");
  mail_account_put_tag (fixture.account, tag);
  run_until (has_tag, &wanted);
  g_assert_cmpuint (g_list_model_get_n_items (wanted.tags), ==, before + 1);
  first = one_id (&fixture, 0);
  mail_account_set_keywords (fixture.account, first, "Garden", NULL);
  run_until (first_is_tagged, &fixture);
  assert_tags_of_first (&fixture, 1, "Garden");

  /* The same keyword by another name. */
  renamed_info = mail_tag_info_new ("Garden", "Roses", "#aa2233", 0);
  renamed = mail_tag_new (renamed_info);
  mail_account_put_tag (fixture.account, renamed);
  wanted.name = "Roses";
  run_until (has_tag, &wanted);
  g_assert_cmpuint (g_list_model_get_n_items (wanted.tags), ==, before + 1);
  assert_tags_of_first (&fixture, 1, "Roses");

  mail_account_remove_tag (fixture.account, renamed);
  wanted.name = NULL;
  run_until (has_tag, &wanted);
  g_assert_cmpuint (g_list_model_get_n_items (wanted.tags), ==, before);
  assert_tags_of_first (&fixture, 0, NULL);
  g_assert_true (first_is_tagged (&fixture));
  go_online (&fixture);
  toy_imap_await (fixture.server, "UID STORE 1 +FLAGS");
  tear_down (&fixture);
}

/* Room */

typedef struct
{
  MailAccount *account;
  int percent;
} Room;

static gboolean
is_so_full (gpointer data)
{
  const Room *room = data;
  int percent;

  g_object_get (room->account, "quota-percent", &percent, NULL);
  return percent == room->percent;
}

/* An hour later @percent are used, and the account knows. */
static void
fill_up (Fixture *fixture, int percent)
{
  Room room = { fixture->account, percent };

  toy_imap_set_quota (fixture->server, (guint64) percent, 100);
  mail_clock_set_for_test (mail_clock_now () + 3601);
  mail_account_sync_now (fixture->account);
  run_until (is_so_full, &room);
  run_until (is_up_to_date, fixture->account);
}

static void
assert_alert (Fixture *fixture, const char *wanted)
{
  g_autofree char *alert = NULL;

  g_object_get (fixture->account, "alert", &alert, NULL);
  if (wanted == NULL)
    g_assert_null (alert);
  else
    g_assert_true (alert != NULL && g_str_has_prefix (alert, wanted));
}

static void
test_a_person_is_warned_once_when_room_runs_short (void)
{
  Fixture fixture = { 0 };
  Room none = { .percent = -1 };
  guint64 used;
  guint64 limit;

  set_up (&fixture, "IDLE QUOTA", all_roles, 0);
  none.account = fixture.account;
  run_until (is_so_full, &none);
  fill_up (&fixture, 10);
  g_object_get (fixture.account, "quota-used", &used, "quota-limit", &limit, NULL);
  g_assert_cmpuint (used, ==, 10 * 1024);
  g_assert_cmpuint (limit, ==, 100 * 1024);
  assert_alert (&fixture, NULL);

  fill_up (&fixture, 79);
  assert_alert (&fixture, NULL);
  fill_up (&fixture, 80);
  assert_alert (&fixture, "Toy: more than 80%");
  mail_account_dismiss_alert (fixture.account);
  fill_up (&fixture, 90);
  assert_alert (&fixture, NULL);
  fill_up (&fixture, 95);
  assert_alert (&fixture, "Toy: more than 95%");
  mail_account_dismiss_alert (fixture.account);
  fill_up (&fixture, 99);
  assert_alert (&fixture, NULL);
  /* Tidied up, and full again. */
  fill_up (&fixture, 50);
  fill_up (&fixture, 81);
  assert_alert (&fixture, "Toy: more than 80%");
  mail_clock_set_for_test (0);
  tear_down (&fixture);
}

/* Search */

/* (transfer full) (nullable) */
static GArray *
search (Fixture *fixture, const char *words, gboolean on_server, MailSearched *searched, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  mail_account_search_async (fixture->account, words, NULL, on_server, NULL, keep_result_cb, &result);
  run_result (&result);
  return mail_account_search_finish (fixture->account, result, searched, error);
}

static void
assert_found (Fixture *fixture, const char *words, gboolean on_server, guint wanted, MailSearched by)
{
  g_autoptr (GError) error = NULL;
  MailSearched searched = MAIL_SEARCHED_HERE;
  g_autoptr (GArray) ids = search (fixture, words, on_server, &searched, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (ids->len, ==, wanted);
  for (guint i = 0; i < ids->len; i++)
    g_assert_cmpint (g_array_index (ids, gint64, i), ==, mail_message_list_get_id (fixture->inbox, i));
  g_assert_cmpint (searched, ==, by);
}

static void
test_a_search_asks_the_server_and_else_the_rows (void)
{
  Fixture fixture = { 0 };
  g_autoptr (GError) error = NULL;
  MailSearched searched;

  set_up (&fixture, "IDLE", all_roles, 3);
  g_assert_true (mail_account_can_search_server (fixture.account));
  /* Words that no row has: the toy finds all messages. */
  assert_found (&fixture, "tulips", TRUE, 3, MAIL_SEARCHED_SERVER);
  assert_found (&fixture, "tulips", FALSE, 0, MAIL_SEARCHED_HERE);
  assert_found (&fixture, "letter", FALSE, 3, MAIL_SEARCHED_HERE);
  g_assert_null (search (&fixture, " ", TRUE, &searched, &error));
  g_assert_error (error, MAIL_ERROR, MAIL_ERROR_BAD_INPUT);

  /* The server will not, or dies over it. */
  toy_imap_refuse (fixture.server, "UID SEARCH", "NO too much");
  assert_found (&fixture, "letter", TRUE, 3, MAIL_SEARCHED_HERE);
  toy_imap_refuse (fixture.server, "UID SEARCH", "!");
  assert_found (&fixture, "letter", TRUE, 3, MAIL_SEARCHED_HERE);
  toy_imap_refuse (fixture.server, "UID SEARCH", NULL);

  go_offline (&fixture);
  g_assert_false (mail_account_can_search_server (fixture.account));
  assert_found (&fixture, "letter", TRUE, 3, MAIL_SEARCHED_HERE);
  go_online (&fixture);
  assert_found (&fixture, "tulips", TRUE, 3, MAIL_SEARCHED_SERVER);
  tear_down (&fixture);
}

typedef struct
{
  Gate gate;
  gboolean heard; /* atomic */
} SlowSearch;

static void
hold_search_cb (ToyImap *server, const char *command, gpointer data)
{
  SlowSearch *slow = data;

  if (!g_str_has_prefix (command, "UID SEARCH"))
    return;
  g_atomic_int_set (&slow->heard, TRUE);
  g_main_context_wakeup (NULL);
  wait_job (NULL, &slow->gate, NULL);
}

static gboolean
was_heard (gpointer data)
{
  return g_atomic_int_get (&((SlowSearch *) data)->heard);
}

static void
test_a_search_that_is_given_up_ends_though_the_server_is_slow (void)
{
  Fixture fixture = { 0 };
  SlowSearch slow = { 0 };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  MailSearched searched;

  set_up (&fixture, "IDLE", all_roles, 3);
  toy_imap_watch (fixture.server, hold_search_cb, &slow);
  mail_account_search_async (fixture.account, "letter", NULL, TRUE, cancellable, keep_result_cb, &result);
  run_until (was_heard, &slow);
  g_cancellable_cancel (cancellable);
  run_result (&result);
  g_assert_null (mail_account_search_finish (fixture.account, result, &searched, &error));
  g_assert_true (mail_error_is_cancelled (error));
  open_gate (&slow.gate);
  assert_found (&fixture, "letter", TRUE, 3, MAIL_SEARCHED_SERVER);
  tear_down (&fixture);
}

#define ADD(path, function) g_test_add_func ("/model/account-server/" path, function)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus", TRUE);
  ADD ("each-role-is-asked-for-until-it-is-answered-made-or-dismissed",
       test_each_role_is_asked_for_until_it_is_answered_made_or_dismissed);
  ADD ("a-dismissed-question-does-not-come-back-while-the-store-is-busy",
       test_a_dismissed_question_does_not_come_back_while_the_store_is_busy);
  ADD ("waiting-changes-are-told-in-words-and-go-with-the-connection",
       test_waiting_changes_are_told_in_words_and_go_with_the_connection);
  ADD ("a-held-change-is-tried-again-or-given-up", test_a_held_change_is_tried_again_or_given_up);
  ADD ("a-mailbox-that-gets-a-number-as-its-name-comes-back-is-told",
       test_a_mailbox_that_gets_a_number_as_its_name_comes_back_is_told);
  ADD ("a-change-that-failed-says-so-and-is-tried-again", test_a_change_that_failed_says_so_and_is_tried_again);
  ADD ("tags-are-made-renamed-and-removed-and-keywords-stay", test_tags_are_made_renamed_and_removed_and_keywords_stay);
  ADD ("a-person-is-warned-once-when-room-runs-short", test_a_person_is_warned_once_when_room_runs_short);
  ADD ("a-search-asks-the-server-and-else-the-rows", test_a_search_asks_the_server_and_else_the_rows);
  ADD ("a-search-that-is-given-up-ends-though-the-server-is-slow",
       test_a_search_that_is_given_up_ends_though_the_server_is_slow);
  return g_test_run ();
}
