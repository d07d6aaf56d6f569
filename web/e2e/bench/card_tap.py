#!/usr/bin/env python3
"""Stands between the software card (`jpki-agent simulate`) and the virtual reader (vpcd), and sees every command.

Usage: card_tap.py READER_PORT

Neither the agent nor the card takes part in what is seen here, so it is the witness of what a page caused. Prints
`listening PORT` for the card to connect to, and then one line for each command that goes to the card, its first four
bytes in hexadecimal and its length: `command 00A4040C 15`. What follows them, a PIN for example, is not printed. Obeys
lines on standard input:

    insert      puts the card into the reader              (answers `inserted`)
    pull        takes it out                               (answers `pulled`)
    pull-at XX  takes it out when a command with this instruction byte comes, before the card gets it (`pulled`)

The protocol is that of vsmartcard: two bytes of length, then the message; one byte is for the reader's own control. It
is Python because Node cannot ask for acknowledgements at once (TCP_QUICKACK), without which every command takes 44 ms.
"""

import selectors
import socket
import sys


def say(text):
    print(text, flush=True)


def receive(peer, count):
    """Exactly this many bytes, or None at the end of the connection."""
    data = b""
    while len(data) < count:
        peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        try:
            piece = peer.recv(count - len(data))
        except OSError:
            return None
        if not piece:
            return None
        data += piece
    return data


def message(peer):
    length = receive(peer, 2)
    body = length and receive(peer, int.from_bytes(length, "big"))
    return length + body if body else None


def main():
    listener = socket.create_server(("127.0.0.1", 0))
    say(f"listening {listener.getsockname()[1]}")
    chooser = selectors.DefaultSelector()
    chooser.register(sys.stdin, selectors.EVENT_READ)
    reader = card = pull_at = None

    def pull():
        nonlocal reader, card, pull_at
        for peer in (reader, card):
            chooser.unregister(peer)
            peer.close()
        reader = card = pull_at = None
        say("pulled")

    while True:
        for key, _ in chooser.select():
            if key.fileobj is sys.stdin:
                words = sys.stdin.readline().split()
                if not words:
                    return
                if words[0] == "insert" and reader is None:
                    card, _ = listener.accept()
                    reader = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
                    for peer in (reader, card):
                        peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                        chooser.register(peer, selectors.EVENT_READ)
                    say("inserted")
                elif words[0] == "pull" and reader is not None:
                    pull()
                elif words[0] == "pull-at":
                    pull_at = int(words[1], 16)
                break
            sender, receiver = (reader, card) if key.fileobj is reader else (card, reader)
            frame = message(sender)
            if frame is None:
                pull()
                break
            if sender is reader and len(frame) > 3:
                say(f"command {frame[2:6].hex().upper()} {len(frame) - 2}")
                if frame[3] == pull_at:
                    pull()
                    break
            receiver.sendall(frame)


if __name__ == "__main__":
    main()
