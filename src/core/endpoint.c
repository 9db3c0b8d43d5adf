/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/endpoint.h"

#include <string.h>

#include "core/errors.h"

const char *
mail_security_to_string (MailSecurity security)
{
  switch (security)
    {
    case MAIL_SECURITY_TLS:
      return "tls";
    case MAIL_SECURITY_STARTTLS:
      return "starttls";
    case MAIL_SECURITY_NONE:
      return "none";
    default:
      g_assert_not_reached ();
    }
}

gboolean
mail_security_from_string (const char *text, MailSecurity *security, GError **error)
{
  for (MailSecurity s = MAIL_SECURITY_TLS; s <= MAIL_SECURITY_NONE; s++)
    if (g_strcmp0 (text, mail_security_to_string (s)) == 0)
      {
        *security = s;
        return TRUE;
      }
  g_set_error (error, MAIL_ERROR, MAIL_ERROR_BAD_INPUT, "“%s” is no kind of security; use tls, starttls or none",
               text != NULL ? text : "");
  return FALSE;
}

MailEndpoint *
mail_endpoint_new (const char *host, guint16 port, MailSecurity security)
{
  MailEndpoint *self = g_new0 (MailEndpoint, 1);

  self->host = g_strdup (host);
  self->port = port;
  self->security = security;
  return self;
}

MailEndpoint *
mail_endpoint_copy (const MailEndpoint *endpoint)
{
  MailEndpoint *copy = mail_endpoint_new (endpoint->host, endpoint->port, endpoint->security);

  copy->pin = g_strdup (endpoint->pin);
  copy->ca_file = g_strdup (endpoint->ca_file);
  return copy;
}

void
mail_endpoint_free (MailEndpoint *endpoint)
{
  if (endpoint == NULL)
    return;
  g_free (endpoint->host);
  g_free (endpoint->pin);
  g_free (endpoint->ca_file);
  g_free (endpoint);
}

gboolean
mail_endpoint_set_host_port (MailEndpoint *endpoint, const char *text, GError **error)
{
  const char *colon = strrchr (text, ':');
  g_autofree char *host = NULL;
  guint64 port = 0;

  if (colon == NULL || colon == text || !g_ascii_string_to_unsigned (colon + 1, 10, 1, 65535, &port, NULL))
    {
      g_set_error (error, MAIL_ERROR, MAIL_ERROR_BAD_INPUT,
                   "“%s” is not HOST:PORT with a port from 1 to 65535", text);
      return FALSE;
    }

  host = g_strndup (text, colon - text);
  if (host[0] == '[' && g_str_has_suffix (host, "]"))
    {
      memmove (host, host + 1, strlen (host));
      host[strlen (host) - 1] = '\0';
    }
  if (host[0] == '\0' || strpbrk (host, " \t\r\n/@") != NULL)
    {
      g_set_error (error, MAIL_ERROR, MAIL_ERROR_BAD_INPUT, "“%s” is not the name of a server", host);
      return FALSE;
    }

  g_free (endpoint->host);
  endpoint->host = g_steal_pointer (&host);
  endpoint->port = (guint16) port;
  return TRUE;
}

char *
mail_endpoint_to_string (const MailEndpoint *endpoint)
{
  if (strchr (endpoint->host, ':') != NULL)
    return g_strdup_printf ("[%s]:%u", endpoint->host, endpoint->port);
  return g_strdup_printf ("%s:%u", endpoint->host, endpoint->port);
}

char *
mail_fingerprint_normalize (const char *text, GError **error)
{
  g_autoptr (GString) hex = g_string_new (NULL);

  for (const char *p = text; *p != '\0'; p++)
    {
      if (g_ascii_isxdigit (*p))
        g_string_append_c (hex, g_ascii_tolower (*p));
      else if (*p != ':' && *p != ' ')
        break;
      if (p[1] == '\0' && hex->len == 64)
        return g_string_free (g_steal_pointer (&hex), FALSE);
    }
  g_set_error (error, MAIL_ERROR, MAIL_ERROR_BAD_INPUT,
               "“%s” is not a SHA-256 fingerprint (64 hexadecimal digits)", text);
  return NULL;
}
