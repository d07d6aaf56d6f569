//! Every way a request can fail: the codes of the API, each once (`api-contract` section 4).
//!
//! A [`Problem`] says what a caller may know. Its HTTP form is made in [`crate::http::problem`], its words come from
//! [`mod@crate::message`]; what only the log may know is logged where it happens.

use crate::jpki::KeyKind;

/// Which PIN is in force after a change that did not come to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PinAfterwards {
    /// The one before: the card was not told to change it, or refused.
    Unchanged,
    /// The new one: the card has taken it and has proved that it is in force.
    Changed,
    /// The one before or the new one.
    Unknown,
}

impl std::fmt::Display for PinAfterwards {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Unchanged => "unchanged",
            Self::Changed => "changed",
            Self::Unknown => "unknown",
        })
    }
}

/// Why a request was not carried out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// Body or parameter not understood.
    #[error("invalid request: {detail}")]
    InvalidRequest {
        /// The member or parameter at fault, where it can be named.
        member: Option<String>,
        /// What is wrong with it.
        detail: String,
    },
    /// Neither an origin nor a program's proof.
    #[error("the caller did not identify itself")]
    CallerUnidentified,
    /// Another user of this computer.
    #[error("the caller is another user of this computer")]
    PeerNotAllowed,
    /// The origin is not in the allow-list.
    #[error("this origin is not allowed")]
    OriginNotAllowed,
    /// The caller is allowed, but not for this.
    #[error("the caller may not do this")]
    ScopeNotAllowed,
    /// `Sec-Fetch-Mode` is there and is not `cors`.
    #[error("the browser sent this request in a way the agent does not take")]
    FetchModeNotAllowed,
    /// This certificate is behind its PIN.
    #[error("this certificate is readable with its PIN only")]
    PinRequired,
    /// The person said no.
    #[error("the person at the computer declined")]
    UserDeclined,
    /// The person answered, as often as is asked, and nothing was settled: no entry of the right form, no new PIN, no card.
    /// For programs this is a no.
    #[error("the person at the computer settled nothing")]
    NothingSettled,
    /// The person said nothing in time.
    #[error("the person at the computer did not answer in time")]
    ConsentTimeout,
    /// The wrong PIN was typed; a try was spent.
    #[error("wrong PIN")]
    PinIncorrect {
        /// Whose PIN.
        key_kind: KeyKind,
        /// What is left, if the card said.
        tries_left: Option<u8>,
    },
    /// No such route.
    #[error("no such route")]
    NotFound,
    /// The route exists, the method does not.
    #[error("the route does not know this method")]
    MethodNotAllowed,
    /// No reader, or not the one asked for.
    #[error("no such reader")]
    NoReader,
    /// No card in the reader.
    #[error("no card in the reader")]
    NoCard,
    /// A card that is no My Number card, or one whose keys the agent does not know.
    #[error("not a My Number card this agent can use")]
    CardUnsupported,
    /// My Number cards in several readers and none chosen.
    #[error("several My Number cards, choose a reader")]
    SeveralCards,
    /// Another program holds the card, or earlier requests do.
    #[error("the card is in use")]
    CardBusy,
    /// The card was taken out, exchanged or reset meanwhile.
    #[error("the card was removed")]
    CardRemoved {
        /// During VERIFY or while signing: nobody knows whether the card acted.
        outcome_unknown: bool,
    },
    /// The card has no such certificate.
    #[error("the card has no such certificate")]
    CertificateAbsent {
        /// Whose: the holder's of this key; `None` for an authority's.
        key_kind: Option<KeyKind>,
    },
    /// The card's signature certificate is another than the one asked for.
    #[error("the card has another certificate than the one asked for")]
    CertificateMismatch,
    /// Another prompt is open.
    #[error("another prompt is open")]
    PromptBusy,
    /// One try, or an unknown number, left.
    #[error("the last try is protected")]
    LastTryProtected {
        /// Whose PIN.
        key_kind: KeyKind,
        /// What is left, if the card said.
        tries_left: Option<u8>,
    },
    /// A PIN change on a card other than the software card, without the holder's word that they know of the risk.
    #[error("changing a PIN has not been proved on real cards")]
    PinChangeUnproven {
        /// Whose PIN.
        key_kind: KeyKind,
    },
    /// A PIN change did not come to its end; as `cause` in every other respect.
    #[error("{cause}; the PIN is {pin}")]
    PinChange {
        /// Whose PIN.
        key_kind: KeyKind,
        /// What is in force now.
        pin: PinAfterwards,
        /// What happened.
        cause: Box<Self>,
    },
    /// Body or headers too large.
    #[error("the request is too large")]
    BodyTooLarge,
    /// The body is not `application/json`.
    #[error("unsupported media type")]
    UnsupportedMediaType,
    /// `Host` is not ours.
    #[error("the host name is not this agent's")]
    HostNotAllowed,
    /// No try left.
    #[error("the PIN is blocked")]
    PinBlocked {
        /// Whose PIN.
        key_kind: KeyKind,
    },
    /// Too many requests.
    #[error("too many requests")]
    RateLimited {
        /// Seconds to wait.
        retry_after: u64,
    },
    /// A bug; the log says more.
    #[error("internal error")]
    Internal {
        /// It happened once the PIN was presented or a signature asked for: nobody knows whether the card acted.
        outcome_unknown: bool,
    },
    /// The card answered something it must not.
    #[error("the card answered wrongly")]
    CardFault {
        /// During VERIFY or while signing: nobody knows whether the card acted.
        outcome_unknown: bool,
        /// What is left, where a PIN was presented and the card, asked anew, said.
        tries_left: Option<u8>,
    },
    /// The PC/SC service is not there.
    #[error("the smart card service is not available")]
    PcscUnavailable,
    /// No prompt can be shown.
    #[error("no PIN prompt can be shown")]
    PinentryUnavailable,
    /// The agent is about to end.
    #[error("the agent is shutting down")]
    ShuttingDown,
    /// The card did not answer in time.
    #[error("the card did not answer in time")]
    CardTimeout {
        /// During VERIFY or while signing: nobody knows whether the card acted.
        outcome_unknown: bool,
    },
}

