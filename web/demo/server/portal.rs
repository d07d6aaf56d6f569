//! What the page asks of the server: who am I, a nonce, log in, check signatures, log out.
//!
//! Every POST must be JSON and come from this site's own page: `SameSite=Strict` keeps the cookie from other sites,
//! `Origin` keeps out other ports of this host, which count as the same site.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HOST, ORIGIN, SET_COOKIE};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use jpki_agent::certificate::Certificate;
use jpki_agent::origin::Origin;
use jpki_agent::webeid::Nonces;
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::judge::{Judge, Refusal, SignedDigest};
use crate::now;
use crate::pages::Pages;
use crate::sessions::{Account, Sessions, set_cookie};

/// Largest request in bytes: a hundred signatures and a certificate.
const LARGEST: usize = 256 * 1024;
/// Most documents at once, as in the agent.
const MOST_DOCUMENTS: usize = 100;

/// The site.
pub(crate) struct Portal {
    origin: Origin,
    judge: Judge,
    agent_ports: Vec<u16>,
    sessions: Mutex<Sessions>,
    nonces: Mutex<Nonces>,
}

/// What the page sends to have signatures checked.
#[derive(Deserialize)]
struct Filing {
    /// The signature certificate, DER in base64.
    certificate: String,
    documents: Vec<SignedDigest>,
}

/// Why the server does not do it.
enum Failure {
    /// No session, or it ended.
    NoSession,
    /// No nonce was issued in this session, it was used, or it is too old.
    NoNonce,
    /// Nobody is logged in.
    NotLoggedIn,
    /// What was sent does not stand.
    Refused(Refusal),
    /// The system gave no random bytes.
    NoRandomness,
}

impl Portal {
    pub(crate) fn new(origin: Origin, judge: Judge, agent_ports: Vec<u16>) -> Arc<Self> {
        Arc::new(Self { origin, judge, agent_ports, sessions: Mutex::default(), nonces: Mutex::default() })
    }

