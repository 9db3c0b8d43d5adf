/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/imap-audit.h"

#include "core/clock.h"
#include "core/errors.h"
#include "store/store-facts.h"
#include "store/store-mailboxes.h"
#include "store/store-messages.h"
#include "store/store-ops.h"
#include "sync/imap-apply.h"
#include "sync/imap-headers.h"
#include "sync/imap-info.h"
#include "sync/imap-look.h"
#include "sync/imap-renumber.h"
#include "sync/imap-sync.h"

#define DAY (24 * 60 * 60)

/* Keywords that are looked for one by one. */
#define KEYWORDS_MOST 20

/* Rows that are compared at a time. */
#define WINDOW 20000

typedef struct
{
  const MailImapPass *pass;
  MailMailboxInfo *mailbox;
  MailImapStatus status;
  MailAuditResult *result;
  MailPieceFunc func; /* or NULL */
  gpointer user_data;
  GArray *fresh;   /* guint32: messages without a row */
  GArray *gone;    /* MailStoreUid: rows of which the server knows nothing */
  GArray *doubted; /* MailStoreUid: rows with another size or time of arrival than the message of that UID */
} Audit;

typedef struct
{
  gint64 size;
  gint64 date; /* 0 = not told */
} Shape;

/* What the server says of messages. */
typedef struct
{
  GArray *seen;       /* MailImapSeen */
  GHashTable *shapes; /* UID -> Shape */
} Answer;

static gboolean
take_answer (MailImapFetch *fetch, gpointer user_data, GError **error)
{
  Answer *answer = user_data;
  MailImapSeen entry = { .uid = fetch->uid, .flags = fetch->flags };

  if (!(fetch->has & MAIL_IMAP_HAS_UID) || !(fetch->has & MAIL_IMAP_HAS_FLAGS))
    return TRUE;
  if (fetch->has & MAIL_IMAP_HAS_SIZE)
    {
      const Shape shape = { .size = (gint64) fetch->size, .date = fetch->internal_date };

      g_hash_table_replace (answer->shapes, GUINT_TO_POINTER (fetch->uid), g_memdup2 (&shape, sizeof shape));
    }
  entry.has_labels = (fetch->has & MAIL_IMAP_HAS_LABELS) != 0;
  entry.keywords = g_steal_pointer (&fetch->keywords);
  entry.labels = g_steal_pointer (&fetch->labels);
  g_array_append_val (answer->seen, entry);
  return TRUE;
}

typedef struct
{
  gint64 mailbox_id;
  guint32 first;
  GArray *rows;        /* out: MailStoreUid */
  GHashTable *leaving; /* out: UIDs that shall have no row */
} Window;

static gboolean
load_window_job (MailDb *db, gpointer data, GError **error)
{
  Window *window = data;
  g_autoptr (GPtrArray) ops = mail_store_ops_list (db, 0, error);

  if (ops == NULL)
    return FALSE;
  for (guint i = 0; i < ops->len; i++)
    {
      const MailOp *op = g_ptr_array_index (ops, i);

      if ((op->kind == MAIL_OP_MOVE || op->kind == MAIL_OP_EXPUNGE) && op->mailbox_id == window->mailbox_id)
        g_hash_table_add (window->leaving, GUINT_TO_POINTER (op->uid));
    }
  window->rows = mail_store_messages_uids_between (db, window->mailbox_id, window->first, G_MAXUINT32, WINDOW, error);
  return window->rows != NULL;
}

static void
note_fresh (Audit *audit, const GArray *fresh, GHashTable *leaving)
{
  MailImapSuspects *suspects = audit->pass->engine->suspects;

  for (guint i = 0; i < fresh->len; i++)
    {
      guint32 uid = g_array_index (fresh, guint32, i);

      if (!g_hash_table_contains (leaving, GUINT_TO_POINTER (uid))
          && mail_imap_suspects_get (suspects, audit->mailbox->id, uid) == MAIL_IMAP_UNSUSPECTED)
        g_array_append_val (audit->fresh, uid);
    }
}

