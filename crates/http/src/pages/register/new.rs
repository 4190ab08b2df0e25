//! The form by which an administrator writes a root grant, or a holder passes on a part of their own.

use askama::Template;
use firsthand_domain::Refusal;
use firsthand_domain::code::{AwardType, Basis, Channel, Role};
use firsthand_domain::grant::{Grant, Terms};
use firsthand_domain::id::{CauseId, GrantId};
use firsthand_domain::money::Money;
use firsthand_domain::staff::Staff;
use firsthand_storage::{causes, grants, staff};
use serde_json::Value;

use super::words::{self, Names};
use crate::call::{Answer, Call};
use crate::form::Form;
use crate::pages::rows::cause_name;
use crate::pages::{Frame, html};
use crate::problem::Problem;
use crate::rights::Right::Writer;
use crate::routes::{Route, form, page};

/// People that can be chosen from, at most.
const MOST: i64 = 1000;
/// Limits over a window, as the API names them.
const WINDOWS: [&str; 3] = ["per_customer", "per_holder", "per_unit"];
/// Limits that are one amount.
const AMOUNTS: [&str; 3] = ["per_award", "per_case", "per_batch"];

pub(super) fn routes() -> Vec<Route> {
    vec![page("/grants/new", Writer, shown).asks(&["parent"]), form("/grants", Writer, write)]
}

/// What stands in the way: the field as the API names it, and words.
struct Wrong {
    field: String,
    words: String,
    /// The same with the name of the field, for the summary.
    named: String,
}

#[derive(Template)]
#[template(path = "grant-new.html")]
struct NewPage {
    f: Frame,
    /// The grant a part of which is passed on, its holder and its limits in words.
    parent: Option<(Grant, String, String)>,
    typed: Form,
    wrong: Option<Wrong>,
    people: Vec<Staff>,
    causes: Vec<(CauseId, String)>,
    /// There are more, which can be typed.
    more_causes: bool,
}

impl NewPage {
    /// What is wrong with a field, or with a part of it.
    fn wrong(&self, field: &str) -> Option<&str> {
        let wrong = self.wrong.as_ref()?;
        let rest = wrong.field.strip_prefix(field)?;
        (rest.is_empty() || rest.starts_with('[')).then_some(wrong.words.as_str())
    }

    fn amount(&self, name: &str) -> Option<&str> {
        self.wrong(&format!("limits.{name}"))
    }

    fn window(&self, name: &str) -> Option<&str> {
        let part = |part: &str| self.wrong(&format!("limits.{name}.{part}"));
        self.amount(name).or_else(|| part("amount")).or_else(|| part("days"))
    }

    fn typed_in(&self, name: &str, part: &str) -> &str {
        let part = if part.is_empty() { String::new() } else { format!(".{part}") };
        self.typed.get(&format!("limits.{name}{part}"))
    }

    fn ticked(&self, name: &str, code: &str) -> bool {
        self.typed.all(name).any(|typed| typed == code)
    }

    fn ticked_id(&self, name: &str, id: CauseId) -> bool {
        self.ticked(name, &id.to_string())
    }

    fn is_holder(&self, id: &str) -> bool {
        self.typed.get("holder") == id
    }

    fn terms(&self) -> Option<&Terms> {
        self.parent.as_ref().map(|(grant, ..)| &grant.terms)
    }

    fn types(&self) -> &[AwardType] {
        self.terms().map_or(AwardType::ALL, |terms| &terms.types)
    }

    fn bases(&self) -> &[Basis] {
        self.terms().map_or(Basis::ALL, |terms| &terms.bases)
    }

    fn channels(&self) -> &[Channel] {
        let named = self.terms().map(|terms| terms.scope.channels.as_slice());
        named.filter(|channels| !channels.is_empty()).unwrap_or(Channel::ALL)
    }

    #[expect(clippy::unused_self, reason = "asked by the template")]
    fn roles(&self) -> [Role; 3] {
        [Role::Agent, Role::Lead, Role::Admin]
    }

    fn currency(&self) -> &str {
        self.terms().map_or_else(|| self.typed.get("currency"), |terms| terms.currency.code())
    }

