/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "lib/imap-account.h"
#include "lib/imap-proxy.h"
#include "lib/mail-server.h"
#include "sync/imap-engine.h"

/* Each kind of change, by a person here or by another client there, is carried over while the connection ends at one command,
 * before it, within it, within its answer and after it, for every command in turn. The next pass ends where an undisturbed one
 * would have. */

#define MOST_COMMANDS 200 /* of one pass; there are far fewer */
#define FIRST_LETTERS 300 /* two windows */
#ifdef __SANITIZE_ADDRESS__
#define STEP 3 /* a sample */
#else
#define STEP 1
#endif

typedef struct
{
  MailServer *server;
  ImapProxy *proxy;
  ImapAccount *account;
  PlainImap *other;
  guint letters;
  char *subject; /* of the letter of this turn */
  char *box;     /* the mailbox that was made last, or NULL */
} World;

typedef struct
{
  const char *name;
  const char *at;              /* where the letter lies before; NULL: there is none yet */
  void (*act) (World *world);
  const char *after;           /* where it is at last, with its flags */
  guint every;                 /* so many commands that only each of these is cut, another one by each kind of cut; 0 = all */
} Change;

static char *
write_letter (const World *world)
{
  return g_strdup_printf ("From: Anna <anna@example.org>\r\nTo: bruno@example.org\r\nSubject: %s\r\n"
                          "Date: Sat, 21 Nov 2026 10:00:00 +0100\r\nMessage-ID: <%s@example.net>\r\n\r\nHi, and %s.\r\n",
                          world->subject, world->subject, world->subject);
}

static void
deliver (World *world, const char *mailbox)
{
  g_autofree char *letter = write_letter (world);

  mail_server_deliver (world->server, world->account->config->user, mailbox, letter, -1);
}

static gint64
find_in (World *world, const char *mailbox)
{
  g_autofree char *name = mail_server_dup_name (world->server, mailbox);
  gint64 id = imap_account_find (world->account, name, world->subject);

  g_assert_cmpint (id, !=, 0);
  return id;
}

static gint64
find_mailbox (World *world, const char *mailbox)
{
  g_autofree char *name = mail_server_dup_name (world->server, mailbox);
  gint64 id = imap_account_find_mailbox (world->account, name);

  g_assert_cmpint (id, !=, 0);
  return id;
}

static GArray *
one_id (gint64 id)
{
  GArray *ids = g_array_new (FALSE, FALSE, sizeof id);

  return g_array_append_val (ids, id);
}

static void
perform (World *world, MailAction *action)
{
  mail_action_free (imap_account_do (world->account, action));
}

static void
mark (World *world)
{
  imap_account_mark (world->account, find_in (world, "INBOX"), MAIL_FLAG_SEEN | MAIL_FLAG_FLAGGED, 0);
}

static void
move (World *world)
{
  g_autoptr (GArray) ids = one_id (find_in (world, "INBOX"));

  perform (world, mail_action_new_move (MAIL_MODE_IMAP, ids, find_mailbox (world, "Archive")));
}

static void
mark_and_move (World *world)
{
  mark (world);
  move (world);
}

static void
copy (World *world)
{
  g_autoptr (GArray) ids = one_id (find_in (world, "INBOX"));

  perform (world, mail_action_new_copy (MAIL_MODE_IMAP, ids, find_mailbox (world, "Archive")));
}

static void
copy_and_move (World *world)
{
  g_autoptr (GArray) ids = one_id (find_in (world, "INBOX"));

  copy (world);
  perform (world, mail_action_new_move (MAIL_MODE_IMAP, ids, find_mailbox (world, "Junk")));
}

static void
delete_from (World *world, const char *mailbox)
{
  g_autoptr (GArray) ids = one_id (find_in (world, mailbox));

  perform (world, mail_action_new_delete (MAIL_MODE_IMAP, ids));
}

static void
discard (World *world)
{
  delete_from (world, "INBOX");
}

static void
delete_for_ever (World *world)
{
  delete_from (world, "Trash");
}

static void
append (World *world)
{
  g_autofree char *letter = write_letter (world);
  g_autoptr (GBytes) bytes = g_bytes_new (letter, strlen (letter));

  perform (world, mail_action_new_append (MAIL_MODE_IMAP, find_mailbox (world, "Drafts"), bytes,
                                          MAIL_FLAG_SEEN | MAIL_FLAG_DRAFT));
}

static void
tag (World *world)
{
  g_autoptr (GArray) ids = one_id (find_in (world, "INBOX"));

  perform (world, mail_action_new_keywords (MAIL_MODE_IMAP, ids, "Work", NULL));
}

