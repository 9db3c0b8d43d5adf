/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/imap-suspects.h"

#include "core/clock.h"

enum
{
  DEATHS_ALONE = 2,
  ASIDE_SECONDS = 24 * 60 * 60,
  DEATHS_IN_A_ROW = 5, /* enough for one message among many, and for another beside it */
};

typedef struct
{
  gint64 id;    /* first: the key of the table */
  guint deaths; /* while it was asked for alone */
  gint64 until; /* set aside; 0 = not */
} Suspect;

struct _MailImapSuspects
{
  GHashTable *table; /* Suspect */
  guint deaths;      /* since the last message came */
};

MailImapSuspects *
mail_imap_suspects_new (void)
{
  MailImapSuspects *self = g_new0 (MailImapSuspects, 1);

  self->table = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);
  return self;
}

void
mail_imap_suspects_free (MailImapSuspects *suspects)
{
  g_hash_table_unref (suspects->table);
  g_free (suspects);
}

MailImapSuspicion
mail_imap_suspects_get (const MailImapSuspects *suspects, gint64 message_id)
{
  const Suspect *suspect = g_hash_table_lookup (suspects->table, &message_id);

  if (suspect == NULL)
    return MAIL_IMAP_UNSUSPECTED;
  return mail_clock_now () < suspect->until ? MAIL_IMAP_SET_ASIDE : MAIL_IMAP_SUSPECTED;
}

guint
mail_imap_suspects_count (const MailImapSuspects *suspects)
{
  return g_hash_table_size (suspects->table);
}

static Suspect *
get_suspect (MailImapSuspects *self, gint64 id)
{
  Suspect *suspect = g_hash_table_lookup (self->table, &id);

  if (suspect != NULL)
    return suspect;
  suspect = g_new0 (Suspect, 1);
  suspect->id = id;
  g_hash_table_insert (self->table, &suspect->id, suspect);
  return suspect;
}

gboolean
mail_imap_suspects_accuse (MailImapSuspects *suspects, const GArray *message_ids)
{
  Suspect *suspect = NULL;

  suspects->deaths++;
  for (guint i = 0; i < message_ids->len; i++)
    suspect = get_suspect (suspects, g_array_index (message_ids, gint64, i));
  if (message_ids->len != 1 || ++suspect->deaths < DEATHS_ALONE)
    return FALSE;
  suspect->until = mail_clock_now () + ASIDE_SECONDS;
  return TRUE;
}

void
mail_imap_suspects_acquit (MailImapSuspects *suspects, gint64 message_id)
{
  suspects->deaths = 0;
  g_hash_table_remove (suspects->table, &message_id);
}

void
mail_imap_suspects_pardon (MailImapSuspects *suspects)
{
  GHashTableIter iter;
  gpointer suspect;

  g_hash_table_iter_init (&iter, suspects->table);
  while (g_hash_table_iter_next (&iter, NULL, &suspect))
    ((Suspect *) suspect)->until = 0;
}

gboolean
mail_imap_suspects_is_hopeless (const MailImapSuspects *suspects)
{
  return suspects->deaths > DEATHS_IN_A_ROW;
}
