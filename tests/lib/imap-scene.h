/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/account-config.h"
#include "lib/scripted-server.h"
#include "lib/temporary-store.h"
#include "sync/engine.h"
#include "sync/sync-action.h"

/* An IMAP account that has synced before, and a server that plays a dialogue: what a person changed goes to it, and what it says is
 * watched. The mailboxes are INBOX and Trash, with UIDVALIDITY 7 and UIDs up to 2. */
typedef struct
{
  ScriptedServer *server;
  TemporaryStore *temporary;
  MailAccountConfig *config;
  MailEngine *engine;
  MailSyncResult result; /* of the last replay */
  GPtrArray *problems;   /* MailProblem, of the last replay */
  gint64 inbox;
  gint64 trash;
} ImapScene;

/* To be put after SELECT's command in a dialogue. */
#define IMAP_SCENE_SELECTED "S: * 2 EXISTS\nS: * OK [UIDVALIDITY 7] ok\nS: * OK [UIDNEXT 3] ok\n"

/* The server is asked for its mailboxes while the inbox is selected, and lists @others ("S: * LIST ...") beside it. */
#define IMAP_SCENE_LISTED(others) \
  "C: $1 LIST *\nS: * LIST () \"/\" INBOX\n" others "S: $1 OK\nC: $1 LSUB *\nS: $1 OK\n"

/* For scenes with other mailboxes: the account whose server is @server (transfer full), and its sign-in. */
MailAccountConfig *imap_scene_new_config (ScriptedServer *server);
void imap_scene_sign_in (MailEngine *engine);

/* @caps: what the server offers beside IMAP4rev1, such as "UIDPLUS MOVE". @script: what is said after sign-in, up to LOGOUT. */
ImapScene *imap_scene_new (const char *caps, const char *script);
/* Signs out and frees; the whole dialogue must have been played. */
void imap_scene_free (ImapScene *scene);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ImapScene, imap_scene_free)

gint64 imap_scene_add_mailbox (ImapScene *scene, const char *name, MailRole role);
/* Message @uid of the inbox. */
gint64 imap_scene_add_message (ImapScene *scene, guint32 uid);
/* Performs and frees. */
void imap_scene_do (ImapScene *scene, MailAction *action);
/* The same for one message. */
void imap_scene_flag (ImapScene *scene, gint64 id, MailFlags add);
void imap_scene_tag (ImapScene *scene, gint64 id, const char *add, const char *remove);
void imap_scene_move (ImapScene *scene, gint64 id, gint64 target_id);
void imap_scene_copy (ImapScene *scene, gint64 id, gint64 target_id);
/* Returns its row. */
gint64 imap_scene_append (ImapScene *scene, gint64 mailbox_id, const char *message);

/* Carries out what waits; nothing may go wrong but by refusals. */
void imap_scene_replay (ImapScene *scene);
/* The last replay told one thing, of this MailErrorCode. */
void imap_scene_assert_told (ImapScene *scene, int code);
/* (transfer full): MailOp that wait. */
GPtrArray *imap_scene_list_ops (ImapScene *scene);
/* (transfer full) (nullable) */
MailMessageInfo *imap_scene_get (ImapScene *scene, gint64 id);
/* (transfer full) (nullable) */
MailMailboxInfo *imap_scene_get_mailbox (ImapScene *scene, gint64 id);
