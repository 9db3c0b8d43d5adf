/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "imap/imap-framer.h"
#include "imap/imap-response.h"
#include "imap/imap-writer.h"

/* The flow of the protocol without I/O: gives commands their tags, pipelines them, holds back what must wait for "+", and says
 * which command a response ends (RFC 9051, sections 2.2 and 5.5). */
typedef struct _MailImapMachine MailImapMachine;

typedef enum
{
  MAIL_IMAP_STEP_NEED_INPUT,
  MAIL_IMAP_STEP_DATA,     /* something untagged */
  MAIL_IMAP_STEP_CONTINUE, /* "+" for a continued command: mail_imap_machine_continue() */
  MAIL_IMAP_STEP_DONE,     /* a command ended */
  MAIL_IMAP_STEP_ERROR,    /* PROTOCOL or LIMIT: the connection is of no more use */
} MailImapStep;

MailImapMachine *mail_imap_machine_new (const MailImapLimits *limits);
void mail_imap_machine_free (MailImapMachine *machine);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailImapMachine, mail_imap_machine_free)

/* Mailbox names come as UTF-8 from now on. */
void mail_imap_machine_set_utf8 (MailImapMachine *machine, gboolean utf8);

/* Queues a command. Its number, from 1; 0 with @error (BAD_INPUT) when the writer was given what no command can hold. */
guint mail_imap_machine_submit (MailImapMachine *machine, MailImapWriter *command, GError **error);
/* Answers "+" with @data, line end included. @more: another "+" may come. */
void mail_imap_machine_continue (MailImapMachine *machine, GBytes *data, gboolean more, gboolean secret);

/* (transfer full) (nullable): the next bytes to send; NULL when there are none, or none before the server answers. */
GBytes *mail_imap_machine_take_output (MailImapMachine *machine, gboolean *secret);

/* Where bytes from the server go; see the framer. */
guint8 *mail_imap_machine_get_space (MailImapMachine *machine, gsize *size);
void mail_imap_machine_commit (MailImapMachine *machine, gsize length);
/* (transfer full): the framer's rest, which is no response of this protocol. */
GBytes *mail_imap_machine_take_rest (MailImapMachine *machine);
gsize mail_imap_machine_get_buffered (const MailImapMachine *machine);

/* The next thing that the server said, into the cleared @response; with DONE and CONTINUE *@command is the command's number. */
MailImapStep mail_imap_machine_next (MailImapMachine *machine,
                                     MailImapResponse *response,
                                     guint *command,
                                     GError **error);
