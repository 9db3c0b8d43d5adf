/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/reader/text-body.h"

#include <glib/gi18n.h>
#include <string.h>

#include "ui/reader/text-lines.h"

#define MEASURE 75 /* characters in a comfortable line */
#define EDGE 18
#define INDENT 14
#define N_LEVELS 4
#define TURN_MICROSECONDS 6000
/* GTK needs some 50 µs to lay a line out, so that a text of megabytes takes it seconds: more than the first part comes in pieces,
 * each while so many pages of what is there are still below the window. */
#define FIRST_PART (500 * 1000)
#define NEXT_PART (250 * 1000)
#define PAGES_AHEAD 2
/* How much plain text is inserted at a time. */
#define LONGEST_RUN 4096
/* Lines that are there at once, however busy the machine is. */
#define FIRST_SCREEN 60

struct _MailTextBody
{
  GtkTextView parent_instance;
  char *text;
  MailTextCursor cursor; /* into text: what is not in lines yet */
  gboolean whole;       /* all of it is wanted, wherever the window is */
  GtkTextChildAnchor *rest; /* behind what is there, while that is not all: the button that shows how much follows */
  GtkWidget *rest_button;
  GtkAdjustment *place; /* of the window in what is there */
  GArray *lines;        /* MailTextLine, into text */
  guint next;           /* the first line that is not in the buffer yet */
  guint idle;
  GByteArray *levels;   /* of each line of the buffer */
  GtkTextTag *quotes[N_LEVELS];
  GtkTextTag *signature;
  GtkTextTag *link;
  GPtrArray *folds;     /* GtkTextTag, one for each folded quotation */
  GtkTextTag *fold;     /* the one that is being inserted */
  GtkCssProvider *css;
  GtkGesture *click;
};

G_DEFINE_TYPE (MailTextBody, mail_text_body, GTK_TYPE_TEXT_VIEW)

