/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mime/mime-message.h"

/* The verbs that need no account. */

/* `parse FILE`: one JSON object on stdout; on one line with @json, else indented. Its fields are a contract. */
gboolean mail_cli_parse (const char *file, gboolean json, GError **error);

/* `save-attachments FILE --dir DIR`: writes every part that is not shown text below @dir, which is made when it is not there,
 * under safe names, never over an existing file. Prints the paths, or with @json {"saved": [{"path", "size"}]}.
 * FALSE without @error: some could be saved and some could not, which is on stderr. */
gboolean mail_cli_save_attachments (const char *file, const char *dir, gboolean json, GError **error);

/* The same object for a message that is parsed already. */
void mail_cli_print_message (const MailMimeMessage *message, gboolean json);
