/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "cli/cli-list.h"
#include "cli/cli.h"
#include "core/errors.h"
#include "core/keywords.h"
#include "store/store-mailboxes.h"
#include "sync/sync-action.h"

/* A change as typed, and the action that it becomes inside the transaction: mailboxes are looked up there. */
typedef struct
{
  MailActionKind kind;
  MailMode mode;
  GArray *ids;         /* gint64 */
  const char *mailbox; /* MOVE, COPY, APPEND */
  GPtrArray *messages; /* GBytes; APPEND */
  const char *keyword; /* FLAGS: of a tag, in place of the flags below */
  gboolean for_ever;   /* DELETE */
  gboolean junk;       /* FILE */
  MailFlags add;
  MailFlags remove;
  GPtrArray *actions;  /* MailAction, once done */
} Change;

static void
change_clear (Change *change)
{
  g_clear_pointer (&change->ids, g_array_unref);
  g_clear_pointer (&change->messages, g_ptr_array_unref);
  g_clear_pointer (&change->actions, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Change, change_clear)

static MailAction *
make_action (const Change *change, gint64 mailbox_id, guint i)
{
  switch (change->kind)
    {
    case MAIL_ACTION_FLAGS:
      if (change->keyword != NULL)
        return mail_action_new_keywords (change->mode, change->ids, change->add ? change->keyword : NULL,
                                         change->add ? NULL : change->keyword);
      return mail_action_new_flags (change->mode, change->ids, change->add, change->remove);
    case MAIL_ACTION_MOVE:
      return mail_action_new_move (change->mode, change->ids, mailbox_id);
    case MAIL_ACTION_COPY:
      return mail_action_new_copy (change->mode, change->ids, mailbox_id);
    case MAIL_ACTION_DELETE:
      return change->for_ever ? mail_action_new_expunge (change->mode, change->ids)
                              : mail_action_new_delete (change->mode, change->ids);
    case MAIL_ACTION_FILE:
      return mail_action_new_junk (change->mode, change->ids, change->junk, mailbox_id);
    case MAIL_ACTION_APPEND:
      return mail_action_new_append (change->mode, mailbox_id, g_ptr_array_index (change->messages, i), MAIL_FLAG_SEEN);
    default:
      g_assert_not_reached ();
    }
}

/* (transfer full): the mailbox that was typed, or the one that the change needs. */
static MailMailboxInfo *
find_target (MailDb *db, const Change *change, GError **error)
{
  MailRole role = change->junk ? MAIL_ROLE_JUNK : MAIL_ROLE_INBOX;
  g_autoptr (GError) failure = NULL;
  MailMailboxInfo *mailbox;

  if (change->mailbox != NULL)
    return mail_cli_find_mailbox (db, change->mailbox, error);
  mailbox = mail_store_mailboxes_find_role (db, role, &failure);
  if (failure != NULL)
    g_propagate_error (error, g_steal_pointer (&failure));
  else if (mailbox == NULL)
    g_set_error (error, MAIL_ERROR, MAIL_ERROR_NOT_FOUND, "no mailbox has the role “%s”", mail_role_to_string (role));
  return mailbox;
}

static gboolean
change_job (MailDb *db, gpointer data, GError **error)
{
  Change *change = data;
  guint n = change->messages != NULL ? change->messages->len : 1;
  gboolean needs_mailbox = change->mailbox != NULL || change->kind == MAIL_ACTION_FILE;
  g_autoptr (MailMailboxInfo) mailbox = needs_mailbox ? find_target (db, change, error) : NULL;

  if (needs_mailbox && mailbox == NULL)
    return FALSE;
  for (guint i = 0; i < n; i++)
    {
      MailAction *action = make_action (change, mailbox != NULL ? mailbox->id : 0, i);

      g_ptr_array_add (change->actions, action);
      if (!mail_action_job (db, action, error))
        return FALSE;
    }
  return TRUE;
}

static void
free_action (gpointer action)
{
  mail_action_free (action);
}

static gboolean
perform (const MailCli *cli, Change *change, GError **error)
{
  g_autoptr (MailAccountConfig) config = mail_cli_load_account (cli, error);
  g_autoptr (MailStore) store = config != NULL ? mail_cli_open_store (cli, config, error) : NULL;
  g_autoptr (GArray) ids = NULL;

  if (store == NULL)
    return FALSE;
  change->mode = config->mode;
  change->actions = g_ptr_array_new_with_free_func (free_action);
  if (!mail_store_write (store, change_job, change, error))
    return FALSE;
  ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  for (guint i = 0; i < change->actions->len; i++)
    {
      const GArray *some = mail_action_get_ids (g_ptr_array_index (change->actions, i));

      if (some->len > 0)
        g_array_append_vals (ids, some->data, some->len);
    }
  mail_cli_print_ids (cli, ids);
  return TRUE;
}

/* Words from the second up to, but without, @end. */
static gboolean
read_ids (const MailCli *cli, guint end, Change *change, GError **error)
{
  change->ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  for (guint i = 1; i < end; i++)
    {
      gint64 id;

      if (!mail_cli_parse_id (mail_cli_get_word (cli, i), &id, error))
        return FALSE;
      g_array_append_val (change->ids, id);
    }
  return TRUE;
}

/* "+seen", "seen" and "-seen"; FALSE when it is no such word. */
static gboolean
read_mark (const char *word, Change *change)
{
  gboolean clear = word[0] == '-';
  const char *name = word[0] == '-' || word[0] == '+' ? word + 1 : word;
  MailFlags flag = mail_flag_from_word (name);

  if (flag != MAIL_FLAG_SEEN && flag != MAIL_FLAG_FLAGGED && flag != MAIL_FLAG_ANSWERED)
    return FALSE;
  change->add = (change->add & ~flag) | (clear ? 0 : flag);
  change->remove = (change->remove & ~flag) | (clear ? flag : 0);
  return TRUE;
}

static gboolean
run_mark (MailCli *cli, GError **error)
{
  g_auto (Change) change = { .kind = MAIL_ACTION_FLAGS };
  guint end = cli->words->len;

  while (end > 1 && read_mark (mail_cli_get_word (cli, end - 1), &change))
    end--;
  if (end == cli->words->len)
    return mail_cli_usage (error, "“%s” is none of [+|-]seen, flagged, answered", mail_cli_get_word (cli, end - 1));
  if (end == 1)
    return mail_cli_usage (error, "mark needs at least one message id");
  return read_ids (cli, end, &change, error) && perform (cli, &change, error);
}

static gboolean
run_to_mailbox (MailCli *cli, MailActionKind kind, GError **error)
{
  guint last = cli->words->len - 1;
  g_auto (Change) change = { .kind = kind, .mailbox = mail_cli_get_word (cli, last) };

  return read_ids (cli, last, &change, error) && perform (cli, &change, error);
}

static gboolean
run_move (MailCli *cli, GError **error)
{
  return run_to_mailbox (cli, MAIL_ACTION_MOVE, error);
}

static gboolean
run_copy (MailCli *cli, GError **error)
{
  return run_to_mailbox (cli, MAIL_ACTION_COPY, error);
}

static gboolean
run_delete (MailCli *cli, GError **error)
{
  g_auto (Change) change = { .kind = MAIL_ACTION_DELETE };

  return read_ids (cli, cli->words->len, &change, error) && perform (cli, &change, error);
}

static gboolean
run_expunge (MailCli *cli, GError **error)
{
  g_auto (Change) change = { .kind = MAIL_ACTION_DELETE, .for_ever = TRUE };

  return read_ids (cli, cli->words->len, &change, error) && perform (cli, &change, error);
}

static gboolean
run_junk (MailCli *cli, GError **error)
{
  g_auto (Change) change = { .kind = MAIL_ACTION_FILE, .junk = TRUE };

  return read_ids (cli, cli->words->len, &change, error) && perform (cli, &change, error);
}

static gboolean
run_not_junk (MailCli *cli, GError **error)
{
  g_auto (Change) change = { .kind = MAIL_ACTION_FILE };

  return read_ids (cli, cli->words->len, &change, error) && perform (cli, &change, error);
}

/* (transfer full): the keyword of a tag by its name or keyword; of a new one, if it can be one. */
static char *
dup_keyword (const MailCli *cli, const char *word, GError **error)
{
  const char *fault = mail_keyword_get_fault (word);
  g_autofree char *keyword = NULL;

  if (!mail_cli_find_tag (cli, word, &keyword, error))
    return NULL;
  if (keyword != NULL)
    return g_steal_pointer (&keyword);
  if (fault == NULL && mail_flag_from_imap (word) == MAIL_FLAGS_NONE)
    return g_strdup (word);
  mail_cli_usage (error, "“%s” is no tag: %s", word, fault != NULL ? fault : "it is a flag of its own");
  return NULL;
}

static gboolean
run_tag (MailCli *cli, GError **error)
{
  guint last = cli->words->len - 1;
  const char *word = mail_cli_get_word (cli, last);
  gboolean remove = word[0] == '-';
  g_autofree char *keyword = dup_keyword (cli, remove || word[0] == '+' ? word + 1 : word, error);
  g_auto (Change) change = { .kind = MAIL_ACTION_FLAGS, .keyword = keyword, .add = remove ? 0 : MAIL_FLAG_SEEN };

  return keyword != NULL && read_ids (cli, last, &change, error) && perform (cli, &change, error);
}

static gboolean
run_append (MailCli *cli, GError **error)
{
  g_auto (Change) change = { .kind = MAIL_ACTION_APPEND, .mailbox = mail_cli_get_word (cli, 1) };

  change.messages = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  for (guint i = 2; i < cli->words->len; i++)
    {
      char *data;
      gsize length;

      if (!g_file_get_contents (mail_cli_get_word (cli, i), &data, &length, error))
        return FALSE;
      g_ptr_array_add (change.messages, g_bytes_new_take (data, length));
    }
  return perform (cli, &change, error);
}

#define RECORDED "Only recorded here, also offline; the next sync carries it out.\n"

const MailCliVerb mail_cli_change_verbs[] = {
  { "mark", "NAME ID... [+|-]seen|flagged|answered", "sets a mark, or takes it off", RECORDED, NULL, 3, G_MAXUINT, run_mark },
  { "move", "NAME ID... MAILBOX", "moves messages", RECORDED, NULL, 3, G_MAXUINT, run_move },
  { "copy", "NAME ID... MAILBOX", "copies messages", RECORDED, NULL, 3, G_MAXUINT, run_copy },
  { "delete", "NAME ID...", "moves messages to Trash; what is there already is deleted for ever", RECORDED, NULL, 2, G_MAXUINT,
    run_delete },
  { "expunge", "NAME ID...", "deletes messages for ever, wherever they are", RECORDED, NULL, 2, G_MAXUINT, run_expunge },
  { "junk", "NAME ID...", "moves messages to Junk and marks them so that the server learns", RECORDED, NULL, 2, G_MAXUINT,
    run_junk },
  { "not-junk", "NAME ID...", "moves messages to the inbox and marks them as no junk", RECORDED, NULL, 2, G_MAXUINT, run_not_junk },
  { "tag", "NAME ID... [+|-]TAG", "puts a tag on messages, or takes it off",
    "TAG is the name of a tag, or an IMAP keyword.\n" RECORDED, NULL, 3, G_MAXUINT, run_tag },
  { "import", "NAME MAILBOX FILE...", "puts message files into a mailbox", RECORDED, NULL, 3, G_MAXUINT, run_append },
  { "append", "NAME MAILBOX FILE", "puts a message file into a mailbox", RECORDED, NULL, 3, 3, run_append },
  { NULL },
};
