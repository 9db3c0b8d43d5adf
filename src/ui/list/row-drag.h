/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/* The selected rows of a list are dragged as one thing. A press on one of them leaves the others selected until it is let go, so
 * that they can be taken along. What is dragged has no bytes: it stays within the window, which knows what is selected. */
typedef struct _MailRowDrag MailRowDrag;

/* What the messages of a list are called while they are dragged. */
#define MAIL_DRAG_MESSAGES "application/x-missiva-messages"

/* @describe (transfer full): in words. @tree is borrowed. */
MailRowDrag *mail_row_drag_new (GtkTreeView *tree, char *(*describe) (gpointer data), gpointer data);
void mail_row_drag_free (MailRowDrag *drag);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailRowDrag, mail_row_drag_free)

/* What the pointer does on the rows, with its first button. GDK_EVENT_STOP: the tree is not to know of it. */
gboolean mail_row_drag_press (MailRowDrag *drag, const GdkEventButton *event);
void mail_row_drag_motion (MailRowDrag *drag, GdkEventMotion *event);
void mail_row_drag_release (MailRowDrag *drag);
