/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imap/imap-parser.h"

#include <string.h>

#include "core/errors.h"
#include "core/server-text.h"
#include "imap/imap-fetch.h"
#include "imap/imap-utf7.h"

/* Characters of what a server says in words; more than that nobody reads. */
#define TEXT_MOST 500

typedef gboolean (*ReadFunc) (MailImapCursor *cursor, gboolean utf8, MailImapResponse *response);

char *
mail_imap_decode_name (const char *raw, gboolean utf8)
{
  char *name = utf8 ? NULL : mail_imap_utf7_decode (raw);

  if (name == NULL)
    name = g_utf8_make_valid (raw, -1);
  if (g_ascii_strcasecmp (name, "INBOX") == 0)
    memcpy (name, "INBOX", 5);
  return name;
}

/* Atoms up to the end, or up to a closing parenthesis. */
static gboolean
read_words (MailImapCursor *cursor, gboolean utf8, MailImapResponse *response)
{
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();
  const char *atom;
  gsize length;
  guint n = 0;

  while (mail_imap_cursor_blanks (cursor), !mail_imap_cursor_at_end (cursor))
    {
      g_autofree char *word = NULL;

      if (n++ >= cursor->limits->items || !mail_imap_cursor_atom (cursor, &atom, &length))
        return FALSE;
      word = g_strndup (atom, length);
      g_strv_builder_add (words, word);
    }
  g_strfreev (response->words);
  response->words = g_strv_builder_end (words);
  return TRUE;
}

static gboolean
read_flag_list (MailImapCursor *cursor, gboolean utf8, MailImapResponse *response)
{
  gboolean recent = FALSE;

  mail_imap_cursor_blanks (cursor);
  if (!mail_imap_cursor_take (cursor, '('))
    return FALSE;
  while (mail_imap_cursor_blanks (cursor), !mail_imap_cursor_take (cursor, ')'))
    if (!mail_imap_read_flag (cursor, &response->flags, NULL, &recent, &response->wildcard))
      return FALSE;
  return TRUE;
}

static gboolean
read_set (MailImapCursor *cursor, gboolean in_order, GArray **set)
{
  const char *atom;
  gsize length;

  mail_imap_cursor_blanks (cursor);
  if (!mail_imap_cursor_atom (cursor, &atom, &length))
    return FALSE;
  *set = in_order ? mail_imap_set_parse_in_order (atom, length, cursor->limits->items)
                  : mail_imap_set_parse (atom, length, cursor->limits->items);
  return *set != NULL;
}

static gboolean
read_uids (MailImapCursor *cursor, GArray **uids)
{
  g_autoptr (GArray) set = NULL;

  if (!read_set (cursor, TRUE, &set))
    return FALSE;
  g_clear_pointer (uids, g_array_unref);
  *uids = mail_imap_set_expand (set, cursor->limits->items);
  return *uids != NULL;
}

static gboolean
read_number (MailImapCursor *cursor, gboolean utf8, MailImapResponse *response)
{
  mail_imap_cursor_blanks (cursor);
  return mail_imap_cursor_number (cursor, &response->number);
}

static gboolean
read_append_uid (MailImapCursor *cursor, gboolean utf8, MailImapResponse *response)
{
  mail_imap_cursor_blanks (cursor);
  return mail_imap_cursor_number32 (cursor, &response->copied.uidvalidity)
         && read_uids (cursor, &response->copied.target_uids);
}

static gboolean
read_copy_uid (MailImapCursor *cursor, gboolean utf8, MailImapResponse *response)
{
  MailImapCopyUid *copied = &response->copied;

  mail_imap_cursor_blanks (cursor);
  return mail_imap_cursor_number32 (cursor, &copied->uidvalidity) && read_uids (cursor, &copied->source_uids)
         && read_uids (cursor, &copied->target_uids)
         && copied->source_uids->len == copied->target_uids->len;
}

