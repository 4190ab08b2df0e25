//! Figures: what is kept is what the histories make, every sum is the number of complaints behind it, and a report of last
//! month stays what it was.

use std::collections::BTreeMap;

use firsthand_domain::code::Role;
use firsthand_domain::complaint::Complaint;
use firsthand_domain::figures::{Sums, lines};
use firsthand_domain::id::{CauseId, ComplaintId};
use firsthand_domain::staff::Staff;
use firsthand_storage::figures::{self, Asked, Dimension, Filter, Group, Row};
use firsthand_storage::list::{Query, Scope, Sort};
use serde_json::json;
use uuid::Uuid;

use crate::support::{Desk, verbs};

stories!(
    figures_are_what_histories_make_them,
    every_sum_is_the_number_of_complaints_behind_it,
    last_months_report_stays_what_it_was,
);

const ALL_DAYS: (i64, i64) = (0, 40_000);

fn asked() -> Asked {
    Asked { from: ALL_DAYS.0, to: ALL_DAYS.1, ..Asked::default() }
}

async fn sums(desk: &Desk, reader: &Staff, group: Group, asked: &Asked) -> Vec<Row> {
    let mut connection = desk.db.read().await.unwrap();
    let mut rows = figures::sums(&mut connection.tx(), reader, group, asked).await.unwrap();
    rows.sort_by(|a, b| (a.day, &a.key, a.cause, a.currency).cmp(&(b.day, &b.key, b.cause, b.currency)));
    rows
}

/// A desk where much has happened: causes tagged and changed, complaints closed, reopened, void and merged, restricted and
/// about people, over three months.
async fn lived_in(desk: &Desk) -> (Vec<Staff>, Vec<ComplaintId>) {
    let lead = desk.hire("lead", None).await;
    let [ana, ben] = desk.agents().await;
    let products = ["Kettle", "Phone", "Lamp"];
    let places = ["Vác", "Hà Nội"];
    let channels = ["phone", "email", "letter", "web"];
    let causes = ["late", "damaged", "conduct", "unknown", "other"];
    let mut ids = Vec::new();
    for n in 0..40_usize {
        let mut more =
            json!({ "channel": channels[n % 4], "category": if n % 3 == 0 { "Delivery" } else { "Goods" } });
        if n % 5 != 0 {
            more["product"] = json!(products[n % 3]);
        }
        if n % 7 != 0 {
            more["place"] = json!(places[n % 2]);
        }
        if n % 11 == 3 {
            more["restricted"] = json!(true);
        }
        if n % 9 == 4 {
            more["about_staff"] = json!(ben.id);
        }
        let logger = if n % 2 == 0 { &ana } else { &lead };
        let id = desk.log(logger, verbs::and(verbs::from_customer(), more)).await.id;
        ids.push(id);
        if n % 4 != 1 {
            let cause = verbs::cause(causes[n % 5], "primary");
            desk.act(&lead, id, cause).await;
        }
        if n % 6 == 0 {
            desk.act(&lead, id, verbs::cause(causes[(n + 1) % 5], "primary")).await;
            desk.act(&lead, id, verbs::cause("hard-to-reach", "contributing")).await;
        }
        if n % 8 == 5 {
            desk.act(&lead, id, verbs::assess(json!({ "product": "Other", "category": "Else" }))).await;
        }
        if n % 10 == 8 {
            desk.act(&lead, id, verbs::void()).await;
        }
        desk.later_by_minutes(60 * 55);
    }
    (vec![lead, ana, ben], ids)
}

async fn complaints(desk: &Desk, ids: &[ComplaintId]) -> Vec<Complaint> {
    let mut all = Vec::new();
    for id in ids {
        all.push(desk.view(*id).await.complaint);
    }
    all
}

async fn figures_are_what_histories_make_them(desk: Desk) {
    let (people, ids) = lived_in(&desk).await;
    let lead = &people[0];
    let in_order = |found: figures::Checked| assert_eq!(found.wrong, Vec::<String>::new());
    in_order(figures::check(&desk.db).await.unwrap());
    let everything = Group { key: Some(Dimension::Product), cause: true, day: true };
    let fresh = sums(&desk, lead, everything, &asked()).await;
    assert_eq!(fresh.iter().map(|row| row.sums.complaints).sum::<i64>(), 36);
    // Summed or not, a reader sees the same.
    assert!(figures::fold_all(&desk.db).await.unwrap() > 36);
    assert_eq!(sums(&desk, lead, everything, &asked()).await, fresh);
    in_order(figures::check(&desk.db).await.unwrap());
    desk.act(lead, ids[1], verbs::cause("late", "primary")).await;
    let later = sums(&desk, lead, everything, &asked()).await;
    assert_ne!(later, fresh);
    assert!(u64::try_from(ids.len()).unwrap() <= figures::rebuild(&desk.db).await.unwrap());
    in_order(figures::check(&desk.db).await.unwrap());
    assert_eq!(sums(&desk, lead, everything, &asked()).await, later);
}

