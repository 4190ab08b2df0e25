//! What the customer is given: what the reader may give now, what was asked for, and what can be done with it.

use std::collections::{BTreeMap, BTreeSet};

use firsthand_domain::authority::{Authority, NextHolder, Used};
use firsthand_domain::award::{
    AmendAward, AnswerAward, Award, AwardAnswer, ExecuteAward, OfferAward, RatifyAward,
};
use firsthand_domain::code::{AwardState, AwardType, Basis, Ratification};
use firsthand_domain::id::AwardId;
use firsthand_domain::money::{Currency, Money};
use firsthand_domain::text::Reason;
use firsthand_domain::time::Timestamp;
use firsthand_domain::verb::{MaybeWhy, Verb, Why};
use firsthand_domain::{Refusal, complaint::Complaint, staff::Staff};
use firsthand_storage::awards::standing::{self, Standing};
use firsthand_storage::{Tx, awards};

use super::forms::{Desk, choice};
use super::panels::{Panel, Row};
use super::sheet::{Kind, Sheet};
use crate::pages::Frame;
use crate::problem::Problem;

/// Grants whose limits are told one by one, at most.
const TOLD: usize = 3;

/// What is known of authority over this complaint.
#[derive(Default)]
pub(super) struct Giving {
    standings: Vec<Standing>,
    /// Who may approve what waits.
    holders: BTreeMap<AwardId, Vec<NextHolder>>,
}

impl Giving {
    /// What the reader may give here now; nothing of what was closed without an award, and nothing for auditors.
    pub(super) async fn read(
        tx: &mut Tx<'_>,
        me: &Staff,
        complaint: &Complaint,
        now: Timestamp,
    ) -> Result<Self, Problem> {
        let mut giving = Self::default();
        if me.can_hold_duty() && (complaint.is_open() || !complaint.awards.is_empty()) {
            giving.standings = standing::on_complaint(tx, me, complaint, now).await?;
        }
        let waits = |a: &&Award| matches!(a.state, AwardState::Proposed | AwardState::Held);
        for award in complaint.awards.iter().filter(waits) {
            let mut apart = award.askers();
            apart.extend(award.approvals.iter().map(|a| a.by));
            let holders = awards::holders_for(tx, complaint, award, &apart, now).await?;
            giving.holders.insert(award.id, holders);
        }
        Ok(giving)
    }

    /// What the reader may give in one currency, as far as the sums were taken.
    fn authority(&self, currency: Currency) -> Authority {
        let own = || self.standings.iter().filter(|s| !s.chain.is_empty() && s.up_to.currency == currency);
        let bounds = own().filter_map(|s| s.weighed.as_ref().ok()).flat_map(|w| &w.bounds);
        let used: Used = bounds.map(|bound| (bound.dimension, bound.used)).collect();
        Authority { chains: own().map(|s| s.chain.clone()).collect(), used }
    }

    /// The currencies in which something is given here, the reader's own first.
    fn currencies(&self) -> Vec<Currency> {
        let mut seen = BTreeSet::new();
        let all = self.standings.iter().map(|s| s.up_to.currency);
        all.filter(|c| seen.insert(*c)).collect()
    }
}

/// The sentences on what may be given, each with what it holds for.
pub(crate) fn sentences(f: &Frame, standings: &[Standing]) -> Vec<(String, String)> {
    let covering = || standings.iter().filter(|s| s.weighed.is_ok());
    let next = |standing: &Standing| f.listed(standing.next.iter().map(|n| n.name.as_str()));
    let mut told: Vec<(String, String)> = covering()
        .take(TOLD)
        .map(|standing| {
            let limit = f.money(standing.up_to);
            let words = match (standing.up_to.minor > 0, standing.next.is_empty()) {
                (true, false) => f.with2("award-may", "limit", limit, "next", next(standing)),
                (true, true) => f.with("award-may-most", "limit", limit),
                (false, false) => f.with("award-may-no-more", "next", next(standing)),
                (false, true) => f.say("award-may-nobody").into_owned(),
            };
            (words, what_for(f, standing))
        })
        .collect();
    if told.is_empty() {
        let mut names: Vec<&str> = Vec::new();
        for holder in standings.iter().flat_map(|s| &s.next) {
            if !names.contains(&holder.name.as_str()) {
                names.push(&holder.name);
            }
        }
        let words = if names.is_empty() {
            f.say("award-may-nobody").into_owned()
        } else {
            f.with("award-may-none", "next", f.listed(names.into_iter()))
        };
        let why = standings.iter().find(|s| !s.chain.is_empty()).and_then(|s| s.weighed.as_ref().err());
        let why = why.map(|why| f.word("not-covered", why.code()));
        told.push((words, why.map_or_else(String::new, |why| f.with("award-not-covered", "why", why))));
    }
    told
}

