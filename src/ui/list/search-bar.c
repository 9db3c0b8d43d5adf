/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/list/search-bar.h"

#include <glib/gi18n.h>

#include "core/errors.h"

struct _MailSearchBar
{
  GtkRevealer parent_instance;
  GtkEntry *entry;
  GtkSpinner *spinner;
  GtkLabel *state;
  GtkButton *ask;

  MailAccount *account;
  MailMailbox *mailbox;
  GCancellable *cancellable; /* of the search under way, or NULL */
  char *asked;               /* the words that the server was asked for last; NULL when other words were typed since */
};

G_DEFINE_FINAL_TYPE (MailSearchBar, mail_search_bar, GTK_TYPE_REVEALER)

enum
{
  FOUND,
  CLOSED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

/* One search; the bar may have begun another meanwhile. */
typedef struct
{
  MailSearchBar *bar;
  GCancellable *cancellable;
} Search;

static void
search_free (Search *search)
{
  g_object_unref (search->bar);
  g_object_unref (search->cancellable);
  g_free (search);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Search, search_free)

static void
stop (MailSearchBar *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  gtk_spinner_stop (self->spinner);
}

static void
say (MailSearchBar *self, const char *words, gboolean may_ask)
{
  gtk_label_set_text (self->state, words);
  gtk_widget_set_visible (GTK_WIDGET (self->ask), may_ask && self->account != NULL
                                                    && mail_account_can_search_server (self->account));
}

/* News: a screen reader reads out by itself what has just appeared. */
static void
tell (MailSearchBar *self, const char *words, gboolean may_ask)
{
  gtk_widget_hide (GTK_WIDGET (self->state));
  say (self, words, may_ask);
  gtk_widget_show (GTK_WIDGET (self->state));
}

static void
say_hint (MailSearchBar *self)
{
  /* Translators: what stands before a colon is typed as it is, in English. */
  say (self, _ ("Words, or from: to: subject: is:unread is:starred has:attachment older:30d newer:2w"), FALSE);
}

static void
say_found (MailSearchBar *self, guint count, MailSearched searched)
{
  g_autofree char *words = NULL;

  if (count == 0)
    words = g_strdup (searched == MAIL_SEARCHED_SERVER ? _ ("Nothing found on the server") : _ ("Nothing found in what is here"));
  else if (searched == MAIL_SEARCHED_HERE)
    words = g_strdup_printf (ngettext ("%'u found in what is here", "%'u found in what is here", count), count);
  else
    words = g_strdup_printf (ngettext ("%'u found on the server", "%'u found on the server", count), count);
  tell (self, words, searched == MAIL_SEARCHED_HERE);
}

static void
found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Search) search = user_data;
  MailSearchBar *self = search->bar;
  g_autoptr (GError) error = NULL;
  MailSearched searched;
  g_autoptr (GArray) ids = mail_account_search_finish (MAIL_ACCOUNT (source), result, &searched, &error);

  if (search->cancellable != self->cancellable)
    return;
  stop (self);
  if (ids == NULL)
    {
      if (!mail_error_is_cancelled (error))
        tell (self, g_error_matches (error, MAIL_ERROR, MAIL_ERROR_BAD_INPUT) ? _ ("There are no words to look for here")
                                                                              : _ ("The search did not work"), FALSE);
      return;
    }
  g_signal_emit (self, signals[FOUND], 0, ids);
  say_found (self, ids->len, searched);
}

static void
look (MailSearchBar *self, gboolean on_server)
{
  g_autofree char *words = g_strstrip (g_strdup (gtk_entry_get_text (self->entry)));
  Search *search;

  stop (self);
  g_free (self->asked);
  self->asked = on_server ? g_strdup (words) : NULL;
  if (self->mailbox == NULL)
    return;
  if (*words == '\0')
    {
      say_hint (self);
      g_signal_emit (self, signals[FOUND], 0, NULL);
      return;
    }
  self->cancellable = g_cancellable_new ();
  search = g_new0 (Search, 1);
  search->bar = g_object_ref (self);
  search->cancellable = g_object_ref (self->cancellable);
  if (on_server && mail_account_can_search_server (self->account))
    {
      gtk_spinner_start (self->spinner);
      tell (self, _ ("Asking the server…"), FALSE);
    }
  mail_account_search_async (self->account, words, self->mailbox, on_server, self->cancellable, found_cb, search);
}

/* Comes some time after the last letter: by then the server may have been asked for the same words. */
static void
typed_cb (GtkSearchEntry *entry, MailSearchBar *self)
{
  g_autofree char *words = g_strstrip (g_strdup (gtk_entry_get_text (self->entry)));

  if (gtk_revealer_get_reveal_child (GTK_REVEALER (self)) && g_strcmp0 (words, self->asked) != 0)
    look (self, FALSE);
}

static void
ask_cb (MailSearchBar *self)
{
  look (self, TRUE);
}

static void
close_cb (MailSearchBar *self)
{
  if (mail_search_bar_close (self))
    g_signal_emit (self, signals[CLOSED], 0);
}

void
mail_search_bar_set_mailbox (MailSearchBar *self, MailAccount *account, MailMailbox *mailbox)
{
  stop (self);
  g_clear_pointer (&self->asked, g_free);
  g_set_object (&self->account, account);
  g_set_object (&self->mailbox, mailbox);
  gtk_revealer_set_reveal_child (GTK_REVEALER (self), FALSE);
  gtk_entry_set_text (self->entry, "");
  say_hint (self);
}

void
mail_search_bar_open (MailSearchBar *self)
{
  if (self->mailbox == NULL)
    return;
  gtk_revealer_set_reveal_child (GTK_REVEALER (self), TRUE);
  /* The next key may come before it is drawn for the first time. */
  gtk_widget_realize (GTK_WIDGET (self->entry));
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
}

gboolean
mail_search_bar_close (MailSearchBar *self)
{
  if (!gtk_revealer_get_reveal_child (GTK_REVEALER (self)))
    return FALSE;
  stop (self);
  g_clear_pointer (&self->asked, g_free);
  gtk_revealer_set_reveal_child (GTK_REVEALER (self), FALSE);
  gtk_entry_set_text (self->entry, "");
  say_hint (self);
  g_signal_emit (self, signals[FOUND], 0, NULL);
  return TRUE;
}

static void
mail_search_bar_dispose (GObject *object)
{
  MailSearchBar *self = MAIL_SEARCH_BAR (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->account);
  g_clear_object (&self->mailbox);
  g_clear_pointer (&self->asked, g_free);
  G_OBJECT_CLASS (mail_search_bar_parent_class)->dispose (object);
}

static void
mail_search_bar_class_init (MailSearchBarClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = mail_search_bar_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/missiva/Missiva/ui/list/search-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, MailSearchBar, entry);
  gtk_widget_class_bind_template_child (widget_class, MailSearchBar, spinner);
  gtk_widget_class_bind_template_child (widget_class, MailSearchBar, state);
  gtk_widget_class_bind_template_child (widget_class, MailSearchBar, ask);
  signals[FOUND] = g_signal_new ("found", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                 G_TYPE_ARRAY);
  signals[CLOSED] = g_signal_new ("closed", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
mail_search_bar_init (MailSearchBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect (self->entry, "search-changed", G_CALLBACK (typed_cb), self);
  g_signal_connect_swapped (self->entry, "activate", G_CALLBACK (ask_cb), self);
  g_signal_connect_swapped (self->entry, "stop-search", G_CALLBACK (close_cb), self);
  g_signal_connect_swapped (self->ask, "clicked", G_CALLBACK (ask_cb), self);
  say_hint (self);
}
