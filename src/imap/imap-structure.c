/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imap/imap-structure.h"

#include <string.h>

#include "core/errors.h"

static gboolean
read_field (MailImapCursor *cursor, char **field)
{
  mail_imap_cursor_blanks (cursor);
  return mail_imap_cursor_nstring (cursor, field);
}

static MailImapAddress *
read_address (MailImapCursor *cursor)
{
  g_autoptr (MailImapAddress) address = NULL;

  if (!mail_imap_cursor_take (cursor, '('))
    return NULL;
  address = g_new0 (MailImapAddress, 1);
  if (!read_field (cursor, &address->name) || !read_field (cursor, &address->adl)
      || !read_field (cursor, &address->mailbox) || !read_field (cursor, &address->host))
    return NULL;
  mail_imap_cursor_blanks (cursor);
  return mail_imap_cursor_take (cursor, ')') ? g_steal_pointer (&address) : NULL;
}

static gboolean
read_addresses (MailImapCursor *cursor, GPtrArray **result)
{
  g_autoptr (GPtrArray) list = NULL;
  char *nothing = NULL;

  mail_imap_cursor_blanks (cursor);
  if (!mail_imap_cursor_take (cursor, '('))
    {
      /* NIL; and "", which some servers send instead. */
      gboolean fine = mail_imap_cursor_nstring (cursor, &nothing) && (nothing == NULL || nothing[0] == '\0');

      g_free (nothing);
      return fine;
    }
  list = g_ptr_array_new_full (1, (GDestroyNotify) mail_imap_address_free);
  while (TRUE)
    {
      MailImapAddress *address;

      mail_imap_cursor_blanks (cursor);
      if (mail_imap_cursor_take (cursor, ')'))
        break;
      address = list->len < cursor->limits->items ? read_address (cursor) : NULL;
      if (address == NULL)
        return FALSE;
      g_ptr_array_add (list, address);
    }
  *result = g_steal_pointer (&list);
  return TRUE;
}

/* Sender and Reply-To nearly always repeat From word for word: then all three share one array. */
static gboolean
read_addresses_like (MailImapCursor *cursor, const char *from, gsize length, GPtrArray *like, GPtrArray **result)
{
  mail_imap_cursor_blanks (cursor);
  if (like != NULL && (gsize) (cursor->end - cursor->p) > length && memcmp (cursor->p, from, length) == 0)
    {
      cursor->p += length;
      *result = g_ptr_array_ref (like);
      return TRUE;
    }
  return read_addresses (cursor, result);
}

static gboolean
read_people (MailImapCursor *cursor, MailImapEnvelope *envelope)
{
  guint literals = cursor->next_literal;
  GPtrArray *like;
  const char *from;
  gsize length;

  mail_imap_cursor_blanks (cursor);
  from = cursor->p;
  if (!read_addresses (cursor, &envelope->from))
    return FALSE;
  length = (gsize) (cursor->p - from);
  like = literals == cursor->next_literal ? envelope->from : NULL;
  return read_addresses_like (cursor, from, length, like, &envelope->sender)
         && read_addresses_like (cursor, from, length, like, &envelope->reply_to)
         && read_addresses (cursor, &envelope->to)
         && read_addresses (cursor, &envelope->cc)
         && read_addresses (cursor, &envelope->bcc);
}

gboolean
mail_imap_read_envelope (MailImapCursor *cursor, MailImapEnvelope **result)
{
  g_autoptr (MailImapEnvelope) envelope = NULL;

  *result = NULL;
  if (mail_imap_cursor_word (cursor, "NIL"))
    return TRUE;
  if (!mail_imap_cursor_take (cursor, '('))
    return FALSE;
  envelope = g_new0 (MailImapEnvelope, 1);
  if (!read_field (cursor, &envelope->date) || !read_field (cursor, &envelope->subject)
      || !read_people (cursor, envelope)
      || !read_field (cursor, &envelope->in_reply_to) || !read_field (cursor, &envelope->message_id))
    return FALSE;
  mail_imap_cursor_blanks (cursor);
  if (!mail_imap_cursor_take (cursor, ')'))
    return FALSE;
  *result = g_steal_pointer (&envelope);
  return TRUE;
}

static void
lower (char *text)
{
  for (; text != NULL && *text != '\0'; text++)
    *text = g_ascii_tolower (*text);
}

static gboolean
read_lower (MailImapCursor *cursor, char **field)
{
  if (!read_field (cursor, field))
    return FALSE;
  lower (*field);
  return TRUE;
}

