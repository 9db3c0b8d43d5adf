/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imap/imap-session-private.h"

#include <string.h>

#include "core/errors.h"
#include "imap/imap-quirks.h"

enum
{
  CONNECT_SECONDS = 30,
  CLOSE_SECONDS = 2,
  EAGER_LITERAL_PLUS = 1024 * 1024, /* a larger message waits for "+": it may be refused before it was sent */
  EAGER_LITERAL_MINUS = 4096,
  ALERTS_MOST = 10,
};

static void
response_free (MailImapResponse *response)
{
  mail_imap_response_clear (response);
  g_free (response);
}

static MailImapSession *
session_new (void)
{
  MailImapSession *self = g_new0 (MailImapSession, 1);

  self->machine = mail_imap_machine_new (&mail_imap_default_limits);
  self->finished = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) response_free);
  self->raw_names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->reflagged = g_ptr_array_new_with_free_func ((GDestroyNotify) mail_imap_fetch_free);
  self->told = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->append_limits = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

/* As it is, as LOGIN sends it (base64), and as PLAIN does: base64 of NUL, user, NUL, password (RFC 4616). */
static gboolean
repeats_password (const char *text, const MailCredentials *credentials)
{
  g_autoptr (GString) plain = g_string_new (NULL);
  char *login = g_base64_encode ((const guchar *) credentials->password, strlen (credentials->password));
  char *initial;
  gboolean repeats;

  g_string_append_c (plain, '\0');
  g_string_append (plain, credentials->user);
  g_string_append_c (plain, '\0');
  g_string_append (plain, credentials->password);
  initial = g_base64_encode ((const guchar *) plain->str, plain->len);
  repeats = strstr (text, credentials->password) != NULL || strstr (text, login) != NULL || strstr (text, initial) != NULL;
  explicit_bzero (plain->str, plain->len);
  mail_secret_free (login);
  mail_secret_free (initial);
  return repeats;
}

/* Some servers repeat what they were sent, and nobody else is to read that. */
static void
forget_secret (MailImapSession *self, const MailCredentials *credentials)
{
  for (guint i = self->alerts != NULL && credentials->password != NULL ? self->alerts->len : 0; i > 0; i--)
    if (repeats_password (g_ptr_array_index (self->alerts, i - 1), credentials))
      g_ptr_array_remove_index (self->alerts, i - 1);
}

MailImapSession *
mail_imap_session_open (const MailEndpoint *endpoint,
                        const MailCredentials *credentials,
                        GPtrArray *alerts,
                        GCancellable *cancellable,
                        GError **error)
{
  return mail_imap_session_open_masked (endpoint, credentials, 0, alerts, cancellable, error);
}

MailImapSession *
mail_imap_session_open_masked (const MailEndpoint *endpoint,
                               const MailCredentials *credentials,
                               MailImapCaps mask,
                               GPtrArray *alerts,
                               GCancellable *cancellable,
                               GError **error)
{
  g_autoptr (MailImapSession) self = session_new ();
  gboolean signed_in;

  self->masked = mask;
  self->alerts = alerts != NULL ? g_ptr_array_ref (alerts) : NULL;
  self->distrusted = endpoint->security == MAIL_SECURITY_STARTTLS;
  self->connection = mail_connection_open (endpoint, CONNECT_SECONDS, cancellable, error);
  if (self->connection == NULL)
    return NULL;
  signed_in = mail_imap_session_sign_in (self, endpoint, credentials, cancellable, error);
  forget_secret (self, credentials);
  if (!signed_in)
    return NULL;
  self->is_open = TRUE;
  self->round_trips = 0;
  return g_steal_pointer (&self);
}

void
mail_imap_session_free (MailImapSession *session)
{
  if (session == NULL)
    return;
  mail_connection_free (session->connection);
  g_queue_clear_full (&session->ahead, (GDestroyNotify) mail_imap_ahead_free);
  mail_imap_machine_free (session->machine);
  g_strfreev (session->capability_names);
  g_hash_table_unref (session->finished);
  g_hash_table_unref (session->raw_names);
  g_hash_table_unref (session->append_limits);
  g_hash_table_unref (session->told);
  g_ptr_array_unref (session->reflagged);
  g_clear_pointer (&session->namespaces, g_ptr_array_unref);
  g_free (session->server_name);
  g_free (session->selected);
  g_free (session->lasting_keywords);
  g_clear_pointer (&session->alerts, g_ptr_array_unref);
  g_free (session);
}

