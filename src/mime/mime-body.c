/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mime/mime-body.h"

#include <string.h>

#include "mime/mime-charset.h"
#include "mime/mime-html.h"
#include "mime/mime-text.h"

/* A preview decodes only the beginning; more of it where that says nothing, as in newsletters with much style. */
#define PREVIEW_BYTES 8192
#define PREVIEW_MOST_BYTES (128 * 1024)

/* The bodies that are shown, in order: once for a reader of plain text and once for a reader of HTML. */
typedef struct
{
  GPtrArray *plain; /* MailMimeEntity; HTML only where there is no plain alternative */
  GPtrArray *html;  /* likewise the other way round */
} Shown;

static gboolean
is_html (const MailMimeEntity *entity)
{
  return mail_mime_entity_is (entity, "text/html");
}

static gboolean
any_html (const GPtrArray *entities)
{
  for (guint i = 0; i < entities->len; i++)
    if (is_html (g_ptr_array_index (entities, i)))
      return TRUE;
  return FALSE;
}

static gboolean
all_plain (const GPtrArray *entities)
{
  for (guint i = 0; i < entities->len; i++)
    if (is_html (g_ptr_array_index (entities, i)))
      return FALSE;
  return entities->len > 0;
}

static void
append_all (GPtrArray *to, const GPtrArray *from)
{
  for (guint i = 0; i < from->len; i++)
    g_ptr_array_add (to, g_ptr_array_index (from, i));
}

static Shown find_shown (const MailMimeEntity *entity);

static void
clear_shown (Shown *shown)
{
  g_ptr_array_unref (shown->plain);
  g_ptr_array_unref (shown->html);
}

/* Programs send an empty plain text beside their HTML. */
static gboolean
is_blank (const GPtrArray *entities)
{
  for (guint i = 0; i < entities->len; i++)
    {
      const MailMimeEntity *entity = g_ptr_array_index (entities, i);
      g_autoptr (GByteArray) bytes = NULL;

      if (entity->missing >= 0 || entity->body_length > 256 || is_html (entity))
        return FALSE;
      bytes = mail_mime_entity_decode (entity, 256);
      for (guint j = 0; j < bytes->len; j++)
        if (!g_ascii_isspace (bytes->data[j]))
          return FALSE;
    }
  return TRUE;
}

/* RFC 2046, section 5.1.4: the alternatives get better; the first plain one and the last rich one are taken. */
static void
add_alternatives (Shown *shown, const MailMimeEntity *entity)
{
  g_autoptr (GPtrArray) plain = g_ptr_array_new ();
  g_autoptr (GPtrArray) rich = g_ptr_array_new ();

  for (guint i = 0; i < entity->children->len; i++)
    {
      Shown child = find_shown (g_ptr_array_index (entity->children, i));

      if (child.plain->len > 0 && (plain->len == 0 || (!all_plain (plain) && all_plain (child.plain))))
        {
          g_ptr_array_set_size (plain, 0);
          append_all (plain, child.plain);
        }
      if (child.html->len > 0 && (rich->len == 0 || any_html (child.html)))
        {
          g_ptr_array_set_size (rich, 0);
          append_all (rich, child.html);
        }
      clear_shown (&child);
    }
  append_all (shown->plain, is_blank (plain) ? rich : plain);
  append_all (shown->html, rich);
}

static Shown
find_shown (const MailMimeEntity *entity)
{
  Shown shown = { g_ptr_array_new (), g_ptr_array_new () };

  if (entity->children != NULL && mail_mime_entity_is (entity, "multipart/alternative"))
    add_alternatives (&shown, entity);
  else if (entity->children != NULL)
    for (guint i = 0; i < entity->children->len; i++)
      {
        Shown child = find_shown (g_ptr_array_index (entity->children, i));

        append_all (shown.plain, child.plain);
        append_all (shown.html, child.html);
        clear_shown (&child);
      }
  else if (mail_mime_entity_is_shown_text (entity))
    {
      g_ptr_array_add (shown.plain, (gpointer) entity);
      g_ptr_array_add (shown.html, (gpointer) entity);
    }
  return shown;
}

