"""UIDs that the seed decides: 2.25 and the integer of a version-8 UUID (RFC 9562) made from an HMAC."""

import hmac


def make_uid(seed: int, *names: object) -> str:
    """Return the UID that belongs to `names` under `seed`, always the same one."""
    message = "\x1f".join(str(n) for n in names).encode()
    digest = bytearray(hmac.digest(f"klarsyn-simulation-{seed}".encode(), message, "sha256")[:16])
    digest[6] = (digest[6] & 0x0F) | 0x80  # Version 8.
    digest[8] = (digest[8] & 0x3F) | 0x80  # Variant of RFC 9562.
    return f"2.25.{int.from_bytes(digest, 'big')}"
