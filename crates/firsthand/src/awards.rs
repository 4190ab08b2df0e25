//! `firsthand awards import`: what other systems paid becomes awards, each under a grant that covers it.

use clap::Subcommand;
use firsthand_domain::award::{BookAward, ProposeAward};
use firsthand_domain::code::{AwardType, Basis};
use firsthand_domain::id::GrantId;
use firsthand_domain::money::{Currency, Money};
use firsthand_domain::text::Reason;
use firsthand_storage::{Database, grants, imports};

use crate::config::Config;
use crate::{Failure, import, wiring};

/// Awards made in one transaction: others who decide wait that long.
const AT_ONCE: i64 = 100;
/// Amounts that did not become awards, told one by one; the rest are counted.
const TOLD: usize = 50;

#[derive(Subcommand)]
pub(crate) enum AwardsCommand {
    /// Make awards of the amounts that came with imported complaints. Twice adds nothing.
    Import(Import),
}

#[derive(clap::Args)]
pub(crate) struct Import {
    /// Under which grant: the authority under which the other system paid, written down as a grant of this desk.
    #[arg(long, value_name = "ID")]
    grant: String,
    /// What was given, as refund.
    #[arg(long = "type", value_name = "TYPE", value_parser = award_type)]
    kind: AwardType,
    /// On which ground, as goodwill.
    #[arg(long, value_parser = basis)]
    basis: Basis,
    /// Why, as it will stand beside each award.
    #[arg(long)]
    reason: String,
    /// E-mail address of the person who books them, and who holds the grant.
    #[arg(long = "as", value_name = "EMAIL")]
    by: Option<String>,
}

fn award_type(text: &str) -> Result<AwardType, String> {
    let all = || AwardType::ALL.iter().map(|kind| kind.code()).collect::<Vec<_>>().join(", ");
    AwardType::from_code(text).ok_or_else(|| format!("expected one of {}", all()))
}

fn basis(text: &str) -> Result<Basis, String> {
    let all = || Basis::ALL.iter().map(|basis| basis.code()).collect::<Vec<_>>().join(", ");
    Basis::from_code(text).ok_or_else(|| format!("expected one of {}", all()))
}

pub(crate) async fn run(config: &Config, command: AwardsCommand) -> Result<(), Failure> {
    let AwardsCommand::Import(asked) = command;
    let database = wiring::open(config).await?;
    let done = book(&database, &asked).await;
    database.close().await;
    done
}

async fn book(database: &Database, asked: &Import) -> Result<(), Failure> {
    let like = read(database, asked).await?;
    let by = import::importer(database, asked.by.as_deref()).await?;
    let (mut awards, mut refused, mut after) = (0, Vec::new(), None);
    loop {
        let done = imports::book(database, by.id, &like, after, AT_ONCE).await?;
        awards += done.awards;
        refused.extend(done.refused);
        after = done.next;
        if after.is_none() {
            break;
        }
    }
    for (reference, refusal) in refused.iter().take(TOLD) {
        eprintln!("{reference}: {}", firsthand_http::explain(refusal));
    }
    eprintln!("{awards} amounts became awards, by {}.", by.name);
    if refused.is_empty() {
        Ok(())
    } else {
        let left = refused.len();
        Err(Failure::refused(format!(
            "{left} amounts did not become awards and stay beside their complaints"
        )))
    }
}

async fn read(database: &Database, asked: &Import) -> Result<BookAward, Failure> {
    let expected = |option: &str, what: &str| Failure::usage(format!("--{option}: expected {what}"));
    let grant = asked.grant.parse::<GrantId>().map_err(|_| expected("grant", "the id of a grant"))?;
    let Import { kind, basis, .. } = *asked;
    let reason = Reason::parse(&asked.reason).map_err(|e| Failure::usage(format!("--reason: {e}")))?;
    let mut connection = database.read().await?;
    let found = grants::by_id(&mut connection.tx(), grant).await?;
    let currency: Currency = found.ok_or_else(|| expected("grant", "a grant of this desk"))?.terms.currency;
    // Each award has the amount of its own complaint.
    let value = Money::new(0, currency);
    Ok(BookAward { grant, paid: ProposeAward { kind, basis, value, reason, payee: None, emergency: false } })
}
