/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/patience.h"

#define PATIENCE "missiva-patience" /* data of the task: the source that waits for its cancellation */

static void
let_go (gpointer source)
{
  g_source_destroy (source);
  g_source_unref (source);
}

static gboolean
cancelled_cb (GCancellable *cancellable, gpointer task)
{
  g_object_set_data (task, PATIENCE, NULL);
  g_task_return_error_if_cancelled (task);
  return G_SOURCE_REMOVE;
}

void
mail_patience_begin (GTask *task)
{
  GCancellable *cancellable = g_task_get_cancellable (task);
  GSource *source;

  if (cancellable == NULL)
    return;
  source = g_cancellable_source_new (cancellable);
  g_source_set_callback (source, G_SOURCE_FUNC (cancelled_cb), g_object_ref (task), g_object_unref);
  g_source_set_static_name (source, PATIENCE);
  g_source_attach (source, g_task_get_context (task));
  g_object_set_data_full (G_OBJECT (task), PATIENCE, source, let_go);
}

gboolean
mail_patience_end (GTask *task)
{
  gboolean waited = g_task_get_cancellable (task) == NULL || g_object_get_data (G_OBJECT (task), PATIENCE) != NULL;

  g_object_set_data (G_OBJECT (task), PATIENCE, NULL);
  return waited;
}
