//! Problems, actions and exposure as storage keeps them: what is counted, what cannot be changed, what happens at once.

use firsthand_domain::Refusal;
use firsthand_domain::code::ActionState;
use firsthand_domain::corrective_action::{Action, ActionFact, ActionVerb, Judgement};
use firsthand_domain::exposure::RecordExposure;
use firsthand_domain::id::{ActionId, ComplaintId, StaffId};
use firsthand_domain::problem::NewProblem;
use firsthand_domain::staff::Staff;
use firsthand_domain::statistics::ratio::Verdict;
use firsthand_domain::time::{Day, Timestamp};
use firsthand_storage::exposure::{self, Recorded};
use firsthand_storage::{Result, actions, problems};
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::support::{Desk, refusal, verbs};

stories!(
    a_verdict_is_counted_from_complaints_and_exposure,
    what_was_put_next_to_a_cause_is_seen,
    what_is_not_on_record_is_not_none,
    many_who_ask_at_once_make_one_verdict,
    nobody_gets_a_duty_while_they_leave,
    the_week_of_an_alert_is_never_the_baseline,
    histories_cannot_be_changed_removed_or_emptied,
    an_older_desk_learns_when_things_happened,
);

fn day(text: &str) -> i64 {
    text.parse::<Day>().unwrap().number()
}

async fn record(desk: &Desk, by: &Staff, items: Value) -> Recorded {
    let (by, asked): (StaffId, RecordExposure) = (by.id, verbs::body(json!({ "items": items })));
    let done = desk.db.change(move |unit| {
        let items = asked.items.clone();
        Box::pin(async move { exposure::record(unit, by, &items).await })
    });
    done.await.unwrap()
}

async fn act(desk: &Desk, by: &Staff, id: ActionId, verb: ActionVerb) -> Result<Action> {
    let by = by.id;
    let done = desk.db.change(move |unit| {
        let verb = verb.clone();
        Box::pin(async move { actions::perform(unit, by, id, &verb, None).await })
    });
    done.await
}

async fn judge(desk: &Desk, by: &Staff, id: ActionId) -> Result<(Action, Judgement)> {
    let by = by.id;
    desk.db.change(move |unit| Box::pin(async move { actions::judge(unit, by, id, None).await })).await
}

async fn history(desk: &Desk, id: ActionId) -> Vec<ActionFact> {
    let mut connection = desk.db.read().await.unwrap();
    let mut tx = connection.tx();
    assert!(actions::folds(&mut tx, id).await.unwrap());
    actions::history(&mut tx, id).await.unwrap().into_iter().map(|event| event.fact).collect()
}

/// Two leads, an agent who sees to it, and a fix in place since December, on 2026-03-02.
struct Cast {
    lead: Staff,
    other: Staff,
    agent: Staff,
    action: ActionId,
}

async fn proposed(desk: &Desk, lead: &Staff, owner: &Staff) -> ActionId {
    let by = lead.id;
    let problem = verbs::body(json!({ "title": "late in the afternoon", "causes": ["late"] }));
    let (owner, due) = (owner.id, desk.now().plus_days(30));
    let made = desk.db.change(move |unit| {
        let problem: firsthand_domain::problem::NewProblem = Clone::clone(&problem);
        Box::pin(async move {
            let problem = problems::open(unit, by, &problem).await?;
            let new =
                json!({ "problem": problem.id, "title": "a second van", "owner": owner, "due_at": due });
            actions::propose(unit, by, &verbs::body(new)).await
        })
    });
    made.await.unwrap().id
}

async fn in_place(desk: &Desk) -> Cast {
    let (lead, other) = (desk.hire("lead", None).await, desk.hire("lead", None).await);
    let agent = desk.agent().await;
    let action = proposed(desk, &lead, &agent).await;
    let plan = json!({
        "baseline": { "from": "2025-10-01", "to": "2025-12-01" }, "watch": { "from": "2025-12-15", "to": "2026-02-15" },
        "washout_days": 7, "exposure": { "kind": "orders", "product": "tea", "place": "Vác" }, "verifier": other.id,
    });
    for verb in [
        ActionVerb::Approve,
        ActionVerb::Plan(Box::new(verbs::body(plan))),
        ActionVerb::Implemented(verbs::body(json!({ "implemented_at": "2025-12-05T12:00:00Z" }))),
    ] {
        act(desk, &lead, action, verb).await.unwrap();
    }
    Cast { lead, other, agent, action }
}

