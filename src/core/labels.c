/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/labels.h"

/* (transfer full): the label at *@p, which moves behind it. */
static char *
take_label (const char **p)
{
  g_autoptr (GString) label = g_string_new (NULL);
  const gboolean quoted = **p == '"';

  if (quoted)
    (*p)++;
  for (; **p != '\0' && **p != (quoted ? '"' : ' '); (*p)++)
    {
      if (quoted && **p == '\\' && (*p)[1] != '\0')
        (*p)++;
      g_string_append_c (label, **p);
    }
  if (quoted && **p == '"')
    (*p)++;
  return g_string_free (g_steal_pointer (&label), FALSE);
}

GStrv
mail_labels_list (const char *labels)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (g_free);

  for (const char *p = labels; p != NULL && *p != '\0';)
    {
      const gboolean system = *p == '\\';
      g_autofree char *label = NULL;

      if (*p == ' ')
        {
          p++;
          continue;
        }
      label = take_label (&p);
      if (!system && *label != '\0')
        g_ptr_array_add (list, g_steal_pointer (&label));
    }
  if (list->len == 0)
    return NULL;
  g_ptr_array_add (list, NULL);
  return (GStrv) g_ptr_array_free (g_steal_pointer (&list), FALSE);
}
