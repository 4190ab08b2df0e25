//! Hostile text in every field a person can fill, and every page that shows it: nothing runs, nothing is fetched, and it
//! is shown as it was typed.

use std::collections::{BTreeMap, BTreeSet};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::crawl;
use crate::demo::Demo;
use crate::driver::{Browser, Setup};
use crate::support::{Desk, Person};
use crate::vectors::VECTORS;

/// Fields that hold the name of something there is, or a form of their own, so that no such text is taken.
const NOT_FREE: [&str; 20] = [
    "phone",
    "email",
    "language",
    "cause",
    "parent",
    "into",
    "complaint",
    "to",
    "maps_to",
    "code",
    "date",
    "amount",
    "holder",
    "per_award",
    "per_case",
    "per_batch",
    "four_eyes_above",
    "causes",
    "complaints",
    "id",
];

/// Who fills the fields, and what they filled.
struct Attack<'a> {
    by: &'a Person,
    /// The next vector of each field.
    next: BTreeMap<String, usize>,
}

impl Attack<'_> {
    /// As many of the next vectors of a field as fit.
    fn text(&mut self, field: &str, most: usize) -> String {
        let next = self.next.entry(field.to_owned()).or_default();
        let mut text = String::new();
        for _ in VECTORS {
            let vector = VECTORS[*next % VECTORS.len()];
            if text.chars().count() + vector.chars().count() + 1 > most {
                break;
            }
            text.push_str(vector);
            text.push(' ');
            *next += 1;
        }
        text
    }

    /// Puts hostile text where a body says how long it may be, as `§200`.
    fn arm(&mut self, path: &str, field: &str, body: Value) -> Value {
        match body {
            Value::String(text) => match text.strip_prefix('§').and_then(|most| most.parse().ok()) {
                Some(most) => self.text(&format!("{path} {field}"), most).into(),
                None => Value::String(text),
            },
            Value::Array(items) => items.into_iter().map(|item| self.arm(path, field, item)).collect(),
            Value::Object(members) => members
                .into_iter()
                .map(|(name, value)| {
                    let inner = if field.is_empty() { name.clone() } else { format!("{field}.{name}") };
                    let value = self.arm(path, &inner, value);
                    (name, value)
                })
                .collect(),
            other => other,
        }
    }

    /// Sends a body to a call; `id` stands for the thing it is about.
    #[track_caller]
    fn send(&mut self, path: &str, id: &str, body: Value) -> Value {
        let body = self.arm(path, "", body);
        let path = path.replace("{id}", id).replace("{list}", "products");
        let answer = self.by.post(&path, body);
        assert!((200..300).contains(&answer.status), "{path}: {} {}", answer.status, answer.body);
        answer.body
    }

    /// Attaches a file whose name is hostile; its id.
    fn attach(&mut self, this: &str) -> String {
        use std::fmt::Write as _;
        let name = self.text("file name", 400).bytes().fold(String::new(), |mut all, byte| {
            let _ = write!(all, "%{byte:02x}");
            all
        });
        let path = format!("/complaints/{this}/attachments?name={name}");
        self.by.send_bytes(&path, &[], name.as_bytes()).status(201).text("/items/0/id")
    }

    fn log(&mut self, more: &Value) -> Value {
        let mut body = json!({
            "channel": "phone", "customer": { "name": "§200", "phone": "090 123 4567" }, "narrative": "§9000",
            "summary": "§200", "product": "§200", "place": "§200", "order_ref": "§200", "category": "§200",
            "desired_remedy": "§5000", "points": ["§5000"],
        });
        for (name, value) in more.as_object().into_iter().flatten() {
            body[name] = value.clone();
        }
        self.send("/complaints", "", body)
    }
}

/// Every field of every call that takes text of a person's own, from the description of the calls.
fn free_fields(document: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (path, calls) in document["paths"].as_object().expect("paths") {
        let Some(path) = path.strip_prefix("/api/v1") else { continue };
        let schema = &calls["post"]["requestBody"]["content"]["application/json"]["schema"];
        collect(document, schema, path, "", &mut found);
    }
    found
}

