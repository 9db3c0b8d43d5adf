/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/imap-rights.h"

#include "core/clock.h"
#include "store/store-facts.h"
#include "store/store-mailboxes.h"
#include "sync/fact-names.h"

/* How long what a server allows is believed. */
#define ASK_SECONDS (24 * 60 * 60)

/* What a mailbox's row is to learn. */
typedef struct
{
  gint64 mailbox_id;
  const char *letters;
} News;

typedef struct
{
  GArray *news;
  gint64 asked; /* 0: nobody asked */
} Rights;

static const MailMailboxInfo *
find_known (const GPtrArray *known, gint64 id)
{
  for (guint i = 0; i < known->len; i++)
    if (((const MailMailboxInfo *) g_ptr_array_index (known, i))->id == id)
      return g_ptr_array_index (known, i);
  return NULL;
}

static void
note (Rights *rights, const MailMailboxInfo *info, const GPtrArray *known, const char *letters)
{
  const MailMailboxInfo *before = find_known (known, info->id);
  News news = { info->id, letters };

  /* One whose name is taken here has no row. */
  if (info->id != 0 && letters != NULL && (before == NULL || g_strcmp0 (before->rights, letters) != 0))
    g_array_append_val (rights->news, news);
}

static gboolean
load_asked_job (MailDb *db, gpointer data, GError **error)
{
  return mail_store_facts_get_int (db, MAIL_FACT_RIGHTS_ASKED, data, error);
}

static gboolean
keep_job (MailDb *db, gpointer data, GError **error)
{
  const Rights *rights = data;

  for (guint i = 0; i < rights->news->len; i++)
    {
      const News *news = &g_array_index (rights->news, News, i);

      if (!mail_store_mailboxes_set_rights (db, news->mailbox_id, news->letters, error))
        return FALSE;
    }
  return rights->asked == 0 || mail_store_facts_set_int (db, MAIL_FACT_RIGHTS_ASKED, rights->asked, error);
}

/* (transfer full): MailMailboxInfo, borrowed, of those whose rights nobody told and that are to be asked for. */
static GPtrArray *
find_untold (GPtrArray *listed, const GPtrArray *known, gboolean due)
{
  GPtrArray *untold = g_ptr_array_new ();

  for (guint i = 0; i < listed->len; i++)
    {
      const MailImapListed *each = g_ptr_array_index (listed, i);

      if (each->rights == NULL && each->info->id != 0 && !(each->info->flags & MAIL_MAILBOX_NO_SELECT)
          && (due || find_known (known, each->info->id) == NULL))
        g_ptr_array_add (untold, each->info);
    }
  return untold;
}

/* (transfer full): the answers, which the news of @rights point into. */
static GPtrArray *
ask (const MailImapPass *pass, GPtrArray *listed, const GPtrArray *known, Rights *rights, GError **error)
{
  MailImapEngine *engine = pass->engine;
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autoptr (GPtrArray) untold = NULL;
  g_autoptr (GPtrArray) told = NULL;
  gint64 now = mail_clock_now ();
  gint64 asked = 0;
  gboolean due;

  if (!(engine->caps & MAIL_IMAP_CAP_ACL))
    return g_ptr_array_new ();
  if (!mail_store_read (engine->store, load_asked_job, &asked, error))
    return NULL;
  /* A clock that was set back asks, too. */
  due = asked > now || now - asked >= ASK_SECONDS;
  untold = find_untold (listed, known, due);
  if (untold->len == 0)
    return g_ptr_array_new ();
  for (guint i = 0; i < untold->len; i++)
    g_ptr_array_add (names, ((MailMailboxInfo *) g_ptr_array_index (untold, i))->name);
  told = mail_imap_session_rights (engine->session, names, pass->cancellable, error);
  for (guint i = 0; told != NULL && i < untold->len; i++)
    note (rights, g_ptr_array_index (untold, i), known, g_ptr_array_index (told, i));
  rights->asked = due ? now : 0;
  return g_steal_pointer (&told);
}

gboolean
mail_imap_rights_keep (const MailImapPass *pass, GPtrArray *listed, const GPtrArray *known, GError **error)
{
  g_autoptr (GArray) news = g_array_new (FALSE, FALSE, sizeof (News));
  Rights rights = { .news = news };
  g_autoptr (GPtrArray) answers = NULL;

  for (guint i = 0; i < listed->len; i++)
    {
      const MailImapListed *each = g_ptr_array_index (listed, i);

      note (&rights, each->info, known, each->rights);
    }
  answers = ask (pass, listed, known, &rights, error);
  if (answers == NULL)
    return FALSE;
  return (news->len == 0 && rights.asked == 0) || mail_store_write (pass->engine->store, keep_job, &rights, error);
}
