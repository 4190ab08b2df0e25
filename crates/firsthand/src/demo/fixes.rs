//! What the leads of the demonstration desk do week by week: deliveries are put on record, what has begun to rise is looked
//! for and reviewed, problems are opened and something is done about them, and later whether it helped.

use firsthand_domain::corrective_action::ActionVerb;
use firsthand_domain::id::{ActionId, ProblemId, StaffId};
use firsthand_domain::problem::ProblemVerb;
use firsthand_domain::text::Reason;
use firsthand_domain::time::Timestamp;
use firsthand_storage::{Database, actions, alerts, causes, exposure, figures, problems};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::causes::monday;
use super::deliveries;
use super::people::{HELEN, JAMES, People, TAM};
use super::said;
use super::words::Words;
use crate::Failure;

/// Weeks whose rises were looked for: a year.
const LOOKED: i64 = 52;
/// Weeks after which an alert was reviewed.
const REVIEWED: i64 = 2;

/// Everything that is told in `fixes.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Fixes {
    review: Vec<Review>,
    problem: Vec<Told>,
}

/// What somebody found an alert about a cause to be.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Review {
    cause: String,
    verdict: String,
    note: String,
}

/// A problem.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Told {
    title: String,
    causes: Vec<String>,
    /// The week of the alert it is opened on.
    alert: Option<i64>,
    opened: i64,
    solved: Option<i64>,
    solution: Option<String>,
    containment: String,
    similar: Option<String>,
    silent: Option<String>,
    side_effects: Option<String>,
    say: Option<Value>,
    action: Vec<Act>,
}

/// What is done about it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Act {
    title: String,
    description: Option<String>,
    due: i64,
    proposed: i64,
    approved: Option<i64>,
    planned: Option<i64>,
    started: Option<i64>,
    in_place: Option<i64>,
    judged: Option<i64>,
    baseline: Option<[i64; 2]>,
    watch: Option<[i64; 2]>,
    target: Option<f64>,
    cost: Option<String>,
    unit_cost: Option<String>,
}

/// What is due at an instant; problems and actions by their places.
#[derive(Debug, Clone, Copy)]
enum Deed {
    Deliveries(i64),
    Look,
    Open(usize),
    Solve(usize),
    Propose(usize, usize),
    Approve(usize, usize),
    Plan(usize, usize),
    Start(usize, usize),
    InPlace(usize, usize),
    Judge(usize, usize),
}

/// The deeds that are still to come, the earliest last, and what was made so far.
pub(super) struct Desk<'a> {
    words: &'a [Words],
    people: &'a People,
    now: Timestamp,
    told: Fixes,
    due: Vec<(Timestamp, Deed)>,
    problems: Vec<Option<ProblemId>>,
    actions: Vec<Vec<Option<ActionId>>>,
}

/// So many days after the beginning of a week, and minutes of that day.
fn at(now: Timestamp, weeks_ago: i64, day: i64, minutes: i64) -> Timestamp {
    monday(now, weeks_ago).start().plus_days(day).plus_minutes(minutes)
}

impl<'a> Desk<'a> {
    pub(super) fn new(words: &'a [Words], people: &'a People, now: Timestamp) -> Result<Self, Failure> {
        let told: Fixes = toml::from_str(include_str!("fixes.toml"))
            .map_err(|error| Failure::refused(error.to_string()))?;
        let mut due: Vec<(Timestamp, Deed)> = Vec::new();
        for weeks_ago in 0..deliveries::WEEKS {
            due.push((at(now, weeks_ago, 0, 300), Deed::Deliveries(weeks_ago + 1)));
        }
        due.extend((0..LOOKED).map(|weeks_ago| (at(now, weeks_ago, 0, 360), Deed::Look)));
        for (p, problem) in told.problem.iter().enumerate() {
            due.push((at(now, problem.opened, 2, 600), Deed::Open(p)));
            due.extend(problem.solved.map(|week| (at(now, week, 2, 660), Deed::Solve(p))));
            for (a, act) in problem.action.iter().enumerate() {
                let steps = [
                    (Some(act.proposed), 2, 640, Deed::Propose(p, a)),
                    (act.approved, 3, 560, Deed::Approve(p, a)),
                    (act.planned, 3, 840, Deed::Plan(p, a)),
                    (act.started, 4, 540, Deed::Start(p, a)),
                    (act.in_place, 0, 480, Deed::InPlace(p, a)),
                    (act.judged, 1, 600, Deed::Judge(p, a)),
                ];
                let steps = steps.into_iter().filter_map(|(week, day, minutes, deed)| {
                    week.map(|week| (at(now, week, day, minutes), deed))
                });
                due.extend(steps);
            }
        }
        due.retain(|(at, _)| *at <= now);
        due.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
        let problems = vec![None; told.problem.len()];
        let actions = told.problem.iter().map(|problem| vec![None; problem.action.len()]).collect();
        Ok(Self { words, people, now, told, due, problems, actions })
    }

