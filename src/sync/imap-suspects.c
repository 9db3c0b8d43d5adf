/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/imap-suspects.h"

#include "core/clock.h"
#include "core/errors.h"
#include "imap/imap-types.h"

#define ASIDE_SECONDS (24 * 60 * 60)

/* How long a message is left alone that was refused once, twice, and more often: at first the server may have meant now. */
static const gint64 refused_seconds[] = { 10 * 60, 60 * 60, ASIDE_SECONDS };

/* Deaths of one message alone. A header is asked for in other words the last time; see imap-headers.c. */
static const guint deaths_alone[] = { [MAIL_SUSPECT_HEADER] = 3, [MAIL_SUSPECT_BODY] = 2 };

/* Enough for one message among many, and for another beside it: sets of headers are halved from thousands on. */
static const guint deaths_in_a_row[] = { [MAIL_SUSPECT_HEADER] = 24, [MAIL_SUSPECT_BODY] = 5 };

typedef struct
{
  gint64 key; /* first: the key of the table */
  MailSuspect value;
} Suspect;

struct _MailImapSuspects
{
  MailStore *store;
  GHashTable *table; /* Suspect */
  gboolean loaded;
  gint64 hunted_in;  /* mailbox */
  GArray *hunted;    /* guint32, ascending */
  guint deaths[2];   /* since the last message came, by MailSuspectPart */
};

MailImapSuspects *
mail_imap_suspects_new (MailStore *store)
{
  MailImapSuspects *self = g_new0 (MailImapSuspects, 1);

  self->store = store;
  self->table = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);
  self->hunted = g_array_new (FALSE, FALSE, sizeof (guint32));
  return self;
}

void
mail_imap_suspects_free (MailImapSuspects *suspects)
{
  g_hash_table_unref (suspects->table);
  g_array_unref (suspects->hunted);
  g_free (suspects);
}

static gint64
make_key (gint64 mailbox_id, guint32 uid)
{
  return mailbox_id << 32 | uid;
}

static Suspect *
find (const MailImapSuspects *self, gint64 mailbox_id, guint32 uid)
{
  gint64 key = make_key (mailbox_id, uid);

  return g_hash_table_lookup (self->table, &key);
}

static Suspect *
add (MailImapSuspects *self, const MailSuspect *value)
{
  Suspect *suspect = g_new (Suspect, 1);

  suspect->key = make_key (value->mailbox_id, value->uid);
  suspect->value = *value;
  g_hash_table_replace (self->table, &suspect->key, suspect);
  return suspect;
}

static gboolean
is_aside (const MailSuspect *suspect)
{
  return mail_clock_now () < suspect->until;
}

static gboolean
load_job (MailDb *db, gpointer data, GError **error)
{
  GArray **suspects = data;

  *suspects = mail_store_suspects_load (db, error);
  return *suspects != NULL;
}

GArray *
mail_imap_suspects_load (MailImapSuspects *suspects, GError **error)
{
  g_autoptr (GArray) loaded = NULL;
  GArray *aside;

  if (suspects->store != NULL && !suspects->loaded && !mail_store_write (suspects->store, load_job, &loaded, error))
    return NULL;
  suspects->loaded = TRUE;
  aside = g_array_new (FALSE, FALSE, sizeof (MailSuspect));
  for (guint i = 0; loaded != NULL && i < loaded->len; i++)
    {
      MailSuspect *suspect = &g_array_index (loaded, MailSuspect, i);

      /* A clock that was set back must not make the time longer. */
      suspect->until = MIN (suspect->until, mail_clock_now () + ASIDE_SECONDS);
      add (suspects, suspect);
      if (is_aside (suspect))
        g_array_append_vals (aside, suspect, 1);
    }
  return aside;
}

MailImapSuspicion
mail_imap_suspects_get (const MailImapSuspects *suspects, gint64 mailbox_id, guint32 uid)
{
  const Suspect *suspect = find (suspects, mailbox_id, uid);

  if (suspect != NULL)
    return is_aside (&suspect->value) ? MAIL_IMAP_SET_ASIDE : MAIL_IMAP_SUSPECTED;
  if (suspects->hunted_in == mailbox_id && g_array_binary_search (suspects->hunted, &uid, mail_imap_compare_uid, NULL))
    return MAIL_IMAP_HUNTED;
  return MAIL_IMAP_UNSUSPECTED;
}

