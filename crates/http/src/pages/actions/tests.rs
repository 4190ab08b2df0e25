use serde_json::{Value, json};

use crate::desk::Sent;
use crate::routes;
use crate::tests::Desk;

/// A desk with lea and leo (leads), eve and bea (agents) and otto (auditor).
pub(in crate::pages) struct Firm {
    pub(in crate::pages) desk: Desk,
    pub(in crate::pages) eve: String,
    pub(in crate::pages) bea: String,
    late: String,
}

impl Firm {
    pub(in crate::pages) async fn open() -> Self {
        let desk = Desk::open(routes::all()).await;
        for (name, role) in [("lea", "lead"), ("leo", "lead"), ("otto", "auditor")] {
            desk.person(name, role).await;
        }
        let (eve, bea) = (desk.person("eve", "agent").await, desk.person("bea", "agent").await);
        let (_, cause) = desk.ask("lea", "GET /api/v1/causes/late", Value::Null).await;
        let late = cause["id"].as_str().unwrap().to_owned();
        Self { desk, eve, bea, late }
    }

    pub(in crate::pages) async fn told(&self, who: &str, call: &str, body: Value, status: u16) -> Value {
        let (was, answer) = self.desk.ask(who, call, body).await;
        assert_eq!(was, status, "{call}: {answer}");
        answer
    }

    /// Six complaints a month before the fix and one after, on a hundred rounds a day.
    pub(in crate::pages) async fn happened(&self) {
        for (month, days) in [
            ("2026-01", [3, 8, 13, 18, 23, 28].as_slice()),
            ("2026-02", &[2, 7, 12, 17, 22, 27]),
            ("2026-03", &[4, 9, 14, 19, 24, 29]),
            ("2026-05", &[9]),
            ("2026-06", &[9]),
        ] {
            for day in days {
                let at = format!("{month}-{day:02}T09:00:00Z");
                let body = json!({ "channel": "phone", "customer": { "name": format!("C {at}") }, "narrative": "Late again.",
                                   "incident_at": at, "received_at": at });
                let id = self.told("eve", "POST /api/v1/complaints", body, 201).await["id"]
                    .as_str()
                    .unwrap()
                    .to_owned();
                let tag = json!({ "cause": "late", "role": "primary", "confidence": "confirmed" });
                self.told("eve", &format!("POST /api/v1/complaints/{id}/causes"), tag, 200).await;
            }
        }
        let row = |date: &str| json!({ "date": date, "kind": "rounds", "count": 9_000 });
        self.told(
            "lea",
            "POST /api/v1/exposure",
            json!({ "items": [row("2026-01-31"), row("2026-05-31")] }),
            200,
        )
        .await;
    }
}

