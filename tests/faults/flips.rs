//! F25: one bit of the database file is another. What is decided by, and what was given, is found changed or is not changed;
//! no wrong amount is ever shown as right.

use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::json;

use crate::story::awarding::{people, refund};
use crate::support::{Desk, Engine};

/// What money rests on, as it lies there; nothing when it cannot be read.
const MONEY: [&str; 6] = [
    ".mode quote",
    "select * from ledger not indexed",
    "select * from award not indexed",
    "select * from award_usage",
    "select * from authority_grant not indexed",
    "select c.id, json_extract(a.value, '$.id', '$.value', '$.state', '$.proposed_by') from complaint c not indexed, \
     json_each(c.state, '$.awards') a",
];

fn flips() -> usize {
    std::env::var("FIRSTHAND_FLIPS").map_or(150, |n| n.parse().expect("FIRSTHAND_FLIPS is a number"))
}

fn money(file: &Path) -> Option<Vec<u8>> {
    let read =
        Command::new("sqlite3").arg("-readonly").arg(file).args(MONEY).stdin(Stdio::null()).output().unwrap();
    // An id is the same in capitals.
    (read.status.success() && read.stderr.is_empty()).then_some(read.stdout.to_ascii_lowercase())
}

/// Does a command of the program find nothing wrong with that file?
fn believes(desk: &Desk, file: &Path, command: &[&str]) -> bool {
    let url = format!("sqlite://{}", file.display());
    let done = desk
        .program()
        .env("FIRSTHAND__DATABASE__URL", url)
        .args(command)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&done.stderr).into_owned();
    assert!(!told.contains("panicked"), "{command:?}: {told}");
    done.status.success()
}

/// Chance that comes the same each time (xorshift).
fn next(state: &mut u64) -> usize {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    usize::try_from(*state >> 16).unwrap()
}

/// `FIRSTHAND_FLIPS=10000 tests/run f25_` runs the long version.
#[test]
fn f25_a_bit_that_is_another_is_found_or_changes_no_amount() {
    let desk = Desk::open(Engine::Sqlite);
    let p = people(&desk);
    p.root(&p.ana.id, json!({ "per_award": "100.00", "per_holder": { "amount": "5000.00", "days": 30 } }));
    for n in 1..=12 {
        let customer = json!({ "name": format!("C{n}"), "email": format!("c{n}@example.org") });
        let body = json!({ "channel": "phone", "customer": customer, "narrative": "late", "desired_remedy": "money" });
        let id = p.ana.log_with(body).text("/id");
        let award = p.ana.propose(&id, refund(&format!("{n}.50"))).status(201).text("/id");
        if n % 2 == 0 {
            p.ana.on_award(&award, "offer", json!({})).status(200);
            p.ana.on_award(&award, "customer-answer", json!({ "answer": "accepted" })).status(200);
            p.ana.on_award(&award, "execute", json!({})).status(200);
        }
    }
    desk.stop();
    let file = desk.folder().join("desk.db");
    assert!(!desk.folder().join("desk.db-wal").exists(), "a desk that was stopped is one file");
    let (bytes, right) = (std::fs::read(&file).unwrap(), money(&file).unwrap());
    assert!(believes(&desk, &file, &["ledger", "verify"]) && believes(&desk, &file, &["check"]));
    let (flipped, mut state) = (desk.folder().join("flipped.db"), 0x2545_f491_4f6c_dd1d_u64);
    let (mut found, mut same, mut unreadable) = (0, 0, 0);
    // Half of the bits lie anywhere, half beside an amount: of a small file most bytes are of the schema, or of nothing.
    let amounts: Vec<usize> = (0..bytes.len() - 3).filter(|at| &bytes[*at..*at + 3] == b"EUR").collect();
    for flip in 0..flips() {
        let (anywhere, bit) = (next(&mut state) % bytes.len(), next(&mut state) % 8);
        let beside = (amounts[next(&mut state) % amounts.len()] + next(&mut state) % 160).saturating_sub(80);
        let place = if flip % 2 == 0 { anywhere } else { beside.min(bytes.len() - 1) };
        let mut changed = bytes.clone();
        changed[place] ^= 1 << bit;
        std::fs::write(&flipped, &changed).unwrap();
        let read = money(&flipped);
        if read.as_ref() == Some(&right) {
            same += 1;
        } else {
            *if read.is_some() { &mut found } else { &mut unreadable } += 1;
            let good =
                believes(&desk, &flipped, &["ledger", "verify"]) && believes(&desk, &flipped, &["check"]);
            let kept = std::env::temp_dir().join("firsthand_flipped.db");
            if good {
                std::fs::copy(&flipped, &kept).unwrap();
            }
            assert!(
                !good,
                "bit {bit} of byte {place} changed what was given, unseen: see {}",
                kept.display()
            );
        }
        for more in ["-wal", "-shm"] {
            let _ = std::fs::remove_file(desk.folder().join(format!("flipped.db{more}")));
        }
    }
    assert!(found > 0 && same > 0);
    eprintln!(
        "{} bits: {same} changed no amount, {found} found, {unreadable} unreadable and told so",
        flips()
    );
}
