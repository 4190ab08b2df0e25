use firsthand_domain::grant::{GrantStep, NewGrant};
use firsthand_domain::id::GrantId;
use firsthand_storage::grants;
use serde_json::{Value, json};

use crate::routes;
use crate::tests::Desk;

const SHA: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

async fn written(desk: &Desk, by: &str, body: Value) -> GrantId {
    let by = by.parse().unwrap();
    let written = desk.app.database.change(move |unit| {
        let new: NewGrant = serde_json::from_value(body.clone()).unwrap();
        Box::pin(async move { grants::write(unit, by, &new).await })
    });
    written.await.unwrap().id
}

async fn stepped(desk: &Desk, by: &str, id: GrantId, step: GrantStep) {
    let by = by.parse().unwrap();
    let done = desk
        .app
        .database
        .change(move |unit| Box::pin(async move { grants::step(unit, by, id, step, None, None).await }));
    done.await.unwrap();
}

/// A desk with ada and abe (administrators), lea (lead), eve (agent) and otto (auditor); lea holds a root of 5000 euros,
/// eve a part of it.
struct Firm {
    desk: Desk,
    ada: String,
    root: GrantId,
    child: GrantId,
}

impl Firm {
    async fn open() -> Self {
        let desk = Desk::open(routes::all()).await;
        let (ada, abe) = (desk.person("ada", "admin").await, desk.person("abe", "admin").await);
        let (lea, eve) = (desk.person("lea", "lead").await, desk.person("eve", "agent").await);
        desk.person("otto", "auditor").await;
        let root = json!({
            "holder": lea, "types": ["refund", "voucher"], "bases": ["goodwill", "liability"], "currency": "EUR",
            "limits": { "per_award": "500.00", "per_holder": { "amount": "5000.00", "days": 30 } },
            "document": { "ref": "Board 7/2026", "sha256": SHA }, "may_subdelegate": true,
        });
        let root = written(&desk, &ada, root).await;
        stepped(&desk, &abe, root, GrantStep::Activate).await;
        let child = json!({
            "holder": eve, "types": ["refund"], "bases": ["goodwill"], "currency": "EUR", "parent": root,
            "limits": { "per_award": "50.00", "per_holder": { "amount": "200.00", "days": 30 } },
            "valid_until": "2026-12-10T00:00:00Z",
        });
        let child = written(&desk, &lea, child).await;
        stepped(&desk, &ada, child, GrantStep::Activate).await;
        Self { desk, ada, root, child }
    }

    /// A complaint of eve's with an award of so much.
    async fn award(&self, who: &str, amount: &str) -> Value {
        let body = json!({
            "channel": "phone", "customer": { "name": "Ana" }, "narrative": "Late again.",
            "desired_remedy": "Money back.",
        });
        let (status, logged) = self.desk.ask("eve", "POST /api/v1/complaints", body).await;
        assert_eq!(status, 201, "{logged}");
        let call = format!("POST /api/v1/complaints/{}/awards", logged["id"].as_str().unwrap());
        let body = json!({
            "type": "refund", "basis": "goodwill", "value": { "amount": amount, "currency": "EUR" },
            "reason": "It came late.", "payee": "Account 7",
        });
        let (status, award) = self.desk.ask(who, &call, body).await;
        assert_eq!(status, 201, "{award}");
        award
    }
}

#[tokio::test]
async fn the_proof_of_an_award_shows_the_chain_what_remained_and_what_competed() {
    let firm = Firm::open().await;
    let first = firm.award("eve", "40.00").await;
    let second = firm.award("eve", "30.00").await;
    assert_eq!(second["state"], "approved", "{second}");
    for who in ["otto", "eve", "lea"] {
        let sid = firm.desk.sign_in(who).await;
        let page =
            firm.desk.visit(&sid, &format!("GET /awards/{}", second["id"].as_str().unwrap()), &[]).await;
        assert_eq!(page.status, 200, "{}", page.body);
        for words in [
            "Refund: 30.00\u{a0}EUR",
            "Reckoned again: agrees.",
            "Board 7/2026",
            SHA,
            "Per approver in 30 days",
            "160.00\u{a0}EUR",
            "It came late.",
            "Account 7",
            "Award approved",
            &format!("/awards/{}", first["id"].as_str().unwrap()),
            &format!("/grants/{}", firm.root),
            &format!("/grants/{}", firm.child),
        ] {
            assert!(page.body.contains(words), "{who}: {words}: {}", page.body);
        }
        assert_eq!(firm.desk.visit(&sid, &format!("GET /awards/{}", firm.root), &[]).await.status, 404);
    }
}

