/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/pop3-engine.h"

#include <string.h>

#include "core/clock.h"
#include "core/errors.h"
#include "pop3/pop3-session.h"
#include "store/store-bodies.h"
#include "store/store-mailboxes.h"
#include "store/store-messages.h"
#include "store/store-uidl.h"
#include "sync/pop3-download.h"
#include "sync/pop3-listing.h"
#include "sync/pop3-retention.h"
#include "sync/pop3-returned.h"
#include "sync/store-mode.h"

#define WINDOW_BYTES (8 * 1024 * 1024)
#define READ_BACK_BYTES (8 * 1024 * 1024)
#define PROGRESS_INTERVAL (G_USEC_PER_SEC / 10)

struct _MailPop3Engine
{
  GObject parent_instance;

  MailAccountConfig *config;
  MailStore *store;
  MailPop3Session *session; /* NULL: closed */
  GPtrArray *problems;      /* MailProblem that nobody took yet */
};

/* One sync. */
typedef struct
{
  MailPop3Engine *engine;
  MailProgressFunc progress;
  gpointer progress_data;

  gint64 inbox_id;
  GHashTable *ledger;
  GPtrArray *listing;
  gboolean whole;
  MailPop3Download *download;

  const GPtrArray *fetching; /* MailPop3Item */
  guint fetched;
  guint64 bytes_fetched;
  guint64 bytes_to_fetch;
  gint64 started; /* monotonic */
  gint64 told;

  guint refused;
  char *why_refused;
  guint damaged;
} Pass;

static void
pass_clear (Pass *pass)
{
  mail_pop3_download_free (pass->download);
  g_clear_pointer (&pass->ledger, g_hash_table_unref);
  g_clear_pointer (&pass->listing, g_ptr_array_unref);
  g_free (pass->why_refused);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Pass, pass_clear)

static MailPop3Plan *
plan (const Pass *pass)
{
  const MailAccountConfig *config = pass->engine->config;

  return mail_pop3_plan_new (config->pop_keep, config->pop_keep_days, pass->ledger, pass->listing, pass->whole,
                             mail_clock_now ());
}

static void
tell (Pass *pass, MailPhase phase, guint done, guint total)
{
  MailProgress progress = { .phase = phase, .mailbox_id = pass->inbox_id, .done = done, .total = total };
  gint64 now = g_get_monotonic_time ();

  if (pass->progress == NULL || (done > 0 && done < total && now - pass->told < PROGRESS_INTERVAL))
    return;
  if (pass->bytes_fetched > 0)
    progress.seconds_left = (guint) ((now - pass->started) / G_USEC_PER_SEC
                                     * (pass->bytes_to_fetch - MIN (pass->bytes_fetched, pass->bytes_to_fetch))
                                     / pass->bytes_fetched);
  pass->told = now;
  pass->progress (&progress, pass->progress_data);
}

static gboolean
load_job (MailDb *db, gpointer data, GError **error)
{
  Pass *pass = data;
  g_autoptr (MailMailboxInfo) inbox = NULL;
  GError *failed = NULL;

  inbox = mail_store_mailboxes_find_role (db, MAIL_ROLE_INBOX, &failed);
  pass->inbox_id = inbox != NULL ? inbox->id : 0;
  if (failed == NULL)
    pass->ledger = mail_store_uidl_load (db, &failed);
  if (failed != NULL)
    g_propagate_error (error, failed);
  return failed == NULL;
}

static gboolean
ensure_local_job (MailDb *db, gpointer data, GError **error)
{
  return mail_store_mailboxes_ensure_local (db, error);
}

/* The ledger and the inbox, which is made at the first time. */
static gboolean
load (Pass *pass, GError **error)
{
  MailStore *store = pass->engine->store;

  if (!mail_store_read (store, load_job, pass, error))
    return FALSE;
  if (pass->inbox_id != 0)
    return TRUE;
  g_clear_pointer (&pass->ledger, g_hash_table_unref);
  return mail_store_write (store, ensure_local_job, NULL, error) && mail_store_read (store, load_job, pass, error);
}

static gboolean
take_message_cb (guint number, GBytes *message, const char *why, gpointer user_data, GError **error)
{
  Pass *pass = user_data;
  MailPop3Item *item = g_ptr_array_index (pass->fetching, pass->fetched++);

  g_assert (item->number == number);
  pass->bytes_fetched += item->size;
  tell (pass, MAIL_PHASE_BODIES, pass->fetched, pass->fetching->len);
  if (message != NULL)
    return mail_pop3_download_add (pass->download, item, message, error);
  if (pass->refused++ == 0)
    pass->why_refused = g_strdup (why);
  return TRUE;
}

