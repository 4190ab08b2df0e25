//! What stands beside the time line: one shape for all of it.

use firsthand_domain::code::{PromiseState, ReplyKind, ReplyState};
use firsthand_domain::complaint::Complaint;
use firsthand_domain::why;

use super::facts::Quote;
use super::forms::Desk;
use super::sheet::Sheet;
use crate::pages::known;
use crate::speech::Clock;

/// One thing in a panel.
#[derive(Default)]
pub(super) struct Row {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) lang: Option<String>,
    pub(super) link: Option<String>,
    pub(super) tags: Vec<(&'static str, String)>,
    pub(super) lines: Vec<String>,
    /// Lines that lead somewhere: the words, the address, the words on the link.
    pub(super) links: Vec<(String, Option<String>, String)>,
    pub(super) quotes: Vec<Quote>,
    pub(super) clock: Option<Clock>,
    pub(super) sheets: Vec<Sheet>,
}

/// A panel.
pub(super) struct Panel {
    pub(super) id: &'static str,
    pub(super) title: String,
    /// What is said before everything, each with a line on it.
    pub(super) lead: Vec<(String, String)>,
    pub(super) rows: Vec<Row>,
    pub(super) sheets: Vec<Sheet>,
    /// What is said where there is nothing.
    pub(super) empty: String,
}

impl Panel {
    fn is_empty(&self) -> bool {
        self.rows.is_empty() && self.sheets.is_empty() && self.empty.is_empty() && self.lead.is_empty()
    }
}

