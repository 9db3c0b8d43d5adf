/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <signal.h>

#include "cli/cli-output.h"
#include "cli/cli-sync.h"
#include "cli/cli.h"
#include "core/errors.h"
#include "core/mailbox-info.h"
#include "core/message-info.h"
#include "store/store-mailboxes.h"
#include "store/store-messages.h"

#define SECONDS_AFTER_FAILURE_MAX 60

/* What was last told of a row, so that only a change of flags is an event. */
typedef struct
{
  gint64 id; /* first: the key of the table */
  guint32 uid;
  MailFlags flags;
} Known;

/* The main thread speaks to the server; this thread turns committed changes into lines. */
typedef struct
{
  const MailAccountConfig *config;
  MailStore *store;
  GMainContext *context;
  GMainLoop *loop;
  GHashTable *known; /* Known; printer thread only once it runs */
  GCancellable *cancellable;
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
    g_cancellable_cancel (watch->cancellable);
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

static gpointer
printer_thread (gpointer data)
{
  Watch *watch = data;

  g_main_context_push_thread_default (watch->context);
  g_main_loop_run (watch->loop);
  g_main_context_pop_thread_default (watch->context);
  return NULL;
}

static gboolean
quit_cb (gpointer data)
{
  g_main_loop_quit (((Watch *) data)->loop);
  return G_SOURCE_REMOVE;
}

static gboolean
online_cb (gpointer data)
{
  end_event (data, begin_event (data, "online"));
  return G_SOURCE_REMOVE;
}

static gboolean
offline_cb (gpointer data)
{
  end_event (data, begin_event (data, "offline"));
  return G_SOURCE_REMOVE;
}

/* On the printer's thread, after the changes that were committed before. */
static void
post (Watch *watch, GSourceFunc func)
{
  GSource *source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, func, watch, NULL);
  g_source_attach (source, watch->context);
  g_source_unref (source);
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

/* SIGINT and SIGTERM are blocked in every thread but for this wait. */
static gpointer
signal_thread (gpointer data)
{
  sigset_t signals;
  int number;

  sigemptyset (&signals);
  sigaddset (&signals, SIGINT);
  sigaddset (&signals, SIGTERM);
  sigwait (&signals, &number);
  g_cancellable_cancel (data);
  g_object_unref (data);
  return NULL;
}

static GCancellable *
cancel_on_signals (void)
{
  GCancellable *cancellable = g_cancellable_new ();
  sigset_t signals;

  sigemptyset (&signals);
  sigaddset (&signals, SIGINT);
  sigaddset (&signals, SIGTERM);
  pthread_sigmask (SIG_BLOCK, &signals, NULL);
  g_thread_unref (g_thread_new ("signals", signal_thread, g_object_ref (cancellable)));
  return cancellable;
}

static void
wait_seconds (guint seconds, GCancellable *cancellable)
{
  GPollFD fd;

  if (!g_cancellable_make_pollfd (cancellable, &fd))
    return;
  g_poll (&fd, 1, (gint) seconds * 1000);
  g_cancellable_release_fd (cancellable);
}

/* Passes and waits until something fails. */
static gboolean
stay (Watch *watch,
      MailEngine *engine,
      const MailCredentials *credentials,
      gboolean *online,
      GCancellable *cancellable,
      GError **error)
{
  guint seconds = 60 * (watch->config->check_minutes > 0 ? watch->config->check_minutes : 10);
  g_autoptr (GCancellable) wake = g_cancellable_new ();
  MailEngineWait why = MAIL_ENGINE_WAIT_ELAPSED;

  for (;;)
    {
      MailSyncResult result = { 0 };
      gboolean ok;

      if (!mail_engine_open (engine, credentials, cancellable, error))
        return FALSE;
      if (!*online)
        post (watch, online_cb);
      *online = TRUE;
      ok = why == MAIL_ENGINE_WAIT_NEWS ? mail_engine_sync_news (engine, &result, NULL, NULL, cancellable, error)
                                          && mail_cli_fill (engine, credentials, &result, cancellable, error)
                                        : mail_cli_pass (engine, credentials, &result, cancellable, error);
      if (!ok)
        return FALSE;
      mail_cli_say_alerts (engine, watch->config);
      if (!mail_engine_wait (engine, seconds, wake, &why, cancellable, error))
        return FALSE;
      mail_cli_say_alerts (engine, watch->config);
    }
}

/* Stays connected, and tries again after what may pass. TRUE: a signal ended it, or nobody reads the output any more. */
static gboolean
stay_for_ever (Watch *watch, const MailCredentials *credentials, GCancellable *cancellable, GError **error)
{
  g_autoptr (MailEngine) engine = mail_engine_new (watch->config, watch->store);
  gboolean online = FALSE;
  gboolean told_offline = FALSE;
  guint pause = 1;

  for (;;)
    {
      g_autoptr (GError) failed = NULL;

      stay (watch, engine, credentials, &online, cancellable, &failed);
      mail_cli_say_alerts (engine, watch->config);
      mail_engine_close (engine);
      if (g_cancellable_is_cancelled (cancellable))
        return TRUE;
      if (!mail_error_is_transient (failed))
        {
          g_propagate_error (error, g_steal_pointer (&failed));
          return FALSE;
        }
      pause = online ? 1 : MIN (2 * pause, SECONDS_AFTER_FAILURE_MAX);
      if (online || !told_offline)
        {
          mail_cli_say_problem (failed, watch->config, watch->config->incoming);
          post (watch, offline_cb);
        }
      told_offline = TRUE;
      online = FALSE;
      wait_seconds (pause, cancellable);
      if (g_cancellable_is_cancelled (cancellable))
        return TRUE;
    }
}

static gboolean
watch_store (const MailAccountConfig *config,
             MailStore *store,
             const MailCredentials *credentials,
             GCancellable *cancellable,
             GError **error)
{
  Watch watch = { .config = config, .store = store, .cancellable = cancellable };
  g_autoptr (GError) failed = NULL;
  GThread *printer;
  gboolean ok;

  watch.known = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);
  if (!mail_store_read (store, known_job, &watch, error))
    {
      g_hash_table_unref (watch.known);
      return FALSE;
    }
  watch.context = g_main_context_new ();
  watch.loop = g_main_loop_new (watch.context, FALSE);
  mail_store_set_listener (store, watch.context, changed_cb, &watch);
  printer = g_thread_new ("printer", printer_thread, &watch);

  ok = stay_for_ever (&watch, credentials, cancellable, &failed);
  if (failed != NULL)
    mail_cli_say_problem (failed, config, config->incoming);

  post (&watch, quit_cb);
  g_thread_join (printer);
  mail_store_set_listener (store, NULL, NULL, NULL);
  g_main_loop_unref (watch.loop);
  g_main_context_unref (watch.context);
  g_hash_table_unref (watch.known);
  return ok;
}

gboolean
mail_cli_watch (MailCli *cli, GError **error)
{
  g_autoptr (MailAccountConfig) config = mail_cli_load_account (cli, error);
  g_autoptr (GCancellable) cancellable = NULL;
  g_autoptr (MailCredentials) credentials = NULL;
  g_autoptr (MailStore) store = NULL;

  if (config == NULL)
    return FALSE;
  /* Before any other thread, so that all of them leave the signals to one. */
  cancellable = cancel_on_signals ();
  credentials = mail_cli_get_credentials (cli, config, error);
  store = credentials != NULL ? mail_cli_open_store (cli, config, error) : NULL;
  return store != NULL && watch_store (config, store, credentials, cancellable, error);
}
