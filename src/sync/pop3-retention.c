/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/pop3-retention.h"

#define SECONDS_A_DAY (24 * 60 * 60)
#define DELETIONS_ENOUGH 2

/* A known id with another size is a server that uses its ids again, or one that estimates sizes: only the message itself
 * can tell, so it is fetched and compared by its hash. */
static gboolean
must_fetch (const MailUidl *known, const MailPop3Item *item)
{
  return known == NULL || known->state == MAIL_UIDL_SEEN || known->size != item->size;
}

/* Left the server, by our hand or another's, and is listed again: either it did not really leave, or another message carries
 * its id. Until that is known it must neither be passed over nor deleted. */
static gboolean
has_returned (const MailUidl *known)
{
  return known->state == MAIL_UIDL_DELETED || known->state == MAIL_UIDL_GONE;
}

static gboolean
is_on_server (const MailUidl *known)
{
  return known->state == MAIL_UIDL_HERE || known->state == MAIL_UIDL_TO_DELETE;
}

gint64
mail_pop3_due_from (MailPopKeep keep, guint keep_days, gint64 fetched, gboolean deleting, guint returned)
{
  const gint64 wait = (gint64) keep_days * SECONDS_A_DAY;

  /* One that came back after each of several deletions is left alone: this server keeps what it has, and would be asked again in
   * every session. */
  if (returned >= DELETIONS_ENOUGH)
    return MAIL_POP3_NEVER;
  switch (keep)
    {
    case MAIL_POP_KEEP_DELETE:
      return 0;
    case MAIL_POP_KEEP_DAYS:
      return fetched > 0 && fetched < MAIL_POP3_NEVER - wait ? fetched + wait : MAIL_POP3_NEVER;
    case MAIL_POP_KEEP_UNTIL_DELETED:
      return deleting ? 0 : MAIL_POP3_NEVER;
    case MAIL_POP_KEEP_FOREVER:
    default:
      return MAIL_POP3_NEVER;
    }
}

/* Whether the policy wants a message deleted on the server that is here. */
static gboolean
is_due (const MailUidl *known, MailPopKeep keep, guint keep_days, gint64 now)
{
  return now >= mail_pop3_due_from (keep, keep_days, known->fetched, known->state == MAIL_UIDL_TO_DELETE, known->returned);
}

MailPop3Plan *
mail_pop3_plan_new (MailPopKeep keep,
                    guint keep_days,
                    GHashTable *ledger,
                    const GPtrArray *listing,
                    gboolean whole,
                    gint64 now)
{
  MailPop3Plan *plan = g_new0 (MailPop3Plan, 1);
  g_autoptr (GHashTable) listed = g_hash_table_new (g_str_hash, g_str_equal);
  GHashTableIter iter;
  gpointer value;

  plan->fetch = g_ptr_array_new ();
  plan->erase = g_ptr_array_new ();
  plan->returned = g_ptr_array_new ();
  plan->vanished = g_ptr_array_new ();

  for (guint i = listing->len; i > 0; i--)
    {
      MailPop3Item *item = g_ptr_array_index (listing, i - 1);
      MailUidl *known = item->uidl != NULL ? g_hash_table_lookup (ledger, item->uidl) : NULL;

      /* A second message with the same id is a copy (RFC 1939, section 7): looked at once the first is gone. */
      if (item->uidl != NULL && !g_hash_table_add (listed, item->uidl))
        continue;
      if (must_fetch (known, item))
        g_ptr_array_add (plan->fetch, item);
      else if (has_returned (known))
        {
          g_ptr_array_add (plan->fetch, item);
          g_ptr_array_add (plan->returned, item);
        }
      else if (whole && is_due (known, keep, keep_days, now))
        g_ptr_array_add (plan->erase, item);
    }

  if (!whole)
    return plan;
  g_hash_table_iter_init (&iter, ledger);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (is_on_server (value) && !g_hash_table_contains (listed, ((MailUidl *) value)->uidl))
      g_ptr_array_add (plan->vanished, value);
  return plan;
}

void
mail_pop3_plan_free (MailPop3Plan *plan)
{
  if (plan == NULL)
    return;
  g_ptr_array_unref (plan->fetch);
  g_ptr_array_unref (plan->erase);
  g_ptr_array_unref (plan->returned);
  g_ptr_array_unref (plan->vanished);
  g_free (plan);
}
