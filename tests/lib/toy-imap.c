/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lib/toy-imap.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>

#include "imap/imap-types.h"

#define DEADLINE (10 * G_TIME_SPAN_SECOND)
#define AWAIT_DEADLINE (60 * G_TIME_SPAN_SECOND)

typedef struct
{
  char *name;
  char *rights;
  GArray *uids; /* guint32, ascending */
  guint32 uidnext;
} Mailbox;

struct _ToyImap
{
  char *capabilities;
  GSocketListener *listener;
  GCancellable *end;
  GThread *thread;
  GPtrArray *clients; /* GThread */
  guint16 port;

  GMutex lock;
  GCond heard;
  GPtrArray *present; /* Client */
  guint64 quota_used;  /* units of 1024 octets */
  guint64 quota_limit; /* 0 = none */
  guint32 uidvalidity;
  guint32 spoilt;      /* UID; 0 = none */
  char *spoilt_answer;
  guint answers;       /* to one FETCH; 0 = all */
  char *echo_at;       /* or NULL */
  char *echo;
  guint echo_times;
  guint message_limit; /* RFC 9738: so many messages a command deals with; 0 = all */
  gboolean mute;
  gboolean no_closed;
  char *last_words;
  ToyIdle idle;
  guint patience;     /* with who waits in IDLE, seconds; 0 = without end */
  GPtrArray *mailboxes;
  GHashTable *refusals;
  GString *log;
  ToyImapFunc func;
  gpointer user_data;
};

/* One connection. */
typedef struct
{
  ToyImap *server;
  GSocketConnection *socket;
  GDataInputStream *in;
  GString *out;
  Mailbox *selected;
  guint told;        /* messages of it that the client knows of */
  gboolean idles;
  gboolean stranded; /* nothing is said to it any more */
  gboolean uid_only; /* RFC 9586: it knows messages by their UIDs alone */
  char *verdict;     /* the last one that had to be composed */
} Client;

static GPrivate current; /* the Client whose command is watched */

static void
mailbox_free (Mailbox *mailbox)
{
  g_free (mailbox->name);
  g_free (mailbox->rights);
  g_array_unref (mailbox->uids);
  g_free (mailbox);
}

/* With the lock held. */
static Mailbox *
find_mailbox (ToyImap *self, const char *name)
{
  for (guint i = 0; i < self->mailboxes->len; i++)
    {
      Mailbox *mailbox = g_ptr_array_index (self->mailboxes, i);

      if (g_str_equal (mailbox->name, name))
        return mailbox;
    }
  return NULL;
}

