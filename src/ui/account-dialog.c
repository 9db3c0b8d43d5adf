/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/account-dialog.h"

#include <glib/gi18n.h>
#include <string.h>

#include "ui/audit-view.h"
#include "ui/dialogs.h"
#include "ui/offline-view.h"
#include "ui/remove-dialog.h"
#include "ui/server-view.h"
#include "ui/setup/setup-window.h"
#include "ui/widgets.h"

#define MAX_FIELDS 12
/* At the least; both columns fit into 360 pixels, in a language of long words, too. */
#define LABEL_CHARS 18
#define FIELD_CHARS 8
#define MOST_FIELD_CHARS 32

/* One setting: a key of mail_account_config_set() and the widget that shows it. */
typedef struct
{
  const char *key;
  GtkWidget *widget; /* GtkEntry or GtkComboBoxText */
} Field;

typedef struct
{
  MailAccountList *accounts;
  MailAccount *account;
  GtkWindow *dialog;
  GtkGrid *grid;
  GtkLabel *error;
  Field fields[MAX_FIELDS];
  guint n_fields;
} Editing;

typedef struct
{
  const char *value;
  const char *label;
} Choice;

static const Choice securities[] = {
  { "tls", N_ ("TLS") }, { "starttls", N_ ("STARTTLS") }, { "none", N_ ("No encryption") }, { NULL },
};
static const Choice pop_keeps[] = {
  { "until-deleted", N_ ("Until I delete it here") }, { "days:7", N_ ("For 7 days") },   { "days:14", N_ ("For 14 days") },
  { "days:30", N_ ("For 30 days") },                  { "forever", N_ ("For good") },     { "delete", N_ ("Not at all") },
  { NULL },
};
static const Choice offlines[] = {
  { "all", N_ ("Everything") },          { "days:30", N_ ("The last 30 days") }, { "days:365", N_ ("The last year") },
  { "headers", N_ ("Only the list") },   { NULL },
};

static void
editing_free (gpointer data, GClosure *closure)
{
  Editing *editing = data;

  g_object_unref (editing->accounts);
  g_object_unref (editing->account);
  g_free (editing);
}

static void
add_row (Editing *editing, const char *label, const char *key, GtkWidget *widget)
{
  int row = (int) editing->n_fields;
  GtkWidget *title = gtk_label_new_with_mnemonic (label);

  /* The label's text, without the mark of its mnemonic. */
  atk_object_set_name (gtk_widget_get_accessible (widget), gtk_label_get_text (GTK_LABEL (title)));
  gtk_label_set_xalign (GTK_LABEL (title), 1);
  gtk_label_set_justify (GTK_LABEL (title), GTK_JUSTIFY_RIGHT);
  gtk_label_set_line_wrap (GTK_LABEL (title), TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (title), LABEL_CHARS);
  gtk_label_set_mnemonic_widget (GTK_LABEL (title), widget);
  gtk_style_context_add_class (gtk_widget_get_style_context (title), "dim-label");
  gtk_widget_set_hexpand (widget, TRUE);
  gtk_grid_attach (editing->grid, title, 0, row, 1, 1);
  gtk_grid_attach (editing->grid, widget, 1, row, 1, 1);
  editing->fields[editing->n_fields++] = (Field){ key, widget };
}

static void
add_entry (Editing *editing, const char *label, const char *key)
{
  g_autofree char *value = mail_account_config_get (mail_account_get_config (editing->account), key);
  GtkWidget *entry = gtk_entry_new ();

  gtk_entry_set_text (GTK_ENTRY (entry), value != NULL ? value : "");
  gtk_entry_set_activates_default (GTK_ENTRY (entry), TRUE);
  gtk_entry_set_width_chars (GTK_ENTRY (entry), FIELD_CHARS);
  gtk_entry_set_max_width_chars (GTK_ENTRY (entry), MOST_FIELD_CHARS);
  add_row (editing, label, key, entry);
}

