/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/message-list.h"

#include "model/message-index.h"
#include "model/row-cache.h"
#include "store/store-search.h"

/* Rows are fetched in pages of this many; a page more than fills a window. */
#define PAGE 64
/* Pages that wait to be fetched: a person who drags the scroll bar wants the latest only. */
#define WANTED_PAGES 8
/* Rows kept, about half a kilobyte each. */
#define CACHED_ROWS 2048
/* How long one turn of the main loop may work on a change. */
#define TURN_US 3000

/* Everything that the list learns from the store comes by one read at a time, so news never overtake each other: each read sees
 * a store at least as new as the changes that it was made for, and asks it for the truth about the ids that they name. While a
 * read is under way the index does not change, so the reader thread may look at it. */
struct _MailMessageList
{
  GObject parent;
  MailStore *store; /* NULL: detached */
  gint64 mailbox_id;
  GHashTable *found; /* gint64: of these ids alone; never changed, only replaced. NULL: all */
  MailMessageIndex *index;
  MailRowCache *rows;

  /* What the next read is for. */
  gboolean stale;   /* the whole index is to be read */
  GArray *touched;  /* gint64: came or went */
  GArray *changed;  /* gint64 */
  GQueue wanted;    /* pages (GArray of gint64), latest first */

  gboolean reading;
  gboolean loading; /* nothing was read yet */
  MailIndexEdit *edit; /* being played; NULL = none */
  guint next_run;
  guint play_id;
};

G_DEFINE_FINAL_TYPE (MailMessageList, mail_message_list, G_TYPE_OBJECT)

enum
{
  PROP_COUNT = 1,
  PROP_LOADING,
  N_PROPS
};

enum
{
  ITEMS_CHANGED,
  ROWS_CHANGED,
  LOADED,
  N_SIGNALS
};

static GParamSpec *props[N_PROPS];
static guint signals[N_SIGNALS];

typedef struct
{
  MailMessageList *list;
  GHashTable *found; /* the list's */
  gboolean whole;
  GArray *touched; /* gint64 */
  GArray *row_ids; /* gint64: rows to load */
  guint n_asked;   /* of row_ids: those that the list asked for; the others come with their place */

  GArray *keys;        /* outcome of a whole read */
  MailIndexEdit *edit; /* outcome of any other */
  GPtrArray *rows;     /* MailMessageInfo or NULL, beside row_ids */
} Read;

static void pump (MailMessageList *self);

static void
read_free (gpointer data)
{
  Read *read = data;

  g_object_unref (read->list);
  g_clear_pointer (&read->found, g_hash_table_unref);
  g_array_unref (read->touched);
  g_array_unref (read->row_ids);
  g_clear_pointer (&read->keys, g_array_unref);
  mail_index_edit_free (read->edit);
  g_clear_pointer (&read->rows, g_ptr_array_unref);
  g_free (read);
}

/* The first rows of a new list, and the rows of a few new messages, come together with their places. */
static void
ask_for_rows_of (Read *read, const GArray *keys)
{
  for (guint i = 0; i < keys->len && i < PAGE; i++)
    g_array_append_val (read->row_ids, g_array_index (keys, MailStoreKey, i).id);
}

static int
compare_ids (gconstpointer a, gconstpointer b)
{
  const gint64 x = *(const gint64 *) a;
  const gint64 y = *(const gint64 *) b;

  return (x > y) - (x < y);
}

static void
sort_unique (GArray *ids)
{
  guint n = 0;

  g_array_sort (ids, compare_ids);
  for (guint i = 0; i < ids->len; i++)
    if (n == 0 || g_array_index (ids, gint64, n - 1) != g_array_index (ids, gint64, i))
      g_array_index (ids, gint64, n++) = g_array_index (ids, gint64, i);
  g_array_set_size (ids, n);
}

static const gint64 *
id_data (const GArray *ids)
{
  return &g_array_index (ids, gint64, 0);
}

/* (transfer full): MailStoreKey of all rows that the list is to have, in order. */
static GArray *
read_keys (MailDb *db, const Read *read, GError **error)
{
  const gint64 mailbox_id = read->list->mailbox_id;
  g_autoptr (GArray) ids = NULL;
  GArray *keys;
  GHashTableIter iter;
  gpointer id;

  if (read->found == NULL)
    return mail_store_messages_keys (db, mailbox_id, error);
  ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_hash_table_iter_init (&iter, read->found);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    g_array_append_vals (ids, id, 1);
  keys = mail_store_messages_keys_of (db, mailbox_id, id_data (ids), ids->len, error);
  if (keys != NULL)
    mail_store_keys_sort (keys);
  return keys;
}

