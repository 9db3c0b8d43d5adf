/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/change.h"

/* What the transaction under way did: rows for the MailChange, and differences to the figures of mailboxes. Writer thread only. */
typedef struct _MailJournal MailJournal;

typedef enum
{
  MAIL_JOURNAL_ADDED,
  MAIL_JOURNAL_CHANGED,
  MAIL_JOURNAL_REMOVED,
} MailJournalKind;

/* Differences, each of which may be negative. */
typedef struct
{
  gint messages;
  gint unread;
  gint bodies;
  gint texts;
  gint missing_parts;
  gint64 missing_bytes;
} MailFigureDelta;

MailJournal *mail_journal_new (void);
void mail_journal_free (MailJournal *journal);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailJournal, mail_journal_free)

/* Forgets everything; @with_rows: from now on rows are noted, too, because somebody listens. */
void mail_journal_begin (MailJournal *journal, gboolean with_rows);

/* The list of mailboxes, or what is shown of one besides its figures, changed. */
void mail_journal_note_mailboxes (MailJournal *journal);
void mail_journal_note_row (MailJournal *journal, MailJournalKind kind, gint64 mailbox_id, gint64 message_id);
void mail_journal_note_figures (MailJournal *journal, gint64 mailbox_id, const MailFigureDelta *delta);

/* Calls @func for each mailbox with differences that were not written yet, and forgets those. */
typedef gboolean (*MailJournalFunc) (gint64 mailbox_id, const MailFigureDelta *delta, gpointer user_data, GError **error);
gboolean mail_journal_flush_figures (MailJournal *journal, MailJournalFunc func, gpointer user_data, GError **error);

/* (transfer full): MailChange, that of the list of mailboxes first. */
GPtrArray *mail_journal_dup_changes (MailJournal *journal);
