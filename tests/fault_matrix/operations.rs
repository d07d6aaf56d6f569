//! What the agent does for callers, and which commands each operation sends when nothing goes wrong.
//!
//! A new operation is one more line in [`Operation::ALL`] and one more arm in [`Operation::run`]; its commands are
//! recorded, not listed.

use std::fmt;
use std::sync::Arc;

use jpki_agent::agent::{Agent, CardState, CertificateState, CertificateView, ChangePinRequest, DisclosureRequest};
use jpki_agent::apdu::Command;
use jpki_agent::certificate::{Certificate, ChainResult};
use jpki_agent::consent::scripted::{Answer, ScriptedConsent};
use jpki_agent::jpki::{CertificateKind, INDIVIDUAL_NUMBER_CARD, KeyKind, ids};
use jpki_agent::problem::{PinAfterwards, Problem};
use jpki_agent::simulator::{CardHandle, LogEntry};
use jpki_agent::webeid::Challenge;

use crate::support::agent::{AUTHENTICATION_PIN, SIGNATURE_PIN, authentication, page, signature};

/// One thing a caller may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Operation {
    Status,
    Pins,
    Certificates,
    Certificate(CertificateKind),
    Disclose,
    Authenticate,
    /// A log-in with a PIN that is wrong.
    WrongPin,
    /// A change of this PIN.
    ChangePin(KeyKind),
    /// So many digests.
    Sign(usize),
}

impl Operation {
    pub const ALL: [Self; 13] = [
        Self::Status,
        Self::Pins,
        Self::Certificates,
        Self::Certificate(CertificateKind::Holder(KeyKind::Authentication)),
        Self::Certificate(CertificateKind::Authority(KeyKind::Authentication)),
        Self::Certificate(CertificateKind::Authority(KeyKind::Signature)),
        Self::Disclose,
        Self::Authenticate,
        Self::WrongPin,
        Self::ChangePin(KeyKind::Authentication),
        Self::ChangePin(KeyKind::Signature),
        Self::Sign(1),
        Self::Sign(10),
    ];

    /// The key whose PIN it asks for.
    pub fn key(self) -> Option<KeyKind> {
        match self {
            Self::Authenticate | Self::WrongPin => Some(KeyKind::Authentication),
            Self::ChangePin(kind) => Some(kind),
            Self::Disclose | Self::Sign(_) => Some(KeyKind::Signature),
            Self::Status | Self::Pins | Self::Certificates | Self::Certificate(_) => None,
        }
    }

    /// What is typed into its prompts.
    pub fn entries(self) -> Vec<&'static str> {
        match self {
            Self::WrongPin => vec!["0000"],
            Self::ChangePin(kind) => vec![pin_of(kind), new_pin_of(kind), new_pin_of(kind)],
            _ => self.key().map(pin_of).into_iter().collect(),
        }
    }

    /// Whose PIN was to be changed.
    pub fn changes(self) -> Option<KeyKind> {
        match self {
            Self::ChangePin(kind) => Some(kind),
            _ => None,
        }
    }

    /// What is asked after a fault of which this was `told`, to see that everything works.
    pub fn next(self, told: &Result<Told, Problem>) -> Self {
        match self {
            Self::WrongPin => Self::Authenticate,
            Self::Sign(_) => Self::Sign(1),
            // The old one is; and until it is entered, the agent asks before each further entry.
            Self::ChangePin(KeyKind::Authentication) if is_wrong_pin(told) => Self::Authenticate,
            Self::ChangePin(KeyKind::Signature) if is_wrong_pin(told) => Self::Sign(1),
            // Which PIN is in force, nobody may know.
            Self::ChangePin(_) => Self::Pins,
            other => other,
        }
    }

    /// Asks it of `agent`, which will find `answers` for its prompts.
    pub async fn run(
        self,
        agent: &Arc<Agent>,
        consent: &ScriptedConsent,
        answers: impl IntoIterator<Item = Answer>,
    ) -> Result<Told, Problem> {
        answers.into_iter().for_each(|answer| consent.push(answer));
        let caller = page();
        let mut told = Told::default();
        match self {
            Self::Status => {
                let report = agent.status().await;
                told.card = report.readers.first().map(|reader| reader.card);
            }
            Self::Pins => told.tries = Some(agent.pins(None).await?.pins.map(|pin| pin.tries.left())),
            Self::Certificates => {
                let states = agent.certificates(None).await?.certificates;
                told.certificates = states.iter().map(Seen::of).collect();
            }
            Self::Certificate(kind) => told.certificates.push(Seen::view(&agent.certificate(kind, None).await?.1)),
            Self::Disclose => {
                let disclosure = agent.disclose(&caller, DisclosureRequest::default()).await?;
                told.certificates.push(Seen::view(&disclosure.view));
            }
            Self::Authenticate | Self::WrongPin => {
                let request = authentication();
                let challenge = Challenge::new(&request.origin, &request.nonce);
                let token = agent.authenticate(&caller, request).await?;
                let certificate = Certificate::parse(&token.certificate);
                told.unsound = !certificate.is_ok_and(|c| c.verify(&challenge.digest(), &token.signature).is_ok());
            }
            Self::ChangePin(key_kind) => {
                let request = ChangePinRequest { key_kind, reader: None, understands_unproven: true };
                told.changed = Some(agent.change_pin(&caller, request).await?.pin.tries.left());
            }
            Self::Sign(count) => {
                let request = signature(count);
                let digests = request.digests.clone();
                let signed = agent.sign(&caller, request).await?;
                let Some(certificate) = signed.certificate else { return Ok(Told { unsound: true, ..told }) };
                let sound = |(digest, _): &(_, _), value: &[u8]| certificate.verify(digest, value).is_ok();
                told.unsound = signed.signatures.len() != count
                    || !digests.iter().zip(&signed.signatures).all(|(digest, made)| sound(digest, &made.value));
            }
        }
        Ok(told)
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Certificate(kind) => f.write_str(kind.name()),
            Self::WrongPin => f.write_str("wrong PIN"),
            Self::ChangePin(kind) => write!(f, "change {}", kind.name()),
            Self::Sign(count) => write!(f, "sign {count}"),
            other => f.write_str(&format!("{other:?}").to_lowercase()),
        }
    }
}