enum
{
  LINK_ACTIVATED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static const char *const light_colors[N_LEVELS] = { "#1a5fb4", "#1f7a4d", "#a33b00", "#713290" };
static const char *const dark_colors[N_LEVELS] = { "#99c1f1", "#8ff0a4", "#ffbe6f", "#dc8add" };

static guint
color_index (guint level)
{
  return (level - 1) % N_LEVELS;
}

static void
update_colors (MailTextBody *self)
{
  GtkStyleContext *style = gtk_widget_get_style_context (GTK_WIDGET (self));
  GdkRGBA text, color;
  gboolean dark;

  gtk_style_context_get_color (style, gtk_style_context_get_state (style), &text);
  dark = text.red + text.green + text.blue > 1.5;
  for (guint i = 0; i < N_LEVELS; i++)
    {
      gdk_rgba_parse (&color, dark ? dark_colors[i] : light_colors[i]);
      g_object_set (self->quotes[i], "foreground-rgba", &color, NULL);
    }
  g_object_set (self->link, "foreground", dark ? "#78aeed" : "#1b6acb", NULL);
  text.alpha *= 0.6;
  g_object_set (self->signature, "foreground-rgba", &text, NULL);
}

/* Keeps lines at a comfortable length however wide the window is. */
static void
update_margins (MailTextBody *self, int width)
{
  GtkTextView *view = GTK_TEXT_VIEW (self);
  PangoContext *context = gtk_widget_get_pango_context (GTK_WIDGET (self));
  PangoFontMetrics *metrics = pango_context_get_metrics (context, NULL, NULL);
  int measure = MEASURE * pango_font_metrics_get_approximate_char_width (metrics) / PANGO_SCALE;
  int right = MAX (EDGE, width - EDGE - measure);

  pango_font_metrics_unref (metrics);
  if (gtk_text_view_get_right_margin (view) != right)
    gtk_text_view_set_right_margin (view, right);
}

/* GTK counts the margins in, but they follow from the width, and not the width from them. */
static void
mail_text_body_get_preferred_width (GtkWidget *widget, int *minimum, int *natural)
{
  *minimum = 2 * EDGE;
  *natural = 400;
}

static void
mail_text_body_size_allocate (GtkWidget *widget, GtkAllocation *allocation)
{
  update_margins (MAIL_TEXT_BODY (widget), allocation->width);
  GTK_WIDGET_CLASS (mail_text_body_parent_class)->size_allocate (widget, allocation);
}

static void
mail_text_body_style_updated (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (mail_text_body_parent_class)->style_updated (widget);
  update_colors (MAIL_TEXT_BODY (widget));
}

static void
draw_bars (MailTextBody *self, cairo_t *cr, GtkTextIter *line, guint level)
{
  int y, height;

  gtk_text_view_get_line_yrange (GTK_TEXT_VIEW (self), line, &y, &height);
  for (guint i = 1; i <= level && height > 0; i++)
    {
      GdkRGBA *color = NULL;

      g_object_get (self->quotes[color_index (i)], "foreground-rgba", &color, NULL);
      gdk_cairo_set_source_rgba (cr, color);
      cairo_rectangle (cr, EDGE + (int) (i - 1) * INDENT, y, 2, height);
      cairo_fill (cr);
      gdk_rgba_free (color);
    }
}

static void
mail_text_body_draw_layer (GtkTextView *view, GtkTextViewLayer layer, cairo_t *cr)
{
  MailTextBody *self = MAIL_TEXT_BODY (view);
  GtkTextIter line, last;
  GdkRectangle visible;

  if (layer != GTK_TEXT_VIEW_LAYER_BELOW_TEXT)
    return;
  gtk_text_view_get_visible_rect (view, &visible);
  gtk_text_view_get_line_at_y (view, &line, visible.y, NULL);
  gtk_text_view_get_line_at_y (view, &last, visible.y + visible.height, NULL);
  do
    {
      guint number = (guint) gtk_text_iter_get_line (&line);

      if (number < self->levels->len && self->levels->data[number] > 0)
        draw_bars (self, cr, &line, self->levels->data[number]);
    }
  while (gtk_text_iter_compare (&line, &last) < 0 && gtk_text_iter_forward_line (&line));
}

/* The link around @iter, whose words are its address. */
static char *
dup_link_at (MailTextBody *self, const GtkTextIter *iter)
{
  GtkTextIter start = *iter, end = *iter;
  g_autofree char *words = NULL;
  g_autoptr (GArray) links = NULL;

  if (!gtk_text_iter_has_tag (iter, self->link))
    return NULL;
  if (!gtk_text_iter_starts_tag (&start, self->link))
    gtk_text_iter_backward_to_tag_toggle (&start, self->link);
  gtk_text_iter_forward_to_tag_toggle (&end, self->link);
  words = gtk_text_iter_get_slice (&start, &end);
  links = mail_text_lines_find_links (words, strlen (words));
  return links->len > 0 ? g_strdup (g_array_index (links, MailTextLink, 0).uri) : NULL;
}

static gboolean
activate_link_at (MailTextBody *self, const GtkTextIter *iter)
{
  g_autofree char *uri = dup_link_at (self, iter);

  if (uri == NULL)
    return FALSE;
  g_signal_emit (self, signals[LINK_ACTIVATED], 0, uri);
  return TRUE;
}

static gboolean
find_iter (MailTextBody *self, double x, double y, GtkTextIter *iter)
{
  int buffer_x, buffer_y;

  gtk_text_view_window_to_buffer_coords (GTK_TEXT_VIEW (self), GTK_TEXT_WINDOW_WIDGET, (int) x, (int) y, &buffer_x, &buffer_y);
  return gtk_text_view_get_iter_at_location (GTK_TEXT_VIEW (self), iter, buffer_x, buffer_y);
}

static void
released_cb (GtkGestureMultiPress *gesture, int n_press, double x, double y, MailTextBody *self)
{
  GtkTextIter iter;

  /* A drag that selects text is no click. */
  if (gtk_text_buffer_get_has_selection (gtk_text_view_get_buffer (GTK_TEXT_VIEW (self))))
    return;
  if (find_iter (self, x, y, &iter))
    activate_link_at (self, &iter);
}

static gboolean
mail_text_body_motion_notify_event (GtkWidget *widget, GdkEventMotion *event)
{
  MailTextBody *self = MAIL_TEXT_BODY (widget);
  GdkWindow *window = gtk_text_view_get_window (GTK_TEXT_VIEW (widget), GTK_TEXT_WINDOW_TEXT);
  GtkTextIter iter;
  gboolean over = find_iter (self, event->x, event->y, &iter) && gtk_text_iter_has_tag (&iter, self->link);
  g_autoptr (GdkCursor) cursor = gdk_cursor_new_from_name (gtk_widget_get_display (widget), over ? "pointer" : "text");

  gdk_window_set_cursor (window, cursor);
  return GTK_WIDGET_CLASS (mail_text_body_parent_class)->motion_notify_event (widget, event);
}

/* Tab goes from link to link, then on to the next widget. */
static gboolean
mail_text_body_focus (GtkWidget *widget, GtkDirectionType direction)
{
  MailTextBody *self = MAIL_TEXT_BODY (widget);
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self));
  gboolean forward = direction == GTK_DIR_TAB_FORWARD;
  GtkTextIter iter, end;

  if (!gtk_widget_is_focus (widget) || (!forward && direction != GTK_DIR_TAB_BACKWARD))
    return GTK_WIDGET_CLASS (mail_text_body_parent_class)->focus (widget, direction);
  gtk_text_buffer_get_iter_at_mark (buffer, &iter, gtk_text_buffer_get_insert (buffer));
  while (forward ? gtk_text_iter_forward_to_tag_toggle (&iter, self->link)
                 : gtk_text_iter_backward_to_tag_toggle (&iter, self->link))
    if (gtk_text_iter_starts_tag (&iter, self->link))
      {
        end = iter;
        gtk_text_iter_forward_to_tag_toggle (&end, self->link);
        gtk_text_buffer_select_range (buffer, &iter, &end);
        gtk_text_view_scroll_mark_onscreen (GTK_TEXT_VIEW (self), gtk_text_buffer_get_insert (buffer));
        return TRUE;
      }
  return GTK_WIDGET_CLASS (mail_text_body_parent_class)->focus (widget, direction);
}

