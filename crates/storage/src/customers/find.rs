//! Finding a customer while somebody types: by the beginning of a name, a number, an address or an order, or by a
//! complaint of theirs. Every look is along an index and ends after a few rows, however many customers there are.

use std::collections::{BTreeMap, BTreeSet};

use firsthand_domain::code::IdentifierKind;
use firsthand_domain::id::CustomerId;
use firsthand_domain::search;
use firsthand_domain::staff::Staff;
use firsthand_domain::text::fold;
use firsthand_domain::time::Timestamp;
use uuid::Uuid;

use super::{Customer, CustomerRow, by_id, root};
use crate::complaints;
use crate::database::Tx;
use crate::list::{self, Scope, Sort};
use crate::statement::{keepable, same};
use crate::writer::Unit;
use crate::{Error, Result};

statements! {
    WRITE = same("insert into customer_tail (tail, customer) values ($1, $2) on conflict (tail, customer) do nothing");
    BY_TAIL = same("select c.id, c.name, c.language, c.merged_into from customer_tail t \
                    join customer c on c.id = t.customer where t.tail >= $1 and t.tail < $2 \
                    order by t.tail, t.customer limit $3");
    IDS_BY_TAIL = same("select customer from customer_tail where tail >= $1 and tail < $2 \
                        order by tail, customer limit $3");
    BY_ROUTE = same("select c.id, c.name, c.language, c.merged_into from identifier i \
                     join customer c on c.id = i.customer \
                     where i.kind = $1 and i.value_key >= $2 and i.value_key < $3 \
                     order by i.value_key limit $4");
}

/// The most that are told.
pub const MOST: usize = 10;
/// Rows read of one index: the same customer may stand in it several times.
const ROWS: i64 = 40;
/// Customers compared when the words of a name come in another order.
const COMPARED: i64 = 300;
/// Words of a name by which it is found.
const WORDS: usize = 8;
/// With fewer digits, half the complaints would be hits.
const DIGITS_OF_A_NUMBER: usize = 7;

/// A customer that was found, as one tells them from others.
#[derive(Debug, Clone)]
pub struct Found {
    /// Who.
    pub customer: Customer,
    /// How to reach them and what they ordered, in the order it was learnt.
    pub routes: Vec<(IdentifierKind, String)>,
    /// When they last complained, as far as everybody may know.
    pub last: Option<Timestamp>,
}

/// Makes a customer findable by each word of their name.
pub(super) async fn write(unit: &mut Unit<'_>, id: CustomerId, name: &str) -> Result<()> {
    let folded = fold(name);
    let mut tail = folded.as_str();
    for _ in 0..WORDS {
        run!(&mut unit.tx, WRITE, tail, id.0)?;
        match tail.split_once(' ') {
            Some((_, rest)) => tail = rest,
            None => break,
        }
    }
    Ok(())
}

/// The customers somebody may mean, the likeliest first.
///
/// # Errors
/// The database could not.
pub async fn find(tx: &mut Tx<'_>, reader: &Staff, typed: &str, now: Timestamp) -> Result<Vec<Found>> {
    let folded = fold(typed);
    if !keepable(&folded) || !says_enough(&folded) {
        return Ok(Vec::new());
    }
    let mut all = Gathered::default();
    if let Some(customer) = of_reference(tx, reader, &folded, now).await? {
        all.add(tx, customer).await?;
    }
    let digits: String = folded.chars().filter(char::is_ascii_digit).collect();
    if digits.len() >= 3 && !folded.chars().any(char::is_alphabetic) {
        let rows = by_route(tx, IdentifierKind::Phone, &digits).await?;
        all.take(tx, rows).await?;
    }
    let rows = by_route(tx, IdentifierKind::Order, &folded).await?;
    all.take(tx, rows).await?;
    if !folded.contains(' ') {
        let rows = by_route(tx, IdentifierKind::Email, &folded).await?;
        all.take(tx, rows).await?;
    }
    if all.wants_more() && folded.chars().any(char::is_alphabetic) {
        let rows = between(tx, &folded).await?;
        all.take(tx, rows).await?;
        let words: Vec<&str> = folded.split(' ').collect();
        if all.wants_more() && words.len() > 1 {
            for id in in_any_order(tx, &words).await? {
                if let Some(customer) = by_id(tx, id).await? {
                    all.add(tx, customer).await?;
                }
            }
        }
    }
    if all.wants_more() && digits.len() >= DIGITS_OF_A_NUMBER {
        for id in of_complaints(tx, reader, &folded).await? {
            if let Some(customer) = by_id(tx, id).await? {
                all.add(tx, customer).await?;
            }
        }
    }
    described(tx, all.customers).await
}

/// One customer as [`find`] tells of them; under the record they go on under.
///
/// # Errors
/// The database could not.
pub async fn known(tx: &mut Tx<'_>, id: CustomerId) -> Result<Option<Found>> {
    let mut all = Gathered::default();
    if let Some(customer) = by_id(tx, id).await? {
        all.add(tx, customer).await?;
    }
    Ok(described(tx, all.customers).await?.pop())
}

/// What was found so far, each once.
#[derive(Default)]
struct Gathered {
    customers: Vec<Customer>,
    seen: BTreeSet<CustomerId>,
}

impl Gathered {
    fn wants_more(&self) -> bool {
        self.customers.len() < MOST
    }

    async fn take(&mut self, tx: &mut Tx<'_>, rows: Vec<CustomerRow>) -> Result<()> {
        for row in rows {
            self.add(tx, row.into()).await?;
        }
        Ok(())
    }

