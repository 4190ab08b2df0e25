//! Handoffs, successions, replies and promises, inside their complaint and by themselves.

use firsthand_domain::code::{Channel, HandoffState, PromiseState, ReplyKind, ReplyState, SuccessionState};
use firsthand_domain::complaint as state;
use firsthand_domain::id::{ComplaintId, HandoffId, PointId, PromiseId, ReplyId, SuccessionId};
use firsthand_domain::time::Timestamp;
use firsthand_storage::view::View;
use schemars::JsonSchema;
use serde::Serialize;

use super::{CustomerRef, Person};

/// A part answered by itself: with the complaint it belongs to, whose version it shares.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "{T}OfComplaint")]
pub(crate) struct PartOf<T> {
    /// The complaint.
    complaint: ComplaintId,
    /// Its reference.
    reference: String,
    /// The complaint's version.
    version: i64,
    /// The part.
    #[serde(flatten)]
    part: T,
}

impl<T> PartOf<T> {
    pub(crate) fn new(view: &View, part: T) -> Self {
        let (complaint, version) = (view.complaint.id, view.complaint.version);
        Self { complaint, reference: view.reference.clone(), version, part }
    }
}

/// An offer of the handling.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Handoff {
    /// Which.
    id: HandoffId,
    /// Who asks.
    from: Person,
    /// Who is asked.
    to: Person,
    /// Where it stands.
    state: HandoffState,
    /// When it was offered.
    offered_at: Timestamp,
    /// When it lapses.
    answer_by: Timestamp,
    /// Why.
    reason: Option<String>,
    /// What they are asked to do.
    request: Option<String>,
    /// What the customer has been promised.
    promised: Option<String>,
}

/// An offer of all duties of one person.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Succession {
    /// Which.
    id: SuccessionId,
    /// Whose duties.
    from: Person,
    /// Who is asked.
    to: Person,
    /// Where it stands.
    state: SuccessionState,
    /// When it was offered.
    offered_at: Timestamp,
    /// Why.
    reason: Option<String>,
}

/// Something sent to the customer.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Reply {
    /// Which.
    id: ReplyId,
    /// What for.
    kind: ReplyKind,
    /// How.
    channel: Channel,
    /// What.
    body: Option<String>,
    /// To whom; nobody by name for an anonymous complaint.
    to: Vec<CustomerRef>,
    /// Which points it answers.
    points_answered: Vec<PointId>,
    /// In which cycle.
    cycle: u32,
    /// Whether it arrived.
    state: ReplyState,
    /// When it was sent.
    at: Timestamp,
    /// Who wrote it.
    by: Person,
    /// In whose name.
    on_behalf_of: Person,
    /// When it arrived or was posted.
    delivered_at: Option<Timestamp>,
}

/// Something said to the customer that has a date.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Promise {
    /// Which.
    id: PromiseId,
    /// What, as the customer hears it.
    text: Option<String>,
    /// When it was made.
    made_at: Timestamp,
    /// By when.
    due_at: Timestamp,
    /// Who sees to it.
    responsible: Person,
    /// The promise it replaces.
    replaces: Option<PromiseId>,
    /// Where it stands.
    state: PromiseState,
}

fn text(view: &View, seq: i64, field: &str) -> Option<String> {
    view.text(seq, field).map(str::to_owned)
}

impl Handoff {
    pub(crate) fn of(view: &View, h: &state::Handoff) -> Self {
        Self {
            id: h.id,
            from: Person::of(view, h.from),
            to: Person::of(view, h.to),
            state: h.state,
            offered_at: h.offered_at,
            answer_by: h.answer_by,
            reason: text(view, h.seq, "reason"),
            request: text(view, h.seq, "request"),
            promised: text(view, h.seq, "promised"),
        }
    }
}

impl Succession {
    pub(crate) fn of(view: &View, s: &state::Succession) -> Self {
        Self {
            id: s.id,
            from: Person::of(view, s.from),
            to: Person::of(view, s.to),
            state: s.state,
            offered_at: s.offered_at,
            reason: text(view, s.seq, "reason"),
        }
    }
}

impl Reply {
    pub(crate) fn of(view: &View, r: &state::Reply) -> Self {
        Self {
            id: r.id,
            kind: r.kind,
            channel: r.channel,
            body: text(view, r.seq, "body"),
            to: r.to.iter().map(|c| CustomerRef::of(view, *c)).collect(),
            points_answered: r.points_answered.clone(),
            cycle: r.cycle,
            state: r.state,
            at: r.at,
            by: Person::of(view, r.by),
            on_behalf_of: Person::of(view, r.on_behalf_of),
            delivered_at: r.delivered_at,
        }
    }
}

impl Promise {
    pub(crate) fn of(view: &View, p: &state::Promise) -> Self {
        Self {
            id: p.id,
            text: text(view, p.seq, "text"),
            made_at: p.made_at,
            due_at: p.due_at,
            responsible: Person::of(view, p.responsible),
            replaces: p.replaces,
            state: p.state,
        }
    }
}
