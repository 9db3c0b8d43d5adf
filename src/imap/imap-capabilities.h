/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* What a server offers, as a set of the flags below. */
typedef guint64 MailImapCaps;

#define MAIL_IMAP_CAP(bit) (G_GUINT64_CONSTANT (1) << (bit))

#define MAIL_IMAP_CAP_IDLE MAIL_IMAP_CAP (0)
#define MAIL_IMAP_CAP_UIDPLUS MAIL_IMAP_CAP (1)
#define MAIL_IMAP_CAP_MOVE MAIL_IMAP_CAP (2)
#define MAIL_IMAP_CAP_SPECIAL_USE MAIL_IMAP_CAP (3)
#define MAIL_IMAP_CAP_LIST_EXTENDED MAIL_IMAP_CAP (4)
#define MAIL_IMAP_CAP_LIST_STATUS MAIL_IMAP_CAP (5)
#define MAIL_IMAP_CAP_NAMESPACE MAIL_IMAP_CAP (6)
#define MAIL_IMAP_CAP_ID MAIL_IMAP_CAP (7)
#define MAIL_IMAP_CAP_ENABLE MAIL_IMAP_CAP (8)
#define MAIL_IMAP_CAP_LITERAL_PLUS MAIL_IMAP_CAP (9)
#define MAIL_IMAP_CAP_LITERAL_MINUS MAIL_IMAP_CAP (10)
#define MAIL_IMAP_CAP_SASL_IR MAIL_IMAP_CAP (11)
#define MAIL_IMAP_CAP_UTF8_ACCEPT MAIL_IMAP_CAP (12)
#define MAIL_IMAP_CAP_CONDSTORE MAIL_IMAP_CAP (13)
#define MAIL_IMAP_CAP_QRESYNC MAIL_IMAP_CAP (14)
#define MAIL_IMAP_CAP_ESEARCH MAIL_IMAP_CAP (15)
#define MAIL_IMAP_CAP_QUOTA MAIL_IMAP_CAP (16)
#define MAIL_IMAP_CAP_STATUS_SIZE MAIL_IMAP_CAP (17)
#define MAIL_IMAP_CAP_OBJECTID MAIL_IMAP_CAP (18)
#define MAIL_IMAP_CAP_IMAP4REV2 MAIL_IMAP_CAP (19)
#define MAIL_IMAP_CAP_UNSELECT MAIL_IMAP_CAP (20)
#define MAIL_IMAP_CAP_BINARY MAIL_IMAP_CAP (21)
#define MAIL_IMAP_CAP_GMAIL MAIL_IMAP_CAP (22)
#define MAIL_IMAP_CAP_COMPRESS MAIL_IMAP_CAP (23)
#define MAIL_IMAP_CAP_NOTIFY MAIL_IMAP_CAP (24)
#define MAIL_IMAP_CAP_PREVIEW MAIL_IMAP_CAP (25)
#define MAIL_IMAP_CAP_SAVEDATE MAIL_IMAP_CAP (26)
#define MAIL_IMAP_CAP_APPENDLIMIT MAIL_IMAP_CAP (27)
#define MAIL_IMAP_CAP_MULTIAPPEND MAIL_IMAP_CAP (28)
#define MAIL_IMAP_CAP_ACL MAIL_IMAP_CAP (29)
#define MAIL_IMAP_CAP_PARTIAL MAIL_IMAP_CAP (30)
#define MAIL_IMAP_CAP_MESSAGELIMIT MAIL_IMAP_CAP (31)
#define MAIL_IMAP_CAP_UIDONLY MAIL_IMAP_CAP (32)
#define MAIL_IMAP_CAP_CREATE_SPECIAL_USE MAIL_IMAP_CAP (33)
#define MAIL_IMAP_CAP_WITHIN MAIL_IMAP_CAP (34)
#define MAIL_IMAP_CAP_STATUS_DELETED MAIL_IMAP_CAP (35)
#define MAIL_IMAP_CAP_LIST_MYRIGHTS MAIL_IMAP_CAP (36)

#define MAIL_IMAP_CAP_ALL G_MAXUINT64

/* One extension that is used here. */
typedef struct
{
  const char *name; /* as CAPABILITY tells it, in upper case; with "=" at its end a value follows */
  MailImapCaps cap;
  const char *rfc;  /* "7162"; NULL where none describes it */
} MailImapCapability;

/* All of them, in the order of the alphabet. */
const MailImapCapability *mail_imap_capabilities (guint *count);

/* The flags that this capability name stands for; 0 when it is none of ours. What IMAP4rev2 includes is not in it. */
MailImapCaps mail_imap_capability_find (const char *name);

/* The extensions that are part of IMAP4rev2 (RFC 9051, appendix E), once it is the protocol that is spoken. */
extern const MailImapCaps mail_imap_caps_of_rev2;