/* A value that is none of the choices, such as 9 days, is one more of them. */
static void
add_choices (Editing *editing, const char *label, const char *key, const Choice *choices)
{
  g_autofree char *value = mail_account_config_get (mail_account_get_config (editing->account), key);
  GtkWidget *combo = gtk_combo_box_text_new ();
  g_autoptr (GList) cells = NULL;

  for (const Choice *choice = choices; choice->value != NULL; choice++)
    gtk_combo_box_text_append (GTK_COMBO_BOX_TEXT (combo), choice->value, _ (choice->label));
  if (value != NULL && !gtk_combo_box_set_active_id (GTK_COMBO_BOX (combo), value))
    {
      gtk_combo_box_text_append (GTK_COMBO_BOX_TEXT (combo), value, value);
      gtk_combo_box_set_active_id (GTK_COMBO_BOX (combo), value);
    }
  if (value == NULL)
    gtk_combo_box_set_active (GTK_COMBO_BOX (combo), 0);
  cells = gtk_cell_layout_get_cells (GTK_CELL_LAYOUT (combo));
  g_object_set (cells->data, "ellipsize", PANGO_ELLIPSIZE_END, "width-chars", FIELD_CHARS, NULL);
  add_row (editing, label, key, combo);
  mail_combo_speak (GTK_COMBO_BOX_TEXT (combo));
}

static const char *
field_text (const Field *field)
{
  if (GTK_IS_ENTRY (field->widget))
    return gtk_entry_get_text (GTK_ENTRY (field->widget));
  return gtk_combo_box_get_active_id (GTK_COMBO_BOX (field->widget));
}

/* What is to be typed where what stands there cannot be used. */
static const char *
ask_for (const char *key)
{
  if (strcmp (key, "check-minutes") == 0)
    return _ ("Type a number of minutes from 0 to 1440; 0 is never.");
  if (strcmp (key, "user") == 0)
    return _ ("Type the user name; most providers want the whole address.");
  return _ ("A server is written as name:port, for example imap.example.org:993.");
}

/* (nullable) (transfer full): the settings as the fields say them; NULL with the focus in the wrong field. */
static MailAccountConfig *
read_fields (Editing *editing)
{
  g_autoptr (MailAccountConfig) config = mail_account_config_copy (mail_account_get_config (editing->account));

  for (guint i = 0; i < editing->n_fields; i++)
    {
      const Field *field = &editing->fields[i];
      gboolean needed = strcmp (field->key, "user") == 0 || strcmp (field->key, "incoming") == 0;

      if ((!needed || *field_text (field) != '\0') && mail_account_config_set (config, field->key, field_text (field), NULL))
        continue;
      gtk_label_set_text (editing->error, ask_for (field->key));
      gtk_widget_show (GTK_WIDGET (editing->error));
      gtk_widget_grab_focus (field->widget);
      return NULL;
    }
  return g_steal_pointer (&config);
}

/* A certificate is trusted for one server: another one begins anew. */
static void
forget_pin (MailEndpoint *now, const MailEndpoint *before)
{
  if (g_strcmp0 (now->host, before->host) != 0)
    g_clear_pointer (&now->pin, g_free);
}

static void
response_cb (GtkDialog *dialog, int response, gpointer data)
{
  Editing *editing = data;
  const MailAccountConfig *before = mail_account_get_config (editing->account);
  g_autoptr (MailAccountConfig) config = NULL;

  if (response != GTK_RESPONSE_ACCEPT)
    {
      gtk_widget_destroy (GTK_WIDGET (dialog));
      return;
    }
  config = read_fields (editing);
  if (config == NULL)
    return;
  forget_pin (config->incoming, before->incoming);
  forget_pin (config->outgoing, before->outgoing);
  mail_account_set_config (editing->account, config);
  gtk_widget_destroy (GTK_WIDGET (dialog));
}

