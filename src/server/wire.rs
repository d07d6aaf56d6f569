//! What passes between a connection and hyper: the time limit of a request's head, that of an answer nobody takes, and
//! problem documents in place of hyper's own empty answers to what it cannot read.
//!
//! The limit runs from the first byte of a request. Before it, and while a request is at work, there is none. Requests
//! sent ahead (pipelined) lie in hyper's buffer unseen; their limit runs from the next byte that comes.
//!
//! An answer may take as long as it likes to be made, and an event stream never ends. But where something is to be sent
//! and the other end takes not one byte for [`STALL_LIMIT`], the connection ends: nothing waits for a dead reader.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep, sleep_until};

use crate::http::edge::{self, X_REQUEST_ID};
use crate::http::limits::MAX_TIME;
use crate::problem::Problem;
use crate::sync::lock;

/// How long the other end may take nothing of what is to be sent.
const STALL_LIMIT: Duration = Duration::from_secs(60);

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
    /// The request is with its handler, which keeps the limit for the body, or its answer is being made.
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

    /// The answer is made, to its last byte.
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
    /// Runs while nothing of what is to be sent is taken.
    stalled: Option<Pin<Box<Sleep>>>,
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
        Self { io, phase, timer: None, stalled: None, replacement: None }
    }
}

impl<I: AsyncWrite + Unpin> Guarded<I> {
    /// Writes as much as is taken, within the limit.
    fn poll_send(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if let Poll::Ready(written) = Pin::new(&mut self.io).poll_write(cx, bytes) {
            self.stalled = None;
            return Poll::Ready(written);
        }
        let timer = self.stalled.get_or_insert_with(|| Box::pin(sleep(STALL_LIMIT)));
        ready!(timer.as_mut().poll(cx));
        tracing::info!("a connection is ended: nothing is read at its other end");
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
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
        let Some(mut replacement) = this.replacement.take() else { return this.poll_send(cx, buf) };
        while let Some(rest @ [_, ..]) = replacement.bytes.get(replacement.written..) {
            match this.poll_send(cx, rest) {
                Poll::Ready(Ok(0)) => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                Poll::Ready(Ok(written)) => replacement.written += written,
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                Poll::Pending => {
                    this.replacement = Some(replacement);
                    return Poll::Pending;
                }
            }
        }
        Poll::Ready(Ok(replacement.replaces.min(buf.len())))
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

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};

    use super::*;

    /// Takes 100 bytes and then waits for its reader.
    fn small_pipe() -> (Guarded<tokio::io::DuplexStream>, tokio::io::DuplexStream) {
        let (ours, theirs) = duplex(100);
        (Guarded::new(ours, Arc::default()), theirs)
    }

    #[tokio::test(start_paused = true)]
    async fn who_takes_nothing_is_left_after_a_minute() {
        let (mut ours, _theirs) = small_pipe();
        let begun = Instant::now();
        let error = ours.write_all(&[b'x'; 1000]).await.unwrap_err();
        assert_eq!((error.kind(), begun.elapsed()), (io::ErrorKind::TimedOut, STALL_LIMIT));
    }

    #[tokio::test(start_paused = true)]
    async fn who_takes_a_little_now_and_then_gets_it_all() {
        let (mut ours, mut theirs) = small_pipe();
        let begun = Instant::now();
        let slowly = async {
            let mut taken = 0;
            while taken < 1000 {
                sleep(STALL_LIMIT - Duration::from_secs(1)).await;
                taken += theirs.read(&mut [0; 100]).await.unwrap();
            }
        };
        let (sent, ()) = tokio::join!(ours.write_all(&[b'x'; 1000]), slowly);
        sent.unwrap();
        assert!(begun.elapsed() > 9 * STALL_LIMIT);
    }

    #[tokio::test(start_paused = true)]
    async fn an_idle_connection_has_no_limit() {
        let (mut ours, mut theirs) = small_pipe();
        ours.write_all(b"event").await.unwrap();
        sleep(10 * STALL_LIMIT).await;
        ours.write_all(b"event").await.unwrap();
        let mut taken = [0; 10];
        theirs.read_exact(&mut taken).await.unwrap();
        assert_eq!(&taken, b"eventevent");
    }
}
