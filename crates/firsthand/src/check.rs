//! `firsthand check`: is everything what it should be?

use firsthand_storage::{attachments, figures, search, verify};

use crate::config::Config;
use crate::{Failure, wiring};

pub(crate) async fn run(config: &Config) -> Result<(), Failure> {
    eprintln!("The configuration holds together.");
    let database = wiring::open_existing(config).await?;
    let mut found = database.integrity().await?;
    let verified = verify::histories(&database).await?;
    found.extend(verified.wrong);
    found.extend(figures::check(&database).await?.wrong);
    let contents = attachments::contents(&database).await?;
    found.extend(contents.wrong);
    {
        let mut connection = database.read().await?;
        let mut tx = connection.tx();
        let missing = search::missing(&mut tx).await?;
        if missing > 0 || !search::is_current(&mut tx).await? {
            found.push(format!(
                "{missing} complaints are not indexed, or by an older program: firsthand search rebuild"
            ));
        }
    }
    database.close().await;
    if found.is_empty() {
        eprintln!(
            "The {} database is in order: {} complaints are what their histories say, {} files hold what they held.",
            database.engine_name(),
            verified.complaints,
            contents.files
        );
        return Ok(());
    }
    for line in &found {
        println!("{line}");
    }
    Err(Failure::refused(format!("{} things are wrong", found.len())))
}
