/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mime/mime-message.h"

#include <string.h>

#include "mime/mime-charset.h"
#include "mime/mime-words.h"

/* Reads RFC 5322 address lists and what programs write in their place. Nothing that stands between two commas is
 * dropped: what has no "@" becomes a name. One pass over the text. */
typedef struct
{
  const char *at;
  GPtrArray *addresses;
  gboolean no_more_words;  /* no encoded word ends behind here */
  gboolean no_more_groups; /* no ";" stands behind here */
  /* The mailbox that is being read. */
  GString *phrase;  /* its words, quotes taken off */
  GString *bare;    /* its words as they stand: "john doe"@example.org keeps its quotes */
  GString *angle;   /* what stands in <> */
  GString *comment; /* the last (comment) */
  gboolean has_angle;
  gsize name_length; /* of the phrase where the <> stood */
} Reader;

static void end_mailbox (Reader *reader);

static void
clear (Reader *reader)
{
  g_string_truncate (reader->phrase, 0);
  g_string_truncate (reader->bare, 0);
  g_string_truncate (reader->angle, 0);
  g_string_truncate (reader->comment, 0);
  reader->has_angle = FALSE;
}

static void
append_blank (GString *text)
{
  if (text->len > 0 && text->str[text->len - 1] != ' ')
    g_string_append_c (text, ' ');
}

static void
append_both (Reader *reader, const char *text, gsize length)
{
  g_string_append_len (reader->phrase, text, length);
  g_string_append_len (reader->bare, text, length);
}

/* Copies what stands before an unescaped @close, nested @open counted, to @out without escapes. */
static void
read_enclosed (Reader *reader, char open, char close, GString *out)
{
  guint depth = 1;

  for (reader->at++; *reader->at != '\0'; reader->at++)
    {
      char c = *reader->at;

      if (c == '\\' && reader->at[1] != '\0')
        c = *++reader->at;
      else if (c == close && --depth == 0)
        {
          reader->at++;
          return;
        }
      else if (c == open)
        depth++;
      g_string_append_c (out, c);
    }
}

static void
read_quoted (Reader *reader)
{
  const char *start = reader->at;
  gsize before = reader->phrase->len;

  read_enclosed (reader, '\0', '"', reader->phrase);
  if (reader->at[-1] == '"' && reader->at > start + 1)
    {
      g_string_append_len (reader->bare, start, reader->at - start);
      return;
    }
  /* A quote that never ends is a slip: it counts as if it were not there. */
  g_string_truncate (reader->phrase, before);
  reader->at = start + 1;
}

/* "A <a@x> B <b@y>": a comma was forgotten before B. */
static void
end_before_name (Reader *reader)
{
  g_autofree char *name = g_strdup (reader->phrase->str + reader->name_length);

  g_string_truncate (reader->phrase, reader->name_length);
  end_mailbox (reader);
  append_both (reader, name, strlen (name));
}

/* "<...>": a route before the address (RFC 5322, section 4.4) and comments in it are passed over. */
static void
read_angle (Reader *reader)
{
  gsize length = 0;
  gboolean quoted = FALSE;
  const char *start = reader->at + strspn (reader->at, "<");

  while (start[length] != '\0' && (quoted || (start[length] != '>' && start[length] != '<')))
    {
      if (start[length] == '"')
        quoted = !quoted && strchr (start + length + 1, '"') != NULL;
      length++;
    }
  reader->at = start + length + (start[length] == '>');
  if (reader->has_angle && memchr (start, '@', length) == NULL)
    return;
  if (reader->has_angle && strchr (reader->angle->str, '@') != NULL)
    end_before_name (reader);
  reader->has_angle = TRUE;
  reader->name_length = reader->phrase->len;
  g_string_truncate (reader->angle, 0);
  g_string_append_len (reader->angle, start, length);
}

static gboolean
is_joint (char c)
{
  return c == '@' || c == '.' || c == '\0';
}

/* Takes (comments) out of an address and the blanks around its "@" and dots; other blanks stay, one at a time. */
static void
take_out_comments (GString *address)
{
  gsize kept = 0;
  guint depth = 0;
  gboolean quoted = FALSE;

  for (gsize i = 0; i < address->len; i++)
    {
      char c = address->str[i];
      char last = kept > 0 ? address->str[kept - 1] : '\0';

      if (c == '"' && depth == 0)
        quoted = !quoted;
      if (!quoted && c == '(')
        depth++;
      else if (depth > 0 && c == ')')
        depth--;
      else if (depth > 0)
        continue;
      else if (quoted || !g_ascii_isspace (c))
        {
          if (!quoted && last == ' ' && is_joint (c))
            kept--;
          address->str[kept++] = c;
        }
      else if (last != ' ' && !is_joint (last))
        address->str[kept++] = ' ';
    }
  g_string_truncate (address, kept);
}

