/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lib/main-loop.h"

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

static gint64 turn_began;
static gint64 longest;

static int
timed_poll (GPollFD *fds, guint n_fds, int timeout)
{
  const gint64 now = g_get_monotonic_time ();
  int ready;

  if (turn_began != 0)
    longest = MAX (longest, now - turn_began);
  ready = g_poll (fds, n_fds, timeout);
  turn_began = g_get_monotonic_time ();
  return ready;
}

gint64
longest_turn (void)
{
  const gint64 turn = longest;

  g_main_context_set_poll_func (NULL, timed_poll);
  longest = 0;
  turn_began = 0;
  return turn;
}
