//! `open`: the agent's own page, in the person's browser.
//!
//! The agent makes a port for this one opening and a secret that works once. The secret goes to the browser by a file
//! that this user alone can read: arguments and environment of a program can be read by others while it runs. The file
//! goes as soon as the page is there, at the latest when the secret is worth nothing any more.

mod browser;
mod opener;
mod redirect;

use std::time::Duration;

use clap::Args;
use serde_json::{Value, json};
use tokio::time::timeout;

use super::session::{Exit, Failure, Session};
use super::signals::{Signals, Wish};
use crate::client::{Answer, Request};
use crate::message;
use crate::runtime_dir::RuntimeDir;
use opener::{NoOpener, Opener};
use redirect::RedirectFile;

/// How long an opening that is given up may take to be.
const GIVE_UP_LIMIT: Duration = Duration::from_secs(1);

#[derive(Args, Debug)]
pub(super) struct OpenArguments {
    #[arg(long)]
    print: bool,
}

pub(super) async fn run(session: &Session, arguments: &OpenArguments) -> Result<Exit, Failure> {
    let language = session.language;
    let mut signals = Signals::listen().map_err(|error| Failure::start(language, &error))?;
    // Before anything is opened that nobody could look at.
    let opener = if arguments.print { None } else { Some(find_opener(session)?) };
    let from_a_snap = browser::is_from_a_snap().await;

    let opening = session.ask(Request::post("/v1/openings", &json!({}))).await;
    let opening = opening.map_err(|failure| not_opened(session, failure))?.json();
    let odd = || Failure::odd_answer(language);
    let address = opening.get("address").and_then(Value::as_str).ok_or_else(odd)?;
    let number = opening.get("opening").and_then(Value::as_u64).ok_or_else(odd)?;

    let folder = RuntimeDir::find().map_err(|error| Failure::runtime_dir(language, &error))?;
    let file = redirect::place(&folder, from_a_snap)
        .and_then(|place| RedirectFile::write(&place, &redirect::html(language, address)))
        .map_err(|error| Failure::new(Exit::Failed, message!(language, "page-open-no-file")).detail(error))?;
    let opened = async {
        match opener {
            Some(opener) => opener.open(&file).await.map_err(|error| opener_failed(session, &error)),
            None => {
                session.print(&super::file::shown(file.path()));
                std::future::pending().await
            }
        }
    };
    tokio::select! {
        used = until_used(session, number) => used.map(|answer| {
            if session.json {
                session.print(&String::from_utf8_lossy(&answer.body).into_owned());
            }
            Exit::Done
        }),
        failure = opened => failure.and(Ok(Exit::Failed)),
        wish = signals.next() => {
            give_up(session, number).await;
            Ok(match wish {
                Wish::Interrupt => Exit::Interrupted,
                Wish::Terminate => Exit::Terminated,
            })
        }
    }
}

/// The file goes with this command, and what stood in it, wherever it has been copied to, opens nothing.
async fn give_up(session: &Session, opening: u64) {
    let target = format!("/v1/openings/{opening}");
    let request = Request { method: "DELETE", ..Request::get(&target) };
    let _ = timeout(GIVE_UP_LIMIT, session.ask(request)).await; // whoever ends the command does not wait for the agent
}

/// The agent's words for too many requests are for sites; here there are too many pages.
fn not_opened(session: &Session, failure: Failure) -> Failure {
    if failure.problem_code().as_deref() != Some("rate_limited") {
        return failure;
    }
    let language = session.language;
    let failure = Failure::new(Exit::Failed, message!(language, "page-open-too-many"));
    failure.remedy(message!(language, "page-open-too-many-remedy"))
}

/// Waits until the page has come for its token, as the agent tells it.
async fn until_used(session: &Session, opening: u64) -> Result<Answer, Failure> {
    let answer = session.ask(Request::get(&format!("/v1/openings/{opening}"))).await;
    let answer = answer.map_err(|failure| match failure.problem_code().as_deref() {
        Some("not_found") => not_used(session), // over, and forgotten already
        _ => failure,
    })?;
    match answer.json().get("state").and_then(Value::as_str) {
        Some("used") => Ok(answer),
        Some("ended") => Err(not_used(session)),
        _ => Err(Failure::odd_answer(session.language)),
    }
}

fn find_opener(session: &Session) -> Result<Opener, Failure> {
    Opener::of_this_system().map_err(|why| match why {
        NoOpener::Absent => no_opener(session),
        NoOpener::Untrusted(why) => no_opener(session).because(session.language, &why.phrase()),
    })
}

fn no_opener(session: &Session) -> Failure {
    let language = session.language;
    let failure = Failure::new(Exit::Failed, message!(language, "page-open-no-opener"));
    failure.remedy(message!(language, "page-open-no-opener-remedy"))
}

fn opener_failed(session: &Session, error: &std::io::Error) -> Failure {
    no_opener(session).detail(error)
}

fn not_used(session: &Session) -> Failure {
    let language = session.language;
    let failure = Failure::new(Exit::Failed, message!(language, "page-open-not-used"));
    failure.remedy(message!(language, "page-open-not-used-remedy"))
}
