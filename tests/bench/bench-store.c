/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "lib/temporary-store.h"
#include "store/store-bodies.h"
#include "store/store-mailboxes.h"
#include "store/store-messages.h"
#include "sync/sync-action.h"

/* Prints what the store needs for the jobs of a first sync, of a window that opens, and of a person who moves a whole mailbox.
 * bench-store [MESSAGES [BODIES]]; the folder is made below TMPDIR, so a RAM disk measures the store without the disk. */

#define HEADER_BATCH 1000
#define BODY_BATCH 100
#define BODY_BYTES 26200
#define MOVES 5

typedef struct
{
  gint64 mailbox;
  guint first; /* number of the first message of a batch */
  guint count;
  GArray *ids;
  GPtrArray *bodies; /* GBytes */
  guint8 *hashes;    /* 32 bytes each */
} Batch;

static double
cpu_seconds (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return (double) usage.ru_utime.tv_sec + (double) usage.ru_utime.tv_usec / 1e6 + (double) usage.ru_stime.tv_sec
         + (double) usage.ru_stime.tv_usec / 1e6;
}

static double wall_start;
static double cpu_start;

static void
begin (void)
{
  cpu_start = cpu_seconds ();
  wall_start = (double) g_get_monotonic_time () / 1e6;
}

static void
end (const char *what)
{
  double wall = (double) g_get_monotonic_time () / 1e6 - wall_start;

  g_print ("%-58s %8.1f ms  CPU %8.1f ms\n", what, 1000 * wall, 1000 * (cpu_seconds () - cpu_start));
}

static MailMessageInfo *
make_info (gint64 mailbox, guint number)
{
  MailMessageInfo *info = temporary_store_make_info (mailbox, number + 1, number % 10 == 0 ? 0 : MAIL_FLAG_SEEN);

  g_free (info->message_id);
  info->message_id = g_strdup_printf ("<%08x.%08x.%u@mail.example.org>", number * 2654435761u, number, number);
  info->references = g_strdup_printf ("<%08x.1@mail.example.org> <%08x.2@mail.example.org>", number / 7, number / 7);
  info->structure = g_strdup_printf ("((\"TEXT\" \"PLAIN\" (\"CHARSET\" \"UTF-8\") NIL NIL \"QUOTED-PRINTABLE\" %u 40 NIL NIL NIL "
                                     "NIL)(\"TEXT\" \"HTML\" (\"CHARSET\" \"UTF-8\") NIL NIL \"QUOTED-PRINTABLE\" %u 90 NIL NIL "
                                     "NIL NIL) \"ALTERNATIVE\" (\"BOUNDARY\" \"b%u\") NIL NIL NIL)",
                                     number % 3000, number % 9000, number);
  return info;
}

static gboolean
insert_job (MailDb *db, gpointer data, GError **error)
{
  Batch *batch = data;

  for (guint i = 0; i < batch->count; i++)
    {
      g_autoptr (MailMessageInfo) info = make_info (batch->mailbox, batch->first + i);

      if (!mail_store_messages_insert (db, info, error))
        return FALSE;
      g_array_append_val (batch->ids, info->id);
    }
  return TRUE;
}

static gboolean
bodies_job (MailDb *db, gpointer data, GError **error)
{
  Batch *batch = data;

  for (guint i = 0; i < batch->count; i++)
    if (!mail_store_bodies_put (db, g_array_index (batch->ids, gint64, batch->first + i),
                                g_ptr_array_index (batch->bodies, i), batch->hashes + 32 * i, error))
      return FALSE;
  return TRUE;
}

static gboolean
keys_job (MailDb *db, gpointer data, GError **error)
{
  Batch *batch = data;
  g_autoptr (GArray) keys = mail_store_messages_keys (db, batch->mailbox, error);

  return keys != NULL && keys->len == batch->ids->len;
}

static gboolean
ids_job (MailDb *db, gpointer data, GError **error)
{
  Batch *batch = data;
  g_autoptr (GArray) ids = mail_store_messages_ids (db, batch->mailbox, error);

  return ids != NULL && ids->len == batch->ids->len;
}

static gboolean
uids_job (MailDb *db, gpointer data, GError **error)
{
  Batch *batch = data;
  g_autoptr (GArray) uids = mail_store_messages_uids_between (db, batch->mailbox, 0, G_MAXUINT32, 0, error);

  return uids != NULL && uids->len == batch->ids->len;
}

static gboolean
missing_job (MailDb *db, gpointer data, GError **error)
{
  g_autoptr (GArray) missing = mail_store_messages_missing (db, 0, 0, BODY_BATCH, error);

  return missing != NULL;
}

static gboolean
page_job (MailDb *db, gpointer data, GError **error)
{
  Batch *batch = data;
  g_autoptr (GPtrArray) rows = mail_store_messages_load (db, (gint64 *) (gpointer) batch->ids->data + batch->first, 64, error);

  return rows != NULL;
}

static gboolean
seen_job (MailDb *db, gpointer data, GError **error)
{
  Batch *batch = data;

  for (guint i = 0; i < 1000 && i < batch->ids->len; i++)
    if (!mail_store_messages_set_server_flags (db, g_array_index (batch->ids, gint64, i), MAIL_FLAG_ANSWERED, NULL, error))
      return FALSE;
  return TRUE;
}

static void
make_bodies (Batch *batch, GRand *rand)
{
  for (guint i = 0; i < batch->count; i++)
    {
      guint32 *words = g_malloc (BODY_BYTES);

      for (guint w = 0; w < BODY_BYTES / 4; w++)
        words[w] = 0x20202020u | g_rand_int (rand);
      g_ptr_array_add (batch->bodies, g_bytes_new_take (words, BODY_BYTES));
    }
}

