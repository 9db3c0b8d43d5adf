/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/imap-sync.h"

#include "core/clock.h"
#include "core/errors.h"
#include "store/store-messages.h"
#include "sync/imap-ahead.h"
#include "sync/imap-look.h"
#include "sync/imap-mailboxes.h"
#include "sync/imap-replay.h"
#include "sync/imap-wait.h"

/* Mailboxes over which the connection ends; a server that loses it over more has other troubles. */
#define DEATHS_MOST 3

/* So many in a row that cannot be opened just now: that concerns the whole server. */
#define BUSY_MOST 10

/* For how long a mailbox in which something came, or which a person opened, comes before others. */
#define RECENT_SECONDS (14 * 24 * 60 * 60)

/* What went wrong with mailboxes of this pass. */
typedef struct
{
  guint deaths;
  guint busy; /* in a row */
} Mishaps;

gboolean
mail_imap_sync_has_news (MailImapEngine *engine, const MailMailboxInfo *mailbox, const MailImapStatus *status)
{
  if (mailbox->uidnext == 0 || mailbox->uidvalidity != status->uidvalidity || mailbox->uidnext != status->uidnext
      || mailbox->server_messages != status->messages)
    return TRUE;
  return status->highestmodseq != 0 && mailbox->highestmodseq != status->highestmodseq;
}

