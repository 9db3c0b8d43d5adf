/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lib/imap-scene.h"

#include <string.h>

#include "core/problem.h"
#include "store/store-mailboxes.h"
#include "store/store-messages.h"
#include "store/store-ops.h"

static gboolean
set_synced_job (MailDb *db, gpointer data, GError **error)
{
  return mail_store_mailboxes_set_synced (db, *(gint64 *) data, 7, 3, 0, 2, error);
}

gint64
imap_scene_add_mailbox (ImapScene *scene, const char *name, MailRole role)
{
  gint64 id = temporary_store_add_mailbox (scene->temporary, name, role, 0);

  temporary_store_write (scene->temporary, set_synced_job, &id);
  return id;
}

gint64
imap_scene_add_message (ImapScene *scene, guint32 uid)
{
  return temporary_store_add_message (scene->temporary, scene->inbox, uid, MAIL_FLAGS_NONE);
}

MailAccountConfig *
imap_scene_new_config (ScriptedServer *server)
{
  MailAccountConfig *config = mail_account_config_new ("Post");
  g_autofree char *where = g_strdup_printf ("127.0.0.1:%u", scripted_server_get_port (server));

  g_assert_true (mail_account_config_set (config, "mode", "imap", NULL));
  g_assert_true (mail_account_config_set (config, "incoming", where, NULL));
  g_assert_true (mail_account_config_set (config, "incoming-security", "none", NULL));
  g_assert_true (mail_account_config_set (config, "user", "anna", NULL));
  return config;
}

void
imap_scene_sign_in (MailEngine *engine)
{
  g_autoptr (MailCredentials) credentials = mail_credentials_new_password ("anna", "secret");
  g_autoptr (GError) error = NULL;

  mail_engine_open (engine, credentials, NULL, &error);
  g_assert_no_error (error);
}

ImapScene *
imap_scene_new (const char *caps, const char *script)
{
  g_autofree char *dialogue =
      g_strdup_printf ("S: * OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready\nC: A1 AUTHENTICATE PLAIN\nS: + \nC: *\n"
                       "S: A1 OK [CAPABILITY IMAP4rev1 %s] in\n%sC: $1 LOGOUT\nS: * BYE bye\nS: $1 OK\n",
                       caps, script);
  ImapScene *scene = g_new0 (ImapScene, 1);

  scene->server = scripted_server_new (dialogue);
  scene->temporary = temporary_store_new ();
  scene->inbox = imap_scene_add_mailbox (scene, "INBOX", MAIL_ROLE_INBOX);
  scene->trash = imap_scene_add_mailbox (scene, "Trash", MAIL_ROLE_TRASH);
  scene->config = imap_scene_new_config (scene->server);
  scene->engine = mail_engine_new (scene->config, scene->temporary->store);
  imap_scene_sign_in (scene->engine);
  return scene;
}

void
imap_scene_free (ImapScene *scene)
{
  mail_engine_close (scene->engine);
  scripted_server_finish (scene->server);
  g_object_unref (scene->engine);
  g_clear_pointer (&scene->problems, g_ptr_array_unref);
  mail_account_config_free (scene->config);
  temporary_store_free (scene->temporary);
  g_free (scene);
}

void
imap_scene_do (ImapScene *scene, MailAction *action)
{
  temporary_store_write (scene->temporary, mail_action_job, action);
  mail_action_free (action);
}

static GArray *
one_id (gint64 id)
{
  GArray *ids = g_array_new (FALSE, FALSE, sizeof id);

  return g_array_append_val (ids, id);
}

void
imap_scene_flag (ImapScene *scene, gint64 id, MailFlags add)
{
  g_autoptr (GArray) ids = one_id (id);

  imap_scene_do (scene, mail_action_new_flags (MAIL_MODE_IMAP, ids, add, MAIL_FLAGS_NONE));
}

void
imap_scene_tag (ImapScene *scene, gint64 id, const char *add, const char *remove)
{
  g_autoptr (GArray) ids = one_id (id);

  imap_scene_do (scene, mail_action_new_keywords (MAIL_MODE_IMAP, ids, add, remove));
}

void
imap_scene_move (ImapScene *scene, gint64 id, gint64 target_id)
{
  g_autoptr (GArray) ids = one_id (id);

  imap_scene_do (scene, mail_action_new_move (MAIL_MODE_IMAP, ids, target_id));
}

void
imap_scene_copy (ImapScene *scene, gint64 id, gint64 target_id)
{
  g_autoptr (GArray) ids = one_id (id);

  imap_scene_do (scene, mail_action_new_copy (MAIL_MODE_IMAP, ids, target_id));
}

gint64
imap_scene_append (ImapScene *scene, gint64 mailbox_id, const char *message)
{
  g_autoptr (GBytes) bytes = g_bytes_new (message, strlen (message));
  g_autoptr (MailAction) action = mail_action_new_append (MAIL_MODE_IMAP, mailbox_id, bytes, MAIL_FLAG_SEEN);

  temporary_store_write (scene->temporary, mail_action_job, action);
  return g_array_index (mail_action_get_ids (action), gint64, 0);
}

void
imap_scene_replay (ImapScene *scene)
{
  g_autoptr (GError) error = NULL;

  memset (&scene->result, 0, sizeof scene->result);
  mail_engine_replay (scene->engine, &scene->result, NULL, &error);
  g_assert_no_error (error);
  g_clear_pointer (&scene->problems, g_ptr_array_unref);
  scene->problems = mail_engine_take_problems (scene->engine);
}

void
imap_scene_assert_told (ImapScene *scene, int code)
{
  const MailProblem *problem;

  g_assert_cmpuint (scene->problems->len, ==, 1);
  problem = g_ptr_array_index (scene->problems, 0);
  g_test_message ("%s %s (%s)", problem->summary, problem->advice, problem->technical);
  g_assert_cmpint (problem->code, ==, code);
}

typedef struct
{
  gint64 id;
  gpointer found;
} Query;

static gboolean
ops_job (MailDb *db, gpointer data, GError **error)
{
  ((Query *) data)->found = mail_store_ops_list (db, 0, error);
  return ((Query *) data)->found != NULL;
}

GPtrArray *
imap_scene_list_ops (ImapScene *scene)
{
  Query query = { 0 };

  temporary_store_read (scene->temporary, ops_job, &query);
  return query.found;
}

static gboolean
message_job (MailDb *db, gpointer data, GError **error)
{
  ((Query *) data)->found = mail_store_messages_get (db, ((Query *) data)->id, NULL);
  return TRUE;
}

MailMessageInfo *
imap_scene_get (ImapScene *scene, gint64 id)
{
  Query query = { .id = id };

  temporary_store_read (scene->temporary, message_job, &query);
  return query.found;
}

static gboolean
mailbox_job (MailDb *db, gpointer data, GError **error)
{
  ((Query *) data)->found = mail_store_mailboxes_get (db, ((Query *) data)->id, NULL);
  return TRUE;
}

MailMailboxInfo *
imap_scene_get_mailbox (ImapScene *scene, gint64 id)
{
  Query query = { .id = id };

  temporary_store_read (scene->temporary, mailbox_job, &query);
  return query.found;
}
