/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

/* As g_task_run_in_thread(), for a task whose source object or data belong to the main thread: GLib's thread lets go of its task
 * after the callback may have run, so that the last reference to them could go there. Here they are let go in the context of
 * @task. To be called from that context; @func returns a value or an error, and does not keep @task. */
void mail_thread_task_run (GTask *task, GTaskThreadFunc func);
