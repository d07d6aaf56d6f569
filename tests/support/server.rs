//! The agent's server on real sockets, with a test agent behind it: in a thread of its own, on a runtime of one thread, as
//! in the program.

use std::path::PathBuf;
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use jpki_agent::audit::AuditLog;
use jpki_agent::consent::scripted::{End, ScriptedConsent};
use jpki_agent::gatekeeper::Gatekeeper;
use jpki_agent::http::HttpState;
use jpki_agent::server::{BindOptions, bind, serve};
use jpki_agent::simulator::{CardHandle, SimulatorBackend};
use tokio::sync::oneshot;

use super::agent::{TestAgent, gatekeeper};
use super::http::{Connection, Request};

/// A server, which ends with this.
pub struct Server {
    pub port: u16,
    pub socket: PathBuf,
    pub backend: SimulatorBackend,
    pub card: CardHandle,
    pub consent: ScriptedConsent,
    pub gatekeeper: Arc<Gatekeeper>,
    pub audit: AuditLog,
    /// The settings file.
    pub settings: PathBuf,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
    _run: tempfile::TempDir,
}

impl Server {
    /// Over the standard test agent.
    pub fn start() -> Self {
        Self::with(async || TestAgent::new().await)
    }

    /// That lets a caller ask so often in a minute.
    pub fn with_requests_per_minute(requests: u32) -> Self {
        Self::with(async move || {
            let mut parts = TestAgent::new().await;
            parts.gatekeeper = gatekeeper(parts.folder.path(), &parts.notices, requests);
            parts
        })
    }

    /// Over the agent that `make` makes.
    pub fn with(make: impl AsyncFnOnce() -> TestAgent + Send + 'static) -> Self {
        let run = tempfile::tempdir().unwrap();
        let socket = run.path().join("run/agent.sock");
        let options = BindOptions { port: Some(0), socket: Some(socket.clone()) };
        let (stop, stopped) = oneshot::channel();
        let (started, start) = mpsc::channel();
        let thread = std::thread::spawn(move || {
            on_one_thread(async {
                let parts = make().await;
                let bound = bind(&options).await.unwrap();
                let settings = parts.folder.path().join("config.toml");
                let seams = (parts.backend.clone(), parts.card.clone(), parts.consent.clone());
                started.send((bound.port(), seams, parts.gatekeeper.clone(), parts.audit.clone(), settings)).unwrap();
                let state = HttpState::new(parts.agent.clone(), parts.gatekeeper.clone());
                serve(bound, state, async { drop(stopped.await) }).await;
            });
        });
        let (port, (backend, card, consent), gatekeeper, audit, settings) = start.recv().unwrap();
        let (stop, thread) = (Some(stop), Some(thread));
        Self { port, socket, backend, card, consent, gatekeeper, audit, settings, stop, thread, _run: run }
    }

    /// A new connection over TCP.
    pub fn connect(&self) -> Connection {
        Connection::tcp(self.port)
    }

    pub fn is_well(&self) -> bool {
        Request::get("/v1/health").send(self.port).status == 200
    }

    /// How many commands the card has seen.
    pub fn commands(&self) -> u64 {
        u64::try_from(self.card.wire().commands).unwrap()
    }

    /// Waits for the latest prompt to be so.
    pub fn wait_for_prompt(&self, end: End) {
        let wait = self.consent.wait_for(|shown| shown.last().is_some_and(|shown| shown.end == end));
        on_one_thread(async { tokio::time::timeout(Duration::from_secs(5), wait).await.expect("no such prompt") });
    }

    /// Asks it to end, and waits until it has.
    pub fn end(&mut self) -> Duration {
        let begun = Instant::now();
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
        begun.elapsed()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.card.release(); // one that a test holds back
        drop(self.stop.take());
        // A thread that panicked has said so; a second panic here would hide it.
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

/// Waits for `future` in a test that is not asynchronous itself.
pub fn on_one_thread<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}
