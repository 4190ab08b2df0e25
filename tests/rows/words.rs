//! Rows on words that would be more than words.

use serde_json::{Value, json};

use super::{document, encoded, routes};
use crate::on_both_engines;
use crate::support::{Desk, Person};

/// Two hundred texts that end a quotation, a value or a statement in each way, and go on with something else.
fn injections() -> Vec<String> {
    let ends = ["'", "\"", "`", "')", "'))", "\\'", "%' ", "1", "1)", "]"];
    let goes_on = [
        " or 1=1--",
        " or '1'='1",
        " union select 1,2,3--",
        " union all select token_hash from token--",
        "; drop table complaint--",
        "; update staff set role='admin'",
        " and sleep(5)--",
        " and pg_sleep(5)--",
        "||(select version())||'",
        "||sqlite_version()||'",
        " order by 100--",
        " limit 1 offset 1--",
        "/**/or/**/1=1#",
        " and 1=cast((select role from staff limit 1) as int)--",
        " && 1=1",
        " MATCH '*'",
        " NEAR(a b, 1)",
        ":* | !a <-> b",
        "\u{ff07} or 1=1--",
        "$$; select 1; $$",
    ];
    ends.iter().flat_map(|end| goes_on.iter().map(move |rest| format!("{end}{rest}"))).collect()
}

fn there(who: &Person) -> Value {
    who.get("/complaints?view=all&limit=200").status(200).body
}

