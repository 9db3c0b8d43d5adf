/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "discovery/provider.h"

#include <string.h>

#include "core/errors.h"
#include "missiva-engine-resources.h"

#define TABLE_RESOURCE "/org/missiva/engine/providers.ini"

static GPtrArray *providers; /* MailProvider; made once, then only added to */

MailCandidate *
mail_candidate_new (MailServerKind kind, const MailEndpoint *endpoint, MailUserForm form, const char *source)
{
  MailCandidate *self = g_new0 (MailCandidate, 1);

  self->kind = kind;
  self->endpoint = mail_endpoint_copy (endpoint);
  self->user_form = form;
  self->source = source;
  return self;
}

MailCandidate *
mail_candidate_copy (const MailCandidate *candidate)
{
  return mail_candidate_new (candidate->kind, candidate->endpoint, candidate->user_form, candidate->source);
}

void
mail_candidate_free (MailCandidate *candidate)
{
  if (candidate == NULL)
    return;
  mail_endpoint_free (candidate->endpoint);
  g_free (candidate);
}

static void
provider_free (MailProvider *provider)
{
  g_free (provider->id);
  g_free (provider->name);
  g_strfreev (provider->domains);
  g_strfreev (provider->hosting);
  for (guint kind = 0; kind < MAIL_SERVER_N_KINDS; kind++)
    g_clear_pointer (&provider->servers[kind], g_ptr_array_unref);
  g_free (provider->note);
  g_free (provider->help);
  g_free (provider->source);
  g_free (provider->date);
  g_free (provider);
}

static gboolean
parse_form (const char *text, MailUserForm *form)
{
  static const char *const words[] = { "full", "local", "other" };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_strcmp0 (text, words[i]) == 0)
      {
        *form = (MailUserForm) i;
        return TRUE;
      }
  return FALSE;
}

static gboolean
parse_sign_in (const char *text, MailSignIn *sign_in)
{
  static const char *const words[] = { "password", "app-password", "oauth" };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_strcmp0 (text, words[i]) == 0)
      {
        *sign_in = (MailSignIn) i;
        return TRUE;
      }
  return FALSE;
}

/* "HOST:PORT SECURITY" */
static gboolean
add_server (GPtrArray *list, MailServerKind kind, const char *text, const char *ca_file, MailUserForm form, GError **error)
{
  g_autoptr (MailEndpoint) endpoint = mail_endpoint_new (NULL, 0, MAIL_SECURITY_TLS);
  g_auto (GStrv) words = g_strsplit (text, " ", 2);

  if (g_strv_length (words) != 2)
    {
      g_set_error (error, MAIL_ERROR, MAIL_ERROR_BAD_INPUT, "“%s” is not HOST:PORT SECURITY", text);
      return FALSE;
    }
  if (!mail_endpoint_set_host_port (endpoint, words[0], error)
      || !mail_security_from_string (words[1], &endpoint->security, error))
    return FALSE;
  endpoint->ca_file = g_strdup (ca_file);
  g_ptr_array_add (list, mail_candidate_new (kind, endpoint, form, "table"));
  return TRUE;
}

static gboolean
read_servers (MailProvider *provider, GKeyFile *file, MailServerKind kind, const char *key, GError **error)
{
  g_auto (GStrv) servers = g_key_file_get_string_list (file, provider->id, key, NULL, NULL);
  g_autofree char *ca_file = g_key_file_get_string (file, provider->id, "ca-file", NULL);
  MailUserForm form = kind == MAIL_SERVER_SMTP ? provider->outgoing_user_form : provider->user_form;

  provider->servers[kind] = g_ptr_array_new_with_free_func ((GDestroyNotify) mail_candidate_free);
  for (guint i = 0; servers != NULL && servers[i] != NULL; i++)
    if (!add_server (provider->servers[kind], kind, servers[i], ca_file, form, error))
      return FALSE;
  return TRUE;
}

static GStrv
read_list (GKeyFile *file, const char *group, const char *key)
{
  GStrv list = g_key_file_get_string_list (file, group, key, NULL, NULL);

  return list != NULL ? list : g_new0 (char *, 1);
}

static gboolean
read_words (MailProvider *provider, GKeyFile *file, GError **error)
{
  g_autofree char *user = g_key_file_get_string (file, provider->id, "user", NULL);
  g_autofree char *outgoing_user = g_key_file_get_string (file, provider->id, "outgoing-user", NULL);
  g_autofree char *sign_in = g_key_file_get_string (file, provider->id, "sign-in", NULL);
  const char *wrong = NULL;

  if (!parse_form (user, &provider->user_form))
    wrong = "user";
  else if (!parse_form (outgoing_user != NULL ? outgoing_user : user, &provider->outgoing_user_form))
    wrong = "outgoing-user";
  else if (!parse_sign_in (sign_in, &provider->sign_in))
    wrong = "sign-in";
  else if (provider->name == NULL)
    wrong = "name";
  if (wrong != NULL)
    g_set_error (error, MAIL_ERROR, MAIL_ERROR_BAD_INPUT, "%s is missing or wrong", wrong);
  return wrong == NULL;
}

