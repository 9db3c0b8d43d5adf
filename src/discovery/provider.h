/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "core/endpoint.h"

typedef enum
{
  MAIL_SERVER_IMAP,
  MAIL_SERVER_POP3,
  MAIL_SERVER_SMTP,
} MailServerKind;

#define MAIL_SERVER_N_KINDS 3

typedef enum
{
  MAIL_USER_FULL,  /* the whole address */
  MAIL_USER_LOCAL, /* the part before the @ */
  MAIL_USER_OTHER, /* an id of the provider's own: ask */
} MailUserForm;

typedef enum
{
  MAIL_SIGN_IN_PASSWORD,
  MAIL_SIGN_IN_APP_PASSWORD, /* an app password may be needed */
  MAIL_SIGN_IN_OAUTH,        /* OAuth 2 and nothing else */
} MailSignIn;

/* One place where a server may be. */
typedef struct
{
  MailServerKind kind;
  MailEndpoint *endpoint;
  MailUserForm user_form;
  const char *source; /* static: "table", "guess", "hand" */
} MailCandidate;

MailCandidate *mail_candidate_new (MailServerKind kind, const MailEndpoint *endpoint, MailUserForm form, const char *source);
MailCandidate *mail_candidate_copy (const MailCandidate *candidate);
void mail_candidate_free (MailCandidate *candidate);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailCandidate, mail_candidate_free)

/* A row of the table of providers (data/providers.ini). Immutable, lives as long as the process; any
 * thread. */
typedef struct
{
  char *id;     /* "libero" */
  char *name;   /* "Libero" */
  GStrv domains; /* of addresses; may be empty */
  GStrv hosting; /* domains of the mail exchangers of those who host others' domains there; may be empty */
  GPtrArray *servers[MAIL_SERVER_N_KINDS]; /* MailCandidate, the preferred one first */
  MailUserForm user_form;
  MailUserForm outgoing_user_form;
  MailSignIn sign_in;
  char *note;   /* see mail_provider_get_note() */
  char *help;   /* https page of the provider; or NULL */
  char *source; /* where the facts come from */
  char *date;   /* of that source: YYYY, YYYY-MM or YYYY-MM-DD */
} MailProvider;

/* (nullable): by the domain of an address, in the table and in the files added to it. Asks nobody. */
const MailProvider *mail_provider_find (const char *domain);

/* (nullable): by the names of the domain's mail exchangers, asked of the DNS. Blocking. */
const MailProvider *mail_provider_find_by_mx (const char *domain, GCancellable *cancellable);

/* Adds a file of the same form before the table, such as an administrator's or the demo's. Its servers may
 * also have "ca-file=PATH". A file
 * that does not exist is no error. BAD_INPUT names row and key. Not while other threads look providers up. */
gboolean mail_provider_add_file (const char *path, GError **error);

/* (nullable): a translated sentence about what is special there, for the wizard. */
const char *mail_provider_get_note (const MailProvider *provider);

/* All rows (MailProvider), borrowed; for tests. */
const GPtrArray *mail_provider_list (void);
