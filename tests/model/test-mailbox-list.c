/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/mailbox-list.h"

typedef struct
{
  MailMailboxList *list;
  GPtrArray *infos;
  guint n_changes;
  guint removed;
  guint added;
} Fixture;

static void
items_changed_cb (GListModel *model, guint position, guint removed, guint added, Fixture *fixture)
{
  fixture->n_changes++;
  fixture->removed = removed;
  fixture->added = added;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->list = mail_mailbox_list_new ();
  fixture->infos = g_ptr_array_new_with_free_func ((GDestroyNotify) mail_mailbox_info_free);
  g_signal_connect (fixture->list, "items-changed", G_CALLBACK (items_changed_cb), fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_object_unref (fixture->list);
  g_ptr_array_unref (fixture->infos);
}

static MailMailboxInfo *
add (Fixture *fixture, const char *name, MailRole role)
{
  MailMailboxInfo *info = mail_mailbox_info_new (name, '.', role);

  g_ptr_array_add (fixture->infos, info);
  info->id = fixture->infos->len;
  return info;
}

/* "title:depth", blanks between them. */
static char *
describe (Fixture *fixture)
{
  GString *text = g_string_new (NULL);
  const guint n = g_list_model_get_n_items (G_LIST_MODEL (fixture->list));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (MailMailbox) mailbox = g_list_model_get_item (G_LIST_MODEL (fixture->list), i);
      guint depth;

      g_object_get (mailbox, "depth", &depth, NULL);
      g_string_append_printf (text, "%s%s:%u", i > 0 ? " " : "", mail_mailbox_get_title (mailbox), depth);
    }
  return g_string_free (text, FALSE);
}

static void
assert_shows (Fixture *fixture, const char *wanted)
{
  g_autofree char *text = NULL;

  mail_mailbox_list_update (fixture->list, fixture->infos);
  text = describe (fixture);
  g_assert_cmpstr (text, ==, wanted);
}

static void
test_roles_come_first_each_with_what_lies_beneath (Fixture *fixture, gconstpointer data)
{
  add (fixture, "Work.Letters", MAIL_ROLE_NONE);
  add (fixture, "Cestino", MAIL_ROLE_TRASH);
  add (fixture, "Work", MAIL_ROLE_NONE);
  add (fixture, "Archive.2019", MAIL_ROLE_NONE);
  add (fixture, "Archive", MAIL_ROLE_ARCHIVE);
  add (fixture, "INBOX", MAIL_ROLE_INBOX);
  add (fixture, "Workshop", MAIL_ROLE_NONE);
  assert_shows (fixture, "Inbox:0 Archive:0 2019:1 Trash:0 Work:0 Letters:1 Workshop:0");
}

static void
test_what_lies_beneath_the_inbox_is_a_tree_of_its_own (Fixture *fixture, gconstpointer data)
{
  add (fixture, "INBOX", MAIL_ROLE_INBOX);
  add (fixture, "INBOX.Garden", MAIL_ROLE_NONE);
  add (fixture, "INBOX.Garden.Tools", MAIL_ROLE_NONE);
  add (fixture, "INBOX.Sent", MAIL_ROLE_SENT);
  assert_shows (fixture, "Inbox:0 Sent:0 Garden:0 Tools:1");
}

static void
test_a_holder_of_roles_only_is_left_out (Fixture *fixture, gconstpointer data)
{
  add (fixture, "INBOX", MAIL_ROLE_INBOX);
  add (fixture, "[Mail]", MAIL_ROLE_NONE)->flags = MAIL_MAILBOX_NO_SELECT;
  add (fixture, "[Mail].All", MAIL_ROLE_ALL);
  add (fixture, "Lists", MAIL_ROLE_NONE)->flags = MAIL_MAILBOX_NO_SELECT;
  add (fixture, "Lists.One", MAIL_ROLE_NONE);
  assert_shows (fixture, "Inbox:0 All Mail:0 Lists:0 One:1");
}

