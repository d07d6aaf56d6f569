//! Issues the software card's certificates at start, in the real shape (`certificates-and-formats.md` 1.1, 2.1 to 2.4),
//! byte for byte the same for the same holder and moment.
//!
//! What stands in them is in `profile`, how they are put together in `draft`.

pub(crate) mod draft;
pub(crate) mod profile;

use jiff::{Span, Timestamp};
use rsa::RsaPrivateKey;
use rsa::pkcs8::{self, EncodePublicKey};
use sha2::{Digest as _, Sha256};

use super::CardContents;
use super::holder::{Holder, Schedule, at, end_of};
use super::keys::{self, Generation};
use crate::certificate::validity::{Validity, date_in_japan};
use crate::jpki::KeyKind;
use draft::{Draft, key_id};

/// Why no certificate could be issued.
#[derive(Debug, thiserror::Error)]
pub enum IssueError {
    /// The present is too near to the ends of time.
    #[error("no certificate can be dated around this moment")]
    Date,
    /// A test key is damaged.
    #[error("test key not usable: {0}")]
    Key(#[from] pkcs8::Error),
    /// A public key is damaged.
    #[error("public key not usable: {0}")]
    PublicKey(#[from] pkcs8::spki::Error),
    /// A part could not be encoded.
    #[error("certificate not encodable: {0}")]
    Encoding(#[from] der::Error),
    /// The authority's key would not sign.
    #[error("certificate not signable: {0}")]
    Signing(#[from] rsa::Error),
}

/// Issues everything on the card of `holder`, dated around `now`.
///
/// # Errors
/// [`IssueError`]; with the keys in this program only [`IssueError::Date`] can happen.
pub fn issue(holder: &Holder, now: Timestamp) -> Result<CardContents, IssueError> {
    let authentication = Authority::new(KeyKind::Authentication, holder.generation, now)?;
    let signature = Authority::new(KeyKind::Signature, holder.generation, now)?;
    let signature_certificate =
        if holder.has_signature_certificate { Some(signature.sign(&signature.draft_for(holder, now)?)?) } else { None };
    Ok(CardContents {
        authentication_certificate: authentication.sign(&authentication.draft_for(holder, now)?)?,
        authentication_ca: authentication.sign(&authentication.draft)?,
        signature_certificate,
        signature_ca: signature.sign(&signature.draft)?,
        authentication_key: keys::holder(KeyKind::Authentication)?,
        signature_key: keys::holder(KeyKind::Signature)?,
    })
}

/// An authority of the software card.
pub(crate) struct Authority {
    kind: KeyKind,
    key: RsaPrivateKey,
    /// Its own certificate.
    pub(crate) draft: Draft,
}

impl Authority {
    /// The authority of this generation, dated around `now`.
    pub(crate) fn new(kind: KeyKind, generation: Generation, now: Timestamp) -> Result<Self, IssueError> {
        let key = keys::authority(kind, generation)?;
        let public_key = key.to_public_key().to_public_key_der()?.into_vec();
        let name = profile::authority_name(kind)?;
        let draft = Draft {
            serial_number: profile::authority_serial(kind, generation),
            issuer: name.clone(),
            subject: name,
            validity: authority_validity(generation, now).ok_or(IssueError::Date)?,
            extensions: profile::authority_extensions(kind, key_id(&public_key)?)?,
            public_key,
            ..Draft::default()
        };
        Ok(Self { kind, key, draft })
    }

    /// The certificate this authority issues to `holder`, before it is signed.
    pub(crate) fn draft_for(&self, holder: &Holder, now: Timestamp) -> Result<Draft, IssueError> {
        let Schedule { not_before, not_after, birth } = holder.schedule(now).ok_or(IssueError::Date)?;
        let public_key = if holder.has_ec_key {
            keys::EC_P384_PUBLIC.to_vec()
        } else {
            keys::holder(self.kind)?.to_public_key().to_public_key_der()?.into_vec()
        };
        // Looks random, and is the same for the same holder and dates.
        let seed: [u8; 32] = Sha256::digest(format!("{} {} {not_before}", holder.id(), self.kind.name())).into();
        let issuer_key = profile::IssuerKey {
            key_id: key_id(&self.draft.public_key)?,
            name: &self.draft.subject,
            serial_number: &self.draft.serial_number,
        };
        let subject_key = key_id(&public_key)?;
        let (subject, extensions) = match self.kind {
            KeyKind::Authentication => {
                (profile::authentication_subject(&seed)?, profile::authentication_extensions(&issuer_key, subject_key)?)
            }
            KeyKind::Signature => (
                profile::signature_subject(&seed, not_before)?,
                profile::signature_extensions(holder, birth, &issuer_key, subject_key)?,
            ),
        };
        Ok(Draft {
            serial_number: profile::serial(&seed),
            issuer: self.draft.subject.clone(),
            subject,
            validity: Validity { not_before, not_after },
            public_key,
            extensions,
            ..Draft::default()
        })
    }

    /// Signs with the authority's key.
    pub(crate) fn sign(&self, draft: &Draft) -> Result<Vec<u8>, IssueError> {
        draft.sign(&self.key)
    }
}

/// Ten years that hold every certificate of that generation. `None` only near the ends of time.
fn authority_validity(generation: Generation, now: Timestamp) -> Option<Validity> {
    let today = date_in_japan(now);
    let first = match generation {
        Generation::Current => today.checked_sub(Span::new().days(1750)).ok()?,
        Generation::Older => today.checked_sub(Span::new().years(10).days(30)).ok()?,
    };
    let last = first.checked_add(Span::new().years(10)).ok()?;
    Some(Validity { not_before: at(first, 8, 41, 56)?, not_after: end_of(last)? })
}

#[cfg(test)]
mod tests;
