//! One job with one card, from its first command to its close-down.
//!
//! A [`CardSession`] opens the card at the first command. Dropping it, by a panic too, closes the card; if a PIN was
//! presented, the card is first made to forget it (`card-protocol.md` 5.5), whatever the job did or how it ended.

use std::sync::atomic::Ordering;
use std::time::Instant;

use super::actor::{JobError, Progress, ReaderThread, Shared};
use super::facts::CardFacts;
use super::{Access, CardLink, Disposition, Insertion};
use crate::apdu::{Command, Response};
use crate::card::{Transmit, TransportError};
use crate::jpki::{self, CardProfile, Identity};
use crate::sync::lock;

/// A card for the time of one job. Dropping it, by a panic too, closes the card.
pub struct CardSession<'thread> {
    pub(super) thread: &'thread mut ReaderThread,
    pub(super) progress: &'thread Progress,
    pub(super) insertion: Insertion,
    pub(super) impatient: bool,
    pub(super) deadline: Instant,
    pub(super) facts: CardFacts,
    pub(super) link: Option<Box<dyn CardLink>>,
    /// The EF selected last.
    pub(super) current_file: Option<u16>,
    /// The EF of the PIN that was presented, if one was.
    pub(super) presented: Option<u16>,
    /// A command got no whole answer.
    pub(super) broken: bool,
}

impl CardSession<'_> {
    /// Which stay of which card this is.
    #[must_use]
    pub fn insertion(&self) -> Insertion {
        self.insertion
    }

    /// What belongs to which key on this card.
    #[must_use]
    pub fn profile(&self) -> &'static CardProfile {
        self.thread.profile
    }

    /// What is known about the card.
    #[must_use]
    pub fn facts(&self) -> &CardFacts {
        &self.facts
    }

    /// Notes what was learned about the card.
    pub fn learn(&mut self, note: impl FnOnce(&mut CardFacts)) {
        note(&mut self.facts);
        *lock(&self.thread.shared.facts) = Some((self.insertion, self.facts.clone()));
    }

    /// Makes the JPKI application current and returns what the card is; the label is read once per insertion.
    ///
    /// # Errors
    /// [`crate::card::CardError`].
    pub fn open_applet(&mut self) -> Result<Identity, crate::card::CardError> {
        let profile = self.profile();
        match self.facts.identity {
            Some(Identity::IndividualNumberCard) => {
                jpki::select(self, profile)?;
                Ok(Identity::IndividualNumberCard)
            }
            Some(other) => Ok(other),
            None => {
                let identity = jpki::identify(self, profile)?;
                self.learn(|facts| facts.identity = Some(identity));
                Ok(identity)
            }
        }
    }

    /// Opens the card, if it is still the one this job began with: that may have taken a while, for as long as another
    /// program held it.
    fn connect(&mut self) -> Result<(Box<dyn CardLink>, Access), TransportError> {
        let (link, access) = self.thread.connect(self.impatient, self.deadline)?;
        let error = match self.thread.insertion() {
            Ok(insertion) if insertion == self.insertion => return Ok((link, access)),
            Err(JobError::Transport(error)) => error,
            Ok(_) | Err(_) => TransportError::Removed,
        };
        let _ = link.disconnect(Disposition::Leave);
        self.broken = true;
        Err(error)
    }

    /// The recipe of `card-protocol.md` 5.5, steps 1 and 2; step 3 is the power cut that follows.
    fn close_down(&mut self, link: &mut dyn CardLink) {
        let profile = self.thread.profile;
        let mut card = Watched { link, shared: &self.thread.shared };
        if let Err(error) = jpki::deselect(&mut card) {
            tracing::warn!(%error, "the card's application could not be deselected");
            return;
        }
        // The authentication PIN opens no file, so for it there is nothing to prove.
        if self.presented != Some(profile.signature.pin) || self.facts.close_down_proved {
            return;
        }
        match jpki::signature_certificate_is_closed(&mut card, profile) {
            Ok(true) => self.learn(|facts| facts.close_down_proved = true),
            Ok(false) => tracing::error!("the card still shows its signature certificate after being deselected"),
            Err(error) => tracing::warn!(%error, "the card could not prove that it forgot the PIN"),
        }
    }
}

impl Drop for CardSession<'_> {
    fn drop(&mut self) {
        if let Some(mut link) = self.link.take() {
            if self.presented.is_some() {
                self.close_down(link.as_mut());
                if let Err(error) = link.disconnect(Disposition::Unpower) {
                    tracing::debug!(%error, "the card went away before it was closed");
                }
            } else if self.broken || self.thread.policy.idle_release.is_zero() {
                let _ = link.disconnect(Disposition::Leave);
            } else {
                self.thread.kept = Some((self.insertion, link));
            }
        }
        if self.broken {
            *lock(&self.thread.shared.in_flight) = None; // a panic may have left it
            // Whoever broke in may have left another card or another state behind.
            *lock(&self.thread.shared.facts) = None;
        }
    }
}

impl Transmit for CardSession<'_> {
    fn transmit(&mut self, command: &Command) -> Result<Response, TransportError> {
        if Instant::now() >= self.deadline || self.progress.is_given_up() || self.thread.shared.is_halted() {
            return Err(TransportError::OutOfTime);
        }
        let mut is_first_when_shared = false;
        if self.link.is_none() {
            let (link, access) = self.connect()?;
            self.link = Some(link);
            is_first_when_shared = access == Access::SharedTransaction;
        }
        let Some(link) = &mut self.link else { return Err(TransportError::Removed) };
        if let ([0x00, 0xA4, 0x02, 0x0C], [high, low]) = (command.header(), command.body()) {
            self.current_file = Some(u16::from_be_bytes([*high, *low]));
        }
        if command.presents_pin() {
            // Noted before the command goes out: whatever becomes of it, the card will be closed down.
            self.presented = self.current_file.or(Some(0));
        }
        let [_, instruction, ..] = command.header();
        if command.presents_pin() || instruction == 0x2A {
            self.progress.delicate.store(true, Ordering::Release);
        }
        // Broken until proved otherwise: a panic must find the link here, to be closed down and not to be kept.
        let was_broken = std::mem::replace(&mut self.broken, true);
        let mut answer = Watched { link: link.as_mut(), shared: &self.thread.shared }.transmit(command);
        if is_first_when_shared && answer == Err(TransportError::Reset) {
            // By the other program, before our transaction began. The command was not sent, and nothing of ours is lost.
            answer = Err(TransportError::Busy);
        }
        self.broken = was_broken || answer.is_err();
        answer
    }
}

/// A link whose commands the other side can see coming and going.
struct Watched<'a> {
    link: &'a mut dyn CardLink,
    shared: &'a Shared,
}

impl Transmit for Watched<'_> {
    fn transmit(&mut self, command: &Command) -> Result<Response, TransportError> {
        *lock(&self.shared.in_flight) = Some(Instant::now());
        let answer = self.link.transmit(command);
        *lock(&self.shared.in_flight) = None;
        // Neither shows secrets or personal data: bodies that present a PIN and all answers print their length only.
        tracing::trace!(?command, ?answer, "transmitted");
        answer
    }
}
