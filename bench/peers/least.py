"""The least a client could do: the shortest list of commands with explicit SELECTs, and what a latency model makes of it.

Nothing is measured here; bare.py sends these commands. The lists are those of a client that knows which card lies in the
reader, reads a certificate by short READs of 256 bytes without reading any byte twice, and asks for the tries left before
it sends a PIN.
"""

import dataclasses

import tap

# DigestInfo of a SHA-256 digest, up to the digest itself (RFC 8017, 9.2).
SHA_256 = bytes.fromhex("3031300D060960864801650304020105000420")


@dataclasses.dataclass(frozen=True)
class Command:
    data: bytes
    # Bytes of its answer, status included.
    answered: int


SELECT_APPLICATION = Command(bytes.fromhex("00A4040C0AD392F000260100000001"), 2)
QUERY = Command(bytes.fromhex("00200080"), 2)


def select(file):
    return Command(bytes.fromhex("00A4020C02") + file.to_bytes(2, "big"), 2)


def verify(pin):
    return Command(bytes.fromhex("00200080") + bytes([len(pin)]) + pin.encode(), 2)


def sign(digest):
    info = SHA_256 + digest
    return Command(bytes.fromhex("802A0080") + bytes([len(info)]) + info + b"\0", 258)


def certificate(file, length):
    """Selects the file and reads it; the first READ tells the length."""
    reads = []
    for offset in range(0, length, 256):
        size = min(256, length - offset)
        reads.append(Command(b"\x00\xB0" + offset.to_bytes(2, "big") + bytes([size % 256]), size + 2))
    return [select(file), *reads]


def lists(sizes, secrets, digests):
    """Operation to commands, for certificates of these sizes in bytes, these PINs, and up to ten SHA-256 digests."""
    authentication = [
        SELECT_APPLICATION, select(0x18), QUERY, verify(secrets["authentication"]), select(0x17), sign(digests[0]),
    ]
    signature = [
        SELECT_APPLICATION, select(0x1B), QUERY, verify(secrets["signature"]),
        *certificate(0x01, sizes["signature"]), select(0x1A),
    ]
    return {
        "pins": [SELECT_APPLICATION, select(0x18), QUERY, select(0x1B), QUERY],
        "certificate": [SELECT_APPLICATION, *certificate(0x0A, sizes["authentication"])],
        "certificate-again": [],
        "authenticate": authentication,
        "sign-1": [*signature, sign(digests[0])],
        "sign-10": [*signature, *map(sign, digests)],
    }


def least(commands, model):
    """Operation to {"commands", "out", "in", "ms"}, by its list of commands."""
    answer = {}
    for operation, every in commands.items():
        seconds = sum(
            tap.duration(model, command.data[1], len(command.data) + command.answered) for command in every
        )
        answer[operation] = {
            "commands": len(every),
            "out": sum(len(command.data) for command in every),
            "in": sum(command.answered for command in every),
            "ms": round(seconds * 1000, 1),
        }
    return answer
