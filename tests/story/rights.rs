//! Who may do what: every route, as every role, on a complaint of every relation, held against a table in the
//! repository. A route that is not in the table fails, and so does a cell that changes.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{Desk, Person};
use crate::support::Engine;

/// How the complaint stands to the person who asks.
const RELATIONS: [&str; 6] = ["own", "same_team", "other_team", "about_me", "restricted", "closed"];

/// A desk with one person of each role in one team, somebody beside them and somebody elsewhere.
pub struct Cast {
    pub roles: Vec<Person>,
    mate: Person,
    pub far: Person,
    receiver: Person,
    boss: Person,
}

impl Cast {
    pub fn of(desk: &Desk) -> Self {
        let role = |role: &&str| desk.member(&format!("The {role}"), role, "north");
        Self {
            roles: ["agent", "lead", "admin", "auditor"].iter().map(role).collect(),
            mate: desk.member("Mate", "agent", "north"),
            far: desk.member("Far", "agent", "south"),
            receiver: desk.member("Receiver", "agent", "west"),
            boss: desk.member("Boss", "lead", "east"),
        }
    }

    /// A complaint as far as possible with a part of each kind; its id and theirs.
    pub fn complaint(&self, me: &Person, relation: &str) -> Made {
        let auditor = me.name == "The auditor";
        let logger = match relation {
            "own" | "closed" if !auditor => me,
            "same_team" => &self.mate,
            _ => &self.far,
        };
        let mut body = json!({ "channel": "phone", "customer": { "name": "Mai", "phone": "0901" }, "narrative": "late" });
        if relation == "about_me" {
            body["about_staff"] = json!(me.id);
        }
        body["restricted"] = json!(relation == "restricted");
        let id = logger.log_with(body).text("/id");
        logger.decide(&id, "upheld").status(200);
        let reply = json!({ "kind": "substantive", "channel": "email", "body": "x", "delivered": false });
        let reply = logger.post(&format!("/complaints/{id}/replies"), reply).status(201).text("/id");
        let promise = json!({ "text": "a call", "due_at": "2099-01-01T10:00:00Z" });
        let promise = logger.post(&format!("/complaints/{id}/promises"), promise).status(201).text("/id");
        let handoff = logger.offer(&id, &self.receiver).status(201).text("/id");
        let succession = json!({ "to": self.receiver.id, "reason": "r" });
        let succession =
            self.boss.post(&format!("/complaints/{id}/succession"), succession).status(201).text("/id");
        let refund = json!({ "type": "refund", "basis": "goodwill", "value": { "amount": "5.00", "currency": "EUR" },
                             "reason": "sorry" });
        let attachment = logger.send_bytes(&format!("/complaints/{id}/attachments?name=a.txt"), &[], b"a");
        let attachment = attachment.status(201).text("/items/0/id");
        let award = logger.post(&format!("/complaints/{id}/awards"), refund).status(201).text("/id");
        if relation == "closed" {
            logger.post(&format!("/awards/{award}/withdraw"), json!({})).status(200);
            logger.post(&format!("/promises/{promise}/void"), json!({ "reason": "r" })).status(200);
            logger.post(&format!("/replies/{reply}/delivered"), json!({})).status(200);
            logger.answer(&id, "accepted").status(200);
            logger.tag(&id, "late").status(200);
            logger.close(&id).status(200);
        }
        Made { id, handoff, succession, reply, promise, award, attachment }
    }
}

pub struct Made {
    pub id: String,
    handoff: String,
    succession: String,
    reply: String,
    promise: String,
    award: String,
    attachment: String,
}

