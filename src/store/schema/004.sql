-- Schema 004. What a person sets for a mailbox, what its server tells of it, and what is missing of its mail.
ALTER TABLE mailbox ADD COLUMN offline INTEGER NOT NULL DEFAULT 0;         -- MailMailboxOffline
ALTER TABLE mailbox ADD COLUMN offline_days INTEGER NOT NULL DEFAULT 0;    -- with MAIL_MAILBOX_OFFLINE_DAYS
ALTER TABLE mailbox ADD COLUMN watched INTEGER NOT NULL DEFAULT 0;         -- a person wants to hear of its news
ALTER TABLE mailbox ADD COLUMN role_chosen INTEGER NOT NULL DEFAULT 0;     -- a person gave the role: it is never guessed again
ALTER TABLE mailbox ADD COLUMN server_name TEXT;                           -- while a new name waits: the server's; NULL = as name
ALTER TABLE mailbox ADD COLUMN rights TEXT;                                -- letters of MYRIGHTS (RFC 4314); NULL = not told
ALTER TABLE mailbox ADD COLUMN object_id TEXT;                             -- MAILBOXID (RFC 8474)
ALTER TABLE mailbox ADD COLUMN server_size INTEGER NOT NULL DEFAULT 0;     -- octets, as of the last look; 0 = unknown
ALTER TABLE mailbox ADD COLUMN texts INTEGER NOT NULL DEFAULT 0;           -- figures: rows whose text can be read here,
ALTER TABLE mailbox ADD COLUMN missing_parts INTEGER NOT NULL DEFAULT 0;   -- attachments of such rows that are not here,
ALTER TABLE mailbox ADD COLUMN missing_bytes INTEGER NOT NULL DEFAULT 0;   -- octets that it would take to have everything
ALTER TABLE mailbox ADD COLUMN audited INTEGER NOT NULL DEFAULT 0;         -- when it was last compared with the server in full

ALTER TABLE message ADD COLUMN server_keywords TEXT;                       -- to keywords what server_flags is to flags
ALTER TABLE message ADD COLUMN email_id TEXT;                              -- EMAILID (RFC 8474), or "gm:" and X-GM-MSGID
ALTER TABLE message ADD COLUMN labels TEXT;                                -- X-GM-LABELS as sent, a space between them
UPDATE message SET server_keywords = keywords WHERE keywords IS NOT NULL;
CREATE INDEX message_email ON message (email_id) WHERE email_id IS NOT NULL;

ALTER TABLE partial ADD COLUMN missing_parts INTEGER NOT NULL DEFAULT 0;
ALTER TABLE partial ADD COLUMN missing_bytes INTEGER NOT NULL DEFAULT 0;

-- An operation on a mailbox itself has message_id 0.
ALTER TABLE op ADD COLUMN keywords_add TEXT;                               -- a space between them
ALTER TABLE op ADD COLUMN keywords_remove TEXT;
ALTER TABLE op ADD COLUMN name TEXT;                                       -- of CREATE_MAILBOX, RENAME_MAILBOX: the new full name
ALTER TABLE op ADD COLUMN old_name TEXT;                                   -- of RENAME_MAILBOX: the one before
ALTER TABLE op ADD COLUMN held INTEGER NOT NULL DEFAULT 0;                 -- tried in vain: waits for a person, others go on

-- Keywords to which a person gave a name and a colour.
CREATE TABLE tag (
  keyword TEXT PRIMARY KEY COLLATE NOCASE,
  name TEXT NOT NULL,
  color TEXT NOT NULL,                                                     -- "#rrggbb"
  position INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Pieces of a message or of one of its parts that is on its way here. A row counts only as long as what it is a piece of is the same.
CREATE TABLE chunk (
  message_id INTEGER NOT NULL REFERENCES message (id) ON DELETE CASCADE,
  section TEXT NOT NULL,                       -- '' = the whole message
  start INTEGER NOT NULL,                      -- of its octets
  uidvalidity INTEGER NOT NULL,                -- of the mailbox that it was fetched from,
  uid INTEGER NOT NULL,                        -- and the message's there
  size INTEGER NOT NULL,                       -- octets that the whole is said to have
  recoded INTEGER NOT NULL,                    -- 1: came decoded (RFC 3516), and is in base64 again
  data BLOB NOT NULL,
  PRIMARY KEY (message_id, section, start)
) STRICT;

-- What was learnt of the server or noted for the account as a whole.
CREATE TABLE fact (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The same message in another mailbox is found by size and date; what a person starred is found at once.
CREATE INDEX message_twin ON message (size, date) WHERE body_id IS NOT NULL;
CREATE INDEX message_starred ON message (mailbox_id, date) WHERE body_id IS NULL AND uid IS NOT NULL AND flags & 4 <> 0;

-- The figures of what is here already. How much of a message in pieces is missing was not noted so far: its marks are counted.
UPDATE partial SET
  missing_parts = (length (hex (skeleton)) - length (replace (hex (skeleton), hex ('X-Missiva-Missing: '), '')))
                  / length (hex ('X-Missiva-Missing: ')),
  missing_bytes = max (0, (SELECT size FROM message WHERE id = message_id) - length (skeleton));
UPDATE mailbox SET (texts, missing_parts, missing_bytes) = (
  SELECT COUNT (*) FILTER (WHERE m.body_id IS NOT NULL OR p.message_id IS NOT NULL),
         coalesce (SUM (p.missing_parts), 0),
         coalesce (SUM (CASE WHEN m.body_id IS NOT NULL THEN 0 ELSE coalesce (p.missing_bytes, m.size) END), 0)
  FROM message m LEFT JOIN partial p ON p.message_id = m.id WHERE m.mailbox_id = mailbox.id);
