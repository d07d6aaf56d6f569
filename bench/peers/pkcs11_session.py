"""OpenSC's PKCS#11 module as a program that keeps its session would use it, by python-pkcs11.

Usage: pkcs11_session.py MODULE authentication|signature FILE…

The PIN comes from standard input. Prints the key's certificate (DER), behind it one signature (256 bytes) for each file.
"""

import pathlib
import sys

import pkcs11
from pkcs11 import Attribute, Mechanism, ObjectClass

module, kind, *files = sys.argv[1:]
slot_index, key = {"authentication": (0, b"\x01"), "signature": (1, b"\x02")}[kind]
pin = sys.stdin.readline().rstrip("\n")
token = pkcs11.lib(module).get_slots(token_present=True)[slot_index].get_token()
with token.open(user_pin=pin) as session:
    wanted = {Attribute.CLASS: ObjectClass.CERTIFICATE, Attribute.ID: key}
    certificate = next(iter(session.get_objects(wanted)))
    sys.stdout.buffer.write(certificate[Attribute.VALUE])
    private = session.get_key(object_class=ObjectClass.PRIVATE_KEY, id=key)
    # OpenSC wants the password of this key again for every signature.
    again = {"pin": pin} if private[Attribute.ALWAYS_AUTHENTICATE] else {}
    for file in files:
        text = pathlib.Path(file).read_bytes()
        sys.stdout.buffer.write(private.sign(text, mechanism=Mechanism.SHA256_RSA_PKCS, **again))