/* What a first sync writes: the clock stands while bodies are made up. */
static void
write_bodies (TemporaryStore *store, Batch *batch, guint count)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);
  g_autofree guint8 *hashes = g_malloc (32 * BODY_BATCH);
  double seconds[2] = { 0, 0 };
  double cpu = 0;
  double slowest = 0;

  batch->hashes = hashes;
  batch->count = BODY_BATCH;
  for (batch->first = 0; batch->first < count; batch->first += BODY_BATCH)
    {
      gint64 start;

      batch->bodies = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
      make_bodies (batch, rand);
      cpu -= cpu_seconds ();
      start = g_get_monotonic_time ();
      for (guint i = 0; i < BODY_BATCH; i++)
        mail_store_hash (g_ptr_array_index (batch->bodies, i), hashes + 32 * i);
      seconds[0] += (double) (g_get_monotonic_time () - start) / 1e6;
      start = g_get_monotonic_time ();
      temporary_store_write (store, bodies_job, batch);
      slowest = MAX (slowest, (double) (g_get_monotonic_time () - start) / 1e6);
      seconds[1] += (double) (g_get_monotonic_time () - start) / 1e6;
      cpu += cpu_seconds ();
      g_ptr_array_unref (batch->bodies);
    }
  g_print ("%u bodies, %u MB, %u a transaction: hash %.1f ms, write %.1f ms (slowest batch %.1f), CPU %.1f ms\n",
           count, count / 1000 * BODY_BYTES / 1000, BODY_BATCH, 1000 * seconds[0], 1000 * seconds[1], 1000 * slowest,
           1000 * cpu);
}

static void
read_all (TemporaryStore *store, Batch *batch)
{
  begin ();
  temporary_store_read (store, ids_job, batch);
  end ("ids of the mailbox");
  begin ();
  temporary_store_read (store, keys_job, batch);
  end ("keys (id, date) of the mailbox");
  begin ();
  temporary_store_read (store, uids_job, batch);
  end ("uids and server flags of the mailbox");
  begin ();
  temporary_store_read (store, missing_job, batch);
  end ("next batch of missing bodies");
  batch->first = 0;
  begin ();
  temporary_store_read (store, page_job, batch);
  end ("a page of 64 rows");
  batch->first = batch->ids->len / 2;
  begin ();
  temporary_store_read (store, page_job, batch);
  end ("a page of 64 rows in the middle");
}

static void
ignore_cb (const MailChange *change, gpointer user_data)
{
}

static int
compare_seconds (gconstpointer left, gconstpointer right)
{
  double a = *(const double *) left;
  double b = *(const double *) right;

  return (a > b) - (a < b);
}

static double
act (TemporaryStore *store, MailAction *action)
{
  double start = cpu_seconds ();

  temporary_store_write (store, mail_action_job, action);
  return cpu_seconds () - start;
}

/* All is moved and that taken back, again and again, as a window would have it done: it wants to hear of each row. */
static void
move_all (TemporaryStore *store, Batch *batch)
{
  gint64 archive = temporary_store_add_mailbox (store, "Archive", MAIL_ROLE_ARCHIVE, 0);
  double there[MOVES];
  double back[MOVES];

  mail_store_set_listener (store->store, NULL, ignore_cb, NULL);
  for (guint i = 0; i < MOVES; i++)
    {
      g_autoptr (MailAction) move = mail_action_new_move (MAIL_MODE_IMAP, batch->ids, archive);
      g_autoptr (MailAction) undo = NULL;

      there[i] = act (store, move);
      undo = mail_action_dup_undo (move);
      back[i] = act (store, undo);
    }
  qsort (there, MOVES, sizeof (double), compare_seconds);
  qsort (back, MOVES, sizeof (double), compare_seconds);
  g_print ("all moved, one transaction: CPU %.2f s, taken back: %.2f s\n", there[MOVES / 2], back[MOVES / 2]);
}

int
main (int argc, char **argv)
{
  guint messages = argc > 1 ? (guint) strtoul (argv[1], NULL, 10) : 100000;
  guint bodies = argc > 2 ? (guint) strtoul (argv[2], NULL, 10) : 10000;
  g_autoptr (TemporaryStore) store = temporary_store_new ();
  g_autofree char *path = g_build_filename (store->directory, "mail.db", NULL);
  Batch batch = { .ids = g_array_new (FALSE, FALSE, sizeof (gint64)) };
  GStatBuf status;

  messages = MAX (messages - messages % HEADER_BATCH, HEADER_BATCH);
  batch.mailbox = temporary_store_add_mailbox (store, "INBOX", MAIL_ROLE_INBOX, 0);
  batch.count = HEADER_BATCH;
  begin ();
  for (batch.first = 0; batch.first < messages; batch.first += HEADER_BATCH)
    temporary_store_write (store, insert_job, &batch);
  end ("header rows in batches of 1000");
  read_all (store, &batch);
  begin ();
  temporary_store_write (store, seen_job, &batch);
  end ("server flags of 1000 rows");
  write_bodies (store, &batch, MIN (bodies - bodies % BODY_BATCH, messages));
  begin ();
  temporary_store_reopen (store);
  end ("close and open again");
  g_print ("after opening again:\n");
  read_all (store, &batch);
  move_all (store, &batch);
  if (g_stat (path, &status) == 0)
    g_print ("mail.db: %.1f MB\n", (double) status.st_size / 1e6);
  begin ();
  temporary_store_check (store);
  end ("check");
  g_array_unref (batch.ids);
  return 0;
}
