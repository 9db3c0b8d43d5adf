/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/errors.h"
#include "sync/imap-mailboxes.h"
#include "sync/imap-replay-private.h"

/* What becomes of changes whose mailbox has another name by now. */

static gboolean
is_missing (const MailImapGroup *group, const MailMailboxInfo *mailbox)
{
  return mailbox == NULL || g_hash_table_contains (group->missing, &mailbox->id);
}

/* (transfer full) (nullable): how the server spells the name of @mailbox (nullable), where that is not by the rules. */
static char *
dup_spelling (const MailImapGroup *group, const MailMailboxInfo *mailbox)
{
  return mailbox != NULL ? g_strdup (mail_imap_session_get_raw_name (group->pass->engine->session, mailbox->name)) : NULL;
}

/* *@renamed: @mailbox (nullable) is called something else, or was spelled as @before. */
static gboolean
take_name (const MailImapGroup *group, MailMailboxInfo *mailbox, const char *before, gboolean *renamed, GError **error)
{
  g_autoptr (MailMailboxInfo) now = NULL;
  g_autofree char *spelling = dup_spelling (group, mailbox);

  if (mailbox == NULL)
    return TRUE;
  now = mail_imap_engine_load_mailbox (group->pass->engine, mailbox->id, error);
  if (now == NULL)
    return FALSE;
  if (g_str_equal (now->name, mailbox->name) && g_strcmp0 (spelling, before) == 0)
    {
      g_hash_table_add (group->missing, g_memdup2 (&mailbox->id, sizeof mailbox->id));
      return TRUE;
    }
  *renamed = TRUE;
  g_free (mailbox->name);
  mailbox->name = g_steal_pointer (&now->name);
  return TRUE;
}

gboolean
mail_imap_group_follow (const MailImapGroup *group, GError **failure)
{
  g_autofree char *source = dup_spelling (group, group->source);
  g_autofree char *target = dup_spelling (group, group->target);
  g_autoptr (GError) why = NULL;
  gboolean renamed = FALSE;

  /* Of two new names the first counts: a mailbox that is to be renamed is not run after. */
  if (!g_error_matches (*failure, MAIL_ERROR, MAIL_ERROR_NOT_FOUND)
      || mail_op_is_of_mailbox (g_ptr_array_index (group->ops, 0))
      || (is_missing (group, group->source) && is_missing (group, group->target)))
    return FALSE;
  if (mail_imap_mailboxes_follow (group->pass, &why) && take_name (group, group->source, source, &renamed, &why)
      && take_name (group, group->target, target, &renamed, &why) && !renamed)
    return FALSE;
  g_clear_error (failure);
  if (why == NULL)
    return TRUE;
  g_propagate_error (failure, g_steal_pointer (&why));
  return FALSE;
}
