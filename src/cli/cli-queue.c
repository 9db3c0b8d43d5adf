/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/cli-list.h"
#include "cli/cli-output.h"
#include "cli/cli.h"
#include "store/store-mailboxes.h"
#include "store/store-ops.h"
#include "store/store-tags.h"
#include "sync/sync-queue.h"

typedef struct
{
  gint64 retry; /* 0: none */
  gint64 drop;
  GPtrArray *mailboxes; /* MailMailboxInfo */
  GPtrArray *ops;       /* MailOp */
  GPtrArray *entries;   /* MailQueueEntry, parallel */
} Queue;

static void
queue_clear (Queue *queue)
{
  g_clear_pointer (&queue->mailboxes, g_ptr_array_unref);
  g_clear_pointer (&queue->ops, g_ptr_array_unref);
  g_clear_pointer (&queue->entries, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Queue, queue_clear)

static gboolean
queue_job (MailDb *db, gpointer data, GError **error)
{
  Queue *queue = data;

  if ((queue->retry != 0 && !mail_queue_retry (db, queue->retry, error))
      || (queue->drop != 0 && !mail_queue_drop (db, queue->drop, error)))
    return FALSE;
  queue->mailboxes = mail_store_mailboxes_list (db, error);
  queue->ops = queue->mailboxes != NULL ? mail_store_ops_list (db, 0, error) : NULL;
  queue->entries = queue->ops != NULL ? mail_queue_list (db, 0, error) : NULL;
  return queue->entries != NULL;
}

static const char *
name_of_mailbox (const Queue *queue, gint64 id)
{
  for (guint i = 0; i < queue->mailboxes->len; i++)
    {
      const MailMailboxInfo *info = g_ptr_array_index (queue->mailboxes, i);

      if (info->id == id)
        return mail_mailbox_info_get_server_name (info);
    }
  return NULL;
}

static void
add_op (JsonBuilder *builder, const Queue *queue, guint i)
{
  const MailOp *op = g_ptr_array_index (queue->ops, i);
  const MailQueueEntry *entry = g_ptr_array_index (queue->entries, i);
  g_auto (GStrv) add = mail_flags_to_words (op->flags_add);
  g_auto (GStrv) remove = mail_flags_to_words (op->flags_remove);

  json_builder_begin_object (builder);
  mail_cli_add_int (builder, "id", op->id);
  mail_cli_add_string (builder, "kind", mail_op_kind_to_string (op->kind));
  mail_cli_add_int (builder, "message", op->message_id);
  mail_cli_add_string (builder, "mailbox", name_of_mailbox (queue, op->mailbox_id));
  mail_cli_add_string (builder, "target", name_of_mailbox (queue, op->target_id));
  mail_cli_add_strings (builder, "add", (const char *const *) add);
  mail_cli_add_strings (builder, "remove", (const char *const *) remove);
  mail_cli_add_string (builder, "add_keywords", op->keywords_add);
  mail_cli_add_string (builder, "remove_keywords", op->keywords_remove);
  mail_cli_add_string (builder, "name", op->name);
  mail_cli_add_string (builder, "sentence", entry->sentence);
  mail_cli_add_string (builder, "why", entry->why);
  json_builder_set_member_name (builder, "held");
  json_builder_add_boolean_value (builder, entry->held);
  mail_cli_add_time (builder, "created", op->created);
  mail_cli_add_int (builder, "attempts", op->attempts);
  mail_cli_add_string (builder, "error", op->last_error);
  json_builder_end_object (builder);
}

static void
print (const MailCli *cli, const Queue *queue)
{
  static const char *const titles[] = { "ID", "CHANGE", "SINCE", "ATTEMPTS", "WHY", "LAST ERROR", NULL };
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  MailCliTable *table = mail_cli_table_new (titles);

  json_builder_begin_array (builder);
  for (guint i = 0; i < queue->ops->len; i++)
    {
      const MailQueueEntry *entry = g_ptr_array_index (queue->entries, i);

      add_op (builder, queue, i);
      mail_cli_table_add (table, g_strdup_printf ("%" G_GINT64_FORMAT, entry->id), g_strdup (entry->sentence),
                          mail_cli_format_time (entry->since), g_strdup_printf ("%u", entry->attempts), g_strdup (entry->why),
                          g_strdup (entry->detail));
    }
  json_builder_end_array (builder);
  mail_cli_table_print_or_json (table, cli->json ? builder : NULL);
}

static gboolean
read_option (const MailCli *cli, const char *name, gint64 *id, GError **error)
{
  const char *value = mail_cli_get_option (cli, name);

  return value == NULL || g_ascii_string_to_signed (value, 10, 1, G_MAXINT64, id, NULL)
         || mail_cli_usage (error, "“%s” is no number of a waiting change", value);
}

static gboolean
run_queue (MailCli *cli, GError **error)
{
  g_auto (Queue) queue = { 0 };
  g_autoptr (MailAccountConfig) config = NULL;
  g_autoptr (MailStore) store = NULL;

  if (!read_option (cli, "retry", &queue.retry, error) || !read_option (cli, "drop", &queue.drop, error))
    return FALSE;
  config = mail_cli_load_account (cli, error);
  store = config != NULL ? mail_cli_open_store (cli, config, error) : NULL;
  if (store == NULL
      || !(queue.retry != 0 || queue.drop != 0 ? mail_store_write (store, queue_job, &queue, error)
                                               : mail_store_read (store, queue_job, &queue, error)))
    return FALSE;
  print (cli, &queue);
  return TRUE;
}

typedef struct
{
  const char *name; /* NULL: only list */
  const char *color;
  const char *keyword;
  gboolean remove;
  GPtrArray *tags; /* MailTagInfo */
  char *found;
} Tags;

static gboolean
change_tag (MailDb *db, const Tags *tags, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (MailTagInfo) old = mail_store_tags_find (db, tags->keyword != NULL ? tags->keyword : tags->name, &failure);
  g_autofree char *keyword = old != NULL ? g_strdup (old->keyword) : g_strdup (tags->keyword);
  g_autoptr (MailTagInfo) tag = NULL;

  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  if (keyword == NULL)
    keyword = mail_tag_keyword_from_name (tags->name);
  if (tags->remove)
    return mail_store_tags_remove (db, keyword, error);
  tag = mail_tag_info_new (keyword, tags->name, tags->color != NULL ? tags->color : old != NULL ? old->color : "#1a5fb4",
                           old != NULL ? old->position : G_MAXINT);
  return mail_store_tags_put (db, tag, error);
}

static gboolean
tags_job (MailDb *db, gpointer data, GError **error)
{
  Tags *tags = data;

  if (tags->name != NULL && !change_tag (db, tags, error))
    return FALSE;
  tags->tags = mail_store_tags_list (db, error);
  return tags->tags != NULL;
}

static void
print_tags (const MailCli *cli, const GPtrArray *tags)
{
  static const char *const titles[] = { "NAME", "COLOUR", "KEYWORD", NULL };
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  MailCliTable *table = mail_cli_table_new (titles);

  json_builder_begin_array (builder);
  for (guint i = 0; i < tags->len; i++)
    {
      const MailTagInfo *tag = g_ptr_array_index (tags, i);

      json_builder_begin_object (builder);
      mail_cli_add_string (builder, "name", tag->name);
      mail_cli_add_string (builder, "color", tag->color);
      mail_cli_add_string (builder, "keyword", tag->keyword);
      json_builder_end_object (builder);
      mail_cli_table_add (table, g_strdup (tag->name), g_strdup (tag->color), g_strdup (tag->keyword));
    }
  json_builder_end_array (builder);
  mail_cli_table_print_or_json (table, cli->json ? builder : NULL);
}

static gboolean
run_tags (MailCli *cli, GError **error)
{
  Tags tags = { .color = mail_cli_get_option (cli, "color"), .keyword = mail_cli_get_option (cli, "keyword"),
                .remove = mail_cli_get_option (cli, "remove") != NULL };
  g_autoptr (MailAccountConfig) config = NULL;
  g_autoptr (MailStore) store = NULL;

  if (tags.color != NULL && !mail_tag_color_is_valid (tags.color))
    return mail_cli_usage (error, "“%s” is no colour; write it like #1a5fb4", tags.color);
  tags.name = cli->words->len > 1 ? mail_cli_get_word (cli, 1) : NULL;
  config = mail_cli_load_account (cli, error);
  store = config != NULL ? mail_cli_open_store (cli, config, error) : NULL;
  if (store == NULL
      || !(tags.name != NULL ? mail_store_write (store, tags_job, &tags, error) : mail_store_read (store, tags_job, &tags, error)))
    return FALSE;
  print_tags (cli, tags.tags);
  g_ptr_array_unref (tags.tags);
  return TRUE;
}

static gboolean
find_tag_job (MailDb *db, gpointer data, GError **error)
{
  Tags *tags = data;
  g_autoptr (GError) failure = NULL;
  g_autoptr (MailTagInfo) tag = mail_store_tags_find (db, tags->name, &failure);

  tags->found = tag != NULL ? g_strdup (tag->keyword) : NULL;
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

gboolean
mail_cli_find_tag (const MailCli *cli, const char *name, char **keyword, GError **error)
{
  Tags tags = { .name = name };
  g_autoptr (MailAccountConfig) config = mail_cli_load_account (cli, error);
  g_autoptr (MailStore) store = config != NULL ? mail_cli_open_store (cli, config, error) : NULL;

  if (store == NULL || !mail_store_read (store, find_tag_job, &tags, error))
    return FALSE;
  *keyword = tags.found;
  return TRUE;
}

const MailCliVerb mail_cli_queue_verbs[] = {
  { "queue", "NAME [--retry ID] [--drop ID]", "lists the changes that wait for the next sync, and why",
    "  --retry ID               lets a held change go again\n"
    "  --drop ID                gives a change up: what the server has is shown again\n",
    "retry drop", 1, 1, run_queue },
  { "tags", "NAME [TAG [--color #RRGGBB] [--keyword KEYWORD] [--remove]]", "lists the tags, or names and colours one",
    "  --color #RRGGBB          its colour\n"
    "  --keyword KEYWORD        what it is called on the server; made from the name unless given\n"
    "  --remove                 is not shown any more; messages keep the keyword\n",
    "color keyword remove", 1, 2, run_tags },
  { NULL },
};
