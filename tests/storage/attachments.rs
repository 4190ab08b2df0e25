//! What files hold: kept once, gone with the last name, swept away when it broke off, and found when it is not right.

use firsthand_domain::attachment::FileName;
use firsthand_domain::id::AttachmentId;
use firsthand_domain::staff::Staff;
use firsthand_storage::attachments::incoming::{Incoming, discard, sweep};
use firsthand_storage::attachments::{PIECE, contents, find};
use firsthand_storage::verify;
use futures_util::future::join_all;
use serde_json::json;

use crate::support::{Desk, verbs};

stories!(
    what_two_files_hold_is_kept_once_and_goes_with_the_last,
    what_broke_off_or_waits_too_long_is_swept_away,
    whatever_is_tampered_with_is_found,
    eight_at_once_bring_the_same_and_it_is_kept_once,
);

const CONTENTS: &str = "select count(*) from content";
const PIECES: &str = "select count(*) from content_piece";
const FILES: &str = "select count(*) from attachment";

async fn begin(desk: &Desk, by: &Staff) -> Incoming {
    Incoming::begin(&desk.db, by.id, FileName::clean("a.bin")).await.unwrap()
}

async fn bring(desk: &Desk, by: &Staff, bytes: &[u8]) -> AttachmentId {
    let mut file = begin(desk, by).await;
    for piece in bytes.chunks(10_007) {
        file.take(piece).await.unwrap();
    }
    file.finish().await.unwrap().0
}

/// Bytes of three pieces.
fn large() -> Vec<u8> {
    (0..PIECE * 2 + 5).map(|n| u8::try_from(n % 253).unwrap()).collect()
}

async fn what_two_files_hold_is_kept_once_and_goes_with_the_last(desk: Desk) {
    let ana = desk.agent().await;
    let (one, two) = (bring(&desk, &ana, &large()).await, bring(&desk, &ana, &large()).await);
    let mut raw = desk.raw().await;
    assert_eq!((raw.count(CONTENTS).await, raw.count(PIECES).await, raw.count(FILES).await), (1, 3, 2));
    // Whichever brought it goes first.
    discard(&desk.db, one, ana.id).await.unwrap();
    let mut connection = desk.db.read().await.unwrap();
    let found = find(&mut connection.tx(), two).await.unwrap().unwrap();
    let mut read = Vec::new();
    for seq in 0.. {
        let Some(piece) = found.piece(&mut connection.tx(), seq).await.unwrap() else { break };
        read.extend(piece);
    }
    assert!(read == large());
    let ben = desk.agent().await;
    discard(&desk.db, two, ben.id).await.unwrap();
    assert_eq!(raw.count(FILES).await, 1, "another's file is not theirs to discard");
    discard(&desk.db, two, ana.id).await.unwrap();
    assert_eq!((raw.count(CONTENTS).await, raw.count(PIECES).await, raw.count(FILES).await), (0, 0, 0));
}

async fn what_broke_off_or_waits_too_long_is_swept_away(desk: Desk) {
    let ana = desk.agent().await;
    let kept = bring(&desk, &ana, b"attached").await;
    desk.log(&ana, verbs::anonymous_and(json!({ "attachments": [kept] }))).await;
    bring(&desk, &ana, b"waits").await;
    let mut file = begin(&desk, &ana).await;
    file.take(&large()).await.unwrap();
    drop(file);
    let mut raw = desk.raw().await;
    assert_eq!((raw.count(FILES).await, raw.count(PIECES).await), (3, 4));
    // Another node may be taking it in; a node that is alone knows better.
    let at_once = usize::from(!desk.is_postgres());
    assert_eq!(sweep(&desk.db, true).await.unwrap(), at_once);
    desk.later_by_minutes(11);
    assert_eq!(sweep(&desk.db, false).await.unwrap(), 1 - at_once);
    assert_eq!((raw.count(FILES).await, raw.count(PIECES).await), (2, 2));
    desk.later_by_days(8);
    assert_eq!(sweep(&desk.db, false).await.unwrap(), 1);
    assert_eq!((raw.count(FILES).await, raw.count(PIECES).await, raw.count(CONTENTS).await), (1, 1, 1));
    assert_eq!(contents(&desk.db).await.unwrap().wrong, Vec::<String>::new());
}

/// What is done, past the guards.
const TAMPERED: [(&str, &str); 5] = [
    ("delete from content_piece where seq = 1", "what it holds"),
    (
        "update content_piece set bytes = (select bytes from content_piece where seq = 2) where seq = 0",
        "what it holds",
    ),
    ("update content set size = size + 1", "what it holds"),
    ("update attachment set complaint = null", "its files are not those"),
    ("update attachment set name = null", "its files are not those"),
];

async fn whatever_is_tampered_with_is_found(desk: Desk) {
    let ana = desk.agent().await;
    let id = bring(&desk, &ana, &large()).await;
    desk.log(&ana, verbs::anonymous_and(json!({ "attachments": [id] }))).await;
    let mut raw = desk.raw().await;
    assert!(
        raw.run("update content_piece set seq = seq + 1").await.is_err(),
        "the database holds what came in"
    );
    let drop = if desk.is_postgres() {
        "drop trigger content_piece_is_not_changed on content_piece"
    } else {
        "drop trigger content_piece_is_not_changed"
    };
    raw.run(drop).await.unwrap();
    let wrong = async || {
        let mut all = contents(&desk.db).await.unwrap().wrong;
        all.extend(verify::histories(&desk.db).await.unwrap().wrong);
        all
    };
    assert_eq!(wrong().await, Vec::<String>::new());
    for (done, told) in TAMPERED {
        let copy = ["content", "content_piece", "attachment"];
        for (make, table) in COPIES.into_iter().zip(copy) {
            raw.run(make).await.unwrap_or_else(|e| panic!("{table}: {e}"));
        }
        raw.run(done).await.unwrap();
        let found = wrong().await;
        assert!(found.iter().any(|line| line.contains(told)), "{done}: {found:?}");
        for back in BACK {
            raw.run(back).await.unwrap_or_else(|e| panic!("{back}: {e}"));
        }
        assert_eq!(wrong().await, Vec::<String>::new(), "after {done}");
    }
}

const COPIES: [&str; 3] = [
    "create table kept_content as select * from content",
    "create table kept_piece as select * from content_piece",
    "create table kept_file as select * from attachment",
];
const BACK: [&str; 9] = [
    "delete from content_piece",
    "delete from attachment",
    "delete from content",
    "insert into content select * from kept_content",
    "insert into content_piece select * from kept_piece",
    "insert into attachment select * from kept_file",
    "drop table kept_content",
    "drop table kept_piece",
    "drop table kept_file",
];

async fn eight_at_once_bring_the_same_and_it_is_kept_once(desk: Desk) {
    let ana = desk.agent().await;
    for _ in 0..5 {
        let bytes = large();
        let all = join_all((0..8).map(|_| bring(&desk, &ana, &bytes))).await;
        let mut raw = desk.raw().await;
        assert_eq!((raw.count(CONTENTS).await, raw.count(PIECES).await, raw.count(FILES).await), (1, 3, 8));
        join_all(all.into_iter().map(|id| discard(&desk.db, id, ana.id))).await;
        assert_eq!((raw.count(CONTENTS).await, raw.count(PIECES).await, raw.count(FILES).await), (0, 0, 0));
    }
}
