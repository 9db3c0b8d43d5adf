/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/store-blob.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "core/errors.h"
#include "store/store-db.h"

#define COPY_BYTES (256 * 1024)

static int
open_nameless (const char *folder)
{
  g_autofree char *name = g_build_filename (folder, "large-XXXXXX", NULL);
  int fd = g_mkstemp_full (name, O_RDWR | O_CLOEXEC, 0600);

  if (fd >= 0)
    g_unlink (name);
  return fd;
}

static gboolean
write_all (int fd, const char *data, gsize size, GError **error)
{
  while (size > 0)
    {
      gssize written = write (fd, data, size);

      if (written < 0 && errno == EINTR)
        continue;
      if (written <= 0)
        {
          g_set_error (error, MAIL_ERROR, errno == ENOSPC ? MAIL_ERROR_DISK_FULL : MAIL_ERROR_STORE,
                       "a large message cannot be laid out: %s", g_strerror (errno));
          return FALSE;
        }
      data += written;
      size -= (gsize) written;
    }
  return TRUE;
}

static gboolean
copy (MailDb *db, sqlite3_blob *blob, int fd, GError **error)
{
  g_autofree char *buffer = g_malloc (COPY_BYTES);
  int size = sqlite3_blob_bytes (blob);

  for (int at = 0; at < size;)
    {
      int length = MIN (size - at, COPY_BYTES);

      if (sqlite3_blob_read (blob, buffer, length, at) != SQLITE_OK)
        return mail_db_fail (db, error);
      if (!write_all (fd, buffer, (gsize) length, error))
        return FALSE;
      at += length;
    }
  return TRUE;
}

static GBytes *
map (MailDb *db, sqlite3_blob *blob, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (sqlite3_db_filename (mail_db_get_sqlite (db), "main"));
  g_autoptr (GMappedFile) file = NULL;
  int fd = open_nameless (folder);

  if (fd < 0)
    {
      g_set_error (error, MAIL_ERROR, MAIL_ERROR_STORE, "%s: no file can be made: %s", folder, g_strerror (errno));
      return NULL;
    }
  if (copy (db, blob, fd, error))
    file = g_mapped_file_new_from_fd (fd, FALSE, error);
  close (fd);
  return file != NULL ? g_mapped_file_get_bytes (file) : NULL;
}

GBytes *
mail_store_blob_map (MailDb *db, const char *table, const char *column, gint64 row, GError **error)
{
  sqlite3_blob *blob = NULL;
  GBytes *bytes = NULL;

  if (sqlite3_blob_open (mail_db_get_sqlite (db), "main", table, column, row, 0, &blob) == SQLITE_OK)
    bytes = map (db, blob, error);
  else
    mail_db_fail (db, error);
  sqlite3_blob_close (blob);
  return bytes;
}