/// What a caller was told by an operation that succeeded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    pub card: Option<CardState>,
    pub tries: Option<[Option<u8>; 2]>,
    pub certificates: Vec<Seen>,
    /// The tries left after a change.
    pub changed: Option<Option<u8>>,
    /// A signature was handed out that does not verify, or fewer than asked for.
    pub unsound: bool,
}

/// One certificate as the caller sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    Vouched,
    NotVouched,
    BehindPin,
    Absent(CertificateKind),
}

impl Seen {
    fn view(view: &CertificateView) -> Self {
        if view.chain.result == ChainResult::Trusted { Self::Vouched } else { Self::NotVouched }
    }

    fn of(state: &CertificateState) -> Self {
        match state {
            CertificateState::Readable(view) => Self::view(view),
            CertificateState::PinRequired(_) => Self::BehindPin,
            CertificateState::Absent(kind) => Self::Absent(*kind),
        }
    }
}

/// What a command is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    SelectApplet,
    /// With the EF that was current before.
    SelectFile {
        file: u16,
        before: Option<u16>,
    },
    ReadLabel,
    /// The first piece of a certificate.
    ReadHead(CertificateKind),
    /// A later piece of so many bytes.
    ReadMore(CertificateKind, u32),
    Query(KeyKind),
    Verify,
    Change,
    /// VERIFY of the new PIN.
    Prove,
    /// The tries left between change and proof.
    QueryChanged,
    /// The tries left after the proof.
    QueryProved,
    Sign,
}

impl Role {
    /// Does it serve to read this certificate?
    pub fn is_for(self, kind: CertificateKind) -> bool {
        match self {
            Self::SelectFile { file, .. } => certificate_in(Some(file)) == Some(kind),
            Self::ReadHead(of) | Self::ReadMore(of, _) => of == kind,
            _ => false,
        }
    }
}

/// When a command is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// What is this card?
    Identify,
    /// Reading only; may be begun again.
    Read,
    /// The session with the PIN, from its first SELECT; nothing in it is begun again.
    Work,
    /// The card is made to forget the PIN; the operation's own result is known.
    Close,
}

/// One command of an operation.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    pub role: Role,
    pub phase: Phase,
}

