/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/mailbox-chooser.h"

#include <glib/gi18n.h>

#include "ui/mailbox-match.h"
#include "ui/recent-targets.h"

/* Nobody reads on: who has more mailboxes types another letter. */
#define MOST_ROWS 40
#define MOST_RECENT 5

typedef struct
{
  MailMailbox *mailbox; /* borrowed from the list; NULL: the top of the tree */
  char *title;
  char *above;          /* the parts over it, for a person; "" for none */
  char *path;           /* folded, as it is matched */
  guint recent;         /* rank, or G_MAXUINT */
  guint order;          /* of the sidebar */
  guint score;
} Choice;

struct _MailMailboxChooser
{
  GtkPopover parent_instance;
  GtkLabel *title;
  GtkSearchEntry *entry;
  GtkListBox *rows;
  GtkScrolledWindow *scroller;
  MailAccount *account;
  GPtrArray *mailboxes; /* MailMailbox: keeps them while this is open */
  GPtrArray *choices;   /* Choice */
};

G_DEFINE_TYPE (MailMailboxChooser, mail_mailbox_chooser, GTK_TYPE_POPOVER)

enum
{
  CHOSEN,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static void
choice_free (gpointer data)
{
  Choice *choice = data;

  g_free (choice->title);
  g_free (choice->above);
  g_free (choice->path);
  g_free (choice);
}

/* (transfer full): the parts of its name over it. That all lie beneath the inbox on some servers says nothing. */
static char *
dup_above (MailMailbox *mailbox, const char *between)
{
  const MailMailboxInfo *info = mail_mailbox_get_info (mailbox);
  const char separator[2] = { info->delimiter, '\0' };
  g_auto (GStrv) parts = NULL;
  guint first = 0, n;

  if (info->delimiter == '\0')
    return g_strdup ("");
  parts = g_strsplit (info->name, separator, -1);
  n = g_strv_length (parts);
  if (n > 1 && g_ascii_strcasecmp (parts[0], "INBOX") == 0)
    first = 1;
  g_clear_pointer (&parts[n - 1], g_free);
  return g_strjoinv (between, parts + first);
}

/* (transfer full): what it is found by: its name, and what it is called. */
static char *
dup_path (MailMailbox *mailbox)
{
  const char *leaf = mail_mailbox_info_get_leaf (mail_mailbox_get_info (mailbox));
  const char *title = mail_mailbox_get_title (mailbox);
  g_autofree char *above = dup_above (mailbox, "/");
  g_autofree char *path = g_strjoin ("/", above, leaf, g_str_equal (title, leaf) ? NULL : title, NULL);

  return mail_match_fold (path);
}

static void
add_choice (MailMailboxChooser *self, MailMailbox *mailbox)
{
  Choice *choice = g_new0 (Choice, 1);

  choice->mailbox = mailbox;
  choice->title = g_strdup (mailbox != NULL ? mail_mailbox_get_title (mailbox) : _ ("Top level"));
  choice->above = mailbox != NULL ? dup_above (mailbox, " / ") : g_strdup ("");
  choice->path = mailbox != NULL ? dup_path (mailbox) : mail_match_fold (choice->title);
  choice->recent = mailbox != NULL ? mail_recent_targets_rank (self->account, mailbox) : G_MAXUINT;
  choice->order = self->choices->len;
  g_ptr_array_add (self->choices, choice);
}

static int
compare_choices (gconstpointer a, gconstpointer b)
{
  const Choice *x = *(const Choice *const *) a;
  const Choice *y = *(const Choice *const *) b;

  if (x->score != y->score)
    return x->score > y->score ? -1 : 1;
  if (x->recent != y->recent)
    return x->recent < y->recent ? -1 : 1;
  return (x->order > y->order) - (x->order < y->order);
}

static GtkWidget *
make_row (const Choice *choice)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  GtkWidget *title = gtk_label_new (choice->title);
  GtkWidget *above = gtk_label_new (choice->above);
  g_autofree char *icon_name = NULL;
  g_autofree char *spoken = *choice->above == '\0' ? g_strdup (choice->title)
                                                   /* Translators: a mailbox, and the mailboxes that it lies in. */
                                                   : g_strdup_printf (_ ("%s, in %s"), choice->title, choice->above);

