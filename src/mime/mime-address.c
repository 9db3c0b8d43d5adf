/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mime/mime-message.h"

#include <gmime/gmime.h>
#include <string.h>

#include "mime/mime-charset.h"
#include "mime/mime-library.h"

static void
add_list (GPtrArray *addresses, InternetAddressList *list)
{
  int count = list != NULL ? internet_address_list_length (list) : 0;

  for (int i = 0; i < count; i++)
    {
      InternetAddress *one = internet_address_list_get_address (list, i);

      if (INTERNET_ADDRESS_IS_GROUP (one))
        add_list (addresses, internet_address_group_get_members (INTERNET_ADDRESS_GROUP (one)));
      else
        {
          g_autofree char *name = mail_mime_decode_words (internet_address_get_name (one));

          g_ptr_array_add (addresses,
                           mail_address_new (name, internet_address_mailbox_get_addr (INTERNET_ADDRESS_MAILBOX (one))));
        }
    }
}

GPtrArray *
mail_mime_parse_addresses (const char *raw)
{
  GPtrArray *addresses = mail_address_list_new ();
  g_autofree char *utf8 = NULL;
  InternetAddressList *list;

  if (raw == NULL)
    return addresses;
  utf8 = mail_mime_to_utf8 (raw, strlen (raw), NULL, NULL);
  list = internet_address_list_parse (mail_mime_library_options (), utf8);
  add_list (addresses, list);
  g_clear_object (&list);
  return addresses;
}
