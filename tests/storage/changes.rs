//! A change happens whole or not at all, and one that goes wrong harms no other.

use firsthand_domain::Refusal;
use firsthand_domain::staff::Staff;
use firsthand_storage::{Error, Result, complaints};
use futures_util::future::join_all;

use crate::support::{Desk, refusal, verbs};

stories!(
    f30_a_change_that_panics_is_undone_and_the_next_one_goes_on,
    an_error_leaves_nothing_behind,
    of_a_hundred_changes_at_once_exactly_the_good_ones_stay,
    a_change_goes_on_when_its_caller_goes_away,
    after_closing_changes_are_refused,
);

/// What a change does after it has logged a complaint.
#[derive(Clone, Copy)]
enum Then {
    Succeeds,
    Refuses,
    BreaksARule,
    Panics,
}

async fn log_then(desk: &Desk, by: &Staff, then: Then) -> Result<()> {
    let by = by.id;
    desk.db
        .change(move |unit| {
            Box::pin(async move {
                let complaint = complaints::log(unit, by, &verbs::body(verbs::anonymous())).await?;
                match then {
                    Then::Succeeds => Ok(()),
                    Then::Refuses => Err(Refusal::ReadOnly.into()),
                    Then::BreaksARule => {
                        let nobody = firsthand_domain::id::StaffId(complaint.id.0);
                        firsthand_storage::staff::add_token(unit, nobody, b"hash").await
                    }
                    Then::Panics => panic!("this is part of the story"),
                }
            })
        })
        .await
}

async fn count(desk: &Desk) -> i64 {
    desk.raw().await.count("select count(*) from complaint").await
}

async fn f30_a_change_that_panics_is_undone_and_the_next_one_goes_on(desk: Desk) {
    let ana = desk.agent().await;
    for _ in 0..12 {
        assert_fits!(log_then(&desk, &ana, Then::Panics).await, Err(Error::Panicked));
    }
    assert_eq!(count(&desk).await, 0);
    desk.log(&ana, verbs::anonymous()).await;
    assert_eq!(count(&desk).await, 1);
}

async fn an_error_leaves_nothing_behind(desk: Desk) {
    let ana = desk.agent().await;
    assert_eq!(refusal(log_then(&desk, &ana, Then::Refuses).await), Refusal::ReadOnly);
    assert_fits!(log_then(&desk, &ana, Then::BreaksARule).await, Err(Error::Database(_)));
    assert_eq!(count(&desk).await, 0);
    assert_eq!(desk.raw().await.count("select count(*) from history").await, 0);
}

async fn of_a_hundred_changes_at_once_exactly_the_good_ones_stay(desk: Desk) {
    let ana = desk.agent().await;
    let then = |n: usize| match n % 9 {
        2 => Then::Refuses,
        5 => Then::BreaksARule,
        8 => Then::Panics,
        _ => Then::Succeeds,
    };
    let answers = join_all((0..100).map(|n| log_then(&desk, &ana, then(n)))).await;
    for (n, answer) in answers.iter().enumerate() {
        assert_eq!(answer.is_ok(), matches!(then(n), Then::Succeeds), "{n}: {answer:?}");
    }
    let good = answers.iter().filter(|answer| answer.is_ok()).count();
    assert_eq!(count(&desk).await, i64::try_from(good).unwrap());
}

async fn a_change_goes_on_when_its_caller_goes_away(desk: Desk) {
    let ana = desk.agent().await;
    {
        let mut change = Box::pin(desk.try_log(&ana, verbs::anonymous()));
        // Asked once, so that it has been handed over, then dropped.
        assert!(futures_util::FutureExt::now_or_never(&mut change).is_none());
    }
    // On SQLite the one writer keeps the order; PostgreSQL is asked until it is there.
    desk.hire("agent", None).await;
    for _ in 0..1000 {
        if count(&desk).await == 1 {
            return;
        }
        tokio::task::yield_now().await;
    }
    panic!("the change was lost");
}

async fn after_closing_changes_are_refused(desk: Desk) {
    let ana = desk.agent().await;
    desk.db.close().await;
    assert_fits!(log_then(&desk, &ana, Then::Succeeds).await, Err(Error::Unavailable(_)));
    desk.db.close().await;
}
