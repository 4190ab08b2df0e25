//! Links that work once: the first administrator makes the desk theirs, an invited person chooses a password.

use askama::Template;
use firsthand_domain::staff::{NewStaff, Staff};
use firsthand_storage::{accounts, invitations};
use serde_json::json;

use super::Faults;
use super::entering::enter;
use crate::call::{Answer, Call};
use crate::form::Form;
use crate::new_password::{self, Weak};
use crate::pages::{Frame, html};
use crate::password::{SHORTEST, SHORTEST_OF_TWO};
use crate::problem::Problem;
use crate::rights::Right::Public;
use crate::routes::{Route, form, page};
use crate::session::hash_of;
use crate::speech::{self, Speech};

pub(super) fn routes() -> Vec<Route> {
    vec![
        page("/setup", Public, setup).asks(&["code"]),
        form("/setup", Public, set_up),
        page("/invitation/{code}", Public, invitation),
        form("/invitation/{code}", Public, choose),
    ]
}

#[derive(Template)]
#[template(path = "setup.html")]
struct SetupPage {
    f: Frame,
    code: String,
    name: String,
    email: String,
    language: String,
    shortest: usize,
    wrong: Faults,
}

#[derive(Template)]
#[template(path = "invitation.html")]
struct InvitationPage {
    f: Frame,
    code: String,
    person: Staff,
    shortest: usize,
    wrong: Faults,
}

fn not_good() -> Problem {
    firsthand_domain::Refusal::NotFound.into()
}

/// The password chosen in a form, or what is wrong with it.
pub(super) fn chosen(form: &Form, own: &[&str], second: bool, speech: &Speech) -> Result<String, Faults> {
    let password = form.get("new_password");
    let weak = |weak| match weak {
        Weak::Short(least) => speech.with("account-short", "count", least),
        Weak::Long => speech.say("account-long").into_owned(),
        Weak::Guessable => speech.say("account-guessable").into_owned(),
    };
    new_password::judge(password, own, second).map_err(|why| Faults::one("new_password", weak(why)))?;
    if password != form.get("again") {
        return Err(Faults::one("again", speech.say("account-not-again")));
    }
    Ok(password.to_owned())
}

async fn setup_is_open(call: &Call, code: &str) -> Result<(), Problem> {
    let (now, mut connection) = (call.app.database.now(), call.connection().await?);
    match invitations::find(&mut connection.tx(), &hash_of(code), now).await? {
        Some((invitations::Invitation::Setup, _)) => Ok(()),
        _ => Err(not_good()),
    }
}

async fn setup(call: Call) -> Result<Answer, Problem> {
    let code = call.query.get("code").unwrap_or_default().to_owned();
    setup_is_open(&call, &code).await?;
    let f = Frame::new(&call, "", "account-setup");
    let language = f.lang().to_owned();
    let (name, email, wrong) = (String::new(), String::new(), Faults::default());
    html(&SetupPage { f, code, name, email, language, shortest: SHORTEST, wrong })
}

/// What a person is asked for at the first start, if it can be taken.
fn first_person(form: &Form) -> Result<NewStaff, Problem> {
    let asked = json!({ "name": form.get("name"), "email": form.get("email"), "role": "admin" });
    crate::body::parse(&serde_json::to_vec(&asked)?)
}

async fn set_up(call: Call) -> Result<Answer, Problem> {
    let form = call.form()?;
    let code = form.get("code").to_owned();
    setup_is_open(&call, &code).await?;
    let f = Frame::new(&call, "", "account-setup");
    let (name, email) = (form.get("name").to_owned(), form.get("email").to_owned());
    let language = speech::languages().iter().find(|l| l.code == form.get("language")).map(|l| l.code);
    let asked = first_person(&form)
        .map_err(|problem| Faults::told(&problem, &f, "name"))
        .and_then(|new| Ok((new, chosen(&form, &[&name, &email], false, &f)?)));
    let (new, password) = match asked {
        Ok(asked) => asked,
        Err(wrong) => {
            let language = language.unwrap_or_default().to_owned();
            let page = SetupPage { f, code, name, email, language, shortest: SHORTEST, wrong };
            return Ok(Answer { status: 422, ..html(&page)? });
        }
    };
    let (hash, phc) = (hash_of(&code), call.app.passwords.keep(&call.app, &password).await?);
    let first = call.app.database.change(move |unit| {
        let (new, phc) = (new.clone(), phc.clone());
        Box::pin(async move { invitations::set_up(unit, &hash, &new, &phc, language).await })
    });
    let first = first.await?;
    Ok(enter(&call, first.id, false, None).await?.told(Answer::see_other("/")))
}

/// Whose link it is, and whether they have a second factor.
async fn invited(call: &Call) -> Result<(Staff, bool), Problem> {
    let (now, mut connection) = (call.app.database.now(), call.connection().await?);
    let mut tx = connection.tx();
    let Some((_, Some(person))) = invitations::find(&mut tx, &hash_of(call.param("code")), now).await? else {
        return Err(not_good());
    };
    let second = accounts::of(&mut tx, person.id).await?.totp.is_some();
    Ok((person, second))
}

fn invitation_page(call: &Call, person: Staff, second: bool, wrong: Faults) -> Result<Answer, Problem> {
    let f = Frame::new(call, "", "account-invitation");
    let shortest = if second { SHORTEST_OF_TWO } else { SHORTEST };
    html(&InvitationPage { f, code: call.param("code").to_owned(), person, shortest, wrong })
}

async fn invitation(call: Call) -> Result<Answer, Problem> {
    let (person, second) = invited(&call).await?;
    invitation_page(&call, person, second, Faults::default())
}

async fn choose(call: Call) -> Result<Answer, Problem> {
    let (person, second) = invited(&call).await?;
    let speech = crate::pages::speech(&call.app, call.session.as_ref(), &call.headers);
    let password = match chosen(&call.form()?, &[&person.name, &person.email], second, &speech) {
        Ok(password) => password,
        Err(wrong) => {
            return Ok(Answer { status: 422, ..invitation_page(&call, person, second, wrong)? });
        }
    };
    let (hash, phc) = (hash_of(call.param("code")), call.app.passwords.keep(&call.app, &password).await?);
    let who = call.app.database.change(move |unit| {
        let phc = phc.clone();
        Box::pin(async move { invitations::choose(unit, &hash, &phc).await })
    });
    let who = who.await?;
    // A link does not stand for a second factor.
    if second {
        return Ok(Answer::see_other("/sign-in"));
    }
    Ok(enter(&call, who, false, None).await?.told(Answer::see_other("/")))
}
