/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "cli/cli-list.h"
#include "cli/cli-output.h"
#include "cli/cli.h"
#include "sync/sync-action.h"

/* A change as typed, and the action that it becomes inside the transaction: mailboxes are looked up there. */
typedef struct
{
  MailActionKind kind;
  MailMode mode;
  GArray *ids;         /* gint64 */
  const char *mailbox; /* MOVE, COPY, APPEND */
  GBytes *message;     /* APPEND */
  MailFlags add;
  MailFlags remove;
  MailAction *action;
} Change;

static void
change_clear (Change *change)
{
  g_clear_pointer (&change->ids, g_array_unref);
  g_clear_pointer (&change->message, g_bytes_unref);
  g_clear_pointer (&change->action, mail_action_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Change, change_clear)

static MailAction *
make_action (const Change *change, gint64 mailbox_id)
{
  switch (change->kind)
    {
    case MAIL_ACTION_FLAGS:
      return mail_action_new_flags (change->mode, change->ids, change->add, change->remove);
    case MAIL_ACTION_MOVE:
      return mail_action_new_move (change->mode, change->ids, mailbox_id);
    case MAIL_ACTION_COPY:
      return mail_action_new_copy (change->mode, change->ids, mailbox_id);
    case MAIL_ACTION_DELETE:
      return mail_action_new_delete (change->mode, change->ids);
    case MAIL_ACTION_APPEND:
      return mail_action_new_append (change->mode, mailbox_id, change->message, MAIL_FLAG_SEEN);
    default:
      g_assert_not_reached ();
    }
}

static gboolean
change_job (MailDb *db, gpointer data, GError **error)
{
  Change *change = data;
  g_autoptr (MailMailboxInfo) mailbox = NULL;

  if (change->mailbox != NULL && (mailbox = mail_cli_find_mailbox (db, change->mailbox, error)) == NULL)
    return FALSE;
  change->action = make_action (change, mailbox != NULL ? mailbox->id : 0);
  return mail_action_job (db, change->action, error);
}

static void
print_ids (const MailCli *cli, const Change *change)
{
  static const char *const titles[] = { "ID", NULL };
  const GArray *ids = mail_action_get_ids (change->action);
  MailCliTable *table = mail_cli_table_new (titles);
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  mail_cli_add_string (builder, "account", mail_cli_get_word (cli, 0));
  json_builder_set_member_name (builder, "ids");
  json_builder_begin_array (builder);
  for (guint i = 0; i < ids->len; i++)
    {
      gint64 id = g_array_index (ids, gint64, i);

      json_builder_add_int_value (builder, id);
      mail_cli_table_add (table, g_strdup_printf ("%" G_GINT64_FORMAT, id));
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  mail_cli_table_print_or_json (table, cli->json ? builder : NULL);
}

static gboolean
perform (const MailCli *cli, Change *change, GError **error)
{
  g_autoptr (MailAccountConfig) config = mail_cli_load_account (cli, error);
  g_autoptr (MailStore) store = config != NULL ? mail_cli_open_store (cli, config, error) : NULL;

  if (store == NULL)
    return FALSE;
  change->mode = config->mode;
  if (!mail_store_write (store, change_job, change, error))
    return FALSE;
  print_ids (cli, change);
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
run_append (MailCli *cli, GError **error)
{
  g_auto (Change) change = { .kind = MAIL_ACTION_APPEND, .mailbox = mail_cli_get_word (cli, 1) };
  char *data;
  gsize length;

  if (!g_file_get_contents (mail_cli_get_word (cli, 2), &data, &length, error))
    return FALSE;
  change.message = g_bytes_new_take (data, length);
  return perform (cli, &change, error);
}

#define RECORDED "Only recorded here, also offline; the next sync carries it out.\n"

const MailCliVerb mail_cli_change_verbs[] = {
  { "mark", "NAME ID... [+|-]seen|flagged|answered", "sets a mark, or takes it off", RECORDED, NULL, 3, G_MAXUINT, run_mark },
  { "move", "NAME ID... MAILBOX", "moves messages", RECORDED, NULL, 3, G_MAXUINT, run_move },
  { "copy", "NAME ID... MAILBOX", "copies messages", RECORDED, NULL, 3, G_MAXUINT, run_copy },
  { "delete", "NAME ID...", "moves messages to Trash; what is there already is deleted for ever", RECORDED, NULL, 2, G_MAXUINT,
    run_delete },
  { "append", "NAME MAILBOX FILE", "puts a message file into a mailbox", RECORDED, NULL, 3, 3, run_append },
  { NULL },
};