#[tokio::test]
async fn the_register_is_a_tree_and_a_matrix_now_and_as_it_stood() {
    let firm = Firm::open().await;
    firm.award("eve", "40.00").await;
    let sid = firm.desk.sign_in("otto").await;
    let page = firm.desk.visit(&sid, "GET /grants", &[]).await.body;
    let root = page.find(&format!("class=\"d0\"><span class=\"grow\"><a href=\"/grants/{}\"", firm.root));
    let child = page.find(&format!("class=\"d1\"><span class=\"grow\"><a href=\"/grants/{}\"", firm.child));
    assert!(root.is_some() && root < child, "{page}");
    for words in
        ["Board 7/2026", "ends within 18 days", "Per award 50.00\u{a0}EUR", "Written by lea", "in force"]
    {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(!page.contains("/grants/new"), "{page}");
    let page = firm.desk.visit(&sid, "GET /grants?view=matrix", &[]).await.body;
    for words in
        ["40.00\u{a0}EUR of 200.00\u{a0}EUR used", "max=\"20000\" value=\"4000\"", "Voucher", "up to 50.00"]
    {
        assert!(page.contains(words), "{words}: {page}");
    }
    let page = firm.desk.visit(&sid, "GET /grants?as_of=2026-11-21", &[]).await.body;
    assert!(page.contains("As it stood at the end of") && page.contains("No grant matches."), "{page}");
    firm.desk.pass_seconds(86_400);
    stepped(&firm.desk, &firm.ada, firm.child, GrantStep::Suspend).await;
    // After a day nobody is signed in any more.
    let sid = firm.desk.sign_in("ada").await;
    let page = firm.desk.visit(&sid, "GET /grants?state=suspended", &[]).await.body;
    assert!(page.contains(&firm.child.to_string()) && !page.contains(&firm.root.to_string()), "{page}");
    let page = firm.desk.visit(&sid, "GET /grants?as_of=2026-11-22&state=suspended", &[]).await.body;
    assert!(page.contains("No grant matches."), "{page}");
}

#[tokio::test]
async fn a_grant_is_written_passed_on_put_in_force_and_taken_back_by_clicking() {
    let firm = Firm::open().await;
    let lan = firm.desk.person("lan", "agent").await;
    let (ada, lea) = (firm.desk.sign_in("ada").await, firm.desk.sign_in("lea").await);
    let fields = |currency: &'static str, sha: &'static str| {
        vec![
            ("types", "refund"),
            ("types", "gift"),
            ("bases", "goodwill"),
            ("currency", currency),
            ("limits.per_award", "12000.00"),
            ("limits.per_holder.amount", "90000.00"),
            ("limits.per_holder.days", "30"),
            ("document.ref", "Resolution 9"),
            ("document.sha256", sha),
            ("_teams", "North\nSouth, far"),
            ("may_subdelegate", "true"),
            ("valid_until", "2027-01-31"),
        ]
    };
    let mut wrong = fields("HUF", "abc");
    wrong.push(("holder", &lan));
    let page = firm.desk.visit(&ada, "POST /grants", &wrong).await;
    assert_eq!(page.status, 422, "{}", page.body);
    for words in [
        "A SHA-256 has 64 digits",
        "value=\"12000.00\"",
        "South, far",
        "value=\"gift\" checked",
        " selected>lan",
    ] {
        assert!(page.body.contains(words), "{words}: {}", page.body);
    }
    let mut right = fields("HUF", SHA);
    right.push(("holder", &lan));
    let made = firm.desk.visit(&ada, "POST /grants", &right).await;
    assert_eq!(made.status, 303, "{}", made.body);
    let place = made.headers.iter().find(|(n, _)| *n == "location").unwrap().1.clone();
    let page = firm.desk.visit(&ada, &format!("GET {place}"), &[]).await.body;
    for words in
        ["Done. It is in the ledger.", "12,000.00\u{a0}HUF", "North, South, far", "Resolution 9", "draft"]
    {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(!page.contains("/activate\""), "whoever wrote it does not put it in force: {page}");
    // A part is passed on by the holder, nowhere wider than what is above.
    let page = firm.desk.visit(&lea, &format!("GET /grants/{}", firm.root), &[]).await.body;
    let link = format!("/grants/new?parent={}", firm.root);
    assert!(page.contains(&link), "{page}");
    let page = firm.desk.visit(&lea, &format!("GET {link}"), &[]).await.body;
    assert!(page.contains("up to 500.00\u{a0}EUR") && page.contains("value=\"EUR\""), "{page}");
    let root = firm.root.to_string();
    let part = |most: &'static str| {
        vec![("types", "refund"), ("bases", "goodwill"), ("currency", "EUR"), ("limits.per_award", most)]
    };
    let mut wide = part("501.00");
    wide.extend([("holder", lan.as_str()), ("parent", root.as_str())]);
    let page = firm.desk.visit(&lea, "POST /grants", &wide).await;
    assert_eq!(page.status, 422, "{}", page.body);
    assert!(
        page.body.contains("This goes beyond the grant above.") && page.body.contains("value=\"501.00\"")
    );
    let mut narrow = part("20.00");
    narrow.extend([("holder", lan.as_str()), ("parent", root.as_str())]);
    let made = firm.desk.visit(&lea, "POST /grants", &narrow).await;
    assert_eq!(made.status, 303, "{}", made.body);
    let place = made.headers.iter().find(|(n, _)| *n == "location").unwrap().1.clone();
    let path = place.trim_end_matches("?done=true").to_owned();
    let refused = firm.desk.visit(&lea, &format!("POST {path}/activate"), &[("_version", "1")]).await;
    assert_eq!(refused.status, 403, "{}", refused.body);
    assert!(refused.body.contains("Nobody gives authority to themselves"), "{}", refused.body);
    let done = firm.desk.visit(&ada, &format!("POST {path}/activate"), &[("_version", "1")]).await;
    assert_eq!(done.status, 303, "{}", done.body);
    let bare = firm.desk.visit(&ada, &format!("POST {path}/revoke"), &[("_version", "2")]).await;
    assert_eq!(bare.status, 422, "{}", bare.body);
    let cause = [("_version", "2"), ("reason", "Given twice."), ("for_cause", "true")];
    assert_eq!(firm.desk.visit(&ada, &format!("POST {path}/revoke"), &cause).await.status, 303);
    let page = firm.desk.visit(&lea, &format!("GET {path}"), &[]).await.body;
    for words in ["Revoked", "Given twice.", "Put in force"] {
        assert!(page.contains(words), "{words}: {page}");
    }
}

#[tokio::test]
async fn the_ledger_tells_the_newest_first_to_those_who_look_over_it() {
    let firm = Firm::open().await;
    let award = firm.award("eve", "40.00").await;
    let beyond = firm.award("eve", "400.00").await;
    assert_eq!(beyond["state"], "proposed", "{beyond}");
    let sid = firm.desk.sign_in("otto").await;
    let page = firm.desk.visit(&sid, "GET /ledger", &[]).await.body;
    for words in [
        "firsthand ledger verify",
        "Award approved",
        "Grant put in force",
        &format!("/awards/{}", award["id"].as_str().unwrap()),
        &format!("/grants/{}", firm.child),
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(page.find("Award approved") < page.find("Grant written"), "{page}");
    let page = firm.desk.visit(&sid, "GET /ledger?before=2", &[]).await.body;
    assert!(page.contains("Grant written") && !page.contains("Award approved"), "{page}");
    let sid = firm.desk.sign_in("eve").await;
    assert_eq!(firm.desk.visit(&sid, "GET /ledger", &[]).await.status, 403);
}

#[tokio::test]
async fn the_report_sums_by_currency_and_each_figure_leads_to_its_awards() {
    let firm = Firm::open().await;
    firm.award("eve", "48.00").await;
    let second = firm.award("eve", "10.00").await;
    let sid = firm.desk.sign_in("otto").await;
    let page = firm.desk.visit(&sid, "GET /awards", &[]).await;
    assert_eq!(page.status, 200, "{}", page.body);
    for words in ["58.00\u{a0}EUR", "29.00\u{a0}EUR", "1 of 2", "100.0\u{a0}%", "ends within 18 days"] {
        assert!(page.body.contains(words), "{words}: {}", page.body);
    }
    for by in ["cause", "unit", "basis", "type"] {
        let page = firm.desk.visit(&sid, &format!("GET /awards?by={by}&limits=EUR%2020.00"), &[]).await;
        assert!(page.status == 200 && page.body.contains("50.0\u{a0}%"), "{by}: {}", page.body);
    }
    let page = firm.desk.visit(&sid, "GET /awards?by=unit&key=-&currency=EUR&only=near", &[]).await.body;
    let id = second["id"].as_str().unwrap();
    assert!(page.contains("48.00\u{a0}EUR") && !page.contains(id), "{page}");
    let page = firm.desk.visit(&sid, "GET /awards?only=not_in_force", &[]).await.body;
    assert!(!page.contains(id), "{page}");
    for part in ["sums", "within", "near", "gaps", "expiring", "exceptions", "list"] {
        let file = firm.desk.visit(&sid, &format!("GET /awards.csv?part={part}"), &[]).await;
        assert!(file.status == 200 && file.body.contains("\r\n"), "{part}: {}", file.body);
    }
    let file = firm.desk.visit(&sid, "GET /awards.csv?by=person", &[]).await.body;
    assert_eq!(file, "person,currency,count,sum,median\r\neve,EUR,2,58.00,29.00\r\n");
}
