//! A second opinion: what the customer says and a choice of causes, without what somebody else said.

use askama::Template;
use firsthand_domain::Refusal;
use firsthand_domain::cause::{OTHER, UNKNOWN};
use firsthand_storage::causes::{self, rating};
use firsthand_storage::view::{self, View};
use serde_json::json;

use super::sheet::Wrong;
use crate::call::{Answer, Call};
use crate::pages::rows::{cause_name, other_lang};
use crate::pages::{Frame, html};
use crate::problem::Problem;
use crate::query::encode;
use crate::rights::Right::Writer;
use crate::routes::{Route, form, page};

pub(super) fn routes() -> Vec<Route> {
    vec![
        page("/causes/second-rating", Writer, shown).asks(&["kept"]),
        form("/causes/second-rating", Writer, keep),
    ]
}

/// What is to be rated.
struct Asked {
    id: String,
    reference: String,
    /// The language of the customer, where it is another than the page's.
    lang: String,
    narrative: String,
    points: Vec<String>,
    about: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "second-rating.html")]
struct RatingPage {
    f: Frame,
    asked: Option<Asked>,
    kept: bool,
    /// Names to choose from.
    names: Vec<String>,
    more: bool,
    typed: String,
    wrong: Option<String>,
}

impl Asked {
    fn of(f: &Frame, view: &View) -> Self {
        let c = &view.complaint;
        let about = [("category", &c.category), ("product", &c.product), ("place", &c.place)];
        let labelled = |(field, value): (&str, &Option<String>)| {
            Some((f.label(field).unwrap_or_default().into_owned(), value.clone()?))
        };
        Self {
            id: c.id.to_string(),
            reference: view.reference.clone(),
            lang: other_lang(f, c.language.as_deref()),
            narrative: view.text(1, "narrative").unwrap_or_default().to_owned(),
            points: c.points.iter().filter_map(|point| view.points.get(&point.id).cloned()).collect(),
            about: about.into_iter().filter_map(labelled).collect(),
        }
    }
}

async fn read(call: &Call, typed: String, wrong: Option<String>) -> Result<RatingPage, Problem> {
    let f = Frame::new(call, "causes", "rating-title");
    let mut connection = call.app.database.read().await?;
    let mut tx = connection.tx();
    let asked = match rating::next(&mut tx, call.caller()?).await? {
        Some(found) => Some(Asked::of(&f, &view::of(&mut tx, found, f.now).await?)),
        None => None,
    };
    let offered = causes::choices(&mut tx).await?;
    drop(connection);
    let little = |code: &str| (code == OTHER, code == UNKNOWN);
    let mut names: Vec<_> =
        offered.causes.iter().map(|c| (little(&c.code), cause_name(&f, &c.name).to_owned())).collect();
    names.sort();
    Ok(RatingPage {
        asked,
        kept: call.query.get("kept").is_some() && wrong.is_none(),
        names: names.into_iter().map(|(_, name)| name).collect(),
        more: offered.more,
        typed,
        wrong,
        f,
    })
}

async fn shown(call: Call) -> Result<Answer, Problem> {
    html(&read(&call, String::new(), None).await?)
}

async fn keep(call: Call) -> Result<Answer, Problem> {
    let typed = call.form()?;
    let asked = async {
        let mut form = typed.clone();
        super::resolve(&call, &mut form, "cause").await?;
        let path = format!("/api/v1/complaints/{}/second-rating", encode(form.get("complaint")));
        let body = match form.filled("cause") {
            Some(cause) => json!({ "cause": cause }),
            None => json!({}),
        };
        call.ask(&path, &body, Some(typed.get("_key")), None).await
    };
    match asked.await {
        Ok(_) => Ok(Answer::see_other("/causes/second-rating?kept=true")),
        Err(problem) if problem.kind.status >= 429 => Err(problem),
        Err(problem) => {
            let speech = crate::pages::speech(&call.app, call.session.as_ref(), &call.headers);
            let of_complaint =
                !matches!(problem.refusal(), Some(Refusal::Field { field, .. }) if field == "cause");
            let typed = if of_complaint { String::new() } else { typed.get("cause").to_owned() };
            let page = read(&call, typed, Some(Wrong::of(&speech, &problem).words)).await?;
            Ok(Answer { status: problem.kind.status, ..html(&page)? })
        }
    }
}