static void
mark_as_junk (World *world)
{
  g_autoptr (GArray) ids = one_id (find_in (world, "INBOX"));

  perform (world, mail_action_new_junk (MAIL_MODE_IMAP, ids, TRUE, find_mailbox (world, "Junk")));
}

/* The letter goes into the mailbox within that of this turn. */
static void
move_into_box (World *world)
{
  g_autoptr (GArray) ids = one_id (find_in (world, "INBOX"));
  g_autofree char *inner = g_strconcat (world->box, "/in", NULL);

  perform (world, mail_action_new_move (MAIL_MODE_IMAP, ids, find_mailbox (world, inner)));
}

/* That of the turn before goes with what is in it. */
static void
make_box (World *world)
{
  if (world->box != NULL)
    perform (world, mail_action_new_delete_mailbox (MAIL_MODE_IMAP, find_mailbox (world, world->box)));
  g_free (world->box);
  world->box = g_strdup_printf ("box%u", world->letters);
  perform (world, mail_action_new_create_mailbox (MAIL_MODE_IMAP, 0, world->box, MAIL_ROLE_NONE));
  perform (world, mail_action_new_create_mailbox (MAIL_MODE_IMAP, find_mailbox (world, world->box), "in", MAIL_ROLE_NONE));
  move_into_box (world);
}

static void
rename_box (World *world)
{
  g_autofree char *before = g_steal_pointer (&world->box);

  if (before == NULL)
    {
      make_box (world);
      return;
    }
  world->box = g_strdup_printf ("box%u", world->letters);
  perform (world, mail_action_new_rename_mailbox (MAIL_MODE_IMAP, find_mailbox (world, before), world->box));
  perform (world, mail_action_new_subscribe (MAIL_MODE_IMAP, find_mailbox (world, world->box), world->letters % 2 == 0));
  move_into_box (world);
}

static void
hear_of_news (World *world)
{
  deliver (world, "INBOX");
  deliver (world, "Archive");
}

static void
hear_of_a_move (World *world)
{
  g_autofree char *archive = mail_server_dup_name (world->server, "Archive");

  plain_imap_do (world->other, "SELECT INBOX");
  plain_imap_do (world->other, "COPY * \"%s\"", archive);
  plain_imap_do (world->other, "STORE * +FLAGS.SILENT (\\Deleted)");
  plain_imap_do (world->other, "EXPUNGE");
}

static const Change changes[] = {
  { "mark", "INBOX", mark, "INBOX (\\Flagged \\Seen)" },
  { "move", "INBOX", move, "Archive ()" },
  { "mark-and-move", "INBOX", mark_and_move, "Archive (\\Flagged \\Seen)" },
  { "copy", "INBOX", copy, "Archive () INBOX ()" },
  { "copy-and-move", "INBOX", copy_and_move, "Archive () Junk ()" },
  { "discard", "INBOX", discard, "Trash ()" },
  { "delete-for-ever", "Trash", delete_for_ever, "" },
  { "append", NULL, append, "Drafts (\\Draft \\Seen)" },
  { "tag", "INBOX", tag, "INBOX (Work)" },
  { "mark-as-junk", "INBOX", mark_as_junk, "Junk ($Junk)" },
  { "make-box", "INBOX", make_box, "box/in ()", 4 },
  { "rename-box", "INBOX", rename_box, "box/in ()", 4 },
  { "hear-of-news", NULL, hear_of_news, "Archive () INBOX ()" },
  { "hear-of-a-move", "INBOX", hear_of_a_move, "Archive ()" },
};

/* The mailboxes of all turns are called the same. */
static void
leave_out_digits (char *name)
{
  char *to = name;

  for (const char *from = name; *from != '\0'; from++)
    if (!g_ascii_isdigit (*from))
      *to++ = *from;
  *to = '\0';
}

/* (transfer full): where the letter of this turn is at the server. @expunges: nothing is left there that is only marked. */
static char *
find_at_server (World *world, PlainImap *reader, gboolean expunges)
{
  g_autoptr (GPtrArray) names = plain_imap_list (reader);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < names->len; i++)
    {
      g_autofree char *name = mail_server_dup_common_name (world->server, g_ptr_array_index (names, i));
      g_autoptr (GPtrArray) rows = plain_imap_rows (reader, g_ptr_array_index (names, i));

      for (guint k = 0; k < rows->len; k++)
        {
          const PlainImapRow *row = g_ptr_array_index (rows, k);

          leave_out_digits (name);
          if (strcmp (row->subject, world->subject) == 0 && (expunges || strstr (row->flags, "\\Deleted") == NULL))
            g_string_append_printf (text, "%s%s (%s)", text->len > 0 ? " " : "", name, row->flags);
        }
    }
  return g_string_free (text, FALSE);
}

