/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/imap-wait.h"

#include "core/errors.h"
#include "sync/imap-sync.h"

/* RFC 2177, section 3: IDLE is issued anew before half an hour is over. */
#define IDLE_SECONDS_MOST (28 * 60)

/* A server that hangs up sooner than this does so for other reasons than silence. */
#define IDLE_SECONDS_LEAST 60

/* How often the mailboxes that do not push are asked, and how often on a network that costs by what goes over it. */
#define ROUND_SECONDS (5 * 60)
#define ROUND_SECONDS_METERED (15 * 60)

/* A mailbox that a person has just opened is asked at once, unless this was done so short a time ago. */
#define ROUND_SECONDS_LEAST 60

struct _MailImapWatch
{
  GArray *open;       /* gint64 ids of mailboxes that are open in a window */
  GArray *news;       /* gint64 ids that the last wait told of */
  GHashTable *told;   /* id (gint64) -> MailImapStatus that was news last: what a sync cannot settle is no news again */
  gint64 round_begun; /* monotonic time of the last round; 0 = now is the time for one */
  guint idle_most;    /* seconds for which this server keeps a silent connection; learnt */
  guint pace;         /* seconds between rounds; 0 = as the network allows */
};

MailImapWatch *
mail_imap_watch_new (void)
{
  MailImapWatch *self = g_new0 (MailImapWatch, 1);

  self->open = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->news = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->told = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  self->idle_most = IDLE_SECONDS_MOST;
  return self;
}

void
mail_imap_watch_free (MailImapWatch *watch)
{
  g_array_unref (watch->open);
  g_array_unref (watch->news);
  g_hash_table_unref (watch->told);
  g_free (watch);
}

void
mail_imap_watch_begin (MailImapWatch *watch)
{
  watch->round_begun = g_get_monotonic_time ();
}

static gboolean
holds (const GArray *ids, gint64 id)
{
  for (guint i = 0; i < ids->len; i++)
    if (g_array_index (ids, gint64, i) == id)
      return TRUE;
  return FALSE;
}

void
mail_imap_watch_set_open (MailImapWatch *watch, const GArray *mailbox_ids)
{
  gint64 fresh = g_get_monotonic_time () - ROUND_SECONDS_LEAST * G_TIME_SPAN_SECOND;

  for (guint i = 0; i < mailbox_ids->len; i++)
    if (!holds (watch->open, g_array_index (mailbox_ids, gint64, i)) && watch->round_begun < fresh)
      watch->round_begun = 0;
  g_array_set_size (watch->open, 0);
  g_array_append_vals (watch->open, mailbox_ids->data, mailbox_ids->len);
}

void
mail_imap_watch_set_pace (MailImapWatch *watch, guint seconds)
{
  watch->pace = seconds;
}

static void
add_news (MailImapWatch *self, gint64 id)
{
  if (!holds (self->news, id))
    g_array_append_val (self->news, id);
}

static gboolean
is_same_look (const MailImapStatus *a, const MailImapStatus *b)
{
  return a->messages == b->messages && a->unseen == b->unseen && a->uidnext == b->uidnext && a->uidvalidity == b->uidvalidity
         && a->highestmodseq == b->highestmodseq;
}

/* The figures of @mailbox as the server told them. @unseen: they say how many are unread. */
static void
take_figures (MailImapEngine *engine, const MailMailboxInfo *mailbox, const MailImapStatus *status, gboolean unseen)
{
  MailImapWatch *self = engine->watch;
  const MailImapStatus *told = g_hash_table_lookup (self->told, &mailbox->id);
  /* Without mod-sequences other clients' flags show only in the number of unread messages. */
  gboolean flags = unseen && status->highestmodseq == 0 && status->unseen != mailbox->unread;

  if ((!flags && !mail_imap_sync_has_news (engine, mailbox, status)) || (told != NULL && is_same_look (told, status)))
    return;
  g_hash_table_replace (self->told, g_memdup2 (&mailbox->id, sizeof mailbox->id), g_memdup2 (status, sizeof *status));
  add_news (self, mailbox->id);
}

