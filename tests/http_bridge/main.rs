//! The bridge on real sockets (`api-contract` section 2): opened, loaded once, bound once, ended once; and everybody who
//! should not get anything out of it. What needs a browser to be shown is tested with browsers.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a failure here is a failed test")]

mod binding;
mod document;
mod life;
#[path = "../support/mod.rs"]
mod support;

use std::net::TcpStream;
use std::time::{Duration, Instant};

use jpki_agent::audit::Happening;
use jpki_agent::certificate::{Certificate, TrustStore};
use jpki_agent::consent::scripted::{Answer, End, Prompt};
use jpki_agent::consent::{Asker, Refusal};
use jpki_agent::pages::openings::{MAX_PER_ORIGIN, MAX_UNBOUND};
use jpki_agent::simulator::Holder;
use jpki_agent::webeid::Validator;
use jpki_agent::webeid::validate::Token;
use serde_json::{Value, json};
use support::agent::{AUTHENTICATION_PIN, LIMITED, NONCE, PORTAL, SIGNATURE_PIN, TOKEN, TestAgent, moment};
use support::http::Request;
use support::own_page::{OwnPage, STRANGER, by_own_script, navigation, wait_until_closed};
use support::server::Server;

fn log_in() -> Request {
    Request::post("/v1/authenticate", &json!({"challengeNonce": NONCE}))
}

fn sign() -> Request {
    let digest = json!({"algorithm": "SHA-256", "value": "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="});
    Request::post("/v1/sign", &json!({"digests": [digest]}))
}

fn session(origin: &str) -> Request {
    Request::post("/bridge/session", &json!({"origin": origin}))
}

/// What stands between two texts.
fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    text.split_once(before).and_then(|(_, rest)| rest.split_once(after)).unwrap_or_else(|| panic!("{text}")).0
}

/// A bridge that a page has opened, with its document loaded.
struct Bridge {
    port: u16,
    path: String,
    ticket: String,
}

/// Port and path of a new bridge.
fn announced(server: &Server) -> (u16, String) {
    let moving = navigation("/bridge", "cross-site").send(server.port);
    assert_eq!(moving.status, 200, "{}", moving.text());
    let address = between(moving.text(), "href=\"http://127.0.0.1:", "\"");
    let (port, path) = address.split_once('/').unwrap();
    (port.parse().unwrap(), format!("/{path}"))
}

impl Bridge {
    fn open(server: &Server) -> Self {
        let (port, path) = announced(server);
        let document = navigation(&path, "same-site").send(port);
        assert_eq!(document.status, 200);
        let ticket = between(document.text(), "{\"ticket\":\"", "\"").to_owned();
        Self { port, path, ticket }
    }

    /// And bound to this origin.
    fn bound(server: &Server, origin: &str) -> Self {
        let bridge = Self::open(server);
        let answer = bridge.ask(session(origin));
        assert_eq!(answer.status, 200, "{}", answer.text());
        bridge
    }

    /// The connection whose end is the bridge's end.
    fn attach(&self) -> TcpStream {
        self.stream(Request::get("/bridge/alive"), b"\r\n\r\n1\r\n\n\r\n")
    }

    /// Waits until its ticket is void.
    fn wait_for_end(&self) {
        let deadline = Instant::now() + Duration::from_secs(5);
        while self.ask(Request::get("/v1/health")).status != 401 {
            assert!(Instant::now() < deadline, "the bridge did not end");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl OwnPage for Bridge {
    fn port(&self) -> u16 {
        self.port
    }

    fn carried(&self, request: Request) -> Request {
        by_own_script(request.header("Authorization", &format!("Bearer {}", self.ticket)))
    }
}

fn audited(server: &Server) -> Vec<(Asker, String)> {
    let entries = server.audit.show(100).unwrap().into_iter();
    let request = |happening| match happening {
        Happening::Request { intent, outcome } => Some((intent.asker, outcome.name().to_owned())),
        _ => None,
    };
    entries.filter_map(|entry| request(entry.happening)).collect()
}
