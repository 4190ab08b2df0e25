-- Problems that come back, what is done about them, and how much chance there was for complaints.

-- When it happened, as the state has it: before and after a fix are told apart by it.
alter table complaint add column incident_at bigint;
update complaint set incident_at = (extract(epoch from (state::jsonb ->> 'incident_at')::timestamptz) * 1000000)::bigint
    where state::jsonb ->> 'incident_at' is not null;
create index complaint_occurred on complaint (coalesce(incident_at, received_at));

-- Deliveries, orders, room nights: what a complaint could have come of, by UTC day. A day with none has a row that says so.
create table exposure (
    -- Days since 1970.
    day         bigint not null,
    kind        text   not null,
    -- Empty where it is not said apart.
    product     text   not null default '',
    place       text   not null default '',
    count       bigint not null check (count >= 0),
    recorded_at bigint not null,
    recorded_by uuid   not null references staff (id),
    primary key (day, kind, product, place)
);
create index exposure_kind on exposure (kind, day);

create table problem (
    id        uuid   not null primary key,
    version   bigint not null,
    title     text   not null,
    state     text   not null check (state in ('open', 'solved', 'reopened')),
    opened_at bigint not null,
    opened_by uuid   not null references staff (id),
    -- The alert it was opened on.
    alert     uuid,
    -- JSON: the problem whole.
    body      text   not null
);
create index problem_state on problem (state, id);

create table problem_cause (
    problem uuid not null references problem (id),
    cause   uuid not null references cause (id),
    primary key (problem, cause)
);
create index problem_cause_cause on problem_cause (cause, problem);

-- What happened to a problem, in order. Never changed, never removed.
create table problem_event (
    problem uuid   not null references problem (id),
    seq     bigint not null check (seq > 0),
    at      bigint not null,
    actor   uuid   not null references staff (id),
    kind    text   not null,
    body    text   not null,
    primary key (problem, seq)
);

create table corrective_action (
    id             uuid   not null primary key,
    version        bigint not null,
    problem        uuid   not null references problem (id),
    title          text   not null,
    owner          uuid   not null references staff (id),
    due_at         bigint not null,
    state          text   not null check (state in ('proposed', 'approved', 'implementing', 'implemented', 'effective',
        'partial', 'ineffective', 'worse', 'inconclusive', 'closed')),
    implemented_at bigint,
    plan_locked_at bigint,
    -- JSON: the action whole.
    body           text   not null,
    -- Nothing is put in place before there is a plan by which it will be judged (I-56).
    check (implemented_at is null or plan_locked_at is not null)
);
create index corrective_action_state on corrective_action (state, id);
create index corrective_action_due on corrective_action (due_at, id) where state in ('proposed', 'approved', 'implementing');
create index corrective_action_owner on corrective_action (owner, id);
create index corrective_action_problem on corrective_action (problem, id);

-- What happened to an action, its plans and verdicts among it, in order. Never changed, never removed.
create table action_event (
    action uuid   not null references corrective_action (id),
    seq    bigint not null check (seq > 0),
    at     bigint not null,
    actor  uuid   not null references staff (id),
    kind   text   not null,
    body   text   not null,
    primary key (action, seq)
);

create function fixes_are_kept() returns trigger language plpgsql as $$
begin
    raise exception '% is not removed', tg_table_name;
end
$$;
create trigger problem_is_not_removed before delete on problem
    for each row execute function fixes_are_kept();
create trigger corrective_action_is_not_removed before delete on corrective_action
    for each row execute function fixes_are_kept();
create function fixes_are_append_only() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only', tg_table_name;
end
$$;
create trigger problem_event_is_not_changed before update or delete on problem_event
    for each row execute function fixes_are_append_only();
create trigger problem_event_is_not_emptied before truncate on problem_event
    for each statement execute function fixes_are_append_only();
create trigger action_event_is_not_changed before update or delete on action_event
    for each row execute function fixes_are_append_only();
create trigger action_event_is_not_emptied before truncate on action_event
    for each statement execute function fixes_are_append_only();
