//! What is measured of one engine at one size, desk and floor in turns.

use std::collections::BTreeMap;

use crate::analysis::{self, Kept};
use crate::authority::Authority;
use crate::client::{Load, Measured};
use crate::desk::Desk;
use crate::floor::Floor;
use crate::many;
use crate::pages::{DESK, LIST, Pages, TYPED, complaint, typed};
use crate::table::{Table, middle, millis};
use crate::world::{IMPORTED, World};
use crate::writes::Writes;
use crate::{Outcome, Plan};

/// Clients of every measurement of reading.
const CLIENTS: usize = 16;

/// Median times of an engine at its smallest size, by what was done.
pub(crate) type Times = BTreeMap<String, u64>;

pub(crate) async fn measure(
    plan: &Plan,
    world: &World<'_>,
    table: &mut Table,
    medians: &mut Times,
) -> Outcome<()> {
    let rates = if plan.has("api") { Some(world.import().await?) } else { None };
    let writes = Writes::start(world).await?;
    let rates = match rates {
        Some(imported) => Some((imported, writes.load(IMPORTED).await?)),
        None => None,
    };
    let desk = Desk::start(world).await?;
    let floor = Floor::start(world).await?;
    let run = Run { plan, world, desk: &desk, floor: &floor, writes: &writes };
    let idle = desk.resident()?;
    let mut most = idle;
    if plan.has("api") {
        most = most.max(api(&run, table, medians).await?);
    }
    if plan.has("pages") {
        pages(&run, table, medians).await?;
        most = most.max(desk.resident()?);
    }
    if plan.has("authority") {
        authority(&run, table, medians).await?;
        most = most.max(desk.resident()?);
    }
    if plan.has("bulk") {
        let times = many::closed(world, &desk.address, plan.rounds).await?;
        table.fact("close 200: in bulk / one by one", many::told(times));
    }
    if let Some((imported, raw)) = rates {
        let ratio = imported / raw;
        table.fact("import / raw load, rows a second", format!("{imported:.0} / {raw:.0}, **{ratio:.2}**"));
    }
    let hello = |_| world.get("/healthz");
    let (ours, theirs) = run.pair(1, hello, |_| world.get("/hello")).await;
    table.pair("no database at all", &ours, &theirs);
    table.fact("memory idle / most under load, MiB", format!("{idle} / {}", most.max(desk.resident()?)));
    table.fact("start to ready, ms", desk.ready_ms.to_string());
    table.fact("program / database, MiB", format!("{} / {}", desk.binary_mib()?, world.place.mib().await?));
    desk.stop().await?;
    floor.stop().await;
    writes.stop().await;
    Ok(())
}

/// What programs ask for; tells the most memory it took.
async fn api(run: &Run<'_>, table: &mut Table, medians: &mut Times) -> Outcome<u64> {
    let Run { plan, world, desk, .. } = run;
    let mut most = 0;
    for clients in [1, 16, 64] {
        let (ours, theirs) = run.log(clients).await;
        table.pair(&format!("log, {clients} client{}", if clients == 1 { "" } else { "s" }), &ours, &theirs);
        medians.insert(format!("log, {clients}"), ours.p50_us);
        most = most.max(desk.resident()?);
    }
    let one = |n| world.get(&format!("/api/v1/complaints/{}", world.pick(n)));
    let bare = |n| world.get(&format!("/one/{}", world.pick(n)));
    let (ours, theirs) = run.pair(plan.rounds, one, bare).await;
    table.pair("read one", &ours, &theirs);
    medians.insert("read one".to_owned(), ours.p50_us);
    for (at, list) in world.lists.iter().enumerate() {
        let desk_asked = |_| world.get(&format!("/api/v1/complaints?{}", list.asked));
        let floor_asked = |_| world.get(&format!("/list/{at}"));
        let rounds = if list.leads { plan.rounds } else { 1 };
        let (ours, theirs) = run.pair(rounds, desk_asked, floor_asked).await;
        if list.leads {
            table.pair(&format!("{}, {CLIENTS} clients", list.name), &ours, &theirs);
            medians.insert(list.name.to_owned(), ours.p50_us);
        } else {
            table.ratio(&format!("list: {}", list.name), &ours, &theirs);
        }
        most = most.max(desk.resident()?);
    }
    Ok(most)
}

/// What people at a browser ask for.
async fn pages(run: &Run<'_>, table: &mut Table, medians: &mut Times) -> Outcome<()> {
    let (rounds, world) = (run.plan.rounds, run.world);
    let pages = Pages::start(world, run.desk).await?;
    let mut told = |name: &str, (ours, theirs): (Measured, Measured)| {
        table.pair(&format!("{name}, {CLIENTS} clients"), &ours, &theirs);
        medians.insert(name.to_owned(), ours.p50_us);
    };
    for (name, address) in [("page: list of 50", LIST), ("page: my desk", DESK)] {
        let asked = |_| pages.get(address);
        told(name, run.against(&pages.address, rounds, asked, asked).await);
    }
    let asked = |n| pages.get(&complaint(world.named(n)));
    told("page: a complaint", run.against(&pages.address, rounds, asked, asked).await);
    let asked = |n| {
        let text = TYPED[typed(n)].replace(' ', "+");
        pages.get(&format!("/complaints/new/customers?q={text}"))
    };
    let bare = |n| pages.get(&format!("/typed/{}", typed(n)));
    told("customer while typing", run.pair(rounds, asked, bare).await);
    let asked = |n| pages.get(&format!("/palette/found?q={}", TYPED[typed(n)].replace(' ', "+")));
    let bare = |n| pages.get(&format!("/meant/{}", typed(n)));
    told("go to anything while typing", run.pair(rounds, asked, bare).await);
    pages.stop();
    Ok(())
}

