/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/server-facts.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "store/store-facts.h"
#include "store/store-mailboxes.h"
#include "sync/fact-names.h"
#include "sync/worker.h"

/* By name. A name that a server follows with "=" and a value is the same. */
static const struct
{
  const char *name;
  const char *rfc;
  const char *what;
} extensions[] = {
  { "ACL", "4314", N_ ("What you may do in a mailbox is known beforehand; what you may not is not offered.") },
  { "APPENDLIMIT", "7889", N_ ("A message that the server would refuse as too large is not sent in vain.") },
  { "BINARY", "3516", N_ ("Attachments come as they are, without the third that their packing for mail adds.") },
  { "COMPRESS=DEFLATE", "4978", N_ ("What goes over the line is compressed.") },
  { "CONDSTORE", "7162", N_ ("Only the flags that changed since the last look are fetched.") },
  { "CREATE-SPECIAL-USE", "6154", N_ ("A mailbox for sent mail, drafts or junk is recognised by other programs, too.") },
  { "ENABLE", "5161", N_ ("Lets newer extensions be switched on.") },
  { "ESEARCH", "4731", N_ ("Long lists of messages come in short form.") },
  { "ID", "2971", N_ ("The server says what it is and hears that it speaks to Missiva.") },
  { "IDLE", "2177", N_ ("New mail in the inbox is here at once, without asking.") },
  { "IMAP4REV2", "9051", N_ ("The newest version of IMAP, with much of this list built in.") },
  { "LIST-EXTENDED", "5258", N_ ("All mailboxes, with what they are for, in one question.") },
  { "LIST-MYRIGHTS", "8440", N_ ("What you may do in each mailbox comes with their list.") },
  { "LIST-STATUS", "5819", N_ ("What is new in all mailboxes comes in one answer.") },
  { "LITERAL+", "7888", N_ ("Messages are stored on the server without waiting for leave.") },
  { "LITERAL-", "7888", N_ ("Small messages are stored on the server without waiting for leave.") },
  { "MESSAGELIMIT", "9738", N_ ("The server says how many messages it deals with at a time, so that nothing is refused.") },
  { "MOVE", "6851", N_ ("Messages are moved in one step that cannot stop half-way.") },
  { "MULTIAPPEND", "3502", N_ ("Many messages are stored on the server in one go.") },
  { "NAMESPACE", "2342", N_ ("Mailboxes that others share with you are told from your own.") },
  { "NOTIFY", "5465", N_ ("What happens in any mailbox is told at once, without asking.") },
  { "OBJECTID", "8474", N_ ("A message is recognised when it was moved or renumbered, and is not downloaded twice.") },
  { "PARTIAL", "9394", N_ ("Of a search that finds very much, only the newest is told.") },
  { "PREVIEW", "8970", N_ ("The first words of a message come without the message.") },
  { "QRESYNC", "7162", N_ ("What came, changed and went while you were away is told at once when a mailbox is opened.") },
  { "QUOTA", "9208", N_ ("How much room is left on the server is known.") },
  { "SASL-IR", "4959", N_ ("Sign-in takes one step less.") },
  { "SAVEDATE", "8514", N_ ("The server can search by when a message came into its mailbox.") },
  { "SPECIAL-USE", "6154", N_ ("The server says which mailbox is for sent mail, drafts, junk and trash.") },
  { "STATUS=SIZE", "8438", N_ ("How large a mailbox is comes with its figures.") },
  { "UIDONLY", "9586", N_ ("Messages are called by names that never change.") },
  { "UIDPLUS", "4315", N_ ("Where a copy landed is told, and exactly the right message is removed.") },
  { "UNSELECT", "3691", N_ ("A mailbox is left without removing anything.") },
  { "UTF8=ACCEPT", "6855", N_ ("Addresses and names of mailboxes may be written in any script.") },
  { "WITHIN", "5032", N_ ("The server can search by the age of messages.") },
  { "X-GM-EXT-1", NULL, N_ ("Gmail’s labels and its own search.") },
};

typedef struct
{
  GStrv offered;
  GStrv used;
  guint mailboxes;
  guint foreign; /* of these */
  guint messages;
  guint64 wire;
  guint64 plain;
} Known;

static void
extension_free (gpointer data)
{
  MailServerExtension *extension = data;

  g_free (extension->saves);
  g_free (extension);
}

void
mail_server_facts_free (MailServerFacts *facts)
{
  if (facts == NULL)
    return;
  g_free (facts->server_name);
  g_free (facts->prefix);
  g_ptr_array_unref (facts->extensions);
  g_free (facts);
}