impl Desk<'_> {
    fn complaint(&self) -> &Complaint {
        &self.view.complaint
    }

    fn panel(&self, id: &'static str, title: &str, rows: Vec<Row>, sheets: Vec<Sheet>) -> Panel {
        Panel {
            id,
            title: self.f.say(title).into_owned(),
            lead: Vec::new(),
            rows,
            sheets,
            empty: String::new(),
        }
    }

    pub(super) fn quote(&self, field: &str, text: Option<&str>, customers: bool) -> Option<Quote> {
        let label = self.f.label(field).unwrap_or_default().into_owned();
        let lang = self.complaint().language.clone().filter(|_| customers);
        Some(Quote { label, text: text?.to_owned(), lang })
    }

    /// Every panel that has something to say, the most pressing first.
    pub(super) fn panels(&self) -> Vec<Panel> {
        let mut panels = vec![
            self.clocks(),
            self.awards(),
            self.waiting_replies(),
            self.files(),
            self.decision_panel(),
            self.answer_panel(),
            self.promises(),
            self.causes(),
            self.points(),
            self.about(),
            self.others(),
        ];
        panels.retain(|panel| !panel.is_empty());
        panels
    }

    fn clocks(&self) -> Panel {
        let c = self.complaint();
        let f = self.f;
        let row = |title: &str, done: Option<_>, due| {
            let done = done.map(|at| f.with("complaint-done-at", "when", f.exact(at)));
            let clock = (done.is_none() && c.is_open()).then(|| f.clock(due));
            let lines = done.into_iter().collect();
            Row { title: f.say(title).into_owned(), clock, lines, ..Row::default() }
        };
        let mut rows = vec![
            row("complaint-clock-acknowledge", c.acknowledged_at, c.due.acknowledge),
            row("complaint-clock-reply", c.first_replied_at, c.due.reply),
            row("complaint-clock-resolve", c.closed_at, c.due.resolve),
        ];
        rows.retain(|row| row.clock.is_some() || !row.lines.is_empty());
        if let Some(awaiting) = &c.awaiting {
            let asked = f.with("complaint-waits-for-customer", "when", f.exact(awaiting.due_at));
            rows.insert(
                0,
                Row {
                    tags: vec![("hold", asked)],
                    quotes: self
                        .quote("question", self.view.text(awaiting.seq, "question"), true)
                        .into_iter()
                        .collect(),
                    ..Row::default()
                },
            );
        }
        let sheets = if self.rules.acknowledge() { vec![self.acknowledgement()] } else { Vec::new() };
        self.panel("clocks", "complaint-clocks", rows, sheets)
    }

    fn waiting_replies(&self) -> Panel {
        let waiting = self.complaint().replies.iter().filter(|r| r.state == ReplyState::Sent);
        let rows = waiting.map(|reply| Row {
            id: format!("reply-{}", reply.id),
            title: self.f.with2(
                "complaint-reply-sent",
                "by",
                self.f.word("by", reply.channel.code()),
                "when",
                self.f.exact(reply.at),
            ),
            tags: if reply.kind == ReplyKind::Substantive {
                vec![("hold", self.f.say("complaint-blocks").into_owned())]
            } else {
                Vec::new()
            },
            sheets: self.on_reply(reply),
            ..Row::default()
        });
        self.panel("sent", "complaint-on-their-way", rows.collect(), Vec::new())
    }

    fn decision_panel(&self) -> Panel {
        let rows = self.complaint().decisions.iter().rev().map(|d| {
            let quotes = ["reasons", "alternative", "next_route"];
            let by = ("by", self.names.person(d.by));
            let line = self.f.with2("complaint-by-at", by.0, by.1, "when", self.f.exact(d.at));
            Row {
                title: self.f.word("finding", d.outcome.code()).into_owned(),
                lines: vec![line],
                quotes: quotes
                    .iter()
                    .filter_map(|q| self.quote(q, self.view.text(d.seq, q), false))
                    .collect(),
                ..Row::default()
            }
        });
        self.panel("finding", "complaint-finding", rows.collect(), Vec::new())
    }

    fn answer_panel(&self) -> Panel {
        let row = self.complaint().answer.as_ref().map(|a| Row {
            title: self.f.word("answer", a.answer.code()).into_owned(),
            lines: vec![format!("{} · {}", self.f.word("by", a.channel.code()), self.f.exact(a.at))],
            ..Row::default()
        });
        let sheets = if self.rules.answer() { vec![self.customer_answer()] } else { Vec::new() };
        self.panel("answer", "complaint-customer-says", row.into_iter().collect(), sheets)
    }

    fn promises(&self) -> Panel {
        let rows = self.complaint().promises.iter().map(|p| {
            let state = match p.state {
                PromiseState::Made => None,
                PromiseState::Broken => Some("late"),
                PromiseState::Kept => Some("ok"),
                _ => Some(""),
            };
            let words = || self.f.word("promise", p.state.code()).into_owned();
            let due = self.f.with("complaint-due", "when", self.f.exact(p.due_at));
            Row {
                id: format!("promise-{}", p.id),
                title: self.view.text(p.seq, "text").unwrap_or_default().to_owned(),
                lang: self.complaint().language.clone(),
                tags: state.map(|class| (class, words())).into_iter().collect(),
                clock: (p.state == PromiseState::Made).then(|| self.f.clock(p.due_at)),
                lines: vec![format!("{due} · {}", self.names.person(p.responsible))],
                sheets: self.on_promise(p),
                ..Row::default()
            }
        });
        let sheets = if self.rules.promise() { vec![self.promise()] } else { Vec::new() };
        self.panel("promises", "complaint-promises", rows.collect(), sheets)
    }

    fn causes(&self) -> Panel {
        let current = self.complaint().causes.iter().filter(|t| t.superseded_by.is_none());
        let rows = current.map(|tag| {
            let whys = self.view.texts.get(&tag.seq).into_iter().flat_map(why::chain);
            let mut quotes: Vec<_> =
                self.quote("evidence", self.view.text(tag.seq, "evidence"), false).into_iter().collect();
            for (answer, shown) in whys {
                quotes.extend(self.quote("whys", Some(answer), false));
                quotes.extend(self.quote("evidence", shown, false));
            }
            quotes.extend(self.quote("escape_point", self.view.text(tag.seq, "escape_point"), false));
            Row {
                tags: tag
                    .external
                    .then(|| ("", self.f.say("complaint-why-outside").into_owned()))
                    .into_iter()
                    .collect(),
                title: self.names.cause(tag.cause),
                lines: vec![format!(
                    "{} · {}",
                    self.f.word("cause-role", tag.role.code()),
                    self.f.word("confidence", tag.confidence.code())
                )],
                quotes,
                ..Row::default()
            }
        });
        let mut rows: Vec<_> = rows.collect();
        let known: Vec<_> = self.known().collect();
        if rows.is_empty() && !known.is_empty() {
            let none = self.f.say("complaint-no-cause").into_owned();
            rows.push(Row { lines: vec![none], ..Row::default() });
        }
        rows.extend(known);
        // Causes are learned after closing too, by whoever is in charge.
        let may = self.rules.in_charge || (!self.complaint().is_open() && self.is_in_charge_of_closed());
        let sheets = if may { vec![self.cause()] } else { Vec::new() };
        let mut panel = self.panel("cause", "complaint-cause", rows, sheets);
        panel.empty =
            if panel.rows.is_empty() { self.f.say("complaint-no-cause").into_owned() } else { String::new() };
        panel
    }

    /// Problems in progress that it may be one of.
    fn known(&self) -> impl Iterator<Item = Row> {
        self.names.known.iter().map(|one| {
            let said = known::saying(self.f, one, self.complaint().language.as_deref());
            let say = said.map(|(lang, words)| Quote {
                label: self.f.say("known-say").into_owned(),
                text: words.to_owned(),
                lang: Some(lang.to_owned()),
            });
            let done = one.action.iter().map(|action| {
                let words = known::progress(self.f, action);
                (words, Some(format!("/actions/{}", action.id)), action.terms.title.clone())
            });
            Row {
                title: self.f.with("known-title", "title", one.problem.title.as_str()),
                link: Some(format!("/actions/problems/{}", one.problem.id)),
                quotes: say.into_iter().collect(),
                links: done.collect(),
                ..Row::default()
            }
        })
    }

    /// Only to offer a form; the rules decide when it is sent.
    pub(super) fn is_in_charge_of_closed(&self) -> bool {
        let c = self.complaint();
        self.rules.writes && (self.me.is_lead() || [c.first_contact, c.handler].contains(&self.me.id))
    }

    fn points(&self) -> Panel {
        let rows = self.complaint().points.iter().map(|point| {
            let answered = point.answered_by.is_some();
            let (class, words) =
                if answered { ("ok", "complaint-answered") } else { ("", "complaint-unanswered") };
            Row {
                title: self.view.points.get(&point.id).cloned().unwrap_or_default(),
                lang: self.complaint().language.clone(),
                tags: vec![(class, self.f.say(words).into_owned())],
                ..Row::default()
            }
        });
        self.panel("points", "complaint-points", rows.collect(), Vec::new())
    }

    /// What is known about the matter, and the form that says more.
    fn about(&self) -> Panel {
        let c = self.complaint();
        let f = self.f;
        let fact = |field: &str, text: Option<String>, customers: bool| {
            self.quote(field, text.as_deref(), customers)
        };
        let wish = c.desired_remedy_seq.and_then(|seq| self.view.text(seq, "desired_remedy"));
        let quotes = [
            fact("category", c.category.clone(), false),
            fact("product", c.product.clone(), false),
            fact("order_ref", self.view.text(1, "order_ref").map(str::to_owned), false),
            fact("place", c.place.clone(), false),
            fact("incident_at", c.incident_at.map(|at| f.exact(at)), false),
            fact("received_at", Some(f.exact(c.received_at)), false),
            fact("desired_remedy", wish.map(str::to_owned), true),
            fact("about_staff", c.about_staff.map(|id| self.names.person(id)), false),
        ];
        let row = Row { quotes: quotes.into_iter().flatten().collect(), ..Row::default() };
        let sheets = if self.rules.in_charge { vec![self.assessment()] } else { Vec::new() };
        self.panel("matter", "complaint-matter", vec![row], sheets)
    }

    /// Other complaints and other bodies.
    fn others(&self) -> Panel {
        let c = self.complaint();
        let reference = |id| self.view.references.get(&id).cloned().unwrap_or_default();
        let other = |id, what: String| Row {
            title: reference(id),
            link: Some(format!("/complaints/{}", reference(id))),
            lines: vec![what],
            ..Row::default()
        };
        let mut rows = Vec::new();
        rows.extend(self.rules.in_charge.then(|| Row {
            title: self.f.say("merge-open").into_owned(),
            link: Some(format!("/complaints/{}/merge", self.view.reference)),
            ..Row::default()
        }));
        rows.extend(c.merged_into.map(|id| other(id, self.f.say("complaint-goes-on-there").into_owned())));
        for merged in &c.merged {
            let mut row = other(merged.complaint, self.f.say("complaint-goes-on-here").into_owned());
            row.sheets.extend(self.rules.in_charge.then(|| self.unmerge(merged.complaint)));
            rows.push(row);
        }
        rows.extend(
            c.links.iter().map(|link| other(link.to, self.f.word("link", link.kind.code()).into_owned())),
        );
        rows.extend(c.referrals.iter().map(|r| Row {
            title: self.view.text(r.seq, "body").unwrap_or_default().to_owned(),
            lines: vec![format!(
                "{} · {}",
                self.view.text(r.seq, "reference").unwrap_or_default(),
                self.names.day(self.f, r.date)
            )],
            ..Row::default()
        }));
        self.panel("others", "complaint-others", rows, Vec::new())
    }
}
