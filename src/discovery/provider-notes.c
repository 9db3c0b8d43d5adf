/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "discovery/provider.h"

#include <glib/gi18n-lib.h>

/* What a person must know before the first sign-in, by the key that the table of providers names. */
static const struct
{
  const char *key;
  const char *sentence;
} notes[] = {
  { "own-network-smtp", N_ ("This provider may accept mail for sending only from its own network.") },
  { "italy-only", N_ ("This provider’s servers answer only to connections from Italy.") },
  { "aruba-pec", N_ ("IMAP and POP can be switched off for each mailbox in the webmail, under “Gestisci su client”. "
                     "With two-step sign-in on, this mailbox has a password of its own for mail programs.") },
  { "legalmail", N_ ("The user name here is your User ID, which need not be your address.") },
  { "gmail", N_ ("Google does not accept your Google password here. With two-step sign-in on, make an app password and "
                 "use that. POP must first be switched on in Gmail’s settings, and Gmail itself decides what happens to mail "
                 "that POP has downloaded.") },
  { "outlook", N_ ("Outlook.com accepts only sign-in through Microsoft’s own page (OAuth), which this version of Missiva "
                   "does not offer. POP and IMAP are also off until you switch them on in its settings.") },
  { "microsoft365", N_ ("Microsoft 365 accepts only sign-in through Microsoft’s own page (OAuth), which this version of "
                        "Missiva does not offer.") },
  { "icloud", N_ ("iCloud wants an app-specific password, made on Apple’s account page. It offers no POP.") },
  { "yahoo", N_ ("Yahoo wants an app password or sign-in through its own page. This version of Missiva can use the app "
                 "password.") },
  { "switch-on", N_ ("IMAP and POP must first be switched on in this provider’s settings on the web.") },
  { "proton", N_ ("Proton Mail is reached only through Proton Bridge on this computer; use the user name and password that "
                  "the Bridge shows.") },
  { "tuta", N_ ("Tuta offers neither IMAP nor POP, so no mail program can reach it.") },
};

const char *
mail_provider_get_note (const MailProvider *provider)
{
  for (guint i = 0; provider->note != NULL && i < G_N_ELEMENTS (notes); i++)
    if (g_str_equal (provider->note, notes[i].key))
      return _ (notes[i].sentence);
  return NULL;
}
