/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "imap/imap-types.h"
#include "lib/toy-imap-private.h"

ToyMailbox *
toy_imap_find_mailbox (ToyImap *server, const char *name)
{
  for (guint i = 0; i < server->mailboxes->len; i++)
    {
      ToyMailbox *mailbox = g_ptr_array_index (server->mailboxes, i);

      if (g_str_equal (mailbox->name, name))
        return mailbox;
    }
  return NULL;
}

ToyMailbox *
toy_imap_get_mailbox (ToyImap *server, const char *name)
{
  ToyMailbox *mailbox = toy_imap_find_mailbox (server, name);

  if (mailbox != NULL)
    return mailbox;
  mailbox = g_new0 (ToyMailbox, 1);
  mailbox->name = g_strdup (name);
  mailbox->uids = g_array_new (FALSE, FALSE, sizeof (guint32));
  mailbox->uidnext = 1;
  g_ptr_array_add (server->mailboxes, mailbox);
  return mailbox;
}

/* (transfer full): the first string in quotes from @text on. */
static char *
dup_quoted (const char *text)
{
  const char *begin = strchr (text, '"');
  const char *end = begin != NULL ? strchr (begin + 1, '"') : NULL;

  return end != NULL ? g_strndup (begin + 1, (gsize) (end - begin - 1)) : g_strdup ("");
}

static void
say_list (ToyClient *client, gboolean with_rights)
{
  for (guint i = 0; i < client->server->mailboxes->len; i++)
    {
      const ToyMailbox *mailbox = g_ptr_array_index (client->server->mailboxes, i);

      g_string_append_printf (client->out, "* LIST () \"/\" \"%s\"\r\n", mailbox->name);
      if (with_rights && mailbox->rights != NULL)
        g_string_append_printf (client->out, "* MYRIGHTS \"%s\" %s\r\n", mailbox->name, mailbox->rights);
    }
}

/* Each message that comes is one more change. */
static gboolean
counts_changes (const ToyImap *self)
{
  return strstr (self->capabilities, "CONDSTORE") != NULL;
}

static const char *
say_status (ToyClient *client, const char *line)
{
  g_autofree char *name = dup_quoted (line);
  const ToyMailbox *mailbox = toy_imap_find_mailbox (client->server, name);

  if (mailbox == NULL)
    return "NO [NONEXISTENT] no";
  g_string_append_printf (client->out, "* STATUS \"%s\" (MESSAGES %u UNSEEN %u UIDNEXT %u UIDVALIDITY %u", name,
                          mailbox->uids->len, mailbox->uids->len, mailbox->uidnext, client->server->uidvalidity);
  if (counts_changes (client->server))
    g_string_append_printf (client->out, " HIGHESTMODSEQ %u", mailbox->uidnext);
  g_string_append (client->out, ")\r\n");
  return "OK";
}

static const char *
create (ToyClient *client, const char *line)
{
  g_autofree char *name = dup_quoted (line);

  if (toy_imap_find_mailbox (client->server, name) != NULL)
    return "NO [ALREADYEXISTS] it is there";
  toy_imap_get_mailbox (client->server, name);
  return "OK";
}

static void
say_quota (ToyClient *client)
{
  const ToyImap *self = client->server;

  g_string_append (client->out, "* QUOTAROOT INBOX \"\"\r\n");
  if (self->quota_limit > 0)
    g_string_append_printf (client->out, "* QUOTA \"\" (STORAGE %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT ")\r\n",
                            self->quota_used, self->quota_limit);
}

static const char *
say_rights (ToyClient *client, const char *line)
{
  g_autofree char *name = dup_quoted (line);
  const ToyMailbox *mailbox = toy_imap_find_mailbox (client->server, name);

  if (mailbox == NULL || mailbox->rights == NULL)
    return "NO none";
  g_string_append_printf (client->out, "* MYRIGHTS \"%s\" %s\r\n", name, mailbox->rights);
  return "OK";
}

