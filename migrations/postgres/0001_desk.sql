-- The desk: people, customers, causes, complaints with their history, and what must happen later.
-- Ids are UUID version 7 , instants are microseconds since 1970 in UTC, codes are those of the API.

create table staff (
    id          uuid    not null primary key,
    name        text    not null,
    email       text    not null,
    -- Folded, so that one address has one person whatever the case of its letters.
    email_key   text    not null unique,
    role        text    not null check (role in ('agent', 'lead', 'admin', 'auditor')),
    team        text,
    created_at  bigint not null,
    disabled_at bigint,
    disabled_by uuid    references staff (id)
);

-- A token is a long random text; only its SHA-256 is kept.
create table token (
    hash       bytea    not null primary key,
    staff      uuid    not null references staff (id),
    created_at bigint not null
);

create table absence (
    id          uuid    not null primary key,
    staff       uuid    not null references staff (id),
    starts_at   bigint not null,
    ends_at     bigint not null check (ends_at > starts_at),
    substitute  uuid    not null references staff (id),
    recorded_by uuid    not null references staff (id),
    recorded_at bigint not null
);
create index absence_staff on absence (staff, ends_at);

-- Erasable: a person can be forgotten while every fact stays.
create table customer (
    id         uuid    not null primary key,
    name       text,
    name_key   text,
    language   text,
    created_at bigint not null,
    -- The record under which this person goes on; taking it away restores both.
    merged_into uuid references customer (id)
);
create index customer_name on customer (name_key);
create index customer_merged on customer (merged_into) where merged_into is not null;

-- Who said that two records are one person, and who took it back.
create table customer_merge (
    id        uuid not null primary key,
    customer  uuid not null references customer (id),
    into_customer uuid not null references customer (id),
    merged_at bigint not null,
    merged_by uuid not null references staff (id),
    undone_at bigint,
    undone_by uuid references staff (id)
);
create index customer_merge_customer on customer_merge (customer);

create table identifier (
    id         uuid    not null primary key,
    customer   uuid    not null references customer (id),
    kind       text    not null check (kind in ('phone', 'email', 'order')),
    value      text    not null,
    value_key  text    not null,
    created_at bigint not null,
    unique (customer, kind, value_key)
);
create index identifier_value on identifier (kind, value_key);

create table cause (
    id             uuid    not null primary key,
    code           text    not null unique,
    -- JSON: language tag to name.
    name           text    not null,
    value_category text,
    servqual       text,
    family         text,
    created_at     bigint not null,
    retired_at     bigint,
    maps_to        uuid    references cause (id)
);

-- Reference numbers; gaps are allowed, repeats are not.
create sequence complaint_number;

-- The state that the history folds to: `state` whole, and beside it what lists filter and sort by.
create table complaint (
    id            uuid    not null primary key,
    reference     text    not null unique,
    version       bigint not null,
    stage         text    not null check (stage in ('received', 'acknowledged', 'investigating', 'decided', 'replied', 'closed')),
    cycle         bigint not null,
    closure       text,
    channel       text    not null,
    severity      text    not null,
    -- Erasable: the first words, for lists.
    summary       text,
    product       text,
    place         text,
    category      text,
    customer      uuid    references customer (id),
    -- No complaint is ever without an owner.
    first_contact uuid    not null references staff (id),
    handler       uuid    not null references staff (id),
    logged_by     uuid    not null references staff (id),
    about_staff   uuid    references staff (id),
    restricted    boolean not null,
    imported      boolean not null,
    received_at   bigint not null,
    closed_at     bigint,
    -- The largest bigint for a customer who is not waiting, so that answered ones sort last.
    waiting_since bigint not null,
    -- The largest bigint when nothing is due any more.
    next_due      bigint not null,
    state         text    not null,
    check ((stage = 'closed') = (closure is not null)),
    check ((stage = 'closed') = (closed_at is not null))
);
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
    complaint uuid not null references complaint (id),
    staff     uuid not null references staff (id),
    primary key (complaint, staff)
);

-- What happened, in order. Never changed, never removed.
create table history (
    complaint uuid    not null references complaint (id),
    seq       bigint not null check (seq > 0),
    at        bigint not null,
    -- Nobody when a timer did it.
    actor     uuid    references staff (id),
    kind      text    not null,
    body      text    not null,
    primary key (complaint, seq)
);
create function history_is_append_only() returns trigger language plpgsql as $$
begin
    raise exception 'history is append-only';
end
$$;
create trigger history_is_not_changed before update or delete on history
    for each row execute function history_is_append_only();
create trigger history_is_not_emptied before truncate on history
    for each statement execute function history_is_append_only();

-- The free text beside a fact. Erasable.
create table fact_text (
    complaint uuid    not null,
    seq       bigint not null,
    -- JSON: field to text.
    body      text    not null,
    primary key (complaint, seq),
    foreign key (complaint, seq) references history (complaint, seq)
);

create table handoff (
    id        uuid    not null primary key,
    complaint uuid    not null references complaint (id),
    from_staff uuid   not null references staff (id),
    to_staff  uuid    not null references staff (id),
    state     text    not null
);
-- One open handoff at a time.
create unique index handoff_open on handoff (complaint) where state = 'offered';
create index handoff_offered_to on handoff (to_staff) where state = 'offered';
create index handoff_offered_by on handoff (from_staff) where state = 'offered';

create table succession (
    id         uuid not null primary key,
    complaint  uuid not null references complaint (id),
    from_staff uuid not null references staff (id),
    to_staff   uuid not null references staff (id),
    state      text not null
);
create unique index succession_open on succession (complaint, from_staff) where state = 'offered';
create index succession_offered_to on succession (to_staff) where state = 'offered';

create table reply (
    id        uuid not null primary key,
    complaint uuid not null references complaint (id),
    state     text not null
);

create table promise (
    id          uuid    not null primary key,
    complaint   uuid    not null references complaint (id),
    responsible uuid    not null references staff (id),
    due_at      bigint not null,
    state       text    not null
);
create index promise_responsible on promise (responsible, due_at) where state in ('made', 'broken');

create table cause_tag (
    complaint uuid    not null references complaint (id),
    seq       bigint not null,
    cause     uuid    not null references cause (id),
    role      text    not null,
    -- Whether no later tag has taken its place.
    current   boolean not null,
    primary key (complaint, seq)
);
create unique index cause_tag_primary on cause_tag (complaint) where role = 'primary' and current;
create index cause_tag_cause on cause_tag (cause, complaint) where current;

-- What must happen later; a row goes in the transaction that makes it happen.
create table timer (
    id        uuid    not null primary key,
    due_at    bigint not null,
    kind      text    not null check (kind in ('handoff_lapses', 'promise_falls_due')),
    complaint uuid    not null references complaint (id)
);
create index timer_due on timer (due_at);

-- Answers to repeated requests, for 30 days.
create table idempotency (
    caller      uuid    not null references staff (id),
    key         text    not null,
    fingerprint bytea    not null,
    answer      text,
    -- So that the answer goes with the person it speaks of.
    complaint   uuid,
    created_at  bigint not null,
    primary key (caller, key)
);
create index idempotency_created on idempotency (created_at);

-- Rows of an import that has not been published yet.
create table import_row (
    run  uuid    not null,
    line bigint not null,
    body text    not null,
    primary key (run, line)
);

-- Which rows of other systems are here already.
create table import_key (
    source    text not null,
    key       text not null,
    complaint uuid not null references complaint (id),
    primary key (source, key)
);
