/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* (transfer full, nullable): a Date field in its sender's zone. See mail_mime_parse_date(). */
GDateTime *mail_mime_read_date (const char *raw);