/* "APPENDLIMIT" for "APPENDLIMIT=35651584" and for itself. */
static gboolean
is_in (const GStrv names, const char *name)
{
  gsize length = strlen (name);

  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    if (g_ascii_strncasecmp (names[i], name, length) == 0 && (names[i][length] == '\0' || names[i][length] == '='))
      return TRUE;
  return FALSE;
}

static char *
describe_traffic (const Known *known)
{
  g_autofree char *saved = g_format_size (known->plain - known->wire);
  g_autofree char *all = g_format_size (known->plain);

  /* Translators: amounts of data, such as “12 MB of 15 MB”. */
  return g_strdup_printf (_ ("%s of %s over the last connection"), saved, all);
}

/* (transfer full) (nullable): what extension @name saves an account of this size. */
static char *
describe_saving (const char *name, const Known *known)
{
  guint others = known->mailboxes > 1 ? known->mailboxes - 1 : 0;

  if (g_str_equal (name, "LIST-STATUS") && others > 0)
    return g_strdup_printf (ngettext ("%u question at each look at the mailboxes",
                                      "%u questions at each look at the mailboxes", others), others);
  if (g_str_equal (name, "CONDSTORE") && known->messages > 0)
    return g_strdup_printf (ngettext ("the flags of %u message at each look",
                                      "the flags of %u messages at each look", known->messages), known->messages);
  if (g_str_equal (name, "QRESYNC") && known->messages > 0)
    return g_strdup_printf (ngettext ("a list of %u message at each look",
                                      "a list of %u messages at each look", known->messages), known->messages);
  if (g_str_equal (name, "COMPRESS=DEFLATE") && known->plain > known->wire)
    return describe_traffic (known);
  if (g_str_equal (name, "NOTIFY"))
    return g_strdup (_ ("five looks out of six"));
  if (g_str_equal (name, "MOVE"))
    return g_strdup (_ ("two steps for each move"));
  if (g_str_equal (name, "LITERAL+") || g_str_equal (name, "SASL-IR"))
    return g_strdup (_ ("one wait for the server each time"));
  return NULL;
}

static void
add_extensions (MailServerFacts *facts, const Known *known)
{
  for (guint i = 0; i < G_N_ELEMENTS (extensions); i++)
    {
      MailServerExtension *extension = g_new0 (MailServerExtension, 1);

      extension->name = extensions[i].name;
      extension->rfc = extensions[i].rfc;
      extension->what = _ (extensions[i].what);
      extension->used = is_in (known->used, extension->name);
      /* IMAP4rev2 includes extensions that are then not named. */
      extension->offered = extension->used || is_in (known->offered, extension->name);
      extension->saves = extension->used ? describe_saving (extension->name, known) : NULL;
      g_ptr_array_add (facts->extensions, extension);
    }
}

static gboolean
get_words (MailDb *db, const char *name, GStrv *words, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autofree char *text = mail_store_facts_get (db, name, &failure);

  *words = text != NULL ? g_strsplit (text, " ", -1) : NULL;
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

static gboolean
get_number (MailDb *db, const char *name, guint64 *number, GError **error)
{
  gint64 value;

  if (!mail_store_facts_get_int (db, name, &value, error))
    return FALSE;
  *number = (guint64) MAX (0, value);
  return TRUE;
}

static gboolean
load_numbers (MailDb *db, MailServerFacts *facts, GError **error)
{
  guint64 learnt;

  if (!get_number (db, MAIL_FACT_QUOTA_USED, &facts->quota_used, error)
      || !get_number (db, MAIL_FACT_QUOTA_LIMIT, &facts->quota_limit, error)
      || !get_number (db, MAIL_FACT_QUOTA_MESSAGES, &facts->quota_messages, error)
      || !get_number (db, MAIL_FACT_QUOTA_MESSAGES_LIMIT, &facts->quota_messages_limit, error)
      || !mail_store_facts_get_int (db, MAIL_FACT_QUOTA_ASKED, &facts->quota_asked, error)
      || !get_number (db, MAIL_FACT_CONNECTIONS_MOST, &learnt, error))
    return FALSE;
  facts->connections_learnt = (guint) MIN (learnt, G_MAXUINT);
  return TRUE;
}

static gboolean
count_mail (MailDb *db, Known *known, GError **error)
{
  g_autoptr (GPtrArray) mailboxes = mail_store_mailboxes_list (db, error);

  for (guint i = 0; mailboxes != NULL && i < mailboxes->len; i++)
    {
      const MailMailboxInfo *mailbox = g_ptr_array_index (mailboxes, i);

      if ((mailbox->flags & (MAIL_MAILBOX_NO_SELECT | MAIL_MAILBOX_LOCAL | MAIL_MAILBOX_GONE)) == 0)
        {
          known->mailboxes++;
          known->foreign += (mailbox->flags & MAIL_MAILBOX_FOREIGN) != 0;
        }
      known->messages += mailbox->messages;
    }
  return mailboxes != NULL;
}

MailServerFacts *
mail_server_facts_load (MailDb *db, const MailAccountConfig *config, GError **error)
{
  g_autoptr (MailServerFacts) facts = g_new0 (MailServerFacts, 1);
  g_auto (GStrv) offered = NULL;
  g_auto (GStrv) used = NULL;
  g_autoptr (GError) failure = NULL;
  Known known = { 0 };

  facts->extensions = g_ptr_array_new_with_free_func (extension_free);
  facts->connections_most = config->mode == MAIL_MODE_IMAP ? config->connections : 1;
  facts->server_name = mail_store_facts_get (db, MAIL_FACT_SERVER, &failure);
  facts->prefix = failure == NULL ? mail_store_facts_get (db, MAIL_FACT_NAMESPACE, &failure) : NULL;
  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return NULL;
    }
  if (!get_words (db, MAIL_FACT_OFFERED, &offered, error) || !get_words (db, MAIL_FACT_USED, &used, error)
      || !load_numbers (db, facts, error) || !count_mail (db, &known, error)
      || !get_number (db, MAIL_FACT_TRAFFIC_WIRE, &known.wire, error)
      || !get_number (db, MAIL_FACT_TRAFFIC_PLAIN, &known.plain, error))
    return NULL;
  known.offered = offered;
  known.used = used;
  facts->mailboxes = known.mailboxes - known.foreign;
  facts->mailboxes_foreign = known.foreign;
  if (config->mode == MAIL_MODE_IMAP)
    add_extensions (facts, &known);
  return g_steal_pointer (&facts);
}

