//! `firsthand staff`: on an empty database too, with or without a running server.

use clap::{Args, Subcommand};
use firsthand_domain::Refusal;
use firsthand_domain::code::Role;
use firsthand_domain::contact::Email;
use firsthand_domain::staff::NewStaff;
use firsthand_domain::text::Line;
use firsthand_storage::invitations::{self, Invitation};
use firsthand_storage::staff::token_hash;
use firsthand_storage::{second_factor, staff, staff_acts};
use serde_json::json;

use crate::config::Config;
use crate::{Failure, wiring};

#[derive(Subcommand)]
pub(crate) enum StaffCommand {
    /// Add a person, and print the link by which they choose a password.
    Add(Add),
    /// Print a new link for a person: an invitation, or a way to a new password.
    Invite(Named),
    /// End the second factor of a person who lost it, with their sessions and tokens; they set it up anew.
    EndSecondFactor(Named),
}

#[derive(Args)]
pub(crate) struct Add {
    /// As others call them.
    #[arg(long)]
    name: String,
    /// Their e-mail address; unique.
    #[arg(long)]
    email: String,
    /// What they are: agents and leads handle complaints, admins keep staff, auditors read.
    #[arg(long, value_parser = ["agent", "lead", "admin", "auditor"])]
    role: String,
    /// Whom they work with.
    #[arg(long)]
    team: Option<String>,
    /// Make a token for the API and print it, once, alone on its line.
    #[arg(long)]
    token: bool,
}

#[derive(Args)]
pub(crate) struct Named {
    /// Their e-mail address.
    #[arg(long)]
    email: String,
}

pub(crate) async fn run(config: &Config, command: StaffCommand) -> Result<(), Failure> {
    match command {
        StaffCommand::Add(asked) => add(config, asked).await,
        StaffCommand::Invite(asked) => invite(config, &asked).await,
        StaffCommand::EndSecondFactor(asked) => end_second_factor(config, &asked).await,
    }
}

fn usage(option: &str, why: impl std::fmt::Display) -> Failure {
    Failure::usage(format!("--{option}: {why}"))
}

/// Where a person chooses their password.
fn link(config: &Config, code: &str) -> String {
    format!("{}/invitation/{code}", config.http.url.trim_end_matches('/'))
}

async fn add(config: &Config, asked: Add) -> Result<(), Failure> {
    let new = NewStaff {
        name: Line::parse(&asked.name).map_err(|e| usage("name", e))?,
        email: Email::parse(&asked.email).map_err(|e| usage("email", e))?,
        role: Role::from_code(&asked.role).ok_or_else(|| usage("role", "expected a role"))?,
        team: asked.team.as_deref().map(Line::parse).transpose().map_err(|e| usage("team", e))?,
    };
    let (token, code) = (asked.token.then(wiring::new_token), wiring::new_token());
    let (hash, invited) = (token.as_deref().map(token_hash), token_hash(&code));
    let database = wiring::open(config).await?;
    let added = database
        .change(move |unit| {
            let new = new.clone();
            Box::pin(async move {
                let added = staff::add(unit, &new, hash.as_ref().map(<[u8; 32]>::as_slice)).await?;
                staff_acts::note(unit, None, "added", added.id, &json!({ "role": added.role })).await?;
                invitations::make(unit, None, added.id, &invited).await?;
                Ok(added)
            })
        })
        .await;
    database.close().await;
    let added = added?;
    eprintln!("Added {} ({}), id {}.", added.name, added.role, added.id);
    let told = "To choose a password, they open this link (it works once, and for 7 days):";
    let link = link(config, &code);
    if let Some(token) = token {
        eprintln!("{told}\n  {link}");
        eprintln!("The token below is shown once; send it as `Authorization: Bearer TOKEN`.");
        println!("{token}");
    } else {
        eprintln!("{told}");
        println!("{link}");
    }
    Ok(())
}

async fn invite(config: &Config, asked: &Named) -> Result<(), Failure> {
    let email = Email::parse(&asked.email).map_err(|e| usage("email", e))?;
    let code = wiring::new_token();
    let hash = token_hash(&code);
    let database = wiring::open_existing(config).await?;
    let made = database
        .change(move |unit| {
            let email = email.clone();
            Box::pin(async move {
                let person = staff::by_email(&mut unit.tx, &email).await?.ok_or(Refusal::NotFound)?;
                invitations::make(unit, None, person.id, &hash).await
            })
        })
        .await;
    database.close().await;
    let good = match made?.what {
        Invitation::Reset(_) => "30 minutes",
        _ => "7 days",
    };
    eprintln!(
        "To choose a password, they open this link (it works once, and for {good}); earlier ones are void:"
    );
    println!("{}", link(config, &code));
    Ok(())
}

async fn end_second_factor(config: &Config, asked: &Named) -> Result<(), Failure> {
    let email = Email::parse(&asked.email).map_err(|e| usage("email", e))?;
    let database = wiring::open_existing(config).await?;
    let ended = database
        .change(move |unit| {
            let email = email.clone();
            Box::pin(async move {
                let person = staff::by_email(&mut unit.tx, &email).await?.ok_or(Refusal::NotFound)?;
                second_factor::end(unit, None, person.id).await
            })
        })
        .await;
    database.close().await;
    eprintln!("{}", if ended? { "The second factor is ended; it is on record." } else { "There was none." });
    Ok(())
}
