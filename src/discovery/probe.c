/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "discovery/probe.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "core/errors.h"
#include "net/connection.h"

/* A greeting or capability answer is short; more is no mail server. */
#define MAX_LINE 4096
#define MAX_LINES 200

typedef struct
{
  MailConnection *connection;
  MailServerKind kind;
  GCancellable *cancellable;
  char buffer[MAX_LINE];
  gsize length; /* of what is in @buffer */
} Talk;

/* What one kind of server says and is asked. */
typedef struct
{
  const char *greeting;  /* what its first line begins with */
  const char *ask;       /* for capabilities */
  const char *end;       /* what the last line of the answer begins with; SMTP's "250 " */
  const char *start_tls;
  const char *agreed;    /* the answer to start_tls begins with it */
  const char *offers;    /* the word in the capabilities that allows start_tls */
  const char *quit;
} Words;

static const Words all_words[MAIL_SERVER_N_KINDS] = {
  { "* OK", "a CAPABILITY\r\n", "a ", "b STARTTLS\r\n", "b OK", "STARTTLS", "c LOGOUT\r\n" },
  { "+OK", "CAPA\r\n", ".", "STLS\r\n", "+OK", "STLS", "QUIT\r\n" },
  { "220", "EHLO [127.0.0.1]\r\n", "250 ", "STARTTLS\r\n", "220", "STARTTLS", "QUIT\r\n" },
};

/* (transfer full): one line without its end. */
static char *
read_line (Talk *talk, GError **error)
{
  for (;;)
    {
      char *newline = memchr (talk->buffer, '\n', talk->length);
      gssize n;

      if (newline != NULL)
        {
          gsize used = newline - talk->buffer + 1;
          char *line = g_strndup (talk->buffer, used - 1);

          memmove (talk->buffer, talk->buffer + used, talk->length - used);
          talk->length -= used;
          g_strchomp (line);
          return line;
        }
      if (talk->length == sizeof talk->buffer)
        {
          g_set_error_literal (error, MAIL_ERROR, MAIL_ERROR_LIMIT, "The server’s line is too long");
          return NULL;
        }
      n = mail_connection_read (talk->connection, talk->buffer + talk->length, sizeof talk->buffer - talk->length,
                                talk->cancellable, error);
      if (n < 0)
        return NULL;
      talk->length += n;
    }
}

static gboolean
say (Talk *talk, const char *line, GError **error)
{
  return mail_connection_write (talk->connection, line, strlen (line), talk->cancellable, error);
}

/* (transfer full): all lines of the answer, upper case, joined by blanks. "" where the server knows no capabilities. */
static char *
ask_capabilities (Talk *talk, GError **error)
{
  const Words *words = &all_words[talk->kind];
  g_autoptr (GString) all = g_string_new (NULL);

  if (!say (talk, words->ask, error))
    return NULL;
  for (guint i = 0; i < MAX_LINES; i++)
    {
      g_autofree char *line = read_line (talk, error);

      if (line == NULL)
        return NULL;
      /* A POP3 server of before RFC 2449 answers CAPA with -ERR; an SMTP one refuses EHLO with 5yz. */
      if (i == 0 && (g_str_has_prefix (line, "-ERR") || line[0] == '5'))
        return g_strdup ("");
      g_string_append_printf (all, "%s ", line);
      if (g_str_has_prefix (line, words->end))
        return g_ascii_strup (all->str, -1);
    }
  g_set_error_literal (error, MAIL_ERROR, MAIL_ERROR_LIMIT, "The server lists too many capabilities");
  return NULL;
}

/* The names after AUTH= (IMAP), SASL (POP3) or AUTH (SMTP). */
static GStrv
find_mechanisms (MailServerKind kind, const char *capabilities)
{
  g_autoptr (GStrvBuilder) found = g_strv_builder_new ();
  g_auto (GStrv) words = g_strsplit_set (capabilities, " -", -1);
  const char *opener = kind == MAIL_SERVER_POP3 ? "SASL" : "AUTH";
  gboolean within = FALSE;

  if (kind == MAIL_SERVER_IMAP)
    {
      g_auto (GStrv) atoms = g_strsplit (capabilities, " ", -1);

      for (guint i = 0; atoms[i] != NULL; i++)
        if (g_str_has_prefix (atoms[i], "AUTH="))
          g_strv_builder_add (found, atoms[i] + strlen ("AUTH="));
      return g_strv_builder_end (found);
    }
  for (guint i = 0; words[i] != NULL; i++)
    {
      static const char *const known[] = { "PLAIN", "LOGIN", "CRAM", "SCRAM", "XOAUTH2", "OAUTHBEARER", NULL };

      if (g_str_equal (words[i], opener))
        within = TRUE;
      else if (within && g_strv_contains (known, words[i]))
        g_strv_builder_add (found, words[i]);
    }
  return g_strv_builder_end (found);
}