static void
note_shapes (Audit *audit, const GArray *rows, const Answer *answer)
{
  for (guint i = 0; i < rows->len; i++)
    {
      const MailStoreUid *row = &g_array_index (rows, MailStoreUid, i);
      const Shape *told = g_hash_table_lookup (answer->shapes, GUINT_TO_POINTER (row->uid));

      if (told != NULL
          && (told->size != row->size || (told->date != 0 && row->internal_date != 0 && told->date != row->internal_date)))
        g_array_append_vals (audit->doubted, row, 1);
    }
}

/* Compares the rows of @window, and all messages from window->first to @last. */
static gboolean
compare_window (Audit *audit, const Window *window, guint32 last, GError **error)
{
  const MailImapPass *pass = audit->pass;
  g_autoptr (GArray) seen = mail_imap_seen_new ();
  g_autoptr (GHashTable) shapes = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  Answer answer = { seen, shapes };
  g_autoptr (MailImapDiff) diff = NULL;
  const char *items = pass->engine->caps & MAIL_IMAP_CAP_GMAIL ? "FLAGS INTERNALDATE RFC822.SIZE X-GM-LABELS"
                                                               : "FLAGS INTERNALDATE RFC822.SIZE";
  g_autofree char *set = last == G_MAXUINT32 ? g_strdup_printf ("%u:*", window->first)
                                             : g_strdup_printf ("%u:%u", window->first, last);

  if (audit->status.messages > 0
      && !mail_imap_session_fetch (pass->engine->session, set, items, take_answer, &answer, pass->cancellable, error))
    return FALSE;
  mail_imap_seen_sort (seen);
  /* "n:*" names the last message even when its UID is below n. */
  while (seen->len > 0 && g_array_index (seen, MailImapSeen, 0).uid < window->first)
    g_array_remove_index (seen, 0);
  diff = mail_imap_resync_compare (window->rows, seen, TRUE, mail_imap_hides_deleted (pass->engine));
  note_fresh (audit, diff->fresh, window->leaving);
  note_shapes (audit, window->rows, &answer);
  g_array_append_vals (audit->gone, diff->gone->data, diff->gone->len);
  audit->result->messages += seen->len;
  return mail_imap_apply_flags (pass->engine, audit->mailbox->id, diff->changed, &audit->result->flags, error);
}

/* Between two windows. What was compared is as good as it would be had the mailbox ended there. */
static gboolean
goes_on (Audit *audit, guint before, GError **error)
{
  if (audit->func == NULL || audit->func (audit->result->messages - before, audit->status.messages, audit->user_data))
    return TRUE;
  audit->pass->engine->stopped = TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "nobody waits for the comparison");
  return FALSE;
}

static gboolean
compare_all (Audit *audit, GError **error)
{
  const guint before = audit->result->messages;
  guint32 next = 1;

  for (guint32 first = next; next != 0; first = next)
    {
      g_autoptr (GHashTable) leaving = g_hash_table_new (NULL, NULL);
      Window window = { .mailbox_id = audit->mailbox->id, .first = first, .leaving = leaving };
      g_autoptr (GArray) rows = NULL;

      if (!mail_store_read (audit->pass->engine->store, load_window_job, &window, error))
        return FALSE;
      rows = window.rows;
      next = rows->len < WINDOW ? 0 : g_array_index (rows, MailStoreUid, rows->len - 1).uid + 1;
      if (!compare_window (audit, &window, next != 0 ? next - 1 : G_MAXUINT32, error) || !goes_on (audit, before, error))
        return FALSE;
    }
  return TRUE;
}

typedef struct
{
  GHashTable *told; /* UID -> MailMessageInfo: what the server has */
  GArray *doubted;  /* MailStoreUid; those whose row is another message stay */
} Doubts;

static gboolean
take_told (MailImapFetch *fetch, gpointer user_data, GError **error)
{
  Doubts *doubts = user_data;
  MailMessageInfo *info;

  if (fetch->envelope == NULL)
    return TRUE;
  info = mail_imap_info_new (fetch, 0);
  g_hash_table_replace (doubts->told, GUINT_TO_POINTER (info->uid), info);
  return TRUE;
}

