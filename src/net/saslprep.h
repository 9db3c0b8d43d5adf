/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* (transfer full) (nullable): @text prepared by SASLprep (RFC 4013) so that the same password gives the same bytes however
 * it was typed; NULL when it holds what SASLprep forbids, or nothing is left of it. To be freed with mail_secret_free(). */
char *mail_saslprep (const char *text);
