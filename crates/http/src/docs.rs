//! The API as a page, made from the same table. No scripts, nothing from elsewhere.

use std::fmt::Write as _;

use serde_json::Value;

use crate::call::{Answer, Call};
use crate::openapi;
use crate::problem::{KINDS, Kind, Problem};
use crate::routes::Route;

const HTML: &str = "text/html; charset=utf-8";

pub(crate) async fn page(call: Call) -> Result<Answer, Problem> {
    Ok(Answer::text(HTML, render(&call.app.router.programs())))
}

pub(crate) async fn style(_call: Call) -> Result<Answer, Problem> {
    Ok(Answer::text("text/css; charset=utf-8", include_str!("docs.css").to_owned()))
}

pub(crate) async fn problem(call: Call) -> Result<Answer, Problem> {
    let kind = KINDS.iter().find(|kind| kind.name == call.param("name"));
    let kind = kind.ok_or_else(|| Problem::new("not-found", "There is no problem of that name."))?;
    let mut page = String::new();
    row_of(&mut page, kind);
    Ok(Answer::text(HTML, frame(kind.title, &format!("<h1>{}</h1><dl>{page}</dl>", escape(kind.title)))))
}

/// A page around its content.
fn frame(title: &str, content: &str) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\"><title>{} · Firsthand</title>\
         <link rel=\"stylesheet\" href=\"/docs/style.css\"></head><body><main>{content}</main></body></html>\n",
        escape(title)
    )
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

fn render(routes: &[&Route]) -> String {
    let document = openapi::build(routes);
    let mut nouns: Vec<&str> = Vec::new();
    for route in routes {
        let noun = openapi::tag(route.path);
        if !nouns.contains(&noun) {
            nouns.push(noun);
        }
    }
    nouns.sort_by_key(|noun| (*noun == "desk", *noun != "complaints"));
    let mut page = String::from(INTRODUCTION);
    page.push_str("<nav aria-label=\"Nouns\"><ul>");
    for noun in nouns.iter().chain(&["problems"]) {
        let _ = write!(page, "<li><a href=\"#{noun}\">{noun}</a></li>");
    }
    page.push_str("</ul></nav>");
    for noun in nouns {
        let _ = write!(page, "<section aria-labelledby=\"{noun}\"><h2 id=\"{noun}\">{noun}</h2>");
        let mut of_noun: Vec<_> = routes.iter().filter(|r| openapi::tag(r.path) == noun).collect();
        of_noun.sort_by_key(|route| (route.path, route.method.name()));
        for route in of_noun {
            article(&mut page, route, &document);
        }
        page.push_str("</section>");
    }
    page.push_str("<section aria-labelledby=\"problems\"><h2 id=\"problems\">problems</h2><dl>");
    for kind in KINDS {
        row_of(&mut page, kind);
    }
    page.push_str("</dl></section>");
    frame("API", &page)
}

const INTRODUCTION: &str = "<h1>Firsthand API</h1>\
    <p>Send <code>Authorization: Bearer TOKEN</code>. Times are RFC 3339 in UTC. A complaint in a path is its id or its \
    reference. What changes a complaint answers its <code>ETag</code>; send it as <code>If-Match</code> to change only \
    what you have seen. With an <code>Idempotency-Key</code> the same request again gives the same answer. Errors are \
    <code>application/problem+json</code> with the facts as members. The same as a document: \
    <a href=\"/openapi.json\">openapi.json</a>.</p>";

fn article(page: &mut String, route: &Route, document: &Value) {
    let method = route.method.name();
    let _ = write!(
        page,
        "<article><h3><b>{method}</b> <code>{}</code></h3><p>{} <small>For {}. Answers {}.</small></p>",
        escape(route.path),
        escape(route.summary),
        escape(route.right.words()),
        route.success,
    );
    if !route.parameters.is_empty() {
        let names: Vec<_> = route.parameters.iter().map(|p| format!("<code>{}</code>", escape(p))).collect();
        let _ = write!(page, "<p>Query: {}</p>", names.join(", "));
    }
    let operation = &document["paths"][route.path][method.to_ascii_lowercase()];
    let body = &operation["requestBody"]["content"]["application/json"]["schema"];
    fields(page, resolve(body, document));
    page.push_str("</article>");
}

/// The definition a schema points to.
fn resolve<'d>(schema: &'d Value, document: &'d Value) -> &'d Value {
    let target = schema["$ref"].as_str().and_then(|target| target.strip_prefix('#'));
    target.and_then(|pointer| document.pointer(pointer)).unwrap_or(schema)
}

/// The fields of a body: name, kind, what it means; required ones first.
fn fields(page: &mut String, schema: &Value) {
    let Some(properties) = schema["properties"].as_object().filter(|p| !p.is_empty()) else { return };
    let required: Vec<&str> =
        schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let mut names: Vec<&String> = properties.keys().collect();
    names.sort_by_key(|name| !required.contains(&name.as_str()));
    page.push_str("<table><thead><tr><th>Field</th><th>Kind</th><th>Meaning</th></tr></thead><tbody>");
    for name in names {
        let field = &properties[name];
        let mark = if required.contains(&name.as_str()) { " <em>required</em>" } else { "" };
        let _ = write!(
            page,
            "<tr><td><code>{}</code>{mark}</td><td>{}</td><td>{}</td></tr>",
            escape(name),
            escape(&kind_of(field)),
            escape(field["description"].as_str().unwrap_or_default()),
        );
    }
    page.push_str("</tbody></table>");
}

fn kind_of(schema: &Value) -> String {
    if let Some(target) = schema["$ref"].as_str() {
        return target.rsplit('/').next().unwrap_or_default().to_owned();
    }
    let either = schema["anyOf"].as_array().or_else(|| schema["oneOf"].as_array());
    if let Some(either) = either {
        return either.iter().filter(|s| s["type"] != "null").map(kind_of).collect::<Vec<_>>().join(" or ");
    }
    let kind = match &schema["type"] {
        Value::String(kind) => kind.clone(),
        Value::Array(kinds) => {
            let kinds = kinds.iter().filter_map(Value::as_str).filter(|k| *k != "null");
            kinds.collect::<Vec<_>>().join(" or ")
        }
        _ => String::new(),
    };
    if kind == "array" {
        return format!("list of {}", kind_of(&schema["items"]));
    }
    match schema["maxLength"].as_u64() {
        Some(most) => format!("{kind}, up to {most} characters"),
        None => kind,
    }
}

fn row_of(page: &mut String, kind: &Kind) {
    let Kind { name, status, title, meaning } = kind;
    let _ = write!(
        page,
        "<dt><code>{name}</code> <small>{status}</small></dt><dd>{}. {}</dd>",
        escape(title),
        escape(meaning)
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routes;

    #[test]
    fn the_page_shows_every_route_and_needs_no_script() {
        let router = crate::router::Router::new(routes::all());
        let routes = router.programs();
        let page = render(&routes);
        for route in &routes {
            assert!(page.contains(&escape(route.path)), "{}", route.path);
        }
        for never in ["<script", "style=\"", "<style", "http://", "https://"] {
            assert!(!page.contains(never), "{never}");
        }
        assert!(page.contains("<code>narrative</code> <em>required</em>"));
    }
}
