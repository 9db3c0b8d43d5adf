/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/list/row-renderer.h"

#include <math.h>

#include "core/clock.h"
#include "ui/dates.h"

#define EDGE 12      /* at both ends of a row */
#define DOT_COLUMN 18
#define GAP 6
#define PAD 9        /* above and below */
#define LEADING 3    /* between two lines */
#define ICON 16
#define TICK 16
#define CHIP_PAD 6
#define CHIP_ROUND 6.0
#define CHIP_STRENGTH 0.3
#define LEAST_CHIP 48
#define WIDEST_CHIP 96
#define SPACE 9      /* between a subject and the preview behind it */
#define LEAST_PREVIEW 36

struct _MailRowRenderer
{
  GtkCellRendererText parent_instance;
  MailRow row;
  guint lines;
  GtkCellRenderer *icon; /* draws all icons */
  GtkCellRenderer *tick;
};

G_DEFINE_TYPE (MailRowRenderer, mail_row_renderer, GTK_TYPE_CELL_RENDERER_TEXT)

/* A row while it is drawn. */
typedef struct
{
  MailRowRenderer *renderer;
  GtkWidget *widget;
  cairo_t *cr;
  GdkRectangle area;
  GtkCellRendererState flags;
  GdkRGBA color;
  gboolean rtl;
  int line_height;
  int baseline; /* from the top of a line */
  double quiet; /* how strong secondary text is */
} Canvas;

/* *@baseline (NULL: not asked for) counts from the top of the line. */
static int
get_line_height (GtkWidget *widget, int *baseline)
{
  PangoContext *context = gtk_widget_get_pango_context (widget);
  PangoFontMetrics *metrics = pango_context_get_metrics (context, NULL, NULL);
  int ascent = PANGO_PIXELS_CEIL (pango_font_metrics_get_ascent (metrics));
  int height = ascent + PANGO_PIXELS_CEIL (pango_font_metrics_get_descent (metrics));

  pango_font_metrics_unref (metrics);
  if (baseline != NULL)
    *baseline = ascent + MAX (ICON - height, 0) / 2;
  return MAX (height, ICON);
}

static int
line_y (const GdkRectangle *area, int line_height, int line)
{
  return area->y + PAD + line * (line_height + LEADING);
}

/* @x counts from where the row begins to read; the answer from its left. */
static int
mirror (const GdkRectangle *area, gboolean rtl, int x, int width)
{
  return rtl ? area->x + area->width - x - width : area->x + x;
}

void
mail_row_renderer_set_lines (MailRowRenderer *self, guint lines)
{
  self->lines = lines;
}

void
mail_row_renderer_set_row (MailRowRenderer *self, const MailRow *row)
{
  g_autofree char *spoken = mail_row_describe (row);

  self->row = *row;
  g_object_set (self, "text", spoken, NULL);
}

static GdkRectangle
icon_place (const GdkRectangle *area, gboolean rtl, int line_height, int line, guint nth)
{
  GdkRectangle place = { 0, line_y (area, line_height, line) + (line_height - ICON) / 2, ICON, ICON };

  place.x = mirror (area, rtl, area->width - EDGE - ICON - (int) nth * (ICON + GAP), ICON);
  return place;
}

static gboolean
contains (const GdkRectangle *place, int x, int y)
{
  return x >= place->x - GAP / 2 && x < place->x + place->width + GAP / 2 && y >= place->y - 2 && y < place->y + place->height + 2;
}

/* In two lines, what can be clicked takes the place of the date: the subject and the preview need theirs. */
static int
button_line (const MailRowRenderer *self)
{
  return self->lines == 2 ? 0 : 2;
}

static MailRowSpot
find_among (const GdkRectangle *area, gboolean rtl, int line_height, int line, const MailRowSpot *spots, guint n, int x, int y)
{
  for (guint i = 0; i < n; i++)
    {
      const GdkRectangle place = icon_place (area, rtl, line_height, line, i);

      if (contains (&place, x, y))
        return spots[i];
    }
  return MAIL_ROW_PLAIN;
}

