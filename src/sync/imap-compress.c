/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/imap-compress.h"

/* How much of it is left, and what packing a megabyte costs the server, in microseconds. */
#define HEADERS_LEFT (1 / 5.4)
#define HEADERS_COST 2000.0
#define BODIES_LEFT (1 / 1.7)
#define BODIES_COST (6.0 * G_USEC_PER_SEC / 266)

/* A quarter of a megabyte of memory and a command are not spent for less. */
#define WORTH_USEC (50 * 1000)

/* A server that answers within this is near: what came slowly was slow for other reasons than the link. */
#define NEAR_USEC 2000

gint64
mail_imap_compress_saves (const MailImapLoad *load, const MailImapLink *link)
{
  double spared;
  double cost;

  if (link->rate == 0)
    return 0;
  spared = (double) load->headers * (1 - HEADERS_LEFT) + (double) load->bodies * (1 - BODIES_LEFT);
  cost = ((double) load->headers * HEADERS_COST + (double) load->bodies * BODIES_COST) / 1e6;
  return (gint64) (spared * 8 * G_USEC_PER_SEC / (double) link->rate - cost);
}

gboolean
mail_imap_compress_pays (const MailImapLoad *load, const MailImapLink *link)
{
  if (link->loopback || link->round_trip < NEAR_USEC)
    return FALSE;
  return mail_imap_compress_saves (load, link) > (gint64) link->round_trip + WORTH_USEC;
}