/* Selects the inbox when it is not, and notes what is new in it. */
static gboolean
settle_in_inbox (const MailImapPass *pass, GError **error)
{
  MailImapEngine *engine = pass->engine;
  g_autoptr (GError) failure = NULL;
  g_autoptr (MailMailboxInfo) inbox = mail_imap_engine_load_mailbox (engine, 0, &failure);
  MailImapStatus status = { 0 };
  MailImapNews said;

  if (failure != NULL)
    g_propagate_error (error, g_steal_pointer (&failure));
  if (inbox == NULL)
    return error == NULL || *error == NULL;
  if (!engine->unsettled && g_strcmp0 (mail_imap_session_get_selected (engine->session), inbox->name) == 0)
    {
      mail_imap_session_take_news (engine->session, &said);
      if (said.exists_changed || said.expunged > 0 || said.flags_changed > 0)
        add_news (engine->watch, inbox->id);
      return TRUE;
    }
  if (!mail_imap_engine_select (engine, inbox, &status, pass->cancellable, error))
    return FALSE;
  engine->unsettled = FALSE;
  take_figures (engine, inbox, &status, FALSE);
  return TRUE;
}

static gboolean
is_watched (const MailImapEngine *engine, const MailMailboxInfo *mailbox)
{
  if ((mailbox->flags & (MAIL_MAILBOX_NO_SELECT | MAIL_MAILBOX_LOCAL | MAIL_MAILBOX_GONE)) || mailbox->role == MAIL_ROLE_FLAGGED
      || g_strcmp0 (mail_imap_session_get_selected (engine->session), mailbox->name) == 0)
    return FALSE;
  return mailbox->watched || holds (engine->watch->open, mailbox->id);
}

/* (transfer full): the MailMailboxInfo that a round asks for; the selected mailbox tells by itself. */
static GPtrArray *
list_watched (MailImapEngine *engine, GError **error)
{
  g_autoptr (GPtrArray) all = mail_imap_engine_load_mailboxes (engine, error);
  g_autoptr (GPtrArray) watched = g_ptr_array_new_with_free_func ((GDestroyNotify) mail_mailbox_info_free);

  if (all == NULL)
    return NULL;
  for (guint i = 0; i < all->len; i++)
    if (is_watched (engine, g_ptr_array_index (all, i)))
      g_ptr_array_add (watched, mail_mailbox_info_copy (g_ptr_array_index (all, i)));
  return g_steal_pointer (&watched);
}

/* Figures of all that is watched, in one round trip. */
static gboolean
go_round (const MailImapPass *pass, const GPtrArray *watched, GError **error)
{
  MailImapEngine *engine = pass->engine;
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autoptr (GPtrArray) statuses = NULL;

  engine->watch->round_begun = g_get_monotonic_time ();
  /* Without IDLE nothing is said of the inbox unless something is asked. */
  if (!(engine->caps & MAIL_IMAP_CAP_IDLE) && !mail_imap_session_noop (engine->session, pass->cancellable, error))
    return FALSE;
  for (guint i = 0; i < watched->len; i++)
    g_ptr_array_add (names, ((MailMailboxInfo *) g_ptr_array_index (watched, i))->name);
  if (names->len == 0)
    return TRUE;
  statuses = mail_imap_session_status (engine->session, names, pass->cancellable, error);
  if (statuses == NULL)
    return FALSE;
  for (guint i = 0; i < watched->len; i++)
    if (g_ptr_array_index (statuses, i) != NULL)
      take_figures (engine, g_ptr_array_index (watched, i), g_ptr_array_index (statuses, i), TRUE);
  return TRUE;
}

/* Only the time. */
static gboolean
wait_for_time (gint64 until, GCancellable *wake, gboolean *woken, GCancellable *cancellable, GError **error)
{
  gint64 left = MAX (0, until - g_get_monotonic_time ());
  GPollFD fds[2];
  guint n = 0;

  if (g_cancellable_make_pollfd (wake, &fds[n]))
    n++;
  if (g_cancellable_make_pollfd (cancellable, &fds[n]))
    n++;
  *woken = g_poll (fds, n, (int) MIN (G_MAXINT, (left + 999) / 1000)) > 0;
  if (wake != NULL)
    g_cancellable_release_fd (wake);
  if (cancellable != NULL)
    g_cancellable_release_fd (cancellable);
  return !g_cancellable_set_error_if_cancelled (cancellable, error);
}

