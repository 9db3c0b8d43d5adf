/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/reader/attachment-save.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>

#include "core/errors.h"
#include "ui/dialogs.h"
#include "ui/settings.h"

#define MOST_NAMES 999 /* tried before giving up */

/* One part, or a row of them, on its way to the disk. */
typedef struct
{
  GtkWindow *window; /* NULL once it is closed */
  MailMessage *message;
  GFile *file;
  GFile *folder;
  GArray *parts;
  guint next;
  guint attempt;
  guint saved;
  MailAttachmentSavedFunc done;
  gpointer data;
} Saving;

static void save_next (Saving *saving);

static Saving *
saving_new (GtkWindow *window, MailMessage *message)
{
  Saving *saving = g_new0 (Saving, 1);

  g_set_weak_pointer (&saving->window, window);
  saving->message = g_object_ref (message);
  return saving;
}

static void
saving_free (Saving *saving)
{
  g_clear_weak_pointer (&saving->window);
  g_clear_object (&saving->message);
  g_clear_object (&saving->file);
  g_clear_object (&saving->folder);
  g_clear_pointer (&saving->parts, g_array_unref);
  g_free (saving);
}

static void
tell_failure (Saving *saving, const GError *error)
{
  if (!mail_error_is_cancelled (error) && saving->window != NULL)
    mail_dialog_tell (saving->window, _ ("The attachment could not be saved"), error->message);
}

static void
opened_copy_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Saving *saving = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *uri = g_file_get_uri (saving->file);

  if (!mail_message_save_part_finish (saving->message, result, &error))
    tell_failure (saving, error);
  else
    {
      /* Changes to a copy in the cache would be lost: the program that opens it shall say so. */
      g_chmod (g_file_peek_path (saving->file), 0400);
      if (!gtk_show_uri_on_window (saving->window, uri, GDK_CURRENT_TIME, &error) && saving->window != NULL)
        mail_dialog_tell (saving->window, _ ("No program can open this attachment"), error->message);
    }
  saving_free (saving);
}

void
mail_attachment_open (GtkWindow *window, MailMessage *message, guint part)
{
  g_autofree char *pattern = g_build_filename (mail_settings_get_cache_dir (), "opened", "XXXXXX", NULL);
  g_autofree char *parent = g_path_get_dirname (pattern);
  Saving *saving = saving_new (window, message);

  if (g_mkdir_with_parents (parent, 0700) != 0 || g_mkdtemp (pattern) == NULL)
    {
      mail_dialog_tell (window, _ ("The attachment could not be saved"), g_strerror (errno));
      saving_free (saving);
      return;
    }
  saving->file = g_file_new_build_filename (pattern, mail_message_get_part (message, part)->filename, NULL);
  mail_message_save_part_async (message, part, saving->file, FALSE, NULL, opened_copy_cb, saving);
}

/* Where something was saved last in this run. */
static char *last_folder;

static void
remember_folder_cb (GtkNativeDialog *dialog, int response)
{
  GtkFileChooser *chooser = GTK_FILE_CHOOSER (dialog);
  g_autofree char *path = response == GTK_RESPONSE_ACCEPT ? gtk_file_chooser_get_filename (chooser) : NULL;

  if (path == NULL)
    return;
  g_free (last_folder);
  if (gtk_file_chooser_get_action (chooser) == GTK_FILE_CHOOSER_ACTION_SAVE)
    last_folder = g_path_get_dirname (path);
  else
    last_folder = g_steal_pointer (&path);
}

void
mail_attachment_propose_folder (GtkFileChooser *chooser)
{
  const char *downloads = g_get_user_special_dir (G_USER_DIRECTORY_DOWNLOAD);

  gtk_file_chooser_set_current_folder (chooser, last_folder != NULL ? last_folder
                                                : downloads != NULL ? downloads : g_get_home_dir ());
  g_signal_connect (chooser, "response", G_CALLBACK (remember_folder_cb), NULL);
}

static void
saved_as_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Saving *saving = data;
  g_autoptr (GError) error = NULL;

  if (!mail_message_save_part_finish (saving->message, result, &error))
    tell_failure (saving, error);
  saving_free (saving);
}

