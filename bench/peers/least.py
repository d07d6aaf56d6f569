"""The least a client could do: the shortest list of commands with explicit SELECTs, and what a latency model makes of it.

Nothing is measured here. The lists are those of a client that knows which card lies in the reader, reads a certificate by
short READs of 256 bytes without reading any byte twice, and asks for the tries left before it sends a PIN.
"""

import tap

# Bytes of a command and of its answer, status included.
SELECT_APPLICATION = (15, 2)
SELECT_FILE = (7, 2)
QUERY = (4, 2)
SIGNATURE = (57, 258)  # DigestInfo of SHA-256: 51 bytes


def verify(pin_length):
    return (5 + pin_length, 2)


def certificate(length):
    """Selects the file and reads it; the first READ tells the length."""
    reads = [(5, 2 + min(256, length - offset)) for offset in range(0, length, 256)]
    return [SELECT_FILE, *reads]


def lists(authentication_length, signature_length):
    """Operation to commands, for certificates of these lengths in bytes."""
    log_in = [SELECT_APPLICATION, SELECT_FILE, QUERY, verify(4), SELECT_FILE, SIGNATURE]
    sign = [
        SELECT_APPLICATION, SELECT_FILE, QUERY, verify(6), *certificate(signature_length), SELECT_FILE, SIGNATURE,
    ]
    return {
        "pins": [SELECT_APPLICATION, SELECT_FILE, QUERY, SELECT_FILE, QUERY],
        "certificate": [SELECT_APPLICATION, *certificate(authentication_length)],
        "certificate-again": [],
        "authenticate": log_in,
        "sign-1": sign,
        "sign-10": sign + 9 * [SIGNATURE],
    }


def least(authentication_length, signature_length, model):
    """Operation to {"commands", "out", "in", "ms"}."""
    answer = {}
    for operation, commands in lists(authentication_length, signature_length).items():
        seconds = sum(
            tap.duration(model, tap.COMPUTE_DIGITAL_SIGNATURE if command is SIGNATURE else 0, sum(command))
            for command in commands
        )
        answer[operation] = {
            "commands": len(commands),
            "out": sum(out for out, _ in commands),
            "in": sum(back for _, back in commands),
            "ms": round(seconds * 1000, 1),
        }
    return answer
