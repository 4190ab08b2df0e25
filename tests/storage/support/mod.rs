//! What every story starts from: a desk of its own, with a clock that the story moves.

mod acts;
mod desk;
mod engine;
mod raw;
pub(crate) mod verbs;

pub(crate) use acts::refusal;
pub(crate) use desk::{Desk, open};
pub(crate) use engine::{Folder, on_postgres, on_sqlite, run};
pub(crate) use raw::Raw;

/// Tells each story on both engines.
macro_rules! stories {
    ($($name:ident),+ $(,)?) => { $(
        mod $name {
            #[test]
            fn on_sqlite() {
                crate::support::on_sqlite(super::$name);
            }

            #[test]
            fn on_postgres() {
                crate::support::on_postgres(super::$name);
            }
        }
    )+ };
}

/// The value inside, if the pattern fits; otherwise the test fails and shows what there was.
macro_rules! assert_fits {
    ($value:expr, $pattern:pat $(if $guard:expr)? $(,)?) => {
        match $value {
            $pattern $(if $guard)? => {}
            other => panic!("expected {}, got {other:?}", stringify!($pattern)),
        }
    };
}