static gboolean
mail_text_body_key_press_event (GtkWidget *widget, GdkEventKey *event)
{
  MailTextBody *self = MAIL_TEXT_BODY (widget);
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self));
  GtkTextIter iter;

  if (event->keyval == GDK_KEY_Return || event->keyval == GDK_KEY_KP_Enter)
    {
      gtk_text_buffer_get_iter_at_mark (buffer, &iter, gtk_text_buffer_get_insert (buffer));
      if (activate_link_at (self, &iter))
        return TRUE;
    }
  return GTK_WIDGET_CLASS (mail_text_body_parent_class)->key_press_event (widget, event);
}

static void
open_link_cb (GtkMenuItem *item, MailTextBody *self)
{
  g_signal_emit (self, signals[LINK_ACTIVATED], 0, g_object_get_data (G_OBJECT (item), "uri"));
}

static void
copy_link_cb (GtkMenuItem *item, MailTextBody *self)
{
  gtk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self), GDK_SELECTION_CLIPBOARD),
                          g_object_get_data (G_OBJECT (item), "uri"), -1);
}

static void
prepend_item (MailTextBody *self, GtkMenuShell *menu, const char *label, const char *uri, GCallback callback)
{
  GtkWidget *item = gtk_menu_item_new_with_mnemonic (label);

  g_object_set_data_full (G_OBJECT (item), "uri", g_strdup (uri), g_free);
  g_signal_connect (item, "activate", callback, self);
  gtk_widget_show (item);
  gtk_menu_shell_prepend (menu, item);
}

