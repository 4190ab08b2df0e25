//! F15: more connections than there is work for.
//!
//! `FIRSTHAND_CONNECTIONS=10000 FIRSTHAND_SECONDS=600 tests/run faults::crowd` runs the long version; it needs
//! `ulimit -n 25000`.

use std::net::{SocketAddr, TcpStream};
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::raw;
use crate::support::{Desk, Engine, Person};

fn number(name: &str, otherwise: usize) -> usize {
    std::env::var(name).map_or(otherwise, |n| n.parse().unwrap_or_else(|_| panic!("{name} is a number")))
}

/// Asks again and again, each time on a connection that is kept; how long each took.
fn work(ana: &Person, stop: &AtomicBool, took: &Mutex<Vec<Duration>>) {
    #[expect(clippy::disallowed_methods, reason = "how long it takes is what is tested")]
    let now = Instant::now;
    while !stop.load(Ordering::Relaxed) {
        let asked = now();
        ana.get("/complaints").status(200);
        took.lock().unwrap().push(asked.elapsed());
        std::thread::sleep(Duration::from_millis(500));
    }
}

/// Nineteen of twenty hold a connection on which they ask nothing, and open the next when it is closed.
#[test]
fn f15_a_crowd_that_asks_nothing_keeps_nobody_out() {
    let (all, seconds) = (number("FIRSTHAND_CONNECTIONS", 400), number("FIRSTHAND_SECONDS", 12));
    let desk = Desk::open(Engine::Sqlite);
    let ana = desk.person("Ana", "agent");
    let (stop, took, address) = (AtomicBool::new(false), Mutex::new(Vec::new()), desk.address());
    let (mut most, mut closed) = (0, 0);
    std::thread::scope(|scope| {
        for _ in 0..all / 20 {
            let (ana, stop, took) = (&ana, &stop, &took);
            scope.spawn(move || work(ana, stop, took));
        }
        let open = |n: usize| {
            let socket = raw::connect_from([127, 0, 1, u8::try_from(n % 20).unwrap()], &address);
            socket.set_nonblocking(true).unwrap();
            socket
        };
        let mut idle: Vec<TcpStream> = (0..all - all / 20).map(open).collect();
        for _ in 0..seconds {
            std::thread::sleep(Duration::from_secs(1));
            for (n, socket) in idle.iter_mut().enumerate() {
                if socket.peek(&mut [0]).is_ok() {
                    *socket = open(n);
                    closed += 1;
                }
            }
            most = most.max(desk.resident_kb());
        }
        stop.store(true, Ordering::Relaxed);
    });
    let mut took = took.into_inner().unwrap();
    took.sort_unstable();
    let p99 = took[took.len() * 99 / 100];
    assert!(took.len() >= all / 20, "{} answers", took.len());
    assert!(closed > 0, "who asks nothing is let go after ten seconds");
    assert!(most < 1 << 20, "{most} KiB");
    // A figure only where the test has the machine to itself, as in the long version.
    let alone = std::env::var("FIRSTHAND_CONNECTIONS").is_ok();
    assert!(!alone || p99 < Duration::from_millis(500), "{p99:?}");
    eprintln!(
        "{all} connections for {seconds} s: {} answers, p99 {p99:?}, {closed} let go, {most} KiB",
        took.len()
    );
}

/// The time the program has used of a processor, in hundredths of a second.
fn used(desk: &Desk) -> u64 {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", desk.pid())).unwrap();
    let fields: Vec<&str> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
    fields[11..=12].iter().map(|field| field.parse::<u64>().unwrap()).sum()
}

/// Without a file for one more connection the desk waits; it does not end, and it does not turn in circles.
#[test]
fn f15_when_files_run_out_the_desk_waits_and_goes_on() {
    let desk = Desk::open(Engine::Sqlite);
    let ana = desk.person("Ana", "agent");
    let limit = |files: &str| {
        let pid = desk.pid().to_string();
        let done = Command::new("prlimit").args(["--pid", &pid, &format!("--nofile={files}:")]).status();
        assert!(done.unwrap().success());
    };
    let files = std::fs::read_dir(format!("/proc/{}/fd", desk.pid())).unwrap().count();
    limit(&(files + 20).to_string());
    let crowd: Vec<_> = (0..100).map(|_| TcpStream::connect(desk.address()).unwrap()).collect();
    let before = used(&desk);
    std::thread::sleep(Duration::from_secs(3));
    let hundredths = used(&desk) - before;
    assert!(hundredths < 100, "{hundredths} hundredths of a second of work in three seconds of waiting");
    drop(crowd);
    ana.get("/me").status(200);
    let (status, log) = desk.stop();
    assert!(status.success() && log.contains("connections cannot be accepted"), "{log}");
}

/// Who is kept out is counted, and told once, without saying who it is.
#[test]
fn f15_connections_over_a_limit_are_counted_and_told_once() {
    let settings = [
        ("HTTP__CONNECTIONS", "40"),
        ("HTTP__CONNECTIONS_PER_ADDRESS", "25"),
        ("METRICS__LISTEN", "127.0.0.1:0"),
    ];
    let desk = Desk::open_with(Engine::Sqlite, &settings);
    let ana = desk.person("Ana", "agent");
    let address: SocketAddr = desk.address().parse().unwrap();
    let figure = |name: &str| -> u64 {
        let figures = desk.figures();
        let line = figures
            .lines()
            .find(|line| line.starts_with(name))
            .unwrap_or_else(|| panic!("{name} in {figures}"));
        line.rsplit(' ').next().unwrap().parse().unwrap()
    };
    let over =
        |limit: &str| figure(&format!("firsthand_http_connections_over_limit_total{{limit=\"{limit}\"}}"));
    let many = |last: u8, n: usize| -> Vec<_> {
        (0..n).map(|_| raw::connect_from([127, 0, 2, last], &address.to_string())).collect()
    };
    let (one, other) = (many(1, 35), many(2, 20));
    ana.get("/me").status(200);
    assert_eq!(over("address"), 10);
    assert!(over("all") >= 1);
    drop((one, other));
    assert!(raw::told(&desk, b"\x16\x03\x01 hello\r\n\r\n").starts_with("HTTP/1.1 400 "));
    assert_eq!(figure("firsthand_http_unreadable_total"), 1);
    let (_, log) = desk.stop();
    let told = |what: &str| log.lines().filter(|line| line.contains(what)).count();
    assert_eq!((told("an address has all"), told("all connections are in use")), (1, 1), "{log}");
    assert!(!log.contains("127.0.2."), "{log}");
}
