//! What happened, in words: one arm for each kind of fact, so that a new kind does not compile until it has words.

use firsthand_domain::code::{AttachmentState, AwardType, Channel, Direction, Ratification, ReplyState};
use firsthand_domain::complaint::Complaint;
use firsthand_domain::history::{Actor, Assessed, Details, Fact, Texts};
use firsthand_domain::id::{AwardId, ComplaintId, CustomerId, PromiseId, StaffId};
use firsthand_domain::money::Money;
use firsthand_domain::time::Timestamp;
use firsthand_domain::why::is_evidence;
use firsthand_storage::complaints::HistoryItem;
use firsthand_storage::view::View;

use super::attached::Shown;
use super::details;
use super::names::Names;
use crate::speech::Speech;

/// A part of a sentence; names of people and things stand out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) text: String,
    pub(super) name: bool,
}

/// A text somebody wrote, with what it is.
#[derive(Debug, Clone)]
pub(super) struct Quote {
    pub(super) label: String,
    pub(super) text: String,
    pub(super) lang: Option<String>,
}

/// How a fact is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    /// One line.
    Line,
    /// A message from the customer.
    In,
    /// A message of ours.
    Out,
    /// A note for staff only.
    Note,
}

/// A fact, told.
#[derive(Debug, Clone)]
pub(super) struct Told {
    pub(super) look: Look,
    pub(super) icon: &'static str,
    pub(super) words: Vec<Piece>,
    /// Short words beside it, with their class.
    pub(super) tags: Vec<(&'static str, String)>,
    /// The message itself; gone after erasure.
    pub(super) body: Option<Quote>,
    pub(super) quotes: Vec<Quote>,
    /// A file that can be had.
    pub(super) file: Option<Shown>,
}

impl Told {
    /// The sentence with the beginning of what was written.
    pub(super) fn in_short(mut self) -> Vec<Piece> {
        if let Some(body) = self.body {
            let beginning: String = body.text.chars().take(200).collect();
            self.words.push(Piece { text: format!(" · {beginning}"), name: false });
        }
        self.words
    }
}

/// What may stand in a sentence about a fact. Each message takes what it needs.
#[derive(Default)]
struct In {
    other: String,
    third: String,
    what: String,
    when: String,
    by: String,
    count: u32,
}

/// Tells the facts of one complaint.
pub(super) struct Teller<'p> {
    pub(super) f: &'p Speech,
    pub(super) names: &'p Names,
    pub(super) view: &'p View,
}

/// Around a name while a sentence is made; people cannot type these into our sentences.
const NAME: [char; 2] = ['\u{e000}', '\u{e001}'];

fn named(index: usize, name: &str) -> String {
    if name.is_empty() { String::new() } else { format!("{}{index}{}", NAME[0], NAME[1]) }
}

/// The sentence taken apart at its names.
fn pieces(sentence: &str, names: &[&str]) -> Vec<Piece> {
    let mut found = Vec::new();
    for part in sentence.split(NAME[0]) {
        let (name, rest) = part.split_once(NAME[1]).map_or((None, part), |(index, rest)| {
            (index.parse::<usize>().ok().and_then(|at| names.get(at)), rest)
        });
        found.extend(name.map(|name| Piece { text: (*name).to_owned(), name: true }));
        found.push(Piece { text: rest.to_owned(), name: false });
    }
    found.retain(|piece| !piece.text.is_empty());
    found
}

