/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/imap-facts.h"

#include "core/clock.h"
#include "core/errors.h"
#include "imap/imap-capabilities.h"
#include "store/store-facts.h"
#include "store/store-ops.h"
#include "sync/fact-names.h"

/* How often the quota is asked for, and how often at most where mail comes and goes all the time. */
#define QUOTA_SECONDS (60 * 60)
#define QUOTA_SECONDS_LEAST 60

/* Percent of the room at whose crossing a person is warned; ascending. */
static const guint warnings[] = { 80, 95 };

/* Percent below it at which the warning is forgotten. */
#define RELAPSE 5

/* What compression saved is written down each time that so many bytes more were said. */
#define TRAFFIC_STEP (256 * 1024)

/* (transfer full): the names of the extensions @caps, a space between them. */
static char *
list_names (MailImapCaps caps)
{
  guint count;
  const MailImapCapability *all = mail_imap_capabilities (&count);
  GString *used = g_string_new (NULL);

  for (guint i = 0; i < count; i++)
    if ((caps & all[i].cap) == all[i].cap)
      g_string_append_printf (used, "%s%s", used->len > 0 ? " " : "", all[i].name);
  return g_string_free (used, FALSE);
}

typedef struct
{
  char *offered;
  const char *name;
  char *prefix;    /* NULL: not told */
  gboolean has_quota;
  MailImapQuota quota;
  gint64 asked;    /* when the quota was asked for last */
  guint warning;   /* crossed just now */
  gboolean room;   /* there is more than there was; */
  guint freed;     /* and so many operations had waited for it */
  guint64 wire;    /* bytes that came, compressed, and what they say; 0 = nothing new */
  guint64 plain;
} Facts;

static gboolean
set_if_new (MailDb *db, const char *name, const char *value, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autofree char *known = mail_store_facts_get (db, name, &failure);

  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  return g_strcmp0 (known, value) == 0 || mail_store_facts_set (db, name, value, error);
}

/* (transfer full) (nullable): what a mailbox at the top of one's own ones has in front of its name. */
static char *
dup_prefix (const MailImapEngine *engine)
{
  GPtrArray *all = mail_imap_session_get_namespaces (engine->session);
  const MailImapNamespace *own = all != NULL && all->len > 0 ? g_ptr_array_index (all, 0) : NULL;

  return own != NULL && own->kind == MAIL_IMAP_NAMESPACE_PERSONAL ? g_strdup (own->prefix) : NULL;
}

/* The highest warning that @used of @limit deserves, were it @slack percent more. */
static guint
find_warning (guint64 used, guint64 limit, guint slack)
{
  guint found = 0;

  for (guint i = 0; limit > 0 && i < G_N_ELEMENTS (warnings); i++)
    {
      guint percent = warnings[i] - slack;

      if (used >= limit / 100 * percent + limit % 100 * percent / 100)
        found = warnings[i];
    }
  return found;
}

static guint
find_highest_warning (const MailImapQuota *quota, guint slack)
{
  return MAX (find_warning (quota->used, quota->limit, slack), find_warning (quota->messages, quota->messages_limit, slack));
}

static gboolean
set_quota (MailDb *db, Facts *facts, GError **error)
{
  const MailImapQuota *quota = &facts->quota;
  guint deserved = find_highest_warning (quota, 0);
  gint64 warned;
  gint64 used;
  gint64 messages;

  if (!mail_store_facts_get_int (db, MAIL_FACT_QUOTA_WARNED, &warned, error)
      || !mail_store_facts_get_int (db, MAIL_FACT_QUOTA_USED, &used, error)
      || !mail_store_facts_get_int (db, MAIL_FACT_QUOTA_MESSAGES, &messages, error))
    return FALSE;
  facts->room = facts->room || quota->used < (guint64) used || quota->messages < (guint64) messages;
  facts->warning = deserved > warned ? deserved : 0;
  /* A mailbox that wavers about the line is no news each time. */
  if (deserved < warned)
    deserved = MIN ((guint) warned, find_highest_warning (quota, RELAPSE));
  return (deserved == warned || mail_store_facts_set_int (db, MAIL_FACT_QUOTA_WARNED, deserved, error))
         && mail_store_facts_set_int (db, MAIL_FACT_QUOTA_USED, (gint64) quota->used, error)
         && mail_store_facts_set_int (db, MAIL_FACT_QUOTA_LIMIT, (gint64) quota->limit, error)
         && mail_store_facts_set_int (db, MAIL_FACT_QUOTA_MESSAGES, (gint64) quota->messages, error)
         && mail_store_facts_set_int (db, MAIL_FACT_QUOTA_MESSAGES_LIMIT, (gint64) quota->messages_limit, error)
         && mail_store_facts_set_int (db, MAIL_FACT_QUOTA_ASKED, facts->asked, error);
}

static gboolean
set_traffic (MailDb *db, const Facts *facts, GError **error)
{
  return mail_store_facts_set_int (db, MAIL_FACT_TRAFFIC_WIRE, (gint64) facts->wire, error)
         && mail_store_facts_set_int (db, MAIL_FACT_TRAFFIC_PLAIN, (gint64) facts->plain, error);
}

