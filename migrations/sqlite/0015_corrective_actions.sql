-- Problems that come back, what is done about them, and how much chance there was for complaints.

-- When it happened, as the state has it: before and after a fix are told apart by it.
alter table complaint add column incident_at integer;
-- Instants are written in UTC with as many digits behind the second as they need.
update complaint set incident_at = unixepoch(substr(json_extract(state, '$.incident_at'), 1, 19)) * 1000000
    + cast(substr(rtrim(substr(json_extract(state, '$.incident_at'), 21), 'Z') || '000000', 1, 6) as integer)
    where json_extract(state, '$.incident_at') is not null;
create index complaint_occurred on complaint (coalesce(incident_at, received_at));

-- Deliveries, orders, room nights: what a complaint could have come of, by UTC day. A day with none has a row that says so.
create table exposure (
    -- Days since 1970.
    day         integer not null,
    kind        text    not null,
    -- Empty where it is not said apart.
    product     text    not null default '',
    place       text    not null default '',
    count       integer not null check (count >= 0),
    recorded_at integer not null,
    recorded_by blob    not null references staff (id),
    primary key (day, kind, product, place)
) strict, without rowid;
create index exposure_kind on exposure (kind, day);

create table problem (
    id        blob    not null primary key,
    version   integer not null,
    title     text    not null,
    state     text    not null check (state in ('open', 'solved', 'reopened')),
    opened_at integer not null,
    opened_by blob    not null references staff (id),
    -- The alert it was opened on.
    alert     blob,
    -- JSON: the problem whole.
    body      text    not null
) strict;
create index problem_state on problem (state, id);
create trigger problem_is_not_removed before delete on problem
begin
    select raise(abort, 'a problem is not removed');
end;

create table problem_cause (
    problem blob not null references problem (id),
    cause   blob not null references cause (id),
    primary key (problem, cause)
) strict, without rowid;
create index problem_cause_cause on problem_cause (cause, problem);

-- What happened to a problem, in order. Never changed, never removed.
create table problem_event (
    problem blob    not null references problem (id),
    seq     integer not null check (seq > 0),
    at      integer not null,
    actor   blob    not null references staff (id),
    kind    text    not null,
    body    text    not null,
    primary key (problem, seq)
) strict, without rowid;
create trigger problem_event_is_not_changed before update on problem_event
begin
    select raise(abort, 'problem_event is append-only');
end;
create trigger problem_event_is_not_removed before delete on problem_event
begin
    select raise(abort, 'problem_event is append-only');
end;

create table corrective_action (
    id             blob    not null primary key,
    version        integer not null,
    problem        blob    not null references problem (id),
    title          text    not null,
    owner          blob    not null references staff (id),
    due_at         integer not null,
    state          text    not null check (state in ('proposed', 'approved', 'implementing', 'implemented', 'effective',
        'partial', 'ineffective', 'worse', 'inconclusive', 'closed')),
    implemented_at integer,
    plan_locked_at integer,
    -- JSON: the action whole.
    body           text    not null,
    -- Nothing is put in place before there is a plan by which it will be judged (I-56).
    check (implemented_at is null or plan_locked_at is not null)
) strict;
create index corrective_action_state on corrective_action (state, id);
create index corrective_action_due on corrective_action (due_at, id) where state in ('proposed', 'approved', 'implementing');
create index corrective_action_owner on corrective_action (owner, id);
create index corrective_action_problem on corrective_action (problem, id);
create trigger corrective_action_is_not_removed before delete on corrective_action
begin
    select raise(abort, 'a corrective action is not removed');
end;

-- What happened to an action, its plans and verdicts among it, in order. Never changed, never removed.
create table action_event (
    action blob    not null references corrective_action (id),
    seq    integer not null check (seq > 0),
    at     integer not null,
    actor  blob    not null references staff (id),
    kind   text    not null,
    body   text    not null,
    primary key (action, seq)
) strict, without rowid;
create trigger action_event_is_not_changed before update on action_event
begin
    select raise(abort, 'action_event is append-only');
end;
create trigger action_event_is_not_removed before delete on action_event
begin
    select raise(abort, 'action_event is append-only');
end;