MailRowSpot
mail_row_renderer_find_spot (MailRowRenderer *self,
                             GtkWidget *widget,
                             const MailRow *row,
                             const GdkRectangle *area,
                             int x,
                             int y)
{
  gboolean rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  int line_height = get_line_height (widget, NULL);
  MailRowSpot icons[MAIL_ROW_MAX_ICONS], buttons[MAIL_ROW_MAX_BUTTONS];
  const char *names[MAX (MAIL_ROW_MAX_ICONS, MAIL_ROW_MAX_BUTTONS)];
  guint n_icons = mail_row_list_icons (row, icons, names);
  guint n_buttons = mail_row_list_buttons (row, buttons, names);
  MailRowSpot spot = find_among (area, rtl, line_height, 1, icons, n_icons, x, y);

  if ((rtl ? area->x + area->width - x : x - area->x) < EDGE + DOT_COLUMN - GAP / 2)
    return MAIL_ROW_TICK;
  return spot != MAIL_ROW_PLAIN ? spot : find_among (area, rtl, line_height, button_line (self), buttons, n_buttons, x, y);
}

static void
draw_icon (Canvas *canvas, const char *name, int line, guint nth, double strength)
{
  GdkRectangle place = icon_place (&canvas->area, canvas->rtl, canvas->line_height, line, nth);

  g_object_set (canvas->renderer->icon, "icon-name", name, NULL);
  cairo_push_group (canvas->cr);
  gtk_cell_renderer_render (canvas->renderer->icon, canvas->cr, canvas->widget, &place, &place, canvas->flags);
  cairo_pop_group_to_source (canvas->cr);
  cairo_paint_with_alpha (canvas->cr, strength);
}

/* How a piece of text is drawn. */
typedef enum
{
  TEXT_PLAIN = 0,
  TEXT_BOLD = 1 << 0,
  TEXT_QUIET = 1 << 1,
  TEXT_SMALL = 1 << 2,
  TEXT_AT_END = 1 << 3,
} TextStyle;

static PangoLayout *
make_layout (Canvas *canvas, const char *text, int width, TextStyle style)
{
  PangoLayout *layout = gtk_widget_create_pango_layout (canvas->widget, NULL);
  PangoAttrList *attributes = pango_attr_list_new ();
  g_autofree char *one_line = g_strdelimit (g_strdup (text), "\r\n\t", ' ');

  if ((style & TEXT_BOLD) != 0)
    pango_attr_list_insert (attributes, pango_attr_weight_new (PANGO_WEIGHT_BOLD));
  if ((style & TEXT_SMALL) != 0)
    pango_attr_list_insert (attributes, pango_attr_scale_new (0.92));
  pango_layout_set_text (layout, one_line, -1);
  pango_layout_set_attributes (layout, attributes);
  pango_layout_set_single_paragraph_mode (layout, TRUE);
  pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
  pango_layout_set_width (layout, MAX (width, 0) * PANGO_SCALE);
  pango_attr_list_unref (attributes);
  return layout;
}

/* Draws @text on @line from @x over at most @width, both counted in reading direction, and tells how wide it came out. */
static int
draw_text (Canvas *canvas, const char *text, int line, int x, int width, TextStyle style)
{
  g_autoptr (PangoLayout) layout = make_layout (canvas, text, width, style);
  double strength = (style & TEXT_QUIET) != 0 ? canvas->quiet : 1;
  PangoRectangle extents;
  int y = line_y (&canvas->area, canvas->line_height, line) + canvas->baseline - PANGO_PIXELS (pango_layout_get_baseline (layout));

  pango_layout_get_pixel_extents (layout, NULL, &extents);
  x = mirror (&canvas->area, canvas->rtl, (style & TEXT_AT_END) != 0 ? x + width - extents.width : x, extents.width) - extents.x;
  cairo_set_source_rgba (canvas->cr, canvas->color.red, canvas->color.green, canvas->color.blue, canvas->color.alpha * strength);
  cairo_move_to (canvas->cr, x, y);
  pango_cairo_show_layout (canvas->cr, layout);
  return extents.width;
}

