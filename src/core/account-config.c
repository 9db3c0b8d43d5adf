/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/account-config.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

#include "core/address.h"
#include "core/errors.h"

#define GROUP "account"

static const char *const keys[] = {
  "full-name", "address", "mode",
  "user", "outgoing-user",
  "incoming", "incoming-security", "incoming-pin", "incoming-ca-file",
  "outgoing", "outgoing-security", "outgoing-pin", "outgoing-ca-file",
  "pop-keep", "offline", "check-minutes", "connections",
  NULL,
};

MailAccountConfig *
mail_account_config_new (const char *name)
{
  MailAccountConfig *self = g_new0 (MailAccountConfig, 1);

  self->name = g_strdup (name);
  self->mode = MAIL_MODE_IMAP;
  self->incoming = mail_endpoint_new (NULL, 0, MAIL_SECURITY_TLS);
  self->outgoing = mail_endpoint_new (NULL, 0, MAIL_SECURITY_TLS);
  self->pop_keep = MAIL_POP_KEEP_UNTIL_DELETED;
  self->pop_keep_days = 14;
  self->offline = MAIL_OFFLINE_ALL;
  self->offline_days = 30;
  self->check_minutes = 10;
  self->connections = MAIL_ACCOUNT_CONNECTIONS_MOST;
  return self;
}

MailAccountConfig *
mail_account_config_copy (const MailAccountConfig *config)
{
  MailAccountConfig *copy = g_memdup2 (config, sizeof *config);

  copy->name = g_strdup (config->name);
  copy->full_name = g_strdup (config->full_name);
  copy->address = g_strdup (config->address);
  copy->user = g_strdup (config->user);
  copy->outgoing_user = g_strdup (config->outgoing_user);
  copy->incoming = mail_endpoint_copy (config->incoming);
  copy->outgoing = mail_endpoint_copy (config->outgoing);
  return copy;
}

void
mail_account_config_free (MailAccountConfig *config)
{
  if (config == NULL)
    return;
  g_free (config->name);
  g_free (config->full_name);
  g_free (config->address);
  g_free (config->user);
  g_free (config->outgoing_user);
  mail_endpoint_free (config->incoming);
  mail_endpoint_free (config->outgoing);
  g_free (config);
}

gboolean
mail_account_config_check_name (const char *name, GError **error)
{
  gboolean good = name != NULL && name[0] != '\0' && name[0] != '.' && strlen (name) <= 64
                  && g_utf8_validate (name, -1, NULL);

  for (const char *p = name; good && *p != '\0'; p++)
    good = *p != '/' && !g_ascii_iscntrl (*p);
  if (!good)
    g_set_error (error, MAIL_ERROR, MAIL_ERROR_BAD_INPUT,
                 "“%s” cannot be the name of an account: 1 to 64 bytes, no “/”, no leading dot",
                 name != NULL && g_utf8_validate (name, -1, NULL) ? name : "");
  return good;
}

static gboolean
bad_value (const char *key, const char *value, const char *allowed, GError **error)
{
  g_set_error (error, MAIL_ERROR, MAIL_ERROR_BAD_INPUT, "“%s” is no value for %s; use %s", value, key, allowed);
  return FALSE;
}

/* Reads "days:N" with 1 <= N <= 36500. */
static gboolean
parse_days (const char *value, guint *days)
{
  guint64 number;

  if (!g_str_has_prefix (value, "days:")
      || !g_ascii_string_to_unsigned (value + strlen ("days:"), 10, 1, 36500, &number, NULL))
    return FALSE;
  *days = (guint) number;
  return TRUE;
}

static gboolean
set_pop_keep (MailAccountConfig *config, const char *value, GError **error)
{
  if (strcmp (value, "delete") == 0)
    config->pop_keep = MAIL_POP_KEEP_DELETE;
  else if (strcmp (value, "forever") == 0)
    config->pop_keep = MAIL_POP_KEEP_FOREVER;
  else if (strcmp (value, "until-deleted") == 0)
    config->pop_keep = MAIL_POP_KEEP_UNTIL_DELETED;
  else if (parse_days (value, &config->pop_keep_days))
    config->pop_keep = MAIL_POP_KEEP_DAYS;
  else
    return bad_value ("pop-keep", value, "delete, forever, days:N or until-deleted", error);
  return TRUE;
}

static gboolean
set_offline (MailAccountConfig *config, const char *value, GError **error)
{
  if (strcmp (value, "all") == 0)
    config->offline = MAIL_OFFLINE_ALL;
  else if (strcmp (value, "headers") == 0)
    config->offline = MAIL_OFFLINE_HEADERS;
  else if (parse_days (value, &config->offline_days))
    config->offline = MAIL_OFFLINE_DAYS;
  else
    return bad_value ("offline", value, "all, days:N or headers", error);
  return TRUE;
}

