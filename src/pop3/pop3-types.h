/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* What CAPA says of a server (RFC 2449, section 6; RFC 3206; RFC 6856). */
typedef enum
{
  MAIL_POP3_CAP_TOP = 1 << 0,
  MAIL_POP3_CAP_UIDL = 1 << 1,
  MAIL_POP3_CAP_PIPELINING = 1 << 2,
  MAIL_POP3_CAP_RESP_CODES = 1 << 3,
  MAIL_POP3_CAP_AUTH_RESP_CODE = 1 << 4,
  MAIL_POP3_CAP_STLS = 1 << 5,
  MAIL_POP3_CAP_USER = 1 << 6,
  MAIL_POP3_CAP_UTF8 = 1 << 7,
  MAIL_POP3_CAP_SASL = 1 << 8,
} MailPop3Caps;

#define MAIL_POP3_CAPS_NONE ((MailPop3Caps) 0)

/* One message of the drop. */
typedef struct
{
  guint number; /* message number within the session, from 1 */
  guint64 size; /* LIST; octets */
  char *uidl;   /* NULL where the server has no UIDL, or none for this message */
} MailPop3Item;

void mail_pop3_item_free (MailPop3Item *item);
