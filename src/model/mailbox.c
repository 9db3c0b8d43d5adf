/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/mailbox.h"

#include <glib/gi18n-lib.h>

#include "model/completeness.h"

struct _MailMailbox
{
  GObject parent;
  MailMailboxInfo *info;
  guint depth;
};

G_DEFINE_FINAL_TYPE (MailMailbox, mail_mailbox, G_TYPE_OBJECT)

enum
{
  PROP_NAME = 1,
  PROP_TITLE,
  PROP_ROLE,
  PROP_UNREAD,
  PROP_MESSAGES,
  PROP_BODIES,
  PROP_TEXTS,
  PROP_MISSING_PARTS,
  PROP_MISSING_BYTES,
  PROP_COMPLETENESS,
  PROP_AUDITED,
  PROP_DEPTH,
  PROP_SELECTABLE,
  PROP_ICON_NAME,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

/* By MailRole. The icons are in the Adwaita theme, so that no drawing of our own is needed. */
static const struct
{
  const char *title;
  const char *icon_name;
} roles[] = {
  [MAIL_ROLE_NONE] = { NULL, "folder-symbolic" },
  [MAIL_ROLE_INBOX] = { N_ ("Inbox"), "mail-unread-symbolic" },
  [MAIL_ROLE_DRAFTS] = { N_ ("Drafts"), "document-edit-symbolic" },
  [MAIL_ROLE_SENT] = { N_ ("Sent"), "mail-send-symbolic" },
  [MAIL_ROLE_ARCHIVE] = { N_ ("Archive"), "package-x-generic-symbolic" },
  [MAIL_ROLE_JUNK] = { N_ ("Junk"), "mail-mark-junk-symbolic" },
  [MAIL_ROLE_TRASH] = { N_ ("Trash"), "user-trash-symbolic" },
  [MAIL_ROLE_ALL] = { N_ ("All Mail"), "mail-read-symbolic" },
  [MAIL_ROLE_FLAGGED] = { N_ ("Starred"), "starred-symbolic" },
};

MailMailbox *
mail_mailbox_new (const MailMailboxInfo *info)
{
  MailMailbox *self;

  g_return_val_if_fail (info != NULL, NULL);

  self = g_object_new (MAIL_TYPE_MAILBOX, NULL);
  self->info = mail_mailbox_info_copy (info);
  return self;
}

static void
notify_completeness (MailMailbox *self, const MailMailboxInfo *old)
{
  const MailCompleteness before = mail_completeness_of_mailbox (old);
  const MailCompleteness now = mail_completeness_of_mailbox (self->info);

  if (before.texts != now.texts)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_TEXTS]);
  if (before.missing_parts != now.missing_parts)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_MISSING_PARTS]);
  if (before.missing_bytes != now.missing_bytes)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_MISSING_BYTES]);
  if (!mail_completeness_equal (&before, &now))
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_COMPLETENESS]);
}

void
mail_mailbox_update (MailMailbox *self, const MailMailboxInfo *info)
{
  g_autoptr (MailMailboxInfo) old = NULL;

  g_return_if_fail (MAIL_IS_MAILBOX (self));
  g_return_if_fail (info != NULL && info->id == self->info->id);

  old = self->info;
  self->info = mail_mailbox_info_copy (info);

  g_object_freeze_notify (G_OBJECT (self));
  if (g_strcmp0 (old->name, info->name) != 0)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_NAME]);
  if (old->role != info->role)
    {
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ROLE]);
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ICON_NAME]);
    }
  if (old->role != info->role || g_strcmp0 (old->name, info->name) != 0)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_TITLE]);
  if (old->unread != info->unread)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_UNREAD]);
  if (old->messages != info->messages)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_MESSAGES]);
  if (old->bodies != info->bodies)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_BODIES]);
  notify_completeness (self, old);
  if (old->audited != info->audited)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_AUDITED]);
  if ((old->flags ^ info->flags) & MAIL_MAILBOX_NO_SELECT)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SELECTABLE]);
  g_object_thaw_notify (G_OBJECT (self));
}

void
mail_mailbox_set_depth (MailMailbox *self, guint depth)
{
  g_return_if_fail (MAIL_IS_MAILBOX (self));

  if (self->depth == depth)
    return;
  self->depth = depth;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_DEPTH]);
}

gint64
mail_mailbox_get_id (MailMailbox *self)
{
  return self->info->id;
}

