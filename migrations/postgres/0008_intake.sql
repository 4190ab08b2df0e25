-- What makes taking a complaint quick: a customer found by the beginning of any word of their name, and how long the
-- form was open before it was sent.

-- A folded name from each of its words on: `nguyen thi dao`, `thi dao`, `dao`. Compared by code points, so that what
-- begins alike stands together.
create table customer_tail (
    tail     text collate "C" not null,
    customer uuid             not null references customer (id),
    primary key (tail, customer)
);
create index customer_tail_customer on customer_tail (customer);
insert into customer_tail (tail, customer)
    with recursive tail (customer, tail, word) as (
        select id, name_key, 1 from customer where name_key <> ''
        union all
        select customer, substr(tail, strpos(tail, ' ') + 1), word + 1 from tail where strpos(tail, ' ') > 0 and word < 8
    )
    select distinct tail, customer from tail;
-- Who is forgotten is not found by their name.
create function customer_tail_goes() returns trigger language plpgsql as $$
begin
    delete from customer_tail where customer = new.id;
    return new;
end
$$;
create trigger customer_tail_goes after update of name_key on customer for each row when (new.name_key is null)
    execute function customer_tail_goes();
-- Numbers and addresses are found by their beginnings too.
alter table identifier alter column value_key type text collate "C";

-- Seconds from opening the form to saving it, for those who make it quicker.
create table form_time (
    complaint uuid   not null primary key references complaint (id),
    staff     uuid   not null references staff (id),
    seconds   bigint not null check (seconds > 0),
    at        bigint not null
);
create index form_time_at on form_time (at, seconds);
