//! Opening a database: made if it is not there, brought up to date if it is, never twice.

use std::os::unix::fs::PermissionsExt as _;

use firsthand_storage::{Error, loose_modes, verify};

use crate::support::{Desk, Folder, open, run, verbs};

stories!(
    opening_once_more_changes_nothing,
    a_healthy_database_says_so,
    the_tags_of_an_older_desk_are_given_their_times,
);

async fn opening_once_more_changes_nothing(desk: Desk) {
    let agent = desk.agent().await;
    let complaint = desk.log(&agent, verbs::anonymous()).await;
    let mut raw = desk.raw().await;
    let before = (raw.count(MIGRATIONS).await, raw.count(CAUSES).await);

    let again = desk.open_again().await;
    assert_eq!(again.read(complaint.id).await, complaint);
    let after = (raw.count(MIGRATIONS).await, raw.count(CAUSES).await);
    assert_eq!(before, after);

    again.log(&agent, verbs::anonymous()).await;
    assert_eq!(verify::histories(&desk.db).await.unwrap().complaints, 2);
    again.db.close().await;
}

const MIGRATIONS: &str = "select count(*) from _sqlx_migrations";
const CAUSES: &str = "select count(*) from cause";

async fn a_healthy_database_says_so(desk: Desk) {
    desk.db.ping().await.unwrap();
    assert_eq!(desk.db.integrity().await.unwrap(), Vec::<String>::new());
    assert_eq!(desk.db.engine_name(), if desk.is_postgres() { "postgres" } else { "sqlite" });
}

/// As the sixth migration finds a desk: tags without times.
async fn the_tags_of_an_older_desk_are_given_their_times(desk: Desk) {
    let agent = desk.agent().await;
    for role in ["primary", "contributing", "primary"] {
        let id = desk.log(&agent, verbs::from_customer()).await.id;
        desk.later_by_minutes(7);
        desk.act(&agent, id, verbs::cause("late", role)).await;
        desk.act(&agent, id, verbs::cause("damaged", "primary")).await;
    }
    let mut raw = desk.raw().await;
    for sql in [
        "drop table if exists search_vocab",
        "drop index cause_tag_received",
        "drop index cause_tag_waiting",
        "drop index cause_tag_due",
        "alter table cause_tag drop column received_at",
        "alter table cause_tag drop column waiting_since",
        "alter table cause_tag drop column next_due",
        "create index cause_tag_cause on cause_tag (cause, complaint) where current",
        "delete from _sqlx_migrations where version = 6",
    ] {
        raw.run(sql).await.unwrap();
    }
    let again = desk.open_again().await;
    let right = "select count(*) from cause_tag t join complaint c on c.id = t.complaint where t.received_at = c.received_at \
                 and t.waiting_since = c.waiting_since and t.next_due = c.next_due";
    assert_eq!(raw.count(right).await, 6);
    let current = "select count(*) from cause_tag where case when current then 1 end = 1";
    assert_eq!(raw.count(current).await, 4);
    again.db.close().await;
}

#[test]
fn a_folder_that_is_not_there_is_made_for_its_owner_alone() {
    run(async {
        let folder = Folder::new();
        let (outer, inner) = (folder.path().join("data"), folder.path().join("data/desk"));
        let db = open(format!("sqlite://{}/firsthand.db", inner.display())).await.unwrap();
        db.close().await;
        for made in [outer, inner] {
            let mode = std::fs::metadata(&made).unwrap().permissions().mode() & 0o777;
            assert_eq!(mode, 0o700, "{}", made.display());
        }
        let file = folder.path().join("data/desk/firsthand.db");
        let url = format!("sqlite://{}", file.display());
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(loose_modes(&url), Vec::<String>::new());
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).unwrap();
        assert_eq!(loose_modes(&url), [format!("{} (640)", file.display())]);
    });
}

#[test]
fn an_address_of_neither_kind_is_refused() {
    run(async {
        for url in ["mysql://localhost/desk", "sqlite::memory:", "sqlite://", ""] {
            let refused = open(url.to_owned()).await.map(drop);
            assert_fits!(refused, Err(Error::Unavailable(_)));
        }
    });
}

#[test]
fn a_file_that_is_no_database_is_refused_and_left_as_it_is() {
    run(async {
        let folder = Folder::new();
        let letter = "Dear desk, this is a letter and no database. ".repeat(200);
        std::fs::write(folder.file(), &letter).unwrap();
        let refused = open(format!("sqlite://{}", folder.file().display())).await.map(drop);
        assert!(refused.is_err());
        assert_eq!(std::fs::read_to_string(folder.file()).unwrap(), letter);
    });
}
