//! Who works at the demonstration desk.

use firsthand_domain::choices::{DeskLanguage, Looks};
use firsthand_domain::code::Role;
use firsthand_domain::id::StaffId;
use firsthand_domain::staff::NewAbsence;
use firsthand_domain::time::Timestamp;
use firsthand_storage::{Database, absences, accounts, causes, staff};
use serde_json::json;

use super::said;
use crate::{Failure, wiring};

/// Somebody, before they have an id: name, the part of their address before the at sign, role, team, language.
type Row = (&'static str, &'static str, Role, Option<&'static str>, &'static str);

/// Two for each language, in the order of the languages; then two leads, who keep two teams each; then those who
/// hold no duty.
const PEOPLE: [Row; 13] = [
    ("Grace Adeyemi", "grace", Role::Agent, Some("London"), "en"),
    ("Tom Whitaker", "tom", Role::Agent, Some("London"), "en"),
    ("Nguyễn Thị Lan Anh", "lan.anh", Role::Agent, Some("Sài Gòn"), "vi"),
    ("Trần Quốc Huy", "huy", Role::Agent, Some("Sài Gòn"), "vi"),
    ("陈静", "chen.jing", Role::Agent, Some("上海"), "zh"),
    ("王海涛", "wang.haitao", Role::Agent, Some("上海"), "zh"),
    ("Kovács Eszter", "eszter", Role::Agent, Some("Budapest"), "hu"),
    ("Szabó Gergő", "gergo", Role::Agent, Some("Budapest"), "hu"),
    ("Helen Shaw", "helen", Role::Lead, Some("London"), "en"),
    ("Phạm Minh Tâm", "tam", Role::Lead, Some("Sài Gòn"), "vi"),
    ("Tóth Katalin", "katalin", Role::Admin, None, "hu"),
    ("Maria Lindqvist", "maria", Role::Auditor, None, "en"),
    ("James Okafor", "james", Role::Admin, None, "en"),
];

/// The first lead among them.
pub(super) const HELEN: usize = 8;
/// The second one.
pub(super) const TAM: usize = 9;
/// The two administrators: what one writes the other puts in force.
pub(super) const KATALIN: usize = 10;
pub(super) const JAMES: usize = 12;

/// The people of the desk, by their place in the list.
#[derive(Debug, Clone)]
pub(super) struct People(Vec<StaffId>);

impl People {
    pub(super) fn id(&self, at: usize) -> StaffId {
        self.0.get(at).copied().unwrap_or(StaffId(uuid::Uuid::nil()))
    }
}

/// The team mate of an agent.
pub(super) const fn mate(agent: usize) -> usize {
    agent ^ 1
}

/// The lead of an agent.
pub(super) const fn lead_of(agent: usize) -> usize {
    if agent < 2 || agent > 5 { HELEN } else { TAM }
}

/// Everybody's name, address and role, for whoever wants to sign in.
pub(super) fn addresses() -> impl Iterator<Item = (String, &'static str, Role)> {
    PEOPLE.into_iter().map(|(name, local, role, _, _)| (format!("{local}@demo.example"), name, role))
}

/// Adds them, with one password for all, each in their own language; and the causes that leads have added.
pub(super) async fn hire(database: &Database, password: &str) -> Result<People, Failure> {
    let mut people = Vec::new();
    for ((name, _, role, team, language), (email, _, _)) in PEOPLE.into_iter().zip(addresses()) {
        let new: firsthand_domain::staff::NewStaff =
            said(json!({ "name": name, "email": email, "role": role.code(), "team": team }))?;
        let kept =
            firsthand_http::keep_password(password, &wiring::random::<16>()).map_err(Failure::refused)?;
        let hired = database.change(move |unit| {
            let (new, kept) = (new.clone(), kept.clone());
            Box::pin(async move {
                let person = staff::add(unit, &new, None).await?;
                accounts::set_password(unit, person.id, &kept).await?;
                accounts::set_looks(unit, person.id, Looks::usual(DeskLanguage::from_code(language))).await?;
                Ok(person.id)
            })
        });
        people.push(hired.await?);
    }
    let cause: firsthand_domain::cause::NewCause = said(json!({
        "code": "wrong-slot", "parent": "convenience", "process_step": "deliver", "controllable_by": "us",
        "name": { "en": "Wrong time slot given", "vi": "Báo sai khung giờ giao", "zh": "告知的送货时段有误", "hu": "Rosszul megadott idősáv" },
        "value_category": "convenience", "servqual": "reliability", "family": "method",
    }))?;
    database
        .change(move |unit| {
            let cause = cause.clone();
            Box::pin(async move { causes::add(unit, None, &cause).await.map(drop) })
        })
        .await?;
    Ok(People(people))
}

/// Times away: some that are over, and two people who are away now.
pub(super) async fn send_away(database: &Database, people: &People, now: Timestamp) -> Result<(), Failure> {
    const AWAY: [(usize, i64, i64); 5] =
        [(0, -420, -409), (3, -230, -223), (6, -95, -81), (1, -2, 5), (7, -1, 9)];
    for (who, from, to) in AWAY {
        let (absent, by) = (people.id(who), people.id(lead_of(who)));
        let substitute = people.id(mate(who));
        let new = NewAbsence { from: now.plus_days(from), to: now.plus_days(to), substitute };
        database
            .change(move |unit| {
                let new = new.clone();
                Box::pin(async move { absences::add(unit, by, absent, &new).await.map(drop) })
            })
            .await?;
    }
    Ok(())
}
