/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imap/imap-types.h"

#include <string.h>

/* A SEARCH of a million messages is one line of 8 MB; the largest messages that servers take are about 150 MB. */
const MailImapLimits mail_imap_default_limits = {
  .line = 32 * 1024 * 1024,
  .literal = 512 * 1024 * 1024,
  .total = 1024 * 1024 * 1024,
  .depth = 100,
  .items = 5 * 1000 * 1000,
};

void
mail_imap_address_free (MailImapAddress *address)
{
  if (address == NULL)
    return;
  g_free (address->name);
  g_free (address->adl);
  g_free (address->mailbox);
  g_free (address->host);
  g_free (address);
}

void
mail_imap_envelope_free (MailImapEnvelope *envelope)
{
  if (envelope == NULL)
    return;
  g_free (envelope->date);
  g_free (envelope->subject);
  g_clear_pointer (&envelope->from, g_ptr_array_unref);
  g_clear_pointer (&envelope->sender, g_ptr_array_unref);
  g_clear_pointer (&envelope->reply_to, g_ptr_array_unref);
  g_clear_pointer (&envelope->to, g_ptr_array_unref);
  g_clear_pointer (&envelope->cc, g_ptr_array_unref);
  g_clear_pointer (&envelope->bcc, g_ptr_array_unref);
  g_free (envelope->in_reply_to);
  g_free (envelope->message_id);
  g_free (envelope);
}

int
mail_imap_compare_uid (gconstpointer a, gconstpointer b)
{
  guint32 left = *(const guint32 *) a;
  guint32 right = *(const guint32 *) b;

  return left < right ? -1 : left > right;
}

GArray *
mail_imap_uids_of_table (GHashTable *table)
{
  GArray *uids = g_array_sized_new (FALSE, FALSE, sizeof (guint32), g_hash_table_size (table));
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, table);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      guint32 uid = GPOINTER_TO_UINT (key);

      g_array_append_val (uids, uid);
    }
  g_array_sort (uids, mail_imap_compare_uid);
  return uids;
}

void
mail_imap_part_free (MailImapPart *part)
{
  if (part == NULL)
    return;
  g_free (part->section);
  g_free (part->type);
  g_free (part->subtype);
  g_strfreev (part->parameters);
  g_free (part->content_id);
  g_free (part->description);
  g_free (part->encoding);
  g_free (part->disposition);
  g_strfreev (part->disposition_parameters);
  g_clear_pointer (&part->children, g_ptr_array_unref);
  g_free (part);
}

const char *
mail_imap_part_get_parameter (const MailImapPart *part, const char *name)
{
  for (guint i = 0; part->parameters != NULL && part->parameters[i] != NULL; i += 2)
    if (strcmp (part->parameters[i], name) == 0)
      return part->parameters[i + 1];
  return NULL;
}

void
mail_imap_section_free (MailImapSection *section)
{
  if (section == NULL)
    return;
  g_free (section->section);
  g_clear_pointer (&section->data, g_bytes_unref);
  g_free (section);
}

void
mail_imap_fetch_free (MailImapFetch *fetch)
{
  if (fetch == NULL)
    return;
  g_free (fetch->keywords);
  mail_imap_envelope_free (fetch->envelope);
  mail_imap_part_free (fetch->structure);
  g_free (fetch->structure_text);
  g_clear_pointer (&fetch->sections, g_ptr_array_unref);
  g_free (fetch->preview);
  g_free (fetch->email_id);
  g_free (fetch->labels);
  g_free (fetch);
}

const MailImapSection *
mail_imap_fetch_get_section (const MailImapFetch *fetch, const char *name)
{
  for (guint i = 0; fetch->sections != NULL && i < fetch->sections->len; i++)
    {
      const MailImapSection *section = g_ptr_array_index (fetch->sections, i);

      if (g_ascii_strcasecmp (section->section, name) == 0)
        return section;
    }
  return NULL;
}

void
mail_imap_listed_free (MailImapListed *listed)
{
  if (listed == NULL)
    return;
  mail_mailbox_info_free (listed->info);
  g_free (listed->raw_name);
  g_free (listed->rights);
  g_free (listed);
}

void
mail_imap_status_merge (MailImapStatus *status, const MailImapStatus *news)
{
  if (news->has & MAIL_IMAP_STATUS_MESSAGES)
    status->messages = news->messages;
  if (news->has & MAIL_IMAP_STATUS_UNSEEN)
    status->unseen = news->unseen;
  if (news->has & MAIL_IMAP_STATUS_DELETED)
    status->deleted = news->deleted;
  if (news->has & MAIL_IMAP_STATUS_UIDNEXT)
    status->uidnext = news->uidnext;
  if (news->has & MAIL_IMAP_STATUS_UIDVALIDITY)
    status->uidvalidity = news->uidvalidity;
  if (news->has & MAIL_IMAP_STATUS_HIGHESTMODSEQ)
    {
      status->highestmodseq = news->highestmodseq;
      status->no_modseq = news->no_modseq;
    }
  if (news->has & MAIL_IMAP_STATUS_SIZE)
    status->size = news->size;
  if (news->has & MAIL_IMAP_STATUS_APPENDLIMIT)
    status->append_limit = news->append_limit;
  if (news->mailbox_object_id[0] != '\0')
    memcpy (status->mailbox_object_id, news->mailbox_object_id, sizeof status->mailbox_object_id);
  status->has |= news->has;
}

