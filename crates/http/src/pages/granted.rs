//! For tests of pages: grants that are in force.

use firsthand_domain::grant::{GrantStep, NewGrant};
use firsthand_domain::id::StaffId;
use firsthand_storage::grants;
use serde_json::{Value, json};

use crate::tests::Desk;

/// A root grant for a person, written by one administrator and put in force by another. Its id.
pub(super) async fn root(desk: &Desk, holder: &str, per_award: &str, rest: Value) -> String {
    let (ann, tom) = (administrator(desk, "ann").await, administrator(desk, "tom").await);
    let mut terms = json!({
        "holder": holder, "types": ["refund", "voucher"], "bases": ["goodwill", "liability"], "currency": "EUR",
        "limits": { "per_award": per_award }, "valid_from": "2026-01-01T00:00:00Z",
        "document": { "ref": "Board 7/2026", "sha256": "ab".repeat(32) },
    });
    for (name, value) in rest.as_object().into_iter().flatten() {
        terms[name] = value.clone();
    }
    let written = desk.app.database.change(move |unit| {
        let terms = terms.clone();
        Box::pin(async move {
            let new: NewGrant = serde_json::from_value(terms)?;
            let grant = grants::write(unit, ann, &new).await?;
            grants::step(unit, tom, grant.id, GrantStep::Activate, None, None).await
        })
    });
    written.await.unwrap().id.to_string()
}

/// The administrator of that name, added when there is none yet.
async fn administrator(desk: &Desk, name: &'static str) -> StaffId {
    let address = firsthand_domain::contact::Email::parse(&format!("{name}@example.com")).unwrap();
    let mut connection = desk.app.database.read().await.unwrap();
    let known = firsthand_storage::staff::by_email(&mut connection.tx(), &address).await.unwrap();
    drop(connection);
    match known {
        Some(person) => person.id,
        None => desk.person(name, "admin").await.parse().unwrap(),
    }
}