impl Problem {
    /// One of each code, for tables, the OpenAPI document and tests. A match in [`Self::code`] keeps it complete.
    #[must_use]
    pub fn examples() -> Vec<Self> {
        let key_kind = KeyKind::Authentication;
        vec![
            Self::InvalidRequest { member: Some("digests".into()), detail: "must hold 1 to 100 digests".into() },
            Self::CallerUnidentified,
            Self::PeerNotAllowed,
            Self::OriginNotAllowed,
            Self::ScopeNotAllowed,
            Self::FetchModeNotAllowed,
            Self::PinRequired,
            Self::UserDeclined,
            Self::ConsentTimeout,
            Self::PinIncorrect { key_kind, tries_left: Some(2) },
            Self::NotFound,
            Self::MethodNotAllowed,
            Self::NoReader,
            Self::NoCard,
            Self::CardUnsupported,
            Self::SeveralCards,
            Self::CardBusy,
            Self::CardRemoved { outcome_unknown: true },
            Self::CertificateAbsent { key_kind: Some(key_kind) },
            Self::CertificateMismatch,
            Self::PromptBusy,
            Self::LastTryProtected { key_kind, tries_left: Some(1) },
            Self::PinChangeUnproven { key_kind },
            Self::BodyTooLarge,
            Self::UnsupportedMediaType,
            Self::HostNotAllowed,
            Self::PinBlocked { key_kind },
            Self::RateLimited { retry_after: 30 },
            Self::Internal { outcome_unknown: true },
            Self::CardFault { outcome_unknown: true, tries_left: Some(2) },
            Self::PcscUnavailable,
            Self::PinentryUnavailable,
            Self::ShuttingDown,
            Self::CardTimeout { outcome_unknown: false },
        ]
    }

