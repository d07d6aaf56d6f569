//! The authorities that are trusted, and for what (`certificates-and-formats.md` 1).
//!
//! The known ones are pinned by fingerprint and key id; their bytes are not carried along. The card's own copy lends the
//! key once its fingerprint fits, and is worth nothing before; then it is kept, so that other cards need not show theirs.
//! Authorities of the two kinds of key never share a list.

mod known;
mod shown;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use der::Document;

use super::{Certificate, CertificateError, Environment, Fingerprint};
use crate::jpki::KeyKind;
use known::{KNOWN, SIMULATOR};
use shown::Shown;

/// Largest file read as a certificate, in bytes; real ones have about 1,300.
const LARGEST_FILE: u64 = 64 * 1024;

/// The authorities to trust.
#[derive(Clone, Debug)]
pub struct TrustStore {
    authentication: Vec<Root>,
    signature: Vec<Root>,
}

/// One authority.
#[derive(Clone, Debug)]
pub(super) struct Root {
    pub(super) name: String,
    pub(super) environment: Environment,
    pub(super) pin: Pin,
    /// Key id it is named by in certificates it issued.
    pub(super) key_id: [u8; 20],
    /// Its certificate, where an administrator gave it.
    pub(super) certificate: Option<Certificate>,
    /// Those that cards have shown.
    pub(super) shown: Shown,
}

/// How a copy of the authority's certificate is recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pin {
    /// By its fingerprint.
    Certificate(Fingerprint),
    /// By its public key: the software card issues its own at each start.
    PublicKey(Fingerprint),
}

/// Why a certificate cannot serve as a root.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RootError {
    /// It is no certificate at all.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// It is no self-signed certificate of an authority, in the form of section 1.1.
    #[error("not a self-signed certificate of an authority")]
    NotAnAuthority,
    /// Its subject names neither of the two purposes, so it must not be trusted for either.
    #[error("neither for user authentication nor for digital signature")]
    UnknownPurpose,
    /// Another root has this name, or there is none.
    #[error("name of another root")]
    NameTaken,
}

/// A file in the roots folder that was passed over.
#[derive(Debug, thiserror::Error)]
#[error("{}: {reason}", .path.display())]
pub struct RootFileError {
    /// Which file, or the folder itself.
    pub path: PathBuf,
    /// Why.
    #[source]
    pub reason: RootFileReason,
}

