//! Logging as a person at a browser does it, without a socket and without JavaScript.

mod awards;
mod known;
mod offered;

use serde_json::{Value, json};

use crate::app::{App, Settings};
use crate::desk::Sent;
use crate::routes;
use crate::tests::Desk;

const NEW: &str = "POST /complaints/new";

async fn desk() -> (Desk, String) {
    let mut desk = Desk::open(Vec::new()).await;
    let settings = Settings { body_limit_bytes: 1 << 20, ..desk.app.settings.clone() };
    desk.app = App::with_routes(desk.app.database.clone(), settings, routes::all()).unwrap();
    desk.person("eve", "agent").await;
    let sid = desk.sign_in("eve").await;
    (desk, sid)
}

/// Three fields and the key: enough.
const ENOUGH: [(&str, &str); 6] = [
    ("_key", "k1"),
    ("_person", "new"),
    ("customer.name", "Mai Trần"),
    ("customer.phone", "090 123 4567"),
    ("narrative", "The kettle leaks.\nSince Monday."),
    ("_answer_by", "phone"),
];

fn with<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut fields: Vec<_> =
        ENOUGH.iter().copied().filter(|(name, _)| !more.iter().any(|(other, _)| name == other)).collect();
    fields.extend(more.iter().copied());
    fields
}

fn place(sent: &Sent) -> &str {
    sent.headers.iter().find(|(n, _)| *n == "location").map_or("", |(_, value)| value.as_str())
}

async fn api(desk: &Desk, call: &str) -> Value {
    desk.ask("eve", call, Value::Null).await.1
}

async fn all(desk: &Desk) -> Vec<Value> {
    api(desk, "GET /api/v1/complaints?view=all").await["items"].as_array().unwrap().clone()
}

async fn newest(desk: &Desk) -> Value {
    let list = api(desk, "GET /api/v1/complaints?view=all&sort=received").await;
    api(desk, &format!("GET /api/v1/complaints/{}", list["items"][0]["id"].as_str().unwrap())).await
}

#[tokio::test]
async fn three_fields_make_a_complaint_and_sending_twice_makes_one() {
    let (desk, sid) = desk().await;
    let page = desk.visit(&sid, "GET /complaints/new", &[]).await;
    assert_eq!(page.status, 200);
    for there in
        ["name=\"_key\"", "name=\"_token\"", "id=\"who-box\"", "Save, I am responsible", "Hard to reach"]
    {
        assert!(page.body.contains(there), "{there}");
    }
    let first = desk.visit(&sid, NEW, &ENOUGH).await;
    let again = desk.visit(&sid, NEW, &ENOUGH).await;
    assert_eq!((first.status, place(&first)), (303, place(&again)), "{}", first.body);
    assert_eq!(all(&desk).await.len(), 1);
    let made = newest(&desk).await;
    assert_eq!(made["summary"], "The kettle leaks.");
    assert_eq!(made["desired_remedy"], "Answer wished: Call back");
    assert_eq!((&made["channel"], &made["customer"]["name"]), (&json!("phone"), &json!("Mai Trần")));
    // Back, and other words under the same key: told, nothing lost, and one more only when it is sent again.
    let changed = desk.visit(&sid, NEW, &with(&[("narrative", "Other words")])).await;
    assert_eq!(changed.status, 422);
    assert!(changed.body.contains("sent once already") && changed.body.contains("Other words"));
    assert!(!changed.body.contains("value=\"k1\""));
    let done = desk.visit(&sid, &format!("GET {}", place(&first)), &[]).await;
    for said in
        [made["reference"].as_str().unwrap(), "You are responsible.", "Dear Mai Trần,", "Next complaint"]
    {
        assert!(done.body.contains(said), "{said}: {}", done.body);
    }
}