/* Servers tell sizes and times that are not quite true: only a row with another Message-ID is another message. Not all have one. */
static gboolean
is_another (const MailMessageInfo *row, const MailMessageInfo *told)
{
  if (row->message_id != NULL || told->message_id != NULL)
    return g_strcmp0 (row->message_id, told->message_id) != 0;
  return g_strcmp0 (row->from_address, told->from_address) != 0 || g_strcmp0 (row->subject, told->subject) != 0;
}

static gboolean
keep_wrong_job (MailDb *db, gpointer data, GError **error)
{
  Doubts *doubts = data;
  guint kept = 0;

  for (guint i = 0; i < doubts->doubted->len; i++)
    {
      MailStoreUid uid = g_array_index (doubts->doubted, MailStoreUid, i);
      g_autoptr (MailMessageInfo) row = mail_store_messages_get (db, uid.id, NULL);
      const MailMessageInfo *told = g_hash_table_lookup (doubts->told, GUINT_TO_POINTER (uid.uid));

      if (row != NULL && told != NULL && is_another (row, told))
        g_array_index (doubts->doubted, MailStoreUid, kept++) = uid;
    }
  g_array_set_size (doubts->doubted, kept);
  return TRUE;
}

static gboolean
confirm_doubts (Audit *audit, GError **error)
{
  g_autoptr (GHashTable) told = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) mail_message_info_free);
  g_autoptr (GArray) uids = g_array_new (FALSE, FALSE, sizeof (guint32));
  Doubts doubts = { told, audit->doubted };
  g_autofree char *set = NULL;

  if (audit->doubted->len == 0)
    return TRUE;
  for (guint i = 0; i < audit->doubted->len; i++)
    g_array_append_vals (uids, &g_array_index (audit->doubted, MailStoreUid, i).uid, 1);
  set = mail_imap_uid_set (uids, 0, uids->len);
  return mail_imap_session_fetch (audit->pass->engine->session, set, "INTERNALDATE RFC822.SIZE ENVELOPE", take_told, &doubts,
                                  audit->pass->cancellable, error)
         && mail_store_read (audit->pass->engine->store, keep_wrong_job, &doubts, error);
}

static gboolean
unlink_row (MailDb *db, gint64 mailbox_id, const MailStoreUid *uid, GError **error)
{
  g_autoptr (MailMessageInfo) row = mail_store_messages_get (db, uid->id, NULL);
  g_autoptr (GPtrArray) ops = mail_store_ops_list (db, uid->id, error);

  if (ops == NULL)
    return FALSE;
  if (row == NULL || row->mailbox_id != mailbox_id || row->uid != uid->uid)
    return TRUE;
  for (guint i = 0; i < ops->len; i++)
    {
      const MailOp *op = g_ptr_array_index (ops, i);

      if (op->mailbox_id == mailbox_id && op->uid == uid->uid && !mail_store_ops_park (db, op->id, error))
        return FALSE;
    }
  return mail_store_messages_set_uid (db, row->id, 0, error);
}

/* Rows that have no business with their UID lose it; like those of a renumbered mailbox they are met again, or go. */
static gboolean
unlink_job (MailDb *db, gpointer data, GError **error)
{
  const Audit *audit = data;

  for (guint i = 0; i < audit->gone->len; i++)
    if (!unlink_row (db, audit->mailbox->id, &g_array_index (audit->gone, MailStoreUid, i), error))
      return FALSE;
  for (guint i = 0; i < audit->doubted->len; i++)
    if (!unlink_row (db, audit->mailbox->id, &g_array_index (audit->doubted, MailStoreUid, i), error))
      return FALSE;
  return TRUE;
}

