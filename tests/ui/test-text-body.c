/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include <time.h>

#include "ui/reader/text-body.h"

#define MEGABYTES 2
/* A turn takes some 6 ms; this is for a busy machine under a sanitizer, and far below what laying all out at once would take. */
#define LONGEST_TURN (G_USEC_PER_SEC / 2)

static gint64
cpu_time (void)
{
  struct timespec spec;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &spec);
  return (gint64) spec.tv_sec * G_USEC_PER_SEC + spec.tv_nsec / 1000;
}

static char *
make_text (gsize length)
{
  GString *text = g_string_new (NULL);

  for (guint n = 1; text->len < length; n++)
    g_string_append_printf (text, n % 40 >= 35 ? "> line %u was quoted from https://example.org/page\n"
                                              : "This is line %u, which says little and is as long as most are.\n", n);
  return g_string_free (text, FALSE);
}

static GtkWidget *
show_body (GtkWidget **window)
{
  GtkWidget *scroller = gtk_scrolled_window_new (NULL, NULL);
  GtkWidget *body = mail_text_body_new ();

  *window = gtk_window_new (GTK_WINDOW_TOPLEVEL);
  gtk_window_set_default_size (GTK_WINDOW (*window), 655, 700);
  gtk_container_add (GTK_CONTAINER (scroller), body);
  gtk_container_add (GTK_CONTAINER (*window), scroller);
  gtk_widget_show_all (*window);
  return body;
}

/* A turn of the main loop is what is done between two polls. */
static gint64 turn_began;

static int
poll_and_measure (GPollFD *fds, guint n, int timeout)
{
  int ready;

  if (turn_began != 0)
    g_assert_cmpint (cpu_time () - turn_began, <, LONGEST_TURN);
  ready = g_poll (fds, n, timeout);
  turn_began = cpu_time ();
  return ready;
}

typedef struct
{
  MailTextBody *body;
  GMainLoop *loop;
} Wait;

static gboolean
quit_when_complete_cb (gpointer data)
{
  Wait *wait = data;

  if (!mail_text_body_is_complete (wait->body))
    return G_SOURCE_CONTINUE;
  g_main_loop_quit (wait->loop);
  return G_SOURCE_REMOVE;
}

static void
run_until_complete (MailTextBody *body)
{
  Wait wait = { body, g_main_loop_new (NULL, FALSE) };

  g_idle_add_full (G_PRIORITY_LOW, quit_when_complete_cb, &wait, NULL);
  turn_began = 0;
  g_main_context_set_poll_func (NULL, poll_and_measure);
  g_main_loop_run (wait.loop);
  g_main_context_set_poll_func (NULL, NULL);
  g_main_loop_unref (wait.loop);
}

static char *
dup_shown (GtkWidget *body)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (body));
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  return gtk_text_buffer_get_text (buffer, &start, &end, TRUE);
}

static void
find_button_cb (GtkWidget *child, gpointer found)
{
  const char *label = GTK_IS_BUTTON (child) ? gtk_button_get_label (GTK_BUTTON (child)) : NULL;

  if (label != NULL && (g_str_has_prefix (label, "Show the Rest (") || g_str_has_prefix (label, "The rest is coming (")))
    *(GtkWidget **) found = child;
}

static GtkWidget *
find_button (GtkWidget *body)
{
  GtkWidget *found = NULL;

  gtk_container_forall (GTK_CONTAINER (body), find_button_cb, &found);
  return found;
}

