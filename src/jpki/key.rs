//! The two kinds of key, and everything about a card that is data: which files belong together, what the PINs look
//! like, which algorithm the keys have.
//!
//! A card of another generation is another [`CardProfile`], not another applet.

use super::ids;
use crate::pin::PinRule;

/// Which of the two keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum KeyKind {
    /// User authentication (利用者証明用): log-in.
    Authentication,
    /// Signature (署名用): legally a signature; its certificate names the holder.
    Signature,
}

impl KeyKind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Authentication, Self::Signature];

    /// The name in the API.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Authentication => "authentication",
            Self::Signature => "signature",
        }
    }

    /// The kind of that name.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// Which of the four certificates on the card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CertificateKind {
    /// The holder's certificate of one of the keys.
    Holder(KeyKind),
    /// The card's own copy of the certificate of the authority that issued it.
    Authority(KeyKind),
}

impl CertificateKind {
    /// All four, in the order of the API.
    pub const ALL: [Self; 4] = [
        Self::Holder(KeyKind::Authentication),
        Self::Authority(KeyKind::Authentication),
        Self::Holder(KeyKind::Signature),
        Self::Authority(KeyKind::Signature),
    ];

    /// The name in the API.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Holder(KeyKind::Authentication) => "authentication",
            Self::Authority(KeyKind::Authentication) => "authentication-ca",
            Self::Holder(KeyKind::Signature) => "signature",
            Self::Authority(KeyKind::Signature) => "signature-ca",
        }
    }

    /// The kind of that name.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The key it is about.
    #[must_use]
    pub fn key_kind(self) -> KeyKind {
        match self {
            Self::Holder(kind) | Self::Authority(kind) => kind,
        }
    }
}

/// What the card does with the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyAlgorithm {
    /// RSA with PKCS #1 v1.5 padding made by the card around the DigestInfo it is given; the signature is as long as
    /// the modulus.
    RsaPkcs1 {
        /// Length of modulus and signature in bytes.
        modulus_bytes: usize,
    },
}

/// What belongs to one key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyProfile {
    /// EF of the holder's certificate.
    pub certificate: u16,
    /// EF of the authority's certificate.
    pub authority: u16,
    /// EF against which the PIN is verified.
    pub pin: u16,
    /// EF of the private key.
    pub key: u16,
    /// Form of the PIN.
    pub pin_rule: PinRule,
    /// Tries of a fresh PIN.
    pub tries_max: u8,
    /// What the key does.
    pub algorithm: KeyAlgorithm,
}

/// One generation of card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CardProfile {
    /// Application id.
    pub aid: &'static [u8],
    /// EF of the token information.
    pub token_info: u16,
    /// Label in the token information, without its padding.
    pub token_label: &'static str,
    /// The authentication key.
    pub authentication: KeyProfile,
    /// The signature key.
    pub signature: KeyProfile,
}

impl CardProfile {
    /// The profile of one of the keys.
    #[must_use]
    pub fn key(&self, kind: KeyKind) -> &KeyProfile {
        match kind {
            KeyKind::Authentication => &self.authentication,
            KeyKind::Signature => &self.signature,
        }
    }

    /// The EF of one of the certificates.
    #[must_use]
    pub fn certificate_file(&self, kind: CertificateKind) -> u16 {
        match kind {
            CertificateKind::Holder(kind) => self.key(kind).certificate,
            CertificateKind::Authority(kind) => self.key(kind).authority,
        }
    }
}

/// The Individual Number Card as issued since 2016.
pub static INDIVIDUAL_NUMBER_CARD: CardProfile = CardProfile {
    aid: &ids::JPKI_AID,
    token_info: ids::TOKEN_INFO,
    token_label: ids::INDIVIDUAL_NUMBER_CARD_LABEL,
    authentication: KeyProfile {
        certificate: ids::AUTHENTICATION_CERTIFICATE,
        authority: ids::AUTHENTICATION_CA_CERTIFICATE,
        pin: ids::AUTHENTICATION_PIN,
        key: ids::AUTHENTICATION_KEY,
        pin_rule: PinRule::Digits { length: 4 },
        tries_max: 3,
        algorithm: KeyAlgorithm::RsaPkcs1 { modulus_bytes: 256 },
    },
    signature: KeyProfile {
        certificate: ids::SIGNATURE_CERTIFICATE,
        authority: ids::SIGNATURE_CA_CERTIFICATE,
        pin: ids::SIGNATURE_PIN,
        key: ids::SIGNATURE_KEY,
        pin_rule: PinRule::LettersAndDigits { min: 6, max: 16 },
        tries_max: 5,
        algorithm: KeyAlgorithm::RsaPkcs1 { modulus_bytes: 256 },
    },
};
