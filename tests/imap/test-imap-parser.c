/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "core/errors.h"
#include "imap/imap-machine.h"
#include "imap/imap-parser.h"

/* Each response is read whole, byte by byte, and after every one of its prefixes; what was understood is compared as text. */

static void
dump_text (GString *out, const char *name, const char *text)
{
  if (text != NULL)
    g_string_append_printf (out, " %s=%s", name, text);
}

static void
dump_words (GString *out, const char *name, char **words)
{
  g_autofree char *joined = words != NULL ? g_strjoinv ("|", words) : NULL;

  dump_text (out, name, joined);
}

static void
dump_numbers (GString *out, const char *name, const GArray *numbers)
{
  if (numbers == NULL)
    return;
  g_string_append_printf (out, " %s=", name);
  for (guint i = 0; i < numbers->len; i++)
    g_string_append_printf (out, "%s%u", i > 0 ? "," : "", g_array_index (numbers, guint32, i));
}

static void
dump_people (GString *out, const char *name, const GPtrArray *people)
{
  if (people == NULL)
    return;
  g_string_append_printf (out, " %s=", name);
  for (guint i = 0; i < people->len; i++)
    {
      const MailImapAddress *address = g_ptr_array_index (people, i);

      g_string_append_printf (out, "<%s;%s;%s>", address->name != NULL ? address->name : "-",
                              address->mailbox != NULL ? address->mailbox : "-",
                              address->host != NULL ? address->host : "-");
    }
}

static void
dump_part (GString *out, const MailImapPart *part)
{
  g_string_append_printf (out, "[%s %s/%s", part->section, part->type, part->subtype);
  if (part->size > 0)
    g_string_append_printf (out, " %" G_GUINT64_FORMAT, part->size);
  dump_text (out, "enc", part->encoding);
  dump_words (out, "par", part->parameters);
  dump_text (out, "id", part->content_id);
  dump_text (out, "desc", part->description);
  dump_text (out, "disp", part->disposition);
  dump_words (out, "dpar", part->disposition_parameters);
  for (guint i = 0; part->children != NULL && i < part->children->len; i++)
    dump_part (out, g_ptr_array_index (part->children, i));
  g_string_append_c (out, ']');
}

static void
dump_envelope (GString *out, const MailImapEnvelope *envelope)
{
  dump_text (out, "date", envelope->date);
  dump_text (out, "subject", envelope->subject);
  dump_people (out, "from", envelope->from);
  dump_people (out, "sender", envelope->sender);
  dump_people (out, "reply-to", envelope->reply_to);
  dump_people (out, "to", envelope->to);
  dump_people (out, "cc", envelope->cc);
  dump_people (out, "bcc", envelope->bcc);
  dump_text (out, "irt", envelope->in_reply_to);
  dump_text (out, "mid", envelope->message_id);
}

static void
dump_fetch (GString *out, const MailImapFetch *fetch)
{
  g_autofree char *flags = mail_flags_to_imap (fetch->flags);

  if (fetch->has & MAIL_IMAP_HAS_UID)
    g_string_append_printf (out, " uid=%u", fetch->uid);
  if (fetch->has & MAIL_IMAP_HAS_FLAGS)
    g_string_append_printf (out, " flags=(%s)%s", flags, fetch->recent ? " recent" : "");
  dump_text (out, "keywords", fetch->keywords);
  if (fetch->has & MAIL_IMAP_HAS_SIZE)
    g_string_append_printf (out, " size=%" G_GUINT64_FORMAT, fetch->size);
  if (fetch->has & MAIL_IMAP_HAS_DATE)
    g_string_append_printf (out, " idate=%" G_GINT64_FORMAT, fetch->internal_date);
  if (fetch->has & MAIL_IMAP_HAS_MODSEQ)
    g_string_append_printf (out, " modseq=%" G_GUINT64_FORMAT, fetch->modseq);
  if (fetch->has & MAIL_IMAP_HAS_BINARY_SIZE)
    g_string_append_printf (out, " binary-size=%" G_GUINT64_FORMAT, fetch->binary_size);
  if (fetch->has & MAIL_IMAP_HAS_PREVIEW)
    g_string_append_printf (out, " preview=%s", fetch->preview != NULL ? fetch->preview : "none");
  if (fetch->has & MAIL_IMAP_HAS_LABELS)
    g_string_append_printf (out, " labels=%s", fetch->labels != NULL ? fetch->labels : "none");
  dump_text (out, "email", fetch->email_id);
  if (fetch->has & MAIL_IMAP_HAS_ENVELOPE)
    dump_envelope (out, fetch->envelope);
  if (fetch->has & MAIL_IMAP_HAS_STRUCTURE)
    dump_part (out, fetch->structure);
  for (guint i = 0; fetch->sections != NULL && i < fetch->sections->len; i++)
    {
      const MailImapSection *section = g_ptr_array_index (fetch->sections, i);
      gsize size = 0;
      const char *data = section->data != NULL ? g_bytes_get_data (section->data, &size) : "NIL";

      g_string_append_printf (out, " {%s@%" G_GINT64_FORMAT "%s}=", section->section, section->origin,
                              section->binary ? " binary" : "");
      if (size > 200)
        g_string_append_printf (out, "%" G_GSIZE_FORMAT " bytes", size);
      else
        g_string_append_len (out, data, section->data != NULL ? (gssize) size : 3);
    }
}

static void
dump_status (GString *out, const MailImapStatus *status)
{
  g_string_append_printf (out, " messages=%u unseen=%u uidnext=%u uidvalidity=%u modseq=%" G_GUINT64_FORMAT
                          " size=%" G_GUINT64_FORMAT,
                          status->messages, status->unseen, status->uidnext, status->uidvalidity,
                          status->highestmodseq, status->size);
  if (status->no_modseq)
    g_string_append (out, " nomodseq");
  if (status->deleted > 0)
    g_string_append_printf (out, " deleted=%u", status->deleted);
  if (status->append_limit > 0)
    g_string_append_printf (out, " limit=%" G_GUINT64_FORMAT, status->append_limit);
  if (status->mailbox_object_id[0] != '\0')
    dump_text (out, "id", status->mailbox_object_id);
}

