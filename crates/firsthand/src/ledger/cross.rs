//! Does the rest of the database agree with the ledger? Asked when the chain itself is good, with statements that
//! `firsthand_storage::audit` has for it. What rows and entries say is read here, by code that wrote neither.

use std::collections::BTreeMap;

use firsthand_domain::grant::Grant;
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
        for row in rows {
            let (
                id,
                version,
                person,
                role,
                parent,
                depth,
                state,
                currency,
                most,
                from,
                until,
                by,
                at,
                body,
                entry,
                told,
            ) = row;
            let Some((entry, told)) = entry.zip(told) else {
                return Ok(Some(Bad { entry: 0, why: format!("there is none of grant {id}") }));
            };
            if !reads_back(&body) {
                return Ok(Some(differs(entry, &format!("grant {id}"), "how it is written")));
            }
            let (mut told, body) = (fields(&told), serde_json::from_str::<Value>(&body)?);
            // An entry has no need to tell what follows from the limits.
            told.extend(most_of_one(&body).map(|most| ("ceiling".to_owned(), most.to_string())));
            told.insert("id".to_owned(), id.to_string());
            // What a grant is found by says the same as what it is weighed by.
            let columns = [
                ("id", body["id"].as_str().map(str::to_owned)),
                ("version", Some(version.to_string())),
                ("holder", person.map(|id| id.to_string()).or(role)),
                ("parent", parent.map(|id| id.to_string())),
                ("depth", Some(depth.to_string())),
                ("state", Some(state)),
                ("currency", Some(currency)),
                ("ceiling", Some(most).filter(|most| *most != i64::MAX).map(|most| most.to_string())),
                ("valid_from", Some(from.to_string())),
                ("valid_until", Some(until).filter(|at| *at != i64::MAX).map(|at| at.to_string())),
                ("written_by", Some(by.to_string())),
                ("written_at", Some(at.to_string())),
            ];
            let row = grant(&body);
            let wrong = row.iter().chain(columns.iter().map(|(name, value)| (name, value)));
            let wrong = wrong.clone().find(|(name, value)| told.get(**name) != value.as_ref());
            if let Some((name, _)) = wrong {
                return Ok(Some(differs(entry, &format!("grant {id}"), name)));
            }
        }
    }
}

/// Written again, is it the same text? A limit under another name would be none.
fn reads_back(body: &str) -> bool {
    let read = serde_json::from_str::<Grant>(body).ok();
    read.and_then(|grant| serde_json::to_string(&grant).ok()).is_some_and(|again| again == body)
}

/// The most that one award could be under a grant alone: the least of all its limits.
fn most_of_one(body: &Value) -> Option<i64> {
    let limits = &body["terms"]["limits"];
    let amounts = ["per_award", "per_case", "per_batch"].map(|name| limits[name].as_i64());
    let windows = ["per_customer", "per_holder", "per_unit"].map(|name| limits[name]["amount"].as_i64());
    amounts.into_iter().chain(windows).flatten().min()
}

async fn usage(audit: &mut Audit) -> Result<Option<Bad>, Error> {
    let mut after = (Uuid::nil(), i64::MIN);
    loop {
        let rows = audit.usage(after, AT_ONCE).await?;
        let Some((award, taken, ..)) = rows.last() else { return Ok(None) };
        after = (*award, *taken);
        for (award, entry, amount, currency, complaint, unit, incident, sound, told) in rows {
            let told = told.as_deref().map(fields).unwrap_or_default();
            let same = [
                ("amount", Some(amount.to_string())),
                ("currency", Some(currency)),
                ("complaint", Some(complaint.to_string())),
                ("unit", unit),
                ("incident", incident),
            ]
            .iter()
            .all(|(name, value)| told.get(*name) == value.as_ref());
            if !same || sound == 0 {
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
        ("depth", text(&row["depth"])),
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
        ("written_at", time(&row["written_at"])),
        ("activated_by", text(&row["activated_by"])),
    ])
}
