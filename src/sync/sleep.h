/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

/* Knows when this computer goes to sleep and when it wakes up, from logind over the system bus; without one it never says
 * anything. Made and used on the main thread, where its signals are emitted.
 *
 * Signals:
 * "sleep" (): soon; whoever has to say goodbye to a server takes a hold of it first
 * "wake" () */
#define MAIL_TYPE_SLEEP (mail_sleep_get_type ())
G_DECLARE_FINAL_TYPE (MailSleep, mail_sleep, MAIL, SLEEP, GObject)

/* (transfer none): the one of this process. */
MailSleep *mail_sleep_get_default (void);

/* From "sleep" on this computer stays awake until every hold is released, but never longer than logind allows (5 seconds unless
 * set otherwise). Any thread may release. */
void mail_sleep_hold (MailSleep *sleep);
void mail_sleep_release (MailSleep *sleep);
