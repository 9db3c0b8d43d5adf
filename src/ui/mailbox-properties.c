/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/mailbox-properties.h"

#include <glib/gi18n.h>

#include "ui/audit-view.h"
#include "ui/dialogs.h"
#include "ui/mailbox-rights.h"
#include "ui/widgets.h"

#define DAYS_ID "days"

typedef struct
{
  MailAccount *account;
  MailMailbox *mailbox;
  GtkGrid *grid;
  int n_rows;
  GtkLabel *messages;
  GtkLabel *unread;
  GtkLabel *here;
  GtkLabel *size;
  GtkLabel *rights;
  GtkComboBox *offline;
  GtkSpinButton *days;
  GCancellable *cancellable;
  gint64 measured;           /* bytes, by the rows that are here; 0 = not known */
} Properties;

static void
properties_free (gpointer data)
{
  Properties *self = data;

  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  g_object_unref (self->account);
  g_object_unref (self->mailbox);
  g_free (self);
}

/* (transfer none): what tells what @value is. */
static GtkWidget *
add_row (Properties *self, const char *title, GtkWidget *value)
{
  GtkWidget *label = gtk_label_new_with_mnemonic (title);

  gtk_label_set_xalign (GTK_LABEL (label), 1);
  gtk_widget_set_valign (label, GTK_ALIGN_BASELINE);
  gtk_label_set_mnemonic_widget (GTK_LABEL (label), value);
  gtk_style_context_add_class (gtk_widget_get_style_context (label), GTK_STYLE_CLASS_DIM_LABEL);
  gtk_widget_set_valign (value, GTK_ALIGN_BASELINE);
  gtk_grid_attach (self->grid, label, 0, self->n_rows, 1, 1);
  gtk_grid_attach (self->grid, value, 1, self->n_rows++, 1, 1);
  return label;
}

static GtkLabel *
add_text (Properties *self, const char *title)
{
  GtkWidget *label = g_object_new (GTK_TYPE_LABEL, "xalign", 0.0, "wrap", TRUE, "max-width-chars", 38, "hexpand", TRUE,
                                   "selectable", TRUE, NULL);

  add_row (self, title, label);
  return GTK_LABEL (label);
}

static void
set_number (GtkLabel *label, guint number)
{
  g_autofree char *text = g_strdup_printf ("%'u", number);

  gtk_label_set_text (label, text);
}

/* What the server has not told yet has no row. */
static void
set_known (GtkLabel *label, const char *text)
{
  gtk_label_set_text (label, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (label), text != NULL);
}

static GtkLabel *
add_text_if_known (Properties *self, const char *title)
{
  GtkLabel *label = add_text (self, title);
  GtkWidget *beside = gtk_grid_get_child_at (self->grid, 0, self->n_rows - 1);

  gtk_widget_set_no_show_all (GTK_WIDGET (label), TRUE);
  gtk_widget_set_no_show_all (beside, TRUE);
  g_object_bind_property (label, "visible", beside, "visible", G_BINDING_SYNC_CREATE);
  return label;
}

/* (transfer full) (nullable): as the server says; else as far as the rows tell, once all of them are here. */
static char *
describe_size (Properties *self)
{
  const MailMailboxInfo *info = mail_mailbox_get_info (self->mailbox);
  g_autofree char *size = NULL;

  if (info->server_size > 0)
    return g_format_size ((guint64) info->server_size);
  if (self->measured <= 0 || info->messages < info->server_messages)
    return NULL;
  size = g_format_size ((guint64) self->measured);
  return g_strdup_printf (_ ("about %s"), size);
}

static void
update (Properties *self)
{
  const MailMailboxInfo *info = mail_mailbox_get_info (self->mailbox);
  g_autofree char *here = NULL;
  g_autofree char *size = describe_size (self);
  g_autofree char *rights = mail_mailbox_describe_rights (self->mailbox);

  g_object_get (self->mailbox, "completeness", &here, NULL);
  set_number (self->messages, MAX (info->messages, info->server_messages));
  set_number (self->unread, info->unread);
  gtk_label_set_text (self->here, here != NULL ? here : "");
  set_known (self->size, size);
  if (self->rights != NULL)
    set_known (self->rights, rights);
}

static void
measured_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Properties *self = data;
  gint64 bytes = mail_account_measure_mailbox_finish (MAIL_ACCOUNT (source), result, NULL);

  /* Cancelled, they are gone. */
  if (bytes < 0)
    return;
  self->measured = bytes;
  update (self);
}

static void
offline_changed_cb (Properties *self)
{
  const char *id = gtk_combo_box_get_active_id (self->offline);
  guint days = (guint) gtk_spin_button_get_value_as_int (self->days);
  MailMailboxOffline offline = g_str_equal (id, DAYS_ID) ? MAIL_MAILBOX_OFFLINE_DAYS
                                                         : (MailMailboxOffline) g_ascii_strtoll (id, NULL, 10);

  gtk_widget_set_visible (GTK_WIDGET (self->days), offline == MAIL_MAILBOX_OFFLINE_DAYS);
  mail_account_set_mailbox_offline (self->account, self->mailbox, offline, offline == MAIL_MAILBOX_OFFLINE_DAYS ? days : 0);
}

