//! How fast the desk is, as a ratio to floors measured in the same run: what the same statements cost without the
//! desk around them. `cargo build --release --workspace && target/release/firsthand-bench`.
//!
//! Every pair is interleaved, round by round, so that whatever else the machine does falls on both. A ratio is of the
//! medians of the rounds.

#![expect(clippy::print_stdout, reason = "the table is the product of this program")]
#![expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]
#![expect(clippy::disallowed_types, reason = "names of databases, tables and indexes cannot be bound")]

mod analysis;
mod authority;
mod bulk;
mod client;
mod desk;
mod engine;
mod figures;
mod floor;
mod lists;
mod many;
mod measure;
mod pages;
mod place;
mod seed;
mod sink;
mod table;
mod world;
mod writes;

use std::time::Duration;

use measure::Times;
use place::Place;
use table::Table;
use world::World;

type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// What to measure.
struct Plan {
    rows: Vec<u64>,
    engines: Vec<String>,
    /// A PostgreSQL server on which databases may be made.
    postgres: Option<String>,
    rounds: usize,
    round: Duration,
    /// One part alone: `api`, `pages`, `authority`, `analysis` or `bulk`.
    only: Option<String>,
}

impl Plan {
    fn read() -> Outcome<Self> {
        let mut plan = Self {
            rows: vec![10_000, 100_000, 1_000_000],
            engines: vec!["sqlite".to_owned(), "postgres".to_owned()],
            postgres: std::env::var(place::SERVER).ok().filter(|url| !url.is_empty()),
            rounds: 3,
            round: Duration::from_secs(2),
            only: None,
        };
        let mut words = std::env::args().skip(1);
        while let Some(word) = words.next() {
            let value = words.next().ok_or("every option has a value")?;
            match word.as_str() {
                "--rows" => plan.rows = value.split(',').map(str::parse).collect::<Result<_, _>>()?,
                "--engines" => plan.engines = value.split(',').map(str::to_owned).collect(),
                "--postgres" => plan.postgres = Some(value),
                "--rounds" => plan.rounds = value.parse()?,
                "--seconds" => plan.round = Duration::from_secs(value.parse()?),
                "--only" if matches!(value.as_str(), "api" | "pages" | "authority" | "analysis" | "bulk") => {
                    plan.only = Some(value);
                }
                "--only" => {
                    return Err(
                        "--only api, --only pages, --only authority, --only analysis or --only bulk".into()
                    );
                }
                other => {
                    return Err(format!(
                        "unknown option {other}: --rows --engines --postgres --rounds --seconds --only"
                    )
                    .into());
                }
            }
        }
        // Said before the first engine has been measured for an hour.
        if plan.postgres.is_none() && plan.engines.iter().any(|engine| engine == "postgres") {
            return Err(place::no_server().into());
        }
        plan.rows.sort_unstable();
        Ok(plan)
    }

    /// Is the analysis measured, or anything else?
    fn asks_for(&self, analysis: bool) -> bool {
        self.only.as_ref().is_none_or(|only| (only == "analysis") == analysis)
    }

    /// Is this part measured?
    fn has(&self, part: &str) -> bool {
        self.only.as_ref().is_none_or(|only| only == part)
    }
}

#[tokio::main]
async fn main() {
    if let Err(error) = run().await {
        eprintln!("{error}");
        std::process::exit(1);
    }
}

async fn run() -> Outcome<()> {
    let plan = Plan::read()?;
    let mut table = Table::default();
    for engine in &plan.engines {
        let mut first = Times::new();
        for rows in &plan.rows {
            table.column(format!("{engine}, {rows}"));
            let mut medians = Times::new();
            // The analysis has a world of its own, where all is tagged.
            for analysis in [false, true] {
                if plan.asks_for(analysis) {
                    let place = Place::make(engine, plan.postgres.as_deref(), *rows).await?;
                    let measured = one(&plan, &place, *rows, analysis, &mut table, &mut medians).await;
                    place.remove().await?;
                    measured?;
                }
            }
            measure::growth(&mut table, &mut first, &medians);
        }
    }
    println!("{}", table.text());
    Ok(())
}

async fn one(
    plan: &Plan,
    place: &Place,
    rows: u64,
    analysis: bool,
    table: &mut Table,
    medians: &mut Times,
) -> Outcome<()> {
    let world = World::make(place, rows, analysis).await?;
    if analysis {
        measure::analysis(plan, &world, table, medians).await
    } else {
        measure::measure(plan, &world, table, medians).await
    }
}
