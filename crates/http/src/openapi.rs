//! The OpenAPI document, made from the table of routes and the types it names.

use schemars::generate::SchemaSettings;
use schemars::{Schema, SchemaGenerator};
use serde_json::{Map, Value, json};

use crate::call::{Answer, CSV, Call, JSON};
use crate::problem::Problem;
use crate::rights::Right;
use crate::routes::{Describe, Gives, Method, Route};

pub(crate) async fn document(call: Call) -> Result<Answer, Problem> {
    Ok(Answer::text(JSON, build(&call.app.router.programs()).to_string()))
}

/// Two generators, because what may be left out of a body is never left out of an answer.
struct Schemas {
    taken: SchemaGenerator,
    given: SchemaGenerator,
}

impl Schemas {
    fn new() -> Self {
        let settings =
            || SchemaSettings::draft2020_12().with(|s| s.definitions_path = "/components/schemas".into());
        Self {
            taken: settings().for_deserialize().into_generator(),
            given: settings().for_serialize().into_generator(),
        }
    }

    fn taken(&mut self, describe: Describe) -> Schema {
        describe(&mut self.taken)
    }

    fn given(&mut self, describe: Describe) -> Schema {
        describe(&mut self.given)
    }

    fn into_definitions(mut self) -> Map<String, Value> {
        let mut all = self.taken.take_definitions(true);
        all.extend(self.given.take_definitions(true));
        all.insert("Problem".to_owned(), problem_schema());
        all
    }
}

/// The whole document.
pub(crate) fn build(routes: &[&Route]) -> Value {
    let mut schemas = Schemas::new();
    let mut paths: Map<String, Value> = Map::new();
    for route in routes {
        let operation = operation(route, &mut schemas);
        let path = paths.entry(route.path).or_insert_with(|| json!({}));
        path[route.method.name().to_ascii_lowercase()] = operation;
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Firsthand",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "A complaint desk: the first hand that takes a complaint stays responsible for it.",
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "paths": paths,
        "components": {
            "schemas": schemas.into_definitions(),
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } },
        },
    })
}

fn operation(route: &Route, schemas: &mut Schemas) -> Value {
    let mut operation = json!({
        "operationId": operation_id(route),
        "tags": [tag(route.path)],
        "summary": route.summary,
        "description": format!("For {}.", route.right.words()),
        "parameters": parameters(route),
        "responses": {
            route.success.to_string(): answer(route, schemas),
            "default": {
                "description": "A problem (RFC 9457). Its `type` names the kind; facts stand beside it.",
                "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } },
            },
        },
    });
    if let Some(takes) = route.takes {
        let schema = schemas.taken(takes);
        operation["requestBody"] = json!({ "content": { JSON: { "schema": schema } } });
    }
    if let Some(how) = route.takes_table {
        let schema = json!({ "type": "string", "description": how });
        operation["requestBody"]["content"][CSV] = json!({ "schema": schema });
    }
    if route.files {
        let content = &mut operation["requestBody"]["content"];
        content["application/octet-stream"] = json!({ "schema": { "type": "string", "format": "binary" } });
    }
    if route.right != Right::Public {
        operation["security"] = json!([{ "token": [] }]);
    }
    operation
}

fn answer(route: &Route, schemas: &mut Schemas) -> Value {
    let description = if route.success == 201 { "Made; `Location` says where it is." } else { "Done." };
    match route.gives {
        Gives::Json(describe) => {
            json!({ "description": description, "content": { JSON: { "schema": schemas.given(describe) } } })
        }
        Gives::Text(content_type) => {
            let plain = content_type.split(';').next().unwrap_or(content_type);
            json!({ "description": description, "content": { plain: { "schema": {} } } })
        }
    }
}

fn parameters(route: &Route) -> Vec<Value> {
    let text = || json!({ "type": "string" });
    let mut all: Vec<Value> = names_in(route.path)
        .map(|name| json!({ "name": name, "in": "path", "required": true, "schema": text() }))
        .collect();
    for name in route.parameters {
        let schema = match *name {
            "limit" => json!({ "type": "integer", "minimum": 1, "maximum": 200, "default": 50 }),
            _ => text(),
        };
        all.push(json!({ "name": name, "in": "query", "schema": schema }));
    }
    if route.method == Method::Post {
        all.push(json!({
            "name": "Idempotency-Key", "in": "header",
            "description": "The same request again under the same key gives the same answer, for 30 days.",
            "schema": { "type": "string", "minLength": 1, "maxLength": 255 },
        }));
        if route.right.is_the_domains() {
            all.push(json!({
                "name": "If-Match", "in": "header",
                "description": "The ETag of the complaint as you have seen it; answered 412 when it has changed.",
                "schema": { "type": "string" },
            }));
        }
    }
    all
}