/// What may be given, with a few grants and with many, and giving it.
async fn authority(run: &Run<'_>, table: &mut Table, medians: &mut Times) -> Outcome<()> {
    let Run { plan, world, desk, .. } = run;
    let mut authority = Authority::begin(world).await?;
    let mut first = 0;
    for grants in [100, 10_000] {
        authority.grants(world, grants).await?;
        let asked = |_| world.get("/api/v1/authority/mine");
        let (ours, theirs) = run.pair(plan.rounds, asked, |_| world.get("/may")).await;
        table.pair(&format!("what may I give, {grants} grants, {CLIENTS} clients"), &ours, &theirs);
        if first == 0 {
            first = ours.p50_us;
        } else {
            let times = millis(ours.p50_us) / millis(first).max(0.001);
            table.fact("p50 against 100 grants: what may I give", format!("**{times:.2}**"));
        }
        medians.insert(format!("what may I give, {grants} grants"), ours.p50_us);
    }
    for clients in [16, 64] {
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..plan.rounds {
            let load = Load::new(&desk.address, clients, plan.round);
            ours.push(load.run(|n| authority.request(world, n)).await);
            theirs.push(run.writes.run(clients, plan.round).await);
        }
        let (ours, theirs) = (middle(&ours), middle(&theirs));
        table.pair(&format!("approve within own authority, {clients} clients"), &ours, &theirs);
        medians.insert(format!("approve, {clients}"), ours.p50_us);
    }
    Ok(())
}

struct Run<'a> {
    plan: &'a Plan,
    world: &'a World<'a>,
    desk: &'a Desk,
    floor: &'a Floor,
    writes: &'a Writes,
}

impl Run<'_> {
    async fn log(&self, clients: usize) -> (Measured, Measured) {
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..self.plan.rounds {
            let load = Load::new(&self.desk.address, clients, self.plan.round);
            ours.push(load.run(|n| self.world.log_request(n)).await);
            theirs.push(self.writes.run(clients, self.plan.round).await);
        }
        (middle(&ours), middle(&theirs))
    }

    async fn pair(
        &self,
        rounds: usize,
        desk: impl Fn(u64) -> String + Send + Sync,
        floor: impl Fn(u64) -> String + Send + Sync,
    ) -> (Measured, Measured) {
        self.against(&self.floor.address, rounds, desk, floor).await
    }

    /// The desk and the floor at that address, in turns.
    async fn against(
        &self,
        address: &str,
        rounds: usize,
        desk: impl Fn(u64) -> String + Send + Sync,
        floor: impl Fn(u64) -> String + Send + Sync,
    ) -> (Measured, Measured) {
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..rounds {
            ours.push(Load::new(&self.desk.address, CLIENTS, self.plan.round).run(&desk).await);
            theirs.push(Load::new(address, CLIENTS, self.plan.round).run(&floor).await);
        }
        (middle(&ours), middle(&theirs))
    }
}

/// What the analysis tells of two years, and what it is made from: tags and what is learnt from them.
pub(crate) async fn analysis(
    plan: &Plan,
    world: &World<'_>,
    table: &mut Table,
    medians: &mut Times,
) -> Outcome<()> {
    let writes = Writes::start(world).await?;
    let (desk, floor) = (Desk::start(world).await?, Floor::start(world).await?);
    let run = Run { plan, world, desk: &desk, floor: &floor, writes: &writes };
    for (at, question) in world.questions.iter().enumerate() {
        let asked = |_| world.get(&question.path);
        let (ours, theirs) = run.pair(plan.rounds, asked, |_| world.get(&format!("/scan/{at}"))).await;
        table.pair(&format!("{} against reading all, {CLIENTS} clients", question.name), &ours, &theirs);
        // One caller alone, as a lead looks at it.
        let alone = Load::new(&desk.address, 1, plan.round).run(asked).await;
        if question.kept == Kept::Sums {
            medians.insert(question.name.clone(), alone.p50_us);
        }
    }
    desk.learnt(world).await?;
    let asked = |n| analysis::suggest_request(world, n);
    let (ours, theirs) = run.pair(plan.rounds, asked, |_| world.get("/hello")).await;
    table.pair("suggest causes against hello", &ours, &theirs);
    medians.insert("suggest causes".to_owned(), ours.p50_us);
    for clients in [16, 64] {
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..plan.rounds {
            let load = Load::new(&desk.address, clients, plan.round);
            ours.push(load.run(|n| analysis::tag_request(world, &world.lead, n)).await);
            theirs.push(writes.run_each(clients, plan.round, analysis::tag_jobs(world)).await);
        }
        table.pair(&format!("tag a cause, {clients} clients"), &middle(&ours), &middle(&theirs));
    }
    table.fact("the analysis: memory, MiB", desk.resident()?.to_string());
    desk.stop().await?;
    floor.stop().await;
    writes.stop().await;
    Ok(())
}

/// Each median as a multiple of that at the first size.
pub(crate) fn growth(table: &mut Table, first: &mut Times, medians: &Times) {
    if first.is_empty() {
        first.clone_from(medians);
        return;
    }
    for (what, micros) in medians {
        let before = first.get(what).copied().unwrap_or_default();
        let times = millis(*micros) / millis(before).max(0.001);
        table.fact(&format!("p50 against the first size: {what}"), format!("**{times:.2}**"));
    }
}
