use firsthand_domain::cause::NewCause;
use firsthand_storage::causes;
use serde_json::json;

use crate::routes;
use crate::tests::Desk;

async fn desk() -> Desk {
    let desk = Desk::open(routes::all()).await;
    for (name, role) in [("eve", "agent"), ("lea", "lead"), ("ada", "admin"), ("otto", "auditor")] {
        desk.person(name, role).await;
    }
    desk
}

/// Adds so many causes under the product, and as many under the first of them.
async fn many(desk: &Desk, count: usize) {
    let added = desk.app.database.change(move |unit| {
        Box::pin(async move {
            for n in 0..2 * count {
                let parent = if n < count { "product" } else { "many-0" };
                let new: NewCause = serde_json::from_value(json!({
                    "code": format!("many-{n}"), "name": { "en": format!("Number {n}, of many") }, "parent": parent,
                    "value_category": "product", "servqual": "reliability", "family": "method",
                }))?;
                causes::add(unit, None, &new).await?;
            }
            Ok(())
        })
    });
    added.await.unwrap();
}

#[tokio::test]
async fn everybody_reads_the_tree_in_their_language_and_leads_keep_it() {
    let desk = desk().await;
    for who in ["eve", "lea", "ada", "otto"] {
        let sid = desk.sign_in(who).await;
        for (lang, title, leaf, step) in [
            ("en", "Why complaints happen", "Late", "Delivering"),
            ("vi", "Vì sao có khiếu nại", "Trễ hẹn", "Giao hàng"),
            ("zh", "投诉的原因", "延误", "配送"),
            ("hu", "Miért panaszkodnak", "Késés", "Szállítás"),
        ] {
            let page = desk.visit_in(&sid, "GET /causes", lang).await;
            assert_eq!(page.status, 200);
            for words in [title, leaf, step] {
                assert!(page.body.contains(words), "{lang}: {words}");
            }
            // What is a message of no locale would stand there by its key.
            for key in ["causes-", "process-step-", "controllable-by-", "servqual-", "family-"] {
                assert!(!page.body.contains(&format!(">{key}")), "{lang}: {key}");
            }
        }
        let page = desk.visit(&sid, "GET /causes?change=late", &[]).await.body;
        assert_eq!(page.contains("action=\"/causes/late/move\""), who == "lea");
        assert_eq!(page.contains("action=\"/causes\" class=\"in stack"), who == "lea");
        let product = page.find("<strong>Product</strong>").unwrap();
        let branch = &page[product..page.find("<strong>Relationship</strong>").unwrap()];
        assert!(branch.contains("Damaged or faulty") && !branch.contains(">Late "), "{branch}");
        if who != "lea" {
            for call in ["POST /causes", "POST /causes/late/move", "POST /causes/late/retire"] {
                assert_eq!(desk.visit(&sid, call, &[("code", "x")]).await.status, 403, "{who} {call}");
            }
        }
    }
}

#[tokio::test]
async fn a_lead_adds_moves_and_retires_on_the_page() {
    let desk = desk().await;
    let lea = desk.sign_in("lea").await;
    let new = [
        ("code", "app-crash"),
        ("name.en", "App crashes"),
        ("name.vi", "Ứng dụng bị treo"),
        ("parent", "convenience"),
        ("value_category", "convenience"),
        ("servqual", "reliability"),
        ("family", "machine"),
        ("process_step", "contact"),
        ("controllable_by", "us"),
    ];
    let made = desk.visit(&lea, "POST /causes", &new).await;
    assert_eq!(made.status, 303, "{}", made.body);
    let page = desk.visit(&lea, "GET /causes?change=app-crash&done=true", &[]).await.body;
    assert!(page.contains("Change App crashes") && page.contains("Done."), "{page}");
    assert!(page.contains("added · Version 85"), "{page}");
    // The name is as good as the code.
    let moved =
        desk.visit(&lea, "POST /causes/app-crash/move", &[("parent", "app fails OR is unclear")]).await;
    assert_eq!(moved.status, 303, "{}", moved.body);
    let root = desk.visit(&lea, "POST /causes/app-crash/move", &[("parent", "")]).await;
    assert_eq!(root.status, 303);
    let retired = desk.visit(&lea, "POST /causes/app-crash/retire", &[("maps_to", "app")]).await;
    assert_eq!(retired.status, 303, "{}", retired.body);
    let page = desk.visit(&lea, "GET /causes", &[]).await.body;
    assert!(page.contains("counted under App fails or is unclear"), "{page}");
    let kept = desk.ask("eve", "GET /api/v1/causes/app-crash", json!(null)).await.1;
    assert_eq!(
        (&kept["retired"], &kept["parent"], &kept["version"]),
        (&json!(true), &json!(null), &json!(88))
    );

    // What is refused stands beside its field, with what was typed.
    let wrong = [("code", "App"), ("name.en", "Kept as typed"), ("parent", "unknown")];
    let page = desk.visit(&lea, "POST /causes", &wrong).await;
    assert_eq!(page.status, 422);
    assert!(page.body.contains("id=\"add-code-h\"") && page.body.contains("Kept as typed"), "{}", page.body);
    let mut under = new.to_vec();
    under.retain(|(name, _)| !["code", "parent"].contains(name));
    under.extend([("code", "more"), ("parent", "unknown")]);
    let page = desk.visit(&lea, "POST /causes", &under).await.body;
    assert!(page.contains("Nothing can stand under this cause."), "{page}");
    for (call, field, value, words) in [
        ("product/move", "parent", "damaged", "cannot stand under itself"),
        ("product/retire", "maps_to", "late", "Other causes still stand under this one"),
        ("late/retire", "maps_to", "late", "no longer used. Choose another"),
        ("late/move", "parent", "nowhere", "Choose a cause from the list"),
    ] {
        let page = desk.visit(&lea, &format!("POST /causes/{call}"), &[(field, value)]).await;
        assert_eq!(page.status, 422, "{call}");
        assert!(page.body.contains(words), "{call}: {}", page.body);
    }
    assert_eq!(desk.visit(&lea, "POST /causes/nowhere/move", &[]).await.status, 404);
    let page = desk.visit(&lea, "GET /causes?change=other", &[]).await.body;
    assert!(page.contains("This cause is always there.") && !page.contains("/causes/other/move"));
}

