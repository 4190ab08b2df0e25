//! Complaints from files of other systems.

use std::io::Write as _;
use std::process::Stdio;

use serde_json::json;

use super::Desk;
use super::awarding::{SHA, people};
use crate::on_both_engines;

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/data");

fn told(output: &std::process::Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// What the file says was paid, in cents.
fn paid_in(file: &str) -> Vec<i64> {
    let text = std::fs::read_to_string(file).unwrap();
    let (_, rows) = text.split_once('\n').unwrap();
    let paid = rows.lines().filter_map(|row| {
        let (_, after) = row.split_once('$')?;
        let amount: String = after.split(['"', ' ']).next()?.chars().filter(|c| *c != ',').collect();
        let amount = amount.trim_end_matches(',');
        let (whole, cents) = amount.split_once('.')?;
        Some(whole.parse::<i64>().ok()? * 100 + cents.get(..2)?.parse::<i64>().ok()?)
    });
    paid.filter(|minor| *minor > 0).collect()
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

    /// What another system paid becomes awards, each under a grant that covers it; what none covers stays beside its
    /// complaint, and the report tells how much was within which limit.
    fn what_was_paid_elsewhere_becomes_awards_under_a_grant(desk: &Desk) {
        let p = people(desk);
        let file = format!("{DATA}/tsa.csv");
        let taken = desk.command(&["import", &file, "--mapping", "tsa", "--as", "ana@example.com"]);
        assert!(taken.status.success(), "{}", told(&taken));
        let paid = paid_in(&file);
        let covered = paid.iter().filter(|minor| **minor <= 50_000).count();
        assert!(covered > 5 && covered < paid.len(), "{paid:?}");
        let book = |grant: &str| {
            desk.command(&["awards", "import", "--grant", grant, "--type", "ex_gratia", "--basis", "liability",
                           "--reason", "Paid by the claims system", "--as", "ana@example.com"])
        };
        let granted = |most: &str| p.granted(json!({
            "holder": p.ana.id, "types": ["ex_gratia"], "bases": ["liability"], "currency": "USD",
            "limits": { "per_award": most }, "document": { "ref": "Claims manual 2014", "sha256": SHA } }));
        let small = granted("500.00");
        let some = book(&small);
        assert_eq!(some.status.code(), Some(1), "{}", told(&some));
        assert!(told(&some).contains(&format!("{covered} amounts became awards")), "{}", told(&some));
        assert!(told(&some).contains(&format!("{} amounts did not", paid.len() - covered)), "{}", told(&some));
        let rest = book(&granted("100000.00"));
        assert!(rest.status.success(), "{}", told(&rest));
        assert!(told(&rest).contains(&format!("{} amounts became awards", paid.len() - covered)), "{}", told(&rest));
        assert!(told(&book(&small)).contains("0 amounts became awards"));
        // Each is an award like any other: given, cited, in the ledger, in the report.
        let report = p.lead.get("/awards/report?limits=USD%20100.00,USD%20500.00").status(200).body;
        let usd = &report["within"][0];
        assert_eq!((usd["currency"].as_str(), usd["count"].as_u64()), (Some("USD"), Some(paid.len() as u64)), "{report}");
        let within = |place: usize| usd["limits"][place]["count"].as_u64().unwrap();
        let below = |most: i64| paid.iter().filter(|minor| **minor <= most).count() as u64;
        assert_eq!((within(0), within(1)), (below(10_000), below(50_000)), "{report}");
        let award = p.lead.get("/awards?state=executed&limit=1").status(200).text("/items/0/id");
        let proof = p.lead.get(&format!("/awards/{award}")).status(200).body;
        assert_eq!(proof["proof"][0]["agrees"], true, "{proof}");
        for command in [&["check"] as &[_], &["ledger", "verify"]] {
            let checked = desk.command(command);
            assert!(checked.status.success(), "{}{}", String::from_utf8_lossy(&checked.stdout), told(&checked));
        }
        assert_eq!(report["exceptions"]["not_in_force"], 0, "{report}");
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
