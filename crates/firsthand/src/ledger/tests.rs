//! A ledger as storage writes it, in memory, and everything that can be done to it: each change is found, and the first
//! entry that is wrong is named.

use firsthand_domain::id::StaffId;
use firsthand_domain::time::Timestamp;
use firsthand_storage::audit::RawEntry;
use firsthand_storage::ledger::Entry;
use uuid::Uuid;

use super::point::{self, Point, Unbelieved};
use super::walk::{Bad, Walk};

const ENTRIES: usize = 1000;
const CHANGES: usize = 10_000;

/// A row that can be changed.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Row {
    seq: i64,
    at: i64,
    kind: Vec<u8>,
    actor: Option<Vec<u8>>,
    subject: Option<Vec<u8>>,
    body: Vec<u8>,
    commitment: Option<Vec<u8>>,
    prev: Vec<u8>,
    hash: Vec<u8>,
}

impl Row {
    fn raw(&self) -> RawEntry<'_> {
        RawEntry {
            seq: self.seq,
            at: self.at,
            kind: &self.kind,
            actor: self.actor.as_deref(),
            subject: self.subject.as_deref(),
            body: &self.body,
            commitment: self.commitment.as_deref(),
            prev: &self.prev,
            hash: &self.hash,
        }
    }
}

/// Chance that comes the same each time (xorshift).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).unwrap()
    }

    fn byte(&mut self) -> u8 {
        self.next().to_be_bytes()[3]
    }

    fn id(&mut self) -> Uuid {
        Uuid::from_u64_pair(self.next(), self.next())
    }
}

/// What somebody would append, as storage writes it.
fn entries(chance: &mut Chance, count: usize) -> Vec<Entry> {
    let words = ["", "refund", "a \"quoted\" \\ word", "two\nlines\t\u{1}", "漏水", "12.50"];
    let (mut prev, mut at) = ([0; 32], 1_700_000_000_000_000);
    (1..)
        .take(count)
        .map(|seq| {
            at += i64::try_from(chance.below(3)).unwrap() * 1_000_000;
            let count = chance.below(5);
            let field = |n| (format!("f{n}"), words[chance.below(6)].to_owned());
            let fields = (0..count).map(field).collect();
            let mut entry = Entry {
                seq,
                at: Timestamp::from_micros(at),
                kind: ["award_approved", "grant_revoked", "erasure"][chance.below(3)].to_owned(),
                fields,
                actor: (chance.below(4) > 0).then(|| StaffId(chance.id())),
                subject: (chance.below(4) > 0).then(|| chance.id()),
                commitment: (chance.below(2) > 0).then(|| std::array::from_fn(|_| chance.byte())),
                prev,
                hash: [0; 32],
            };
            entry.hash = entry.computed();
            prev = entry.hash;
            entry
        })
        .collect()
}

fn rows(entries: &[Entry]) -> Vec<Row> {
    let row = |e: &Entry| Row {
        seq: e.seq,
        at: e.at.micros(),
        kind: e.kind.clone().into_bytes(),
        actor: e.actor.map(|a| a.0.as_bytes().to_vec()),
        subject: e.subject.map(|s| s.as_bytes().to_vec()),
        body: serde_json::to_vec(&e.fields).unwrap(),
        commitment: e.commitment.map(|c| c.to_vec()),
        prev: e.prev.to_vec(),
        hash: e.hash.to_vec(),
    };
    entries.iter().map(row).collect()
}

/// What the head says of these rows.
type Head = (i64, i64, Vec<u8>);

fn head(rows: &[Row]) -> Head {
    rows.last().map_or((0, 0, vec![0; 32]), |last| (last.seq, last.at, last.hash.clone()))
}

fn walked(mut walk: Walk<'_>, rows: &[Row], head: &Head) -> Result<i64, Bad> {
    rows.iter().try_for_each(|row| walk.step(Some(row.raw())))?;
    walk.end(Some((head.0, head.1, &head.2)))
}

/// Changes a text of bytes somehow.
fn bent(bytes: &[u8], chance: &mut Chance) -> Vec<u8> {
    let mut bent = bytes.to_vec();
    match chance.below(3) {
        0 if !bent.is_empty() => {
            let place = chance.below(bent.len());
            bent[place] ^= 1 << chance.below(8);
        }
        1 if !bent.is_empty() => drop(bent.remove(chance.below(bytes.len()))),
        _ => bent.insert(chance.below(bytes.len() + 1), chance.byte()),
    }
    bent
}

