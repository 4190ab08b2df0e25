-- What has begun to rise, and what people found it to be.
create table alert (
    id          uuid    not null primary key,
    kind        text    not null check (kind in ('spike', 'drift', 'says_nothing')),
    -- The cause, or the branch.
    cause       uuid    not null references cause (id),
    -- The Monday of the week it was found for, in days since 1970.
    week        bigint  not null,
    found_at    bigint  not null,
    -- JSON: counts and chances, as they were when it was found.
    body        text    not null,
    verdict     text    check (verdict in ('real', 'artefact', 'known')),
    note        text,
    reviewed_by uuid    references staff (id),
    reviewed_at bigint,
    unique (cause, kind, week),
    check ((verdict is null) = (reviewed_at is null)),
    check ((verdict is null) = (reviewed_by is null))
);
create index alert_week on alert (week, id);
create index alert_open on alert (week, id) where verdict is null;

-- The days on which somebody looked: of several nodes, one.
create table alert_look (
    day     bigint  not null primary key,
    at      bigint  not null
);
