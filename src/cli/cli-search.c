/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "cli/cli-list.h"
#include "core/errors.h"
#include "core/query.h"

/* `search`: the server when it can be asked, and otherwise what is here. */
typedef struct
{
  const char *mailbox; /* NULL: all */
  gint64 mailbox_id;
} Place;

static gboolean
find_place_job (MailDb *db, gpointer data, GError **error)
{
  Place *place = data;
  g_autoptr (MailMailboxInfo) mailbox = mail_cli_find_mailbox (db, place->mailbox, error);

  if (mailbox == NULL)
    return FALSE;
  place->mailbox_id = mailbox->id;
  return TRUE;
}

/* The shell took the quotes of what it gives as one word: they are put back, behind what stands before a colon. */
static void
add_word (GString *words, const char *word)
{
  const char *colon = strchr (word, ':');
  const char *blank = strchr (word, ' ');
  gsize prefix = colon != NULL && blank != NULL && colon < blank ? (gsize) (colon - word) + 1 : 0;

  if (blank == NULL || strchr (word, '"') != NULL)
    g_string_append_printf (words, "%s ", word);
  else
    g_string_append_printf (words, "%.*s\"%s\" ", (int) prefix, word, word + prefix);
}

static MailQuery *
read_words (const MailCli *cli, GError **error)
{
  GString *words = g_string_new (NULL);
  g_autofree char *text = NULL;

  for (guint i = 1; i < cli->words->len; i++)
    add_word (words, mail_cli_get_word (cli, i));
  text = g_string_free (words, FALSE);
  return mail_query_new (text, error);
}

static gboolean
ask_server (const MailCli *cli, const MailAccountConfig *config, MailStore *store, MailSearch *search, GError **error)
{
  g_autoptr (MailCredentials) credentials = mail_cli_get_credentials (cli, config, error);
  g_autoptr (MailEngine) engine = credentials != NULL ? mail_engine_new (config, store) : NULL;
  gboolean ok;

  if (engine == NULL)
    return FALSE;
  ok = mail_engine_open (engine, credentials, NULL, error) && mail_engine_search (engine, search, NULL, error);
  mail_cli_say_alerts (engine, config);
  mail_engine_close (engine);
  return ok;
}

static gboolean
run_search (MailCli *cli, GError **error)
{
  Place place = { .mailbox = mail_cli_get_option (cli, "mailbox") };
  g_autoptr (MailQuery) query = read_words (cli, error);
  g_autoptr (MailAccountConfig) config = query != NULL ? mail_cli_load_account (cli, error) : NULL;
  g_autoptr (MailStore) store = config != NULL ? mail_cli_open_store (cli, config, error) : NULL;
  g_autoptr (MailSearch) search = NULL;
  g_autoptr (GError) failure = NULL;

  if (store == NULL || (place.mailbox != NULL && !mail_store_read (store, find_place_job, &place, error)))
    return FALSE;
  search = mail_search_new (query, place.mailbox_id, NULL);
  if (mail_cli_get_option (cli, "here") == NULL && config->mode == MAIL_MODE_IMAP
      && !ask_server (cli, config, store, search, &failure))
    mail_cli_say_problem (failure, config, config->incoming);
  if (search->searched == MAIL_SEARCHED_HERE && !mail_search_here (store, search, NULL, error))
    return FALSE;
  return mail_cli_print_found (cli, store, search, error) && failure == NULL;
}

const MailCliVerb mail_cli_search_verbs[] = {
  { "search", "NAME [--mailbox MAILBOX] [--here] WORDS", "looks for messages, on the server where it can be asked",
    "  WORDS                    plain words, from: to: subject: is:unread is:starred\n"
    "                           has:attachment older:30d newer:2w arrived:1d\n"
    "  --mailbox MAILBOX        in this one only\n"
    "  --here                   only in what is here: senders, recipients, subjects, first words\n" MAIL_CLI_PASSWORD_HELP,
    "mailbox here", 2, 32, run_search },
  { NULL },
};
