/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/clock.h"
#include "core/errors.h"
#include "store/store-facts.h"
#include "sync/fact-names.h"
#include "sync/worker-private.h"

/* How many connections the server lets in, as its refusals taught. It is kept with the mail, so that a new run of the program need
 * not be refused again. */

/* What was learnt is believed for a day: what else used the account may be gone by then. */
#define LEARNT_SECONDS (24 * 60 * 60)

/* After another failure. */
#define FAILED_SECONDS (10 * 60)

/* Whether the server speaks of connections, or of something that more of them would not mend. */
static gboolean
is_about_connections (const GError *error)
{
  static const char *const codes[] = { "CONNECTIONS", "LIMIT", "INUSE", NULL };
  const char *code = mail_error_get_server_code (error);

  return code != NULL && g_strv_contains (codes, code);
}

typedef struct
{
  gint64 most;
  gint64 until;
  char *server; /* whose lesson it is; NULL with none */
} Learnt;

static void
learnt_clear (Learnt *learnt)
{
  g_free (learnt->server);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Learnt, learnt_clear)

/* (transfer full): with the lock held. */
static char *
dup_server (const MailSyncWorker *self)
{
  return g_strdup_printf ("%s:%u/%s", self->config->incoming->host, self->config->incoming->port,
                          self->config->user != NULL ? self->config->user : "");
}

static gboolean
load_job (MailDb *db, gpointer data, GError **error)
{
  Learnt *learnt = data;

  learnt->server = mail_store_facts_get (db, MAIL_FACT_CONNECTIONS_SERVER, error);
  return (learnt->server != NULL || error == NULL || *error == NULL)
         && mail_store_facts_get_int (db, MAIL_FACT_CONNECTIONS_MOST, &learnt->most, error)
         && mail_store_facts_get_int (db, MAIL_FACT_CONNECTIONS_UNTIL, &learnt->until, error);
}

static gboolean
save_job (MailDb *db, gpointer data, GError **error)
{
  const Learnt *learnt = data;

  if (!mail_store_facts_set (db, MAIL_FACT_CONNECTIONS_SERVER, learnt->most != 0 ? learnt->server : NULL, error))
    return FALSE;
  if (learnt->most == 0)
    return mail_store_facts_set (db, MAIL_FACT_CONNECTIONS_MOST, NULL, error)
           && mail_store_facts_set (db, MAIL_FACT_CONNECTIONS_UNTIL, NULL, error);
  return mail_store_facts_set_int (db, MAIL_FACT_CONNECTIONS_MOST, learnt->most, error)
         && mail_store_facts_set_int (db, MAIL_FACT_CONNECTIONS_UNTIL, learnt->until, error);
}

static void
learn (MailSyncWorker *self, gint64 most, gint64 until)
{
  g_auto (Learnt) learnt = { most, until, NULL };

  g_mutex_lock (&self->lock);
  learnt.server = dup_server (self);
  self->connections_most = (guint) most;
  self->no_second_before = until;
  /* A second connection that only lingers goes. */
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->lock);
  mail_store_write (self->store, save_job, &learnt, NULL);
}

void
mail_sync_worker_load_connections (MailSyncWorker *worker)
{
  g_auto (Learnt) learnt = { 0 };
  g_autofree char *server = NULL;

  /* Not worth a word: the worst is one refusal more. */
  if (!mail_store_read (worker->store, load_job, &learnt, NULL))
    return;
  g_mutex_lock (&worker->lock);
  server = dup_server (worker);
  g_mutex_unlock (&worker->lock);
  if (learnt.most != 0 && g_strcmp0 (server, learnt.server) != 0)
    {
      learn (worker, 0, 0);
      return;
    }
  g_mutex_lock (&worker->lock);
  worker->connections_most = (guint) CLAMP (learnt.most, 0, G_MAXINT);
  /* A clock that was set back must not make it longer. */
  worker->no_second_before = MIN (learnt.until, mail_clock_now () + LEARNT_SECONDS);
  g_mutex_unlock (&worker->lock);
}

void
mail_sync_worker_note_second (MailSyncWorker *worker, const GError *error)
{
  gboolean forget;

  if (mail_error_is_cancelled (error))
    return;
  if (is_about_connections (error))
    {
      learn (worker, 1, mail_clock_now () + LEARNT_SECONDS);
      return;
    }
  g_mutex_lock (&worker->lock);
  forget = error == NULL && worker->connections_most != 0;
  if (error != NULL)
    worker->no_second_before = mail_clock_now () + FAILED_SECONDS;
  g_mutex_unlock (&worker->lock);
  if (forget)
    learn (worker, 0, 0);
}

void
mail_sync_worker_note_first_refused (MailSyncWorker *worker, const GError *error)
{
  gboolean has_second;

  g_mutex_lock (&worker->lock);
  has_second = worker->interactive != NULL && !worker->interactive_ended;
  g_mutex_unlock (&worker->lock);
  /* Otherwise it is other programs that take the room. */
  if (has_second && is_about_connections (error))
    learn (worker, 1, mail_clock_now () + LEARNT_SECONDS);
}

gboolean
mail_sync_worker_may_have_second (const MailSyncWorker *worker)
{
  return !worker->stop && !worker->offline && !worker->asleep && worker->config->connections > 1
         && mail_clock_now () >= worker->no_second_before;
}

void
mail_sync_worker_get_connections (MailSyncWorker *worker, guint *open, guint *learnt)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&worker->lock);

  *open = worker->state == MAIL_WORKER_WORKING || worker->state == MAIL_WORKER_UP_TO_DATE;
  *open += worker->interactive != NULL && !worker->interactive_ended;
  *learnt = worker->connections_most;
}
