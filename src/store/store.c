/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* F_OFD_SETLK */
#include "store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "core/errors.h"
#include "store/store-db.h"
#include "store/store-schema.h"

/* The write-ahead log moves into the database when the writer has been idle this long, or when the log has this many pages:
 * 16 MB, which stay in the processor's cache, and no batch waits long for the move. */
#define CHECKPOINT_IDLE_MICROSECONDS (500 * G_TIME_SPAN_MILLISECOND)
#define CHECKPOINT_PAGES (16777216 / MAIL_DB_PAGE_SIZE)

typedef struct
{
  gatomicrefcount references;
  GMainContext *context;
  MailStoreChangedFunc func;
  gpointer user_data;
  gint active; /* atomic; 0: nothing that was posted is delivered any more */
} Listener;

/* One thread with its own connection. */
typedef struct
{
  MailStore *store;
  MailDb *db;
  gboolean writable;
  GThread *thread;
  GAsyncQueue *jobs; /* MailStoreTicket */
} Lane;

struct _MailStore
{
  int lock; /* file descriptor that holds the lock of the folder */
  Lane writer;
  Lane reader;
  GMutex mutex;
  Listener *listener; /* under mutex */
};

struct _MailStoreTicket
{
  gatomicrefcount references; /* the lane's, and that of whoever waits */
  MailStoreJob job; /* NULL: the thread ends */
  gpointer data;
  GTask *task; /* asynchronous twin; NULL: somebody waits */
  GMutex mutex;
  GCond cond;
  gboolean done;
  gboolean ok;
  GError *error;
};

typedef struct
{
  Listener *listener;
  GPtrArray *changes;
} Post;

static Listener *
listener_ref (Listener *listener)
{
  g_atomic_ref_count_inc (&listener->references);
  return listener;
}

static void
listener_unref (Listener *listener)
{
  if (!g_atomic_ref_count_dec (&listener->references))
    return;
  g_main_context_unref (listener->context);
  g_free (listener);
}

static void
post_free (gpointer data)
{
  Post *post = data;

  listener_unref (post->listener);
  g_ptr_array_unref (post->changes);
  g_free (post);
}

static gboolean
post_cb (gpointer data)
{
  Post *post = data;

  for (guint i = 0; i < post->changes->len && g_atomic_int_get (&post->listener->active); i++)
    post->listener->func (g_ptr_array_index (post->changes, i), post->listener->user_data);
  return G_SOURCE_REMOVE;
}

static void
attach (GMainContext *context, GSourceFunc func, gpointer data, GDestroyNotify destroy)
{
  GSource *source = g_idle_source_new ();

  /* One priority for all, so that a context hands them out in the order in which they were attached. */
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, func, data, destroy);
  g_source_attach (source, context);
  g_source_unref (source);
}

static void
post_changes (Listener *listener, GPtrArray *changes)
{
  Post *post;

  if (changes->len == 0)
    return;
  post = g_new0 (Post, 1);
  post->listener = listener_ref (listener);
  post->changes = g_ptr_array_ref (changes);
  attach (listener->context, post_cb, post, post_free);
}

static void
ticket_unref (MailStoreTicket *ticket)
{
  if (!g_atomic_ref_count_dec (&ticket->references))
    return;
  g_clear_object (&ticket->task);
  g_clear_error (&ticket->error);
  g_mutex_clear (&ticket->mutex);
  g_cond_clear (&ticket->cond);
  g_free (ticket);
}

/* In the caller's context: the task ends and drops its data here, not on a thread of the store. */
static gboolean
return_task_cb (gpointer data)
{
  MailStoreTicket *ticket = data;

  if (ticket->ok)
    g_task_return_boolean (ticket->task, TRUE);
  else
    g_task_return_error (ticket->task, g_steal_pointer (&ticket->error));
  return G_SOURCE_REMOVE;
}

static void
ticket_finish (MailStoreTicket *ticket, gboolean ok)
{
  if (ticket->task != NULL)
    {
      ticket->ok = ok;
      attach (g_task_get_context (ticket->task), return_task_cb, ticket, (GDestroyNotify) ticket_unref);
      return;
    }
  g_mutex_lock (&ticket->mutex);
  ticket->ok = ok;
  ticket->done = TRUE;
  g_cond_signal (&ticket->cond);
  g_mutex_unlock (&ticket->mutex);
  ticket_unref (ticket);
}

static Listener *
dup_listener (MailStore *store)
{
  Listener *listener;

  g_mutex_lock (&store->mutex);
  listener = store->listener != NULL ? listener_ref (store->listener) : NULL;
  g_mutex_unlock (&store->mutex);
  return listener;
}

