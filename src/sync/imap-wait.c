/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/imap-wait.h"

#include "core/clock.h"
#include "core/errors.h"
#include "store/store-facts.h"
#include "sync/fact-names.h"
#include "sync/imap-look.h"
#include "sync/imap-sync.h"

/* RFC 2177, section 3: IDLE is issued anew before half an hour is over. */
#define IDLE_SECONDS_MOST (28 * 60)

/* A server that hangs up sooner than this does so for other reasons than silence. */
#define IDLE_SECONDS_LEAST 60

/* What was learnt is believed for a week: it may have been the network, which is another by then. */
#define LEARNT_SECONDS (7 * 24 * 60 * 60)

/* A server that hung up on so many connections in a row as soon as they waited in IDLE, or somebody between here and there, is not
 * asked for it again for an hour. */
#define HANG_UPS_MOST 3
#define NO_IDLE (60 * 60 * G_TIME_SPAN_SECOND)

/* How often the mailboxes that do not push are asked, and how often on a network that costs by what goes over it. */
#define ROUND_SECONDS (5 * 60)
#define ROUND_SECONDS_METERED (15 * 60)

/* A server that gave up telling so often over one connection is not asked to again. */
#define OVERFLOWS_MOST 2

/* A mailbox that a person has just opened is asked at once, unless this was done so short a time ago. */
#define ROUND_SECONDS_LEAST 60

/* Between two comparisons of all flags of a mailbox that news alone give reason to: at least this, and so many times as long as the
 * last one took. */
#define COMPARE_PAUSE_LEAST 60
#define COMPARE_PAUSE_TIMES 10

/* After which an inbox that could not be opened is tried again. */
#define RETRY_PAUSE (60 * G_TIME_SPAN_SECOND)

/* When all flags of a mailbox may be compared again. */
typedef struct
{
  gint64 next;   /* monotonic time */
  gboolean owed; /* there is reason to do it then */
} Compared;

struct _MailImapWatch
{
  GArray *open;       /* gint64 ids of mailboxes that are open in a window */
  GHashTable *opened; /* id (gint64) -> when (gint64) it was opened last */
  GArray *news;       /* gint64 ids that the last wait told of */
  GHashTable *told;   /* id (gint64) -> MailImapStatus that was news last: what a sync cannot settle is no news again */
  GArray *glances;    /* gint64 ids of mailboxes that were just opened, and of which the newest flags are to be compared */
  GHashTable *compared; /* id (gint64) -> Compared */
  gint64 round_begun; /* monotonic time of the last round; 0 = now is the time for one */
  guint idle_most;    /* seconds for which this server keeps a silent connection; 0 = not looked up yet */
  guint pace;         /* seconds between rounds; 0 = as the network allows */
  guint hang_ups;     /* connections in a row that ended in IDLE sooner than silence explains */
  gint64 no_idle;     /* monotonic time until which there is none */
  guint overflows;    /* how often the server gave up telling by itself, over this connection */
  gboolean look;      /* what was told concerns everything, or a mailbox that is not known here */
};

MailImapWatch *
mail_imap_watch_new (void)
{
  MailImapWatch *self = g_new0 (MailImapWatch, 1);

  self->open = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->opened = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  self->news = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->told = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  self->glances = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->compared = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  return self;
}

void
mail_imap_watch_free (MailImapWatch *watch)
{
  g_array_unref (watch->open);
  g_array_unref (watch->news);
  g_hash_table_unref (watch->opened);
  g_hash_table_unref (watch->told);
  g_array_unref (watch->glances);
  g_hash_table_unref (watch->compared);
  g_free (watch);
}

