//! Wrong passwords and codes are limited: by address in memory, by account in the database.

use firsthand_domain::contact::Email;
use firsthand_domain::text::fold;
use firsthand_storage::{attempts, devices};
use sha2::{Digest as _, Sha256};

use crate::call::Call;
use crate::doors::peers;
use crate::problem::Problem;
use crate::session;

/// One attempt, counted as wrong until it is known better.
pub(super) struct Attempt {
    /// What it counts against.
    pub(super) account: [u8; 32],
}

impl Attempt {
    /// Counts an attempt for whoever has, or would have, this e-mail address. A browser from which that person has
    /// signed in before has a count of its own: who guesses elsewhere does not keep them out.
    ///
    /// # Errors
    /// Too often (429), the database could not.
    pub(super) async fn begin(call: &Call, email: &str) -> Result<Self, Problem> {
        let app = &call.app;
        app.guesses.take(peers::line(call.address), (app.settings.micros)()).map_err(Problem::too_many)?;
        let key = Email::parse(email).map_or_else(|_| fold(email), |email| email.key());
        let mut account = hashed(&["e-mail", &key]);
        if let Some(number) = session::device(app, &call.headers) {
            let known = {
                let mut connection = app.database.read().await?;
                devices::known(&mut connection.tx(), &session::hash_of(&number), &key).await?
            };
            if known {
                account = hashed(&["device", &number]);
            }
        }
        let begun =
            app.database.change(move |unit| Box::pin(async move { attempts::begin(unit, &account).await }));
        begun.await?.map_err(Problem::too_many)?;
        Ok(Self { account })
    }

    /// It was the right one: the address is not held to it. What counts against the account is forgotten by
    /// [`attempts::succeeded`] in the change that follows.
    pub(super) fn was_right(&self, call: &Call) -> [u8; 32] {
        call.app.guesses.give_back(peers::line(call.address));
        self.account
    }
}

fn hashed(parts: &[&str]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
        hash.update([0]);
    }
    hash.finalize().into()
}
