/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imap/imap-session-private.h"

#include <string.h>

#include "core/errors.h"
#include "imap/imap-utf7.h"

/* Commands about mailboxes: LIST, STATUS, SELECT, CREATE, quota. */

enum
{
  STATUS_AT_ONCE = 64, /* commands in flight: neither side's buffers fill up */
};

static const char *
status_items (const MailImapSession *self)
{
  gboolean modseq = (self->caps & MAIL_IMAP_CAP_CONDSTORE) != 0;
  gboolean size = (self->caps & MAIL_IMAP_CAP_STATUS_SIZE) != 0;

  if (modseq)
    return size ? "(MESSAGES UNSEEN UIDNEXT UIDVALIDITY HIGHESTMODSEQ SIZE)"
                : "(MESSAGES UNSEEN UIDNEXT UIDVALIDITY HIGHESTMODSEQ)";
  return size ? "(MESSAGES UNSEEN UIDNEXT UIDVALIDITY SIZE)" : "(MESSAGES UNSEEN UIDNEXT UIDVALIDITY)";
}

typedef struct
{
  GPtrArray *listed;
  GHashTable *by_name;    /* name -> MailImapListed, borrowed */
  GHashTable *subscribed; /* names */
  GHashTable *statuses;   /* name -> MailImapStatus */
} ListData;

/* Two raw names may read alike (one of them not in canonical form): the later one keeps its raw name. */
static void
add_listed (MailImapSession *self, ListData *data, MailImapListed *listed)
{
  char *name = listed->info->name;
  g_autofree char *canonical = NULL;

  if (g_hash_table_contains (data->by_name, name))
    {
      if (strcmp (((MailImapListed *) g_hash_table_lookup (data->by_name, name))->raw_name, listed->raw_name) == 0
          || g_hash_table_contains (data->by_name, listed->raw_name))
        {
          mail_imap_listed_free (listed);
          return;
        }
      g_free (name);
      name = listed->info->name = g_utf8_make_valid (listed->raw_name, -1);
    }
  canonical = self->utf8 ? g_strdup (name) : mail_imap_utf7_encode (name);
  if (g_strcmp0 (canonical, listed->raw_name) != 0)
    g_hash_table_insert (self->raw_names, g_strdup (name), g_strdup (listed->raw_name));
  g_hash_table_insert (data->by_name, name, listed);
  g_ptr_array_add (data->listed, listed);
}

static gboolean
list_data (MailImapSession *self, MailImapResponse *response, gpointer user_data, GError **error)
{
  ListData *data = user_data;

  if (response->kind == MAIL_IMAP_RESPONSE_LIST)
    add_listed (self, data, g_steal_pointer (&response->listed));
  else if (response->kind == MAIL_IMAP_RESPONSE_LSUB)
    g_hash_table_add (data->subscribed, g_strdup (response->listed->info->name));
  else if (response->kind == MAIL_IMAP_RESPONSE_STATUS)
    g_hash_table_insert (data->statuses, g_steal_pointer (&response->name),
                         g_memdup2 (&response->status, sizeof response->status));
  return TRUE;
}

static gboolean
is_foreign (const MailImapSession *self, const MailImapListed *listed)
{
  for (guint i = 0; self->foreign_prefixes != NULL && self->foreign_prefixes[i] != NULL; i++)
    if (self->foreign_prefixes[i][0] != '\0' && g_str_has_prefix (listed->info->name, self->foreign_prefixes[i]))
      return TRUE;
  return FALSE;
}

static int
compare_listed (gconstpointer a, gconstpointer b, gpointer session)
{
  const MailImapListed *left = *(MailImapListed *const *) a;
  const MailImapListed *right = *(MailImapListed *const *) b;
  int foreign = is_foreign (session, left) - is_foreign (session, right);
  int inbox = (right->info->role == MAIL_ROLE_INBOX) - (left->info->role == MAIL_ROLE_INBOX);

  return foreign != 0 ? foreign : inbox != 0 ? inbox : strcmp (left->info->name, right->info->name);
}

