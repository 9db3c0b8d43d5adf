/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

/* Stands between a client and a server on loopback and passes everything on, until the server is about to say one word: then the
 * connection ends. So a server looks that falls over one message. */
typedef struct _CuttingProxy CuttingProxy;

/* @word: ASCII. @instead (nullable): what the client hears in its place, before the end. */
CuttingProxy *cutting_proxy_new (guint16 server_port, const char *word, const char *instead);
/* Ends all connections. */
void cutting_proxy_free (CuttingProxy *proxy);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CuttingProxy, cutting_proxy_free)

guint16 cutting_proxy_get_port (const CuttingProxy *proxy);
/* How many connections it has ended. */
guint cutting_proxy_get_cuts (CuttingProxy *proxy);
/* From now on the word may pass. */
void cutting_proxy_spare (CuttingProxy *proxy);
