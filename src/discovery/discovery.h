/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "core/account-config.h"
#include "core/certificate.h"

/* From an address to servers that answer: the provider table compiled in from data/, then guesses, each candidate probed before any
 * password leaves. Blocking calls here; MailSetup runs them in the task pool. */

typedef enum
{
  MAIL_SERVER_IMAP,
  MAIL_SERVER_POP3,
  MAIL_SERVER_SMTP,
} MailServerKind;

typedef enum
{
  MAIL_USER_FULL,  /* the whole address */
  MAIL_USER_LOCAL, /* the part before the @ */
  MAIL_USER_OTHER, /* an id of the provider's own: ask */
} MailUserForm;

/* One place where a server may be. */
typedef struct
{
  MailServerKind kind;
  MailEndpoint *endpoint;
  MailUserForm user_form;
  const char *source; /* static: "table", "guess" */
} MailCandidate;

void mail_candidate_free (MailCandidate *candidate);

/* A row of the provider table. Static data. */
typedef struct
{
  const char *id;           /* "libero" */
  const char *name;         /* "Libero" */
  const char *const *domains;
  const char *source;       /* where the facts come from */
  const char *date;         /* of that source, YYYY or YYYY-MM-DD */
  gboolean oauth_only;
  gboolean app_password;    /* an app password is (or may be) needed */
  gboolean no_pop;
  const char *note;         /* for a person, untranslated key of a sentence in the po files; or NULL */
  const char *help_page;    /* https page of the provider; or NULL */
} MailProvider;

const MailProvider *mail_provider_find (const char *domain); /* or NULL */
/* MailCandidate, in order of preference. */
GPtrArray *mail_provider_get_candidates (const MailProvider *provider, MailServerKind kind);
/* The same by guessing names and ports below @domain. */
GPtrArray *mail_discovery_guess (const char *domain, MailServerKind kind);

/* What a probe learnt, without signing in. */
typedef struct
{
  MailCandidate *candidate;
  gboolean usable;
  double seconds;
  char *result;        /* in words, translated: "answers, TLS, certificate valid" / "no such server" */
  char *greeting;
  GStrv mechanisms;
  MailCertificate *certificate; /* when that is what is wrong */
  GError *error;       /* why it is not usable */
} MailProbe;

void mail_probe_free (MailProbe *probe);

/* Connects, checks greeting kind, TLS or STARTTLS with certificate, capabilities. Never NULL. */
MailProbe *mail_discovery_probe (const MailCandidate *candidate, GCancellable *cancellable);
