/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imap/imap-session-private.h"

#include <string.h>

#include "core/errors.h"
#include "imap/imap-utf7.h"

/* What there is: LIST, STATUS, MYRIGHTS, quota. */

enum
{
  COMMANDS_AT_ONCE = 64, /* in flight: neither side's buffers fill up */
};

/* (transfer full): "(MESSAGES UNSEEN ...)" */
static char *
status_items (MailImapSession *self)
{
  GString *items = g_string_new ("(MESSAGES UNSEEN UIDNEXT UIDVALIDITY");

  if (mail_imap_session_use (self, MAIL_IMAP_CAP_CONDSTORE))
    g_string_append (items, " HIGHESTMODSEQ");
  if (mail_imap_session_use (self, MAIL_IMAP_CAP_STATUS_SIZE))
    g_string_append (items, " SIZE");
  if (mail_imap_session_use (self, MAIL_IMAP_CAP_STATUS_DELETED))
    g_string_append (items, " DELETED");
  if (!(self->quirks & MAIL_IMAP_QUIRK_NO_MAILBOXID_IN_STATUS) && mail_imap_session_use (self, MAIL_IMAP_CAP_OBJECTID))
    g_string_append (items, " MAILBOXID");
  /* Without a number of its own the capability means that each mailbox has one (RFC 7889, section 2). */
  if (self->append_limit == 0 && mail_imap_session_use (self, MAIL_IMAP_CAP_APPENDLIMIT))
    g_string_append (items, " APPENDLIMIT");
  g_string_append_c (items, ')');
  return g_string_free (items, FALSE);
}

typedef struct
{
  GPtrArray *listed;
  GHashTable *by_name;    /* name -> MailImapListed, borrowed */
  GHashTable *subscribed; /* names */
  GHashTable *statuses;   /* name -> MailImapStatus */
  GHashTable *rights;     /* name -> letters */
  guint responses;
} ListData;

/* Each mailbox has some: no account has so many mailboxes. */
#define RESPONSES_MOST (400 * 1000)

/* Whether it belongs to others: the longest prefix that fits decides. */
static gboolean
is_foreign (const MailImapSession *self, const char *name)
{
  const MailImapNamespace *best = NULL;

  for (guint i = 0; self->namespaces != NULL && i < self->namespaces->len; i++)
    {
      const MailImapNamespace *names = g_ptr_array_index (self->namespaces, i);

      if (g_str_has_prefix (name, names->prefix) && (best == NULL || strlen (names->prefix) > strlen (best->prefix)))
        best = names;
    }
  return best != NULL && best->kind != MAIL_IMAP_NAMESPACE_PERSONAL && best->prefix[0] != '\0';
}

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
  if (is_foreign (self, name))
    listed->info->flags |= MAIL_MAILBOX_FOREIGN;
  canonical = self->utf8 ? g_strdup (name) : mail_imap_utf7_encode (name);
  if (g_strcmp0 (canonical, listed->raw_name) != 0)
    {
      g_hash_table_insert (self->raw_names, g_strdup (name), g_strdup (listed->raw_name));
      /* The inbox is found however it is spelled. */
      listed->info->raw_name = strcmp (name, "INBOX") != 0 ? g_strdup (listed->raw_name) : NULL;
    }
  else
    g_hash_table_remove (self->raw_names, name);
  g_hash_table_insert (data->by_name, name, listed);
  g_ptr_array_add (data->listed, listed);
}

static void
take_status (MailImapSession *self, MailImapResponse *response, GHashTable *statuses)
{
  mail_imap_session_note_limit (self, response->name, response->status.append_limit);
  g_hash_table_insert (statuses, g_steal_pointer (&response->name), g_memdup2 (&response->status, sizeof response->status));
}

/* Only the names that were asked for are in the table: of others NOTIFY tells. */
static gboolean
status_data (MailImapSession *self, MailImapResponse *response, gpointer user_data, GError **error)
{
  if (response->kind == MAIL_IMAP_RESPONSE_STATUS && g_hash_table_contains (user_data, response->name))
    take_status (self, response, user_data);
  return TRUE;
}