static void
mail_text_body_populate_popup (GtkTextView *view, GtkWidget *popup)
{
  MailTextBody *self = MAIL_TEXT_BODY (view);
  GdkDevice *pointer = gdk_seat_get_pointer (gdk_display_get_default_seat (gtk_widget_get_display (GTK_WIDGET (view))));
  GtkTextIter iter;
  int x, y;
  g_autofree char *uri = NULL;

  gdk_window_get_device_position (gtk_widget_get_window (GTK_WIDGET (view)), pointer, &x, &y, NULL);
  if (GTK_IS_MENU (popup) && find_iter (self, x, y, &iter))
    uri = dup_link_at (self, &iter);
  if (uri == NULL)
    return;
  prepend_item (self, GTK_MENU_SHELL (popup), _ ("_Copy Link Address"), uri, G_CALLBACK (copy_link_cb));
  prepend_item (self, GTK_MENU_SHELL (popup), _ ("_Open Link"), uri, G_CALLBACK (open_link_cb));
}

/* Where the next line goes. */
static void
get_tail (MailTextBody *self, GtkTextIter *tail)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self));

  if (self->rest != NULL)
    gtk_text_buffer_get_iter_at_child_anchor (buffer, tail, self->rest);
  else
    gtk_text_buffer_get_end_iter (buffer, tail);
}

static void
fold_toggled_cb (GtkToggleButton *button, GtkTextTag *fold)
{
  gboolean open = gtk_toggle_button_get_active (button);

  g_object_set (fold, "invisible", !open, NULL);
  atk_object_set_name (gtk_widget_get_accessible (GTK_WIDGET (button)), open ? _ ("Hide quoted text") : _ ("Show quoted text"));
}

/* The button "…" on a line of its own, and the tag that hides what follows. */
static void
begin_fold (MailTextBody *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self));
  GtkWidget *button = gtk_toggle_button_new_with_label ("…");
  GtkTextIter tail;

  self->fold = gtk_text_buffer_create_tag (buffer, NULL, "invisible", TRUE, NULL);
  g_ptr_array_add (self->folds, self->fold);
  get_tail (self, &tail);
  gtk_text_view_add_child_at_anchor (GTK_TEXT_VIEW (self), button, gtk_text_buffer_create_child_anchor (buffer, &tail));
  get_tail (self, &tail);
  gtk_text_buffer_insert (buffer, &tail, "\n", 1);
  g_byte_array_append (self->levels, (const guint8 *) "\0", 1);

  gtk_style_context_add_class (gtk_widget_get_style_context (button), "quote-toggle");
  gtk_widget_set_tooltip_text (button, _ ("Quoted text"));
  atk_object_set_name (gtk_widget_get_accessible (button), _ ("Show quoted text"));
  g_signal_connect_object (button, "toggled", G_CALLBACK (fold_toggled_cb), self->fold, 0);
  gtk_widget_show (button);
}

static void
apply_range (MailTextBody *self, GtkTextTag *tag, int offset, glong from, glong length)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self));
  GtkTextIter start, end;

  gtk_text_buffer_get_iter_at_offset (buffer, &start, offset + (int) from);
  gtk_text_buffer_get_iter_at_offset (buffer, &end, offset + (int) (from + length));
  gtk_text_buffer_apply_tag (buffer, tag, &start, &end);
}