static void
dump_namespaces (GString *out, const GPtrArray *namespaces)
{
  for (guint i = 0; namespaces != NULL && i < namespaces->len; i++)
    {
      const MailImapNamespace *names = g_ptr_array_index (namespaces, i);

      g_string_append_printf (out, " %d'%s'%.1s", names->kind, names->prefix, &names->delimiter);
    }
}

static void
dump_ranges (GString *out, const GArray *ranges)
{
  g_string_append (out, " ranges=");
  for (guint i = 0; i < ranges->len; i++)
    g_string_append_printf (out, "%u-%u;", g_array_index (ranges, MailImapRange, i).first,
                            g_array_index (ranges, MailImapRange, i).last);
}

static char *
dump (const MailImapResponse *response)
{
  static const char *const kinds[] = { "unknown", "+", "tagged", "untagged", "capability", "enabled", "flags", "list",
                                       "lsub", "status", "search", "esearch", "exists", "recent", "expunge", "vanished",
                                       "fetch", "namespace", "myrights", "id", "quota", "quotaroot" };
  static const char *const conditions[] = { "OK", "NO", "BAD", "BYE", "PREAUTH" };
  GString *out = g_string_new (kinds[response->kind]);

  dump_text (out, "tag", response->tag);
  if (response->kind == MAIL_IMAP_RESPONSE_TAGGED || response->kind == MAIL_IMAP_RESPONSE_UNTAGGED)
    g_string_append_printf (out, " %s code=%d", conditions[response->condition], response->code);
  dump_text (out, "text", response->text);
  if (response->number > 0)
    g_string_append_printf (out, " n=%" G_GUINT64_FORMAT, response->number);
  if (response->counted)
    g_string_append (out, " counted");
  if (response->boundary > 0)
    g_string_append_printf (out, " boundary=%u", response->boundary);
  dump_words (out, "words", response->words);
  dump_namespaces (out, response->namespaces);
  dump_text (out, "name", response->name);
  if (response->flags != 0 || response->wildcard)
    {
      g_autofree char *flags = mail_flags_to_imap (response->flags);

      g_string_append_printf (out, " (%s)%s", flags, response->wildcard ? "*" : "");
    }
  if (response->listed != NULL)
    g_string_append_printf (out, " '%s' '%s' '%.1s' role=%s flags=%x", response->listed->info->name,
                            response->listed->raw_name, &response->listed->info->delimiter,
                            mail_role_to_string (response->listed->info->role), response->listed->info->flags);
  if (response->kind == MAIL_IMAP_RESPONSE_STATUS)
    dump_status (out, &response->status);
  dump_numbers (out, "numbers", response->numbers);
  if (response->ranges != NULL)
    dump_ranges (out, response->ranges);
  if (response->earlier)
    g_string_append (out, " earlier");
  if (response->kind == MAIL_IMAP_RESPONSE_QUOTA)
    g_string_append_printf (out, " %" G_GUINT64_FORMAT "/%" G_GUINT64_FORMAT, response->quota.used,
                            response->quota.limit);
  if (response->copied.uidvalidity != 0)
    g_string_append_printf (out, " copied=%u", response->copied.uidvalidity);
  dump_numbers (out, "source", response->copied.source_uids);
  dump_numbers (out, "target", response->copied.target_uids);
  if (response->fetch != NULL)
    dump_fetch (out, response->fetch);
  if (response->skipped > 0)
    g_string_append_printf (out, " skipped=%u", response->skipped);
  return g_string_free (out, FALSE);
}

static void
check_frame (MailImapFramer *framer, const char *expected)
{
  g_auto (MailImapResponse) response = { 0 };
  g_autoptr (GError) error = NULL;
  g_autofree char *found = NULL;
  MailImapFrame frame;

  g_assert_cmpint (mail_imap_framer_next (framer, &frame, &error), ==, MAIL_IMAP_FRAME_READY);
  mail_imap_parse (&frame, &mail_imap_default_limits, FALSE, &response, &error);
  g_assert_no_error (error);
  found = dump (&response);
  g_assert_cmpstr (found, ==, expected);
}

static void
check_bytes (const char *line, gsize length, const char *expected)
{
  g_autoptr (MailImapFramer) whole = mail_imap_framer_new (&mail_imap_default_limits);
  g_autoptr (MailImapFramer) drip = mail_imap_framer_new (&mail_imap_default_limits);
  MailImapFrame frame;

  mail_imap_framer_push (whole, line, length);
  mail_imap_framer_push (whole, "\r\n", 2);
  mail_imap_framer_push (whole, line, length);
  mail_imap_framer_push (whole, "\r\n", 2);
  check_frame (whole, expected);
  check_frame (whole, expected);
  g_assert_cmpuint (mail_imap_framer_get_buffered (whole), ==, 0);

  for (gsize i = 0; i < length; i++)
    {
      mail_imap_framer_push (drip, line + i, 1);
      g_assert_cmpint (mail_imap_framer_next (drip, &frame, NULL), ==, MAIL_IMAP_FRAME_NEED_MORE);
    }
  g_assert_cmpuint (mail_imap_framer_get_buffered (drip), ==, length);
  mail_imap_framer_push (drip, "\r\n", 2);
  check_frame (drip, expected);
}

/* A cut response must be an error or nothing, never a crash. */
static void
check_prefixes (const char *line, gsize length)
{
  for (gsize i = 0; i < length; i++)
    {
      g_autofree char *copy = g_memdup2 (line, MAX (i, 1));
      MailImapFrame frame = { copy, i, NULL, 0 };
      g_auto (MailImapResponse) response = { 0 };

      mail_imap_parse (&frame, &mail_imap_default_limits, FALSE, &response, NULL);
    }
}