/// Complaints about tea from Vác that happened then and came in two days later.
async fn complain(desk: &Desk, by: &Staff, at: &str, cause: &str, more: Value) -> ComplaintId {
    let at = Timestamp::parse(at).unwrap();
    let told = json!({ "product": "tea", "place": "Vác", "incident_at": at, "received_at": at.plus_days(2) });
    let id = desk.log(by, verbs::anonymous_and(verbs::and(told, more))).await.id;
    desk.act(by, id, verbs::cause(cause, "primary")).await;
    id
}

/// Twelve before and two after, on 1,000 orders each.
async fn effective(desk: &Desk, c: &Cast) {
    for number in 0..12 {
        let at = Timestamp::parse("2025-10-01T09:00:00Z").unwrap().plus_days(number * 5);
        complain(desk, &c.agent, &at.to_string(), "late", json!({})).await;
    }
    for number in 20..=21 {
        complain(desk, &c.agent, &format!("2025-12-{number}T09:00:00Z"), "late", json!({})).await;
    }
    let row = |date: &str, count: i64| json!({ "date": date, "kind": "orders", "product": "tea", "place": "Vác", "count": count });
    record(desk, &c.lead, json!([row("2025-10-01", 1_000), row("2026-02-14", 1_000)])).await;
}

async fn a_verdict_is_counted_from_complaints_and_exposure(desk: Desk) {
    let c = in_place(&desk).await;
    effective(&desk, &c).await;
    // None of these belongs to it: another product, place or cause, no complaint at all, one that goes on under another,
    // one from the time between, one received in the watch of what happened before.
    let other = json!({ "product": "jam" });
    complain(&desk, &c.agent, "2025-12-20T09:00:00Z", "late", other).await;
    complain(&desk, &c.agent, "2025-12-20T09:00:00Z", "late", json!({ "place": "Pécs" })).await;
    complain(&desk, &c.agent, "2025-12-20T09:00:00Z", "damaged", json!({})).await;
    let void = complain(&desk, &c.agent, "2025-12-20T09:00:00Z", "late", json!({})).await;
    desk.act(&c.lead, void, verbs::void()).await;
    complain(&desk, &c.agent, "2025-12-10T09:00:00Z", "late", json!({})).await;
    complain(&desk, &c.agent, "2025-12-14T23:59:59Z", "late", json!({})).await;
    complain(&desk, &c.agent, "2026-02-15T00:00:00Z", "late", json!({})).await;
    let (action, said) = judge(&desk, &c.other, c.action).await.unwrap();
    assert_eq!((said.x1, said.t1, said.x2, said.t2), (12, Some(1_000), 2, Some(1_000)));
    assert_eq!((said.verdict, action.state), (Verdict::Effective, ActionState::Effective));
    // Customers take two days to complain.
    assert_eq!((said.lag_days, said.earliest_at), (2, Timestamp::parse("2026-02-17T00:00:00Z").unwrap()));
    // Another cause is the main one now: the count follows.
    let moved = complain(&desk, &c.agent, "2026-01-20T09:00:00Z", "late", json!({})).await;
    assert_eq!(judge(&desk, &c.other, c.action).await.unwrap().1.x2, 3);
    desk.act(&c.agent, moved, verbs::cause("damaged", "primary")).await;
    assert_eq!(judge(&desk, &c.other, c.action).await.unwrap().1.x2, 2);
    // And so it does when it becomes known when it happened.
    let unknown = desk
        .log(
            &c.agent,
            verbs::anonymous_and(
                json!({ "product": "tea", "place": "Vác", "received_at": "2026-01-20T09:00:00Z" }),
            ),
        )
        .await
        .id;
    desk.act(&c.agent, unknown, verbs::cause("late", "primary")).await;
    assert_eq!(judge(&desk, &c.other, c.action).await.unwrap().1.x2, 3);
    desk.act(&c.agent, unknown, verbs::assess(json!({ "incident_at": "2025-12-01T09:00:00Z" }))).await;
    assert_eq!(judge(&desk, &c.other, c.action).await.unwrap().1.x2, 2);
    assert_eq!(history(&desk, c.action).await.len(), 9, "each verdict that says something new");
}

async fn what_was_put_next_to_a_cause_is_seen(desk: Desk) {
    let c = in_place(&desk).await;
    effective(&desk, &c).await;
    assert!(!judge(&desk, &c.other, c.action).await.unwrap().1.displacement);
    // The same branch of the tree as `late`.
    for number in 1..=9 {
        let at = format!("2026-01-{number:02}T09:00:00Z");
        complain(&desk, &c.agent, &at, "wrong-item", json!({})).await;
    }
    let (_, said) = judge(&desk, &c.other, c.action).await.unwrap();
    assert_eq!((said.verdict, said.displacement), (Verdict::Effective, true));
}

