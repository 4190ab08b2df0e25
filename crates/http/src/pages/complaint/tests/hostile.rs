//! Hostile words at every place they can be written to and shown at.

use super::*;

/// What must not come out as it went in, each with a mark of its own.
fn vectors() -> Vec<String> {
    let texts = [
        "<script>alert(1)</script>",
        "\"><script>alert(1)</script>",
        "'><img src=x onerror=alert(1)>",
        "<img src=x onerror=alert(1)>",
        "<svg/onload=alert(1)>",
        "<svg><script>alert(1)</script></svg>",
        "<iframe src=javascript:alert(1)>",
        "<body onload=alert(1)>",
        "<a href=\"javascript:alert(1)\">x</a>",
        "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
        "</textarea><script>alert(1)</script>",
        "</title><script>alert(1)</script>",
        "</style><script>alert(1)</script>",
        "--><script>alert(1)</script>",
        "]]><script>alert(1)</script>",
        "<!--<script>-->",
        "<details open ontoggle=alert(1)>",
        "<input autofocus onfocus=alert(1)>",
        "<video><source onerror=alert(1)>",
        "<base href=//evil.example/>",
        "<meta http-equiv=refresh content=0;url=//evil.example>",
        "<link rel=stylesheet href=//evil.example>",
        "<form action=//evil.example><button>x",
        "<object data=javascript:alert(1)>",
        "<embed src=//evil.example>",
        "<template><script>alert(1)</script></template>",
        "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
        "\" onmouseover=\"alert(1)",
        "' onmouseover='alert(1)",
        "` onmouseover=alert(1)",
        "\" autofocus onfocus=alert(1) x=\"",
        "{{ 7*7 }}",
        "{% include \"x\" %}",
        "${7*7}",
        "{ $who }",
        "<%= 7*7 %>",
        "\u{e000}0\u{e001}",
        "\u{e000}9\u{e001}<b>",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "&#60;script&#62;",
        "%3Cscript%3E",
        "\\u003cscript\\u003e",
        "\u{202e}txt.exe<b>",
        "a\u{200b}<b>b",
        "\u{feff}<b>",
        "＜script＞",
        "<ScRiPt>alert(1)</sCrIpT>",
        "<script >",
        "<scr<script>ipt>",
        "javascript:alert(1)",
        "data:text/html,<script>",
    ];
    texts.iter().enumerate().map(|(at, text)| format!("{text} v{at}")).collect()
}

/// Elements that no page of ours has.
const NEVER: &[&str] =
    &["img", "iframe", "object", "embed", "base", "style", "math", "video", "template", "noscript"];

/// Every tag on a page is one of ours: none has a handler, an address elsewhere, or a name we never use.
fn is_clean(page: &str) {
    for (at, _) in page.match_indices('<') {
        let tag: String = page[at + 1..].chars().take_while(|c| *c != '>').collect();
        let name: String =
            tag.trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect();
        assert!(!NEVER.contains(&name.to_ascii_lowercase().as_str()), "<{tag}>");
        // Values are quoted; what stands between them are names of attributes.
        let outside: String = tag.split('"').step_by(2).collect();
        assert!(!outside.to_ascii_lowercase().contains(" on"), "<{tag}>");
        if name == "script" {
            assert!(
                tag.starts_with("/script") || tag.starts_with("script type=\"module\" src=\"/assets/"),
                "<{tag}>"
            );
        }
        if name == "meta" {
            assert!(tag.contains("charset=") || tag.contains("name=\"viewport\""), "<{tag}>");
        }
        for address in ["href=\"", "src=\"", "action=\""] {
            if let Some(value) = tag.split(address).nth(1) {
                assert!(value.starts_with(['/', '#']) && !value.starts_with("//"), "<{tag}>");
            }
        }
    }
}

const FIELDS: &[&str] = &[
    "kind",
    "channel",
    "body",
    "delivered",
    "reason",
    "to",
    "into",
    "due_at",
    "text",
    "outcome",
    "cause",
    "role",
    "whys",
    "points",
    "severity",
    "incident_at",
    "_sure",
    "_next",
    "_key",
    "_version",
    "complaint",
    "unknown",
];

#[tokio::test]
async fn hostile_words_are_shown_as_words_at_every_place() {
    let vectors = vectors();
    for few in vectors.chunks(4) {
        let together = few.join(" ");
        let v = together.as_str();
        let line: String = v.chars().take(190).collect();
        let w = World::with(json!({
            "channel": "letter", "customer": { "name": line, "language": "en" }, "narrative": v, "summary": line,
            "product": line, "place": line, "order_ref": line, "category": line, "desired_remedy": v, "points": [v],
            "promise": { "text": v, "due_at": "2026-11-23T10:00:00Z" },
        }))
        .await;
        let bob = w.bob_id.as_str();
        w.done(&w.eve, "handoffs", &[("to", bob), ("reason", v), ("request", v), ("promised", v)]).await;
        let handoff = w.complaint().await["handoff"]["id"].as_str().unwrap().to_owned();
        is_clean(&w.page(&w.bob).await);
        w.done(&w.bob, &format!("handoffs/{handoff}/decline"), &[("reason", v)]).await;
        w.done(&w.eve, "acknowledgement", &[("channel", "letter"), ("body", v)]).await;
        w.done(&w.eve, "notes", &[("body", v)]).await;
        w.done(
            &w.eve,
            "contacts",
            &[("direction", "in"), ("channel", "letter"), ("body", v), ("reached", "true")],
        )
        .await;
        w.done(
            &w.eve,
            "contacts",
            &[("direction", "out"), ("channel", "letter"), ("body", v), ("reached", "false")],
        )
        .await;
        w.done(&w.eve, "await-customer", &[("question", v), ("due_at", "2026-11-24T10:00")]).await;
        w.done(
            &w.eve,
            "referrals",
            &[("body", &line), ("date", "2026-11-20"), ("reference", &line), ("reason", v)],
        )
        .await;
        let tag = [
            ("cause", "damaged"),
            ("role", "primary"),
            ("confidence", "suspected"),
            ("evidence", v),
            ("whys", v),
            ("escape_point", v),
        ];
        w.done(&w.eve, "causes", &tag).await;
        w.done(
            &w.eve,
            "decision",
            &[("outcome", "rejected"), ("reasons", v), ("alternative", v), ("next_route", v)],
        )
        .await;
        let reply = [
            ("kind", "substantive"),
            ("channel", "letter"),
            ("body", v),
            ("delivered", "false"),
            ("_sure", "letter"),
        ];
        w.done(&w.eve, "replies", &reply).await;
        is_clean(&w.page(&w.eve).await);
        // In every field of a form that was refused, and as the names of choices.
        for (one, more) in few.iter().zip(["notes", "unmerge", "links", "contacts"]) {
            let every: Vec<(&str, &str)> = FIELDS.iter().map(|name| (*name, one.as_str())).collect();
            for verb in ["replies", "causes", "assessment", more] {
                let sent = w.post(&w.eve, verb, &every).await;
                assert!(
                    (400..500).contains(&sent.status) || sent.status == 200,
                    "{verb} {one}: {}",
                    sent.status
                );
                assert_ne!(sent.status, 413);
                is_clean(&sent.body);
            }
        }
    }
}
