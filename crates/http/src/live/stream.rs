//! One stream of server-sent events: what changed, from where the reader was, each change once.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use firsthand_domain::Refusal;
use firsthand_domain::id::ComplaintId;
use firsthand_domain::staff::Staff;
use firsthand_storage::complaints;
use firsthand_storage::feed::{Change, Cursor, Missed, News, Touched, What, missed};
use futures_util::StreamExt as _;
use serde_json::json;
use tokio::sync::{broadcast, watch};
use tokio::time::Interval;
use uuid::Uuid;

use super::here::{Doing, Noted, Present};
use super::{Credential, Held, hold};
use crate::app::App;
use crate::call::{Answer, Call, Flow};
use crate::pages;
use crate::problem::Problem;
use crate::speech::Speech;

/// So often a stream says that it is there.
const ALIVE: Duration = Duration::from_secs(10);
/// More than so many changes are not told one by one: what is shown is better read anew.
const MOST: i64 = 500;
/// The longest name of a place that is looked at.
const LONGEST: usize = 1_500;
/// After a cut a reader waits so long, and up to twice as long, so that not all come at once.
const RETRY_MS: u32 = 1_000;

/// Answers with a stream that goes on until it is cut off.
pub(crate) async fn stream(call: Call) -> Result<Answer, Problem> {
    let by = Credential::of(&call)?;
    let (cursor, known) = asked(&call)?;
    let app = Arc::clone(&call.app);
    let mut connection = call.connection().await?;
    let mut tx = connection.tx();
    // From here on nothing is missed; whoever lost their right before is seen now, whoever does after is told so.
    let (news, place) = app.database.feed().listen();
    let reader = by.stands_for(&mut tx, &app).await?.ok_or_else(Problem::session_over)?;
    let watched = match call.query.get("watch") {
        Some(name) => {
            let found = complaints::named(&mut tx, name).await?.map(|found| found.complaint);
            Some(found.filter(|c| c.visible_to(&reader)).ok_or(Refusal::NotFound)?.id)
        }
        None => None,
    };
    let held = hold(&app, &reader, by)?;
    let here = app.live.here.changes();
    let mut ticks = tokio::time::interval(ALIVE);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    ticks.reset();
    let speech = pages::speech(&app, call.session.as_ref(), &call.headers);
    let spread = u32::from(call.request_id.as_bytes().last().copied().unwrap_or_default()) * RETRY_MS / 256;
    let mut stream = Stream {
        stopped: app.live.stopped(),
        watched,
        hand: (app.settings.new_id)(),
        cursor: cursor.unwrap_or_else(|| place.clone()),
        sent: Cursor::default(),
        first: None,
        beats: 0,
        reader,
        speech,
        held,
        news,
        here,
        ticks,
        app,
    };
    let mut first = format!("retry: {}\n\n", RETRY_MS + spread);
    if known {
        first.push_str(&stream.caught_up(missed(&mut tx, &stream.cursor, MOST).await?, &place));
    } else {
        stream.cursor = place;
        first.push_str(&stream.reset());
    }
    drop(connection);
    stream.sent = stream.cursor.clone();
    let _ = write!(first, "id: {}\nevent: ready\ndata: {{}}\n\n", stream.cursor);
    stream.beat(Doing::Looking);
    // That one came oneself is no news.
    stream.here = stream.app.live.here.changes();
    first.push_str(&stream.who_is_here().unwrap_or_default());
    stream.first = Some(first);
    let pieces = futures_util::stream::unfold(stream, |mut stream| async move {
        let piece = stream.next().await?;
        Some((piece, stream))
    });
    let answer = Answer::text("text/event-stream", String::new()).header("x-accel-buffering", "no");
    Ok(Answer { flow: Some(Flow::of(pieces.boxed())), ..answer })
}

