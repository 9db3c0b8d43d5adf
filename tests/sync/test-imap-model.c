/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "core/errors.h"
#include "lib/imap-account.h"
#include "lib/imap-proxy.h"
#include "lib/mail-server.h"
#include "sync/sync-queue.h"

/* Two programs of ours and a client of another make hold of one account. What they do, when they look at the server, when the
 * connection ends and when a program starts anew is drawn by lot. At the end all three see the same, no letter is lost that nobody
 * deleted, and none is there more often than it was copied.
 *
 * Ordinary runs are the same each time, so that what they find can be found again. By hand:
 *
 *   MISSIVA_MODEL_RUNS=N   so many runs, from a seed that is drawn by lot and printed; each has the seed after the last one's
 *   MISSIVA_MODEL_SEED=N   begins with this seed */

#define FIRST_SEED 1921097110

#ifdef __SANITIZE_ADDRESS__
#define RUNS 6
#else
#define RUNS 20
#endif
#define STEPS 80
#define OURS 2
#define TAG "Work"
#define NOT_FOR_PERSONS (MAIL_MAILBOX_NO_SELECT | MAIL_MAILBOX_GONE | MAIL_MAILBOX_DELETING)
#define SETTLING 8 /* passes of each of ours, after which nothing may change any more */

typedef enum
{
  BY_FIRST = 1 << 0,
  BY_SECOND = 1 << 1,
  BY_OTHER = 1 << 2,
} Actors;

typedef struct
{
  int copies;
  int deletions;   /* asked for; when two ask, it may be the same one */
  int moves;       /* by ours, where that is a copy first and then a deletion */
  Actors touched;
  MailFlags flags; /* as the last who touched it left them */
  gboolean tagged; /* the same: TAG */
  gboolean vague;  /* something was taken back, or done to its whole mailbox: it is not followed */
} Letter;

typedef struct
{
  GRand *lots;
  MailServer *server;
  char *user;
  char *offered;             /* NULL: all */
  ImapProxy *proxies[OURS];
  ImapAccount *accounts[OURS];
  gboolean moves;            /* MOVE is among them */
  MailAction *way_back[OURS];
  GPtrArray *last[OURS];     /* Letter, borrowed, that the last action of each of ours was about */
  gint64 made[OURS];         /* the mailbox that it made; or 0 */
  gboolean wrote[OURS];      /* it was writing them */
  PlainImap *other;
  GHashTable *letters;       /* subject -> Letter */
  guint written;
} World;

static guint
draw (World *world, guint below)
{
  return (guint) g_rand_int_range (world->lots, 0, (gint32) below);
}

static Letter *
look_up (World *world, const char *subject)
{
  Letter *letter = g_hash_table_lookup (world->letters, subject);

  g_assert_nonnull (letter);
  return letter;
}

/* (transfer full): a letter that never was before; one in eight has no Message-ID. */
static char *
write_letter (World *world, MailFlags flags, const char **subject)
{
  guint number = ++world->written;
  g_autofree char *id = draw (world, 8) > 0 ? g_strdup_printf ("Message-ID: <%u@example.org>\r\n", number) : g_strdup ("");
  g_autofree char *filling = g_strnfill (draw (world, 8) > 0 ? 100 + number : 20000 + number, 'x');
  char *key = g_strdup_printf ("letter %u", number);
  Letter *letter = g_new0 (Letter, 1);

  letter->flags = flags;
  g_hash_table_insert (world->letters, key, letter);
  *subject = key;
  return g_strdup_printf ("From: Anna <anna@example.org>\r\nTo: bruno@example.org\r\nSubject: %s\r\n"
                          "Date: Sat, 21 Nov 2026 %02u:%02u:%02u +0000\r\n%s\r\n%s\r\n",
                          key, number / 3600 % 24, number / 60 % 60, number % 60, id, filling);
}

/* What ours do. */