fn collect(document: &Value, schema: &Value, path: &str, field: &str, found: &mut BTreeSet<String>) {
    if let Some(name) = schema["$ref"].as_str() {
        return collect(
            document,
            document.pointer(name.trim_start_matches('#')).expect("a schema"),
            path,
            field,
            found,
        );
    }
    for choice in ["anyOf", "oneOf", "allOf"].iter().filter_map(|key| schema[*key].as_array()).flatten() {
        collect(document, choice, path, field, found);
    }
    if schema["items"].is_object() {
        collect(document, &schema["items"], path, field, found);
    }
    if schema["additionalProperties"].is_object() {
        collect(document, &schema["additionalProperties"], path, &format!("{field}.en"), found);
    }
    for (name, inner) in schema["properties"].as_object().into_iter().flatten() {
        let inner_field = if field.is_empty() { name.clone() } else { format!("{field}.{name}") };
        collect(document, inner, path, &inner_field, found);
    }
    let text = schema["type"] == "string"
        || schema["type"].as_array().is_some_and(|kinds| kinds.contains(&json!("string")));
    let own = ["enum", "const", "format", "pattern"].iter().all(|key| schema[*key].is_null());
    let name = field.rsplit('.').next().unwrap_or_default();
    if text && own && !NOT_FREE.contains(&name) {
        found.insert(format!("{path} {field}"));
    }
}

const SOON: &str = "2030-01-01T00:00:00Z";

fn call(verb: &str) -> String {
    format!("/complaints/{{id}}/{verb}")
}

fn id(thing: &Value) -> &str {
    thing["id"].as_str().expect("an id")
}

/// A complaint on which everything is said that can be said while it is open; it stays open.
fn open(ana: &mut Attack<'_>, lead: &mut Attack<'_>, third: &Person) -> String {
    let logged = ana.log(&json!({ "promise": { "text": "§5000", "due_at": SOON } }));
    let this = id(&logged);
    ana.send(&call("acknowledgement"), this, json!({ "channel": "phone", "body": "§9000" }));
    ana.send(&call("assessment"), this, json!({
        "category": "§200", "product": "§200", "place": "§200", "desired_remedy": "§5000", "points": ["§5000"],
    }));
    let offer = || json!({ "to": lead.by.id, "reason": "§5000", "request": "§5000", "promised": "§5000" });
    let first = ana.send(&call("handoffs"), this, offer());
    let second = offer();
    lead.send("/handoffs/{id}/decline", id(&first), json!({ "reason": "§5000" }));
    let second = ana.send(&call("handoffs"), this, second);
    ana.send("/handoffs/{id}/recall", id(&second), json!({ "reason": "§5000" }));
    lead.send(&call("arbitration"), this, json!({ "handler": lead.by.id, "reason": "§5000" }));
    let succession = lead.send(&call("succession"), this, json!({ "to": third.id, "reason": "§5000" }));
    let mut third = Attack { by: third, next: std::mem::take(&mut lead.next) };
    third.send("/successions/{id}/decline", id(&succession), json!({ "reason": "§5000" }));
    lead.next = third.next;
    ana.send(&call("await-customer"), this, json!({ "question": "§5000", "due_at": SOON }));
    ana.send(&call("contacts"), this, json!({ "channel": "phone", "direction": "in", "body": "§9000" }));
    ana.send(&call("notes"), this, json!({ "body": "§9000" }));
    for _ in 0..3 {
        ana.attach(this);
    }
    let gone = ana.attach(this);
    ana.send("/attachments/{id}/remove", &gone, json!({ "reason": "§5000" }));
    lead.send("/attachments/{id}/erase", &gone, json!({ "reason": "§5000" }));
    let made = || json!({ "text": "§5000", "due_at": SOON });
    let kept = ana.send(&call("promises"), this, made());
    ana.send("/promises/{id}/kept", id(&kept), json!({ "evidence": "§5000" }));
    let moved = ana.send(&call("promises"), this, made());
    let to = json!({ "text": "§5000", "due_at": SOON, "consent": "§5000", "reason": "§5000" });
    ana.send("/promises/{id}/supersede", id(&moved), to);
    let dropped = ana.send(&call("promises"), this, made());
    ana.send("/promises/{id}/void", id(&dropped), json!({ "reason": "§5000" }));
    // Broken at once, since the customer agreed to nothing; then a lead says that it will never be done.
    let broken = ana.send(&call("promises"), this, made());
    let without = json!({ "text": "§5000", "due_at": SOON, "reason": "§5000" });
    ana.send("/promises/{id}/supersede", id(&broken), without);
    lead.send("/promises/{id}/abandon", id(&broken), json!({ "reason": "§5000" }));
    let referral = json!({ "body": "§200", "date": "2026-01-02", "reference": "§200", "reason": "§5000" });
    ana.send(&call("referrals"), this, referral);
    let decision = json!({
        "outcome": "rejected", "reasons": "§5000", "alternative": "§5000", "next_route": "§5000",
    });
    lead.send(&call("decision"), this, decision);
    ana.send(
        &call("causes"),
        this,
        json!({
            "cause": "damaged", "role": "primary", "confidence": "confirmed",
            "whys": ["§5000", { "answer": "§5000", "evidence": "§5000" }],
            "escape_point": "§5000", "evidence": "§5000",
        }),
    );
    let reply = json!({ "kind": "substantive", "channel": "email", "body": "§9000", "delivered": false });
    let sent = ana.send(&call("replies"), this, reply);
    ana.send("/replies/{id}/failed", id(&sent), json!({ "reason": "§5000" }));
    this.to_owned()
}