/* With the lock held: made if need be. */
static Mailbox *
get_mailbox (ToyImap *self, const char *name)
{
  Mailbox *mailbox = find_mailbox (self, name);

  if (mailbox != NULL)
    return mailbox;
  mailbox = g_new0 (Mailbox, 1);
  mailbox->name = g_strdup (name);
  mailbox->uids = g_array_new (FALSE, FALSE, sizeof (guint32));
  mailbox->uidnext = 1;
  g_ptr_array_add (self->mailboxes, mailbox);
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
say_list (Client *client, gboolean with_rights)
{
  for (guint i = 0; i < client->server->mailboxes->len; i++)
    {
      const Mailbox *mailbox = g_ptr_array_index (client->server->mailboxes, i);

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
say_status (Client *client, const char *line)
{
  g_autofree char *name = dup_quoted (line);
  const Mailbox *mailbox = find_mailbox (client->server, name);

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
create (Client *client, const char *line)
{
  g_autofree char *name = dup_quoted (line);

  if (find_mailbox (client->server, name) != NULL)
    return "NO [ALREADYEXISTS] it is there";
  get_mailbox (client->server, name);
  return "OK";
}

static void
say_quota (Client *client)
{
  const ToyImap *self = client->server;

  g_string_append (client->out, "* QUOTAROOT INBOX \"\"\r\n");
  if (self->quota_limit > 0)
    g_string_append_printf (client->out, "* QUOTA \"\" (STORAGE %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT ")\r\n",
                            self->quota_used, self->quota_limit);
}

static const char *
say_rights (Client *client, const char *line)
{
  g_autofree char *name = dup_quoted (line);
  const Mailbox *mailbox = find_mailbox (client->server, name);

  if (mailbox == NULL || mailbox->rights == NULL)
    return "NO none";
  g_string_append_printf (client->out, "* MYRIGHTS \"%s\" %s\r\n", name, mailbox->rights);
  return "OK";
}

static void
begin_message (Client *client, guint sequence, guint32 uid)
{
  if (client->uid_only)
    g_string_append_printf (client->out, "* %u UIDFETCH (FLAGS ()", uid);
  else
    g_string_append_printf (client->out, "* %u FETCH (UID %u FLAGS ()", sequence, uid);
}

/* What came since the count of changes was @modseq (RFC 7162). */
static void
say_changes (Client *client, guint modseq)
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
say_closed (Client *client)
{
  const ToyImap *self = client->server;

  if (client->selected == NULL || !counts_changes (self) || self->no_closed)
    return;
  if (self->last_words != NULL)
    g_string_append_printf (client->out, "* %s\r\n", self->last_words);
  g_string_append (client->out, "* OK [CLOSED] x\r\n");
}

static const char *
select_mailbox (Client *client, const char *line)
{
  g_autofree char *name = dup_quoted (line);
  g_autofree char *known = g_strdup_printf ("(QRESYNC (%u ", client->server->uidvalidity);
  const char *since = strstr (line, known);

  say_closed (client);
  client->selected = find_mailbox (client->server, name);
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
find_boundary (Client *client, const GArray *set)
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
end_at (Client *client, guint32 boundary)
{
  if (boundary == 0)
    return "OK";
  g_free (client->verdict);
  client->verdict = g_strdup_printf ("OK [MESSAGELIMIT %u %u] enough", client->server->message_limit, boundary);
  return client->verdict;
}

static const char *
search (Client *client, const char *line)
{
  const GArray *uids = client->selected->uids;
  const char *by_uid = strstr (line, "UID ");
  const char *digit = strpbrk (line, "0123456789");
  g_autoptr (GArray) set = NULL;
  guint32 boundary;

  if (digit != NULL)
    set = read_set (digit, by_uid != NULL ? client->selected->uidnext - 1 : uids->len);
  if (set != NULL && by_uid == NULL && client->uid_only)
    return "BAD [UIDREQUIRED] no numbers";
  boundary = find_boundary (client, by_uid != NULL ? set : NULL);
  g_string_append (client->out, "* SEARCH");
  for (guint i = 0; i < uids->len; i++)
    {
      guint32 uid = g_array_index (uids, guint32, i);

      if (uid >= boundary && (set == NULL || mail_imap_set_contains (set, by_uid != NULL ? uid : i + 1)))
        g_string_append_printf (client->out, " %u", uid);
    }
  g_string_append (client->out, "\r\n");
  return end_at (client, boundary);
}

static void
say_message (Client *client, guint sequence, guint32 uid, const char *items)
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
fetch (Client *client, const char *verb_end)
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
take_away (Client *client, const char *verb_end, Mailbox *target)
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
carry_out_on_messages (Client *client, const char *line)
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
      return take_away (client, end, find_mailbox (client->server, target));
    }
  return "OK";
}

/* With the lock held. */
static const char *
carry_out (Client *client, const char *line)
{
  if (g_str_has_prefix (line, "CAPABILITY"))
    g_string_append_printf (client->out, "* CAPABILITY IMAP4rev1 AUTH=PLAIN %s\r\n", client->server->capabilities);
  else if (g_str_has_prefix (line, "ENABLE QRESYNC"))
    {
      client->uid_only = strstr (line, " UIDONLY") != NULL;
      g_string_append_printf (client->out, "* ENABLED QRESYNC%s\r\n", client->uid_only ? " UIDONLY" : "");
    }
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

/* With the lock held. (nullable) */
static const char *
find_refusal (const ToyImap *self, const char *line)
{
  GHashTableIter iter;
  gpointer beginning;
  gpointer answer;

  g_hash_table_iter_init (&iter, self->refusals);
  while (g_hash_table_iter_next (&iter, &beginning, &answer))
    if (g_str_has_prefix (line, beginning))
      return answer;
  return NULL;
}

static void
send_all (Client *client)
{
  GOutputStream *out = g_io_stream_get_output_stream (G_IO_STREAM (client->socket));

  if (!client->stranded)
    g_output_stream_write_all (out, client->out->str, client->out->len, NULL, client->server->end, NULL);
  g_string_set_size (client->out, 0);
}

/* With the lock held. */
static void
note (ToyImap *self, const char *line)
{
  g_string_append_printf (self->log, "%s\n", line);
  g_cond_broadcast (&self->heard);
}

/* With the lock held. */
static void
add_count (Client *client)
{
  if (client->server->mute || client->selected == NULL || client->told == client->selected->uids->len)
    return;
  client->told = client->selected->uids->len;
  g_string_append_printf (client->out, "* %u EXISTS\r\n", client->told);
}

/* With the lock held. */
static void
tell_count (Client *client)
{
  if (!client->idles)
    return;
  add_count (client);
  send_all (client);
}

static gboolean
end_idle (Client *client, const char *tag)
{
  g_mutex_lock (&client->server->lock);
  client->idles = FALSE;
  g_string_append_printf (client->out, "%s OK\r\n", tag);
  send_all (client);
  g_mutex_unlock (&client->server->lock);
  return TRUE;
}

/* FALSE: the connection is to end. */
static gboolean
idle (Client *client, const char *tag)
{
  ToyImap *self = client->server;
  g_autofree char *done = NULL;
  ToyIdle outcome;

  g_mutex_lock (&self->lock);
  note (self, "IDLE");
  g_string_append (client->out, "+ idling\r\n");
  send_all (client);
  client->idles = TRUE;
  tell_count (client);
  g_socket_set_timeout (g_socket_connection_get_socket (client->socket), self->patience);
  outcome = self->idle;
  g_mutex_unlock (&self->lock);
  if (outcome == TOY_IDLE_ENDS)
    return end_idle (client, tag);
  if (outcome == TOY_IDLE_HANGS_UP)
    return FALSE;
  done = g_data_input_stream_read_line (client->in, NULL, self->end, NULL);
  g_mutex_lock (&self->lock);
  client->idles = FALSE;
  g_socket_set_timeout (g_socket_connection_get_socket (client->socket), 0);
  if (done != NULL)
    note (self, done);
  g_mutex_unlock (&self->lock);
  return done != NULL && end_idle (client, tag);
}

/* FALSE: the connection is to end. */
static gboolean
authenticate (Client *client, const char *tag, const char *line)
{
  ToyImap *self = client->server;
  g_autofree char *refusal = NULL;
  g_autofree char *secret = NULL;

  g_mutex_lock (&self->lock);
  note (self, line);
  refusal = g_strdup (find_refusal (self, line));
  g_mutex_unlock (&self->lock);
  if (refusal == NULL)
    {
      g_string_append (client->out, "+ \r\n");
      send_all (client);
      secret = g_data_input_stream_read_line (client->in, NULL, self->end, NULL);
      g_string_append_printf (client->out, "%s OK [CAPABILITY IMAP4rev1 %s] in\r\n", tag, self->capabilities);
    }
  else
    g_string_append_printf (client->out, "%s %s\r\n", tag, refusal);
  send_all (client);
  return refusal != NULL || secret != NULL;
}

/* FALSE: the connection is to end. */
static gboolean
answer (Client *client, const char *tag, const char *line)
{
  ToyImap *self = client->server;
  const char *verdict;
  ToyImapFunc func;
  gpointer user_data;
  gboolean hangs_up;

  g_mutex_lock (&self->lock);
  note (self, line);
  func = self->func;
  user_data = self->user_data;
  g_mutex_unlock (&self->lock);
  if (func != NULL)
    func (self, line, user_data);
  g_mutex_lock (&self->lock);
  for (guint i = 0; self->echo_at != NULL && g_str_has_prefix (line, self->echo_at) && i < self->echo_times; i++)
    g_string_append (client->out, self->echo);
  verdict = find_refusal (self, line);
  if (verdict == NULL)
    verdict = carry_out (client, line);
  else if (g_str_has_prefix (line, "SELECT"))
    client->selected = NULL;
  if (g_str_equal (line, "NOOP"))
    add_count (client);
  hangs_up = verdict[0] == '!';
  if (!hangs_up)
    g_string_append_printf (client->out, "%s %s done\r\n", tag, verdict);
  else if (verdict[1] != '\0')
    g_string_append_printf (client->out, "* %s\r\n", verdict + 1);
  g_mutex_unlock (&self->lock);
  send_all (client);
  if (hangs_up)
    return FALSE;
  return !g_str_has_prefix (line, "LOGOUT");
}

static gboolean
serve (Client *client)
{
  g_autofree char *line = g_data_input_stream_read_line (client->in, NULL, client->server->end, NULL);
  char *space = line != NULL ? strchr (line, ' ') : NULL;

  if (space == NULL)
    return FALSE;
  *space = '\0';
  if (g_str_has_prefix (space + 1, "AUTHENTICATE"))
    return authenticate (client, line, space + 1);
  if (g_str_has_prefix (space + 1, "IDLE"))
    return idle (client, line);
  return answer (client, line, space + 1);
}

static gpointer
run_client (gpointer data)
{
  Client *client = data;
  ToyImap *self = client->server;

  g_private_set (&current, client);
  g_string_printf (client->out, "* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN %s] ready\r\n", self->capabilities);
  send_all (client);
  while (serve (client))
    ;
  g_mutex_lock (&self->lock);
  g_ptr_array_remove (self->present, client);
  g_mutex_unlock (&self->lock);
  g_io_stream_close (G_IO_STREAM (client->socket), NULL, NULL);
  g_object_unref (client->in);
  g_object_unref (client->socket);
  g_string_free (client->out, TRUE);
  g_free (client->verdict);
  g_free (client);
  return NULL;
}

static gpointer
run (gpointer data)
{
  ToyImap *self = data;
  GSocketConnection *socket;

  while ((socket = g_socket_listener_accept (self->listener, NULL, self->end, NULL)) != NULL)
    {
      Client *client = g_new0 (Client, 1);

      client->server = self;
      client->socket = socket;
      client->in = g_data_input_stream_new (g_io_stream_get_input_stream (G_IO_STREAM (socket)));
      g_data_input_stream_set_newline_type (client->in, G_DATA_STREAM_NEWLINE_TYPE_CR_LF);
      client->out = g_string_new (NULL);
      g_tcp_connection_set_graceful_disconnect (G_TCP_CONNECTION (socket), FALSE);
      g_socket_set_option (g_socket_connection_get_socket (socket), IPPROTO_TCP, TCP_NODELAY, 1, NULL);
      g_mutex_lock (&self->lock);
      g_ptr_array_add (self->present, client);
      g_mutex_unlock (&self->lock);
      g_ptr_array_add (self->clients, g_thread_new ("toy-imap-client", run_client, client));
    }
  return NULL;
}

ToyImap *
toy_imap_new (const char *capabilities)
{
  static const char limit[] = "MESSAGELIMIT=";
  const char *offered = strstr (capabilities, limit);
  ToyImap *self = g_new0 (ToyImap, 1);

  self->capabilities = g_strdup (capabilities);
  self->message_limit = offered != NULL ? (guint) g_ascii_strtoull (offered + strlen (limit), NULL, 10) : 0;
  self->uidvalidity = 7;
  g_mutex_init (&self->lock);
  self->mailboxes = g_ptr_array_new_with_free_func ((GDestroyNotify) mailbox_free);
  self->refusals = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->log = g_string_new (NULL);
  self->clients = g_ptr_array_new ();
  self->present = g_ptr_array_new ();
  g_cond_init (&self->heard);
  self->end = g_cancellable_new ();
  self->listener = g_socket_listener_new ();
  self->port = g_socket_listener_add_any_inet_port (self->listener, NULL, NULL);
  g_assert_cmpuint (self->port, !=, 0);
  toy_imap_put_mailbox (self, "INBOX", 0);
  self->thread = g_thread_new ("toy-imap", run, self);
  return self;
}

void
toy_imap_free (ToyImap *server)
{
  g_cancellable_cancel (server->end);
  g_thread_join (server->thread);
  for (guint i = 0; i < server->clients->len; i++)
    g_thread_join (g_ptr_array_index (server->clients, i));
  g_ptr_array_unref (server->clients);
  g_ptr_array_unref (server->present);
  g_object_unref (server->end);
  g_object_unref (server->listener);
  g_ptr_array_unref (server->mailboxes);
  g_hash_table_unref (server->refusals);
  g_string_free (server->log, TRUE);
  g_mutex_clear (&server->lock);
  g_cond_clear (&server->heard);
  g_free (server->spoilt_answer);
  g_free (server->last_words);
  g_free (server->echo_at);
  g_free (server->echo);
  g_free (server->capabilities);
  g_free (server);
}

MailAccountConfig *
toy_imap_config (ToyImap *server)
{
  MailAccountConfig *config = mail_account_config_new ("Toy");
  g_autofree char *where = g_strdup_printf ("127.0.0.1:%u", server->port);

  g_assert_true (mail_account_config_set (config, "mode", "imap", NULL));
  g_assert_true (mail_account_config_set (config, "incoming", where, NULL));
  g_assert_true (mail_account_config_set (config, "incoming-security", "none", NULL));
  g_assert_true (mail_account_config_set (config, "user", "anna", NULL));
  g_assert_true (mail_account_config_set (config, "offline", "headers", NULL));
  return config;
}

void
toy_imap_put_mailbox (ToyImap *server, const char *name, guint messages)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);
  Mailbox *mailbox = get_mailbox (server, name);

  g_array_set_size (mailbox->uids, 0);
  for (guint32 uid = 1; uid <= messages; uid++)
    g_array_append_val (mailbox->uids, uid);
  mailbox->uidnext = messages + 1;
}

void
toy_imap_rename (ToyImap *server, const char *name, const char *new_name)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);
  Mailbox *mailbox = find_mailbox (server, name);

  g_free (mailbox->name);
  mailbox->name = g_strdup (new_name);
}