static gboolean
check_greeting (Talk *talk, MailProbe *probe, GError **error)
{
  probe->greeting = read_line (talk, error);
  if (probe->greeting == NULL)
    return FALSE;
  if (g_str_has_prefix (probe->greeting, "* PREAUTH") && talk->kind == MAIL_SERVER_IMAP)
    {
      g_set_error_literal (error, MAIL_ERROR, MAIL_ERROR_INSECURE, "The server claims that somebody is signed in already");
      return FALSE;
    }
  if (g_str_has_prefix (probe->greeting, all_words[talk->kind].greeting))
    return TRUE;
  g_set_error_literal (error, MAIL_ERROR, MAIL_ERROR_PROTOCOL, "Another kind of server answers there");
  return FALSE;
}

static gboolean
secure (Talk *talk, GError **error)
{
  const Words *words = &all_words[talk->kind];
  g_autofree char *capabilities = ask_capabilities (talk, error);
  g_autofree char *answer = NULL;

  if (capabilities == NULL)
    return FALSE;
  if (strstr (capabilities, words->offers) == NULL)
    {
      g_set_error (error, MAIL_ERROR, MAIL_ERROR_INSECURE, "The server does not offer %s", words->offers);
      return FALSE;
    }
  if (!say (talk, words->start_tls, error))
    return FALSE;
  answer = read_line (talk, error);
  if (answer == NULL)
    return FALSE;
  if (!g_str_has_prefix (answer, words->agreed))
    {
      g_set_error (error, MAIL_ERROR, MAIL_ERROR_INSECURE, "The server refuses %s", words->offers);
      return FALSE;
    }
  return mail_connection_start_tls (talk->connection, talk->length, talk->cancellable, error);
}

static gboolean
converse (Talk *talk, MailProbe *probe, guint seconds, GError **error)
{
  const MailEndpoint *endpoint = probe->candidate->endpoint;
  g_autofree char *capabilities = NULL;

  talk->connection = mail_connection_open (endpoint, seconds, talk->cancellable, error);
  if (talk->connection == NULL)
    return FALSE;
  mail_connection_set_silence (talk->connection, seconds);
  if (!check_greeting (talk, probe, error))
    return FALSE;
  if (endpoint->security == MAIL_SECURITY_STARTTLS && !secure (talk, error))
    return FALSE;
  capabilities = ask_capabilities (talk, error);
  if (capabilities == NULL)
    return FALSE;
  g_strfreev (probe->mechanisms);
  probe->mechanisms = find_mechanisms (talk->kind, capabilities);
  return say (talk, all_words[talk->kind].quit, error);
}

MailProbe *
mail_probe_run (const MailCandidate *candidate, guint seconds, GCancellable *cancellable)
{
  MailProbe *probe = g_new0 (MailProbe, 1);
  g_autofree Talk *talk = g_new0 (Talk, 1);
  gint64 start = g_get_monotonic_time ();

  probe->candidate = mail_candidate_copy (candidate);
  probe->mechanisms = g_new0 (char *, 1);
  talk->kind = candidate->kind;
  talk->cancellable = cancellable;
  probe->usable = converse (talk, probe, seconds, &probe->error);
  mail_connection_free (talk->connection);
  probe->seconds = (double) (g_get_monotonic_time () - start) / G_USEC_PER_SEC;
  if (g_error_matches (probe->error, MAIL_ERROR, MAIL_ERROR_CERTIFICATE)
      || g_error_matches (probe->error, MAIL_ERROR, MAIL_ERROR_PIN_CHANGED))
    probe->certificate = mail_connection_dup_failed_certificate ();
  return probe;
}

void
mail_probe_free (MailProbe *probe)
{
  if (probe == NULL)
    return;
  mail_candidate_free (probe->candidate);
  g_free (probe->greeting);
  g_strfreev (probe->mechanisms);
  mail_certificate_free (probe->certificate);
  g_clear_error (&probe->error);
  g_free (probe);
}

char *
mail_probe_describe (const MailProbe *probe)
{
  if (probe->usable)
    return g_strdup (_ ("found"));
  if (probe->error->domain != MAIL_ERROR)
    return g_strdup (mail_error_is_cancelled (probe->error) ? _ ("not needed any more") : _ ("does not answer"));

  switch ((MailErrorCode) probe->error->code)
    {
    case MAIL_ERROR_HOST_NOT_FOUND:
      return g_strdup (_ ("no such server"));
    case MAIL_ERROR_UNREACHABLE:
      return g_strdup (_ ("does not accept connections"));
    case MAIL_ERROR_TIMED_OUT:
      return g_strdup (_ ("does not answer"));
    case MAIL_ERROR_CERTIFICATE:
    case MAIL_ERROR_PIN_CHANGED:
      return g_strdup (_ ("its certificate cannot be trusted"));
    case MAIL_ERROR_TLS:
    case MAIL_ERROR_INSECURE:
      return g_strdup (_ ("no secure connection"));
    case MAIL_ERROR_PROTOCOL:
    case MAIL_ERROR_LIMIT:
      return g_strdup (_ ("another kind of server"));
    default:
      return g_strdup (_ ("does not answer"));
    }
}
