-- What lists of one cause are ordered by, beside each tag: a list runs along an index of the tags and stops at its
-- limit, where it would read and sort every complaint of the cause. Rows are as the complaint has them; the program
-- writes both in one transaction.
create table cause_tag_next (
    complaint     blob    not null references complaint (id),
    seq           integer not null,
    cause         blob    not null references cause (id),
    role          text    not null,
    -- Whether no later tag has taken its place.
    current       integer not null check (current in (0, 1)),
    received_at   integer not null,
    waiting_since integer not null,
    next_due      integer not null,
    primary key (complaint, seq)
) strict, without rowid;
insert into cause_tag_next (complaint, seq, cause, role, current, received_at, waiting_since, next_due)
    select t.complaint, t.seq, t.cause, t.role, t.current, c.received_at, c.waiting_since, c.next_due
    from cause_tag t join complaint c on c.id = t.complaint order by t.complaint, t.seq;
drop table cause_tag;
alter table cause_tag_next rename to cause_tag;
create unique index cause_tag_primary on cause_tag (complaint) where role = 'primary' and current;
-- A complaint has a cause once, in whatever role: so it stands in the list once.
create unique index cause_tag_received on cause_tag (cause, received_at, complaint) where current;
create index cause_tag_waiting on cause_tag (cause, waiting_since, complaint) where current;
create index cause_tag_due on cause_tag (cause, next_due, complaint) where current;

-- Which words there are, so that a beginning can be asked for as the words that begin so: those come in the order of
-- the index, newest first, where of a beginning every hit is gathered before the first row.
create virtual table search_vocab using fts5vocab (search, 'instance');
