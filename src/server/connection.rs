//! One connection: requests in, answers out, until either side ends it.
//!
//! If the caller goes away while its request is at work, hyper drops the request's future, and with it an open prompt.

use std::convert::Infallible;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use hyper::body::{Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::sync::watch;
use tower::ServiceExt as _;

use super::bind::{Incoming as Arrived, Io};
use super::wire::{Guarded, Phase};
use crate::http::limits::MAX_TIME;
use crate::http::{Deadline, Door};

/// Largest head hyper reads, in bytes. More than a head may have, so that one a little too large is refused by the
/// gates, which know whose it is.
const MAX_BUFFER: usize = 64 * 1024;

/// Serves one connection, until `stopping` is true and no request is at work.
pub(super) async fn run(arrived: Arrived, door: Door, router: Router, mut stopping: watch::Receiver<bool>) {
    let io: Box<dyn Io> = match arrived {
        Arrived::Plain(io) => io,
        Arrived::Tls(stream, handshakes) => tokio::select! {
            shaken = handshakes.shake(stream) => match shaken {
                Some(stream) => Box::new(stream),
                None => return,
            },
            () = stopped(&mut stopping) => return,
        },
    };
    let phase = Arc::new(Phase::default());
    let io = TokioIo::new(Guarded::new(io, phase.clone()));
    let service = service_fn(move |request| answer(request, door, router.clone(), phase.clone()));
    let connection = http1::Builder::new().max_buf_size(MAX_BUFFER).serve_connection(io, service);
    let mut connection = pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stopped(&mut stopping) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended early");
    }
}

/// Waits for the end of the agent.
pub(super) async fn stopped(stopping: &mut watch::Receiver<bool>) {
    // A sender that is gone means the same.
    let _ = stopping.wait_for(|stopping| *stopping).await;
}

async fn answer(
    request: Request<Incoming>,
    door: Door,
    router: Router,
    phase: Arc<Phase>,
) -> Result<Response<Answer>, Infallible> {
    let begun = phase.head_received();
    let mut request = request.map(Body::new);
    request.extensions_mut().insert(door);
    request.extensions_mut().insert(Deadline(begun + MAX_TIME));
    let answer = router.oneshot(request).await?;
    Ok(answer.map(|body| Answer { body, phase }))
}

/// The body of an answer. hyper drops it when it has taken the last of it, or when the caller has gone: an event stream
/// is at work until then.
struct Answer {
    body: Body,
    phase: Arc<Phase>,
}

impl HttpBody for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        self.phase.answered();
    }
}
