/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/cli-list.h"

#include <string.h>

#include "cli/cli-output.h"
#include "core/address.h"
#include "core/errors.h"
#include "core/message-info.h"
#include "core/op.h"
#include "store/store-mailboxes.h"
#include "store/store-messages.h"

MailMailboxInfo *
mail_cli_find_mailbox (MailDb *db, const char *name, GError **error)
{
  g_autoptr (GError) failed = NULL;
  MailRole role = mail_role_from_string (name);
  MailMailboxInfo *info = mail_store_mailboxes_find (db, name, &failed);

  if (info == NULL && failed == NULL && g_ascii_strcasecmp (name, "inbox") == 0)
    info = mail_store_mailboxes_find_role (db, MAIL_ROLE_INBOX, &failed);
  if (info == NULL && failed == NULL && role != MAIL_ROLE_NONE)
    info = mail_store_mailboxes_find_role (db, role, &failed);
  if (failed != NULL)
    g_propagate_error (error, g_steal_pointer (&failed));
  else if (info == NULL)
    g_set_error (error, MAIL_ERROR, MAIL_ERROR_NOT_FOUND, "there is no mailbox “%s”", name);
  return info;
}

/* One look into the store: what is asked, and what came. */
typedef struct
{
  const char *mailbox; /* NULL: all */
  guint limit;
  GPtrArray *mailboxes; /* MailMailboxInfo */
  GPtrArray *messages;  /* MailMessageInfo */
} Look;

