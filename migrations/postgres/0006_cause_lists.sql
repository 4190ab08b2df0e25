-- What lists of one cause are ordered by, beside each tag: a list runs along an index of the tags and stops at its
-- limit, where it would read and sort every complaint of the cause. Rows are as the complaint has them; the program
-- writes both in one transaction.
alter table cause_tag add column received_at bigint, add column waiting_since bigint, add column next_due bigint;
update cause_tag t set received_at = c.received_at, waiting_since = c.waiting_since, next_due = c.next_due
    from complaint c where c.id = t.complaint;
alter table cause_tag alter column received_at set not null, alter column waiting_since set not null,
    alter column next_due set not null;
drop index cause_tag_cause;
-- A complaint has a cause once, in whatever role: so it stands in the list once.
create unique index cause_tag_received on cause_tag (cause, received_at, complaint) where current;
create index cause_tag_waiting on cause_tag (cause, waiting_since, complaint) where current;
create index cause_tag_due on cause_tag (cause, next_due, complaint) where current;
