//! The authorities that are trusted, and for what (`certificates-and-formats.md` 1).
//!
//! The known ones are pinned by fingerprint and key id; their bytes are not carried along. The card's own copy lends the
//! key once its fingerprint fits, and is worth nothing before. Authorities of the two kinds of key never share a list.

use std::fs;
use std::path::{Path, PathBuf};

use der::Document;

use super::{Certificate, CertificateError, Environment, Fingerprint};
use crate::jpki::KeyKind;

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
    /// Another root has this name.
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
            });
        }
        store
    }

    /// And the software card's authorities. Their private keys are public: never for anything but a try-out.
    #[must_use]
    pub fn with_simulator(mut self) -> Self {
        for known in &SIMULATOR {
            self.roots_mut(known.kind).push(Root {
                name: "simulator".to_owned(),
                environment: Environment::Simulator,
                pin: Pin::PublicKey(Fingerprint::new(known.public_key)),
                key_id: known.key_id,
                certificate: None,
            });
        }
        self
    }

    /// Adds an authority whose certificate is at hand. The purpose comes from an OU of its subject, the environment from
    /// its O: `JPKI` is production, `JPKI-TEST` a test card, all else [`Environment::Unknown`]. A known root keeps its
    /// own name, and so lends its key where no card does.
    ///
    /// # Errors
    /// [`RootError`].
    pub fn add(&mut self, name: &str, certificate: Certificate) -> Result<(), RootError> {
        if !certificate.is_self_signed_authority() {
            return Err(RootError::NotAnAuthority);
        }
        let kind = purpose(&certificate).ok_or(RootError::UnknownPurpose)?;
        let key_id = certificate.public_key().key_id().0;
        let fingerprint = certificate.fingerprint();
        if let Some(known) = self.roots_mut(kind).iter_mut().find(|root| root.is(&certificate)) {
            known.certificate = Some(certificate);
            return Ok(());
        }
        let mut names = self.authentication.iter().chain(&self.signature).map(|root| root.name.as_str());
        if names.any(|taken| taken == name) || is_reserved(name) {
            return Err(RootError::NameTaken);
        }
        let environment = match certificate.claims.organizations.as_slice() {
            [one] if one == "JPKI" => Environment::Production,
            [one] if one == "JPKI-TEST" => Environment::JlisTest,
            _ => Environment::Unknown,
        };
        let pin = Pin::Certificate(fingerprint);
        let root = Root { name: name.to_owned(), environment, pin, key_id, certificate: Some(certificate) };
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
        // Only a plain file has a length to trust, and an end.
        if !metadata.is_file() || metadata.len() > LARGEST_FILE {
            return Err(RootFileReason::TooLarge);
        }
        let der = der_of(fs::read(file)?)?;
        let certificate = Certificate::parse(&der).map_err(RootError::from)?;
        let name = file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        Ok(self.add(&name, certificate)?)
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

fn is_reserved(name: &str) -> bool {
    name.is_empty() || name == "simulator" || KNOWN.iter().any(|known| known.name == name)
}

/// OU of the authority for the authentication certificate.
pub(crate) const AUTHENTICATION_UNIT: &str = "JPKI for user authentication";
/// OU of the authority for the signature certificate.
pub(crate) const SIGNATURE_UNIT: &str = "JPKI for digital signature";

struct Known {
    name: &'static str,
    kind: KeyKind,
    environment: Environment,
    key_id: [u8; 20],
    fingerprint: [u8; 32],
}

struct KnownKey {
    kind: KeyKind,
    key_id: [u8; 20],
    public_key: [u8; 32],
}

/// The bytes of a certificate's hexadecimal digits; another length or letter does not compile.
#[expect(clippy::indexing_slicing, clippy::panic, reason = "runs while compiling, where a panic is an error message")]
const fn hex<const N: usize>(text: &str) -> [u8; N] {
    let text = text.as_bytes();
    assert!(text.len() == 2 * N);
    let mut bytes = [0; N];
    let mut index = 0;
    while index < text.len() {
        let digit = match text[index] {
            digit @ b'0'..=b'9' => digit - b'0',
            letter @ b'A'..=b'F' => letter - b'A' + 10,
            _ => panic!("upper-case hexadecimal digits"),
        };
        bytes[index / 2] = bytes[index / 2] << 4 | digit;
        index += 1;
    }
    bytes
}

const fn authentication(name: &'static str, environment: Environment, key_id: &str, fingerprint: &str) -> Known {
    Known { name, kind: KeyKind::Authentication, environment, key_id: hex(key_id), fingerprint: hex(fingerprint) }
}

const fn signature(name: &'static str, environment: Environment, key_id: &str, fingerprint: &str) -> Known {
    Known { name, kind: KeyKind::Signature, environment, key_id: hex(key_id), fingerprint: hex(fingerprint) }
}

/// Sections 1.2 and 1.3: key id, then SHA-256 over the DER file. Before a release a person compares them with the
/// fingerprint sheets of J-LIS.
static KNOWN: [Known; 10] = [
    authentication(
        "auth-2015",
        Environment::Production,
        "9567951B5CA70D84A0FFF1D85A87F1AAB1340385",
        "4DCFC4CA0AAF9FB2A3081B3F0C991C320B3ACC008667A341EEAEC5AF1D58CA7D",
    ),
    authentication(
        "auth-2019",
        Environment::Production,
        "8CD5586A891485E559379B7E29D410CFD28B3593",
        "0D98DE47FC11B7F67126874B7028B6026A803D2638D6EDFE53176953961FADE6",
    ),
    authentication(
        "auth-2023",
        Environment::Production,
        "1AC100F596A3BC8C4B3DF195E32699249E9E308A",
        "64114F29620C24ED2631D46476A040E7EE740D956089C00B036A6A8118C322B5",
    ),
    signature(
        "sign-2015",
        Environment::Production,
        "0D034CBB34D0714F45E45A1CAFD8FD143FAB54A7",
        "19645405A1FE14377434BD55957628AC4038557C542403A2243F21C706FC9355",
    ),
    signature(
        "sign-2019",
        Environment::Production,
        "4DE017DE4B7F473DCD867A62D38B134ACE83558A",
        "79679C33E4CC9319440F1AD120A597FF1844E2EF217063ADB176966FD5E6FBEB",
    ),
    signature(
        "sign-2023",
        Environment::Production,
        "D21EA55895617E93ADBF966B941AB4EDF653F08F",
        "D227F6CDE11D35C5252178F106F843D24651944975413B539FA2FB68DBFA365F",
    ),
    authentication(
        "test-auth-2019",
        Environment::JlisTest,
        "2BF31B3518507339ED2850253BADA2AA79FFC5C8",
        "B6DE0FF5A384F5AF0242A6CA854DEE57EE2CAD97B341F18B914948FD8E638706",
    ),
    authentication(
        "test-auth-2023",
        Environment::JlisTest,
        "8B8B137D215EA601653CAFB266528C44BC0F1664",
        "5A0E7D690C718FADEBC7FB6EFF66A6DD623458DEBC1AA6FB1778BFE157CBEB25",
    ),
    signature(
        "test-sign-2019",
        Environment::JlisTest,
        "E7D873D8084586841E744CFE51C36D131852C9C5",
        "7BDBDF2652A15E6D458EFC143B7201242E1162416251D0903060FA7C642465CC",
    ),
    signature(
        "test-sign-2024",
        Environment::JlisTest,
        "410021476B2BCF2C8A2BBBF83B38A978863DA142",
        "8126DF7DD2DB230BD8EE48CAA40FC3417DDE3607050ED34973D8D3CF267FE723",
    ),
];

/// The keys of the software card's authorities, two generations for each kind: key id, then SHA-256 over
/// SubjectPublicKeyInfo.
static SIMULATOR: [KnownKey; 4] = [
    KnownKey {
        kind: KeyKind::Authentication,
        key_id: hex("CD20632EB98783BC3C6EF7D987D1A6A28C045DD7"),
        public_key: hex("4B840160FCACBA2B859B80FE3F8062C75B68C157CC0E17559ADBCE01B8211807"),
    },
    KnownKey {
        kind: KeyKind::Authentication,
        key_id: hex("D0ADB2BA603D81EC15FE5EC61FE4A1DE340E11F2"),
        public_key: hex("9B3046618A18B21B22C454221AFBBE1921C49C15321C5766FB9EE9BC7A65F241"),
    },
    KnownKey {
        kind: KeyKind::Signature,
        key_id: hex("92F68228FF49757894A123A09376AC44E8AD8E28"),
        public_key: hex("918AA6CC60BF0A45412ABCDB0D756690F64B5C636B9D4EB5E872C2CB3C707EB5"),
    },
    KnownKey {
        kind: KeyKind::Signature,
        key_id: hex("4822CDC741672B536CBF3D978A4F6D17E75B55CF"),
        public_key: hex("C2F4AB38106EF4ABE6168C7B7A4A25350B7A0E5B80DE04B2083A23F18E011691"),
    },
];

#[cfg(test)]
mod tests;
