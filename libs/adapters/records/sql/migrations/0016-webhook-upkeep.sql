-- One process at a time ends what nobody would end: see end_stale_messages.
INSERT INTO upkeep (work) VALUES ('webhooks');
