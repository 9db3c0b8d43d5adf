-- Schema 005. How a server spells the name of a mailbox, and whether what is known of it was called in question.
ALTER TABLE mailbox ADD COLUMN raw_name BLOB;                              -- as sent, any octets; NULL = by the rules
ALTER TABLE mailbox ADD COLUMN doubts INTEGER NOT NULL DEFAULT 0;          -- how often its next look had to be a complete one