/* (transfer full) (nullable): a row of account @who, with the name of its mailbox. */
static MailMessageInfo *
draw_row (World *world, guint who, char **mailbox)
{
  g_autoptr (GPtrArray) mailboxes = imap_account_list_mailboxes (world->accounts[who]);
  g_autoptr (GPtrArray) rows = NULL;
  const MailMailboxInfo *drawn;
  const MailMessageInfo *row;

  if (mailboxes->len == 0)
    return NULL;
  drawn = g_ptr_array_index (mailboxes, draw (world, mailboxes->len));
  if (drawn->flags & NOT_FOR_PERSONS)
    return NULL;
  rows = imap_account_list (world->accounts[who], drawn->name);
  if (rows->len == 0)
    return NULL;
  row = g_ptr_array_index (rows, draw (world, rows->len));
  *mailbox = g_strdup (drawn->name);
  return row->flags & MAIL_FLAG_DELETED ? NULL : mail_message_info_copy (row);
}

static gint64
draw_target (World *world, guint who)
{
  g_autoptr (GPtrArray) mailboxes = imap_account_list_mailboxes (world->accounts[who]);
  const MailMailboxInfo *drawn = mailboxes->len > 0 ? g_ptr_array_index (mailboxes, draw (world, mailboxes->len)) : NULL;

  return drawn == NULL || (drawn->flags & NOT_FOR_PERSONS) ? 0 : drawn->id;
}

/* Whether the other client makes and deletes it. */
static gboolean
is_extra (const char *mailbox)
{
  return strstr (mailbox, "extra") != NULL;
}

static gboolean
is_passing (World *world, guint who, gint64 mailbox_id)
{
  g_autoptr (GPtrArray) mailboxes = imap_account_list_mailboxes (world->accounts[who]);

  for (guint i = 0; i < mailboxes->len; i++)
    {
      const MailMailboxInfo *mailbox = g_ptr_array_index (mailboxes, i);

      if (mailbox->id == mailbox_id)
        return is_extra (mailbox->name);
    }
  return TRUE;
}

/* FALSE when the store refused, as it may before it has heard enough from the server, or because of a name. */
static gboolean
perform_borrowed (World *world, guint who, MailAction *action)
{
  g_autoptr (GError) error = NULL;
  gboolean ok = mail_store_write (world->accounts[who]->temporary->store, mail_action_job, action, &error);

  if (ok)
    world->way_back[who] = mail_action_dup_undo (action);
  else
    g_assert_true (g_error_matches (error, MAIL_ERROR, MAIL_ERROR_OFFLINE)
                   || g_error_matches (error, MAIL_ERROR, MAIL_ERROR_EXISTS));
  return ok;
}

/* The same; takes @action. */
static gboolean
perform (World *world, guint who, MailAction *action)
{
  g_autoptr (MailAction) taken = action;

  return perform_borrowed (world, who, taken);
}

static void
create_mailbox (World *world, guint who, const char *leaf)
{
  g_autoptr (MailAction) action = mail_action_new_create_mailbox (MAIL_MODE_IMAP, 0, leaf, MAIL_ROLE_NONE);

  g_test_message ("%u creates %s", who, leaf);
  if (perform_borrowed (world, who, action))
    world->made[who] = g_array_index (mail_action_get_ids (action), gint64, 0);
}

/* From here on @who does something else. */
static void
begin (World *world, guint who)
{
  g_clear_pointer (&world->way_back[who], mail_action_free);
  g_ptr_array_set_size (world->last[who], 0);
  world->made[who] = 0;
  world->wrote[who] = FALSE;
}

static void
concern (World *world, guint who, Letter *letter)
{
  letter->touched |= who == 0 ? BY_FIRST : BY_SECOND;
  g_ptr_array_add (world->last[who], letter);
}

/* (transfer full): the Letter of each row that @who sees in the mailbox. */
static GPtrArray *
list_letters (World *world, guint who, const char *mailbox)
{
  g_autoptr (GPtrArray) rows = imap_account_list (world->accounts[who], mailbox);
  GPtrArray *letters = g_ptr_array_new ();

  for (guint i = 0; i < rows->len; i++)
    {
      const MailMessageInfo *row = g_ptr_array_index (rows, i);

      if (!(row->flags & MAIL_FLAG_DELETED))
        g_ptr_array_add (letters, look_up (world, row->subject));
    }
  return letters;
}

