/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lib/toy-imap-private.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>

#define DEADLINE (10 * G_TIME_SPAN_SECOND)
#define AWAIT_DEADLINE (60 * G_TIME_SPAN_SECOND)

static GPrivate current; /* the ToyClient whose command is watched */

static void
mailbox_free (ToyMailbox *mailbox)
{
  g_free (mailbox->name);
  g_free (mailbox->rights);
  g_array_unref (mailbox->uids);
  g_free (mailbox);
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
send_all (ToyClient *client)
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
add_count (ToyClient *client)
{
  if (client->server->mute || client->selected == NULL || client->told == client->selected->uids->len)
    return;
  client->told = client->selected->uids->len;
  g_string_append_printf (client->out, "* %u EXISTS\r\n", client->told);
}

/* With the lock held. */
static void
tell_count (ToyClient *client)
{
  if (!client->idles)
    return;
  add_count (client);
  send_all (client);
}

static gboolean
end_idle (ToyClient *client, const char *tag)
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
idle (ToyClient *client, const char *tag)
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
authenticate (ToyClient *client, const char *tag, const char *line)
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
answer (ToyClient *client, const char *tag, const char *line)
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
  client->tag = tag;
  verdict = find_refusal (self, line);
  if (verdict == NULL)
    verdict = toy_imap_carry_out (client, line);
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
serve (ToyClient *client)
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
  ToyClient *client = data;
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
      ToyClient *client = g_new0 (ToyClient, 1);

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
  ToyMailbox *mailbox = toy_imap_get_mailbox (server, name);

  g_array_set_size (mailbox->uids, 0);
  for (guint32 uid = 1; uid <= messages; uid++)
    g_array_append_val (mailbox->uids, uid);
  mailbox->uidnext = messages + 1;
}

void
toy_imap_rename (ToyImap *server, const char *name, const char *new_name)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);
  ToyMailbox *mailbox = toy_imap_find_mailbox (server, name);

  g_free (mailbox->name);
  mailbox->name = g_strdup (new_name);
}

void
toy_imap_remove (ToyImap *server, const char *name)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);

  g_ptr_array_remove (server->mailboxes, toy_imap_find_mailbox (server, name));
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
  ToyMailbox *mailbox = toy_imap_find_mailbox (server, name);

  g_free (mailbox->rights);
  mailbox->rights = g_strdup (rights);
}

guint
toy_imap_count (ToyImap *server, const char *name)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);

  return toy_imap_find_mailbox (server, name)->uids->len;
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
  ToyMailbox *mailbox = toy_imap_find_mailbox (server, name);

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
      ToyClient *client = g_ptr_array_index (server->present, i);

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
    ((ToyClient *) g_ptr_array_index (server->present, i))->stranded = TRUE;
}

void
toy_imap_hang_up (ToyImap *server, const char *words)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->lock);

  for (guint i = 0; i < server->present->len; i++)
    {
      ToyClient *client = g_ptr_array_index (server->present, i);

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
  ToyClient *client = g_private_get (&current);
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
