//! Problems as HTTP answers (RFC 9457): the only table of status codes, and the body every failure has.

use axum::body::Body;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use super::model::names;
use super::request_id::RequestId;
use crate::message;
use crate::message::{Language, ProblemText, Value};
use crate::problem::{PinAfterwards, Problem};

/// Media type of every failure.
pub const MEDIA_TYPE: &str = "application/problem+json";
/// What `type` begins with; the code follows.
pub const TYPE_PREFIX: &str = "urn:jpki-agent:problem:";

/// The HTTP status of a problem.
#[must_use]
pub fn status(problem: &Problem) -> StatusCode {
    match problem {
        Problem::InvalidRequest { .. } => StatusCode::BAD_REQUEST,
        Problem::CallerUnidentified => StatusCode::UNAUTHORIZED,
        Problem::PeerNotAllowed
        | Problem::OriginNotAllowed
        | Problem::ScopeNotAllowed
        | Problem::FetchModeNotAllowed
        | Problem::PinRequired
        | Problem::UserDeclined
        | Problem::NothingSettled
        | Problem::ConsentTimeout
        | Problem::PinIncorrect { .. } => StatusCode::FORBIDDEN,
        Problem::NotFound => StatusCode::NOT_FOUND,
        Problem::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        Problem::NoReader
        | Problem::NoCard
        | Problem::CardUnsupported
        | Problem::SeveralCards
        | Problem::CardBusy
        | Problem::CardRemoved { .. }
        | Problem::CertificateAbsent { .. }
        | Problem::CertificateMismatch
        | Problem::PromptBusy
        | Problem::PinChangeUnproven { .. }
        | Problem::LastTryProtected { .. } => StatusCode::CONFLICT,
        Problem::PinChange { cause, .. } => status(cause),
        Problem::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Problem::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Problem::HostNotAllowed => StatusCode::MISDIRECTED_REQUEST,
        Problem::PinBlocked { .. } => StatusCode::LOCKED,
        Problem::RateLimited { .. } => StatusCode::TOO_MANY_REQUESTS,
        Problem::Internal { .. } => StatusCode::INTERNAL_SERVER_ERROR,
        Problem::CardFault { .. } => StatusCode::BAD_GATEWAY,
        Problem::PcscUnavailable | Problem::PinentryUnavailable | Problem::ShuttingDown => {
            StatusCode::SERVICE_UNAVAILABLE
        }
        Problem::CardTimeout { .. } => StatusCode::GATEWAY_TIMEOUT,
    }
}

/// Body of every failure.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Problem)]
pub struct ProblemBody {
    /// `urn:jpki-agent:problem:` and the code.
    #[serde(rename = "type")]
    #[schema(pattern = "^urn:jpki-agent:problem:[a-z_]+$", example = "urn:jpki-agent:problem:pin_incorrect")]
    kind: String,
    /// What kind of problem it is, in the caller's language.
    title: String,
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// What happened this time, in the caller's language.
    detail: String,
    /// The problem's stable name.
    #[schema(value_type = ProblemCode)]
    code: &'static str,
    /// What the person can do about it, in the caller's language.
    remedy: String,
    /// May the same request, repeated, succeed once the person has done what the remedy says?
    retriable: bool,
    /// Tries left, where a PIN is concerned; null if the card does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<u8>, required = false, minimum = 0, maximum = 5)]
    tries_left: Option<Option<u8>>,
    /// Present and true if the card went away during VERIFY or while signing, or the agent failed after it: nobody
    /// knows whether the card acted.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    outcome_unknown: bool,
    /// Which PIN is in force, where a change did not come to its end: `unchanged` is the one before, `changed` the new
    /// one, `unknown` either of them; then nobody should try on.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    after_change: Option<PinAfterwardsName>,
    /// Where and how to have a blocked PIN reset, in the caller's language.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    guidance: Option<String>,
    /// The member, parameter or header that was not understood.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    member: Option<String>,
    /// What is wrong with it, in English, for whoever wrote the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    reason: Option<String>,
    /// Names this request in the agent's log.
    #[schema(pattern = "^[0-9a-f]{16}$", example = "9f86d081884c7d65")]
    request_id: String,
}

names! {
    /// Which PIN is in force after a change that did not come to its end.
    PinAfterwardsName of PinAfterwards {
        Unchanged = PinAfterwards::Unchanged => "unchanged",
        Changed = PinAfterwards::Changed => "changed",
        Unknown = PinAfterwards::Unknown => "unknown",
    }
}

