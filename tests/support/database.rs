//! A fresh database for each desk.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

/// Which engine keeps the desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// A folder and a database that nobody else uses; the folder goes with it.
pub struct Scratch {
    folder: PathBuf,
    url: String,
}

static NEXT: AtomicU32 = AtomicU32::new(0);

impl Scratch {
    pub fn new(engine: Engine) -> Self {
        let name = format!("firsthand_test_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let folder = std::env::temp_dir().join(&name);
        std::fs::create_dir_all(&folder).unwrap();
        let url = match engine {
            Engine::Sqlite => format!("sqlite://{}", folder.join("desk.db").display()),
            Engine::Postgres => create_on_postgres(&name),
        };
        Self { folder, url }
    }

    /// The same database, and a folder of its own.
    #[allow(dead_code, reason = "not every kind of test has two nodes")]
    pub fn shared(&self) -> Self {
        let folder = std::env::temp_dir().join(format!(
            "firsthand_test_{}_{}",
            std::process::id(),
            NEXT.fetch_add(1, Ordering::Relaxed)
        ));
        std::fs::create_dir_all(&folder).unwrap();
        Self { folder, url: self.url.clone() }
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// A server that is missing fails the test; it is never skipped.
fn create_on_postgres(name: &str) -> String {
    let server = std::env::var("FIRSTHAND_TEST_POSTGRES")
        .expect("FIRSTHAND_TEST_POSTGRES names no server: run the tests with tests/run, which starts one");
    let made = Command::new("psql")
        .args([
            "--quiet",
            "--no-psqlrc",
            "--dbname",
            &server,
            "--command",
            &format!("create database {name}"),
        ])
        .output()
        .expect("psql runs");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let (base, _) = server.rsplit_once('/').expect("a URL with a database");
    format!("{base}/{name}")
}