guint
mail_imap_suspects_count (const MailImapSuspects *suspects)
{
  return g_hash_table_size (suspects->table);
}

static gboolean
lacks_row (const MailSuspect *suspect)
{
  return suspect->part != MAIL_SUSPECT_BODY;
}

static guint
count_headers (const MailImapSuspects *self, gint64 mailbox_id, gboolean aside)
{
  guint count = 0;
  GHashTableIter iter;
  gpointer suspect;

  g_hash_table_iter_init (&iter, self->table);
  while (g_hash_table_iter_next (&iter, NULL, &suspect))
    {
      const MailSuspect *value = &((Suspect *) suspect)->value;

      count += lacks_row (value) && value->mailbox_id == mailbox_id && is_aside (value) == aside;
    }
  return count;
}

guint
mail_imap_suspects_count_left_out (const MailImapSuspects *suspects, gint64 mailbox_id)
{
  return count_headers (suspects, mailbox_id, TRUE);
}

gboolean
mail_imap_suspects_is_due (const MailImapSuspects *suspects, gint64 mailbox_id)
{
  return count_headers (suspects, mailbox_id, FALSE) > 0 || (suspects->hunted->len > 0 && suspects->hunted_in == mailbox_id);
}

gboolean
mail_imap_suspects_is_last_chance (const MailImapSuspects *suspects, gint64 mailbox_id, guint32 uid)
{
  const Suspect *suspect = find (suspects, mailbox_id, uid);

  return suspect != NULL && suspect->value.part == MAIL_SUSPECT_HEADER
         && suspect->value.deaths + 1 >= deaths_alone[MAIL_SUSPECT_HEADER];
}

/* A server that goes down, or has enough of this account, says so: no message is to blame. One may be for a [SERVERBUG]. */
static gboolean
is_farewell (const GError *failure)
{
  static const char *const codes[] = { "UNAVAILABLE", "INUSE", "LIMIT", "THROTTLED", "CONNECTIONS", NULL };
  const char *code = mail_error_get_server_code (failure);

  return code != NULL && g_strv_contains (codes, code) && g_error_matches (failure, MAIL_ERROR, MAIL_ERROR_CLOSED);
}

gboolean
mail_imap_suspects_is_death (const GError *failure)
{
  static const MailErrorCode codes[] = { MAIL_ERROR_CLOSED, MAIL_ERROR_TIMED_OUT, MAIL_ERROR_PROTOCOL, MAIL_ERROR_LIMIT };

  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    if (g_error_matches (failure, MAIL_ERROR, (gint) codes[i]))
      return !is_farewell (failure);
  return FALSE;
}

/* Yahoo, for years, of a message that it cannot read: "NO [SERVERBUG] UID FETCH Server error while fetching messages". */
gboolean
mail_imap_suspects_is_refusal (const GError *failure)
{
  static const char *const codes[] = { "SERVERBUG", "UNAVAILABLE", NULL };
  const char *code = mail_error_get_server_code (failure);

  return g_error_matches (failure, MAIL_ERROR, MAIL_ERROR_REFUSED) || g_error_matches (failure, MAIL_ERROR, MAIL_ERROR_NOT_FOUND)
         || (g_error_matches (failure, MAIL_ERROR, MAIL_ERROR_BUSY) && code != NULL && g_strv_contains (codes, code));
}

static gboolean
put_job (MailDb *db, gpointer data, GError **error)
{
  return mail_store_suspects_put (db, data, error);
}

static gboolean
remove_job (MailDb *db, gpointer data, GError **error)
{
  const MailSuspect *suspect = data;

  return mail_store_suspects_remove (db, suspect->mailbox_id, suspect->uid, error);
}

/* What cannot be written is found out once more by the next run of the program. */
static void
save (const MailImapSuspects *self, Suspect *suspect, MailStoreJob job)
{
  if (self->store != NULL && suspect->value.deaths > 0)
    mail_store_write (self->store, job, &suspect->value, NULL);
}

static void
hunt (MailImapSuspects *self, gint64 mailbox_id, const GArray *uids)
{
  g_array_set_size (self->hunted, 0);
  g_array_append_vals (self->hunted, uids->data, uids->len);
  self->hunted_in = mailbox_id;
}

