-- What the desk keeps for its work, such as reply texts: how each is now, and every version there was of it.
create table desk_setting (
    id       blob    not null primary key,
    -- What kind of thing, as a code.
    kind     text    not null,
    -- The name as names are compared.
    name_key text    not null,
    -- JSON, by the kind.
    body     text    not null,
    version  integer not null check (version > 0),
    retired  integer not null check (retired in (0, 1))
) strict;
create unique index desk_setting_name on desk_setting (kind, name_key) where retired = 0;

create table desk_setting_version (
    setting  blob    not null references desk_setting (id),
    version  integer not null check (version > 0),
    at       integer not null,
    staff    blob    not null references staff (id),
    body     text    not null,
    retired  integer not null check (retired in (0, 1)),
    primary key (setting, version)
) strict, without rowid;
create trigger desk_setting_version_is_not_changed before update on desk_setting_version
begin
    select raise(abort, 'what was set stays known');
end;
create trigger desk_setting_version_is_not_removed before delete on desk_setting_version
begin
    select raise(abort, 'what was set stays known');
end;
