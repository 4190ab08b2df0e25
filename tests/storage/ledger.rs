//! The ledger as storage writes it: one order, one chain, nothing personal in it.

use firsthand_domain::Refusal;
use firsthand_domain::id::{CustomerId, StaffId};
use firsthand_storage::ledger::{self, Entry, Line, Personal};
use uuid::Uuid;

use crate::support::{Desk, verbs};

stories!(
    an_entry_reads_back_and_binds_the_one_before,
    time_never_goes_back,
    decisions_at_once_come_one_after_another,
    an_entry_goes_with_the_change_it_belongs_to,
    a_person_is_an_alias_until_erased,
    the_ledger_cannot_be_changed_removed_or_emptied,
);

fn line(actor: StaffId, value: &str) -> Line {
    let fields = vec![("amount", value.to_owned()), ("words", "\"\\\u{1}\n\t漏水 é".to_owned())];
    Line { kind: "award_approved", actor: Some(actor), subject: Some(Uuid::max()), fields, personal: None }
}

async fn append(desk: &Desk, line: &Line) -> i64 {
    let line = line.clone();
    let appended = desk.db.change(move |unit| {
        let line = line.clone();
        Box::pin(async move { ledger::append(unit, &line).await })
    });
    appended.await.unwrap()
}

async fn all(desk: &Desk) -> Vec<Entry> {
    ledger::page(&mut desk.db.read().await.unwrap().tx(), 0, 10_000).await.unwrap()
}

fn chained(entries: &[Entry]) {
    let mut before = ledger::entry::NONE;
    for (entry, seq) in entries.iter().zip(1..) {
        assert_eq!((entry.seq, entry.prev, entry.hash), (seq, before, entry.computed()));
        before = entry.hash;
    }
}

async fn an_entry_reads_back_and_binds_the_one_before(desk: Desk) {
    let by = desk.agent().await.id;
    assert_eq!(append(&desk, &line(by, "1.00")).await, 1);
    let nobody = Line { kind: "lapsed", actor: None, subject: None, fields: Vec::new(), personal: None };
    assert_eq!(append(&desk, &nobody).await, 2);
    let entries = all(&desk).await;
    chained(&entries);
    let first = &entries[0];
    assert_eq!(
        (first.kind.as_str(), first.actor, first.subject),
        ("award_approved", Some(by), Some(Uuid::max()))
    );
    assert_eq!((first.at, first.field("amount")), (desk.now(), Some("1.00")));
    assert_eq!(first.field("words"), Some("\"\\\u{1}\n\t漏水 é"));
    assert_eq!((entries[1].actor, entries[1].subject, entries[1].fields.len()), (None, None, 0));
    let mut connection = desk.db.read().await.unwrap();
    let head = ledger::head(&mut connection.tx()).await.unwrap();
    assert_eq!((head.seq, head.at, head.hash), (2, entries[1].at, entries[1].hash));
    assert_eq!(ledger::page(&mut connection.tx(), 1, 1).await.unwrap(), entries[1..]);
}

async fn time_never_goes_back(desk: Desk) {
    let by = desk.agent().await.id;
    let start = desk.now();
    for minutes in [0, 5, -1, 4] {
        desk.set_now(start.plus_minutes(minutes));
        append(&desk, &line(by, "1")).await;
    }
    let entries = all(&desk).await;
    chained(&entries);
    let minutes: Vec<i64> = entries.iter().map(|e| (e.at.micros() - start.micros()) / 60_000_000).collect();
    assert_eq!(minutes, [0, 5, 5, 5]);
    let clocks: Vec<_> = entries.iter().map(|e| e.field("clock")).collect();
    assert_eq!(clocks, [None, None, Some("-360"), None], "a minute is no jump");
}

