//! The closed lists of the trade: each value has one code, the same in the API, the database and on pages.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $code:literal),+ $(,)? })+) => { $(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
        pub enum $name {
            $($(#[$vdoc])* #[serde(rename = $code)] $variant),+
        }

        impl $name {
            /// Every value, in the order of the trade.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The code of this value.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }

            /// The value of a code.
            #[must_use]
            pub fn from_code(code: &str) -> Option<Self> {
                match code { $($code => Some(Self::$variant),)+ _ => None }
            }
        }

        // By hand, since serde's own reading takes an object for a code too.
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let code = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                Self::from_code(&code).ok_or_else(|| {
                    let known: Vec<&str> = Self::ALL.iter().map(|value| value.code()).collect();
                    serde::de::Error::custom(format_args!("expected one of {}", known.join(", ")))
                })
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.code())
            }
        }
    )+ };
}

pub(crate) use codes;

codes! {
    /// What a file is, from its first bytes: what is not on this list is not told apart.
    Media {
        /// A picture.
        Png = "png",
        /// A photograph.
        Jpeg = "jpeg",
        /// A picture that may move.
        Gif = "gif",
        /// A picture or a photograph.
        Webp = "webp",
        /// A document.
        Pdf = "pdf",
        /// Anything else, and pictures too large to be shown.
        Other = "other",
    }
    /// Whether a file of a complaint can be had.
    AttachmentState {
        /// It can.
        Kept = "kept",
        /// Somebody took it out of sight; that it was there stays known.
        Removed = "removed",
        /// Its bytes and its name are gone; that it was there, and its hash, stay known.
        Erased = "erased",
    }
    /// How the customer and the desk met.
    Channel {
        /// A call.
        Phone = "phone",
        /// An e-mail.
        Email = "email",
        /// A web form.
        Web = "web",
        /// In person at the counter.
        Counter = "counter",
        /// The firm's own application.
        App = "app",
        /// A live chat.
        Chat = "chat",
        /// A social network.
        Social = "social",
        /// A text message.
        Sms = "sms",
        /// A letter.
        Letter = "letter",
        /// In person at the customer's.
        Field = "field",
    }
    /// How grave the matter is. It changes clocks, never the duty to reply.
    Severity {
        /// A nuisance.
        Minor = "minor",
        /// A loss or distress.
        Serious = "serious",
        /// Danger, integrity or the law.
        Critical = "critical",
    }
    /// Where a complaint stands.
    Stage {
        /// Taken, with a first contact.
        Received = "received",
        /// The customer has been told who has it and what comes next.
        Acknowledged = "acknowledged",
        /// Assessed and being looked into.
        Investigating = "investigating",
        /// Decided, the customer does not know yet.
        Decided = "decided",
        /// The customer has a real answer.
        Replied = "replied",
        /// Done.
        Closed = "closed",
    }
    /// How a complaint ended.
    Closure {
        /// The customer accepted the answer.
        Accepted = "accepted",
        /// The customer was answered and could not be reached for a verdict.
        Unanswered = "unanswered",
        /// Two deciders, no agreement, an external body named.
        Deadlock = "deadlock",
        /// Taken back by the customer.
        Withdrawn = "withdrawn",
        /// A test, spam or no complaint, found by a second person.
        Void = "void",
        /// Gone on under an earlier complaint.
        Merged = "merged",
        /// Finished elsewhere before it came here.
        Imported = "imported",
    }
    /// What a person at the desk is.
    Role {
        /// Takes and handles complaints.
        Agent = "agent",
        /// Arbitrates, retags, reopens.
        Lead = "lead",
        /// Keeps staff and settings; no extra rights over complaints.
        Admin = "admin",
        /// Reads everything, writes nothing.
        Auditor = "auditor",
    }
    /// Where a handoff stands.
    HandoffState {
        /// Waits for the receiver.
        Offered = "offered",
        /// The receiver handles it now.
        Accepted = "accepted",
        /// Refused with a reason.
        Declined = "declined",
        /// Nobody answered in time.
        Lapsed = "lapsed",
        /// Taken back.
        Recalled = "recalled",
    }
    /// Where a succession stands.
    SuccessionState {
        /// Waits for the successor.
        Offered = "offered",
        /// The duties have passed.
        Accepted = "accepted",
        /// Refused.
        Declined = "declined",
        /// Taken back or replaced by another.
        Recalled = "recalled",
    }
    /// What a reply is for. Only substantive ones answer the complaint.
    ReplyKind {
        /// Answers the points complained of.
        Substantive = "substantive",
        /// Tells what has happened so far.
        Progress = "progress",
        /// Says that it takes longer.
        Holding = "holding",
        /// Confirms a withdrawal.
        Courtesy = "courtesy",
    }
    /// Whether a reply reached the customer.
    ReplyState {
        /// On its way.
        Sent = "sent",
        /// Reached the customer.
        Delivered = "delivered",
        /// Did not reach the customer.
        Failed = "failed",
        /// Shown under the reference, for a customer without a contact route.
        Posted = "posted",
    }
    /// What was found.
    Finding {
        /// The customer is right.
        Upheld = "upheld",
        /// The customer is right in part.
        PartlyUpheld = "partly_upheld",
        /// The customer is not right.
        Rejected = "rejected",
    }
    /// What the customer says to the answer.
    Answer {
        /// Content.
        Accepted = "accepted",
        /// Not content.
        Disputed = "disputed",
        /// Silent after every attempt.
        NoAnswer = "no_answer",
    }
    /// Where a promise stands. Made and broken ones are open.
    PromiseState {
        /// Not due yet.
        Made = "made",
        /// Done in time.
        Kept = "kept",
        /// Not done in time.
        Broken = "broken",
        /// Replaced with the customer's consent before it was due.
        Superseded = "superseded",
        /// Given up at the customer's request.
        Void = "void",
        /// Done, too late.
        KeptLate = "kept_late",
        /// Never to be done; a lead said why.
        Abandoned = "abandoned",
    }
    /// Who wrote or called whom.
    Direction {
        /// The customer to us.
        In = "in",
        /// We to the customer.
        Out = "out",
    }
    /// The part a cause played.
    CauseRole {
        /// The one it is counted under.
        Primary = "primary",
        /// Played a part.
        Contributing = "contributing",
    }
    /// How sure we are of a cause.
    Confidence {
        /// Likely.
        Suspected = "suspected",
        /// Shown.
        Confirmed = "confirmed",
    }
    /// How two complaints belong together.
    LinkKind {
        /// The same incident.
        SameAs = "same_as",
        /// Something in common.
        Related = "related",
        /// The same customer again about the same.
        RepeatOf = "repeat_of",
        /// A complaint about how the other was handled: its handlers and their team are kept away.
        AboutHandling = "about_handling",
    }
    /// What a complaint says of itself that it is counted by.
    Detail {
        /// How grave.
        Severity = "severity",
        /// What went wrong.
        Category = "category",
        /// What it is about.
        Product = "product",
        /// Where it happened.
        Place = "place",
        /// When it happened.
        IncidentAt = "incident_at",
    }
    /// What a customer says of themselves.
    PersonDetail {
        /// What they are called.
        Name = "name",
        /// The language they want to be answered in.
        Language = "language",
    }
    /// What a customer is given.
    AwardType {
        /// The price back.
        Refund = "refund",
        /// Put to the customer's account.
        Credit = "credit",
        /// Another one.
        Replacement = "replacement",
        /// Delivered again.
        Redelivery = "redelivery",
        /// A fee not taken.
        FeeWaiver = "fee_waiver",
        /// To be spent with us.
        Voucher = "voucher",
        /// A thing given.
        Gift = "gift",
        /// Somebody goes and says sorry.
        ApologyVisit = "apology_visit",
        /// Money without owing it.
        ExGratia = "ex_gratia",
    }
    /// Why the customer is given it.
    Basis {
        /// We are to blame.
        Liability = "liability",
        /// It was agreed.
        Contract = "contract",
        /// The law says so.
        Statute = "statute",
        /// We want to.
        Goodwill = "goodwill",
    }
    /// Where an award stands.
    AwardState {
        /// Asked for.
        Proposed = "proposed",
        /// Allowed, under a grant that is cited.
        Approved = "approved",
        /// Not allowed.
        Refused = "refused",
        /// Taken back by whoever asked.
        Withdrawn = "withdrawn",
        /// Told to the customer.
        Offered = "offered",
        /// The customer takes it.
        Accepted = "accepted",
        /// The customer does not take it.
        Declined = "declined",
        /// The customer did not say in time.
        Lapsed = "lapsed",
        /// Given.
        Executed = "executed",
        /// Given, and taken back.
        Reversed = "reversed",
        /// Stopped for review: the authority it was made under was revoked for cause, or somebody asked.
        Held = "held",
    }
    /// What a holder says to an emergency award afterwards.
    Ratification {
        /// It was right.
        Ratified = "ratified",
        /// It was not.
        Condemned = "condemned",
    }
    /// Where a grant stands.
    GrantState {
        /// Written, not in force.
        Draft = "draft",
        /// In force.
        Active = "active",
        /// Stopped for a while.
        Suspended = "suspended",
        /// Its time is over.
        Expired = "expired",
        /// Taken back.
        Revoked = "revoked",
    }
    /// Where a problem stands.
    ProblemState {
        /// It goes on.
        Open = "open",
        /// It is over, as far as anybody can tell.
        Solved = "solved",
        /// What was done about it did not help.
        Reopened = "reopened",
    }
    /// Where a corrective action stands.
    ActionState {
        /// Asked for.
        Proposed = "proposed",
        /// Allowed, by somebody other than its owner.
        Approved = "approved",
        /// Being put in place.
        Implementing = "implementing",
        /// In place, and being watched.
        Implemented = "implemented",
        /// The rate fell by as much as was aimed at.
        Effective = "effective",
        /// The rate fell, and by less.
        Partial = "partial",
        /// What was aimed at is ruled out.
        Ineffective = "ineffective",
        /// The rate rose.
        Worse = "worse",
        /// Too little is known to say.
        Inconclusive = "inconclusive",
        /// Done with.
        Closed = "closed",
    }
    /// A way to know a customer again.
    IdentifierKind {
        /// A telephone number.
        Phone = "phone",
        /// An e-mail address.
        Email = "email",
        /// An order reference.
        Order = "order",
    }
    /// What value a cause takes from the customer.
    ValueCategory {
        /// The thing itself.
        Product = "product",
        /// Getting it.
        Convenience = "convenience",
        /// How people behave.
        Mindset = "mindset",
        /// How the firm stands by its customer.
        Relationship = "relationship",
    }
    /// The dimension of service quality a cause harms.
    Servqual {
        /// What can be seen and touched.
        Tangibles = "tangibles",
        /// What was promised, done.
        Reliability = "reliability",
        /// Quick help.
        Responsiveness = "responsiveness",
        /// Competence and trust.
        Assurance = "assurance",
        /// Care for the one customer.
        Empathy = "empathy",
    }
    /// The branch of the cause-and-effect diagram.
    Family {
        /// People.
        People = "people",
        /// Method.
        Method = "method",
        /// Machine or system.
        Machine = "machine",
        /// Material.
        Material = "material",
        /// Measurement.
        Measurement = "measurement",
        /// Environment.
        Environment = "environment",
    }
    /// The step of the work at which a cause arises.
    ProcessStep {
        /// What is offered and what it is made of.
        Design = "design",
        /// Telling customers what they need to know.
        Inform = "inform",
        /// Taking orders.
        Order = "order",
        /// Prices, bills and payment.
        Pay = "pay",
        /// Making it.
        Make = "make",
        /// Keeping it until it goes out.
        Store = "store",
        /// Bringing it.
        Deliver = "deliver",
        /// Meeting customers in person.
        Serve = "serve",
        /// Being reached from afar.
        Contact = "contact",
        /// Installing and using it.
        Use = "use",
        /// Repair and upkeep.
        Repair = "repair",
        /// Taking and handling complaints.
        Complaint = "complaint",
        /// Keeping the bond afterwards.
        FollowUp = "follow_up",
    }
    /// Who can do something about a cause.
    ControllableBy {
        /// The organisation itself.
        Us = "us",
        /// Whoever supplies or carries for it.
        Supplier = "supplier",
        /// The customer.
        Customer = "customer",
        /// Nobody.
        Nobody = "nobody",
    }
    /// Why somebody is told.
    NoticeKind {
        /// They are asked to take over the handling.
        HandoffOffered = "handoff_offered",
        /// They are asked to take over every duty of another.
        SuccessionOffered = "succession_offered",
        /// The customer wrote or called on a complaint of theirs.
        CustomerWrote = "customer_wrote",
        /// A promise of theirs is due within the hour.
        PromiseDue = "promise_due",
        /// A promise of theirs was not kept in time.
        PromiseBroken = "promise_broken",
        /// An award waits for their approval.
        AwardWaits = "award_waits",
        /// Whom they asked said no.
        OfferDeclined = "offer_declined",
        /// Whom they asked did not answer in time.
        OfferLapsed = "offer_lapsed",
        /// A complaint of theirs was taken up again.
        Reopened = "reopened",
    }
}

impl Stage {
    /// Every stage but the last.
    pub const OPEN: &'static [Self] =
        &[Self::Received, Self::Acknowledged, Self::Investigating, Self::Decided, Self::Replied];
    /// The stages before a decision, in which the customer may be awaited.
    pub const BEFORE_DECISION: &'static [Self] = &[Self::Received, Self::Acknowledged, Self::Investigating];
}

impl PromiseState {
    /// Open promises block closing: made and broken.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Made | Self::Broken)
    }
}

impl AwardState {
    /// Nothing more will come of it, or it has been given: such awards do not stand in the way of closing (I-15).
    #[must_use]
    pub const fn is_settled(self) -> bool {
        matches!(
            self,
            Self::Refused | Self::Withdrawn | Self::Declined | Self::Lapsed | Self::Executed | Self::Reversed
        )
    }

    /// Approved to executed: it takes up what its limits leave. One held for review does not, and is weighed anew.
    #[must_use]
    pub const fn is_committed(self) -> bool {
        matches!(self, Self::Approved | Self::Offered | Self::Accepted | Self::Executed)
    }
}
