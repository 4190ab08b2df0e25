//! Pages with all that they show held in memory: what is left of them is to be written. The benchmark holds the pages
//! of the desk against these.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Mutex};

use askama::DynTemplate;
use firsthand_domain::Refusal;
use firsthand_storage::desk::counts;

use super::{complaint, desk, list};
use crate::app::App;
use crate::call::{Call, Headers};
use crate::problem::Problem;
use crate::query::Query;
use crate::router::Found;
use crate::session;

/// A page that has been read.
type Page = Box<dyn DynTemplate + Send + Sync>;

/// Pages by their addresses.
pub struct Fixed(HashMap<String, Page>);

impl Fixed {
    /// Reads what the desk, the list or a complaint show at these addresses to whom the cookie `sid=…` names.
    ///
    /// # Errors
    /// The address whose page could not be read.
    pub async fn read(app: &Arc<App>, cookie: &str, addresses: &[String]) -> Result<Self, String> {
        let mut pages = HashMap::new();
        for address in addresses {
            let page = page(app, cookie, address).await;
            let page = page.map_err(|problem| format!("{address}: {}", problem.kind.name))?;
            pages.insert(address.clone(), page);
        }
        Ok(Self(pages))
    }

    /// The page at an address, written anew.
    pub(crate) fn written(&self, address: &str) -> Option<String> {
        self.0.get(address)?.dyn_render().ok()
    }
}

async fn page(app: &Arc<App>, cookie: &str, address: &str) -> Result<Page, Problem> {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let Found::Route(route, params) = app.router.find("GET", path) else {
        return Err(Refusal::NotFound.into());
    };
    let headers = Headers { cookie: Some(cookie.to_owned()), ..Headers::default() };
    let (mut session, mut connection) =
        session::of(app, &headers, false).await?.ok_or_else(|| Problem::internal("nobody is signed in"))?;
    session.counts = Some(counts(&mut connection.tx(), session.staff()).await?);
    let call = Call {
        app: Arc::clone(app),
        caller: Some(session.staff().clone()),
        session: Some(session),
        request_id: (app.settings.new_id)(),
        address: IpAddr::V4(Ipv4Addr::LOCALHOST),
        right: route.right,
        method: route.method.name(),
        path: path.to_owned(),
        params,
        query: Query::parse_kindly(query, route.parameters),
        headers,
        body: Vec::new(),
        coming: Mutex::default(),
        kept: Mutex::new(Some(connection)),
    };
    Ok(match route.path {
        "/" => Box::new(desk::filled(&call).await?),
        "/complaints" => Box::new(list::filled(&call).await?),
        "/complaints/{reference}" => Box::new(complaint::filled(&call).await?),
        _ => return Err(Refusal::NotFound.into()),
    })
}
