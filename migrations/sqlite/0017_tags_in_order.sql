-- Tags by the time at which they were made: each node reads what is new.
create index history_cause_tagged on history (at, complaint, seq) where kind = 'cause_tagged';
