/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/account-words.h"

#include <glib/gi18n-lib.h>

#include "core/errors.h"

const char *
mail_words_mode (MailMode mode)
{
  return mode == MAIL_MODE_IMAP ? _ ("Synchronised · IMAP") : _ ("Downloaded · POP");
}

const char *
mail_words_state (MailWorkerState state, MailPhase phase, const MailProblem *problem)
{
  switch (state)
    {
    case MAIL_WORKER_WORKING:
      if (phase == MAIL_PHASE_AUDIT)
        return _ ("Comparing with the server…");
      return phase == MAIL_PHASE_HEADERS || phase == MAIL_PHASE_BODIES ? _ ("Downloading mail…") : _ ("Checking for mail…");
    case MAIL_WORKER_UP_TO_DATE:
      return _ ("Up to date");
    case MAIL_WORKER_OFFLINE:
      return _ ("Offline");
    case MAIL_WORKER_WAITING:
      return _ ("Trying again soon");
    case MAIL_WORKER_NEEDS_YOU:
      if (problem != NULL && problem->kind == MAIL_PROBLEM_SIGN_IN)
        return _ ("Needs your password");
      if (problem != NULL && problem->kind == MAIL_PROBLEM_CERTIFICATE)
        return _ ("Needs you to look at a certificate");
      return _ ("Needs you to look at its settings");
    case MAIL_WORKER_STOPPED:
    default:
      return _ ("Not checking for mail");
    }
}

static char *
about_time (guint seconds)
{
  const guint minutes = (seconds + 30) / 60;
  const guint hours = (seconds + 1800) / 3600;

  if (seconds < 45)
    return g_strdup (_ ("less than a minute"));
  if (minutes < 90)
    return g_strdup_printf (ngettext ("about %u minute", "about %u minutes", minutes), minutes);
  return g_strdup_printf (ngettext ("about %u hour", "about %u hours", hours), hours);
}

char *
mail_words_progress (const MailProgress *progress)
{
  g_autofree char *time = NULL;

  if (progress->total == 0)
    return NULL;
  if (progress->seconds_left == 0)
    /* Translators: messages, such as “1,240 of 48,112”. The ' groups the digits as the language does. */
    return g_strdup_printf (_ ("%'u of %'u"), progress->done, progress->total);

  time = about_time (progress->seconds_left);
  /* Translators: messages and the time that is left, such as “1,240 of 48,112, about 2 minutes”. */
  return g_strdup_printf (_ ("%'u of %'u, %s"), progress->done, progress->total, time);
}

MailDone
mail_done_from_flags (MailFlags add, MailFlags remove)
{
  if (add == MAIL_FLAG_SEEN && remove == 0)
    return MAIL_DONE_READ;
  if (add == 0 && remove == MAIL_FLAG_SEEN)
    return MAIL_DONE_UNREAD;
  if (add == MAIL_FLAG_FLAGGED && remove == 0)
    return MAIL_DONE_STARRED;
  if (add == 0 && remove == MAIL_FLAG_FLAGGED)
    return MAIL_DONE_UNSTARRED;
  return MAIL_DONE_CHANGED;
}

/* Translators, in the sentences of this function: %s is the title of a mailbox. */
static char *
mailbox_done (MailDone done, const char *title)
{
  switch (done)
    {
    case MAIL_DONE_MAILBOX_MADE:
      return g_strdup_printf (_ ("Mailbox %s made"), title);
    case MAIL_DONE_MAILBOX_RENAMED:
      return g_strdup_printf (_ ("Mailbox renamed to %s"), title);
    case MAIL_DONE_MAILBOX_MOVED:
      return g_strdup_printf (_ ("Mailbox %s moved"), title);
    case MAIL_DONE_MAILBOX_DELETED:
      return g_strdup_printf (_ ("Mailbox %s deleted"), title);
    case MAIL_DONE_SUBSCRIBED:
      return g_strdup_printf (_ ("Subscribed to %s"), title);
    default:
      return g_strdup_printf (_ ("Unsubscribed from %s"), title);
    }
}

