//! Files on their way in. Each piece is a change of its own, so that others write in between and nothing but one piece
//! is held in memory; what breaks off is swept away.

use firsthand_domain::Refusal;
use firsthand_domain::attachment::{FileName, MOST_PIXELS, SHOWN_PIXELS, Upload, sniff};
use firsthand_domain::code::Media;
use firsthand_domain::id::{AttachmentId, StaffId};
use firsthand_domain::time::Timestamp;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::{FORGET_PIECES, PIECE, release};
use crate::database::{Database, Engine};
use crate::statement::same;
use crate::{Result, Unit, hex};

/// A file of which nothing came for so long does not come any more.
const BROKEN_OFF_MINUTES: i64 = 10;
/// Files that nobody attached are forgotten after so many days.
const WAITING_DAYS: i64 = 7;

statements! {
    WAITING_BYTES = same(
        "select cast(coalesce(sum(coalesce(size, $2)), 0) as bigint) from attachment \
         where staff = $1 and complaint is null and (sha256 is null or content is not null)"
    );
    BEGIN = same("insert into attachment (id, staff, name, touched_at) values ($1, $2, $3, $4)");
    TOUCH = same("update attachment set touched_at = $2 where id = $1 and sha256 is null");
    ADD = same("insert into content_piece (file, seq, bytes) values ($1, $2, $3)");
    /// One that is there already stays as it is, and held until the file points to it.
    HOLD = same(
        "insert into content (sha256, file, size) values ($1, $2, $3) \
         on conflict (sha256) do update set size = excluded.size returning file"
    );
    FINISH = same(
        "update attachment set size = $2, sha256 = $3, content = $3, media = $4, touched_at = $5 \
         where id = $1 and sha256 is null"
    );
    DROP = same("delete from attachment where id = $1 and staff = $2 and complaint is null returning sha256");
    OLD = same(
        "select id, staff from attachment where complaint is null \
         and ((sha256 is null and touched_at < $1) or touched_at < $2) order by touched_at limit 100"
    );
}

/// A file on its way in.
pub struct Incoming {
    database: Database,
    id: AttachmentId,
    by: StaffId,
    name: FileName,
    hash: Sha256,
    size: u64,
    limit: u64,
    media: Media,
    /// What came and is not a whole piece yet.
    rest: Vec<u8>,
    pieces: i64,
}

impl Incoming {
    /// Makes room for a file.
    ///
    /// # Errors
    /// Too much of this person waits to be attached, or the database could not.
    pub async fn begin(database: &Database, by: StaffId, name: FileName) -> Result<Self> {
        let kept = name.clone();
        let begun = database.change(move |unit| {
            let name = kept.clone();
            Box::pin(async move {
                let (limit, all) = (unit.policy().file_bytes, unit.policy().files_bytes);
                let each = i64::try_from(limit).unwrap_or(i64::MAX);
                let waiting: Option<(i64,)> = find!(&mut unit.tx, WAITING_BYTES, by.0, each)?;
                if waiting.is_some_and(|(bytes,)| u64::try_from(bytes).unwrap_or(0) >= all) {
                    let limit_files = unit.policy().files;
                    return Err(Refusal::TooManyFiles { limit_files, limit_bytes: all }.into());
                }
                let id = unit.new_id();
                run!(&mut unit.tx, BEGIN, id, by.0, name.as_str(), unit.now.micros())?;
                Ok((AttachmentId(id), limit))
            })
        });
        let (id, limit) = begun.await?;
        let (database, hash, media) = (database.clone(), Sha256::new(), Media::Other);
        Ok(Self { database, id, by, name, hash, size: 0, limit, media, rest: Vec::new(), pieces: 0 })
    }