static void
check (const char *line, const char *expected)
{
  check_bytes (line, strlen (line), expected);
  check_prefixes (line, strlen (line));
}

static void
test_conditions (void)
{
  check ("A1 OK LOGIN completed", "tagged tag=A1 OK code=0 text=LOGIN completed");
  check ("A44 NO [TRYCREATE] no such mailbox", "tagged tag=A44 NO code=24 text=no such mailbox");
  check ("* BYE Autologout; idle for too long", "untagged BYE code=0 text=Autologout; idle for too long");
  check ("* PREAUTH IMAP4rev1 server logged in as Smith", "untagged PREAUTH code=0 text=IMAP4rev1 server logged in as Smith");
  check ("* BAD Command line too long", "untagged BAD code=0 text=Command line too long");
  check ("* OK", "untagged OK code=0 text=");
  check ("A1 OK", "tagged tag=A1 OK code=0 text=");
  check ("* OK see {5}", "untagged OK code=0 text=see {5}");
  check ("* OK [UNSEEN 12] Message 12 is first unseen", "untagged OK code=28 text=Message 12 is first unseen n=12");
  check ("* OK [UIDVALIDITY 3857529045] UIDs valid", "untagged OK code=26 text=UIDs valid n=3857529045");
  check ("* OK [UIDNEXT 4392] Predicted next UID", "untagged OK code=25 text=Predicted next UID n=4392");
  check ("* OK [HIGHESTMODSEQ 715194045007]", "untagged OK code=13 text= n=715194045007");
  check ("* OK [NOMODSEQ] no", "untagged OK code=16 text=no");
  check ("* OK [PERMANENTFLAGS (\\Deleted \\Seen $Junk own \\*)] Limited",
         "untagged OK code=20 text=Limited words=own (\\Seen \\Deleted $Junk)*");
  check ("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hi", "untagged OK code=8 text=hi words=IMAP4rev1|AUTH=PLAIN");
  check ("* NO [ALERT] System shutdown", "untagged NO code=2 text=System shutdown");
  check ("A1 NO [AUTHENTICATIONFAILED] no", "tagged tag=A1 NO code=5 text=no");
  check ("A1 NO [unavailable] no", "tagged tag=A1 NO code=27 text=no");
  check ("A1 OK [READ-WRITE] done", "tagged tag=A1 OK code=23 text=done");
  check ("A1 OK [MAILBOXID (F2212ea87-6097-4256-9d51-71338625)] done",
         "tagged tag=A1 OK code=34 text=done words=F2212ea87-6097-4256-9d51-71338625");
  check ("A1 OK [MESSAGELIMIT 1000 23221] done", "tagged tag=A1 OK code=35 text=done n=1000 boundary=23221");
  check ("A1 NO [MESSAGELIMIT 1000] too many", "tagged tag=A1 NO code=35 text=too many n=1000");
  check ("A1 NO [HasChildren] first", "tagged tag=A1 NO code=33 text=first");
  check ("* OK [NOTIFICATIONOVERFLOW] too much", "untagged OK code=36 text=too much");
  check ("A1 NO [BADCHARSET (\"a]b\" UTF-8)] no", "tagged tag=A1 NO code=1 text=no");
  check ("* OK [MODIFIED 7,9] x", "untagged OK code=1 text=x");
  check ("* OK [UNFINISHED", "untagged OK code=0 text=[UNFINISHED");
  check ("A1 OK [APPENDUID 38505 3955] done", "tagged tag=A1 OK code=4 text=done copied=38505 target=3955");
  check ("A1 OK [COPYUID 38505 304,319:320 3956:3958] Done",
         "tagged tag=A1 OK code=11 text=Done copied=38505 source=304,319,320 target=3956,3957,3958");
  check ("A1 OK [COPYUID 1 9,2 5,4] x", "tagged tag=A1 OK code=11 text=x copied=1 source=9,2 target=5,4");
  check ("A1 OK [COPYUID 1 1:4294967295 1:4294967295] x", "tagged tag=A1 OK code=1 text=x");
  check ("A1 OK [COPYUID 1 1:3 1] x", "tagged tag=A1 OK code=1 text=x");
  check ("A1 OK [UIDVALIDITY x] y", "tagged tag=A1 OK code=1 text=y");
  check ("+ Ready for literal data", "+ text=Ready for literal data");
  check ("+", "+ text=");
}

