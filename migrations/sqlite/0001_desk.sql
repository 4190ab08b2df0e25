-- The desk: people, customers, causes, complaints with their history, and what must happen later.
-- Ids are UUID version 7 (16 bytes), instants are microseconds since 1970 in UTC, codes are those of the API.

create table staff (
    id          blob    not null primary key,
    name        text    not null,
    email       text    not null,
    -- Folded, so that one address has one person whatever the case of its letters.
    email_key   text    not null unique,
    role        text    not null check (role in ('agent', 'lead', 'admin', 'auditor')),
    team        text,
    created_at  integer not null,
    disabled_at integer,
    disabled_by blob    references staff (id)
) strict;

-- A token is a long random text; only its SHA-256 is kept.
create table token (
    hash       blob    not null primary key,
    staff      blob    not null references staff (id),
    created_at integer not null
) strict;

create table absence (
    id          blob    not null primary key,
    staff       blob    not null references staff (id),
    starts_at   integer not null,
    ends_at     integer not null check (ends_at > starts_at),
    substitute  blob    not null references staff (id),
    recorded_by blob    not null references staff (id),
    recorded_at integer not null
) strict;
create index absence_staff on absence (staff, ends_at);

-- Erasable: a person can be forgotten while every fact stays.
create table customer (
    id         blob    not null primary key,
    name       text,
    name_key   text,
    language   text,
    created_at integer not null,
    -- The record under which this person goes on; taking it away restores both.
    merged_into blob references customer (id)
) strict;
create index customer_name on customer (name_key);
create index customer_merged on customer (merged_into) where merged_into is not null;

-- Who said that two records are one person, and who took it back.
create table customer_merge (
    id        blob not null primary key,
    customer  blob not null references customer (id),
    into_customer blob not null references customer (id),
    merged_at integer not null,
    merged_by blob not null references staff (id),
    undone_at integer,
    undone_by blob references staff (id)
) strict;
create index customer_merge_customer on customer_merge (customer);

create table identifier (
    id         blob    not null primary key,
    customer   blob    not null references customer (id),
    kind       text    not null check (kind in ('phone', 'email', 'order')),
    value      text    not null,
    value_key  text    not null,
    created_at integer not null,
    unique (customer, kind, value_key)
) strict;
create index identifier_value on identifier (kind, value_key);

create table cause (
    id             blob    not null primary key,
    code           text    not null unique,
    -- JSON: language tag to name.
    name           text    not null,
    value_category text,
    servqual       text,
    family         text,
    created_at     integer not null,
    retired_at     integer,
    maps_to        blob    references cause (id)
) strict;

-- Reference numbers; gaps are allowed, repeats are not.
create table counter (
    name  text    not null primary key,
    value integer not null
) strict;
insert into counter (name, value) values ('complaint', 0);

-- The state that the history folds to: `state` whole, and beside it what lists filter and sort by.
create table complaint (
    id            blob    not null primary key,
    reference     text    not null unique,
    version       integer not null,
    stage         text    not null check (stage in ('received', 'acknowledged', 'investigating', 'decided', 'replied', 'closed')),
    cycle         integer not null,
    closure       text,
    channel       text    not null,
    severity      text    not null,
    -- Erasable: the first words, for lists.
    summary       text,
    product       text,
    place         text,
    category      text,
    customer      blob    references customer (id),
    -- No complaint is ever without an owner.
    first_contact blob    not null references staff (id),
    handler       blob    not null references staff (id),
    logged_by     blob    not null references staff (id),
    about_staff   blob    references staff (id),
    restricted    integer not null check (restricted in (0, 1)),
    imported      integer not null check (imported in (0, 1)),
    received_at   integer not null,
    closed_at     integer,
    -- The largest integer for a customer who is not waiting, so that answered ones sort last.
    waiting_since integer not null,
    -- The largest integer when nothing is due any more.
    next_due      integer not null,
    state         text    not null,
    check ((stage = 'closed') = (closure is not null)),
    check ((stage = 'closed') = (closed_at is not null))
) strict;
-- One index for each filter and the sort people use it with. What few complaints share is sorted when asked for; what
-- many share (stage, handler) has an index for every sort.
create index complaint_received on complaint (received_at, id);
create index complaint_waiting on complaint (waiting_since, id);
create index complaint_due on complaint (next_due, id);
create index complaint_stage_received on complaint (stage, received_at, id);
create index complaint_stage_waiting on complaint (stage, waiting_since, id);
create index complaint_stage_due on complaint (stage, next_due, id);
create index complaint_handler_received on complaint (handler, received_at, id);
create index complaint_handler_waiting on complaint (handler, waiting_since, id);
create index complaint_handler_due on complaint (handler, next_due, id);
create index complaint_first_contact_received on complaint (first_contact, received_at, id);
create index complaint_first_contact_waiting on complaint (first_contact, waiting_since, id);
create index complaint_first_contact_due on complaint (first_contact, next_due, id);
create index complaint_channel_received on complaint (channel, received_at, id);
create index complaint_channel_waiting on complaint (channel, waiting_since, id);
create index complaint_product_received on complaint (product, received_at, id);
create index complaint_product_waiting on complaint (product, waiting_since, id);
create index complaint_category_received on complaint (category, received_at, id);
create index complaint_category_waiting on complaint (category, waiting_since, id);
create index complaint_place_received on complaint (place, received_at, id);
create index complaint_customer_received on complaint (customer, received_at, id);