/// A complaint with the fields that hold one line.
fn lines(ana: &mut Attack<'_>) -> String {
    let logged = ana.log(&json!({ "desired_remedy": null, "points": [] }));
    let assessed = json!({ "category": "§200", "product": "§200", "place": "§200" });
    ana.send(&call("assessment"), id(&logged), assessed);
    let referral = json!({ "body": "§200", "date": "2026-01-02", "reference": "§200" });
    ana.send(&call("referrals"), id(&logged), referral);
    ana.attach(id(&logged));
    id(&logged).to_owned()
}

/// The other ways of a complaint, each with all that is said on it.
fn ended(ana: &mut Attack<'_>, lead: &mut Attack<'_>, earlier: &str) {
    let settled = ana.log(&json!({ "points": [], "settled": {
        "reply": { "body": "§9000" },
        "decision": {
            "outcome": "rejected", "reasons": "§5000", "alternative": "§5000", "next_route": "§5000",
        },
        "cause": { "cause": "damaged", "evidence": "§5000" },
    } }));
    ana.send(&call("reopen"), id(&settled), json!({ "reason": "§5000" }));
    lead.send(&call("decision"), id(&settled), json!({ "outcome": "upheld", "reasons": "§5000" }));
    let reply = json!({ "kind": "substantive", "channel": "phone", "body": "§9000", "delivered": true });
    ana.send(&call("replies"), id(&settled), reply);
    let disputed = json!({ "answer": "disputed", "channel": "phone" });
    ana.send(&call("customer-answer"), id(&settled), disputed);
    lead.send(&call("close"), id(&settled), json!({ "reason": "§5000", "external_body": "§5000" }));
    let withdrawn = ana.log(&json!({}));
    let taken_back = json!({
        "reason": "§5000", "channel": "phone", "reply": { "channel": "phone", "body": "§9000", "delivered": true },
    });
    ana.send(&call("withdraw"), id(&withdrawn), taken_back);
    let void = ana.log(&json!({}));
    lead.send(&call("void"), id(&void), json!({ "reason": "§5000" }));
    let again = ana.log(&json!({}));
    ana.send(&call("links"), id(&again), json!({ "to": earlier, "kind": "related", "reason": "§5000" }));
    ana.send(&call("merge"), id(&again), json!({ "into": earlier, "reason": "§5000" }));
    ana.send(&call("unmerge"), earlier, json!({ "complaint": id(&again), "reason": "§5000" }));
}

/// A grant with hostile words in it, and a plain one in force for whoever holds it.
fn grant(root: &mut Attack<'_>, second: &mut Attack<'_>, holder: &str, hostile: bool) {
    let (most, reference) = if hostile { ("1.00", "§200") } else { ("900.00", "R") };
    let mut body = json!({
        "holder": holder, "types": ["refund"], "bases": ["goodwill"], "currency": "EUR",
        "limits": { "per_award": most }, "document": { "ref": reference, "sha256": "a".repeat(64) },
    });
    if hostile {
        body["scope"] = json!({ "teams": ["§200"], "products": ["§200"] });
        body["reason"] = "§5000".into();
    }
    let grant = root.send("/grants", "", body);
    let why = || if hostile { json!({ "reason": "§5000" }) } else { json!({}) };
    second.send("/grants/{id}/activate", id(&grant), why());
    if hostile {
        for step in ["suspend", "resume", "revoke"] {
            second.send(&format!("/grants/{{id}}/{step}"), id(&grant), why());
        }
    }
}