static void
test_names_without_parts_are_names (Fixture *fixture, gconstpointer data)
{
  add (fixture, "INBOX", MAIL_ROLE_INBOX);
  add (fixture, "", MAIL_ROLE_NONE);
  add (fixture, "..", MAIL_ROLE_NONE);
  add (fixture, "a.b\nc", MAIL_ROLE_NONE)->delimiter = '\0';
  mail_mailbox_list_update (fixture->list, fixture->infos);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->list)), ==, 4);
}

static void
count_cb (GObject *object, GParamSpec *pspec, guint *count)
{
  (*count)++;
}

static void
test_new_figures_change_no_order (Fixture *fixture, gconstpointer data)
{
  MailMailboxInfo *inbox = add (fixture, "INBOX", MAIL_ROLE_INBOX);
  MailMailbox *mailbox;
  guint n_unread = 0;
  guint n_titles = 0;

  add (fixture, "Garden", MAIL_ROLE_NONE);
  mail_mailbox_list_update (fixture->list, fixture->infos);
  g_assert_cmpuint (fixture->n_changes, ==, 1);
  mailbox = mail_mailbox_list_find (fixture->list, inbox->id);
  g_assert_true (mailbox == mail_mailbox_list_find_role (fixture->list, MAIL_ROLE_INBOX));
  g_signal_connect (mailbox, "notify::unread", G_CALLBACK (count_cb), &n_unread);
  g_signal_connect (mailbox, "notify::title", G_CALLBACK (count_cb), &n_titles);

  inbox->unread = 3;
  mail_mailbox_list_update (fixture->list, fixture->infos);
  mail_mailbox_list_update (fixture->list, fixture->infos);
  g_assert_cmpuint (fixture->n_changes, ==, 1);
  g_assert_cmpuint (n_unread, ==, 1);
  g_assert_cmpuint (n_titles, ==, 0);
  g_assert_cmpuint (mail_mailbox_get_unread (mailbox), ==, 3);
}

static void
test_a_new_mailbox_is_one_change_at_its_place (Fixture *fixture, gconstpointer data)
{
  add (fixture, "INBOX", MAIL_ROLE_INBOX);
  add (fixture, "Garden", MAIL_ROLE_NONE);
  add (fixture, "Zoo", MAIL_ROLE_NONE);
  mail_mailbox_list_update (fixture->list, fixture->infos);
  add (fixture, "House", MAIL_ROLE_NONE);
  assert_shows (fixture, "Inbox:0 Garden:0 House:0 Zoo:0");
  g_assert_cmpuint (fixture->n_changes, ==, 2);
  g_assert_cmpuint (fixture->removed, ==, 0);
  g_assert_cmpuint (fixture->added, ==, 1);
  g_ptr_array_remove_index (fixture->infos, 1);
  assert_shows (fixture, "Inbox:0 House:0 Zoo:0");
  g_assert_cmpuint (fixture->removed, ==, 1);
  g_assert_cmpuint (fixture->added, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, test) g_test_add ("/model/mailbox-list/" name, Fixture, NULL, set_up, test, tear_down)
  ADD ("roles-come-first-each-with-what-lies-beneath", test_roles_come_first_each_with_what_lies_beneath);
  ADD ("what-lies-beneath-the-inbox-is-a-tree-of-its-own", test_what_lies_beneath_the_inbox_is_a_tree_of_its_own);
  ADD ("a-holder-of-roles-only-is-left-out", test_a_holder_of_roles_only_is_left_out);
  ADD ("names-without-parts-are-names", test_names_without_parts_are_names);
  ADD ("new-figures-change-no-order", test_new_figures_change_no_order);
  ADD ("a-new-mailbox-is-one-change-at-its-place", test_a_new_mailbox_is_one_change_at_its_place);
#undef ADD
  return g_test_run ();
}