static void
mark (World *world, guint who, const GArray *ids, Letter *letter)
{
  MailFlags flag = draw (world, 2) ? MAIL_FLAG_SEEN : MAIL_FLAG_FLAGGED;
  gboolean set = draw (world, 3) > 0;

  if (perform (world, who, mail_action_new_flags (MAIL_MODE_IMAP, ids, set ? flag : 0, set ? 0 : flag)))
    letter->flags = set ? letter->flags | flag : letter->flags & ~flag;
}

static void
tag (World *world, guint who, const GArray *ids, Letter *letter)
{
  gboolean set = draw (world, 3) > 0;

  if (perform (world, who, mail_action_new_keywords (MAIL_MODE_IMAP, ids, set ? TAG : NULL, set ? NULL : TAG)))
    letter->tagged = set;
}

static void
move (World *world, guint who, const GArray *ids, Letter *letter, gint64 target)
{
  if (perform (world, who, mail_action_new_move (MAIL_MODE_IMAP, ids, target)))
    letter->moves++;
}

static void
judge (World *world, guint who, const GArray *ids, Letter *letter)
{
  gboolean junk = draw (world, 2) > 0;
  gint64 target = imap_account_find_role (world->accounts[who], junk ? MAIL_ROLE_JUNK : MAIL_ROLE_INBOX);

  if (target == 0 || !perform (world, who, mail_action_new_junk (MAIL_MODE_IMAP, ids, junk, target)))
    return;
  letter->flags = (letter->flags & ~(MAIL_FLAG_JUNK | MAIL_FLAG_NOT_JUNK)) | (junk ? MAIL_FLAG_JUNK : MAIL_FLAG_NOT_JUNK);
  letter->moves++;
}

static void
copy (World *world, guint who, const GArray *ids, Letter *letter, gint64 target)
{
  if (!perform (world, who, mail_action_new_copy (MAIL_MODE_IMAP, ids, target)))
    return;
  letter->copies++;
  /* Another may delete such a mailbox before the copy is there. */
  if (is_passing (world, who, target))
    letter->touched |= BY_OTHER;
}

static void
delete (World *world, guint who, const GArray *ids, Letter *letter, const MailMessageInfo *row)
{
  gboolean for_ever = imap_account_find_role (world->accounts[who], MAIL_ROLE_TRASH) == row->mailbox_id;

  if (!perform (world, who, mail_action_new_delete (MAIL_MODE_IMAP, ids)))
    return;
  letter->deletions += for_ever;
  letter->moves += !for_ever;
}

static void
append (World *world, guint who, gint64 target)
{
  const char *subject = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GBytes) bytes = NULL;

  if (target == 0)
    return;
  text = write_letter (world, MAIL_FLAG_SEEN, &subject);
  bytes = g_bytes_new (text, strlen (text));
  g_test_message ("%u appends %s to %" G_GINT64_FORMAT, who, subject, target);
  begin (world, who);
  g_assert_true (perform (world, who, mail_action_new_append (MAIL_MODE_IMAP, target, bytes, MAIL_FLAG_SEEN)));
  g_ptr_array_add (world->last[who], look_up (world, subject));
  world->wrote[who] = TRUE;
  if (is_passing (world, who, target))
    look_up (world, subject)->touched |= BY_OTHER;
}

/* What is done to a whole mailbox reaches the server as a whole, or not at all. */
static void
doom (World *world, guint who, const char *mailbox)
{
  g_autoptr (GPtrArray) letters = list_letters (world, who, mailbox);

  for (guint i = 0; i < letters->len; i++)
    {
      Letter *letter = g_ptr_array_index (letters, i);

      concern (world, who, letter);
      letter->vague = TRUE;
      letter->deletions++;
    }
}

static const MailMailboxInfo *
find_by_id (const GPtrArray *mailboxes, gint64 id)
{
  for (guint i = 0; i < mailboxes->len; i++)
    if (((const MailMailboxInfo *) g_ptr_array_index (mailboxes, i))->id == id)
      return g_ptr_array_index (mailboxes, i);
  return NULL;
}

