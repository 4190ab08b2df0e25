//! One reader of the log a node, for all who look on there: woken by a commit here or by word from another node, and
//! once a second in case a word was lost. Words between nodes go over a connection of their own after the commit: told
//! inside it, every commit of the whole database would wait for the one before.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sqlx::PgPool;
use sqlx::postgres::{PgListener, PgPoolOptions};
use tokio::sync::{broadcast, mpsc, watch};

use super::{Change, Cursor, after, one};
use crate::Result;
use crate::database::{Connection, Database, Engine, Tx};
use crate::writer::Wake;

/// In case a word was lost: the program that said it ended between its commit and the word.
const TICK: Duration = Duration::from_secs(1);
/// While much changes, it is told together: so much later at most.
const TOGETHER: Duration = Duration::from_millis(15);
/// So many changes are read at once.
const AT_ONCE: i64 = 500;
/// What is told and not yet taken by the slowest of those who look on.
const WAITING: usize = 256;
/// A change that was passed over and has not come in so many microseconds was undone.
const GIVEN_UP: i64 = 30_000_000;
/// Numbers read at the start, to see which of them are still to come.
const LATEST: i64 = 64;
/// Where the nodes hear each other.
const CHANNEL: &str = "firsthand";
/// The word that something changed.
const CHANGED: &str = "!";

/// What those who look on are told.
#[derive(Debug, Clone)]
pub enum News {
    /// These changes, in this order, and up to which number none is waited for any more.
    Changes(Arc<[Change]>, i64),
    /// A word that another node said with [`Feed::say`].
    Word(Arc<str>),
}

/// What a node tells those who look on.
#[derive(Debug)]
pub struct Feed {
    wake: Wake,
    place: Mutex<Cursor>,
    news: broadcast::Sender<News>,
    say: mpsc::UnboundedSender<String>,
    said: Mutex<Option<mpsc::UnboundedReceiver<String>>>,
}

impl Default for Feed {
    fn default() -> Self {
        let (say, said) = mpsc::unbounded_channel();
        Self {
            wake: Wake::default(),
            place: Mutex::default(),
            news: broadcast::channel(WAITING).0,
            say,
            said: Mutex::new(Some(said)),
        }
    }
}

impl Feed {
    pub(crate) fn wake(&self) -> Wake {
        Arc::clone(&self.wake)
    }

    fn locked(&self) -> MutexGuard<'_, Cursor> {
        self.place.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where this node is: what is read after this was told is after this place or at it.
    #[must_use]
    pub fn place(&self) -> Cursor {
        self.locked().clone()
    }

    /// From now on what is told, and the place from which it goes on.
    #[must_use]
    pub fn listen(&self) -> (broadcast::Receiver<News>, Cursor) {
        let place = self.locked();
        (self.news.subscribe(), place.clone())
    }

    /// Says something to the other nodes, which they forget.
    pub fn say(&self, word: String) {
        let _ = self.say.send(word);
    }

    /// Goes to the end of the log.
    pub(crate) async fn begin(&self, tx: &mut Tx<'_>) -> Result<()> {
        let last = super::last(tx).await?;
        let mut place = Cursor::at((last - LATEST).max(0));
        for change in after(tx, place.high(), i64::MAX).await? {
            place.take(change.number);
        }
        *self.locked() = place;
        Ok(())
    }

    /// Tells what is new, once.
    async fn look(&self, tx: &mut Tx<'_>, waited: &mut BTreeMap<i64, i64>, now: i64) -> Result<bool> {
        let place = self.place();
        let mut found = Vec::new();
        for hole in place.holes() {
            found.extend(one(tx, *hole).await?);
        }
        found.extend(after(tx, place.high(), AT_ONCE).await?);
        let mut place = self.locked();
        found.retain(|change| place.take(change.number));
        waited.retain(|hole, _| place.holes().contains(hole));
        for hole in place.holes() {
            waited.entry(*hole).or_insert(now);
        }
        let over = waited.iter().filter(|(_, since)| **since < now.saturating_sub(GIVEN_UP));
        let given_up = over.map(|(hole, _)| *hole).max().unwrap_or(0);
        place.give_up(given_up);
        let any = !found.is_empty();
        if any {
            // Nobody may be looking on.
            let _ = self.news.send(News::Changes(found.into(), given_up));
        }
        Ok(any)
    }
}