/* HTML without a charset in its header may name one in a meta element at its beginning. */
static char *
dup_charset (const MailMimeEntity *entity, const GByteArray *bytes)
{
  const char *label = mail_mime_entity_get_param (entity, "charset");
  g_autofree char *start = NULL;
  const char *meta;

  if (label != NULL || !is_html (entity))
    return g_strdup (label);
  start = g_ascii_strdown ((const char *) bytes->data, MIN (bytes->len, 1024));
  meta = strstr (start, "charset=");
  if (meta == NULL)
    return NULL;
  meta += strlen ("charset=");
  meta += strspn (meta, "\"' ");
  return g_strndup (meta, strspn (meta, "abcdefghijklmnopqrstuvwxyz0123456789-_:."));
}

static gboolean
has_param (const MailMimeEntity *entity, const char *name, const char *value)
{
  const char *param = mail_mime_entity_get_param (entity, name);

  return param != NULL && g_ascii_strcasecmp (param, value) == 0;
}

/* (transfer full): the text of one leaf in UTF-8 with "\n" line ends. */
static char *
dup_text (const MailMimeEntity *entity, gsize limit)
{
  g_autoptr (GByteArray) bytes = mail_mime_entity_decode (entity, limit);
  g_autofree char *charset = dup_charset (entity, bytes);
  char *text = mail_mime_to_utf8 ((const char *) bytes->data, bytes->len, charset, NULL);

  mail_mime_normalise_lines (text);
  if (!is_html (entity) && has_param (entity, "format", "flowed"))
    {
      g_autofree char *flowed = text;

      text = mail_mime_unflow (flowed, has_param (entity, "delsp", "yes"));
    }
  return text;
}

static void
append_separately (GString *out, const char *text)
{
  if (out->len > 0 && out->str[out->len - 1] != '\n')
    g_string_append_c (out, '\n');
  g_string_append (out, text);
}

static char *
join_plain (const GPtrArray *entities, gsize limit)
{
  g_autoptr (GString) out = g_string_new (NULL);

  for (guint i = 0; i < entities->len && out->len < limit; i++)
    {
      const MailMimeEntity *entity = g_ptr_array_index (entities, i);
      g_autofree char *text = dup_text (entity, limit - out->len);
      g_autofree char *readable = is_html (entity) ? mail_mime_html_to_text (text, limit - out->len) : NULL;

      append_separately (out, readable != NULL ? readable : text);
    }
  return entities->len > 0 ? g_strdup (out->str) : NULL;
}

static char *
join_html (const GPtrArray *entities, gsize limit)
{
  g_autoptr (GString) out = g_string_new (NULL);

  for (guint i = 0; i < entities->len && out->len < limit; i++)
    {
      const MailMimeEntity *entity = g_ptr_array_index (entities, i);
      g_autofree char *text = dup_text (entity, limit - out->len);
      g_autofree char *escaped = is_html (entity) ? NULL : g_markup_escape_text (text, -1);

      if (escaped != NULL)
        g_string_append_printf (out, "<div style=\"white-space: pre-wrap\">%s</div>\n", escaped);
      else
        append_separately (out, text);
    }
  return g_strdup (out->str);
}

/* The Content-IDs that @html refers to. */
static GHashTable *
collect_references (const char *html)
{
  GHashTable *ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (const char *p = html != NULL ? strstr (html, "cid:") : NULL; p != NULL; p = strstr (p, "cid:"))
    {
      gsize length = strcspn (p += 4, "\"'<>() \t\n");

      if (length > 0 && length < 998)
        {
          g_autofree char *raw = g_strndup (p, length);
          char *id = g_uri_unescape_string (raw, NULL);

          g_hash_table_add (ids, id != NULL ? id : g_steal_pointer (&raw));
        }
    }
  return ids;
}

static void
free_part (MailMimePart *part)
{
  g_free (part->section);
  g_free (part->content_type);
  g_free (part->filename);
  g_free (part->content_id);
  g_free (part);
}

