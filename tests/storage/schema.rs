//! Two folders of migrations make one schema.

use std::collections::BTreeSet;

use crate::support::{Desk, Folder, Raw, on_postgres, open};

/// In one engine only, and why.
const KNOWN: [&str; 4] = [
    // SQLite has no sequences; PostgreSQL has the sequence `complaint_number` for this.
    "counter.name: text, required",
    "counter.value: integer, required",
    // FTS5 numbers what it indexes; PostgreSQL keeps the words beside the id of the complaint.
    "search_row.id: integer",
    "search_row.complaint: blob, required",
];

/// In PostgreSQL only: in SQLite these are the columns of a virtual table, which has no types.
const KNOWN_PG: [&str; 2] = ["search.complaint: blob, required", "search.words: tsvector, required"];

#[test]
fn both_engines_have_the_same_tables_and_columns() {
    on_postgres(|desk| async move {
        let (lite, pg) = (lite_columns().await, pg_columns(&desk).await);
        assert!(pg.len() > 100, "only {} columns were found", pg.len());
        let known: BTreeSet<String> = KNOWN.map(str::to_owned).into();
        let only_lite: BTreeSet<_> = lite.difference(&pg).cloned().collect();
        let only_pg: Vec<_> = pg.difference(&lite).map(String::as_str).collect();
        assert_eq!(only_lite, known);
        assert_eq!(only_pg, KNOWN_PG);
    });
}

#[test]
fn both_engines_have_the_same_indexes() {
    on_postgres(|desk| async move {
        let folder = a_file().await;
        let lite = Raw::lite(&folder.file())
            .await
            .pairs("select name, tbl_name from sqlite_master where type = 'index' and sql is not null order by 1")
            .await;
        let pg = desk
            .raw()
            .await
            .pairs(
                "select i.indexrelid::regclass::text, i.indrelid::regclass::text from pg_index i \
                 join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace \
                 where n.nspname = 'public' and i.indexrelid::regclass::text <> 'search_words' and not exists \
                 (select 1 from pg_constraint k where k.conindid = i.indexrelid) order by 1",
            )
            .await;
        assert!(!pg.is_empty());
        assert_eq!(lite, pg);
    });
}

async fn a_file() -> Folder {
    let folder = Folder::new();
    open(format!("sqlite://{}", folder.file().display())).await.unwrap().close().await;
    folder
}

/// Each column as `table.column: type, required or not`. The table of sqlx itself is its own affair.
async fn lite_columns() -> BTreeSet<String> {
    let folder = a_file().await;
    let rows = Raw::lite(&folder.file())
        .await
        .pairs(
            "select m.name || '.' || p.name, lower(p.type) || case p.\"notnull\" when 1 then ', required' else '' end \
             from sqlite_master m join pragma_table_info(m.name) p \
             where m.type = 'table' and m.name not like 'sqlite%' and m.name <> '_sqlx_migrations' \
             and m.name not in ('search', 'search_data', 'search_idx', 'search_docsize', 'search_config', 'search_vocab')",
        )
        .await;
    rows.into_iter().map(|(column, kind)| format!("{column}: {kind}")).collect()
}

async fn pg_columns(desk: &Desk) -> BTreeSet<String> {
    let rows = desk
        .raw()
        .await
        .pairs(
            "select table_name || '.' || column_name, case data_type when 'uuid' then 'blob' when 'bytea' then 'blob' \
             when 'bigint' then 'integer' when 'boolean' then 'integer' else data_type end \
             || case is_nullable when 'NO' then ', required' else '' end \
             from information_schema.columns where table_schema = 'public' and table_name <> '_sqlx_migrations'",
        )
        .await;
    rows.into_iter().map(|(column, kind)| format!("{column}: {kind}")).collect()
}
