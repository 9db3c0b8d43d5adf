/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync/imap-engine-private.h"

/* Figures of the whole account, read-only: nothing is selected, nothing stored. */
gboolean mail_imap_measure (MailImapEngine *engine, MailFigures *figures, GCancellable *cancellable, GError **error);
