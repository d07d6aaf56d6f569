"""Measures: every client, every operation, in each latency model, at one desk with one card.

Times are wall time. For a program that is from before its start to its end; for the agent over HTTP from the first byte
of the request to the last of the answer. Where a person is asked, the agent's time is in two parts: the look (up to the
moment the prompt's program is started) and the work (from the typed PIN on); the prompt itself is neither's. The peers are
given the PIN beforehand, or have it typed at once.
"""

import base64
import hashlib
import json
import statistics
import subprocess
import time

import agent as agents
import desk as desks
import programs

# Alone it asks for the tries left; with a PIN behind it, it is VERIFY.
VERIFY = "00200080"


class Files:
    """What is signed and where results go: ten documents, their SHA-256 digests, a place for each signature."""

    def __init__(self, folder):
        self.documents, self.digests, self.signatures = [], [], []
        for number, text in enumerate(agents.documents(10)):
            document, digest = folder / f"document-{number}", folder / f"digest-{number}"
            document.write_bytes(text)
            digest.write_bytes(hashlib.sha256(text).digest())
            self.documents.append(document)
            self.digests.append(digest)
            self.signatures.append(folder / f"signature-{number}")
        self.certificate = folder / "certificate"


class Truth:
    """What the card's answers are to be, as the agent reads its certificates first; checked with `openssl`."""

    def __init__(self, folder, certificates):
        self.folder, self.certificates = folder, certificates
        for kind, der in certificates.items():
            key = openssl(["x509", "-inform", "DER", "-noout", "-pubkey"], der)
            (folder / f"{kind}.pub").write_bytes(key)

    def check_certificate(self, kind, certificate):
        if certificate.startswith(b"-----"):
            certificate = openssl(["x509", "-outform", "DER"], certificate)
        if certificate != self.certificates[kind]:
            raise desks.Trouble(f"that is not the {kind} certificate of the card")

    def check_signature(self, kind, algorithm, message, signature):
        file = self.folder / "to-check"
        file.write_bytes(signature)
        key = self.folder / f"{kind}.pub"
        openssl(["dgst", f"-{algorithm}", "-verify", str(key), "-signature", str(file)], message)


def openssl(arguments, data):
    done = subprocess.run(["openssl", *arguments], input=data, capture_output=True)
    if done.returncode != 0:
        raise desks.Trouble(f"openssl {arguments[0]}: {(done.stdout + done.stderr).decode()}")
    return done.stdout


class Sample:
    """One run of one operation: the commands that the card saw, and times in milliseconds."""

    def __init__(self, commands, power_ups, began, ended, prompt=None):
        self.power_ups = power_ups
        answered = prompt[1] if prompt else began
        # Before and after the prompt.
        self.look = [command for command in commands if command.came < answered]
        self.work = [command for command in commands if command.came >= answered]
        self.look_ms = (prompt[0] - began) * 1000 if prompt else 0.0
        self.prompt_ms = (prompt[1] - prompt[0]) * 1000 if prompt else 0.0
        self.work_ms = (ended - answered) * 1000
        self.overheads = [command.overhead_seconds for command in commands]


def summary(samples):
    """Several runs of the same operation as one record; the commands of all must be the same."""
    first = samples[0]

    def counts(part):
        every = {
            tuple(sum(getattr(command, name) for command in getattr(sample, part)) for name in ("bytes_out", "bytes_in"))
            + (len(getattr(sample, part)),)
            for sample in samples
        }
        out, back, commands = max(every)
        return {"commands": commands, "out": out, "in": back}, len(every) == 1

    def median(name):
        return round(statistics.median(getattr(sample, name) for sample in samples), 2)

    work, same = counts("work")
    record = {**work, "ms": median("work_ms"), "runs": len(samples), "power_ups": first.power_ups}
    if not same:
        record["varies"] = True
    if first.prompt_ms:
        look, _ = counts("look")
        record["look"] = {**look, "ms": median("look_ms")}
        record["prompt_ms"] = median("prompt_ms")
    return record


class AgentClient:
    """The agent as a client: each operation once, over HTTP or by command."""

    def __init__(self, agent, truth, files):
        self.agent, self.truth, self.files = agent, truth, files

    kinds = {"authenticate": "authentication", "sign-1": "signature", "sign-10": "signature"}

    def prepare(self, operation):
        if operation == "certificate":
            self.agent.desk.insert_again()
            self.agent.sees_card()
        self.agent.expect(self.kinds.get(operation))

    def check_token(self, token):
        certificate = base64.b64decode(token["unverifiedCertificate"])
        self.truth.check_certificate("authentication", certificate)
        hashes = (hashlib.sha256(text.encode()).digest() for text in (agents.ORIGIN, agents.NONCE))
        signature = base64.b64decode(token["signature"])
        self.truth.check_signature("authentication", "sha256", b"".join(hashes), signature)

    def check_signed(self, count, answer):
        self.truth.check_certificate("signature", base64.b64decode(answer["certificate"]))
        for text, signature in zip(agents.documents(count), answer["signatures"], strict=True):
            self.truth.check_signature("signature", "sha256", text, base64.b64decode(signature["value"]))

    def check(self, operation, answer):
        match operation:
            case "pins":
                if [pin["triesLeft"] for pin in answer["pins"]] != [3, 5]:
                    raise desks.Trouble(f"other tries left than expected: {answer}")
            case "certificate" | "certificate-again":
                self.truth.check_certificate("authentication", base64.b64decode(answer["certificate"]))
            case "authenticate":
                self.check_token(answer["token"])
            case _:
                self.check_signed(int(operation.removeprefix("sign-")), answer)

    def run(self, operation):
        self.prepare(operation)
        self.agent.desk.take()
        began = time.monotonic()
        answer = self.act(operation)
        ended = time.monotonic()
        commands, power_ups = self.agent.desk.take()
        self.check(operation, answer)
        return Sample(commands, power_ups, began, ended, self.agent.prompt())