static void
begin_message (ToyClient *client, guint sequence, guint32 uid)
{
  if (client->uid_only)
    g_string_append_printf (client->out, "* %u UIDFETCH (FLAGS ()", uid);
  else
    g_string_append_printf (client->out, "* %u FETCH (UID %u FLAGS ()", sequence, uid);
}

/* What came since the count of changes was @modseq (RFC 7162). */
static void
say_changes (ToyClient *client, guint modseq)
{
  const GArray *uids = client->selected->uids;

  for (guint i = 0; i < uids->len; i++)
    {
      guint32 uid = g_array_index (uids, guint32, i);

      if (uid < modseq)
        continue;
      begin_message (client, i + 1, uid);
      g_string_append_printf (client->out, " MODSEQ (%u))\r\n", uid + 1);
    }
}

/* RFC 7162, section 3.2.11. */
static void
say_closed (ToyClient *client)
{
  const ToyImap *self = client->server;

  if (client->selected == NULL || !counts_changes (self) || self->no_closed)
    return;
  if (self->last_words != NULL)
    g_string_append_printf (client->out, "* %s\r\n", self->last_words);
  g_string_append (client->out, "* OK [CLOSED] x\r\n");
}

static const char *
select_mailbox (ToyClient *client, const char *line)
{
  g_autofree char *name = dup_quoted (line);
  g_autofree char *known = g_strdup_printf ("(QRESYNC (%u ", client->server->uidvalidity);
  const char *since = strstr (line, known);

  say_closed (client);
  client->selected = toy_imap_find_mailbox (client->server, name);
  if (client->selected == NULL)
    return "NO [NONEXISTENT] no";
  client->told = client->selected->uids->len;
  g_string_append_printf (client->out,
                          "* %u EXISTS\r\n* OK [UIDVALIDITY %u] x\r\n* OK [UIDNEXT %u] x\r\n"
                          "* OK [PERMANENTFLAGS (\\Seen \\Flagged \\Deleted \\*)] x\r\n",
                          client->selected->uids->len, client->server->uidvalidity, client->selected->uidnext);
  if (counts_changes (client->server))
    g_string_append_printf (client->out, "* OK [HIGHESTMODSEQ %u] x\r\n", client->selected->uidnext);
  if (since != NULL)
    say_changes (client, (guint) g_ascii_strtoull (since + strlen (known), NULL, 10));
  return "OK [READ-WRITE]";
}

/* (transfer full): MailImapRange of what the set at @text names. @star: what "*" stands for. */
static GArray *
read_set (const char *text, guint32 star)
{
  GArray *set = mail_imap_set_parse (text, strcspn (text, " "), G_MAXINT);

  g_assert_nonnull (set);
  for (guint i = 0; i < set->len; i++)
    if (g_array_index (set, MailImapRange, i).last == G_MAXUINT32)
      g_array_index (set, MailImapRange, i).last = MAX (star, g_array_index (set, MailImapRange, i).first);
  return set;
}

/* Of @set (MailImapRange), or of all messages (NULL), only the newest ones that a command deals with, if there are more: the answer
 * is where the server stopped, or 0 (RFC 9738). */
static guint32
find_boundary (ToyClient *client, const GArray *set)
{
  guint most = client->server->message_limit;
  const GArray *uids = client->selected->uids;
  guint32 lowest = 0;

  for (guint i = uids->len; client->server->message_limit != 0 && i-- > 0;)
    {
      guint32 uid = g_array_index (uids, guint32, i);

      if (set != NULL && !mail_imap_set_contains (set, uid))
        continue;
      if (most-- == 0)
        return lowest;
      lowest = uid;
    }
  return 0;
}

static const char *
end_at (ToyClient *client, guint32 boundary)
{
  if (boundary == 0)
    return "OK";
  g_free (client->verdict);
  client->verdict = g_strdup_printf ("OK [MESSAGELIMIT %u %u] enough", client->server->message_limit, boundary);
  return client->verdict;
}