/// Why a file in the roots folder was passed over.
#[derive(Debug, thiserror::Error)]
pub enum RootFileReason {
    /// It could not be read.
    #[error("cannot be read: {0}")]
    Io(#[from] std::io::Error),
    /// It is a pipe, a device or the like.
    #[error("not a plain file")]
    NotAFile,
    /// It is too large for a certificate.
    #[error("too large for a certificate")]
    TooLarge,
    /// It is text, but not one certificate in PEM.
    #[error("not one certificate in PEM")]
    Pem,
    /// Its content cannot serve as a root.
    #[error(transparent)]
    Root(#[from] RootError),
}

impl TrustStore {
    /// Nobody. Further roots can be added, as for checking against one given file.
    #[must_use]
    pub fn empty() -> Self {
        Self { authentication: Vec::new(), signature: Vec::new() }
    }

    /// The authorities of real cards and of the test cards of J-LIS.
    #[must_use]
    pub fn pinned() -> Self {
        let mut store = Self::empty();
        for known in &KNOWN {
            store.roots_mut(known.kind).push(Root {
                name: known.name.to_owned(),
                environment: known.environment,
                pin: Pin::Certificate(Fingerprint::new(known.fingerprint)),
                key_id: known.key_id,
                certificate: None,
                shown: Shown::default(),
            });
        }
        store
    }

    /// And the software card's authorities. Their private keys are public: never for anything but a try-out.
    #[must_use]
    pub fn with_simulator(mut self) -> Self {
        for known in &SIMULATOR {
            self.roots_mut(known.kind).push(Root {
                name: SIMULATOR_NAME.to_owned(),
                environment: Environment::Simulator,
                pin: Pin::PublicKey(Fingerprint::new(known.public_key)),
                key_id: known.key_id,
                certificate: None,
                shown: Shown::default(),
            });
        }
        self
    }

    /// Adds an authority whose certificate is at hand. One that is known keeps the name and environment it is known by,
    /// and so lends its key where no card does.
    ///
    /// The purpose comes from an OU of its subject, as section 1.1 has it. The environment comes from its O, whoever adds
    /// it vouching for that: `JPKI` is production, `JPKI-TEST` a test card, all else [`Environment::Unknown`].
    ///
    /// # Errors
    /// [`RootError`].
    pub fn add(&mut self, name: &str, certificate: Certificate) -> Result<(), RootError> {
        if !certificate.is_self_signed_authority() {
            return Err(RootError::NotAnAuthority);
        }
        let kind = purpose(&certificate).ok_or(RootError::UnknownPurpose)?;
        let key_id = certificate.public_key().key_id().0;
        if let Some(known) = self.roots_mut(kind).iter_mut().find(|root| root.is(&certificate)) {
            known.certificate = Some(certificate);
            return Ok(());
        }
        let (name, environment) = match known_as(&certificate) {
            Some(known) => known,
            None if self.is_taken(name) => return Err(RootError::NameTaken),
            None => (name, environment(&certificate)),
        };
        let pin = Pin::Certificate(certificate.fingerprint());
        let (name, certificate) = (name.to_owned(), Some(certificate));
        let root = Root { name, environment, pin, key_id, certificate, shown: Shown::default() };
        self.roots_mut(kind).push(root);
        Ok(())
    }

    /// Adds every file in a folder, PEM or DER, by the name of the file without its ending. Sub-folders and hidden
    /// files are passed over. What could not be added comes back; the rest is added all the same.
    #[must_use = "an administrator has to hear of files that were passed over"]
    pub fn add_directory(&mut self, path: &Path) -> Vec<RootFileError> {
        let entries = fs::read_dir(path).and_then(|entries| entries.collect::<Result<Vec<_>, _>>());
        let mut files: Vec<PathBuf> = match entries {
            Ok(entries) => entries.into_iter().map(|entry| entry.path()).collect(),
            Err(error) => return vec![RootFileError { path: path.to_owned(), reason: error.into() }],
        };
        files.sort();
        files.retain(|file| {
            let hidden = file.file_name().is_none_or(|name| name.as_encoded_bytes().starts_with(b"."));
            !hidden && !file.is_dir()
        });
        let mut refused = Vec::new();
        for file in files {
            if let Err(reason) = self.add_file(&file) {
                refused.push(RootFileError { path: file, reason });
            }
        }
        refused
    }

    /// Adds one file, PEM or DER, by its name without the ending.
    ///
    /// # Errors
    /// [`RootFileReason`].
    pub fn add_file(&mut self, file: &Path) -> Result<(), RootFileReason> {
        let metadata = fs::metadata(file)?;
        if !metadata.is_file() {
            return Err(RootFileReason::NotAFile);
        }
        if metadata.len() > LARGEST_FILE {
            return Err(RootFileReason::TooLarge);
        }
        let der = der_of(fs::read(file)?)?;
        let certificate = Certificate::parse(&der).map_err(RootError::from)?;
        let name = file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        Ok(self.add(&name, certificate)?)
    }

    /// Keeps an authority's certificate that a card has shown, if it is that of a known authority for `kind`: from then on
    /// [`TrustStore::check`] needs no card to show it. Any other is passed over.
    pub fn keep_shown(&self, authority: &Arc<Certificate>, kind: KeyKind) {
        if let Some(root) = self.roots(kind).iter().find(|root| root.is(authority)) {
            root.shown.keep(authority);
        }
    }

    /// Is this no name for another root?
    fn is_taken(&self, name: &str) -> bool {
        let mut added = self.authentication.iter().chain(&self.signature).map(|root| root.name.as_str());
        let mut known = KNOWN.iter().map(|known| known.name);
        name.is_empty() || name == SIMULATOR_NAME || added.any(|it| it == name) || known.any(|it| it == name)
    }

    pub(super) fn roots(&self, kind: KeyKind) -> &[Root] {
        match kind {
            KeyKind::Authentication => &self.authentication,
            KeyKind::Signature => &self.signature,
        }
    }

    fn roots_mut(&mut self, kind: KeyKind) -> &mut Vec<Root> {
        match kind {
            KeyKind::Authentication => &mut self.authentication,
            KeyKind::Signature => &mut self.signature,
        }
    }
}

impl Root {
    /// Is `certificate` the certificate of this authority?
    pub(super) fn is(&self, certificate: &Certificate) -> bool {
        match self.pin {
            Pin::Certificate(fingerprint) => certificate.fingerprint() == fingerprint,
            Pin::PublicKey(fingerprint) => {
                certificate.public_key().fingerprint() == fingerprint && certificate.is_self_signed_authority()
            }
        }
    }
}

/// The certificate in a file: DER as it is, or PEM.
fn der_of(content: Vec<u8>) -> Result<Vec<u8>, RootFileReason> {
    // DER of a certificate begins with the tag of a SEQUENCE, which is the digit 0 in text.
    if content.first() == Some(&0x30) && !content.starts_with(b"0-") {
        return Ok(content);
    }
    let text = String::from_utf8(content).map_err(|_| RootFileReason::Pem)?;
    match Document::from_pem(&text) {
        Ok(("CERTIFICATE", document)) => Ok(document.into_vec()),
        _ => Err(RootFileReason::Pem),
    }
}

/// What an authority is for, by an OU of its subject; exactly one must name a purpose.
fn purpose(certificate: &Certificate) -> Option<KeyKind> {
    let units = || certificate.claims.units.iter();
    let authentication = units().any(|unit| unit == AUTHENTICATION_UNIT);
    let signature = units().any(|unit| unit == SIGNATURE_UNIT);
    match (authentication, signature) {
        (true, false) => Some(KeyKind::Authentication),
        (false, true) => Some(KeyKind::Signature),
        _ => None,
    }
}

/// Name and world of an authority that is known, whoever brings its certificate.
fn known_as(certificate: &Certificate) -> Option<(&'static str, Environment)> {
    let (fingerprint, key) = (certificate.fingerprint(), certificate.public_key().fingerprint());
    if SIMULATOR.iter().any(|known| known.public_key == *key.as_bytes()) {
        return Some((SIMULATOR_NAME, Environment::Simulator));
    }
    let known = KNOWN.iter().find(|known| known.fingerprint == *fingerprint.as_bytes())?;
    Some((known.name, known.environment))
}

/// The world of an authority that is not known, see [`TrustStore::add`].
fn environment(certificate: &Certificate) -> Environment {
    match certificate.claims.organizations.as_slice() {
        [one] if one == "JPKI" => Environment::Production,
        [one] if one == "JPKI-TEST" => Environment::JlisTest,
        _ => Environment::Unknown,
    }
}

/// Name of the software card's authorities, in both generations.
const SIMULATOR_NAME: &str = "simulator";
/// OU of the authority for the authentication certificate.
pub(crate) const AUTHENTICATION_UNIT: &str = "JPKI for user authentication";
/// OU of the authority for the signature certificate.
pub(crate) const SIGNATURE_UNIT: &str = "JPKI for digital signature";

#[cfg(test)]
mod tests;
