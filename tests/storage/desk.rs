//! What somebody has before them is counted and listed as the lists would, within bounds.

use firsthand_domain::customer::NewCustomer;
use firsthand_domain::staff::Staff;
use firsthand_storage::desk::{self, Counts, OfferKind, ShortLists, Speaker};
use firsthand_storage::list::{Query, Scope};
use firsthand_storage::{customers, sessions};
use serde_json::json;

use crate::support::{Desk, verbs};

stories!(
    the_counts_are_those_of_the_lists,
    counts_stop_at_a_hundred,
    no_count_reads_the_whole_table,
    the_short_lists_tell_what_waits,
    who_spoke_last_is_known,
    what_nobody_may_know_of_is_neither_counted_nor_listed,
    columns_left_out_are_kept,
    records_that_may_be_one_person_are_found,
);

async fn counts(desk: &Desk, reader: &Staff) -> Counts {
    let mut connection = desk.db.read().await.unwrap();
    desk::counts(&mut connection.tx(), reader).await.unwrap()
}

/// How many rows each view has.
async fn listed(desk: &Desk, reader: &Staff) -> Counts {
    let mut sizes = Vec::new();
    for scope in [Scope::Mine, Scope::Offered, Scope::Promised, Scope::HandedOver, Scope::Team, Scope::All] {
        let query = Query { scope, limit: 200, ..Query::default() };
        sizes.push(i64::try_from(desk.list(reader, &query).await.items.len()).unwrap());
    }
    let [mine, offered, promised, handed_over, team, all] = sizes[..] else { unreachable!() };
    Counts { mine, offered, promised, handed_over, team: reader.team.as_ref().map(|_| team), all }
}

async fn the_counts_are_those_of_the_lists(desk: Desk) {
    let [ana, ben] = [desk.hire("agent", Some("north")).await, desk.hire("agent", Some("south")).await];
    let (lead, auditor) = (desk.hire("lead", None).await, desk.hire("auditor", None).await);
    let given = desk.log(&ana, verbs::anonymous()).await.id;
    let offer = desk.act(&ana, given, verbs::offer(ben.id)).await.handoffs[0].id;
    desk.act(&ben, given, verbs::accept(offer)).await;
    let pending = desk.log(&ana, verbs::anonymous()).await.id;
    desk.act(&ana, pending, verbs::offer(ben.id)).await;
    let promised = desk.log(&ben, verbs::anonymous()).await.id;
    desk.act(&ben, promised, verbs::promise(desk.now().plus_days(1), ben.id)).await;
    desk.act(&ben, promised, verbs::promise(desk.now().plus_days(2), ben.id)).await;
    desk.act(&lead, pending, verbs::succession(ana.id, ben.id)).await;
    let closed = desk.log(&ana, verbs::anonymous()).await.id;
    desk.act(&lead, closed, verbs::void()).await;
    desk.log(&ben, verbs::and(verbs::from_customer(), json!({ "restricted": true }))).await;
    for reader in [&ana, &ben, &lead, &auditor] {
        assert_eq!(counts(&desk, reader).await, listed(&desk, reader).await, "{}", reader.role.code());
    }
    let of_ben = counts(&desk, &ben).await;
    assert_eq!((of_ben.mine, of_ben.offered, of_ben.promised, of_ben.team), (3, 1, 1, Some(3)));
    assert_eq!(counts(&desk, &ana).await.handed_over, 2);
}

async fn counts_stop_at_a_hundred(desk: Desk) {
    let ana = desk.hire("agent", Some("north")).await;
    for _ in 0..103 {
        desk.log(&ana, verbs::anonymous()).await;
    }
    let told = counts(&desk, &ana).await;
    assert!(
        told.mine > Counts::MOST && told.all > Counts::MOST && told.team.unwrap() > Counts::MOST,
        "{told:?}"
    );
}

/// The plan of SQLite: each count runs along an index, but for the people of a team, who are few.
async fn no_count_reads_the_whole_table(desk: Desk) {
    let mut raw = desk.raw().await;
    for step in raw.plan(desk::counts_on_sqlite()).await {
        let scans = ["SCAN c", "SCAN handoff", "SCAN promise", "SCAN succession", "SCAN s"];
        let whole = scans.iter().any(|scan| step == *scan || step.starts_with(&format!("{scan} ")));
        // All complaints are counted from the first on, until the bound.
        assert!(!whole || step.contains("INDEX") || step == "SCAN c", "{step}");
    }
    let steps = raw.plan(desk::counts_on_sqlite()).await;
    assert!(steps.iter().filter(|step| *step == "SCAN c").count() <= 1, "{steps:?}");
}

async fn the_short_lists_tell_what_waits(desk: Desk) {
    let [ana, ben] = desk.agents().await;
    let lead = desk.hire("lead", None).await;
    let body = json!({ "summary": "Open parcel", "severity": "serious" });
    let id = desk.log(&ana, verbs::and(verbs::from_customer(), body)).await.id;
    let due = desk.now().plus_days(1);
    desk.act(&ana, id, verbs::promise(due, ana.id)).await;
    let handoff = desk.act(&ana, id, verbs::offer(ben.id)).await.handoffs[0].clone();
    desk.act(&lead, id, verbs::succession(ana.id, ben.id)).await;
    let mut connection = desk.db.read().await.unwrap();
    let mut tx = connection.tx();
    let offers = desk::short_lists(&mut tx, &ben, 8).await.unwrap().offered;
    assert_eq!(offers.len(), 2);
    assert_eq!(offers[0].kind, OfferKind::Handoff(handoff.id, handoff.answer_by));
    assert_eq!(
        (offers[0].from.as_str(), offers[0].about.summary.as_deref()),
        (ana.name.as_str(), Some("Open parcel"))
    );
    assert!(offers[0].request.is_some() && matches!(offers[1].kind, OfferKind::Succession(_)));
    let ShortLists { offered, pending, promised } = desk::short_lists(&mut tx, &ana, 8).await.unwrap();
    assert!(offered.is_empty());
    assert_eq!((pending.len(), pending[0].to.as_str()), (1, ben.name.as_str()));
    assert_eq!((promised.len(), promised[0].due_at), (1, due));
    assert!(promised[0].text.is_some());
    assert_eq!(desk::late(&mut tx, &ana, desk.now()).await.unwrap(), 0);
    assert_eq!(desk::late(&mut tx, &ana, desk.now().plus_days(60)).await.unwrap(), 1);
}

