//! A program's side of the API: HTTP/1.1 over the Unix socket of the agent of this user.
//!
//! It tells the agent where prompts belong (`Jpki-Agent-Tty` and so on), so that they appear in the terminal or on the
//! display the program was started from. Bodies stay JSON: what they mean is for the caller to know.

mod events;

use std::io;
use std::net::Ipv4Addr;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::time::Duration;

use futures_util::FutureExt as _;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncWrite};

use self::events::EventReader;
pub use self::events::ServerEvent;
use crate::consent::Seat;
use crate::message::{Language, Phrase};
use crate::phrase;

/// Largest answer read, in bytes: 100 signatures and a certificate have about 50,000.
const LARGEST_ANSWER: usize = 4 * 1024 * 1024;
/// Largest problem document read, in bytes.
const LARGEST_PROBLEM: usize = 64 * 1024;
/// Largest answer read from a port whose listener is not known, in bytes.
const LARGEST_HEALTH: usize = 4096;
/// How long such a listener may take.
const HEALTH_LIMIT: Duration = Duration::from_secs(2);

/// Asks one agent.
#[derive(Clone, Debug)]
pub struct Client {
    socket: PathBuf,
    language: Language,
    /// As in `LANG`.
    locale: Option<String>,
}

/// One request.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    /// `GET`, `POST`, `PUT` or `DELETE`.
    pub method: &'static str,
    /// Path and query.
    pub target: &'a str,
    /// The body of a POST or PUT.
    pub body: Option<&'a Value>,
    /// Another form of answer than JSON.
    pub accept: Option<&'static str>,
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
}

/// How a conversation without end has ended.
#[derive(Clone, Debug)]
pub enum Followed<B> {
    /// The agent ended it.
    Ended,
    /// The agent did not begin it.
    Refused(Answer),
    /// Whoever followed had enough.
    Stopped(B),
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// Nobody listens on the socket.
    #[error("{}", self.phrase())]
    NoAgent(PathBuf),
    /// Somebody listens, and the conversation failed.
    #[error("{}", self.phrase())]
    Conversation(String),
    /// The system's error on the way to the socket.
    #[error("{}", self.phrase())]
    Io {
        /// Which socket.
        socket: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl ClientError {
    /// In no language yet.
    #[must_use]
    pub fn phrase(&self) -> Phrase {
        match self {
            Self::NoAgent(socket) => phrase!("fault-client-no-agent", socket = socket.display().to_string()),
            Self::Conversation(why) => phrase!("fault-client-conversation", why = why.as_str()),
            Self::Io { socket, source } => {
                phrase!("fault-file", path = socket.display().to_string(), why = source.to_string())
            }
        }
    }
}

impl Answer {
    /// Was the request carried out?
    #[must_use]
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The body as JSON; null where it is none.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }
}

impl<'a> Request<'a> {
    /// A GET.
    #[must_use]
    pub fn get(target: &'a str) -> Self {
        Self { method: "GET", target, body: None, accept: None }
    }

    /// A POST with a JSON object.
    #[must_use]
    pub fn post(target: &'a str, body: &'a Value) -> Self {
        Self { method: "POST", target, body: Some(body), accept: None }
    }
}

impl Client {
    /// Will ask the agent that listens on `socket`, for answers and prompts in the language of `locale` (as in `LANG`).
    #[must_use]
    pub fn new(socket: PathBuf, locale: Option<String>) -> Self {
        let language = Language::from_locale(locale.as_deref().unwrap_or_default());
        Self { socket, language, locale }
    }

    /// Sends a request and waits for its answer as long as the agent takes. Dropping the future ends the connection,
    /// and with it a prompt of this request.
    ///
    /// # Errors
    /// [`ClientError`]; a problem document is an answer.
    pub async fn ask(&self, request: &Request<'_>) -> Result<Answer, ClientError> {
        let stream = self.connect().await?;
        exchange(stream, self.message(request)?, LARGEST_ANSWER).await
    }

    /// Asks for server-sent events and hands each to `take`, until that breaks off or the agent ends the
    /// stream or goes away. Dropping the future ends the connection.
    ///
    /// # Errors
    /// [`ClientError`], where the stream does not begin or is not understood.
    pub async fn follow<B>(
        &self,
        target: &str,
        take: impl FnMut(&ServerEvent) -> ControlFlow<B>,
    ) -> Result<Followed<B>, ClientError> {
        let stream = self.connect().await?;
        let message = self.message(&Request { accept: Some("text/event-stream"), ..Request::get(target) })?;
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(|error| failed(&error))?;
        let follow = async {
            let response = sender.send_request(message).await.map_err(|error| failed(&error))?;
            if response.status() == hyper::StatusCode::OK {
                read_events(response.into_body(), take).await
            } else {
                read_answer(response, LARGEST_PROBLEM).await.map(Followed::Refused)
            }
        };
        drive(follow, connection).await
    }

    fn message(&self, request: &Request<'_>) -> Result<hyper::Request<Full<Bytes>>, ClientError> {
        let mut builder = hyper::Request::builder()
            .method(request.method)
            .uri(request.target)
            .header("Host", "localhost")
            .header("Accept-Language", self.language.tag())
            .header("Accept", request.accept.unwrap_or("application/json"));
        for (name, value) in self.seat() {
            builder = builder.header(name, value);
        }
        let body = match request.body {
            Some(body) => {
                builder = builder.header("Content-Type", "application/json");
                body.to_string()
            }
            None => String::new(),
        };
        builder.body(Full::new(Bytes::from(body))).map_err(|error| failed(&error))
    }

    #[cfg(unix)]
    async fn connect(&self) -> Result<tokio::net::UnixStream, ClientError> {
        tokio::net::UnixStream::connect(&self.socket).await.map_err(|source| match source.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused => ClientError::NoAgent(self.socket.clone()),
            _ => ClientError::Io { socket: self.socket.clone(), source },
        })
    }

