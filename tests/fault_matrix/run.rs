//! One case: the upset, what came of it, what is left of it, and the next operation.

use std::time::{Duration, Instant};

use jpki_agent::consent::scripted::Answer;
use jpki_agent::jpki::{CertificateKind, KeyKind};
use jpki_agent::problem::{PinAfterwards, Problem};
use jpki_agent::simulator::CardHandle;

use crate::bench::Bench;
use crate::expected::{Expected, Verdict, agrees};
use crate::faults::{Meanwhile, Upset};
use crate::operations::{Operation, Role, Step, Told, is_wrong_pin, new_pin_of, pin_of, steps, takes, without_state};
use crate::oracle::{Place, during_prompt, tries_max};
use crate::support::agent::READER;

/// Nothing takes longer, but for a mute card.
const BOUND: Duration = Duration::from_secs(20);

/// An operation without an upset: its commands, and what is told.
pub struct Recording {
    pub operation: Operation,
    /// The agent had seen no card before; otherwise one had shown it the authorities' certificates.
    pub first_card: bool,
    pub steps: Vec<Step>,
    pub always: Result<Told, Problem>,
}

/// What goes wrong, and when.
#[derive(Clone, Copy, Debug)]
pub enum When {
    AtCommand(usize, Upset),
    DuringPrompt { event: Meanwhile, typed: bool },
}

/// One case of the matrix.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    pub operation: Operation,
    pub first_card: bool,
    pub when: When,
}

/// What was wrong with a case.
#[derive(Debug, Default)]
pub struct Findings {
    pub wrong: Vec<String>,
    pub tries_wrongly_spent: usize,
    pub hangs: usize,
    pub restarts_needed: usize,
}

impl Recording {
    pub async fn make(bench: &Bench, operation: Operation, first_card: bool) -> Self {
        let card = bench.new_card();
        bench.insert(&card).await;
        let always = operation
            .run(&bench.test.agent, &bench.test.consent, operation.entries().into_iter().map(Answer::pin))
            .await;
        assert_eq!(always.is_ok(), operation != Operation::WrongPin, "{operation}: {always:?}");
        assert_eq!(card.wire().foreign_selects, 0);
        let steps = steps(card.wire().log.make_contiguous());
        bench.test.consent.forget();
        if operation == Operation::WrongPin {
            let right = Operation::Authenticate;
            right
                .run(&bench.test.agent, &bench.test.consent, [Answer::Approve, Answer::pin(right.entries()[0])])
                .await
                .unwrap();
            bench.test.consent.forget();
        }
        Self { operation, first_card, steps, always }
    }

    pub fn is_of(&self, case: Case) -> bool {
        (self.operation, self.first_card) == (case.operation, case.first_card)
    }

    /// Where and what, in words.
    pub fn place(&self, case: Case) -> String {
        match case.when {
            When::AtCommand(index, upset) => {
                let step = self.steps[index];
                let first = if case.first_card { ", first card" } else { "" };
                format!("{}{first}, command {index} ({:?} {:?}), {upset}", case.operation, step.phase, step.role)
            }
            When::DuringPrompt { .. } => format!("{}, {:?}", case.operation, case.when),
        }
    }

    fn verify(&self) -> Option<usize> {
        self.steps.iter().position(|step| step.role == Role::Verify)
    }
}

