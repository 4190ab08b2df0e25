//! Files: attached by whoever sees the complaint, taken out of sight with a reason, erased by a lead.

use crate::attachment::Upload;
use crate::code::AttachmentState;
use crate::history::{Fact, Texts};
use crate::id::AttachmentId;
use crate::refusal::Refusal;
use crate::verb::{Verb, Why};

use super::{Work, maybe, texts};

/// So many files go with one message.
const AT_ONCE: usize = 20;

impl Verb {
    /// Files that this verb attaches.
    #[must_use]
    pub fn uploads(&self) -> &[AttachmentId] {
        match self {
            Self::Attach(body) => &body.attachments,
            Self::AddNote(body) => &body.attachments,
            Self::RecordContact(body) => &body.attachments,
            Self::SendReply(body) => &body.attachments,
            _ => &[],
        }
    }
}

impl Work<'_, '_> {
    /// Anyone who sees the complaint attaches files, at any stage, as they add notes.
    pub(super) fn attach_alone(&mut self, ids: &[AttachmentId]) -> Result<(), Refusal> {
        self.writer()?;
        if ids.is_empty() {
            return Err(Refusal::field("attachments", "expected at least one file"));
        }
        self.attach(ids, None)
    }

    /// Attaches files to what was recorded last.
    pub(super) fn attach_to_this(&mut self, ids: &[AttachmentId]) -> Result<(), Refusal> {
        self.attach(ids, Some(self.complaint.version))
    }

    fn attach(&mut self, ids: &[AttachmentId], with: Option<i64>) -> Result<(), Refusal> {
        if ids.len() > AT_ONCE {
            return Err(Refusal::field("attachments", format!("expected at most {AT_ONCE} files at once")));
        }
        for (at, id) in ids.iter().enumerate() {
            if ids.iter().take(at).any(|before| before == id) {
                return Err(Refusal::field(format!("attachments[{at}]"), "expected each file only once"));
            }
            let actor = self.context.actor.ok_or(Refusal::NotFound)?.id;
            // A file of another person, or of another complaint, is not there: nothing is copied by naming it.
            let upload = self.context.known.uploads.get(id).filter(|upload| upload.by == actor);
            self.attach_one(*id, upload.ok_or(Refusal::NotFound)?, with)?;
        }
        Ok(())
    }

    fn attach_one(&mut self, id: AttachmentId, upload: &Upload, with: Option<i64>) -> Result<(), Refusal> {
        let policy = self.context.policy;
        if upload.size > policy.file_bytes {
            return Err(Refusal::FileTooLarge { limit_bytes: policy.file_bytes });
        }
        let (files, bytes) = self
            .complaint
            .kept_attachments()
            .fold((0, 0_u64), |(n, sum), a| (n + 1, sum.saturating_add(a.size)));
        if files >= policy.files || bytes.saturating_add(upload.size) > policy.files_bytes {
            return Err(Refusal::TooManyFiles { limit_files: policy.files, limit_bytes: policy.files_bytes });
        }
        let Upload { size, sha256, media, name, .. } = upload.clone();
        let fact = Fact::Attached { attachment: id, size, sha256, media, with };
        self.record(fact, texts([("name", Some(name.as_str().to_owned()))]));
        Ok(())
    }

    /// By whoever attached it, or whoever is in charge; the history keeps that it was there.
    pub(super) fn remove_attachment(&mut self, id: AttachmentId, why: &Why) -> Result<(), Refusal> {
        let actor = self.writer()?;
        let (by, state) = self.attached(id)?;
        if by != actor.id {
            self.in_charge()?;
        }
        if state != AttachmentState::Kept {
            return Err(Refusal::AttachmentOver { state });
        }
        self.record(Fact::AttachmentRemoved { attachment: id }, because(why));
        Ok(())
    }

    /// By a lead: it cannot be undone.
    pub(super) fn erase_attachment(&mut self, id: AttachmentId, why: &Why) -> Result<(), Refusal> {
        self.lead()?;
        let (_, state) = self.attached(id)?;
        if state == AttachmentState::Erased {
            return Err(Refusal::AttachmentOver { state });
        }
        self.record(Fact::AttachmentErased { attachment: id }, because(why));
        Ok(())
    }

    fn attached(&self, id: AttachmentId) -> Result<(crate::id::StaffId, AttachmentState), Refusal> {
        let attachment = self.complaint.attachment(id).ok_or(Refusal::NotFound)?;
        Ok((attachment.by, attachment.state))
    }
}

fn because(why: &Why) -> Texts {
    texts([("reason", maybe(Some(&why.reason)))])
}
