/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

/* The network of this computer as GNetworkMonitor tells of it, as the test says. To be called before anybody asks for the default
 * monitor. The network is there then, and costs nothing. */
void mock_network_install (void);

/* What it is from now on, which everybody hears. */
void mock_network_change (gboolean available, gboolean metered);
/* The same network as before; only what it costs is another. */
void mock_network_set_metered (gboolean metered);
