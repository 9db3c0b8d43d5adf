/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/imap-skeleton.h"

#include <string.h>

#include "mime/mime-skeleton.h"

/* Text beyond this comes when it is asked for. */
#define TEXT_BYTES_MOST (4u * 1024 * 1024)

/* A command line that every server takes. */
#define ITEMS_OCTETS_MOST 4000

/* What is saved must be worth a message in pieces. */
#define SAVED_BYTES_LEAST (64u * 1024)

static gboolean
is_leaf (const MailImapPart *part)
{
  return part->children == NULL || g_strcmp0 (part->type, "message") == 0;
}

static gboolean
is_shown_text (const MailImapPart *part)
{
  return g_strcmp0 (part->type, "text") == 0 && g_strcmp0 (part->disposition, "attachment") != 0
         && part->size <= TEXT_BYTES_MOST;
}

/* A section name goes into a command, so it is digits and dots. */
static gboolean
is_section (const char *section)
{
  return section != NULL && section[0] != '\0' && strspn (section, "0123456789.") == strlen (section);
}

static void
collect (const MailImapPart *part, gboolean alone, GString *items, guint64 *bytes)
{
  if (!is_leaf (part))
    {
      for (guint i = 0; i < part->children->len; i++)
        collect (g_ptr_array_index (part->children, i), FALSE, items, bytes);
      return;
    }
  if (!is_section (part->section))
    return;
  if (!alone)
    g_string_append_printf (items, " BODY.PEEK[%s.MIME]", part->section);
  if (!is_shown_text (part))
    return;
  g_string_append_printf (items, " BODY.PEEK[%s]", part->section);
  *bytes += part->size;
}

char *
mail_imap_skeleton_items (const MailImapPart *structure, guint64 size)
{
  g_autoptr (GString) items = g_string_new ("BODY.PEEK[HEADER]");
  guint64 bytes = 0;

  collect (structure, is_leaf (structure), items, &bytes);
  if (size < bytes + SAVED_BYTES_LEAST || items->len > ITEMS_OCTETS_MOST)
    return NULL;
  return g_string_free (g_steal_pointer (&items), FALSE);
}

static GBytes *
find_data (const MailImapFetch *fetch, const char *name)
{
  const MailImapSection *section = mail_imap_fetch_get_section (fetch, name);

  return section != NULL ? section->data : NULL;
}

static void
add_part (MailSkeleton *skeleton, const MailImapPart *part, const MailImapFetch *fetch, gboolean alone)
{
  MailSkeletonPart leaf = { .section = part->section, .size = part->size };
  g_autofree char *mime = NULL;

  if (!is_leaf (part))
    {
      mail_skeleton_open_multipart (skeleton, part->subtype);
      for (guint i = 0; i < part->children->len; i++)
        add_part (skeleton, g_ptr_array_index (part->children, i), fetch, FALSE);
      mail_skeleton_close_multipart (skeleton);
      return;
    }
  mime = g_strconcat (part->section, ".MIME", NULL);
  leaf.mime_header = alone ? NULL : find_data (fetch, mime);
  leaf.body = find_data (fetch, part->section);
  mail_skeleton_add_part (skeleton, &leaf);
}

GBytes *
mail_imap_skeleton_build (const MailImapPart *structure, const MailImapFetch *fetch)
{
  GBytes *header = find_data (fetch, "HEADER");
  g_autoptr (MailSkeleton) skeleton = NULL;

  if (header == NULL)
    return NULL;
  skeleton = mail_skeleton_new (header);
  add_part (skeleton, structure, fetch, is_leaf (structure));
  return mail_skeleton_finish (skeleton);
}

/* The field that marks part @section as missing, with the line end before it. NULL when it is not there exactly once: the
 * sender of a message may have written the like. */
static const char *
find_mark (const char *text, gsize length, const char *section)
{
  g_autofree char *mark = g_strdup_printf ("\r\nX-Missiva-Missing: %s ", section);
  const char *found = g_strstr_len (text, (gssize) length, mark);

  if (found == NULL || g_strstr_len (found + 2, (gssize) (length - (gsize) (found + 2 - text)), mark) != NULL)
    return NULL;
  return found;
}

gboolean
mail_imap_skeleton_find_gap (GBytes *skeleton, const char *section, MailStoreGap *gap)
{
  gsize length = 0;
  const char *text = g_bytes_get_data (skeleton, &length);
  const char *mark = is_section (section) ? find_mark (text, length, section) : NULL;
  const char *line_end = mark != NULL ? g_strstr_len (mark + 2, (gssize) length - (mark + 2 - text), "\r\n") : NULL;
  const char *header_end =
      line_end != NULL ? g_strstr_len (line_end, (gssize) length - (line_end - text), "\r\n\r\n") : NULL;

  if (header_end == NULL)
    return FALSE;
  gap->mark = (gsize) (mark - text);
  gap->mark_end = (gsize) (line_end - text);
  gap->at = (gsize) (header_end + 4 - text);
  gap->size = g_ascii_strtoull (mark + strlen ("\r\nX-Missiva-Missing:  ") + strlen (section), NULL, 10);
  return TRUE;
}

const MailImapPart *
mail_imap_skeleton_find_part (const MailImapPart *structure, const char *section)
{
  if (is_leaf (structure))
    return g_strcmp0 (structure->section, section) == 0 ? structure : NULL;
  for (guint i = 0; i < structure->children->len; i++)
    {
      const MailImapPart *part = mail_imap_skeleton_find_part (g_ptr_array_index (structure->children, i), section);

      if (part != NULL)
        return part;
    }
  return NULL;
}

void
mail_imap_skeleton_count_missing (const MailImapPart *structure, const MailImapFetch *fetch, guint *parts, guint64 *bytes)
{
  if (!is_leaf (structure))
    {
      for (guint i = 0; i < structure->children->len; i++)
        mail_imap_skeleton_count_missing (g_ptr_array_index (structure->children, i), fetch, parts, bytes);
      return;
    }
  if (find_data (fetch, structure->section) != NULL)
    return;
  *parts += 1;
  *bytes += structure->size;
}