fn place(sent: &Sent) -> String {
    assert_eq!(sent.status, 303, "{}", sent.body);
    let place = &sent.headers.iter().find(|(name, _)| *name == "location").unwrap().1;
    place.split('?').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_problem_is_opened_and_told_more_of_by_clicking() {
    let firm = Firm::open().await;
    let lea = firm.desk.sign_in("lea").await;
    let page = firm.desk.visit(&lea, "GET /actions", &[]).await.body;
    assert!(page.contains("No problem is open.") && page.contains("/actions/problems/new"), "{page}");
    // What is wrong is told beside what was typed, and nothing is lost.
    let bare = [("title", "Rounds after three"), ("similar", "the bakery")];
    let refused = firm.desk.visit(&lea, "POST /actions/problems", &bare).await;
    assert_eq!(refused.status, 422, "{}", refused.body);
    for words in ["value=\"Rounds after three\"", ">the bakery</textarea>", "Causes: "] {
        assert!(refused.body.contains(words), "{words}: {}", refused.body);
    }
    let whole = [
        ("title", "Rounds after three"),
        ("causes", firm.late.as_str()),
        ("containment.text", "a bicycle"),
        ("containment.until", "2027-01-31"),
        ("say.en", "We know of it."),
        ("say.hu", "Tudunk róla."),
    ];
    let problem = place(&firm.desk.visit(&lea, "POST /actions/problems", &whole).await);
    let page = firm.desk.visit(&lea, &format!("GET {problem}"), &[]).await.body;
    for words in [
        "a bicycle",
        "2027-01-31",
        "We know of it.",
        "lang=\"hu\"><bdi>Tudunk róla.",
        "Nothing has been proposed yet.",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let amended = [("_version", "1"), ("title", "Rounds after four"), ("causes", firm.late.as_str())];
    let amended = firm.desk.visit(&lea, &format!("POST {problem}/amend"), &amended).await;
    assert_eq!(place(&amended), problem);
    let page = firm.desk.visit(&lea, &format!("GET {problem}"), &[]).await.body;
    assert!(page.contains("Rounds after four") && !page.contains("We know of it."), "{page}");
    let late = [("title", "A second van"), ("owner", firm.eve.as_str()), ("due_at", "2020-03-01T12:00")];
    let past = firm.desk.visit(&lea, &format!("POST {problem}/propose"), &late).await;
    assert!(past.status == 422 && past.body.contains("This time has passed."), "{}", past.body);
}

#[tokio::test]
async fn an_action_is_proposed_planned_judged_and_closed_by_clicking() {
    let firm = Firm::open().await;
    firm.happened().await;
    let lea = firm.desk.sign_in("lea").await;
    let opened = [("title", "Rounds after four"), ("causes", firm.late.as_str())];
    let problem = place(&firm.desk.visit(&lea, "POST /actions/problems", &opened).await);
    let fix = [
        ("title", "A second van"),
        ("owner", firm.eve.as_str()),
        ("due_at", "2027-03-01T12:00"),
        ("cost.amount", "900.00"),
        ("cost.currency", "EUR"),
    ];
    let action = place(&firm.desk.visit(&lea, &format!("POST {problem}/propose"), &fix).await);
    let ask = |verb: &str| format!("POST {action}/{verb}");
    assert_eq!(place(&firm.desk.visit(&lea, &ask("approve"), &[("_version", "1")]).await), action);
    let stale = firm.desk.visit(&lea, &ask("approve"), &[("_version", "1")]).await;
    assert_eq!(stale.status, 412, "{}", stale.body);
    let mut plan = vec![
        ("_version", "2"),
        ("_baseline_from", "2026-01-01"),
        ("_baseline_to", "2026-03-31"),
        ("_watch_from", "2026-04-11"),
        ("_watch_to", "2026-06-30"),
        ("_washout", "10"),
        ("_kind", "rounds"),
        ("_aim", "40"),
        ("verifier", firm.eve.as_str()),
        ("_unit_amount", "100.00"),
        ("_unit_currency", "eur"),
    ];
    let refused = firm.desk.visit(&lea, &ask("plan"), &plan).await;
    assert_eq!(refused.status, 422, "{}", refused.body);
    for words in ["Choose somebody else", "value=\"2026-06-30\"", "value=\"40\""] {
        assert!(refused.body.contains(words), "{words}: {}", refused.body);
    }
    plan[8].1 = firm.bea.as_str();
    assert_eq!(place(&firm.desk.visit(&lea, &ask("plan"), &plan).await), action);
    let page = firm.desk.visit(&lea, &format!("GET {action}"), &[]).await.body;
    for words in [
        "1 Jan to 31 Mar",
        "11 Apr to 30 Jun",
        "40 % fewer",
        "The earliest verdict: 1 Jul",
        "With 18 complaints before",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    // The one who sees to it says when it was done, and does not judge it; the one who verifies it does.
    let (eve, bea) = (firm.desk.sign_in("eve").await, firm.desk.sign_in("bea").await);
    let page = firm.desk.visit(&eve, &format!("GET {action}"), &[]).await.body;
    assert!(page.contains(&format!("{action}/start")) && !page.contains(&format!("{action}/plan")), "{page}");
    let late = firm
        .desk
        .visit(&eve, &ask("implemented"), &[("_version", "3"), ("implemented_at", "2026-04-08T12:00")])
        .await;
    assert!(late.status == 422 && late.body.contains("This does not fit the plan."), "{}", late.body);
    let since = [("_version", "3"), ("implemented_at", "2026-04-01T00:00:00Z")];
    let done = firm.desk.visit(&eve, &ask("implemented"), &since).await;
    assert_eq!(place(&done), action);
    let refused = firm.desk.visit(&eve, &ask("verdict"), &[("_version", "4")]).await;
    assert!(refused.status == 403 && refused.body.contains("You see to this yourself."), "{}", refused.body);
    assert_eq!(place(&firm.desk.visit(&bea, &ask("verdict"), &[("_version", "4")]).await), action);
    let page = firm.desk.visit(&bea, &format!("GET {action}"), &[]).await.body;
    for words in [
        "It works: 89 % fewer",
        "Now 0.11 times",
        "At the old rate 18.0 were to be expected.",
        "Saved so far: 700.00\u{a0}EUR",
        "For 18 customers",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    // Everybody sees the board; only leads are offered the next step.
    let otto = firm.desk.sign_in("otto").await;
    let board = firm.desk.visit(&otto, "GET /actions", &[]).await.body;
    for words in ["It works", "A second van", "Rounds after four", "eve"] {
        assert!(board.contains(words), "{words}: {board}");
    }
    let page = firm.desk.visit(&otto, &format!("GET {action}"), &[]).await.body;
    assert!(!page.contains("<form method=\"post\"") && page.contains("Judged"), "{page}");
    let close = [("_version", "5"), ("reason", "It holds.")];
    assert_eq!(firm.desk.visit(&bea, &ask("close"), &close).await.status, 403);
    assert_eq!(
        place(
            &firm.desk.visit(&lea, &format!("POST {problem}/solve"), &[("reason", "The rate fell.")]).await
        ),
        problem
    );
    assert_eq!(place(&firm.desk.visit(&lea, &ask("close"), &close).await), action);
    let board = firm.desk.visit(&otto, "GET /actions", &[]).await.body;
    assert!(!board.contains("A second van") && board.contains("No problem is open."), "{board}");
    let page = firm.desk.visit(&lea, &format!("GET {problem}"), &[]).await.body;
    assert!(page.contains("The rate fell.") && page.contains(&format!("{problem}/reopen")), "{page}");
}

#[tokio::test]
async fn what_is_overdue_comes_first_and_hostile_words_stay_words() {
    let firm = Firm::open().await;
    let body = json!({ "title": "<script>1</script>", "causes": ["late"], "say": { "en": "<b>x</b>" } });
    let problem =
        firm.told("lea", "POST /api/v1/problems", body, 201).await["id"].as_str().unwrap().to_owned();
    for (title, due) in [("Later", "2027-06-01T00:00:00Z"), ("\"><img src=x>", "2026-11-23T00:00:00Z")] {
        let body = json!({ "problem": problem, "title": title, "owner": firm.eve, "due_at": due, "description": "<i>y</i>" });
        firm.told("lea", "POST /api/v1/corrective-actions", body, 201).await;
    }
    firm.desk.pass_seconds(3 * 86_400);
    let otto = firm.desk.sign_in("otto").await;
    let board = firm.desk.visit(&otto, "GET /actions", &[]).await.body;
    assert!(board.find("Overdue") < board.find("Later") && board.contains("class=\"k late\""), "{board}");
    for page in [board, firm.desk.visit(&otto, &format!("GET /actions/problems/{problem}"), &[]).await.body] {
        for raw in ["<script>1", "<img src", "<b>x", "<i>y"] {
            assert!(!page.contains(raw), "{raw}: {page}");
        }
    }
    for language in ["vi", "zh", "hu"] {
        let page = firm.desk.visit_in(&otto, "GET /actions", language).await;
        assert!(page.status == 200 && !page.body.contains("Overdue"), "{}", page.body);
    }
    for path in [
        "/actions/0190f3b0-0000-7000-8000-00000000ffff",
        "/actions/problems/0190f3b0-0000-7000-8000-00000000ffff",
        "/actions/x",
    ] {
        assert_eq!(firm.desk.visit(&otto, &format!("GET {path}"), &[]).await.status, 404, "{path}");
    }
    assert_eq!(firm.desk.visit(&otto, "GET /actions/problems/new", &[]).await.status, 403);
}
