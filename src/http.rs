//! The HTTP face of the agent (`api-contract` sections 1 to 4): one list of routes, one order of gates.
//!
//! [`router`] is called with requests that carry a [`Door`] among their extensions; [`crate::server`] puts it there. No
//! APDU is known here, and no card is asked before the gates in [`access`] and the schema in [`input`] are passed.
//!
//! | part | what it is |
//! |---|---|
//! | [`door`] | the way a request came in, and what its peer proved |
//! | [`access`] | the gates, in the contract's order |
//! | [`cors`] | preflights, and which answers a page may read |
//! | [`limits`] | size and time of a request |
//! | [`edge`], [`request_id`] | what every answer has: its name, headers, the words of a problem, the log line |
//! | [`problem`] | the one table from [`crate::problem::Problem`] to HTTP |
//! | [`input`], [`model`], [`accept`] | bodies and parameters to domain types, and back |
//! | [`health`], [`readers`], [`events`], [`certificates`], [`signatures`], [`origins`], [`audit`], [`guide`], [`doctor`], [`settings`] | the handlers |
//! | [`own_page`] | what holds for each of the agent's own pages |
//! | [`bridge`] | the bridge: from the fixed port to its own, and what is asked there |
//! | [`openings`], [`home`] | the status page: how it is opened, and what is asked there |
//! | [`openapi`] | the document of all this |

pub mod accept;
pub mod access;
pub mod audit;
pub mod bridge;
pub mod certificates;
pub mod cors;
pub mod doctor;
pub mod door;
pub mod edge;
pub mod events;
pub mod guide;
pub mod health;
pub mod home;
pub mod input;
pub mod limits;
pub mod model;
pub mod openapi;
pub mod openings;
pub mod origins;
pub mod own_page;
pub mod problem;
pub mod readers;
pub mod request_id;
pub mod seat;
pub mod settings;
pub mod signatures;

use std::sync::Arc;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{MethodRouter, get, post};
use tower_http::catch_panic::CatchPanicLayer;

use crate::agent::Agent;
use crate::gatekeeper::Gatekeeper;
use crate::jpki::{CertificateKind, KeyKind};
use crate::origin::Scope;
use crate::pages::Openings;
use crate::problem::Problem;
use access::Wants;
pub use door::{Door, Peer};
pub use limits::Deadline;
use settings::Settings;

/// What the handlers and gates need.
#[derive(Clone)]
pub struct HttpState {
    agent: Arc<Agent>,
    gatekeeper: Arc<Gatekeeper>,
    openings: Arc<Openings>,
    examining: doctor::Examining,
    settings: Arc<Settings>,
}

impl HttpState {
    /// For this agent, run by the user of this process.
    #[must_use]
    pub fn new(agent: Arc<Agent>, gatekeeper: Arc<Gatekeeper>) -> Self {
        Self {
            agent,
            gatekeeper,
            openings: Arc::default(),
            examining: doctor::Examining::new(doctor::Start::default()),
            settings: Arc::default(),
        }
    }

    /// With what the agent knows of its own start.
    #[must_use]
    pub fn started(self, start: doctor::Start) -> Self {
        Self { examining: doctor::Examining::new(start), ..self }
    }

    /// With the settings in force, to be shown to the holder.
    #[must_use]
    pub fn with_settings(self, settings: Settings) -> Self {
        Self { settings: Arc::new(settings), ..self }
    }

    /// What `GET /v1/doctor` works with.
    #[must_use]
    pub fn examining(&self) -> &doctor::Examining {
        &self.examining
    }

    /// The settings in force.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Who may ask.
    #[must_use]
    pub fn gatekeeper(&self) -> &Gatekeeper {
        &self.gatekeeper
    }

    /// The agent's own pages that are open.
    #[must_use]
    pub fn openings(&self) -> &Arc<Openings> {
        &self.openings
    }

    /// The agent.
    #[must_use]
    pub fn agent(&self) -> &Arc<Agent> {
        &self.agent
    }
}

/// All routes of the two fixed doors behind their gates.
///
/// Every request must carry a [`Door`] extension; one without is refused as another user's.
pub fn router(state: HttpState) -> Router {
    let routes = api(&state)
        .route("/v1/events/all", guarded(&state, Wants::Socket, get(events::all_events)))
        .route("/v1/openings", guarded(&state, Wants::Socket, post(openings::open)))
        .route(
            "/v1/openings/{opening}",
            guarded(&state, Wants::Socket, get(openings::progress).delete(openings::give_up)),
        )
        .route(bridge::PATH, get(bridge::open));
    behind_gates(routes, state)
}

