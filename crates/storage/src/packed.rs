//! Many rows of SQLite in one piece. A row that comes by itself wakes whoever waits for it, and each of its values is
//! allocated on one thread and freed on another; so the rows of a list are put together as JSON inside SQLite, and what
//! comes is one text. PostgreSQL sends its rows in one piece as it is.

use serde::de::DeserializeOwned;
use sqlx::query::Query;
use sqlx::sqlite::SqliteArguments;
use sqlx::{Execute, QueryBuilder, Sqlite, SqliteConnection};
use uuid::Uuid;

use crate::Result;

/// A row that can come so: read from an array of its fields, in their order.
pub(crate) trait Packed: DeserializeOwned {
    /// The fields as SQLite puts them into that array.
    fn fields() -> &'static str;
}

/// A value of such a row.
pub(crate) trait Value {
    /// The value of a column as JSON.
    fn json(column: &str) -> String {
        column.to_owned()
    }
}

impl Value for i64 {}
impl Value for Option<i64> {}
impl Value for String {}
impl Value for Option<String> {}

impl Value for bool {
    fn json(column: &str) -> String {
        format!("json(iif({column}, 'true', 'false'))")
    }
}

impl Value for Uuid {
    fn json(column: &str) -> String {
        format!("hex({column})")
    }
}

impl Value for Option<Uuid> {
    fn json(column: &str) -> String {
        // Of nothing `hex` makes an empty text.
        format!("nullif(hex({column}), '')")
    }
}

/// A row struct, as by `row!`, that can come in one piece with others.
macro_rules! packed_row {
    ($(#[$doc:meta])* $vis:vis struct $name:ident { $($(#[$fdoc:meta])* $fvis:vis $field:ident: $type:ty),+ $(,)? }) => {
        row! {
            $(#[$doc])*
            #[derive(::serde::Deserialize)]
            $vis struct $name { $($(#[$fdoc])* $fvis $field: $type),+ }
        }

        impl $crate::packed::Packed for $name {
            fn fields() -> &'static str {
                static FIELDS: ::std::sync::LazyLock<String> = ::std::sync::LazyLock::new(|| {
                    [$(<$type as $crate::packed::Value>::json(stringify!($field))),+].join(", ")
                });
                &FIELDS
            }
        }
    };
}

/// All rows of a statement, as `all!`, in one piece.
macro_rules! all_packed {
    ($tx:expr, $sql:expr $(, $bind:expr)* $(,)?) => {
        match $tx {
            $crate::Tx::Lite(c) => $crate::packed::all(c, ::sqlx::query($sql.lite)$(.bind($bind))*).await,
            $crate::Tx::Pg(c) => {
                ::sqlx::query_as($sql.pg)$(.bind($bind))*.fetch_all(&mut **c).await.map_err($crate::Error::from)
            }
        }
    };
}

/// All rows of a query that is built for either engine, `$build::<Db>()`, in one piece. `once` where its text is hardly
/// ever the same again: it is not kept for the next time, when it would take the place of one that is.
macro_rules! built_packed {
    ($tx:expr, |$db:ident| $build:expr) => {
        built_packed!($tx, |$db| $build, true)
    };
    ($tx:expr, once |$db:ident| $build:expr) => {
        built_packed!($tx, |$db| $build, false)
    };
    ($tx:expr, |$db:ident| $build:expr, $kept:literal) => {
        match $tx {
            $crate::Tx::Lite(c) => {
                type $db = ::sqlx::Sqlite;
                $crate::packed::all(c, $build.build().persistent($kept)).await
            }
            $crate::Tx::Pg(c) => {
                type $db = ::sqlx::Postgres;
                let mut built = $build;
                let rows = built.build_query_as().persistent($kept);
                rows.fetch_all(&mut **c).await.map_err($crate::Error::from)
            }
        }
    };
}

/// As `among!`, in one piece.
macro_rules! among_packed {
    ($tx:expr, $before:literal, $ids:expr, $after:literal) => {{
        macro_rules! built {
            ($db:ty) => {{
                let mut query = ::sqlx::QueryBuilder::<$db>::new($before);
                let mut list = query.separated(", ");
                for id in $ids {
                    list.push_bind(id.0);
                }
                query.push($after);
                query
            }};
        }
        built_packed!($tx, |Db| built!(Db))
    }};
}

/// The rows of a statement, in its order.
pub(crate) async fn all<T: Packed>(
    connection: &mut SqliteConnection,
    mut rows: Query<'_, Sqlite, SqliteArguments>,
) -> Result<Vec<T>> {
    let lasts = Execute::persistent(&rows);
    let arguments = rows.take_arguments().map_err(sqlx::Error::Encode)?.unwrap_or_default();
    let (fields, rows) = (T::fields(), rows.sql());
    let text = format!("select json_group_array(json_array({fields})) from ({})", rows.as_str());
    let mut query = QueryBuilder::<Sqlite>::with_arguments(text, arguments);
    let (rows,): (String,) = query.build_query_as().persistent(lasts).fetch_one(connection).await?;
    Ok(serde_json::from_str(&rows)?)
}