static void
add_string (GPtrArray *strings, char *text)
{
  g_ptr_array_add (strings, text != NULL ? text : g_strdup (""));
}

/* body-fld-param: names in lower case, values as they are. */
static gboolean
read_parameters (MailImapCursor *cursor, GStrv *result)
{
  g_autoptr (GPtrArray) strings = NULL;

  mail_imap_cursor_blanks (cursor);
  if (!mail_imap_cursor_take (cursor, '('))
    return mail_imap_cursor_word (cursor, "NIL");
  strings = g_ptr_array_new_full (5, g_free);
  while (TRUE)
    {
      char *name = NULL;
      char *value = NULL;

      mail_imap_cursor_blanks (cursor);
      if (mail_imap_cursor_take (cursor, ')'))
        break;
      if (strings->len >= cursor->limits->items || !read_lower (cursor, &name))
        return FALSE;
      add_string (strings, name);
      if (!read_field (cursor, &value))
        return FALSE;
      add_string (strings, value);
    }
  if (strings->len == 0)
    return TRUE;
  g_ptr_array_add (strings, NULL);
  *result = (GStrv) g_ptr_array_free (g_steal_pointer (&strings), FALSE);
  return TRUE;
}

/* body-fld-dsp. */
static gboolean
read_disposition (MailImapCursor *cursor, MailImapPart *part)
{
  mail_imap_cursor_blanks (cursor);
  if (!mail_imap_cursor_take (cursor, '('))
    return mail_imap_cursor_word (cursor, "NIL");
  if (!read_lower (cursor, &part->disposition) || !read_parameters (cursor, &part->disposition_parameters))
    return FALSE;
  mail_imap_cursor_blanks (cursor);
  return mail_imap_cursor_take (cursor, ')');
}

/* What may follow the disposition (language, location, what comes one day) and what may be wrong with all of it is nothing to us:
 * the part is known by now. @extension is where the extension data began. */
static gboolean
finish_part (MailImapCursor *cursor, const MailImapCursor *extension, gboolean understood)
{
  if (!understood)
    *cursor = *extension;
  return mail_imap_cursor_skip_rest (cursor);
}

static MailImapPart *read_part (MailImapCursor *cursor, const char *prefix, guint number, guint depth);

/* "1" within "2" is "2.1". @number 0 stands for the top of a message, which has no number when it is a multipart. */
static char *
section_name (const char *prefix, guint number)
{
  char digits[24];
  gsize length = strlen (prefix);
  int n = g_snprintf (digits, sizeof digits, length > 0 ? ".%u" : "%u", number);
  char *name = g_malloc (length + (gsize) n + 1);

  memcpy (name, prefix, length);
  memcpy (name + length, digits, (gsize) n + 1);
  return name;
}

static char *
multipart_section (const char *prefix, guint number)
{
  if (number > 0)
    return section_name (prefix, number);
  return prefix[0] == '\0' ? g_strdup ("") : g_strconcat (prefix, ".TEXT", NULL);
}

static gboolean
read_multipart (MailImapCursor *cursor, MailImapPart *part, const char *prefix, guint number, guint depth)
{
  g_autofree char *own = number > 0 ? section_name (prefix, number) : g_strdup (prefix);
  MailImapCursor extension;

  part->section = multipart_section (prefix, number);
  part->type = g_strdup ("multipart");
  part->children = g_ptr_array_new_full (2, (GDestroyNotify) mail_imap_part_free);
  while (mail_imap_cursor_peek (cursor) == '(')
    {
      MailImapPart *child = NULL;

      if (part->children->len < cursor->limits->items)
        child = read_part (cursor, own, part->children->len + 1, depth + 1);
      if (child == NULL)
        return FALSE;
      g_ptr_array_add (part->children, child);
      mail_imap_cursor_blanks (cursor);
    }
  if (!read_lower (cursor, &part->subtype))
    return FALSE;
  extension = *cursor;
  return finish_part (cursor, &extension,
                      read_parameters (cursor, &part->parameters) && read_disposition (cursor, part));
}

/* The numbers of a body: servers send NIL, "-1" or a quoted number where they have none. */
static gboolean
read_size (MailImapCursor *cursor, guint64 *size)
{
  g_autofree char *text = NULL;

  *size = 0;
  if (!read_field (cursor, &text))
    return FALSE;
  if (text != NULL && g_ascii_isdigit (text[0]))
    *size = MIN (g_ascii_strtoull (text, NULL, 10), MAIL_IMAP_SIZE_MOST);
  return TRUE;
}

