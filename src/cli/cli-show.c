/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "cli/cli-output.h"
#include "cli/cli-parse.h"
#include "cli/cli.h"
#include "core/errors.h"
#include "mime/mime-message.h"
#include "store/store-bodies.h"
#include "store/store-messages.h"
#include "sync/engine.h"

/* What of a message is wanted. */
typedef enum
{
  SHOW_PAGE, /* as a reader shows it */
  SHOW_RAW,
  SHOW_TEXT,
  SHOW_HTML,
  SHOW_PART,
} ShowWhat;

typedef struct
{
  gint64 id;
  ShowWhat what;
  guint part; /* 1-based, in the order of `attachments` */
  GBytes *raw; /* NULL: nothing of it is here but the header */
  gboolean partial;
  MailMimeMessage *message; /* NULL with SHOW_RAW */
} Show;

static void
show_clear (Show *show)
{
  g_clear_pointer (&show->raw, g_bytes_unref);
  g_clear_pointer (&show->message, mail_mime_message_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Show, show_clear)

static gboolean
load_job (MailDb *db, gpointer data, GError **error)
{
  Show *show = data;
  g_autoptr (MailMessageInfo) info = mail_store_messages_get (db, show->id, error);
  g_autoptr (GError) failed = NULL;

  if (info == NULL)
    return FALSE;
  show->raw = mail_store_bodies_get_best (db, show->id, &show->partial, &failed);
  if (show->raw != NULL || g_error_matches (failed, MAIL_ERROR, MAIL_ERROR_NOT_FOUND))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failed));
  return FALSE;
}

static gboolean
load (MailStore *store, Show *show, GError **error)
{
  show_clear (show);
  if (!mail_store_read (store, load_job, show, error))
    return FALSE;
  if (show->raw == NULL || show->what == SHOW_RAW)
    return TRUE;
  show->message = mail_mime_message_parse (show->raw, &mail_mime_default_limits, NULL, error);
  return show->message != NULL;
}

static const MailMimePart *
get_part (const Show *show)
{
  const GPtrArray *parts = mail_mime_message_get_parts (show->message);

  return show->part >= 1 && show->part <= parts->len ? g_ptr_array_index (parts, show->part - 1) : NULL;
}

/* Is everything here that is to be shown? *@section: what to ask the server for otherwise. */
static gboolean
is_complete (const Show *show, const char **section)
{
  const MailMimePart *part = show->what == SHOW_PART && show->message != NULL ? get_part (show) : NULL;

  *section = show->what == SHOW_RAW ? "*" : part != NULL ? part->section : NULL;
  if (show->raw == NULL)
    return FALSE;
  if (show->what == SHOW_RAW)
    return !show->partial;
  if (show->what == SHOW_PART)
    return part == NULL || !part->missing;
  return !mail_mime_message_is_text_missing (show->message);
}

static gboolean
fetch (const MailCli *cli,
       const MailAccountConfig *config,
       MailStore *store,
       const Show *show,
       const char *section,
       GError **error)
{
  g_autoptr (MailCredentials) credentials = NULL;
  g_autoptr (MailEngine) engine = NULL;
  gboolean ok;

  credentials = mail_cli_get_credentials (cli, config, error);
  if (credentials == NULL)
    {
      g_prefix_error (error, "message %" G_GINT64_FORMAT " is not wholly here: ", show->id);
      return FALSE;
    }
  engine = mail_engine_new (config, store);
  ok = mail_engine_open (engine, credentials, NULL, error) && mail_engine_fetch (engine, show->id, section, NULL, error);
  mail_cli_say_alerts (engine, config);
  mail_engine_close (engine);
  return ok;
}

/* Loads the message, from the server where it is not here. */
static gboolean
load_or_fetch (const MailCli *cli, const MailAccountConfig *config, MailStore *store, Show *show, GError **error)
{
  const char *section;

  if (!load (store, show, error))
    return FALSE;
  /* A part's section is known only when the structure is here: then a second fetch brings the part itself. */
  for (guint tries = 0; tries < 2 && !is_complete (show, &section); tries++)
    if (!fetch (cli, config, store, show, section, error) || !load (store, show, error))
      return FALSE;
  if (is_complete (show, &section))
    return TRUE;
  g_set_error (error, MAIL_ERROR, MAIL_ERROR_NOT_FOUND, "message %" G_GINT64_FORMAT " could not be fetched whole", show->id);
  return FALSE;
}

/* Exact bytes; as JSON in base64. */
static void
print_bytes (const MailCli *cli, const Show *show, GBytes *bytes)
{
  gsize size;
  const guchar *data = g_bytes_get_data (bytes, &size);
  g_autoptr (JsonBuilder) builder = NULL;
  g_autofree char *base64 = NULL;
  g_autofree char *sha256 = NULL;

  if (!cli->json)
    {
      fwrite (data, 1, size, stdout);
      return;
    }
  builder = json_builder_new ();
  base64 = g_base64_encode (data, size);
  sha256 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
  json_builder_begin_object (builder);
  mail_cli_add_int (builder, "id", show->id);
  mail_cli_add_int (builder, "size", (gint64) size);
  mail_cli_add_string (builder, "sha256", sha256);
  mail_cli_add_string (builder, "base64", base64);
  json_builder_end_object (builder);
  mail_cli_print_json (builder);
}

