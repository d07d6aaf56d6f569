//! A `pcscd` of a test's own with a virtual reader of two slots, as any user, next to the system's and to other tests'.
//!
//! `pcscd` takes its listening socket by systemd's socket activation, and libpcsclite looks at `PCSCLITE_CSOCK_NAME`,
//! once per process, before its first call. So a test must reach it through a child process that [`Pcscd::lead`] was
//! applied to: the agent, `simulate`, or OpenSC's tools.

use std::ffi::OsStr;
use std::net::{Ipv4Addr, TcpListener};
use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::net::{SocketAddr, UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::child::{self, Running};
use super::parts::{PCSCD, VPCD_DRIVER};

/// Ports for virtual readers: below the range the system hands out by itself, and clear of the agent's own two.
const PORTS: std::ops::Range<u16> = 20_000..25_000;
/// How long the service may take to be ready.
const START_LIMIT: Duration = Duration::from_secs(10);

/// A private PC/SC service; ends when dropped.
#[derive(Debug)]
pub struct Pcscd {
    /// None while it is killed.
    process: Option<Running>,
    ports: PortPair,
    folder: PathBuf,
    /// Removes the folder, where it is not another's.
    _owner: Option<TempDir>,
}

impl Pcscd {
    /// Starts a service whose two slots, `Virtual PCD 00 00` and `Virtual PCD 00 01`, wait for cards.
    pub fn start() -> Self {
        let mut pcscd = Self::absent();
        pcscd.activate();
        pcscd.connect();
        pcscd
    }

    /// The same with the `pcscd` and the reader's driver of the system in `root`, which sees our `/tmp`, `/run`, `/proc` and
    /// `/dev`. That one asks polkit.
    pub fn start_in(root: &Path) -> Self {
        let mut pcscd = Self::absent();
        pcscd.spawn(&["chroot".as_ref(), root.as_os_str(), PCSCD.as_ref()], &[]);
        pcscd.connect();
        pcscd
    }

    /// The place of a service that is not started yet: its folder, its ports, no socket.
    pub fn absent() -> Self {
        // Straight in /tmp: the path of a Unix socket has at most 107 bytes.
        let folder = tempfile::Builder::new().prefix("jpki-pcscd-").tempdir_in("/tmp").unwrap();
        let pcscd = Self::absent_in(folder.path());
        Self { _owner: Some(folder), ..pcscd }
    }

    /// The same in this folder, whose `pcscd.comm` will be the socket: for a test that is a client itself, in a process
    /// whose `PCSCLITE_CSOCK_NAME` was set by the one that started it.
    pub fn absent_in(folder: &Path) -> Self {
        std::fs::create_dir(folder.join("readers")).unwrap();
        let pcscd = Self { process: None, ports: PortPair::reserve(), folder: folder.to_owned(), _owner: None };
        pcscd.plug_reader("vpcd", "Virtual PCD", Path::new(VPCD_DRIVER), pcscd.ports.first);
        pcscd
    }

    /// Puts a reader with two slots, on `port` and the next one, into the folder that is read at the next start. Each
    /// needs a driver file of its own.
    fn plug_reader(&self, file: &str, name: &str, driver: &Path, port: u16) {
        let driver = driver.display();
        let entry =
            format!("FRIENDLYNAME \"{name}\"\nDEVICENAME /dev/null:{port}\nLIBPATH {driver}\nCHANNELID {port}\n");
        std::fs::write(self.folder.join("readers").join(file), entry).unwrap();
    }

    /// Plugs a second reader in, `Second PCD 00 00` and `Second PCD 00 01`, from the next start on. Drop what is given
    /// back only after the service.
    pub fn plug_second_reader(&self) -> SecondReader {
        let ports = PortPair::reserve();
        let driver = self.folder.join("libifdvpcd-second.so");
        std::fs::copy(VPCD_DRIVER, &driver).unwrap();
        self.plug_reader("second", "Second PCD", &driver, ports.first);
        SecondReader(ports)
    }

    /// Takes the first reader out, or puts it back, from the next start on.
    pub fn set_first_reader(&self, plugged: bool) {
        match plugged {
            true => self.plug_reader("vpcd", "Virtual PCD", Path::new(VPCD_DRIVER), self.ports.first),
            false => std::fs::remove_file(self.folder.join("readers/vpcd")).unwrap(),
        }
    }

    /// Makes the socket; the service itself is started by whoever connects to it first, as by systemd.
    pub fn activate(&mut self) {
        self.activate_with(&[]);
    }

    /// The same, with further arguments for the service.
    pub fn activate_with(&mut self, arguments: &[&str]) {
        let unasked: &[&str] = if knows_disable_polkit() { &["--disable-polkit"] } else { &[] };
        self.spawn(&[PCSCD.as_ref()], &[arguments, unasked].concat());
    }

    fn spawn(&mut self, program: &[&OsStr], arguments: &[&str]) {
        assert!(self.process.is_none(), "it runs already");
        let (socket, readers) = (self.socket(), self.folder.join("readers"));
        let _ = std::fs::remove_file(&socket);
        let mut command = child::command("systemd-socket-activate");
        command.arg("-l").arg(&socket).args(program).args(["--foreground", "--config"]).arg(&readers).args(arguments);
        // A developer's real readers stay out of the tests.
        command.env("PCSCLITE_FILTER_IGNORE_READER_NAMES", "CCID:ACS:SCM:Identiv:Sony:Gemalto:HID:Feitian:Yubi");
        command.stdout(Stdio::null()).stderr(Stdio::null());
        self.process = Some(Running::spawn("pcscd", &mut command));
    }

    /// Connects to the socket, which starts the service, and waits until it has opened its readers' ports.
    pub fn connect(&mut self) {
        let (socket, first) = (self.socket(), self.ports.first);
        let process = self.process.as_mut().expect("not activated");
        // The socket's file is there a moment before anybody listens.
        wait_until("pcscd's socket", process, || UnixStream::connect(&socket).is_ok());
        wait_until("the virtual readers' ports", process, || [first, first + 1].into_iter().all(is_listening));
    }

    /// The process id: that of the service once it is started, before that of what waits for a connection.
    pub fn id(&self) -> u32 {
        self.process.as_ref().expect("it does not run").id()
    }

    /// SIGKILL. The socket's file stays, and nobody answers.
    pub fn kill(&mut self) {
        self.process.take().expect("it does not run").kill();
    }

    /// How it ended by itself, if it did.
    pub fn ended(&mut self) -> Option<std::process::ExitStatus> {
        let ended = self.process.as_mut()?.ended();
        if ended.is_some() {
            self.process = None;
        }
        ended
    }

    /// The service's socket.
    pub fn socket(&self) -> PathBuf {
        self.folder.join("pcscd.comm")
    }

    /// Makes `command` a client of this service.
    pub fn lead<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        command.env("PCSCLITE_CSOCK_NAME", self.socket())
    }

    /// The port a card connects to for slot 0 or 1. Connecting is insertion, closing is removal.
    pub fn port(&self, slot: u16) -> u16 {
        assert!(slot < 2, "a virtual reader has two slots");
        self.ports.first + slot
    }

    /// The same as `simulate --vpcd` wants it.
    pub fn address(&self, slot: u16) -> String {
        format!("127.0.0.1:{}", self.port(slot))
    }

    /// Puts our software card into a slot and waits until the service has noticed it, without sending it a command.
    pub fn insert_software_card(&self, slot: u16) -> Running {
        let mut command = child::command(env!("CARGO_BIN_EXE_jpki-agent"));
        command.args(["simulate", "--vpcd", &self.address(slot)]).stdout(Stdio::null()).stderr(Stdio::null());
        let mut card = Running::spawn("the software card", &mut command);
        wait_until("the card in its reader", &mut card, || self.holds_card(slot));
        card
    }

    /// Whether a card lies in a slot, in the words of OpenSC's list of readers: number, yes or no, name.
    pub fn holds_card(&self, slot: u16) -> bool {
        let mut command = Command::new("opensc-tool");
        let output = self.lead(command.arg("--list-readers")).output().expect("opensc-tool, from Debian's opensc");
        let suffix = format!("00 {slot:02}");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        text.lines().any(|line| line.trim_end().ends_with(&suffix) && line.split_whitespace().nth(1) == Some("Yes"))
    }

    /// Ends the service as a fault would: the socket stays, and nobody answers.
    pub fn stop(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.stop();
        }
    }
}

