//! Rows on files that people send.

use serde_json::json;

use crate::on_both_engines;
use crate::story::attaching::attach;
use crate::support::{Desk, Person};

fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
    bytes.extend([width.to_be_bytes(), height.to_be_bytes()].concat());
    bytes.extend(b"\x08\x06\0\0\0");
    bytes
}

/// Gzip of so many zeros.
fn packed(zeros: usize) -> Vec<u8> {
    use std::io::Write as _;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    let block = vec![0; 1 << 20];
    for _ in 0..zeros >> 20 {
        encoder.write_all(&block).unwrap();
    }
    encoder.finish().unwrap()
}

on_both_engines! {
    fn row_6_what_is_attached_is_saved_and_never_opened(desk: &Desk) {
        let ana = desk.person("Ana", "agent");
        let id = ana.log(json!({ "name": "Mai", "phone": "0901" }), "late").text("/id");
        for file in ["<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "<!doctype html><script>alert(1)</script>",
                     "%PDF-1.7 /JS (app.alert(1))", "<?xml version='1.0'?><x/>", "GIF89a\u{1}\0\u{1}\0<script>alert(1)</script>"] {
            let headers = [("Content-Type", "image/svg+xml")];
            let made = ana.send_bytes(&format!("/complaints/{id}/attachments?name=a.png"), &headers, file.as_bytes()).status(201);
            let given = ana.get_bytes(&format!("/attachments/{}", made.text("/items/0/id")), &[]);
            assert_eq!((given.status, given.content.as_slice()), (200, file.as_bytes()));
            assert_eq!(given.header("content-disposition"), Some("attachment; filename=\"a.png\"; filename*=UTF-8''a.png"));
            assert_eq!(given.header("content-type"), Some("application/octet-stream"));
            assert_eq!(given.header("x-content-type-options"), Some("nosniff"));
            assert_eq!(given.header("content-security-policy"), Some("sandbox; default-src 'none'"));
        }
    }

    fn row_7_a_name_is_data_and_shown_cleaned(desk: &Desk) {
        let ana = desk.person("Ana", "agent");
        let id = ana.log(json!({ "name": "Mai", "phone": "0901" }), "late").text("/id");
        let before = everything(desk);
        for (name, shown) in [(".htaccess", "_htaccess"), ("%E2%80%8B.htaccess", "_htaccess"), ("a.php%2500.png", "a.php%00.png"),
                              ("CON", "_CON"), ("%E2%80%AEgnp.exe", "gnp.exe"), ("..%2f..%2fetc%2fpasswd", "passwd"),
                              ("a%0d%0aSet-Cookie:%20x", "aSet-Cookie x"), ("..", "file")] {
            let made = attach(&ana, &id, name, b"one").status(201);
            assert_eq!(made.text("/items/0/name"), shown, "{name}");
            let given = ana.get_bytes(&format!("/attachments/{}", made.text("/items/0/id")), &[]);
            let offered = given.header("content-disposition").unwrap();
            assert!(offered.starts_with("attachment; filename=\"") && !offered.contains("etc"), "{offered}");
            assert_eq!(given.header("set-cookie"), None);
        }
        assert_eq!(everything(desk), before, "a file beside the database");
    }

    fn row_8_a_path_is_no_id_and_an_archive_no_import(desk: &Desk) {
        let ana = desk.person("Ana", "agent");
        for path in ["..%2f..%2fetc%2fpasswd", "%252e%252e%252fetc%252fpasswd", "..%5c..%5cetc%5cpasswd", "%2e%2e/%2e%2e/etc/passwd",
                     "....//etc/passwd", "desk.db"] {
            let answer = ana.get(&format!("/attachments/{path}"));
            assert_eq!(answer.status, 404, "{path}: {}", answer.body);
        }
        let archive = desk.folder().join("in.csv");
        // An archive of one stored file, ../unpacked-by-firsthand.
        let head = b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\0\0\0\x01\0\0\0\x18\0\0\0../unpacked-by-firsthandy";
        std::fs::write(&archive, head).unwrap();
        let mapping = desk.folder().join("map.toml");
        std::fs::write(&mapping, "name = \"a\"\nid = \"id\"\nreceived_at = { column = \"at\", format = \"%Y-%m-%d\" }\n\
                                  narrative = [\"text\"]\nchannel = { default = \"web\" }\n").unwrap();
        let before = everything(desk);
        let done = desk.command(&["import", "--mapping", mapping.to_str().unwrap(), "--as", "ana@example.com", archive.to_str().unwrap()]);
        assert!(!done.status.success(), "{}", String::from_utf8_lossy(&done.stdout));
        for place in ["../unpacked-by-firsthand", "unpacked-by-firsthand"] {
            assert!(!desk.folder().join(place).exists(), "{place}");
        }
        assert_eq!(everything(desk), before);
    }

    fn row_10_a_file_of_another_is_not_there(desk: &Desk) {
        let (ana, ben) = (desk.person("Ana", "agent"), desk.person("Ben", "agent"));
        let body = json!({ "channel": "phone", "customer": { "name": "Mai", "phone": "0901" }, "narrative": "late", "restricted": true });
        let hidden = ana.log_with(body).text("/id");
        let own = ben.log(json!({ "name": "Vy", "phone": "0902" }), "late").text("/id");
        let attached = attach(&ana, &hidden, "a.txt", b"Zebrafink").status(201).text("/items/0/id");
        let waiting = ana.send_bytes("/uploads?name=a.txt", &[], b"Zebrafink two").status(201).text("/id");
        for id in [&attached, &waiting] {
            let anon = Person::request(&format!("http://{}/api/v1/attachments/{id}", desk.address()), "");
            anon.refused(401, "unauthenticated");
            let refused = ben.get(&format!("/attachments/{id}")).refused(404, "not-found");
            assert!(!refused.body.to_string().contains("Zebrafink"));
            let there = ben.get("/attachments/0190f3b0-0000-7000-8000-00000000ffff").refused(404, "not-found");
            assert_eq!(refused.body["detail"], there.body["detail"]);
            // Copied or linked by its id.
            ben.post(&format!("/complaints/{own}/attachments"), json!({ "attachments": [id] })).refused(404, "not-found");
            ben.post(&format!("/complaints/{own}/notes"), json!({ "body": "b", "attachments": [id] })).refused(404, "not-found");
            let log = json!({ "channel": "sms", "customer": { "anonymous": true }, "narrative": "n", "attachments": [id] });
            ben.post("/complaints", log).refused(404, "not-found");
            for verb in ["remove", "erase"] {
                ben.post(&format!("/attachments/{id}/{verb}"), json!({ "reason": "r" })).refused(404, "not-found");
            }
        }
        ben.get(&format!("/complaints/{hidden}/attachments")).refused(404, "not-found");
        attach(&ben, &hidden, "a.txt", b"x").refused(404, "not-found");
        assert_eq!(ana.get_bytes(&format!("/attachments/{attached}"), &[]).content, b"Zebrafink");
        assert_eq!(ben.history(&own), ["received"]);
    }

    fn row_30_bombs_are_neither_unpacked_nor_drawn(desk: &Desk) {
        let ana = desk.person("Ana", "agent");
        let id = ana.log(json!({ "name": "Mai", "phone": "0901" }), "late").text("/id");
        let bomb = packed(128 << 20);
        assert!(bomb.len() < 1 << 20, "{}", bomb.len());
        let path = format!("/complaints/{id}/attachments?name=a.gz");
        let before = desk.resident_kb();
        ana.send_bytes(&path, &[("Content-Encoding", "gzip")], &bomb).refused(415, "unsupported-encoding");
        attach(&ana, &id, "a.png", &png(50_000, 50_000)).refused(413, "picture-too-large");
        // An archive is a file like any other: it comes back as it went in.
        let made = attach(&ana, &id, "a.gz", &bomb).status(201);
        assert!(ana.get_bytes(&format!("/attachments/{}", made.text("/items/0/id")), &[]).content == bomb);
        let grown = desk.resident_kb().saturating_sub(before);
        assert!(grown < 64 << 10, "{grown} KiB more");
    }
}

/// Every file in the folder of the desk but those of its database.
fn everything(desk: &Desk) -> Vec<String> {
    let all = std::fs::read_dir(desk.folder()).unwrap();
    let mut all: Vec<_> = all.map(|f| f.unwrap().file_name().into_string().unwrap()).collect();
    all.retain(|name| !name.starts_with("desk.db"));
    all.sort();
    all
}