static void
take_back (World *world, guint who)
{
  MailAction *action = g_steal_pointer (&world->way_back[who]);
  g_autoptr (GPtrArray) mailboxes = imap_account_list_mailboxes (world->accounts[who]);
  const MailMailboxInfo *made = find_by_id (mailboxes, world->made[who]);
  g_autoptr (GError) error = NULL;

  if (action == NULL)
    return;
  /* What it was about may be gone since. */
  g_test_message ("%u takes it back", who);
  if (made != NULL)
    doom (world, who, made->name);
  for (guint i = 0; i < world->last[who]->len; i++)
    {
      Letter *letter = g_ptr_array_index (world->last[who], i);

      letter->vague = TRUE;
      letter->moves++;
      letter->deletions += world->wrote[who];
    }
  if (!mail_store_write (world->accounts[who]->temporary->store, mail_action_job, action, &error))
    g_test_message ("  %s", error->message);
  mail_action_free (action);
}

static void
empty (World *world, guint who, const MailMailboxInfo *mailbox)
{
  g_autoptr (GPtrArray) letters = list_letters (world, who, mailbox->name);

  if (!perform (world, who, mail_action_new_empty (MAIL_MODE_IMAP, mailbox->id)))
    return;
  for (guint i = 0; i < letters->len; i++)
    {
      concern (world, who, g_ptr_array_index (letters, i));
      ((Letter *) g_ptr_array_index (letters, i))->deletions++;
    }
}

static void
read_all (World *world, guint who, const MailMailboxInfo *mailbox)
{
  g_autoptr (GPtrArray) letters = list_letters (world, who, mailbox->name);

  if (!perform (world, who, mail_action_new_read_all (MAIL_MODE_IMAP, mailbox->id)))
    return;
  for (guint i = 0; i < letters->len; i++)
    {
      concern (world, who, g_ptr_array_index (letters, i));
      ((Letter *) g_ptr_array_index (letters, i))->flags |= MAIL_FLAG_SEEN;
    }
}

static void
change_extra (World *world, guint who, const MailMailboxInfo *mailbox, guint what)
{
  g_autofree char *leaf = g_strdup_printf ("extra%u", draw (world, 4));

  g_test_message ("%u: mailbox %s: %u (%s)", who, mailbox->name, what, leaf);
  if (what == 0)
    perform (world, who, mail_action_new_rename_mailbox (MAIL_MODE_IMAP, mailbox->id, leaf));
  else if (what == 1)
    {
      doom (world, who, mailbox->name);
      perform (world, who, mail_action_new_delete_mailbox (MAIL_MODE_IMAP, mailbox->id));
    }
  else
    perform (world, who, mail_action_new_subscribe (MAIL_MODE_IMAP, mailbox->id, what == 2));
}

static void
act_on_mailbox (World *world, guint who)
{
  g_autoptr (GPtrArray) mailboxes = imap_account_list_mailboxes (world->accounts[who]);
  g_autofree char *leaf = g_strdup_printf ("extra%u", draw (world, 4));
  guint what = draw (world, 4);
  const MailMailboxInfo *drawn;

  begin (world, who);
  if (what == 0)
    {
      create_mailbox (world, who, leaf);
      return;
    }
  drawn = mailboxes->len > 0 ? g_ptr_array_index (mailboxes, draw (world, mailboxes->len)) : NULL;
  if (drawn == NULL || (drawn->flags & NOT_FOR_PERSONS))
    return;
  if (is_extra (drawn->name))
    change_extra (world, who, drawn, draw (world, 4));
  else if (drawn->role == MAIL_ROLE_JUNK || drawn->role == MAIL_ROLE_TRASH)
    {
      g_test_message ("%u empties %s", who, drawn->name);
      empty (world, who, drawn);
    }
  else if (what == 1)
    {
      g_test_message ("%u reads all of %s", who, drawn->name);
      read_all (world, who, drawn);
    }
}

