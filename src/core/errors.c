/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/errors.h"

#include <gio/gio.h>

G_DEFINE_QUARK (mail-error-quark, mail_error)

gboolean
mail_error_is_transient (const GError *error)
{
  if (error == NULL || error->domain != MAIL_ERROR)
    return FALSE;

  switch ((MailErrorCode) error->code)
    {
    case MAIL_ERROR_HOST_NOT_FOUND:
    case MAIL_ERROR_UNREACHABLE:
    case MAIL_ERROR_TIMED_OUT:
    case MAIL_ERROR_CLOSED:
    case MAIL_ERROR_TLS:
    case MAIL_ERROR_BUSY:
    case MAIL_ERROR_OFFLINE:
      return TRUE;
    default:
      return FALSE;
    }
}

gboolean
mail_error_is_cancelled (const GError *error)
{
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}
