/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/list/row.h"

#include "core/clock.h"

#define NOW 1795269600 /* Saturday, 21 November 2026, 14:00 UTC */
#define DAY (24 * 60 * 60)

static MailMessageInfo info = {
  .flags = MAIL_FLAG_FLAGGED,
  .date = NOW - 60 * 60,
  .subject = (char *) "Lunch tomorrow",
  .from_name = (char *) "Canteen",
  .where = MAIL_WHERE_BOTH,
};

static void
assert_words (const MailRow *row, const char *spoken, const char *tooltip)
{
  g_autofree char *description = mail_row_describe (row);
  g_autofree char *explanation = mail_row_explain (row, MAIL_ROW_WHERE);

  g_assert_cmpstr (description, ==, spoken);
  g_assert_cmpstr (explanation, ==, tooltip);
}

static void
test_where (void)
{
  MailRow row = { .info = &info, .leaves = TRUE, .leaves_when = NOW + 15 * DAY };

  assert_words (&row, "Unread, from Canteen, Lunch tomorrow, 13:00, starred, leaves the server on 6 December",
                "Leaves the server on 6 December");
  row.leaves_when = NOW;
  assert_words (&row, "Unread, from Canteen, Lunch tomorrow, 13:00, starred, leaves the server at the next check",
                "Leaves the server at the next check");
  row.leaves = FALSE;
  info.where = MAIL_WHERE_HERE;
  assert_words (&row, "Unread, from Canteen, Lunch tomorrow, 13:00, starred, only on this computer", "Only on this computer");
  info.where = MAIL_WHERE_SERVER;
  assert_words (&row, "Unread, from Canteen, Lunch tomorrow, 13:00, starred, on the server only",
                "On the server only: it is fetched when you open it");
  info.where = MAIL_WHERE_BOTH;
}

static void
test_buttons (void)
{
  MailRow row = { .info = &info, .can_archive = TRUE, .can_delete = TRUE };
  MailRowSpot spots[MAIL_ROW_MAX_BUTTONS];
  const char *names[MAIL_ROW_MAX_BUTTONS];

  g_assert_cmpuint (mail_row_list_buttons (&row, spots, names), ==, 0);
  row.hover = TRUE;
  g_assert_cmpuint (mail_row_list_buttons (&row, spots, names), ==, 2);
  g_assert_cmpint (spots[0], ==, MAIL_ROW_DELETE);
  g_assert_cmpint (spots[1], ==, MAIL_ROW_ARCHIVE);
  row.can_archive = FALSE;
  g_assert_cmpuint (mail_row_list_buttons (&row, spots, names), ==, 1);
}

static void
test_icons_stay (void)
{
  MailRow row = { .info = &info };
  MailRowSpot calm[MAIL_ROW_MAX_ICONS], hovered[MAIL_ROW_MAX_ICONS];
  const char *names[MAIL_ROW_MAX_ICONS];
  guint n;

  info.flags = MAIL_FLAG_ANSWERED;
  info.has_attachment = TRUE;
  info.where = MAIL_WHERE_HERE;
  n = mail_row_list_icons (&row, calm, names);
  row.hover = TRUE;
  g_assert_cmpuint (mail_row_list_icons (&row, hovered, names), ==, n + 1);
  g_assert_cmpmem (calm, n * sizeof calm[0], hovered, n * sizeof hovered[0]);
  g_assert_cmpint (hovered[n], ==, MAIL_ROW_STAR);
}

int
main (int argc, char **argv)
{
  g_setenv ("TZ", "UTC", TRUE);
  g_test_init (&argc, &argv, NULL);
  mail_clock_set_for_test (NOW);
  g_test_add_func ("/ui/row/says-where-the-message-is-and-when-it-leaves-the-server", test_where);
  g_test_add_func ("/ui/row/shows-only-what-can-be-done", test_buttons);
  g_test_add_func ("/ui/row/no-icon-moves-when-the-pointer-comes", test_icons_stay);
  return g_test_run ();
}
