//! How the desk works, in figures: each is as many as the list behind it (I-67), as it stands and as it stood.

use std::collections::BTreeSet;

use firsthand_domain::id::ComplaintId;
use firsthand_domain::metrics::{Metric, Part, Zone};
use firsthand_domain::staff::Staff;
use firsthand_domain::time::Timestamp;
use firsthand_domain::verb::Verb;
use firsthand_storage::list::{Query, Scope, Sort};
use firsthand_storage::metrics::{self, Asked, Behind, Figure, Metrics};
use serde_json::json;

use crate::support::{Desk, verbs};

stories!(
    every_figure_is_as_many_as_its_list,
    a_desk_of_a_few_complaints_is_measured_by_hand,
    who_may_not_know_of_a_complaint_is_not_told_by_a_figure,
);

fn asked(desk: &Desk, from: Timestamp, to: Timestamp) -> Asked {
    Asked {
        from,
        to,
        as_of: None,
        team: None,
        place: None,
        product: None,
        zone: Zone::UTC,
        now: desk.now(),
        policy: desk.db.policy().clone(),
    }
}

async fn told(desk: &Desk, reader: &Staff, asked: &Asked) -> Metrics {
    let mut connection = desk.db.read().await.unwrap();
    metrics::metrics(&mut connection.tx(), reader, asked).await.unwrap()
}

/// All pages of the list of a part of a figure.
async fn listed(
    desk: &Desk,
    reader: &Staff,
    asked: &Asked,
    (metric, part): (Metric, Part),
    sort: Sort,
) -> Vec<ComplaintId> {
    let behind = Behind { asked: asked.clone(), metric, part };
    let mut query = Query { scope: Scope::All, sort, limit: 7, measured: Some(behind), ..Query::default() };
    let mut all = Vec::new();
    loop {
        let page = desk.list(reader, &query).await;
        all.extend(page.items.iter().map(|item| item.id));
        match page.next {
            Some(next) => query.cursor = Some(next),
            None => return all,
        }
    }
}

fn of(metrics: &Metrics, metric: Metric) -> &Figure {
    metrics.figures.iter().find(|figure| figure.metric == metric).unwrap()
}

/// Numbers that look like chance and are the same each time.
struct Chance(u64);

impl Chance {
    fn up_to(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }
}

async fn something(desk: &Desk, chance: &mut Chance, people: &[Staff], ids: &[ComplaintId]) {
    let pick = |chance: &mut Chance, most: usize| usize::try_from(chance.up_to(most as u64)).unwrap();
    let by = &people[pick(chance, people.len())];
    let id = ids[pick(chance, ids.len())];
    let c = desk.read(id).await;
    let by = if chance.up_to(3) == 0 { by } else { people.iter().find(|p| p.id == c.handler).unwrap_or(by) };
    let verb = match chance.up_to(16) {
        0 => verbs::acknowledge(json!({ "channel": "email", "body": "we have it" })),
        1 | 2 => verbs::decide(["upheld", "partly_upheld", "rejected"][pick(chance, 3)]),
        3 | 4 => verbs::reply(true),
        5 => verbs::answer(["accepted", "accepted", "disputed"][pick(chance, 3)]),
        6 | 7 => verbs::cause(["late", "damaged", "unknown", "other"][pick(chance, 4)], "primary"),
        8 | 9 => verbs::close(),
        10 => verbs::promise(desk.now().plus_days(2), by.id),
        11 => match c.open_promises().next() {
            Some(promise) => verbs::keep(promise.id),
            None => verbs::offer(people[pick(chance, people.len())].id),
        },
        12 => match c.pending_handoff() {
            Some(handoff) if chance.up_to(2) == 0 => verbs::decline(handoff.id),
            Some(handoff) => verbs::accept(handoff.id),
            None => verbs::offer(people[pick(chance, people.len())].id),
        },
        13 => Verb::Reopen(verbs::body(json!({ "reason": "it came again" }))),
        14 if chance.up_to(3) == 0 => verbs::void(),
        _ => verbs::assess(json!({ "product": (["Kettle", "Lamp"][pick(chance, 2)]), "category": "Late" })),
    };
    let by = match &verb {
        Verb::AcceptHandoff(_) | Verb::DeclineHandoff(..) => {
            let to = c.pending_handoff().map(|h| h.to);
            people.iter().find(|p| Some(p.id) == to).unwrap_or(by)
        }
        _ => by,
    };
    // Many are refused, as they should be.
    let _ = desk.try_do(by, id, verb).await;
}

