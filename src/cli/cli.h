/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "core/account-config.h"
#include "core/certificate.h"
#include "core/credentials.h"
#include "store/store.h"
#include "sync/engine.h"

/* missiva-cli: the engine without a window. Its verbs, options, JSON fields and exit status are a contract that other programs
 * rely on: 0 only when the whole thing was done; 1 the work failed, message on stderr; 2 wrong use. */

/* Wrong use: the caller's words, not the world. */
#define MAIL_CLI_USAGE (mail_cli_usage_quark ())
GQuark mail_cli_usage_quark (void);

/* One command line, taken apart. */
typedef struct
{
  MailHome *home;
  gboolean json;
  GPtrArray *words;    /* what follows the verb: borrowed strings */
  GHashTable *options; /* name without dashes -> value, "" for an option without one; borrowed strings */
} MailCli;

typedef struct
{
  const char *name;      /* "account add" */
  const char *arguments; /* in few words */
  const char *summary;   /* what it does: one line */
  const char *details;   /* its options, a line each, for its own --help; or NULL */
  const char *options;   /* the names that it knows besides home, json and password-file, a space between them, or NULL */
  guint min_words;
  guint max_words;
  /* FALSE without @error: it failed and has said so. */
  gboolean (*run) (MailCli *cli, GError **error);
} MailCliVerb;

#define MAIL_CLI_PASSWORD_HELP "  --password-file FILE     its first line is the password; without it the keyring is asked\n"

/* The groups; each ends with a verb without a name. */
extern const MailCliVerb mail_cli_account_verbs[];
extern const MailCliVerb mail_cli_sync_verbs[];
extern const MailCliVerb mail_cli_offline_verbs[];
extern const MailCliVerb mail_cli_server_verbs[];
extern const MailCliVerb mail_cli_list_verbs[];
extern const MailCliVerb mail_cli_search_verbs[];
extern const MailCliVerb mail_cli_show_verbs[];
extern const MailCliVerb mail_cli_change_verbs[];
extern const MailCliVerb mail_cli_mailbox_verbs[];
extern const MailCliVerb mail_cli_queue_verbs[];
extern const MailCliVerb mail_cli_check_verbs[];
extern const MailCliVerb mail_cli_file_verbs[];

/* Takes the command line apart; borrowed from @argv. */
MailCli *mail_cli_new (int argc, char **argv, GError **error);
void mail_cli_free (MailCli *cli);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailCli, mail_cli_free)

/* NULL when it was not given. */
const char *mail_cli_get_option (const MailCli *cli, const char *name);
const char *mail_cli_get_word (const MailCli *cli, guint index);
/* The verb that the command line begins with; its words are taken off. */
const MailCliVerb *mail_cli_take_verb (MailCli *cli, GError **error);
/* --help: of the verb that is named, of those that begin with the word, or of all. */
gboolean mail_cli_help (const MailCli *cli, GError **error);
/* Checks words and options against what @verb takes. */
gboolean mail_cli_check_use (const MailCli *cli, const MailCliVerb *verb, GError **error);

gboolean mail_cli_usage (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3); /* always FALSE */
/* A message id as typed. */
gboolean mail_cli_parse_id (const char *text, gint64 *id, GError **error);

/* The account that the first word names. */
MailAccountConfig *mail_cli_load_account (const MailCli *cli, GError **error);
MailStore *mail_cli_open_store (const MailCli *cli, const MailAccountConfig *config, GError **error);

/* The password of --password-file (its first line), else of the keyring; NO_PASSWORD when there is none. */
MailCredentials *mail_cli_get_credentials (const MailCli *cli, const MailAccountConfig *config, GError **error);

/* (transfer full): what a person and `error` fields read: what happened, in which words of the server's. */
char *mail_cli_describe_error (const GError *error, const MailAccountConfig *config, const MailEndpoint *endpoint);
/* The same on stderr, with what to do, and the certificate when it is about one. */
void mail_cli_say_problem (const GError *error, const MailAccountConfig *config, const MailEndpoint *endpoint);
/* A problem that a thread told; @certificate (nullable): that it is about. */
void mail_cli_say_told_problem (const MailProblem *problem, const MailCertificate *certificate);
/* What the server wants to be read, on stderr. */
void mail_cli_say_alert (const char *alert, const MailAccountConfig *config);
void mail_cli_say_alerts (MailEngine *engine, const MailAccountConfig *config);
