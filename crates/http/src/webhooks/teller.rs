//! The task beside the timers that tells targets what happened: each target by itself, so that one that hangs holds up no
//! other; the facts one after another, so that those of a complaint come in their order.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use firsthand_domain::webhook::Target;
use firsthand_storage::webhooks::Webhook;
use firsthand_storage::webhooks::telling::{self, Fact, Horizon, Sent, Settled};
use firsthand_storage::{Error, webhooks};
use tokio::task::JoinSet;
use uuid::Uuid;

use super::Message;
use crate::app::App;

/// How often somebody looks who is behind.
const LOOK: Duration = Duration::from_millis(250);
/// So many facts are sent before it is written down that they were.
const BATCH: i64 = 32;
/// A batch begins nothing more after so many microseconds: well before its target is taken for abandoned.
const BATCH_MICROS: u64 = 15_000_000;

/// What the tasks share.
struct Teller {
    app: Arc<App>,
    node: Uuid,
    busy: Mutex<HashSet<Uuid>>,
}

/// Tells targets what happens, until `stop` is over; what is on the way then is sent again after the next start.
pub async fn tell(app: Arc<App>, stop: impl Future<Output = ()> + Send) {
    let node = (app.settings.new_id)();
    let teller = Arc::new(Teller { app, node, busy: Mutex::default() });
    let (mut horizon, mut tasks) = (Horizon::default(), JoinSet::new());
    let mut ticks = tokio::time::interval(LOOK);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    tokio::pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => break,
            Some(_) = tasks.join_next() => continue,
            _ = ticks.tick() => {}
        }
        match teller.behind(&mut horizon).await {
            Ok(behind) => {
                for (id, settled) in behind {
                    let teller = Arc::clone(&teller);
                    tasks.spawn(async move { teller.tell_one(id, settled).await });
                }
            }
            Err(error) => tracing::error!(%error, "nobody could look which webhooks are behind"),
        }
    }
    tasks.shutdown().await;
    if let Err(error) = telling::let_go(&teller.app.database, node).await {
        tracing::warn!(%error, "webhooks are free for other nodes in half a minute");
    }
}

impl Teller {
    /// Targets that are behind what is settled, marked as busy.
    async fn behind(&self, horizon: &mut Horizon) -> Result<Vec<(Uuid, i64)>, Error> {
        let mut connection = self.app.database.read().await?;
        let mut tx = connection.tx();
        let due = telling::due(&mut tx, self.app.database.now(), self.node).await?;
        if due.is_empty() {
            return Ok(Vec::new());
        }
        let settled = horizon.look(&mut tx).await?;
        drop(connection);
        let mut busy = self.busy.lock().unwrap_or_else(PoisonError::into_inner);
        let free = due.into_iter().filter(|(id, told)| *told < settled && busy.insert(*id));
        Ok(free.map(|(id, _)| (id, settled)).collect())
    }

    async fn tell_one(&self, id: Uuid, settled: i64) {
        match self.catch_up(id, settled).await {
            Ok(()) => {}
            Err(error) => tracing::error!(%error, webhook = %id, "a webhook could not be told"),
        }
        self.busy.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
    }

    /// Tells a target all that is settled, a batch at a time, until something does not come through.
    async fn catch_up(&self, id: Uuid, settled: i64) -> Result<(), Error> {
        while let Some(webhook) = telling::lease(&self.app.database, id, self.node).await? {
            let (facts, secrets) = {
                let mut connection = self.app.database.read().await?;
                let mut tx = connection.tx();
                let facts = telling::facts(&mut tx, webhook.told, settled, BATCH).await?;
                (facts, webhooks::secrets(&mut tx, id, self.app.database.now()).await?)
            };
            if facts.is_empty() {
                break;
            }
            let (told, sent) = self.send(&webhook, &secrets, &facts).await?;
            match telling::settle(&self.app.database, id, self.node, told, sent).await? {
                Settled::Told => {}
                Settled::Lost => break,
                Settled::Failing => {
                    if webhook.attempts == 0 {
                        tracing::warn!(webhook = %id, "a webhook does not take what it is told: tried again");
                    }
                    break;
                }
                Settled::Stopped => {
                    tracing::error!(webhook = %id, "a webhook has taken nothing for a day: given up");
                    break;
                }
            }
        }
        Ok(())
    }

    /// Sends facts until one does not come through; gives how far the target was told, and what came of each.
    async fn send(
        &self,
        webhook: &Webhook,
        secrets: &[String],
        facts: &[Fact],
    ) -> Result<(Option<i64>, Vec<Sent>), Error> {
        let (mut told, mut all) = (None, Vec::new());
        let begun = (self.app.settings.micros)();
        let target = Target::parse(&webhook.url).map_err(|e| Error::Corrupt(e.to_owned()))?;
        for fact in facts {
            if !webhook.kinds.is_empty() && !webhook.kinds.contains(&fact.kind) {
                told = Some(fact.number);
                continue;
            }
            if (self.app.settings.micros)().saturating_sub(begun) > BATCH_MICROS {
                break;
            }
            let message = Message::of(webhook, fact)?;
            let at = self.app.database.now();
            let (taken, answer) = answered(self.app.reach.send(&target, secrets, at, &message).await);
            all.push(Sent {
                number: fact.number,
                complaint: fact.complaint,
                seq: fact.seq,
                kind: message.kind,
                taken,
                answer,
            });
            if !taken {
                break;
            }
            told = Some(fact.number);
        }
        Ok((told, all))
    }
}

/// Whether a message was taken, and the answer as it is kept.
pub(crate) fn answered(answer: Result<u16, super::reach::Unreached>) -> (bool, String) {
    match answer {
        Ok(status) => ((200..300).contains(&status), status.to_string()),
        Err(why) => (false, why.code().to_owned()),
    }
}