/* @found: guint32, ascending. @returns: what is behind "RETURN (", or NULL (RFC 4731; PARTIAL from the end: RFC 9394). */
static void
say_found (ToyClient *client, const GArray *found, const char *returns)
{
  const char *newest = returns != NULL && g_str_has_prefix (returns, "PARTIAL -1:-") ? returns + strlen ("PARTIAL -1:-") : NULL;
  guint most = newest != NULL ? (guint) g_ascii_strtoull (newest, NULL, 10) : G_MAXUINT;
  guint first = found->len - MIN (found->len, most);

  if (returns == NULL)
    g_string_append (client->out, "* SEARCH");
  else
    g_string_append_printf (client->out, "* ESEARCH (TAG \"%s\") UID", client->tag);
  if (newest != NULL)
    g_string_append_printf (client->out, " PARTIAL (-1:-%u%s", most, found->len == 0 ? " NIL" : "");
  else if (returns != NULL && found->len > 0)
    g_string_append (client->out, " ALL");
  for (guint i = first; i < found->len; i++)
    g_string_append_printf (client->out, "%c%u", returns != NULL && i > first ? ',' : ' ', g_array_index (found, guint32, i));
  g_string_append (client->out, newest != NULL ? ")\r\n" : "\r\n");
}

static const char *
search (ToyClient *client, const char *line)
{
  const GArray *uids = client->selected->uids;
  const char *returns = g_str_has_prefix (line, "RETURN (") ? line + strlen ("RETURN (") : NULL;
  const char *criteria = returns != NULL ? strchr (returns, ')') : line;
  const char *by_uid = strstr (criteria, "UID ");
  const char *digit = strpbrk (criteria, "0123456789");
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autoptr (GArray) set = NULL;
  guint32 boundary;

  if (digit != NULL)
    set = read_set (digit, by_uid != NULL ? client->selected->uidnext - 1 : uids->len);
  if (set != NULL && by_uid == NULL && client->uid_only)
    return "BAD [UIDREQUIRED] no numbers";
  boundary = find_boundary (client, by_uid != NULL ? set : NULL);
  for (guint i = 0; i < uids->len; i++)
    {
      guint32 uid = g_array_index (uids, guint32, i);

      if (uid >= boundary && (set == NULL || mail_imap_set_contains (set, by_uid != NULL ? uid : i + 1)))
        g_array_append_val (found, uid);
    }
  say_found (client, found, returns);
  return end_at (client, boundary);
}

static void
say_message (ToyClient *client, guint sequence, guint32 uid, const char *items)
{
  g_autofree char *body = g_strdup_printf ("Subject: Letter %u\r\nMessage-ID: <%u@example.org>\r\n\r\nHi.\r\n", uid, uid);

  begin_message (client, sequence, uid);
  if (strstr (items, "RFC822.SIZE") != NULL)
    g_string_append_printf (client->out, " INTERNALDATE \"17-Jul-2026 02:44:25 +0000\" RFC822.SIZE %zu", strlen (body));
  if (strstr (items, "ENVELOPE") != NULL)
    g_string_append_printf (client->out,
                            " ENVELOPE (NIL \"Letter %u\" "
                            "((NIL NIL \"anna\" \"example.org\")) NIL NIL NIL NIL NIL NIL \"<%u@example.org>\") "
                            "BODYSTRUCTURE (\"text\" \"plain\" NIL NIL NIL \"7bit\" 5 1)",
                            uid, uid);
  if (strstr (items, "BODY.PEEK[]") != NULL)
    g_string_append_printf (client->out, " BODY[] {%zu}\r\n%s", strlen (body), body);
  g_string_append (client->out, ")\r\n");
}

/* @verb_end: behind "UID FETCH ", where the set is. */
static const char *
fetch (ToyClient *client, const char *verb_end)
{
  const ToyImap *self = client->server;
  const GArray *uids = client->selected->uids;
  g_autoptr (GArray) set = read_set (verb_end, client->selected->uidnext - 1);
  const char *items = strchr (verb_end, ' ');
  gboolean flags_alone = strpbrk (items, "EB") == NULL;
  guint32 spoilt = !flags_alone ? self->spoilt : 0;
  guint most = !flags_alone && self->answers > 0 ? self->answers : G_MAXUINT;
  guint32 boundary = find_boundary (client, set);

  for (guint i = 0; i < uids->len; i++)
    {
      guint32 uid = g_array_index (uids, guint32, i);

      if (uid < boundary || !mail_imap_set_contains (set, uid))
        continue;
      if (most-- == 0)
        break;
      if (uid != spoilt && spoilt != G_MAXUINT32)
        say_message (client, i + 1, uid, items);
      else if (self->spoilt_answer[0] != '\0')
        return self->spoilt_answer;
    }
  return end_at (client, boundary);
}

