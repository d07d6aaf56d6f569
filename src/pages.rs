//! The agent's own pages (`api-contract` section 2): never on the fixed port, each opening on a fresh one.
//!
//! Whoever held the fixed port earlier can have left a service worker in the browser, which would control a page there.
//! So a page lives on a random port that was made for one opening of it and goes with it. Here is what such an opening
//! needs, without HTTP: the port, its secrets, its life. The routes are in `http`, the accepting in [`crate::server`].
//!
//! | part | what it is |
//! |---|---|
//! | [`fresh_port`] | a random loopback port, bound before anybody is told of it |
//! | [`openings`] | those open now, and how many there may be |
//! | [`life`] | how far an opening has come |
//! | [`bridge`] | the life of a bridge: one document, one ticket, one origin |
//! | [`home`] | the life of the status page: one secret, one token, one document that is there |
//! | [`document`] | the HTML, and the content security policy that fits it |
//! | [`parts`], [`words`] | what else the status page is made of: scripts and style, and what it says |

pub mod bridge;
pub mod document;
pub mod fresh_port;
pub mod home;
pub mod life;
pub mod openings;
pub mod parts;
pub mod words;

pub use bridge::Bridge;
pub use fresh_port::FreshPort;
pub use home::Home;
pub use life::Life;
pub use openings::{OpenError, Opened, Opening, OpeningId, Openings};
