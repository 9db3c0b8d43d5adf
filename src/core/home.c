/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/home.h"

MailHome *
mail_home_new (const char *directory)
{
  MailHome *self = g_new0 (MailHome, 1);

  if (directory != NULL)
    {
      self->config_dir = g_build_filename (directory, "config", NULL);
      self->data_dir = g_build_filename (directory, "data", NULL);
      self->cache_dir = g_build_filename (directory, "cache", NULL);
    }
  else
    {
      self->config_dir = g_build_filename (g_get_user_config_dir (), "missiva", NULL);
      self->data_dir = g_build_filename (g_get_user_data_dir (), "missiva", NULL);
      self->cache_dir = g_build_filename (g_get_user_cache_dir (), "missiva", NULL);
    }
  return self;
}

MailHome *
mail_home_copy (const MailHome *home)
{
  MailHome *copy = g_new0 (MailHome, 1);

  copy->config_dir = g_strdup (home->config_dir);
  copy->data_dir = g_strdup (home->data_dir);
  copy->cache_dir = g_strdup (home->cache_dir);
  return copy;
}

void
mail_home_free (MailHome *home)
{
  if (home == NULL)
    return;
  g_free (home->config_dir);
  g_free (home->data_dir);
  g_free (home->cache_dir);
  g_free (home);
}

char *
mail_home_account_file (const MailHome *home, const char *name)
{
  g_autofree char *file = g_strconcat (name, ".ini", NULL);

  return g_build_filename (home->config_dir, "accounts", file, NULL);
}

char *
mail_home_account_store (const MailHome *home, const char *name)
{
  return g_build_filename (home->data_dir, name, NULL);
}