/* What compression came to over this connection, now and then. */
static void
take_traffic (MailImapEngine *engine, Facts *facts)
{
  guint64 plain = mail_imap_session_get_plain_in (engine->session);

  if (!mail_imap_session_is_compressed (engine->session))
    return;
  /* There is a new connection. */
  if (plain < engine->traffic_kept)
    engine->traffic_kept = 0;
  if (plain - engine->traffic_kept < TRAFFIC_STEP)
    return;
  engine->traffic_kept = plain;
  facts->plain = plain;
  facts->wire = mail_imap_session_get_bytes_in (engine->session);
}

static gboolean
keep_job (MailDb *db, gpointer data, GError **error)
{
  Facts *facts = data;

  return set_if_new (db, MAIL_FACT_OFFERED, facts->offered, error)
         && set_if_new (db, MAIL_FACT_SERVER, facts->name, error)
         && set_if_new (db, MAIL_FACT_NAMESPACE, facts->prefix, error) && (!facts->has_quota || set_quota (db, facts, error))
         && (facts->plain == 0 || set_traffic (db, facts, error))
         && (!facts->room || mail_store_ops_make_room (db, &facts->freed, error));
}

static gboolean
load_asked_job (MailDb *db, gpointer data, GError **error)
{
  return mail_store_facts_get_int (db, MAIL_FACT_QUOTA_ASKED, data, error);
}

static gboolean
ask_quota (const MailImapPass *pass, Facts *facts, GError **error)
{
  MailImapEngine *engine = pass->engine;
  gboolean changed = pass->result->fetched > 0 || pass->result->expunged > 0;
  gint64 now = mail_clock_now ();
  g_autoptr (GError) failure = NULL;

  if (!(engine->caps & MAIL_IMAP_CAP_QUOTA))
    return TRUE;
  if (!mail_store_read (engine->store, load_asked_job, &facts->asked, error))
    return FALSE;
  /* A clock that was set back asks, too. */
  if (facts->asked <= now && now - facts->asked < (changed ? QUOTA_SECONDS_LEAST : QUOTA_SECONDS))
    return TRUE;
  facts->asked = now;
  facts->has_quota = mail_imap_session_quota (engine->session, &facts->quota, pass->cancellable, &failure);
  if (facts->has_quota)
    return TRUE;
  /* Offered and then refused: some servers have no quota for this account. */
  if (mail_imap_engine_is_no (failure))
    {
      engine->caps &= ~MAIL_IMAP_CAP_QUOTA;
      return TRUE;
    }
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

gboolean
mail_imap_facts_keep (const MailImapPass *pass, GError **error)
{
  MailImapEngine *engine = pass->engine;
  g_autofree char *offered = NULL;
  g_autofree char *prefix = NULL;
  g_autofree char *all = NULL;
  Facts facts = { 0 };

  /* The connection may have died over a mailbox that was then left out. */
  if (engine->session == NULL)
    return TRUE;
  if (!ask_quota (pass, &facts, error))
    return FALSE;
  facts.room = pass->result->expunged > 0;
  facts.offered = offered = g_strjoinv (" ", (char **) mail_imap_session_get_capability_names (engine->session));
  facts.prefix = prefix = dup_prefix (engine);
  take_traffic (engine, &facts);
  facts.name = mail_imap_session_get_server_name (engine->session);
  all = g_strjoin ("\n", offered, facts.name != NULL ? facts.name : "", prefix, NULL);
  if (!facts.has_quota && !facts.room && facts.plain == 0 && g_strcmp0 (all, engine->facts_kept) == 0)
    return TRUE;
  if (!mail_store_write (engine->store, keep_job, &facts, error))
    return FALSE;
  g_free (engine->facts_kept);
  engine->facts_kept = g_steal_pointer (&all);
  pass->result->facts_changed = TRUE;
  pass->result->quota_warning = facts.warning;
  pass->result->room_made = facts.freed > 0;
  return TRUE;
}

typedef struct
{
  MailImapCaps used;      /* over this connection */
  MailImapCaps available; /* what the server offers no longer was not used with it as it is */
} Usage;

static gboolean
keep_used_job (MailDb *db, gpointer data, GError **error)
{
  const Usage *usage = data;
  MailImapCaps used = usage->used;
  g_autoptr (GError) failure = NULL;
  g_autofree char *known = mail_store_facts_get (db, MAIL_FACT_USED, &failure);
  g_auto (GStrv) names = g_strsplit (known != NULL ? known : "", " ", -1);
  g_autofree char *list = NULL;

  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  for (guint i = 0; names[i] != NULL; i++)
    used |= mail_imap_capability_find (names[i]);
  list = list_names (used & usage->available);
  return g_strcmp0 (known, list) == 0 || mail_store_facts_set (db, MAIL_FACT_USED, list, error);
}

void
mail_imap_facts_keep_used (MailImapEngine *engine)
{
  Usage usage = { 0 };

  if (engine->session == NULL || engine->store == NULL)
    return;
  usage.used = mail_imap_session_get_used (engine->session);
  usage.available = engine->caps & mail_imap_session_get_caps (engine->session);
  if ((usage.used & ~engine->used_kept) != 0 && mail_store_write (engine->store, keep_used_job, &usage, NULL))
    engine->used_kept |= usage.used;
}