static void
run (Lane *lane, MailStoreTicket *ticket)
{
  Listener *listener = lane->writable ? dup_listener (lane->store) : NULL;
  gboolean ok = mail_db_transact (lane->db, ticket->job, ticket->data, listener != NULL, &ticket->error);

  if (listener != NULL && ok)
    {
      g_autoptr (GPtrArray) changes = mail_journal_dup_changes (mail_db_get_journal (lane->db));

      post_changes (listener, changes);
    }
  g_clear_pointer (&listener, listener_unref);
  ticket_finish (ticket, ok);
}

/* The next job; meanwhile an idle writer moves its log. */
static MailStoreTicket *
next_ticket (Lane *lane)
{
  MailStoreTicket *ticket = NULL;

  if (lane->writable && mail_db_get_wal_pages (lane->db) >= CHECKPOINT_PAGES)
    mail_db_checkpoint (lane->db);
  if (lane->writable && mail_db_get_wal_pages (lane->db) > 0)
    {
      ticket = g_async_queue_timeout_pop (lane->jobs, CHECKPOINT_IDLE_MICROSECONDS);
      if (ticket == NULL)
        mail_db_checkpoint (lane->db);
    }
  return ticket != NULL ? ticket : g_async_queue_pop (lane->jobs);
}

static gpointer
lane_thread (gpointer data)
{
  Lane *lane = data;

  mail_db_own (lane->db);
  for (;;)
    {
      MailStoreTicket *ticket = next_ticket (lane);

      if (ticket->job == NULL)
        {
          ticket_unref (ticket);
          return NULL;
        }
      run (lane, ticket);
    }
}

static void
lane_start (Lane *lane, MailStore *store, MailDb *db, gboolean writable)
{
  lane->store = store;
  lane->db = db;
  lane->writable = writable;
  lane->jobs = g_async_queue_new ();
  lane->thread = g_thread_new (writable ? "store-writer" : "store-reader", lane_thread, lane);
}

static MailStoreTicket *
lane_push (Lane *lane, MailStoreJob job, gpointer data, GTask *task)
{
  MailStoreTicket *ticket = g_new0 (MailStoreTicket, 1);

  g_atomic_ref_count_init (&ticket->references);
  if (task == NULL && job != NULL)
    g_atomic_ref_count_inc (&ticket->references);
  g_mutex_init (&ticket->mutex);
  g_cond_init (&ticket->cond);
  ticket->job = job;
  ticket->data = data;
  ticket->task = task;
  g_async_queue_push (lane->jobs, ticket);
  return ticket;
}

static void
lane_stop (Lane *lane)
{
  lane_push (lane, NULL, NULL, NULL);
  g_thread_join (lane->thread);
  mail_db_own (lane->db);
  mail_db_close (lane->db);
  g_async_queue_unref (lane->jobs);
}

static gboolean
fail_system (GError **error, const char *path, const char *what)
{
  int number = errno;

  g_set_error (error, MAIL_ERROR,
               number == ENOSPC || number == EDQUOT ? MAIL_ERROR_DISK_FULL : MAIL_ERROR_STORE,
               "%s %s: %s", path, what, g_strerror (number));
  return FALSE;
}

/* The lock goes with the process, however it ends. */
static int
take_lock (const char *directory, GError **error)
{
  g_autofree char *path = g_build_filename (directory, "lock", NULL);
  const struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
  int lock = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

  if (lock < 0)
    {
      fail_system (error, path, "cannot be written");
      return -1;
    }
  if (fcntl (lock, F_OFD_SETLK, &whole) == 0)
    return lock;
  if (errno == EAGAIN || errno == EACCES)
    g_set_error (error, MAIL_ERROR, MAIL_ERROR_STORE_IN_USE, "%s is in use by another Missiva", directory);
  else
    fail_system (error, path, "cannot be locked");
  close (lock);
  return -1;
}

gboolean
mail_store_is_in_use (const char *directory)
{
  g_autofree char *path = g_build_filename (directory, "lock", NULL);
  struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
  int lock = open (path, O_RDONLY | O_CLOEXEC);
  gboolean in_use;

  if (lock < 0)
    return FALSE;
  /* Only asked: who opens the store just now must not find it in use. */
  in_use = fcntl (lock, F_OFD_GETLK, &whole) == 0 && whole.l_type != F_UNLCK;
  close (lock);
  return in_use;
}

gboolean
mail_store_examine (const char *directory, GError **error)
{
  g_autofree char *path = g_build_filename (directory, "mail.db", NULL);
  g_autoptr (MailDb) db = NULL;

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return TRUE;
  db = mail_db_open (path, FALSE, error);
  return db != NULL && mail_schema_check (db, error);
}