static int
percent_of (guint64 used, guint64 limit)
{
  if (limit == 0)
    return -1;
  return used >= limit ? 100 : (int) ((double) used * 100 / (double) limit);
}

int
mail_server_facts_get_percent (const MailServerFacts *facts)
{
  return MAX (percent_of (facts->quota_used, facts->quota_limit),
              percent_of (facts->quota_messages, facts->quota_messages_limit));
}

char *
mail_server_facts_describe_quota (const MailServerFacts *facts)
{
  int room = percent_of (facts->quota_used, facts->quota_limit);
  int messages = percent_of (facts->quota_messages, facts->quota_messages_limit);
  g_autofree char *used = g_format_size (facts->quota_used);
  g_autofree char *limit = g_format_size (facts->quota_limit);

  if (room < 0 && messages < 0)
    return NULL;
  if (messages > room)
    /* Translators: such as “9,000 of 10,000 messages (90%)”. */
    return g_strdup_printf (_ ("%'u of %'u messages (%d%%)"), (guint) facts->quota_messages,
                            (guint) facts->quota_messages_limit, messages);
  /* Translators: amounts of data, such as “1.2 GB of 5 GB used (24%)”. */
  return g_strdup_printf (_ ("%s of %s used (%d%%)"), used, limit, room);
}

char *
mail_server_facts_describe_connections (const MailServerFacts *facts, guint open)
{
  g_autofree char *now = open == 0 ? g_strdup (_ ("Not connected now"))
                                   : g_strdup_printf (ngettext ("%u connection now", "%u connections now", open), open);

  if (facts->connections_learnt > 0 && facts->connections_learnt < facts->connections_most)
    /* Translators: “2 connections now”, then numbers. */
    return g_strdup_printf (_ ("%s, %u at most: the server does not let in the %u that the settings allow"), now,
                            facts->connections_learnt, facts->connections_most);
  /* Translators: “2 connections now”, then a number. */
  return g_strdup_printf (_ ("%s, %u at most"), now, facts->connections_most);
}

char *
mail_server_facts_describe_mailboxes (const MailServerFacts *facts)
{
  g_autofree char *own =
      g_strdup_printf (ngettext ("%u of your own", "%u of your own", facts->mailboxes), facts->mailboxes);
  g_autofree char *foreign =
      g_strdup_printf (ngettext ("%u that others share with you", "%u that others share with you", facts->mailboxes_foreign),
                       facts->mailboxes_foreign);
  g_autofree char *all = facts->mailboxes_foreign == 0 ? g_strdup (own) : g_strdup_printf ("%s, %s", own, foreign);

  if (facts->prefix == NULL || *facts->prefix == '\0')
    return g_steal_pointer (&all);
  /* Translators: a list such as “12 of your own”, then what the names of mailboxes begin with on the server. */
  return g_strdup_printf (_ ("%s; on the server their names begin with “%s”"), all, facts->prefix);
}
