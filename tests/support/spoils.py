"""What a sender may put in the place of each attribute: illegal values, and legal ones that contradict."""

from typing import Any

from pydicom.dataset import Dataset
from spoiled_headers import put

NUMBERS = ("abc", "-", "nan", "inf", "1e999", "1,5", "0x10", "\x00\xff")
WORDS = ("abc", "?", "1", "\x00\xff", "x" * 70)
DAYS = ("abc", "20261345", "20260230", "2026", "00000000", "-2026105", "\x00\xff")
TIMES = ("abc", "99", "256161", "-1", "\x00\xff")
BINARY = (b"\x01\x02\x03\x04", b"\xff\xff", b"\x00")
"""For sequences: what no item begins with."""

Spoils = dict[str, tuple[Any, ...]]


def code(value: str | None = None, scheme: str | None = None, **more: Any) -> Dataset:
    item = Dataset()
    for keyword, said in {"CodeValue": value, "CodingSchemeDesignator": scheme, **more}.items():
        if said is not None:
            put(item, keyword, said)
    return item


def table(entries: Any = (8, 0, 12), data: Any = b"\0\0\1\0\2\0\3\0\4\0\5\0\6\0\7\0") -> Dataset:
    """A lookup table of eight entries, or one with something else in its place."""
    item = Dataset()
    for keyword, said in (("LUTDescriptor", entries), ("LUTData", data)):
        raw = b"".join(n.to_bytes(2, "little") for n in said) if isinstance(said, tuple) else said
        put(item, keyword, raw)
    return item


def group(keyword: str, *inner: Dataset) -> Dataset:
    item = Dataset()
    put(item, keyword, list(inner))
    return item


BAD_TABLES = (
    *BINARY,
    [Dataset()],
    [table(None)],
    [table((8, 0))],
    [table((8, 0, 0))],
    [table((8, 0, 99))],
    [table((99, 0, 12))],
    [table(data=None)],
    [table(data=b"")],
    [table(data=b"\1")],
    [table(b"\1\2\3")],
)
BAD_CODES = (
    *BINARY,
    [],
    [Dataset()],
    [code("399162004")],
    [code(scheme="SCT")],
    [code("abc", "SCT")],
    [code("399162004", "99ELSE")],
    [code("\x00\xff", "SCT")],
    [code("x" * 70, "SCT")],
)

FLAT: Spoils = {
    "PresentationIntentType": (*WORDS, "FOR PROCESSING"),
    "ViewCodeSequence": (
        *BAD_CODES,
        *([code("399162004", "SCT", ViewModifierCodeSequence=each)] for each in BAD_CODES[4:]),
    ),
    "BreastImplantPresent": WORDS,
    "PixelSpacing": (*NUMBERS, "0\\0", "-1\\-1", "900\\900", "0.07", "0.07\\abc", "0.5\\0.5"),
    "ModalityLUTSequence": BAD_TABLES[len(BINARY) :],
    "VOILUTSequence": BAD_TABLES[len(BINARY) :],
    "ShutterShape": (*WORDS, "BITMAP", "RECTANGULAR\\ABC"),
    **dict.fromkeys(
        (
            *("ShutterLeftVerticalEdge", "ShutterRightVerticalEdge"),
            *("ShutterUpperHorizontalEdge", "ShutterLowerHorizontalEdge"),
        ),
        (*NUMBERS, "1.5", "3\\4"),
    ),
    "NumberOfFrames": (*NUMBERS, "0", "-1", "2", "99999999", "1.5"),
    "SourceImageSequence": (*BINARY, [], [Dataset()], [code(ReferencedSOPInstanceUID="abc")]),
    "StudyDate": DAYS,
    "AcquisitionDate": DAYS,
    "AcquisitionTime": TIMES,
    "PatientBirthDate": DAYS,
    **dict.fromkeys(
        ("KVP", "ExposureInuAs", "BodyPartThickness", "CompressionForce", "OrganDose"),
        (*NUMBERS, "-1", "0", "99999999"),
    ),
    "SharedFunctionalGroupsSequence": (*BINARY, [], [Dataset()]),
    "PerFrameFunctionalGroupsSequence": (*BINARY, [], [Dataset()]),
}
"""Of an image of one frame: illegal values, and legal ones that contradict the rest of the header."""

DEEP: Spoils = {
    "NumberOfFrames": (*NUMBERS, "0", "-1", "2", "99999999"),
    "SharedFunctionalGroupsSequence": (
        *BINARY,
        [],
        [Dataset()],
        [group("PixelMeasuresSequence", code(PixelSpacing="abc"))],
        [group("FrameVOILUTSequence", code(WindowCenter="abc", WindowWidth="1"))],
        [group("FrameAnatomySequence", code(FrameLaterality="abc"))],
    ),
    "PerFrameFunctionalGroupsSequence": (
        *BINARY,
        [],
        [Dataset()],
        [group("PixelMeasuresSequence", code(PixelSpacing="abc"))],
        [group("PixelMeasuresSequence", code(PixelSpacing="900\\900"))],
        [group("FrameVOILUTSequence", code(WindowCenter="abc", WindowWidth="1"))],
        [group("FrameVOILUTSequence", Dataset())],
        [group("PixelValueTransformationSequence", code(RescaleSlope="0", RescaleIntercept="1"))],
        [group("FrameAnatomySequence", code(FrameLaterality="R"))],
        [group("FrameAnatomySequence", code(FrameLaterality="abc"))],
    ),
    "ViewCodeSequence": BAD_CODES,
}
"""The same of tomosynthesis, whose groups hold side, size and window."""
