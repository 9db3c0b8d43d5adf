/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>

#include "lib/main-loop.h"
#include "lib/worker-account.h"
#include "mime/mime-message.h"
#include "store/store-messages.h"

/* A letter opened while a first sync runs, beside the same on a connection that rests: from the wish until its text is parsed.
 * usage: bench-open [COUNT]    messages in the mailbox; 100000 by default */

#define LETTERS 20

typedef struct
{
  GArray *ids;
} Rows;

static gboolean
rows_job (MailDb *db, gpointer data, GError **error)
{
  Rows *rows = data;
  g_autoptr (GPtrArray) list = mail_store_messages_list (db, 0, 400, error);

  for (guint i = 0; list != NULL && i < list->len; i++)
    {
      const MailMessageInfo *row = g_ptr_array_index (list, i);

      if (row->where == MAIL_WHERE_SERVER)
        g_array_append_val (rows->ids, row->id);
    }
  return list != NULL;
}

static GArray *
load_ids (WorkerAccount *account)
{
  Rows rows = { .ids = g_array_new (FALSE, FALSE, sizeof (gint64)) };

  temporary_store_read (account->imap->temporary, rows_job, &rows);
  return rows.ids;
}

static gboolean
has_rows (gpointer data)
{
  g_autoptr (GArray) ids = load_ids (data);

  return ids->len > 100;
}

/* In milliseconds. */
static double
open_letter (WorkerAccount *account, gint64 id)
{
  gint64 begun = g_get_monotonic_time ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) raw = NULL;
  g_autoptr (MailMimeMessage) message = NULL;

  mail_sync_worker_fetch_async (account->worker, id, NULL, NULL, keep_result_cb, &result);
  run_result (&result);
  mail_sync_worker_fetch_finish (account->worker, result, &error);
  g_assert_no_error (error);
  raw = imap_account_load_best (account->imap, id, NULL);
  message = mail_mime_message_parse (raw, &mail_mime_default_limits, NULL, NULL);
  g_assert_nonnull (mail_mime_message_get_text (message));
  return (g_get_monotonic_time () - begun) / 1e3;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  double left = *(const double *) a;
  double right = *(const double *) b;

  return left < right ? -1 : left > right;
}

/* The median. */
static double
open_letters (WorkerAccount *account, const char *when)
{
  g_autoptr (GArray) ids = load_ids (account);
  double times[LETTERS];

  g_assert_cmpuint (ids->len, >=, LETTERS);
  for (guint i = 0; i < LETTERS; i++)
    times[i] = open_letter (account, g_array_index (ids, gint64, i * (ids->len / LETTERS)));
  printf ("%-24s first %6.1f ms", when, times[0]);
  qsort (times, LETTERS, sizeof times[0], compare);
  printf ("   median %6.1f ms   slowest %6.1f ms\n", times[LETTERS / 2], times[LETTERS - 1]);
  return times[LETTERS / 2];
}

int
main (int argc, char **argv)
{
  guint count = argc > 1 ? (guint) strtoul (argv[1], NULL, 10) : 100000;
  g_autoptr (PrivateDovecot) server = private_dovecot_start (NULL);
  g_autoptr (WorkerAccount) account = NULL;
  double busy;
  double idle;

  if (server == NULL)
    {
      fprintf (stderr, "Dovecot is not installed\n");
      return 1;
    }
  account = worker_account_new (server, count, 2000);
  g_assert_true (mail_account_config_set (account->imap->config, "offline", "headers", NULL));
  mail_sync_worker_set_config (account->worker, account->imap->config);
  worker_account_start (account);
  run_until (has_rows, account);
  busy = open_letters (account, "during the first sync");
  printf ("the sync %s\n", account->synced == 0 ? "was still running" : "had ended: take more messages");
  worker_account_await_rest (account, 1);
  idle = open_letters (account, "on an idle connection");
  printf ("ratio %.1f\n", busy / idle);
  return 0;
}
