"""Is this file DICOM? Answered from its content; names and extensions say nothing."""

from pathlib import Path

PREAMBLE = 128
_EXPLICIT_VRS = frozenset(
    b"AE AS AT CS DA DS DT FD FL IS LO LT OB OD OF OL OV OW PN SH SL SQ SS ST SV TM UC UI UL UN UR US "
    b"UT UV".split()
)


def is_dicom(path: Path) -> bool:
    """Return True for a DICOM file, with or without the Part 10 preamble (PS3.10 section 7.1).

    Without one, a file counts whose first element is of group 0002 or 0008 in either byte order and has
    a length that the file can hold. A file that cannot be opened counts too, so that reading it says why
    instead of passing it by in silence.
    """
    try:
        with path.open("rb") as file:
            head = file.read(PREAMBLE + 4)
            size = path.stat().st_size
    except IsADirectoryError:
        return False
    except OSError:
        return True
    return head[PREAMBLE:] == b"DICM" or headerless_encoding(head, size) is not None


def headerless_encoding(head: bytes, size: int) -> tuple[bool, bool] | None:
    """Guess (implicit VR, little endian) from the first element of a file without preamble.

    Parameters
    ----------
    head
        The first bytes of the data set, 8 at least.
    size
        Bytes of the whole file.

    Returns
    -------
    tuple or None
        None when these bytes do not begin a data set.
    """
    if len(head) < 8:
        return None
    for little, order in ((True, "little"), (False, "big")):
        group = int.from_bytes(head[0:2], order)  # type: ignore[arg-type]
        element = int.from_bytes(head[2:4], order)  # type: ignore[arg-type]
        if group not in (0x0002, 0x0008) or element > 0x0100:
            continue
        if head[4:6] in _EXPLICIT_VRS:
            return False, little
        length = int.from_bytes(head[4:8], order)  # type: ignore[arg-type]
        if length % 2 == 0 and length <= min(size - 8, 4096):
            return True, little
    return None
