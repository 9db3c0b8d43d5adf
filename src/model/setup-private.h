/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "discovery/probe.h"
#include "model/setup.h"

/* What setup.c (states, fields) and setup-search.c (looking, measuring, checking) share. */

#define MAIL_SETUP_N_MODES 2

/* What is known of one kind of server. */
typedef struct
{
  GPtrArray *probes;  /* MailProbe by the order of candidates; NULL while it runs */
  gboolean guessed; /* what the provider's row names does not answer: the rest of the probes are guesses */
  gboolean decided;
  MailCandidate *best; /* or NULL */
  GCancellable *cancellable;
} MailSetupSearch;

struct _MailSetup
{
  GObject parent;

  MailSetupStep step;
  gboolean busy;
  MailProblem *problem;
  MailCertificate *certificate;
  char *certificate_host;

  char *password;
  const MailProvider *provider;
  MailAccountConfig *configs[MAIL_SETUP_N_MODES];
  gboolean by_hand;     /* the fields, not the table, say where the servers are */
  GHashTable *pins;     /* host -> fingerprint that the person trusts */

  GPtrArray *tries;     /* MailSetupTry */
  MailSetupSearch searches[MAIL_SERVER_N_KINDS];
  GCancellable *cancellable; /* of the work under way */
  guint measuring;      /* protocols that are being measured */

  MailFigures *figures[MAIL_SETUP_N_MODES];
  char *unavailable[MAIL_SETUP_N_MODES];
  GError *failures[MAIL_SETUP_N_MODES];
  MailMode recommendation;
  char *reason;
  MailMode choice;
  gboolean has_preference;
  MailMode preference;
  gboolean outgoing_failed;

  GQueue alerts;           /* char *, the servers' words that wait to be read */
  GHashTable *alerts_seen; /* char *, those that were shown for this mailbox */
};

void mail_setup_set_step (MailSetup *setup, MailSetupStep step);
void mail_setup_set_busy (MailSetup *setup, gboolean busy);
void mail_setup_clear_problem (MailSetup *setup);
/* @host and @certificate (nullable) are copied; with a certificate the person may trust it. */
void mail_setup_set_problem (MailSetup *setup,
                             const GError *error,
                             const char *host,
                             const MailCertificate *certificate);

/* Appends a line to the list of tries (taking @what) and gives its index; and ends it. */
guint mail_setup_add_try (MailSetup *setup, char *what);
void mail_setup_end_try (MailSetup *setup, guint index, MailTryState state, const char *result, double seconds);
void mail_setup_clear_tries (MailSetup *setup);

/* Ends all that is under way; answers that still come are dropped, since their cancellable is an old one. */
void mail_setup_stop_work (MailSetup *setup);
void mail_setup_forget_figures (MailSetup *setup);

/* @texts (nullable, transfer full), of char *: what a server wanted to be read. */
void mail_setup_take_alerts (MailSetup *setup, GPtrArray *texts);

/* -> LOOKING, from the beginning. */
void mail_setup_look (MailSetup *setup);
