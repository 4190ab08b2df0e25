//! The proof of one award: what was decided, under which chain of grants to the root, within which limits, beside which
//! other awards; all of it reckoned again from what stood at that instant.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use firsthand_domain::Refusal;
use firsthand_domain::authority::Dimension;
use firsthand_domain::award::Award;
use firsthand_domain::grant::Grant;
use firsthand_domain::id::{AwardId, ComplaintId, GrantId};
use firsthand_domain::money::Money;
use firsthand_domain::staff::Staff;
use firsthand_domain::time::Timestamp;
use firsthand_storage::awards::reperform::{self, Reperformed};
use firsthand_storage::view::{self, View};
use firsthand_storage::{Tx, awards, complaints, grants, ledger};

use super::words::{self, Names};
use crate::call::{Answer, Call};
use crate::pages::{Frame, html};
use crate::problem::Problem;
use crate::rights::Right::Reader;
use crate::routes::{Route, page};

/// Entries of the ledger about one award that are shown.
const ENTRIES: i64 = 200;

pub(super) fn routes() -> Vec<Route> {
    vec![page("/awards/{id}", Reader, shown)]
}

/// A grant of the chain.
struct Link {
    id: GrantId,
    holder: String,
    version: i64,
    limits: String,
    by: String,
    /// What a root rests on: the reference and its SHA-256.
    document: Option<(String, String)>,
}

/// A limit as it stood, and what is found for it now.
#[expect(clippy::struct_field_names, reason = "of a limit one says how much")]
struct Limit {
    what: String,
    whose: String,
    limit: String,
    used: String,
    remaining: String,
    found: String,
    agrees: bool,
    /// It left least.
    binding: bool,
}

/// Another award that took up the same limits.
struct Competing {
    /// Its award and complaint, where the reader may know of them.
    known: Option<(AwardId, String)>,
    by: String,
    at: Timestamp,
    value: String,
    counts: Vec<String>,
}

/// One approval, done again.
struct Proof {
    by: String,
    at: Timestamp,
    unit: Option<String>,
    entry: Option<i64>,
    agrees: bool,
    chain: Vec<Link>,
    limits: Vec<Limit>,
    competing: Vec<Competing>,
}

/// One step of the award, as the ledger has it.
struct Line {
    seq: i64,
    at: Timestamp,
    what: String,
    by: String,
    hash: String,
}

#[derive(Template)]
#[template(path = "award.html")]
struct AwardPage {
    f: Frame,
    reference: String,
    customer: String,
    award: Award,
    value: String,
    reason: Option<String>,
    payee: Option<String>,
    proposed_by: String,
    executed_by: Option<String>,
    proofs: Vec<Proof>,
    lines: Vec<Line>,
}

impl AwardPage {
    /// How its state looks.
    fn look(&self) -> &'static str {
        use firsthand_domain::code::AwardState::{Accepted, Approved, Executed, Held, Offered, Proposed};
        match self.award.state {
            Executed => "ok",
            Approved | Offered | Accepted => "accent",
            Proposed | Held => "hold",
            _ => "",
        }
    }

    /// Does everything that was cited agree with what is found?
    fn agrees(&self) -> bool {
        self.proofs.iter().all(|proof| proof.agrees)
    }
}

async fn shown(call: Call) -> Result<Answer, Problem> {
    let id = AwardId(call.id()?);
    let reader = call.caller()?.clone();
    let mut f = Frame::new(&call, "awards", "register-award");
    let mut connection = call.connection().await?;
    let mut tx = connection.tx();
    let found = awards::find(&mut tx, id).await?.ok_or(Refusal::NotFound)?;
    if !found.complaint.visible_to(&reader) {
        return Err(Refusal::NotFound.into());
    }
    let view = view::of(&mut tx, found, call.app.database.now()).await?;
    let award = view.complaint.award(id).ok_or(Refusal::NotFound)?.clone();
    let done = reperform::reperform(&mut tx, &view.complaint, &award).await?;
    let entries = ledger::about(&mut tx, id.0, ENTRIES).await?;
    let grants = cited(&mut tx, &done).await?;
    let mut people: BTreeSet<_> = entries.iter().filter_map(|e| e.actor).collect();
    people.extend(award.askers());
    people.extend(award.executed_by);
    for done in &done {
        people.insert(done.approval.by);
        people.extend(done.approval.cited.chain.iter().filter_map(|c| words::person(c.holder)));
        people.extend(done.bounds.iter().flat_map(|b| &b.competing).map(|c| c.holder));
    }
    people.extend(grants.values().map(|grant| grant.written_by));
    let names = Names::read(&mut tx, people).await?;
    let known = known(&mut tx, &done, &reader).await?;
    drop(connection);
    let told = Telling { f: &f, names: &names, grants: &grants, known: &known, award: &award };
    let proofs = done.iter().map(|done| told.proof(done)).collect();
    let lines = entries.iter().map(|entry| Line {
        seq: entry.seq,
        at: entry.at,
        what: f.word("ledger", &entry.kind).into_owned(),
        by: entry.actor.map_or_else(|| f.say("frame-system").into_owned(), |by| names.of(by)),
        hash: words::short(&entry.hash),
    });
    let lines = lines.collect();
    let value = f.money(award.value);
    let text = |field| view.text(award.seq, field).map(str::to_owned);
    f.title = f.with2(
        "register-award-of",
        "what",
        f.word("award-type", award.kind.code()),
        "value",
        value.as_str(),
    );
    html(&AwardPage {
        reference: view.reference.clone(),
        customer: customer(&f, &view),
        value,
        reason: text("reason"),
        payee: text("payee"),
        proposed_by: names.of(award.proposed_by),
        executed_by: award.executed_by.map(|by| names.of(by)),
        proofs,
        lines,
        award,
        f,
    })
}