static void
test_mailbox_data (void)
{
  check ("* CAPABILITY IMAP4rev2 STARTTLS AUTH=GSSAPI", "capability words=IMAP4rev2|STARTTLS|AUTH=GSSAPI");
  check ("* ENABLED CONDSTORE X-GOOD-IDEA", "enabled words=CONDSTORE|X-GOOD-IDEA");
  check ("* ENABLED", "enabled words=");
  check ("* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)",
         "flags words= (\\Seen \\Answered \\Flagged \\Deleted \\Draft)");
  check ("* LIST (\\Noselect) \"/\" ~/Mail/foo", "list '~/Mail/foo' '~/Mail/foo' '/' role= flags=1");
  check ("* LIST () NIL inbox", "list 'INBOX' 'inbox' '' role=inbox flags=0");
  check ("* LIST (\\Sent \\Subscribed) \"\\\\\" \"Posta \\\"x\\\"\"",
         "list 'Posta \"x\"' 'Posta \"x\"' '\\' role=sent flags=2");
  check ("* LIST (\\HasNoChildren) \".\" {11}\r\n&AMk-t&AOk-", "list 'Été' '&AMk-t&AOk-' '.' role= flags=0");
  check ("* LIST (\\Marked \\Drafts) \"/\" \"foo\" (\"CHILDINFO\" (\"SUBSCRIBED\"))",
         "list 'foo' 'foo' '/' role=drafts flags=0");
  check ("* XLIST (\\HasNoChildren \\AllMail) \"/\" \"[Gmail]/All Mail\"",
         "list '[Gmail]/All Mail' '[Gmail]/All Mail' '/' role=all flags=0");
  check ("* LSUB () \".\" #news.comp.mail.misc", "lsub '#news.comp.mail.misc' '#news.comp.mail.misc' '.' role= flags=0");
  check ("* STATUS blurdybloop (MESSAGES 231 UIDNEXT 44292)",
         "status name=blurdybloop messages=231 unseen=0 uidnext=44292 uidvalidity=0 modseq=0 size=0");
  check ("* STATUS \"x y\" (UNSEEN 5 UIDVALIDITY 9 HIGHESTMODSEQ 7011231777 SIZE 12345678901 MAILBOXID (F1) RECENT 1)",
         "status name=x y messages=0 unseen=5 uidnext=0 uidvalidity=9 modseq=7011231777 size=12345678901 "
         "id=F1");
  check ("* STATUS x (DELETED 3 APPENDLIMIT 257890 HIGHESTMODSEQ 0 MESSAGES 4)",
         "status name=x messages=4 unseen=0 uidnext=0 uidvalidity=0 modseq=0 size=0 nomodseq deleted=3 limit=257890");
  check ("* STATUS x (APPENDLIMIT NIL MESSAGES 4 X-NEW (a (b)))",
         "status name=x messages=4 unseen=0 uidnext=0 uidvalidity=0 modseq=0 size=0");
  check ("* SEARCH 2 84 882", "search numbers=2,84,882");
  check ("* SEARCH", "search numbers=");
  check ("* SEARCH 2 5 (MODSEQ 917162500)", "search numbers=2,5");
  check ("* ESEARCH (TAG \"A282\") UID MIN 2 COUNT 3 ALL 2,10:11", "esearch n=3 counted ranges=2-2;10-11;");
  check ("* ESEARCH (TAG \"A282\") UID", "esearch");
  check ("* ESEARCH (TAG \"A283\") UID COUNT 0", "esearch counted");
  check ("* ESEARCH (TAG \"A1\") UID PARTIAL (-1:-100 200:250,252:300)", "esearch ranges=200-250;252-300;");
  check ("* ESEARCH (TAG \"A1\") UID PARTIAL (1:100 NIL) COUNT 7", "esearch n=7 counted");
  check ("* ESEARCH (TAG \"A1\") UID ALL 1 ALL 2", "unknown skipped=1");
  check ("* ESEARCH UID ALL 1:*", "esearch ranges=1-4294967295;");
  check ("* VANISHED (EARLIER) 300:310,405,411", "vanished ranges=300-310;405-405;411-411; earlier");
  check ("* VANISHED 1:4294967295", "vanished ranges=1-4294967295;");
  check ("* NAMESPACE ((\"\" \"/\")) ((\"~\" \"/\" \"X-PARAM\" (\"a\" \"b\"))) ((\"#shared/\" \"/\")(\"#public/\" \"/\"))",
         "namespace 0''/ 1'~'/ 2'#shared/'/ 2'#public/'/");
  check ("* NAMESPACE ((\"INBOX.\" \".\")) NIL ((\"\" NIL))", "namespace 0'INBOX.'. 2''");
  check ("* NAMESPACE NIL NIL NIL", "namespace");
  check ("* NAMESPACE (\"\") NIL NIL", "unknown skipped=1");
  check ("* MYRIGHTS INBOX rwiptsldaex", "myrights text=rwiptsldaex name=INBOX");
  check ("* MYRIGHTS \"Other Users/B&APw-ro\" \"\"", "myrights text= name=Other Users/Büro");
  check ("* ID (\"Name\" \"Cyrus\" \"version\" NIL)", "id words=name|Cyrus|version|");
  check ("* ID NIL", "id words=");
  check ("* QUOTA \"\" (STORAGE 10 512 MESSAGE 1 20)", "quota name= 10240/524288");
  check ("* QUOTA x ()", "quota name=x 0/0");
  check ("* QUOTAROOT INBOX \"\" other", "quotaroot words=|other name=INBOX");
  check ("* 23 EXISTS", "exists n=23");
  check ("* 5 RECENT", "recent n=5");
  check ("* 44 EXPUNGE", "expunge n=44");
  check ("* METADATA \"\" /shared/comment", "unknown");
  check ("* 12 UIDFETCH (FLAGS ())", "fetch n=12 uid=12 flags=()");
  check ("*", "unknown");
  check ("", "unknown");
  check ("* LIST garbage", "unknown skipped=1");
  check ("* 99999999999 EXISTS", "unknown skipped=1");
}

#define ENVELOPE_LINE                                                                                                  \
  "* 12 FETCH (FLAGS (\\Seen) INTERNALDATE \"17-Jul-1996 02:44:25 -0700\" RFC822.SIZE 4286 ENVELOPE ("                  \
  "\"Wed, 17 Jul 1996 02:23:25 -0700 (PDT)\" \"IMAP4rev1 WG mtg summary and minutes\" "                                 \
  "((\"Some One\" NIL \"one\" \"example.org\")) ((\"Some One\" NIL \"one\" \"example.org\")) "                         \
  "((\"Some One\" NIL \"one\" \"example.org\")) ((NIL NIL \"imap\" \"example.com\"))"                                  \
  "((NIL NIL \"minutes\" \"example.net\")(\"John\" NIL \"j\" \"example.org\")) NIL NIL "                                \
  "\"<B27397-0100000@example.org>\") BODY (\"TEXT\" \"PLAIN\" (\"CHARSET\" \"US-ASCII\") NIL NIL \"7BIT\" 3028 92))"

