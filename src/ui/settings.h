/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "core/home.h"

/* What the window remembers: org.missiva.Missiva in GSettings, or a file below the folder of `--home`. Main thread. */
#define MAIL_SETTINGS_SCHEMA "org.missiva.Missiva"

/* Once, before anything else here. @own_home: everything stays below @home. NOT_FOUND when the schema is not installed. */
gboolean mail_settings_init (const MailHome *home, gboolean own_home, GError **error);

GSettings *mail_settings_get (void);
/* Where what may be deleted at any time is kept. */
const char *mail_settings_get_cache_dir (void);

/* Senders whose remote images a person wants to see always. @address in any case. */
gboolean mail_settings_allows_remote (const char *address);
void mail_settings_allow_remote (const char *address);