/// The parts of a path that vary.
pub(crate) fn names_in(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
}

/// The noun a route is listed under.
pub(crate) fn tag(path: &str) -> &str {
    match path.strip_prefix("/api/v1/") {
        Some(rest) => rest.split('/').next().unwrap_or(rest),
        None => "desk",
    }
}

fn operation_id(route: &Route) -> String {
    let path = route.path.strip_prefix("/api/v1").unwrap_or(route.path);
    let words = path.split(['/', '-', '.']).filter(|w| !w.is_empty()).map(|w| match w.strip_prefix('{') {
        Some(name) => format!("by_{}", name.trim_end_matches('}')),
        None => w.to_owned(),
    });
    let method = route.method.name().to_ascii_lowercase();
    std::iter::once(method).chain(words).collect::<Vec<_>>().join("_")
}

fn problem_schema() -> Value {
    json!({
        "type": "object",
        "description": "What went wrong, as the caller reads it. Facts of the case stand beside these members.",
        "required": ["type", "title", "status", "detail", "request_id"],
        "properties": {
            "type": { "type": "string", "description": "`/problems/` and the name of the kind." },
            "title": { "type": "string", "description": "The kind in a few words." },
            "status": { "type": "integer", "description": "The status it was answered with." },
            "detail": { "type": "string", "description": "What was expected and what to do." },
            "request_id": { "type": "string", "format": "uuid", "description": "To find it in the log." },
        },
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::routes;

    fn references(value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(map) => {
                if let Some(Value::String(target)) = map.get("$ref") {
                    found.insert(target.clone());
                }
                map.values().for_each(|v| references(v, found));
            }
            Value::Array(items) => items.iter().for_each(|v| references(v, found)),
            _ => {}
        }
    }

    #[test]
    fn the_document_names_every_route_and_every_reference_leads_somewhere() {
        let router = crate::router::Router::new(routes::all());
        let routes = router.programs();
        let document = build(&routes);
        for route in &routes {
            let method = route.method.name().to_ascii_lowercase();
            let operation = &document["paths"][route.path][&method];
            assert_eq!(operation["summary"], route.summary, "{} {}", method, route.path);
        }
        let mut found = BTreeSet::new();
        references(&document, &mut found);
        assert!(found.len() > 30, "{found:?}");
        for target in found {
            let pointer = target.strip_prefix('#').unwrap();
            assert!(document.pointer(pointer).is_some(), "{target} leads nowhere");
        }
    }

    #[test]
    fn operations_have_ids_of_their_own() {
        let router = crate::router::Router::new(routes::all());
        let routes = router.programs();
        let ids: BTreeSet<_> = routes.iter().map(|route| operation_id(route)).collect();
        assert_eq!(ids.len(), routes.len());
    }

    #[test]
    fn a_name_in_both_bodies_and_answers_means_one_shape() {
        let mut schemas = Schemas::new();
        for route in routes::all() {
            operation(&route, &mut schemas);
        }
        let taken = schemas.taken.take_definitions(true);
        let given = schemas.given.take_definitions(true);
        for (name, schema) in &taken {
            assert!(given.get(name).is_none_or(|other| other == schema), "{name} means two shapes");
        }
        let numbered = taken.keys().chain(given.keys()).filter(|n| n.ends_with(|c: char| c.is_ascii_digit()));
        assert_eq!(numbered.collect::<Vec<_>>(), Vec::<&String>::new(), "two types share a name");
    }

    #[test]
    fn what_a_body_needs_is_said() {
        let document = build(&crate::router::Router::new(routes::all()).programs());
        let schema = &document["components"]["schemas"]["Log"];
        assert_eq!(schema["required"], json!(["channel", "customer", "narrative"]));
        let complaint = document["components"]["schemas"]["Complaint"]["required"].as_array().unwrap();
        assert!(complaint.contains(&json!("closure")) && complaint.contains(&json!("awards")));
    }
}
