/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/reader/attachment-strip.h"

#include <glib/gi18n.h>

#include "core/errors.h"
#include "ui/dialogs.h"
#include "ui/reader/attachment-save.h"
#include "ui/widgets.h"

#define LONGEST_NAME 24 /* characters */
#define BAR_WIDTH 60

struct _MailAttachmentStrip
{
  GtkBox parent_instance;
  GtkBox *cards;
  GtkWidget *save_all;
  MailMessage *message;
  MailAccount *account;
  GArray *shown;          /* guint, indices of the parts that have a card */
  GHashTable *bars;       /* section -> progress bar of its card, with the button that ends it as data "stop" */
  GHashTable *fetching;   /* section -> GCancellable of what is on its way */
};

G_DEFINE_TYPE (MailAttachmentStrip, mail_attachment_strip, GTK_TYPE_BOX)

enum
{
  MESSAGE_RENEWED,
  NOTICE,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

/* What shall happen to a part once it is here. */
typedef struct
{
  MailAttachmentStrip *strip;
  char *section;
  char *action;
  GCancellable *cancellable;
} Fetch;

static GtkWindow *
get_window (MailAttachmentStrip *self)
{
  return GTK_WINDOW (gtk_widget_get_toplevel (GTK_WIDGET (self)));
}

static const MailPart *
find_part (MailAttachmentStrip *self, const char *section, guint *index)
{
  for (guint i = 0; self->message != NULL && i < mail_message_get_n_parts (self->message); i++)
    {
      const MailPart *part = mail_message_get_part (self->message, i);

      *index = i;
      if (g_strcmp0 (part->section, section) == 0)
        return part;
    }
  return NULL;
}

static void
fetch_free (Fetch *fetch)
{
  g_object_unref (fetch->strip);
  g_object_unref (fetch->cancellable);
  g_free (fetch->section);
  g_free (fetch->action);
  g_free (fetch);
}

static void
show_fetching (GtkWidget *bar, gboolean fetching)
{
  gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (bar), 0);
  gtk_widget_set_visible (bar, fetching);
  gtk_widget_set_visible (g_object_get_data (G_OBJECT (bar), "stop"), fetching);
}

/* @cancellable (transfer full) (nullable): of its way here; NULL: it is not on it any more. */
static void
set_fetching (MailAttachmentStrip *self, const char *section, GCancellable *cancellable)
{
  GtkWidget *bar = g_hash_table_lookup (self->bars, section);

  if (cancellable != NULL)
    g_hash_table_insert (self->fetching, g_strdup (section), cancellable);
  else
    g_hash_table_remove (self->fetching, section);
  if (bar != NULL)
    show_fetching (bar, cancellable != NULL);
}

static void
part_progress_cb (MailAccount *account, gint64 id, const char *section, guint64 done, guint64 total, MailAttachmentStrip *self)
{
  GtkWidget *bar = g_hash_table_lookup (self->bars, section);

  if (bar != NULL && total > 0 && self->message != NULL && mail_message_get_id (self->message) == id)
    gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (bar), MIN ((double) done / (double) total, 1));
}

static void
stop_all (MailAttachmentStrip *self)
{
  GHashTableIter iter;
  gpointer cancellable;

  g_hash_table_iter_init (&iter, self->fetching);
  while (g_hash_table_iter_next (&iter, NULL, &cancellable))
    g_cancellable_cancel (cancellable);
  g_hash_table_remove_all (self->fetching);
}

static void
stop_activated_cb (GSimpleAction *action, GVariant *section, gpointer data)
{
  MailAttachmentStrip *self = data;
  const char *which = g_variant_get_string (section, NULL);
  GCancellable *cancellable = g_hash_table_lookup (self->fetching, which);

  if (cancellable == NULL)
    return;
  g_cancellable_cancel (cancellable);
  set_fetching (self, which, NULL);
}

static void
fetched_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Fetch *fetch = data;
  MailAttachmentStrip *self = fetch->strip;
  g_autoptr (GError) error = NULL;
  g_autoptr (MailMessage) message = mail_account_fetch_part_finish (MAIL_ACCOUNT (source), result, &error);

  if (message != NULL)
    {
      set_fetching (self, fetch->section, NULL);
      mail_attachment_strip_set_message (self, message, self->account);
      g_signal_emit (self, signals[MESSAGE_RENEWED], 0, message);
      g_action_group_activate_action (gtk_widget_get_action_group (GTK_WIDGET (self), "attachment"), fetch->action,
                                      g_str_equal (fetch->action, "save-all") ? NULL : g_variant_new_string (fetch->section));
    }
  else if (!mail_error_is_cancelled (error))
    {
      g_autofree char *words = mail_account_describe_error (MAIL_ACCOUNT (source), error);

      set_fetching (self, fetch->section, NULL);
      mail_dialog_tell (get_window (self), _ ("The attachment could not be fetched"), words);
    }
  fetch_free (fetch);
}

