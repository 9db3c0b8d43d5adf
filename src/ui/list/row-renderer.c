/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/list/row-renderer.h"

#include <glib/gi18n.h>
#include <math.h>

#include "core/clock.h"
#include "ui/dates.h"

#define EDGE 12      /* at both ends of a row */
#define DOT_COLUMN 18
#define GAP 6
#define PAD 9        /* above and below */
#define LEADING 3    /* between two lines */
#define ICON 16

struct _MailRowRenderer
{
  GtkCellRendererText parent_instance;
  const MailMessageInfo *info;
  gboolean hover;
  gboolean sent;
  GtkCellRenderer *icon; /* draws all icons */
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
} Canvas;

static int
get_line_height (GtkWidget *widget)
{
  PangoContext *context = gtk_widget_get_pango_context (widget);
  PangoFontMetrics *metrics = pango_context_get_metrics (context, NULL, NULL);
  int height = (pango_font_metrics_get_ascent (metrics) + pango_font_metrics_get_descent (metrics) + PANGO_SCALE - 1) / PANGO_SCALE;

  pango_font_metrics_unref (metrics);
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

static const char *
who (const MailMessageInfo *info, gboolean sent)
{
  if (sent && info->to != NULL && *info->to != '\0')
    return info->to;
  if (info->from_name != NULL && *info->from_name != '\0')
    return info->from_name;
  if (info->from_address != NULL && *info->from_address != '\0')
    return info->from_address;
  return _ ("Unknown sender");
}

static const char *
subject_of (const MailMessageInfo *info)
{
  return info->subject != NULL && *info->subject != '\0' ? info->subject : _ ("No subject");
}

char *
mail_row_describe (const MailMessageInfo *info, gboolean sent)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *date = mail_date_short (info->date, mail_clock_now ());

  if ((info->flags & MAIL_FLAG_SEEN) == 0)
    g_string_append_printf (text, "%s, ", _ ("Unread"));
  g_string_append_printf (text, sent ? _ ("to %s") : _ ("from %s"), who (info, sent));
  g_string_append_printf (text, ", %s, %s", subject_of (info), date);
  if ((info->flags & MAIL_FLAG_FLAGGED) != 0)
    g_string_append_printf (text, ", %s", _ ("starred"));
  if (info->has_attachment)
    g_string_append_printf (text, ", %s", _ ("has attachment"));
  if ((info->flags & MAIL_FLAG_ANSWERED) != 0)
    g_string_append_printf (text, ", %s", _ ("answered"));
  if ((info->flags & MAIL_FLAG_FORWARDED) != 0)
    g_string_append_printf (text, ", %s", _ ("forwarded"));
  if (info->where == MAIL_WHERE_SERVER)
    g_string_append_printf (text, ", %s", _ ("on the server only"));
  if (info->where == MAIL_WHERE_HERE)
    g_string_append_printf (text, ", %s", _ ("only on this computer"));
  return g_string_free (g_steal_pointer (&text), FALSE);
}

void
mail_row_renderer_set_row (MailRowRenderer *self, const MailMessageInfo *info, gboolean hover, gboolean sent)
{
  g_autofree char *spoken = info != NULL ? mail_row_describe (info, sent) : g_strdup (_ ("Being read"));

  self->info = info;
  self->hover = hover;
  self->sent = sent;
  g_object_set (self, "text", spoken, NULL);
}

