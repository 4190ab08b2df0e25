//! The check of histories finds what is wrong, and nothing where nothing is.

use firsthand_storage::verify;
use futures_util::future::{join, join_all};
use serde_json::json;

use crate::support::{Desk, verbs};

stories!(whatever_is_tampered_with_is_found, a_desk_at_work_raises_no_alarm);

/// What is done to one complaint each, after the triggers are gone.
const TAMPERED: [&[&str]; 20] = [
    &["update complaint set version = version + 1 where id = $1"],
    &["update complaint set stage = 'acknowledged' where id = $1"],
    &["update complaint set handler = (select id from staff where role = 'lead') where id = $1"],
    &["update complaint set first_contact = (select id from staff where role = 'lead') where id = $1"],
    &["update complaint set state = replace(state, '\"minor\"', '\"serious\"') where id = $1"],
    &[
        "update history set body = replace(body, '\"minor\"', '\"critical\"') where complaint = $1 and seq = 1",
    ],
    &[
        "delete from fact_text where complaint = $1 and seq = 2",
        "delete from history where complaint = $1 and seq = 2",
    ],
    &[
        "delete from fact_text where complaint = $1 and seq = 3",
        "delete from history where complaint = $1 and seq = 3",
    ],
    &["update history set body = '{' where complaint = $1 and seq = 1"],
    &["update history set kind = 'forgiven' where complaint = $1 and seq = 1"],
    &["update complaint set state = '{}' where id = $1"],
    &["update complaint set severity = 'critical' where id = $1"],
    &["update complaint set channel = 'letter' where id = $1"],
    &["update complaint set product = 'Kettle' where id = $1"],
    &["update complaint set customer = (select id from customer) where id = $1"],
    &["update complaint set about_staff = handler where id = $1"],
    &["update complaint set restricted = not restricted where id = $1"],
    &["update complaint set received_at = received_at - 1 where id = $1"],
    &["update complaint set waiting_since = waiting_since + 1 where id = $1"],
    &["update complaint set next_due = next_due + 1 where id = $1"],
];

async fn whatever_is_tampered_with_is_found(desk: Desk) {
    let ana = desk.agent().await;
    desk.hire("lead", None).await;
    // The first row, and the customer whom another one is given.
    desk.log(&ana, verbs::from_customer()).await;
    let mut all = Vec::new();
    for _ in 0..=TAMPERED.len() {
        let id = desk.log(&ana, verbs::anonymous_and(json!({ "severity": "minor" }))).await.id;
        desk.act(&ana, id, verbs::note("first")).await;
        desk.act(&ana, id, verbs::note("second")).await;
        all.push((id, desk.view(id).await.reference));
    }
    assert_eq!(verify::histories(&desk.db).await.unwrap().wrong, Vec::<String>::new());

    let mut raw = desk.raw().await;
    if desk.is_postgres() {
        raw.run("drop trigger history_is_not_changed on history").await.unwrap();
    } else {
        raw.run("drop trigger history_is_not_changed").await.unwrap();
        raw.run("drop trigger history_is_not_removed").await.unwrap();
    }
    let mut expected = Vec::new();
    for (statements, (id, reference)) in TAMPERED.iter().zip(all) {
        for sql in *statements {
            assert_eq!(raw.run_on(sql, id.0).await.unwrap(), 1, "{sql}");
        }
        expected.push(reference);
        let wrong = verify::histories(&desk.db).await.unwrap().wrong;
        let named: Vec<&str> = wrong.iter().map(|w| w.split(':').next().unwrap()).collect();
        assert_eq!(named, expected, "after {statements:?}");
    }
}

async fn a_desk_at_work_raises_no_alarm(desk: Desk) {
    let ana = desk.agent().await;
    let mut all = Vec::new();
    for _ in 0..5 {
        all.push(desk.log(&ana, verbs::anonymous()).await.id);
    }
    let at_work = join_all(all.into_iter().map(|id| {
        let (desk, ana) = (desk.clone(), ana.clone());
        tokio::spawn(async move {
            for _ in 0..20 {
                desk.act(&ana, id, verbs::note("more")).await;
            }
        })
    }));
    let looking = async {
        for _ in 0..20 {
            assert_eq!(verify::histories(&desk.db).await.unwrap().wrong, Vec::<String>::new());
        }
    };
    join(at_work, looking).await.0.into_iter().for_each(Result::unwrap);
}
