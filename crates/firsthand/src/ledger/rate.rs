//! `firsthand ledger rate`: how fast a ledger is verified, beside how fast the same bytes are hashed.

use firsthand_domain::id::StaffId;
use firsthand_domain::staff::NewStaff;
use firsthand_storage::audit::Audit;
use firsthand_storage::ledger::{self, Line};
use firsthand_storage::{Database, Error, Settings, staff};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::{encode, verify};
use crate::{Failure, wiring};

/// Entries appended in one change, and read in one go.
const AT_ONCE: i64 = 5000;

pub(super) async fn run(entries: i64, database: Option<String>) -> Result<(), Failure> {
    let folder = std::env::temp_dir().join(format!("firsthand-rate-{}", std::process::id()));
    let url = database.unwrap_or_else(|| format!("sqlite://{}", folder.join("desk.db").display()));
    let done = measure(&url, entries).await;
    // Of the folder nothing is left, whether it was made or not.
    let _ = std::fs::remove_dir_all(&folder);
    done.map_err(Failure::from)
}

async fn measure(url: &str, entries: i64) -> Result<(), Error> {
    fill(url, entries).await?;
    let stopwatch = wiring::stopwatch();
    let begun = stopwatch();
    let found = verify::chain(url, &[]).await?;
    let verified = stopwatch() - begun;
    if found != Ok(entries) {
        return Err(Error::Corrupt(format!("verified {found:?}")));
    }
    let (mut audit, mut after, mut hashed, mut bytes) = (Audit::open(url).await?, 0, 0, 0);
    loop {
        let page = audit.page(after, i64::MAX, AT_ONCE).await?;
        let Some(last) = page.last else { break };
        after = last;
        let encoded: Vec<Vec<u8>> = page
            .entries()
            .flatten()
            .map(|entry| {
                let mut out = Vec::new();
                encode::entry(&entry, &mut out);
                out
            })
            .collect();
        bytes += encoded.iter().map(Vec::len).sum::<usize>();
        let begun = stopwatch();
        let sum = encoded.iter().fold(0_u8, |sum, one| sum ^ Sha256::digest(one)[0]);
        hashed += stopwatch() - begun;
        std::hint::black_box(sum);
    }
    audit.close().await;
    let rate = |micros: u64| entries.unsigned_abs() * 1_000_000 / micros.max(1);
    println!("{entries} entries, {bytes} bytes");
    println!("verified in {verified} us: {} a second", rate(verified));
    println!("hashed in {hashed} us: {} a second", rate(hashed));
    println!("ratio: {}.{:02}", hashed / verified.max(1), hashed * 100 / verified.max(1) % 100);
    Ok(())
}

async fn fill(url: &str, entries: i64) -> Result<(), Error> {
    let settings = Settings { url: url.to_owned(), connections: 2 };
    let database = Database::open(&settings, wiring::wiring()).await?;
    let added = database.change(|unit| {
        Box::pin(async move {
            let new = r#"{"name":"Ana","email":"ana@example.com","role":"lead"}"#;
            let new: NewStaff = serde_json::from_str(new)?;
            staff::add(unit, &new, None).await
        })
    });
    let by = added.await?.id;
    for begin in (0..entries).step_by(5000) {
        let end = entries.min(begin + AT_ONCE);
        let appended = database.change(move |unit| {
            Box::pin(async move {
                for number in begin..end {
                    ledger::append(unit, &line(by, number)).await?;
                }
                Ok(())
            })
        });
        appended.await?;
        if end % 100_000 == 0 {
            eprintln!("{end} entries appended");
        }
    }
    database.close().await;
    Ok(())
}

/// An award about as long as those of a desk.
fn line(by: StaffId, number: i64) -> Line {
    let fields = vec![
        ("type", "refund".to_owned()),
        ("basis", "goodwill".to_owned()),
        ("amount", format!("{}.00", number % 500)),
        ("currency", "USD".to_owned()),
        ("grant", Uuid::from_u128(number.unsigned_abs().into()).to_string()),
        ("remaining", format!("{}.00", 100_000 - number % 500)),
    ];
    let subject = Some(Uuid::from_u128(u128::from(number.unsigned_abs()) << 64));
    Line { kind: "award_approved", actor: Some(by), subject, fields, personal: None }
}
