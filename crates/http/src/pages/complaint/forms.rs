//! What can be sent from the page: each form as its verb takes it.

use firsthand_domain::cause::{OTHER, UNKNOWN};
use firsthand_domain::code::{
    Answer, CauseRole, Channel, Confidence, Direction, Finding, LinkKind, ReplyKind, Severity,
};
use firsthand_domain::complaint::{Handoff, Promise, Reply, Succession};
use firsthand_domain::id::ComplaintId;
use firsthand_domain::lists::ListKind;
use firsthand_domain::staff::Staff;
use firsthand_storage::view::View;

use super::awards::Giving;
use super::details;
use super::names::Names;
use super::rules::Rules;
use super::sheet::{Choice, Forms, Kind, Sheet};
use crate::pages::Frame;
use crate::pages::offered::Offered;

/// What the forms are made from.
pub(super) struct Desk<'p> {
    pub(super) f: &'p Frame,
    pub(super) view: &'p View,
    pub(super) names: &'p Names,
    pub(super) me: &'p Staff,
    pub(super) rules: Rules<'p>,
    pub(super) forms: Forms<'p>,
    /// Somebody who complained can be called or written to.
    pub(super) reachable: bool,
    /// What the reader may give here.
    pub(super) giving: Giving,
}

impl Desk<'_> {
    pub(super) fn label(&self, field: &str) -> String {
        self.f.label(field).unwrap_or_default().into_owned()
    }

    pub(super) fn coded<'c>(&self, kind: &str, codes: impl Iterator<Item = &'c str>) -> Vec<Choice> {
        codes.map(|code| choice(code, self.f.word(kind, code))).collect()
    }

    pub(super) fn channels(&self) -> Kind {
        Kind::Pick(self.coded("channel", Channel::ALL.iter().map(|c| c.code())))
    }

    fn people(&self) -> Kind {
        let named = |person: &Staff| match &person.team {
            Some(team) => format!("{} · {team}", person.name),
            None => person.name.clone(),
        };
        let people = self.names.choosable().map(|person| choice(&person.id.to_string(), named(person)));
        Kind::Pick(std::iter::once(choice("", self.f.say("complaint-choose"))).chain(people).collect())
    }

    fn yes_or_no(&self, yes: &str, no: &str) -> Kind {
        Kind::Segments(vec![choice("true", self.f.say(yes)), choice("false", self.f.say(no))])
    }

    pub(super) fn channel(&self) -> &'static str {
        self.view.complaint.channel.code()
    }

    // --- In the head ---

    pub(super) fn decision(&self) -> Sheet {
        let findings = self.coded("finding", Finding::ALL.iter().map(|c| c.code()));
        self.forms
            .sheet("decision", &self.f.say("complaint-decide"), &self.f.say("complaint-decide-send"))
            .style("primary")
            .field("outcome", self.label("outcome"), Kind::Segments(findings))
            .required()
            .field("reasons", self.label("reasons"), Kind::Area(4))
            .required()
            .field("alternative", self.label("alternative"), Kind::Area(2))
            .hint(self.f.say("complaint-when-rejected"))
            .field("next_route", self.label("next_route"), Kind::Line)
            .hint(self.f.say("complaint-when-rejected"))
    }

    pub(super) fn await_customer(&self) -> Sheet {
        self.forms
            .sheet("await-customer", &self.f.say("complaint-ask"), &self.f.say("complaint-ask-send"))
            .style("primary")
            .field("question", self.label("question"), Kind::Area(3))
            .required()
            .field("due_at", self.f.say("complaint-hoped-by"), Kind::Time)
            .required()
            .says(self.f.say("complaint-ask-hint"))
    }

    pub(super) fn acknowledgement(&self) -> Sheet {
        self.forms
            .sheet(
                "acknowledgement",
                &self.f.say("complaint-acknowledge"),
                &self.f.say("complaint-acknowledge-send"),
            )
            .style("primary")
            .says(self.f.say("complaint-acknowledge-hint"))
            .field("channel", self.label("channel"), self.channels())
            .usual(self.channel())
            .required()
            .field("body", self.label("body"), Kind::Area(4))
            .required()
    }

    pub(super) fn macros(&self) -> Sheet {
        self.forms
            .sheet("macros", &self.f.say("macros-run"), &self.f.say("macros-run-send"))
            .style("primary")
            .says(self.f.say("macros-run-hint"))
            .field("macro", self.f.say("macros-which"), Kind::Pick(self.forms.macros.to_vec()))
            .required()
    }

    pub(super) fn links(&self) -> Sheet {
        let kinds = self.coded("link", LinkKind::ALL.iter().map(|c| c.code()));
        self.forms
            .sheet("links", &self.f.say("complaint-link"), &self.f.say("complaint-link-send"))
            .style("primary")
            .field("to", self.f.say("complaint-other"), Kind::Line)
            .required()
            .hint(self.f.say("complaint-other-hint"))
            .field("kind", self.f.say("complaint-link-kind"), Kind::Pick(kinds))
            .usual(LinkKind::Related.code())
            .required()
            .field("reason", self.label("reason"), Kind::Area(2))
    }

    pub(super) fn merge(&self) -> Sheet {
        self.forms
            .sheet("merge", &self.f.say("complaint-merge"), &self.f.say("complaint-merge-send"))
            .style("primary")
            .says(self.f.say("complaint-merge-hint"))
            .field("into", self.label("into"), Kind::Line)
            .required()
            .hint(self.f.say("complaint-other-hint"))
            .field("keep", self.f.say("merge-keep"), Kind::Checks(self.may_stay()))
            .field("reason", self.label("reason"), Kind::Area(2))
    }

    /// What this complaint says that could stay in place of what another says.
    fn may_stay(&self) -> Vec<Choice> {
        let said = details::values(self.f, &self.view.complaint.details()).into_iter();
        said.map(|(detail, value)| choice(detail.code(), details::named(self.f, detail, &value))).collect()
    }

    pub(super) fn close(&self) -> Sheet {
        let disputed = self.view.complaint.answer.as_ref().is_some_and(|a| a.answer == Answer::Disputed);
        let sheet = self
            .forms
            .sheet("close", &self.f.say("complaint-close"), &self.f.say("complaint-close-send"))
            .style("primary")
            .field("reason", self.f.say("complaint-why-now"), Kind::Area(2))
            .required();
        if !disputed {
            return sheet;
        }
        let hint = self.f.say("complaint-external-hint");
        sheet.field("external_body", self.label("external_body"), Kind::Line).hint(hint)
    }

    pub(super) fn reopen(&self) -> Sheet {
        self.forms
            .sheet("reopen", &self.f.say("complaint-reopen"), &self.f.say("complaint-reopen-send"))
            .style("primary")
            .field("reason", self.label("reason"), Kind::Area(3))
            .required()
    }

    pub(super) fn withdraw(&self) -> Sheet {
        self.forms
            .sheet("withdraw", &self.f.say("complaint-withdraw"), &self.f.say("complaint-withdraw-send"))
            .style("refuse")
            .says(self.f.say("complaint-withdraw-hint"))
            .field("channel", self.f.say("complaint-told-us"), self.channels())
            .usual(self.channel())
            .required()
            .field("reason", self.label("reason"), Kind::Area(2))
            .required()
            .field("reply.channel", self.f.say("complaint-we-answer"), self.channels())
            .usual(self.channel())
            .required()
            .field("reply.body", self.f.say("complaint-confirmation"), Kind::Area(3))
            .required()
            .field(
                "reply.delivered",
                self.label("delivered"),
                self.yes_or_no("complaint-delivered", "complaint-sent"),
            )
            .usual("false")
            .required()
    }

    pub(super) fn void(&self) -> Sheet {
        self.forms
            .sheet("void", &self.f.say("complaint-void"), &self.f.say("complaint-void-send"))
            .style("refuse")
            .says(self.f.say("complaint-void-hint"))
            .field("reason", self.label("reason"), Kind::Area(2))
            .required()
    }

    pub(super) fn referral(&self) -> Sheet {
        self.forms
            .sheet("referrals", &self.f.say("complaint-refer"), &self.f.say("complaint-refer-send"))
            .style("primary")
            .says(self.f.say("complaint-refer-hint"))
            .field("body", self.label("external_body"), Kind::Line)
            .required()
            .field("date", self.label("date"), Kind::Date)
            .required()
            .field("reference", self.f.say("complaint-its-reference"), Kind::Line)
            .required()
            .field("reason", self.label("reason"), Kind::Area(2))
    }

    // --- Beside the time line ---

    pub(super) fn handoff(&self) -> Sheet {
        self.forms
            .sheet("handoffs", &self.f.say("complaint-hand-over"), &self.f.say("complaint-hand-over-send"))
            .style("primary")
            .says(self.f.say("complaint-hand-over-hint"))
            .field("to", self.f.say("complaint-to-whom"), self.people())
            .required()
            .field("request", self.f.say("complaint-request"), Kind::Area(2))
            .required()
            .field("reason", self.label("reason"), Kind::Line)
            .required()
            .field("promised", self.f.say("complaint-promised-already"), Kind::Line)
            .field("answer_by", self.label("answer_by"), Kind::Time)
            .hint(self.f.say("complaint-answer-by-hint"))
    }

    pub(super) fn on_handoff(&self, handoff: &Handoff) -> Vec<Sheet> {
        let path = |verb: &str| format!("handoffs/{}/{verb}", handoff.id);
        let mut sheets = Vec::new();
        if handoff.to == self.me.id {
            sheets.push(
                self.forms.sheet(&path("accept"), "", &self.f.say("complaint-accept")).style("primary"),
            );
            sheets.push(self.with_reason(
                &path("decline"),
                "complaint-decline",
                "complaint-decline-send",
                true,
            ));
        }
        if handoff.from == self.me.id {
            sheets.push(self.with_reason(
                &path("recall"),
                "complaint-recall",
                "complaint-recall-send",
                false,
            ));
        }
        sheets
    }

    pub(super) fn arbitration(&self) -> Sheet {
        self.forms
            .sheet("arbitration", &self.f.say("complaint-arbitrate"), &self.f.say("complaint-arbitrate-send"))
            .style("primary")
            .says(self.f.say("complaint-arbitrate-hint"))
            .field("handler", self.label("handler"), self.people())
            .required()
            .field("reason", self.label("reason"), Kind::Area(2))
            .required()
    }

    pub(super) fn succession(&self) -> Sheet {
        let c = &self.view.complaint;
        let mut holders = vec![c.first_contact, c.handler];
        holders.extend(c.open_promises().map(|p| p.responsible));
        holders.dedup();
        let holders = holders.into_iter().map(|id| choice(&id.to_string(), self.names.person(id))).collect();
        self.forms
            .sheet("succession", &self.f.say("complaint-succeed"), &self.f.say("complaint-succeed-send"))
            .style("primary")
            .says(self.f.say("complaint-succeed-hint"))
            .field("_from", self.f.say("complaint-whose"), Kind::Pick(holders))
            .required()
            .field("to", self.f.say("complaint-successor"), self.people())
            .required()
            .field("reason", self.label("reason"), Kind::Area(2))
            .required()
    }

    pub(super) fn on_succession(&self, succession: &Succession) -> Vec<Sheet> {
        if succession.to != self.me.id {
            return Vec::new();
        }
        let path = |verb: &str| format!("successions/{}/{verb}", succession.id);
        vec![
            self.forms.sheet(&path("accept"), "", &self.f.say("complaint-accept-all")).style("primary"),
            self.with_reason(&path("decline"), "complaint-decline", "complaint-decline-send", false),
        ]
    }

    /// A form that asks for a reason and nothing else.
    fn with_reason(&self, name: &str, opener: &str, button: &str, required: bool) -> Sheet {
        let sheet = self.forms.sheet(name, &self.f.say(opener), &self.f.say(button)).field(
            "reason",
            self.label("reason"),
            Kind::Area(2),
        );
        if required { sheet.required() } else { sheet }
    }

    pub(super) fn promise(&self) -> Sheet {
        self.forms
            .sheet("promises", &self.f.say("complaint-promise"), &self.f.say("complaint-promise-send"))
            .style("primary")
            .field("text", self.f.say("complaint-promise-text"), Kind::Area(2))
            .required()
            .field("due_at", self.label("due_at"), Kind::Time)
            .required()
            .field("responsible", self.f.say("complaint-sees-to-it"), self.people())
            .usual(self.me.id.to_string())
    }

    pub(super) fn on_promise(&self, promise: &Promise) -> Vec<Sheet> {
        let own = promise.responsible == self.me.id && self.rules.writes;
        if !promise.state.is_open() || !(own || self.rules.in_charge) {
            return Vec::new();
        }
        let path = |verb: &str| format!("promises/{}/{verb}", promise.id);
        let mut sheets = vec![
            self.forms
                .sheet(&path("kept"), &self.f.say("complaint-kept"), &self.f.say("complaint-kept-send"))
                .style("primary")
                .field("evidence", self.f.say("complaint-what-shows-it"), Kind::Area(2))
                .required(),
        ];
        if self.view.complaint.is_open() {
            sheets.push(
                self.forms
                    .sheet(
                        &path("supersede"),
                        &self.f.say("complaint-replace"),
                        &self.f.say("complaint-replace-send"),
                    )
                    .style("primary")
                    .field("text", self.f.say("complaint-promise-text"), Kind::Area(2))
                    .required()
                    .field("due_at", self.label("due_at"), Kind::Time)
                    .required()
                    .field("consent", self.label("consent"), Kind::Line)
                    .hint(self.f.say("complaint-consent-hint"))
                    .field("reason", self.label("reason"), Kind::Line)
                    .required(),
            );
        }
        if promise.state == firsthand_domain::code::PromiseState::Made {
            let (opener, button) = ("complaint-let-go", "complaint-let-go-send");
            sheets.push(self.with_reason(&path("void"), opener, button, true).style("refuse"));
        } else if self.me.is_lead() {
            let (opener, button) = ("complaint-give-up", "complaint-give-up-send");
            sheets.push(self.with_reason(&path("abandon"), opener, button, true).style("refuse"));
        }
        sheets
    }

    pub(super) fn on_reply(&self, reply: &Reply) -> Vec<Sheet> {
        if !self.rules.writes {
            return Vec::new();
        }
        let path = |verb: &str| format!("replies/{}/{verb}", reply.id);
        vec![
            self.forms.sheet(&path("delivered"), "", &self.f.say("complaint-has-arrived")),
            self.with_reason(&path("failed"), "complaint-not-arrived", "complaint-not-arrived-send", false),
        ]
    }

    pub(super) fn customer_answer(&self) -> Sheet {
        let answers = self.coded("answer", Answer::ALL.iter().map(|c| c.code()));
        self.forms
            .sheet("customer-answer", &self.f.say("complaint-answer"), &self.f.say("complaint-answer-send"))
            .style("primary")
            .field("answer", self.label("answer"), Kind::Pick(answers))
            .required()
            .field("channel", self.label("channel"), self.channels())
            .usual(self.channel())
            .required()
    }

    pub(super) fn cause(&self) -> Sheet {
        let offered = &self.names.causes;
        let mut causes: Vec<Choice> =
            offered.causes.iter().map(|cause| choice(&cause.code, self.names.listed_cause(cause))).collect();
        // What says little comes last.
        let little = |code: &str| (code == OTHER, code == UNKNOWN);
        causes.sort_by_cached_key(|c| (little(&c.value), c.label.to_lowercase()));
        // What may fit comes first, and nothing is chosen before somebody chooses.
        let suggested = &self.names.offered;
        causes.retain(|c| suggested.iter().all(|one| one.code != c.value));
        let line = |one: &Offered| if offered.more { one.name.clone() } else { one.line() };
        let first = suggested.iter().map(|one| choice(&one.code, line(one)));
        let mut causes: Vec<Choice> = first.chain(causes).collect();
        let filled = |one: &Offered| if offered.more { one.name.clone() } else { one.code.clone() };
        let offers = suggested.iter().map(|one| (filled(one), one.clone())).collect();
        let causes = if offered.more {
            Kind::Find(causes)
        } else {
            causes.insert(0, choice("", self.f.say("complaint-choose")));
            Kind::Pick(causes)
        };
        let roles = self.coded("cause-role", CauseRole::ALL.iter().map(|c| c.code()));
        let confidence = self.coded("confidence", Confidence::ALL.iter().map(|c| c.code()));
        let usual = match self.view.complaint.primary_cause() {
            None => CauseRole::Primary,
            Some(_) => CauseRole::Contributing,
        };
        self.forms
            .sheet("causes", &self.f.say("complaint-tag"), &self.f.say("complaint-tag-send"))
            .style("primary")
            .field("cause", self.label("cause"), causes)
            .required()
            .offers(offers)
            .field("role", self.label("role"), Kind::Segments(roles))
            .usual(usual.code())
            .required()
            .field("confidence", self.label("confidence"), Kind::Segments(confidence))
            .usual(Confidence::Suspected.code())
            .required()
            .field("evidence", self.label("evidence"), Kind::Area(2))
            .hint(self.f.say("complaint-evidence-hint"))
            .field("whys", self.f.say("complaint-why-1"), Kind::Line)
            .field("_whys_evidence", self.f.say("complaint-why-shown"), Kind::Line)
            .field("whys", self.f.say("complaint-why-2"), Kind::Line)
            .field("_whys_evidence", self.f.say("complaint-why-shown"), Kind::Line)
            .field("whys", self.f.say("complaint-why-3"), Kind::Line)
            .field("_whys_evidence", self.f.say("complaint-why-shown"), Kind::Line)
            .field(
                "_whys_external",
                "",
                Kind::Checks(vec![choice("true", self.f.say("complaint-why-outside"))]),
            )
            .field("escape_point", self.label("escape_point"), Kind::Line)
    }

    /// A text, with the names of a list to choose from.
    fn of_list(&self, list: ListKind) -> Kind {
        match self.names.lists.of(list) {
            [] => Kind::Line,
            names => Kind::Named(names.to_vec()),
        }
    }

    pub(super) fn assessment(&self) -> Sheet {
        let now: std::collections::BTreeMap<_, _> = as_assessed(self.f, self.view).into_iter().collect();
        let is = |field: &str| now.get(field).cloned().unwrap_or_default();
        let severities = self.coded("severity", Severity::ALL.iter().map(|c| c.code()));
        self.forms
            .sheet("assessment", &self.f.say("complaint-assess"), &self.f.say("complaint-assess-send"))
            .style("primary")
            .field("severity", self.label("severity"), Kind::Segments(severities))
            .usual(is("severity"))
            .field("category", self.label("category"), self.of_list(ListKind::Category))
            .usual(is("category"))
            .field("product", self.label("product"), self.of_list(ListKind::Product))
            .usual(is("product"))
            .field("place", self.label("place"), self.of_list(ListKind::Place))
            .usual(is("place"))
            .field("incident_at", self.label("incident_at"), Kind::Time)
            .usual(is("incident_at"))
            .field("desired_remedy", self.label("desired_remedy"), Kind::Area(2))
            .usual(is("desired_remedy"))
            .field("points", self.f.say("complaint-further-point"), Kind::Line)
            .hint(self.f.say("complaint-point-hint"))
            .field("points", self.f.say("complaint-further-point"), Kind::Line)
            .field("about_staff", self.f.say("complaint-about-staff"), self.people())
            .usual(is("about_staff"))
            .field(
                "restricted",
                self.f.say("complaint-who-sees"),
                self.yes_or_no("complaint-few", "complaint-all"),
            )
            .usual(is("restricted"))
    }

    pub(super) fn unmerge(&self, complaint: ComplaintId) -> Sheet {
        let reference = self.view.references.get(&complaint).cloned().unwrap_or_default();
        self.forms
            .named(
                &format!("unmerge:{reference}"),
                "unmerge",
                &self.f.say("complaint-unmerge"),
                &self.f.say("complaint-unmerge-send"),
            )
            .hidden("complaint", reference)
            .field("reason", self.label("reason"), Kind::Line)
    }

    // --- Under the time line ---

    pub(super) fn reply(&self) -> Sheet {
        let c = &self.view.complaint;
        let decided = c.decision().is_some();
        let kinds = [ReplyKind::Substantive, ReplyKind::Progress, ReplyKind::Holding];
        let kinds = self.coded("reply-kind", kinds.iter().map(|c| c.code()));
        let spoken = matches!(c.channel, Channel::Phone | Channel::Counter | Channel::Field | Channel::Chat);
        let mut sheet = self
            .forms
            .sheet("replies", "", &self.f.say("complaint-send-reply"))
            .style("primary")
            .field("kind", self.label("kind"), Kind::Segments(kinds))
            .usual(if decided { "substantive" } else { "progress" })
            .required()
            .field("channel", self.label("channel"), self.channels())
            .usual(c.channel.code())
            .required()
            .field("body", self.f.say("complaint-reply-text"), Kind::Area(5))
            .required()
            .field(
                "delivered",
                self.label("delivered"),
                self.yes_or_no("complaint-delivered", "complaint-sent"),
            )
            .usual(if spoken { "true" } else { "false" })
            .required();
        let customers = c.customers();
        if customers.len() > 1 {
            let to =
                customers.iter().map(|id| choice(&id.to_string(), self.names.customer(Some(*id)))).collect();
            sheet = sheet.field("_to", self.f.say("complaint-to-whom"), Kind::Checks(to));
            for id in &customers {
                sheet = sheet.usual(id.to_string());
            }
        }
        let open = c.points.iter().filter(|p| p.answered_by.is_none());
        let text = |id| self.view.points.get(id).cloned().unwrap_or_default();
        let points: Vec<_> = open.map(|p| choice(&p.id.to_string(), text(&p.id))).collect();
        if !points.is_empty() {
            sheet = sheet.field("points_answered", self.label("points_answered"), Kind::Checks(points));
        }
        if !self.reachable {
            let posted = vec![choice("true", self.f.say("complaint-posted"))];
            sheet = sheet.field("posted", "", Kind::Checks(posted));
        }
        sheet.files(self.forms.waiting)
    }

    pub(super) fn note(&self) -> Sheet {
        self.forms
            .sheet("notes", "", &self.f.say("complaint-keep-note"))
            .style("primary")
            .field("body", self.f.say("complaint-note-text"), Kind::Area(4))
            .required()
            .files(self.forms.waiting)
    }

    pub(super) fn contact(&self) -> Sheet {
        let directions = self.coded("direction", Direction::ALL.iter().map(|c| c.code()));
        self.forms
            .sheet("contacts", "", &self.f.say("complaint-keep-contact"))
            .style("primary")
            .field("direction", self.f.say("complaint-who-called"), Kind::Segments(directions))
            .usual(Direction::In.code())
            .required()
            .field("channel", self.label("channel"), self.channels())
            .usual(self.channel())
            .required()
            .field("body", self.f.say("complaint-contact-text"), Kind::Area(3))
            .required()
            .field(
                "reached",
                self.f.say("complaint-was-reached"),
                self.yes_or_no("complaint-yes", "complaint-no"),
            )
            .usual("true")
            .files(self.forms.waiting)
    }
}

pub(super) fn choice(value: &str, label: impl Into<String>) -> Choice {
    Choice { value: value.to_owned(), label: label.into() }
}

/// How it is assessed now, as the fields of the form hold it; what is sent unchanged is no change.
pub(super) fn as_assessed(f: &Frame, view: &View) -> Vec<(&'static str, String)> {
    let c = &view.complaint;
    let wish = c.desired_remedy_seq.and_then(|seq| view.text(seq, "desired_remedy"));
    vec![
        ("severity", c.severity.code().to_owned()),
        ("category", c.category.clone().unwrap_or_default()),
        ("product", c.product.clone().unwrap_or_default()),
        ("place", c.place.clone().unwrap_or_default()),
        ("incident_at", c.incident_at.map(|at| f.field(at)).unwrap_or_default()),
        ("desired_remedy", wish.unwrap_or_default().to_owned()),
        ("about_staff", c.about_staff.map(|id| id.to_string()).unwrap_or_default()),
        ("restricted", c.restricted.to_string()),
    ]
}
