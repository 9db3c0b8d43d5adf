/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "core/certificate.h"
#include "discovery/provider.h"

/* What one look at a server learnt, without signing in. */
typedef struct
{
  MailCandidate *candidate;
  gboolean usable;   /* right kind, secured as the candidate says, certificate trusted */
  double seconds;
  char *greeting;    /* the server's first line, or NULL */
  GStrv mechanisms;  /* SASL names offered once secure; never NULL */
  MailCertificate *certificate; /* when that is all that is wrong; else NULL */
  GError *error;     /* why it is not usable; else NULL */
} MailProbe;

void mail_probe_free (MailProbe *probe);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailProbe, mail_probe_free)

/* Connects within @seconds, reads the greeting and checks that it is of candidate->kind ("* OK", "+OK",
 * "220"), secures the connection (promise
 * 5), asks for capabilities. Never NULL. Blocking, no password involved. */
MailProbe *mail_probe_run (const MailCandidate *candidate, guint seconds, GCancellable *cancellable);

/* (transfer full): the result in words, translated: "answers", "no such server", "its certificate is not
 * trusted", ... */
char *mail_probe_describe (const MailProbe *probe);