/// What the commands in `log`, of an operation without a fault on a card just put in, are for.
pub fn steps(log: &[LogEntry]) -> Vec<Step> {
    let is_applet = |entry: &LogEntry| matches!(entry.header, [_, 0xA4, 0x04, _]);
    let verify = log.iter().position(|entry| entry.header[1] == 0x20 && entry.body_length > 0);
    let work = verify.and_then(|verify| log[..verify].iter().rposition(is_applet)).unwrap_or(log.len());
    let closes = |entry: &LogEntry| is_applet(entry) && entry.body_length == ids::ISSUER_DOMAIN_AID.len();
    let close = log.iter().position(closes).unwrap_or(log.len());
    let mut current = None;
    let mut steps = Vec::new();
    for (index, entry) in log.iter().enumerate() {
        let phase = match index {
            0..=2 => Phase::Identify,
            _ if index >= close => Phase::Close,
            _ if index >= work => Phase::Work,
            _ => Phase::Read,
        };
        let role = match (entry.header, entry.file) {
            ([_, 0xA4, ..], Some(file)) => {
                let before = current.replace(file);
                Role::SelectFile { file, before }
            }
            ([_, 0xA4, ..], None) => {
                current = None;
                Role::SelectApplet
            }
            ([_, 0xB0, high, low], _) => match certificate_in(current) {
                None => Role::ReadLabel,
                Some(kind) if (high, low) == (0, 0) => Role::ReadHead(kind),
                Some(kind) => Role::ReadMore(kind, entry.expected.unwrap()),
            },
            ([_, 0x20, ..], _) if entry.body_length > 0 && Some(index) == verify => Role::Verify,
            ([_, 0x20, ..], _) if entry.body_length > 0 => Role::Prove,
            ([0x00, 0x24, 0x01, 0x80], _) => Role::Change,
            ([_, 0x20, ..], _) if steps.iter().any(|step: &Step| step.role == Role::Prove) => Role::QueryProved,
            ([_, 0x20, ..], _) if steps.iter().any(|step| step.role == Role::Change) => Role::QueryChanged,
            ([_, 0x20, ..], _) => Role::Query(pin_in(current).unwrap()),
            ([0x80, 0x2A, 0x00, 0x80], _) => Role::Sign,
            other => panic!("a command nobody knows: {other:02X?}"),
        };
        steps.push(Step { role, phase });
    }
    steps
}

/// The certificate in this EF.
pub fn certificate_in(file: Option<u16>) -> Option<CertificateKind> {
    CertificateKind::ALL.into_iter().find(|kind| Some(INDIVIDUAL_NUMBER_CARD.certificate_file(*kind)) == file)
}

/// The PIN of a fresh software card.
pub fn pin_of(kind: KeyKind) -> &'static str {
    match kind {
        KeyKind::Authentication => AUTHENTICATION_PIN,
        KeyKind::Signature => SIGNATURE_PIN,
    }
}

/// The one it is changed to.
pub fn new_pin_of(kind: KeyKind) -> &'static str {
    match kind {
        KeyKind::Authentication => "4821",
        KeyKind::Signature => "KW48TR",
    }
}

/// Does the card take this PIN? Asked of the card itself; its counter, its power and the log of commands stay as they are.
pub fn takes(card: &CardHandle, kind: KeyKind, pin: &str) -> bool {
    let profile = INDIVIDUAL_NUMBER_CARD.key(kind);
    let verify = profile.pin_rule.check(pin).unwrap().into_command();
    let select = [Command::select_nothing(), Command::select_applet(&ids::JPKI_AID), Command::select_file(profile.pin)];
    card.with(|card| {
        let (left, powered) = (card.tries_left(kind), card.is_powered());
        card.set_tries_left(kind, u8::MAX);
        card.power_on();
        for command in select {
            card.exchange(&command.encode());
        }
        let taken = card.exchange(&verify.encode()) == [0x90, 0x00];
        card.set_tries_left(kind, left);
        card.exchange(&Command::select_applet(&ids::ISSUER_DOMAIN_AID).encode());
        if !powered {
            card.power_off();
        }
        taken
    })
}

/// What was told, apart from which PIN is in force; and that, where one was to be changed.
pub fn without_state(told: Result<Told, Problem>) -> (Result<Told, Problem>, Option<PinAfterwards>) {
    match told {
        Err(Problem::PinChange { pin, cause, .. }) => (Err(*cause), Some(pin)),
        Ok(told) => {
            let state = told.changed.map(|_| PinAfterwards::Changed);
            (Ok(told), state)
        }
        told => (told, None),
    }
}

/// Was the caller told that the PIN was wrong?
pub fn is_wrong_pin(told: &Result<Told, Problem>) -> bool {
    matches!(told, Err(Problem::PinIncorrect { .. }))
}

/// The PIN in this EF.
pub fn pin_in(file: Option<u16>) -> Option<KeyKind> {
    KeyKind::ALL.into_iter().find(|kind| Some(INDIVIDUAL_NUMBER_CARD.key(*kind).pin) == file)
}
