//! The people who complain, and how to know them again.

use firsthand_domain::Refusal;
use firsthand_domain::code::{IdentifierKind, PersonDetail};
use firsthand_domain::customer::{Complainant, MergeCustomer, NewCustomer, NewIdentifier};
use firsthand_domain::id::{CustomerId, IdentifierId, StaffId};
use firsthand_domain::text::{Line, fold};
use uuid::Uuid;

use crate::database::Tx;
use crate::ledger::{self, Personal};
use crate::statement::{pick, same};
use crate::writer::Unit;
use crate::{Error, Result, search};

pub mod find;

pub use find::{Found, find, known};

statements! {
    INSERT = same("insert into customer (id, name, name_key, language, created_at) values ($1, $2, $3, $4, $5)");
    INSERT_IDENTIFIER = same("insert into identifier (id, customer, kind, value, value_key, created_at) \
                              values ($1, $2, $3, $4, $5, $6) on conflict (customer, kind, value_key) do nothing");
    BY_ID = same("select id, name, language, merged_into from customer where id = $1");
    PAGE = same("select id, name, language, merged_into from customer where id > $1 order by id limit $2");
    MATCH = same("select c.id, c.name, c.language, c.merged_into from identifier i join customer c on c.id = i.customer \
                  where i.kind = $1 and i.value_key = $2 and c.name_key = $3 order by c.id limit 1");
    /// Until the change is done, others who bring this identifier wait. The one writer of SQLite has no others.
    MEET = pick("select $1", "select pg_advisory_xact_lock(hashtextextended($1, 0))");
    IDENTIFIERS = same("select id, kind, value from identifier where customer = $1 order by kind, created_at, id");
    /// Two merges at once of the same records, one each way, must not make a circle.
    BY_ID_LOCKED = pick(
        "select id, name, language, merged_into from customer where id = $1",
        "select id, name, language, merged_into from customer where id = $1 for update",
    );
    MERGE = same("update customer set merged_into = $2 where id = $1 and merged_into is null");
    UNMERGE = same("update customer set merged_into = null where id = $1 and merged_into = $2");
    MERGED = same("select id from customer where merged_into = $1 order by id");
    RECORD_MERGE = same("insert into customer_merge (id, customer, into_customer, merged_at, merged_by, merged_entry, \
                         keep_name, keep_language) values ($1, $2, $3, $4, $5, $6, $7, $8)");
    /// What the record said itself comes back when the others are parted from it.
    KEEP_OWN = same("update customer set own_name = name, own_language = language where id = $1 and own_name is null");
    /// The last said to stay, of those that go on under it; else what it said itself.
    CALL = same("update customer set name = coalesce((select c.name from customer_merge m join customer c on c.id = m.customer \
                 where m.into_customer = $1 and m.undone_at is null and m.keep_name and c.name is not null \
                 order by m.merged_at desc, m.id desc limit 1), own_name), \
                 language = coalesce((select c.language from customer_merge m join customer c on c.id = m.customer \
                 where m.into_customer = $1 and m.undone_at is null and m.keep_language and c.language is not null \
                 order by m.merged_at desc, m.id desc limit 1), own_language) where id = $1 and own_name is not null");
    RECORD_UNMERGE = same("update customer_merge set undone_at = $3, undone_by = $4, undone_entry = $5 \
                           where customer = $1 and into_customer = $2 and undone_at is null");
    CONTACT_ROUTES = same("select count(*) from identifier where customer = $1 and kind in ('phone', 'email')");
}

row! {
    struct CustomerRow {
        id: Uuid,
        name: Option<String>,
        language: Option<String>,
        merged_into: Option<Uuid>,
    }
}

/// A customer on record. The name is gone once the person has been erased.
#[derive(Debug, Clone)]
pub struct Customer {
    /// Who.
    pub id: CustomerId,
    /// As they introduce themselves.
    pub name: Option<String>,
    /// The language they want to be answered in.
    pub language: Option<String>,
    /// The record under which this person goes on.
    pub merged_into: Option<CustomerId>,
}

/// A way to know a customer again.
#[derive(Debug, Clone)]
pub struct Identifier {
    /// Which.
    pub id: IdentifierId,
    /// Which kind.
    pub kind: IdentifierKind,
    /// As written.
    pub value: String,
}

impl From<CustomerRow> for Customer {
    fn from(row: CustomerRow) -> Self {
        let merged_into = row.merged_into.map(CustomerId);
        Self { id: CustomerId(row.id), name: row.name, language: row.language, merged_into }
    }
}

/// A customer by id.
///
/// # Errors
/// The database could not.
pub async fn by_id(tx: &mut Tx<'_>, id: CustomerId) -> Result<Option<Customer>> {
    let row: Option<CustomerRow> = find!(tx, BY_ID, id.0)?;
    Ok(row.map(Customer::from))
}

/// Customers in the order they came, after one of them.
///
/// # Errors
/// The database could not.
pub async fn page(tx: &mut Tx<'_>, after: Option<CustomerId>, limit: i64) -> Result<Vec<Customer>> {
    let rows: Vec<CustomerRow> = all!(tx, PAGE, after.map_or(Uuid::nil(), |a| a.0), limit)?;
    Ok(rows.into_iter().map(Customer::from).collect())
}