    /// What the grant above allows of a limit, as a hint.
    fn most(&self, name: &str) -> String {
        let Some(terms) = self.terms() else { return String::new() };
        let l = &terms.limits;
        let most = match name {
            "per_award" => l.per_award,
            "per_case" => l.of_case(),
            "per_batch" => l.per_batch,
            "per_customer" => l.per_customer.map(|w| w.amount),
            "per_holder" => l.per_holder.map(|w| w.amount),
            _ => l.per_unit.map(|w| w.amount),
        };
        let money = |minor| self.f.money(Money::new(minor, terms.currency));
        most.map_or_else(String::new, |minor| self.f.with("register-up-to", "value", money(minor)))
    }
}

async fn read(call: &Call, typed: Form, wrong: Option<Wrong>) -> Result<NewPage, Problem> {
    let asked = typed.filled("parent").or_else(|| call.query.get("parent"));
    let asked =
        asked.map(|id| id.parse().map(GrantId).map_err(|_| Problem::from(Refusal::NotFound))).transpose()?;
    let title = if asked.is_some() { "register-new-child" } else { "register-new-root" };
    let f = Frame::new(call, "grants", title);
    let mut connection = call.app.database.read().await?;
    let mut tx = connection.tx();
    let parent = match asked {
        None => None,
        Some(id) => {
            let grant = grants::by_id(&mut tx, id).await?.ok_or(Refusal::NotFound)?;
            let names = Names::in_grants(&mut tx, [&grant]).await?;
            let (holder, limits) = (names.holder(&f, grant.holder), words::limits_in_line(&f, &grant.terms));
            Some((grant, holder, limits))
        }
    };
    let mut people = staff::page(&mut tx, None, MOST).await?;
    let known = causes::choices(&mut tx).await?;
    drop(connection);
    people.retain(Staff::can_hold_duty);
    people.sort_by(|a, b| a.name.cmp(&b.name));
    let causes =
        known.causes.iter().map(|cause| (cause.id, cause_name(&f, &cause.name).to_owned())).collect();
    Ok(NewPage { f, parent, typed, wrong, people, causes, more_causes: known.more })
}

async fn shown(call: Call) -> Result<Answer, Problem> {
    html(&read(&call, Form::default(), None).await?)
}

async fn write(call: Call) -> Result<Answer, Problem> {
    let typed = call.form()?;
    let asked = async {
        let mut typed = with_lines(typed.clone());
        let named: Vec<String> = typed.get("_causes").lines().map(|line| line.trim().to_owned()).collect();
        let mut connection = call.app.database.read().await?;
        for name in named.iter().filter(|name| !name.is_empty()) {
            typed.add("scope.causes", crate::pages::causes::code_typed(&mut connection.tx(), name).await?);
        }
        drop(connection);
        let body = typed.body(&call.app.settings.zone)?;
        call.ask("/api/v1/grants", &body, Some(typed.get("_key")), None).await
    };
    match asked.await {
        Ok(made) => {
            let made: Value = serde_json::from_str(&made.body)?;
            let id = made.get("id").and_then(Value::as_str).unwrap_or_default();
            Ok(Answer::see_other(format!("/grants/{id}?done=true")))
        }
        Err(problem) if problem.kind.status >= 429 => Err(problem),
        Err(problem) => {
            let speech = crate::pages::speech(&call.app, call.session.as_ref(), &call.headers);
            let named = problem.words(&speech);
            let (field, words) = match problem.refusal() {
                Some(Refusal::Field { field, expected }) => {
                    (field.to_string(), speech.wrong(field, expected))
                }
                _ => (String::new(), named.clone()),
            };
            let page = read(&call, typed, Some(Wrong { field, words, named })).await?;
            Ok(Answer { status: problem.kind.status, ..html(&page)? })
        }
    }
}

/// Names that are written one a line, each as a field of its own.
fn with_lines(mut form: Form) -> Form {
    for (lines, name) in [("_teams", "scope.teams"), ("_products", "scope.products")] {
        let text = form.get(lines).to_owned();
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            form.add(name, line);
        }
    }
    form
}
