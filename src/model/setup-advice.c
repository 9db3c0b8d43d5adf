/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/setup-advice.h"

#include <glib/gi18n-lib.h>

/* From here on a mailbox is called nearly full. */
#define NEARLY_FULL_PERCENT 90

static guint
percent_full (const MailFigures *figures)
{
  if (figures == NULL || figures->quota_limit == 0)
    return 0;
  return (guint) MIN (figures->quota_used * 100 / figures->quota_limit, 100);
}

static MailMode
advise_between_both (const MailFigures *imap, const MailFigures *pop, char **reason)
{
  guint full = percent_full (imap);
  guint elsewhere = imap->messages > pop->messages ? (guint) (imap->messages - pop->messages) : 0;

  if (elsewhere > 0)
    {
      *reason = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                              "We recommend IMAP: %'u message is in a mailbox other than the inbox, and POP "
                                              "would not see it.",
                                              "We recommend IMAP: %'u messages are in mailboxes other than the inbox, and POP "
                                              "would not see them.",
                                              elsewhere),
                                 elsewhere);
      return MAIL_MODE_IMAP;
    }
  if (full >= NEARLY_FULL_PERCENT)
    {
      *reason = g_strdup_printf (_ ("We recommend POP: the mailbox on the server is %u %% full, all its mail is in the inbox, "
                                    "and POP can move it to this computer."),
                                 full);
      return MAIL_MODE_POP;
    }
  *reason = g_strdup (_ ("We recommend IMAP: your phone and your webmail show the same mail, and it is still on the server if this "
                         "computer breaks."));
  return MAIL_MODE_IMAP;
}

MailMode
mail_setup_advise (const MailFigures *imap, const MailFigures *pop, char **reason)
{
  if (imap != NULL && pop != NULL)
    return advise_between_both (imap, pop, reason);
  if (pop != NULL)
    {
      *reason = g_strdup (_ ("We recommend POP: IMAP does not answer for this mailbox."));
      return MAIL_MODE_POP;
    }
  *reason = g_strdup (imap != NULL ? _ ("We recommend IMAP: POP does not answer for this mailbox.") : "");
  return MAIL_MODE_IMAP;
}

/* g_format_size() says "2.1 GB"; a bare figure of 0 says "empty". */
static char *
describe_space (const MailFigures *figures)
{
  guint64 used = figures->quota_used > 0 ? figures->quota_used : (guint64) MAX (figures->bytes, 0);
  g_autofree char *size = g_format_size (used);

  if (figures->quota_limit > 0)
    {
      g_autofree char *limit = g_format_size (figures->quota_limit);

      /* Translators: space used of space there is, "2.1 GB of 5.0 GB". */
      return g_strdup_printf (_ ("%s of %s"), size, limit);
    }
  return figures->bytes >= 0 ? g_steal_pointer (&size) : NULL;
}

char *
mail_setup_describe_figures (const MailFigures *figures, MailMode mode)
{
  g_autofree char *messages
      = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%'u message", "%'u messages", figures->messages),
                         (guint) figures->messages);
  g_autofree char *space = describe_space (figures);
  g_autofree char *place = NULL;

  if (mode == MAIL_MODE_POP)
    place = g_strdup (_ ("in the inbox"));
  else
    place = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "in %u mailbox", "in %u mailboxes", figures->mailboxes),
                             figures->mailboxes);
  if (space == NULL)
    return g_strdup_printf ("%s %s", messages, place);
  return g_strdup_printf ("%s %s, %s", messages, place, space);
}