void
toy_imap_remove (ToyImap *server, const char *name)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);

  g_ptr_array_remove (server->mailboxes, find_mailbox (server, name));
}

void
toy_imap_set_quota (ToyImap *server, guint64 used, guint64 limit)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);

  server->quota_used = used;
  server->quota_limit = limit;
}

void
toy_imap_set_rights (ToyImap *server, const char *name, const char *rights)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);
  Mailbox *mailbox = find_mailbox (server, name);

  g_free (mailbox->rights);
  mailbox->rights = g_strdup (rights);
}

guint
toy_imap_count (ToyImap *server, const char *name)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);

  return find_mailbox (server, name)->uids->len;
}

void
toy_imap_refuse (ToyImap *server, const char *beginning, const char *answer)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);

  if (answer != NULL)
    g_hash_table_insert (server->refusals, g_strdup (beginning), g_strdup (answer));
  else
    g_hash_table_remove (server->refusals, beginning);
}

void
toy_imap_spoil (ToyImap *server, guint32 uid, const char *answer)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);

  server->spoilt = uid;
  g_free (server->spoilt_answer);
  server->spoilt_answer = g_strdup (answer);
}

void
toy_imap_set_echo (ToyImap *server, const char *beginning, const char *text, guint times)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);

  g_free (server->echo_at);
  g_free (server->echo);
  server->echo_at = g_strdup (beginning);
  server->echo = g_strdup_printf ("* %s\r\n", text);
  server->echo_times = times;
}

