//! Words about wrong usage: clap's findings, told from the catalogue.

use std::num::ParseIntError;

use clap::Error;
use clap::error::{ContextKind, ErrorKind};

use crate::message;
use crate::message::Language;
use crate::origin::OriginError;
use crate::webeid::NonceError;

/// What is wrong with the arguments, and how they should be. `None`: what clap prints is what was asked for, the help or
/// the version.
pub(in super::super) fn words(error: &Error, language: Language) -> Option<String> {
    let about = |kind: ContextKind| error.get(kind).map(ToString::to_string).filter(|text| !text.is_empty());
    let argument = || about(ContextKind::InvalidArg).unwrap_or_default();
    let value = || about(ContextKind::InvalidValue).unwrap_or_default();
    let what = match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand | ErrorKind::DisplayVersion => {
            return None;
        }
        ErrorKind::InvalidValue | ErrorKind::TooFewValues | ErrorKind::NoEquals if value().is_empty() => {
            message!(language, "help-text-wrong-no-value", argument = argument())
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            message!(language, "help-text-wrong-value", argument = argument(), value = value())
        }
        ErrorKind::TooManyValues | ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues | ErrorKind::NoEquals => {
            message!(language, "help-text-wrong-values", argument = argument())
        }
        ErrorKind::UnknownArgument => message!(language, "help-text-wrong-unknown", argument = argument()),
        ErrorKind::ArgumentConflict => {
            let other = about(ContextKind::PriorArg).unwrap_or_else(argument);
            message!(language, "help-text-wrong-conflict", argument = argument(), other = other)
        }
        ErrorKind::MissingRequiredArgument => message!(language, "help-text-wrong-missing", arguments = argument()),
        ErrorKind::InvalidSubcommand => {
            let command = about(ContextKind::InvalidSubcommand).unwrap_or_default();
            message!(language, "help-text-wrong-command", command = command)
        }
        ErrorKind::MissingSubcommand => message!(language, "help-text-wrong-no-command"),
        _ => message!(language, "help-text-wrong-other"),
    };
    let mut lines = vec![match reason(error, language) {
        Some(reason) => format!("jpki-agent: {what}: {reason}"),
        None => format!("jpki-agent: {what}"),
    }];
    if let Some(values) = about(ContextKind::ValidValue) {
        lines.push(format!("  {}", message!(language, "help-text-values", values = values)));
    }
    let suggestions = [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue];
    if let Some(meant) = suggestions.into_iter().find_map(about) {
        lines.push(format!("  {}", message!(language, "help-text-wrong-meant", meant = meant)));
    }
    if let Some(usage) = about(ContextKind::Usage) {
        let usage = usage.trim_start_matches("Usage:").trim();
        lines.push(format!("\n{} {usage}", message!(language, "help-text-usage")));
    }
    lines.push(format!("\n{}", message!(language, "help-text-wrong-more")));
    Some(lines.join("\n"))
}

/// Why a value is not taken.
fn reason(error: &Error, language: Language) -> Option<String> {
    let source = std::error::Error::source(error)?;
    Some(if let Some(error) = source.downcast_ref::<OriginError>() {
        error.phrase().text(language)
    } else if let Some(error) = source.downcast_ref::<NonceError>() {
        error.phrase().text(language)
    } else if source.is::<ParseIntError>() {
        message!(language, "help-text-wrong-number")
    } else if source.is::<jiff::Error>() {
        message!(language, "help-text-wrong-date")
    } else {
        let said = source.to_string();
        match range(&said) {
            Some((least, most)) => message!(language, "help-text-wrong-range", least = least, most = most),
            None => said,
        }
    })
}

/// Least and most, where clap says that a number is out of its range: `99999 is not in 0..=65535`.
fn range(said: &str) -> Option<(&str, &str)> {
    let (_, range) = said.split_once(" is not in ")?;
    range.split_once("..=").or_else(|| range.split_once(".."))
}
