//! What passes between a connection and hyper: the time limit of a request's head, and problem documents in place of
//! hyper's own empty answers to what it cannot read.
//!
//! The limit runs from the first byte of a request. Before it, and while a request is at work, there is none. Requests
//! sent ahead (pipelined) lie in hyper's buffer unseen; their limit runs from the next byte that comes.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

use crate::http::edge::{self, X_REQUEST_ID};
use crate::http::limits::MAX_TIME;
use crate::problem::Problem;
use crate::sync::lock;

/// How far a connection is with its present request.
#[derive(Debug, Default)]
pub(super) struct Phase(Mutex<State>);

#[derive(Clone, Copy, Debug, Default)]
enum State {
    /// Nothing has come since the last answer.
    #[default]
    Idle,
    /// The head is being received, since then.
    Receiving(Instant),
    /// The request is with its handler, which keeps the limit for the body.
    AtWork,
}

impl Phase {
    /// The head is complete; gives the moment its first byte came.
    pub(super) fn head_received(&self) -> Instant {
        match std::mem::replace(&mut *self.state(), State::AtWork) {
            State::Receiving(begun) => begun,
            State::Idle | State::AtWork => Instant::now(),
        }
    }

    /// The handler is done.
    pub(super) fn answered(&self) {
        *self.state() = State::Idle;
    }

    fn bytes_came(&self) {
        let mut state = self.state();
        if matches!(*state, State::Idle) {
            *state = State::Receiving(Instant::now());
        }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        lock(&self.0)
    }
}

/// A connection under watch.
pub(super) struct Guarded<I> {
    io: I,
    phase: Arc<Phase>,
    /// Runs while a head is incomplete and no byte comes.
    timer: Option<Pin<Box<Sleep>>>,
    replacement: Option<Replacement>,
}

/// An answer that is written in place of another.
struct Replacement {
    bytes: Vec<u8>,
    written: usize,
    /// How many bytes hyper wanted to write.
    replaces: usize,
}

impl<I> Guarded<I> {
    pub(super) fn new(io: I, phase: Arc<Phase>) -> Self {
        Self { io, phase, timer: None, replacement: None }
    }
}

impl<I: AsyncRead + AsyncWrite + Unpin> AsyncRead for Guarded<I> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let before = buf.filled().len();
        if let Poll::Ready(read) = Pin::new(&mut this.io).poll_read(cx, buf) {
            this.timer = None;
            if buf.filled().len() > before {
                this.phase.bytes_came();
            }
            return Poll::Ready(read);
        }
        let State::Receiving(begun) = *this.phase.state() else {
            this.timer = None;
            return Poll::Pending;
        };
        let timer = this.timer.get_or_insert_with(|| Box::pin(sleep_until(begun + MAX_TIME)));
        ready!(timer.as_mut().poll(cx));
        // Best effort: who sends so slowly may not be reading at all.
        let answer = edge::closing_answer(&unreadable("the request did not arrive within 10 seconds"));
        let _ = Pin::new(&mut this.io).poll_write(cx, &answer);
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<I: AsyncWrite + Unpin> AsyncWrite for Guarded<I> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let this = &mut *self;
        if this.replacement.is_none()
            && let Some(problem) = own_answer(buf)
        {
            let bytes = edge::closing_answer(&problem);
            this.replacement = Some(Replacement { bytes, written: 0, replaces: buf.len() });
        }
        let Some(replacement) = &mut this.replacement else {
            return Pin::new(&mut this.io).poll_write(cx, buf);
        };
        while let Some(rest @ [_, ..]) = replacement.bytes.get(replacement.written..) {
            match ready!(Pin::new(&mut this.io).poll_write(cx, rest))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                written => replacement.written += written,
            }
        }
        let replaced = replacement.replaces.min(buf.len());
        this.replacement = None;
        Poll::Ready(Ok(replaced))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }
}

/// Is this an answer hyper made by itself, and what does it mean? Ours all have a request id.
fn own_answer(bytes: &[u8]) -> Option<Problem> {
    let head_length = bytes.windows(4).position(|end| end == b"\r\n\r\n")?;
    let head = std::str::from_utf8(bytes.get(..head_length)?).ok()?;
    let status = head.strip_prefix("HTTP/1.1 ").or_else(|| head.strip_prefix("HTTP/1.0 "))?.split(' ').next()?;
    let is_ours = head.lines().any(|line| line.split(':').next() == Some(X_REQUEST_ID.as_str()));
    match status {
        _ if is_ours => None,
        "414" | "431" => Some(Problem::BodyTooLarge),
        "400" => Some(unreadable("not a request of HTTP/1.1")),
        _ => None,
    }
}

fn unreadable(reason: &str) -> Problem {
    Problem::InvalidRequest { member: None, detail: reason.to_owned() }
}