fn bent_option(bytes: Option<&Vec<u8>>, chance: &mut Chance) -> Option<Vec<u8>> {
    match (bytes, chance.below(4)) {
        (Some(_), 0) => None,
        (Some(bytes), _) => Some(bent(bytes, chance)),
        (None, 0) => Some(Vec::new()),
        (None, 1) => Some(vec![0; 32]),
        (None, _) => Some(vec![chance.byte(); 16]),
    }
}

/// One value of one row is another.
fn bend(row: &mut Row, chance: &mut Chance) {
    match chance.below(9) {
        0 => row.seq ^= 1 << chance.below(63),
        1 => row.at ^= 1 << chance.below(63),
        2 => row.kind = bent(&row.kind, chance),
        3 => row.actor = bent_option(row.actor.as_ref(), chance),
        4 => row.subject = bent_option(row.subject.as_ref(), chance),
        5 => row.body = bent(&row.body, chance),
        6 => row.commitment = bent_option(row.commitment.as_ref(), chance),
        7 => row.prev = bent(&row.prev, chance),
        _ => row.hash = bent(&row.hash, chance),
    }
}

/// A change of the ledger: what it is after, from the row where the change begins, and which entry must be named.
struct Change {
    from: usize,
    after: Vec<Row>,
    head: Head,
    named: i64,
}

fn change(rows: &[Row], chance: &mut Chance) -> Change {
    let number = |place: usize| i64::try_from(place + 1).unwrap();
    let (kind, from) = (chance.below(12), chance.below(rows.len()));
    let (mut after, mut head) = (rows[from..].to_vec(), head(rows));
    let mut named = number(from);
    let other = chance.below(after.len());
    match kind {
        // Order: two rows in each other's place, with their numbers or without.
        6 if other > 0 => after.swap(0, other),
        7 if other > 0 => {
            after.swap(0, other);
            let (first, second) = (after[0].seq, after[other].seq);
            (after[0].seq, after[other].seq) = (second, first);
        }
        8 => drop(after.remove(0)),
        9 => {
            // A copy of any row, changed or not, before this one.
            let mut copy = rows[chance.below(rows.len())].clone();
            if chance.below(2) == 0 {
                copy.seq = number(from);
            }
            if copy == after[0] {
                named += 1;
            }
            after.insert(0, copy);
        }
        10 => {
            // The end is cut off, and the head put right: the checkpoint knows.
            after.clear();
            head = self::head(&rows[..from]);
        }
        11 => {
            named = number(rows.len() - 1);
            match chance.below(3) {
                0 => {
                    head.0 -= 1 + i64::try_from(chance.below(rows.len())).unwrap();
                    named = head.0 + 1;
                }
                1 => {
                    head.0 += 1;
                    named += 1;
                }
                _ => head.2 = bent(&head.2, chance),
            }
        }
        _ => bend(&mut after[0], chance),
    }
    Change { from, after, head, named }
}

#[test]
fn what_storage_writes_is_good() {
    for count in [0, 1, ENTRIES] {
        let rows = rows(&entries(&mut Chance(3), count));
        assert_eq!(walked(Walk::new(&[]), &rows, &head(&rows)), Ok(i64::try_from(count).unwrap()));
    }
}

#[test]
fn each_of_ten_thousand_changes_is_found_and_the_first_bad_entry_named() {
    let mut chance = Chance(20_261_123);
    let rows = rows(&entries(&mut chance, ENTRIES));
    let last = rows.last().unwrap();
    let points = [Point { index: last.seq, hash: last.hash.clone().try_into().unwrap() }];
    // The walk before each row: what lies before a change is good, and not walked again for each of them.
    let mut before = vec![Walk::new(&points)];
    for row in &rows {
        let mut walk = before.last().unwrap().clone();
        walk.step(Some(row.raw())).unwrap();
        before.push(walk);
    }
    for number in 0..CHANGES {
        let Change { from, after, head, named } = change(&rows, &mut chance);
        let found = walked(before[from].clone(), &after, &head);
        let entry = found.as_ref().err().map(|bad| bad.entry);
        assert_eq!(entry, Some(named), "change {number}, at row {from}: {found:?}");
        if number % 100 == 0 {
            let whole = [&rows[..from], &after].concat();
            assert_eq!(walked(Walk::new(&points), &whole, &head), found, "walked as a whole");
        }
    }
}

