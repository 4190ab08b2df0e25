//! `firsthand staff add`: on an empty database too, with or without a running server.

use clap::{Args, Subcommand};
use firsthand_domain::code::Role;
use firsthand_domain::contact::Email;
use firsthand_domain::staff::NewStaff;
use firsthand_domain::text::Line;
use firsthand_storage::staff::{add, token_hash};

use crate::config::Config;
use crate::{Failure, wiring};

#[derive(Subcommand)]
pub(crate) enum StaffCommand {
    /// Add a person.
    Add(Add),
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

pub(crate) async fn run(config: &Config, StaffCommand::Add(asked): StaffCommand) -> Result<(), Failure> {
    let usage = |option: &str, why: String| Failure::usage(format!("--{option}: {why}"));
    let new = NewStaff {
        name: Line::parse(&asked.name).map_err(|e| usage("name", e.to_string()))?,
        email: Email::parse(&asked.email).map_err(|e| usage("email", e.to_owned()))?,
        role: Role::from_code(&asked.role).ok_or_else(|| usage("role", "expected a role".to_owned()))?,
        team: asked.team.as_deref().map(Line::parse).transpose().map_err(|e| usage("team", e.to_string()))?,
    };
    let token = asked.token.then(wiring::new_token);
    let hash = token.as_deref().map(token_hash);
    let database = wiring::open(config).await?;
    let added = database
        .change(move |unit| {
            let new = new.clone();
            Box::pin(async move { add(unit, &new, hash.as_ref().map(<[u8; 32]>::as_slice)).await })
        })
        .await;
    database.close().await;
    let added = added?;
    eprintln!("Added {} ({}), id {}.", added.name, added.role, added.id);
    if let Some(token) = token {
        eprintln!("The token below is shown once; send it as `Authorization: Bearer TOKEN`.");
        println!("{token}");
    }
    Ok(())
}
