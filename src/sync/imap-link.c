/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/imap-link.h"

void
mail_imap_link_expect (const MailImapPass *pass, guint64 headers, guint64 bodies)
{
  MailImapEngine *engine = pass->engine;
  MailImapLoad load = { headers, bodies };
  MailImapLink link;

  if (engine->session == NULL || mail_imap_session_is_compressed (engine->session)
      || !(mail_imap_session_get_caps (engine->session) & MAIL_IMAP_CAP_COMPRESS))
    return;
  mail_imap_session_get_link (engine->session, &link);
  if (engine->assumed_link.rate != 0)
    link = engine->assumed_link;
  if (mail_imap_compress_pays (&load, &link))
    mail_imap_session_compress (engine->session, pass->cancellable, NULL);
}
