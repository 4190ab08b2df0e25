//! The program: configuration, start, stop, and one file a command. Exit codes: 0 done, 1 refused or found wrong,
//! 2 wrong usage. Data goes to standard output, everything said about it to standard error.

mod awards;
mod causes;
mod check;
mod config;
mod demo;
mod export;
mod exposure;
mod figures;
mod import;
mod ledger;
mod migrate;
mod search;
mod serve;
mod staff;
mod wiring;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use config::Config;

/// A complaint desk: the first hand that takes a complaint stays responsible until the customer has a real answer.
#[derive(Parser)]
#[command(name = "firsthand", version, after_help = EXAMPLES)]
struct Arguments {
    /// Settings in TOML; what it does not say stays as built in (see config/base.toml).
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

const EXAMPLES: &str = "\
Examples:
  firsthand staff add --name Ana --email ana@example.com --role agent --token
  firsthand
  firsthand import complaints.csv --mapping cfpb --as ana@example.com --dry-run
  firsthand export complaints --format csv > complaints.csv

Settings also come from the environment: FIRSTHAND__HTTP__LISTEN=127.0.0.1:9000 firsthand";

#[derive(Subcommand)]
enum Command {
    /// Serve the desk (what happens when no command is given).
    Serve,
    /// Add people to the desk.
    #[command(subcommand)]
    Staff(staff::StaffCommand),
    /// Take in complaints from a CSV file (also .gz, also - for standard input).
    Import(import::Arguments),
    /// Write out what the desk holds.
    #[command(subcommand)]
    Export(export::ExportCommand),
    /// The index that complaints are found by.
    #[command(subcommand)]
    Search(search::SearchCommand),
    /// The ledger of decisions on what customers are given.
    #[command(subcommand)]
    Ledger(ledger::LedgerCommand),
    /// What customers were given.
    #[command(subcommand)]
    Awards(awards::AwardsCommand),
    /// How much chance there was for complaints: what rates are reckoned on.
    #[command(subcommand)]
    Exposure(exposure::ExposureCommand),
    /// Why complaints come back.
    #[command(subcommand)]
    Causes(causes::CausesCommand),
    /// The figures that the analysis reads.
    #[command(subcommand)]
    Figures(figures::FiguresCommand),
    /// Bring the schema of the database up to date.
    Migrate,
    /// Make a throw-away desk with two years of complaints in four languages, and serve it.
    Demo(demo::Demo),
    /// Check configuration and database, and that every complaint is what its history says.
    Check,
}

/// Why a command ended without doing what was asked; told on standard error.
struct Failure {
    message: String,
    code: u8,
}

impl Failure {
    /// Refused, or found wrong.
    fn refused(message: impl Into<String>) -> Self {
        Self { message: message.into(), code: 1 }
    }

    /// Asked for in a way that cannot be understood.
    fn usage(message: impl Into<String>) -> Self {
        Self { message: message.into(), code: 2 }
    }
}

impl From<firsthand_storage::Error> for Failure {
    fn from(error: firsthand_storage::Error) -> Self {
        match error {
            firsthand_storage::Error::Refused(refusal) => Self::refused(firsthand_http::explain(&refusal)),
            other => Self::refused(other.to_string()),
        }
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = Config::load(arguments.config.as_deref())
        .map_err(Failure::usage)
        .and_then(|config| run(&config, arguments.command.unwrap_or(Command::Serve)));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("firsthand: {}", failure.message);
            ExitCode::from(failure.code)
        }
    }
}

fn run(config: &Config, command: Command) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::refused(format!("the program cannot start: {error}")))?;
    runtime.block_on(async {
        match command {
            Command::Serve => serve::run(config).await,
            Command::Staff(command) => staff::run(config, command).await,
            Command::Import(arguments) => import::run(config, arguments).await,
            Command::Export(command) => export::run(config, command).await,
            Command::Search(command) => search::run(config, command).await,
            Command::Ledger(command) => ledger::run(config, command).await,
            Command::Awards(command) => awards::run(config, command).await,
            Command::Exposure(command) => exposure::run(config, command).await,
            Command::Causes(command) => causes::run(&command),
            Command::Figures(command) => figures::run(config, command).await,
            Command::Migrate => migrate::run(config).await,
            Command::Demo(asked) => demo::run(config, asked).await,
            Command::Check => check::run(config).await,
        }
    })
}
