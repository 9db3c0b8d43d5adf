-- Schema 005. How a server spells the name of a mailbox, whether what is known of it was called in question, and what finds
-- operations.
ALTER TABLE mailbox ADD COLUMN raw_name BLOB;                              -- as sent, any octets; NULL = by the rules
ALTER TABLE mailbox ADD COLUMN doubts INTEGER NOT NULL DEFAULT 0;          -- how often its next look had to be a complete one

-- Operations by the message of the server that they name, and what is held: few of many. SQLite uses an index of some rows only for
-- a query that has the words after WHERE, too, so no other query comes to use these.
CREATE INDEX op_place ON op (mailbox_id, uid) WHERE uid <> 0;
CREATE INDEX op_held ON op (held) WHERE held <> 0;
