//! Every command and argument has its text in both languages, from the catalogue alone, and none is left over.

use std::collections::BTreeSet;

use clap::CommandFactory as _;

use super::super::Arguments;
use super::*;

/// The texts of `locales/en/help.ftl` that belong to commands and arguments, with their attributes.
fn catalogue() -> BTreeSet<String> {
    let (mut ids, mut message) = (BTreeSet::new(), String::new());
    for line in include_str!("../../../locales/en/help.ftl").lines() {
        let Some((name, _)) = line.trim().split_once(" =") else { continue };
        if line.starts_with("help") {
            message = name.to_owned();
            ids.insert(message.clone());
        } else if let Some(attribute) = name.strip_prefix('.').filter(|name| !name.contains(' ')) {
            ids.insert(format!("{message}.{attribute}"));
        }
    }
    ids.into_iter().filter(|id| !id.starts_with("help-text-")).collect()
}

/// What there is to be told, by walking the tree of the derive.
#[derive(Default)]
struct Walk {
    /// The texts that were used.
    used: BTreeSet<String>,
    /// What whoever adds a command has to do.
    missing: Vec<String>,
}

impl Walk {
    fn command(&mut self, command: &Command, id: &str, path: &str) {
        if let Some(text) = command.get_about().or(command.get_long_about()).or(command.get_after_help()) {
            self.missing
                .push(format!("move the doc comment or after_help of `{path}` to the catalogue: {id} = {text}"));
        }
        self.text(id, &format!("the command `{path}`"));
        for attribute in ["long", "after"] {
            self.used.insert(format!("{id}.{attribute}"));
        }
        for argument in command.get_arguments() {
            let (own, name) = (format!("{id}--{}", argument.get_id().as_str().replace('_', "-")), argument.get_id());
            if let Some(text) = argument.get_help().or(argument.get_long_help()) {
                self.missing.push(format!("move the doc comment of `{path}` {name} to the catalogue: {own} = {text}"));
            }
            let used = named(argument, id, Language::English).map_or(own, |(id, _)| id);
            self.text(&used, &format!("`{name}` of `{path}`"));
            for value in argument.get_possible_values() {
                self.used.insert(format!("{used}.{}", value.get_name()));
            }
        }
        for below in command.get_subcommands() {
            let name = below.get_name();
            self.command(below, &format!("{id}-{name}"), &format!("{path} {name}"));
        }
    }

    fn text(&mut self, id: &str, what: &str) {
        for language in Language::ALL {
            if find(language, id, None).is_none_or(|text| text.is_empty()) {
                self.missing.push(format!("add to locales/{language}/help.ftl, for {what}: {id} = …"));
            }
        }
        self.used.insert(id.to_owned());
    }
}

#[test]
fn every_command_and_argument_has_a_text_in_both_languages_and_none_is_left_over() {
    let mut walk = Walk::default();
    walk.command(&Arguments::command(), "help", "jpki-agent");
    assert!(walk.missing.is_empty(), "\n{}\n", walk.missing.join("\n"));
    let left: Vec<_> = catalogue().into_iter().filter(|id| !walk.used.contains(id)).collect();
    assert!(left.is_empty(), "take out of locales/*/help.ftl what no command or argument uses: {left:?}");
}

#[test]
fn the_texts_around_them_are_used() {
    let sources = concat!(include_str!("../help.rs"), include_str!("usage.rs"));
    let catalogue = include_str!("../../../locales/en/help.ftl");
    for id in catalogue.lines().filter_map(|line| line.split_once(" =")).map(|(id, _)| id) {
        assert!(!id.starts_with("help-text-") || sources.contains(&format!("\"{id}\"")), "{id} is used nowhere");
    }
}

/// The help of this command and all below it.
fn pages(command: &mut Command, pages: &mut Vec<String>) {
    pages.push(command.render_long_help().to_string());
    for below in command.get_subcommands_mut().filter(|below| below.get_name() != "help") {
        self::pages(below, pages);
    }
}

#[test]
fn the_help_is_in_one_language_and_fits_the_terminal() {
    for width in [60, 80, 100, 200] {
        let mut found = Vec::new();
        let command = fit(speak(Arguments::command(), Language::Japanese), Language::Japanese, width);
        pages(&mut command.term_width(width), &mut found);
        assert!(found.len() > 25);
        for page in &found {
            assert!(page.contains("使い方: jpki-agent") && page.contains("\nオプション:\n"), "{page}");
            for clap in ["Usage", "Options", "Commands", "Arguments", "Print ", "default:", "possible values"] {
                assert!(!page.contains(clap), "{clap}: {page}");
            }
            for line in page.lines().filter(|line| !line.trim_start().starts_with("jpki-agent")) {
                let columns: usize = line.chars().map(wrap::width_of).sum();
                // What is not Japanese stays whole, and so do tables: options, values, examples, exit codes.
                let is_table = line.trim_start().starts_with(|c: char| c.is_ascii_digit());
                let is_words = !is_table && line.chars().filter(|c| wrap::width_of(*c) == 2).count() > 10;
                assert!(!is_words || columns <= width.min(MAX_WIDTH), "{columns} of {width}: {line}\n{page}");
            }
        }
    }
}

#[test]
fn the_values_of_an_argument_are_told() {
    for (language, default, values) in [
        (Language::English, "[default: SHA-256]", "[possible values: SHA-256, SHA-384, SHA-512]"),
        (Language::Japanese, "[既定値: SHA-256]", "[選択肢: SHA-256, SHA-384, SHA-512]"),
    ] {
        let mut command = speak(Arguments::command(), language);
        let page = command.find_subcommand_mut("sign").unwrap().render_long_help().to_string();
        assert!(page.contains(default) && page.contains(values), "{page}");
        let page = command.find_subcommand_mut("serve").unwrap().render_long_help().to_string();
        assert!(page.contains("- under-15: "), "{page}");
    }
}

#[test]
fn wrong_usage_is_told_in_both_languages() {
    for (arguments, english, japanese) in [
        (&["sing"][..], "there is no command “sing”", "「sing」というコマンドはありません"),
        (&["sign"], "missing: <FILE>...", "次の指定が必要です: <FILE>..."),
        (&["sign", "a", "--digest", "MD5"], "“MD5” cannot be used", "「MD5」は使えません"),
        (&["sign", "a", "--out"], "needs a value", "値が必要です"),
        (&["status", "--loud"], "there is no argument “--loud”", "「--loud」という引数はありません"),
        (&["serve", "--port", "70000"], "“70000” cannot be used", "「70000」は使えません"),
        (&["serve", "--auto-approve"], "missing: --simulator", "次の指定が必要です: --simulator"),
        (&["certificates", "signature-ca", "--pem", "--der"], "together", "一緒に使えません"),
        (&["origin", "allow", "https://a.example/"], "as \"https://a.example\"", "「\"https://a.example\"」"),
        (&["authenticate", "--origin", "https://a.example", "--nonce", "a"], "44 to 128", "44〜128文字"),
    ] {
        for (language, words) in [(Language::English, english), (Language::Japanese, japanese)] {
            let command = speak(Arguments::command(), language);
            let line = std::iter::once("jpki-agent").chain(arguments.iter().copied());
            let error = command.try_get_matches_from(line).unwrap_err();
            let told = usage::words(&error, language).unwrap();
            assert!(told.contains(words), "{arguments:?}: {told}");
            assert_eq!(error.exit_code(), 2);
            assert!(language == Language::English || !told.contains("Usage"), "{told}");
        }
    }
}
