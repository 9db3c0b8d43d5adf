/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imap/imap-mailbox-data.h"

#include <string.h>

#include "imap/imap-grammar.h"

enum
{
  NAMESPACES_MOST = 100,
};

/* Attributes of RFC 9051 and 6154, and the names that came before 6154 (XLIST). */
static const struct
{
  const char *name;
  MailMailboxFlags flags;
  MailRole role;
} attributes[] = {
  { "\\NOSELECT", MAIL_MAILBOX_NO_SELECT, MAIL_ROLE_NONE },
  { "\\NONEXISTENT", MAIL_MAILBOX_NO_SELECT, MAIL_ROLE_NONE },
  { "\\NOINFERIORS", MAIL_MAILBOX_NO_INFERIORS, MAIL_ROLE_NONE },
  { "\\SUBSCRIBED", MAIL_MAILBOX_SUBSCRIBED, MAIL_ROLE_NONE },
  { "\\ALL", 0, MAIL_ROLE_ALL },
  { "\\ALLMAIL", 0, MAIL_ROLE_ALL },
  { "\\ARCHIVE", 0, MAIL_ROLE_ARCHIVE },
  { "\\DRAFTS", 0, MAIL_ROLE_DRAFTS },
  { "\\FLAGGED", 0, MAIL_ROLE_FLAGGED },
  { "\\STARRED", 0, MAIL_ROLE_FLAGGED },
  { "\\JUNK", 0, MAIL_ROLE_JUNK },
  { "\\SPAM", 0, MAIL_ROLE_JUNK },
  { "\\SENT", 0, MAIL_ROLE_SENT },
  { "\\TRASH", 0, MAIL_ROLE_TRASH },
};

static gboolean
read_attribute (MailImapCursor *cursor, MailMailboxInfo *info)
{
  const char *atom;
  gsize length;

  for (guint i = 0; i < G_N_ELEMENTS (attributes); i++)
    if (mail_imap_cursor_word (cursor, attributes[i].name))
      {
        info->flags |= attributes[i].flags;
        if (info->role == MAIL_ROLE_NONE)
          info->role = attributes[i].role;
        return TRUE;
      }
  return mail_imap_cursor_atom (cursor, &atom, &length);
}

gboolean
mail_imap_read_list (MailImapCursor *cursor, MailImapResponse *response)
{
  g_autoptr (MailImapListed) listed = g_new0 (MailImapListed, 1);
  g_autofree char *delimiter = NULL;

  listed->info = mail_mailbox_info_new (NULL, '\0', MAIL_ROLE_NONE);
  mail_imap_cursor_blanks (cursor);
  if (!mail_imap_cursor_take (cursor, '('))
    return FALSE;
  while (mail_imap_cursor_blanks (cursor), !mail_imap_cursor_take (cursor, ')'))
    if (!read_attribute (cursor, listed->info))
      return FALSE;
  mail_imap_cursor_blanks (cursor);
  if (!mail_imap_cursor_nstring (cursor, &delimiter))
    return FALSE;
  mail_imap_cursor_blanks (cursor);
  if (!mail_imap_cursor_astring (cursor, &listed->raw_name) || listed->raw_name[0] == '\0')
    return FALSE;
  listed->info->delimiter = delimiter != NULL ? delimiter[0] : '\0';
  listed->info->name = mail_imap_decode_name (listed->raw_name, cursor->utf8);
  if (strcmp (listed->info->name, "INBOX") == 0)
    listed->info->role = MAIL_ROLE_INBOX;
  response->listed = g_steal_pointer (&listed);
  return TRUE;
}

static const struct
{
  const char *name;
  MailImapStatusHas item;
} status_items[] = {
  { "MESSAGES", MAIL_IMAP_STATUS_MESSAGES },
  { "UNSEEN", MAIL_IMAP_STATUS_UNSEEN },
  { "DELETED", MAIL_IMAP_STATUS_DELETED },
  { "UIDNEXT", MAIL_IMAP_STATUS_UIDNEXT },
  { "UIDVALIDITY", MAIL_IMAP_STATUS_UIDVALIDITY },
  { "HIGHESTMODSEQ", MAIL_IMAP_STATUS_HIGHESTMODSEQ },
  { "SIZE", MAIL_IMAP_STATUS_SIZE },
  { "APPENDLIMIT", MAIL_IMAP_STATUS_APPENDLIMIT },
};

