//! The page as a browser meets it: the whole way, every refusal with its text, and hostile words at every place.

use firsthand_domain::history::Fact;
use serde_json::{Value, json};

use crate::desk::Sent;
use crate::routes;
use crate::tests::Desk;

mod awards;
mod hostile;
mod refused;
mod texts;
mod words;

fn location(sent: &Sent) -> String {
    let found = sent.headers.iter().find(|(name, _)| *name == "location");
    found.map(|(_, value)| value.clone()).unwrap_or_default()
}

/// The value of the hidden field of the form that is sent there.
fn hidden(page: &str, action: &str, field: &str) -> String {
    let form =
        page.split(&format!("action=\"{action}\"")).nth(1).unwrap_or_else(|| panic!("no form {action}"));
    let value = form.split(&format!("name=\"{field}\" value=\"")).nth(1).unwrap();
    value.split('"').next().unwrap().to_owned()
}

struct World {
    desk: Desk,
    eve: String,
    bob: String,
    bob_id: String,
    reference: String,
}

impl World {
    async fn new() -> Self {
        Self::with(json!({
            "channel": "phone", "customer": { "name": "Mai Trần", "phone": "0901234567", "language": "vi" },
            "narrative": "Ấm bị rò nước.", "points": ["The kettle leaks"],
        }))
        .await
    }

    async fn with(complaint: Value) -> Self {
        let desk = Desk::open(routes::all()).await;
        desk.person("eve", "agent").await;
        let bob_id = desk.person("bob", "agent").await;
        desk.person("lea", "lead").await;
        desk.person("otto", "auditor").await;
        let (eve, bob) = (desk.sign_in("eve").await, desk.sign_in("bob").await);
        let (status, logged) = desk.ask("eve", "POST /api/v1/complaints", complaint).await;
        assert_eq!(status, 201, "{logged}");
        let reference = logged["reference"].as_str().unwrap().to_owned();
        Self { desk, eve, bob, bob_id, reference }
    }

    fn at(&self, verb: &str) -> String {
        format!("/complaints/{}{}{verb}", self.reference, if verb.is_empty() { "" } else { "/" })
    }

    async fn page(&self, session: &str) -> String {
        let sent = self.desk.visit(session, &format!("GET {}", self.at("")), &[]).await;
        assert_eq!(sent.status, 200, "{}", sent.body);
        words_are_there(&sent.body);
        sent.body
    }

    /// Opens the page and sends a form of it, as a browser would.
    async fn send(&self, session: &str, verb: &str, fields: &[(&str, &str)]) -> Sent {
        let page = self.page(session).await;
        let (key, version) =
            (hidden(&page, &self.at(verb), "_key"), hidden(&page, &self.at(verb), "_version"));
        let mut all = vec![("_key", key.as_str()), ("_version", version.as_str())];
        all.extend(fields);
        self.post(session, verb, &all).await
    }

    async fn post(&self, session: &str, verb: &str, fields: &[(&str, &str)]) -> Sent {
        let sent = self.desk.visit(session, &format!("POST {}", self.at(verb)), fields).await;
        if sent.body.contains("<main") {
            words_are_there(&sent.body);
        }
        sent
    }

    async fn done(&self, session: &str, verb: &str, fields: &[(&str, &str)]) {
        let sent = self.send(session, verb, fields).await;
        assert_eq!(sent.status, 303, "{verb}: {}", faults(&sent.body));
        let part = if verb.starts_with("awards") { "#awards" } else { "#h" };
        assert!(location(&sent).starts_with(&format!("{}{part}", self.at(""))), "{}", location(&sent));
    }

    async fn complaint(&self) -> Value {
        self.desk.ask("eve", &format!("GET /api/v1{}", self.at("")), Value::Null).await.1
    }
}

/// What is said to be wrong on a page.
fn faults(page: &str) -> String {
    page.split("role=\"alert\"").skip(1).map(|part| part.chars().take(300).collect::<String>()).collect()
}

