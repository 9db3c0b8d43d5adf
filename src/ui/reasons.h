/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/* Which actions of a group can be done now, and in words why others cannot. The words are the tooltip of what is greyed, in bars
 * and in menus, and what a key pressed in vain is answered with. Main thread. */
typedef struct _MailReasons MailReasons;

/* @actions are the group @prefix ("win"); borrowed, they must live as long. */
MailReasons *mail_reasons_new (GActionMap *actions, const char *prefix);
void mail_reasons_free (MailReasons *reasons);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailReasons, mail_reasons_free)

/* The action @name is on while it is @possible and there is no reason against it. What is not possible needs none: nothing is
 * selected. @why: a sentence, kept as it is (a literal or a translation of one), or NULL. */
void mail_reasons_set (MailReasons *reasons, const char *name, gboolean possible, const char *why);

/* The same for an action that is in the group only while it is @offered: an item of a menu with hidden-when="action-missing" is
 * hidden then, and greyed with its reason while there is one. */
void mail_reasons_offer (MailReasons *reasons, const char *name, gboolean offered, const char *why);

/* @action: with its prefix, "win.delete". (nullable) */
const char *mail_reasons_get (MailReasons *reasons, const char *action);

/* Gives the buttons below @top the reason for their tooltip, or their own again. */
void mail_reasons_explain_buttons (MailReasons *reasons, GtkWidget *top);

/* The same for the items of @popover, which was made from @menu. */
void mail_reasons_explain_menu (MailReasons *reasons, GtkWidget *popover, GMenuModel *menu);

/* (transfer full): in lines, since GTK does not fold what stands over a section of a menu. */
char *mail_menu_fold (const char *sentence);

/* Says @heading, folded, over the first section of @menu; NULL: nothing. */
void mail_menu_set_heading (GMenu *menu, const char *heading);