#[tokio::test]
async fn each_required_field_is_asked_for_with_all_else_kept() {
    let (desk, sid) = desk().await;
    for (name, words) in [
        ("_person", "Say who is complaining"),
        ("narrative", "Write what happened"),
        ("_answer_by", "Choose how the customer wants to be answered"),
    ] {
        let gone =
            if name == "_person" { vec![("_person", ""), ("customer.name", "")] } else { vec![(name, " ")] };
        let sent =
            desk.visit(&sid, NEW, &with(&[&gone[..], &[("product", "<b>Kettle\u{202e}\"")]].concat())).await;
        assert_eq!(sent.status, 422, "{name}");
        assert_eq!(sent.body.matches(words).count(), 2, "{name}: in the summary and beside the field");
        assert!(sent.body.contains("<title>Error: "), "{name}");
        assert!(sent.body.contains("&#60;b&#62;Kettle\u{202e}&#34;"), "{name}: {}", sent.body);
        assert!(sent.body.contains("name=\"_key\" value=\"k1\""), "{name}");
    }
    let none = desk.visit(&sid, NEW, &[]).await;
    assert_eq!(none.body.matches("<li><a href=\"#").count(), 3);
    assert!(all(&desk).await.is_empty());
}

#[tokio::test]
async fn what_the_rules_refuse_stands_beside_its_field() {
    type Fields<'a> = &'a [(&'a str, &'a str)];
    let (desk, sid) = desk().await;
    let table: [(Fields<'_>, &str, &str); 10] = [
        (&[("customer.phone", "call me")], "customer-phone", "3 to 24 digits"),
        (&[("customer.email", "x")], "customer-email", "ana@example.com"),
        (&[("customer.name", "")], "customer-name", "new customer’s name"),
        (
            &[("promise.text", "We call"), ("promise.due_at", "2026-11-22T08:00")],
            "promise-due_at",
            "has passed",
        ),
        (&[("promise.text", "We call")], "promise-due_at", "Say by when"),
        (&[("promise.due_at", "2026-11-23T08:00")], "promise-text", "Write what was promised"),
        (&[("received_at", "2026-11-23T08:00")], "received_at", "in the future"),
        (&[("incident_at", "2026-11-31")], "incident_at", "that exist"),
        (&[("product", &"x".repeat(201))], "product", "At most 200"),
        (&[("_settled", "1")], "settled-reply-body", "Write what the customer was told"),
    ];
    for (fields, control, words) in table {
        let sent = desk.visit(&sid, NEW, &with(fields)).await;
        assert_eq!(sent.status, 422, "{control}");
        let beside = format!("id=\"{control}-wrong\"");
        assert!(
            sent.body.contains(&beside) && sent.body.contains(words),
            "{control}: {words}: {}",
            sent.body
        );
        assert!(sent.body.contains(&format!("href=\"#{control}\"")), "{control}");
        assert!(sent.body.contains(&format!("id=\"{control}\"")), "{control} is on the page");
    }
    assert!(all(&desk).await.is_empty());
}

#[tokio::test]
async fn a_draft_is_kept_offered_again_and_gone_once_it_is_sent() {
    let (desk, sid) = desk().await;
    let keep = async |fields: &[(&str, &str)]| desk.visit(&sid, "POST /complaints/new/draft", fields).await;
    assert!(keep(&[("_key", "k1"), ("channel", "phone")]).await.body.contains("\"kept\":\"\""));
    let kept = keep(&ENOUGH).await;
    assert!(kept.body.contains("Draft kept 09:30"), "{}", kept.body);
    let page = desk.visit(&sid, "GET /complaints/new", &[]).await;
    assert!(page.body.contains("You have a draft of 09:30") && page.body.contains("Since Monday."));
    assert!(page.body.contains("name=\"_key\" value=\"k1\""));
    let other = desk.visit(&sid, "GET /complaints/new?draft=go", &[]).await;
    assert!(!other.body.contains("You have a draft") && other.body.contains("Since Monday."));
    desk.visit(&sid, "POST /complaints/new/discard", &[]).await;
    assert!(!desk.visit(&sid, "GET /complaints/new", &[]).await.body.contains("Since Monday."));
    keep(&ENOUGH).await;
    assert_eq!(desk.visit(&sid, NEW, &ENOUGH).await.status, 303);
    keep(&ENOUGH).await;
    assert!(!desk.visit(&sid, "GET /complaints/new", &[]).await.body.contains("Since Monday."));
    desk.person("bob", "agent").await;
    let bob = desk.sign_in("bob").await;
    keep(&with(&[("_key", "k2")])).await;
    assert!(!desk.visit(&bob, "GET /complaints/new", &[]).await.body.contains("Since Monday."));
}

#[tokio::test]
async fn settled_is_saved_and_closed_and_a_refusal_undoes_all() {
    let (desk, sid) = desk().await;
    let settled = [("_settled", "1"), ("settled.reply.body", "A new one is on its way."), ("_answer_by", "")];
    let no_cause = desk.visit(&sid, NEW, &with(&settled)).await;
    assert!(no_cause.body.contains("id=\"settled-cause-cause-wrong\""), "{}", no_cause.body);
    let rejected = [("settled.decision.outcome", "rejected"), ("settled.decision.reasons", "Worn out.")];
    let more = desk.visit(&sid, NEW, &with(&[&settled[..], &rejected].concat())).await;
    assert!(more.body.contains("id=\"settled-decision-alternative-wrong\""), "{}", more.body);
    let promise =
        [("promise.text", "x"), ("promise.due_at", "2026-11-23T08:00"), ("settled.cause.cause", "late")];
    let open = desk.visit(&sid, NEW, &with(&[&settled[..], &promise].concat())).await;
    assert!(open.body.contains("leaves no promise open"), "{}", open.body);
    let unknown =
        desk.visit(&sid, NEW, &with(&[&settled[..], &[("settled.cause.cause", "unknown")]].concat())).await;
    assert!(unknown.body.contains("id=\"settled-cause-evidence-wrong\""));
    assert!(all(&desk).await.is_empty());
    // What is folded away with its switch does not count.
    let left = [("settled.cause.cause", "damaged"), ("settled.decision.outcome", "upheld")];
    let closed = desk
        .visit(&sid, NEW, &with(&[&settled[..], &left, &[("settled.decision.next_route", "x")]].concat()))
        .await;
    assert_eq!(closed.status, 303, "{}", closed.body);
    assert_eq!(newest(&desk).await["closure"], "accepted");
    let done = desk.visit(&sid, &format!("GET {}", place(&closed)), &[]).await;
    assert!(done.body.contains("Settled and closed."));
    let off =
        desk.visit(&sid, NEW, &with(&[("_key", "k2"), ("settled.reply.body", "typed, then off")])).await;
    assert_eq!(off.status, 303);
    assert_eq!(newest(&desk).await["stage"], "received");
}

#[tokio::test]
async fn a_customer_is_found_chosen_and_their_complaints_stand_beside() {
    let (desk, sid) = desk().await;
    desk.visit(
        &sid,
        NEW,
        &with(&[("order_ref", "A-17"), ("promise.text", "We call"), ("promise.due_at", "2026-11-23T08:00")]),
    )
    .await;
    let first = newest(&desk).await;
    let (id, reference) = (first["customer"]["id"].as_str().unwrap(), first["reference"].as_str().unwrap());
    for typed in ["mai", "0901", "a-17", reference] {
        let found = desk.visit(&sid, &format!("GET /complaints/new/customers?q={typed}"), &[]).await;
        assert!(
            found.body.contains(id) && found.body.contains("1 customer found"),
            "{typed}: {}",
            found.body
        );
    }
    // Without JavaScript: a button finds, everything else stays; then one of the list is chosen.
    let typed =
        [("_person", ""), ("customer.name", ""), ("customer.phone", ""), ("_who", "tran"), ("_key", "k2")];
    let found = desk.visit(&sid, NEW, &with(&[&typed[..], &[("_act", "find")]].concat())).await;
    assert!(
        found.body.contains(&format!("value=\"{id}\" checked")) && found.body.contains("Since Monday."),
        "{}",
        found.body
    );
    // Saved without choosing: asked, not guessed.
    let asked = desk.visit(&sid, NEW, &with(&typed)).await;
    assert!(asked.status == 422 && asked.body.contains("Choose who of these it is"), "{}", asked.body);
    let chosen = [&typed[..], &[("_person", id)]].concat();
    let chosen: Vec<_> = chosen.into_iter().filter(|field| *field != ("_person", "")).collect();
    assert_eq!(desk.visit(&sid, NEW, &with(&chosen)).await.status, 303);
    assert_eq!(newest(&desk).await["customer"]["id"], id);
    let page = desk.visit(&sid, &format!("GET /complaints/new?customer={id}"), &[]).await;
    for there in ["Open now", "Add to this one", "data-panel=\"customer\"", reference, "2 in a year"] {
        assert!(page.body.contains(there), "{there}: {}", page.body);
    }
    let beside = desk.visit(&sid, &format!("GET /complaints/new/beside?customer={id}"), &[]).await;
    let beside: Value = serde_json::from_str(&beside.body).unwrap();
    assert_eq!(
        (&beside["panels"][0]["title"], &beside["panels"][1]["id"]),
        (&json!("Mai Trần"), &json!("open"))
    );
    let similar = desk.visit(&sid, "POST /complaints/new/draft", &with(&[("_key", "k3")])).await;
    assert!(similar.body.contains("Similar this week"), "{}", similar.body);
    // A name nobody has is a new customer.
    let new = [
        ("_person", ""),
        ("customer.name", ""),
        ("customer.phone", ""),
        ("_who", "Zoltán Őri +36 30 555"),
        ("_key", "k4"),
    ];
    assert_eq!(desk.visit(&sid, NEW, &with(&new)).await.status, 303);
    assert_eq!(newest(&desk).await["customer"]["name"], "Zoltán Őri");
    let found = desk.visit(&sid, "GET /complaints/new/customers?q=3630", &[]).await;
    assert!(found.body.contains("+36 30 555"), "{}", found.body);
}

#[tokio::test]
async fn the_story_can_be_added_to_an_open_complaint() {
    let (desk, sid) = desk().await;
    desk.visit(&sid, NEW, &ENOUGH).await;
    let reference = newest(&desk).await["reference"].as_str().unwrap().to_owned();
    let add = with(&[("_key", "k2"), ("_add", &reference), ("narrative", "It leaks still.")]);
    let added = desk.visit(&sid, NEW, &add).await;
    let again = desk.visit(&sid, NEW, &add).await;
    assert_eq!(
        (added.status, place(&added)),
        (303, format!("/complaints/{reference}").as_str()),
        "{}",
        added.body
    );
    assert_eq!(again.status, 303);
    assert_eq!(all(&desk).await.len(), 1);
    let history = api(&desk, &format!("GET /api/v1/complaints/{reference}/history")).await;
    let words: Vec<_> = history["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|i| i["text"]["body"] == "It leaks still.")
        .collect();
    assert_eq!(words.len(), 1, "{history}");
    for wrong in ["C-2026-999999", "../staff", "x/y"] {
        let sent = desk.visit(&sid, NEW, &with(&[("_add", wrong)])).await;
        assert!(sent.status == 404 && sent.body.contains("Since Monday."), "{wrong}: {}", sent.status);
    }
    let empty = desk.visit(&sid, NEW, &with(&[("_add", &reference), ("narrative", "")])).await;
    assert!(empty.status == 422 && empty.body.contains("Write what happened"));
}

#[tokio::test]
async fn somebody_may_give_no_name_and_a_new_customer_left_over_does_not_count() {
    let (desk, sid) = desk().await;
    let sent = desk.visit(&sid, NEW, &with(&[("_person", "anonymous"), ("_answer_by", "")])).await;
    assert_eq!(sent.status, 303, "{}", sent.body);
    assert_eq!(newest(&desk).await["customer"]["anonymous"], true);
}

#[tokio::test]
async fn a_long_story_fits_and_one_sign_more_is_told_with_nothing_lost() {
    let (desk, sid) = desk().await;
    let long = "诉".repeat(50_000);
    let more = format!("{long}后");
    let sent = desk.visit(&sid, NEW, &with(&[("narrative", &more)])).await;
    assert_eq!(sent.status, 422);
    assert!(
        sent.body.contains("At most 50000 characters fit here, and there are 50001")
            && sent.body.contains(&more)
    );
    assert_eq!(desk.visit(&sid, NEW, &with(&[("narrative", &long)])).await.status, 303);
    assert_eq!(newest(&desk).await["narrative"].as_str().map(|n| n.chars().count()), Some(50_000));
    let hostile = "<script>alert(1)</script>\u{200b}\u{202e}אב {{ 7*7 }} ' onfocus=x \"";
    let sent = desk
        .visit(&sid, NEW, &with(&[("_key", "k2"), ("narrative", hostile), ("customer.name", hostile)]))
        .await;
    let done = desk.visit(&sid, &format!("GET {}", place(&sent)), &[]).await;
    assert!(done.status == 200 && !done.body.contains("<script>alert"), "{}", done.body);
    assert_eq!(newest(&desk).await["narrative"], hostile.trim());
}

#[tokio::test]
async fn what_is_saved_can_be_offered_and_stays_saved_when_the_offer_is_refused() {
    let (desk, sid) = desk().await;
    let bob = desk.person("bob", "agent").await;
    let eve = api(&desk, "GET /api/v1/me").await["id"].as_str().unwrap().to_owned();
    let offer = |to: &'_ str| {
        [("_act", "offer"), ("_offer.reason", "Repairs"), ("_offer.request", "Look"), ("_offer.to", to)]
            .map(|(n, v)| (n.to_owned(), v.to_owned()))
    };
    let missing = desk.visit(&sid, NEW, &with(&[("_act", "offer")])).await;
    assert!(missing.status == 422 && missing.body.contains("Choose to whom it is offered"));
    let send = async |to: &str, key: &str| {
        let fields = offer(to);
        let fields: Vec<_> =
            fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).chain([("_key", key)]).collect();
        let sent = desk.visit(&sid, NEW, &with(&fields)).await;
        assert_eq!(sent.status, 303, "{}", sent.body);
        desk.visit(&sid, &format!("GET {}", place(&sent)), &[]).await.body
    };
    assert!(send(&bob, "k1").await.contains("Offered to bob. Not accepted yet"));
    assert_eq!(newest(&desk).await["handoff"]["to"]["name"], "bob");
    let refused = send(&eve, "k2").await;
    assert!(refused.contains("It was not offered: Choose somebody other than yourself."), "{refused}");
    assert!(newest(&desk).await["handoff"].is_null());
    assert_eq!(all(&desk).await.len(), 2);
}

