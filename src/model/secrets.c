/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/secrets.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <libsecret/secret.h>
#include <string.h>
#include <unistd.h>

#include "core/credentials.h"
#include "core/errors.h"

#define SYNC_SECONDS 10

#define MAX_PASSWORD 4096

static const SecretSchema schema = {
  "org.missiva.Missiva",
  SECRET_SCHEMA_NONE,
  { { "account", SECRET_SCHEMA_ATTRIBUTE_STRING }, { NULL, 0 } },
};

/* What the keyring did not take, or not yet: key -> password. */
/* When it is set, the keyring is not asked. */
static char *only_password;

static GHashTable *
get_memory (void)
{
  static GHashTable *memory;

  if (memory == NULL)
    memory = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) mail_secret_free);
  return memory;
}

char *
mail_secrets_dup_key (const MailHome *home, const char *name)
{
  g_autoptr (MailHome) own = mail_home_new (NULL);

  if (g_strcmp0 (home->data_dir, own->data_dir) == 0)
    return g_strdup (name);
  return g_build_filename (home->data_dir, name, NULL);
}

/* Moves a password of libsecret's into memory that mail_secret_free() understands. */
static char *
take_secret (char *secret)
{
  char *copy = g_strdup (secret);

  secret_password_free (secret);
  return copy;
}

static void
lookup_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  char *password = take_secret (secret_password_lookup_nonpageable_finish (result, &error));

  if (error != NULL)
    g_info ("The keyring did not answer: %s", error->message);
  g_task_return_pointer (task, password, (GDestroyNotify) mail_secret_free);
}

/* @abort is libsecret's: all calls that wait for the connection to the keyring share it, so that aborting one aborts them all. */
static void
look_up (const char *account, GTask *task, GCancellable *abort)
{
  const char *known = g_hash_table_lookup (get_memory (), account);

  g_task_set_source_tag (task, mail_secrets_lookup_async);
  if (known == NULL)
    known = only_password;
  if (known != NULL)
    g_task_return_pointer (task, g_strdup (known), (GDestroyNotify) mail_secret_free);
  else
    secret_password_lookup (&schema, abort, lookup_cb, g_object_ref (task), "account", account, NULL);
}

/* A cancelled lookup ends when the keyring has answered, as cancelled. */
void
mail_secrets_lookup_async (const char *account,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  look_up (account, task, NULL);
}

char *
mail_secrets_lookup_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, mail_secrets_lookup_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
store_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  const gboolean kept = secret_password_store_finish (result, &error);

  if (kept)
    g_hash_table_remove (get_memory (), g_task_get_task_data (task));
  else
    g_info ("The keyring did not take the password: %s", error != NULL ? error->message : "no reason given");
  g_task_return_int (task, kept);
}

void
mail_secrets_store_async (const char *account,
                          const char *password,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  /* Translators: the name under which a password is shown in the keyring; %s is an account. */
  g_autofree char *label = g_strdup_printf (_ ("Missiva: %s"), account);

  g_task_set_source_tag (task, mail_secrets_store_async);
  g_task_set_task_data (task, g_strdup (account), g_free);
  g_hash_table_insert (get_memory (), g_strdup (account), g_strdup (password));
  if (only_password != NULL)
    {
      g_task_return_int (task, TRUE);
      g_object_unref (task);
      return;
    }
  secret_password_store (&schema, SECRET_COLLECTION_DEFAULT, label, password, NULL, store_cb, task,
                         "account", account, NULL);
}

gboolean
mail_secrets_store_finish (GAsyncResult *result, gboolean *kept_in_keyring, GError **error)
{
  gssize kept;

  g_return_val_if_fail (g_async_result_is_tagged (result, mail_secrets_store_async), FALSE);

  kept = g_task_propagate_int (G_TASK (result), error);
  if (kept < 0)
    return FALSE;
  if (kept_in_keyring != NULL)
    *kept_in_keyring = kept > 0;
  return TRUE;
}

static void
clear_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  /* FALSE without an error: there was nothing to forget. */
  secret_password_clear_finish (result, &error);
  if (error != NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_boolean (task, TRUE);
}

/* Takes @task. @abort as for look_up(). */
static void
forget (const char *account, GTask *task, GCancellable *abort)
{
  g_task_set_source_tag (task, mail_secrets_clear_async);
  g_hash_table_remove (get_memory (), account);
  if (only_password != NULL)
    {
      g_task_return_boolean (task, TRUE);
      g_object_unref (task);
      return;
    }
  secret_password_clear (&schema, abort, clear_cb, task, "account", account, NULL);
}

void
mail_secrets_clear_async (const char *account,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  forget (account, g_task_new (NULL, cancellable, callback, user_data), NULL);
}

