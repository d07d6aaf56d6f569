//! Real programs: `pinentry-tty` and `pinentry-curses`.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use jpki_agent::consent::change::ChangePrompt;
use jpki_agent::consent::pinentry::{Pinentry, Surroundings, program};
use jpki_agent::consent::{Choice, Consent, Question, Refusal, Seat};
use jpki_agent::jpki::KeyKind;
use jpki_agent::message::Language;

use crate::support::terminal::Terminal;
use crate::{eventually, log_in, process_exists, question, typed};

fn installed(name: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap();
    std::env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|program| program.is_file())
        .unwrap_or_else(|| panic!("this test needs {name}; on Debian and Ubuntu: apt-get install -y {name}"))
}

fn pinentry(name: &str) -> Pinentry {
    Pinentry::new(Some(installed(name)), Surroundings::of_this_process())
}

/// Children of this process that are pinentries and have this terminal open.
fn pinentries_at(seat: &Seat) -> Vec<i32> {
    let tty = seat.tty.as_deref().unwrap();
    let all = std::fs::read_dir("/proc").unwrap();
    all.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<i32>().ok())
        .filter(|pid| {
            let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
            let ours = status.contains(&format!("\nPPid:\t{}\n", std::process::id()));
            let files = std::fs::read_dir(format!("/proc/{pid}/fd")).into_iter().flatten().flatten();
            let mut targets = files.filter_map(|file| std::fs::read_link(file.path()).ok());
            ours && status.starts_with("Name:\tpinentry") && targets.any(|target| target == tty)
        })
        .collect()
}

#[tokio::test]
async fn the_right_pin_comes_back_and_is_never_echoed() {
    let terminal = Terminal::new(24);
    let pinentry = pinentry("pinentry-tty");
    let prompt = log_in(terminal.seat());
    let person = async {
        terminal.shows("PIN (4 digits):", 1).await;
        eventually("the echo is off", || !terminal.echoes()).await;
        terminal.type_keys("4821\n");
    };
    let (pin, ()) = tokio::join!(pinentry.pin(&prompt), person);
    assert_eq!(typed(pin.unwrap()), b"4821");
    let screen = terminal.screen();
    assert!(screen.contains("https://portal.example\r\n") && screen.contains("SIMULATED CARD"), "{screen}");
    assert!(screen.contains("3 tries left.") && !screen.contains("4821"), "{screen}");
    assert!(terminal.echoes());
    eventually("no process is left", || pinentries_at(&terminal.seat()).is_empty()).await;
}

#[tokio::test]
async fn a_malformed_entry_is_asked_again_in_the_same_prompt() {
    let terminal = Terminal::new(24);
    let pinentry = pinentry("pinentry-tty");
    let prompt = log_in(terminal.seat());
    let person = async {
        for (shown, entry) in ["", "12345", "１２３４", "12a4", "1234"].into_iter().enumerate() {
            terminal.shows("PIN (4 digits):", shown + 1).await;
            eventually("the echo is off", || !terminal.echoes()).await;
            terminal.type_keys(&format!("{entry}\n"));
        }
    };
    let (pin, ()) = tokio::join!(pinentry.pin(&prompt), person);
    assert_eq!(typed(pin.unwrap()), b"1234");
    let screen = terminal.screen();
    assert_eq!(screen.matches("That was not 4 digits.").count(), 2, "{screen}");
    assert!(screen.contains("Full-width characters") && screen.contains("Digits only"), "{screen}");
}

#[tokio::test]
async fn closing_the_prompt_declines() {
    let terminal = Terminal::new(24);
    let pinentry = pinentry("pinentry-tty");
    let prompt = log_in(terminal.seat());
    let person = async {
        terminal.shows("PIN (4 digits):", 1).await;
        eventually("the echo is off", || !terminal.echoes()).await;
        terminal.type_keys("\u{4}");
    };
    let (pin, ()) = tokio::join!(pinentry.pin(&prompt), person);
    assert_eq!(pin.unwrap_err(), Refusal::Declined);
    eventually("no process is left", || pinentries_at(&terminal.seat()).is_empty()).await;
}