/// No key of a message stands on the page in place of its words.
fn words_are_there(page: &str) {
    for prefix in ["complaint-", "fact-", "label-", "wrong-", "refusal-", "by-", "moments-"] {
        let at = page.find(&format!(">{prefix}")).map(|at| page[at..].chars().take(60).collect::<String>());
        assert_eq!(at, None);
    }
}

#[tokio::test]
async fn what_happened_on_a_merged_complaint_stands_on_the_line_of_the_other() {
    let w = World::new().await;
    let second = json!({
        "channel": "email", "customer": { "name": "Mai Trần", "phone": "0901234567" }, "narrative": "Told once more.",
    });
    w.desk.pass_seconds(60);
    let (_, other) = w.desk.ask("eve", "POST /api/v1/complaints", second).await;
    let merge = format!("POST /api/v1/complaints/{}/merge", other["id"].as_str().unwrap());
    let (status, said) = w.desk.ask("eve", &merge, json!({ "into": w.reference })).await;
    assert_eq!(status, 200, "{said}");
    let page = w.page(&w.eve).await;
    let reference = other["reference"].as_str().unwrap();
    assert!(
        page.contains(&format!("id=\"{reference}-h1\"")) && page.contains("On the merged complaint"),
        "{page}"
    );
    let (first, later) = (page.find("Ấm bị rò nước.").unwrap(), page.find("Told once more.").unwrap());
    assert!(first < later && page.matches("id=\"h1\"").count() == 1);
    // It is read here, and acted on nowhere but on its own page.
    assert!(!page.contains(&format!("action=\"/complaints/{reference}")));
}

#[tokio::test]
async fn what_is_begun_is_kept_for_its_writer_until_it_is_sent() {
    let w = World::new().await;
    let draft = |name, body| [("_form", name), ("_key", "k-1"), ("body", body), ("channel", "email")];
    let kept = w.post(&w.eve, "draft", &draft("notes", "Half a <b>note")).await;
    assert!(kept.status == 200 && kept.body.contains("Draft kept"), "{}", kept.body);
    let page = w.page(&w.eve).await;
    assert!(page.contains("Half a &#60;b&#62;note</textarea>") && page.contains("Draft kept"), "{page}");
    assert!(page.contains("value=\"note\" checked"), "one goes on where one was writing");
    assert!(!w.page(&w.bob).await.contains("Half a"));
    // A reply beside it is a text of its own, with all that was chosen; the later one is open.
    w.desk.pass_seconds(60);
    w.post(&w.eve, "draft", &draft("replies", "Half a reply")).await;
    let page = w.page(&w.eve).await;
    assert!(
        page.contains("Half a reply")
            && page.contains("Half a &#60;b")
            && page.contains("value=\"reply\" checked")
    );
    assert!(page.contains("<option value=\"email\" selected>"));
    // Emptied, it is no draft; sent, it is none either, and what comes late under the same key is not kept.
    w.post(&w.eve, "draft", &draft("replies", " ")).await;
    assert!(!w.page(&w.eve).await.contains("Half a reply"));
    let sent =
        w.post(&w.eve, "notes", &[("_key", "k-1"), ("_version", "1"), ("body", "The whole note")]).await;
    assert_eq!(sent.status, 303, "{}", sent.body);
    w.post(&w.eve, "draft", &draft("notes", "Half a late one")).await;
    assert!(!w.page(&w.eve).await.contains("Half a"));
    // Of other forms, and of complaints one may not know of, nothing is kept.
    assert_eq!(w.post(&w.eve, "draft", &draft("close", "no")).await.status, 404);
    let nowhere = w.desk.visit(&w.eve, "POST /complaints/C-2026-000099/draft", &draft("notes", "no")).await;
    assert_eq!(nowhere.status, 404);
}