#[tokio::test]
async fn of_many_causes_pages_offer_a_few_and_find_the_rest() {
    let desk = desk().await;
    many(&desk, 400).await;
    let eve = desk.sign_in("eve").await;
    let page = desk.visit(&eve, "GET /causes", &[]).await.body;
    assert!(page.contains("Only part of the tree is shown.") && page.len() < 256 << 10, "{}", page.len());
    assert!(page.contains("href=\"/causes?under=many-0\""), "{page}");
    assert!(!page.contains(">Number 401, of many"));
    let page = desk.visit(&eve, "GET /causes?under=many-0", &[]).await.body;
    assert!(page.contains(">Number 401, of many"));
    let page = desk.visit(&eve, "GET /causes?q=number+799", &[]).await.body;
    assert!(page.contains(">Number 799, of many") && !page.contains(">Number 401"));
    assert!(desk.visit(&eve, "GET /causes?q=zebra", &[]).await.body.contains("No cause is called so."));
    let found = desk.visit(&eve, "GET /causes/find?q=number+799", &[]).await;
    assert_eq!(found.body, json!(["Number 799, of many"]).to_string());
    assert_eq!(desk.visit(&eve, "GET /causes/find", &[]).await.body, "[]");
    let body = json!({ "channel": "phone", "customer": { "anonymous": true }, "narrative": "It leaks." });
    assert_eq!(desk.ask("eve", "POST /api/v1/complaints", body).await.0, 201);
    for path in ["/complaints/C-2026-000001", "/complaints/new", "/complaints?view=all&filter=1"] {
        let page = desk.visit(&eve, &format!("GET {path}"), &[]).await.body;
        assert!(page.contains("data-find=\"/causes/find\""), "{path}");
        assert!(page.matches("of many\">").count() <= 200, "{path}");
    }
    // What was typed is the cause of that name; what is no name is refused beside its field.
    let path = "POST /complaints/C-2026-000001/causes";
    let tag = [("cause", "number 799, of many"), ("role", "primary"), ("confidence", "suspected")];
    assert_eq!(desk.visit(&eve, path, &tag).await.status, 303);
    let wrong = [("cause", "nothing like it"), ("role", "primary"), ("confidence", "suspected")];
    let page = desk.visit(&eve, path, &wrong).await;
    assert_eq!(page.status, 422);
    assert!(page.body.contains("value=\"nothing like it\""), "{}", page.body);
    let list = desk.visit(&eve, "GET /complaints?view=all&cause=Number+799,+of+many", &[]).await.body;
    assert!(list.contains("C-2026-000001") && list.contains("Number 799, of many"), "{list}");
}

