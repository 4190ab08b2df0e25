//! Files of complaints, from the first byte to the last.

use serde_json::json;

use crate::on_both_engines;
use crate::support::{Answer, Desk, Engine, Person};

/// Attaches bytes under a name.
pub fn attach(who: &Person, id: &str, name: &str, bytes: &[u8]) -> Answer {
    who.send_bytes(&format!("/complaints/{id}/attachments?name={name}"), &[], bytes)
}

fn sha256(bytes: &[u8]) -> String {
    use sha2::{Digest as _, Sha256};
    firsthand_storage::hex(&Sha256::digest(bytes))
}

/// Bytes that are not all alike, and more than one piece of them.
fn bytes(length: usize, seed: u8) -> Vec<u8> {
    (0..length).map(|n| u8::try_from((n * 31 + n / 251) % 256).unwrap() ^ seed).collect()
}

fn checked(desk: &Desk) -> Result<String, String> {
    let done = desk.command(&["check"]);
    let (said, wrong) = (String::from_utf8(done.stderr).unwrap(), String::from_utf8(done.stdout).unwrap());
    if done.status.success() { Ok(said) } else { Err(wrong) }
}

on_both_engines! {
    fn a_file_comes_back_as_it_went_in_and_is_in_the_history_the_answer_and_the_export(desk: &Desk) {
        let ana = desk.person("Ana", "agent");
        let id = ana.log(json!({ "name": "Mai", "phone": "0901" }), "late").text("/id");
        let file = bytes(700_001, 0);
        let made = attach(&ana, &id, "b%C3%ACa%20th%C6%B0.pdf", &file).status(201);
        let item = &made.body["items"][0];
        assert_eq!((item["name"].as_str(), item["size"].as_u64()), (Some("bìa thư.pdf"), Some(700_001)));
        assert_eq!(item["sha256"], sha256(&file));
        assert_eq!(item["by"]["name"], "Ana");
        let attachment = item["id"].as_str().unwrap().to_owned();
        let given = ana.get_bytes(&format!("/attachments/{attachment}"), &[]);
        assert_eq!((given.status, given.content == file), (200, true));
        assert_eq!(given.header("content-length"), Some("700001"));
        assert_eq!(given.header("content-type"), Some("application/octet-stream"));
        assert_eq!(given.header("content-disposition"),
                   Some("attachment; filename=\"b_a th_.pdf\"; filename*=UTF-8''b%C3%ACa%20th%C6%B0.pdf"));
        let etag = given.header("etag").unwrap().to_owned();
        assert_eq!(ana.get_bytes(&format!("/attachments/{attachment}"), &[("If-None-Match", &etag)]).status, 304);
        let part = ana.get_bytes(&format!("/attachments/{attachment}"), &[("Range", "bytes=262100-262200")]);
        assert_eq!((part.status, part.content.as_slice()), (206, &file[262_100..=262_200]));
        assert_eq!(part.header("content-range"), Some("bytes 262100-262200/700001"));
        let history = ana.get(&format!("/complaints/{id}/history")).status(200).body;
        let fact = &history["items"][1];
        assert_eq!((fact["kind"].as_str(), fact["body"]["sha256"].as_str()), (Some("attached"), Some(&*sha256(&file))));
        assert_eq!(fact["text"]["name"], "bìa thư.pdf");
        assert_eq!(ana.complaint(&id)["attachments"][0]["id"], attachment);
        assert_eq!(ana.get(&format!("/complaints/{id}/attachments")).status(200).body["items"][0]["id"], attachment);
        let export = desk.command(&["export", "complaints", "--format", "csv"]);
        let export = String::from_utf8(export.stdout).unwrap();
        assert!(export.contains("attachments") && export.contains(&sha256(&file)), "{export}");
        assert!(checked(desk).unwrap().contains("1 files hold what they held"), "{:?}", checked(desk));
    }

    fn files_go_with_a_note_a_contact_a_reply_and_a_complaint_or_nothing_is_done(desk: &Desk) {
        let (ana, ben) = (desk.person("Ana", "agent"), desk.person("Ben", "agent"));
        let upload = |who: &Person, text: &str| who.send_bytes("/uploads?name=a.txt", &[], text.as_bytes()).status(201).text("/id");
        let first = upload(&ana, "one");
        let id = ana.log_with(json!({ "channel": "phone", "customer": { "name": "Mai", "phone": "0901" },
                                      "narrative": "late", "attachments": [first] })).text("/id");
        let (note, contact, reply) = (upload(&ana, "two"), upload(&ana, "three"), upload(&ana, "four"));
        ana.post(&format!("/complaints/{id}/notes"), json!({ "body": "b", "attachments": [note] })).status(200);
        ana.post(&format!("/complaints/{id}/contacts"),
                 json!({ "channel": "sms", "direction": "in", "body": "b", "attachments": [contact] })).status(200);
        let said = json!({ "kind": "progress", "channel": "sms", "body": "b", "delivered": true, "attachments": [reply] });
        ana.post(&format!("/complaints/{id}/replies"), said).status(201);
        assert_eq!(ana.history(&id), ["received", "attached", "note_added", "attached", "contact_recorded", "attached",
                                      "reply_sent", "attached"]);
        let with: Vec<_> = ana.complaint(&id)["attachments"].as_array().unwrap().iter().map(|a| a["with"].as_i64()).collect();
        assert_eq!(with, [Some(1), Some(3), Some(5), Some(7)]);
        // What is there already, another's, or nothing at all, goes with nothing; and then nothing is written.
        let (mine, bens) = (upload(&ana, "five"), upload(&ben, "six"));
        for wrong in [&first, &bens, "0190f3b0-0000-7000-8000-00000000ffff"] {
            ana.post(&format!("/complaints/{id}/notes"), json!({ "body": "b", "attachments": [mine, wrong] })).refused(404, "not-found");
            ana.post(&format!("/complaints/{id}/attachments"), json!({ "attachments": [wrong] })).refused(404, "not-found");
        }
        ana.post(&format!("/complaints/{id}/notes"), json!({ "body": "b", "attachments": [mine, mine] })).refused(422, "invalid-field");
        ana.post(&format!("/complaints/{id}/attachments"), json!({ "attachments": [] })).refused(422, "invalid-field");
        assert_eq!(ana.history(&id).len(), 8);
        // It waits still, and goes with the next.
        ana.post(&format!("/complaints/{id}/attachments"), json!({ "attachments": [mine] })).status(201);
        checked(desk).unwrap();
    }

    fn a_file_is_taken_out_of_sight_by_whom_it_concerns_and_erased_by_a_lead(desk: &Desk) {
        let (ana, ben, lea) = (desk.person("Ana", "agent"), desk.person("Ben", "agent"), desk.person("Lea", "lead"));
        let id = ana.log(json!({ "name": "Mai", "phone": "0901" }), "late").text("/id");
        let other = ben.log(json!({ "name": "Vy", "phone": "0902" }), "late too").text("/id");
        let file = bytes(300_000, 1);
        let at = |answer: &Answer| format!("/attachments/{}", answer.text("/items/0/id"));
        let one = at(&attach(&ana, &id, "secret-name.txt", &file).status(201));
        let two = at(&attach(&ben, &other, "the-same.txt", &file).status(201));
        let why = json!({ "reason": "the wrong file" });
        ben.post(&format!("{one}/remove"), why.clone()).refused(403, "not-yours");
        ana.post(&format!("{one}/erase"), why.clone()).refused(403, "not-yours");
        ana.post(&format!("{one}/remove"), json!({})).refused(422, "invalid-field");
        ana.post(&format!("{one}/remove"), why.clone()).status(200);
        ana.get(&one).refused(404, "not-found");
        ana.post(&format!("{one}/remove"), why.clone()).refused(409, "attachment-over");
        assert_eq!(ana.complaint(&id)["attachments"][0]["state"], "removed");
        let whole = |who: &Person, path: &str| who.get_bytes(path, &[]).content == file;
        assert!(whole(&ben, &two));
        lea.post(&format!("{one}/erase"), why.clone()).status(200);
        lea.post(&format!("{one}/erase"), why.clone()).refused(409, "attachment-over");
        // What the other complaint holds too is there still.
        assert!(whole(&ben, &two));
        assert!(checked(desk).unwrap().contains("1 files hold"));
        let history = lea.get(&format!("/complaints/{id}/history")).status(200).body;
        assert_eq!(history["items"][1]["body"]["sha256"], sha256(&file));
        assert!(!history.to_string().contains("secret-name"), "{history}");
        assert_eq!(ana.history(&id), ["received", "attached", "attachment_removed", "attachment_erased"]);
        // The last one takes what it holds with it.
        lea.post(&format!("{two}/erase"), why).status(200);
        ben.get(&two).refused(404, "not-found");
        assert!(checked(desk).unwrap().contains("0 files hold"));
        if let Some(database) = desk.url().strip_prefix("sqlite://") {
            desk.stop();
            let left = std::fs::read(database).unwrap();
            let part = &file[1000..1064];
            assert!(!left.windows(part.len()).any(|w| w == part), "what was erased is in the file of the database");
            assert!(!left.windows(11).any(|w| w == b"secret-name"));
        }
    }

    fn the_same_request_again_attaches_once(desk: &Desk) {
        let ana = desk.person("Ana", "agent");
        let id = ana.log(json!({ "name": "Mai", "phone": "0901" }), "late").text("/id");
        let key = [("Idempotency-Key", "k")];
        let path = format!("/complaints/{id}/attachments?name=a.txt");
        let first = ana.send_bytes(&path, &key, b"one").status(201);
        assert_eq!(ana.send_bytes(&path, &key, b"one").status(201).body, first.body);
        ana.send_bytes(&path, &key, b"two").refused(422, "key-reused");
        assert_eq!(ana.complaint(&id)["attachments"].as_array().unwrap().len(), 1);
        assert!(checked(desk).unwrap().contains("1 files hold"), "what was not attached is not left behind");
    }
}

