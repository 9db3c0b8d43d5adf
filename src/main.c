/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <locale.h>

#include "ui/application.h"

int
main (int argc, char **argv)
{
  g_autoptr (MailApplication) application = NULL;
  int status;

  setlocale (LC_ALL, "");
  /* The folder of translations, elsewhere when the program runs from where it was built. */
  bindtextdomain (GETTEXT_PACKAGE, g_getenv ("MISSIVA_LOCALEDIR") != NULL ? g_getenv ("MISSIVA_LOCALEDIR") : MISSIVA_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);

  application = mail_application_new ();
  status = g_application_run (G_APPLICATION (application), argc, argv);
  if (mail_application_get_failure (application) != NULL)
    {
      g_printerr ("missiva: %s\n", mail_application_get_failure (application));
      return status != 0 ? status : 1;
    }
  return status;
}
