//! The real prompt against real pinentry programs in a pseudo terminal, and against hostile ones.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a failed assertion is the purpose")]

mod hostile;
#[path = "../support/mod.rs"]
mod support;
mod terminal_prompts;

use std::time::Duration;

use jpki_agent::certificate::Environment;
use jpki_agent::consent::{Asker, ConfirmPrompt, PinPrompt, PromptContext, Purpose, Question, Seat, Warning};
use jpki_agent::jpki::{INDIVIDUAL_NUMBER_CARD, KeyKind};
use jpki_agent::message::Language;
use jpki_agent::pin::Pin;

/// A log-in prompt at `seat`.
fn log_in(seat: Seat) -> PinPrompt {
    PinPrompt {
        context: PromptContext {
            language: Language::English,
            seat,
            asker: Asker::Page("https://portal.example".parse().unwrap()),
            reader: "Test Reader 00 00".to_owned(),
            environment: Environment::Simulator,
            timeout: Duration::from_secs(30),
            guard: Duration::ZERO,
            phrase: String::new(),
        },
        key_kind: KeyKind::Authentication,
        pin_rule: INDIVIDUAL_NUMBER_CARD.authentication.pin_rule,
        purpose: Purpose::Authenticate { origin: "https://portal.example".parse().unwrap() },
        tries_left: Some(3),
        warnings: Vec::new(),
    }
}

/// A question at `seat`.
fn question(seat: Seat) -> ConfirmPrompt {
    let warning = Warning::Expired { not_after_jst: "2026-01-02".to_owned() };
    let question = Question::UseCertificate { key_kind: KeyKind::Signature, warning };
    ConfirmPrompt { context: log_in(seat).context, question }
}

/// What the card would be sent.
fn typed(pin: Pin) -> Vec<u8> {
    pin.into_command().body().to_vec()
}

/// Waits until `condition` holds; fails after five seconds.
async fn eventually(what: &str, mut condition: impl FnMut() -> bool) {
    let start = std::time::Instant::now();
    while !condition() {
        assert!(start.elapsed() < Duration::from_secs(5), "not within five seconds: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Is there a process of this number, a dead one that nobody has reaped included?
fn process_exists(pid: i32) -> bool {
    rustix::process::test_kill_process(rustix::process::Pid::from_raw(pid).unwrap()).is_ok()
}
