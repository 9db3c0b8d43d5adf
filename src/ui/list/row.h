/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/message-info.h"
#include "model/tag.h"

/* What a row of the message list shows. */
typedef struct
{
  const MailMessageInfo *info; /* borrowed; NULL while it is being read */
  gboolean sent;               /* the recipient is who matters */
  gboolean hover;              /* the pointer is over it: what can be clicked is shown */
  gboolean ticks;              /* whether it is selected is shown by a tick, which can be clicked */
  gboolean ticked;
  gboolean can_archive;
  gboolean can_delete;
  const GPtrArray *tags;       /* MailTag, borrowed; NULL: none */
  gboolean leaves;             /* the server's copy goes by itself, */
  gint64 leaves_when;          /* from this moment on (Unix seconds) */
} MailRow;

/* What of a row the pointer is over. */
typedef enum
{
  MAIL_ROW_PLAIN,
  MAIL_ROW_TICK,
  MAIL_ROW_STAR,
  MAIL_ROW_ARCHIVE,
  MAIL_ROW_DELETE,
  MAIL_ROW_ATTACHMENT,
  MAIL_ROW_ANSWERED,
  MAIL_ROW_WHERE,
} MailRowSpot;

const char *mail_row_get_who (const MailRow *row);
const char *mail_row_get_subject (const MailRow *row);

/* (transfer full): "Unread, from Ada, Lunch tomorrow, 14:05, has attachment": what a screen reader speaks. */
char *mail_row_describe (const MailRow *row);

/* (transfer full) (nullable): the tooltip of @spot. */
char *mail_row_explain (const MailRow *row, MailRowSpot spot);

#define MAIL_ROW_MAX_ICONS 4

/* The icons of its state, outermost first, at most MAIL_ROW_MAX_ICONS; returns how many. Nothing of it depends on the pointer but
 * the star, which is therefore the innermost: no icon moves when the pointer comes. */
guint mail_row_list_icons (const MailRow *row, MailRowSpot spots[MAIL_ROW_MAX_ICONS], const char *names[MAIL_ROW_MAX_ICONS]);

#define MAIL_ROW_MAX_BUTTONS 2

/* What else can be clicked while the pointer is over the row, in the same way. */
guint mail_row_list_buttons (const MailRow *row, MailRowSpot spots[MAIL_ROW_MAX_BUTTONS], const char *names[MAIL_ROW_MAX_BUTTONS]);