/* Spares the download what is listed again and is here. */
static gboolean
compare_returned (Pass *pass, GCancellable *cancellable, GError **error)
{
  MailPop3Engine *engine = pass->engine;
  g_autoptr (MailPop3Plan) before = plan (pass);

  return before->returned->len == 0
         || mail_pop3_returned_compare (engine->session, engine->store, engine->config->pop_keep, pass->ledger,
                                        before->returned, cancellable, error);
}

/* What came before a failure is kept: the next session goes on behind it. */
static gboolean
download (Pass *pass, GCancellable *cancellable, GError **error)
{
  g_autoptr (MailPop3Plan) before = plan (pass);
  gboolean received;

  pass->download
      = mail_pop3_download_new (pass->engine->store, pass->inbox_id, pass->ledger, pass->engine->config->pop_keep);
  pass->fetching = before->fetch;
  pass->started = g_get_monotonic_time ();
  for (guint i = 0; i < before->fetch->len; i++)
    pass->bytes_to_fetch += ((MailPop3Item *) g_ptr_array_index (before->fetch, i))->size;

  received = mail_pop3_session_retrieve (pass->engine->session, before->fetch, WINDOW_BYTES, take_message_cb, pass,
                                         cancellable, error);
  pass->fetching = NULL;
  return mail_pop3_download_finish (pass->download, received ? error : NULL) && received;
}

static gboolean
set_where (MailDb *db, const MailUidl *entry, MailWhere where, GError **error)
{
  g_autoptr (GError) failed = NULL;

  if (entry->message_id == 0 || mail_store_messages_set_where (db, entry->message_id, where, &failed)
      || g_error_matches (failed, MAIL_ERROR, MAIL_ERROR_NOT_FOUND)) /* a person removed it meanwhile */
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failed));
  return FALSE;
}

static gboolean
set_state (MailDb *db, MailUidl *entry, MailUidlState state, GError **error)
{
  entry->state = state;
  return mail_store_uidl_set_state (db, entry->uidl, state, error);
}

/* Messages that left the server without us. One that we wanted deleted and is not there is deleted: the answer to an earlier
 * QUIT was lost, or somebody else did it. */
static gboolean
note_vanished_job (MailDb *db, gpointer data, GError **error)
{
  const GPtrArray *vanished = data;

  for (guint i = 0; i < vanished->len; i++)
    {
      MailUidl *entry = g_ptr_array_index (vanished, i);
      MailUidlState state = entry->state == MAIL_UIDL_TO_DELETE ? MAIL_UIDL_DELETED : MAIL_UIDL_GONE;

      if (!set_state (db, entry, state, error) || !set_where (db, entry, MAIL_WHERE_HERE, error))
        return FALSE;
    }
  return TRUE;
}

/* Reads copies back in portions, so that a large drop costs no memory and keeps no reader waiting for long. */
typedef struct
{
  Pass *pass;
  const GPtrArray *items; /* MailPop3Item that are due */
  guint next;
  GPtrArray *safe; /* those that may be deleted */
} ReadBack;

static gboolean
is_intact (MailDb *db, const MailUidl *entry, gsize *read, GError **error)
{
  GError *failed = NULL;
  g_autoptr (GBytes) raw = mail_store_bodies_get (db, entry->message_id, &failed);
  guint8 hash[32];

  if (raw == NULL)
    {
      if (!g_error_matches (failed, MAIL_ERROR, MAIL_ERROR_NOT_FOUND))
        g_propagate_error (error, failed);
      else
        g_error_free (failed);
      return FALSE;
    }
  *read += g_bytes_get_size (raw);
  mail_store_hash (raw, hash);
  return memcmp (hash, entry->hash, sizeof hash) == 0;
}