/// The codes of all problems, for the schema.
pub struct ProblemCode;

impl PartialSchema for ProblemCode {
    fn schema() -> RefOr<Schema> {
        let codes: Vec<&str> = Problem::examples().iter().map(Problem::code).collect();
        ObjectBuilder::new().schema_type(Type::String).enum_values(Some(codes)).into()
    }
}

impl ToSchema for ProblemCode {}

impl ProblemBody {
    /// The body for `problem`.
    #[must_use]
    pub fn new(problem: &Problem, language: Language, request_id: &RequestId) -> Self {
        let text = text(problem, language);
        let blocked = matches!(problem.cause(), Problem::PinBlocked { .. });
        let (member, reason) = match problem {
            Problem::InvalidRequest { member, detail } => (member.clone(), Some(detail.clone())),
            _ => (None, None),
        };
        Self {
            kind: format!("{TYPE_PREFIX}{}", problem.code()),
            status: status(problem).as_u16(),
            code: problem.code(),
            retriable: problem.is_retriable(),
            tries_left: problem.tries_left(),
            outcome_unknown: problem.outcome_unknown(),
            after_change: problem.pin_afterwards().map(PinAfterwardsName::from),
            guidance: blocked.then(|| text.remedy.clone()),
            member,
            reason,
            request_id: request_id.to_string(),
            title: text.title,
            detail: text.detail,
            remedy: text.remedy,
        }
    }

    /// As JSON.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        // Only maps with odd keys cannot be serialized, and there are none.
        serde_json::to_vec(self).unwrap_or_default()
    }
}

/// The words of a problem.
#[must_use]
pub fn text(problem: &Problem, language: Language) -> ProblemText {
    let mut variables = Vec::new();
    if let Some(key_kind) = problem.key_kind() {
        variables.push(("key", Value::from(key_kind.name())));
    }
    if let Some(Some(tries)) = problem.tries_left() {
        variables.push(("tries", Value::from(tries)));
    }
    match problem {
        Problem::RateLimited { retry_after } => variables.push(("seconds", Value::from(*retry_after))),
        Problem::InvalidRequest { member: Some(member), .. } => {
            variables.push(("member", Value::from(member.as_str())));
        }
        _ => {}
    }
    let text = message::problem(language, problem.words(), &variables).unwrap_or_else(|| {
        let title = problem.to_string();
        ProblemText { detail: title.clone(), remedy: String::new(), title }
    });
    match problem.pin_afterwards() {
        None => text,
        Some(pin) => after_change(text, pin, problem.cause(), language),
    }
}

/// The same, with what it means for the PIN that was to be changed.
fn after_change(text: ProblemText, pin: PinAfterwards, cause: &Problem, language: Language) -> ProblemText {
    let state = match (pin, cause) {
        (PinAfterwards::Unchanged, Problem::PinBlocked { .. }) => message!(language, "change-state-blocked"),
        (PinAfterwards::Unchanged, _) => message!(language, "change-state-unchanged"),
        (PinAfterwards::Changed, _) => message!(language, "change-state-changed"),
        (PinAfterwards::Unknown, _) => message!(language, "change-state-unknown"),
    };
    let detail = match language {
        Language::English => format!("{}; {state}", text.detail),
        Language::Japanese => format!("{}{state}", text.detail),
    };
    let remedy = match (pin, cause) {
        // Trying on is out of the question, and the guidance for a blocked one says what is left.
        (PinAfterwards::Unknown, Problem::PinBlocked { .. }) => text.remedy,
        (PinAfterwards::Unknown, _) => message!(language, "change-unknown-remedy"),
        _ => text.remedy,
    };
    ProblemText { detail, remedy, ..text }
}

/// The words and the request id are added by [`super::edge::finish`], which takes the problem from the extensions.
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = status(&self).into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Makes `response` the answer for `problem`; headers it has already, such as `Allow`, stay.
pub(super) fn write(problem: &Problem, language: Language, request_id: &RequestId, response: &mut Response) {
    *response.status_mut() = status(problem);
    *response.body_mut() = Body::from(ProblemBody::new(problem, language, request_id).to_json());
    let headers = response.headers_mut();
    headers.remove(CONTENT_LENGTH);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
    match problem {
        Problem::CallerUnidentified => {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        Problem::RateLimited { retry_after } => {
            headers.insert(RETRY_AFTER, HeaderValue::from(*retry_after));
        }
        _ => {}
    }
}