/* The icons at the end of the second line, outermost first. */
static guint
list_icons (const MailMessageInfo *info, gboolean hover, MailRowSpot spots[4], const char *names[4])
{
  guint n = 0;

  if (hover || (info->flags & MAIL_FLAG_FLAGGED) != 0)
    spots[n] = MAIL_ROW_STAR, names[n++] = (info->flags & MAIL_FLAG_FLAGGED) != 0 ? "starred-symbolic" : "non-starred-symbolic";
  if (info->has_attachment)
    spots[n] = MAIL_ROW_ATTACHMENT, names[n++] = "mail-attachment-symbolic";
  if ((info->flags & (MAIL_FLAG_ANSWERED | MAIL_FLAG_FORWARDED)) != 0)
    spots[n] = MAIL_ROW_ANSWERED,
    names[n++] = (info->flags & MAIL_FLAG_ANSWERED) != 0 ? "mail-replied-symbolic" : "mail-forward-symbolic";
  if (info->where != MAIL_WHERE_BOTH)
    spots[n] = MAIL_ROW_WHERE, names[n++] = info->where == MAIL_WHERE_SERVER ? "weather-overcast-symbolic" : "computer-symbolic";
  return n;
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

MailRowSpot
mail_row_renderer_find_spot (MailRowRenderer *self,
                             GtkWidget *widget,
                             const MailMessageInfo *info,
                             const GdkRectangle *area,
                             int x,
                             int y)
{
  gboolean rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  int line_height = get_line_height (widget);
  MailRowSpot spots[4];
  const char *names[4];
  guint n = list_icons (info, TRUE, spots, names);
  GdkRectangle place;

  for (guint i = 0; i < n; i++)
    {
      place = icon_place (area, rtl, line_height, 1, i);
      if (contains (&place, x, y))
        return spots[i];
    }
  place = icon_place (area, rtl, line_height, 2, 0);
  if (contains (&place, x, y))
    return MAIL_ROW_DELETE;
  place = icon_place (area, rtl, line_height, 2, 1);
  return contains (&place, x, y) ? MAIL_ROW_ARCHIVE : MAIL_ROW_PLAIN;
}

static void
draw_icon (Canvas *canvas, const char *name, int line, guint nth)
{
  GdkRectangle place = icon_place (&canvas->area, canvas->rtl, canvas->line_height, line, nth);

  g_object_set (canvas->renderer->icon, "icon-name", name, NULL);
  cairo_push_group (canvas->cr);
  gtk_cell_renderer_render (canvas->renderer->icon, canvas->cr, canvas->widget, &place, &place, canvas->flags);
  cairo_pop_group_to_source (canvas->cr);
  cairo_paint_with_alpha (canvas->cr, 0.75);
}

/* Draws @text on @line from @x over at most @width, both counted in reading direction, and tells how wide it came out. */
static int
draw_text (Canvas *canvas, const char *text, int line, int x, int width, gboolean bold, double strength, gboolean at_end)
{
  PangoLayout *layout = gtk_widget_create_pango_layout (canvas->widget, NULL);
  PangoAttrList *attributes = pango_attr_list_new ();
  PangoRectangle ink;
  g_autofree char *one_line = g_strdelimit (g_strdup (text), "\r\n\t", ' ');

  if (bold)
    pango_attr_list_insert (attributes, pango_attr_weight_new (PANGO_WEIGHT_BOLD));
  if (at_end || line == 2)
    pango_attr_list_insert (attributes, pango_attr_scale_new (0.92));
  pango_layout_set_text (layout, one_line, -1);
  pango_layout_set_attributes (layout, attributes);
  pango_layout_set_single_paragraph_mode (layout, TRUE);
  pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
  pango_layout_set_width (layout, MAX (width, 0) * PANGO_SCALE);
  pango_layout_get_pixel_extents (layout, NULL, &ink);
  x = mirror (&canvas->area, canvas->rtl, at_end ? x + width - ink.width : x, ink.width) - ink.x;
  cairo_set_source_rgba (canvas->cr, canvas->color.red, canvas->color.green, canvas->color.blue, canvas->color.alpha * strength);
  cairo_move_to (canvas->cr, x, line_y (&canvas->area, canvas->line_height, line) + (canvas->line_height - ink.height) / 2);
  pango_cairo_show_layout (canvas->cr, layout);
  pango_attr_list_unref (attributes);
  g_object_unref (layout);
  return ink.width;
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

static void
draw_row (Canvas *canvas, const MailMessageInfo *info)
{
  gboolean unread = (info->flags & MAIL_FLAG_SEEN) == 0;
  double quiet = (canvas->flags & GTK_CELL_RENDERER_SELECTED) != 0 ? 0.8 : 0.6;
  g_autofree char *date = mail_date_short (info->date, mail_clock_now ());
  int start = EDGE + DOT_COLUMN;
  int width = canvas->area.width - start - EDGE;
  MailRowSpot spots[4];
  const char *names[4];
  guint n = list_icons (info, canvas->renderer->hover, spots, names);
  int taken = draw_text (canvas, date, 0, start, width, FALSE, quiet, TRUE);

  if (unread)
    draw_dot (canvas);
  draw_text (canvas, who (info, canvas->renderer->sent), 0, start, width - taken - GAP, unread, 1, FALSE);
  for (guint i = 0; i < n; i++)
    draw_icon (canvas, names[i], 1, i);
  draw_text (canvas, subject_of (info), 1, start, width - (int) n * (ICON + GAP), FALSE, 0.9, FALSE);
  if (canvas->renderer->hover)
    {
      draw_icon (canvas, "user-trash-symbolic", 2, 0);
      draw_icon (canvas, "package-x-generic-symbolic", 2, 1);
      width -= 2 * (ICON + GAP);
    }
  if (info->preview != NULL)
    draw_text (canvas, info->preview, 2, start, width, FALSE, quiet, FALSE);
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
  canvas.line_height = get_line_height (widget);
  gtk_style_context_get_color (style, gtk_cell_renderer_get_state (cell, widget, flags), &canvas.color);
  if (self->info == NULL)
    {
      draw_placeholder (&canvas);
      return;
    }
  draw_row (&canvas, self->info);
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
  *minimum = *natural = 2 * PAD + 3 * get_line_height (widget) + 2 * LEADING;
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
  self->icon = g_object_ref_sink (gtk_cell_renderer_pixbuf_new ());
}

GtkCellRenderer *
mail_row_renderer_new (void)
{
  return g_object_new (MAIL_TYPE_ROW_RENDERER, NULL);
}
