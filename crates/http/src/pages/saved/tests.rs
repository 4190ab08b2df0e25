use serde_json::{Value, json};

use crate::routes;
use crate::tests::Desk;

async fn desk() -> (Desk, String) {
    let desk = Desk::open(routes::all()).await;
    desk.person("eve", "agent").await;
    desk.person("lea", "lead").await;
    for product in ["kettle", "boiler", "kettle"] {
        let body = json!({ "channel": "phone", "customer": { "name": "Ana", "phone": "0612345678" },
                           "narrative": "Late", "product": product, "category": "<i>delivery" });
        assert_eq!(desk.ask("eve", "POST /api/v1/complaints", body).await.0, 201);
    }
    let sid = desk.sign_in("eve").await;
    (desk, sid)
}

fn place(page: &crate::desk::Sent) -> String {
    let found = page.headers.iter().find(|(name, _)| *name == "location");
    found.map(|(_, value)| value.clone()).unwrap_or_default()
}

const COLUMNS: [(&str, &str); 6] = [
    ("_col", "product"),
    ("_col", "complaint"),
    ("_col", "reference"),
    ("_show", "product"),
    ("_show", "complaint"),
    ("_show", "reference"),
];

#[tokio::test]
async fn a_view_is_saved_from_the_list_and_shows_its_own_columns() {
    let (desk, sid) = desk().await;
    let list = desk.visit(&sid, "GET /complaints?view=all&product=kettle", &[]).await.body;
    assert!(list.contains("href=\"/views/new?product=kettle&#38;view=all\""), "{list}");
    let form = desk.visit(&sid, "GET /views/new?product=kettle&view=all", &[]).await.body;
    assert!(form.contains("Product: <bdi>kettle</bdi>") && !form.contains("name=\"sharing\""), "{form}");
    assert_eq!(form.matches("name=\"_col\"").count(), 15);
    assert_eq!(form.matches("name=\"_show\"").count(), 15);
    let mut sent =
        vec![("name", "Kettles <b>"), ("_query", "product=kettle&view=all"), ("_w_product", "wide")];
    sent.extend(COLUMNS);
    let kept = desk.visit(&sid, "POST /views/new", &sent).await;
    assert_eq!(kept.status, 303, "{}", kept.body);
    let link = place(&kept);
    assert!(link.starts_with("/complaints?product=kettle&view=all&saved="), "{link}");
    let list = desk.visit(&sid, &format!("GET {link}"), &[]).await.body;
    assert!(list.contains("<span>Kettles &#60;b&#62;</span><span>2</span>"), "{list}");
    assert!(
        list.contains("<h1>Kettles &#60;b&#62;</h1>") && list.contains("aria-current=\"page\""),
        "{list}"
    );
    let head: Vec<&str> = list.split("<th").skip(2).map(|th| th.split('>').next().unwrap()).collect();
    assert_eq!(head[0], " class=\"wx\"", "{list}");
    assert!(list.contains(">kettle") && !list.contains("<th class=\"w1\">"), "{list}");
    // Narrowed further, the view can take it in.
    let narrowed = desk.visit(&sid, &format!("GET {link}&stage=received"), &[]).await.body;
    assert!(narrowed.contains("/filters\""), "{narrowed}");
    assert!(!list.contains("/filters\""));
    let id = link.rsplit('=').next().unwrap();
    let more = [("_query", "product=kettle&stage=received&view=all")];
    let taken = desk.visit(&sid, &format!("POST /views/{id}/filters"), &more).await;
    assert!(place(&taken).contains("stage=received"), "{}", taken.body);
    let (_, view) = desk.ask("eve", &format!("GET /api/v1/views/{id}"), Value::Null).await;
    assert_eq!(view["query"]["stage"], "received");
    assert_eq!(view["columns"][0], json!({ "column": "product", "width": "wide" }));
}

