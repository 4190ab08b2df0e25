//! The form of a plan: windows are told with their last day, as people say them, and shares in percent.

use firsthand_domain::time::Day;
use serde_json::{Map, Value, json};

use crate::form::Form;

/// The fields of the form, and what the API calls what stands there.
const FIELDS: [(&str, &[&str]); 15] = [
    ("_baseline_from", &["baseline", "baseline.from"]),
    ("_baseline_to", &["baseline.to"]),
    ("_watch_from", &["watch", "watch.from"]),
    ("_watch_to", &["watch.to"]),
    ("_trigger_from", &["trigger", "trigger.from"]),
    ("_trigger_to", &["trigger.to"]),
    ("_washout", &["washout_days"]),
    ("_kind", &["exposure", "exposure.kind"]),
    ("_product", &["exposure.product"]),
    ("_place", &["exposure.place"]),
    ("_aim", &["target_ratio"]),
    ("verifier", &["verifier"]),
    ("_unit_amount", &["unit_cost", "unit_cost.amount"]),
    ("_unit_currency", &["unit_cost.currency"]),
    ("causes", &["causes"]),
];

/// Does the API mean this field of the form by that name?
pub(super) fn is_meant(field: &str, named: &str) -> bool {
    let named = named.split('[').next().unwrap_or(named);
    FIELDS.iter().any(|(name, meant)| *name == field && meant.contains(&named))
}

/// The day after one that was typed; what is no day goes on as it is and is refused by its name.
fn after(text: &str) -> String {
    text.parse::<Day>().map_or_else(|()| text.to_owned(), |day| day.plus(1).to_string())
}

fn window(form: &Form, from: &str, to: &str) -> Option<Value> {
    let (from, to) = (form.filled(from), form.filled(to));
    if from.is_none() && to.is_none() {
        return None;
    }
    Some(json!({ "from": from.unwrap_or_default(), "to": to.map(after).unwrap_or_default() }))
}

/// A number that was typed, with either mark; what is none goes on as it is and is refused by its name.
fn number(text: &str) -> Value {
    text.replace(',', ".").parse::<f64>().map_or_else(|_| json!(text), |number| json!(number))
}

fn whole(text: &str) -> Value {
    text.parse::<i64>().map_or_else(|_| json!(text), |number| json!(number))
}

/// The body of the call that locks a plan.
pub(super) fn body(form: &Form) -> Value {
    let mut body = Map::new();
    let mut put = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            body.insert(name.to_owned(), value);
        }
    };
    put("baseline", window(form, "_baseline_from", "_baseline_to"));
    put("watch", window(form, "_watch_from", "_watch_to"));
    put("trigger", window(form, "_trigger_from", "_trigger_to"));
    put("washout_days", form.filled("_washout").map(whole));
    let part = |name: &str| form.filled(name).map(str::to_owned);
    let mut exposure = Map::new();
    for (name, field) in [("kind", "_kind"), ("product", "_product"), ("place", "_place")] {
        if let Some(text) = part(field) {
            exposure.insert(name.to_owned(), text.into());
        }
    }
    put("exposure", Some(Value::Object(exposure)));
    // So many percent fewer, and what is left of it.
    let left = |text: &str| match number(text) {
        Value::Number(percent) => {
            let share = 1.0 - percent.as_f64().unwrap_or(f64::NAN) / 100.0;
            json!((share * 1000.0).round() / 1000.0)
        }
        other => other,
    };
    put("target_ratio", form.filled("_aim").map(left));
    put("verifier", form.filled("verifier").map(Value::from));
    put("reason", form.filled("reason").map(Value::from));
    if let Some(amount) = form.filled("_unit_amount") {
        let currency = form.get("_unit_currency").trim().to_ascii_uppercase();
        put("unit_cost", Some(json!({ "amount": amount, "currency": currency })));
    }
    let causes: Vec<&str> = form.all("causes").filter(|cause| !cause.is_empty()).collect();
    put("causes", (!causes.is_empty()).then(|| json!(causes)));
    Value::Object(body)
}