    async fn add(&mut self, tx: &mut Tx<'_>, customer: Customer) -> Result<()> {
        if self.wants_more() && self.seen.insert(customer.id) {
            let customer = root(tx, customer).await?;
            if !self.customers.iter().any(|c| c.id == customer.id) {
                self.seen.insert(customer.id);
                self.customers.push(customer);
            }
        }
        Ok(())
    }
}

/// One letter of a script with few letters begins too much.
pub(crate) fn says_enough(folded: &str) -> bool {
    let mut letters = folded.chars().filter(|c| c.is_alphanumeric());
    letters.next().is_some_and(|first| u32::from(first) >= 0x2E80 || letters.next().is_some())
}

/// Everything that begins with a text stands from it to this.
fn end_of(text: &str) -> String {
    format!("{text}\u{10FFFF}")
}

async fn between(tx: &mut Tx<'_>, from: &str) -> Result<Vec<CustomerRow>> {
    all!(tx, BY_TAIL, from, end_of(from), ROWS)
}

async fn by_route(tx: &mut Tx<'_>, kind: IdentifierKind, from: &str) -> Result<Vec<CustomerRow>> {
    all!(tx, BY_ROUTE, kind.code(), from, end_of(from), ROWS)
}

/// Whose name has a word for each of these, whichever comes first: the rarest word leads.
async fn in_any_order(tx: &mut Tx<'_>, words: &[&str]) -> Result<Vec<CustomerId>> {
    let mut fewest: Option<Vec<(Uuid,)>> = None;
    for word in words.iter().take(WORDS) {
        let rows: Vec<(Uuid,)> = all!(tx, IDS_BY_TAIL, *word, end_of(word), COMPARED)?;
        if fewest.as_ref().is_none_or(|before| rows.len() < before.len()) {
            fewest = Some(rows);
        }
    }
    let ids: BTreeSet<Uuid> = fewest.into_iter().flatten().map(|r| r.0).collect();
    let ids: Vec<CustomerId> = ids.into_iter().map(CustomerId).collect();
    if ids.is_empty() {
        return Ok(ids);
    }
    let rows: Vec<(Uuid, Option<String>)> =
        among!(tx, "select id, name from customer where id in (", &ids, ") order by id")?;
    let fits = |name: &Option<String>| {
        let name = fold(name.as_deref().unwrap_or_default());
        words.iter().all(|word| name.split(' ').any(|own| own.starts_with(word)))
    };
    let found = rows.into_iter().filter(|(_, name)| fits(name)).map(|(id, _)| CustomerId(id));
    Ok(found.take(MOST).collect())
}

/// The reference that is meant, if one is: whole, or by its last digits in this year.
pub(crate) fn number_of(folded: &str, now: Timestamp) -> Option<String> {
    if folded.len() <= 6 && folded.bytes().all(|b| b.is_ascii_digit()) {
        Some(format!("C-{}-{folded:0>6}", now.utc_year()))
    } else {
        folded.starts_with("c-").then(|| folded.to_uppercase())
    }
}

/// Who complained under a reference, or under its last digits in this year.
async fn of_reference(
    tx: &mut Tx<'_>,
    reader: &Staff,
    folded: &str,
    now: Timestamp,
) -> Result<Option<Customer>> {
    let Some(reference) = number_of(folded, now) else { return Ok(None) };
    let Some(id) = complaints::id_of(tx, &reference).await? else { return Ok(None) };
    let found = complaints::read(tx, id).await?.filter(|found| found.complaint.visible_to(reader));
    match found.and_then(|found| found.complaint.customer) {
        Some(customer) => by_id(tx, customer).await,
        None => Ok(None),
    }
}

/// Who complained where a number stands, however it is written there.
async fn of_complaints(tx: &mut Tx<'_>, reader: &Staff, folded: &str) -> Result<Vec<CustomerId>> {
    let Ok(words) = search::Query::parse(folded) else { return Ok(Vec::new()) };
    let (scope, sort, limit) = (Scope::All, Sort::Received, i64::try_from(MOST).unwrap_or(i64::MAX));
    let query = list::Query { scope, sort, limit, words: Some(words), ..list::Query::default() };
    let items = list::page(tx, reader, &query).await?.items;
    Ok(items.into_iter().filter_map(|item| item.customer).map(|(id, _)| id).collect())
}

async fn described(tx: &mut Tx<'_>, customers: Vec<Customer>) -> Result<Vec<Found>> {
    if customers.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<CustomerId> = customers.iter().map(|c| c.id).collect();
    let rows: Vec<(Uuid, String, String)> = among!(
        tx,
        "select customer, kind, value from identifier where customer in (",
        ids,
        ") order by customer, created_at, id"
    )?;
    let mut routes: BTreeMap<Uuid, Vec<(IdentifierKind, String)>> = BTreeMap::new();
    for (customer, kind, value) in rows {
        let kind = IdentifierKind::from_code(&kind)
            .ok_or_else(|| Error::Corrupt(format!("identifier.kind of {customer}")))?;
        routes.entry(customer).or_default().push((kind, value));
    }
    let ids: Vec<CustomerId> = customers.iter().map(|c| c.id).collect();
    let last: Vec<(Uuid, Option<i64>)> = among!(
        tx,
        "select c.id, (select p.received_at from complaint p where p.customer = c.id and not p.restricted \
         and p.about_staff is null order by p.received_at desc limit 1) from customer c where c.id in (",
        ids,
        ")"
    )?;
    let last: BTreeMap<Uuid, Option<i64>> = last.into_iter().collect();
    let described = |customer: Customer| Found {
        routes: routes.remove(&customer.id.0).unwrap_or_default(),
        last: last.get(&customer.id.0).copied().flatten().map(Timestamp::from_micros),
        customer,
    };
    Ok(customers.into_iter().map(described).collect())
}