static const struct
{
  const char *name;
  MailImapCode code;
  ReadFunc read;
} codes[] = {
  { "ALERT", MAIL_IMAP_CODE_ALERT, NULL },
  { "ALREADYEXISTS", MAIL_IMAP_CODE_ALREADYEXISTS, NULL },
  { "APPENDUID", MAIL_IMAP_CODE_APPENDUID, read_append_uid },
  { "AUTHENTICATIONFAILED", MAIL_IMAP_CODE_AUTHENTICATIONFAILED, NULL },
  { "AUTHORIZATIONFAILED", MAIL_IMAP_CODE_AUTHORIZATIONFAILED, NULL },
  { "CANNOT", MAIL_IMAP_CODE_CANNOT, NULL },
  { "CAPABILITY", MAIL_IMAP_CODE_CAPABILITY, read_words },
  { "CLOSED", MAIL_IMAP_CODE_CLOSED, NULL },
  { "CONTACTADMIN", MAIL_IMAP_CODE_CONTACTADMIN, NULL },
  { "COPYUID", MAIL_IMAP_CODE_COPYUID, read_copy_uid },
  { "CORRUPTION", MAIL_IMAP_CODE_CORRUPTION, NULL },
  { "EXPIRED", MAIL_IMAP_CODE_EXPIRED, NULL },
  { "HIGHESTMODSEQ", MAIL_IMAP_CODE_HIGHESTMODSEQ, read_number },
  { "INUSE", MAIL_IMAP_CODE_INUSE, NULL },
  { "LIMIT", MAIL_IMAP_CODE_LIMIT, NULL },
  { "NOMODSEQ", MAIL_IMAP_CODE_NOMODSEQ, NULL },
  { "NONEXISTENT", MAIL_IMAP_CODE_NONEXISTENT, NULL },
  { "NOPERM", MAIL_IMAP_CODE_NOPERM, NULL },
  { "OVERQUOTA", MAIL_IMAP_CODE_OVERQUOTA, NULL },
  { "PERMANENTFLAGS", MAIL_IMAP_CODE_PERMANENTFLAGS, read_flag_list },
  { "PRIVACYREQUIRED", MAIL_IMAP_CODE_PRIVACYREQUIRED, NULL },
  { "READ-ONLY", MAIL_IMAP_CODE_READ_ONLY, NULL },
  { "READ-WRITE", MAIL_IMAP_CODE_READ_WRITE, NULL },
  { "SERVERBUG", MAIL_IMAP_CODE_SERVERBUG, NULL },
  { "THROTTLED", MAIL_IMAP_CODE_THROTTLED, NULL },
  { "TRYCREATE", MAIL_IMAP_CODE_TRYCREATE, NULL },
  { "UIDNEXT", MAIL_IMAP_CODE_UIDNEXT, read_number },
  { "UIDNOTSTICKY", MAIL_IMAP_CODE_UIDNOTSTICKY, NULL },
  { "UIDVALIDITY", MAIL_IMAP_CODE_UIDVALIDITY, read_number },
  { "UNAVAILABLE", MAIL_IMAP_CODE_UNAVAILABLE, NULL },
  { "UNSEEN", MAIL_IMAP_CODE_UNSEEN, read_number },
};

/* @cursor ends with the code. What a known code says wrongly makes it an unknown one. */
static void
read_code (MailImapCursor *cursor, MailImapResponse *response)
{
  response->code = MAIL_IMAP_CODE_OTHER;
  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    if (mail_imap_cursor_word (cursor, codes[i].name))
      {
        if (codes[i].read == NULL || codes[i].read (cursor, FALSE, response))
          {
            response->code = codes[i].code;
            response->code_name = codes[i].name;
          }
        else
          mail_imap_copy_uid_clear (&response->copied);
        return;
      }
}

/* Where the code that begins at @p is closed; a bracket between quotes does not count. NULL: nowhere. */
static const char *
find_bracket (const char *p, const char *end)
{
  gboolean quoted = FALSE;

  for (; p < end; p++)
    if (*p == '"')
      quoted = !quoted;
    else if (*p == '\\' && quoted && p + 1 < end)
      p++;
    else if (*p == ']' && !quoted)
      return p;
  return NULL;
}

/* resp-text. */
static void
read_text (MailImapCursor *cursor, MailImapResponse *response)
{
  const char *bracket = NULL;

  mail_imap_cursor_blanks (cursor);
  if (mail_imap_cursor_peek (cursor) == '[')
    bracket = find_bracket (cursor->p, cursor->end);
  if (bracket != NULL)
    {
      MailImapCursor code = *cursor;

      code.p++;
      code.end = bracket;
      read_code (&code, response);
      cursor->p = bracket + 1;
      mail_imap_cursor_blanks (cursor);
    }
  response->text = mail_server_text_clean (cursor->p, (gsize) (cursor->end - cursor->p), TEXT_MOST);
}