#[tokio::test]
async fn without_an_answer_the_prompt_closes_in_time_and_the_terminal_echoes_again() {
    for name in ["pinentry-tty", "pinentry-curses"] {
        let terminal = Terminal::new(24);
        let mut prompt = log_in(terminal.seat());
        prompt.context.timeout = Duration::from_millis(700);
        let start = Instant::now();
        assert_eq!(pinentry(name).pin(&prompt).await.unwrap_err(), Refusal::TimedOut);
        assert!((700..2000).contains(&start.elapsed().as_millis()), "{:?}", start.elapsed());
        eventually("no process is left", || pinentries_at(&terminal.seat()).is_empty()).await;
        eventually("the terminal echoes", || terminal.echoes()).await;
    }
}

#[tokio::test]
async fn when_the_caller_goes_away_the_prompt_closes_within_a_second() {
    for name in ["pinentry-tty", "pinentry-curses"] {
        let terminal = Terminal::new(24);
        let seat = terminal.seat();
        let (pinentry, prompt) = (pinentry(name), log_in(seat.clone()));
        let asking = tokio::spawn(async move { pinentry.pin(&prompt).await });
        terminal.shows("PIN (4 digits):", 1).await;
        eventually("the echo is off", || !terminal.echoes()).await;
        let running = pinentries_at(&seat);
        assert_eq!(running.len(), 1, "{name}");
        let start = Instant::now();
        asking.abort();
        eventually("the process has ended and is reaped", || !process_exists(running[0])).await;
        eventually("the terminal echoes", || terminal.echoes()).await;
        assert!(start.elapsed() < Duration::from_secs(1), "{name}: {:?}", start.elapsed());
    }
}

#[tokio::test]
async fn an_answer_given_too_soon_is_asked_again() {
    let terminal = Terminal::new(24);
    let pinentry = pinentry("pinentry-tty");
    let mut prompt = log_in(terminal.seat());
    prompt.context.guard = Duration::from_millis(600);
    let person = async {
        terminal.shows("PIN (4 digits):", 1).await;
        eventually("the echo is off", || !terminal.echoes()).await;
        terminal.type_keys("4821\n");
        terminal.shows("came too quickly", 1).await;
        terminal.shows("PIN (4 digits):", 2).await;
        tokio::time::sleep(Duration::from_millis(700)).await; // what is tested is time
        terminal.type_keys("1234\n");
    };
    let (pin, ()) = tokio::join!(pinentry.pin(&prompt), person);
    assert_eq!(typed(pin.unwrap()), b"1234");
}

#[tokio::test]
async fn questions_are_confirmed_or_declined() {
    for (keys, expected) in [("g", Ok(())), ("c", Err(Refusal::Declined))] {
        let terminal = Terminal::new(24);
        let pinentry = pinentry("pinentry-tty");
        let prompt = question(terminal.seat());
        let person = async {
            terminal.shows("[gc]?", 1).await;
            terminal.type_keys(keys);
        };
        let (answer, ()) = tokio::join!(pinentry.confirm(&prompt), person);
        assert_eq!(answer, expected);
        assert!(terminal.screen().contains("the certificate expired; its last day was 2026-01-02"));
    }
}

/// A change at `seat`.
fn change(seat: Seat) -> ChangePrompt {
    let log_in = log_in(seat);
    ChangePrompt {
        context: log_in.context,
        key_kind: log_in.key_kind,
        pin_rule: log_in.pin_rule,
        tries_left: log_in.tries_left,
        unproven: true,
    }
}

