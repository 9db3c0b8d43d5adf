/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/sidebar/mailbox-drag.h"

#include "ui/list/row-drag.h"

#define MAILBOX_TARGET "application/x-missiva-mailbox"
#define EDGE 30      /* px from an end of what is seen: the list scrolls */
#define SCROLL_STEP 12
#define SCROLL_EVERY 40 /* ms */

enum
{
  DRAGGED_MESSAGES,
  DRAGGED_MAILBOX,
};

static const GtkTargetEntry targets[] = {
  { (char *) MAIL_DRAG_MESSAGES, GTK_TARGET_SAME_APP, DRAGGED_MESSAGES },
  { (char *) MAILBOX_TARGET, GTK_TARGET_SAME_APP, DRAGGED_MAILBOX },
};

typedef struct
{
  GtkListBox *rows; /* borrowed: it has this */
  const MailMailboxDragCalls *calls;
  gpointer data;
  MailAccount *account; /* of the mailbox that was pressed, and may be dragged */
  MailMailbox *dragged; /* or NULL */
  const char *why;  /* what is below the pointer does not take what is dragged; or NULL */
  gulong failed_id; /* on @source */
  GtkWidget *source; /* what is being dragged over this comes from it; or NULL */
  int scrolling; /* px a step */
  guint scroll_id;
} MailboxDrop;

/* What lies where the pointer is. */
typedef struct
{
  GtkListBoxRow *row;
  MailAccount *account;
  MailMailbox *mailbox; /* NULL: the row is the account's */
} Place;

static gboolean
find_place (MailboxDrop *self, int y, Place *place)
{
  place->row = gtk_list_box_get_row_at_y (self->rows, y);
  if (place->row == NULL)
    return FALSE;
  place->mailbox = MAIL_IS_MAILBOX_ROW (place->row) ? mail_mailbox_row_get_mailbox (MAIL_MAILBOX_ROW (place->row)) : NULL;
  place->account = place->mailbox != NULL ? mail_mailbox_row_get_account (MAIL_MAILBOX_ROW (place->row))
                                          : mail_account_row_get_account (MAIL_ACCOUNT_ROW (place->row));
  return TRUE;
}

/* What GTK suggests where both are possible is a copy; here that needs the key. */
static gboolean
wants_copy (MailboxDrop *self, GdkDragContext *context)
{
  GdkModifierType mask = 0;

  gdk_window_get_device_position (gtk_widget_get_window (GTK_WIDGET (self->rows)), gdk_drag_context_get_device (context),
                                  NULL, NULL, &mask);
  return (mask & GDK_CONTROL_MASK) != 0;
}

/* The action that a drop at @y would be; 0: none. */
static GdkDragAction
find_action (MailboxDrop *self, GdkDragContext *context, int y, gboolean copy, Place *place)
{
  GdkAtom target = gtk_drag_dest_find_target (GTK_WIDGET (self->rows), context, NULL);

  self->why = NULL;
  if (!find_place (self, y, place) || target == GDK_NONE)
    return 0;
  if (target == gdk_atom_intern_static_string (MAIL_DRAG_MESSAGES))
    {
      if (place->mailbox == NULL || !self->calls->takes_messages (place->account, place->mailbox, &copy, &self->why, self->data))
        return 0;
      return copy ? GDK_ACTION_COPY : GDK_ACTION_MOVE;
    }
  if (self->dragged == NULL || self->account != place->account)
    return 0;
  return self->calls->takes_mailbox (place->account, self->dragged, place->mailbox, &self->why, self->data) ? GDK_ACTION_MOVE : 0;
}

static gboolean
scroll_cb (gpointer data)
{
  MailboxDrop *self = data;
  GtkAdjustment *adjustment = gtk_list_box_get_adjustment (self->rows);

  gtk_adjustment_set_value (adjustment, gtk_adjustment_get_value (adjustment) + self->scrolling);
  return G_SOURCE_CONTINUE;
}

static void
scroll (MailboxDrop *self, int step)
{
  self->scrolling = step;
  if (step == 0)
    g_clear_handle_id (&self->scroll_id, g_source_remove);
  else if (self->scroll_id == 0)
    self->scroll_id = g_timeout_add (SCROLL_EVERY, scroll_cb, self);
}

/* Near an end of what is seen, what lies beyond comes. */
static void
scroll_near_ends (MailboxDrop *self, int y)
{
  GtkAdjustment *adjustment = gtk_list_box_get_adjustment (self->rows);
  double below = y - (adjustment != NULL ? gtk_adjustment_get_value (adjustment) : 0);

  if (adjustment == NULL)
    return;
  if (below < EDGE)
    scroll (self, -SCROLL_STEP);
  else if (below > gtk_adjustment_get_page_size (adjustment) - EDGE)
    scroll (self, SCROLL_STEP);
  else
    scroll (self, 0);
}

static void
forget_source (MailboxDrop *self)
{
  if (self->source != NULL)
    g_signal_handler_disconnect (self->source, self->failed_id);
  g_clear_object (&self->source);
}