    /// There is no Unix socket on this system, and no other way in for programs yet.
    #[cfg(not(unix))]
    #[expect(clippy::unused_async, reason = "one signature on all systems")]
    async fn connect(&self) -> Result<tokio::io::DuplexStream, ClientError> {
        let source = io::Error::new(io::ErrorKind::Unsupported, "commands reach the agent by a Unix socket only");
        Err(ClientError::Io { socket: self.socket.clone(), source })
    }

    /// The headers that say where this program's user sits; without what the agent would not take.
    fn seat(&self) -> impl Iterator<Item = (&'static str, String)> + use<> {
        let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let seat = [
            ("Jpki-Agent-Tty", terminal()),
            ("Jpki-Agent-Term", variable("TERM")),
            ("Jpki-Agent-Display", variable("DISPLAY")),
            ("Jpki-Agent-Lang", self.locale.clone()),
        ];
        seat.into_iter().filter_map(|(name, value)| Some((name, value.filter(|text| Seat::takes(text.as_bytes()))?)))
    }
}

/// The version of the agent that listens on a TCP port of this computer; `None` if something else does.
pub async fn health(port: u16) -> Option<String> {
    let conversation = async {
        let stream = tokio::net::TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.ok()?;
        let host = format!("127.0.0.1:{port}");
        let message = hyper::Request::get("/v1/health").header("Host", host).body(Full::new(Bytes::new())).ok()?;
        let answer = exchange(stream, message, LARGEST_HEALTH).await.ok()?.json();
        let member = |name: &str| answer.get(name)?.as_str();
        // Another user's program may say what it likes; what is taken from it is shown in a terminal.
        let is_version = |text: &&str| text.len() <= 64 && text.bytes().all(|byte| byte.is_ascii_graphic());
        (member("product")? == "jpki-agent").then(|| member("version").filter(is_version).map(str::to_owned))?
    };
    tokio::time::timeout(HEALTH_LIMIT, conversation).await.ok()?
}

/// The terminal this program's input or messages are connected to.
#[must_use]
pub fn terminal() -> Option<String> {
    #[cfg(unix)]
    {
        use std::os::fd::AsFd as _;
        let (input, errors) = (io::stdin(), io::stderr());
        [input.as_fd(), errors.as_fd()].into_iter().find_map(|stream| {
            let name = rustix::termios::ttyname(stream, Vec::new()).ok()?;
            name.into_string().ok()
        })
    }
    #[cfg(not(unix))]
    None
}

/// One request and its answer over a fresh connection.
async fn exchange(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    message: hyper::Request<Full<Bytes>>,
    largest: usize,
) -> Result<Answer, ClientError> {
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(|error| failed(&error))?;
    let exchange = async {
        let response = sender.send_request(message).await.map_err(|error| failed(&error))?;
        read_answer(response, largest).await
    };
    drive(exchange, connection).await
}

/// Holds a conversation over `connection`, which is driven here and not on a task of its own, so that it ends with this
/// future.
async fn drive<T>(
    conversation: impl Future<Output = Result<T, ClientError>>,
    connection: impl Future<Output = hyper::Result<()>>,
) -> Result<T, ClientError> {
    tokio::pin!(conversation, connection);
    tokio::select! {
        biased;
        result = &mut conversation => result,
        ended = &mut connection => match ended {
            // What was read before the end may be the whole answer.
            Ok(()) => conversation.await,
            Err(error) => conversation.now_or_never().unwrap_or_else(|| Err(failed(&error))),
        },
    }
}

async fn read_answer(response: hyper::Response<Incoming>, largest: usize) -> Result<Answer, ClientError> {
    let status = response.status().as_u16();
    let body = Limited::new(response.into_body(), largest).collect().await;
    let body = body.map_err(|error| failed(&error))?.to_bytes().to_vec();
    Ok(Answer { status, body })
}

async fn read_events<B>(
    mut body: Incoming,
    mut take: impl FnMut(&ServerEvent) -> ControlFlow<B>,
) -> Result<Followed<B>, ClientError> {
    let mut events = EventReader::default();
    // An agent that is killed ends the stream as well as one that says goodbye.
    while let Some(Ok(frame)) = body.frame().await {
        let Some(bytes) = frame.data_ref() else { continue }; // trailers
        for event in events.take(bytes).map_err(|error| failed(&error))? {
            if let ControlFlow::Break(result) = take(&event) {
                return Ok(Followed::Stopped(result));
            }
        }
    }
    Ok(Followed::Ended)
}

fn failed(error: &dyn std::fmt::Display) -> ClientError {
    ClientError::Conversation(error.to_string())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_socket_nobody_listens_on_is_no_agent() {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("agent.sock");
        let client = Client::new(socket.clone(), None);
        assert!(matches!(client.ask(&Request::get("/v1/status")).await, Err(ClientError::NoAgent(_))));
        drop(std::os::unix::net::UnixListener::bind(&socket).unwrap()); // the file stays, as after a crash
        assert!(matches!(client.ask(&Request::get("/v1/status")).await, Err(ClientError::NoAgent(_))));
    }

    #[tokio::test]
    async fn an_agent_that_closes_without_an_answer_is_a_failed_conversation() {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("agent.sock");
        let listener = tokio::net::UnixListener::bind(&socket).unwrap();
        let server = async { drop(listener.accept().await.unwrap()) };
        let client = Client::new(socket, None);
        let request = Request::get("/v1/status");
        let (answer, ()) = tokio::join!(client.ask(&request), server);
        assert!(matches!(answer, Err(ClientError::Conversation(_))), "{answer:?}");
    }
}
