//! Passwords: Argon2id at OWASP's floor, so many at once as there are cores, and no more waiting than get their turn.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError, mpsc};

use argon2::password_hash::PasswordHasher as _;
use argon2::password_hash::phc::Output;
use argon2::{Algorithm, Argon2, Block, Params, PasswordHash, Version};
use sha2::{Digest as _, Sha256};
use tokio::sync::{Semaphore, oneshot};

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

/// One password to be worked on.
type Job = Box<dyn FnOnce(&mut Vec<Block>) + Send>;

/// Takes turns. The threads are as many as the turns and stay, each with the memory that Argon2 fills, which is then all
/// there is: asked for anew for each password, it would come from many places and stay in all of them.
pub(crate) struct Passwords {
    places: Arc<Semaphore>,
    jobs: mpsc::Sender<Job>,
}

impl Passwords {
    /// As many turns at once as there are cores.
    pub(crate) fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let (jobs, waiting) = mpsc::channel::<Job>();
        let waiting = Arc::new(Mutex::new(waiting));
        for _ in 0..cores {
            let waiting = Arc::clone(&waiting);
            let turns = move || {
                let mut memory = Vec::new();
                loop {
                    let next = waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
                    // Nobody is left who could ask.
                    let Ok(job) = next else { return };
                    // Who asked sees that no answer comes; the thread goes on.
                    drop(catch_unwind(AssertUnwindSafe(|| job(&mut memory))));
                }
            };
            if let Err(cause) = std::thread::Builder::new().name("passwords".to_owned()).spawn(turns) {
                tracing::error!(%cause, "a thread for passwords could not be started");
            }
        }
        Self { places: Arc::new(Semaphore::new(cores + QUEUE)), jobs }
    }

    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Vec<Block>) -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let place = Arc::clone(&self.places).try_acquire_owned();
        let place = place.map_err(|_| Problem::unavailable("too many passwords wait"))?;
        let (tell, told) = oneshot::channel();
        let job = move |memory: &mut Vec<Block>| {
            // Whoever went away meanwhile is not worked for.
            if !tell.is_closed() {
                drop(tell.send(work(memory)));
            }
            drop(place);
        };
        let gone = || Problem::internal("a password could not be worked on");
        self.jobs.send(Box::new(job)).map_err(|_| gone())?;
        told.await.map_err(|_| gone())
    }

    /// A password as it is kept.
    pub(crate) async fn keep(&self, app: &App, password: &str) -> Result<String, Problem> {
        let salt = Sha256::digest((app.settings.new_token)());
        let password = normal(password);
        let hashed = self.work(move |_| {
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
        let fits = self.work(move |memory| is_of(memory, &password, &phc));
        Ok(fits.await? && kept.is_some())
    }
}

/// Is what is kept of this password? What is malformed is of none.
fn is_of(memory: &mut Vec<Block>, password: &str, phc: &str) -> bool {
    let Ok(kept) = PasswordHash::new(phc) else { return false };
    // The comparison takes as long whatever is different.
    worked(memory, password, &kept).is_some_and(|output| kept.hash == Some(output))
}

/// What Argon2 makes of a password with the salt and the parameters of what is kept.
fn worked(memory: &mut Vec<Block>, password: &str, kept: &PasswordHash) -> Option<Output> {
    let params = Params::try_from(kept).ok()?;
    let algorithm = Algorithm::try_from(kept.algorithm.as_str()).ok()?;
    let version = kept.version.map_or(Ok(Version::default()), Version::try_from).ok()?;
    let mut output = [0; Output::MAX_LENGTH];
    let output = output.get_mut(..params.output_len()?)?;
    if memory.len() < params.block_count() {
        memory.resize(params.block_count(), Block::default());
    }
    let argon = Argon2::new(algorithm, version, params);
    argon.hash_password_into_with_memory(password.as_bytes(), kept.salt.as_ref()?, output, memory).ok()?;
    Output::new(output).ok()
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
    use argon2::password_hash::PasswordVerifier as _;

    use super::*;

    #[test]
    fn a_password_is_known_again_and_no_other_is() {
        let phc = keep_password("hét szűk esztendő után", b"a salt of 16 let").unwrap();
        // The memory is used again and again: what stood in it is of no matter.
        let mut memory = Vec::new();
        for (password, fits) in
            [("hét szűk esztendő után", true), ("hét szűk esztendő utan", false), ("", false)]
        {
            assert_eq!(is_of(&mut memory, &normal(password), &phc), fits, "{password}");
            let known = Argon2::default().verify_password(normal(password).as_bytes(), phc.as_str());
            assert_eq!(known.is_ok(), fits, "{password}");
        }
        assert_eq!(memory.len(), Params::default().block_count());
        let (head, _) = phc.rsplit_once('$').unwrap();
        for broken in [
            "",
            "$",
            head,
            &format!("{head}$"),
            &phc.replace("argon2id", "argon2d"),
            &phc.replace("t=2", "t=3"),
        ] {
            assert!(!is_of(&mut memory, "hét szűk esztendő után", broken), "{broken}");
        }
    }

    #[test]
    fn nobodys_password_takes_the_whole_work() {
        // Were it malformed, it would be refused at once and tell that there is no such person.
        let nobody = PasswordHash::new(NOBODY).unwrap();
        assert!(worked(&mut Vec::new(), "a password", &nobody).is_some());
    }
}