/* Let go where nothing takes it: only its source hears of that. */
static gboolean
drag_failed_cb (GtkWidget *source, GdkDragContext *context, GtkDragResult result, MailboxDrop *self)
{
  const char *why = result == GTK_DRAG_RESULT_NO_TARGET ? self->why : NULL;

  forget_source (self);
  if (why != NULL)
    self->calls->refused (why, self->data);
  return FALSE;
}

static void
watch_source (MailboxDrop *self, GtkWidget *source)
{
  if (source == NULL || source == self->source)
    return;
  forget_source (self);
  self->source = g_object_ref (source);
  self->failed_id = g_signal_connect (source, "drag-failed", G_CALLBACK (drag_failed_cb), self);
}

static gboolean
drag_motion_cb (GtkWidget *rows, GdkDragContext *context, int x, int y, guint time, MailboxDrop *self)
{
  Place place;
  GdkDragAction action = find_action (self, context, y, wants_copy (self, context), &place);

  scroll_near_ends (self, y);
  watch_source (self, gtk_drag_get_source_widget (context));
  if (action != 0)
    gtk_list_box_drag_highlight_row (self->rows, place.row);
  else
    gtk_list_box_drag_unhighlight_row (self->rows);
  gdk_drag_status (context, action, time);
  return TRUE;
}

static void
drag_leave_cb (GtkWidget *rows, GdkDragContext *context, guint time, MailboxDrop *self)
{
  scroll (self, 0);
  self->why = NULL;
  gtk_list_box_drag_unhighlight_row (self->rows);
}

/* Nothing has to be fetched: what is dragged is known here. */
static gboolean
drag_drop_cb (GtkWidget *rows, GdkDragContext *context, int x, int y, guint time, MailboxDrop *self)
{
  Place place;
  /* As it was when the button was let go: the key may be up by now. */
  gboolean copy = gdk_drag_context_get_selected_action (context) == GDK_ACTION_COPY;
  GdkDragAction action = find_action (self, context, y, copy, &place);
  gboolean own = gtk_drag_get_source_widget (context) == rows;

  scroll (self, 0);
  gtk_list_box_drag_unhighlight_row (self->rows);
  gtk_drag_finish (context, action != 0, FALSE, time);
  if (action == 0)
    return TRUE;
  if (own)
    self->calls->mailbox_dropped (place.account, self->dragged, place.mailbox, self->data);
  else
    self->calls->messages_dropped (place.account, place.mailbox, action == GDK_ACTION_COPY, self->data);
  return TRUE;
}

static void
mailbox_drop_free (gpointer data)
{
  MailboxDrop *self = data;

  scroll (self, 0);
  forget_source (self);
  g_clear_object (&self->account);
  g_clear_object (&self->dragged);
  g_free (self);
}

/* Rows have no events of their own in a list box. */
static gboolean
button_press_cb (GtkWidget *rows, GdkEventButton *event, MailboxDrop *self)
{
  GtkListBoxRow *row = gtk_list_box_get_row_at_y (self->rows, (int) event->y);
  MailAccount *account = NULL;
  MailMailbox *mailbox = NULL;

  if (row != NULL && MAIL_IS_MAILBOX_ROW (row))
    {
      account = mail_mailbox_row_get_account (MAIL_MAILBOX_ROW (row));
      mailbox = mail_mailbox_row_get_mailbox (MAIL_MAILBOX_ROW (row));
    }
  g_set_object (&self->account, account);
  g_set_object (&self->dragged, mailbox);
  return GDK_EVENT_PROPAGATE;
}

static void
drag_begin_cb (GtkWidget *rows, GdkDragContext *context, MailboxDrop *self)
{
  GtkWidget *label;

  if (self->dragged == NULL)
    {
      gtk_drag_cancel (context);
      return;
    }
  label = gtk_label_new (mail_mailbox_get_title (self->dragged));
  gtk_style_context_add_class (gtk_widget_get_style_context (label), "drag-label");
  gtk_widget_show (label);
  gtk_drag_set_icon_widget (context, label, -12, 0);
}

void
mail_mailbox_drag_attach (GtkListBox *rows, const MailMailboxDragCalls *calls, gpointer data)
{
  MailboxDrop *self = g_new0 (MailboxDrop, 1);

  self->rows = rows;
  self->calls = calls;
  self->data = data;
  gtk_drag_source_set (GTK_WIDGET (rows), GDK_BUTTON1_MASK, &targets[DRAGGED_MAILBOX], 1, GDK_ACTION_MOVE);
  gtk_drag_dest_set (GTK_WIDGET (rows), 0, targets, G_N_ELEMENTS (targets), GDK_ACTION_MOVE | GDK_ACTION_COPY);
  g_signal_connect (rows, "button-press-event", G_CALLBACK (button_press_cb), self);
  g_signal_connect (rows, "drag-begin", G_CALLBACK (drag_begin_cb), self);
  g_signal_connect (rows, "drag-motion", G_CALLBACK (drag_motion_cb), self);
  g_signal_connect (rows, "drag-leave", G_CALLBACK (drag_leave_cb), self);
  g_signal_connect (rows, "drag-drop", G_CALLBACK (drag_drop_cb), self);
  g_object_set_data_full (G_OBJECT (rows), "mailbox-drop", self, mailbox_drop_free);
}
