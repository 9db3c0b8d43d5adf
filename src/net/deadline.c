/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib-unix.h>

#include "net/deadline.h"

struct _MailDeadline
{
  GMainContext *context;
  GMainLoop *loop;
  GSource *timer;
  GCancellable *outer; /* the caller's; or NULL */
  GSource *asked;      /* of outer's descriptor; or NULL */
  GCancellable *inner;
  GAsyncResult *result;
  gboolean timed_out;
};

static gboolean
time_is_up_cb (gpointer user_data)
{
  MailDeadline *self = user_data;

  self->timed_out = TRUE;
  g_cancellable_cancel (self->inner);
  return G_SOURCE_REMOVE;
}

static gboolean
cancelled_cb (int descriptor, GIOCondition condition, gpointer user_data)
{
  MailDeadline *self = user_data;

  g_cancellable_cancel (self->inner);
  return G_SOURCE_REMOVE;
}

static gboolean
quit_cb (gpointer user_data)
{
  g_main_loop_quit (user_data);
  return G_SOURCE_REMOVE;
}

static GSource *
attach (GSource *source, GSourceFunc func, gpointer user_data, GMainContext *context)
{
  g_source_set_callback (source, func, user_data, NULL);
  g_source_attach (source, context);
  return source;
}

/* The descriptor instead of a GCancellableSource: freed while the other thread is still telling of the cancellation,
 * that one (GLib 2.74) leaks itself or leaves the other thread hanging. Who has no descriptor left has none for a
 * socket either, so there is nothing to wait for. */
static void
watch_outer (MailDeadline *self, GCancellable *cancellable)
{
  int descriptor = g_cancellable_get_fd (cancellable);

  if (descriptor < 0)
    return;
  self->outer = g_object_ref (cancellable);
  self->asked
      = attach (g_unix_fd_source_new (descriptor, G_IO_IN), G_SOURCE_FUNC (cancelled_cb), self, self->context);
}

static void
unwatch_outer (MailDeadline *self)
{
  if (self->asked == NULL)
    return;
  g_source_destroy (self->asked);
  g_source_unref (self->asked);
  g_cancellable_release_fd (self->outer);
  g_object_unref (self->outer);
}

MailDeadline *
mail_deadline_new (guint seconds, GCancellable *cancellable)
{
  MailDeadline *self = g_new0 (MailDeadline, 1);

  self->context = g_main_context_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
  self->inner = g_cancellable_new ();
  self->timer = attach (g_timeout_source_new (MIN (seconds, G_MAXUINT / 1000) * 1000), time_is_up_cb, self,
                        self->context);
  watch_outer (self, cancellable);
  if (g_cancellable_is_cancelled (cancellable))
    g_cancellable_cancel (self->inner);
  g_main_context_push_thread_default (self->context);
  return self;
}

void
mail_deadline_free (MailDeadline *self)
{
  GSource *last = g_idle_source_new ();

  g_source_destroy (self->timer);
  g_source_unref (self->timer);
  unwatch_outer (self);

  /* The attempts at other addresses were given up; they end in this context and free what they hold. */
  g_cancellable_cancel (self->inner);
  g_source_set_priority (last, G_PRIORITY_LOW);
  g_source_unref (attach (last, quit_cb, self->loop, self->context));
  g_main_loop_run (self->loop);

  g_main_context_pop_thread_default (self->context);
  g_clear_object (&self->result);
  g_object_unref (self->inner);
  g_main_loop_unref (self->loop);
  g_main_context_unref (self->context);
  g_free (self);
}

GCancellable *
mail_deadline_get_cancellable (MailDeadline *self)
{
  return self->inner;
}

void
mail_deadline_ready_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  MailDeadline *self = user_data;

  g_set_object (&self->result, result);
  g_main_loop_quit (self->loop);
}

GAsyncResult *
mail_deadline_wait (MailDeadline *self)
{
  while (self->result == NULL)
    g_main_loop_run (self->loop);
  return g_steal_pointer (&self->result);
}

void
mail_deadline_explain (MailDeadline *self, GError **error)
{
  if (!self->timed_out || !g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_error (error);
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "no answer in time");
}