void
toy_imap_set_answers (ToyImap *server, guint most)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);

  server->answers = most;
}

void
toy_imap_set_uidvalidity (ToyImap *server, guint32 uidvalidity)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);

  server->uidvalidity = uidvalidity;
}

void
toy_imap_renumber (ToyImap *server)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);

  server->uidvalidity++;
}

void
toy_imap_set_closing (ToyImap *server, gboolean tells, const char *last_words)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);

  server->no_closed = !tells;
  g_free (server->last_words);
  server->last_words = g_strdup (last_words);
}

void
toy_imap_deliver (ToyImap *server, const char *name)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);
  Mailbox *mailbox = find_mailbox (server, name);

  g_array_append_val (mailbox->uids, mailbox->uidnext);
  mailbox->uidnext++;
  for (guint i = 0; i < server->present->len; i++)
    tell_count (g_ptr_array_index (server->present, i));
}

void
toy_imap_say (ToyImap *server, const char *text)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);

  for (guint i = 0; i < server->present->len; i++)
    {
      Client *client = g_ptr_array_index (server->present, i);

      if (!client->idles)
        continue;
      g_string_append_printf (client->out, "* %s\r\n", text);
      send_all (client);
    }
}

void
toy_imap_set_idle (ToyImap *server, ToyIdle idle)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);

  server->idle = idle;
}

