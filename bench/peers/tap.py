#!/usr/bin/env python3
"""Stands between the software card and the virtual reader (vpcd): counts every command, and takes as long as a card would.

Usage: tap.py READER_PORT

Prints `listening PORT` for `jpki-agent simulate --vpcd` to connect to. The protocol on both sides is that of vsmartcard:
two bytes of length, then the message; a message of one byte is the reader's own control and is neither counted nor
delayed. Obeys lines on standard input, each answered by one line:

    insert            the card lies in the reader             inserted
    pull              it does not                             pulled
    model NAME        one of MODELS from now on               model NAME
    take              what was seen since the last `take`     JSON: {"commands": [[…], …], "power_ups": N}

A command is [when it came, when its answer had gone, its first four bytes, bytes out, bytes in, how long the card itself
took, how long the model says], times in seconds of CLOCK_MONOTONIC. What follows the four bytes, a PIN for example, is
not kept.

The model counts from the moment a command has come in whole, so what the software card and this program need
themselves is part of it and not added to it. The last stretch is waited for by looking at the clock: a sleeping process is
woken up to 0.1 ms late. One process, one thread: nothing else can hold it up.
"""

import contextlib
import ctypes
import json
import os
import select
import socket
import sys
import time

# Seconds: a command, a byte (both ways, status and header included), a signature besides.
MODELS = {
    "none": (0.0, 0.0, 0.0),
    # 106 kbit/s, as a contactless card in a common reader; the last is a guess, nobody has published a figure.
    "contactless": (0.005, 94.4e-6, 0.300),
}
COMPUTE_DIGITAL_SIGNATURE = 0x2A
# What is waited for awake.
SPIN = 0.0004


def duration(model, instruction, byte_count):
    """What a command costs in this model, in seconds."""
    command, byte, signature = MODELS[model]
    return command + byte * byte_count + (signature if instruction == COMPUTE_DIGITAL_SIGNATURE else 0.0)


def wait_until(deadline):
    rest = deadline - time.monotonic()
    if rest > SPIN:
        time.sleep(rest - SPIN)
    while time.monotonic() < deadline:
        pass


def receive(peer, count):
    """Exactly this many bytes; EOFError at the end of the connection."""
    data = b""
    while len(data) < count:
        # vpcd writes length and body separately and waits for the first to be acknowledged: 44 ms unless at once.
        peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        piece = peer.recv(count - len(data))
        if not piece:
            raise EOFError
        data += piece
    return data


def message(peer):
    return receive(peer, int.from_bytes(receive(peer, 2), "big"))


def send(peer, body):
    peer.sendall(len(body).to_bytes(2, "big") + body)


class Tap:
    def __init__(self, reader_port):
        self.reader_port = reader_port
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.reader = self.card = None
        self.model = "none"
        self.forget()

    def forget(self):
        self.commands, self.power_ups = [], 0

    def insert(self):
        self.card, _ = self.listener.accept()
        self.reader = socket.create_connection(("127.0.0.1", self.reader_port))
        for peer in (self.card, self.reader):
            peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def pull(self):
        """The card connects again by itself, and waits until it is inserted."""
        for peer in (self.card, self.reader):
            peer.close()
        self.reader = self.card = None

    def carry_one(self):
        body = message(self.reader)
        came = time.monotonic()
        send(self.card, body)
        if len(body) == 1 and body != b"\x04":
            self.power_ups += body == b"\x01"
            return
        answer = message(self.card)
        answered = time.monotonic()
        if len(body) == 1:
            send(self.reader, answer)
            return
        wanted = duration(self.model, body[1], len(body) + len(answer))
        wait_until(came + wanted)
        send(self.reader, answer)
        gone = time.monotonic()
        self.commands.append(
            [came, gone, body[:4].hex().upper(), len(body), len(answer), answered - came, wanted]
        )

    def obey(self, words):
        match words:
            case ["insert"] if self.reader is None:
                self.insert()
                return "inserted"
            case ["pull"] if self.reader is not None:
                self.pull()
                return "pulled"
            case ["model", name] if name in MODELS:
                self.model = name
                return f"model {name}"
            case ["take"]:
                taken = json.dumps({"commands": self.commands, "power_ups": self.power_ups})
                self.forget()
                return taken
        return f"not understood: {words}"

    def run(self):
        print(f"listening {self.listener.getsockname()[1]}", flush=True)
        while True:
            ready, _, _ = select.select([sys.stdin] + ([self.reader] if self.reader else []), [], [])
            if sys.stdin in ready:
                line = sys.stdin.readline()
                if not line:
                    return
                print(self.obey(line.split()), flush=True)
            elif self.reader in ready:
                try:
                    self.carry_one()
                except (EOFError, OSError):
                    self.pull()


def be_punctual():
    """Sleeps end when they are to, not up to 0.05 ms later; and where it is allowed nobody is served before this process."""
    PR_SET_TIMERSLACK = 29
    ctypes.CDLL(None).prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0)
    with contextlib.suppress(PermissionError):
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))


if __name__ == "__main__":
    be_punctual()
    Tap(int(sys.argv[1])).run()