fn refund(amount: &str) -> Value {
    json!({
        "type": "refund", "basis": "goodwill", "value": { "amount": amount, "currency": "EUR" }, "reason": "§5000",
        "payee": "§200",
    })
}

/// A problem and an action with all that is said on them, down to the verdict and the end; days of a year before all
/// others, so that every round counts its own complaints.
fn fixes(ana: &mut Attack<'_>, lead: &mut Attack<'_>, third: &Person, round: i32) {
    let verb = |verb: &str| format!("/corrective-actions/{{id}}/{verb}");
    let why = || json!({ "reason": "§5000" });
    let known = || {
        json!({
            "title": "§200", "causes": ["late"], "containment": { "text": "§5000" }, "similar": "§5000",
            "silent": "§5000", "side_effects": "§5000", "say": { "en": "§1000" },
        })
    };
    let problem = lead.send("/problems", "", known());
    lead.send("/problems/{id}/amend", id(&problem), known());
    let action = json!({
        "problem": id(&problem), "title": "§200", "owner": third.id, "due_at": SOON, "description": "§5000",
    });
    let action = lead.send("/corrective-actions", "", action);
    let year = 1990 + round;
    let plan = |exposure: Value, verifier: &str| {
        json!({
            "baseline": { "from": format!("{year}-01-01"), "to": format!("{year}-02-01") },
            "watch": { "from": format!("{year}-03-01"), "to": format!("{year}-04-01") },
            "exposure": exposure, "verifier": verifier, "reason": "§5000",
        })
    };
    let hostile = plan(json!({ "kind": "§200", "product": "§200", "place": "§200" }), &lead.by.id);
    lead.send(&verb("plan"), id(&action), hostile);
    let plain = plan(json!({ "kind": "plain" }), &lead.by.id);
    lead.send(&verb("plan"), id(&action), plain);
    lead.send(&verb("approve"), id(&action), json!({}));
    let since = json!({ "implemented_at": format!("{year}-02-10T00:00:00Z") });
    lead.send(&verb("implemented"), id(&action), since);
    // Four before and three after on as much: that cannot be told. On very much more, it works.
    for day in ["01-03", "01-10", "01-17", "01-24", "03-03", "03-13", "03-23"] {
        let at = format!("{year}-{day}T09:00:00Z");
        let logged = ana.log(&json!({ "received_at": at, "incident_at": at, "points": [] }));
        let late = json!({ "cause": "late", "role": "primary", "confidence": "suspected" });
        ana.send(&call("causes"), id(&logged), late);
    }
    let row = |day: &str, kind: &str, count: i64| json!({ "date": format!("{year}-{day}"), "kind": kind, "count": count });
    let hostile = json!({ "date": format!("{year}-01-01"), "kind": "§200", "product": "§200", "place": "§200", "count": 1 });
    let rows = json!({ "items": [hostile, row("01-01", "plain", 10), row("03-01", "plain", 10)] });
    lead.send("/exposure", "", rows);
    let said = lead.send(&verb("verdict"), id(&action), json!({}));
    assert_eq!(said["verdict"], "inconclusive", "{said}");
    let longer = json!({ "to": format!("{year}-05-01"), "reason": "§5000" });
    lead.send(&verb("extend"), id(&action), longer);
    lead.send("/exposure", "", json!({ "items": [row("04-01", "plain", 1_000_000)] }));
    let said = lead.send(&verb("verdict"), id(&action), json!({}));
    assert_eq!(said["verdict"], "effective", "{said}");
    lead.send("/problems/{id}/solve", id(&problem), why());
    lead.send("/problems/{id}/reopen", id(&problem), why());
    let owner = lead.send(&verb("owner"), id(&action), json!({ "owner": ana.by.id, "reason": "§5000" }));
    lead.send(&verb("close"), id(&owner), why());
}

/// Whoever approves says which version they saw.
fn approve(by: &Person, award: &str) {
    let seen = by.get(&format!("/awards/{award}"));
    let tag = seen.header("etag").expect("a version").to_owned();
    by.post_with(&format!("/awards/{award}/approve"), &[("If-Match", &tag)], "{}").status(200);
}