/* message/rfc822 has its message's envelope, structure and lines here; servers that could not parse it leave them
 * out. */
static gboolean
read_inner_message (MailImapCursor *cursor, MailImapPart *part, guint depth)
{
  g_autoptr (MailImapEnvelope) envelope = NULL;
  MailImapPart *child;

  mail_imap_cursor_blanks (cursor);
  if (!mail_imap_read_envelope (cursor, &envelope))
    return FALSE;
  mail_imap_cursor_blanks (cursor);
  child = read_part (cursor, part->section, 0, depth + 1);
  if (child == NULL)
    return FALSE;
  part->children = g_ptr_array_new_full (1, (GDestroyNotify) mail_imap_part_free);
  g_ptr_array_add (part->children, child);
  return TRUE;
}

static gboolean
is_message (const MailImapPart *part)
{
  return g_strcmp0 (part->type, "message") == 0
         && (g_strcmp0 (part->subtype, "rfc822") == 0 || g_strcmp0 (part->subtype, "global") == 0);
}

static gboolean
read_extension (MailImapCursor *cursor, MailImapPart *part)
{
  g_autofree char *md5 = NULL;

  mail_imap_cursor_blanks (cursor);
  if (mail_imap_cursor_peek (cursor) == ')')
    return TRUE;
  return read_field (cursor, &md5) && (mail_imap_cursor_blanks (cursor), TRUE)
         && (mail_imap_cursor_peek (cursor) == ')' || read_disposition (cursor, part));
}

static gboolean
read_leaf (MailImapCursor *cursor, MailImapPart *part, const char *prefix, guint number, guint depth)
{
  MailImapCursor extension;
  guint64 lines;

  part->section = section_name (prefix, MAX (number, 1));
  if (!read_lower (cursor, &part->type) || !read_lower (cursor, &part->subtype)
      || !read_parameters (cursor, &part->parameters) || !read_field (cursor, &part->content_id)
      || !read_field (cursor, &part->description) || !read_lower (cursor, &part->encoding)
      || !read_size (cursor, &part->size))
    return FALSE;
  mail_imap_cursor_blanks (cursor);
  if (is_message (part) && mail_imap_cursor_peek (cursor) == '(')
    {
      if (depth >= cursor->limits->depth || !read_inner_message (cursor, part, depth))
        return FALSE;
      mail_imap_cursor_blanks (cursor);
    }
  if (g_ascii_isdigit (mail_imap_cursor_peek (cursor)) && !mail_imap_cursor_number (cursor, &lines))
    return FALSE;
  extension = *cursor;
  return finish_part (cursor, &extension, read_extension (cursor, part));
}

static MailImapPart *
read_part (MailImapCursor *cursor, const char *prefix, guint number, guint depth)
{
  g_autoptr (MailImapPart) part = NULL;
  gboolean fine;

  if (depth > cursor->limits->depth || !mail_imap_cursor_take (cursor, '('))
    return NULL;
  mail_imap_cursor_blanks (cursor);
  part = g_new0 (MailImapPart, 1);
  if (mail_imap_cursor_peek (cursor) == '(')
    fine = read_multipart (cursor, part, prefix, number, depth);
  else
    fine = read_leaf (cursor, part, prefix, number, depth);
  return fine ? g_steal_pointer (&part) : NULL;
}

gboolean
mail_imap_read_structure (MailImapCursor *cursor, MailImapPart **part)
{
  *part = NULL;
  if (mail_imap_cursor_word (cursor, "NIL"))
    return TRUE;
  *part = read_part (cursor, "", 0, 0);
  return *part != NULL;
}

MailImapPart *
mail_imap_part_parse (const char *structure_text, GError **error)
{
  MailImapFrame frame = { structure_text, strlen (structure_text), NULL, 0 };
  MailImapCursor cursor;
  g_autoptr (MailImapPart) part = NULL;

  mail_imap_cursor_init (&cursor, &frame, &mail_imap_default_limits);
  if (!mail_imap_read_structure (&cursor, &part) || part == NULL || !mail_imap_cursor_at_end (&cursor))
    {
      g_set_error (error, MAIL_ERROR, MAIL_ERROR_PROTOCOL, "the body structure is not readable");
      return NULL;
    }
  return g_steal_pointer (&part);
}
