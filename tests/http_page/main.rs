//! The agent's own page on real sockets (`api-contract` section 2): opened from the socket, claimed once, used with its
//! token, ended with its document; and everybody who should not get anything out of it. What needs a browser to be shown
//! is tested with browsers.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a failure here is a failed test")]

mod hostile;
mod life;
mod news;
mod opening;
mod rights;
#[path = "../support/mod.rs"]
mod support;

use std::net::TcpStream;
use std::time::{Duration, Instant};

use jpki_agent::consent::scripted::{Answer, End, Prompt};
use jpki_agent::consent::{Asker, ProgramIdentity, Refusal};
use jpki_agent::pages::openings::MAX_HOMES;
use serde_json::{Value, json};
use support::agent::{LIMITED, NONCE, PORTAL, SIGNATURE_PIN, TOKEN};
use support::http::{Connection, Request};
use support::own_page::{OwnPage, STRANGER, by_own_script, navigation, wait_until_closed};
use support::server::Server;

/// A page that a program has opened and no browser has come for.
struct Announced {
    number: u64,
    port: u16,
    secret: String,
}

impl Announced {
    fn by(server: &Server) -> Self {
        let answer = Request::post("/v1/openings", &json!({})).send_to_socket(&server.socket);
        assert_eq!(answer.status, 200, "{}", answer.text());
        let body = answer.json();
        assert_eq!(body["expiresInSeconds"], 30);
        let address = body["address"].as_str().unwrap().strip_prefix("http://127.0.0.1:").unwrap();
        let (port, secret) = address.split_once("/#").unwrap();
        Self { number: body["opening"].as_u64().unwrap(), port: port.parse().unwrap(), secret: secret.to_owned() }
    }

    /// The request by which the document's script exchanges the secret.
    fn claim(&self) -> Request {
        as_own_script(Request::post("/v1/session", &json!({"opening": self.secret})), self.port)
    }

    fn open(&self) -> Home {
        let answer = self.claim().send(self.port);
        assert_eq!(answer.status, 200, "{}", answer.text());
        Home { port: self.port, token: answer.json()["token"].as_str().unwrap().to_owned() }
    }
}

/// A page with its token.
struct Home {
    port: u16,
    token: String,
}

impl Home {
    fn open(server: &Server) -> Self {
        Announced::by(server).open()
    }

    /// The stream of events, begun.
    fn follow(&self) -> TcpStream {
        self.stream(Request::get("/v1/events"), b"event: status")
    }
}

impl OwnPage for Home {
    fn port(&self) -> u16 {
        self.port
    }

    fn carried(&self, request: Request) -> Request {
        as_own_script(request.header("Authorization", &format!("Bearer {}", self.token)), self.port)
    }
}

/// With what browsers add to a request of the script on this port.
fn as_own_script(request: Request, port: u16) -> Request {
    by_own_script(request.header("Origin", &format!("http://127.0.0.1:{port}")))
}

fn disclose() -> Request {
    Request::post("/v1/certificates/signature/disclose", &json!({}))
}

/// Everything that only the holder may see or do, and what costs the card something.
fn private() -> Vec<Request> {
    vec![
        Request::get("/v1/status"),
        Request::get("/v1/events"),
        Request::get("/v1/pins"),
        Request::get("/v1/certificates"),
        Request::get("/v1/origins"),
        Request::new("DELETE", "/v1/origins?origin=https%3A%2F%2Fportal.example"),
        Request::new("PUT", "/v1/origins")
            .header("Content-Type", "application/json")
            .body(json!({"origin": STRANGER}).to_string()),
        Request::get("/v1/audit"),
        Request::get("/v1/settings"),
        Request::post("/v1/release", &json!({})),
        Request::post("/v1/pins/signature/unprotect", &json!({})),
        disclose(),
    ]
}