/* @key without its "incoming" or "outgoing": "", "-security", "-pin", "-ca-file". */
static gboolean
set_endpoint (MailEndpoint *endpoint, const char *key, const char *value, GError **error)
{
  const char *or_null = value[0] != '\0' ? value : NULL;

  if (strcmp (key, "") == 0)
    {
      if (or_null != NULL)
        return mail_endpoint_set_host_port (endpoint, value, error);
      g_clear_pointer (&endpoint->host, g_free);
      endpoint->port = 0;
    }
  else if (strcmp (key, "-security") == 0)
    return mail_security_from_string (value, &endpoint->security, error);
  else if (strcmp (key, "-pin") == 0)
    {
      g_autofree char *pin = or_null != NULL ? mail_fingerprint_normalize (value, error) : NULL;

      if (or_null != NULL && pin == NULL)
        return FALSE;
      g_free (endpoint->pin);
      endpoint->pin = g_steal_pointer (&pin);
    }
  else
    {
      g_free (endpoint->ca_file);
      endpoint->ca_file = g_strdup (or_null);
    }
  return TRUE;
}

static void
replace (char **field, const char *value)
{
  g_free (*field);
  *field = value[0] != '\0' ? g_strdup (value) : NULL;
}

static gboolean
set_number (guint *field, const char *key, const char *value, guint least, guint most, const char *allowed, GError **error)
{
  guint64 number;

  if (!g_ascii_string_to_unsigned (value, 10, least, most, &number, NULL))
    return bad_value (key, value, allowed, error);
  *field = (guint) number;
  return TRUE;
}

/* Settings may name more, up to 10, from when more were foreseen: they mean as many as there can be. */
static gboolean
set_connections (MailAccountConfig *config, const char *value, GError **error)
{
  if (!set_number (&config->connections, "connections", value, 1, 10, "1 or 2", error))
    return FALSE;
  config->connections = MIN (config->connections, MAIL_ACCOUNT_CONNECTIONS_MOST);
  return TRUE;
}

gboolean
mail_account_config_set (MailAccountConfig *config, const char *key, const char *value, GError **error)
{
  if (!g_strv_contains (keys, key))
    {
      g_set_error (error, MAIL_ERROR, MAIL_ERROR_BAD_INPUT, "There is no setting “%s”", key);
      return FALSE;
    }
  if (g_str_has_prefix (key, "incoming"))
    return set_endpoint (config->incoming, key + strlen ("incoming"), value, error);
  if (strcmp (key, "outgoing-user") != 0 && g_str_has_prefix (key, "outgoing"))
    return set_endpoint (config->outgoing, key + strlen ("outgoing"), value, error);
  if (strcmp (key, "pop-keep") == 0)
    return set_pop_keep (config, value, error);
  if (strcmp (key, "offline") == 0)
    return set_offline (config, value, error);
  if (strcmp (key, "check-minutes") == 0)
    return set_number (&config->check_minutes, key, value, 0, 24 * 60, "a number of minutes from 0 to 1440", error);
  if (strcmp (key, "connections") == 0)
    return set_connections (config, value, error);

  if (strcmp (key, "full-name") == 0)
    replace (&config->full_name, value);
  else if (strcmp (key, "address") == 0)
    {
      if (!mail_address_is_plausible (value))
        return bad_value (key, value, "an address such as name@example.org", error);
      replace (&config->address, value);
    }
  else if (strcmp (key, "mode") == 0)
    {
      if (strcmp (value, "imap") != 0 && strcmp (value, "pop") != 0)
        return bad_value (key, value, "imap or pop", error);
      config->mode = strcmp (value, "imap") == 0 ? MAIL_MODE_IMAP : MAIL_MODE_POP;
    }
  else if (strcmp (key, "user") == 0)
    replace (&config->user, value);
  else
    replace (&config->outgoing_user, value);
  return TRUE;
}

static char *
get_endpoint (const MailEndpoint *endpoint, const char *key)
{
  if (endpoint->host == NULL)
    return NULL;
  if (strcmp (key, "") == 0)
    return mail_endpoint_to_string (endpoint);
  if (strcmp (key, "-security") == 0)
    return g_strdup (mail_security_to_string (endpoint->security));
  return g_strdup (strcmp (key, "-pin") == 0 ? endpoint->pin : endpoint->ca_file);
}

static char *
get_pop_keep (const MailAccountConfig *config)
{
  switch (config->pop_keep)
    {
    case MAIL_POP_KEEP_DELETE:
      return g_strdup ("delete");
    case MAIL_POP_KEEP_FOREVER:
      return g_strdup ("forever");
    case MAIL_POP_KEEP_DAYS:
      return g_strdup_printf ("days:%u", config->pop_keep_days);
    case MAIL_POP_KEEP_UNTIL_DELETED:
      return g_strdup ("until-deleted");
    default:
      g_assert_not_reached ();
    }
}

static char *
get_offline (const MailAccountConfig *config)
{
  if (config->offline == MAIL_OFFLINE_DAYS)
    return g_strdup_printf ("days:%u", config->offline_days);
  return g_strdup (config->offline == MAIL_OFFLINE_ALL ? "all" : "headers");
}

