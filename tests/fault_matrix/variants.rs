//! What is not known of the real card (`card-protocol.md` 15, and what is unsure elsewhere in it): for each question a
//! card for each answer, and every operation survives them all.

use std::time::{Duration, Instant};

use jpki_agent::agent::CardState;
use jpki_agent::consent::scripted::Answer;
use jpki_agent::jpki::{CertificateKind, KeyKind};
use jpki_agent::problem::{PinAfterwards, Problem};
use jpki_agent::simulator::{self, AbsentCertificate, Delays, Holder, TokenLabel, Variants};

use crate::bench::{Bench, card_of};
use crate::expected::{Expected, agrees};
use crate::operations::{Operation, new_pin_of, takes, without_state};
use crate::oracle::tries_max;
use crate::run::Recording;
use crate::{LONG, alone, recordings, support};

/// One answer to a question.
struct Variant {
    question: &'static str,
    card: Variants,
    holder: &'static str,
    blocked: bool,
    expected: fn(Operation) -> Expected,
}

const STANDARD: fn(Operation) -> Expected = |_| Expected::AsAlways;

impl Variant {
    fn new(question: &'static str, change: impl FnOnce(&mut Variants), expected: fn(Operation) -> Expected) -> Self {
        let mut card = Variants::default();
        change(&mut card);
        Self { question, card, holder: "standard", blocked: false, expected }
    }

    fn blocked(self) -> Self {
        Self { blocked: true, ..self }
    }

    fn child(self) -> Self {
        Self { holder: "under-15", ..self }
    }
}

fn variants() -> Vec<Variant> {
    let mut all = Vec::new();
    for on in [false, true] {
        all.extend([
            Variant::new("15.1 a PIN of bad length costs a try", |card| card.bad_length_costs_a_try = on, STANDARD),
            Variant::new("15.3 a warm reset clears", |card| card.warm_reset_clears = on, STANDARD),
            Variant::new("15.3 selecting JPKI again clears", |card| card.reselect_clears = on, STANDARD),
            Variant::new("15.8 no extended length", |card| card.extended_length_refused = on, STANDARD),
            Variant::new("5.5 a wrong PIN drops the right one", |card| card.wrong_pin_drops_verified = on, STANDARD),
            Variant::new("5.5 the first command is 6F00", |card| card.cold_fault = on, STANDARD),
            Variant::new("5.5 no issuer's domain", |card| card.issuer_domain_refused = on, STANDARD),
            Variant::new("5.5 deselecting keeps the PIN", |card| card.deselect_keeps_verified = on, STANDARD),
            Variant::new("1.2 61xx before data", |card| card.more_data_answers = on, STANDARD),
            Variant::new("1.2 6Cxx at the end", |card| card.right_length_answers = on, STANDARD),
            Variant::new("4 filler", |card| card.filler = if on { 0xFF } else { 0x00 }, STANDARD),
            Variant::new("12 short reads only", |card| card.longest_read = if on { 0xE0 } else { 256 }, STANDARD),
        ]);
    }
    for status in [0x6983u16, 0x6984] {
        all.push(
            Variant::new("15.2 blocked, told by the query", |card| card.blocked = status.into(), blocked).blocked(),
        );
        let query = move |card: &mut Variants| card.query_answer = Some(status.into());
        all.push(Variant::new("5.2 blocked, and the query says so too", query, blocked).blocked());
        // The query hides it, so VERIFY must tell.
        let verify = move |card: &mut Variants| {
            card.blocked = status.into();
            card.query_answer = Some(0x63C3u16.into());
        };
        let hidden = |operation| match operation {
            Operation::Pins => Expected::Tries([Some(3); 2]),
            _ => blocked(operation),
        };
        all.push(Variant::new("15.2 blocked, told by VERIFY", verify, hidden).blocked());
    }
    for status in [0x9000u16, 0x6700, 0x6300, 0x6A88, 0x6985] {
        all.push(Variant::new("15.6 the query", |card| card.query_answer = Some(status.into()), unknown_tries));
    }
    for signature in [Duration::ZERO, Delays::CONTACTLESS.signature] {
        let command = Duration::from_millis(3); // CONTACTLESS would be 5, and make this the slowest test
        let delays = move |card: &mut Variants| card.delays = Delays { command, signature, ..Delays::default() };
        all.push(Variant::new("15.4 time of a signature", delays, STANDARD));
    }
    for (absent, filler) in
        [(AbsentCertificate::Filler, 0x00), (AbsentCertificate::Filler, 0xFF), (AbsentCertificate::NotFound, 0x00)]
    {
        let change = move |card: &mut Variants| {
            card.absent_signature_certificate = absent;
            card.filler = filler;
        };
        all.push(Variant::new("15.5 no signature certificate", change, no_signature_certificate).child());
    }
    let closed = |card: &mut Variants| card.absent_signature_certificate = AbsentCertificate::Closed;
    all.push(Variant::new("15.5 no signature certificate: 6982", closed, closed_signature_certificate).child());
    let own = |card: &mut Variants| card.authentication_certificate_needs_pin = true;
    all.push(Variant::new("2 the authentication certificate needs its PIN", own, no_authentication_certificate));
    let labels = [TokenLabel::ResidentCard, TokenLabel::Android, TokenLabel::Iphone];
    for token in labels.into_iter().chain([TokenLabel::Other("JPKIAPICCTOKEN3".to_owned())]) {
        let phone = token == TokenLabel::Android;
        let change = move |card: &mut Variants| {
            card.token = token;
            card.authentication_certificate_needs_pin = phone;
        };
        all.push(Variant::new("15.9, 15.10 another token", change, |operation| {
            unsupported(operation, CardState::Unsupported)
        }));
    }
    let foreign = |card: &mut Variants| card.no_jpki_applet = true;
    all.push(Variant::new("2 another card", foreign, |operation| unsupported(operation, CardState::Other)));
    all
}

