//! A complaint with everything in it.

use firsthand_domain::code::{Answer, CauseRole, Channel, Confidence, Finding, LinkKind, Severity};
use firsthand_domain::complaint as state;
use firsthand_domain::id::{CauseId, ComplaintId, PointId, ReplyId};
use firsthand_domain::time::{Day, Timestamp};
use firsthand_domain::why;
use firsthand_storage::complaints::headline;
use firsthand_storage::view::View;
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    Attachment, Award, ComplaintLink, CustomerRef, Handoff, Owner, Person, Promise, Reply, Standing,
    Succession,
};

/// A complaint. Texts that were erased are null.
#[expect(clippy::struct_excessive_bools, reason = "each is a member of the contract")]
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Complaint {
    /// Which.
    id: ComplaintId,
    /// As people call it.
    reference: String,
    /// The last fact of its history; what `If-Match` compares with.
    version: i64,
    #[serde(flatten)]
    standing: Standing,
    /// How it came.
    channel: Channel,
    /// In one line.
    summary: Option<String>,
    /// What the customer says.
    narrative: Option<String>,
    /// The language the customer wants to be answered in.
    language: Option<String>,
    /// Who complained.
    customer: CustomerRef,
    /// Who is responsible until the customer has a real answer.
    first_contact: Owner,
    /// Who works on it.
    handler: Owner,
    /// Who wrote it down.
    logged_by: Person,
    /// The person complained about.
    about_staff: Option<Person>,
    /// Shown only to those with a duty, leads and auditors.
    restricted: bool,
    /// The handoff that waits for its receiver.
    handoff: Option<Handoff>,
    /// The successions that wait for their successors.
    successions: Vec<Succession>,
    /// How grave.
    severity: Severity,
    /// What it is about.
    product: Option<String>,
    /// Where it happened.
    place: Option<String>,
    /// The order it is about.
    order_ref: Option<String>,
    /// What went wrong, in the customer's terms.
    category: Option<String>,
    /// What the customer wants.
    desired_remedy: Option<String>,
    /// When it reached the organisation.
    received_at: Timestamp,
    /// When it happened.
    incident_at: Option<Timestamp>,
    /// When it was written down.
    logged_at: Timestamp,
    /// By when what is due.
    due: Due,
    /// When the customer first heard that it is in hand.
    acknowledged_at: Option<Timestamp>,
    /// When it was closed, while it is.
    closed_at: Option<Timestamp>,
    /// Since when the customer waits for us.
    waiting_since: Option<Timestamp>,
    /// A question waits for the customer's answer.
    awaiting_customer: bool,
    /// The question.
    awaiting: Option<Awaiting>,
    /// The finding of this cycle.
    decision: Option<Decision>,
    /// What was sent to the customer.
    replies: Vec<Reply>,
    /// What was promised.
    promises: Vec<Promise>,
    /// Why it happened; superseded tags too.
    causes: Vec<CauseTag>,
    /// What the customer is given.
    awards: Vec<Award>,
    /// What belongs together.
    links: Vec<Link>,
    /// The things complained of.
    points: Vec<Point>,
    /// What the customer says to the answer of this cycle.
    customer_answer: Option<CustomerAnswer>,
    /// External bodies.
    referrals: Vec<Referral>,
    /// Came from a file.
    imported: bool,
    /// Apart in every rate.
    counted_apart: bool,
    /// The later complaints that go on here.
    merged: Vec<ComplaintLink>,
    /// The earlier complaint under which it goes on.
    merged_into: Option<ComplaintLink>,
    /// Files.
    attachments: Vec<Attachment>,
}

/// By when what is due, counted from receipt.
#[derive(Debug, Serialize, JsonSchema)]
struct Due {
    /// The acknowledgement.
    acknowledge: Timestamp,
    /// The first substantive reply.
    reply: Timestamp,
    /// The end.
    resolve: Timestamp,
}

