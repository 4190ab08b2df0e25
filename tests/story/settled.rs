//! Settled at first contact: receipt, decision, reply, answer, cause and close in one transaction.

use serde_json::json;

use super::Desk;
use crate::on_both_engines;

on_both_engines! {
    fn settled_in_one_call_or_not_at_all(desk: &Desk) {
        let ana = desk.person("Ana", "agent");
        let body = json!({ "channel": "counter", "customer": { "name": "Mai" }, "narrative": "wrong change",
                           "points": ["ten short"],
                           "settled": { "reply": { "body": "Here it is." },
                                        "cause": { "cause": "billing-error", "confidence": "confirmed" } } });
        let closed = ana.log_with(body.clone());
        assert_eq!((closed.text("/stage"), closed.text("/closure")), ("closed".into(), "accepted".into()));
        assert_eq!(closed.text("/decision/outcome"), "upheld");
        let kinds = ["received", "decided", "reply_sent", "customer_answered", "cause_tagged", "closed"];
        assert_eq!(ana.history(&closed.text("/id")), kinds);
        let before = ana.get("/complaints?view=all").body["items"].as_array().unwrap().len();
        // Upheld without a cause, with an open promise, with an award: each undoes all of it.
        let mut uncaused = body.clone();
        uncaused["settled"]["cause"] = json!(null);
        let refused = ana.post("/complaints", uncaused).refused(409, "cannot-close").body;
        assert_eq!(refused["missing"], json!(["primary_cause"]));
        let mut promised = body.clone();
        promised["promise"] = json!({ "text": "a call", "due_at": "2099-01-01T10:00:00Z" });
        ana.post("/complaints", promised).refused(409, "cannot-close");
        let mut awarded = body.clone();
        awarded["settled"]["award"] = json!({ "type": "refund" });
        let refused = ana.post("/complaints", awarded).refused(422, "invalid-field").body;
        assert_eq!(refused["field"], "settled.award.basis");
        let mut rejected = body;
        rejected["settled"]["decision"] = json!({ "outcome": "rejected", "reasons": "no" });
        let refused = ana.post("/complaints", rejected).refused(422, "invalid-field").body;
        assert_eq!(refused["field"], "settled.decision.alternative");
        assert_eq!(ana.get("/complaints?view=all").body["items"].as_array().unwrap().len(), before);
    }
}
