/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* One error domain for every room. A code names what went wrong in the world, so that `MailProblem`
 * can say it to a person; the message says it for a log. Cancellation stays
 * G_IO_ERROR_CANCELLED and is never a failure. */
#define MAIL_ERROR (mail_error_quark ())

typedef enum
{
  MAIL_ERROR_FAILED,         /* nothing more exact is known */
  MAIL_ERROR_BAD_INPUT,      /* a person's or a file's value is wrong; the message names it */
  MAIL_ERROR_HOST_NOT_FOUND, /* the name does not resolve */
  MAIL_ERROR_UNREACHABLE,    /* refused, no route, network down */
  MAIL_ERROR_TIMED_OUT,      /* connect or silence deadline */
  MAIL_ERROR_CLOSED,         /* the server hung up (BYE included) */
  MAIL_ERROR_TLS,            /* the handshake failed, not because of trust */
  MAIL_ERROR_CERTIFICATE,    /* the certificate is not trusted; see mail_certificate_from_error() */
  MAIL_ERROR_PIN_CHANGED,    /* a certificate was pinned and another one was shown */
  MAIL_ERROR_INSECURE,       /* TLS was stripped, injected into or bypassed: promise 5 */
  MAIL_ERROR_SIGN_IN,        /* user or password refused */
  MAIL_ERROR_NO_PASSWORD,    /* none is known; ask */
  MAIL_ERROR_OAUTH_ONLY,     /* the provider takes no password, only sign-in on its own page */
  MAIL_ERROR_BUSY,           /* [IN-USE], [LOGIN-DELAY], [UNAVAILABLE], [LIMIT]: later */
  MAIL_ERROR_REFUSED,        /* the server understood and said no */
  MAIL_ERROR_PROTOCOL,       /* the server does not follow the grammar */
  MAIL_ERROR_LIMIT,          /* input larger or deeper than the limits given */
  MAIL_ERROR_UNREADABLE,     /* one message: the connection dies each time over it */
  MAIL_ERROR_NOT_FOUND,      /* no such account, mailbox, message or part */
  MAIL_ERROR_EXISTS,         /* it is there already */
  MAIL_ERROR_UNSUPPORTED,    /* the server or this build cannot do it */
  MAIL_ERROR_OVER_QUOTA,     /* the mailbox on the server is full */
  MAIL_ERROR_DISK_FULL,      /* no space left for the store */
  MAIL_ERROR_STORE,          /* the store cannot be read or written */
  MAIL_ERROR_STORE_NEWER,    /* a newer Missiva wrote this store */
  MAIL_ERROR_STORE_DAMAGED,  /* what is in its file is no store any more */
  MAIL_ERROR_STORE_IN_USE,   /* by another process */
  MAIL_ERROR_SETTINGS,       /* the file of an account's settings cannot be read, or what it says cannot be used */
  MAIL_ERROR_HEALED,         /* what is here was not what the server has, and was put right */
  MAIL_ERROR_OFFLINE,        /* it needs the network and there is none */
  MAIL_ERROR_TOO_LARGE,      /* a message is larger than the server takes */
  MAIL_ERROR_HELD,           /* a change was tried in vain and waits for a person */
} MailErrorCode;

GQuark mail_error_quark (void);

/* TRUE for errors after which trying again later, unchanged, makes sense. */
gboolean mail_error_is_transient (const GError *error);

/* What the server itself said about why: the name of its response code (RFC 5530), such as "THROTTLED", "INUSE" or "OVERQUOTA",
 * or "CONNECTIONS" when its words mean that there are too many of them. NULL: nothing, or it was no server that said no. */
const char *mail_error_get_server_code (const GError *error);
/* Seconds for which the server wants to be left alone; 0 when it named none. */
guint mail_error_get_server_wait (const GError *error);
/* Not of a server: its mailbox keeps no keywords, as its PERMANENTFLAGS say. */
#define MAIL_CODE_NO_TAGS "missiva-no-tags"
/* For the rooms of the protocols. @error may point nowhere; what is not in our domain is left alone. @code is kept for ever. */
void mail_error_set_server_code (GError **error, const char *code, guint wait_seconds);

/* TRUE when the work was cancelled. */
gboolean mail_error_is_cancelled (const GError *error);