    fn sessions(&self) -> MutexGuard<'_, Sessions> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn nonces(&self) -> MutexGuard<'_, Nonces> {
        self.nonces.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn session(&self, headers: &HeaderMap) -> Result<String, Failure> {
        self.sessions().find(headers, &self.origin, now()).ok_or(Failure::NoSession)
    }

    fn account(&self, headers: &HeaderMap) -> Result<Account, Failure> {
        let session = self.session(headers)?;
        self.sessions().account(&session).cloned().ok_or(Failure::NotLoggedIn)
    }
}

/// All routes, behind the checks that go before them.
pub(crate) fn router(portal: Arc<Portal>, pages: Pages) -> Router {
    let files = pages.clone();
    Router::new()
        .route("/api/session", get(session))
        .route("/api/nonce", post(nonce))
        .route("/api/login", post(log_in))
        .route("/api/signatures", post(signatures))
        .route("/api/logout", post(log_out))
        .fallback(move |method: Method, uri: Uri| async move {
            let file = (method == Method::GET).then(|| files.get(uri.path())).flatten();
            file.unwrap_or_else(|| StatusCode::NOT_FOUND.into_response())
        })
        .layer(DefaultBodyLimit::max(LARGEST))
        .layer(axum::middleware::from_fn_with_state(portal.clone(), only_from_here))
        .layer(axum::middleware::map_response(move |mut response: Response| {
            pages.protect(&mut response);
            std::future::ready(response)
        }))
        .with_state(portal)
}

/// Lets on what this site's own page may have sent.
async fn only_from_here(State(portal): State<Arc<Portal>>, request: Request, next: Next) -> Response {
    match turned_away(&portal.origin, request.method(), request.headers()) {
        Some(refusal) => refusal,
        None => next.run(request).await,
    }
}

/// The answer to requests under another name (DNS rebinding), and to POSTs that another site, or a form, could have made.
fn turned_away(origin: &Origin, method: &Method, headers: &HeaderMap) -> Option<Response> {
    // One each: of two, a proxy might have looked at the other.
    let header = |name| {
        let mut values = headers.get_all(name).iter();
        values.next().filter(|_| values.next().is_none()).and_then(|value| value.to_str().ok())
    };
    let own_host = origin.as_str().split_once("://").map(|(_, host)| host);
    if header(HOST) != own_host {
        return Some((StatusCode::MISDIRECTED_REQUEST, format!("This portal is {origin}\n")).into_response());
    }
    if method == Method::GET {
        return None;
    }
    if header(ORIGIN) != Some(origin.as_str()) {
        return Some(problem(StatusCode::FORBIDDEN, "foreign_origin"));
    }
    (header(CONTENT_TYPE) != Some("application/json")).then(|| problem(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not_json"))
}

/// Who is logged in; a browser without a session gets one.
async fn session(State(portal): State<Arc<Portal>>, headers: HeaderMap) -> Result<Response, Failure> {
    let found = portal.session(&headers).ok();
    let mut sessions = portal.sessions();
    let account = found.as_deref().and_then(|id| sessions.account(id));
    let body = json!({
        "account": account,
        "agentPorts": portal.agent_ports,
        "acceptsSoftwareCard": portal.judge.accepts_software_card(),
    });
    match found {
        Some(_) => Ok(answer(body)),
        None => Ok(with_cookie(&sessions.start(None, now())?, &portal.origin, body)),
    }
}

/// A nonce for this session.
async fn nonce(State(portal): State<Arc<Portal>>, headers: HeaderMap) -> Result<Response, Failure> {
    let session = portal.session(&headers)?;
    let nonce = portal.nonces().issue(&session, now()).map_err(|_| Failure::NoRandomness)?;
    Ok(answer(json!({ "nonce": nonce.as_str() })))
}

/// Log in by a token.
async fn log_in(State(portal): State<Arc<Portal>>, headers: HeaderMap, token: Bytes) -> Result<Response, Failure> {
    let session = portal.session(&headers)?;
    // First of all: whatever comes of the token, the nonce is gone.
    let nonce = portal.nonces().take(&session, now()).ok_or(Failure::NoNonce)?;
    let accepted = portal.judge.log_in(&token, &portal.origin, &nonce, now())?;
    let account = Account {
        key: account_key(&accepted.certificate),
        not_after: accepted.certificate.not_after_jst().to_string(),
        environment: accepted.chain.environment.name(),
    };
    let body = json!({ "account": account });
    let mut sessions = portal.sessions();
    sessions.end(&session);
    let renewed = sessions.start(Some(account), now())?;
    Ok(with_cookie(&renewed, &portal.origin, body))
}

/// Checks signatures, one verdict for each document.
async fn signatures(State(portal): State<Arc<Portal>>, headers: HeaderMap, body: Bytes) -> Result<Response, Failure> {
    portal.account(&headers)?;
    let filing: Filing = serde_json::from_slice(&body).map_err(|_| Refusal::Malformed)?;
    if filing.documents.is_empty() || filing.documents.len() > MOST_DOCUMENTS {
        return Err(Refusal::Malformed.into());
    }
    let signer = portal.judge.signer(&filing.certificate, now())?;
    let verdicts: Vec<&str> = filing
        .documents
        .iter()
        .map(|document| portal.judge.signature(&signer, document).map_or_else(Refusal::code, |()| "good"))
        .collect();
    // The name is shown to its owner and not kept. Who may keep it is regulated: docs/integrate.md, section 5.
    Ok(answer(json!({
        "signer": signer.attributes().and_then(|attributes| attributes.name()),
        "notAfter": signer.not_after_jst().to_string(),
        "verdicts": verdicts,
        "checkedAt": now().to_string(),
        "revocation": "not_checked",
    })))
}

/// Ends the session.
async fn log_out(State(portal): State<Arc<Portal>>, headers: HeaderMap) -> Result<Response, Failure> {
    let session = portal.session(&headers)?;
    let mut sessions = portal.sessions();
    sessions.end(&session);
    Ok(with_cookie(&sessions.start(None, now())?, &portal.origin, json!({})))
}

/// Issuer and serial number name a certificate. Hashed, so that it can be shown.
fn account_key(certificate: &Certificate) -> String {
    let named = format!("{}\n{}", certificate.issuer(), certificate.serial_number());
    Sha256::digest(named).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn answer(body: Value) -> Response {
    ([(CACHE_CONTROL, "no-store")], Json(body)).into_response()
}

fn with_cookie(session: &str, origin: &Origin, body: Value) -> Response {
    ([(SET_COOKIE, set_cookie(session, origin))], answer(body)).into_response()
}

fn problem(status: StatusCode, code: &str) -> Response {
    (status, answer(json!({ "code": code }))).into_response()
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        match self {
            Self::NoSession => problem(StatusCode::UNAUTHORIZED, "no_session"),
            Self::NoNonce => problem(StatusCode::CONFLICT, "no_nonce"),
            Self::NotLoggedIn => problem(StatusCode::UNAUTHORIZED, "not_logged_in"),
            Self::Refused(Refusal::Malformed) => problem(StatusCode::BAD_REQUEST, Refusal::Malformed.code()),
            Self::Refused(refusal) => problem(StatusCode::FORBIDDEN, refusal.code()),
            Self::NoRandomness => problem(StatusCode::INTERNAL_SERVER_ERROR, "no_randomness"),
        }
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<getrandom::Error> for Failure {
    fn from(_: getrandom::Error) -> Self {
        Self::NoRandomness
    }
}
