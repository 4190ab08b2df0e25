-- What the desk keeps for its work, such as reply texts: how each is now, and every version there was of it.
create table desk_setting (
    id       uuid    not null primary key,
    -- What kind of thing, as a code.
    kind     text    not null,
    -- The name as names are compared.
    name_key text    not null,
    -- JSON, by the kind.
    body     text    not null,
    version  bigint  not null check (version > 0),
    retired  boolean not null
);
create unique index desk_setting_name on desk_setting (kind, name_key) where not retired;

create table desk_setting_version (
    setting  uuid    not null references desk_setting (id),
    version  bigint  not null check (version > 0),
    at       bigint  not null,
    staff    uuid    not null references staff (id),
    body     text    not null,
    retired  boolean not null,
    primary key (setting, version)
);
create function desk_setting_version_is_not_changed() returns trigger language plpgsql as $$
begin
    raise exception 'what was set stays known';
end
$$;
create trigger desk_setting_version_is_not_changed before update or delete on desk_setting_version for each row
    execute function desk_setting_version_is_not_changed();
create trigger desk_setting_version_is_not_truncated before truncate on desk_setting_version for each statement
    execute function desk_setting_version_is_not_changed();