/// A complaint on which everything is given that can be.
fn given(ana: &mut Attack<'_>, lead: &mut Attack<'_>, chief: &mut Attack<'_>) -> String {
    let verb = |verb: &str| format!("/awards/{{id}}/{verb}");
    let why = || json!({ "reason": "§5000" });
    let logged = ana.log(&json!({ "points": [] }));
    let this = id(&logged);
    let award = ana.send(&call("awards"), this, refund("10.00"));
    let amended =
        json!({ "value": { "amount": "9.00", "currency": "EUR" }, "reason": "§5000", "payee": "§200" });
    ana.send(&verb("amend"), id(&award), amended);
    approve(lead.by, id(&award));
    lead.send(&verb("hold"), id(&award), why());
    approve(lead.by, id(&award));
    ana.send(&verb("offer"), id(&award), json!({}));
    ana.send(&verb("customer-answer"), id(&award), json!({ "answer": "accepted" }));
    ana.send(&verb("execute"), id(&award), json!({ "evidence": "§5000" }));
    lead.send(&verb("reverse"), id(&award), why());
    let refused = ana.send(&call("awards"), this, refund("901.00"));
    lead.send(&verb("refuse"), id(&refused), why());
    let withdrawn = ana.send(&call("awards"), this, refund("11.00"));
    ana.send(&verb("withdraw"), id(&withdrawn), why());
    let mut emergency = refund("1000.00");
    emergency["emergency"] = true.into();
    let emergency = lead.send(&call("awards"), this, emergency);
    chief.send(&verb("ratify"), id(&emergency), json!({ "outcome": "ratified", "reason": "§5000" }));
    let other = ana.log(&json!({ "points": [] }));
    let mut batch = refund("1.00");
    batch.as_object_mut().expect("an object").remove("payee");
    (batch["complaints"], batch["incident"]) = (json!([id(&other)]), "§200".into());
    lead.send("/awards/batch", "", batch);
    ana.log(&json!({ "points": [], "settled": {
        "reply": { "body": "§9000" }, "decision": { "reasons": "§5000" },
        "cause": { "cause": "damaged", "evidence": "§5000" }, "award": refund("2.00"),
    } }));
    this.to_owned()
}

/// What is said on many at once, and a view that a team has.
fn many(ana: &mut Attack<'_>, lead: &mut Attack<'_>) {
    let logged = ana.log(&json!({ "points": [] }));
    let rows = json!([{ "id": id(&logged) }]);
    let bodies = [
        json!({ "verb": "offer", "to": lead.by.id, "reason": "§5000", "request": "§5000", "promised": "§5000" }),
        json!({ "verb": "tag", "cause": "damaged", "role": "primary", "confidence": "confirmed",
                "whys": ["§5000", { "answer": "§5000", "evidence": "§5000" }], "escape_point": "§5000",
                "evidence": "§5000" }),
        json!({ "verb": "assess", "category": "§200", "product": "§200", "place": "§200", "desired_remedy": "§5000",
                "points": ["§5000"] }),
        json!({ "verb": "close", "reason": "§5000", "external_body": "§5000" }),
    ];
    for mut body in bodies {
        body["complaints"] = rows.clone();
        ana.send("/complaints/bulk", "", body);
    }
    let view = json!({ "name": "§200", "sharing": "team", "team": "§200", "query": { "view": "all" } });
    let view = lead.send("/views", "", view);
    lead.send("/views/{id}", id(&view), json!({ "name": "§200", "team": "§200" }));
}

/// Reply texts, which are offered on every complaint.
fn reply_texts(lead: &mut Attack<'_>) {
    let text =
        json!({ "name": "§200", "texts": { "en": "§9000", "vi": "§9000", "zh": "§9000", "hu": "§9000" } });
    let reply = lead.send("/canned-replies", "", text.clone());
    lead.send("/canned-replies/{id}/amend", id(&reply), text);
}

/// Macros, which are offered on every complaint too.
fn macros(root: &mut Attack<'_>, to: &str) {
    let steps = json!([
        { "verb": "note", "body": "§9000" },
        { "verb": "assess", "category": "§200", "product": "§200", "place": "§200" },
        { "verb": "tag", "cause": "damaged", "role": "primary", "confidence": "suspected", "evidence": "§5000" },
        { "verb": "offer", "to": to, "reason": "§5000", "request": "§5000" },
        { "verb": "promise", "text": "§5000", "due_in_hours": 24 },
        { "verb": "close", "reason": "§5000" },
    ]);
    let body = json!({ "name": "§200", "steps": steps });
    let made = root.send("/macros", "", body.clone());
    root.send("/macros/{id}/amend", id(&made), body);
}

