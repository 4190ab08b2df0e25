//! Does every file hold what it held? All of it is read again and compared with its hash.

use firsthand_domain::code::AttachmentState;
use firsthand_domain::complaint::Complaint;
use firsthand_domain::id::AttachmentId;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::READ_PIECE;
use crate::database::Tx;
use crate::statement::same;
use crate::{Database, Result, hex};

statements! {
    NEXT = same("select sha256, file, size from content where sha256 > $1 order by sha256 limit 1");
    STRAY = same(
        "select count(*) from content_piece p where p.seq = 0 and not exists (select 1 from content c where c.file = p.file) \
         and not exists (select 1 from attachment a where a.id = p.file and a.sha256 is null)"
    );
    UNHELD = same(
        "select count(*) from content c where not exists (select 1 from attachment a where a.content = c.sha256)"
    );
    OF_COMPLAINT = same("select id, sha256, content, name from attachment where complaint = $1 order by id");
}

/// How many files there are to be read, and what is wrong with which.
#[derive(Debug, Clone, Default)]
pub struct Contents {
    /// Looked at.
    pub files: u64,
    /// What is wrong, in words.
    pub wrong: Vec<String>,
}

/// Reads everything that files hold.
///
/// # Errors
/// The database could not.
pub async fn contents(database: &Database) -> Result<Contents> {
    let mut connection = database.read().await?;
    let mut tx = connection.tx();
    let (mut found, mut last) = (Contents::default(), Vec::new());
    loop {
        let next: Option<(Vec<u8>, Uuid, i64)> = find!(&mut tx, NEXT, last.as_slice())?;
        let Some((hash, file, size)) = next else { break };
        found.files += 1;
        let (mut read, mut bytes, mut seq) = (Sha256::new(), 0_u64, 0_i64);
        loop {
            let piece: Option<(Vec<u8>,)> = find!(&mut tx, READ_PIECE, file, seq)?;
            let Some((piece,)) = piece else { break };
            (bytes, seq) = (bytes + piece.len() as u64, seq + 1);
            read.update(&piece);
        }
        if read.finalize().to_vec() != hash || i64::try_from(bytes) != Ok(size) {
            // It may have been erased while it was read.
            let still: Option<(Vec<u8>, Uuid, i64)> = find!(&mut tx, NEXT, last.as_slice())?;
            if still.is_some_and(|(now, ..)| now == hash) {
                found.wrong.push(format!("file {}: what it holds is not what its hash says", hex(&hash)));
            }
        }
        last = hash;
    }
    for (sql, what) in
        [(STRAY, "pieces of files that nobody knows of"), (UNHELD, "contents that no file holds")]
    {
        let count: Option<(i64,)> = find!(&mut tx, sql)?;
        if let Some((count,)) = count.filter(|(count,)| *count > 0) {
            found.wrong.push(format!("{count} {what}"));
        }
    }
    Ok(found)
}

/// Are the files of a complaint those of its history: each with its hash, and what can be had with what it holds?
pub(crate) async fn rows_are_those_of(tx: &mut Tx<'_>, complaint: &Complaint) -> Result<bool> {
    type Row = (Uuid, Option<Vec<u8>>, Option<Vec<u8>>, Option<String>);
    let rows: Vec<Row> = all!(tx, OF_COMPLAINT, complaint.id.0)?;
    let fits = |(id, hash, content, name): &Row| {
        complaint.attachment(AttachmentId(*id)).is_some_and(|attachment| {
            let there = attachment.state != AttachmentState::Erased;
            hash.as_deref().map(hex).as_ref() == Some(&attachment.sha256)
                && content.is_some() == there
                && name.is_some() == there
                && (content.is_none() || content == hash)
        })
    };
    Ok(rows.len() == complaint.attachments.len() && rows.iter().all(fits))
}
