-- Other programs that are told what happens to complaints, as it happens.
create table webhook (
    id            blob    not null primary key,
    version       integer not null,
    -- Who receives it, in which country (ISO 3166-1), and what for: the record of recipients.
    recipient     text    not null,
    country       text    not null,
    purpose       text    not null,
    url           text    not null,
    -- JSON: the kinds of facts that are told; empty for every kind.
    kinds         text    not null,
    -- What people wrote goes along.
    with_text     integer not null check (with_text in (0, 1)),
    -- What is sent is signed with it; the one before signs beside it for a day.
    secret        text    not null,
    secret_before text,
    secret_at     integer not null,
    -- `off` by an administrator; `stopped` because nothing came through for a day.
    state         text    not null check (state in ('on', 'off', 'stopped')),
    created_at    integer not null,
    created_by    blob    not null references staff (id),
    -- The last number of the feed that is dealt with.
    told          integer not null,
    failing_since integer,
    attempts      integer not null,
    next_try_at   integer not null,
    -- Which node sends now, and until when no other does.
    leased_by     blob,
    leased_until  integer not null
) strict;

-- What is to be told, in the order it happened: written with the fact, in the same transaction, and taken away when
-- everybody who is told has been.
create table fact_feed (
    number    integer not null primary key autoincrement,
    complaint blob    not null,
    seq       integer not null
) strict;
create trigger history_is_fed after insert on history
when exists (select 1 from webhook where state <> 'off')
begin
    insert into fact_feed (complaint, seq) values (new.complaint, new.seq);
end;

-- What became of it.
create table webhook_delivery (
    id        blob    not null primary key,
    webhook   blob    not null references webhook (id),
    -- Nothing for a test.
    complaint blob    references complaint (id),
    seq       integer not null,
    number    integer not null,
    kind      text    not null,
    state     text    not null check (state in ('sent', 'failing', 'given_up')),
    attempts  integer not null,
    first_at  integer not null,
    last_at   integer not null,
    -- A status, or why there is none.
    answer    text    not null,
    unique (webhook, complaint, seq)
) strict;
create index webhook_delivery_page on webhook_delivery (webhook, id);