static gboolean
read_condition (MailImapCursor *cursor, MailImapResponse *response)
{
  static const char *const names[] = { "OK", "NO", "BAD", "BYE", "PREAUTH" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (mail_imap_cursor_word (cursor, names[i]))
      {
        response->condition = (MailImapCondition) i;
        read_text (cursor, response);
        return TRUE;
      }
  return FALSE;
}

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

static gboolean
read_list (MailImapCursor *cursor, gboolean utf8, MailImapResponse *response)
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
  listed->info->name = mail_imap_decode_name (listed->raw_name, utf8);
  if (strcmp (listed->info->name, "INBOX") == 0)
    listed->info->role = MAIL_ROLE_INBOX;
  response->listed = g_steal_pointer (&listed);
  return TRUE;
}

static gboolean
read_status_item (MailImapCursor *cursor, MailImapStatus *status)
{
  const char *name;
  gsize length;
  guint64 value = 0;

  if (!mail_imap_cursor_atom (cursor, &name, &length))
    return FALSE;
  mail_imap_cursor_blanks (cursor);
  if (!g_ascii_isdigit (mail_imap_cursor_peek (cursor)))
    return mail_imap_cursor_skip (cursor);
  if (!mail_imap_cursor_number (cursor, &value))
    return FALSE;
  if (length == 8 && g_ascii_strncasecmp (name, "MESSAGES", 8) == 0)
    status->messages = (guint) MIN (value, G_MAXUINT32);
  else if (length == 6 && g_ascii_strncasecmp (name, "UNSEEN", 6) == 0)
    status->unseen = (guint) MIN (value, G_MAXUINT32);
  else if (length == 7 && g_ascii_strncasecmp (name, "UIDNEXT", 7) == 0)
    status->uidnext = value <= G_MAXUINT32 ? (guint32) value : 0;
  else if (length == 11 && g_ascii_strncasecmp (name, "UIDVALIDITY", 11) == 0)
    status->uidvalidity = value <= G_MAXUINT32 ? (guint32) value : 0;
  else if (length == 13 && g_ascii_strncasecmp (name, "HIGHESTMODSEQ", 13) == 0)
    status->highestmodseq = value;
  else if (length == 4 && g_ascii_strncasecmp (name, "SIZE", 4) == 0)
    status->size = value;
  return TRUE;
}

static gboolean
read_status (MailImapCursor *cursor, gboolean utf8, MailImapResponse *response)
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
  response->name = mail_imap_decode_name (raw, utf8);
  return TRUE;
}

/* The numbers, and perhaps "(MODSEQ n)". */
static gboolean
read_search (MailImapCursor *cursor, gboolean utf8, MailImapResponse *response)
{
  response->numbers = g_array_new (FALSE, FALSE, sizeof (guint32));
  while (mail_imap_cursor_blanks (cursor), g_ascii_isdigit (mail_imap_cursor_peek (cursor)))
    {
      guint32 number;

      if (response->numbers->len >= cursor->limits->items || !mail_imap_cursor_number32 (cursor, &number))
        return FALSE;
      g_array_append_val (response->numbers, number);
    }
  return TRUE;
}

/* ESEARCH (RFC 9051, section 7.3.4): (TAG "A1") UID MIN 2 COUNT 3 ALL 2,10:11 */
static gboolean
read_esearch (MailImapCursor *cursor, gboolean utf8, MailImapResponse *response)
{
  mail_imap_cursor_blanks (cursor);
  if (mail_imap_cursor_peek (cursor) == '(' && !mail_imap_cursor_skip (cursor))
    return FALSE;
  mail_imap_cursor_blanks (cursor);
  mail_imap_cursor_word (cursor, "UID");
  while (mail_imap_cursor_blanks (cursor), !mail_imap_cursor_at_end (cursor))
    {
      gboolean all = mail_imap_cursor_word (cursor, "ALL");

      if (all ? !read_uids (cursor, &response->numbers)
              : !mail_imap_cursor_skip (cursor) || !mail_imap_cursor_skip (cursor))
        return FALSE;
    }
  if (response->numbers == NULL)
    response->numbers = g_array_new (FALSE, FALSE, sizeof (guint32));
  return TRUE;
}

static gboolean
read_vanished (MailImapCursor *cursor, gboolean utf8, MailImapResponse *response)
{
  mail_imap_cursor_blanks (cursor);
  if (mail_imap_cursor_peek (cursor) == '(')
    {
      MailImapCursor list = *cursor;

      list.p++;
      response->earlier = mail_imap_cursor_word (&list, "EARLIER");
      if (!mail_imap_cursor_skip (cursor))
        return FALSE;
    }
  return read_set (cursor, FALSE, &response->ranges);
}