/* To @target, if there is one; else they are gone. */
static const char *
take_away (ToyClient *client, const char *verb_end, ToyMailbox *target)
{
  GArray *uids = client->selected->uids;
  g_autoptr (GArray) set = read_set (verb_end, client->selected->uidnext - 1);
  guint32 boundary = find_boundary (client, set);
  guint kept = 0;

  for (guint i = 0; i < uids->len; i++)
    {
      guint32 uid = g_array_index (uids, guint32, i);

      if (uid < boundary || !mail_imap_set_contains (set, uid))
        {
          g_array_index (uids, guint32, kept++) = uid;
          continue;
        }
      if (client->uid_only)
        g_string_append_printf (client->out, "* VANISHED %u\r\n", uid);
      else
        g_string_append_printf (client->out, "* %u EXPUNGE\r\n", kept + 1);
      if (target != NULL)
        g_array_append_val (target->uids, target->uidnext);
      if (target != NULL)
        target->uidnext++;
    }
  g_array_set_size (uids, kept);
  return end_at (client, boundary);
}

static const char *
carry_out_on_messages (ToyClient *client, const char *line)
{
  const char *end = strchr (line + strlen ("UID "), ' ') + 1;
  g_autofree char *target = NULL;

  if (client->selected == NULL)
    return "BAD nothing is selected";
  if (g_str_has_prefix (line, "UID SEARCH "))
    return search (client, end);
  else if (g_str_has_prefix (line, "UID FETCH "))
    return fetch (client, end);
  else if (g_str_has_prefix (line, "UID EXPUNGE "))
    return take_away (client, end, NULL);
  else if (g_str_has_prefix (line, "UID MOVE "))
    {
      target = dup_quoted (line);
      return take_away (client, end, toy_imap_find_mailbox (client->server, target));
    }
  return "OK";
}

const char *
toy_imap_carry_out (ToyClient *client, const char *line)
{
  if (g_str_has_prefix (line, "CAPABILITY"))
    g_string_append_printf (client->out, "* CAPABILITY IMAP4rev1 AUTH=PLAIN %s\r\n", client->server->capabilities);
  else if (g_str_has_prefix (line, "ENABLE QRESYNC"))
    {
      client->uid_only = strstr (line, " UIDONLY") != NULL;
      g_string_append_printf (client->out, "* ENABLED QRESYNC%s\r\n", client->uid_only ? " UIDONLY" : "");
    }
  else if (g_str_has_prefix (line, "ENABLE UTF8=ACCEPT"))
    g_string_append (client->out, "* ENABLED UTF8=ACCEPT\r\n");
  else if (g_str_has_prefix (line, "NAMESPACE"))
    g_string_append (client->out, "* NAMESPACE ((\"\" \"/\")) NIL ((\"Shared/\" \"/\"))\r\n");
  else if (g_str_has_prefix (line, "LIST"))
    say_list (client, strstr (line, " MYRIGHTS") != NULL);
  else if (g_str_has_prefix (line, "STATUS"))
    return say_status (client, line);
  else if (g_str_has_prefix (line, "MYRIGHTS"))
    return say_rights (client, line);
  else if (g_str_has_prefix (line, "GETQUOTAROOT"))
    say_quota (client);
  else if (g_str_has_prefix (line, "CREATE"))
    return create (client, line);
  else if (g_str_has_prefix (line, "SELECT"))
    return select_mailbox (client, line);
  else if (g_str_has_prefix (line, "UID "))
    return carry_out_on_messages (client, line);
  else if (g_str_has_prefix (line, "LOGOUT"))
    g_string_append (client->out, "* BYE bye\r\n");
  return "OK";
}
