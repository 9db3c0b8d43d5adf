/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

/* Turns the default main loop until @done says so; aborts the test after a minute. */
void run_until (gboolean (*done) (gpointer), gpointer data);
/* As above, until *@flag. */
void run_until_set (const gboolean *flag);

/* A GAsyncReadyCallback for run_result(): keeps the result. */
void keep_result_cb (GObject *source, GAsyncResult *result, gpointer user_data);
/* Turns the loop until *@result is there (then the caller's). */
void run_result (GAsyncResult **result);

/* Begins to measure the turns of the default main loop. */
void measure_turns (void);
/* (transfer full): the longest turn since measure_turns() in words, and begins anew: the time that passed, and the most that this
 * thread itself worked in a turn, which a busy machine changes little. */
char *describe_longest_turn (void);
