/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "core/home.h"

/* Passwords of accounts: the Secret Service through libsecret; without one, or when it is locked or
 * refuses, memory for this
 * run. Main thread, asynchronous. */

/* (transfer full): what the functions below call @account: the account's name in a person's own folders,
 * with the folder
 * before it anywhere else (--home DIR), so that a demo never meets real passwords. */
char *mail_secrets_dup_key (const MailHome *home, const char *name);

/* (transfer full) (nullable) from _finish: wipe with mail_secret_free(). NULL without error: none is known.
 * Cancelling takes
 * effect when the keyring has answered. */
void mail_secrets_lookup_async (const char *account,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);
char *mail_secrets_lookup_finish (GAsyncResult *result, GError **error);

/* Known to lookups of this run at once; _finish's *kept_in_keyring (nullable) tells whether it outlives the
 * run, so that the
 * window can say so. TRUE also when it is kept in memory only. */
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
gboolean mail_secrets_clear_finish (GAsyncResult *result, GError **error);

/* Blocking twin for the command line: waits at most ten seconds, then TIMED_OUT. NULL without error: none
 * is known. */
char *mail_secrets_lookup_sync (const char *account, GError **error);
/* The same for forgetting, as well as it can be done: without a keyring there is nothing to forget. */
void mail_secrets_clear_sync (const char *account);

/* (transfer full): the first line of the file; wipe with mail_secret_free(). NO_PASSWORD names what is
 * wrong. Blocking, a small file. */
char *mail_secrets_read_file (const char *path, GError **error);

/* For a run of its own, such as the demo: every account's password is the first line of the file unless it
 * is told another, nothing is
 * stored, and the keyring is left alone. */
gboolean mail_secrets_use_file (const char *path, GError **error);