async fn decisions_at_once_come_one_after_another(desk: Desk) {
    const BUDGET: usize = 10;
    let by = desk.agent().await.id;
    let other = desk.open_again().await;
    let mut asked = Vec::new();
    for number in 0..32 {
        let db = if number % 2 == 0 { desk.db.clone() } else { other.db.clone() };
        if number % 2 == 1 && !desk.is_postgres() {
            // A file has one program that writes to it.
            continue;
        }
        asked.push(tokio::spawn(async move {
            db.change(move |unit| {
                Box::pin(async move {
                    ledger::hold(unit).await?;
                    if ledger::page(&mut unit.tx, 0, 100).await?.len() == BUDGET {
                        return Err(Refusal::ReadOnly.into());
                    }
                    ledger::append(unit, &line(by, "1")).await
                })
            })
            .await
        }));
    }
    let mut given = 0;
    for answer in asked {
        match answer.await.unwrap() {
            Ok(_) => given += 1,
            Err(firsthand_storage::Error::Refused(_)) => {}
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!(given, BUDGET);
    chained(&all(&desk).await);
    other.db.close().await;
}

async fn an_entry_goes_with_the_change_it_belongs_to(desk: Desk) {
    let by = desk.agent().await.id;
    append(&desk, &line(by, "1")).await;
    let undone = desk.db.change(move |unit| {
        Box::pin(async move {
            ledger::append(unit, &line(by, "2")).await?;
            Err::<(), _>(Refusal::NotFound.into())
        })
    });
    undone.await.unwrap_err();
    append(&desk, &line(by, "3")).await;
    let entries = all(&desk).await;
    chained(&entries);
    assert_eq!(entries.len(), 2);
}

async fn a_person_is_an_alias_until_erased(desk: Desk) {
    let by = desk.agent().await;
    let complaint = desk.log(&by, verbs::from_customer()).await;
    let customer = complaint.customer.unwrap();
    let by = by.id;
    let personal = Personal { customer, parts: vec![("name", "Mai Trần".to_owned())] };
    let theirs = Line { personal: Some(personal.clone()), ..line(by, "5") };
    append(&desk, &theirs).await;
    append(&desk, &theirs).await;
    let entries = all(&desk).await;
    let alias = entries[0].field("person").unwrap().to_owned();
    assert_eq!(entries[1].field("person"), Some(alias.as_str()));
    assert_eq!(entries[0].commitment, entries[1].commitment);
    assert_ne!(alias, customer.to_string());
    assert!(is_committed(&desk, &entries[0], &personal).await);
    let other = Personal { parts: vec![("name", "Lan Trần".to_owned())], ..personal.clone() };
    assert!(!is_committed(&desk, &entries[0], &other).await);

    let erased = desk.db.change(move |unit| {
        Box::pin(
            async move { ledger::erase_person(unit, customer, by, vec![("files", "3".to_owned())]).await },
        )
    });
    assert_eq!(erased.await.unwrap(), 3);
    let entries = all(&desk).await;
    chained(&entries);
    let last = &entries[2];
    assert_eq!((last.kind.as_str(), last.actor, last.commitment), ("erasure", Some(by), None));
    let told = ["files", "secrets", "person"].map(|name| last.field(name).unwrap().to_owned());
    assert_eq!(told, ["3".to_owned(), "1".to_owned(), alias.clone()]);
    assert!(!is_committed(&desk, &entries[0], &personal).await, "nobody can tell any more");
    assert_eq!(alias_of(&desk, customer).await, None);
    append(&desk, &theirs).await;
    assert_ne!(
        all(&desk).await[3].field("person"),
        Some(alias.as_str()),
        "whoever comes again is somebody new"
    );
}

async fn alias_of(desk: &Desk, customer: CustomerId) -> Option<Uuid> {
    ledger::alias(&mut desk.db.read().await.unwrap().tx(), customer).await.unwrap()
}

async fn is_committed(desk: &Desk, entry: &Entry, personal: &Personal) -> bool {
    ledger::is_committed(&mut desk.db.read().await.unwrap().tx(), entry, personal).await.unwrap()
}

async fn the_ledger_cannot_be_changed_removed_or_emptied(desk: Desk) {
    let by = desk.agent().await.id;
    append(&desk, &line(by, "1")).await;
    let mut raw = desk.raw().await;
    for sql in ["update ledger set at = at + 1", "delete from ledger", "truncate ledger"] {
        if sql.starts_with("truncate") && !desk.is_postgres() {
            continue;
        }
        let refused = raw.run(sql).await.unwrap_err().to_string();
        assert!(refused.contains("append-only"), "{sql}: {refused}");
    }
    raw.run("insert into ledger_head (id, seq, at, hash) select 2, seq, at, hash from ledger_head")
        .await
        .unwrap_err();
    assert_eq!(all(&desk).await.len(), 1);
}