impl Case {
    /// Runs it. `bench` is fit for the next case afterwards, unless a restart is needed.
    pub async fn run(self, bench: &Bench, recording: &Recording) -> Findings {
        let mut findings = Findings::default();
        let (card, other) = (bench.new_card(), bench.new_card());
        bench.insert(&card).await;
        bench.test.consent.forget();
        let (verdict, answers) = self.prepare(bench, recording, &card, &other);
        let begun = Instant::now();
        let Ok(told) =
            tokio::time::timeout(BOUND, self.operation.run(&bench.test.agent, &bench.test.consent, answers)).await
        else {
            findings.hangs += 1;
            return findings;
        };
        let (told, in_force) = without_state(told);
        if !agrees(&verdict.expected, recording, &told) {
            findings.wrong.push(format!("told {told:?}, expected {:?}", verdict.expected));
        }
        let mute = matches!(self.when, When::AtCommand(_, Upset::Mute));
        if mute {
            findings.wrong.extend(bench.bystander_works().await.err());
            bench.take_out().await;
            // The reader's thread hears of it a moment later than the watch; until then the card still counts as mute.
            findings.wrong.extend(bench.test.agent.release(None).await.err().map(|problem| format!("{problem:?}")));
        } else if begun.elapsed() > Duration::from_secs(10) {
            findings.wrong.push(format!("took {:?}", begun.elapsed()));
        }
        self.check_cards(recording, &card, &other, &told, &mut findings);
        findings.wrong.extend(self.check_state(&card, &other, in_force).err());
        findings.wrong.extend(bench.keys_are_closed().err());

        // What the person does, and no more; then the next operation.
        card.clear_faults();
        bench.test.consent.forget();
        if matches!(self.when, When::DuringPrompt { .. }) {
            // A card that went out and in: of the prompt the agent heard as soon as it was out.
            bench.settle().await;
        }
        let there = bench.test.backend.readers().iter().any(|(name, at)| name == READER && at.insertion().is_some());
        let single_try = other.with(|card| card.tries_left(KeyKind::Signature)) == 1;
        if !there || verdict.holds_until_taken_out || single_try {
            bench.insert(&bench.new_card()).await;
        }
        let next = self.operation.next(&told);
        // After a wrong entry the person is asked first; unless that was for another certificate, so for another card.
        let known = verdict.expected != Expected::Spoilt(CertificateKind::Holder(KeyKind::Authentication));
        let approve = (known && is_wrong_pin(&told)).then_some(Answer::Approve);
        let answers = approve.into_iter().chain(next.entries().into_iter().map(Answer::pin));
        match tokio::time::timeout(BOUND, next.run(&bench.test.agent, &bench.test.consent, answers)).await {
            Ok(Ok(told)) if !told.unsound => {}
            Ok(told) => {
                findings.restarts_needed += 1;
                findings.wrong.push(format!("afterwards {told:?}"));
            }
            Err(_) => findings.hangs += 1,
        }
        findings
    }

    fn prepare(
        self,
        bench: &Bench,
        recording: &Recording,
        card: &CardHandle,
        other: &CardHandle,
    ) -> (Verdict, Vec<Answer>) {
        let mut entries: Vec<Answer> = self.operation.entries().into_iter().map(Answer::pin).collect();
        match self.when {
            When::AtCommand(index, upset) => {
                let place = Place { operation: self.operation, steps: &recording.steps, index };
                upset.inject(card, index, place.step(), other);
                (place.verdict(upset), entries)
            }
            When::DuringPrompt { event, typed } => {
                let verdict = Verdict { expected: during_prompt(event, typed), holds_until_taken_out: false };
                let (backend, card, other) = (bench.test.backend.clone(), card.clone(), other.clone());
                let happens = move || match event {
                    Meanwhile::Pulled => drop(backend.remove(READER)),
                    Meanwhile::OutAndIn => {
                        backend.remove(READER);
                        backend.insert(READER, &card);
                    }
                    Meanwhile::Exchanged => assert!(backend.insert(READER, &other)),
                    Meanwhile::ExchangedForSingleTry => {
                        other.with(|card| KeyKind::ALL.map(|kind| card.set_tries_left(kind, 1)));
                        assert!(backend.insert(READER, &other));
                    }
                    Meanwhile::ReaderGone => backend.remove_reader(READER),
                };
                if !typed {
                    entries = vec![Answer::Never];
                }
                // While the last of the prompts is open.
                let last = entries.pop().map(|answer| answer.after(happens));
                entries.extend(last);
                (verdict, entries)
            }
        }
    }