/* (transfer full): those of read->touched that are in the mailbox and are to be in the list. */
static GArray *
read_present (MailDb *db, const Read *read, GError **error)
{
  g_autoptr (GArray) wanted = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (guint i = 0; i < read->touched->len; i++)
    if (read->found == NULL || g_hash_table_contains (read->found, &g_array_index (read->touched, gint64, i)))
      g_array_append_val (wanted, g_array_index (read->touched, gint64, i));
  return mail_store_messages_keys_of (db, read->list->mailbox_id, id_data (wanted), wanted->len, error);
}

static gboolean
read_job (MailDb *db, gpointer data, GError **error)
{
  Read *read = data;

  if (read->whole)
    {
      read->keys = read_keys (db, read, error);
      if (read->keys == NULL)
        return FALSE;
      ask_for_rows_of (read, read->keys);
    }
  else if (read->touched->len > 0)
    {
      g_autoptr (GArray) present = NULL;

      sort_unique (read->touched);
      present = read_present (db, read, error);
      if (present == NULL)
        return FALSE;
      read->edit = mail_message_index_diff (read->list->index, read->touched, present);
      if (read->edit->keys->len <= PAGE)
        ask_for_rows_of (read, read->edit->keys);
    }
  if (read->row_ids->len == 0)
    return TRUE;
  read->rows = mail_store_messages_load (db, id_data (read->row_ids), read->row_ids->len, error);
  return read->rows != NULL;
}

static void
notify_count (MailMessageList *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_COUNT]);
}

static void
finish_loading (MailMessageList *self)
{
  if (!self->loading)
    return;
  self->loading = FALSE;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_LOADING]);
  g_signal_emit (self, signals[LOADED], 0);
}

static int
compare_positions (gconstpointer a, gconstpointer b)
{
  const guint x = *(const guint *) a;
  const guint y = *(const guint *) b;

  return (x > y) - (x < y);
}

/* @positions: guint, whatever their order. One signal for each run of neighbours. */
static void
emit_rows_changed (MailMessageList *self, GArray *positions)
{
  guint i = 0;

  g_array_sort (positions, compare_positions);
  while (i < positions->len)
    {
      const guint first = g_array_index (positions, guint, i);
      guint count = 1;

      while (++i < positions->len && g_array_index (positions, guint, i) <= first + count)
        count = g_array_index (positions, guint, i) - first + 1;
      g_signal_emit (self, signals[ROWS_CHANGED], 0, first, count);
    }
}

/* Puts what was read into the cache and tells of those rows that the list has already. */
static void
take_rows (MailMessageList *self, Read *read)
{
  g_autoptr (GArray) positions = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint i = 0; read->rows != NULL && i < read->rows->len; i++)
    {
      const gint64 id = g_array_index (read->row_ids, gint64, i);
      MailMessageInfo *info = g_steal_pointer (&g_ptr_array_index (read->rows, i));
      guint position;

      if (info == NULL || info->mailbox_id != self->mailbox_id)
        {
          mail_message_info_free (info);
          mail_row_cache_remove (self->rows, id);
          continue;
        }
      if (i < read->n_asked && mail_message_index_find (self->index, id, info->date, &position))
        g_array_append_val (positions, position);
      mail_row_cache_put (self->rows, info);
    }
  mail_row_cache_trim (self->rows, CACHED_ROWS);
  emit_rows_changed (self, positions);
}

static void
replace_index (MailMessageList *self, Read *read)
{
  const guint old = mail_message_index_get_length (self->index);

  mail_message_index_take (self->index, g_steal_pointer (&read->keys));
  g_signal_emit (self, signals[ITEMS_CHANGED], 0, 0, old, mail_message_index_get_length (self->index));
  notify_count (self);
}

/* Plays the edit as far as this turn of the main loop allows. */
static gboolean
play_cb (gpointer data)
{
  MailMessageList *self = data;
  const gint64 until = g_get_monotonic_time () + TURN_US;

  g_object_ref (self);
  while (self->next_run < self->edit->runs->len && g_get_monotonic_time () < until)
    {
      const MailIndexRun *run = &g_array_index (self->edit->runs, MailIndexRun, self->next_run++);

      mail_message_index_play (self->index, self->edit, run);
      g_signal_emit (self, signals[ITEMS_CHANGED], 0, run->position, run->n_removed, run->n_added);
    }
  notify_count (self);
  if (self->next_run < self->edit->runs->len)
    {
      /* Below drawing, so that the window stays alive. */
      if (self->play_id == 0)
        self->play_id = g_idle_add_full (G_PRIORITY_HIGH_IDLE + 30, play_cb, self, NULL);
      g_object_unref (self);
      return G_SOURCE_CONTINUE;
    }
  self->play_id = 0;
  g_clear_pointer (&self->edit, mail_index_edit_free);
  pump (self);
  g_object_unref (self);
  return G_SOURCE_REMOVE;
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Read *read = user_data;
  MailMessageList *self = read->list;
  g_autoptr (GError) error = NULL;

  if (!mail_store_finish (result, &error))
    {
      self->reading = FALSE;
      /* The disk's fault is the worker's to tell; the list stays as it is and begins anew with the next change. */
      g_info ("The list of mailbox %" G_GINT64_FORMAT " could not be read: %s", self->mailbox_id, error->message);
      self->stale = TRUE;
      mail_row_cache_clear (self->rows);
      finish_loading (self);
      return;
    }

  take_rows (self, read);
  if (read->keys != NULL)
    replace_index (self, read);
  finish_loading (self);
  self->reading = FALSE;
  if (read->edit != NULL && read->edit->runs->len > 0)
    {
      self->edit = g_steal_pointer (&read->edit);
      self->next_run = 0;
      play_cb (self);
    }
  else
    pump (self);
}

