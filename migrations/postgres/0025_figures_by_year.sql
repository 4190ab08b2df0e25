-- What a report as of an instant leaves out is what came later: lines stand in the order of their time, new ones at the end.
alter table figure_change drop constraint figure_change_pkey;
alter table figure_change add primary key (at, complaint, seq, line);
drop index figure_change_new;
update figure_change set folded = false;
create index figure_change_complaint on figure_change (complaint, seq, line);
create index figure_change_new on figure_change (at, complaint, seq, line) where not folded;

-- Their sums, a year or a month of one heading in a row: few rows are read for a report and few written for a line. The
-- desk sums the lines again.
drop table figure;
create table figure (
    kind           text    not null,
    -- A year (`y`) or a month (`m`).
    grain          text    not null check (grain in ('y', 'm')),
    -- The year, or months since year 0.
    period         bigint  not null,
    -- The category, product, place or channel; empty for none.
    key            text    not null,
    -- All zeros for none.
    cause          uuid    not null,
    currency       text    not null,
    complaints     bigint  not null,
    closed_seconds bigint  not null,
    open           bigint  not null,
    open_since     bigint  not null,
    given          bigint  not null,
    -- The same of each month or day.
    parts          text    not null,
    primary key (kind, grain, period, key, cause, currency)
);
create index figure_cause on figure (kind, grain, cause, key, period);
