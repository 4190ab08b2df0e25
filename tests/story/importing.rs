//! Complaints from files of other systems.

use std::io::Write as _;
use std::process::Stdio;

use serde_json::json;

use super::Desk;
use crate::on_both_engines;

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/data");

fn told(output: &std::process::Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn count(desk: &Desk) -> usize {
    String::from_utf8(desk.command(&["export", "complaints", "--format", "jsonl"]).stdout)
        .unwrap()
        .lines()
        .count()
}

on_both_engines! {
    fn real_complaints_come_in_once(desk: &Desk) {
        let ana = desk.person("Ana", "agent");
        for (file, mapping, rows) in [("cfpb.csv", "cfpb", 120), ("tsa.csv", "tsa", 117)] {
            let file = format!("{DATA}/{file}");
            let before = count(desk);
            let dry = desk.command(&["import", &file, "--mapping", mapping, "--dry-run"]);
            assert!(dry.status.success(), "{}", told(&dry));
            assert_eq!(count(desk), before);
            let first = desk.command(&["import", &file, "--mapping", mapping, "--as", "ana@example.com"]);
            assert!(first.status.success(), "{}", told(&first));
            assert!(told(&first).contains(&format!("Imported {rows} complaints, 0 were here already")), "{}", told(&first));
            let again = desk.command(&["import", &file, "--mapping", mapping, "--as", "ana@example.com"]);
            assert!(told(&again).contains(&format!("Imported 0 complaints, {rows} were here already")), "{}", told(&again));
            assert_eq!(count(desk), before + rows);
        }
        // Finished rows are closed as imported; unfinished ones go the whole way like any other.
        let open = ana.get("/complaints?view=mine&sort=received&limit=1").status(200);
        let id = open.text("/items/0/id");
        assert_eq!(open.text("/items/0/stage"), "received");
        ana.close(&id).refused(409, "cannot-close");
        ana.decide(&id, "upheld").status(200);
        ana.tag(&id, "other").status(200);
        let post = json!({ "kind": "substantive", "channel": "letter", "body": "Decided.", "delivered": false, "posted": true });
        ana.post(&format!("/complaints/{id}/replies"), post).status(201);
        ana.close(&id).status(200);
        let check = desk.command(&["check"]);
        assert!(check.status.success(), "{}", told(&check));
    }

    fn one_bad_row_and_nothing_comes_in(desk: &Desk) {
        desk.person("Ana", "agent");
        let mapping = desk.folder().join("acme.toml");
        let rules = "name = \"acme\"\nid = \"No\"\nnarrative = [\"Text\"]\n\
                     received_at = { column = \"Opened\", format = \"%d/%m/%Y\" }\n";
        std::fs::write(&mapping, rules).unwrap();
        let import = |text: &str| {
            let arguments = ["import", "-", "--mapping", mapping.to_str().unwrap()];
            let mut child = desk.program().args(arguments).stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
            child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
            child.wait_with_output().unwrap()
        };
        let bad = import("No,Opened,Text\n1,01/02/2020,late\n2,31/02/2020,late\n3,01/02/2020,\n");
        assert_eq!(bad.status.code(), Some(1));
        let words = told(&bad);
        assert!(words.contains("line 3, column Opened") && words.contains("line 4"), "{words}");
        assert_eq!(count(desk), 0);
        let good = import("No,Opened,Text\n1,01/02/2020,late\n\n2,28/02/2020,late\n");
        assert!(good.status.success(), "{}", told(&good));
        assert_eq!(count(desk), 2);
        let header = import("Number,Opened\n1,01/02/2020\n");
        assert_eq!(header.status.code(), Some(1));
        assert!(told(&header).contains("No") && told(&header).contains("Text"), "{}", told(&header));
    }
}
