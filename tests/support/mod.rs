//! A desk to test: the built program on a database of its own, people who work at it, and what they send.

mod database;
mod events;
mod person;
mod server;
mod sink;

#[allow(unused_imports, reason = "not every kind of test opens a database itself")]
pub use database::{Engine, Scratch};
#[allow(unused_imports, reason = "not every kind of test looks on")]
pub use events::{Event, Events};
#[allow(unused_imports, reason = "not every kind of test reads answers itself")]
pub use person::{Answer, Cut, Person};
pub use server::Desk;
#[allow(unused_imports, reason = "not every kind of test tells other programs")]
pub use sink::{Manner, Message, Sink};

/// Runs one story on each engine.
#[macro_export]
macro_rules! on_both_engines {
    ($($(#[$doc:meta])* fn $name:ident($desk:ident: &Desk) $body:block)+) => { $(
        $(#[$doc])*
        mod $name {
            #[allow(unused_imports, reason = "not every story uses all of it")]
            use super::*;

            fn story($desk: &Desk) $body

            #[test]
            fn on_sqlite() {
                story(&Desk::open($crate::support::Engine::Sqlite));
            }

            #[test]
            fn on_postgres() {
                story(&Desk::open($crate::support::Engine::Postgres));
            }
        }
    )+ };
}
