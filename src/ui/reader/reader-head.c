/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/reader/reader-head.h"

#include <glib/gi18n.h>
#include <handy.h>
#include <string.h>

#include "ui/dates.h"
#include "ui/reader/low-scroller.h"
#include "ui/widgets.h"

#define CHIP_CHARS 24
#define MOST_CHIPS 5

struct _MailReaderHead
{
  GtkBox parent_instance;
  GtkLabel *subject;
  GtkBox *tags;
  char *tags_shown; /* what they are, so that they are made anew only when they change; or NULL */
  HdyAvatar *avatar;
  GtkLabel *sender;
  GtkLabel *address;
  GtkLabel *date;
  GtkLabel *chip;
  GtkExpander *recipients;
  GtkLabel *recipients_line;
  GtkGrid *details;
};

G_DEFINE_TYPE (MailReaderHead, mail_reader_head, GTK_TYPE_BOX)

static const char *
short_name (const MailAddress *address)
{
  return address->name != NULL && *address->name != '\0' ? address->name : address->address;
}

/* "To Ada, Bruno and 12 more" */
static char *
describe_recipients (const GPtrArray *to, const GPtrArray *cc)
{
  g_autoptr (GString) names = g_string_new (NULL);
  guint total = to->len + cc->len;
  guint shown = MIN (total, 3);

  if (total == 0)
    return g_strdup (_ ("No recipients named"));
  for (guint i = 0; i < shown; i++)
    {
      const MailAddress *address = i < to->len ? to->pdata[i] : cc->pdata[i - to->len];

      g_string_append_printf (names, "%s%s", i > 0 ? ", " : "", short_name (address));
    }
  if (total == shown)
    /* Translators: the recipients of a message, folded: To Ada, Bruno */
    return g_strdup_printf (_ ("To %s"), names->str);
  return g_strdup_printf (ngettext ("To %1$s and %2$u more", "To %1$s and %2$u more", total - shown), names->str, total - shown);
}

/* A name that looks like an address, but is not the sender's: the oldest trick. */
static gboolean
name_pretends (const MailAddress *from)
{
  g_autofree char *name = from->name != NULL ? g_utf8_strdown (from->name, -1) : NULL;
  g_autofree char *address = g_utf8_strdown (from->address, -1);
  g_autoptr (GRegex) pattern = g_regex_new ("[^\\s<>\"']+@[a-z0-9-]+(\\.[a-z0-9-]+)+", 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  g_autofree char *found = NULL;

  if (name == NULL || !g_regex_match (pattern, name, 0, &match))
    return FALSE;
  found = g_match_info_fetch (match, 0);
  return strcmp (found, address) != 0;
}

static void
add_detail (MailReaderHead *self, int *row, const char *title, const GPtrArray *addresses)
{
  g_autofree char *text = mail_address_list_to_string (addresses);
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();
  GtkWidget *label, *value;

  if (addresses->len == 0)
    return;
  label = gtk_label_new (title);
  gtk_label_set_xalign (GTK_LABEL (label), 1);
  gtk_widget_set_valign (label, GTK_ALIGN_START);
  gtk_style_context_add_class (gtk_widget_get_style_context (label), GTK_STYLE_CLASS_DIM_LABEL);
  /* A hyphen at the end of a line would seem to belong to the address. */
  pango_attr_list_insert (attributes, pango_attr_insert_hyphens_new (FALSE));
  value = g_object_new (GTK_TYPE_LABEL, "label", text, "xalign", 0.0, "wrap", TRUE, "wrap-mode", PANGO_WRAP_WORD_CHAR,
                        "selectable", TRUE, "hexpand", TRUE, "attributes", attributes, NULL);
  gtk_grid_attach (self->details, label, 0, *row, 1, 1);
  gtk_grid_attach (self->details, value, 1, (*row)++, 1, 1);
  gtk_widget_show (label);
  gtk_widget_show (value);
}

static void
set_details (MailReaderHead *self, MailMessage *message)
{
  int row = 0;

  mail_container_clear (GTK_CONTAINER (self->details));
  add_detail (self, &row, _ ("From"), mail_message_get_from (message));
  add_detail (self, &row, _ ("To"), mail_message_get_to (message));
  add_detail (self, &row, _ ("Cc"), mail_message_get_cc (message));
  add_detail (self, &row, _ ("Replies go to"), mail_message_get_reply_to (message));
}

static void
set_sender (MailReaderHead *self, const GPtrArray *from)
{
  const MailAddress *sender = from->len > 0 ? from->pdata[0] : NULL;
  const char *name = sender == NULL || *short_name (sender) == '\0' ? _ ("Unknown sender") : short_name (sender);
  gboolean named = sender != NULL && strcmp (name, sender->address) != 0;
  gboolean pretends = sender != NULL && name_pretends (sender);

  hdy_avatar_set_text (self->avatar, name);
  gtk_label_set_text (self->sender, name);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->sender), name);
  gtk_label_set_text (self->address, named ? sender->address : "");
  gtk_widget_set_visible (GTK_WIDGET (self->address), named && *sender->address != '\0');
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->address), named ? sender->address : NULL);
  gtk_label_set_text (self->chip, pretends ? _ ("The sender’s address differs from the name") : "");
  gtk_widget_set_visible (GTK_WIDGET (self->chip), pretends);
}