static void
add_fields (Editing *editing)
{
  add_entry (editing, _ ("Your _name"), "full-name");
  add_entry (editing, _ ("_Incoming server"), "incoming");
  add_choices (editing, _ ("Security of incoming mail"), "incoming-security", securities);
  add_entry (editing, _ ("_User name"), "user");
  if (mail_account_get_config (editing->account)->mode == MAIL_MODE_POP)
    {
      add_choices (editing, _ ("Leave mail on the server"), "pop-keep", pop_keeps);
      add_entry (editing, _ ("Check every (_minutes)"), "check-minutes");
    }
  else
    add_choices (editing, _ ("Keep here for reading offline"), "offline", offlines);
  add_entry (editing, _ ("_Outgoing server"), "outgoing");
  add_choices (editing, _ ("Security of outgoing mail"), "outgoing-security", securities);
  add_entry (editing, _ ("User name for _sending"), "outgoing-user");
}

/* A protocol cannot be changed under mail that another one brought: the mailbox is set up once more. */
static void
set_up_cb (Editing *editing)
{
  const MailAccountConfig *config = mail_account_get_config (editing->account);
  GtkWindow *window = gtk_window_get_transient_for (editing->dialog);
  GtkWidget *setup = mail_setup_window_new (editing->accounts, window);

  mail_setup_window_begin (MAIL_SETUP_WINDOW (setup), config, config->mode == MAIL_MODE_POP ? MAIL_MODE_IMAP : MAIL_MODE_POP);
  gtk_widget_destroy (GTK_WIDGET (editing->dialog));
  gtk_window_present (GTK_WINDOW (setup));
}

static void
remove_cb (Editing *editing)
{
  mail_remove_dialog_show (editing->dialog, editing->accounts, editing->account);
}

static void
accounts_changed_cb (Editing *editing)
{
  if (mail_account_list_find (editing->accounts, mail_account_get_name (editing->account)) != editing->account)
    gtk_widget_destroy (GTK_WIDGET (editing->dialog));
}

/* One whose words take two lines where there is no room for one. */
static GtkWidget *
make_button (const char *words)
{
  GtkWidget *button = gtk_button_new_with_mnemonic (words);
  GtkLabel *label = GTK_LABEL (gtk_bin_get_child (GTK_BIN (button)));

  gtk_label_set_line_wrap (label, TRUE);
  gtk_label_set_justify (label, GTK_JUSTIFY_CENTER);
  return button;
}

static GtkWidget *
make_actions (Editing *editing)
{
  gboolean pop = mail_account_get_config (editing->account)->mode == MAIL_MODE_POP;
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *remove = make_button (_ ("_Remove Account…"));
  GtkWidget *other = make_button (pop ? _ ("Set Up with I_MAP…") : _ ("Set Up with _POP…"));

  gtk_style_context_add_class (gtk_widget_get_style_context (remove), GTK_STYLE_CLASS_FLAT);
  gtk_style_context_add_class (gtk_widget_get_style_context (remove), "quiet-destructive");
  gtk_widget_set_tooltip_text (other, _ ("The same mailbox once more, beside this account, which stays until you remove it"));
  gtk_container_add (GTK_CONTAINER (box), remove);
  gtk_box_pack_end (GTK_BOX (box), other, FALSE, FALSE, 0);
  g_signal_connect_swapped (remove, "clicked", G_CALLBACK (remove_cb), editing);
  g_signal_connect_swapped (other, "clicked", G_CALLBACK (set_up_cb), editing);
  return box;
}

static GtkWidget *
make_settings_page (Editing *editing)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);

  editing->grid = GTK_GRID (g_object_new (GTK_TYPE_GRID, "row-spacing", 6, "column-spacing", 12, NULL));
  editing->error = GTK_LABEL (g_object_new (GTK_TYPE_LABEL, "wrap", TRUE, "xalign", 0.0, "max-width-chars", 40, "no-show-all",
                                            TRUE, NULL));
  add_fields (editing);
  gtk_container_add (GTK_CONTAINER (box), GTK_WIDGET (editing->grid));
  gtk_container_add (GTK_CONTAINER (box), GTK_WIDGET (editing->error));
  gtk_container_add (GTK_CONTAINER (box), make_actions (editing));
  return box;
}

