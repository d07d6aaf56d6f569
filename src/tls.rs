//! HTTPS on loopback, off unless the person turns it on: the identity shown there, where it is kept, and the browsers
//! that are told to trust it. The listener itself is the server's (`server/tls.rs`).
//!
//! | part | what it is |
//! |---|---|
//! | [`identity`] | key, leaf and authority; how long they last |
//! | [`folder`] | where they are kept, and whether others could have written there |
//! | [`provider`] | the cryptography of a handshake, and whether this processor can do it |
//! | `signing` | the one kind of key it signs with |
//! | [`stores`] | the trust stores of browsers and systems, and the commands that change them |

mod authority;
pub mod folder;
pub mod identity;
pub mod provider;
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
mod signing;
pub mod stores;
