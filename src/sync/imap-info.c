/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/imap-info.h"

#include "mime/mime-header.h"
#include "mime/mime-message.h"

const char *
mail_imap_info_name_items (MailImapCaps caps)
{
  if (caps & MAIL_IMAP_CAP_OBJECTID)
    return caps & MAIL_IMAP_CAP_GMAIL ? "EMAILID X-GM-LABELS" : "EMAILID";
  return caps & MAIL_IMAP_CAP_GMAIL ? "X-GM-MSGID X-GM-LABELS" : NULL;
}

char *
mail_imap_info_items (MailImapCaps caps, gboolean plain)
{
  const char *name = mail_imap_info_name_items (caps);
  GString *items = g_string_new ("FLAGS INTERNALDATE RFC822.SIZE ");

  g_string_append (items, plain ? "BODY.PEEK[HEADER]" : "ENVELOPE BODYSTRUCTURE BODY.PEEK[HEADER.FIELDS (REFERENCES)]");
  if (name != NULL)
    g_string_append_printf (items, " %s", name);
  /* Many servers would have to read the message for it; what they do not know at once is found out here later. */
  if (caps & MAIL_IMAP_CAP_PREVIEW && !plain)
    g_string_append (items, " PREVIEW (LAZY)");
  return g_string_free (items, FALSE);
}

static char *
dup_address (const MailImapAddress *address)
{
  return g_strconcat (address->mailbox, "@", address->host, NULL);
}

/* TRUE for a real address, FALSE for the marks of a group (RFC 9051, section 7.5.2). */
static gboolean
is_address (const MailImapAddress *address)
{
  return address->mailbox != NULL && address->host != NULL;
}

static char *
dup_addresses (const GPtrArray *addresses)
{
  g_autoptr (GString) text = NULL;

  for (guint i = 0; addresses != NULL && i < addresses->len; i++)
    {
      const MailImapAddress *address = g_ptr_array_index (addresses, i);
      g_autofree char *name = NULL;

      if (!is_address (address))
        continue;
      if (text == NULL)
        text = g_string_new (NULL);
      else
        g_string_append (text, ", ");
      name = mail_mime_decode_words (address->name);
      if (name != NULL && name[0] != '\0')
        g_string_append_printf (text, "%s <%s@%s>", name, address->mailbox, address->host);
      else
        g_string_append_printf (text, "%s@%s", address->mailbox, address->host);
    }
  return text != NULL ? g_utf8_make_valid (text->str, (gssize) text->len) : NULL;
}

static void
take_from (MailMessageInfo *info, const GPtrArray *addresses)
{
  for (guint i = 0; addresses != NULL && i < addresses->len; i++)
    {
      const MailImapAddress *address = g_ptr_array_index (addresses, i);
      g_autofree char *plain = NULL;

      if (!is_address (address))
        continue;
      plain = dup_address (address);
      info->from_name = mail_mime_decode_words (address->name);
      info->from_address = g_utf8_make_valid (plain, -1);
      return;
    }
}

static void
take_envelope (MailMessageInfo *info, const MailImapEnvelope *envelope)
{
  if (envelope->date == NULL || !mail_mime_parse_date (envelope->date, &info->date, NULL))
    info->date = info->internal_date;
  info->subject = mail_mime_decode_words (envelope->subject);
  take_from (info, envelope->from != NULL ? envelope->from : envelope->sender);
  info->to = dup_addresses (envelope->to);
  info->cc = dup_addresses (envelope->cc);
  info->message_id = mail_mime_dup_message_id (envelope->message_id);
  info->in_reply_to = mail_mime_dup_message_id (envelope->in_reply_to);
}

/* Servers write the section's name in ways of their own; no other header fields are asked for. */
static void
take_references (MailMessageInfo *info, const GPtrArray *sections)
{
  static const char wanted[] = "HEADER.FIELDS";

  for (guint i = 0; sections != NULL && i < sections->len && info->references == NULL; i++)
    {
      const MailImapSection *section = g_ptr_array_index (sections, i);

      if (section->data != NULL && g_ascii_strncasecmp (section->section, wanted, sizeof wanted - 1) == 0)
        info->references = mail_mime_read_field (section->data, "References");
    }
}

static void
take_plain_header (MailMessageInfo *info, const MailImapFetch *fetch)
{
  const MailImapSection *header = mail_imap_fetch_get_section (fetch, "HEADER");
  g_autoptr (MailMimeMessage) message = NULL;

  if (header == NULL || header->data == NULL)
    return;
  message = mail_mime_message_parse (header->data, &mail_mime_default_limits, NULL, NULL);
  if (message == NULL)
    return;
  mail_mime_message_fill_info (message, info);
  /* Of a text that nobody has seen yet. */
  g_clear_pointer (&info->preview, g_free);
  info->has_attachment = FALSE;
}

/* Parts that other parts speak of, or that carry a signature: nobody looks for them in a list of attachments. */
static gboolean
is_machinery (const MailImapPart *part)
{
  static const char *const subtypes[] = { "pgp-signature", "pkcs7-signature", "x-pkcs7-signature", "pgp-encrypted" };

  if (g_strcmp0 (part->type, "application") != 0)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (subtypes); i++)
    if (g_strcmp0 (part->subtype, subtypes[i]) == 0)
      return TRUE;
  return FALSE;
}

gboolean
mail_imap_part_has_attachment (const MailImapPart *part)
{
  gboolean is_message = g_strcmp0 (part->type, "message") == 0;

  if (part->children != NULL && !is_message)
    {
      for (guint i = 0; i < part->children->len; i++)
        if (mail_imap_part_has_attachment (g_ptr_array_index (part->children, i)))
          return TRUE;
      return FALSE;
    }
  if (is_machinery (part))
    return FALSE;
  if (g_strcmp0 (part->disposition, "attachment") == 0)
    return TRUE;
  if (g_strcmp0 (part->type, "text") == 0)
    return FALSE;
  return part->content_id == NULL;
}

MailMessageInfo *
mail_imap_info_new (MailImapFetch *fetch, gint64 mailbox_id)
{
  MailMessageInfo *info = mail_message_info_new ();

  info->mailbox_id = mailbox_id;
  info->uid = fetch->uid;
  info->flags = fetch->flags;
  info->keywords = g_steal_pointer (&fetch->keywords);
  info->size = (gint64) fetch->size;
  info->internal_date = fetch->internal_date;
  info->date = fetch->internal_date;
  info->where = MAIL_WHERE_SERVER;
  if (fetch->envelope != NULL)
    take_envelope (info, fetch->envelope);
  else
    take_plain_header (info, fetch);
  take_references (info, fetch->sections);
  if (fetch->structure != NULL)
    info->has_attachment = mail_imap_part_has_attachment (fetch->structure);
  info->structure = g_steal_pointer (&fetch->structure_text);
  info->email_id = g_steal_pointer (&fetch->email_id);
  info->labels = g_steal_pointer (&fetch->labels);
  if (info->preview == NULL && fetch->preview != NULL && fetch->preview[0] != '\0')
    info->preview = g_steal_pointer (&fetch->preview);
  return info;
}

gboolean
mail_imap_info_is_same (const MailMessageInfo *a, const MailMessageInfo *b)
{
  if (a->size != b->size || g_strcmp0 (a->message_id, b->message_id) != 0)
    return FALSE;
  return a->message_id != NULL
         || (a->date == b->date && g_strcmp0 (a->from_address, b->from_address) == 0
             && g_strcmp0 (a->subject, b->subject) == 0);
}