fn customer(f: &Frame, view: &View) -> String {
    match view.complaint.customer {
        None => f.say("frame-anonymous").into_owned(),
        Some(id) => {
            view.customers.get(&id).cloned().flatten().unwrap_or_else(|| f.say("frame-erased").into_owned())
        }
    }
}

/// The grants the approvals cite; their terms never change.
async fn cited(tx: &mut Tx<'_>, done: &[Reperformed]) -> Result<BTreeMap<GrantId, Grant>, Problem> {
    let mut all = BTreeMap::new();
    for link in done.iter().flat_map(|d| &d.approval.cited.chain) {
        if !all.contains_key(&link.grant)
            && let Some(grant) = grants::by_id(tx, link.grant).await?
        {
            all.insert(link.grant, grant);
        }
    }
    Ok(all)
}

/// The complaints of competing awards that the reader may know of.
async fn known(
    tx: &mut Tx<'_>,
    done: &[Reperformed],
    reader: &Staff,
) -> Result<BTreeSet<ComplaintId>, Problem> {
    let all: BTreeSet<_> =
        done.iter().flat_map(|d| &d.bounds).flat_map(|b| &b.competing).map(|c| c.complaint).collect();
    let mut known = BTreeSet::new();
    for id in all {
        if complaints::read(tx, id).await?.is_some_and(|found| found.complaint.visible_to(reader)) {
            known.insert(id);
        }
    }
    Ok(known)
}

/// What a proof is told with.
struct Telling<'a> {
    f: &'a Frame,
    names: &'a Names,
    grants: &'a BTreeMap<GrantId, Grant>,
    known: &'a BTreeSet<ComplaintId>,
    award: &'a Award,
}

impl Telling<'_> {
    fn money(&self, minor: i64) -> String {
        self.f.money(Money::new(minor, self.award.value.currency))
    }

    fn proof(&self, done: &Reperformed) -> Proof {
        let cited = &done.approval.cited;
        let holder_of = |grant: GrantId| {
            let link = cited.chain.iter().find(|link| link.grant == grant);
            link.map_or_else(String::new, |link| self.names.holder(self.f, link.holder))
        };
        let binding = cited.binding();
        let limit = |reckoned: &reperform::Reckoned| {
            let bound = &reckoned.bound;
            let found = if bound.dimension == Dimension::Award { bound.used } else { reckoned.used };
            Limit {
                what: words::dimension(self.f, bound.dimension),
                whose: holder_of(bound.grant),
                limit: self.money(bound.limit),
                used: self.money(bound.used),
                remaining: self.money(bound.remaining()),
                found: self.money(found),
                agrees: reckoned.agrees(),
                binding: binding == Some(bound),
            }
        };
        Proof {
            by: self.names.of(done.approval.by),
            at: done.approval.at,
            unit: done.approval.unit.clone(),
            entry: done.entry,
            agrees: done.agrees(),
            chain: cited.chain.iter().map(|link| self.link(link)).collect(),
            limits: done.bounds.iter().map(limit).collect(),
            competing: self.competing(done),
        }
    }

    fn link(&self, cited: &firsthand_domain::authority::Cited) -> Link {
        let grant = self.grants.get(&cited.grant);
        let document = grant.and_then(|g| g.document.as_ref());
        Link {
            id: cited.grant,
            holder: self.names.holder(self.f, cited.holder),
            version: cited.version,
            limits: grant.map_or_else(String::new, |g| words::limits_in_line(self.f, &g.terms)),
            by: grant.map_or_else(String::new, |g| self.names.of(g.written_by)),
            document: document.map(|d| (d.reference.as_str().to_owned(), d.sha256.as_str().to_owned())),
        }
    }

    /// Each competing award once, with the limits it counted for.
    fn competing(&self, done: &Reperformed) -> Vec<Competing> {
        let mut all: BTreeMap<(Timestamp, AwardId), Competing> = BTreeMap::new();
        for reckoned in &done.bounds {
            let counts = words::dimension(self.f, reckoned.bound.dimension);
            for other in &reckoned.competing {
                let row = all.entry((other.at, other.award)).or_insert_with(|| Competing {
                    known: self
                        .known
                        .contains(&other.complaint)
                        .then(|| (other.award, other.reference.clone())),
                    by: self.names.of(other.holder),
                    at: other.at,
                    value: self.money(other.amount),
                    counts: Vec::new(),
                });
                if !row.counts.contains(&counts) {
                    row.counts.push(counts.clone());
                }
            }
        }
        all.into_values().collect()
    }
}
