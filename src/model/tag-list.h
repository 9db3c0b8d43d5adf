/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/object-list.h"
#include "model/tag.h"

/* The tags of one account, in a person's order. Main thread. */
#define MAIL_TYPE_TAG_LIST (mail_tag_list_get_type ())
G_DECLARE_FINAL_TYPE (MailTagList, mail_tag_list, MAIL, TAG_LIST, MailObjectList)

MailTagList *mail_tag_list_new (void);
/* @infos: MailTagInfo, in their order. */
void mail_tag_list_update (MailTagList *list, const GPtrArray *infos);
