/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/scram.h"

#include <string.h>

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>

#include "core/credentials.h"
#include "core/errors.h"

#define MAX_HASH 32
#define CHANNEL_BINDING "c=biws" /* base64 of "n,,": none (RFC 5802, section 5.1) */

struct _MailScram
{
  gnutls_mac_algorithm_t mac;
  gnutls_digest_algorithm_t digest;
  gsize size;
  char *user;
  char *password;
  char *nonce;
  char *first_bare;
  guint8 server_signature[MAX_HASH];
  gboolean answered;
};

MailScram *
mail_scram_new (MailScramHash hash, const char *user, const char *password, const char *nonce)
{
  MailScram *self = g_new0 (MailScram, 1);

  self->mac = hash == MAIL_SCRAM_SHA_1 ? GNUTLS_MAC_SHA1 : GNUTLS_MAC_SHA256;
  self->digest = hash == MAIL_SCRAM_SHA_1 ? GNUTLS_DIG_SHA1 : GNUTLS_DIG_SHA256;
  self->size = gnutls_hmac_get_len (self->mac);
  self->user = g_strdup (user);
  self->password = g_strdup (password);
  self->nonce = g_strdup (nonce);
  return self;
}

void
mail_scram_free (MailScram *self)
{
  if (self == NULL)
    return;
  g_free (self->user);
  mail_secret_free (self->password);
  g_free (self->nonce);
  g_free (self->first_bare);
  explicit_bzero (self->server_signature, sizeof self->server_signature);
  g_free (self);
}

char *
mail_scram_begin (MailScram *self)
{
  g_autoptr (GString) user = g_string_new (self->user);

  g_string_replace (user, "=", "=3D", 0);
  g_string_replace (user, ",", "=2C", 0);
  g_free (self->first_bare);
  self->first_bare = g_strdup_printf ("n=%s,r=%s", user->str, self->nonce);
  return g_strconcat ("n,,", self->first_bare, NULL);
}

static gboolean
fail (GError **error, const char *why)
{
  g_set_error (error, MAIL_ERROR, MAIL_ERROR_PROTOCOL, "SCRAM: %s", why);
  return FALSE;
}

/* Strict base64: what GLib's decoder skips or cuts off does not come back when it is encoded again. */
static guchar *
decode (const char *text, gsize *size)
{
  g_autofree guchar *data = g_base64_decode (text, size);
  g_autofree char *again = g_base64_encode (data, *size);

  return *size > 0 && strcmp (again, text) == 0 ? g_steal_pointer (&data) : NULL;
}

static gboolean
parse_server_first (MailScram *self,
                    char **parts,
                    guchar **salt,
                    gsize *salt_size,
                    guint64 *iterations,
                    GError **error)
{
  if (g_strv_length (parts) < 3 || !g_str_has_prefix (parts[0], "r=") || !g_str_has_prefix (parts[1], "s=")
      || !g_str_has_prefix (parts[2], "i="))
    return fail (error, "the server’s first message is none");
  if (!g_str_has_prefix (parts[0] + 2, self->nonce) || strlen (parts[0] + 2) <= strlen (self->nonce))
    return fail (error, "the server did not take up our nonce");
  *salt = decode (parts[1] + 2, salt_size);
  if (*salt == NULL)
    return fail (error, "the salt is not base64");
  if (!g_ascii_string_to_unsigned (parts[2] + 2, 10, MAIL_SCRAM_MIN_ITERATIONS, MAIL_SCRAM_MAX_ITERATIONS,
                                   iterations, NULL))
    return fail (error, "the number of iterations is not from 4096 to 1000000");
  return TRUE;
}

static gboolean
hmac (MailScram *self, const guint8 *key, const char *text, guint8 *out)
{
  return gnutls_hmac_fast (self->mac, key, self->size, text, strlen (text), out) == 0;
}

/* Sets @proof and server_signature (RFC 5802, section 3). */
static gboolean
compute (MailScram *self,
         const guchar *salt,
         gsize salt_size,
         guint iterations,
         const char *auth_message,
         guint8 *proof)
{
  gnutls_datum_t password = { (guchar *) self->password, strlen (self->password) };
  gnutls_datum_t salt_datum = { (guchar *) salt, salt_size };
  guint8 salted[MAX_HASH];
  guint8 client_key[MAX_HASH];
  guint8 stored_key[MAX_HASH];
  guint8 server_key[MAX_HASH];
  guint8 signature[MAX_HASH];
  gboolean done = gnutls_pbkdf2 (self->mac, &password, &salt_datum, iterations, salted, self->size) == 0
                  && hmac (self, salted, "Client Key", client_key)
                  && gnutls_hash_fast (self->digest, client_key, self->size, stored_key) == 0
                  && hmac (self, stored_key, auth_message, signature)
                  && hmac (self, salted, "Server Key", server_key)
                  && hmac (self, server_key, auth_message, self->server_signature);

  for (gsize i = 0; done && i < self->size; i++)
    proof[i] = client_key[i] ^ signature[i];
  explicit_bzero (salted, sizeof salted);
  explicit_bzero (client_key, sizeof client_key);
  explicit_bzero (server_key, sizeof server_key);
  return done;
}

char *
mail_scram_answer (MailScram *self, const char *server_first, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (server_first, ",", 10);
  g_autofree guchar *salt = NULL;
  g_autofree char *without_proof = NULL;
  g_autofree char *auth_message = NULL;
  g_autofree char *encoded = NULL;
  guint8 proof[MAX_HASH];
  gsize salt_size = 0;
  guint64 iterations = 0;

  if (!parse_server_first (self, parts, &salt, &salt_size, &iterations, error))
    return NULL;
  without_proof = g_strdup_printf (CHANNEL_BINDING ",%s", parts[0]);
  auth_message = g_strjoin (",", self->first_bare, server_first, without_proof, NULL);
  if (!compute (self, salt, salt_size, iterations, auth_message, proof))
    {
      g_set_error (error, MAIL_ERROR, MAIL_ERROR_UNSUPPORTED, "SCRAM: GnuTLS refuses the hash");
      return NULL;
    }
  encoded = g_base64_encode (proof, self->size);
  self->answered = TRUE;
  return g_strdup_printf ("%s,p=%s", without_proof, encoded);
}

gboolean
mail_scram_verify (MailScram *self, const char *server_final, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (server_final, ",", 2);
  g_autofree guchar *signature = NULL;
  gsize size = 0;

  if (parts[0] != NULL && g_str_has_prefix (parts[0], "e="))
    {
      g_autofree char *why = g_strescape (parts[0] + 2, NULL);

      g_set_error (error, MAIL_ERROR, MAIL_ERROR_SIGN_IN, "SCRAM: the server says “%s”", why);
      return FALSE;
    }
  if (!self->answered || parts[0] == NULL || !g_str_has_prefix (parts[0], "v="))
    return fail (error, "the server’s final message is none");

  signature = decode (parts[0] + 2, &size);
  if (signature == NULL || size != self->size || gnutls_memcmp (signature, self->server_signature, size) != 0)
    {
      g_set_error (error, MAIL_ERROR, MAIL_ERROR_INSECURE, "SCRAM: the server does not know the password");
      return FALSE;
    }
  return TRUE;
}