static MailProvider *
read_provider (GKeyFile *file, const char *id, GError **error)
{
  MailProvider *provider = g_new0 (MailProvider, 1);

  provider->id = g_strdup (id);
  provider->name = g_key_file_get_string (file, id, "name", NULL);
  provider->domains = read_list (file, id, "domains");
  provider->hosting = read_list (file, id, "hosting");
  provider->note = g_key_file_get_string (file, id, "note", NULL);
  provider->help = g_key_file_get_string (file, id, "help", NULL);
  provider->source = g_key_file_get_string (file, id, "source", NULL);
  provider->date = g_key_file_get_string (file, id, "date", NULL);
  if (read_words (provider, file, error)
      && read_servers (provider, file, MAIL_SERVER_IMAP, "imap", error)
      && read_servers (provider, file, MAIL_SERVER_POP3, "pop", error)
      && read_servers (provider, file, MAIL_SERVER_SMTP, "smtp", error))
    return provider;

  g_prefix_error (error, "[%s] ", id);
  provider_free (provider);
  return NULL;
}

/* (nullable) (transfer full): all rows of @file. */
static GPtrArray *
read_table (GKeyFile *file, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) provider_free);
  g_auto (GStrv) groups = g_key_file_get_groups (file, NULL);

  for (guint i = 0; groups[i] != NULL; i++)
    {
      MailProvider *provider = read_provider (file, groups[i], error);

      if (provider == NULL)
        return NULL;
      g_ptr_array_add (rows, provider);
    }
  return g_steal_pointer (&rows);
}

static GPtrArray *
get_table (void)
{
  static gsize once;

  if (g_once_init_enter (&once))
    {
      g_autoptr (GBytes) data = g_resource_lookup_data (missiva_engine_get_resource (), TABLE_RESOURCE,
                                                         G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
      g_autoptr (GKeyFile) file = g_key_file_new ();
      g_autoptr (GError) error = NULL;

      /* The table is a part of the program: that it can be read is a matter of the build, and tested. */
      if (data != NULL && g_key_file_load_from_bytes (file, data, G_KEY_FILE_NONE, &error))
        providers = read_table (file, &error);
      if (providers == NULL)
        g_error ("The table of providers cannot be read: %s", error != NULL ? error->message : "not compiled in");
      g_once_init_leave (&once, 1);
    }
  return providers;
}

const GPtrArray *
mail_provider_list (void)
{
  return get_table ();
}

gboolean
mail_provider_add_file (const char *path, GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GError) local = NULL;

  if (!g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, &local))
    {
      if (g_error_matches (local, G_FILE_ERROR, G_FILE_ERROR_NOENT))
        return TRUE;
      g_set_error (error, MAIL_ERROR, MAIL_ERROR_BAD_INPUT, "%s: %s", path, local->message);
      return FALSE;
    }
  rows = read_table (file, error);
  if (rows == NULL)
    {
      g_prefix_error (error, "%s: ", path);
      return FALSE;
    }
  for (guint i = rows->len; i > 0; i--)
    g_ptr_array_insert (get_table (), 0, g_ptr_array_steal_index (rows, i - 1));
  return TRUE;
}

const MailProvider *
mail_provider_find (const char *domain)
{
  g_autofree char *folded = g_ascii_strdown (domain, -1);
  const GPtrArray *table = get_table ();

  for (guint i = 0; i < table->len; i++)
    {
      const MailProvider *provider = g_ptr_array_index (table, i);

      if (g_strv_contains ((const char *const *) provider->domains, folded))
        return provider;
    }
  return NULL;
}

/* TRUE when @host is @domain or lies below it. */
static gboolean
is_below (const char *host, const char *domain)
{
  gsize host_length = strlen (host);
  gsize domain_length = strlen (domain);

  /* DNS answers may end in the root's dot. */
  if (host_length > 0 && host[host_length - 1] == '.')
    host_length--;
  if (host_length < domain_length || g_ascii_strncasecmp (host + host_length - domain_length, domain, domain_length) != 0)
    return FALSE;
  return host_length == domain_length || host[host_length - domain_length - 1] == '.';
}

static const MailProvider *
find_hosting (const char *exchanger)
{
  const GPtrArray *table = get_table ();

  for (guint i = 0; i < table->len; i++)
    {
      const MailProvider *provider = g_ptr_array_index (table, i);

      for (guint j = 0; provider->hosting[j] != NULL; j++)
        if (is_below (exchanger, provider->hosting[j]))
          return provider;
    }
  return NULL;
}

const MailProvider *
mail_provider_find_by_mx (const char *domain, GCancellable *cancellable)
{
  g_autoptr (GResolver) resolver = g_resolver_get_default ();
  GList *records = g_resolver_lookup_records (resolver, domain, G_RESOLVER_RECORD_MX, cancellable, NULL);
  const MailProvider *found = NULL;

  for (GList *l = records; l != NULL && found == NULL; l = l->next)
    {
      guint16 preference;
      const char *exchanger;

      g_variant_get (l->data, "(q&s)", &preference, &exchanger);
      found = find_hosting (exchanger);
    }
  g_list_free_full (records, (GDestroyNotify) g_variant_unref);
  return found;
}
