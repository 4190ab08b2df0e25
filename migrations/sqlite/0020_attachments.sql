-- Files of complaints. What a file holds is kept once, by its hash, in pieces; a file is a name for it.

-- What files hold.
create table content (
    sha256 blob    not null primary key check (length(sha256) = 32),
    -- The file that brought it, under which its pieces are kept.
    file   blob    not null unique,
    size   integer not null check (size > 0)
) strict;

create table attachment (
    id         blob    not null primary key,
    -- Who sent it in.
    staff      blob    not null references staff (id),
    -- Gone once it is erased.
    name       text,
    -- While it comes in nobody knows these.
    size       integer check (size > 0),
    sha256     blob    check (length(sha256) = 32),
    media      text,
    -- What it holds; gone once it is erased.
    content    blob    references content (sha256),
    -- None until it is attached.
    complaint  blob    references complaint (id),
    touched_at integer not null,
    check (complaint is null or sha256 is not null),
    check ((sha256 is null) = (size is null)),
    check ((sha256 is null) = (media is null))
) strict;
create index attachment_complaint on attachment (complaint) where complaint is not null;
create index attachment_content on attachment (content) where content is not null;
create index attachment_waiting on attachment (staff, touched_at) where complaint is null;

create table content_piece (
    file  blob    not null,
    seq   integer not null check (seq >= 0),
    bytes blob    not null check (length(bytes) > 0),
    primary key (file, seq)
) strict;
create trigger content_piece_is_not_changed before update on content_piece
begin
    select raise(abort, 'what a file holds is not changed');
end;
