"""The clients that are measured, and how each of them does each operation.

An operation of a program is a list of steps, each one start of a program: what stands in one step shares a process, a
connection to the card and, where the client can, one entry of the PIN. Each answer is checked: a certificate must be that
of the card, a signature must fit it. What a client does less than the agent (or more) stands in `LESS`.
"""

import dataclasses
import pathlib
import shutil

import agent as agents
from programs import Step

OPERATIONS = {
    "pins": "tries left, both PINs",
    "certificate": "authentication certificate",
    "certificate-again": "the same, asked again",
    "authenticate": "log in: one signature",
    "sign-1": "sign 1 document",
    "sign-10": "sign 10 documents",
}

# Marks in the table, in this order.
LESS = {
    "a": "does not ask the tries left before it sends the PIN",
    "b": "delivers no certificate with the signature",
    "c": "does not check its signature with the certificate",
    "d": "leaves the PIN verified on the card, open to other programs",
    "e": "sends every command twice, so a wrong PIN costs two tries, and every signature is made twice",
    "f": "one start, and one entry of the PIN, for each document",
    "g": "SHA-1 only",
    "h": "does not say how many tries are left, only whether few are",
}


@dataclasses.dataclass
class Plan:
    steps: list
    # Where the result is, given the standard outputs of the steps: bytes each.
    certificate: object = None
    signatures: object = None
    marks: str = ""
    hash: str = "sha256"
    # Of the key: "authentication" or "signature".
    kind: str = "signature"


class Opensc:
    """OpenSC's command-line tools that know PKCS#15: Debian's `opensc`."""

    name, label = "opensc", "OpenSC pkcs15-tool, pkcs15-crypt"
    environment = {}

    def version(self, output):
        return output(["opensc-tool", "--info"]).split("[")[0].strip()

    def present(self):
        return shutil.which("pkcs15-tool") and shutil.which("pkcs15-crypt")

    def plans(self, files):
        def crypt(key, secret, count):
            return Plan(
                [
                    Step(["pkcs15-crypt", "--sign", "--key", key, "--pkcs1", "--sha-256", "--pin", secret, "-R",
                          "-i", files.digests[number], "-o", files.signatures[number]])
                    for number in range(count)
                ],
                signatures=lambda _: [path.read_bytes() for path in files.signatures[:count]],
                marks="bc" + ("f" if count > 1 else ""),
                kind="authentication" if key == "1" else "signature",
            )

        secrets = agents.SECRETS
        return {
            "pins": Plan([Step(["pkcs15-tool", "--list-pins"])]),
            "certificate": Plan(
                [Step(["pkcs15-tool", "--read-certificate", "1"])], certificate=lambda outputs: outputs[0]
            ),
            "authenticate": crypt("1", secrets["authentication"], 1),
            "sign-1": crypt("2", secrets["signature"], 1),
            "sign-10": crypt("2", secrets["signature"], 10),
        }


class OpenscTold(Opensc):
    """The same tools, told which card it is, so that they do not try the others."""

    name, label = "opensc-told", "OpenSC, OPENSC_DRIVER=jpki"
    environment = {"OPENSC_DRIVER": "jpki"}


class Pkcs11:
    """OpenSC by its PKCS#11 module: what browsers and signing programs use."""

    name, label = "pkcs11", "OpenSC pkcs11-tool"
    environment = {}
    module = next(iter(pathlib.Path("/usr/lib").glob("*/opensc-pkcs11.so")), None)

    def version(self, output):
        return output(["opensc-tool", "--info"]).split("[")[0].strip()

    def present(self):
        return shutil.which("pkcs11-tool") and self.module

    def plans(self, files):
        tool = ["pkcs11-tool", "--module", self.module]

        def sign(slot, key, secret, count):
            return Plan(
                [
                    Step([*tool, "--slot-index", slot, "--login", "--pin", secret, "--sign",
                          "--mechanism", "SHA256-RSA-PKCS", "--id", key,
                          "-i", files.documents[number], "-o", files.signatures[number]])
                    for number in range(count)
                ],
                signatures=lambda _: [path.read_bytes() for path in files.signatures[:count]],
                marks="bc" + ("f" if count > 1 else ""),
                kind="authentication" if key == "01" else "signature",
            )

        secrets = agents.SECRETS
        return {
            "pins": Plan([Step([*tool, "--list-token-slots"])], marks="h"),
            "certificate": Plan(
                [Step([*tool, "--slot-index", "0", "--read-object", "--type", "cert", "--id", "01",
                       "-o", files.certificate])],
                certificate=lambda _: files.certificate.read_bytes(),
            ),
            "authenticate": sign("0", "01", secrets["authentication"], 1),
            "sign-1": sign("1", "02", secrets["signature"], 1),
            "sign-10": sign("1", "02", secrets["signature"], 10),
        }