static void
test_fetch (void)
{
  check ("* 23 FETCH (FLAGS (\\Seen $Forwarded Work \\Recent $Label1) UID 4827313 RFC822.SIZE 44827)",
         "fetch n=23 uid=4827313 flags=(\\Seen $Forwarded) recent keywords=Work $Label1 size=44827");
  check (ENVELOPE_LINE,
         "fetch n=12 flags=(\\Seen) size=4286 idate=837596665 date=Wed, 17 Jul 1996 02:23:25 -0700 (PDT) "
         "subject=IMAP4rev1 WG mtg summary and minutes from=<Some One;one;example.org> "
         "sender=<Some One;one;example.org> reply-to=<Some One;one;example.org> to=<-;imap;example.com> "
         "cc=<-;minutes;example.net><John;j;example.org> mid=<B27397-0100000@example.org>"
         "[1 text/plain 3028 enc=7bit par=charset|US-ASCII]");
  check ("* 1 FETCH (UID 1 ENVELOPE NIL)", "fetch n=1 uid=1");
  check ("* 1 FETCH (UID 1 ENVELOPE (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL))", "fetch n=1 uid=1");
  check ("* 1 FETCH (UID 1 ENVELOPE (\"\" {3}\r\na\"b \"\" \"\" \"\" ((NIL NIL \"team\" NIL)(NIL NIL \"a\" \"b\")"
         "(NIL NIL NIL NIL)) () NIL NIL NIL))",
         "fetch n=1 uid=1 date= subject=a\"b to=<-;team;-><-;a;b><-;-;-> cc=");
  check ("* 2 FETCH (UID 3 BODY[HEADER.FIELDS (DATE \"a]b\" FROM)]<5> {4}\r\nabcd BODY[] NIL BINARY[1.2] ~{3}\r\nx\ry)",
         "fetch n=2 uid=3 {HEADER.FIELDS (DATE \"a]b\" FROM)@5}=abcd {@-1}=NIL {1.2@-1 binary}=x\ry");
  check ("* 2 FETCH (RFC822.HEADER \"h\" RFC822.TEXT {0}\r\n RFC822 \"q\\\"\")",
         "fetch n=2 {HEADER@-1}=h {TEXT@-1}= {@-1}=q\"");
  check ("* 2 FETCH (MODSEQ (624140003) EMAILID (M6d99ac3275bb4e) PREVIEW \"x y\" UID 7)",
         "fetch n=2 uid=7 modseq=624140003 preview=x y email=M6d99ac3275bb4e");
  check ("* 2 FETCH (X-GM-MSGID 1278455344230334865 X-GM-LABELS (\"\\\\Inbox\" a {1}\r\n( NIL) UID 7)",
         "fetch n=2 uid=7 labels=\\Inbox a ( NIL email=gm:1278455344230334865");
  check ("* 2 FETCH (UID 7 X-GM-LABELS (\\Inbox \"a b\" \"say \\\"hi\\\"\" &AOk-t&AOk-))",
         "fetch n=2 uid=7 labels=\\Inbox \"a b\" \"say \\\"hi\\\"\" été");
  check ("* 2 FETCH (UID 7 X-GM-LABELS ())", "fetch n=2 uid=7 labels=none");
  check ("* 2 FETCH (UID 7 THREADID (T64b478a75b7ea9) PREVIEW NIL)", "fetch n=2 uid=7 preview=none skipped=1");
  check ("* 2 FETCH (UID 7 PREVIEW (FUZZY \"old\") SAVEDATE soon)", "fetch n=2 uid=7 skipped=2");
  check ("* 2 FETCH (UID 7 PREVIEW {5}\r\na\r\nb!)", "fetch n=2 uid=7 preview=a  b!");
  check ("* 25996 UIDFETCH (FLAGS (\\Seen) MODSEQ (12))", "fetch n=25996 uid=25996 flags=(\\Seen) modseq=12");
  check ("* 0 UIDFETCH (FLAGS ())", "unknown skipped=1");
  check ("* 2 FETCH (UID 7 BINARY[2]<100> {3}\r\na\x01z BINARY.SIZE[2] 4096)",
         "fetch n=2 uid=7 binary-size=4096 {2@100 binary}=a\x01z");
  check ("* 3 FETCH (BINARY.SIZE[1] 200 UID 5)", "fetch n=3 uid=5 binary-size=200");
  check ("* 3 FETCH  ( UID  5   FLAGS () )", "fetch n=3 uid=5 flags=()");
  check ("* 3 FETCH (UID 0 FLAGS (\\Seen))", "fetch n=3 flags=(\\Seen) skipped=1");
  check ("* 3 FETCH (INTERNALDATE \"nonsense\" UID 5)", "fetch n=3 uid=5 skipped=1");
  check ("* 3 FETCH (ENVELOPE (\"broken\" (((\"list\")))) UID 5)", "fetch n=3 uid=5 skipped=1");
  check ("* 3 FETCH (BODYSTRUCTURE (\"only\") UID 5 FLAGS (\\Draft))", "fetch n=3 uid=5 flags=(\\Draft) skipped=1");
  check ("* 3 FETCH (UID 5", "unknown skipped=1");
  check ("* 3 FETCH UID 5", "unknown skipped=1");
}