char *
mail_words_done (MailDone done, guint n, const char *title)
{
  switch (done)
    {
    case MAIL_DONE_READ:
      return n == 1 ? g_strdup (_ ("Message marked as read"))
                    : g_strdup_printf (ngettext ("%u message marked as read", "%u messages marked as read", n), n);
    case MAIL_DONE_UNREAD:
      return n == 1 ? g_strdup (_ ("Message marked as unread"))
                    : g_strdup_printf (ngettext ("%u message marked as unread", "%u messages marked as unread", n), n);
    case MAIL_DONE_STARRED:
      return n == 1 ? g_strdup (_ ("Message starred"))
                    : g_strdup_printf (ngettext ("%u message starred", "%u messages starred", n), n);
    case MAIL_DONE_UNSTARRED:
      return n == 1 ? g_strdup (_ ("Star removed"))
                    : g_strdup_printf (ngettext ("Star removed from %u message", "Star removed from %u messages", n), n);
    case MAIL_DONE_MOVED:
      /* Translators: %s is the title of a mailbox, such as “Trash”. */
      return n == 1 ? g_strdup_printf (_ ("Message moved to %s"), title)
                    : g_strdup_printf (ngettext ("%u message moved to %s", "%u messages moved to %s", n), n, title);
    case MAIL_DONE_COPIED:
      /* Translators: %s is the title of a mailbox, such as “Archive”. */
      return n == 1 ? g_strdup_printf (_ ("Message copied to %s"), title)
                    : g_strdup_printf (ngettext ("%u message copied to %s", "%u messages copied to %s", n), n, title);
    case MAIL_DONE_DELETED:
      return n == 1 ? g_strdup (_ ("Message deleted for ever"))
                    : g_strdup_printf (ngettext ("%u message deleted for ever", "%u messages deleted for ever", n), n);
    case MAIL_DONE_UNDONE:
      return g_strdup (_ ("Undone"));
    case MAIL_DONE_JUNK:
      return n == 1 ? g_strdup (_ ("Message marked as junk"))
                    : g_strdup_printf (ngettext ("%u message marked as junk", "%u messages marked as junk", n), n);
    case MAIL_DONE_NOT_JUNK:
      return n == 1 ? g_strdup (_ ("Message marked as not junk"))
                    : g_strdup_printf (ngettext ("%u message marked as not junk", "%u messages marked as not junk", n), n);
    case MAIL_DONE_TAGGED:
      return n == 1 ? g_strdup (_ ("Message tagged"))
                    : g_strdup_printf (ngettext ("%u message tagged", "%u messages tagged", n), n);
    case MAIL_DONE_UNTAGGED:
      return n == 1 ? g_strdup (_ ("Tag taken off the message"))
                    : g_strdup_printf (ngettext ("Tag taken off %u message", "Tag taken off %u messages", n), n);
    case MAIL_DONE_MAILBOX_MADE:
    case MAIL_DONE_MAILBOX_RENAMED:
    case MAIL_DONE_MAILBOX_MOVED:
    case MAIL_DONE_MAILBOX_DELETED:
    case MAIL_DONE_SUBSCRIBED:
    case MAIL_DONE_UNSUBSCRIBED:
      return mailbox_done (done, title);
    case MAIL_DONE_CHANGED:
    case MAIL_DONE_QUIETLY:
    default:
      return n == 1 ? g_strdup (_ ("Message changed"))
                    : g_strdup_printf (ngettext ("%u message changed", "%u messages changed", n), n);
    }
}

char *
mail_words_refused (guint n)
{
  return g_strdup_printf (ngettext ("The server refused %u change. You see again what it has.",
                                    "The server refused %u changes. You see again what it has.", n),
                          n);
}