void
mail_reader_head_set_message (MailReaderHead *self, MailMessage *message)
{
  const char *subject = mail_message_get_subject (message);
  gboolean has_subject = subject != NULL && *subject != '\0';
  GDateTime *date = mail_message_get_date (message);
  g_autofree char *local = date != NULL ? mail_date_long (date) : NULL;
  g_autofree char *theirs = date != NULL ? mail_date_for_sender (date) : NULL;
  g_autofree char *tooltip = theirs != NULL ? g_strdup_printf (_ ("Where it was sent from: %s"), theirs) : NULL;
  g_autofree char *recipients = describe_recipients (mail_message_get_to (message), mail_message_get_cc (message));

  gtk_label_set_text (self->subject, has_subject ? subject : _ ("No subject"));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->subject), has_subject && g_utf8_strlen (subject, -1) > 80 ? subject : NULL);
  set_sender (self, mail_message_get_from (message));
  gtk_label_set_text (self->date, local != NULL ? local : _ ("No date"));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->date), tooltip);
  gtk_label_set_text (self->recipients_line, recipients);
  gtk_expander_set_expanded (self->recipients, FALSE);
  set_details (self, message);
}

/* Its name on its colour; the text has the colour of all text, so that it can be read in every theme. */
static GtkWidget *
make_chip (MailTag *tag)
{
  const char *name = mail_tag_get_name (tag);
  GtkWidget *label = g_object_new (GTK_TYPE_LABEL, "label", name, "ellipsize", PANGO_ELLIPSIZE_END, "max-width-chars", CHIP_CHARS,
                                   "tooltip-text", name, NULL);
  GtkStyleContext *style = gtk_widget_get_style_context (label);
  g_autoptr (GtkCssProvider) provider = gtk_css_provider_new ();
  GdkRGBA color = { 0.5, 0.5, 0.5, 1 };
  g_autofree char *rgb = NULL;
  g_autofree char *css = NULL;

  gdk_rgba_parse (&color, mail_tag_get_color (tag));
  rgb = gdk_rgba_to_string (&color);
  css = g_strdup_printf ("label { background-color: alpha(%s, 0.3); border-color: %s; }", rgb, rgb);
  gtk_css_provider_load_from_data (provider, css, -1, NULL);
  gtk_style_context_add_provider (style, GTK_STYLE_PROVIDER (provider), GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
  gtk_style_context_add_class (style, "tag-chip");
  gtk_widget_show (label);
  return label;
}

/* In one line, which narrows them; of very many the last are told by a tooltip. */
static void
add_rest (MailReaderHead *self, const GPtrArray *tags)
{
  g_autoptr (GString) names = g_string_new (NULL);
  g_autofree char *more = g_strdup_printf ("+%u", tags->len - MOST_CHIPS);
  GtkWidget *label = gtk_label_new (more);

  for (guint i = MOST_CHIPS; i < tags->len; i++)
    g_string_append_printf (names, "%s%s", i > MOST_CHIPS ? ", " : "", mail_tag_get_name (tags->pdata[i]));
  gtk_widget_set_tooltip_text (label, names->str);
  atk_object_set_name (gtk_widget_get_accessible (label), names->str);
  gtk_container_add (GTK_CONTAINER (self->tags), label);
  gtk_widget_show (label);
}

void
mail_reader_head_set_tags (MailReaderHead *self, const GPtrArray *tags)
{
  g_autoptr (GString) shown = g_string_new (NULL);

  for (guint i = 0; i < tags->len; i++)
    g_string_append_printf (shown, "%s %s\n", mail_tag_get_color (tags->pdata[i]), mail_tag_get_name (tags->pdata[i]));
  if (g_strcmp0 (shown->str, self->tags_shown) == 0)
    return;
  g_free (self->tags_shown);
  self->tags_shown = g_string_free (g_steal_pointer (&shown), FALSE);
  mail_container_clear (GTK_CONTAINER (self->tags));
  for (guint i = 0; i < MIN (tags->len, MOST_CHIPS); i++)
    gtk_container_add (GTK_CONTAINER (self->tags), make_chip (tags->pdata[i]));
  if (tags->len > MOST_CHIPS)
    add_rest (self, tags);
  gtk_widget_set_visible (GTK_WIDGET (self->tags), tags->len > 0);
}

static void
mail_reader_head_finalize (GObject *object)
{
  g_free (MAIL_READER_HEAD (object)->tags_shown);
  G_OBJECT_CLASS (mail_reader_head_parent_class)->finalize (object);
}

static void
mail_reader_head_class_init (MailReaderHeadClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->finalize = mail_reader_head_finalize;
  g_type_ensure (MAIL_TYPE_LOW_SCROLLER);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/missiva/Missiva/ui/reader/reader-head.ui");
  gtk_widget_class_bind_template_child (widget_class, MailReaderHead, subject);
  gtk_widget_class_bind_template_child (widget_class, MailReaderHead, tags);
  gtk_widget_class_bind_template_child (widget_class, MailReaderHead, avatar);
  gtk_widget_class_bind_template_child (widget_class, MailReaderHead, sender);
  gtk_widget_class_bind_template_child (widget_class, MailReaderHead, address);
  gtk_widget_class_bind_template_child (widget_class, MailReaderHead, date);
  gtk_widget_class_bind_template_child (widget_class, MailReaderHead, chip);
  gtk_widget_class_bind_template_child (widget_class, MailReaderHead, recipients);
  gtk_widget_class_bind_template_child (widget_class, MailReaderHead, recipients_line);
  gtk_widget_class_bind_template_child (widget_class, MailReaderHead, details);
}

static void
mail_reader_head_init (MailReaderHead *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
