/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Names of facts (store/store-facts.h) that one room writes and another reads. */
#define MAIL_FACT_SERVER "server-name"                  /* what it calls itself */
#define MAIL_FACT_OFFERED "server-capabilities"         /* as it told them, a space between them */
#define MAIL_FACT_USED "server-used"                    /* those that were put to use */
#define MAIL_FACT_NAMESPACE "namespace"                 /* in front of the names of one's own mailboxes */
#define MAIL_FACT_RIGHTS_ASKED "rights-asked"           /* Unix seconds */
#define MAIL_FACT_QUOTA_USED "quota-used"               /* bytes */
#define MAIL_FACT_QUOTA_LIMIT "quota-limit"             /* 0: none */
#define MAIL_FACT_QUOTA_MESSAGES "quota-messages"
#define MAIL_FACT_QUOTA_MESSAGES_LIMIT "quota-messages-limit"
#define MAIL_FACT_QUOTA_ASKED "quota-asked"             /* Unix seconds */
#define MAIL_FACT_QUOTA_WARNED "quota-warned"           /* percent of the last warning, as long as it holds */
#define MAIL_FACT_TRAFFIC_WIRE "traffic-wire"           /* bytes that came over the last compressed connection, */
#define MAIL_FACT_TRAFFIC_PLAIN "traffic-plain"         /* and what they say */
#define MAIL_FACT_CONNECTIONS_MOST "connections-most"   /* that the server lets in at a time, as its refusals taught */
#define MAIL_FACT_CONNECTIONS_SERVER "connections-server" /* which one that was */
#define MAIL_FACT_CONNECTIONS_UNTIL "connections-until" /* Unix seconds: how long that is believed */
#define MAIL_FACT_PIECES "pieces"                       /* of large messages that are on their way, as they were */
#define MAIL_FACT_PIECES_SEEN "pieces-seen"             /* at that time, Unix seconds */
#define MAIL_FACT_NAMED "named-"                        /* and a mailbox's id: the UID down to which rows were given names */
#define MAIL_FACT_IDLE_MOST "idle-most"                 /* seconds for which it keeps a silent connection, as it taught */
#define MAIL_FACT_IDLE_UNTIL "idle-until"               /* Unix seconds: how long that is believed */
