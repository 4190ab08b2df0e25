//! Every route of the desk, in one table: what it asks, who may, what it answers. Routing, rights, the OpenAPI document
//! and the page of documentation are made from these rows.

use std::future::Future;
use std::pin::Pin;

use schemars::{JsonSchema, Schema, SchemaGenerator};

use crate::call::{Answer, Call};
use crate::problem::Problem;
use crate::rights::Right;

mod table;

pub(crate) use table::all;

/// GET reads and POST changes; nothing else is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    Get,
    Post,
}

impl Method {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
        }
    }
}

/// Who stands on the other side of a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Face {
    /// A program with a token, told problems as JSON.
    Program,
    /// A person at a browser with a session, told problems as a page.
    Person,
}

/// What a handler gives.
pub(crate) type Answering = Pin<Box<dyn Future<Output = Result<Answer, Problem>> + Send>>;

/// A handler: a call in, an answer or a problem out.
pub(crate) type Handler = Box<dyn Fn(Call) -> Answering + Send + Sync>;

/// Makes the schema of a body or an answer.
pub(crate) type Describe = fn(&mut SchemaGenerator) -> Schema;

/// What a route answers when all goes well.
#[derive(Clone, Copy)]
pub(crate) enum Gives {
    /// JSON of a shape.
    Json(Describe),
    /// Something else, of that content type.
    Text(&'static str),
}

/// One route. There is no way to make one without its right.
pub(crate) struct Route {
    pub(crate) method: Method,
    pub(crate) path: &'static str,
    pub(crate) face: Face,
    pub(crate) right: Right,
    pub(crate) summary: &'static str,
    /// The query parameters it knows.
    pub(crate) parameters: &'static [&'static str],
    /// The shape of the body it takes.
    pub(crate) takes: Option<Describe>,
    /// It takes a table of separated values as well; this says how.
    pub(crate) takes_table: Option<&'static str>,
    pub(crate) gives: Gives,
    /// 200, or 201 for what makes a thing.
    pub(crate) success: u16,
    /// Its page stands in the frame, with the counts of the reader's views beside it.
    pub(crate) framed: bool,
    /// A person asks for it, so their session is in use; not when a page asks by itself.
    pub(crate) counts: bool,
    /// Its body is, or holds, files: it is taken piece by piece.
    pub(crate) files: bool,
    pub(crate) handler: Handler,
}

/// A row that reads.
pub(crate) fn get<F>(
    path: &'static str,
    right: Right,
    summary: &'static str,
    handler: impl Fn(Call) -> F + Send + Sync + 'static,
) -> Route
where
    F: Future<Output = Result<Answer, Problem>> + Send + 'static,
{
    Route {
        method: Method::Get,
        path,
        face: Face::Program,
        right,
        summary,
        parameters: &[],
        takes: None,
        takes_table: None,
        gives: Gives::Text("text/plain"),
        success: 200,
        framed: false,
        counts: true,
        files: false,
        handler: Box::new(move |call| Box::pin(handler(call))),
    }
}

/// A row that changes something.
pub(crate) fn post<F>(
    path: &'static str,
    right: Right,
    summary: &'static str,
    handler: impl Fn(Call) -> F + Send + Sync + 'static,
) -> Route
where
    F: Future<Output = Result<Answer, Problem>> + Send + 'static,
{
    Route { method: Method::Post, ..get(path, right, summary, handler) }
}

/// A page.
pub(crate) fn page<F>(
    path: &'static str,
    right: Right,
    handler: impl Fn(Call) -> F + Send + Sync + 'static,
) -> Route
where
    F: Future<Output = Result<Answer, Problem>> + Send + 'static,
{
    Route { face: Face::Person, framed: true, ..get(path, right, "", handler) }
}

/// What a form on a page is sent to.
pub(crate) fn form<F>(
    path: &'static str,
    right: Right,
    handler: impl Fn(Call) -> F + Send + Sync + 'static,
) -> Route
where
    F: Future<Output = Result<Answer, Problem>> + Send + 'static,
{
    Route { method: Method::Post, ..page(path, right, handler) }
}

impl Route {
    /// It takes a body of that shape.
    pub(crate) fn takes<T: JsonSchema>(mut self) -> Self {
        self.takes = Some(SchemaGenerator::subschema_for::<T>);
        self
    }

    /// Or a table of separated values, as that says.
    pub(crate) fn or_table(mut self, how: &'static str) -> Self {
        self.takes_table = Some(how);
        self
    }

    /// It answers JSON of that shape.
    pub(crate) fn gives<T: JsonSchema>(mut self) -> Self {
        self.gives = Gives::Json(SchemaGenerator::subschema_for::<T>);
        self
    }

    /// It answers 201 with a new thing of that shape.
    pub(crate) fn makes<T: JsonSchema>(mut self) -> Self {
        self.success = 201;
        self.gives::<T>()
    }

    /// Pages ask for it by themselves, again and again: that keeps no session alive.
    pub(crate) fn by_itself(mut self) -> Self {
        self.counts = false;
        self
    }

    /// It answers a program in a page, which shows no counts.
    pub(crate) fn frameless(mut self) -> Self {
        self.framed = false;
        self
    }

    /// It takes files.
    pub(crate) fn with_files(mut self) -> Self {
        self.files = true;
        self
    }

    /// It answers something that is not JSON.
    pub(crate) fn shows(mut self, content_type: &'static str) -> Self {
        self.gives = Gives::Text(content_type);
        self
    }

    /// It knows these query parameters.
    pub(crate) fn asks(mut self, parameters: &'static [&'static str]) -> Self {
        self.parameters = parameters;
        self
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_method_and_a_path_lead_to_one_route_with_a_right_in_words() {
        let routes = all();
        let unique: BTreeSet<_> = routes.iter().map(|r| (r.method.name(), r.path)).collect();
        assert_eq!(unique.len(), routes.len());
        for route in routes.iter().filter(|route| route.face == Face::Program) {
            assert!(!route.right.words().is_empty());
            let open = !route.path.starts_with("/api/v1/");
            assert_eq!(route.right == Right::Public, open, "{}", route.path);
            assert!(route.summary.ends_with('.'), "{}", route.path);
            assert_eq!(route.takes.is_some() || route.files, route.method == Method::Post, "{}", route.path);
        }
    }
}
