//! The floor of writing: the rows of a complaint, or of a cause given to one, with nothing decided. On SQLite those that
//! wait share a commit, as in the desk; on PostgreSQL each has a transaction of its own, as in the desk.

use std::time::{Duration, Instant};

use firsthand_domain::time::Timestamp;
use sqlx::Row as _;
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

use crate::Outcome;
use crate::client::{Measured, fresh};
use crate::engine::{Link, Pool, on};
use crate::floor::statement;
use crate::seed::Seed;
use crate::world::{World, new_id};

pub(crate) struct Writes {
    pool: Pool,
    by: Uuid,
    way: Way,
}

/// What is written.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Job {
    /// A complaint, another by each number.
    Log(u64),
    /// A cause in the place of that before, and how often this complaint has been written.
    Tag { complaint: Uuid, cause: Uuid, number: u64 },
}

#[derive(Clone)]
enum Way {
    /// To the one writer.
    Group(mpsc::Sender<(Job, oneshot::Sender<()>)>),
    /// On a connection of its own.
    Each(Pool),
}

impl Writes {
    pub(crate) async fn start(world: &World<'_>) -> Outcome<Self> {
        let pool = Pool::open_to_write(&world.url).await?;
        let by = world.reader.id.0;
        let way = match &pool {
            Pool::Lite(_) => {
                let (writes, waiting) = mpsc::channel(1024);
                tokio::spawn(write_groups(pool.clone(), by, waiting));
                Way::Group(writes)
            }
            Pool::Pg(_) => Way::Each(pool.clone()),
        };
        Ok(Self { pool, by, way })
    }

    /// Lets go of the database.
    pub(crate) async fn stop(&self) {
        self.pool.close().await;
    }

    /// The rows of so many complaints in one transaction: rows a second.
    pub(crate) async fn load(&self, rows: u64) -> Outcome<f64> {
        let base = fresh();
        let jobs: Vec<Job> = (base..base + rows).map(Job::Log).collect();
        let start = Instant::now();
        write_group(&self.pool, self.by, &jobs).await?;
        Ok(f64::from(u32::try_from(rows)?) / start.elapsed().as_secs_f64())
    }

    /// So many writers for so long, each waiting for its commit.
    pub(crate) async fn run(&self, writers: usize, time: Duration) -> Measured {
        self.run_each(writers, time, Job::Log).await
    }

    /// The same of other jobs: each has a number of its own.
    pub(crate) async fn run_each(
        &self,
        writers: usize,
        time: Duration,
        make: impl Fn(u64) -> Job + Clone + Send + 'static,
    ) -> Measured {
        let (start, base) = (Instant::now(), fresh());
        let mut tasks = tokio::task::JoinSet::new();
        for writer in 0..writers {
            let (way, by, make) = (self.way.clone(), self.by, make.clone());
            tasks.spawn(async move {
                let (mut times, mut errors) = (Vec::new(), 0);
                for n in 0.. {
                    if start.elapsed() >= time {
                        break;
                    }
                    let began = Instant::now();
                    let number = base + u64::try_from(writer).unwrap_or(0) * 100_000 + n;
                    if let Err(error) = way.write(by, make(number)).await {
                        eprintln!("the floor cannot write: {error}");
                        errors += 1;
                        break;
                    }
                    times.push(u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX));
                }
                (times, errors)
            });
        }
        let (mut times, mut errors) = (Vec::new(), 0);
        for (more, failed) in tasks.join_all().await {
            times.extend(more);
            errors += failed;
        }
        Measured::of(times, errors, start.elapsed())
    }
}

impl Way {
    async fn write(&self, by: Uuid, job: Job) -> Outcome<()> {
        match self {
            Self::Group(writes) => {
                let (tell, told) = oneshot::channel();
                writes.send((job, tell)).await?;
                Ok(told.await?)
            }
            Self::Each(pool) => write_group(pool, by, &[job]).await,
        }
    }
}

/// One transaction for all that wait, one commit, then the answers: as the desk's writer, with nothing to decide.
async fn write_groups(pool: Pool, by: Uuid, mut waiting: mpsc::Receiver<(Job, oneshot::Sender<()>)>) {
    let mut group = Vec::new();
    while waiting.recv_many(&mut group, 256).await > 0 {
        let jobs: Vec<Job> = group.iter().map(|(job, _)| *job).collect();
        match write_group(&pool, by, &jobs).await {
            Ok(()) => group.drain(..).for_each(|(_, tell)| {
                let _ = tell.send(());
            }),
            Err(error) => {
                eprintln!("the floor cannot write: {error}");
                return;
            }
        }
    }
}

