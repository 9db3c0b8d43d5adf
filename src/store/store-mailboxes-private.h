/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/store-journal.h"
#include "store/store-mailboxes.h"

/* Adds @delta to the figures of mailbox @id. */
gboolean mail_store_mailboxes_add_figures (MailDb *db, gint64 id, const MailFigureDelta *delta, GError **error);
