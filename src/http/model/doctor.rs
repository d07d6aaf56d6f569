//! Body of `GET /v1/doctor`, and of `jpki-agent doctor --json`.

use serde::Serialize;
use utoipa::ToSchema;

use super::names;
use crate::doctor::{self, Level};
use crate::message::Language;

/// What the looks found.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DoctorFindings {
    /// In the order a person would go about it.
    findings: Vec<DoctorFinding>,
}

/// What was found about one part.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DoctorFinding {
    /// Names what was found; never changes.
    #[schema(example = "reader_none")]
    check: &'static str,
    level: LevelName,
    /// What was found, in the language of `Accept-Language`.
    text: String,
    /// Why, where that is known; may hold the system's own words.
    #[schema(required = true)]
    cause: Option<String>,
    /// What can be done; always there for an `error`.
    #[schema(required = true)]
    remedy: Option<String>,
}

names! {
    /// How a part is: as it should be, worth knowing, or something to do.
    LevelName of Level {
        Ok = Level::Ok => "ok",
        Warning = Level::Warning => "warning",
        Error = Level::Error => "error",
    }
}

impl DoctorFindings {
    /// The body for these findings.
    #[must_use]
    pub fn new(findings: &[doctor::Finding], language: Language) -> Self {
        let finding = |finding: &doctor::Finding| DoctorFinding {
            check: finding.check,
            level: finding.level.into(),
            text: finding.text(language),
            cause: finding.cause(language),
            remedy: finding.remedy(language),
        };
        Self { findings: findings.iter().map(finding).collect() }
    }
}
