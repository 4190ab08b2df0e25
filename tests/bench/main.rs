//! How fast the desk is, as a ratio to floors measured in the same run: what the same statements cost without the
//! desk around them. `cargo build --release && cargo run --release -p firsthand-bench -- --rows 10000,100000`.
//!
//! Every pair is interleaved, round by round, so that whatever else the machine does falls on both. A ratio is of the
//! medians of the rounds.

#![expect(clippy::print_stdout, reason = "the table is the product of this program")]
#![expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]

mod client;
mod desk;
mod floor;
mod seed;
mod table;
mod world;

use std::time::Duration;

use client::{Load, Measured};
use desk::Desk;
use floor::Floor;
use table::Table;

type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// What to measure.
struct Plan {
    rows: Vec<u64>,
    engines: Vec<String>,
    rounds: usize,
    round: Duration,
}

impl Plan {
    fn read() -> Outcome<Self> {
        let mut plan = Self {
            rows: vec![10_000, 100_000, 1_000_000],
            engines: vec!["sqlite".to_owned()],
            rounds: 3,
            round: Duration::from_secs(2),
        };
        let mut words = std::env::args().skip(1);
        while let Some(word) = words.next() {
            let value = words.next().ok_or("every option has a value")?;
            match word.as_str() {
                "--rows" => plan.rows = value.split(',').map(str::parse).collect::<Result<_, _>>()?,
                "--engines" => plan.engines = value.split(',').map(str::to_owned).collect(),
                "--rounds" => plan.rounds = value.parse()?,
                "--seconds" => plan.round = Duration::from_secs(value.parse()?),
                other => {
                    return Err(format!("unknown option {other}: --rows --engines --rounds --seconds").into());
                }
            }
        }
        Ok(plan)
    }
}

#[tokio::main]
async fn main() -> Outcome<()> {
    let plan = Plan::read()?;
    let mut table = Table::default();
    for engine in &plan.engines {
        for rows in &plan.rows {
            measure(&plan, engine, *rows, &mut table).await?;
        }
    }
    println!("{}", table.text());
    Ok(())
}

async fn measure(plan: &Plan, engine: &str, rows: u64, table: &mut Table) -> Outcome<()> {
    let world = world::World::make(engine, rows).await?;
    let desk = Desk::start(&world).await?;
    let floor = Floor::start(&world).await?;
    let idle = desk.resident()?;
    let raw = floor.load(&world.url, world.reader.id.0, 10_000).await?;
    let import = world.imported_per_second;
    let label = |what: &str| format!("{engine} {rows}: {what}");
    for clients in [1, 16, 64] {
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..plan.rounds {
            ours.push(Load::new(&desk.address, clients, plan.round).run(|n| world.log_request(n)).await);
            theirs.push(floor.write(clients, plan.round).await);
        }
        table.pair(&label(&format!("log, {clients} clients")), &ours, &theirs);
    }
    let reads: [(&str, String); 4] = [
        ("read one", "/one/".to_owned()),
        ("hello", "/hello".to_owned()),
        ("list of 50, newest", "/list".to_owned()),
        ("search, newest", "/search".to_owned()),
    ];
    for (what, path) in reads {
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..plan.rounds {
            ours.push(Load::new(&desk.address, 16, plan.round).run(|n| world.request(what, n)).await);
            let request = |n| world.floor_request(&path, n);
            theirs.push(Load::new(&floor.address, 16, plan.round).run(request).await);
        }
        table.pair(&label(what), &ours, &theirs);
    }
    table.fact(
        &label("import / raw load, rows a second"),
        &format!("{import:.0} / {raw:.0} = {:.2}", import / raw),
    );
    for filter in world::FILTERS {
        let request = |n| world.list_request(filter, n);
        let alone: Vec<Measured> = vec![Load::new(&desk.address, 16, plan.round).run(request).await];
        table.alone(&label(&format!("list, {filter}")), &alone);
    }
    table.fact(&label("resident memory idle / after load, MiB"), &format!("{idle} / {}", desk.resident()?));
    table.fact(&label("start to ready, ms"), &format!("{}", desk.ready_ms));
    table.fact(
        &label("binary / database file, MiB"),
        &format!("{} / {}", desk.binary_mib()?, world.file_mib()),
    );
    desk.stop().await
}
