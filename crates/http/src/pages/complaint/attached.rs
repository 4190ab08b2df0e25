//! Files on the page of a complaint.

use firsthand_domain::code::Media;
use firsthand_domain::complaint::Complaint;
use firsthand_domain::id::AttachmentId;

use super::forms::Desk;
use super::panels::{Panel, Row};
use super::sheet::{Kind, Sheet};
use crate::speech::Speech;

/// A file that can be had, as the page shows it.
#[derive(Debug, Clone)]
pub(super) struct Shown {
    pub(super) id: AttachmentId,
    pub(super) name: String,
    pub(super) size: String,
    /// It is shown as a picture.
    pub(super) picture: bool,
}

impl Shown {
    pub(super) fn of(f: &Speech, id: AttachmentId, name: Option<&str>, size: u64, media: Media) -> Self {
        let name = name.map_or_else(|| f.say("frame-erased").into_owned(), str::to_owned);
        Self { id, name, size: f.bytes(size), picture: media.shown_as().is_some() }
    }
}

impl Desk<'_> {
    /// The files that can be had, and what may be done with them.
    pub(super) fn files(&self) -> Panel {
        let complaint: &Complaint = &self.view.complaint;
        let row = |file: &firsthand_domain::attachment::Attachment| {
            let shown = Shown::of(self.f, file.id, self.view.text(file.seq, "name"), file.size, file.media);
            let said = [shown.size, self.names.person(file.by), self.f.exact(file.at)];
            Row {
                id: format!("file-{}", file.id),
                title: shown.name,
                link: Some(format!("/attachments/{}", file.id)),
                lines: vec![said.join(" · ")],
                sheets: self.on_file(file),
                ..Row::default()
            }
        };
        let rows = complaint.kept_attachments().map(row).collect();
        let sheets = if self.rules.writes { vec![self.attach()] } else { Vec::new() };
        Panel {
            id: "files",
            title: self.f.say("attachments-title").into_owned(),
            lead: Vec::new(),
            rows,
            sheets,
            empty: String::new(),
        }
    }

    fn attach(&self) -> Sheet {
        self.forms
            .sheet("attachments", &self.f.say("attachments-add"), &self.f.say("attachments-send"))
            .style("primary")
            .files(self.forms.waiting)
    }

    fn on_file(&self, file: &firsthand_domain::attachment::Attachment) -> Vec<Sheet> {
        let mut sheets = Vec::new();
        if !self.rules.writes {
            return sheets;
        }
        let path = |verb: &str| format!("attachments/{}/{verb}", file.id);
        if file.by == self.me.id || self.rules.in_charge || self.is_in_charge_of_closed() {
            sheets.push(
                self.forms
                    .sheet(
                        &path("remove"),
                        &self.f.say("attachments-remove"),
                        &self.f.say("attachments-remove-send"),
                    )
                    .field("reason", self.label("reason"), Kind::Area(2))
                    .required(),
            );
        }
        if self.me.is_lead() {
            sheets.push(
                self.forms
                    .sheet(
                        &path("erase"),
                        &self.f.say("attachments-erase"),
                        &self.f.say("attachments-erase-send"),
                    )
                    .style("refuse")
                    .says(self.f.say("attachments-erase-hint"))
                    .field("reason", self.label("reason"), Kind::Area(2))
                    .required(),
            );
        }
        sheets
    }
}
