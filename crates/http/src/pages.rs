//! The pages people work in. A page reads what it shows; what it changes, it asks of the same calls that programs use,
//! in the name of who is signed in, so that no rule lives here.

mod account;
mod actions;
mod alerts;
mod amount;
mod analysis;
mod approvals;
mod attachments;
mod authority;
mod begun;
mod causes;
mod chosen;
mod complaint;
mod cost;
mod csv;
mod customer;
mod desk;
mod fixed;
mod floor;
#[cfg(test)]
mod granted;
mod help;
mod kept;
mod keys;
mod known;
mod list;
mod lists;
mod live;
mod log;
mod macros;
mod metrics;
mod offered;
mod palette;
mod problem;
mod register;
mod repeats;
mod reply_texts;
mod rows;
mod saved;
mod staff;
mod views;
mod webhooks;
mod week;

use std::ops::Deref;

use askama::Template;
use firsthand_domain::code::Role;
use firsthand_domain::staff::Staff;
use firsthand_storage::desk::Counts;
use serde_json::Value;
use uuid::Uuid;

use crate::app::App;
use crate::assets::{self, ASSETS, Assets};
use crate::call::{Answer, Call, Headers};
use crate::form::Form;
use crate::problem::Problem;
use crate::rights::Right;
use crate::router::Found;
use crate::routes::{Route, page};
use crate::session::SignedIn;
use crate::speech::Speech;

pub(crate) use account::{send_again, session_over};
pub use fixed::Fixed;
pub(crate) use problem::shown;

/// The content type of a page.
pub(crate) const HTML: &str = "text/html; charset=utf-8";

/// Every page, and what their forms are sent to.
pub(crate) fn routes() -> Vec<Route> {
    let mut routes = vec![page("/assets/{name}", Right::Public, assets::file)];
    routes.extend(account::routes());
    routes.extend(staff::routes());
    routes.extend(webhooks::routes());
    routes.extend(reply_texts::routes());
    routes.extend(macros::routes());
    routes.extend(lists::routes());
    routes.extend(desk::routes());
    routes.extend(list::routes());
    routes.extend(chosen::routes());
    routes.extend(saved::routes());
    routes.extend(palette::routes());
    routes.extend(keys::routes());
    routes.extend(help::routes());
    routes.extend(log::routes());
    // Before the pages whose addresses would take them for a part of theirs.
    routes.extend(live::routes());
    routes.extend(complaint::routes());
    routes.extend(attachments::routes());
    routes.extend(customer::routes());
    routes.extend(approvals::routes());
    routes.extend(authority::routes());
    routes.extend(register::routes());
    routes.extend(analysis::routes());
    routes.extend(metrics::routes());
    routes.extend(causes::routes());
    routes.extend(alerts::routes());
    routes.extend(repeats::routes());
    routes.extend(cost::routes());
    routes.extend(week::routes());
    routes.extend(actions::routes());
    routes.extend(floor::routes());
    routes
}

/// What stands around every page: who reads it, in which language, where they are.
pub(crate) struct Frame {
    speech: Speech,
    /// The title of the page.
    pub(crate) title: String,
    /// Where in the desk it is, for the navigation.
    pub(crate) place: &'static str,
    /// `light` or `dark`, if the reader chose.
    pub(crate) theme: Option<String>,
    /// `comfortable` or `compact`, if the reader chose.
    pub(crate) density: Option<String>,
    /// Whether single letters act as keys.
    pub(crate) single_keys: bool,
    /// The section of the guide about the page.
    pub(crate) help: &'static str,
    /// What was searched for.
    pub(crate) query: String,
    /// For every form on the page.
    pub(crate) token: String,
    /// A key for a form of this page, so that sending it twice has one effect.
    pub(crate) key: Uuid,
    /// The view that is shown, for the navigation.
    pub(crate) view: &'static str,
    /// Where in the log of changes the page was made, for a page that stays true while it is open.
    pub(crate) live: Option<String>,
    unread: i64,
    counts: Option<Counts>,
    me: Option<Staff>,
}

/// So that templates speak by `f.say(…)`.
impl Deref for Frame {
    type Target = Speech;

    fn deref(&self) -> &Speech {
        &self.speech
    }
}

impl Frame {
    /// The frame of a page, to be titled with a message.
    pub(crate) fn new(call: &Call, place: &'static str, title: &str) -> Self {
        let mut frame = Self::of(&call.app, call.session.as_ref(), &call.headers, call.request_id);
        frame.help = help::section(&call.path);
        (frame.place, frame.title) = (place, frame.say(title).into_owned());
        frame
    }

    /// A frame as far as it is known who asks.
    pub(crate) fn of(app: &App, session: Option<&SignedIn>, headers: &Headers, id: Uuid) -> Self {
        Self {
            speech: speech(app, session, headers),
            title: String::new(),
            place: "",
            theme: session.and_then(|s| s.session.theme.clone()),
            density: session.and_then(|s| s.session.density.clone()),
            single_keys: session.is_none_or(|s| s.session.single_keys),
            help: "desk",
            query: String::new(),
            token: session.map(|s| s.form_token(id)).unwrap_or_default(),
            key: id,
            view: "",
            live: session.and_then(|s| s.place.clone()),
            unread: session.map_or(0, |s| s.unread),
            counts: session.and_then(|s| s.counts),
            me: session.filter(|s| !s.session.half).map(|s| s.staff().clone()),
        }
    }

