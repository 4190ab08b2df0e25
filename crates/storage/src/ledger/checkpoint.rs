//! What the ledger is at some time, signed, to be kept where whoever can write the database cannot.
//!
//! The signature is Ed25519 over the 30 bytes `firsthand ledger checkpoint v1` and then, written as the parts of an
//! entry are ([`super::entry`]), the index, the hash, and the time in microseconds since 1970 in UTC.

use firsthand_domain::time::Timestamp;
use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use serde::Serialize;

use super::{entry, head};
use crate::database::Tx;
use crate::{Error, Result, hex};

const DOMAIN: &[u8] = b"firsthand ledger checkpoint v1";

/// The key that signs.
pub struct Signer(Ed25519KeyPair);

/// What the ledger was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Checkpoint {
    /// The number of its last entry; 0 when there was none.
    pub index: i64,
    /// The hash of that entry, in hexadecimal digits.
    pub hash: String,
    /// When the checkpoint was made.
    pub at: Timestamp,
    /// The key it is signed with, in hexadecimal digits; null when there is none.
    pub public_key: Option<String>,
    /// The signature, in hexadecimal digits; null when there is no key.
    pub signature: Option<String>,
}

impl Signer {
    /// A new key, as PKCS#8 in DER.
    ///
    /// # Errors
    /// The operating system gives no random bytes.
    pub fn generate() -> Result<Vec<u8>> {
        let made = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new());
        let made =
            made.map_err(|_| Error::Unavailable("the operating system gives no random bytes".to_owned()))?;
        Ok(made.as_ref().to_vec())
    }

    /// Reads a key from PKCS#8 in DER; none when it is something else.
    #[must_use]
    pub fn read(pkcs8: &[u8]) -> Option<Self> {
        Ed25519KeyPair::from_pkcs8_maybe_unchecked(pkcs8).ok().map(Self)
    }

    /// What others know it by.
    #[must_use]
    pub fn public_key(&self) -> &[u8] {
        self.0.public_key().as_ref()
    }
}

/// The ledger as it is now, signed if there is a key.
///
/// # Errors
/// The database could not.
pub async fn checkpoint(tx: &mut Tx<'_>, at: Timestamp, signer: Option<&Signer>) -> Result<Checkpoint> {
    let head = head(tx).await?;
    let signature = signer.map(|signer| {
        let mut message = DOMAIN.to_vec();
        let mut out = |bytes: &[u8]| message.extend_from_slice(bytes);
        entry::number(&mut out, head.seq);
        entry::part(&mut out, &head.hash);
        entry::number(&mut out, at.micros());
        hex(signer.0.sign(&message).as_ref())
    });
    let public_key = signer.map(|signer| hex(signer.public_key()));
    Ok(Checkpoint { index: head.seq, hash: hex(&head.hash), at, public_key, signature })
}
