"""Which packages are built into the program, as cargo says it: for this machine, without what only tests or build scripts need.

`cargo tree` tells what is built. `cargo metadata` (and what leans on it, cargo-cyclonedx too) tells what might be, with features
that only tests turn on, and so names libraries that are in no program of ours.
"""

import subprocess


def run(*command):
    """What a command prints; it must succeed."""
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def host():
    """This machine's name among cargo's targets."""
    return next(line.removeprefix("host: ") for line in run("rustc", "-vV").splitlines() if line.startswith("host: "))


def packages(edges="normal"):
    """Name and version of each, without the program itself. `normal,no-proc-macro`: without what runs in the compiler only."""
    tree = run("cargo", "tree", "--locked", "--edges", edges, "--target", host(), "--prefix", "none", "--format", "{p}")
    pairs = (line.split()[:2] for line in tree.splitlines() if line)
    return {(name, version.removeprefix("v")) for name, version in pairs if name != "jpki-agent"}
