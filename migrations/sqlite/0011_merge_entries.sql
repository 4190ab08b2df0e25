-- Between which entries of the ledger two records were one person: what a customer was given is counted over both, so a
-- decision done again must know in which order merge and decision came. What was undone before this has no entry.
alter table customer_merge add column merged_entry integer not null default 0;
alter table customer_merge add column undone_entry integer;
create index customer_merge_into on customer_merge (into_customer);