fn blocked(operation: Operation) -> Expected {
    match operation.key() {
        Some(key_kind) => Expected::Problem(Problem::PinBlocked { key_kind }),
        None if operation == Operation::Pins => Expected::Tries([Some(0); 2]),
        None => Expected::AsAlways,
    }
}

fn unknown_tries(operation: Operation) -> Expected {
    match operation.key() {
        Some(key_kind) => Expected::Problem(Problem::LastTryProtected { key_kind, tries_left: None }),
        None if operation == Operation::Pins => Expected::Tries([None; 2]),
        None => Expected::AsAlways,
    }
}

fn no_signature_certificate(operation: Operation) -> Expected {
    match operation.key() {
        _ if operation.changes().is_some() => Expected::AsAlways,
        Some(key_kind @ KeyKind::Signature) => {
            Expected::Problem(Problem::CertificateAbsent { key_kind: Some(key_kind) })
        }
        _ => Expected::AsAlways,
    }
}

/// After a right PIN 6982 may mean that there is none, or that the PIN is forgotten already: a fault, until it is known.
fn closed_signature_certificate(operation: Operation) -> Expected {
    match operation.key() {
        _ if operation.changes().is_some() => Expected::AsAlways,
        Some(KeyKind::Signature) => Expected::Problem(Problem::CardFault { outcome_unknown: false, tries_left: None }),
        _ => Expected::AsAlways,
    }
}

fn no_authentication_certificate(operation: Operation) -> Expected {
    let kind = CertificateKind::Holder(KeyKind::Authentication);
    let absent = Problem::CertificateAbsent { key_kind: Some(KeyKind::Authentication) };
    match operation {
        Operation::Authenticate | Operation::WrongPin => Expected::Problem(absent),
        Operation::Certificate(wanted) if wanted == kind => Expected::Problem(absent),
        Operation::Certificates => Expected::Absent(kind),
        _ => Expected::AsAlways,
    }
}

