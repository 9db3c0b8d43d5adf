/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imap/imap-session-private.h"

#include "core/errors.h"

/* COMPRESS, and what is learnt of the link to decide about it. */

enum
{
  LARGE_ANSWER = 64 * 1024, /* octets from which on an answer says how fast the link is */
};

gboolean
mail_imap_session_compress (MailImapSession *session, GCancellable *cancellable, GError **error)
{
  g_autoptr (MailImapWriter) command = mail_imap_session_command (session, "COMPRESS DEFLATE");
  g_autoptr (GBytes) early = NULL;
  MailImapCall call = { mail_imap_session_note_flags, NULL, cancellable };
  gsize length;
  const void *data;

  if (mail_connection_is_compressed (session->connection))
    return TRUE;
  if (!mail_imap_session_check_cap (session, MAIL_IMAP_CAP_COMPRESS, "COMPRESS=DEFLATE", error))
    return FALSE;
  if (!mail_imap_session_run (session, command, "COMPRESS", &call, NULL, error))
    {
      mail_imap_session_mask_caps (session, MAIL_IMAP_CAP_COMPRESS);
      return FALSE;
    }
  /* A server may have gone on talking at once. */
  early = mail_imap_machine_take_rest (session->machine);
  data = g_bytes_get_data (early, &length);
  mail_connection_start_compression (session->connection, data, length);
  return TRUE;
}

gboolean
mail_imap_session_is_compressed (const MailImapSession *session)
{
  return mail_connection_is_compressed (session->connection);
}

void
mail_imap_session_measure (MailImapSession *session, gint64 begun, guint64 bytes)
{
  guint64 took = (guint64) MAX (g_get_monotonic_time () - begun, 1);
  guint64 came = mail_imap_session_get_bytes_in (session) - bytes;

  if (session->link.round_trip == 0 || took < session->link.round_trip)
    session->link.round_trip = (guint) took;
  if (came >= LARGE_ANSWER)
    session->link.rate = MAX (session->link.rate, came * 8 * G_USEC_PER_SEC / took);
}

void
mail_imap_session_get_link (const MailImapSession *session, MailImapLink *link)
{
  *link = session->link;
  link->loopback = mail_connection_is_loopback (session->connection);
}
