/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/problem.h"

#include <glib/gi18n-lib.h>

#include "core/errors.h"

G_DEFINE_BOXED_TYPE (MailProblem, mail_problem, mail_problem_copy, mail_problem_free)

typedef struct
{
  MailErrorCode code;
  MailProblemKind kind;
  MailProblemAction action;
  const char *summary; /* %1$s = account, %2$s = server */
  const char *advice;
} Wording;

static const Wording wordings[] = {
  { MAIL_ERROR_HOST_NOT_FOUND, MAIL_PROBLEM_OFFLINE, MAIL_PROBLEM_ACTION_SETTINGS,
    N_ ("%1$s: the server %2$s cannot be found."),
    N_ ("Check that this computer is online and that the server’s name is spelt right.") },
  { MAIL_ERROR_UNREACHABLE, MAIL_PROBLEM_OFFLINE, MAIL_PROBLEM_ACTION_RETRY,
    N_ ("%1$s: %2$s does not accept connections."),
    N_ ("The server may be down, or the port in the account’s settings may be wrong.") },
  { MAIL_ERROR_TIMED_OUT, MAIL_PROBLEM_SERVER, MAIL_PROBLEM_ACTION_RETRY,
    N_ ("%1$s: %2$s did not answer in time."),
    N_ ("The line may be slow or the server busy.") },
  { MAIL_ERROR_CLOSED, MAIL_PROBLEM_SERVER, MAIL_PROBLEM_ACTION_RETRY,
    N_ ("%1$s: %2$s ended the connection."),
    N_ ("Nothing is lost.") },
  { MAIL_ERROR_TLS, MAIL_PROBLEM_SERVER, MAIL_PROBLEM_ACTION_SETTINGS,
    N_ ("%1$s: no secure connection to %2$s could be made."),
    N_ ("The port and the kind of security in the account’s settings may not belong together.") },
  { MAIL_ERROR_CERTIFICATE, MAIL_PROBLEM_CERTIFICATE, MAIL_PROBLEM_ACTION_CERTIFICATE,
    N_ ("%1$s: the certificate of %2$s cannot be trusted."),
    N_ ("Your password was not sent. Look at the certificate before you decide.") },
  { MAIL_ERROR_PIN_CHANGED, MAIL_PROBLEM_CERTIFICATE, MAIL_PROBLEM_ACTION_CERTIFICATE,
    N_ ("%1$s: %2$s shows another certificate than the one that you trusted."),
    N_ ("Your password was not sent. Ask whoever runs the server whether it was changed.") },
  { MAIL_ERROR_INSECURE, MAIL_PROBLEM_SERVER, MAIL_PROBLEM_ACTION_SETTINGS,
    N_ ("%1$s: the connection to %2$s was not secure, so Missiva ended it."),
    N_ ("Your password was not sent. On a public network, try again from another one; "
        "otherwise ask your provider for its TLS settings.") },
  { MAIL_ERROR_SIGN_IN, MAIL_PROBLEM_SIGN_IN, MAIL_PROBLEM_ACTION_PASSWORD,
    N_ ("%1$s: %2$s refused the user name or the password."),
    N_ ("Type the password again. If you use two-step sign-in, your provider wants an app password.") },
  { MAIL_ERROR_NO_PASSWORD, MAIL_PROBLEM_SIGN_IN, MAIL_PROBLEM_ACTION_PASSWORD,
    N_ ("%1$s: Missiva does not know the password."),
    N_ ("Type it to go on. It is kept in this computer’s keyring, where there is one.") },
  { MAIL_ERROR_OAUTH_ONLY, MAIL_PROBLEM_SIGN_IN, MAIL_PROBLEM_ACTION_NONE,
    N_ ("%1$s: %2$s lets mail programs in only after sign-in on its own page (OAuth)."),
    N_ ("This version of Missiva cannot do that yet. Your password was not sent.") },
  { MAIL_ERROR_BUSY, MAIL_PROBLEM_SERVER, MAIL_PROBLEM_ACTION_RETRY,
    N_ ("%1$s: %2$s is busy with this mailbox."),
    N_ ("Another program may be using it just now.") },
  { MAIL_ERROR_REFUSED, MAIL_PROBLEM_REFUSED, MAIL_PROBLEM_ACTION_RETRY,
    N_ ("%1$s: %2$s refused a request."),
    N_ ("The server’s own words are in the details.") },
  { MAIL_ERROR_PROTOCOL, MAIL_PROBLEM_SERVER, MAIL_PROBLEM_ACTION_RETRY,
    N_ ("%1$s: %2$s gave an answer that makes no sense."),
    N_ ("It may not be a mail server of this kind. Check the server and the port.") },
  { MAIL_ERROR_LIMIT, MAIL_PROBLEM_SERVER, MAIL_PROBLEM_ACTION_RETRY,
    N_ ("%1$s: %2$s sent more than Missiva accepts."),
    N_ ("What was too large is named in the details.") },
  { MAIL_ERROR_UNREADABLE, MAIL_PROBLEM_SERVER, MAIL_PROBLEM_ACTION_RETRY,
    N_ ("%1$s: %2$s cannot hand out one of your messages."),
    N_ ("The connection ends each time Missiva asks for it. It was left out for today; everything else is fetched.") },
  { MAIL_ERROR_NOT_FOUND, MAIL_PROBLEM_REFUSED, MAIL_PROBLEM_ACTION_RETRY,
    N_ ("%1$s: what you asked for is no longer on %2$s."), NULL },
  { MAIL_ERROR_EXISTS, MAIL_PROBLEM_REFUSED, MAIL_PROBLEM_ACTION_NONE, N_ ("%1$s: it exists already on %2$s."), NULL },
  { MAIL_ERROR_BAD_INPUT, MAIL_PROBLEM_REFUSED, MAIL_PROBLEM_ACTION_SETTINGS,
    N_ ("%1$s: the account’s settings are not complete."), N_ ("What is wrong is named in the details.") },
  { MAIL_ERROR_UNSUPPORTED, MAIL_PROBLEM_REFUSED, MAIL_PROBLEM_ACTION_SETTINGS,
    N_ ("%1$s: %2$s cannot do this."), N_ ("What it lacks is named in the details.") },
  { MAIL_ERROR_OVER_QUOTA, MAIL_PROBLEM_REFUSED, MAIL_PROBLEM_ACTION_RETRY,
    N_ ("%1$s: the mailbox on %2$s is full."),
    N_ ("Delete mail that you no longer need, or ask your provider for more space.") },
  { MAIL_ERROR_TOO_LARGE, MAIL_PROBLEM_REFUSED, MAIL_PROBLEM_ACTION_NONE,
    N_ ("%1$s: a message is larger than %2$s takes."), N_ ("It stays on this computer. The details say how large it may be.") },
  { MAIL_ERROR_HELD, MAIL_PROBLEM_REFUSED, MAIL_PROBLEM_ACTION_RETRY,
    N_ ("%1$s: a change could not be made on %2$s, again and again."),
    N_ ("It waits among the pending changes, where you can retry or drop it. Everything else goes on.") },
  { MAIL_ERROR_DISK_FULL, MAIL_PROBLEM_DISK, MAIL_PROBLEM_ACTION_RETRY,
    N_ ("%1$s: this computer’s disk is full."),
    N_ ("Free some space and try again. Nothing was deleted from the server.") },
  { MAIL_ERROR_STORE, MAIL_PROBLEM_DISK, MAIL_PROBLEM_ACTION_RETRY,
    N_ ("%1$s: the mail on this computer cannot be read or written."),
    N_ ("Check the disk. Nothing was deleted from the server.") },
  { MAIL_ERROR_STORE_NEWER, MAIL_PROBLEM_DISK, MAIL_PROBLEM_ACTION_NONE,
    N_ ("%1$s: a newer version of Missiva wrote the mail on this computer."),
    N_ ("Install that version again; this one leaves the mail as it is.") },
  { MAIL_ERROR_STORE_DAMAGED, MAIL_PROBLEM_DISK, MAIL_PROBLEM_ACTION_RETRY,
    N_ ("%1$s: the mail on this computer is damaged."),
    N_ ("Put its folder back from a backup and try again; or remove the account and set it up again: "
        "what is still on the server comes back.") },
  { MAIL_ERROR_STORE_IN_USE, MAIL_PROBLEM_DISK, MAIL_PROBLEM_ACTION_RETRY,
    N_ ("%1$s: another Missiva is using the mail on this computer."),
    N_ ("Wait until it is done or close it, then try again.") },
  { MAIL_ERROR_SETTINGS, MAIL_PROBLEM_REFUSED, MAIL_PROBLEM_ACTION_RETRY,
    N_ ("%1$s: the settings of the account cannot be used."),
    N_ ("The details name the file and what is wrong. Put it back from a backup and try again; "
        "or remove the account and set it up again.") },
  { MAIL_ERROR_HEALED, MAIL_PROBLEM_SERVER, MAIL_PROBLEM_ACTION_NONE,
    N_ ("%1$s: this computer and %2$s did not agree about some messages."),
    N_ ("Missiva compares them once a day and has put it right. The details say what differed.") },
  { MAIL_ERROR_OFFLINE, MAIL_PROBLEM_OFFLINE, MAIL_PROBLEM_ACTION_RETRY,
    N_ ("%1$s: this computer is offline."), N_ ("Mail that is here can be read; the rest comes when you are online.") },
};