MailRole
mail_mailbox_get_role (MailMailbox *self)
{
  return self->info->role;
}

const char *
mail_mailbox_get_name (MailMailbox *self)
{
  return self->info->name;
}

const char *
mail_mailbox_get_title (MailMailbox *self)
{
  const char *title = roles[self->info->role].title;

  return title != NULL ? _ (title) : mail_mailbox_info_get_leaf (self->info);
}

guint
mail_mailbox_get_unread (MailMailbox *self)
{
  return self->info->unread;
}

guint
mail_mailbox_get_messages (MailMailbox *self)
{
  return self->info->messages;
}

const MailMailboxInfo *
mail_mailbox_get_info (MailMailbox *self)
{
  return self->info;
}

static void
mail_mailbox_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  MailMailbox *self = MAIL_MAILBOX (object);
  MailCompleteness completeness;

  switch (id)
    {
    case PROP_NAME:
      g_value_set_string (value, self->info->name);
      break;
    case PROP_TITLE:
      g_value_set_string (value, mail_mailbox_get_title (self));
      break;
    case PROP_ROLE:
      g_value_set_int (value, (int) self->info->role);
      break;
    case PROP_UNREAD:
      g_value_set_uint (value, self->info->unread);
      break;
    case PROP_MESSAGES:
      g_value_set_uint (value, self->info->messages);
      break;
    case PROP_BODIES:
      g_value_set_uint (value, self->info->bodies);
      break;
    case PROP_TEXTS:
      g_value_set_uint (value, self->info->texts);
      break;
    case PROP_MISSING_PARTS:
      g_value_set_uint (value, self->info->missing_parts);
      break;
    case PROP_MISSING_BYTES:
      g_value_set_uint64 (value, self->info->missing_bytes);
      break;
    case PROP_AUDITED:
      g_value_set_int64 (value, self->info->audited);
      break;
    case PROP_COMPLETENESS:
      completeness = mail_completeness_of_mailbox (self->info);
      g_value_take_string (value, mail_completeness_to_words (&completeness));
      break;
    case PROP_DEPTH:
      g_value_set_uint (value, self->depth);
      break;
    case PROP_SELECTABLE:
      g_value_set_boolean (value, !(self->info->flags & MAIL_MAILBOX_NO_SELECT));
      break;
    case PROP_ICON_NAME:
      g_value_set_string (value, roles[self->info->role].icon_name);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mail_mailbox_finalize (GObject *object)
{
  mail_mailbox_info_free (MAIL_MAILBOX (object)->info);
  G_OBJECT_CLASS (mail_mailbox_parent_class)->finalize (object);
}

static void
mail_mailbox_class_init (MailMailboxClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = mail_mailbox_get_property;
  object_class->finalize = mail_mailbox_finalize;

  props[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  props[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, flags);
  props[PROP_ROLE] = g_param_spec_int ("role", NULL, NULL, MAIL_ROLE_NONE, MAIL_ROLE_FLAGGED, MAIL_ROLE_NONE, flags);
  props[PROP_UNREAD] = g_param_spec_uint ("unread", NULL, NULL, 0, G_MAXUINT, 0, flags);
  props[PROP_MESSAGES] = g_param_spec_uint ("messages", NULL, NULL, 0, G_MAXUINT, 0, flags);
  props[PROP_BODIES] = g_param_spec_uint ("bodies", NULL, NULL, 0, G_MAXUINT, 0, flags);
  props[PROP_TEXTS] = g_param_spec_uint ("texts", NULL, NULL, 0, G_MAXUINT, 0, flags);
  props[PROP_MISSING_PARTS] = g_param_spec_uint ("missing-parts", NULL, NULL, 0, G_MAXUINT, 0, flags);
  props[PROP_MISSING_BYTES] = g_param_spec_uint64 ("missing-bytes", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  props[PROP_COMPLETENESS] = g_param_spec_string ("completeness", NULL, NULL, NULL, flags);
  props[PROP_AUDITED] = g_param_spec_int64 ("audited", NULL, NULL, 0, G_MAXINT64, 0, flags);
  props[PROP_DEPTH] = g_param_spec_uint ("depth", NULL, NULL, 0, G_MAXUINT, 0, flags);
  props[PROP_SELECTABLE] = g_param_spec_boolean ("selectable", NULL, NULL, TRUE, flags);
  props[PROP_ICON_NAME] = g_param_spec_string ("icon-name", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
mail_mailbox_init (MailMailbox *self)
{
}
