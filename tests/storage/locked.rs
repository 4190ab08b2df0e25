//! Another program on this machine holds the write lock of the file.

use std::time::Duration;

use firsthand_storage::Error;
use tokio::time::timeout;

use crate::support::{Desk, verbs};

stories!(while_another_program_writes_reads_go_on_and_writes_are_put_off);

async fn while_another_program_writes_reads_go_on_and_writes_are_put_off(desk: Desk) {
    if desk.is_postgres() {
        // There a writer locks rows, not the whole, and `lock_timeout` ends the wait.
        return;
    }
    let ana = desk.agent().await;
    let id = desk.log(&ana, verbs::anonymous()).await.id;
    let mut other = desk.raw().await;
    other.run("begin immediate").await.unwrap();
    let writing = timeout(Duration::from_secs(8), desk.try_do(&ana, id, verbs::note("still here")));
    let reading = async {
        for _ in 0..10 {
            timeout(Duration::from_secs(1), desk.read(id)).await.expect("reads go on");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    let (written, ()) = futures_util::future::join(writing, reading).await;
    let written = written.expect("writes are told in time");
    assert!(matches!(written, Err(Error::Unavailable(_))), "{:?}", written.map(drop));
    other.run("rollback").await.unwrap();
    desk.act(&ana, id, verbs::note("still here")).await;
}
