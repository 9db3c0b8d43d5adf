/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

/* A task whose server may take its time: when it is cancelled meanwhile, it returns at once and not when the server has answered.
 * To be called from the task's context. */
void mail_patience_begin (GTask *task);
/* The answer has come. FALSE: the task has returned already. */
gboolean mail_patience_end (GTask *task);
