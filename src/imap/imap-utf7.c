/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imap/imap-utf7.h"

#include <string.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

/* Collects 16-bit units and writes six bits at a time. */
typedef struct
{
  GString *out;
  guint32 bits;
  int n_bits;
  gboolean shifted;
} Encoder;

static void
put_unit (Encoder *self, guint32 unit)
{
  if (!self->shifted)
    g_string_append_c (self->out, '&');
  self->shifted = TRUE;
  self->bits = (self->bits << 16) | unit;
  for (self->n_bits += 16; self->n_bits >= 6; self->n_bits -= 6)
    g_string_append_c (self->out, alphabet[(self->bits >> (self->n_bits - 6)) & 63]);
  self->bits &= (1u << self->n_bits) - 1;
}

static void
end_shift (Encoder *self)
{
  if (!self->shifted)
    return;
  if (self->n_bits > 0)
    g_string_append_c (self->out, alphabet[(self->bits << (6 - self->n_bits)) & 63]);
  g_string_append_c (self->out, '-');
  self->bits = 0;
  self->n_bits = 0;
  self->shifted = FALSE;
}

char *
mail_imap_utf7_encode (const char *name)
{
  Encoder encoder = { g_string_new (NULL), 0, 0, FALSE };

  if (!g_utf8_validate (name, -1, NULL))
    return g_string_free (encoder.out, TRUE);
  for (const char *p = name; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (c >= 0x20 && c <= 0x7e)
        {
          end_shift (&encoder);
          g_string_append_c (encoder.out, (char) c);
          if (c == '&')
            g_string_append_c (encoder.out, '-');
        }
      else if (c >= 0x10000)
        {
          put_unit (&encoder, 0xd800 + ((c - 0x10000) >> 10));
          put_unit (&encoder, 0xdc00 + ((c - 0x10000) & 0x3ff));
        }
      else
        put_unit (&encoder, c);
    }
  end_shift (&encoder);
  return g_string_free (encoder.out, FALSE);
}

/* From behind "&" to behind "-"; FALSE when it is not base64 of UTF-16. */
static gboolean
decode_shift (const char **p, GString *out)
{
  guint32 bits = 0;
  int n_bits = 0;
  gunichar high = 0;

  for (; **p != '-'; (*p)++)
    {
      const char *digit = **p != '\0' ? strchr (alphabet, **p) : NULL;
      gunichar unit;

      if (digit == NULL)
        return FALSE;
      bits = (bits << 6) | (guint32) (digit - alphabet);
      n_bits += 6;
      if (n_bits < 16)
        continue;
      n_bits -= 16;
      unit = (bits >> n_bits) & 0xffff;
      bits &= (1u << n_bits) - 1;
      if ((high != 0) != (unit >= 0xdc00 && unit <= 0xdfff) || unit == 0)
        return FALSE;
      if (high != 0)
        g_string_append_unichar (out, 0x10000 + ((high - 0xd800) << 10) + (unit - 0xdc00));
      else if (unit < 0xd800 || unit > 0xdbff)
        g_string_append_unichar (out, unit);
      high = unit >= 0xd800 && unit <= 0xdbff ? unit : 0;
    }
  (*p)++;
  return high == 0 && bits == 0 && n_bits < 6;
}

char *
mail_imap_utf7_decode (const char *name)
{
  g_autoptr (GString) out = g_string_new (NULL);
  g_autofree char *again = NULL;

  for (const char *p = name; *p != '\0';)
    {
      if (*p < 0x20 || *p > 0x7e)
        return NULL;
      if (*p != '&')
        g_string_append_c (out, *p++);
      else if (p[1] == '-')
        {
          g_string_append_c (out, '&');
          p += 2;
        }
      else
        {
          p++;
          if (!decode_shift (&p, out))
            return NULL;
        }
    }
  /* "&AGE-" hides an "a": two names for one mailbox, and the shorter one is not the server's. */
  again = mail_imap_utf7_encode (out->str);
  return g_strcmp0 (again, name) == 0 ? g_string_free (g_steal_pointer (&out), FALSE) : NULL;
}
