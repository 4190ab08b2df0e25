//! The people at the desk, their tokens, times away, and what happens when they leave.

use firsthand_domain::Refusal;
use firsthand_domain::code::Role;
use firsthand_domain::id::StaffId;
use firsthand_domain::staff::{NewAbsence, NewStaff, OfferSuccessions, Place, TokenFor};
use firsthand_storage::{Result, complaints, invitations, second_factor, staff, staff_acts, tokens};
use serde_json::json;

use super::verbs::Empty;
use crate::call::{Answer, Call};
use crate::json;
use crate::problem::Problem;
use crate::write::{Done, Ran, write, write_telling};

pub(crate) async fn me(call: Call) -> Result<Answer, Problem> {
    Ok(Answer::ok(&json::Staff::from(call.caller()?.clone()))?)
}

pub(crate) async fn list(call: Call) -> Result<Answer, Problem> {
    let limit = call.query.limit()?;
    let after = call.query.read("cursor", "expected the `next` of the page before", |v| v.parse().ok())?;
    let mut connection = call.connection().await?;
    let rows = staff::page(&mut connection.tx(), after, limit + 1).await?;
    let items = rows.into_iter().map(json::Staff::from).collect();
    Ok(Answer::ok(&json::Page::cut(items, limit, |s: &json::Staff| s.id.to_string()))?)
}

pub(crate) async fn one(call: Call) -> Result<Answer, Problem> {
    let id = StaffId(call.id()?);
    let mut connection = call.connection().await?;
    let found = staff::by_id(&mut connection.tx(), id).await?.ok_or(Refusal::NotFound)?;
    Ok(Answer::ok(&json::Staff::from(found))?)
}

pub(crate) async fn add(call: Call) -> Result<Answer, Problem> {
    let (body, caller): (NewStaff, _) = (call.body()?, call.caller()?.id);
    write(&call, move |unit| {
        let body = body.clone();
        Box::pin(async move {
            let added = json::Staff::from(staff::add(unit, &body, None).await?);
            staff_acts::note(unit, Some(caller), "added", added.id, &json!({ "role": body.role })).await?;
            let location = format!("/api/v1/staff/{}", added.id);
            Ok(Done::plain(Answer::made(&added, location)?))
        })
    })
    .await
}

/// The token is in the first answer and nowhere else: what is kept under an Idempotency-Key does not hold it.
pub(crate) async fn make_token(call: Call) -> Result<Answer, Problem> {
    let (id, caller) = (StaffId(call.id()?), call.caller()?);
    if caller.id != id && caller.role != Role::Admin {
        return Err(Refusal::NotYours { allowed: vec!["admin"] }.into());
    }
    let TokenFor { name } = call.body()?;
    let (own, caller) = (caller.id == id, caller.id);
    let token = (call.app.settings.new_token)();
    let hash = staff::token_hash(&token);
    let (answer, ran) = write_telling(&call, move |unit| {
        let name = name.clone();
        Box::pin(async move {
            let person =
                staff::by_id(&mut unit.tx, id).await?.filter(|s| s.active).ok_or(Refusal::NotFound)?;
            // An administrator lets somebody in for the first time; after that nobody acts in another's name.
            if !own && staff::has_token(&mut unit.tx, id).await? {
                return Err(Refusal::NotYours { allowed: vec!["the person"] }.into());
            }
            staff::add_token(unit, person.id, &hash).await?;
            if let Some(name) = &name {
                tokens::name(unit, &hash, name.as_str()).await?;
            }
            if !own {
                staff_acts::note(unit, Some(caller), "token_made", id, &json!({})).await?;
            }
            let kept = json::NewToken { staff: id, token: None };
            Ok(Done::plain(Answer::made(&kept, format!("/api/v1/staff/{id}"))?))
        })
    })
    .await?;
    if ran == Ran::Before {
        return Ok(answer);
    }
    let told = json::NewToken { staff: id, token: Some(token) };
    Ok(Answer { body: serde_json::to_string(&told)?, ..answer })
}