static void
set_status (MailImapStatus *status, MailImapStatusHas item, guint64 value)
{
  guint32 number = value <= G_MAXUINT32 ? (guint32) value : 0;

  status->has |= item;
  switch (item)
    {
    case MAIL_IMAP_STATUS_MESSAGES:
      status->messages = (guint) MIN (value, G_MAXUINT32);
      break;
    case MAIL_IMAP_STATUS_UNSEEN:
      status->unseen = (guint) MIN (value, G_MAXUINT32);
      break;
    case MAIL_IMAP_STATUS_DELETED:
      status->deleted = (guint) MIN (value, G_MAXUINT32);
      break;
    case MAIL_IMAP_STATUS_UIDNEXT:
      status->uidnext = number;
      break;
    case MAIL_IMAP_STATUS_UIDVALIDITY:
      status->uidvalidity = number;
      break;
    case MAIL_IMAP_STATUS_HIGHESTMODSEQ:
      status->highestmodseq = value;
      status->no_modseq = value == 0;
      break;
    case MAIL_IMAP_STATUS_SIZE:
      status->size = MIN (value, (guint64) G_MAXINT64);
      break;
    case MAIL_IMAP_STATUS_APPENDLIMIT:
      status->append_limit = value;
      break;
    }
}

void
mail_imap_status_set_object_id (MailImapStatus *status, const char *id)
{
  gsize length = strlen (id);

  if (length <= MAIL_IMAP_OBJECT_ID_MOST)
    memcpy (status->mailbox_object_id, id, length + 1);
}

/* MAILBOXID (F2212ea87). */
static gboolean
read_mailbox_id (MailImapCursor *cursor, MailImapStatus *status)
{
  g_autofree char *id = NULL;

  if (!mail_imap_cursor_take (cursor, '(') || !mail_imap_cursor_astring (cursor, &id)
      || !mail_imap_cursor_take (cursor, ')'))
    return FALSE;
  mail_imap_status_set_object_id (status, id);
  return TRUE;
}

static gboolean
read_status_item (MailImapCursor *cursor, MailImapStatus *status)
{
  const char *name;
  gsize length;
  guint64 value = 0;

  if (mail_imap_cursor_word (cursor, "MAILBOXID"))
    {
      mail_imap_cursor_blanks (cursor);
      return read_mailbox_id (cursor, status);
    }
  for (guint i = 0; i < G_N_ELEMENTS (status_items); i++)
    if (mail_imap_cursor_word (cursor, status_items[i].name))
      {
        mail_imap_cursor_blanks (cursor);
        if (mail_imap_cursor_word (cursor, "NIL"))
          return TRUE;
        if (!mail_imap_cursor_number (cursor, &value))
          return FALSE;
        set_status (status, status_items[i].item, value);
        return TRUE;
      }
  return mail_imap_cursor_atom (cursor, &name, &length) && mail_imap_cursor_skip (cursor);
}

gboolean
mail_imap_read_status (MailImapCursor *cursor, MailImapResponse *response)
{
  g_autofree char *raw = NULL;

  mail_imap_cursor_blanks (cursor);
  if (!mail_imap_cursor_astring (cursor, &raw))
    return FALSE;
  mail_imap_cursor_blanks (cursor);
  if (!mail_imap_cursor_take (cursor, '('))
    return FALSE;
  while (mail_imap_cursor_blanks (cursor), !mail_imap_cursor_take (cursor, ')'))
    if (!read_status_item (cursor, &response->status))
      return FALSE;
  response->name = mail_imap_decode_name (raw, cursor->utf8);
  return TRUE;
}

