//! Certificates read with one READ in the extended form, where card and reader take it (`card.extended_reads`;
//! `card-protocol.md` 4 and 13).
//!
//! Not all do, and nobody can tell beforehand. So it is tried once per insertion, on a file that anybody may read and
//! with no PIN presented, where a broken link costs nothing: the card is opened anew and the file read in short pieces.
//! After the first refusal short pieces it is, for as long as the card stays. A PIN or a signature never goes out in
//! this form.

use zeroize::Zeroizing;

use super::session::CardSession;
use super::{Disposition, Insertion};
use crate::card::CardError;
use crate::card::files::AtOnce;
use crate::jpki::{self, CertificateKind, KeyKind};
use crate::sync::lock;

/// What is known about long READs in one insertion. Kept apart from [`super::CardFacts`], which a broken link empties.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum LongReads {
    /// Nothing yet.
    #[default]
    Untried,
    /// A whole certificate came that way.
    Taken,
    /// Refused, cut, or the link broke; not tried again.
    Refused,
}

impl CardSession<'_> {
    /// Reads one certificate, with the application current, in as few commands as this card and reader allow, and makes
    /// of its bytes what `understand` does. `None` if the card has none.
    ///
    /// # Errors
    /// Those of [`jpki::read_certificate`] and of `understand`.
    pub fn read_certificate<T>(
        &mut self,
        kind: CertificateKind,
        understand: impl Fn(&[u8]) -> Result<T, CardError>,
    ) -> Result<Option<T>, CardError> {
        let profile = self.profile();
        if self.may_read_long(kind) {
            match jpki::read_certificate_at_once(self, profile, kind)? {
                AtOnce::Read(None) => return Ok(None),
                AtOnce::Read(Some(der)) => match understand(&der) {
                    Ok(value) => {
                        self.note(LongReads::Taken);
                        return Ok(Some(value));
                    }
                    // As long as it should be and nonsense: perhaps that is the reader's doing, too.
                    Err(error) => self.give_up_long_reads(&error)?,
                },
                AtOnce::Refused(error) => self.give_up_long_reads(&error)?,
            }
        }
        let der: Option<Zeroizing<Vec<u8>>> = jpki::read_certificate(self, profile, kind)?;
        der.map(|der| understand(&der)).transpose()
    }

    fn may_read_long(&self, kind: CertificateKind) -> bool {
        let is_free = self.presented.is_none() && kind != CertificateKind::Holder(KeyKind::Signature);
        self.thread.policy.extended_reads
            && match self.long_reads() {
                LongReads::Untried => is_free,
                LongReads::Taken => true,
                LongReads::Refused => false,
            }
    }

    fn long_reads(&self) -> LongReads {
        let known: Option<(Insertion, LongReads)> = *lock(&self.thread.shared.long_reads);
        known.filter(|(known, _)| *known == self.insertion).map(|(_, long_reads)| long_reads).unwrap_or_default()
    }

    fn note(&self, long_reads: LongReads) {
        *lock(&self.thread.shared.long_reads) = Some((self.insertion, long_reads));
    }

    /// From now on in short pieces. Where the link broke, and nothing was verified that would be lost, the card is opened
    /// anew.
    fn give_up_long_reads(&mut self, error: &CardError) -> Result<(), CardError> {
        tracing::info!(%error, "no long reads with this card and reader: certificates are read in short pieces");
        self.note(LongReads::Refused);
        if error.transport().is_none() {
            return Ok(());
        }
        if self.presented.is_some() {
            return Err(error.clone());
        }
        if let Some(link) = self.link.take() {
            let _ = link.disconnect(Disposition::Reset);
        }
        // The next command opens the card, if it is still the same stay; then the link is as good as new.
        let profile = self.profile();
        jpki::select(self, profile)?;
        self.broken = false;
        Ok(())
    }
}
