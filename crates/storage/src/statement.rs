//! Statements: one text for both engines, or a marked pair; all of them in one list that a test prepares on both.

/// A statement.
#[derive(Debug, Clone, Copy)]
pub struct Sql {
    /// What SQLite runs.
    pub lite: &'static str,
    /// What PostgreSQL runs.
    pub pg: &'static str,
}

/// One text for both engines.
pub(crate) const fn same(text: &'static str) -> Sql {
    Sql { lite: text, pg: text }
}

/// The engines differ here. Grepping for `pick(` lists every divergence.
pub(crate) const fn pick(lite: &'static str, pg: &'static str) -> Sql {
    Sql { lite, pg }
}

/// Can a text be in any row? PostgreSQL keeps no NUL and refuses to be asked for it; nothing that is kept has one.
pub(crate) fn keepable(text: &str) -> bool {
    !text.contains('\0')
}

/// Declares the statements of a file, and a list of them.
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $sql:expr;)+) => {
        $($(#[$doc])* const $name: $crate::Sql = $sql;)+
        /// Every statement of this file.
        pub(crate) const STATEMENTS: &[(&str, $crate::Sql)] = &[$((stringify!($name), $name)),+];
    };
}

/// Runs an expression on whichever engine it is: `$c` is the connection, `Db` its driver.
macro_rules! on {
    ($tx:expr, |$c:ident| $body:expr) => {
        match $tx {
            $crate::Tx::Lite(c) => {
                #[allow(unused, reason = "not every body names its driver")]
                type Db = ::sqlx::Sqlite;
                let $c = &mut **c;
                $body
            }
            $crate::Tx::Pg(c) => {
                #[allow(unused, reason = "not every body names its driver")]
                type Db = ::sqlx::Postgres;
                let $c = &mut **c;
                $body
            }
        }
    };
}

/// Runs a statement and tells how many rows it touched.
macro_rules! run {
    ($tx:expr, $sql:expr $(, $bind:expr)* $(,)?) => {{
        let text = $tx.text(&$sql);
        on!($tx, |c| ::sqlx::query(text)$(.bind($bind))*.execute(c).await.map(|done| done.rows_affected()))
            .map_err($crate::Error::from)
    }};
}

/// The row of a statement, if there is one.
macro_rules! find {
    ($tx:expr, $sql:expr $(, $bind:expr)* $(,)?) => {{
        let text = $tx.text(&$sql);
        on!($tx, |c| ::sqlx::query_as(text)$(.bind($bind))*.fetch_optional(c).await).map_err($crate::Error::from)
    }};
}

/// All rows of a statement.
macro_rules! all {
    ($tx:expr, $sql:expr $(, $bind:expr)* $(,)?) => {{
        let text = $tx.text(&$sql);
        on!($tx, |c| ::sqlx::query_as(text)$(.bind($bind))*.fetch_all(c).await).map_err($crate::Error::from)
    }};
}

/// The rows whose id is among those given: the text up to the opening bracket, the ids, and what follows.
macro_rules! among {
    ($tx:expr, $before:literal, $ids:expr, $after:literal) => {
        on!($tx, |c| {
            let mut query = ::sqlx::QueryBuilder::<Db>::new($before);
            let mut list = query.separated(", ");
            for id in $ids {
                list.push_bind(id.0);
            }
            query.push($after);
            query.build_query_as().fetch_all(c).await
        })
        .map_err($crate::Error::from)
    };
}

/// A row struct that reads itself from either engine.
macro_rules! row {
    ($(#[$doc:meta])* $vis:vis struct $name:ident { $($(#[$fdoc:meta])* $fvis:vis $field:ident: $type:ty),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone)]
        $vis struct $name { $($(#[$fdoc])* $fvis $field: $type),+ }

        impl<'r, R: ::sqlx::Row> ::sqlx::FromRow<'r, R> for $name
        where
            &'static str: ::sqlx::ColumnIndex<R>,
            $($type: ::sqlx::Decode<'r, R::Database> + ::sqlx::Type<R::Database>),+
        {
            fn from_row(row: &'r R) -> ::std::result::Result<Self, ::sqlx::Error> {
                Ok(Self { $($field: row.try_get(stringify!($field))?),+ })
            }
        }
    };
}

/// Every statement there is, by file and name, for the test that prepares them on both engines.
#[must_use]
pub fn every_statement() -> Vec<(String, Sql)> {
    let files = [
        ("absences", crate::absences::STATEMENTS),
        ("accounts", crate::accounts::STATEMENTS),
        ("actions", crate::actions::STATEMENTS),
        ("actions::counting", crate::actions::counting::STATEMENTS),
        ("alerts", crate::alerts::STATEMENTS),
        ("analysis::repeats", crate::analysis::REPEATS_STATEMENTS),
        ("attachments", crate::attachments::STATEMENTS),
        ("attachments::incoming", crate::attachments::incoming::STATEMENTS),
        ("attachments::proof", crate::attachments::PROOF_STATEMENTS),
        ("attempts", crate::attempts::STATEMENTS),
        ("awards", crate::awards::STATEMENTS),
        ("awards::inbox", crate::awards::inbox::STATEMENTS),
        ("awards::record", crate::awards::record::STATEMENTS),
        ("awards::reperform", crate::awards::reperform::STATEMENTS),
        ("awards::report", crate::awards::report::STATEMENTS),
        ("awards::standing", crate::awards::standing::STATEMENTS),
        ("awards::usage", crate::awards::usage::STATEMENTS),
        ("audit", crate::audit::STATEMENTS),
        ("causes", crate::causes::STATEMENTS),
        ("causes::choice", crate::causes::choice::STATEMENTS),
        ("causes::kept", crate::causes::kept::STATEMENTS),
        ("causes::rating", crate::causes::rating::STATEMENTS),
        ("complaints", crate::complaints::STATEMENTS),
        ("customers", crate::customers::STATEMENTS),
        ("desk", crate::desk::STATEMENTS),
        ("desk::lists", crate::desk::LIST_STATEMENTS),
        ("desk::people", crate::desk::PEOPLE_STATEMENTS),
        ("customers::find", crate::customers::find::STATEMENTS),
        ("drafts", crate::drafts::STATEMENTS),
        ("exports", crate::exports::STATEMENTS),
        ("feed", crate::feed::STATEMENTS),
        ("figures", crate::figures::STATEMENTS),
        ("figures::read", crate::figures::READ_STATEMENTS),
        ("figures::rebuild", crate::figures::REBUILD_STATEMENTS),
        ("exposure", crate::exposure::STATEMENTS),
        ("floor", crate::floor::STATEMENTS),
        ("grants", crate::grants::STATEMENTS),
        ("grants::register", crate::grants::register::STATEMENTS),
        ("idempotency", crate::idempotency::STATEMENTS),
        ("imports", crate::imports::STATEMENTS),
        ("intake", crate::intake::STATEMENTS),
        ("devices", crate::devices::STATEMENTS),
        ("exports", crate::exports::STATEMENTS),
        ("idempotency", crate::idempotency::STATEMENTS),
        ("imports", crate::imports::STATEMENTS),
        ("invitations", crate::invitations::STATEMENTS),
        ("known", crate::known::STATEMENTS),
        ("ledger", crate::ledger::STATEMENTS),
        ("ledger::person", crate::ledger::person::STATEMENTS),
        ("ledger::read", crate::ledger::read::STATEMENTS),
        ("lists", crate::lists::STATEMENTS),
        ("metrics", crate::metrics::STATEMENTS),
        ("notices", crate::notices::STATEMENTS),
        ("palette", crate::palette::STATEMENTS),
        ("parts", crate::parts::STATEMENTS),
        ("problems", crate::problems::STATEMENTS),
        ("related", crate::related::STATEMENTS),
        ("saved_views", crate::saved_views::STATEMENTS),
        ("search", crate::search::STATEMENTS),
        ("second_factor", crate::second_factor::STATEMENTS),
        ("sessions", crate::sessions::STATEMENTS),
        ("settings", crate::settings::STATEMENTS),
        ("staff", crate::staff::STATEMENTS),
        ("staff_acts", crate::staff_acts::STATEMENTS),
        ("suggestions", crate::suggestions::STATEMENTS),
        ("timers", crate::timers::STATEMENTS),
        ("tokens", crate::tokens::STATEMENTS),
        ("verify", crate::verify::STATEMENTS),
        ("webhooks", crate::webhooks::STATEMENTS),
        ("webhooks::telling", crate::webhooks::telling::STATEMENTS),
    ];
    files
        .iter()
        .flat_map(|(file, all)| all.iter().map(move |(name, sql)| (format!("{file}::{name}"), *sql)))
        .collect()
}