    /// When the next one is due.
    pub(super) fn next(&self) -> Option<Timestamp> {
        self.due.last().map(|(at, _)| *at)
    }

    /// Does it; the clock stands at its instant.
    pub(super) async fn go_on(&mut self, database: &Database) -> Result<(), Failure> {
        let Some((_, deed)) = self.due.pop() else { return Ok(()) };
        match deed {
            Deed::Deliveries(weeks_ago) => {
                let (by, rows) =
                    (self.people.id(JAMES), deliveries::of_week(self.words, self.now, weeks_ago)?);
                database
                    .change(move |unit| {
                        let rows = rows.clone();
                        Box::pin(async move { exposure::record(unit, by, &rows).await.map(drop) })
                    })
                    .await?;
            }
            Deed::Look => self.look(database).await?,
            Deed::Open(p) => self.open(database, p).await?,
            Deed::Solve(p) => self.solve(database, p).await?,
            Deed::Propose(p, a) => self.propose(database, p, a).await?,
            Deed::Approve(p, a) => self.act(database, p, a, ActionVerb::Approve).await?,
            Deed::Plan(p, a) => self.plan(database, p, a).await?,
            Deed::Start(p, a) => self.act(database, p, a, ActionVerb::Start).await?,
            Deed::InPlace(p, a) => {
                self.act(database, p, a, ActionVerb::Implemented(said(json!({}))?)).await?;
            }
            Deed::Judge(p, a) => {
                let Some(id) = self.action(p, a) else { return Ok(()) };
                let by = self.people.id(HELEN);
                database
                    .change(move |unit| {
                        Box::pin(async move { actions::judge(unit, by, id, None).await.map(drop) })
                    })
                    .await?;
            }
        }
        Ok(())
    }

    fn problem(&self, p: usize) -> Option<ProblemId> {
        self.problems.get(p).copied().flatten()
    }

    fn action(&self, p: usize, a: usize) -> Option<ActionId> {
        self.actions.get(p)?.get(a).copied().flatten()
    }

    /// What has begun to rise, and what was found some weeks ago is reviewed.
    async fn look(&self, database: &Database) -> Result<(), Failure> {
        figures::fold_all(database).await?;
        alerts::look(database).await?;
        let (waiting, tree) = {
            let mut read = database.read().await?;
            let mut tx = read.tx();
            (alerts::page(&mut tx, true, None, 200).await?, causes::tree(&mut tx).await?)
        };
        let now = database.now();
        for alert in waiting.into_iter().filter(|a| a.found_at.plus_days(7 * REVIEWED) <= now) {
            let code = tree.get(alert.found.cause).map_or("", |cause| cause.code.as_str());
            let told = self.told.review.iter().find(|review| review.cause == code);
            let body = match told {
                Some(told) => json!({ "verdict": told.verdict, "note": told.note }),
                None => {
                    json!({ "verdict": "artefact", "note": "Looked into: nothing that these have in common." })
                }
            };
            let (review, by): (firsthand_domain::alert::Review, StaffId) =
                (said(body)?, self.people.id(HELEN));
            database
                .change(move |unit| {
                    let review = review.clone();
                    Box::pin(async move { alerts::review(unit, by, alert.id, &review).await.map(drop) })
                })
                .await?;
        }
        Ok(())
    }

    /// The alert about a cause in that week, if one was found.
    async fn alert(&self, database: &Database, cause: &str, weeks_ago: i64) -> Result<Option<Uuid>, Failure> {
        let week = monday(self.now, weeks_ago).number();
        let mut read = database.read().await?;
        let mut tx = read.tx();
        let Some(cause) = causes::named(&mut tx, cause).await? else { return Ok(None) };
        let found = alerts::page(&mut tx, false, None, 500).await?;
        Ok(found.into_iter().find(|a| a.week == week && a.found.cause == cause.id).map(|a| a.id))
    }