#[tokio::test]
async fn the_whole_way_from_hand_over_to_close() {
    let w = World::new().await;
    let page = w.page(&w.eve).await;
    assert!(page.contains("Not yet"), "what is missing is told before closing is tried");
    let to = w.bob_id.clone();
    w.done(&w.eve, "handoffs", &[("to", &to), ("reason", "A repair."), ("request", "Check the seal.")]).await;
    let handoff = w.complaint().await["handoff"]["id"].as_str().unwrap().to_owned();
    assert!(w.page(&w.eve).await.contains("Not accepted yet: you are still responsible."));
    w.done(&w.bob, &format!("handoffs/{handoff}/accept"), &[]).await;
    w.done(&w.bob, "decision", &[("outcome", "upheld"), ("reasons", "The seal was missing.")]).await;
    let point = w.complaint().await["points"][0]["id"].as_str().unwrap().to_owned();
    let reply = [
        ("kind", "substantive"),
        ("channel", "phone"),
        ("body", "A new kettle is on its way."),
        ("delivered", "true"),
        ("points_answered", point.as_str()),
    ];
    // The first reply asks once to whom it goes.
    let asked = w.send(&w.eve, "replies", &reply).await;
    assert_eq!(asked.status, 200);
    assert!(asked.body.contains("This goes to Mai Trần by phone."), "asked in place");
    assert!(asked.body.contains("A new kettle is on its way."));
    assert_eq!(w.complaint().await["replies"], json!([]));
    assert_eq!(hidden(&asked.body, &w.at("replies"), "_sure"), "phone");
    let mut sure = reply.to_vec();
    sure.push(("_sure", "phone"));
    w.done(&w.eve, "replies", &sure).await;
    w.done(&w.eve, "customer-answer", &[("answer", "accepted"), ("channel", "phone")]).await;
    let tag = [
        ("cause", "damaged"),
        ("role", "primary"),
        ("confidence", "confirmed"),
        ("whys", "No check"),
        ("whys", ""),
    ];
    w.done(&w.bob, "causes", &tag).await;
    w.done(&w.eve, "close", &[("reason", "The customer is content.")]).await;
    let closed = w.complaint().await;
    assert_eq!((&closed["stage"], &closed["closure"]), (&json!("closed"), &json!("accepted")));
    let page = w.page(&w.eve).await;
    for said in
        ["Ấm bị rò nước.", "handles it now", "Upheld", "A new kettle", "Accepts the answer", "closed it"]
    {
        assert!(page.contains(said), "{said}");
    }
    w.done(&w.eve, "reopen", &[("reason", "It leaks again.")]).await;
}

