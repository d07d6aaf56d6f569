//! What a prompt says: from a [`PinPrompt`] or [`ConfirmPrompt`] to plain lines of text in the person's language.
//!
//! Who asks stands first and alone. Everything that comes from outside (labels, program names, reader names) is cleaned
//! by [`harmless`], is quoted, and gets into the description only, never into a title, a button or the label of the entry
//! field: toolkits look for accelerators (`_`, `&`) there. How the lines reach the screen is for
//! [`pinentry`](super::pinentry).

mod change;

use super::{Asker, ConfirmPrompt, PinPrompt, PromptContext, Purpose, Question, Step, Warning, assuan};
use crate::certificate::Environment;
use crate::digest::{Digest, hexadecimal};
use crate::foreign_text::harmless;
use crate::jpki::KeyKind;
use crate::message::{Language, message};
use crate::origin::{Origin, Scope};
use crate::origins::display;
use crate::pin::{PinFormatError, PinRule};
pub use change::new_pin_hint;

/// Most documents listed in a prompt.
const MAX_DOCUMENTS: usize = 8;
/// Most bytes of an origin; of longer ones the middle is left out, since its end says whose it is.
const MAX_ORIGIN: usize = 120;
/// Most bytes of a document's label: the longest that leaves room for all documents is taken.
const MAX_LABEL: [usize; 3] = [120, 60, 36];
/// Most bytes of any other text from outside.
const MAX_NAME: usize = 60;
/// Bytes a line break takes up in the protocol.
const LINE_BREAK: usize = "%0A".len();

/// All texts of one prompt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PromptText {
    /// Of the window.
    pub title: String,
    /// Lines that say everything; fits into one line of the protocol.
    pub description: String,
    /// Ever shorter descriptions for screens too small for the one before.
    pub shorter: Vec<String>,
    /// In front of the entry field.
    pub label: String,
    /// On the button that agrees.
    pub ok: String,
    /// On the button for another answer, where there is one.
    pub other: Option<String>,
    /// On the button that does not agree.
    pub cancel: String,
}

/// The words of a request for a PIN.
#[must_use]
pub fn pin_prompt(prompt: &PinPrompt) -> PromptText {
    let language = prompt.context.language;
    let description = |size| pin_description(prompt, size);
    PromptText {
        title: message!(language, "prompt-title-pin"),
        description: description(Size::Full),
        shorter: vec![description(Size::Small), description(Size::Tiny)],
        label: match (&prompt.purpose, prompt.key_kind) {
            (Purpose::ChangePin { entry, .. }, key_kind) => change::label(language, key_kind, *entry),
            (_, KeyKind::Authentication) => message!(language, "prompt-label-authentication"),
            (_, KeyKind::Signature) => message!(language, "prompt-label-signature"),
        },
        ok: message!(language, "prompt-ok"),
        other: None,
        cancel: message!(language, "prompt-cancel"),
    }
}

