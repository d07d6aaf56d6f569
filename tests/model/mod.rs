//! Random life with the agent and its software cards, and what must come of it. Shared by the model test, which looks for
//! the shortest life that goes wrong, and by the soak, which goes on for long.
//!
//! | part | what it is |
//! |---|---|
//! | [`operations`] | what can happen, as plain data, and how it is drawn at random |
//! | [`reference`] | the small model: PINs, counters, presence, protection; what each operation must answer |
//! | [`person`] | who sits before the prompts |
//! | [`world`] | the real agent, readers and cards; does an operation and compares |
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "support for tests: every crate uses a part, and a failure here is a failed test"
)]

pub mod operations;
pub mod person;
pub mod reference;
pub mod world;
