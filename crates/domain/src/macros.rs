//! Macros: several verbs under one name, done on a complaint one after the other, all or none. Each is the very verb, with
//! its own rules; a macro adds nothing but the order.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Refusal;
use crate::code::{CauseRole, Channel, Confidence, ReplyKind, Severity, codes};
use crate::id::StaffId;
use crate::text::{Line, Narrative, Reason};
use crate::time::Timestamp;
use crate::verb::{
    Acknowledge, AddNote, Assess, CauseRef, Close, MakePromise, OfferHandoff, SendReply, TagCause, Verb,
};

/// Steps of one macro, at most.
pub const STEPS: usize = 10;
/// The longest time in which something is promised: a year.
const HOURS: i64 = 8_784;

codes! {
    /// What a step of a macro does.
    MacroVerb {
        /// Tells the customer who has the complaint, by a reply text.
        Acknowledge = "acknowledge",
        /// Sends the customer a reply text.
        Reply = "reply",
        /// Adds an internal note.
        Note = "note",
        /// Says how grave it is and what it is about.
        Assess = "assess",
        /// Says why it happened.
        Tag = "tag",
        /// Asks someone to take over the handling.
        Offer = "offer",
        /// Promises the customer something.
        Promise = "promise",
        /// Ends it.
        Close = "close",
    }
}

bodies! {
    /// Tells the customer who has the complaint.
    MacroAcknowledge {
        /// How; the channel of the complaint when not said.
        channel: Option<Channel>,
        /// The reply text.
        canned_reply: Uuid,
    }
    /// Sends the customer something.
    MacroReply {
        /// What for.
        kind: ReplyKind,
        /// How; the channel of the complaint when not said.
        channel: Option<Channel>,
        /// The reply text.
        canned_reply: Uuid,
        /// Whether it has reached the customer already.
        #[serde(default)]
        delivered: bool,
    }
    /// Adds a note.
    MacroNote {
        /// What.
        body: Narrative,
    }
    /// Says what it is about.
    MacroAssess {
        /// How grave.
        severity: Option<Severity>,
        /// What went wrong.
        category: Option<Line>,
        /// What it is about.
        product: Option<Line>,
        /// Where it happened.
        place: Option<Line>,
    }
    /// Says why it happened.
    MacroTag {
        /// Its id or code.
        cause: CauseRef,
        /// The part it played.
        role: CauseRole,
        /// How sure.
        confidence: Confidence,
        /// What was looked at.
        evidence: Option<Reason>,
    }
    /// Asks someone to take over.
    MacroOffer {
        /// Whom.
        to: StaffId,
        /// Why.
        reason: Reason,
        /// What they are asked to do.
        request: Reason,
    }
    /// Promises something.
    MacroPromise {
        /// What, as the customer hears it.
        text: Reason,
        /// In so many hours from when it is done.
        due_in_hours: i64,
    }
    /// Ends it.
    MacroClose {
        /// Why.
        reason: Reason,
    }
    /// Does the steps of a macro.
    RunMacro {
        /// Which.
        r#macro: Uuid,
    }
}

/// A step, read.
#[derive(Debug, Clone)]
pub enum MacroStep {
    /// See [`MacroAcknowledge`].
    Acknowledge(MacroAcknowledge),
    /// See [`MacroReply`].
    Reply(MacroReply),
    /// See [`MacroNote`].
    Note(MacroNote),
    /// See [`MacroAssess`].
    Assess(MacroAssess),
    /// See [`MacroTag`].
    Tag(MacroTag),
    /// See [`MacroOffer`].
    Offer(MacroOffer),
    /// See [`MacroPromise`].
    Promise(MacroPromise),
    /// See [`MacroClose`].
    Close(MacroClose),
}

impl MacroStep {
    /// What can be seen of it before there is a complaint.
    ///
    /// # Errors
    /// Which of its fields cannot be right on any complaint.
    pub fn check(&self) -> Result<(), Refusal> {
        match self {
            Self::Promise(body) if !(1..=HOURS).contains(&body.due_in_hours) => {
                Err(Refusal::field("due_in_hours", "expected a whole number of hours up to a year"))
            }
            Self::Assess(MacroAssess { severity: None, category: None, product: None, place: None }) => {
                Err(Refusal::field("body", "expected at least one field to assess"))
            }
            _ => Ok(()),
        }
    }