/// Names on a list, which forms offer.
fn names(root: &mut Attack<'_>) {
    let made = root.send("/lists/{list}", "", json!({ "name": "§200" }));
    root.send("/lists/{list}/{id}/amend", id(&made), json!({ "name": "§200" }));
}

/// What nobody but hostile text may have done to a page.
fn look(browser: &Browser, path: &str, wrong: &mut Vec<String>) {
    let ran = browser.run("return typeof window.ran === 'number' || location.origin === 'null'");
    if ran == true {
        wrong.push(format!("{path}: a script ran"));
    }
    // That the answer refused something is what this test wants.
    let told = browser
        .complaints()
        .into_iter()
        .filter(|line| !line.contains("the server responded with a status of"));
    wrong.extend(told.map(|line| format!("{path}: {line}")));
    let out = browser.run(
        "return performance.getEntriesByType('resource').map(entry => entry.name)
            .filter(name => !name.startsWith(location.origin))",
    );
    if out.as_array().is_some_and(|names| !names.is_empty()) {
        wrong.push(format!("{path}: fetched {out}"));
    }
}

/// Fills every field of every form of a page and sends it, whatever the page itself would say to that.
fn send_forms(
    browser: &Browser,
    path: &str,
    sign_in: &dyn Fn(&Browser),
    sent: &mut BTreeSet<String>,
    wrong: &mut Vec<String>,
) {
    let forms = browser
        .run("return [...document.forms].map(form => form.method + ' ' + new URL(form.action).pathname)");
    let forms = forms.as_array().into_iter().flatten().filter_map(Value::as_str);
    for (at, form) in forms.enumerate() {
        // Each form once, however many pages it stands on.
        if !sent.insert(crawl::shape(form)) {
            continue;
        }
        if browser.path().starts_with("/sign-in") && !path.starts_with("/sign-in") {
            sign_in(browser);
        }
        browser.go(path);
        let vectors = json!(VECTORS);
        let went = browser.run(&format!(
            "const vectors = {vectors}; let next = {at} * 7;
             const form = document.forms[{at}];
             if (!form || /sign-out|discard/.test(form.action)) return false;
             for (const field of form.elements) {{
                 const kind = field.type || '';
                 if (kind === 'radio' || kind === 'checkbox') {{ field.checked = true; continue; }}
                 if (field.tagName !== 'TEXTAREA' && !/^(text|search|email|tel|password|url)$/.test(kind)) continue;
                 const most = field.maxLength > 0 ? field.maxLength : 4000;
                 let text = '';
                 for (let n = 0; n < vectors.length && text.length + vectors[next % vectors.length].length < most; n++)
                     text += vectors[next++ % vectors.length] + ' ';
                 field.value = text;
             }}
             HTMLFormElement.prototype.submit.call(form);
             return true;"
        ));
        if went == true {
            browser.find("body");
            look(browser, &format!("{form} of {path}"), wrong);
        }
    }
}

/// An alert, put into the desk's file: by itself the desk finds one only in weeks of complaints.
fn risen(desk: &Desk, round: i32) -> String {
    let file = desk.url().trim_start_matches("sqlite:").trim_start_matches("//");
    let last = format!("{round:012x}");
    let body = json!({
        "cause": "01900000-0000-7000-8000-000000000003", "kind": "spike", "count": 9, "expected": 1.5, "chance": 0.001,
        "scatter": 1.0,
    });
    let insert = format!(
        "pragma busy_timeout = 5000; insert into alert (id, kind, cause, week, found_at, body) \
         values (x'01900000000070009000{last}', 'spike', x'01900000000070008000000000000003', {}, 0, '{body}')",
        20_000 + 7 * round
    );
    let done = Command::new("sqlite3").arg(file).arg(insert).stdin(Stdio::null()).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    format!("01900000-0000-7000-9000-{last}")
}

