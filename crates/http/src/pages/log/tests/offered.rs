//! Causes that may fit, offered and never chosen.

use firsthand_storage::suggestions;
use serde_json::{Value, json};

use super::{NEW, desk, with};
use crate::tests::Desk;

async fn taught(desk: &Desk, product: &str, narrative: &str, cause: &str) -> String {
    let body = json!({ "channel": "phone", "customer": { "anonymous": true }, "product": product, "narrative": narrative });
    let (status, made) = desk.ask("eve", "POST /api/v1/complaints", body).await;
    assert_eq!(status, 201, "{made}");
    let id = made["id"].as_str().unwrap();
    let tag = json!({ "cause": cause, "role": "primary", "confidence": "suspected" });
    assert_eq!(desk.ask("eve", &format!("POST /api/v1/complaints/{id}/causes"), tag).await.0, 200);
    while suggestions::look(&desk.app.database).await.unwrap() {}
    made["reference"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn what_may_fit_is_offered_first_with_why_and_chosen_by_nobody() {
    let (desk, sid) = desk().await;
    taught(&desk, "Kettle", "The lid <leaks> one", "damaged").await;
    for narrative in ["A week too late", "Two weeks too late"] {
        taught(&desk, "Kettle", narrative, "late").await;
    }
    let past = taught(&desk, "Kettle", "The lid <leaks> two", "damaged").await;
    // Nothing was said: nothing is suggested.
    let empty = desk.visit(&sid, "GET /complaints/new", &[]).await.body;
    assert!(!empty.contains("data-fill"), "{empty}");
    // With neither button nor program: the form that comes back has them first in the list.
    let said = [
        ("narrative", "Its LID leaks!"),
        ("product", "Kettle"),
        ("_settled", "1"),
        ("_act", "find"),
        ("_key", "k9"),
    ];
    let page = desk.visit(&sid, NEW, &with(&said)).await.body;
    let list = page.split("id=\"settled-cause-cause\"").nth(1).unwrap().split("</select>").next().unwrap();
    let first = list.split("<option ").nth(2).unwrap();
    assert!(
        first.starts_with("value=\"damaged\">Damaged") || first.contains("because: leaks, LID"),
        "{first}"
    );
    assert!(first.contains("because: leaks, LID") && first.contains(&past), "{first}");
    assert_eq!(list.matches("value=\"damaged\"").count(), 1);
    assert!(!list.contains("selected"), "{list}");
    assert!(page.contains(&format!("<a href=\"/complaints/{past}\">{past}</a>")), "{page}");
    // For the program in the page.
    let kept = desk.visit(&sid, "POST /complaints/new/draft", &with(&said)).await;
    let kept: Value = serde_json::from_str(&kept.body).unwrap();
    assert_eq!(
        (&kept["causes"][0]["code"], &kept["causes"][0]["because"]),
        (&json!("damaged"), &json!("because: leaks, LID"))
    );
    // What was chosen stays chosen.
    let chosen = [&said[..], &[("settled.cause.cause", "damaged")]].concat();
    let page = desk.visit(&sid, NEW, &with(&chosen)).await.body;
    assert!(page.contains("value=\"damaged\" selected"), "{page}");
}

#[tokio::test]
async fn on_the_page_of_a_complaint_they_stand_beside_the_field() {
    let (desk, sid) = desk().await;
    taught(&desk, "Kettle", "The lid <leaks> one", "damaged").await;
    for narrative in ["A week too late", "Two weeks too late"] {
        taught(&desk, "Kettle", narrative, "late").await;
    }
    let past = taught(&desk, "Kettle", "The lid <leaks> two", "damaged").await;
    let body = json!({ "channel": "phone", "customer": { "anonymous": true }, "product": "Kettle", "narrative": "it <leaks>" });
    let (_, made) = desk.ask("eve", "POST /api/v1/complaints", body).await;
    let page =
        desk.visit(&sid, &format!("GET /complaints/{}", made["reference"].as_str().unwrap()), &[]).await.body;
    let form = page.split("/causes\" class=").nth(1).unwrap().split("</form>").next().unwrap();
    for there in ["data-fill=\"", "because: leaks", &format!("<a href=\"/complaints/{past}\">")] {
        assert!(form.contains(there), "{there}: {form}");
    }
    let list = form.split("<select").nth(1).unwrap().split("</select>").next().unwrap();
    assert!(!list.contains("selected"), "{list}");
    assert_eq!(made["causes"], json!([]));
}
