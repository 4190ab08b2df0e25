//! The floor of reading: the desk's own SQL behind a bare endpoint with the token check, and nothing else.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use firsthand_domain::id::{ComplaintId, CustomerId};
use firsthand_domain::search;
use firsthand_storage::list::{self, Scope, Sort};
use firsthand_storage::view::Around;
use firsthand_storage::{Sql, every_statement, staff};
use poem::listener::TcpAcceptor;
use poem::{EndpointExt as _, Route, Server, handler, web};
use sqlx::{Execute as _, Row as _};
use uuid::Uuid;

use crate::Outcome;
use crate::authority;
use crate::engine::{Ask, Link, Pool, on};
use crate::pages::TYPED;
use crate::world::{self, World};

pub(crate) struct Floor {
    pub(crate) address: String,
    pool: Pool,
}

struct Shared {
    pool: Pool,
    reader: Uuid,
    /// What stands around a complaint, of which nothing is special.
    around: Arc<str>,
    /// Lists, by their place in what is measured.
    lists: Vec<Ask>,
    /// The complaints that have what is typed, by its place.
    told: Vec<Ask>,
    /// Statements that read every line of the figures.
    scans: Vec<Arc<str>>,
    /// Whose authority is asked for: id, role, team.
    holder: (Uuid, String, String),
}

/// The desk's statements by name, gathered once: looking one up must cost the floor nothing that the desk does not pay.
static STATEMENTS: LazyLock<HashMap<String, Sql>> = LazyLock::new(|| every_statement().into_iter().collect());

pub(crate) fn statement(name: &str) -> Outcome<Sql> {
    STATEMENTS.get(name).copied().ok_or_else(|| format!("there is no statement {name}").into())
}

impl Floor {
    /// Starts beside the desk, on the same database.
    pub(crate) async fn start(world: &World<'_>) -> Outcome<Self> {
        let pool = Pool::open(&world.url).await?;
        let mut lists = Vec::new();
        for list in &world.lists {
            lists.push(Ask::of(&pool, &world.reader, &list.query).await?);
        }
        let mut told = Vec::new();
        for typed in TYPED {
            let words = search::Query::parse(typed).ok();
            let (scope, sort, limit) = (Scope::All, Sort::Received, 5);
            let query = list::Query { scope, sort, limit, words, ..list::Query::default() };
            told.push(Ask::of(&pool, &world.reader, &query).await?);
        }
        let me = world.reader.id;
        let around = Around {
            complaints: vec![ComplaintId(Uuid::nil())],
            people: vec![me],
            owners: vec![me],
            customers: vec![CustomerId(Uuid::nil())],
            now: world::now(),
            causes: Vec::new(),
            others: Vec::new(),
        };
        let around = match &pool {
            Pool::Lite(_) => around.statement::<sqlx::Sqlite>().build().sql().as_str().into(),
            Pool::Pg(_) => around.statement::<sqlx::Postgres>().build().sql().as_str().into(),
        };
        let holder = authority::reader(world);
        let scans = world.questions.iter().map(|question| question.scan.as_str().into()).collect();
        let shared =
            Arc::new(Shared { pool: pool.clone(), reader: me.0, around, lists, told, scans, holder });
        let routes = Route::new()
            .at("/one/:id", one)
            .at("/list/:at", listed)
            .at("/typed/:at", begun_with)
            .at("/meant/:at", meant)
            .at("/may", may)
            .at("/scan/:at", scan)
            .at("/hello", hello)
            .data(shared);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?.to_string();
        let server = Server::new_with_acceptor(TcpAcceptor::from_tokio(listener)?);
        tokio::spawn(server.run(routes.map_to_response()));
        Ok(Self { address, pool })
    }

    /// Lets go of the database.
    pub(crate) async fn stop(&self) {
        self.pool.close().await;
    }
}

async fn caller(link: &mut Link, request: &poem::Request) -> poem::Result<()> {
    let token = request.header("authorization").and_then(|v| v.strip_prefix("Bearer ")).unwrap_or_default();
    let hash = staff::token_hash(token);
    let text = link.text(&statement("staff::BY_TOKEN").map_err(|e| wrong(&*e))?);
    let found =
        on!(link, |c| sqlx::query(text).bind(hash.as_slice()).fetch_optional(c).await.map(|r| r.is_some()))
            .map_err(|e| wrong(&e))?;
    if found { Ok(()) } else { Err(poem::Error::from_status(poem::http::StatusCode::UNAUTHORIZED)) }
}

