/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imap/imap-fetch.h"

#include <string.h>

#include "core/server-text.h"
#include "imap/imap-date.h"
#include "imap/imap-grammar.h"
#include "imap/imap-structure.h"

/* Characters of a PREVIEW; a server must not send more than 256 (RFC 8970, section 3.2). */
#define PREVIEW_MOST 256

/* Octets of a message's keywords; what is beyond them is passed over. */
#define KEYWORDS_MOST 8192

typedef gboolean (*ItemFunc) (MailImapCursor *cursor, MailImapFetch *fetch);

gboolean
mail_imap_read_flag (MailImapCursor *cursor,
                     MailFlags *flags,
                     GString *keywords,
                     gboolean *recent,
                     gboolean *wildcard)
{
  const char *atom;
  gsize length;
  char name[16];
  MailFlags flag = MAIL_FLAGS_NONE;

  if (!mail_imap_cursor_atom (cursor, &atom, &length))
    return FALSE;
  if (length < sizeof name)
    {
      memcpy (name, atom, length);
      name[length] = '\0';
      flag = mail_flag_from_imap (name);
      if (flag == MAIL_FLAGS_NONE && g_ascii_strcasecmp (name, "\\Recent") == 0)
        *recent = TRUE;
      else if (flag == MAIL_FLAGS_NONE && strcmp (name, "\\*") == 0)
        *wildcard = TRUE;
    }
  *flags |= flag;
  if (flag == MAIL_FLAGS_NONE && atom[0] != '\\' && keywords != NULL && keywords->len + length < KEYWORDS_MOST)
    {
      if (keywords->len > 0)
        g_string_append_c (keywords, ' ');
      g_string_append_len (keywords, atom, (gssize) length);
    }
  return TRUE;
}

static gboolean
read_flags (MailImapCursor *cursor, MailImapFetch *fetch)
{
  g_autoptr (GString) keywords = g_string_new (NULL);
  MailFlags flags = MAIL_FLAGS_NONE;
  gboolean wildcard = FALSE;

  if (!mail_imap_cursor_take (cursor, '('))
    return FALSE;
  while (mail_imap_cursor_blanks (cursor), !mail_imap_cursor_take (cursor, ')'))
    if (!mail_imap_read_flag (cursor, &flags, keywords, &fetch->recent, &wildcard))
      return FALSE;
  fetch->flags = flags;
  g_clear_pointer (&fetch->keywords, g_free);
  if (keywords->len > 0)
    fetch->keywords = g_strdup (keywords->str);
  fetch->has |= MAIL_IMAP_HAS_FLAGS;
  return TRUE;
}

static gboolean
read_uid (MailImapCursor *cursor, MailImapFetch *fetch)
{
  guint32 uid;

  if (!mail_imap_cursor_number32 (cursor, &uid) || uid == 0)
    return FALSE;
  fetch->uid = uid;
  fetch->has |= MAIL_IMAP_HAS_UID;
  return TRUE;
}

static gboolean
read_size (MailImapCursor *cursor, MailImapFetch *fetch)
{
  if (!mail_imap_cursor_number (cursor, &fetch->size))
    return FALSE;
  fetch->size = MIN (fetch->size, MAIL_IMAP_SIZE_MOST);
  fetch->has |= MAIL_IMAP_HAS_SIZE;
  return TRUE;
}

static gboolean
read_date (MailImapCursor *cursor, MailImapFetch *fetch)
{
  g_autofree char *text = NULL;

  if (!mail_imap_cursor_nstring (cursor, &text) || text == NULL
      || !mail_imap_date_parse (text, &fetch->internal_date))
    return FALSE;
  fetch->has |= MAIL_IMAP_HAS_DATE;
  return TRUE;
}

static gboolean
read_envelope (MailImapCursor *cursor, MailImapFetch *fetch)
{
  MailImapEnvelope *envelope;

  if (!mail_imap_read_envelope (cursor, &envelope))
    return FALSE;
  mail_imap_envelope_free (fetch->envelope);
  fetch->envelope = envelope;
  if (envelope != NULL)
    fetch->has |= MAIL_IMAP_HAS_ENVELOPE;
  return TRUE;
}

static gboolean
read_structure (MailImapCursor *cursor, MailImapFetch *fetch)
{
  MailImapCursor from = *cursor;
  g_autoptr (MailImapPart) structure = NULL;
  char *text;

  if (!mail_imap_read_structure (cursor, &structure))
    return FALSE;
  if (structure == NULL)
    return TRUE;
  text = mail_imap_cursor_dup_since (cursor, &from);
  if (text == NULL)
    return FALSE;
  mail_imap_part_free (fetch->structure);
  g_free (fetch->structure_text);
  fetch->structure = g_steal_pointer (&structure);
  fetch->structure_text = text;
  fetch->has |= MAIL_IMAP_HAS_STRUCTURE;
  return TRUE;
}

static gboolean
read_modseq (MailImapCursor *cursor, MailImapFetch *fetch)
{
  if (!mail_imap_cursor_take (cursor, '(') || !mail_imap_cursor_number (cursor, &fetch->modseq)
      || !mail_imap_cursor_take (cursor, ')'))
    return FALSE;
  fetch->has |= MAIL_IMAP_HAS_MODSEQ;
  return TRUE;
}

