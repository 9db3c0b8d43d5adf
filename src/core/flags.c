/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/flags.h"

static const struct
{
  MailFlags flag;
  const char *atom;
  const char *word;
} table[] = {
  { MAIL_FLAG_SEEN, "\\Seen", "seen" },
  { MAIL_FLAG_ANSWERED, "\\Answered", "answered" },
  { MAIL_FLAG_FLAGGED, "\\Flagged", "flagged" },
  { MAIL_FLAG_DELETED, "\\Deleted", "deleted" },
  { MAIL_FLAG_DRAFT, "\\Draft", "draft" },
  { MAIL_FLAG_FORWARDED, "$Forwarded", "forwarded" },
  { MAIL_FLAG_JUNK, "$Junk", "junk" },
  { MAIL_FLAG_NOT_JUNK, "$NotJunk", "not-junk" },
  { MAIL_FLAG_MDN_SENT, "$MDNSent", "receipt-sent" },
};

/* What some programs call the same; never written, but taken away along with the registered name. */
static const struct
{
  MailFlags flag;
  const char *atom;
} aliases[] = {
  { MAIL_FLAG_JUNK, "Junk" },
  { MAIL_FLAG_NOT_JUNK, "NonJunk" },
  { MAIL_FLAG_NOT_JUNK, "NotJunk" },
  { MAIL_FLAG_NOT_JUNK, "$NonJunk" },
  { MAIL_FLAG_FORWARDED, "Forwarded" },
};

MailFlags
mail_flag_from_imap (const char *atom)
{
  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    if (g_ascii_strcasecmp (atom, table[i].atom) == 0)
      return table[i].flag;
  for (guint i = 0; i < G_N_ELEMENTS (aliases); i++)
    if (g_ascii_strcasecmp (atom, aliases[i].atom) == 0)
      return aliases[i].flag;
  return MAIL_FLAGS_NONE;
}

char *
mail_flags_to_imap_with_aliases (MailFlags flags)
{
  g_autofree char *atoms = mail_flags_to_imap (flags);
  GString *text = g_string_new (atoms);

  for (guint i = 0; i < G_N_ELEMENTS (aliases); i++)
    if (flags & aliases[i].flag)
      g_string_append_printf (text, " %s", aliases[i].atom);
  return g_string_free (text, FALSE);
}

char *
mail_flags_to_imap (MailFlags flags)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    if (flags & table[i].flag)
      {
        if (text->len > 0)
          g_string_append_c (text, ' ');
        g_string_append (text, table[i].atom);
      }
  return g_string_free (text, FALSE);
}

MailFlags
mail_flag_from_word (const char *word)
{
  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    if (g_strcmp0 (word, table[i].word) == 0)
      return table[i].flag;
  return MAIL_FLAGS_NONE;
}

GStrv
mail_flags_to_words (MailFlags flags)
{
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    if (flags & table[i].flag)
      g_strv_builder_add (words, table[i].word);
  return g_strv_builder_end (words);
}
