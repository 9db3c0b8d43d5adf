/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "cli/cli-list.h"
#include "cli/cli.h"
#include "core/errors.h"
#include "store/store-mailboxes.h"
#include "sync/sync-action.h"

/* A change to a mailbox as typed; it is looked up inside the transaction. */
typedef struct _Change Change;
typedef MailAction *(*MakeFunc) (MailDb *db, const Change *change, const MailMailboxInfo *mailbox, GError **error);

struct _Change
{
  MailMode mode;
  MakeFunc make;
  const char *mailbox; /* NULL: one that is to be made */
  const char *word;    /* what else was typed */
  MailRole role;
  gboolean flag;
  MailAction *action;
};

static gboolean
change_job (MailDb *db, gpointer data, GError **error)
{
  Change *change = data;
  g_autoptr (MailMailboxInfo) mailbox = NULL;

  if (change->mailbox != NULL && (mailbox = mail_cli_find_mailbox (db, change->mailbox, error)) == NULL)
    return FALSE;
  change->action = change->make (db, change, mailbox, error);
  return change->action != NULL && mail_action_job (db, change->action, error);
}

static gboolean
write_change (const MailCli *cli, MailStoreJob job, Change *change, GError **error)
{
  g_autoptr (MailAccountConfig) config = mail_cli_load_account (cli, error);
  g_autoptr (MailStore) store = config != NULL ? mail_cli_open_store (cli, config, error) : NULL;

  if (store == NULL)
    return FALSE;
  change->mode = config->mode;
  return mail_store_write (store, job, change, error);
}

static gboolean
perform (const MailCli *cli, Change *change, GError **error)
{
  gboolean ok = write_change (cli, change_job, change, error);

  if (ok)
    mail_cli_print_ids (cli, mail_action_get_ids (change->action));
  g_clear_pointer (&change->action, mail_action_free);
  return ok;
}

/* The longest beginning of @name that is a mailbox is where the rest goes. */
static MailAction *
make_create (MailDb *db, const Change *change, const MailMailboxInfo *mailbox, GError **error)
{
  g_autoptr (GPtrArray) all = mail_store_mailboxes_list (db, error);
  const MailMailboxInfo *parent = NULL;
  const char *leaf = change->word;

  for (guint i = 0; all != NULL && i < all->len; i++)
    {
      const MailMailboxInfo *info = g_ptr_array_index (all, i);
      gsize length = strlen (info->name);

      if (mail_mailbox_name_is_within (change->word, info->name, info->delimiter) && change->word[length] != '\0'
          && (parent == NULL || length > strlen (parent->name)))
        {
          parent = info;
          leaf = change->word + length + 1;
        }
    }
  return all != NULL ? mail_action_new_create_mailbox (change->mode, parent != NULL ? parent->id : 0, leaf, change->role) : NULL;
}

static MailAction *
make_rename (MailDb *db, const Change *change, const MailMailboxInfo *mailbox, GError **error)
{
  return mail_action_new_rename_mailbox (change->mode, mailbox->id, change->word);
}

static MailAction *
make_move (MailDb *db, const Change *change, const MailMailboxInfo *mailbox, GError **error)
{
  g_autoptr (MailMailboxInfo) parent = change->word != NULL ? mail_cli_find_mailbox (db, change->word, error) : NULL;

  if (change->word != NULL && parent == NULL)
    return NULL;
  return mail_action_new_move_mailbox (change->mode, mailbox->id, parent != NULL ? parent->id : 0);
}

static MailAction *
make_delete (MailDb *db, const Change *change, const MailMailboxInfo *mailbox, GError **error)
{
  return mail_action_new_delete_mailbox (change->mode, mailbox->id);
}

static MailAction *
make_subscribe (MailDb *db, const Change *change, const MailMailboxInfo *mailbox, GError **error)
{
  return mail_action_new_subscribe (change->mode, mailbox->id, change->flag);
}

static MailAction *
make_empty (MailDb *db, const Change *change, const MailMailboxInfo *mailbox, GError **error)
{
  return mail_action_new_empty (change->mode, mailbox->id);
}

static MailAction *
make_read (MailDb *db, const Change *change, const MailMailboxInfo *mailbox, GError **error)
{
  return mail_action_new_read_all (change->mode, mailbox->id);
}

static gboolean
read_role (const char *word, MailRole *role, GError **error)
{
  *role = mail_role_from_string (word);
  if (*role == MAIL_ROLE_NONE && strcmp (word, "none") != 0)
    return mail_cli_usage (error, "“%s” is no role; use drafts, sent, archive, junk, trash or none", word);
  return (*role != MAIL_ROLE_INBOX && *role <= MAIL_ROLE_TRASH)
         || mail_cli_usage (error, "nobody can give the role “%s”", word);
}