/* What a server says of its refusal is more than what the refusal is to us. */
typedef struct
{
  const char *code; /* mail_error_get_server_code() */
  Wording wording;
} Refusal;

static const Refusal refusals[] = {
  { "THROTTLED",
    { MAIL_ERROR_BUSY, MAIL_PROBLEM_SERVER, MAIL_PROBLEM_ACTION_RETRY,
      N_ ("%1$s: %2$s wants a pause, because it was asked for a lot in a short time."),
      N_ ("It passes by itself. All programs and devices with this account count together.") } },
  { "CONNECTIONS",
    { MAIL_ERROR_BUSY, MAIL_PROBLEM_SERVER, MAIL_PROBLEM_ACTION_RETRY,
      N_ ("%1$s: %2$s lets in no more connections for this account."),
      N_ ("Close mail programs that you do not need now, on other devices too.") } },
  { "INUSE",
    { MAIL_ERROR_BUSY, MAIL_PROBLEM_SERVER, MAIL_PROBLEM_ACTION_RETRY,
      N_ ("%1$s: another program is using this mailbox on %2$s."),
      N_ ("It is free again when that program is done or closed.") } },
  { "LIMIT",
    { MAIL_ERROR_BUSY, MAIL_PROBLEM_SERVER, MAIL_PROBLEM_ACTION_RETRY,
      N_ ("%1$s: a limit of %2$s was reached."),
      N_ ("The details say which. Often it helps to close other mail programs that use this account.") } },
  { "UNAVAILABLE",
    { MAIL_ERROR_BUSY, MAIL_PROBLEM_SERVER, MAIL_PROBLEM_ACTION_RETRY,
      N_ ("%1$s: a part of %2$s is out of order at the moment."),
      N_ ("Neither your password nor your settings are to blame. It usually passes by itself.") } },
  { "SERVERBUG",
    { MAIL_ERROR_BUSY, MAIL_PROBLEM_SERVER, MAIL_PROBLEM_ACTION_RETRY,
      N_ ("%1$s: %2$s made a mistake of its own."),
      N_ ("Neither your password nor your settings are to blame. It usually passes by itself.") } },
  { "CONTACTADMIN",
    { MAIL_ERROR_REFUSED, MAIL_PROBLEM_REFUSED, MAIL_PROBLEM_ACTION_RETRY,
      N_ ("%1$s: %2$s asks you to speak to your provider."),
      N_ ("Only your provider can put this right. Its own words are in the details.") } },
  { "NOPERM",
    { MAIL_ERROR_REFUSED, MAIL_PROBLEM_REFUSED, MAIL_PROBLEM_ACTION_NONE,
      N_ ("%1$s: %2$s does not allow you to do this."),
      N_ ("The mailbox may belong to somebody else or be there only for reading. Its owner can give you the right.") } },
  { MAIL_CODE_NO_TAGS,
    { MAIL_ERROR_UNSUPPORTED, MAIL_PROBLEM_REFUSED, MAIL_PROBLEM_ACTION_NONE,
      N_ ("%1$s: a mailbox on %2$s keeps no tags."),
      N_ ("Your tags stay on this computer. They go along when you move the message to a mailbox that keeps them.") } },
  { "EXPIRED",
    { MAIL_ERROR_SIGN_IN, MAIL_PROBLEM_SIGN_IN, MAIL_PROBLEM_ACTION_PASSWORD,
      N_ ("%1$s: your password for %2$s has expired."),
      N_ ("Choose a new one on your provider’s page, then type it here.") } },
  { "PRIVACYREQUIRED",
    { MAIL_ERROR_INSECURE, MAIL_PROBLEM_SERVER, MAIL_PROBLEM_ACTION_SETTINGS,
      N_ ("%1$s: %2$s wants a secure connection."),
      N_ ("Choose TLS in the account’s settings.") } },
};