static gboolean
list_data (MailImapSession *self, MailImapResponse *response, gpointer user_data, GError **error)
{
  ListData *data = user_data;

  if (++data->responses > RESPONSES_MOST)
    {
      g_set_error_literal (error, MAIL_ERROR, MAIL_ERROR_LIMIT, "the list of mailboxes does not end");
      return FALSE;
    }
  if (response->kind == MAIL_IMAP_RESPONSE_LIST)
    add_listed (self, data, g_steal_pointer (&response->listed));
  else if (response->kind == MAIL_IMAP_RESPONSE_LSUB)
    g_hash_table_add (data->subscribed, g_strdup (response->listed->info->name));
  else if (response->kind == MAIL_IMAP_RESPONSE_STATUS)
    take_status (self, response, data->statuses);
  else if (response->kind == MAIL_IMAP_RESPONSE_MYRIGHTS)
    g_hash_table_insert (data->rights, g_steal_pointer (&response->name), g_steal_pointer (&response->text));
  return TRUE;
}

static int
compare_listed (gconstpointer a, gconstpointer b)
{
  const MailImapListed *left = *(MailImapListed *const *) a;
  const MailImapListed *right = *(MailImapListed *const *) b;
  int foreign = ((left->info->flags & MAIL_MAILBOX_FOREIGN) != 0) - ((right->info->flags & MAIL_MAILBOX_FOREIGN) != 0);
  int inbox = (right->info->role == MAIL_ROLE_INBOX) - (left->info->role == MAIL_ROLE_INBOX);

  return foreign != 0 ? foreign : inbox != 0 ? inbox : strcmp (left->info->name, right->info->name);
}

/* What LIST is asked for: everything, and by name what many servers leave out of that. */
static GPtrArray *
list_patterns (const MailImapSession *self)
{
  GPtrArray *patterns = g_ptr_array_new_with_free_func (g_free);

  g_ptr_array_add (patterns, g_strdup ("*"));
  for (guint i = 0; self->namespaces != NULL && i < self->namespaces->len; i++)
    {
      const MailImapNamespace *names = g_ptr_array_index (self->namespaces, i);

      if (names->kind != MAIL_IMAP_NAMESPACE_PERSONAL && names->prefix[0] != '\0')
        g_ptr_array_add (patterns, g_strconcat (names->prefix, "*", NULL));
    }
  return patterns;
}

static gboolean
list_extended (MailImapSession *self, MailImapCall *call, gboolean with_status, GError **error)
{
  g_autoptr (MailImapWriter) command = mail_imap_session_command (self, "LIST \"\" ");
  g_autoptr (GPtrArray) patterns = list_patterns (self);
  g_autofree char *items = status_items (self);

  if (patterns->len > 1)
    mail_imap_writer_add (command, "(");
  for (guint i = 0; i < patterns->len; i++)
    {
      if (i > 0)
        mail_imap_writer_add (command, " ");
      mail_imap_writer_add_mailbox (command, g_ptr_array_index (patterns, i));
    }
  mail_imap_writer_add (command, patterns->len > 1 ? ") RETURN (SUBSCRIBED" : " RETURN (SUBSCRIBED");
  if (mail_imap_session_use (self, MAIL_IMAP_CAP_SPECIAL_USE))
    mail_imap_writer_add (command, " SPECIAL-USE");
  if (mail_imap_session_use (self, MAIL_IMAP_CAP_LIST_MYRIGHTS))
    mail_imap_writer_add (command, " MYRIGHTS");
  if (with_status)
    {
      mail_imap_writer_add (command, " STATUS ");
      mail_imap_writer_add (command, items);
    }
  mail_imap_writer_add (command, ")");
  return mail_imap_session_run (self, command, "LIST", call, NULL, error);
}

static guint
submit_list (MailImapSession *self, const char *verb, const char *pattern, GError **error)
{
  g_autoptr (MailImapWriter) command = mail_imap_session_command (self, verb);

  mail_imap_writer_add (command, " \"\" ");
  mail_imap_writer_add_mailbox (command, pattern);
  return mail_imap_session_submit (self, command, error);
}

