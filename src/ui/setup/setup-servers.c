/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/setup/setup-servers.h"

#include <glib/gi18n.h>

#include "ui/dialogs.h"

#define N_SERVERS 3

struct _MailSetupServers
{
  GtkBox parent_instance;
  GtkEntry *imap;
  GtkEntry *pop;
  GtkEntry *smtp;
  GtkComboBox *imap_security;
  GtkComboBox *pop_security;
  GtkComboBox *smtp_security;
  GtkEntry *user;
  GtkEntry *outgoing_user;
  GtkLabel *warning;
  GtkLabel *error;
  GtkWidget *next;

  MailSetup *setup;
};

G_DEFINE_TYPE (MailSetupServers, mail_setup_servers, GTK_TYPE_BOX)

typedef struct
{
  GtkEntry *entry;
  GtkComboBox *security;
  MailMode mode;
  const char *key; /* of the endpoint */
} Server;

static void
get_servers (MailSetupServers *self, Server servers[N_SERVERS])
{
  servers[0] = (Server){ self->imap, self->imap_security, MAIL_MODE_IMAP, "incoming" };
  servers[1] = (Server){ self->pop, self->pop_security, MAIL_MODE_POP, "incoming" };
  servers[2] = (Server){ self->smtp, self->smtp_security, MAIL_MODE_IMAP, "outgoing" };
}

static void
set_entry (GtkEntry *entry, const char *text)
{
  gtk_entry_set_text (entry, text != NULL ? text : "");
}

static void
fill (MailSetupServers *self)
{
  const MailAccountConfig *config = mail_setup_get_config (self->setup, MAIL_MODE_IMAP);
  Server servers[N_SERVERS];

  get_servers (self, servers);
  for (guint i = 0; i < N_SERVERS; i++)
    {
      const MailAccountConfig *own = mail_setup_get_config (self->setup, servers[i].mode);
      g_autofree char *security_key = g_strconcat (servers[i].key, "-security", NULL);
      g_autofree char *place = mail_account_config_get (own, servers[i].key);
      g_autofree char *security = mail_account_config_get (own, security_key);

      set_entry (servers[i].entry, place);
      gtk_combo_box_set_active_id (servers[i].security, security != NULL ? security : "tls");
    }
  set_entry (self->user, config->user);
  set_entry (self->outgoing_user, config->outgoing_user);
  gtk_widget_hide (GTK_WIDGET (self->error));
  gtk_widget_grab_default (self->next);
  gtk_widget_grab_focus (GTK_WIDGET (self->imap));
}

static void
security_cb (MailSetupServers *self)
{
  Server servers[N_SERVERS];
  gboolean clear = FALSE;

  get_servers (self, servers);
  for (guint i = 0; i < N_SERVERS; i++)
    clear = clear || g_strcmp0 (gtk_combo_box_get_active_id (servers[i].security), "none") == 0;
  gtk_widget_set_visible (GTK_WIDGET (self->warning), clear);
}

static gboolean
take (MailSetupServers *self)
{
  Server servers[N_SERVERS];

  get_servers (self, servers);
  for (guint i = 0; i < N_SERVERS; i++)
    {
      g_autofree char *security_key = g_strconcat (servers[i].key, "-security", NULL);

      if (!mail_setup_set_field (self->setup, servers[i].mode, servers[i].key, gtk_entry_get_text (servers[i].entry), NULL)
          || !mail_setup_set_field (self->setup, servers[i].mode, security_key,
                                    gtk_combo_box_get_active_id (servers[i].security), NULL))
        {
          gtk_widget_grab_focus (GTK_WIDGET (servers[i].entry));
          return FALSE;
        }
    }
  return mail_setup_set_field (self->setup, MAIL_MODE_IMAP, "user", gtk_entry_get_text (self->user), NULL)
         && mail_setup_set_field (self->setup, MAIL_MODE_IMAP, "outgoing-user", gtk_entry_get_text (self->outgoing_user), NULL);
}

static void
next_cb (MailSetupServers *self)
{
  if (gtk_entry_get_text_length (self->imap) == 0 && gtk_entry_get_text_length (self->pop) == 0)
    gtk_label_set_text (self->error, _ ("Name at least one server for incoming mail, such as imap.example.org:993."));
  else if (gtk_entry_get_text_length (self->user) == 0)
    gtk_label_set_text (self->error, _ ("Type the user name; most providers want the whole address."));
  else if (take (self))
    {
      mail_setup_use_servers (self->setup);
      return;
    }
  else
    gtk_label_set_text (self->error, _ ("A server is written as name:port, for example imap.example.org:993."));
  gtk_widget_show (GTK_WIDGET (self->error));
}

static void
mail_setup_servers_class_init (MailSetupServersClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/missiva/Missiva/setup/setup-servers.ui");
  gtk_widget_class_bind_template_child (widget_class, MailSetupServers, imap);
  gtk_widget_class_bind_template_child (widget_class, MailSetupServers, pop);
  gtk_widget_class_bind_template_child (widget_class, MailSetupServers, smtp);
  gtk_widget_class_bind_template_child (widget_class, MailSetupServers, imap_security);
  gtk_widget_class_bind_template_child (widget_class, MailSetupServers, pop_security);
  gtk_widget_class_bind_template_child (widget_class, MailSetupServers, smtp_security);
  gtk_widget_class_bind_template_child (widget_class, MailSetupServers, user);
  gtk_widget_class_bind_template_child (widget_class, MailSetupServers, outgoing_user);
  gtk_widget_class_bind_template_child (widget_class, MailSetupServers, warning);
  gtk_widget_class_bind_template_child (widget_class, MailSetupServers, error);
  gtk_widget_class_bind_template_child (widget_class, MailSetupServers, next);
}

/* In a narrow window the words of a kind of security give way, not the page. */
static void
let_shrink (GtkComboBox *combo)
{
  g_autoptr (GList) cells = gtk_cell_layout_get_cells (GTK_CELL_LAYOUT (combo));

  for (GList *l = cells; l != NULL; l = l->next)
    g_object_set (l->data, "ellipsize", PANGO_ELLIPSIZE_END, "width-chars", 8, NULL);
}

static void
mail_setup_servers_init (MailSetupServers *self)
{
  Server servers[N_SERVERS];

  gtk_widget_init_template (GTK_WIDGET (self));
  get_servers (self, servers);
  for (guint i = 0; i < N_SERVERS; i++)
    {
      g_signal_connect_swapped (servers[i].security, "changed", G_CALLBACK (security_cb), self);
      mail_combo_speak (GTK_COMBO_BOX_TEXT (servers[i].security));
      let_shrink (GTK_COMBO_BOX (servers[i].security));
    }
  g_signal_connect_swapped (self->next, "clicked", G_CALLBACK (next_cb), self);
  g_signal_connect (self, "map", G_CALLBACK (fill), NULL);
}

GtkWidget *
mail_setup_servers_new (MailSetup *setup)
{
  MailSetupServers *self = g_object_new (MAIL_TYPE_SETUP_SERVERS, NULL);

  self->setup = setup;
  return GTK_WIDGET (self);
}