  if (choice->mailbox != NULL)
    g_object_get (choice->mailbox, "icon-name", &icon_name, NULL);
  gtk_label_set_ellipsize (GTK_LABEL (title), PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (GTK_LABEL (title), 0);
  gtk_label_set_ellipsize (GTK_LABEL (above), PANGO_ELLIPSIZE_START);
  gtk_label_set_xalign (GTK_LABEL (above), 1);
  gtk_style_context_add_class (gtk_widget_get_style_context (above), GTK_STYLE_CLASS_DIM_LABEL);
  gtk_container_set_border_width (GTK_CONTAINER (box), 6);
  gtk_container_add (GTK_CONTAINER (box), gtk_image_new_from_icon_name (icon_name != NULL ? icon_name : "go-home-symbolic",
                                                                        GTK_ICON_SIZE_MENU));
  gtk_container_add (GTK_CONTAINER (box), title);
  gtk_box_pack_start (GTK_BOX (box), above, TRUE, TRUE, 0);
  gtk_container_add (GTK_CONTAINER (row), box);
  gtk_widget_set_tooltip_text (row, spoken);
  atk_object_set_name (gtk_widget_get_accessible (row), spoken);
  g_object_set_data (G_OBJECT (row), "mailbox", choice->mailbox);
  gtk_widget_show_all (row);
  return row;
}

static void
destroy_row_cb (GtkWidget *row, gpointer data)
{
  gtk_widget_destroy (row);
}

/* While nothing is typed and nothing was chosen of late, mail is most likely to be put away; the first row may be Drafts. */
static gboolean
is_likely (MailMailboxChooser *self, const Choice *choice, gboolean typed)
{
  const Choice *first = g_ptr_array_index (self->choices, 0);

  return !typed && first->mailbox != NULL && first->recent == G_MAXUINT
         && mail_mailbox_get_role (choice->mailbox) == MAIL_ROLE_ARCHIVE;
}

/* What answers to the letters, the best first and chosen. */
static void
update (MailMailboxChooser *self)
{
  g_autofree char *query = mail_match_fold (gtk_entry_get_text (GTK_ENTRY (self->entry)));
  gboolean typed = *query != '\0';
  guint n = 0;

  for (guint i = 0; i < self->choices->len; i++)
    {
      Choice *choice = g_ptr_array_index (self->choices, i);

      choice->score = mail_match_path (choice->path, query);
      if (!typed && choice->recent < MOST_RECENT)
        choice->score++;
      else if (!typed)
        choice->recent = G_MAXUINT;
    }
  g_ptr_array_sort (self->choices, compare_choices);
  gtk_container_foreach (GTK_CONTAINER (self->rows), destroy_row_cb, NULL);
  for (guint i = 0; i < self->choices->len && n < MOST_ROWS; i++)
    {
      const Choice *choice = g_ptr_array_index (self->choices, i);
      GtkWidget *row;

      if (choice->score == 0)
        break;
      row = make_row (choice);
      gtk_container_add (GTK_CONTAINER (self->rows), row);
      if (n++ == 0 || is_likely (self, choice, typed))
        gtk_list_box_select_row (self->rows, GTK_LIST_BOX_ROW (row));
    }
  gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (self->scroller), 0);
}

static void
choose (MailMailboxChooser *self, GtkListBoxRow *row)
{
  MailMailbox *mailbox = row != NULL ? g_object_get_data (G_OBJECT (row), "mailbox") : NULL;

  if (row == NULL)
    return;
  if (mailbox != NULL)
    mail_recent_targets_add (self->account, mailbox);
  g_signal_emit (self, signals[CHOSEN], 0, mailbox);
  gtk_popover_popdown (GTK_POPOVER (self));
}

static void
row_activated_cb (GtkListBox *rows, GtkListBoxRow *row, MailMailboxChooser *self)
{
  choose (self, row);
}

static void
entry_activate_cb (GtkEntry *entry, MailMailboxChooser *self)
{
  choose (self, gtk_list_box_get_selected_row (self->rows));
}

