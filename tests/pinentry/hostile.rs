//! Programs that are no pinentry, or a bad one.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use jpki_agent::consent::pinentry::{Pinentry, Surroundings};
use jpki_agent::consent::{Consent, Refusal, Seat};

use crate::{eventually, log_in, process_exists, question, typed};

/// A shell script in place of pinentry; it notes its process id and all lines it gets.
struct StandIn {
    folder: tempfile::TempDir,
}

impl StandIn {
    /// `getpin` runs at GETPIN and CONFIRM, with `$n` their count.
    fn answering(getpin: &str) -> Self {
        Self::script(&format!(
            "n=0\necho 'OK hello'\nwhile read -r line; do\n  echo \"$line\" >> \"$here/lines\"\n  case \"$line\" in\n    \
             GETPIN|CONFIRM) n=$((n+1)); {getpin} ;;\n    BYE) echo OK; exit 0 ;;\n    *) echo OK ;;\n  esac\ndone\n"
        ))
    }

    fn script(body: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let here = folder.path().display();
        let script = format!(
            "#!/bin/sh\nhere='{here}'\necho $$ > \"$here/pid.new\"; mv \"$here/pid.new\" \"$here/pid\"\n{body}"
        );
        // Written by another process: a file this one has open for writing could not be started ("text file busy").
        let mut install = Command::new("sh")
            .args(["-c", "cat > \"$0\" && chmod 755 \"$0\""])
            .arg(folder.path().join("pinentry"))
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        install.stdin.take().unwrap().write_all(script.as_bytes()).unwrap();
        assert!(install.wait().unwrap().success());
        Self { folder }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("pinentry")
    }

    fn pinentry(&self) -> Pinentry {
        Pinentry::new(Some(self.path()), Surroundings::of_this_process())
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.folder.path().join(name)).unwrap_or_default()
    }

    fn pid(&self) -> Option<i32> {
        self.read("pid").trim().parse().ok()
    }

    async fn is_gone(&self) {
        let pid = self.pid().unwrap();
        eventually("the process has ended and is reaped", || !process_exists(pid)).await;
    }
}

async fn refusal(stand_in: &StandIn) -> Refusal {
    let refusal = stand_in.pinentry().pin(&log_in(Seat::default())).await.unwrap_err();
    stand_in.is_gone().await;
    refusal
}

#[tokio::test]
async fn whatever_is_not_the_protocol_makes_the_prompt_unavailable() {
    for getpin in [
        "echo hello",
        "echo",
        "printf 'D 1234'; exit 0",
        "printf '\\377\\376\\000\\n'",
        "echo 'D 12%3'",
        "echo 'INQUIRE PIN'",
        "head -c 100000 /dev/zero",
        "head -c 100000 /dev/zero | tr '\\0' 1; echo",
        "yes 'D 1111111111111111111111111111'",
        "exit 0",
        "exit 1",
        "kill -9 $$",
        "echo 'ERR nonsense'",
        "echo 'ERR 83886086 No such thing <Pinentry>'",
    ] {
        let refusal = refusal(&StandIn::answering(getpin)).await;
        assert!(matches!(refusal, Refusal::Unavailable(_)), "{getpin}: {refusal:?}");
        assert!(!format!("{refusal:?}").contains("1234"), "{getpin}");
    }
}

#[tokio::test]
async fn a_program_that_is_no_pinentry_makes_the_prompt_unavailable() {
    for body in ["exit 0\n", "echo hello\nsleep 60\n", "echo ERR 1 no\nexec sleep 60\n"] {
        let refusal = refusal(&StandIn::script(body)).await;
        assert!(matches!(refusal, Refusal::Unavailable(_)), "{body}: {refusal:?}");
    }
    let absent = Pinentry::new(Some("/nonexistent/pinentry".into()), Surroundings::default());
    let Refusal::Unavailable(why) = absent.pin(&log_in(Seat::default())).await.unwrap_err() else { panic!() };
    assert!(why.contains("/nonexistent/pinentry"), "{why}");
    let no_program = Pinentry::new(Some(Path::new("/etc/passwd").into()), Surroundings::default());
    assert!(matches!(no_program.pin(&log_in(Seat::default())).await, Err(Refusal::Unavailable(_))));
}

