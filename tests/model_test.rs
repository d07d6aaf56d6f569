//! Model test: random lives of agent and cards against a small reference model. A life that goes wrong is shrunk to the
//! shortest one that still does; its seed is kept in `tests/model/regressions.txt` and tried first ever after.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failure here is a failed test"
)]

mod model;
mod support;

use jpki_agent::jpki::KeyKind;
use jpki_agent::simulator::Moment;
use model::operations::{At, Deed, Entry, Meanwhile, NewEntry, Operation, Planned, Query, Trouble, operation};
use model::world::World;
use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;

/// Lives in one run; `PROPTEST_CASES` asks for others.
const CASES: u32 = 64;

fn live(operations: &[Operation]) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut world = World::new().await;
        for operation in operations {
            world.step(operation).await;
        }
    });
}

fn config() -> ProptestConfig {
    let kept = FileFailurePersistence::Direct("tests/model/regressions.txt");
    let config = ProptestConfig { failure_persistence: Some(Box::new(kept)), ..ProptestConfig::default() };
    let cases = if std::env::var_os("PROPTEST_CASES").is_some() { config.cases } else { CASES };
    ProptestConfig { cases, max_shrink_iters: 400, ..config }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn whatever_happens_the_agent_does_what_the_model_says(life in prop::collection::vec(operation(), 1..30)) {
        live(&life);
    }
}

/// A life by hand, through every kind of step, so that the model itself is seen to agree.
#[test]
fn a_life_from_the_first_wrong_pin_to_the_office() {
    let wrong =
        |deed| Operation::Use { deed, reader: None, entry: Entry::Wrong, meanwhile: Meanwhile::Nothing, fault: None };
    let right =
        |deed| Operation::Use { deed, reader: None, entry: Entry::Right, meanwhile: Meanwhile::Nothing, fault: None };
    let ask = |query| Operation::Ask { query, reader: None, fault: None };
    let lost = Planned { at: At::Verify, what: Trouble::Removed(Moment::AfterActing) };
    live(&[
        ask(Query::Status),
        wrong(Deed::Authenticate),
        wrong(Deed::Authenticate),
        wrong(Deed::Authenticate), // protected: nobody is asked
        Operation::Unprotect { kind: KeyKind::Authentication, reader: None, agrees: true },
        wrong(Deed::Authenticate), // blocked now
        right(Deed::Authenticate),
        right(Deed::Sign(2)),
        Operation::Renew { card: 0 },
        right(Deed::Authenticate),
        Operation::Insert { reader: 1, card: 1 },
        right(Deed::Disclose), // two cards
        Operation::Plug { reader: 0, there: false },
        Operation::Use {
            deed: Deed::Sign(1),
            reader: None,
            entry: Entry::Wrong,
            meanwhile: Meanwhile::Nothing,
            fault: Some(lost),
        },
        Operation::Restart { asked: Query::Pins },
        ask(Query::Pins),
    ]);
}

/// What random lives rarely come to: the same stay of the card at its last try twice.
#[test]
fn a_last_try_that_was_unlocked_and_used_is_protected_again() {
    let enter = |entry| Operation::Use {
        deed: Deed::Authenticate,
        reader: None,
        entry,
        meanwhile: Meanwhile::Nothing,
        fault: None,
    };
    live(&[
        enter(Entry::Wrong),
        enter(Entry::Wrong),
        Operation::Unprotect { kind: KeyKind::Authentication, reader: None, agrees: true },
        enter(Entry::Right),
        enter(Entry::Wrong),
        enter(Entry::Wrong),
        enter(Entry::Right), // nobody is asked
    ]);
}

/// A PIN that is changed to the other one and back, and fails to be in each of the ways there are.
#[test]
fn a_pin_that_was_changed_is_the_one_in_force_and_one_that_was_not_is_known() {
    let kind = KeyKind::Authentication;
    let change =
        |entry, new, fault| Operation::Change { kind, reader: None, entry, new, meanwhile: Meanwhile::Nothing, fault };
    let changed = |fault| change(Entry::Right, NewEntry::Twice, fault);
    let log_in = |entry| Operation::Use {
        deed: Deed::Authenticate,
        reader: None,
        entry,
        meanwhile: Meanwhile::Nothing,
        fault: None,
    };
    let back = || Operation::Insert { reader: 0, card: 0 };
    let mut life = vec![changed(None), log_in(Entry::Wrong), log_in(Entry::Right), changed(None), log_in(Entry::Right)];
    life.push(change(Entry::Wrong, NewEntry::Twice, None));
    for new in [NewEntry::OnceUnlike, NewEntry::NeverAlike, NewEntry::Decline, NewEntry::TimeOutAtTheSecond] {
        life.extend([change(Entry::Right, new, None), log_in(Entry::Right)]);
    }
    for at in [At::Verify, At::Change, At::Proof] {
        for moment in [Moment::BeforeActing, Moment::AfterActing] {
            let lost = Planned { at, what: Trouble::Removed(moment) };
            life.extend([changed(Some(lost)), back(), log_in(Entry::Right)]);
        }
        for status in [0x6A80, 0x6F00] {
            life.extend([changed(Some(Planned { at, what: Trouble::Status(status) })), log_in(Entry::Right)]);
        }
    }
    live(&life);
}
