//! A local agent that lets web pages and programs use the Japanese Individual Number Card (My Number Card), with its
//! holder's consent.
//!
//! `ARCHITECTURE.md` is the map: what each part is for, which others it may use, and what must never be.

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
