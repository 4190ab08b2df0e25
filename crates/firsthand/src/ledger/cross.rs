//! Does the rest of the database agree with the ledger? Asked when the chain itself is good, with statements that
//! `firsthand_storage::audit` has for it.

use firsthand_storage::Error;
use firsthand_storage::audit::Audit;

use super::walk::Bad;

/// The first entry that something else in the database contradicts.
pub(super) async fn all(audit: &mut Audit) -> Result<Option<Bad>, Error> {
    // One line a check, in the order of what matters more.
    if let Some(entry) = audit.erased_but_known().await? {
        let why = "says that somebody was erased who is still known in the ledger".to_owned();
        return Ok(Some(Bad { entry, why }));
    }
    Ok(None)
}
