//! The software card: an Individual Number Card in memory, for tests, demonstrations and development without a card.
//!
//! It is as strict as a real card (`card-protocol.md` 14): rights are enforced, counters fall, PINs block, a verified
//! PIN is kept and lost where it is on the real one. What is not known of the real card is a switch in [`Variants`].
//!
//! It is never chosen by itself: only `--simulator` or a test puts it in place, [`WARNING`] is logged when that
//! happens, and every reader it lies in carries [`READER_NAME`]. Its keys are published with the program, so what they
//! sign proves nothing.
//!
//! | part | what it is |
//! |---|---|
//! | [`holder`] | the made-up holders |
//! | [`issuer`], `keys` | their certificates, issued at start in the real shape, and fixed test keys |
//! | [`contents`] | certificates and keys that are put on a card |
//! | [`variants`] | what may differ from card to card |
//! | [`card`] | [`SoftwareCard`]: command bytes in, response bytes out |
//! | [`handle`] | [`CardHandle`]: one card shared by a reader and a test; counts, delays, faults |
//! | [`fault`] | what may go wrong, and when |
//! | [`wire`] | what went over the wire, without secrets |
//! | [`backend`] | readers in this process, as a [`crate::reader::CardBackend`] |
//! | [`vpcd`] | the card behind a virtual PC/SC reader |

pub mod card;
pub mod contents;
mod files;
pub mod holder;
pub mod issuer;
pub(crate) mod keys;
mod pins;
pub mod variants;

pub mod fault;
pub mod handle;
pub mod wire;

pub mod backend;
pub mod vpcd;

#[cfg(test)]
mod tests;

pub use backend::{OtherProgram, SimulatorBackend};
pub use card::SoftwareCard;
pub use contents::CardContents;
pub use fault::{Fault, Moment, Trigger};
pub use handle::{CardHandle, Incident};
pub use holder::Holder;
pub use issuer::issue;
pub use variants::{AbsentCertificate, Delays, TokenLabel, Variants};
pub use wire::{LogEntry, Wire};

/// The reader a software card lies in; the first of several.
pub const READER_NAME: &str = "SIMULATED reader (software card, test keys only) 00 00";

/// To be logged as a warning wherever a software card is put in place.
pub const WARNING: &str = "THE SOFTWARE CARD IS IN USE: its keys are public, its holder does not exist, and nothing it \
                           signs has any legal or technical value";