-- Who keeps sight of a restricted complaint; the rule is the domain's, this is its answer.
create table sight (
    complaint blob not null references complaint (id),
    staff     blob not null references staff (id),
    primary key (complaint, staff)
) strict, without rowid;

-- What happened, in order. Never changed, never removed.
create table history (
    complaint blob    not null references complaint (id),
    seq       integer not null check (seq > 0),
    at        integer not null,
    -- Nobody when a timer did it.
    actor     blob    references staff (id),
    kind      text    not null,
    body      text    not null,
    primary key (complaint, seq)
) strict, without rowid;
create trigger history_is_not_changed before update on history
begin
    select raise(abort, 'history is append-only');
end;
create trigger history_is_not_removed before delete on history
begin
    select raise(abort, 'history is append-only');
end;

-- The free text beside a fact. Erasable.
create table fact_text (
    complaint blob    not null,
    seq       integer not null,
    -- JSON: field to text.
    body      text    not null,
    primary key (complaint, seq),
    foreign key (complaint, seq) references history (complaint, seq)
) strict, without rowid;

create table handoff (
    id        blob    not null primary key,
    complaint blob    not null references complaint (id),
    from_staff blob   not null references staff (id),
    to_staff  blob    not null references staff (id),
    state     text    not null
) strict;
-- One open handoff at a time.
create unique index handoff_open on handoff (complaint) where state = 'offered';
create index handoff_offered_to on handoff (to_staff) where state = 'offered';
create index handoff_offered_by on handoff (from_staff) where state = 'offered';

create table succession (
    id         blob not null primary key,
    complaint  blob not null references complaint (id),
    from_staff blob not null references staff (id),
    to_staff   blob not null references staff (id),
    state      text not null
) strict;
create unique index succession_open on succession (complaint, from_staff) where state = 'offered';
create index succession_offered_to on succession (to_staff) where state = 'offered';

create table reply (
    id        blob not null primary key,
    complaint blob not null references complaint (id),
    state     text not null
) strict;

create table promise (
    id          blob    not null primary key,
    complaint   blob    not null references complaint (id),
    responsible blob    not null references staff (id),
    due_at      integer not null,
    state       text    not null
) strict;
create index promise_responsible on promise (responsible, due_at) where state in ('made', 'broken');

create table cause_tag (
    complaint blob    not null references complaint (id),
    seq       integer not null,
    cause     blob    not null references cause (id),
    role      text    not null,
    -- Whether no later tag has taken its place.
    current   integer not null check (current in (0, 1)),
    primary key (complaint, seq)
) strict, without rowid;
create unique index cause_tag_primary on cause_tag (complaint) where role = 'primary' and current;
create index cause_tag_cause on cause_tag (cause, complaint) where current;

-- What must happen later; a row goes in the transaction that makes it happen.
create table timer (
    id        blob    not null primary key,
    due_at    integer not null,
    kind      text    not null check (kind in ('handoff_lapses', 'promise_falls_due')),
    complaint blob    not null references complaint (id)
) strict;
create index timer_due on timer (due_at);

-- Answers to repeated requests, for 30 days.
create table idempotency (
    caller      blob    not null references staff (id),
    key         text    not null,
    fingerprint blob    not null,
    answer      text,
    -- So that the answer goes with the person it speaks of.
    complaint   blob,
    created_at  integer not null,
    primary key (caller, key)
) strict;
create index idempotency_created on idempotency (created_at);

-- Rows of an import that has not been published yet.
create table import_row (
    run  blob    not null,
    line integer not null,
    body text    not null,
    primary key (run, line)
) strict, without rowid;

-- Which rows of other systems are here already.
create table import_key (
    source    text not null,
    key       text not null,
    complaint blob not null references complaint (id),
    primary key (source, key)
) strict, without rowid;