/// A body that is right in itself, so that only the right of the caller decides. Every POST has one here.
pub fn body(cast: &Cast, path: &str) -> Option<Value> {
    let later = "2099-01-01T10:00:00Z";
    let why = json!({ "reason": "r" });
    let verb = path.rsplit('/').next().unwrap_or_default();
    Some(match verb {
        "accept" | "recall" | "delivered" | "failed" | "tokens" | "offer" | "execute" | "approve"
        | "{id}" | "delete" => {
            json!({})
        }
        "acknowledgement" => json!({ "channel": "sms", "body": "b" }),
        "assessment" => json!({ "severity": "serious" }),
        "handoffs" => json!({ "to": cast.boss.id, "reason": "r", "request": "q" }),
        "arbitration" => json!({ "handler": cast.receiver.id, "reason": "r" }),
        "succession" => json!({ "to": cast.boss.id, "reason": "r" }),
        "await-customer" => json!({ "question": "q", "due_at": later }),
        "contacts" => json!({ "channel": "sms", "direction": "in", "body": "b" }),
        "notes" => json!({ "body": "b" }),
        "presence" => json!({ "doing": "away" }),
        "decision" => json!({ "outcome": "upheld", "reasons": "r" }),
        "replies" => json!({ "kind": "progress", "channel": "sms", "body": "b", "delivered": true }),
        "customer-answer" => json!({ "answer": "accepted", "channel": "sms" }),
        "promises" => json!({ "text": "t", "due_at": later }),
        "causes" if path.contains("complaints") => {
            json!({ "cause": "late", "role": "primary", "confidence": "suspected" })
        }
        "decline" | "abandon" | "close" | "reopen" | "void" | "remove" | "erase" => why,
        "attachments" => json!({ "attachments": [] }),
        "read" | "uploads" => json!({}),
        "looks" => json!({ "single_keys": true }),
        "muted" => json!({ "kinds": [] }),
        "kept" => json!({ "evidence": "e" }),
        "supersede" => json!({ "text": "t", "due_at": later, "reason": "r", "consent": "c" }),
        "withdraw" if path.contains("awards") => json!({}),
        "withdraw" => {
            json!({ "reason": "r", "channel": "sms", "reply": { "channel": "sms", "body": "b", "delivered": true } })
        }
        "merge" if path.contains("complaints") => json!({ "into": "C-2026-000001" }),
        "unmerge" if path.contains("complaints") => json!({ "complaint": "C-2026-000001" }),
        "links" => json!({ "to": "C-2026-000001", "kind": "related" }),
        "referrals" => json!({ "body": "b", "date": "2026-01-01", "reference": "r" }),
        "complaints" => json!({ "channel": "sms", "customer": { "anonymous": true }, "narrative": "n" }),
        "refuse" | "reverse" | "hold" => json!({ "reason": "r" }),
        "amend" if !path.contains("/awards/") => json!({ "nothing": true }),
        "amend" => json!({ "reason": "r", "value": { "amount": "6.00", "currency": "EUR" } }),
        "ratify" => json!({ "outcome": "ratified", "reason": "r" }),
        "awards" => {
            json!({ "type": "gift", "basis": "goodwill", "value": { "amount": "1.00", "currency": "EUR" }, "reason": "r" })
        }
        "macros" if path.contains("complaints") => json!({ "macro": "0190f3b0-0000-7000-8000-00000000ffff" }),
        // Of one that is not there: nothing is done.
        "bulk" => {
            json!({ "verb": "close", "complaints": [{ "id": "C-2026-999999" }], "reason": "r" })
        }
        // The rest is refused for its body when the caller has the right, and so changes nothing.
        "second-rating" => json!({ "cause": "late" }),
        "cause-suggestions" => json!({ "text": "late" }),
        "causes" | "review" | "retire" | "move" | "staff" | "disable" | "absences" | "successions"
        | "customers" | "grants" | "activate" | "suspend" | "resume" | "revoke" | "related" | "batch"
        | "identifiers" | "merge" | "unmerge" | "invitations" | "place" | "end-second-factor"
        | "problems" | "solve" | "corrective-actions" | "start" | "plan" | "implemented" | "verdict"
        | "extend" | "owner" | "exposure" | "webhooks" | "enable" | "skip" | "secret" | "test" | "views"
        | "canned-replies" | "macros" | "{list}" | "restore" => {
            json!({ "nothing": true })
        }
        _ => return None,
    })
}