/* PREVIEW "text", or NIL (RFC 8970, section 3.2). */
static gboolean
read_preview (MailImapCursor *cursor, MailImapFetch *fetch)
{
  g_autofree char *text = NULL;

  if (mail_imap_cursor_peek (cursor) == '(' || !mail_imap_cursor_nstring (cursor, &text))
    return FALSE;
  g_clear_pointer (&fetch->preview, g_free);
  if (text != NULL && text[0] != '\0')
    fetch->preview = mail_server_text_clean (text, strlen (text), PREVIEW_MOST);
  fetch->has |= MAIL_IMAP_HAS_PREVIEW;
  return TRUE;
}

static gboolean
read_binary_size (MailImapCursor *cursor, MailImapFetch *fetch)
{
  mail_imap_cursor_blanks (cursor);
  if (!mail_imap_cursor_number (cursor, &fetch->binary_size))
    return FALSE;
  fetch->binary_size = MIN (fetch->binary_size, MAIL_IMAP_SIZE_MOST);
  fetch->has |= MAIL_IMAP_HAS_BINARY_SIZE;
  return TRUE;
}

/* EMAILID (M6d99ac3275bb4e). */
static gboolean
read_email_id (MailImapCursor *cursor, MailImapFetch *fetch)
{
  g_autofree char *id = NULL;

  if (!mail_imap_cursor_take (cursor, '(') || !mail_imap_cursor_astring (cursor, &id)
      || !mail_imap_cursor_take (cursor, ')') || strlen (id) > MAIL_IMAP_OBJECT_ID_MOST)
    return FALSE;
  g_free (fetch->email_id);
  fetch->email_id = g_steal_pointer (&id);
  return TRUE;
}

static gboolean
read_gmail_id (MailImapCursor *cursor, MailImapFetch *fetch)
{
  guint64 id;

  if (!mail_imap_cursor_number (cursor, &id))
    return FALSE;
  if (fetch->email_id == NULL)
    fetch->email_id = g_strdup_printf ("gm:%" G_GUINT64_FORMAT, id);
  return TRUE;
}

static void
append_label (GString *labels, const char *name)
{
  gboolean quoted = name[0] == '\0' || strpbrk (name, " \"") != NULL;

  if (labels->len > 0)
    g_string_append_c (labels, ' ');
  if (quoted)
    g_string_append_c (labels, '"');
  for (const char *p = name; *p != '\0'; p++)
    {
      if (quoted && (*p == '"' || *p == '\\'))
        g_string_append_c (labels, '\\');
      g_string_append_c (labels, *p);
    }
  if (quoted)
    g_string_append_c (labels, '"');
}

/* X-GM-LABELS (\Inbox Work "A b" &AOk-). */
static gboolean
read_labels (MailImapCursor *cursor, MailImapFetch *fetch)
{
  g_autoptr (GString) labels = g_string_new (NULL);

  if (!mail_imap_cursor_take (cursor, '('))
    return FALSE;
  while (mail_imap_cursor_blanks (cursor), !mail_imap_cursor_take (cursor, ')'))
    {
      g_autofree char *raw = NULL;
      g_autofree char *name = NULL;

      if (!mail_imap_cursor_astring (cursor, &raw))
        return FALSE;
      name = mail_imap_decode_name (raw, cursor->utf8);
      append_label (labels, name);
    }
  g_clear_pointer (&fetch->labels, g_free);
  if (labels->len > 0)
    fetch->labels = g_strdup (labels->str);
  fetch->has |= MAIL_IMAP_HAS_LABELS;
  return TRUE;
}

static gboolean
add_section (MailImapCursor *cursor, MailImapFetch *fetch, const char *name, gboolean binary, gint64 origin)
{
  GBytes *data;
  MailImapSection *section;

  mail_imap_cursor_blanks (cursor);
  if ((fetch->sections != NULL && fetch->sections->len >= cursor->limits->items)
      || !mail_imap_cursor_nbytes (cursor, &data))
    return FALSE;
  section = g_new0 (MailImapSection, 1);
  section->section = g_strdup (name);
  section->binary = binary;
  section->origin = origin;
  section->data = data;
  if (fetch->sections == NULL)
    fetch->sections = g_ptr_array_new_full (1, (GDestroyNotify) mail_imap_section_free);
  g_ptr_array_add (fetch->sections, section);
  return TRUE;
}

static gboolean
read_rfc822 (MailImapCursor *cursor, MailImapFetch *fetch)
{
  return add_section (cursor, fetch, "", FALSE, -1);
}

static gboolean
read_rfc822_header (MailImapCursor *cursor, MailImapFetch *fetch)
{
  return add_section (cursor, fetch, "HEADER", FALSE, -1);
}

static gboolean
read_rfc822_text (MailImapCursor *cursor, MailImapFetch *fetch)
{
  return add_section (cursor, fetch, "TEXT", FALSE, -1);
}