/// Where the reader was, if they say; and whether that is a place at all. A browser that was cut off says it in a
/// header, which is newer than the address it was first given.
fn asked(call: &Call) -> Result<(Option<Cursor>, bool), Problem> {
    if let Some(last) = call.headers.last_event_id.as_deref().filter(|last| !last.is_empty()) {
        let cursor: Option<Cursor> = Some(last).filter(|l| l.len() <= LONGEST).and_then(|l| l.parse().ok());
        let known = cursor.is_some();
        return Ok((cursor, known));
    }
    let place = |text: &str| Some(text).filter(|t| t.len() <= LONGEST).and_then(|t| t.parse().ok());
    let cursor = call.query.read("after", "expected the id of an event", place)?;
    Ok((cursor, true))
}

/// What a stream holds.
struct Stream {
    app: Arc<App>,
    reader: Staff,
    speech: Speech,
    held: Held,
    stopped: watch::Receiver<bool>,
    news: broadcast::Receiver<News>,
    here: broadcast::Receiver<ComplaintId>,
    ticks: Interval,
    beats: u32,
    /// What the reader has.
    cursor: Cursor,
    /// The last place that was told.
    sent: Cursor,
    first: Option<String>,
    /// The complaint whose readers are told, and told of.
    watched: Option<ComplaintId>,
    /// This stream among the hands at it.
    hand: Uuid,
}

/// Why a stream wakes.
enum Woken {
    News(Result<News, broadcast::error::RecvError>),
    /// Somebody came or went, where; nothing when it was too much to be told.
    Here(Option<ComplaintId>),
    /// It is time to say that it is there.
    Alive,
}

/// What becomes of news.
enum Told {
    Nothing,
    Piece(String),
    End,
}

impl Stream {
    /// The next piece to be sent; nothing at the end.
    async fn next(&mut self) -> Option<String> {
        if let Some(first) = self.first.take() {
            return Some(first);
        }
        loop {
            let woken = tokio::select! {
                biased;
                _ = self.stopped.wait_for(|stopped| *stopped) => return None,
                () = self.held.end.notified() => return None,
                news = self.news.recv() => Woken::News(news),
                changed = self.here.recv() => Woken::Here(changed.ok()),
                _ = self.ticks.tick() => Woken::Alive,
            };
            let told = match woken {
                Woken::News(Ok(News::Changes(changes, given_up))) => self.tell(&changes, given_up),
                Woken::News(Ok(News::Word(_))) => Told::Nothing,
                Woken::News(Err(broadcast::error::RecvError::Lagged(_))) => self.catch_up().await,
                Woken::News(Err(broadcast::error::RecvError::Closed)) => return None,
                Woken::Here(Some(complaint)) if self.watched != Some(complaint) => Told::Nothing,
                // Of changes that were too many to be told one by one, one may have been here.
                Woken::Here(_) => self.who_is_here().map_or(Told::Nothing, Told::Piece),
                Woken::Alive => Told::Piece(self.alive()),
            };
            match told {
                Told::Nothing => {}
                Told::Piece(piece) => return Some(piece),
                Told::End => return None,
            }
        }
    }

    /// Changes as they come.
    fn tell(&mut self, changes: &[Change], given_up: i64) -> Told {
        let mut piece = String::new();
        for change in changes {
            if !self.cursor.take(change.number) {
                continue;
            }
            match &change.what {
                // Whoever may still comes again, and shows it.
                What::Access(staff) if *staff == self.reader.id => return Told::End,
                What::Access(_) => {}
                What::Many => piece.push_str(&self.reset()),
                What::Complaint(touched) => self.write(&mut piece, change, touched),
            }
        }
        self.cursor.give_up(given_up);
        if piece.is_empty() {
            return Told::Nothing;
        }
        self.sent = self.cursor.clone();
        Told::Piece(piece)
    }

    /// One change, if the reader may know of it.
    fn write(&self, piece: &mut String, change: &Change, touched: &Touched) {
        if !touched.sight.admits(&self.reader) {
            return;
        }
        let told = change.told.get_or_init(|| told(change, touched).into_boxed_str());
        let yours = touched.parties.contains(&self.reader.id);
        let _ = write!(piece, "id: {}\nevent: complaint\ndata: {told},\"yours\":{yours}}}\n\n", self.cursor);
    }