static GArray *
ids_new (void)
{
  return g_array_new (FALSE, FALSE, sizeof (gint64));
}

/* Of rows that somebody may see the content is read anew; others are read when they are looked at. */
static void
append_cached (MailMessageList *self, const GArray *ids, GArray *row_ids)
{
  for (guint i = 0; i < ids->len; i++)
    {
      const gint64 id = g_array_index (ids, gint64, i);

      if (mail_row_cache_peek (self->rows, id) != NULL)
        g_array_append_val (row_ids, id);
    }
}

/* Starts the next read, when there is something to ask for and none is under way. */
static void
pump (MailMessageList *self)
{
  Read *read;

  if (self->store == NULL || self->reading || self->edit != NULL)
    return;

  read = g_new0 (Read, 1);
  read->list = g_object_ref (self);
  read->found = self->found != NULL ? g_hash_table_ref (self->found) : NULL;
  read->row_ids = ids_new ();
  read->whole = self->stale;
  read->touched = g_steal_pointer (&self->touched);
  self->touched = ids_new ();
  append_cached (self, read->touched, read->row_ids);
  append_cached (self, self->changed, read->row_ids);
  g_array_set_size (self->changed, 0);
  if (!g_queue_is_empty (&self->wanted))
    {
      g_autoptr (GArray) page = g_queue_pop_head (&self->wanted);

      g_array_append_vals (read->row_ids, page->data, page->len);
    }
  read->n_asked = read->row_ids->len;

  if (!read->whole && read->touched->len == 0 && read->row_ids->len == 0)
    {
      read_free (read);
      return;
    }
  self->stale = FALSE;
  self->reading = TRUE;
  mail_store_read_async (self->store, read_job, read, read_free, read_cb, read);
}

MailMessageList *
mail_message_list_new (MailStore *store, gint64 mailbox_id)
{
  MailMessageList *self = g_object_new (MAIL_TYPE_MESSAGE_LIST, NULL);

  self->store = store;
  self->mailbox_id = mailbox_id;
  self->stale = TRUE;
  self->loading = TRUE;
  pump (self);
  return self;
}

static GHashTable *
make_set (const GArray *ids)
{
  GHashTable *set = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);

  for (guint i = 0; i < ids->len; i++)
    g_hash_table_add (set, g_memdup2 (&g_array_index (ids, gint64, i), sizeof (gint64)));
  return set;
}

MailMessageList *
mail_message_list_new_found (MailStore *store, gint64 mailbox_id, const GArray *ids)
{
  MailMessageList *self = g_object_new (MAIL_TYPE_MESSAGE_LIST, NULL);

  self->store = store;
  self->mailbox_id = mailbox_id;
  self->found = make_set (ids);
  self->stale = TRUE;
  self->loading = TRUE;
  pump (self);
  return self;
}

void
mail_message_list_set_found (MailMessageList *self, const GArray *ids)
{
  g_autoptr (GHashTable) before = NULL;
  GHashTableIter iter;
  gpointer id;

  g_return_if_fail (MAIL_IS_MESSAGE_LIST (self));
  g_return_if_fail (self->found != NULL);

  before = g_steal_pointer (&self->found);
  self->found = make_set (ids);
  g_hash_table_iter_init (&iter, before);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    if (!g_hash_table_contains (self->found, id))
      g_array_append_vals (self->touched, id, 1);
  for (guint i = 0; i < ids->len; i++)
    if (!g_hash_table_contains (before, &g_array_index (ids, gint64, i)))
      g_array_append_val (self->touched, g_array_index (ids, gint64, i));
  pump (self);
}

gint64
mail_message_list_get_mailbox_id (MailMessageList *self)
{
  return self->mailbox_id;
}

guint
mail_message_list_get_count (MailMessageList *self)
{
  return mail_message_index_get_length (self->index);
}

static void
drop_page (MailMessageList *self, GArray *page)
{
  for (guint i = 0; i < page->len; i++)
    mail_row_cache_remove (self->rows, g_array_index (page, gint64, i));
  g_array_unref (page);
}

