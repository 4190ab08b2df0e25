-- How close the lines of the pages stand, if a person chose.
alter table account add column density text check (density in ('comfortable', 'compact'));

-- Of what kinds a person wants to be told nothing.
create table notice_muted (
    staff blob not null references staff (id),
    kind  text not null,
    primary key (staff, kind)
) strict, without rowid;
