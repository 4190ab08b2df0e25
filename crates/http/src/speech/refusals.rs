//! A refusal in the reader's language: what cannot be done, the fact, what would do it. The English of programs is in
//! `problem/sentences`; both are made from the same facts.

mod wrong;

use firsthand_domain::Refusal;
use firsthand_domain::refusal::{Beyond, NotAReceiver};

use super::Speech;

impl Speech {
    /// In words for people.
    pub(crate) fn refusal(&self, refusal: &Refusal) -> String {
        let key = format!("refusal-{}", refusal.name());
        match refusal {
            Refusal::NotYours { allowed } => {
                self.with(&key, "who", self.listed(allowed.iter().map(|who| self.word("who", who))))
            }
            Refusal::WrongStage { stage, allowed } => {
                let stages = self.listed(allowed.iter().map(|s| self.word("stage", s.code())));
                self.with2(&key, "stage", self.word("stage", stage.code()), "stages", stages)
            }
            Refusal::ArbitrationNeeded { declines } => self.with(&key, "declines", *declines),
            Refusal::HandoffOver { state } => self.with(&key, "state", self.word("handoff", state.code())),
            Refusal::SuccessionOver { state } => {
                self.with(&key, "state", self.word("succession", state.code()))
            }
            Refusal::ReplyOver { state } => self.with(&key, "state", self.word("reply-state", state.code())),
            Refusal::PromiseOver { state, .. } => {
                self.with(&key, "state", self.word("promise", state.code()))
            }
            Refusal::CannotClose(missing) => {
                let missing = missing.missing.iter().map(|m| self.word("missing", m));
                self.with(&key, "missing", self.listed(missing))
            }
            Refusal::OpenPromises { open_promises } => self.with(&key, "count", open_promises.len()),
            Refusal::AttemptsMissing { attempts, needed, spread, spread_needed } => self.tell(
                &key,
                [
                    ("attempts", (*attempts).into()),
                    ("needed", (*needed).into()),
                    ("spread", (*spread).into()),
                    ("spreadneeded", (*spread_needed).into()),
                ],
            ),
            Refusal::ReopenWindowOver { window_days, .. } => self.with(&key, "days", *window_days),
            Refusal::OpenDuties(duties) => self.tell(
                &key,
                [
                    ("first", duties.first_contact.len().into()),
                    ("handled", duties.handler.len().into()),
                    ("promises", duties.promises.len().into()),
                    ("grants", duties.grants.len().into()),
                    ("actions", duties.actions.len().into()),
                ],
            ),
            Refusal::LimitExceeded(beyond) => self.beyond(beyond),
            Refusal::AwardOver { state, allowed } => {
                let states = self.listed(allowed.iter().map(|s| self.word("award-state", s.code())));
                self.with2(&key, "state", self.word("award-state", state.code()), "states", states)
            }
            Refusal::AwardsUnderWay { awards } => self.with(&key, "count", awards.len()),
            Refusal::ApprovalBroken { differs } => self.with(&key, "differs", self.word("differs", differs)),
            Refusal::GrantOver { state, allowed } => {
                let states = self.listed(allowed.iter().map(|s| self.word("grant-state", s.code())));
                self.with2(&key, "state", self.word("grant-state", state.code()), "states", states)
            }
            Refusal::ActionOver { state, allowed } => {
                let states = self.listed(allowed.iter().map(|s| self.word("action-state", s.code())));
                self.with2(&key, "state", self.word("action-state", state.code()), "states", states)
            }
            Refusal::ProblemOver { state, allowed } => {
                let states = self.listed(allowed.iter().map(|s| self.word("problem-state", s.code())));
                self.with2(&key, "state", self.word("problem-state", state.code()), "states", states)
            }
            Refusal::FileTooLarge { limit_bytes } => self.with(&key, "limit", self.bytes(*limit_bytes)),
            Refusal::TooManyFiles { limit_files, limit_bytes } => {
                self.with2(&key, "files", *limit_files, "limit", self.bytes(*limit_bytes))
            }
            Refusal::AttachmentOver { state } => {
                self.with(&key, "state", self.word("attachment-state", state.code()))
            }
            Refusal::ParentNotInForce { state, .. } => {
                self.with(&key, "state", self.word("grant-state", state.code()))
            }
            Refusal::NotAReceiver { why, .. } => self.say(not_a_receiver(*why)).into_owned(),
            Refusal::Field { field, expected } => self.wrong_by_name(field, expected),
            other => {
                debug_assert!(!other.name().is_empty());
                self.say(&key).into_owned()
            }
        }
    }

    /// How far the reader's authority goes, and who may give what goes beyond it.
    fn beyond(&self, beyond: &Beyond) -> String {
        let words = match (beyond.limited_by, beyond.not_covered) {
            (Some(limit), _) => self.tell(
                "refusal-limit-exceeded",
                [
                    ("which", self.word("limit", limit).into()),
                    ("limit", self.money(beyond.limit).into()),
                    ("remaining", self.money(beyond.remaining).into()),
                ],
            ),
            (None, Some(why)) => {
                let why = self.word("not-covered", why.code());
                self.with("refusal-limit-exceeded-not-covered", "why", why)
            }
            (None, None) => self.say("refusal-limit-exceeded-none").into_owned(),
        };
        if beyond.next_holders.is_empty() {
            return words;
        }
        let next = beyond.next_holders.iter().map(|next| {
            self.with2("refusal-next-holder", "name", next.name.clone(), "limit", self.money(next.up_to))
        });
        self.with2("refusal-limit-exceeded-next", "words", words, "next", self.listed(next))
    }

    /// Several things in one sentence.
    pub(crate) fn listed<S: AsRef<str>>(&self, items: impl Iterator<Item = S>) -> String {
        let items: Vec<_> = items.collect();
        let items: Vec<&str> = items.iter().map(AsRef::as_ref).collect();
        items.join(&self.say("refusal-comma"))
    }
}

fn not_a_receiver(why: NotAReceiver) -> &'static str {
    match why {
        NotAReceiver::Oneself => "receiver-oneself",
        NotAReceiver::AlreadyHandler => "receiver-already-handler",
        NotAReceiver::Disabled => "receiver-disabled",
        NotAReceiver::Auditor => "receiver-auditor",
        NotAReceiver::ComplainedAbout => "receiver-complained-about",
        NotAReceiver::KeptAway => "receiver-kept-away",
    }
}
