-- What is found by which words. The program folds and cuts (crates/domain/src/search.rs); the tokens come as they are,
-- past every parser and dictionary of the server. Nothing but the tokens is kept: they can be made again from the
-- complaints (`firsthand search rebuild`).
create table search (
    complaint uuid     not null primary key references complaint (id),
    words     tsvector not null
);
create index search_words on search using gin (words);

-- With which folding the words were made. Complaints that were here before have none yet.
create table search_fold (
    version bigint not null
);
insert into search_fold (version) select case when exists (select 1 from complaint) then 0 else 1 end;
