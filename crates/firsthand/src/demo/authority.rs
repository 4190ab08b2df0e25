//! Who may give what at the demonstration desk, and what customers were given.

use firsthand_domain::award::{AnswerAward, AwardAnswer, ExecuteAward, OfferAward, ProposeAward};
use firsthand_domain::code::AwardState;
use firsthand_domain::complaint::Complaint;
use firsthand_domain::grant::{GrantStep, NewGrant};
use firsthand_domain::id::{GrantId, StaffId};
use firsthand_domain::verb::{MaybeWhy, Verb};
use firsthand_storage::{Database, grants};
use serde_json::{Value, json};

use super::people::{HELEN, JAMES, KATALIN, People, TAM};
use super::said;
use crate::Failure;

/// The team of a language, its lead, its currency, and what an agent may give at once in it.
pub(super) const TEAMS: [(&str, usize, &str, u64); 4] = [
    ("London", HELEN, "GBP", 50),
    ("Sài Gòn", TAM, "VND", 1_500_000),
    ("上海", TAM, "CNY", 400),
    ("Budapest", HELEN, "HUF", 20_000),
];

/// An amount as the API writes it.
fn amount(whole: u64, currency: &str) -> String {
    if currency == "VND" { whole.to_string() } else { format!("{whole}.00") }
}

pub(super) fn money(whole: u64, currency: &str) -> Value {
    json!({ "amount": amount(whole, currency), "currency": currency })
}

/// A root for each lead, and below it what the agents of a team may give.
pub(super) async fn grant(database: &Database, people: &People) -> Result<(), Failure> {
    const TYPES: [&str; 6] = ["refund", "credit", "replacement", "voucher", "gift", "ex_gratia"];
    const RESOLUTION: &str = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae";
    for (team, lead, currency, most) in TEAMS {
        let told = |whole| amount(whole, currency);
        let window = |whole, days: i64| json!({ "amount": told(whole), "days": days });
        let root = json!({
            "holder": people.id(lead), "types": TYPES, "bases": ["liability", "contract", "goodwill"],
            "currency": currency, "may_subdelegate": true, "max_depth": 2,
            "limits": { "per_award": told(most * 10), "per_case": told(most * 12),
                        "per_customer": window(most * 20, 365), "per_holder": window(most * 80, 30),
                        "per_batch": told(most * 60) },
            "document": { "ref": "Board resolution 12, section 4", "sha256": RESOLUTION },
        });
        let root = in_force(database, people, root, KATALIN, JAMES).await?;
        let child = json!({
            "holder": "agent", "types": TYPES, "bases": ["liability", "contract", "goodwill"], "currency": currency,
            "limits": { "per_award": told(most), "per_customer": window(most * 3, 365),
                        "per_holder": window(most * 12, 30), "per_unit": window(most * 30, 30) },
            "scope": { "teams": [team] }, "parent": root,
        });
        in_force(database, people, child, lead, KATALIN).await?;
    }
    Ok(())
}

async fn in_force(
    database: &Database,
    people: &People,
    body: Value,
    writer: usize,
    activator: usize,
) -> Result<GrantId, Failure> {
    let new: NewGrant = said(body)?;
    let (writer, activator): (StaffId, StaffId) = (people.id(writer), people.id(activator));
    let written = database.change(move |unit| {
        let new = new.clone();
        Box::pin(async move {
            let grant = grants::write(unit, writer, &new).await?;
            grants::step(unit, activator, grant.id, GrantStep::Activate, None, None).await?;
            Ok(grant.id)
        })
    });
    Ok(written.await?)
}

/// What is done about an award.
#[derive(Debug, Clone)]
pub(super) enum Doing {
    Propose(Box<ProposeAward>),
    Approve,
    Offer,
    Accept,
    Give,
    /// What was never allowed, or not told the customer, comes to nothing.
    Drop,
}

impl Doing {
    /// What it is, now that the awards it means have names.
    pub(super) fn verbs(&self, before: &Complaint) -> Vec<Verb> {
        let at = |states: &'static [AwardState]| before.awards.iter().filter(|a| states.contains(&a.state));
        match self {
            Self::Propose(body) => vec![Verb::ProposeAward((**body).clone())],
            Self::Approve => at(&[AwardState::Proposed]).map(|a| Verb::ApproveAward(a.id)).collect(),
            Self::Offer => at(&[AwardState::Approved])
                .map(|a| Verb::OfferAward(a.id, OfferAward { channel: None, answer_by: None }))
                .collect(),
            Self::Accept => at(&[AwardState::Offered])
                .map(|a| {
                    Verb::AnswerAward(a.id, AnswerAward { answer: AwardAnswer::Accepted, channel: None })
                })
                .collect(),
            Self::Give => at(&[AwardState::Accepted])
                .map(|a| Verb::ExecuteAward(a.id, ExecuteAward { evidence: None, value: None, payee: None }))
                .collect(),
            Self::Drop => at(&[AwardState::Proposed, AwardState::Approved])
                .map(|a| Verb::WithdrawAward(a.id, MaybeWhy { reason: None }))
                .collect(),
        }
    }
}