#[tokio::test]
async fn the_customer_is_told_from_the_page_after_saving() {
    let (desk, sid) = desk().await;
    let opened = "1795339753000000";
    let sent = desk.visit(&sid, NEW, &with(&[("_opened", opened), ("customer.language", "vi")])).await;
    let page = desk.visit(&sid, &format!("GET {}", place(&sent)), &[]).await;
    assert!(page.body.contains("47 seconds from opening to saving"), "{}", page.body);
    assert!(page.body.contains("lang=\"vi\"") && page.body.contains("Kính gửi anh/chị Mai Trần"));
    let reference = newest(&desk).await["reference"].as_str().unwrap().to_owned();
    let told = [
        ("_reference", reference.as_str()),
        ("_version", "1"),
        ("_key", "a"),
        ("channel", "phone"),
        ("body", "We have it."),
    ];
    let told_at = desk.visit(&sid, "POST /complaints/new/acknowledge", &told).await;
    assert_eq!(told_at.status, 303, "{}", told_at.body);
    assert_eq!(newest(&desk).await["stage"], "acknowledged");
    let stale = [&told[..2], &[("_key", "b"), ("channel", "email"), ("body", "Kept text")]].concat();
    let stale = desk.visit(&sid, "POST /complaints/new/acknowledge", &stale).await;
    assert!(stale.status == 412 && stale.body.contains("Kept text"));
    let nowhere = desk.visit(&sid, "GET /complaints/new/done?reference=C-2026-999999", &[]).await;
    assert_eq!(nowhere.status, 404);
}

#[tokio::test]
async fn who_only_reads_opens_no_form_and_a_session_that_ended_loses_nothing() {
    let (desk, _) = desk().await;
    desk.person("otto", "auditor").await;
    let otto = desk.sign_in("otto").await;
    assert_eq!(desk.visit(&otto, "GET /complaints/new", &[]).await.status, 403);
    let over = desk.visit("gone", NEW, &ENOUGH).await;
    assert!(over.status == 401 && over.body.contains("Since Monday.") && over.body.contains("kept:_key"));
}