#[tokio::test]
async fn a_change_is_typed_in_three_prompts_and_a_weak_pin_can_be_taken_back() {
    let terminal = Terminal::new(40);
    let pinentry = pinentry("pinentry-tty");
    let prompt = change(terminal.seat());
    let person = async {
        let entry = async |label: &str, times: usize, keys: &str| {
            terminal.shows(label, times).await;
            eventually("the echo is off", || !terminal.echoes()).await;
            terminal.type_keys(keys);
        };
        entry("Present PIN (4 digits):", 1, "1234\n").await;
        entry("New PIN (4 digits):", 1, "1234\n").await; // the present one
        terminal.shows("That is the present one", 1).await;
        entry("New PIN (4 digits):", 2, "7777\n").await;
        terminal.shows("repeats the same characters", 1).await;
        terminal.shows("[acu]?", 1).await;
        terminal.type_keys("a"); // another one
        entry("New PIN (4 digits):", 3, "4821\n").await;
        entry("New PIN again:", 1, "4812\n").await;
        terminal.shows("were not the same", 1).await;
        entry("New PIN (4 digits):", 4, "4821\n").await;
        entry("New PIN again:", 2, "4821\n").await;
    };
    let (change, ()) = tokio::join!(prompt.ask(&pinentry), person);
    let (present, new, again) = change.unwrap().into_parts();
    assert_eq!((typed(present), typed(again)), (b"1234".to_vec(), b"4821".to_vec()));
    assert_eq!(new.into_command().body(), b"4821");
    let screen = terminal.screen();
    assert!(screen.contains("UNPROVEN on real cards") && screen.contains("SIMULATED CARD"), "{screen}");
    for secret in ["1234", "7777", "4821", "4812"] {
        assert!(!screen.contains(secret), "{screen}");
    }
    eventually("no process is left", || pinentries_at(&terminal.seat()).is_empty()).await;
}

#[tokio::test]
async fn a_choice_has_three_ways_out() {
    for (keys, expected) in [("u", Ok(Choice::This)), ("a", Ok(Choice::Another)), ("c", Err(Refusal::Declined))] {
        let terminal = Terminal::new(24);
        let pinentry = pinentry("pinentry-tty");
        let mut prompt = question(terminal.seat());
        prompt.question = Question::ChooseCard {
            key_kind: KeyKind::Signature,
            tries_left: Some(5),
            number: 1,
            count: 2,
            unusable: false,
        };
        let person = async {
            terminal.shows("[uca]?", 1).await;
            terminal.type_keys(keys);
        };
        let (answer, ()) = tokio::join!(pinentry.choose(&prompt), person);
        assert_eq!(answer, expected);
        assert!(terminal.screen().contains("Reader: Test Reader 00 00"), "{}", terminal.screen());
    }
}

#[tokio::test]
async fn japanese_is_shown_whatever_the_locale_of_the_terminal_says() {
    for lang in [None, Some("C".to_owned()), Some("ja_JP.UTF-8".to_owned())] {
        let terminal = Terminal::new(24);
        let pinentry = pinentry("pinentry-curses");
        let mut prompt = log_in(Seat { lang, ..terminal.seat() });
        prompt.context.language = Language::Japanese;
        let person = async {
            terminal.shows("利用者証明用電子証明書の暗証番号・数字4桁", 1).await;
            eventually("the echo is off", || !terminal.echoes()).await;
            terminal.type_keys("1234\r");
        };
        let (pin, ()) = tokio::join!(pinentry.pin(&prompt), person);
        assert_eq!(typed(pin.unwrap()), b"1234");
    }
}

#[tokio::test]
async fn a_small_terminal_gets_fewer_words_and_a_tiny_one_none() {
    let terminal = Terminal::new(12);
    let pinentry = pinentry("pinentry-curses");
    let prompt = log_in(terminal.seat());
    let person = async {
        terminal.shows("3 tries left", 1).await;
        eventually("the echo is off", || !terminal.echoes()).await;
        terminal.type_keys("1234\r");
    };
    let (pin, ()) = tokio::join!(pinentry.pin(&prompt), person);
    assert_eq!(typed(pin.unwrap()), b"1234");
    assert!(!terminal.screen().contains("Test Reader"), "the full text has one line too many");

    let terminal = Terminal::new(5);
    let refusal = pinentry.pin(&log_in(terminal.seat())).await.unwrap_err();
    assert_eq!(refusal, Refusal::Unavailable("the terminal is too small".to_owned()));
}

#[tokio::test]
async fn a_terminal_seat_finds_a_program_by_itself() {
    let terminal = Terminal::new(24);
    let found = Pinentry::new(None, Surroundings::of_this_process()).find_program(&terminal.seat()).unwrap();
    assert!(found.is_absolute());
    assert!(program::find(Some(&found), None, false, false).is_ok());
}