/* A connection that ends on the way is replaced once: it may have been chance. */
static gboolean
look_twice (const MailImapPass *pass, MailMailboxInfo *mailbox, const MailImapStatus *told, GError **error)
{
  for (gboolean again = FALSE;; again = TRUE)
    {
      g_autoptr (GError) failure = NULL;

      if (mail_imap_look (pass, mailbox, told, &failure))
        return TRUE;
      if (!again && mail_imap_suspects_is_death (failure) && mail_imap_engine_reopen (pass->engine, pass->cancellable))
        continue;
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
}

/* TRUE when the other mailboxes may be looked at in spite of @failure. */
static gboolean
survive (const MailImapPass *pass, const GError *failure, Mishaps *mishaps)
{
  if (mail_imap_suspects_is_death (failure))
    return mishaps->deaths++ < DEATHS_MOST && mail_imap_engine_reopen (pass->engine, pass->cancellable);
  if (g_error_matches (failure, MAIL_ERROR, MAIL_ERROR_BUSY) && ++mishaps->busy >= BUSY_MOST)
    return FALSE;
  return mail_imap_engine_is_of_mailbox (failure);
}

/* One mailbox that cannot be opened, or over which connections end, is no reason to leave out the others. It has news for the next
 * pass as well. */
static gboolean
sync_mailbox (const MailImapPass *pass, MailMailboxInfo *mailbox, const MailImapStatus *told, Mishaps *mishaps, GError **error)
{
  g_autoptr (GError) failure = NULL;

  if (look_twice (pass, mailbox, told, &failure))
    {
      mishaps->busy = 0;
      g_hash_table_remove (pass->engine->stale, &mailbox->id);
      return TRUE;
    }
  if (!mail_error_is_cancelled (failure))
    g_prefix_error (&failure, "%s: ", mailbox->name);
  if (survive (pass, failure, mishaps))
    {
      mail_imap_engine_report (pass->engine, failure, MAIL_PROBLEM_RADIUS_MAILBOX);
      return TRUE;
    }
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/* A new account shows its inbox before the server was asked what else there is. */
static gboolean
show_first_screen (const MailImapPass *pass, GError **error)
{
  g_autoptr (MailMailboxInfo) inbox = mail_imap_mailboxes_ensure_inbox (pass->engine, error);
  g_autoptr (GError) failure = NULL;

  if (inbox == NULL)
    return FALSE;
  /* An inbox that cannot be opened is told of when its turn comes. */
  if (inbox->uidvalidity != 0 || mail_imap_look_at_first_screen (pass, inbox, &failure)
      || mail_imap_engine_is_of_mailbox (failure))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

gboolean
mail_imap_sync_replay_carried (const MailImapPass *pass, GError **error)
{
  if (pass->engine->carried == 0)
    return TRUE;
  pass->engine->carried = 0;
  return mail_imap_replay (pass, error);
}

/* \Flagged shows what other mailboxes hold. */
gboolean
mail_imap_sync_is_looked_at (const MailImapEngine *engine, const MailMailboxInfo *mailbox)
{
  /* A person may want to hear nothing of it unless they look into it. */
  gboolean excluded = mailbox->offline == MAIL_MAILBOX_OFFLINE_NOT && !mail_imap_watch_is_open (engine->watch, mailbox->id)
                      && !g_hash_table_contains (engine->stale, &mailbox->id);

  return (mailbox->flags & MAIL_MAILBOX_NOT_THERE) == 0 && mailbox->role != MAIL_ROLE_FLAGGED && !excluded;
}

/* The mailboxes of a pass, in line. */
typedef struct
{
  const MailImapWatch *watch;
  GPtrArray *mailboxes; /* MailMailboxInfo */
  GHashTable *used;     /* id (gint64), borrowed -> gint64, borrowed from times */
  GArray *times;        /* gint64: when something came last, or a person looked there; 0 = not lately */
} Line;

static gboolean
load_times_job (MailDb *db, gpointer data, GError **error)
{
  Line *line = data;
  gint64 now = mail_clock_now ();

  for (guint i = 0; i < line->mailboxes->len; i++)
    {
      gint64 id = ((const MailMailboxInfo *) g_ptr_array_index (line->mailboxes, i))->id;
      gint64 *time = &g_array_index (line->times, gint64, i);

      if (!mail_store_messages_find_newest (db, id, time, error))
        return FALSE;
      /* Some letters are from the future. */
      *time = MAX (MIN (*time, now), mail_imap_watch_get_opened (line->watch, id));
      if (*time < now - RECENT_SECONDS)
        *time = 0;
    }
  return TRUE;
}

static int
compare_places (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const MailMailboxInfo *left = *(const MailMailboxInfo *const *) a;
  const MailMailboxInfo *right = *(const MailMailboxInfo *const *) b;
  const Line *line = user_data;
  gint64 left_used = *(const gint64 *) g_hash_table_lookup (line->used, &left->id);
  gint64 right_used = *(const gint64 *) g_hash_table_lookup (line->used, &right->id);
  guint left_rank = mail_imap_resync_rank (left, mail_imap_watch_is_open (line->watch, left->id), left_used != 0);
  guint right_rank = mail_imap_resync_rank (right, mail_imap_watch_is_open (line->watch, right->id), right_used != 0);

  if (left_rank != right_rank)
    return left_rank < right_rank ? -1 : 1;
  return left_used > right_used ? -1 : left_used < right_used;
}

/* The more interesting the sooner. What is alike stays in the order of the list. */
static gboolean
line_up (const MailImapPass *pass, GPtrArray *mailboxes, GError **error)
{
  g_autoptr (GHashTable) used = g_hash_table_new (g_int64_hash, g_int64_equal);
  g_autoptr (GArray) times = g_array_new (FALSE, TRUE, sizeof (gint64));
  Line line = { pass->engine->watch, mailboxes, used, times };

  g_array_set_size (times, mailboxes->len);
  if (!mail_store_read (pass->engine->store, load_times_job, &line, error))
    return FALSE;
  for (guint i = 0; i < mailboxes->len; i++)
    g_hash_table_insert (used, &((MailMailboxInfo *) g_ptr_array_index (mailboxes, i))->id, &g_array_index (times, gint64, i));
  g_ptr_array_sort_with_data (mailboxes, compare_places, &line);
  return TRUE;
}

/* *@done: by what STATUS told there is no need to open it. */
static gboolean
look_from_afar (const MailImapPass *pass,
                const MailImapPending *pending,
                MailMailboxInfo *mailbox,
                const MailImapStatus *told,
                gboolean *done,
                GError **error)
{
  *done = mail_imap_look_decide (pass->engine, pending, mailbox, told) == MAIL_IMAP_CASE_UNCHANGED;
  return *done || mail_imap_look_at_empty (pass, pending, mailbox, told, done, error);
}

gboolean
mail_imap_sync (const MailImapPass *pass, GError **error)
{
  g_autoptr (GHashTable) statuses = NULL;
  g_autoptr (GPtrArray) mailboxes = NULL;
  g_autoptr (MailImapPending) pending = NULL;
  MailImapLine line;
  Mishaps mishaps = { 0 };

  mail_imap_engine_progress (pass, MAIL_PHASE_MAILBOXES, 0, 0, 0);
  if (!show_first_screen (pass, error) || !mail_imap_mailboxes_sync (pass, &statuses, error))
    return FALSE;
  mailboxes = mail_imap_engine_load_mailboxes (pass->engine, error);
  pending = mailboxes != NULL ? mail_imap_pending_load (pass->engine, error) : NULL;
  if (pending == NULL || !line_up (pass, mailboxes, error))
    return FALSE;
  pass->result->mailboxes = mailboxes->len;
  line = (MailImapLine){ pass, pending, mailboxes, statuses, 0 };
  for (guint i = 0; i < mailboxes->len; i++)
    {
      MailMailboxInfo *mailbox = g_ptr_array_index (mailboxes, i);
      const MailImapStatus *told = mail_imap_line_get_told (&line, mailbox);
      gboolean done = !mail_imap_sync_is_looked_at (pass->engine, mailbox);

      if (!done && told != NULL && !look_from_afar (pass, pending, mailbox, told, &done, error))
        return FALSE;
      if (done)
        continue;
      if (!mail_imap_engine_take_break (pass, NULL, error))
        return FALSE;
      mail_imap_ahead_send (&line, i);
      if (!sync_mailbox (pass, mailbox, told, &mishaps, error))
        return FALSE;
    }
  return mail_imap_ahead_end (&line, error) && mail_imap_sync_replay_carried (pass, error);
}

gboolean
mail_imap_sync_mailbox (const MailImapPass *pass, gint64 mailbox_id, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (MailMailboxInfo) mailbox = mail_imap_engine_load_mailbox (pass->engine, mailbox_id, &failure);
  g_autoptr (GPtrArray) mailboxes = g_ptr_array_new ();
  g_autoptr (MailImapPending) pending = NULL;
  Mishaps mishaps = { 0 };
  MailImapLine line;

  if (g_error_matches (failure, MAIL_ERROR, MAIL_ERROR_NOT_FOUND))
    return TRUE;
  if (mailbox == NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  pending = mail_imap_pending_load (pass->engine, error);
  if (pending == NULL)
    return FALSE;
  mail_imap_engine_progress (pass, MAIL_PHASE_MAILBOXES, mailbox_id, 0, 0);
  pass->result->mailboxes = 1;
  g_ptr_array_add (mailboxes, mailbox);
  line = (MailImapLine){ pass, pending, mailboxes, NULL, 0 };
  mail_imap_ahead_send (&line, 0);
  return sync_mailbox (pass, mailbox, NULL, &mishaps, error) && mail_imap_ahead_end (&line, error)
         && mail_imap_sync_replay_carried (pass, error);
}