/* One of the three lists of NAMESPACE: (("" "/")("#x" "." "EXT" ("a"))) or NIL. */
static gboolean
read_namespaces (MailImapCursor *cursor, gboolean utf8, GStrvBuilder *prefixes)
{
  mail_imap_cursor_blanks (cursor);
  if (!mail_imap_cursor_take (cursor, '('))
    return mail_imap_cursor_word (cursor, "NIL");
  while (mail_imap_cursor_blanks (cursor), !mail_imap_cursor_take (cursor, ')'))
    {
      g_autofree char *raw = NULL;
      g_autofree char *prefix = NULL;

      if (!mail_imap_cursor_take (cursor, '(') || !mail_imap_cursor_astring (cursor, &raw)
          || !mail_imap_cursor_skip_rest (cursor))
        return FALSE;
      prefix = mail_imap_decode_name (raw, utf8);
      g_strv_builder_add (prefixes, prefix);
    }
  return TRUE;
}

static gboolean
read_namespace (MailImapCursor *cursor, gboolean utf8, MailImapResponse *response)
{
  g_autoptr (GStrvBuilder) prefixes = g_strv_builder_new ();

  mail_imap_cursor_blanks (cursor);
  if (!mail_imap_cursor_skip (cursor) || !read_namespaces (cursor, utf8, prefixes)
      || !read_namespaces (cursor, utf8, prefixes))
    return FALSE;
  response->words = g_strv_builder_end (prefixes);
  return TRUE;
}

static gboolean
read_id (MailImapCursor *cursor, gboolean utf8, MailImapResponse *response)
{
  g_autoptr (GStrvBuilder) pairs = g_strv_builder_new ();
  guint n = 0;

  mail_imap_cursor_blanks (cursor);
  if (mail_imap_cursor_take (cursor, '('))
    for (; mail_imap_cursor_blanks (cursor), !mail_imap_cursor_take (cursor, ')'); n++)
      {
        g_autofree char *text = NULL;
        g_autofree char *folded = NULL;

        if (n >= cursor->limits->items || !mail_imap_cursor_nstring (cursor, &text))
          return FALSE;
        folded = n % 2 == 0 && text != NULL ? g_ascii_strdown (text, -1) : NULL;
        g_strv_builder_add (pairs, folded != NULL ? folded : text != NULL ? text : "");
      }
  else if (!mail_imap_cursor_word (cursor, "NIL"))
    return FALSE;
  if (n % 2 != 0)
    return FALSE;
  response->words = g_strv_builder_end (pairs);
  return TRUE;
}

/* QUOTA (RFC 9208): "" (STORAGE 10 512 MESSAGE 20 100); storage in units of 1024 octets. */
static gboolean
read_quota (MailImapCursor *cursor, gboolean utf8, MailImapResponse *response)
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
      guint64 used;
      guint64 limit;

      if (!storage && !mail_imap_cursor_skip (cursor))
        return FALSE;
      mail_imap_cursor_blanks (cursor);
      if (!mail_imap_cursor_number (cursor, &used))
        return FALSE;
      mail_imap_cursor_blanks (cursor);
      if (!mail_imap_cursor_number (cursor, &limit))
        return FALSE;
      if (!storage)
        continue;
      response->quota.used = MIN (used, G_MAXUINT64 / 1024) * 1024;
      response->quota.limit = MIN (limit, G_MAXUINT64 / 1024) * 1024;
    }
  return TRUE;
}