static void
test_structures (void)
{
  check ("* 1 FETCH (BODYSTRUCTURE ((\"TEXT\" \"PLAIN\" (\"CHARSET\" \"US-ASCII\") NIL NIL \"7BIT\" 1152 23)"
         "(\"TEXT\" \"PLAIN\" (\"CHARSET\" \"US-ASCII\" \"NAME\" \"cc.diff\") \"<960723163407.20117h@example.org>\" "
         "\"Compiler diff\" \"BASE64\" 4554 73) \"MIXED\"))",
         "fetch n=1[ multipart/mixed[1 text/plain 1152 enc=7bit par=charset|US-ASCII]"
         "[2 text/plain 4554 enc=base64 par=charset|US-ASCII|name|cc.diff id=<960723163407.20117h@example.org> "
         "desc=Compiler diff]]");
  check ("* 1 FETCH (BODYSTRUCTURE ((\"text\" \"html\" NIL NIL NIL \"QUOTED-PRINTABLE\" 7 1 NIL (\"INLINE\" NIL) (\"en\" \"it\") "
         "\"http://example.org/\" (\"future\" 1))(\"application\" \"pdf\" (\"NAME\" \"a.pdf\") NIL NIL \"base64\" 99 \"md5\" "
         "(\"attachment\" (\"FILENAME\" \"a.pdf\")) NIL) \"mixed\" (\"boundary\" \"=_x\") NIL NIL NIL))",
         "fetch n=1[ multipart/mixed par=boundary|=_x[1 text/html 7 enc=quoted-printable disp=inline]"
         "[2 application/pdf 99 enc=base64 par=name|a.pdf disp=attachment dpar=filename|a.pdf]]");
  check ("* 1 FETCH (BODYSTRUCTURE ((\"text\" \"plain\" NIL NIL NIL NIL 5 1)(\"message\" \"rfc822\" NIL NIL NIL \"7bit\" 900 "
         "(NIL \"inner\" NIL NIL NIL NIL NIL NIL NIL NIL) ((\"text\" \"plain\" NIL NIL NIL \"7bit\" 1 1)"
         "((\"a\" \"b\" NIL NIL NIL \"7bit\" 2) \"related\") \"alternative\") 40 NIL (\"attachment\" NIL)) \"mixed\"))",
         "fetch n=1[ multipart/mixed[1 text/plain 5][2 message/rfc822 900 enc=7bit disp=attachment"
         "[2.TEXT multipart/alternative[2.1 text/plain 1 enc=7bit][2.2 multipart/related[2.2.1 a/b 2 enc=7bit]]]]]");
  check ("* 1 FETCH (BODYSTRUCTURE (\"message\" \"rfc822\" NIL NIL NIL \"7bit\" 9 (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL) "
         "(\"text\" \"plain\" NIL NIL NIL \"7bit\" 1 1) 4))",
         "fetch n=1[1 message/rfc822 9 enc=7bit[1.1 text/plain 1 enc=7bit]]");
  /* What servers send for what they could not parse. */
  check ("* 1 FETCH (BODYSTRUCTURE (\"message\" \"rfc822\" NIL NIL NIL \"7bit\" 9 NIL (\"attachment\" NIL) NIL))",
         "fetch n=1[1 message/rfc822 9 enc=7bit disp=attachment]");
  check ("* 1 FETCH (BODYSTRUCTURE (\"text\" \"plain\" NIL NIL NIL \"8bit\" -1 NIL NIL NIL (((deep)))))",
         "fetch n=1[1 text/plain enc=8bit]");
  check ("* 1 FETCH (BODYSTRUCTURE (\"text\" \"plain\" (\"charset\" NIL) {4}\r\n<id> NIL \"7BIT\" 3 1 NIL garbage))",
         "fetch n=1[1 text/plain 3 enc=7bit par=charset| id=<id>]");
  check ("* 1 FETCH (BODYSTRUCTURE NIL UID 4)", "fetch n=1 uid=4");
}

static void
test_large_literals (void)
{
  g_autoptr (GString) line = g_string_new ("* 7 FETCH (UID 9 BODY[] {100000}\r\n");
  g_autoptr (GString) structure = g_string_new ("(\"text\" \"plain\" NIL NIL {5000}\r\n");
  g_autofree char *description = g_strnfill (5000, 'd');

  for (guint i = 0; i < 100000; i++)
    g_string_append_c (line, (char) (i % 7 == 0 ? '\n' : i));
  g_string_append (line, " BODY[1] {5000}\r\n");
  for (guint i = 0; i < 5000; i++)
    {
      g_string_append_c (line, ')');
      g_string_append_c (structure, 'd');
    }
  g_string_append (structure, " \"7bit\" 1 1)");
  g_string_append_printf (line, " BODYSTRUCTURE %s BODY[2] \"small\" FLAGS (\\Seen))", structure->str);
  {
    g_autoptr (MailImapFramer) framer = mail_imap_framer_new (&mail_imap_default_limits);
    g_auto (MailImapResponse) response = { 0 };
    MailImapFrame frame;
    const MailImapSection *section;

    for (gsize i = 0; i < line->len; i += 333)
      {
        g_assert_cmpint (mail_imap_framer_next (framer, &frame, NULL), ==, MAIL_IMAP_FRAME_NEED_MORE);
        mail_imap_framer_push (framer, line->str + i, MIN (333, line->len - i));
      }
    mail_imap_framer_push (framer, "\n* OK next\r\n", 12);
    g_assert_cmpint (mail_imap_framer_next (framer, &frame, NULL), ==, MAIL_IMAP_FRAME_READY);
    g_assert_cmpuint (frame.n_literals, ==, 3);
    g_assert_cmpuint (frame.length, <, 500);
    g_assert_true (mail_imap_parse (&frame, &mail_imap_default_limits, FALSE, &response, NULL));
    section = mail_imap_fetch_get_section (response.fetch, "");
    g_assert_cmpmem (g_bytes_get_data (section->data, NULL), g_bytes_get_size (section->data),
                     line->str + strlen ("* 7 FETCH (UID 9 BODY[] {100000}\r\n"), 100000);
    g_assert_cmpstr (response.fetch->structure_text, ==, structure->str);
    g_assert_cmpuint (response.fetch->flags, ==, MAIL_FLAG_SEEN);
    g_assert_cmpint (mail_imap_framer_next (framer, &frame, NULL), ==, MAIL_IMAP_FRAME_READY);
    g_assert_cmpint (mail_imap_framer_next (framer, &frame, NULL), ==, MAIL_IMAP_FRAME_NEED_MORE);
  }
  g_string_printf (structure, "fetch n=7 uid=9 flags=(\\Seen)[1 text/plain 1 enc=7bit desc=%s] {@-1}=100000 bytes "
                   "{1@-1}=5000 bytes {2@-1}=small", description);
  check_bytes (line->str, line->len, structure->str);
}

