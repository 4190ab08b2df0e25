//! How much chance there was for complaints: deliveries, orders, room nights, by day. Rates are complaints on exposure.

use std::collections::BTreeSet;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de};

use crate::Refusal;
use crate::text::{Line, Text};
use crate::time::{Day, Timestamp};

/// A kind of exposure, a product or a place.
pub type Word = Line;
/// Rows of one call, at most.
pub const MOST_ROWS: usize = 10_000;
/// The most of one row: sums of a million of these still fit.
pub const MOST: i64 = 1_000_000_000_000;

/// How many there were: a whole number, 0 allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Count(i64);

/// What is told of anything else.
const WHOLE: &str = "a whole number from 0 to 1000000000000";

impl Count {
    /// The number.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }

    /// Reads plain digits.
    ///
    /// # Errors
    /// What was expected.
    pub fn parse(text: &str) -> Result<Self, String> {
        let plain = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let number = if plain { text.parse().ok() } else { None };
        number.filter(|n| *n <= MOST).map(Self).ok_or_else(|| format!("expected {WHOLE}"))
    }
}

impl<'de> Deserialize<'de> for Count {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Whole)
    }
}

struct Whole;

impl de::Visitor<'_> for Whole {
    type Value = Count;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(WHOLE)
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Count, E> {
        i64::try_from(number)
            .ok()
            .filter(|n| *n <= MOST)
            .map(Count)
            .ok_or_else(|| E::custom(format_args!("expected {WHOLE}")))
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<Count, E> {
        // Those that are not negative come as the other.
        Err(E::custom(format_args!("expected {WHOLE}")))
    }
}

impl JsonSchema for Count {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Count".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "integer", "minimum": 0, "maximum": MOST })
    }
}

/// How many of a kind there were on a day.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Exposure {
    /// The UTC day.
    pub date: Day,
    /// What is counted, as `deliveries`.
    pub kind: Word,
    /// Of which product; all together when not said.
    pub product: Option<Word>,
    /// At which place; all together when not said.
    pub place: Option<Word>,
    /// How many; 0 says that there was no chance.
    pub count: Count,
}

impl Exposure {
    /// What a row is known by: the same again takes its place.
    #[must_use]
    pub fn key(&self) -> (i64, &str, &str, &str) {
        (
            self.date.number(),
            self.kind.as_str(),
            self.product.as_ref().map_or("", Text::as_str),
            self.place.as_ref().map_or("", Text::as_str),
        )
    }
}

/// Rows that are recorded together, or not at all.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordExposure {
    /// 1 to 10,000 of them.
    pub items: Vec<Exposure>,
}

impl RecordExposure {
    /// Checks what types alone do not.
    ///
    /// # Errors
    /// None or too many rows, or a row that is wrong.
    pub fn check(&self, now: Timestamp) -> Result<(), Refusal> {
        if self.items.is_empty() || self.items.len() > MOST_ROWS {
            return Err(Refusal::field("items", "expected 1 to 10000 rows"));
        }
        check_rows(&self.items, now).map_err(|(place, refusal)| match refusal {
            Refusal::Field { field, expected } if field.is_empty() => {
                Refusal::Field { field: format!("items[{place}]").into(), expected }
            }
            Refusal::Field { field, expected } => {
                Refusal::Field { field: format!("items[{place}].{field}").into(), expected }
            }
            other => other,
        })
    }
}

/// Checks rows that are recorded together.
///
/// # Errors
/// Which row is there twice, or has a day that is not between 1900 and the day after this one.
pub fn check_rows(rows: &[Exposure], now: Timestamp) -> Result<(), (usize, Refusal)> {
    let mut keys = BTreeSet::new();
    // It is tomorrow already in half of the world.
    let last = now.utc_day() + 1;
    for (place, row) in rows.iter().enumerate() {
        let wrong =
            |field: &'static str, expected: &'static str| Err((place, Refusal::field(field, expected)));
        if row.date.start() < Timestamp::EARLIEST {
            return wrong("date", "expected a day after the year 1900");
        }
        if row.date.number() > last {
            return wrong("date", "expected a day that is not in the future");
        }
        if !keys.insert(row.key()) {
            return wrong("", "expected each day, kind, product and place only once");
        }
    }
    Ok(())
}
