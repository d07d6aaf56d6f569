//! The command line without an agent: help for every command, wrong usage, settings with faults, completions.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a failure here is a failed test")]

mod support;

use std::process::Output;

use support::process::Home;

fn out(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).unwrap()
}

fn err(output: &Output) -> &str {
    std::str::from_utf8(&output.stderr).unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

/// The commands below `path`, from its help.
fn commands(home: &Home, path: &[String]) -> Vec<String> {
    let mut arguments: Vec<&str> = path.iter().map(String::as_str).collect();
    arguments.push("--help");
    let output = home.run(&arguments);
    assert_eq!(code(&output), 0, "{arguments:?}: {}", err(&output));
    let help = out(&output);
    assert!(help.contains("Usage: jpki-agent"), "{help}");
    assert!(help.lines().all(|line| line.chars().count() <= 100), "{help}");
    let Some((_, list)) = help.split_once("\nCommands:\n") else { return Vec::new() };
    let list = list.lines().take_while(|line| line.starts_with("  "));
    // Further lines of a description are indented deeper.
    let names = list.filter(|line| !line.starts_with("   ")).filter_map(|line| line.split_whitespace().next());
    names.filter(|name| *name != "help").map(str::to_owned).collect()
}

#[test]
fn every_command_of_this_version_has_help() {
    let home = Home::new();
    let mut found = Vec::new();
    let mut open = vec![Vec::new()];
    while let Some(path) = open.pop() {
        for name in commands(&home, &path) {
            let path = [path.clone(), vec![name]].concat();
            found.push(path.join(" "));
            open.push(path);
        }
    }
    found.sort();
    let expected = [
        "audit",
        "audit clear",
        "audit show",
        "audit verify",
        "authenticate",
        "certificates",
        "completions",
        "disclose",
        "doctor",
        "events",
        "guide",
        "open",
        "openapi",
        "origin",
        "origin allow",
        "origin list",
        "origin remove",
        "pin",
        "pin change",
        "pin unprotect",
        "pins",
        "release",
        "reminders",
        "serve",
        "service",
        "service install",
        "service status",
        "service uninstall",
        "sign",
        "simulate",
        "status",
        "tls",
        "tls disable",
        "tls enable",
        "tls status",
        "tray",
        "verify",
        "verify signature",
        "verify token",
    ];
    assert_eq!(found, expected);
}

#[test]
fn help_and_version_are_no_failure() {
    let home = Home::new();
    let help = home.run(&["--help"]);
    for code in 0..=7 {
        assert!(out(&help).contains(&format!("\n  {code}  ")), "exit code {code}");
    }
    let version = home.run(&["--version"]);
    assert_eq!((code(&version), out(&version).trim()), (0, concat!("jpki-agent ", env!("CARGO_PKG_VERSION"))));
}

#[test]
fn help_and_wrong_usage_are_in_the_users_language() {
    let home = Home::new();
    let japanese = |arguments: &[&str]| home.command().args(arguments).env("LANG", "ja_JP.UTF-8").output().unwrap();
    let help = japanese(&["sign", "--help"]);
    assert_eq!(code(&help), 0);
    for words in ["使い方: jpki-agent sign", "ファイルに署名する", "\n引数:\n", "\nオプション:\n", "[既定値: SHA-256]"]
    {
        assert!(out(&help).contains(words), "{words}: {}", out(&help));
    }
    assert!(!out(&help).contains("Usage") && !out(&help).contains("Sign files"), "{}", out(&help));
    assert!(out(&home.run(&["sign", "--help"])).contains("Sign files"), "LANG=C is English");
    let of_command = japanese(&["help", "origin", "allow"]);
    assert!(out(&of_command).contains("サイトのページからの依頼を許可する"), "{}", out(&of_command));
    let wrong = japanese(&["sing"]);
    assert_eq!(code(&wrong), 2);
    assert!(err(&wrong).contains("「sing」というコマンドはありません") && err(&wrong).contains("sign」のことですか"));
}

#[test]
fn the_reason_against_a_value_is_in_the_users_language() {
    let home = Home::new();
    for (arguments, words, english) in [
        (&["serve", "--port", "x"][..], "数字で指定してください", "a number is wanted"),
        (&["serve", "--port", "99999"], "0 から 65535 までです", "from 0 to 65535"),
        (&["audit", "show", "--limit", "0"], "1 から 10000 までです", "from 1 to 10000"),
        (&["reminders", "--done", "2030-02-30"], "実在する日付", "a date that exists"),
        (&["reminders", "--done", "today"], "YYYY-MM-DD の形", "as YYYY-MM-DD"),
        (&["simulate", "--vpcd", "nowhere"], "「ホスト:ポート」の形", "HOST:PORT is needed"),
    ] {
        for (locale, words) in [("ja_JP.UTF-8", words), ("C", english)] {
            let output = home.command().args(arguments).env("LANG", locale).output().unwrap();
            assert_eq!(code(&output), 2);
            assert!(err(&output).contains(words), "{}", err(&output));
            let foreign = ["invalid", "is not in", "..="];
            assert!(!foreign.iter().any(|text| err(&output).contains(text)), "{}", err(&output));
        }
    }
}

#[cfg(unix)]
#[test]
fn the_reason_of_a_failure_is_in_the_users_language_too() {
    use std::os::unix::fs::DirBuilderExt as _;

    let home = Home::new();
    let token = home.path("token.json");
    std::fs::write(&token, "{}").unwrap();
    // Where the socket belongs lies something else.
    let folder = home.runtime();
    std::fs::DirBuilder::new().mode(0o700).create(&folder).unwrap();
    std::fs::write(folder.join("agent.sock"), "").unwrap();
    let nonce = "a".repeat(44);
    let token = ["verify", "token", "--origin", "https://portal.example", "--nonce", &nonce, token.to_str().unwrap()];
    let serve = ["serve", "--simulator", "--port", "0"];
    for (arguments, english, japanese) in [
        (&token[..], "not a Web eID token: ", "Web eID のトークンではありません"),
        (&serve, "something lies there that is no socket", "同じ名前の、ソケットではないものがあります"),
    ] {
        for (language, words, others) in [("C", english, japanese), ("ja_JP.UTF-8", japanese, english)] {
            let output = home.command().args(arguments).env("LANG", language).output().unwrap();
            let said = err(&output);
            assert_eq!(code(&output), 1, "{said}");
            assert!(said.contains(words) && !said.contains(others), "{language}: {said}");
        }
    }
}

#[test]
fn wrong_usage_ends_with_2() {
    let home = Home::new();
    let nonce = "a".repeat(44);
    for arguments in [
        &[][..],
        &["sing"],
        &["serve", "--auto-approve"],
        &["serve", "--port", "65536"],
        &["serve", "--simulator", "--holder", "nobody"],
        &["sign"],
        &["sign", "a", "--digest", "SHA-1"],
        &["certificates", "encryption"],
        &["certificates", "--pem"],
        &["pin", "unprotect", "signature-ca"],
        &["pin", "change", "signature-ca"],
        &["pin", "change", "signature", "1234"],
        &["authenticate", "--origin", "https://portal.example/", "--nonce", &nonce],
        &["authenticate", "--origin", "https://portal.example", "--nonce", "short"],
        &["verify", "token", "--origin", "https://portal.example"],
        &["simulate", "--vpcd", "nowhere"],
        &["completions", "cmd.exe"],
    ] {
        let output = home.run(arguments);
        assert_eq!(code(&output), 2, "{arguments:?}: {}", err(&output));
        assert!(out(&output).is_empty() && !err(&output).is_empty(), "{arguments:?}");
    }
    let many: Vec<String> = (0..101).map(|number| number.to_string()).collect();
    let output = home.run(&[vec!["sign"], many.iter().map(String::as_str).collect()].concat());
    assert_eq!(code(&output), 2, "at most 100 files");
}

#[test]
fn without_an_agent_commands_end_with_3_and_say_so_in_the_users_language() {
    let home = Home::new();
    std::fs::write(home.path("file"), "text").unwrap();
    let (file, nonce) = (home.path("file"), "a".repeat(44));
    for arguments in [
        &["status"][..],
        &["--json", "pins"],
        &["certificates"],
        &["certificates", "signature-ca", "--der"],
        &["release"],
        &["disclose"],
        &["pin", "unprotect", "signature"],
        &["pin", "change", "signature"],
        &["sign", file.to_str().unwrap()],
        &["sign", "--wait-card", "5", file.to_str().unwrap()],
        &["authenticate", "--origin", "https://portal.example", "--nonce", &nonce],
    ] {
        let output = home.run(arguments);
        assert_eq!(code(&output), 3, "{arguments:?}: {}", err(&output));
        assert!(err(&output).contains("no agent is running") && err(&output).contains("jpki-agent serve"));
        assert!(out(&output).is_empty(), "{arguments:?}");
    }
    let output = home.command().arg("status").env("LANG", "ja_JP.UTF-8").output().unwrap();
    assert_eq!(code(&output), 3);
    assert!(err(&output).contains("エージェントが動いていません"), "{}", err(&output));
}

#[test]
fn faults_in_the_settings_name_file_and_line() {
    for (toml, line, part) in [
        ("[server]\nprot = 1\n", 2, "prot"),
        ("[card]\nidle_release_seconds = 31\n", 2, "0 to 30"),
        ("[tls]\nenabled = true\nport = 0\n", 3, "tls.port"),
        ("\n[[origins]]\norigin = \"https://portal.example/\"\n", 3, "https://portal.example"),
        ("[[origins]]\norigin = \"http://localhost:3000\"\n", 2, "--simulator"),
    ] {
        let home = Home::new();
        home.configure(toml);
        let output = home.run(&["serve", "--port", "0"]);
        assert_eq!(code(&output), 1, "{toml}");
        assert!(err(&output).contains(&format!("config.toml:{line}: ")), "{toml}: {}", err(&output));
        assert!(err(&output).contains(part), "{toml}: {}", err(&output));
        assert!(out(&output).is_empty() && !home.runtime().join("agent.sock").exists());
        let doctor = home.run(&["doctor"]);
        assert_eq!(code(&doctor), 1);
        assert!(
            toml.contains("localhost") || out(&doctor).contains(&format!("config.toml:{line}: ")),
            "{}",
            out(&doctor)
        );
    }
}

#[test]
fn a_settings_file_that_was_named_has_to_be_there() {
    let home = Home::new();
    let output = home.run(&["serve", "--port", "0", "--config", "/nowhere/config.toml"]);
    assert_eq!(code(&output), 1);
    assert!(err(&output).contains("/nowhere/config.toml"), "{}", err(&output));
}

#[test]
fn completions_know_the_commands() {
    let home = Home::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let output = home.run(&["completions", shell]);
        assert_eq!(code(&output), 0);
        assert!(out(&output).contains("unprotect") && out(&output).contains("wait-card"), "{shell}");
    }
}

