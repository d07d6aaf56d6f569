//! Handler: what is missing on this computer. The card is not asked: what lies in a reader is in the status.

use std::path::PathBuf;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;

use super::access::Admitted;
use super::edge::language;
use super::input::NoQuery;
use super::model::VERSION;
use super::model::doctor::DoctorFindings;
use super::{HttpState, blocking};
use crate::config::{Config, Overrides};
use crate::consent::pinentry::Surroundings;
use crate::doctor::{Doctor, RunningAgent, Scene};
use crate::hardening::Hardening;
use crate::problem::Problem;
use crate::reader::BackendKind;

/// What the agent knows of its own start.
#[derive(Clone, Debug, Default)]
pub struct Start {
    /// The settings file that was named (`--config`).
    pub config: Option<PathBuf>,
    /// What stood over the file.
    pub overrides: Overrides,
    /// The port it listens on.
    pub port: Option<u16>,
    /// What it did for its memory.
    pub hardening: Option<Hardening>,
}

/// For the handler.
#[derive(Clone, Debug)]
pub struct Examining {
    start: Arc<Start>,
    doctor: Doctor,
    /// The root of the file system.
    root: PathBuf,
}

impl Examining {
    /// For an agent that was started so.
    #[must_use]
    pub fn new(start: Start) -> Self {
        Self { start: Arc::new(start), doctor: Doctor::default(), root: PathBuf::from("/") }
    }
}

/// What is missing on this computer, with cause and remedy. Looks only, and asks no card: what lies in a reader is in
/// the status. Takes five seconds at most.
#[utoipa::path(
    get, path = "/v1/doctor", tag = "agent", operation_id = "doctor",
    responses((status = 200, description = "What was found, in the order to go about it.", body = DoctorFindings))
)]
pub async fn show(
    State(state): State<HttpState>,
    admitted: Admitted,
    _: NoQuery,
    headers: HeaderMap,
) -> Result<Json<DoctorFindings>, Problem> {
    let Examining { start, doctor, root } = state.examining().clone();
    let settings = start.clone();
    let config = blocking(move || Config::load(settings.config.as_deref(), &settings.overrides)).await?;
    let scene = Scene {
        config,
        seat: admitted.caller.seat,
        surroundings: Surroundings::of_this_process().now().await,
        agent: Some(RunningAgent {
            version: VERSION.to_owned(),
            is_simulator: state.agent().backend() == BackendKind::Simulator,
            port: start.port,
        }),
        // This very agent has it.
        service_ports: Vec::new(),
        cards: None,
        hardening: start.hardening.clone(),
        audit: Some(state.agent().audit().clone()),
        root,
        now: state.agent().now(),
    };
    Ok(Json(DoctorFindings::new(&doctor.examine(scene).await, language(&headers))))
}
