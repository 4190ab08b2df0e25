//! Files that break off on their way in, and how much memory a large one takes.

use std::io::Write as _;
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use serde_json::json;

use crate::support::{Desk, Engine};

const LARGE: usize = 20 << 20;

fn cut_off(engine: Engine) {
    let desk = Desk::open(engine);
    let ana = desk.person("Ana", "agent");
    let id = ana.log(json!({ "name": "Mai", "phone": "0901" }), "late").text("/id");
    let head = |address: &str| {
        format!(
            "POST /api/v1/complaints/{id}/attachments?name=a.bin HTTP/1.1\r\nHost: {address}\r\n\
             Authorization: Bearer {}\r\nContent-Length: {LARGE}\r\n\r\n",
            ana.token
        )
    };
    let piece = vec![7; 1 << 20];
    for megabytes in [1, 3, 9] {
        let address = desk.address();
        let mut socket = TcpStream::connect(&address).unwrap();
        socket.write_all(head(&address).as_bytes()).unwrap();
        for _ in 0..megabytes {
            socket.write_all(&piece).unwrap();
        }
        std::thread::sleep(Duration::from_millis(300));
        desk.kill();
        desk.start();
    }
    // One whose sender hangs up leaves nothing either.
    let address = desk.address();
    let mut socket = TcpStream::connect(&address).unwrap();
    socket.write_all(head(&address).as_bytes()).unwrap();
    socket.write_all(&piece).unwrap();
    drop(socket);
    std::thread::sleep(Duration::from_millis(300));
    let ana = ana.at(desk.address());
    assert_eq!(ana.history(&id), ["received"]);
    let check = desk.command(&["check"]);
    let said = String::from_utf8_lossy(&check.stderr).into_owned();
    assert!(check.status.success() && said.contains(" 0 files hold"), "{said}");
    // The same file goes in whole afterwards.
    let path = format!("/complaints/{id}/attachments?name=a.bin");
    let made = ana.send_bytes(&path, &[], &vec![7; LARGE]).status(201);
    assert_eq!(made.body["items"][0]["size"], LARGE);
    let check = desk.command(&["check"]);
    assert!(check.status.success(), "{}", String::from_utf8_lossy(&check.stdout));
}

#[test]
fn what_breaks_off_on_its_way_in_is_not_there_on_sqlite() {
    cut_off(Engine::Sqlite);
}

#[test]
fn what_breaks_off_on_its_way_in_is_not_there_on_postgres() {
    cut_off(Engine::Postgres);
}

fn memory(engine: Engine) {
    let desk = Desk::open(engine);
    let ana = desk.person("Ana", "agent");
    let id = ana.log(json!({ "name": "Mai", "phone": "0901" }), "late").text("/id");
    let path = |n: usize| format!("/complaints/{id}/attachments?name={n}.bin");
    ana.send_bytes(&path(9), &[], &vec![9; 1 << 20]).status(201);
    let before = desk.resident_kb();
    let (most, done) = (AtomicU64::new(0), AtomicBool::new(false));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                most.fetch_max(desk.resident_kb(), Ordering::Relaxed);
                std::thread::sleep(Duration::from_millis(5));
            }
        });
        let sending: Vec<_> = (0..4_u8)
            .map(|n| {
                let (ana, path) = (&ana, path(n.into()));
                scope.spawn(move || {
                    let made = ana.send_bytes(&path, &[], &vec![n; LARGE]).status(201);
                    let given = ana.get_bytes(&format!("/attachments/{}", made.text("/items/0/id")), &[]);
                    assert!(given.content == vec![n; LARGE]);
                })
            })
            .collect();
        for one in sending {
            one.join().unwrap();
        }
        done.store(true, Ordering::Relaxed);
    });
    let grown = most.load(Ordering::Relaxed).saturating_sub(before);
    eprintln!("{engine:?}: four files of 20 MiB at once, in and out: {} MiB more", grown >> 10);
    assert!(grown < 64 << 10, "{grown} KiB more for four files of 20 MiB");
}

#[test]
fn a_large_file_is_not_held_in_memory_on_sqlite() {
    memory(Engine::Sqlite);
}

#[test]
fn a_large_file_is_not_held_in_memory_on_postgres() {
    memory(Engine::Postgres);
}
