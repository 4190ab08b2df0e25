-- Who may give what up to which limit, delegated by whom; what was given, and what that takes up.

create table authority_grant (
    id           blob    not null primary key,
    version      integer not null,
    -- A person, or everybody of a role.
    holder_staff blob    references staff (id),
    holder_role  text    check (holder_role in ('agent', 'lead', 'admin')),
    -- A grant rests on another, or on an instrument.
    parent       blob    references authority_grant (id),
    depth        integer not null check (depth between 0 and 20),
    state        text    not null check (state in ('draft', 'active', 'suspended', 'revoked')),
    currency     text    not null check (length(currency) = 3),
    -- The most a single award could be, in minor units: what holders are asked in the order of.
    ceiling      integer not null check (ceiling > 0),
    valid_from   integer not null,
    -- The largest integer when it has no end.
    valid_until  integer not null check (valid_until > valid_from),
    written_by   blob    not null references staff (id),
    written_at   integer not null,
    -- JSON: the grant whole.
    body         text    not null,
    check ((holder_staff is null) <> (holder_role is null)),
    check ((parent is null) = (depth = 0)),
    check (parent is null or parent <> id)
) strict;
create index authority_grant_staff on authority_grant (holder_staff, state) where holder_staff is not null;
create index authority_grant_role on authority_grant (holder_role, state) where holder_role is not null;
create index authority_grant_parent on authority_grant (parent) where parent is not null;
create index authority_grant_next on authority_grant (currency, ceiling, id) where state = 'active';
create index authority_grant_ends on authority_grant (valid_until, id) where state = 'active';
-- The terms never change; a step moves the state and the version.
create trigger authority_grant_is_not_removed before delete on authority_grant
begin
    select raise(abort, 'a grant is not removed');
end;
create trigger authority_grant_keeps_its_terms before update on authority_grant
when (new.id, new.holder_staff, new.holder_role, new.parent, new.depth, new.currency, new.ceiling, new.valid_from,
      new.valid_until, new.written_by, new.written_at)
    is not (old.id, old.holder_staff, old.holder_role, old.parent, old.depth, old.currency, old.ceiling, old.valid_from,
      old.valid_until, old.written_by, old.written_at)
    or json_extract(new.body, '$.terms') is not json_extract(old.body, '$.terms')
    or json_extract(new.body, '$.document') is not json_extract(old.body, '$.document')
    or new.version <> old.version + 1
begin
    select raise(abort, 'the terms of a grant do not change');
end;

-- What happened to a grant, in order, so that the register can be read as it stood at any instant.
create table grant_step (
    grant_id blob    not null references authority_grant (id),
    version  integer not null check (version > 0),
    at       integer not null,
    actor    blob    not null references staff (id),
    kind     text    not null check (kind in ('written', 'activated', 'suspended', 'resumed', 'revoked')),
    reason   text,
    primary key (grant_id, version)
) strict, without rowid;
create index grant_step_at on grant_step (at);
create trigger grant_step_is_not_changed before update on grant_step
begin
    select raise(abort, 'grant_step is append-only');
end;
create trigger grant_step_is_not_removed before delete on grant_step
begin
    select raise(abort, 'grant_step is append-only');
end;

-- Who is related to whom, by declaration; both ways.
create table related_party (
    staff       blob    not null references staff (id),
    other       blob    not null references staff (id),
    reason      text    not null,
    declared_by blob    not null references staff (id),
    declared_at integer not null,
    primary key (staff, other),
    check (staff <> other)
) strict, without rowid;
create index related_party_other on related_party (other);

-- An award, found by id and listed; the complaint's state has it whole.
create table award (
    id          blob    not null primary key,
    complaint   blob    not null references complaint (id),
    version     integer not null,
    state       text    not null,
    type        text    not null,
    basis       text    not null,
    currency    text    not null check (length(currency) = 3),
    amount      integer not null check (amount > 0),
    proposed_by blob    not null references staff (id),
    proposed_at integer not null,
    -- Who decided it, when, for which team, under which grant.
    approved_by blob    references staff (id),
    decided_at  integer,
    unit        text,
    grant_id    blob    references authority_grant (id),
    incident    text,
    emergency   integer not null check (emergency in (0, 1)),
    ratified    text    check (ratified in ('ratified', 'condemned')),
    executed_at integer
) strict;
create index award_complaint on award (complaint, proposed_at);
create index award_proposed on award (proposed_at, id);
create index award_state on award (state, proposed_at, id);
create index award_grant on award (grant_id, decided_at) where grant_id is not null;
create index award_decided on award (decided_at, id) where decided_at is not null;
create index award_approver on award (approved_by, decided_at) where approved_by is not null;
create index award_proposer on award (proposed_by, proposed_at);
create index award_unratified on award (decided_at) where emergency = 1 and ratified is null;

-- What an approved award takes up, from which entry of the ledger to which. A reversed award frees the case, the customer
-- and the incident, and goes on counting for the holder and the team.
create table award_usage (
    award        blob    not null references award (id),
    -- The entry of its approval.
    taken        integer not null,
    taken_at     integer not null,
    complaint    blob    not null references complaint (id),
    customer     blob    references customer (id),
    holder       blob    not null references staff (id),
    unit         text,
    incident     text,
    currency     text    not null,
    amount       integer not null check (amount > 0),
    -- The largest integer while it counts.
    freed        integer not null,
    holder_freed integer not null check (holder_freed >= freed),
    primary key (award, taken)
) strict, without rowid;
create index award_usage_case on award_usage (complaint, currency, freed, amount);
create index award_usage_customer on award_usage (customer, currency, taken_at, freed, amount) where customer is not null;
create index award_usage_holder on award_usage (holder, currency, taken_at, holder_freed, amount);
create index award_usage_unit on award_usage (unit, currency, taken_at, holder_freed, amount) where unit is not null;
create index award_usage_incident on award_usage (incident, currency, freed, amount) where incident is not null;

-- A timer for the time a customer has to say whether an award is taken.
create table timer_next (
    id        blob    not null primary key,
    due_at    integer not null,
    kind      text    not null check (kind in ('handoff_lapses', 'promise_falls_due', 'award_lapses')),
    complaint blob    not null references complaint (id)
) strict;
insert into timer_next (id, due_at, kind, complaint) select id, due_at, kind, complaint from timer;
drop table timer;
alter table timer_next rename to timer;
create index timer_due on timer (due_at);

-- What the ledger says of one thing.
create index ledger_subject on ledger (subject, seq) where subject is not null;
