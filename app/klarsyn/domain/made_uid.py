"""UIDs of what we make: 2.25 and the integer of a version-8 UUID (PS3.5 B.2, RFC 9562)."""

import hmac

_KEY = b"klarsyn"


def made_uid(*names: str) -> str:
    """Return the UID that belongs to `names`: the same for the same, so that what is made again replaces
    itself instead of standing twice in the archive. One of the names must be random, as the keys of results
    are, or two sites may make the same."""
    digest = bytearray(hmac.digest(_KEY, "\x1f".join(names).encode("utf-8", "surrogatepass"), "sha256")[:16])
    digest[6] = (digest[6] & 0x0F) | 0x80  # Version 8.
    digest[8] = (digest[8] & 0x3F) | 0x80  # Variant of RFC 9562.
    return f"2.25.{int.from_bytes(digest, 'big')}"
