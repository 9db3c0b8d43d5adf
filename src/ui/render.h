/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/* `missiva --render FILE --screenshot PNG`: shows @file in the reader of the window, waits until it is drawn and writes the picture
 * to @png. @done is called once, with NULL or with what went wrong. */
typedef void (*MailRenderDone) (const char *failure, gpointer data);

void mail_render_start (GtkApplication *application,
                        GFile *file,
                        const char *png,
                        gboolean allow_remote,
                        MailRenderDone done,
                        gpointer data);