#[tokio::test]
async fn every_other_form_of_the_page_does_what_its_verb_does() {
    let w = World::new().await;
    let lea = w.desk.sign_in("lea").await;
    w.done(&w.eve, "acknowledgement", &[("channel", "phone"), ("body", "I have it.")]).await;
    w.done(&w.eve, "notes", &[("body", "Looks like the seal.")]).await;
    w.done(
        &w.bob,
        "contacts",
        &[("direction", "in"), ("channel", "email"), ("body", "Any news?"), ("reached", "true")],
    )
    .await;
    w.done(
        &w.eve,
        "contacts",
        &[("direction", "out"), ("channel", "phone"), ("body", "No."), ("reached", "false")],
    )
    .await;
    let assessed = [
        ("severity", "serious"),
        ("category", "Leak"),
        ("product", ""),
        ("place", "Hà Nội"),
        ("incident_at", ""),
        ("desired_remedy", "A new one"),
        ("points", "Nobody called back"),
        ("points", ""),
        ("about_staff", ""),
        ("restricted", "false"),
    ];
    w.done(&w.eve, "assessment", &assessed).await;
    let c = w.complaint().await;
    assert_eq!(
        (&c["severity"], &c["place"], c["points"].as_array().unwrap().len()),
        (&json!("serious"), &json!("Hà Nội"), 2)
    );
    // Sent again as it stands, nothing changes.
    let mut same = assessed.to_vec();
    same.retain(|(name, _)| *name != "points");
    let nothing = w.send(&w.eve, "assessment", &same).await;
    assert_eq!(nothing.status, 422);
    assert!(nothing.body.contains("Nothing was changed."), "{}", faults(&nothing.body));
    w.done(&w.eve, "await-customer", &[("question", "Which kettle?"), ("due_at", "2026-11-24T10:00")]).await;
    w.done(&w.eve, "promises", &[("text", "Call back"), ("due_at", "2026-11-23T10:00"), ("responsible", "")])
        .await;
    let promise = w.complaint().await["promises"][0]["id"].as_str().unwrap().to_owned();
    let later = [
        ("text", "Call later"),
        ("due_at", "2026-11-25T10:00"),
        ("consent", "On the phone"),
        ("reason", "Away"),
    ];
    w.done(&w.eve, &format!("promises/{promise}/supersede"), &later).await;
    let promise = w.complaint().await["promises"][1]["id"].as_str().unwrap().to_owned();
    w.done(&w.eve, &format!("promises/{promise}/kept"), &[("evidence", "Called.")]).await;
    w.done(&w.eve, "promises", &[("text", "Write"), ("due_at", "2026-11-23T10:00")]).await;
    let promise = w.complaint().await["promises"][2]["id"].as_str().unwrap().to_owned();
    w.done(&w.eve, &format!("promises/{promise}/void"), &[("reason", "No need.")]).await;
    let progress = [
        ("kind", "progress"),
        ("channel", "email"),
        ("body", "We look."),
        ("delivered", "false"),
        ("_sure", "email"),
    ];
    w.done(&w.eve, "replies", &progress).await;
    let reply = w.complaint().await["replies"][0]["id"].as_str().unwrap().to_owned();
    w.done(&w.eve, &format!("replies/{reply}/delivered"), &[]).await;
    w.done(&w.eve, "referrals", &[("body", "Ombudsman"), ("date", "2026-11-20"), ("reference", "O-1")]).await;
    let bob = w.bob_id.as_str();
    w.done(&lea, "arbitration", &[("handler", bob), ("reason", "Knows kettles.")]).await;
    let eve = w.complaint().await["first_contact"]["id"].as_str().unwrap().to_owned();
    w.done(&lea, "succession", &[("_from", &eve), ("to", bob), ("reason", "Eve leaves.")]).await;
    let succession = w.complaint().await["successions"][0]["id"].as_str().unwrap().to_owned();
    w.done(&w.bob, &format!("successions/{succession}/accept"), &[]).await;
    assert_eq!(w.complaint().await["first_contact"]["name"], "bob");
    let gone = [
        ("channel", "phone"),
        ("reason", "Found it."),
        ("reply.channel", "phone"),
        ("reply.body", "As you wish."),
        ("reply.delivered", "true"),
    ];
    w.done(&w.bob, "withdraw", &gone).await;
    assert_eq!(w.complaint().await["closure"], "withdrawn");
}

