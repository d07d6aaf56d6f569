//! What the integration tests share: parts of the system that may be missing, the real program as a child process, a
//! plain HTTP client, and a pcscd of our own with a virtual reader.
//!
//! But for `agent`, nothing here knows the agent from inside; it speaks to the program as the contract describes it. Each test crate
//! takes this module in with `mod support;` and uses some of it.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "support for tests: every crate uses a part, and a failure here is a failed test"
)]

pub mod agent;
pub mod child;
pub mod face;
pub mod http;
pub mod own_page;
pub mod parts;
pub mod process;
pub mod prompts;
pub mod python;
pub mod server;

#[cfg(target_os = "linux")]
pub mod dbus;
#[cfg(target_os = "linux")]
pub mod pcscd;
#[cfg(target_os = "linux")]
pub mod terminal;