    /// The reply text it sends.
    #[must_use]
    pub const fn canned_reply(&self) -> Option<Uuid> {
        match self {
            Self::Acknowledge(body) => Some(body.canned_reply),
            Self::Reply(body) => Some(body.canned_reply),
            _ => None,
        }
    }

    /// The verb, on a complaint that came that way, now, with the text it sends as it is filled in.
    ///
    /// # Errors
    /// The text is none that can be sent.
    pub fn verb(self, came: Channel, now: Timestamp, text: Option<&str>) -> Result<Verb, Refusal> {
        let filled = || {
            let text = Narrative::parse(text.unwrap_or_default());
            text.map_err(|wrong| Refusal::field("body", wrong.to_string()))
        };
        Ok(match self {
            Self::Acknowledge(body) => {
                let channel = body.channel.unwrap_or(came);
                Verb::Acknowledge(Acknowledge { channel, body: filled()? })
            }
            Self::Reply(body) => Verb::SendReply(SendReply {
                kind: body.kind,
                channel: body.channel.unwrap_or(came),
                body: filled()?,
                delivered: body.delivered,
                points_answered: Vec::new(),
                to: Vec::new(),
                posted: false,
                attachments: Vec::new(),
            }),
            Self::Note(MacroNote { body }) => Verb::AddNote(AddNote { body, attachments: Vec::new() }),
            Self::Assess(MacroAssess { severity, category, product, place }) => {
                Verb::Assess(Box::new(Assess {
                    severity,
                    category,
                    product,
                    place,
                    desired_remedy: None,
                    points: Vec::new(),
                    about_staff: None,
                    restricted: None,
                    incident_at: None,
                }))
            }
            Self::Tag(MacroTag { cause, role, confidence, evidence }) => Verb::TagCause(TagCause {
                cause,
                role,
                confidence,
                whys: Vec::new(),
                escape_point: None,
                evidence,
            }),
            Self::Offer(MacroOffer { to, reason, request }) => {
                Verb::OfferHandoff(OfferHandoff { to, reason, request, promised: None, answer_by: None })
            }
            Self::Promise(MacroPromise { text, due_in_hours }) => {
                let due_at = now.plus_minutes(due_in_hours * 60);
                Verb::MakePromise(MakePromise { text, due_at, responsible: None })
            }
            Self::Close(MacroClose { reason }) => Verb::Close(Close { reason, external_body: None }),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_the_very_verb_on_the_complaint_it_is_done_on() {
        let now = Timestamp::from_micros(7);
        let text = Reason::parse("a call").unwrap();
        let promise = MacroStep::Promise(MacroPromise { text: text.clone(), due_in_hours: 48 });
        assert_eq!(promise.check(), Ok(()));
        let Ok(Verb::MakePromise(made)) = promise.verb(Channel::Sms, now, None) else { panic!() };
        assert_eq!((made.due_at.micros(), made.text), (7 + 48 * 3_600_000_000, text.clone()));
        for due_in_hours in [0, -1, HOURS + 1, i64::MAX] {
            let wrong = MacroStep::Promise(MacroPromise { text: text.clone(), due_in_hours });
            assert!(matches!(wrong.check(), Err(Refusal::Field { .. })));
        }
        let reply = |channel| {
            let canned_reply = Uuid::nil();
            MacroStep::Reply(MacroReply { kind: ReplyKind::Progress, channel, canned_reply, delivered: true })
        };
        let Ok(Verb::SendReply(sent)) = reply(None).verb(Channel::Sms, now, Some("Sorry")) else { panic!() };
        assert_eq!((sent.channel, sent.body.as_str(), sent.delivered), (Channel::Sms, "Sorry", true));
        let Ok(Verb::SendReply(sent)) = reply(Some(Channel::Email)).verb(Channel::Sms, now, Some("Sorry"))
        else {
            panic!()
        };
        assert_eq!(sent.channel, Channel::Email);
        assert!(matches!(reply(None).verb(Channel::Sms, now, None), Err(Refusal::Field { .. })));
        let nothing = MacroAssess { severity: None, category: None, product: None, place: None };
        assert!(MacroStep::Assess(nothing).check().is_err());
    }
}