async fn every_figure_is_as_many_as_its_list(desk: Desk) {
    let mut people: Vec<Staff> = desk.agents::<3>().await.into();
    people.push(desk.hire("lead", Some("north")).await);
    let lead = people[3].clone();
    let (start, mut chance, mut ids) = (desk.now(), Chance(11), Vec::new());
    let mut before = None;
    for turn in 0..420 {
        if turn % 10 == 0 {
            let number = chance.up_to(6);
            let customer = match number {
                0 => json!({ "anonymous": true }),
                n => json!({ "name": format!("Customer {n}"), "phone": format!("+36 1 234 567{n}") }),
            };
            let by = &people[usize::try_from(chance.up_to(4)).unwrap()];
            let more = json!({ "customer": customer, "product": (["Kettle", "Lamp"][(number % 2) as usize]),
                               "category": (["Late", "Broken"][(number % 2) as usize]), "restricted": number == 5 });
            ids.push(desk.log(by, verbs::anonymous_and(more)).await.id);
        }
        something(&desk, &mut chance, &people, &ids).await;
        desk.later_by_minutes(i64::try_from(chance.up_to(400)).unwrap());
        if turn == 300 {
            let asked = asked(&desk, start, desk.now());
            before = Some((told(&desk, &lead, &asked).await, asked));
        }
    }
    firsthand_storage::timers::fire_due(&desk.db).await.unwrap();
    let all = asked(&desk, start, desk.now());
    let part = Asked { product: Some("Kettle".to_owned()), ..all.clone() };
    let team = Asked { team: Some("north".to_owned()), ..all.clone() };
    let (then, at) = before.unwrap();
    let as_it_stood = Asked { as_of: Some(at.now), now: desk.now(), ..at.clone() };
    // What happened since changes nothing of what stood then.
    assert_eq!(format!("{:?}", told(&desk, &lead, &as_it_stood).await), format!("{then:?}"));
    let mut met = BTreeSet::new();
    for (reader, asked) in
        [(&lead, &all), (&lead, &part), (&lead, &team), (&lead, &as_it_stood), (&people[0], &all)]
    {
        let told = told(&desk, reader, asked).await;
        assert_eq!(told.figures.len(), Metric::ALL.len());
        for figure in &told.figures {
            let parts = [
                (Part::Numerator, figure.numerator_complaints),
                (Part::Denominator, figure.denominator_complaints),
                (Part::Missing, figure.missing_complaints),
            ];
            for (part, count) in parts {
                let listed = listed(&desk, reader, asked, (figure.metric, part), Sort::Received).await;
                assert_eq!(listed.len() as u64, count, "{:?} {part:?}", figure.metric);
                assert_eq!(listed.iter().collect::<BTreeSet<_>>().len(), listed.len());
            }
            if figure.numerator > 0 && figure.numerator_complaints < figure.denominator_complaints {
                met.insert(figure.metric);
            }
        }
    }
    assert!(met.len() > 12, "hardly anything happened: {met:?}");
    // In every order it is the same list.
    let some = (Metric::ReplyRate, Part::Denominator);
    let mut orders = Vec::new();
    for sort in [Sort::Waiting, Sort::Received, Sort::Due] {
        orders.push(listed(&desk, &lead, &all, some, sort).await.into_iter().collect::<BTreeSet<_>>());
    }
    assert!(orders[0].len() > 7 && orders.iter().all(|order| *order == orders[0]));
}