static void
fetch_part (MailAttachmentStrip *self, const MailPart *part, const char *action)
{
  Fetch *fetch;

  if (self->account == NULL || g_hash_table_contains (self->fetching, part->section))
    return;
  fetch = g_new0 (Fetch, 1);
  fetch->cancellable = g_cancellable_new ();
  set_fetching (self, part->section, g_object_ref (fetch->cancellable));
  fetch->strip = g_object_ref (self);
  fetch->section = g_strdup (part->section);
  fetch->action = g_strdup (action);
  mail_account_fetch_part_async (self->account, mail_message_get_id (self->message), part->section, fetch->cancellable,
                                 fetched_cb, fetch);
}

static void
danger_answered_cb (GtkDialog *dialog, int response, MailAttachmentStrip *self)
{
  const char *section = g_object_get_data (G_OBJECT (dialog), "section");
  guint index;

  if (response == GTK_RESPONSE_ACCEPT && find_part (self, section, &index) != NULL)
    mail_attachment_open (get_window (self), self->message, index);
  gtk_widget_destroy (GTK_WIDGET (dialog));
}

static void
warn_of_program (MailAttachmentStrip *self, const MailPart *part)
{
  g_autofree char *body = g_strdup_printf (_ ("“%s” can do anything that you can do on this computer. Open it only if you expected "
                                              "it and know that the sender really sent it."), part->filename);
  GtkWidget *dialog = mail_dialog_ask (get_window (self), _ ("This attachment may be a program"), body, _ ("_Open Anyway"), TRUE);

  g_object_set_data_full (G_OBJECT (dialog), "section", g_strdup (part->section), g_free);
  g_signal_connect_object (dialog, "response", G_CALLBACK (danger_answered_cb), self, 0);
  gtk_widget_show (dialog);
}

static void
open_activated_cb (GSimpleAction *action, GVariant *section, gpointer data)
{
  MailAttachmentStrip *self = data;
  guint index;
  const MailPart *part = find_part (self, g_variant_get_string (section, NULL), &index);

  if (part == NULL)
    return;
  if (part->missing)
    fetch_part (self, part, "open");
  else if (part->dangerous)
    warn_of_program (self, part);
  else
    mail_attachment_open (get_window (self), self->message, index);
}

static void
save_activated_cb (GSimpleAction *action, GVariant *section, gpointer data)
{
  MailAttachmentStrip *self = data;
  guint index;
  const MailPart *part = find_part (self, g_variant_get_string (section, NULL), &index);

  if (part == NULL)
    return;
  if (part->missing)
    fetch_part (self, part, "save");
  else
    mail_attachment_save_as (get_window (self), self->message, index);
}

static void
all_saved_cb (guint saved, gpointer data)
{
  g_autoptr (MailAttachmentStrip) self = data;
  g_autofree char *sentence = g_strdup_printf (ngettext ("%u attachment was saved", "%u attachments were saved", saved), saved);

  g_signal_emit (self, signals[NOTICE], 0, sentence);
}

static void
folder_chosen_cb (GtkNativeDialog *dialog, int response, MailAttachmentStrip *self)
{
  if (response == GTK_RESPONSE_ACCEPT && self->message != NULL)
    {
      g_autoptr (GFile) folder = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
      g_autoptr (GArray) here = g_array_new (FALSE, FALSE, sizeof (guint));

      for (guint i = 0; i < self->shown->len; i++)
        {
          guint index = g_array_index (self->shown, guint, i);

          if (!mail_message_get_part (self->message, index)->missing)
            g_array_append_val (here, index);
        }
      mail_attachment_save_all (get_window (self), self->message, here, folder, all_saved_cb, g_object_ref (self));
    }
  g_object_unref (dialog);
}

