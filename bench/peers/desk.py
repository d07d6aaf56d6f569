"""A desk to measure at: a private pcscd with a virtual reader, the tap, and behind it the software card.

Everything is in one temporary folder, speaks over loopback and Unix sockets only, and ends with `Desk`: by process id,
kindly first. Processes that outlive this one are told to end by the kernel (setpriv --pdeathsig).
"""

import contextlib
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time

PCSCD = "/usr/sbin/pcscd"
VPCD_DRIVER = "/usr/lib/pcsc/drivers/serial/libifdvpcd.so"
# Below the range the system hands out by itself; the tests of this repository take theirs from the same one.
PORTS = range(20_000, 25_000, 2)
START_SECONDS = 15
END_SECONDS = 10
# How long a card stays out before it comes back, so that pcscd notices (it looks every 0.4 s).
OUT_OF_READER_SECONDS = 0.8
HERE = pathlib.Path(__file__).resolve().parent


class Trouble(Exception):
    """Something that keeps the bench from going on, in words."""


def wait_for(what, condition, seconds=START_SECONDS):
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise Trouble(f"waited {seconds} s for {what}")
        time.sleep(0.005)


def launch(command, **options):
    """A process that ends when this one does."""
    return subprocess.Popen(["setpriv", "--pdeathsig", "TERM", "--", *map(str, command)], **options)


def end(process):
    """Ends a process of ours and waits for it."""
    process.terminate()
    try:
        process.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def is_listening(port):
    """Asked of the kernel: to connect would be to insert a card."""
    wanted = f":{port:04X}"
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        with contextlib.suppress(FileNotFoundError), open(table, encoding="ascii") as lines:
            for line in lines:
                fields = line.split()
                if fields[1].endswith(wanted) and fields[3] == "0A":
                    return True
    return False


def reserve_ports(stack):
    """The first of two neighbouring ports that nobody else on this machine takes while `stack` is open."""
    start = os.getpid() % len(PORTS)  # different processes begin at different places, so that they seldom meet
    for first in (*PORTS[start:], *PORTS[:start]):
        reservation = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            # The same name as in tests/support/pcscd.rs: one owner at a time, and gone with the process.
            reservation.bind(f"\0jpki-agent-test-ports-{first}")
            for port in (first, first + 1):
                with socket.socket() as probe:
                    probe.bind(("", port))
        except OSError:
            reservation.close()
            continue
        stack.enter_context(reservation)
        return first
    raise Trouble("no two free ports for a virtual reader")


def knows_disable_polkit():
    """pcscd from 2.0 may be built to ask polkit, which refuses users without a seat; earlier ones end at the option."""
    said = subprocess.run([PCSCD, "--help"], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    return "--disable-polkit" in said.stdout + said.stderr


class Desk:
    """With `program` as the software card; a context manager."""

    def __init__(self, program):
        self.program = program

    def __enter__(self):
        with contextlib.ExitStack() as stack:
            # Straight in /tmp: the path of a Unix socket has at most 107 bytes.
            self.folder = pathlib.Path(tempfile.mkdtemp(prefix="jpki-bench-", dir="/tmp"))
            stack.callback(shutil.rmtree, self.folder, ignore_errors=True)
            for name in ("home", "cache", "files", "readers"):
                (self.folder / name).mkdir()
            # What every client sees of its user; nothing of the developer's own session.
            self.environment = {
                "PATH": os.environ["PATH"],
                "HOME": str(self.folder / "home"),
                "XDG_CACHE_HOME": str(self.folder / "cache"),
                "LANG": "C.UTF-8",
                "TERM": "dumb",
                "PCSCLITE_CSOCK_NAME": str(self.folder / "pcscd.comm"),
            }
            port = reserve_ports(stack)
            self.start_pcscd(stack, port)
            self.start_tap(stack, port)
            self.start_card(stack)
            self.insert()
            self.stack = stack.pop_all()
        return self

    def __exit__(self, *_):
        self.stack.close()

    def start_pcscd(self, stack, port):
        entry = f'FRIENDLYNAME "Virtual PCD"\nDEVICENAME /dev/null:{port}\nLIBPATH {VPCD_DRIVER}\nCHANNELID {port}\n'
        (self.folder / "readers" / "vpcd").write_text(entry)
        comm = self.folder / "pcscd.comm"
        options = ["--disable-polkit"] if knows_disable_polkit() else []
        process = launch(
            ["systemd-socket-activate", "-l", comm, PCSCD, "--foreground", "--config", self.folder / "readers", *options],
            # A developer's real readers stay out of this.
            env={**os.environ, "PCSCLITE_FILTER_IGNORE_READER_NAMES": "CCID:ACS:SCM:Identiv:Sony:Gemalto:HID:Feitian:Yubi"},
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        stack.callback(end, process)

        def answers():
            with socket.socket(socket.AF_UNIX) as probe, contextlib.suppress(OSError):
                probe.connect(str(comm))
                return True

        wait_for("pcscd's socket", answers)
        wait_for("the virtual reader's ports", lambda: is_listening(port) and is_listening(port + 1))

    def start_tap(self, stack, port):
        self.tap = launch(
            [sys.executable, "-B", HERE / "tap.py", port], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        stack.callback(end, self.tap)
        word, self.card_port = self.tap.stdout.readline().split()
        assert word == "listening"

    def start_card(self, stack):
        process = launch(
            [self.program, "simulate", "--vpcd", f"127.0.0.1:{self.card_port}"],
            env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        stack.callback(end, process)

    def ask_tap(self, line):
        self.tap.stdin.write(line + "\n")
        self.tap.stdin.flush()
        return self.tap.stdout.readline().strip()

    def insert(self):
        if self.ask_tap("insert") != "inserted":
            raise Trouble("the tap did not insert the card")
        wait_for("the card in its reader", self.holds_card)

    def insert_again(self):
        """Takes the card out and puts it back: nothing that was known of it holds any more."""
        self.ask_tap("pull")
        time.sleep(OUT_OF_READER_SECONDS)
        self.insert()

    def holds_card(self):
        """In the words of OpenSC's list of readers: number, yes or no, name. Sends no command."""
        listed = subprocess.run(
            ["opensc-tool", "--list-readers"], env=self.environment, capture_output=True, text=True,
            stdin=subprocess.DEVNULL,
        )
        return any(
            line.rstrip().endswith("00 00") and line.split()[1] == "Yes" for line in listed.stdout.splitlines()
        )

    def use_model(self, model):
        assert self.ask_tap(f"model {model}") == f"model {model}"

    def take(self):
        """What the card has seen since the last time: a list of commands, and how often it was powered up."""
        taken = json.loads(self.ask_tap("take"))
        return [Command(*values) for values in taken["commands"]], taken["power_ups"]


class Command:
    """One command as the tap saw it; times in seconds of CLOCK_MONOTONIC."""

    def __init__(self, came, gone, header, bytes_out, bytes_in, card_seconds, model_seconds):
        self.came, self.gone, self.header = came, gone, header
        self.bytes_out, self.bytes_in = bytes_out, bytes_in
        # What the tap itself added beyond card and model.
        self.overhead_seconds = (gone - came) - max(card_seconds, model_seconds)
