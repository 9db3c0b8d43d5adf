/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib-unix.h>
#include <signal.h>

#include "cli/cli-output.h"
#include "cli/cli-sync.h"
#include "cli/cli.h"
#include "core/mailbox-info.h"
#include "core/message-info.h"
#include "model/account-words.h"
#include "store/store-mailboxes.h"
#include "store/store-messages.h"
#include "sync/worker.h"

/* What was last told of a row, so that only a change of flags is an event. */
typedef struct
{
  gint64 id; /* first: the key of the table */
  guint32 uid;
  MailFlags flags;
} Known;

/* The account's thread speaks to the server, as it does for the window; this one turns what it tells into lines. */
typedef struct
{
  const MailAccountConfig *config;
  MailStore *store;
  GMainLoop *loop;
  GHashTable *known;       /* Known */
  gboolean online;
  gboolean told_offline;   /* since it was online last */
  gboolean failed;         /* no repetition will mend it */
} Watch;

typedef struct
{
  Watch *watch;
  const MailChange *change;
  char *mailbox;
  GPtrArray *added;   /* MailMessageInfo or NULL */
  GPtrArray *changed; /* the same */
} News;

static JsonBuilder *
begin_event (const Watch *watch, const char *event)
{
  JsonBuilder *builder = json_builder_new ();

  json_builder_begin_object (builder);
  mail_cli_add_string (builder, "event", event);
  mail_cli_add_string (builder, "account", watch->config->name);
  return builder;
}

static void
end_event (const Watch *watch, JsonBuilder *builder)
{
  json_builder_end_object (builder);
  if (!mail_cli_print_json (builder))
    g_main_loop_quit (watch->loop);
  g_object_unref (builder);
}

static void
print_row (const Watch *watch, const char *event, const char *mailbox, const MailMessageInfo *info)
{
  JsonBuilder *builder = begin_event (watch, event);
  g_auto (GStrv) flags = mail_flags_to_words (info->flags);

  mail_cli_add_string (builder, "mailbox", mailbox);
  mail_cli_add_int (builder, "id", info->id);
  if (info->uid != 0)
    mail_cli_add_int (builder, "uid", info->uid);
  else
    mail_cli_add_string (builder, "uid", info->uidl);
  mail_cli_add_string (builder, "message_id", info->message_id);
  mail_cli_add_string (builder, "from", info->from_address);
  mail_cli_add_string (builder, "subject", info->subject);
  mail_cli_add_strings (builder, "flags", (const char *const *) flags);
  end_event (watch, builder);
}

static void
remember (Watch *watch, const MailMessageInfo *info)
{
  Known *known = g_new0 (Known, 1);

  known->id = info->id;
  known->uid = info->uid;
  known->flags = info->flags;
  g_hash_table_replace (watch->known, &known->id, known);
}

static gboolean
load_job (MailDb *db, gpointer data, GError **error)
{
  News *news = data;
  const MailChange *change = news->change;
  g_autoptr (GError) gone = NULL;
  g_autoptr (MailMailboxInfo) mailbox = mail_store_mailboxes_get (db, change->mailbox_id, &gone);

  news->mailbox = mailbox != NULL ? g_strdup (mailbox->name) : NULL;
  news->added = mail_store_messages_load (db, (const gint64 *) (gpointer) change->added->data, change->added->len, error);
  news->changed = mail_store_messages_load (db, (const gint64 *) (gpointer) change->changed->data, change->changed->len, error);
  return news->added != NULL && news->changed != NULL;
}

static void
tell_removed (Watch *watch, const char *mailbox, gint64 id)
{
  const Known *known = g_hash_table_lookup (watch->known, &id);
  JsonBuilder *builder = begin_event (watch, "expunged");

  mail_cli_add_string (builder, "mailbox", mailbox);
  mail_cli_add_int (builder, "id", id);
  json_builder_set_member_name (builder, "uid");
  if (known != NULL && known->uid != 0)
    json_builder_add_int_value (builder, known->uid);
  else
    json_builder_add_null_value (builder);
  end_event (watch, builder);
  g_hash_table_remove (watch->known, &id);
}

static void
tell (News *news)
{
  Watch *watch = news->watch;

  for (guint i = 0; i < news->change->removed->len; i++)
    tell_removed (watch, news->mailbox, g_array_index (news->change->removed, gint64, i));
  for (guint i = 0; i < news->added->len; i++)
    {
      const MailMessageInfo *info = g_ptr_array_index (news->added, i);

      if (info == NULL)
        continue; /* gone again by now: another change says so */
      print_row (watch, "new", news->mailbox, info);
      remember (watch, info);
    }
  for (guint i = 0; i < news->changed->len; i++)
    {
      const MailMessageInfo *info = g_ptr_array_index (news->changed, i);
      const Known *known = info != NULL ? g_hash_table_lookup (watch->known, &info->id) : NULL;

      if (info == NULL || (known != NULL && known->flags == info->flags))
        continue; /* its whole text came, or its UID */
      print_row (watch, "flags", news->mailbox, info);
      remember (watch, info);
    }
}

