/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/imap-naming.h"

#include "core/errors.h"
#include "store/store-facts.h"
#include "store/store-messages.h"
#include "sync/fact-names.h"
#include "sync/imap-info.h"
#include "sync/imap-sync.h"
#include "sync/offline.h"

/* Rows that are named at a time: what a person asks for waits for so many at most. */
#define WINDOW 500

/* What fails so often in a row is left alone until the program runs anew. */
#define FAILURES_MOST 3

/* The cursor of a mailbox that is done. */
#define ALL_NAMED 1

/* What the server says of one message. */
typedef struct
{
  char *email_id;
  char *labels;
} Name;

static void
name_free (gpointer data)
{
  Name *name = data;

  g_free (name->email_id);
  g_free (name->labels);
  g_free (name);
}

typedef struct
{
  gint64 mailbox_id;
  gint64 cursor;     /* 0 = not begun */
  GArray *uids;      /* guint32, ascending: rows below the cursor without a name */
  GHashTable *names; /* UID -> Name */
} Window;

static void
window_clear (Window *window)
{
  g_clear_pointer (&window->uids, g_array_unref);
  g_clear_pointer (&window->names, g_hash_table_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Window, window_clear)

static char *
get_fact_name (const Window *window)
{
  return g_strdup_printf (MAIL_FACT_NAMED "%" G_GINT64_FORMAT, window->mailbox_id);
}

static gboolean
load_window_job (MailDb *db, gpointer data, GError **error)
{
  Window *window = data;
  g_autofree char *fact = get_fact_name (window);
  g_autoptr (GArray) rows = NULL;

  if (!mail_store_facts_get_int (db, fact, &window->cursor, error))
    return FALSE;
  if (window->cursor == ALL_NAMED)
    return TRUE;
  rows = mail_store_messages_uids_unnamed (db, window->mailbox_id,
                                           window->cursor > 0 ? window->cursor : (gint64) G_MAXUINT32 + 1, WINDOW, error);
  for (guint i = rows != NULL ? rows->len : 0; i > 0; i--)
    g_array_append_val (window->uids, g_array_index (rows, MailStoreUid, i - 1).uid);
  return rows != NULL;
}

static gboolean
keep_names_job (MailDb *db, gpointer data, GError **error)
{
  const Window *window = data;
  g_autofree char *fact = get_fact_name (window);
  /* As they are now: a person may have moved one away meanwhile. */
  g_autoptr (GArray) rows = mail_store_messages_uids_of (db, window->mailbox_id, window->uids, error);

  if (rows == NULL)
    return FALSE;
  for (guint i = 0; i < rows->len; i++)
    {
      const MailStoreUid *row = &g_array_index (rows, MailStoreUid, i);
      const Name *name = g_hash_table_lookup (window->names, GUINT_TO_POINTER (row->uid));

      if (name != NULL && !mail_store_messages_set_identity (db, row->id, name->email_id, name->labels, error))
        return FALSE;
    }
  return mail_store_facts_set_int (db, fact, window->cursor, error);
}

static gboolean
take_name (MailImapFetch *fetch, gpointer user_data, GError **error)
{
  GHashTable *names = user_data;
  Name *name;

  if (fetch->email_id == NULL)
    return TRUE;
  name = g_new0 (Name, 1);
  name->email_id = g_steal_pointer (&fetch->email_id);
  name->labels = g_steal_pointer (&fetch->labels);
  g_hash_table_replace (names, GUINT_TO_POINTER (fetch->uid), name);
  return TRUE;
}

/* What came before the connection ended is kept, and not asked for again. */
static gboolean
fetch_names (const MailImapPass *pass, Window *window, const char *items, GError **error)
{
  MailImapEngine *engine = pass->engine;
  g_autofree char *set = mail_imap_uid_set (window->uids, 0, window->uids->len);
  g_autoptr (GError) failure = NULL;

  if (mail_imap_session_fetch (engine->session, set, items, take_name, window->names, pass->cancellable, &failure))
    window->cursor = g_array_index (window->uids, guint32, 0);
  if (!mail_store_write (engine->store, keep_names_job, window, failure == NULL ? &failure : NULL) || failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  return TRUE;
}

/* *@more: the mailbox had a window. */
static gboolean
name_window (const MailImapPass *pass, const MailMailboxInfo *mailbox, const char *items, gboolean *more, GError **error)
{
  MailImapEngine *engine = pass->engine;
  g_auto (Window) window = { .mailbox_id = mailbox->id,
                             .uids = g_array_new (FALSE, FALSE, sizeof (guint32)),
                             .names = g_hash_table_new_full (NULL, NULL, NULL, name_free) };

  if (!mail_store_read (engine->store, load_window_job, &window, error))
    return FALSE;
  if (window.cursor == ALL_NAMED)
    return TRUE;
  if (window.uids->len == 0)
    {
      window.cursor = ALL_NAMED;
      return mail_store_write (engine->store, keep_names_job, &window, error);
    }
  *more = TRUE;
  return mail_imap_engine_select (engine, mailbox, NULL, pass->cancellable, error) && fetch_names (pass, &window, items, error);
}

/* A mailbox that refuses is left alone for as long as the connection lasts. */
static gboolean
name_mailbox (const MailImapPass *pass, const MailMailboxInfo *mailbox, const char *items, gboolean *more, GError **error)
{
  MailImapEngine *engine = pass->engine;
  GError *failure = NULL;

  if (!name_window (pass, mailbox, items, more, &failure))
    {
      if (!mail_imap_engine_is_of_mailbox (failure))
        {
          engine->naming_failures += !mail_error_is_cancelled (failure);
          g_propagate_error (error, failure);
          return FALSE;
        }
      g_error_free (failure);
      *more = FALSE;
    }
  if (*more)
    engine->naming_failures = 0;
  else
    g_hash_table_add (engine->named, g_memdup2 (&mailbox->id, sizeof mailbox->id));
  return TRUE;
}

gboolean
mail_imap_naming (const MailImapPass *pass, gboolean *more, GError **error)
{
  MailImapEngine *engine = pass->engine;
  const char *items = mail_imap_info_name_items (engine->caps);
  g_autoptr (GPtrArray) mailboxes = NULL;

  if (items == NULL || engine->naming_failures >= FAILURES_MOST)
    return TRUE;
  mailboxes = mail_imap_engine_load_mailboxes (engine, error);
  if (mailboxes == NULL)
    return FALSE;
  mail_offline_sort (mailboxes, engine->wish.open_id);
  for (guint i = 0; i < mailboxes->len && !*more; i++)
    {
      const MailMailboxInfo *mailbox = g_ptr_array_index (mailboxes, i);

      if (mail_imap_sync_is_looked_at (engine, mailbox) && !g_hash_table_contains (engine->named, &mailbox->id)
          && !name_mailbox (pass, mailbox, items, more, error))
        return FALSE;
    }
  return TRUE;
}
