//! Where program and units may lie, and what is said of places that others can write to.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt as _, chown, symlink};
use std::path::Path;

use crate::world::{PROGRAM, User, mode};

fn open_to(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

/// As `cargo install` has it on Ubuntu, where everything is made with umask 002; and by a link, as Homebrew has it.
#[test]
#[ignore = "runs in a world of its own, by the test that makes it"]
fn installed_by_a_link_in_folders_of_umask_002() {
    let hanako = User::log_in("hanako", 61234);
    let bin = hanako.home().join(".cargo/bin");
    fs::create_dir_all(&bin).unwrap();
    let link = bin.join("jpki-agent");
    symlink(PROGRAM, &link).unwrap();
    for folder in [hanako.home().join(".cargo"), bin] {
        chown(&folder, Some(hanako.id()), Some(hanako.id())).unwrap();
        open_to(&folder, 0o775);
    }
    let mut install = hanako.command("sh");
    install.args(["-c", "umask 002; PATH=$HOME/.cargo/bin:$PATH; jpki-agent service install"]);
    let output = install.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(mode(&hanako.units()), 0o700, "made for the user alone");
    let unit = fs::read_to_string(hanako.units().join("jpki-agent.service")).unwrap();
    assert!(unit.contains(&format!("ExecStart=\"{}\" serve", link.display())), "{unit}");
    assert_eq!(hanako.curl(&["http://127.0.0.1:25754/v1/health"]).0, 200, "{}", hanako.log());
}

#[test]
#[ignore = "runs in a world of its own, by the test that makes it"]
fn folders_open_to_others_are_all_named() {
    let hanako = User::log_in("hanako", 61234);
    let (program, settings) = (Path::new(PROGRAM).parent().unwrap(), hanako.home().join(".config/systemd"));
    open_to(program, 0o777);
    open_to(&settings, 0o777);
    let said = hanako.says(1, &["service", "install"]);
    let command = format!("chmod go-w {} {}", program.display(), settings.display());
    assert!(said.contains(&command), "{said}");
    assert!(!hanako.units().exists(), "nothing was made");
    for path in [program, &settings] {
        open_to(path, 0o755);
    }
    hanako.says(0, &["service", "install"]);

    // What is wrong later is no reason to say nothing of how it is.
    open_to(program, 0o775);
    let said = hanako.says(1, &["service", "status"]);
    assert!(said.contains("127.0.0.1:25754 listens") && said.contains("chmod go-w /run/jpki"), "{said}");
    let status = hanako.status();
    assert_eq!((&status["installed"], &status["problems"][0]["code"]), (&true.into(), &"refused".into()), "{status}");
    hanako.says(0, &["service", "uninstall"]);
}

/// The very manager takes what the unit says for what was meant.
#[test]
#[ignore = "runs in a world of its own, by the test that makes it"]
fn a_path_of_odd_characters_is_one_word_or_refused() {
    let hanako = User::log_in("hanako", 61234);
    let link = |folder: &str| {
        let folder = hanako.home().join(folder);
        fs::create_dir(&folder).unwrap();
        symlink(PROGRAM, folder.join("jpki-agent")).unwrap();
        folder.join("jpki-agent").to_str().unwrap().to_owned()
    };
    let odd = link("花子 50% $HOME %h ${X};");
    hanako.says_of(&odd, 0, &["service", "install"]);
    let unit = fs::read_to_string(hanako.units().join("jpki-agent.service")).unwrap();
    assert!(unit.contains(&odd.replace('%', "%%")), "{unit}");
    assert_eq!(hanako.curl(&["http://127.0.0.1:25754/v1/health"]).0, 200, "{}", hanako.log());
    hanako.says_of(&odd, 0, &["service", "uninstall"]);

    let refused = link("o'hara");
    assert!(hanako.says_of(&refused, 1, &["service", "install"]).contains("quotes"));
    assert!(!hanako.units().join("jpki-agent.service").exists(), "nothing was written");
}
