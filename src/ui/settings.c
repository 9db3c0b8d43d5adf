/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/settings.h"

#define G_SETTINGS_ENABLE_BACKEND
#include <gio/gsettingsbackend.h>

#include "core/errors.h"

static GSettings *settings;
static char *cache_dir;

gboolean
mail_settings_init (const MailHome *home, gboolean own_home, GError **error)
{
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchema) schema = NULL;
  g_autoptr (GSettingsBackend) backend = NULL;

  if (source != NULL)
    schema = g_settings_schema_source_lookup (source, MAIL_SETTINGS_SCHEMA, TRUE);
  if (schema == NULL)
    {
      g_set_error (error, MAIL_ERROR, MAIL_ERROR_NOT_FOUND,
                   "the settings schema " MAIL_SETTINGS_SCHEMA " is not installed; "
                   "from a build folder, set GSETTINGS_SCHEMA_DIR to its data folder, as scripts/run does");
      return FALSE;
    }
  if (own_home)
    {
      g_autofree char *file = g_build_filename (home->config_dir, "window.ini", NULL);

      backend = g_keyfile_settings_backend_new (file, "/org/missiva/Missiva/", "window");
    }
  settings = g_settings_new_full (schema, backend, NULL);
  cache_dir = g_strdup (home->cache_dir);
  return TRUE;
}

GSettings *
mail_settings_get (void)
{
  g_assert (settings != NULL);
  return settings;
}

const char *
mail_settings_get_cache_dir (void)
{
  return cache_dir;
}

gboolean
mail_settings_allows_remote (const char *address)
{
  g_auto (GStrv) senders = g_settings_get_strv (settings, "remote-senders");
  g_autofree char *lower = g_utf8_strdown (address, -1);

  return g_strv_contains ((const char *const *) senders, lower);
}

void
mail_settings_allow_remote (const char *address)
{
  g_auto (GStrv) senders = g_settings_get_strv (settings, "remote-senders");
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) more = NULL;
  g_autofree char *lower = g_utf8_strdown (address, -1);

  if (*address == '\0' || mail_settings_allows_remote (address))
    return;
  g_strv_builder_addv (builder, (const char **) senders);
  g_strv_builder_add (builder, lower);
  more = g_strv_builder_end (builder);
  g_settings_set_strv (settings, "remote-senders", (const char *const *) more);
}
