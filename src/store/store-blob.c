/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* O_TMPFILE */
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
  g_autofree char *name = NULL;
  int fd = open (folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

  if (fd >= 0)
    return fd;
  /* Some file systems know no files without a name. */
  name = g_build_filename (folder, "large-XXXXXX", NULL);
  fd = g_mkstemp_full (name, O_RDWR | O_CLOEXEC, 0600);
  if (fd >= 0)
    g_unlink (name);
  return fd;
}

/* FALSE when there is no room for it, or whatever else the matter is. */
static gboolean
write_all (int fd, const char *data, gsize size)
{
  while (size > 0)
    {
      gssize written = write (fd, data, size);

      if (written < 0 && errno == EINTR)
        continue;
      if (written <= 0)
        return FALSE;
      data += written;
      size -= (gsize) written;
    }
  return TRUE;
}

/* *@laid: all of it is in the file. FALSE when it cannot be read. */
static gboolean
lay_out (MailDb *db, sqlite3_blob *blob, int fd, gboolean *laid, GError **error)
{
  g_autofree char *buffer = g_malloc (COPY_BYTES);
  int size = sqlite3_blob_bytes (blob);

  *laid = fd >= 0;
  for (int at = 0; *laid && at < size; at += COPY_BYTES)
    {
      int length = MIN (size - at, COPY_BYTES);

      if (sqlite3_blob_read (blob, buffer, length, at) != SQLITE_OK)
        return mail_db_fail (db, error);
      *laid = write_all (fd, buffer, (gsize) length);
    }
  return TRUE;
}

static GBytes *
read_whole (MailDb *db, sqlite3_blob *blob, GError **error)
{
  gsize size = (gsize) sqlite3_blob_bytes (blob);
  g_autofree guint8 *data = g_try_malloc (size);

  if (data == NULL)
    {
      g_set_error (error, MAIL_ERROR, MAIL_ERROR_STORE, "there is no memory for %" G_GSIZE_FORMAT " octets", size);
      return NULL;
    }
  if (sqlite3_blob_read (blob, data, (int) size, 0) == SQLITE_OK)
    return g_bytes_new_take (g_steal_pointer (&data), size);
  mail_db_fail (db, error);
  return NULL;
}

static GBytes *
map (MailDb *db, sqlite3_blob *blob, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (sqlite3_db_filename (mail_db_get_sqlite (db), "main"));
  g_autoptr (GMappedFile) file = NULL;
  int fd = open_nameless (folder);
  gboolean laid;
  gboolean ok = lay_out (db, blob, fd, &laid, error);

  if (ok && laid)
    file = g_mapped_file_new_from_fd (fd, FALSE, NULL);
  if (fd >= 0)
    close (fd);
  if (file != NULL)
    return g_mapped_file_get_bytes (file);
  /* A disk that is full, or may only be read, is no reason not to show what is on it. */
  return ok ? read_whole (db, blob, error) : NULL;
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
