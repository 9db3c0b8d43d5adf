/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imap/imap-parser.h"

#include <string.h>

#include "core/errors.h"
#include "core/server-text.h"
#include "imap/imap-codes.h"
#include "imap/imap-fetch.h"
#include "imap/imap-grammar.h"
#include "imap/imap-mailbox-data.h"

/* Characters of what a server says in words; more than that nobody reads. */
#define TEXT_MOST 500

typedef gboolean (*ReadFunc) (MailImapCursor *cursor, MailImapResponse *response);

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
      mail_imap_read_code (&code, response);
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

/* The numbers, and perhaps "(MODSEQ n)". */
static gboolean
read_search (MailImapCursor *cursor, MailImapResponse *response)
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

/* PARTIAL (-1:-100 7,9:11) or PARTIAL (1:100 NIL) (RFC 9394, section 3.1). */
static gboolean
read_partial (MailImapCursor *cursor, MailImapResponse *response)
{
  mail_imap_cursor_blanks (cursor);
  if (!mail_imap_cursor_take (cursor, '(') || !mail_imap_cursor_skip (cursor))
    return FALSE;
  mail_imap_cursor_blanks (cursor);
  if (!mail_imap_cursor_word (cursor, "NIL") && !mail_imap_read_set (cursor, FALSE, &response->ranges))
    return FALSE;
  return mail_imap_cursor_take (cursor, ')');
}

/* ESEARCH (RFC 9051, section 7.3.4): (TAG "A1") UID MIN 2 COUNT 3 ALL 2,10:11 */
static gboolean
read_esearch (MailImapCursor *cursor, MailImapResponse *response)
{
  mail_imap_cursor_blanks (cursor);
  if (mail_imap_cursor_peek (cursor) == '(' && !mail_imap_cursor_skip (cursor))
    return FALSE;
  mail_imap_cursor_blanks (cursor);
  mail_imap_cursor_word (cursor, "UID");
  while (mail_imap_cursor_blanks (cursor), !mail_imap_cursor_at_end (cursor))
    {
      gboolean read;

      if (mail_imap_cursor_word (cursor, "ALL"))
        read = response->ranges == NULL && mail_imap_read_set (cursor, FALSE, &response->ranges);
      else if (mail_imap_cursor_word (cursor, "PARTIAL"))
        read = response->ranges == NULL && read_partial (cursor, response);
      else if (mail_imap_cursor_word (cursor, "COUNT"))
        read = response->counted = mail_imap_read_number (cursor, response);
      else
        read = mail_imap_cursor_skip (cursor) && mail_imap_cursor_skip (cursor);
      if (!read)
        return FALSE;
    }
  return TRUE;
}

static gboolean
read_vanished (MailImapCursor *cursor, MailImapResponse *response)
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
  return mail_imap_read_set (cursor, FALSE, &response->ranges);
}

static gboolean
read_id (MailImapCursor *cursor, MailImapResponse *response)
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

static const struct
{
  const char *name;
  MailImapResponseKind kind;
  ReadFunc read;
} responses[] = {
  { "CAPABILITY", MAIL_IMAP_RESPONSE_CAPABILITY, mail_imap_read_words },
  { "ENABLED", MAIL_IMAP_RESPONSE_ENABLED, mail_imap_read_words },
  { "FLAGS", MAIL_IMAP_RESPONSE_FLAGS, mail_imap_read_flag_list },
  { "LIST", MAIL_IMAP_RESPONSE_LIST, mail_imap_read_list },
  { "XLIST", MAIL_IMAP_RESPONSE_LIST, mail_imap_read_list },
  { "LSUB", MAIL_IMAP_RESPONSE_LSUB, mail_imap_read_list },
  { "STATUS", MAIL_IMAP_RESPONSE_STATUS, mail_imap_read_status },
  { "SEARCH", MAIL_IMAP_RESPONSE_SEARCH, read_search },
  { "ESEARCH", MAIL_IMAP_RESPONSE_ESEARCH, read_esearch },
  { "VANISHED", MAIL_IMAP_RESPONSE_VANISHED, read_vanished },
  { "NAMESPACE", MAIL_IMAP_RESPONSE_NAMESPACE, mail_imap_read_namespace },
  { "MYRIGHTS", MAIL_IMAP_RESPONSE_MYRIGHTS, mail_imap_read_my_rights },
  { "ID", MAIL_IMAP_RESPONSE_ID, read_id },
  { "QUOTA", MAIL_IMAP_RESPONSE_QUOTA, mail_imap_read_quota },
  { "QUOTAROOT", MAIL_IMAP_RESPONSE_QUOTAROOT, mail_imap_read_quota_root },
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
  /* UIDFETCH (RFC 9586, section 3.3) begins with the UID. */
  if (mail_imap_cursor_word (cursor, "UIDFETCH"))
    {
      response->kind = MAIL_IMAP_RESPONSE_FETCH;
      response->fetch = number > 0 ? mail_imap_read_fetch (cursor, 0, &response->skipped) : NULL;
      if (response->fetch == NULL)
        return FALSE;
      response->fetch->uid = number;
      response->fetch->has |= MAIL_IMAP_HAS_UID;
      return TRUE;
    }
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
read_untagged (MailImapCursor *cursor, MailImapResponse *response)
{
  mail_imap_cursor_blanks (cursor);
  if (g_ascii_isdigit (mail_imap_cursor_peek (cursor)))
    return read_message_data (cursor, response);
  for (guint i = 0; i < G_N_ELEMENTS (responses); i++)
    if (mail_imap_cursor_word (cursor, responses[i].name))
      {
        response->kind = responses[i].kind;
        return responses[i].read (cursor, response);
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
  cursor.utf8 = utf8;
  if (mail_imap_cursor_take (&cursor, '*'))
    {
      if (!read_untagged (&cursor, response))
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
