/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/errors.h"

#include <gio/gio.h>

/* What an error of ours carries beside code and message. */
typedef struct
{
  const char *server_code; /* interned; or NULL */
  guint server_wait;
} MailErrorPrivate;

static void
mail_error_private_init (MailErrorPrivate *priv)
{
}

static void
mail_error_private_copy (const MailErrorPrivate *source, MailErrorPrivate *target)
{
  *target = *source;
}

static void
mail_error_private_clear (MailErrorPrivate *priv)
{
}

G_DEFINE_EXTENDED_ERROR (MailError, mail_error)

const char *
mail_error_get_server_code (const GError *error)
{
  return error != NULL && error->domain == MAIL_ERROR ? mail_error_get_private (error)->server_code : NULL;
}

guint
mail_error_get_server_wait (const GError *error)
{
  return error != NULL && error->domain == MAIL_ERROR ? mail_error_get_private (error)->server_wait : 0;
}

void
mail_error_set_server_code (GError **error, const char *code, guint wait_seconds)
{
  MailErrorPrivate *priv;

  if (error == NULL || *error == NULL || (*error)->domain != MAIL_ERROR)
    return;
  priv = mail_error_get_private (*error);
  priv->server_code = g_intern_string (code);
  priv->server_wait = wait_seconds;
}

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