static void
tidy_address (GString *address)
{
  const char *at;

  take_out_comments (address);
  if (address->len > 0 && address->str[0] == '@' && strchr (address->str, ':') != NULL)
    g_string_erase (address, 0, strchr (address->str, ':') - address->str + 1);
  if (g_ascii_strncasecmp (address->str, "mailto:", 7) == 0)
    g_string_erase (address, 0, 7);
  at = strchr (address->str, '@');
  if (at == NULL || address->str[0] == '"')
    return;
  /* Of several words the one with the "@" is the address. */
  g_string_truncate (address, at - address->str + strcspn (at, " "));
  at = strrchr (address->str, ' ');
  if (at != NULL)
    g_string_erase (address, 0, at - address->str + 1);
}

/* The first word of the bare text with an "@" moves to @address; what is left stays as the name. */
static void
split_bare (Reader *reader, GString *address)
{
  const char *at = strchr (reader->bare->str, '@');
  const char *start = at;
  const char *end = at;

  if (at == NULL)
    return;
  while (start > reader->bare->str && (start[-1] != ' ' || (at[-1] == '"' && strchr (start, '"') == at - 1)))
    start--;
  end += strcspn (end, " ");
  g_string_append_len (address, start, end - start);
  g_string_assign (reader->phrase, end);
  g_string_prepend_len (reader->phrase, reader->bare->str, start - reader->bare->str);
}

static char *
dup_name (const GString *text)
{
  g_autofree char *name = mail_mime_decode_words (text->str);

  return name[0] != '\0' ? g_steal_pointer (&name) : NULL;
}

static void
end_mailbox (Reader *reader)
{
  g_autoptr (GString) address = g_string_new (reader->has_angle ? reader->angle->str : NULL);
  g_autofree char *name = NULL;

  if (!reader->has_angle)
    split_bare (reader, address);
  tidy_address (address);
  name = dup_name (reader->phrase);
  if (name == NULL)
    name = dup_name (reader->comment);
  if (name == NULL && strchr (address->str, '@') == NULL && strchr (address->str, ' ') != NULL)
    {
      name = g_strdup (address->str);
      g_string_truncate (address, 0);
    }
  if (name != NULL || address->len > 0)
    g_ptr_array_add (reader->addresses, mail_address_new (name, address->str));
  clear (reader);
}

/* "Name:" begins a group when a ";" ends it somewhere; its name is dropped and its members count. */
static void
read_colon (Reader *reader)
{
  reader->no_more_groups = reader->no_more_groups || strchr (reader->at, ';') == NULL;
  if (!reader->no_more_groups && reader->bare->len > 0 && !reader->has_angle && strchr (reader->bare->str, '@') == NULL)
    clear (reader);
  else
    append_both (reader, ":", 1);
  reader->at++;
}

static void
read_text (Reader *reader)
{
  const char *end = NULL;

  if (reader->at[0] == '=' && reader->at[1] == '?' && !reader->no_more_words)
    end = mail_mime_encoded_word_end (reader->at, &reader->no_more_words);
  if (end == NULL)
    {
      if (reader->at[0] == '\\' && reader->at[1] != '\0')
        reader->at++;
      end = g_utf8_next_char (reader->at);
    }
  append_both (reader, reader->at, end - reader->at);
  reader->at = end;
}

/* Blanks around an "@" belong to nobody: "name @ example.org". */
static void
read_at_sign (Reader *reader)
{
  while (reader->bare->len > 0 && reader->bare->str[reader->bare->len - 1] == ' ')
    g_string_truncate (reader->bare, reader->bare->len - 1);
  append_both (reader, "@", 1);
  reader->at++;
  reader->at += strspn (reader->at, " \t");
}

static void
read_one (Reader *reader)
{
  switch (*reader->at)
    {
    case ',':
    case ';':
      end_mailbox (reader);
      reader->at++;
      break;
    case '"':
      read_quoted (reader);
      break;
    case '<':
      read_angle (reader);
      break;
    case '(':
      g_string_truncate (reader->comment, 0);
      read_enclosed (reader, '(', ')', reader->comment);
      break;
    case ':':
      read_colon (reader);
      break;
    case '@':
      read_at_sign (reader);
      break;
    case ' ':
    case '\t':
    case '\r':
    case '\n':
      append_blank (reader->phrase);
      append_blank (reader->bare);
      reader->at++;
      break;
    default:
      read_text (reader);
    }
}

GPtrArray *
mail_mime_parse_addresses (const char *raw)
{
  g_autofree char *utf8 = NULL;
  Reader reader = { 0 };

  reader.addresses = mail_address_list_new ();
  if (raw == NULL || raw[0] == '\0')
    return reader.addresses;
  utf8 = mail_mime_to_utf8 (raw, strlen (raw), NULL, NULL);
  reader.at = utf8;
  reader.phrase = g_string_new (NULL);
  reader.bare = g_string_new (NULL);
  reader.angle = g_string_new (NULL);
  reader.comment = g_string_new (NULL);
  while (*reader.at != '\0')
    read_one (&reader);
  end_mailbox (&reader);
  g_string_free (reader.phrase, TRUE);
  g_string_free (reader.bare, TRUE);
  g_string_free (reader.angle, TRUE);
  g_string_free (reader.comment, TRUE);
  return reader.addresses;
}