/* Missing ones come first, one after the other; the last of them to arrive asks for the folder. */
static void
save_all_activated_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  MailAttachmentStrip *self = data;
  GtkFileChooserNative *dialog;

  for (guint i = 0; i < self->shown->len && self->account != NULL; i++)
    {
      const MailPart *part = mail_message_get_part (self->message, g_array_index (self->shown, guint, i));

      if (part->missing)
        {
          fetch_part (self, part, "save-all");
          return;
        }
    }
  dialog = gtk_file_chooser_native_new (_ ("Save All Attachments"), get_window (self), GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER,
                                        _ ("_Save Here"), _ ("_Cancel"));
  mail_attachment_propose_folder (GTK_FILE_CHOOSER (dialog));
  g_signal_connect_object (dialog, "response", G_CALLBACK (folder_chosen_cb), self, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

void
mail_attachment_strip_save_all (MailAttachmentStrip *self)
{
  if (self->message != NULL && self->shown->len > 0)
    save_all_activated_cb (NULL, NULL, self);
}

static GtkWidget *
make_card_button (const MailPart *part, GtkWidget **bar)
{
  g_autofree char *size = g_format_size (part->size);
  /* Translators: the size of an attachment that is still on the server */
  g_autofree char *there = part->missing ? g_strdup_printf (_ ("%s, on the server"), size) : g_strdup (size);
  g_autofree char *spoken = g_strdup_printf (_ ("Open attachment %s, %s"), part->filename, there);
  g_autofree char *generic = g_content_type_from_mime_type (part->content_type);
  g_autoptr (GIcon) icon = g_content_type_get_symbolic_icon (generic != NULL ? generic : "application/octet-stream");
  GtkWidget *button = gtk_button_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  /* Where there is no room for all of them, the strip is scrolled: a name of two letters says nothing. */
  int shown = (int) MIN (g_utf8_strlen (part->filename, -1), LONGEST_NAME);
  GtkWidget *name = g_object_new (GTK_TYPE_LABEL, "label", part->filename, "ellipsize", PANGO_ELLIPSIZE_MIDDLE,
                                  "width-chars", shown, "max-width-chars", LONGEST_NAME, NULL);
  GtkWidget *size_label = gtk_label_new (there);

  *bar = gtk_progress_bar_new ();
  gtk_widget_set_valign (*bar, GTK_ALIGN_CENTER);
  gtk_widget_set_size_request (*bar, BAR_WIDTH, -1);
  atk_object_set_name (gtk_widget_get_accessible (*bar), part->filename);
  gtk_style_context_add_class (gtk_widget_get_style_context (size_label), GTK_STYLE_CLASS_DIM_LABEL);
  gtk_container_add (GTK_CONTAINER (box), gtk_image_new_from_gicon (icon, GTK_ICON_SIZE_BUTTON));
  gtk_container_add (GTK_CONTAINER (box), name);
  gtk_container_add (GTK_CONTAINER (box), size_label);
  gtk_container_add (GTK_CONTAINER (box), *bar);
  gtk_container_add (GTK_CONTAINER (button), box);
  gtk_widget_show_all (button);
  gtk_widget_hide (*bar);
  gtk_widget_set_tooltip_text (button, part->filename);
  atk_object_set_name (gtk_widget_get_accessible (button), spoken);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "attachment.open");
  gtk_actionable_set_action_target_value (GTK_ACTIONABLE (button), g_variant_new_string (part->section));
  return button;
}

static GMenuModel *
make_card_menu (const MailPart *part)
{
  GMenu *menu = g_menu_new ();
  g_autoptr (GMenuItem) open = g_menu_item_new (_ ("_Open"), NULL);
  g_autoptr (GMenuItem) save = g_menu_item_new (_ ("_Save As…"), NULL);

  g_menu_item_set_action_and_target (open, "attachment.open", "s", part->section);
  g_menu_item_set_action_and_target (save, "attachment.save", "s", part->section);
  g_menu_append_item (menu, open);
  g_menu_append_item (menu, save);
  return G_MENU_MODEL (menu);
}

