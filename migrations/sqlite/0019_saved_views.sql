-- What somebody looks for again and again in the list, alone or shared.
create table saved_view (
    id          blob    not null primary key,
    owner       blob    not null references staff (id),
    name        text    not null,
    sharing     text    not null check (sharing in ('own', 'team', 'all')),
    -- With which team it is shared.
    team        text,
    -- JSON: parameters of the list; columns in their order.
    query       text    not null,
    columns     text    not null,
    version     integer not null,
    changed_at  integer not null,
    check ((sharing = 'team') = (team is not null))
) strict;
create index saved_view_owner on saved_view (owner);
create index saved_view_shared on saved_view (sharing, team) where sharing <> 'own';