static void
test_very_long (void)
{
  g_autofree char *text = make_text (MEGABYTES * 1000 * 1000);
  g_autofree char *first = NULL, *part = NULL, *whole = NULL;
  gint64 begin = cpu_time ();
  GtkWidget *window;
  GtkWidget *body = show_body (&window);

  mail_text_body_set_text (MAIL_TEXT_BODY (body), text);
  g_assert_cmpint (cpu_time () - begin, <, LONGEST_TURN);
  first = dup_shown (body);
  g_assert_true (g_str_has_prefix (first, "This is line 1, "));
  g_assert_nonnull (strstr (first, "This is line 50, "));

  run_until_complete (MAIL_TEXT_BODY (body));
  part = dup_shown (body);
  g_assert_cmpuint (strlen (part), >, 400 * 1000);
  g_assert_cmpuint (strlen (part), <, 600 * 1000);

  gtk_button_clicked (GTK_BUTTON (find_button (body)));
  g_assert_false (mail_text_body_is_complete (MAIL_TEXT_BODY (body)));
  g_assert_false (gtk_widget_is_sensitive (find_button (body)));
  run_until_complete (MAIL_TEXT_BODY (body));
  g_assert_null (find_button (body));
  whole = dup_shown (body);
  g_assert_cmpuint (strlen (whole), >, (MEGABYTES - 1) * 1000 * 1000);
  g_assert_true (g_str_has_prefix (whole, part));
  g_assert_true (g_str_has_suffix (g_strchomp (whole), strrchr (g_strchomp (text), '\n')));
  gtk_widget_destroy (window);
}

static GtkWidget *
show_first_part (GtkWidget **window, gsize length)
{
  g_autofree char *text = make_text (length);
  GtkWidget *body = show_body (window);

  mail_text_body_set_text (MAIL_TEXT_BODY (body), text);
  run_until_complete (MAIL_TEXT_BODY (body));
  return body;
}

static gsize
count_shown (GtkWidget *body)
{
  return (gsize) gtk_text_buffer_get_char_count (gtk_text_view_get_buffer (GTK_TEXT_VIEW (body)));
}

static void
scroll_to_end (GtkWidget *body)
{
  GtkAdjustment *place = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (body));

  gtk_adjustment_set_value (place, gtk_adjustment_get_upper (place));
  run_until_complete (MAIL_TEXT_BODY (body));
}

static void
test_scrolling (void)
{
  GtkWidget *window;
  GtkWidget *body = show_first_part (&window, 1200 * 1000);
  GtkAdjustment *place = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (body));
  gsize before = count_shown (body);
  g_autofree char *whole = NULL;

  gtk_adjustment_set_value (place, gtk_adjustment_get_upper (place) / 2);
  run_until_complete (MAIL_TEXT_BODY (body));
  g_assert_cmpuint (count_shown (body), ==, before);

  for (guint pieces = 0; find_button (body) != NULL; pieces++)
    {
      double there = gtk_adjustment_get_upper (place);

      g_assert_cmpuint (pieces, <, 8);
      before = count_shown (body);
      scroll_to_end (body);
      g_assert_cmpuint (count_shown (body), >, before);
      g_assert_cmpuint (count_shown (body), <, before + 300 * 1000);
      /* The words under one's eyes stay there. */
      g_assert_cmpfloat (gtk_adjustment_get_value (place), <=, there);
    }
  whole = dup_shown (body);
  g_assert_cmpuint (strlen (whole), >, 1100 * 1000);
  gtk_widget_destroy (window);
}

typedef struct
{
  char *text;
  GMainLoop *loop;
} Copied;

static void
received_cb (GtkClipboard *clipboard, const char *text, gpointer data)
{
  Copied *copied = data;

  copied->text = g_strdup (text != NULL ? text : "");
  g_main_loop_quit (copied->loop);
}

static char *
dup_copied (GtkWidget *body)
{
  GtkClipboard *clipboard = gtk_widget_get_clipboard (body, GDK_SELECTION_CLIPBOARD);
  Copied copied = { NULL, g_main_loop_new (NULL, FALSE) };

  g_signal_emit_by_name (body, "copy-clipboard");
  gtk_clipboard_request_text (clipboard, received_cb, &copied);
  /* Within one program the answer comes at once. */
  if (copied.text == NULL)
    g_main_loop_run (copied.loop);
  g_main_loop_unref (copied.loop);
  gtk_clipboard_clear (clipboard);
  return copied.text;
}

