/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "model/account.h"
#include "ui/reasons.h"

/* The messages of one mailbox as rows, or why there are none.
 *
 * Signals: "selection-changed"; "activated" (int64 id): Enter or a second click on a row; "clicked" (int64 id): a row was
 * chosen with the pointer or a finger; "delete-wanted" (int64 id): its bin was clicked; "notice" (string): something to tell. */
#define MAIL_TYPE_LIST_PANE (mail_list_pane_get_type ())
G_DECLARE_FINAL_TYPE (MailListPane, mail_list_pane, MAIL, LIST_PANE, GtkBin)

/* Both NULL: nothing is shown. */
void mail_list_pane_set_mailbox (MailListPane *pane, MailAccount *account, MailMailbox *mailbox);

/* (transfer full): the ids (gint64) of the selected rows, in their order; not to be changed. */
GArray *mail_list_pane_get_selected (MailListPane *pane);
/* How many they are, which costs nothing. */
guint mail_list_pane_get_n_selected (MailListPane *pane);
/* What all selected rows have (*all) and what at least one has (*any). */
void mail_list_pane_get_selected_flags (MailListPane *pane, MailFlags *all, MailFlags *any);

/* (transfer full) (nullable): the keywords that all selected messages have, as far as is known. */
char *mail_list_pane_dup_selected_keywords (MailListPane *pane);
/* (transfer full): MailTag of this message; none when it is not in the list. */
GPtrArray *mail_list_pane_find_tags (MailListPane *pane, gint64 id);
/* FALSE: no selected message has a tag. */
gboolean mail_list_pane_may_have_tags (MailListPane *pane);
/* What else the menu of a row offers. */
void mail_list_pane_add_submenu (MailListPane *pane, const char *label, GMenuModel *menu);

/* Why some of "win." cannot be done, for the menu of a row and for the bar below; and over the menu: @heading, or NULL. @reasons
 * are borrowed until the next call. */
void mail_list_pane_explain (MailListPane *pane, MailReasons *reasons, const char *heading);
/* Of what covers the lower edge while rows are ticked off; 0: nothing does. */
int mail_list_pane_get_bar_height (MailListPane *pane);

/* A person looks for something in it: the bar for that is opened; and closed, when it was open. */
void mail_list_pane_search (MailListPane *pane);
gboolean mail_list_pane_end_search (MailListPane *pane);
gboolean mail_list_pane_is_searching (MailListPane *pane);

/* Selects this message alone and shows its row; FALSE when it is not in the list (yet: it is selected as soon as it is loaded). */
gboolean mail_list_pane_select (MailListPane *pane, gint64 id);
/* TRUE: more than one row is selected, or they are being ticked off. */
gboolean mail_list_pane_is_ticking (MailListPane *pane);
void mail_list_pane_unselect (MailListPane *pane);
/* Tells at once of a selection that has changed just now: the actions are for what is selected. */
void mail_list_pane_settle (MailListPane *pane);
/* Moves the selection by @step rows. */
void mail_list_pane_step (MailListPane *pane, int step);
/* The selected rows are about to go by the person's own action: the next one is selected after them. */
void mail_list_pane_advance (MailListPane *pane);
/* These messages (gint64) are about to come back by an undo: the first of them is shown, and all are selected. */
void mail_list_pane_expect_return (MailListPane *pane, const GArray *ids);
/* These do not come back after all. */
void mail_list_pane_give_up_return (MailListPane *pane, const GArray *ids);
