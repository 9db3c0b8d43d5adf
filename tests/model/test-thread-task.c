/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/thread-task.h"

#include "core/errors.h"
#include "lib/main-loop.h"

/* Enough for the thread to be late now and then, where it could be. */
#define ROUNDS 200

typedef struct
{
  GThread *worked;
  GThread *ended; /* where the source object went */
  guint returned;
  gboolean good;
} Seen;

static void
gone_cb (gpointer data, GObject *where)
{
  ((Seen *) data)->ended = g_thread_self ();
}

static void
work_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  ((Seen *) data)->worked = g_thread_self ();
  g_assert_true (G_IS_OBJECT (source));
  if (g_cancellable_is_cancelled (cancellable))
    g_task_return_new_error (task, MAIL_ERROR, MAIL_ERROR_BUSY, "asked to stop");
  else
    g_task_return_boolean (task, TRUE);
}

static void
returned_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Seen *seen = data;

  seen->returned++;
  seen->good = g_task_propagate_boolean (G_TASK (result), NULL);
}

static gboolean
has_ended (gpointer data)
{
  return ((Seen *) data)->ended != NULL;
}

static void
work (Seen *seen, GCancellable *cancellable)
{
  GObject *source = g_object_new (G_TYPE_OBJECT, NULL);
  g_autoptr (GTask) task = g_task_new (source, cancellable, returned_cb, seen);

  g_object_weak_ref (source, gone_cb, seen);
  g_object_unref (source);
  g_task_set_task_data (task, seen, NULL);
  mail_thread_task_run (task, work_thread);
  g_clear_object (&task);
  run_until (has_ended, seen);
}

static void
test_its_object_goes_where_it_came_from (void)
{
  for (guint i = 0; i < ROUNDS; i++)
    {
      Seen seen = { 0 };

      work (&seen, NULL);
      g_assert_true (seen.ended == g_thread_self ());
      g_assert_true (seen.worked != g_thread_self ());
      g_assert_cmpuint (seen.returned, ==, 1);
      g_assert_true (seen.good);
    }
}

static void
test_what_is_cancelled_returns_too (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Seen seen = { 0 };

  g_cancellable_cancel (cancellable);
  work (&seen, cancellable);
  g_assert_true (seen.ended == g_thread_self ());
  g_assert_cmpuint (seen.returned, ==, 1);
  g_assert_false (seen.good);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/thread-task/its-object-goes-where-it-came-from", test_its_object_goes_where_it_came_from);
  g_test_add_func ("/model/thread-task/what-is-cancelled-returns-too", test_what_is_cancelled_returns_too);
  return g_test_run ();
}
