//! A stand-in for pinentry that a shell script is: it answers what is wanted by a rule of the test's, and notes all it was told.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use super::process::Home;

/// Puts it into this home. `answer` is shell: it runs whenever a PIN or a yes is wanted, `$label` is what stands before the
/// entry field, as in `echo 'D 1234'; echo OK`.
pub fn stand_in(home: &Home, answer: &str) -> PathBuf {
    let (program, log) = (home.path("pinentry"), home.path("prompts"));
    let log = log.display();
    let script = format!(
        "#!/bin/sh\necho \"display $DISPLAY\" >> '{log}'\necho 'OK hello'\nwhile read -r line; do\n  \
         echo \"$line\" >> '{log}'\n  case \"$line\" in\n    SETPROMPT*) label=$line; echo OK ;;\n    \
         GETPIN|CONFIRM) {answer} ;;\n    BYE) echo OK; exit 0 ;;\n    \
         *) echo OK ;;\n  esac\ndone\n"
    );
    // Written by another process: a file this one has open for writing could not be started ("text file busy").
    let install = ["-c", "cat > \"$0\" && chmod 755 \"$0\""];
    let mut install = Command::new("sh").args(install).arg(&program).stdin(Stdio::piped()).spawn().unwrap();
    install.stdin.take().unwrap().write_all(script.as_bytes()).unwrap();
    assert!(install.wait().unwrap().success());
    program
}
