-- How people sign in to the pages, and what they chose there. Nobody has a row here who never signed in.
create table account (
    staff        blob    not null primary key references staff (id),
    -- Argon2id, as a PHC string; null until an invitation was taken up.
    password     text,
    -- The secret of the second factor, once it was confirmed with a first code; before that, the one on offer.
    totp         blob,
    totp_offered blob,
    -- The last time step whose code was used: a code works once.
    totp_step    integer,
    language     text    check (language in ('en', 'vi', 'zh', 'hu')),
    theme        text    check (theme in ('light', 'dark')),
    -- Whether single letters act as keys.
    single_keys  integer not null default 1 check (single_keys in (0, 1)),
    -- The columns of the list that are left out, as words with commas.
    columns      text
) strict;

-- Of the session's number only the SHA-256 is kept.
create table session (
    hash         blob    not null primary key,
    staff        blob    not null references staff (id),
    created_at   integer not null,
    seen_at      integer not null,
    -- When the person last showed a password or a second factor, for acts that ask for it again.
    confirmed_at integer not null,
    -- The password was right and the second factor is still owed.
    half         integer not null check (half in (0, 1)),
    -- What the browser calls itself, for the list of one's own sessions.
    agent        text
) strict;
create index session_staff on session (staff);

-- A link that works once: the first administrator's, an invitation, a new password.
create table invitation (
    hash       blob    not null primary key,
    -- Null for the first administrator, who is nobody yet.
    staff      blob    references staff (id),
    kind       text    not null check (kind in ('setup', 'invite', 'reset')),
    made_by    blob    references staff (id),
    created_at integer not null,
    expires_at integer not null,
    used_at    integer
) strict;
create index invitation_staff on invitation (staff);

-- Wrong passwords and codes, by whose account they were for; known or not, so that both look the same.
create table failed_sign_in (
    id      blob    not null primary key,
    account blob    not null,
    at      integer not null
) strict;
create index failed_sign_in_account on failed_sign_in (account, at);

-- Browsers from which somebody has signed in: their own count of wrong passwords, so that nobody is kept out by others
-- who guess. Of the number in the cookie only the SHA-256 is kept.
create table device (
    hash       blob    not null primary key,
    staff      blob    not null references staff (id),
    created_at integer not null
) strict;

-- What administrators did to people: appended, never changed.
create table staff_act (
    id    blob    not null primary key,
    at    integer not null,
    actor blob    references staff (id),
    kind  text    not null,
    staff blob    references staff (id),
    body  text    not null
) strict;
create trigger staff_act_is_not_changed before update on staff_act
begin
    select raise(abort, 'staff_act is append-only');
end;
create trigger staff_act_is_not_removed before delete on staff_act
begin
    select raise(abort, 'staff_act is append-only');
end;

-- What somebody has begun to write and not sent: a form by its place, as it would be sent.
create table draft (
    staff      blob    not null references staff (id),
    place      text    not null,
    body       text    not null,
    updated_at integer not null,
    primary key (staff, place)
) strict;

-- What a token is for, in its owner's words.
alter table token add column name text;


-- Complaints about members of staff, which those do not see: few, and left out of every count.
create index complaint_about on complaint (about_staff) where about_staff is not null;