static gboolean
list_extended (MailImapSession *self, MailImapCall *call, gboolean with_status, GError **error)
{
  g_autoptr (MailImapWriter) command = mail_imap_session_command (self, "LIST \"\" \"*\" RETURN (SUBSCRIBED");

  if (self->caps & MAIL_IMAP_CAP_SPECIAL_USE)
    mail_imap_writer_add (command, " SPECIAL-USE");
  if (with_status)
    {
      mail_imap_writer_add (command, " STATUS ");
      mail_imap_writer_add (command, status_items (self));
    }
  mail_imap_writer_add (command, ")");
  return mail_imap_session_run (self, command, "LIST", call, NULL, error);
}

static gboolean
list_plain (MailImapSession *self, MailImapCall *call, GError **error)
{
  ListData *data = call->user_data;
  g_autoptr (MailImapWriter) list = mail_imap_session_command (self, "LIST \"\" \"*\"");
  g_autoptr (MailImapWriter) lsub = mail_imap_session_command (self, "LSUB \"\" \"*\"");
  g_auto (MailImapResponse) result = { 0 };
  guint first = mail_imap_session_submit (self, list, error);
  guint second = first != 0 ? mail_imap_session_submit (self, lsub, error) : 0;

  if (second == 0)
    return FALSE;
  self->round_trips++;
  if (!mail_imap_session_wait (self, first, call, &result, error))
    return FALSE;
  if (!mail_imap_session_check (&result, "LIST", error))
    {
      mail_imap_session_wait (self, second, call, &result, NULL);
      return FALSE;
    }
  if (!mail_imap_session_wait (self, second, call, &result, error))
    return FALSE;
  for (guint i = 0; i < data->listed->len; i++)
    {
      MailMailboxInfo *info = ((MailImapListed *) g_ptr_array_index (data->listed, i))->info;

      if (g_hash_table_contains (data->subscribed, info->name))
        info->flags |= MAIL_MAILBOX_SUBSCRIBED;
    }
  return TRUE;
}

static GPtrArray *
take_statuses (ListData *data)
{
  GPtrArray *statuses = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < data->listed->len; i++)
    {
      const MailImapListed *listed = g_ptr_array_index (data->listed, i);
      const MailImapStatus *status = g_hash_table_lookup (data->statuses, listed->info->name);

      g_ptr_array_add (statuses, status != NULL ? g_memdup2 (status, sizeof *status) : NULL);
    }
  return statuses;
}

GPtrArray *
mail_imap_session_list (MailImapSession *session,
                        GPtrArray **statuses,
                        GCancellable *cancellable,
                        GError **error)
{
  g_autoptr (GPtrArray) listed = g_ptr_array_new_with_free_func ((GDestroyNotify) mail_imap_listed_free);
  g_autoptr (GHashTable) by_name = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) subscribed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) found = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  ListData data = { listed, by_name, subscribed, found };
  MailImapCall call = { list_data, &data, cancellable };
  gboolean extended = (session->caps & MAIL_IMAP_CAP_LIST_EXTENDED) != 0;
  gboolean with_status = extended && statuses != NULL && session->caps & MAIL_IMAP_CAP_LIST_STATUS;

  if (statuses != NULL)
    *statuses = NULL;
  if (extended ? !list_extended (session, &call, with_status, error) : !list_plain (session, &call, error))
    return NULL;
  g_ptr_array_sort_with_data (listed, compare_listed, session);
  if (with_status)
    *statuses = take_statuses (&data);
  return g_steal_pointer (&listed);
}

static guint
submit_status (MailImapSession *self, const char *name, GError **error)
{
  g_autoptr (MailImapWriter) command = mail_imap_session_command (self, "STATUS");

  mail_imap_session_add_mailbox (self, command, name);
  mail_imap_writer_add (command, " ");
  mail_imap_writer_add (command, status_items (self));
  return mail_imap_session_submit (self, command, error);
}

