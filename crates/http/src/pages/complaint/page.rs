//! The page of a complaint, put together.

use askama::Template;
use firsthand_domain::Refusal;
use firsthand_domain::code::Role;
use firsthand_domain::history::Fact;
use firsthand_domain::id::StaffId;
use firsthand_domain::staff::Staff;
use firsthand_storage::complaints::{self, HistoryItem, Referenced, headline};
use firsthand_storage::view::{self, View};
use firsthand_storage::{Tx, customers, known};

use super::awards::Giving;
use super::drafts;
use super::facts::{Piece, Quote, Teller};
use super::forms::Desk;
use super::names::Names;
use super::panels::{Panel, Row};
use super::rules::Rules;
use super::sheet::{Forms, Kind, Sheet, Tried};
use super::texts;
use super::timeline::{self, Day, Story};
use crate::call::{Answer, Call};
use crate::pages::{Frame, attachments, html, initials, offered};
use crate::problem::Problem;

/// So many facts are read at once.
const PIECE: i64 = 500;

/// What was sent and not done, on top of the page.
struct Banner {
    words: String,
    /// The form it stands in, while the page still has that form.
    form: Option<String>,
    /// Otherwise all that was typed, so that nothing is lost.
    typed: Vec<Quote>,
    changes: Vec<Vec<Piece>>,
}

/// Who is responsible.
struct Owner {
    name: String,
    face: String,
    since: String,
    handler: Option<String>,
    away: Vec<String>,
    offers: Vec<Row>,
    sheets: Vec<Sheet>,
    /// The reader is responsible.
    mine: bool,
}

struct Customer {
    name: String,
    link: Option<String>,
    routes: Vec<(String, String)>,
    more: Vec<(String, String)>,
}

/// The three ways to write something down.
struct Composer {
    /// `reply`, `note` or `contact`.
    open: &'static str,
    reply: Option<Sheet>,
    to: String,
    note: Sheet,
    contact: Sheet,
}

