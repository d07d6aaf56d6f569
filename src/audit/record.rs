//! One record of the chain and its JSON line. Only this file knows how records are written.

use std::borrow::Cow;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{Event, Intent, Operation, Outcome};
use crate::consent::{Asker, ProgramIdentity};
use crate::digest::{Digest, DigestAlgorithm, hexadecimal};
use crate::jpki::KeyKind;
use crate::origin::{Origin, Scope};

/// Most characters of a program's name.
const MAX_NAME: usize = 100;
/// No log gets there; a file that says so was not written by the agent. Leaves room to count on.
pub(super) const MAX_SEQUENCE: u64 = 1 << 53;

/// The hash of the chain up to some line: SHA-256 over the hash before and the line's bytes, without its line feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Link([u8; 32]);

/// One line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Record {
    /// Counts all lines there have ever been, from 1.
    #[serde(rename = "seq")]
    pub(super) sequence: u64,
    /// The hash of the chain before this line, in hexadecimal.
    prev: String,
    /// RFC 3339; left out where nobody could say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    time: Option<String>,
    #[serde(flatten)]
    pub(super) body: Body,
}

/// What a line says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "record", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub(super) enum Body {
    /// Somebody wants something.
    Request {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        origin: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        program: Option<Program>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        on_behalf_of: Option<String>,
        operation: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        key: Option<String>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        digests: Vec<HexDigest>,
    },
    /// What came of the request with the number `of`.
    Outcome {
        of: u64,
        outcome: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        code: Option<String>,
    },
    /// An origin may ask this from now on.
    OriginAllowed { origin: String, scopes: Vec<String>, by_file: bool },
    /// An origin may ask no more.
    OriginRemoved { origin: String, by_file: bool },
    /// So many records could not be written.
    Gap {
        records: u64,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        since: Option<String>,
    },
    /// Lines and head were not in step when this was to be written; from here on they are.
    Mended { found: Mend, lines: u64, bytes: u64 },
    /// The chain may begin with the record of this number, which has this hash as its `prev`: those before were dropped.
    Dropped { before: u64, hash: String, why: Why },
}

/// A program that asks.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Program {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pid: Option<i32>,
}

/// A digest in hexadecimal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct HexDigest {
    algorithm: String,
    value: String,
}

/// How lines and head were out of step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Mend {
    /// The agent ended between the last line and its head. Harmless.
    Behind,
    /// The last line was not written to its end (power lost, disk full). Harmless.
    Torn,
    /// There were lines that the agent did not write.
    Foreign,
    /// Lines were missing that the agent had written.
    Cut,
    /// The head was missing or unreadable.
    HeadLost,
}

/// Why records were dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Why {
    /// They were too old.
    Retention,
    /// The user cleared the log.
    Cleared,
}

impl Link {
    /// Before the first line.
    pub(super) const START: Self = Self([0; 32]);

    /// With one more line, given without its line feed.
    pub(super) fn then(self, line: &[u8]) -> Self {
        self.hasher().chain_update(line).finish()
    }

    /// For a line that comes in pieces.
    pub(super) fn hasher(self) -> LinkHasher {
        LinkHasher(Sha256::new_with_prefix(self.0))
    }

    pub(super) fn to_hex(self) -> String {
        hexadecimal(&self.0)
    }

    pub(super) fn from_hex(text: &str) -> Option<Self> {
        Some(Self(unhex(text)?.try_into().ok()?))
    }
}

/// A [`Link`] in the making.
pub(super) struct LinkHasher(Sha256);

impl LinkHasher {
    pub(super) fn update(&mut self, piece: &[u8]) {
        self.0.update(piece);
    }

    fn chain_update(self, piece: &[u8]) -> Self {
        Self(self.0.chain_update(piece))
    }

    pub(super) fn finish(self) -> Link {
        Link(self.0.finalize().into())
    }
}

impl Record {
    pub(super) fn new(sequence: u64, before: Link, time: Option<Timestamp>, body: Body) -> Self {
        Self { sequence, prev: before.to_hex(), time: time.map(|time| time.to_string()), body }
    }

    /// `None` if the line is not a record.
    pub(super) fn parse(line: &[u8]) -> Option<Self> {
        let record: Self = serde_json::from_slice(line).ok()?;
        (record.sequence < MAX_SEQUENCE && Link::from_hex(&record.prev).is_some()).then_some(record)
    }

    /// The chain before it, as it says itself.
    pub(super) fn before(&self) -> Link {
        Link::from_hex(&self.prev).unwrap_or(Link::START)
    }

    pub(super) fn time(&self) -> Option<Timestamp> {
        self.time.as_deref()?.parse().ok()
    }

