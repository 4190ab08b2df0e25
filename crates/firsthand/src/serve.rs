//! `firsthand serve`: the desk on its address, timers beside it, and a stop in good order.

use std::sync::Arc;
use std::time::Duration;

use firsthand_http::{App, Limits, Settings, app};
use firsthand_storage::{
    Database, alerts, attachments, attempts, devices, feed, figures, idempotency, invitations, notices,
    search, sessions, staff, suggestions, timers, webhooks::telling,
};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use crate::config::Config;
use crate::{Failure, ledger, wiring};

/// How often timers are looked at: a promise shows as broken within this.
const TIMERS: Duration = Duration::from_secs(1);
/// Ticks of the timers between two tidyings.
const TIDY: u64 = 3600;
/// Ticks of the timers between two looks for files that broke off.
const SWEEP: u64 = 60;

pub(crate) async fn run(config: &Config) -> Result<(), Failure> {
    start_log(&config.log.level)?;
    let key = ledger::key::load(config)?.map(Arc::new);
    let database = wiring::open(config).await?;
    for loose in firsthand_storage::loose_modes(&config.database.url) {
        tracing::warn!(loose, "others on this machine can reach what customers said");
    }
    let settings = Settings {
        body_limit_bytes: config.http.body_limit_bytes,
        url: config.http.url.trim_end_matches('/').to_owned(),
        zone: config.zone().map_err(Failure::usage)?,
        language: config.desk.language.clone(),
        deadline: Duration::from_secs(30),
        limits: limits(config)?,
        ledger_key: key.clone(),
        outbound: config.outbound().map_err(Failure::usage)?,
        new_id: Arc::new(|| wiring::new_id(wiring::now())),
        micros: wiring::stopwatch(),
        new_token: Arc::new(wiring::new_token),
    };
    let app = app(database.clone(), settings).map_err(Failure::refused)?;
    let listener = listen(&config.http.listen).await?;
    let address = listener.local_addr().map_err(|e| Failure::refused(e.to_string()))?.to_string();
    tell_newcomers(&database, config.http.url.trim_end_matches('/')).await?;
    attachments::incoming::sweep(&database, true).await?;
    if !search::is_current(&mut database.read().await?.tx()).await? {
        tracing::warn!(
            "complaints were indexed by an older program and may not be found: firsthand search rebuild"
        );
    }
    let (stop, stopped) = watch::channel(false);
    let asked_to_stop = asked_to_stop(stop)?;
    let monitor = monitor(config, &app, stopped.clone()).await?;
    let keeper = ledger::keeper::start(config, database.clone(), key, stopped.clone());
    let timers = tokio::spawn(run_timers(database.clone(), stopped.clone()));
    let live = tokio::spawn(firsthand_http::live(Arc::clone(&app), over(stopped.clone())));
    let learner = tokio::spawn(run_learner(database.clone(), stopped.clone()));
    let teller = tokio::spawn(run_teller(Arc::clone(&app), stopped.clone()));
    tracing::info!(http.listen = address, database.engine = database.engine_name(), "serving");
    let served = firsthand_http::serve(listener, app, asked_to_stop).await;
    tracing::info!("stopping");
    let _ = timers.await;
    let _ = learner.await;
    let _ = teller.await;
    let _ = live.await;
    let _ = keeper.await;
    if let Some(monitor) = monitor {
        let _ = monitor.await;
    }
    database.close().await;
    served.map_err(|error| Failure::refused(format!("serving ended: {error}")))
}

/// Files that are open beside the connections: the database, the log.
const OTHER_FILES: usize = 64;

/// What the configuration allows, and no more connections than the system grants open files for.
fn limits(config: &Config) -> Result<Limits, Failure> {
    let asked = config.http.connections;
    let other = OTHER_FILES + usize::try_from(config.database.connections).unwrap_or(0) * 4;
    let granted = open_files().map_or(asked, |files| files.saturating_sub(other).max(16));
    if granted < asked {
        tracing::warn!(
            http.connections = granted,
            "fewer connections than set: too few open files are granted"
        );
    }
    Ok(Limits {
        connections: asked.min(granted),
        connections_per_address: config.http.connections_per_address,
        trusted_proxies: config.trusted_proxies().map_err(Failure::usage)?,
        requests_per_minute: config.limits.requests_per_minute,
        failures_per_minute: config.limits.failures_per_minute,
    })
}

/// How many files the system lets this program open, where it says so (Linux).
fn open_files() -> Option<usize> {
    let limits = std::fs::read_to_string("/proc/self/limits").ok()?;
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"))?;
    line.split_whitespace().next()?.parse().ok()
}

/// One JSON line for each event, on standard error.
fn start_log(level: &str) -> Result<(), Failure> {
    let filter =
        tracing_subscriber::EnvFilter::try_new(format!("warn,firsthand={level},firsthand_http={level}"))
            .map_err(|error| Failure::usage(format!("configuration: log.level: {error}")))?
            .add_directive(tracing_subscriber::filter::LevelFilter::ERROR.into());
    tracing_subscriber::fmt().json().with_env_filter(filter).with_writer(std::io::stderr).init();
    // What a panic says may quote what people wrote: the log names the place and nothing else.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map_or_else(String::new, ToString::to_string);
        tracing::error!(panic.place = place, "a part of the program panicked");
    }));
    Ok(())
}

