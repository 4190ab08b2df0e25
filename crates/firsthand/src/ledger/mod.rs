//! `firsthand ledger`: walks the chain with code of its own, makes the key that signs checkpoints, and keeps them.
//!
//! [`encode`], [`walk`], [`point`] and [`verify`] check what `firsthand_storage::ledger` wrote, and share nothing with
//! it but SHA-256 and Ed25519: one fault in both is needed for a bad ledger to look good.

use std::path::PathBuf;

use clap::Subcommand;

use crate::Failure;
use crate::config::Config;

mod clock;
mod cross;
mod encode;
pub(crate) mod keeper;
pub(crate) mod key;
mod point;
mod rate;
mod verify;
mod walk;

#[cfg(test)]
mod tests;

#[derive(Subcommand)]
pub(crate) enum LedgerCommand {
    /// Walk the whole chain; the last line is `good: N entries` or `bad entry N: reason`.
    Verify {
        /// A checkpoint from outside, as /api/v1/ledger/checkpoint answers it, or a file of them.
        #[arg(long, value_name = "FILE")]
        checkpoint: Option<PathBuf>,
    },
    /// Make the key that signs checkpoints, in a new file that others cannot read.
    Key {
        /// Outside the folder of the database.
        file: PathBuf,
    },
    /// Fill a throw-away ledger and tell how fast it is verified, and how fast the same bytes are hashed.
    #[command(hide = true)]
    Rate {
        /// How many entries.
        #[arg(long, default_value_t = 1_000_000)]
        entries: i64,
        /// An empty database to fill instead of a file in the temporary folder.
        #[arg(long)]
        database: Option<String>,
    },
}

pub(crate) async fn run(config: &Config, command: LedgerCommand) -> Result<(), Failure> {
    match command {
        LedgerCommand::Verify { checkpoint } => verify::run(config, checkpoint.as_deref()).await,
        LedgerCommand::Key { file } => key::make(&file),
        LedgerCommand::Rate { entries, database } => rate::run(entries, database).await,
    }
}