/// The words of a question.
#[must_use]
pub fn confirm_prompt(prompt: &ConfirmPrompt) -> PromptText {
    let language = prompt.context.language;
    let mut lines = vec![asker(&prompt.context)];
    lines.extend(environment(&prompt.context));
    let mut other = None;
    let ok = match &prompt.question {
        Question::UnprotectPin { key_kind, tries_left } => {
            lines.push(match key_kind {
                KeyKind::Authentication => message!(language, "prompt-unprotect-authentication"),
                KeyKind::Signature => message!(language, "prompt-unprotect-signature"),
            });
            lines.push(tries(language, *tries_left));
            lines.push(message!(language, "prompt-unprotect-consequence"));
            message!(language, "prompt-unprotect-ok")
        }
        Question::AllowOrigin { origin, scopes, warnings } => {
            lines.push(harmless(origin.as_str(), MAX_ORIGIN));
            lines.push(message!(language, "prompt-allow-origin"));
            lines.extend(scopes.iter().map(|scope| match scope {
                Scope::Status => message!(language, "prompt-allow-origin-status"),
                Scope::Certificates => message!(language, "prompt-allow-origin-certificates"),
                Scope::Authenticate => message!(language, "prompt-allow-origin-authenticate"),
                Scope::Sign => message!(language, "prompt-allow-origin-sign"),
            }));
            let taken = length(lines.iter().chain(&surroundings(&prompt.context)));
            lines.extend(as_many_warnings(language, warnings, assuan::MAX_TEXT.saturating_sub(taken)));
            message!(language, "prompt-allow-origin-ok")
        }
        Question::FirstVisit => {
            lines.push(message!(language, "prompt-first-visit"));
            lines.push(message!(language, "prompt-first-visit-consequence"));
            message!(language, "prompt-first-visit-ok")
        }
        Question::TryAgain { key_kind, wrong, tries_left } => {
            lines.push(match key_kind {
                KeyKind::Authentication => message!(language, "prompt-try-again-authentication", count = *wrong),
                KeyKind::Signature => message!(language, "prompt-try-again-signature", count = *wrong),
            });
            lines.push(tries(language, *tries_left));
            lines.push(message!(language, "prompt-try-again-consequence"));
            message!(language, "prompt-try-again-ok")
        }
        Question::UseCertificate { key_kind, warning: about } => {
            lines.push(warning(language, about));
            lines.push(match key_kind {
                KeyKind::Authentication => message!(language, "prompt-use-certificate-authentication"),
                KeyKind::Signature => message!(language, "prompt-use-certificate-signature"),
            });
            message!(language, "prompt-use-certificate-ok")
        }
        Question::AvoidWeakPin { key_kind, weakness } => {
            lines.push(change::asked(language, *key_kind));
            lines.push(change::weakness(language, *weakness));
            lines.push(message!(language, "change-weak-again"));
            other = Some(message!(language, "change-weak-use"));
            message!(language, "change-weak-other")
        }
        Question::ChooseCard { key_kind, tries_left, number, count, unusable } => {
            lines.push(message!(language, "prompt-choose"));
            // Which one it is must be seen on small screens, too.
            lines.extend(reader(&prompt.context));
            lines.extend(unusable.then(|| message!(language, "prompt-choose-unusable")));
            if *count > 1 {
                lines.push(message!(language, "prompt-choose-count", number = *number, count = *count));
                other = Some(message!(language, "prompt-choose-other"));
            }
            lines.push(match tries_left {
                Some(0) => message!(language, "prompt-choose-blocked", kind = key_kind.name()),
                left => tries(language, *left),
            });
            message!(language, "prompt-choose-ok")
        }
    };
    let shorter = lines.join("\n");
    if matches!(prompt.question, Question::ChooseCard { .. }) {
        lines.extend(phrase(&prompt.context));
    } else {
        lines.extend(surroundings(&prompt.context));
    }
    PromptText {
        title: message!(language, "prompt-title"),
        description: lines.join("\n"),
        shorter: vec![shorter],
        label: String::new(),
        ok,
        cancel: if other.is_some() {
            message!(language, "prompt-choose-cancel")
        } else {
            message!(language, "prompt-cancel")
        },
        other,
    }
}

/// Why an entry was not taken, and what to do.
#[must_use]
pub fn format_hint(language: Language, rule: PinRule, error: PinFormatError) -> String {
    match (error, rule) {
        (PinFormatError::Length, PinRule::Digits { length }) => {
            message!(language, "prompt-hint-length-digits", length = length)
        }
        (PinFormatError::Length, PinRule::LettersAndDigits { min, max }) => {
            message!(language, "prompt-hint-length-password", min = min, max = max)
        }
        (PinFormatError::FullWidth, _) => message!(language, "prompt-hint-full-width"),
        (PinFormatError::Character, PinRule::Digits { .. }) => message!(language, "prompt-hint-character-digits"),
        (PinFormatError::Character, PinRule::LettersAndDigits { .. }) => {
            message!(language, "prompt-hint-character-password")
        }
        (PinFormatError::OtherPin, _) => message!(language, "prompt-hint-other-pin"),
    }
}

/// Why an answer within the guard time was not taken.
#[must_use]
pub fn too_soon(language: Language) -> String {
    message!(language, "prompt-hint-too-soon")
}

/// How much room a description has.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Size {
    /// A window.
    Full,
    /// A terminal of 24 lines.
    Small,
    /// Less than that.
    Tiny,
}

