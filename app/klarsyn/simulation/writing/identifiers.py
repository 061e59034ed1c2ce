"""Identifiers that the seed decides, different for different seeds."""

import base64
import hmac


def make_uid(seed: int, *names: object) -> str:
    """Return the UID that belongs to `names` under `seed`.

    It is 2.25 and the integer of a version-8 UUID (RFC 9562, PS3.5 B.2) made from an HMAC.
    """
    digest = bytearray(_digest(seed, "uid", names)[:16])
    digest[6] = (digest[6] & 0x0F) | 0x80  # Version 8.
    digest[8] = (digest[8] & 0x3F) | 0x80  # Variant of RFC 9562.
    return f"2.25.{int.from_bytes(digest, 'big')}"


def make_accession_number(seed: int, *names: object) -> str:
    """Return an AccessionNumber (0008,0050) of 16 characters, which is all that SH holds: 60 random bits."""
    return "SIM-" + base64.b32encode(_digest(seed, "accession", names)[:8]).decode("ascii")[:12]


def _digest(seed: int, what: str, names: tuple[object, ...]) -> bytes:
    message = "\x1f".join((what, *(str(name) for name in names))).encode()
    return hmac.digest(f"klarsyn-simulation-{seed}".encode(), message, "sha256")
