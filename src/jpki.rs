//! The JPKI application on a card: identify it, count tries, read certificates, verify a PIN once, sign.
//!
//! Every fact stands in `card-protocol.md`; its section is named beside it. Nothing here knows readers, threads, HTTP
//! or the clock. VERIFY is never repeated, whatever the card answers.

pub mod change;
pub mod ids;
pub mod key;

use zeroize::Zeroizing;

use crate::apdu::{Command, StatusWord, command::MAX_SHORT_LE};
use crate::card::{CardError, Step, Transmit, files, send};
use crate::digest::Digest;
use crate::pin::Pin;
use crate::webeid::Challenge;
pub use key::{CardProfile, CertificateKind, INDIVIDUAL_NUMBER_CARD, KeyAlgorithm, KeyKind, KeyProfile};

/// What a card turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Identity {
    /// An Individual Number Card.
    IndividualNumberCard,
    /// A JPKI token that is none: a phone, the old card, or a generation not known yet.
    OtherToken,
    /// Any other card.
    Foreign,
}

/// Tries left for a PIN, as the card says without charging one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tries {
    /// So many; 0 means blocked.
    Left(u8),
    /// The card's answer does not tell (5.2).
    Unknown,
}

impl Tries {
    /// The number, where there is one.
    #[must_use]
    pub fn left(self) -> Option<u8> {
        match self {
            Self::Left(left) => Some(left),
            Self::Unknown => None,
        }
    }

    /// No try left.
    #[must_use]
    pub fn is_blocked(self) -> bool {
        self == Self::Left(0)
    }

    /// One wrong entry more could block the PIN, or nobody knows.
    #[must_use]
    pub fn is_precarious(self) -> bool {
        matches!(self, Self::Left(0 | 1) | Self::Unknown)
    }
}

/// Why VERIFY did not succeed (5.3).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// The wrong PIN; a try was spent.
    #[error("wrong PIN")]
    Wrong {
        /// What is left now.
        tries: Tries,
    },
    /// No try is left, or was left before.
    #[error("the PIN is blocked")]
    Blocked,
    /// The card ended it otherwise; whether a try was spent is not certain.
    #[error(transparent)]
    Card(CardError),
}

/// Makes the application of `profile` current.
///
/// # Errors
/// [`CardError`]; "there is no such application" is among them, see [`is_absent_applet`].
pub fn select(card: &mut dyn Transmit, profile: &CardProfile) -> Result<(), CardError> {
    files::select_applet(card, profile.aid)
}

/// Does this answer to SELECT mean that the card is no JPKI token and never will be (2, 12)?
#[must_use]
pub fn is_absent_applet(error: &CardError) -> bool {
    matches!(
        error,
        CardError::Refused {
            step: Step::SelectApplet,
            status: StatusWord::NOT_FOUND
                | StatusWord::FUNCTION_NOT_SUPPORTED
                | StatusWord::INSTRUCTION_NOT_SUPPORTED
                | StatusWord::CLASS_NOT_SUPPORTED
        }
    )
}

/// Does this answer to SELECT leave nothing that could be used now? Besides the lasting answers of
/// [`is_absent_applet`] these are words that other cards give too, but that may pass, as after a bad start.
#[must_use]
pub fn is_refused_applet(error: &CardError) -> bool {
    is_absent_applet(error)
        || matches!(
            error,
            CardError::Refused {
                step: Step::SelectApplet,
                status: StatusWord::GENERAL_FAULT | StatusWord::BAD_PARAMETERS
            }
        )
}

