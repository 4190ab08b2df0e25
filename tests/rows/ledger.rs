//! Row 22: the ledger is changed below the desk, with SQL, while it serves. The verifier names the first entry that is
//! wrong, and a chain that was made anew or shortened fails against a checkpoint from outside.

use std::fmt::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Arc;

use firsthand_domain::policy::Policy;
use firsthand_domain::time::Timestamp;
use firsthand_storage::hex;
use firsthand_storage::ledger::{self, Entry, Line};
use firsthand_storage::{Database, Settings, Wiring};
use serde_json::Value;

use crate::story::awarding::{people, refund};
use crate::support::{Desk, Engine};

const ENTRIES: i64 = 30;

fn wiring() -> Wiring {
    Wiring {
        now: Arc::new(|| Timestamp::parse("2026-11-23T08:00:00Z").unwrap()),
        new_id: Arc::new(|_| uuid::Uuid::nil()),
        policy: Policy::DEFAULT,
    }
}

/// Opens the database of a desk beside it.
fn beside<T>(desk: &Desk, act: impl AsyncFnOnce(&Database) -> T) -> T {
    let settings = Settings { url: desk.url().to_owned(), connections: 1 };
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
        let database = Database::open_existing(&settings, wiring()).await.unwrap();
        let done = act(&database).await;
        database.close().await;
        done
    })
}

fn append(desk: &Desk, count: i64) {
    beside(desk, async |database| {
        for number in 1..=count {
            let appended = database.change(move |unit| {
                Box::pin(async move {
                    let fields = vec![("amount", format!("{number}.00")), ("words", "\"漏水\"\n".to_owned())];
                    let line =
                        Line { kind: "award_approved", actor: None, subject: None, fields, personal: None };
                    ledger::append(unit, &line).await
                })
            });
            appended.await.unwrap();
        }
    });
}

fn entries(desk: &Desk) -> Vec<Entry> {
    beside(desk, async |database| {
        ledger::page(&mut database.read().await.unwrap().tx(), 0, 1000).await.unwrap()
    })
}

/// Runs SQL as whoever administers the database can.
fn sql(desk: &Desk, engine: Engine, text: &str) {
    let mut program = match engine {
        Engine::Sqlite => Command::new("sqlite3"),
        Engine::Postgres => Command::new("psql"),
    };
    let file = desk.url().trim_start_matches("sqlite://").to_owned();
    match engine {
        Engine::Sqlite => program.args(["-bail", "-cmd", ".timeout 5000", &file, text]),
        Engine::Postgres => program.args([
            "--no-psqlrc",
            "--quiet",
            "--set=ON_ERROR_STOP=1",
            "--single-transaction",
            "--dbname",
            desk.url(),
            "--command",
            text,
        ]),
    };
    let done = program.stdin(Stdio::null()).output().expect("sqlite3 and psql run");
    assert!(done.status.success(), "{text}\n{}", String::from_utf8_lossy(&done.stderr));
}

/// The last line the verifier told, and its exit code.
fn verified(desk: &Desk, checkpoint: Option<&Path>) -> (String, Option<i32>) {
    let mut program = desk.program();
    program.args(["ledger", "verify"]);
    if let Some(file) = checkpoint {
        program.arg("--checkpoint").arg(file);
    }
    let done = program.stdin(Stdio::null()).output().unwrap();
    let told = String::from_utf8(done.stdout).unwrap();
    let last = told.lines().last().unwrap_or_else(|| panic!("{}", String::from_utf8_lossy(&done.stderr)));
    (last.to_owned(), done.status.code())
}

fn assert_good(desk: &Desk, checkpoint: Option<&Path>, count: i64) {
    assert_eq!(verified(desk, checkpoint), (format!("good: {count} entries"), Some(0)));
}

fn assert_bad(desk: &Desk, checkpoint: Option<&Path>, entry: i64, after: &str) {
    let (told, code) = verified(desk, checkpoint);
    assert!(told.starts_with(&format!("bad entry {entry}: ")) && code == Some(1), "{after}\n{told}");
}

/// A folder for what lies outside the data, gone with this value.
struct Outside(PathBuf);

impl Outside {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("firsthand_outside_{}_{name}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn key(&self) -> PathBuf {
        let key = self.0.join("key");
        assert!(make_key(&key).status.success());
        key
    }
}

