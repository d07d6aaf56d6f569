#!/usr/bin/env python3
"""Judges a Web eID authentication token with a validator that we did not write: django-esteid from PyPI.

Usage: web_eid_validator.py --origin ORIGIN --nonce NONCE --ca CA.pem [TOKEN.json]

The token is read from the file or from standard input, as the agent answers it ({"token": {...}}) or bare. Prints
`accepted` or `refused: REASON`. Exit codes: 0 accepted, 1 refused, 2 the check itself could not be made.

What is checked by whom:
- by django-esteid: the token's members and their types, the algorithm's name, and the signature over
  H(origin) || H(nonce), as its own view for ID cards does it (LibraryAuthenticateResponse);
- by cryptography: the certificate's period, that it comes straight from the CA given, and that it may sign.

Its whole view (IdCardAuthenticator.poll) cannot be used on a My Number card: between those steps it fetches an OCSP
answer from the Estonian service, whatever its settings say, picks the issuer from a fixed list of Estonian CAs, and
needs surname and given name in the subject, where a My Number card has only a common name. Calling the token type
directly leaves exactly these three out, so nothing is switched off and nothing is fetched.
"""

import argparse
import binascii
import importlib.util
import json
import os
import pathlib
import sys
from datetime import datetime, timezone

# oscrypto, on which django-esteid leans, expects one digit in each part of OpenSSL's version and so does not start
# with 3.0.10 and later.
ONE_DIGIT = r"'\\b(\\d\\.\\d\\.\\d[a-z]*)\\b'"
SEVERAL_DIGITS = r"'\\b(\\d+\\.\\d+\\.\\d+[a-z]*)\\b'"


class Refused(Exception):
    """The token is not good; says why."""


def let_oscrypto_read_todays_openssl_versions():
    """Mends the pattern in this environment's own copy. Does nothing the second time."""
    package = pathlib.Path(importlib.util.find_spec("oscrypto").origin).parent
    for name in ("_libcrypto_cffi.py", "_libcrypto_ctypes.py"):
        file = package / "_openssl" / name
        text = file.read_text()
        if ONE_DIGIT in text:
            # Another test may be reading it just now: replaced in one step.
            mended = file.with_name(f"{name}.{os.getpid()}")
            mended.write_text(text.replace(ONE_DIGIT, SEVERAL_DIGITS))
            mended.replace(file)
        elif SEVERAL_DIGITS not in text:
            raise SystemExit(f"web_eid_validator: {file} does not look as expected; another release of oscrypto?")


def check_certificate(certificate, authority, now):
    """The steps that django-esteid leaves to OCSP."""
    from cryptography import x509
    from cryptography.exceptions import InvalidSignature

    if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
        raise Refused("the certificate is outside its period")
    try:
        certificate.verify_directly_issued_by(authority)
    except (InvalidSignature, ValueError, TypeError) as error:
        raise Refused(f"the certificate does not come from this CA: {error!r}") from error
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound as error:
        raise Refused("the certificate does not say what its key is for") from error
    if not usage.digital_signature:
        raise Refused("the certificate's key is not for signatures")


def judge(token, origin, nonce, authority_pem, now):
    """Returns the certificate's subject, or raises Refused."""
    from cryptography import x509
    from esteid.exceptions import EsteidError
    from esteid.idcard import LibraryAuthenticateResponse

    if not isinstance(token, dict):
        raise Refused("the token is no JSON object")
    response = LibraryAuthenticateResponse(**token)
    try:
        response.is_valid()
        if not (response.format == "web-eid:1" or response.format.startswith("web-eid:1.")):
            raise Refused(f"format {response.format!r} is not web-eid:1")
        certificate = x509.load_der_x509_certificate(response.certificate_bytes)
        response.validate_signature(certificate, origin, nonce.encode())
    except EsteidError as error:
        # The library's refusals may come without a text, which then reads "None"; their type says enough.
        raise Refused(f"{type(error).__name__}: {error}".removesuffix(": None")) from error
    except (ValueError, binascii.Error) as error:
        raise Refused(str(error)) from error
    check_certificate(certificate, x509.load_pem_x509_certificate(authority_pem), now)
    return certificate.subject.rfc4514_string()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--origin", required=True)
    parser.add_argument("--nonce", required=True)
    parser.add_argument("--ca", required=True, type=pathlib.Path, help="PEM file of the CA that must have issued the certificate")
    parser.add_argument("token", nargs="?", type=argparse.FileType("rb"), default=sys.stdin.buffer)
    arguments = parser.parse_args()

    let_oscrypto_read_todays_openssl_versions()
    import django.conf

    django.conf.settings.configure()

    try:
        document = json.load(arguments.token)
        token = document.get("token", document) if isinstance(document, dict) else document
        subject = judge(token, arguments.origin, arguments.nonce, arguments.ca.read_bytes(), datetime.now(timezone.utc))
    except json.JSONDecodeError as error:
        print(f"refused: no JSON: {error}")
        return 1
    except Refused as refused:
        print(f"refused: {refused}")
        return 1
    print(f"accepted: {subject}")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Exception as error:  # a fault of the check must not look like a refusal
        print(f"web_eid_validator: {error!r}", file=sys.stderr)
        sys.exit(2)
