/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/credentials.h"
#include "lib/scripted-server.h"

/* How a session of any protocol is opened at a server that plays a dialogue: the test opens with these and says what came. */
typedef struct
{
  ScriptedServer *server;
  MailEndpoint *endpoint;
  MailCredentials *credentials; /* or NULL */
  GError *error;
} SessionDialogue;

/* In place of an error's code. */
#define SESSION_OPENS (-1)

/* Plays tests/transcripts/@name.txt. @credentials (transfer full) (nullable) */
SessionDialogue *session_dialogue_new (const char *name, MailSecurity security, MailCredentials *credentials);

/* Asserts that there is a session, or none and an error of that @code, whose words hold no secret. */
void session_dialogue_check (const SessionDialogue *dialogue, gconstpointer session, int code);

/* Once the session is closed: the whole dialogue must have been played. Frees. */
void session_dialogue_finish (SessionDialogue *dialogue);
