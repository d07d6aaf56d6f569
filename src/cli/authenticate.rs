//! `authenticate`: a Web eID token for a site, as its server would get it.

use clap::Args;
use serde_json::{Value, json};

use super::ChosenReader;
use super::session::{Exit, Failure, Session};
use crate::client::Request;
use crate::origin::Origin;
use crate::webeid::ChallengeNonce;

#[derive(Args, Debug)]
pub(super) struct AuthenticateArguments {
    #[arg(long)]
    origin: Origin,
    #[arg(long)]
    nonce: ChallengeNonce,
    #[command(flatten)]
    reader: ChosenReader,
}

pub(super) async fn run(session: &Session, arguments: &AuthenticateArguments) -> Result<Exit, Failure> {
    let body = json!({"challengeNonce": arguments.nonce.as_str(), "origin": arguments.origin.as_str()});
    let body = arguments.reader.body(body);
    let token = |answer: &Value| serde_json::to_string_pretty(answer.get("token")?).ok();
    session.show(Request::post("/v1/authenticate", &body), token).await
}