static gboolean
heal (Audit *audit, GError **error)
{
  MailImapEngine *engine = audit->pass->engine;
  g_autoptr (MailImapHeaders) headers = NULL;
  guint removed = 0;

  if (audit->fresh->len + audit->gone->len + audit->doubted->len == 0)
    return TRUE;
  for (guint i = 0; i < audit->doubted->len; i++)
    g_array_append_vals (audit->fresh, &g_array_index (audit->doubted, MailStoreUid, i).uid, 1);
  g_array_sort (audit->fresh, mail_imap_compare_uid);
  audit->result->missing += audit->fresh->len - audit->doubted->len;
  audit->result->extra += audit->gone->len;
  audit->result->misnumbered += audit->doubted->len;
  if (!mail_store_write (engine->store, unlink_job, audit, error))
    return FALSE;
  headers = mail_imap_headers_new (audit->pass, audit->mailbox, audit->fresh->len, TRUE);
  mail_imap_headers_set_strict (headers);
  if (audit->fresh->len > 0 && !mail_imap_headers_fetch (headers, audit->fresh, error))
    return FALSE;
  /* A row that lost its UID may be the message whose header cannot be had. */
  return mail_imap_suspects_count_left_out (engine->suspects, audit->mailbox->id) > 0
         || (mail_imap_renumber_settle (audit->pass, audit->mailbox, &engine->carried, error)
             && mail_imap_apply_orphans (engine, audit->mailbox->id, &removed, error));
}

static const struct
{
  const char *criteria;
  MailFlags flag;
} compared[] = {
  { "SEEN", MAIL_FLAG_SEEN },       { "ANSWERED", MAIL_FLAG_ANSWERED }, { "FLAGGED", MAIL_FLAG_FLAGGED },
  { "DELETED", MAIL_FLAG_DELETED }, { "DRAFT", MAIL_FLAG_DRAFT },
};

/* FALSE: one has a flag here that it has not there. @counts: how many have each. */
static gboolean
have_their_marks (const GArray *rows, const GPtrArray *marked, guint64 *counts)
{
  for (guint i = 0; i < rows->len; i++)
    for (guint f = 0; f < G_N_ELEMENTS (compared); f++)
      {
        const MailStoreUid *row = &g_array_index (rows, MailStoreUid, i);

        if (!(row->server_flags & compared[f].flag))
          continue;
        if (!mail_imap_set_contains (g_ptr_array_index (marked, f), row->uid))
          return FALSE;
        counts[f]++;
      }
  return TRUE;
}

/* Compares the set of UIDs, and of those that have each flag. *@alike: no message is missing, none is too many, and all have their
 * flags. */
static gboolean
compare_sets (Audit *audit, const GArray *there, GPtrArray *marked, gboolean *alike, GError **error)
{
  g_autoptr (MailImapDiff) diff = mail_imap_diff_new ();
  g_autoptr (GHashTable) leaving = g_hash_table_new (NULL, NULL);
  guint64 counts[G_N_ELEMENTS (compared)] = { 0 };
  guint32 next = 1;

  *alike = TRUE;
  for (guint32 first = next; next != 0 && *alike; first = next)
    {
      Window window = { .mailbox_id = audit->mailbox->id, .first = first, .leaving = leaving };
      g_autoptr (GArray) rows = NULL;

      if (!mail_store_read (audit->pass->engine->store, load_window_job, &window, error))
        return FALSE;
      rows = window.rows;
      next = rows->len < WINDOW ? 0 : g_array_index (rows, MailStoreUid, rows->len - 1).uid + 1;
      mail_imap_resync_compare_ranges (diff, rows, there, first, next != 0 ? next - 1 : G_MAXUINT32);
      *alike = diff->fresh->len + diff->gone->len == 0 && have_their_marks (rows, marked, counts);
    }
  for (guint f = 0; f < G_N_ELEMENTS (compared); f++)
    *alike = *alike && counts[f] == mail_imap_set_count (g_ptr_array_index (marked, f));
  return TRUE;
}

typedef struct
{
  gint64 mailbox_id;
  GHashTable *here; /* out: keyword -> GArray of guint32 */
} Keywords;

static gboolean
load_keywords_job (MailDb *db, gpointer data, GError **error)
{
  Keywords *keywords = data;

  keywords->here = mail_store_messages_uids_by_keyword (db, keywords->mailbox_id, error);
  return keywords->here != NULL;
}