gboolean
mail_imap_suspects_accuse (MailImapSuspects *suspects, MailSuspectPart part, gint64 mailbox_id, const GArray *uids)
{
  Suspect *suspect = NULL;

  suspects->deaths[part]++;
  if (part == MAIL_SUSPECT_HEADER && uids->len != 1)
    {
      hunt (suspects, mailbox_id, uids);
      return FALSE;
    }
  for (guint i = 0; i < uids->len; i++)
    {
      MailSuspect value = { .mailbox_id = mailbox_id, .uid = g_array_index (uids, guint32, i), .part = part };

      suspect = find (suspects, mailbox_id, value.uid);
      if (suspect == NULL || suspect->value.part != part)
        suspect = add (suspects, &value);
    }
  if (uids->len != 1)
    return FALSE;
  if (part == MAIL_SUSPECT_HEADER)
    mail_imap_suspects_end_hunt (suspects, mailbox_id);
  suspect->value.deaths++;
  suspect->value.until = suspect->value.deaths < deaths_alone[part] ? 0 : mail_clock_now () + ASIDE_SECONDS;
  save (suspects, suspect, put_job);
  return suspect->value.until != 0;
}

void
mail_imap_suspects_note_refused (MailImapSuspects *suspects, gint64 mailbox_id, guint32 uid)
{
  const MailSuspect value = { .mailbox_id = mailbox_id, .uid = uid, .part = MAIL_SUSPECT_REFUSED };
  Suspect *suspect = find (suspects, mailbox_id, uid);

  if (suspect == NULL || suspect->value.part != MAIL_SUSPECT_REFUSED)
    suspect = add (suspects, &value);
  suspect->value.until = mail_clock_now () + refused_seconds[MIN (suspect->value.deaths, G_N_ELEMENTS (refused_seconds) - 1)];
  suspect->value.deaths++;
  save (suspects, suspect, put_job);
}

void
mail_imap_suspects_acquit (MailImapSuspects *suspects, MailSuspectPart part, gint64 mailbox_id, guint32 uid)
{
  Suspect *suspect = find (suspects, mailbox_id, uid);

  suspects->deaths[part] = 0;
  if (suspect == NULL)
    return;
  save (suspects, suspect, remove_job);
  g_hash_table_remove (suspects->table, &suspect->key);
}

void
mail_imap_suspects_end_hunt (MailImapSuspects *suspects, gint64 mailbox_id)
{
  if (suspects->hunted_in == mailbox_id)
    g_array_set_size (suspects->hunted, 0);
}

void
mail_imap_suspects_pardon (MailImapSuspects *suspects)
{
  GHashTableIter iter;
  gpointer suspect;

  g_hash_table_iter_init (&iter, suspects->table);
  while (g_hash_table_iter_next (&iter, NULL, &suspect))
    ((Suspect *) suspect)->value.until = 0;
}

void
mail_imap_suspects_keep (MailImapSuspects *suspects, gint64 mailbox_id, const GArray *missing)
{
  GHashTableIter iter;
  gpointer suspect;

  g_hash_table_iter_init (&iter, suspects->table);
  while (g_hash_table_iter_next (&iter, NULL, &suspect))
    {
      const MailSuspect *value = &((Suspect *) suspect)->value;

      if (!lacks_row (value) || value->mailbox_id != mailbox_id
          || g_array_binary_search ((GArray *) missing, &value->uid, mail_imap_compare_uid, NULL))
        continue;
      save (suspects, suspect, remove_job);
      g_hash_table_iter_remove (&iter);
    }
}

void
mail_imap_suspects_forget (MailImapSuspects *suspects, gint64 mailbox_id)
{
  GHashTableIter iter;
  gpointer suspect;

  g_hash_table_iter_init (&iter, suspects->table);
  while (g_hash_table_iter_next (&iter, NULL, &suspect))
    if (((Suspect *) suspect)->value.mailbox_id == mailbox_id)
      g_hash_table_iter_remove (&iter);
  mail_imap_suspects_end_hunt (suspects, mailbox_id);
}

guint
mail_imap_suspects_count_deaths (const MailImapSuspects *suspects, MailSuspectPart part)
{
  return suspects->deaths[part];
}

gboolean
mail_imap_suspects_is_hopeless (const MailImapSuspects *suspects, MailSuspectPart part)
{
  return suspects->deaths[part] > deaths_in_a_row[part];
}