    async fn open(&mut self, database: &Database, p: usize) -> Result<(), Failure> {
        let Some(told) = self.told.problem.get(p) else { return Ok(()) };
        let mut body = json!({
            "title": told.title, "causes": told.causes, "containment": { "text": told.containment },
            "similar": told.similar, "silent": told.silent, "side_effects": told.side_effects,
        });
        if let Some(say) = &told.say {
            body["say"] = say.clone();
        }
        if let (Some(week), Some(cause)) = (told.alert, told.causes.first()) {
            body["trigger"] = json!({ "from": monday(self.now, week), "to": monday(self.now, week - 1) });
            if let Some(alert) = self.alert(database, cause, week).await? {
                body["alert"] = alert.to_string().into();
            }
        }
        let new: firsthand_domain::problem::NewProblem = said(body)?;
        let by = self.people.id(HELEN);
        let opened = database.change(move |unit| {
            let new = new.clone();
            Box::pin(async move { problems::open(unit, by, &new).await.map(|problem| problem.id) })
        });
        let opened = opened.await?;
        if let Some(place) = self.problems.get_mut(p) {
            *place = Some(opened);
        }
        Ok(())
    }

    /// Only where something was shown to help.
    async fn solve(&self, database: &Database, p: usize) -> Result<(), Failure> {
        let Some(id) = self.problem(p) else { return Ok(()) };
        let solution = self.told.problem.get(p).and_then(|told| told.solution.clone()).unwrap_or_default();
        let (reason, by): (Reason, StaffId) = (said(json!(solution))?, self.people.id(HELEN));
        let solved = database.change(move |unit| {
            let verb = ProblemVerb::Solve(reason.clone());
            Box::pin(async move { problems::perform(unit, by, id, &verb, None).await.map(drop) })
        });
        unless_refused(solved.await)
    }

    async fn propose(&mut self, database: &Database, p: usize, a: usize) -> Result<(), Failure> {
        let told = self.told.problem.get(p).and_then(|told| told.action.get(a));
        let (Some(told), Some(problem)) = (told, self.problem(p)) else { return Ok(()) };
        let mut body = json!({
            "problem": problem, "title": told.title, "description": told.description,
            "owner": self.people.id(TAM), "due_at": self.now.plus_days(told.due),
        });
        if let Some(cost) = &told.cost {
            body["cost"] = pounds(cost);
        }
        let new: firsthand_domain::corrective_action::NewAction = said(body)?;
        let by = self.people.id(HELEN);
        let proposed = database.change(move |unit| {
            let new = new.clone();
            Box::pin(async move { actions::propose(unit, by, &new).await.map(|action| action.id) })
        });
        let proposed = proposed.await?;
        if let Some(place) = self.actions.get_mut(p).and_then(|of| of.get_mut(a)) {
            *place = Some(proposed);
        }
        Ok(())
    }

    async fn plan(&self, database: &Database, p: usize, a: usize) -> Result<(), Failure> {
        let Some(told) = self.told.problem.get(p).and_then(|told| told.action.get(a)) else { return Ok(()) };
        let window = |weeks: Option<[i64; 2]>| {
            weeks.map(|[from, to]| json!({ "from": monday(self.now, from), "to": monday(self.now, to) }))
        };
        let mut body = json!({
            "baseline": window(told.baseline), "watch": window(told.watch), "washout_days": 6,
            "exposure": { "kind": deliveries::KIND }, "target_ratio": told.target,
            "verifier": self.people.id(HELEN),
        });
        if let Some(cost) = &told.unit_cost {
            body["unit_cost"] = pounds(cost);
        }
        self.act(database, p, a, ActionVerb::Plan(Box::new(said(body)?))).await
    }

    async fn act(&self, database: &Database, p: usize, a: usize, verb: ActionVerb) -> Result<(), Failure> {
        let Some(id) = self.action(p, a) else { return Ok(()) };
        let by = self.people.id(HELEN);
        let done = database.change(move |unit| {
            let verb = verb.clone();
            Box::pin(async move { actions::perform(unit, by, id, &verb, None).await.map(drop) })
        });
        Ok(done.await?)
    }
}

fn pounds(amount: &str) -> Value {
    json!({ "amount": amount, "currency": "GBP" })
}

/// In a small demonstration nothing can be shown to help.
fn unless_refused(done: firsthand_storage::Result<()>) -> Result<(), Failure> {
    match done {
        Err(firsthand_storage::Error::Refused(_)) => Ok(()),
        done => Ok(done?),
    }
}
