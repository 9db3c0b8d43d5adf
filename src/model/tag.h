/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "core/tag-info.h"

/* A tag as a person sees it. Immutable. Properties (read-only): "keyword", "name", "color" ("#rrggbb"). */
#define MAIL_TYPE_TAG (mail_tag_get_type ())
G_DECLARE_FINAL_TYPE (MailTag, mail_tag, MAIL, TAG, GObject)

MailTag *mail_tag_new (const MailTagInfo *info);
/* A new one: its keyword is made from the name. */
MailTag *mail_tag_new_with_name (const char *name, const char *color);

const MailTagInfo *mail_tag_get_info (MailTag *tag);
const char *mail_tag_get_keyword (MailTag *tag);
const char *mail_tag_get_name (MailTag *tag);
const char *mail_tag_get_color (MailTag *tag);
