/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/imap-engine.h"

#include "core/errors.h"
#include "store/store-mailboxes.h"
#include "store/store-messages.h"
#include "sync/imap-ahead.h"
#include "sync/imap-audit.h"
#include "sync/imap-bodies.h"
#include "sync/imap-engine-private.h"
#include "sync/imap-facts.h"
#include "sync/imap-fetch.h"
#include "sync/imap-measure.h"
#include "sync/imap-pieces.h"
#include "sync/imap-query.h"
#include "sync/imap-replay.h"
#include "sync/imap-sync.h"
#include "sync/imap-wait.h"
#include "sync/store-mode.h"

static void mail_imap_engine_iface_init (MailEngineInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (MailImapEngine,
                               mail_imap_engine,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (MAIL_TYPE_ENGINE, mail_imap_engine_iface_init))

#define ALERTS_REMEMBERED 100

static MailEngineCan
imap_get_can (MailEngine *engine)
{
  MailImapEngine *self = MAIL_IMAP_ENGINE (engine);
  MailEngineCan can = MAIL_ENGINE_CAN_FETCH_PARTS | MAIL_ENGINE_HAS_SERVER_FLAGS | MAIL_ENGINE_HAS_SERVER_MAILBOXES;

  if (mail_imap_watch_hears_all (self))
    can |= MAIL_ENGINE_HEARS_ALL;
  return self->caps & MAIL_IMAP_CAP_IDLE ? can | MAIL_ENGINE_CAN_PUSH : can;
}

static void
take_session (MailImapEngine *self, MailImapSession *session)
{
  self->session = session;
  self->caps = mail_imap_session_get_caps (session);
  self->selected_validity = 0;
  mail_imap_watch_connected (self->watch, &self->caps);
  self->fill_rate = 0;
  self->piece_length = 0;
  self->no_pieces = FALSE;
  g_hash_table_remove_all (self->unfillable);
  g_hash_table_remove_all (self->named);
}

typedef struct
{
  gint64 mailbox_id;
  guint32 uid;
  MailMessageInfo *row;
  MailMailboxInfo *mailbox;
} Named;

static gboolean
load_named_job (MailDb *db, gpointer data, GError **error)
{
  Named *named = data;

  named->mailbox = mail_store_mailboxes_get (db, named->mailbox_id, error);
  if (named->mailbox == NULL)
    return FALSE;
  named->row = mail_store_messages_find_uid (db, named->mailbox_id, named->uid, error);
  return named->row != NULL || error == NULL || *error == NULL;
}

void
mail_imap_engine_set_unreadable (MailImapEngine *engine, gint64 mailbox_id, guint32 uid, const char *why, GError **error)
{
  Named named = { .mailbox_id = mailbox_id, .uid = uid };
  const char *name;

  mail_store_read (engine->store, load_named_job, &named, NULL);
  name = named.mailbox != NULL ? named.mailbox->name : "a mailbox that is gone";
  if (named.row != NULL && named.row->subject != NULL)
    g_set_error (error, MAIL_ERROR, MAIL_ERROR_UNREADABLE, "%s, message %u (“%s”): %s", name, uid, named.row->subject, why);
  else
    g_set_error (error, MAIL_ERROR, MAIL_ERROR_UNREADABLE, "%s, message %u: %s", name, uid, why);
  mail_message_info_free (named.row);
  mail_mailbox_info_free (named.mailbox);
}

/* What is left out because of what an earlier run of the program found out is told once by this one too. */
static gboolean
load_suspects (MailImapEngine *self, GError **error)
{
  g_autoptr (GArray) aside = mail_imap_suspects_load (self->suspects, error);

  for (guint i = 0; aside != NULL && i < aside->len; i++)
    {
      const MailSuspect *suspect = &g_array_index (aside, MailSuspect, i);
      g_autoptr (GError) unreadable = NULL;

      mail_imap_engine_set_unreadable (self, suspect->mailbox_id, suspect->uid, "it could not be had", &unreadable);
      mail_imap_engine_report (self, unreadable, MAIL_PROBLEM_RADIUS_MESSAGE);
    }
  return aside != NULL;
}

static gboolean
imap_open (MailEngine *engine, const MailCredentials *credentials, GCancellable *cancellable, GError **error)
{
  MailImapEngine *self = MAIL_IMAP_ENGINE (engine);
  MailImapSession *session;

  if (self->store != NULL && (!mail_store_mode_check (self->store, MAIL_MODE_IMAP, error) || !load_suspects (self, error)))
    return FALSE;
  session = mail_imap_session_open_masked (self->config->incoming, credentials, self->mask, self->alerts, cancellable, error);
  if (session == NULL)
    return FALSE;
  mail_credentials_free (self->credentials);
  self->credentials = mail_credentials_copy (credentials);
  take_session (self, session);
  return TRUE;
}

gboolean
mail_imap_engine_died_alone (const MailImapEngine *engine, const GError *failure)
{
  return mail_imap_suspects_is_death (failure) && (engine->session == NULL || !mail_imap_session_is_ahead (engine->session));
}

gboolean
mail_imap_engine_reopen (MailImapEngine *engine, GCancellable *cancellable)
{
  MailImapSession *session;

  if (engine->session == NULL)
    return FALSE;
  mail_imap_ahead_note_end (engine);
  g_clear_pointer (&engine->session, mail_imap_session_free);
  session =
      mail_imap_session_open_masked (engine->config->incoming, engine->credentials, engine->mask, engine->alerts, cancellable,
                                     NULL);
  if (session == NULL)
    return FALSE;
  take_session (engine, session);
  engine->unsettled = TRUE;
  return TRUE;
}

static void
imap_close (MailEngine *engine)
{
  MailImapEngine *self = MAIL_IMAP_ENGINE (engine);

  mail_imap_session_close (g_steal_pointer (&self->session));
}

static void
imap_drop (MailEngine *engine)
{
  g_clear_pointer (&MAIL_IMAP_ENGINE (engine)->session, mail_imap_session_free);
}

static gboolean
imap_is_open (MailEngine *engine)
{
  return MAIL_IMAP_ENGINE (engine)->session != NULL;
}

void
mail_imap_engine_check_session (MailImapEngine *engine, const GError *error)
{
  if (engine->session == NULL || error == NULL || engine->stopped)
    return;
  if (!mail_error_is_cancelled (error) && error->domain == MAIL_ERROR && !mail_imap_session_is_dead (engine->session))
    switch ((MailErrorCode) error->code)
      {
      case MAIL_ERROR_CLOSED:
      case MAIL_ERROR_TIMED_OUT:
      case MAIL_ERROR_UNREACHABLE:
      case MAIL_ERROR_PROTOCOL:
      case MAIL_ERROR_LIMIT:
      case MAIL_ERROR_INSECURE:
      case MAIL_ERROR_TLS:
        break;
      default:
        return;
      }
  if (!mail_error_is_cancelled (error))
    mail_imap_ahead_note_end (engine);
  mail_imap_session_free (g_steal_pointer (&engine->session));
}

gboolean
mail_imap_engine_is_of_mailbox (const GError *error)
{
  static const char *const codes[] = { "INUSE", "UNAVAILABLE", "LIMIT", "SERVERBUG", NULL };
  const char *code = mail_error_get_server_code (error);

  return g_error_matches (error, MAIL_ERROR, MAIL_ERROR_REFUSED) || g_error_matches (error, MAIL_ERROR, MAIL_ERROR_NOT_FOUND)
         || (g_error_matches (error, MAIL_ERROR, MAIL_ERROR_BUSY) && code != NULL && g_strv_contains (codes, code));
}

gboolean
mail_imap_engine_is_declined (const GError *error)
{
  return g_error_matches (error, MAIL_ERROR, MAIL_ERROR_REFUSED) || g_error_matches (error, MAIL_ERROR, MAIL_ERROR_NOT_FOUND)
         || g_error_matches (error, MAIL_ERROR, MAIL_ERROR_UNSUPPORTED);
}

gboolean
mail_imap_engine_is_no (const GError *error)
{
  return mail_imap_engine_is_declined (error) || g_error_matches (error, MAIL_ERROR, MAIL_ERROR_BUSY);
}

static gboolean
is_same_problem (const MailProblem *a, const MailProblem *b)
{
  return a->code == b->code && a->radius == b->radius && g_strcmp0 (a->technical, b->technical) == 0;
}

/* @problem (transfer full) (nullable) */
static void
add_problem (MailImapEngine *engine, MailProblem *problem)
{
  for (guint i = 0; problem != NULL && i < engine->problems->len; i++)
    if (is_same_problem (g_ptr_array_index (engine->problems, i), problem))
      g_clear_pointer (&problem, mail_problem_free);
  if (problem != NULL)
    g_ptr_array_add (engine->problems, problem);
}

void
mail_imap_engine_report (MailImapEngine *engine, const GError *error, MailProblemRadius radius)
{
  add_problem (engine, mail_problem_new_from_error (error, engine->config->name, engine->config->incoming->host, radius));
}

void
mail_imap_engine_report_refused (MailImapEngine *engine, const GError *error, MailOpKind kind, const char *mailbox)
{
  MailProblem *problem = mail_problem_new_mailbox_refused (error, engine->config->name, engine->config->incoming->host, kind,
                                                           mailbox);

  if (problem != NULL)
    add_problem (engine, problem);
  else
    mail_imap_engine_report (engine, error, MAIL_PROBLEM_RADIUS_MESSAGE);
}

void
mail_imap_engine_progress (const MailImapPass *pass, MailPhase phase, gint64 mailbox_id, guint done, guint total)
{
  const MailProgress progress = { .phase = phase, .mailbox_id = mailbox_id, .done = done, .total = total };

  if (pass->progress != NULL)
    pass->progress (&progress, pass->user_data);
}

static void
note_selected (MailImapEngine *engine, const MailImapStatus *status)
{
  engine->selected_validity = status->uidvalidity;
  engine->lasting_flags = status->permanent_flags;
  engine->lasting_keywords = status->permanent_keywords;
}

/* Without it no UID means anything, and what is known of the mailbox stays as it is. */
static gboolean
check_validity (const MailImapEngine *engine, const MailMailboxInfo *mailbox, GError **error)
{
  if (engine->selected_validity != 0)
    return TRUE;
  g_set_error (error, MAIL_ERROR, MAIL_ERROR_REFUSED, "%s: the server tells no UIDVALIDITY", mailbox->name);
  return FALSE;
}

/* The engine speaks with the server, and spells a mailbox as the server does. */
static void
teach_name (MailImapEngine *engine, const MailMailboxInfo *mailbox)
{
  if (engine->session != NULL)
    mail_imap_session_learn_name (engine->session, mail_mailbox_info_get_server_name (mailbox), mailbox->raw_name);
}

gboolean
mail_imap_engine_select_resync (MailImapEngine *engine,
                                const MailMailboxInfo *mailbox,
                                MailImapStatus *status,
                                GArray *vanished,
                                MailImapFetchFunc func,
                                gpointer user_data,
                                GCancellable *cancellable,
                                GError **error)
{
  MailImapNews news;
  guint64 modseq = mailbox->uidnext != 0 ? mailbox->highestmodseq : 0;

  teach_name (engine, mailbox);
  if (!mail_imap_session_select_qresync (engine->session, mail_mailbox_info_get_server_name (mailbox), FALSE,
                                         mailbox->uidvalidity, modseq, status, vanished, func, user_data, cancellable, error))
    return FALSE;
  note_selected (engine, status);
  /* What was said before this SELECT is in its answer. */
  mail_imap_session_take_news (engine->session, &news);
  return check_validity (engine, mailbox, error);
}

gboolean
mail_imap_engine_select (MailImapEngine *engine,
                         const MailMailboxInfo *mailbox,
                         MailImapStatus *status,
                         GCancellable *cancellable,
                         GError **error)
{
  const char *name = mail_mailbox_info_get_server_name (mailbox);
  MailImapStatus ours = { 0 };
  MailImapNews news;

  teach_name (engine, mailbox);
  if (status == NULL && g_strcmp0 (mail_imap_session_get_selected (engine->session), name) != 0)
    status = &ours;
  if (status != NULL)
    {
      if (!mail_imap_session_select (engine->session, name, FALSE, status, cancellable, error))
        return FALSE;
      note_selected (engine, status);
      mail_imap_session_take_news (engine->session, &news);
    }
  if (!check_validity (engine, mailbox, error))
    return FALSE;
  if (status != NULL && status != &ours)
    return TRUE;
  /* What is new here by now is told by nobody any more. */
  if (status == &ours && (ours.messages != mailbox->server_messages || ours.uidnext != mailbox->uidnext))
    engine->unsettled = TRUE;
  if (mailbox->uidvalidity == 0 || engine->selected_validity == mailbox->uidvalidity)
    return TRUE;
  g_hash_table_add (engine->stale, g_memdup2 (&mailbox->id, sizeof mailbox->id));
  g_set_error (error, MAIL_ERROR, MAIL_ERROR_BUSY, "%s: its UIDs were renumbered and have to be read again", mailbox->name);
  return FALSE;
}

/* The engine speaks with the server, and calls a mailbox what the server calls it. */
static void
use_server_name (MailImapEngine *engine, MailMailboxInfo *mailbox)
{
  if (mailbox == NULL)
    return;
  if (!(mailbox->flags & MAIL_MAILBOX_PENDING))
    teach_name (engine, mailbox);
  if (mailbox->server_name == NULL)
    return;
  g_free (mailbox->name);
  mailbox->name = g_steal_pointer (&mailbox->server_name);
}

static gboolean
load_mailboxes_job (MailDb *db, gpointer data, GError **error)
{
  GPtrArray **mailboxes = data;

  *mailboxes = mail_store_mailboxes_list (db, error);
  return *mailboxes != NULL;
}

GPtrArray *
mail_imap_engine_load_mailboxes (MailImapEngine *engine, GError **error)
{
  g_autoptr (GPtrArray) mailboxes = NULL;

  if (!mail_store_read (engine->store, load_mailboxes_job, &mailboxes, error))
    return NULL;
  for (guint i = 0; i < mailboxes->len; i++)
    use_server_name (engine, g_ptr_array_index (mailboxes, i));
  return g_steal_pointer (&mailboxes);
}

typedef struct
{
  gint64 id;
  MailMailboxInfo *mailbox;
} LoadMailbox;

static gboolean
load_mailbox_job (MailDb *db, gpointer data, GError **error)
{
  LoadMailbox *load = data;

  load->mailbox = load->id != 0 ? mail_store_mailboxes_get (db, load->id, error)
                                : mail_store_mailboxes_find_role (db, MAIL_ROLE_INBOX, error);
  return load->mailbox != NULL || load->id == 0;
}

MailMailboxInfo *
mail_imap_engine_load_mailbox (MailImapEngine *engine, gint64 id, GError **error)
{
  LoadMailbox load = { .id = id };

  if (!mail_store_read (engine->store, load_mailbox_job, &load, error))
    return NULL;
  use_server_name (engine, load.mailbox);
  return load.mailbox;
}

/* Whether there is a connection, and a store to work on, so that @pass can begin. */
static gboolean
begin_pass (const MailImapPass *pass, GError **error)
{
  if (pass->engine->session != NULL && pass->engine->store != NULL)
    return TRUE;
  g_set_error_literal (error, MAIL_ERROR, MAIL_ERROR_CLOSED, "not connected");
  return FALSE;
}

/* Ends one call, whose error went into the pass: counts what the session did, and drops it when it is dead. */
static gboolean
end_pass (const MailImapPass *pass, gboolean ok, GError **error)
{
  MailImapEngine *self = pass->engine;

  if (self->session != NULL && pass->result != NULL)
    {
      pass->result->bytes_in = mail_imap_session_get_bytes_in (self->session);
      pass->result->round_trips = mail_imap_session_get_round_trips (self->session);
    }
  if (ok)
    {
      mail_imap_facts_keep_used (self);
      return TRUE;
    }
  mail_imap_engine_check_session (self, pass->failure);
  self->stopped = FALSE;
  g_propagate_error (error, pass->failure);
  return FALSE;
}

static gboolean
imap_replay (MailEngine *engine, MailSyncResult *result, GCancellable *cancellable, GError **error)
{
  MailImapPass pass = { .engine = MAIL_IMAP_ENGINE (engine), .result = result, .cancellable = cancellable };

  return begin_pass (&pass, error) && end_pass (&pass, mail_imap_replay (&pass, &pass.failure), error);
}

static gboolean
run_sync (MailImapPass *pass, gboolean (*sync) (const MailImapPass *pass, GError **error))
{
  gboolean ok;

  pass->engine->syncing = TRUE;
  ok = sync (pass, &pass->failure);
  pass->engine->syncing = FALSE;
  return ok;
}

static gboolean
imap_sync (MailEngine *engine,
           MailSyncResult *result,
           MailProgressFunc progress,
           gpointer user_data,
           GCancellable *cancellable,
           GError **error)
{
  MailImapPass pass = { MAIL_IMAP_ENGINE (engine), result, progress, user_data, cancellable, NULL };

  mail_imap_watch_begin (pass.engine->watch);
  return begin_pass (&pass, error)
         && end_pass (&pass, run_sync (&pass, mail_imap_sync) && mail_imap_facts_keep (&pass, &pass.failure)
                             && mail_imap_pieces_tidy (pass.engine, &pass.failure),
                      error);
}

static gboolean
imap_sync_news (MailEngine *engine,
                MailSyncResult *result,
                MailProgressFunc progress,
                gpointer user_data,
                GCancellable *cancellable,
                GError **error)
{
  MailImapPass pass = { MAIL_IMAP_ENGINE (engine), result, progress, user_data, cancellable, NULL };

  return begin_pass (&pass, error)
         && end_pass (&pass, run_sync (&pass, mail_imap_sync_news) && mail_imap_facts_keep (&pass, &pass.failure),
                      error);
}

static gboolean
imap_fill (MailEngine *engine,
           MailSyncResult *result,
           gboolean *more,
           MailProgressFunc progress,
           gpointer user_data,
           GCancellable *cancellable,
           GError **error)
{
  MailImapPass pass = { MAIL_IMAP_ENGINE (engine), result, progress, user_data, cancellable, NULL };

  *more = FALSE;
  return begin_pass (&pass, error) && end_pass (&pass, mail_imap_fill (&pass, more, &pass.failure), error);
}

static gboolean
imap_fetch (MailEngine *engine, gint64 message_id, const char *section, GCancellable *cancellable, GError **error)
{
  MailImapPass pass = { .engine = MAIL_IMAP_ENGINE (engine), .cancellable = cancellable };

  return begin_pass (&pass, error)
         && end_pass (&pass, mail_imap_fetch (&pass, message_id, section, &pass.failure), error);
}

static void
imap_prepare (MailEngine *engine, gint64 message_id, GCancellable *cancellable)
{
  MailImapPass pass = { .engine = MAIL_IMAP_ENGINE (engine), .cancellable = cancellable };
  g_autoptr (GError) error = NULL;

  if (begin_pass (&pass, &error))
    end_pass (&pass, mail_imap_fetch_prepare (&pass, message_id, &pass.failure), &error);
}

static gboolean
imap_search (MailEngine *engine, MailSearch *search, GCancellable *cancellable, GError **error)
{
  MailImapPass pass = { .engine = MAIL_IMAP_ENGINE (engine), .cancellable = cancellable };

  pass.engine->stopped = FALSE;
  mail_search_reset (search);
  return begin_pass (&pass, error) && end_pass (&pass, mail_imap_query (&pass, search, &pass.failure), error);
}

static void
imap_set_fill (MailEngine *engine, const MailFillWish *wish)
{
  MAIL_IMAP_ENGINE (engine)->wish = *wish;
}

static void
imap_set_breaks (MailEngine *engine, MailBreakFunc func, gpointer user_data)
{
  MailImapEngine *self = MAIL_IMAP_ENGINE (engine);

  self->breaks = func;
  self->breaks_data = user_data;
}

gboolean
mail_imap_engine_take_break (const MailImapPass *pass, const MailMailboxInfo *mailbox, GError **error)
{
  MailImapEngine *engine = pass->engine;
  gboolean ok;

  if (engine->breaks == NULL || !engine->syncing)
    return TRUE;
  engine->in_break = TRUE;
  ok = engine->breaks (engine->breaks_data, error);
  engine->in_break = FALSE;
  engine->stopped = FALSE;
  return ok && (mailbox == NULL || mail_imap_engine_select (engine, mailbox, NULL, pass->cancellable, error));
}

static void
imap_watch_fetch (MailEngine *engine, MailPieceFunc func, gpointer user_data)
{
  MailImapEngine *self = MAIL_IMAP_ENGINE (engine);

  self->watch_piece = func;
  self->watch_data = user_data;
}

static gboolean
imap_wait (MailEngine *engine,
           guint seconds,
           GCancellable *wake,
           MailEngineWait *why,
           GCancellable *cancellable,
           GError **error)
{
  MailImapPass pass = { .engine = MAIL_IMAP_ENGINE (engine), .cancellable = cancellable };

  return begin_pass (&pass, error)
         && end_pass (&pass, mail_imap_wait (&pass, seconds, wake, why, &pass.failure), error);
}

static void
imap_watch (MailEngine *engine, const GArray *mailbox_ids)
{
  mail_imap_watch_set_open (MAIL_IMAP_ENGINE (engine)->watch, mailbox_ids);
}

static gboolean
imap_audit (MailEngine *engine, gboolean thorough, MailAuditResult *result, GCancellable *cancellable, GError **error)
{
  MailSyncResult synced = { 0 };
  MailImapPass pass = { .engine = MAIL_IMAP_ENGINE (engine), .result = &synced, .cancellable = cancellable };

  return begin_pass (&pass, error) && end_pass (&pass, mail_imap_audit (&pass, thorough, result, &pass.failure), error);
}

static gboolean
imap_audit_mailbox (MailEngine *engine,
                    gint64 mailbox_id,
                    MailPieceFunc func,
                    gpointer user_data,
                    MailAuditResult *result,
                    GCancellable *cancellable,
                    GError **error)
{
  MailSyncResult synced = { 0 };
  MailImapPass pass = { .engine = MAIL_IMAP_ENGINE (engine), .result = &synced, .cancellable = cancellable };

  return begin_pass (&pass, error)
         && end_pass (&pass, mail_imap_audit_mailbox (&pass, mailbox_id, func, user_data, result, &pass.failure), error);
}

/* The one call that does without a store. */
static gboolean
imap_measure (MailEngine *engine, MailFigures *figures, GCancellable *cancellable, GError **error)
{
  MailImapPass pass = { .engine = MAIL_IMAP_ENGINE (engine), .cancellable = cancellable };

  if (pass.engine->session == NULL)
    {
      g_set_error_literal (error, MAIL_ERROR, MAIL_ERROR_CLOSED, "not connected");
      return FALSE;
    }
  return end_pass (&pass, mail_imap_measure (pass.engine, figures, cancellable, &pass.failure), error);
}

static GPtrArray *
imap_take_problems (MailEngine *engine)
{
  MailImapEngine *self = MAIL_IMAP_ENGINE (engine);
  GPtrArray *problems = self->problems;

  self->problems = g_ptr_array_new_with_free_func ((GDestroyNotify) mail_problem_free);
  return problems;
}

/* The same words are told once. A server that never runs out of new ones is not remembered for ever. */
static GPtrArray *
imap_take_alerts (MailEngine *engine)
{
  MailImapEngine *self = MAIL_IMAP_ENGINE (engine);
  GPtrArray *fresh = g_ptr_array_new_with_free_func (g_free);

  if (g_hash_table_size (self->alerts_told) > ALERTS_REMEMBERED)
    g_hash_table_remove_all (self->alerts_told);
  for (guint i = 0; i < self->alerts->len; i++)
    {
      const char *alert = g_ptr_array_index (self->alerts, i);

      if (g_hash_table_add (self->alerts_told, g_strdup (alert)))
        g_ptr_array_add (fresh, g_strdup (alert));
    }
  g_ptr_array_set_size (self->alerts, 0);
  return fresh;
}

static void
imap_retry (MailEngine *engine)
{
  mail_imap_suspects_pardon (MAIL_IMAP_ENGINE (engine)->suspects);
}

static void
mail_imap_engine_finalize (GObject *object)
{
  MailImapEngine *self = MAIL_IMAP_ENGINE (object);

  mail_imap_session_free (self->session);
  g_ptr_array_unref (self->problems);
  g_hash_table_unref (self->stale);
  g_hash_table_unref (self->unfillable);
  g_hash_table_unref (self->named);
  mail_imap_suspects_free (self->suspects);
  mail_imap_watch_free (self->watch);
  g_free (self->facts_kept);
  mail_credentials_free (self->credentials);
  g_ptr_array_unref (self->alerts);
  g_hash_table_unref (self->alerts_told);
  mail_account_config_free (self->config);
  G_OBJECT_CLASS (mail_imap_engine_parent_class)->finalize (object);
}

static void
mail_imap_engine_class_init (MailImapEngineClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mail_imap_engine_finalize;
}

static void
mail_imap_engine_iface_init (MailEngineInterface *iface)
{
  iface->get_can = imap_get_can;
  iface->open = imap_open;
  iface->close = imap_close;
  iface->drop = imap_drop;
  iface->is_open = imap_is_open;
  iface->replay = imap_replay;
  iface->sync = imap_sync;
  iface->sync_news = imap_sync_news;
  iface->fill = imap_fill;
  iface->fetch = imap_fetch;
  iface->prepare = imap_prepare;
  iface->search = imap_search;
  iface->watch = imap_watch;
  iface->wait = imap_wait;
  iface->measure = imap_measure;
  iface->audit = imap_audit;
  iface->audit_mailbox = imap_audit_mailbox;
  iface->take_problems = imap_take_problems;
  iface->take_alerts = imap_take_alerts;
  iface->retry = imap_retry;
  iface->set_fill = imap_set_fill;
  iface->set_breaks = imap_set_breaks;
  iface->watch_fetch = imap_watch_fetch;
}

static void
mail_imap_engine_init (MailImapEngine *self)
{
  self->problems = g_ptr_array_new_with_free_func ((GDestroyNotify) mail_problem_free);
  self->watch = mail_imap_watch_new ();
  self->stale = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->unfillable = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->named = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->alerts = g_ptr_array_new_with_free_func (g_free);
  self->alerts_told = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

MailEngine *
mail_imap_engine_new (const MailAccountConfig *config, MailStore *store)
{
  MailImapEngine *self = g_object_new (MAIL_TYPE_IMAP_ENGINE, NULL);

  self->config = mail_account_config_copy (config);
  self->store = store;
  self->suspects = mail_imap_suspects_new (store);
  return MAIL_ENGINE (self);
}

void
mail_imap_engine_mask_caps (MailImapEngine *engine, MailImapCaps mask)
{
  g_return_if_fail (MAIL_IS_IMAP_ENGINE (engine));

  engine->mask = mask;
}

void
mail_imap_engine_set_pace (MailImapEngine *engine, guint seconds)
{
  g_return_if_fail (MAIL_IS_IMAP_ENGINE (engine));

  mail_imap_watch_set_pace (engine->watch, seconds);
}

void
mail_imap_engine_assume_link (MailImapEngine *engine, const MailImapLink *link)
{
  engine->assumed_link = *link;
}

gboolean
mail_imap_engine_is_compressed (const MailImapEngine *engine)
{
  return engine->session != NULL && mail_imap_session_is_compressed (engine->session);
}
