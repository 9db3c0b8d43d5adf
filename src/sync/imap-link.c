/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/imap-link.h"

#include "core/errors.h"

gboolean
mail_imap_link_expect (const MailImapPass *pass, guint64 headers, guint64 bodies, GError **error)
{
  MailImapEngine *engine = pass->engine;
  MailImapLoad load = { headers, bodies };
  MailImapLink link;
  g_autoptr (GError) failure = NULL;

  if (engine->session == NULL || mail_imap_session_is_compressed (engine->session)
      || mail_imap_session_count_ahead (engine->session) > 0
      || !(mail_imap_session_get_caps (engine->session) & MAIL_IMAP_CAP_COMPRESS))
    return TRUE;
  mail_imap_session_get_link (engine->session, &link);
  if (engine->assumed_link.rate != 0)
    link = engine->assumed_link;
  if (!mail_imap_compress_pays (&load, &link) || mail_imap_session_compress (engine->session, pass->cancellable, &failure)
      || !mail_imap_session_is_dead (engine->session))
    return TRUE;
  /* Somebody between here and the server may offer what he does not understand. */
  if (!mail_error_is_cancelled (failure))
    engine->mask |= MAIL_IMAP_CAP_COMPRESS;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}
