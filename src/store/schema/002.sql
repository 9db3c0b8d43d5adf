-- Schema 002. How often a POP3 server listed a message again that it had said to have deleted.
ALTER TABLE uidl ADD COLUMN returned INTEGER NOT NULL DEFAULT 0;
