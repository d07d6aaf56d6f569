//! What must come of an operation, and whether what a caller was told is that.

use jpki_agent::agent::CardState;
use jpki_agent::jpki::{CertificateKind, KeyKind};
use jpki_agent::problem::Problem;

use crate::operations::{Operation, Seen, Told};
use crate::run::Recording;

/// What must come of an operation.
#[derive(Clone, Debug, PartialEq)]
pub enum Expected {
    /// The same as without an upset.
    AsAlways,
    Problem(Problem),
    /// One of these; which, is a matter of who is first.
    Either(Problem, Problem),
    /// The tries left are told like this.
    Tries([Option<u8>; 2]),
    /// A PIN was changed, and the tries left are told like this.
    Changed(Option<u8>),
    /// The status says this of the card.
    Card(CardState),
    /// The same, but that this certificate seems not to be there; what it vouches for is not vouched for, unless an
    /// earlier card has shown it.
    Absent(CertificateKind),
    /// Bytes of this certificate were spoilt where a card can spoil them unseen: a fault of the card, or a certificate
    /// that is not vouched for; never an unsound signature.
    Spoilt(CertificateKind),
}

/// What must come of an operation, and whether the card must be taken out before the next one works.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    pub expected: Expected,
    pub holds_until_taken_out: bool,
}

/// Was `told` what was expected, where otherwise it is what was recorded?
pub fn agrees(expected: &Expected, recording: &Recording, told: &Result<Told, Problem>) -> bool {
    let always = &recording.always;
    if told.as_ref().is_ok_and(|told| told.unsound) {
        return false;
    }
    match (expected, told) {
        (Expected::AsAlways, told) => told == always,
        (Expected::Problem(problem), Err(told)) => told == problem,
        (Expected::Either(one, other), Err(told)) => told == one || told == other,
        (Expected::Tries(tries), Ok(told)) => told.tries.as_ref() == Some(tries),
        (Expected::Changed(tries), Ok(told)) => told.changed == Some(*tries),
        (Expected::Card(card), Ok(told)) => told.card == Some(*card),
        (Expected::Absent(kind), told) => *told == without(*kind, recording),
        (Expected::Spoilt(_), Err(Problem::CardFault { outcome_unknown: false, .. } | Problem::CardUnsupported)) => {
            true
        }
        // Where the certificate shows, it is not vouched for.
        (Expected::Spoilt(kind), told) => {
            let shows = without(*kind, recording) != *always;
            shows == (told != always) && told.is_ok() == always.is_ok()
        }
        _ => false,
    }
}

/// What is told if the card has no certificate of `kind`, and all else is as recorded.
fn without(kind: CertificateKind, recording: &Recording) -> Result<Told, Problem> {
    let shown = match recording.operation {
        Operation::Certificates => CertificateKind::ALL.to_vec(),
        Operation::Certificate(kind) => vec![kind],
        Operation::Disclose => vec![CertificateKind::Holder(KeyKind::Signature)],
        _ => Vec::new(),
    };
    let mut told = recording.always.clone()?;
    for (seen, shown) in told.certificates.iter_mut().zip(shown) {
        *seen = match *seen {
            _ if shown == kind => Seen::Absent(kind),
            Seen::Vouched if recording.first_card && CertificateKind::Authority(shown.key_kind()) == kind => {
                Seen::NotVouched
            }
            seen => seen,
        };
    }
    Ok(told)
}