fn limits(engine: Engine) {
    let settings = [("ATTACHMENTS__FILE_BYTES", "300000"), ("ATTACHMENTS__COMPLAINT_BYTES", "500000")];
    let desk = &Desk::open_with(engine, &settings);
    let ana = desk.person("Ana", "agent");
    let id = ana.log(json!({ "name": "Mai", "phone": "0901" }), "late").text("/id");
    let large = attach(&ana, &id, "a", &bytes(300_001, 0)).refused(413, "file-too-large");
    assert_eq!(large.body["limit_bytes"], 300_000);
    attach(&ana, &id, "a", b"").refused(422, "invalid-field");
    attach(&ana, &id, "a", &bytes(300_000, 0)).status(201);
    attach(&ana, &id, "a", &bytes(300_000, 1)).refused(413, "too-many-files");
    attach(&ana, &id, "a", &bytes(200_000, 1)).status(201);
    attach(&ana, &id, "a", b"1").refused(413, "too-many-files");
    let mut picture = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
    picture.extend([50_000_u32.to_be_bytes(), 50_000_u32.to_be_bytes()].concat());
    attach(&ana, &id, "a.png", &picture).refused(413, "picture-too-large");
    assert!(checked(desk).unwrap().contains("2 files hold"), "what was refused is not left behind");
}

#[test]
fn too_large_too_many_and_empty_are_told_on_sqlite() {
    limits(Engine::Sqlite);
}

#[test]
fn too_large_too_many_and_empty_are_told_on_postgres() {
    limits(Engine::Postgres);
}