/* Those that a message here has, and those that the server says the mailbox keeps. */
static GHashTable *
list_keywords (const Audit *audit, GError **error)
{
  Keywords keywords = { .mailbox_id = audit->mailbox->id };
  const char *lasting = mail_imap_session_get_lasting_keywords (audit->pass->engine->session);
  g_autofree char *lower = lasting != NULL ? g_ascii_strdown (lasting, -1) : NULL;
  g_auto (GStrv) each = lower != NULL ? g_strsplit (lower, " ", -1) : NULL;

  if (!mail_store_read (audit->pass->engine->store, load_keywords_job, &keywords, error))
    return NULL;
  for (guint i = 0; each != NULL && each[i] != NULL; i++)
    if (!g_hash_table_contains (keywords.here, each[i]))
      g_hash_table_insert (keywords.here, g_strdup (each[i]), g_array_new (FALSE, FALSE, sizeof (guint32)));
  return keywords.here;
}

static gboolean
are_all_in (const GArray *uids, const GArray *there)
{
  for (guint i = 0; i < uids->len; i++)
    if (!mail_imap_set_contains (there, g_array_index (uids, guint32, i)))
      return FALSE;
  return mail_imap_set_count (there) == uids->len;
}

/* The same for keywords, where they are few, and where the server searches for them. *@alike: no message has one too many or too
 * few. */
static gboolean
compare_keywords (Audit *audit, gboolean *alike, GError **error)
{
  const MailImapPass *pass = audit->pass;
  g_autoptr (GHashTable) here = list_keywords (audit, error);
  GHashTableIter iter;
  gpointer keyword;
  gpointer uids;

  if (here == NULL || g_hash_table_size (here) > KEYWORDS_MOST)
    return here != NULL;
  g_hash_table_iter_init (&iter, here);
  while (*alike && g_hash_table_iter_next (&iter, &keyword, &uids))
    {
      g_autofree char *criteria = g_strconcat ("KEYWORD ", keyword, NULL);
      g_autoptr (GError) failure = NULL;
      g_autoptr (GArray) there =
          mail_imap_session_search_ranges (pass->engine->session, criteria, pass->cancellable, &failure);

      if (there == NULL && mail_imap_engine_is_declined (failure))
        return TRUE;
      if (there == NULL)
        {
          g_propagate_error (error, g_steal_pointer (&failure));
          return FALSE;
        }
      *alike = are_all_in (uids, there);
    }
  return TRUE;
}

/* Few round trips and few bytes: the UIDs, and those with each flag, as ranges. What is on its way elsewhere makes a difference,
 * too, so that an audit among changes looks at too much rather than at too little. */
static gboolean
compare_figures (Audit *audit, gboolean *alike, GError **error)
{
  const MailImapPass *pass = audit->pass;
  g_autoptr (GPtrArray) marked = g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref);
  g_autoptr (GArray) there = mail_imap_session_search_ranges (pass->engine->session, "ALL", pass->cancellable, error);

  *alike = FALSE;
  if (there == NULL || mail_imap_set_count (there) != audit->status.messages)
    return there != NULL;
  for (guint f = 0; f < G_N_ELEMENTS (compared); f++)
    {
      GArray *with =
          mail_imap_session_search_ranges (pass->engine->session, compared[f].criteria, pass->cancellable, error);

      if (with == NULL)
        return FALSE;
      g_ptr_array_add (marked, with);
    }
  return compare_sets (audit, there, marked, alike, error) && (!*alike || compare_keywords (audit, alike, error));
}

/* Only what was wrong is told: not what is news since the last look, nor, where nobody tells of flags, these. */
static gboolean
was_wrong (const Audit *audit, const MailAuditResult *before)
{
  const MailAuditResult *now = audit->result;
  const MailMailboxInfo *mailbox = audit->mailbox;
  gboolean settled = mailbox->uidnext == audit->status.uidnext && mailbox->server_messages == audit->status.messages
                     && mailbox->highestmodseq == audit->status.highestmodseq;
  guint rows = now->missing + now->extra + now->misnumbered - before->missing - before->extra - before->misnumbered;

  return settled && (rows > 0 || (mailbox->highestmodseq != 0 && now->flags > before->flags));
}

