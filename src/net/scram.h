/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* How often a password may be hashed: fewer rounds make a stolen exchange cheap to guess (RFC 7677, section 4), more let
 * a hostile server keep this computer busy. */
#define MAIL_SCRAM_MIN_ITERATIONS 4096
#define MAIL_SCRAM_MAX_ITERATIONS 1000000

typedef enum
{
  MAIL_SCRAM_SHA_1,
  MAIL_SCRAM_SHA_256,
} MailScramHash;

/* The client's side of SCRAM (RFC 5802, RFC 7677) without channel binding. */
typedef struct _MailScram MailScram;

/* @user and @password are prepared by SASLprep already. @nonce: printable ASCII without commas. */
MailScram *mail_scram_new (MailScramHash hash, const char *user, const char *password, const char *nonce);
void mail_scram_free (MailScram *scram);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailScram, mail_scram_free)

/* (transfer full): the client's first message. */
char *mail_scram_begin (MailScram *scram);

/* (transfer full): the client's final message. PROTOCOL when @server_first does not follow the grammar, took another
 * nonce or wants a number of iterations beyond the limits. */
char *mail_scram_answer (MailScram *scram, const char *server_first, GError **error);

/* Whether the server knows the password too: INSECURE when its signature is another one, SIGN_IN when it says "e=". */
gboolean mail_scram_verify (MailScram *scram, const char *server_final, GError **error);
