-- What a first contact has handed over and still answers for: few of many, so they have an index of their own.
create index complaint_handed_over on complaint (first_contact, next_due, id)
    where stage <> 'closed' and handler <> first_contact;