/// Selects the application and reads its label: SELECT AID, SELECT EF, READ 32. Leaves the application current.
///
/// # Errors
/// [`CardError`] other than "no such application".
pub fn identify(card: &mut dyn Transmit, profile: &CardProfile) -> Result<Identity, CardError> {
    match select(card, profile) {
        Ok(()) => {}
        Err(error) if is_absent_applet(&error) => return Ok(Identity::Foreign),
        Err(error) => return Err(error),
    }
    match files::select_file(card, profile.token_info) {
        Ok(()) => {}
        // Any other refusal says nothing about what the card is, and must not stick to it.
        Err(CardError::Refused { status: StatusWord::NOT_FOUND, .. }) => return Ok(Identity::OtherToken),
        Err(error) => return Err(error),
    }
    let label = match files::read_binary(card, 0, ids::TOKEN_LABEL_LENGTH) {
        Ok(label) => label,
        Err(CardError::Refused { status: StatusWord::SECURITY_NOT_SATISFIED, .. }) => return Ok(Identity::OtherToken),
        Err(error) => return Err(error),
    };
    if u32::try_from(label.len()).is_ok_and(|length| length < ids::TOKEN_LABEL_LENGTH) {
        // Says nothing about what the card is.
        return Err(CardError::Malformed { step: Step::Read, what: "a label that is cut off" });
    }
    let label = label.trim_ascii();
    Ok(if label == profile.token_label.as_bytes() { Identity::IndividualNumberCard } else { Identity::OtherToken })
}

/// Asks for the tries left, with the application current: SELECT PIN EF, then exactly four bytes (5.1, 5.2).
///
/// # Errors
/// [`CardError`] if the PIN's file is not there, nothing came back, or the card has lost what was selected (see
/// [`has_lost_selection`]); any other odd status word is [`Tries::Unknown`].
pub fn query_tries(card: &mut dyn Transmit, key: &KeyProfile) -> Result<Tries, CardError> {
    files::select_file(card, key.pin)?;
    let response = send(card, Step::QueryTries, &Command::query_tries())?;
    let status = response.status();
    Ok(match status.tries_left() {
        Some(left) => Tries::Left(left),
        None if status.is_blocked() => Tries::Left(0),
        None if is_lost(status) => return Err(CardError::Refused { step: Step::QueryTries, status }),
        None => Tries::Unknown,
    })
}

/// Has the card lost what was selected, so that a reading may be begun once more from SELECT (12; never a VERIFY)?
#[must_use]
pub fn has_lost_selection(error: &CardError) -> bool {
    matches!(error, CardError::Refused { step: Step::SelectFile | Step::Read | Step::QueryTries, status } if is_lost(*status))
}

fn is_lost(status: StatusWord) -> bool {
    matches!(status, StatusWord::NO_CURRENT_EF | StatusWord::GENERAL_FAULT)
}

/// Presents `pin` to the PIN EF that [`query_tries`] has just made current; consumes it. One command, never repeated.
///
/// # Errors
/// [`VerifyError`].
pub fn verify(card: &mut dyn Transmit, pin: Pin) -> Result<(), VerifyError> {
    let response = send(card, Step::VerifyPin, &pin.into_command()).map_err(VerifyError::Card)?;
    let status = response.status();
    match status.tries_left() {
        _ if status.is_success() => Ok(()),
        Some(0) => Err(VerifyError::Blocked),
        Some(left) => Err(VerifyError::Wrong { tries: Tries::Left(left) }),
        None if status.is_blocked() => Err(VerifyError::Blocked),
        None if status == StatusWord::FAILED_WITHOUT_COUNTER => Err(VerifyError::Wrong { tries: Tries::Unknown }),
        None => Err(VerifyError::Card(CardError::Refused { step: Step::VerifyPin, status })),
    }
}

