/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

/* A system bus of the test's own with a login manager on it, in a thread. To be started before anything asks for the system bus. */
typedef struct _MockLogind MockLogind;

MockLogind *mock_logind_start (void);
void mock_logind_stop (MockLogind *logind);

/* Waits until somebody delays sleep. */
void mock_logind_await_inhibitor (MockLogind *logind);
/* Says that sleep comes, and waits until nobody delays it any longer. */
void mock_logind_prepare_for_sleep (MockLogind *logind);
/* Says that the computer woke up. */
void mock_logind_wake (MockLogind *logind);