    /// Which file it will be.
    #[must_use]
    pub const fn id(&self) -> AttachmentId {
        self.id
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    /// The file is too large, or a picture of too many pixels; or the database could not.
    pub async fn take(&mut self, mut bytes: &[u8]) -> Result<()> {
        self.size = self.size.saturating_add(bytes.len() as u64);
        if self.size > self.limit {
            return Err(Refusal::FileTooLarge { limit_bytes: self.limit }.into());
        }
        self.hash.update(bytes);
        while !bytes.is_empty() {
            let (now, later) = bytes.split_at(bytes.len().min(PIECE - self.rest.len()));
            self.rest.extend_from_slice(now);
            bytes = later;
            if self.rest.len() == PIECE {
                self.add().await?;
            }
        }
        Ok(())
    }

    async fn add(&mut self) -> Result<()> {
        let (piece, seq, id) = (std::mem::take(&mut self.rest), self.pieces, self.id.0);
        if seq == 0 {
            let sniffed = sniff(&piece);
            if sniffed.pixels.is_some_and(|pixels| pixels > MOST_PIXELS) {
                return Err(Refusal::PictureTooLarge { limit_pixels: MOST_PIXELS }.into());
            }
            // What is too large to be drawn in a page is given as a file, like anything else.
            let shown = sniffed.pixels.is_none_or(|pixels| pixels <= SHOWN_PIXELS);
            self.media = if shown { sniffed.media } else { Media::Other };
        }
        self.pieces += 1;
        let added = self.database.change(move |unit| {
            let piece = piece.clone();
            Box::pin(async move {
                // Swept away meanwhile: it came too slowly.
                if run!(&mut unit.tx, TOUCH, id, unit.now.micros())? != 1 {
                    return Err(Refusal::NotFound.into());
                }
                run!(&mut unit.tx, ADD, id, seq, piece).map(drop)
            })
        });
        added.await
    }

    /// The whole of it has come.
    ///
    /// # Errors
    /// It is empty, or the database could not.
    pub async fn finish(mut self) -> Result<(AttachmentId, Upload)> {
        if self.size == 0 {
            return Err(Refusal::field("file", "expected a file that is not empty").into());
        }
        if !self.rest.is_empty() {
            self.add().await?;
        }
        let Self { database, id, by, name, hash, size, media, .. } = self;
        let hash: Vec<u8> = hash.finalize().to_vec();
        let sha256 = hex(&hash);
        let finished = database.change(move |unit| {
            let hash = hash.clone();
            Box::pin(async move { finish(unit, id, &hash, size, media).await })
        });
        finished.await?;
        Ok((id, Upload { by, name, size, sha256, media }))
    }

    /// It is not wanted, or broke off.
    ///
    /// # Errors
    /// The database could not.
    pub async fn give_up(self) -> Result<()> {
        discard(&self.database, self.id, self.by).await
    }
}

async fn finish(unit: &mut Unit<'_>, id: AttachmentId, hash: &[u8], size: u64, media: Media) -> Result<()> {
    let size = i64::try_from(size).unwrap_or(i64::MAX);
    let held: Option<(Uuid,)> = find!(&mut unit.tx, HOLD, hash, id.0, size)?;
    if held.is_some_and(|(file,)| file != id.0) {
        // It is here already: what came is what another file holds.
        run!(&mut unit.tx, FORGET_PIECES, id.0)?;
    }
    let now = unit.now.micros();
    if run!(&mut unit.tx, FINISH, id.0, size, hash, media.code(), now)? != 1 {
        return Err(Refusal::NotFound.into());
    }
    Ok(())
}

/// Forgets a file that waits, if it is this person's.
///
/// # Errors
/// The database could not.
pub async fn discard(database: &Database, id: AttachmentId, by: StaffId) -> Result<()> {
    database.change(move |unit| Box::pin(async move { drop_one(unit, id.0, by.0).await })).await
}

async fn drop_one(unit: &mut Unit<'_>, id: Uuid, by: Uuid) -> Result<()> {
    let dropped: Option<(Option<Vec<u8>>,)> = find!(&mut unit.tx, DROP, id, by)?;
    match dropped {
        Some((Some(hash),)) => release(unit, &hash).await,
        Some((None,)) => run!(&mut unit.tx, FORGET_PIECES, id).map(drop),
        None => Ok(()),
    }
}

/// Forgets what broke off on its way in, and what nobody attached in a week. A node that serves alone knows when it
/// starts that nothing is on its way in: that is every node on SQLite.
///
/// # Errors
/// The database could not.
pub async fn sweep(database: &Database, starting: bool) -> Result<usize> {
    let alone = starting && matches!(database.engine, Engine::Lite { .. });
    let mut swept = 0;
    loop {
        let some = database.change(move |unit| {
            Box::pin(async move {
                let (now, never) = (unit.now, Timestamp::NEVER);
                let broken_off = if alone { never } else { now.plus_minutes(-BROKEN_OFF_MINUTES) };
                let old = now.plus_days(-WAITING_DAYS);
                let rows: Vec<(Uuid, Uuid)> = all!(&mut unit.tx, OLD, broken_off.micros(), old.micros())?;
                for (id, staff) in &rows {
                    drop_one(unit, *id, *staff).await?;
                }
                Ok(rows.len())
            })
        });
        match some.await? {
            0 => return Ok(swept),
            n => swept += n,
        }
    }
}
