//! How one complaint goes, from the first call to the last.

use firsthand_domain::code::LinkKind;
use firsthand_domain::time::Timestamp;
use firsthand_domain::verb::{Log, Verb};
use serde_json::{Value, json};

use super::authority::{Doing, TEAMS, money};
use super::causes::{self, Arrival, BESIDE, DEAR, Kind};
use super::people::{HELEN, TAM, lead_of, mate};
use super::plan::{Act, Plan, Step};
use super::said_of as said;
use super::words::{Case, Words};

/// Where a story stops before its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Until {
    Logged,
    Looked,
    Decided,
    Replied,
    Closed,
}

/// A complaint under way.
pub(super) struct Story<'p, 'a> {
    pub(super) plan: &'p mut Plan<'a>,
    pub(super) words: &'a Words,
    pub(super) case: &'a Case,
    kind: Kind,
    pub(super) language: usize,
    pub(super) client: usize,
    pub(super) complaint: usize,
    /// Who is responsible, and who handles it.
    pub(super) first: usize,
    pub(super) handler: usize,
    pub(super) at: Timestamp,
    /// When what was promised is kept; late, when nothing is said here.
    kept_at: Option<Timestamp>,
    promised: bool,
    anonymous: bool,
    pub(super) channel: &'static str,
}

/// One of the many.
pub(super) fn ordinary(plan: &mut Plan<'_>, arrival: Arrival) -> Result<(), String> {
    let Arrival { at, language, kind, at_once } = arrival;
    let agent = plan.agent(language);
    let Some(mut story) = Story::begin(plan, language, agent, Some(kind), at) else { return Ok(()) };
    let chance = |story: &mut Story<'_, '_>, percent| story.plan.chance.percent(percent);
    if chance(&mut story, 18) || at_once {
        return story.settle();
    }
    if chance(&mut story, 3) {
        let about = story.plan.people.id((agent + 2) % 8);
        story.log(&json!({ "about_staff": about, "restricted": true }))?;
    } else {
        story.anonymous = chance(&mut story, 2);
        if chance(&mut story, 35) {
            story.log_with_promise()?;
        } else {
            story.log(&json!({}))?;
        }
        if let Some((other, until)) = story.earlier() {
            story.wait(5, 120);
            let open = story.at < until;
            if open && !story.promised && chance(&mut story, 50) {
                // Where it cannot be, since the other was answered meanwhile, it goes its own way.
                story.merge_into(other)?;
            } else if chance(&mut story, 40) {
                story.link_to(other, open)?;
            }
        }
    }
    if chance(&mut story, 3) {
        return story.withdraw();
    }
    // Of the last month one in ten is left lying: late, as it happens at every desk. Older ones were all seen to.
    let recent = at.plus_days(30) > story.plan.now;
    let until = if recent && chance(&mut story, 10) { Until::Looked } else { Until::Closed };
    story.go_on(until)
}

/// How complaints come, as often as they do.
const CHANNELS: [&str; 10] =
    ["phone", "phone", "phone", "phone", "email", "chat", "counter", "web", "app", "social"];

impl<'p, 'a> Story<'p, 'a> {
    pub(super) fn begin(
        plan: &'p mut Plan<'a>,
        language: usize,
        agent: usize,
        kind: Option<Kind>,
        at: Timestamp,
    ) -> Option<Self> {
        let client = plan.client(language)?;
        let words = plan.words.get(language)?;
        let kind = kind.unwrap_or_else(|| causes::draw(words, &mut plan.chance));
        let case = words.cases.get(kind.case)?;
        let complaint = plan.complaints;
        plan.complaints += 1;
        let channel = CHANNELS[plan.chance.below(CHANNELS.len())];
        Some(Self {
            plan,
            words,
            case,
            kind,
            language,
            client,
            complaint,
            first: agent,
            handler: agent,
            at,
            kept_at: None,
            promised: false,
            anonymous: false,
            channel,
        })
    }

    /// The last complaint of this customer, and until when it is open; this one is the last from now on.
    fn earlier(&mut self) -> Option<(usize, Timestamp)> {
        if self.anonymous {
            return None;
        }
        let client = self.plan.clients.get_mut(&self.language)?.get_mut(self.client)?;
        client.last.replace((self.complaint, self.at))
    }

    /// Lets time pass, in working hours.
    pub(super) fn wait(&mut self, least: i64, most: i64) {
        let minutes = self.plan.chance.minutes(least, most);
        self.at = self.plan.at_work(self.at.plus_minutes(minutes));
    }

    /// Something is done, unless that would be in the future.
    pub(super) fn act(&mut self, by: usize, act: Act) {
        if self.at <= self.plan.now {
            self.plan.steps.push(Step { at: self.at, complaint: self.complaint, by, act });
        }
    }