/// The link is in the first answer and nowhere else, as with tokens.
pub(crate) async fn invite(call: Call) -> Result<Answer, Problem> {
    let (id, caller) = (StaffId(call.id()?), call.caller()?.id);
    let Empty {} = call.body()?;
    let code = (call.app.settings.new_token)();
    let hash = staff::token_hash(&code);
    let (answer, ran) = write_telling(&call, move |unit| {
        Box::pin(async move {
            let made = invitations::make(unit, Some(caller), id, &hash).await?;
            let kept = json::Invitation { staff: id, link: None, until: made.until };
            Ok(Done::plain(Answer::made(&kept, format!("/api/v1/staff/{id}"))?))
        })
    })
    .await?;
    if ran == Ran::Before {
        return Ok(answer);
    }
    let mut told: json::Invitation = serde_json::from_str(&answer.body)?;
    told.link = Some(format!("{}/invitation/{code}", call.app.settings.url));
    Ok(Answer { body: serde_json::to_string(&told)?, ..answer })
}

pub(crate) async fn change_place(call: Call) -> Result<Answer, Problem> {
    let (id, caller) = (StaffId(call.id()?), call.caller()?.id);
    let body: Place = call.body()?;
    write(&call, move |unit| {
        let body = body.clone();
        Box::pin(async move {
            let changed = staff::change_place(unit, caller, id, &body).await?;
            Ok(Done::plain(Answer::ok(&json::Staff::from(changed))?))
        })
    })
    .await
}

pub(crate) async fn end_second_factor(call: Call) -> Result<Answer, Problem> {
    let (id, caller) = (StaffId(call.id()?), call.caller()?.id);
    let Empty {} = call.body()?;
    write(&call, move |unit| {
        Box::pin(async move {
            second_factor::end(unit, Some(caller), id).await?;
            let person = staff::by_id(&mut unit.tx, id).await?.ok_or(Refusal::NotFound)?;
            Ok(Done::plain(Answer::ok(&json::Staff::from(person))?))
        })
    })
    .await
}

pub(crate) async fn disable(call: Call) -> Result<Answer, Problem> {
    let (id, caller) = (StaffId(call.id()?), call.caller()?.id);
    let Empty {} = call.body()?;
    write(&call, move |unit| {
        Box::pin(async move {
            let disabled = staff::disable(unit, caller, id).await?;
            Ok(Done::plain(Answer::ok(&json::Staff::from(disabled))?))
        })
    })
    .await
}

pub(crate) async fn absences(call: Call) -> Result<Answer, Problem> {
    let id = StaffId(call.id()?);
    let mut connection = call.connection().await?;
    let mut tx = connection.tx();
    staff::by_id(&mut tx, id).await?.ok_or(Refusal::NotFound)?;
    let found = firsthand_storage::absences::of(&mut tx, id, call.app.database.now()).await?;
    let items = found.iter().map(|a| json::Absence::new(id, a)).collect();
    Ok(Answer::ok(&json::Page { items, next: None })?)
}

pub(crate) async fn add_absence(call: Call) -> Result<Answer, Problem> {
    let (id, caller) = (StaffId(call.id()?), call.caller()?.id);
    let body: NewAbsence = call.body()?;
    write(&call, move |unit| {
        let body = body.clone();
        Box::pin(async move {
            let absence = firsthand_storage::absences::add(unit, caller, id, &body).await?;
            staff_acts::note(
                unit,
                Some(caller),
                "absence",
                id,
                &json!({ "from": absence.from, "to": absence.to }),
            )
            .await?;
            let location = format!("/api/v1/staff/{id}/absences");
            Ok(Done::plain(Answer::made(&json::Absence::new(id, &absence), location)?))
        })
    })
    .await
}

pub(crate) async fn offer_successions(call: Call) -> Result<Answer, Problem> {
    let (id, caller) = (StaffId(call.id()?), call.caller()?.id);
    let body: OfferSuccessions = call.body()?;
    write(&call, move |unit| {
        let body = body.clone();
        Box::pin(async move {
            let offered = complaints::offer_successions(unit, caller, id, &body).await?;
            let row = |(complaint, result)| match result {
                Ok(succession) => {
                    json::OfferedSuccession { complaint, succession: Some(succession), problem: None }
                }
                Err(refusal) => json::OfferedSuccession {
                    complaint,
                    succession: None,
                    problem: Some(Problem::from(refusal).as_row()),
                },
            };
            let answer = json::OfferedSuccessions { items: offered.into_iter().map(row).collect() };
            Ok(Done::plain(Answer { status: 201, ..Answer::ok(&answer)? }))
        })
    })
    .await
}
