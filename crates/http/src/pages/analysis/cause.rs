//! One page a cause, with everything known of it: how often, how long, how dear, how it moves, what was done and whether
//! it helped, where it sits, what is under it.

use askama::Template;
use firsthand_domain::Refusal;
use firsthand_domain::analysis::{By, Measure};
use firsthand_domain::cause::{Cause, Facet};
use firsthand_domain::corrective_action::Action;
use firsthand_domain::money::Money;
use firsthand_storage::analysis as stored;
use firsthand_storage::{actions, alerts, causes, problems};

use super::asked::Shown;
use super::drawn::Drawing;
use super::{ACTIONS, Tab, tabs};
use crate::api::analysis::grain;
use crate::call::{Answer, Call};
use crate::pages::rows::cause_name;
use crate::pages::{Frame, html};
use crate::problem::Problem;

/// Rows of the small tables.
const ROWS: usize = 5;
/// Alerts that are looked through for those of this cause.
const ALERTS: i64 = 200;

/// Something that was done, and whether it helped.
struct Done {
    link: String,
    title: String,
    state: String,
    when: String,
    verdict: Option<String>,
    drawing: String,
}

/// A small table: its head, and rows of a name, a count and the list behind it.
struct Small {
    head: String,
    rows: Vec<(String, String, String)>,
}

#[derive(Template)]
#[template(path = "cause.html")]
struct CausePage {
    f: Frame,
    tabs: Vec<Tab>,
    shown: Shown<stored::Grain>,
    code: String,
    path: Vec<(String, String)>,
    facets: Vec<(String, String)>,
    note: Option<String>,
    count: String,
    list: String,
    days: String,
    given: Vec<String>,
    trend: String,
    done: Vec<Done>,
    problems: Vec<(String, String, String)>,
    alerts: Vec<(String, String)>,
    small: Vec<Small>,
    under: Vec<(String, String, String)>,
}

pub(super) async fn shown(call: Call) -> Result<Answer, Problem> {
    let mut f = Frame::new(&call, "analysis", "analysis-title");
    let (reader, now) = (call.caller()?.clone(), call.app.database.now());
    let mut connection = call.connection().await?;
    let mut tx = connection.tx();
    let cause = causes::named(&mut tx, call.param("code")).await?.ok_or(Refusal::NotFound)?;
    cause_name(&f, &cause.name).clone_into(&mut f.title);
    let mut query = call.query.clone();
    query.put("cause", cause.code.clone());
    let shown = Shown::read(&mut tx, &f, &query, now, grain).await?;
    let asked = &shown.asked;
    let figures = &asked.pareto.figures;
    let fixes = stored::fixes(&mut tx, figures.filter.causes.as_deref()).await?;
    let days: Vec<i64> = fixes.iter().map(|(at, _)| at.utc_day()).collect();
    let kind = asked.pareto.exposure.as_deref();
    let trend = stored::trend(&mut tx, &reader, figures, shown.more, kind, &days).await?;
    let drawing = Drawing { f: &f, asked, as_of: figures.as_of.unwrap_or(now) };
    let mut paretos = Vec::new();
    for by in [By::Cause, By::Product, By::Place, By::Channel] {
        let question = stored::ParetoAsked { by, measure: Measure::Count, ..asked.pareto.clone() };
        paretos.push((by, stored::pareto(&mut tx, &reader, &asked.tree, &question, now).await?));
    }
    let mut going_on = Vec::new();
    let mut about: Vec<Action> = fixes.into_iter().map(|(_, action)| action).collect();
    for problem in problems::going_on(&mut tx, cause.id).await? {
        let state = f.word("problem-state", problem.state.code()).into_owned();
        for action in actions::of_problem(&mut tx, problem.id).await? {
            if about.iter().all(|known| known.id != action.id) {
                about.push(action);
            }
        }
        going_on.push((format!("/actions/problems/{}", problem.id), problem.title, state));
    }
    about.truncate(usize::try_from(ACTIONS).unwrap_or_default());
    let found = alerts::page(&mut tx, false, None, ALERTS).await?;
    let waiting = alerts::open(&mut tx).await?;
    drop(connection);
    let fixes: Vec<_> =
        about.iter().filter_map(|action| Some((action.implemented_at?, action.clone()))).collect();
    let (count, seconds, given) = sums(&f, &paretos);
    let small = |(by, pareto): &(By, stored::Pareto)| Small {
        head: f.word("analysis-by", by.code()).into_owned(),
        rows: pareto
            .bars
            .iter()
            .take(ROWS)
            .map(|ranked| {
                let link = format!("/complaints?{}", asked.behind_bar(*by, ranked.of.key.as_deref()));
                (drawing.name(*by, &ranked.of), f.count(ranked.of.count), link)
            })
            .collect(),
    };
    let tree = &asked.tree;
    let name = |id| {
        let cause = tree.get(id)?;
        Some((format!("/analysis/causes/{}", cause.code), cause_name(&f, &cause.name).to_owned()))
    };
    let above: Vec<_> = tree.ancestors(cause.id).into_iter().rev().filter_map(name).collect();
    let under = tree.children(cause.id).iter().filter_map(|id| {
        let (link, name) = name(*id)?;
        let all = stored::counted_with(tree, &[*id]);
        let bars = paretos.first().map(|(_, pareto)| pareto.bars.as_slice()).unwrap_or_default();
        let of = |bar: &&firsthand_domain::analysis::Ranked<stored::Bar>| {
            bar.of.cause.is_some_and(|c| all.contains(&c))
        };
        let count: i64 = bars.iter().filter(of).map(|bar| bar.of.count).sum();
        Some((link, name, f.count(count)))
    });
    html(&CausePage {
        tabs: tabs(&f, "", waiting),
        path: above,
        facets: facets(&f, &cause),
        note: cause.retired.then(|| match cause.maps_to.and_then(name) {
            Some((_, into)) => f.with("analysis-retired-into", "name", into),
            None => f.say("analysis-retired").into_owned(),
        }),
        count: f.count(count),
        list: format!("/complaints?{}", asked.behind(&[], (asked.from(), asked.to()))),
        days: f.number(drawing_days(seconds), 0),
        given,
        trend: drawing.trend(&trend, shown.more, &fixes).html(),
        done: about.iter().map(|action| done(&f, action)).collect(),
        problems: going_on,
        alerts: found
            .iter()
            .filter(|alert| alert.found.cause == cause.id)
            .take(ROWS)
            .map(|alert| {
                let words = crate::pages::alerts::words(&f, alert);
                let verdict = alert.verdict.map_or("open", firsthand_domain::alert::Verdict::code);
                (words, f.word("analysis-alert", verdict).into_owned())
            })
            .collect(),
        small: paretos.iter().skip(1).map(small).collect(),
        under: under.collect(),
        code: cause.code,
        shown,
        f,
    })
}