/// A question to the customer.
#[derive(Debug, Serialize, JsonSchema)]
struct Awaiting {
    /// What is asked.
    question: Option<String>,
    /// By when an answer is hoped for.
    due_at: Timestamp,
}

/// A finding with its reasons.
#[derive(Debug, Serialize, JsonSchema)]
struct Decision {
    /// What was found.
    outcome: Finding,
    /// Why.
    reasons: Option<String>,
    /// For a rejection: what the customer is offered instead, or why nothing.
    alternative: Option<String>,
    /// For a rejection: where the customer can go next.
    next_route: Option<String>,
    /// Who.
    by: Person,
    /// When.
    at: Timestamp,
    /// In which cycle.
    cycle: u32,
}

/// Why it happened, as somebody said.
#[derive(Debug, Serialize, JsonSchema)]
struct CauseTag {
    /// Which cause.
    cause: CauseRef,
    /// The part it played.
    role: CauseRole,
    /// How sure.
    confidence: Confidence,
    /// What was looked at.
    evidence: Option<String>,
    /// The chain of why-answers.
    whys: Vec<String>,
    /// The same, each answer with what shows it.
    why_chain: Vec<WhyAnswer>,
    /// The chain ends at something the organisation does not control.
    external: bool,
    /// The check that should have caught it.
    escape_point: Option<String>,
    /// No later tag has taken its place.
    current: bool,
}

/// One answer to why.
#[derive(Debug, Serialize, JsonSchema)]
struct WhyAnswer {
    /// Why.
    answer: String,
    /// What shows it.
    evidence: Option<String>,
}

/// A cause by its name.
#[derive(Debug, Serialize, JsonSchema)]
struct CauseRef {
    /// Which.
    id: CauseId,
    /// Short and lasting.
    code: String,
    /// In English.
    name: String,
}

/// Two complaints that belong together.
#[derive(Debug, Serialize, JsonSchema)]
struct Link {
    /// The other one.
    to: ComplaintLink,
    /// How.
    kind: LinkKind,
}

/// One thing complained of.
#[derive(Debug, Serialize, JsonSchema)]
struct Point {
    /// Which.
    id: PointId,
    /// What.
    text: Option<String>,
    /// A delivered reply answers it.
    answered: bool,
    /// That reply.
    answered_by: Option<ReplyId>,
}

/// What the customer says to the answer.
#[derive(Debug, Serialize, JsonSchema)]
struct CustomerAnswer {
    /// What.
    answer: Answer,
    /// How.
    channel: Channel,
    /// When.
    at: Timestamp,
}

/// An external body.
#[derive(Debug, Serialize, JsonSchema)]
struct Referral {
    /// Which body.
    body: Option<String>,
    /// When.
    date: Day,
    /// Its reference.
    reference: Option<String>,
}

fn text(view: &View, seq: i64, field: &str) -> Option<String> {
    view.text(seq, field).map(str::to_owned)
}