async fn write_group(pool: &Pool, by: Uuid, jobs: &[Job]) -> Outcome<()> {
    let mut link = pool.link().await?;
    link.begin().await?;
    for job in jobs {
        match *job {
            Job::Log(number) => write_one(&mut link, by, number).await?,
            Job::Tag { complaint, cause, number } => tag_one(&mut link, by, complaint, cause, number).await?,
        }
    }
    link.commit().await
}

/// Runs one of the desk's statements by its name.
macro_rules! run {
    ($link:expr, $name:literal $(, $bind:expr)* $(,)?) => {{
        let text = $link.text(&statement($name)?);
        on!(&mut *$link, |c| sqlx::query(text)$(.bind($bind))*.execute(c).await.map(drop))?
    }};
}

/// The rows of one complaint by phone from somebody new, under an idempotency key.
async fn write_one(link: &mut Link, by: Uuid, number: u64) -> Outcome<()> {
    let at = Timestamp::from_micros(1_790_000_000_000_000);
    let (id, customer, now) = (new_id(at), new_id(at), at.micros());
    let mut seed = Seed::new(number);
    let (text, name) = (seed.text(30), seed.name());
    let (key, phone) = (format!("f{number}"), format!("+84 {number}"));
    run!(link, "idempotency::TAKE", by, &key, vec![7_u8; 32], now);
    run!(link, "customers::INSERT", customer, &name, &name, None::<String>, now);
    run!(link, "customers::INSERT_IDENTIFIER", new_id(at), customer, "phone", &phone, &key, now);
    let next = link.text(&statement("complaints::NEXT_NUMBER")?);
    let next: (i64,) = on!(&mut *link, |c| sqlx::query_as(next).fetch_one(c).await)?;
    let reference = format!("F-{:06}", next.0);
    let state = format!("{{\"id\":\"{id}\",\"text\":\"{}\"}}", "x".repeat(1400));
    let none = None::<String>;
    run!(
        link,
        "complaints::INSERT",
        id,
        &reference,
        1_i64,
        "received",
        1_i64,
        &none,
        "phone",
        "minor",
        &text,
        "product 1",
        &none,
        &none,
        customer,
        by,
        by,
        by,
        None::<Uuid>,
        false,
        false,
        now,
        None::<i64>,
        now,
        now,
        &state,
        None::<i64>
    );
    run!(link, "complaints::APPEND", id, 1_i64, now, by, "received", "x".repeat(600));
    run!(link, "complaints::APPEND_TEXT", id, 1_i64, &text);
    // Each token once, as the desk gives them.
    let words: std::collections::BTreeSet<&str> = text.split(' ').collect();
    let words = words.into_iter().collect::<Vec<_>>().join(" ");
    run!(link, "search::WRITE", id, now, &words);
    run!(link, "idempotency::KEEP", by, &key, "x".repeat(1500), id);
    Ok(())
}

/// The rows of a cause in the place of the one before: the complaint, the fact, both tags, and what it changes in the figures.
async fn tag_one(link: &mut Link, by: Uuid, complaint: Uuid, cause: Uuid, number: u64) -> Outcome<()> {
    let (seq, at) = (i64::try_from(number)?, 1_790_000_000_000_000_i64);
    let load = link.text(&statement("complaints::LOAD")?);
    let state: String = on!(&mut *link, |c| {
        let row = sqlx::query(load).bind(complaint).fetch_one(c).await;
        row.and_then(|row| row.try_get("state"))
    })?;
    for (text, binds) in [
        ("update complaint set version = version + 1, state = $2 where id = $1", 2),
        ("update cause_tag set current = not current where complaint = $1 and current", 1),
    ] {
        on!(&mut *link, |c| {
            let query = sqlx::query(text).bind(complaint);
            let query = if binds == 2 { query.bind(&state) } else { query };
            query.execute(c).await.map(drop)
        })?;
    }
    let (body, none) = ("x".repeat(160), None::<String>);
    run!(link, "complaints::APPEND", complaint, seq, at, by, "cause_tagged", &body);
    run!(link, "parts::CAUSE_TAG", complaint, seq, cause, "primary", true, at, at, at);
    let lines = "insert into figure_change (complaint, seq, line, at, day, cause, category, product, place, channel, \
                 currency, complaints, closed_seconds, open, open_since, given, folded) values \
                 ($1, $2, 0, $3, 20000, $4, 'category 1', 'product 1', $5, 'phone', '', 1, 0, 1, 0, 0, $6), \
                 ($1, $2, 1, $3, 20000, $4, 'category 1', 'product 1', $5, 'phone', '', -1, 0, -1, 0, 0, $6)";
    on!(link, |c| sqlx::query(lines)
        .bind(complaint)
        .bind(seq)
        .bind(at)
        .bind(cause)
        .bind(&none)
        .bind(true)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}