void
mail_imap_namespace_free (MailImapNamespace *names)
{
  if (names == NULL)
    return;
  g_free (names->prefix);
  g_free (names);
}

void
mail_imap_copy_uid_clear (MailImapCopyUid *copy_uid)
{
  copy_uid->uidvalidity = 0;
  g_clear_pointer (&copy_uid->source_uids, g_array_unref);
  g_clear_pointer (&copy_uid->target_uids, g_array_unref);
}

static gboolean
read_set_number (const char **p, const char *end, guint32 *number)
{
  guint64 value = 0;

  if (*p < end && **p == '*')
    {
      (*p)++;
      *number = G_MAXUINT32;
      return TRUE;
    }
  if (*p == end || !g_ascii_isdigit (**p))
    return FALSE;
  for (; *p < end && g_ascii_isdigit (**p); (*p)++)
    {
      value = value * 10 + (guint64) (**p - '0');
      if (value > G_MAXUINT32)
        return FALSE;
    }
  *number = (guint32) value;
  return TRUE;
}

static int
compare_ranges (gconstpointer a, gconstpointer b)
{
  const MailImapRange *left = a;
  const MailImapRange *right = b;

  return left->first < right->first ? -1 : left->first > right->first;
}

GArray *
mail_imap_set_parse_in_order (const char *set, gsize length, guint most)
{
  g_autoptr (GArray) ranges = g_array_new (FALSE, FALSE, sizeof (MailImapRange));
  const char *p = set;
  const char *end = set + length;

  while (TRUE)
    {
      MailImapRange range;

      if (ranges->len >= most || !read_set_number (&p, end, &range.first))
        return NULL;
      range.last = range.first;
      if (p < end && *p == ':')
        {
          p++;
          if (!read_set_number (&p, end, &range.last))
            return NULL;
        }
      if (range.first > range.last)
        {
          guint32 swap = range.first;

          range.first = range.last;
          range.last = swap;
        }
      g_array_append_val (ranges, range);
      if (p == end)
        return g_steal_pointer (&ranges);
      if (*p++ != ',')
        return NULL;
    }
}

GArray *
mail_imap_set_parse (const char *set, gsize length, guint most)
{
  GArray *ranges = mail_imap_set_parse_in_order (set, length, most);

  if (ranges != NULL)
    g_array_sort (ranges, compare_ranges);
  return ranges;
}

gboolean
mail_imap_set_contains (const GArray *set, guint32 uid)
{
  guint low = 0;
  guint high = set->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;
      const MailImapRange *range = &g_array_index (set, MailImapRange, middle);

      if (uid < range->first)
        high = middle;
      else if (uid > range->last)
        low = middle + 1;
      else
        return TRUE;
    }
  return FALSE;
}

guint64
mail_imap_set_count (const GArray *set)
{
  guint64 count = 0;

  for (guint i = 0; i < set->len; i++)
    {
      const MailImapRange *range = &g_array_index (set, MailImapRange, i);

      count += (guint64) range->last - range->first + 1;
    }
  return count;
}

void
mail_imap_set_tidy (GArray *set)
{
  guint kept = 0;

  g_array_sort (set, compare_ranges);
  for (guint i = 0; i < set->len; i++)
    {
      MailImapRange range = g_array_index (set, MailImapRange, i);
      MailImapRange *before = kept > 0 ? &g_array_index (set, MailImapRange, kept - 1) : NULL;

      if (before != NULL && (guint64) range.first <= (guint64) before->last + 1)
        before->last = MAX (before->last, range.last);
      else
        g_array_index (set, MailImapRange, kept++) = range;
    }
  g_array_set_size (set, kept);
}

static void
append_number (GString *text, guint32 number)
{
  if (number == G_MAXUINT32)
    g_string_append_c (text, '*');
  else
    g_string_append_printf (text, "%u", number);
}

char *
mail_imap_set_format (const GArray *set)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < set->len; i++)
    {
      const MailImapRange *range = &g_array_index (set, MailImapRange, i);

      if (i > 0)
        g_string_append_c (text, ',');
      append_number (text, range->first);
      if (range->first == range->last)
        continue;
      g_string_append_c (text, ':');
      append_number (text, range->last);
    }
  return g_string_free (text, FALSE);
}

GArray *
mail_imap_set_expand (const GArray *set, guint most)
{
  g_autoptr (GArray) numbers = NULL;
  guint64 count = mail_imap_set_count (set);

  if (count > most)
    return NULL;
  numbers = g_array_sized_new (FALSE, FALSE, sizeof (guint32), (guint) count);
  for (guint i = 0; i < set->len; i++)
    {
      const MailImapRange *range = &g_array_index (set, MailImapRange, i);

      for (guint64 n = range->first; n <= range->last; n++)
        {
          guint32 number = (guint32) n;

          g_array_append_val (numbers, number);
        }
    }
  return g_steal_pointer (&numbers);
}