#[test]
fn a_chain_made_anew_is_good_and_not_what_the_checkpoint_knows() {
    let mut written = entries(&mut Chance(9), 100);
    let known = Point { index: 60, hash: written[59].hash };
    let points = [known];
    let mut prev = written[39].hash;
    written[40].fields.push(("amount".to_owned(), "1000000.00".to_owned()));
    for entry in &mut written[40..] {
        entry.prev = prev;
        entry.hash = entry.computed();
        prev = entry.hash;
    }
    let rows = rows(&written);
    assert_eq!(walked(Walk::new(&[]), &rows, &head(&rows)), Ok(100), "nothing inside tells");
    let found = walked(Walk::new(&points), &rows, &head(&rows)).unwrap_err();
    assert_eq!((found.entry, found.why.as_str()), (60, "is not the entry that the checkpoint was made of"));
    let found = walked(Walk::new(&points), &rows[..50], &head(&rows[..50])).unwrap_err();
    assert_eq!((found.entry, found.why.as_str()), (51, "is missing; the checkpoint was made of 60 entries"));
}

#[test]
fn time_that_goes_back_is_found_also_when_hashed() {
    let mut written = entries(&mut Chance(9), 3);
    written[2].at = Timestamp::from_micros(written[1].at.micros() - 1);
    written[2].hash = written[2].computed();
    let rows = rows(&written);
    let found = walked(Walk::new(&[]), &rows, &head(&rows)).unwrap_err();
    assert_eq!((found.entry, found.why.as_str()), (3, "its time is before that of the entry before"));
}

#[test]
fn what_is_no_row_and_a_head_that_is_missing_are_found() {
    let rows = rows(&entries(&mut Chance(9), 2));
    let mut walk = Walk::new(&[]);
    walk.step(Some(rows[0].raw())).unwrap();
    assert_eq!(walk.clone().step(None).unwrap_err().entry, 2);
    walk.step(Some(rows[1].raw())).unwrap();
    assert_eq!(walk.end(None).unwrap_err().entry, 3);
}

#[test]
fn only_a_checkpoint_that_is_signed_right_is_believed() {
    // RFC 8032 has no such message: this was signed by another program (OpenSSL), from the description alone.
    let zeros = "0".repeat(64);
    let told = |key: &str, signature: &str| {
        format!(
            "{{\"index\":0,\"hash\":\"{zeros}\",\"at\":\"2026-11-23T00:00:00Z\",\"public_key\":{key},\"signature\":{signature}}}"
        )
    };
    let unsigned = told("null", "null");
    assert_eq!(point::read(&unsigned, None), Ok(vec![Point { index: 0, hash: [0; 32] }]));
    assert_eq!(point::read(&format!("{unsigned}\n{unsigned}\n"), None).unwrap().len(), 2);
    let wrong = |why| Err(Unbelieved::Wrong(0, why));
    assert_eq!(point::read(&unsigned, Some(&[1; 32])), wrong("the checkpoint is not signed"));
    let (key, signature) = (
        "\"62ee252d254bf8c963434050d801123598dc48e720a4bb75db9c541e1cc1870a\"",
        "\"1fedc92264caec17dd996512af28cd8a4fa7a8842a75bdb56a88e7a2c8f41af437af9b31c74c747a29391654d4d61e561a46a96ad9de79b4996afe08d252c001\"",
    );
    assert_eq!(point::read(&told(key, signature), None).unwrap().len(), 1);
    let of_another = wrong("the checkpoint is signed by another key than the one in ledger.key");
    assert_eq!(point::read(&told(key, signature), Some(&[1; 32])), of_another);
    let forged = signature.replace("\"1fedc9", "\"0fedc9");
    assert_eq!(point::read(&told(key, &forged), None), wrong("the signature of the checkpoint is wrong"));
    let later = told(key, signature).replace("00:00:00Z", "00:00:01Z");
    assert_eq!(point::read(&later, None), wrong("the signature of the checkpoint is wrong"));
    for unreadable in ["", "{}", "good: 3 entries", &unsigned[..80]] {
        assert_eq!(point::read(unreadable, None), Err(Unbelieved::Unreadable), "{unreadable}");
    }
}
