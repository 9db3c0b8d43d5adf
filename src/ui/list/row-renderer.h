/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "core/message-info.h"

/* Draws a row of the message list. As a text renderer its text is the sentence that a screen reader speaks for the row. */
#define MAIL_TYPE_ROW_RENDERER (mail_row_renderer_get_type ())
G_DECLARE_FINAL_TYPE (MailRowRenderer, mail_row_renderer, MAIL, ROW_RENDERER, GtkCellRendererText)

/* What of a row the pointer is over. */
typedef enum
{
  MAIL_ROW_PLAIN,
  MAIL_ROW_STAR,
  MAIL_ROW_ARCHIVE,
  MAIL_ROW_DELETE,
  MAIL_ROW_ATTACHMENT,
  MAIL_ROW_ANSWERED,
  MAIL_ROW_WHERE,
} MailRowSpot;

GtkCellRenderer *mail_row_renderer_new (void);

/* The row that is drawn next; @info is borrowed until then, NULL while it is being read. @hover: shows what can be clicked.
 * @sent: the recipient is who matters. */
void mail_row_renderer_set_row (MailRowRenderer *renderer, const MailMessageInfo *info, gboolean hover, gboolean sent);

/* What is at @x, @y of a row that fills @area. */
MailRowSpot mail_row_renderer_find_spot (MailRowRenderer *renderer,
                                         GtkWidget *widget,
                                         const MailMessageInfo *info,
                                         const GdkRectangle *area,
                                         int x,
                                         int y);

/* (transfer full): "Unread, from Ada, Lunch tomorrow, 14:05, has attachment". */
char *mail_row_describe (const MailMessageInfo *info, gboolean sent);
