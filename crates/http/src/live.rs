//! What those who look on are told as it happens: changes of complaints they may know of, and who else looks at one of
//! them. One reader of the log a node serves all streams; a stream asks the database only when it begins, when it was
//! too slow, and now and then whether whoever reads may still.

mod here;
mod stream;

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use firsthand_domain::id::StaffId;
use firsthand_domain::staff::Staff;
use firsthand_storage::feed::{self, News};
use firsthand_storage::{Tx, sessions, staff};
use tokio::sync::{Notify, broadcast, watch};

use crate::app::App;
use crate::call::Call;
use crate::desk::bearer;
use crate::problem::Problem;

pub(crate) use here::{Doing, Here, Noted, Present};
pub(crate) use stream::{stream, words};

/// So many streams a person may have open at one node: a page each, and some.
pub(crate) const STREAMS: usize = 20;
/// So often it is looked up whether those who read may still; who signs out is told at once besides.
const CHECK: Duration = Duration::from_secs(15);
/// So often it is looked whether somebody has gone without a word.
const SWEEP: Duration = Duration::from_secs(5);

/// What a reader showed that they may.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Credential {
    /// A session, by the hash of its number.
    Session([u8; 32]),
    /// A token, by its hash.
    Token(Vec<u8>),
}

impl Credential {
    /// What a call came with.
    pub(crate) fn of(call: &Call) -> Result<Self, Problem> {
        if let Some(session) = &call.session {
            return Ok(Self::Session(session.session.hash));
        }
        let token = bearer(call.headers.authorization.as_deref());
        let token = token.ok_or_else(|| Problem::internal("a stream without a session or a token"))?;
        Ok(Self::Token(staff::token_hash(token).to_vec()))
    }

    /// Who it stands for, while it does.
    pub(crate) async fn stands_for(&self, tx: &mut Tx<'_>, app: &App) -> Result<Option<Staff>, Problem> {
        Ok(match self {
            Self::Session(hash) => sessions::by_hash(tx, hash, app.database.now())
                .await?
                .filter(|session| !session.half)
                .map(|session| session.staff),
            Self::Token(hash) => staff::by_token(tx, hash).await?.filter(|staff| staff.active),
        })
    }
}

/// One stream that is open.
struct Open {
    reader: Staff,
    by: Credential,
    end: Arc<Notify>,
}

/// The streams that are open, by whose and a number, and how many there were.
type Streams = (u64, BTreeMap<(StaffId, u64), Open>);

/// The streams of this node.
pub(crate) struct Live {
    open: Mutex<Streams>,
    stopped: watch::Sender<bool>,
    /// Who looks at what.
    pub(crate) here: Here,
}

/// A stream is open until this is dropped.
pub(crate) struct Held {
    app: Arc<App>,
    key: (StaffId, u64),
    /// Told when the stream must end.
    pub(crate) end: Arc<Notify>,
}

impl Drop for Held {
    fn drop(&mut self) {
        self.app.live.locked().1.remove(&self.key);
        self.app.metrics.streams(-1);
    }
}

impl Live {
    pub(crate) fn new() -> Self {
        Self { open: Mutex::default(), stopped: watch::channel(false).0, here: Here::new() }
    }

    fn locked(&self) -> MutexGuard<'_, Streams> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends every stream, and begins none any more.
    pub(crate) fn stop(&self) {
        self.stopped.send_replace(true);
    }

    /// Up once the desk stops.
    pub(crate) fn stopped(&self) -> watch::Receiver<bool> {
        self.stopped.subscribe()
    }
}

/// Opens one more stream of a person.
///
/// # Errors
/// They have as many as they may.
pub(crate) fn hold(app: &Arc<App>, reader: &Staff, by: Credential) -> Result<Held, Problem> {
    let end = Arc::new(Notify::new());
    let mut locked = app.live.locked();
    let (next, open) = &mut *locked;
    let own = open.range((reader.id, 0)..=(reader.id, u64::MAX)).count();
    if own >= STREAMS {
        return Err(Problem::too_many_streams(STREAMS));
    }
    *next += 1;
    let key = (reader.id, *next);
    open.insert(key, Open { reader: reader.clone(), by, end: Arc::clone(&end) });
    drop(locked);
    app.metrics.streams(1);
    Ok(Held { app: Arc::clone(app), key, end })
}

/// Reads the log for all streams of this node, and sees that they end when whoever reads may no longer.
pub async fn live(app: Arc<App>, stop: impl Future<Output = ()> + Send) {
    let (news, _) = app.database.feed().listen();
    let reading = tokio::spawn(feed::run(app.database.clone(), app.live.stopped()));
    let others = tokio::spawn(hear(Arc::clone(&app), news));
    let keep = async {
        let (mut checks, mut sweeps) = (tokio::time::interval(CHECK), tokio::time::interval(SWEEP));
        checks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        sweeps.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = checks.tick() => if check(&app).await.is_err() {
                    tracing::warn!("who may read on could not be looked up, and is later");
                },
                _ = sweeps.tick() => app.live.here.sweep((app.settings.micros)()),
            }
        }
    };
    tokio::select! {
        () = stop => {}
        () = keep => {}
    }
    app.live.stop();
    others.abort();
    let _ = reading.await;
}

/// Takes what other nodes say of who looks at what.
async fn hear(app: Arc<App>, mut news: broadcast::Receiver<News>) {
    loop {
        match news.recv().await {
            Ok(News::Word(word)) => app.live.here.heard(&word, (app.settings.micros)()),
            Ok(News::Changes(..)) | Err(broadcast::error::RecvError::Lagged(_)) => {}
            Err(broadcast::error::RecvError::Closed) => return,
        }
    }
}

/// Ends the streams of those who may no longer, or are no longer the same.
async fn check(app: &App) -> Result<(), Problem> {
    let open: Vec<((StaffId, u64), Staff, Credential)> = {
        let locked = app.live.locked();
        locked.1.iter().map(|(key, open)| (*key, open.reader.clone(), open.by.clone())).collect()
    };
    // Several streams show the same.
    let mut last: Option<(Credential, Option<Staff>)> = None;
    for (key, reader, by) in open {
        let known = last.take().filter(|(before, _)| *before == by);
        let now = if let Some((_, now)) = known {
            now
        } else {
            let mut connection = app.database.read().await?;
            by.stands_for(&mut connection.tx(), app).await?
        };
        if now.as_ref() != Some(&reader)
            && let Some(open) = app.live.locked().1.get(&key)
        {
            open.end.notify_one();
        }
        last = Some((by, now));
    }
    Ok(())
}
