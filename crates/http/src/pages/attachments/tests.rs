//! Files as a browser sends and gets them.

use serde_json::{Value, json};

use crate::desk::Sent;
use crate::routes;
use crate::tests::Desk;

fn picture() -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
    bytes.extend([7_u32.to_be_bytes(), 5_u32.to_be_bytes()].concat());
    bytes
}

fn header<'s>(sent: &'s Sent, name: &str) -> Option<&'s str> {
    sent.headers.iter().find(|(n, _)| *n == name).map(|(_, value)| value.as_str())
}

struct World {
    desk: Desk,
    eve: String,
    reference: String,
}

impl World {
    async fn new() -> Self {
        let desk = Desk::open(routes::all()).await;
        desk.person("eve", "agent").await;
        desk.person("bob", "agent").await;
        let eve = desk.sign_in("eve").await;
        let body = json!({ "channel": "phone", "customer": { "name": "Mai", "phone": "0901" }, "narrative": "Late.",
                           "restricted": true });
        let (_, logged) = desk.ask("eve", "POST /api/v1/complaints", body).await;
        let reference = logged["reference"].as_str().unwrap().to_owned();
        Self { desk, eve, reference }
    }

    fn at(&self, verb: &str) -> String {
        format!("/complaints/{}/{verb}", self.reference)
    }

    async fn files(&self) -> Vec<Value> {
        let call = format!("GET /api/v1/complaints/{}/attachments", self.reference);
        self.desk.ask("eve", &call, Value::Null).await.1["items"].as_array().unwrap().clone()
    }

    async fn page(&self) -> String {
        self.desk.visit(&self.eve, &format!("GET /complaints/{}", self.reference), &[]).await.body
    }
}

#[tokio::test]
async fn a_note_goes_with_its_files_without_a_script() {
    let w = World::new().await;
    let note = [("body", "See the picture."), ("_key", "k-1")];
    let files = [("a.png", picture()), ("<b>.txt", b"<script>alert(1)</script>".to_vec()), ("", Vec::new())];
    let files: Vec<(&str, &[u8])> = files.iter().map(|(n, b)| (*n, b.as_slice())).collect();
    let sent = w.desk.send_files(&w.eve, &w.at("notes"), &note, &files, true).await;
    assert_eq!(sent.status, 303, "{}", sent.body);
    let kept = w.files().await;
    let names: Vec<_> = kept.iter().map(|f| f["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["a.png", "b .txt"]);
    let page = w.page().await;
    let id = kept[0]["id"].as_str().unwrap();
    assert!(page.contains(&format!("<img src=\"/attachments/{id}/picture\"")), "{page}");
    assert!(page.contains(&format!("href=\"/attachments/{id}\"")) && page.contains("b .txt"));
    // The picture is shown, and nothing else is.
    let shown = w.desk.visit(&w.eve, &format!("GET /attachments/{id}/picture"), &[]).await;
    assert_eq!((shown.status, header(&shown, "content-type")), (200, Some("image/png")));
    assert_eq!(header(&shown, "content-security-policy"), Some("sandbox; default-src 'none'"));
    let text = kept[1]["id"].as_str().unwrap();
    assert_eq!(w.desk.visit(&w.eve, &format!("GET /attachments/{text}/picture"), &[]).await.status, 404);
    let saved = w.desk.visit(&w.eve, &format!("GET /attachments/{text}"), &[]).await;
    assert!(header(&saved, "content-disposition").unwrap().starts_with("attachment;"));
    assert_eq!(header(&saved, "content-type"), Some("application/octet-stream"));
    // Of a complaint that Bob may not know of, he gets no file.
    let bob = w.desk.sign_in("bob").await;
    for path in [format!("/attachments/{id}"), format!("/attachments/{id}/picture")] {
        assert_eq!(w.desk.visit(&bob, &format!("GET {path}"), &[]).await.status, 404);
    }
}

#[tokio::test]
async fn what_is_refused_comes_back_with_its_text_and_its_files() {
    let w = World::new().await;
    let empty: &[u8] = b"";
    let sent = w
        .desk
        .send_files(
            &w.eve,
            &w.at("notes"),
            &[("body", "Kept text.")],
            &[("a.txt", b"one"), ("b.txt", empty)],
            true,
        )
        .await;
    assert_eq!(sent.status, 422, "{}", sent.body);
    assert!(
        sent.body.contains("Kept text.") && sent.body.contains("The file is empty. Choose another."),
        "{}",
        sent.body
    );
    assert!(w.files().await.is_empty());
    // What came in whole is named in the form, and goes with it the next time.
    let id = sent.body.split("name=\"attachments\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let again = [("body", "Kept text."), ("attachments", id), ("_key", "k-2")];
    let done = w.desk.visit(&w.eve, &format!("POST {}", w.at("notes")), &again).await;
    assert_eq!(done.status, 303, "{}", done.body);
    assert_eq!(w.files().await.len(), 1);
    let many: Vec<(&str, &[u8])> = (0..21).map(|_| ("a.txt", b"x".as_slice())).collect();
    let sent = w.desk.send_files(&w.eve, &w.at("notes"), &[("body", "b")], &many, true).await;
    assert!(sent.status == 422 && sent.body.contains("At most 20 files at once."), "{}", sent.body);
    let alone =
        w.desk.send_files(&w.eve, &w.at("attachments"), &[("_key", "k-3")], &[("c.txt", b"c")], true).await;
    assert_eq!(alone.status, 303, "{}", alone.body);
    assert_eq!(w.files().await.len(), 2);
}

#[tokio::test]
async fn files_are_taken_from_our_own_pages_alone() {
    let w = World::new().await;
    let files: [(&str, &[u8]); 1] = [("a.txt", b"one")];
    let sent = w.desk.send_files(&w.eve, &w.at("notes"), &[("body", "b")], &files, false).await;
    assert_ne!(sent.status, 303);
    assert!(!sent.body.contains("name=\"attachments\""), "{}", sent.body);
    let nobody = w.desk.send_files("nobody", "/files", &[], &files, false).await;
    assert!(!nobody.body.contains("\"items\""), "{}", nobody.body);
    let taken = w.desk.send_files(&w.eve, "/files", &[], &files, true).await;
    let told: Value = serde_json::from_str(&taken.body).unwrap();
    assert_eq!(
        (told["items"][0]["name"].as_str(), told["items"][0]["size"].as_str()),
        (Some("a.txt"), Some("3\u{a0}B"))
    );
    assert_eq!(told["wrong"], Value::Null);
}

#[tokio::test]
async fn a_complaint_is_logged_with_its_files_and_a_draft_keeps_them() {
    let w = World::new().await;
    let form = [("narrative", "Broken."), ("_person", "anonymous"), ("channel", "phone"), ("_act", "find")];
    let sent = w.desk.send_files(&w.eve, "/complaints/new", &form, &[("a.txt", b"one")], true).await;
    assert_eq!(sent.status, 200, "{}", sent.body);
    let id = sent
        .body
        .split("name=\"attachments\" value=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    let draft = [("narrative", "Broken."), ("attachments", id.as_str()), ("_place", "log")];
    assert_eq!(w.desk.visit(&w.eve, "POST /complaints/new/draft", &draft).await.status, 200);
    let opened = w.desk.visit(&w.eve, "GET /complaints/new", &[]).await;
    assert!(opened.body.contains(&format!("value=\"{id}\" checked")), "{}", opened.body);
}
