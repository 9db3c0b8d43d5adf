/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/help-window.h"

#include <glib/gi18n.h>
#include <handy.h>

#include "ui/dialogs.h"

#define DEFAULT_WIDTH 560
#define DEFAULT_HEIGHT 620
#define MAX_PARAGRAPHS 5

typedef struct
{
  const char *icon; /* or NULL */
  const char *text;
} Paragraph;

typedef struct
{
  const char *title;
  Paragraph paragraphs[MAX_PARAGRAPHS];
  gboolean has_shortcuts;
} Topic;

static const Topic topics[] = {
  { N_ ("Adding a mailbox"),
    { { NULL, N_ ("Choose “Add Account…” in the main menu and type your name, your address and your password. Missiva looks up the "
                  "servers of your provider, signs in and measures the mailbox. Then you choose between IMAP and POP, with the "
                  "figures of your own mailbox before you.") },
      { NULL, N_ ("If no server is found, choose “Edit Servers” and type what the help pages of your provider say.") } } },
  { N_ ("IMAP or POP?"),
    { { NULL, N_ ("With IMAP your mail lives on the server, and Missiva keeps a copy here. Your phone and the webmail show the "
                  "same. Choose it when you read your mail on more than one device.") },
      { NULL, N_ ("With POP your mail lives on this computer, and you decide when it leaves the server. Choose it when there is "
                  "little space on the server, or when you want to keep your mail yourself. Then make backups.") },
      { NULL, N_ ("You can change your mind: “Account Settings…” in the main menu lets you set up the same mailbox in the other "
                  "way. The account that you have stays until you remove it.") } } },
  { N_ ("Where is my mail?"),
    { { NULL, N_ ("A message without an icon is both on the server and on this computer.") },
      { "weather-overcast-symbolic", N_ ("Cloud: it is on the server only. It is fetched when you open it.") },
      { "missiva-laptop-symbolic", N_ ("Laptop: it is on this computer only. The server does not have it.") },
      { "preferences-system-time-symbolic",
        N_ ("Clock: it is here, too, and leaves the server on a date. Point at the icon to see which.") } } },
  { N_ ("Reading without a connection"),
    { { NULL, N_ ("Everything that is here can be read, starred, filed and deleted without a connection. Your changes wait and "
                  "reach the server as soon as there is one again.") },
      { NULL, N_ ("How much of an IMAP mailbox is kept here is your choice: see “Account Settings…” in the main menu. Mail that "
                  "came by POP is always here.") } } },
  { N_ ("When the server says no"),
    { { NULL, N_ ("It refuses the password: some providers want an app password when two-step sign-in is on. You make it on their "
                  "web pages. Others let a mail program in only after you have allowed IMAP or POP in the settings of the "
                  "webmail.") },
      { NULL, N_ ("Its certificate is not trusted: Missiva stops before your password leaves this computer. Somebody may be "
                  "listening, or it is a server of your own. Trust the certificate only if you know it. From then on Missiva "
                  "accepts just this one from that server, and warns you when it sees another.") },
      { NULL, N_ ("It does not answer: Missiva tries again by itself, less and less often. “Check for Mail” tries at once.") } } },
  { N_ ("Using the keyboard"),
    { { NULL, N_ ("J goes to the next message and K to the previous one. S sets a star, M marks as read or unread, A archives, "
                  "Delete deletes, Ctrl+Z takes the last change back.") },
      { NULL, N_ ("Ctrl+J marks as junk. The keys 1 to 9 give a message your tags or take them away, 0 takes them all. Ctrl+M "
                  "moves to a mailbox that you name with some of its letters, Ctrl+Shift+M puts a copy there.") },
      { NULL, N_ ("Ctrl+A selects all messages, Shift and the arrows select one after the other, Ctrl+Space adds one or takes it "
                  "away, Escape selects nothing. What you do then, you do to all of them.") } },
    TRUE },
  { N_ ("Removing an account"),
    { { NULL, N_ ("“Account Settings…” in the main menu has a button for it. Nothing is deleted on the server.") },
      { NULL, N_ ("Mail of an IMAP account stays on the server; the copies here go. Mail that came by POP stays in its folder on "
                  "this computer, unless you ask for it to be deleted, too. Set the mailbox up again in the same way and it is "
                  "back.") } } },
};

static GtkWidget *
make_paragraph (const Paragraph *paragraph)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *label = g_object_new (GTK_TYPE_LABEL, "label", _ (paragraph->text), "wrap", TRUE, "xalign", 0.0, NULL);

  if (paragraph->icon != NULL)
    gtk_container_add (GTK_CONTAINER (box), gtk_image_new_from_icon_name (paragraph->icon, GTK_ICON_SIZE_BUTTON));
  gtk_container_add (GTK_CONTAINER (box), label);
  return box;
}

static void
shortcuts_cb (GtkWidget *button)
{
  mail_help_show_shortcuts (GTK_WINDOW (gtk_widget_get_toplevel (button)));
}