on_both_engines! {
    fn row_23_sql_in_any_parameter_is_a_value_or_refused(desk: &Desk) {
        let (ana, root) = (desk.person("Ana", "lead"), desk.person("Root", "admin"));
        let id = ana.log(json!({ "name": "Mai", "phone": "0901" }), "late").text("/id");
        let document = document(&ana);
        let injections = injections();
        assert_eq!(injections.len(), 200);
        let before = there(&ana);
        let mut asked: Vec<String> = Vec::new();
        for path in routes(&document, "get").iter().filter(|path| path.starts_with("/api/")) {
            let call = path.trim_start_matches("/api/v1");
            let parameters = document["paths"][path]["get"]["parameters"].as_array().cloned().unwrap_or_default();
            for parameter in parameters.iter().filter(|p| p["in"] == "query") {
                let name = parameter["name"].as_str().unwrap();
                asked.push(format!("{}?{name}=", call.replace("{id}", &id)));
            }
            if call.contains("{id}") {
                asked.push(call.replace("{id}", "\u{0}"));
            }
        }
        assert!(asked.len() > 30, "{asked:?}");
        std::thread::scope(|scope| {
            for part in injections.chunks(50) {
                let (ana, root, asked) = (&ana, &root, &asked);
                scope.spawn(move || for injection in part {
                    for call in asked {
                        let value = encoded(injection);
                        let whole = if call.contains('\0') { call.replace('\0', &value) } else { format!("{call}{value}") };
                        // Other programs are the business of administrators.
                        let who = if call.starts_with("/webhooks") { root } else { ana };
                        let answer = who.get(&whole);
                        assert!([200, 404, 422].contains(&answer.status), "{call} {injection}: {} {}", answer.status, answer.body);
                        let word = ["category", "product", "place"].iter().any(|w| call.ends_with(&format!("?{w}=")));
                        // Nothing of it is found: no rows, or periods in which there was none.
                        let none = match answer.body["items"].as_array() {
                            Some(items) => items.iter().all(|item| item["count"] == 0),
                            None => answer.body["complaints"] == 0,
                        };
                        assert!(!word || none, "{call} {injection}: {}", answer.body);
                    }
                });
            }
        });
        assert_eq!(there(&ana), before);
        // As a text of its own it is kept as it came, to the letter.
        for injection in injections.iter().step_by(7) {
            let body = json!({ "channel": "phone", "customer": { "name": injection }, "narrative": injection,
                               "summary": injection, "product": injection, "order_ref": injection });
            let made = ana.log_with(body);
            assert_eq!(made.text("/narrative"), *injection);
            let found = ana.get(&format!("/complaints?view=all&product={}", encoded(injection.trim()))).status(200).body;
            assert_eq!(found["items"].as_array().unwrap().len(), 1, "{injection}");
        }
        let (status, log) = desk.stop();
        assert!(status.success());
        assert!(!log.contains("\"ERROR\"") && !log.contains("syntax error"), "{log}");
    }

    fn row_25_no_cell_of_an_export_is_a_formula(desk: &Desk) {
        let ana = desk.person("Ana", "agent");
        let starts = ["=", "+", "-", "@", "\t=", "\r=", "\u{ff1d}", "\u{ff0b}", "\u{ff0d}", "\u{ff20}", "late\n=", "late\r\n@"];
        for start in starts {
            let text = format!("{start}cmd|' /C calc'!A0");
            let line = text.replace(['\n', '\r', '\t'], "");
            ana.log_with(json!({ "channel": "phone", "customer": { "name": line }, "narrative": text, "summary": line,
                                 "product": line, "category": line, "place": line, "order_ref": line,
                                 "points": [line] }));
        }
        let export = desk.command(&["export", "complaints", "--format", "csv"]);
        let mut reader = csv::Reader::from_reader(export.stdout.as_slice());
        let header = reader.headers().unwrap().clone();
        let mut rows = 0;
        for row in reader.records() {
            let row = row.unwrap();
            rows += 1;
            for (name, cell) in header.iter().zip(&row) {
                for line in cell.split(['\n', '\r']) {
                    assert!(!line.starts_with(|c| "=+-@\t＝＋－＠".contains(c)), "{name}: {cell:?}");
                }
            }
            let cell = |name: &str| &row[header.iter().position(|n| n == name).unwrap()];
            assert!(cell("version").parse::<i64>().is_ok() && cell("narrative").contains('\''));
            assert!(!cell("summary").is_empty() && cell("summary").contains("cmd|"), "{:?}", cell("summary"));
        }
        assert_eq!(rows, starts.len());
        // Told as data it is what was said, to the letter.
        let lines = desk.command(&["export", "complaints", "--format", "jsonl"]).stdout;
        assert!(String::from_utf8(lines).unwrap().lines().any(|line| line.contains("\"narrative\":\"=cmd|")));
    }

    fn row_31_nothing_is_nested_or_repeated_too_deeply(desk: &Desk) {
        let ana = desk.person("Ana", "agent");
        for query in ["(".repeat(12_000), "NOT+".repeat(3_000), "a+OR+".repeat(2_000), "%22".repeat(4_000), "a+".repeat(7_000)] {
            ana.get(&format!("/complaints?view=all&q={query}")).refused(422, "invalid-field");
        }
        let again = "&stage=received".repeat(900);
        ana.get(&format!("/complaints?view=all{again}")).refused(422, "invalid-field");
        // Ten thousand terms are more than any head may have.
        ana.get(&format!("/complaints?view=all&q={}", "ab+".repeat(10_000))).status(431);
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let deep = |n: usize| format!("{{\"narrative\":{}1{}}}", open.repeat(n), close.repeat(n));
            for depth in [33, 1_000, 100_000] {
                ana.post_with("/complaints", &[], &deep(depth)).refused(422, "too-deep");
            }
            ana.post_with("/complaints", &[], &deep(20)).refused(422, "invalid-field");
        }
        ana.post_with("/complaints", &[], &"[".repeat(100_000)).status(422);
        ana.log(json!({ "anonymous": true }), "still here");
    }

    /// What a file says is text; who imports it must be able to hold what comes in.
    fn row_49_a_file_gives_no_more_than_its_importer_may(desk: &Desk) {
        desk.person("Ana", "agent");
        desk.person("Eye", "auditor");
        let [file, mapping] = ["abuse.csv", "acme.toml"].map(|name| desk.folder().join(name));
        let rules = "id = 'No'\nnarrative = 'Text'\nreceived_at = { column = 'Opened', format = '%d/%m/%Y' }\n\
                     customer = { name = 'Who' }\n";
        std::fs::write(&mapping, rules).unwrap();
        let vector = "<img src=x onerror=alert(1)>";
        let text = format!("\u{FEFF}No,Opened,Text,Who,handler,role\n../../x,01/02/2020,{vector},{vector},{NOBODY},admin\n\
                            2,01/02/2020,=1+1,'; drop table complaint--,,\n");
        std::fs::write(&file, text).unwrap();
        let import = |more: &[&str]| {
            let fixed = ["import", file.to_str().unwrap(), "--mapping", mapping.to_str().unwrap()];
            let done = desk.command(&[&fixed, more].concat());
            (done.status.code(), String::from_utf8_lossy(&done.stderr).into_owned())
        };
        for by in ["eye@example.com", "nobody@example.com"] {
            let (code, told) = import(&["--as", by]);
            assert!(code == Some(1) && told.contains("can hold a complaint"), "{told}");
        }
        let exported = || String::from_utf8(desk.command(&["export", "complaints", "--format", "jsonl"]).stdout).unwrap();
        assert_eq!(import(&["--as", "ana@example.com", "--dry-run"]).0, Some(0));
        assert_eq!(exported(), "");
        let (code, told) = import(&["--as", "ana@example.com"]);
        assert_eq!(code, Some(0), "{told}");
        let rows: Vec<Value> = exported().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let first = rows.iter().find(|row| row["narrative"] == vector).expect("kept to the letter");
        assert_eq!((&first["handler"]["name"], &first["customer"]["name"]), (&json!("Ana"), &json!(vector)));
        assert_eq!(rows.len(), 2);
    }

    fn row_50_names_of_things_come_from_closed_lists(desk: &Desk) {
        let ana = desk.person("Ana", "agent");
        let id = ana.log(json!({ "name": "Mai" }), "late").text("/id");
        let before = ana.complaint(&id);
        let names = ["delete_all", "../../x", "__proto__", "constructor", "Stage::Closed", "PHONE", " phone", "phone\0", "", "0"];
        for name in names {
            for parameter in ["view", "sort", "stage", "channel", "cursor", "limit", "first_contact", "customer", "cause",
                              "received_from"] {
                let refused = ana.get(&format!("/complaints?{parameter}={}", encoded(name)));
                assert_eq!(refused.refused(422, "invalid-field").body["field"], parameter, "{name:?}");
            }
            let bodies = [
                ("assessment", "severity", json!({ "severity": name })),
                ("decision", "outcome", json!({ "outcome": name, "reasons": "r" })),
                ("replies", "kind", json!({ "kind": name, "channel": "sms", "body": "b", "delivered": true })),
                ("replies", "channel", json!({ "kind": "progress", "channel": name, "body": "b", "delivered": true })),
                ("contacts", "direction", json!({ "channel": "sms", "direction": name, "body": "b" })),
                ("customer-answer", "answer", json!({ "answer": name, "channel": "sms" })),
                ("causes", "role", json!({ "cause": "late", "role": name, "confidence": "suspected" })),
                ("causes", "confidence", json!({ "cause": "late", "role": "primary", "confidence": name })),
                ("links", "kind", json!({ "to": id, "kind": name })),
            ];
            for (verb, field, body) in bodies {
                let refused = ana.post(&format!("/complaints/{id}/{verb}"), body).refused(422, "invalid-field").body;
                assert_eq!(refused["field"], field, "{verb} {name:?}: {refused}");
            }
            ana.post(&format!("/complaints/{id}/{}", encoded(name)), json!({})).status(404);
        }
        assert_eq!(ana.complaint(&id), before);
    }
}

const NOBODY: &str = "0190f3b0-0000-7000-8000-00000000ffff";
