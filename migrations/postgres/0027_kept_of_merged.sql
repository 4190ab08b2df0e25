-- What a customer calls themselves may come from another record of the same person. What this one said itself is kept, so that
-- parting the two brings it back; it is what the customer is known again by all along (`name_key`).
alter table customer add column own_name text;
alter table customer add column own_language text;
alter table customer_merge add column keep_name boolean not null default false;
alter table customer_merge add column keep_language boolean not null default false;
-- Who is forgotten is forgotten under every name.
create function customer_own_name_goes() returns trigger language plpgsql as $$
begin
    new.own_name := null;
    new.own_language := null;
    return new;
end
$$;
create trigger customer_own_name_goes before update of name on customer for each row when (new.name is null)
    execute function customer_own_name_goes();
