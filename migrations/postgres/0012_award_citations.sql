-- Under which grants an award was ever approved: the one it was decided under, and those of whoever approved it first,
-- where several people approve.
create table award_citation (
    award    uuid not null references award (id),
    grant_id uuid not null references authority_grant (id),
    primary key (award, grant_id)
);
create index award_citation_grant on award_citation (grant_id);
insert into award_citation (award, grant_id) select id, grant_id from award where grant_id is not null;