static gboolean
print_text (const MailCli *cli, const Show *show, const char *field, const char *text, GError **error)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  if (text == NULL)
    {
      g_set_error (error, MAIL_ERROR, MAIL_ERROR_NOT_FOUND, "message %" G_GINT64_FORMAT " has no %s", show->id, field);
      return FALSE;
    }
  if (!cli->json)
    {
      fputs (text, stdout);
      if (text[0] != '\0' && text[strlen (text) - 1] != '\n')
        putchar ('\n');
      return TRUE;
    }
  json_builder_begin_object (builder);
  mail_cli_add_int (builder, "id", show->id);
  mail_cli_add_string (builder, field, text);
  json_builder_end_object (builder);
  mail_cli_print_json (builder);
  return TRUE;
}

static void
print_field (const char *name, const char *value)
{
  g_autofree char *clean = mail_cli_clean (value);

  if (clean[0] != '\0')
    printf ("%-9s %s\n", name, clean);
}

static void
print_page (const Show *show)
{
  const MailMimeMessage *message = show->message;
  const GPtrArray *parts = mail_mime_message_get_parts (message);
  GDateTime *date = mail_mime_message_get_date (message);
  g_autofree char *from = mail_address_list_to_string (mail_mime_message_get_from (message));
  g_autofree char *to = mail_address_list_to_string (mail_mime_message_get_to (message));
  g_autofree char *cc = mail_address_list_to_string (mail_mime_message_get_cc (message));
  g_autofree char *when = date != NULL ? g_date_time_format (date, "%Y-%m-%d %H:%M %:z") : NULL;
  const char *text = mail_mime_message_get_text (message);

  print_field ("From:", from);
  print_field ("To:", to);
  print_field ("Cc:", cc);
  print_field ("Date:", when);
  print_field ("Subject:", mail_mime_message_get_subject (message));
  printf ("\n%s\n", text != NULL ? text : "");
  for (guint i = 0; i < parts->len; i++)
    {
      const MailMimePart *part = g_ptr_array_index (parts, i);
      g_autofree char *name = mail_cli_clean (part->filename != NULL ? part->filename : "unnamed");
      g_autofree char *size = g_format_size (part->size);

      printf ("[%u] %s (%s, %s%s)\n", i + 1, name, part->content_type, size, part->missing ? ", not here" : "");
    }
}

static gboolean
print_part (const MailCli *cli, const Show *show, GError **error)
{
  g_autoptr (GBytes) bytes = NULL;

  if (get_part (show) == NULL)
    {
      g_set_error (error, MAIL_ERROR, MAIL_ERROR_NOT_FOUND, "message %" G_GINT64_FORMAT " has no part %u", show->id, show->part);
      return FALSE;
    }
  bytes = mail_mime_message_dup_part (show->message, show->part - 1, error);
  if (bytes != NULL)
    print_bytes (cli, show, bytes);
  return bytes != NULL;
}

static gboolean
print (const MailCli *cli, const Show *show, GError **error)
{
  switch (show->what)
    {
    case SHOW_RAW:
      print_bytes (cli, show, show->raw);
      return TRUE;
    case SHOW_TEXT:
      return print_text (cli, show, "text", mail_mime_message_get_text (show->message), error);
    case SHOW_HTML:
      return print_text (cli, show, "html", mail_mime_message_get_html (show->message), error);
    case SHOW_PART:
      return print_part (cli, show, error);
    case SHOW_PAGE:
      if (cli->json)
        mail_cli_print_message (show->message, TRUE);
      else
        print_page (show);
      return TRUE;
    default:
      g_assert_not_reached ();
    }
}

static gboolean
read_what (const MailCli *cli, Show *show, GError **error)
{
  static const struct
  {
    const char *option;
    ShowWhat what;
  } choices[] = { { "raw", SHOW_RAW }, { "text", SHOW_TEXT }, { "html", SHOW_HTML }, { "part", SHOW_PART } };
  guint given = 0;
  guint64 number = 0;

  for (guint i = 0; i < G_N_ELEMENTS (choices); i++)
    if (mail_cli_get_option (cli, choices[i].option) != NULL)
      {
        show->what = choices[i].what;
        given++;
      }
  if (given > 1)
    return mail_cli_usage (error, "give one of --raw, --text, --html and --part");
  if (show->what == SHOW_PART
      && !g_ascii_string_to_unsigned (mail_cli_get_option (cli, "part"), 10, 1, G_MAXUINT, &number, NULL))
    return mail_cli_usage (error, "“%s” is no number of a part", mail_cli_get_option (cli, "part"));
  show->part = (guint) number;
  return mail_cli_parse_id (mail_cli_get_word (cli, 1), &show->id, error);
}

static gboolean
run_show (MailCli *cli, GError **error)
{
  g_auto (Show) show = { .what = SHOW_PAGE };
  g_autoptr (MailAccountConfig) config = NULL;
  g_autoptr (MailStore) store = NULL;

  if (!read_what (cli, &show, error))
    return FALSE;
  config = mail_cli_load_account (cli, error);
  store = config != NULL ? mail_cli_open_store (cli, config, error) : NULL;
  return store != NULL && load_or_fetch (cli, config, store, &show, error) && print (cli, &show, error);
}

const MailCliVerb mail_cli_show_verbs[] = {
  { "show", "NAME ID [--raw|--text|--html|--part N]", "shows a message, fetching it where it is not here",
    "  --raw                    its exact bytes\n"
    "  --text, --html           its text as a reader shows it; its HTML\n"
    "  --part N                 its Nth attachment, from 1, decoded\n" MAIL_CLI_PASSWORD_HELP,
    "raw text html part", 2, 2, run_show },
  { NULL },
};