char *
mail_account_config_get (const MailAccountConfig *config, const char *key)
{
  if (!g_strv_contains (keys, key))
    return NULL;
  if (g_str_has_prefix (key, "incoming"))
    return get_endpoint (config->incoming, key + strlen ("incoming"));
  if (strcmp (key, "outgoing-user") == 0)
    return g_strdup (config->outgoing_user);
  if (g_str_has_prefix (key, "outgoing"))
    return get_endpoint (config->outgoing, key + strlen ("outgoing"));
  if (strcmp (key, "full-name") == 0)
    return g_strdup (config->full_name);
  if (strcmp (key, "address") == 0)
    return g_strdup (config->address);
  if (strcmp (key, "mode") == 0)
    return g_strdup (config->mode == MAIL_MODE_IMAP ? "imap" : "pop");
  if (strcmp (key, "user") == 0)
    return g_strdup (config->user);
  if (strcmp (key, "pop-keep") == 0)
    return get_pop_keep (config);
  if (strcmp (key, "offline") == 0)
    return get_offline (config);
  if (strcmp (key, "connections") == 0)
    return g_strdup_printf ("%u", config->connections);
  return g_strdup_printf ("%u", config->check_minutes);
}

const char *const *
mail_account_config_keys (void)
{
  return keys;
}

gboolean
mail_account_config_validate (const MailAccountConfig *config, GError **error)
{
  const char *missing = NULL;

  if (!mail_account_config_check_name (config->name, error))
    return FALSE;
  if (config->address == NULL)
    missing = "address";
  else if (config->user == NULL)
    missing = "user";
  else if (config->incoming->host == NULL)
    missing = "incoming";
  if (missing != NULL)
    g_set_error (error, MAIL_ERROR, MAIL_ERROR_BAD_INPUT, "Account “%s” has no %s", config->name, missing);
  return missing == NULL;
}

MailAccountConfig *
mail_account_config_load (const MailHome *home, const char *name, GError **error)
{
  g_autofree char *path = mail_home_account_file (home, name);

  return mail_account_config_load_file (path, name, error);
}

MailAccountConfig *
mail_account_config_load_file (const char *path, const char *name, GError **error)
{
  g_autoptr (MailAccountConfig) config = NULL;
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) local = NULL;

  if (!mail_account_config_check_name (name, error))
    return NULL;

  if (!g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, &local))
    {
      if (g_error_matches (local, G_FILE_ERROR, G_FILE_ERROR_NOENT))
        g_set_error (error, MAIL_ERROR, MAIL_ERROR_NOT_FOUND, "There is no account “%s”", name);
      else
        g_set_error (error, MAIL_ERROR, MAIL_ERROR_SETTINGS, "%s: %s", path, local->message);
      return NULL;
    }

  config = mail_account_config_new (name);
  for (guint i = 0; keys[i] != NULL; i++)
    {
      g_autofree char *value = g_key_file_get_string (file, GROUP, keys[i], NULL);

      if (value != NULL && !mail_account_config_set (config, keys[i], value, &local))
        break;
    }
  if (local == NULL && mail_account_config_validate (config, &local))
    return g_steal_pointer (&config);
  g_set_error (error, MAIL_ERROR, MAIL_ERROR_SETTINGS, "%s: %s", path, local->message);
  return NULL;
}

gboolean
mail_account_config_save (const MailAccountConfig *config, const MailHome *home, GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *path = mail_home_account_file (home, config->name);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *data = NULL;
  gsize length;

  if (!mail_account_config_validate (config, error))
    return FALSE;

  for (guint i = 0; keys[i] != NULL; i++)
    {
      g_autofree char *value = mail_account_config_get (config, keys[i]);

      if (value != NULL)
        g_key_file_set_string (file, GROUP, keys[i], value);
    }

  if (g_mkdir_with_parents (folder, 0700) != 0)
    {
      g_set_error (error, MAIL_ERROR, MAIL_ERROR_STORE, "%s cannot be created: %s", folder, g_strerror (errno));
      return FALSE;
    }
  data = g_key_file_to_data (file, &length, NULL);
  return g_file_set_contents_full (path, data, length,
                                   G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600, error);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

GStrv
mail_account_config_list (const MailHome *home)
{
  g_autofree char *folder = g_build_filename (home->config_dir, "accounts", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  GPtrArray *names = g_ptr_array_new ();
  const char *entry;

  while (dir != NULL && (entry = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *name = g_str_has_suffix (entry, ".ini") ? g_strndup (entry, strlen (entry) - strlen (".ini")) : NULL;

      if (mail_account_config_check_name (name, NULL))
        g_ptr_array_add (names, g_steal_pointer (&name));
    }
  g_ptr_array_sort (names, compare_names);
  g_ptr_array_add (names, NULL);
  return (GStrv) g_ptr_array_free (names, FALSE);
}
