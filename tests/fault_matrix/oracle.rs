//! What must come of each upset, by rules over what the command is for; never by what the agent was seen to do.
//!
//! The rules are those of `card-protocol.md` 1.2, 5, 10, 11 and 12 and of section 4 of the API's contract:
//!
//! - A command that got no whole answer is `card_removed`; during VERIFY or a signature the outcome is unknown.
//! - While only reading, a card that has lost its selection (6986, 6F00) is begun anew, once. In a session with a PIN
//!   nothing is.
//! - What the card says about itself (no such application, file, certificate, token) holds until it is taken out.
//! - A change is delicate as VERIFY is, and once it is made so is its proof. A card that says that it has not begun
//!   (67xx to 6Exx but 6Cxx) has changed nothing; after any other word nobody knows. Once the new PIN is proved it is in
//!   force, whatever the card says of its tries.
//! - Once the card is being closed down the result is known, and nothing changes it but being late.

use jpki_agent::agent::CardState;
use jpki_agent::jpki::{CertificateKind, KeyKind, ids};
use jpki_agent::problem::Problem;

use crate::expected::{Expected, Verdict};
use crate::faults::{BAD_DER, Meanwhile, Upset};
use crate::operations::{Operation, Phase, Role, Step, certificate_in, pin_in};

/// One operation and its command that is upset.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    pub operation: Operation,
    pub steps: &'a [Step],
    pub index: usize,
}

const FAULT: Expected = Expected::Problem(Problem::CardFault { outcome_unknown: false, tries_left: None });

