"""How the files of the display cache are called."""

import hashlib

PYRAMID = ".pyramid"
VOLUME = ".volume"
EVICTED = (PYRAMID, VOLUME)
TEMPORARY = ".writing"
FORGOTTEN = ".forgotten"


def name_of(key: str, suffix: str) -> str:
    """Return the name of a key's file; hashes, so that no key can name a place outside the folder.

    The first half is the content's alone, so that all frames of a file are found without counting them.
    """
    return f"{stem_of(content_of(key))}-{stem_of(key)}{suffix}"


def content_of(key: str) -> str:
    """Return the part of a key that names the file's content, without the frame."""
    return key.partition(":")[0]


def stem_of(text: str) -> str:
    """Return what stands for a content or a key in a name."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]