char *
mail_words_namesakes (const char *title, const char *given)
{
  /* Translators: titles of mailboxes: “Work”, then “Work (2)”. */
  return g_strdup_printf (_ ("There are two mailboxes “%s”: one of them is called “%s” from now on."), title, given);
}

/* What a change to a mailbox came up against, by the code of its error. */
static char *
mailbox_not_changed (MailDone done, const char *title, int code)
{
  if (code == MAIL_ERROR_NOT_FOUND)
    return g_strdup (_ ("The mailbox is not there any more."));
  if (code == MAIL_ERROR_EXISTS && done == MAIL_DONE_MAILBOX_MOVED)
    /* Translators, up to the end of this function: %s is the title of a mailbox. */
    return g_strdup_printf (_ ("There is another mailbox “%s” where this one was to go."), title);
  if (code == MAIL_ERROR_EXISTS)
    return g_strdup_printf (_ ("There is a mailbox “%s” already."), title);
  if (code == MAIL_ERROR_BAD_INPUT && done == MAIL_DONE_MAILBOX_MOVED)
    return g_strdup_printf (_ ("“%s” cannot lie within itself."), title);
  if (code == MAIL_ERROR_BAD_INPUT)
    return g_strdup_printf (_ ("No mailbox can be called “%s”."), title);
  if (code != MAIL_ERROR_UNSUPPORTED)
    return NULL;
  switch (done)
    {
    case MAIL_DONE_MAILBOX_MADE:
      return g_strdup_printf (_ ("“%s” cannot be made there: nothing can lie beneath that mailbox."), title);
    case MAIL_DONE_MAILBOX_MOVED:
      return g_strdup_printf (_ ("“%s” cannot be moved there."), title);
    case MAIL_DONE_MAILBOX_DELETED:
      return g_strdup_printf (_ ("“%s” cannot be deleted: it is needed, or one inside it is."), title);
    default:
      return g_strdup (_ ("This mailbox cannot be renamed."));
    }
}

char *
mail_words_not_done (MailDone done, const char *title, const GError *error)
{
  if (error->domain != MAIL_ERROR)
    return NULL;
  if (done >= MAIL_DONE_MAILBOX_MADE && done <= MAIL_DONE_MAILBOX_DELETED)
    return mailbox_not_changed (done, title, error->code);
  if (done != MAIL_DONE_UNDONE)
    return NULL;
  switch (error->code)
    {
    case MAIL_ERROR_REFUSED:
      return g_strdup (_ ("It is too late to undo this: the server has been told."));
    case MAIL_ERROR_EXISTS:
      return g_strdup (_ ("This cannot be undone: there is another mailbox with that name by now."));
    case MAIL_ERROR_UNSUPPORTED:
      return g_strdup (_ ("This cannot be undone: there is something in the mailbox by now."));
    case MAIL_ERROR_NOT_FOUND:
      return g_strdup (_ ("This cannot be undone: it is not there any more."));
    default:
      return NULL;
    }
}

char *
mail_words_alert (const char *name, const char *text)
{
  /* Translators: the account's name, then the server's own words. */
  return g_strdup_printf (_ ("The server of %s says: “%s”"), name, text);
}

char *
mail_words_quota (const char *name, guint percent)
{
  /* Translators: the account's name, then how much of the room that the server gives is used. */
  return g_strdup_printf (_ ("%s: more than %u%% of your room on the server is used. Delete mail that you no longer need, "
                             "or ask your provider for more."), name, percent);
}

char *
mail_words_audit (const MailAuditResult *found)
{
  const guint differences = found->missing + found->extra + found->flags + found->misnumbered;

  if (differences > 0)
    return g_strdup_printf (ngettext ("%'u difference found and put right.", "%'u differences found and put right.", differences),
                            differences);
  if (found->messages == 0)
    return g_strdup (_ ("There are no messages here, nor on the server."));
  return g_strdup_printf (ngettext ("The %'u message is as on the server.", "All %'u messages are as on the server.",
                                    found->messages),
                          found->messages);
}
