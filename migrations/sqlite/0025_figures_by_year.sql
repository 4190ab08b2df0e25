-- What a report as of an instant leaves out is what came later: lines stand in the order of their time, new ones at the end.
create table figure_change_by_time (
    complaint      blob    not null references complaint (id),
    -- The last fact of the change, and the line of it.
    seq            integer not null,
    line           integer not null,
    at             integer not null,
    -- The day it was received.
    day            integer not null,
    -- The primary cause.
    cause          blob    references cause (id),
    category       text,
    product        text,
    place          text,
    channel        text    not null,
    -- Empty on lines that count complaints.
    currency       text    not null,
    complaints     integer not null,
    closed_seconds integer not null,
    open           integer not null,
    open_since     integer not null,
    given          integer not null,
    -- Whether it is in `figure` already.
    folded         integer not null check (folded in (0, 1)),
    primary key (at, complaint, seq, line)
) strict, without rowid;
insert into figure_change_by_time (complaint, seq, line, at, day, cause, category, product, place, channel, currency,
    complaints, closed_seconds, open, open_since, given, folded)
select complaint, seq, line, at, day, cause, category, product, place, channel, currency,
    complaints, closed_seconds, open, open_since, given, 0
from figure_change order by at, complaint, seq, line;
drop table figure_change;
alter table figure_change_by_time rename to figure_change;
create index figure_change_complaint on figure_change (complaint, seq, line);
create index figure_change_day on figure_change (day);
create index figure_change_new on figure_change (at, complaint, seq, line) where not folded;
create index figure_change_category on figure_change (category, day);
create index figure_change_product on figure_change (product, day);
create index figure_change_place on figure_change (place, day);

-- Their sums, a year or a month of one heading in a row: few rows are read for a report and few written for a line. The
-- desk sums the lines again.
drop table figure;
create table figure (
    kind           text    not null,
    -- A year (`y`) or a month (`m`).
    grain          text    not null check (grain in ('y', 'm')),
    -- The year, or months since year 0.
    period         integer not null,
    -- The category, product, place or channel; empty for none.
    key            text    not null,
    -- All zeros for none.
    cause          blob    not null,
    currency       text    not null,
    complaints     integer not null,
    closed_seconds integer not null,
    open           integer not null,
    open_since     integer not null,
    given          integer not null,
    -- The same of each month or day.
    parts          text    not null,
    primary key (kind, grain, period, key, cause, currency)
) strict, without rowid;
create index figure_cause on figure (kind, grain, cause, key, period);
