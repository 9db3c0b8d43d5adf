/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lib/main-loop.h"

#include <time.h>

#define DEADLINE_SECONDS 60

typedef struct
{
  GMainLoop *loop;
  gboolean (*done) (gpointer);
  gpointer data;
} Run;

static gboolean
look_cb (gpointer user_data)
{
  Run *run = user_data;

  if (run->done (run->data))
    g_main_loop_quit (run->loop);
  return G_SOURCE_CONTINUE;
}

static gboolean
deadline_cb (gpointer user_data)
{
  g_error ("what the test waits for did not come within %d seconds", DEADLINE_SECONDS);
  return G_SOURCE_REMOVE;
}

void
run_until (gboolean (*done) (gpointer), gpointer data)
{
  Run run = { .loop = g_main_loop_new (NULL, FALSE), .done = done, .data = data };
  guint deadline = g_timeout_add_seconds (DEADLINE_SECONDS, deadline_cb, NULL);
  guint look = g_idle_add_full (G_PRIORITY_LOW, look_cb, &run, NULL);

  g_main_loop_run (run.loop);
  g_source_remove (look);
  g_source_remove (deadline);
  g_main_loop_unref (run.loop);
}

static gboolean
is_set (gpointer data)
{
  return *(const gboolean *) data;
}

void
run_until_set (const gboolean *flag)
{
  run_until (is_set, (gpointer) flag);
}

void
keep_result_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GAsyncResult **kept = user_data;

  g_assert_null (*kept);
  *kept = g_object_ref (result);
}

static gboolean
is_there (gpointer data)
{
  return *(GAsyncResult **) data != NULL;
}

void
run_result (GAsyncResult **result)
{
  run_until (is_there, result);
}

typedef struct
{
  gint64 clock; /* microseconds */
  gint64 work;  /* of this thread */
} Moment;

static gboolean in_turn;
static Moment turn_began;
static Moment longest;

static Moment
now (void)
{
  struct timespec work;

  g_assert_no_errno (clock_gettime (CLOCK_THREAD_CPUTIME_ID, &work));
  return (Moment){ g_get_monotonic_time (), (gint64) work.tv_sec * G_USEC_PER_SEC + work.tv_nsec / 1000 };
}

static int
timed_poll (GPollFD *fds, guint n_fds, int timeout)
{
  const Moment end = now ();
  int ready;

  if (in_turn)
    {
      longest.clock = MAX (longest.clock, end.clock - turn_began.clock);
      longest.work = MAX (longest.work, end.work - turn_began.work);
    }
  ready = g_poll (fds, n_fds, timeout);
  in_turn = TRUE;
  turn_began = now ();
  return ready;
}

void
measure_turns (void)
{
  g_main_context_set_poll_func (NULL, timed_poll);
  longest = (Moment){ 0 };
  in_turn = FALSE;
}

char *
describe_longest_turn (void)
{
  char *words = g_strdup_printf ("longest turn %.2f ms, at most %.2f ms of work", longest.clock / 1000.0,
                                 longest.work / 1000.0);

  measure_turns ();
  return words;
}