class Http(AgentClient):
    name, label = "agent-http", "jpki-agent, HTTP"

    def act(self, operation):
        ask = self.agent.request
        match operation:
            case "pins":
                return ask("GET", "/v1/pins")
            case "certificate" | "certificate-again":
                return ask("GET", "/v1/certificates/authentication")
            case "authenticate":
                return ask("POST", "/v1/authenticate", {"origin": agents.ORIGIN, "challengeNonce": agents.NONCE})
        count = int(operation.removeprefix("sign-"))
        return ask("POST", "/v1/sign", {"digests": agents.digests(agents.documents(count))})

    def peak_kib(self, _operation):
        return self.agent.peak_kib()


class Cli(AgentClient):
    name, label = "agent-cli", "jpki-agent, CLI"

    def command(self, operation):
        match operation:
            case "pins":
                words = ["pins"]
            case "certificate" | "certificate-again":
                words = ["certificates", "authentication"]
            case "authenticate":
                words = ["authenticate", "--origin", agents.ORIGIN, "--nonce", agents.NONCE]
            case _:
                words = ["sign", *self.files.documents[: int(operation.removeprefix("sign-"))]]
        return [self.agent.program, "--json", *words]

    def act(self, operation):
        return json.loads(programs.run(programs.Step(self.command(operation)), self.agent.environment))

    def peak_kib(self, operation):
        """Of the command; the agent's own is that of `Http`."""
        self.prepare(operation)
        return programs.peak_of(programs.Step(self.command(operation)), self.agent.environment)


class PeerClient:
    """Another client, by its plans."""

    def __init__(self, peer, desk, truth, files):
        self.peer, self.desk, self.truth, self.files = peer, desk, truth, files
        self.name, self.label = peer.name, peer.label
        self.environment = {**desk.environment, **peer.environment}
        self.plans = peer.plans(files)

    def run(self, operation):
        plan = self.plans[operation]
        for path in [*self.files.signatures, self.files.certificate]:
            path.unlink(missing_ok=True)
        self.desk.take()
        began = time.monotonic()
        outputs = [programs.run(step, self.environment) for step in plan.steps]
        ended = time.monotonic()
        commands, power_ups = self.desk.take()
        self.check(plan, outputs)
        return Sample(commands, power_ups, began, ended)

    def check(self, plan, outputs):
        if plan.certificate:
            kind = plan.kind if plan.signatures else "authentication"
            self.truth.check_certificate(kind, plan.certificate(outputs))
        if plan.signatures:
            signatures = plan.signatures(outputs)
            for text, signature in zip(agents.documents(len(signatures)), signatures, strict=True):
                self.truth.check_signature(plan.kind, plan.hash, text, signature)

    def peak_kib(self, operation):
        return max(programs.peak_of(step, self.environment) for step in self.plans[operation].steps[:1])


def certificates_of(agent):
    """The card's own certificates, and with them what is true."""
    read = agent.request("GET", "/v1/certificates/authentication")["certificate"]
    agent.expect("signature")
    signed = agent.request("POST", "/v1/sign", {"digests": agents.digests(agents.documents(1))})
    return {"authentication": base64.b64decode(read), "signature": base64.b64decode(signed["certificate"])}


def leaves_pin_verified(desk):
    """Whether another program can read the signature certificate now, without a password."""
    select, file, read = "00A4040C0AD392F000260100000001", "00A4020C020001", "00B0000001"
    probe = ["opensc-tool", "--card-driver", "default", "-s", select, "-s", file, "-s", read]
    said = programs.run(programs.Step(probe), desk.environment).decode()
    answers = [line for line in said.splitlines() if line.startswith("Received")]
    return "SW1=0x90" in answers[-1]


def facts(sample):
    """What the wire alone says of a client: letters of clients.LESS."""
    commands = sample.work
    marks = ""
    verifies = [index for index, command in enumerate(commands) if command.header == VERIFY and command.bytes_out > 4]
    queries = [index for index, command in enumerate(commands) if command.header == VERIFY and command.bytes_out == 4]
    if verifies and not any(query < verifies[0] for query in queries):
        marks += "a"
    pairs = list(zip(commands[::2], commands[1::2]))
    if len(commands) > 1 and all(one.header == other.header and one.bytes_out == other.bytes_out for one, other in pairs):
        marks += "e"
    return marks