impl From<&View> for Complaint {
    fn from(view: &View) -> Self {
        let c = &view.complaint;
        let owner = |id| Owner::of(view, id);
        let narrative = text(view, 1, "narrative");
        Self {
            id: c.id,
            reference: view.reference.clone(),
            version: c.version,
            standing: Standing { stage: c.stage, cycle: c.cycle.into(), closure: c.closure },
            channel: c.channel,
            summary: text(view, 1, "summary").or_else(|| narrative.as_deref().map(headline)),
            narrative,
            language: c.language.clone(),
            customer: c.customer.map_or_else(CustomerRef::anonymous, |id| CustomerRef::of(view, id)),
            first_contact: owner(c.first_contact),
            handler: owner(c.handler),
            logged_by: Person::of(view, c.logged_by),
            about_staff: c.about_staff.map(|id| Person::of(view, id)),
            restricted: c.restricted,
            handoff: c.pending_handoff().map(|h| Handoff::of(view, h)),
            successions: c.pending_successions().map(|s| Succession::of(view, s)).collect(),
            severity: c.severity,
            product: c.product.clone(),
            place: c.place.clone(),
            order_ref: text(view, 1, "order_ref"),
            category: c.category.clone(),
            desired_remedy: c.desired_remedy_seq.and_then(|seq| text(view, seq, "desired_remedy")),
            received_at: c.received_at,
            incident_at: c.incident_at,
            logged_at: c.logged_at,
            due: Due { acknowledge: c.due.acknowledge, reply: c.due.reply, resolve: c.due.resolve },
            acknowledged_at: c.acknowledged_at,
            closed_at: c.closed_at,
            waiting_since: c.waiting_since,
            awaiting_customer: c.awaiting.is_some(),
            awaiting: c
                .awaiting
                .as_ref()
                .map(|a| Awaiting { question: text(view, a.seq, "question"), due_at: a.due_at }),
            decision: c.decision().map(|d| Decision::of(view, d)),
            replies: c.replies.iter().map(|r| Reply::of(view, r)).collect(),
            promises: c.promises.iter().map(|p| Promise::of(view, p)).collect(),
            causes: c.causes.iter().map(|t| CauseTag::of(view, t)).collect(),
            awards: c.awards.iter().map(|a| Award::of(view, a)).collect(),
            links: c.links.iter().map(|l| Link { to: ComplaintLink::of(view, l.to), kind: l.kind }).collect(),
            points: c.points.iter().map(|p| Point::of(view, p)).collect(),
            customer_answer: c.answer.as_ref().map(|a| CustomerAnswer {
                answer: a.answer,
                channel: a.channel,
                at: a.at,
            }),
            referrals: c.referrals.iter().map(|r| Referral::of(view, r)).collect(),
            imported: c.imported,
            counted_apart: c.counted_apart,
            merged: c.merged.iter().map(|m| ComplaintLink::of(view, m.complaint)).collect(),
            merged_into: c.merged_into.map(|id| ComplaintLink::of(view, id)),
            attachments: c.attachments.iter().map(|a| Attachment::of(view, a)).collect(),
        }
    }
}

impl Decision {
    fn of(view: &View, d: &state::Decision) -> Self {
        Self {
            outcome: d.outcome,
            reasons: text(view, d.seq, "reasons"),
            alternative: text(view, d.seq, "alternative"),
            next_route: text(view, d.seq, "next_route"),
            by: Person::of(view, d.by),
            at: d.at,
            cycle: d.cycle,
        }
    }
}

impl CauseTag {
    fn of(view: &View, tag: &state::CauseTag) -> Self {
        let (code, names) = view.causes.get(&tag.cause).cloned().unwrap_or_default();
        let name = names.get("en").cloned().unwrap_or_default();
        let why_chain: Vec<WhyAnswer> = view
            .texts
            .get(&tag.seq)
            .into_iter()
            .flat_map(why::chain)
            .map(|(answer, shown)| WhyAnswer {
                answer: answer.to_owned(),
                evidence: shown.map(str::to_owned),
            })
            .collect();
        Self {
            cause: CauseRef { id: tag.cause, code, name },
            role: tag.role,
            confidence: tag.confidence,
            evidence: text(view, tag.seq, "evidence"),
            whys: why_chain.iter().map(|why| why.answer.clone()).collect(),
            why_chain,
            external: tag.external,
            escape_point: text(view, tag.seq, "escape_point"),
            current: tag.superseded_by.is_none(),
        }
    }
}

impl Point {
    fn of(view: &View, point: &state::Point) -> Self {
        Self {
            id: point.id,
            text: view.points.get(&point.id).cloned(),
            answered: point.answered_by.is_some(),
            answered_by: point.answered_by,
        }
    }
}

impl Referral {
    fn of(view: &View, referral: &state::Referral) -> Self {
        Self {
            body: text(view, referral.seq, "body"),
            date: referral.date,
            reference: text(view, referral.seq, "reference"),
        }
    }
}
