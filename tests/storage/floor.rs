//! The floor tells who waits, with whom and what is late, and each of its counts is that of the list it opens.

use firsthand_domain::floor::{Due, Waited};
use firsthand_domain::id::ComplaintId;
use firsthand_domain::metrics::Zone;
use firsthand_domain::staff::{NewAbsence, Staff};
use firsthand_storage::absences;
use firsthand_storage::desk::OfferKind;
use firsthand_storage::floor::{self, Floor, Load};
use firsthand_storage::list::{self, Also, Query, Scope};
use serde_json::json;

use crate::support::{Desk, verbs};

stories!(
    whoever_waits_is_in_one_band_and_in_its_list,
    what_people_hold_is_what_their_lists_hold,
    what_falls_due_within_two_hours_is_told,
    who_is_away_with_open_duties_is_told,
    offers_nobody_answered_come_oldest_first,
    a_duty_without_anybody_is_found,
    a_team_is_looked_at_alone,
    a_lead_learns_nothing_of_what_is_said_of_them,
    the_floor_runs_along_indexes,
);

async fn floor(desk: &Desk, reader: &Staff, team: Option<&str>) -> Floor {
    let mut connection = desk.db.read().await.unwrap();
    floor::floor(&mut connection.tx(), reader, team, &Zone::UTC, desk.now()).await.unwrap()
}

async fn listed(desk: &Desk, reader: &Staff, also: Also) -> Vec<ComplaintId> {
    desk.ids(reader, Query { scope: Scope::All, also, ..Query::default() }).await
}

fn size(ids: &[ComplaintId]) -> i64 {
    i64::try_from(ids.len()).unwrap()
}

fn load<'f>(floor: &'f Floor, person: &Staff) -> &'f Load {
    floor.people.iter().find(|load| load.id == person.id).unwrap()
}

async fn whoever_waits_is_in_one_band_and_in_its_list(desk: Desk) {
    let (ana, lead) = (desk.agent().await, desk.hire("lead", None).await);
    let answered = desk.log(&ana, verbs::from_customer()).await.id;
    desk.act(&ana, answered, verbs::decide("upheld")).await;
    desk.act(&ana, answered, verbs::reply(true)).await;
    let mut logged = Vec::new();
    // Days before the last: 7, 5, 2, 1, 0.
    for days in [2, 3, 1, 1, 0] {
        logged.push(desk.log(&ana, verbs::anonymous()).await.id);
        desk.later_by_days(days);
    }
    let floor = floor(&desk, &lead, None).await;
    let expected = [
        (Waited::OverFiveDays, vec![logged[0]]),
        (Waited::TwoToFiveDays, vec![logged[1], logged[2]]),
        (Waited::OneDay, vec![logged[3]]),
        (Waited::Today, vec![logged[4]]),
    ];
    for ((band, ids), told) in expected.iter().zip(&floor.waiting) {
        let also = Also { waited: Some(band.since(desk.now(), &Zone::UTC)), ..Also::default() };
        assert_eq!((*band, size(ids)), *told);
        assert_eq!(*ids, listed(&desk, &lead, also).await, "{}", band.code());
    }
}

async fn what_people_hold_is_what_their_lists_hold(desk: Desk) {
    let [ana, ben] = desk.agents().await;
    let lead = desk.hire("lead", None).await;
    let given = desk.log(&ana, verbs::anonymous()).await.id;
    let offer = desk.act(&ana, given, verbs::offer(ben.id)).await.handoffs[0].id;
    desk.act(&ben, given, verbs::accept(offer)).await;
    let since = desk.now();
    desk.later_by_days(1);
    let own = desk.log(&ana, verbs::from_customer()).await.id;
    for days in [1, 2] {
        desk.act(&ana, own, verbs::promise(desk.now().plus_days(days), ben.id)).await;
    }
    let closed = desk.log(&ana, verbs::anonymous()).await.id;
    desk.act(&lead, closed, verbs::void()).await;
    let floor = floor(&desk, &lead, None).await;
    let of_ana = load(&floor, &ana);
    assert_eq!((of_ana.first_contact, of_ana.handled, of_ana.promised), (2, 1, 0));
    assert_eq!((of_ana.waiting, of_ana.oldest), (2, Some(since)));
    let of_ben = load(&floor, &ben);
    assert_eq!((of_ben.first_contact, of_ben.handled, of_ben.promised), (0, 1, 1));
    assert_eq!((of_ben.waiting, of_ben.oldest), (0, None));
    // With whom somebody waits longest comes first; who may hold nothing is not there.
    assert_eq!(floor.people[0].id, ana.id);
    let auditor = desk.hire("auditor", None).await;
    assert!(!floor.people.iter().any(|load| load.id == auditor.id));
    let any = Waited::Any.since(desk.now(), &Zone::UTC);
    for person in [&ana, &ben] {
        let (told, id) = (load(&floor, person), Some(person.id));
        let ids = |query| desk.ids(&lead, Query { scope: Scope::All, ..query });
        let open = Also { open: true, ..Also::default() };
        let first = ids(Query { first_contact: id, also: open.clone(), ..Query::default() }).await;
        let handled = ids(Query { handler: id, also: open, ..Query::default() }).await;
        let waits = Also { waited: Some(any), ..Also::default() };
        let waiting = ids(Query { first_contact: id, also: waits, ..Query::default() }).await;
        let promised = listed(&desk, &lead, Also { promised: id, ..Also::default() }).await;
        let lists = [size(&first), size(&handled), size(&waiting), size(&promised)];
        assert_eq!(lists, [told.first_contact, told.handled, told.waiting, told.promised]);
    }
}

