/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lib/temporary-store.h"

#include <glib/gstdio.h>

#include "store/store-check.h"
#include "store/store-mailboxes.h"
#include "store/store-messages.h"

void
temporary_folder_remove (const char *directory)
{
  g_autoptr (GDir) folder = g_dir_open (directory, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *path = g_build_filename (directory, name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_DIR) && !g_file_test (path, G_FILE_TEST_IS_SYMLINK))
        temporary_folder_remove (path);
      else
        g_assert_cmpint (g_unlink (path), ==, 0);
    }
  g_assert_cmpint (g_rmdir (directory), ==, 0);
}

TemporaryStore *
temporary_store_new (void)
{
  TemporaryStore *self = g_new0 (TemporaryStore, 1);
  g_autoptr (GError) error = NULL;

  self->directory = g_dir_make_tmp ("missiva-store-XXXXXX", &error);
  g_assert_no_error (error);
  self->store = mail_store_open (self->directory, &error);
  g_assert_no_error (error);
  return self;
}

void
temporary_store_free (TemporaryStore *temporary)
{
  temporary_store_check (temporary);
  mail_store_close (temporary->store);
  temporary_folder_remove (temporary->directory);
  g_free (temporary->directory);
  g_free (temporary);
}

void
temporary_store_reopen (TemporaryStore *temporary)
{
  g_autoptr (GError) error = NULL;

  mail_store_close (temporary->store);
  temporary->store = mail_store_open (temporary->directory, &error);
  g_assert_no_error (error);
}

void
temporary_store_write (TemporaryStore *temporary, MailStoreJob job, gpointer data)
{
  g_autoptr (GError) error = NULL;
  gboolean ok = mail_store_write (temporary->store, job, data, &error);

  g_assert_no_error (error);
  g_assert_true (ok);
}

void
temporary_store_read (TemporaryStore *temporary, MailStoreJob job, gpointer data)
{
  g_autoptr (GError) error = NULL;
  gboolean ok = mail_store_read (temporary->store, job, data, &error);

  g_assert_no_error (error);
  g_assert_true (ok);
}

void
temporary_store_check (TemporaryStore *temporary)
{
  MailStoreCheck check = { .problems = g_ptr_array_new_with_free_func (g_free) };

  temporary_store_read (temporary, mail_store_check_job, &check);
  if (check.problems->len > 0)
    g_error ("the store is not whole: %s", (const char *) g_ptr_array_index (check.problems, 0));
  g_ptr_array_unref (check.problems);
}

static gboolean
put_mailbox_job (MailDb *db, gpointer data, GError **error)
{
  return mail_store_mailboxes_put (db, data, error);
}

gint64
temporary_store_add_mailbox (TemporaryStore *temporary, const char *name, MailRole role, MailMailboxFlags flags)
{
  g_autoptr (MailMailboxInfo) info = mail_mailbox_info_new (name, '/', role);

  info->flags = flags;
  temporary_store_write (temporary, put_mailbox_job, info);
  return info->id;
}

MailMessageInfo *
temporary_store_make_info (gint64 mailbox_id, guint32 number, MailFlags flags)
{
  MailMessageInfo *info = mail_message_info_new ();

  info->mailbox_id = mailbox_id;
  info->uid = number;
  info->flags = flags;
  info->date = 1700000000 + 60 * (gint64) number;
  info->internal_date = info->date + 5;
  info->size = 1000 + number;
  info->message_id = g_strdup_printf ("<%u@example.org>", number);
  info->subject = g_strdup_printf ("Message %u", number);
  info->from_name = g_strdup ("The Gardener");
  info->from_address = g_strdup ("gardener@example.org");
  info->to = g_strdup ("The Reader <reader@example.com>");
  return info;
}

static gboolean
insert_job (MailDb *db, gpointer data, GError **error)
{
  return mail_store_messages_insert (db, data, error);
}

gint64
temporary_store_add_message (TemporaryStore *temporary, gint64 mailbox_id, guint32 number, MailFlags flags)
{
  g_autoptr (MailMessageInfo) info = temporary_store_make_info (mailbox_id, number, flags);

  temporary_store_write (temporary, insert_job, info);
  return info->id;
}