/// The kinds and the grounds a grant speaks of, and the limit that leaves least.
fn what_for(f: &Frame, standing: &Standing) -> String {
    let Some(grant) = standing.chain.first() else { return String::new() };
    let kinds = f.listed(grant.terms.types.iter().map(|t| f.word("award-type", t.code())));
    let bases = f.listed(grant.terms.bases.iter().map(|b| f.word("basis", b.code())));
    let mut words = vec![kinds, bases];
    if let Some(bound) = standing.weighed.as_ref().ok().and_then(|w| w.binding()) {
        let which = f.word("limit", bound.dimension.name());
        let limit = f.money(Money::new(bound.limit, standing.up_to.currency));
        words.push(f.with2("award-limit-is", "which", which, "limit", limit));
    }
    words.join(" · ")
}

/// The class of the tag of a state.
pub(crate) const fn state_class(state: AwardState) -> &'static str {
    match state {
        AwardState::Proposed | AwardState::Offered => "hold",
        AwardState::Approved => "accent",
        AwardState::Held => "soon",
        AwardState::Accepted | AwardState::Executed => "ok",
        _ => "",
    }
}

fn why() -> Option<Why> {
    Some(Why { reason: Reason::parse("-").ok()? })
}

impl Desk<'_> {
    /// The panel of compensation.
    pub(super) fn awards(&self) -> Panel {
        let f = self.f;
        let c = &self.view.complaint;
        let rows: Vec<Row> = c.awards.iter().rev().map(|award| self.award(award)).collect();
        let asks = self.rules.in_charge && c.is_open();
        let lead = if c.is_open() && self.me.can_hold_duty() {
            sentences(f, &self.giving.standings)
        } else {
            Vec::new()
        };
        let sheets = if asks { vec![self.propose()] } else { Vec::new() };
        Panel {
            id: "awards",
            title: f.say("award-panel").into_owned(),
            lead,
            rows,
            sheets,
            empty: String::new(),
        }
    }

    /// One award: what, where it stands, who asked and who allowed it.
    fn award(&self, award: &Award) -> Row {
        let (f, names) = (self.f, self.names);
        let mut tags =
            vec![(state_class(award.state), f.word("award-state", award.state.code()).into_owned())];
        if award.emergency {
            let words = match award.ratification {
                Some(ratified) => f.word("ratification", ratified.outcome.code()).into_owned(),
                None => f.say("fact-award-emergency").into_owned(),
            };
            tags.push(("soon", words));
        }
        let asked = f.with2(
            "award-asked",
            "who",
            names.person(award.proposed_by),
            "when",
            f.exact(award.proposed_at),
        );
        let mut lines = vec![f.word("basis", award.basis.code()).into_owned(), asked];
        lines.extend(award.incident.clone());
        if let Some(holders) = self.giving.holders.get(&award.id) {
            let named = |h: &NextHolder| {
                f.with2("refusal-next-holder", "name", h.name.clone(), "limit", f.money(h.up_to))
            };
            lines.push(if holders.is_empty() {
                f.say("award-waits-nobody").into_owned()
            } else {
                f.with("award-waits", "next", f.listed(holders.iter().map(named)))
            });
        }
        let links = award.approvals.iter().map(|approval| {
            let words =
                f.with2("award-approved-by", "who", names.person(approval.by), "when", f.exact(approval.at));
            let grant = approval.cited.grant().map(|cited| format!("/grants/{}", cited.grant));
            (words, grant, f.say("award-under-grant").into_owned())
        });
        let links = links.collect();
        if let (Some(by), Some(at)) = (award.executed_by, award.executed_at) {
            lines.push(f.with2("award-given-by", "who", names.person(by), "when", f.exact(at)));
        }
        let quotes = ["reason", "payee"];
        let offered = award.state == AwardState::Offered;
        Row {
            id: format!("award-{}", award.id),
            title: format!("{} · {}", f.word("award-type", award.kind.code()), f.money(award.value)),
            link: Some(format!("/awards/{}", award.id)),
            tags,
            lines,
            links,
            quotes: quotes
                .iter()
                .filter_map(|q| self.quote(q, self.view.text(award.seq, q), false))
                .collect(),
            clock: award.answer_by.filter(|_| offered).map(|at| f.clock(at)),
            sheets: self.on_award(award),
            ..Row::default()
        }
    }

    fn money_fields(&self, sheet: Sheet, usual: Option<Money>) -> Sheet {
        let sheet = sheet.field("value.amount", self.label("amount"), Kind::Line).required();
        if let Some(value) = usual {
            let amount = value.currency.write(value.minor);
            return sheet.usual(amount).hidden("value.currency", value.currency.code());
        }
        let currencies = self.giving.currencies();
        let codes: Vec<_> = currencies.iter().map(|c| choice(c.code(), c.code())).collect();
        let kind = if codes.is_empty() { Kind::Line } else { Kind::Pick(codes) };
        let first = currencies.first().map(|c| c.code().to_owned()).unwrap_or_default();
        sheet.field("value.currency", self.label("currency"), kind).usual(first).required()
    }

    fn propose(&self) -> Sheet {
        let f = self.f;
        let none = || choice("", f.say("complaint-choose"));
        let kinds = self.coded("award-type", AwardType::ALL.iter().map(|c| c.code()));
        let bases = self.coded("basis", Basis::ALL.iter().map(|c| c.code()));
        let sheet = self
            .forms
            .sheet("awards", &f.say("award-give"), &f.say("award-give-send"))
            .style("primary")
            .says(f.say("award-give-hint"))
            .field("type", self.label("type"), Kind::Pick(std::iter::once(none()).chain(kinds).collect()))
            .required()
            .field("basis", self.label("basis"), Kind::Pick(std::iter::once(none()).chain(bases).collect()))
            .required();
        let sheet = self
            .money_fields(sheet, None)
            .field("reason", self.label("reason"), Kind::Area(2))
            .required()
            .field("payee", self.label("payee"), Kind::Line)
            .hint(f.say("award-payee-hint"));
        if !self.me.is_lead() {
            return sheet;
        }
        let emergency = vec![choice("true", f.say("award-emergency"))];
        sheet.field("emergency", "", Kind::Checks(emergency))
    }

    /// What has its place now, asked of the rules with the authority the reader has here.
    fn on_award(&self, award: &Award) -> Vec<Sheet> {
        let authority = self.giving.authority(award.value.currency);
        let on = On { desk: self, award, authority };
        let mut sheets = on.decided();
        sheets.extend(on.towards_customer());
        sheets.extend(on.changed());
        sheets
    }
}