static void
act_on_row (World *world, guint who)
{
  g_autofree char *mailbox = NULL;
  g_autoptr (MailMessageInfo) row = draw_row (world, who, &mailbox);
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  guint what = draw (world, 10);
  gint64 target;
  Letter *letter;

  if (row == NULL)
    return;
  target = draw_target (world, who);
  letter = look_up (world, row->subject);
  g_array_append_val (ids, row->id);
  g_test_message ("%u: %s (row %" G_GINT64_FORMAT ", uid %u of %s): %u, to %" G_GINT64_FORMAT,
                  who, row->subject, row->id, row->uid, mailbox, what, target);
  begin (world, who);
  concern (world, who, letter);
  if (what < 2)
    mark (world, who, ids, letter);
  else if (what == 2)
    tag (world, who, ids, letter);
  else if (what == 3)
    judge (world, who, ids, letter);
  else if (what < 7 && target != 0)
    move (world, who, ids, letter, target);
  else if (what < 9 && target != 0)
    copy (world, who, ids, letter, target);
  else if (what == 9)
    delete (world, who, ids, letter, row);
}

static void
act (World *world, guint who)
{
  guint what = draw (world, 12);

  if (what == 0)
    append (world, who, draw_target (world, who));
  else if (what == 1)
    take_back (world, who);
  else if (what < 4)
    act_on_mailbox (world, who);
  else
    act_on_row (world, who);
}

/* What the other does. */

static void
touch_all (World *world, GPtrArray *rows, int deletions)
{
  for (guint i = 0; i < rows->len; i++)
    {
      Letter *letter = look_up (world, ((PlainImapRow *) g_ptr_array_index (rows, i))->subject);

      letter->touched |= BY_OTHER;
      letter->deletions += deletions;
    }
}

static void
change_mailboxes (World *world, const char *mailbox, GPtrArray *rows)
{
  g_autofree char *leaf = g_strdup_printf ("extra%u", draw (world, 4));
  g_autofree char *name = mail_server_dup_name (world->server, leaf);
  guint what = draw (world, 5);

  plain_imap_do (world->other, "SELECT INBOX");
  if (!is_extra (mailbox) || what < 2)
    {
      g_test_message ("other creates %s", name);
      plain_imap_try (world->other, NULL, "CREATE \"%s\"", name);
      return;
    }
  g_test_message ("other: %s: %s (%s)", mailbox, what == 2 ? "renames" : what == 3 ? "deletes" : "renumbers", name);
  if (what == 2)
    plain_imap_try (world->other, NULL, "RENAME \"%s\" \"%s\"", mailbox, name);
  else if (what == 3)
    plain_imap_do (world->other, "DELETE \"%s\"", mailbox);
  else if (rows->len > 0)
    {
      g_autofree char *common = mail_server_dup_common_name (world->server, mailbox);

      mail_server_renumber (world->server, world->user, common);
    }
  touch_all (world, rows, what == 3 ? 1 : 0);
}

static void
write_as_other (World *world, const char *mailbox)
{
  MailFlags flags = draw (world, 3) == 0 ? MAIL_FLAG_SEEN : 0;
  const char *subject = NULL;
  g_autofree char *text = write_letter (world, flags, &subject);

  g_test_message ("other appends %s to %s", subject, mailbox);
  plain_imap_append (world->other, mailbox, flags != 0 ? "\\Seen" : "", text, -1);
}

static void
remove_as_other (World *world, guint32 uid)
{
  plain_imap_do (world->other, "UID STORE %u +FLAGS.SILENT (\\Deleted)", uid);
  plain_imap_do (world->other, "UID EXPUNGE %u", uid);
}

static void
change_as_other (World *world, const char *mailbox, const PlainImapRow *row, const char *target)
{
  Letter *letter = look_up (world, row->subject);
  guint what = draw (world, 7);

  if (strstr (row->flags, "\\Deleted") != NULL)
    return;
  g_test_message ("other: %s (uid %u of %s): %u, to %s", row->subject, row->uid, mailbox, what, target);
  letter->touched |= BY_OTHER;
  plain_imap_do (world->other, "SELECT \"%s\"", mailbox);
  if (what == 0)
    plain_imap_do (world->other, "UID STORE %u +FLAGS.SILENT (\\Flagged)", row->uid);
  else if (what == 1)
    plain_imap_do (world->other, "UID STORE %u -FLAGS.SILENT (\\Seen)", row->uid);
  else if (what == 5 || what == 6)
    plain_imap_do (world->other, "UID STORE %u %sFLAGS.SILENT (" TAG " $Later)", row->uid, what == 5 ? "+" : "-");
  else if (what == 2 || what == 3)
    {
      plain_imap_do (world->other, "UID COPY %u \"%s\"", row->uid, target);
      if (what == 2)
        letter->copies++;
      else
        remove_as_other (world, row->uid);
    }
  else
    {
      remove_as_other (world, row->uid);
      letter->deletions++;
    }
}