/* What is not kept but has a known shape of one value is passed over like what is not known. */
static const struct
{
  const char *name;
  ItemFunc read;
} items[] = {
  { "UID", read_uid },
  { "FLAGS", read_flags },
  { "INTERNALDATE", read_date },
  { "RFC822.SIZE", read_size },
  { "ENVELOPE", read_envelope },
  { "BODYSTRUCTURE", read_structure },
  { "BODY", read_structure },
  { "MODSEQ", read_modseq },
  { "EMAILID", read_email_id },
  { "PREVIEW", read_preview },
  { "X-GM-MSGID", read_gmail_id },
  { "X-GM-LABELS", read_labels },
  { "RFC822", read_rfc822 },
  { "RFC822.HEADER", read_rfc822_header },
  { "RFC822.TEXT", read_rfc822_text },
};

/* The name between brackets: header names in it may be quoted, with a bracket of their own, or literals. */
static gboolean
read_section_name (MailImapCursor *cursor, char **name)
{
  MailImapCursor from = *cursor;

  while (mail_imap_cursor_peek (cursor) != ']')
    {
      char c = mail_imap_cursor_peek (cursor);
      g_autofree char *text = NULL;

      if (mail_imap_cursor_at_end (cursor))
        return FALSE;
      if (c != '"' && c != '{')
        cursor->p++;
      else if (!mail_imap_cursor_astring (cursor, &text))
        return FALSE;
    }
  *name = mail_imap_cursor_dup_since (cursor, &from);
  return *name != NULL && mail_imap_cursor_take (cursor, ']');
}

typedef enum
{
  SECTION_UNKNOWN,
  SECTION_BODY,
  SECTION_BINARY,
  SECTION_BINARY_SIZE,
} SectionKind;

/* Behind "BODY[", "BINARY[" or another name with a bracket. */
static gboolean
read_section (MailImapCursor *cursor, MailImapFetch *fetch, SectionKind kind, gboolean *readable)
{
  g_autofree char *name = NULL;
  guint64 origin = 0;
  gboolean partial;

  if (!read_section_name (cursor, &name))
    return FALSE;
  if (kind == SECTION_BINARY_SIZE)
    return read_binary_size (cursor, fetch);
  partial = mail_imap_cursor_take (cursor, '<');
  if (partial && (!mail_imap_cursor_number (cursor, &origin) || origin > G_MAXINT64
                  || !mail_imap_cursor_take (cursor, '>')))
    return FALSE;
  mail_imap_cursor_blanks (cursor);
  *readable = kind != SECTION_UNKNOWN && mail_imap_cursor_peek (cursor) != '(';
  if (!*readable)
    return mail_imap_cursor_skip (cursor);
  return add_section (cursor, fetch, name, kind == SECTION_BINARY, partial ? (gint64) origin : -1);
}

static gboolean
has_name (const char *text, gsize length, const char *name)
{
  return strlen (name) == length && g_ascii_strncasecmp (text, name, length) == 0;
}

static ItemFunc
find_item (const char *name, gsize length)
{
  for (guint i = 0; i < G_N_ELEMENTS (items); i++)
    if (has_name (name, length, items[i].name))
      return items[i].read;
  return NULL;
}

static SectionKind
find_section (const char *name, gsize length)
{
  return has_name (name, length, "BODY")          ? SECTION_BODY
         : has_name (name, length, "BINARY")      ? SECTION_BINARY
         : has_name (name, length, "BINARY.SIZE") ? SECTION_BINARY_SIZE
                                                  : SECTION_UNKNOWN;
}

static gboolean
read_item (MailImapCursor *cursor, MailImapFetch *fetch, guint *skipped)
{
  const char *name = cursor->p;
  gsize length;
  gboolean readable = TRUE;
  MailImapCursor value;
  ItemFunc read;

  while (cursor->p < cursor->end && strchr ("[ ()\"{", *cursor->p) == NULL)
    cursor->p++;
  length = (gsize) (cursor->p - name);
  if (length == 0)
    return FALSE;
  if (mail_imap_cursor_take (cursor, '['))
    {
      if (!read_section (cursor, fetch, find_section (name, length), &readable))
        return FALSE;
      *skipped += !readable;
      return TRUE;
    }
  mail_imap_cursor_blanks (cursor);
  value = *cursor;
  read = find_item (name, length);
  if (read != NULL && read (cursor, fetch))
    return TRUE;
  *cursor = value;
  (*skipped)++;
  return mail_imap_cursor_skip (cursor);
}

MailImapFetch *
mail_imap_read_fetch (MailImapCursor *cursor, guint32 sequence, guint *skipped)
{
  g_autoptr (MailImapFetch) fetch = NULL;

  mail_imap_cursor_blanks (cursor);
  if (!mail_imap_cursor_take (cursor, '('))
    return NULL;
  fetch = g_new0 (MailImapFetch, 1);
  fetch->sequence = sequence;
  while (mail_imap_cursor_blanks (cursor), !mail_imap_cursor_take (cursor, ')'))
    if (!read_item (cursor, fetch, skipped))
      return NULL;
  return g_steal_pointer (&fetch);
}