static void
add_offline (Properties *self)
{
  static const struct
  {
    MailMailboxOffline offline;
    const char *words;
  } choices[] = {
    { MAIL_MAILBOX_OFFLINE_ACCOUNT, N_ ("As for the whole account") },
    { MAIL_MAILBOX_OFFLINE_ALL, N_ ("Everything") },
    { MAIL_MAILBOX_OFFLINE_DAYS, N_ ("The last days") },
    { MAIL_MAILBOX_OFFLINE_HEADERS, N_ ("Only who wrote, when and about what") },
    { MAIL_MAILBOX_OFFLINE_NOT, N_ ("Nothing until it is opened") },
  };
  const MailMailboxInfo *info = mail_mailbox_get_info (self->mailbox);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *combo = gtk_combo_box_text_new ();
  g_autoptr (GList) cells = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (choices); i++)
    {
      g_autofree char *id = choices[i].offline == MAIL_MAILBOX_OFFLINE_DAYS ? g_strdup (DAYS_ID)
                                                                           : g_strdup_printf ("%d", choices[i].offline);

      gtk_combo_box_text_append (GTK_COMBO_BOX_TEXT (combo), id, _ (choices[i].words));
      if (choices[i].offline == info->offline)
        gtk_combo_box_set_active_id (GTK_COMBO_BOX (combo), id);
    }
  cells = gtk_cell_layout_get_cells (GTK_CELL_LAYOUT (combo));
  g_object_set (cells->data, "ellipsize", PANGO_ELLIPSIZE_END, "width-chars", 18, NULL);
  self->offline = GTK_COMBO_BOX (combo);
  self->days = GTK_SPIN_BUTTON (gtk_spin_button_new_with_range (1, 3650, 1));
  gtk_spin_button_set_value (self->days, info->offline_days > 0 ? info->offline_days : 30);
  gtk_widget_set_no_show_all (GTK_WIDGET (self->days), TRUE);
  gtk_widget_set_visible (GTK_WIDGET (self->days), info->offline == MAIL_MAILBOX_OFFLINE_DAYS);
  atk_object_set_name (gtk_widget_get_accessible (GTK_WIDGET (self->days)), _ ("Days"));
  atk_object_set_name (gtk_widget_get_accessible (combo), _ ("Keep here for reading offline"));
  gtk_box_pack_start (GTK_BOX (box), combo, TRUE, TRUE, 0);
  gtk_container_add (GTK_CONTAINER (box), GTK_WIDGET (self->days));
  add_row (self, _ ("Keep here"), box);
  mail_combo_speak (GTK_COMBO_BOX_TEXT (combo));
  g_signal_connect_swapped (combo, "changed", G_CALLBACK (offline_changed_cb), self);
  g_signal_connect_swapped (self->days, "value-changed", G_CALLBACK (offline_changed_cb), self);
}

void
mail_mailbox_properties_show (GtkWindow *window, MailAccount *account, MailMailbox *mailbox)
{
  g_autofree char *title = g_strdup_printf (_ ("Properties of %s"), mail_mailbox_get_title (mailbox));
  GtkWidget *dialog = gtk_dialog_new_with_buttons (title, window,
                                                   GTK_DIALOG_MODAL | GTK_DIALOG_DESTROY_WITH_PARENT | GTK_DIALOG_USE_HEADER_BAR,
                                                   NULL, NULL);
  GtkWidget *box = gtk_dialog_get_content_area (GTK_DIALOG (dialog));
  Properties *self = g_new0 (Properties, 1);
  const gboolean imap = mail_account_get_config (account)->mode == MAIL_MODE_IMAP;

  self->cancellable = g_cancellable_new ();
  self->account = g_object_ref (account);
  self->mailbox = g_object_ref (mailbox);
  self->grid = GTK_GRID (g_object_new (GTK_TYPE_GRID, "row-spacing", 9, "column-spacing", 12, "border-width", 18, NULL));
  gtk_label_set_text (add_text (self, _ ("Name")), mail_mailbox_get_name (mailbox));
  self->messages = add_text (self, _ ("Messages"));
  self->unread = add_text (self, _ ("Unread"));
  self->here = add_text (self, _ ("Readable offline"));
  self->size = add_text_if_known (self, imap ? _ ("On the server") : _ ("Size"));
  if (imap)
    {
      self->rights = add_text_if_known (self, _ ("Allowed"));
      add_offline (self);
      /* Beside its first line. */
      gtk_widget_set_valign (add_row (self, _ ("Compared in full"), mail_audit_view_new (account, mailbox)), GTK_ALIGN_START);
    }
  update (self);
  gtk_container_add (GTK_CONTAINER (box), GTK_WIDGET (self->grid));
  g_object_set_data_full (G_OBJECT (dialog), "properties", self, properties_free);
  if (mail_mailbox_get_info (mailbox)->server_size == 0)
    mail_account_measure_mailbox_async (account, mailbox, self->cancellable, measured_cb, self);
  mail_widget_follow (dialog, mailbox, "notify", G_CALLBACK (update), self);
  g_signal_connect (dialog, "response", G_CALLBACK (gtk_widget_destroy), NULL);
  gtk_widget_show_all (dialog);
}
