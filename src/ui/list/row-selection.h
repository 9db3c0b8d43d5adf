/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "model/message-list.h"

/* Which messages of a list are selected. A tree view finds that out by walking all of its rows, so it is asked once after each
 * change, however many want to know, and everybody is told once, before the next frame. */
typedef struct _MailRowSelection MailRowSelection;

typedef void (*MailRowSelectionFunc) (gpointer data);

/* @changed: other rows are selected, or mail_row_selection_touch() was called. Never within a call of this file. */
MailRowSelection *mail_row_selection_new (GtkTreeView *tree, MailRowSelectionFunc changed, gpointer data);
void mail_row_selection_free (MailRowSelection *selection);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailRowSelection, mail_row_selection_free)

/* (nullable): what the rows of the tree are from now on. Nothing is selected. */
void mail_row_selection_set_list (MailRowSelection *selection, MailMessageList *list);
/* Around a change of rows: they are others than they were, but the same messages are selected; and now the tree knows, too. */
void mail_row_selection_moved (MailRowSelection *selection);
void mail_row_selection_follow (MailRowSelection *selection);
/* As gtk_tree_selection_select_all(), which would take a third of a second for a hundred thousand rows: they are selected at
 * once, as all functions here say, and the tree shows it in slices. */
void mail_row_selection_select_all (MailRowSelection *selection);
/* The same of those of @ids (gint64, not changed any more) that are in the list, and of no others. */
void mail_row_selection_select (MailRowSelection *selection, GArray *ids);
/* The selected messages themselves are not what they were. */
void mail_row_selection_touch (MailRowSelection *selection);

/* Tells at once what would be told soon. */
void mail_row_selection_settle (MailRowSelection *selection);

guint mail_row_selection_get_count (MailRowSelection *selection);
/* (transfer full): their ids (gint64), in their order. Not to be changed. */
GArray *mail_row_selection_get_ids (MailRowSelection *selection);
/* FALSE: nothing is selected. */
gboolean mail_row_selection_get_range (MailRowSelection *selection, guint *first, guint *last);
/* What all of them have (*all) and what at least one has (*any). Of rows that nobody has looked at yet it is not known: they may
 * have anything, and so all of them have nothing. */
void mail_row_selection_get_flags (MailRowSelection *selection, MailFlags *all, MailFlags *any);

/* Whether @match says so of any of them; rows that nobody has looked at are NULL. */
typedef gboolean (*MailRowMatchFunc) (const MailMessageInfo *info, gpointer data);
gboolean mail_row_selection_has (MailRowSelection *selection, MailRowMatchFunc match, gpointer data);

/* (transfer full) (nullable): the keywords that all of them have; none where that is not known. */
char *mail_row_selection_dup_keywords (MailRowSelection *selection);

/* Around a change of the tree's model: the same messages are selected again, and the tree shows it in slices. */
void mail_row_selection_keep (MailRowSelection *selection);
void mail_row_selection_restore (MailRowSelection *selection);