static void
changed_cb (const MailChange *change, gpointer user_data)
{
  News news = { .watch = user_data, .change = change };
  g_autoptr (GError) failed = NULL;

  if (change->mailbox_id == 0)
    return;
  if (mail_store_read (news.watch->store, load_job, &news, &failed))
    tell (&news);
  else
    g_printerr ("missiva-cli: %s\n", failed->message);
  g_free (news.mailbox);
  g_clear_pointer (&news.added, g_ptr_array_unref);
  g_clear_pointer (&news.changed, g_ptr_array_unref);
}

static gboolean
known_job (MailDb *db, gpointer data, GError **error)
{
  Watch *watch = data;
  g_autoptr (GPtrArray) rows = mail_store_messages_list (db, 0, 0, error);

  for (guint i = 0; rows != NULL && i < rows->len; i++)
    remember (watch, g_ptr_array_index (rows, i));
  return rows != NULL;
}

static void
go_offline (Watch *watch)
{
  if (watch->told_offline)
    return;
  end_event (watch, begin_event (watch, "offline"));
  watch->told_offline = TRUE;
  watch->online = FALSE;
}

static void
state_cb (MailSyncWorker *worker, int state, gpointer data)
{
  Watch *watch = data;

  switch ((MailWorkerState) state)
    {
    case MAIL_WORKER_WAITING:
    case MAIL_WORKER_OFFLINE:
      go_offline (watch);
      break;
    case MAIL_WORKER_NEEDS_YOU:
      watch->failed = TRUE;
      g_main_loop_quit (watch->loop);
      break;
    default:
      break;
    }
}

/* Whatever is told of after signing in shows that it worked. */
static void
progress_cb (MailSyncWorker *worker, const MailProgress *progress, gpointer data)
{
  Watch *watch = data;

  if (watch->online || progress->phase == MAIL_PHASE_CONNECTING)
    return;
  end_event (watch, begin_event (watch, "online"));
  watch->online = TRUE;
  watch->told_offline = FALSE;
}

/* The same trouble is told once, however often the server is tried. */
static void
problem_cb (MailSyncWorker *worker, const MailProblem *problem, const MailCertificate *certificate, gpointer data)
{
  Watch *watch = data;

  if (problem == NULL || (watch->told_offline && problem->radius == MAIL_PROBLEM_RADIUS_ACCOUNT))
    return;
  mail_cli_say_told_problem (problem, certificate);
}

static void
alert_cb (MailSyncWorker *worker, const char *alert, gpointer data)
{
  mail_cli_say_alert (alert, ((Watch *) data)->config);
}

static void
synced_cb (MailSyncWorker *worker, const MailSyncResult *result, gpointer data)
{
  Watch *watch = data;
  g_autofree char *sentence = NULL;

  if (result->quota_warning == 0)
    return;
  sentence = mail_words_quota (watch->config->name, result->quota_warning);
  g_printerr ("missiva-cli: %s\n", sentence);
}

static gboolean
signal_cb (gpointer data)
{
  g_main_loop_quit (((Watch *) data)->loop);
  return G_SOURCE_CONTINUE;
}

static void
run (Watch *watch, const MailCredentials *credentials)
{
  g_autoptr (MailSyncWorker) worker = mail_sync_worker_new (watch->config, watch->store);
  guint interrupt = g_unix_signal_add (SIGINT, signal_cb, watch);
  guint terminate = g_unix_signal_add (SIGTERM, signal_cb, watch);

  g_signal_connect (worker, "state", G_CALLBACK (state_cb), watch);
  g_signal_connect (worker, "progress", G_CALLBACK (progress_cb), watch);
  g_signal_connect (worker, "problem", G_CALLBACK (problem_cb), watch);
  g_signal_connect (worker, "synced", G_CALLBACK (synced_cb), watch);
  g_signal_connect (worker, "alert", G_CALLBACK (alert_cb), watch);
  mail_sync_worker_set_credentials (worker, credentials);
  mail_sync_worker_start (worker);
  g_main_loop_run (watch->loop);
  mail_sync_worker_stop (worker);
  g_signal_handlers_disconnect_by_data (worker, watch);
  g_source_remove (interrupt);
  g_source_remove (terminate);
}

gboolean
mail_cli_watch (MailCli *cli, GError **error)
{
  g_autoptr (MailAccountConfig) config = mail_cli_load_account (cli, error);
  g_autoptr (MailCredentials) credentials = config != NULL ? mail_cli_get_credentials (cli, config, error) : NULL;
  g_autoptr (MailStore) store = credentials != NULL ? mail_cli_open_store (cli, config, error) : NULL;
  g_autoptr (GHashTable) known = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  Watch watch = { .config = config, .store = store, .loop = loop, .known = known };

  if (store == NULL || !mail_store_read (store, known_job, &watch, error))
    return FALSE;
  mail_store_set_listener (store, NULL, changed_cb, &watch);
  run (&watch, credentials);
  mail_store_set_listener (store, NULL, NULL, NULL);
  return !watch.failed;
}
