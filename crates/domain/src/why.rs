//! The chain of whys behind a cause: each answer with what shows it, down to something that can be changed here, or to
//! something that is said to lie outside.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};

use crate::Refusal;
use crate::history::Texts;
use crate::text::Reason;

/// So many steps at most; nobody has needed more than a few.
const MOST: usize = 20;

/// One answer to why. A text alone is an answer without evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WhyStep {
    /// Why.
    pub answer: Reason,
    /// What shows it.
    pub evidence: Option<Reason>,
    /// It lies outside what the organisation controls; only the last step may.
    pub external: bool,
}

/// The same with its members named.
#[derive(serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct WhyBody {
    /// Why.
    answer: Reason,
    /// What shows it.
    evidence: Option<Reason>,
    /// It lies outside what the organisation controls; only the last step may.
    #[serde(default)]
    external: bool,
}

struct Step;

impl<'de> Visitor<'de> for Step {
    type Value = WhyStep;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an answer, or an object with answer and evidence")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<WhyStep, E> {
        let answer = Reason::parse(text).map_err(E::custom)?;
        Ok(WhyStep { answer, evidence: None, external: false })
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<WhyStep, A::Error> {
        let WhyBody { answer, evidence, external } = WhyBody::deserialize(MapAccessDeserializer::new(map))?;
        Ok(WhyStep { answer, evidence, external })
    }
}

impl<'de> Deserialize<'de> for WhyStep {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Step)
    }
}

impl JsonSchema for WhyStep {
    fn schema_name() -> Cow<'static, str> {
        "WhyStep".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let answer = generator.subschema_for::<Reason>();
        let body = generator.subschema_for::<WhyBody>();
        json_schema!({ "anyOf": [answer, body], "description": "One answer to why; a text alone has no evidence." })
    }
}

/// Does the chain hold? And does it end outside?
pub(crate) fn ends_outside(whys: &[WhyStep]) -> Result<bool, Refusal> {
    if whys.len() > MOST {
        return Err(Refusal::field("whys", "expected at most 20 answers"));
    }
    let Some((last, before)) = whys.split_last() else { return Ok(false) };
    match before.iter().position(|step| step.external) {
        Some(at) => Err(Refusal::field(
            format!("whys[{at}].external"),
            "expected only the last answer to lie outside the organisation",
        )),
        None => Ok(last.external),
    }
}

/// The chain as it is kept beside its fact.
pub(crate) fn texts(whys: &[WhyStep]) -> Texts {
    let mut texts = Texts::new();
    for (at, step) in whys.iter().enumerate() {
        let field = format!("why:{:02}", at + 1);
        texts.extend(step.evidence.iter().map(|shown| (format!("{field}{EVIDENCE}"), shown.to_string())));
        texts.insert(field, step.answer.to_string());
    }
    texts
}

const EVIDENCE: &str = ":evidence";

/// Is this field of the texts beside a tag the evidence of an answer?
#[must_use]
pub fn is_evidence(field: &str) -> bool {
    field.starts_with("why:") && field.ends_with(EVIDENCE)
}

/// The chain in the texts beside a tag: each answer, and what shows it.
pub fn chain(texts: &Texts) -> impl Iterator<Item = (&str, Option<&str>)> {
    let answers = texts.iter().filter(|(field, _)| field.starts_with("why:") && !is_evidence(field));
    answers.map(|(field, answer)| {
        (answer.as_str(), texts.get(&format!("{field}{EVIDENCE}")).map(String::as_str))
    })
}