static gboolean
wait_in_idle (const MailImapPass *pass, gint64 until, GCancellable *wake, gboolean *woken, GError **error)
{
  MailImapEngine *engine = pass->engine;
  gint64 begun = g_get_monotonic_time ();
  gint64 left = MAX (0, until - begun + G_TIME_SPAN_SECOND - 1) / G_TIME_SPAN_SECOND;
  guint seconds = (guint) MIN ((gint64) engine->watch->idle_most, left);
  guint lasted;

  if (mail_imap_session_idle (engine->session, seconds, wake, woken, pass->cancellable, error))
    return TRUE;
  /* Next time IDLE is issued anew before the server loses patience. */
  lasted = (guint) ((g_get_monotonic_time () - begun) / G_TIME_SPAN_SECOND);
  if (lasted >= IDLE_SECONDS_LEAST)
    engine->watch->idle_most = MAX (IDLE_SECONDS_LEAST, lasted / 4 * 3);
  return FALSE;
}

/* Until something is said, @wake or @until; a server may stop short of it. */
static gboolean
pause_until (const MailImapPass *pass, gint64 until, GCancellable *wake, gboolean *woken, GError **error)
{
  MailImapEngine *engine = pass->engine;
  g_autoptr (GError) failure = NULL;

  if (!(engine->caps & MAIL_IMAP_CAP_IDLE))
    return wait_for_time (until, wake, woken, pass->cancellable, error);
  if (wait_in_idle (pass, until, wake, woken, &failure))
    return TRUE;
  /* Offered and refused. */
  engine->caps &= mail_imap_session_get_caps (engine->session);
  if (g_error_matches (failure, MAIL_ERROR, MAIL_ERROR_UNSUPPORTED) && !(engine->caps & MAIL_IMAP_CAP_IDLE))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/* Monotonic time of the next round; G_MAXINT64 where nobody has to be asked. */
static gint64
next_round (const MailImapEngine *engine, const GPtrArray *watched)
{
  gboolean metered = g_network_monitor_get_network_metered (g_network_monitor_get_default ());
  guint pause = metered ? ROUND_SECONDS_METERED : ROUND_SECONDS;

  if (watched->len == 0 && engine->caps & MAIL_IMAP_CAP_IDLE)
    return G_MAXINT64;
  return engine->watch->round_begun + (engine->watch->pace != 0 ? engine->watch->pace : pause) * G_TIME_SPAN_SECOND;
}

gboolean
mail_imap_wait (const MailImapPass *pass, guint seconds, GCancellable *wake, MailEngineWait *why, GError **error)
{
  MailImapEngine *engine = pass->engine;
  gint64 end = g_get_monotonic_time () + seconds * G_TIME_SPAN_SECOND;
  gboolean woken = FALSE;

  g_array_set_size (engine->watch->news, 0);
  while (TRUE)
    {
      g_autoptr (GPtrArray) watched = NULL;
      gint64 round;

      if (!settle_in_inbox (pass, error))
        return FALSE;
      watched = list_watched (engine, error);
      if (watched == NULL)
        return FALSE;
      round = next_round (engine, watched);
      if (round <= g_get_monotonic_time () && (!go_round (pass, watched, error) || !settle_in_inbox (pass, error)))
        return FALSE;
      if (engine->watch->news->len > 0 || woken || g_get_monotonic_time () >= end)
        break;
      if (!pause_until (pass, MIN (end, next_round (engine, watched)), wake, &woken, error))
        return FALSE;
    }
  if (engine->watch->news->len > 0)
    *why = MAIL_ENGINE_WAIT_NEWS;
  else
    *why = woken ? MAIL_ENGINE_WAIT_WORK : MAIL_ENGINE_WAIT_ELAPSED;
  return TRUE;
}

gboolean
mail_imap_sync_news (const MailImapPass *pass, GError **error)
{
  const GArray *news = pass->engine->watch->news;

  for (guint i = 0; i < news->len; i++)
    if (!mail_imap_sync_mailbox (pass, g_array_index (news, gint64, i), error))
      return FALSE;
  return TRUE;
}
