-- What every change of a complaint changes in the figures, written with the facts that change it and never changed: so a
-- report can be told as it stood at any instant. Instants are microseconds, `day` is days since 1970, spans are seconds.
create table figure_change (
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
    primary key (complaint, seq, line)
) strict, without rowid;
create index figure_change_day on figure_change (day);
create index figure_change_new on figure_change (complaint, seq, line) where not folded;

-- Their sums, by day (`d`) and by month (`m`).
create table figure (
    kind           text    not null,
    grain          text    not null check (grain in ('d', 'm')),
    -- Days since 1970, or months since year 0.
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
    primary key (kind, grain, period, key, cause, currency)
) strict, without rowid;
create index figure_cause on figure (kind, grain, cause, period);
create index figure_key on figure (kind, grain, key, period);

-- The few that not everybody may know of: they are taken away from what such a reader is shown.
create index complaint_restricted on complaint (id) where restricted;
