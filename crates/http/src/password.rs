//! Passwords: Argon2id at OWASP's floor, so many at once as there are cores, and no more waiting than get their turn.

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use sha2::{Digest as _, Sha256};
use tokio::sync::Semaphore;

use crate::app::App;
use crate::problem::Problem;

/// So many may wait for their turn; beyond, the desk says it is busy.
const QUEUE: usize = 50;
/// Longer than anybody types; longer ones are not worked on.
pub(crate) const LONGEST: usize = 128;
/// The shortest that stands alone.
pub(crate) const SHORTEST: usize = 15;
/// The shortest beside a second factor.
pub(crate) const SHORTEST_OF_TWO: usize = 8;

/// Checked in the place of a password that does not exist, so that it takes as long. Nobody knows what it is of.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$Zmlyc3RoYW5kLW5vYm9keQ$\
                      Yz5dZC1q7XKQx8rN0xw8HqJ0m3uT5o8i6e4sH2bVn1k";

/// Takes turns.
pub(crate) struct Passwords {
    turns: Semaphore,
    places: Semaphore,
}

impl Passwords {
    /// As many turns at once as there are cores.
    pub(crate) fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self { turns: Semaphore::new(cores), places: Semaphore::new(cores + QUEUE) }
    }

    async fn work<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
        let busy = |_| Problem::unavailable("too many passwords wait to be checked");
        let _place =
            self.places.try_acquire().map_err(|_| Problem::unavailable("too many passwords wait"))?;
        let _turn = self.turns.acquire().await.map_err(busy)?;
        tokio::task::spawn_blocking(work)
            .await
            .map_err(|_| Problem::internal("a password could not be worked on"))
    }

    /// A password as it is kept.
    pub(crate) async fn keep(&self, app: &App, password: &str) -> Result<String, Problem> {
        let salt = Sha256::digest((app.settings.new_token)());
        let password = normal(password);
        let hashed = self.work(move || {
            Argon2::default()
                .hash_password_with_salt(password.as_bytes(), salt.get(..16).unwrap_or(&salt))
                .map(|phc: argon2::PasswordHash| phc.to_string())
        });
        hashed.await?.map_err(|_| Problem::internal("a password could not be kept"))
    }

    /// Is this the password that is kept? It takes as long when none is.
    pub(crate) async fn fits(&self, password: &str, kept: Option<&str>) -> Result<bool, Problem> {
        let password = normal(password);
        let phc = kept.unwrap_or(NOBODY).to_owned();
        let fits =
            self.work(move || Argon2::default().verify_password(password.as_bytes(), phc.as_str()).is_ok());
        Ok(fits.await? && kept.is_some())
    }
}

/// A password as it is kept, for those who add people without a request.
///
/// # Errors
/// The salt is none.
pub fn keep_password(password: &str, salt: &[u8; 16]) -> Result<String, String> {
    Argon2::default()
        .hash_password_with_salt(normal(password).as_bytes(), salt)
        .map(|phc: argon2::PasswordHash| phc.to_string())
        .map_err(|error| error.to_string())
}

/// One form of the same signs, however a keyboard composes them.
pub(crate) fn normal(password: &str) -> String {
    use unicode_normalization::UnicodeNormalization as _;
    password.nfc().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobodys_password_takes_the_whole_work() {
        // Were it malformed, it would be refused at once and tell that there is no such person.
        assert!(argon2::PasswordHash::new(NOBODY).is_ok());
    }
}