/* LIST of each pattern and LSUB, in one round trip. Only the first LIST must succeed. */
static gboolean
list_plain (MailImapSession *self, MailImapCall *call, GError **error)
{
  ListData *data = call->user_data;
  g_autoptr (GPtrArray) patterns = list_patterns (self);
  g_autoptr (GArray) numbers = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr (GError) refused = NULL;

  if (!mail_imap_session_settle_ahead (self, call->cancellable, error))
    return FALSE;
  for (guint i = 0; i <= patterns->len; i++)
    {
      gboolean last = i == patterns->len;
      guint number = submit_list (self, last ? "LSUB" : "LIST", last ? "*" : g_ptr_array_index (patterns, i), error);

      if (number == 0)
        return FALSE;
      g_array_append_val (numbers, number);
    }
  self->round_trips++;
  for (guint i = 0; i < numbers->len; i++)
    {
      g_auto (MailImapResponse) result = { 0 };

      if (!mail_imap_session_wait (self, g_array_index (numbers, guint, i), call, &result, error))
        return FALSE;
      if (i == 0)
        mail_imap_session_check (&result, "LIST", &refused);
    }
  if (refused != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&refused));
      return FALSE;
    }
  for (guint i = 0; i < data->listed->len; i++)
    {
      MailMailboxInfo *info = ((MailImapListed *) g_ptr_array_index (data->listed, i))->info;

      if (g_hash_table_contains (data->subscribed, info->name))
        info->flags |= MAIL_MAILBOX_SUBSCRIBED;
    }
  return TRUE;
}

