use serde_json::{Value, json};

use crate::routes;
use crate::tests::Desk;

fn complaint(name: &str, narrative: &str) -> Value {
    json!({ "channel": "phone", "customer": { "name": name, "phone": "0612345678" }, "narrative": narrative })
}

/// A desk where something waits, is offered, is late and is with somebody away.
async fn busy() -> Desk {
    let desk = Desk::open(routes::all()).await;
    let eve = desk.person("eve", "agent").await;
    let lan = desk.person("lan", "agent").await;
    desk.person("lea", "lead").await;
    desk.person("otto", "auditor").await;
    desk.person("ada", "admin").await;
    let (_, late) = desk.ask("eve", "POST /api/v1/complaints", complaint("Ana", "Kettle <leaks>.")).await;
    let offer = json!({ "to": lan, "reason": "Knows kettles.", "request": "Check the seal.",
                        "answer_by": "2026-11-30T09:00:00Z" });
    let path = format!("POST /api/v1/complaints/{}/handoffs", late["id"].as_str().unwrap());
    assert_eq!(desk.ask("eve", &path, offer).await.0, 201);
    desk.pass_seconds(3600);
    desk.ask("lan", "POST /api/v1/complaints", complaint("Ben", "Lamp burns.")).await;
    desk.pass_seconds(23 * 3600 + 1800);
    let away = json!({ "from": "2026-11-23T00:00:00Z", "to": "2026-11-27T00:00:00Z", "substitute": lan });
    assert_eq!(desk.ask("lea", &format!("POST /api/v1/staff/{eve}/absences"), away).await.0, 201);
    desk
}

/// The addresses in a page or an answer that a question opens.
fn links(of: &Value, found: &mut Vec<(i64, String)>) {
    match of {
        Value::Object(fields) => {
            if let (Some(count), Some(link)) = (fields.get("count"), fields.get("link")) {
                found.push((count.as_i64().unwrap(), link.as_str().unwrap().to_owned()));
            }
            fields.values().for_each(|value| links(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| links(value, found)),
        _ => {}
    }
}

#[tokio::test]
async fn each_count_of_the_floor_is_that_of_its_list() {
    let desk = busy().await;
    let (status, floor) = desk.ask("lea", "GET /api/v1/floor", Value::Null).await;
    assert_eq!(status, 200, "{floor}");
    assert_eq!((&floor["late"]["count"], &floor["soon"]["count"]), (&json!(1), &json!(1)));
    assert_eq!(floor["offers"]["items"][0]["lapses_at"], "2026-11-30T09:00:00Z");
    assert_eq!(floor["away"][0]["staff"]["name"], "eve");
    let mut found = Vec::new();
    links(&floor, &mut found);
    assert!(found.len() > 20, "{found:?}");
    for (count, link) in found {
        let (status, list) = desk.ask("lea", &format!("GET {link}"), Value::Null).await;
        assert_eq!(status, 200, "{link}: {list}");
        assert_eq!(list["items"].as_array().unwrap().len(), usize::try_from(count).unwrap(), "{link}");
    }
}

#[tokio::test]
async fn a_lead_sees_the_floor_and_what_leads_on_from_it() {
    let desk = busy().await;
    let sid = desk.sign_in("lea").await;
    let page = desk.visit(&sid, "GET /floor", &[]).await;
    assert_eq!(page.status, 200);
    for words in [
        "Kettle &#60;leaks&#62;.",
        "Lamp burns.",
        "too late already: 1",
        "30 min left",
        "href=\"/complaints?view=all&#38;due=late&#38;sort=due\"",
        "href=\"/complaints?view=all&#38;waited=one_day\"",
        "#f-arbitration\"",
        "Decide who handles it",
        "#duties\"",
        "Arrange a successor",
        "Counted just now: none.",
        "aria-current=\"page\"",
    ] {
        assert!(page.body.contains(words), "{words}: {}", page.body);
    }
    // The list that is opened says in words what narrows it.
    let list = desk.visit(&sid, "GET /complaints?view=all&waited=one_day&open=true&due=late", &[]).await.body;
    for words in ["1 day", "too late", "Kettle &lt;leaks&gt;."] {
        assert!(list.contains(words), "{words}: {list}");
    }
    assert!(!list.contains("Lamp burns."), "{list}");
    let none = desk.visit(&sid, "GET /floor?team=west", &[]).await.body;
    assert!(none.contains("Nobody is in this team.") && !none.contains("Kettle"), "{none}");
    let wrong = desk.visit(&sid, "GET /complaints?view=all&waited=week&orphan=perhaps", &[]).await;
    assert!(wrong.status == 200 && wrong.body.contains("role=\"alert\""), "{}", wrong.body);
}

#[tokio::test]
async fn an_auditor_reads_the_floor_and_others_do_not_come_in() {
    let desk = busy().await;
    let sid = desk.sign_in("otto").await;
    let page = desk.visit(&sid, "GET /floor", &[]).await;
    assert!(page.status == 200 && page.body.contains("Lamp burns."), "{}", page.body);
    for words in ["Decide who handles it", "Arrange a successor"] {
        assert!(!page.body.contains(words), "{words}");
    }
    for who in ["eve", "ada"] {
        let sid = desk.sign_in(who).await;
        assert_eq!(desk.visit(&sid, "GET /floor", &[]).await.status, 403, "{who}");
        assert!(!desk.visit(&sid, "GET /", &[]).await.body.contains("href=\"/floor\""), "{who}");
        assert_eq!(desk.ask(who, "GET /api/v1/floor", Value::Null).await.0, 403, "{who}");
    }
}

#[tokio::test]
async fn the_floor_speaks_every_language() {
    let desk = busy().await;
    let sid = desk.sign_in("lea").await;
    for (language, words) in [
        ("en", "Customers who wait"),
        ("vi", "Khách đang chờ"),
        ("zh", "正在等待的客户"),
        ("hu", "Várakozó ügyfelek"),
    ] {
        let page = desk.visit_in(&sid, "GET /floor", language).await.body;
        assert!(page.contains(words) && !page.contains("floor-"), "{language}: {page}");
    }
}

#[tokio::test]
async fn what_a_list_is_narrowed_by_is_read_or_refused_by_name() {
    let desk = busy().await;
    for (asked, field) in [
        ("open=no", "open"),
        ("waited=long", "waited"),
        ("due=never", "due"),
        ("promised_by=eve", "promised_by"),
        ("offer_open=1", "offer_open"),
        ("orphan=false", "orphan"),
        ("part=missing", "part"),
    ] {
        let (status, said) = desk.ask("lea", &format!("GET /api/v1/complaints?{asked}"), Value::Null).await;
        assert_eq!((status, &said["field"]), (422, &json!(field)), "{said}");
    }
}
