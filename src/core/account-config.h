/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/endpoint.h"
#include "core/home.h"

typedef enum
{
  MAIL_MODE_IMAP, /* synchronised: the server and this computer show the same */
  MAIL_MODE_POP,  /* downloaded: this computer keeps the mail */
} MailMode;

/* What happens on the server to a message that POP has downloaded. */
typedef enum
{
  MAIL_POP_KEEP_DELETE,        /* deleted as soon as it is safely here */
  MAIL_POP_KEEP_FOREVER,       /* stays */
  MAIL_POP_KEEP_DAYS,          /* stays for pop_keep_days, then is deleted */
  MAIL_POP_KEEP_UNTIL_DELETED, /* stays until it is deleted here */
} MailPopKeep;

/* Which whole messages IMAP brings here in the background. Headers always come. */
typedef enum
{
  MAIL_OFFLINE_ALL,
  MAIL_OFFLINE_DAYS, /* those of the last offline_days */
  MAIL_OFFLINE_HEADERS,
} MailOffline;

/* One for the background, one for what a person waits for. */
#define MAIL_ACCOUNT_CONNECTIONS_MOST 2

/* One account's settings; never a password. */
typedef struct
{
  char *name;       /* unique, folder-safe: file and store are named after it */
  char *full_name;  /* the person's, for From; or NULL */
  char *address;
  MailMode mode;
  char *user;       /* for the incoming server, and the outgoing one where outgoing_user is NULL */
  char *outgoing_user;
  MailEndpoint *incoming;
  MailEndpoint *outgoing; /* host NULL: none */
  MailPopKeep pop_keep;
  guint pop_keep_days; /* 1.. */
  MailOffline offline;
  guint offline_days;  /* 1.. */
  guint check_minutes; /* how often POP looks for mail; 0 = only by hand */
  guint connections;   /* to an IMAP server at a time, at most; 1..MAIL_ACCOUNT_CONNECTIONS_MOST */
} MailAccountConfig;

/* Defaults: IMAP, everything offline, POP keeps until deleted here, a look every 10 minutes, 2 connections. */
MailAccountConfig *mail_account_config_new (const char *name);
MailAccountConfig *mail_account_config_copy (const MailAccountConfig *config);
void mail_account_config_free (MailAccountConfig *config);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailAccountConfig, mail_account_config_free)

/* A name is 1 to 64 bytes of UTF-8 without '/', control characters or a leading dot. */
gboolean mail_account_config_check_name (const char *name, GError **error);

/* Sets one setting from text, as `account set NAME KEY=VALUE` and the file do. Keys: full-name, address, mode (imap, pop),
 * incoming (HOST:PORT), incoming-security, incoming-pin, incoming-ca-file, the same four with outgoing-, user,
 * outgoing-user, pop-keep (delete, forever, days:N, until-deleted), offline (all, days:N, headers),
 * check-minutes, connections. An empty value unsets what may be unset. MAIL_ERROR_BAD_INPUT names key and value. */
gboolean mail_account_config_set (MailAccountConfig *config, const char *key, const char *value, GError **error);

/* (transfer full) (nullable): the text form of one setting; NULL when it is unset or no such key. */
char *mail_account_config_get (const MailAccountConfig *config, const char *key);

/* The keys, NULL-terminated, in the order in which they are written and shown. */
const char *const *mail_account_config_keys (void);

/* Complete enough to connect? MAIL_ERROR_BAD_INPUT names the first thing missing. */
gboolean mail_account_config_validate (const MailAccountConfig *config, GError **error);

/* Blocking file access. Loading: MAIL_ERROR_NOT_FOUND where there is no such account, MAIL_ERROR_SETTINGS names the file that
 * cannot be read and why. Saving is atomic and durable, mode 0600, folders created with 0700. */
MailAccountConfig *mail_account_config_load (const MailHome *home, const char *name, GError **error);
MailAccountConfig *mail_account_config_load_file (const char *path, const char *name, GError **error);
gboolean mail_account_config_save (const MailAccountConfig *config, const MailHome *home, GError **error);

/* (transfer full): names of the accounts of @home, sorted; empty when there are none. Files that no account can be named after are
 * not ours. */
GStrv mail_account_config_list (const MailHome *home);