    /// The stable name of this failure.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::InvalidRequest { .. } => "invalid_request",
            Self::CallerUnidentified => "caller_unidentified",
            Self::PeerNotAllowed => "peer_not_allowed",
            Self::OriginNotAllowed => "origin_not_allowed",
            Self::ScopeNotAllowed => "scope_not_allowed",
            Self::FetchModeNotAllowed => "fetch_mode_not_allowed",
            Self::PinRequired => "pin_required",
            Self::UserDeclined | Self::NothingSettled => "user_declined",
            Self::ConsentTimeout => "consent_timeout",
            Self::PinIncorrect { .. } => "pin_incorrect",
            Self::NotFound => "not_found",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::NoReader => "no_reader",
            Self::NoCard => "no_card",
            Self::CardUnsupported => "card_unsupported",
            Self::SeveralCards => "several_cards",
            Self::CardBusy => "card_busy",
            Self::CardRemoved { .. } => "card_removed",
            Self::CertificateAbsent { .. } => "certificate_absent",
            Self::CertificateMismatch => "certificate_mismatch",
            Self::PromptBusy => "prompt_busy",
            Self::LastTryProtected { .. } => "last_try_protected",
            Self::PinChangeUnproven { .. } => "pin_change_unproven",
            Self::PinChange { cause, .. } => cause.code(),
            Self::BodyTooLarge => "body_too_large",
            Self::UnsupportedMediaType => "unsupported_media_type",
            Self::HostNotAllowed => "host_not_allowed",
            Self::PinBlocked { .. } => "pin_blocked",
            Self::RateLimited { .. } => "rate_limited",
            Self::Internal { .. } => "internal",
            Self::CardFault { .. } => "card_fault",
            Self::PcscUnavailable => "pcsc_unavailable",
            Self::PinentryUnavailable => "pinentry_unavailable",
            Self::ShuttingDown => "shutting_down",
            Self::CardTimeout { .. } => "card_timeout",
        }
    }

    /// The name of its words: that of its code, where one code has no two meanings.
    #[must_use]
    pub fn words(&self) -> &'static str {
        match self.cause() {
            Self::NothingSettled => "nothing_settled",
            cause => cause.code(),
        }
    }

    /// May the same request, repeated, succeed once the person has done what the remedy says? Not so where the request
    /// itself, the caller or the card is at fault.
    #[must_use]
    pub fn is_retriable(&self) -> bool {
        match self {
            // Another try could be the one that blocks it.
            Self::PinChange { pin: PinAfterwards::Unknown, .. } => false,
            Self::PinChange { cause, .. } => cause.is_retriable(),
            Self::UserDeclined
            | Self::NothingSettled
            | Self::ConsentTimeout
            | Self::PinIncorrect { .. }
            | Self::NoReader
            | Self::NoCard
            | Self::SeveralCards
            | Self::CardBusy
            | Self::CardRemoved { .. }
            | Self::PromptBusy
            | Self::RateLimited { .. }
            | Self::PcscUnavailable
            | Self::PinentryUnavailable
            | Self::ShuttingDown
            | Self::CardTimeout { .. }
            | Self::LastTryProtected { .. } => true,
            Self::InvalidRequest { .. }
            | Self::CallerUnidentified
            | Self::PeerNotAllowed
            | Self::OriginNotAllowed
            | Self::ScopeNotAllowed
            | Self::FetchModeNotAllowed
            | Self::PinRequired
            | Self::NotFound
            | Self::MethodNotAllowed
            | Self::CardUnsupported
            | Self::CertificateAbsent { .. }
            | Self::CertificateMismatch
            | Self::PinChangeUnproven { .. }
            | Self::BodyTooLarge
            | Self::UnsupportedMediaType
            | Self::HostNotAllowed
            | Self::PinBlocked { .. }
            | Self::Internal { .. }
            | Self::CardFault { .. } => false,
        }
    }

    /// Tries left, where a PIN is concerned; `Some(None)` if the card does not say.
    #[must_use]
    pub fn tries_left(&self) -> Option<Option<u8>> {
        match self {
            Self::PinIncorrect { tries_left, .. } | Self::LastTryProtected { tries_left, .. } => Some(*tries_left),
            Self::PinBlocked { .. } => Some(Some(0)),
            Self::CardFault { tries_left: Some(left), .. } => Some(Some(*left)),
            Self::PinChange { cause, .. } => cause.tries_left(),
            _ => None,
        }
    }

    /// Did it end where nobody can know whether the card acted?
    #[must_use]
    pub fn outcome_unknown(&self) -> bool {
        match self {
            Self::CardRemoved { outcome_unknown }
            | Self::CardFault { outcome_unknown, .. }
            | Self::Internal { outcome_unknown }
            | Self::CardTimeout { outcome_unknown } => *outcome_unknown,
            Self::PinChange { pin, cause, .. } => match pin {
                PinAfterwards::Unchanged => cause.outcome_unknown(),
                PinAfterwards::Changed => false,
                PinAfterwards::Unknown => true,
            },
            _ => false,
        }
    }

    /// Which PIN is in force, where one was to be changed.
    #[must_use]
    pub fn pin_afterwards(&self) -> Option<PinAfterwards> {
        match self {
            Self::PinChange { pin, .. } => Some(*pin),
            _ => None,
        }
    }

    /// What happened, apart from what it means for a PIN that was to be changed.
    #[must_use]
    pub fn cause(&self) -> &Self {
        match self {
            Self::PinChange { cause, .. } => cause,
            other => other,
        }
    }

    /// The key, and with it the PIN or the certificate, this is about.
    #[must_use]
    pub fn key_kind(&self) -> Option<KeyKind> {
        match self {
            Self::PinIncorrect { key_kind, .. }
            | Self::LastTryProtected { key_kind, .. }
            | Self::PinChangeUnproven { key_kind }
            | Self::PinChange { key_kind, .. }
            | Self::PinBlocked { key_kind } => Some(*key_kind),
            Self::CertificateAbsent { key_kind } => *key_kind,
            _ => None,
        }
    }
}
