//! `GET /v1/audit`: what was asked of the card, and whether the log is as the agent wrote it.

use serde::Serialize;
use utoipa::ToSchema;

use super::pins::KeyKindName;
use super::status::ScopeName;
use super::{Base64, names};
use crate::audit::{Entry, Event, Finding, Happening, Intent, Operation, Outcome, Report};
use crate::consent::Asker;
use crate::digest::Digest;
use crate::message::Language;

/// The log, and what a check of all of it has found.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Audit {
    /// The latest, oldest of them first.
    entries: Vec<AuditEntry>,
    /// Was nothing in the log changed behind the agent's back, as far as can be told?
    intact: bool,
    /// What is not as it should be, or worth knowing.
    #[schema(max_items = 200)]
    findings: Vec<AuditFinding>,
    /// Findings beyond those listed.
    more_findings: u64,
}

/// One entry.
#[derive(Serialize, ToSchema)]
pub struct AuditEntry {
    /// Grows from entry to entry.
    sequence: u64,
    /// When; null where nobody could say.
    #[schema(format = DateTime, required = true)]
    time: Option<String>,
    /// What.
    #[serde(flatten)]
    what: AuditKind,
}

/// What happened.
#[derive(Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum AuditKind {
    /// Somebody wanted something of the card.
    Request(Box<AuditRequest>),
    /// An origin was allowed, or given other scopes.
    OriginAllowed(AuditOriginAllowed),
    /// An origin is no longer allowed.
    OriginRemoved(AuditOriginRemoved),
    /// Records could not be written.
    Gap(AuditGap),
    /// Lines and head of the log were not in step; the findings tell more.
    Mended,
    /// Older records were dropped because of their age.
    Dropped,
    /// The user deleted all records before this one.
    Cleared,
    /// The line is not understood.
    Unreadable,
}

/// A request that got as far as consent.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditRequest {
    /// The page that asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    origin: Option<String>,
    /// The program that asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    program: Option<AuditProgram>,
    /// The site a program asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    on_behalf_of: Option<String>,
    /// What for.
    operation: OperationName,
    /// The key whose secret was wanted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    key_kind: Option<KeyKindName>,
    /// What was to be signed.
    #[schema(max_items = 100)]
    digests: Vec<AuditDigest>,
    /// What came of it.
    outcome: OutcomeName,
    /// Why it failed: the code of the problem.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    code: Option<String>,
}

/// What is known of a program that asked.
#[derive(Serialize, ToSchema)]
pub struct AuditProgram {
    /// Name of its executable; null if the system did not tell.
    #[schema(required = true)]
    name: Option<String>,
    /// Its process id then; null if the system did not tell.
    #[schema(required = true)]
    pid: Option<i32>,
}

/// A digest.
#[derive(Serialize, ToSchema)]
pub struct AuditDigest {
    /// Its algorithm.
    #[schema(example = "SHA-256")]
    algorithm: &'static str,
    /// Its bytes.
    #[schema(value_type = String, content_encoding = "base64")]
    value: Base64,
}

/// An origin was allowed.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditOriginAllowed {
    /// Which.
    origin: String,
    /// What it may ask since.
    scopes: Vec<ScopeName>,
    /// By an edit of the settings file, not through the agent.
    by_file: bool,
}

/// An origin was taken out of the list.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditOriginRemoved {
    /// Which.
    origin: String,
    /// By an edit of the settings file, not through the agent.
    by_file: bool,
}

/// Records are missing.
#[derive(Serialize, ToSchema)]
pub struct AuditGap {
    /// How many.
    records: u64,
}

/// Something about the log itself.
#[derive(Serialize, ToSchema)]
pub struct AuditFinding {
    /// The file it is in; the folder if it is about the whole log.
    file: String,
    /// The line in that file, counted from 1; null if it is about no line.
    #[schema(required = true)]
    line: Option<u64>,
    /// What, in the language of `Accept-Language`.
    text: String,
    /// Was the log changed by somebody else? Otherwise it is the trace of a crash or a full disk.
    alarm: bool,
}

names! {
    /// What was to be done with the card.
    OperationName of Operation {
        Authenticate = Operation::Authenticate => "authenticate",
        Sign = Operation::Sign => "sign",
        Disclose = Operation::Disclose => "disclose",
        ChangePin = Operation::ChangePin => "pin-change",
        Unprotect = Operation::Unprotect => "unprotect",
    }
}

names! {
    /// What came of it. `unknown`: it may have been done; `abandoned`: the caller went away.
    OutcomeName of Outcome {
        Done = Outcome::Done => "done",
        Failed = Outcome::Failed { .. } => "failed",
        Unknown = Outcome::Unknown => "unknown",
        Abandoned = Outcome::Abandoned => "abandoned",
    }
}

impl Audit {
    /// The body for these entries of a log with this report.
    #[must_use]
    pub fn new(entries: Vec<Entry>, report: Report, language: Language) -> Self {
        Self {
            intact: report.is_intact(),
            entries: entries.into_iter().map(AuditEntry::from).collect(),
            findings: report.findings.iter().map(|finding| AuditFinding::new(finding, language)).collect(),
            more_findings: report.more,
        }
    }
}

impl From<Entry> for AuditEntry {
    fn from(entry: Entry) -> Self {
        Self { sequence: entry.sequence, time: entry.time.map(|time| time.to_string()), what: entry.happening.into() }
    }
}

impl From<Happening> for AuditKind {
    fn from(happening: Happening) -> Self {
        match happening {
            Happening::Request { intent, outcome } => Self::Request(Box::new(AuditRequest::new(intent, outcome))),
            Happening::Event(Event::OriginAllowed { origin, scopes, by_file }) => {
                let scopes = scopes.iter().map(ScopeName::from).collect();
                Self::OriginAllowed(AuditOriginAllowed { origin: origin.to_string(), scopes, by_file })
            }
            Happening::Event(Event::OriginRemoved { origin, by_file }) => {
                Self::OriginRemoved(AuditOriginRemoved { origin: origin.to_string(), by_file })
            }
            Happening::Gap { records } => Self::Gap(AuditGap { records }),
            Happening::Mended => Self::Mended,
            Happening::Dropped => Self::Dropped,
            Happening::Cleared => Self::Cleared,
            Happening::Unreadable => Self::Unreadable,
        }
    }
}

impl AuditRequest {
    fn new(intent: Intent, outcome: Outcome) -> Self {
        let (origin, program) = match intent.asker {
            Asker::Page(origin) => (Some(origin.to_string()), None),
            Asker::Program(program) => (None, Some(AuditProgram { name: program.name, pid: program.pid })),
        };
        let code = match &outcome {
            Outcome::Failed { code } => Some(code.to_string()),
            Outcome::Done | Outcome::Unknown | Outcome::Abandoned => None,
        };
        Self {
            origin,
            program,
            on_behalf_of: intent.on_behalf_of.map(|origin| origin.to_string()),
            operation: intent.operation.into(),
            key_kind: intent.key_kind.map(KeyKindName::from),
            digests: intent.digests.iter().map(AuditDigest::from).collect(),
            outcome: outcome.into(),
            code,
        }
    }
}

impl From<&Digest> for AuditDigest {
    fn from(digest: &Digest) -> Self {
        Self { algorithm: digest.algorithm().name(), value: Base64(digest.value().to_vec()) }
    }
}

impl AuditFinding {
    fn new(finding: &Finding, language: Language) -> Self {
        Self {
            file: finding.file.display().to_string(),
            line: finding.line,
            text: finding.trouble.phrase().text(language),
            alarm: finding.trouble.is_alarm(),
        }
    }
}