static void
insert_line (MailTextBody *self, const MailTextLine *line)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self));
  g_autoptr (GArray) links = mail_text_lines_find_links (line->text, line->length);
  guint8 level = (guint8) line->level;
  GtkTextIter end;
  int offset;

  if (line->folds && self->fold == NULL)
    begin_fold (self);
  else if (!line->folds)
    self->fold = NULL;

  get_tail (self, &end);
  offset = gtk_text_iter_get_offset (&end);
  gtk_text_buffer_insert (buffer, &end, line->text, (int) line->length);
  gtk_text_buffer_insert (buffer, &end, "\n", 1);
  g_byte_array_append (self->levels, &level, 1);

  if (line->level > 0)
    apply_range (self, self->quotes[color_index (line->level)], offset, 0, gtk_text_iter_get_offset (&end) - offset);
  if (line->level > 0)
    {
      g_autofree char *name = g_strdup_printf ("indent-%u", line->level);
      GtkTextTag *indent = gtk_text_tag_table_lookup (gtk_text_buffer_get_tag_table (buffer), name);

      if (indent == NULL)
        indent = gtk_text_buffer_create_tag (buffer, name, "left-margin", EDGE + INDENT * (int) line->level, NULL);
      apply_range (self, indent, offset, 0, gtk_text_iter_get_offset (&end) - offset);
    }
  if (line->signature)
    apply_range (self, self->signature, offset, 0, gtk_text_iter_get_offset (&end) - offset);
  if (self->fold != NULL)
    apply_range (self, self->fold, offset, 0, gtk_text_iter_get_offset (&end) - offset);
  for (guint i = 0; i < links->len; i++)
    {
      const MailTextLink *link = &g_array_index (links, MailTextLink, i);

      apply_range (self, self->link, offset, g_utf8_strlen (line->text, (gssize) link->start),
                   g_utf8_strlen (line->text + link->start, (gssize) link->length));
    }
}

/* Of lines that are nothing but text, how many bytes can be inserted at once; *@count: as many lines. */
static gsize
measure_run (MailTextBody *self, guint *count)
{
  const char *begin = g_array_index (self->lines, MailTextLine, self->next).text;
  gsize run = 0;

  for (*count = 0; self->next + *count < self->lines->len && run < LONGEST_RUN; (*count)++)
    {
      const MailTextLine *line = &g_array_index (self->lines, MailTextLine, self->next + *count);

      if (line->level > 0 || line->signature || line->text != begin + run || line->text[line->length] != '\n'
          || mail_text_lines_may_hold_link (line->text, line->length))
        break;
      run += line->length + 1;
    }
  return run;
}

/* The next line, or as many plain ones as can be inserted at once: each insertion is news for the view and for screen readers. */
static void
insert_some (MailTextBody *self)
{
  static const guint8 own_words[LONGEST_RUN];
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self));
  const MailTextLine *line = &g_array_index (self->lines, MailTextLine, self->next);
  GtkTextIter end;
  guint count;
  gsize run = measure_run (self, &count);

  if (count == 0)
    {
      insert_line (self, line);
      self->next++;
      return;
    }
  self->fold = NULL;
  get_tail (self, &end);
  gtk_text_buffer_insert (buffer, &end, line->text, (int) run);
  g_byte_array_append (self->levels, own_words, count);
  self->next += count;
}

static gboolean
has_rest (MailTextBody *self)
{
  return *self->cursor.rest != '\0';
}

static void
split_on (MailTextBody *self, gsize length)
{
  g_clear_pointer (&self->lines, g_array_unref);
  self->lines = mail_text_lines_split_on (&self->cursor, length);
  self->next = 0;
}

static gboolean insert_turn (gpointer data);

static void
go_on (MailTextBody *self)
{
  if (self->idle == 0)
    self->idle = g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, insert_turn, self, NULL);
}

static void
update_rest (MailTextBody *self)
{
  g_autofree char *size = g_format_size (strlen (self->cursor.rest));
  g_autofree char *label = g_strdup_printf (self->whole ? _ ("The rest is coming (%s)…") : _ ("Show the Rest (%s)"), size);

  gtk_widget_set_sensitive (self->rest_button, !self->whole);
  if (g_strcmp0 (label, gtk_button_get_label (GTK_BUTTON (self->rest_button))) != 0)
    gtk_button_set_label (GTK_BUTTON (self->rest_button), label);
}

static void
want_whole (MailTextBody *self)
{
  if (self->whole || self->rest == NULL)
    return;
  self->whole = TRUE;
  update_rest (self);
  go_on (self);
}