static void
look_clear (Look *look)
{
  g_clear_pointer (&look->mailboxes, g_ptr_array_unref);
  g_clear_pointer (&look->messages, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Look, look_clear)

static gboolean
look_job (MailDb *db, gpointer data, GError **error)
{
  Look *look = data;

  look->mailboxes = mail_store_mailboxes_list (db, error);
  return look->mailboxes != NULL;
}

static gboolean
messages_job (MailDb *db, gpointer data, GError **error)
{
  Look *look = data;
  g_autoptr (MailMailboxInfo) mailbox = NULL;

  if (!look_job (db, look, error))
    return FALSE;
  if (look->mailbox != NULL && (mailbox = mail_cli_find_mailbox (db, look->mailbox, error)) == NULL)
    return FALSE;
  look->messages = mail_store_messages_list (db, mailbox != NULL ? mailbox->id : 0, look->limit, error);
  return look->messages != NULL;
}

static gboolean
read_store (const MailCli *cli, MailStoreJob job, Look *look, GError **error)
{
  g_autoptr (MailAccountConfig) config = mail_cli_load_account (cli, error);
  g_autoptr (MailStore) store = config != NULL ? mail_cli_open_store (cli, config, error) : NULL;

  return store != NULL && mail_store_read (store, job, look, error);
}

static const char *
name_of_mailbox (const Look *look, gint64 id)
{
  for (guint i = 0; i < look->mailboxes->len; i++)
    {
      const MailMailboxInfo *info = g_ptr_array_index (look->mailboxes, i);

      if (info->id == id)
        return info->name;
    }
  return NULL;
}

static gboolean
run_mailboxes (MailCli *cli, GError **error)
{
  static const char *const titles[] = { "NAME", "ROLE", "MESSAGES", "UNREAD", "WHOLE", NULL };
  g_auto (Look) look = { 0 };
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  MailCliTable *table;

  if (!read_store (cli, look_job, &look, error))
    return FALSE;
  table = mail_cli_table_new (titles);
  json_builder_begin_array (builder);
  for (guint i = 0; i < look.mailboxes->len; i++)
    {
      const MailMailboxInfo *info = g_ptr_array_index (look.mailboxes, i);
      const char *role = info->role != MAIL_ROLE_NONE ? mail_role_to_string (info->role) : NULL;

      json_builder_begin_object (builder);
      mail_cli_add_string (builder, "name", info->name);
      mail_cli_add_string (builder, "role", role);
      mail_cli_add_int (builder, "messages", info->messages);
      mail_cli_add_int (builder, "unread", info->unread);
      mail_cli_add_int (builder, "bodies", info->bodies);
      mail_cli_add_int (builder, "texts", info->texts);
      mail_cli_add_int (builder, "missing_parts", info->missing_parts);
      mail_cli_add_int (builder, "missing_bytes", (gint64) info->missing_bytes);
      json_builder_end_object (builder);
      mail_cli_table_add (table, g_strdup (info->name), g_strdup (role), g_strdup_printf ("%u", info->messages),
                          g_strdup_printf ("%u", info->unread), g_strdup_printf ("%u", info->bodies));
    }
  json_builder_end_array (builder);
  mail_cli_table_print_or_json (table, cli->json ? builder : NULL);
  return TRUE;
}

/* (transfer full) (nullable) */
static char *
dup_from (const MailMessageInfo *info)
{
  g_autoptr (MailAddress) from = NULL;

  if (info->from_name == NULL && info->from_address == NULL)
    return NULL;
  from = mail_address_new (info->from_name, info->from_address != NULL ? info->from_address : "");
  return mail_address_to_string (from);
}

static void
add_message (JsonBuilder *builder, const Look *look, const MailMessageInfo *info)
{
  g_auto (GStrv) flags = mail_flags_to_words (info->flags);
  g_autofree char *from = dup_from (info);

  json_builder_begin_object (builder);
  mail_cli_add_int (builder, "id", info->id);
  mail_cli_add_string (builder, "mailbox", name_of_mailbox (look, info->mailbox_id));
  if (info->uid != 0)
    mail_cli_add_int (builder, "uid", info->uid);
  else
    mail_cli_add_string (builder, "uid", info->uidl);
  mail_cli_add_string (builder, "message_id", info->message_id);
  mail_cli_add_string (builder, "from", from);
  mail_cli_add_string (builder, "subject", info->subject);
  mail_cli_add_time (builder, "date", info->date);
  mail_cli_add_int (builder, "size", info->size);
  mail_cli_add_strings (builder, "flags", (const char *const *) flags);
  mail_cli_add_string (builder, "where", mail_where_to_string (info->where));
  mail_cli_add_string (builder, "sha256", info->sha256);
  json_builder_end_object (builder);
}

/* "•" unread, "★" flagged, "↩" answered. */
static char *
dup_marks (MailFlags flags)
{
  return g_strconcat ((flags & MAIL_FLAG_SEEN) == 0 ? "•" : " ", (flags & MAIL_FLAG_FLAGGED) != 0 ? "★" : " ",
                      (flags & MAIL_FLAG_ANSWERED) != 0 ? "↩" : " ", NULL);
}

static void
print_messages_json (const Look *look)
{
  for (guint i = 0; i < look->messages->len; i++)
    {
      g_autoptr (JsonBuilder) builder = json_builder_new ();

      add_message (builder, look, g_ptr_array_index (look->messages, i));
      mail_cli_print_json_element (builder, i);
    }
  mail_cli_print_json_end (look->messages->len);
}

static void
print_messages (const Look *look)
{
  static const char *const titles[] = { "ID", "", "DATE", "FROM", "SUBJECT", "WHERE", NULL };
  MailCliTable *table = mail_cli_table_new (titles);

  for (guint i = 0; i < look->messages->len; i++)
    {
      const MailMessageInfo *info = g_ptr_array_index (look->messages, i);

      mail_cli_table_add (table, g_strdup_printf ("%" G_GINT64_FORMAT, info->id), dup_marks (info->flags),
                          mail_cli_format_time (info->date),
                          g_strdup (info->from_name != NULL ? info->from_name : info->from_address),
                          g_strdup (info->subject), g_strdup (mail_where_to_string (info->where)));
    }
  mail_cli_table_print_or_json (table, NULL);
}

static gboolean
run_list (MailCli *cli, GError **error)
{
  const char *limit = mail_cli_get_option (cli, "limit");
  g_auto (Look) look = { .mailbox = mail_cli_get_word (cli, 1) };
  guint64 number = 0;

  if (limit != NULL && !g_ascii_string_to_unsigned (limit, 10, 1, G_MAXINT32, &number, NULL))
    return mail_cli_usage (error, "“%s” is no limit; use a number from 1", limit);
  look.limit = (guint) number;
  if (!read_store (cli, messages_job, &look, error))
    return FALSE;
  if (cli->json)
    print_messages_json (&look);
  else
    print_messages (&look);
  return TRUE;
}

/* Of one search. */
typedef struct
{
  Look *look;
  GArray *ids; /* gint64 */
} Found;

static gboolean
found_job (MailDb *db, gpointer data, GError **error)
{
  Found *found = data;

  if (!look_job (db, found->look, error))
    return FALSE;
  found->look->messages = mail_store_messages_load (db, (const gint64 *) (gpointer) found->ids->data, found->ids->len, error);
  return found->look->messages != NULL;
}

static void
print_found_json (const Look *look, MailSearched searched)
{
  static const char *const words[] = { "here", "partly", "server" };
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  mail_cli_add_string (builder, "searched", words[searched]);
  json_builder_set_member_name (builder, "messages");
  json_builder_begin_array (builder);
  for (guint i = 0; i < look->messages->len; i++)
    add_message (builder, look, g_ptr_array_index (look->messages, i));
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  mail_cli_print_json (builder);
}

gboolean
mail_cli_print_found (const MailCli *cli, MailStore *store, const MailSearch *search, GError **error)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_auto (Look) look = { 0 };
  Found found = { &look, ids };

  for (guint i = 0; i < search->keys->len; i++)
    g_array_append_val (ids, g_array_index (search->keys, MailStoreKey, i).id);
  if (!mail_store_read (store, found_job, &found, error))
    return FALSE;
  if (!cli->json && search->searched == MAIL_SEARCHED_PARTLY)
    g_printerr ("Of some mailboxes only what is here was searched.\n");
  /* One may have gone in between. */
  for (guint i = look.messages->len; i > 0; i--)
    if (g_ptr_array_index (look.messages, i - 1) == NULL)
      g_ptr_array_remove_index (look.messages, i - 1);
  if (cli->json)
    print_found_json (&look, search->searched);
  else
    print_messages (&look);
  return TRUE;
}

void
mail_cli_print_ids (const MailCli *cli, const GArray *ids)
{
  static const char *const titles[] = { "ID", NULL };
  MailCliTable *table = mail_cli_table_new (titles);
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  mail_cli_add_string (builder, "account", mail_cli_get_word (cli, 0));
  json_builder_set_member_name (builder, "ids");
  json_builder_begin_array (builder);
  for (guint i = 0; i < ids->len; i++)
    {
      json_builder_add_int_value (builder, g_array_index (ids, gint64, i));
      mail_cli_table_add (table, g_strdup_printf ("%" G_GINT64_FORMAT, g_array_index (ids, gint64, i)));
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  mail_cli_table_print_or_json (table, cli->json ? builder : NULL);
}

const MailCliVerb mail_cli_list_verbs[] = {
  { "mailboxes", "NAME", "names the mailboxes with their figures", NULL, NULL, 1, 1, run_mailboxes },
  { "list", "NAME [MAILBOX] [--limit N]", "lists messages, newest first; of all mailboxes unless named",
    "  --limit N                at most so many\n", "limit", 1, 2, run_list },
  { NULL },
};
