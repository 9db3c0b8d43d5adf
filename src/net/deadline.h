/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

/* Makes a blocking call of one of GIO's asynchronous ones, which then ends at the latest when the time is up and at once
 * when it is cancelled. GIO's own blocking calls try addresses one after the other and know only a time-out per
 * system call. Several calls may share one deadline. Made, used and freed by one thread. */
typedef struct _MailDeadline MailDeadline;

MailDeadline *mail_deadline_new (guint seconds, GCancellable *cancellable);
void mail_deadline_free (MailDeadline *deadline);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailDeadline, mail_deadline_free)

/* To be given to the asynchronous call, with the deadline as user data. */
GCancellable *mail_deadline_get_cancellable (MailDeadline *deadline);
void mail_deadline_ready_cb (GObject *source, GAsyncResult *result, gpointer deadline);

/* (transfer full): the result of the call that was started last. */
GAsyncResult *mail_deadline_wait (MailDeadline *deadline);

/* Makes G_IO_ERROR_TIMED_OUT of a cancellation that was not asked for. */
void mail_deadline_explain (MailDeadline *deadline, GError **error);