/* A server that offers the extended LIST and then does not know it is asked in the old way from now on. */
static gboolean
list (MailImapSession *self, MailImapCall *call, gboolean with_status, GError **error)
{
  g_autoptr (GError) failed = NULL;

  if (!mail_imap_session_use (self, MAIL_IMAP_CAP_LIST_EXTENDED))
    return list_plain (self, call, error);
  if (list_extended (self, call, with_status, &failed))
    return TRUE;
  if (!g_error_matches (failed, MAIL_ERROR, MAIL_ERROR_REFUSED))
    {
      g_propagate_error (error, g_steal_pointer (&failed));
      return FALSE;
    }
  mail_imap_session_mask_caps (self, MAIL_IMAP_CAP_LIST_EXTENDED | MAIL_IMAP_CAP_LIST_STATUS);
  return list_plain (self, call, error);
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

static void
take_rights (ListData *data)
{
  for (guint i = 0; i < data->listed->len; i++)
    {
      MailImapListed *listed = g_ptr_array_index (data->listed, i);

      listed->rights = g_strdup (g_hash_table_lookup (data->rights, listed->info->name));
    }
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
  g_autoptr (GHashTable) rights = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  ListData data = { listed, by_name, subscribed, found, rights };
  MailImapCall call = { list_data, &data, cancellable };
  gboolean with_status = statuses != NULL && mail_imap_session_use (session, MAIL_IMAP_CAP_LIST_STATUS);

  if (statuses != NULL)
    *statuses = NULL;
  if (!list (session, &call, with_status, error))
    return NULL;
  session->listed = TRUE;
  g_ptr_array_sort (listed, compare_listed);
  take_rights (&data);
  if (with_status && session->caps & MAIL_IMAP_CAP_LIST_STATUS)
    *statuses = take_statuses (&data);
  return g_steal_pointer (&listed);
}

/* (transfer full) */
static MailImapWriter *
status_command (MailImapSession *self, const char *name)
{
  MailImapWriter *command = mail_imap_session_command (self, "STATUS");
  g_autofree char *items = status_items (self);

  mail_imap_session_add_mailbox (self, command, name);
  mail_imap_writer_add (command, " ");
  mail_imap_writer_add (command, items);
  return command;
}

static guint
submit_status (MailImapSession *self, const char *name, GError **error)
{
  g_autoptr (MailImapWriter) command = status_command (self, name);

  return mail_imap_session_submit (self, command, error);
}

static guint
submit_my_rights (MailImapSession *self, const char *name, GError **error)
{
  g_autoptr (MailImapWriter) command = mail_imap_session_command (self, "MYRIGHTS");

  mail_imap_session_add_mailbox (self, command, name);
  return mail_imap_session_submit (self, command, error);
}

/* TRUE: there is none of this name. Many servers do not say why they say no to STATUS, and have but this reason. */
static gboolean
is_missing (const MailImapResponse *result, const GError *failure)
{
  return g_error_matches (failure, MAIL_ERROR, MAIL_ERROR_NOT_FOUND)
         || (g_error_matches (failure, MAIL_ERROR, MAIL_ERROR_REFUSED) && result->condition == MAIL_IMAP_NO
             && result->code == MAIL_IMAP_CODE_NONE);
}

static gboolean
says_missing (const MailImapResponse *result)
{
  g_autoptr (GError) failure = NULL;

  return !mail_imap_session_check (result, "STATUS", &failure) && is_missing (result, failure);
}

typedef guint (*SubmitFunc) (MailImapSession *self, const char *name, GError **error);

/* One group of @names. What the answer calls a mailbox may differ in case (INBOX) only. @missing (nullable): those that are not
 * there, borrowed, are added. */
static gboolean
ask_group (MailImapSession *self,
           GPtrArray *names,
           guint from,
           guint to,
           SubmitFunc submit,
           GPtrArray *missing,
           MailImapCall *call,
           GError **error)
{
  guint numbers[COMMANDS_AT_ONCE];

  if (!mail_imap_session_settle_ahead (self, call->cancellable, error))
    return FALSE;
  /* What cannot be named cannot be on the server. */
  for (guint i = from; i < to; i++)
    {
      g_autoptr (GError) bad = NULL;

      numbers[i - from] = submit (self, g_ptr_array_index (names, i), &bad);
      if (numbers[i - from] == 0 && !mail_imap_error_is_harmless (bad))
        {
          g_propagate_error (error, g_steal_pointer (&bad));
          return FALSE;
        }
    }
  self->round_trips++;
  for (guint i = from; i < to; i++)
    {
      g_auto (MailImapResponse) result = { 0 };

      if (numbers[i - from] != 0 && !mail_imap_session_wait (self, numbers[i - from], call, &result, error))
        return FALSE;
      if (missing != NULL && numbers[i - from] != 0 && says_missing (&result))
        g_ptr_array_add (missing, g_ptr_array_index (names, i));
    }
  return TRUE;
}

/* One command for each of @names, pipelined. */
static gboolean
ask_each (MailImapSession *self, GPtrArray *names, SubmitFunc submit, GPtrArray *missing, MailImapCall *call, GError **error)
{
  for (guint from = 0; from < names->len; from += COMMANDS_AT_ONCE)
    if (!ask_group (self, names, from, MIN (from + COMMANDS_AT_ONCE, names->len), submit, missing, call, error))
      return FALSE;
  return TRUE;
}

/* (transfer full): name -> MailImapStatus, NULL where the server refused; and @missing as in ask_group(). */
static GHashTable *
ask_statuses (MailImapSession *self, GPtrArray *names, GPtrArray *missing, GCancellable *cancellable, GError **error)
{
  g_autoptr (GHashTable) found = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  MailImapCall call = { status_data, found, cancellable };

  for (guint i = 0; i < names->len; i++)
    g_hash_table_insert (found, g_strdup (g_ptr_array_index (names, i)), NULL);
  return ask_each (self, names, submit_status, missing, &call, error) ? g_steal_pointer (&found) : NULL;
}

GPtrArray *
mail_imap_session_status (MailImapSession *session, GPtrArray *names, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) statuses = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GHashTable) found = ask_statuses (session, names, NULL, cancellable, error);

  if (found == NULL)
    return NULL;
  for (guint i = 0; i < names->len; i++)
    {
      const MailImapStatus *status = g_hash_table_lookup (found, g_ptr_array_index (names, i));

      g_ptr_array_add (statuses, status != NULL ? g_memdup2 (status, sizeof *status) : NULL);
    }
  return g_steal_pointer (&statuses);
}

