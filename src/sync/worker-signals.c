/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/worker-private.h"

typedef enum
{
  SIGNAL_STATE,
  SIGNAL_PROGRESS,
  SIGNAL_PROBLEM,
  SIGNAL_ALERT,
  SIGNAL_NEW_MAIL,
  SIGNAL_SYNCED,
  SIGNAL_REPLAYED,
  SIGNAL_PART_PROGRESS,
  N_SIGNALS,
} Signal;

static guint signals[N_SIGNALS];

/* One emission on its way to the worker's context. */
typedef struct
{
  MailSyncWorker *worker;
  Signal signal;
  MailWorkerState state;
  MailProgress progress;
  MailProblem *problem;
  MailCertificate *certificate;
  char *alert;
  gint64 message_id;
  char *section;
  guint64 done;
  guint64 total;
  gint64 mailbox_id;
  GArray *ids;
  MailSyncResult result;
} Emission;

static void
emission_free (gpointer data)
{
  Emission *emission = data;

  mail_problem_free (emission->problem);
  mail_certificate_free (emission->certificate);
  g_free (emission->alert);
  g_free (emission->section);
  g_clear_pointer (&emission->ids, g_array_unref);
  g_object_unref (emission->worker);
  g_free (emission);
}

static gboolean
emit_cb (gpointer data)
{
  Emission *emission = data;
  guint id = signals[emission->signal];

  switch (emission->signal)
    {
    case SIGNAL_STATE:
      g_signal_emit (emission->worker, id, 0, (int) emission->state);
      break;
    case SIGNAL_PROGRESS:
      g_signal_emit (emission->worker, id, 0, &emission->progress);
      break;
    case SIGNAL_PROBLEM:
      g_signal_emit (emission->worker, id, 0, emission->problem, emission->certificate);
      break;
    case SIGNAL_ALERT:
      g_signal_emit (emission->worker, id, 0, emission->alert);
      break;
    case SIGNAL_NEW_MAIL:
      g_signal_emit (emission->worker, id, 0, emission->mailbox_id, emission->ids);
      break;
    case SIGNAL_SYNCED:
    case SIGNAL_REPLAYED:
      g_signal_emit (emission->worker, id, 0, &emission->result);
      break;
    case SIGNAL_PART_PROGRESS:
      g_signal_emit (emission->worker, id, 0, emission->message_id, emission->section, emission->done, emission->total);
      break;
    case N_SIGNALS:
    default:
      g_assert_not_reached ();
    }
  return G_SOURCE_REMOVE;
}

static Emission *
new_emission (MailSyncWorker *worker, Signal signal)
{
  Emission *emission = g_new0 (Emission, 1);

  emission->worker = g_object_ref (worker);
  emission->signal = signal;
  return emission;
}

/* Always by way of a source: the caller may own the context for a moment, and must not run handlers. */
static void
post (Emission *emission)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, emit_cb, emission, emission_free);
  g_source_set_static_name (source, "missiva-worker");
  g_source_attach (source, emission->worker->context);
}

void
mail_sync_worker_emit_state (MailSyncWorker *worker, MailWorkerState state)
{
  Emission *emission = new_emission (worker, SIGNAL_STATE);

  emission->state = state;
  post (emission);
}

void
mail_sync_worker_emit_progress (MailSyncWorker *worker, const MailProgress *progress)
{
  Emission *emission = new_emission (worker, SIGNAL_PROGRESS);

  emission->progress = *progress;
  post (emission);
}

void
mail_sync_worker_emit_problem (MailSyncWorker *worker, MailProblem *problem, MailCertificate *certificate)
{
  Emission *emission = new_emission (worker, SIGNAL_PROBLEM);

  emission->problem = problem;
  emission->certificate = certificate;
  post (emission);
}

void
mail_sync_worker_emit_alert (MailSyncWorker *worker, const char *alert)
{
  Emission *emission = new_emission (worker, SIGNAL_ALERT);

  emission->alert = g_strdup (alert);
  post (emission);
}

void
mail_sync_worker_tell_alerts (MailSyncWorker *worker, MailEngine *engine)
{
  g_autoptr (GPtrArray) alerts = mail_engine_take_alerts (engine);

  for (guint i = 0; i < alerts->len; i++)
    mail_sync_worker_emit_alert (worker, g_ptr_array_index (alerts, i));
}

void
mail_sync_worker_emit_part_progress (MailSyncWorker *worker,
                                     gint64 message_id,
                                     const char *section,
                                     guint64 done,
                                     guint64 total)
{
  Emission *emission = new_emission (worker, SIGNAL_PART_PROGRESS);

  emission->message_id = message_id;
  emission->section = g_strdup (section);
  emission->done = done;
  emission->total = total;
  post (emission);
}

void
mail_sync_worker_emit_new_mail (MailSyncWorker *worker, gint64 mailbox_id, GArray *ids)
{
  Emission *emission = new_emission (worker, SIGNAL_NEW_MAIL);

  emission->mailbox_id = mailbox_id;
  emission->ids = ids;
  post (emission);
}

void
mail_sync_worker_emit_synced (MailSyncWorker *worker, const MailSyncResult *result)
{
  Emission *emission = new_emission (worker, SIGNAL_SYNCED);

  emission->result = *result;
  post (emission);
}

void
mail_sync_worker_emit_replayed (MailSyncWorker *worker, const MailSyncResult *result)
{
  Emission *emission = new_emission (worker, SIGNAL_REPLAYED);

  emission->result = *result;
  post (emission);
}

void
mail_sync_worker_register_signals (GType type)
{
  signals[SIGNAL_STATE] =
      g_signal_new ("state", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT);
  signals[SIGNAL_PROGRESS] =
      g_signal_new ("progress", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[SIGNAL_PROBLEM] = g_signal_new ("problem", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                                          G_TYPE_POINTER, G_TYPE_POINTER);
  signals[SIGNAL_ALERT] =
      g_signal_new ("alert", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[SIGNAL_NEW_MAIL] = g_signal_new ("new-mail", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                                           G_TYPE_INT64, G_TYPE_POINTER);
  signals[SIGNAL_SYNCED] =
      g_signal_new ("synced", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[SIGNAL_REPLAYED] =
      g_signal_new ("replayed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[SIGNAL_PART_PROGRESS] = g_signal_new ("part-progress", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 4,
                                                G_TYPE_INT64, G_TYPE_STRING, G_TYPE_UINT64, G_TYPE_UINT64);
}