fn wrong(error: &(dyn std::error::Error + 'static)) -> poem::Error {
    poem::Error::from_string(error.to_string(), poem::http::StatusCode::INTERNAL_SERVER_ERROR)
}

#[handler]
async fn one(
    web::Path(id): web::Path<String>,
    web::Data(shared): web::Data<&Arc<Shared>>,
    request: &poem::Request,
) -> poem::Result<String> {
    let mut link = shared.pool.link().await.map_err(|e| wrong(&e))?;
    caller(&mut link, request).await?;
    let id: Uuid = id.parse().map_err(|e: uuid::Error| wrong(&e))?;
    complaint(&mut link, id, shared).await.map_err(|e| wrong(&*e))
}

/// What the desk asks for to show a complaint on which nothing has been done yet.
async fn complaint(link: &mut Link, id: Uuid, shared: &Shared) -> Outcome<String> {
    let text = link.text(&statement("complaints::READ")?);
    let state = on!(&mut *link, |c| sqlx::query(text)
        .bind(id)
        .fetch_one(c)
        .await
        .map(|r| r.get::<String, _>("state")))?;
    let (around, me) = (sqlx::AssertSqlSafe(Arc::clone(&shared.around)), shared.reader);
    // The complaint, a person, the four instants of who is away, their owner, a customer.
    let rows = on!(link, |c| {
        let query = sqlx::query(around).bind(id).bind(me).bind(0_i64).bind(0_i64).bind(0_i64).bind(0_i64);
        query.bind(me).bind(me).fetch_all(c).await.map(|rows| rows.len())
    })?;
    Ok(format!("{state}{rows}"))
}

#[handler]
async fn listed(
    web::Path(at): web::Path<usize>,
    web::Data(shared): web::Data<&Arc<Shared>>,
    request: &poem::Request,
) -> poem::Result<String> {
    let mut link = shared.pool.link().await.map_err(|e| wrong(&e))?;
    caller(&mut link, request).await?;
    let list =
        shared.lists.get(at).ok_or_else(|| poem::Error::from_status(poem::http::StatusCode::NOT_FOUND))?;
    list.told(&mut link).await.map_err(|e| wrong(&e))
}

/// Customers by the beginning of a word of their name, or of their number: the query, and the session of who asks.
#[handler]
async fn begun_with(
    web::Path(at): web::Path<usize>,
    web::Data(shared): web::Data<&Arc<Shared>>,
    request: &poem::Request,
) -> poem::Result<String> {
    let mut link = signed_in(shared, request).await?;
    let typed = TYPED.get(at).ok_or_else(|| poem::Error::from_status(poem::http::StatusCode::NOT_FOUND))?;
    customers(&mut link, typed).await.map_err(|e| wrong(&*e))
}

/// What a few letters may mean: the queries alone, and the session of who asks.
#[handler]
async fn meant(
    web::Path(at): web::Path<usize>,
    web::Data(shared): web::Data<&Arc<Shared>>,
    request: &poem::Request,
) -> poem::Result<String> {
    let mut link = signed_in(shared, request).await?;
    let found = TYPED.get(at).zip(shared.told.get(at));
    let (typed, told) = found.ok_or_else(|| poem::Error::from_status(poem::http::StatusCode::NOT_FOUND))?;
    let mut text = customers(&mut link, typed).await.map_err(|e| wrong(&*e))?;
    text += &told.told(&mut link).await.map_err(|e| wrong(&e))?;
    text += &causes_and_actions(&mut link).await.map_err(|e| wrong(&*e))?;
    Ok(text)
}

/// The version of the tree, of which the desk keeps the names, and the titles of what is done.
async fn causes_and_actions(link: &mut Link) -> Outcome<String> {
    let text = link.text(&statement("causes::kept::VERSION")?);
    let version: i64 = on!(&mut *link, |c| sqlx::query_scalar(text).fetch_one(c).await)?;
    let text = link.text(&statement("palette::ACTIONS")?);
    let titles: Vec<String> = on!(link, |c| {
        let rows = sqlx::query(text).bind(500_i64).fetch_all(c).await;
        rows.and_then(|rows| rows.iter().map(|r| r.try_get("title")).collect())
    })?;
    Ok(format!("{version}{}", titles.concat()))
}

/// A connection for somebody whose session is known.
async fn signed_in(shared: &Shared, request: &poem::Request) -> poem::Result<Link> {
    let mut link = shared.pool.link().await.map_err(|e| wrong(&e))?;
    let number = request.header("cookie").and_then(|v| v.strip_prefix("sid=")).unwrap_or_default();
    let (hash, text) = (staff::token_hash(number), statement("sessions::BY_HASH").map_err(|e| wrong(&*e))?);
    let text = link.text(&text);
    let known = on!(&mut link, |c| sqlx::query(text)
        .bind(hash.as_slice())
        .fetch_optional(c)
        .await
        .map(|r| r.is_some()))
    .map_err(|e| wrong(&e))?;
    if known { Ok(link) } else { Err(poem::Error::from_status(poem::http::StatusCode::UNAUTHORIZED)) }
}

async fn customers(link: &mut Link, typed: &str) -> Outcome<String> {
    let end = format!("{typed}\u{10FFFF}");
    let of_number = typed.starts_with(|c: char| c.is_ascii_digit());
    let name = if of_number { "customers::find::BY_ROUTE" } else { "customers::find::BY_TAIL" };
    let text = link.text(&statement(name)?);
    let names: Vec<Option<String>> = on!(link, |c| {
        let mut query = sqlx::query(text);
        if of_number {
            query = query.bind("phone");
        }
        // As many as the desk reads, since one customer may come several times.
        let rows = query.bind(typed).bind(&end).bind(40_i64).fetch_all(c).await;
        rows.and_then(|rows| rows.iter().map(|r| r.try_get("name")).collect())
    })?;
    Ok(names.into_iter().flatten().collect())
}

/// Sums made from every line there is.
#[handler]
async fn scan(
    web::Path(at): web::Path<usize>,
    web::Data(shared): web::Data<&Arc<Shared>>,
    request: &poem::Request,
) -> poem::Result<String> {
    let mut link = shared.pool.link().await.map_err(|e| wrong(&e))?;
    caller(&mut link, request).await?;
    let scan =
        shared.scans.get(at).ok_or_else(|| poem::Error::from_status(poem::http::StatusCode::NOT_FOUND))?;
    let text = sqlx::AssertSqlSafe(Arc::clone(scan));
    let rows = on!(&mut link, |c| sqlx::query(text).fetch_all(c).await.map(|rows| rows.len()));
    Ok(rows.map_err(|e| wrong(&e))?.to_string())
}

/// The chains of the reader and what was given before, with nothing weighed.
#[handler]
async fn may(web::Data(shared): web::Data<&Arc<Shared>>, request: &poem::Request) -> poem::Result<String> {
    let mut link = shared.pool.link().await.map_err(|e| wrong(&e))?;
    caller(&mut link, request).await?;
    given(&mut link, shared).await.map_err(|e| wrong(&*e))
}

async fn given(link: &mut Link, shared: &Shared) -> Outcome<String> {
    let (id, role, team) = &shared.holder;
    let text = link.text(&statement("grants::CHAINS")?);
    let bodies: Vec<String> = on!(&mut *link, |c| sqlx::query(text)
        .bind(id)
        .bind(role)
        .bind(None::<String>)
        .fetch_all(c)
        .await
        .and_then(|rows| rows.iter().map(|r| r.try_get("body")).collect()))?;
    let since = world::now().plus_days(-30).micros();
    let sums: Vec<i64> = on!(link, |c| sqlx::query_scalar(authority::SUMS)
        .bind(id)
        .bind(since)
        .bind(team)
        .fetch_all(c)
        .await)?;
    Ok(format!("{}{sums:?}", bodies.concat()))
}

#[handler]
fn hello() -> &'static str {
    "{\"status\":\"alive\"}"
}
