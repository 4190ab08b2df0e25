-- What other systems paid for complaints that came from their files, until awards exist to hold it.
create table import_amount (
    complaint blob not null primary key references complaint (id),
    minor     integer not null check (minor >= 0),
    currency  text not null check (length(currency) = 3)
) strict, without rowid;