static void
add_card (MailAttachmentStrip *self, const MailPart *part)
{
  g_autoptr (GMenuModel) menu = make_card_menu (part);
  g_autofree char *spoken = g_strdup_printf (_ ("More for %s"), part->filename);
  GtkWidget *card = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *menu_button = gtk_menu_button_new ();
  GtkWidget *stop = gtk_button_new_from_icon_name ("process-stop-symbolic", GTK_ICON_SIZE_BUTTON);
  g_autofree char *stops = g_strdup_printf (_ ("Stop fetching %s"), part->filename);
  GtkWidget *bar;

  gtk_style_context_add_class (gtk_widget_get_style_context (card), GTK_STYLE_CLASS_LINKED);
  gtk_box_pack_start (GTK_BOX (card), make_card_button (part, &bar), TRUE, TRUE, 0);
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (menu_button), menu);
  gtk_box_pack_start (GTK_BOX (card), stop, FALSE, FALSE, 0);
  gtk_box_pack_start (GTK_BOX (card), menu_button, FALSE, FALSE, 0);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (stop), "attachment.stop");
  gtk_actionable_set_action_target_value (GTK_ACTIONABLE (stop), g_variant_new_string (part->section));
  gtk_widget_set_tooltip_text (stop, stops);
  atk_object_set_name (gtk_widget_get_accessible (stop), stops);
  atk_object_set_name (gtk_widget_get_accessible (menu_button), spoken);
  gtk_widget_show (menu_button);
  gtk_widget_show (card);
  g_object_set_data (G_OBJECT (bar), "stop", stop);
  g_hash_table_insert (self->bars, g_strdup (part->section), bar);
  show_fetching (bar, g_hash_table_contains (self->fetching, part->section));
  gtk_container_add (GTK_CONTAINER (self->cards), card);
}

static void
clear (MailAttachmentStrip *self)
{
  mail_container_clear (GTK_CONTAINER (self->cards));
  g_hash_table_remove_all (self->bars);
  g_array_set_size (self->shown, 0);
}

void
mail_attachment_strip_set_message (MailAttachmentStrip *self, MailMessage *message, MailAccount *account)
{
  gboolean same = self->message != NULL && message != NULL && mail_message_get_id (message) != 0
                  && mail_message_get_id (message) == mail_message_get_id (self->message);

  if (!same)
    stop_all (self);
  clear (self);
  g_set_object (&self->message, message);
  if (self->account != NULL)
    g_signal_handlers_disconnect_by_func (self->account, part_progress_cb, self);
  g_set_object (&self->account, account);
  if (account != NULL)
    g_signal_connect_object (account, "part-progress", G_CALLBACK (part_progress_cb), self, 0);
  for (guint i = 0; message != NULL && i < mail_message_get_n_parts (message); i++)
    {
      const MailPart *part = mail_message_get_part (message, i);

      /* What is shown within the text needs no card. */
      if (part->is_inline && part->content_id != NULL && mail_message_has_html (message))
        continue;
      g_array_append_val (self->shown, i);
      add_card (self, part);
    }
  gtk_widget_set_visible (GTK_WIDGET (self), self->shown->len > 0);
  gtk_widget_set_visible (self->save_all, self->shown->len > 1);
}

guint
mail_attachment_strip_get_count (MailAttachmentStrip *self)
{
  return self->shown->len;
}

static void
mail_attachment_strip_dispose (GObject *object)
{
  MailAttachmentStrip *self = MAIL_ATTACHMENT_STRIP (object);

  stop_all (self);
  g_clear_object (&self->message);
  g_clear_object (&self->account);
  G_OBJECT_CLASS (mail_attachment_strip_parent_class)->dispose (object);
}

static void
mail_attachment_strip_finalize (GObject *object)
{
  MailAttachmentStrip *self = MAIL_ATTACHMENT_STRIP (object);

  g_hash_table_unref (self->fetching);
  g_hash_table_unref (self->bars);
  g_array_unref (self->shown);
  G_OBJECT_CLASS (mail_attachment_strip_parent_class)->finalize (object);
}

static void
mail_attachment_strip_class_init (MailAttachmentStripClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);
  GType type = G_TYPE_FROM_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = mail_attachment_strip_dispose;
  G_OBJECT_CLASS (class)->finalize = mail_attachment_strip_finalize;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/missiva/Missiva/ui/reader/attachment-strip.ui");
  gtk_widget_class_bind_template_child (widget_class, MailAttachmentStrip, cards);
  gtk_widget_class_bind_template_child (widget_class, MailAttachmentStrip, save_all);
  signals[MESSAGE_RENEWED] = g_signal_new ("message-renewed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                           MAIL_TYPE_MESSAGE);
  signals[NOTICE] = g_signal_new ("notice", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
mail_attachment_strip_init (MailAttachmentStrip *self)
{
  static const GActionEntry entries[] = {
    { "open", open_activated_cb, "s" },
    { "save", save_activated_cb, "s" },
    { "stop", stop_activated_cb, "s" },
    { "save-all", save_all_activated_cb },
  };
  g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  self->shown = g_array_new (FALSE, FALSE, sizeof (guint));
  self->fetching = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->bars = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_action_map_add_action_entries (G_ACTION_MAP (group), entries, G_N_ELEMENTS (entries), self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "attachment", G_ACTION_GROUP (group));
}
