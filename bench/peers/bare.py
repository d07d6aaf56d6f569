"""The least possible, sent: the commands of least.py on a connection to pcscd that stays open, and nothing around them.

No client, but the floor under all of them: what it takes more than the computed least is pcscd's, the driver's and the
virtual reader's. It knows card, certificates and PINs beforehand, asks nobody and checks nothing before it has ended.
"""

import contextlib
import ctypes
import os
import time

import desk as desks
import least
import measure

LIBRARY = "libpcsclite.so.1"
# PC/SC part 5; in pcsclite all numbers of the interface are of the machine's word length.
SCOPE_SYSTEM, SHARE_EXCLUSIVE, PROTOCOL_ANY, LEAVE_CARD, UNPOWER_CARD = 2, 1, 3, 0, 2
LONGEST_ANSWER = 258


class Protocol(ctypes.Structure):
    """SCARD_IO_REQUEST."""

    _fields_ = [("protocol", ctypes.c_ulong), ("length", ctypes.c_ulong)]


class Connection:
    """The only card there is, for this process alone; a context manager. Cuts its power at the end, so no PIN stays verified."""

    def __init__(self, socket):
        # Read by the library, in this process.
        os.environ["PCSCLITE_CSOCK_NAME"] = socket
        self.library = ctypes.CDLL(LIBRARY)
        self.context, self.card = ctypes.c_long(), ctypes.c_long()

    def __enter__(self):
        with contextlib.ExitStack() as stack:
            self.call("SCardEstablishContext", SCOPE_SYSTEM, None, None, ctypes.byref(self.context))
            stack.callback(self.call, "SCardReleaseContext", self.context)
            protocol = ctypes.c_ulong()
            self.call(
                "SCardConnect", self.context, self.reader(), SHARE_EXCLUSIVE, PROTOCOL_ANY,
                ctypes.byref(self.card), ctypes.byref(protocol),
            )
            stack.callback(self.call, "SCardDisconnect", self.card, UNPOWER_CARD)
            self.protocol = Protocol(protocol.value, ctypes.sizeof(Protocol))
            self.stack = stack.pop_all()
        return self

    def __exit__(self, *_):
        self.stack.close()

    def call(self, name, *arguments):
        numbers = [ctypes.c_ulong(it) if isinstance(it, int) else it for it in arguments]
        code = getattr(self.library, name)(*numbers) & 0xFFFFFFFF
        if code:
            raise desks.Trouble(f"{name}: {code:08X}")

    def reader(self):
        """The first reader with a card's name in it: of several slots the first."""
        names, length = ctypes.create_string_buffer(1024), ctypes.c_ulong(1024)
        self.call("SCardListReaders", self.context, None, names, ctypes.byref(length))
        return min(name for name in names.raw[: length.value].split(b"\0") if name)

    @contextlib.contextmanager
    def transaction(self):
        self.call("SCardBeginTransaction", self.card)
        try:
            yield
        finally:
            self.call("SCardEndTransaction", self.card, LEAVE_CARD)

    def send(self, command):
        answer, length = ctypes.create_string_buffer(LONGEST_ANSWER), ctypes.c_ulong(LONGEST_ANSWER)
        self.call(
            "SCardTransmit", self.card, ctypes.byref(self.protocol), command.data, len(command.data), None,
            answer, ctypes.byref(length),
        )
        return answer.raw[: length.value]


class Bare:
    name, label = "bare", "the least, through pcscd"

    def __init__(self, desk, truth, commands, documents):
        self.desk, self.truth, self.commands, self.documents = desk, truth, commands, documents

    def run(self, operation):
        commands = self.commands[operation]
        with Connection(self.desk.environment["PCSCLITE_CSOCK_NAME"]) as card:
            self.desk.take()
            began = time.monotonic()
            with card.transaction():
                answers = [card.send(command) for command in commands]
            ended = time.monotonic()
            seen, power_ups = self.desk.take()
        self.check(operation, commands, answers)
        return measure.Sample(seen, power_ups, began, ended)

    def check(self, operation, commands, answers):
        for command, answer in zip(commands, answers, strict=True):
            # The tries left are told by a status of their own, 63Cx.
            good = answer[-2] == 0x63 if command is least.QUERY else answer.endswith(b"\x90\x00")
            if not good or len(answer) != command.answered:
                raise desks.Trouble(f"{operation}: {command.data[:4].hex()} is answered by {answer[-2:].hex()}")
        read = b"".join(answer[:-2] for command, answer in zip(commands, answers) if command.data[1] == 0xB0)
        if read:
            self.truth.check_certificate("authentication" if operation == "certificate" else "signature", read)
        signatures = [answer[:-2] for command, answer in zip(commands, answers) if command.data[1] == 0x2A]
        kind = "authentication" if operation == "authenticate" else "signature"
        for document, signature in zip(self.documents, signatures):
            self.truth.check_signature(kind, "sha256", document, signature)
