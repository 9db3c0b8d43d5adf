/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* A keyword with the name and the colour under which a person knows it. */
typedef struct
{
  char *keyword; /* the atom on the server */
  char *name;
  char *color;   /* "#rrggbb" */
  guint position;
} MailTagInfo;

MailTagInfo *mail_tag_info_new (const char *keyword, const char *name, const char *color, guint position);
MailTagInfo *mail_tag_info_copy (const MailTagInfo *info);
void mail_tag_info_free (MailTagInfo *info);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailTagInfo, mail_tag_info_free)

/* (transfer full): MailTagInfo of the five labels that other programs set ($label1 ... $label5) and of $Important, with translated
 * names: what every account has until a person changes them. */
GPtrArray *mail_tag_info_defaults (void);

gboolean mail_tag_color_is_valid (const char *color);
/* (transfer full): a keyword for a tag with this name: its ASCII letters and digits, else "tag" and a number made from it. */
char *mail_tag_keyword_from_name (const char *name);