    /// The caller was told the truth about the PIN that was to be changed: looked up on the card itself.
    pub fn check_state(
        self,
        card: &CardHandle,
        other: &CardHandle,
        in_force: Option<PinAfterwards>,
    ) -> Result<(), String> {
        let (Some(kind), Some(in_force)) = (self.operation.changes(), in_force) else { return Ok(()) };
        // A card that came in unnoticed, before the change, is the one that was at work.
        let exchanged = card.wire().changes == 0 && other.wire().changes > 0;
        let (card, other) = if exchanged { (other, card) } else { (card, other) };
        if takes(other, kind, new_pin_of(kind)) {
            return Err("the PIN of another card was changed".to_owned());
        }
        let (old, new) = (takes(card, kind, pin_of(kind)), takes(card, kind, new_pin_of(kind)));
        let sent = card.wire().changes + other.wire().changes > 0;
        let true_to_it = match in_force {
            PinAfterwards::Unchanged => old && !new,
            PinAfterwards::Changed => new && !old,
            PinAfterwards::Unknown => sent && old != new,
        };
        if true_to_it { Ok(()) } else { Err(format!("told {in_force}; the card takes old: {old}, new: {new}")) }
    }

    /// VERIFY at most once, and no try gone but the one that a wrong PIN costs on the card it reached.
    pub fn check_cards(
        self,
        recording: &Recording,
        card: &CardHandle,
        other: &CardHandle,
        told: &Result<Told, Problem>,
        findings: &mut Findings,
    ) {
        let verify = recording.verify();
        let upset_verify = match self.when {
            When::AtCommand(index, upset) if Some(index) == verify => Some(upset),
            _ => None,
        };
        let seen_twice = |roles: &[Role]| match self.when {
            // One command, seen by two cards.
            When::AtCommand(index, Upset::Swapped { noticed: false, .. }) => {
                usize::from(roles.contains(&recording.steps[index].role))
            }
            _ => 0,
        };
        let (seen, seen_by_other) = (card.wire(), other.wire());
        let verifies = seen.verifies + seen_by_other.verifies - seen_twice(&[Role::Verify, Role::Prove]);
        let changes = seen.changes + seen_by_other.changes - seen_twice(&[Role::Change]);
        let changing = self.operation.changes().is_some();
        // One for each entry, the second one only as the proof of a change.
        if verifies > 1 + changes || changes > usize::from(changing) {
            findings.wrong.push(format!("{verifies} VERIFY, {changes} changes"));
        }
        if verifies > 0 && matches!(self.when, When::DuringPrompt { .. }) {
            findings.wrong.push("a PIN was sent to another card than the one the person was asked about".to_owned());
        }
        let reached = verifies == 1 && upset_verify.is_none_or(Upset::acts);
        let wrong = reached && self.operation == Operation::WrongPin;
        let on_other = other.wire().verifies > 0;
        let single = |kind| match self.when {
            When::AtCommand(_, Upset::Swapped { single_try: true, .. })
            | When::DuringPrompt { event: Meanwhile::ExchangedForSingleTry, .. } => 1,
            _ => tries_max(kind),
        };
        for kind in KeyKind::ALL {
            let lied_to = |index: usize| recording.steps[index].role == Role::Change;
            // A card that says that it took a PIN, and did not, is asked to prove it.
            let proof = matches!(self.when, When::AtCommand(index, Upset::Status(0x9000)) if lied_to(index));
            let spent = u8::from(wrong && kind == KeyKind::Authentication)
                + u8::from(proof && self.operation.changes() == Some(kind));
            let expected =
                [tries_max(kind) - if on_other { 0 } else { spent }, single(kind) - if on_other { spent } else { 0 }];
            let left = [card, other].map(|card| card.with(|card| card.tries_left(kind)));
            if left != expected {
                findings.tries_wrongly_spent += 1;
                findings.wrong.push(format!("{} tries left {left:?}, expected {expected:?}; {told:?}", kind.name()));
            }
        }
    }
}