#[tokio::test]
async fn a_second_person_reads_the_story_and_not_the_first_cause() {
    let desk = desk().await;
    let (eve, lea) = (desk.sign_in("eve").await, desk.sign_in("lea").await);
    let none = desk.visit(&lea, "GET /causes/second-rating", &[]).await;
    assert!(none.body.contains("No complaint waits for your second opinion."), "{}", none.body);
    // Ids are counted up, so some of them are of the sample.
    for n in 0..300 {
        let body = json!({ "channel": "phone", "customer": { "anonymous": true }, "narrative": format!("Story {n}.") });
        let (_, logged) = desk.ask("eve", "POST /api/v1/complaints", body).await;
        let tag = json!({ "cause": "misinformed", "role": "primary", "confidence": "suspected",
                          "evidence": "secret evidence" });
        let path = format!("POST /api/v1/complaints/{}/causes", logged["id"].as_str().unwrap());
        assert_eq!(desk.ask("eve", &path, tag).await.0, 200);
        let next = desk.ask("lea", "GET /api/v1/causes/second-rating", json!(null)).await.1;
        if !next["complaint"].is_null() {
            break;
        }
    }
    let (status, next) = desk.ask("lea", "GET /api/v1/causes/second-rating", json!(null)).await;
    assert_eq!(status, 200);
    let id = next["complaint"]["id"].as_str().expect("one of the sample").to_owned();
    assert!(!next.to_string().contains("misinformed") && !next.to_string().contains("secret"), "{next}");
    let page = desk.visit(&lea, "GET /causes/second-rating", &[]).await.body;
    assert!(page.contains(next["complaint"]["narrative"].as_str().unwrap()), "{page}");
    assert!(!page.contains("secret evidence"), "{page}");
    assert!(desk.visit(&eve, "GET /causes/second-rating", &[]).await.body.contains("No complaint waits"));
    let form = |cause: &'static str| [("complaint", id.clone()), ("cause", cause.to_owned())];
    let send = |sid: String, fields: [(&'static str, String); 2]| {
        let desk = &desk;
        async move {
            let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
            desk.visit(&sid, "POST /causes/second-rating", &fields).await
        }
    };
    let wrong = send(lea.clone(), form("no such thing")).await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.body.contains("value=\"no such thing\""), "{}", wrong.body);
    assert_eq!(send(eve, form("Late")).await.status, 422, "it was their own");
    assert_eq!(send(lea.clone(), form("Late")).await.status, 303);
    assert_eq!(send(lea, form("Late")).await.status, 409);
    let agreed = desk.ask("otto", "GET /api/v1/causes/agreement", json!(null)).await.1;
    let expected = json!({ "n": 1, "po": 0.0, "pe": 0.0, "kappa": 0.0, "least": 0.6, "below": true });
    assert_eq!(agreed, expected);
    let before = desk.ask("otto", "GET /api/v1/causes/agreement?to=2020-01-01", json!(null)).await.1;
    assert_eq!((&before["n"], &before["kappa"], &before["below"]), (&json!(0), &json!(null), &json!(false)));
    let call = format!("POST /api/v1/complaints/{id}/second-rating");
    assert_eq!(desk.ask("otto", &call, json!({ "cause": "late" })).await.0, 403);
}

#[tokio::test]
async fn evidence_of_a_why_is_kept_and_shown() {
    let desk = desk().await;
    let eve = desk.sign_in("eve").await;
    let body = json!({ "channel": "phone", "customer": { "anonymous": true }, "narrative": "It leaks." });
    assert_eq!(desk.ask("eve", "POST /api/v1/complaints", body).await.0, 201);
    let tag = [
        ("cause", "damaged"),
        ("role", "primary"),
        ("confidence", "confirmed"),
        ("whys", "No seal was put in"),
        ("_whys_evidence", "The opened bottle"),
        ("whys", "The seals had run out"),
        ("_whys_evidence", ""),
        ("whys", ""),
        ("_whys_evidence", ""),
        ("_whys_external", "true"),
    ];
    let path = "POST /complaints/C-2026-000001/causes";
    let sent = desk.visit(&eve, path, &tag).await;
    assert_eq!(sent.status, 303, "{}", sent.body);
    let (_, kept) = desk.ask("eve", "GET /api/v1/complaints/C-2026-000001", json!(null)).await;
    let tagged = &kept["causes"][0];
    assert_eq!(tagged["whys"], json!(["No seal was put in", "The seals had run out"]));
    let chain = json!([{ "answer": "No seal was put in", "evidence": "The opened bottle" },
                       { "answer": "The seals had run out", "evidence": null }]);
    assert_eq!((&tagged["why_chain"], &tagged["external"]), (&chain, &json!(true)));
    let page = desk.visit(&eve, "GET /complaints/C-2026-000001", &[]).await.body;
    for words in ["No seal was put in", "The opened bottle", "Beyond our control"] {
        assert!(page.contains(words), "{words}");
    }
    // Evidence without its answer is asked for its answer, and what was typed stays.
    let wrong = [
        ("cause", "damaged"),
        ("role", "primary"),
        ("confidence", "confirmed"),
        ("whys", "One"),
        ("_whys_evidence", ""),
        ("whys", ""),
        ("_whys_evidence", "A photograph"),
    ];
    let page = desk.visit(&eve, path, &wrong).await;
    assert_eq!(page.status, 422);
    assert!(page.body.contains("value=\"A photograph\""), "{}", page.body);
    let answer = page.body.find("id=\"f-causes-whys-1\"").unwrap();
    assert!(page.body[answer..answer + 120].contains("aria-invalid"), "{}", &page.body[answer..answer + 120]);
}
