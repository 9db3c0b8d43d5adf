/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/imap-fetch.h"

#include "core/errors.h"
#include "mime/mime-message.h"
#include "store/store-bodies.h"
#include "store/store-mailboxes.h"
#include "store/store-messages.h"
#include "sync/imap-bodies.h"
#include "sync/imap-skeleton.h"

/* Up to this size a message is fetched whole: choosing parts would cost more than it saves. */
#define SMALL_BYTES (64 * 1024)

#define PREVIEW_CHARS 200

/* What the store has of the message. */
typedef struct
{
  gint64 id;
  MailMessageInfo *row;
  MailMailboxInfo *mailbox; /* of the same moment: its UIDVALIDITY is that of the row's UID */
  GBytes *best; /* whole or skeleton; NULL = nothing */
  gboolean partial;
} Here;

static void
here_clear (Here *here)
{
  mail_message_info_free (here->row);
  mail_mailbox_info_free (here->mailbox);
  g_clear_pointer (&here->best, g_bytes_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Here, here_clear)

static gboolean
load_here_job (MailDb *db, gpointer data, GError **error)
{
  Here *here = data;
  g_autoptr (GError) failure = NULL;

  here->row = mail_store_messages_get (db, here->id, error);
  here->mailbox = here->row != NULL ? mail_store_mailboxes_get (db, here->row->mailbox_id, error) : NULL;
  if (here->mailbox == NULL)
    return FALSE;
  here->best = mail_store_bodies_get_best (db, here->id, &here->partial, &failure);
  if (here->best != NULL || g_error_matches (failure, MAIL_ERROR, MAIL_ERROR_NOT_FOUND))
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
fetch_whole (const MailImapPass *pass, const Here *here, GError **error)
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
  return mail_store_write (pass->engine->store, mail_imap_bodies_put_job, bodies, error);
}

typedef struct
{
  gint64 id;
  GBytes *skeleton;
  char *preview;
} PutPartial;

static gboolean
put_partial_job (MailDb *db, gpointer data, GError **error)
{
  PutPartial *put = data;

  return mail_store_bodies_put_partial (db, put->id, put->skeleton, error)
         && mail_store_messages_set_preview (db, put->id, put->preview, error);
}

static gboolean
put_partial (const MailImapPass *pass, gint64 id, GBytes *skeleton, GError **error)
{
  g_autoptr (MailMimeMessage) message = mail_mime_message_parse (skeleton, &mail_mime_default_limits, NULL, NULL);
  const char *text = message != NULL ? mail_mime_message_get_text (message) : NULL;
  g_autofree char *preview = mail_mime_preview (text != NULL ? text : "", PREVIEW_CHARS);
  PutPartial put = { id, skeleton, preview };

  return mail_store_write (pass->engine->store, put_partial_job, &put, error);
}

static gboolean
fetch_skeleton (const MailImapPass *pass, const Here *here, const char *section, GError **error)
{
  g_autoptr (MailImapPart) structure =
      here->row->structure != NULL ? mail_imap_part_parse (here->row->structure, NULL) : NULL;
  g_autofree char *items =
      structure != NULL ? mail_imap_skeleton_items (structure, (guint64) here->row->size, section) : NULL;
  g_autoptr (GPtrArray) sections = NULL;
  g_autoptr (GBytes) skeleton = NULL;
  MailImapFetch view = { 0 };
  Answer answer = { 0 };

  if (items == NULL)
    return fetch_whole (pass, here, error);
  if (!ask (pass, here->row, items, &answer, error))
    return FALSE;
  sections = answer.sections;
  view.sections = sections;
  skeleton = mail_imap_skeleton_build (structure, &view);
  if (skeleton == NULL)
    return fetch_whole (pass, here, error);
  return put_partial (pass, here->id, skeleton, error);
}

static gboolean
fetch_part (const MailImapPass *pass, const Here *here, const char *section, GError **error)
{
  g_autofree char *items = NULL;
  g_autoptr (GPtrArray) sections = NULL;
  g_autoptr (GBytes) skeleton = NULL;
  g_autoptr (GBytes) empty = g_bytes_new_static ("", 0);
  g_autoptr (GBytes) place = mail_imap_skeleton_fill (here->best, section, empty);
  const MailImapSection *part;
  MailImapFetch view = { 0 };
  Answer answer = { 0 };

  /* Not missing: it is here, or there is no such part and only the whole message can tell. */
  if (place == NULL)
    return fetch_whole (pass, here, error);
  items = g_strdup_printf ("BODY.PEEK[%s]", section);
  if (!ask (pass, here->row, items, &answer, error))
    return FALSE;
  sections = answer.sections;
  view.sections = sections;
  part = mail_imap_fetch_get_section (&view, section);
  skeleton = part != NULL && part->data != NULL ? mail_imap_skeleton_fill (here->best, section, part->data) : NULL;
  if (skeleton == NULL)
    return fetch_whole (pass, here, error);
  return put_partial (pass, here->id, skeleton, error);
}

gboolean
mail_imap_fetch (const MailImapPass *pass, gint64 message_id, const char *section, GError **error)
{
  g_auto (Here) here = { .id = message_id };
  gboolean whole = g_strcmp0 (section, "*") == 0;

  if (!mail_store_read (pass->engine->store, load_here_job, &here, error))
    return FALSE;
  if (here.best != NULL && (!here.partial || section == NULL))
    return TRUE;
  if (here.row->uid == 0)
    {
      g_set_error_literal (error, MAIL_ERROR, MAIL_ERROR_NOT_FOUND, "the server does not have the message yet");
      return FALSE;
    }
  if (!mail_imap_engine_select (pass->engine, here.mailbox, NULL, pass->cancellable, error))
    return FALSE;
  if (whole || here.row->size <= SMALL_BYTES)
    return fetch_whole (pass, &here, error);
  if (here.best == NULL)
    return fetch_skeleton (pass, &here, section, error);
  return fetch_part (pass, &here, section, error);
}