static void
add_heading (GtkWidget *box, const char *text)
{
  GtkWidget *label = g_object_new (GTK_TYPE_LABEL, "label", text, "xalign", 0.0, NULL);

  gtk_style_context_add_class (gtk_widget_get_style_context (label), "capability-title");
  gtk_container_add (GTK_CONTAINER (box), label);
}

/* What of the account is on this computer, and whether it is what the server has. */
static GtkWidget *
make_offline_page (MailAccount *account)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);

  add_heading (box, _ ("Readable offline"));
  gtk_container_add (GTK_CONTAINER (box), mail_offline_view_new (account));
  add_heading (box, _ ("Compared in full"));
  gtk_container_add (GTK_CONTAINER (box), mail_audit_view_new (account, NULL));
  return box;
}

/* Only with IMAP is there more to tell than what is set. */
static GtkWidget *
make_pages (Editing *editing)
{
  GtkWidget *settings = make_settings_page (editing);
  GtkWidget *box, *stack, *switcher;

  if (mail_account_get_config (editing->account)->mode != MAIL_MODE_IMAP)
    return settings;
  box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 18);
  stack = gtk_stack_new ();
  switcher = gtk_stack_switcher_new ();
  gtk_stack_add_titled (GTK_STACK (stack), settings, "settings", _ ("Settings"));
  gtk_stack_add_titled (GTK_STACK (stack), make_offline_page (editing->account), "offline", _ ("Offline"));
  gtk_stack_add_titled (GTK_STACK (stack), mail_server_view_new (editing->account), "server", _ ("Server"));
  gtk_stack_switcher_set_stack (GTK_STACK_SWITCHER (switcher), GTK_STACK (stack));
  gtk_widget_set_halign (switcher, GTK_ALIGN_CENTER);
  gtk_style_context_add_class (gtk_widget_get_style_context (switcher), "account-pages");
  gtk_container_add (GTK_CONTAINER (box), switcher);
  gtk_box_pack_start (GTK_BOX (box), stack, TRUE, TRUE, 0);
  return box;
}

void
mail_account_dialog_show (GtkWindow *window, MailAccountList *accounts, MailAccount *account)
{
  g_autofree char *title = g_strdup_printf (_ ("Settings of %s"), mail_account_get_name (account));
  GtkWidget *dialog = gtk_dialog_new_with_buttons (title, window,
                                                   GTK_DIALOG_MODAL | GTK_DIALOG_DESTROY_WITH_PARENT | GTK_DIALOG_USE_HEADER_BAR,
                                                   _ ("_Cancel"), GTK_RESPONSE_CANCEL, _ ("_Save"), GTK_RESPONSE_ACCEPT, NULL);
  GtkWidget *box = gtk_dialog_get_content_area (GTK_DIALOG (dialog));
  Editing *editing = g_new0 (Editing, 1);

  editing->accounts = g_object_ref (accounts);
  editing->account = g_object_ref (account);
  editing->dialog = GTK_WINDOW (dialog);
  gtk_container_set_border_width (GTK_CONTAINER (box), 18);
  gtk_box_pack_start (GTK_BOX (box), make_pages (editing), TRUE, TRUE, 0);
  mail_dialog_set_size (GTK_WINDOW (dialog), 460, 600);
  gtk_dialog_set_default_response (GTK_DIALOG (dialog), GTK_RESPONSE_ACCEPT);
  g_signal_connect_data (dialog, "response", G_CALLBACK (response_cb), editing, editing_free, 0);
  mail_widget_follow (dialog, accounts, "items-changed", G_CALLBACK (accounts_changed_cb), editing);
  gtk_widget_show_all (dialog);
}
