//! `pin`: what the holder does about a PIN. The PIN itself is typed into the agent's prompt only.

use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand};
use serde_json::json;

use super::ChosenReader;
use super::session::{Exit, Failure, Session};
use crate::client::Request;
use crate::jpki::KeyKind;
use crate::message;
use crate::message::Language;

#[derive(Debug, Subcommand)]
pub(super) enum PinCommand {
    Change(ChangeArguments),
    Unprotect(UnprotectArguments),
}

#[derive(Args, Debug)]
pub(super) struct ChangeArguments {
    #[command(flatten)]
    kind: KindArgument,
    #[command(flatten)]
    reader: ChosenReader,
    #[arg(long)]
    i_understand_this_is_unproven: bool,
}

#[derive(Args, Debug)]
pub(super) struct UnprotectArguments {
    #[command(flatten)]
    kind: KindArgument,
    #[command(flatten)]
    reader: ChosenReader,
}

// Whose PIN.
#[derive(Args, Debug)]
struct KindArgument {
    #[arg(value_parser = PossibleValuesParser::new(KeyKind::ALL.map(KeyKind::name)))]
    kind: String,
}

pub(super) async fn run(session: &Session, command: &PinCommand) -> Result<Exit, Failure> {
    match command {
        PinCommand::Change(arguments) => change(session, arguments).await,
        PinCommand::Unprotect(arguments) => unprotect(session, arguments).await,
    }
}

async fn change(session: &Session, arguments: &ChangeArguments) -> Result<Exit, Failure> {
    let kind = arguments.kind.kind.as_str();
    let body = json!({"iUnderstandThisIsUnproven": arguments.i_understand_this_is_unproven});
    let body = arguments.reader.body(body);
    let target = format!("/v1/pins/{kind}/change");
    let done = match KeyKind::by_name(kind) {
        Some(KeyKind::Authentication) => message!(session.language, "change-done-authentication"),
        _ => message!(session.language, "change-done-signature"),
    };
    let shown = session.show(Request::post(&target, &body), |_| Some(done)).await;
    shown.map_err(|failure| if failure.in_doubt { which_is_in_force(session.language, failure) } else { failure })
}

/// The agent ended, or the connection to it did, while it may have been at work: the same words as where the agent itself
/// cannot know.
fn which_is_in_force(language: Language, failure: Failure) -> Failure {
    let detail =
        [failure.detail.as_deref().unwrap_or_default(), &message!(language, "change-state-unknown")].join("; ");
    failure.detail(detail).remedy(message!(language, "change-unknown-remedy"))
}

async fn unprotect(session: &Session, arguments: &UnprotectArguments) -> Result<Exit, Failure> {
    let body = arguments.reader.body(json!({}));
    let target = format!("/v1/pins/{}/unprotect", arguments.kind.kind);
    session.show(Request::post(&target, &body), |_| Some(message!(session.language, "cli-unprotected"))).await
}
