//! Finds the route of a path: fixed segments before those that vary.

use crate::query::decode_segment;
use crate::routes::{Face, Method, Route};

/// The routes, ready to be looked up.
pub(crate) struct Router(Vec<Route>);

/// What a path leads to.
pub(crate) enum Found<'r> {
    /// A route, with the parts of the path that vary.
    Route(&'r Route, Vec<(&'static str, String)>),
    /// The path exists for other methods.
    OtherMethods(String),
    /// There is no such path.
    Nothing,
}

impl Router {
    pub(crate) fn new(mut routes: Vec<Route>) -> Self {
        // `/staff/me` is found before `/staff/{id}`.
        routes.sort_by_key(|route| route.path.matches('{').count());
        Self(routes)
    }

    /// Every route for programs.
    pub(crate) fn programs(&self) -> Vec<&Route> {
        self.0.iter().filter(|route| route.face == Face::Program).collect()
    }

    /// Looks a path up. HEAD asks for a GET without its body.
    pub(crate) fn find(&self, method: &str, path: &str) -> Found<'_> {
        let method = if method == "HEAD" { "GET" } else { method };
        let mut allow = Vec::new();
        for route in &self.0 {
            let Some(params) = matches(route.path, path) else { continue };
            if route.method.name() == method {
                return Found::Route(route, params);
            }
            if !allow.contains(&route.method.name()) {
                allow.push(route.method.name());
                if route.method == Method::Get {
                    allow.push("HEAD");
                }
            }
        }
        if allow.is_empty() { Found::Nothing } else { Found::OtherMethods(allow.join(", ")) }
    }
}

/// The parts that vary, if the path fits. What cannot be text of a path fits nothing.
fn matches(template: &'static str, path: &str) -> Option<Vec<(&'static str, String)>> {
    let mut params = Vec::new();
    let (mut wanted, mut given) = (template.split('/'), path.split('/'));
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return Some(params),
            (Some(wanted), Some(given)) => match wanted.strip_prefix('{').and_then(|w| w.strip_suffix('}')) {
                Some(name) => {
                    let value = decode_segment(given)?;
                    if value.is_empty() || value.chars().any(char::is_control) {
                        return None;
                    }
                    params.push((name, value));
                }
                None if wanted == given => {}
                None => return None,
            },
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_fits_segment_by_segment() {
        assert_eq!(matches("/a/{id}/b", "/a/C%2D1/b"), Some(vec![("id", "C-1".to_owned())]));
        for other in ["/a/1", "/a/1/b/", "/a//b", "/a/%00/b", "/a/%ff/b", "/A/1/b"] {
            assert_eq!(matches("/a/{id}/b", other), None, "{other}");
        }
    }
}