static void
name_chosen_cb (GtkNativeDialog *dialog, int response, Saving *saving)
{
  if (response == GTK_RESPONSE_ACCEPT)
    {
      saving->file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
      mail_message_save_part_async (saving->message, saving->next, saving->file, TRUE, NULL, saved_as_cb, saving);
    }
  else
    saving_free (saving);
  g_object_unref (dialog);
}

void
mail_attachment_save_as (GtkWindow *window, MailMessage *message, guint part)
{
  GtkFileChooserNative *dialog = gtk_file_chooser_native_new (_ ("Save Attachment"), window, GTK_FILE_CHOOSER_ACTION_SAVE,
                                                              _ ("_Save"), _ ("_Cancel"));
  Saving *saving = saving_new (window, message);

  saving->next = part;
  mail_attachment_propose_folder (GTK_FILE_CHOOSER (dialog));
  gtk_file_chooser_set_do_overwrite_confirmation (GTK_FILE_CHOOSER (dialog), TRUE);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), mail_message_get_part (message, part)->filename);
  g_signal_connect (dialog, "response", G_CALLBACK (name_chosen_cb), saving);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

/* "report.pdf", then "report (2).pdf" */
static char *
numbered_name (const char *name, guint attempt)
{
  const char *dot = strrchr (name, '.');
  gsize stem = dot != NULL && dot != name ? (gsize) (dot - name) : strlen (name);

  if (attempt == 0)
    return g_strdup (name);
  return g_strdup_printf ("%.*s (%u)%s", (int) stem, name, attempt + 1, name + stem);
}

static void
saved_one_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Saving *saving = data;
  g_autoptr (GError) error = NULL;

  if (mail_message_save_part_finish (saving->message, result, &error))
    {
      saving->saved++;
      saving->next++;
      saving->attempt = 0;
    }
  else if ((g_error_matches (error, G_IO_ERROR, G_IO_ERROR_EXISTS) || g_error_matches (error, MAIL_ERROR, MAIL_ERROR_EXISTS))
           && saving->attempt < MOST_NAMES)
    saving->attempt++;
  else
    {
      tell_failure (saving, error);
      saving->next = saving->parts->len;
    }
  save_next (saving);
}

static void
save_next (Saving *saving)
{
  guint part;
  g_autofree char *name = NULL;

  if (saving->next >= saving->parts->len)
    {
      saving->done (saving->saved, saving->data);
      saving_free (saving);
      return;
    }
  part = g_array_index (saving->parts, guint, saving->next);
  name = numbered_name (mail_message_get_part (saving->message, part)->filename, saving->attempt);
  g_clear_object (&saving->file);
  saving->file = g_file_get_child (saving->folder, name);
  mail_message_save_part_async (saving->message, part, saving->file, FALSE, NULL, saved_one_cb, saving);
}

void
mail_attachment_save_all (GtkWindow *window,
                          MailMessage *message,
                          const GArray *parts,
                          GFile *folder,
                          MailAttachmentSavedFunc done,
                          gpointer data)
{
  Saving *saving = saving_new (window, message);

  saving->folder = g_object_ref (folder);
  saving->parts = g_array_copy ((GArray *) parts);
  saving->done = done;
  saving->data = data;
  save_next (saving);
}

static void
clean_thread (GTask *task, gpointer source, gpointer path, GCancellable *cancellable)
{
  g_autoptr (GDir) folders = g_dir_open (path, 0, NULL);
  const char *folder;

  while (folders != NULL && (folder = g_dir_read_name (folders)) != NULL)
    {
      g_autofree char *folder_path = g_build_filename (path, folder, NULL);
      g_autoptr (GDir) files = g_dir_open (folder_path, 0, NULL);
      const char *file;

      while (files != NULL && (file = g_dir_read_name (files)) != NULL)
        {
          g_autofree char *file_path = g_build_filename (folder_path, file, NULL);

          g_unlink (file_path);
        }
      g_rmdir (folder_path);
    }
  g_task_return_boolean (task, TRUE);
}

void
mail_attachment_clean_cache (void)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, NULL, NULL);

  g_task_set_task_data (task, g_build_filename (mail_settings_get_cache_dir (), "opened", NULL), g_free);
  g_task_run_in_thread (task, clean_thread);
}