    pub(super) fn verb(&mut self, by: usize, verb: Verb) {
        self.act(by, Act::Do(Box::new(verb)));
    }

    /// The complaint is taken, with whatever else is said at once.
    pub(super) fn log(&mut self, more: &Value) -> Result<(), String> {
        let told = self.words.told(self.case, self.kind.place, &mut self.plan.chance);
        let client = self.plan.clients.get(&self.language).and_then(|c| c.get(self.client));
        let customer = match client {
            Some(client) if !self.anonymous => client.body.clone(),
            _ => json!({ "anonymous": true }),
        };
        let mut body = json!({
            "channel": self.channel, "customer": customer, "narrative": told.narrative,
            "summary": format!("{}: {}", self.case.product, self.case.category.to_lowercase()),
            "product": self.case.product, "category": self.case.category, "severity": self.case.severity,
            "place": told.place, "order_ref": told.order,
        });
        if self.plan.chance.percent(45) {
            body["desired_remedy"] = self.case.wish.as_str().into();
        }
        for (name, value) in more.as_object().into_iter().flatten() {
            body[name] = value.clone();
        }
        let log: Log = said(body)?;
        self.act(self.first, Act::Log(Box::new(log)));
        Ok(())
    }

    pub(super) fn log_with_promise(&mut self) -> Result<(), String> {
        let minutes = self.plan.chance.minutes(180, 4000);
        let due_at = self.at.plus_minutes(minutes);
        self.promised = true;
        if self.plan.chance.percent(80) {
            self.kept_at = Some(self.at.plus_minutes(self.plan.chance.minutes(120, minutes - 5)));
        }
        self.log(&json!({ "promise": { "text": self.case.promise, "due_at": due_at } }))
    }

    /// Put right at first contact.
    fn settle(&mut self) -> Result<(), String> {
        let evidence = self.words.evidence.as_str();
        let settled = json!({
            "reply": { "body": self.case.answer },
            "decision": { "outcome": "upheld", "reasons": self.case.found },
            "cause": { "cause": self.kind.cause, "confidence": "confirmed", "evidence": evidence },
        });
        self.plan.sorted.push((self.complaint, self.at, self.kind.cause));
        self.log(&json!({ "settled": settled }))
    }

    fn merge_into(&mut self, other: usize) -> Result<(), String> {
        let reason = said(json!(self.words.merged))?;
        self.act(lead_of(self.first), Act::Merge(other, reason));
        Ok(())
    }

    pub(super) fn link_to(&mut self, other: usize, open: bool) -> Result<(), String> {
        let kind = if open { LinkKind::SameAs } else { LinkKind::RepeatOf };
        let reason = said(json!(self.words.linked))?;
        self.act(self.first, Act::Link(other, kind, reason));
        Ok(())
    }

    fn withdraw(&mut self) -> Result<(), String> {
        self.wait(300, 3000);
        self.keep_promise()?;
        let body = json!({
            "reason": self.words.withdrawn, "channel": "phone",
            "reply": { "channel": "phone", "body": self.words.withdrawn_reply, "delivered": true },
        });
        self.verb(self.first, Verb::Withdraw(said(body)?));
        Ok(())
    }

    /// The way of most of them, as far as it goes.
    pub(super) fn go_on(&mut self, until: Until) -> Result<(), String> {
        if until == Until::Logged {
            return Ok(());
        }
        self.look()?;
        if until == Until::Looked {
            return Ok(());
        }
        let rejected = self.decide(self.handler)?;
        self.why()?;
        if !rejected {
            self.award()?;
        }
        if until == Until::Decided {
            return Ok(());
        }
        self.reply()?;
        self.act(self.first, Act::Award(Doing::Offer));
        if until == Until::Replied {
            return Ok(());
        }
        self.keep_promise()?;
        self.end(rejected)
    }

    /// Acknowledged, looked into, handed over, talked about.
    pub(super) fn look(&mut self) -> Result<(), String> {
        let chance = |story: &mut Self, percent| story.plan.chance.percent(percent);
        if chance(self, 85) {
            self.wait(5, 700);
            let said_to = self.plan.chance.of(&self.words.acknowledged);
            let channel = if self.channel == "phone" { "phone" } else { "email" };
            self.verb(self.first, Verb::Acknowledge(said(json!({ "channel": channel, "body": said_to }))?));
        }
        if chance(self, 40) {
            self.wait(30, 900);
            let body = json!({ "severity": self.case.severity, "points": [self.case.wish] });
            self.verb(self.first, Verb::Assess(said(body)?));
        }
        if chance(self, 35) {
            self.hand_over()?;
        }
        for (percent, kind) in [(40, 0), (30, 1), (25, 2), (12, 3), (10, 4)] {
            if chance(self, percent) {
                self.wait(60, 1500);
                self.talk(kind)?;
            }
        }
        Ok(())
    }

