//! A local agent that lets web pages and programs use the Japanese Individual Number Card (My Number Card), with its
//! holder's consent.
//!
//! The map, from leaf to top; a line may use those above it, never those below:
//!
//! | part | what it is for |
//! |---|---|
//! | [`apdu`], [`pin`], [`digest`], [`origin`], [`webeid`], [`mod@message`], [`foreign_text`], [`japan`] | words and values, no I/O |
//! | [`card`] | one command in, one response out; reading files |
//! | [`jpki`] | the application on the card: tries left, VERIFY once, sign |
//! | [`certificate`] | dates, key, attributes, and whom a certificate chains to |
//! | [`reader`] | the seam to PC/SC, one thread for each reader's card, the watch |
//! | [`consent`] | what a prompt says and what the person decides |
//! | [`audit`] | what was asked of the card and what came of it, in a chain |
//! | [`gatekeeper`] | who may ask: allow-list, token, counts, those turned away |
//! | [`origins`] | the allow-list as it lives: edits, warnings, who was refused |
//! | [`reminders`] | which dates the holder is told of in time, and what is remembered for that |
//! | [`guide`] | the official guidance to the card's certificates |
//! | [`trusted_path`], [`durable`], [`system_command`] | whose a file is; files that survive a power cut; programs of the system |
//! | [`problem`] | every way a request can fail |
//! | [`peer`] | whose the other end of a connection is |
//! | [`hardening`] | what the process does to protect itself |
//! | [`limits`] | how often a caller may ask, how often the person may be asked |
//! | [`notices`], [`session_lock`] | the desktop: what the person is told, whether they are there |
//! | [`agent`] | look, ask, work, check: the use cases |
//! | [`simulator`] | a strict software card behind the same seams |
//! | [`pages`] | the agent's own pages, each opening on a port of its own |
//! | [`http`] | the gates and the routes |
//! | [`config`], [`runtime_dir`], [`server`] | settings, where the agent can be found, listening |
//! | [`tls`] | HTTPS on loopback: the certificate, where it is kept, who is told to trust it |
//! | [`tray`] | the icon that tells at a glance, a client of the agent |
//! | [`service`] | the agent as a service of the user: systemd's units, launchd's list |
//! | [`client`], [`cli`] | asking a running agent, and the commands |
//!
//! What never happens is written down in `ARCHITECTURE.md`.

pub mod apdu;
pub mod digest;
pub mod durable;
pub mod foreign_text;
pub mod japan;
pub mod message;
pub mod origin;
mod packed;
pub mod pin;
mod sync;
pub mod webeid;

pub mod card;
pub mod jpki;

pub mod certificate;

pub mod consent;
pub mod reader;

pub mod audit;
#[cfg(target_os = "linux")]
pub mod bus;
pub mod first_visits;
pub mod gatekeeper;
pub mod guide;
pub mod hardening;
pub mod limits;
pub mod notices;
pub mod origins;
pub mod peer;
pub mod reminders;
pub mod session_lock;
pub mod system_command;
pub mod trusted_path;

pub mod agent;
pub mod problem;

pub mod simulator;

pub mod client;
pub mod config;
pub mod runtime_dir;
pub mod tls;

pub mod doctor;

pub mod pages;

pub mod http;

pub mod server;

pub mod service;

pub mod tray;

pub mod cli;
