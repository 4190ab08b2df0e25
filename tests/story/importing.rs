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

    fn words_swapped_dates_and_amounts_of_another_desk_are_understood(desk: &Desk) {
        desk.person("Ana", "agent");
        let mapping = desk.folder().join("acme.toml");
        let rules = "id = 'No'\nnarrative = 'Text'\nseverity = { column = 'Grade', map = { A = 'critical' }, default = 'minor' }\n\
                     received_at = { column = ['Day', 'Hour'], formats = ['%m-%d-%Y %H:%M', '%d-%m-%Y %H:%M'], within = ['2015-04-01', '2015-06-30'] }\n\
                     product = { column = 'Item', map = { K1 = 'Kettle' } }\n\
                     closed = { column = 'State', map = { 'Zárt' = true, 'Nyitott' = false } }\n\
                     amount = { column = 'Paid', currency = 'HUF', decimal = ',' }\nempty = ['-']\n";
        std::fs::write(&mapping, rules).unwrap();
        let file = desk.folder().join("desk.csv");
        // Windows-1250: á is E1, ő is F5.
        let text = b"No\tText\tDay\tHour\tGrade\tItem\tState\tPaid\r\n\
                     1\tt\xF5r\x9Ft\t22-04-2015\t7:05\tA\tK1\tZ\xE1rt\t12 500,50 Ft\r\n\
                     2\tlate\t04-08-2015\t7:05\tB\tPan\tNyitott\t-\r\n";
        std::fs::write(&file, text).unwrap();
        let (file, mapping) = (file.to_str().unwrap(), mapping.to_str().unwrap());
        let plain = desk.command(&["import", file, "--mapping", mapping]);
        assert!(!plain.status.success() && told(&plain).contains("--encoding"), "{}", told(&plain));
        let done = desk.command(&["import", file, "--mapping", mapping, "--encoding", "windows-1250"]);
        assert!(done.status.success(), "{}", told(&done));
        let out = desk.command(&["export", "complaints", "--format", "jsonl"]).stdout;
        let rows: Vec<serde_json::Value> =
            String::from_utf8(out).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let of = |text: &str| rows.iter().find(|row| row["narrative"] == text).unwrap();
        let (first, second) = (of("tőrźt"), of("late"));
        assert_eq!((&first["severity"], &first["product"], &first["closure"]), (&json!("critical"), &json!("Kettle"), &json!("imported")));
        assert_eq!(first["received_at"], "2015-04-22T07:05:00Z");
        assert_eq!(first["imported_amount"], json!({ "minor": 1_250_050, "currency": "HUF" }));
        assert_eq!((&second["severity"], &second["product"], &second["closure"]), (&json!("minor"), &json!("Pan"), &json!(null)));
        assert_eq!(second["received_at"], "2015-04-08T07:05:00Z");
        assert!(second.get("imported_amount").is_none());
    }
}
