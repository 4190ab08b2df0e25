//! A desk on one engine, and the time and chance it runs by.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use firsthand_domain::policy::Policy;
use firsthand_domain::time::Timestamp;
use firsthand_storage::{Database, Settings, Wiring};
use uuid::Uuid;

use super::Raw;
use super::engine::Place;

/// Enough for several to meet, few enough to make the rest wait.
const CONNECTIONS: u32 = 8;

/// An open database of its own, with a clock that stands still until it is moved.
#[derive(Clone)]
pub(crate) struct Desk {
    pub(crate) db: Database,
    world: Arc<World>,
    place: Arc<Place>,
}

/// Time and chance.
struct World {
    now: AtomicI64,
    ids: AtomicU64,
}

impl World {
    fn new() -> Self {
        let start = Timestamp::parse("2026-03-02T09:00:00Z").unwrap();
        Self { now: AtomicI64::new(start.micros()), ids: AtomicU64::new(0) }
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.now.load(Ordering::SeqCst))
    }

    /// Of version 7: the instant in milliseconds, then a counter where chance would be.
    fn new_id(&self, at: Timestamp) -> Uuid {
        let millis = u128::from(at.micros().max(0).unsigned_abs() / 1000) & 0xffff_ffff_ffff;
        let number = u128::from(self.ids.fetch_add(1, Ordering::SeqCst) + 1);
        Uuid::from_u128(millis << 80 | 0x7 << 76 | 0b10 << 62 | number)
    }
}

fn wiring(world: &Arc<World>) -> Wiring {
    let (clock, chance) = (Arc::clone(world), Arc::clone(world));
    Wiring {
        now: Arc::new(move || clock.now()),
        new_id: Arc::new(move |at| chance.new_id(at)),
        policy: Policy::DEFAULT,
    }
}

/// Opens whatever the URL names, as a program would, with a world of its own.
pub(crate) async fn open(url: String) -> firsthand_storage::Result<Database> {
    Database::open(&Settings { url, connections: CONNECTIONS }, wiring(&Arc::new(World::new()))).await
}

impl Desk {
    pub(crate) async fn open(place: Arc<Place>) -> Self {
        let world = Arc::new(World::new());
        let settings = Settings { url: place.url(), connections: CONNECTIONS };
        let db = Database::open(&settings, wiring(&world)).await.unwrap();
        Self { db, world, place }
    }

    /// The same data opened once more, in the same world.
    pub(crate) async fn open_again(&self) -> Self {
        let settings = Settings { url: self.place.url(), connections: CONNECTIONS };
        let db = Database::open(&settings, wiring(&self.world)).await.unwrap();
        Self { db, ..self.clone() }
    }

    pub(crate) fn is_postgres(&self) -> bool {
        matches!(*self.place, Place::Database { .. })
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.world.now()
    }

    pub(crate) fn set_now(&self, now: Timestamp) {
        self.world.now.store(now.micros(), Ordering::SeqCst);
    }

    pub(crate) fn later_by_minutes(&self, minutes: i64) {
        self.set_now(self.now().plus_minutes(minutes));
    }

    pub(crate) fn later_by_days(&self, days: i64) {
        self.set_now(self.now().plus_days(days));
    }

    /// A number that this desk has not given before.
    pub(crate) fn number(&self) -> u64 {
        self.world.ids.fetch_add(1, Ordering::SeqCst)
    }

    /// A connection past every rule but the database's own.
    pub(crate) async fn raw(&self) -> Raw {
        match &*self.place {
            Place::Folder(folder) => Raw::lite(&folder.file()).await,
            Place::Database { options, .. } => Raw::pg(options).await,
        }
    }
}
