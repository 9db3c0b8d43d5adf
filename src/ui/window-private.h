/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/alert-bar.h"
#include "ui/list/list-pane.h"
#include "ui/pane.h"
#include "ui/problem-bar.h"
#include "ui/reader/reader.h"
#include "ui/reasons.h"
#include "ui/role-bar.h"
#include "ui/sidebar/sidebar.h"
#include "ui/toast.h"
#include "ui/window.h"

/* Shared by window.c (what is shown), window-actions.c (what is done), window-moving.c (what goes from mailbox to
 * mailbox) and window-tags.c. */
struct _MailWindow
{
  HdyApplicationWindow parent_instance;
  GtkStack *top;              /* "opening", "welcome", "mail" */
  HdyLeaflet *outer;          /* sidebar | inner */
  HdyLeaflet *inner;          /* list | reader */
  MailPane *sidebar_pane;
  MailPane *content_pane;
  MailPane *list_pane;
  MailPane *reader_pane;
  HdyHeaderBar *list_bar;
  guint bar_idle;
  HdyHeaderBar *reader_bar;
  MailSidebar *sidebar;
  MailListPane *list;
  MailReader *reader;
  MailProblemBar *problem_bar;
  MailAlertBar *alert_bar;
  MailRoleBar *role_bar;
  MailToast *toast;
  GtkImage *star_icon;
  GtkWidget *move_button;
  GtkMenuButton *more_button;
  GMenu *reader_menu;
  GMenu *tag_menu;            /* of the account that is shown */
  MailReasons *reasons;       /* why actions cannot be done now */

  MailAccountList *accounts;
  gboolean loaded;
  MailAccount *account;       /* what the list shows */
  MailMailbox *mailbox;
  MailAccount *done_account;  /* whose action "undo" takes back, or NULL */
  gint64 reading;             /* the message that the reader shows or opens, or 0 */
  GCancellable *cancellable;  /* of its opening */
  gboolean focus_text;        /* once it is drawn, the keyboard goes to its text */
};

void mail_window_add_actions (MailWindow *self);
/* What can be done depends on what is selected. */
void mail_window_update_actions (MailWindow *self);

/* Opens @id in the reader, in whatever width the window has. */
void mail_window_read (MailWindow *self, gint64 id);
gboolean mail_window_is_reading_alone (MailWindow *self);
/* Deletes messages (gint64) of the mailbox that is shown; from the trash only after a question. */
void mail_window_delete (MailWindow *self, GArray *ids);
/* Before the selected messages leave the mailbox by the person's own action. */
void mail_window_leave_messages (MailWindow *self);
/* The selected messages go to @target, or copies of them. */
void mail_window_move (MailWindow *self, MailMailbox *target, gboolean copy);
void mail_window_add_moving_actions (MailWindow *self);
void mail_window_update_moving_actions (MailWindow *self);
void mail_window_add_tag_actions (MailWindow *self);
/* Which tags there are, and which of them the selected messages have. */
void mail_window_update_tags (MailWindow *self);
void mail_window_enable (MailWindow *self, const char *action, gboolean enabled);
void mail_window_go_back (MailWindow *self);
/* A key that means an action which cannot be done now is answered with the reason. FALSE: it means something else. */
gboolean mail_window_explain_key (MailWindow *self, const GdkEventKey *event);