static void
test_stored_structure (void)
{
  static const char stored[] = "((\"text\" \"plain\" (\"charset\" {5}\r\nutf-8) NIL NIL \"7bit\" 5 1)(\"a\" \"b\" NIL NIL NIL "
                               "\"base64\" 7) \"mixed\")";
  g_autoptr (GError) error = NULL;
  g_autoptr (MailImapPart) part = mail_imap_part_parse (stored, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (part->children->len, ==, 2);
  g_assert_cmpstr (mail_imap_part_get_parameter (g_ptr_array_index (part->children, 0), "charset"), ==, "utf-8");
  for (gsize i = 0; i < strlen (stored); i++)
    {
      g_autofree char *cut = g_strndup (stored, i);
      g_autoptr (GError) broken = NULL;

      g_assert_null (mail_imap_part_parse (cut, &broken));
      g_assert_error (broken, MAIL_ERROR, MAIL_ERROR_PROTOCOL);
    }
  g_assert_null (mail_imap_part_parse ("(\"a\" \"b\" NIL NIL NIL NIL 1) x", NULL));
}

/* Reads one response; what it costs is bounded by the machine's limits and the test's time. */
static MailImapFrameResult
frame_text (const MailImapLimits *limits, const GString *text, MailImapResponse *response)
{
  g_autoptr (MailImapFramer) framer = mail_imap_framer_new (limits);
  g_autoptr (GError) error = NULL;
  MailImapFrameResult result;
  MailImapFrame frame;

  mail_imap_framer_push (framer, text->str, text->len);
  result = mail_imap_framer_next (framer, &frame, &error);
  if (result == MAIL_IMAP_FRAME_READY)
    g_assert_true (mail_imap_parse (&frame, limits, FALSE, response, NULL));
  else if (result == MAIL_IMAP_FRAME_ERROR)
    {
      g_assert_error (error, MAIL_ERROR, MAIL_ERROR_LIMIT);
      g_assert_cmpint (mail_imap_framer_next (framer, &frame, NULL), ==, MAIL_IMAP_FRAME_ERROR);
    }
  return result;
}

static void
test_depth (void)
{
  g_autoptr (GString) text = g_string_new ("* 1 FETCH (UID 5 BODYSTRUCTURE ");
  g_auto (MailImapResponse) first = { 0 };
  g_auto (MailImapResponse) second = { 0 };
  g_auto (MailImapResponse) third = { 0 };
  gsize head = text->len;

  for (guint i = 0; i < 10000; i++)
    g_string_append_c (text, '(');
  g_string_append (text, "\r\n");
  g_assert_cmpint (frame_text (&mail_imap_default_limits, text, &first), ==, MAIL_IMAP_FRAME_READY);
  g_assert_cmpint (first.kind, ==, MAIL_IMAP_RESPONSE_UNKNOWN);
  g_assert_cmpuint (first.skipped, ==, 1);

  /* Deep and balanced: only the structure is left out. */
  g_string_truncate (text, text->len - 2);
  for (guint i = 0; i < 10000; i++)
    g_string_append_c (text, ')');
  g_string_append (text, " FLAGS (\\Seen))\r\n");
  g_assert_cmpint (frame_text (&mail_imap_default_limits, text, &second), ==, MAIL_IMAP_FRAME_READY);
  g_assert_cmpuint (second.fetch->has, ==, MAIL_IMAP_HAS_UID | MAIL_IMAP_HAS_FLAGS);

  g_string_truncate (text, head);
  for (guint i = 0; i < 10000; i++)
    g_string_append (text, "(\"message\" \"rfc822\" NIL NIL NIL NIL 1 (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)");
  g_string_append (text, "\r\n");
  g_assert_cmpint (frame_text (&mail_imap_default_limits, text, &third), ==, MAIL_IMAP_FRAME_READY);
  g_assert_cmpint (third.kind, ==, MAIL_IMAP_RESPONSE_UNKNOWN);
}

static void
check_limit (const char *start, MailImapLimits limits)
{
  g_autoptr (GString) text = g_string_new (start);
  g_auto (MailImapResponse) response = { 0 };

  g_assert_cmpint (frame_text (&limits, text, &response), ==, MAIL_IMAP_FRAME_ERROR);
}

/* What compares them takes time that grows with their square. */
static void
test_many_keywords (void)
{
  const MailImapLimits limits = mail_imap_default_limits;
  g_autoptr (GString) text = g_string_new ("* 1 FETCH (FLAGS (first");
  g_auto (MailImapResponse) response = { 0 };

  for (guint i = 0; i < 20000; i++)
    g_string_append_printf (text, " k%u", i);
  g_string_append (text, " \\Seen) UID 7)\r\n");
  g_assert_cmpint (frame_text (&limits, text, &response), ==, MAIL_IMAP_FRAME_READY);
  g_assert_cmpuint (response.fetch->uid, ==, 7);
  g_assert_cmpuint (response.fetch->flags, ==, MAIL_FLAG_SEEN);
  g_assert_true (g_str_has_prefix (response.fetch->keywords, "first k0 "));
  g_assert_cmpuint (strlen (response.fetch->keywords), <=, 8192);
}

static void
test_limits (void)
{
  MailImapLimits limits = mail_imap_default_limits;
  g_autoptr (GString) endless = g_string_new ("* SEARCH");
  g_autoptr (GString) many = g_string_new ("* 1 FETCH (FLAGS () ENVELOPE (NIL NIL (");
  g_auto (MailImapResponse) response = { 0 };

  check_limit ("* 1 FETCH (BODY[] {4294967295}\r\n", limits);
  check_limit ("* 1 FETCH (BODY[] {18446744073709551617}\r\n", limits);
  check_limit ("* 1 FETCH (BODY[] {99999999999999999999999999}\r\n", limits);
  limits.literal = 100;
  check_limit ("* 1 FETCH (BODY[] {101}\r\n", limits);
  limits.total = 150;
  check_limit ("* 1 FETCH (BODY[] {3}\r\nabc BODY[1] {90}\r\n0123456789012345678901234567890123456789"
               "01234567890123456789012345678901234567890123456789 BODY[2] {90}\r\n", limits);
  limits = mail_imap_default_limits;
  limits.line = 4000;
  for (guint i = 0; i < 2000; i++)
    g_string_append (endless, " 12345");
  g_assert_cmpint (frame_text (&limits, endless, &response), ==, MAIL_IMAP_FRAME_ERROR);

  limits = mail_imap_default_limits;
  limits.items = 10;
  for (guint i = 0; i < 11; i++)
    g_string_append (many, "(NIL NIL \"a\" \"b\")");
  g_string_append (many, ") NIL NIL NIL NIL NIL NIL NIL))\r\n");
  g_assert_cmpint (frame_text (&limits, many, &response), ==, MAIL_IMAP_FRAME_READY);
  g_assert_null (response.fetch->envelope);
  g_assert_cmpuint (response.skipped, ==, 1);
}

/* An announced literal costs memory only as it arrives: half a gigabyte that never comes is allocated in steps. */
static void
test_announced_literal (void)
{
  g_autoptr (MailImapFramer) framer = mail_imap_framer_new (&mail_imap_default_limits);
  static const char start[] = "* 1 FETCH (BODY[] {536870912}\r\nabc";
  MailImapFrame frame;
  gsize room;

  mail_imap_framer_push (framer, start, strlen (start));
  g_assert_cmpint (mail_imap_framer_next (framer, &frame, NULL), ==, MAIL_IMAP_FRAME_NEED_MORE);
  mail_imap_framer_get_space (framer, &room);
  g_assert_cmpuint (room, <=, 1024 * 1024);
}

/* An endless line that comes in small pieces is searched once, not once for each piece. */
static void
test_slow_line (void)
{
  MailImapLimits limits = mail_imap_default_limits;
  g_autoptr (MailImapFramer) framer = NULL;
  MailImapFrame frame;
  MailImapFrameResult result = MAIL_IMAP_FRAME_NEED_MORE;
  guint n = 0;

  limits.line = 4 * 1024 * 1024;
  framer = mail_imap_framer_new (&limits);
  for (; result == MAIL_IMAP_FRAME_NEED_MORE; n++)
    {
      mail_imap_framer_push (framer, "* SEARCH 1 2 3 4", 16);
      result = mail_imap_framer_next (framer, &frame, NULL);
    }
  g_assert_cmpint (result, ==, MAIL_IMAP_FRAME_ERROR);
  g_assert_cmpuint (n, ==, limits.line / 16 + 1);
}

static void
test_not_imap (void)
{
  static const char *const lines[] = { "220 mail.example.org ESMTP", " ", "HTTP/1.1 400 Bad Request", "A1", "A1 WHAT", "(",
                                       "A1 BYE now", "\x16\x03\x01" };

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      MailImapFrame frame = { lines[i], strlen (lines[i]), NULL, 0 };
      g_auto (MailImapResponse) response = { 0 };
      g_autoptr (GError) error = NULL;

      g_assert_false (mail_imap_parse (&frame, &mail_imap_default_limits, FALSE, &response, &error));
      g_assert_error (error, MAIL_ERROR, MAIL_ERROR_PROTOCOL);
    }
}