static void
act_as_other (World *world)
{
  g_autoptr (GPtrArray) names = plain_imap_list (world->other);
  const char *mailbox = g_ptr_array_index (names, draw (world, names->len));
  const char *target = g_ptr_array_index (names, draw (world, names->len));
  g_autoptr (GPtrArray) rows = plain_imap_rows (world->other, mailbox);
  guint what = draw (world, 8);

  if (what < 3)
    write_as_other (world, mailbox);
  else if (what == 3)
    change_mailboxes (world, mailbox, rows);
  else if (rows->len > 0)
    change_as_other (world, mailbox, g_ptr_array_index (rows, draw (world, rows->len)), target);
}

/* What happens to the line and to the program. */

static void
disturb (World *world, guint who)
{
  ImapProxyCut cut = (ImapProxyCut) (IMAP_PROXY_CUT_BEFORE + draw (world, 4));
  guint number = 1 + draw (world, 12);
  gsize octets = draw (world, 2) ? draw (world, 80) : draw (world, 30000);

  g_test_message ("%u: cut %d at command %u, octet %" G_GSIZE_FORMAT, who, cut, number, octets);
  imap_proxy_cut (world->proxies[who], cut, number, octets);
}

static void
restart (World *world, guint who)
{
  g_test_message ("%u starts anew", who);
  g_clear_pointer (&world->way_back[who], mail_action_free);
  imap_account_restart (world->accounts[who]);
}

/* Operations up; then, if it is drawn, news down. */
static void
pass (World *world, guint who)
{
  ImapAccount *account = world->accounts[who];
  g_autoptr (GError) error = NULL;

  if (draw (world, 3) > 0)
    imap_account_try_pass (account, &error);
  else if (mail_engine_open (account->engine, account->credentials, NULL, &error))
    mail_engine_replay (account->engine, &account->result, NULL, &error);
  g_test_message ("%u looks at the server: %s", who, error != NULL ? error->message : "well");
}

static void
take_step (World *world)
{
  guint who = draw (world, OURS);
  guint what = draw (world, 20);

  if (what < 8)
    act (world, who);
  else if (what < 13)
    pass (world, who);
  else if (what < 17)
    act_as_other (world);
  else if (what < 19)
    disturb (world, who);
  else
    restart (world, who);
}

/* A person reads why something is held, and lets it go. */
static gboolean
retry_job (MailDb *db, gpointer data, GError **error)
{
  g_autoptr (GPtrArray) queue = mail_queue_list (db, 0, error);

  for (guint i = 0; queue != NULL && i < queue->len; i++)
    {
      const MailQueueEntry *entry = g_ptr_array_index (queue, i);

      if (entry->held && !mail_queue_retry (db, entry->id, error))
        return FALSE;
    }
  return queue != NULL;
}

/* All look until nothing is left to do. A mailbox that was deleted under a connection may end it, once more. */
static void
settle (World *world)
{
  for (guint round = 0; round < SETTLING; round++)
    for (guint who = 0; who < OURS; who++)
      {
        ImapAccount *account = world->accounts[who];
        g_autoptr (GError) error = NULL;

        imap_proxy_cut (world->proxies[who], IMAP_PROXY_CUT_NONE, 0, 0);
        temporary_store_write (account->temporary, retry_job, NULL);
        imap_account_try_pass (account, &error);
        g_test_message ("%u settles: %s", who, error != NULL ? error->message : "well");
        for (guint i = 0; account->problems != NULL && i < account->problems->len; i++)
          g_test_message ("  %s", ((MailProblem *) g_ptr_array_index (account->problems, i))->technical);
        if (round > SETTLING / 2)
          g_assert_no_error (error);
      }
}