static gboolean
read_back_job (MailDb *db, gpointer data, GError **error)
{
  ReadBack *back = data;
  gsize read = 0;

  for (; back->next < back->items->len && read < READ_BACK_BYTES; back->next++)
    {
      MailPop3Item *item = g_ptr_array_index (back->items, back->next);
      const MailUidl *entry = g_hash_table_lookup (back->pass->ledger, item->uidl);
      GError *failed = NULL;

      /* Without a row there is no copy, and only a person's own deletion lets the server's go too. */
      if (mail_pop3_download_is_verified (back->pass->download, item)
          || (entry->message_id == 0 && entry->state == MAIL_UIDL_TO_DELETE))
        g_ptr_array_add (back->safe, item);
      else if (entry->message_id != 0 && is_intact (db, entry, &read, &failed))
        g_ptr_array_add (back->safe, item);
      else if (failed == NULL)
        back->pass->damaged += entry->message_id != 0;
      else
        {
          g_propagate_error (error, failed);
          return FALSE;
        }
    }
  return TRUE;
}

/* DELE of every item whose copy was read back. *@deleted: MailUidl, those that the server took. */
static gboolean
erase (Pass *pass, const GPtrArray *due, GPtrArray *deleted, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) safe = g_ptr_array_new ();
  g_autoptr (GArray) numbers = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr (GArray) refused = g_array_new (FALSE, FALSE, sizeof (guint));
  ReadBack back = { pass, due, 0, safe };
  guint next_refused = 0;

  while (back.next < due->len)
    if (!mail_store_read (pass->engine->store, read_back_job, &back, error))
      return FALSE;
  for (guint i = 0; i < safe->len; i++)
    g_array_append_val (numbers, ((MailPop3Item *) g_ptr_array_index (safe, i))->number);
  if (!mail_pop3_session_delete (pass->engine->session, numbers, refused, cancellable, error))
    return FALSE;

  for (guint i = 0; i < safe->len; i++)
    {
      const MailPop3Item *item = g_ptr_array_index (safe, i);

      if (next_refused < refused->len && g_array_index (refused, guint, next_refused) == item->number)
        next_refused++;
      else
        g_ptr_array_add (deleted, g_hash_table_lookup (pass->ledger, item->uidl));
    }
  return TRUE;
}

