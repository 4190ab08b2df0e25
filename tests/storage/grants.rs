//! The register of grants as storage keeps it: chains, the register as it stood, terms that stay, entries in the ledger.

use firsthand_domain::Refusal;
use firsthand_domain::code::GrantState;
use firsthand_domain::grant::{Grant, GrantStep, NewGrant};
use firsthand_domain::id::GrantId;
use firsthand_domain::money::Currency;
use firsthand_domain::staff::{DeclareRelated, Staff};
use firsthand_domain::text::Reason;
use firsthand_storage::grants::{self, Filter};
use firsthand_storage::{Result, ledger, related};
use serde_json::{Value, json};

use crate::support::{Desk, refusal, verbs};

stories!(
    every_step_is_in_the_ledger_with_all_the_grant_says,
    a_person_finds_every_chain_they_hold_themselves_or_by_their_role,
    the_register_reads_as_it_stood,
    the_terms_of_a_grant_cannot_be_changed,
    what_is_refused_leaves_nothing,
    a_relation_holds_both_ways_and_is_declared_once,
);

pub(crate) async fn write(desk: &Desk, by: &Staff, body: Value) -> Result<Grant> {
    let (by, body): (_, NewGrant) = (by.id, verbs::body(body));
    let written = desk.db.change(move |unit| {
        let body = body.clone();
        Box::pin(async move { grants::write(unit, by, &body).await })
    });
    written.await
}

pub(crate) async fn step(
    desk: &Desk,
    by: &Staff,
    id: GrantId,
    step: GrantStep,
    version: Option<i64>,
) -> Result<Grant> {
    let (by, reason): (_, Reason) = (by.id, verbs::body(json!("as resolved")));
    let stepped = desk.db.change(move |unit| {
        let reason = reason.clone();
        Box::pin(async move { grants::step(unit, by, id, step, Some(&reason), version).await })
    });
    stepped.await
}

fn root(holder: &Value) -> Value {
    json!({
        "holder": holder, "types": ["refund", "gift"], "bases": ["goodwill"], "currency": "EUR",
        "limits": { "per_award": "100.00", "per_holder": { "amount": "900.00", "days": 30 } },
        "scope": { "teams": ["a, b"], "causes": ["late"] }, "document": { "ref": "R 7", "sha256": "0".repeat(64) },
        "may_subdelegate": true, "four_eyes_above": "50.00", "approvers": 2, "reason": "the board said so",
    })
}

fn under(parent: GrantId, holder: &Value) -> Value {
    json!({
        "holder": holder, "types": ["refund"], "bases": ["goodwill"], "currency": "EUR",
        "limits": { "per_award": "50.00" }, "scope": { "teams": ["a, b"], "causes": ["late"] }, "parent": parent,
        "may_subdelegate": true,
    })
}

struct People {
    writer: Staff,
    other: Staff,
    lead: Staff,
    ana: Staff,
}

async fn people(desk: &Desk) -> People {
    People {
        writer: desk.hire("admin", None).await,
        other: desk.hire("admin", None).await,
        lead: desk.hire("lead", None).await,
        ana: desk.agent().await,
    }
}

impl People {
    async fn granted(&self, desk: &Desk, by: &Staff, body: Value) -> Grant {
        let grant = write(desk, by, body).await.unwrap();
        step(desk, &self.other, grant.id, GrantStep::Activate, Some(1)).await.unwrap()
    }
}

async fn every_step_is_in_the_ledger_with_all_the_grant_says(desk: Desk) {
    let p = people(&desk).await;
    let grant = p.granted(&desk, &p.writer, root(&json!(p.lead.id))).await;
    let all = [GrantStep::Suspend, GrantStep::Resume, GrantStep::Revoke { for_cause: true }];
    for (version, done) in (2..).zip(all) {
        let after = step(&desk, &p.writer, grant.id, done, Some(version)).await.unwrap();
        assert_eq!(after.version, version + 1);
    }
    let mut connection = desk.db.read().await.unwrap();
    let mut tx = connection.tx();
    let entries = ledger::page(&mut tx, 0, 100).await.unwrap();
    let kinds: Vec<&str> = entries.iter().map(|e| e.kind.as_str()).collect();
    assert_eq!(
        kinds,
        ["grant_written", "grant_activated", "grant_suspended", "grant_resumed", "grant_revoked"]
    );
    let first = &entries[0];
    for (field, value) in [
        ("version", "1"),
        ("state", "draft"),
        ("document", "R 7"),
        ("types", "refund,gift"),
        ("per_award", "10000"),
        ("per_holder", "90000/30"),
        ("teams", "[\"a, b\"]"),
        ("four_eyes_above", "5000"),
        ("approvers", "2"),
    ] {
        assert_eq!(first.field(field), Some(value), "{field}");
    }
    assert!(first.field("reason_sha256").is_some() && first.field("valid_until").is_none());
    // The last entry says what the row says.
    let row = grants::by_id(&mut tx, grant.id).await.unwrap().unwrap();
    assert!(row.for_cause && row.state == GrantState::Revoked);
    for (name, value) in grants::fields(&row) {
        assert_eq!(entries[4].field(name), Some(value.as_str()), "{name}");
    }
    let steps = grants::steps(&mut tx, grant.id).await.unwrap();
    assert_eq!(steps.len(), 5);
    assert_eq!((steps[0].reason.as_deref(), steps[0].by), (Some("the board said so"), p.writer.id));
}

