"""jpki-agent as one of the clients: over HTTP on a connection that stays open, and by its command line.

Prompts are answered by `person.sh`. Their times are taken apart: what comes before the prompt (the look at the card) and
what comes after the PIN was typed are the agent's, what lies between is not.
"""

import base64
import contextlib
import hashlib
import http.client
import json
import pathlib
import shutil
import statistics
import subprocess
import time

import desk as desks

ORIGIN = "https://portal.example"
NONCE = base64.b64encode(bytes(range(33))).decode()
SECRETS = {"authentication": "1234", "signature": "ABC123"}


class Agent:
    """A running `jpki-agent serve` at a desk; a context manager."""

    def __init__(self, desk, program):
        self.desk, self.program = desk, program

    def __enter__(self):
        self.home = self.desk.folder / "agent"
        for name in ("run", "config/jpki-agent", "state", "cache", "data"):
            (self.home / name).mkdir(parents=True, mode=0o700)
        self.home.chmod(0o700)
        (self.home / "run").chmod(0o700)
        self.person = self.home / "person.sh"
        shutil.copy(desks.HERE / "person.sh", self.person)
        self.environment = {
            **self.desk.environment,
            "HOME": str(self.home),
            "XDG_RUNTIME_DIR": str(self.home / "run"),
            "XDG_CONFIG_HOME": str(self.home / "config"),
            "XDG_STATE_HOME": str(self.home / "state"),
            "XDG_CACHE_HOME": str(self.home / "cache"),
            "XDG_DATA_HOME": str(self.home / "data"),
        }
        (self.home / "config/jpki-agent/config.toml").write_text(
            f'[consent]\npinentry_program = "{self.person}"\nguard_seconds = 0\n\n'
            "[limits]\nrequests_per_minute = 6000\n\n"
            f'[[origins]]\norigin = "{ORIGIN}"\nallow = ["status", "certificates", "authenticate", "sign"]\n'
        )
        log = open(self.home / "agent.log", "w", encoding="utf-8")
        with log:
            self.process = desks.launch(
                [self.program, "serve", "--port", "0"],
                env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, text=True,
            )
        self.person_seconds = self.time_person()
        line = self.process.stdout.readline()
        if not line.startswith("listening on http://127.0.0.1:"):
            self.__exit__()
            raise desks.Trouble(f"the agent does not listen: {line}{(self.home / 'agent.log').read_text()}")
        self.port = int(line.rsplit(":", 1)[1])
        token = (self.home / "run/jpki-agent/token").read_text().strip()
        self.headers = {"Authorization": f"Bearer {token}"}
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        self.sees_card()
        return self

    def __exit__(self, *_):
        with contextlib.suppress(AttributeError):
            self.connection.close()
        desks.end(self.process)
        self.process.stdout.close()

    def request(self, method, path, body=None):
        headers = self.headers | ({"Content-Type": "application/json"} if body is not None else {})
        self.connection.request(method, path, body and json.dumps(body), headers)
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.status != 200:
            raise desks.Trouble(f"{method} {path}: {answer.status} {text.decode()}")
        return json.loads(text)

    def sees_card(self):
        def holds_card():
            return [reader["card"] for reader in self.request("GET", "/v1/status")["readers"]].count("jpki") == 1

        desks.wait_for("the agent to see the card", holds_card)

    def peak_kib(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:"))

    def expect(self, kind):
        """The person will answer the next prompt with this secret; what was noted before is forgotten."""
        if kind is not None:
            (self.home / "secret").write_text(SECRETS[kind] + "\n")
        (self.home / "asked").unlink(missing_ok=True)

    def time_person(self):
        """How long the person's program takes from its start to its first word: not the agent's time either."""
        def once():
            began = time.monotonic()
            with subprocess.Popen(
                [self.person], env={"PATH": self.environment["PATH"]}, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE
            ) as person:
                person.stdout.readline()
                return time.monotonic() - began

        return statistics.median(once() for _ in range(9))

    def prompt(self):
        """When the latest prompt was started and when it was answered, in CLOCK_MONOTONIC; None if nobody was asked."""
        try:
            lines = (self.home / "asked").read_text().splitlines()
        except FileNotFoundError:
            return None
        if len(lines) != 1:
            raise desks.Trouble(f"{len(lines)} prompts where one was to be")
        offset = time.monotonic() - time.time()
        began, answered = (float(word) + offset for word in lines[0].split())
        return began - self.person_seconds, answered


def documents(count):
    return [f"document {number}\n".encode() for number in range(count)]


def digests(texts):
    values = [base64.b64encode(hashlib.sha256(text).digest()).decode() for text in texts]
    return [{"algorithm": "SHA-256", "value": value} for value in values]
