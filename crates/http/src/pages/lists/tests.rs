use serde_json::json;

use crate::routes;
use crate::tests::Desk;

#[tokio::test]
async fn an_administrator_keeps_a_list_takes_back_and_everybody_reads() {
    let desk = Desk::open(routes::all()).await;
    for (who, role) in [("lea", "lead"), ("eve", "admin"), ("ana", "agent"), ("otto", "auditor")] {
        desk.person(who, role).await;
    }
    let (lea, eve) = (desk.sign_in("lea").await, desk.sign_in("eve").await);
    let (ana, otto) = (desk.sign_in("ana").await, desk.sign_in("otto").await);
    let long = "k".repeat(201);
    for bad in ["   ", long.as_str()] {
        let refused = desk.visit(&eve, "POST /settings/lists/products", &[("name", bad)]).await;
        assert_eq!(refused.status, 422);
        assert!(refused.body.contains("aria-invalid=\"true\""), "{}", refused.body);
        assert!(refused.body.contains(&format!("value=\"{bad}\"")), "{}", refused.body);
    }
    let added = desk.visit(&eve, "POST /settings/lists/products", &[("name", "<b>Kettle</b>")]).await;
    assert_eq!(added.status, 303, "{}", added.body);
    let same = desk.visit(&eve, "POST /settings/lists/products", &[("name", "<B>KETTLE</B>")]).await;
    assert!(same.status == 409 && same.body.contains("&#60;B&#62;KETTLE"), "{}", same.body);
    for unknown in ["GET /settings/lists/people", "POST /settings/lists/people"] {
        assert_eq!(desk.visit(&eve, unknown, &[]).await.status, 404);
    }
    for who in [&lea, &ana, &otto] {
        let sent = desk.visit(who, "POST /settings/lists/products", &[("name", "Pan")]).await;
        assert_eq!(sent.status, 403);
        let page = desk.visit(who, "GET /settings/lists/products", &[]).await.body;
        assert!(page.contains("&#60;b&#62;Kettle") && !page.contains("name=\"name\""), "{page}");
        let all = desk.visit(who, "GET /settings/lists", &[]).await.body;
        assert!(all.contains("/settings/lists/teams"), "{all}");
    }
    let page = desk.visit(&eve, "GET /settings/lists/products", &[]).await.body;
    let id = page.split("/settings/lists/products/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let one = format!("/settings/lists/products/{id}");
    let amended = [("_version", "1"), ("name", "Kettle")];
    assert_eq!(desk.visit(&eve, &format!("POST {one}/amend"), &amended).await.status, 303);
    // On what somebody else changed in between nothing is done, and nothing typed is lost.
    let stale = desk.visit(&eve, &format!("POST {one}/amend"), &[("_version", "1"), ("name", "Mine")]).await;
    assert!(stale.status == 412 && stale.body.contains("value=\"Mine\""), "{}", stale.body);
    assert_eq!(desk.visit(&lea, &format!("POST {one}/restore"), &[("version", "1")]).await.status, 403);
    let page = desk.visit(&eve, &format!("GET {one}"), &[]).await.body;
    assert!(page.contains("Undo the last change") && page.contains("&#60;b&#62;Kettle"), "{page}");
    let undone = [("_version", "2"), ("version", "1")];
    assert_eq!(desk.visit(&eve, &format!("POST {one}/restore"), &undone).await.status, 303);
    assert_eq!(desk.visit(&eve, &format!("POST {one}/retire"), &[("_version", "3")]).await.status, 303);
    let page = desk.visit(&ana, &format!("GET {one}?done=retire"), &[]).await.body;
    for told in ["role=\"status\"", "Retired", "Changed", "Added", "eve"] {
        assert!(page.contains(told), "{told}: {page}");
    }
    assert!(!page.contains("Undo the last change"), "{page}");
}

#[tokio::test]
async fn names_in_use_that_are_on_no_list_are_told_to_an_administrator_who_may_know_of_them() {
    let desk = Desk::open(routes::all()).await;
    for (who, role) in [("eve", "admin"), ("ana", "agent"), ("lea", "lead")] {
        desk.person(who, role).await;
    }
    let (eve, lea) = (desk.sign_in("eve").await, desk.sign_in("lea").await);
    let log = async |product: &str, restricted: bool| {
        let body = json!({ "channel": "phone", "customer": { "anonymous": true }, "narrative": "late",
                           "product": product, "restricted": restricted });
        let (status, made) = desk.ask("ana", "POST /api/v1/complaints", body).await;
        assert_eq!(status, 201, "{made}");
    };
    for (product, restricted) in [
        ("Pan", false),
        ("kettle", false),
        ("Kettle", false),
        ("Kettle", false),
        ("Secret", true),
        ("Lid", false),
    ] {
        log(product, restricted).await;
    }
    let page = desk.visit(&eve, "GET /settings/lists/products", &[]).await.body;
    let told = page.split("id=\"unlisted\"").nth(1).unwrap();
    let (kettle, pan) = (told.find("value=\"Kettle\"").unwrap(), told.find("value=\"Pan\"").unwrap());
    assert!(kettle < pan && !told.contains("Secret") && !told.contains("value=\"kettle\""), "{told}");
    assert!(told.contains("× 3<"), "{told}");
    assert!(!desk.visit(&lea, "GET /settings/lists/products", &[]).await.body.contains("id=\"unlisted\""));
    assert_eq!(desk.visit(&eve, "POST /settings/lists/products", &[("name", "Kettle")]).await.status, 303);
    let page = desk.visit(&eve, "GET /settings/lists/products?done=added", &[]).await.body;
    assert!(!page.split("id=\"unlisted\"").nth(1).unwrap().contains("value=\"Kettle\""), "{page}");
    // What is on a list is offered where it is typed.
    let form = desk.visit(&lea, "GET /complaints/new", &[]).await.body;
    assert!(form.contains("<datalist id=\"products\"><option value=\"Kettle\">"), "{form}");
    desk.ask("eve", "POST /api/v1/lists/teams", json!({ "name": "North" })).await;
    assert!(desk.visit(&eve, "GET /staff", &[]).await.body.contains("<option value=\"North\">"));
}