async fn a_person_finds_every_chain_they_hold_themselves_or_by_their_role(desk: Desk) {
    let p = people(&desk).await;
    let root = p.granted(&desk, &p.writer, root(&json!(p.lead.id))).await;
    let own = p.granted(&desk, &p.lead, under(root.id, &json!(p.ana.id))).await;
    let roles = p.granted(&desk, &p.lead, under(root.id, &json!("agent"))).await;
    write(&desk, &p.lead, under(root.id, &json!(p.ana.id))).await.unwrap();
    let mut connection = desk.db.read().await.unwrap();
    let mut tx = connection.tx();
    let ids = |chains: Vec<Vec<Grant>>| -> Vec<Vec<GrantId>> {
        chains.into_iter().map(|chain| chain.into_iter().map(|g| g.id).collect()).collect()
    };
    let anas = grants::chains_of(&mut tx, &p.ana, None).await.unwrap();
    assert_eq!(ids(anas), [[own.id, root.id], [roles.id, root.id]], "a draft is no authority");
    let leads = grants::chains_of(&mut tx, &p.lead, Currency::from_code("EUR")).await.unwrap();
    assert_eq!(ids(leads), [[root.id]]);
    assert!(grants::chains_of(&mut tx, &p.ana, Currency::from_code("USD")).await.unwrap().is_empty());
    let chain = grants::chain(&mut tx, own.id).await.unwrap();
    assert_eq!(ids(vec![chain]), [[own.id, root.id]]);
    assert_eq!(grants::below(&mut tx, root.id).await.unwrap().len(), 4);
    assert_eq!(grants::children(&mut tx, root.id).await.unwrap(), 3);
}

async fn the_register_reads_as_it_stood(desk: Desk) {
    let p = people(&desk).await;
    let start = desk.now();
    let mut body = root(&json!(p.lead.id));
    body["valid_until"] = json!(start.plus_days(10));
    let grant = write(&desk, &p.writer, body).await.unwrap();
    desk.set_now(start.plus_days(1));
    step(&desk, &p.other, grant.id, GrantStep::Activate, None).await.unwrap();
    desk.set_now(start.plus_days(2));
    step(&desk, &p.other, grant.id, GrantStep::Suspend, None).await.unwrap();
    desk.set_now(start.plus_days(11));
    step(&desk, &p.other, grant.id, GrantStep::Revoke { for_cause: true }, None).await.unwrap();
    let mut connection = desk.db.read().await.unwrap();
    let mut tx = connection.tx();
    let all = Filter::default();
    assert!(grants::as_of(&mut tx, &all, None, 9, start.plus_minutes(-1)).await.unwrap().is_empty());
    for (minutes, state, version) in [
        (0, GrantState::Draft, 1),
        (24 * 60, GrantState::Active, 2),
        (24 * 60 * 2 + 1, GrantState::Suspended, 3),
        (24 * 60 * 10, GrantState::Expired, 3),
        (24 * 60 * 12, GrantState::Revoked, 4),
    ] {
        let at = start.plus_minutes(minutes);
        let stood = grants::as_of(&mut tx, &all, None, 9, at).await.unwrap().remove(0);
        assert_eq!((stood.state_at(at), stood.version), (state, version));
        assert_eq!(stood.for_cause, state == GrantState::Revoked);
        assert_eq!(stood.activated_by.is_some(), version > 1);
        let of_state = Filter { state: Some(state), ..all };
        assert_eq!(grants::as_of(&mut tx, &of_state, None, 9, at).await.unwrap().len(), 1);
        let other = if state == GrantState::Active { GrantState::Draft } else { GrantState::Active };
        let of_other = Filter { state: Some(other), ..all };
        assert!(grants::as_of(&mut tx, &of_other, None, 9, at).await.unwrap().is_empty());
    }
    let revoked = Filter { state: Some(GrantState::Revoked), currency: Currency::from_code("EUR"), ..all };
    let page = grants::page(&mut tx, &revoked, None, 9, desk.now()).await.unwrap();
    assert_eq!(page.len(), 1);
    assert!(grants::page(&mut tx, &revoked, Some(page[0].id), 9, desk.now()).await.unwrap().is_empty());
}