impl Place<'_> {
    pub fn step(self) -> Step {
        self.steps[self.index]
    }

    /// What must come of `upset` here.
    pub fn verdict(self, upset: Upset) -> Verdict {
        let mut verdict = self.rule(upset);
        if self.operation == Operation::Status
            && let Expected::Problem(problem) = &verdict.expected
        {
            verdict.expected = Expected::Card(match problem {
                Problem::CardUnsupported if matches!(self.step().role, Role::SelectApplet) => CardState::Other,
                Problem::CardUnsupported => CardState::Unsupported,
                _ => CardState::Mute,
            });
        }
        verdict
    }

    fn rule(self, upset: Upset) -> Verdict {
        let Step { role, phase } = self.step();
        let delicate = matches!(role, Role::Verify | Role::Change | Role::QueryChanged | Role::Prove | Role::Sign)
            && phase == Phase::Work;
        if upset == Upset::Mute {
            // The caller is told while the card still works, and what it does then nobody knows.
            let verify = self.steps.iter().position(|step| step.role == Role::Verify);
            let outcome_unknown = verify.is_some_and(|verify| verify <= self.index);
            return problem(Problem::CardTimeout { outcome_unknown });
        }
        if phase == Phase::Close {
            return plain(Expected::AsAlways);
        }
        if role == Role::QueryProved {
            return plain(Expected::Changed(self.told_after_proof(upset)));
        }
        match upset {
            Upset::Removed(_) | Upset::LinkFailed(_) | Upset::Reset | Upset::Empty | Upset::OneByte => {
                problem(Problem::CardRemoved { outcome_unknown: delicate })
            }
            Upset::ReaderGone(_) if delicate => problem(Problem::CardRemoved { outcome_unknown: true }),
            Upset::ReaderGone(_) => problem(Problem::NoReader),
            Upset::Swapped { noticed: true, .. } => problem(Problem::CardRemoved { outcome_unknown: delicate }),
            Upset::Swapped { noticed: false, single_try } => self.exchanged(single_try),
            Upset::Status(status) => self.answered(status),
            Upset::Garbage(_) => self.garbage(),
            Upset::EndlessMore => plain(FAULT),
            Upset::NoData => plain(FAULT),
            Upset::OneOfTheData | Upset::LastMissing => match (role, upset) {
                (Role::ReadMore(_, 1), Upset::LastMissing) => plain(FAULT),
                (Role::ReadMore(..), _) | (Role::ReadHead(_), Upset::LastMissing) => plain(Expected::AsAlways),
                _ => plain(FAULT),
            },
            Upset::OneTooMany | Upset::Oversize => match role {
                Role::ReadLabel | Role::ReadHead(_) | Role::ReadMore(..) | Role::Sign => plain(FAULT),
                // Data where none belong are not looked at.
                _ => plain(Expected::AsAlways),
            },
            Upset::RandomData(_) | Upset::FlippedBit(_) => match role {
                Role::ReadLabel => lasting(Expected::Problem(Problem::CardUnsupported)),
                Role::ReadHead(kind) if matches!(upset, Upset::RandomData(_)) => self.absent(kind),
                Role::ReadMore(kind, _) => lasting(Expected::Spoilt(kind)),
                _ => plain(FAULT),
            },
            Upset::BadDer(which) => match (role, BAD_DER[which]) {
                // No SEQUENCE of a definite length: nothing has been put there (3).
                (Role::ReadHead(kind), [0x31, ..] | [0x30, 0x80, ..]) => self.absent(kind),
                _ => plain(FAULT),
            },
            Upset::Mute => unreachable!("dealt with above"),
        }
    }

    /// The card has done nothing and answers `status`, without data.
    fn answered(self, status: u16) -> Verdict {
        let Step { role, phase } = self.step();
        let reading = phase != Phase::Work;
        match (role, status) {
            (Role::SelectApplet, 0x6A81 | 0x6A82 | 0x6D00 | 0x6E00) => Verdict {
                expected: Expected::Problem(Problem::CardUnsupported),
                holds_until_taken_out: phase == Phase::Identify,
            },
            (Role::SelectApplet, 0x6A86) => problem(Problem::CardUnsupported),
            // A cold card; or one that lies, with the application current from before.
            (Role::SelectApplet, 0x6F00 | 0x9000) => plain(Expected::AsAlways),
            (Role::SelectApplet | Role::SelectFile { .. }, 0x6C00..=0x6CFF) => plain(Expected::AsAlways),
            (Role::SelectFile { file: ids::TOKEN_INFO, .. }, 0x6A82) => {
                lasting(Expected::Problem(Problem::CardUnsupported))
            }
            (Role::SelectFile { file, .. }, 0x6A82) => match certificate_in(Some(file)) {
                Some(kind) => self.absent(kind),
                None => plain(FAULT),
            },
            (Role::SelectFile { file, before }, 0x9000) => self.not_selected(file, before),
            (Role::ReadLabel, 0x6982) => lasting(Expected::Problem(Problem::CardUnsupported)),
            (Role::ReadHead(kind) | Role::ReadMore(kind, _), 0x6982) if reading => self.absent(kind),
            (Role::SelectFile { .. } | Role::ReadLabel | Role::ReadHead(_) | Role::ReadMore(..), 0x6986 | 0x6F00)
                if reading =>
            {
                plain(Expected::AsAlways)
            }
            // Once more, with the length the card names: more than was asked for is too much.
            (Role::ReadLabel, 0x6C20) | (Role::ReadHead(_), 0x6C00..=0x6CFF) => plain(Expected::AsAlways),
            (Role::ReadMore(_, 256), 0x6C00) => plain(Expected::AsAlways),
            (Role::ReadMore(_, asked), 0x6C01..=0x6CFF) if u32::from(status & 0xFF) <= asked => {
                plain(Expected::AsAlways)
            }
            (Role::ReadHead(_), 0x6700) => plain(Expected::AsAlways),
            (Role::ReadMore(_, asked), 0x6700) if asked > 0xE0 => plain(Expected::AsAlways),
            (Role::Query(_), 0x6986 | 0x6F00) if reading => plain(Expected::AsAlways),
            (Role::Query(_), 0x6986 | 0x6F00) => plain(FAULT),
            (Role::Query(kind), 0x6983 | 0x6984) => self.counted(kind, Some(0)),
            (Role::Query(kind), 0x63C0..=0x63CF) => self.counted(kind, u8::try_from(status & 0xF).ok()),
            (Role::Query(kind), _) => self.counted(kind, None),
            (Role::Verify, _) => self.verified(status),
            (Role::Change, _) => self.changed(status),
            (Role::QueryChanged, 0x63C0 | 0x6983 | 0x6984) => problem(Problem::PinBlocked { key_kind: self.key() }),
            (Role::QueryChanged, 0x63C2..=0x63CF) => plain(Expected::AsAlways),
            (Role::QueryChanged, _) => problem(self.unproved(0)),
            (Role::Prove, 0x9000) => plain(Expected::AsAlways),
            (Role::Prove, 0x63C0 | 0x6983 | 0x6984) => problem(Problem::PinBlocked { key_kind: self.key() }),
            (Role::Prove, _) => problem(self.unproved(0)),
            (Role::Sign, 0x6986) => plain(Expected::AsAlways),
            (Role::Sign, 0x6982) => problem(Problem::CardRemoved { outcome_unknown: false }),
            (Role::Sign, 0x6983 | 0x6984) => problem(Problem::PinBlocked { key_kind: self.key() }),
            (Role::Sign, 0x6A81 | 0x6A86 | 0x6A87 | 0x6B00 | 0x6D00 | 0x6E00 | 0x6987 | 0x6988 | 0x69FC | 0x66F1) => {
                problem(Problem::CardUnsupported)
            }
            _ => plain(FAULT),
        }
    }

    /// The card has acted, but its answer says nothing.
    fn garbage(self) -> Verdict {
        match (self.step().role, self.operation) {
            (Role::Verify, Operation::WrongPin) => {
                problem(Problem::CardFault { outcome_unknown: true, tries_left: Some(2) })
            }
            _ => self.answered(0x1234),
        }
    }

    /// The card answered VERIFY without having looked at the PIN.
    fn verified(self, status: u16) -> Verdict {
        let key_kind = self.key();
        let all = tries_max(key_kind);
        problem(match status {
            // A lie: the first use of the key, or of the certificate behind the PIN, is refused.
            0x9000 if key_kind == KeyKind::Authentication || self.operation.changes().is_some() => {
                Problem::CardRemoved { outcome_unknown: false }
            }
            0x9000 => return plain(FAULT),
            0x63C0 | 0x6983 | 0x6984 => Problem::PinBlocked { key_kind },
            0x63C1..=0x63CF => Problem::PinIncorrect { key_kind, tries_left: u8::try_from(status & 0xF).ok() },
            0x6300 => Problem::PinIncorrect { key_kind, tries_left: Some(all) },
            _ => Problem::CardFault { outcome_unknown: true, tries_left: Some(all) },
        })
    }

    /// The card answered the change without having looked at it. How many tries are left is asked anew where nobody knows.
    fn changed(self, status: u16) -> Verdict {
        problem(match status {
            // A lie: the proof spends a try.
            0x9000 => self.unproved(1),
            0x6982 => Problem::CardRemoved { outcome_unknown: false },
            0x6983 | 0x6984 => Problem::PinBlocked { key_kind: self.key() },
            0x6A81 | 0x6A86 | 0x6A87 | 0x6B00 | 0x6D00 | 0x6E00 | 0x6987 | 0x6988 | 0x69FC => Problem::CardUnsupported,
            0x6C00..=0x6CFF => self.unproved(0),
            0x6700..=0x6EFF => return plain(FAULT),
            _ => self.unproved(0),
        })
    }

    /// Nobody knows which PIN is in force; the card has all tries but so many.
    fn unproved(self, spent: u8) -> Problem {
        Problem::CardFault { outcome_unknown: true, tries_left: Some(tries_max(self.key()) - spent) }
    }

    /// What is told of the tries left where the new PIN is proved and this happens to the last question.
    fn told_after_proof(self, upset: Upset) -> Option<u8> {
        match upset {
            Upset::Status(0x6983 | 0x6984) => Some(0),
            Upset::Status(status @ 0x63C0..=0x63CF) => u8::try_from(status & 0xF).ok(),
            Upset::OneTooMany | Upset::Oversize => Some(tries_max(self.key())),
            _ => None,
        }
    }

    /// A query was answered with `tries`; the card has all of them.
    fn counted(self, kind: KeyKind, tries: Option<u8>) -> Verdict {
        if self.operation == Operation::Pins {
            let told = KeyKind::ALL.map(|each| if each == kind { tries } else { Some(tries_max(each)) });
            return plain(Expected::Tries(told));
        }
        let key_kind = self.key();
        match tries {
            Some(0) => problem(Problem::PinBlocked { key_kind }),
            None | Some(1) => problem(Problem::LastTryProtected { key_kind, tries_left: tries }),
            // The session finds more, or fewer, than the prompt said; fewer is not what the person agreed to.
            Some(left) if self.step().phase == Phase::Work && left < tries_max(kind) => removed(),
            Some(left) if self.step().phase != Phase::Work && left > tries_max(kind) => removed(),
            Some(_) => plain(Expected::AsAlways),
        }
    }

    /// SELECT said 9000 and selected nothing: `before` is still current.
    fn not_selected(self, file: u16, before: Option<u16>) -> Verdict {
        let reading = self.step().phase != Phase::Work;
        match (pin_in(before), pin_in(Some(file)), certificate_in(before), certificate_in(Some(file))) {
            _ if before.is_none() && reading => plain(Expected::AsAlways),
            (Some(other), Some(kind), ..) => self.counted(kind, Some(tries_max(other))),
            // What was current is read instead.
            (_, _, Some(_), Some(kind)) => lasting(Expected::Spoilt(kind)),
            _ => plain(FAULT),
        }
    }

    /// Another card has got the command; it has nothing selected and nothing verified.
    fn exchanged(self, single_try: bool) -> Verdict {
        let Step { role, phase } = self.step();
        let left = |kind| if single_try { 1 } else { tries_max(kind) };
        match (role, phase) {
            (Role::Verify | Role::QueryChanged | Role::Prove, _) => {
                let tries_left = Some(left(self.key()));
                problem(Problem::CardFault { outcome_unknown: true, tries_left })
            }
            (Role::SelectApplet, _) | (_, Phase::Identify | Phase::Read) if single_try => match self.operation.key() {
                Some(key_kind) => problem(Problem::LastTryProtected { key_kind, tries_left: Some(1) }),
                None if self.operation == Operation::Pins => plain(Expected::Tries([Some(1); 2])),
                None => plain(Expected::AsAlways),
            },
            (Role::SelectApplet, _) | (_, Phase::Identify | Phase::Read) => plain(Expected::AsAlways),
            _ => plain(FAULT),
        }
    }

    /// The card seems not to have this certificate.
    fn absent(self, kind: CertificateKind) -> Verdict {
        let needed = match self.operation {
            Operation::Certificate(wanted) => wanted == kind,
            Operation::Authenticate | Operation::WrongPin => kind == CertificateKind::Holder(KeyKind::Authentication),
            Operation::Disclose | Operation::Sign(_) => kind == CertificateKind::Holder(KeyKind::Signature),
            Operation::Certificates | Operation::Status | Operation::Pins | Operation::ChangePin(_) => false,
        };
        let key_kind = match kind {
            CertificateKind::Holder(key_kind) => Some(key_kind),
            CertificateKind::Authority(_) => None,
        };
        let absent = Expected::Problem(Problem::CertificateAbsent { key_kind });
        let expected = if needed { absent } else { Expected::Absent(kind) };
        Verdict { expected, holds_until_taken_out: self.step().phase != Phase::Work }
    }

    fn key(self) -> KeyKind {
        self.operation.key().unwrap()
    }
}

/// What must come of `event` while a prompt is open; `typed`: the PIN is entered all the same.
pub fn during_prompt(event: Meanwhile, typed: bool) -> Expected {
    let removed = Problem::CardRemoved { outcome_unknown: false };
    match event {
        Meanwhile::ReaderGone if typed => Expected::Either(removed, Problem::NoReader),
        _ => Expected::Problem(removed),
    }
}

/// Tries of a fresh PIN.
pub fn tries_max(kind: KeyKind) -> u8 {
    match kind {
        KeyKind::Authentication => 3,
        KeyKind::Signature => 5,
    }
}

fn plain(expected: Expected) -> Verdict {
    Verdict { expected, holds_until_taken_out: false }
}

fn lasting(expected: Expected) -> Verdict {
    Verdict { expected, holds_until_taken_out: true }
}

fn problem(problem: Problem) -> Verdict {
    plain(Expected::Problem(problem))
}

fn removed() -> Verdict {
    problem(Problem::CardRemoved { outcome_unknown: false })
}