static void
rest_wanted_cb (GtkButton *button, MailTextBody *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self));
  want_whole (self);
}

static void
offer_rest (MailTextBody *self)
{
  GtkTextIter tail;

  get_tail (self, &tail);
  self->rest = gtk_text_buffer_create_child_anchor (gtk_text_view_get_buffer (GTK_TEXT_VIEW (self)), &tail);
  self->rest_button = gtk_button_new ();
  update_rest (self);
  gtk_text_view_add_child_at_anchor (GTK_TEXT_VIEW (self), self->rest_button, self->rest);
  g_signal_connect_object (self->rest_button, "clicked", G_CALLBACK (rest_wanted_cb), self, 0);
  gtk_widget_show (self->rest_button);
}

static void
drop_rest (MailTextBody *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self));
  GtkTextIter start, end;

  get_tail (self, &start);
  gtk_text_buffer_get_end_iter (buffer, &end);
  self->rest = NULL;
  self->rest_button = NULL;
  gtk_text_buffer_delete (buffer, &start, &end);
}

static gboolean
is_near_end (MailTextBody *self)
{
  double page = self->place != NULL ? gtk_adjustment_get_page_size (self->place) : 0;

  return gtk_widget_get_mapped (GTK_WIDGET (self)) && page > 0
         && gtk_adjustment_get_value (self->place) + (1 + PAGES_AHEAD) * page >= gtk_adjustment_get_upper (self->place);
}

/* Inserts lines for a few milliseconds. GTK lays out at a higher priority: when the next turn comes, all that is there has its
 * height, and whether the window is near the end can be seen. */
static gboolean
insert_turn (gpointer data)
{
  MailTextBody *self = data;
  gint64 deadline = g_get_monotonic_time () + TURN_MICROSECONDS;

  if (self->next == self->lines->len && has_rest (self) && (self->whole || is_near_end (self)))
    split_on (self, NEXT_PART);
  while (self->next < self->lines->len && g_get_monotonic_time () < deadline)
    insert_some (self);
  if (self->rest != NULL && has_rest (self))
    update_rest (self);
  if (self->next < self->lines->len || (has_rest (self) && (self->whole || is_near_end (self))))
    return G_SOURCE_CONTINUE;
  if (self->rest != NULL && !has_rest (self))
    drop_rest (self);
  self->idle = 0;
  return G_SOURCE_REMOVE;
}

/* The window moved over the text, or one of the two changed its height. */
static void
moved_cb (MailTextBody *self)
{
  if (self->rest != NULL)
    go_on (self);
}

static void
adjustment_cb (MailTextBody *self)
{
  if (self->place != NULL)
    g_signal_handlers_disconnect_by_data (self->place, self);
  g_set_object (&self->place, gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (self)));
  if (self->place == NULL)
    return;
  g_signal_connect_swapped (self->place, "value-changed", G_CALLBACK (moved_cb), self);
  g_signal_connect_swapped (self->place, "changed", G_CALLBACK (moved_cb), self);
}

static gboolean
is_all_selected (MailTextBody *self)
{
  GtkTextIter start, end;

  return gtk_text_buffer_get_selection_bounds (gtk_text_view_get_buffer (GTK_TEXT_VIEW (self)), &start, &end)
         && gtk_text_iter_is_start (&start) && gtk_text_iter_is_end (&end);
}

/* Who selects all means all. What comes is selected too: both ends of the selection stay where they are, in front and behind. */
static void
mark_set_cb (GtkTextBuffer *buffer, GtkTextIter *iter, GtkTextMark *mark, MailTextBody *self)
{
  if (self->rest != NULL && is_all_selected (self))
    want_whole (self);
}

static void
mail_text_body_move_cursor (GtkTextView *view, GtkMovementStep step, int count, gboolean extend)
{
  GTK_TEXT_VIEW_CLASS (mail_text_body_parent_class)->move_cursor (view, step, count, extend);
  if (step == GTK_MOVEMENT_BUFFER_ENDS && count > 0)
    want_whole (MAIL_TEXT_BODY (view));
}

