//! Files: taken in a piece at a time, kept once by what they hold, attached in the transaction of the fact.
//!
//! A file comes in before any complaint knows of it. Until it is attached it belongs to whoever sent it in, and what
//! nobody attaches is forgotten.

pub mod incoming;
mod proof;

use firsthand_domain::attachment::{FileName, Upload, Uploads};
use firsthand_domain::code::Media;
use firsthand_domain::complaint::Complaint;
use firsthand_domain::history::Fact;
use firsthand_domain::id::{AttachmentId, ComplaintId, StaffId};
use firsthand_domain::{Refusal, Step};
use uuid::Uuid;

use crate::database::Tx;
use crate::statement::{pick, same};
use crate::writer::Unit;
use crate::{Error, Result, hex};

pub use proof::contents;
pub(crate) use proof::{STATEMENTS as PROOF_STATEMENTS, rows_are_those_of};

/// Bytes of one piece; the last of a file may be smaller.
pub const PIECE: usize = 256 << 10;

statements! {
    WAITING = pick(
        "select staff, name, size, sha256, media from attachment \
         where id = $1 and complaint is null and content is not null",
        "select staff, name, size, sha256, media from attachment \
         where id = $1 and complaint is null and content is not null for update",
    );
    ATTACH = same("update attachment set complaint = $2 where id = $1 and complaint is null and content is not null");
    FIND = same(
        "select a.complaint, a.staff, a.name, a.size, a.sha256, a.media, c.file from attachment a \
         join content c on c.sha256 = a.content where a.id = $1"
    );
    COMPLAINT_OF = same("select complaint from attachment where id = $1");
    READ_PIECE = same("select bytes from content_piece where file = $1 and seq = $2");
    EMPTY = same("update attachment set content = null, name = null where id = $1 and complaint = $2");
    HASH_OF = same("select sha256 from attachment where id = $1");
    UNNAME = same("delete from fact_text where complaint = $1 and seq = $2");
    /// Whoever takes the last name away waits for whoever gives another.
    HOLD_CONTENT = pick(
        "select file from content where sha256 = $1",
        "select file from content where sha256 = $1 for update",
    );
    FORGET_CONTENT = same(
        "delete from content where sha256 = $1 and not exists (select 1 from attachment where content = $1)"
    );
    FORGET_PIECES = same("delete from content_piece where file = $1");
}

row! {
    struct Waiting {
        staff: Uuid,
        name: Option<String>,
        size: Option<i64>,
        sha256: Option<Vec<u8>>,
        media: Option<String>,
    }
}

row! {
    struct Row {
        complaint: Option<Uuid>,
        staff: Uuid,
        name: Option<String>,
        size: Option<i64>,
        sha256: Option<Vec<u8>>,
        media: Option<String>,
        file: Uuid,
    }
}

/// A file that can be had.
#[derive(Debug, Clone)]
pub struct Found {
    /// The complaint it belongs to; none until it is attached.
    pub complaint: Option<ComplaintId>,
    /// Its name, size and hash, and who sent it in.
    pub upload: Upload,
    /// Under which its pieces are kept.
    file: Uuid,
}

fn upload(
    staff: Uuid,
    name: Option<String>,
    size: Option<i64>,
    sha256: Option<Vec<u8>>,
    media: Option<&str>,
) -> Result<Upload> {
    let corrupt = || Error::Corrupt("a file that came in whole".to_owned());
    Ok(Upload {
        by: StaffId(staff),
        name: FileName::clean(&name.ok_or_else(corrupt)?),
        size: size.and_then(|size| u64::try_from(size).ok()).ok_or_else(corrupt)?,
        sha256: hex(&sha256.ok_or_else(corrupt)?),
        media: media.and_then(Media::from_code).ok_or_else(corrupt)?,
    })
}

