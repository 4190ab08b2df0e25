//! F35: another program on the machine holds the database.
//!
//! `FIRSTHAND_HELD=60 tests/run faults::held` holds it for a minute.

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use firsthand_domain::policy::Policy;
use firsthand_domain::time::Timestamp;
use firsthand_storage::{Database, Settings, Wiring};
use serde_json::json;

use crate::support::{Desk, Engine};

/// How long it is held, in seconds: longer than a change waits.
fn seconds() -> u64 {
    std::env::var("FIRSTHAND_HELD").map_or(8, |n| n.parse().expect("FIRSTHAND_HELD is a number of seconds"))
}

/// Holds the write lock of the file, as a tool for SQLite does between `begin immediate` and `commit`.
fn hold_file(url: &str, ready: std::sync::mpsc::Sender<()>) {
    let settings = Settings { url: url.to_owned(), connections: 1 };
    let wiring = Wiring {
        now: Arc::new(|| Timestamp::from_micros(0)),
        new_id: Arc::new(|_| uuid::Uuid::nil()),
        policy: Policy::DEFAULT,
    };
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
        let database = Database::open_existing(&settings, wiring).await.unwrap();
        let held = database.change(move |_| {
            let ready = ready.clone();
            Box::pin(async move {
                ready.send(()).unwrap();
                tokio::time::sleep(Duration::from_secs(seconds())).await;
                Ok(())
            })
        });
        held.await.unwrap();
        database.close().await;
    });
}

/// Holds the table of complaints against every change, as a tool for PostgreSQL may.
fn hold_table(url: &str, ready: std::sync::mpsc::Sender<()>) {
    let mut psql = Command::new("psql")
        .args(["--no-psqlrc", "--quiet", "--tuples-only", "--dbname", url])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let hold = format!(
        "begin; lock table complaint in exclusive mode; select 'held'; select pg_sleep({}); commit;\n",
        seconds()
    );
    psql.stdin.take().unwrap().write_all(hold.as_bytes()).unwrap();
    let mut out = std::io::BufReader::new(psql.stdout.take().unwrap());
    let mut line = String::new();
    while !line.contains("held") {
        assert_ne!(std::io::BufRead::read_line(&mut out, &mut line).unwrap(), 0, "psql ended: {line}");
    }
    ready.send(()).unwrap();
    assert!(psql.wait().unwrap().success());
}

fn reads_go_on_and_changes_are_put_off(engine: Engine) {
    let desk = Desk::open(engine);
    let ana = desk.person("Ana", "agent");
    let id = ana.log(json!({ "anonymous": true }), "late").text("/id");
    let note = |text: &str| ana.post(&format!("/complaints/{id}/notes"), json!({ "body": text }));
    let (ready, held) = std::sync::mpsc::channel();
    std::thread::scope(|scope| {
        let url = desk.url();
        let holder = scope.spawn(move || match engine {
            Engine::Sqlite => hold_file(url, ready),
            Engine::Postgres => hold_table(url, ready),
        });
        held.recv().unwrap();
        let mut changes = 0;
        while !holder.is_finished() {
            let changing = scope.spawn(|| {
                #[expect(clippy::disallowed_methods, reason = "how long it takes is what is tested")]
                let now = Instant::now;
                let asked = now();
                (note("while it is held"), asked.elapsed())
            });
            while !changing.is_finished() {
                ana.get(&format!("/complaints/{id}")).status(200);
                ana.get("/complaints").status(200);
                assert_eq!(ana.get("/readyz").status, 200);
                std::thread::sleep(Duration::from_millis(50));
            }
            let (answer, took) = changing.join().unwrap();
            if changes == 0 {
                // The first waits for five seconds at most, on a machine that may have other things to do.
                assert!(took < Duration::from_secs(7), "{took:?}");
                let refused = answer.refused(503, "unavailable");
                assert!(refused.header("retry-after").is_some());
            } else {
                assert!([200, 503].contains(&answer.status), "{}", answer.body);
            }
            changes += 1;
        }
        holder.join().unwrap();
    });
    note("after it").status(200);
    let check = desk.command(&["check"]);
    assert!(check.status.success(), "{}", String::from_utf8_lossy(&check.stderr));
}

#[test]
fn f35_a_database_that_is_held_puts_changes_off_on_sqlite() {
    reads_go_on_and_changes_are_put_off(Engine::Sqlite);
}

#[test]
fn f35_a_database_that_is_held_puts_changes_off_on_postgres() {
    reads_go_on_and_changes_are_put_off(Engine::Postgres);
}