async fn listen(address: &str) -> Result<TcpListener, Failure> {
    TcpListener::bind(address)
        .await
        .map_err(|error| Failure::refused(format!("cannot serve on {address}: {error}")))
}

/// While nobody is at the desk, the first administrator's link is told, and nowhere but here.
async fn tell_newcomers(database: &Database, url: &str) -> Result<(), Failure> {
    let code = wiring::new_token();
    let hash = staff::token_hash(&code);
    let offered = database
        .change(move |unit| Box::pin(async move { invitations::offer_setup(unit, &hash).await }))
        .await?;
    if offered.is_some() {
        eprintln!(
            "Nobody is at the desk yet. Open this link to set it up (it works once, and for 24 hours):\n  \
             {url}/setup?code={code}"
        );
    }
    Ok(())
}

async fn monitor(
    config: &Config,
    app: &Arc<App>,
    stopped: watch::Receiver<bool>,
) -> Result<Option<tokio::task::JoinHandle<std::io::Result<()>>>, Failure> {
    if config.metrics.listen.is_empty() {
        return Ok(None);
    }
    let listener = listen(&config.metrics.listen).await?;
    let address = listener.local_addr().map_err(|e| Failure::refused(e.to_string()))?.to_string();
    tracing::info!(metrics.listen = address, "telling figures");
    let app = Arc::clone(app);
    Ok(Some(tokio::spawn(firsthand_http::serve_metrics(listener, app, over(stopped)))))
}

/// Over when the desk stops.
async fn over(mut stopped: watch::Receiver<bool>) {
    let _ = stopped.wait_for(|stop| *stop).await;
}

/// Listens for Ctrl-C and SIGTERM from now on; what comes back ends when one of them has come.
fn asked_to_stop(stop: watch::Sender<bool>) -> Result<impl Future<Output = ()>, Failure> {
    let listen =
        |kind| signal(kind).map_err(|error| Failure::refused(format!("signals cannot be received: {error}")));
    let (mut interrupt, mut terminate) = (listen(SignalKind::interrupt())?, listen(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        let _ = stop.send(true);
    })
}

/// Makes happen what is due, with nobody signed in, until the desk stops.
async fn run_timers(database: Database, mut stopped: watch::Receiver<bool>) {
    if let Err(error) = make_missing_figures(&database).await {
        tracing::error!(%error, "figures are missing and could not be made: firsthand figures rebuild");
    }
    let mut ticks = tokio::time::interval(TIMERS);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    for tick in 0_u64.. {
        tokio::select! {
            _ = ticks.tick() => {}
            _ = stopped.wait_for(|stop| *stop) => return,
        }
        match timers::fire_due(&database).await {
            Ok(0) => {}
            Ok(fired) => tracing::info!(timers.fired = fired, "timers fired"),
            Err(error) => tracing::error!(%error, "timers could not be fired"),
        }
        if let Err(error) = figures::fold_all(&database).await {
            tracing::error!(%error, "figures could not be summed");
        }
        match alerts::look(&database).await {
            Ok(0) => {}
            Ok(found) => tracing::info!(alerts.found = found, "something has begun to rise"),
            Err(error) => tracing::error!(%error, "nobody could look for what rises"),
        }
        if tick % SWEEP == 0
            && let Err(error) = attachments::incoming::sweep(&database, false).await
        {
            tracing::error!(%error, "files that broke off could not be swept away");
        }
        if tick % TIDY == 0
            && let Err(error) = tidy(&database).await
        {
            tracing::error!(%error, "what is over could not be forgotten");
        }
    }
}

/// A desk that an older program wrote has histories and no figures.
async fn make_missing_figures(database: &Database) -> Result<(), firsthand_storage::Error> {
    if figures::are_missing(&mut database.read().await?.tx()).await? {
        let complaints = figures::rebuild(database).await?;
        tracing::info!(complaints, "figures were made from the histories");
    }
    Ok(())
}

/// Learns from what staff tag, until the desk stops. What was tagged before is read a piece at a time.
async fn run_learner(database: Database, mut stopped: watch::Receiver<bool>) {
    let mut ticks = tokio::time::interval(TIMERS);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut more = false;
    loop {
        if more {
            if *stopped.borrow() {
                return;
            }
            tokio::task::yield_now().await;
        } else {
            tokio::select! {
                _ = ticks.tick() => {}
                _ = stopped.wait_for(|stop| *stop) => return,
            }
        }
        more = suggestions::look(&database).await.unwrap_or_else(|error| {
            tracing::error!(%error, "tags could not be learnt from");
            false
        });
    }
}

/// Tells other programs what happens, until the desk stops.
async fn run_teller(app: Arc<App>, mut stopped: watch::Receiver<bool>) {
    firsthand_http::tell_webhooks(app, async move {
        let _ = stopped.wait_for(|stop| *stop).await;
    })
    .await;
}

/// Forgets what is over: answers kept for those who ask again, sessions, wrong passwords, browsers.
async fn tidy(database: &Database) -> Result<(), firsthand_storage::Error> {
    idempotency::forget_old(database, database.now()).await?;
    let tidied = database.change(|unit| {
        Box::pin(async move {
            sessions::forget_old(unit).await?;
            attempts::forget_old(unit).await?;
            devices::forget_old(unit).await?;
            telling::forget_old(unit).await?;
            feed::forget_old(unit).await?;
            notices::forget_old(unit).await
        })
    });
    tidied.await
}
