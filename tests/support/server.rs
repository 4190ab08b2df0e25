//! The built program, serving.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, Output, Stdio};
use std::sync::Mutex;

use serde_json::Value;

use super::database::Scratch;
use super::{Engine, Person};

/// A desk that serves on a port of its own until it is dropped.
pub struct Desk {
    scratch: Scratch,
    /// What it is told beside the defaults.
    settings: Vec<(String, String)>,
    served: Mutex<Option<Served>>,
}

struct Served {
    child: Child,
    address: String,
    /// Where its figures are, when it tells them.
    figures: Option<String>,
    /// What was told before serving.
    #[allow(dead_code, reason = "not every kind of test reads it")]
    told: String,
    log: std::thread::JoinHandle<String>,
}

impl Desk {
    pub fn open(engine: Engine) -> Self {
        Self::open_with(engine, &[])
    }

    /// With other settings than the defaults, as `("HTTP__LISTEN", …)`.
    pub fn open_with(engine: Engine, settings: &[(&str, &str)]) -> Self {
        let settings = settings.iter().map(|(n, v)| (format!("FIRSTHAND__{n}"), (*v).to_owned())).collect();
        let desk = Self { scratch: Scratch::new(engine), settings, served: Mutex::new(None) };
        desk.start();
        desk
    }

    /// A desk that a command makes before it serves, and what the command told.
    #[allow(dead_code, reason = "not every kind of test makes one so")]
    pub fn made_by(engine: Engine, command: &[&str]) -> (Self, String) {
        let desk = Self { scratch: Scratch::new(engine), settings: Vec::new(), served: Mutex::new(None) };
        let made = desk.command(&[command, &["--database", desk.scratch.url()]].concat());
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        desk.start();
        (desk, String::from_utf8(made.stdout).expect("what it tells is text"))
    }

    /// Another node that serves the same database.
    #[allow(dead_code, reason = "not every kind of test has two nodes")]
    pub fn another_node(&self) -> Self {
        let node = Self {
            scratch: self.scratch.shared(),
            settings: self.settings.clone(),
            served: Mutex::new(None),
        };
        node.start();
        node
    }

    /// The program with the settings of this desk.
    pub fn program(&self) -> Command {
        let mut program = Command::new(env!("CARGO_BIN_EXE_firsthand"));
        program
            .current_dir(self.scratch.folder())
            .env("FIRSTHAND__DATABASE__URL", self.scratch.url())
            .env("FIRSTHAND__HTTP__LISTEN", "127.0.0.1:0")
            .envs(self.settings.iter().map(|(name, value)| (name, value)));
        program
    }

    /// Runs a command of the program to its end.
    pub fn command(&self, arguments: &[&str]) -> Output {
        self.program().args(arguments).stdin(Stdio::null()).output().expect("the program runs")
    }

    /// Starts serving; the address is the one the program says it serves on.
    pub fn start(&self) {
        let mut child =
            self.program().arg("serve").stderr(Stdio::piped()).spawn().expect("the program starts");
        let mut lines = BufReader::new(child.stderr.take().expect("standard error"));
        let (mut told, mut figures) = (String::new(), None);
        let address = loop {
            let mut line = String::new();
            assert_ne!(lines.read_line(&mut line).unwrap(), 0, "the program ended before it served:\n{told}");
            told.push_str(&line);
            figures = figures.or(told_in(&line, "metrics.listen"));
            if let Some(address) = told_in(&line, "http.listen") {
                break address;
            }
        };
        let before = told.clone();
        // The log is read to its end, or a full pipe would stop the program.
        let log = std::thread::spawn(move || {
            let _ = lines.read_to_string(&mut told);
            told
        });
        *self.served.lock().unwrap() = Some(Served { child, address, figures, told: before, log });
    }

    /// Ends the program at once, without a chance to tidy up, and gives everything it logged.
    pub fn kill(&self) -> String {
        let Some(mut served) = self.served.lock().unwrap().take() else { return String::new() };
        let _ = served.child.kill();
        let _ = served.child.wait();
        served.log.join().unwrap_or_default()
    }

    /// Asks the program to stop, waits until it has, and gives its exit status and everything it logged.
    pub fn stop(&self) -> (std::process::ExitStatus, String) {
        let mut served = self.served.lock().unwrap().take().expect("a desk that serves");
        let asked = Command::new("kill").args(["-TERM", &served.child.id().to_string()]).status().unwrap();
        assert!(asked.success());
        (served.child.wait().unwrap(), served.log.join().unwrap())
    }

    pub fn address(&self) -> String {
        self.served.lock().unwrap().as_ref().expect("a desk that serves").address.clone()
    }

    /// Its figures, as a monitor reads them; it must have been opened with `METRICS__LISTEN`.
    pub fn figures(&self) -> String {
        let served = self.served.lock().unwrap();
        let address = served.as_ref().and_then(|s| s.figures.clone()).expect("a desk that tells its figures");
        super::person::agent()
            .get(format!("http://{address}/metrics"))
            .call()
            .unwrap()
            .body_mut()
            .read_to_string()
            .unwrap()
    }

    /// The id of the program that serves.
    pub fn pid(&self) -> u32 {
        self.served.lock().unwrap().as_ref().expect("a desk that serves").child.id()
    }

    /// How many sockets it has open.
    pub fn sockets(&self) -> usize {
        let files = std::fs::read_dir(format!("/proc/{}/fd", self.pid())).unwrap();
        let socket = |file: std::io::Result<std::fs::DirEntry>| {
            std::fs::read_link(file.ok()?.path()).ok()?.to_str()?.starts_with("socket:").then_some(())
        };
        files.filter_map(socket).count()
    }

    /// What the program told before it served.
    #[allow(dead_code, reason = "not every kind of test reads it")]
    pub fn told(&self) -> String {
        self.served.lock().unwrap().as_ref().expect("a desk that serves").told.clone()
    }

    /// The memory the program has, in KiB.
    pub fn resident_kb(&self) -> u64 {
        let pid = self.pid();
        let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("VmRSS");
        line.split_whitespace().next().unwrap().parse().unwrap()
    }

    /// The address of its database.
    pub fn url(&self) -> &str {
        self.scratch.url()
    }

    pub fn folder(&self) -> &std::path::Path {
        self.scratch.folder()
    }

    /// A person without a team.
    pub fn person(&self, name: &str, role: &str) -> Person {
        self.hire(name, role, None)
    }

    /// A person in a team.
    pub fn member(&self, name: &str, role: &str, team: &str) -> Person {
        self.hire(name, role, Some(team))
    }

    fn hire(&self, name: &str, role: &str, team: Option<&str>) -> Person {
        let email = format!("{}@example.com", name.to_lowercase().replace(' ', "."));
        let mut arguments =
            vec!["staff", "add", "--name", name, "--email", &email, "--role", role, "--token"];
        arguments.extend(team.into_iter().flat_map(|team| ["--team", team]));
        let added = self.command(&arguments);
        assert!(added.status.success(), "{}", String::from_utf8_lossy(&added.stderr));
        let token = String::from_utf8(added.stdout).unwrap().trim().to_owned();
        Person::new(self.address(), name, token)
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        self.kill();
    }
}

fn told_in(line: &str, field: &str) -> Option<String> {
    let event: Value = serde_json::from_str(line).ok()?;
    Some(event["fields"][field].as_str()?.to_owned())
}