MailImapCaps
mail_imap_session_get_caps (const MailImapSession *session)
{
  return session->caps;
}

const char *const *
mail_imap_session_get_capability_names (const MailImapSession *session)
{
  static const char *const none[] = { NULL };

  return session->capability_names != NULL ? (const char *const *) session->capability_names : none;
}

const char *
mail_imap_session_get_server_name (const MailImapSession *session)
{
  return session->server_name;
}

gboolean
mail_imap_session_is_dead (const MailImapSession *session)
{
  return session->dead;
}

void
mail_imap_session_mask_caps (MailImapSession *session, MailImapCaps mask)
{
  session->masked |= mask;
  session->caps &= ~mask;
}

guint64
mail_imap_session_get_bytes_in (const MailImapSession *session)
{
  return mail_connection_get_bytes_in (session->connection);
}

guint64
mail_imap_session_get_plain_in (const MailImapSession *session)
{
  return mail_connection_get_plain_in (session->connection);
}

guint
mail_imap_session_get_round_trips (const MailImapSession *session)
{
  return session->round_trips;
}

const char *
mail_imap_session_get_selected (const MailImapSession *session)
{
  return session->selected;
}

void
mail_imap_session_take_news (MailImapSession *session, MailImapNews *news)
{
  if (news != NULL)
    *news = session->news;
  session->news.exists_changed = FALSE;
  session->news.expunged = 0;
  session->news.flags_changed = 0;
}

GPtrArray *
mail_imap_session_take_flags (MailImapSession *session)
{
  GPtrArray *taken = session->reflagged;

  session->reflagged = g_ptr_array_new_with_free_func ((GDestroyNotify) mail_imap_fetch_free);
  return taken;
}

gboolean
mail_imap_session_has (const MailImapSession *session, const char *capability)
{
  for (guint i = 0; session->capability_names != NULL && session->capability_names[i] != NULL; i++)
    if (g_ascii_strcasecmp (session->capability_names[i], capability) == 0)
      return TRUE;
  return FALSE;
}

void
mail_imap_session_set_capabilities (MailImapSession *session, GStrv names)
{
  g_strfreev (session->capability_names);
  session->capability_names = names;
  mail_imap_session_settle_caps (session);
}

/* The number behind "=" of the capability that begins with @name; 0 when there is none. */
static guint64
find_value (const MailImapSession *self, const char *name)
{
  gsize length = strlen (name);

  for (guint i = 0; self->capability_names != NULL && self->capability_names[i] != NULL; i++)
    if (g_ascii_strncasecmp (self->capability_names[i], name, length) == 0)
      return g_ascii_strtoull (self->capability_names[i] + length, NULL, 10);
  return 0;
}

gboolean
mail_imap_session_use (MailImapSession *session, MailImapCaps cap)
{
  if ((session->caps & cap) != cap)
    return FALSE;
  session->used |= cap;
  return TRUE;
}

void
mail_imap_session_note_used (MailImapSession *session, MailImapCaps caps)
{
  session->used |= caps;
}

MailImapCaps
mail_imap_session_get_used (const MailImapSession *session)
{
  return session->used & session->caps;
}

void
mail_imap_session_note_limit (MailImapSession *session, const char *mailbox, guint64 limit)
{
  if (limit > 0)
    g_hash_table_insert (session->append_limits, g_strdup (mailbox), GSIZE_TO_POINTER ((gsize) limit));
}

void
mail_imap_session_settle_caps (MailImapSession *session)
{
  MailImapCaps caps = 0;

  for (guint i = 0; session->capability_names != NULL && session->capability_names[i] != NULL; i++)
    caps |= mail_imap_capability_find (session->capability_names[i]);
  /* A server that speaks both speaks the older one until it is told (RFC 9051, section 6.3.1). */
  if (caps & ~session->masked & MAIL_IMAP_CAP_IMAP4REV2
      && (session->rev2 || !mail_imap_session_has (session, "IMAP4rev1")))
    caps |= mail_imap_caps_of_rev2;
  session->caps = caps & ~session->masked;
  session->append_limit = session->caps & MAIL_IMAP_CAP_APPENDLIMIT ? find_value (session, "APPENDLIMIT=") : 0;
  session->message_limit = session->caps & MAIL_IMAP_CAP_MESSAGELIMIT
                               ? (guint) MIN (find_value (session, "MESSAGELIMIT="), G_MAXUINT)
                               : 0;
}

