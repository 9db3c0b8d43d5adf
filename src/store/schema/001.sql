-- Schema 001. One file holds one account's mail. Times are Unix seconds (UTC); flags are the bits of MailFlags (core/flags.h).

-- A mailbox (folder), on the server or only here.
CREATE TABLE mailbox (
  id INTEGER PRIMARY KEY AUTOINCREMENT,        -- never used twice: lists and operations remember it
  name TEXT NOT NULL UNIQUE,                   -- full name, UTF-8; the inbox is INBOX
  delimiter TEXT NOT NULL,                     -- between the parts of the name; '' = flat
  role INTEGER NOT NULL,                       -- MailRole
  flags INTEGER NOT NULL,                      -- MailMailboxFlags
  uidvalidity INTEGER NOT NULL DEFAULT 0,      -- 0 = never selected
  uidnext INTEGER NOT NULL DEFAULT 0,          -- as of the last complete sync; 0 = unknown
  highestmodseq INTEGER NOT NULL DEFAULT 0,    -- as of the last complete sync; 0 = none
  server_messages INTEGER NOT NULL DEFAULT 0,  -- EXISTS as of the last look
  messages INTEGER NOT NULL DEFAULT 0,         -- figures, kept in step by each transaction: rows,
  unread INTEGER NOT NULL DEFAULT 0,           -- rows without \Seen,
  bodies INTEGER NOT NULL DEFAULT 0            -- rows whose whole message is here
) STRICT;

-- A whole message, once per content, however many rows show it. It goes with the last of them.
CREATE TABLE body (
  id INTEGER PRIMARY KEY,
  hash BLOB NOT NULL UNIQUE,                   -- SHA-256 of raw
  size INTEGER NOT NULL,                       -- octets of raw
  raw BLOB NOT NULL                            -- the exact bytes, with CRLF; last, so that the rest is read without it
) STRICT;

-- A message in a mailbox: where it is and its state. Small rows, because lists and resyncs run over all of them;
-- what it says about itself is in header.
CREATE TABLE message (
  id INTEGER PRIMARY KEY AUTOINCREMENT,        -- never used twice
  mailbox_id INTEGER NOT NULL REFERENCES mailbox (id),
  uid INTEGER,                                 -- IMAP UID; NULL = none, or not known yet
  flags INTEGER NOT NULL,                      -- what the person sees: waiting operations applied to server_flags
  server_flags INTEGER NOT NULL,               -- what the server said last; the same as flags in a local mailbox
  date INTEGER NOT NULL,                       -- Date header, or internal_date where there is no usable one
  internal_date INTEGER NOT NULL,              -- INTERNALDATE, or when POP3 fetched it
  size INTEGER NOT NULL,                       -- octets, as the server told
  location INTEGER NOT NULL,                   -- MailWhere
  body_id INTEGER REFERENCES body (id),        -- NULL = the whole message is not here
  uidl TEXT,                                   -- POP3 unique id
  keywords TEXT                                -- keywords that are no flag bits, a space between them
) STRICT;
CREATE UNIQUE INDEX message_uid ON message (mailbox_id, uid) WHERE uid IS NOT NULL;
CREATE INDEX message_list ON message (mailbox_id, date);  -- with the row id at its end: covers the list's order
CREATE INDEX message_body ON message (body_id) WHERE body_id IS NOT NULL;
CREATE INDEX message_missing ON message (mailbox_id, date) WHERE body_id IS NULL AND uid IS NOT NULL;
CREATE INDEX message_orphan_size ON message (mailbox_id, size) WHERE uid IS NULL AND uidl IS NULL;
CREATE INDEX message_orphan_date ON message (mailbox_id, date) WHERE uid IS NULL AND uidl IS NULL;

-- What a message says about itself, decoded to UTF-8; NULL = absent.
CREATE TABLE header (
  message_id INTEGER PRIMARY KEY REFERENCES message (id) ON DELETE CASCADE,
  has_attachment INTEGER NOT NULL,             -- 0 or 1
  subject TEXT,
  from_name TEXT,
  from_address TEXT,
  recipients TEXT,                             -- To, for display
  cc TEXT,
  preview TEXT,                                -- first words of the text
  mid TEXT,                                    -- Message-ID with its angle brackets
  in_reply_to TEXT,
  refs TEXT,                                   -- References, a space between them
  structure TEXT                               -- BODYSTRUCTURE as the server sent it
) STRICT;

-- A message of which only some parts are here, as mime/mime-skeleton.h writes it. None where the body is here.
CREATE TABLE partial (
  message_id INTEGER PRIMARY KEY REFERENCES message (id) ON DELETE CASCADE,
  skeleton BLOB NOT NULL
) STRICT;

-- What a person did and the server does not know yet, oldest first.
CREATE TABLE op (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind INTEGER NOT NULL,                       -- MailOpKind
  state INTEGER NOT NULL,                      -- MailOpState
  message_id INTEGER NOT NULL,                 -- the row it speaks of; it may be gone already (EXPUNGE)
  mailbox_id INTEGER NOT NULL REFERENCES mailbox (id),
  uid INTEGER NOT NULL,                        -- in mailbox_id; 0 = an earlier operation will tell
  target_id INTEGER REFERENCES mailbox (id),   -- of MOVE and COPY
  flags_add INTEGER NOT NULL,
  flags_remove INTEGER NOT NULL,
  created INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  last_error TEXT                              -- why it still waits
) STRICT;
CREATE INDEX op_message ON op (message_id);

-- Every unique id that a POP3 server ever showed.
CREATE TABLE uidl (
  uidl TEXT PRIMARY KEY,
  state INTEGER NOT NULL,                      -- MailUidlState
  message_id INTEGER REFERENCES message (id) ON DELETE SET NULL,
  first_seen INTEGER NOT NULL,
  fetched INTEGER NOT NULL,                    -- 0 = not yet
  size INTEGER NOT NULL,
  hash BLOB                                    -- SHA-256 of the message, once fetched
) STRICT, WITHOUT ROWID;
CREATE INDEX uidl_message ON uidl (message_id) WHERE message_id IS NOT NULL;
