//! The same request again has the same answer and no second effect.

use firsthand_domain::Refusal;
use firsthand_domain::staff::Staff;
use firsthand_storage::idempotency::{self, Once};
use firsthand_storage::{Result, complaints};
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::support::{Desk, refusal, verbs};

stories!(
    sixty_four_equal_requests_make_one_complaint,
    another_request_under_the_key_is_refused,
    callers_do_not_share_their_keys,
    a_refused_request_keeps_nothing_and_leaves_its_key_free,
    f16_answers_are_forgotten_after_thirty_days,
);

fn once(caller: &Staff, key: &str, fingerprint: &[u8]) -> Once {
    Once { caller: caller.id, key: key.to_owned(), fingerprint: fingerprint.to_vec() }
}

/// Logs a complaint under a key, as the API does, and gives the answer: the complaint's id.
async fn log_once(desk: &Desk, once: &Once, body: Value) -> Result<String> {
    let (once, log): (Once, firsthand_domain::verb::Log) = (once.clone(), verbs::body(body));
    desk.db
        .change(move |unit| {
            let (once, log) = (once.clone(), log.clone());
            Box::pin(async move {
                if let Some(answer) = idempotency::take(unit, &once).await? {
                    return Ok(answer);
                }
                let complaint = complaints::log(unit, once.caller, &log).await?;
                let answer = complaint.id.to_string();
                idempotency::keep(unit, &once, &answer, Some(complaint.id)).await?;
                Ok(answer)
            })
        })
        .await
}

const COMPLAINTS: &str = "select count(*) from complaint";
const KEYS: &str = "select count(*) from idempotency";

async fn sixty_four_equal_requests_make_one_complaint(desk: Desk) {
    let ana = desk.agent().await;
    let once = once(&ana, "k-1", b"POST /complaints");
    let answers = join_all((0..64).map(|_| log_once(&desk, &once, verbs::anonymous()))).await;
    let answers: Vec<String> = answers.into_iter().map(Result::unwrap).collect();
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    assert_eq!(desk.raw().await.count(COMPLAINTS).await, 1);
    assert_eq!(log_once(&desk, &once, verbs::anonymous()).await.unwrap(), answers[0]);
}

async fn another_request_under_the_key_is_refused(desk: Desk) {
    let ana = desk.agent().await;
    log_once(&desk, &once(&ana, "k-1", b"one"), verbs::anonymous()).await.unwrap();
    let other = log_once(&desk, &once(&ana, "k-1", b"two"), verbs::anonymous()).await;
    assert_eq!(refusal(other), Refusal::KeyReused);
    assert_eq!(desk.raw().await.count(COMPLAINTS).await, 1);
}

async fn callers_do_not_share_their_keys(desk: Desk) {
    let [ana, ben] = desk.agents().await;
    let first = log_once(&desk, &once(&ana, "k-1", b"one"), verbs::anonymous()).await.unwrap();
    let second = log_once(&desk, &once(&ben, "k-1", b"two"), verbs::anonymous()).await.unwrap();
    assert_ne!(first, second);
}

async fn a_refused_request_keeps_nothing_and_leaves_its_key_free(desk: Desk) {
    let ana = desk.agent().await;
    let once = once(&ana, "k-1", b"one");
    let tomorrow = desk.now().plus_days(1);
    let refused = log_once(&desk, &once, verbs::anonymous_and(json!({ "received_at": tomorrow }))).await;
    assert_fits!(refusal(refused), Refusal::Field { .. });
    let mut raw = desk.raw().await;
    assert_eq!((raw.count(KEYS).await, raw.count(COMPLAINTS).await), (0, 0));
    log_once(&desk, &once, verbs::anonymous()).await.unwrap();
    assert_eq!((raw.count(KEYS).await, raw.count(COMPLAINTS).await), (1, 1));
}

async fn f16_answers_are_forgotten_after_thirty_days(desk: Desk) {
    let ana = desk.agent().await;
    let once = once(&ana, "k-1", b"one");
    let first = log_once(&desk, &once, verbs::anonymous()).await.unwrap();
    desk.later_by_days(idempotency::KEPT_DAYS);
    assert_eq!(idempotency::forget_old(&desk.db, desk.now()).await.unwrap(), 0);
    assert_eq!(log_once(&desk, &once, verbs::anonymous()).await.unwrap(), first);

    desk.later_by_minutes(1);
    assert_eq!(idempotency::forget_old(&desk.db, desk.now()).await.unwrap(), 1);
    assert_ne!(log_once(&desk, &once, verbs::anonymous()).await.unwrap(), first);
}
