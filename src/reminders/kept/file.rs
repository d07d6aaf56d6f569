//! The file of the dates: JSON, mode 0600, replaced as a whole.
//!
//! ```json
//! {"version": 1, "cards": [{"card": "SHA-256 of the authentication certificate",
//!   "authentication": {"notBefore": "…Z", "notAfter": "…Z"},
//!   "signature": {"fingerprintSha256": "…", "notBefore": "…Z", "notAfter": "…Z"},
//!   "told": {"lastDay": "2029-11-18", "signature": {"subject": "2030-02-17", "on": "2029-11-18"}}}],
//!  "stay": {}}
//! ```

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::Path;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{KeptCard, MAX_CARDS, SignatureDates, State};
use crate::certificate::{Fingerprint, Validity};
use crate::durable::{make_private_folder, replace_file};
use crate::reminders::About;
use crate::reminders::due::{Mark, Told};
use crate::trusted_path::trusted_path;

/// A file longer than this is not ours; sixteen cards need a tenth of it.
const MAX_BYTES: u64 = 64 * 1024;
const VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
struct Document {
    version: u32,
    cards: Vec<CardEntry>,
    #[serde(default)]
    stay: ToldEntry,
}

#[derive(Serialize, Deserialize)]
struct CardEntry {
    card: String,
    authentication: Dates,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    signature: Option<SignatureEntry>,
    #[serde(default, rename = "passwordChanged", skip_serializing_if = "Option::is_none")]
    password_changed: Option<String>,
    #[serde(default)]
    told: ToldEntry,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Dates {
    not_before: String,
    not_after: String,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct SignatureEntry {
    fingerprint_sha256: String,
    #[serde(flatten)]
    dates: Dates,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct ToldEntry {
    #[serde(skip_serializing_if = "Option::is_none")]
    last_day: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    authentication: Option<MarkEntry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    signature: Option<MarkEntry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<MarkEntry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stay: Option<MarkEntry>,
}

#[derive(Serialize, Deserialize)]
struct MarkEntry {
    subject: String,
    on: String,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    done: bool,
}

/// A value in the file that is not what it should be.
#[derive(Debug, thiserror::Error)]
#[error("not a file of dates: {0}")]
struct Broken(String);

/// What the file says; nothing if there is none, if it is broken (it is set aside then) or if others could have written it.
pub(super) fn read(path: &Path) -> State {
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return State::default(),
        Err(error) => {
            tracing::warn!(%error, path = %path.display(), "the dates for reminders cannot be read");
            return State::default();
        }
        Ok(_) => {}
    }
    if let Err(error) = trusted_path(path) {
        tracing::warn!(%error, "the dates for reminders are not believed, since others could have written them");
        return State::default();
    }
    let content = load(path).and_then(|text| parse(&text));
    content.unwrap_or_else(|error| {
        let aside = path.with_extension("json.broken");
        tracing::warn!(%error, path = %path.display(), "the dates for reminders are set aside");
        if let Err(error) = fs::rename(path, aside) {
            tracing::warn!(%error, "and could not be moved");
        }
        State::default()
    })
}

fn load(path: &Path) -> io::Result<String> {
    let metadata = fs::metadata(path)?;
    if !metadata.is_file() || metadata.len() > MAX_BYTES {
        return Err(io::Error::other("not a file of ours"));
    }
    fs::read_to_string(path)
}

fn parse(text: &str) -> io::Result<State> {
    let document: Document = serde_json::from_str(text)?;
    if document.version != VERSION {
        return Err(io::Error::other(Broken(format!("version {}", document.version))));
    }
    // The ones seen last stand last.
    let surplus = document.cards.len().saturating_sub(MAX_CARDS);
    let cards = document.cards.into_iter().skip(surplus).map(KeptCard::try_from).collect::<Result<Vec<_>, _>>();
    let cards = cards.map_err(io::Error::other)?;
    // Of two entries one would stay untold whatever is told of the other.
    let mut keys = HashSet::new();
    if let Some(twice) = cards.iter().find(|card| !keys.insert(card.key)) {
        return Err(io::Error::other(Broken(format!("{} twice", twice.key))));
    }
    Ok(State { cards, stay: Told::try_from(document.stay).map_err(io::Error::other)? })
}

/// Replaces the file; on disk when this returns.
pub(super) fn write(path: &Path, state: &State) -> io::Result<()> {
    let cards = state.cards.iter().map(CardEntry::from).collect();
    let document = Document { version: VERSION, cards, stay: ToldEntry::from(&state.stay) };
    let mut text = serde_json::to_string_pretty(&document)?;
    text.push('\n');
    if let Some(folder) = path.parent() {
        make_private_folder(folder)?;
    }
    replace_file(path, text.as_bytes(), None)
}

fn value<T: FromStr>(text: &str) -> Result<T, Broken> {
    text.parse().map_err(|_| Broken(format!("{text:?}")))
}

impl From<&KeptCard> for CardEntry {
    fn from(card: &KeptCard) -> Self {
        Self {
            card: card.key.to_string(),
            authentication: card.authentication.into(),
            signature: card.signature.map(|signature| SignatureEntry {
                fingerprint_sha256: signature.fingerprint.to_string(),
                dates: signature.validity.into(),
            }),
            password_changed: card.password_changed.map(|day| day.to_string()),
            told: (&card.told).into(),
        }
    }
}

impl TryFrom<CardEntry> for KeptCard {
    type Error = Broken;

    fn try_from(entry: CardEntry) -> Result<Self, Broken> {
        let signature = |entry: SignatureEntry| {
            let fingerprint: Fingerprint = value(&entry.fingerprint_sha256)?;
            Ok(SignatureDates { fingerprint, validity: entry.dates.try_into()? })
        };
        Ok(Self {
            key: value(&entry.card)?,
            authentication: entry.authentication.try_into()?,
            signature: entry.signature.map(signature).transpose()?,
            password_changed: entry.password_changed.as_deref().map(value::<Date>).transpose()?,
            told: entry.told.try_into()?,
            simulated: false, // the software card is never written down
        })
    }
}

impl From<Validity> for Dates {
    fn from(validity: Validity) -> Self {
        Self { not_before: validity.not_before.to_string(), not_after: validity.not_after.to_string() }
    }
}

impl TryFrom<Dates> for Validity {
    type Error = Broken;

    fn try_from(dates: Dates) -> Result<Self, Broken> {
        let (not_before, not_after): (Timestamp, Timestamp) = (value(&dates.not_before)?, value(&dates.not_after)?);
        Ok(Self { not_before, not_after })
    }
}

impl From<&Told> for ToldEntry {
    fn from(told: &Told) -> Self {
        let mark = |about: About| {
            let mark = told.marks.get(&about)?;
            Some(MarkEntry { subject: mark.subject.to_string(), on: mark.on.to_string(), done: mark.done })
        };
        Self {
            last_day: told.last_day.map(|day| day.to_string()),
            authentication: mark(About::Authentication),
            signature: mark(About::Signature),
            password: mark(About::Password),
            stay: mark(About::Stay),
        }
    }
}

impl TryFrom<ToldEntry> for Told {
    type Error = Broken;

    fn try_from(entry: ToldEntry) -> Result<Self, Broken> {
        let last_day = entry.last_day.as_deref().map(value::<Date>).transpose()?;
        let named = [
            (About::Authentication, entry.authentication),
            (About::Signature, entry.signature),
            (About::Password, entry.password),
            (About::Stay, entry.stay),
        ];
        let marks = named.into_iter().filter_map(|(about, mark)| Some((about, mark?)));
        let mark = |(about, mark): (About, MarkEntry)| {
            Ok((about, Mark { subject: value(&mark.subject)?, on: value(&mark.on)?, done: mark.done }))
        };
        Ok(Self { last_day, marks: marks.map(mark).collect::<Result<_, Broken>>()? })
    }
}
