//! Readers, cards and tries left: what can be told without a prompt and without naming anybody.

use std::time::Duration;

use futures_util::future::join_all;

use super::joined::part_of;
use super::{Agent, look};
use crate::card::CardError;
use crate::jpki::{self, KeyKind, Tries};
use crate::problem::Problem;
use crate::reader::{BackendKind, CardSession, JobOptions, ReaderId, ReaderInfo};

/// What lies in a reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CardState {
    /// Nothing.
    None,
    /// An Individual Number Card.
    Jpki,
    /// Another card.
    Other,
    /// A JPKI token that is no Individual Number Card.
    Unsupported,
    /// Something that does not answer.
    Mute,
    /// A card that another program holds.
    Busy,
}

/// One reader and what lies in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReaderReport {
    /// Its id.
    pub id: ReaderId,
    /// Its name in PC/SC.
    pub name: String,
    /// What a person recognises it by.
    pub display_name: String,
    /// What lies in it.
    pub card: CardState,
}

/// All readers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusReport {
    /// Where cards come from.
    pub backend: BackendKind,
    /// Is the PC/SC service there?
    pub service_available: bool,
    /// The readers.
    pub readers: Vec<ReaderReport>,
}

/// Tries left for one PIN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PinReport {
    /// Whose PIN.
    pub key_kind: KeyKind,
    /// Tries left.
    pub tries: Tries,
    /// Tries of a fresh PIN.
    pub tries_max: u8,
}

/// Tries left for both PINs.
#[derive(Clone, Debug)]
pub struct PinsReport {
    /// The reader with the card.
    pub reader: ReaderId,
    /// Both PINs.
    pub pins: [PinReport; 2],
}

/// How long a card that is at work may keep a caller that wants it let go.
const RELEASE_LIMIT: Duration = Duration::from_secs(10);

impl Agent {
    /// The readers and what lies in each. A service that is down is part of the answer, not a failure.
    pub async fn status(&self) -> StatusReport {
        let backend = self.backend();
        let Ok(readers) = self.readers.list().await else {
            return StatusReport { backend, service_available: false, readers: Vec::new() };
        };
        let states = self.card_states(&readers).await;
        let readers = readers.into_iter().zip(states);
        let report = |(reader, card): (ReaderInfo, CardState)| ReaderReport {
            id: reader.id,
            name: reader.name,
            display_name: reader.display_name,
            card,
        };
        let readers = readers.map(report).collect();
        StatusReport { backend, service_available: true, readers }
    }

    /// Tries left for both PINs; costs none.
    ///
    /// # Errors
    /// A [`Problem`] of reader or card.
    pub async fn pins(&self, reader: Option<&str>) -> Result<PinsReport, Problem> {
        let reader = self.choose(reader).await?;
        let limit = self.readers.policy().operation_limit;
        let handle = reader.handle.clone();
        let read = async move |turnstile| {
            let work = |card: &mut CardSession<'_>| {
                drop(turnstile);
                let both = look::reading(card, |card| {
                    let profile = card.profile();
                    let mut report = |key_kind: KeyKind| {
                        let key = profile.key(key_kind);
                        let tries = jpki::query_tries(card, key)?;
                        Ok::<_, CardError>(PinReport { key_kind, tries, tries_max: key.tries_max })
                    };
                    Ok([report(KeyKind::Authentication)?, report(KeyKind::Signature)?])
                })?;
                Ok::<_, Problem>(both)
            };
            handle.run(JobOptions::default(), limit, work).await
        };
        let pins = self.joined.pins.read(part_of(&reader, ()), read).await?;
        Ok(PinsReport { reader: reader.id, pins })
    }

    /// Lets kept cards go: the one in this reader, or all. Returns when they are gone.
    ///
    /// # Errors
    /// [`Problem::NoReader`] for an unknown reader, [`Problem::PcscUnavailable`], [`Problem::CardBusy`] if a card is at
    /// work for too long.
    pub async fn release(&self, reader: Option<&str>) -> Result<(), Problem> {
        let readers = self.readers.list().await.map_err(|_| Problem::PcscUnavailable)?;
        let chosen: Vec<_> =
            readers.iter().filter(|info| reader.is_none_or(|wanted| wanted == info.id.as_str())).collect();
        if chosen.is_empty() && reader.is_some() {
            return Err(Problem::NoReader);
        }
        // All at the same time: one that is at work must not keep the others.
        let release = chosen.into_iter().map(|info| {
            let handle = info.handle.clone();
            let release = async move |turnstile| Ok(handle.release(RELEASE_LIMIT, move || drop(turnstile)).await?);
            self.joined.release.read(info.id.clone(), release)
        });
        join_all(release).await.into_iter().collect()
    }
}
