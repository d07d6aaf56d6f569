//! The OpenAPI 3.1 document. It is made from the handlers and their types ([`generate`]) when it is written to
//! `openapi/jpki-agent.json`; that file is what the program carries, serves and prints ([`document`]). A test compares both.
//! What makes the document is in no program then: its code is a third of a megabyte, the packed file 20 KiB.

mod failures;

use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};

use super::problem::ProblemBody;
use crate::packed::{packed, unpack};
use failures::Failures;

/// What a reader of the document should know before the routes.
const ABOUT: &str = "\
A local agent that signs with the Japanese Individual Number Card (My Number Card), with its holder's consent.

**Who may ask.** Web pages over loopback: their `Origin` must be in the agent's allow-list with the scope that the \
route names. A request with an `Origin` is a page's, whatever else stands in it. Programs of the same user: over the \
agent's Unix socket, which speaks the same API, or over loopback with the token of this start, which stands in the file \
`token` beside the socket. The agent's own page has what programs on the socket have, but neither logs in nor signs; how \
its session opens and ends is between it and the agent, and not said here. Connections of other users are refused where the system tells whose they are. `OPTIONS` is answered with 204 for any path to an allowed origin.

**No PIN travels over HTTP**, in either direction. The holder types it into the agent's own prompt.

**Every answer** carries `x-request-id`, `Cache-Control: no-store` and `X-Content-Type-Options: nosniff`, and for an \
allowed origin the CORS headers, failures included. Every failure is `application/problem+json`; its words follow \
`Accept-Language` (`ja`, `en`), its `code` never changes. A path that does not exist is answered with 404 `not_found`, \
a method that a path does not know with 405 `method_not_allowed` and `Allow`.

**Limits.** HTTP/1.1; `Host` exactly `127.0.0.1:PORT` (421 otherwise); headers 16 KiB, body 256 KiB; 10 seconds from \
the first byte of a request to its last. An answer that waits for the holder can take minutes: keep the connection open \
for sending too until it is there. A caller that closes its half counts as gone: its request may end without an answer.

**Programs on the socket** may say where the prompt belongs, by the headers `Jpki-Agent-Tty` (a terminal device of the \
caller's user), `Jpki-Agent-Term`, `Jpki-Agent-Display` and `Jpki-Agent-Lang`.";

#[derive(OpenApi)]
#[openapi(
    info(title = "jpki-agent", description = ABOUT),
    servers((url = "http://127.0.0.1:25754", description = "The default port; 29754 if it is taken.")),
    tags(
        (name = "agent", description = "The agent itself."),
        (name = "reader", description = "Readers, cards and tries left."),
        (name = "certificates", description = "The certificates on the card."),
        (name = "origins", description = "Which web pages may ask."),
        (name = "audit", description = "What was asked of the card, and what came of it."),
        (name = "guide", description = "What the holder should know, and when."),
        (name = "signatures", description = "What the card's keys do, each time with the holder's consent."),
    ),
    paths(
        super::health::health,
        serve,
        super::readers::status,
        super::events::events,
        super::events::all_events,
        super::readers::pins,
        super::readers::change,
        super::readers::unprotect,
        super::readers::release,
        super::certificates::list,
        super::certificates::one,
        super::certificates::disclose,
        super::signatures::authenticate,
        super::signatures::sign,
        super::origins::list,
        super::origins::allow,
        super::origins::remove,
        super::audit::show,
        super::guide::reminders,
        super::guide::kept_reminders,
        super::guide::reminders_done,
        super::guide::guide,
        super::doctor::show,
        super::bridge::open,
        super::openings::open,
        super::openings::progress,
        super::openings::give_up,
        super::settings::show,
    ),
    components(schemas(ProblemBody)),
    modifiers(&Security, &Failures),
)]
struct Api;

/// How a caller shows who it is.
struct Security;

impl Modify for Security {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let components = document.components.get_or_insert_default();
        let origin = ApiKeyValue::with_description(
            "Origin",
            "Set by the browser, never by the page. Compared exactly with the allow-list; its scopes decide.",
        );
        components.add_security_scheme("origin", SecurityScheme::ApiKey(ApiKey::Header(origin)));
        let token = HttpBuilder::new().scheme(HttpAuthScheme::Bearer);
        let token = token.description(Some(
            "For programs over TCP, without `Origin`. On the Unix socket none is needed: the system names the caller.",
        ));
        components.add_security_scheme("token", SecurityScheme::Http(token.build()));
    }
}

/// The document, as it stands in `openapi/jpki-agent.json`.
#[must_use]
pub fn document() -> String {
    unpack(packed!("openapi/jpki-agent.json"))
}

/// The document made anew from the code: the same text for the same version.
#[must_use]
pub fn generate() -> String {
    // Only maps with odd keys cannot be serialized, and there are none.
    let mut text = Api::openapi().to_pretty_json().unwrap_or_default();
    text.push('\n');
    text
}

/// This document.
#[utoipa::path(
    get, path = "/v1/openapi.json", tag = "agent", operation_id = "openapi",
    responses((status = 200, description = "The OpenAPI document.", body = Object))
)]
pub async fn serve() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], document()).into_response()
}