impl Drop for Outside {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn make_key(file: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_firsthand")).args(["ledger", "key"]).arg(file).output().unwrap()
}

const DROP_TRIGGERS: [&str; 2] = [
    "drop trigger ledger_is_not_changed; drop trigger ledger_is_not_removed",
    "drop trigger ledger_is_not_changed on ledger; drop trigger ledger_is_not_emptied on ledger",
];
const KEEP: &str =
    "create table kept as select * from ledger; create table kept_head as select * from ledger_head";
const RESTORE: &str = "delete from ledger; insert into ledger select * from kept; \
                       delete from ledger_head; insert into ledger_head select * from kept_head";
const HEAD_PUT_RIGHT: &str = "update ledger_head set seq = (select max(seq) from ledger), \
                              hash = (select hash from ledger order by seq desc limit 1)";

/// What is done, and the entry that must be named.
const CHANGES: [(&str, i64); 12] = [
    ("update ledger set body = replace(body, '7.00', '8.00') where seq = 7", 7),
    ("update ledger set body = body || ' ' where seq = 8", 8),
    ("update ledger set at = at + 1 where seq = 9", 9),
    ("update ledger set kind = 'award_refused' where seq = 30", 30),
    ("update ledger set commitment = hash where seq = 10", 10),
    ("update ledger set prev = hash where seq = 4", 4),
    ("delete from ledger where seq = 11", 11),
    (
        "insert into ledger select seq + 1, at, kind, actor, subject, body, commitment, prev, hash from ledger \
         where seq = 30",
        31,
    ),
    (
        "update ledger set seq = seq + 1000 where seq >= 15; update ledger set seq = seq - 999 where seq > 1000; \
         insert into ledger select 15, at, kind, actor, subject, body, commitment, prev, hash from ledger where seq = 3; \
         update ledger_head set seq = 31",
        15,
    ),
    (
        "update ledger set seq = 1005 where seq = 5; update ledger set seq = 5 where seq = 6; \
         update ledger set seq = 6 where seq = 1005",
        5,
    ),
    ("update ledger set body = '' where seq = 12", 12),
    ("delete from ledger where seq > 20", 21),
];

fn row_22_a_ledger_changed_below_the_desk_is_found(engine: Engine) {
    let outside = Outside::new(&format!("22_{engine:?}"));
    let (key, kept) = (outside.key(), outside.0.join("checkpoints"));
    let settings = [("LEDGER__KEY", key.to_str().unwrap()), ("LEDGER__CHECKPOINTS", kept.to_str().unwrap())];
    let desk = Desk::open_with(engine, &settings);
    let lead = desk.person("Lan", "lead");
    assert_good(&desk, None, 0);
    append(&desk, ENTRIES);
    let checkpoint = outside.0.join("checkpoint.json");
    let told = lead.get("/ledger/checkpoint").status(200).body;
    assert_eq!(told["index"], ENTRIES);
    std::fs::write(&checkpoint, told.to_string()).unwrap();
    for checkpoint in [None, Some(checkpoint.as_path())] {
        assert_good(&desk, checkpoint, ENTRIES);
    }

    sql(&desk, engine, DROP_TRIGGERS[usize::from(engine == Engine::Postgres)]);
    sql(&desk, engine, KEEP);
    for (change, entry) in CHANGES {
        sql(&desk, engine, change);
        assert_bad(&desk, None, entry, change);
        sql(&desk, engine, RESTORE);
    }

    let shorter = format!("delete from ledger where seq > 20; {HEAD_PUT_RIGHT}");
    sql(&desk, engine, &shorter);
    assert_good(&desk, None, 20);
    assert_bad(&desk, Some(&checkpoint), 21, &shorter);
    sql(&desk, engine, RESTORE);

    let anew = made_anew(entries(&desk), engine);
    sql(&desk, engine, &anew);
    assert_good(&desk, None, ENTRIES);
    assert_bad(&desk, Some(&checkpoint), ENTRIES, &anew);
    sql(&desk, engine, RESTORE);

    let mut forged = told.clone();
    forged["index"] = 29.into();
    std::fs::write(&checkpoint, forged.to_string()).unwrap();
    assert_bad(&desk, Some(&checkpoint), 29, "a checkpoint that was not signed so");
    std::fs::write(outside.0.join("none"), unsigned(&told)).unwrap();
    assert_bad(&desk, Some(&outside.0.join("none")), ENTRIES, "a checkpoint without its signature");

    let (status, log) = desk.stop();
    assert!(status.success(), "{log}");
    let lines = std::fs::read_to_string(&kept).unwrap();
    let last: Value = serde_json::from_str(lines.lines().last().unwrap()).unwrap();
    assert_eq!((&last["index"], &last["hash"]), (&told["index"], &told["hash"]));
    assert_good(&desk, Some(&kept), ENTRIES);
}

fn unsigned(told: &Value) -> String {
    let mut unsigned = told.clone();
    (unsigned["public_key"], unsigned["signature"]) = (Value::Null, Value::Null);
    unsigned.to_string()
}

/// The whole chain from the fifth entry on, with another amount there, made with our own code.
fn made_anew(mut written: Vec<Entry>, engine: Engine) -> String {
    let bytes = |hash: &[u8]| match engine {
        Engine::Sqlite => format!("x'{}'", hex(hash)),
        Engine::Postgres => format!("decode('{}', 'hex')", hex(hash)),
    };
    let mut text = "update ledger set body = replace(body, '5.00', '500.00') where seq = 5;".to_owned();
    written[4].fields[0].1 = "500.00".to_owned();
    let mut prev = written[3].hash;
    for entry in &mut written[4..] {
        entry.prev = prev;
        entry.hash = entry.computed();
        prev = entry.hash;
        let (prev, hash, seq) = (bytes(&entry.prev), bytes(&entry.hash), entry.seq);
        let _ = write!(text, "update ledger set prev = {prev}, hash = {hash} where seq = {seq};");
    }
    text.push_str(HEAD_PUT_RIGHT);
    text
}

/// What is done to the rows that decisions are made by, and what is told of it.
const ROWS: [(&str, &str); 8] = [
    ("update award set amount = amount * 2", "amount differs"),
    ("update award set state = 'executed'", "state differs"),
    ("update award set basis = 'liability'", "basis differs"),
    ("update award_usage set amount = 1", "what it takes up differs"),
    ("update award_usage set freed = 1", "no longer counts, and no entry says why"),
    ("delete from award_usage", "does not count towards any limit"),
    ("update authority_grant set body = replace(body, ':10000', ':90000')", "per_award differs"),
    ("update authority_grant set body = replace(body, '\"active\"', '\"suspended\"')", "state differs"),
];
const KEEP_ROWS: &str = "create table kept_award as select * from award; \
                         create table kept_usage as select * from award_usage; \
                         create table kept_grant as select * from authority_grant";
const RESTORE_ROWS: &str = "delete from award_usage; insert into award_usage select * from kept_usage; \
    update award set amount = (select amount from kept_award k where k.id = award.id), \
    state = (select state from kept_award k where k.id = award.id), \
    basis = (select basis from kept_award k where k.id = award.id); \
    update authority_grant set body = (select body from kept_grant k where k.id = authority_grant.id)";
const DROP_GRANT_TRIGGERS: [&str; 2] = [
    "drop trigger authority_grant_keeps_its_terms",
    "drop trigger authority_grant_keeps_its_terms on authority_grant",
];

fn row_22_rows_that_are_not_what_the_ledger_says_are_found(engine: Engine) {
    let desk = Desk::open(engine);
    let p = people(&desk);
    p.root(&p.ana.id, serde_json::json!({ "per_award": "100.00" }));
    let id = p.ana.log(serde_json::json!({ "name": "Mai" }), "late").text("/id");
    p.ana.propose(&id, refund("60.00")).status(201);
    let (told, code) = verified(&desk, None);
    assert!(told.starts_with("good: ") && code == Some(0), "{told}");
    sql(&desk, engine, DROP_GRANT_TRIGGERS[usize::from(engine == Engine::Postgres)]);
    sql(&desk, engine, KEEP_ROWS);
    for (change, words) in ROWS {
        sql(&desk, engine, change);
        let (told, code) = verified(&desk, None);
        assert!(
            told.starts_with("bad entry ") && told.contains(words) && code == Some(1),
            "{change}\n{told}"
        );
        sql(&desk, engine, RESTORE_ROWS);
        assert_eq!(verified(&desk, None).1, Some(0), "after {change}");
    }
}

#[test]
fn row_22_rows_that_are_not_what_the_ledger_says_are_found_on_sqlite() {
    row_22_rows_that_are_not_what_the_ledger_says_are_found(Engine::Sqlite);
}

#[test]
fn row_22_rows_that_are_not_what_the_ledger_says_are_found_on_postgres() {
    row_22_rows_that_are_not_what_the_ledger_says_are_found(Engine::Postgres);
}

#[test]
fn row_22_a_ledger_changed_below_the_desk_is_found_on_sqlite() {
    row_22_a_ledger_changed_below_the_desk_is_found(Engine::Sqlite);
}

#[test]
fn row_22_a_ledger_changed_below_the_desk_is_found_on_postgres() {
    row_22_a_ledger_changed_below_the_desk_is_found(Engine::Postgres);
}

#[test]
fn a_key_lies_outside_the_data_and_is_for_the_desk_alone() {
    let desk = Desk::open(Engine::Sqlite);
    let outside = Outside::new("keys");
    let key = outside.key();
    assert_eq!(std::fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
    let before = std::fs::read(&key).unwrap();
    let again = make_key(&key);
    assert_eq!(again.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&again.stderr).contains("never overwritten"));
    assert_eq!(std::fs::read(&key).unwrap(), before);

    let refused = |key: &Path, words: &str| {
        for command in [&["serve"] as &[_], &["ledger", "verify"]] {
            let done = desk.program().env("FIRSTHAND__LEDGER__KEY", key).args(command).output().unwrap();
            let told = String::from_utf8_lossy(&done.stderr).into_owned();
            assert!(done.status.code() == Some(1) && told.contains(words), "{told}");
        }
    };
    let inside = desk.folder().join("key");
    std::fs::copy(&key, &inside).unwrap();
    refused(&inside, "is in the folder of the database");
    refused(&outside.0.join("nothing"), "ledger.key");
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o640)).unwrap();
    refused(&key, "chmod 600");
    let other = outside.0.join("other");
    std::fs::write(&other, "a key").unwrap();
    std::fs::set_permissions(&other, std::fs::Permissions::from_mode(0o600)).unwrap();
    refused(&other, "is no Ed25519 key");
}