static gboolean
run_create (MailCli *cli, GError **error)
{
  const char *role = mail_cli_get_option (cli, "role");
  Change change = { .make = make_create, .word = mail_cli_get_word (cli, 1) };

  return (role == NULL || read_role (role, &change.role, error)) && perform (cli, &change, error);
}

static gboolean
run_rename (MailCli *cli, GError **error)
{
  Change change = { .make = make_rename, .mailbox = mail_cli_get_word (cli, 1), .word = mail_cli_get_word (cli, 2) };

  return perform (cli, &change, error);
}

static gboolean
run_move (MailCli *cli, GError **error)
{
  Change change = { .make = make_move, .mailbox = mail_cli_get_word (cli, 1) };

  change.word = cli->words->len > 2 ? mail_cli_get_word (cli, 2) : NULL;
  return perform (cli, &change, error);
}

static gboolean
run_simple (MailCli *cli, MakeFunc make, gboolean flag, GError **error)
{
  Change change = { .make = make, .mailbox = mail_cli_get_word (cli, 1), .flag = flag };

  return perform (cli, &change, error);
}

static gboolean
run_delete (MailCli *cli, GError **error)
{
  return run_simple (cli, make_delete, FALSE, error);
}

static gboolean
run_subscribe (MailCli *cli, GError **error)
{
  return run_simple (cli, make_subscribe, TRUE, error);
}

static gboolean
run_unsubscribe (MailCli *cli, GError **error)
{
  return run_simple (cli, make_subscribe, FALSE, error);
}

static gboolean
run_empty (MailCli *cli, GError **error)
{
  return run_simple (cli, make_empty, FALSE, error);
}

static gboolean
run_read (MailCli *cli, GError **error)
{
  return run_simple (cli, make_read, FALSE, error);
}

static gboolean
role_job (MailDb *db, gpointer data, GError **error)
{
  const Change *change = data;
  g_autoptr (MailMailboxInfo) mailbox = mail_cli_find_mailbox (db, change->mailbox, error);

  if (mailbox == NULL)
    return FALSE;
  if (mailbox->role == MAIL_ROLE_INBOX)
    {
      g_set_error (error, MAIL_ERROR, MAIL_ERROR_UNSUPPORTED, "%s is the inbox", mailbox->name);
      return FALSE;
    }
  return mail_store_mailboxes_choose_role (db, mailbox->id, change->role, error);
}

static gboolean
run_role (MailCli *cli, GError **error)
{
  Change change = { .mailbox = mail_cli_get_word (cli, 1) };

  return read_role (mail_cli_get_word (cli, 2), &change.role, error) && write_change (cli, role_job, &change, error);
}

#define RECORDED "Only recorded here, also offline; the next sync carries it out.\n"

const MailCliVerb mail_cli_mailbox_verbs[] = {
  { "mailbox create", "NAME MAILBOX [--role ROLE]", "makes a mailbox; with its full name, beneath one that is there",
    "  --role ROLE              drafts, sent, archive, junk or trash\n" RECORDED, "role", 2, 2, run_create },
  { "mailbox rename", "NAME MAILBOX NEW-LAST-NAME", "gives a mailbox another name where it is", RECORDED, NULL, 3, 3, run_rename },
  { "mailbox move", "NAME MAILBOX [PARENT]", "moves a mailbox beneath another, or to the top", RECORDED, NULL, 2, 3, run_move },
  { "mailbox delete", "NAME MAILBOX", "deletes a mailbox with its messages and what lies beneath it", RECORDED, NULL, 2, 2,
    run_delete },
  { "mailbox subscribe", "NAME MAILBOX", "subscribes to a mailbox", RECORDED, NULL, 2, 2, run_subscribe },
  { "mailbox unsubscribe", "NAME MAILBOX", "ends the subscription to a mailbox", RECORDED, NULL, 2, 2, run_unsubscribe },
  { "mailbox empty", "NAME MAILBOX", "deletes the messages of Trash or Junk for ever, moves those of others to Trash", RECORDED,
    NULL, 2, 2, run_empty },
  { "mailbox read", "NAME MAILBOX", "marks all messages of a mailbox as read", RECORDED, NULL, 2, 2, run_read },
  { "mailbox role", "NAME MAILBOX ROLE", "says what a mailbox is for: drafts, sent, archive, junk, trash or none",
    "The choice stays, whatever the server says.\n", NULL, 3, 3, run_role },
  { NULL },
};