/* One of the three lists of NAMESPACE: (("" "/")("#x" "." "EXT" ("a"))) or NIL. */
static gboolean
read_namespaces (MailImapCursor *cursor, MailImapNamespaceKind kind, GPtrArray *namespaces)
{
  mail_imap_cursor_blanks (cursor);
  if (!mail_imap_cursor_take (cursor, '('))
    return mail_imap_cursor_word (cursor, "NIL");
  while (mail_imap_cursor_blanks (cursor), !mail_imap_cursor_take (cursor, ')'))
    {
      g_autofree char *raw = NULL;
      g_autofree char *delimiter = NULL;
      MailImapNamespace *names;

      if (namespaces->len >= NAMESPACES_MOST || !mail_imap_cursor_take (cursor, '(')
          || !mail_imap_cursor_astring (cursor, &raw))
        return FALSE;
      mail_imap_cursor_blanks (cursor);
      if (!mail_imap_cursor_nstring (cursor, &delimiter) || !mail_imap_cursor_skip_rest (cursor))
        return FALSE;
      names = g_new0 (MailImapNamespace, 1);
      names->kind = kind;
      names->prefix = mail_imap_decode_name (raw, cursor->utf8);
      names->delimiter = delimiter != NULL ? delimiter[0] : '\0';
      g_ptr_array_add (namespaces, names);
    }
  return TRUE;
}

gboolean
mail_imap_read_namespace (MailImapCursor *cursor, MailImapResponse *response)
{
  response->namespaces = g_ptr_array_new_with_free_func ((GDestroyNotify) mail_imap_namespace_free);
  return read_namespaces (cursor, MAIL_IMAP_NAMESPACE_PERSONAL, response->namespaces)
         && read_namespaces (cursor, MAIL_IMAP_NAMESPACE_OTHERS, response->namespaces)
         && read_namespaces (cursor, MAIL_IMAP_NAMESPACE_SHARED, response->namespaces);
}

/* MYRIGHTS (RFC 4314, section 3.8): INBOX rwiptsldaex */
gboolean
mail_imap_read_my_rights (MailImapCursor *cursor, MailImapResponse *response)
{
  g_autofree char *raw = NULL;

  mail_imap_cursor_blanks (cursor);
  if (!mail_imap_cursor_astring (cursor, &raw))
    return FALSE;
  mail_imap_cursor_blanks (cursor);
  response->name = mail_imap_decode_name (raw, cursor->utf8);
  return mail_imap_cursor_astring (cursor, &response->text);
}

/* QUOTA (RFC 9208): "" (STORAGE 10 512 MESSAGE 20 100); storage in units of 1024 octets. */
gboolean
mail_imap_read_quota (MailImapCursor *cursor, MailImapResponse *response)
{
  mail_imap_cursor_blanks (cursor);
  if (!mail_imap_cursor_astring (cursor, &response->name))
    return FALSE;
  mail_imap_cursor_blanks (cursor);
  if (!mail_imap_cursor_take (cursor, '('))
    return FALSE;
  while (mail_imap_cursor_blanks (cursor), !mail_imap_cursor_take (cursor, ')'))
    {
      gboolean storage = mail_imap_cursor_word (cursor, "STORAGE");
      gboolean messages = !storage && mail_imap_cursor_word (cursor, "MESSAGE");
      guint64 used;
      guint64 limit;

      if (!storage && !messages && !mail_imap_cursor_skip (cursor))
        return FALSE;
      mail_imap_cursor_blanks (cursor);
      if (!mail_imap_cursor_number (cursor, &used))
        return FALSE;
      mail_imap_cursor_blanks (cursor);
      if (!mail_imap_cursor_number (cursor, &limit))
        return FALSE;
      if (storage)
        {
          response->quota.used = MIN (used, G_MAXUINT64 / 1024) * 1024;
          response->quota.limit = MIN (limit, G_MAXUINT64 / 1024) * 1024;
        }
      else if (messages)
        {
          response->quota.messages = used;
          response->quota.messages_limit = limit;
        }
    }
  return TRUE;
}

gboolean
mail_imap_read_quota_root (MailImapCursor *cursor, MailImapResponse *response)
{
  g_autoptr (GStrvBuilder) roots = g_strv_builder_new ();
  g_autofree char *raw = NULL;
  guint n = 0;

  mail_imap_cursor_blanks (cursor);
  if (!mail_imap_cursor_astring (cursor, &raw))
    return FALSE;
  response->name = mail_imap_decode_name (raw, cursor->utf8);
  while (mail_imap_cursor_blanks (cursor), !mail_imap_cursor_at_end (cursor))
    {
      g_autofree char *root = NULL;

      if (n++ >= cursor->limits->items || !mail_imap_cursor_astring (cursor, &root))
        return FALSE;
      g_strv_builder_add (roots, root);
    }
  response->words = g_strv_builder_end (roots);
  return TRUE;
}
