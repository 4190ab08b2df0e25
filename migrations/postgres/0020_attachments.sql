-- Files of complaints. What a file holds is kept once, by its hash, in pieces; a file is a name for it.

-- What files hold.
create table content (
    sha256 bytea   not null primary key check (length(sha256) = 32),
    -- The file that brought it, under which its pieces are kept.
    file   uuid    not null unique,
    size   bigint  not null check (size > 0)
);

create table attachment (
    id         uuid    not null primary key,
    -- Who sent it in.
    staff      uuid    not null references staff (id),
    -- Gone once it is erased.
    name       text,
    -- While it comes in nobody knows these.
    size       bigint  check (size > 0),
    sha256     bytea   check (length(sha256) = 32),
    media      text,
    -- What it holds; gone once it is erased.
    content    bytea   references content (sha256),
    -- None until it is attached.
    complaint  uuid    references complaint (id),
    touched_at bigint  not null,
    check (complaint is null or sha256 is not null),
    check ((sha256 is null) = (size is null)),
    check ((sha256 is null) = (media is null))
);
create index attachment_complaint on attachment (complaint) where complaint is not null;
create index attachment_content on attachment (content) where content is not null;
create index attachment_waiting on attachment (staff, touched_at) where complaint is null;

create table content_piece (
    file  uuid    not null,
    seq   bigint  not null check (seq >= 0),
    bytes bytea   not null check (length(bytes) > 0),
    primary key (file, seq)
);
-- Most of it is packed already.
alter table content_piece alter column bytes set storage external;
create function content_piece_is_not_changed() returns trigger language plpgsql as $$
begin
    raise exception 'what a file holds is not changed';
end
$$;
create trigger content_piece_is_not_changed before update on content_piece for each row
    execute function content_piece_is_not_changed();