static gboolean
read_quota_root (MailImapCursor *cursor, gboolean utf8, MailImapResponse *response)
{
  g_autoptr (GStrvBuilder) roots = g_strv_builder_new ();
  g_autofree char *raw = NULL;
  guint n = 0;

  mail_imap_cursor_blanks (cursor);
  if (!mail_imap_cursor_astring (cursor, &raw))
    return FALSE;
  response->name = mail_imap_decode_name (raw, utf8);
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

static const struct
{
  const char *name;
  MailImapResponseKind kind;
  ReadFunc read;
} responses[] = {
  { "CAPABILITY", MAIL_IMAP_RESPONSE_CAPABILITY, read_words },
  { "ENABLED", MAIL_IMAP_RESPONSE_ENABLED, read_words },
  { "FLAGS", MAIL_IMAP_RESPONSE_FLAGS, read_flag_list },
  { "LIST", MAIL_IMAP_RESPONSE_LIST, read_list },
  { "XLIST", MAIL_IMAP_RESPONSE_LIST, read_list },
  { "LSUB", MAIL_IMAP_RESPONSE_LSUB, read_list },
  { "STATUS", MAIL_IMAP_RESPONSE_STATUS, read_status },
  { "SEARCH", MAIL_IMAP_RESPONSE_SEARCH, read_search },
  { "ESEARCH", MAIL_IMAP_RESPONSE_SEARCH, read_esearch },
  { "VANISHED", MAIL_IMAP_RESPONSE_VANISHED, read_vanished },
  { "NAMESPACE", MAIL_IMAP_RESPONSE_NAMESPACE, read_namespace },
  { "ID", MAIL_IMAP_RESPONSE_ID, read_id },
  { "QUOTA", MAIL_IMAP_RESPONSE_QUOTA, read_quota },
  { "QUOTAROOT", MAIL_IMAP_RESPONSE_QUOTAROOT, read_quota_root },
};

/* "* 12 EXISTS" and its kin. */
static gboolean
read_message_data (MailImapCursor *cursor, MailImapResponse *response)
{
  guint32 number;

  if (!mail_imap_cursor_number32 (cursor, &number))
    return FALSE;
  response->number = number;
  mail_imap_cursor_blanks (cursor);
  if (mail_imap_cursor_word (cursor, "FETCH"))
    {
      response->kind = MAIL_IMAP_RESPONSE_FETCH;
      response->fetch = mail_imap_read_fetch (cursor, number, &response->skipped);
      return response->fetch != NULL;
    }
  if (mail_imap_cursor_word (cursor, "EXISTS"))
    response->kind = MAIL_IMAP_RESPONSE_EXISTS;
  else if (mail_imap_cursor_word (cursor, "EXPUNGE"))
    response->kind = MAIL_IMAP_RESPONSE_EXPUNGE;
  else if (mail_imap_cursor_word (cursor, "RECENT"))
    response->kind = MAIL_IMAP_RESPONSE_RECENT;
  return TRUE;
}

static gboolean
read_untagged (MailImapCursor *cursor, gboolean utf8, MailImapResponse *response)
{
  mail_imap_cursor_blanks (cursor);
  if (g_ascii_isdigit (mail_imap_cursor_peek (cursor)))
    return read_message_data (cursor, response);
  for (guint i = 0; i < G_N_ELEMENTS (responses); i++)
    if (mail_imap_cursor_word (cursor, responses[i].name))
      {
        response->kind = responses[i].kind;
        return responses[i].read (cursor, utf8, response);
      }
  if (read_condition (cursor, response))
    response->kind = MAIL_IMAP_RESPONSE_UNTAGGED;
  return TRUE;
}

static gboolean
read_tagged (MailImapCursor *cursor, MailImapResponse *response)
{
  const char *tag;
  gsize length;

  if (!mail_imap_cursor_atom (cursor, &tag, &length))
    return FALSE;
  response->tag = g_strndup (tag, length);
  mail_imap_cursor_blanks (cursor);
  response->kind = MAIL_IMAP_RESPONSE_TAGGED;
  return read_condition (cursor, response) && response->condition <= MAIL_IMAP_BAD;
}

gboolean
mail_imap_parse (const MailImapFrame *frame,
                 const MailImapLimits *limits,
                 gboolean utf8,
                 MailImapResponse *response,
                 GError **error)
{
  MailImapCursor cursor;

  mail_imap_cursor_init (&cursor, frame, limits);
  if (mail_imap_cursor_take (&cursor, '*'))
    {
      if (!read_untagged (&cursor, utf8, response))
        {
          mail_imap_response_clear (response);
          response->skipped = 1;
        }
      return TRUE;
    }
  if (mail_imap_cursor_take (&cursor, '+'))
    {
      response->kind = MAIL_IMAP_RESPONSE_CONTINUE;
      mail_imap_cursor_blanks (&cursor);
      response->text = g_strndup (cursor.p, (gsize) (cursor.end - cursor.p));
      return TRUE;
    }
  /* A blank line too many after a literal harms nobody. */
  if (mail_imap_cursor_at_end (&cursor) || read_tagged (&cursor, response))
    return TRUE;
  mail_imap_response_clear (response);
  g_set_error_literal (error, MAIL_ERROR, MAIL_ERROR_PROTOCOL, "the server does not answer in IMAP");
  return FALSE;
}
