//! Gate 3: how large a request may be and how long it may take to arrive (`api-contract` section 2, limits).
//!
//! The time until the head is complete is kept by [`crate::server`], which hands over what is left of it as
//! [`Deadline`]. A body that is too large is still read for a while and thrown away: a caller that is sending would not
//! see the answer otherwise.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::{Version, header};
use axum::middleware::Next;
use axum::response::Response;
use http_body_util::BodyExt as _;
use tokio::time::{Instant, timeout_at};

use crate::problem::Problem;

/// Largest request line and headers, in bytes.
pub const MAX_HEAD: usize = 16 * 1024;
/// Largest body in bytes.
pub const MAX_BODY: usize = 256 * 1024;
/// From the first byte of a request to its last.
pub const MAX_TIME: Duration = Duration::from_secs(10);
/// How much of a body that is too large is thrown away before the answer, in bytes.
const MAX_WASTE: usize = 16 * 1024 * 1024;

/// When the last byte of this request must have come.
#[derive(Clone, Copy, Debug)]
pub struct Deadline(pub Instant);

/// Receives the whole request, within the limits.
///
/// # Errors
/// [`Problem::BodyTooLarge`], or [`Problem::InvalidRequest`] for what is not HTTP/1.1 or did not come in time.
pub async fn receive(mut request: Request, next: Next) -> Result<Response, Problem> {
    if request.version() != Version::HTTP_11 {
        return Err(invalid("only HTTP/1.1 is spoken here"));
    }
    let deadline = request.extensions_mut().remove().unwrap_or_else(|| Deadline(Instant::now() + MAX_TIME));
    let head_fits = head_length(&request) <= MAX_HEAD;
    let (parts, body) = request.into_parts();
    let body = match timeout_at(deadline.0, collect(body)).await {
        Ok(collected) => collected?,
        Err(_) => return Err(invalid("the request did not arrive within 10 seconds")),
    };
    if !head_fits {
        return Err(Problem::BodyTooLarge);
    }
    Ok(next.run(Request::from_parts(parts, Body::from(body))).await)
}

async fn collect(mut body: Body) -> Result<Bytes, Problem> {
    let mut collected = Vec::new();
    let mut total: usize = 0;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| invalid("the body is not complete"))?;
        let Ok(data) = frame.into_data() else { continue }; // trailers
        total = total.saturating_add(data.len());
        if total <= MAX_BODY {
            collected.extend_from_slice(&data);
        } else {
            collected = Vec::new();
        }
        if total > MAX_WASTE {
            break;
        }
    }
    if total > MAX_BODY { Err(Problem::BodyTooLarge) } else { Ok(collected.into()) }
}

/// The head as it would be written without needless spaces.
fn head_length(request: &Request) -> usize {
    let line = request.method().as_str().len() + request.uri().to_string().len() + "  HTTP/1.1\r\n".len();
    let field = |(name, value): (&header::HeaderName, &header::HeaderValue)| name.as_str().len() + value.len() + 4;
    line + request.headers().iter().map(field).sum::<usize>() + 2
}

fn invalid(detail: &str) -> Problem {
    Problem::InvalidRequest { member: None, detail: detail.to_owned() }
}