async fn the_terms_of_a_grant_cannot_be_changed(desk: Desk) {
    let p = people(&desk).await;
    p.granted(&desk, &p.writer, root(&json!(p.lead.id))).await;
    let mut raw = desk.raw().await;
    for (sql, says) in [
        ("update authority_grant set ceiling = ceiling + 1, version = version + 1", "do not change"),
        ("update authority_grant set state = 'draft'", "do not change"),
        (
            "update authority_grant set version = version + 1, body = replace(body, '10000', '99999')",
            "do not change",
        ),
        ("delete from authority_grant", "not removed"),
        ("update grant_step set kind = 'written'", "append-only"),
        ("delete from grant_step", "append-only"),
    ] {
        let refused = raw.run(sql).await.unwrap_err().to_string();
        assert!(refused.contains(says), "{sql}: {refused}");
    }
}

async fn what_is_refused_leaves_nothing(desk: Desk) {
    let p = people(&desk).await;
    assert_fits!(refusal(write(&desk, &p.writer, root(&json!(p.writer.id))).await), Refusal::SelfGrant);
    assert_fits!(refusal(write(&desk, &p.ana, root(&json!(p.lead.id))).await), Refusal::NotYours { .. });
    let grant = write(&desk, &p.writer, root(&json!(p.lead.id))).await.unwrap();
    let activate = GrantStep::Activate;
    assert_fits!(refusal(step(&desk, &p.writer, grant.id, activate, None).await), Refusal::SelfGrant);
    assert_fits!(refusal(step(&desk, &p.lead, grant.id, activate, None).await), Refusal::SelfGrant);
    assert_fits!(
        refusal(step(&desk, &p.other, grant.id, activate, Some(7)).await),
        Refusal::Stale { version: 1 }
    );
    let early = write(&desk, &p.lead, under(grant.id, &json!(p.ana.id))).await;
    assert_fits!(refusal(early), Refusal::ParentNotInForce { state: GrantState::Draft, .. });
    let mut connection = desk.db.read().await.unwrap();
    assert_eq!(ledger::head(&mut connection.tx()).await.unwrap().seq, 1);
    drop(connection);
    // Two steps on the same version: one is done, the other is told.
    let twice = [
        step(&desk, &p.other, grant.id, activate, Some(1)),
        step(&desk, &p.other, grant.id, activate, Some(1)),
    ];
    let done = futures_util::future::join_all(twice).await;
    assert_eq!(done.iter().filter(|d| d.is_ok()).count(), 1, "{done:?}");
}

async fn a_relation_holds_both_ways_and_is_declared_once(desk: Desk) {
    let p = people(&desk).await;
    let declare = async |one: &Staff, other: &Staff| {
        let (by, one) = (p.writer.id, one.id);
        let new: DeclareRelated = verbs::body(json!({ "staff": other.id, "reason": "cousins" }));
        let declared = desk.db.change(move |unit| {
            let new = new.clone();
            Box::pin(async move { related::declare(unit, by, one, &new).await })
        });
        declared.await
    };
    declare(&p.ana, &p.lead).await.unwrap();
    assert_fits!(refusal(declare(&p.ana, &p.lead).await), Refusal::Taken { .. });
    assert_fits!(refusal(declare(&p.lead, &p.ana).await), Refusal::Taken { .. });
    assert_fits!(refusal(declare(&p.ana, &p.ana).await), Refusal::Field { .. });
    let mut connection = desk.db.read().await.unwrap();
    let mut tx = connection.tx();
    for (one, other) in [(&p.ana, &p.lead), (&p.lead, &p.ana)] {
        let all = related::of(&mut tx, one.id).await.unwrap();
        assert_eq!(all.len(), 1);
        assert_eq!((all[0].id, all[0].by.0, all[0].reason.as_str()), (other.id, p.writer.id, "cousins"));
    }
    let entries = ledger::page(&mut tx, 0, 9).await.unwrap();
    assert_eq!((entries.len(), entries[0].kind.as_str()), (1, "related_declared"));
}