static void
add_part (MailMimeBody *body, MailMimeEntity *entity, GHashTable *references)
{
  MailMimePart *part = g_new0 (MailMimePart, 1);

  part->section = g_strdup (entity->section);
  part->content_type = g_strdup (entity->type);
  part->filename = mail_mime_entity_dup_filename (entity);
  part->content_id = mail_mime_entity_dup_content_id (entity);
  part->missing = entity->missing >= 0;
  part->size = part->missing ? (guint64) entity->missing : mail_mime_entity_measure (entity);
  part->is_inline = entity->is_inline || (part->content_id != NULL && g_hash_table_contains (references, part->content_id));
  g_ptr_array_add (body->parts, part);
  g_ptr_array_add (body->leaves, entity);
}

static void
collect_parts (MailMimeBody *body, MailMimeEntity *entity, GHashTable *references)
{
  if (entity->children != NULL)
    for (guint i = 0; i < entity->children->len; i++)
      collect_parts (body, g_ptr_array_index (entity->children, i), references);
  else if (!mail_mime_entity_is_shown_text (entity))
    add_part (body, entity, references);
}

MailMimeBody *
mail_mime_body_new (MailMimeEntity *root, gsize text_bytes)
{
  MailMimeBody *body = g_new0 (MailMimeBody, 1);
  Shown shown = find_shown (root);
  g_autoptr (GHashTable) references = NULL;

  body->text = join_plain (shown.plain, text_bytes);
  body->is_plain = all_plain (shown.plain);
  if (any_html (shown.html))
    body->html = join_html (shown.html, text_bytes);
  for (guint i = 0; i < shown.plain->len; i++)
    if (((MailMimeEntity *) g_ptr_array_index (shown.plain, i))->missing >= 0)
      body->is_text_missing = TRUE;
  body->parts = g_ptr_array_new_with_free_func ((GDestroyNotify) free_part);
  body->leaves = g_ptr_array_new ();
  references = collect_references (body->html);
  collect_parts (body, root, references);
  clear_shown (&shown);
  return body;
}

void
mail_mime_body_free (MailMimeBody *body)
{
  g_free (body->text);
  g_free (body->html);
  g_ptr_array_unref (body->parts);
  g_ptr_array_unref (body->leaves);
  g_free (body);
}

/* (transfer full): the preview of one leaf, from its first @limit bytes. */
static char *
dup_preview (const MailMimeEntity *entity, guint chars, gsize limit)
{
  g_autofree char *text = dup_text (entity, limit);
  g_autofree char *readable = is_html (entity) ? mail_mime_html_to_text (text, chars * 8) : NULL;

  return mail_mime_preview (readable != NULL ? readable : text, chars);
}

char *
mail_mime_body_preview (MailMimeEntity *root, guint chars)
{
  Shown shown = find_shown (root);
  char *preview = NULL;

  for (guint i = 0; i < shown.plain->len && (preview == NULL || preview[0] == '\0'); i++)
    {
      const MailMimeEntity *entity = g_ptr_array_index (shown.plain, i);

      if (entity->missing >= 0)
        break;
      g_free (preview);
      preview = dup_preview (entity, chars, PREVIEW_BYTES);
      if (g_utf8_strlen (preview, -1) < chars / 2 && entity->body_length > PREVIEW_BYTES)
        {
          g_free (preview);
          preview = dup_preview (entity, chars, PREVIEW_MOST_BYTES);
        }
    }
  clear_shown (&shown);
  return preview;
}

static gboolean
is_signature (const MailMimeEntity *entity)
{
  return mail_mime_entity_is (entity, "application/pgp-signature") || mail_mime_entity_is (entity, "application/pkcs7-signature") ||
         mail_mime_entity_is (entity, "application/x-pkcs7-signature") || mail_mime_entity_is (entity, "application/pgp-keys");
}

gboolean
mail_mime_body_has_attachment (MailMimeEntity *root)
{
  if (root->children != NULL)
    {
      for (guint i = 0; i < root->children->len; i++)
        if (mail_mime_body_has_attachment (g_ptr_array_index (root->children, i)))
          return TRUE;
      return FALSE;
    }
  if (mail_mime_entity_is_shown_text (root) || is_signature (root))
    return FALSE;
  if (root->parent != NULL && mail_mime_entity_is (root->parent, "multipart/related") && !root->is_attachment)
    return FALSE;
  return !(root->is_inline && g_str_has_prefix (root->type, "image/"));
}
