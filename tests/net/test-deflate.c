/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "core/errors.h"
#include "net/deflate.h"

/* (transfer full): what comes out of @packed when it is fed @step bytes at a time and read @room at a time. */
static GByteArray *
unpack (MailDeflate *other, GBytes *packed, gsize step, gsize room, GError **error)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();
  g_autofree guint8 *buffer = g_malloc (room);
  gsize size;
  const guint8 *data = g_bytes_get_data (packed, &size);

  for (gsize at = 0; at < size; at += step)
    {
      gssize got;

      mail_deflate_feed (other, data + at, MIN (step, size - at));
      while ((got = mail_deflate_unpack (other, buffer, room, error)) > 0)
        g_byte_array_append (out, buffer, (guint) got);
      if (got < 0)
        return NULL;
    }
  return g_steal_pointer (&out);
}

static void
check_way (const char *text, gsize length, gsize step, gsize room)
{
  g_autoptr (MailDeflate) one = mail_deflate_new ();
  g_autoptr (MailDeflate) other = mail_deflate_new ();

  /* The second time it remembers the first. */
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) packed = mail_deflate_pack (one, text, length);
      g_autoptr (GByteArray) out = unpack (other, packed, step, room, &error);

      g_assert_no_error (error);
      g_assert_cmpmem (out->data, out->len, text, length);
    }
}

static void
test_both_ways (void)
{
  g_autoptr (GString) long_text = g_string_new (NULL);

  for (guint i = 0; i < 20000; i++)
    g_string_append_printf (long_text, "* %u FETCH (UID %u FLAGS (\\Seen))\r\n", i, i * 7);
  check_way ("a", 1, 1, 1);
  check_way ("A1 NOOP\r\n", 9, 1, 100);
  check_way (long_text->str, long_text->len, 1, 4096);
  check_way (long_text->str, long_text->len, 5000, 3);
  check_way (long_text->str, long_text->len, long_text->len, long_text->len);
}

static void
test_space (void)
{
  g_autoptr (MailDeflate) one = mail_deflate_new ();
  g_autoptr (MailDeflate) other = mail_deflate_new ();
  g_autoptr (GBytes) packed = mail_deflate_pack (one, "hello", 5);
  gsize length;
  const guint8 *data = g_bytes_get_data (packed, &length);
  char buffer[10];

  for (gsize i = 0; i < length; i++)
    {
      gsize room;

      *mail_deflate_get_space (other, &room) = data[i];
      g_assert_cmpuint (room, >, 0);
      mail_deflate_commit (other, 1);
    }
  g_assert_cmpint (mail_deflate_unpack (other, buffer, sizeof buffer, NULL), ==, 5);
  g_assert_cmpint (mail_deflate_unpack (other, buffer, sizeof buffer, NULL), ==, 0);
}

static void
test_damage (void)
{
  static const guint8 damaged[] = { 0xff, 0xff, 0xff, 0xff };
  static const guint8 ended[] = { 0x03, 0x00, 'x' };
  const struct
  {
    const guint8 *data;
    gsize length;
  } cases[] = { { damaged, sizeof damaged }, { ended, sizeof ended } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (MailDeflate) stream = mail_deflate_new ();
      g_autoptr (GError) error = NULL;
      char buffer[10];

      mail_deflate_feed (stream, cases[i].data, cases[i].length);
      g_assert_cmpint (mail_deflate_unpack (stream, buffer, sizeof buffer, &error), ==, -1);
      g_assert_error (error, MAIL_ERROR, MAIL_ERROR_PROTOCOL);
    }
}

/* A message of zeros may come; zeros without end may not. */
static void
test_bomb (void)
{
  g_autoptr (MailDeflate) one = mail_deflate_new ();
  g_autoptr (MailDeflate) other = mail_deflate_new ();
  gsize piece = 16 * 1024 * 1024;
  g_autofree char *zeros = g_malloc0 (piece);
  g_autoptr (GError) error = NULL;
  guint pieces = 0;

  for (; error == NULL && pieces < 10; pieces++)
    {
      g_autoptr (GBytes) packed = mail_deflate_pack (one, zeros, piece);
      g_autoptr (GByteArray) out = unpack (other, packed, 4096, 65536, &error);

      g_assert_true ((out == NULL) == (error != NULL));
    }
  g_assert_error (error, MAIL_ERROR, MAIL_ERROR_LIMIT);
  g_assert_cmpuint (pieces, ==, 5);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/net/deflate/gives-back-what-was-packed", test_both_ways);
  g_test_add_func ("/net/deflate/takes-bytes-where-they-are-read", test_space);
  g_test_add_func ("/net/deflate/names-damage-and-an-end", test_damage);
  g_test_add_func ("/net/deflate/stops-what-swells-without-end", test_bomb);
  return g_test_run ();
}