fn pin_description(prompt: &PinPrompt, size: Size) -> String {
    let context = &prompt.context;
    let language = context.language;
    let mut head = vec![asker(context)];
    head.extend(request(prompt));
    head.extend(step(language, &prompt.purpose));
    head.extend(environment(context));
    // The environment says it already where nobody knows the issuer.
    let said = |about: &&Warning| context.environment == Environment::Unknown && **about == Warning::UnknownIssuer;
    head.extend(prompt.warnings.iter().filter(|about| !said(about)).map(|about| warning(language, about)));
    if discloses(&prompt.purpose) {
        head.push(message!(language, "prompt-discloses"));
    }
    let mut tail = vec![secret(language, prompt)];
    tail.extend(change::spends_a_try(&prompt.purpose).then(|| tries(language, prompt.tries_left)));
    if size == Size::Full {
        tail.extend(surroundings(context));
    } else {
        tail.extend(phrase(context));
    }
    if let Purpose::Sign { digests, .. } = &prompt.purpose {
        let most = match size {
            Size::Full => MAX_DOCUMENTS,
            Size::Small => 3,
            Size::Tiny => 0,
        };
        let taken = length(head.iter().chain(&tail));
        head.extend(documents(language, digests, most, assuan::MAX_TEXT.saturating_sub(taken)));
    }
    head.extend(tail);
    head.join("\n")
}

/// The first line: the origin alone, or the program.
fn asker(context: &PromptContext) -> String {
    match &context.asker {
        Asker::Page(origin) => with_text(origin),
        Asker::Program(program) => match (&program.name, program.pid) {
            (Some(name), Some(pid)) => {
                message!(
                    context.language,
                    "prompt-asker-program",
                    name = harmless(name, MAX_NAME),
                    pid = pid.to_string()
                )
            }
            _ => message!(context.language, "prompt-asker-program-unnamed"),
        },
    }
}

/// The origin as browsers send it, and behind it an international name as text where that cannot deceive.
fn with_text(origin: &Origin) -> String {
    let ascii = middle_left_out(origin.as_str());
    match display(origin).text {
        Some(text) => format!("{ascii}\n({})", middle_left_out(&text)),
        None => ascii,
    }
}

/// Every character of it harmless or made so.
fn middle_left_out(origin: &str) -> String {
    if origin.len() <= MAX_ORIGIN {
        return harmless(origin, usize::MAX);
    }
    let head = origin.floor_char_boundary(MAX_ORIGIN / 3);
    let tail = origin.ceil_char_boundary(origin.len() - MAX_ORIGIN / 2);
    let part = |part: Option<&str>| harmless(part.unwrap_or_default(), usize::MAX);
    format!("{}…{}", part(origin.get(..head)), part(origin.get(tail..)))
}

/// What is asked, in words.
fn request(prompt: &PinPrompt) -> Vec<String> {
    let language = prompt.context.language;
    let by_page = matches!(prompt.context.asker, Asker::Page(_));
    match &prompt.purpose {
        Purpose::Authenticate { .. } if by_page => vec![message!(language, "prompt-authenticate-page")],
        Purpose::Authenticate { origin } => {
            vec![message!(language, "prompt-authenticate-program"), middle_left_out(origin.as_str())]
        }
        Purpose::Sign { digests, .. } if by_page => {
            vec![message!(language, "prompt-sign-page", count = digests.len())]
        }
        Purpose::Sign { digests, .. } => vec![message!(language, "prompt-sign-program", count = digests.len())],
        Purpose::Disclose { .. } if by_page => vec![message!(language, "prompt-disclose-page")],
        Purpose::Disclose { .. } => vec![message!(language, "prompt-disclose-program")],
        Purpose::ChangePin { entry, unproven } => change::lines(language, prompt.key_kind, *entry, *unproven),
    }
}

/// Which of two prompts this is, by the asker's word; what each is for is ours to say.
fn step(language: Language, purpose: &Purpose) -> Option<String> {
    match purpose {
        Purpose::Authenticate { .. }
        | Purpose::ChangePin { .. }
        | Purpose::Sign { step: None, .. }
        | Purpose::Disclose { step: None } => None,
        Purpose::Disclose { step: Some(Step::First) } => Some(message!(language, "prompt-step-certificate")),
        Purpose::Sign { step: Some(Step::Second), .. } => Some(message!(language, "prompt-step-signature")),
        // The other way round: nothing is promised about the other one.
        Purpose::Sign { step: Some(Step::First), .. } => Some(message!(language, "prompt-step-first")),
        Purpose::Disclose { step: Some(Step::Second) } => Some(message!(language, "prompt-step-second")),
    }
}

fn discloses(purpose: &Purpose) -> bool {
    match purpose {
        Purpose::Authenticate { .. } | Purpose::ChangePin { .. } => false,
        Purpose::Sign { discloses, .. } => *discloses,
        Purpose::Disclose { .. } => true,
    }
}

