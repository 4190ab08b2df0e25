-- What a customer calls themselves may come from another record of the same person. What this one said itself is kept, so that
-- parting the two brings it back; it is what the customer is known again by all along (`name_key`).
alter table customer add column own_name text;
alter table customer add column own_language text;
alter table customer_merge add column keep_name integer not null default 0 check (keep_name in (0, 1));
alter table customer_merge add column keep_language integer not null default 0 check (keep_language in (0, 1));
-- Who is forgotten is forgotten under every name.
create trigger customer_own_name_goes after update of name on customer when new.name is null and new.own_name is not null
begin
    update customer set own_name = null, own_language = null where id = new.id;
end;