MailImapWriter *
mail_imap_session_command (const MailImapSession *session, const char *name)
{
  gsize eager = session->caps & MAIL_IMAP_CAP_LITERAL_PLUS    ? EAGER_LITERAL_PLUS
                : session->caps & MAIL_IMAP_CAP_LITERAL_MINUS ? EAGER_LITERAL_MINUS
                                                              : 0;

  return mail_imap_writer_new (name, eager, session->utf8);
}

void
mail_imap_session_learn_name (MailImapSession *session, const char *name, const char *raw_name)
{
  if (session->listed)
    return;
  if (raw_name != NULL)
    g_hash_table_insert (session->raw_names, g_strdup (name), g_strdup (raw_name));
  else
    g_hash_table_remove (session->raw_names, name);
}

const char *
mail_imap_session_get_raw_name (const MailImapSession *session, const char *name)
{
  return g_hash_table_lookup (session->raw_names, name);
}

void
mail_imap_session_add_mailbox (const MailImapSession *session, MailImapWriter *writer, const char *name)
{
  mail_imap_writer_add (writer, " ");
  mail_imap_session_add_name (session, writer, name);
}

void
mail_imap_session_add_name (const MailImapSession *session, MailImapWriter *writer, const char *name)
{
  const char *raw = mail_imap_session_get_raw_name (session, name);

  if (raw != NULL)
    mail_imap_writer_add_string (writer, raw);
  else
    mail_imap_writer_add_mailbox (writer, name);
}

gboolean
mail_imap_error_is_harmless (const GError *error)
{
  static const MailErrorCode harmless[] = { MAIL_ERROR_REFUSED, MAIL_ERROR_NOT_FOUND, MAIL_ERROR_EXISTS,
                                            MAIL_ERROR_OVER_QUOTA, MAIL_ERROR_TOO_LARGE, MAIL_ERROR_UNSUPPORTED,
                                            MAIL_ERROR_BAD_INPUT, MAIL_ERROR_BUSY };

  for (guint i = 0; i < G_N_ELEMENTS (harmless); i++)
    if (g_error_matches (error, MAIL_ERROR, (gint) harmless[i]))
      return TRUE;
  return FALSE;
}

const char *
mail_imap_error_code (const GError *error)
{
  return mail_error_get_server_code (error);
}

guint
mail_imap_session_submit (MailImapSession *session, MailImapWriter *command, GError **error)
{
  /* Answers to what was sent ahead would be taken for those to this command. */
  if (session->ahead.length > 0 && !session->going_ahead)
    session->dead = TRUE;
  if (session->dead)
    {
      g_set_error_literal (error, MAIL_ERROR, MAIL_ERROR_CLOSED, "the IMAP session has ended");
      return 0;
    }
  if (mail_imap_writer_is_hurried (command) && !mail_imap_session_use (session, MAIL_IMAP_CAP_LITERAL_PLUS))
    mail_imap_session_note_used (session, MAIL_IMAP_CAP_LITERAL_MINUS);
  return mail_imap_machine_submit (session->machine, command, error);
}

static gboolean
flush (MailImapSession *self, GCancellable *cancellable, GError **error)
{
  while (TRUE)
    {
      gboolean secret = FALSE;
      g_autoptr (GBytes) output = mail_imap_machine_take_output (self->machine, &secret);
      const void *data;
      gsize size;
      gboolean sent;

      if (output == NULL)
        return TRUE;
      data = g_bytes_get_data (output, &size);
      sent = secret ? mail_connection_write_secret (self->connection, data, size, cancellable, error)
                    : mail_connection_write (self->connection, data, size, cancellable, error);
      if (!sent)
        return FALSE;
    }
}

/* A goodbye that was not asked for ends the session; what it says is why. Before there is one, it may be that there is none now. */
static gboolean
take_bye (const MailImapSession *self, const MailImapResponse *response, GError **error)
{
  gboolean busy = !self->is_open && mail_imap_quirk_is_temporary (response);

  g_set_error (error, MAIL_ERROR, busy ? MAIL_ERROR_BUSY : MAIL_ERROR_CLOSED, "the server ended the session: %s",
               response->text);
  mail_imap_quirk_note (response, error);
  return FALSE;
}

static void
take_vanished (MailImapSession *self, const GArray *ranges)
{
  guint64 count = 0;

  for (guint i = 0; i < ranges->len; i++)
    {
      const MailImapRange *range = &g_array_index (ranges, MailImapRange, i);

      count += (guint64) range->last - range->first + 1;
    }
  count = MIN (count, self->news.exists);
  self->news.expunged += (guint) count;
  self->news.exists -= (guint) count;
}

