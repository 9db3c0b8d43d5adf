/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ui/list/row-renderer.h"

#define MAIL_NO_ROW G_MAXUINT

/* What the pointer and the finger do on the rows of a list: the row below is hovered, its icons have a tooltip, some act on a
 * click, and a click elsewhere chooses the row. A finger hovers over nothing: what can be clicked must be seen before. */
typedef struct _MailRowPointer MailRowPointer;

typedef struct
{
  /* FALSE where there is no such row, or it is still being read. */
  gboolean (*look_at) (guint position, MailRow *row, gpointer data);
  /* An icon was pressed. FALSE when nothing is done there: the row is chosen, as by a click anywhere else. */
  gboolean (*act) (const MailMessageInfo *info, MailRowSpot spot, gpointer data);
  /* The row was chosen, without a key that adds to the selection. */
  void (*clicked) (const MailMessageInfo *info, gpointer data);
  /* Rows are being ticked off: a finger adds to the selection. */
  gboolean (*is_ticking) (gpointer data);
  /* A tick was clicked, or a finger rested on a row: from now on they are. */
  void (*tick) (gpointer data);
  /* (transfer full): what the selected rows are called while they are dragged. */
  char *(*describe) (gpointer data);
} MailRowPointerCalls;

/* Follows the pointer over @tree, whose rows are drawn by @renderer in @column, until it is freed. @calls are borrowed. */
MailRowPointer *mail_row_pointer_new (GtkTreeView *tree,
                                      GtkTreeViewColumn *column,
                                      MailRowRenderer *renderer,
                                      const MailRowPointerCalls *calls,
                                      gpointer data);
void mail_row_pointer_free (MailRowPointer *pointer);

/* The row that is hovered, or MAIL_NO_ROW. */
guint mail_row_pointer_get_row (MailRowPointer *pointer);
/* The rows moved: none is hovered until the pointer moves. Draws nothing. */
void mail_row_pointer_forget (MailRowPointer *pointer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailRowPointer, mail_row_pointer_free)