/// Whoever can write to it could keep what is typed: it is not even started.
#[tokio::test]
async fn a_program_that_others_can_write_to_is_not_started() {
    let stand_in = StandIn::answering("echo 'D 1234'; echo OK");
    std::fs::set_permissions(stand_in.path(), std::os::unix::fs::PermissionsExt::from_mode(0o757)).unwrap();
    let answer = stand_in.pinentry().pin(&log_in(Seat::default())).await;
    let Err(Refusal::Unavailable(why)) = answer else { panic!("it was asked") };
    assert!(why.contains("0757"), "{why}");
    assert_eq!(stand_in.pid(), None);
}

#[tokio::test]
async fn a_pin_from_a_cache_is_refused() {
    let cached = StandIn::answering("echo 'S PASSWORD_FROM_CACHE'; echo 'D 1234'; echo OK");
    assert_eq!(refusal(&cached).await, Refusal::Unavailable("pinentry took the PIN from a cache".to_owned()));
    assert!(!cached.read("lines").contains("KEYINFO") && !cached.read("lines").contains("cache"));
}

#[tokio::test]
async fn every_way_to_say_no_is_told_apart_from_no_answer() {
    for (code, expected) in [
        (83_886_179, Refusal::Declined),
        (99, Refusal::Declined),
        (67_109_062, Refusal::Declined),
        (83_886_194, Refusal::Declined),
        (83_886_142, Refusal::TimedOut),
    ] {
        let stand_in = StandIn::answering(&format!("echo 'ERR {code} words <Pinentry>'"));
        assert_eq!(refusal(&stand_in).await, expected, "{code}");
        let confirmed = stand_in.pinentry().confirm(&question(Seat::default())).await;
        assert_eq!(confirmed, Err(expected), "{code}");
    }
}

#[tokio::test]
async fn a_pin_in_pieces_and_escapes_is_put_together() {
    let stand_in = StandIn::answering(
        "echo 'D 1%32'; echo '# comment'; echo 'S BUTTON_INFO close'; echo 'D 3'; echo 'D 4'; echo OK",
    );
    let pin = stand_in.pinentry().pin(&log_in(Seat::default())).await.unwrap();
    assert_eq!(typed(pin), b"1234");
    stand_in.is_gone().await;
}

#[tokio::test]
async fn a_program_that_never_stops_giving_malformed_entries_is_given_up() {
    let stand_in = StandIn::answering("echo OK");
    assert_eq!(refusal(&stand_in).await, Refusal::Unsettled);
    assert_eq!(stand_in.read("lines").matches("GETPIN").count(), 20);
    assert_eq!(stand_in.read("lines").matches("SETERROR That was not 4 digits.").count(), 20);
    stand_in.is_gone().await;
}

#[tokio::test]
async fn a_key_held_down_while_the_prompt_appears_uses_no_entry_up() {
    // 30 answers at once, as the key repeats, then the entry.
    let stand_in = StandIn::answering("[ $n -gt 30 ] && { sleep 0.5; echo 'D 1234'; }; echo OK");
    let mut prompt = log_in(Seat::default());
    prompt.context.guard = Duration::from_millis(400);
    assert_eq!(typed(stand_in.pinentry().pin(&prompt).await.unwrap()), b"1234");
    assert_eq!(stand_in.read("lines").matches("GETPIN").count(), 31);
}

#[tokio::test]
async fn a_program_that_never_stops_answering_too_soon_is_given_up() {
    let stand_in = StandIn::answering("echo 'D 1234'; echo OK");
    let mut prompt = log_in(Seat::default());
    prompt.context.guard = Duration::from_secs(60);
    assert_eq!(stand_in.pinentry().pin(&prompt).await.unwrap_err(), Refusal::Unsettled);
    assert_eq!(stand_in.read("lines").matches("GETPIN").count(), 200);
}

