/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/imap-fetch.h"

#include "core/errors.h"
#include "mime/mime-message.h"
#include "store/store-bodies.h"
#include "store/store-mailboxes.h"
#include "store/store-messages.h"
#include "sync/imap-bodies.h"
#include "sync/imap-body.h"
#include "sync/imap-pieces.h"
#include "sync/imap-skeleton.h"
#include "sync/imap-twins.h"

/* Up to this size a message is fetched whole: choosing parts would cost more than it saves. */
#define SMALL_BYTES (64 * 1024)

#define PREVIEW_CHARS 200

/* What the store has of the message. */
typedef struct
{
  gint64 id;
  MailMessageInfo *row;
  MailMailboxInfo *mailbox; /* of the same moment: its UIDVALIDITY is that of the row's UID */
  MailImapPart *structure;  /* NULL = not known */
  gboolean whole;
  GBytes *skeleton;         /* NULL = whole, or nothing */
} Here;

static void
here_clear (Here *here)
{
  g_clear_pointer (&here->row, mail_message_info_free);
  g_clear_pointer (&here->mailbox, mail_mailbox_info_free);
  g_clear_pointer (&here->structure, mail_imap_part_free);
  g_clear_pointer (&here->skeleton, g_bytes_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Here, here_clear)

static gboolean
load_here_job (MailDb *db, gpointer data, GError **error)
{
  Here *here = data;
  g_autoptr (GError) failure = NULL;
  gboolean partial;

  here->row = mail_store_messages_get (db, here->id, error);
  here->mailbox = here->row != NULL ? mail_store_mailboxes_get (db, here->row->mailbox_id, error) : NULL;
  if (here->mailbox == NULL)
    return FALSE;
  /* Nobody looks into it here, and it may be large. */
  here->whole = here->row->where != MAIL_WHERE_SERVER;
  if (here->whole)
    return TRUE;
  here->skeleton = mail_store_bodies_get_best (db, here->id, &partial, &failure);
  if (here->skeleton != NULL || g_error_matches (failure, MAIL_ERROR, MAIL_ERROR_NOT_FOUND))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/* The one answer that is waited for, with what it carries. */
typedef struct
{
  guint32 uid;
  GPtrArray *sections; /* MailImapSection, taken over */
} Answer;

static gboolean
take_answer (MailImapFetch *fetch, gpointer user_data, GError **error)
{
  Answer *answer = user_data;

  if (fetch->uid == answer->uid && fetch->sections != NULL && answer->sections == NULL)
    answer->sections = g_steal_pointer (&fetch->sections);
  return TRUE;
}

/* Says of a message over which the connection died again and again just that; of any other failure what it is. */
static void
take_failure (const MailImapPass *pass, const MailMessageInfo *row, GError *failure, GError **error)
{
  g_autoptr (GArray) uids = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autoptr (GError) set_aside = NULL;

  g_array_append_val (uids, row->uid);
  mail_imap_bodies_blame (pass->engine, row->mailbox_id, uids, failure, &set_aside);
  mail_imap_engine_check_session (pass->engine, failure);
  if (set_aside != NULL)
    g_error_free (failure);
  g_propagate_error (error, set_aside != NULL ? g_steal_pointer (&set_aside) : failure);
}

/* FALSE with NOT_FOUND when the server has no such message any more. */
static gboolean
ask (const MailImapPass *pass, const MailMessageInfo *row, const char *items, Answer *answer, GError **error)
{
  g_autofree char *set = g_strdup_printf ("%u", row->uid);
  GError *failure = NULL;

  answer->uid = row->uid;
  if (!mail_imap_session_fetch (pass->engine->session, set, items, take_answer, answer, pass->cancellable, &failure))
    {
      take_failure (pass, row, failure, error);
      return FALSE;
    }
  if (answer->sections != NULL)
    {
      mail_imap_suspects_acquit (pass->engine->suspects, MAIL_SUSPECT_BODY, row->mailbox_id, row->uid);
      return TRUE;
    }
  g_set_error_literal (error, MAIL_ERROR, MAIL_ERROR_NOT_FOUND, "the message is no longer on the server");
  return FALSE;
}

static gboolean
fetch_at_once (const MailImapPass *pass, const Here *here, GError **error)
{
  Answer answer = { 0 };
  g_autoptr (GPtrArray) sections = NULL;
  g_autoptr (GPtrArray) bodies = g_ptr_array_new_with_free_func ((GDestroyNotify) mail_imap_body_free);
  MailImapFetch view = { 0 };
  const MailImapSection *section;

  if (!ask (pass, here->row, "BODY.PEEK[]", &answer, error))
    return FALSE;
  sections = answer.sections;
  view.sections = sections;
  section = mail_imap_fetch_get_section (&view, "");
  if (section == NULL || section->data == NULL)
    {
      g_set_error_literal (error, MAIL_ERROR, MAIL_ERROR_NOT_FOUND, "the server does not give the message");
      return FALSE;
    }
  g_ptr_array_add (bodies, mail_imap_body_new (here->id, section->data));
  return mail_store_write (pass->engine->store, mail_imap_body_put_job, bodies, error);
}

static gboolean
fetch_whole (const MailImapPass *pass, const Here *here, GError **error)
{
  MailImapPiecesEnd end = MAIL_IMAP_PIECES_USELESS;
  GError *failure = NULL;

  if (mail_imap_body_is_large (pass->engine, (guint64) here->row->size)
      && !mail_imap_body_fetch_large (pass, here->mailbox, here->id, here->row->uid, (guint64) here->row->size, 0, &end,
                                      &failure))
    {
      take_failure (pass, here->row, failure, error);
      return FALSE;
    }
  return end == MAIL_IMAP_PIECES_ALL_HERE || fetch_at_once (pass, here, error);
}

typedef struct
{
  gint64 id;
  GBytes *skeleton;
  char *preview;
  guint missing_parts;
  guint64 missing_bytes;
} PutPartial;

static gboolean
put_partial_job (MailDb *db, gpointer data, GError **error)
{
  PutPartial *put = data;

  return mail_store_bodies_put_partial (db, put->id, put->skeleton, put->missing_parts, put->missing_bytes, error)
         && mail_store_messages_set_preview (db, put->id, put->preview, error);
}

static gboolean
put_partial (const MailImapPass *pass, PutPartial *put, GError **error)
{
  g_autoptr (MailMimeMessage) message = mail_mime_message_parse (put->skeleton, &mail_mime_default_limits, NULL, NULL);
  const char *text = message != NULL ? mail_mime_message_get_text (message) : NULL;
  g_autofree char *preview = mail_mime_preview (text != NULL ? text : "", PREVIEW_CHARS);

  put->preview = preview;
  return mail_store_write (pass->engine->store, put_partial_job, put, error);
}

/* Some servers cannot give the headers of parts, or do not bear so many items; of the message that says nothing. */
static gboolean
is_of_items (const GError *error)
{
  return !g_error_matches (error, MAIL_ERROR, MAIL_ERROR_NOT_FOUND)
         && (mail_imap_suspects_is_refusal (error) || g_error_matches (error, MAIL_ERROR, MAIL_ERROR_UNSUPPORTED));
}

static gboolean
fetch_skeleton (const MailImapPass *pass, const Here *here, GError **error)
{
  g_autofree char *items =
      here->structure != NULL ? mail_imap_skeleton_items (here->structure, (guint64) here->row->size) : NULL;
  g_autoptr (GPtrArray) sections = NULL;
  g_autoptr (GBytes) skeleton = NULL;
  g_autoptr (GError) failure = NULL;
  PutPartial put = { .id = here->id };
  MailImapFetch view = { 0 };
  Answer answer = { 0 };

  if (items == NULL)
    return fetch_whole (pass, here, error);
  if (!ask (pass, here->row, items, &answer, &failure))
    {
      g_clear_pointer (&answer.sections, g_ptr_array_unref);
      if (is_of_items (failure))
        return fetch_whole (pass, here, error);
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  sections = answer.sections;
  view.sections = sections;
  skeleton = mail_imap_skeleton_build (here->structure, &view);
  if (skeleton == NULL)
    return fetch_whole (pass, here, error);
  put.skeleton = skeleton;
  mail_imap_skeleton_count_missing (here->structure, &view, &put.missing_parts, &put.missing_bytes);
  return put_partial (pass, &put, error);
}

/* A part that is here goes into the skeleton. */
typedef struct
{
  MailStorePieces *of;
  GBytes *data; /* all of it; NULL: in pieces in the store */
  gboolean filled;
} PutPart;

static gboolean
put_part_job (MailDb *db, gpointer data, GError **error)
{
  PutPart *put = data;
  MailStoreGap gap;
  gboolean partial;
  g_autoptr (GBytes) best = mail_store_bodies_get_best (db, put->of->message_id, &partial, error);

  if (best == NULL)
    return FALSE;
  /* Somebody was quicker. */
  if (!partial || !mail_imap_skeleton_find_gap (best, put->of->section, &gap))
    return mail_store_pieces_drop (db, put->of->message_id, put->of->section, error);
  put->filled = TRUE;
  return (put->data == NULL || mail_store_pieces_add (db, put->of, 0, put->data, error))
         && mail_store_pieces_fill_partial (db, put->of, best, &gap, error);
}

static gboolean
fetch_part_at_once (const MailImapPass *pass, const Here *here, MailStorePieces *of, GError **error)
{
  g_autofree char *items = g_strdup_printf ("BODY.PEEK[%s]", of->section);
  g_autoptr (GPtrArray) sections = NULL;
  const MailImapSection *part;
  PutPart put = { .of = of };
  MailImapFetch view = { 0 };
  Answer answer = { 0 };

  if (!ask (pass, here->row, items, &answer, error))
    return FALSE;
  sections = answer.sections;
  view.sections = sections;
  part = mail_imap_fetch_get_section (&view, of->section);
  if (part == NULL || part->data == NULL)
    return fetch_whole (pass, here, error);
  put.data = part->data;
  of->size = g_bytes_get_size (part->data);
  of->recoded = FALSE;
  return mail_store_write (pass->engine->store, put_part_job, &put, error);
}

static gboolean
fetch_in_pieces (const MailImapPass *pass,
                 const Here *here,
                 const MailImapPart *part,
                 PutPart *put,
                 MailImapPiecesEnd *end,
                 GError **error)
{
  gboolean ok;

  if (!mail_imap_pieces_claim (pass, here->id, 0))
    return !g_cancellable_set_error_if_cancelled (pass->cancellable, error);
  ok = mail_imap_pieces_fetch (pass, here->mailbox, put->of, part, 0, end, error)
       && (*end != MAIL_IMAP_PIECES_ALL_HERE || mail_store_write (pass->engine->store, put_part_job, put, error));
  mail_imap_pieces_release (pass, here->id);
  return ok;
}

static gboolean
fetch_part (const MailImapPass *pass, const Here *here, const char *section, GError **error)
{
  const MailImapPart *part = here->structure != NULL ? mail_imap_skeleton_find_part (here->structure, section) : NULL;
  MailImapPiecesEnd end = MAIL_IMAP_PIECES_USELESS;
  MailStorePieces of = mail_imap_pieces_of (here->mailbox, here->id, here->row->uid, section, 0);
  PutPart put = { .of = &of };
  GError *failure = NULL;
  MailStoreGap gap;

  /* Not missing: it is here, or it is all that the message has, or there is no such part and only the whole message can tell. */
  if (!mail_imap_skeleton_find_gap (here->skeleton, section, &gap))
    return fetch_whole (pass, here, error);
  of.size = gap.size;
  if (mail_imap_body_is_large (pass->engine, of.size) && !fetch_in_pieces (pass, here, part, &put, &end, &failure))
    {
      take_failure (pass, here->row, failure, error);
      return FALSE;
    }
  return end == MAIL_IMAP_PIECES_ALL_HERE || fetch_part_at_once (pass, here, &of, error);
}

/* The same message may be here under another row. */
static gboolean
link_twin (const MailImapPass *pass, const Here *here, gboolean *linked, GError **error)
{
  g_autoptr (GHashTable) ids = g_hash_table_new (NULL, NULL);
  gint64 id = here->id;

  *linked = FALSE;
  g_hash_table_insert (ids, GUINT_TO_POINTER (here->row->uid), &id);
  if (!mail_imap_twins_link (pass, ids, error))
    return FALSE;
  *linked = g_hash_table_size (ids) == 0;
  return TRUE;
}

static gboolean
load_here (const MailImapPass *pass, Here *here, GError **error)
{
  here_clear (here);
  if (!mail_store_read (pass->engine->store, load_here_job, here, error))
    return FALSE;
  here->structure = here->row->structure != NULL ? mail_imap_part_parse (here->row->structure, NULL) : NULL;
  return TRUE;
}

gboolean
mail_imap_fetch_prepare (const MailImapPass *pass, gint64 message_id, GError **error)
{
  g_auto (Here) here = { .id = message_id };

  if (!load_here (pass, &here, error))
    return FALSE;
  return here.whole || here.row->uid == 0
         || mail_imap_engine_select (pass->engine, here.mailbox, NULL, pass->cancellable, error);
}

gboolean
mail_imap_fetch (const MailImapPass *pass, gint64 message_id, const char *section, GError **error)
{
  g_auto (Here) here = { .id = message_id };
  gboolean whole = g_strcmp0 (section, "*") == 0;
  gboolean linked;

  if (!load_here (pass, &here, error))
    return FALSE;
  if (here.whole || (here.skeleton != NULL && section == NULL))
    return TRUE;
  if (here.row->uid == 0)
    {
      g_set_error_literal (error, MAIL_ERROR, MAIL_ERROR_NOT_FOUND, "the server does not have the message yet");
      return FALSE;
    }
  if (!mail_imap_engine_select (pass->engine, here.mailbox, NULL, pass->cancellable, error)
      || !link_twin (pass, &here, &linked, error))
    return FALSE;
  if (linked)
    return TRUE;
  if (whole || here.row->size <= SMALL_BYTES)
    return fetch_whole (pass, &here, error);
  if (here.skeleton == NULL && !fetch_skeleton (pass, &here, error))
    return FALSE;
  if (section == NULL)
    return TRUE;
  if (here.skeleton == NULL && !load_here (pass, &here, error))
    return FALSE;
  return here.whole || fetch_part (pass, &here, section, error);
}