static void
draw_dot (Canvas *canvas)
{
  GtkStyleContext *style = gtk_widget_get_style_context (canvas->widget);
  GdkRGBA color = canvas->color;
  int y = line_y (&canvas->area, canvas->line_height, 0) + canvas->line_height / 2;

  if ((canvas->flags & GTK_CELL_RENDERER_SELECTED) == 0
      && gtk_style_context_lookup_color (style, "theme_selected_bg_color", &color)
      && canvas->color.red + canvas->color.green + canvas->color.blue > 1.5)
    {
      /* Meant as a background, it is too dark to stand out from a dark one. */
      color.red = (color.red + 1) / 2;
      color.green = (color.green + 1) / 2;
      color.blue = (color.blue + 1) / 2;
    }
  gdk_cairo_set_source_rgba (canvas->cr, &color);
  cairo_arc (canvas->cr, mirror (&canvas->area, canvas->rtl, EDGE, 8) + 4, y, 4, 0, 2 * G_PI);
  cairo_fill (canvas->cr);
}

/* In the place of the dot: what is unread is bold still. */
static void
draw_tick (Canvas *canvas, gboolean ticked)
{
  int y = line_y (&canvas->area, canvas->line_height, 0) + (canvas->line_height - TICK) / 2;
  GdkRectangle place = { mirror (&canvas->area, canvas->rtl, EDGE - TICK / 4, TICK), y, TICK, TICK };

  gtk_cell_renderer_toggle_set_active (GTK_CELL_RENDERER_TOGGLE (canvas->renderer->tick), ticked);
  gtk_cell_renderer_render (canvas->renderer->tick, canvas->cr, canvas->widget, &place, &place, canvas->flags);
}

/* A row that is still being read: two quiet bars, so that nothing jumps when it comes. */
static void
draw_placeholder (Canvas *canvas)
{
  cairo_set_source_rgba (canvas->cr, canvas->color.red, canvas->color.green, canvas->color.blue, 0.08);
  for (int line = 0; line < 2; line++)
    {
      int width = canvas->area.width * (line == 0 ? 4 : 6) / 10;

      cairo_rectangle (canvas->cr, mirror (&canvas->area, canvas->rtl, EDGE + DOT_COLUMN, width),
                       line_y (&canvas->area, canvas->line_height, line) + 3, width, canvas->line_height - 6);
    }
  cairo_fill (canvas->cr);
}

/* Draws icons at the end of @line, and tells what width they take. */
static int
draw_icons (Canvas *canvas, const MailRowSpot *spots, const char *const *names, guint n, int line)
{
  for (guint i = 0; i < n; i++)
    draw_icon (canvas, names[i], line, i, spots[i] == MAIL_ROW_WHERE ? canvas->quiet : MAX (canvas->quiet, 0.75));
  return (int) n * (ICON + GAP);
}

static void
draw_first_line (Canvas *canvas, const MailRow *row, int start, int width)
{
  gboolean unread = (row->info->flags & MAIL_FLAG_SEEN) == 0;
  g_autofree char *date = mail_date_short (row->info->date, mail_clock_now ());
  MailRowSpot spots[MAIL_ROW_MAX_BUTTONS];
  const char *names[MAIL_ROW_MAX_BUTTONS];
  guint n = button_line (canvas->renderer) == 0 ? mail_row_list_buttons (row, spots, names) : 0;

  if (row->ticks)
    draw_tick (canvas, row->ticked);
  else if (unread)
    draw_dot (canvas);
  if (n > 0)
    width -= draw_icons (canvas, spots, names, n, 0);
  else
    width -= draw_text (canvas, date, 0, start, width, TEXT_QUIET | TEXT_SMALL | TEXT_AT_END) + GAP;
  draw_text (canvas, mail_row_get_who (row), 0, start, width, unread ? TEXT_BOLD : TEXT_PLAIN);
}

/* A tag's name on its colour, with its end @from_end away from the end of the row; tells what width it takes. The text has the
 * row's own colour, so that it can be read in every theme. */
