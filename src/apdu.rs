//! Command and response APDUs of ISO/IEC 7816-4, as bytes and words; no I/O.
//!
//! What a particular card understands stands in [`crate::jpki`]; who carries the bytes, in [`crate::card`].

pub mod command;
pub mod response;
pub mod status;
pub mod tlv;

pub use command::{Command, CommandError};
pub use response::{Response, TruncatedResponse};
pub use status::StatusWord;
