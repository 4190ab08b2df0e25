//! What the database itself refuses, whoever asks.

use uuid::Uuid;

use crate::support::{Desk, verbs};

stories!(
    history_cannot_be_changed_removed_or_emptied,
    no_complaint_is_without_an_owner,
    two_open_handoffs_on_one_complaint_cannot_be,
    closed_and_closure_go_together,
    two_current_primary_causes_cannot_be,
    one_cause_twice_cannot_be,
    two_facts_in_one_place_cannot_be,
);

fn expect(text: &str, lite: &str, pg: &str) {
    assert!(text.contains(lite) || text.contains(pg), "refused for another reason: {text}");
}

async fn history_cannot_be_changed_removed_or_emptied(desk: Desk) {
    let agent = desk.agent().await;
    let id = desk.log(&agent, verbs::anonymous()).await.id;
    let mut raw = desk.raw().await;
    for sql in
        ["update history set at = at + 1 where complaint = $1", "delete from history where complaint = $1"]
    {
        expect(&raw.refusal_of(sql, id.0).await, "append-only", "append-only");
    }
    if desk.is_postgres() {
        let error = raw.run("truncate history cascade").await.unwrap_err().to_string();
        expect(&error, "append-only", "append-only");
    }
    assert_eq!(desk.history(id).await.len(), 1);
}

async fn no_complaint_is_without_an_owner(desk: Desk) {
    let agent = desk.agent().await;
    let id = desk.log(&agent, verbs::anonymous()).await.id;
    let mut raw = desk.raw().await;
    for sql in [
        "update complaint set first_contact = null where id = $1",
        "update complaint set handler = null where id = $1",
    ] {
        expect(&raw.refusal_of(sql, id.0).await, "NOT NULL", "not-null");
    }
    let nobody = "update complaint set first_contact = id where id = $1";
    expect(&raw.refusal_of(nobody, id.0).await, "FOREIGN KEY", "foreign key");
}

async fn two_open_handoffs_on_one_complaint_cannot_be(desk: Desk) {
    let [agent, other] = desk.agents().await;
    let id = desk.log(&agent, verbs::anonymous()).await.id;
    desk.act(&agent, id, verbs::offer(other.id)).await;
    let another = "insert into handoff (id, complaint, from_staff, to_staff, state) \
                   select $1, complaint, from_staff, to_staff, state from handoff";
    let refused = desk.raw().await.refusal_of(another, Uuid::max()).await;
    expect(&refused, "UNIQUE", "handoff_open");
}

async fn closed_and_closure_go_together(desk: Desk) {
    let agent = desk.agent().await;
    let id = desk.log(&agent, verbs::anonymous()).await.id;
    let mut raw = desk.raw().await;
    for sql in [
        "update complaint set stage = 'closed' where id = $1",
        "update complaint set closure = 'void' where id = $1",
        "update complaint set closed_at = 1 where id = $1",
        "update complaint set stage = 'closed', closure = 'void' where id = $1",
        "update complaint set stage = 'somewhere' where id = $1",
    ] {
        expect(&raw.refusal_of(sql, id.0).await, "CHECK", "check constraint");
    }
}

async fn two_current_primary_causes_cannot_be(desk: Desk) {
    let agent = desk.agent().await;
    let id = desk.log(&agent, verbs::anonymous()).await.id;
    desk.act(&agent, id, verbs::cause("late", "primary")).await;
    let another = "insert into cause_tag (complaint, seq, cause, role, current, received_at, waiting_since, next_due) \
                   select complaint, seq + 1, (select id from cause where code = 'damaged'), role, current, received_at, \
                   waiting_since, next_due from cause_tag where complaint = $1";
    let refused = desk.raw().await.refusal_of(another, id.0).await;
    expect(&refused, "UNIQUE", "cause_tag_primary");
}

async fn one_cause_twice_cannot_be(desk: Desk) {
    let agent = desk.agent().await;
    let id = desk.log(&agent, verbs::anonymous()).await.id;
    desk.act(&agent, id, verbs::cause("late", "contributing")).await;
    let another = "insert into cause_tag (complaint, seq, cause, role, current, received_at, waiting_since, next_due) \
                   select complaint, seq + 1, cause, 'primary', current, received_at, waiting_since, next_due \
                   from cause_tag where complaint = $1";
    let refused = desk.raw().await.refusal_of(another, id.0).await;
    expect(&refused, "UNIQUE", "cause_tag_received");
}

async fn two_facts_in_one_place_cannot_be(desk: Desk) {
    let agent = desk.agent().await;
    let id = desk.log(&agent, verbs::anonymous()).await.id;
    let another = "insert into history (complaint, seq, at, actor, kind, body) \
                   select complaint, seq, at, actor, kind, body from history where complaint = $1";
    expect(&desk.raw().await.refusal_of(another, id.0).await, "UNIQUE", "history_pkey");
}