/// Every way to know a customer again.
///
/// # Errors
/// The database could not.
pub async fn identifiers(tx: &mut Tx<'_>, id: CustomerId) -> Result<Vec<Identifier>> {
    let rows: Vec<(Uuid, String, String)> = all!(tx, IDENTIFIERS, id.0)?;
    let read = |(id, kind, value): (Uuid, String, String)| {
        let kind = IdentifierKind::from_code(&kind)
            .ok_or_else(|| Error::Corrupt(format!("identifier.kind of {id}")))?;
        Ok(Identifier { id: IdentifierId(id), kind, value })
    };
    rows.into_iter().map(read).collect()
}

/// Can this customer be reached at all?
pub(crate) async fn has_contact_route(tx: &mut Tx<'_>, id: CustomerId) -> Result<bool> {
    let row: Option<(i64,)> = find!(tx, CONTACT_ROUTES, id.0)?;
    Ok(row.is_some_and(|r| r.0 > 0))
}

/// Records a customer, whether or not one with this name is there already.
///
/// # Errors
/// The database could not.
pub async fn add(unit: &mut Unit<'_>, new: &NewCustomer) -> Result<Customer> {
    let id = CustomerId(unit.new_id());
    let language = new.language.as_ref().map(|l| l.as_str().to_owned());
    let (name, name_key) = (new.name.as_str(), fold(new.name.as_str()));
    run!(&mut unit.tx, INSERT, id.0, name, name_key, language.clone(), unit.now.micros())?;
    find::write(unit, id, new.name.as_str()).await?;
    add_routes(unit, id, new).await?;
    Ok(Customer { id, name: Some(new.name.to_string()), language, merged_into: None })
}

/// A further way to know a customer again; one that is there already is not added twice.
///
/// # Errors
/// There is no such customer, or the value cannot be of its kind.
pub async fn add_identifier(unit: &mut Unit<'_>, customer: CustomerId, new: &NewIdentifier) -> Result<()> {
    by_id(&mut unit.tx, customer).await?.ok_or(Refusal::NotFound)?;
    let key = new.key().map_err(|expected| Refusal::field("value", expected))?;
    insert_identifier(unit, customer, new.kind, new.value.as_str(), &key).await?;
    search::write_customer(unit, customer).await
}

async fn insert_identifier(
    unit: &mut Unit<'_>,
    customer: CustomerId,
    kind: IdentifierKind,
    value: &str,
    key: &str,
) -> Result<()> {
    let (id, now) = (unit.new_id(), unit.now.micros());
    run!(&mut unit.tx, INSERT_IDENTIFIER, id, customer.0, kind.code(), value, key, now).map(drop)
}

async fn add_routes(unit: &mut Unit<'_>, customer: CustomerId, new: &NewCustomer) -> Result<()> {
    if let Some(phone) = &new.phone {
        insert_identifier(unit, customer, IdentifierKind::Phone, phone.as_str(), &phone.key()).await?;
    }
    if let Some(email) = &new.email {
        insert_identifier(unit, customer, IdentifierKind::Email, email.as_str(), &email.key()).await?;
    }
    Ok(())
}

/// Who complains: found, or recorded. A folded name with an exact phone or e-mail is the same person.
pub(crate) async fn resolve(unit: &mut Unit<'_>, complainant: &Complainant) -> Result<Option<Customer>> {
    match complainant {
        Complainant::Anonymous => Ok(None),
        Complainant::Known(id) => {
            let known = by_id(&mut unit.tx, *id).await?;
            let known =
                known.ok_or_else(|| Refusal::field("customer.id", "expected the id of a customer"))?;
            root(&mut unit.tx, known).await.map(Some)
        }
        Complainant::Described(new) => {
            if let Some(found) = matching(unit, new).await? {
                add_routes(unit, found.id, new).await?;
                return root(&mut unit.tx, found).await.map(Some);
            }
            add(unit, new).await.map(Some)
        }
    }
}

/// A new customer who calls twice in one moment is one customer: the second call waits until the first has recorded
/// them. Not for imports, which would hold more of these locks than a server has.
pub(crate) async fn wait_for_twins(unit: &mut Unit<'_>, complainant: &Complainant) -> Result<()> {
    let Complainant::Described(new) = complainant else { return Ok(()) };
    if matching(unit, new).await?.is_some() {
        return Ok(());
    }
    let phone = new.phone.as_ref().map(|p| format!("{} {}", IdentifierKind::Phone, p.key()));
    let email = new.email.as_ref().map(|e| format!("{} {}", IdentifierKind::Email, e.key()));
    // In the same order always, so that two calls do not wait for each other.
    for key in email.into_iter().chain(phone) {
        run!(&mut unit.tx, MEET, key)?;
    }
    Ok(())
}

