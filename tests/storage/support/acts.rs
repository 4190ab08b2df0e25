//! What people at the desk do, in one line each.

use firsthand_domain::Refusal;
use firsthand_domain::complaint::Complaint;
use firsthand_domain::history::Actor;
use firsthand_domain::id::{ComplaintId, StaffId};
use firsthand_domain::staff::Staff;
use firsthand_domain::verb::{Log, Verb};
use firsthand_storage::complaints::HistoryItem;
use firsthand_storage::list::{Page, Query};
use firsthand_storage::view::View;
use firsthand_storage::{Error, Result, complaints, list, staff, view};
use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{Desk, verbs};

impl Desk {
    /// A new person at the desk.
    pub(crate) async fn hire(&self, role: &str, team: Option<&str>) -> Staff {
        let number = self.number();
        let new = json!({
            "name": format!("{role} {number}"), "email": format!("{role}{number}@example.com"),
            "role": role, "team": team,
        });
        let new: firsthand_domain::staff::NewStaff = verbs::body(new);
        self.db
            .change(move |unit| {
                let new = new.clone();
                Box::pin(async move { staff::add(unit, &new, None).await })
            })
            .await
            .unwrap()
    }

    pub(crate) async fn agent(&self) -> Staff {
        self.hire("agent", None).await
    }

    pub(crate) async fn agents<const N: usize>(&self) -> [Staff; N] {
        let mut all = Vec::with_capacity(N);
        for _ in 0..N {
            all.push(self.agent().await);
        }
        all.try_into().unwrap()
    }

    pub(crate) async fn try_log(&self, by: &Staff, body: Value) -> Result<Complaint> {
        let (by, log): (StaffId, Log) = (by.id, verbs::body(body));
        self.db
            .change(move |unit| {
                let log = log.clone();
                Box::pin(async move { complaints::log(unit, by, &log).await })
            })
            .await
    }

    pub(crate) async fn log(&self, by: &Staff, body: Value) -> Complaint {
        self.try_log(by, body).await.unwrap()
    }

    pub(crate) async fn try_do(&self, by: &Staff, id: ComplaintId, verb: Verb) -> Result<Complaint> {
        self.try_on(by, id, verb, None).await
    }

    /// With the version the caller saw.
    pub(crate) async fn try_on(
        &self,
        by: &Staff,
        id: ComplaintId,
        verb: Verb,
        version: Option<i64>,
    ) -> Result<Complaint> {
        let by = by.id;
        self.db
            .change(move |unit| {
                let verb = verb.clone();
                Box::pin(async move {
                    Ok(complaints::perform(unit, Some(by), id, &verb, version).await?.complaint)
                })
            })
            .await
    }

    /// Does a verb and gives the complaint afterwards.
    pub(crate) async fn act(&self, by: &Staff, id: ComplaintId, verb: Verb) -> Complaint {
        let name = format!("{verb:?}");
        self.try_do(by, id, verb).await.unwrap_or_else(|error| panic!("{name}: {error:?}"))
    }

    /// Does all verbs at once and gives each its answer, in order.
    pub(crate) async fn at_once(
        &self,
        id: ComplaintId,
        verbs: Vec<(&Staff, Verb)>,
    ) -> Vec<Result<Complaint>> {
        join_all(verbs.into_iter().map(|(by, verb)| self.try_do(by, id, verb))).await
    }

    pub(crate) async fn disable(&self, by: &Staff, person: StaffId) -> Result<Staff> {
        let by = by.id;
        self.db.change(move |unit| Box::pin(async move { staff::disable(unit, by, person).await })).await
    }

    pub(crate) async fn staff(&self, id: StaffId) -> Staff {
        let mut connection = self.db.read().await.unwrap();
        staff::by_id(&mut connection.tx(), id).await.unwrap().unwrap()
    }

    pub(crate) async fn read(&self, id: ComplaintId) -> Complaint {
        let mut connection = self.db.read().await.unwrap();
        complaints::read(&mut connection.tx(), id).await.unwrap().unwrap().complaint
    }

    pub(crate) async fn view(&self, id: ComplaintId) -> View {
        let mut connection = self.db.read().await.unwrap();
        view::by_id(&mut connection.tx(), id, self.now()).await.unwrap().unwrap()
    }

    pub(crate) async fn history(&self, id: ComplaintId) -> Vec<HistoryItem> {
        let mut connection = self.db.read().await.unwrap();
        complaints::history(&mut connection.tx(), id, 0, i64::MAX).await.unwrap()
    }

    /// Who did what, by the names of the facts.
    pub(crate) async fn kinds(&self, id: ComplaintId) -> Vec<(Actor, String)> {
        let kind = |item: HistoryItem| {
            let fact = serde_json::to_value(&item.entry.fact).unwrap();
            (item.entry.actor, fact["kind"].as_str().unwrap().to_owned())
        };
        self.history(id).await.into_iter().map(kind).collect()
    }

    pub(crate) async fn list(&self, reader: &Staff, query: &Query) -> Page {
        let mut connection = self.db.read().await.unwrap();
        list::page(&mut connection.tx(), reader, query).await.unwrap()
    }

    /// The ids of a list in one page.
    pub(crate) async fn ids(&self, reader: &Staff, query: Query) -> Vec<ComplaintId> {
        let query = Query { limit: 200, ..query };
        self.list(reader, &query).await.items.into_iter().map(|item| item.id).collect()
    }
}

/// The refusal inside an answer; anything else fails the test.
pub(crate) fn refusal<T: std::fmt::Debug>(answer: Result<T>) -> Refusal {
    match answer {
        Err(Error::Refused(refusal)) => refusal,
        other => panic!("expected a refusal, got {other:?}"),
    }
}