fn unsupported(operation: Operation, card: CardState) -> Expected {
    match operation {
        Operation::Status => Expected::Card(card),
        _ => Expected::Problem(Problem::CardUnsupported),
    }
}

/// Every operation, each on a card of this variant; what was wrong.
async fn survive(variant: &Variant, always: &[Recording]) -> Vec<String> {
    let contents = simulator::issue(&Holder::by_name(variant.holder).unwrap(), support::agent::moment()).unwrap();
    let bench = Bench::new(&contents, LONG).await;
    let mut wrong = Vec::new();
    for recording in always {
        let operation = &recording.operation;
        let card = card_of(&contents, variant.card.clone());
        bench.insert(&card).await;
        for kind in KeyKind::ALL {
            card.with(|card| card.set_tries_left(kind, if variant.blocked { 0 } else { tries_max(kind) }));
        }
        bench.test.consent.forget();
        // A malformed entry first: it must not reach the card.
        let answers = operation.entries().into_iter().flat_map(|entry| [Answer::pin("12"), Answer::pin(entry)]);
        let told = operation.run(&bench.test.agent, &bench.test.consent, answers).await;
        let (told, in_force) = without_state(told);
        let expected = (variant.expected)(*operation);
        let mut check = |holds: bool, what: String| {
            if !holds {
                wrong.push(format!("{}, {:?}, {operation}: {what}", variant.question, variant.card));
            }
        };
        check(agrees(&expected, recording, &told), format!("told {told:?}, expected {expected:?}"));
        let wire = card.wire();
        check(wire.verifies <= 1 + wire.changes, format!("{} VERIFY, {} changes", wire.verifies, wire.changes));
        if let Some(kind) = operation.changes() {
            let changed = wire.changes == 1;
            let told = if changed { PinAfterwards::Changed } else { PinAfterwards::Unchanged };
            check(in_force == Some(told), format!("{in_force:?} is said to be in force"));
            check(!changed || takes(&card, kind, new_pin_of(kind)), "the new PIN is not in force".to_owned());
        }
        check(wire.foreign_selects == 0, format!("{} foreign SELECT", wire.foreign_selects));
        for kind in KeyKind::ALL {
            let is_wrong = *operation == Operation::WrongPin && wire.verifies == 1;
            let spent = u8::from(is_wrong && kind == KeyKind::Authentication);
            let left = if variant.blocked { 0 } else { tries_max(kind) - spent };
            let has = card.with(|card| card.tries_left(kind));
            check(has == left, format!("{has} tries left for {}, expected {left}", kind.name()));
        }
        let closed = bench.keys_are_closed();
        check(closed.is_ok(), format!("{closed:?}"));
        if matches!(told, Err(Problem::PinIncorrect { .. })) {
            bench.insert(&bench.new_card()).await;
            let right = Operation::Authenticate;
            let answers = [Answer::Approve, Answer::pin(right.entries()[0])];
            check(
                right.run(&bench.test.agent, &bench.test.consent, answers).await.is_ok(),
                "the right PIN afterwards".to_owned(),
            );
        }
    }
    wrong
}

#[test]
fn every_operation_survives_both_answers_to_what_is_not_known() {
    alone(survive_all());
}

async fn survive_all() {
    let begun = Instant::now();
    let contents = crate::contents();
    let always = recordings(&contents).await;
    let variants = variants();
    let wrong: Vec<String> =
        futures_util::future::join_all(variants.iter().map(|variant| survive(variant, &always))).await.concat();
    let summary = format!(
        "\nvariants of the card: {} cards, {} operations each, in {:.1} s; otherwise than expected: {}\n",
        variants.len(),
        always.len(),
        begun.elapsed().as_secs_f64(),
        wrong.len()
    );
    std::io::Write::write_all(&mut std::io::stderr(), summary.as_bytes()).unwrap();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
