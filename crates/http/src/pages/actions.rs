//! What is done so that problems do not come back: the board for everybody, one action, one problem.

mod action;
mod planned;
mod problem;
#[cfg(test)]
pub(super) mod tests;
mod words;

use std::collections::BTreeMap;

use askama::Template;
use firsthand_domain::code::{ActionState, ProblemState};
use firsthand_domain::corrective_action::Action;
use firsthand_domain::id::{ActionId, ProblemId};
use firsthand_storage::{actions, problems};

use crate::api::awards::names_of;
use crate::api::problems::all_causes;
use crate::call::{Answer, Call};
use crate::json::fixes as told;
use crate::pages::{Frame, html};
use crate::problem::Problem;
use crate::rights::Right::Reader;
use crate::routes::{Route, page};

/// Actions and problems that are shown, at most.
const MOST: i64 = 300;

pub(super) fn routes() -> Vec<Route> {
    let mut routes = vec![page("/actions", Reader, shown)];
    routes.extend(action::routes());
    routes.extend(problem::routes());
    routes
}

/// An action on the board.
struct Card {
    id: ActionId,
    title: String,
    owner: String,
    problem: ProblemId,
    problem_title: String,
    causes: String,
    /// By when, or since when it is in place.
    when: String,
    late: bool,
    /// What is said of it, in words.
    said: Option<String>,
}

/// Actions that stand alike.
struct Group {
    name: String,
    cards: Vec<Card>,
}

/// A problem that is not solved.
struct Open {
    id: ProblemId,
    title: String,
    causes: String,
    again: bool,
    actions: usize,
}

#[derive(Template)]
#[template(path = "actions.html")]
struct Board {
    f: Frame,
    groups: Vec<Group>,
    open: Vec<Open>,
    lead: bool,
}

/// In this order on the board, after what is overdue.
const ORDER: [ActionState; 9] = [
    ActionState::Implementing,
    ActionState::Approved,
    ActionState::Proposed,
    ActionState::Implemented,
    ActionState::Inconclusive,
    ActionState::Worse,
    ActionState::Ineffective,
    ActionState::Partial,
    ActionState::Effective,
];

async fn shown(call: Call) -> Result<Answer, Problem> {
    let f = Frame::new(&call, "actions", "actions-title");
    let lead = call.caller()?.is_lead();
    let mut connection = call.connection().await?;
    let mut tx = connection.tx();
    let all = actions::board(&mut tx, MOST).await?;
    let known = problems::page(&mut tx, problems::Filter::default(), None, MOST).await?;
    let mut titles: BTreeMap<ProblemId, String> = known.iter().map(|p| (p.id, p.title.clone())).collect();
    for action in &all {
        let problem = action.terms.problem;
        if !titles.contains_key(&problem)
            && let Some(found) = problems::by_id(&mut tx, problem).await?
        {
            titles.insert(problem, found.title);
        }
    }
    let names = names_of(&mut tx, told::people(&all)).await?;
    let causes = all_causes(&mut tx).await?;
    drop(connection);
    let card = |action: &Action| {
        let late = action.is_overdue(f.now);
        let plan_causes = action.plan.as_ref().map(|plan| plan.causes.as_slice()).unwrap_or_default();
        Card {
            id: action.id,
            title: action.terms.title.clone(),
            owner: names.get(&action.terms.owner).cloned().unwrap_or_default(),
            problem: action.terms.problem,
            problem_title: titles.get(&action.terms.problem).cloned().unwrap_or_default(),
            causes: words::causes(&f, plan_causes, &causes),
            when: words::when(&f, action),
            late,
            said: action.verdict.as_ref().map(|judgement| words::said(&f, action, judgement)),
        }
    };
    let overdue: Vec<Card> = all.iter().filter(|a| a.is_overdue(f.now)).map(card).collect();
    let mut groups = vec![Group { name: f.say("actions-overdue").into_owned(), cards: overdue }];
    for state in ORDER {
        let cards = all.iter().filter(|a| a.state == state && !a.is_overdue(f.now)).map(card).collect();
        groups.push(Group { name: f.word("action-state", state.code()).into_owned(), cards });
    }
    groups.retain(|group| !group.cards.is_empty());
    let open = known.iter().filter(|p| p.state != ProblemState::Solved).map(|p| Open {
        id: p.id,
        title: p.title.clone(),
        causes: words::causes(&f, &p.causes, &causes),
        again: p.state == ProblemState::Reopened,
        actions: all.iter().filter(|a| a.terms.problem == p.id).count(),
    });
    let open = open.collect();
    html(&Board { f, groups, open, lead })
}