static void
want_page_around (MailMessageList *self, guint position)
{
  const guint first = position - position % PAGE;
  const guint end = MIN (first + PAGE, mail_message_list_get_count (self));
  GArray *page = ids_new ();

  for (guint i = first; i < end; i++)
    {
      const gint64 id = mail_message_index_get (self->index, i).id;

      if (mail_row_cache_ask (self->rows, id))
        g_array_append_val (page, id);
    }
  if (page->len == 0)
    {
      g_array_unref (page);
      return;
    }
  g_queue_push_head (&self->wanted, page);
  if (self->wanted.length > WANTED_PAGES)
    drop_page (self, g_queue_pop_tail (&self->wanted));
  pump (self);
}

const MailMessageInfo *
mail_message_list_get_row (MailMessageList *self, guint position)
{
  const MailMessageInfo *info;

  g_return_val_if_fail (MAIL_IS_MESSAGE_LIST (self), NULL);

  if (position >= mail_message_list_get_count (self))
    return NULL;
  info = mail_row_cache_get (self->rows, mail_message_index_get (self->index, position).id);
  if (info == NULL && self->store != NULL)
    want_page_around (self, position);
  return info;
}

const MailMessageInfo *
mail_message_list_peek_row (MailMessageList *self, guint position)
{
  g_return_val_if_fail (MAIL_IS_MESSAGE_LIST (self), NULL);

  if (position >= mail_message_list_get_count (self))
    return NULL;
  return mail_row_cache_peek (self->rows, mail_message_index_get (self->index, position).id);
}

gint64
mail_message_list_get_id (MailMessageList *self, guint position)
{
  g_return_val_if_fail (MAIL_IS_MESSAGE_LIST (self), 0);

  return position < mail_message_list_get_count (self) ? mail_message_index_get (self->index, position).id : 0;
}

gboolean
mail_message_list_find (MailMessageList *self, gint64 message_id, guint *position)
{
  const MailMessageInfo *info;

  g_return_val_if_fail (MAIL_IS_MESSAGE_LIST (self), FALSE);

  info = mail_row_cache_peek (self->rows, message_id);
  return mail_message_index_find (self->index, message_id, info != NULL ? info->date : 0, position);
}

void
mail_message_list_apply (MailMessageList *self, const MailChange *change)
{
  g_return_if_fail (MAIL_IS_MESSAGE_LIST (self));

  if (change->mailbox_id != self->mailbox_id)
    return;
  g_array_append_vals (self->touched, change->added->data, change->added->len);
  g_array_append_vals (self->touched, change->removed->data, change->removed->len);
  g_array_append_vals (self->changed, change->changed->data, change->changed->len);
  pump (self);
}

void
mail_message_list_detach (MailMessageList *self)
{
  self->store = NULL;
}

static void
mail_message_list_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  MailMessageList *self = MAIL_MESSAGE_LIST (object);

  switch (id)
    {
    case PROP_COUNT:
      g_value_set_uint (value, mail_message_list_get_count (self));
      break;
    case PROP_LOADING:
      g_value_set_boolean (value, self->loading);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
free_page (gpointer page)
{
  g_array_unref (page);
}

static void
mail_message_list_finalize (GObject *object)
{
  MailMessageList *self = MAIL_MESSAGE_LIST (object);

  if (self->play_id != 0)
    g_source_remove (self->play_id);
  g_clear_pointer (&self->found, g_hash_table_unref);
  mail_message_index_free (self->index);
  mail_row_cache_free (self->rows);
  g_array_unref (self->touched);
  g_array_unref (self->changed);
  g_queue_clear_full (&self->wanted, free_page);
  mail_index_edit_free (self->edit);
  G_OBJECT_CLASS (mail_message_list_parent_class)->finalize (object);
}

static void
mail_message_list_class_init (MailMessageListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GType type = G_TYPE_FROM_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = mail_message_list_get_property;
  object_class->finalize = mail_message_list_finalize;

  props[PROP_COUNT] = g_param_spec_uint ("count", NULL, NULL, 0, G_MAXUINT, 0, flags);
  props[PROP_LOADING] = g_param_spec_boolean ("loading", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);

  signals[ITEMS_CHANGED] = g_signal_new ("items-changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 3, G_TYPE_UINT, G_TYPE_UINT, G_TYPE_UINT);
  signals[ROWS_CHANGED] = g_signal_new ("rows-changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                        G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_UINT);
  signals[LOADED] = g_signal_new ("loaded", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
mail_message_list_init (MailMessageList *self)
{
  self->index = mail_message_index_new ();
  self->rows = mail_row_cache_new ();
  self->touched = ids_new ();
  self->changed = ids_new ();
  g_queue_init (&self->wanted);
}
