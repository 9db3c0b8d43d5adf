/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pop3/pop3-session.h"

#include <stdlib.h>

#include "core/errors.h"
#include "pop3/pop3-sign-in.h"
#include "pop3/pop3-wire.h"

#define CONNECT_SECONDS 30
#define QUIT_SECONDS 300 /* a server may need long to delete a large drop, and its answer is what counts */
#define MAX_LIST_LINES 2000000
#define MAX_MESSAGE_BYTES 1000000000 /* what SQLite takes as one value */
/* Sizes in LIST are often estimates (RFC 1939 says what they should be; line ends of one byte are common). */
#define SIZE_SLACK (64 * 1024 * 1024)
/* So many commands fit in any socket's buffers, so that neither side can block the other while both write. */
#define MAX_COMMANDS_AHEAD 256

struct _MailPop3Session
{
  MailPop3Wire *wire;
  MailPop3Capa *capa;
};

MailPop3Session *
mail_pop3_session_open (const MailEndpoint *endpoint,
                        const MailCredentials *credentials,
                        GCancellable *cancellable,
                        GError **error)
{
  g_autoptr (MailPop3Session) session = g_new0 (MailPop3Session, 1);
  MailConnection *connection = mail_connection_open (endpoint, CONNECT_SECONDS, cancellable, error);

  if (connection == NULL)
    return NULL;
  session->wire = mail_pop3_wire_new (connection);
  if (!mail_pop3_sign_in (session->wire, endpoint, credentials, &session->capa, cancellable, error))
    return NULL;

  session->wire->round_trips = 0;
  return g_steal_pointer (&session);
}

void
mail_pop3_session_free (MailPop3Session *session)
{
  if (session == NULL)
    return;
  mail_pop3_wire_free (session->wire);
  mail_pop3_capa_free (session->capa);
  g_free (session);
}

MailPop3Caps
mail_pop3_session_get_caps (const MailPop3Session *session)
{
  return session->capa->caps;
}

const char *const *
mail_pop3_session_get_capability_names (const MailPop3Session *session)
{
  return (const char *const *) session->capa->names->pdata;
}

void
mail_pop3_session_mask_caps (MailPop3Session *session, MailPop3Caps mask)
{
  session->capa->caps &= mask;
}

guint64
mail_pop3_session_get_bytes_in (const MailPop3Session *session)
{
  return mail_connection_get_bytes_in (session->wire->connection);
}

guint
mail_pop3_session_get_round_trips (const MailPop3Session *session)
{
  return session->wire->round_trips;
}

static gboolean
has_cap (const MailPop3Session *session, MailPop3Caps cap)
{
  return (session->capa->caps & cap) != 0;
}

/* A command whose whole answer is one line. */
static gboolean
run_simple (MailPop3Session *session, const char *verb, GCancellable *cancellable, GError **error)
{
  g_autofree char *line = g_strconcat (verb, "\r\n", NULL);

  return mail_pop3_wire_send (session->wire, line, cancellable, error)
         && mail_pop3_wire_expect_ok (session->wire, MAIL_ERROR_REFUSED, verb, cancellable, error);
}

gboolean
mail_pop3_session_quit (MailPop3Session *session, GCancellable *cancellable, GError **error)
{
  gboolean done;

  mail_connection_set_silence (session->wire->connection, QUIT_SECONDS);
  done = run_simple (session, "QUIT", cancellable, error);
  mail_pop3_wire_kill (session->wire);
  return done;
}

gboolean
mail_pop3_session_reset (MailPop3Session *session, GCancellable *cancellable, GError **error)
{
  return run_simple (session, "RSET", cancellable, error);
}

gboolean
mail_pop3_session_noop (MailPop3Session *session, GCancellable *cancellable, GError **error)
{
  return run_simple (session, "NOOP", cancellable, error);
}