static int
draw_chip (Canvas *canvas, MailTag *tag, int from_end, int width)
{
  g_autoptr (PangoLayout) layout = make_layout (canvas, mail_tag_get_name (tag), width - 2 * CHIP_PAD, TEXT_SMALL);
  GdkRGBA color = { 0.5, 0.5, 0.5, 1 };
  PangoRectangle extents;
  int y = line_y (&canvas->area, canvas->line_height, 1), x;

  gdk_rgba_parse (&color, mail_tag_get_color (tag));
  pango_layout_get_pixel_extents (layout, NULL, &extents);
  width = extents.width + 2 * CHIP_PAD;
  x = mirror (&canvas->area, canvas->rtl, canvas->area.width - EDGE - from_end - width, width);
  cairo_new_sub_path (canvas->cr);
  cairo_arc (canvas->cr, x + width - CHIP_ROUND, y + CHIP_ROUND, CHIP_ROUND, -G_PI_2, 0);
  cairo_arc (canvas->cr, x + width - CHIP_ROUND, y + canvas->line_height - CHIP_ROUND, CHIP_ROUND, 0, G_PI_2);
  cairo_arc (canvas->cr, x + CHIP_ROUND, y + canvas->line_height - CHIP_ROUND, CHIP_ROUND, G_PI_2, G_PI);
  cairo_arc (canvas->cr, x + CHIP_ROUND, y + CHIP_ROUND, CHIP_ROUND, G_PI, 1.5 * G_PI);
  cairo_close_path (canvas->cr);
  cairo_set_source_rgba (canvas->cr, color.red, color.green, color.blue, CHIP_STRENGTH);
  cairo_fill_preserve (canvas->cr);
  /* A tag's colour may be that of what is selected. */
  if ((canvas->flags & GTK_CELL_RENDERER_SELECTED) != 0)
    color = canvas->color;
  cairo_set_source_rgba (canvas->cr, color.red, color.green, color.blue, color.alpha);
  cairo_set_line_width (canvas->cr, 1);
  cairo_stroke (canvas->cr);
  cairo_set_source_rgba (canvas->cr, canvas->color.red, canvas->color.green, canvas->color.blue, canvas->color.alpha);
  cairo_move_to (canvas->cr, x + CHIP_PAD - extents.x, y + (canvas->line_height - extents.height) / 2 - extents.y);
  pango_cairo_show_layout (canvas->cr, layout);
  return width;
}

/* The subject keeps at least half of the line. */
static int
draw_chips (Canvas *canvas, const MailRow *row, int from_end, int width)
{
  int room = width / 2, taken = 0;

  for (guint i = 0; row->tags != NULL && i < row->tags->len && room - taken > LEAST_CHIP; i++)
    taken += draw_chip (canvas, g_ptr_array_index (row->tags, i), from_end + taken, MIN (room - taken, WIDEST_CHIP)) + GAP;
  return taken;
}

static void
draw_row (Canvas *canvas, const MailRow *row)
{
  const char *preview = row->info->preview != NULL ? row->info->preview : "";
  int start = EDGE + DOT_COLUMN;
  int width = canvas->area.width - start - EDGE;
  MailRowSpot spots[MAX (MAIL_ROW_MAX_ICONS, MAIL_ROW_MAX_BUTTONS)];
  const char *names[MAX (MAIL_ROW_MAX_ICONS, MAIL_ROW_MAX_BUTTONS)];
  guint n_icons = mail_row_list_icons (row, spots, names), n_buttons;
  int icons = draw_icons (canvas, spots, names, n_icons, 1);
  int subject_width = width - icons - draw_chips (canvas, row, icons, width - icons);
  int taken = draw_text (canvas, mail_row_get_subject (row), 1, start, subject_width, TEXT_PLAIN) + SPACE;

  draw_first_line (canvas, row, start, width);
  if (canvas->renderer->lines == 2)
    {
      if (subject_width - taken >= LEAST_PREVIEW)
        draw_text (canvas, preview, 1, start + taken, subject_width - taken, TEXT_QUIET);
      return;
    }
  n_buttons = mail_row_list_buttons (row, spots, names);
  width -= draw_icons (canvas, spots, names, n_buttons, 2);
  draw_text (canvas, preview, 2, start, width, TEXT_QUIET | TEXT_SMALL);
}

