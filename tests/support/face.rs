//! The agent's HTTP face without a socket: requests go straight to the router, as if they had come by one of the doors.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use jpki_agent::http::{Door, HttpState, Peer, door, router};
use serde_json::Value;
use tower::ServiceExt as _;

use super::agent::TestAgent;

/// The port these requests seem to come to.
pub const PORT: u16 = 25754;

/// The router, and the agent with everything around it.
pub struct Face {
    pub parts: TestAgent,
    router: Router,
}

/// A request in the making.
pub struct Ask {
    door: Door,
    builder: axum::http::request::Builder,
    body: Body,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Face {
    pub async fn new() -> Self {
        Self::over(TestAgent::new().await)
    }

    pub fn over(parts: TestAgent) -> Self {
        let router = router(HttpState::new(parts.agent.clone(), parts.gatekeeper.clone()));
        Self { parts, router }
    }

    pub async fn send(&self, ask: Ask) -> Answer {
        Answer::of(self.open(ask).await).await
    }

    /// Sends it; the body of the answer is left to be read.
    pub async fn open(&self, ask: Ask) -> axum::response::Response {
        let mut request = ask.builder.body(ask.body).unwrap();
        request.extensions_mut().insert(ask.door);
        self.router.clone().oneshot(request).await.unwrap()
    }

    /// Sends it and expects that the card hears nothing of it.
    pub async fn refuse(&self, ask: Ask) -> Answer {
        let before = self.parts.card.wire().commands;
        let answer = self.send(ask).await;
        assert_eq!(self.parts.card.wire().commands, before, "a refused request sent a command");
        assert!(self.parts.consent.shown().is_empty(), "a refused request showed a prompt");
        answer
    }
}

impl Ask {
    /// By TCP, with the right host and nothing else.
    pub fn tcp(method: &str, target: &str) -> Self {
        let builder = Request::builder().method(method).uri(target).header(header::HOST, format!("127.0.0.1:{PORT}"));
        Self { door: Self::own_tcp(), builder, body: Body::empty() }
    }

    fn own_tcp() -> Door {
        Door::Tcp { port: PORT, owner: door::own_uid() }
    }

    /// By the same way in, from another user or one who is not known.
    #[must_use]
    pub fn owned_by(mut self, uid: Option<u32>) -> Self {
        self.door = Door::Tcp { port: PORT, owner: uid };
        self
    }

    /// By TCP without a host.
    pub fn bare(method: &str, target: &str) -> Self {
        let builder = Request::builder().method(method).uri(target);
        Self { door: Self::own_tcp(), builder, body: Body::empty() }
    }

    /// By the socket, from a program of this user.
    pub fn socket(method: &str, target: &str) -> Self {
        let own = Peer { uid: door::own_uid().unwrap(), pid: i32::try_from(std::process::id()).ok() };
        Self::from_peer(method, target, Some(own))
    }

    /// By the socket, from this peer.
    pub fn from_peer(method: &str, target: &str, peer: Option<Peer>) -> Self {
        let builder = Request::builder().method(method).uri(target).header(header::HOST, "localhost");
        Self { door: Door::Socket { peer }, builder, body: Body::empty() }
    }

    /// By the same door, with another host or none.
    pub fn without_host(mut self) -> Self {
        self.builder.headers_mut().unwrap().remove(header::HOST);
        self
    }

    #[must_use]
    pub fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.builder = self.builder.header(name, value.as_ref());
        self
    }

    #[must_use]
    pub fn origin(self, origin: &str) -> Self {
        self.header("origin", origin)
    }

    #[must_use]
    pub fn json(self, value: &Value) -> Self {
        self.header("content-type", "application/json").body(value.to_string())
    }

    #[must_use]
    pub fn body(mut self, body: impl Into<Body>) -> Self {
        self.body = body.into();
        self
    }

    #[must_use]
    pub fn version(mut self, version: axum::http::Version) -> Self {
        self.builder = self.builder.version(version);
        self
    }
}

impl Answer {
    pub async fn of(response: axum::response::Response) -> Self {
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap().to_vec();
        Self { status: parts.status, headers: parts.headers, body }
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {:?}", String::from_utf8_lossy(&self.body)))
    }

    /// The body of an answer that must be a good one.
    pub fn good(&self) -> Value {
        assert_eq!(self.status, 200, "{}", String::from_utf8_lossy(&self.body));
        assert_eq!(self.header("content-type"), Some("application/json"));
        self.json()
    }

    /// Status and code of an answer that must be a whole problem.
    pub fn problem(&self) -> (u16, String) {
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{self:?}");
        let body = self.json();
        for member in ["title", "detail", "remedy"] {
            assert!(body[member].as_str().is_some_and(|text| !text.is_empty()), "{member} of {body}");
        }
        let code = body["code"].as_str().unwrap();
        assert_eq!(body["status"], self.status.as_u16());
        assert_eq!(body["type"], format!("urn:jpki-agent:problem:{code}"));
        assert_eq!(body["requestId"].as_str(), self.header("x-request-id"));
        assert!(body["retriable"].is_boolean());
        (self.status.as_u16(), code.to_owned())
    }

    /// May a page of this origin read it?
    pub fn is_open_to(&self, origin: &str) -> bool {
        assert_eq!(self.header("vary"), Some("Origin"));
        self.header("access-control-allow-origin") == Some(origin)
    }
}
