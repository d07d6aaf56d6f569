//! A local agent that lets web pages and programs use the Japanese Individual Number Card, with its holder's consent.
#![warn(missing_docs)]

pub mod apdu;
pub mod digest;
pub mod message;
pub mod origin;
pub mod pin;

pub mod card;
pub mod certificate;
pub mod jpki;

pub mod consent;
pub mod reader;

pub mod simulator;
