/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/web/web-view.h"

/* Loads what shows HTML, when the first HTML message is opened, after trying once whether its sandbox can start here. Without
 * the sandbox nothing is loaded: the reader shows the text and says so. MISSIVA_WEBKIT_SANDBOX=0 does without, for tests. */
void mail_web_loader_get_async (GAsyncReadyCallback callback, gpointer user_data);
/* (transfer none): NULL with a translated sentence in @error. *sandbox: what to hand to create(). */
const MailWebApi *mail_web_loader_get_finish (GAsyncResult *result, gboolean *sandbox, GError **error);