fn drawing_days(seconds: i64) -> f64 {
    const DAY: i64 = 86_400;
    u32::try_from(seconds / DAY).map_or(f64::from(u32::MAX), f64::from)
}

/// Complaints, seconds from receipt to the end, and what was given in each currency.
fn sums(f: &Frame, paretos: &[(By, stored::Pareto)]) -> (i64, i64, Vec<String>) {
    let bars = paretos.first().map(|(_, pareto)| pareto.bars.as_slice()).unwrap_or_default();
    let (mut count, mut seconds) = (0, 0);
    let mut given = std::collections::BTreeMap::new();
    for ranked in bars {
        count += ranked.of.count;
        seconds += ranked.of.seconds;
        for (currency, minor) in &ranked.of.given {
            *given.entry(*currency).or_insert(0_i64) += minor;
        }
    }
    let told = |(currency, minor): (firsthand_domain::money::Currency, i64)| Money::new(minor, currency);
    (count, seconds, given.into_iter().map(told).map(|money| f.money(money)).collect())
}

fn facets(f: &Frame, cause: &Cause) -> Vec<(String, String)> {
    let words = [
        (Facet::ValueCategory, cause.value_category.map(|code| f.word("value-category", code.code()))),
        (Facet::Servqual, cause.servqual.map(|code| f.word("servqual", code.code()))),
        (Facet::Family, cause.family.map(|code| f.word("family", code.code()))),
    ];
    let facet = |(facet, word): (Facet, Option<std::borrow::Cow<'static, str>>)| {
        Some((f.word("list-field", facet.name()).into_owned(), word?.into_owned()))
    };
    words.into_iter().filter_map(facet).collect()
}

fn done(f: &Frame, action: &Action) -> Done {
    let verdict =
        action.verdict.as_ref().map(|judged| super::change::sentence(f, action.plan.as_ref(), judged));
    Done {
        link: format!("/actions/{}", action.id),
        title: action.terms.title.clone(),
        state: f.word("action-state", action.state.code()).into_owned(),
        when: action.implemented_at.map(|at| f.date_of(at)).unwrap_or_default(),
        drawing: action
            .plan
            .as_ref()
            .zip(action.verdict.as_ref())
            .map(|(plan, judged)| super::change::drawing(f, plan, judged))
            .unwrap_or_default(),
        verdict,
    }
}
