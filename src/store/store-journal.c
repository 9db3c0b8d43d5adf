/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/store-journal.h"

typedef struct
{
  gint64 id; /* first: the key of the table */
  MailJournalKind kind;
  gboolean void_row; /* added and removed in the same transaction: nobody ever saw it */
} Row;

typedef struct
{
  gint64 id; /* first: the key of the table */
  MailFigureDelta delta;
  gboolean figures;
  GHashTable *rows; /* Row; owns them */
  GPtrArray *order; /* Row, as they were first noted */
} Mailbox;

struct _MailJournal
{
  gboolean with_rows;
  gboolean list_changed;
  GHashTable *mailboxes; /* Mailbox */
  GPtrArray *order;      /* Mailbox, borrowed */
};

static void
mailbox_free (gpointer data)
{
  Mailbox *mailbox = data;

  g_hash_table_unref (mailbox->rows);
  g_ptr_array_unref (mailbox->order);
  g_free (mailbox);
}

MailJournal *
mail_journal_new (void)
{
  MailJournal *self = g_new0 (MailJournal, 1);

  self->mailboxes = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, mailbox_free);
  self->order = g_ptr_array_new ();
  return self;
}

void
mail_journal_free (MailJournal *journal)
{
  g_ptr_array_unref (journal->order);
  g_hash_table_unref (journal->mailboxes);
  g_free (journal);
}

void
mail_journal_begin (MailJournal *journal, gboolean with_rows)
{
  g_ptr_array_set_size (journal->order, 0);
  g_hash_table_remove_all (journal->mailboxes);
  journal->list_changed = FALSE;
  journal->with_rows = with_rows;
}

static Mailbox *
get_mailbox (MailJournal *journal, gint64 mailbox_id)
{
  Mailbox *mailbox = g_hash_table_lookup (journal->mailboxes, &mailbox_id);

  if (mailbox != NULL)
    return mailbox;
  mailbox = g_new0 (Mailbox, 1);
  mailbox->id = mailbox_id;
  mailbox->rows = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);
  mailbox->order = g_ptr_array_new ();
  g_hash_table_insert (journal->mailboxes, &mailbox->id, mailbox);
  g_ptr_array_add (journal->order, mailbox);
  return mailbox;
}

void
mail_journal_note_mailboxes (MailJournal *journal)
{
  journal->list_changed = TRUE;
}

/* What both together look like to somebody who sees only the end. */
static void
merge_row (Row *row, MailJournalKind kind)
{
  if (row->void_row)
    {
      row->void_row = kind == MAIL_JOURNAL_REMOVED;
      row->kind = MAIL_JOURNAL_ADDED;
    }
  else if (row->kind == MAIL_JOURNAL_ADDED && kind == MAIL_JOURNAL_REMOVED)
    row->void_row = TRUE;
  else if (row->kind == MAIL_JOURNAL_REMOVED && kind == MAIL_JOURNAL_ADDED)
    row->kind = MAIL_JOURNAL_CHANGED;
  else if (row->kind == MAIL_JOURNAL_CHANGED)
    row->kind = kind;
}

void
mail_journal_note_row (MailJournal *journal, MailJournalKind kind, gint64 mailbox_id, gint64 message_id)
{
  Mailbox *mailbox;
  Row *row;

  if (!journal->with_rows)
    return;
  mailbox = get_mailbox (journal, mailbox_id);
  row = g_hash_table_lookup (mailbox->rows, &message_id);
  if (row != NULL)
    {
      merge_row (row, kind);
      return;
    }
  row = g_new0 (Row, 1);
  row->id = message_id;
  row->kind = kind;
  g_hash_table_insert (mailbox->rows, &row->id, row);
  g_ptr_array_add (mailbox->order, row);
}

static gboolean
is_nothing (const MailFigureDelta *delta)
{
  return delta->messages == 0 && delta->unread == 0 && delta->bodies == 0 && delta->texts == 0 && delta->missing_parts == 0
         && delta->missing_bytes == 0;
}

void
mail_journal_note_figures (MailJournal *journal, gint64 mailbox_id, const MailFigureDelta *delta)
{
  Mailbox *mailbox;

  if (is_nothing (delta))
    return;
  mailbox = get_mailbox (journal, mailbox_id);
  mailbox->delta.messages += delta->messages;
  mailbox->delta.unread += delta->unread;
  mailbox->delta.bodies += delta->bodies;
  mailbox->delta.texts += delta->texts;
  mailbox->delta.missing_parts += delta->missing_parts;
  mailbox->delta.missing_bytes += delta->missing_bytes;
  mailbox->figures = TRUE;
}

gboolean
mail_journal_flush_figures (MailJournal *journal, MailJournalFunc func, gpointer user_data, GError **error)
{
  for (guint i = 0; i < journal->order->len; i++)
    {
      Mailbox *mailbox = g_ptr_array_index (journal->order, i);
      MailFigureDelta delta = mailbox->delta;

      if (is_nothing (&delta))
        continue;
      mailbox->delta = (MailFigureDelta) { 0 };
      if (!func (mailbox->id, &delta, user_data, error))
        return FALSE;
    }
  return TRUE;
}

static MailChange *
dup_change (const Mailbox *mailbox)
{
  MailChange *change = mail_change_new (mailbox->id);

  change->counts = mailbox->figures;
  for (guint i = 0; i < mailbox->order->len; i++)
    {
      const Row *row = g_ptr_array_index (mailbox->order, i);
      GArray *ids = row->kind == MAIL_JOURNAL_ADDED     ? change->added
                    : row->kind == MAIL_JOURNAL_CHANGED ? change->changed
                                                        : change->removed;

      if (!row->void_row)
        g_array_append_val (ids, row->id);
    }
  return change;
}

GPtrArray *
mail_journal_dup_changes (MailJournal *journal)
{
  GPtrArray *changes = g_ptr_array_new_with_free_func ((GDestroyNotify) mail_change_free);

  if (journal->list_changed)
    g_ptr_array_add (changes, mail_change_new (0));
  for (guint i = 0; i < journal->order->len; i++)
    g_ptr_array_add (changes, dup_change (g_ptr_array_index (journal->order, i)));
  return changes;
}
