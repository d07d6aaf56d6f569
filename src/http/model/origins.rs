//! `/v1/origins`: the allow-list and who was turned away.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::status::ScopeName;
use crate::gatekeeper::Gatekeeper;
use crate::http::input::invalid;
use crate::origin::{Origin, Scope, Scopes};
use crate::origins::{RefusedOrigin, display};
use crate::problem::Problem;

/// Who may ask, and who was turned away.
#[derive(Serialize, ToSchema)]
pub struct Origins {
    /// The allow-list, in the order of the settings file.
    allowed: Vec<AllowedOrigin>,
    /// Origins whose pages asked and were turned away, latest first; at most 64, since the agent started.
    #[schema(max_items = 64)]
    refused: Vec<TurnedAway>,
    /// Why the settings file cannot be used at the moment; the list stays as it was until it can.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    fault: Option<String>,
    /// What to think about, in the caller's language. Only in the answer to `PUT`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    warnings: Option<Vec<String>>,
}

/// An origin that may ask.
#[derive(Serialize, ToSchema)]
pub struct AllowedOrigin {
    /// As browsers send it.
    #[schema(example = "https://portal.example")]
    origin: String,
    /// With its name as text, if that is no plain ASCII and cannot deceive.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "https://東京.jp")]
    text: Option<String>,
    /// What it may ask.
    scopes: Vec<ScopeName>,
}

/// An origin that was turned away.
#[derive(Serialize, ToSchema)]
pub struct TurnedAway {
    /// As browsers send it.
    origin: String,
    /// With its name as text, if that is no plain ASCII and cannot deceive.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    text: Option<String>,
    /// The first time.
    #[schema(format = DateTime)]
    first: String,
    /// The last time.
    #[schema(format = DateTime)]
    last: String,
    /// How often.
    count: u64,
}

/// An origin to be allowed; what it could ask before is replaced.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OriginBody {
    /// As browsers send it.
    #[schema(max_length = 2048, example = "https://portal.example")]
    pub origin: String,
    /// What it may ask. Without it: `status`, `authenticate` and `sign`. `certificates` hands out a lasting identifier
    /// without a prompt.
    #[schema(value_type = Vec<ScopeName>, required = false, min_items = 1, max_items = 4)]
    #[serde(default = "default_scopes")]
    pub allow: Vec<String>,
    /// Allow it even without TLS.
    #[schema(default = false, required = false)]
    #[serde(default)]
    pub force: bool,
    /// Ask the person at the machine first. For the agent's own page they are asked in any case where the origin gets more.
    #[schema(default = false, required = false)]
    #[serde(default)]
    pub ask: bool,
}

fn default_scopes() -> Vec<String> {
    Scope::DEFAULT.iter().map(|scope| scope.name().to_owned()).collect()
}

impl OriginBody {
    /// The origin.
    ///
    /// # Errors
    /// [`Problem::InvalidRequest`] naming the member.
    pub fn origin(&self) -> Result<Origin, Problem> {
        parse(&self.origin)
    }

    /// What it may ask.
    ///
    /// # Errors
    /// [`Problem::InvalidRequest`] naming the member.
    pub fn scopes(&self) -> Result<Scopes, Problem> {
        if self.allow.is_empty() {
            return Err(invalid(Some("allow"), "must name at least one scope"));
        }
        let scope = |(index, name): (usize, &String)| {
            Scope::by_name(name).ok_or_else(|| invalid(Some(&format!("allow[{index}]")), "no such scope"))
        };
        self.allow.iter().enumerate().map(scope).collect()
    }
}

/// Reads the member or parameter `origin`.
///
/// # Errors
/// [`Problem::InvalidRequest`] naming it.
pub fn parse(text: &str) -> Result<Origin, Problem> {
    text.parse().map_err(|error: crate::origin::OriginError| invalid(Some("origin"), &error.to_string()))
}

impl Origins {
    /// The lists as they are now.
    #[must_use]
    pub fn of(gatekeeper: &Gatekeeper) -> Self {
        let list = gatekeeper.origins().current();
        // Allowed meanwhile, perhaps by an edit of the file.
        let refused = gatekeeper.refused().into_iter().filter(|refused| list.scopes(&refused.origin).is_none());
        Self {
            allowed: list.iter().map(|(origin, scopes)| AllowedOrigin::new(origin, scopes)).collect(),
            refused: refused.map(TurnedAway::from).collect(),
            fault: gatekeeper.origins().fault(),
            warnings: None,
        }
    }

    /// With something to think about.
    #[must_use]
    pub fn with_warnings(self, warnings: Vec<String>) -> Self {
        Self { warnings: Some(warnings), ..self }
    }
}

impl AllowedOrigin {
    fn new(origin: &Origin, scopes: &Scopes) -> Self {
        let shown = display(origin);
        Self { origin: shown.ascii, text: shown.text, scopes: scopes.iter().map(ScopeName::from).collect() }
    }
}

impl From<RefusedOrigin> for TurnedAway {
    fn from(refused: RefusedOrigin) -> Self {
        let shown = display(&refused.origin);
        Self {
            origin: shown.ascii,
            text: shown.text,
            first: refused.first.to_string(),
            last: refused.last.to_string(),
            count: refused.count,
        }
    }
}