/// One award under the authority the reader has over it.
struct On<'d> {
    desk: &'d Desk<'d>,
    award: &'d Award,
    authority: Authority,
}

impl On<'_> {
    fn name(&self, verb: &str) -> String {
        format!("awards/{}/{verb}", self.award.id)
    }

    fn says(&self, verb: Option<Verb>) -> Result<(), Refusal> {
        self.desk.rules.on_award(verb, &self.authority)
    }

    /// Would it go through, or was it tried, so that what was typed must stand somewhere?
    fn shows(&self, name: &str, verb: Option<Verb>) -> bool {
        self.is_tried(name) || self.says(verb).is_ok()
    }

    fn is_tried(&self, verb: &str) -> bool {
        self.desk.forms.is_tried(&self.name(verb))
    }

    fn sheet(&self, verb: &str, opener: &str, button: &str) -> Sheet {
        let f = self.desk.f;
        self.desk.forms.sheet_of(&self.name(verb), &f.say(opener), &f.say(button), self.award.version)
    }

    fn reason(&self, sheet: Sheet) -> Sheet {
        sheet.field("reason", self.desk.label("reason"), Kind::Area(2))
    }

    /// By whoever holds authority over it.
    fn decided(&self) -> Vec<Sheet> {
        let (f, id) = (self.desk.f, self.award.id);
        let mut sheets = Vec::new();
        if self.shows("approve", Some(Verb::ApproveAward(id))) {
            let button = f.with("award-approve", "amount", f.money(self.award.value));
            let sheet = self.desk.forms.sheet_of(&self.name("approve"), "", &button, self.award.version);
            sheets.push(sheet.style("primary"));
        }
        if self.shows("refuse", why().map(|why| Verb::RefuseAward(id, why))) {
            let sheet = self.sheet("refuse", "award-refuse", "award-refuse-send");
            sheets.push(self.reason(sheet).required().style("refuse"));
        }
        let ratify = |reason| RatifyAward { outcome: Ratification::Ratified, reason };
        if self.shows("ratify", Reason::parse("-").ok().map(|r| Verb::RatifyAward(id, ratify(r)))) {
            let outcomes = vec![
                choice("ratified", f.say("award-ratify-yes")),
                choice("condemned", f.say("award-ratify-no")),
            ];
            let sheet = self
                .sheet("ratify", "award-ratify", "award-ratify-send")
                .style("primary")
                .field("outcome", f.say("award-was-it-right"), Kind::Segments(outcomes))
                .required();
            sheets.push(self.reason(sheet).required());
        }
        sheets
    }

    /// What is told to, heard from and given to the customer.
    fn towards_customer(&self) -> Vec<Sheet> {
        let (f, desk, id) = (self.desk.f, self.desk, self.award.id);
        let mut sheets = Vec::new();
        let offer = self.says(Some(Verb::OfferAward(id, OfferAward { channel: None, answer_by: None })));
        if self.is_tried("offer") || matches!(offer, Ok(()) | Err(Refusal::RemedyMissing)) {
            let sheet = self.sheet("offer", "award-offer", "award-offer-send").style("primary");
            sheets.push(
                self.warned("offer", sheet, offer.err())
                    .field("channel", desk.label("channel"), desk.channels())
                    .usual(desk.channel())
                    .field("answer_by", desk.label("answer_by"), Kind::Time)
                    .hint(f.say("award-answer-by-hint")),
            );
        }
        let accepted = AnswerAward { answer: AwardAnswer::Accepted, channel: None };
        if self.shows("customer-answer", Some(Verb::AnswerAward(id, accepted))) {
            let answers = vec![
                choice("accepted", f.word("award-answer", "accepted")),
                choice("declined", f.word("award-answer", "declined")),
            ];
            sheets.push(
                self.sheet("customer-answer", "award-answer", "award-answer-send")
                    .style("primary")
                    .field("answer", desk.label("answer"), Kind::Segments(answers))
                    .required()
                    .field("channel", desk.label("channel"), desk.channels())
                    .usual(desk.channel()),
            );
        }
        let give = ExecuteAward { evidence: None, value: None, payee: None };
        let give = self.says(Some(Verb::ExecuteAward(id, give)));
        if self.is_tried("execute") || matches!(give, Ok(()) | Err(Refusal::AnotherPersonNeeded { .. })) {
            let sheet = self.sheet("execute", "award-execute", "award-execute-send").style("primary");
            sheets.push(
                self.warned("execute", sheet, give.err())
                    .field("evidence", f.say("complaint-what-shows-it"), Kind::Line)
                    .hint(f.say("award-evidence-hint")),
            );
        }
        sheets
    }

    /// With what stands in the way, told before it is tried.
    fn warned(&self, verb: &str, sheet: Sheet, refusal: Option<Refusal>) -> Sheet {
        match refusal {
            Some(refusal) if !self.is_tried(verb) => sheet.says(self.desk.f.refusal(&refusal)),
            _ => sheet,
        }
    }

    /// Other terms, or none any more.
    fn changed(&self) -> Vec<Sheet> {
        let (f, desk, id) = (self.desk.f, self.desk, self.award.id);
        let mut sheets = Vec::new();
        let terms = |reason| AmendAward { value: None, payee: None, reason };
        if self.shows("amend", Reason::parse("-").ok().map(|reason| Verb::AmendAward(id, terms(reason)))) {
            let sheet = self.sheet("amend", "award-amend", "award-amend-send").style("primary");
            let sheet = desk.money_fields(sheet.says(f.say("award-amend-hint")), Some(self.award.value));
            let payee = desk.view.text(self.award.seq, "payee").unwrap_or_default();
            let sheet = sheet.field("payee", desk.label("payee"), Kind::Line).usual(payee);
            sheets.push(self.reason(sheet).required());
        }
        if self.shows("withdraw", Some(Verb::WithdrawAward(id, MaybeWhy { reason: None }))) {
            let sheet = self.sheet("withdraw", "award-withdraw", "award-withdraw-send");
            sheets.push(self.reason(sheet).style("refuse"));
        }
        if self.shows("hold", why().map(|why| Verb::HoldAward(id, why))) {
            let sheet = self.sheet("hold", "award-hold", "award-hold-send");
            sheets.push(self.reason(sheet).required().style("refuse"));
        }
        if self.shows("reverse", why().map(|why| Verb::ReverseAward(id, why))) {
            let sheet = self.sheet("reverse", "award-reverse", "award-reverse-send");
            sheets.push(self.reason(sheet).required().style("refuse"));
        }
        sheets
    }
}