async fn what_is_not_on_record_is_not_none(desk: Desk) {
    let lead = desk.hire("lead", None).await;
    let row = |date: &str, product: Option<&str>, count: i64| json!({ "date": date, "kind": "orders", "product": product, "count": count });
    let rows = json!([
        row("2026-01-01", Some("tea"), 0),
        row("2026-01-02", Some("tea"), 4),
        row("2026-01-02", Some("jam"), 5),
        row("2026-01-03", None, 7)
    ]);
    assert_eq!(record(&desk, &lead, rows).await, Recorded { added: 4, replaced: 0 });
    let mut connection = desk.db.read().await.unwrap();
    let mut tx = connection.tx();
    let (first, last) = (day("2026-01-01"), day("2026-01-04"));
    for (kind, product, from, to, sum) in [
        ("orders", None, first, last, Some(16)),
        ("orders", Some("tea"), first, last, Some(4)),
        ("orders", Some("tea"), first, first + 1, Some(0)),
        ("orders", Some("tea"), last, last + 9, None),
        ("orders", Some("salt"), first, last, None),
        ("nights", None, first, last, None),
        ("or\0ders", None, first, last, None),
    ] {
        assert_eq!(
            exposure::sum(&mut tx, kind, product, None, from, to).await.unwrap(),
            sum,
            "{kind} {product:?}"
        );
    }
}

async fn many_who_ask_at_once_make_one_verdict(desk: Desk) {
    let c = in_place(&desk).await;
    effective(&desk, &c).await;
    let said =
        join_all((0..12).map(|n| judge(&desk, if n % 2 == 0 { &c.other } else { &c.lead }, c.action))).await;
    for answer in said {
        assert_eq!(answer.unwrap().1.verdict, Verdict::Effective);
    }
    let facts = history(&desk, c.action).await;
    assert_eq!(facts.iter().filter(|fact| matches!(fact, ActionFact::Judged(_))).count(), 1);
}

async fn nobody_gets_a_duty_while_they_leave(desk: Desk) {
    let admin = desk.hire("admin", None).await;
    let (lead, owner) = (desk.hire("lead", None).await, desk.agent().await);
    for _ in 0..8 {
        let (leaver, action) = (desk.agent().await, proposed(&desk, &lead, &owner).await);
        let change = ActionVerb::ChangeOwner(verbs::body(json!({ "owner": leaver.id, "reason": "r" })));
        let (given, left) =
            futures_util::future::join(act(&desk, &lead, action, change), desk.disable(&admin, leaver.id))
                .await;
        let active = desk.staff(leaver.id).await.active;
        assert_eq!((given.is_ok(), left.is_ok()), (active, !active));
        if active {
            assert_fits!(refusal(left), Refusal::OpenDuties(duties) if duties.actions == [action]);
            act(&desk, &lead, action, ActionVerb::Close(verbs::body(json!("not needed")))).await.unwrap();
            desk.disable(&admin, leaver.id).await.unwrap();
        }
    }
}

async fn the_week_of_an_alert_is_never_the_baseline(desk: Desk) {
    let (lead, agent) = (desk.hire("lead", None).await, desk.agent().await);
    // The week from Monday, 5 January 2026.
    let insert = "insert into alert (id, kind, cause, week, found_at, body) select $1, 'spike', id, 20458, 0, \
                  '{\"kind\":\"spike\",\"cause\":\"01900000-0000-7000-8000-000000000003\",\"count\":9,\"expected\":2.0,\"chance\":0.001,\"scatter\":1.0}' \
                  from cause where code = 'late'";
    let id = uuid::Uuid::from_u128(77);
    assert_eq!(desk.raw().await.run_on(insert, id).await.unwrap(), 1);
    let open = |body: Value| {
        let (by, new): (StaffId, NewProblem) = (lead.id, verbs::body(body));
        desk.db.change(move |unit| {
            let new = new.clone();
            Box::pin(async move { problems::open(unit, by, &new).await })
        })
    };
    let alerted = json!({ "title": "a rise", "causes": ["late"], "alert": id });
    let problem = open(alerted.clone()).await.unwrap();
    let window = |from: &str, to: &str| json!({ "from": from, "to": to });
    assert_eq!(json!(problem.trigger), window("2026-01-05", "2026-01-12"));
    // More may be said to belong to it, never less.
    let wider = verbs::and(alerted.clone(), json!({ "trigger": window("2025-12-29", "2026-01-06") }));
    assert_eq!(json!(open(wider).await.unwrap().trigger), window("2025-12-29", "2026-01-12"));
    let elsewhere = verbs::and(alerted, json!({ "alert": uuid::Uuid::from_u128(78) }));
    assert_fits!(refusal(open(elsewhere).await), Refusal::Field { field, .. } if field == "alert");
    let (owner, due) = (agent.id, desk.now().plus_days(30));
    let new = json!({ "problem": problem.id, "title": "a second van", "owner": owner, "due_at": due });
    let by = lead.id;
    let action = desk.db.change(move |unit| {
        let new = new.clone();
        Box::pin(async move { actions::propose(unit, by, &verbs::body(new)).await })
    });
    let action = action.await.unwrap().id;
    let plan = |baseline: Value| {
        let body = json!({
            "baseline": baseline, "trigger": window("2020-01-01", "2020-01-08"), "watch": window("2026-02-01", "2026-03-01"),
            "exposure": { "kind": "orders" }, "verifier": lead.id,
        });
        ActionVerb::Plan(Box::new(verbs::body(body)))
    };
    let within = act(&desk, &lead, action, plan(window("2025-10-01", "2026-01-06"))).await;
    assert_fits!(refusal(within), Refusal::Field { field, .. } if field == "baseline");
    act(&desk, &lead, action, plan(window("2025-10-01", "2026-01-05"))).await.unwrap();
}