/* As strong as the theme shows what is secondary. */
static double
get_quiet (GtkStyleContext *style, GtkCellRendererState flags)
{
  double opacity;

  gtk_style_context_save (style);
  gtk_style_context_add_class (style, "dim-label");
  gtk_style_context_get (style, gtk_style_context_get_state (style), "opacity", &opacity, NULL);
  gtk_style_context_restore (style);
  return (flags & GTK_CELL_RENDERER_SELECTED) != 0 ? MAX (opacity, 0.8) : opacity;
}

/* What tests/bench/bench-window.py waits for. */
static void
tell_first_row (void)
{
  static gboolean told;

  if (!told)
    g_debug ("The first row is drawn");
  told = TRUE;
}

static void
mail_row_renderer_render (GtkCellRenderer *cell,
                          cairo_t *cr,
                          GtkWidget *widget,
                          const GdkRectangle *background_area,
                          const GdkRectangle *cell_area,
                          GtkCellRendererState flags)
{
  MailRowRenderer *self = MAIL_ROW_RENDERER (cell);
  GtkStyleContext *style = gtk_widget_get_style_context (widget);
  Canvas canvas = { self, widget, cr, *background_area, flags };

  canvas.rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  canvas.line_height = get_line_height (widget, &canvas.baseline);
  canvas.quiet = get_quiet (style, flags);
  gtk_style_context_get_color (style, gtk_cell_renderer_get_state (cell, widget, flags), &canvas.color);
  if (self->row.info == NULL)
    {
      draw_placeholder (&canvas);
      return;
    }
  draw_row (&canvas, &self->row);
  tell_first_row ();
}

static void
mail_row_renderer_get_preferred_width (GtkCellRenderer *cell, GtkWidget *widget, int *minimum, int *natural)
{
  *minimum = 120;
  *natural = 300;
}

static void
mail_row_renderer_get_preferred_height (GtkCellRenderer *cell, GtkWidget *widget, int *minimum, int *natural)
{
  int lines = (int) MAIL_ROW_RENDERER (cell)->lines;

  *minimum = *natural = 2 * PAD + lines * get_line_height (widget, NULL) + (lines - 1) * LEADING;
}

static void
mail_row_renderer_get_preferred_height_for_width (GtkCellRenderer *cell, GtkWidget *widget, int width, int *minimum, int *natural)
{
  mail_row_renderer_get_preferred_height (cell, widget, minimum, natural);
}

static void
mail_row_renderer_dispose (GObject *object)
{
  g_clear_object (&MAIL_ROW_RENDERER (object)->icon);
  g_clear_object (&MAIL_ROW_RENDERER (object)->tick);
  G_OBJECT_CLASS (mail_row_renderer_parent_class)->dispose (object);
}

static void
mail_row_renderer_class_init (MailRowRendererClass *class)
{
  GtkCellRendererClass *cell_class = GTK_CELL_RENDERER_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = mail_row_renderer_dispose;
  cell_class->render = mail_row_renderer_render;
  cell_class->get_preferred_width = mail_row_renderer_get_preferred_width;
  cell_class->get_preferred_height = mail_row_renderer_get_preferred_height;
  cell_class->get_preferred_height_for_width = mail_row_renderer_get_preferred_height_for_width;
}

static void
mail_row_renderer_init (MailRowRenderer *self)
{
  self->lines = 2;
  self->icon = g_object_ref_sink (gtk_cell_renderer_pixbuf_new ());
  self->tick = g_object_ref_sink (gtk_cell_renderer_toggle_new ());
  g_object_set (self->tick, "xpad", 0, "ypad", 0, NULL);
}

GtkCellRenderer *
mail_row_renderer_new (void)
{
  return g_object_new (MAIL_TYPE_ROW_RENDERER, NULL);
}