async fn what_falls_due_within_two_hours_is_told(desk: Desk) {
    let (ana, lead) = (desk.agent().await, desk.hire("lead", None).await);
    let late = desk.log(&ana, verbs::anonymous()).await.id;
    desk.later_by_minutes(60);
    let second = desk.log(&ana, verbs::anonymous()).await.id;
    desk.later_by_minutes(90);
    desk.log(&ana, verbs::anonymous()).await;
    // The first is due after a day, and so half an hour ago; the second in half an hour, the third in two hours.
    desk.later_by_minutes(24 * 60 - 120);
    let floor = floor(&desk, &lead, None).await;
    assert_eq!((floor.late, floor.soon.count), (1, 1));
    assert_eq!(floor.soon.rows.iter().map(|item| item.id).collect::<Vec<_>>(), [second]);
    for (due, ids) in [(Due::Late, vec![late]), (Due::Soon, vec![second])] {
        let also = Also { due: Some(due.within(desk.now())), ..Also::default() };
        assert_eq!(listed(&desk, &lead, also).await, ids, "{}", due.code());
    }
}

async fn who_is_away_with_open_duties_is_told(desk: Desk) {
    let [ana, ben, carl] = desk.agents().await;
    let lead = desk.hire("lead", None).await;
    desk.log(&ana, verbs::anonymous()).await;
    desk.log(&carl, verbs::anonymous()).await;
    let now = desk.now();
    // Ana is away, twice at once; Ben too, but holds nothing; Carl goes tomorrow.
    for (who, from, to) in [(&ana, 0, 2), (&ana, -1, 3), (&ben, 0, 2), (&carl, 1, 2)] {
        let (who, by) = (who.id, lead.id);
        let new = NewAbsence { from: now.plus_days(from), to: now.plus_days(to), substitute: lead.id };
        desk.db
            .change(move |unit| {
                let new = new.clone();
                Box::pin(async move { absences::add(unit, by, who, &new).await })
            })
            .await
            .unwrap();
    }
    let floor = floor(&desk, &lead, None).await;
    let [away] = &floor.away[..] else { panic!("{:?}", floor.away) };
    assert_eq!((away.load.id, away.until), (ana.id, now.plus_days(3)));
    assert_eq!((away.load.first_contact, away.substitute.as_str()), (1, lead.name.as_str()));
}

async fn offers_nobody_answered_come_oldest_first(desk: Desk) {
    let [ana, ben] = desk.agents().await;
    let lead = desk.hire("lead", None).await;
    let answered = desk.log(&ana, verbs::anonymous()).await.id;
    let offer = desk.act(&ana, answered, verbs::offer(ben.id)).await.handoffs[0].id;
    desk.act(&ben, answered, verbs::decline(offer)).await;
    let passed_on = desk.log(&ana, verbs::anonymous()).await;
    let succession = desk.act(&lead, passed_on.id, verbs::succession(ana.id, ben.id)).await.successions[0].id;
    desk.later_by_minutes(1);
    let given = desk.log(&ana, verbs::anonymous()).await;
    let handoff = desk.act(&ana, given.id, verbs::offer(ben.id)).await.handoffs[0].clone();
    let floor = floor(&desk, &lead, None).await;
    assert_eq!(floor.offers.count, 2);
    let told: Vec<OfferKind> = floor.offers.rows.iter().map(|offer| offer.kind).collect();
    assert_eq!(told, [OfferKind::Succession(succession), OfferKind::Handoff(handoff.id, handoff.answer_by)]);
    let first = &floor.offers.rows[0];
    assert_eq!((first.from.0, first.to.1.as_str()), (ana.id, ben.name.as_str()));
    let also = Also { offered: true, ..Also::default() };
    let mut ids = listed(&desk, &lead, also).await;
    ids.sort_unstable();
    assert_eq!(ids, [passed_on.id, given.id]);
}

