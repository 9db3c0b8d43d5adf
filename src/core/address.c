/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/address.h"

#include <string.h>

MailAddress *
mail_address_new (const char *name, const char *address)
{
  MailAddress *self = g_new0 (MailAddress, 1);

  self->name = name != NULL && name[0] != '\0' ? g_strdup (name) : NULL;
  self->address = g_strdup (address != NULL ? address : "");
  return self;
}

void
mail_address_free (MailAddress *address)
{
  if (address == NULL)
    return;
  g_free (address->name);
  g_free (address->address);
  g_free (address);
}

char *
mail_address_to_string (const MailAddress *address)
{
  if (address->name == NULL)
    return g_strdup (address->address);
  if (address->address[0] == '\0')
    return g_strdup (address->name);
  return g_strdup_printf ("%s <%s>", address->name, address->address);
}

GPtrArray *
mail_address_list_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) mail_address_free);
}

char *
mail_address_list_to_string (const GPtrArray *list)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; list != NULL && i < list->len; i++)
    {
      g_autofree char *one = mail_address_to_string (g_ptr_array_index (list, i));

      if (i > 0)
        g_string_append (text, ", ");
      g_string_append (text, one);
    }
  return g_string_free (text, FALSE);
}

gboolean
mail_address_is_plausible (const char *address)
{
  const char *domain = mail_address_get_domain (address);

  if (domain == NULL || domain == address + 1 || domain[0] == '\0' || domain[0] == '.')
    return FALSE;
  for (const char *p = address; *p != '\0'; p++)
    if (g_ascii_isspace (*p) || g_ascii_iscntrl (*p) || *p == '<' || *p == '>' || *p == ',')
      return FALSE;
  return domain[strlen (domain) - 1] != '.';
}

const char *
mail_address_get_domain (const char *address)
{
  const char *at = address != NULL ? strrchr (address, '@') : NULL;

  return at != NULL ? at + 1 : NULL;
}
