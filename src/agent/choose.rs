//! Which reader is meant, and what lies in each.

use std::time::Duration;

use futures_util::future::join_all;

use super::{Agent, CardState};
use crate::card::{CardError, TransportError};
use crate::jpki::Identity;
use crate::problem::Problem;
use crate::reader::{JobError, JobOptions, Presence, ReaderInfo};

/// How long a card may take to say what it is, before the status calls it mute.
const IDENTIFY_LIMIT: Duration = Duration::from_secs(5);

/// Why a card could not be identified.
enum Unidentified {
    Job(JobError),
    Card(CardError),
}

impl From<JobError> for Unidentified {
    fn from(error: JobError) -> Self {
        Self::Job(error)
    }
}

impl From<CardError> for Unidentified {
    fn from(error: CardError) -> Self {
        Self::Card(error)
    }
}

impl Agent {
    /// The reader a request means: the one it names, or the only one that holds a My Number card.
    pub(super) async fn choose(&self, wanted: Option<&str>) -> Result<ReaderInfo, Problem> {
        let readers = self.readers.list().await.map_err(|_| Problem::PcscUnavailable)?;
        if let Some(wanted) = wanted {
            return readers.into_iter().find(|reader| reader.id.as_str() == wanted).ok_or(Problem::NoReader);
        }
        if readers.is_empty() {
            return Err(Problem::NoReader);
        }
        let states = self.card_states(&readers).await;
        let with_card = |wanted: fn(CardState) -> bool| states.iter().any(|state| wanted(*state));
        let mut jpki = readers.iter().zip(&states).filter(|(_, state)| **state == CardState::Jpki);
        match (jpki.next(), jpki.next()) {
            (Some((reader, _)), None) => Ok(reader.clone()),
            (Some(_), Some(_)) => Err(Problem::SeveralCards),
            (None, _) if with_card(|state| state == CardState::Busy) => Err(Problem::CardBusy),
            (None, _) if with_card(|state| state != CardState::None) => Err(Problem::CardUnsupported),
            (None, _) => Err(Problem::NoCard),
        }
    }

    /// What lies in each of `readers`, all asked at the same time.
    pub(super) async fn card_states(&self, readers: &[ReaderInfo]) -> Vec<CardState> {
        join_all(readers.iter().map(|reader| self.card_state(reader))).await
    }

    /// What lies in one reader; a card is asked once per insertion.
    async fn card_state(&self, reader: &ReaderInfo) -> CardState {
        let insertion = match reader.presence {
            Presence::Empty => return CardState::None,
            Presence::Mute(_) => return CardState::Mute,
            Presence::Card(insertion) => insertion,
        };
        if let Some(identity) = reader.handle.facts(insertion).and_then(|facts| facts.identity) {
            return identity.into();
        }
        let options = JobOptions { insertion: None, impatient: true };
        let identified: Result<Identity, Unidentified> =
            reader.handle.run(options, IDENTIFY_LIMIT, |card| Ok(card.open_applet()?)).await;
        match identified {
            Ok(identity) => identity.into(),
            Err(Unidentified::Job(JobError::NoCard)) => CardState::None,
            Err(Unidentified::Job(JobError::Busy)) => CardState::Busy,
            Err(Unidentified::Job(JobError::TimedOut { .. } | JobError::Failed)) => CardState::Mute,
            Err(Unidentified::Job(JobError::Transport(error))) => of_transport(error),
            Err(Unidentified::Job(JobError::AnotherInsertion)) => CardState::None,
            Err(Unidentified::Card(error)) => error.transport().map_or(CardState::Other, of_transport),
        }
    }
}

fn of_transport(error: TransportError) -> CardState {
    match error {
        TransportError::Busy => CardState::Busy,
        TransportError::Mute
        | TransportError::Communication
        | TransportError::Truncated(_)
        | TransportError::OutOfTime => CardState::Mute,
        TransportError::Removed
        | TransportError::Reset
        | TransportError::ReaderGone
        | TransportError::ServiceUnavailable => CardState::None,
    }
}

impl From<Identity> for CardState {
    fn from(identity: Identity) -> Self {
        match identity {
            Identity::IndividualNumberCard => Self::Jpki,
            Identity::OtherToken => Self::Unsupported,
            Identity::Foreign => Self::Other,
        }
    }
}
