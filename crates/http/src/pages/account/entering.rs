//! The beginning of a session: a new number each time, whatever the browser brought along.

use firsthand_domain::id::StaffId;
use firsthand_storage::{attempts, devices, sessions};

use crate::call::{Answer, Call};
use crate::problem::Problem;
use crate::session::{self, SignedIn};

/// Somebody who has just come in.
pub(super) struct Entered {
    /// Their session.
    pub(super) session: SignedIn,
    cookies: Vec<String>,
}

impl Entered {
    /// An answer that gives the browser what it is known by from now on.
    pub(super) fn told(self, mut answer: Answer) -> Answer {
        answer.headers.extend(self.cookies.into_iter().map(|cookie| ("set-cookie", cookie)));
        answer
    }
}

/// What a browser calls itself, as far as it is kept.
fn agent(call: &Call) -> Option<String> {
    call.headers
        .user_agent
        .as_ref()
        .map(|agent| agent.chars().filter(|c| !c.is_control()).take(200).collect())
}

/// Begins a session of that person in the place of the one the browser had; `half` while a second factor is owed.
/// `attempts` is what no longer counts against them.
pub(super) async fn enter(
    call: &Call,
    staff: StaffId,
    half: bool,
    attempts: Option<[u8; 32]>,
) -> Result<Entered, Problem> {
    let app = &call.app;
    let number = (app.settings.new_token)();
    let hash = session::hash_of(&number);
    let before = call.session.as_ref().map(|s| s.session.hash);
    // A browser is known again once somebody was really let in.
    let device = match session::device(app, &call.headers) {
        _ if half => None,
        Some(known) if is_of(call, &known, staff).await? => None,
        _ => Some((app.settings.new_token)()),
    };
    let (agent, device_hash) = (agent(call), device.as_deref().map(session::hash_of));
    let begun = app.database.change(move |unit| {
        let agent = agent.clone();
        Box::pin(async move {
            if let Some(before) = before {
                sessions::end(unit, &before).await?;
            }
            if let Some(account) = attempts.filter(|_| !half) {
                attempts::succeeded(unit, &account).await?;
            }
            if let Some(device) = device_hash {
                devices::add(unit, &device, staff).await?;
            }
            sessions::begin(unit, &hash, staff, half, agent.as_deref()).await
        })
    });
    begun.await?;
    let mut cookies = vec![session::cookie(app, &number)];
    cookies.extend(device.map(|device| session::device_cookie(app, &device)));
    let session = session::by_number(app, number).await?;
    let session = session.ok_or_else(|| Problem::internal("a session that has just begun is not there"))?;
    Ok(Entered { session, cookies })
}

async fn is_of(call: &Call, device: &str, staff: StaffId) -> Result<bool, Problem> {
    let mut connection = call.connection().await?;
    Ok(devices::owner(&mut connection.tx(), &session::hash_of(device)).await? == Some(staff))
}
