//! Reply texts on the page: put in without a script, offered to the script, and never sent with a gap.

use serde_json::{Value, json};

use super::World;

#[tokio::test]
async fn a_reply_text_is_put_in_and_nothing_typed_is_lost() {
    let w = World::new().await;
    w.desk.person("ada", "admin").await;
    let otto = w.desk.sign_in("otto").await;
    assert!(!w.page(&w.eve).await.contains("data-texts="));
    let text = json!({ "name": "<b>Sorry</b>", "texts": { "en": "Dear {customer}: {promise}.", "vi": "Kính gửi {customer}" } });
    let (status, made) = w.desk.ask("ada", "POST /api/v1/canned-replies", text).await;
    assert_eq!(status, 201, "{made}");
    let id = made["id"].as_str().unwrap();
    let page = w.page(&w.eve).await;
    // The customer speaks Vietnamese.
    let at = |words: &str| page.find(&format!("&#60;b&#62;Sorry&#60;/b&#62; · {words}")).unwrap();
    assert!(at("Tiếng Việt") < at("English"));
    let chosen = format!("{id}.en");
    let put_in = |body: &'static str, text: &str| {
        vec![
            ("kind", "progress".to_owned()),
            ("channel", "email".to_owned()),
            ("body", body.to_owned()),
            ("delivered", "false".to_owned()),
            ("_text", text.to_owned()),
            ("_fill", "1".to_owned()),
        ]
    };
    let send = async |body: &'static str, text: &str| {
        let fields = put_in(body, text);
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        w.send(&w.eve, "replies", &fields).await
    };
    let sent = send("First words.", &chosen).await;
    assert_eq!(sent.status, 200, "{}", sent.body);
    for told in [
        "First words.\n\nDear Mai Trần: {promise}.</textarea>",
        "Not known on this complaint: the promise that falls due next.",
        "value=\"progress\" checked",
        "value=\"email\" selected",
    ] {
        assert!(sent.body.contains(told), "{told}: {}", sent.body);
    }
    assert!(send("", &format!("{id}.vi")).await.body.contains("\nKính gửi Mai Trần</textarea>"));
    for none in ["", "x.en", &format!("{id}.de"), "0190f3b0-0000-7000-8000-00000000ffff.en"] {
        let sent = send("Kept.", none).await;
        assert!(sent.status == 200 && sent.body.contains("Kept.</textarea>"), "{none}: {}", sent.body);
        assert!(sent.body.contains("Choose a reply text from the list."), "{none}");
    }
    // As it is it does not go out.
    let gap = [
        ("kind", "progress"),
        ("channel", "email"),
        ("body", "Dear {promise}"),
        ("delivered", "false"),
        ("_sure", "email"),
    ];
    let refused = w.send(&w.eve, "replies", &gap).await;
    assert!(
        refused.status == 422 && refused.body.contains("Fill in or take out: {promise}."),
        "{}",
        refused.body
    );
    assert_eq!(w.complaint().await["replies"], json!([]));
    let told = w.desk.visit(&w.bob, &format!("GET {}", w.at("reply-texts")), &[]).await;
    let told: Value = serde_json::from_str(&told.body).unwrap();
    assert_eq!((&told[0]["language"], &told[0]["text"]), (&json!("vi"), &json!("Kính gửi Mai Trần")));
    assert_eq!((&told[1]["gap"], &told[0]["told"]), (&json!("{promise}"), &json!("")));
    assert_eq!(w.desk.visit(&otto, &format!("GET {}", w.at("reply-texts")), &[]).await.status, 403);
    w.desk.ask("ada", &format!("POST /api/v1/canned-replies/{id}/retire"), json!({})).await;
    assert!(send("Kept.", &chosen).await.body.contains("Choose a reply text from the list."));
}