/* One group of @names. What the answer calls a mailbox may differ in case (INBOX) only. */
static gboolean
status_group (MailImapSession *self, GPtrArray *names, guint from, guint to, MailImapCall *call, GError **error)
{
  guint numbers[STATUS_AT_ONCE];
  g_auto (MailImapResponse) result = { 0 };

  /* What cannot be named cannot be on the server. */
  for (guint i = from; i < to; i++)
    {
      g_autoptr (GError) bad = NULL;

      numbers[i - from] = submit_status (self, g_ptr_array_index (names, i), &bad);
      if (numbers[i - from] == 0 && !mail_imap_error_is_harmless (bad))
        {
          g_propagate_error (error, g_steal_pointer (&bad));
          return FALSE;
        }
    }
  self->round_trips++;
  for (guint i = from; i < to; i++)
    if (numbers[i - from] != 0 && !mail_imap_session_wait (self, numbers[i - from], call, &result, error))
      return FALSE;
  return TRUE;
}

GPtrArray *
mail_imap_session_status (MailImapSession *session, GPtrArray *names, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) statuses = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GHashTable) found = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GHashTable) none = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) listed = g_ptr_array_new_with_free_func ((GDestroyNotify) mail_imap_listed_free);
  ListData data = { listed, none, none, found };
  MailImapCall call = { list_data, &data, cancellable };

  for (guint from = 0; from < names->len; from += STATUS_AT_ONCE)
    if (!status_group (session, names, from, MIN (from + STATUS_AT_ONCE, names->len), &call, error))
      return NULL;
  for (guint i = 0; i < names->len; i++)
    {
      const MailImapStatus *status = g_hash_table_lookup (found, g_ptr_array_index (names, i));

      g_ptr_array_add (statuses, status != NULL ? g_memdup2 (status, sizeof *status) : NULL);
    }
  return g_steal_pointer (&statuses);
}

static void
select_code (MailImapSession *self, MailImapStatus *status, const MailImapResponse *response)
{
  guint32 number = response->number <= G_MAXUINT32 ? (guint32) response->number : 0;

  switch (response->code)
    {
    case MAIL_IMAP_CODE_CLOSED:
      /* What came before was about the mailbox that was selected until now (RFC 7162, section 3.2.11). */
      *status = (MailImapStatus) { 0 };
      break;
    case MAIL_IMAP_CODE_UIDVALIDITY:
      status->uidvalidity = number;
      break;
    case MAIL_IMAP_CODE_UIDNEXT:
      status->uidnext = number;
      break;
    case MAIL_IMAP_CODE_HIGHESTMODSEQ:
      status->highestmodseq = self->caps & MAIL_IMAP_CAP_CONDSTORE ? response->number : 0;
      break;
    case MAIL_IMAP_CODE_NOMODSEQ:
      status->highestmodseq = 0;
      break;
    case MAIL_IMAP_CODE_UIDNOTSTICKY:
      status->uid_not_sticky = TRUE;
      break;
    case MAIL_IMAP_CODE_PERMANENTFLAGS:
      status->permanent_flags = response->flags;
      status->permanent_keywords = response->wildcard;
      break;
    case MAIL_IMAP_CODE_READ_ONLY:
      status->read_only = TRUE;
      break;
    default:
      break;
    }
}

static gboolean
select_data (MailImapSession *self, MailImapResponse *response, gpointer user_data, GError **error)
{
  MailImapStatus *status = user_data;

  if (response->kind == MAIL_IMAP_RESPONSE_EXISTS)
    status->messages = (guint) response->number;
  else if (response->kind == MAIL_IMAP_RESPONSE_EXPUNGE)
    status->messages -= status->messages > 0;
  else if (response->kind == MAIL_IMAP_RESPONSE_UNTAGGED)
    select_code (self, status, response);
  return TRUE;
}

gboolean
mail_imap_session_select (MailImapSession *session,
                          const char *mailbox,
                          gboolean read_only,
                          MailImapStatus *status,
                          GCancellable *cancellable,
                          GError **error)
{
  g_autoptr (MailImapWriter) command = mail_imap_session_command (session, read_only ? "EXAMINE" : "SELECT");
  MailImapStatus found = { 0 };
  MailImapCall call = { select_data, &found, cancellable };
  g_auto (MailImapResponse) result = { 0 };
  g_autofree char *name = g_strdup (mailbox);

  mail_imap_session_add_mailbox (session, command, mailbox);
  if (session->caps & MAIL_IMAP_CAP_CONDSTORE)
    mail_imap_writer_add (command, " (CONDSTORE)");
  /* Whatever the answer, what was selected no longer is (RFC 9051, section 6.3.2). */
  g_clear_pointer (&session->selected, g_free);
  session->news = (MailImapNews) { 0 };
  if (!mail_imap_session_run (session, command, "SELECT", &call, &result, error))
    return FALSE;
  select_code (session, &found, &result);
  found.read_only |= read_only;
  session->selected = g_steal_pointer (&name);
  session->news = (MailImapNews) { .exists = found.messages };
  if (status != NULL)
    *status = found;
  return TRUE;
}

