/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "discovery/discovery.h"

#include <string.h>

typedef struct
{
  const char *prefix; /* before the domain, with its dot */
  guint16 port;
  MailSecurity security;
} Guess;

static const Guess imap_guesses[] = {
  { "imap.", 993, MAIL_SECURITY_TLS },      { "mail.", 993, MAIL_SECURITY_TLS },
  { "", 993, MAIL_SECURITY_TLS },           { "imap.", 143, MAIL_SECURITY_STARTTLS },
  { "mail.", 143, MAIL_SECURITY_STARTTLS }, { NULL },
};
static const Guess pop3_guesses[] = {
  { "pop.", 995, MAIL_SECURITY_TLS },       { "pop3.", 995, MAIL_SECURITY_TLS },
  { "mail.", 995, MAIL_SECURITY_TLS },      { "", 995, MAIL_SECURITY_TLS },
  { "pop.", 110, MAIL_SECURITY_STARTTLS },  { "mail.", 110, MAIL_SECURITY_STARTTLS },
  { NULL },
};
static const Guess smtp_guesses[] = {
  { "smtp.", 465, MAIL_SECURITY_TLS },      { "mail.", 465, MAIL_SECURITY_TLS },
  { "smtp.", 587, MAIL_SECURITY_STARTTLS }, { "mail.", 587, MAIL_SECURITY_STARTTLS },
  { "", 465, MAIL_SECURITY_TLS },           { NULL },
};
static const Guess *const guesses[MAIL_SERVER_N_KINDS] = { imap_guesses, pop3_guesses, smtp_guesses };

static GPtrArray *
guess (const char *domain, MailServerKind kind, MailUserForm form)
{
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) mail_candidate_free);

  for (const Guess *g = guesses[kind]; g->prefix != NULL; g++)
    {
      g_autofree char *host = g_strconcat (g->prefix, domain, NULL);
      g_autoptr (MailEndpoint) endpoint = mail_endpoint_new (host, g->port, g->security);

      g_ptr_array_add (list, mail_candidate_new (kind, endpoint, form, "guess"));
    }
  return list;
}

GPtrArray *
mail_discovery_get_candidates (const MailProvider *provider, const char *domain, MailServerKind kind)
{
  GPtrArray *list;

  /* A provider without POP in its table has none: guessing would only ask strangers. */
  if (provider == NULL)
    return guess (domain, kind, MAIL_USER_FULL);

  list = g_ptr_array_new_with_free_func ((GDestroyNotify) mail_candidate_free);
  for (guint i = 0; i < provider->servers[kind]->len; i++)
    g_ptr_array_add (list, mail_candidate_copy (g_ptr_array_index (provider->servers[kind], i)));
  return list;
}

static gboolean
names (const GPtrArray *candidates, const MailEndpoint *endpoint)
{
  for (guint i = 0; i < candidates->len; i++)
    {
      const MailEndpoint *other = ((const MailCandidate *) g_ptr_array_index (candidates, i))->endpoint;

      if (g_ascii_strcasecmp (other->host, endpoint->host) == 0 && other->port == endpoint->port
          && other->security == endpoint->security)
        return TRUE;
    }
  return FALSE;
}

GPtrArray *
mail_discovery_get_guesses (const MailProvider *provider, const char *domain, MailServerKind kind)
{
  const GPtrArray *named = provider->servers[kind];
  GPtrArray *list = guess (domain, kind, kind == MAIL_SERVER_SMTP ? provider->outgoing_user_form : provider->user_form);

  for (guint i = list->len; i > 0; i--)
    if (named->len == 0 || names (named, ((const MailCandidate *) g_ptr_array_index (list, i - 1))->endpoint))
      g_ptr_array_remove_index (list, i - 1);
  return list;
}

char *
mail_discovery_user_name (const char *address, MailUserForm form)
{
  const char *at = strrchr (address, '@');

  switch (form)
    {
    case MAIL_USER_FULL:
      return g_strdup (address);
    case MAIL_USER_LOCAL:
      return at != NULL ? g_strndup (address, at - address) : g_strdup (address);
    case MAIL_USER_OTHER:
      return NULL;
    default:
      g_return_val_if_reached (NULL);
    }
}
