//! The two engines: a file in a temporary folder, or a database in the cluster of the test run.

use std::fs;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::str::FromStr as _;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, PgConnection, Postgres, QueryBuilder};

use super::{Desk, open};

/// Where the cluster is; `tests/run` starts one and says so here.
const CLUSTER: &str = "FIRSTHAND_TEST_POSTGRES";

/// Apart from those of every other test in this process.
static NUMBER: AtomicU32 = AtomicU32::new(0);

static TEMPLATE: OnceLock<String> = OnceLock::new();

fn next_number() -> u32 {
    NUMBER.fetch_add(1, Ordering::Relaxed)
}

/// Where a desk keeps its data.
#[derive(Debug)]
pub(crate) enum Place {
    Folder(Folder),
    Database { options: Box<PgConnectOptions>, url: String },
}

impl Place {
    pub(crate) fn url(&self) -> String {
        match self {
            Self::Folder(folder) => format!("sqlite://{}", folder.file().display()),
            Self::Database { url, .. } => url.clone(),
        }
    }
}

/// A folder that is there as long as this value.
#[derive(Debug)]
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        loop {
            let name = format!("firsthand-storage-{}-{}", std::process::id(), next_number());
            let path = std::env::temp_dir().join(name);
            match fs::create_dir(&path) {
                Ok(()) => return Self(path),
                // Left behind by a run that was killed.
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
                Err(error) => panic!("{}: {error}", path.display()),
            }
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.0.join("firsthand.db")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

pub(crate) fn on_sqlite<F: Future<Output = ()>>(story: impl FnOnce(Desk) -> F) {
    run(async {
        let place = Arc::new(Place::Folder(Folder::new()));
        tell(story, &place).await;
    });
}

pub(crate) fn on_postgres<F: Future<Output = ()>>(story: impl FnOnce(Desk) -> F) {
    let cluster = std::env::var(CLUSTER).unwrap_or_else(|_| {
        panic!("there is no PostgreSQL to test on ({CLUSTER} is not set): run tests/run")
    });
    let template = TEMPLATE.get_or_init(|| make_template(&cluster));
    run(async {
        let name = format!("storage_{}_{}", std::process::id(), next_number());
        let at_cluster = PgConnectOptions::from_str(&cluster).unwrap();
        let mut connection = PgConnection::connect_with(&at_cluster).await.unwrap();
        create(&mut connection, &name, template).await;

        let options = at_cluster.database(&name);
        let url = options.to_url_lossy().to_string();
        tell(story, &Arc::new(Place::Database { options: Box::new(options), url })).await;

        remove(&mut connection, &name).await;
        connection.close().await.unwrap();
    });
}

async fn remove(connection: &mut PgConnection, name: &str) {
    let mut remove = QueryBuilder::<Postgres>::new(format!("drop database if exists {name} with (force)"));
    remove.build().execute(connection).await.unwrap();
}

async fn create(connection: &mut PgConnection, name: &str, template: &str) {
    // Left behind by a run that was killed.
    remove(connection, name).await;
    let mut create = QueryBuilder::<Postgres>::new(format!("create database {name} template {template}"));
    create.build().execute(connection).await.unwrap();
}

/// A database with the schema in it, of which the others are copies: faster than making the schema each time.
fn make_template(cluster: &str) -> String {
    let name = format!("storage_{}_template", std::process::id());
    run(async {
        let at_cluster = PgConnectOptions::from_str(cluster).unwrap();
        let mut connection = PgConnection::connect_with(&at_cluster).await.unwrap();
        create(&mut connection, &name, "template0").await;
        connection.close().await.unwrap();
        let url = at_cluster.database(&name).to_url_lossy().to_string();
        open(url).await.unwrap().close().await;
    });
    name
}

async fn tell<F: Future<Output = ()>>(story: impl FnOnce(Desk) -> F, place: &Arc<Place>) {
    let desk = Desk::open(Arc::clone(place)).await;
    let database = desk.db.clone();
    story(desk).await;
    database.close().await;
}

pub(crate) fn run(story: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(story);
}