/* From the field, the arrows go to the rows. */
static gboolean
entry_key_cb (GtkWidget *entry, GdkEventKey *event, MailMailboxChooser *self)
{
  GtkListBoxRow *selected = gtk_list_box_get_selected_row (self->rows);
  GtkListBoxRow *next;

  if (event->keyval != GDK_KEY_Down || selected == NULL)
    return GDK_EVENT_PROPAGATE;
  next = gtk_list_box_get_row_at_index (self->rows, gtk_list_box_row_get_index (selected) + 1);
  gtk_widget_grab_focus (GTK_WIDGET (next != NULL ? next : selected));
  return GDK_EVENT_STOP;
}

/* What is typed on a row goes to the field. */
static gboolean
rows_key_cb (GtkWidget *rows, GdkEventKey *event, MailMailboxChooser *self)
{
  if (!gtk_search_entry_handle_event (self->entry, (GdkEvent *) event))
    return GDK_EVENT_PROPAGATE;
  gtk_entry_grab_focus_without_selecting (GTK_ENTRY (self->entry));
  gtk_editable_set_position (GTK_EDITABLE (self->entry), -1);
  return GDK_EVENT_STOP;
}

static void
mail_mailbox_chooser_dispose (GObject *object)
{
  MailMailboxChooser *self = MAIL_MAILBOX_CHOOSER (object);

  g_clear_object (&self->account);
  g_clear_pointer (&self->choices, g_ptr_array_unref);
  g_clear_pointer (&self->mailboxes, g_ptr_array_unref);
  G_OBJECT_CLASS (mail_mailbox_chooser_parent_class)->dispose (object);
}

static void
mail_mailbox_chooser_class_init (MailMailboxChooserClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = mail_mailbox_chooser_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/missiva/Missiva/ui/mailbox-chooser.ui");
  gtk_widget_class_bind_template_child (widget_class, MailMailboxChooser, title);
  gtk_widget_class_bind_template_child (widget_class, MailMailboxChooser, entry);
  gtk_widget_class_bind_template_child (widget_class, MailMailboxChooser, rows);
  gtk_widget_class_bind_template_child (widget_class, MailMailboxChooser, scroller);
  signals[CHOSEN] = g_signal_new ("chosen", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                  MAIL_TYPE_MAILBOX);
}

static void
mail_mailbox_chooser_init (MailMailboxChooser *self)
{
  self->choices = g_ptr_array_new_with_free_func (choice_free);
  self->mailboxes = g_ptr_array_new_with_free_func (g_object_unref);
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect (self->rows, "row-activated", G_CALLBACK (row_activated_cb), self);
  g_signal_connect (self->rows, "key-press-event", G_CALLBACK (rows_key_cb), self);
  g_signal_connect (self->entry, "key-press-event", G_CALLBACK (entry_key_cb), self);
  g_signal_connect (self->entry, "activate", G_CALLBACK (entry_activate_cb), self);
  g_signal_connect_swapped (self->entry, "changed", G_CALLBACK (update), self);
  g_signal_connect_swapped (self->entry, "stop-search", G_CALLBACK (gtk_popover_popdown), self);
}

GtkWidget *
mail_mailbox_chooser_new (GtkWidget *relative_to,
                          MailAccount *account,
                          const char *title,
                          MailChooserFunc can_choose,
                          gpointer data,
                          GDestroyNotify notify)
{
  MailMailboxChooser *self = g_object_new (MAIL_TYPE_MAILBOX_CHOOSER, "relative-to", relative_to, NULL);
  GListModel *mailboxes = mail_account_get_mailboxes (account);

  self->account = g_object_ref (account);
  gtk_label_set_text (self->title, title);
  atk_object_set_name (gtk_widget_get_accessible (GTK_WIDGET (self)), title);
  if (can_choose (NULL, data))
    add_choice (self, NULL);
  for (guint i = 0; i < g_list_model_get_n_items (mailboxes); i++)
    {
      MailMailbox *mailbox = g_list_model_get_item (mailboxes, i);

      g_ptr_array_add (self->mailboxes, mailbox);
      if (can_choose (mailbox, data))
        add_choice (self, mailbox);
    }
  if (notify != NULL)
    notify (data);
  update (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
  return GTK_WIDGET (self);
}
