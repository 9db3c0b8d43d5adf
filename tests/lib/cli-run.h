/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

#include "lib/private-dovecot.h"

/* missiva-cli run as a program: a home of its own, and what it said last. */
typedef struct
{
  char *folder;
  char *password_file;
  int status;
  GBytes *out;
  char *text; /* the same with a NUL behind it */
  char *err;
} CliRun;

CliRun *cli_run_new (void);
void cli_run_free (CliRun *cli);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CliRun, cli_run_free)

/* Runs it and expects @status. @line: words with one blank between them, "$PW" for --password-file FILE, "_" within a word for
 * a blank. */
void cli_run (CliRun *cli, int status, const char *line);
/* (transfer full): the JSON that `@line --json` prints. */
JsonNode *cli_run_json (CliRun *cli, int status, const char *line);
/* (transfer full): not waited for. */
GSubprocess *cli_run_spawn (const CliRun *cli, const char *line);

/* The names of an object's members, in their order: the contract. */
void cli_run_assert_members (JsonObject *object, const char *names);
JsonObject *cli_run_element (JsonNode *array, guint index);
guint cli_run_length (JsonNode *array);

/* An account "Casa" whose server nobody answers at. */
#define CLI_RUN_ADD                                                                                                  \
  "account add Casa --address casa@example.org --mode imap --incoming localhost:1 --incoming-security tls --user casa"
/* The account with a store that some sync once filled: three messages, the first of them whole. */
void cli_run_fill (CliRun *cli);
#define CLI_RUN_MESSAGE                                                                                              \
  "From: =?utf-8?q?Giardiniere?= <gardener@example.org>\r\nTo: reader@example.com\r\nSubject: Whole\r\n"        \
  "Date: Tue, 14 Nov 2023 22:14:20 +0000\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n" \
  "\r\n--b\r\nContent-Type: text/plain\r\n\r\nGood day\r\n--b\r\nContent-Type: application/pdf; name=a.pdf\r\n" \
  "Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment\r\n\r\nAAECAw==\r\n--b--\r\n"

/* NULL, and the test is skipped, where there is no Dovecot. */
PrivateDovecot *cli_run_start_server (void);
/* The account "Casa" of @server; @more are further options. */
void cli_run_add_account (CliRun *cli, PrivateDovecot *server, const char *mode, const char *more);
/* (transfer full): options that make the server trusted, and @more. */
char *cli_run_trust (PrivateDovecot *server, const char *more);
