/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imap/imap-capabilities.h"

#include <string.h>

static const MailImapCapability capabilities[] = {
  { "ACL", MAIL_IMAP_CAP_ACL, "4314" },
  { "APPENDLIMIT", MAIL_IMAP_CAP_APPENDLIMIT, "7889" },
  { "APPENDLIMIT=", MAIL_IMAP_CAP_APPENDLIMIT, "7889" },
  { "BINARY", MAIL_IMAP_CAP_BINARY, "3516" },
  { "COMPRESS=DEFLATE", MAIL_IMAP_CAP_COMPRESS, "4978" },
  { "CONDSTORE", MAIL_IMAP_CAP_CONDSTORE, "7162" },
  { "CREATE-SPECIAL-USE", MAIL_IMAP_CAP_CREATE_SPECIAL_USE, "6154" },
  { "ENABLE", MAIL_IMAP_CAP_ENABLE, "5161" },
  { "ESEARCH", MAIL_IMAP_CAP_ESEARCH, "4731" },
  { "ID", MAIL_IMAP_CAP_ID, "2971" },
  { "IDLE", MAIL_IMAP_CAP_IDLE, "2177" },
  { "IMAP4REV2", MAIL_IMAP_CAP_IMAP4REV2, "9051" },
  { "LIST-EXTENDED", MAIL_IMAP_CAP_LIST_EXTENDED, "5258" },
  { "LIST-MYRIGHTS", MAIL_IMAP_CAP_LIST_MYRIGHTS, "8440" },
  { "LIST-STATUS", MAIL_IMAP_CAP_LIST_STATUS, "5819" },
  { "LITERAL+", MAIL_IMAP_CAP_LITERAL_PLUS, "7888" },
  { "LITERAL-", MAIL_IMAP_CAP_LITERAL_MINUS, "7888" },
  { "MESSAGELIMIT=", MAIL_IMAP_CAP_MESSAGELIMIT, "9738" },
  { "MOVE", MAIL_IMAP_CAP_MOVE, "6851" },
  { "MULTIAPPEND", MAIL_IMAP_CAP_MULTIAPPEND, "3502" },
  { "NAMESPACE", MAIL_IMAP_CAP_NAMESPACE, "2342" },
  { "NOTIFY", MAIL_IMAP_CAP_NOTIFY, "5465" },
  { "OBJECTID", MAIL_IMAP_CAP_OBJECTID, "8474" },
  { "PARTIAL", MAIL_IMAP_CAP_PARTIAL, "9394" },
  { "PREVIEW", MAIL_IMAP_CAP_PREVIEW, "8970" },
  { "QRESYNC", MAIL_IMAP_CAP_QRESYNC | MAIL_IMAP_CAP_CONDSTORE, "7162" },
  { "QUOTA", MAIL_IMAP_CAP_QUOTA, "9208" },
  { "SASL-IR", MAIL_IMAP_CAP_SASL_IR, "4959" },
  { "SAVEDATE", MAIL_IMAP_CAP_SAVEDATE, "8514" },
  { "SPECIAL-USE", MAIL_IMAP_CAP_SPECIAL_USE, "6154" },
  { "STATUS=SIZE", MAIL_IMAP_CAP_STATUS_SIZE, "8438" },
  { "UIDONLY", MAIL_IMAP_CAP_UIDONLY, "9586" },
  { "UIDPLUS", MAIL_IMAP_CAP_UIDPLUS, "4315" },
  { "UNSELECT", MAIL_IMAP_CAP_UNSELECT, "3691" },
  { "UTF8=ACCEPT", MAIL_IMAP_CAP_UTF8_ACCEPT, "6855" },
  { "UTF8=ONLY", MAIL_IMAP_CAP_UTF8_ACCEPT, "6855" },
  { "WITHIN", MAIL_IMAP_CAP_WITHIN, "5032" },
  { "X-GM-EXT-1", MAIL_IMAP_CAP_GMAIL, NULL },
};

const MailImapCaps mail_imap_caps_of_rev2
    = MAIL_IMAP_CAP_IDLE | MAIL_IMAP_CAP_UIDPLUS | MAIL_IMAP_CAP_MOVE | MAIL_IMAP_CAP_SPECIAL_USE
      | MAIL_IMAP_CAP_LIST_EXTENDED | MAIL_IMAP_CAP_LIST_STATUS | MAIL_IMAP_CAP_NAMESPACE | MAIL_IMAP_CAP_ENABLE
      | MAIL_IMAP_CAP_SASL_IR | MAIL_IMAP_CAP_ESEARCH | MAIL_IMAP_CAP_UNSELECT | MAIL_IMAP_CAP_STATUS_SIZE
      | MAIL_IMAP_CAP_STATUS_DELETED | MAIL_IMAP_CAP_LITERAL_MINUS | MAIL_IMAP_CAP_BINARY;

const MailImapCapability *
mail_imap_capabilities (guint *count)
{
  *count = G_N_ELEMENTS (capabilities);
  return capabilities;
}

MailImapCaps
mail_imap_capability_find (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (capabilities); i++)
    {
      gsize length = strlen (capabilities[i].name);
      gboolean valued = g_str_has_suffix (capabilities[i].name, "=");

      if (valued ? g_ascii_strncasecmp (name, capabilities[i].name, length) == 0
                 : g_ascii_strcasecmp (name, capabilities[i].name) == 0)
        return capabilities[i].cap;
    }
  return 0;
}