    /// A note, a contact, a question or a word in between.
    pub(super) fn talk(&mut self, kind: usize) -> Result<(), String> {
        let by = self.handler;
        let chance = &mut self.plan.chance;
        let verb = match kind {
            0 => Verb::AddNote(said(json!({ "body": chance.of(&self.words.notes) }))?),
            1 => {
                let body = chance.of(&self.words.calls_in);
                Verb::RecordContact(said(json!({ "channel": "phone", "direction": "in", "body": body }))?)
            }
            2 => {
                let (body, reached) = (chance.of(&self.words.calls_out), chance.percent(60));
                let body =
                    json!({ "channel": "phone", "direction": "out", "body": body, "reached": reached });
                Verb::RecordContact(said(body)?)
            }
            3 => {
                let question = chance.of(&self.words.questions);
                let due_at = self.at.plus_days(3);
                Verb::AwaitCustomer(said(json!({ "question": question, "due_at": due_at }))?)
            }
            _ => {
                let body = chance.of(&self.words.holding);
                let body = json!({ "kind": "holding", "channel": "email", "body": body, "delivered": true });
                Verb::SendReply(said(body)?)
            }
        };
        self.verb(by, verb);
        Ok(())
    }

    /// Offered to the team mate, or to another team; accepted, declined or not answered in time.
    fn hand_over(&mut self) -> Result<(), String> {
        self.wait(20, 600);
        let to = if self.plan.chance.percent(70) { mate(self.first) } else { lead_of(self.first) };
        self.offer(to)?;
        let draw = self.plan.chance.below(100);
        if draw < 78 {
            self.at = self.at.plus_minutes(self.plan.chance.minutes(4, 400));
            self.accept(to);
        } else if draw < 90 {
            self.at = self.at.plus_minutes(self.plan.chance.minutes(4, 400));
            self.decline(to)?;
        } else {
            self.at = self.plan.at_work(self.at.plus_minutes(1500));
        }
        Ok(())
    }

    pub(super) fn offer(&mut self, to: usize) -> Result<(), String> {
        let pair = self.words.handoffs.get(self.plan.chance.below(self.words.handoffs.len()));
        let [reason, request] = pair.ok_or("no handoffs are written")?;
        let body = json!({ "to": self.plan.people.id(to), "reason": reason, "request": request });
        self.verb(self.handler, Verb::OfferHandoff(said(body)?));
        Ok(())
    }

    pub(super) fn accept(&mut self, to: usize) {
        self.act(to, Act::AcceptHandoff);
        self.handler = to;
    }

    pub(super) fn decline(&mut self, to: usize) -> Result<(), String> {
        let reason = said(json!(self.plan.chance.of(&self.words.declines)))?;
        self.act(to, Act::DeclineHandoff(reason));
        Ok(())
    }

    /// Finds, with reasons; true when the customer was not right.
    pub(super) fn decide(&mut self, by: usize) -> Result<bool, String> {
        self.wait(400, 4500);
        let draw = self.plan.chance.below(100);
        let outcome = if draw < 68 {
            "upheld"
        } else if draw < 86 {
            "partly_upheld"
        } else {
            "rejected"
        };
        let mut body = json!({ "outcome": outcome, "reasons": self.case.found });
        if outcome == "rejected" {
            body["alternative"] = self.words.rejected_instead.as_str().into();
            body["next_route"] = self.words.rejected_next.as_str().into();
        }
        self.verb(by, Verb::Decide(said(body)?));
        Ok(outcome == "rejected")
    }

    /// Why it happened: of almost all it is certain, of some it is known what lies behind and what should have caught it.
    fn why(&mut self) -> Result<(), String> {
        let chance = &mut self.plan.chance;
        let (confirmed, deep, beside) = (chance.percent(92), chance.percent(9), chance.percent(11));
        let other = BESIDE[chance.below(BESIDE.len())];
        let mut body = json!({
            "cause": self.kind.cause, "role": "primary",
            "confidence": if confirmed { "confirmed" } else { "suspected" },
            "evidence": self.words.evidence,
        });
        if deep {
            body["whys"] = json!(self.words.whys);
            body["escape_point"] = self.words.escape.as_str().into();
        }
        self.plan.sorted.push((self.complaint, self.at, self.kind.cause));
        self.verb(self.handler, Verb::TagCause(said(body)?));
        if beside && other != self.kind.cause {
            let body = json!({ "cause": other, "role": "contributing", "confidence": "suspected" });
            self.verb(self.handler, Verb::TagCause(said(body)?));
        }
        Ok(())
    }