/* What concerns the session whatever command runs. */
static gboolean
absorb (MailImapSession *self, MailImapResponse *response, GError **error)
{
  switch (response->kind)
    {
    case MAIL_IMAP_RESPONSE_CAPABILITY:
      mail_imap_session_set_capabilities (self, g_steal_pointer (&response->words));
      break;
    case MAIL_IMAP_RESPONSE_EXISTS:
      if (response->number != self->news.exists)
        self->news.exists_changed = TRUE;
      self->news.exists = (guint) response->number;
      break;
    case MAIL_IMAP_RESPONSE_EXPUNGE:
      self->news.expunged++;
      self->news.exists -= self->news.exists > 0;
      break;
    case MAIL_IMAP_RESPONSE_VANISHED:
      if (!response->earlier)
        take_vanished (self, response->ranges);
      break;
    case MAIL_IMAP_RESPONSE_UNTAGGED:
      if (response->condition == MAIL_IMAP_BYE)
        return take_bye (self, response, error);
      break;
    default:
      break;
    }
  return TRUE;
}

static void
take_alert (MailImapSession *self, const char *text)
{
  if (self->alerts != NULL && !self->distrusted && text[0] != '\0' && self->alerts->len < ALERTS_MOST)
    g_ptr_array_add (self->alerts, g_strdup (text));
}

static void
take_status_text (MailImapSession *self, MailImapResponse *response)
{
  if (response->code == MAIL_IMAP_CODE_ALERT)
    take_alert (self, response->text);
  else if (response->code == MAIL_IMAP_CODE_CAPABILITY && response->words != NULL)
    mail_imap_session_set_capabilities (self, g_strdupv (response->words));
}

static MailImapStep
die (MailImapSession *self)
{
  self->dead = TRUE;
  return MAIL_IMAP_STEP_ERROR;
}

gboolean
mail_imap_session_receive (MailImapSession *session, GCancellable *cancellable, GError **error)
{
  gsize room;
  guint8 *space = mail_imap_machine_get_space (session->machine, &room);
  gssize got = mail_connection_read (session->connection, space, room, cancellable, error);

  if (got < 0)
    {
      session->dead = TRUE;
      return FALSE;
    }
  mail_imap_machine_commit (session->machine, (gsize) got);
  return TRUE;
}

MailImapStep
mail_imap_session_poll (MailImapSession *session,
                        MailImapCall *call,
                        MailImapResponse *response,
                        guint *command,
                        GError **error)
{
  MailImapStep step;

  mail_imap_response_clear (response);
  if (!flush (session, call->cancellable, error))
    return die (session);
  step = mail_imap_machine_next (session->machine, response, command, error);
  if (step == MAIL_IMAP_STEP_ERROR)
    return die (session);
  if (step == MAIL_IMAP_STEP_NEED_INPUT)
    return flush (session, call->cancellable, error) ? step : die (session);
  if (step != MAIL_IMAP_STEP_CONTINUE)
    take_status_text (session, response);
  if (step == MAIL_IMAP_STEP_DATA
      && (!absorb (session, response, error)
          || (call->func != NULL && !call->func (session, response, call->user_data, error))))
    return die (session);
  if (step == MAIL_IMAP_STEP_DATA)
    mail_imap_session_note_told (session, response);
  return step;
}

MailImapStep
mail_imap_session_step (MailImapSession *session,
                        MailImapCall *call,
                        MailImapResponse *response,
                        guint *command,
                        GError **error)
{
  MailImapStep step;

  while ((step = mail_imap_session_poll (session, call, response, command, error)) == MAIL_IMAP_STEP_NEED_INPUT)
    if (!mail_imap_session_receive (session, call->cancellable, error))
      return MAIL_IMAP_STEP_ERROR;
  return step;
}

gboolean
mail_imap_session_wait (MailImapSession *session,
                        guint command,
                        MailImapCall *call,
                        MailImapResponse *result,
                        GError **error)
{
  MailImapResponse *early = g_hash_table_lookup (session->finished, GUINT_TO_POINTER (command));
  guint ended = 0;

  mail_imap_response_clear (result);
  if (early != NULL)
    {
      *result = *early;
      memset (early, 0, sizeof *early);
      g_hash_table_remove (session->finished, GUINT_TO_POINTER (command));
      return TRUE;
    }
  while (TRUE)
    {
      MailImapStep step = mail_imap_session_step (session, call, result, &ended, error);

      if (step == MAIL_IMAP_STEP_ERROR)
        return FALSE;
      if (step != MAIL_IMAP_STEP_DONE)
        continue;
      if (ended == command)
        return TRUE;
      if (session->ahead_open)
        {
          /* Whose answers these were, nobody knows. */
          g_set_error_literal (error, MAIL_ERROR, MAIL_ERROR_PROTOCOL, "the server ended commands in another order");
          session->dead = TRUE;
          return FALSE;
        }
      early = g_memdup2 (result, sizeof *result);
      memset (result, 0, sizeof *result);
      g_hash_table_insert (session->finished, GUINT_TO_POINTER (ended), early);
    }
}

