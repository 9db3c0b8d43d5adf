/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/imap-skeleton.h"

#include <string.h>

#include "mime/mime-skeleton.h"

/* Text beyond this comes when it is asked for. */
#define TEXT_BYTES_MOST (4u * 1024 * 1024)

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

static gboolean
is_wanted (const MailImapPart *leaf, const char *also)
{
  return is_shown_text (leaf) || g_strcmp0 (leaf->section, also) == 0;
}

/* A section name goes into a command, so it is digits and dots. */
static gboolean
is_section (const char *section)
{
  return section != NULL && section[0] != '\0' && strspn (section, "0123456789.") == strlen (section);
}

static void
collect (const MailImapPart *part, gboolean alone, const char *also, GString *items, guint64 *bytes)
{
  if (!is_leaf (part))
    {
      for (guint i = 0; i < part->children->len; i++)
        collect (g_ptr_array_index (part->children, i), FALSE, also, items, bytes);
      return;
    }
  if (!is_section (part->section))
    return;
  if (!alone)
    g_string_append_printf (items, " BODY.PEEK[%s.MIME]", part->section);
  if (!is_wanted (part, also))
    return;
  g_string_append_printf (items, " BODY.PEEK[%s]", part->section);
  *bytes += part->size;
}

char *
mail_imap_skeleton_items (const MailImapPart *structure, guint64 size, const char *also)
{
  g_autoptr (GString) items = g_string_new ("BODY.PEEK[HEADER]");
  guint64 bytes = 0;

  collect (structure, is_leaf (structure), also, items, &bytes);
  if (size < bytes + SAVED_BYTES_LEAST)
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

GBytes *
mail_imap_skeleton_fill (GBytes *skeleton, const char *section, GBytes *body)
{
  gsize length = 0;
  const char *text = g_bytes_get_data (skeleton, &length);
  const char *mark = is_section (section) ? find_mark (text, length, section) : NULL;
  const char *line_end;
  const char *header_end;
  g_autoptr (GByteArray) filled = NULL;
  gsize body_length = 0;
  const guint8 *bytes = g_bytes_get_data (body, &body_length);

  if (mark == NULL)
    return NULL;
  line_end = g_strstr_len (mark + 2, (gssize) length - (mark + 2 - text), "\r\n");
  header_end = line_end != NULL ? g_strstr_len (line_end, (gssize) length - (line_end - text), "\r\n\r\n") : NULL;
  if (header_end == NULL)
    return NULL;
  header_end += 4;
  filled = g_byte_array_sized_new ((guint) (length + body_length));
  g_byte_array_append (filled, (const guint8 *) text, (guint) (mark - text));
  g_byte_array_append (filled, (const guint8 *) line_end, (guint) (header_end - line_end));
  g_byte_array_append (filled, bytes, (guint) body_length);
  g_byte_array_append (filled, (const guint8 *) header_end, (guint) (length - (gsize) (header_end - text)));
  return g_byte_array_free_to_bytes (g_steal_pointer (&filled));
}
