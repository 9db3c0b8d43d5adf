/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/tag.h"

struct _MailTag
{
  GObject parent;
  MailTagInfo *info;
};

G_DEFINE_FINAL_TYPE (MailTag, mail_tag, G_TYPE_OBJECT)

enum
{
  PROP_KEYWORD = 1,
  PROP_NAME,
  PROP_COLOR,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

MailTag *
mail_tag_new (const MailTagInfo *info)
{
  MailTag *self;

  g_return_val_if_fail (info != NULL, NULL);

  self = g_object_new (MAIL_TYPE_TAG, NULL);
  self->info = mail_tag_info_copy (info);
  return self;
}

MailTag *
mail_tag_new_with_name (const char *name, const char *color)
{
  g_autofree char *keyword = mail_tag_keyword_from_name (name);
  g_autoptr (MailTagInfo) info = mail_tag_info_new (keyword, name, color, G_MAXINT);

  return mail_tag_new (info);
}

const MailTagInfo *
mail_tag_get_info (MailTag *self)
{
  return self->info;
}

const char *
mail_tag_get_keyword (MailTag *self)
{
  return self->info->keyword;
}

const char *
mail_tag_get_name (MailTag *self)
{
  return self->info->name;
}

const char *
mail_tag_get_color (MailTag *self)
{
  return self->info->color;
}

static void
mail_tag_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  MailTag *self = MAIL_TAG (object);

  switch (id)
    {
    case PROP_KEYWORD:
      g_value_set_string (value, self->info->keyword);
      break;
    case PROP_NAME:
      g_value_set_string (value, self->info->name);
      break;
    case PROP_COLOR:
      g_value_set_string (value, self->info->color);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mail_tag_finalize (GObject *object)
{
  mail_tag_info_free (MAIL_TAG (object)->info);
  G_OBJECT_CLASS (mail_tag_parent_class)->finalize (object);
}

static void
mail_tag_class_init (MailTagClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = mail_tag_get_property;
  object_class->finalize = mail_tag_finalize;

  props[PROP_KEYWORD] = g_param_spec_string ("keyword", NULL, NULL, NULL, flags);
  props[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  props[PROP_COLOR] = g_param_spec_string ("color", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
mail_tag_init (MailTag *self)
{
}