/// The same, reckoned by hand from the complaints a reader sees.
fn by_hand(all: &[Complaint], reader: &Staff, group: Group, asked: &Asked) -> Vec<Row> {
    let mut found: BTreeMap<(i64, String, Option<CauseId>), Sums> = BTreeMap::new();
    let f = &asked.filter;
    let is = |word: &Option<String>, wanted: &Option<String>| {
        wanted.as_ref().is_none_or(|wanted| *wanted == word.clone().unwrap_or_default())
    };
    for c in all.iter().filter(|c| c.visible_to(reader)) {
        for (place, sums) in lines(c) {
            let causes = f.causes.as_ref();
            let wanted = is(&place.category, &f.category)
                && is(&place.product, &f.product)
                && is(&place.place, &f.place)
                && f.channel.is_none_or(|channel| channel == place.channel)
                && causes.is_none_or(|causes| causes.contains(&place.cause.unwrap_or(CauseId(Uuid::nil()))))
                && (asked.from..asked.to).contains(&place.day);
            if !wanted {
                continue;
            }
            let key = match group.key {
                None => None,
                Some(Dimension::Category) => place.category.clone(),
                Some(Dimension::Product) => place.product.clone(),
                Some(Dimension::Place) => place.place.clone(),
                Some(Dimension::Channel) => Some(place.channel.code().to_owned()),
            };
            let day = if group.day { place.day } else { 0 };
            let key = (day, key.unwrap_or_default(), place.cause.filter(|_| group.cause));
            let entry = found.entry(key).or_default();
            *entry = entry.plus(sums);
        }
    }
    let row = |((day, key, cause), sums)| Row { day, key, cause, currency: None, sums };
    found.into_iter().map(row).collect()
}

async fn every_sum_is_the_number_of_complaints_behind_it(desk: Desk) {
    let (people, ids) = lived_in(&desk).await;
    let all = complaints(&desk, &ids).await;
    let cause = |place: usize| all[place].primary_cause().unwrap().cause;
    let filters = [
        Filter::default(),
        Filter { product: Some("Kettle".to_owned()), ..Filter::default() },
        Filter { product: Some(String::new()), ..Filter::default() },
        Filter { place: Some("Vác".to_owned()), category: Some("Goods".to_owned()), ..Filter::default() },
        Filter { causes: Some(vec![cause(0), cause(2)]), ..Filter::default() },
        Filter { causes: Some(vec![CauseId(Uuid::nil())]), ..Filter::default() },
        Filter { causes: Some(vec![cause(3)]), channel: Some(all[3].channel), ..Filter::default() },
        Filter { causes: Some(Vec::new()), ..Filter::default() },
        Filter { product: Some("\0".to_owned()), ..Filter::default() },
    ];
    let dimensions = [
        None,
        Some(Dimension::Category),
        Some(Dimension::Product),
        Some(Dimension::Place),
        Some(Dimension::Channel),
    ];
    let first = all[0].received_at.utc_day();
    for folded in [false, true] {
        if folded {
            figures::fold_all(&desk.db).await.unwrap();
        }
        for reader in &people {
            for (nth, filter) in filters.iter().enumerate() {
                for (key, cause, day) in dimensions
                    .into_iter()
                    .flat_map(|key| [(key, false, false), (key, true, false), (key, false, true)])
                {
                    let group = Group { key, cause, day };
                    for (from, to) in
                        [ALL_DAYS, (first + 3, first + 60), (first + 5, first + 9), (first, first)]
                    {
                        let asked = Asked { from, to, filter: filter.clone(), as_of: None };
                        let told = sums(&desk, reader, group, &asked).await;
                        assert_eq!(told, by_hand(&all, reader, group, &asked), "{nth} {group:?} {from} {to}");
                    }
                }
            }
        }
    }
    // I-67: the list behind a sum is as long as the sum says, now and as it stood.
    for reader in &people {
        assert!(reader.role == Role::Lead || reader.role == Role::Agent);
        for filter in &filters {
            for as_of in [None, Some(desk.now())] {
                let asked = Asked { filter: filter.clone(), as_of, ..asked() };
                let told: i64 = sums(&desk, reader, Group::default(), &asked)
                    .await
                    .iter()
                    .map(|r| r.sums.complaints)
                    .sum();
                let query = Query {
                    scope: Scope::All,
                    sort: Sort::Received,
                    limit: 200,
                    counted: Some(asked),
                    ..Query::default()
                };
                let listed = desk.ids(reader, query).await.len();
                assert_eq!(i64::try_from(listed).unwrap(), told, "{filter:?}");
            }
        }
    }
}

/// S12: 40 old cases are tagged anew; the report as of last month stays as it was, today's changes.
async fn last_months_report_stays_what_it_was(desk: Desk) {
    let (people, ids) = lived_in(&desk).await;
    let lead = &people[0];
    let then = desk.now();
    desk.later_by_minutes(60 * 24 * 30);
    let group = Group { key: None, cause: true, day: false };
    let as_of = Asked { as_of: Some(then), ..asked() };
    let before = sums(&desk, lead, group, &as_of).await;
    assert_eq!(before, sums(&desk, lead, group, &asked()).await, "nothing has happened since");
    for id in &ids {
        let complaint = desk.view(*id).await.complaint;
        if complaint.is_open() {
            desk.act(lead, *id, verbs::cause("billing-error", "primary")).await;
        }
    }
    assert_eq!(sums(&desk, lead, group, &as_of).await, before, "as it stood then");
    let today = sums(&desk, lead, group, &asked()).await;
    assert_eq!(today.len(), 1, "all of them have one cause now");
    assert_eq!(today[0].sums.complaints, 36);
    figures::fold_all(&desk.db).await.unwrap();
    assert_eq!(sums(&desk, lead, group, &as_of).await, before);
    assert_eq!(sums(&desk, lead, group, &asked()).await, today);
}
