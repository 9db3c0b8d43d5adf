/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/queue-item.h"

struct _MailQueueItem
{
  GObject parent;
  MailQueueEntry *entry;
};

G_DEFINE_FINAL_TYPE (MailQueueItem, mail_queue_item, G_TYPE_OBJECT)

enum
{
  PROP_ID = 1,
  PROP_SENTENCE,
  PROP_WHY,
  PROP_DETAIL,
  PROP_SINCE,
  PROP_ATTEMPTS,
  PROP_HELD,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

MailQueueItem *
mail_queue_item_new (const MailQueueEntry *entry)
{
  MailQueueItem *self;

  g_return_val_if_fail (entry != NULL, NULL);

  self = g_object_new (MAIL_TYPE_QUEUE_ITEM, NULL);
  self->entry = mail_queue_entry_copy (entry);
  return self;
}

gint64
mail_queue_item_get_id (MailQueueItem *self)
{
  return self->entry->id;
}

const MailQueueEntry *
mail_queue_item_get_entry (MailQueueItem *self)
{
  return self->entry;
}

static void
mail_queue_item_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  const MailQueueEntry *entry = MAIL_QUEUE_ITEM (object)->entry;

  switch (id)
    {
    case PROP_ID:
      g_value_set_int64 (value, entry->id);
      break;
    case PROP_SENTENCE:
      g_value_set_string (value, entry->sentence);
      break;
    case PROP_WHY:
      g_value_set_string (value, entry->why);
      break;
    case PROP_DETAIL:
      g_value_set_string (value, entry->detail);
      break;
    case PROP_SINCE:
      g_value_set_int64 (value, entry->since);
      break;
    case PROP_ATTEMPTS:
      g_value_set_uint (value, entry->attempts);
      break;
    case PROP_HELD:
      g_value_set_boolean (value, entry->held);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mail_queue_item_finalize (GObject *object)
{
  mail_queue_entry_free (MAIL_QUEUE_ITEM (object)->entry);
  G_OBJECT_CLASS (mail_queue_item_parent_class)->finalize (object);
}

static void
mail_queue_item_class_init (MailQueueItemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = mail_queue_item_get_property;
  object_class->finalize = mail_queue_item_finalize;

  props[PROP_ID] = g_param_spec_int64 ("id", NULL, NULL, 0, G_MAXINT64, 0, flags);
  props[PROP_SENTENCE] = g_param_spec_string ("sentence", NULL, NULL, NULL, flags);
  props[PROP_WHY] = g_param_spec_string ("why", NULL, NULL, NULL, flags);
  props[PROP_DETAIL] = g_param_spec_string ("detail", NULL, NULL, NULL, flags);
  props[PROP_SINCE] = g_param_spec_int64 ("since", NULL, NULL, 0, G_MAXINT64, 0, flags);
  props[PROP_ATTEMPTS] = g_param_spec_uint ("attempts", NULL, NULL, 0, G_MAXUINT, 0, flags);
  props[PROP_HELD] = g_param_spec_boolean ("held", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
mail_queue_item_init (MailQueueItem *self)
{
}