/// Reads one certificate, with the application current: SELECT EF, then READ in pieces (4). `None` if the card has no
/// such certificate: the file is missing, or holds only filler (3).
///
/// # Errors
/// [`CardError`], with 6982 where the PIN is needed.
pub fn read_certificate(
    card: &mut dyn Transmit,
    profile: &CardProfile,
    kind: CertificateKind,
) -> Result<Option<Zeroizing<Vec<u8>>>, CardError> {
    match files::select_file(card, profile.certificate_file(kind)) {
        Ok(()) => files::read_object(card),
        Err(CardError::Refused { status: StatusWord::NOT_FOUND, .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The same in fewer commands, where card and reader take a READ in the extended form (4).
///
/// # Errors
/// As [`read_certificate`]; that the long form was not taken is no error, see [`files::AtOnce::Refused`].
pub fn read_certificate_at_once(
    card: &mut dyn Transmit,
    profile: &CardProfile,
    kind: CertificateKind,
) -> Result<files::AtOnce, CardError> {
    match files::select_file(card, profile.certificate_file(kind)) {
        Ok(()) => files::read_object_at_once(card),
        Err(CardError::Refused { status: StatusWord::NOT_FOUND, .. }) => Ok(files::AtOnce::Read(None)),
        Err(error) => Err(error),
    }
}

/// Makes the signature key current; then [`sign_digest`] may be called once or many times.
///
/// # Errors
/// [`CardError`].
pub fn select_signature_key(card: &mut dyn Transmit, profile: &CardProfile) -> Result<(), CardError> {
    files::select_file(card, profile.signature.key)
}

/// Signs one digest with the signature key, which [`select_signature_key`] has made current (7.1).
///
/// # Errors
/// [`CardError`]; a signature of another length than the key's is [`CardError::Malformed`].
pub fn sign_digest(card: &mut dyn Transmit, profile: &CardProfile, digest: &Digest) -> Result<Vec<u8>, CardError> {
    sign(card, &profile.signature, digest)
}

/// Signs a log-in with the authentication key: SELECT key EF, then one signature. The key takes nothing but a
/// [`Challenge`], which is bound to an origin.
///
/// # Errors
/// As [`sign_digest`].
pub fn sign_challenge(
    card: &mut dyn Transmit,
    profile: &CardProfile,
    challenge: &Challenge,
) -> Result<Vec<u8>, CardError> {
    files::select_file(card, profile.authentication.key)?;
    sign(card, &profile.authentication, &challenge.digest())
}

/// COMPUTE DIGITAL SIGNATURE with the current key, `80 2A 00 80 Lc DigestInfo 00` (7.1); 61xx is followed by GET
/// RESPONSE. The command is sent again in one case only: 6986 says that no key was current, so nothing was signed; then
/// the key is made current once more (12). The card still decides whether its PIN is verified.
fn sign(card: &mut dyn Transmit, key: &KeyProfile, digest: &Digest) -> Result<Vec<u8>, CardError> {
    let KeyAlgorithm::RsaPkcs1 { modulus_bytes } = key.algorithm;
    let command = Command::new([0x80, 0x2A, 0x00, 0x80], &digest.digest_info(), Some(MAX_SHORT_LE));
    let mut response = send(card, Step::Sign, &command)?;
    if response.status() == StatusWord::NO_CURRENT_EF {
        files::select_file(card, key.key)?;
        response = send(card, Step::Sign, &command)?;
    }
    let response = files::follow_more_data(card, Step::Sign, response)?;
    match response.status() {
        StatusWord::OK if response.data().len() == modulus_bytes => Ok(response.data().to_vec()),
        StatusWord::OK => Err(CardError::Malformed { step: Step::Sign, what: "a signature of the wrong length" }),
        status => Err(CardError::Refused { step: Step::Sign, status }),
    }
}

/// Makes the card forget a verified PIN by selecting another application (5.5, step 1). Cutting the power is the
/// caller's part.
///
/// # Errors
/// [`CardError`] if neither application could be selected.
pub fn deselect(card: &mut dyn Transmit) -> Result<(), CardError> {
    match files::select_applet(card, &ids::ISSUER_DOMAIN_AID) {
        Err(CardError::Refused { .. }) => files::select_applet(card, &ids::DESELECT_AID),
        result => result,
    }
}

/// The proof by reading that no signature PIN is verified any more (5.5, step 2): SELECT AID, SELECT EF, READ 1 must be
/// refused. `Ok(false)` if the card gave the byte.
///
/// # Errors
/// [`CardError`] if the card could not be asked.
pub fn signature_certificate_is_closed(card: &mut dyn Transmit, profile: &CardProfile) -> Result<bool, CardError> {
    select(card, profile)?;
    match files::select_file(card, profile.signature.certificate) {
        Ok(()) => {}
        Err(CardError::Refused { status: StatusWord::NOT_FOUND, .. }) => return Ok(true),
        Err(error) => return Err(error),
    }
    match files::read_binary(card, 0, 1) {
        Ok(_) => Ok(false),
        Err(CardError::Refused { .. }) => Ok(true),
        Err(error) => Err(error),
    }
}
