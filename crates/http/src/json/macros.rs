//! Macros: as they are asked for, and in answers.

use firsthand_domain::Refusal;
use firsthand_domain::macros::{
    MacroAcknowledge, MacroAssess, MacroClose, MacroNote, MacroOffer, MacroPromise, MacroReply, MacroStep,
    MacroTag, MacroVerb, STEPS,
};
use firsthand_domain::text::Line;
use firsthand_domain::time::Timestamp;
use firsthand_storage::settings::{Kept, KeptStep, Macro, Version};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::Person;
use crate::body;
use crate::problem::Problem;

/// A step: the verb, and what the verb takes.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct NewStep {
    verb: MacroVerb,
    #[serde(flatten)]
    body: Map<String, Value>,
}

/// A macro as it is to be.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewMacro {
    name: Line,
    steps: Vec<NewStep>,
}

/// How [`NewMacro`] is told in the documentation.
#[derive(JsonSchema)]
#[schemars(rename = "NewMacro")]
#[allow(dead_code, reason = "a shape for the documentation")]
pub(crate) struct NewMacroShape {
    /// What it is found by.
    name: Line,
    /// What is done, in this order: up to 10.
    #[schemars(length(max = 10))]
    steps: Vec<StepShape>,
}

#[derive(JsonSchema)]
#[schemars(rename = "MacroStep")]
#[allow(dead_code, reason = "a shape for the documentation")]
struct StepShape {
    /// What is done.
    verb: MacroVerb,
    #[schemars(flatten)]
    body: StepBody,
}

/// What the verb takes.
#[derive(JsonSchema)]
#[serde(untagged)]
#[allow(dead_code, reason = "a shape for the documentation")]
enum StepBody {
    Acknowledge(MacroAcknowledge),
    Reply(MacroReply),
    Note(MacroNote),
    Assess(MacroAssess),
    Tag(MacroTag),
    Offer(MacroOffer),
    Promise(MacroPromise),
    Close(MacroClose),
}

/// What a step says, read as strictly as the body of a call.
pub(crate) fn step(kept: &KeptStep) -> Result<MacroStep, Problem> {
    fn read<B: DeserializeOwned>(kept: &KeptStep) -> Result<B, Problem> {
        body::parse(&serde_json::to_vec(&kept.body)?)
    }
    let step = match kept.verb {
        MacroVerb::Acknowledge => MacroStep::Acknowledge(read(kept)?),
        MacroVerb::Reply => MacroStep::Reply(read(kept)?),
        MacroVerb::Note => MacroStep::Note(read(kept)?),
        MacroVerb::Assess => MacroStep::Assess(read(kept)?),
        MacroVerb::Tag => MacroStep::Tag(read(kept)?),
        MacroVerb::Offer => MacroStep::Offer(read(kept)?),
        MacroVerb::Promise => MacroStep::Promise(read(kept)?),
        MacroVerb::Close => MacroStep::Close(read(kept)?),
    };
    step.check()?;
    Ok(step)
}

impl NewMacro {
    /// As it is kept; each step is read as it will be when it is done.
    pub(crate) fn read(self) -> Result<Macro, Problem> {
        if self.steps.len() > STEPS {
            return Err(Problem::field("steps", "expected no more than 10 steps"));
        }
        let mut steps = Vec::with_capacity(self.steps.len());
        for (at, NewStep { verb, body }) in self.steps.into_iter().enumerate() {
            let one = KeptStep { verb, body };
            step(&one).map_err(|problem| in_step(at, problem))?;
            steps.push(one);
        }
        Ok(Macro { name: self.name.to_string(), steps })
    }
}

/// The same problem, with the field named by where its step stands.
pub(crate) fn in_step(at: usize, problem: Problem) -> Problem {
    match problem.refusal() {
        Some(Refusal::Field { field, expected }) => Problem::field(format!("steps[{at}].{field}"), expected),
        _ => problem,
    }
}

/// A macro.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Macro")]
pub(crate) struct MacroTold {
    /// Which.
    id: Uuid,
    /// What it is found by.
    name: String,
    /// What is done, in this order: each with its `verb` and what the verb takes.
    steps: Vec<StepTold>,
    /// Counted up with each change.
    version: i64,
    /// It is offered to nobody any more.
    retired: bool,
}

/// A step of a macro.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "MacroStepTold")]
struct StepTold {
    /// What is done.
    verb: MacroVerb,
    /// With what.
    #[serde(flatten)]
    body: Map<String, Value>,
}

fn steps(said: Macro) -> Vec<StepTold> {
    said.steps.into_iter().map(|KeptStep { verb, body }| StepTold { verb, body }).collect()
}

impl From<Kept<Macro>> for MacroTold {
    fn from(kept: Kept<Macro>) -> Self {
        let Kept { id, version, said, retired } = kept;
        Self { id, name: said.name.clone(), steps: steps(said), version, retired }
    }
}

/// A version there was of a macro.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct MacroVersion {
    /// Which.
    version: i64,
    /// When it came to be.
    at: Timestamp,
    /// By whom.
    by: Person,
    /// What it was found by.
    name: String,
    /// What was done.
    steps: Vec<StepTold>,
    /// It was offered to nobody.
    retired: bool,
}

impl From<Version<Macro>> for MacroVersion {
    fn from(version: Version<Macro>) -> Self {
        let Version { version, at, by: (id, name), said, retired } = version;
        Self { version, at, by: Person { id, name }, name: said.name.clone(), steps: steps(said), retired }
    }
}
