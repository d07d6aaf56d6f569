//! The words of a change of a PIN: which entry is wanted, what is wrong with a new one, and that nobody has reported yet
//! that it works on a real card.

use super::super::{ChangeEntry, Purpose};
use crate::jpki::KeyKind;
use crate::message::{Language, message};
use crate::pin::{NewPinError, Weakness};

/// Why an entry was not taken as the new PIN.
#[must_use]
pub fn new_pin_hint(language: Language, error: NewPinError) -> String {
    match error {
        NewPinError::NotMixed => message!(language, "change-hint-not-mixed"),
        NewPinError::Unchanged => message!(language, "change-hint-unchanged"),
        NewPinError::Different => message!(language, "change-different"),
    }
}

/// What is asked, and which entry is wanted.
pub(super) fn lines(language: Language, key_kind: KeyKind, entry: ChangeEntry, unproven: bool) -> Vec<String> {
    let mut lines = vec![asked(language, key_kind)];
    lines.extend(unproven.then(|| message!(language, "change-unproven")));
    lines.extend(change_entry(language, key_kind, entry));
    lines
}

/// In front of the entry field.
pub(super) fn label(language: Language, key_kind: KeyKind, entry: ChangeEntry) -> String {
    match (key_kind, entry) {
        (KeyKind::Authentication, ChangeEntry::Present) => message!(language, "change-label-present-authentication"),
        (KeyKind::Signature, ChangeEntry::Present) => message!(language, "change-label-present-signature"),
        (KeyKind::Authentication, ChangeEntry::New { .. }) => message!(language, "change-label-new-authentication"),
        (KeyKind::Signature, ChangeEntry::New { .. }) => message!(language, "change-label-new-signature"),
        (KeyKind::Authentication, ChangeEntry::Again) => message!(language, "change-label-again-authentication"),
        (KeyKind::Signature, ChangeEntry::Again) => message!(language, "change-label-again-signature"),
    }
}

/// Why a new PIN is easy to guess.
pub(super) fn weakness(language: Language, weakness: Weakness) -> String {
    match weakness {
        Weakness::Repeats => message!(language, "change-weak-repeats"),
        Weakness::Runs => message!(language, "change-weak-runs"),
        Weakness::Keyboard => message!(language, "change-weak-keyboard"),
        Weakness::Date => message!(language, "change-weak-date"),
        Weakness::Word => message!(language, "change-weak-word"),
    }
}

/// That a PIN is to be changed, and whose.
pub(super) fn asked(language: Language, key_kind: KeyKind) -> String {
    match key_kind {
        KeyKind::Authentication => message!(language, "change-asked-authentication"),
        KeyKind::Signature => message!(language, "change-asked-signature"),
    }
}

/// Which of the three entries of a change is wanted.
fn change_entry(language: Language, key_kind: KeyKind, entry: ChangeEntry) -> Vec<String> {
    match (entry, key_kind) {
        (ChangeEntry::Present, KeyKind::Authentication) => vec![message!(language, "change-present-authentication")],
        (ChangeEntry::Present, KeyKind::Signature) => vec![message!(language, "change-present-signature")],
        (ChangeEntry::New { different }, key_kind) => {
            let mut lines = Vec::new();
            lines.extend(different.then(|| message!(language, "change-different")));
            match key_kind {
                KeyKind::Authentication => lines.push(message!(language, "change-new-authentication")),
                KeyKind::Signature => {
                    lines.push(message!(language, "change-new-signature"));
                    lines.push(message!(language, "change-mixed"));
                }
            }
            lines
        }
        (ChangeEntry::Again, KeyKind::Authentication) => vec![message!(language, "change-again-authentication")],
        (ChangeEntry::Again, KeyKind::Signature) => vec![message!(language, "change-again-signature")],
    }
}

/// Does a wrong entry cost a try?
pub(super) fn spends_a_try(purpose: &Purpose) -> bool {
    !matches!(purpose, Purpose::ChangePin { entry: ChangeEntry::New { .. } | ChangeEntry::Again, .. })
}