/* SQLite gives its other files the mode of this one. */
static gboolean
make_private_file (const char *path, GError **error)
{
  int file = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

  if (file < 0)
    return fail_system (error, path, "cannot be written");
  close (file);
  return TRUE;
}

MailStore *
mail_store_open (const char *directory, GError **error)
{
  g_autofree char *path = g_build_filename (directory, "mail.db", NULL);
  g_autoptr (MailDb) writer = NULL;
  g_autoptr (MailDb) reader = NULL;
  MailStore *store;
  int lock;

  if (g_mkdir_with_parents (directory, 0700) != 0)
    {
      fail_system (error, directory, "cannot be made");
      return NULL;
    }
  lock = take_lock (directory, error);
  if (lock < 0)
    return NULL;
  if (make_private_file (path, error))
    writer = mail_db_open (path, TRUE, error);
  if (writer != NULL)
    reader = mail_db_open (path, FALSE, error);
  if (reader == NULL)
    {
      g_clear_pointer (&writer, mail_db_close);
      close (lock);
      return NULL;
    }

  store = g_new0 (MailStore, 1);
  store->lock = lock;
  g_mutex_init (&store->mutex);
  lane_start (&store->writer, store, g_steal_pointer (&writer), TRUE);
  lane_start (&store->reader, store, g_steal_pointer (&reader), FALSE);
  return store;
}

void
mail_store_close (MailStore *store)
{
  if (store == NULL)
    return;
  /* The writer last: the last connection moves the log into the database and removes it. */
  lane_stop (&store->reader);
  lane_stop (&store->writer);
  mail_store_set_listener (store, NULL, NULL, NULL);
  close (store->lock);
  g_mutex_clear (&store->mutex);
  g_free (store);
}

MailStoreTicket *
mail_store_submit (MailStore *store, MailStoreJob job, gpointer data)
{
  g_return_val_if_fail (job != NULL, NULL);
  return lane_push (&store->writer, job, data, NULL);
}

gboolean
mail_store_wait (MailStoreTicket *ticket, GError **error)
{
  gboolean ok;

  g_mutex_lock (&ticket->mutex);
  while (!ticket->done)
    g_cond_wait (&ticket->cond, &ticket->mutex);
  g_mutex_unlock (&ticket->mutex);

  ok = ticket->ok;
  if (!ok)
    g_propagate_error (error, g_steal_pointer (&ticket->error));
  ticket_unref (ticket);
  return ok;
}

static gboolean
is_own_thread (MailStore *store)
{
  return g_thread_self () == store->writer.thread || g_thread_self () == store->reader.thread;
}

gboolean
mail_store_write (MailStore *store, MailStoreJob job, gpointer data, GError **error)
{
  g_assert (!is_own_thread (store));
  return mail_store_wait (mail_store_submit (store, job, data), error);
}

gboolean
mail_store_read (MailStore *store, MailStoreJob job, gpointer data, GError **error)
{
  g_assert (!is_own_thread (store));
  return mail_store_wait (lane_push (&store->reader, job, data, NULL), error);
}

static void
push_async (Lane *lane,
            MailStoreJob job,
            gpointer data,
            GDestroyNotify destroy,
            GAsyncReadyCallback callback,
            gpointer user_data)
{
  GTask *task = g_task_new (NULL, NULL, callback, user_data);

  g_task_set_source_tag (task, mail_store_finish);
  g_task_set_priority (task, G_PRIORITY_DEFAULT);
  g_task_set_task_data (task, data, destroy);
  lane_push (lane, job, data, task);
}

void
mail_store_write_async (MailStore *store,
                        MailStoreJob job,
                        gpointer data,
                        GDestroyNotify destroy,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  push_async (&store->writer, job, data, destroy, callback, user_data);
}

void
mail_store_read_async (MailStore *store,
                       MailStoreJob job,
                       gpointer data,
                       GDestroyNotify destroy,
                       GAsyncReadyCallback callback,
                       gpointer user_data)
{
  push_async (&store->reader, job, data, destroy, callback, user_data);
}

gboolean
mail_store_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
mail_store_set_listener (MailStore *store, GMainContext *context, MailStoreChangedFunc func, gpointer user_data)
{
  Listener *listener = NULL;
  Listener *old;

  if (func != NULL)
    {
      listener = g_new0 (Listener, 1);
      g_atomic_ref_count_init (&listener->references);
      listener->context = g_main_context_ref (context != NULL ? context : g_main_context_default ());
      listener->func = func;
      listener->user_data = user_data;
      g_atomic_int_set (&listener->active, 1);
    }
  g_mutex_lock (&store->mutex);
  old = store->listener;
  store->listener = listener;
  g_mutex_unlock (&store->mutex);

  if (old == NULL)
    return;
  g_atomic_int_set (&old->active, 0);
  listener_unref (old);
}
