//! Writes the manual pages, one for the program and one for each of its commands, from the arguments themselves.
//!
//! Usage: `cargo run --example man-pages -- FOLDER DATE`. What arguments cannot tell (files, environment, signals) is
//! `more.man` beside this file and goes to the end of the program's own page.
#![allow(clippy::print_stderr, reason = "a tool of the build; what failed is for whoever builds")]

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

const PROGRAM: &str = "jpki-agent";
const MORE: &str = include_str!("more.man");

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let (Some(folder), Some(date)) = (arguments.next(), arguments.next()) else {
        eprintln!("usage: man-pages FOLDER DATE");
        return ExitCode::from(2);
    };
    match write_all(&PathBuf::from(folder), &date.to_string_lossy()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("man-pages: {error}");
            ExitCode::FAILURE
        }
    }
}

fn write_all(folder: &Path, date: &str) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    // `help COMMAND` is told on the first page and needs none of its own.
    let mut program = jpki_agent::cli::command().disable_help_subcommand(true);
    program.build();
    write_below(&program, None, folder, date)
}

fn write_below(command: &clap::Command, parent: Option<&str>, folder: &Path, date: &str) -> io::Result<()> {
    let name = command.get_display_name().unwrap_or(command.get_name());
    for below in command.get_subcommands().filter(|below| !below.is_hide_set()) {
        write_below(below, Some(name), folder, date)?;
    }
    let man = Man::new(command.clone())
        .title(name.to_uppercase())
        .date(date)
        .source(format!("{PROGRAM} {}", env!("CARGO_PKG_VERSION")))
        .manual("User Commands");
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    if command.get_arguments().next().is_some() {
        man.render_options_section(&mut page)?;
    }
    if command.has_subcommands() {
        man.render_subcommands_section(&mut page)?;
    }
    if let Some(text) = command.get_after_long_help().or_else(|| command.get_after_help()) {
        after_help(&text.to_string()).to_writer(&mut page)?;
    }
    match parent {
        None => page.write_all(MORE.as_bytes())?,
        Some(parent) => see_also(parent).to_writer(&mut page)?,
    }
    // Before the values an option may have, clap_mangen breaks an empty line twice more, and checkers complain.
    let page = String::from_utf8_lossy(&page).replace(".br\n\n.br\n", ".sp\n");
    std::fs::write(folder.join(man.get_filename()), page)
}

/// What stands below the help of a command. Its paragraphs are laid out by hand, so they stay as they are; one that
/// begins with a line “Something:” is a section of that name.
fn after_help(text: &str) -> Roff {
    let mut roff = Roff::new();
    for (number, paragraph) in text.split("\n\n").enumerate() {
        let (first, rest) = paragraph.split_once('\n').unwrap_or((paragraph, ""));
        let lines = match first.strip_suffix(':') {
            Some(heading) => {
                // As manual pages have named these sections since ever (`man-pages(7)`).
                let heading = match heading {
                    "Exit codes" => "EXIT STATUS".to_owned(),
                    "Example" => "EXAMPLES".to_owned(),
                    other => other.to_uppercase(),
                };
                roff.control("SH", [heading.as_str()]);
                rest
            }
            None => {
                match number {
                    0 => roff.control("SH", ["NOTES"]),
                    _ => roff.control("PP", []),
                };
                paragraph
            }
        };
        // Indented lines are a table or commands and stay as they are; others are sentences, to be filled.
        let is_table = lines.lines().any(|line| line.starts_with("  "));
        if is_table {
            roff.control("nf", []);
        }
        for (number, line) in lines.lines().enumerate() {
            if number > 0 && !is_table {
                roff.control("br", []);
            }
            roff.text([roman(line)]);
        }
        if is_table {
            roff.control("fi", []);
        }
    }
    roff
}

fn see_also(parent: &str) -> Roff {
    let mut roff = Roff::new();
    roff.control("SH", ["SEE ALSO"]);
    let mut line = vec![bold(parent), roman("(1)")];
    if parent != PROGRAM {
        line.extend([roman(", "), bold(PROGRAM), roman("(1)")]);
    }
    roff.text(line);
    roff
}