static MailErrorCode
code_to_error (const MailImapResponse *result)
{
  if (mail_imap_quirk_is_temporary (result))
    return MAIL_ERROR_BUSY;
  switch (result->code)
    {
    case MAIL_IMAP_CODE_NONEXISTENT:
    case MAIL_IMAP_CODE_TRYCREATE:
      return MAIL_ERROR_NOT_FOUND;
    case MAIL_IMAP_CODE_ALREADYEXISTS:
      return MAIL_ERROR_EXISTS;
    case MAIL_IMAP_CODE_OVERQUOTA:
      return MAIL_ERROR_OVER_QUOTA;
    case MAIL_IMAP_CODE_TOOBIG:
      return MAIL_ERROR_TOO_LARGE;
    case MAIL_IMAP_CODE_UNKNOWN_CTE:
      return MAIL_ERROR_UNSUPPORTED;
    default:
      return mail_imap_quirk_refusal (result);
    }
}

gboolean
mail_imap_session_check (const MailImapResponse *result, const char *what, GError **error)
{
  if (result->condition == MAIL_IMAP_OK)
    return TRUE;
  g_set_error (error, MAIL_ERROR, (gint) code_to_error (result), "%s: %s", what,
               result->text != NULL && result->text[0] != '\0' ? result->text : "the server says no");
  mail_imap_quirk_note (result, error);
  return FALSE;
}

gboolean
mail_imap_session_run (MailImapSession *session,
                       MailImapWriter *command,
                       const char *what,
                       MailImapCall *call,
                       MailImapResponse *result,
                       GError **error)
{
  g_auto (MailImapResponse) own = { 0 };
  gint64 begun;
  guint64 bytes;
  guint number;

  if (!mail_imap_session_settle_ahead (session, call->cancellable, error))
    return FALSE;
  begun = g_get_monotonic_time ();
  bytes = mail_imap_session_get_bytes_in (session);
  number = mail_imap_session_submit (session, command, error);
  if (result == NULL)
    result = &own;
  session->round_trips++;
  if (number == 0 || !mail_imap_session_wait (session, number, call, result, error))
    return FALSE;
  mail_imap_session_measure (session, begun, bytes);
  return mail_imap_session_check (result, what, error);
}

/* Until the server hung up or @deadline; whatever goes wrong, the caller frees the session. */
static void
wait_for_goodbye (MailImapSession *self, guint logout, gint64 deadline)
{
  g_auto (MailImapResponse) response = { 0 };
  guint command;

  if (!flush (self, NULL, NULL))
    return;
  while (TRUE)
    {
      gint64 left = (deadline - g_get_monotonic_time () + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC;
      MailImapStep step = mail_imap_machine_next (self->machine, &response, &command, NULL);

      mail_imap_response_clear (&response);
      if ((step == MAIL_IMAP_STEP_DONE && command == logout) || step == MAIL_IMAP_STEP_ERROR)
        return;
      if (step != MAIL_IMAP_STEP_NEED_INPUT)
        continue;
      if (left <= 0
          || mail_connection_wait_readable (self->connection, (guint) left, NULL, NULL, NULL) != MAIL_WAIT_READABLE
          || !mail_imap_session_receive (self, NULL, NULL))
        return;
    }
}

void
mail_imap_session_close (MailImapSession *session)
{
  if (session == NULL)
    return;
  if (!session->dead)
    {
      g_autoptr (MailImapWriter) logout = mail_imap_writer_new ("LOGOUT", 0, FALSE);
      guint number;

      mail_connection_set_silence (session->connection, CLOSE_SECONDS);
      number = mail_imap_machine_submit (session->machine, logout, NULL);
      if (number != 0)
        wait_for_goodbye (session, number, g_get_monotonic_time () + CLOSE_SECONDS * G_USEC_PER_SEC);
    }
  mail_imap_session_free (session);
}
