/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "core/account-config.h"
#include "core/problem.h"
#include "discovery/provider.h"
#include "sync/engine.h"

/* The wizard's states and facts; its pages only draw them. Main thread, nothing blocks.
 *
 * WHO (name, address, password) -> LOOKING (tries shown) -> CHOICE (IMAP or POP, with measured figures) ->
 * OPTIONS (of POP or of IMAP) ->
 * CHECKING (incoming and outgoing sign-in) -> DONE. SERVERS (fields by hand) can be reached from anywhere.
 *
 * Properties (notify): "step" (MailSetupStep as int), "busy" (boolean), "problem" (boxed MailProblem,
 * nullable), "recommended" (MailMode as
 * int). Signals: "try-changed" (uint index): a line of the list of tries was added or has its result;
 * "figures-changed". */
#define MAIL_TYPE_SETUP (mail_setup_get_type ())
G_DECLARE_FINAL_TYPE (MailSetup, mail_setup, MAIL, SETUP, GObject)

typedef enum
{
  MAIL_SETUP_WHO,
  MAIL_SETUP_LOOKING,
  MAIL_SETUP_SERVERS,
  MAIL_SETUP_CHOICE,
  MAIL_SETUP_OPTIONS,
  MAIL_SETUP_CHECKING,
  MAIL_SETUP_DONE,
} MailSetupStep;

typedef enum
{
  MAIL_TRY_RUNNING,
  MAIL_TRY_GOOD,
  MAIL_TRY_BAD,
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

MailSetupStep mail_setup_get_step (MailSetup *setup);
void mail_setup_back (MailSetup *setup);

/* WHO -> LOOKING, then CHOICE by itself, or SERVERS when nothing was found. Empty or implausible input:
 * FALSE with the field's error. */
gboolean mail_setup_set_person (MailSetup *setup, const char *full_name, const char *address, const char *password, GError **error);

guint mail_setup_get_n_tries (MailSetup *setup);
const MailSetupTry *mail_setup_get_try (MailSetup *setup, guint index);
const MailProvider *mail_setup_get_provider (MailSetup *setup); /* or NULL */

/* The settings so far, to be shown and edited by hand: IMAP's and POP's incoming server, outgoing, users.
 * Borrowed; NULL where none. */
const MailAccountConfig *mail_setup_get_config (MailSetup *setup, MailMode mode);
/* Fields edited by hand: keys as mail_account_config_set(). */
gboolean mail_setup_set_field (MailSetup *setup, MailMode mode, const char *key, const char *value, GError **error);
/* SERVERS -> CHOICE, probing what was edited. */
void mail_setup_use_servers (MailSetup *setup);
void mail_setup_edit_servers (MailSetup *setup);

/* Measured on this mailbox; NULL while unknown or when that protocol does not answer (then the reason is
 * set). */
const MailFigures *mail_setup_get_figures (MailSetup *setup, MailMode mode);
const char *mail_setup_get_unavailable_reason (MailSetup *setup, MailMode mode);

/* The advice with its reason in one translated sentence. */
MailMode mail_setup_get_recommendation (MailSetup *setup, const char **reason);

void mail_setup_choose (MailSetup *setup, MailMode mode); /* CHOICE -> OPTIONS */
MailMode mail_setup_get_choice (MailSetup *setup);
void mail_setup_set_pop_keep (MailSetup *setup, MailPopKeep keep, guint days);
void mail_setup_set_offline (MailSetup *setup, MailOffline offline, guint days);

/* OPTIONS -> CHECKING -> DONE, or stays with "problem" set. */
void mail_setup_check (MailSetup *setup);
/* After a sign-in problem: another password, then the step's work again. */
void mail_setup_retry_password (MailSetup *setup, const char *password);
/* After a certificate problem. */
const MailCertificate *mail_setup_get_certificate (MailSetup *setup);
void mail_setup_trust_certificate (MailSetup *setup);

/* DONE: what mail_account_list_add_async() needs. (transfer full) */
MailAccountConfig *mail_setup_dup_result (MailSetup *setup, const MailHome *home);
const char *mail_setup_get_password (MailSetup *setup);
