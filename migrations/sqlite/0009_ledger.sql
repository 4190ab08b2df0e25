-- The ledger: every decision on authority, in one order, each entry bound to the one before by its hash. What is hashed
-- and how is told in crates/storage/src/ledger/entry.rs; `firsthand ledger verify` walks it with code of its own.

create table ledger (
    seq        integer not null primary key check (seq > 0),
    at         integer not null,
    kind       text    not null check (kind <> ''),
    -- Nobody when the program did it.
    actor      blob    references staff (id),
    -- The grant, award, person or staff it is about.
    subject    blob,
    -- JSON: pairs of name and value, in the order that is hashed.
    body       text    not null,
    -- Of what is personal: it says nothing once the person's secret is destroyed.
    commitment blob    check (length(commitment) = 32),
    prev       blob    not null check (length(prev) = 32),
    hash       blob    not null check (length(hash) = 32)
) strict;
create trigger ledger_is_not_changed before update on ledger
begin
    select raise(abort, 'the ledger is append-only');
end;
create trigger ledger_is_not_removed before delete on ledger
begin
    select raise(abort, 'the ledger is append-only');
end;

-- The last entry. Whoever decides on authority holds this row first, so that decisions come one after another.
create table ledger_head (
    id   integer not null primary key check (id = 1),
    seq  integer not null,
    at   integer not null,
    hash blob    not null check (length(hash) = 32)
) strict;
insert into ledger_head (id, seq, at, hash) values (1, 0, 0, zeroblob(32));

-- Erasable: under which random name a customer stands in the ledger, and the secret that what is theirs is committed
-- to with. Without this row an entry still hashes, and leads to nobody.
create table ledger_person (
    customer blob not null primary key references customer (id),
    alias    blob not null unique,
    secret   blob not null check (length(secret) = 32)
) strict;
