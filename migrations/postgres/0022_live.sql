-- What changed, in the order in which it was written: so that whoever was cut off goes on where they were. Kept for a
-- day. Without foreign keys, since every change adds a row and all of them go.
create table feed (
    number    bigint  generated always as identity primary key,
    at        bigint not null,
    -- Nobody's when it is told of something else.
    complaint uuid,
    version   bigint not null,
    -- Nobody when a timer did it; of an end of access, whose.
    actor     uuid,
    -- What kinds of facts, as words with spaces.
    kinds     text    not null,
    -- Who holds a part in the complaint, as identifiers with spaces.
    parties   text    not null
);

-- Whom a fact asks for something.
create table notice (
    staff     uuid    not null references staff (id),
    at        bigint not null,
    complaint uuid    not null references complaint (id),
    seq       bigint not null,
    kind      text    not null,
    -- The offer, promise or award: told no longer once that needs nothing more.
    part      uuid,
    primary key (staff, at, complaint, seq)
);

-- Up to when somebody has read what asks them for something.
create table notice_read (
    staff uuid    not null primary key references staff (id),
    up_to bigint not null
);