/// What the port of the status page serves: its document, and the API to whoever has its token; nothing that is made for
/// sites.
pub fn home_router(state: HttpState) -> Router {
    let routes = home::routes(api_for_all(&state), &state);
    behind_gates(routes, state)
}

/// What the port of a bridge serves: its document, and the API to whoever has its ticket.
pub fn bridge_router(state: HttpState) -> Router {
    let routes = bridge::routes(api(&state), &state);
    behind_gates(routes, state)
}

/// This route, with the gates before it.
fn guarded(state: &HttpState, wants: Wants, route: MethodRouter<HttpState>) -> MethodRouter<HttpState> {
    route.route_layer(from_fn_with_state((state.clone(), wants), access::guard))
}

/// The routes of the contract, each with what it wants of its caller.
fn api(state: &HttpState) -> Router<HttpState> {
    let scoped = |scope: Scope, route| guarded(state, Wants::Scope(scope), route);
    api_for_all(state)
        .route("/v1/authenticate", scoped(Scope::Authenticate, post(signatures::authenticate)))
        .route("/v1/sign", scoped(Scope::Sign, post(signatures::sign)))
}

/// Those of them that the agent's own page has as well.
fn api_for_all(state: &HttpState) -> Router<HttpState> {
    let guarded = |wants: Wants, route| guarded(state, wants, route);
    let scoped = |scope: Scope, route| guarded(Wants::Scope(scope), route);

    let mut routes = Router::new()
        .route(health::PATH, get(health::health))
        .route("/v1/openapi.json", get(openapi::serve))
        .route("/v1/status", scoped(Scope::Status, get(readers::status)))
        .route("/v1/events", scoped(Scope::Status, get(events::events)))
        .route("/v1/pins", scoped(Scope::Status, get(readers::pins)))
        .route("/v1/certificates", scoped(Scope::Certificates, get(certificates::list)))
        .route("/v1/certificates/signature/disclose", scoped(Scope::Sign, post(certificates::disclose)))
        .route("/v1/origins", guarded(Wants::Own, get(origins::list).put(origins::allow).delete(origins::remove)))
        .route("/v1/audit", guarded(Wants::Own, get(audit::show)))
        .route("/v1/reminders", guarded(Wants::Own, get(guide::reminders)))
        .route("/v1/reminders/kept", guarded(Wants::Own, get(guide::kept_reminders)))
        .route("/v1/reminders/done", guarded(Wants::Socket, post(guide::reminders_done)))
        .route("/v1/guide", guarded(Wants::Own, get(guide::guide)))
        .route("/v1/doctor", guarded(Wants::Own, get(doctor::show)))
        .route("/v1/settings", guarded(Wants::Own, get(settings::show)))
        .route("/v1/release", guarded(Wants::AnyScope, post(readers::release)));
    // An unknown `{kind}` is an unknown path, and refused as such before anything is asked about the caller.
    for kind in CertificateKind::ALL {
        let one = move |state, query, headers| certificates::one(kind, state, query, headers);
        routes = routes.route(&format!("/v1/certificates/{}", kind.name()), scoped(Scope::Certificates, get(one)));
    }
    for kind in KeyKind::ALL {
        let unprotect = move |state, admitted, body| readers::unprotect(kind, state, admitted, body);
        let change = move |state, admitted, headers, body| readers::change(kind, state, admitted, headers, body);
        routes = routes.route(&format!("/v1/pins/{}/change", kind.name()), guarded(Wants::Own, post(change)));
        routes = routes.route(&format!("/v1/pins/{}/unprotect", kind.name()), guarded(Wants::Own, post(unprotect)));
    }
    routes
}

/// The gates every request passes, and what every answer has.
fn behind_gates(routes: Router<HttpState>, state: HttpState) -> Router {
    // Written from the handler outwards: the last layer sees a request first.
    routes
        .fallback(async || Problem::NotFound)
        .method_not_allowed_fallback(async || Problem::MethodNotAllowed)
        .layer(from_fn_with_state(state.clone(), cors::preflight))
        .layer(from_fn(limits::receive))
        .layer(from_fn(access::peer_and_host))
        .layer(CatchPanicLayer::custom(edge::panicked))
        .layer(from_fn_with_state(state.clone(), edge::finish))
        .with_state(state)
}

/// Does `work`, which waits for the disk, where that holds up nobody else.
///
/// # Errors
/// [`Problem::Internal`] if it panicked.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
    tokio::task::spawn_blocking(work).await.map_err(|error| {
        tracing::error!(%error, "work apart failed");
        Problem::Internal { outcome_unknown: false }
    })
}