static gboolean
is_by_one (Actors actors)
{
  return actors == 0 || actors == BY_FIRST || actors == BY_SECOND;
}

/* FALSE, with a word about it, when @letter is there too often or not often enough, or with other flags than it was given. */
static gboolean
is_right (const World *world, const char *subject, const Letter *letter, int seen, const char *flags)
{
  int most = 1 + letter->copies;
  int least = letter->deletions == 0 ? 1 : 0;
  g_autofree char *given = mail_flags_to_imap (letter->flags);
  g_autofree char *words = g_strconcat (given, letter->tagged ? " " TAG : "", NULL);
  g_autofree char *meant = plain_imap_sort_flags (words);

  if (is_by_one (letter->touched) && !letter->vague)
    most = least = 1 + letter->copies - letter->deletions;
  /* Without MOVE: copied, the answer lost, and another moves the original before that is known. Rather twice than not at all. */
  else if (!is_by_one (letter->touched) && !world->moves)
    most += letter->moves;
  if (seen < least || seen > most)
    g_test_message ("%s: there %d times, meant %d to %d times", subject, seen, least, most);
  else if (is_by_one (letter->touched) && !letter->vague && letter->copies == 0 && seen == 1 && strcmp (flags, meant) != 0)
    g_test_message ("%s: has (%s), meant (%s)", subject, flags, meant);
  else
    return TRUE;
  return FALSE;
}

static void
count_letters (PlainImap *reader, GHashTable *counts, GHashTable *flags)
{
  g_autoptr (GPtrArray) names = plain_imap_list (reader);

  for (guint i = 0; i < names->len; i++)
    {
      g_autoptr (GPtrArray) rows = plain_imap_rows (reader, g_ptr_array_index (names, i));

      for (guint k = 0; k < rows->len; k++)
        {
          const PlainImapRow *row = g_ptr_array_index (rows, k);

          if (strstr (row->flags, "\\Deleted") != NULL)
            continue;
          g_hash_table_insert (flags, g_strdup (row->subject), g_strdup (row->flags));
          g_hash_table_insert (counts, g_strdup (row->subject),
                               GINT_TO_POINTER (GPOINTER_TO_INT (g_hash_table_lookup (counts, row->subject)) + 1));
        }
    }
}

/* Without CONDSTORE nobody tells of flags that others change, nor, where deleting is nothing but marking, of what they delete:
 * unless the number of unread messages changes, too, this is seen when the mailbox is opened or its day comes. Anything else that
 * the audit finds should have been found before. */
static void
check_audit (World *world, ImapAccount *account)
{
  gboolean is_told = world->offered == NULL || strstr (world->offered, "CONDSTORE") != NULL;
  MailAuditResult found = imap_account_audit (account, TRUE);

  g_test_message ("audit: %u missing, %u extra, %u flags, %u misnumbered", found.missing, found.extra, found.flags,
                  found.misnumbered);
  g_assert_cmpuint (found.missing + found.misnumbered, ==, 0);
  if (is_told)
    g_assert_cmpuint (found.extra + found.flags, ==, 0);
}

static void
check (World *world)
{
  g_autoptr (PlainImap) reader = mail_server_sign_in (world->server, world->user);
  gboolean uidplus = world->offered == NULL || strstr (world->offered, "UIDPLUS") != NULL;
  g_autofree char *theirs = plain_imap_dump (reader, uidplus);
  g_autoptr (GHashTable) counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) flags = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  GHashTableIter iter;
  gpointer subject;
  gpointer letter;
  gboolean good = TRUE;

  for (guint who = 0; who < OURS; who++)
    {
      g_autofree char *ours = NULL;

      g_assert_cmpuint (imap_account_count_ops (world->accounts[who]), ==, 0);
      check_audit (world, world->accounts[who]);
      ours = imap_account_dump_plain (world->accounts[who]);
      g_test_message ("what %u has", who);
      good &= imap_account_is_alike (ours, theirs);
      imap_account_check (world->accounts[who]);
    }
  count_letters (reader, counts, flags);
  g_hash_table_iter_init (&iter, world->letters);
  while (g_hash_table_iter_next (&iter, &subject, &letter))
    good &= is_right (world, subject, letter, GPOINTER_TO_INT (g_hash_table_lookup (counts, subject)),
                      g_hash_table_lookup (flags, subject));
  g_assert_true (good);
}