/* As they will be shown: of folded ones stands there only the line with the button. */
static void
append_lines (GString *text, GArray *lines, guint from, gboolean *folded)
{
  for (guint i = from; i < lines->len; i++)
    {
      const MailTextLine *line = &g_array_index (lines, MailTextLine, i);

      if (!line->folds)
        g_string_append_len (text, line->text, (gssize) line->length);
      if (!line->folds || !*folded)
        g_string_append_c (text, '\n');
      *folded = line->folds;
    }
}

/* Who copies all does not wait for what is still coming. */
static void
mail_text_body_copy_clipboard (GtkTextView *view)
{
  MailTextBody *self = MAIL_TEXT_BODY (view);
  MailTextCursor cursor = self->cursor;
  gboolean folded = self->fold != NULL;
  GtkTextIter start, end;
  g_autofree char *there = NULL;
  g_autoptr (GString) text = NULL;

  if (self->rest == NULL || !is_all_selected (self))
    {
      GTK_TEXT_VIEW_CLASS (mail_text_body_parent_class)->copy_clipboard (view);
      return;
    }
  gtk_text_buffer_get_bounds (gtk_text_view_get_buffer (view), &start, &end);
  there = gtk_text_iter_get_visible_text (&start, &end);
  text = g_string_new (there);
  append_lines (text, self->lines, self->next, &folded);
  while (*cursor.rest != '\0')
    {
      g_autoptr (GArray) lines = mail_text_lines_split_on (&cursor, NEXT_PART);

      append_lines (text, lines, 0, &folded);
    }
  gtk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self), GDK_SELECTION_CLIPBOARD), text->str, (int) text->len);
}

void
mail_text_body_set_text (MailTextBody *self, const char *text)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self));
  GtkTextIter start;

  g_clear_handle_id (&self->idle, g_source_remove);
  g_free (self->text);
  self->text = g_utf8_make_valid (text, -1);
  self->cursor = (MailTextCursor) { .rest = self->text };
  self->whole = strlen (self->text) <= 2 * FIRST_PART;
  self->rest = NULL;
  self->rest_button = NULL;
  split_on (self, self->whole ? NEXT_PART : FIRST_PART);
  self->fold = NULL;
  g_byte_array_set_size (self->levels, 0);
  gtk_text_buffer_set_text (buffer, "", 0);
  for (guint i = 0; i < self->folds->len; i++)
    gtk_text_tag_table_remove (gtk_text_buffer_get_tag_table (buffer), self->folds->pdata[i]);
  g_ptr_array_set_size (self->folds, 0);

  if (!self->whole && has_rest (self))
    offer_rest (self);
  while (self->next < MIN (self->lines->len, FIRST_SCREEN))
    insert_some (self);
  if (insert_turn (self) == G_SOURCE_CONTINUE)
    go_on (self);
  gtk_text_buffer_get_start_iter (buffer, &start);
  gtk_text_buffer_place_cursor (buffer, &start);
  gtk_text_view_scroll_to_iter (GTK_TEXT_VIEW (self), &start, 0, FALSE, 0, 0);
}

void
mail_text_body_set_zoom (MailTextBody *self, double zoom)
{
  char number[G_ASCII_DTOSTR_BUF_SIZE];
  g_autofree char *rule = g_strdup_printf ("textview { font-size: %s%%; }",
                                           g_ascii_formatd (number, sizeof number, "%.0f", zoom * 100));

  gtk_css_provider_load_from_data (self->css, rule, -1, NULL);
}

gboolean
mail_text_body_is_complete (MailTextBody *self)
{
  return self->idle == 0;
}

