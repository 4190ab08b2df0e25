//! What the last hours have brought: for everybody who signs in, something of each kind.

use firsthand_domain::time::Timestamp;
use firsthand_domain::verb::Verb;
use serde_json::json;

use super::people::{HELEN, TAM, lead_of, mate};
use super::plan::Plan;
use super::said_of as said;
use super::story::{Story, Until};

/// The work of the day for every agent and both leads.
pub(super) fn draw(plan: &mut Plan<'_>) -> Result<(), String> {
    for agent in 0..8 {
        // A little apart, so that no two lists are the same.
        let apart = i64::try_from(agent).unwrap_or(0) * 7;
        let language = agent / 2;
        of_agent(plan, language, agent, apart)?;
    }
    of_agent(plan, 0, HELEN, 3)?;
    of_agent(plan, 1, TAM, 5)
}

fn begin<'p, 'a>(
    plan: &'p mut Plan<'a>,
    language: usize,
    agent: usize,
    minutes_ago: i64,
) -> Result<Story<'p, 'a>, String> {
    let at = plan.now.plus_minutes(-minutes_ago);
    Story::begin(plan, language, agent, None, at).ok_or_else(|| "no words".to_owned())
}

impl Story<'_, '_> {
    /// So long before the present.
    fn ago(&mut self, minutes: i64) {
        self.at = self.plan.now.plus_minutes(-minutes);
    }

    fn promise(&mut self, due_at: Timestamp) -> Result<(), String> {
        self.log(&json!({ "promise": { "text": self.case.promise, "due_at": due_at } }))
    }

    fn acknowledge(&mut self) -> Result<(), String> {
        let body = self.plan.chance.of(&self.words.acknowledged);
        self.verb(self.first, Verb::Acknowledge(said(json!({ "channel": "phone", "body": body }))?));
        Ok(())
    }
}

fn of_agent(plan: &mut Plan<'_>, language: usize, agent: usize, apart: i64) -> Result<(), String> {
    let now = plan.now;
    let other = if agent < 8 { mate(agent) } else { HELEN + TAM - agent };

    // Just came in; nobody has said anything to the customer yet.
    for minutes in [25 + apart, 160 + apart] {
        begin(plan, language, agent, minutes)?.log(&json!({}))?;
    }
    // Asked again since, and waits.
    let mut story = begin(plan, language, agent, 2600 + apart)?;
    story.log(&json!({}))?;
    story.ago(2500);
    story.acknowledge()?;
    story.ago(70 + apart);
    story.talk(1)?;

    // Promised: due soon, due later today, and overdue.
    for (taken, due) in [(1300, 35), (500, 240), (3200, -95)] {
        let mut story = begin(plan, language, agent, taken + apart)?;
        story.promise(now.plus_minutes(due + apart))?;
        story.ago(taken - 90);
        story.acknowledge()?;
    }

    // Offered to the team mate, who has not answered; as everybody does, it is both offered to and handed over by.
    let mut story = begin(plan, language, agent, 900 + apart)?;
    story.log(&json!({}))?;
    story.ago(880);
    story.acknowledge()?;
    story.ago(45 + apart);
    story.offer(other)?;

    // Taken over by the team mate, in whose hands it is.
    let mut story = begin(plan, language, agent, 2900 + apart)?;
    story.log(&json!({}))?;
    story.ago(2800);
    story.offer(other)?;
    story.ago(2700);
    story.accept(other);
    story.ago(600);
    story.talk(0)?;

    // A question to the customer.
    let mut story = begin(plan, language, agent, 4300 + apart)?;
    story.log(&json!({}))?;
    story.ago(1500 + apart);
    story.talk(3)?;

    // Decided, but the customer does not know; answered, but has not said a word yet.
    for until in [Until::Decided, Until::Replied] {
        let mut story = begin(plan, language, agent, 14_000 + apart)?;
        story.log(&json!({}))?;
        story.go_on(until)?;
    }

    // Declined twice: the lead has to say who.
    if agent.is_multiple_of(4) && agent < 8 {
        let mut story = begin(plan, language, agent, 1000 + apart)?;
        story.log(&json!({ "severity": "critical" }))?;
        for (to, minutes) in [(other, 900), (lead_of(agent), 700)] {
            story.ago(minutes);
            story.offer(to)?;
            story.ago(minutes - 60);
            story.decline(to)?;
        }
        let mut story = begin(plan, language, other, 1200 + apart)?;
        story.log(&json!({}))?;
        story.ago(300);
        let body = json!({ "to": story.plan.people.id(agent), "reason": story.words.succession });
        story.verb(lead_of(agent), Verb::OfferSuccession(said(body)?));
    }
    Ok(())
}
