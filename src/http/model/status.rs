//! `GET /v1/status`.

use serde::Serialize;
use utoipa::ToSchema;

use super::{AgentName, names};
use crate::agent;
use crate::origin::{Scope, Scopes};
use crate::reader::BackendKind;

/// The readers and what lies in them. Nothing in it identifies a card or a person.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Status {
    /// Who answers.
    agent: AgentName,
    /// Where cards come from.
    backend: BackendName,
    /// What the caller may ask.
    #[schema(min_items = 0, max_items = 4)]
    granted_scopes: Vec<ScopeName>,
    /// The readers.
    readers: Vec<Reader>,
    /// Why there are no readers, if the service is down.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    problem: Option<StatusProblem>,
}

/// What keeps the agent from seeing readers.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StatusProblem {
    /// The PC/SC service does not run, or refuses.
    PcscUnavailable,
}

/// One reader.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Reader {
    /// For the `reader` of other routes; the same for the same reader name while the agent runs.
    #[schema(example = "r1")]
    id: String,
    /// Its name in PC/SC.
    #[schema(example = "ACS ACR1252 00 00")]
    name: String,
    /// What a person recognises it by, beside the readers there are now; it can change when others come or go.
    #[schema(example = "ACS ACR1252")]
    display_name: String,
    /// What lies in it.
    card: CardStateName,
}

names! {
    /// Where cards come from: the system's PC/SC service, or the software card in the agent.
    BackendName of BackendKind {
        Pcsc = BackendKind::Pcsc => "pcsc",
        Simulator = BackendKind::Simulator => "simulator",
    }
}

names! {
    /// What lies in a reader: nothing; a My Number card; another card; a JPKI token that is no My Number card, as a
    /// phone; something that does not answer; a card held by another program.
    CardStateName of agent::CardState {
        None = agent::CardState::None => "none",
        Jpki = agent::CardState::Jpki => "jpki",
        Other = agent::CardState::Other => "other",
        Unsupported = agent::CardState::Unsupported => "unsupported",
        Mute = agent::CardState::Mute => "mute",
        Busy = agent::CardState::Busy => "busy",
    }
}

names! {
    /// What a caller may ask.
    ScopeName of Scope {
        Status = Scope::Status => "status",
        Certificates = Scope::Certificates => "certificates",
        Authenticate = Scope::Authenticate => "authenticate",
        Sign = Scope::Sign => "sign",
    }
}

impl Status {
    /// The body for `report`, to a caller with these scopes.
    #[must_use]
    pub fn new(report: agent::StatusReport, granted: &Scopes) -> Self {
        let reader = |reader: agent::ReaderReport| Reader {
            id: reader.id.as_str().to_owned(),
            name: reader.name,
            display_name: reader.display_name,
            card: reader.card.into(),
        };
        Self {
            agent: AgentName::THIS,
            backend: report.backend.into(),
            granted_scopes: granted.iter().map(ScopeName::from).collect(),
            readers: report.readers.into_iter().map(reader).collect(),
            problem: (!report.service_available).then_some(StatusProblem::PcscUnavailable),
        }
    }
}