    /// Does it come right after `sequence` records that end in `link`?
    pub(super) fn follows(&self, sequence: u64, link: Link) -> bool {
        self.sequence == sequence + 1 && self.before() == link
    }

    pub(super) fn is_mend(&self) -> bool {
        matches!(self.body, Body::Mended { .. })
    }
}

impl Body {
    pub(super) fn request(intent: &Intent) -> Self {
        let (origin, program) = match &intent.asker {
            Asker::Page(origin) => (Some(origin.to_string()), None),
            Asker::Program(identity) => (None, Some(Program::from(identity))),
        };
        Self::Request {
            origin,
            program,
            on_behalf_of: intent.on_behalf_of.as_ref().map(Origin::to_string),
            operation: intent.operation.name().to_owned(),
            key: intent.key_kind.map(|kind| kind.name().to_owned()),
            digests: intent.digests.iter().map(HexDigest::from).collect(),
        }
    }

    pub(super) fn outcome(of: u64, outcome: &Outcome) -> Self {
        let code = match outcome {
            Outcome::Failed { code } => Some(code.clone().into_owned()),
            _ => None,
        };
        Self::Outcome { of, outcome: outcome.name().to_owned(), code }
    }

    pub(super) fn event(event: &Event) -> Self {
        match event {
            Event::OriginAllowed { origin, scopes, by_file } => Self::OriginAllowed {
                origin: origin.to_string(),
                scopes: scopes.iter().map(|scope| scope.name().to_owned()).collect(),
                by_file: *by_file,
            },
            Event::OriginRemoved { origin, by_file } => {
                Self::OriginRemoved { origin: origin.to_string(), by_file: *by_file }
            }
        }
    }

    pub(super) fn gap(records: u64, since: Option<Timestamp>) -> Self {
        Self::Gap { records, since: since.map(|since| since.to_string()) }
    }
}

/// The intent in the members of a request; `None` if they are not understood.
pub(super) fn intent(body: &Body) -> Option<Intent> {
    let Body::Request { origin, program, on_behalf_of, operation, key, digests } = body else { return None };
    let asker = match (origin, program) {
        (Some(origin), None) => Asker::Page(origin.parse().ok()?),
        (None, Some(program)) => Asker::Program(ProgramIdentity { pid: program.pid, name: program.name.clone() }),
        _ => return None,
    };
    Some(Intent {
        asker,
        operation: Operation::by_name(operation)?,
        on_behalf_of: on_behalf_of.as_deref().map(str::parse).transpose().ok()?,
        key_kind: key.as_deref().map(|key| KeyKind::by_name(key).ok_or(())).transpose().ok()?,
        digests: digests.iter().map(HexDigest::digest).collect::<Option<_>>()?,
    })
}

/// The outcome in the members of its record.
pub(super) fn outcome(name: &str, code: Option<&str>) -> Outcome {
    match (name, code) {
        ("done", _) => Outcome::Done,
        ("failed", Some(code)) => Outcome::Failed { code: Cow::Owned(code.to_owned()) },
        ("abandoned", _) => Outcome::Abandoned,
        _ => Outcome::Unknown,
    }
}

/// The event in the members of its record; `None` if it is none.
pub(super) fn event(body: &Body) -> Option<Event> {
    match body {
        Body::OriginAllowed { origin, scopes, by_file } => Some(Event::OriginAllowed {
            origin: origin.parse().ok()?,
            scopes: scopes.iter().map(|name| Scope::by_name(name)).collect::<Option<_>>()?,
            by_file: *by_file,
        }),
        Body::OriginRemoved { origin, by_file } => {
            Some(Event::OriginRemoved { origin: origin.parse().ok()?, by_file: *by_file })
        }
        _ => None,
    }
}

impl From<&ProgramIdentity> for Program {
    fn from(identity: &ProgramIdentity) -> Self {
        let name = identity.name.as_ref().map(|name| name.chars().take(MAX_NAME).collect());
        Self { name, pid: identity.pid }
    }
}

impl From<&Digest> for HexDigest {
    fn from(digest: &Digest) -> Self {
        Self { algorithm: digest.algorithm().name().to_owned(), value: hexadecimal(digest.value()) }
    }
}

impl HexDigest {
    fn digest(&self) -> Option<Digest> {
        Digest::new(DigestAlgorithm::by_name(&self.algorithm)?, unhex(&self.value)?).ok()
    }
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let byte = |[high, low]: &[u8; 2]| Some(digit(high)? << 4 | digit(low)?);
    if rest.is_empty() { pairs.iter().map(byte).collect() } else { None }
}
