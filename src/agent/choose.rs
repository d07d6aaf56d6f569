//! Which reader is meant, and what lies in each. Where the person is to choose, `several.rs` asks.

use std::time::Duration;

use futures_util::future::join_all;

use super::joined::part_of;
use super::look::once_more_if_lost;
use super::{Agent, CardState};
use crate::jpki::Identity;
use crate::problem::Problem;
use crate::reader::{CardSession, JobOptions, Presence, ReaderInfo};

/// In place of a reader's id: with several cards the person chooses one at the machine. No reader has this id.
pub const CHOOSE: &str = "choose";

/// How long a card may take to say what it is, before the status calls it mute.
const IDENTIFY_LIMIT: Duration = Duration::from_secs(5);

/// What to do about a card that another program has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Patience {
    /// Say so.
    None,
    /// Wait for it, and share it in the end if the settings allow that.
    AsSet,
}

impl Agent {
    /// The reader a request means: the one it names, or the only one that holds a My Number card.
    pub(super) async fn choose(&self, wanted: Option<&str>) -> Result<ReaderInfo, Problem> {
        let readers = self.readers.list().await.map_err(|_| Problem::PcscUnavailable)?;
        if let Some(wanted) = wanted {
            return readers.into_iter().find(|reader| reader.id.as_str() == wanted).ok_or(Problem::NoReader);
        }
        let mut candidates = self.candidates(readers).await?.into_iter();
        match (candidates.next(), candidates.next()) {
            (Some(reader), None) => Ok(reader),
            _ => Err(Problem::SeveralCards),
        }
    }

    /// The readers that hold a My Number card, one at least.
    pub(super) async fn candidates(&self, readers: Vec<ReaderInfo>) -> Result<Vec<ReaderInfo>, Problem> {
        if readers.is_empty() {
            return Err(Problem::NoReader);
        }
        let mut seen = self.look_into(&readers, Patience::None).await;
        if !seen.contains(&Ok(CardState::Jpki)) && seen.contains(&Ok(CardState::Busy)) {
            // Nothing better than a card that another program has: wait for it, or share it, as the settings say.
            seen = self.look_into(&readers, Patience::AsSet).await;
        }
        let sees = |wanted: fn(CardState) -> bool| seen.iter().flatten().any(|state| wanted(*state));
        let jpki = readers.iter().zip(&seen).filter(|(_, state)| **state == Ok(CardState::Jpki));
        let jpki: Vec<ReaderInfo> = jpki.map(|(reader, _)| reader.clone()).collect();
        if !jpki.is_empty() {
            return Ok(jpki);
        }
        Err(match seen.iter().find_map(|state| state.as_ref().err()) {
            Some(problem) => problem.clone(),
            None if sees(|state| state == CardState::Busy) => Problem::CardBusy,
            None if sees(|state| state != CardState::None) => Problem::CardUnsupported,
            None => Problem::NoCard,
        })
    }

    /// What lies in each of `readers`; a card that could not say is mute.
    pub(super) async fn card_states(&self, readers: &[ReaderInfo]) -> Vec<CardState> {
        let seen = self.look_into(readers, Patience::None).await;
        seen.into_iter().map(|state| state.unwrap_or(CardState::Mute)).collect()
    }

    /// What lies in each of `readers`, or why that cannot be told; all asked at the same time.
    async fn look_into(&self, readers: &[ReaderInfo], patience: Patience) -> Vec<Result<CardState, Problem>> {
        join_all(readers.iter().map(|reader| self.card_state(reader, patience))).await
    }

    /// What lies in one reader; a card is asked once per insertion.
    async fn card_state(&self, reader: &ReaderInfo, patience: Patience) -> Result<CardState, Problem> {
        let insertion = match reader.presence {
            Presence::Empty => return Ok(CardState::None),
            Presence::Mute(_) => return Ok(CardState::Mute),
            Presence::Card(insertion) => insertion,
        };
        if let Some(identity) = reader.handle.facts(insertion).and_then(|facts| facts.identity) {
            return Ok(identity.into());
        }
        let options = JobOptions { insertion: None, impatient: patience == Patience::None };
        let policy = self.readers.policy();
        let identify_limit = IDENTIFY_LIMIT.min(policy.operation_limit);
        let limit = match patience {
            Patience::None => identify_limit,
            Patience::AsSet => identify_limit + policy.patience,
        };
        let handle = reader.handle.clone();
        let identify = async move |turnstile| {
            let work = |card: &mut CardSession<'_>| {
                drop(turnstile);
                Ok::<_, Problem>(once_more_if_lost(card, |card| card.open_applet())?)
            };
            handle.run(options, limit, work).await
        };
        let identified = self.joined.identity.read(part_of(reader, patience), identify).await;
        match identified {
            Ok(identity) => Ok(identity.into()),
            Err(Problem::NoCard) => Ok(CardState::None),
            Err(Problem::CardBusy) => Ok(CardState::Busy),
            // So it answers now; what it is, it is asked again next time.
            Err(Problem::CardUnsupported) => Ok(CardState::Other),
            Err(problem) => Err(problem),
        }
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