/// Why the reader wakes.
enum Woken {
    /// Something was committed here.
    Here,
    /// A word came, or it is time to look all the same.
    Heard(Option<String>),
    /// Something is to be said.
    Say(String),
}

/// Reads the log for all who look on at this node, until it stops.
pub async fn run(database: Database, mut stopped: watch::Receiver<bool>) {
    let feed = Arc::clone(&database.feed);
    let said = feed.said.lock().unwrap_or_else(PoisonError::into_inner).take();
    let Some(mut said) = said else { return };
    let node = (database.wiring.new_id)(database.now()).simple().to_string();
    let wire = Wire::of(&database);
    let (hear, mut heard) = mpsc::channel(WAITING);
    let listener = wire.as_ref().map(|wire| tokio::spawn(hear_others(wire.0.clone(), hear.clone())));
    let mut waited = BTreeMap::new();
    let mut ticks = tokio::time::interval(TICK);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        let woken = tokio::select! {
            _ = stopped.wait_for(|stop| *stop) => break,
            () = feed.wake.notified() => Woken::Here,
            Some(word) = heard.recv() => Woken::Heard(Some(word)),
            Some(word) = said.recv() => Woken::Say(word),
            _ = ticks.tick() => Woken::Heard(None),
        };
        let say = match woken {
            Woken::Here => Some(CHANGED.to_owned()),
            Woken::Say(word) => {
                tell(wire.as_ref(), &node, &word).await;
                continue;
            }
            Woken::Heard(Some(word)) => match word.split_once(' ') {
                Some((from, _)) if from == node => continue,
                Some((_, word)) if word != CHANGED => {
                    let _ = feed.news.send(News::Word(word.into()));
                    continue;
                }
                _ => None,
            },
            Woken::Heard(None) => None,
        };
        let looked = async {
            let mut connection = match &wire {
                Some(wire) => Connection::Pg(wire.0.acquire().await?),
                None => database.read().await?,
            };
            feed.look(&mut connection.tx(), &mut waited, database.now().micros()).await
        };
        let any = looked.await.unwrap_or_else(|error| {
            tracing::warn!(%error, "what changed could not be read, and is told later");
            false
        });
        if let Some(word) = say {
            tell(wire.as_ref(), &node, &word).await;
        }
        if any {
            tokio::time::sleep(TOGETHER).await;
        }
    }
    if let Some(listener) = listener {
        listener.abort();
    }
}

/// The connections of this reader, so that it waits for nobody's request: one to hear on, one to read and to say.
struct Wire(PgPool);

impl Wire {
    fn of(database: &Database) -> Option<Self> {
        let Engine::Pg(pool) = &database.engine else { return None };
        let options = (*pool.connect_options()).clone();
        Some(Self(PgPoolOptions::new().max_connections(2).connect_lazy_with(options)))
    }
}

/// Says a word to the other nodes.
async fn tell(wire: Option<&Wire>, node: &str, word: &str) {
    let Some(Wire(pool)) = wire else { return };
    let said = sqlx::query("select pg_notify($1, $2)")
        .bind(CHANNEL)
        .bind(format!("{node} {word}"))
        .execute(pool)
        .await;
    if let Err(error) = said {
        tracing::warn!(%error, "the other nodes could not be told, and look by themselves");
    }
}

/// Hears what the other nodes say. What was said while the connection was away is made up for by looking.
async fn hear_others(pool: PgPool, hear: mpsc::Sender<String>) {
    loop {
        if let Ok(mut listener) = PgListener::connect_with(&pool).await
            && listener.listen(CHANNEL).await.is_ok()
        {
            while let Ok(word) = listener.recv().await {
                if hear.send(word.payload().to_owned()).await.is_err() {
                    return;
                }
            }
        }
        tokio::time::sleep(TICK).await;
    }
}