async fn matching(unit: &mut Unit<'_>, new: &NewCustomer) -> Result<Option<Customer>> {
    let name = fold(new.name.as_str());
    let phone = new.phone.as_ref().map(|p| (IdentifierKind::Phone, p.key()));
    let email = new.email.as_ref().map(|e| (IdentifierKind::Email, e.key()));
    for (kind, key) in phone.into_iter().chain(email) {
        let row: Option<CustomerRow> = find!(&mut unit.tx, MATCH, kind.code(), key, name.as_str())?;
        if let Some(row) = row {
            return Ok(Some(row.into()));
        }
    }
    Ok(None)
}

/// The order a complaint is about is a way to know its customer again.
pub(crate) async fn note_order(unit: &mut Unit<'_>, customer: CustomerId, order: &Line) -> Result<()> {
    insert_identifier(unit, customer, IdentifierKind::Order, order.as_str(), &fold(order.as_str())).await
}

/// The record under which a person goes on, however often it was merged.
async fn root(tx: &mut Tx<'_>, mut customer: Customer) -> Result<Customer> {
    while let Some(into) = customer.merged_into {
        customer =
            by_id(tx, into).await?.ok_or_else(|| Error::Corrupt(format!("customer.merged_into {into}")))?;
    }
    Ok(customer)
}

/// The records that go on under this one.
///
/// # Errors
/// The database could not.
pub async fn merged_into(tx: &mut Tx<'_>, id: CustomerId) -> Result<Vec<CustomerId>> {
    let rows: Vec<(Uuid,)> = all!(tx, MERGED, id.0)?;
    Ok(rows.into_iter().map(|r| CustomerId(r.0)).collect())
}

/// Two records are one person: `id` goes on under the other, which is called and answered as this one was where that is
/// to stay. Complaints keep the record they were logged under, so undoing it restores both.
///
/// # Errors
/// Either is not there, they are the same, one of them goes on under another already, or this one does not say what is
/// to stay.
pub async fn merge(unit: &mut Unit<'_>, by: StaffId, id: CustomerId, merge: &MergeCustomer) -> Result<()> {
    let into = merge.into;
    let from: Option<CustomerRow> = find!(&mut unit.tx, BY_ID_LOCKED, id.0)?;
    let from = from.ok_or(Refusal::NotFound)?;
    let to: Option<CustomerRow> = find!(&mut unit.tx, BY_ID_LOCKED, into.0)?;
    let to = to.ok_or_else(|| Refusal::field("into", "expected the id of a customer"))?;
    if id == into {
        return Err(Refusal::field("into", "expected another customer").into());
    }
    if let Some(into) = from.merged_into.or(to.merged_into) {
        return Err(Refusal::CustomerMerged { into: CustomerId(into) }.into());
    }
    let stays = |detail| merge.keep.contains(&detail);
    let (name, language) = (stays(PersonDetail::Name), stays(PersonDetail::Language));
    if (name && from.name.is_none()) || (language && from.language.is_none()) {
        return Err(Refusal::field("keep", "expected what this record says").into());
    }
    ledger::hold(unit).await?;
    run!(&mut unit.tx, MERGE, id.0, into.0)?;
    let (record, now) = (unit.new_id(), unit.now.micros());
    let entry = tell(unit, by, "customer_merged", id, into).await?;
    run!(&mut unit.tx, RECORD_MERGE, record, id.0, into.0, now, by.0, entry, name, language)?;
    if name || language {
        run!(&mut unit.tx, KEEP_OWN, into.0)?;
        call(unit, into).await?;
    }
    Ok(())
}

/// The customer is called what is to stay of the records that are one person.
async fn call(unit: &mut Unit<'_>, id: CustomerId) -> Result<()> {
    if run!(&mut unit.tx, CALL, id.0)? > 0 {
        search::write_customer(unit, id).await?;
    }
    Ok(())
}

/// What a customer may get is counted over all their records, so the ledger tells which are one person; without a name.
async fn tell(
    unit: &mut Unit<'_>,
    by: StaffId,
    kind: &'static str,
    customer: CustomerId,
    into: CustomerId,
) -> Result<i64> {
    let personal = Some(Personal { customer, parts: vec![("into", into.to_string())] });
    let line = ledger::Line { kind, actor: Some(by), subject: None, fields: Vec::new(), personal };
    ledger::append(unit, &line).await
}

/// Two records are not one person after all: `customer` no longer goes on under `id`.
///
/// # Errors
/// It did not.
pub async fn unmerge(unit: &mut Unit<'_>, by: StaffId, id: CustomerId, customer: CustomerId) -> Result<()> {
    by_id(&mut unit.tx, id).await?.ok_or(Refusal::NotFound)?;
    if run!(&mut unit.tx, UNMERGE, customer.0, id.0)? == 0 {
        return Err(Refusal::CustomerNotMerged { customer }.into());
    }
    ledger::hold(unit).await?;
    let entry = tell(unit, by, "customer_unmerged", customer, id).await?;
    run!(&mut unit.tx, RECORD_UNMERGE, customer.0, id.0, unit.now.micros(), by.0, entry)?;
    call(unit, id).await
}