class Pkcs11Session:
    """The same module as a program uses it that keeps its session: one log-in for several signatures, by python-pkcs11."""

    name, label = "pkcs11-session", "OpenSC PKCS#11, one session"
    environment = {}

    def __init__(self, environment):
        self.python = environment / "bin" / "python"

    def version(self, output):
        return output(["opensc-tool", "--info"]).split("[")[0].strip() + ", python-pkcs11"

    def present(self):
        return self.python.exists() and Pkcs11.module

    def plans(self, files):
        program = [self.python, "-B", pathlib.Path(__file__).parent / "pkcs11_session.py", Pkcs11.module]

        def sign(kind, count):
            return Plan(
                [Step([*program, kind, *files.documents[:count]], input=agents.SECRETS[kind].encode() + b"\n")],
                certificate=lambda outputs: outputs[0][: -256 * count],
                signatures=lambda outputs: in_signatures(outputs[0][-256 * count :]),
                marks="c",
                kind=kind,
            )

        return {
            "authenticate": sign("authentication", 1),
            "sign-1": sign("signature", 1),
            "sign-10": sign("signature", 10),
        }


class JpkiRs:
    """The command line of jpki-rs, from crates.io."""

    name, label = "jpki-rs", "jpki-rs (jpki-cli)"
    environment = {}

    def __init__(self, peers):
        self.program = peers / "bin" / "jpki-cli"

    def version(self, output):
        return output([self.program, "--version"]).strip()

    def present(self):
        return self.program.exists()

    def plans(self, files):
        def sign(options, kind, count):
            return Plan(
                [
                    Step([self.program, "crypto", *options, "sign", files.signatures[number]],
                         input=files.documents[number].read_bytes(), typed=agents.SECRETS[kind])
                    for number in range(count)
                ],
                signatures=lambda _: [path.read_bytes() for path in files.signatures[:count]],
                marks="bcg" + ("f" if count > 1 else ""),
                hash="sha1",
                kind=kind,
            )

        crypto = [self.program, "crypto"]
        return {
            "pins": Plan([Step([*crypto, "--auth", "stat"]), Step([*crypto, "stat"])]),
            "certificate": Plan(
                [Step([*crypto, "--auth", "read-certificate"])], certificate=lambda outputs: outputs[0]
            ),
            "authenticate": sign(["--auth"], "authentication", 1),
            "sign-1": sign([], "signature", 1),
            "sign-10": sign([], "signature", 10),
        }


class MynaCard:
    """The library myna-card of crates.io, called by a small program of ours."""

    name, label = "myna-card", "myna-card (library)"
    environment = {}

    def __init__(self, peers):
        self.program = peers / "bin" / "myna-card-client"

    def version(self, _output):
        manifest = (pathlib.Path(__file__).parent / "myna-card/Cargo.toml").read_text()
        return "myna-card " + manifest.split('myna-card = "=')[1].split('"')[0]

    def present(self):
        return self.program.exists()

    def plans(self, files):
        def sign(count):
            step = Step([self.program, "sign", *files.digests[:count]],
                        input=agents.SECRETS["signature"].encode() + b"\n")
            return Plan(
                [step],
                certificate=lambda outputs: outputs[0][: -256 * count],
                signatures=lambda outputs: in_signatures(outputs[0][-256 * count :]),
                marks="c",
            )

        return {
            "pins": Plan([Step([self.program, "pins"])]),
            "certificate": Plan([Step([self.program, "certificate"])], certificate=lambda outputs: outputs[0]),
            "authenticate": Plan(
                [Step([self.program, "authenticate", files.digests[0]],
                      input=agents.SECRETS["authentication"].encode() + b"\n")],
                signatures=lambda outputs: in_signatures(outputs[0]),
                marks="bc",
                kind="authentication",
            ),
            "sign-1": sign(1),
            "sign-10": sign(10),
        }


def in_signatures(output):
    return [output[start : start + 256] for start in range(0, len(output), 256)]


def peers(target):
    """All clients but the agent; `install` puts them below `target`."""
    programs = target / "bench" / "peers"
    session = Pkcs11Session(target / "venv" / "bench-peers")
    return [Opensc(), OpenscTold(), Pkcs11(), session, JpkiRs(programs), MynaCard(programs)]
