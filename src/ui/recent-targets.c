/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/recent-targets.h"

#include "ui/settings.h"

#define KEY "recent-targets"
#define MOST 24 /* of all accounts */

static gboolean
is_it (GVariant *target, MailAccount *account, MailMailbox *mailbox)
{
  const char *name;
  gint64 id;

  g_variant_get (target, "(&sx)", &name, &id);
  return id == mail_mailbox_get_id (mailbox) && g_str_equal (name, mail_account_get_name (account));
}

void
mail_recent_targets_add (MailAccount *account, MailMailbox *mailbox)
{
  g_autoptr (GVariant) before = g_settings_get_value (mail_settings_get (), KEY);
  GVariantBuilder now;
  guint n = 1;

  g_variant_builder_init (&now, G_VARIANT_TYPE ("a(sx)"));
  g_variant_builder_add (&now, "(sx)", mail_account_get_name (account), mail_mailbox_get_id (mailbox));
  for (gsize i = 0; i < g_variant_n_children (before) && n < MOST; i++)
    {
      g_autoptr (GVariant) target = g_variant_get_child_value (before, i);

      if (is_it (target, account, mailbox))
        continue;
      g_variant_builder_add_value (&now, target);
      n++;
    }
  g_settings_set_value (mail_settings_get (), KEY, g_variant_builder_end (&now));
}

guint
mail_recent_targets_rank (MailAccount *account, MailMailbox *mailbox)
{
  g_autoptr (GVariant) targets = g_settings_get_value (mail_settings_get (), KEY);
  guint rank = 0;

  for (gsize i = 0; i < g_variant_n_children (targets); i++)
    {
      g_autoptr (GVariant) target = g_variant_get_child_value (targets, i);
      const char *name;

      if (is_it (target, account, mailbox))
        return rank;
      g_variant_get (target, "(&sx)", &name, NULL);
      rank += g_str_equal (name, mail_account_get_name (account)) ? 1 : 0;
    }
  return G_MAXUINT;
}