gboolean
mail_secrets_clear_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, mail_secrets_clear_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* A lookup that may outlive the one who waits for it. */
typedef struct
{
  GMainLoop *loop;
  char *password;
  gboolean done;
} Wait;

static void
wait_clear (gpointer data)
{
  Wait *wait = data;

  g_main_loop_unref (wait->loop);
  mail_secret_free (wait->password);
}

static void
wait_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Wait *wait = user_data;

  wait->password = mail_secrets_lookup_finish (result, NULL);
  wait->done = TRUE;
  g_main_loop_quit (wait->loop);
  g_rc_box_release_full (wait, wait_clear);
}

static gboolean
wait_over_cb (gpointer user_data)
{
  g_main_loop_quit (user_data);
  return G_SOURCE_REMOVE;
}

static void
wait_for (const Wait *wait, guint seconds)
{
  g_autoptr (GSource) timeout = g_timeout_source_new_seconds (seconds);

  if (wait->done)
    return;
  g_source_set_callback (timeout, wait_over_cb, wait->loop, NULL);
  g_source_attach (timeout, g_main_loop_get_context (wait->loop));
  g_main_loop_run (wait->loop);
  g_source_destroy (timeout);
}

char *
mail_secrets_lookup_sync (const char *account, GError **error)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GCancellable) abort = g_cancellable_new ();
  g_autoptr (GTask) task = NULL;
  Wait *wait = g_rc_box_new0 (Wait);
  char *password = NULL;

  wait->loop = g_main_loop_new (context, FALSE);
  g_main_context_push_thread_default (context);
  task = g_task_new (NULL, NULL, wait_cb, g_rc_box_acquire (wait));
  look_up (account, task, abort);
  wait_for (wait, SYNC_SECONDS);
  if (wait->done)
    password = g_steal_pointer (&wait->password);
  else
    {
      g_set_error (error, MAIL_ERROR, MAIL_ERROR_TIMED_OUT, "The keyring did not answer within %d seconds", SYNC_SECONDS);
      g_cancellable_cancel (abort);
      wait_for (wait, 1);
    }
  g_main_context_pop_thread_default (context);
  g_rc_box_release_full (wait, wait_clear);
  return password;
}

static void
wait_cleared_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Wait *wait = user_data;
  g_autoptr (GError) error = NULL;

  (void) source;
  if (!mail_secrets_clear_finish (result, &error))
    g_info ("The keyring did not forget the password: %s", error->message);
  wait->done = TRUE;
  g_main_loop_quit (wait->loop);
  g_rc_box_release_full (wait, wait_clear);
}

void
mail_secrets_clear_sync (const char *account)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GCancellable) abort = g_cancellable_new ();
  Wait *wait = g_rc_box_new0 (Wait);

  wait->loop = g_main_loop_new (context, FALSE);
  g_main_context_push_thread_default (context);
  forget (account, g_task_new (NULL, NULL, wait_cleared_cb, g_rc_box_acquire (wait)), abort);
  wait_for (wait, SYNC_SECONDS);
  if (!wait->done)
    {
      g_cancellable_cancel (abort);
      wait_for (wait, 1);
    }
  g_main_context_pop_thread_default (context);
  g_rc_box_release_full (wait, wait_clear);
}

/* Reads at most @size bytes; -1 with errno. */
static gssize
read_all (int file, char *buffer, gsize size)
{
  gsize total = 0;

  while (total < size)
    {
      gssize got = read (file, buffer + total, size - total);

      if (got < 0 && errno == EINTR)
        continue;
      if (got < 0)
        return -1;
      if (got == 0)
        break;
      total += (gsize) got;
    }
  return (gssize) total;
}

char *
mail_secrets_read_file (const char *path, GError **error)
{
  char buffer[MAX_PASSWORD + 1] = { 0 };
  int file = open (path, O_RDONLY | O_CLOEXEC);
  gssize length = file >= 0 ? read_all (file, buffer, MAX_PASSWORD) : -1;
  char *password = NULL;

  if (length < 0)
    g_set_error (error, MAIL_ERROR, MAIL_ERROR_NO_PASSWORD, "%s: %s", path, g_strerror (errno));
  else
    {
      buffer[strcspn (buffer, "\r\n")] = '\0';
      if (buffer[0] == '\0')
        g_set_error (error, MAIL_ERROR, MAIL_ERROR_NO_PASSWORD, "%s has no password in its first line", path);
      else
        password = g_strdup (buffer);
    }
  explicit_bzero (buffer, sizeof buffer);
  if (file >= 0)
    close (file);
  return password;
}

gboolean
mail_secrets_use_file (const char *path, GError **error)
{
  char *password = mail_secrets_read_file (path, error);

  if (password == NULL)
    return FALSE;
  mail_secret_free (only_password);
  only_password = password;
  return TRUE;
}
