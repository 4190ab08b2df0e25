-- What makes taking a complaint quick: a customer found by the beginning of any word of their name, and how long the
-- form was open before it was sent.

-- A folded name from each of its words on: `nguyen thi dao`, `thi dao`, `dao`.
create table customer_tail (
    tail     text    not null,
    customer blob    not null references customer (id),
    primary key (tail, customer)
) strict, without rowid;
create index customer_tail_customer on customer_tail (customer);
insert into customer_tail (tail, customer)
    with recursive tail (customer, tail, word) as (
        select id, name_key, 1 from customer where name_key <> ''
        union all
        select customer, substr(tail, instr(tail, ' ') + 1), word + 1 from tail where instr(tail, ' ') > 0 and word < 8
    )
    select distinct tail, customer from tail;
-- Who is forgotten is not found by their name.
create trigger customer_tail_goes after update of name_key on customer when new.name_key is null
begin
    delete from customer_tail where customer = new.id;
end;

-- Seconds from opening the form to saving it, for those who make it quicker.
create table form_time (
    complaint blob    not null primary key references complaint (id),
    staff     blob    not null references staff (id),
    seconds   integer not null check (seconds > 0),
    at        integer not null
) strict;
create index form_time_at on form_time (at, seconds);
