-- How people sign in to the pages, and what they chose there. Nobody has a row here who never signed in.
create table account (
    staff        uuid    not null primary key references staff (id),
    -- Argon2id, as a PHC string; null until an invitation was taken up.
    password     text,
    -- The secret of the second factor, once it was confirmed with a first code; before that, the one on offer.
    totp         bytea,
    totp_offered bytea,
    -- The last time step whose code was used: a code works once.
    totp_step    bigint,
    language     text    check (language in ('en', 'vi', 'zh', 'hu')),
    theme        text    check (theme in ('light', 'dark')),
    -- Whether single letters act as keys.
    single_keys  boolean not null default true,
    -- The columns of the list that are left out, as words with commas.
    columns      text
);

-- Of the session's number only the SHA-256 is kept.
create table session (
    hash         bytea    not null primary key,
    staff        uuid    not null references staff (id),
    created_at   bigint not null,
    seen_at      bigint not null,
    -- When the person last showed a password or a second factor, for acts that ask for it again.
    confirmed_at bigint not null,
    -- The password was right and the second factor is still owed.
    half         boolean not null,
    -- What the browser calls itself, for the list of one's own sessions.
    agent        text
);
create index session_staff on session (staff);

-- A link that works once: the first administrator's, an invitation, a new password.
create table invitation (
    hash       bytea    not null primary key,
    -- Null for the first administrator, who is nobody yet.
    staff      uuid    references staff (id),
    kind       text    not null check (kind in ('setup', 'invite', 'reset')),
    made_by    uuid    references staff (id),
    created_at bigint not null,
    expires_at bigint not null,
    used_at    bigint
);
create index invitation_staff on invitation (staff);

-- Wrong passwords and codes, by whose account they were for; known or not, so that both look the same.
create table failed_sign_in (
    id      uuid    not null primary key,
    account bytea    not null,
    at      bigint not null
);
create index failed_sign_in_account on failed_sign_in (account, at);

-- Browsers from which somebody has signed in: their own count of wrong passwords, so that nobody is kept out by others
-- who guess. Of the number in the cookie only the SHA-256 is kept.
create table device (
    hash       bytea   not null primary key,
    staff      uuid    not null references staff (id),
    created_at bigint  not null
);

-- What administrators did to people: appended, never changed.
create table staff_act (
    id    uuid    not null primary key,
    at    bigint not null,
    actor uuid    references staff (id),
    kind  text    not null,
    staff uuid    references staff (id),
    body  text    not null
);
create function staff_act_is_append_only() returns trigger language plpgsql as $$
begin
    raise exception 'staff_act is append-only';
end
$$;
create trigger staff_act_is_not_changed before update or delete on staff_act
    for each row execute function staff_act_is_append_only();
create trigger staff_act_is_not_emptied before truncate on staff_act
    for each statement execute function staff_act_is_append_only();

-- What somebody has begun to write and not sent: a form by its place, as it would be sent.
create table draft (
    staff      uuid    not null references staff (id),
    place      text    not null,
    body       text    not null,
    updated_at bigint not null,
    primary key (staff, place)
);

-- What a token is for, in its owner's words.
alter table token add column name text;


-- Complaints about members of staff, which those do not see: few, and left out of every count.
create index complaint_about on complaint (about_staff) where about_staff is not null;