#[tokio::test]
async fn two_complaints_are_linked_merged_and_parted_again() {
    let w = World::new().await;
    let other = json!({ "channel": "email", "customer": { "anonymous": true }, "narrative": "The same." });
    let later =
        w.desk.ask("eve", "POST /api/v1/complaints", other).await.1["reference"].as_str().unwrap().to_owned();
    w.done(&w.eve, "links", &[("to", &later), ("kind", "related"), ("reason", "")]).await;
    let away = format!("/complaints/{later}/merge");
    let page = w.desk.visit(&w.eve, &format!("GET /complaints/{later}"), &[]).await.body;
    let version = hidden(&page, &away, "_version");
    let said = json!({ "product": "Lamp <2>", "severity": "serious" });
    let assessed = w.desk.ask("eve", &format!("POST /api/v1/complaints/{later}/assessment"), said).await;
    assert_eq!(assessed.0, 200);
    let into =
        [("into", w.reference.as_str()), ("_version", &(version.parse::<i64>().unwrap() + 1).to_string())];
    // Of what is not said nothing can stay; what was chosen comes back with that.
    let wrong = [into[0], into[1], ("keep", "product"), ("keep", "place")];
    let refused = w.desk.visit(&w.eve, &format!("POST {away}"), &wrong).await;
    assert_eq!(refused.status, 422);
    assert!(refused.body.contains("This says nothing of that, so it cannot stay."), "{}", refused.body);
    assert!(refused.body.contains("value=\"product\" checked"), "{}", refused.body);
    let offered = w.desk.visit(&w.eve, &format!("GET /complaints/{later}/merge"), &[]).await;
    let keep = [into[0], into[1], ("keep", "product")];
    assert_eq!(w.desk.visit(&w.eve, &format!("POST {away}"), &keep).await.status, 303, "{}", offered.body);
    let page = w.page(&w.eve).await;
    assert!(
        page.contains("Goes on here") && page.contains("of it stays: Product: Lamp &#60;2&#62;"),
        "{page}"
    );
    assert_eq!(w.complaint().await["product"], "Lamp <2>");
    w.done(&w.eve, "unmerge", &[("complaint", &later), ("reason", "")]).await;
    let none =
        w.send(&w.eve, "links", &[("to", "C-2026-999999"), ("kind", "related"), ("reason", "kept so")]).await;
    assert_eq!(none.status, 404);
    assert!(none.body.contains("C-2026-999999") && none.body.contains("kept so"), "kept with its text");
}

#[tokio::test]
async fn candidates_are_offered_with_what_stays_and_only_earlier_ones_are_merged_into() {
    let w = World::new().await;
    let story = |text: &str| json!({ "channel": "phone", "customer": { "name": "Iris", "phone": "0698765432" }, "narrative": text });
    let mut made = Vec::new();
    for text in ["The <lamp> burns.", "The lamp still burns.", "Nothing at all."] {
        let logged = w.desk.ask("eve", "POST /api/v1/complaints", story(text)).await.1;
        made.push(logged["reference"].as_str().unwrap().to_owned());
        w.desk.pass_seconds(60);
    }
    let at = format!("GET /complaints/{}/merge", made[1]);
    let page = w.desk.visit(&w.eve, &at, &[]).await;
    assert_eq!(page.status, 200, "{}", page.body);
    for words in
        ["The &#60;lamp&#62; burns.", "eve stays responsible", "One customer goes along", "Nothing at all."]
    {
        assert!(page.body.contains(words), "{words}: {}", page.body);
    }
    // Into the earlier one, and not into the later one, which can be linked all the same.
    let into = |reference: &str| format!("name=\"into\" value=\"{reference}\"");
    assert!(page.body.contains(&into(&made[0])) && !page.body.contains(&into(&made[2])), "{}", page.body);
    assert!(page.body.contains(&format!("name=\"to\" value=\"{}\"", made[2])));
    let away = format!("/complaints/{}/merge", made[1]);
    let (key, version) = (hidden(&page.body, &away, "_key"), hidden(&page.body, &away, "_version"));
    let onward = format!("/complaints/{}", made[0]);
    let fields = [
        ("_key", key.as_str()),
        ("_version", version.as_str()),
        ("into", made[0].as_str()),
        ("_next", onward.as_str()),
    ];
    let sent = w.desk.visit(&w.eve, &format!("POST {away}"), &fields).await;
    assert_eq!((sent.status, location(&sent)), (303, onward.clone()));
    // What is closed is no candidate any more, and merges into nothing.
    let page = w.desk.visit(&w.eve, &format!("GET /complaints/{}/merge", made[2]), &[]).await.body;
    assert!(page.contains(&into(&made[0])) && !page.contains(&into(&made[1])), "{page}");
    let page = w.desk.visit(&w.eve, &at, &[]).await.body;
    assert!(!page.contains("name=\"into\""), "{page}");
}
