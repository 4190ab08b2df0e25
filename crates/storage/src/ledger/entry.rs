//! What is hashed, and how: exactly enough to write it a second time, which `firsthand ledger verify` does.
//!
//! The hash of an entry is SHA-256 over the 25 bytes `firsthand ledger entry v1` (ASCII, no length before them) and
//! then the parts below, one after another. Before each part stands its length in bytes, as 8 bytes, most significant
//! first. A number is a part of 8 bytes, most significant first, negative ones in two's complement.
//!
//! 1. the number of the entry: 1 for the first, then one more each time
//! 2. its time: microseconds since 1970 in UTC
//! 3. its kind, in UTF-8
//! 4. the id of who did it: the 16 bytes of the UUID, or a part of length 0 for nobody
//! 5. the id of what it is about: likewise
//! 6. the number of fields
//! 7. for each field in its order: the name, then the value, each in UTF-8
//! 8. the commitment: 32 bytes, or a part of length 0 if there is none
//! 9. the hash of the entry before: 32 bytes, all zero for the first
//!
//! In the database the fields are one JSON text, `[["name","value"],["name","value"]]`, without white space. In a string
//! `"` and `\` stand after a backslash, the control characters of U+0000 to U+001F as `\b`, `\t`, `\n`, `\f`, `\r`, or
//! `\u00` and two small hexadecimal digits, and all else as itself: there is one way to write an entry and no other.
//!
//! A commitment is HMAC-SHA-256, with the 32 bytes of the person's secret as its key, over the 26 bytes
//! `firsthand ledger person v1` and then the number of parts and each one's name and value, written as above.

use firsthand_domain::id::StaffId;
use firsthand_domain::time::Timestamp;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::{Error, Result};

/// A SHA-256.
pub type Hash = [u8; 32];

/// The hash before the first entry.
pub const NONE: Hash = [0; 32];

const DOMAIN: &[u8] = b"firsthand ledger entry v1";

/// One entry of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its number: 1, 2, 3, …
    pub seq: i64,
    /// When; never before the entry before.
    pub at: Timestamp,
    /// What happened.
    pub kind: String,
    /// Who did it; nobody when the program did.
    pub actor: Option<StaffId>,
    /// The grant, award, person or staff it is about.
    pub subject: Option<Uuid>,
    /// Facts by name.
    pub fields: Vec<(String, String)>,
    /// To what is personal.
    pub commitment: Option<Hash>,
    /// The hash of the entry before.
    pub prev: Hash,
    /// Its own.
    pub hash: Hash,
}

impl Entry {
    /// The hash that follows from all else.
    #[must_use]
    pub fn computed(&self) -> Hash {
        let mut hasher = Sha256::new();
        hasher.update(DOMAIN);
        self.write(&mut |bytes| hasher.update(bytes));
        hasher.finalize().into()
    }

    /// A field by name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    fn write(&self, out: &mut impl FnMut(&[u8])) {
        number(out, self.seq);
        number(out, self.at.micros());
        part(out, self.kind.as_bytes());
        part(out, self.actor.as_ref().map_or(&[], |a| a.0.as_bytes().as_slice()));
        part(out, self.subject.as_ref().map_or(&[], |s| s.as_bytes().as_slice()));
        pairs(out, &self.fields);
        part(out, self.commitment.as_ref().map_or(&[], <[u8; 32]>::as_slice));
        part(out, &self.prev);
    }
}

/// A part with its length before it.
pub(super) fn part(out: &mut impl FnMut(&[u8]), bytes: &[u8]) {
    out(&(bytes.len() as u64).to_be_bytes());
    out(bytes);
}

pub(super) fn number(out: &mut impl FnMut(&[u8]), number: i64) {
    part(out, &number.to_be_bytes());
}

/// How many pairs there are, and each one's name and value.
pub(super) fn pairs<N: AsRef<str>>(out: &mut impl FnMut(&[u8]), pairs: &[(N, String)]) {
    part(out, &(pairs.len() as u64).to_be_bytes());
    for (name, value) in pairs {
        part(out, name.as_ref().as_bytes());
        part(out, value.as_bytes());
    }
}

/// The 32 bytes of a column.
pub(super) fn hash_of(bytes: &[u8], column: &str) -> Result<Hash> {
    bytes.try_into().map_err(|_| Error::Corrupt(format!("{column} is not of 32 bytes")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hex;

    /// Frozen: ledgers in the world were written so. A change of format is a new domain prefix beside this one.
    #[test]
    fn the_hash_of_an_entry_stays_what_it_is() {
        let mut entry = Entry {
            seq: 1,
            at: Timestamp::from_micros(1_767_225_600_000_001),
            kind: "award_approved".to_owned(),
            actor: Some(StaffId(Uuid::from_u128(7))),
            subject: None,
            fields: vec![
                ("amount".to_owned(), "12.50".to_owned()),
                ("reason".to_owned(), "a \"broken\" kettle\n漏水".to_owned()),
            ],
            commitment: None,
            prev: NONE,
            hash: NONE,
        };
        assert_eq!(
            hex(&entry.computed()),
            "5a7b17d5777e64ae8d99b45cb7ba5db911ba73401145f8a7592fd0b55cad61fa"
        );
        (entry.seq, entry.prev) = (2, entry.computed());
        (entry.subject, entry.commitment) = (Some(Uuid::max()), Some([9; 32]));
        assert_eq!(
            hex(&entry.computed()),
            "3a95a7f8ba4f2a4bbff6d583a4683b86220babc82646a1724db47d913bc06ff9"
        );
    }

    #[test]
    fn what_moves_from_one_part_to_the_next_changes_the_hash() {
        let of = |kind: &str, fields: &[(&str, &str)]| {
            let fields = fields.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
            let at = Timestamp::from_micros(0);
            let (kind, actor, subject) = (kind.to_owned(), None, None);
            Entry { seq: 1, at, kind, actor, subject, fields, commitment: None, prev: NONE, hash: NONE }
                .computed()
        };
        let all = [
            of("ab", &[]),
            of("a", &[("b", "")]),
            of("a", &[("", "b")]),
            of("a", &[("", ""), ("b", "")]),
            of("a", &[("b", ""), ("", "")]),
        ];
        for (i, one) in all.iter().enumerate() {
            assert!(all[i + 1..].iter().all(|other| other != one), "{i}");
        }
    }
}