static void
test_select_all (void)
{
  g_autofree char *early = NULL, *late = NULL;
  GtkWidget *window;
  GtkWidget *body = show_first_part (&window, 1200 * 1000);
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (body));
  GtkTextIter start, end;

  g_signal_emit_by_name (body, "select-all", TRUE);
  g_assert_false (mail_text_body_is_complete (MAIL_TEXT_BODY (body)));
  early = dup_copied (body);
  run_until_complete (MAIL_TEXT_BODY (body));
  g_assert_null (find_button (body));
  g_assert_true (gtk_text_buffer_get_selection_bounds (buffer, &start, &end));
  g_assert_true (gtk_text_iter_is_start (&start) && gtk_text_iter_is_end (&end));
  late = dup_copied (body);
  g_assert_cmpuint (strlen (late), >, 1100 * 1000);
  g_assert_true (g_str_equal (early, late));
  gtk_widget_destroy (window);
}

/* What is selected of the first part is copied, and nothing else comes. */
static void
test_select_some (void)
{
  g_autofree char *copied = NULL;
  GtkWidget *window;
  GtkWidget *body = show_first_part (&window, 1200 * 1000);
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (body));
  GtkTextIter start, end;

  gtk_text_buffer_get_start_iter (buffer, &start);
  gtk_text_buffer_get_iter_at_offset (buffer, &end, 14);
  gtk_text_buffer_select_range (buffer, &start, &end);
  copied = dup_copied (body);
  g_assert_cmpstr (copied, ==, "This is line 1");
  g_assert_true (mail_text_body_is_complete (MAIL_TEXT_BODY (body)));
  g_assert_nonnull (find_button (body));
  gtk_widget_destroy (window);
}

static void
test_end_key (void)
{
  GtkWidget *window;
  GtkWidget *body = show_first_part (&window, 1200 * 1000);

  g_signal_emit_by_name (body, "move-cursor", GTK_MOVEMENT_BUFFER_ENDS, 1, FALSE);
  run_until_complete (MAIL_TEXT_BODY (body));
  g_assert_null (find_button (body));
  gtk_widget_destroy (window);
}

static void
test_long (void)
{
  g_autofree char *text = make_text (300 * 1000);
  GtkWidget *window;
  GtkWidget *body = show_body (&window);

  mail_text_body_set_text (MAIL_TEXT_BODY (body), text);
  run_until_complete (MAIL_TEXT_BODY (body));
  g_assert_null (find_button (body));
  gtk_widget_destroy (window);
}

/* Another message is opened before the rest of the first one came. */
static void
test_change_of_mind (void)
{
  g_autofree char *text = make_text (1200 * 1000);
  g_autofree char *shown = NULL;
  GtkWidget *window;
  GtkWidget *body = show_body (&window);

  mail_text_body_set_text (MAIL_TEXT_BODY (body), text);
  run_until_complete (MAIL_TEXT_BODY (body));
  gtk_button_clicked (GTK_BUTTON (find_button (body)));
  mail_text_body_set_text (MAIL_TEXT_BODY (body), "Short.\n");
  run_until_complete (MAIL_TEXT_BODY (body));
  shown = dup_shown (body);
  g_assert_cmpstr (shown, ==, "Short.\n");
  g_assert_null (find_button (body));
  gtk_widget_destroy (window);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/text-body/a-very-long-text-begins-at-once-and-its-rest-comes-when-wanted", test_very_long);
  g_test_add_func ("/ui/text-body/more-of-a-very-long-text-comes-with-scrolling-and-moves-nothing", test_scrolling);
  g_test_add_func ("/ui/text-body/who-selects-and-copies-all-has-all-of-a-very-long-text", test_select_all);
  g_test_add_func ("/ui/text-body/who-selects-and-copies-some-has-only-that", test_select_some);
  g_test_add_func ("/ui/text-body/the-end-key-brings-the-end-of-a-very-long-text", test_end_key);
  g_test_add_func ("/ui/text-body/a-long-text-is-shown-whole", test_long);
  g_test_add_func ("/ui/text-body/another-text-ends-the-rest-of-the-first", test_change_of_mind);
  return g_test_run ();
}
