//! A second person says why: of whom it is asked, what is kept, and how far two agree.

use firsthand_domain::Refusal;
use firsthand_domain::cause::{RateAgain, in_sample};
use firsthand_domain::id::ComplaintId;
use firsthand_domain::staff::Staff;
use firsthand_domain::time::Timestamp;
use firsthand_storage::Result;
use firsthand_storage::causes::rating;
use serde_json::json;
use uuid::Uuid;

use crate::causes::{field, retire};
use crate::support::{Desk, refusal, verbs};

stories!(a_second_person_says_why_without_having_tagged, agreement_is_reckoned_over_what_two_people_said,);

async fn rate(desk: &Desk, by: &Staff, id: ComplaintId, cause: &str) -> Result<rating::Rated> {
    let (by, body): (_, RateAgain) = (by.clone(), verbs::body(json!({ "cause": cause })));
    let rated = desk.db.change(move |unit| {
        let (by, body) = (by.clone(), body.clone());
        Box::pin(async move { rating::rate(unit, &by, &id.to_string(), &body).await })
    });
    rated.await
}

async fn next(desk: &Desk, reader: &Staff) -> Option<ComplaintId> {
    let next = rating::next(&mut desk.db.read().await.unwrap().tx(), reader).await.unwrap();
    next.map(|found| found.complaint.id)
}

/// Complaints of this person until so many are of the sample, tagged in turn; those of the sample, and one that is not.
async fn sampled(desk: &Desk, by: &Staff, causes: &[&str]) -> (Vec<ComplaintId>, ComplaintId) {
    let (mut sample, mut other) = (Vec::new(), None);
    while sample.len() < causes.len() || other.is_none() {
        let id = desk.log(by, verbs::anonymous()).await.id;
        let cause = causes.get(sample.len()).copied().unwrap_or("late");
        if in_sample(id) && sample.len() < causes.len() {
            desk.act(by, id, verbs::cause(cause, "primary")).await;
            sample.push(id);
        } else if !in_sample(id) {
            desk.act(by, id, verbs::cause("late", "primary")).await;
            other = Some(id);
        }
    }
    (sample, other.unwrap())
}

async fn a_second_person_says_why_without_having_tagged(desk: Desk) {
    let [ana, ben] = desk.agents().await;
    let (sample, other) = sampled(&desk, &ana, &["late", "damaged", "damaged"]).await;
    assert_eq!(next(&desk, &ana).await, None, "one's own tags are for somebody else");
    assert_eq!(next(&desk, &ben).await, Some(sample[2]));
    assert_eq!(field(rate(&desk, &ben, other, "late").await).0, "complaint");
    assert_eq!(field(rate(&desk, &ana, sample[0], "late").await).0, "complaint");
    assert_eq!(field(rate(&desk, &ben, sample[0], "product").await).0, "cause");
    assert_eq!(field(rate(&desk, &ben, sample[0], "nothing").await).0, "cause");
    assert_eq!(refusal(rate(&desk, &ben, ComplaintId(Uuid::nil()), "late").await), Refusal::NotFound);
    // What may not be known is not offered and not there.
    let restricted = json!({ "restricted": true });
    desk.act(&ana, sample[2], verbs::assess(restricted)).await;
    assert_eq!(next(&desk, &ben).await, Some(sample[1]));
    assert_eq!(refusal(rate(&desk, &ben, sample[2], "late").await), Refusal::NotFound);
    let before = desk.read(sample[0]).await;
    for (at, cause) in [(0, "late"), (1, "late")] {
        rate(&desk, &ben, sample[at], cause).await.unwrap();
    }
    assert_eq!(desk.read(sample[0]).await, before, "the complaint stays as it was");
    assert_eq!(next(&desk, &ben).await, None);
    let lea = desk.hire("lead", None).await;
    let again = refusal(rate(&desk, &lea, sample[0], "conduct").await);
    assert_fits!(again, Refusal::Taken { field } if field == "complaint");
    rate(&desk, &lea, sample[2], "damaged").await.unwrap();
    let mut raw = desk.raw().await;
    assert!(raw.run("update second_rating set at = 0").await.is_err());
    assert!(raw.run("delete from second_rating").await.is_err());
}

async fn agreement_is_reckoned_over_what_two_people_said(desk: Desk) {
    let [ana, ben] = desk.agents().await;
    let agreed = |from: Timestamp, to: Timestamp| {
        let db = &desk.db;
        async move { rating::agreement(&mut db.read().await.unwrap().tx(), from, to).await.unwrap() }
    };
    let began = desk.now();
    assert_eq!(agreed(began, Timestamp::NEVER).await, None);
    // By hand: both say late twice and damaged once; once the first says late and the second damaged.
    let (sample, _) = sampled(&desk, &ana, &["late", "late", "late", "damaged", "sets"]).await;
    for (id, cause) in sample.iter().zip(["late", "late", "damaged", "damaged"]) {
        rate(&desk, &ben, *id, cause).await.unwrap();
    }
    let told = agreed(began, Timestamp::NEVER).await.unwrap();
    // po 3/4; by chance 3/4 of 2/4 and 1/4 of 2/4.
    assert_eq!((told.n, told.po, told.pe, told.kappa, told.is_low()), (4, 0.75, 0.5, Some(0.5), true));
    // A later tag does not change what was rated; the next day is another period.
    desk.act(&ana, sample[2], verbs::cause("damaged", "primary")).await;
    assert_eq!(agreed(began, Timestamp::NEVER).await, Some(told));
    desk.later_by_days(1);
    assert_eq!(agreed(desk.now(), Timestamp::NEVER).await, None);
    // What is counted under the same cause is agreed on.
    rate(&desk, &ben, sample[4], "range").await.unwrap();
    assert_eq!(agreed(began, Timestamp::NEVER).await.unwrap().po.to_bits(), 0.6_f64.to_bits());
    retire(&desk, "sets", json!({ "maps_to": "range" })).await.unwrap();
    assert_eq!(agreed(began, Timestamp::NEVER).await.unwrap().po.to_bits(), 0.8_f64.to_bits());
}
