-- Schema 003. Messages over which connections to an IMAP server died: asked for alone, or left out for a while.
CREATE TABLE suspect (
  mailbox_id INTEGER NOT NULL REFERENCES mailbox (id) ON DELETE CASCADE,
  uid INTEGER NOT NULL,
  part INTEGER NOT NULL,                       -- MailSuspectPart
  deaths INTEGER NOT NULL,                     -- while it was asked for alone
  until INTEGER NOT NULL,                      -- left out until then; 0 = not
  PRIMARY KEY (mailbox_id, uid)
) STRICT, WITHOUT ROWID;