static const Wording unknown_wording = {
  MAIL_ERROR_FAILED, MAIL_PROBLEM_BUG, MAIL_PROBLEM_ACTION_RETRY,
  N_ ("%1$s: something unexpected happened."), N_ ("The details say what. Your mail is safe.")
};

static const Wording *
find_wording (const GError *error)
{
  const char *code = mail_error_get_server_code (error);

  for (guint i = 0; code != NULL && i < G_N_ELEMENTS (refusals); i++)
    if (g_str_equal (refusals[i].code, code) && (gint) refusals[i].wording.code == error->code)
      return &refusals[i].wording;
  if (error->domain == MAIL_ERROR)
    for (guint i = 0; i < G_N_ELEMENTS (wordings); i++)
      if ((int) wordings[i].code == error->code)
        return &wordings[i];
  return &unknown_wording;
}

/* The sentences come from the table above and from translations of it, which msgfmt checks. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#pragma GCC diagnostic ignored "-Wformat-extra-args"
static char *
fill (const char *sentence, const char *account, const char *host, const char *mailbox)
{
  return g_strdup_printf (sentence, account, host, mailbox);
}
#pragma GCC diagnostic pop

MailProblem *
mail_problem_new_from_error (const GError *error, const char *account, const char *host, MailProblemRadius radius)
{
  const Wording *wording;
  MailProblem *self;

  g_return_val_if_fail (error != NULL, NULL);

  if (mail_error_is_cancelled (error))
    return NULL;

  wording = find_wording (error);
  self = g_new0 (MailProblem, 1);
  self->kind = wording->kind;
  self->radius = radius;
  self->action = wording->action;
  self->code = error->domain == MAIL_ERROR ? error->code : MAIL_ERROR_FAILED;
  self->account = g_strdup (account);
  self->summary = fill (_ (wording->summary), account, host != NULL ? host : _ ("the server"), NULL);
  self->advice = wording->advice != NULL ? g_strdup (_ (wording->advice)) : NULL;
  self->technical = g_strdup (error->message);
  return self;
}

MailProblem *
mail_problem_new_mailbox_refused (const GError *error, const char *account, const char *host, MailOpKind kind, const char *name)
{
  /* Translators, in these five: the account, the server, the mailbox. */
  static const char *const sentences[] = {
    [MAIL_OP_CREATE_MAILBOX] = N_ ("%1$s: %2$s did not make the mailbox “%3$s”."),
    [MAIL_OP_RENAME_MAILBOX] = N_ ("%1$s: %2$s did not rename or move the mailbox “%3$s”."),
    [MAIL_OP_DELETE_MAILBOX] = N_ ("%1$s: %2$s did not delete the mailbox “%3$s”."),
    [MAIL_OP_SUBSCRIBE] = N_ ("%1$s: %2$s did not subscribe you to the mailbox “%3$s”."),
    [MAIL_OP_UNSUBSCRIBE] = N_ ("%1$s: %2$s did not unsubscribe you from the mailbox “%3$s”."),
  };
  MailProblem *self;

  if (kind >= G_N_ELEMENTS (sentences) || sentences[kind] == NULL)
    return NULL;
  self = mail_problem_new_from_error (error, account, host, MAIL_PROBLEM_RADIUS_MAILBOX);
  if (self == NULL)
    return NULL;
  g_free (self->summary);
  self->summary = fill (_ (sentences[kind]), account, host != NULL ? host : _ ("the server"), name);
  return self;
}

MailProblem *
mail_problem_copy (const MailProblem *problem)
{
  MailProblem *copy = g_memdup2 (problem, sizeof *problem);

  copy->account = g_strdup (problem->account);
  copy->summary = g_strdup (problem->summary);
  copy->advice = g_strdup (problem->advice);
  copy->technical = g_strdup (problem->technical);
  return copy;
}

void
mail_problem_free (MailProblem *problem)
{
  if (problem == NULL)
    return;
  g_free (problem->account);
  g_free (problem->summary);
  g_free (problem->advice);
  g_free (problem->technical);
  g_free (problem);
}
