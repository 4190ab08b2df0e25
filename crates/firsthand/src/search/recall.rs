//! Recall: of the texts a query was drawn from, how many does it find?

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use firsthand_domain::policy::Policy;
use firsthand_domain::search::Query as Words;
use firsthand_domain::staff::{NewStaff, Staff};
use firsthand_domain::verb::Log;
use firsthand_storage::list::{self, Query, Scope, Sort};
use firsthand_storage::{Database, Settings, Wiring, complaints, staff};
use serde_json::json;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use crate::{Failure, wiring};

/// Queries drawn from one text in one form.
const DRAWN: u64 = 3;
/// Far more than any query finds.
const PAGE: i64 = 200;

#[derive(Args)]
pub(crate) struct Arguments {
    /// A CSV file with a header.
    file: PathBuf,
    /// The column that holds the texts.
    #[arg(long)]
    column: String,
}

/// Text, the numbers in it as it was kept, and its place.
struct Kept {
    text: String,
    phone: String,
    id: firsthand_domain::id::ComplaintId,
}

pub(crate) async fn run(arguments: Arguments) -> Result<(), Failure> {
    let texts = read(&arguments.file, &arguments.column)?;
    let folder = std::env::temp_dir().join(format!("firsthand-recall-{}", wiring::new_id(wiring::now())));
    let settings = Settings { url: format!("sqlite://{}", folder.join("desk.db").display()), connections: 2 };
    let wiring =
        Wiring { now: Arc::new(wiring::now), new_id: Arc::new(wiring::new_id), policy: Policy::DEFAULT };
    let database = Database::open(&settings, wiring).await?;
    let told = measure(&database, texts).await;
    database.close().await;
    let _ = std::fs::remove_dir_all(&folder);
    let told = told?;
    let (mut asked, mut found) = (0, 0);
    for (form, (of, hit)) in &told {
        println!("{form}: {hit} of {of}");
        asked += of;
        found += hit;
    }
    println!("recall: {found} of {asked}");
    if asked > 0 && found == asked { Ok(()) } else { Err(Failure::refused("recall is below 1.00")) }
}

fn read(file: &Path, column: &str) -> Result<Vec<String>, Failure> {
    let wrong = |error: &dyn std::fmt::Display| Failure::refused(format!("{}: {error}", file.display()));
    let mut rows = csv::Reader::from_path(file).map_err(|e| wrong(&e))?;
    let at = rows.headers().map_err(|e| wrong(&e))?.iter().position(|name| name == column);
    let at = at.ok_or_else(|| Failure::usage(format!("--column: there is no column {column}")))?;
    let text = |row: csv::Result<csv::StringRecord>| {
        row.map(|row| row.get(at).unwrap_or_default().to_owned()).map_err(|e| wrong(&e))
    };
    rows.records().map(text).collect()
}

async fn measure(
    database: &Database,
    texts: Vec<String>,
) -> Result<BTreeMap<&'static str, (u64, u64)>, Failure> {
    let broken = |e: serde_json::Error| Failure::refused(e.to_string());
    let new: NewStaff =
        serde_json::from_value(json!({ "name": "Recall", "email": "recall@example.org", "role": "agent" }))
            .map_err(broken)?;
    let who: Staff = database
        .change(move |unit| {
            let new = new.clone();
            Box::pin(async move { staff::add(unit, &new, None).await })
        })
        .await?;
    let mut kept = Vec::with_capacity(texts.len());
    for (text, number) in texts.into_iter().zip(0_u64..) {
        let phone = format!("09{:08}", (number * 7_919_317) % 100_000_000);
        let body = json!({ "channel": "phone", "narrative": text,
                           "customer": { "name": format!("Caller {number}"), "phone": phone } });
        let log: Log = serde_json::from_value(body).map_err(broken)?;
        let by = who.id;
        let id = database
            .change(move |unit| {
                let log = log.clone();
                Box::pin(async move { Ok(complaints::log(unit, by, &log).await?.id) })
            })
            .await?;
        kept.push(Kept { text, phone, id });
    }
    let mut told: BTreeMap<&'static str, (u64, u64)> = BTreeMap::new();
    let mut chance = Chance(42);
    let mut connection = database.read().await?;
    for kept in &kept {
        for (form, query) in questions(kept, &mut chance) {
            let Ok(words) = Words::parse(&query) else { continue };
            let mut asked =
                Query { scope: Scope::All, sort: Sort::Received, limit: PAGE, ..Query::default() };
            asked.words = Some(words);
            let hit = loop {
                let page = list::page(&mut connection.tx(), &who, &asked).await?;
                if page.items.iter().any(|item| item.id == kept.id) {
                    break true;
                }
                if page.next.is_none() {
                    break false;
                }
                asked.cursor = page.next;
            };
            let (of, hits) = told.entry(form).or_default();
            *of += 1;
            *hits += u64::from(hit);
            if !hit {
                eprintln!("{form}: {query:?} does not find {}", kept.id);
            }
        }
    }
    Ok(told)
}

/// Always the same dice (xorshift), so that a run can be repeated.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % (end.max(1) as u64)).unwrap_or_default()
    }
}

fn bare(word: &str) -> String {
    let bare: String = word.nfd().filter(|c| !is_combining_mark(*c)).collect();
    bare.replace('đ', "d").replace('Đ', "D")
}

fn is_han(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

fn questions(kept: &Kept, chance: &mut Chance) -> Vec<(&'static str, String)> {
    let mut all = Vec::new();
    // Some texts come decomposed; a mark is a part of its word.
    let words: Vec<&str> = kept
        .text
        .split(|c: char| !c.is_alphanumeric() && !is_combining_mark(c))
        .filter(|w| !w.is_empty())
        .collect();
    for _ in 0..DRAWN {
        let start = chance.below(words.len());
        let end = (start + 1 + chance.below(3)).min(words.len());
        let phrase: String = words[start..end].join(" ").chars().take(60).collect();
        all.push(("composed (NFC)", phrase.nfc().collect()));
        all.push(("compatible (NFKC)", phrase.nfkc().collect()));
        all.push(("decomposed (NFD)", phrase.nfd().collect()));
        all.push(("upper case", phrase.to_uppercase()));
        all.push(("without diacritics", bare(&phrase)));
        all.push(("as written", phrase));
        let runs: Vec<Vec<char>> = kept
            .text
            .split(|c| !is_han(c))
            .map(|run| run.chars().collect::<Vec<char>>())
            .filter(|run| run.len() > 1)
            .collect();
        if !runs.is_empty() {
            let run = &runs[chance.below(runs.len())];
            let at = chance.below(run.len() - 1);
            all.push(("Chinese, one character", run[at].to_string()));
            all.push(("Chinese, two characters", run[at..at + 2].iter().collect()));
        }
    }
    let p = &kept.phone;
    for form in [
        p.clone(),
        format!("+84 {} {} {}", &p[1..3], &p[3..6], &p[6..]),
        format!("0084{}", &p[1..]),
        format!("({}) {}-{}", &p[..4], &p[4..7], &p[7..]),
        format!("{}.{}.{}", &p[..3], &p[3..6], &p[6..]),
    ] {
        all.push(("telephone number", form));
    }
    all
}