#[tokio::test]
async fn columns_are_put_in_order_by_buttons_and_nothing_is_kept_before() {
    let (desk, sid) = desk().await;
    let mut sent = vec![("name", "Mine"), ("_down", "product")];
    sent.extend(COLUMNS);
    let moved = desk.visit(&sid, "POST /views/new", &sent).await;
    assert_eq!(moved.status, 200);
    let order: Vec<&str> = moved
        .body
        .split("name=\"_col\" value=\"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap())
        .collect();
    assert_eq!(order, ["complaint", "product", "reference"]);
    assert!(moved.body.contains("value=\"Mine\"") && moved.body.contains("autofocus>↓"), "{}", moved.body);
    let (_, views) = desk.ask("eve", "GET /api/v1/views", Value::Null).await;
    assert_eq!(views["items"], json!([]));
    // Past the end it stays where it is.
    sent[1] = ("_up", "product");
    assert_eq!(desk.visit(&sid, "POST /views/new", &sent).await.status, 200);
    // Without the complaint no list leads anywhere: told, and what was filled in stays.
    let wrong = [("name", "Mine"), ("_col", "product"), ("_show", "product")];
    let refused = desk.visit(&sid, "POST /views/new", &wrong).await;
    assert_eq!(refused.status, 422);
    assert!(refused.body.contains("with the complaint and the reference among them"), "{}", refused.body);
    assert!(refused.body.contains("value=\"Mine\""));
}

#[tokio::test]
async fn a_shared_view_is_changed_by_leads_and_goes_for_all() {
    let (desk, sid) = desk().await;
    let lea = desk.sign_in("lea").await;
    let mut sent = vec![("name", "For all"), ("sharing", "all"), ("_query", "view=all&stage=received")];
    sent.extend(COLUMNS);
    let id = place(&desk.visit(&lea, "POST /views/new", &sent).await).rsplit('=').next().unwrap().to_owned();
    let list = desk.visit(&sid, "GET /complaints?view=all", &[]).await.body;
    assert!(list.contains("<span>For all</span><span>3</span>"), "{list}");
    let views = desk.visit(&sid, "GET /views", &[]).await.body;
    assert!(views.contains("For all") && !views.contains(&format!("\"/views/{id}\"")), "{views}");
    assert_eq!(desk.visit(&sid, &format!("GET /views/{id}"), &[]).await.status, 403);
    assert_eq!(desk.visit(&sid, &format!("POST /views/{id}/delete"), &[("_version", "1")]).await.status, 403);
    // Whoever saw an older version does not write over the newer one.
    let form = desk.visit(&lea, &format!("GET /views/{id}"), &[]).await.body;
    assert!(
        form.contains("<option value=\"all\" selected>") && form.contains("name=\"_version\" value=\"1\"")
    );
    for (status, version) in [(303, "1"), (412, "1"), (303, "2")] {
        sent[0] = ("name", "Received");
        let mut sent = sent.clone();
        sent.push(("_version", version));
        assert_eq!(desk.visit(&lea, &format!("POST /views/{id}"), &sent).await.status, status);
    }
    let gone = desk.visit(&lea, &format!("POST /views/{id}/delete"), &[("_version", "3")]).await;
    assert_eq!(place(&gone), "/views");
    // A link that somebody kept says so, and shows the list all the same.
    let list = desk.visit(&sid, &format!("GET /complaints?view=all&saved={id}"), &[]).await.body;
    assert!(list.contains("Left out") && list.contains("saved view"), "{list}");
}

#[tokio::test]
async fn what_a_view_looks_for_and_is_gone_is_told() {
    let (desk, sid) = desk().await;
    let bob = desk.person("bob", "agent").await;
    desk.person("ada", "admin").await;
    let query = format!("handler={bob}&view=all");
    let sent = [
        ("name", "Bob's"),
        ("_query", query.as_str()),
        ("_col", "complaint"),
        ("_show", "complaint"),
        ("_col", "reference"),
        ("_show", "reference"),
    ];
    let link = place(&desk.visit(&sid, "POST /views/new", &sent).await);
    let list = desk.visit(&sid, &format!("GET {link}"), &[]).await.body;
    assert!(!list.contains("something that is gone"), "{list}");
    assert_eq!(desk.ask("ada", &format!("POST /api/v1/staff/{bob}/disable"), json!({})).await.0, 200);
    for page in [format!("GET {link}"), "GET /views".to_owned()] {
        let page = desk.visit(&sid, &page, &[]).await.body;
        assert!(page.contains("something that is gone: Handler"), "{page}");
    }
}
