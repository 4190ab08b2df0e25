//! The release program, serving.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Instant;

use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

use crate::Outcome;
use crate::world::World;

pub(crate) struct Desk {
    child: Child,
    program: PathBuf,
    pub(crate) address: String,
    pub(crate) ready_ms: u128,
}

impl Desk {
    /// Starts the program beside this one; build it with `cargo build --release` first.
    pub(crate) async fn start(world: &World<'_>) -> Outcome<Self> {
        let program = std::env::current_exe()?.with_file_name("firsthand");
        let start = Instant::now();
        let mut child = Command::new(&program)
            .arg("serve")
            .env("FIRSTHAND__DATABASE__URL", &world.url)
            .env("FIRSTHAND__HTTP__LISTEN", "127.0.0.1:0")
            .env("FIRSTHAND__LOG__LEVEL", "info")
            // Counted as ever, but one token stands here for all who are at work.
            .env("FIRSTHAND__LIMITS__REQUESTS_PER_MINUTE", "60000000")
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| {
                format!("{} does not start ({error}): cargo build --release first", program.display())
            })?;
        let mut lines = BufReader::new(child.stderr.take().ok_or("no standard error")?).lines();
        let address = loop {
            let line = lines.next_line().await?.ok_or("the desk ended before it served")?;
            let event: serde_json::Value = serde_json::from_str(&line).unwrap_or_default();
            if let Some(address) = event["fields"]["http.listen"].as_str() {
                break address.to_owned();
            }
        };
        let ready_ms = start.elapsed().as_millis();
        // The log is read to its end, or a full pipe would stop the desk.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Ok(Self { child, program, address, ready_ms })
    }

    /// Resident memory in MiB, without the files that the system maps into it.
    pub(crate) fn resident(&self) -> Outcome<u64> {
        let id = self.child.id().ok_or("the desk has ended")?;
        let status = std::fs::read_to_string(format!("/proc/{id}/status"))?;
        let line = status.lines().find_map(|l| l.strip_prefix("RssAnon:")).ok_or("no RssAnon")?;
        Ok(line.trim().trim_end_matches(" kB").parse::<u64>()? >> 10)
    }

    pub(crate) fn binary_mib(&self) -> Outcome<u64> {
        Ok(std::fs::metadata(&self.program)?.len() >> 20)
    }

    /// Waits until it has learnt from what was tagged: its suggestions stay the same for a while.
    pub(crate) async fn learnt(&self, world: &World<'_>) -> Outcome<()> {
        const LOOKS: usize = 600;
        const SAME: usize = 6;
        let request = crate::analysis::suggest_request(world, 1);
        let (mut last, mut same) = (String::new(), 0);
        for _ in 0..LOOKS {
            let now = crate::client::answer(&self.address, &request).await?;
            same = if now == last && now.contains("\"code\"") { same + 1 } else { 0 };
            if same >= SAME {
                return Ok(());
            }
            last = now;
            tokio::time::sleep(std::time::Duration::from_millis(500)).await;
        }
        Err("nothing is learnt from the tags".into())
    }

    pub(crate) async fn stop(mut self) -> Outcome<()> {
        self.child.kill().await?;
        Ok(())
    }
}
