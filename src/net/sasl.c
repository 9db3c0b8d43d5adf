/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/sasl.h"

#include <string.h>

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>

#include "core/errors.h"
#include "net/saslprep.h"
#include "net/scram.h"

#define MAX_CHALLENGE 8192
#define NONCE_BYTES 24

/* One step; @self->step counts them from 0. */
typedef GString *(*Step) (MailSasl *self, const char *challenge, gsize length, GError **error);

typedef struct
{
  const char *name;
  Step step;
  gboolean client_begins;
  gboolean takes_token;
  gboolean is_scram;
  MailScramHash hash;
} Mechanism;

struct _MailSasl
{
  const Mechanism *mechanism;
  MailCredentials *credentials;
  char *host;
  guint16 port;
  guint step;
  char *nonce;
  MailScram *scram;
  gboolean proven; /* the server has shown that it knows the password */
};

static GString *
fail (MailSasl *self, GError **error, const char *why)
{
  g_set_error (error, MAIL_ERROR, MAIL_ERROR_PROTOCOL, "%s: %s", self->mechanism->name, why);
  return NULL;
}

static MailScram *
new_scram (MailSasl *self)
{
  char *user = mail_saslprep (self->credentials->user);
  char *password = mail_saslprep (self->credentials->password);
  MailScram *scram = mail_scram_new (self->mechanism->hash, user, password, self->nonce);

  mail_secret_free (user);
  mail_secret_free (password);
  return scram;
}

static GString *
scram_step (MailSasl *self, const char *challenge, gsize length, GError **error)
{
  g_autofree char *message = NULL;

  switch (self->step)
    {
    case 0:
      self->scram = new_scram (self);
      message = mail_scram_begin (self->scram);
      break;
    case 1:
      message = mail_scram_answer (self->scram, challenge, error);
      break;
    case 2:
      self->proven = mail_scram_verify (self->scram, challenge, error);
      message = self->proven ? g_strdup ("") : NULL;
      break;
    default:
      return fail (self, error, "a challenge too many");
    }
  return message != NULL ? g_string_new (message) : NULL;
}

static GString *
cram_md5_step (MailSasl *self, const char *challenge, gsize length, GError **error)
{
  const char *password = self->credentials->password;
  guint8 digest[16];
  GString *out;

  if (self->step != 0 || length == 0)
    return fail (self, error, "one challenge was expected");
  if (gnutls_hmac_fast (GNUTLS_MAC_MD5, password, strlen (password), challenge, length, digest) != 0)
    return fail (self, error, "GnuTLS refuses MD5");
  out = g_string_new (self->credentials->user);
  g_string_append_c (out, ' ');
  for (guint i = 0; i < sizeof digest; i++)
    g_string_append_printf (out, "%02x", digest[i]);
  return out;
}

static GString *
plain_step (MailSasl *self, const char *challenge, gsize length, GError **error)
{
  GString *out;

  if (self->step != 0)
    return fail (self, error, "a challenge too many");
  out = g_string_sized_new (strlen (self->credentials->user) + strlen (self->credentials->password) + 3);
  g_string_append_c (out, '\0');
  g_string_append (out, self->credentials->user);
  g_string_append_c (out, '\0');
  return g_string_append (out, self->credentials->password);
}

static GString *
login_step (MailSasl *self, const char *challenge, gsize length, GError **error)
{
  if (self->step > 1)
    return fail (self, error, "a challenge too many");
  return g_string_new (self->step == 0 ? self->credentials->user : self->credentials->password);
}

/* A second challenge of either is the error report of a server that refuses the token; the answer lets it say
 * so in its own protocol (RFC 7628, section 3.2.3). */
static GString *
oauthbearer_step (MailSasl *self, const char *challenge, gsize length, GError **error)
{
  g_autoptr (GString) user = g_string_new (self->credentials->user);
  GString *out;

  if (self->step == 1)
    return g_string_new ("\001");
  if (self->step > 1)
    return fail (self, error, "a challenge too many");
  g_string_replace (user, "=", "=3D", 0);
  g_string_replace (user, ",", "=2C", 0);
  out = g_string_sized_new (strlen (self->credentials->token) + 256);
  g_string_printf (out, "n,a=%s,\001host=%s\001port=%u\001auth=Bearer %s\001\001", user->str, self->host,
                   self->port, self->credentials->token);
  return out;
}

static GString *
xoauth2_step (MailSasl *self, const char *challenge, gsize length, GError **error)
{
  GString *out;

  if (self->step == 1)
    return g_string_new ("");
  if (self->step > 1)
    return fail (self, error, "a challenge too many");
  out = g_string_sized_new (strlen (self->credentials->token) + 256);
  g_string_printf (out, "user=%s\001auth=Bearer %s\001\001", self->credentials->user,
                   self->credentials->token);
  return out;
}

static const Mechanism mechanisms[] = {
  { "SCRAM-SHA-256", scram_step, TRUE, FALSE, TRUE, MAIL_SCRAM_SHA_256 },
  { "SCRAM-SHA-1", scram_step, TRUE, FALSE, TRUE, MAIL_SCRAM_SHA_1 },
  { "CRAM-MD5", cram_md5_step, FALSE, FALSE },
  { "PLAIN", plain_step, TRUE, FALSE },
  { "LOGIN", login_step, FALSE, FALSE },
  { "OAUTHBEARER", oauthbearer_step, TRUE, TRUE },
  { "XOAUTH2", xoauth2_step, TRUE, TRUE },
};