void
mail_imap_watch_connected (MailImapWatch *watch, MailImapCaps *caps)
{
  watch->overflows = 0;
  if (g_get_monotonic_time () < watch->no_idle)
    *caps &= ~MAIL_IMAP_CAP_IDLE;
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

gboolean
mail_imap_watch_is_open (const MailImapWatch *watch, gint64 mailbox_id)
{
  return holds (watch->open, mailbox_id);
}

gint64
mail_imap_watch_get_opened (const MailImapWatch *watch, gint64 mailbox_id)
{
  const gint64 *opened = g_hash_table_lookup (watch->opened, &mailbox_id);

  return opened != NULL ? *opened : 0;
}

void
mail_imap_watch_set_open (MailImapWatch *watch, const GArray *mailbox_ids)
{
  gint64 fresh = g_get_monotonic_time () - ROUND_SECONDS_LEAST * G_TIME_SPAN_SECOND;
  gint64 now = mail_clock_now ();

  for (guint i = 0; i < mailbox_ids->len; i++)
    {
      gint64 id = g_array_index (mailbox_ids, gint64, i);

      if (!holds (watch->open, id) && watch->round_begun < fresh)
        watch->round_begun = 0;
      if (!holds (watch->open, id) && !holds (watch->glances, id))
        g_array_append_val (watch->glances, id);
      g_hash_table_replace (watch->opened, g_memdup2 (&id, sizeof id), g_memdup2 (&now, sizeof now));
    }
  g_array_set_size (watch->open, 0);
  g_array_append_vals (watch->open, mailbox_ids->data, mailbox_ids->len);
}

void
mail_imap_watch_set_pace (MailImapWatch *watch, guint seconds)
{
  watch->pace = seconds;
}

void
mail_imap_watch_note_compared (MailImapWatch *watch, gint64 mailbox_id, gint64 lasted)
{
  guint least = watch->pace != 0 ? watch->pace : COMPARE_PAUSE_LEAST;
  const Compared compared = {
    .next = g_get_monotonic_time () + MAX (least * G_TIME_SPAN_SECOND, lasted * COMPARE_PAUSE_TIMES),
  };

  g_hash_table_replace (watch->compared, g_memdup2 (&mailbox_id, sizeof mailbox_id), g_memdup2 (&compared, sizeof compared));
}

gboolean
mail_imap_watch_may_compare (const MailImapWatch *watch, gint64 mailbox_id)
{
  const Compared *compared = g_hash_table_lookup (watch->compared, &mailbox_id);

  return compared == NULL || compared->next <= g_get_monotonic_time ();
}

void
mail_imap_watch_owe (MailImapWatch *watch, gint64 mailbox_id)
{
  Compared *compared = g_hash_table_lookup (watch->compared, &mailbox_id);

  if (compared != NULL)
    compared->owed = TRUE;
}

/* Nobody waits for news of it. */
static gboolean
is_quiet (const MailImapEngine *engine, const MailMailboxInfo *mailbox)
{
  return !mail_imap_sync_is_looked_at (engine, mailbox);
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

static void
tell (MailImapWatch *self, gint64 id, const MailImapStatus *status)
{
  g_hash_table_replace (self->told, g_memdup2 (&id, sizeof id), g_memdup2 (status, sizeof *status));
  add_news (self, id);
}

/* The figures of @mailbox as the server told them. @unseen: they say how many are unread. */
static void
take_figures (MailImapEngine *engine, const MailMailboxInfo *mailbox, const MailImapStatus *status, gboolean unseen)
{
  MailImapWatch *self = engine->watch;
  const MailImapStatus *told = g_hash_table_lookup (self->told, &mailbox->id);
  /* Without mod-sequences other clients' flags show only in the number of unread messages. */
  gboolean flags = unseen && status->highestmodseq == 0 && status->unseen != mailbox->unread;

  if (!flags && !mail_imap_sync_has_news (engine, mailbox, status))
    g_hash_table_remove (self->told, &mailbox->id);
  else if (told == NULL || !is_same_look (told, status))
    tell (self, mailbox->id, status);
}

/* Whether what the server told by itself is not what is here; it tells only some of the figures. */
static gboolean
differs (const MailMailboxInfo *mailbox, const MailImapStatus *status)
{
  return (status->has & MAIL_IMAP_STATUS_MESSAGES && status->messages != mailbox->server_messages)
         || (status->has & MAIL_IMAP_STATUS_UIDNEXT && status->uidnext != mailbox->uidnext)
         || (status->has & MAIL_IMAP_STATUS_UIDVALIDITY && status->uidvalidity != mailbox->uidvalidity)
         || (status->has & MAIL_IMAP_STATUS_UNSEEN && status->unseen != mailbox->unread)
         || (status->has & MAIL_IMAP_STATUS_HIGHESTMODSEQ && status->highestmodseq != 0
             && status->highestmodseq != mailbox->highestmodseq);
}

static void
take_told (MailImapEngine *engine, const GPtrArray *mailboxes, const MailImapMailboxNews *news)
{
  MailImapWatch *self = engine->watch;

  for (guint i = 0; i < mailboxes->len; i++)
    {
      const MailMailboxInfo *mailbox = g_ptr_array_index (mailboxes, i);
      const MailImapStatus *told = g_hash_table_lookup (self->told, &mailbox->id);

      if (g_strcmp0 (mailbox->name, news->name) != 0)
        continue;
      if (!differs (mailbox, &news->status))
        g_hash_table_remove (self->told, &mailbox->id);
      else if (!is_quiet (engine, mailbox) && (told == NULL || !is_same_look (told, &news->status)))
        tell (self, mailbox->id, &news->status);
      return;
    }
  self->look = TRUE;
}

/* What NOTIFY brought. */
static void
take_all_told (MailImapEngine *engine, const GPtrArray *mailboxes)
{
  gboolean list_changed;
  gboolean lost;
  g_autoptr (GPtrArray) news = mail_imap_session_take_mailbox_news (engine->session, &list_changed, &lost);

  engine->watch->overflows += lost;
  engine->watch->look |= list_changed || lost;
  for (guint i = 0; i < news->len; i++)
    take_told (engine, mailboxes, g_ptr_array_index (news, i));
}

/* Has the server tell of everything by itself, if it can. */
static gboolean
ask_to_be_told (const MailImapPass *pass, GError **error)
{
  MailImapEngine *engine = pass->engine;
  g_autoptr (GError) failure = NULL;

  if (!(engine->caps & MAIL_IMAP_CAP_NOTIFY) || engine->watch->overflows >= OVERFLOWS_MOST
      || mail_imap_session_is_notifying (engine->session)
      || mail_imap_session_notify (engine->session, NULL, TRUE, pass->cancellable, &failure))
    return TRUE;
  /* It can do without: IDLE and rounds are left. */
  engine->caps &= ~MAIL_IMAP_CAP_NOTIFY;
  if (mail_imap_engine_is_no (failure))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

gboolean
mail_imap_watch_hears_all (const MailImapEngine *engine)
{
  return engine->session != NULL && mail_imap_session_is_notifying (engine->session);
}

/* What the server said of @inbox, which is selected, by itself. Where it names the messages whose flags changed, and numbers no
 * changes, that is all there is to know of them. */
static gboolean
take_said (const MailImapPass *pass, MailMailboxInfo *inbox, GError **error)
{
  MailImapEngine *engine = pass->engine;
  g_autoptr (GPtrArray) told = mail_imap_session_take_flags (engine->session);
  MailImapNews said;
  gboolean known;

  mail_imap_session_take_news (engine->session, &said);
  known = inbox->highestmodseq == 0 && inbox->uidnext != 0 && engine->selected_validity == inbox->uidvalidity;
  if (said.exists_changed || said.expunged > 0 || said.flags_changed > (known ? told->len : 0))
    add_news (engine->watch, inbox->id);
  return !known || mail_imap_look_take_flags (pass, inbox, told, error);
}

/* Selects the inbox when it is not, and notes what is new in it. */
static gboolean
settle_in_inbox (const MailImapPass *pass, GError **error)
{
  MailImapEngine *engine = pass->engine;
  g_autoptr (GError) failure = NULL;
  g_autoptr (MailMailboxInfo) inbox = mail_imap_engine_load_mailbox (engine, 0, &failure);
  MailImapStatus status = { 0 };

  if (failure != NULL)
    g_propagate_error (error, g_steal_pointer (&failure));
  if (inbox == NULL)
    return error == NULL || *error == NULL;
  if (!engine->unsettled && g_strcmp0 (mail_imap_session_get_selected (engine->session), inbox->name) == 0)
    {
      return take_said (pass, inbox, error);
    }
  if (!mail_imap_engine_select (engine, inbox, &status, pass->cancellable, &failure))
    {
      if (mail_imap_engine_is_of_mailbox (failure))
        return TRUE;
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  engine->unsettled = FALSE;
  take_figures (engine, inbox, &status, FALSE);
  return TRUE;
}

static gboolean
is_asked (const MailImapEngine *engine, const MailMailboxInfo *mailbox)
{
  if (is_quiet (engine, mailbox) || g_strcmp0 (mail_imap_session_get_selected (engine->session), mailbox->name) == 0)
    return FALSE;
  /* Others' mailboxes are not among those of which the server tells, and of some nobody listened until they were opened. */
  if (mail_imap_watch_hears_all (engine) && !(mailbox->flags & MAIL_MAILBOX_FOREIGN)
      && mailbox->offline != MAIL_MAILBOX_OFFLINE_NOT)
    return FALSE;
  return mailbox->watched || holds (engine->watch->open, mailbox->id);
}

/* (transfer container): those of @mailboxes that a round asks for. */
static GPtrArray *
list_asked (const MailImapEngine *engine, const GPtrArray *mailboxes)
{
  GPtrArray *asked = g_ptr_array_new ();

  for (guint i = 0; i < mailboxes->len; i++)
    if (is_asked (engine, g_ptr_array_index (mailboxes, i)))
      g_ptr_array_add (asked, g_ptr_array_index (mailboxes, i));
  return asked;
}

/* Figures of @mailboxes, in one round trip. */
static gboolean
ask (const MailImapPass *pass, const GPtrArray *mailboxes, GError **error)
{
  MailImapEngine *engine = pass->engine;
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autoptr (GPtrArray) statuses = NULL;

  for (guint i = 0; i < mailboxes->len; i++)
    g_ptr_array_add (names, ((MailMailboxInfo *) g_ptr_array_index (mailboxes, i))->name);
  if (names->len == 0)
    return TRUE;
  statuses = mail_imap_session_status (engine->session, names, pass->cancellable, error);
  if (statuses == NULL)
    return FALSE;
  for (guint i = 0; i < mailboxes->len; i++)
    if (g_ptr_array_index (statuses, i) != NULL)
      take_figures (engine, g_ptr_array_index (mailboxes, i), g_ptr_array_index (statuses, i), TRUE);
  return TRUE;
}

static gboolean
go_round (const MailImapPass *pass, const GPtrArray *asked, GError **error)
{
  MailImapEngine *engine = pass->engine;

  engine->watch->round_begun = g_get_monotonic_time ();
  /* Without IDLE nothing is said of the inbox unless something is asked. */
  if (!(engine->caps & MAIL_IMAP_CAP_IDLE) && !mail_imap_session_noop (engine->session, pass->cancellable, error))
    return FALSE;
  return ask (pass, asked, error);
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

typedef struct
{
  gint64 most;
  gint64 until;
} Learnt;

static gboolean
load_learnt_job (MailDb *db, gpointer data, GError **error)
{
  Learnt *learnt = data;

  return mail_store_facts_get_int (db, MAIL_FACT_IDLE_MOST, &learnt->most, error)
         && mail_store_facts_get_int (db, MAIL_FACT_IDLE_UNTIL, &learnt->until, error);
}

static gboolean
save_learnt_job (MailDb *db, gpointer data, GError **error)
{
  const Learnt *learnt = data;

  return mail_store_facts_set_int (db, MAIL_FACT_IDLE_MOST, learnt->most, error)
         && mail_store_facts_set_int (db, MAIL_FACT_IDLE_UNTIL, learnt->until, error);
}

static guint
least_seconds (const MailImapWatch *self)
{
  return self->pace != 0 ? self->pace : IDLE_SECONDS_LEAST;
}

/* What an earlier run of the program learnt. */
static gboolean
look_up_idle_most (MailImapEngine *engine, GError **error)
{
  Learnt learnt = { 0 };
  gint64 now = mail_clock_now ();

  if (engine->watch->idle_most != 0)
    return TRUE;
  if (!mail_store_read (engine->store, load_learnt_job, &learnt, error))
    return FALSE;
  engine->watch->idle_most = IDLE_SECONDS_MOST;
  /* A clock that was set back must not make it longer. */
  if (learnt.most >= least_seconds (engine->watch) && now < learnt.until && learnt.until <= now + LEARNT_SECONDS)
    engine->watch->idle_most = (guint) MIN (learnt.most, IDLE_SECONDS_MOST);
  return TRUE;
}

/* The server hung up after @lasted seconds of silence: IDLE is issued anew sooner from now on. */
static void
learn_idle_most (MailImapEngine *engine, guint lasted)
{
  Learnt learnt = { MAX (least_seconds (engine->watch), lasted * 3 / 4), mail_clock_now () + LEARNT_SECONDS };

  engine->watch->idle_most = (guint) learnt.most;
  /* Not worth a word: the worst is that it is learnt again. */
  mail_store_write (engine->store, save_learnt_job, &learnt, NULL);
}

static void
learn_of_end (MailImapEngine *engine, guint lasted)
{
  MailImapWatch *self = engine->watch;

  if (lasted >= least_seconds (self))
    {
      self->hang_ups = 0;
      learn_idle_most (engine, lasted);
    }
  else if (++self->hang_ups >= HANG_UPS_MOST)
    {
      self->hang_ups = 0;
      self->no_idle = g_get_monotonic_time () + NO_IDLE;
    }
}

static gboolean
wait_in_idle (const MailImapPass *pass, gint64 until, GCancellable *wake, gboolean *woken, GError **error)
{
  MailImapEngine *engine = pass->engine;
  gint64 begun = g_get_monotonic_time ();
  gint64 left = MAX (0, until - begun + G_TIME_SPAN_SECOND - 1) / G_TIME_SPAN_SECOND;
  guint seconds = (guint) MIN ((gint64) engine->watch->idle_most, left);
  g_autoptr (GError) failure = NULL;
  guint lasted;

  if (mail_imap_session_idle (engine->session, seconds, wake, woken, pass->cancellable, &failure))
    {
      engine->watch->hang_ups = 0;
      /* It may turn out to be none. */
      engine->caps &= mail_imap_session_get_caps (engine->session);
      return TRUE;
    }
  lasted = (guint) ((g_get_monotonic_time () - begun) / G_TIME_SPAN_SECOND);
  /* Whoever quits, or goes to another network, teaches nothing about the server. */
  if (g_error_matches (failure, MAIL_ERROR, MAIL_ERROR_CLOSED) || g_error_matches (failure, MAIL_ERROR, MAIL_ERROR_TIMED_OUT))
    learn_of_end (engine, lasted);
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/* Until something is said, @wake or @until; a server may stop short of it. */
static gboolean
pause_until (const MailImapPass *pass, gint64 until, GCancellable *wake, gboolean *woken, GError **error)
{
  MailImapEngine *engine = pass->engine;
  g_autoptr (GError) failure = NULL;

  if (mail_imap_session_get_selected (engine->session) == NULL && !mail_imap_watch_hears_all (engine))
    return wait_for_time (MIN (until, g_get_monotonic_time () + RETRY_PAUSE), wake, woken, pass->cancellable, error);
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

/* Settles in the inbox, unless it cannot be opened now. *@left: the mailbox that was selected until then, if the server tells of it
 * from now on: what happened in it and was not told before is told by nobody. */
static gboolean
look_back (const MailImapPass *pass, char **left, GError **error)
{
  MailImapEngine *engine = pass->engine;
  g_autofree char *before = g_strdup (mail_imap_session_get_selected (engine->session));

  if (!settle_in_inbox (pass, error))
    return FALSE;
  if (mail_imap_watch_hears_all (engine) && before != NULL
      && g_strcmp0 (before, mail_imap_session_get_selected (engine->session)) != 0)
    *left = g_steal_pointer (&before);
  return TRUE;
}

static gboolean
ask_about (const MailImapPass *pass, const GPtrArray *mailboxes, const char *name, GError **error)
{
  g_autoptr (GPtrArray) asked = g_ptr_array_new ();

  for (guint i = 0; i < mailboxes->len; i++)
    if (g_strcmp0 (((const MailMailboxInfo *) g_ptr_array_index (mailboxes, i))->name, name) == 0)
      g_ptr_array_add (asked, g_ptr_array_index (mailboxes, i));
  return ask (pass, asked, error);
}

/* Comparisons that were put off until now are news; *@round: when the next one is due, if that is sooner. */
static void
take_owed (MailImapWatch *self, gint64 *round)
{
  GHashTableIter iter;
  gpointer id;
  gpointer value;

  g_hash_table_iter_init (&iter, self->compared);
  while (g_hash_table_iter_next (&iter, &id, &value))
    {
      Compared *compared = value;

      if (!compared->owed)
        continue;
      if (compared->next > g_get_monotonic_time ())
        {
          *round = MIN (*round, compared->next);
          continue;
        }
      compared->owed = FALSE;
      add_news (self, *(const gint64 *) id);
    }
}

/* Where changes are numbered nothing has to be compared. */
static gboolean
has_glances (const MailImapEngine *engine)
{
  if (engine->caps & MAIL_IMAP_CAP_CONDSTORE)
    g_array_set_size (engine->watch->glances, 0);
  return engine->watch->glances->len > 0;
}

/* Everything that is known by now, asking where it is time to. *@round: when it is time again. */
static gboolean
gather (const MailImapPass *pass, gint64 *round, GError **error)
{
  MailImapEngine *engine = pass->engine;
  g_autoptr (GPtrArray) mailboxes = NULL;
  g_autoptr (GPtrArray) asked = NULL;
  g_autofree char *left = NULL;

  if (!look_back (pass, &left, error))
    return FALSE;
  mailboxes = mail_imap_engine_load_mailboxes (engine, error);
  if (mailboxes == NULL)
    return FALSE;
  /* Whether the server gave up telling is to be known before it is asked to tell. */
  take_all_told (engine, mailboxes);
  if (!ask_to_be_told (pass, error) || (left != NULL && !ask_about (pass, mailboxes, left, error)))
    return FALSE;
  take_all_told (engine, mailboxes);
  asked = list_asked (engine, mailboxes);
  if (next_round (engine, asked) <= g_get_monotonic_time ()
      && (!go_round (pass, asked, error) || !settle_in_inbox (pass, error)))
    return FALSE;
  *round = next_round (engine, asked);
  take_owed (engine->watch, round);
  return TRUE;
}

gboolean
mail_imap_wait (const MailImapPass *pass, guint seconds, GCancellable *wake, MailEngineWait *why, GError **error)
{
  MailImapWatch *watch = pass->engine->watch;
  gint64 end = g_get_monotonic_time () + seconds * G_TIME_SPAN_SECOND;
  guint alerts = pass->engine->alerts->len;
  gboolean woken = FALSE;
  gint64 round;

  if (!look_up_idle_most (pass->engine, error))
    return FALSE;
  g_array_set_size (watch->news, 0);
  watch->look = FALSE;
  while (TRUE)
    {
      if (!gather (pass, &round, error))
        return FALSE;
      if (watch->news->len > 0 || has_glances (pass->engine) || watch->look || woken || g_get_monotonic_time () >= end)
        break;
      if (!pause_until (pass, MIN (end, round), wake, &woken, error))
        return FALSE;
      /* What the server wants to be read is read now. */
      woken = woken || pass->engine->alerts->len > alerts;
    }
  if (watch->look)
    *why = MAIL_ENGINE_WAIT_LOOK;
  else if (watch->news->len > 0 || watch->glances->len > 0)
    *why = MAIL_ENGINE_WAIT_NEWS;
  else
    *why = woken ? MAIL_ENGINE_WAIT_WORK : MAIL_ENGINE_WAIT_ELAPSED;
  return TRUE;
}

/* What a person has just opened shows the flags that the server has, as far as it can be seen at once. */
static gboolean
glance (const MailImapPass *pass, gint64 id, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (MailMailboxInfo) mailbox = mail_imap_engine_load_mailbox (pass->engine, id, &failure);

  if (mailbox != NULL && (mailbox->uidnext == 0 || is_quiet (pass->engine, mailbox)))
    return TRUE;
  if ((mailbox != NULL && mail_imap_look_at_newest_flags (pass, mailbox, &failure)) || mail_imap_engine_is_of_mailbox (failure))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

static gboolean
sync_news (const MailImapPass *pass, GError **error)
{
  MailImapWatch *watch = pass->engine->watch;

  while (has_glances (pass->engine))
    {
      gint64 id = g_array_index (watch->glances, gint64, 0);

      g_array_remove_index (watch->glances, 0);
      if (holds (watch->open, id) && !glance (pass, id, error))
        return FALSE;
    }
  for (guint i = 0; i < watch->news->len; i++)
    if (!mail_imap_sync_mailbox (pass, g_array_index (watch->news, gint64, i), error))
      return FALSE;
  return TRUE;
}

gboolean
mail_imap_sync_news (const MailImapPass *pass, GError **error)
{
  gboolean ok;

  pass->engine->by_news = TRUE;
  ok = sync_news (pass, error);
  pass->engine->by_news = FALSE;
  return ok;
}
