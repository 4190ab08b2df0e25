-- What changed, in the order in which it was written: so that whoever was cut off goes on where they were. Kept for a
-- day. Without foreign keys, since every change adds a row and all of them go.
create table feed (
    number    integer not null primary key,
    at        integer not null,
    -- Nobody's when it is told of something else.
    complaint blob,
    version   integer not null,
    -- Nobody when a timer did it; of an end of access, whose.
    actor     blob,
    -- What kinds of facts, as words with spaces.
    kinds     text    not null,
    -- Who holds a part in the complaint, as identifiers with spaces.
    parties   text    not null
) strict;

-- Whom a fact asks for something.
create table notice (
    staff     blob    not null references staff (id),
    at        integer not null,
    complaint blob    not null references complaint (id),
    seq       integer not null,
    kind      text    not null,
    -- The offer, promise or award: told no longer once that needs nothing more.
    part      blob,
    primary key (staff, at, complaint, seq)
) strict, without rowid;

-- Up to when somebody has read what asks them for something.
create table notice_read (
    staff blob    not null primary key references staff (id),
    up_to integer not null
) strict;
