//! `firsthand demo`: a throw-away desk with two years of complaints in four languages, and the desk served from it.

mod authority;
mod causes;
pub(crate) mod chance;
mod deliveries;
mod fixes;
mod people;
mod plan;
mod play;
mod story;
mod texts;
mod today;
mod words;

use clap::Args;
use firsthand_domain::time::Timestamp;
use firsthand_storage::{Database, staff};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::config::Config;
use crate::{Failure, serve, wiring};

#[derive(Args)]
pub(crate) struct Demo {
    /// The database to make; one that holds anything is refused.
    #[arg(long, value_name = "URL", default_value = "sqlite://data/demo.db")]
    database: String,
    /// How many complaints the two years bring.
    #[arg(long, value_name = "NUMBER", default_value_t = 2000, value_parser = clap::value_parser!(u16).range(1..))]
    complaints: u16,
    /// Make the desk and do not serve it.
    #[arg(long)]
    make_only: bool,
}

pub(crate) async fn run(config: &Config, asked: Demo) -> Result<(), Failure> {
    let mut config = config.clone();
    config.database.url = asked.database;
    let now = wiring::now();
    let clock = play::Clock::at(now.plus_days(-731));
    let database = Database::open(&wiring::settings(&config), clock.wiring()).await?;
    let holds_something = staff::any(&mut database.read().await?.tx()).await?;
    if holds_something {
        database.close().await;
        return Err(Failure::refused(format!(
            "{} holds a desk already: remove it, or name another with --database",
            config.database.url
        )));
    }
    eprintln!("Two years at a desk are being told …");
    let password = new_password();
    let made = make(&database, &clock, &password, usize::from(asked.complaints), now).await;
    database.close().await;
    made?;
    tell(&config, &password);
    if asked.make_only { Ok(()) } else { serve::run(&config).await }
}

async fn make(
    database: &Database,
    clock: &play::Clock,
    password: &str,
    complaints: usize,
    now: Timestamp,
) -> Result<(), Failure> {
    let words = words::all().map_err(Failure::refused)?;
    let people = people::hire(database, password).await?;
    authority::grant(database, &people).await?;
    let steps = plan::Plan::new(&words, &people, now).draw(complaints).map_err(Failure::refused)?;
    let desk = fixes::Desk::new(&words, &people, now)?;
    play::play(database, clock, &people, steps, desk, now).await?;
    people::send_away(database, &people, now).await?;
    texts::keep(database, people.id(people::KATALIN)).await
}

/// Nobody can guess it: twenty letters, without those that look alike.
fn new_password() -> String {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnopqrstuvwxyz2345679";
    let letters = wiring::random::<20>().map(|byte| char::from(LETTERS[usize::from(byte % 32)]));
    letters.chunks(5).map(|part| part.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

/// Who may come in, and with what; told once.
fn tell(config: &Config, password: &str) {
    println!("http://{}", config.http.listen);
    println!("password, for everybody: {password}");
    for (email, name, role) in people::addresses() {
        println!("  {email:<26} {name}, {role}");
    }
}

/// The body of a call, as its values.
fn said_of<T: DeserializeOwned>(body: Value) -> Result<T, String> {
    serde_json::from_value(body).map_err(|error| error.to_string())
}

/// The same, as the command tells it.
fn said<T: DeserializeOwned>(body: Value) -> Result<T, Failure> {
    said_of(body).map_err(Failure::refused)
}