/// No rule lets it happen, so it is made past the rules.
async fn a_duty_without_anybody_is_found(desk: Desk) {
    let [ana, ben] = desk.agents().await;
    let lead = desk.hire("lead", None).await;
    let held = desk.log(&ana, verbs::anonymous()).await.id;
    desk.log(&ben, verbs::anonymous()).await;
    let closed = desk.log(&ana, verbs::anonymous()).await.id;
    desk.act(&lead, closed, verbs::void()).await;
    assert_eq!(floor(&desk, &lead, None).await.orphans.count, 0);
    let mut raw = desk.raw().await;
    raw.run_on("update staff set disabled_at = 1, disabled_by = id where id = $1", ana.id.0).await.unwrap();
    let orphans = floor(&desk, &lead, None).await.orphans;
    assert_eq!((orphans.count, orphans.rows.iter().map(|item| item.id).collect::<Vec<_>>()), (1, vec![held]));
    assert_eq!(listed(&desk, &lead, Also { orphan: true, ..Also::default() }).await, [held]);
}

async fn a_team_is_looked_at_alone(desk: Desk) {
    let (ana, ben) = (desk.hire("agent", Some("north")).await, desk.hire("agent", Some("south")).await);
    let lead = desk.hire("lead", Some("north")).await;
    let mine = desk.log(&ana, verbs::anonymous()).await.id;
    let theirs = desk.log(&ben, verbs::anonymous()).await.id;
    desk.act(&ana, mine, verbs::offer(ben.id)).await;
    desk.act(&ben, theirs, verbs::offer(ana.id)).await;
    let north = floor(&desk, &lead, Some("north")).await;
    assert_eq!(north.waiting.iter().map(|(_, count)| count).sum::<i64>(), 1);
    assert_eq!((north.offers.count, north.offers.rows[0].from.0), (1, ana.id));
    assert_eq!(north.people.iter().map(|load| load.id).collect::<Vec<_>>(), [ana.id, lead.id]);
    assert_eq!(north.teams, ["north", "south"]);
    assert_eq!(listed(&desk, &lead, Also { team: Some("north".into()), ..Also::default() }).await, [mine]);
    for nobody in ["west", "no\0rth"] {
        let none = floor(&desk, &lead, Some(nobody)).await;
        assert!(none.people.is_empty() && none.offers.rows.is_empty() && none.soon.rows.is_empty());
        assert!(none.waiting.iter().all(|(_, count)| *count == 0));
    }
}

async fn a_lead_learns_nothing_of_what_is_said_of_them(desk: Desk) {
    let [ana, ben] = desk.agents().await;
    let (lead, auditor) = (desk.hire("lead", None).await, desk.hire("auditor", None).await);
    let about = desk.log(&ana, verbs::anonymous_and(json!({ "about_staff": lead.id }))).await.id;
    desk.act(&ana, about, verbs::offer(ben.id)).await;
    desk.act(&ana, about, verbs::promise(desk.now().plus_days(1), ana.id)).await;
    desk.later_by_minutes(23 * 60);
    for (reader, seen) in [(&lead, 0), (&auditor, 1)] {
        let floor = floor(&desk, reader, None).await;
        let held = load(&floor, &ana);
        assert_eq!([held.first_contact, held.handled, held.promised, held.waiting], [seen; 4]);
        assert_eq!(held.oldest.is_some(), seen == 1);
        assert_eq!(floor.waiting.iter().map(|(_, count)| count).sum::<i64>(), seen);
        assert_eq!((floor.soon.count, floor.offers.count), (seen, seen));
        assert_eq!((size_of(&floor.soon.rows), size_of(&floor.offers.rows)), (seen, seen));
    }
}

fn size_of<T>(rows: &[T]) -> i64 {
    i64::try_from(rows.len()).unwrap()
}

/// The plans of SQLite: no part reads all complaints, closed ones with them.
async fn the_floor_runs_along_indexes(desk: Desk) {
    if desk.is_postgres() {
        return;
    }
    let lead = desk.hire("lead", None).await;
    let mut raw = desk.raw().await;
    let span = (desk.now(), desk.now().plus_days(1));
    let shapes = [
        Also { waited: Some(span), ..Also::default() },
        Also { due: Some(span), ..Also::default() },
        Also { due: Some(span), team: Some("north".into()), ..Also::default() },
        Also { offered: true, ..Also::default() },
        Also { orphan: true, ..Also::default() },
    ];
    let mut texts: Vec<String> = shapes.iter().map(|also| list::count_on_sqlite(&lead, also)).collect();
    texts.extend([floor::people_on_sqlite(), floor::offers_on_sqlite()].map(str::to_owned));
    for text in texts {
        for step in raw.plan(&text).await {
            let whole = ["SCAN c", "SCAN complaint", "SCAN promise", "SCAN handoff", "SCAN succession"];
            let whole = whole.iter().any(|scan| step == *scan || step.starts_with(&format!("{scan} ")));
            // An index of what is offered holds nothing else; that of the ids holds all there ever was.
            assert!(!whole || step.contains("INDEX") && !step.contains("autoindex"), "{step}: {text}");
        }
    }
    let orphans = raw.plan(&list::count_on_sqlite(&lead, &shapes[4])).await;
    for index in ["complaint_first_contact_due", "complaint_handler_due", "promise_responsible"] {
        assert!(
            orphans.iter().any(|step| step.starts_with("SEARCH o") && step.contains(index)),
            "{orphans:?}"
        );
    }
}