static void
assert_carried_over (World *world, const Change *change, gboolean expunges)
{
  g_autoptr (PlainImap) reader = mail_server_sign_in (world->server, world->account->config->user);
  g_autofree char *where = find_at_server (world, reader, expunges);
  g_autofree char *theirs = plain_imap_dump (reader, expunges);
  g_autofree char *ours = imap_account_dump_plain (world->account);

  g_assert_cmpstr (where, ==, change->after);
  g_assert_cmpstr (ours, ==, theirs);
  g_assert_cmpuint (imap_account_count_ops (world->account), ==, 0);
}

/* FALSE when the pass had no command of that number. @fresh: the program is started anew, so that signing in is cut, too. */
static gboolean
take_turn (World *world, const Change *change, ImapProxyCut cut, guint number, gboolean fresh, gboolean expunges)
{
  g_autoptr (GError) error = NULL;
  gboolean was_cut;

  /* What there is to fetch makes it worth compressing. */
  if (world->account->squeezed)
    deliver (world, "Junk");
  g_free (world->subject);
  world->subject = g_strdup_printf ("letter %u", ++world->letters);
  g_test_message ("%s, %s, cut %d at command %u", world->subject, change->name, cut, number);
  if (change->at != NULL)
    deliver (world, change->at);
  imap_account_pass (world->account);
  g_assert_cmpint (mail_imap_engine_is_compressed (MAIL_IMAP_ENGINE (world->account->engine)), ==, world->account->squeezed);
  change->act (world);
  if (fresh)
    imap_account_restart (world->account);
  imap_proxy_cut (world->proxy, cut, number, number * 11 % 60);
  imap_account_try_pass (world->account, &error);
  was_cut = imap_proxy_has_cut (world->proxy);
  imap_proxy_cut (world->proxy, IMAP_PROXY_CUT_NONE, 0, 0);
  imap_account_pass (world->account);
  g_assert_cmpuint (world->account->problems->len, ==, 0);
  assert_carried_over (world, change, expunges);
  return was_cut;
}

typedef struct
{
  MailServerKind kind;
  const char *offered;
  guint step; /* between the commands that are cut */
  gboolean only_moves;
} Place;

static gboolean
has (const Place *place, const char *extension)
{
  return place->offered == NULL ? strcmp (extension, "COMPRESS") != 0 : strstr (place->offered, extension) != NULL;
}

static void
cut_everywhere (MailServer *server, const Change *change, const Place *place)
{
  g_autofree char *user = g_strdup_printf ("%s@example.org", change->name);
  World world = { .server = server, .proxy = imap_proxy_new (mail_server_get_port (server)) };
  /* A program that was just started asks about several mailboxes at a time. */
  gboolean fresh = change->act == mark || change->act == hear_of_news;

  imap_proxy_offer (world.proxy, place->offered);
  world.account = imap_account_new_for (mail_server_config (server, user, imap_proxy_get_port (world.proxy)), 0);
  if (has (place, "COMPRESS"))
    imap_account_squeeze (world.account);
  world.other = mail_server_sign_in (server, user);
  imap_account_pass (world.account);
  world.subject = g_strdup ("letter 0");
  for (ImapProxyCut cut = IMAP_PROXY_CUT_BEFORE; cut <= IMAP_PROXY_CUT_AFTER; cut++)
    {
      guint every = MAX (change->every, 1);
      guint number = 1 + (guint) cut % every;

      while (take_turn (&world, change, cut, number, fresh, has (place, "UIDPLUS")))
        {
          number += place->step * STEP * every;
          g_assert_cmpuint (number, <, MOST_COMMANDS);
        }
      g_assert_cmpuint (number, >, 1);
    }
  g_free (world.subject);
  g_free (world.box);
  plain_imap_free (world.other);
  imap_account_free (world.account);
  imap_proxy_free (world.proxy);
}

static void
test_cuts (gconstpointer data)
{
  const Place *place = data;
  g_autoptr (MailServer) server = mail_server_start (place->kind);

  for (guint i = 0; server != NULL && i < G_N_ELEMENTS (changes); i++)
    if (!place->only_moves || changes[i].act == move || changes[i].act == delete_for_ever)
      cut_everywhere (server, &changes[i], place);
}

