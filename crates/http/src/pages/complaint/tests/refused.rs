//! What is not done is told beside the form it was sent from, with everything that was typed.

use super::*;

/// A form by its name on a page.
fn form<'p>(page: &'p str, action: &str) -> &'p str {
    let form =
        page.split(&format!("action=\"{action}\"")).nth(1).unwrap_or_else(|| panic!("no form {action}"));
    form.split("</form>").next().unwrap()
}

/// The verb, the fields, the status, the words.
type Refused<'t> = (&'t str, &'t [(&'t str, &'t str)], u16, &'t str);

#[tokio::test]
async fn a_refusal_stands_in_its_form_with_the_text_as_typed() {
    let w = World::new().await;
    let long = "x".repeat(65);
    let (bob, none) = (w.bob_id.as_str(), "00000000-0000-7000-8000-000000000000");
    let typed = "Kept “as typed” & <so>";
    let shown = "Kept “as typed” &#38; &#60;so&#62;";
    let table: &[Refused<'_>] = &[
        ("notes", &[("body", "  ")], 422, "This is needed."),
        (
            "decision",
            &[("outcome", "rejected"), ("reasons", typed)],
            422,
            "Say what the customer is offered instead",
        ),
        ("decision", &[("outcome", ""), ("reasons", typed)], 422, "This is needed."),
        ("close", &[("reason", typed)], 409, "Not yet"),
        (
            "await-customer",
            &[("question", typed), ("due_at", "2020-01-01T10:00")],
            422,
            "This time has passed.",
        ),
        ("await-customer", &[("question", typed), ("due_at", "soon")], 422, "There is no such day and time."),
        (
            "handoffs",
            &[("to", none), ("reason", typed), ("request", "x")],
            422,
            "Choose a person from the list.",
        ),
        ("handoffs", &[("to", bob), ("reason", typed), ("request", " ")], 422, "This is needed."),
        ("links", &[("to", &long), ("kind", "related"), ("reason", typed)], 422, "At most 64 characters."),
        (
            "contacts",
            &[("direction", "out"), ("channel", "phone"), ("body", typed)],
            422,
            "Say whether the customer was reached.",
        ),
        (
            "replies",
            &[
                ("kind", "substantive"),
                ("channel", "phone"),
                ("body", typed),
                ("delivered", "true"),
                ("_sure", "phone"),
            ],
            409,
            "Not now",
        ),
        (
            "causes",
            &[("cause", "unknown"), ("role", "primary"), ("confidence", "confirmed"), ("whys", typed)],
            422,
            "Say what was looked at",
        ),
        ("merge", &[("into", &w.reference), ("reason", typed)], 422, "Name another complaint than this one."),
        (
            "referrals",
            &[("body", typed), ("date", "2026-02-30"), ("reference", "x")],
            422,
            "There is no such day.",
        ),
    ];
    for (verb, fields, status, words) in table {
        let sent = w.send(&w.eve, verb, fields).await;
        assert_eq!(sent.status, *status, "{verb}: {}", faults(&sent.body));
        assert!(sent.body.contains("<title>Error: "), "{verb}");
        assert!(sent.body.contains("id=\"refused\""), "{verb}");
        let form = form(&sent.body, &w.at(verb));
        assert!(form.contains(words), "{verb}: {form}");
        if fields.iter().any(|(_, value)| *value == typed) {
            assert!(form.contains(shown), "{verb}: {form}");
        }
    }
    let c = w.complaint().await;
    assert_eq!(c["version"], 1, "nothing was done");
}

#[tokio::test]
async fn a_stale_send_is_stopped_with_both_versions_and_goes_through_the_second_time() {
    let w = World::new().await;
    let page = w.page(&w.eve).await;
    let (key, version) =
        (hidden(&page, &w.at("decision"), "_key"), hidden(&page, &w.at("decision"), "_version"));
    w.done(&w.bob, "notes", &[("body", "The seal, I think.")]).await;
    let mine = [
        ("_key", key.as_str()),
        ("_version", version.as_str()),
        ("outcome", "upheld"),
        ("reasons", "My reasons."),
    ];
    let stopped = w.post(&w.eve, "decision", &mine).await;
    assert_eq!(stopped.status, 412, "{}", faults(&stopped.body));
    let stale = form(&stopped.body, &w.at("decision"));
    assert!(stale.contains("Since you opened it:") && stale.contains("<bdi>bob</bdi>"), "{stale}");
    assert!(stale.contains("The seal, I think."));
    assert!(stale.contains("My reasons."));
    let (key, version) = (
        hidden(&stopped.body, &w.at("decision"), "_key"),
        hidden(&stopped.body, &w.at("decision"), "_version"),
    );
    let again = [
        ("_key", key.as_str()),
        ("_version", version.as_str()),
        ("outcome", "upheld"),
        ("reasons", "My reasons."),
    ];
    assert_eq!(w.post(&w.eve, "decision", &again).await.status, 303);
    assert_eq!(w.complaint().await["decision"]["reasons"], "My reasons.");
}