    /// The files beside the page.
    #[expect(clippy::unused_self, reason = "templates reach it through the frame")]
    pub(crate) fn assets(&self) -> &'static Assets {
        &ASSETS
    }

    /// The address of an icon.
    pub(crate) fn icon(&self, name: &str) -> String {
        format!("{}#{name}", self.assets().icons.path)
    }

    /// The reader's name.
    pub(crate) fn my_name(&self) -> &str {
        self.me.as_ref().map_or("", |me| me.name.as_str())
    }

    /// The reader's role and team.
    pub(crate) fn my_role(&self) -> String {
        let Some(me) = &self.me else { return String::new() };
        let role = self.word("role", me.role.code());
        me.team.as_ref().map_or_else(|| role.to_string(), |team| format!("{role} · {team}"))
    }

    /// The reader's initials.
    pub(crate) fn initials(&self) -> String {
        initials(self.my_name())
    }

    /// May the reader log complaints?
    pub(crate) fn writes(&self) -> bool {
        self.me.as_ref().is_some_and(|me| me.role != Role::Auditor)
    }

    /// Does the reader keep the list of people?
    pub(crate) fn keeps_staff(&self) -> bool {
        self.me.as_ref().is_some_and(|me| matches!(me.role, Role::Admin | Role::Lead))
    }

    /// May the reader look over everything that is decided?
    pub(crate) fn oversees(&self) -> bool {
        self.me.as_ref().is_some_and(|me| me.role != Role::Agent)
    }

    /// Does the reader look over the floor?
    pub(crate) fn watches(&self) -> bool {
        self.me.as_ref().is_some_and(|me| matches!(me.role, Role::Lead | Role::Auditor))
    }

    /// Is this the reader?
    pub(crate) fn is_me(&self, id: firsthand_domain::id::StaffId) -> bool {
        self.me.as_ref().is_some_and(|me| me.id == id)
    }
}

/// The language and the zone of whoever asks.
pub(crate) fn speech(app: &App, session: Option<&SignedIn>, headers: &Headers) -> Speech {
    let chosen = session.and_then(|s| s.session.language.as_deref());
    let asked = headers.accept_language.as_deref();
    let settings = &app.settings;
    Speech::new(chosen, asked, &settings.language, settings.zone.clone(), app.database.now())
}

/// First letters of the first and the last word; of a Chinese name its last two signs.
pub(crate) fn initials(name: &str) -> String {
    let words: Vec<&str> = name.split_whitespace().collect();
    match words.as_slice() {
        [] => String::new(),
        [one] if one.chars().all(|c| c >= '\u{2e80}') => {
            let signs: Vec<char> = one.chars().collect();
            signs.iter().skip(signs.len().saturating_sub(2)).collect()
        }
        [one] => one.chars().take(1).flat_map(char::to_uppercase).collect(),
        [first, .., last] => {
            [first, last].iter().filter_map(|w| w.chars().next()).flat_map(char::to_uppercase).collect()
        }
    }
}

/// A page, written.
pub(crate) fn html(template: &impl Template) -> Result<Answer, Problem> {
    let text = template.render().map_err(|_| Problem::internal("a page could not be written"))?;
    Ok(Answer::text(HTML, text))
}

impl Call {
    /// The form that was sent.
    pub(crate) fn form(&self) -> Result<Form, Problem> {
        Form::parse(self.headers.content_type.as_deref(), &self.body)
    }

    /// Who is signed in, with their session.
    pub(crate) fn signed_in(&self) -> Result<&SignedIn, Problem> {
        self.session.as_ref().ok_or_else(|| Problem::internal("an open page asked for a session"))
    }

    /// Asks a call of the programs', in the name of who is signed in: its rights, its rules and its words are the same.
    /// `key` makes sending twice have one effect; `version` is the one the page showed.
    pub(crate) async fn ask(
        &self,
        path: &str,
        body: &Value,
        key: Option<&str>,
        version: Option<&str>,
    ) -> Result<Answer, Problem> {
        let (route, call) = self.as_program(path, body, key, version)?;
        (route.handler)(call).await
    }

    /// The call that a program would make, and the route it goes to.
    pub(crate) fn as_program(
        &self,
        path: &str,
        body: &Value,
        key: Option<&str>,
        version: Option<&str>,
    ) -> Result<(&Route, Self), Problem> {
        let Found::Route(route, params) = self.app.router.find("POST", path) else {
            return Err(firsthand_domain::Refusal::NotFound.into());
        };
        let caller = self.caller()?.clone();
        route.right.admits(&caller)?;
        let headers = Headers {
            idempotency_key: key.filter(|k| !k.is_empty()).map(str::to_owned),
            if_match: version.filter(|v| !v.is_empty()).map(|v| format!("\"{v}\"")),
            ..Headers::default()
        };
        let call = Self {
            app: std::sync::Arc::clone(&self.app),
            caller: Some(caller),
            session: None,
            request_id: self.request_id,
            address: self.address,
            right: route.right,
            method: route.method.name(),
            path: path.to_owned(),
            params,
            query: crate::query::Query::default(),
            headers,
            body: serde_json::to_vec(body)?,
            coming: std::sync::Mutex::default(),
            kept: std::sync::Mutex::default(),
        };
        Ok((route, call))
    }
}