gboolean
mail_pop3_session_stat (MailPop3Session *session,
                        guint *messages,
                        guint64 *bytes,
                        GCancellable *cancellable,
                        GError **error)
{
  MailPop3Status status;

  if (!mail_pop3_wire_send (session->wire, "STAT\r\n", cancellable, error)
      || !mail_pop3_wire_read_status (session->wire, &status, cancellable, error))
    return FALSE;
  if (status.kind != MAIL_POP3_OK)
    {
      g_propagate_error (error, mail_pop3_status_to_error (&status, MAIL_ERROR_REFUSED, "STAT"));
      return FALSE;
    }
  if (mail_pop3_parse_numbers (status.text, messages, bytes, error))
    return TRUE;
  mail_pop3_wire_kill (session->wire);
  return FALSE;
}

static gboolean
add_listed_cb (const char *line, gpointer user_data, GError **error)
{
  GPtrArray *items = user_data;
  g_autofree MailPop3Item *item = g_new0 (MailPop3Item, 1);
  const MailPop3Item *last = items->len > 0 ? g_ptr_array_index (items, items->len - 1) : NULL;

  if (!mail_pop3_parse_numbers (line, &item->number, &item->size, error))
    return FALSE;
  if (item->number <= (last != NULL ? last->number : 0))
    {
      g_set_error (error, MAIL_ERROR, MAIL_ERROR_PROTOCOL, "LIST: number %u is out of order", item->number);
      return FALSE;
    }
  g_ptr_array_add (items, g_steal_pointer (&item));
  return TRUE;
}

static int
compare_numbers (const void *number, const void *entry)
{
  guint wanted = *(const guint *) number;
  guint found = (*(MailPop3Item *const *) entry)->number;

  return (wanted > found) - (wanted < found);
}

/* UIDL may speak of messages that LIST did not show, as when mail arrived in between: they wait for the next session. */
static gboolean
add_uidl_cb (const char *line, gpointer user_data, GError **error)
{
  GPtrArray *items = user_data;
  MailPop3Item **found;
  const char *uidl;
  guint number;

  if (!mail_pop3_parse_uidl (line, &number, &uidl, error))
    return FALSE;
  found = items->len == 0 ? NULL
                          : bsearch (&number, items->pdata, items->len, sizeof (gpointer), compare_numbers);
  if (found != NULL && (*found)->uidl == NULL)
    (*found)->uidl = g_strdup (uidl);
  return TRUE;
}

static gboolean
read_list (MailPop3Session *session, GPtrArray *items, GCancellable *cancellable, GError **error)
{
  return mail_pop3_wire_expect_ok (session->wire, MAIL_ERROR_REFUSED, "LIST", cancellable, error)
         && mail_pop3_wire_read_lines (session->wire, MAX_LIST_LINES, add_listed_cb, items, cancellable, error);
}

static gboolean
read_uidl (MailPop3Session *session, GPtrArray *items, GCancellable *cancellable, GError **error)
{
  MailPop3Status status;

  if (!mail_pop3_wire_read_status (session->wire, &status, cancellable, error))
    return FALSE;
  if (status.kind == MAIL_POP3_OK)
    return mail_pop3_wire_read_lines (session->wire, MAX_LIST_LINES, add_uidl_cb, items, cancellable, error);
  if (!has_cap (session, MAIL_POP3_CAP_UIDL) && status.code[0] == '\0')
    return TRUE;
  g_propagate_error (error, mail_pop3_status_to_error (&status, MAIL_ERROR_REFUSED, "UIDL"));
  return FALSE;
}

GPtrArray *
mail_pop3_session_list (MailPop3Session *session, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func ((GDestroyNotify) mail_pop3_item_free);
  gboolean pipelined = has_cap (session, MAIL_POP3_CAP_PIPELINING);
  g_autoptr (GError) refused = NULL;

  if (!mail_pop3_wire_send (session->wire, pipelined ? "LIST\r\nUIDL\r\n" : "LIST\r\n", cancellable, error))
    return NULL;
  /* After a refused LIST the answer to UIDL is still to be read. */
  if (read_list (session, items, cancellable, &refused) && !pipelined
      && !mail_pop3_wire_send (session->wire, "UIDL\r\n", cancellable, error))
    return NULL;
  if (refused == NULL || (pipelined && !session->wire->dead))
    read_uidl (session, items, cancellable, refused == NULL ? &refused : NULL);
  if (refused != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&refused));
      return NULL;
    }
  return g_steal_pointer (&items);
}

