//! Forms as they are kept while they are written: one of each person at each place.

use firsthand_domain::id::StaffId;
use firsthand_storage::drafts;

use crate::call::Call;
use crate::form::Form;

/// Keeps what a form says so far, without the fields named; a form nobody has begun is no draft.
pub(super) async fn keep(
    call: &Call,
    staff: StaffId,
    place: &str,
    form: &Form,
    not_kept: &[&str],
    begun: bool,
) -> firsthand_storage::Result<()> {
    if !begun {
        return put_away(call, staff, place).await;
    }
    let (place, key) = (place.to_owned(), form.get("_key").to_owned());
    let fields: Vec<(String, String)> = form
        .every()
        .filter(|(name, _)| !not_kept.contains(name))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let kept = call.app.database.change(move |unit| {
        let (place, fields, key) = (place.clone(), fields.clone(), key.clone());
        Box::pin(async move { drafts::keep(unit, staff, &place, &fields, &key).await })
    });
    kept.await
}

/// A draft is done with.
pub(super) async fn put_away(call: &Call, staff: StaffId, place: &str) -> firsthand_storage::Result<()> {
    let place = place.to_owned();
    let forgotten = call.app.database.change(move |unit| {
        let place = place.clone();
        Box::pin(async move { drafts::discard(unit, staff, &place).await })
    });
    forgotten.await
}