/// `yes` when only rules or the body stand in the way, `no` when the caller may not, `hidden` when there is nothing.
fn word(status: u16) -> &'static str {
    match status {
        200 | 201 | 409 | 422 => "yes",
        401 | 403 => "no",
        404 => "hidden",
        _ => "wrong",
    }
}

/// The path of a route with the id of something that is there.
pub fn filled(cast: &Cast, template: &str, made: Option<&Made>) -> String {
    let path = template.trim_start_matches("/api/v1");
    let id = match (made, path.split('/').nth(1).unwrap_or_default()) {
        (Some(made), "complaints") => made.id.clone(),
        (Some(made), "handoffs") => made.handoff.clone(),
        (Some(made), "successions") => made.succession.clone(),
        (Some(made), "replies") => made.reply.clone(),
        (Some(made), "promises") => made.promise.clone(),
        (Some(made), "awards") => made.award.clone(),
        (Some(made), "attachments") => made.attachment.clone(),
        (_, "staff") => cast.far.id.clone(),
        (_, "causes") => "late".to_owned(),
        _ => "0190f3b0-0000-7000-8000-00000000ffff".to_owned(),
    };
    path.replace("{id}", &id).replace("{list}", "teams")
}

fn ask(cast: &Cast, me: &Person, method: &str, template: &str, made: Option<&Made>) -> &'static str {
    let path = filled(cast, template, made);
    if method == "get" {
        // A stream is never over: its status alone is read.
        return word(if path == "/events" { me.status_of(&path) } else { me.get(&path).status });
    }
    let body = body(cast, template).unwrap_or_else(|| panic!("{template} has no body in the test of rights"));
    if !template.ends_with("/approve") {
        return word(me.post(&path, body).status);
    }
    // What is approved is what was seen: somebody who sees everything tells in which version it is.
    let seen = cast.roles.iter().map(|p| p.get(path.trim_end_matches("/approve"))).find(|a| a.status == 200);
    let tag =
        seen.and_then(|a| a.header("etag").map(ToOwned::to_owned)).unwrap_or_else(|| "\"1\"".to_owned());
    word(me.post_with(&path, &[("If-Match", &tag)], &body.to_string()).status)
}

#[test]
fn row_11_every_route_keeps_to_the_table_of_rights() {
    let desk = Desk::open(Engine::Sqlite);
    let cast = Cast::of(&desk);
    cast.boss.log(json!({ "anonymous": true }), "the one that others name");
    let document = cast.boss.get("/openapi.json").status(200).body;
    let mut table = String::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for method in operations.as_object().unwrap().keys().filter(|m| ["get", "post"].contains(&&***m)) {
            if !path.starts_with("/api/") {
                continue;
            }
            let _ = writeln!(table, "{} {path}", method.to_uppercase());
            let about_complaints = path.contains("{id}")
                && ["complaints", "handoffs", "successions", "replies", "promises", "awards", "attachments"]
                    .iter()
                    .any(|noun| path.starts_with(&format!("/api/v1/{noun}/")));
            for me in &cast.roles {
                let cells = if about_complaints {
                    let cell = |relation: &&str| {
                        let made = cast.complaint(me, relation);
                        format!("{relation} {}", ask(&cast, me, method, path, Some(&made)))
                    };
                    RELATIONS.iter().map(cell).collect::<Vec<_>>().join(", ")
                } else {
                    ask(&cast, me, method, path, None).to_owned()
                };
                let _ = writeln!(table, "    {}: {cells}", me.name.trim_start_matches("The "));
            }
        }
    }
    assert!(!table.contains("wrong"), "an answer that is no answer to a right:\n{table}");
    insta::assert_snapshot!("rights", table);
}
