/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/offline.h"

#include "core/clock.h"
#include "store/store-facts.h"
#include "store/store-mailboxes.h"
#include "store/store-messages.h"

#define DAY (24 * 60 * 60)

MailOfflineRule
mail_offline_rule (const MailMailboxInfo *mailbox, const MailAccountConfig *config, gboolean everything)
{
  MailOfflineRule rule = { .what = config->offline };
  guint days = config->offline_days;

  switch (mailbox->offline)
    {
    case MAIL_MAILBOX_OFFLINE_ALL:
      rule.what = MAIL_OFFLINE_ALL;
      break;
    case MAIL_MAILBOX_OFFLINE_DAYS:
      rule.what = MAIL_OFFLINE_DAYS;
      days = mailbox->offline_days;
      break;
    case MAIL_MAILBOX_OFFLINE_HEADERS:
    case MAIL_MAILBOX_OFFLINE_NOT:
      rule.what = MAIL_OFFLINE_HEADERS;
      break;
    case MAIL_MAILBOX_OFFLINE_ACCOUNT:
    default:
      break;
    }
  if (everything && mailbox->offline != MAIL_MAILBOX_OFFLINE_NOT)
    rule.what = MAIL_OFFLINE_ALL;
  rule.since = mail_clock_now () - (gint64) days * DAY;
  return rule;
}

static gboolean
has_mail_of_its_own (const MailMailboxInfo *mailbox)
{
  return !(mailbox->flags & MAIL_MAILBOX_NOT_THERE) && mailbox->role != MAIL_ROLE_FLAGGED;
}

gboolean
mail_offline_is_fillable (const MailMailboxInfo *mailbox)
{
  return has_mail_of_its_own (mailbox) && mailbox->uidvalidity != 0;
}

static int
rank (const MailMailboxInfo *mailbox, gint64 open_id)
{
  if (mailbox->id == open_id)
    return 0;
  switch (mailbox->role)
    {
    case MAIL_ROLE_INBOX:
      return 1;
    case MAIL_ROLE_TRASH:
      return 4;
    case MAIL_ROLE_JUNK:
      return 5;
    case MAIL_ROLE_ALL:
      return 6;
    default:
      return mailbox->watched ? 2 : 3;
    }
}

static int
compare_ranks (gconstpointer a, gconstpointer b, gpointer open_id)
{
  const MailMailboxInfo *left = *(const MailMailboxInfo *const *) a;
  const MailMailboxInfo *right = *(const MailMailboxInfo *const *) b;

  return rank (left, *(const gint64 *) open_id) - rank (right, *(const gint64 *) open_id);
}

void
mail_offline_sort (GPtrArray *mailboxes, gint64 open_id)
{
  g_ptr_array_sort_with_data (mailboxes, compare_ranks, &open_id);
}

gboolean
mail_offline_estimate_job (MailDb *db, gpointer data, GError **error)
{
  MailOfflineQuery *query = data;
  g_autoptr (GPtrArray) mailboxes = mail_store_mailboxes_list (db, error);
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  gint64 rate;

  if (mailboxes == NULL)
    return FALSE;
  /* By POP all that is known is here, and there is more when the server says so. */
  query->estimate.more = mailboxes->len == 0 && query->config->mode == MAIL_MODE_IMAP;
  for (guint i = 0; i < mailboxes->len; i++)
    {
      const MailMailboxInfo *mailbox = g_ptr_array_index (mailboxes, i);

      if (!has_mail_of_its_own (mailbox) || mail_offline_rule (mailbox, query->config, TRUE).what != MAIL_OFFLINE_ALL)
        continue;
      if (mailbox->uidnext == 0 && query->config->mode == MAIL_MODE_IMAP)
        query->estimate.more = TRUE;
      if (mailbox->uidvalidity != 0)
        g_array_append_val (ids, mailbox->id);
    }
  if (!mail_store_messages_measure_missing (db, ids, &query->estimate.messages, &query->estimate.bytes, error)
      || !mail_store_facts_get_int (db, MAIL_OFFLINE_RATE, &rate, error))
    return FALSE;
  query->estimate.seconds = rate > 0 && query->estimate.messages > 0
                                ? (guint) MIN (query->estimate.bytes / (guint64) rate + 1, G_MAXINT)
                                : 0;
  return TRUE;
}