static const char *
role_attribute (MailRole role)
{
  switch (role)
    {
    case MAIL_ROLE_DRAFTS:
      return "\\Drafts";
    case MAIL_ROLE_SENT:
      return "\\Sent";
    case MAIL_ROLE_ARCHIVE:
      return "\\Archive";
    case MAIL_ROLE_JUNK:
      return "\\Junk";
    case MAIL_ROLE_TRASH:
      return "\\Trash";
    default:
      return NULL;
    }
}

static gboolean
create (MailImapSession *self, const char *mailbox, const char *use, MailImapCall *call, GError **error)
{
  g_autoptr (MailImapWriter) command = mail_imap_session_command (self, "CREATE");

  mail_imap_session_add_mailbox (self, command, mailbox);
  if (use != NULL)
    {
      mail_imap_writer_add (command, " (USE (");
      mail_imap_writer_add (command, use);
      mail_imap_writer_add (command, "))");
    }
  return mail_imap_session_run (self, command, "CREATE", call, NULL, error);
}

gboolean
mail_imap_session_create (MailImapSession *session,
                          const char *mailbox,
                          MailRole role,
                          GCancellable *cancellable,
                          GError **error)
{
  g_autoptr (MailImapWriter) subscribe = mail_imap_session_command (session, "SUBSCRIBE");
  MailImapCall call = { NULL, NULL, cancellable };
  const char *use = mail_imap_session_has (session, "CREATE-SPECIAL-USE") ? role_attribute (role) : NULL;
  g_autoptr (GError) failed = NULL;

  /* A server may know the extension and refuse this use of it: the mailbox matters more than its mark. */
  if (!create (session, mailbox, use, &call, &failed))
    {
      if (use == NULL || !g_error_matches (failed, MAIL_ERROR, MAIL_ERROR_REFUSED))
        {
          g_propagate_error (error, g_steal_pointer (&failed));
          return FALSE;
        }
      if (!create (session, mailbox, NULL, &call, error))
        return FALSE;
    }
  g_clear_error (&failed);
  mail_imap_session_add_mailbox (session, subscribe, mailbox);
  if (mail_imap_session_run (session, subscribe, "SUBSCRIBE", &call, NULL, &failed)
      || mail_imap_error_is_harmless (failed))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failed));
  return FALSE;
}

static gboolean
quota_data (MailImapSession *self, MailImapResponse *response, gpointer user_data, GError **error)
{
  MailImapQuota *quota = user_data;

  /* Several roots may hold the inbox; the one nearest to its limit is what a person will feel. */
  if (response->kind == MAIL_IMAP_RESPONSE_QUOTA && response->quota.limit > 0
      && (quota->limit == 0
          || response->quota.limit - MIN (response->quota.limit, response->quota.used)
                 < quota->limit - MIN (quota->limit, quota->used)))
    *quota = response->quota;
  return TRUE;
}

gboolean
mail_imap_session_quota (MailImapSession *session, MailImapQuota *quota, GCancellable *cancellable, GError **error)
{
  g_autoptr (MailImapWriter) command = mail_imap_session_command (session, "GETQUOTAROOT INBOX");
  MailImapCall call = { quota_data, quota, cancellable };

  *quota = (MailImapQuota) { 0 };
  if (session->caps & MAIL_IMAP_CAP_QUOTA)
    return mail_imap_session_run (session, command, "GETQUOTAROOT", &call, NULL, error);
  g_set_error_literal (error, MAIL_ERROR, MAIL_ERROR_UNSUPPORTED, "the server has no QUOTA");
  return FALSE;
}