#[test]
fn hostile_text_is_text_wherever_it_is_shown() {
    let demo = Demo::open(1);
    let desk = &demo.desk;
    let root = desk.person("Root", "admin");
    let (ana, third, lead) =
        (desk.person("Ana", "agent"), desk.person("Ida", "agent"), desk.person("Bo", "lead"));
    let mut root_acts = Attack { by: &root, next: BTreeMap::new() };
    let mut ana_acts = Attack { by: &ana, next: BTreeMap::new() };
    let mut lead_acts = Attack { by: &lead, next: BTreeMap::new() };
    let (second, chief) = (desk.person("Root Two", "admin"), desk.person("Chief", "lead"));
    let mut second_acts = Attack { by: &second, next: BTreeMap::new() };
    let mut chief_acts = Attack { by: &chief, next: BTreeMap::new() };
    for holder in ["agent", "lead"] {
        grant(&mut root_acts, &mut second_acts, holder, false);
    }
    let widest = json!({
        "holder": chief.id, "types": ["refund"], "bases": ["goodwill"], "currency": "EUR",
        "limits": { "per_award": "90000.00" }, "document": { "ref": "R", "sha256": "b".repeat(64) },
    });
    let widest = root_acts.send("/grants", "", widest);
    second_acts.send("/grants/{id}/activate", id(&widest), json!({}));
    let mut complaints = Vec::new();
    // As many rounds as it takes until the shortest fields have held every vector; the long ones hold them all in two.
    for round in 0.. {
        if round < 2 {
            let earlier = open(&mut ana_acts, &mut lead_acts, &third);
            ended(&mut ana_acts, &mut lead_acts, &earlier);
            complaints.push(earlier);
            lead_acts.send("/staff/{id}/successions", &third.id, json!({ "to": ana.id, "reason": "§5000" }));
        }
        complaints.push(lines(&mut ana_acts));
        fixes(&mut ana_acts, &mut lead_acts, &third, round);
        grant(&mut root_acts, &mut second_acts, "agent", true);
        complaints.push(given(&mut ana_acts, &mut lead_acts, &mut chief_acts));
        many(&mut ana_acts, &mut lead_acts);
        reply_texts(&mut lead_acts);
        macros(&mut root_acts, &ana.id);
        names(&mut root_acts);
        let staff = json!({
            "name": "§200", "email": format!("h{round}@example.com"), "role": "agent", "team": "§200",
        });
        let added = root_acts.send("/staff", "", staff);
        root_acts.send("/staff/{id}/place", id(&added), json!({ "role": "agent", "team": "§200" }));
        root_acts.send("/staff/{id}/related", id(&added), json!({ "staff": third.id, "reason": "§5000" }));
        root_acts.send("/staff/{id}/tokens", id(&added), json!({ "name": "§200" }));
        let customer = root_acts.send("/customers", "", json!({ "name": "§200" }));
        let order = json!({ "kind": "order", "value": "§200" });
        root_acts.send("/customers/{id}/identifiers", id(&customer), order);
        let cause = json!({
            "code": format!("h{round}"), "name": { "en": "§200" }, "value_category": "product",
            "servqual": "reliability", "family": "method",
        });
        lead_acts.send("/causes", "", cause);
        // Off at once, so that nobody out there is called.
        let hook =
            || json!({ "recipient": "§200", "country": "HU", "purpose": "§1000", "url": "https://1.1.1.1/" });
        let added = root_acts.send("/webhooks", "", hook())["webhook"].clone();
        root_acts.send("/webhooks/{id}/amend", id(&added), hook());
        root_acts.send("/webhooks/{id}/disable", id(&added), json!({}));
        let alert = risen(desk, round);
        lead_acts.send("/alerts/{id}/review", &alert, json!({ "verdict": "artefact", "note": "§2000" }));
        ana_acts.send("/cause-suggestions", "", json!({ "text": "§9000", "product": "§200" }));
        let acts = [&root_acts, &second_acts, &ana_acts, &lead_acts, &chief_acts];
        let mut all = acts.into_iter().flat_map(|acts| &acts.next);
        let Some((field, least)) = all.find(|(_, held)| **held < VECTORS.len()) else { break };
        // A field that is not filled in every round would never hold them all.
        assert!(round < 35, "{field} has held {least} of {}", VECTORS.len());
    }
    let acts = [&root_acts, &second_acts, &ana_acts, &lead_acts, &chief_acts];
    let mut filled: BTreeSet<String> = acts.iter().flat_map(|a| a.next.keys()).cloned().collect();
    // Compared with what was approved and not kept: whatever else it says is refused.
    filled.insert("/awards/{id}/execute payee".to_owned());
    let document = root.get("/openapi.json").status(200).body;
    let forgotten: Vec<_> = free_fields(&document).difference(&filled).cloned().collect();
    assert!(forgotten.is_empty(), "fields that hold nothing hostile: {forgotten:#?}");
    look_everywhere(&demo, &complaints);
}
/// Every page that shows any of it, every form that takes it, and everything a page can be asked with it.
fn look_everywhere(demo: &Demo, complaints: &[String]) {
    let browser = Browser::open(&demo.desk.address(), Setup::default());
    let mut wrong = Vec::new();
    demo.sign_in(&browser, "helen");
    let mut customers = BTreeSet::new();
    for complaint in complaints {
        let path = format!("/complaints/{complaint}");
        browser.go(&path);
        look(&browser, &path, &mut wrong);
        customers.extend(crawl::links(&browser).into_iter().filter(|link| link.starts_with("/customers/")));
    }
    // All of it is there to be read, sign by sign.
    let first = format!("/complaints/{}", complaints[0]);
    browser.go(&first);
    let unread = browser.run(&format!(
        "const all = document.body.textContent + [...document.querySelectorAll('input, textarea')].map(f => f.value);
         return {}.filter(vector => !all.includes(vector.trim()))",
        json!(VECTORS)
    ));
    if unread.as_array().is_none_or(|unread| !unread.is_empty()) {
        wrong.push(format!("{first}: not shown as typed: {unread}"));
    }
    for customer in &customers {
        browser.go(customer);
        look(&browser, customer, &mut wrong);
    }
    let (mut seen, mut sent) = (BTreeSet::new(), BTreeSet::new());
    for who in ["helen", "katalin"] {
        demo.sign_in(&browser, who);
        let from = [
            "/",
            "/complaints?view=all",
            "/complaints/new",
            "/settings",
            &first,
            "/approvals",
            "/notifications",
            "/authority",
            "/awards",
            "/grants",
            "/ledger",
            "/causes",
            "/causes/second-rating",
            "/analysis/alerts",
            "/analysis/repeats",
            "/analysis/cost",
            "/analysis/week",
            "/floor",
        ];
        // An administrator does not look over the floor.
        let all = from.len() - usize::from(who == "katalin");
        for path in crawl::pages(&browser, &from[..all], 48) {
            if seen.insert(crawl::shape(&path)) {
                browser.go(&path);
                look(&browser, &path, &mut wrong);
                send_forms(&browser, &path, &|browser| demo.sign_in(browser, who), &mut sent, &mut wrong);
                demo.sign_in(&browser, who);
            }
        }
    }
    // A lead comes to everything that is asked for.
    demo.sign_in(&browser, "helen");
    ask(&browser, &mut wrong);
    assert!(wrong.is_empty(), "{} things are wrong:\n  {}", wrong.len(), wrong.join("\n  "));
}