/// As many documents as have room, at most `most`, then how many more there are; shorter labels before fewer documents.
/// The digest stands first, where no label can fake it.
fn documents(language: Language, digests: &[(Digest, Option<String>)], most: usize, room: usize) -> Vec<String> {
    for count in (1..=most.min(digests.len())).rev() {
        for max_label in MAX_LABEL {
            let listed = digests.iter().take(count);
            let mut lines = Vec::new();
            if listed.clone().any(|(_, label)| label.is_some()) {
                lines.push(message!(language, "prompt-labels"));
            }
            lines.extend(listed.map(|(digest, label)| document(language, digest, label.as_deref(), max_label)));
            if digests.len() > count {
                lines.push(message!(language, "prompt-digests-more", count = digests.len() - count));
            }
            if length(&lines) <= room {
                return lines;
            }
        }
    }
    Vec::new() // how many there are has been said above
}

/// As many of our own warnings as have room, each whole, and how many more there are.
fn as_many_warnings(language: Language, warnings: &[String], room: usize) -> Vec<String> {
    for count in (0..=warnings.len()).rev() {
        let mut lines: Vec<String> = warnings.iter().take(count).map(|warning| harmless(warning, usize::MAX)).collect();
        if warnings.len() > count {
            lines.push(message!(language, "prompt-allow-origin-more", count = warnings.len() - count));
        }
        if length(&lines) <= room {
            return lines;
        }
    }
    Vec::new()
}

/// Bytes these lines take up in the protocol, each with its line break.
fn length<'a>(lines: impl IntoIterator<Item = &'a String>) -> usize {
    lines.into_iter().map(|line| assuan::escaped_len(line) + LINE_BREAK).sum()
}

fn document(language: Language, digest: &Digest, label: Option<&str>, max: usize) -> String {
    let prefix = digest.value().get(..4).map(hexadecimal).unwrap_or_default();
    let digest = format!("{} {prefix}…", digest.algorithm());
    match label {
        Some(label) => message!(language, "prompt-digest-labelled", digest = digest, label = harmless(label, max)),
        None => message!(language, "prompt-digest-unlabelled", digest = digest),
    }
}

fn secret(language: Language, prompt: &PinPrompt) -> String {
    match prompt.pin_rule {
        PinRule::Digits { length } => message!(language, "prompt-secret-authentication", length = length),
        PinRule::LettersAndDigits { min, max } => {
            message!(language, "prompt-secret-signature", min = min, max = max)
        }
    }
}

fn tries(language: Language, left: Option<u8>) -> String {
    match left {
        Some(left) => message!(language, "prompt-tries-left", tries = left),
        None => message!(language, "prompt-tries-unknown"),
    }
}

/// Shouts unless the card is a real one.
fn environment(context: &PromptContext) -> Option<String> {
    match context.environment {
        Environment::Production => None,
        Environment::JlisTest => Some(message!(context.language, "prompt-environment-test")),
        Environment::Simulator => Some(message!(context.language, "prompt-environment-simulator")),
        Environment::Unknown => Some(message!(context.language, "prompt-warning-unknown-issuer")),
    }
}

fn warning(language: Language, warning: &Warning) -> String {
    match warning {
        Warning::Expired { not_after_jst } => {
            message!(language, "prompt-warning-expired", date = not_after_jst.as_str())
        }
        Warning::NotYetValid { not_before_jst } => {
            message!(language, "prompt-warning-not-yet-valid", date = not_before_jst.as_str())
        }
        Warning::UnknownIssuer => message!(language, "prompt-warning-unknown-issuer"),
    }
}

/// The last lines: where the card lies, and what shows that the prompt is the agent's.
fn surroundings(context: &PromptContext) -> Vec<String> {
    reader(context).into_iter().chain(phrase(context)).collect()
}

/// Where the card lies. A question about an origin needs no card, and so names no reader.
fn reader(context: &PromptContext) -> Option<String> {
    (!context.reader.is_empty())
        .then(|| message!(context.language, "prompt-reader", reader = harmless(&context.reader, MAX_NAME)))
}

fn phrase(context: &PromptContext) -> Option<String> {
    (!context.phrase.is_empty())
        .then(|| message!(context.language, "prompt-phrase", phrase = harmless(&context.phrase, MAX_NAME)))
}

#[cfg(test)]
mod tests;
