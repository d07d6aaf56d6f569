//! Parts of the system that some tests need: are they here, and what to do where they are not.
//!
//! With `JPKI_AGENT_TEST_REQUIRE=all`, as in `make test`, a missing part fails the test. Without it the test is skipped
//! and says so past the test runner's capture, with the word `SKIPPED:` that `scripts/test-summary` counts. Where only
//! root is missing it is skipped in any case, with the words `as root` on the line; CI takes no skipped test at all.

use std::io::Write as _;
use std::path::{Path, PathBuf};

/// Something outside this package that a test leans on.
#[derive(Clone, Copy, Debug)]
pub enum Part {
    /// `pcscd`, the virtual reader's driver, and what a private instance needs.
    Pcscd,
    /// OpenSC's command-line tools and its PKCS#11 module.
    OpenSc,
    /// The `openssl` program.
    OpenSsl,
    /// Python 3 with virtual environments; the packages come from PyPI.
    Python,
    /// `pinentry-tty`, a prompt in a terminal.
    Pinentry,
    /// The D-Bus daemon, for a private bus.
    Dbus,
    /// `desktop-file-validate`, which checks desktop entries.
    DesktopFile,
    /// The `curl` program, as a client of HTTPS.
    Curl,
    /// NSS's `certutil`, which changes whom browsers trust.
    Certutil,
    /// The `valgrind` program, which counts instructions.
    Valgrind,
    /// The browser, as Debian packs it.
    Chromium,
    /// A systemd for a user of a test's own, with a display: systemd itself, namespaces, and a prompt for X.
    UserSystemd,
    /// Debian's package tools, which fetch and unpack programs of another release.
    Apt,
    /// The right to start processes of another user. It cannot be installed: without it a test is always skipped.
    Root,
}

/// A user who exists on every Linux system and owns nothing (`nobody`).
pub const NOBODY: u32 = 65534;

impl Part {
    /// What of this part is missing, with its remedy.
    fn missing(self) -> Vec<String> {
        let mut missing = Vec::new();
        let mut need = |found: bool, what: &str, remedy: &str| {
            if !found {
                missing.push(format!("{what} is missing: {remedy}"));
            }
        };
        match self {
            Self::Pinentry => need(program("pinentry-tty"), "pinentry-tty", "apt-get install pinentry-tty"),
            Self::Pcscd => {
                need(Path::new(PCSCD).exists(), PCSCD, "apt-get install pcscd");
                need(Path::new(VPCD_DRIVER).exists(), VPCD_DRIVER, "apt-get install vsmartcard-vpcd");
                need(Path::new("/run/pcscd").is_dir(), "/run/pcscd", "as root: install -d /run/pcscd");
                need(program("systemd-socket-activate"), "systemd-socket-activate", "apt-get install systemd");
                need(program("setpriv"), "setpriv", "apt-get install util-linux");
            }
            Self::OpenSc => {
                need(program("pkcs15-tool"), "pkcs15-tool", "apt-get install opensc");
                need(opensc_module().is_some(), "opensc-pkcs11.so", "apt-get install opensc-pkcs11");
            }
            Self::OpenSsl => need(program("openssl"), "openssl", "apt-get install openssl"),
            Self::Python => need(program("python3"), "python3", "apt-get install python3 python3-venv"),
            Self::Dbus => need(program("dbus-daemon"), "dbus-daemon", "apt-get install dbus-daemon"),
            Self::DesktopFile => {
                need(program("desktop-file-validate"), "desktop-file-validate", "apt-get install desktop-file-utils");
            }
            Self::Curl => need(program("curl"), "curl", "apt-get install curl"),
            Self::Certutil => need(program("certutil"), "certutil", "apt-get install libnss3-tools"),
            Self::Valgrind => need(program("valgrind"), "valgrind", "apt-get install valgrind"),
            Self::Chromium => {
                need(Path::new("/usr/bin/chromium").exists(), "/usr/bin/chromium", "apt-get install chromium");
            }
            Self::UserSystemd => {
                need(Path::new(SYSTEMD).exists(), SYSTEMD, "apt-get install systemd");
                for (name, remedy) in [
                    ("systemctl", "apt-get install systemd"),
                    ("systemd-analyze", "apt-get install systemd"),
                    ("unshare", "apt-get install util-linux"),
                    ("ip", "apt-get install iproute2"),
                    ("Xvfb", "apt-get install xvfb"),
                    ("xdotool", "apt-get install xdotool"),
                    ("pinentry-gtk-2", "apt-get install pinentry-gtk2"),
                    ("pinentry-qt", "apt-get install pinentry-qt"),
                ] {
                    need(program(name) || Path::new("/usr/sbin").join(name).exists(), name, remedy);
                }
            }
            Self::Apt => {
                for name in ["apt-get", "dpkg-deb"] {
                    need(program(name), name, "run this test on Debian or Ubuntu");
                }
                let keys = "/usr/share/keyrings/debian-archive-keyring.gpg";
                need(Path::new(keys).exists(), keys, "apt-get install debian-archive-keyring");
            }
            Self::Root => need(is_root(), "the right to be another user", "run the tests as root"),
        }
        missing
    }
}

/// The manager of services.
const SYSTEMD: &str = "/usr/lib/systemd/systemd";
/// The PC/SC service.
pub const PCSCD: &str = "/usr/sbin/pcscd";
/// The driver that makes a virtual reader of a TCP port.
pub const VPCD_DRIVER: &str = "/usr/lib/pcsc/drivers/serial/libifdvpcd.so";

/// Whether all `parts` are here. If not: panics under `JPKI_AGENT_TEST_REQUIRE=all` (unless only root is missing, since
/// a developer's own user must be able to run the tests), else says loudly that the calling test is skipped. Use as
/// `if !require(&[Part::Pcscd]) { return; }`.
#[must_use]
pub fn require(parts: &[Part]) -> bool {
    let missing: Vec<String> = parts.iter().flat_map(|part| part.missing()).collect();
    if missing.is_empty() {
        return true;
    }
    let installable = parts.iter().any(|part| !matches!(part, Part::Root) && !part.missing().is_empty());
    let mut missing = missing.join("; ");
    if installable {
        missing.push_str("; or run `make setup`");
    }
    if installable && std::env::var("JPKI_AGENT_TEST_REQUIRE").is_ok_and(|value| value == "all") {
        panic!("{missing}");
    }
    let name = std::thread::current().name().unwrap_or("a test").to_owned();
    // One write, and not by a print macro: those are captured for tests that pass.
    let line = format!("SKIPPED: {name}: {missing}\n");
    std::io::stderr().write_all(line.as_bytes()).unwrap();
    false
}

/// OpenSC's PKCS#11 module, wherever this architecture keeps it.
pub fn opensc_module() -> Option<PathBuf> {
    let folders = std::fs::read_dir("/usr/lib").ok()?.flatten().map(|entry| entry.path());
    let mut files = folders.map(|folder| folder.join("opensc-pkcs11.so"));
    files.find(|file| file.exists())
}

fn is_root() -> bool {
    #[cfg(unix)]
    {
        rustix::process::geteuid().is_root()
    }
    #[cfg(not(unix))]
    {
        false
    }
}

/// Whether a program of this name is on the path.
fn program(name: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(name).is_file())
}