#[tokio::test]
async fn a_question_answered_too_soon_is_asked_again() {
    let stand_in = StandIn::answering("[ $n -gt 1 ] && sleep 0.5; echo OK");
    let mut prompt = question(Seat::default());
    prompt.context.guard = Duration::from_millis(400);
    assert_eq!(stand_in.pinentry().confirm(&prompt).await, Ok(()));
    let lines = stand_in.read("lines");
    assert_eq!((lines.matches("CONFIRM").count(), lines.matches("SETERROR That answer came").count()), (2, 1));
}

#[tokio::test]
async fn one_that_never_answers_and_will_not_end_is_killed() {
    // The shell waits for its child before it would act on a signal it traps; exec leaves one process.
    let deaf = StandIn::answering("trap '' TERM; exec sleep 60");
    let mut prompt = log_in(Seat::default());
    prompt.context.timeout = Duration::from_millis(400);
    let start = Instant::now();
    assert_eq!(deaf.pinentry().pin(&prompt).await.unwrap_err(), Refusal::TimedOut);
    assert!(start.elapsed() < Duration::from_secs(1), "the caller does not wait for the end of the process");
    deaf.is_gone().await;
}

#[tokio::test]
async fn when_the_caller_goes_away_nothing_is_left() {
    let silent = StandIn::answering("exec sleep 60");
    let (pinentry, prompt) = (silent.pinentry(), log_in(Seat::default()));
    let asking = tokio::spawn(async move { pinentry.pin(&prompt).await });
    eventually("the prompt is open", || silent.read("lines").contains("GETPIN")).await;
    let start = Instant::now();
    asking.abort();
    silent.is_gone().await;
    assert!(start.elapsed() < Duration::from_secs(1), "{:?}", start.elapsed());
}

#[tokio::test]
async fn it_is_told_what_to_say_and_sees_little_of_our_environment() {
    let stand_in = StandIn::answering("env > \"$here/env\"; echo 'D 1234'; echo OK");
    let surroundings = Surroundings::from_variables(|name| match name {
        "PATH" => std::env::var_os("PATH"),
        "HOME" => Some("/home/hanako".into()),
        _ => None,
    });
    let seat = Seat { tty: Some("/dev/pts/999".into()), term: Some("vt100".to_owned()), ..Seat::default() };
    let pinentry = Pinentry::new(Some(stand_in.path()), surroundings);
    let mut prompt = log_in(seat);
    prompt.context.reader = "100% <b>reader</b>\nGETPIN".to_owned();
    typed(pinentry.pin(&prompt).await.unwrap());

    let lines = stand_in.read("lines");
    for line in [
        "OPTION ttyname=/dev/pts/999",
        "OPTION ttytype=vt100",
        "SETTITLE My Number Card: PIN or password",
        "SETPROMPT PIN (4 digits):",
        "SETTIMEOUT 30",
        "SETOK OK",
        "SETCANCEL Cancel",
        "BYE",
    ] {
        assert!(lines.lines().any(|sent| sent == line), "{line} is missing in {lines}");
    }
    let description = lines.lines().find(|line| line.starts_with("SETDESC ")).unwrap();
    assert!(
        description.starts_with("SETDESC https://portal.example%0AThis web site asks you to log in"),
        "{description}"
    );
    assert!(description.contains("Reader: 100%25 ＜b＞reader＜/b＞\u{FFFD}GETPIN"), "{description}");
    assert_eq!(lines.matches("\nGETPIN\n").count(), 1);

    let environment = stand_in.read("env");
    let ours = ["_", "PWD", "SHLVL", "OLDPWD"]; // the shell's own
    let names = environment.lines().filter_map(|line| Some(line.split_once('=')?.0));
    let mut names: Vec<_> = names.filter(|name| !ours.contains(name)).collect();
    names.sort_unstable();
    assert_eq!(names, ["HOME", "PATH", "TERM"]);
}