static GtkWidget *
make_text (const Topic *topic)
{
  GtkWidget *row = g_object_new (GTK_TYPE_LIST_BOX_ROW, "activatable", FALSE, "selectable", FALSE, NULL);
  GtkWidget *box = g_object_new (GTK_TYPE_BOX, "orientation", GTK_ORIENTATION_VERTICAL, "spacing", 12, "margin", 12, NULL);

  for (guint i = 0; i < MAX_PARAGRAPHS && topic->paragraphs[i].text != NULL; i++)
    gtk_container_add (GTK_CONTAINER (box), make_paragraph (&topic->paragraphs[i]));
  if (topic->has_shortcuts)
    {
      GtkWidget *button = gtk_button_new_with_mnemonic (_ ("_All Keyboard Shortcuts"));

      gtk_widget_set_halign (button, GTK_ALIGN_START);
      g_signal_connect (button, "clicked", G_CALLBACK (shortcuts_cb), NULL);
      gtk_container_add (GTK_CONTAINER (box), button);
    }
  gtk_container_add (GTK_CONTAINER (row), box);
  atk_object_set_name (gtk_widget_get_accessible (row), _ (topic->title));
  return row;
}

static GtkWidget *
make_topics (void)
{
  GtkWidget *page = g_object_new (HDY_TYPE_PREFERENCES_PAGE, NULL);
  GtkWidget *group = g_object_new (HDY_TYPE_PREFERENCES_GROUP, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (topics); i++)
    {
      GtkWidget *row = g_object_new (HDY_TYPE_EXPANDER_ROW, "title", _ (topics[i].title), NULL);

      gtk_container_add (GTK_CONTAINER (row), make_text (&topics[i]));
      atk_object_set_name (gtk_widget_get_accessible (row), _ (topics[i].title));
      gtk_container_add (GTK_CONTAINER (group), row);
    }
  gtk_container_add (GTK_CONTAINER (page), group);
  return page;
}

/* From row to row, into rows and out of them. An expander row has the part that opens it within: the row itself is passed by. */
static void
step (GtkWindow *window, GtkDirectionType direction)
{
  GtkWidget *row;

  gtk_widget_child_focus (GTK_WIDGET (window), direction);
  row = gtk_window_get_focus (window);
  if (HDY_IS_EXPANDER_ROW (row))
    gtk_widget_child_focus (direction == GTK_DIR_TAB_FORWARD ? gtk_bin_get_child (GTK_BIN (row)) : GTK_WIDGET (window), direction);
}

/* The arrows go from row to row, too, which the lists within lists of libhandy would not do. */
static gboolean
key_pressed_cb (GtkWidget *window, GdkEventKey *event)
{
  gboolean control = (event->state & gtk_accelerator_get_default_mod_mask ()) == GDK_CONTROL_MASK;

  if (event->keyval == GDK_KEY_Down || event->keyval == GDK_KEY_Up)
    {
      step (GTK_WINDOW (window), event->keyval == GDK_KEY_Down ? GTK_DIR_TAB_FORWARD : GTK_DIR_TAB_BACKWARD);
      return GDK_EVENT_STOP;
    }
  if (event->keyval != GDK_KEY_Escape && !(control && event->keyval == GDK_KEY_w))
    return GDK_EVENT_PROPAGATE;
  gtk_window_close (GTK_WINDOW (window));
  return GDK_EVENT_STOP;
}

static GtkWidget *
make_window (void)
{
  GtkWidget *window = g_object_new (HDY_TYPE_WINDOW, "title", _ ("Help"), NULL);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *bar = g_object_new (HDY_TYPE_HEADER_BAR, "show-close-button", TRUE, "title", _ ("Help"), NULL);

  mail_dialog_set_size (GTK_WINDOW (window), DEFAULT_WIDTH, DEFAULT_HEIGHT);
  gtk_container_add (GTK_CONTAINER (box), bar);
  gtk_box_pack_start (GTK_BOX (box), make_topics (), TRUE, TRUE, 0);
  gtk_container_add (GTK_CONTAINER (window), box);
  gtk_widget_show_all (box);
  g_signal_connect (window, "key-press-event", G_CALLBACK (key_pressed_cb), NULL);
  return window;
}

void
mail_help_window_show (GtkWindow *parent)
{
  static GtkWidget *window;
  gboolean is_new = window == NULL;

  if (is_new)
    {
      window = make_window ();
      g_object_add_weak_pointer (G_OBJECT (window), (gpointer *) &window);
      gtk_window_set_destroy_with_parent (GTK_WINDOW (window), TRUE);
    }
  if (GTK_WINDOW (window) != parent)
    gtk_window_set_transient_for (GTK_WINDOW (window), parent);
  gtk_window_present (GTK_WINDOW (window));
  if (is_new)
    step (GTK_WINDOW (window), GTK_DIR_TAB_FORWARD);
}

static GtkWidget *
make_shortcuts (void)
{
  g_autoptr (GtkBuilder) builder = gtk_builder_new_from_resource ("/org/missiva/Missiva/ui/help-overlay.ui");
  GtkWidget *window = GTK_WIDGET (gtk_builder_get_object (builder, "help_overlay"));

  g_signal_connect (window, "delete-event", G_CALLBACK (gtk_widget_hide_on_delete), NULL);
  return window;
}

/* Once made it is only hidden: while one is destroyed, GTK tells screen readers of widgets that it has freed. */
void
mail_help_show_shortcuts (GtkWindow *parent)
{
  static GtkWidget *window;

  if (window == NULL)
    window = make_shortcuts ();
  gtk_window_set_transient_for (GTK_WINDOW (window), parent);
  gtk_window_present (GTK_WINDOW (window));
}