async fn a_desk_of_a_few_complaints_is_measured_by_hand(desk: Desk) {
    let ana = desk.agent().await;
    let lead = desk.hire("lead", None).await;
    let start = desk.now();
    let log = |narrative: &str| {
        verbs::and(verbs::from_customer(), json!({ "narrative": narrative, "category": "Late" }))
    };
    // Settled in the call; the same customer about the same after ten days; one void, one merged into the second.
    let settled = json!({ "reply": { "channel": "phone", "body": "sorry" }, "decision": { "outcome": "upheld", "reasons": "r" },
                          "cause": { "cause": "late", "confidence": "suspected" } });
    let first = desk.log(&ana, verbs::and(log("a"), json!({ "settled": settled }))).await.id;
    desk.later_by_days(10);
    let second = desk.log(&ana, log("b")).await.id;
    let void = desk.log(&ana, verbs::anonymous()).await.id;
    desk.act(&lead, void, verbs::void()).await;
    let third = desk.log(&ana, log("c")).await.id;
    desk.act(&ana, third, Verb::Merge(verbs::body(json!({ "into": second })))).await;
    desk.later_by_days(20);
    let told = told(&desk, &lead, &asked(&desk, start, desk.now())).await;
    assert_eq!((told.complaints, told.void, told.merged, told.imported), (2, 1, 1, 0));
    let counts = |metric| {
        let figure = of(&told, metric);
        (figure.numerator, figure.denominator)
    };
    assert_eq!(counts(Metric::ReplyRate), (1, 2));
    assert_eq!(counts(Metric::ReplyOnTime), (1, 2));
    assert_eq!(counts(Metric::AcknowledgedOnTime), (1, 2), "settled at once counts as told in time");
    assert_eq!(counts(Metric::FirstContact), (0, 2), "the customer came back about the same");
    assert_eq!(counts(Metric::Repeats), (1, 2));
    assert_eq!(counts(Metric::ClosedThirdDay), (1, 1));
    assert_eq!(counts(Metric::ConcludedOnTime), (1, 2));
    assert_eq!(counts(Metric::Upheld), (1, 1));
    assert_eq!(counts(Metric::Open), (1, 2));
    assert_eq!(counts(Metric::OpenUnrepliedWeek), (1, 1));
    assert_eq!(counts(Metric::Untagged), (0, 1));
    assert!(
        told.figures.iter().all(|figure| figure.share.is_none() && figure.half.is_none()),
        "of so few no share"
    );
    let query = asked(&desk, start, desk.now());
    let missing = listed(&desk, &lead, &query, (Metric::ReplyRate, Part::Missing), Sort::Received).await;
    assert_eq!(missing, [second]);
    let once = listed(&desk, &lead, &query, (Metric::ClosedThirdDay, Part::Numerator), Sort::Due).await;
    assert_eq!(once, [first]);
    // As it stood before the second came.
    let before = Asked { as_of: Some(start.plus_days(9)), ..query };
    let told = self::told(&desk, &lead, &before).await;
    assert_eq!((told.complaints, told.void), (1, 0));
    assert_eq!((of(&told, Metric::Repeats).numerator, of(&told, Metric::FirstContact).denominator), (0, 0));
}

async fn who_may_not_know_of_a_complaint_is_not_told_by_a_figure(desk: Desk) {
    let [ana, bo] = desk.agents::<2>().await;
    let start = desk.now();
    desk.log(&ana, verbs::anonymous()).await;
    desk.log(&ana, verbs::anonymous_and(json!({ "restricted": true }))).await;
    desk.log(&ana, verbs::anonymous_and(json!({ "about_staff": bo.id }))).await;
    desk.later_by_days(1);
    let asked = asked(&desk, start, desk.now());
    for (reader, seen) in [(&ana, 3), (&bo, 1)] {
        assert_eq!(told(&desk, reader, &asked).await.complaints, seen);
        let listed = listed(&desk, reader, &asked, (Metric::Open, Part::Numerator), Sort::Received).await;
        assert_eq!(listed.len() as u64, seen);
    }
}
