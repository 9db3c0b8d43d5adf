/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/account-files.h"

#include <errno.h>
#include <glib/gstdio.h>

#include "core/errors.h"
#include "store/store.h"

/* In the folder of the mail, the settings of the account that it belonged to. */
#define KEPT_SETTINGS "account.ini"

static gboolean
unlink_file (const char *path, GError **error)
{
  if (g_unlink (path) == 0 || errno == ENOENT)
    return TRUE;
  g_set_error (error, MAIL_ERROR, MAIL_ERROR_STORE, "%s cannot be deleted: %s", path, g_strerror (errno));
  return FALSE;
}

/* A store's folder holds plain files; anything else in it is not ours and stays. */
static gboolean
delete_folder (const char *path, GError **error)
{
  g_autoptr (GDir) dir = NULL;
  const char *entry;

  if (!g_file_test (path, G_FILE_TEST_IS_DIR))
    return TRUE;
  dir = g_dir_open (path, 0, error);
  if (dir == NULL)
    return FALSE;
  while ((entry = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, entry, NULL);

      if (!g_file_test (file, G_FILE_TEST_IS_DIR) && !unlink_file (file, error))
        return FALSE;
    }
  g_rmdir (path);
  return TRUE;
}

static char *
kept_settings (const MailHome *home, const char *name)
{
  g_autofree char *folder = mail_home_account_store (home, name);

  return g_build_filename (folder, KEPT_SETTINGS, NULL);
}

/* Settings and mail may be on different file systems. Settings that cannot be read go all the same. */
static gboolean
keep_settings (const MailHome *home, const char *name, const char *file, GError **error)
{
  g_autofree char *kept = kept_settings (home, name);
  g_autofree char *data = NULL;
  gsize length;

  if (!g_file_get_contents (file, &data, &length, NULL))
    return TRUE;
  return g_file_set_contents_full (kept, data, (gssize) length, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
                                   0600, error);
}

gboolean
mail_account_files_remove (const MailHome *home, const char *name, gboolean delete_mail, GError **error)
{
  g_autofree char *file = mail_home_account_file (home, name);
  g_autofree char *folder = mail_home_account_store (home, name);

  if (mail_store_is_in_use (folder))
    {
      g_set_error (error, MAIL_ERROR, MAIL_ERROR_STORE_IN_USE, "%s is in use by another Missiva", folder);
      return FALSE;
    }
  if (!delete_mail && g_file_test (folder, G_FILE_TEST_IS_DIR) && !keep_settings (home, name, file, error))
    return FALSE;
  return unlink_file (file, error) && (!delete_mail || delete_folder (folder, error));
}

MailAccountConfig *
mail_account_files_load_kept (const MailHome *home, const char *name)
{
  g_autofree char *file = mail_home_account_file (home, name);
  g_autofree char *kept = kept_settings (home, name);

  /* What lies beside the mail of an account in use is old. */
  if (g_file_test (file, G_FILE_TEST_EXISTS))
    return NULL;
  return mail_account_config_load_file (kept, name, NULL);
}

gboolean
mail_account_files_match (const MailAccountConfig *kept, const MailAccountConfig *config)
{
  return kept->mode == config->mode && g_ascii_strcasecmp (kept->address, config->address) == 0;
}

/* What is damaged, or of a newer version, waits where it is. */
static gboolean
can_be_opened (const MailHome *home, const char *name)
{
  g_autofree char *folder = mail_home_account_store (home, name);
  g_autoptr (MailStore) store = mail_store_open (folder, NULL);

  return store != NULL;
}

static char *
find_kept (const MailHome *home, const MailAccountConfig *config)
{
  g_autoptr (GDir) dir = g_dir_open (home->data_dir, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autoptr (MailAccountConfig) kept = mail_account_files_load_kept (home, name);

      if (kept != NULL && mail_account_files_match (kept, config) && can_be_opened (home, name))
        return g_strdup (name);
    }
  return NULL;
}

static gboolean
is_taken (const MailHome *home, const char *name)
{
  g_autofree char *file = mail_home_account_file (home, name);
  g_autofree char *folder = mail_home_account_store (home, name);

  return g_file_test (file, G_FILE_TEST_EXISTS) || g_file_test (folder, G_FILE_TEST_EXISTS);
}

char *
mail_account_files_choose_name (const MailHome *home, const MailAccountConfig *config, const char *base)
{
  char *name = find_kept (home, config);

  if (name != NULL)
    return name;
  name = g_strdup (base);
  for (guint i = 2; is_taken (home, name); i++)
    {
      g_free (name);
      name = g_strdup_printf ("%s (%u)", base, i);
    }
  return name;
}