/// Those of the files that came in whole and wait to be attached.
pub(crate) async fn waiting(unit: &mut Unit<'_>, ids: &[AttachmentId]) -> Result<Uploads> {
    let mut uploads = Uploads::new();
    for id in ids {
        let row: Option<Waiting> = find!(&mut unit.tx, WAITING, id.0)?;
        if let Some(row) = row {
            let found = upload(row.staff, row.name, row.size, row.sha256, row.media.as_deref())?;
            uploads.insert(*id, found);
        }
    }
    Ok(uploads)
}

/// Keeps what the facts say of files.
pub(crate) async fn record(unit: &mut Unit<'_>, after: &Complaint, steps: &[Step]) -> Result<()> {
    for step in steps {
        match &step.entry.fact {
            Fact::Attached { attachment, .. } => attach(unit, after, *attachment).await?,
            Fact::AttachmentErased { attachment } => erase(unit, after, *attachment).await?,
            _ => {}
        }
    }
    Ok(())
}

/// Of two at once that attach the same file, one comes too late.
async fn attach(unit: &mut Unit<'_>, complaint: &Complaint, id: AttachmentId) -> Result<()> {
    if run!(&mut unit.tx, ATTACH, id.0, complaint.id.0)? != 1 {
        return Err(Refusal::NotFound.into());
    }
    Ok(())
}

/// Takes away the name and what it names; what another file holds too stays for that one.
async fn erase(unit: &mut Unit<'_>, complaint: &Complaint, id: AttachmentId) -> Result<()> {
    let hash: Option<(Option<Vec<u8>>,)> = find!(&mut unit.tx, HASH_OF, id.0)?;
    if run!(&mut unit.tx, EMPTY, id.0, complaint.id.0)? != 1 {
        return Err(Error::Corrupt(format!("attachment {id} of {}", complaint.id)));
    }
    if let Some(seq) = complaint.attachment(id).map(|a| a.seq) {
        run!(&mut unit.tx, UNNAME, complaint.id.0, seq)?;
    }
    match hash.and_then(|h| h.0) {
        Some(hash) => release(unit, &hash).await,
        None => Ok(()),
    }
}

/// Forgets what no file holds any more.
async fn release(unit: &mut Unit<'_>, hash: &[u8]) -> Result<()> {
    let file: Option<(Uuid,)> = find!(&mut unit.tx, HOLD_CONTENT, hash)?;
    let Some((file,)) = file else { return Ok(()) };
    if run!(&mut unit.tx, FORGET_CONTENT, hash)? == 1 {
        run!(&mut unit.tx, FORGET_PIECES, file)?;
    }
    Ok(())
}

/// A file that can be had, by its id. Whether it may be seen is for the complaint to say.
///
/// # Errors
/// The database could not.
pub async fn find(tx: &mut Tx<'_>, id: AttachmentId) -> Result<Option<Found>> {
    let row: Option<Row> = find!(tx, FIND, id.0)?;
    let Some(row) = row else { return Ok(None) };
    let upload = upload(row.staff, row.name, row.size, row.sha256, row.media.as_deref())?;
    Ok(Some(Found { complaint: row.complaint.map(ComplaintId), upload, file: row.file }))
}

/// The complaint a file belongs to.
///
/// # Errors
/// The database could not.
pub async fn complaint_of(tx: &mut Tx<'_>, id: AttachmentId) -> Result<Option<ComplaintId>> {
    let row: Option<(Option<Uuid>,)> = find!(tx, COMPLAINT_OF, id.0)?;
    Ok(row.and_then(|r| r.0).map(ComplaintId))
}

impl Found {
    /// One piece of what it holds, counted from 0; nothing after the last.
    ///
    /// # Errors
    /// The database could not.
    pub async fn piece(&self, tx: &mut Tx<'_>, seq: u32) -> Result<Option<Vec<u8>>> {
        let row: Option<(Vec<u8>,)> = find!(tx, READ_PIECE, self.file, i64::from(seq))?;
        Ok(row.map(|r| r.0))
    }
}
