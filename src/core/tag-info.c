/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/tag-info.h"

#include <glib/gi18n-lib.h>
#include <string.h>

MailTagInfo *
mail_tag_info_new (const char *keyword, const char *name, const char *color, guint position)
{
  MailTagInfo *self = g_new0 (MailTagInfo, 1);

  self->keyword = g_strdup (keyword);
  self->name = g_strdup (name);
  self->color = g_strdup (color);
  self->position = position;
  return self;
}

MailTagInfo *
mail_tag_info_copy (const MailTagInfo *info)
{
  return mail_tag_info_new (info->keyword, info->name, info->color, info->position);
}

void
mail_tag_info_free (MailTagInfo *info)
{
  if (info == NULL)
    return;
  g_free (info->keyword);
  g_free (info->name);
  g_free (info->color);
  g_free (info);
}

GPtrArray *
mail_tag_info_defaults (void)
{
  /* The keywords are shared by several programs since long ago; so is what they stand for. Servers set $Important by themselves
   * (RFC 8457): what a person called important must be told from it. */
  const struct
  {
    const char *keyword;
    const char *name;
    const char *color;
  } defaults[] = {
    { "$label1", _ ("Important"), "#c01c28" }, { "$label2", _ ("Work"), "#e66100" },
    { "$label3", _ ("Personal"), "#26a269" },  { "$label4", _ ("To Do"), "#1a5fb4" },
    { "$label5", _ ("Later"), "#813d9c" },     { "$Important", _ ("Likely Important"), "#865e3c" },
  };
  GPtrArray *tags = g_ptr_array_new_with_free_func ((GDestroyNotify) mail_tag_info_free);

  for (guint i = 0; i < G_N_ELEMENTS (defaults); i++)
    g_ptr_array_add (tags, mail_tag_info_new (defaults[i].keyword, defaults[i].name, defaults[i].color, i));
  return tags;
}

gboolean
mail_tag_color_is_valid (const char *color)
{
  if (color == NULL || color[0] != '#' || strlen (color) != 7)
    return FALSE;
  for (guint i = 1; i < 7; i++)
    if (!g_ascii_isxdigit (color[i]))
      return FALSE;
  return TRUE;
}

char *
mail_tag_keyword_from_name (const char *name)
{
  GString *keyword = g_string_new (NULL);

  for (const char *p = name; *p != '\0'; p++)
    if (g_ascii_isalnum (*p))
      g_string_append_c (keyword, *p);
    else if (g_ascii_isspace (*p) && keyword->len > 0)
      g_string_append_c (keyword, '_');
  while (keyword->len > 0 && keyword->str[keyword->len - 1] == '_')
    g_string_truncate (keyword, keyword->len - 1);
  /* A name in another script leaves nothing, or too little to tell it from others. */
  if (keyword->len == 0 || !g_str_is_ascii (name))
    g_string_append_printf (keyword, "tag%08x", g_str_hash (name));
  return g_string_free (keyword, FALSE);
}