GPtrArray *
mail_imap_session_find_missing (MailImapSession *session, GPtrArray *names, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) missing = g_ptr_array_new ();
  g_autoptr (GHashTable) found = ask_statuses (session, names, missing, cancellable, error);

  return found != NULL ? g_steal_pointer (&missing) : NULL;
}

gboolean
mail_imap_session_status_of (MailImapSession *session,
                             const char *name,
                             MailImapStatus *status,
                             GCancellable *cancellable,
                             GError **error)
{
  g_autoptr (MailImapWriter) command = status_command (session, name);
  g_autoptr (GHashTable) found = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_auto (MailImapResponse) result = { 0 };
  g_autoptr (GError) failure = NULL;
  MailImapCall call = { status_data, found, cancellable };
  const MailImapStatus *told;

  g_hash_table_insert (found, g_strdup (name), NULL);
  if (!mail_imap_session_run (session, command, "STATUS", &call, &result, &failure))
    {
      if (is_missing (&result, failure))
        failure->code = MAIL_ERROR_NOT_FOUND;
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  told = g_hash_table_lookup (found, name);
  if (told == NULL)
    {
      g_set_error (error, MAIL_ERROR, MAIL_ERROR_REFUSED, "the server tells nothing of %s", name);
      return FALSE;
    }
  *status = *told;
  return TRUE;
}

static gboolean
rights_data (MailImapSession *self, MailImapResponse *response, gpointer user_data, GError **error)
{
  if (response->kind == MAIL_IMAP_RESPONSE_MYRIGHTS)
    g_hash_table_insert (user_data, g_steal_pointer (&response->name), g_steal_pointer (&response->text));
  return TRUE;
}

GPtrArray *
mail_imap_session_rights (MailImapSession *session, GPtrArray *names, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) rights = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GHashTable) found = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  MailImapCall call = { rights_data, found, cancellable };

  if (!mail_imap_session_check_cap (session, MAIL_IMAP_CAP_ACL, "ACL", error)
      || !ask_each (session, names, submit_my_rights, NULL, &call, error))
    return NULL;
  for (guint i = 0; i < names->len; i++)
    g_ptr_array_add (rights, g_strdup (g_hash_table_lookup (found, g_ptr_array_index (names, i))));
  return g_steal_pointer (&rights);
}

GPtrArray *
mail_imap_session_get_namespaces (const MailImapSession *session)
{
  return session->namespaces;
}

/* Whether a limit, of which @used is gone, leaves less than another one; 0 is none. */
static gboolean
is_nearer (guint64 used, guint64 limit, guint64 other_used, guint64 other_limit)
{
  return limit > 0 && (other_limit == 0 || limit - MIN (limit, used) < other_limit - MIN (other_limit, other_used));
}

static gboolean
quota_data (MailImapSession *self, MailImapResponse *response, gpointer user_data, GError **error)
{
  MailImapQuota *quota = user_data;
  const MailImapQuota *root = &response->quota;

  if (response->kind != MAIL_IMAP_RESPONSE_QUOTA)
    return TRUE;
  /* Several roots may hold the inbox; the one nearest to its limit is what a person will feel. */
  if (is_nearer (root->used, root->limit, quota->used, quota->limit))
    {
      quota->used = root->used;
      quota->limit = root->limit;
    }
  if (is_nearer (root->messages, root->messages_limit, quota->messages, quota->messages_limit))
    {
      quota->messages = root->messages;
      quota->messages_limit = root->messages_limit;
    }
  return TRUE;
}

gboolean
mail_imap_session_quota (MailImapSession *session, MailImapQuota *quota, GCancellable *cancellable, GError **error)
{
  g_autoptr (MailImapWriter) command = mail_imap_session_command (session, "GETQUOTAROOT INBOX");
  MailImapCall call = { quota_data, quota, cancellable };

  *quota = (MailImapQuota) { 0 };
  return mail_imap_session_check_cap (session, MAIL_IMAP_CAP_QUOTA, "QUOTA", error)
         && mail_imap_session_run (session, command, "GETQUOTAROOT", &call, NULL, error);
}
