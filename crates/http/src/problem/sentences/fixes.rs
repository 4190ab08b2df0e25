//! Refusals about problems and corrective actions, in a sentence.

use firsthand_domain::Refusal;

use super::list;

pub(super) fn of(refusal: &Refusal) -> String {
    match refusal {
        Refusal::OwnAction => {
            "You see to this action yourself, so somebody else approves it and asks whether it helped."
                .to_owned()
        }
        Refusal::ActionOver { state, allowed } => {
            format!("The action is {state}. This has its place while it is one of: {}.", list(allowed))
        }
        Refusal::PlanMissing => {
            "How the action will be judged is not locked. Lock a plan first, by POST …/plan.".to_owned()
        }
        Refusal::WatchExtended => {
            "The watch was extended once already. Lock another plan, or close the action.".to_owned()
        }
        Refusal::ProblemOver { state, allowed } => {
            format!("The problem is {state}. This has its place while it is one of: {}.", list(allowed))
        }
        Refusal::NoFixProven => {
            "None of its actions was judged effective or partly so. Ask for a verdict first.".to_owned()
        }
        other => format!("Refused: {}.", other.name()),
    }
}

#[cfg(test)]
pub(super) fn one_of_each() -> Vec<Refusal> {
    use firsthand_domain::code::{ActionState, ProblemState};

    vec![
        Refusal::OwnAction,
        Refusal::ActionOver { state: ActionState::Closed, allowed: vec![ActionState::Proposed] },
        Refusal::PlanMissing,
        Refusal::WatchExtended,
        Refusal::ProblemOver { state: ProblemState::Solved, allowed: vec![ProblemState::Open] },
        Refusal::NoFixProven,
    ]
}
