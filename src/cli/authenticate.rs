//! `authenticate`: a Web eID token for a site, as its server would get it.

use clap::Args;
use serde_json::{Value, json};

use super::ChosenReader;
use super::session::{Exit, Failure, Session};
use crate::client::Request;
use crate::origin::Origin;
use crate::webeid::ChallengeNonce;

#[derive(Args, Debug)]
#[command(after_help = "\
The origin must be in the settings with the scope `authenticate`; the prompt shows it, and which program asks.

Example:
  jpki-agent authenticate --origin https://portal.example --nonce \"$(openssl rand -base64 33)\"")]
pub(super) struct AuthenticateArguments {
    /// The site, as a browser writes it: https://portal.example
    #[arg(long)]
    origin: Origin,
    /// The server's nonce: 44 to 128 characters of base64
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
