//! Customers in the ledger: under a random alias, with what is theirs committed to by a secret that can be destroyed.

use firsthand_domain::id::{CustomerId, StaffId};
use ring::hmac;
use ring::rand::{SecureRandom as _, SystemRandom};
use uuid::Uuid;

use super::{Entry, Hash, Line, append, entry, hold};
use crate::database::Tx;
use crate::statement::same;
use crate::writer::Unit;
use crate::{Error, Result};

statements! {
    KNOWN = same("select alias, secret from ledger_person where customer = $1");
    MAKE_KNOWN = same("insert into ledger_person (customer, alias, secret) values ($1, $2, $3)");
    FORGET = same("delete from ledger_person where customer = $1");
}

const DOMAIN: &[u8] = b"firsthand ledger person v1";

/// What is personal in a decision: whose, and the parts that are committed to.
#[derive(Debug, Clone)]
pub struct Personal {
    /// Whose.
    pub customer: CustomerId,
    /// Facts by name, in this order.
    pub parts: Vec<(&'static str, String)>,
}

/// How a customer is known in the ledger.
pub(super) struct Known {
    pub(super) alias: Uuid,
    secret: Vec<u8>,
}

impl Known {
    pub(super) fn commitment<N: AsRef<str>>(&self, parts: &[(N, String)]) -> Hash {
        let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, &self.secret));
        context.update(DOMAIN);
        entry::pairs(&mut |bytes| context.update(bytes), parts);
        let mut commitment = entry::NONE;
        commitment.copy_from_slice(context.sign().as_ref());
        commitment
    }
}

async fn known(tx: &mut Tx<'_>, customer: CustomerId) -> Result<Option<Known>> {
    let row: Option<(Uuid, Vec<u8>)> = find!(tx, KNOWN, customer.0)?;
    Ok(row.map(|(alias, secret)| Known { alias, secret }))
}

/// The alias and secret of a customer, made when they first appear. The head is held: nobody else makes them meanwhile.
pub(super) async fn known_as(unit: &mut Unit<'_>, customer: CustomerId) -> Result<Known> {
    if let Some(known) = known(&mut unit.tx, customer).await? {
        return Ok(known);
    }
    let known = Known {
        alias: uuid::Builder::from_random_bytes(random()?).into_uuid(),
        secret: random::<32>()?.into(),
    };
    run!(&mut unit.tx, MAKE_KNOWN, customer.0, known.alias, known.secret.as_slice())?;
    Ok(known)
}

/// Not from the wiring: a secret that anybody else could have made is none.
fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    let filled = SystemRandom::new().fill(&mut bytes);
    filled.map_err(|_| Error::Unavailable("the operating system gives no random bytes".to_owned()))?;
    Ok(bytes)
}

/// Under which alias a customer stands in the ledger, if they do.
///
/// # Errors
/// The database could not.
pub async fn alias(tx: &mut Tx<'_>, customer: CustomerId) -> Result<Option<Uuid>> {
    Ok(known(tx, customer).await?.map(|known| known.alias))
}

/// Is this what an entry is committed to? Nobody can tell any more once the person is erased.
///
/// # Errors
/// The database could not.
pub async fn is_committed(tx: &mut Tx<'_>, entry: &Entry, personal: &Personal) -> Result<bool> {
    let known = known(tx, personal.customer).await?;
    Ok(known.is_some_and(|known| entry.commitment == Some(known.commitment(&personal.parts))))
}

/// Destroys what leads from the ledger to a customer, and appends that it was done: `by` whom, what they count
/// (`fields`, no names), and the alias that leads to nobody from now on, if there was one.
///
/// # Errors
/// The database could not.
pub async fn erase_person(
    unit: &mut Unit<'_>,
    customer: CustomerId,
    by: StaffId,
    mut fields: Vec<(&'static str, String)>,
) -> Result<i64> {
    hold(unit).await?;
    let alias = alias(&mut unit.tx, customer).await?;
    let forgotten = run!(&mut unit.tx, FORGET, customer.0)?;
    fields.push(("secrets", forgotten.to_string()));
    fields.extend(alias.map(|alias| ("person", alias.to_string())));
    let line = Line { kind: "erasure", actor: Some(by), subject: None, fields, personal: None };
    append(unit, &line).await
}