/* Commands of one verb, each about one message, kept in flight. */
typedef struct
{
  guint number;
  gsize cost; /* announced bytes of the answer */
} Ask;

typedef struct
{
  const char *verb; /* "RETR" */
  const char *tail; /* what follows the number */
  GArray *asks;     /* Ask */
  gsize window;     /* announced bytes that may be on their way */
  guint asked;      /* of @asks, sent */
  guint answered;   /* of @asks, read */
  gsize on_the_way; /* announced bytes of what is sent and not read */
} Pipeline;

static void
pipeline_clear (Pipeline *pipeline)
{
  g_clear_pointer (&pipeline->asks, g_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Pipeline, pipeline_clear)

static void
pipeline_add (Pipeline *pipeline, guint number, guint64 cost)
{
  Ask ask = { number, (gsize) MIN (cost, MAX_MESSAGE_BYTES) };

  if (pipeline->asks == NULL)
    pipeline->asks = g_array_new (FALSE, FALSE, sizeof (Ask));
  g_array_append_val (pipeline->asks, ask);
}

/* Sends further commands once half of the window is free, many in one write; without PIPELINING one at a time. */
static gboolean
pipeline_ask (Pipeline *pipeline, MailPop3Session *session, GCancellable *cancellable, GError **error)
{
  gboolean pipelined = has_cap (session, MAIL_POP3_CAP_PIPELINING);
  guint ahead = pipeline->asked - pipeline->answered;
  g_autoptr (GString) commands = NULL;

  if (ahead > 0 && (!pipelined || pipeline->on_the_way > pipeline->window / 2 || ahead > MAX_COMMANDS_AHEAD / 2))
    return TRUE;

  commands = g_string_new (NULL);
  while (pipeline->asked < pipeline->asks->len)
    {
      const Ask *ask = &g_array_index (pipeline->asks, Ask, pipeline->asked);

      if (ahead > 0
          && (!pipelined || ahead >= MAX_COMMANDS_AHEAD || pipeline->on_the_way + ask->cost > pipeline->window))
        break;
      g_string_append_printf (commands, "%s %u%s\r\n", pipeline->verb, ask->number, pipeline->tail);
      pipeline->on_the_way += ask->cost;
      pipeline->asked++;
      ahead++;
    }
  return commands->len == 0 || mail_pop3_wire_send (session->wire, commands->str, cancellable, error);
}

/* The next answer's status. NULL: @error is set. */
static const Ask *
pipeline_next (Pipeline *pipeline,
               MailPop3Session *session,
               MailPop3Status *status,
               GCancellable *cancellable,
               GError **error)
{
  const Ask *ask;

  if (!pipeline_ask (pipeline, session, cancellable, error)
      || !mail_pop3_wire_read_status (session->wire, status, cancellable, error))
    return NULL;
  if (status->kind == MAIL_POP3_CONTINUE)
    {
      g_set_error (error, MAIL_ERROR, MAIL_ERROR_PROTOCOL, "%s: a challenge that nobody asked for", pipeline->verb);
      mail_pop3_wire_kill (session->wire);
      return NULL;
    }
  ask = &g_array_index (pipeline->asks, Ask, pipeline->answered++);
  pipeline->on_the_way -= ask->cost;
  return ask;
}

static gboolean
pipeline_is_done (const Pipeline *pipeline)
{
  return pipeline->asks == NULL || pipeline->answered == pipeline->asks->len;
}

static gsize
body_limit (gsize announced)
{
  return MIN (2 * announced + SIZE_SLACK, (gsize) MAX_MESSAGE_BYTES);
}

/* Each answer of RETR or TOP goes to @func. */
static gboolean
pipeline_read_bodies (Pipeline *pipeline,
                      MailPop3Session *session,
                      MailPop3MessageFunc func,
                      gpointer user_data,
                      GCancellable *cancellable,
                      GError **error)
{
  while (!pipeline_is_done (pipeline))
    {
      MailPop3Status status;
      const Ask *ask = pipeline_next (pipeline, session, &status, cancellable, error);
      g_autoptr (GBytes) message = NULL;
      g_autoptr (GError) why = NULL;

      if (ask == NULL)
        return FALSE;
      if (status.kind == MAIL_POP3_ERR)
        why = mail_pop3_status_to_error (&status, MAIL_ERROR_REFUSED, pipeline->verb);
      else
        message = mail_pop3_wire_read_body (session->wire, ask->cost, body_limit (ask->cost), cancellable, error);
      if (message == NULL && why == NULL)
        return FALSE;
      if (!func (ask->number, message, why != NULL ? why->message : NULL, user_data, error))
        {
          mail_pop3_wire_kill (session->wire);
          return FALSE;
        }
    }
  return TRUE;
}

gboolean
mail_pop3_session_retrieve (MailPop3Session *session,
                            const GPtrArray *items,
                            gsize window_bytes,
                            MailPop3MessageFunc func,
                            gpointer user_data,
                            GCancellable *cancellable,
                            GError **error)
{
  g_auto (Pipeline) pipeline = { .verb = "RETR", .tail = "", .window = window_bytes };

  for (guint i = 0; i < items->len; i++)
    {
      const MailPop3Item *item = g_ptr_array_index (items, i);

      pipeline_add (&pipeline, item->number, item->size);
    }
  return pipeline_read_bodies (&pipeline, session, func, user_data, cancellable, error);
}

gboolean
mail_pop3_session_retrieve_headers (MailPop3Session *session,
                                    const GPtrArray *items,
                                    MailPop3MessageFunc func,
                                    gpointer user_data,
                                    GCancellable *cancellable,
                                    GError **error)
{
  g_auto (Pipeline) pipeline = { .verb = "TOP", .tail = " 0", .window = G_MAXSIZE };

  for (guint i = 0; i < items->len; i++)
    {
      const MailPop3Item *item = g_ptr_array_index (items, i);

      pipeline_add (&pipeline, item->number, 0);
    }
  return pipeline_read_bodies (&pipeline, session, func, user_data, cancellable, error);
}

GBytes *
mail_pop3_session_top (MailPop3Session *session,
                       guint number,
                       guint lines,
                       GCancellable *cancellable,
                       GError **error)
{
  g_autofree char *command = g_strdup_printf ("TOP %u %u\r\n", number, lines);
  int refusal = has_cap (session, MAIL_POP3_CAP_TOP) ? MAIL_ERROR_REFUSED : MAIL_ERROR_UNSUPPORTED;

  if (!mail_pop3_wire_send (session->wire, command, cancellable, error)
      || !mail_pop3_wire_expect_ok (session->wire, refusal, "TOP", cancellable, error))
    return NULL;
  return mail_pop3_wire_read_body (session->wire, 0, MAX_MESSAGE_BYTES, cancellable, error);
}

gboolean
mail_pop3_session_delete (MailPop3Session *session,
                          const GArray *numbers,
                          GArray *refused,
                          GCancellable *cancellable,
                          GError **error)
{
  g_auto (Pipeline) pipeline = { .verb = "DELE", .tail = "", .window = G_MAXSIZE };

  for (guint i = 0; i < numbers->len; i++)
    pipeline_add (&pipeline, g_array_index (numbers, guint, i), 0);
  while (!pipeline_is_done (&pipeline))
    {
      MailPop3Status status;
      const Ask *ask = pipeline_next (&pipeline, session, &status, cancellable, error);

      if (ask == NULL)
        return FALSE;
      if (status.kind == MAIL_POP3_ERR && refused != NULL)
        g_array_append_val (refused, ask->number);
    }
  return TRUE;
}