async fn who_spoke_last_is_known(desk: Desk) {
    let ana = desk.agent().await;
    let body = json!({ "narrative": "The kettle leaks.\nAll over the floor." });
    let id = desk.log(&ana, verbs::and(verbs::from_customer(), body)).await.id;
    let said = |desk: Desk| async move {
        let mut connection = desk.db.read().await.unwrap();
        desk::last_words(&mut connection.tx(), &[id]).await.unwrap().remove(&id).unwrap()
    };
    let first = said(desk.clone()).await;
    assert_eq!((first.by, first.text.as_str()), (Speaker::Customer, "All over the floor."));
    let body = json!({ "channel": "phone", "body": "We have it." });
    desk.act(&ana, id, verbs::acknowledge(body)).await;
    desk.act(&ana, id, verbs::note("between us")).await;
    let ours = said(desk.clone()).await;
    assert_eq!((ours.by, ours.text.as_str()), (Speaker::Staff(ana.name.clone()), "We have it."));
    let body = json!({ "channel": "email", "direction": "in", "body": "When?", "reached": true });
    desk.act(&ana, id, verbs::contact(body)).await;
    let theirs = said(desk.clone()).await;
    assert_eq!((theirs.by, theirs.text.as_str()), (Speaker::Customer, "When?"));
    desk.act(&ana, id, verbs::cause("late", "primary")).await;
    let mut connection = desk.db.read().await.unwrap();
    let causes = desk::main_causes(&mut connection.tx(), &[id]).await.unwrap();
    assert_eq!(causes[&id]["en"], "Late");
}

async fn what_nobody_may_know_of_is_neither_counted_nor_listed(desk: Desk) {
    let [ana, ben] = [desk.hire("agent", Some("north")).await, desk.hire("agent", Some("north")).await];
    let cara = desk.hire("agent", None).await;
    let about = json!({ "about_staff": ben.id.to_string() });
    desk.log(&ana, verbs::and(verbs::from_customer(), about)).await;
    desk.log(&ana, verbs::and(verbs::from_customer(), json!({ "restricted": true }))).await;
    let of_ben = counts(&desk, &ben).await;
    assert_eq!((of_ben.team, of_ben.all), (Some(0), 0));
    assert_eq!(counts(&desk, &cara).await.all, 1);
    assert_eq!(counts(&desk, &ana).await.all, 2);
}

async fn columns_left_out_are_kept(desk: Desk) {
    let ana = desk.agent().await;
    let keep = |names: &'static [&'static str]| {
        desk.db.change(move |unit| Box::pin(async move { desk::hide_columns(unit, ana.id, names).await }))
    };
    let begin = desk.db.change(move |unit| {
        Box::pin(async move { sessions::begin(unit, &[7; 32], ana.id, false, None).await })
    });
    begin.await.unwrap();
    let mut kept = Vec::new();
    for names in [&["cause", "stage"][..], &[][..]] {
        keep(names).await.unwrap();
        let mut connection = desk.db.read().await.unwrap();
        let session = sessions::by_hash(&mut connection.tx(), &[7; 32], desk.now()).await.unwrap();
        kept.push(session.unwrap().hidden_columns);
    }
    assert_eq!(kept, [vec!["cause".to_owned(), "stage".to_owned()], vec![]]);
}

async fn records_that_may_be_one_person_are_found(desk: Desk) {
    let ana = desk.agent().await;
    let mut ids = Vec::new();
    for (name, phone) in
        [("Mai Trần", "0901 234 567"), ("MAI TRAN", "0999 999 999"), ("Joe", "0901234567"), ("Ed", "12345")]
    {
        let customer = json!({ "customer": { "name": name, "phone": phone } });
        ids.push(desk.log(&ana, verbs::anonymous_and(customer)).await.customer.unwrap());
    }
    // Recorded beside the other by somebody who did not look.
    let again: NewCustomer = verbs::body(json!({ "name": "Mai Tran", "phone": "0901 234567" }));
    let again = desk.db.change(move |unit| {
        let again = again.clone();
        Box::pin(async move { customers::add(unit, &again).await })
    });
    ids.push(again.await.unwrap().id);
    let mut connection = desk.db.read().await.unwrap();
    let mut tx = connection.tx();
    let alike = desk::alike(&mut tx, ids[0]).await.unwrap();
    let alike: Vec<_> = alike.into_iter().map(|likely| (likely.customer.id, likely.same)).collect();
    // What has most in common comes first.
    assert_eq!(alike, [(ids[4], vec!["name", "phone"]), (ids[1], vec!["name"]), (ids[2], vec!["phone"])]);
    for (text, found) in [("mai tran", 3), ("0901-234-567", 3), ("nobody", 0), ("", 0), ("\0", 0)] {
        assert_eq!(desk::known_by(&mut tx, text).await.unwrap().len(), found, "{text}");
    }
}
