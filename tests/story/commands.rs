//! The command line, as a newcomer and a script use it.

use serde_json::{Value, json};

use super::Desk;
use crate::on_both_engines;

fn told(output: &std::process::Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

on_both_engines! {
    fn people_are_added_once(desk: &Desk) {
        let add = ["staff", "add", "--name", "Ana", "--email", "ana@example.com", "--role", "agent"];
        let first = desk.command(&add);
        let link = String::from_utf8_lossy(&first.stdout).into_owned();
        assert!(first.status.success() && link.contains("/invitation/fh_"), "{}", told(&first));
        let another = desk.command(&["staff", "invite", "--email", "ANA@example.com"]);
        let another_link = String::from_utf8_lossy(&another.stdout).into_owned();
        assert!(another_link.contains("/invitation/fh_") && another_link != link, "{}", told(&another));
        assert_eq!(desk.command(&["staff", "invite", "--email", "no@example.com"]).status.code(), Some(1));
        let ended = desk.command(&["staff", "end-second-factor", "--email", "ana@example.com"]);
        assert!(ended.status.success() && told(&ended).contains("There was none"), "{}", told(&ended));
        assert_eq!(desk.command(&["staff", "end-second-factor", "--email", "no@example.com"]).status.code(), Some(1));
        let again = desk.command(&add);
        assert_eq!(again.status.code(), Some(1), "{}", told(&again));
        let mut wrong = add;
        wrong[7] = "boss";
        assert_eq!(desk.command(&wrong).status.code(), Some(2));
        wrong[7] = "agent";
        wrong[5] = "no address";
        assert_eq!(desk.command(&wrong).status.code(), Some(2));
    }

    fn unknown_settings_are_named(desk: &Desk) {
        let output = desk.program().env("FIRSTHAND__HTTP__LISSTEN", "x").arg("check").output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert!(told(&output).to_lowercase().contains("lissten"), "{}", told(&output));
        let output = desk.program().env("FIRSTHAND__DATABASE__URL", "mysql://x").arg("check").output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{}", told(&output));
        let help = desk.command(&["--help"]);
        assert!(help.status.success());
        for command in ["serve", "staff", "import", "export", "migrate", "check"] {
            assert!(String::from_utf8_lossy(&help.stdout).contains(command), "{command}");
        }
    }

    fn everything_is_exported_and_checked(desk: &Desk) {
        let ana = desk.person("Ana", "agent");
        let body = json!({ "channel": "phone", "customer": { "name": "=cmd()" }, "narrative": "two\nlines, \"quoted\"",
                           "summary": "+formula" });
        let id = ana.log_with(body).text("/id");
        ana.log(json!({ "anonymous": true }), "第二个");
        let lines = desk.command(&["export", "complaints", "--format", "jsonl"]);
        assert!(lines.status.success(), "{}", told(&lines));
        let rows: Vec<Value> = String::from_utf8(lines.stdout).unwrap().lines().map(|l| serde_json::from_str(l).unwrap()).collect();
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[0], ana.complaint(&id));
        let csv = desk.command(&["export", "complaints", "--format", "csv"]);
        let text = String::from_utf8(csv.stdout).unwrap();
        let header = text.lines().next().unwrap();
        for column in ["reference", "customer.name", "narrative", "first_contact.name"] {
            assert!(header.split(',').any(|c| c == column), "{column} in {header}");
        }
        assert!(text.contains("'=cmd()") && text.contains("'+formula"), "{text}");
        let none = desk.command(&["export", "complaints", "--format", "jsonl", "--to", "2001-01-01"]);
        assert!(none.status.success() && none.stdout.is_empty());
        let check = desk.command(&["check"]);
        assert!(check.status.success(), "{}", told(&check));
        assert!(told(&check).contains("2 complaints"), "{}", told(&check));
        assert!(desk.command(&["migrate"]).status.success());
    }
}

/// With nobody at the desk, serving says what to do first; it stops in good order when asked.
#[test]
fn an_empty_desk_says_what_to_do_first() {
    let desk = Desk::open(crate::support::Engine::Sqlite);
    let (status, log) = desk.stop();
    assert!(status.success(), "{log}");
    assert!(log.contains("/setup?code=fh_"), "{log}");
}
