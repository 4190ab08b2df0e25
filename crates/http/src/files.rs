//! Files on their way in: from a form, or as a body of their own. They go to the database as they come; what a form
//! holds besides goes on as any other form, with the ids of its files in it.

use std::sync::Arc;

use firsthand_domain::Refusal;
use firsthand_domain::attachment::{FileName, Upload};
use firsthand_domain::id::{AttachmentId, StaffId};
use firsthand_domain::staff::Staff;
use firsthand_storage::attachments::incoming::{Incoming, discard};

use crate::app::App;
use crate::body::Coming;
use crate::call::Headers;
use crate::desk::Asked;
use crate::form::Form;
use crate::multipart::{Parts, is_multipart};
use crate::problem::Problem;
use crate::router::Found;
use crate::routes::{Face, Route};
use crate::session::SignedIn;

/// The content type of a form without files.
pub(crate) const FORM: &str = "application/x-www-form-urlencoded";
/// In a form: why a file of it was not taken. Nobody but us writes it.
const REFUSED: &str = "_refused_file";
/// So many files of one form are taken.
const FILES: usize = 20;
/// So much of a file that is not taken is let through.
const PASSED_OVER: usize = 32 << 20;

/// Does this request bring files?
pub(crate) fn come_with(app: &App, asked: &Asked) -> bool {
    match app.router.find(&asked.method, &asked.path) {
        Found::Route(route, _) => are_taken(route, &asked.headers),
        _ => false,
    }
}

/// Is the body of this route taken piece by piece?
pub(crate) fn are_taken(route: &Route, headers: &Headers) -> bool {
    route.files && (route.face == Face::Program || is_multipart(headers.content_type.as_deref()))
}

/// Takes a file in.
pub(crate) async fn take(
    app: &Arc<App>,
    by: StaffId,
    name: &str,
    coming: &mut Coming,
) -> Result<(AttachmentId, Upload), Problem> {
    let mut file = Incoming::begin(&app.database, by, FileName::clean(name)).await?;
    let taken = async {
        while let Some(piece) = coming.next().await? {
            file.take(&piece).await?;
        }
        Ok::<_, Problem>(())
    };
    // Whoever hangs up, or is cut off, leaves the rest to be swept away.
    if let Err(problem) = taken.await {
        file.give_up().await?;
        coming.let_through().await;
        return Err(problem);
    }
    finish(app, file, by).await
}

async fn finish(app: &App, file: Incoming, by: StaffId) -> Result<(AttachmentId, Upload), Problem> {
    let id = file.id();
    match file.finish().await {
        Ok(done) => Ok(done),
        Err(error) => {
            discard(&app.database, id, by).await?;
            Err(error.into())
        }
    }
}

/// Reads a form with files. They are taken only from a page of this very session, and from somebody who writes; what is
/// wrong with one is told with the form, so that nothing typed is lost.
pub(crate) async fn of_form(
    app: &Arc<App>,
    who: Option<(&SignedIn, &Staff)>,
    headers: &Headers,
    coming: Coming,
) -> Result<Form, Problem> {
    let mut parts = Parts::new(headers.content_type.as_deref().unwrap_or_default(), coming)?;
    let (mut form, mut held, mut files) = (Form::default(), 0, 0);
    while let Some(head) = parts.next().await? {
        let Some(name) = head.file else {
            let mut value = Vec::new();
            while let Some(piece) = parts.piece().await? {
                held += piece.len();
                if held > app.settings.body_limit_bytes {
                    return Err(Problem::too_large(app.settings.body_limit_bytes));
                }
                value.extend(piece);
            }
            let value = String::from_utf8(value).map_err(|_| {
                Problem::new("not-a-form", "The form came in broken. Go back and send it again.")
            })?;
            if head.name != REFUSED {
                form.add(&head.name, value.replace("\r\n", "\n"));
            }
            continue;
        };
        let by = who.filter(|(session, _)| form.all("_token").any(|token| session.made(token)));
        let by = by.filter(|(_, staff)| staff.can_hold_duty()).map(|(_, staff)| staff.id);
        files += usize::from(!name.is_empty());
        let (Some(by), 1..=FILES, false) = (by, files, name.is_empty()) else {
            if files > FILES {
                form.set(REFUSED, "too-many");
            }
            pass_over(&mut parts).await?;
            continue;
        };
        match take_part(app, by, &name, &mut parts).await {
            Ok((id, _)) => form.add("attachments", id.to_string()),
            Err(problem) => {
                let word = word_of(&problem).ok_or(problem)?;
                form.set(REFUSED, word);
                pass_over(&mut parts).await?;
            }
        }
    }
    Ok(form)
}

async fn take_part(
    app: &Arc<App>,
    by: StaffId,
    name: &str,
    parts: &mut Parts,
) -> Result<(AttachmentId, Upload), Problem> {
    let mut file = Incoming::begin(&app.database, by, FileName::clean(name)).await?;
    let taken = async {
        while let Some(piece) = parts.piece().await? {
            file.take(&piece).await?;
        }
        Ok::<_, Problem>(())
    };
    if let Err(problem) = taken.await {
        file.give_up().await?;
        return Err(problem);
    }
    finish(app, file, by).await
}

async fn pass_over(parts: &mut Parts) -> Result<(), Problem> {
    let mut passed = 0;
    while let Some(piece) = parts.piece().await? {
        passed += piece.len();
        if passed > PASSED_OVER {
            return Err(Problem::too_large(PASSED_OVER));
        }
    }
    Ok(())
}

/// What is wrong with a file, in a word that fits into a form.
fn word_of(problem: &Problem) -> Option<&'static str> {
    match problem.refusal()? {
        Refusal::FileTooLarge { .. } => Some("too-large"),
        Refusal::PictureTooLarge { .. } => Some("too-many-pixels"),
        Refusal::TooManyFiles { .. } => Some("no-room"),
        Refusal::Field { .. } => Some("empty"),
        _ => None,
    }
}

/// What was wrong with a file of this form.
pub(crate) fn refused(app: &App, form: &Form) -> Option<Problem> {
    let policy = app.database.policy();
    let refusal = match form.get(REFUSED) {
        "too-large" => Refusal::FileTooLarge { limit_bytes: policy.file_bytes },
        "too-many-pixels" => {
            Refusal::PictureTooLarge { limit_pixels: firsthand_domain::attachment::MOST_PIXELS }
        }
        "no-room" => Refusal::TooManyFiles { limit_files: policy.files, limit_bytes: policy.files_bytes },
        "too-many" => Refusal::field("attachments", format!("expected at most {FILES} files at once")),
        "empty" => Refusal::field("file", "expected a file that is not empty"),
        _ => return None,
    };
    Some(refusal.into())
}