static void
report_wrong (const Audit *audit, const MailAuditResult *before)
{
  const MailAuditResult *now = audit->result;
  g_autoptr (GError) told = NULL;

  if (!was_wrong (audit, before))
    return;
  g_set_error (&told, MAIL_ERROR, MAIL_ERROR_HEALED,
               "%s: %u messages were missing, %u too many, %u had other flags, %u stood for another; all was put right",
               audit->mailbox->name, now->missing - before->missing, now->extra - before->extra, now->flags - before->flags,
               now->misnumbered - before->misnumbered);
  mail_imap_engine_report (audit->pass->engine, told, MAIL_PROBLEM_RADIUS_MAILBOX);
}

typedef struct
{
  const Audit *audit;
  const MailAuditResult *before;
} Done;

static gboolean
note_job (MailDb *db, gpointer data, GError **error)
{
  const Done *done = data;
  const MailAuditResult *now = done->audit->result;
  g_autofree char *what = NULL;
  gint64 when = mail_clock_now ();

  if (!mail_store_mailboxes_set_audited (db, done->audit->mailbox->id, when, error))
    return FALSE;
  if (!was_wrong (done->audit, done->before))
    return TRUE;
  what = g_strdup_printf ("%" G_GINT64_FORMAT " %s: missing %u, extra %u, flags %u, misnumbered %u", when,
                          done->audit->mailbox->name, now->missing - done->before->missing, now->extra - done->before->extra,
                          now->flags - done->before->flags, now->misnumbered - done->before->misnumbered);
  return mail_store_facts_set (db, "audit-healed", what, error);
}

static gboolean
audit_selected (Audit *audit, gboolean thorough, GError **error)
{
  const MailAuditResult before = *audit->result;
  Done done = { audit, &before };
  gboolean alike = FALSE;

  audit->result->mailboxes++;
  if (!thorough && !mail_imap_hides_deleted (audit->pass->engine) && !compare_figures (audit, &alike, error))
    return FALSE;
  if (alike)
    audit->result->messages += audit->status.messages;
  else if (!compare_all (audit, error)
           || (audit->gone->len > 0
               && !mail_imap_confirm_gone (audit->pass, audit->gone, audit->status.messages, error))
           || !confirm_doubts (audit, error) || !heal (audit, error))
    return FALSE;
  report_wrong (audit, &before);
  return mail_store_write (audit->pass->engine->store, note_job, &done, error);
}

/* What the figures tell is news is taken by a look first; where that would compare everything, the audit does. */
static gboolean
take_news (const MailImapPass *pass, MailMailboxInfo *mailbox, MailImapStatus *status, GError **error)
{
  g_autoptr (MailImapPending) pending = mail_imap_pending_load (pass->engine, error);
  MailImapCase kind;

  if (pending == NULL || !mail_imap_engine_select (pass->engine, mailbox, status, pass->cancellable, error))
    return FALSE;
  kind = mail_imap_look_decide (pass->engine, pending, mailbox, status);
  return kind == MAIL_IMAP_CASE_UNCHANGED || kind == MAIL_IMAP_CASE_GENERAL
         || (mail_imap_look (pass, mailbox, NULL, error)
             && mail_imap_engine_select (pass->engine, mailbox, status, pass->cancellable, error));
}

/* @shape: whom to tell what. */
static gboolean
audit_mailbox (const MailImapPass *pass, gint64 id, gboolean thorough, const Audit *shape, GError **error)
{
  g_autoptr (MailMailboxInfo) known = mail_imap_engine_load_mailbox (pass->engine, id, error);
  g_autoptr (MailMailboxInfo) mailbox = NULL;
  g_autoptr (GArray) fresh = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autoptr (GArray) gone = g_array_new (FALSE, FALSE, sizeof (MailStoreUid));
  g_autoptr (GArray) doubted = g_array_new (FALSE, FALSE, sizeof (MailStoreUid));
  Audit audit = { .pass = pass, .result = shape->result, .func = shape->func, .user_data = shape->user_data,
                  .fresh = fresh, .gone = gone, .doubted = doubted };

  if (known == NULL || !take_news (pass, known, &audit.status, error))
    return FALSE;
  mailbox = mail_imap_engine_load_mailbox (pass->engine, id, error);
  audit.mailbox = mailbox;
  return mailbox != NULL
         && (audit.status.uidvalidity != mailbox->uidvalidity || audit_selected (&audit, thorough, error));
}