static gboolean
contains (const char *const *names, const char *name)
{
  for (gsize i = 0; names != NULL && names[i] != NULL; i++)
    if (g_ascii_strcasecmp (names[i], name) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
can_be_prepared (const MailCredentials *credentials)
{
  char *user = mail_saslprep (credentials->user);
  char *password = mail_saslprep (credentials->password);
  gboolean can = user != NULL && password != NULL;

  mail_secret_free (user);
  mail_secret_free (password);
  return can;
}

static gboolean
is_usable (const Mechanism *mechanism, const MailCredentials *credentials, gboolean secure)
{
  if (credentials->token != NULL)
    return mechanism->takes_token && secure;
  if (credentials->password == NULL || mechanism->takes_token)
    return FALSE;
  return !mechanism->is_scram || can_be_prepared (credentials);
}

static char *
new_nonce (void)
{
  guint8 bytes[NONCE_BYTES];

  if (gnutls_rnd (GNUTLS_RND_NONCE, bytes, sizeof bytes) != 0)
    g_error ("no random numbers");
  return g_base64_encode (bytes, sizeof bytes);
}

MailSasl *
mail_sasl_new (const char *const *offered,
               const char *const *tried,
               const MailCredentials *credentials,
               const char *host,
               guint16 port,
               gboolean secure)
{
  for (gsize i = 0; i < G_N_ELEMENTS (mechanisms); i++)
    {
      const Mechanism *mechanism = &mechanisms[i];
      MailSasl *self;

      if (!contains (offered, mechanism->name) || contains (tried, mechanism->name)
          || !is_usable (mechanism, credentials, secure))
        continue;
      self = g_new0 (MailSasl, 1);
      self->mechanism = mechanism;
      self->credentials = mail_credentials_copy (credentials);
      self->host = g_strdup (host);
      self->port = port;
      self->nonce = new_nonce ();
      return self;
    }
  return NULL;
}

void
mail_sasl_free (MailSasl *self)
{
  if (self == NULL)
    return;
  mail_credentials_free (self->credentials);
  mail_scram_free (self->scram);
  g_free (self->host);
  g_free (self->nonce);
  g_free (self);
}

const char *
mail_sasl_get_mechanism (const MailSasl *self)
{
  return self->mechanism->name;
}

gboolean
mail_sasl_has_initial_response (const MailSasl *self)
{
  return self->mechanism->client_begins;
}

typedef struct
{
  gsize size;
  char data[];
} Secret;

static void
free_secret (gpointer data)
{
  Secret *secret = data;

  explicit_bzero (secret->data, secret->size);
  g_free (secret);
}

/* Takes @text. */
static GBytes *
wrap_secret (GString *text)
{
  Secret *secret = g_malloc (sizeof *secret + text->len);
  GBytes *bytes;

  secret->size = text->len;
  memcpy (secret->data, text->str, text->len);
  bytes = g_bytes_new_with_free_func (secret->data, text->len, free_secret, secret);
  explicit_bzero (text->str, text->len);
  g_string_free (text, TRUE);
  return bytes;
}

GBytes *
mail_sasl_step (MailSasl *self, GBytes *challenge, GError **error)
{
  gsize length = 0;
  const char *data = challenge != NULL ? g_bytes_get_data (challenge, &length) : NULL;
  g_autofree char *text = g_strndup (data != NULL ? data : "", MIN (length, MAX_CHALLENGE));
  GString *response;

  if (length > MAX_CHALLENGE || strlen (text) != length)
    {
      fail (self, error, length > MAX_CHALLENGE ? "a challenge too long" : "a NUL in the challenge");
      return NULL;
    }
  response = self->mechanism->step (self, text, length, error);
  self->step++;
  return response != NULL ? wrap_secret (response) : NULL;
}

gboolean
mail_sasl_finish (MailSasl *self, GError **error)
{
  if (!self->mechanism->is_scram || self->proven)
    return TRUE;
  g_set_error (error, MAIL_ERROR, MAIL_ERROR_INSECURE,
               "%s: the server did not prove that it knows the password", self->mechanism->name);
  return FALSE;
}

const char *const *
mail_sasl_get_tried (const MailSasl *self, gboolean secure)
{
  static const char *const proofs[] = { "SCRAM-SHA-256", "SCRAM-SHA-1", "CRAM-MD5", NULL };
  static const char *const all[]
      = { "SCRAM-SHA-256", "SCRAM-SHA-1", "CRAM-MD5", "PLAIN", "LOGIN", "OAUTHBEARER", "XOAUTH2", NULL };

  return secure && contains (proofs, self->mechanism->name) ? proofs : all;
}

char *
mail_sasl_apop_digest (const char *timestamp, const MailCredentials *credentials)
{
  g_autoptr (GChecksum) md5 = g_checksum_new (G_CHECKSUM_MD5);

  g_checksum_update (md5, (const guchar *) timestamp, -1);
  g_checksum_update (md5, (const guchar *) credentials->password, -1);
  return g_strdup (g_checksum_get_string (md5));
}

void
mail_sasl_set_nonce_for_test (MailSasl *self, const char *nonce)
{
  g_free (self->nonce);
  self->nonce = g_strdup (nonce);
}
