//! Authority with many grants and awards: what may I give now, and giving it.

use firsthand_domain::code::Role;
use firsthand_domain::grant::{GrantStep, NewGrant};
use firsthand_domain::id::{ComplaintId, GrantId, StaffId};
use firsthand_domain::verb::Log;
use firsthand_storage::{Database, complaints, grants};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::Outcome;
use crate::engine::{Pool, on};
use crate::world::{World, hire, open};

/// Levels of each chain of grants.
const DEEP: usize = 10;
/// Complaints on which awards are given.
const OPEN: usize = 2_000;

/// The people who write and pass on grants, and where awards can be given.
pub(crate) struct Authority {
    admins: [StaffId; 2],
    complaints: Vec<ComplaintId>,
    written: usize,
}

impl Authority {
    /// An award on every complaint there is, decided by whoever handles it; nobody holds a grant yet.
    pub(crate) async fn begin(world: &World<'_>) -> Outcome<Self> {
        let database = open(&world.url).await?;
        let one = hire(&database, 1_000, Role::Admin, [1; 32]).await?.id;
        let other = hire(&database, 1_001, Role::Admin, [2; 32]).await?.id;
        let by = world.reader.id;
        let log: Log = serde_json::from_value(json!({
            "channel": "phone", "narrative": "It came late.", "customer": { "anonymous": true },
            "desired_remedy": "money",
        }))?;
        let made = database.change(move |unit| {
            let log = log.clone();
            Box::pin(async move {
                let mut made = Vec::with_capacity(OPEN);
                for _ in 0..OPEN {
                    made.push(complaints::log(unit, by, &log).await?.id);
                }
                Ok(made)
            })
        });
        let complaints = made.await?;
        database.close().await;
        give(&world.url).await?;
        Ok(Self { admins: [one, other], complaints, written: 0 })
    }

    /// So many grants in all, ten levels deep; the reader holds one at the end of a chain.
    pub(crate) async fn grants(&mut self, world: &World<'_>, all: usize) -> Outcome<()> {
        let database = open(&world.url).await?;
        while self.written < all {
            let reader = if self.written == 0 { Some(world.reader.id) } else { None };
            self.chain(&database, &world.holders, reader).await?;
            self.written += DEEP;
        }
        database.close().await;
        Ok(())
    }

    /// One chain: each holder passes a part of theirs on to the next.
    async fn chain(&self, database: &Database, holders: &[StaffId], last: Option<StaffId>) -> Outcome<()> {
        let [writer, activator] = self.admins;
        let people: Vec<StaffId> = (0..DEEP)
            .map(|level| match last {
                Some(last) if level + 1 == DEEP => last,
                _ => holders[(self.written + level) % holders.len()],
            })
            .collect();
        let made = database.change(move |unit| {
            let people = people.clone();
            Box::pin(async move {
                let (mut parent, mut by) = (None, writer);
                for (level, holder) in (0_i64..).zip(people) {
                    let new: NewGrant = serde_json::from_value(body(holder, parent, level))?;
                    let grant = grants::write(unit, by, &new).await?;
                    grants::step(unit, activator, grant.id, GrantStep::Activate, None, None).await?;
                    (parent, by) = (Some(grant.id), holder);
                }
                Ok(())
            })
        });
        Ok(made.await?)
    }

    /// Asks for a cent on one of the complaints, within the reader's own authority.
    pub(crate) fn request(&self, world: &World<'_>, number: u64) -> String {
        let place = usize::try_from(number).unwrap_or(0) % self.complaints.len().max(1);
        let complaint = self.complaints.get(place).map(ToString::to_string).unwrap_or_default();
        let body = json!({
            "type": "refund", "basis": "goodwill", "reason": "late",
            "value": { "amount": "0.01", "currency": "EUR" },
        });
        World::post(&world.token, &format!("/api/v1/complaints/{complaint}/awards"), &body.to_string())
    }
}

fn body(holder: StaffId, parent: Option<GrantId>, level: i64) -> Value {
    let most = |amount: i64| format!("{amount}.00");
    let window = |amount: i64| json!({ "amount": most(amount), "days": 30 });
    let mut body = json!({
        "holder": holder, "types": ["refund", "gift"], "bases": ["goodwill"], "currency": "EUR",
        "limits": { "per_award": most(1_000_000 - level), "per_holder": window(100_000_000 - level),
                    "per_unit": window(1_000_000_000 - level) },
        "may_subdelegate": true,
    });
    if let Some(parent) = parent {
        body["parent"] = json!(parent);
    } else {
        body["document"] = json!({ "ref": "Resolution 7", "sha256": "a".repeat(64) });
        body["max_depth"] = json!(DEEP);
    }
    body
}

/// An award of a euro on each complaint, given when it was received by whoever handles it, for their team.
async fn give(url: &str) -> Outcome<()> {
    let pool = Pool::open_to_write(url).await?;
    let mut link = pool.link().await?;
    let id = match &pool {
        Pool::Lite(_) => "randomblob(16)",
        Pool::Pg(_) => "gen_random_uuid()",
    };
    let no = match &pool {
        Pool::Lite(_) => "0",
        Pool::Pg(_) => "false",
    };
    let awards = format!(
        "insert into award (id, complaint, version, state, type, basis, currency, amount, proposed_by, proposed_at, \
         approved_by, decided_at, unit, emergency, executed_at) select {id}, c.id, 3, 'executed', 'refund', 'goodwill', \
         'EUR', 100, c.handler, c.received_at, c.handler, c.received_at, s.team, {no}, c.received_at \
         from complaint c join staff s on s.id = c.handler"
    );
    let usage = "insert into award_usage (award, taken, taken_at, complaint, customer, holder, unit, currency, amount, \
         freed, holder_freed) select a.id, row_number() over (order by a.decided_at, a.id), a.decided_at, a.complaint, \
         c.customer, a.approved_by, a.unit, a.currency, a.amount, 9223372036854775807, 9223372036854775807 \
         from award a join complaint c on c.id = a.complaint";
    let statements = [awards, usage.to_owned(), "analyze".to_owned()];
    for text in statements {
        on!(&mut link, |c| sqlx::query(sqlx::AssertSqlSafe(text.as_str())).execute(c).await.map(drop))?;
    }
    drop(link);
    pool.close().await;
    Ok(())
}

/// What the floor asks its database for: the chains of the reader, and what was given in a month by them and by their team.
pub(crate) const SUMS: &str = "select cast(coalesce(sum(amount), 0) as bigint) from award_usage where holder = $1 \
     and currency = 'EUR' and taken_at > $2 and holder_freed = 9223372036854775807 union all \
     select cast(coalesce(sum(amount), 0) as bigint) from award_usage where unit = $3 \
     and currency = 'EUR' and taken_at > $2 and holder_freed = 9223372036854775807";

/// The reader, as the floor binds them.
pub(crate) fn reader(world: &World<'_>) -> (Uuid, String, String) {
    let person = &world.reader;
    (person.id.0, person.role.code().to_owned(), person.team.clone().unwrap_or_default())
}
