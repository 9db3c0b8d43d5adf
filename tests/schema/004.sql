-- A store as schema 004 leaves it: what mail_store_open() must be able to read for ever.
PRAGMA page_size = 8192;
PRAGMA journal_mode = WAL;
CREATE TABLE mailbox (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL UNIQUE,
  delimiter TEXT NOT NULL,
  role INTEGER NOT NULL,
  flags INTEGER NOT NULL,
  uidvalidity INTEGER NOT NULL DEFAULT 0,
  uidnext INTEGER NOT NULL DEFAULT 0,
  highestmodseq INTEGER NOT NULL DEFAULT 0,
  server_messages INTEGER NOT NULL DEFAULT 0,
  messages INTEGER NOT NULL DEFAULT 0,
  unread INTEGER NOT NULL DEFAULT 0,
  bodies INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE body (
  id INTEGER PRIMARY KEY,
  hash BLOB NOT NULL UNIQUE,
  size INTEGER NOT NULL,
  raw BLOB NOT NULL
) STRICT;
CREATE TABLE message (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  mailbox_id INTEGER NOT NULL REFERENCES mailbox (id),
  uid INTEGER,
  flags INTEGER NOT NULL,
  server_flags INTEGER NOT NULL,
  date INTEGER NOT NULL,
  internal_date INTEGER NOT NULL,
  size INTEGER NOT NULL,
  location INTEGER NOT NULL,
  body_id INTEGER REFERENCES body (id),
  uidl TEXT,
  keywords TEXT
) STRICT;
CREATE UNIQUE INDEX message_uid ON message (mailbox_id, uid) WHERE uid IS NOT NULL;
CREATE INDEX message_list ON message (mailbox_id, date);
CREATE INDEX message_body ON message (body_id) WHERE body_id IS NOT NULL;
CREATE INDEX message_missing ON message (mailbox_id, date) WHERE body_id IS NULL AND uid IS NOT NULL;
CREATE INDEX message_orphan_size ON message (mailbox_id, size) WHERE uid IS NULL AND uidl IS NULL;
CREATE INDEX message_orphan_date ON message (mailbox_id, date) WHERE uid IS NULL AND uidl IS NULL;
CREATE TABLE header (
  message_id INTEGER PRIMARY KEY REFERENCES message (id) ON DELETE CASCADE,
  has_attachment INTEGER NOT NULL,
  subject TEXT,
  from_name TEXT,
  from_address TEXT,
  recipients TEXT,
  cc TEXT,
  preview TEXT,
  mid TEXT,
  in_reply_to TEXT,
  refs TEXT,
  structure TEXT
) STRICT;
CREATE TABLE partial (
  message_id INTEGER PRIMARY KEY REFERENCES message (id) ON DELETE CASCADE,
  skeleton BLOB NOT NULL
) STRICT;
CREATE TABLE op (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind INTEGER NOT NULL,
  state INTEGER NOT NULL,
  message_id INTEGER NOT NULL,
  mailbox_id INTEGER NOT NULL REFERENCES mailbox (id),
  uid INTEGER NOT NULL,
  target_id INTEGER REFERENCES mailbox (id),
  flags_add INTEGER NOT NULL,
  flags_remove INTEGER NOT NULL,
  created INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  last_error TEXT
) STRICT;
CREATE INDEX op_message ON op (message_id);
CREATE TABLE uidl (
  uidl TEXT PRIMARY KEY,
  state INTEGER NOT NULL,
  message_id INTEGER REFERENCES message (id) ON DELETE SET NULL,
  first_seen INTEGER NOT NULL,
  fetched INTEGER NOT NULL,
  size INTEGER NOT NULL,
  hash BLOB,
  returned INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX uidl_message ON uidl (message_id) WHERE message_id IS NOT NULL;
CREATE TABLE suspect (
  mailbox_id INTEGER NOT NULL REFERENCES mailbox (id) ON DELETE CASCADE,
  uid INTEGER NOT NULL,
  part INTEGER NOT NULL,
  deaths INTEGER NOT NULL,
  until INTEGER NOT NULL,
  PRIMARY KEY (mailbox_id, uid)
) STRICT, WITHOUT ROWID;
INSERT INTO mailbox (id, name, delimiter, role, flags, uidvalidity, uidnext, highestmodseq, server_messages, messages, unread, bodies)
VALUES (1, 'INBOX', '/', 1, 2, 77, 13, 1000, 2, 2, 1, 1), (2, 'Archivio', '/', 4, 2, 78, 1, 0, 0, 0, 0, 0);
INSERT INTO body (id, hash, size, raw)
VALUES (1, x'ecda7943c74e7326bcc7a677c6106a06f16a83848e6f0d1ae3ece9b910182532', 30, CAST ('Subject: hello' || char (13, 10, 13, 10) || 'Good day.' || char (13) || char (10) || '.' AS BLOB));
INSERT INTO message (id, mailbox_id, uid, flags, server_flags, date, internal_date, size, location, body_id, uidl, keywords)
VALUES (1, 1, 11, 5, 1, 1700000000, 1700000005, 30, 1, 1, NULL, 'Work'), (2, 1, 12, 0, 0, 1700000060, 1700000065, 999, 0, NULL, NULL, NULL);
INSERT INTO header (message_id, has_attachment, subject, from_name, from_address, recipients, cc, preview, mid, in_reply_to, refs, structure)
VALUES (1, 0, 'Perché no?', 'The Gardener', 'gardener@example.org', 'reader@example.com', NULL, 'Good day.', '<1@example.org>', NULL, NULL, NULL),
       (2, 1, NULL, NULL, 'gardener@example.org', NULL, NULL, NULL, '<2@example.org>', '<1@example.org>', '<1@example.org>', '("TEXT" "PLAIN")');
INSERT INTO partial (message_id, skeleton) VALUES (2, CAST ('Subject: half' AS BLOB));
INSERT INTO op (id, kind, state, message_id, mailbox_id, uid, target_id, flags_add, flags_remove, created, attempts, last_error)
VALUES (1, 0, 0, 1, 1, 11, NULL, 4, 0, 1700000100, 1, 'timed out');
INSERT INTO uidl (uidl, state, message_id, first_seen, fetched, size, hash, returned) VALUES ('0001', 0, NULL, 1700000000, 0, 500, NULL, 3);
ALTER TABLE mailbox ADD COLUMN offline INTEGER NOT NULL DEFAULT 0;
ALTER TABLE mailbox ADD COLUMN offline_days INTEGER NOT NULL DEFAULT 0;
ALTER TABLE mailbox ADD COLUMN watched INTEGER NOT NULL DEFAULT 0;
ALTER TABLE mailbox ADD COLUMN role_chosen INTEGER NOT NULL DEFAULT 0;
ALTER TABLE mailbox ADD COLUMN server_name TEXT;
ALTER TABLE mailbox ADD COLUMN rights TEXT;
ALTER TABLE mailbox ADD COLUMN object_id TEXT;
ALTER TABLE mailbox ADD COLUMN server_size INTEGER NOT NULL DEFAULT 0;
ALTER TABLE mailbox ADD COLUMN texts INTEGER NOT NULL DEFAULT 0;
ALTER TABLE mailbox ADD COLUMN missing_parts INTEGER NOT NULL DEFAULT 0;
ALTER TABLE mailbox ADD COLUMN missing_bytes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE mailbox ADD COLUMN audited INTEGER NOT NULL DEFAULT 0;
ALTER TABLE message ADD COLUMN server_keywords TEXT;
ALTER TABLE message ADD COLUMN email_id TEXT;
ALTER TABLE message ADD COLUMN labels TEXT;
UPDATE message SET server_keywords = keywords WHERE keywords IS NOT NULL;
CREATE INDEX message_email ON message (email_id) WHERE email_id IS NOT NULL;
ALTER TABLE partial ADD COLUMN missing_parts INTEGER NOT NULL DEFAULT 0;
ALTER TABLE partial ADD COLUMN missing_bytes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE op ADD COLUMN keywords_add TEXT;
ALTER TABLE op ADD COLUMN keywords_remove TEXT;
ALTER TABLE op ADD COLUMN name TEXT;
ALTER TABLE op ADD COLUMN old_name TEXT;
ALTER TABLE op ADD COLUMN held INTEGER NOT NULL DEFAULT 0;
CREATE TABLE tag (
  keyword TEXT PRIMARY KEY COLLATE NOCASE,
  name TEXT NOT NULL,
  color TEXT NOT NULL,
  position INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE chunk (
  message_id INTEGER NOT NULL REFERENCES message (id) ON DELETE CASCADE,
  section TEXT NOT NULL,
  start INTEGER NOT NULL,
  uidvalidity INTEGER NOT NULL,
  uid INTEGER NOT NULL,
  size INTEGER NOT NULL,
  recoded INTEGER NOT NULL,
  data BLOB NOT NULL,
  PRIMARY KEY (message_id, section, start)
) STRICT;
CREATE TABLE fact (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX message_twin ON message (size, date) WHERE body_id IS NOT NULL;
CREATE INDEX message_starred ON message (mailbox_id, date) WHERE body_id IS NULL AND uid IS NOT NULL AND flags & 4 <> 0;
UPDATE partial SET
  missing_parts = (length (hex (skeleton)) - length (replace (hex (skeleton), hex ('X-Missiva-Missing: '), '')))
                  / length (hex ('X-Missiva-Missing: ')),
  missing_bytes = max (0, (SELECT size FROM message WHERE id = message_id) - length (skeleton));
UPDATE mailbox SET (texts, missing_parts, missing_bytes) = (
  SELECT COUNT (*) FILTER (WHERE m.body_id IS NOT NULL OR p.message_id IS NOT NULL),
         coalesce (SUM (p.missing_parts), 0),
         coalesce (SUM (CASE WHEN m.body_id IS NOT NULL THEN 0 ELSE coalesce (p.missing_bytes, m.size) END), 0)
  FROM message m LEFT JOIN partial p ON p.message_id = m.id WHERE m.mailbox_id = mailbox.id);
PRAGMA application_id = 1298756470;
PRAGMA user_version = 4;
