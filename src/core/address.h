/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* One mailbox of RFC 5322, section 3.4, decoded to UTF-8. */
typedef struct
{
  char *name;    /* display name, or NULL */
  char *address; /* "local@domain" as the sender wrote it, or "" when there was none */
} MailAddress;

MailAddress *mail_address_new (const char *name, const char *address);
void mail_address_free (MailAddress *address);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailAddress, mail_address_free)

/* (transfer full): "Name <address>", or the address alone. For people, not for headers. */
char *mail_address_to_string (const MailAddress *address);

/* (transfer full): a new array with mail_address_free() as its free function. */
GPtrArray *mail_address_list_new (void);

/* The addresses of @list (MailAddress) joined by ", ". */
char *mail_address_list_to_string (const GPtrArray *list);

/* TRUE when @address looks like one mail address that a person may type: something@domain, no blanks. */
gboolean mail_address_is_plausible (const char *address);

/* The part behind the last @, or NULL. */
const char *mail_address_get_domain (const char *address);