static gboolean
note_deleted_job (MailDb *db, gpointer data, GError **error)
{
  const GPtrArray *deleted = data;

  for (guint i = 0; i < deleted->len; i++)
    {
      MailUidl *entry = g_ptr_array_index (deleted, i);

      if (!set_state (db, entry, MAIL_UIDL_DELETED, error) || !set_where (db, entry, MAIL_WHERE_HERE, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
reload_job (MailDb *db, gpointer data, GError **error)
{
  Pass *pass = data;
  GHashTable *ledger = mail_store_uidl_load (db, error);

  if (ledger == NULL)
    return FALSE;
  g_hash_table_unref (pass->ledger);
  pass->ledger = ledger;
  return TRUE;
}

/* After the download: the ledger takes over what the listing tells, what is due is deleted, and QUIT makes it so. A download
 * may have taken long: what the person took out of Trash meanwhile is not deleted. */
static gboolean
settle (Pass *pass, GCancellable *cancellable, GError **error)
{
  MailPop3Engine *engine = pass->engine;
  g_autoptr (MailPop3Plan) after = plan (pass);
  g_autoptr (GPtrArray) deleted = g_ptr_array_new ();
  g_autoptr (GError) failed = NULL;

  if (after->vanished->len > 0 && !mail_store_write (engine->store, note_vanished_job, after->vanished, error))
    return FALSE;
  if (after->erase->len > 0 && !erase (pass, after->erase, deleted, cancellable, error))
    return FALSE;

  if (!mail_pop3_session_quit (engine->session, cancellable, &failed)
      && (deleted->len > 0 || mail_error_is_cancelled (failed)))
    {
      g_propagate_prefixed_error (error, g_steal_pointer (&failed), "%u deletions are not confirmed: ", deleted->len);
      return FALSE;
    }
  return deleted->len == 0 || mail_store_write (engine->store, note_deleted_job, deleted, error);
}

static void
add_problem (MailPop3Engine *self, const GError *error)
{
  g_ptr_array_add (self->problems, mail_problem_new_from_error (error, self->config->name, self->config->incoming->host,
                                                                MAIL_PROBLEM_RADIUS_MESSAGE));
}

/* What was left undone although the session went well. */
static void
note_problems (const Pass *pass)
{
  if (pass->damaged > 0)
    {
      g_autoptr (GError) damaged
          = g_error_new (MAIL_ERROR, MAIL_ERROR_STORE,
                         "%u messages stay on the server because their copies here do not match", pass->damaged);

      add_problem (pass->engine, damaged);
    }
  if (pass->refused > 0)
    {
      g_autoptr (GError) refused = g_error_new (MAIL_ERROR, MAIL_ERROR_REFUSED, "%u messages were not fetched: %s",
                                                pass->refused, pass->why_refused);

      add_problem (pass->engine, refused);
    }
}

static gboolean
run (Pass *pass, GCancellable *cancellable, GError **error)
{
  if (!load (pass, error))
    return FALSE;
  tell (pass, MAIL_PHASE_MAILBOXES, 0, 0);
  pass->listing = mail_pop3_listing_read (pass->engine->session, &pass->whole, cancellable, error);
  return pass->listing != NULL && compare_returned (pass, cancellable, error) && download (pass, cancellable, error)
         && mail_store_read (pass->engine->store, reload_job, pass, error) && settle (pass, cancellable, error);
}

static gboolean
mail_pop3_engine_sync (MailEngine *engine,
                       MailSyncResult *result,
                       MailProgressFunc progress,
                       gpointer user_data,
                       GCancellable *cancellable,
                       GError **error)
{
  MailPop3Engine *self = MAIL_POP3_ENGINE (engine);
  g_auto (Pass) pass = { .engine = self, .progress = progress, .progress_data = user_data };
  gboolean done;

  g_return_val_if_fail (self->store != NULL, FALSE);

  if (self->session == NULL)
    {
      g_set_error (error, MAIL_ERROR, MAIL_ERROR_CLOSED, "the POP3 session is not open");
      return FALSE;
    }
  done = run (&pass, cancellable, error);
  note_problems (&pass);
  result->mailboxes = 1;
  if (pass.download != NULL)
    {
      result->fetched += mail_pop3_download_get_stored (pass.download);
      result->bodies += mail_pop3_download_get_stored (pass.download);
    }
  result->bytes_in += mail_pop3_session_get_bytes_in (self->session);
  result->round_trips += mail_pop3_session_get_round_trips (self->session);
  mail_engine_close (engine);
  return done;
}

static MailEngineCan
mail_pop3_engine_get_can (MailEngine *engine)
{
  return (MailEngineCan) 0;
}

static gboolean
mail_pop3_engine_open (MailEngine *engine, const MailCredentials *credentials, GCancellable *cancellable, GError **error)
{
  MailPop3Engine *self = MAIL_POP3_ENGINE (engine);

  if (self->store != NULL && !mail_store_mode_check (self->store, MAIL_MODE_POP, error))
    return FALSE;
  self->session = mail_pop3_session_open (self->config->incoming, credentials, cancellable, error);
  return self->session != NULL;
}

static gboolean
mail_pop3_engine_is_open (MailEngine *engine)
{
  return MAIL_POP3_ENGINE (engine)->session != NULL;
}

static GPtrArray *
mail_pop3_engine_take_problems (MailEngine *engine)
{
  MailPop3Engine *self = MAIL_POP3_ENGINE (engine);
  GPtrArray *problems = g_steal_pointer (&self->problems);

  self->problems = g_ptr_array_new_with_free_func ((GDestroyNotify) mail_problem_free);
  return problems;
}

static void
mail_pop3_engine_close (MailEngine *engine)
{
  g_clear_pointer (&MAIL_POP3_ENGINE (engine)->session, mail_pop3_session_free);
}

/* A person's changes are final here; those that concern the server are in the ledger and carried out by sync. */
static gboolean
mail_pop3_engine_replay (MailEngine *engine, MailSyncResult *result, GCancellable *cancellable, GError **error)
{
  return TRUE;
}

static gboolean
mail_pop3_engine_fill (MailEngine *engine,
                       MailSyncResult *result,
                       gboolean *more,
                       MailProgressFunc progress,
                       gpointer user_data,
                       GCancellable *cancellable,
                       GError **error)
{
  *more = FALSE;
  return TRUE;
}

static gboolean
find_body_job (MailDb *db, gpointer data, GError **error)
{
  g_autoptr (GBytes) raw = mail_store_bodies_get (db, *(const gint64 *) data, error);

  return raw != NULL;
}

/* Whole messages are all that POP brings, so there is nothing to fetch. */
static gboolean
mail_pop3_engine_fetch (MailEngine *engine,
                        gint64 message_id,
                        const char *section,
                        GCancellable *cancellable,
                        GError **error)
{
  return mail_store_read (MAIL_POP3_ENGINE (engine)->store, find_body_job, &message_id, error);
}

/* POP has no news of its own: waits for the time, for work or for the end. */
static gboolean
mail_pop3_engine_wait (MailEngine *engine,
                       guint seconds,
                       GCancellable *wake,
                       MailEngineWait *why,
                       GCancellable *cancellable,
                       GError **error)
{
  gint64 until = g_get_monotonic_time () + (gint64) seconds * G_USEC_PER_SEC;
  GCancellable *both[] = { wake, cancellable };
  GPollFD fds[G_N_ELEMENTS (both)];
  gboolean made[G_N_ELEMENTS (both)];
  guint count = 0;
  gint64 left;

  for (guint i = 0; i < G_N_ELEMENTS (both); i++)
    {
      made[i] = both[i] != NULL && g_cancellable_make_pollfd (both[i], &fds[count]);
      count += made[i];
    }
  while ((left = until - g_get_monotonic_time ()) > 0 && !g_cancellable_is_cancelled (wake)
         && !g_cancellable_is_cancelled (cancellable))
    g_poll (fds, count, (int) MIN (left / 1000 + 1, G_MAXINT));
  for (guint i = 0; i < G_N_ELEMENTS (both); i++)
    if (made[i])
      g_cancellable_release_fd (both[i]);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  *why = g_cancellable_is_cancelled (wake) ? MAIL_ENGINE_WAIT_WORK : MAIL_ENGINE_WAIT_ELAPSED;
  return TRUE;
}

static gboolean
mail_pop3_engine_measure (MailEngine *engine, MailFigures *figures, GCancellable *cancellable, GError **error)
{
  MailPop3Session *session = MAIL_POP3_ENGINE (engine)->session;
  g_autoptr (GPtrArray) items = NULL;
  guint messages;
  guint64 bytes;

  if (session == NULL)
    {
      g_set_error (error, MAIL_ERROR, MAIL_ERROR_CLOSED, "the POP3 session is not open");
      return FALSE;
    }
  if (!mail_pop3_session_stat (session, &messages, &bytes, cancellable, error))
    return FALSE;
  items = mail_pop3_session_list (session, cancellable, error);
  if (items == NULL)
    return FALSE;

  g_strfreev (figures->capabilities);
  figures->capabilities = g_strdupv ((GStrv) mail_pop3_session_get_capability_names (session));
  figures->mailboxes = 1;
  figures->messages = messages;
  figures->inbox_messages = messages;
  figures->bytes = (gint64) bytes;
  figures->has_uidl = items->len > 0 ? ((MailPop3Item *) g_ptr_array_index (items, 0))->uidl != NULL
                                     : (mail_pop3_session_get_caps (session) & MAIL_POP3_CAP_UIDL) != 0;
  return TRUE;
}

static void
implement_engine (MailEngineInterface *iface)
{
  iface->get_can = mail_pop3_engine_get_can;
  iface->open = mail_pop3_engine_open;
  iface->close = mail_pop3_engine_close;
  iface->is_open = mail_pop3_engine_is_open;
  iface->replay = mail_pop3_engine_replay;
  iface->sync = mail_pop3_engine_sync;
  iface->fill = mail_pop3_engine_fill;
  iface->fetch = mail_pop3_engine_fetch;
  iface->wait = mail_pop3_engine_wait;
  iface->measure = mail_pop3_engine_measure;
  iface->take_problems = mail_pop3_engine_take_problems;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (MailPop3Engine, mail_pop3_engine, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (MAIL_TYPE_ENGINE, implement_engine))

static void
mail_pop3_engine_finalize (GObject *object)
{
  MailPop3Engine *self = MAIL_POP3_ENGINE (object);

  mail_pop3_session_free (self->session);
  g_ptr_array_unref (self->problems);
  mail_account_config_free (self->config);
  G_OBJECT_CLASS (mail_pop3_engine_parent_class)->finalize (object);
}

static void
mail_pop3_engine_class_init (MailPop3EngineClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mail_pop3_engine_finalize;
}

static void
mail_pop3_engine_init (MailPop3Engine *self)
{
  self->problems = g_ptr_array_new_with_free_func ((GDestroyNotify) mail_problem_free);
}

MailEngine *
mail_pop3_engine_new (const MailAccountConfig *config, MailStore *store)
{
  MailPop3Engine *self = g_object_new (MAIL_TYPE_POP3_ENGINE, NULL);

  self->config = mail_account_config_copy (config);
  self->store = store;
  return MAIL_ENGINE (self);
}