/* (transfer full): the server's extensions in this run: all, none, or some of them. */
static char *
draw_extensions (World *world)
{
  static const char *const some[] = {
    "IDLE", "UIDPLUS", "MOVE", "SPECIAL-USE", "LIST-EXTENDED", "LIST-STATUS", "NAMESPACE", "LITERAL+", "ENABLE", "CONDSTORE",
    "QRESYNC", "ESEARCH", "OBJECTID", "UNSELECT", "BINARY", "MULTIAPPEND", "COMPRESS=DEFLATE", "NOTIFY", "STATUS=SIZE",
  };
  guint how = draw (world, 4);
  GString *words = g_string_new (NULL);

  if (how == 0)
    {
      g_string_free (words, TRUE);
      return NULL;
    }
  for (guint i = 0; how > 1 && i < G_N_ELEMENTS (some); i++)
    if (draw (world, 2))
      g_string_append_printf (words, "%s ", some[i]);
  return g_string_free (words, FALSE);
}

static void
live (MailServer *server, guint32 seed)
{
  World world = { .server = server, .lots = g_rand_new_with_seed (seed) };

  world.user = g_strdup_printf ("user%u@example.org", seed);
  world.letters = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  world.offered = draw_extensions (&world);
  world.moves = world.offered == NULL || strstr (world.offered, "MOVE") != NULL;
  world.other = mail_server_sign_in (server, world.user);
  g_test_message ("MISSIVA_MODEL_SEED=%u: %s with %s", seed, mail_server_kind_to_string (mail_server_get_kind (server)),
                  world.offered != NULL ? world.offered : "all");
  for (guint who = 0; who < OURS; who++)
    {
      world.proxies[who] = imap_proxy_new (mail_server_get_port (server));
      imap_proxy_offer (world.proxies[who], world.offered);
      world.accounts[who] =
          imap_account_new_for (mail_server_config (server, world.user, imap_proxy_get_port (world.proxies[who])), 0);
      world.last[who] = g_ptr_array_new ();
      if (world.offered != NULL && strstr (world.offered, "COMPRESS") != NULL)
        imap_account_squeeze (world.accounts[who]);
    }
  for (guint i = 0; i < 10; i++)
    write_as_other (&world, "INBOX");
  for (guint i = 0; i < STEPS; i++)
    take_step (&world);
  settle (&world);
  check (&world);
  for (guint who = 0; who < OURS; who++)
    {
      g_clear_pointer (&world.way_back[who], mail_action_free);
      g_ptr_array_unref (world.last[who]);
      imap_account_free (world.accounts[who]);
      imap_proxy_free (world.proxies[who]);
    }
  plain_imap_free (world.other);
  g_hash_table_unref (world.letters);
  g_free (world.offered);
  g_free (world.user);
  g_rand_free (world.lots);
}

static guint
get_number (const char *variable, guint otherwise)
{
  const char *text = g_getenv (variable);

  return text != NULL ? (guint) g_ascii_strtoull (text, NULL, 10) : otherwise;
}

static void
test_model (gconstpointer kind)
{
  g_autoptr (MailServer) server = mail_server_start (GPOINTER_TO_INT (kind));
  guint by_lot = g_getenv ("MISSIVA_MODEL_RUNS") != NULL ? g_random_int () >> 1 : FIRST_SEED;
  guint seed = get_number ("MISSIVA_MODEL_SEED", by_lot);
  guint runs = get_number ("MISSIVA_MODEL_RUNS", RUNS) / 2;

  for (guint i = 0; server != NULL && i < MAX (runs, 1); i++)
    live (server, seed + i);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/sync/imap-model/all-agree-at-the-end", GINT_TO_POINTER (MAIL_SERVER_DOVECOT), test_model);
  g_test_add_data_func ("/sync/imap-model/all-agree-on-another-server", GINT_TO_POINTER (MAIL_SERVER_CYRUS), test_model);
  return g_test_run ();
}
