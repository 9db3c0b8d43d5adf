/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mime/mime-library.h"

GMimeParserOptions *
mail_mime_library_options (void)
{
  static gsize once = 0;
  static const char *charsets[] = { "utf-8", "windows-1252", NULL };

  if (g_once_init_enter (&once))
    {
      GMimeParserOptions *options;

      g_mime_init ();
      options = g_mime_parser_options_new ();
      g_mime_parser_options_set_address_compliance_mode (options, GMIME_RFC_COMPLIANCE_LOOSE);
      g_mime_parser_options_set_parameter_compliance_mode (options, GMIME_RFC_COMPLIANCE_LOOSE);
      g_mime_parser_options_set_rfc2047_compliance_mode (options, GMIME_RFC_COMPLIANCE_LOOSE);
      g_mime_parser_options_set_allow_addresses_without_domain (options, TRUE);
      g_mime_parser_options_set_fallback_charsets (options, charsets);
      g_once_init_leave (&once, GPOINTER_TO_SIZE (options));
    }
  return GSIZE_TO_POINTER (once);
}