void
toy_imap_set_mute (ToyImap *server)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);

  server->mute = TRUE;
}

void
toy_imap_set_patience (ToyImap *server, guint seconds)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);

  server->patience = seconds;
}

void
toy_imap_strand (ToyImap *server)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);

  for (guint i = 0; i < server->present->len; i++)
    ((Client *) g_ptr_array_index (server->present, i))->stranded = TRUE;
}

void
toy_imap_hang_up (ToyImap *server, const char *words)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);

  for (guint i = 0; i < server->present->len; i++)
    {
      Client *client = g_ptr_array_index (server->present, i);

      if (words != NULL)
        {
          g_string_append_printf (client->out, "* %s\r\n", words);
          send_all (client);
        }
      g_socket_shutdown (g_socket_connection_get_socket (client->socket), TRUE, TRUE, NULL);
    }
}

/* With the lock held. */
static gboolean
has_heard (const ToyImap *self, const char *beginning)
{
  g_autofree char *line = g_strconcat ("\n", beginning, NULL);

  return g_str_has_prefix (self->log->str, beginning) || strstr (self->log->str, line) != NULL;
}

void
toy_imap_await (ToyImap *server, const char *beginning)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);
  gint64 end = g_get_monotonic_time () + AWAIT_DEADLINE;

  while (!has_heard (server, beginning))
    if (!g_cond_wait_until (&server->heard, &server->lock, end))
      g_error ("%s was not heard, but: %s", beginning, server->log->str);
}

void
toy_imap_watch (ToyImap *server, ToyImapFunc func, gpointer user_data)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);

  server->func = func;
  server->user_data = user_data;
}

gboolean
toy_imap_await_next (ToyImap *server)
{
  Client *client = g_private_get (&current);
  GSocket *socket = g_socket_connection_get_socket (client->socket);

  return g_buffered_input_stream_get_available (G_BUFFERED_INPUT_STREAM (client->in)) > 0
         || g_socket_condition_timed_wait (socket, G_IO_IN, DEADLINE, server->end, NULL);
}

char *
toy_imap_take_log (ToyImap *server)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);
  char *log = g_strdup (server->log->str);

  g_string_set_size (server->log, 0);
  return log;
}

guint
toy_imap_count_heard (const char *log, const char *beginning)
{
  g_auto (GStrv) lines = g_strsplit (log, "\n", -1);
  guint n = 0;

  for (guint i = 0; lines[i] != NULL; i++)
    n += g_str_has_prefix (lines[i], beginning);
  return n;
}