/// The ports of a second reader.
#[derive(Debug)]
pub struct SecondReader(PortPair);

impl SecondReader {
    /// Where a card connects to for slot 0 or 1.
    pub fn address(&self, slot: u16) -> String {
        format!("127.0.0.1:{}", self.0.first + slot)
    }
}

/// Two neighbouring ports, reserved among all test processes of this machine for as long as this lives.
#[derive(Debug)]
struct PortPair {
    first: u16,
    _reservation: UnixListener,
}

impl PortPair {
    fn reserve() -> Self {
        // Different processes begin at different places, so that they seldom meet.
        let start = u16::try_from(std::process::id() % 2_500).unwrap() * 2;
        let candidates = PORTS.step_by(2).cycle().skip(usize::from(start / 2)).take(PORTS.len() / 2);
        for first in candidates {
            // A name in the abstract namespace: one owner at a time, and gone with the process.
            let name = SocketAddr::from_abstract_name(format!("jpki-agent-test-ports-{first}")).unwrap();
            let Ok(reservation) = UnixListener::bind_addr(&name) else { continue };
            let free = |port| TcpListener::bind((Ipv4Addr::UNSPECIFIED, port)).is_ok();
            if free(first) && free(first + 1) {
                return Self { first, _reservation: reservation };
            }
        }
        panic!("no two free ports between {} and {}", PORTS.start, PORTS.end);
    }
}

/// Whether somebody listens on this port. Asked of the kernel: to connect would be to insert a card.
fn is_listening(port: u16) -> bool {
    const LISTEN: &str = "0A";
    let wanted = format!(":{port:04X}");
    ["/proc/net/tcp", "/proc/net/tcp6"].into_iter().filter_map(|file| std::fs::read_to_string(file).ok()).any(|table| {
        table.lines().any(|line| {
            let mut fields = line.split_whitespace();
            fields.nth(1).is_some_and(|local| local.ends_with(&wanted)) && fields.nth(1) == Some(LISTEN)
        })
    })
}

/// pcscd 2.0 and later may be built to ask polkit, which refuses users without a seat; earlier ones end at the option.
fn knows_disable_polkit() -> bool {
    let help = Command::new(Path::new(PCSCD)).arg("--help").output();
    help.is_ok_and(|output| {
        let text = [output.stdout, output.stderr].concat();
        String::from_utf8_lossy(&text).contains("--disable-polkit")
    })
}

/// Waits for a condition while `process` runs; panics where it takes too long or the process ends.
fn wait_until(what: &str, process: &mut Running, mut condition: impl FnMut() -> bool) {
    let deadline = Instant::now() + START_LIMIT;
    while !condition() {
        if let Some(status) = process.ended() {
            panic!("waiting for {what}: the process ended with {status}");
        }
        assert!(Instant::now() < deadline, "waited {START_LIMIT:?} for {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}