async fn histories_cannot_be_changed_removed_or_emptied(desk: Desk) {
    let c = in_place(&desk).await;
    let mut raw = desk.raw().await;
    for sql in [
        "update action_event set at = at + 1 where action = $1",
        "delete from action_event where action = $1",
        "update problem_event set at = at + 1 where problem = (select problem from corrective_action where id = $1)",
        "delete from problem_event where problem = (select problem from corrective_action where id = $1)",
    ] {
        assert!(raw.refusal_of(sql, c.action.0).await.contains("append-only"), "{sql}");
    }
    let gone = raw.refusal_of("delete from corrective_action where id = $1", c.action.0).await;
    assert!(gone.contains("not removed"), "{gone}");
    let bare =
        raw.refusal_of("update corrective_action set plan_locked_at = null where id = $1", c.action.0).await;
    assert!(bare.to_lowercase().contains("check"), "{bare}");
    if desk.is_postgres() {
        for sql in ["truncate action_event", "truncate problem_event"] {
            assert!(raw.run(sql).await.unwrap_err().to_string().contains("append-only"));
        }
    }
    assert_eq!(history(&desk, c.action).await.len(), 4);
}

/// As the fifteenth migration finds a desk: the time is in the state alone.
async fn an_older_desk_learns_when_things_happened(desk: Desk) {
    let agent = desk.agent().await;
    let instants = [
        "2026-01-31T08:00:00Z",
        "2026-01-31T08:00:00.5Z",
        "1969-12-31T23:59:59.000001Z",
        "2026-02-01T00:00:00.123456Z",
    ];
    for at in instants {
        desk.log(&agent, verbs::anonymous_and(json!({ "incident_at": at }))).await;
    }
    desk.log(&agent, verbs::anonymous()).await;
    let mut raw = desk.raw().await;
    for (lite, pg) in [
        ("drop index complaint_occurred", "drop index complaint_occurred"),
        ("alter table complaint drop column incident_at", "alter table complaint drop column incident_at"),
        ("drop table action_event", "drop table action_event"),
        ("drop table corrective_action", "drop table corrective_action"),
        ("drop table problem_event", "drop table problem_event"),
        ("drop table problem_cause", "drop table problem_cause"),
        ("drop table problem", "drop table problem"),
        ("drop table exposure", "drop table exposure"),
        ("select 1", "drop function fixes_are_kept, fixes_are_append_only"),
        (
            "delete from _sqlx_migrations where version = 15",
            "delete from _sqlx_migrations where version = 15",
        ),
    ] {
        raw.run(if desk.is_postgres() { pg } else { lite }).await.unwrap();
    }
    let again = desk.open_again().await;
    for at in instants {
        let micros = Timestamp::parse(at).unwrap().micros();
        let found = raw
            .pairs("select cast(incident_at as text), 'x' from complaint where incident_at is not null")
            .await;
        assert!(found.iter().any(|(is, _)| *is == micros.to_string()), "{at}: {found:?}");
    }
    assert_eq!(raw.count("select count(*) from complaint where incident_at is null").await, 1);
    assert_eq!(firsthand_storage::verify::histories(&again.db).await.unwrap().complaints, 5);
    again.db.close().await;
}
