//! Does the rest of the database agree with the ledger? Asked when the chain itself is good, with statements that
//! `firsthand_storage::audit` has for it. What rows and entries say is read here, by code that wrote neither.

use std::collections::BTreeMap;

use firsthand_domain::time::Timestamp;
use firsthand_storage::Error;
use firsthand_storage::audit::Audit;
use serde_json::Value;
use uuid::Uuid;

use super::walk::Bad;

/// Rows read at once.
const AT_ONCE: i64 = 2_000;

/// The first entry that something else in the database contradicts.
pub(super) async fn all(audit: &mut Audit) -> Result<Option<Bad>, Error> {
    if let Some(entry) = audit.erased_but_known().await? {
        let why = "says that somebody was erased who is still known in the ledger".to_owned();
        return Ok(Some(Bad { entry, why }));
    }
    if let Some((entry, why)) = audit.without_counterpart().await? {
        return Ok(Some(Bad { entry, why: why.to_owned() }));
    }
    if let Some(bad) = grants(audit).await? {
        return Ok(Some(bad));
    }
    if let Some(bad) = awards(audit).await? {
        return Ok(Some(bad));
    }
    usage(audit).await
}

async fn awards(audit: &mut Audit) -> Result<Option<Bad>, Error> {
    let mut after = Uuid::nil();
    loop {
        let rows = audit.awards(after, AT_ONCE).await?;
        let Some((last, ..)) = rows.last() else { return Ok(None) };
        after = *last;
        for (id, state, kind, basis, currency, amount, entry, told) in rows {
            let Some((entry, told)) = entry.zip(told) else {
                return Ok(Some(Bad { entry: 0, why: format!("there is none of award {id}") }));
            };
            let told = fields(&told);
            for (name, row) in [
                ("state", state),
                ("type", kind),
                ("basis", basis),
                ("currency", currency),
                ("amount", amount.to_string()),
            ] {
                if told.get(name) != Some(&row) {
                    return Ok(Some(differs(entry, &format!("award {id}"), name)));
                }
            }
        }
    }
}

async fn grants(audit: &mut Audit) -> Result<Option<Bad>, Error> {
    let mut after = Uuid::nil();
    loop {
        let rows = audit.grants(after, AT_ONCE).await?;
        let Some((last, ..)) = rows.last() else { return Ok(None) };
        after = *last;
        for (id, body, entry, told) in rows {
            let Some((entry, told)) = entry.zip(told) else {
                return Ok(Some(Bad { entry: 0, why: format!("there is none of grant {id}") }));
            };
            let told = fields(&told);
            let row = grant(&serde_json::from_str(&body)?);
            if let Some((name, _)) = row.iter().find(|(name, value)| told.get(**name) != value.as_ref()) {
                return Ok(Some(differs(entry, &format!("grant {id}"), name)));
            }
        }
    }
}

async fn usage(audit: &mut Audit) -> Result<Option<Bad>, Error> {
    let mut after = (Uuid::nil(), i64::MIN);
    loop {
        let rows = audit.usage(after, AT_ONCE).await?;
        let Some((award, taken, ..)) = rows.last() else { return Ok(None) };
        after = (*award, *taken);
        for (award, entry, amount, currency, told) in rows {
            let told = told.as_deref().map(fields).unwrap_or_default();
            if told.get("amount") != Some(&amount.to_string()) || told.get("currency") != Some(&currency) {
                return Ok(Some(differs(entry, &format!("award {award}"), "what it takes up")));
            }
        }
    }
}

fn differs(entry: i64, row: &str, name: &str) -> Bad {
    Bad { entry, why: format!("is not what the row of {row} says: {name} differs") }
}

/// The body of an entry: pairs of names and texts; of a name told twice, the first.
fn fields(body: &str) -> BTreeMap<String, String> {
    let pairs: Vec<(String, String)> = serde_json::from_str(body).unwrap_or_default();
    pairs.into_iter().rev().collect()
}

/// What the row of a grant says, as an entry would say it; none for what it does not say.
fn grant(row: &Value) -> BTreeMap<&'static str, Option<String>> {
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    };
    let terms = &row["terms"];
    let list = |value: &Value| {
        let all: Vec<String> = value.as_array().into_iter().flatten().filter_map(text).collect();
        (!all.is_empty()).then(|| all.join(","))
    };
    let names = |value: &Value| value.as_array().filter(|all| !all.is_empty()).map(|_| value.to_string());
    let window = |value: &Value| Some(format!("{}/{}", text(&value["amount"])?, text(&value["days"])?));
    let time = |value: &Value| Some(Timestamp::parse(value.as_str()?).ok()?.micros().to_string());
    let (limits, scope) = (&terms["limits"], &terms["scope"]);
    BTreeMap::from([
        ("version", text(&row["version"])),
        ("state", text(&row["state"])),
        ("for_cause", text(&row["for_cause"]).filter(|told| told == "true")),
        ("holder", text(&row["holder"])),
        ("parent", text(&row["parent"])),
        ("document", text(&row["document"]["ref"])),
        ("document_sha256", text(&row["document"]["sha256"])),
        ("types", list(&terms["types"])),
        ("bases", list(&terms["bases"])),
        ("currency", text(&terms["currency"])),
        ("per_award", text(&limits["per_award"])),
        ("per_case", text(&limits["per_case"])),
        ("per_customer", window(&limits["per_customer"])),
        ("per_holder", window(&limits["per_holder"])),
        ("per_unit", window(&limits["per_unit"])),
        ("per_batch", text(&limits["per_batch"])),
        ("teams", names(&scope["teams"])),
        ("products", names(&scope["products"])),
        ("channels", list(&scope["channels"])),
        ("causes", list(&scope["causes"])),
        ("valid_from", time(&terms["valid_from"])),
        ("valid_until", time(&terms["valid_until"])),
        ("four_eyes_above", text(&terms["four_eyes_above"])),
        ("approvers", text(&terms["approvers"])),
        ("may_subdelegate", text(&terms["may_subdelegate"])),
        ("max_depth", text(&terms["max_depth"])),
        ("written_by", text(&row["written_by"])),
        ("activated_by", text(&row["activated_by"])),
    ])
}
