/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/store-mode.h"

#include "core/errors.h"
#include "store/store-mailboxes.h"

typedef struct
{
  gboolean synchronised; /* has mailboxes of an IMAP server */
  gboolean downloaded;   /* has mailboxes of its own, as POP makes them */
} Kinds;

static gboolean
kinds_job (MailDb *db, gpointer data, GError **error)
{
  Kinds *kinds = data;
  g_autoptr (GPtrArray) mailboxes = mail_store_mailboxes_list (db, error);

  for (guint i = 0; mailboxes != NULL && i < mailboxes->len; i++)
    {
      const MailMailboxInfo *mailbox = g_ptr_array_index (mailboxes, i);

      *(mailbox->flags & MAIL_MAILBOX_LOCAL ? &kinds->downloaded : &kinds->synchronised) = TRUE;
    }
  return mailboxes != NULL;
}

gboolean
mail_store_mode_check (MailStore *store, MailMode mode, GError **error)
{
  Kinds kinds = { FALSE, FALSE };

  if (!mail_store_read (store, kinds_job, &kinds, error))
    return FALSE;
  if (mode == MAIL_MODE_POP ? !kinds.synchronised : !kinds.downloaded)
    return TRUE;
  g_set_error (error, MAIL_ERROR, MAIL_ERROR_SETTINGS,
               "the mail here was fetched by %s; to use the mailbox by %s, add it as another account",
               mode == MAIL_MODE_POP ? "IMAP" : "POP", mode == MAIL_MODE_POP ? "POP" : "IMAP");
  return FALSE;
}
