/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imap/imap-session-private.h"

#include "core/errors.h"
#include "imap/imap-date.h"

/* APPEND, and several messages in one. */

enum
{
  BATCH_MESSAGES = 100,            /* in one command, which succeeds or fails as a whole */
  BATCH_OCTETS = 8 * 1024 * 1024,
};

static gboolean
has_8bit_header (GBytes *message)
{
  gsize size;
  const char *data = g_bytes_get_data (message, &size);

  for (gsize i = 0; i < size; i++)
    {
      if ((guchar) data[i] >= 0x80)
        return TRUE;
      if (data[i] == '\n' && i + 1 < size && (data[i + 1] == '\r' || data[i + 1] == '\n'))
        return FALSE;
    }
  return FALSE;
}

static void
add_upload (const MailImapSession *self, MailImapWriter *command, const MailImapUpload *upload)
{
  g_autofree char *flags = mail_flags_to_imap (upload->flags);
  g_autofree char *date = mail_imap_date_format (upload->internal_date);
  gboolean keywords = upload->keywords != NULL && upload->keywords[0] != '\0';

  mail_imap_writer_add (command, " (");
  mail_imap_writer_add (command, flags);
  if (keywords && flags[0] != '\0')
    mail_imap_writer_add (command, " ");
  if (keywords)
    mail_imap_writer_add (command, upload->keywords);
  mail_imap_writer_add (command, ") \"");
  mail_imap_writer_add (command, date);
  mail_imap_writer_add (command, "\" ");
  mail_imap_writer_add_literal (command, upload->message, self->literal_utf8 && has_8bit_header (upload->message));
}

static guint64
find_limit (MailImapSession *self, const char *mailbox)
{
  gsize own = GPOINTER_TO_SIZE (g_hash_table_lookup (self->append_limits, mailbox));

  if (!mail_imap_session_use (self, MAIL_IMAP_CAP_APPENDLIMIT))
    return 0;
  return own != 0 ? own : self->append_limit;
}

/* Before anything is sent: an upload that will be refused only costs. */
static gboolean
check_uploads (MailImapSession *self, const char *mailbox, const MailImapUpload *uploads, guint count, GError **error)
{
  guint64 limit = find_limit (self, mailbox);

  for (guint i = 0; i < count; i++)
    {
      gsize size = g_bytes_get_size (uploads[i].message);

      if (limit != 0 && size > limit)
        {
          g_set_error (error, MAIL_ERROR, MAIL_ERROR_TOO_LARGE,
                       "the message has %" G_GSIZE_FORMAT " octets, the server takes %" G_GUINT64_FORMAT, size, limit);
          return FALSE;
        }
      if (uploads[i].keywords != NULL && !mail_imap_are_atoms (uploads[i].keywords))
        {
          g_set_error_literal (error, MAIL_ERROR, MAIL_ERROR_BAD_INPUT, "not a list of keywords");
          return FALSE;
        }
    }
  return TRUE;
}

/* How many of @uploads go into one command. */
static guint
batch_size (MailImapSession *self, const MailImapUpload *uploads, guint count)
{
  guint most = MIN (count, BATCH_MESSAGES);
  gsize octets = g_bytes_get_size (uploads[0].message);
  guint n = 1;

  if (!(self->caps & MAIL_IMAP_CAP_MULTIAPPEND))
    return 1;
  if (self->message_limit != 0)
    most = MIN (most, self->message_limit);
  while (n < most && (octets += g_bytes_get_size (uploads[n].message)) <= BATCH_OCTETS)
    n++;
  if (n > 1)
    mail_imap_session_note_used (self, MAIL_IMAP_CAP_MULTIAPPEND);
  return n;
}

/* @uids: one number for each of @count, 0 where the server did not say. */
static void
take_appended (MailImapSession *self, const MailImapResponse *result, guint count, guint32 *uidvalidity, GArray *uids)
{
  static const guint32 unknown;
  gboolean known = result->code == MAIL_IMAP_CODE_APPENDUID && mail_imap_session_use (self, MAIL_IMAP_CAP_UIDPLUS)
                   && result->copied.target_uids->len == count;

  if (known)
    *uidvalidity = result->copied.uidvalidity;
  for (guint i = 0; i < count; i++)
    g_array_append_vals (uids, known ? &g_array_index (result->copied.target_uids, guint32, i) : &unknown, 1);
}

static gboolean
append_batch (MailImapSession *self,
              const char *mailbox,
              const MailImapUpload *uploads,
              guint count,
              guint32 *uidvalidity,
              GArray *uids,
              GCancellable *cancellable,
              GError **error)
{
  g_autoptr (MailImapWriter) command = mail_imap_session_command (self, "APPEND");
  MailImapCall call = { mail_imap_session_note_flags, NULL, cancellable };
  g_auto (MailImapResponse) result = { 0 };

  mail_imap_session_add_mailbox (self, command, mailbox);
  for (guint i = 0; i < count; i++)
    add_upload (self, command, &uploads[i]);
  if (!mail_imap_session_run (self, command, "APPEND", &call, &result, error))
    return FALSE;
  take_appended (self, &result, count, uidvalidity, uids);
  return TRUE;
}

gboolean
mail_imap_session_append_many (MailImapSession *session,
                               const char *mailbox,
                               const MailImapUpload *uploads,
                               guint count,
                               guint32 *uidvalidity,
                               GArray *uids,
                               GCancellable *cancellable,
                               GError **error)
{
  g_autoptr (GArray) own = g_array_new (FALSE, FALSE, sizeof (guint32));
  guint32 validity = 0;
  gboolean done = check_uploads (session, mailbox, uploads, count, error);

  for (guint i = 0, n; done && i < count; i += n)
    {
      n = batch_size (session, uploads + i, count - i);
      done = append_batch (session, mailbox, uploads + i, n, &validity, uids != NULL ? uids : own, cancellable, error);
    }
  if (uidvalidity != NULL)
    *uidvalidity = validity;
  return done;
}

gboolean
mail_imap_session_append (MailImapSession *session,
                          const char *mailbox,
                          GBytes *message,
                          MailFlags flags,
                          gint64 internal_date,
                          guint32 *uidvalidity,
                          guint32 *uid,
                          GCancellable *cancellable,
                          GError **error)
{
  MailImapUpload upload = { message, flags, NULL, internal_date };
  g_autoptr (GArray) uids = g_array_new (FALSE, FALSE, sizeof (guint32));

  if (!mail_imap_session_append_many (session, mailbox, &upload, 1, uidvalidity, uids, cancellable, error))
    return FALSE;
  if (uid != NULL)
    *uid = g_array_index (uids, guint32, 0);
  return TRUE;
}
