/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "core/account-config.h"
#include "core/certificate.h"
#include "core/problem.h"
#include "discovery/provider.h"
#include "sync/engine.h"

/* The wizard's states and facts; its pages only draw them. Main thread, nothing blocks.
 *
 * WHO (name, address, password) -> LOOKING (tries shown; servers found, signed in, measured) -> CHOICE
 * (IMAP or POP, with figures)
 * -> OPTIONS (of the one chosen) -> CHECKING (incoming and outgoing sign-in) -> DONE. SERVERS (fields by
 * hand) can be reached from
 * LOOKING, CHOICE, OPTIONS and CHECKING, and is where LOOKING ends when it finds nothing.
 *
 * Properties (read-only, notify): "step" (MailSetupStep as int), "busy" (boolean), "problem" (MailProblem
 * as pointer, NULL when there is
 * none), "alert" (what a server wants to be read, in a sentence; nullable).
 * Signals: "try-changed" (uint index): a line of the list of tries was added or has its result; "tries-cleared". */
#define MAIL_TYPE_SETUP (mail_setup_get_type ())
G_DECLARE_FINAL_TYPE (MailSetup, mail_setup, MAIL, SETUP, GObject)

typedef enum
{
  MAIL_SETUP_STEP_WHO,
  MAIL_SETUP_STEP_LOOKING,
  MAIL_SETUP_STEP_SERVERS,
  MAIL_SETUP_STEP_CHOICE,
  MAIL_SETUP_STEP_OPTIONS,
  MAIL_SETUP_STEP_CHECKING,
  MAIL_SETUP_STEP_DONE,
} MailSetupStep;

typedef enum
{
  MAIL_TRY_RUNNING,
  MAIL_TRY_GOOD,
  MAIL_TRY_BAD,
  MAIL_TRY_SKIPPED, /* not needed any more */
} MailTryState;

/* One line of the list of tries. */
typedef struct
{
  MailTryState state;
  char *what;     /* "IMAP at imapmail.libero.it, port 993" */
  char *result;   /* in words; NULL while running */
  double seconds;
} MailSetupTry;

MailSetup *mail_setup_new (void);
/* Somebody wants @mode: chosen first where it answers, whatever the recommendation is. */
void mail_setup_prefer (MailSetup *setup, MailMode mode);

MailSetupStep mail_setup_get_step (MailSetup *setup);
const MailProblem *mail_setup_get_problem (MailSetup *setup);
/* One step back, ending what is under way. */
void mail_setup_back (MailSetup *setup);

/* WHO -> LOOKING. FALSE with @error (BAD_INPUT, a translated sentence) and *@field ("address", "password")
 * when something is
 * missing. The password is kept in memory until the setup is freed. */
gboolean mail_setup_set_person (MailSetup *setup,
                                const char *full_name,
                                const char *address,
                                const char *password,
                                const char **field,
                                GError **error);
const char *mail_setup_get_password (MailSetup *setup);

guint mail_setup_get_n_tries (MailSetup *setup);
const MailSetupTry *mail_setup_get_try (MailSetup *setup, guint index);
const MailProvider *mail_setup_get_provider (MailSetup *setup); /* or NULL */

/* The settings so far, for the page where they are edited by hand. Borrowed. */
const MailAccountConfig *mail_setup_get_config (MailSetup *setup, MailMode mode);
/* One field edited by hand; keys as in mail_account_config_set(). Everything but incoming* and mode belongs
 * to both modes. */
gboolean mail_setup_set_field (MailSetup *setup, MailMode mode, const char *key, const char *value, GError **error);
/* -> SERVERS. */
void mail_setup_edit_servers (MailSetup *setup);
/* SERVERS -> LOOKING with exactly what the fields say. */
void mail_setup_use_servers (MailSetup *setup);

/* Measured on this very mailbox; NULL when that protocol does not answer: then the reason is a translated
 * sentence. */
const MailFigures *mail_setup_get_figures (MailSetup *setup, MailMode mode);
const char *mail_setup_get_unavailable_reason (MailSetup *setup, MailMode mode);
MailMode mail_setup_get_recommendation (MailSetup *setup);
const char *mail_setup_get_recommendation_reason (MailSetup *setup);

void mail_setup_choose (MailSetup *setup, MailMode mode); /* CHOICE -> OPTIONS */
MailMode mail_setup_get_choice (MailSetup *setup);
void mail_setup_set_pop_keep (MailSetup *setup, MailPopKeep keep, guint days);
void mail_setup_set_offline (MailSetup *setup, MailOffline offline, guint days);

/* OPTIONS -> CHECKING -> DONE, or it stays in CHECKING with a problem. */
void mail_setup_check (MailSetup *setup);
/* In CHECKING, when only the outgoing server fails, or none was found and none was left out by hand: goes on
 * without one; reading works. */
gboolean mail_setup_can_skip_outgoing (MailSetup *setup);
void mail_setup_skip_outgoing (MailSetup *setup);

/* After a sign-in problem, another password; after others NULL: the step's work again. */
void mail_setup_retry (MailSetup *setup, const char *password);
/* (nullable): the certificate behind the problem. */
const MailCertificate *mail_setup_get_certificate (MailSetup *setup);
/* Pins it and goes on. */
void mail_setup_trust_certificate (MailSetup *setup);

/* The alert was read: the next one follows, and this one is not shown again for this mailbox. */
void mail_setup_dismiss_alert (MailSetup *setup);

/* DONE: the account's settings under a name that is free in @home, for mail_account_list_add_async(); the name of a removed
 * account when its mail stayed here and this is its mailbox. (transfer full) */
void mail_setup_dup_result_async (MailSetup *setup, const MailHome *home, GAsyncReadyCallback callback, gpointer user_data);
MailAccountConfig *mail_setup_dup_result_finish (MailSetup *setup, GAsyncResult *result);

/* Adds a file in the form of data/providers.ini before the table that is compiled in; one that does not
 * exist is no error. Before the
 * first MailSetup. */
gboolean mail_setup_add_providers (const char *path, GError **error);
