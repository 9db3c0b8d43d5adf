/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gmime/gmime.h>

/* GMime, initialised once from whichever thread comes first, with the leniency that real mail needs. */
GMimeParserOptions *mail_mime_library_options (void);
