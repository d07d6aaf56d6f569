//! What a card's holder should be told, for whoever asks; and noticing cards as requests see them.

use jiff::civil::Date;

use super::Agent;
use super::look::known;
use crate::certificate::{Environment, Fingerprint, Period, Renewal, RenewalRule, Validity};
use crate::jpki::{CertificateKind, KeyKind};
use crate::problem::Problem;
use crate::reader::{CardFacts, ReaderId};
use crate::reminders::{CardDates, KeptStanding, Reminder, SeenCard};

/// The reminders that hold for the card in a reader.
#[derive(Clone, Debug)]
pub struct RemindersReport {
    /// The reader with the card.
    pub reader: ReaderId,
    /// Its signature certificate, if it was read at some time.
    pub signature: Option<SignatureStanding>,
    /// What the holder should know, without what they have seen to.
    pub reminders: Vec<Reminder>,
    /// The yearly reminder of the password waits for dates that only its password shows.
    pub password_waits: bool,
}

/// How a signature certificate that was read before stands today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignatureStanding {
    /// Its SHA-256.
    pub fingerprint: Fingerprint,
    /// Its dates.
    pub validity: Validity,
    /// Before, in or after its period.
    pub period: Period,
    /// Days to its last day in Japan; negative once it has ended.
    pub days_left: i32,
    /// When it may be renewed.
    pub renewal: Renewal,
}

impl Agent {
    /// The reminders for the card in the chosen reader. Its authentication certificate is read if nobody has done so
    /// during this stay; nothing else is asked of the card.
    ///
    /// # Errors
    /// A [`Problem`] of reader or card.
    pub async fn reminders(&self, reader: Option<&str>) -> Result<RemindersReport, Problem> {
        let authentication = CertificateKind::Holder(KeyKind::Authentication);
        let (reader, facts) = self.free_certificates(reader, vec![authentication]).await?;
        let certificate = known(&facts, authentication);
        let key = certificate.as_ref().map(|certificate| certificate.fingerprint());
        let signature = key.as_ref().and_then(|card| self.reminders.signature_of(card));
        let dates = CardDates {
            authentication: certificate.map(|certificate| certificate.validity()),
            signature: signature.map(|signature| signature.validity),
            password_changed: key.as_ref().and_then(|card| self.reminders.password_changed_on(card)),
        };
        let now = self.now();
        let signature = signature.map(|signature| SignatureStanding {
            fingerprint: signature.fingerprint,
            validity: signature.validity,
            period: signature.validity.period(now),
            days_left: signature.validity.days_left(now),
            renewal: signature.validity.renewal(now, RenewalRule::FIVE_YEAR),
        });
        let password_waits = signature.is_none() && self.password_reminder_waits();
        let reminders = self.reminders.standing(now, key.as_ref(), &dates);
        Ok(RemindersReport { reader, signature, reminders, password_waits })
    }

    /// What holds for all cards that were seen, in a reader or not, and for the stay. No card is asked anything.
    #[must_use]
    pub fn kept_reminders(&self) -> Vec<KeptStanding> {
        self.reminders.standing_of_kept(self.now())
    }

    /// The yearly reminder of the password waits for dates that only its password shows.
    #[must_use]
    pub fn password_reminder_waits(&self) -> bool {
        self.reminders.password_waits()
    }

    /// The holder has seen to what stands with this date; how many reminders that were.
    pub fn reminders_seen_to(&self, date: Date) -> usize {
        self.reminders.seen_to(date, self.now())
    }

    /// A request has looked at this card: it may be time to remind its holder.
    pub(super) fn seen(&self, facts: &CardFacts, environment: Environment) {
        if let Some(card) = seen_card(facts, environment) {
            self.reminders.see(&card);
        }
    }
}

/// The card by its authentication certificate; `None` where that is not known, or there is none.
pub(super) fn seen_card(facts: &CardFacts, environment: Environment) -> Option<SeenCard> {
    let certificate = known(facts, CertificateKind::Holder(KeyKind::Authentication))?;
    let simulated = environment == Environment::Simulator;
    Some(SeenCard { key: certificate.fingerprint(), authentication: certificate.validity(), simulated })
}