/// Hostile text where a page is asked for: in the path, in each question, behind the `#`.
fn ask(browser: &Browser, wrong: &mut Vec<String>) {
    const QUESTIONS: [&str; 10] =
        ["view", "sort", "cursor", "stage", "next", "code", "columns", "customer", "draft", "severity"];
    let encode = |text: &str| text.bytes().fold(String::new(), |text, byte| text + &format!("%{byte:02X}"));
    for (at, vectors) in VECTORS.chunks(3).enumerate() {
        let vector = encode(&vectors.join(" "));
        let mut paths = vec![
            format!("/complaints?view=all&q={vector}#{vector}"),
            format!("/analysis/alerts?open={vector}&seen={vector}"),
            format!("/analysis/repeats?cause={vector}&gap_days={vector}&from={vector}"),
            format!(
                "/analysis/cost?currency=EUR&minutes={vector}&hour={vector}&lost_percent={vector}&product={vector}"
            ),
            format!("/analysis/week?week={vector}"),
            format!("/floor?team={vector}"),
            format!("/complaints?view=all&waited={vector}&promised_by={vector}&team={vector}"),
        ];
        if at % 4 == 0 {
            paths.push(format!("/complaints/{vector}"));
            paths.push(format!("/{vector}"));
            paths.push(format!("/sign-in?next={vector}"));
            paths.push(format!("/complaints/new?customer={vector}"));
            let question = QUESTIONS[at / 4 % QUESTIONS.len()];
            paths.push(format!("/complaints?{question}={vector}"));
        }
        for path in paths {
            browser.go(&path);
            look(browser, &path, wrong);
        }
    }
}

#[test]
fn there_are_more_than_a_hundred_vectors() {
    assert!(VECTORS.len() >= 100, "{}", VECTORS.len());
    assert_eq!(VECTORS.iter().collect::<BTreeSet<_>>().len(), VECTORS.len());
}
