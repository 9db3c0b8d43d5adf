/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

/* Passwords of accounts: the Secret Service through libsecret; without one, memory for this run. Main thread, asynchronous. */

/* (transfer full) (nullable) from _finish: wipe with mail_secret_free(). NULL without error: none is known. */
void mail_secrets_lookup_async (const char *account,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);
char *mail_secrets_lookup_finish (GAsyncResult *result, GError **error);

/* *kept_in_keyring (nullable) tells whether it outlives this run, so that the window can say so. */
void mail_secrets_store_async (const char *account,
                               const char *password,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data);
gboolean mail_secrets_store_finish (GAsyncResult *result, gboolean *kept_in_keyring, GError **error);

void mail_secrets_clear_async (const char *account,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data);

/* Blocking twin for the command line. */
char *mail_secrets_lookup_sync (const char *account, GError **error);
