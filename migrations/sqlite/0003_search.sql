-- What is found by which words. The program folds and cuts (crates/domain/src/search.rs); the tokens come with a space
-- between, and `ascii` parts them there and nowhere else. Nothing but the tokens is kept: they can be made again from
-- the complaints (`firsthand search rebuild`).

-- Numbers a complaint for the index: the second it was received in, and its turn within that second, so that the
-- index itself gives the newest first and stops after a page.
create table search_row (
    id        integer primary key,
    complaint blob    not null unique references complaint (id)
) strict;

create virtual table search using fts5 (words, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii');

-- One statement writes to both, the first time and every other.
create view search_entry (complaint, received_at, words) as select complaint, 0, '' from search_row;
create trigger search_entry_write instead of insert on search_entry begin
    insert into search_row (id, complaint)
        select coalesce(
            (select max(id) + 1 from search_row
             where id >= (new.received_at / 1000000) * 16777216 and id < (new.received_at / 1000000 + 1) * 16777216),
            (new.received_at / 1000000) * 16777216), new.complaint
        where not exists (select 1 from search_row where complaint = new.complaint);
    delete from search where rowid = (select id from search_row where complaint = new.complaint);
    insert into search (rowid, words) values ((select id from search_row where complaint = new.complaint), new.words);
end;

-- With which folding the words were made. Complaints that were here before have none yet.
create table search_fold (
    version integer not null
) strict;
insert into search_fold (version) select case when exists (select 1 from complaint) then 0 else 1 end;
