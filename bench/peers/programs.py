"""Programs that are run to their good end: with a file as input, at a terminal of their own, under GNU time."""

import contextlib
import dataclasses
import fcntl
import os
import pathlib
import pty
import subprocess
import tempfile
import termios

import desk as desks

STEP_SECONDS = 60
CONTROL_D = b"\x04"


@dataclasses.dataclass
class Step:
    """One start of a program. `typed`: what a person types at its terminal."""

    command: list
    input: bytes = b""
    typed: str | None = None


def run(step, environment):
    """Runs one program to its good end; its standard output."""
    if step.typed is not None:
        return run_at_terminal(step, environment)
    done = subprocess.run(
        list(map(str, step.command)), input=step.input, capture_output=True, env=environment, timeout=STEP_SECONDS
    )
    if done.returncode != 0:
        raise desks.Trouble(f"{step.command[0]}: {done.returncode}\n{(done.stdout + done.stderr).decode(errors='replace')}")
    return done.stdout


def run_at_terminal(step, environment):
    """The same for a program that asks at its terminal: the input is typed first, then Ctrl-D, then, once the terminal does
    not echo any more, the PIN. (Given a file as standard input jpki-cli 0.4.3 fails: "Bad file descriptor".)"""
    ours, theirs = pty.openpty()

    def take_terminal():
        os.setsid()
        fcntl.ioctl(theirs, termios.TIOCSCTTY, 0)

    with open(ours, "r+b", buffering=0) as terminal:
        process = subprocess.Popen(
            list(map(str, step.command)), stdin=theirs, stdout=subprocess.PIPE, stderr=theirs, env=environment,
            preexec_fn=take_terminal,
        )
        try:
            terminal.write(step.input + CONTROL_D)
            desks.wait_for("a prompt for the PIN", lambda: not echoes(ours) or process.poll() is not None)
            os.close(theirs)
            terminal.write(step.typed.encode() + b"\n")
            output = process.communicate(timeout=STEP_SECONDS)[0]
        finally:
            if process.poll() is None:
                desks.end(process)
        shown = b""
        with contextlib.suppress(OSError):  # nobody holds the terminal's other end any more
            while piece := terminal.read(4096):
                shown += piece
    if process.returncode != 0 or b"ERROR" in shown:
        raise desks.Trouble(f"{step.command[0]}: {process.returncode}\n{shown.decode(errors='replace')}")
    return output


def echoes(terminal):
    local_modes = termios.tcgetattr(terminal)[3]
    return bool(local_modes & termios.ECHO)


def peak_of(step, environment):
    """The program's peak resident memory in KiB, by GNU time: a child of this process would inherit its figure."""
    with tempfile.NamedTemporaryFile() as note:
        measured = Step(
            ["/usr/bin/time", "--quiet", "--format=%M", f"--output={note.name}", *step.command], step.input, step.typed
        )
        run(measured, environment)
        return int(pathlib.Path(note.name).read_text().split()[-1])
