/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ui/list/row.h"

/* Draws a row of the message list. As a text renderer its text is the sentence that a screen reader speaks for the row. */
#define MAIL_TYPE_ROW_RENDERER (mail_row_renderer_get_type ())
G_DECLARE_FINAL_TYPE (MailRowRenderer, mail_row_renderer, MAIL, ROW_RENDERER, GtkCellRendererText)

GtkCellRenderer *mail_row_renderer_new (void);

/* 2: the preview follows the subject; 3: it has a line of its own. All rows are of one height, which changes with it. */
void mail_row_renderer_set_lines (MailRowRenderer *renderer, guint lines);

/* The row that is drawn next; what it borrows is borrowed until then. */
void mail_row_renderer_set_row (MailRowRenderer *renderer, const MailRow *row);

/* What is at @x, @y of a row that fills @area. */
MailRowSpot mail_row_renderer_find_spot (MailRowRenderer *renderer,
                                         GtkWidget *widget,
                                         const MailRow *row,
                                         const GdkRectangle *area,
                                         int x,
                                         int y);
