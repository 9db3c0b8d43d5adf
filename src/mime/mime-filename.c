/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mime/mime-message.h"

#include <string.h>

#include "mime/mime-charset.h"

#define MAX_NAME 120
#define MAX_EXTENSION 16

static const char *const extensions[][2] = {
  { "text/plain", ".txt" },        { "text/html", ".html" },       { "text/calendar", ".ics" },  { "text/csv", ".csv" },
  { "text/vcard", ".vcf" },        { "text/x-vcard", ".vcf" },     { "message/rfc822", ".eml" }, { "image/png", ".png" },
  { "message/global", ".eml" },
  { "image/jpeg", ".jpg" },        { "image/gif", ".gif" },        { "image/svg+xml", ".svg" },  { "image/webp", ".webp" },
  { "application/pdf", ".pdf" },   { "application/zip", ".zip" },  { "application/json", ".json" }, { "audio/mpeg", ".mp3" },
  { "application/ics", ".ics" },   { "application/xml", ".xml" },  { "text/xml", ".xml" },       { "video/mp4", ".mp4" },
  { "application/pgp-signature", ".asc" }, { "application/pkcs7-signature", ".p7s" }, { "application/pkcs7-mime", ".p7m" },
  { "application/ms-tnef", ".dat" },
};

/* Opening one of these may run it, on this system or on another one that gets the file. */
static const char *const dangerous_extensions[] = {
  "appimage", "apk", "app", "bash", "bat", "bin", "chm", "cmd", "com", "command", "cpl", "csh", "deb", "desktop", "dll", "dmg",
  "docm", "dotm", "elf", "exe", "flatpakref", "flatpakrepo", "hta", "htm", "html", "img", "inf", "iso", "jar", "jnlp", "js",
  "jse", "ksh", "lnk", "mht", "mhtml", "msc", "msi", "msp", "mst", "one", "php", "pif", "pl", "pm", "potm", "ppam", "ppsm", "pptm",
  "ps1", "psm1", "py", "pyc", "pyw", "rb", "reg", "rpm", "run", "scf", "scr", "sct", "service", "sh", "shb", "shs", "shtml",
  "snap", "svg", "svgz", "url", "vb", "vbe", "vbs", "vhd", "vhdx", "wasm", "ws", "wsc", "wsf", "wsh", "xhtml", "xlam", "xll",
  "xlsb", "xlsm", "xltm", "xht", "zsh",
};

static const char *const dangerous_types[] = {
  "application/x-executable", "application/x-sharedlib", "application/x-pie-executable", "application/x-sh",
  "application/x-shellscript", "application/x-desktop", "application/x-msdownload", "application/x-msdos-program",
  "application/x-ms-dos-executable", "application/vnd.microsoft.portable-executable", "application/x-msi", "application/javascript",
  "application/x-javascript", "text/javascript", "text/x-python", "text/x-perl", "text/x-shellscript", "application/x-perl",
  "application/x-python-code", "application/java-archive", "application/x-java-archive", "application/x-java-jnlp-file",
  "application/vnd.flatpak.ref", "application/x-deb", "application/vnd.debian.binary-package", "application/x-rpm",
  "application/hta", "text/html", "application/xhtml+xml", "image/svg+xml", "application/x-ms-shortcut",
};

/* Names that mean a device and not a file on some systems and shares. */
static gboolean
is_reserved (const char *name)
{
  gsize length = strcspn (name, ".");
  static const char *const devices[] = { "con", "prn", "aux", "nul", "com", "lpt" };

  for (guint i = 0; i < G_N_ELEMENTS (devices); i++)
    if (g_ascii_strncasecmp (name, devices[i], 3) == 0 &&
        (i < 4 ? length == 3 : length == 4 && name[3] >= '1' && name[3] <= '9'))
      return TRUE;
  return FALSE;
}

/* Controls, format and bidirectional marks, lone surrogates, private use: nothing that a name needs or a person sees. */
static gboolean
is_unsafe (gunichar c)
{
  GUnicodeType type = g_unichar_type (c);

  return type == G_UNICODE_CONTROL || type == G_UNICODE_FORMAT || type == G_UNICODE_SURROGATE || type == G_UNICODE_LINE_SEPARATOR ||
         type == G_UNICODE_PARAGRAPH_SEPARATOR || type == G_UNICODE_UNASSIGNED || type == G_UNICODE_PRIVATE_USE;
}

/* (transfer full): the last path component with safe characters only. */
static GString *
clean (const char *filename)
{
  g_autofree char *utf8 = mail_mime_to_utf8 (filename, strlen (filename), NULL, NULL);
  GString *name = g_string_new (NULL);

  for (const char *p = utf8; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (c == '/' || c == '\\')
        g_string_truncate (name, 0);
      else if (c < 128 && strchr (":*?\"<>|", (char) c) != NULL)
        g_string_append_c (name, '_');
      else if (g_unichar_isspace (c))
        {
          if (name->len > 0 && name->str[name->len - 1] != ' ')
            g_string_append_c (name, ' ');
        }
      else if (!is_unsafe (c))
        g_string_append_unichar (name, c);
    }
  while (name->len > 0 && (name->str[0] == '.' || name->str[0] == ' '))
    g_string_erase (name, 0, 1);
  while (name->len > 0 && strchr (". ", name->str[name->len - 1]) != NULL)
    g_string_truncate (name, name->len - 1);
  return name;
}

static const char *
extension_of (const char *name)
{
  const char *dot = strrchr (name, '.');

  return dot != NULL && dot != name && strlen (dot) <= MAX_EXTENSION ? dot : "";
}

static const char *
extension_for (const char *content_type)
{
  for (guint i = 0; content_type != NULL && i < G_N_ELEMENTS (extensions); i++)
    if (g_ascii_strcasecmp (content_type, extensions[i][0]) == 0)
      return extensions[i][1];
  return "";
}

static void
shorten (GString *name)
{
  g_autofree char *extension = g_strdup (extension_of (name->str));
  gsize keep = MAX_NAME - strlen (extension);

  if (name->len <= MAX_NAME)
    return;
  while ((name->str[keep] & 0xc0) == 0x80)
    keep--;
  while (keep > 0 && strchr (". ", name->str[keep - 1]) != NULL)
    keep--;
  g_string_truncate (name, keep);
  g_string_append (name, extension);
}

char *
mail_mime_safe_filename (const char *filename, const char *content_type)
{
  GString *name = clean (filename != NULL ? filename : "");

  if (name->len == 0)
    g_string_append (name, "attachment");
  if (is_reserved (name->str))
    g_string_prepend_c (name, '_');
  if (extension_of (name->str)[0] == '\0')
    g_string_append (name, extension_for (content_type));
  shorten (name);
  return g_string_free (name, FALSE);
}

gboolean
mail_mime_is_dangerous (const char *filename, const char *content_type)
{
  g_autofree char *name = mail_mime_safe_filename (filename, NULL);
  const char *dot = strrchr (name, '.');

  for (guint i = 0; dot != NULL && i < G_N_ELEMENTS (dangerous_extensions); i++)
    if (g_ascii_strcasecmp (dot + 1, dangerous_extensions[i]) == 0)
      return TRUE;
  for (guint i = 0; content_type != NULL && i < G_N_ELEMENTS (dangerous_types); i++)
    if (g_ascii_strcasecmp (content_type, dangerous_types[i]) == 0)
      return TRUE;
  return FALSE;
}