    /// What was missed, up to the place from which news goes on.
    fn caught_up(&mut self, found: Missed, place: &Cursor) -> String {
        let mut piece = String::new();
        match found {
            Missed::Changes(changes) => {
                for change in changes.iter().filter(|change| place.has(change.number)) {
                    if !self.cursor.take(change.number) {
                        continue;
                    }
                    match &change.what {
                        What::Access(_) => {}
                        What::Many => piece.push_str(&self.reset()),
                        What::Complaint(touched) => self.write(&mut piece, change, touched),
                    }
                }
            }
            Missed::TooMany => {
                self.cursor = place.clone();
                piece.push_str(&self.reset());
            }
        }
        piece
    }

    /// The reader was too slow for what was kept in memory.
    async fn catch_up(&mut self) -> Told {
        let app = Arc::clone(&self.app);
        let found = async {
            let mut connection = app.database.read().await?;
            let mut tx = connection.tx();
            let (news, place) = app.database.feed().listen();
            let found = missed(&mut tx, &self.cursor, MOST).await?;
            Ok::<_, Problem>((news, place, found))
        };
        // A stream that cannot go on ends, and is begun again from the last place it told.
        let Ok((news, place, found)) = found.await else { return Told::End };
        self.news = news;
        let piece = self.caught_up(found, &place);
        self.sent = self.cursor.clone();
        if piece.is_empty() { Told::Nothing } else { Told::Piece(piece) }
    }

    /// What is shown is to be read anew.
    fn reset(&self) -> String {
        format!("id: {}\nevent: reset\ndata: {{}}\n\n", self.cursor)
    }

    /// That the stream is there; with the place, where the reader passed what was not for them.
    fn alive(&mut self) -> String {
        self.beats += 1;
        if self.beats.is_multiple_of(2) {
            self.beat(Doing::Looking);
        }
        if self.sent == self.cursor {
            return ":\n\n".to_owned();
        }
        self.sent = self.cursor.clone();
        format!("id: {}\n\n", self.cursor)
    }

    /// Says that the reader is there, or goes.
    fn beat(&self, doing: Doing) {
        let Some(complaint) = self.watched else { return };
        let (staff, name) = (self.reader.id, self.reader.name.clone());
        let noted = Noted { complaint, hand: self.hand, staff, name, doing };
        let word = self.app.live.here.note(noted, (self.app.settings.micros)());
        if let Some(word) = word {
            self.app.database.feed().say(word);
        }
    }

    /// Who else is at the complaint that is watched.
    fn who_is_here(&self) -> Option<String> {
        let complaint = self.watched?;
        let mut people = self.app.live.here.at(complaint, (self.app.settings.micros)());
        people.retain(|present| present.id != self.reader.id);
        let words = words(&self.speech, &people);
        let data = json!({ "complaint": complaint, "people": people, "words": words });
        Some(format!("event: presence\ndata: {data}\n\n"))
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.beat(Doing::Away);
    }
}

/// A change as JSON, open for what differs from reader to reader.
fn told(change: &Change, touched: &Touched) -> String {
    let actor = match &change.by {
        Some((id, name)) => json!({ "id": id, "name": name }),
        None => json!({ "id": null, "name": "system" }),
    };
    let mut told = json!({
        "complaint": { "id": touched.id, "reference": touched.reference },
        "version": touched.version,
        "kinds": touched.kinds,
        "actor": actor,
        "at": change.at,
    })
    .to_string();
    told.pop();
    told
}

/// Who else is there, in words; nothing when nobody is.
pub(crate) fn words(speech: &Speech, others: &[Present]) -> String {
    let part = |doing: Doing, one: &str, many: &str| {
        let mut those = others.iter().filter(|present| present.doing == doing);
        match (those.next(), those.count()) {
            (None, _) => None,
            (Some(only), 0) => Some(speech.with(one, "name", only.name.clone())),
            (Some(_), more) => Some(speech.with(many, "count", more + 1)),
        }
    };
    let parts =
        [part(Doing::Writing, "live-writes", "live-write"), part(Doing::Looking, "live-looks", "live-look")];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}
