//! Help in the language of the reader: the command tree with its texts from the catalogue.
//!
//! The derive says which commands and arguments there are, and none of their texts: no doc comment stands on a command
//! or an argument there. Their texts are found by name in `locales/*/help.ftl`:
//!
//! | text | what |
//! |---|---|
//! | `help` and its attributes | the program: `.long` of `--help`, `.after` behind the list |
//! | `help-sign`, `help-origin-allow` | a command, in one line; `.after` behind its arguments |
//! | `help-sign--out` | an argument of a command, by its field's name |
//! | `help--reader` | an argument of several commands, where they have no text of their own for it |
//! | `help--chosen-reader` | the same argument where it means more, by an id of its own |
//! | `.expired` of an argument | what this value of it means |
//!
//! A new command needs these and nothing else; a test names what is missing. Headings are from the catalogue as well, and
//! so are the words about wrong usage ([`usage`]). clap's own are left where it has no way to change them: `[OPTIONS]` in a
//! line of usage. Names of values (`FILE`) are the same in every language.

pub(super) mod usage;
mod wrap;

use clap::builder::{Resettable, StyledStr, Styles};
use clap::{Arg, ArgAction, Command};

use crate::message;
use crate::message::{Language, find};
use wrap::wrap;

/// Where clap puts a text that stands on the line after its argument.
const NEXT_LINE_INDENT: usize = 10;
/// Before a command in the list, and after the longest one.
const LIST_MARGIN: usize = 2;
/// Lines are not longer than this, however wide the terminal is.
pub(super) const MAX_WIDTH: usize = 100;

/// `command` with its texts in `language`, ready to read arguments.
pub(super) fn speak(command: Command, language: Language) -> Command {
    let mut command = texts(command, "help", language);
    command.build(); // adds the command `help`, at every level
    name_help_commands(command, language)
}

/// The same for a terminal of this width, in columns. clap breaks lines at spaces, and Japanese has none.
pub(super) fn fit(command: Command, language: Language, width: usize) -> Command {
    match language {
        Language::English => command,
        Language::Japanese => lines(command, width.min(MAX_WIDTH)),
    }
}

/// How wide the terminal is that the help goes to.
pub(super) fn terminal_width() -> usize {
    #[cfg(unix)]
    if let Ok(size) = rustix::termios::tcgetwinsize(std::io::stdout())
        && size.ws_col > 0
    {
        return size.ws_col.into();
    }
    MAX_WIDTH
}

/// The texts of one command and all below it.
fn texts(command: Command, id: &str, language: Language) -> Command {
    let text = |attribute| Resettable::from(find(language, id, attribute).map(StyledStr::from));
    let with = |command: Command, flag: &'static str, letter, action, about: String| {
        command.arg(Arg::new(flag).short(letter).long(flag).action(action).help(about).display_order(MAX_WIDTH))
    };
    let mut command = command
        .about(text(None))
        .long_about(text(Some("long")))
        .after_help(text(Some("after")))
        .mut_args(|argument| explained(argument, id, language))
        .disable_help_flag(true)
        .disable_version_flag(true);
    command = with(command, "help", 'h', ArgAction::Help, message!(language, "help-text-help"));
    command = with(command, "version", 'V', ArgAction::Version, message!(language, "help-text-version"));
    let template = template(&command, language);
    command.help_template(template).mut_subcommands(|below| {
        let id = format!("{id}-{}", below.get_name());
        texts(below, &id, language)
    })
}

/// The order of clap's own, with headings in this language.
fn template(command: &Command, language: Language) -> StyledStr {
    let styles = Styles::styled();
    let (usage, header) = (styles.get_usage(), styles.get_header());
    let heading = message!(language, "help-text-usage");
    let mut template = format!("{{about-with-newline}}\n{usage}{heading}{usage:#} {{usage}}");
    let sections = [
        (command.has_subcommands(), message!(language, "help-text-commands"), "{subcommands}"),
        (command.get_positionals().next().is_some(), message!(language, "help-text-arguments"), "{positionals}"),
        (true, message!(language, "help-text-options"), "{options}"),
    ];
    for (_, heading, content) in sections.into_iter().filter(|(is_there, ..)| *is_there) {
        template.push_str(&format!("\n\n{header}{heading}{header:#}\n{content}"));
    }
    template.push_str("{after-help}");
    StyledStr::from(template)
}

/// The text of an argument, with its default and the values it may have.
fn explained(argument: Arg, command: &str, language: Language) -> Arg {
    let Some((id, mut text)) = named(&argument, command, language) else { return argument };
    if !argument.get_action().takes_values() {
        return argument.help(text);
    }
    let values = argument.get_possible_values();
    let value_names: Vec<&str> = values.iter().map(|value| value.get_name()).collect();
    let defaults: Vec<String> =
        argument.get_default_values().iter().map(|value| value.to_string_lossy().into_owned()).collect();
    let mut remarks = Vec::new();
    if !defaults.is_empty() && !argument.is_hide_default_value_set() {
        remarks.push(message!(language, "help-text-default", value = defaults.join(", ")));
    }
    if !value_names.is_empty() && !argument.is_hide_possible_values_set() {
        remarks.push(message!(language, "help-text-values", values = value_names.join(", ")));
    }
    for remark in remarks {
        text.push(' ');
        text.push_str(&remark);
    }
    let meanings: Vec<String> = value_names
        .iter()
        .filter_map(|value| Some(format!("\n- {value}: {}", find(language, &id, Some(value))?)))
        .collect();
    let argument = argument.help(text.clone()).hide_default_value(true).hide_possible_values(true);
    if meanings.is_empty() { argument } else { argument.long_help(text + &meanings.concat()) }
}

/// Id and text of an argument: its own, or the one that several commands share.
fn named(argument: &Arg, command: &str, language: Language) -> Option<(String, String)> {
    let field = argument.get_id().as_str().replace('_', "-");
    let ids = [format!("{command}--{field}"), format!("help--{field}")];
    ids.into_iter().find_map(|id| find(language, &id, None).map(|text| (id, text)))
}

/// What clap adds by itself: the command `help` beside others.
fn name_help_commands(command: Command, language: Language) -> Command {
    command.mut_subcommands(|below| match below.get_name() {
        "help" => below.about(message!(language, "help-text-command")),
        _ => name_help_commands(below, language),
    })
}

/// Every text in lines that fit.
fn lines(command: Command, width: usize) -> Command {
    let broken = |text: Option<&StyledStr>, width| {
        Resettable::from(text.map(|text| StyledStr::from(wrap(&text.to_string(), width))))
    };
    let about = broken(command.get_about(), width);
    let (long, after) = (broken(command.get_long_about(), width), broken(command.get_after_help(), width));
    let longest = command.get_subcommands().map(|below| below.get_name().len()).max().unwrap_or_default();
    let beside = width.saturating_sub(longest + 2 * LIST_MARGIN);
    let below = width.saturating_sub(NEXT_LINE_INDENT);
    let command = command.about(about).long_about(long).after_help(after).mut_args(|argument| {
        let (help, long) = (broken(argument.get_help(), below), broken(argument.get_long_help(), below));
        argument.help(help).long_help(long).next_line_help(true)
    });
    command.mut_subcommands(|below| {
        // Its own page has more room than its line in this list, and shows the same text: in the list it is read.
        let about = broken(below.get_about(), beside);
        lines(below, width).about(about)
    })
}

#[cfg(test)]
mod tests;