#[test]
fn the_openapi_document_is_printed() {
    let home = Home::new();
    let output = home.run(&["openapi"]);
    assert_eq!(code(&output), 0);
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    assert!(document["paths"]["/v1/sign"].is_object());
}

#[test]
fn a_dry_run_needs_no_agent_and_writes_nothing() {
    let home = Home::new();
    let file = home.path("file");
    std::fs::write(&file, "abc").unwrap();
    let output = home.run(&["sign", "--dry-run", file.to_str().unwrap()]);
    assert_eq!(code(&output), 0, "{}", err(&output));
    // FIPS 180-4, the example "abc".
    assert!(out(&output).contains("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
    assert!(!home.path("file.sig").exists());
    let json = home.run(&["sign", "--dry-run", "--json", "--digest", "sha-512", file.to_str().unwrap()]);
    let body: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(body["digests"][0]["algorithm"], "SHA-512");
    assert_eq!(body["digests"][0]["label"], "file");
}

/// A remedy that names a command of another version helps nobody.
#[test]
fn every_command_that_a_text_names_exists() {
    let home = Home::new();
    let is_word = |c: char| c.is_ascii_lowercase() || c == '-';
    let mut named = std::collections::BTreeSet::new();
    for file in ["en/cli", "en/problem", "en/prompt", "en/service", "ja/cli", "ja/problem", "ja/prompt", "ja/service"] {
        let path = format!("{}/locales/{file}.ftl", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(path).unwrap();
        for after in text.split("jpki-agent ").skip(1) {
            let mut words = Vec::new();
            for word in after.split(' ') {
                let plain: String = word.chars().take_while(|c| is_word(*c)).collect();
                let ends = plain.len() < word.len();
                words.extend(Some(plain).filter(|plain| !plain.is_empty() && !plain.starts_with('-')));
                if ends {
                    break;
                }
            }
            named.extend(Some(words).filter(|words| !words.is_empty()));
        }
    }
    assert!(named.len() >= 4, "{named:?}");
    for words in named {
        let arguments: Vec<&str> = words.iter().map(String::as_str).chain(["--help"]).collect();
        assert!(home.run(&arguments).status.success(), "{arguments:?}");
    }
}