static gboolean
begin_days_job (MailDb *db, gpointer data, GError **error)
{
  const MailMailboxInfo *mailbox = data;

  return mail_store_mailboxes_set_audited (db, mailbox->id, mail_clock_now (), error);
}

/* The first day begins when the mailbox was looked through. */
static gboolean
is_due (const MailImapPass *pass, MailMailboxInfo *mailbox, gboolean *due, GError **error)
{
  *due = mailbox->audited != 0 && mailbox->uidnext != 0
         && (mail_clock_now () - mailbox->audited >= DAY || mail_clock_now () < mailbox->audited - DAY);
  return mailbox->audited != 0 || mailbox->uidnext == 0 || mail_store_write (pass->engine->store, begin_days_job, mailbox, error);
}

/* One mailbox that cannot be opened is no reason to leave out the others. Its next day is tomorrow, as it is for one of which the
 * server says what makes no sense: otherwise it would be in the way for ever. */
static gboolean
survive (const MailImapPass *pass, MailMailboxInfo *mailbox, GError *failure, GError **error)
{
  g_autoptr (GError) why = failure;
  gboolean go_on = mail_imap_engine_is_of_mailbox (why);

  if ((go_on || g_error_matches (why, MAIL_ERROR, MAIL_ERROR_PROTOCOL) || g_error_matches (why, MAIL_ERROR, MAIL_ERROR_LIMIT))
      && !mail_store_write (pass->engine->store, begin_days_job, mailbox, error))
    return FALSE;
  if (!go_on)
    {
      g_propagate_error (error, g_steal_pointer (&why));
      return FALSE;
    }
  g_prefix_error (&why, "%s: ", mailbox->name);
  mail_imap_engine_report (pass->engine, why, MAIL_PROBLEM_RADIUS_MAILBOX);
  return TRUE;
}

gboolean
mail_imap_audit (const MailImapPass *pass, gboolean thorough, MailAuditResult *result, GError **error)
{
  g_autoptr (GPtrArray) mailboxes = mail_imap_engine_load_mailboxes (pass->engine, error);

  for (guint i = 0; mailboxes != NULL && i < mailboxes->len; i++)
    {
      MailMailboxInfo *mailbox = g_ptr_array_index (mailboxes, i);
      gboolean due = thorough;
      g_autoptr (GError) failure = NULL;

      if (!mail_imap_sync_is_looked_at (pass->engine, mailbox))
        continue;
      if (!thorough && !is_due (pass, mailbox, &due, error))
        return FALSE;
      if (!due)
        continue;
      if (!audit_mailbox (pass, mailbox->id, thorough, &(Audit){ .result = result }, &failure))
        {
          if (!survive (pass, mailbox, g_steal_pointer (&failure), error))
            return FALSE;
          continue;
        }
      if (!thorough)
        break;
    }
  return mailboxes != NULL && mail_imap_sync_replay_carried (pass, error);
}

gboolean
mail_imap_audit_mailbox (const MailImapPass *pass,
                         gint64 mailbox_id,
                         MailPieceFunc func,
                         gpointer user_data,
                         MailAuditResult *result,
                         GError **error)
{
  g_autoptr (MailMailboxInfo) mailbox = mail_imap_engine_load_mailbox (pass->engine, mailbox_id, error);

  /* Who asks for one that is else left alone means it. */
  if (mailbox == NULL || (mailbox->flags & MAIL_MAILBOX_NOT_THERE))
    return mailbox != NULL;
  return audit_mailbox (pass, mailbox_id, TRUE, &(Audit){ .result = result, .func = func, .user_data = user_data }, error)
         && mail_imap_sync_replay_carried (pass, error);
}
