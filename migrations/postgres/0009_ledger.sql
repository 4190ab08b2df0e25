-- The ledger: every decision on authority, in one order, each entry bound to the one before by its hash. What is hashed
-- and how is told in crates/storage/src/ledger/entry.rs; `firsthand ledger verify` walks it with code of its own.

create table ledger (
    seq        bigint not null primary key check (seq > 0),
    at         bigint not null,
    kind       text   not null check (kind <> ''),
    -- Nobody when the program did it.
    actor      uuid   references staff (id),
    -- The grant, award, person or staff it is about.
    subject    uuid,
    -- JSON: pairs of name and value, in the order that is hashed.
    body       text   not null,
    -- Of what is personal: it says nothing once the person's secret is destroyed.
    commitment bytea  check (length(commitment) = 32),
    prev       bytea  not null check (length(prev) = 32),
    hash       bytea  not null check (length(hash) = 32)
);
create function ledger_is_append_only() returns trigger language plpgsql as $$
begin
    raise exception 'the ledger is append-only';
end
$$;
create trigger ledger_is_not_changed before update or delete on ledger
    for each row execute function ledger_is_append_only();
create trigger ledger_is_not_emptied before truncate on ledger
    for each statement execute function ledger_is_append_only();

-- The last entry. Whoever decides on authority holds this row first, so that decisions come one after another.
create table ledger_head (
    id   bigint not null primary key check (id = 1),
    seq  bigint not null,
    at   bigint not null,
    hash bytea  not null check (length(hash) = 32)
);
insert into ledger_head (id, seq, at, hash) values (1, 0, 0, decode(repeat('00', 32), 'hex'));

-- Erasable: under which random name a customer stands in the ledger, and the secret that what is theirs is committed
-- to with. Without this row an entry still hashes, and leads to nobody.
create table ledger_person (
    customer uuid  not null primary key references customer (id),
    alias    uuid  not null unique,
    secret   bytea not null check (length(secret) = 32)
);