    /// Answers everything that was complained of.
    pub(super) fn reply(&mut self) -> Result<(), String> {
        self.wait(20, 1200);
        let channel = if self.channel == "phone" { "phone" } else { "email" };
        let body =
            json!({ "kind": "substantive", "channel": channel, "body": self.case.answer, "delivered": true });
        self.verb(self.handler, Verb::SendReply(said(body)?));
        Ok(())
    }

    /// What was promised is kept, in time or late, or another date is agreed on before.
    fn keep_promise(&mut self) -> Result<(), String> {
        if !self.promised {
            return Ok(());
        }
        let kept = said(json!({ "evidence": self.words.kept }))?;
        if let Some(at) = self.kept_at {
            let after = self.at.max(at);
            self.at = at;
            self.act(self.first, Act::KeepPromise(kept));
            self.at = after;
            return Ok(());
        }
        if self.plan.chance.percent(30) {
            let due_at = self.at.plus_days(2);
            let body = json!({
                "text": self.case.promise, "due_at": due_at, "consent": self.words.consent,
                "reason": self.words.replaced,
            });
            self.act(self.first, Act::Supersede(said(body)?));
            self.wait(60, 1300);
        }
        self.act(self.first, Act::KeepPromise(kept));
        Ok(())
    }

    /// What the customer says to it, and the close.
    fn end(&mut self, rejected: bool) -> Result<(), String> {
        self.wait(30, 2500);
        let disputed = self.plan.chance.percent(if rejected { 30 } else { 4 });
        if self.plan.chance.percent(15) && !disputed {
            for _ in 0..3 {
                let body = json!({
                    "channel": "phone", "direction": "out", "reached": false,
                    "body": self.words.calls_out.last(),
                });
                self.verb(self.first, Verb::RecordContact(said(body)?));
                self.wait(1440, 2000);
            }
            self.answer("no_answer")?;
        } else if disputed {
            let body = self.plan.chance.of(&self.words.disputed);
            let body = json!({ "channel": "phone", "direction": "in", "body": body });
            self.verb(self.first, Verb::RecordContact(said(body)?));
            self.answer("disputed")?;
            let lead = lead_of(self.first);
            let second = if self.handler == lead { HELEN + TAM - lead } else { lead };
            self.decide(second)?;
            self.reply()?;
            self.wait(300, 3000);
            self.answer("accepted")?;
        } else {
            self.answer("accepted")?;
        }
        self.wait(1, 90);
        for doing in [Doing::Accept, Doing::Give, Doing::Drop] {
            self.act(self.first, Act::Award(doing));
        }
        self.close()
    }

    /// Something for the trouble, for one in three: mostly within what an agent may give, sometimes for the lead to allow.
    fn award(&mut self) -> Result<(), String> {
        const KINDS: [&str; 5] = ["refund", "refund", "voucher", "credit", "replacement"];
        let Some((_, lead, currency, most)) = TEAMS.get(self.language).copied() else { return Ok(()) };
        let dear = self.kind.cause == DEAR;
        if !self.plan.chance.percent(if dear { 90 } else { 30 }) {
            return Ok(());
        }
        self.wait(5, 90);
        // Of the last days several wait for somebody to allow them.
        let waits = self.at.plus_days(4) > self.plan.now;
        let above = self.plan.chance.percent(12) || waits || dear;
        let tenths = 1 + self.plan.chance.below(10) as u64;
        let value = match above {
            true if dear => most * 4 + most * tenths / 4,
            true => most + most * tenths / 4,
            false => most * tenths / 10,
        };
        let kind = KINDS[self.plan.chance.below(KINDS.len())];
        let basis = if self.plan.chance.percent(60) { "liability" } else { "goodwill" };
        let wish = json!({ "desired_remedy": self.case.wish });
        self.verb(self.handler, Verb::Assess(Box::new(said(wish)?)));
        let body = json!({ "type": kind, "basis": basis, "value": money(value, currency), "reason": self.case.found });
        self.act(self.handler, Act::Award(Doing::Propose(Box::new(said(body)?))));
        if above && !waits {
            self.wait(60, 2000);
            self.act(lead, Act::Award(Doing::Approve));
        }
        Ok(())
    }

    pub(super) fn answer(&mut self, answer: &str) -> Result<(), String> {
        self.verb(self.first, Verb::RecordAnswer(said(json!({ "answer": answer, "channel": "phone" }))?));
        Ok(())
    }

    fn close(&mut self) -> Result<(), String> {
        let reason = self.plan.chance.of(&self.words.closing);
        self.verb(self.first, Verb::Close(said(json!({ "reason": reason }))?));
        if let Some(client) = self.plan.clients.get_mut(&self.language).and_then(|c| c.get_mut(self.client)) {
            client.last = Some((self.complaint, self.at));
        }
        Ok(())
    }
}