#[tokio::test]
async fn what_was_typed_is_not_lost_when_its_form_is_gone() {
    let w = World::new().await;
    let page = w.page(&w.eve).await;
    let version = hidden(&page, &w.at("decision"), "_version");
    w.done(&w.eve, "decision", &[("outcome", "upheld"), ("reasons", "First.")]).await;
    let sent = w
        .post(
            &w.eve,
            "decision",
            &[("_version", &version), ("outcome", "upheld"), ("reasons", "Second, kept.")],
        )
        .await;
    assert_eq!(sent.status, 412);
    assert!(sent.body.contains("What you wrote:") && sent.body.contains("Second, kept."));
    assert!(!sent.body.contains(&format!("action=\"{}\"", w.at("decision"))));
}

#[tokio::test]
async fn a_double_click_has_one_effect_and_going_back_to_send_other_words_is_noticed() {
    let w = World::new().await;
    let page = w.page(&w.eve).await;
    let (key, version) = (hidden(&page, &w.at("notes"), "_key"), hidden(&page, &w.at("notes"), "_version"));
    let note = [("_key", key.as_str()), ("_version", version.as_str()), ("body", "Once.")];
    let (first, second) = tokio::join!(w.post(&w.eve, "notes", &note), w.post(&w.eve, "notes", &note));
    assert_eq!((first.status, second.status), (303, 303));
    assert_eq!(location(&first), location(&second));
    assert_eq!(w.complaint().await["version"], 2);
    let other = [("_key", key.as_str()), ("_version", version.as_str()), ("body", "Twice.")];
    let back = w.post(&w.eve, "notes", &other).await;
    assert_eq!(back.status, 422);
    let kept = form(&back.body, &w.at("notes"));
    assert!(kept.contains("Twice.") && kept.contains("Since you opened it:"), "{kept}");
    let fresh = hidden(&back.body, &w.at("notes"), "_key");
    assert_ne!(fresh, key);
    let (version, body) = (hidden(&back.body, &w.at("notes"), "_version"), "Twice.");
    let again = [("_key", fresh.as_str()), ("_version", version.as_str()), ("body", body)];
    assert_eq!(w.post(&w.eve, "notes", &again).await.status, 303);
}

#[tokio::test]
async fn every_form_of_a_page_has_a_key_of_its_own() {
    let w = World::new().await;
    let page = w.page(&w.eve).await;
    let keys: Vec<_> =
        page.split("name=\"_key\" value=\"").skip(1).map(|k| k.split('"').next().unwrap()).collect();
    let unique: std::collections::BTreeSet<_> = keys.iter().collect();
    assert!(keys.len() > 8, "{}", keys.len());
    assert_eq!(unique.len(), keys.len());
    let ids: Vec<_> = page.split(" id=\"").skip(1).map(|k| k.split('"').next().unwrap()).collect();
    let unique: std::collections::BTreeSet<_> = ids.iter().collect();
    assert_eq!(unique.len(), ids.len(), "{ids:?}");
}

#[tokio::test]
async fn a_complaint_one_may_not_know_of_is_not_there() {
    let w = World::new().await;
    let restricted = [("severity", "minor"), ("restricted", "true")];
    w.done(&w.eve, "assessment", &restricted).await;
    let page = format!("GET {}", w.at(""));
    let gone = w.desk.visit(&w.bob, &page, &[]).await;
    assert_eq!(gone.status, 404);
    assert!(!gone.body.contains("Mai"), "{}", gone.body);
    assert_eq!(w.post(&w.bob, "notes", &[("body", "x")]).await.status, 404);
    for nowhere in
        ["GET /complaints/C-2026-999999", "GET /complaints/%27", "POST /complaints/C-2026-999999/notes"]
    {
        assert_eq!(w.desk.visit(&w.eve, nowhere, &[]).await.status, 404, "{nowhere}");
    }
    for verb in ["nothing", "tokens", "staff/1/disable", "promises/1/kept", "handoffs/1/nothing"] {
        let status = w.post(&w.eve, verb, &[("reason", "x")]).await.status;
        assert!(status == 404, "{verb}: {status}");
    }
    let otto = w.desk.sign_in("otto").await;
    let seen = w.page(&otto).await;
    assert!(seen.contains("Ấm bị rò nước."));
    assert!(!seen.contains(&format!("action=\"{}", w.at(""))), "an auditor has nothing to send");
    assert_eq!(w.post(&otto, "notes", &[("body", "x")]).await.status, 403);
}

#[tokio::test]
async fn opening_changes_nothing_and_an_id_leads_to_the_reference() {
    let w = World::new().await;
    let before = w.complaint().await;
    w.page(&w.bob).await;
    assert_eq!(w.complaint().await, before);
    let by_id =
        w.desk.visit(&w.eve, &format!("GET /complaints/{}", before["id"].as_str().unwrap()), &[]).await;
    assert_eq!((by_id.status, location(&by_id)), (303, w.at("")));
    let next = w.send(&w.eve, "notes", &[("body", "x"), ("_next", "/?view=mine")]).await;
    assert_eq!(location(&next), "/?view=mine");
    let away = w.send(&w.eve, "notes", &[("body", "y"), ("_next", "//evil.example")]).await;
    assert_eq!(location(&away), "/");
}