static void
test_utf8_names (void)
{
  static const char line[] = "* LIST () \"/\" \"Büro &AMk-\"";
  MailImapFrame frame = { line, strlen (line), NULL, 0 };
  g_auto (MailImapResponse) response = { 0 };

  g_assert_true (mail_imap_parse (&frame, &mail_imap_default_limits, TRUE, &response, NULL));
  g_assert_cmpstr (response.listed->info->name, ==, "Büro &AMk-");
}

static void
test_sets (void)
{
  static const char *const bad[] = { "", "a", "1:", ":1", "1,", ",1", "1-2", "4294967296", "1:2:3", "1 2" };
  g_autoptr (GArray) set = mail_imap_set_parse ("9:7,1,20:*", 10, 10);

  g_assert_cmpuint (set->len, ==, 3);
  g_assert_true (mail_imap_set_contains (set, 1));
  g_assert_false (mail_imap_set_contains (set, 2));
  g_assert_true (mail_imap_set_contains (set, 8));
  g_assert_false (mail_imap_set_contains (set, 10));
  g_assert_true (mail_imap_set_contains (set, 4000000000u));
  g_assert_null (mail_imap_set_expand (set, 1000));
  g_assert_null (mail_imap_set_parse ("1,2,3", 5, 2));
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_null (mail_imap_set_parse (bad[i], strlen (bad[i]), 10));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/imap/parser/reads-conditions-and-response-codes", test_conditions);
  g_test_add_func ("/imap/parser/reads-what-concerns-mailboxes", test_mailbox_data);
  g_test_add_func ("/imap/parser/reads-fetch", test_fetch);
  g_test_add_func ("/imap/parser/reads-body-structures", test_structures);
  g_test_add_func ("/imap/parser/keeps-large-literals-whole", test_large_literals);
  g_test_add_func ("/imap/parser/reads-a-stored-structure-again", test_stored_structure);
  g_test_add_func ("/imap/parser/passes-over-what-is-too-deep", test_depth);
  g_test_add_func ("/imap/parser/keeps-limits", test_limits);
  g_test_add_func ("/imap/parser/gives-memory-to-what-arrives-only", test_announced_literal);
  g_test_add_func ("/imap/parser/keeps-no-more-keywords-than-can-be-compared", test_many_keywords);
  g_test_add_func ("/imap/parser/searches-a-slow-line-once", test_slow_line);
  g_test_add_func ("/imap/parser/refuses-another-protocol", test_not_imap);
  g_test_add_func ("/imap/parser/reads-names-in-utf8", test_utf8_names);
  g_test_add_func ("/imap/parser/reads-sequence-sets", test_sets);
  return g_test_run ();
}
