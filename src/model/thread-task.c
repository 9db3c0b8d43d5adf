/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/thread-task.h"

typedef struct
{
  GTask *task;
  GTaskThreadFunc func;
} Work;

static void
work_thread (GTask *carrier, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Work *work = data;

  work->func (work->task, g_task_get_source_object (work->task), g_task_get_task_data (work->task), cancellable);
  g_task_return_boolean (carrier, TRUE);
}

static void
over_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Work *work = user_data;

  g_object_unref (work->task);
  g_free (work);
}

void
mail_thread_task_run (GTask *task, GTaskThreadFunc func)
{
  Work *work = g_new0 (Work, 1);
  g_autoptr (GTask) carrier = g_task_new (NULL, g_task_get_cancellable (task), over_cb, work);

  work->task = g_object_ref (task);
  work->func = func;
  g_task_set_task_data (carrier, work, NULL);
  g_task_run_in_thread (carrier, work_thread);
}