static void
mail_text_body_dispose (GObject *object)
{
  MailTextBody *self = MAIL_TEXT_BODY (object);

  g_clear_handle_id (&self->idle, g_source_remove);
  self->rest = NULL;
  if (self->place != NULL)
    g_signal_handlers_disconnect_by_data (self->place, self);
  g_clear_object (&self->place);
  G_OBJECT_CLASS (mail_text_body_parent_class)->dispose (object);
}

static void
mail_text_body_finalize (GObject *object)
{
  MailTextBody *self = MAIL_TEXT_BODY (object);

  g_clear_pointer (&self->lines, g_array_unref);
  g_clear_pointer (&self->levels, g_byte_array_unref);
  g_clear_pointer (&self->folds, g_ptr_array_unref);
  g_clear_object (&self->css);
  g_clear_object (&self->click);
  g_free (self->text);
  G_OBJECT_CLASS (mail_text_body_parent_class)->finalize (object);
}

static void
mail_text_body_class_init (MailTextBodyClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = mail_text_body_dispose;
  G_OBJECT_CLASS (class)->finalize = mail_text_body_finalize;
  widget_class->get_preferred_width = mail_text_body_get_preferred_width;
  widget_class->size_allocate = mail_text_body_size_allocate;
  widget_class->style_updated = mail_text_body_style_updated;
  widget_class->motion_notify_event = mail_text_body_motion_notify_event;
  widget_class->focus = mail_text_body_focus;
  widget_class->key_press_event = mail_text_body_key_press_event;
  GTK_TEXT_VIEW_CLASS (class)->move_cursor = mail_text_body_move_cursor;
  GTK_TEXT_VIEW_CLASS (class)->copy_clipboard = mail_text_body_copy_clipboard;
  GTK_TEXT_VIEW_CLASS (class)->draw_layer = mail_text_body_draw_layer;
  GTK_TEXT_VIEW_CLASS (class)->populate_popup = mail_text_body_populate_popup;
  signals[LINK_ACTIVATED] = g_signal_new ("link-activated", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                          G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
mail_text_body_init (MailTextBody *self)
{
  GtkTextView *view = GTK_TEXT_VIEW (self);
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (view);

  self->levels = g_byte_array_new ();
  self->folds = g_ptr_array_new ();
  for (guint i = 0; i < N_LEVELS; i++)
    self->quotes[i] = gtk_text_buffer_create_tag (buffer, NULL, NULL);
  self->signature = gtk_text_buffer_create_tag (buffer, NULL, NULL);
  self->link = gtk_text_buffer_create_tag (buffer, NULL, "underline", PANGO_UNDERLINE_SINGLE, NULL);

  gtk_text_view_set_editable (view, FALSE);
  gtk_text_view_set_cursor_visible (view, FALSE);
  gtk_text_view_set_accepts_tab (view, FALSE);
  gtk_text_view_set_wrap_mode (view, GTK_WRAP_WORD_CHAR);
  gtk_text_view_set_pixels_below_lines (view, 2);
  gtk_text_view_set_left_margin (view, EDGE);
  gtk_text_view_set_top_margin (view, 12);
  gtk_text_view_set_bottom_margin (view, EDGE);
  atk_object_set_name (gtk_widget_get_accessible (GTK_WIDGET (self)), _ ("Text of the message"));

  self->css = gtk_css_provider_new ();
  gtk_style_context_add_provider (gtk_widget_get_style_context (GTK_WIDGET (self)), GTK_STYLE_PROVIDER (self->css),
                                  GTK_STYLE_PROVIDER_PRIORITY_APPLICATION + 1);
  self->click = gtk_gesture_multi_press_new (GTK_WIDGET (self));
  g_signal_connect (self->click, "released", G_CALLBACK (released_cb), self);
  g_signal_connect_object (buffer, "mark-set", G_CALLBACK (mark_set_cb), self, 0);
  g_signal_connect (self, "notify::vadjustment", G_CALLBACK (adjustment_cb), NULL);
}

GtkWidget *
mail_text_body_new (void)
{
  return g_object_new (MAIL_TYPE_TEXT_BODY, NULL);
}
