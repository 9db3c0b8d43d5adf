/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* What proves who a person is to a server. Lives in memory only; freed memory is wiped. */
typedef struct
{
  char *user;
  char *password; /* or NULL */
  char *token;    /* OAuth 2 access token, or NULL; when set, XOAUTH2/OAUTHBEARER are used and nothing else */
} MailCredentials;

MailCredentials *mail_credentials_new_password (const char *user, const char *password);
MailCredentials *mail_credentials_new_token (const char *user, const char *token);
MailCredentials *mail_credentials_copy (const MailCredentials *credentials);
void mail_credentials_free (MailCredentials *credentials);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailCredentials, mail_credentials_free)

/* Overwrites @secret up to its NUL and frees it; NULL is fine. */
void mail_secret_free (char *secret);