/* Rows alone. */
static void
fetch_rows (ImapAccount *account, GError **error)
{
  if (mail_engine_open (account->engine, account->credentials, NULL, error))
    mail_engine_sync (account->engine, &account->result, NULL, NULL, NULL, error);
}

/* FALSE when the first sync had no command of that number. */
static gboolean
begin_and_be_cut (MailServer *server, ImapProxy *proxy, gboolean compressed, guint number, gsize octets)
{
  g_autoptr (ImapAccount) account =
      imap_account_new_for (mail_server_config (server, "first@example.org", imap_proxy_get_port (proxy)), 0);
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GError) cut = NULL;
  g_autoptr (GError) late = NULL;
  g_autoptr (GError) error = NULL;
  gboolean was_cut;

  if (compressed)
    imap_account_squeeze (account);
  imap_proxy_cut (proxy, IMAP_PROXY_CUT_IN_ANSWER, number, octets);
  fetch_rows (account, &cut);
  was_cut = imap_proxy_has_cut (proxy);
  imap_proxy_cut (proxy, IMAP_PROXY_CUT_NONE, 0, 0);
  /* An answer that was shorter ends with the next command. */
  fetch_rows (account, &late);
  fetch_rows (account, &error);
  g_assert_no_error (error);
  rows = imap_account_list (account, "INBOX");
  g_assert_cmpuint (rows->len, ==, FIRST_LETTERS);
  for (guint i = 0; i < rows->len; i++)
    g_assert_cmpuint (((MailMessageInfo *) g_ptr_array_index (rows, i))->uid, ==, i + 1);
  g_assert_cmpuint (account->result.fetched, ==, FIRST_LETTERS);
  return was_cut;
}

/* A first sync goes on where it was cut, in the middle of a window or of a literal. */
static void
test_first_sync (gconstpointer data)
{
  const Place *place = data;
  g_autoptr (MailServer) server = mail_server_start (place->kind);
  g_autoptr (ImapProxy) proxy = server != NULL ? imap_proxy_new (mail_server_get_port (server)) : NULL;
  g_autoptr (PlainImap) other = server != NULL ? mail_server_sign_in (server, "first@example.org") : NULL;

  if (server == NULL)
    return;
  imap_proxy_offer (proxy, place->offered);
  for (guint i = 0; i < FIRST_LETTERS; i++)
    {
      g_autofree char *letter = g_strdup_printf ("From: Anna <anna@example.org>\r\nSubject: letter %u\r\n"
                                                 "Message-ID: <%u@example.net>\r\n\r\nHi.\r\n", i, i);

      plain_imap_append (other, "INBOX", "", letter, -1);
    }
  for (gsize octets = 700; octets < 50000; octets *= 30)
    for (guint number = 1; begin_and_be_cut (server, proxy, has (place, "COMPRESS"), number, octets); number += STEP)
      g_assert_cmpuint (number, <, MOST_COMMANDS);
}

int
main (int argc, char **argv)
{
  static const Place whole = { MAIL_SERVER_DOVECOT, NULL, 1 };
  static const Place bare = { MAIL_SERVER_DOVECOT, "", 2 };
  static const Place no_move = { MAIL_SERVER_DOVECOT, "UIDPLUS", 1, TRUE };
  static const Place cyrus = { MAIL_SERVER_CYRUS, NULL, 3 };
  static const Place packed = { MAIL_SERVER_DOVECOT, "UIDPLUS MOVE CONDSTORE QRESYNC ENABLE ESEARCH COMPRESS=DEFLATE", 7, TRUE };

  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/sync/imap-cuts/every-change-survives-a-cut-at-every-command", &whole, test_cuts);
  g_test_add_data_func ("/sync/imap-cuts/every-change-survives-a-cut-without-extensions", &bare, test_cuts);
  g_test_add_data_func ("/sync/imap-cuts/every-move-survives-a-cut-without-a-command-for-it", &no_move, test_cuts);
  g_test_add_data_func ("/sync/imap-cuts/every-change-survives-a-cut-on-another-server", &cyrus, test_cuts);
  g_test_add_data_func ("/sync/imap-cuts/every-change-survives-a-cut-when-compressed", &packed, test_cuts);
  g_test_add_data_func ("/sync/imap-cuts/a-first-sync-goes-on", &whole, test_first_sync);
  g_test_add_data_func ("/sync/imap-cuts/a-first-sync-goes-on-when-compressed", &packed, test_first_sync);
  return g_test_run ();
}