#[derive(Template)]
#[template(path = "complaint.html")]
pub(crate) struct ComplaintPage {
    /// Who else is here.
    here: String,
    f: Frame,
    reference: String,
    subject: String,
    lang: Option<String>,
    severity: &'static str,
    stage: &'static str,
    tags: Vec<(&'static str, String)>,
    about: Vec<String>,
    banner: Option<Banner>,
    actions: Vec<Sheet>,
    more: Vec<Sheet>,
    /// One of those was tried.
    more_open: bool,
    not_yet: Option<String>,
    days: Vec<Day>,
    composer: Option<Composer>,
    owner: Owner,
    customer: Customer,
    panels: Vec<Panel>,
}

/// The whole history.
async fn history(tx: &mut Tx<'_>, view: &View) -> Result<Vec<HistoryItem>, Problem> {
    let mut all: Vec<HistoryItem> = Vec::new();
    loop {
        let after = all.last().map_or(0, |item| item.entry.seq);
        let piece = complaints::history(tx, view.complaint.id, after, PIECE).await?;
        let done = piece.len() < usize::try_from(PIECE).unwrap_or(usize::MAX);
        all.extend(piece);
        if done {
            return Ok(all);
        }
    }
}

/// So many merged complaints are told on the line of the one they went into; the others are named beside it.
const MERGED: usize = 20;

/// What happened on the complaints that were merged into this one, as far as the reader may know of them.
async fn merged(
    tx: &mut Tx<'_>,
    me: &Staff,
    view: &View,
    f: &Frame,
) -> Result<Vec<(View, Vec<HistoryItem>, Names)>, Problem> {
    let mut all = Vec::new();
    for merged in view.complaint.merged.iter().take(MERGED) {
        let found = complaints::read(tx, merged.complaint).await?;
        let Some(found) = found.filter(|found| found.complaint.visible_to(me)) else { continue };
        let other = view::of(tx, found, f.now).await?;
        let history = history(tx, &other).await?;
        let names = Names::told(tx, &other, &history, f).await?;
        all.push((other, history, names));
    }
    Ok(all)
}

/// The page, with what was tried on it.
pub(super) async fn shown(call: &Call, found: Referenced, tried: Option<Tried>) -> Result<Answer, Problem> {
    let refused = tried.as_ref().and_then(|tried| tried.problem.as_ref());
    let status = refused.map_or(200, |p| p.kind.status);
    Ok(Answer { status, ..html(&filled(call, found, tried.as_ref()).await?)? })
}

/// The page with all that it shows.
pub(super) async fn filled(
    call: &Call,
    found: Referenced,
    tried: Option<&Tried>,
) -> Result<ComplaintPage, Problem> {
    let me = call.caller()?;
    let mut f = Frame::new(call, "list", "complaint-page");
    let now = call.app.database.now();
    let mut connection = call.connection().await?;
    let mut tx = connection.tx();
    let view = view::of(&mut tx, found, now).await?;
    let refused = tried.and_then(|tried| tried.problem.as_ref());
    f.title = match refused {
        Some(_) => f.with("frame-error", "title", view.reference.clone()),
        None => view.reference.clone(),
    };
    let history = history(&mut tx, &view).await?;
    let begun = drafts::begun(&mut tx, me.id, view.complaint.id).await?;
    let mut names = Names::read(&mut tx, &view, &history, &f).await?;
    if me.role != Role::Auditor {
        let (database, about) = (&call.app.database, (view.complaint.id, view.complaint.product.as_deref()));
        names.offered = offered::of_complaint(&mut tx, database, &f, me, about).await?;
    }
    if view.complaint.is_open() {
        names.known = known::of(&mut tx, me, now, &known::About::of(&view.complaint)).await?;
    }
    let typed = tried.iter().map(|tried| &tried.form).chain(begun.iter().map(|begun| &begun.form));
    let waiting = attachments::named_in(&mut tx, &f, me, typed).await?;
    let merged = merged(&mut tx, me, &view, &f).await?;
    let (customer, reachable) = customer(&mut tx, &f, &view, &names).await?;
    let (texts, macros) = texts::to_choose(&mut tx, me, &view).await?;
    let giving = Giving::read(&mut tx, me, &view.complaint, now).await?;
    drop(connection);

    let teller = Teller { f: &f, names: &names, view: &view };
    let others: Vec<Story<'_>> = merged
        .iter()
        .map(|(view, history, names)| Story {
            teller: Teller { f: &f, names, view },
            history,
            merged: Some(&view.reference),
        })
        .collect();
    let own = Story { teller: Teller { f: &f, names: &names, view: &view }, history: &history, merged: None };
    let days = timeline::days(&own, &others);
    let changes = match tried.filter(|tried| tried.overtaken()).and_then(Tried::seen) {
        Some(seen) => {
            history.iter().filter(|i| i.entry.seq > seen).map(|i| teller.tell(i).in_short()).collect()
        }
        None => Vec::new(),
    };
    let forms = Forms {
        f: &f,
        tried,
        base: format!("/complaints/{}", view.reference),
        version: view.complaint.version,
        changes: changes.clone(),
        begun: &begun,
        waiting: &waiting,
        texts: &texts,
        macros: &macros,
    };
    let (complaint, staff, policy) = (&view.complaint, names.staff.as_slice(), call.app.database.policy());
    let rules = Rules::new(complaint, me, staff, policy, now);
    let desk = Desk { f: &f, view: &view, names: &names, me, rules, forms, reachable, giving };

    let closing = desk.rules.close();
    let not_yet = match &closing {
        Err(refusal @ Refusal::CannotClose(_)) if complaint.is_open() && desk.rules.in_charge => {
            Some(f.refusal(refusal))
        }
        _ => None,
    };
    let may_close = !matches!(closing, Err(Refusal::NotYours { .. } | Refusal::WrongStage { .. }));
    let (actions, more) = head(&desk, may_close && desk.rules.writes);
    let owner = owner(&desk, &history);
    let panels = desk.panels();
    let composer = composer(&desk, tried);

    let here = crate::pages::live::here(call, &f, complaint.id);
    let mut page = ComplaintPage {
        here,
        reference: view.reference.clone(),
        subject: subject(&view, &f),
        lang: complaint.language.clone(),
        severity: complaint.severity.code(),
        stage: complaint.stage.code(),
        tags: tags(&f, &view),
        about: about(&f, &view),
        banner: None,
        actions,
        more_open: more.iter().any(|sheet| sheet.open),
        more,
        not_yet,
        days,
        composer,
        owner,
        customer,
        panels,
        f,
    };
    if let Some((tried, problem)) = tried.and_then(|t| Some((t, t.problem.as_ref()?))) {
        page.banner = Some(banner(&page, tried, problem, changes));
    }
    Ok(page)
}

fn banner(page: &ComplaintPage, tried: &Tried, problem: &Problem, changes: Vec<Vec<Piece>>) -> Banner {
    let f = &page.f;
    let form = page.sheets().find(|sheet| sheet.name == tried.name).map(Sheet::id);
    let typed = |(name, text): (&str, &str)| Quote {
        label: f.label(name).unwrap_or_default().into_owned(),
        text: text.to_owned(),
        lang: None,
    };
    let typed = match form {
        Some(_) => Vec::new(),
        None => tried.form.fields().filter(|(_, text)| !text.trim().is_empty()).map(typed).collect(),
    };
    let changes = if form.is_some() { Vec::new() } else { changes };
    Banner { words: problem.words(f), form, typed, changes }
}

impl ComplaintPage {
    /// Every form on the page.
    fn sheets(&self) -> impl Iterator<Item = &Sheet> {
        let composer = self.composer.iter().flat_map(|c| c.reply.iter().chain([&c.note, &c.contact]));
        let rows = self.panels.iter().flat_map(|p| p.rows.iter().chain(&self.owner.offers));
        let rows = rows.flat_map(|row| row.sheets.iter());
        let panels = self.panels.iter().flat_map(|panel| panel.sheets.iter());
        self.actions
            .iter()
            .chain(&self.more)
            .chain(&self.owner.sheets)
            .chain(rows)
            .chain(panels)
            .chain(composer)
    }
}

fn subject(view: &View, f: &Frame) -> String {
    let summary = view.text(1, "summary").map(str::to_owned);
    let subject = summary.or_else(|| view.text(1, "narrative").map(headline));
    subject.unwrap_or_else(|| f.say("complaint-erased").into_owned())
}

fn tags(f: &Frame, view: &View) -> Vec<(&'static str, String)> {
    let c = &view.complaint;
    let mut tags = Vec::new();
    tags.extend(c.closure.map(|closure| ("", f.word("closure", closure.code()).into_owned())));
    if c.awaiting.is_some() {
        tags.push(("waiting", f.say("complaint-waiting").into_owned()));
    }
    if c.cycle > 1 {
        tags.push(("soon", f.with("complaint-round", "count", c.cycle)));
    }
    if c.restricted {
        tags.push(("late", f.say("complaint-restricted").into_owned()));
    }
    tags
}

/// Channel · product · place.
fn about(f: &Frame, view: &View) -> Vec<String> {
    let c = &view.complaint;
    let channel = f.word("channel", c.channel.code()).into_owned();
    std::iter::once(channel).chain(c.product.clone()).chain(c.place.clone()).collect()
}

/// The forms in the head: those people need daily, and the rest behind one button.
fn head(desk: &Desk<'_>, may_close: bool) -> (Vec<Sheet>, Vec<Sheet>) {
    let rules = &desk.rules;
    let (mut daily, mut rare) = (Vec::new(), Vec::new());
    let decide = rules.decide();
    let another =
        matches!(decide, Err(Refusal::AnotherDecider { .. } | Refusal::KeptAway)) && rules.in_charge;
    if decide.is_ok() || another {
        let sheet = desk.decision();
        daily.push(match decide {
            Err(refusal) if !sheet.open => sheet.says(desk.f.refusal(&refusal)),
            _ => sheet,
        });
    }
    if rules.await_customer() {
        daily.push(desk.await_customer());
    }
    if may_close {
        daily.push(desk.close());
    }
    if rules.reopen() {
        daily.push(desk.reopen());
    }
    let in_charge = rules.in_charge;
    if rules.writes && desk.view.complaint.is_open() && !desk.forms.macros.is_empty() {
        daily.push(desk.macros());
    }
    if in_charge || desk.is_in_charge_of_closed() {
        rare.push(desk.links());
    }
    if in_charge {
        rare.push(desk.merge());
    }
    if in_charge || desk.is_in_charge_of_closed() {
        rare.push(desk.referral());
    }
    if rules.withdraw() {
        rare.push(desk.withdraw());
    }
    if rules.void() {
        rare.push(desk.void());
    }
    (daily, rare)
}

fn owner(desk: &Desk<'_>, history: &[HistoryItem]) -> Owner {
    let (f, names, view) = (desk.f, desk.names, desk.view);
    let c = &view.complaint;
    let name = names.person(c.first_contact);
    // The last succession that passed the responsibility on; else who took the complaint.
    let passed = history.iter().rev().find_map(|item| match &item.entry.fact {
        Fact::SuccessionAccepted { from, first_contact: true, .. } => Some((item.entry.at, *from)),
        _ => None,
    });
    let since = match passed {
        Some((at, from)) => {
            f.with2("complaint-since-succession", "when", f.exact(at), "from", names.person(from))
        }
        None => f.with("complaint-since-logged", "when", f.exact(c.logged_at)),
    };
    let handler = (c.handler != c.first_contact)
        .then(|| f.with("complaint-handled-by", "who", names.person(c.handler)));
    let away = |id: StaffId| {
        let substitute = view.substitutes.get(&id)?;
        Some(f.with2("complaint-away", "who", names.person(id), "substitute", names.person(*substitute)))
    };
    let mut owners = vec![c.first_contact, c.handler];
    owners.dedup();
    let mut offers = Vec::new();
    if let Some(handoff) = c.pending_handoff() {
        let line =
            f.with2("complaint-offered", "from", names.person(handoff.from), "to", names.person(handoff.to));
        let texts = ["request", "reason", "promised"];
        let quote = |field: &&str| {
            let label = f.label(field).unwrap_or_default().into_owned();
            Some(Quote { label, text: view.text(handoff.seq, field)?.to_owned(), lang: None })
        };
        let mut lines = Vec::new();
        if desk.me.id == c.first_contact && handoff.to != desk.me.id {
            lines.push(f.say("complaint-not-accepted").into_owned());
        }
        offers.push(Row {
            id: format!("handoff-{}", handoff.id),
            title: line,
            lines,
            quotes: texts.iter().filter_map(quote).collect(),
            clock: Some(f.clock(handoff.answer_by)),
            sheets: desk.on_handoff(handoff),
            ..Row::default()
        });
    }
    for succession in c.pending_successions() {
        offers.push(Row {
            id: format!("succession-{}", succession.id),
            title: f.with2(
                "complaint-succession-offered",
                "from",
                names.person(succession.from),
                "to",
                names.person(succession.to),
            ),
            lines: view.text(succession.seq, "reason").map(str::to_owned).into_iter().collect(),
            sheets: desk.on_succession(succession),
            ..Row::default()
        });
    }
    let mut sheets = Vec::new();
    let in_charge = desk.rules.in_charge;
    if in_charge && c.pending_handoff().is_none() {
        sheets.push(desk.handoff());
    }
    if in_charge && desk.me.role == Role::Lead {
        sheets.push(desk.arbitration());
    }
    if desk.me.role == Role::Lead && desk.is_in_charge_of_closed() {
        sheets.push(desk.succession());
    }
    let face = initials(&name);
    let away = owners.into_iter().filter_map(away).collect();
    Owner { name, face, since, handler, away, offers, sheets, mine: c.first_contact == desk.me.id }
}

async fn customer(
    tx: &mut Tx<'_>,
    f: &Frame,
    view: &View,
    names: &Names,
) -> Result<(Customer, bool), Problem> {
    let c = &view.complaint;
    let mut reachable = false;
    let mut routes = Vec::new();
    for id in c.customers() {
        for route in customers::identifiers(tx, id).await? {
            reachable |= route.kind != firsthand_domain::code::IdentifierKind::Order;
            if Some(id) == c.customer {
                routes.push((f.word("identifier", route.kind.code()).into_owned(), route.value));
            }
        }
    }
    let language = c.language.as_deref().map(|code| {
        let known = crate::speech::languages().iter().find(|language| code.starts_with(language.code));
        let name = known.map_or_else(|| code.to_owned(), |language| language.name.to_owned());
        (f.say("complaint-speaks").into_owned(), name)
    });
    routes.extend(language);
    let others = c.customers().into_iter().filter(|id| Some(*id) != c.customer);
    let more = others.map(|id| (format!("/customers/{id}"), names.customer(Some(id)))).collect();
    let link = c.customer.map(|id| format!("/customers/{id}"));
    Ok((Customer { name: names.customer(c.customer), link, routes, more }, reachable))
}

fn composer(desk: &Desk<'_>, tried: Option<&Tried>) -> Option<Composer> {
    if !desk.rules.writes {
        return None;
    }
    let f = desk.f;
    let ids = desk.view.complaint.customers();
    let to = match ids.as_slice() {
        [] => desk.names.customer(None),
        ids => f.listed(ids.iter().map(|id| desk.names.customer(Some(*id)))),
    };
    let reply = desk.rules.in_charge.then(|| {
        let sheet = desk.reply();
        let Some(tried) = tried.filter(|tried| tried.name == "replies") else { return sheet };
        if tried.problem.is_some() || tried.form.filled(texts::TOLD).is_some() {
            // Confirmed once is confirmed, while the channel stays.
            return sheet.hidden("_sure", tried.form.get("_sure"));
        }
        let channel = tried.form.get("channel");
        let by = f.word("by", channel).into_owned();
        sheet.says(f.with2("complaint-sure", "who", to.clone(), "by", by)).hidden("_sure", channel)
    });
    let latest = desk.forms.begun.first().map(|begun| begun.name);
    let open = match tried.map(|t| t.name.as_str()) {
        Some("notes") => "note",
        Some("contacts") => "contact",
        // Where one was writing, one goes on.
        None if latest == Some("notes") => "note",
        None if latest == Some("contacts") => "contact",
        _ if reply.is_none() => "note",
        _ => "reply",
    };
    Some(Composer { open, reply, to, note: desk.note(), contact: desk.contact() })
}
