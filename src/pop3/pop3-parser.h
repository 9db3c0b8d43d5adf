/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "pop3/pop3-types.h"

/* Bytes of a POP3 server -> values. No I/O; every bound is an argument. Errors are MAIL_ERROR_PROTOCOL and
 * MAIL_ERROR_LIMIT. */
typedef enum
{
  MAIL_POP3_MORE, /* feed more bytes */
  MAIL_POP3_DONE,
  MAIL_POP3_BAD,  /* @error is set; nothing after this can be understood */
} MailPop3Progress;

/* Finds the first line of @data: @line_length bytes without its end, @used bytes with it. The end is CRLF; a bare LF is
 * forgiven. A line longer than @max_line is LIMIT, one with a NUL is PROTOCOL. */
MailPop3Progress mail_pop3_read_line (const char *data,
                                      gsize length,
                                      gsize max_line,
                                      gsize *line_length,
                                      gsize *used,
                                      GError **error);

typedef enum
{
  MAIL_POP3_OK,
  MAIL_POP3_ERR,
  MAIL_POP3_CONTINUE, /* "+ " of AUTH (RFC 5034) */
} MailPop3StatusKind;

/* One status line (RFC 1939, section 3) with its response code (RFC 2449, section 8). */
typedef struct
{
  MailPop3StatusKind kind;
  char code[24];    /* "IN-USE", "SYS/TEMP", upper case; "" when there is none */
  const char *text; /* what follows, pointing into the line */
} MailPop3Status;

gboolean mail_pop3_parse_status (const char *line, MailPop3Status *status, GError **error);

/* An error for an -ERR: BUSY for [IN-USE], [LOGIN-DELAY], [SYS/TEMP] and the plain words of a locked maildrop, SIGN_IN for
 * [AUTH], REFUSED for [SYS/PERM], else @otherwise. The message is "@what: " and the server's words, made harmless. */
GError *mail_pop3_status_to_error (const MailPop3Status *status, int otherwise, const char *what);

/* (transfer full): text of a server made fit for a log: UTF-8, no control characters, at most 200 characters. */
char *mail_pop3_clean_text (const char *text);

/* The capabilities of a server, one line after the other. */
typedef struct
{
  MailPop3Caps caps;
  GPtrArray *names; /* char *, the lines as sent */
  GPtrArray *sasl;  /* char *, mechanisms as sent */
} MailPop3Capa;

MailPop3Capa *mail_pop3_capa_new (void);
void mail_pop3_capa_free (MailPop3Capa *capa);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailPop3Capa, mail_pop3_capa_free)
void mail_pop3_capa_add_line (MailPop3Capa *capa, const char *line);

/* "2 320": the two numbers of STAT and of a line of LIST. */
gboolean mail_pop3_parse_numbers (const char *line, guint *number, guint64 *size, GError **error);

/* "2 whqtswO00WBw418f9t5JxYwZ": @uidl points into @line. NULL stands for an id that cannot identify: empty, or with
 * characters outside printable ASCII. RFC 1939 allows 70 characters; longer ones are taken as they are. */
gboolean mail_pop3_parse_uidl (const char *line, guint *number, const char **uidl, GError **error);

/* (nullable): the time stamp for APOP in a greeting (RFC 1939, section 7) with its angle brackets. (transfer full) */
char *mail_pop3_dup_timestamp (const char *greeting);

/* One multi-line answer as bytes: the stuffed dots are taken out, line ends stay as sent. Only CRLF "." CRLF ends it,
 * so that no message can pretend to have ended. */
typedef struct
{
  GByteArray *bytes;
  gsize max_bytes;
  enum
  {
    MAIL_POP3_BODY_LINE_START,
    MAIL_POP3_BODY_IN_LINE,
    MAIL_POP3_BODY_DOT,
    MAIL_POP3_BODY_DOT_CR,
  } state;
} MailPop3Body;

/* @expected bytes are set aside at once, up to a megabyte; more than @max_bytes is LIMIT. */
void mail_pop3_body_init (MailPop3Body *body, guint64 expected, gsize max_bytes);
void mail_pop3_body_clear (MailPop3Body *body);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MailPop3Body, mail_pop3_body_clear)

/* @used of @length bytes belong to the answer; with DONE the rest is the next answer's. */
MailPop3Progress mail_pop3_body_feed (MailPop3Body *body,
                                      const char *data,
                                      gsize length,
                                      gsize *used,
                                      GError **error);

/* (transfer full): the bytes, after DONE. */
GBytes *mail_pop3_body_steal (MailPop3Body *body);