impl Teller<'_> {
    /// A sentence by its key; `who` is the one who did it.
    fn sentence(&self, key: &str, who: &str, with: &In) -> Vec<Piece> {
        let sentence = self.f.tell(
            key,
            [
                ("who", named(0, who).into()),
                ("other", named(1, &with.other).into()),
                ("third", named(2, &with.third).into()),
                ("what", with.what.clone().into()),
                ("when", with.when.clone().into()),
                ("by", with.by.clone().into()),
                ("count", with.count.into()),
            ],
        );
        pieces(&sentence, &[who, &with.other, &with.third])
    }

    fn complaint(&self) -> &Complaint {
        &self.view.complaint
    }

    fn person(&self, id: StaffId) -> String {
        self.names.person(id)
    }

    fn customers(&self, ids: &[CustomerId]) -> String {
        if ids.is_empty() {
            return self.names.customer(self.complaint().customer);
        }
        self.f.listed(ids.iter().map(|id| self.names.customer(Some(*id))))
    }

    fn by(&self, channel: Channel) -> String {
        self.f.word("by", channel.code()).into_owned()
    }

    fn reference(&self, id: ComplaintId) -> String {
        self.view.references.get(&id).cloned().unwrap_or_default()
    }

    fn when(&self, at: Timestamp) -> String {
        self.f.exact(at)
    }

    /// One fact. What is told of a promise names when it was due.
    #[expect(clippy::too_many_lines, reason = "one arm for each kind of fact")]
    pub(super) fn tell(&self, item: &HistoryItem) -> Told {
        let who = match item.entry.actor {
            Actor::Staff(id) => self.person(id),
            Actor::System => self.f.say("frame-system").into_owned(),
        };
        let line = |icon, key: &str, with: In| Told {
            look: Look::Line,
            icon,
            words: self.sentence(key, &who, &with),
            tags: Vec::new(),
            body: None,
            quotes: self.quotes(&item.text),
            file: None,
        };
        let plain = |icon, key: &str| line(icon, key, In::default());
        let message = |look, icon, key: &str, with: In| {
            let mut told = line(icon, key, with);
            told.look = look;
            let field = if item.text.contains_key("narrative") { "narrative" } else { "body" };
            let lang = if look == Look::Note { None } else { self.complaint().language.clone() };
            let text = item.text.get(field).cloned();
            told.body = text.map(|text| Quote { label: String::new(), text, lang });
            told.quotes.retain(|quote| Some(&quote.text) != told.body.as_ref().map(|b| &b.text));
            told
        };
        match &item.entry.fact {
            Fact::Received(fact) => {
                let other = self.names.customer(fact.customer);
                let key = if fact.imported { "fact-received-imported" } else { "fact-received" };
                let with = In { other, by: self.by(fact.channel), ..In::default() };
                message(Look::In, icon_of(fact.channel), key, with)
            }
            Fact::Acknowledged { channel } => {
                let with = In { other: self.customers(&[]), by: self.by(*channel), ..In::default() };
                message(Look::Out, "reply", "fact-acknowledged", with)
            }
            Fact::Assessed(fact) => {
                line("more", "fact-assessed", In { what: self.assessed(fact), ..In::default() })
            }
            Fact::HandoffOffered { to, answer_by, .. } => {
                let with = In { other: self.person(*to), when: self.when(*answer_by), ..In::default() };
                line("hand", "fact-handoff-offered", with)
            }
            Fact::HandoffAccepted { from, .. } => {
                line("hand", "fact-handoff-accepted", In { other: self.person(*from), ..In::default() })
            }
            Fact::HandoffDeclined { .. } => plain("hand", "fact-handoff-declined"),
            Fact::HandoffRecalled { .. } => plain("hand", "fact-handoff-recalled"),
            Fact::HandoffLapsed { .. } => plain("hand", "fact-handoff-lapsed"),
            Fact::HandlerAssigned { to, .. } => {
                line("hand", "fact-handler-assigned", In { other: self.person(*to), ..In::default() })
            }
            Fact::SuccessionOffered { from, to, .. } => {
                let with = In { other: self.person(*to), third: self.person(*from), ..In::default() };
                line("people", "fact-succession-offered", with)
            }
            Fact::SuccessionAccepted { from, .. } => {
                line("people", "fact-succession-accepted", In { other: self.person(*from), ..In::default() })
            }
            Fact::SuccessionDeclined { .. } => plain("people", "fact-succession-declined"),
            Fact::SuccessionRecalled { .. } => plain("people", "fact-succession-recalled"),
            Fact::CustomerAwaited { due_at } => {
                line("question", "fact-customer-awaited", In { when: self.when(*due_at), ..In::default() })
            }
            Fact::ContactRecorded { channel, direction, reached } => {
                let with = In { other: self.customers(&[]), by: self.by(*channel), ..In::default() };
                match (direction, reached) {
                    (Direction::In, _) => message(Look::In, icon_of(*channel), "fact-contact-in", with),
                    (Direction::Out, true) => message(Look::Out, icon_of(*channel), "fact-contact-out", with),
                    (Direction::Out, false) => line("out", "fact-contact-failed", with),
                }
            }
            Fact::Attached { attachment, size, media, .. } => {
                let mut told = plain("clip", "fact-attached");
                told.quotes.clear();
                let name = item.text.get("name").map(String::as_str);
                let now = self.complaint().attachment(*attachment);
                match now.filter(|a| a.state == AttachmentState::Kept) {
                    Some(_) => told.file = Some(Shown::of(self.f, *attachment, name, *size, *media)),
                    None => told.tags.extend(
                        now.map(|a| ("", self.f.word("attachment-state", a.state.code()).into_owned())),
                    ),
                }
                told
            }
            Fact::AttachmentRemoved { .. } => plain("clip", "fact-attachment-removed"),
            Fact::AttachmentErased { .. } => plain("clip", "fact-attachment-erased"),
            Fact::NoteAdded {} => message(Look::Note, "note", "fact-note-added", In::default()),
            Fact::Decided { outcome } => {
                let what = self.f.word("finding", outcome.code()).into_owned();
                line("decision", "fact-decided", In { what, ..In::default() })
            }
            Fact::ReplySent { reply, reply_kind, channel, to, state, .. } => {
                let with = In { other: self.customers(to), by: self.by(*channel), ..In::default() };
                let mut told = message(Look::Out, "reply", "fact-reply-sent", with);
                // As it stands now: what was sent may have arrived since.
                let now =
                    self.complaint().replies.iter().find(|r| r.id == *reply).map_or(*state, |r| r.state);
                told.tags.push(("", self.f.word("reply-kind", reply_kind.code()).into_owned()));
                told.tags.push((state_class(now), self.f.word("reply-state", now.code()).into_owned()));
                told
            }
            Fact::ReplyDelivered { .. } => plain("check", "fact-reply-delivered"),
            Fact::ReplyFailed { .. } => plain("warn", "fact-reply-failed"),
            Fact::CustomerAnswered { answer, channel } => {
                let what = self.f.word("answer", answer.code()).into_owned();
                line("inbound", "fact-customer-answered", In { what, by: self.by(*channel), ..In::default() })
            }
            Fact::PromiseMade { due_at, responsible, replaces, .. } => {
                let with = In { other: self.person(*responsible), when: self.when(*due_at), ..In::default() };
                let key = if replaces.is_some() { "fact-promise-made-anew" } else { "fact-promise-made" };
                line("promise", key, with)
            }
            Fact::PromiseKept { promise } => line("check", "fact-promise-kept", self.due(*promise)),
            Fact::PromiseBroken { promise } => line("warn", "fact-promise-broken", self.due(*promise)),
            Fact::PromiseSuperseded { promise } => {
                line("promise", "fact-promise-superseded", self.due(*promise))
            }
            Fact::PromiseVoided { promise } => line("promise", "fact-promise-voided", self.due(*promise)),
            Fact::PromiseKeptLate { promise } => line("check", "fact-promise-kept-late", self.due(*promise)),
            Fact::PromiseAbandoned { promise } => line("warn", "fact-promise-abandoned", self.due(*promise)),
            Fact::CauseTagged { cause, role, confidence, .. } => {
                let other = self.names.cause(*cause);
                let what = self.f.word("cause-role", role.code()).into_owned();
                let by = self.f.word("confidence", confidence.code()).into_owned();
                line("cause", "fact-cause-tagged", In { other, what, by, ..In::default() })
            }
            Fact::Closed { closure, .. } => {
                let what = self.f.word("closure", closure.code()).into_owned();
                line("check", "fact-closed", In { what, ..In::default() })
            }
            Fact::Reopened { cycle } => {
                line("reopen", "fact-reopened", In { count: *cycle, ..In::default() })
            }
            Fact::MergedInto { complaint } => {
                line("merge", "fact-merged-into", In { other: self.reference(*complaint), ..In::default() })
            }
            Fact::MergeTaken { complaint, kept: None, .. } => {
                line("merge", "fact-merge-taken", In { other: self.reference(*complaint), ..In::default() })
            }
            Fact::MergeTaken { complaint, kept: Some(kept), .. } => {
                let what = self.f.listed(self.details(kept).iter());
                let with = In { other: self.reference(*complaint), what, ..In::default() };
                line("merge", "fact-merge-keeping", with)
            }
            Fact::MergeUndone {} => plain("merge", "fact-merge-undone"),
            Fact::MergeReleased { complaint } => line(
                "merge",
                "fact-merge-released",
                In { other: self.reference(*complaint), ..In::default() },
            ),
            Fact::Linked { to, link, .. } => {
                let what = self.f.word("link", link.code()).into_owned();
                line("link", "fact-linked", In { other: self.reference(*to), what, ..In::default() })
            }
            Fact::Referred { date } => {
                line("out", "fact-referred", In { when: self.names.day(self.f, *date), ..In::default() })
            }
            Fact::AwardProposed { award_type, basis, value, incident, emergency, .. } => {
                let by = self.f.word("basis", basis.code()).into_owned();
                let what = self.worth(*award_type, *value);
                let mut told = line("question", "fact-award-proposed", In { what, by, ..In::default() });
                if *emergency {
                    told.tags.push(("late", self.f.say("fact-award-emergency").into_owned()));
                }
                told.tags.extend(incident.iter().map(|incident| ("", incident.clone())));
                told
            }
            Fact::AwardAmended { award, value } => {
                let kind = self.complaint().award(*award).map(|a| a.kind);
                let what = kind.map_or_else(|| self.f.money(*value), |kind| self.worth(kind, *value));
                line("question", "fact-award-amended", In { what, ..In::default() })
            }
            Fact::AwardApproved { award, complete, .. } => {
                let key = if *complete { "fact-award-approved" } else { "fact-award-approved-in-part" };
                line("check", key, self.award(*award))
            }
            Fact::AwardRefused { award } => line("warn", "fact-award-refused", self.award(*award)),
            Fact::AwardWithdrawn { award } => line("warn", "fact-award-withdrawn", self.award(*award)),
            Fact::AwardOffered { award, channel, answer_by } => {
                let (by, when) = (self.by(*channel), self.when(*answer_by));
                line("out", "fact-award-offered", In { when, by, ..self.award(*award) })
            }
            Fact::AwardAccepted { award, channel } => {
                let with = In { by: self.by(*channel), ..self.award(*award) };
                line("inbound", "fact-award-accepted", with)
            }
            Fact::AwardDeclined { award, channel } => {
                let with = In { by: self.by(*channel), ..self.award(*award) };
                line("inbound", "fact-award-declined", with)
            }
            Fact::AwardLapsed { award } => line("warn", "fact-award-lapsed", self.award(*award)),
            Fact::AwardExecuted { award } => line("check", "fact-award-executed", self.award(*award)),
            Fact::AwardReversed { award, .. } => line("warn", "fact-award-reversed", self.award(*award)),
            Fact::AwardHeld { award } => line("warn", "fact-award-held", self.award(*award)),
            Fact::AwardRatified { award, outcome } => match outcome {
                Ratification::Ratified => line("check", "fact-award-ratified", self.award(*award)),
                Ratification::Condemned => line("warn", "fact-award-condemned", self.award(*award)),
            },
        }
    }

    /// A promise by the time it was made for.
    fn due(&self, id: PromiseId) -> In {
        let promise = self.complaint().promises.iter().find(|p| p.id == id);
        In { when: promise.map(|p| self.when(p.due_at)).unwrap_or_default(), ..In::default() }
    }

    /// An award by what it is and what it is worth now.
    fn award(&self, id: AwardId) -> In {
        let award = self.complaint().award(id);
        In { what: award.map(|a| self.worth(a.kind, a.value)).unwrap_or_default(), ..In::default() }
    }

    fn worth(&self, kind: AwardType, value: Money) -> String {
        let kind = self.f.word("award-type", kind.code());
        self.f.with2("fact-award-worth", "type", kind, "value", self.f.money(value))
    }

    /// What is said of a complaint, each with its name.
    fn details(&self, details: &Details) -> Vec<String> {
        let said = details::values(self.f, details);
        said.iter().map(|(detail, value)| details::named(self.f, *detail, value)).collect()
    }

    fn assessed(&self, fact: &Assessed) -> String {
        let mut said = self.details(&Details {
            severity: fact.severity,
            category: fact.category.clone(),
            product: fact.product.clone(),
            place: fact.place.clone(),
            incident_at: fact.incident_at,
        });
        let mut say = |field: &str, value: String| {
            let label = self.f.label(field).unwrap_or_default();
            said.push(self.f.with2("wrong-field", "field", label, "words", value));
        };
        let yes_or_no = |yes: bool| if yes { "complaint-yes" } else { "complaint-no" };
        if let Some(about) = fact.about_staff {
            say("about_staff", self.person(about));
        }
        if let Some(restricted) = fact.restricted {
            say("restricted", self.f.say(yes_or_no(restricted)).into_owned());
        }
        if said.is_empty() {
            said.push(self.f.say("fact-assessed-words").into_owned());
        }
        self.f.listed(said.iter())
    }

    /// What was written beside a fact, each with its name. Words of the customer carry their language.
    fn quotes(&self, texts: &Texts) -> Vec<Quote> {
        let mut quotes = Vec::new();
        for (field, text) in texts {
            let (name, _) = field.split_once(':').unwrap_or((field, ""));
            let name = match name {
                "why" if is_evidence(field) => "evidence",
                "why" => "whys",
                "point" => "points",
                "narrative" => continue,
                name => name,
            };
            let customers = ["points", "summary", "desired_remedy"].contains(&name);
            // What a promise or a call says needs no name.
            let label = if ["text", "body"].contains(&name) { None } else { self.f.label(name) };
            let (label, lang) = (label.unwrap_or_default().into_owned(), self.complaint().language.clone());
            let lang = lang.filter(|_| customers);
            quotes.push(Quote { label, text: text.clone(), lang });
        }
        quotes
    }
}

fn state_class(state: ReplyState) -> &'static str {
    match state {
        ReplyState::Sent => "hold",
        ReplyState::Delivered | ReplyState::Posted => "ok",
        ReplyState::Failed => "late",
    }
}

/// The picture of a channel.
fn icon_of(channel: Channel) -> &'static str {
    match channel {
        Channel::Phone => "phone",
        Channel::Email => "email",
        Channel::Web => "web",
        Channel::Counter | Channel::Field => "counter",
        Channel::Letter => "letter",
        Channel::App | Channel::Chat | Channel::Social | Channel::Sms => "message",
    }
}
